//! Dates as editors write them, and moments in the site's time zone.
//!
//! A date without a time as a beginning starts that day, as an end it includes that day
//! (`DESIGN`: `expires`, `until`, `deadline`).

use std::fmt;

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Time, Weekday},
    tz::TimeZone,
};
use serde::{Serialize, Serializer};

use super::lang::{Message, Tongue};
use crate::msg;

/// A date with or without a time of day, in the site's time zone, as written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct When {
    /// The day.
    pub date: Date,
    /// The time of day, if one was written.
    pub time: Option<Time>,
}

impl When {
    /// The whole of one day.
    pub fn day(date: Date) -> Self {
        Self { date, time: None }
    }

    /// The first moment it covers.
    pub fn start(self) -> DateTime {
        self.date.to_datetime(self.time.unwrap_or(Time::midnight()))
    }

    /// The first moment after it: the next midnight for a day, the moment itself with a time.
    pub fn end(self) -> DateTime {
        match self.time {
            Some(time) => self.date.to_datetime(time),
            None => self.date.checked_add(1.day()).unwrap_or(Date::MAX).to_datetime(Time::midnight()),
        }
    }

    /// Reads `2026-11-21`, `2026-11-21T08:30`, `2026-11-21 08:30:00`, and the clear variants
    /// `2026/11/21`, `2026.11.21`, `2026年11月21日` with an optional time, full-width digits
    /// included. `None` where it is not clear or no such day exists.
    ///
    /// ```
    /// use pbsite::base::date::When;
    /// assert_eq!(When::parse("2026年5月1日").unwrap().to_string(), "2026-05-01");
    /// assert_eq!(When::parse("2026-11-21 8:30").unwrap().to_string(), "2026-11-21T08:30");
    /// assert!(When::parse("2026-13-40").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.trim().chars().map(narrow).collect();
        let (date, rest) = take_date(&text)?;
        let rest = rest.trim_start_matches(['T', ' ', '日', '号']).trim();
        let time = if rest.is_empty() { None } else { Some(parse_time(rest)?) };
        Some(Self { date, time })
    }

    /// The moment it begins in `zone`, with the offset written out: `2026-11-21T08:30:00+08:00`.
    pub fn iso(self, zone: &TimeZone) -> String {
        moment_iso(self.start(), zone)
    }

    /// For readers: `2026年11月21日 08:30` or `21 November 2026, 08:30`.
    pub fn human(self, tongue: Tongue) -> String {
        let date = human_date(self.date, tongue);
        match (self.time, tongue) {
            (None, _) => date,
            (Some(time), Tongue::Zh) => format!("{date} {}", clock(time)),
            (Some(time), Tongue::En) => format!("{date}, {}", clock(time)),
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.time {
            None => self.date.fmt(f),
            Some(time) if time.second() == 0 => write!(f, "{}T{}", self.date, clock(time)),
            Some(time) => write!(f, "{}T{}:{:02}", self.date, clock(time), time.second()),
        }
    }
}

impl Serialize for When {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads a time of day: `8:30`, `08:30`, `08:30:00`, full-width colon and digits included.
pub fn parse_time(text: &str) -> Option<Time> {
    let text: String = text.trim().chars().map(narrow).collect();
    let mut parts = text.split(':');
    let hour = number(parts.next()?, 2)?;
    let minute = number(parts.next()?, 2)?;
    let second = parts.next().map_or(Some(0), |part| number(part, 2))?;
    let whole = parts.next().is_none();
    Time::new(hour as i8, minute as i8, second as i8, 0).ok().filter(|_| whole)
}

/// A span of time on one day or over midnight: `14:00-15:30` (also with `—`, `–`, `~`, `至`).
pub fn parse_time_range(text: &str) -> Option<(Time, Option<Time>)> {
    let (from, to) = match text.find(['-', '—', '–', '~', '～', '至', '－']) {
        None => (text, None),
        Some(i) => (&text[..i], Some(text[i..].trim_start_matches(['-', '—', '–', '~', '～', '至', '－']))),
    };
    Some((parse_time(from)?, to.map(|to| parse_time(to).ok_or(())).transpose().ok()?))
}

/// Parts a date from the weekday that people write beside it: `2026-10-18（周日）`, `2026-10-18 Sun`.
///
/// ```
/// use jiff::civil::Weekday;
/// use pbsite::base::date::split_weekday;
/// assert_eq!(split_weekday("2026-10-18（周日）"), ("2026-10-18", Some(Weekday::Sunday)));
/// assert_eq!(split_weekday("2026-10-18"), ("2026-10-18", None));
/// ```
pub fn split_weekday(text: &str) -> (&str, Option<Weekday>) {
    let bare = text.trim_end().trim_end_matches([')', '）']);
    for (weekday, names) in WEEKDAYS {
        for name in names {
            let cut = bare.len().checked_sub(name.len()).filter(|cut| bare.is_char_boundary(*cut));
            if let Some(cut) = cut.filter(|cut| bare[*cut..].eq_ignore_ascii_case(name)) {
                return (bare[..cut].trim_end_matches(['(', '（', ' ', ',']), Some(weekday));
            }
        }
    }
    (text, None)
}

/// The fact and the help for a date beside a weekday that it does not have.
pub fn wrong_weekday(date: Date, written: Weekday) -> (Message, Message) {
    let (right_zh, right_en) = (weekday(date, Tongue::Zh), weekday(date, Tongue::En));
    let near = date.nth_weekday(1, written).unwrap_or(date);
    let (zh, en) = (weekday(near, Tongue::Zh), weekday(near, Tongue::En));
    (
        msg!("{date} 是{right_zh}，不是{zh}", "{date} is a {right_en}, not a {en}"),
        msg!("写成：{date}（{right_zh}）；{zh}是 {near}", "write: {date} ({right_en}); the {en} after it is {near}"),
    )
}

const WEEKDAYS: [(Weekday, [&str; 5]); 7] = [
    (Weekday::Monday, ["周一", "星期一", "礼拜一", "Monday", "Mon"]),
    (Weekday::Tuesday, ["周二", "星期二", "礼拜二", "Tuesday", "Tue"]),
    (Weekday::Wednesday, ["周三", "星期三", "礼拜三", "Wednesday", "Wed"]),
    (Weekday::Thursday, ["周四", "星期四", "礼拜四", "Thursday", "Thu"]),
    (Weekday::Friday, ["周五", "星期五", "礼拜五", "Friday", "Fri"]),
    (Weekday::Saturday, ["周六", "星期六", "礼拜六", "Saturday", "Sat"]),
    (Weekday::Sunday, ["周日", "星期日", "星期天", "Sunday", "Sun"]),
];

/// `08:30`.
pub fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// `2026年11月21日` or `21 November 2026`.
pub fn human_date(date: Date, tongue: Tongue) -> String {
    match tongue {
        Tongue::Zh => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        Tongue::En => format!("{} {} {}", date.day(), MONTHS[date.month() as usize - 1], date.year()),
    }
}

/// `2026年11月` or `November 2026`.
pub fn human_month(year: i16, month: i8, tongue: Tongue) -> String {
    match tongue {
        Tongue::Zh => format!("{year}年{month}月"),
        Tongue::En => format!("{} {year}", MONTHS[month as usize - 1]),
    }
}

/// `周六` or `Sat`.
pub fn weekday(date: Date, tongue: Tongue) -> &'static str {
    let (zh, en) = match date.weekday() {
        Weekday::Monday => ("周一", "Mon"),
        Weekday::Tuesday => ("周二", "Tue"),
        Weekday::Wednesday => ("周三", "Wed"),
        Weekday::Thursday => ("周四", "Thu"),
        Weekday::Friday => ("周五", "Fri"),
        Weekday::Saturday => ("周六", "Sat"),
        Weekday::Sunday => ("周日", "Sun"),
    };
    if tongue == Tongue::Zh { zh } else { en }
}

/// The full form for readers: `2026年11月21日（周六）14:00—15:30`, both days where they differ.
pub fn human_span(start: When, end: Option<When>, tongue: Tongue) -> String {
    let day = |date: Date| match tongue {
        Tongue::Zh => format!("{}（{}）", human_date(date, tongue), weekday(date, tongue)),
        Tongue::En => format!("{}, {}", weekday(date, tongue), human_date(date, tongue)),
    };
    let gap = if tongue == Tongue::Zh { "" } else { ", " };
    let with_time = |when: When| match when.time {
        None => day(when.date),
        Some(time) => format!("{}{gap}{}", day(when.date), clock(time)),
    };
    match end {
        Some(end) if end.date == start.date => match end.time {
            Some(time) => format!("{}—{}", with_time(start), clock(time)),
            None => with_time(start),
        },
        Some(end) => format!("{}—{}", with_time(start), with_time(end)),
        None => with_time(start),
    }
}

/// `2026-11-21T08:30:00+08:00`.
pub fn moment_iso(at: DateTime, zone: &TimeZone) -> String {
    match zone.to_ambiguous_zoned(at).compatible() {
        Ok(zoned) => zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        Err(_) => at.to_string(),
    }
}

/// `2026-11-21T00:30:00Z`, the same moment in UTC.
pub fn moment_utc(at: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_ambiguous_zoned(at).compatible().ok().map(|zoned| zoned.timestamp())
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn narrow(c: char) -> char {
    match c {
        '０'..='９' | '：' | '－' | '／' | '．' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}

fn number(text: &str, digits: usize) -> Option<u32> {
    (!text.is_empty() && text.len() <= digits && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn take_date(text: &str) -> Option<(Date, &str)> {
    let (year, rest) = text.split_at_checked(4)?;
    let separators = match rest.chars().next()? {
        '-' => ["-", "-"],
        '/' => ["/", "/"],
        '.' => [".", "."],
        '年' => ["年", "月"],
        _ => return None,
    };
    let rest = rest.strip_prefix(separators[0])?;
    let (month, rest) = rest.split_once(separators[1])?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (day, rest) = rest.split_at(end);
    let date = Date::new(number(year, 4)? as i16, number(month.trim(), 2)? as i8, number(day, 2)? as i8).ok()?;
    Some((date, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_that_are_clear() {
        let read = |text| When::parse(text).map(|when| when.to_string());
        for (text, expected) in [
            ("2026-11-21", Some("2026-11-21")),
            ("2026/5/1", Some("2026-05-01")),
            ("2026.05.01", Some("2026-05-01")),
            ("２０２６－０５－０１", Some("2026-05-01")),
            ("2026年11月21日 14:30", Some("2026-11-21T14:30")),
            ("2026-11-21T14:30:05", Some("2026-11-21T14:30:05")),
            ("明天", None),
            ("2026-02-30", None),
            ("26-2-3", None),
            ("2026-11-21T25:00", None),
        ] {
            assert_eq!(read(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn spans_read_as_people_write_them() {
        let when = |text| When::parse(text).unwrap();
        let span = |a, b| human_span(when(a), Some(when(b)), Tongue::Zh);
        assert_eq!(span("2026-11-21T14:00", "2026-11-21T15:30"), "2026年11月21日（周六）14:00—15:30");
        assert_eq!(span("2026-11-21", "2026-11-22"), "2026年11月21日（周六）—2026年11月22日（周日）");
    }

    #[test]
    fn a_day_as_an_end_includes_it() {
        assert_eq!(When::parse("2026-12-31").unwrap().end().to_string(), "2027-01-01T00:00:00");
        assert_eq!(parse_time_range("14：00—15:30").unwrap().1, parse_time("15:30"));
    }
}
