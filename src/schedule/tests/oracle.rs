//! A second implementation: day by day, each day asked by itself whether the rule means it. Slow
//! and plain, so that both are unlikely to be wrong in the same way.

use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
};
use proptest::prelude::*;

use super::super::*;

const WEEKDAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

/// A rule in the words of an editor, with what a naive reader needs to know of it.
#[derive(Clone, Debug)]
struct Sample {
    every: &'static str,
    interval: i64,
    on: Vec<Named>,
    from: Date,
    days: i64,
    count: Option<usize>,
    holiday: &'static str,
}

#[derive(Clone, Debug)]
enum Named {
    Weekday(i8),
    Nth(i8, i8),
    Day(i8),
    YearDay(i8, i8),
    Lunar(u8, u8),
}

impl Named {
    fn words(&self) -> String {
        let weekday = |day: i8| WEEKDAYS[day as usize];
        match *self {
            Self::Weekday(day) => weekday(day).into(),
            Self::Nth(-1, day) => format!("最后一个{}", weekday(day)),
            Self::Nth(nth, day) => format!("第{nth}个{}", weekday(day)),
            Self::Day(day) => format!("{day}日"),
            Self::YearDay(month, day) => format!("{month}月{day}日"),
            Self::Lunar(month, day) => format!("lunar {month}-{day}"),
        }
    }

    fn means(&self, day: Date) -> bool {
        let weekday = |index: i8| day.weekday() == Weekday::from_monday_zero_offset(index).unwrap();
        match *self {
            Self::Weekday(index) => weekday(index),
            Self::Nth(-1, index) => weekday(index) && day.checked_add(7.days()).unwrap().month() != day.month(),
            Self::Nth(nth, index) => weekday(index) && (day.day() - 1) / 7 + 1 == nth,
            Self::Day(number) => day.day() == number,
            Self::YearDay(month, number) => (day.month(), day.day()) == (month, number),
            Self::Lunar(month, number) => {
                LunarDate::of(day).is_some_and(|lunar| !lunar.leap && (lunar.month, lunar.day) == (month, number))
            }
        }
    }
}

impl Sample {
    fn until(&self) -> Date {
        self.from.checked_add(self.days.days()).unwrap()
    }

    fn block(&self) -> String {
        let on: Vec<String> = self.on.iter().map(Named::words).collect();
        let on = if on.is_empty() { String::new() } else { format!("on: [{}]\n", on.join(", ")) };
        let end = self.count.map_or(format!("until: {}\n", self.until()), |count| format!("count: {count}\n"));
        let Self { every, interval, from, holiday, .. } = self;
        format!("every: {every}\ninterval: {interval}\n{on}from: {from}\n{end}holiday: {holiday}\n")
    }

    /// Whether a day is in a step that counts.
    fn in_step(&self, day: Date) -> bool {
        let monday = |day: Date| {
            let back = i64::from(day.weekday().to_monday_zero_offset());
            day.checked_sub(back.days()).unwrap()
        };
        let days = |from: Date, to: Date| i64::from(from.until(to).unwrap().get_days());
        let months = |day: Date| i64::from(day.year()) * 12 + i64::from(day.month());
        let steps = match self.every {
            "day" | "workday" => days(self.from, day),
            "week" => days(monday(self.from), monday(day)) / 7,
            "month" => months(day) - months(self.from),
            _ => i64::from(day.year() - self.from.year()),
        };
        steps % self.interval == 0
    }

    fn means(&self, day: Date, holidays: &Holidays) -> bool {
        let bare = match self.every {
            "day" => true,
            "workday" => holidays.is_workday(day),
            "week" => day.weekday() == self.from.weekday(),
            "month" => day.day() == self.from.day(),
            _ => (day.month(), day.day()) == (self.from.month(), self.from.day()),
        };
        self.in_step(day) && if self.on.is_empty() { bare } else { self.on.iter().any(|on| on.means(day)) }
    }

    /// Where a date comes to lie.
    fn settle(&self, day: Date, holidays: &Holidays) -> Option<Date> {
        let off = holidays.badge(day) == Some(Badge::Off);
        let named = |on: &Named| matches!(on, Named::Weekday(_) | Named::Nth(..)) && on.means(day);
        let named = self.on.iter().any(named) || self.every == "week" && self.on.is_empty();
        let step = match self.holiday {
            "keep" => return Some(day),
            "skip" => return (!off).then_some(day),
            "next-workday" => 1,
            _ => -1,
        };
        let stays = holidays.is_workday(day) || !holidays.knows(day.year()) || named && !off;
        let mut moved = day;
        while !stays && !holidays.is_workday(moved) {
            moved = moved.checked_add(step.days()).unwrap();
        }
        Some(moved)
    }

    fn dates(&self, holidays: &Holidays) -> Vec<Date> {
        let all = self.from.series(1.day()).take_while(|day| self.count.is_some() || *day <= self.until());
        let all = all.take_while(|day| day.year() < 2045).filter(|day| self.means(*day, holidays));
        let mut found: Vec<Date> =
            all.take(self.count.unwrap_or(usize::MAX)).filter_map(|day| self.settle(day, holidays)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn sample() -> impl Strategy<Value = Sample> {
    let week = prop::collection::vec((0..7_i8).prop_map(Named::Weekday), 0..4);
    let month = prop_oneof![
        (1..=4_i8, 0..7_i8).prop_map(|(nth, day)| Named::Nth(nth, day)),
        (0..7_i8).prop_map(|day| Named::Nth(-1, day)),
        (0..7_i8).prop_map(|day| Named::Nth(5, day)),
        (1..=31_i8).prop_map(Named::Day),
    ];
    let month = prop::collection::vec(month, 0..3);
    let year = prop::collection::vec((1..=12_i8, 1..=28_i8).prop_map(|(month, day)| Named::YearDay(month, day)), 0..3);
    let lunar = prop::collection::vec((1..=12_u8, 1..=29_u8).prop_map(|(month, day)| Named::Lunar(month, day)), 1..3);
    let parts = prop_oneof![
        (Just("day"), 1..5_i64, Just(Vec::new())),
        (Just("workday"), Just(1_i64), Just(Vec::new())),
        (Just("week"), 1..4_i64, week),
        (Just("month"), 1..4_i64, month),
        (Just("year"), 1..3_i64, year),
        (Just("year"), Just(1_i64), lunar),
    ];
    let policy = prop::sample::select(vec!["keep", "skip", "next-workday", "prev-workday"]);
    let end = (0..900_i64, prop::option::of(1..20_usize));
    (parts, 0..1200_i64, end, policy).prop_map(|((every, interval, on), start, (days, count), holiday)| Sample {
        every,
        interval,
        on,
        from: date(2023, 10, 1).checked_add(start.days()).unwrap(),
        days,
        count,
        holiday,
    })
}

proptest! {
    #[test]
    fn rules_agree_with_asking_every_day(sample in sample()) {
        let holidays = super::holidays();
        let (schedule, problems) = super::try_read(&sample.block());
        prop_assert!(problems.is_empty(), "{}: {problems:?}", sample.block());
        let all = occurrences(&schedule.unwrap(), &holidays, &Window::all(date(2026, 1, 1)));
        let found: Vec<Date> = all.iter().map(|one| one.start.date).filter(|day| day.year() < 2045).collect();
        let expected: Vec<Date> = sample.dates(&holidays).into_iter().filter(|day| day.year() < 2045).collect();
        prop_assert_eq!(found, expected, "{}", sample.block());
    }

    #[test]
    fn a_window_is_a_part_of_the_whole(sample in sample(), begin in 0..1500_i64, length in 0..200_i64) {
        let holidays = super::holidays();
        let Some(schedule) = super::try_read(&sample.block()).0 else { return Ok(()) };
        let from = date(2023, 10, 1).checked_add(begin.days()).unwrap();
        let to = from.checked_add(length.days()).unwrap();
        let mut whole = occurrences(&schedule, &holidays, &Window::all(date(2026, 1, 1)));
        whole.retain(|one| (from..=to).contains(&one.start.date));
        prop_assert_eq!(occurrences(&schedule, &holidays, &Window::between(from, to)), whole, "{}", sample.block());
    }
}
