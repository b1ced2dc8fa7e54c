//! Units that a text names and does not link. The page: `unlinked_unit.md`.
//!
//! Names are known once every file is read, so the texts are read once more: `check` does it, a
//! build does not. Chinese has no spaces between words, so a name may be the beginning of a longer
//! one; what looks like that is left alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use aho_corasick::{AhoCorasick, MatchKind};
use rayon::prelude::*;

use crate::{
    base::{lang::Lang, text::Span},
    catalogue::Target,
    diagnostics::{Code, Diagnostic, Place},
    document::{Form, words_outside_links},
    model::{Item, Presence},
    msg,
    plan::Plan,
    source::Files,
};

/// Looks at the texts of a site that has units.
pub(super) fn check(plan: &Plan<'_>, files: &dyn Files, problems: &mut Vec<Diagnostic>) {
    let catalogue = plan.catalogue;
    for lang in &catalogue.settings.languages {
        let Some(names) = Names::of(plan, lang) else { continue };
        let texts = (0..catalogue.items.len()).into_par_iter().filter(|i| catalogue.items[*i].lang == *lang);
        let found: Vec<Vec<Diagnostic>> = texts.map(|i| unlinked(plan, &names, i, files)).collect();
        problems.extend(found.into_iter().flatten());
    }
}

/// The first mention of each unit in a text that leads to it nowhere.
fn unlinked(plan: &Plan<'_>, names: &Names, index: usize, files: &dyn Files) -> Vec<Diagnostic> {
    let item = &plan.catalogue.items[index];
    if item.draft || item.withdrawn.is_some() || item.form == Form::Row {
        return Vec::new();
    }
    // Whoever deletes a file meanwhile is told elsewhere.
    let Ok(runs) = words_outside_links(&item.path, files) else { return Vec::new() };
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    for (words, span) in &runs {
        for (unit, range) in names.in_words(words) {
            if !leads_to(plan, index, unit) && seen.insert(unit) {
                problems
                    .push(problem(&plan.catalogue.items[unit], Place::text(&item.path, part(*span, words, &range))));
            }
        }
    }
    problems
}

/// Where a part of a run of words stands: exactly, where the words are as written.
fn part(span: Span, words: &str, range: &Range<usize>) -> Span {
    if span.range().len() == words.len() { Span::from(range.clone()).shift(span.range().start) } else { span }
}

fn problem(unit: &Item, place: Place) -> Diagnostic {
    let (name, link) = (&unit.title, format!("[{}](@organizations/{})", unit.title, unit.id));
    let message =
        msg!("“{name}”有自己的页面，这里没有链接到它", "`{name}` has a page of its own and is not linked here");
    Diagnostic::new(Code::UnlinkedUnit, place, message).help(msg!(
        "写成：{link}；不必链接的，在 pbsite.yaml 里加上：unlinked_units: ['{name}']",
        "write {link}; a name that needs no link is listed in pbsite.yaml: unlinked_units: ['{name}']"
    ))
}

/// Whether an item is the unit, or its page already leads there.
fn leads_to(plan: &Plan<'_>, index: usize, unit: usize) -> bool {
    let links = &plan.resolved.items[index];
    index == unit
        || links.fields.iter().any(|(_, items)| items.contains(&unit))
        || links.raw.iter().any(|(_, target)| matches!(target, Target::Item(item, _) if *item == unit))
}

/// Names of units and, so that none is found inside of another's, of everything else in a language.
struct Names {
    all: AhoCorasick,
    /// By pattern: the unit, or nothing where no link is wanted.
    units: Vec<Option<usize>>,
}

impl Names {
    /// The names of a site; `None` where it has no units.
    fn of(plan: &Plan<'_>, lang: &Lang) -> Option<Self> {
        let catalogue = plan.catalogue;
        let kind = catalogue.kinds.by_name("organization")?;
        let left_out = &catalogue.settings.unlinked_units;
        let mut named: BTreeMap<&str, Option<usize>> = BTreeMap::new();
        for (i, item) in catalogue.items.iter().enumerate().filter(|(_, item)| item.lang == *lang) {
            let title = item.title.trim();
            let is_unit = item.kind == kind && catalogue.presence[i] == Presence::Listed && is_a_name(title);
            let unit = (is_unit && !left_out.iter().any(|name| name == title)).then_some(i);
            // Two of one name: nobody could tell which is meant.
            named.entry(title).and_modify(|known| *known = None).or_insert(unit);
        }
        named.remove("");
        named.values().any(Option::is_some).then_some(())?;
        let all = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(named.keys()).ok()?;
        Some(Self { all, units: named.into_values().collect() })
    }

    /// The units that words name, with the places of the names.
    fn in_words(&self, words: &str) -> Vec<(usize, Range<usize>)> {
        let units = self.all.find_iter(words).filter_map(|hit| {
            let unit = self.units[hit.pattern().as_usize()]?;
            stands_alone(words, &hit.range()).then(|| (unit, hit.range()))
        });
        units.collect()
    }
}

/// Whether a title is long enough to mean one unit only: three Chinese characters, or two words.
fn is_a_name(title: &str) -> bool {
    title.chars().filter(|c| is_wide(*c)).count() >= 3 || title.contains(' ') && title.len() >= 6
}

/// What names of units and parts of units end with.
const ENDS: [&str; 26] = [
    "街道",
    "社区",
    "小区",
    "居委",
    "居民区",
    "党委",
    "党支部",
    "党总支",
    "工作委员会",
    "党工委",
    "委员会",
    "服务站",
    "中心",
    "分站",
    "学校",
    "小学",
    "中学",
    "幼儿园",
    "医院",
    "公司",
    "协会",
    "服务队",
    "分院",
    "校区",
    "办公室",
    "工作室",
];

/// Words after which something else begins.
const PARTS: &str = "的和与及在给为于有把到将从由对向也都又还请让被比跟同或等是了就来去说开办做送带参提";

/// Whether a name is no part of a longer word or name.
fn stands_alone(words: &str, range: &Range<usize>) -> bool {
    let joins = |c: char| c.is_ascii_alphanumeric();
    let (before, name, after) = (&words[..range.start], &words[range.clone()], &words[range.end..]);
    if name.starts_with(joins) && before.ends_with(joins) || name.ends_with(joins) && after.starts_with(joins) {
        return false;
    }
    let longer: String = after.chars().take(10).take_while(|c| is_wide(*c) && !PARTS.contains(*c)).collect();
    !ENDS.iter().any(|end| longer.contains(end))
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &str, name: &str, expect: bool) {
        let at = words.find(name).unwrap();
        assert_eq!(stands_alone(words, &(at..at + name.len())), expect, "{words}");
    }

    #[test]
    fn names_inside_of_longer_ones() {
        check("长风新村街道请大家来", "长风新村街道", true);
        check("长风新村街道和党群服务中心一起办", "长风新村街道", true);
        check("长风新村街道党群服务中心在一楼", "长风新村街道", false);
        check("长风新村街道党工委、居民区", "长风新村街道", false);
        check("the Blue Grid Design team", "Blue Grid", true);
        check("the Blue Grids", "Blue Grid", false);
    }

    #[test]
    fn short_titles_are_ordinary_words() {
        assert!(is_a_name("长风新村街道") && is_a_name("Blue Grid") && is_a_name("A座图书馆"));
        assert!(!is_a_name("后滩") && !is_a_name("Blue"));
    }
}
