//! When a schedule takes place: rules to dates, holidays and exceptions applied.
//!
//! The dates that a rule gives ([`Days`]) come lazily, step by step, and a window deep in a rule's
//! life does not begin at its beginning. Then, for each: `except`, the shift by holidays, `change`;
//! `also` comes besides; what meets on one moment is one occurrence.

use std::sync::Arc;

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, date},
    tz::TimeZone,
};

use super::{
    day::{Day, days_in_month},
    holidays::Holidays,
    on::On,
    rule::{Change, Every, HolidayPolicy, Once, Rule, Schedule},
};
use crate::base::date::{When, moment_utc};

/// More dates of one rule than this are a mistake, not a plan; no more are ever made.
pub const LIMIT: usize = 5_000;

/// Whole months that calendar feeds go back.
pub const MONTHS_BACK: i32 = 3;

/// Which days are asked for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Window {
    /// The first day; what began earlier and lasts until it counts.
    pub from: Date,
    /// The last day on which an occurrence may begin.
    pub to: Date,
    /// The last day of a rule that has neither `until` nor `count`.
    pub horizon: Date,
}

impl Window {
    /// Everything there is: a rule without an end runs to the [`horizon`].
    pub fn all(now: Date) -> Self {
        Self { from: date(1900, 1, 1), to: FAR, horizon: horizon(now) }
    }

    /// From one day to another, both included.
    pub fn between(from: Date, to: Date) -> Self {
        Self { from, to, horizon: FAR }
    }

    /// Some whole months back, and on to the [`horizon`].
    pub fn around(now: Date, months_back: i32) -> Self {
        let from = now.first_of_month().checked_sub(months_back.months()).unwrap_or(Date::MIN);
        Self { from, to: horizon(now), horizon: horizon(now) }
    }

    /// The last day that a rule may give.
    pub(super) fn end_of(&self, rule: &Rule) -> Day {
        Day::from(match (rule.until, rule.count) {
            (Some(until), _) => until,
            (None, Some(_)) => FAR,
            (None, None) => self.horizon,
        })
    }
}

/// The end of what is counted.
const FAR: Date = date(9999, 12, 30);

/// The last day of the twelfth month ahead.
///
/// ```
/// use pbsite::schedule::horizon;
/// assert_eq!(horizon("2026-11-21".parse().unwrap()).to_string(), "2027-11-30");
/// ```
pub fn horizon(now: Date) -> Date {
    now.first_of_month().checked_add(12.months()).map_or(Date::MAX, Date::last_of_month)
}

/// The next first day of a month on which an occurrence enters or leaves the window of feeds
/// ([`Window::around`] with [`MONTHS_BACK`]).
pub fn next_turn(one: &Occurrence, now: Date) -> Option<Date> {
    let enters = one.start.date.first_of_month().checked_sub(12.months()).ok();
    let leaves = one.last().date.first_of_month().checked_add((MONTHS_BACK + 1).months()).ok();
    enters.into_iter().chain(leaves).find(|turn| *turn > now)
}

/// One time that something takes place, in the site's time zone.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Occurrence {
    /// The date that the rule gave, whatever became of it: with the item's id it names the
    /// occurrence for ever.
    pub original: Date,
    /// The beginning.
    pub start: When,
    /// The end; where there is none it ends with its day or is a moment.
    pub end: Option<When>,
    /// What became of the date.
    pub state: State,
    /// What a change says of it.
    pub change: Option<Arc<Change>>,
}

/// What became of a date.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum State {
    /// It is as the rule says.
    Regular,
    /// It stands beside the rule (`also`).
    Extra,
    /// It was shifted off a holiday.
    Shifted,
    /// It takes place at another time (`change`).
    Moved,
    /// It does not take place.
    Cancelled,
}

impl Occurrence {
    /// The moment at which it begins.
    pub fn starts(&self, zone: &TimeZone) -> Option<Timestamp> {
        moment_utc(self.start.start(), zone)
    }

    /// The first moment after it: a day ends at midnight.
    pub fn ends(&self, zone: &TimeZone) -> Option<Timestamp> {
        moment_utc(self.last().end(), zone)
    }

    /// The end, or the beginning where there is none.
    pub fn last(&self) -> When {
        self.end.unwrap_or(self.start)
    }

    /// Another title for this one.
    pub fn title(&self) -> Option<&str> {
        self.change.as_ref()?.title.as_deref()
    }

    /// Another place for this one.
    pub fn place(&self) -> Option<&str> {
        self.change.as_ref()?.place.as_deref()
    }

    /// What is to be told of this one.
    pub fn note(&self) -> Option<&str> {
        self.change.as_ref()?.note.as_deref()
    }

    /// Whether some of it lies in a window.
    pub fn within(&self, window: &Window) -> bool {
        self.start.date <= window.to && self.last().date >= window.from
    }
}

/// Every occurrence in a window, by its beginning. Cancelled ones are among them.
///
/// No more than [`LIMIT`] dates of a rule are looked at; `problems` tells of rules that have more.
pub fn occurrences(schedule: &Schedule, holidays: &Holidays, window: &Window) -> Vec<Occurrence> {
    match schedule {
        Schedule::Once(once) => {
            let one = single(*once);
            if one.within(window) { vec![one] } else { Vec::new() }
        }
        Schedule::Rule(rule) => settle(rule, holidays, window).0,
    }
}

fn single(once: Once) -> Occurrence {
    let Once { start, end } = once;
    Occurrence { original: start.date, start, end, state: State::Regular, change: None }
}

/// Two dates that became one by the shift of holidays, or by `also` or `change`: the original of
/// each, and the day on which they meet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Merge {
    pub(super) kept: Date,
    pub(super) dropped: Date,
    pub(super) on: Date,
}

/// The occurrences of a rule, and those that fell together.
pub(super) fn settle(rule: &Rule, holidays: &Holidays, window: &Window) -> (Vec<Occurrence>, Vec<Merge>) {
    let (from, to) = reach(rule, window);
    let mut found = Vec::new();
    for day in Days::new(rule, holidays, from, window.end_of(rule).min(to)).take(LIMIT) {
        let Some(actual) = shifted(rule, holidays, day) else { continue };
        if rule.except.iter().any(|except| except.value.contains(day) || except.value.contains(actual)) {
            continue;
        }
        found.extend(occurrence(rule, day, actual));
    }
    for also in &rule.also {
        let (start, end) = timed(rule, also.value);
        found.push(Occurrence { original: start.date, start, end, state: State::Extra, change: None });
    }
    found.retain(|one| one.within(window));
    merge(found)
}

/// The days whose originals can come to lie in the window: a shift moves by some days, a change
/// by any number.
fn reach(rule: &Rule, window: &Window) -> (Day, Day) {
    const SHIFT: i32 = 40;
    let (mut from, mut to) = (Day::from(window.from).plus(-SHIFT), Day::from(window.to).plus(SHIFT));
    for change in &rule.changes {
        if change.to.is_some_and(|to| (window.from..=window.to).contains(&to.date)) {
            from = from.min(Day::from(change.date).plus(-SHIFT));
            to = to.max(Day::from(change.date).plus(SHIFT));
        }
    }
    (from, to)
}

/// Where a date comes to lie; `None` where it falls out.
pub(super) fn shifted(rule: &Rule, holidays: &Holidays, day: Day) -> Option<Day> {
    let step = match rule.holiday {
        HolidayPolicy::Keep => return Some(day),
        HolidayPolicy::Skip => return (!holidays.is_off(day)).then_some(day),
        HolidayPolicy::NextWorkday => 1,
        HolidayPolicy::PrevWorkday => -1,
    };
    // A year without data shifts nothing; a Saturday that the rule names is meant as one.
    let meant = !holidays.is_off(day) && rule.names(day);
    if meant || holidays.works(day) || !holidays.knows_day(day) {
        return Some(day);
    }
    (1..=31).map(|days| day.plus(step * days)).find(|other| holidays.works(*other)).or(Some(day))
}

/// The occurrence of a date, with what a change says of it.
fn occurrence(rule: &Rule, original: Day, actual: Day) -> Option<Occurrence> {
    let (original, date) = (original.date()?, actual.date()?);
    let state = if original == date { State::Regular } else { State::Shifted };
    let (start, end) = timed(rule, When::day(date));
    let plain = Occurrence { original, start, end, state, change: None };
    let meets = |change: &&Arc<Change>| change.date == original || change.date == date;
    Some(match rule.changes.iter().find(meets) {
        None => plain,
        Some(change) => changed(rule, plain, change),
    })
}

fn changed(rule: &Rule, plain: Occurrence, change: &Arc<Change>) -> Occurrence {
    let day = change.to.map_or(plain.start.date, |to| to.date);
    let (start, end) = match (change.hours, change.to) {
        (Some(hours), _) => hours.on(day),
        (None, Some(to)) => timed(rule, to),
        (None, None) => (plain.start, plain.end),
    };
    let state = match (change.cancelled, (start, end) != (plain.start, plain.end)) {
        (true, _) => State::Cancelled,
        (false, true) => State::Moved,
        (false, false) => plain.state,
    };
    Occurrence { start, end, state, change: Some(change.clone()), ..plain }
}

/// The hours of a rule on a day; a day with a time of its own begins then and lasts as long.
pub(super) fn timed(rule: &Rule, at: When) -> (When, Option<When>) {
    match (rule.hours, at.time) {
        (Some(hours), None) => hours.on(at.date),
        (Some(hours), Some(time)) if time != hours.from => {
            let (start, end) = hours.on(at.date);
            let length = end.and_then(|end| end.start().since(start.start()).ok());
            let begin = at.start();
            let end = length.and_then(|length| begin.checked_add(length).ok());
            (at, end.map(|end| When { date: end.date(), time: Some(end.time()) }))
        }
        (Some(hours), Some(_)) => hours.on(at.date),
        (None, _) => (at, None),
    }
}

/// Sorts, and makes one of those that begin at one moment; one that has a change is kept, then
/// one that stands on its own date.
fn merge(mut found: Vec<Occurrence>) -> (Vec<Occurrence>, Vec<Merge>) {
    let weight = |one: &Occurrence| (one.change.is_none(), one.state == State::Shifted, one.original);
    let moment = |one: &Occurrence| (one.start.date, one.start.time, one.state == State::Cancelled);
    if !found.is_sorted_by(|a, b| moment(a) < moment(b)) {
        found.sort_by(|a, b| moment(a).cmp(&moment(b)).then(weight(a).cmp(&weight(b))));
    }
    let mut merges = Vec::new();
    found.dedup_by(|next, kept| {
        let same = moment(next) == moment(kept);
        if same {
            merges.push(Merge { kept: kept.original, dropped: next.original, on: kept.start.date });
        }
        same
    });
    (found, merges)
}

/// The dates that a rule gives, ascending, before holidays and exceptions: from `begin` to `end`.
pub(super) struct Days<'a> {
    rule: &'a Rule,
    holidays: &'a Holidays,
    begin: Day,
    end: Day,
    /// The step that is next.
    step: i32,
    /// Dates of the last step, the next one at `at`.
    found: Vec<Day>,
    at: usize,
    /// How many dates the rule may still give.
    left: u32,
}

impl<'a> Days<'a> {
    pub(super) fn new(rule: &'a Rule, holidays: &'a Holidays, begin: Day, end: Day) -> Self {
        // Counting begins at the beginning.
        let step = if rule.count.is_some() { 0 } else { first_step(rule, begin) };
        let left = rule.count.unwrap_or(u32::MAX);
        Self { rule, holidays, begin, end, step, found: Vec::new(), at: 0, left }
    }

    /// Dates of a step, ascending. `false` where the step lies behind the end.
    fn fill(&mut self) -> bool {
        let (rule, days) = (self.rule, &mut self.found);
        days.clear();
        self.at = 0;
        let from = Day::from(rule.from);
        let steps = self.step * i32::from(rule.interval);
        self.step += 1;
        let first = match rule.every {
            Every::Day | Every::Workday => {
                let day = from.plus(steps);
                if rule.every == Every::Day && on_day(rule, day)
                    || rule.every == Every::Workday && self.holidays.works(day)
                {
                    days.push(day);
                }
                day
            }
            Every::Week => {
                let back = (i32::from(from.weekday()) - i32::from(rule.week_start)).rem_euclid(7);
                let first = from.plus(7 * steps - back);
                in_week(rule, first, days);
                first
            }
            Every::Month => {
                let (year, month, day) = from.parts();
                let months = month - 1 + steps;
                let (year, month) = (year + months.div_euclid(12), months.rem_euclid(12) + 1);
                in_month(rule, year, month, day, self.holidays, days);
                Day::civil(year, month, 1)
            }
            Every::Year => {
                let (year, month, day) = from.parts();
                in_year(rule, year + steps, month, day, days);
                Day::civil(year + steps, 1, 1)
            }
        };
        limit(rule, days);
        days.retain(|day| *day >= from);
        first <= self.end
    }
}

impl Iterator for Days<'_> {
    type Item = Day;

    fn next(&mut self) -> Option<Day> {
        loop {
            while let Some(day) = self.found.get(self.at).copied() {
                self.at += 1;
                if self.left == 0 || day > self.end {
                    return None;
                }
                self.left -= 1;
                if day >= self.begin {
                    return Some(day);
                }
            }
            if self.left == 0 || !self.fill() {
                return None;
            }
        }
    }
}

/// A step that is surely not behind the first date on or after `begin`.
fn first_step(rule: &Rule, begin: Day) -> i32 {
    let from = Day::from(rule.from);
    let days = (begin.0 - from.0).max(0);
    let length = match rule.every {
        Every::Day | Every::Workday => 1,
        Every::Week => 7,
        Every::Month => 31,
        Every::Year => 366,
    };
    (days / (length * i32::from(rule.interval)) - 1).max(0)
}

/// Whether a daily RRULE that names days of months means a day.
fn on_day(rule: &Rule, day: Day) -> bool {
    let (year, month, of_month) = day.parts();
    let length = days_in_month(year, month);
    rule.on.is_empty()
        || rule.on.iter().any(|on| match *on {
            On::Day(n) => i32::from(n) == of_month || i32::from(n) == of_month - length - 1,
            _ => false,
        })
}

fn in_week(rule: &Rule, first: Day, days: &mut Vec<Day>) {
    let from = Day::from(rule.from).weekday();
    for day in (0..7).map(|n| first.plus(n)) {
        let weekday = day.weekday();
        let meant = if rule.on.is_empty() { weekday == from } else { rule.on.contains(&On::Weekday(weekday)) };
        if meant {
            days.push(day);
        }
    }
}

fn in_month(rule: &Rule, year: i32, month: i32, day: i32, holidays: &Holidays, days: &mut Vec<Day>) {
    if rule.on.is_empty() {
        days.extend(Day::in_month(year, month, day));
    }
    rule.on.iter().for_each(|on| on.in_month(year, month, holidays, days));
}

fn in_year(rule: &Rule, year: i32, month: i32, day: i32, days: &mut Vec<Day>) {
    if rule.on.is_empty() {
        days.extend(Day::in_month(year, month, day));
    }
    rule.on.iter().for_each(|on| on.in_year(year, days));
}

/// Sorts the dates of a step and takes those that an RRULE's limits leave.
fn limit(rule: &Rule, days: &mut Vec<Day>) {
    if !days.is_sorted_by(|a, b| a < b) {
        days.sort_unstable();
        days.dedup();
    }
    days.retain(|day| {
        rule.only_weekdays.allow(*day) && (rule.only_months == 0 || rule.only_months >> (day.parts().1 - 1) & 1 == 1)
    });
    if !rule.positions.is_empty() {
        let count = days.len() as i32;
        let index = |position: &i16| match i32::from(*position) {
            back @ ..0 => count + back,
            position => position - 1,
        };
        let mut chosen: Vec<i32> = rule.positions.iter().map(index).filter(|at| (0..count).contains(at)).collect();
        chosen.sort_unstable();
        chosen.dedup();
        let kept: Vec<Day> = chosen.into_iter().map(|at| days[at as usize]).collect();
        *days = kept;
    }
}
