//! The table beside an astronomical computation, day by day, and dates that everybody knows.

use jiff::civil::{Date, date};
use tyme4rs::tyme::{
    Culture,
    lunar::{LunarMonth, LunarYear},
    solar::SolarTerm,
};

use super::*;

#[test]
fn every_day_of_two_centuries_agrees_with_the_computation() {
    let mut day = date(1900, 1, 31);
    for year in 1900..=2100 {
        for month in LunarYear::from_year(year).get_months() {
            let (number, leap) = (month.get_month() as u8, month.is_leap());
            for nth in 1..=month.get_day_count() as u8 {
                let expected = LunarDate { year: year as i16, month: number, leap, day: nth };
                assert_eq!(LunarDate::of(day), Some(expected), "{day}");
                assert_eq!(expected.date(), Some(day));
                day = day.tomorrow().unwrap();
            }
        }
    }
    assert_eq!(day, date(2101, 1, 29));
    assert_eq!((LunarDate::of(day), LunarDate::of(date(1900, 1, 30))), (None, None));
    let first = LunarMonth::from_ym(2026, 1).get_first_day().get_solar_day();
    assert_eq!((first.get_year(), first.get_month(), first.get_day()), (2026, 2, 17), "the oracle's own first days");
}

#[test]
fn every_term_of_two_centuries_agrees_with_the_computation() {
    for year in 1900..=2100 {
        for (index, term) in Term::all().enumerate() {
            let oracle = SolarTerm::from_index(year, index as isize + 1);
            let day = oracle.get_julian_day().get_solar_day();
            let expected = Date::new(day.get_year() as i16, day.get_month() as i8, day.get_day() as i8).unwrap();
            assert_eq!(term.in_year(year as i16), Some(expected), "{year} {term:?}");
            assert_eq!(Term::of(expected), Some(term));
            assert_eq!(term.name(Tongue::Zh), oracle.get_name());
        }
    }
    assert_eq!(Term::of(date(2026, 4, 4)), None);
    assert_eq!(Term(0).in_year(2101), None);
}

#[test]
fn dates_that_everybody_knows() {
    for (day, expected) in [
        ("2018-09-24", "农历八月十五"),
        ("2026-02-17", "农历正月初一"),
        ("2026-02-16", "农历腊月廿九"),
        ("2025-07-25", "农历闰六月初一"),
        ("2033-12-22", "农历闰冬月初一"),
        ("2026-10-18", "农历九月初九"),
        ("2024-02-09", "农历腊月三十"),
        ("2026-03-08", "农历正月二十"),
    ] {
        assert_eq!(LunarDate::of(day.parse().unwrap()).unwrap().human(Tongue::Zh), expected, "{day}");
    }
}

#[test]
fn festivals_stand_on_their_days() {
    for (day, expected) in [
        ("2026-02-16", Some("除夕")),
        ("2024-02-09", Some("除夕")),
        ("2024-02-08", None),
        ("2026-02-17", Some("春节")),
        ("2026-06-19", Some("端午节")),
        ("2026-09-25", Some("中秋节")),
        ("2026-01-26", Some("腊八节")),
        // The fifteenth of a leap month is no festival.
        ("2025-08-08", None),
    ] {
        let festival = LunarDate::of(day.parse().unwrap()).unwrap().festival();
        assert_eq!(festival.map(|festival| festival.name(Tongue::Zh)), expected, "{day}");
    }
}

#[test]
fn a_day_may_come_twice_or_not_at_all_in_a_year() {
    let days = |year, month, day| in_year(year, month, day).map(|d| d.date().unwrap().to_string()).collect::<Vec<_>>();
    assert_eq!(days(2026, 9, 9), ["2026-10-18"]);
    assert_eq!(days(2026, 12, 8), ["2026-01-26"]);
    assert_eq!(days(2027, 12, -1), ["2027-02-05"]);
    let counts: Vec<usize> = (2000..2020).map(|year| days(year, 12, 8).len()).collect();
    assert!(counts.contains(&0) && counts.contains(&2), "{counts:?}");
    assert_eq!(counts.iter().sum::<usize>(), 20);
}
