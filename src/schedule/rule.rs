//! What a schedule is: one date, or a rule with its exceptions. Plain data; `read.rs` makes it,
//! `expand.rs` says when it takes place, `words.rs` how people say it.

use std::sync::Arc;

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::{
    day::{DateRange, Day},
    on::On,
};
use crate::{base::date::When, fields::At};

/// When something takes place.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Schedule {
    /// Once.
    Once(Once),
    /// Again and again.
    Rule(Arc<Rule>),
}

/// Something that takes place once: a moment, some hours, or several days.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Once {
    /// The beginning.
    pub start: When,
    /// The end; where there is none it ends with its day or is a moment.
    pub end: Option<When>,
}

/// Something that takes place again and again.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Rule {
    /// The step.
    pub every: Every,
    /// How many steps at a time, 1 or more.
    pub interval: u16,
    /// The days within a step, none for the one that `from` has.
    pub on: Vec<On>,
    /// Days of the week that count, where an RRULE limits them.
    pub(super) only_weekdays: Weekdays,
    /// Months that count, where an RRULE limits them: bit 0 for January; 0 for all.
    pub(super) only_months: u16,
    /// Which of the days of a step count (BYSETPOS), none for all.
    pub(super) positions: Vec<i16>,
    /// The first day of a week, 0 for Monday: it matters where an RRULE leaps over weeks.
    pub(super) week_start: u8,
    /// The time of day, none for whole days.
    pub hours: Option<Hours>,
    /// The first day that may be an occurrence.
    pub from: Date,
    /// The last day that may be one.
    pub until: Option<Date>,
    /// How many dates the rule gives, those of `except` included, as in RFC 5545.
    pub count: Option<u32>,
    /// What happens on holidays.
    pub holiday: HolidayPolicy,
    /// Days without.
    pub except: Vec<Written<DateRange>>,
    /// Days besides.
    pub also: Vec<Written<When>>,
    /// Single dates that are different.
    pub changes: Vec<Arc<Change>>,
    /// Where the rule stands, for problems with it as a whole.
    pub(super) at: At,
}

/// Something with the place where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Written<T> {
    /// The thing.
    pub value: T,
    /// Where.
    pub at: At,
}

/// The step of a rule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Every {
    /// Each day.
    Day,
    /// Each day that people work.
    Workday,
    /// Weeks from Monday.
    Week,
    /// Months.
    Month,
    /// Years.
    Year,
}

impl Every {
    /// All with the words that a file uses.
    pub(super) const ALL: [(Self, &'static str); 5] = [
        (Self::Day, "day"),
        (Self::Workday, "workday"),
        (Self::Week, "week"),
        (Self::Month, "month"),
        (Self::Year, "year"),
    ];
}

/// What happens to an occurrence on a holiday.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub enum HolidayPolicy {
    /// It takes place all the same.
    #[default]
    Keep,
    /// It does not take place on a statutory day off.
    Skip,
    /// It moves to the next workday.
    NextWorkday,
    /// It moves to the workday before.
    PrevWorkday,
}

impl HolidayPolicy {
    /// All with the words that a file uses.
    pub(super) const ALL: [(Self, &'static str); 4] = [
        (Self::Keep, "keep"),
        (Self::Skip, "skip"),
        (Self::NextWorkday, "next-workday"),
        (Self::PrevWorkday, "prev-workday"),
    ];
}

/// A time of day, perhaps over midnight.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Hours {
    /// The beginning.
    pub from: Time,
    /// The end; one that is not after the beginning is on the next day.
    pub to: Option<Time>,
}

impl Hours {
    /// When it begins and ends on a day.
    pub(super) fn on(self, date: Date) -> (When, Option<When>) {
        let end = self.to.map(|to| {
            let date = if to <= self.from { date.tomorrow().unwrap_or(date) } else { date };
            When { date, time: Some(to) }
        });
        (When { date, time: Some(self.from) }, end)
    }
}

/// One date of a rule that is different.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Change {
    /// The date that the rule gives.
    pub date: Date,
    /// The date on which it takes place instead.
    pub to: Option<When>,
    /// Other hours.
    pub hours: Option<Hours>,
    /// Another title.
    pub title: Option<String>,
    /// Another place: an id or words, as the item's own field has it.
    pub place: Option<String>,
    /// Whether it does not take place.
    pub cancelled: bool,
    /// What to tell.
    pub note: Option<String>,
    /// Where its date stands.
    pub(super) at: At,
}

/// A set of weekdays, bit 0 for Monday; empty stands for all.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub(super) struct Weekdays(pub(super) u8);

impl Weekdays {
    pub(super) fn allow(self, day: Day) -> bool {
        self.0 == 0 || self.0 >> day.weekday() & 1 == 1
    }
}

impl Schedule {
    /// The rule, of what recurs.
    pub fn rule(&self) -> Option<&Rule> {
        match self {
            Self::Once(_) => None,
            Self::Rule(rule) => Some(rule),
        }
    }

    /// The end, where the file says when that is.
    pub fn last_known(&self) -> Option<When> {
        match self {
            Self::Once(once) => Some(once.end.unwrap_or(once.start)),
            Self::Rule(rule) => rule.until.map(When::day),
        }
    }

    /// The one date, of what does not.
    pub fn once(&self) -> Option<&Once> {
        match self {
            Self::Once(once) => Some(once),
            Self::Rule(_) => None,
        }
    }
}

impl Rule {
    /// Whether a day is meant as the weekday that it is: a Saturday that is named stays one, the
    /// 15th of a month that happens to be a Saturday does not.
    pub(super) fn names(&self, day: Day) -> bool {
        let bare = self.on.is_empty() && self.every == Every::Week;
        bare || self.on.iter().any(|on| on.names(day))
    }

    /// Whether it names dates, which fall on any weekday.
    pub(super) fn has_dates(&self) -> bool {
        match self.every {
            Every::Workday | Every::Week => false,
            _ => self.on.is_empty() || self.on.iter().any(|on| !on.is_weekday()),
        }
    }
}
