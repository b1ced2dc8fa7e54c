//! Lunar dates, the 24 solar terms and traditional festivals, from a packed table of 1900 to 2100.
//!
//! Outside the table there is no answer (`None`), never a guess.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    day::Day,
    table::{FIRST, TERM_BASE, TERMS, YEARS},
};
use crate::base::lang::Tongue;

/// A date of the Chinese lunar calendar.
///
/// ```
/// use pbsite::{base::lang::Tongue, schedule::LunarDate};
/// let date = LunarDate::of("2026-10-18".parse().unwrap()).unwrap();
/// assert_eq!(date.human(Tongue::Zh), "农历九月初九");
/// assert_eq!(date.date().unwrap().to_string(), "2026-10-18");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LunarDate {
    /// The lunar year, named by the Gregorian year in which it begins.
    pub year: i16,
    /// 1 to 12.
    pub month: u8,
    /// Whether the month is the leap month that follows the one of its number.
    pub leap: bool,
    /// 1 to 30.
    pub day: u8,
}

impl LunarDate {
    /// The lunar date of a day, `None` outside 1900-01-31 to 2101-01-28.
    pub fn of(date: Date) -> Option<Self> {
        Self::of_day(Day::from(date))
    }

    pub(super) fn of_day(day: Day) -> Option<Self> {
        let year = NEW_YEARS
            .partition_point(|new_year| *new_year <= day.0)
            .checked_sub(1)
            .filter(|year| *year < YEARS.len())?;
        let mut days = day.0 - NEW_YEARS[year];
        for index in 0..months(year) {
            let length = month_length(year, index);
            if days < length {
                let (month, leap) = numbered(year, index);
                return Some(Self { year: (FIRST + year as i32) as i16, month, leap, day: days as u8 + 1 });
            }
            days -= length;
        }
        None
    }

    /// The day, `None` where the lunar year has no such month or the month no such day.
    pub fn date(self) -> Option<Date> {
        self.to_day()?.date()
    }

    pub(super) fn to_day(self) -> Option<Day> {
        let year = usize::try_from(i32::from(self.year) - FIRST).ok().filter(|year| *year < YEARS.len())?;
        let index = (0..months(year)).find(|index| numbered(year, *index) == (self.month, self.leap))?;
        let before: i32 = (0..index).map(|index| month_length(year, index)).sum();
        let fits = (1..=month_length(year, index)).contains(&i32::from(self.day));
        fits.then(|| Day(NEW_YEARS[year] + before + i32::from(self.day) - 1))
    }

    /// `农历九月初九`, `day 9 of lunar month 9`.
    pub fn human(self, tongue: Tongue) -> String {
        match tongue {
            Tongue::Zh => format!("农历{}{}", self.month_name(tongue), self.day_name(tongue)),
            Tongue::En => format!("day {} of {}", self.day, self.month_name(tongue)),
        }
    }

    /// `九月`, `闰六月`, `腊月`; `lunar month 9`, `leap lunar month 6`.
    pub fn month_name(self, tongue: Tongue) -> String {
        let leap = self.leap;
        match tongue {
            Tongue::Zh => format!("{}{}", if leap { "闰" } else { "" }, month_name(self.month)),
            Tongue::En => format!("{}lunar month {}", if leap { "leap " } else { "" }, self.month),
        }
    }

    /// `初九`, `廿三`; `9`, `23`.
    pub fn day_name(self, tongue: Tongue) -> String {
        match tongue {
            Tongue::Zh => day_name(self.day),
            Tongue::En => self.day.to_string(),
        }
    }

    /// The traditional festival of this date. 除夕 is the last day of the year, whether the 29th
    /// or the 30th; a leap month has none.
    pub fn festival(self) -> Option<Festival> {
        let last = |day: Day| NEW_YEARS.binary_search(&day.plus(1).0).is_ok();
        if self.month == 12 && self.day >= 29 && self.to_day().is_some_and(last) {
            return Some(Festival::Eve);
        }
        let regular = FESTIVALS.iter().find(|row| row.1.on() == Some((self.month, self.day)));
        regular.filter(|_| !self.leap).map(|row| row.1)
    }
}

/// The lunar dates of a lunar month and day that fall into a Gregorian year: one as a rule, none or
/// two where the day wanders over the new year.
pub(super) fn in_year(year: i32, month: u8, day: i8) -> impl Iterator<Item = Day> {
    let candidates = [year - 1, year].map(|lunar_year| {
        if day > 0 {
            let year = i16::try_from(lunar_year).ok()?;
            LunarDate { year, month, leap: false, day: day.unsigned_abs() }.to_day()
        } else {
            // The last day of the last month: the eve of the next new year.
            let next = usize::try_from(lunar_year + 1 - FIRST).ok()?;
            NEW_YEARS.get(next).map(|new_year| Day(new_year - 1))
        }
    });
    candidates.into_iter().flatten().filter(move |found| found.parts().0 == year)
}

/// Whether the table covers a Gregorian year.
pub(super) fn covers(year: i32) -> bool {
    (FIRST..FIRST + YEARS.len() as i32).contains(&year)
}

/// A traditional festival that stands on a lunar date.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are in FESTIVALS below")]
pub enum Festival {
    SpringFestival,
    Lantern,
    DragonHead,
    DragonBoat,
    DoubleSeventh,
    Ghost,
    MidAutumn,
    DoubleNinth,
    Laba,
    LittleNewYear,
    Eve,
}

/// Names in Chinese, the festival, names in English; the first name is the one that is shown.
const FESTIVALS: [(&[&str], Festival, &[&str]); 11] = [
    (&["春节", "大年初一"], Festival::SpringFestival, &["Spring Festival", "Lunar New Year", "Chinese New Year"]),
    (&["元宵节", "元宵"], Festival::Lantern, &["Lantern Festival", "Yuanxiao"]),
    (&["龙抬头"], Festival::DragonHead, &["Longtaitou"]),
    (&["端午节", "端午"], Festival::DragonBoat, &["Dragon Boat Festival", "Duanwu"]),
    (&["七夕", "七夕节"], Festival::DoubleSeventh, &["Qixi"]),
    (&["中元节", "中元"], Festival::Ghost, &["Zhongyuan"]),
    (&["中秋节", "中秋"], Festival::MidAutumn, &["Mid-Autumn Festival", "Zhongqiu"]),
    (&["重阳节", "重阳"], Festival::DoubleNinth, &["Double Ninth Festival", "Chongyang"]),
    (&["腊八节", "腊八"], Festival::Laba, &["Laba Festival", "Laba"]),
    (&["小年"], Festival::LittleNewYear, &["Little New Year", "Xiaonian"]),
    (&["除夕", "年三十", "大年三十"], Festival::Eve, &["New Year's Eve (lunar)", "Chuxi"]),
];

impl Festival {
    /// Every festival.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        FESTIVALS.iter().map(|row| row.1)
    }

    /// Its name for readers.
    pub fn name(self, tongue: Tongue) -> &'static str {
        let names = self.names(tongue);
        names.first().copied().unwrap_or_default()
    }

    /// Its names, the one that is shown first.
    pub(super) fn names(self, tongue: Tongue) -> &'static [&'static str] {
        let row = FESTIVALS.iter().find(|row| row.1 == self);
        row.map_or(&[], |row| if tongue == Tongue::Zh { row.0 } else { row.2 })
    }

    /// Its lunar month and day; `None` for the eve, which is the last day of the year.
    /// 小年 is the northern one, the 23rd: the south of the Yangtze has the 24th.
    pub(super) fn on(self) -> Option<(u8, u8)> {
        Some(match self {
            Self::SpringFestival => (1, 1),
            Self::Lantern => (1, 15),
            Self::DragonHead => (2, 2),
            Self::DragonBoat => (5, 5),
            Self::DoubleSeventh => (7, 7),
            Self::Ghost => (7, 15),
            Self::MidAutumn => (8, 15),
            Self::DoubleNinth => (9, 9),
            Self::Laba => (12, 8),
            Self::LittleNewYear => (12, 23),
            Self::Eve => return None,
        })
    }
}

/// One of the 24 solar terms, from 小寒 in January to 冬至 in December.
///
/// ```
/// use pbsite::{base::lang::Tongue, schedule::Term};
/// let term = Term::of("2026-04-05".parse().unwrap()).unwrap();
/// assert_eq!(term.name(Tongue::Zh), "清明");
/// assert_eq!(term.in_year(2027).unwrap().to_string(), "2027-04-05");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Term(u8);

const TERM_NAMES: [(&str, &str); 24] = [
    ("小寒", "Xiaohan"),
    ("大寒", "Dahan"),
    ("立春", "Lichun"),
    ("雨水", "Yushui"),
    ("惊蛰", "Jingzhe"),
    ("春分", "Chunfen"),
    ("清明", "Qingming"),
    ("谷雨", "Guyu"),
    ("立夏", "Lixia"),
    ("小满", "Xiaoman"),
    ("芒种", "Mangzhong"),
    ("夏至", "Xiazhi"),
    ("小暑", "Xiaoshu"),
    ("大暑", "Dashu"),
    ("立秋", "Liqiu"),
    ("处暑", "Chushu"),
    ("白露", "Bailu"),
    ("秋分", "Qiufen"),
    ("寒露", "Hanlu"),
    ("霜降", "Shuangjiang"),
    ("立冬", "Lidong"),
    ("小雪", "Xiaoxue"),
    ("大雪", "Daxue"),
    ("冬至", "Dongzhi"),
];

impl Term {
    /// Every term, in the order of the Gregorian year.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..24).map(Self)
    }

    /// The term that falls on a day, `None` where there is none or outside 1900 to 2100.
    pub fn of(date: Date) -> Option<Self> {
        let first = 2 * (date.month() as u8 - 1);
        [first, first + 1].map(Self).into_iter().find(|term| term.in_year(date.year()) == Some(date))
    }

    /// The day on which it falls in a Gregorian year of 1900 to 2100.
    pub fn in_year(self, year: i16) -> Option<Date> {
        self.day_in(i32::from(year))?.date()
    }

    pub(super) fn day_in(self, year: i32) -> Option<Day> {
        let offsets = TERMS.get(usize::try_from(year - FIRST).ok()?)?;
        let day = TERM_BASE[usize::from(self.0)] + (offsets >> (2 * self.0) & 3) as u8;
        Some(Day::civil(year, i32::from(self.0) / 2 + 1, i32::from(day)))
    }

    /// Its name: pinyin in English.
    pub fn name(self, tongue: Tongue) -> &'static str {
        let (zh, en) = TERM_NAMES[usize::from(self.0)];
        if tongue == Tongue::Zh { zh } else { en }
    }
}

/// `正月`, `二月` … `冬月`, `腊月`.
pub(super) fn month_name(month: u8) -> &'static str {
    const NAMES: [&str; 12] =
        ["正月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "冬月", "腊月"];
    NAMES.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or_default()
}

/// `初一` … `三十`.
pub(super) fn day_name(day: u8) -> String {
    const DIGITS: [&str; 10] = ["十", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let tens = match day {
        0..=10 => "初",
        11..=19 => "十",
        20 => "二",
        21..=29 => "廿",
        _ => "三",
    };
    format!("{tens}{}", DIGITS[usize::from(day % 10)])
}

/// The first day of each lunar year of the table, and of the one after it.
const NEW_YEARS: [i32; YEARS.len() + 1] = {
    let mut days = [0; YEARS.len() + 1];
    days[0] = Day::civil(1900, 1, 31).0;
    let mut year = 0;
    while year < YEARS.len() {
        let bits = YEARS[year];
        let long = (bits & 0x1FFF).count_ones() as i32;
        let count = if bits >> 13 == 0 { 12 } else { 13 };
        days[year + 1] = days[year] + 29 * count + long;
        year += 1;
    }
    days
};

fn months(year: usize) -> u8 {
    if leap_month(year) == 0 { 12 } else { 13 }
}

fn leap_month(year: usize) -> u8 {
    (YEARS[year] >> 13) as u8
}

fn month_length(year: usize, index: u8) -> i32 {
    29 + (YEARS[year] >> index & 1) as i32
}

/// The number of a month by its place in the year, and whether it is the leap month.
fn numbered(year: usize, index: u8) -> (u8, bool) {
    match leap_month(year) {
        0 => (index + 1, false),
        leap if index < leap => (index + 1, false),
        leap => (index, index == leap),
    }
}

#[cfg(test)]
mod tests;
