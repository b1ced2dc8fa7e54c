//! What an edition is for: a week, a month, a quarter, a year, or one day.

use std::fmt;

use jiff::{
    ToSpan,
    civil::{Date, ISOWeekDate, Weekday},
};

use super::Cadence;
use crate::base::{date::human_date, date::human_month, lang::Tongue};

/// A period: `2026-W48`, `2026-12`, `2026-Q4`, `2026`, `2026-11-25`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// An ISO week: year, week.
    Week(i16, i8),
    /// A month: year, month.
    Month(i16, i8),
    /// A quarter: year, quarter from 1.
    Quarter(i16, i8),
    /// A year.
    Year(i16),
    /// A day, of what comes once.
    Day(Date),
}

impl Period {
    /// Reads a period as file names spell it.
    ///
    /// ```
    /// use pbsite::edition::Period;
    /// assert_eq!(Period::parse("2026-Q4"), Some(Period::Quarter(2026, 4)));
    /// assert_eq!(Period::parse("2026-13"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        if let (10, Ok(date)) = (text.len(), text.parse::<Date>()) {
            return Some(Self::Day(date));
        }
        let (year, rest) = text.split_once('-').unwrap_or((text, ""));
        if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let year: i16 = year.parse().ok()?;
        let number = |text: &str, length: usize| -> Option<i8> {
            (text.len() == length && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
        };
        match rest.as_bytes().first() {
            None => Some(Self::Year(year)),
            Some(b'W') => {
                let week = number(&rest[1..], 2)?;
                ISOWeekDate::new(year, week, Weekday::Monday).ok().map(|_| Self::Week(year, week))
            }
            Some(b'Q') => number(&rest[1..], 1).filter(|q| (1..=4).contains(q)).map(|q| Self::Quarter(year, q)),
            Some(_) => number(rest, 2).filter(|m| (1..=12).contains(m)).map(|m| Self::Month(year, m)),
        }
    }

    /// The period of a cadence that a day lies in.
    pub fn of(cadence: Cadence, date: Date) -> Self {
        match cadence {
            Cadence::Weekly => {
                let week = date.iso_week_date();
                Self::Week(week.year(), week.week())
            }
            Cadence::Monthly => Self::Month(date.year(), date.month()),
            Cadence::Quarterly => Self::Quarter(date.year(), (date.month() - 1) / 3 + 1),
            Cadence::Yearly => Self::Year(date.year()),
            Cadence::Once => Self::Day(date),
        }
    }

    /// The period that is drafted on a day: the one that has just begun, in its first quarter, else
    /// the next one.
    pub fn to_draft(cadence: Cadence, today: Date) -> Self {
        let current = Self::of(cadence, today);
        let (first, last) = (current.first(), current.last());
        let (gone, whole) = (days(first, today), days(first, last) + 1);
        if cadence == Cadence::Once || gone * 4 < whole {
            return current;
        }
        last.tomorrow().map_or(current, |next| Self::of(cadence, next))
    }

    /// Whether it is one of a cadence. A letter about one day may belong to any digest.
    pub fn is_of(self, cadence: Cadence) -> bool {
        matches!(self, Self::Day(_)) || Self::of(cadence, self.first()) == self
    }

    /// Its first day.
    pub fn first(self) -> Date {
        let day = |year, month| Date::new(year, month, 1).unwrap_or_default();
        match self {
            Self::Week(year, week) => {
                ISOWeekDate::new(year, week, Weekday::Monday).map_or(Date::default(), ISOWeekDate::date)
            }
            Self::Month(year, month) => day(year, month),
            Self::Quarter(year, quarter) => day(year, quarter * 3 - 2),
            Self::Year(year) => day(year, 1),
            Self::Day(date) => date,
        }
    }

    /// Its last day.
    pub fn last(self) -> Date {
        let first = self.first();
        match self {
            Self::Week(..) => first.checked_add(6.days()).unwrap_or(first),
            Self::Month(..) => first.last_of_month(),
            Self::Quarter(..) => first.checked_add(2.months()).unwrap_or(first).last_of_month(),
            Self::Year(_) => first.last_of_year(),
            Self::Day(_) => first,
        }
    }

    /// The period before it.
    pub fn before(self) -> Self {
        let eve = self.first().yesterday().unwrap_or_default();
        match self {
            Self::Week(..) => Self::of(Cadence::Weekly, eve),
            Self::Month(..) => Self::of(Cadence::Monthly, eve),
            Self::Quarter(..) => Self::of(Cadence::Quarterly, eve),
            Self::Year(_) => Self::of(Cadence::Yearly, eve),
            Self::Day(_) => Self::Day(eve),
        }
    }

    /// Its name for readers: `2026年12月`, `2026年第48周（11月23日—29日）`, `2026年第四季度`.
    pub fn label(self, tongue: Tongue) -> String {
        let zh = tongue == Tongue::Zh;
        match self {
            Self::Week(year, week) => {
                let (first, last) = (self.first(), self.last());
                if zh {
                    let end = if first.month() == last.month() {
                        format!("{}日", last.day())
                    } else {
                        format!("{}月{}日", last.month(), last.day())
                    };
                    format!("{year}年第{week}周（{}月{}日—{end}）", first.month(), first.day())
                } else {
                    format!("week {week} of {year} ({} – {})", first.strftime("%-d %b"), last.strftime("%-d %b"))
                }
            }
            Self::Month(year, month) => human_month(year, month, tongue),
            Self::Quarter(year, quarter) if zh => {
                let word = ["一", "二", "三", "四"].get(quarter as usize - 1).unwrap_or(&"");
                format!("{year}年第{word}季度")
            }
            Self::Quarter(year, quarter) => format!("quarter {quarter} of {year}"),
            Self::Year(year) if zh => format!("{year}年"),
            Self::Year(year) => year.to_string(),
            Self::Day(date) => human_date(date, tongue),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Week(year, week) => write!(f, "{year}-W{week:02}"),
            Self::Month(year, month) => write!(f, "{year}-{month:02}"),
            Self::Quarter(year, quarter) => write!(f, "{year}-Q{quarter}"),
            Self::Year(year) => write!(f, "{year}"),
            Self::Day(date) => write!(f, "{date}"),
        }
    }
}

fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn check(text: &str, first: &str, last: &str, label: &str) {
        let period = Period::parse(text).unwrap();
        let seen =
            (period.to_string(), period.first().to_string(), period.last().to_string(), period.label(Tongue::Zh));
        assert_eq!(seen, (text.into(), first.into(), last.into(), label.into()));
    }

    #[test]
    fn periods_are_read_and_named() {
        check("2026-W48", "2026-11-23", "2026-11-29", "2026年第48周（11月23日—29日）");
        check("2026-W53", "2026-12-28", "2027-01-03", "2026年第53周（12月28日—1月3日）");
        check("2026-12", "2026-12-01", "2026-12-31", "2026年12月");
        check("2026-Q4", "2026-10-01", "2026-12-31", "2026年第四季度");
        check("2026", "2026-01-01", "2026-12-31", "2026年");
        check("2026-11-25", "2026-11-25", "2026-11-25", "2026年11月25日");
        for wrong in ["2025-W53", "2026-13", "2026-1", "2026-Q5", "26-12", "2026-w48", "", "2026-W4", "2026-11-31"] {
            assert_eq!(Period::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_next_period_is_drafted_unless_this_one_has_just_begun() {
        let drafted = |cadence, day| Period::to_draft(cadence, day).to_string();
        assert_eq!(drafted(Cadence::Monthly, date(2026, 11, 21)), "2026-12");
        assert_eq!(drafted(Cadence::Monthly, date(2026, 12, 2)), "2026-12");
        assert_eq!(drafted(Cadence::Weekly, date(2026, 11, 21)), "2026-W48");
        assert_eq!(drafted(Cadence::Weekly, date(2026, 11, 23)), "2026-W48");
        assert_eq!(drafted(Cadence::Quarterly, date(2026, 11, 21)), "2027-Q1");
        assert_eq!(drafted(Cadence::Once, date(2026, 11, 21)), "2026-11-21");
        assert_eq!(Period::Week(2026, 1).before().to_string(), "2025-W52");
    }

    #[test]
    fn a_period_belongs_to_its_cadence() {
        assert!(Period::Month(2026, 12).is_of(Cadence::Monthly) && !Period::Month(2026, 12).is_of(Cadence::Weekly));
        assert!(!Period::Quarter(2026, 4).is_of(Cadence::Monthly) && Period::Year(2026).is_of(Cadence::Yearly));
        assert!(Period::Day(date(2026, 11, 25)).is_of(Cadence::Monthly));
    }
}
