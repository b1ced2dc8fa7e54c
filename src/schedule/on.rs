//! The days that a rule names, as words: `周四`, `第三个周三`, `20日`, `农历九月初九`, `清明`, and
//! the same in English. Reading and writing of the words stand together, so that they agree.

use serde::{Deserialize, Serialize};

use super::{
    day::Day,
    holidays::Holidays,
    lunar::{self, Festival, Term},
    rule::Every,
};
use crate::base::{date::MONTHS, lang::Tongue, nearest::nearest, text::is_han};

/// Which days of a step are meant. Weekdays count from 0 for Monday; negative numbers from the end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum On {
    /// A day of the week.
    Weekday(u8),
    /// The third Wednesday of a month: 3, 2.
    Nth(i8, u8),
    /// The first workday of a month.
    NthWorkday(i8),
    /// A day of a month, -1 for the last.
    Day(i8),
    /// A month and a day of it.
    YearDay(u8, i8),
    /// The second Sunday of May: 5, 2, 6.
    MonthNth(u8, i8, u8),
    /// The twentieth Monday of a year: 20, 0. Of RRULEs only.
    YearNth(i8, u8),
    /// A day of every lunar month.
    LunarDay(u8),
    /// A lunar month and a day of it.
    Lunar(u8, u8),
    /// A traditional festival.
    Festival(Festival),
    /// A solar term.
    Term(Term),
}

const WEEKDAYS_ZH: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const WEEKDAYS_EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const ORDINALS_EN: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];

impl On {
    /// Reads the words; several days come of `周一至周五`. `None` for what names no days.
    pub(super) fn parse(text: &str) -> Option<Vec<Self>> {
        let folded = fold(text);
        let text = ["每个", "每周", "每月", "每年", "每"].iter().find_map(|every| folded.strip_prefix(every));
        // `每周四` has lost its `周`.
        let candidates = [Some(folded.clone()), text.map(|rest| format!("周{rest}")), text.map(str::to_owned)];
        candidates.into_iter().flatten().find_map(|text| one(&text).map(|on| vec![on]).or_else(|| several(&text)))
    }

    /// Whether such days can stand in a rule of this step.
    pub(super) fn suits(self, every: Every) -> bool {
        match every {
            Every::Day | Every::Workday => false,
            Every::Week => matches!(self, Self::Weekday(_)),
            Every::Month => matches!(self, Self::Nth(..) | Self::NthWorkday(_) | Self::Day(_) | Self::LunarDay(_)),
            Every::Year => {
                matches!(
                    self,
                    Self::YearDay(..) | Self::MonthNth(..) | Self::Lunar(..) | Self::Festival(_) | Self::Term(_)
                )
            }
        }
    }

    /// Whether the table of lunar dates and terms is asked.
    pub(super) fn is_lunar(self) -> bool {
        matches!(self, Self::LunarDay(_) | Self::Lunar(..) | Self::Festival(_) | Self::Term(_))
    }

    /// Whether the words are about a weekday or workday.
    pub(super) fn is_weekday(self) -> bool {
        matches!(self, Self::Weekday(_) | Self::Nth(..) | Self::NthWorkday(_) | Self::MonthNth(..) | Self::YearNth(..))
    }

    /// Whether it counts from the end of a month or year.
    pub(super) fn counts_back(self) -> bool {
        match self {
            Self::Nth(nth, _) | Self::NthWorkday(nth) | Self::Day(nth) | Self::MonthNth(_, nth, _) => nth < 0,
            Self::YearDay(_, day) => day < 0,
            _ => false,
        }
    }

    /// Whether a day is one of those that are named by their weekday.
    pub(super) fn names(self, day: Day) -> bool {
        let (year, month, _) = day.parts();
        match self {
            Self::Weekday(weekday) => weekday == day.weekday(),
            Self::Nth(nth, weekday) => nth_weekday(year, month, nth, weekday) == Some(day),
            Self::MonthNth(of, nth, weekday) => nth_weekday(year, i32::from(of), nth, weekday) == Some(day),
            Self::YearNth(nth, weekday) => nth_of_year(year, nth, weekday) == Some(day),
            _ => false,
        }
    }

    /// The words that `text` was probably meant to be, those of the step first.
    pub(super) fn near(text: &str, every: Every) -> Vec<String> {
        let known = samples(every);
        // In the script that was written, where it has any.
        let chinese = text.contains(is_han);
        let known = known.iter().map(String::as_str).filter(|word| word.contains(is_han) == chinese);
        nearest(&fold(text), known, 3).into_iter().map(str::to_owned).collect()
    }

    /// The days of a month that are meant.
    pub(super) fn in_month(self, year: i32, month: i32, holidays: &Holidays, days: &mut Vec<Day>) {
        match self {
            Self::Day(day) => days.extend(Day::in_month(year, month, i32::from(day))),
            Self::Nth(nth, weekday) => days.extend(nth_weekday(year, month, nth, weekday)),
            Self::Weekday(weekday) => all_weekdays(year, month, weekday, days),
            Self::NthWorkday(nth) => days.extend(nth_workday(year, month, nth, holidays)),
            Self::LunarDay(day) => {
                let all = (1..=31).filter_map(|day| Day::in_month(year, month, day));
                days.extend(all.filter(|d| lunar::LunarDate::of_day(*d).is_some_and(|lunar| lunar.day == day)));
            }
            _ => {}
        }
    }

    /// The days of a year that are meant.
    pub(super) fn in_year(self, year: i32, days: &mut Vec<Day>) {
        match self {
            Self::YearDay(month, day) => days.extend(Day::in_month(year, i32::from(month), i32::from(day))),
            Self::MonthNth(month, nth, weekday) => days.extend(nth_weekday(year, i32::from(month), nth, weekday)),
            Self::Weekday(weekday) => (1..=12).for_each(|month| all_weekdays(year, month, weekday, days)),
            Self::YearNth(nth, weekday) => days.extend(nth_of_year(year, nth, weekday)),
            Self::Lunar(month, day) => days.extend(lunar::in_year(year, month, day as i8)),
            Self::Festival(festival) => {
                let (month, day) = festival.on().map_or((12, -1), |(month, day)| (month, day as i8));
                days.extend(lunar::in_year(year, month, day));
            }
            Self::Term(term) => days.extend(term.day_in(year)),
            _ => {}
        }
    }

    /// For readers: `第三个周三`, `农历九月初九`; `the third Wednesday`, `day 9 of lunar month 9`.
    pub fn words(self, tongue: Tongue) -> String {
        match tongue {
            Tongue::Zh => self.chinese(),
            Tongue::En => self.english(),
        }
    }

    fn chinese(self) -> String {
        match self {
            Self::Weekday(day) => WEEKDAYS_ZH[usize::from(day)].into(),
            Self::Nth(nth, day) => format!("{}{}", nth_zh(nth, "个"), WEEKDAYS_ZH[usize::from(day)]),
            Self::NthWorkday(nth) => format!("{}工作日", nth_zh(nth, "个")),
            Self::Day(-1) => "最后一天".into(),
            Self::Day(day) if day < 0 => nth_zh(day, "天"),
            Self::Day(day) => format!("{day}日"),
            Self::YearDay(month, day) => format!("{month}月{}", Self::Day(day).chinese()),
            Self::MonthNth(month, nth, day) => format!("{month}月{}", Self::Nth(nth, day).chinese()),
            Self::YearNth(nth, day) => Self::Nth(nth, day).chinese(),
            Self::LunarDay(day) => format!("农历{}", lunar::day_name(day)),
            Self::Lunar(month, day) => format!("农历{}{}", lunar::month_name(month), lunar::day_name(day)),
            Self::Festival(festival) => festival.name(Tongue::Zh).into(),
            Self::Term(term) => term.name(Tongue::Zh).into(),
        }
    }

    fn english(self) -> String {
        match self {
            Self::Weekday(day) => WEEKDAYS_EN[usize::from(day)].into(),
            Self::Nth(nth, day) | Self::YearNth(nth, day) => {
                format!("the {} {}", nth_en(nth), WEEKDAYS_EN[usize::from(day)])
            }
            Self::NthWorkday(nth) => format!("the {} workday", nth_en(nth)),
            Self::Day(day) if day < 0 => format!("the {} day", nth_en(day)),
            Self::Day(day) => format!("the {}", ordinal(i32::from(day))),
            Self::YearDay(month, day) if day < 0 => {
                format!("{} of {}", Self::Day(day).english(), MONTHS[usize::from(month) - 1])
            }
            Self::YearDay(month, day) => format!("{day} {}", MONTHS[usize::from(month) - 1]),
            Self::MonthNth(month, nth, day) => {
                format!("{} of {}", Self::Nth(nth, day).english(), MONTHS[usize::from(month) - 1])
            }
            Self::LunarDay(day) => format!("day {day} of each lunar month"),
            Self::Lunar(month, day) => format!("day {day} of lunar month {month}"),
            Self::Festival(festival) => festival.name(Tongue::En).into(),
            Self::Term(term) => term.name(Tongue::En).into(),
        }
    }
}

/// Words that a rule of a step may name, for suggestions.
fn samples(every: Every) -> Vec<String> {
    let lower = |words: &[&str]| words.iter().map(|word| word.to_lowercase()).collect::<Vec<_>>();
    let mut known = match every {
        Every::Day | Every::Workday => Vec::new(),
        Every::Week => [lower(&WEEKDAYS_ZH), lower(&WEEKDAYS_EN)].concat(),
        Every::Month => {
            let days = (0..7).flat_map(|day| [1, 2, 3, 4, -1].map(|nth| On::Nth(nth, day)));
            let more = [On::NthWorkday(1), On::NthWorkday(-1), On::Day(-1)];
            days.chain(more).flat_map(|on| [on.chinese(), on.english().replace("the ", "").to_lowercase()]).collect()
        }
        Every::Year => Vec::new(),
    };
    if every == Every::Year {
        let festivals = Festival::all().flat_map(|f| [f.names(Tongue::Zh), f.names(Tongue::En)].concat());
        let terms = Term::all().flat_map(|term| [term.name(Tongue::Zh), term.name(Tongue::En)]);
        known.extend(festivals.chain(terms).map(str::to_lowercase));
    }
    known
}

/// Lower case, plain width, without spaces at the ends and `的`, hyphens of one kind.
fn fold(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.trim().nfkc().flat_map(char::to_lowercase).filter(|c| !matches!(c, '的')).collect()
}

/// One kind of day.
fn one(text: &str) -> Option<On> {
    let spaceless: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    chinese(&spaceless).or_else(|| english(text)).or_else(|| named(text)).or_else(|| named(&spaceless))
}

/// `周一至周五`, `周末`, `monday to friday`, `weekend`.
fn several(text: &str) -> Option<Vec<On>> {
    if matches!(text, "周末" | "weekend" | "weekends") {
        return Some(vec![On::Weekday(5), On::Weekday(6)]);
    }
    let (from, to) = ["至", "到", "-", "—", "~", " to "].iter().find_map(|mark| text.split_once(mark))?;
    let (from, to) = (weekday(from.trim())?, weekday(to.trim())?);
    (from < to).then(|| (from..=to).map(On::Weekday).collect())
}

/// A term or a festival, in either language.
fn named(text: &str) -> Option<On> {
    let text = text.strip_suffix("节").filter(|rest| Term::all().any(|t| t.name(Tongue::Zh) == *rest)).unwrap_or(text);
    let text = text.strip_prefix("农历").unwrap_or(text);
    let is = |name: &str| name.eq_ignore_ascii_case(text);
    let term = Term::all().find(|term| [Tongue::Zh, Tongue::En].iter().any(|tongue| is(term.name(*tongue))));
    let festival =
        || Festival::all().find(|f| [Tongue::Zh, Tongue::En].iter().any(|t| f.names(*t).iter().any(|name| is(name))));
    term.map(On::Term).or_else(|| festival().map(On::Festival))
}

fn chinese(text: &str) -> Option<On> {
    if let Some(rest) = text.strip_prefix("农历").or(text.strip_prefix("阴历")) {
        return lunar_day(rest);
    }
    if let Some(day) = weekday(text) {
        return Some(On::Weekday(day));
    }
    if matches!(text, "最后一天" | "月底" | "月末" | "最后一日") {
        return Some(On::Day(-1));
    }
    if let Some((month, rest)) = text.split_once('月').filter(|(_, rest)| !rest.is_empty()) {
        let month = u8::try_from(numeral(month)?).ok().filter(|month| (1..=12).contains(month))?;
        return match chinese(rest)? {
            On::Day(day) if fits(month, day) => Some(On::YearDay(month, day)),
            On::Nth(nth, day) => Some(On::MonthNth(month, nth, day)),
            _ => None,
        };
    }
    if let Some((nth, rest)) = nth_chinese(text) {
        return match rest {
            "工作日" => Some(On::NthWorkday(nth)),
            _ => weekday(rest).map(|day| On::Nth(nth, day)),
        };
    }
    let day = numeral(text.strip_suffix(['日', '号'])?)?;
    i8::try_from(day).ok().filter(|day| (1..=31).contains(day)).map(On::Day)
}

/// `第三个`, `最后一个`, `倒数第二个` with what follows.
fn nth_chinese(text: &str) -> Option<(i8, &str)> {
    let (nth, rest) = text.split_once('个').filter(|(_, rest)| !rest.is_empty())?;
    let nth = match nth {
        "最后一" | "最后1" => -1,
        _ => match nth.strip_prefix("倒数第") {
            Some(back) => -numeral(back)?,
            None => numeral(nth.strip_prefix('第')?)?,
        },
    };
    i8::try_from(nth).ok().filter(|nth| (1..=5).contains(&nth.unsigned_abs())).map(|nth| (nth, rest))
}

/// What follows `农历`: `九月初九`, `9月9日`, `十五`.
fn lunar_day(text: &str) -> Option<On> {
    let day = |text: &str| {
        let text = text.strip_prefix('初').unwrap_or(text);
        let text = text.strip_suffix(['日', '号']).unwrap_or(text);
        u8::try_from(numeral(text)?).ok().filter(|day| (1..=30).contains(day))
    };
    let Some((month, rest)) = text.split_once('月') else {
        return day(text).map(On::LunarDay);
    };
    let month = match month {
        "正" => 1,
        "冬" => 11,
        "腊" => 12,
        _ => u8::try_from(numeral(month)?).ok().filter(|month| (1..=12).contains(month))?,
    };
    Some(On::Lunar(month, day(rest)?))
}

fn english(text: &str) -> Option<On> {
    let text = text.strip_prefix("the ").or(text.strip_prefix("every ")).unwrap_or(text);
    if let Some(rest) = text.strip_prefix("lunar ") {
        let (month, day) = rest.split_once('-').map_or((None, rest), |(month, day)| (Some(month), day));
        let day = day.trim().parse().ok().filter(|day| (1..=30).contains(day))?;
        let Some(month) = month else { return Some(On::LunarDay(day)) };
        return Some(On::Lunar(month.trim().parse().ok().filter(|month| (1..=12).contains(month))?, day));
    }
    if let Some(day) = weekday(text) {
        return Some(On::Weekday(day));
    }
    if let Some((rest, month)) = text.split_once(" of ") {
        let month = month_english(month)?;
        return match english(rest)? {
            On::Nth(nth, day) => Some(On::MonthNth(month, nth, day)),
            On::Day(day) if fits(month, day) => Some(On::YearDay(month, day)),
            _ => None,
        };
    }
    if let Some((month, day)) = text.split_once('-')
        && let (Ok(month), Ok(day)) = (month.parse(), day.parse())
    {
        return fits(month, day).then_some(On::YearDay(month, day));
    }
    let mut words = text.split_whitespace();
    match (words.next()?, words.next(), words.next()) {
        (day, None, _) => number_english(day).map(On::Day),
        (first, Some(second), None) => {
            if let Some((month, day)) = month_and_day(first, second).or_else(|| month_and_day(second, first)) {
                return fits(month, day).then_some(On::YearDay(month, day));
            }
            let nth = nth_english(first)?;
            match second {
                "workday" => Some(On::NthWorkday(nth)),
                "day" => (nth == -1).then_some(On::Day(-1)),
                _ => weekday(second).map(|day| On::Nth(nth, day)),
            }
        }
        _ => None,
    }
}

fn month_and_day(month: &str, day: &str) -> Option<(u8, i8)> {
    Some((month_english(month)?, number_english(day)?))
}

/// Whether a month ever has such a day.
fn fits(month: u8, day: i8) -> bool {
    (1..=12).contains(&month) && (day == -1 || Day::in_month(2000, i32::from(month), i32::from(day)).is_some())
}

fn nth_english(word: &str) -> Option<i8> {
    match word {
        "last" => Some(-1),
        _ => ORDINALS_EN
            .iter()
            .position(|name| *name == word)
            .map(|at| at as i8 + 1)
            .or_else(|| number_english(word).filter(|nth| (1..=5).contains(nth) && word.len() == 3)),
    }
}

/// `20th`, `1st`, `20`.
fn number_english(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: i8 = digits.parse().ok().filter(|number| (1..=31).contains(number))?;
    let suffix = &word[digits.len()..];
    (suffix.is_empty() || ordinal(i32::from(number)).ends_with(suffix)).then_some(number)
}

fn month_english(word: &str) -> Option<u8> {
    let found = MONTHS.iter().position(|name| {
        let name = name.to_lowercase();
        name == word || word.len() >= 3 && name.starts_with(word)
    });
    found.map(|at| at as u8 + 1)
}

/// `周四`, `星期四`, `礼拜四`, `thursday`, `thursdays`, `thu`.
pub(super) fn weekday(text: &str) -> Option<u8> {
    if let Some(rest) = ["周", "星期", "礼拜"].iter().find_map(|prefix| text.strip_prefix(prefix)) {
        return match rest {
            "日" | "天" | "七" | "7" => Some(6),
            _ => ["一", "二", "三", "四", "五", "六"]
                .iter()
                .position(|name| *name == rest)
                .or_else(|| rest.parse().ok().filter(|day| (1..=6).contains(day)).map(|day: usize| day - 1))
                .map(|at| at as u8),
        };
    }
    let found = WEEKDAYS_EN.iter().position(|name| {
        let name = name.to_lowercase();
        name == text || format!("{name}s") == text || text.len() >= 3 && name.starts_with(text)
    });
    found.map(|at| at as u8)
}

/// `20`, `二十`, `廿三`, `十五`.
fn numeral(text: &str) -> Option<i32> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok().filter(|n| (1..=99).contains(n));
    }
    let digit = |c: char| "一二三四五六七八九".chars().position(|d| d == c).map(|at| at as i32 + 1);
    let text = text.replace('廿', "二十").replace('卅', "三十").replace('两', "二").replace("十十", "十");
    let chars: Vec<char> = text.chars().collect();
    match chars.as_slice() {
        ['十'] => Some(10),
        ['十', ones] => Some(10 + digit(*ones)?),
        [tens, '十'] => Some(digit(*tens)? * 10),
        [tens, '十', ones] => Some(digit(*tens)? * 10 + digit(*ones)?),
        [ones] => digit(*ones),
        _ => None,
    }
}

fn nth_zh(nth: i8, unit: &str) -> String {
    const DIGITS: [&str; 5] = ["一", "二", "三", "四", "五"];
    let size = usize::from(nth.unsigned_abs());
    let digit = DIGITS.get(size.wrapping_sub(1)).map_or_else(|| size.to_string(), |digit| (*digit).into());
    match nth {
        -1 => format!("最后一{unit}"),
        ..0 => format!("倒数第{digit}{unit}"),
        _ => format!("第{digit}{unit}"),
    }
}

fn nth_en(nth: i8) -> String {
    let size = nth.unsigned_abs();
    let word = ORDINALS_EN.get(usize::from(size).wrapping_sub(1)).map(|word| (*word).to_owned());
    let word = word.unwrap_or_else(|| ordinal(i32::from(size)));
    match nth {
        -1 => "last".into(),
        ..0 => format!("{word} last"),
        _ => word,
    }
}

/// `1st`, `22nd`, `13th`.
pub(super) fn ordinal(n: i32) -> String {
    let suffix = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{suffix}")
}

fn nth_weekday(year: i32, month: i32, nth: i8, weekday: u8) -> Option<Day> {
    let length = super::day::days_in_month(year, month);
    let first = Day::civil(year, month, 1);
    let day = 1 + (i32::from(weekday) - i32::from(first.weekday())).rem_euclid(7);
    let count = (length - day) / 7 + 1;
    let nth = i32::from(nth);
    let index = if nth < 0 { count + nth } else { nth - 1 };
    (0..count).contains(&index).then(|| first.plus(day - 1 + 7 * index))
}

fn nth_of_year(year: i32, nth: i8, weekday: u8) -> Option<Day> {
    let (first, next) = (Day::civil(year, 1, 1), Day::civil(year + 1, 1, 1));
    let begin = first.plus((i32::from(weekday) - i32::from(first.weekday())).rem_euclid(7));
    let count = (next.0 - 1 - begin.0) / 7 + 1;
    let nth = i32::from(nth);
    let index = if nth < 0 { count + nth } else { nth - 1 };
    (0..count).contains(&index).then(|| begin.plus(7 * index))
}

fn all_weekdays(year: i32, month: i32, weekday: u8, days: &mut Vec<Day>) {
    let nth = (1..=5).filter_map(|nth| nth_weekday(year, month, nth, weekday));
    days.extend(nth);
}

fn nth_workday(year: i32, month: i32, nth: i8, holidays: &Holidays) -> Option<Day> {
    let length = super::day::days_in_month(year, month);
    let workdays = (1..=length).map(|day| Day::civil(year, month, day)).filter(|day| holidays.works(*day));
    let workdays: Vec<Day> = workdays.collect();
    let index = if nth < 0 { workdays.len().checked_sub(usize::from(nth.unsigned_abs()))? } else { nth as usize - 1 };
    workdays.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let words = |on: Vec<On>| on.into_iter().map(|on| on.words(Tongue::Zh)).collect::<Vec<_>>().join("、");
        assert_eq!(On::parse(text).map(words).unwrap_or_default(), expected, "{text}");
    }

    #[test]
    fn days_are_named_as_people_name_them() {
        check("周四", "周四");
        check("每周四", "周四");
        check("星期天", "周日");
        check("Thursdays", "周四");
        check("周一至周五", "周一、周二、周三、周四、周五");
        check("周末", "周六、周日");
        check("第三个周三", "第三个周三");
        check("每月第3个星期三", "第三个周三");
        check("third wednesday", "第三个周三");
        check("3rd Wednesday", "第三个周三");
        check("最后一个周五", "最后一个周五");
        check("last friday", "最后一个周五");
        check("倒数第二个周五", "倒数第二个周五");
        check("第一个工作日", "第一个工作日");
        check("last workday", "最后一个工作日");
        check("20日", "20日");
        check("二十号", "20日");
        check("20th", "20日");
        check("20", "20日");
        check("月底", "最后一天");
        check("10月1日", "10月1日");
        check("十月一日", "10月1日");
        check("October 1", "10月1日");
        check("1st of October", "10月1日");
        check("10-01", "10月1日");
        check("5月第二个周日", "5月第二个周日");
        check("second Sunday of May", "5月第二个周日");
        check("农历九月初九", "农历九月初九");
        check("农历腊月廿三", "农历腊月廿三");
        check("农历正月十五", "农历正月十五");
        check("lunar 9-9", "农历九月初九");
        check("农历初一", "农历初一");
        check("清明", "清明");
        check("清明节", "清明");
        check("qingming", "清明");
        check("中秋", "中秋节");
        check("Mid-Autumn Festival", "中秋节");
        check("除夕", "除夕");
    }

    #[test]
    fn what_names_no_day_is_refused() {
        for text in
            ["", "周八", "第六个周三", "32日", "13月1日", "2月30日", "农历十三月初一", "明天", "20nd", "周", "每"]
        {
            check(text, "");
        }
    }

    #[test]
    fn every_word_reads_back() {
        let nth = [1, 2, 3, 4, 5, -1, -2];
        let mut all: Vec<On> = (0..7).map(On::Weekday).collect();
        all.extend(nth.into_iter().flat_map(|nth| (0..7).map(move |day| On::Nth(nth, day))));
        all.extend((1..=31).map(On::Day).chain([On::Day(-1), On::NthWorkday(1), On::NthWorkday(-1)]));
        all.extend((1..=12).flat_map(|month| (1..=28).map(move |day| On::YearDay(month, day))));
        all.extend((1..=12).flat_map(|month| (1..=30).map(move |day| On::Lunar(month, day))));
        all.extend(
            (1..=30).map(On::LunarDay).chain(Festival::all().map(On::Festival)).chain(Term::all().map(On::Term)),
        );
        for on in all {
            assert_eq!(On::parse(&on.words(Tongue::Zh)), Some(vec![on]), "{on:?}");
        }
    }

    #[test]
    fn the_nearest_words_are_offered() {
        assert_eq!(On::near("周八", Every::Week).len(), 3);
        assert_eq!(On::near("thrusday", Every::Week), ["thursday"]);
        assert!(On::near("第三个周八", Every::Month).iter().any(|word| word.starts_with("第三个周")));
        assert_eq!(On::near("清名", Every::Year).first().map(String::as_str), Some("清明"));
    }
}
