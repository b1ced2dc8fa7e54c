//! A schedule as iCalendar says it (RFC 5545 §3.8.5): a first date, an RRULE where one says it,
//! EXDATE, RDATE and the dates that are different. The text around it is `formats`' business.

use std::collections::BTreeSet;

use jiff::{civil::Date, tz::TimeZone};

use super::{
    day::Day,
    expand::{Days, LIMIT, Occurrence, State, Window, horizon, settle, shifted, timed},
    holidays::Holidays,
    rrule,
    rule::{Rule, Schedule},
};
use crate::base::date::When;

/// A schedule in the terms of iCalendar. All moments are in the site's zone.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Recurrence {
    /// DTSTART.
    pub start: When,
    /// DTEND; every other date lasts as long.
    pub end: Option<When>,
    /// The value of RRULE; none for what happens once, and for rules that no RRULE says: workdays,
    /// lunar dates, holidays that shift. Those are spelled out in `rdates` to the horizon.
    pub rrule: Option<String>,
    /// EXDATE: beginnings that fall out.
    pub exdates: Vec<When>,
    /// RDATE: beginnings besides.
    pub rdates: Vec<When>,
    /// Dates that are different, each a component of its own.
    pub overrides: Vec<Override>,
}

/// A date that is different.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Override {
    /// RECURRENCE-ID: when it would have begun.
    pub id: When,
    /// What takes place, or was cancelled.
    pub occurrence: Occurrence,
}

/// A schedule for a calendar; `None` where it has no date.
pub fn recurrence(schedule: &Schedule, holidays: &Holidays, zone: &TimeZone, now: Date) -> Option<Recurrence> {
    match schedule {
        Schedule::Once(once) => Some(Recurrence {
            start: once.start,
            end: once.end,
            rrule: None,
            exdates: Vec::new(),
            rdates: Vec::new(),
            overrides: Vec::new(),
        }),
        Schedule::Rule(rule) => by_rrule(rule, holidays, zone, now).or_else(|| by_dates(rule, holidays, now)),
    }
}

fn by_rrule(rule: &Rule, holidays: &Holidays, zone: &TimeZone, now: Date) -> Option<Recurrence> {
    if !rrule::expressible(rule) {
        return None;
    }
    // Exceptions may lie behind the horizon; the rule goes on there.
    let named = rule.except.iter().map(|except| except.value.last).chain(rule.changes.iter().map(|c| c.date));
    let far = named.chain([horizon(now)]).max()?;
    let window = Window { horizon: far, ..Window::all(now) };
    let days = Days::new(rule, holidays, Day::from(rule.from), window.end_of(rule));
    let days: Vec<Day> = days.take(LIMIT).collect();
    let (start, end) = timed(rule, When::day(days.first()?.date()?));
    let all = settle(rule, holidays, &window).0;
    let rdates: Vec<When> = rule.also.iter().map(|also| timed(rule, also.value).0).collect();
    // What is excepted, and what fell together with another that was moved there.
    let kept: BTreeSet<Date> = all.iter().filter(|one| one.state != State::Extra).map(|one| one.original).collect();
    let dropped = days.iter().filter_map(|day| day.date()).filter(|date| !kept.contains(date));
    let exdates = dropped.map(|date| timed(rule, When::day(date)).0).filter(|when| !rdates.contains(when)).collect();
    Some(Recurrence {
        start,
        end,
        rrule: Some(rrule::write(rule, start, zone)?),
        exdates,
        rdates,
        overrides: overrides(rule, holidays, &all),
    })
}

fn by_dates(rule: &Rule, holidays: &Holidays, now: Date) -> Option<Recurrence> {
    let all = settle(rule, holidays, &Window::all(now)).0;
    let mut dates: Vec<When> = all.iter().map(|one| planned(rule, holidays, one)).collect();
    dates.sort_unstable();
    dates.dedup();
    let first = *dates.first()?;
    let (start, end) = timed(rule, first);
    Some(Recurrence {
        start,
        end,
        rrule: None,
        exdates: Vec::new(),
        rdates: dates.into_iter().skip(1).collect(),
        overrides: overrides(rule, holidays, &all),
    })
}

fn overrides(rule: &Rule, holidays: &Holidays, all: &[Occurrence]) -> Vec<Override> {
    let changed = all.iter().filter(|one| one.change.is_some());
    let mut found: Vec<Override> =
        changed.map(|one| Override { id: planned(rule, holidays, one), occurrence: one.clone() }).collect();
    found.sort_by_key(|one| one.id);
    found
}

/// When an occurrence would begin without a change.
fn planned(rule: &Rule, holidays: &Holidays, one: &Occurrence) -> When {
    if one.change.is_none() || one.state == State::Extra {
        return one.start;
    }
    let day = shifted(rule, holidays, Day::from(one.original)).and_then(Day::date).unwrap_or(one.original);
    timed(rule, When::day(day)).0
}
