//! Which resources answer which needs, and why.
//!
//! Both must be open, to be had at one time, and of different units; a resource that names kinds of
//! units must name that of the need. They match when their category or a word
//! of theirs (topics, tags, keywords) is the same; more of these, and units that belong together,
//! put one before another. Candidates come from an inverted index, so that time grows with the
//! rows that share something and not with all pairs.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use jiff::civil::DateTime;
use rayon::prelude::*;

use super::Catalogue;
use crate::{base::date::When, config::Weights};

/// How many resources are named for a need, and needs for a resource.
const BEST: usize = 3;

/// Words beyond this many say nothing more.
const WORDS: usize = 3;

/// What answers what, by item.
#[derive(Debug, Default)]
pub struct Matching {
    /// Of each open need the best resources, of each open resource the needs that it suits best.
    /// One that has none is there with an empty list: a gap, an unused resource.
    pub of: BTreeMap<usize, Vec<Match>>,
}

/// One that suits another, with the reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The other one.
    pub item: usize,
    /// The sum of the weights; more is better.
    pub score: u32,
    /// The category that both have.
    pub category: Option<String>,
    /// Words that both have, of their topics, tags and keywords.
    pub words: Vec<String>,
    /// Whether their units belong together, or they are at one place.
    pub near: bool,
}

impl Matching {
    /// Matches the open needs and resources of every language.
    pub fn new(catalogue: &Catalogue) -> Self {
        let of_kind = |kind: &str| -> Vec<Profile<'_>> {
            let kind = catalogue.kinds.by_name(kind);
            let open = (0..catalogue.items.len()).filter(|i| Some(catalogue.items[*i].kind) == kind);
            open.filter(|i| is_open(catalogue, *i)).map(|i| Profile::new(catalogue, i)).collect()
        };
        let (needs, resources) = (of_kind("need"), of_kind("resource"));
        let weights = &catalogue.settings.matching;
        let mut of = BTreeMap::new();
        for (ones, others) in [(&needs, &resources), (&resources, &needs)] {
            let index = Index::new(others);
            let best: Vec<Vec<Match>> = ones.par_iter().map(|one| index.best(one, weights)).collect();
            of.extend(ones.iter().map(|one| one.item).zip(best));
        }
        Self { of }
    }

    /// Those of a list that nothing suits, in its order.
    pub fn without(&self, items: &[usize]) -> Vec<usize> {
        items.iter().copied().filter(|i| self.of.get(i).is_some_and(Vec::is_empty)).collect()
    }
}

/// Whether a row waits for an answer: it stands in lists, is open, and its time is not over.
fn is_open(catalogue: &Catalogue, i: usize) -> bool {
    let item = &catalogue.items[i];
    let state = item.state.as_ref().map_or("", |state| &state.state);
    catalogue.listed(i) && matches!(state, "" | "open" | "few") && ends(catalogue, i).all(|end| end > catalogue.now)
}

/// The moments at which a row of the lists closes by itself.
pub(super) fn ends(catalogue: &Catalogue, i: usize) -> impl Iterator<Item = DateTime> {
    let item = &catalogue.items[i];
    let until = item.values.record("period").and_then(|period| period.when("until"));
    let deadline = item.state.as_ref().and_then(|state| state.deadline);
    [until, deadline].into_iter().flatten().map(When::end)
}

/// What of a row counts when it is matched.
struct Profile<'a> {
    item: usize,
    /// Whether it is a need.
    asks: bool,
    lang: &'a str,
    category: &'a str,
    /// Sorted, each once.
    words: BTreeSet<&'a str>,
    from: Option<DateTime>,
    until: Option<DateTime>,
    /// Kinds of units that it is for; none for all.
    audience: BTreeSet<&'a str>,
    unit: Option<usize>,
    unit_kind: &'a str,
    /// The unit above its own.
    parent: Option<usize>,
    place: &'a str,
}

impl<'a> Profile<'a> {
    fn new(catalogue: &'a Catalogue, i: usize) -> Self {
        let item = &catalogue.items[i];
        let organization = catalogue.kinds.by_name("organization");
        let unit_of = |i: usize, field: &str| {
            let item = &catalogue.items[i];
            let word = Some(item.values.text(field)).filter(|word| !word.is_empty())?;
            catalogue.meant(organization?, word, &item.lang)
        };
        let unit = unit_of(i, "unit");
        let audience = item.values.record("audience");
        let lists = [item.values.texts("tags"), item.values.texts("keywords")];
        let topics = audience.map_or(&[][..], |audience| audience.texts("topics"));
        let period = item.values.record("period");
        let named = audience.map_or(&[][..], |audience| audience.texts("units"));
        Self {
            item: i,
            asks: catalogue.kinds.get(item.kind).name == "need",
            lang: item.lang.as_str(),
            category: item.values.text("category"),
            words: lists.into_iter().flatten().chain(topics).map(|spot| spot.value.trim()).collect(),
            from: period.and_then(|period| period.when("from")).map(When::start),
            until: period.and_then(|period| period.when("until")).map(When::end),
            audience: named.iter().map(|spot| spot.value.as_str()).collect(),
            unit_kind: unit.map_or("", |unit| catalogue.items[unit].values.text("unit_kind")),
            parent: unit.and_then(|unit| unit_of(unit, "parent")),
            unit,
            place: item.values.record("place").map_or("", |place| place.text("name")),
        }
    }

    /// What must be, whatever else speaks for it.
    fn may_meet(&self, other: &Self) -> bool {
        let overlap = self.from.zip(other.until).is_none_or(|(from, until)| from < until)
            && other.from.zip(self.until).is_none_or(|(from, until)| from < until);
        let (need, resource) = if self.asks { (self, other) } else { (other, self) };
        let same_unit = self.unit.is_some() && self.unit == other.unit;
        self.lang == other.lang && overlap && resource.is_for(need) && !same_unit
    }

    /// Whether a resource is for the unit of a need, or for those whom the need is for. A need that
    /// tells neither is not left out.
    fn is_for(&self, need: &Self) -> bool {
        let unknown = need.unit_kind.is_empty() && need.audience.is_empty();
        let meant = self.audience.contains(need.unit_kind) || !self.audience.is_disjoint(&need.audience);
        self.audience.is_empty() || unknown || meant
    }

    /// Whether the units belong together or the places are one.
    fn is_near(&self, other: &Self) -> bool {
        let together = |a: Option<usize>, b: Option<usize>| a.is_some() && a == b;
        together(self.parent, other.parent)
            || together(self.parent, other.unit)
            || together(self.unit, other.parent)
            || !self.place.is_empty() && self.place == other.place
    }

    fn matched(&self, other: &Self, weights: &Weights) -> Option<Match> {
        if !self.may_meet(other) {
            return None;
        }
        let category = (!self.category.is_empty() && self.category == other.category).then(|| self.category.to_owned());
        let words: Vec<String> =
            self.words.intersection(&other.words).take(WORDS).map(|word| (*word).to_owned()).collect();
        let near = self.is_near(other);
        let score = weights.category * u32::from(category.is_some())
            + weights.topic * words.len() as u32
            + weights.place * u32::from(near);
        (category.is_some() || !words.is_empty()).then_some(Match { item: other.item, score, category, words, near })
    }
}

/// Rows by what they may share with others.
struct Index<'a> {
    rows: &'a [Profile<'a>],
    categories: BTreeMap<&'a str, Vec<usize>>,
    words: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> Index<'a> {
    fn new(rows: &'a [Profile<'a>]) -> Self {
        let mut index = Self { rows, categories: BTreeMap::new(), words: BTreeMap::new() };
        for (at, row) in rows.iter().enumerate() {
            if !row.category.is_empty() {
                index.categories.entry(row.category).or_default().push(at);
            }
            for word in &row.words {
                index.words.entry(word).or_default().push(at);
            }
        }
        index
    }

    /// The best for one, by score, then in the catalogue's order.
    fn best(&self, one: &Profile<'_>, weights: &Weights) -> Vec<Match> {
        let shared = one.words.iter().filter_map(|word| self.words.get(word));
        let mut candidates: Vec<usize> =
            self.categories.get(one.category).into_iter().chain(shared).flatten().copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        let mut best: Vec<Match> = Vec::new();
        for found in candidates.into_iter().filter_map(|at| one.matched(&self.rows[at], weights)) {
            best.push(found);
            best.sort_by_key(|found| (Reverse(found.score), found.item));
            best.truncate(BEST);
        }
        best
    }
}
