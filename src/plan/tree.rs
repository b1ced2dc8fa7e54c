//! Units as an outline: what stands above what, by kind of unit, and who takes the chair when.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{ListOf, Plan, views::Link};
use crate::{base::date::human_date, model::word_of};

/// Units of one kind below one other that the outline names; the list has the others.
const MOST: usize = 60;

/// How deep the outline goes.
const DEEPEST: usize = 12;

/// A line of the outline. Lines follow each other as they are read; `opens` and `closes` tell how
/// they are nested, so that a template needs no recursion.
#[derive(Serialize, Hash, Debug, Clone, Default)]
pub struct TreeLine {
    /// The unit, or the kind of the units below; empty where `count` others are left out.
    pub title: String,
    /// Address of its page; empty for a kind.
    pub url: String,
    /// Kind of unit, where it is not told above.
    pub kind: String,
    /// How many units stand directly below it.
    pub count: usize,
    /// Who takes the chair, in the order of time.
    pub chairs: Vec<Chair>,
    /// Whether other lines stand below it.
    pub opens: bool,
    /// Whether it is open at first.
    pub open: bool,
    /// How many lists end after it.
    pub closes: usize,
}

/// Who takes the chair, and when.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Chair {
    /// The unit.
    pub unit: Link,
    /// First day, for machines.
    pub from: String,
    /// Last day, for machines, or empty.
    pub until: String,
    /// `2026年7月1日—2026年12月31日`.
    pub period: String,
}

impl Plan<'_> {
    /// The outline of the listed units of a language; empty where none stands above another.
    pub(super) fn tree(&self, kind: usize, lang: usize) -> Vec<TreeLine> {
        let items = &self.lists[lang].kinds[kind];
        let listed: BTreeSet<usize> = items.iter().copied().collect();
        let mut below: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        for &i in items {
            let parent = self.named(i, "parent").filter(|parent| listed.contains(parent) && *parent != i);
            below.entry(parent).or_default().push(i);
        }
        if below.len() < 2 {
            return Vec::new();
        }
        let mut outline = Outline { plan: self, kind, lang, below, lines: Vec::new() };
        let roots = outline.below.get(&None).cloned().unwrap_or_default();
        outline.units(&roots, 0);
        outline.lines
    }

    /// Who takes the chair of a unit, in the order of time.
    pub(super) fn chairs(&self, i: usize) -> Vec<Chair> {
        let item = &self.catalogue.items[i];
        let tongue = item.lang.tongue();
        let mut chairs: Vec<Chair> = Vec::new();
        for record in item.values.records("chairs") {
            let (Some(from), until) = (record.value.when("from"), record.value.when("until")) else { continue };
            let end = until.map_or(String::new(), |until| human_date(until.date, tongue));
            chairs.push(Chair {
                unit: self.unit_link(i, record.value.text("unit")),
                from: from.date.to_string(),
                until: until.map_or(String::new(), |until| until.date.to_string()),
                period: format!("{}—{end}", human_date(from.date, tongue)),
            });
        }
        chairs.sort_by(|a, b| a.from.cmp(&b.from));
        chairs
    }

    /// A unit that a field of an item names, with a link where it has a page.
    pub(super) fn unit_link(&self, i: usize, word: &str) -> Link {
        let catalogue = self.catalogue;
        let kind = catalogue.kinds.by_name("organization");
        let Some(unit) = kind.and_then(|kind| catalogue.meant(kind, word, &catalogue.items[i].lang)) else {
            return Link { title: word.to_owned(), ..Link::default() };
        };
        let url = if catalogue.has_page(unit) { catalogue.addresses.item(unit).to_owned() } else { String::new() };
        Link { title: catalogue.items[unit].title.clone(), url, external: false }
    }
}

struct Outline<'p, 'a> {
    plan: &'p Plan<'a>,
    kind: usize,
    lang: usize,
    below: BTreeMap<Option<usize>, Vec<usize>>,
    lines: Vec<TreeLine>,
}

impl Outline<'_, '_> {
    /// Units below one other: by kind, where there are several kinds.
    fn units(&mut self, units: &[usize], depth: usize) {
        let mut kinds: Vec<(&str, Vec<usize>)> = Vec::new();
        let catalogue = self.plan.catalogue;
        for &i in units {
            let kind = catalogue.items[i].values.text("unit_kind");
            match kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, units)) => units.push(i),
                None => kinds.push((kind, vec![i])),
            }
        }
        if kinds.len() < 2 || units.len() == kinds.len() {
            return self.each(units, depth, true);
        }
        for (kind, units) in kinds {
            let lang = &catalogue.settings.languages[self.lang];
            let title = word_of(kind, &catalogue.settings, lang);
            self.open(TreeLine { title, count: units.len(), ..TreeLine::default() }, depth);
            self.each(&units, depth + 1, false);
            self.close();
        }
    }

    fn each(&mut self, units: &[usize], depth: usize, kinds: bool) {
        for &i in units.iter().take(MOST) {
            self.unit(i, depth, kinds);
        }
        if units.len() > MOST {
            let url = self.plan.address_of(&ListOf::Kind(self.kind), self.lang);
            self.lines.push(TreeLine { url, count: units.len() - MOST, ..TreeLine::default() });
        }
    }

    fn unit(&mut self, i: usize, depth: usize, kinds: bool) {
        let catalogue = self.plan.catalogue;
        let item = &catalogue.items[i];
        let below = self.below.get(&Some(i)).cloned().unwrap_or_default();
        let line = TreeLine {
            title: item.title.clone(),
            url: catalogue.addresses.item(i).to_owned(),
            kind: if kinds {
                word_of(item.values.text("unit_kind"), &catalogue.settings, &item.lang)
            } else {
                String::new()
            },
            count: below.len(),
            chairs: self.plan.chairs(i),
            ..TreeLine::default()
        };
        if below.is_empty() || depth > DEEPEST {
            self.lines.push(line);
            return;
        }
        self.open(line, depth);
        self.units(&below, depth + 1);
        self.close();
    }

    fn open(&mut self, line: TreeLine, depth: usize) {
        self.lines.push(TreeLine { opens: true, open: depth < 1, ..line });
    }

    fn close(&mut self) {
        if let Some(line) = self.lines.last_mut() {
            line.closes += 1;
        }
    }
}
