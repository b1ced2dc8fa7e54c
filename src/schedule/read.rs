//! The `schedule:` block: what it may hold, and a [`Schedule`] of it with a diagnostic for every
//! contradiction. What can only be seen in the dates themselves is in `check.rs`.

use std::sync::Arc;

use jiff::{civil::Date, tz::TimeZone};

use super::{
    day::{DateRange, Day},
    expand::Days,
    holidays::Holidays,
    lunar,
    on::On,
    rrule::{self, Rrule},
    rule::{Change, Every, HolidayPolicy, Hours, Once, Rule, Schedule, Weekdays, Written},
};
use crate::{
    base::{
        date::{When, parse_time_range, split_weekday, wrong_weekday},
        lang::{Message, Tongue},
    },
    diagnostics::{Code, Diagnostic},
    fields::{At, Field, Node, NodeValue, Origin, Shape, Spot, Values},
    msg,
};

/// What a `schedule:` block may hold.
pub fn shape() -> Vec<Field> {
    use Shape::{Boolean, Choice, Date, Hours, Integer, Records, Text, Texts};
    let f = Field::new;
    let words = |all: &[&str]| Choice(all.iter().map(|word| (*word).to_owned()).collect());
    let change = vec![
        f("date", Date, "原定日期", "original date").required(),
        f("to", Date, "改到", "moved to"),
        f("time", Hours, "改为几点", "other hours"),
        f("title", Text, "改名", "other title"),
        f("place", Text, "改地点", "other place"),
        f("cancelled", Boolean, "取消", "cancelled"),
        f("note", Text, "说明", "note"),
    ];
    vec![
        f("start", Date, "开始", "start"),
        f("end", Date, "结束", "end"),
        f("time", Hours, "时间", "time of day"),
        f("all_day", Boolean, "全天", "all day"),
        f("every", words(&Every::ALL.map(|every| every.1)), "重复", "repeats"),
        f("on", Texts, "哪几天", "which days"),
        f("from", Date, "从哪天起", "first day"),
        f("until", Date, "到哪天为止", "last day"),
        f("count", Integer, "共几次", "how many times"),
        f("interval", Integer, "间隔", "interval"),
        f("holiday", words(&HolidayPolicy::ALL.map(|policy| policy.1)), "遇节假日", "on holidays"),
        f("except", Texts, "哪几天没有", "days without"),
        f("also", Texts, "另加哪几天", "days besides"),
        f("change", Records(change), "单次变动", "single changes"),
        f("rrule", Text, "重复规则", "RRULE"),
    ]
}

/// Keys that only something that recurs may have.
const RULE_ONLY: [&str; 9] = ["on", "from", "until", "count", "interval", "holiday", "except", "also", "change"];

/// Reads a block, `node` as written and `values` as held against [`shape`]. What contradicts itself
/// is reported, and `None` comes of what could mean several things.
pub fn read(
    values: &Values,
    node: &Node,
    origin: &Origin,
    zone: &TimeZone,
    problems: &mut Vec<Diagnostic>,
) -> Option<Schedule> {
    let unread = has_more(node, values);
    let mut reader = Reader { values, at: node.at, origin, zone, problems, unread };
    if values.get("every").is_some() || values.get("rrule").is_some() {
        return reader.rule().map(|rule| Schedule::Rule(Arc::new(rule)));
    }
    reader.once().map(Schedule::Once)
}

/// Whether something stands in the block that could not be read: it may be what seems to be missing.
fn has_more(node: &Node, values: &Values) -> bool {
    match &node.value {
        NodeValue::Map(pairs) => pairs.iter().any(|(key, _)| key.text().is_none_or(|name| values.get(name).is_none())),
        _ => true,
    }
}

struct Reader<'a> {
    values: &'a Values,
    at: At,
    origin: &'a Origin,
    zone: &'a TimeZone,
    problems: &'a mut Vec<Diagnostic>,
    /// Whether a field that seems to be missing may be there, badly written.
    unread: bool,
}

impl Reader<'_> {
    fn report(&mut self, code: Code, at: At, message: Message, help: Message) {
        self.problems.push(Diagnostic::new(code, self.origin.place(at), message).help(help));
    }

    fn at(&self, name: &str) -> At {
        self.values.at(name).unwrap_or(self.at)
    }

    fn missing(&mut self, message: Message, help: Message) {
        if !self.unread {
            self.report(Code::ScheduleUnclear, self.at, message, help);
        }
    }

    fn once(&mut self) -> Option<Once> {
        if let Some(name) = RULE_ONLY.into_iter().find(|name| self.values.get(name).is_some()) {
            let has_start = self.values.get("start").is_some();
            if !self.unread {
                self.report(
                    Code::ScheduleUnclear,
                    self.at(name),
                    msg!("写了 {name}，却没有写多久重复一次（every）", "`{name}` stands here without `every`"),
                    msg!("加上一行：every: week", "add a line: every: week"),
                );
            }
            if !has_start {
                return None;
            }
        }
        let Some(mut start) = self.values.when("start") else {
            self.missing(
                msg!("日程里没有写哪一天（start）", "the schedule does not say which day (`start`)"),
                msg!(
                    "加上一行：start: 2026-11-21；重复的写成：every: week, on: [周四], from: 2026-11-26",
                    "add a line: start: 2026-11-21; what recurs: every: week, on: [Thursday], from: 2026-11-26"
                ),
            );
            return None;
        };
        let mut end = self.values.when("end");
        if self.values.boolean("all_day") == Some(true) && start.time.is_some() {
            self.all_day_with_hours();
        }
        if let Some(hours) = self.hours() {
            if start.time.is_some() {
                let day = start.date;
                self.report(
                    Code::DateOrder,
                    self.at("time"),
                    msg!("开始时间写了两次：start 和 time", "the time of day stands twice: in `start` and in `time`"),
                    msg!("start 只写日期：start: {day}", "write the day only: start: {day}"),
                );
            }
            let last = end.map_or(start.date, |end| end.date);
            // 22:00-01:00 goes over midnight, and so does the last evening of several.
            (start.time, end) = (Some(hours.from), hours.on(last).1);
            if last > start.date && hours.to.is_some_and(|to| to <= hours.from) {
                end = hours.to.map(|to| When { date: last, time: Some(to) });
            }
        }
        if end.is_some_and(|end| end.date < start.date || end.end() < start.start()) {
            let (from, to) = (start, end.map(|end| end.to_string()).unwrap_or_default());
            self.report(
                Code::DateOrder,
                self.at("end"),
                msg!("结束（{to}）早于开始（{from}）", "it ends ({to}) before it begins ({from})"),
                msg!(
                    "改 start 或 end；当天结束就删掉 end",
                    "correct `start` or `end`; leave `end` out if it ends that day"
                ),
            );
        }
        Some(Once { start, end })
    }

    fn all_day_with_hours(&mut self) {
        self.report(
            Code::DateOrder,
            self.at("all_day"),
            msg!("写了全天（all_day），就不要再写时间", "`all_day` and a time of day contradict each other"),
            msg!("删掉其中一行", "delete one of the lines"),
        );
    }

    fn hours(&mut self) -> Option<Hours> {
        let hours = hours(self.values.text("time"));
        if hours.is_some() && self.values.boolean("all_day") == Some(true) {
            self.all_day_with_hours();
        }
        hours
    }

    fn rule(&mut self) -> Option<Rule> {
        if let Some(name) = ["start", "end"].into_iter().find(|name| self.values.get(name).is_some()) {
            let (instead, day) = if name == "start" { ("from", "2026-11-26") } else { ("until", "2026-12-31") };
            let day = self.values.when(name).map_or(day.to_owned(), |when| when.date.to_string());
            self.report(
                Code::ScheduleUnclear,
                self.at(name),
                msg!("重复的日程用 {instead}，不用 {name}", "what recurs has `{instead}`, not `{name}`"),
                msg!("写成：{instead}: {day}", "write: {instead}: {day}"),
            );
            return None;
        }
        let Some(from) = self.values.when("from").map(|when| when.date) else {
            self.missing(
                msg!("没有写从哪天起（from）", "the rule does not say from which day (`from`)"),
                msg!("加上一行：from: 2026-11-26", "add a line: from: 2026-11-26"),
            );
            return None;
        };
        let hours = self.hours();
        let until = self.values.when("until").map(|when| when.date);
        let parts = match self.values.get("rrule") {
            Some(_) => self.by_rrule(from)?,
            None => self.by_words()?,
        };
        let last = |until: rrule::Until| until.last_day(hours.map(|hours| hours.from), self.zone);
        let until = until.or(parts.until.map(last));
        if let Some(until) = until.filter(|until| *until < from) {
            let at = if self.values.get("until").is_some() { "until" } else { "rrule" };
            self.report(
                Code::DateOrder,
                self.at(at),
                msg!("结束（{until}）早于开始（{from}）", "it ends ({until}) before it begins ({from})"),
                msg!("改 from 或 until", "correct `from` or `until`"),
            );
            return None;
        }
        self.within_the_table(&parts.on, from, until);
        let policy = self.values.text("holiday");
        let holiday = HolidayPolicy::ALL.iter().find(|known| known.1 == policy).map(|known| known.0);
        let Rrule { every, interval, on, only_weekdays, only_months, positions, week_start, count, .. } = parts;
        let rule = Rule {
            every,
            interval,
            on,
            only_weekdays,
            only_months,
            positions,
            week_start,
            hours,
            from,
            until,
            count,
            holiday: holiday.unwrap_or_default(),
            except: self.except(),
            also: self.also(),
            changes: self.changes(),
            at: self.values.at("every").or(self.values.at("rrule")).unwrap_or(self.at),
        };
        self.begins_with_a_date(&rule).then_some(rule)
    }

    /// Lunar dates are known from 1900 to 2100.
    fn within_the_table(&mut self, on: &[On], from: Date, until: Option<Date>) {
        let outside = [from, until.unwrap_or(from)].into_iter().find(|day| !lunar::covers(i32::from(day.year())));
        let Some(day) = outside.filter(|_| on.iter().any(|on| on.is_lunar())) else { return };
        let field = if day == from { "from" } else { "until" };
        self.report(
            Code::ScheduleUnclear,
            self.at(field),
            msg!(
                "农历和节气只知道 1900 到 2100 年，没有 {day}",
                "lunar dates and terms are known from 1900 to 2100, not for {day}"
            ),
            msg!("写成：{field}: 2026-12-31", "write: {field}: 2026-12-31"),
        );
    }

    /// The first day of an RRULE must be one of its dates: libraries count it or not.
    fn begins_with_a_date(&mut self, rule: &Rule) -> bool {
        let from = Day::from(rule.from);
        let first = Days::new(rule, &Holidays::default(), from, from.plus(20_000)).next();
        if self.values.get("rrule").is_none() || first.is_none_or(|first| first == from) {
            return true;
        }
        let (from, first) = (rule.from, first.and_then(Day::date).unwrap_or_default());
        self.report(
            Code::RruleRefused,
            self.at("from"),
            msg!(
                "from（{from}）不是这条 rrule 的日子：有的日历软件会多算一次",
                "`from` ({from}) is no date of the `rrule`: some calendars count it all the same"
            ),
            msg!("写成第一次的日期：from: {first}", "write the first date: from: {first}"),
        );
        false
    }

    fn by_rrule(&mut self, from: Date) -> Option<Rrule> {
        let beside = ["every", "on", "interval", "count"].into_iter().find(|name| self.values.get(name).is_some());
        if let Some(name) = beside {
            self.report(
                Code::ScheduleUnclear,
                self.at(name),
                msg!("rrule 和 {name} 只能写一个", "`rrule` and `{name}` exclude each other"),
                msg!("删掉 {name} 这一行，或者删掉 rrule", "delete the line of `{name}`, or that of `rrule`"),
            );
            return None;
        }
        let read = match rrule::parse(self.values.text("rrule"), from) {
            Ok(read) => read,
            Err(refusal) => {
                self.report(Code::RruleRefused, self.at("rrule"), refusal.why, refusal.instead);
                return None;
            }
        };
        if self.values.get("until").is_some() && (read.until.is_some() || read.count.is_some()) {
            self.report(
                Code::ScheduleUnclear,
                self.at("until"),
                msg!("rrule 里已经写了到哪天为止", "the `rrule` has an end of its own"),
                msg!("删掉 until 这一行", "delete the line of `until`"),
            );
        }
        Some(read)
    }

    fn by_words(&mut self) -> Option<Rrule> {
        let word = self.values.text("every");
        let every = Every::ALL.iter().find(|every| every.1 == word)?.0;
        let interval = self.positive("interval").unwrap_or(1).min(1000) as u16;
        let on = self.on(every);
        let odd = interval > 1 && (every == Every::Workday || on.iter().any(|on| on.is_lunar()));
        if odd {
            self.report(
                Code::ScheduleUnclear,
                self.at("interval"),
                msg!("工作日、农历和节气的规则不能隔几次一办", "workdays, lunar dates and terms have no `interval`"),
                msg!(
                    "删掉 interval 这一行，用 except 去掉不办的日子",
                    "delete the line, and name days without in `except`"
                ),
            );
        }
        let count = self.positive("count").map(|count| count.min(1_000_000) as u32);
        if count.is_some() && self.values.get("until").is_some() {
            self.report(
                Code::ScheduleUnclear,
                self.at("count"),
                msg!("count 和 until 只能写一个", "`count` and `until` exclude each other"),
                msg!("删掉其中一行", "delete one of the lines"),
            );
        }
        let unread = !self.values.texts("on").is_empty() && on.is_empty();
        (!unread).then_some(Rrule {
            every,
            interval: if odd { 1 } else { interval },
            on,
            only_weekdays: Weekdays::default(),
            only_months: 0,
            positions: Vec::new(),
            week_start: 0,
            until: None,
            count,
        })
    }

    fn positive(&mut self, name: &str) -> Option<i64> {
        let number = self.values.integer(name)?;
        if number < 1 {
            self.report(
                Code::WrongType,
                self.at(name),
                msg!("{name} 至少是 1，这里是 {number}", "`{name}` is 1 at least, not {number}"),
                msg!("写成：{name}: 2", "write: {name}: 2"),
            );
        }
        (number >= 1).then_some(number)
    }

    fn on(&mut self, every: Every) -> Vec<On> {
        let mut all = Vec::new();
        for text in self.values.texts("on") {
            match On::parse(&text.value) {
                None => self.unknown_day(text, every),
                Some(days) => match days.iter().find(|on| !on.suits(every)) {
                    Some(on) => self.unsuited_day(*on, every, text),
                    None if days.contains(&On::Lunar(12, 30)) => self.eve(text),
                    None => all.extend(days),
                },
            }
        }
        // As people list them: the last one comes last.
        all.sort_unstable_by_key(|on| (on.counts_back(), *on));
        all.dedup();
        all
    }

    fn unknown_day(&mut self, text: &Spot<String>, every: Every) {
        let word = &text.value;
        let near = On::near(word, every);
        let help = match near.as_slice() {
            [] => {
                let example = example(every);
                msg!("写成：on: [{example}]", "write: on: [{example}]")
            }
            near => {
                let near = near.join(", ");
                msg!("是不是：{near}？", "did you mean {near}?")
            }
        };
        let message = msg!("看不懂“{word}”是哪一天", "`{word}` names no day");
        let problem = Diagnostic::new(Code::UnknownDay, self.origin.place(text.at), message).help(help);
        self.problems.push(Diagnostic { replacement: near.first().cloned(), ..problem });
    }

    fn unsuited_day(&mut self, on: On, every: Every, text: &Spot<String>) {
        let word = &text.value;
        let step = Every::ALL.iter().find(|known| known.0 == every).map_or("", |known| known.1);
        let other = Every::ALL.iter().find(|known| on.suits(known.0)).map_or("month", |known| known.1);
        let help = match (every, on) {
            (Every::Day | Every::Workday, On::Weekday(_)) => {
                msg!("写成：every: week, on: [{word}]", "write: every: week, on: [{word}]")
            }
            (Every::Month, On::Weekday(_)) => {
                let (zh, en) = (format!("第一个{}", on.words(Tongue::Zh)), format!("first {}", on.words(Tongue::En)));
                msg!(
                    "每周都有就写 every: week；每月一次就写第几个，例如 on: [{zh}]",
                    "write `every: week` for each week, or say which one: on: [{en}]"
                )
            }
            (Every::Year, On::Day(day)) if day > 0 => {
                msg!("写明几月：on: [10月{day}日]", "say of which month: on: [{day} October]")
            }
            _ => msg!("写成：every: {other}, on: [{word}]", "write: every: {other}, on: [{word}]"),
        };
        let message = msg!("every: {step} 的规则里不能写“{word}”", "`{word}` does not fit `every: {step}`");
        self.report(Code::UnknownDay, text.at, message, help);
    }

    /// Most twelfth months have 29 days, so their 30th is no way to say the eve.
    fn eve(&mut self, text: &Spot<String>) {
        self.report(
            Code::UnknownDay,
            text.at,
            msg!("许多年份没有腊月三十", "many lunar years have no thirtieth day in their last month"),
            msg!("一年的最后一天写成：on: [除夕]", "the last day of the year is: on: [Chuxi]"),
        );
    }

    fn except(&mut self) -> Vec<Written<DateRange>> {
        let mut all = Vec::new();
        for text in self.values.texts("except") {
            let value = self.day_of(text).and_then(|day| DateRange::parse(&day));
            if value.is_none() {
                self.no_date(text, "except", "2026-10-01, 2026-07-01..2026-08-31");
            }
            all.extend(value.map(|value| Written { value, at: text.at }));
        }
        all
    }

    fn also(&mut self) -> Vec<Written<When>> {
        let mut all = Vec::new();
        for text in self.values.texts("also") {
            let value = self.day_of(text).and_then(|day| When::parse(&day));
            if value.is_none() {
                self.no_date(text, "also", "2026-10-10");
            }
            all.extend(value.map(|value| Written { value, at: text.at }));
        }
        all
    }

    /// The date of a text, without a weekday beside it, which is checked.
    fn day_of(&mut self, text: &Spot<String>) -> Option<String> {
        let (day, written) = split_weekday(&text.value);
        if let (Some(written), Some(when)) = (written, When::parse(day))
            && when.date.weekday() != written
        {
            let (message, help) = wrong_weekday(when.date, written);
            self.report(Code::BadDate, text.at, message, help);
        }
        Some(day.to_owned())
    }

    fn no_date(&mut self, text: &Spot<String>, name: &str, example: &str) {
        let word = &text.value;
        self.report(
            Code::BadDate,
            text.at,
            msg!("“{word}”不是日期", "`{word}` is no date"),
            msg!("写成：{name}: [{example}]", "write: {name}: [{example}]"),
        );
    }

    fn changes(&mut self) -> Vec<Arc<Change>> {
        let mut all: Vec<Arc<Change>> = Vec::new();
        for record in self.values.records("change") {
            let values = &record.value;
            let Some(date) = values.when("date").map(|when| when.date) else { continue };
            let at = values.at("date").unwrap_or(record.at);
            if all.iter().any(|other| other.date == date) {
                self.report(
                    Code::ScheduleUnclear,
                    at,
                    msg!("{date} 的变动写了两次", "{date} is changed twice"),
                    msg!("合成一条", "make one entry of both"),
                );
                continue;
            }
            let text = |name: &str| Some(values.text(name).to_owned()).filter(|text| !text.is_empty());
            let change = Change {
                date,
                to: values.when("to"),
                hours: hours(values.text("time")),
                title: text("title"),
                place: text("place"),
                cancelled: values.boolean("cancelled") == Some(true),
                note: text("note"),
                at,
            };
            let empty = Change { note: None, ..change.clone() }
                == Change { date, to: None, hours: None, title: None, place: None, cancelled: false, note: None, at };
            if empty && change.note.is_none() {
                self.report(
                    Code::ScheduleUnclear,
                    at,
                    msg!("没有写 {date} 这一次变了什么", "the entry does not say what changes on {date}"),
                    msg!(
                        "写成：{{date: {date}, to: 2026-11-28}} 或 {{date: {date}, cancelled: true, note: 原因}}",
                        "write: {{date: {date}, to: 2026-11-28}} or {{date: {date}, cancelled: true, note: why}}"
                    ),
                );
            }
            all.push(Arc::new(change));
        }
        all
    }
}

/// A time of day or a span of it.
fn hours(text: &str) -> Option<Hours> {
    parse_time_range(text).map(|(from, to)| Hours { from, to })
}

/// What stands in `on` for a step.
fn example(every: Every) -> &'static str {
    match every {
        Every::Day | Every::Workday | Every::Week => "周四",
        Every::Month => "第三个周三, 20日",
        Every::Year => "10月1日, 农历九月初九, 清明",
    }
}
