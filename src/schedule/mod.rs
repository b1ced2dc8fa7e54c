//! When things take place: one-off dates and rules, holidays and make-up workdays, lunar dates and
//! solar terms, occurrences, the rule in words, RRULEs in and out, and bookings that clash.
//!
//! A `schedule:` block is read by [`read()`] into a [`Schedule`], plain data ([`rule`](Rule));
//! [`occurrences`] says when it takes place, [`problems`] what its dates show to be wrong,
//! [`Schedule::words`] how people say it and [`recurrence`] how iCalendar does. All of it counts
//! on civil days in the site's zone; the clock comes in as `now` and decides only how far a rule
//! without an end runs.
//!
//! | file | question |
//! |---|---|
//! | `read.rs` | what may stand in the block, and what contradicts itself |
//! | `rule.rs` | what a schedule is |
//! | `on.rs` | which days a word names, and the words for days |
//! | `rrule.rs` | what of RFC 5545 is taken, and how it is written |
//! | `expand.rs` | which dates come of it |
//! | `check.rs` | what is wrong that only the dates show |
//! | `words.rs` | how people say it |
//! | `recurrence.rs` | how iCalendar says it |
//! | `holidays.rs` | which days are off, which are worked |
//! | `lunar.rs` | lunar dates, terms, festivals |
//! | `label.rs` | what stands in a month's grid |
//! | `conflicts.rs` | what clashes |
//!
//! # Example
//!
//! ```
//! use jiff::{civil::date, tz::TimeZone};
//! use pbsite::{
//!     base::{lang::Tongue, path::SitePath},
//!     fields::{self, Origin, yaml},
//!     schedule::{self, Holidays, Window},
//! };
//!
//! let mut holidays = Holidays::default();
//! let file = SitePath::new("content/data/holidays/2026.yaml").unwrap();
//! let text = "source: 放假通知\ndays: [{name: 国庆节, off: 2026-10-01..2026-10-07, work: [2026-10-10]}]";
//! assert!(holidays.add(&file, text).is_empty());
//!
//! let block = "every: week\non: [周四]\ntime: 19:00-20:30\nfrom: 2026-09-24\nuntil: 2026-10-22\nholiday: next-workday\n";
//! let (node, origin) = (yaml::parse(block, 0).unwrap(), Origin::text(SitePath::new("a.md").unwrap()));
//! let mut problems = Vec::new();
//! let values = fields::read(&schedule::shape(), &node, &origin, &mut problems);
//! let reading = schedule::read(&values, &node, &origin, &TimeZone::UTC, &mut problems).unwrap();
//! assert!(problems.is_empty());
//!
//! assert_eq!(reading.words(Tongue::Zh).rule, "每周四 19:00—20:30，法定节假日顺延");
//! let october = Window::between(date(2026, 10, 1), date(2026, 10, 31));
//! let days = schedule::occurrences(&reading, &holidays, &october).into_iter().map(|one| one.start.to_string());
//! assert_eq!(days.collect::<Vec<_>>(), ["2026-10-08T19:00", "2026-10-15T19:00", "2026-10-22T19:00"]);
//! // 1 October moves to the 8th, where the rule has a date already.
//! let found = schedule::problems(&reading, &holidays, date(2026, 9, 1), &origin);
//! assert_eq!(found[0].code.number(), "PB1006");
//! ```

mod check;
mod conflicts;
mod day;
mod expand;
mod holidays;
mod label;
mod lunar;
mod on;
mod read;
mod recurrence;
mod rrule;
mod rule;
mod table;
#[cfg(test)]
mod tests;
mod words;

pub use check::{missing_years, problems};
pub use conflicts::{Booking, Clash, Use, clashes};
pub use day::DateRange;
pub use expand::{LIMIT, MONTHS_BACK, Occurrence, State, Window, horizon, next_turn, occurrences};
pub use holidays::{Badge, FOLDER, Holidays};
pub use label::{DayLabel, LabelOf, day_label};
pub use lunar::{Festival, LunarDate, Term};
pub use on::On;
pub use read::{read, shape};
pub use recurrence::{Override, Recurrence, recurrence};
pub use rule::{Change, Every, HolidayPolicy, Hours, Once, Rule, Schedule, Written};
pub use words::Words;
