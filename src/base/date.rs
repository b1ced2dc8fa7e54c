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
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

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
        let (date, rest) = take_date(text.trim_end_matches(['。', '，', '；', '、', ',', ';', '.']))?;
        let rest = without_weekday(rest.trim_start_matches(['T', ' ', '日', '号']).trim());
        let time = if rest.is_empty() { None } else { Some(parse_time(rest)?) };
        Some(Self { date, time })
    }

    /// What was most likely meant by a text that is no date: `20261121`, `21 Nov 2026`,
    /// `二〇二六年十一月二十一日`, `26-11-21`. To be asked, never to be taken for granted.
    ///
    /// ```
    /// use pbsite::base::date::When;
    /// assert_eq!(When::meant("20261121").unwrap().to_string(), "2026-11-21");
    /// assert!(When::meant("明天").is_none());
    /// ```
    pub fn meant(text: &str) -> Option<Self> {
        let text: String = text.trim().chars().map(narrow).collect();
        if let Some(when) = ["+08:00", "+0800", " +08"].iter().find_map(|zone| Self::parse(text.strip_suffix(zone)?)) {
            return Some(when);
        }
        let digits: String = text.chars().map(|c| chinese_digit(c).unwrap_or(c)).collect();
        eight_digits(&text)
            .or_else(|| chinese_date(&digits))
            .or_else(|| english_date(&text))
            .or_else(|| any_order(&text))
            .map(Self::day)
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

/// A date as programs keep it: year, month, day; hour, minute, second.
type Numbers = (i16, i8, i8, Option<(i8, i8, i8)>);

impl Serialize for When {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        let time = self.time.map(|time| (time.hour(), time.minute(), time.second()));
        let numbers: Numbers = (self.date.year(), self.date.month(), self.date.day(), time);
        numbers.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
            return Self::parse(&text).ok_or_else(|| D::Error::custom("no date"));
        }
        let (year, month, day, time) = Numbers::deserialize(deserializer)?;
        let date = Date::new(year, month, day).map_err(D::Error::custom)?;
        let time = time.map(|(hour, minute, second)| Time::new(hour, minute, second, 0)).transpose();
        Ok(Self { date, time: time.map_err(D::Error::custom)? })
    }
}

/// Why a text is no date, where that can be said: no such day, no year.
pub fn why_no_date(text: &str) -> Option<Message> {
    let text: String = text.trim().chars().map(narrow).collect();
    let numbers: Vec<u32> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .filter_map(|part| part.parse().ok())
        .collect();
    match numbers[..] {
        [_, month, ..] if numbers[0] > 999 && !(1..=12).contains(&month) => {
            Some(msg!("没有 {month} 月", "there is no month {month}"))
        }
        [year, month, day, ..] if year > 999 && year < 9999 && (1..=12).contains(&month) => {
            let last = Date::new(year as i16, month as i8, 1).ok()?.days_in_month();
            (day == 0 || day > last as u32).then(|| {
                msg!(
                    "{year} 年 {month} 月只有 {last} 天，没有 {day} 日",
                    "month {month} of {year} has {last} days, not {day}"
                )
            })
        }
        [month, day] if text.contains('月') && month <= 12 && day <= 31 => {
            Some(msg!("没有写年份", "the year is missing"))
        }
        _ => None,
    }
}

/// Reads a time of day: `8:30`, `08:30`, `08:30:00`, `下午2点半`, `14时30分`, `2:30pm`, full-width
/// colon and digits included.
pub fn parse_time(text: &str) -> Option<Time> {
    let text: String = text.trim().chars().map(narrow).collect();
    let (rest, afternoon) = take_half(&text);
    let rest = rest.replace("点半", "点30分").replace("点钟", "点").replace("点整", "点");
    let rest = match rest.split_once(['点', '时']) {
        Some((hour, "")) => format!("{hour}:00"),
        Some((hour, minute)) => format!("{hour}:{}", minute.trim_end_matches('分')),
        // 2pm
        None if afternoon.is_some() && !rest.contains(':') => format!("{rest}:00"),
        None => rest,
    };
    let time = parse_clock(&rest)?;
    match afternoon {
        Some(true) if time.hour() < 12 => Time::new(time.hour() + 12, time.minute(), time.second(), 0).ok(),
        Some(false) if time.hour() > 12 => None,
        _ => Some(time),
    }
}

/// What was most likely meant by a text that is no time: `1430`, `14.30`, `14`, `14:00-`.
pub fn meant_time(text: &str) -> Option<String> {
    let text: String = text.trim().chars().map(narrow).collect();
    let text = text.trim_end_matches(['-', '—', '起', '开', '始', ' ']);
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let clocked = match (digits, text.len()) {
        (true, 1 | 2) => format!("{text}:00"),
        (true, 4) => format!("{}:{}", &text[..2], &text[2..]),
        _ => text.replace(['.', ';'], ":"),
    };
    let (from, to) = parse_time_range(&clocked)?;
    Some(to.map_or_else(|| clock(from), |to| format!("{}-{}", clock(from), clock(to))))
}

/// `下午2:30`: the time, and whether it is after noon where that was said.
fn take_half(text: &str) -> (String, Option<bool>) {
    let words = [
        ("凌晨", false),
        ("早上", false),
        ("上午", false),
        ("中午", true),
        ("下午", true),
        ("晚上", true),
        ("傍晚", true),
    ];
    let lower = text.to_ascii_lowercase();
    let before = words.iter().find_map(|(word, after)| Some((lower.strip_prefix(word)?.trim().to_owned(), *after)));
    let behind = || {
        [("am", false), ("pm", true)]
            .iter()
            .find_map(|(word, after)| Some((lower.strip_suffix(word)?.trim().to_owned(), *after)))
    };
    match before.or_else(behind) {
        // 中午11:30 is before noon.
        Some((rest, true)) if text.starts_with("中午") && rest.starts_with("11") => (rest, Some(false)),
        Some((rest, after)) => (rest, Some(after)),
        None => (text.to_owned(), None),
    }
}

fn parse_clock(text: &str) -> Option<Time> {
    let mut parts = text.split(':').map(str::trim);
    let hour = number(parts.next()?, 2)?;
    let minute = parts.next().filter(|part| part.len() == 2).and_then(|part| number(part, 2))?;
    let second = parts.next().map_or(Some(0), |part| number(part, 2))?;
    let whole = parts.next().is_none();
    Time::new(hour as i8, minute as i8, second as i8, 0).ok().filter(|_| whole)
}

/// A span of time on one day or over midnight: `14:00-15:30` (also with `—`, `–`, `~`, `至`, `到`).
/// What follows 上午 or 下午 is in the same half of the day, unless it says otherwise.
pub fn parse_time_range(text: &str) -> Option<(Time, Option<Time>)> {
    const DASHES: [char; 10] = ['-', '—', '–', '~', '～', '〜', '至', '到', '－', '―'];
    let text = text.trim();
    let Some((from, to)) = text.find(DASHES).map(|i| (&text[..i], text[i..].trim_start_matches(DASHES))) else {
        return Some((parse_time(text)?, None));
    };
    let start = parse_time(from)?;
    if to.trim() == "24:00" {
        return Some((start, Some(Time::midnight())));
    }
    let mut end = parse_time(to)?;
    let (said, says) = (take_half(from).1, take_half(to).1);
    if said == Some(true) && says.is_none() && end.hour() < 12 && end <= start {
        end = Time::new(end.hour() + 12, end.minute(), end.second(), 0).ok()?;
    }
    Some((start, Some(end)))
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
        Tongue::Zh => {
            let mut text = String::with_capacity(20);
            for (number, unit) in [(date.year(), "年"), (date.month().into(), "月"), (date.day().into(), "日")] {
                push_number(&mut text, number);
                text.push_str(unit);
            }
            text
        }
        Tongue::En => format!("{} {} {}", date.day(), MONTHS[date.month() as usize - 1], date.year()),
    }
}

/// Every page holds dates, and the machinery of `format!` takes ten times as long for them.
fn push_number(text: &mut String, number: i16) {
    if number < 0 {
        text.push('-');
    }
    let mut digits = [0; 5];
    let mut rest = number.unsigned_abs();
    let mut at = digits.len();
    while rest > 0 || at == digits.len() {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    text.extend(digits[at..].iter().map(|digit| char::from(*digit)));
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
    let Ok(zoned) = zone.to_ambiguous_zoned(at).compatible() else { return at.to_string() };
    let (at, offset) = (zoned.datetime(), zoned.offset().seconds());
    if !(0..=9999).contains(&at.year()) || offset % 60 != 0 {
        return zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    }
    // Written by hand: pages, feeds and the site map hold tens of thousands of them.
    let mut out = String::with_capacity(25);
    push_digits(&mut out, at.year() / 100, "");
    push_digits(&mut out, at.year() % 100, "-");
    push_digits(&mut out, at.month().into(), "-");
    push_digits(&mut out, at.day().into(), "T");
    push_digits(&mut out, at.hour().into(), ":");
    push_digits(&mut out, at.minute().into(), ":");
    push_digits(&mut out, at.second().into(), if offset < 0 { "-" } else { "+" });
    let minutes = (offset / 60).unsigned_abs();
    push_digits(&mut out, (minutes / 60) as i16, ":");
    push_digits(&mut out, (minutes % 60) as i16, "");
    out
}

/// Two digits, and what stands behind them.
fn push_digits(out: &mut String, n: i16, behind: &str) {
    out.push(char::from(b'0' + (n / 10 % 10) as u8));
    out.push(char::from(b'0' + (n % 10) as u8));
    out.push_str(behind);
}

/// `2026-11-21T00:30:00Z`, the same moment in UTC.
pub fn moment_utc(at: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_ambiguous_zoned(at).compatible().ok().map(|zoned| zoned.timestamp())
}

/// The months by their English names, January first.
pub const MONTHS: [&str; 12] = [
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

/// `（周五）08:30` without the day of the week.
fn without_weekday(text: &str) -> &str {
    let inner = text.trim_start_matches(['（', '(']);
    let rest = ["星期", "周", "礼拜"].iter().find_map(|word| inner.strip_prefix(word));
    let Some(rest) = rest else { return text };
    let mut rest = rest.chars();
    match rest.next() {
        Some('一' | '二' | '三' | '四' | '五' | '六' | '日' | '天') => {
            rest.as_str().trim_start_matches(['）', ')']).trim()
        }
        _ => text,
    }
}

fn eight_digits(text: &str) -> Option<Date> {
    let part = |range: std::ops::Range<usize>| number(text.get(range)?, 4);
    (text.len() == 8).then_some(())?;
    Date::new(part(0..4)? as i16, part(4..6)? as i8, part(6..8)? as i8).ok()
}

fn chinese_digit(c: char) -> Option<char> {
    let at = "〇一二三四五六七八九".chars().position(|digit| digit == c || c == '零' && digit == '〇')?;
    char::from_digit(at as u32, 10)
}

/// `2026年十1月2十1日`, the digits of `二〇二六年十一月二十一日`.
fn chinese_date(text: &str) -> Option<Date> {
    let tens = |part: &str| -> Option<i8> {
        let Some((tens, ones)) = part.split_once('十') else { return Some(number(part, 2)? as i8) };
        let digit = |text: &str, empty| if text.is_empty() { Some(empty) } else { number(text, 1) };
        Some((digit(tens, 1)? * 10 + digit(ones, 0)?) as i8)
    };
    let (year, rest) = text.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let day = rest.trim_end_matches(['日', '号']);
    Date::new(number(year.trim(), 4).filter(|year| *year > 999)? as i16, tens(month.trim())?, tens(day.trim())?).ok()
}

/// `21 November 2026`, `Nov 21, 2026`.
fn english_date(text: &str) -> Option<Date> {
    let words: Vec<String> =
        text.split([' ', ',', '.', '-']).filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect();
    let month = |word: &str| {
        MONTHS
            .iter()
            .position(|name| word.len() >= 3 && name.to_ascii_lowercase().starts_with(word))
            .map(|i| i as i8 + 1)
    };
    let [a, b, year] = &words[..] else { return None };
    let (month, day) = month(b).map(|month| (month, a)).or_else(|| Some((month(a)?, b)))?;
    let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    Date::new(number(year, 4).filter(|year| *year > 999)? as i16, month, number(day, 2)? as i8).ok()
}

/// `26-11-21`, `21/11/2026`, `2026,11,21`: three numbers that only one order makes a date.
fn any_order(text: &str) -> Option<Date> {
    let numbers: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let [a, b, c] = numbers[..] else { return None };
    let (a, b, c) = (number(a, 4)?, number(b, 2)?, number(c, 4)?);
    let date = |year: u32, month: u32, day: u32| Date::new(year as i16, month as i8, day as i8).ok();
    match (a, c) {
        (1000.., ..=31) => date(a, b, c),
        (13..=31, 1000..) => date(c, b, a),
        (20..=99, ..=31) => date(2000 + a, b, c),
        _ => None,
    }
}

fn take_date(text: &str) -> Option<(Date, &str)> {
    let (year, rest) = text.split_at_checked(4)?;
    let rest = rest.trim_start();
    let separators = match rest.chars().next()? {
        '-' => ["-", "-"],
        '—' => ["—", "—"],
        '–' => ["–", "–"],
        '/' => ["/", "/"],
        '.' => [".", "."],
        '年' => ["年", "月"],
        _ => return None,
    };
    let rest = rest.strip_prefix(separators[0])?;
    let (month, rest) = rest.split_once(separators[1])?;
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (day, rest) = rest.split_at(end);
    let rest = rest.trim_start();
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
            ("2026 年 11 月 21 日（周六）下午2点半", Some("2026-11-21T14:30")),
            ("2026—11—21", Some("2026-11-21")),
            ("2026-11-21。", Some("2026-11-21")),
            ("2026-11-21 星期六", Some("2026-11-21")),
            ("20261121", None),
        ] {
            assert_eq!(read(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_was_meant_is_guessed() {
        for (text, expected) in [
            ("20261121", Some("2026-11-21")),
            ("二〇二六年十一月二十一日", Some("2026-11-21")),
            ("2026年十月1日", Some("2026-10-01")),
            ("21 Nov 2026", Some("2026-11-21")),
            ("November 21st, 2026", Some("2026-11-21")),
            ("26-11-21", Some("2026-11-21")),
            ("21/11/2026", Some("2026-11-21")),
            ("02/03/2026", None),
            ("11月21日", None),
            ("明天", None),
        ] {
            assert_eq!(When::meant(text).map(|when| when.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn times_read_as_people_write_them() {
        let read = |text| {
            let (from, to) = parse_time_range(text)?;
            Some(format!("{}-{}", clock(from), to.map(clock).unwrap_or_default()))
        };
        for (text, expected) in [
            ("14:00-15:30", Some("14:00-15:30")),
            ("14：00至15：30", Some("14:00-15:30")),
            ("14:00 — 15:30", Some("14:00-15:30")),
            ("下午2点到4点", Some("14:00-16:00")),
            ("上午9点半至下午1点", Some("09:30-13:00")),
            ("9时30分", Some("09:30-")),
            ("2pm", Some("14:00-")),
            ("中午12点", Some("12:00-")),
            ("20:00-24:00", Some("20:00-00:00")),
            ("14:00-", None),
            ("14", None),
            ("下午", None),
            ("8:5", None),
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
    fn moments_are_written_as_the_standard_says() {
        for (zone, at) in
            [("Asia/Shanghai", "2026-11-21T08:30"), ("America/St_Johns", "0987-01-02T23:59:07"), ("UTC", "9999-12-29")]
        {
            let zone = TimeZone::get(zone).unwrap();
            let at = When::parse(at).unwrap().start();
            let expect = zone.to_ambiguous_zoned(at).compatible().unwrap().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
            assert_eq!(moment_iso(at, &zone), expect);
        }
        let winter = When::parse("2026-01-02T23:59:07").unwrap().start();
        assert_eq!(moment_iso(winter, &TimeZone::get("America/St_Johns").unwrap()), "2026-01-02T23:59:07-03:30");
    }

    #[test]
    fn a_day_as_an_end_includes_it() {
        assert_eq!(When::parse("2026-12-31").unwrap().end().to_string(), "2027-01-01T00:00:00");
        assert_eq!(parse_time_range("14：00—15:30").unwrap().1, parse_time("15:30"));
    }
}
