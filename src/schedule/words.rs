//! A rule in words, as a careful editor would write them.

use jiff::civil::{Date, Time};

use super::{
    day::DateRange,
    on::On,
    rule::{Change, Every, HolidayPolicy, Hours, Rule, Schedule},
};
use crate::base::{
    date::{When, clock, human_date, human_span},
    lang::Tongue,
};

/// A schedule in words, in parts: a page shows them one below the other, a list only the first.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Words {
    /// `每周四 19:00—20:30，法定节假日顺延`; of what happens once, its date.
    pub rule: String,
    /// `2026年3月5日至12月31日`, `2026年3月5日起`, empty for what happens once.
    pub span: String,
    /// What is different on single days, each a phrase: `10月1日暂停`.
    pub exceptions: Vec<String>,
}

impl Words {
    /// All of it in one line.
    pub fn line(&self, tongue: Tongue) -> String {
        let (open, close, gap) = if tongue == Tongue::Zh { ("（", "）", "；") } else { (" (", ")", "; ") };
        let rest: Vec<&str> =
            [&self.span].into_iter().chain(&self.exceptions).map(String::as_str).filter(|s| !s.is_empty()).collect();
        match rest.is_empty() {
            true => self.rule.clone(),
            false => format!("{}{open}{}{close}", self.rule, rest.join(gap)),
        }
    }
}

impl Schedule {
    /// The schedule in words. They depend on what is written alone, never on the day they are read.
    pub fn words(&self, tongue: Tongue) -> Words {
        match self {
            Self::Once(once) => Words { rule: human_span(once.start, once.end, tongue), ..Words::default() },
            Self::Rule(rule) => {
                Words { rule: rule_words(rule, tongue), span: span(rule, tongue), exceptions: exceptions(rule, tongue) }
            }
        }
    }
}

fn rule_words(rule: &Rule, tongue: Tongue) -> String {
    let days = match tongue {
        Tongue::Zh => chinese_days(rule),
        Tongue::En => english_days(rule),
    };
    let gap = if tongue == Tongue::Zh { " " } else { ", " };
    let hours = rule.hours.map(|hours| format!("{gap}{}", hours_words(hours, tongue))).unwrap_or_default();
    format!("{days}{hours}{}", holiday_words(rule, tongue))
}

/// `19:00—20:30`, `22:00—次日01:00`.
fn hours_words(hours: Hours, tongue: Tongue) -> String {
    let Some(to) = hours.to else { return clock(hours.from) };
    let next = match (to <= hours.from, tongue) {
        (false, _) => "",
        (true, Tongue::Zh) => "次日",
        (true, Tongue::En) => "the next day ",
    };
    format!("{}—{next}{}", clock(hours.from), clock(to))
}

fn holiday_words(rule: &Rule, tongue: Tongue) -> &'static str {
    // Where weekdays are named, only statutory days off shift; where dates are, weekends do too.
    match (rule.holiday, rule.has_dates(), tongue) {
        (HolidayPolicy::Keep, ..) => "",
        (HolidayPolicy::Skip, _, Tongue::Zh) => "，法定节假日暂停",
        (HolidayPolicy::Skip, _, Tongue::En) => ", not on public holidays",
        (HolidayPolicy::NextWorkday, false, Tongue::Zh) => "，法定节假日顺延",
        (HolidayPolicy::NextWorkday, true, Tongue::Zh) => "，遇周末和法定节假日顺延",
        (HolidayPolicy::NextWorkday, false, Tongue::En) => ", on the next workday after a public holiday",
        (HolidayPolicy::NextWorkday, true, Tongue::En) => ", on the next workday after a weekend or public holiday",
        (HolidayPolicy::PrevWorkday, false, Tongue::Zh) => "，法定节假日提前",
        (HolidayPolicy::PrevWorkday, true, Tongue::Zh) => "，遇周末和法定节假日提前",
        (HolidayPolicy::PrevWorkday, false, Tongue::En) => ", on the last workday before a public holiday",
        (HolidayPolicy::PrevWorkday, true, Tongue::En) => ", on the last workday before a weekend or public holiday",
    }
}

/// The days that stand for `on` where nothing is written: those of `from`.
fn meant(rule: &Rule) -> Vec<On> {
    let from = rule.from;
    match (rule.every, rule.on.is_empty()) {
        (Every::Week, true) => vec![On::Weekday(from.weekday().to_monday_zero_offset() as u8)],
        (Every::Month, true) => vec![On::Day(from.day())],
        (Every::Year, true) => vec![On::YearDay(from.month() as u8, from.day())],
        _ => rule.on.clone(),
    }
}

fn chinese_days(rule: &Rule) -> String {
    let n = rule.interval;
    let on = list_zh(&meant(rule));
    let days = match (rule.every, n) {
        (Every::Day, 1) if rule.on.is_empty() && rule.only_weekdays.0 != 0 => {
            return format!("每{}{}", list_zh(&limited(rule)), months_zh(rule));
        }
        (Every::Day, 1) => "每天".to_owned(),
        (Every::Day, 2) => "隔天".into(),
        (Every::Day, _) => format!("每{n}天"),
        (Every::Workday, _) => "工作日".into(),
        (Every::Week, 1) => format!("每{on}"),
        (Every::Week, 2) => format!("隔周{on}"),
        (Every::Week, _) => format!("每{n}周的{on}"),
        (Every::Month, 1) => format!("每月{on}"),
        (Every::Month, _) => format!("每{n}个月的{on}"),
        (Every::Year, 1) => format!("每年{on}"),
        (Every::Year, _) => format!("每{n}年的{on}"),
    };
    let of_month = rule.every == Every::Day && !rule.on.is_empty();
    let days = if of_month { format!("每月{on}") } else { days };
    let limits = limited(rule);
    let limits = if limits.is_empty() { String::new() } else { format!("，限{}", list_zh(&limits)) };
    format!("{days}{limits}{}{}", positions_zh(rule), months_zh(rule))
}

/// The weekdays that an RRULE limits a rule to.
fn limited(rule: &Rule) -> Vec<On> {
    (0..7).filter(|day| rule.only_weekdays.0 >> day & 1 == 1).map(On::Weekday).collect()
}

fn positions_zh(rule: &Rule) -> String {
    let words = rule.positions.iter().map(|position| match position {
        -1 => "最后一天".to_owned(),
        ..0 => format!("倒数第{}天", -position),
        _ => format!("第{position}天"),
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() { String::new() } else { format!("中的{}", words.join("、")) }
}

fn months_zh(rule: &Rule) -> String {
    let months = (1..=12).filter(|month| rule.only_months >> (month - 1) & 1 == 1).map(|month| format!("{month}月"));
    let months: Vec<String> = months.collect();
    if months.is_empty() { String::new() } else { format!("，限{}", months.join("、")) }
}

/// `周二、周四`, `周一至周五`, `农历初一、十五`.
fn list_zh(on: &[On]) -> String {
    if let Some((first, last)) = run_of_weekdays(on) {
        return format!("{}至{}", first.words(Tongue::Zh), last.words(Tongue::Zh));
    }
    let mut words: Vec<String> = on.iter().map(|on| on.words(Tongue::Zh)).collect();
    // What all begin with is said once: 农历初一、十五.
    if on.len() > 1 && on.iter().all(|on| matches!(on, On::LunarDay(_) | On::Lunar(..))) {
        words.iter_mut().skip(1).for_each(|word| *word = word.trim_start_matches("农历").to_owned());
    }
    words.join("、")
}

/// The first and last of three or more weekdays that follow each other.
fn run_of_weekdays(on: &[On]) -> Option<(On, On)> {
    let follow = |pair: &[On]| matches!(pair, [On::Weekday(a), On::Weekday(b)] if a + 1 == *b);
    (on.len() >= 3 && on.windows(2).all(follow)).then(|| (on[0], on[on.len() - 1]))
}

fn english_days(rule: &Rule) -> String {
    let n = rule.interval;
    let on = list_en(&meant(rule));
    let days = match (rule.every, n) {
        (Every::Day, 1) if rule.on.is_empty() && rule.only_weekdays.0 != 0 => {
            return format!("Every {}{}", list_en(&limited(rule)), months_en(rule));
        }
        (Every::Day, _) if !rule.on.is_empty() => format!("{on} of every month"),
        (Every::Day, 1) => "every day".to_owned(),
        (Every::Day, 2) => "every other day".into(),
        (Every::Day, _) => format!("every {n} days"),
        (Every::Workday, _) => "workdays".into(),
        (Every::Week, 1) => format!("every {on}"),
        (Every::Week, 2) => format!("every other week on {on}"),
        (Every::Week, _) => format!("every {n} weeks on {on}"),
        (Every::Month, 1) if rule.on.iter().all(|on| matches!(on, On::LunarDay(_))) && !rule.on.is_empty() => on,
        (Every::Month, 1) => format!("{on} of every month"),
        (Every::Month, _) => format!("{on} of every {} month", super::on::ordinal(i32::from(n))),
        (Every::Year, 1) => format!("every year on {on}"),
        (Every::Year, _) => format!("every {n} years on {on}"),
    };
    let limits = limited(rule);
    let limits = if limits.is_empty() { String::new() } else { format!(", {} only", list_en(&limits)) };
    let line = format!("{days}{limits}{}{}", positions_en(rule), months_en(rule));
    let mut letters = line.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

fn positions_en(rule: &Rule) -> String {
    let words = rule.positions.iter().map(|position| match position {
        -1 => "last".to_owned(),
        ..0 => format!("{} last", super::on::ordinal(-i32::from(*position))),
        _ => super::on::ordinal(i32::from(*position)),
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() { String::new() } else { format!(", the {} of them", words.join(" and ")) }
}

fn months_en(rule: &Rule) -> String {
    let name = |month: i8| {
        let date = Date::new(2000, month, 1).unwrap_or_default();
        date.strftime("%B").to_string()
    };
    let months = (1..=12).filter(|month| rule.only_months >> (month - 1) & 1 == 1).map(name);
    let months: Vec<String> = months.collect();
    if months.is_empty() { String::new() } else { format!(", in {}", and(&months)) }
}

fn list_en(on: &[On]) -> String {
    match run_of_weekdays(on) {
        Some((first, last)) => format!("{} to {}", first.words(Tongue::En), last.words(Tongue::En)),
        None => and(&on.iter().map(|on| on.words(Tongue::En)).collect::<Vec<_>>()),
    }
}

fn and(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// From when and until when.
fn span(rule: &Rule, tongue: Tongue) -> String {
    let from = human_date(rule.from, tongue);
    match (rule.until, rule.count, tongue) {
        (Some(until), _, Tongue::Zh) if until.year() == rule.from.year() => {
            format!("{from}至{}", short(until, rule.from.year(), tongue))
        }
        (Some(until), _, Tongue::Zh) => format!("{from}至{}", human_date(until, tongue)),
        (Some(until), _, Tongue::En) => format!("{from} to {}", human_date(until, tongue)),
        (None, Some(count), Tongue::Zh) => format!("{from}起，共{count}次"),
        (None, Some(count), Tongue::En) => format!("from {from}, {count} times"),
        (None, None, Tongue::Zh) => format!("{from}起"),
        (None, None, Tongue::En) => format!("from {from}"),
    }
}

/// The date without its year where all dates of the rule are in one year.
fn short(date: Date, year: i16, tongue: Tongue) -> String {
    let full = human_date(date, tongue);
    match (date.year() == year, tongue) {
        (false, _) => full,
        (true, Tongue::Zh) => format!("{}月{}日", date.month(), date.day()),
        (true, Tongue::En) => full.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end().to_owned(),
    }
}

fn exceptions(rule: &Rule, tongue: Tongue) -> Vec<String> {
    let year = match rule.until {
        Some(until) if until.year() == rule.from.year() => until.year(),
        // Nothing to leave out: the dates may be of any year.
        _ => 0,
    };
    let mut phrases = Vec::new();
    let except = rule.except.iter().map(|except| range(except.value, year, tongue));
    let except: Vec<String> = except.collect();
    if !except.is_empty() {
        phrases.push(match tongue {
            Tongue::Zh => format!("{}暂停", except.join("、")),
            Tongue::En => format!("not on {}", and(&except)),
        });
    }
    let also: Vec<String> = rule.also.iter().map(|also| when(also.value, year, tongue)).collect();
    if !also.is_empty() {
        phrases.push(match tongue {
            Tongue::Zh => format!("加办{}", also.join("、")),
            Tongue::En => format!("also on {}", and(&also)),
        });
    }
    phrases.extend(rule.changes.iter().map(|change| changed(change, year, tongue)));
    phrases
}

fn range(range: DateRange, year: i16, tongue: Tongue) -> String {
    let first = short(range.first, year, tongue);
    if range.first == range.last {
        return first;
    }
    let last = short(range.last, year, tongue);
    if tongue == Tongue::Zh { format!("{first}至{last}") } else { format!("{first} to {last}") }
}

fn when(at: When, year: i16, tongue: Tongue) -> String {
    let date = short(at.date, year, tongue);
    let time =
        |time: Time| if tongue == Tongue::Zh { format!(" {}", clock(time)) } else { format!(", {}", clock(time)) };
    format!("{date}{}", at.time.map(time).unwrap_or_default())
}

fn changed(change: &Change, year: i16, tongue: Tongue) -> String {
    let date = short(change.date, year, tongue);
    let zh = tongue == Tongue::Zh;
    let mut parts = Vec::new();
    if change.cancelled {
        parts.push(if zh { format!("{date}取消") } else { format!("{date} cancelled") });
    } else {
        let hours = change.hours.map(|hours| hours_words(hours, tongue));
        let to = change.to.map(|to| when(to, year, tongue));
        parts.extend(match (to, hours, zh) {
            (Some(to), Some(hours), true) => Some(format!("{date}改到{to} {hours}")),
            (Some(to), Some(hours), false) => Some(format!("{date} moved to {to}, {hours}")),
            (Some(to), None, true) => Some(format!("{date}改到{to}")),
            (Some(to), None, false) => Some(format!("{date} moved to {to}")),
            (None, Some(hours), true) => Some(format!("{date}改为{hours}")),
            (None, Some(hours), false) => Some(format!("{date} at {hours}")),
            (None, None, _) => Some(date),
        });
        parts.extend(
            change
                .title
                .as_ref()
                .map(|title| if zh { format!("改为“{title}”") } else { format!("“{title}” instead") }),
        );
        parts.extend(
            change.place.as_ref().map(|place| if zh { format!("地点：{place}") } else { format!("at {place}") }),
        );
    }
    let note = change.note.as_ref().map(|note| if zh { format!("（{note}）") } else { format!(" ({note})") });
    parts.join(if zh { "，" } else { ", " }) + &note.unwrap_or_default()
}
