//! What a list comes to: how many rows of each category, how many of them are taken up and done,
//! and which nothing answers.

use serde::Serialize;

use super::{ListOf, Plan, views::CardRef};

/// Rows without an answer that a page names.
const GAPS: usize = 40;

/// Kinds whose rows are taken up and come to an end.
const KINDS: [&str; 4] = ["resource", "need", "wish", "project"];

/// A list, counted.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Tally {
    /// All rows.
    pub all: Count,
    /// Rows by category, the largest first.
    pub categories: Vec<Count>,
}

/// Rows, counted.
#[derive(Serialize, Hash, Debug, Clone, Default)]
pub struct Count {
    /// The category; empty for all.
    pub title: String,
    /// Address of their list.
    pub url: String,
    /// How many.
    pub total: usize,
    /// How many are taken up and not done.
    pub taken: usize,
    /// How many are done.
    pub done: usize,
    /// Done of a hundred, rounded down.
    pub percent: usize,
}

/// Rows that nothing answers.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Gaps {
    /// How many there are.
    pub count: usize,
    /// The first of them.
    pub cards: Vec<CardRef>,
}

impl Plan<'_> {
    /// The list of a kind by category; `None` for kinds whose rows come to no end, and where no
    /// row tells its state.
    pub(super) fn tally(&self, kind: usize, lang: usize) -> Option<Tally> {
        let spec = self.catalogue.kinds.get(kind);
        let items = &self.lists[lang].kinds[kind];
        let stated = items.iter().any(|i| !self.state(*i).is_empty());
        if !KINDS.contains(&spec.name.as_str()) || !stated {
            return None;
        }
        let categories = spec.facets.iter().position(|facet| facet.path == "category");
        let categories = categories.map(|facet| {
            let list = &self.lists[lang].facets[kind][facet];
            let counted = list.ranked().into_iter().map(|(slug, value)| {
                let url = self.address_of(&ListOf::Facet(kind, facet, slug.to_owned()), lang);
                self.count(&value.title, url, &value.items)
            });
            counted.collect()
        });
        let url = self.address_of(&ListOf::Kind(kind), lang);
        Some(Tally { all: self.count("", url, items), categories: categories.unwrap_or_default() })
    }

    /// Open rows of a list that nothing answers.
    pub(super) fn gaps(&self, items: &[usize]) -> Option<Gaps> {
        let gaps = self.matching.without(items);
        (!gaps.is_empty()).then(|| Gaps { count: gaps.len(), cards: self.cards_of(&gaps, GAPS) })
    }

    fn count(&self, title: &str, url: String, items: &[usize]) -> Count {
        let with = |states: &[&str]| items.iter().filter(|i| states.contains(&self.state(**i))).count();
        let (total, done) = (items.len(), with(&["fulfilled", "used", "done", "closed", "stopped"]));
        let taken = with(&["claimed", "reserved", "running"]);
        let percent = (done * 100).checked_div(total).unwrap_or(0);
        Count { title: title.to_owned(), url, total, taken, done, percent }
    }

    fn state(&self, i: usize) -> &str {
        self.catalogue.items[i].state.as_ref().map_or("", |state| &state.state)
    }
}
