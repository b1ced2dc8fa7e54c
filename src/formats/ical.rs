//! Calendars (RFC 5545, with the properties of RFC 7986): feeds and single items.
//!
//! Lines end in CRLF and are folded at 75 octets between characters (§3.1). Times stand in the
//! site's zone, which each calendar carries as a VTIMEZONE; whole days stand as dates, and their
//! end is the day after (§3.6.1).

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};

use crate::base::date::{When, moment_utc};

/// Octets of a line, its CRLF not counted.
const LINE: usize = 75;
/// How long a phone waits before it asks again.
const REFRESH: &str = "PT6H";

/// A calendar.
#[derive(Clone, Debug)]
pub struct Calendar<'a> {
    /// Its name.
    pub name: &'a str,
    /// Language tag.
    pub lang: &'a str,
    /// Full address of a feed that calendars ask for again and again; none for a file of one item.
    pub feed: Option<&'a str>,
    /// `PUBLISH` where it goes out by mail (RFC 5546 §3.2.1); the part must name the same.
    pub method: Option<&'a str>,
    /// The zone of all times.
    pub zone: &'a TimeZone,
    /// What takes place.
    pub events: Vec<Event<'a>>,
}

/// Something that takes place, or one date of it. Empty strings are left out.
#[derive(Clone, Debug, Default)]
pub struct Event<'a> {
    /// Its name for ever.
    pub uid: String,
    /// The last change of its source.
    pub stamp: Timestamp,
    /// How often it changed; larger after each change.
    pub sequence: u32,
    /// The beginning.
    pub start: Option<When>,
    /// The end, the last day of what lasts whole days.
    pub end: Option<When>,
    /// Title, with the word of a state before it.
    pub summary: String,
    /// What else is to be told, in lines.
    pub description: String,
    /// Where.
    pub location: String,
    /// Latitude and longitude, as written.
    pub geo: Option<(&'a str, &'a str)>,
    /// Full address of its page.
    pub url: &'a str,
    /// What it is about.
    pub categories: Vec<&'a str>,
    /// Whether it is certain.
    pub status: Status,
    /// Of one date of a rule that is different: when it would have begun.
    pub recurrence_id: Option<When>,
    /// The value of RRULE.
    pub rrule: &'a str,
    /// Beginnings that fall out.
    pub exdates: Vec<When>,
    /// Beginnings besides.
    pub rdates: Vec<When>,
}

/// Whether something is certain (RFC 5545 §3.8.1.11).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Status {
    /// It takes place.
    #[default]
    Confirmed,
    /// It may.
    Tentative,
    /// It does not.
    Cancelled,
}

/// Writes a calendar.
pub fn ical(calendar: &Calendar<'_>) -> String {
    let name = calendar.zone.iana_name().unwrap_or("Local");
    let mut out = Lines { out: String::with_capacity(512 + calendar.events.len() * 512), zone: name };
    out.line("BEGIN:VCALENDAR");
    out.line("VERSION:2.0");
    out.line("PRODID:-//pbsite//pbsite//EN");
    out.line("CALSCALE:GREGORIAN");
    if let Some(method) = calendar.method {
        out.line(&format!("METHOD:{method}"));
    }
    out.text(&format!("NAME;LANGUAGE={}", calendar.lang), calendar.name);
    out.text("X-WR-CALNAME", calendar.name);
    out.line(&format!("X-WR-TIMEZONE:{name}"));
    if let Some(address) = calendar.feed {
        out.line(&format!("SOURCE;VALUE=URI:{}", uri(address)));
        out.line(&format!("REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}"));
        out.line(&format!("X-PUBLISHED-TTL:{REFRESH}"));
    }
    out.zone(calendar);
    for event in &calendar.events {
        out.event(event);
    }
    out.line("END:VCALENDAR");
    out.out
}

/// Lines of a calendar.
struct Lines<'a> {
    out: String,
    zone: &'a str,
}

impl Lines<'_> {
    /// A line, folded: what follows begins with a space, which counts (RFC 5545 §3.1).
    fn line(&mut self, line: &str) {
        let mut width = 0;
        for c in line.chars() {
            if width + c.len_utf8() > LINE {
                self.out.push_str("\r\n ");
                width = 1;
            }
            self.out.push(c);
            width += c.len_utf8();
        }
        self.out.push_str("\r\n");
    }

    /// A property with a text, left out where it is empty.
    fn text(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.line(&format!("{name}:{}", escaped(text)));
        }
    }

    /// A property with moments: all are days, or all have a time.
    fn moments(&mut self, name: &str, moments: &[When]) {
        if moments.is_empty() {
            return;
        }
        let days = moments.iter().all(|when| when.time.is_none());
        let values: Vec<String> =
            moments.iter().map(|when| if days { day(when.date) } else { moment(when.start()) }).collect();
        let values = values.join(",");
        match days {
            true => self.line(&format!("{name};VALUE=DATE:{values}")),
            false => self.line(&format!("{name};TZID={}:{values}", self.zone)),
        }
    }

    fn event(&mut self, event: &Event<'_>) {
        let Some(start) = event.start else { return };
        self.line("BEGIN:VEVENT");
        self.text("UID", &event.uid);
        self.line(&format!("DTSTAMP:{}", event.stamp.strftime("%Y%m%dT%H%M%SZ")));
        self.line(&format!("SEQUENCE:{}", event.sequence));
        if let Some(id) = event.recurrence_id {
            self.moments("RECURRENCE-ID", &[id]);
        }
        self.span(start, event.end);
        if !event.rrule.is_empty() {
            self.line(&format!("RRULE:{}", event.rrule));
        }
        self.moments("EXDATE", &event.exdates);
        self.moments("RDATE", &event.rdates);
        self.text("SUMMARY", &event.summary);
        self.text("DESCRIPTION", &event.description);
        self.text("LOCATION", &event.location);
        if let Some((latitude, longitude)) = event.geo {
            self.line(&format!("GEO:{latitude};{longitude}"));
        }
        if !event.url.is_empty() {
            self.line(&format!("URL:{}", uri(event.url)));
        }
        if !event.categories.is_empty() {
            let words: Vec<String> = event.categories.iter().map(|word| escaped(word)).collect();
            self.line(&format!("CATEGORIES:{}", words.join(",")));
        }
        self.line(match event.status {
            Status::Confirmed => "STATUS:CONFIRMED",
            Status::Tentative => "STATUS:TENTATIVE",
            Status::Cancelled => "STATUS:CANCELLED",
        });
        self.line("END:VEVENT");
    }

    /// DTSTART and DTEND, which have one form. An end that is not after the beginning is none.
    fn span(&mut self, start: When, end: Option<When>) {
        let whole_days = start.time.is_none() && end.is_none_or(|end| end.time.is_none());
        if whole_days {
            let after = end.unwrap_or(start).end().date();
            self.moments("DTSTART", &[start]);
            self.moments("DTEND", &[When::day(after)]);
            return;
        }
        let timed = |at: DateTime| When { date: at.date(), time: Some(at.time()) };
        self.moments("DTSTART", &[timed(start.start())]);
        if let Some(end) = end.filter(|end| end.end() > start.start()) {
            self.moments("DTEND", &[timed(end.end())]);
        }
    }

    /// The zone: one STANDARD where its clocks are never changed in the time that matters, else
    /// one part for each change: calendars differ on RDATE in a zone.
    fn zone(&mut self, calendar: &Calendar<'_>) {
        let (first, last) = reach(calendar);
        self.line("BEGIN:VTIMEZONE");
        self.line(&format!("TZID:{}", self.zone));
        let changes = changes(calendar.zone, first, last);
        if changes.is_empty() {
            let offset = calendar.zone.to_offset(first);
            let name = calendar.zone.to_offset_info(first).abbreviation().to_owned();
            let onset = "19700101T000000".to_owned();
            self.observance(&Change { daylight: false, from: offset, to: offset, name, onset });
        }
        for change in &changes {
            self.observance(change);
        }
        self.line("END:VTIMEZONE");
    }

    fn observance(&mut self, change: &Change) {
        let kind = if change.daylight { "DAYLIGHT" } else { "STANDARD" };
        self.line(&format!("BEGIN:{kind}"));
        self.line(&format!("DTSTART:{}", change.onset));
        self.line(&format!("TZOFFSETFROM:{}", offset(change.from)));
        self.line(&format!("TZOFFSETTO:{}", offset(change.to)));
        self.text("TZNAME", &change.name);
        self.line(&format!("END:{kind}"));
    }
}

/// A change of the clocks.
struct Change {
    daylight: bool,
    from: Offset,
    to: Offset,
    name: String,
    /// When, by the clock as it was before.
    onset: String,
}

/// The changes of the clocks that times between two moments rest on.
fn changes(zone: &TimeZone, first: Timestamp, last: Timestamp) -> Vec<Change> {
    let within = zone.following(first).take_while(|change| change.timestamp() <= last);
    if within.count() == 0 {
        return Vec::new();
    }
    // The change before the first time says how the clocks stood then.
    let before = zone.preceding(first).next().map_or(first, |change| change.timestamp());
    let begin = before.checked_sub(1.second()).unwrap_or(before);
    let changes = zone.following(begin).take_while(|change| change.timestamp() <= last);
    let change = |change: jiff::tz::TimeZoneTransition<'_>| {
        let from = zone.to_offset(change.timestamp().checked_sub(1.second()).unwrap_or(change.timestamp()));
        let onset = moment(from.to_datetime(change.timestamp()));
        let name = change.abbreviation().to_owned();
        Change { daylight: change.dst().is_dst(), from, to: change.offset(), name, onset }
    };
    changes.map(change).collect()
}

/// The first and last moment that a calendar's times may mean. A rule may go on for years.
fn reach(calendar: &Calendar<'_>) -> (Timestamp, Timestamp) {
    const YEARS_OF_A_RULE: i64 = 10;
    let when = |when: When| moment_utc(when.start(), calendar.zone);
    let of = |event: &Event<'_>| {
        let moments = event.start.into_iter().chain(event.end).chain(event.recurrence_id);
        let mut moments: Vec<Timestamp> = moments.chain(event.rdates.iter().copied()).filter_map(when).collect();
        if let (Some(last), false) = (moments.iter().max().copied(), event.rrule.is_empty()) {
            moments.extend(last.checked_add((YEARS_OF_A_RULE * 366 * 24).hours()).ok());
        }
        moments
    };
    let all: Vec<Timestamp> = calendar.events.iter().flat_map(of).collect();
    let first = all.iter().min().copied().unwrap_or_default();
    (first, all.iter().max().copied().unwrap_or(first))
}

/// `+0800`; seconds only where there are some (RFC 5545 §3.3.14).
fn offset(offset: Offset) -> String {
    let (sign, seconds) = (if offset.is_negative() { '-' } else { '+' }, offset.seconds().unsigned_abs());
    let whole = format!("{sign}{:02}{:02}", seconds / 3600, seconds / 60 % 60);
    if seconds % 60 == 0 { whole } else { format!("{whole}{:02}", seconds % 60) }
}

fn day(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

fn moment(at: DateTime) -> String {
    format!("{}T{:02}{:02}{:02}", day(at.date()), at.hour(), at.minute(), at.second())
}

/// A text as a value: `\`, `;`, `,` and line breaks escaped, control characters left out
/// (RFC 5545 §3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.trim_end().chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// An address as a value: without what would end its line.
fn uri(address: &str) -> String {
    address.chars().filter(|c| !c.is_control()).collect()
}

/// What is wrong with the bytes of a calendar, by the rules that validators overlook; for tests.
#[cfg(test)]
pub(crate) fn faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if !text.ends_with("\r\n") {
        faults.push("the last line does not end in CRLF".to_owned());
    }
    let lines: Vec<&str> = text.trim_end_matches("\r\n").split("\r\n").collect();
    for line in &lines {
        if line.len() > LINE {
            faults.push(format!("{} octets: {line}", line.len()));
        }
        if line.chars().any(char::is_control) || line.trim().is_empty() {
            faults.push(format!("a bare control character, or nothing: {line:?}"));
        }
    }
    let unfolded = text.replace("\r\n ", "");
    let mut open: Vec<&str> = Vec::new();
    for line in unfolded.lines() {
        if let Some(name) = line.strip_prefix("BEGIN:") {
            open.push(name);
        } else if let Some(name) = line.strip_prefix("END:") {
            if open.pop() != Some(name) {
                faults.push(format!("{line} ends what did not begin"));
            }
        } else if !line.contains(':') {
            faults.push(format!("no property: {line}"));
        }
        let named = line.split_once(";TZID=").and_then(|(_, rest)| rest.split(':').next());
        if named.is_some_and(|zone| !unfolded.contains(&format!("\r\nTZID:{zone}\r\n"))) {
            faults.push(format!("no VTIMEZONE for: {line}"));
        }
    }
    if !open.is_empty() || !unfolded.contains("BEGIN:VTIMEZONE") {
        faults.push("something stays open, or there is no VTIMEZONE".into());
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn when(text: &str) -> When {
        When::parse(text).unwrap()
    }

    fn event(start: &str, end: &str) -> Event<'static> {
        let uid = "activity.a@x.org".into();
        Event { uid, start: Some(when(start)), end: When::parse(end), ..Event::default() }
    }

    fn written(zone: &str, events: Vec<Event<'_>>) -> String {
        let zone = TimeZone::get(zone).unwrap();
        let text = ical(&Calendar {
            name: "日历",
            lang: "zh-Hans",
            feed: Some("https://x.org/all.ics"),
            method: None,
            zone: &zone,
            events,
        });
        assert_eq!(faults(&text), Vec::<String>::new());
        text
    }

    #[track_caller]
    fn has(text: &str, lines: &[&str]) {
        let unfolded = text.replace("\r\n ", "");
        for line in lines {
            assert!(unfolded.lines().any(|known| known == *line), "no {line} in\n{unfolded}");
        }
    }

    #[test]
    fn lines_are_folded_between_characters() {
        for filler in 0..4 {
            let summary = format!("{}{}", "x".repeat(filler), "彩虹湾居民区党群服务站🎉".repeat(20));
            let text = written("Asia/Shanghai", vec![Event { summary: summary.clone(), ..event("2026-10-18", "") }]);
            assert!(text.lines().any(|line| line.len() > 70));
            has(&text, &[&format!("SUMMARY:{summary}")]);
        }
    }

    #[test]
    fn only_what_must_be_is_escaped() {
        let summary = "a\\b; c, d\ne\r\nf\u{7}\u{85}: \"g\"\t%h".to_owned();
        let text = written("Asia/Shanghai", vec![Event { summary, ..event("2026-10-18", "") }]);
        has(&text, &["SUMMARY:a\\\\b\\; c\\, d\\ne\\nf: \"g\" %h"]);
        let nasty = Event { url: "https://x.org/\r\nEND:VEVENT", ..event("2026-10-18", "") };
        has(&written("UTC", vec![nasty]), &["URL:https://x.org/END:VEVENT"]);
    }

    #[test]
    fn days_end_on_the_day_after() {
        let text = written("Asia/Shanghai", vec![event("2026-10-18", ""), event("2026-12-30", "2026-12-31")]);
        has(&text, &["DTSTART;VALUE=DATE:20261018", "DTEND;VALUE=DATE:20261019", "DTEND;VALUE=DATE:20270101"]);
        let mixed = written("Asia/Shanghai", vec![event("2026-10-18T09:00", "2026-10-20")]);
        has(&mixed, &["DTSTART;TZID=Asia/Shanghai:20261018T090000", "DTEND;TZID=Asia/Shanghai:20261021T000000"]);
        let moment = written("Asia/Shanghai", vec![event("2026-10-18T09:00", "")]);
        assert!(!moment.contains("DTEND"));
    }

    #[test]
    fn a_zone_without_changes_is_one_standard() {
        let text = written("Asia/Shanghai", vec![event("2026-10-18T09:00", "2026-10-18T10:00")]);
        assert_eq!(text.matches("BEGIN:STANDARD").count(), 1);
        assert!(!text.contains("BEGIN:DAYLIGHT"));
        has(&text, &["TZOFFSETFROM:+0800", "TZOFFSETTO:+0800", "TZNAME:CST", "DTSTART:19700101T000000"]);
        has(&written("Asia/Shanghai", Vec::new()), &["TZID:Asia/Shanghai", "TZOFFSETTO:+0800"]);
    }

    #[test]
    fn a_zone_with_summer_time_has_each_change() {
        let both = vec![event("2026-02-01T09:00", ""), event("2027-04-01T09:00", "")];
        let text = written("Europe/Berlin", both);
        has(
            &text,
            &[
                // The winter before the first date; then spring, autumn, spring.
                "DTSTART:20251026T030000",
                "DTSTART:20261025T030000",
                "DTSTART:20260329T020000",
                "DTSTART:20270328T020000",
                "TZOFFSETFROM:+0200",
                "TZNAME:CEST",
            ],
        );
        let rule = Event { rrule: "FREQ=WEEKLY", ..event("2026-02-01T09:00", "") };
        assert!(written("Europe/Berlin", vec![rule]).replace("\r\n ", "").contains("DTSTART:20350325T020000"));
    }

    #[test]
    fn a_rule_has_its_exceptions() {
        let rule = Event {
            rrule: "FREQ=WEEKLY;BYDAY=TH",
            exdates: vec![when("2026-10-22T19:00")],
            rdates: vec![when("2026-10-24T19:00"), when("2026-10-25T19:00")],
            ..event("2026-10-15T19:00", "2026-10-15T20:30")
        };
        let moved = Event {
            recurrence_id: Some(when("2026-10-29T19:00")),
            status: Status::Cancelled,
            geo: Some(("31.2", "121.4")),
            categories: vec!["学习, 党课", "周四"],
            sequence: 7,
            ..event("2026-10-30T19:00", "2026-10-30T20:30")
        };
        has(
            &written("Asia/Shanghai", vec![rule, moved]),
            &[
                "RRULE:FREQ=WEEKLY;BYDAY=TH",
                "EXDATE;TZID=Asia/Shanghai:20261022T190000",
                "RDATE;TZID=Asia/Shanghai:20261024T190000,20261025T190000",
                "RECURRENCE-ID;TZID=Asia/Shanghai:20261029T190000",
                "STATUS:CANCELLED",
                "GEO:31.2;121.4",
                "CATEGORIES:学习\\, 党课,周四",
                "SEQUENCE:7",
                "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
                "X-PUBLISHED-TTL:PT6H",
            ],
        );
    }
}
