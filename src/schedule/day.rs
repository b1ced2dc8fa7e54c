//! Days as numbers: what rules count with. Outside this room a day is a [`Date`].

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::base::date::When;

/// The number of a day, counted from 1970-01-01; arithmetic on it is plain arithmetic.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Day(pub(super) i32);

impl Day {
    /// The day of a date of the proleptic Gregorian calendar, by Howard Hinnant's `days_from_civil`
    /// (<https://howardhinnant.github.io/date_algorithms.html>).
    pub(super) const fn civil(year: i32, month: i32, day: i32) -> Self {
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
        Self(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468)
    }

    /// The day of a year and month, `None` where the month has none such; negative days count
    /// from the end of the month.
    pub(super) fn in_month(year: i32, month: i32, day: i32) -> Option<Self> {
        let length = days_in_month(year, month);
        let day = if day < 0 { length + 1 + day } else { day };
        (1..=length).contains(&day).then(|| Self::civil(year, month, day))
    }

    /// Year, month and day, by `civil_from_days`.
    pub(super) fn parts(self) -> (i32, i32, i32) {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let (day, month) =
            (day_of_year - (153 * shifted + 2) / 5 + 1, if shifted < 10 { shifted + 3 } else { shifted - 9 });
        (year_of_era + era * 400 + i32::from(month <= 2), month, day)
    }

    /// The date, `None` outside the years that dates have.
    pub(super) fn date(self) -> Option<Date> {
        let (year, month, day) = self.parts();
        Date::new(i16::try_from(year).ok()?, month as i8, day as i8).ok()
    }

    /// 0 for Monday to 6 for Sunday.
    pub(super) const fn weekday(self) -> u8 {
        (self.0 + 3).rem_euclid(7) as u8
    }

    /// The day so many days later.
    pub(super) const fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self::civil(i32::from(date.year()), i32::from(date.month()), i32::from(date.day()))
    }
}

/// 28 to 31.
pub(super) const fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days one after the other: `2026-10-01..2026-10-07`, or one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct DateRange {
    /// The first.
    pub first: Date,
    /// The last.
    pub last: Date,
}

impl DateRange {
    /// Reads `2026-10-01`, `2026-10-01..2026-10-07` (also with `至`, `到`, `~`, `—`); `None` for what
    /// is neither, or where the last day is before the first.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let day = |text: &str| When::parse(text).filter(|when| when.time.is_none()).map(|when| when.date);
        let (first, last) = match ["..", "至", "到", "~", "～", "—"].iter().find_map(|mark| text.split_once(mark))
        {
            Some((first, last)) => (day(first)?, day(last.trim_start_matches('—'))?),
            None => (day(text)?, day(text)?),
        };
        (first <= last).then_some(Self { first, last })
    }

    /// How many days.
    pub(super) fn days(&self) -> i32 {
        Day::from(self.last).0 - Day::from(self.first).0 + 1
    }

    pub(super) fn contains(&self, day: Day) -> bool {
        (Day::from(self.first)..=Day::from(self.last)).contains(&day)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Day> + use<> {
        (Day::from(self.first).0..=Day::from(self.last).0).map(Day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_agree_with_dates_on_every_day_of_three_centuries() {
        let mut date = jiff::civil::date(1890, 1, 1);
        let mut day = Day::from(date);
        while date.year() < 2190 {
            assert_eq!(day.date(), Some(date));
            assert_eq!(Day::from(date), day);
            assert_eq!(day.weekday(), date.weekday().to_monday_zero_offset() as u8);
            assert_eq!(days_in_month(i32::from(date.year()), i32::from(date.month())), i32::from(date.days_in_month()));
            (date, day) = (date.tomorrow().unwrap(), day.plus(1));
        }
        assert_eq!(Day::civil(1970, 1, 1), Day(0));
    }
}
