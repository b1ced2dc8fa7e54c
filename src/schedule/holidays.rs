//! Statutory holidays and make-up workdays, from the site's files `content/data/holidays/<year>.yaml`.
//!
//! ```yaml
//! source: 国务院办公厅关于2026年部分节假日安排的通知
//! days:
//!   - {name: 国庆节, off: 2026-10-01..2026-10-07, work: [2026-09-20, 2026-10-10]}
//! ```
//!
//! A workday is a listed make-up day, or Monday to Friday where the day is not listed as off. A
//! year without a file has no holidays: it shifts nothing, and `check.rs` says so.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::Date;

use super::day::{DateRange, Day};
use crate::{
    base::{path::SitePath, text::Span},
    diagnostics::{Code, Diagnostic, Place},
    fields::{self, Field, Origin, Shape, Values, yaml},
    msg,
};

/// The folder of the files.
pub const FOLDER: &str = "content/data/holidays/";

/// Holidays of the years that the site has files for.
///
/// ```
/// use pbsite::{base::path::SitePath, schedule::Holidays};
/// let mut holidays = Holidays::default();
/// let text = "source: 通知\ndays:\n- {name: 国庆节, off: 2026-10-01..2026-10-07, work: [2026-10-10]}\n";
/// let path = SitePath::new("content/data/holidays/2026.yaml").unwrap();
/// assert!(holidays.add(&path, text).is_empty());
/// let workday = |day: &str| holidays.is_workday(day.parse().unwrap());
/// assert!(!workday("2026-10-01") && workday("2026-10-08") && workday("2026-10-10"));
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Holidays {
    /// Days off and make-up days; every other day is what its weekday says.
    days: BTreeMap<Day, Listed>,
    /// The years that have a file.
    years: Vec<i16>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Listed {
    name: Arc<str>,
    off: bool,
    /// Whether it is the first day off of its holiday.
    first: bool,
}

/// What a listed day is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Badge {
    /// 休: a statutory day off.
    Off,
    /// 班: a day of the weekend that is worked.
    Work,
}

impl Holidays {
    /// Adds the file of a year; what is wrong with it comes back, and what is right counts.
    pub fn add(&mut self, path: &SitePath, text: &str) -> Vec<Diagnostic> {
        let mut reader = Reader { path, origin: Origin::text(path.clone()), problems: Vec::new() };
        let Some(year) = reader.year() else { return reader.problems };
        let place = |span: Span| Place::text(path, span);
        let read = yaml::read(text, 0, yaml::Whole::Mapping, &place, &mut reader.problems);
        let Some(node) = read.node else { return reader.problems };
        let values = fields::read(&shape(), &node, &reader.origin, &mut reader.problems);
        self.years.push(year);
        self.years.sort_unstable();
        self.years.dedup();
        for record in values.records("days") {
            reader.holiday(year, &record.value, &mut self.days);
        }
        reader.problems
    }

    /// Whether the site has a file for a year.
    pub fn knows(&self, year: i16) -> bool {
        self.years.binary_search(&year).is_ok()
    }

    /// The last year with a file.
    pub fn last_year(&self) -> Option<i16> {
        self.years.last().copied()
    }

    /// Whether people work on a day: a make-up day, or Monday to Friday and not off.
    pub fn is_workday(&self, date: Date) -> bool {
        self.works(Day::from(date))
    }

    /// What a day is listed as, if it is.
    pub fn badge(&self, date: Date) -> Option<Badge> {
        self.listed(Day::from(date)).map(|listed| if listed.off { Badge::Off } else { Badge::Work })
    }

    /// The name of the holiday that a day off belongs to.
    pub fn name(&self, date: Date) -> Option<&str> {
        self.listed(Day::from(date)).filter(|listed| listed.off).map(|listed| &*listed.name)
    }

    /// Whether a day is the first one off of its holiday.
    pub(super) fn begins(&self, date: Date) -> bool {
        self.listed(Day::from(date)).is_some_and(|listed| listed.first)
    }

    pub(super) fn is_off(&self, day: Day) -> bool {
        self.listed(day).is_some_and(|listed| listed.off)
    }

    pub(super) fn works(&self, day: Day) -> bool {
        self.listed(day).map_or(day.weekday() < 5, |listed| !listed.off)
    }

    pub(super) fn knows_day(&self, day: Day) -> bool {
        i16::try_from(day.parts().0).is_ok_and(|year| self.knows(year))
    }

    fn listed(&self, day: Day) -> Option<&Listed> {
        self.days.get(&day)
    }
}

/// What a file may hold.
fn shape() -> Vec<Field> {
    use Shape::{Records, Text, Texts};
    let f = Field::new;
    let holiday = vec![
        f("name", Text, "节日", "name").required(),
        f("off", Text, "放假", "days off").required(),
        f("work", Texts, "调休上班", "make-up workdays"),
    ];
    vec![f("source", Text, "来源", "source").required(), f("days", Records(holiday), "节日", "holidays").required()]
}

struct Reader<'a> {
    path: &'a SitePath,
    origin: Origin,
    problems: Vec<Diagnostic>,
}

impl Reader<'_> {
    /// The year that the file is named for.
    fn year(&mut self) -> Option<i16> {
        let name = self.path.as_str().rsplit('/').next().unwrap_or_default();
        let stem = name.strip_suffix(".yaml").or(name.strip_suffix(".yml")).unwrap_or(name);
        let year = stem.parse().ok().filter(|year| (1900..=2200).contains(year));
        if year.is_none() {
            let message = msg!("节假日文件名应当是年份：“{name}”", "a file of holidays is named by its year: `{name}`");
            let help = msg!("改名为：{FOLDER}2026.yaml", "rename it to {FOLDER}2026.yaml");
            self.problems.push(Diagnostic::new(Code::HolidayFile, Place::File(self.path.clone()), message).help(help));
        }
        year
    }

    fn holiday(&mut self, year: i16, values: &Values, days: &mut BTreeMap<Day, Listed>) {
        let name: Arc<str> = values.text("name").into();
        let work = values.texts("work").iter().map(|text| (text.value.as_str(), text.at));
        let off = values.at("off").map(|at| (values.text("off"), at));
        let spans = off.map(|(text, at)| (text, at, true)).into_iter().chain(work.map(|(text, at)| (text, at, false)));
        for (text, at, off) in spans {
            let Some(range) = DateRange::parse(text).filter(|range| range.days() <= 31) else {
                let message = msg!("“{text}”不是日期", "`{text}` is no date");
                let help = match off {
                    true => msg!("写成：off: {year}-10-01..{year}-10-07", "write: off: {year}-10-01..{year}-10-07"),
                    false => msg!("写成：work: [{year}-10-10]", "write: work: [{year}-10-10]"),
                };
                self.problems.push(Diagnostic::new(Code::BadDate, self.origin.place(at), message).help(help));
                continue;
            };
            for (nth, day) in range.iter().enumerate() {
                let Some(wrong) = wrong_day(day, year, off, days.get(&day)) else {
                    days.insert(day, Listed { name: name.clone(), off, first: off && nth == 0 });
                    continue;
                };
                let help = msg!("对照放假通知改正", "correct it by the notice of holidays");
                self.problems.push(Diagnostic::new(Code::HolidayFile, self.origin.place(at), wrong).help(help));
                break;
            }
        }
    }
}

/// Why a day cannot be what a file says of it.
fn wrong_day(day: Day, year: i16, off: bool, listed: Option<&Listed>) -> Option<crate::base::lang::Message> {
    let date = day.date()?;
    if let Some(listed) = listed {
        let name = &listed.name;
        return Some(msg!("{date} 写了两次（“{name}”里也有）", "{date} is listed twice (also for `{name}`)"));
    }
    // A notice for a year reaches a few days over its edges: 元旦 may begin in December.
    let edge = matches!((date.year() - year, date.month()), (0, _) | (-1, 12) | (1, 1));
    if !edge {
        return Some(msg!("{date} 不是 {year} 年的日子", "{date} is not in {year}"));
    }
    if !off && day.weekday() < 5 {
        return Some(msg!(
            "{date} 不是周末，本来就上班，不用写在 work 里",
            "{date} is no day of the weekend: it is worked anyway and need not stand in `work`"
        ));
    }
    None
}
