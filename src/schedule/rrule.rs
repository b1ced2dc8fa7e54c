//! RRULEs of RFC 5545 §3.3.10, read within the subset on which the public test suites agree, and
//! written.
//!
//! What is left out is refused with the reason and what to write instead: BYWEEKNO, BYYEARDAY,
//! steps under a day, YEARLY with BYMONTHDAY and no BYMONTH, WEEKLY with BYSETPOS, and a first day
//! that is no occurrence (`check.rs`). Libraries contradict each other there, so a subscriber's
//! calendar would show other dates than the page.

use jiff::{civil::Date, tz::TimeZone};

use super::{
    day::Day,
    on::On,
    rule::{Every, Weekdays},
};
use crate::{
    base::{
        date::{When, moment_utc},
        lang::Message,
    },
    msg,
};

/// What an RRULE says, as parts of a rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Rrule {
    pub(super) every: Every,
    pub(super) interval: u16,
    pub(super) on: Vec<On>,
    pub(super) only_weekdays: Weekdays,
    pub(super) only_months: u16,
    pub(super) positions: Vec<i16>,
    pub(super) week_start: u8,
    pub(super) until: Option<Until>,
    pub(super) count: Option<u32>,
}

/// The end of an RRULE: a day, or a moment in UTC or in the site's zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Until {
    pub(super) at: When,
    pub(super) utc: bool,
}

/// Why an RRULE is not taken, and what to write instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Refusal {
    pub(super) why: Message,
    pub(super) instead: Message,
}

fn refuse<T>(why: Message, instead: Message) -> Result<T, Refusal> {
    Err(Refusal { why, instead })
}

const CODES: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// The parts as written.
#[derive(Default)]
struct Parts {
    freq: String,
    interval: u16,
    days: Vec<(i8, u8)>,
    month_days: Vec<i8>,
    months: Vec<u8>,
    positions: Vec<i16>,
    week_start: u8,
    until: Option<Until>,
    count: Option<u32>,
}

/// Reads `FREQ=WEEKLY;BYDAY=TH`, with or without `RRULE:` before it. `from` is the day that stands
/// for whatever the rule leaves open.
pub(super) fn parse(text: &str, from: Date) -> Result<Rrule, Refusal> {
    let parts = split(text)?;
    let every = match parts.freq.as_str() {
        "DAILY" => Every::Day,
        "WEEKLY" => Every::Week,
        "MONTHLY" => Every::Month,
        "YEARLY" => Every::Year,
        freq => {
            return refuse(
                msg!("FREQ={freq} 用不了：一天里的重复不算日程", "FREQ={freq} is not taken: steps are days or longer"),
                msg!("写成：FREQ=DAILY", "write: FREQ=DAILY"),
            );
        }
    };
    fitting(every, &parts)?;
    let (on, only_weekdays) = days(every, &parts, from);
    let by_months =
        matches!(every, Every::Year) && on.iter().all(|on| matches!(on, On::YearDay(..) | On::MonthNth(..)));
    let months = if by_months && !on.is_empty() { &[][..] } else { &parts.months };
    let Parts { interval, positions, week_start, until, count, .. } = parts;
    let only_months = months.iter().fold(0, |bits, month| bits | 1 << (month - 1));
    Ok(Rrule { every, interval, on, only_weekdays, only_months, positions, week_start, until, count })
}

fn split(text: &str) -> Result<Parts, Refusal> {
    let text = text.trim();
    let text = text.strip_prefix("RRULE:").unwrap_or(text);
    let mut parts = Parts { interval: 1, ..Parts::default() };
    let mut seen: Vec<String> = Vec::new();
    for part in text.split(';').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let (name, value) = (name.trim().to_ascii_uppercase(), value.trim().to_ascii_uppercase());
        if seen.contains(&name) {
            return refuse(msg!("{name} 写了两次", "{name} stands twice"), msg!("保留一个 {name}", "keep one {name}"));
        }
        take(&mut parts, &name, &value)?;
        seen.push(name);
    }
    if parts.freq.is_empty() {
        return refuse(
            msg!("RRULE 里没有 FREQ", "the RRULE has no FREQ"),
            msg!("例如：rrule: FREQ=WEEKLY;BYDAY=TH", "for example: rrule: FREQ=WEEKLY;BYDAY=TH"),
        );
    }
    if parts.count.is_some() && parts.until.is_some() {
        return refuse(
            msg!("COUNT 和 UNTIL 只能写一个", "COUNT and UNTIL exclude each other (RFC 5545 §3.3.10)"),
            msg!("删去其中一个", "leave one of them out"),
        );
    }
    Ok(parts)
}

fn take(parts: &mut Parts, name: &str, value: &str) -> Result<(), Refusal> {
    let unclear = || Refusal {
        why: msg!("{name}={value} 看不懂", "{name}={value} is not clear"),
        instead: msg!("例如：rrule: FREQ=WEEKLY;BYDAY=TH", "for example: rrule: FREQ=WEEKLY;BYDAY=TH"),
    };
    match name {
        "FREQ" => parts.freq = value.into(),
        "INTERVAL" => parts.interval = value.parse().ok().filter(|n| (1..=1000).contains(n)).ok_or_else(unclear)?,
        "COUNT" => parts.count = Some(value.parse().ok().filter(|n| *n > 0).ok_or_else(unclear)?),
        "UNTIL" => parts.until = Some(until(value).ok_or_else(unclear)?),
        "WKST" => parts.week_start = code(value).ok_or_else(unclear)?,
        "BYDAY" => parts.days = list(value, weekday).ok_or_else(unclear)?,
        "BYMONTHDAY" => parts.month_days = list(value, |n| number(n, 31)).ok_or_else(unclear)?,
        "BYMONTH" => {
            parts.months = list(value, |n| n.parse().ok().filter(|n| (1..=12).contains(n))).ok_or_else(unclear)?
        }
        "BYSETPOS" => parts.positions = list(value, |n| number(n, 366)).ok_or_else(unclear)?,
        _ => return Err(unknown_part(name)),
    }
    Ok(())
}

fn unknown_part(name: &str) -> Refusal {
    let instead = match name {
        "BYWEEKNO" => msg!(
            "按日期写：every: year, on: [5月第二个周日]，或者把日子列在 also 里",
            "write it by dates: every: year, on: [second Sunday of May], or list the days in `also`"
        ),
        "BYYEARDAY" => msg!("按日期写：every: year, on: [4月10日]", "write it by dates: every: year, on: [April 10]"),
        "BYHOUR" | "BYMINUTE" | "BYSECOND" => {
            msg!("几点写在 time 里：time: 19:00-20:30", "the hours stand in `time`: time: 19:00-20:30")
        }
        _ => msg!("删去 {name}", "leave {name} out"),
    };
    let why = match name {
        "BYWEEKNO" | "BYYEARDAY" => {
            msg!("{name} 用不了：各家日历软件算出的日子不一样", "{name} is not taken: calendars disagree on its dates")
        }
        _ => msg!("{name} 用不了", "{name} is not taken"),
    };
    Refusal { why, instead }
}

/// Refuses what suites contradict each other on.
fn fitting(every: Every, parts: &Parts) -> Result<(), Refusal> {
    let numbered = parts.days.iter().any(|(nth, _)| *nth != 0);
    if every == Every::Year && !parts.month_days.is_empty() && parts.months.is_empty() {
        return refuse(
            msg!(
                "FREQ=YEARLY 写了 BYMONTHDAY 却没有 BYMONTH：各家日历软件算出的日子不一样",
                "YEARLY with BYMONTHDAY and no BYMONTH is not taken: calendars disagree on its dates"
            ),
            msg!(
                "每个月都有就写 FREQ=MONTHLY，否则加上 BYMONTH=10",
                "write FREQ=MONTHLY for every month, or add BYMONTH=10"
            ),
        );
    }
    if matches!(every, Every::Week | Every::Day) && !parts.positions.is_empty() {
        return refuse(
            msg!("BYSETPOS 只能用在每月、每年的规则里", "BYSETPOS is taken in MONTHLY and YEARLY rules only"),
            msg!("直接写星期几：FREQ=WEEKLY;BYDAY=TH", "name the weekday: FREQ=WEEKLY;BYDAY=TH"),
        );
    }
    if !parts.positions.is_empty() && parts.days.is_empty() && parts.month_days.is_empty() {
        return refuse(
            msg!("只写 BYSETPOS，没有可选的日子", "BYSETPOS alone has nothing to choose from"),
            msg!(
                "加上 BYDAY，例如 BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
                "add BYDAY, as in BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
            ),
        );
    }
    if every == Every::Week && !parts.month_days.is_empty() {
        return refuse(
            msg!("FREQ=WEEKLY 不能写 BYMONTHDAY", "WEEKLY takes no BYMONTHDAY (RFC 5545 §3.3.10)"),
            msg!("写成：FREQ=MONTHLY;BYMONTHDAY=15", "write: FREQ=MONTHLY;BYMONTHDAY=15"),
        );
    }
    if numbered && (matches!(every, Every::Week | Every::Day) || !parts.month_days.is_empty()) {
        return refuse(
            msg!(
                "第几个星期几只能用在每月、每年的规则里",
                "numbered weekdays are taken in MONTHLY and YEARLY rules only"
            ),
            msg!("写成：FREQ=MONTHLY;BYDAY=3WE", "write: FREQ=MONTHLY;BYDAY=3WE"),
        );
    }
    if numbered && parts.days.iter().any(|(nth, _)| *nth == 0) {
        return refuse(
            msg!(
                "BYDAY 里有的带序号、有的不带：日历软件会漏掉日子",
                "BYDAY mixes numbered and plain weekdays: calendars lose dates of such rules"
            ),
            msg!("分成两个活动，或者都写上序号", "make two items of it, or number them all"),
        );
    }
    if every == Every::Year && !parts.months.is_empty() && parts.days.iter().any(|(nth, _)| nth.abs() > 5)
        || every == Every::Month && parts.days.iter().any(|(nth, _)| nth.abs() > 5)
    {
        return refuse(
            msg!("一个月里没有第六个星期几", "a month has no sixth weekday"),
            msg!("序号写 1 到 5 或 -1 到 -5", "number them 1 to 5 or -1 to -5"),
        );
    }
    Ok(())
}

/// The days of a step, and the weekdays that limit them.
fn days(every: Every, parts: &Parts, from: Date) -> (Vec<On>, Weekdays) {
    let weekdays = || Weekdays(parts.days.iter().fold(0, |bits, (_, day)| bits | 1 << day));
    let months = || parts.months.iter().copied();
    let by_month_day = || parts.month_days.iter().copied();
    let mut on: Vec<On> = match every {
        Every::Workday => Vec::new(),
        Every::Day => return (by_month_day().map(On::Day).collect(), weekdays()),
        Every::Week => parts.days.iter().map(|(_, day)| On::Weekday(*day)).collect(),
        Every::Month if !parts.month_days.is_empty() => return (by_month_day().map(On::Day).collect(), weekdays()),
        Every::Month => parts.days.iter().map(|&(nth, day)| nth_or_all(nth, day)).collect(),
        Every::Year if !parts.month_days.is_empty() => {
            let on = months().flat_map(|month| by_month_day().map(move |day| On::YearDay(month, day)));
            return (on.collect(), weekdays());
        }
        Every::Year if parts.days.is_empty() => months().map(|month| On::YearDay(month, from.day())).collect(),
        Every::Year => {
            let in_months = |&(nth, day): &(i8, u8)| match nth {
                0 => vec![On::Weekday(day)],
                _ if parts.months.is_empty() => vec![On::YearNth(nth, day)],
                _ => months().map(|month| On::MonthNth(month, nth, day)).collect(),
            };
            parts.days.iter().flat_map(in_months).collect()
        }
    };
    on.sort_unstable();
    on.dedup();
    (on, Weekdays::default())
}

fn nth_or_all(nth: i8, day: u8) -> On {
    if nth == 0 { On::Weekday(day) } else { On::Nth(nth, day) }
}

fn list<T>(value: &str, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    value.split(',').map(|one| read(one.trim())).collect()
}

fn code(text: &str) -> Option<u8> {
    CODES.iter().position(|code| *code == text).map(|at| at as u8)
}

/// `TH`, `3WE`, `-1FR`.
fn weekday(text: &str) -> Option<(i8, u8)> {
    let (nth, day) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let nth = if nth.is_empty() { 0 } else { number::<i8>(nth, 53)? };
    Some((nth, code(day)?))
}

/// A number from 1 to `most`, or from the end.
fn number<N: TryFrom<i16>>(text: &str, most: i16) -> Option<N> {
    let number: i16 = text.strip_prefix('+').unwrap_or(text).parse().ok()?;
    N::try_from(number).ok().filter(|_| number != 0 && number.abs() <= most)
}

/// `20261231`, `20261231T155959Z`, `20261231T235959`.
fn until(text: &str) -> Option<Until> {
    let digits = |range: std::ops::Range<usize>| {
        let part = text.get(range)?;
        part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<i16>().ok())?
    };
    let date = Date::new(digits(0..4)?, digits(4..6)? as i8, digits(6..8)? as i8).ok()?;
    let time = match text.get(8..)? {
        "" => None,
        rest if rest.starts_with('T') && matches!(rest.len(), 7 | 8) && (rest.len() == 7 || rest.ends_with('Z')) => {
            let part = |range: std::ops::Range<usize>| digits(range).and_then(|n| i8::try_from(n).ok());
            Some(jiff::civil::Time::new(part(9..11)?, part(11..13)?, part(13..15)?, 0).ok()?)
        }
        _ => return None,
    };
    Some(Until { at: When { date, time }, utc: text.ends_with('Z') })
}

impl Until {
    /// The last day on which something that begins at `start` o'clock may begin.
    pub(super) fn last_day(self, start: Option<jiff::civil::Time>, zone: &TimeZone) -> Date {
        let Some(time) = self.at.time else { return self.at.date };
        let local = match self.utc {
            true => TimeZone::UTC
                .to_ambiguous_zoned(self.at.date.to_datetime(time))
                .compatible()
                .map_or(self.at.start(), |moment| moment.with_time_zone(zone.clone()).datetime()),
            false => self.at.start(),
        };
        // A last moment before the hour of that day leaves that day out.
        match start {
            Some(start) if local.time() < start => local.date().yesterday().unwrap_or(local.date()),
            _ => local.date(),
        }
    }
}

/// Writes parts of a rule as an RRULE; `None` where days are not of the Gregorian calendar alone.
/// `start` is the first occurrence's beginning.
pub(super) fn write(rule: &super::Rule, start: When, zone: &TimeZone) -> Option<String> {
    let mut parts = vec![match rule.every {
        Every::Workday => return None,
        Every::Day => "FREQ=DAILY".to_owned(),
        Every::Week => "FREQ=WEEKLY".to_owned(),
        Every::Month => "FREQ=MONTHLY".to_owned(),
        Every::Year => "FREQ=YEARLY".to_owned(),
    }];
    if rule.interval > 1 {
        parts.push(format!("INTERVAL={}", rule.interval));
    }
    if let Some(count) = rule.count {
        parts.push(format!("COUNT={count}"));
    } else if let Some(until) = rule.until {
        parts.push(format!("UNTIL={}", until_text(until, start, zone)?));
    }
    if rule.every == Every::Week && rule.week_start != 0 {
        parts.push(format!("WKST={}", CODES[usize::from(rule.week_start)]));
    }
    parts.extend(by_parts(rule)?);
    Some(parts.join(";"))
}

/// UNTIL has the form of DTSTART: a day beside a day, UTC beside a time with a zone.
fn until_text(until: Date, start: When, zone: &TimeZone) -> Option<String> {
    let Some(time) = start.time else { return Some(until.strftime("%Y%m%d").to_string()) };
    let moment = moment_utc(until.to_datetime(time), zone)?;
    Some(moment.strftime("%Y%m%dT%H%M%SZ").to_string())
}

/// BYMONTH, BYMONTHDAY, BYDAY and BYSETPOS.
fn by_parts(rule: &super::Rule) -> Option<Vec<String>> {
    let join = |words: Vec<String>| words.join(",");
    let (mut days, mut month_days, mut months): (Vec<(i8, u8)>, Vec<i8>, Vec<u8>) = (vec![], vec![], vec![]);
    for on in &rule.on {
        match *on {
            On::Weekday(day) => days.push((0, day)),
            On::Nth(nth, day) | On::YearNth(nth, day) => days.push((nth, day)),
            On::Day(day) => month_days.push(day),
            On::YearDay(month, day) => {
                months.push(month);
                month_days.push(day);
            }
            On::MonthNth(month, nth, day) => {
                months.push(month);
                days.push((nth, day));
            }
            _ => return None,
        }
    }
    months.sort_unstable();
    months.dedup();
    month_days.sort_unstable();
    month_days.dedup();
    days.sort_unstable();
    days.dedup();
    // `on` is a union; the parts of an RRULE are a product: both must have as many days.
    let kinds = [!days.is_empty(), !month_days.is_empty()].into_iter().filter(|is| *is).count();
    let product = months.len().max(1) * (days.len() + month_days.len());
    if kinds > 1 || product != rule.on.len() || days.iter().any(|d| d.0 == 0) && days.iter().any(|d| d.0 != 0) {
        return None;
    }
    let limits = (0..7).filter(|day| rule.only_weekdays.0 >> day & 1 == 1).map(|day| (0, day));
    days.extend(limits);
    months.extend((1..=12).filter(|month| rule.only_months >> (month - 1) & 1 == 1));
    let texts = |numbers: Vec<i16>| join(numbers.into_iter().map(|n| n.to_string()).collect());
    let mut parts = Vec::new();
    if !months.is_empty() {
        parts.push(format!("BYMONTH={}", texts(months.into_iter().map(i16::from).collect())));
    }
    if !month_days.is_empty() {
        parts.push(format!("BYMONTHDAY={}", texts(month_days.into_iter().map(i16::from).collect())));
    }
    if !days.is_empty() {
        let day = |(nth, day): (i8, u8)| match nth {
            0 => CODES[usize::from(day)].to_owned(),
            _ => format!("{nth}{}", CODES[usize::from(day)]),
        };
        parts.push(format!("BYDAY={}", join(days.into_iter().map(day).collect())));
    }
    if !rule.positions.is_empty() {
        parts.push(format!("BYSETPOS={}", texts(rule.positions.clone())));
    }
    Some(parts)
}

/// Whether a rule's dates follow from the RRULE alone, without holidays or the moon.
pub(super) fn expressible(rule: &super::Rule) -> bool {
    let plain = rule.holiday == super::HolidayPolicy::Keep && rule.every != Every::Workday;
    plain && by_parts(rule).is_some() && !on_the_edge(rule)
}

/// A rule on a day that its first month does not have: calendars differ on what stands open.
fn on_the_edge(rule: &super::Rule) -> bool {
    rule.on.is_empty() && matches!(rule.every, Every::Month | Every::Year) && Day::from(rule.from).parts().2 > 28
}
