"""Expands calendar files with libical, for calendars.py.

    /usr/bin/python3 tests/ci/calendars_libical.py <QUESTION

Needs Debian's `python3-gi` and `gir1.2-ical-3.0`. The question is JSON: files, from, to. The answer
gives each file's occurrences: beginning, end, title, status.
"""

import datetime
import json
import sys

import gi

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # noqa: E402

KIND = ICalGLib.PropertyKind


def components(calendar, kind):
    """The parts of one kind."""
    part = calendar.get_first_component(kind)
    while part is not None:
        yield part
        part = calendar.get_next_component(kind)


def properties(event, kind):
    """The properties of one kind; libical has split those with several values."""
    found = event.get_first_property(kind)
    while found is not None:
        yield found
        found = event.get_next_property(kind)


def value(event, kind):
    """A value as the file writes it, or nothing."""
    found = event.get_first_property(kind)
    return found.get_value_as_string() if found else ""


def wall(text):
    """What a clock on the wall shows."""
    return datetime.datetime.strptime(text, "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d")


def beginnings(event, stop):
    """When an event begins, each time. `icalcomponent_foreach_recurrence` takes the dates of RDATE for
    UTC whatever their zone says, so rules, additions and exceptions are put together here."""
    first = event.get_dtstart()
    dates = {first.as_ical_string()}
    for rule in properties(event, KIND.RRULE_PROPERTY):
        iterator = ICalGLib.RecurIterator.new(rule.get_rrule(), first)
        date = iterator.next()
        while not date.is_null_time() and date.as_ical_string() < stop:
            dates.add(date.as_ical_string())
            date = iterator.next()
    dates.update(date.get_rdate().get_time().as_ical_string() for date in properties(event, KIND.RDATE_PROPERTY))
    return dates - {date.get_exdate().as_ical_string() for date in properties(event, KIND.EXDATE_PROPERTY)}


def occurrences(text, stop):
    """What a file says happens until a day."""
    calendar = ICalGLib.Parser.parse_string(text)
    events = list(components(calendar, ICalGLib.ComponentKind.VEVENT_COMPONENT))
    apart = {(event.get_uid(), value(event, KIND.RECURRENCEID_PROPERTY)) for event in events}
    found = []
    for event in events:
        first = event.get_dtstart().as_ical_string()
        lasts = wall(value(event, KIND.DTEND_PROPERTY) or first) - wall(first)
        whole = not value(event, KIND.RECURRENCEID_PROPERTY)
        for begin in sorted(beginnings(event, stop)):
            if whole and (event.get_uid(), begin) in apart:
                continue
            end = (wall(begin) + lasts).strftime("%Y%m%dT%H%M%S" if "T" in begin else "%Y%m%d")
            found.append([begin, end, event.get_summary(), value(event, KIND.STATUS_PROPERTY)])
    return found


def main():
    """Answers one question."""
    question = json.load(sys.stdin)
    # A date that was moved may come from behind the end.
    stop = datetime.date.fromisoformat(question["to"]) + datetime.timedelta(days=400)
    answer = {}
    for file in question["files"]:
        with open(file, encoding="utf-8", newline="") as calendar:
            answer[file] = occurrences(calendar.read(), f"{stop:%Y%m%d}")
    json.dump(answer, sys.stdout)


main()
