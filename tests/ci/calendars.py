"""Reads the calendars of a built site as other programs would, and compares what they make of them.

    python3 tests/ci/calendars.py OUTPUT [NODE_MODULES [PYTHON]]

Needs `icalendar` and `recurring-ical-events`; with NODE_MODULES also `ical.js`; with PYTHON, the one
that Debian's bindings belong to, also libical. The occurrences of every item's own file, expanded by each program, must be those that the calendar of everything
spells out, day by day. Prints what it read and every finding; exits 1 on a finding.
"""

import datetime
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import icalendar
import recurring_ical_events

SCRIPT = Path(__file__).with_name("calendars.mjs")
OTHER_SCRIPT = Path(__file__).with_name("calendars_libical.py")


def faults(data):
    """What is wrong with the bytes, by rules that parsers overlook (RFC 5545 §3.1)."""
    if not data.endswith(b"\r\n") or re.search(rb"(?<!\r)\n|\r(?!\n)", data):
        yield "a line does not end in CRLF"
    for line in data.split(b"\r\n"):
        if len(line) > 75:
            yield f"{len(line)} octets: {line!r}"
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            yield f"folded inside a character: {line!r}"
    text = data.decode("utf-8").replace("\r\n ", "")
    for zone in set(re.findall(r";TZID=([^:;]+)", text)):
        if f"TZID:{zone}\r\n" not in text:
            yield f"no VTIMEZONE for {zone}"
    if re.search(r"^(ORGANIZER|ATTENDEE|METHOD)", text, re.M):
        yield "it asks for answers"
    events = text.split("BEGIN:VEVENT")[1:]
    names = Counter(tuple(re.findall(r"^(UID:.*|RECURRENCE-ID.*)\r$", event, re.M)) for event in events)
    for name, count in names.items():
        if count > 1:
            yield f"{count} events are {name}"


def key(event):
    """What an occurrence is to readers: beginning, end, title, whether it takes place."""
    start, end = event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else event["DTSTART"].dt
    shown = [one.strftime("%Y%m%dT%H%M%S") if isinstance(one, datetime.datetime) else one.strftime("%Y%m%d") for one in (start, end)]
    return (*shown, str(event["SUMMARY"]), str(event["STATUS"]))


def own_name(uid):
    """The name of an item out of that of an event: an occurrence has its date behind it."""
    name, host = uid.split("@", 1)
    return re.sub(r"\.\d{8}(x\d{4})?$", "", name) + "@" + host


def in_python(calendar, start, stop):
    """The occurrences of a file by the Python libraries."""
    events = recurring_ical_events.of(calendar).between(start, stop)
    return Counter(key(event) for event in events)


def asked(command, paths, start, stop):
    """The occurrences of files by another program, by file."""
    spoken = json.dumps({"files": [str(path) for path in paths], "from": start.isoformat(), "to": stop.isoformat()})
    run = subprocess.run(command, input=spoken, capture_output=True, text=True, check=True)
    return {path: Counter(tuple(one) for one in found) for path, found in json.loads(run.stdout).items()}


def begins_within(occurrence, start, stop):
    """Whether an occurrence begins in a span of days: programs differ on what only reaches into it."""
    return f"{start:%Y%m%d}" <= occurrence[0][:8] < f"{stop:%Y%m%d}"


def compare(root, findings, programs):
    """Each item's file against the calendar of everything, in each language."""
    now = datetime.date.fromisoformat(json.loads((root / "api/build.json").read_text("utf-8"))["now"][:10])
    start, stop = now.replace(day=1), now.replace(day=1, year=now.year + 1)
    compared = 0
    files = sorted(root.rglob("event.ics"))
    others = {program: asked(command, files, start, stop) for program, command in programs.items()}
    spelled = {}
    for path in sorted(root.rglob("calendar/all.ics")):
        for event in icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT"):
            if begins_within(key(event), start, stop):
                spelled.setdefault(own_name(str(event["UID"])), Counter())[key(event)] += 1
    for path in files:
        calendar = icalendar.Calendar.from_ical(path.read_bytes())
        name = own_name(str(calendar.walk("VEVENT")[0]["UID"]))
        wanted = spelled.pop(name, Counter())
        readings = {"Python": in_python(calendar, start, stop)}
        readings.update({program: found[str(path)] for program, found in others.items()})
        for program, found in readings.items():
            found = Counter({one: count for one, count in found.items() if begins_within(one, start, stop)})
            for occurrence in (found - wanted).keys():
                findings.append(f"{path.relative_to(root)}: only {program} has {occurrence}")
            for occurrence in (wanted - found).keys():
                findings.append(f"{path.relative_to(root)}: {program} lacks {occurrence}")
        compared += wanted.total()
    findings.extend(f"{name}: there is no file of its own" for name in spelled)
    return len(files), compared


def main(root, modules=None, python=None):
    """Reads everything, prints and counts."""
    programs = {"ical.js": ["node", SCRIPT, modules]} if modules else {}
    if python:
        programs["libical"] = [python, OTHER_SCRIPT]
    findings, read = [], sorted(root.rglob("*.ics"))
    for path in read:
        data = path.read_bytes()
        findings.extend(f"{path.relative_to(root)}: {fault}" for fault in faults(data))
        calendar = icalendar.Calendar.from_ical(data)
        for component in calendar.walk():
            findings.extend(f"{path.relative_to(root)}: {error}" for error in component.errors)
    files, compared = compare(root, findings, programs)
    for finding in findings:
        print(finding)
    by = ", ".join(["Python", *programs])
    print(f"{len(read)} calendars, {files} items, {compared} occurrences of a year compared by {by}, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
