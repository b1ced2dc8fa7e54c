//! Links that put the next date of an item into a calendar on the web. They lead to other hosts, so
//! a site asks for them: `calendar: {links: [google, outlook]}`.

use jiff::{Zoned, civil::DateTime, tz::TimeZone};

use super::{Plan, views::Link};
use crate::catalogue::Entry;

/// What such a link tells.
struct Told<'a> {
    title: &'a str,
    place: String,
    url: String,
    start: DateTime,
    end: DateTime,
    all_day: bool,
    zone: &'a TimeZone,
}

impl Plan<'_> {
    /// The links of an item that has a date to come.
    pub(super) fn web_calendars(&self, i: usize) -> Vec<Link> {
        let catalogue = self.catalogue;
        let wanted = &catalogue.settings.calendar_links;
        if wanted.is_empty() {
            return Vec::new();
        }
        let coming = catalogue.calendar.of_item(i).find(|entry| entry.end() > catalogue.now);
        let Some(told) = coming.map(|entry| self.told(entry)) else { return Vec::new() };
        let link = |name: &String| match name.as_str() {
            "google" => Link { title: "Google".into(), url: google(&told), external: true },
            _ => Link { title: "Outlook".into(), url: outlook(&told), external: true },
        };
        wanted.iter().map(link).collect()
    }

    fn told(&self, entry: &Entry) -> Told<'_> {
        let catalogue = self.catalogue;
        Told {
            title: &catalogue.items[entry.item].title,
            place: self.where_of(entry.item),
            url: catalogue.settings.base_url.join(catalogue.addresses.item(entry.item)),
            start: entry.occurrence.start.start(),
            end: entry.end(),
            all_day: entry.occurrence.start.time.is_none(),
            zone: &catalogue.settings.zone,
        }
    }
}

fn google(told: &Told<'_>) -> String {
    let stamp = |at: DateTime| match told.all_day {
        true => at.strftime("%Y%m%d").to_string(),
        false => utc(at, told.zone).strftime("%Y%m%dT%H%M%SZ").to_string(),
    };
    let dates = format!("{}/{}", stamp(told.start), stamp(told.end));
    let parts = [
        ("action", "TEMPLATE"),
        ("text", told.title),
        ("dates", &dates),
        ("location", &told.place),
        ("details", &told.url),
    ];
    address("https://calendar.google.com/calendar/render", &parts)
}

fn outlook(told: &Told<'_>) -> String {
    let stamp = |at: DateTime| match told.all_day {
        true => at.date().to_string(),
        false => utc(at, told.zone).strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    };
    let (start, end) = (stamp(told.start), stamp(told.end));
    let parts = [
        ("path", "/calendar/action/compose"),
        ("rru", "addevent"),
        ("subject", told.title),
        ("startdt", &start),
        ("enddt", &end),
        ("allday", if told.all_day { "true" } else { "false" }),
        ("location", &told.place),
        ("body", &told.url),
    ];
    address("https://outlook.live.com/calendar/0/deeplink/compose", &parts)
}

fn utc(at: DateTime, zone: &TimeZone) -> Zoned {
    let moment = at.to_zoned(zone.clone()).map_or(jiff::Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp());
    moment.to_zoned(TimeZone::UTC)
}

/// An address with its query, what is empty left out.
fn address(base: &str, parts: &[(&str, &str)]) -> String {
    let parts = parts.iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<String> = parts.map(|(key, value)| format!("{key}={}", encoded(value))).collect();
    format!("{base}?{}", query.join("&"))
}

/// Percent-encoded as RFC 3986 §2.3 has it.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(zone: &TimeZone, all_day: bool) -> Told<'_> {
        Told {
            title: "烘焙 & 茶",
            place: String::new(),
            url: "https://a.example/x/".into(),
            start: "2026-12-05T14:00".parse().unwrap(),
            end: "2026-12-05T15:30".parse().unwrap(),
            all_day,
            zone,
        }
    }

    #[test]
    fn moments_are_told_in_greenwich_time() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let expected = "https://calendar.google.com/calendar/render?action=TEMPLATE&text=%E7%83%98%E7%84%99%20%26%20%E8%8C%B6\
                        &dates=20261205T060000Z%2F20261205T073000Z&details=https%3A%2F%2Fa.example%2Fx%2F";
        assert_eq!(google(&told(&zone, false)), expected);
        assert!(
            outlook(&told(&zone, false)).contains("&startdt=2026-12-05T06%3A00%3A00Z&enddt=2026-12-05T07%3A30%3A00Z&")
        );
        assert!(google(&told(&zone, true)).contains("dates=20261205%2F20261205"));
    }
}
