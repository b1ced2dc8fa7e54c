//! What can be wrong with a schedule that only its dates show: exceptions that meet nothing, rules
//! without dates or with far too many, dates that fall together, years without holidays.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};

use super::{
    day::Day,
    expand::{Days, LIMIT, Merge, Window, occurrences, settle, shifted},
    holidays::{FOLDER, Holidays},
    on::On,
    rule::{Every, HolidayPolicy, Rule, Schedule},
};
use crate::{
    base::{
        date::weekday,
        lang::{Message, Tongue},
    },
    diagnostics::{Code, Diagnostic, Place},
    fields::{At, Origin},
    msg,
};

/// How long before the data of holidays end their lack is worth a warning.
const NOTICE_DAYS: i32 = 60;

/// What is wrong with the dates of a schedule. `now` decides how far a rule without an end runs,
/// and that what is over is not complained about.
pub fn problems(schedule: &Schedule, holidays: &Holidays, now: Date, origin: &Origin) -> Vec<Diagnostic> {
    let Some(rule) = schedule.rule() else { return Vec::new() };
    let mut checker = Checker { rule, holidays, origin, problems: Vec::new() };
    let window = Window::all(now);
    if checker.too_many(&window) {
        return checker.problems;
    }
    let dates = dates(rule, holidays, &window);
    if dates.is_empty() {
        checker.no_date_at_all();
    } else {
        checker.exceptions(&dates);
        checker.merges(&window, now);
    }
    checker.problems
}

/// Years that schedules ask for and that have no data: a warning for each, at the first schedule
/// that asks, from 60 days before its first date on.
pub fn missing_years<'a>(
    schedules: impl IntoIterator<Item = (&'a Schedule, &'a Origin)>,
    holidays: &Holidays,
    now: Date,
) -> Vec<Diagnostic> {
    let until = now.checked_add(NOTICE_DAYS.days()).unwrap_or(now);
    let mut missing: BTreeMap<i16, (usize, Place)> = BTreeMap::new();
    for (schedule, origin) in schedules {
        let Some(rule) = schedule.rule().filter(|rule| asks(rule)) else { continue };
        let dates = occurrences(schedule, holidays, &Window::between(now, until));
        let mut years: Vec<i16> = dates.iter().map(|one| one.original.year()).collect();
        years.dedup();
        for year in years.into_iter().filter(|year| !holidays.knows(*year)) {
            missing.entry(year).or_insert_with(|| (0, origin.place(rule.at))).0 += 1;
        }
    }
    let warning = |(year, (count, place)): (i16, (usize, Place))| {
        let message = msg!(
            "没有 {year} 年的放假安排，{count} 个日程不会避开节假日",
            "there are no holidays for {year}: {count} schedules do not avoid them"
        );
        let help = msg!(
            "放假通知公布后，照 2026.yaml 的样子写 {FOLDER}{year}.yaml",
            "when the notice is out, write {FOLDER}{year}.yaml in the form of 2026.yaml"
        );
        Diagnostic::new(Code::HolidaysMissing, place, message).help(help)
    };
    missing.into_iter().map(warning).collect()
}

/// Whether a rule looks at holidays.
fn asks(rule: &Rule) -> bool {
    rule.holiday != HolidayPolicy::Keep
        || rule.every == Every::Workday
        || rule.on.iter().any(|on| matches!(on, On::NthWorkday(_)))
}

/// The dates that the rule gives and where holidays put them, far enough for every exception.
fn dates(rule: &Rule, holidays: &Holidays, window: &Window) -> Vec<(Day, Option<Day>)> {
    let named = rule.except.iter().map(|except| except.value.last);
    let named =
        named.chain(rule.changes.iter().map(|change| change.date)).chain(rule.also.iter().map(|a| a.value.date));
    let end = named.map(Day::from).max().map_or(Day(i32::MIN), |day| day.plus(40));
    let endless = rule.until.is_none() && rule.count.is_none();
    let end = if endless { end.max(window.end_of(rule)) } else { window.end_of(rule) };
    let days = Days::new(rule, holidays, Day::from(rule.from), end).take(LIMIT);
    days.map(|day| (day, shifted(rule, holidays, day))).collect()
}

struct Checker<'a> {
    rule: &'a Rule,
    holidays: &'a Holidays,
    origin: &'a Origin,
    problems: Vec<Diagnostic>,
}

impl Checker<'_> {
    fn report(&mut self, code: Code, at: At, message: Message, help: Message) {
        self.problems.push(Diagnostic::new(code, self.origin.place(at), message).help(help));
    }

    /// Looks at one date more than is allowed, however many there are.
    fn too_many(&mut self, window: &Window) -> bool {
        let rule = self.rule;
        let mut days = Days::new(rule, self.holidays, Day::from(rule.from), window.end_of(rule));
        let Some(day) = days.nth(LIMIT).and_then(Day::date) else { return false };
        self.report(
            Code::TooManyOccurrences,
            rule.at,
            msg!("这条规则的日子超过 {LIMIT} 个", "the rule has more than {LIMIT} dates"),
            msg!(
                "写明到哪天为止，例如 until: 2026-12-31；{day} 以后的日子不会有人看",
                "say when it ends, as in `until: 2026-12-31`; nobody looks at dates after {day}"
            ),
        );
        true
    }

    fn no_date_at_all(&mut self) {
        let rule = self.rule;
        let until = rule.until.map_or_else(|| "…".to_owned(), |until| until.to_string());
        let from = rule.from;
        self.report(
            Code::NoSuchOccurrence,
            rule.at,
            msg!("这条规则一天也没有", "the rule has no date at all"),
            msg!("核对 on、from（{from}）和 until（{until}）", "compare `on`, `from` ({from}) and `until` ({until})"),
        );
    }

    fn exceptions(&mut self, dates: &[(Day, Option<Day>)]) {
        let rule = self.rule;
        for except in &rule.except {
            let range = except.value;
            let meets = |(day, actual): &(Day, Option<Day>)| {
                range.contains(*day) || actual.is_some_and(|actual| range.contains(actual))
            };
            if !dates.iter().any(meets) {
                self.meets_nothing("except", range.first, except.at, dates);
            }
        }
        for change in &rule.changes {
            let day = Day::from(change.date);
            if !dates.iter().any(|(original, actual)| *original == day || *actual == Some(day)) {
                self.meets_nothing("change", change.date, change.at, dates);
            } else if rule.except.iter().any(|except| except.value.contains(day)) {
                let date = change.date;
                self.report(
                    Code::NoSuchOccurrence,
                    change.at,
                    msg!(
                        "{date} 已经写在 except 里，变动不起作用",
                        "{date} stands in `except`: the change does nothing"
                    ),
                    msg!(
                        "从 except 里删掉 {date}，或者删掉这条变动",
                        "take {date} out of `except`, or delete the change"
                    ),
                );
            }
        }
        for also in &rule.also {
            let day = Day::from(also.value.date);
            let there = also.value.time.is_none() && dates.iter().any(|(_, actual)| *actual == Some(day));
            let excepted = rule.except.iter().any(|except| except.value.contains(day));
            if there && !excepted {
                let date = also.value.date;
                self.report(
                    Code::OccurrencesMerged,
                    also.at,
                    msg!("{date} 规则里本来就有", "{date} is a date of the rule anyway"),
                    msg!("从 also 里删掉 {date}", "take {date} out of `also`"),
                );
            }
        }
    }

    fn meets_nothing(&mut self, field: &str, date: Date, at: At, dates: &[(Day, Option<Day>)]) {
        let wanted = Day::from(date);
        let index = dates.partition_point(|(day, _)| *day < wanted);
        let near = index.checked_sub(1).into_iter().chain([index]).filter_map(|at| dates.get(at)?.0.date());
        let near: Vec<Date> = near.collect();
        let best = near.iter().min_by_key(|day| (Day::from(**day).0 - wanted.0).abs()).copied();
        let named = |tongue: Tongue| {
            let words = near.iter().map(|day| match tongue {
                Tongue::Zh => format!("{day}（{}）", weekday(*day, tongue)),
                Tongue::En => format!("{day} ({})", weekday(*day, tongue)),
            });
            words.collect::<Vec<_>>().join(", ")
        };
        let (zh, en) = (named(Tongue::Zh), named(Tongue::En));
        let (day_zh, day_en) = (weekday(date, Tongue::Zh), weekday(date, Tongue::En));
        let message = msg!(
            "{field} 里的 {date}（{day_zh}）没有这一次",
            "`{field}` names {date} ({day_en}), on which nothing takes place"
        );
        let help = msg!("离得最近的是 {zh}", "the nearest dates are {en}");
        let problem = Diagnostic::new(Code::NoSuchOccurrence, self.origin.place(at), message).help(help);
        self.problems.push(Diagnostic { replacement: best.map(|day| day.to_string()), ..problem });
    }

    /// Dates that are still to come and fell together.
    fn merges(&mut self, window: &Window, now: Date) {
        let rule = self.rule;
        for Merge { kept, dropped, on } in settle(rule, self.holidays, window).1 {
            // What `also` repeats was told at its own place.
            if on < now || rule.also.iter().any(|also| also.value.date == kept || also.value.date == dropped) {
                continue;
            }
            let moved = [kept, dropped].into_iter().find(|day| *day != on).unwrap_or(dropped);
            let other = if moved == kept { dropped } else { kept };
            self.report(
                Code::OccurrencesMerged,
                rule.at,
                msg!(
                    "{moved} 这一次改在 {on}，和 {other} 这一次重合，合为一次",
                    "the date of {moved} comes to {on} and meets that of {other}: they are one"
                ),
                msg!(
                    "就这样也可以；不要那一次就写：except: [{moved}]",
                    "leave it so, or drop the one that moved: except: [{moved}]"
                ),
            );
        }
    }
}
