//! What stands beside the number of a day in a month's grid: its holiday, else its solar term,
//! else its festival, else the lunar month on its first day, else the lunar day.

use jiff::civil::Date;

use super::{
    holidays::{Badge, Holidays},
    lunar::{Festival, LunarDate, Term},
};
use crate::base::lang::Tongue;

/// The label of a day.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct DayLabel {
    /// `国庆节`, `清明`, `重阳节`, `九月`, `初九`; empty where the lunar calendar is not known.
    pub text: String,
    /// What the words are.
    pub of: LabelOf,
    /// 休 or 班.
    pub badge: Option<Badge>,
}

/// What the words of a label are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LabelOf {
    /// A statutory holiday, on its own day.
    Holiday,
    /// A solar term.
    Term,
    /// A festival.
    Festival,
    /// The first day of a lunar month.
    Month,
    /// Any other lunar day.
    Day,
}

/// The label of a day.
///
/// ```
/// use pbsite::{base::lang::Tongue, schedule::{Holidays, day_label}};
/// let text = |day: &str| day_label(day.parse().unwrap(), &Holidays::default(), Tongue::Zh).text;
/// assert_eq!(text("2026-10-18"), "重阳节");
/// assert_eq!(text("2026-10-19"), "初十");
/// ```
pub fn day_label(date: Date, holidays: &Holidays, tongue: Tongue) -> DayLabel {
    let lunar = LunarDate::of(date);
    let festival = lunar.and_then(LunarDate::festival);
    let (text, of) = if let Some(name) = holiday(date, holidays, festival) {
        (name, LabelOf::Holiday)
    } else if let Some(term) = Term::of(date) {
        (term.name(tongue).into(), LabelOf::Term)
    } else if let Some(name) = festival.map(|festival| festival.name(tongue)).or_else(|| civil(date, tongue)) {
        (name.into(), LabelOf::Festival)
    } else {
        match lunar {
            Some(lunar) if lunar.day == 1 => (lunar.month_name(tongue), LabelOf::Month),
            Some(lunar) => (lunar.day_name(tongue), LabelOf::Day),
            None => (String::new(), LabelOf::Day),
        }
    };
    DayLabel { text, of, badge: holidays.badge(date) }
}

impl Badge {
    /// `休`, `班`; `off`, `work`.
    pub fn word(self, tongue: Tongue) -> &'static str {
        match (self, tongue) {
            (Self::Off, Tongue::Zh) => "休",
            (Self::Work, Tongue::Zh) => "班",
            (Self::Off, Tongue::En) => "off",
            (Self::Work, Tongue::En) => "work",
        }
    }
}

/// The name of a holiday on the day that it is named for, not on every day that is off for it. A
/// holiday that we do not know stands on its first day off.
fn holiday(date: Date, holidays: &Holidays, festival: Option<Festival>) -> Option<String> {
    let name = holidays.name(date)?;
    let own = if name.contains("元旦") {
        (date.month(), date.day()) == (1, 1)
    } else if name.contains("劳动节") {
        (date.month(), date.day()) == (5, 1)
    } else if name.contains("清明") {
        Term::of(date).is_some_and(|term| term.name(Tongue::Zh) == "清明")
    } else if name.contains("春节") {
        festival == Some(Festival::SpringFestival)
    } else if name.contains("端午") {
        festival == Some(Festival::DragonBoat)
    } else if name.contains("国庆") && (date.month(), date.day()) == (10, 1) {
        return Some("国庆节".into());
    } else if name.contains("中秋") && festival == Some(Festival::MidAutumn) {
        return Some("中秋节".into());
    } else {
        // A notice may join two: 国庆节、中秋节.
        !name.contains("国庆") && !name.contains("中秋") && holidays.begins(date)
    };
    own.then(|| name.to_owned())
}

/// Days of the Gregorian year that the regulation on festivals and memorial days names and that
/// are not off for everybody.
fn civil(date: Date, tongue: Tongue) -> Option<&'static str> {
    const DAYS: [(i8, i8, &str, &str); 10] = [
        (3, 8, "妇女节", "Women's Day"),
        (3, 12, "植树节", "Arbor Day"),
        (5, 4, "青年节", "Youth Day"),
        (5, 12, "护士节", "Nurses' Day"),
        (6, 1, "儿童节", "Children's Day"),
        (7, 1, "建党节", "Party's Founding Day"),
        (8, 1, "建军节", "Army Day"),
        (9, 3, "抗战胜利日", "Victory Day"),
        (9, 10, "教师节", "Teachers' Day"),
        (11, 8, "记者节", "Journalists' Day"),
    ];
    let day = DAYS.iter().find(|day| (day.0, day.1) == (date.month(), date.day()))?;
    Some(if tongue == Tongue::Zh { day.2 } else { day.3 })
}
