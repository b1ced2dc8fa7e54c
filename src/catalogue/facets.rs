//! Lists cut by a field of their kind: courses by form, posts by category, stations by level.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};

use super::Catalogue;
use crate::{
    base::{date::human_month, lang::Lang, slug::slug},
    fields::{Field, Shape, Value, Values},
    model::{Facet, KindSpec, word_of},
};

/// The field of a facet by months: a period with `from` and `until`.
const PERIOD: &str = "offered";

/// Months of one period that lists are made for.
const MONTHS: usize = 24;

/// The values of one facet of a kind, by slug.
#[derive(Debug, Default)]
pub struct FacetList {
    /// Whether the values are months.
    pub months: bool,
    /// What each value is called, and the items that have it.
    pub values: BTreeMap<String, FacetValue>,
}

/// A value of a facet.
#[derive(Debug, Default)]
pub struct FacetValue {
    /// The word, or the title of the item that it names.
    pub title: String,
    /// Items, in the order of their kind's list.
    pub items: Vec<usize>,
}

impl FacetList {
    /// Values by how many items they have, then by word; months in their order.
    pub fn ranked(&self) -> Vec<(&str, &FacetValue)> {
        let mut ranked: Vec<(&str, &FacetValue)> = self.values.iter().map(|(slug, value)| (&**slug, value)).collect();
        if self.months {
            return ranked;
        }
        ranked.sort_by(|a, b| b.1.items.len().cmp(&a.1.items.len()).then_with(|| a.1.title.cmp(&b.1.title)));
        ranked
    }
}

/// The facets of a kind over its listed items.
pub(super) fn facets(catalogue: &Catalogue, spec: &KindSpec, items: &[usize], lang: &Lang) -> Vec<FacetList> {
    spec.facets.iter().map(|facet| list(catalogue, spec, facet, items, lang)).collect()
}

fn list(catalogue: &Catalogue, spec: &KindSpec, facet: &Facet, items: &[usize], lang: &Lang) -> FacetList {
    let mut list = FacetList { months: facet.path == PERIOD, ..FacetList::default() };
    for &i in items {
        for (slug, title) in words(catalogue, &spec.fields, &facet.path, &catalogue.items[i].values, lang) {
            let value = list.values.entry(slug).or_default();
            if value.title.is_empty() {
                value.title = title;
            }
            if value.items.last() != Some(&i) {
                value.items.push(i);
            }
        }
    }
    list
}

/// The values of a field, each with its slug; `path` may lead into a mapping: `audience.units`.
fn words(catalogue: &Catalogue, fields: &[Field], path: &str, values: &Values, lang: &Lang) -> Vec<(String, String)> {
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    let Some(field) = fields.iter().find(|field| *field.name == *name) else { return Vec::new() };
    let Some(spot) = values.get(name) else { return Vec::new() };
    let plain = |word: &str| (slug(word), word.to_owned());
    match (&field.shape, &spot.value) {
        (Shape::Record(_), Value::Record(period)) if path == PERIOD => months(period, lang),
        (Shape::Record(inner), Value::Record(values)) => words(catalogue, inner, rest, values, lang),
        (Shape::Ref(kind), Value::Text(word)) => named(catalogue, kind, word, lang).into_iter().collect(),
        (Shape::Refs(kind), Value::Texts(words)) => {
            words.iter().filter_map(|word| named(catalogue, kind, &word.value, lang)).collect()
        }
        (Shape::Choice(_), Value::Text(word)) => vec![(slug(word), word_of(word, &catalogue.settings, lang))],
        (Shape::Choices(_), Value::Texts(words)) => {
            words.iter().map(|word| (slug(&word.value), word_of(&word.value, &catalogue.settings, lang))).collect()
        }
        (_, Value::Text(word)) => vec![plain(word)],
        (_, Value::Texts(words)) => words.iter().map(|word| plain(&word.value)).collect(),
        _ => Vec::new(),
    }
}

/// The months of a period, each with its slug: `2026-12`; of a long one the first.
fn months(period: &Values, lang: &Lang) -> Vec<(String, String)> {
    let (Some(from), Some(until)) = (period.when("from"), period.when("until")) else { return Vec::new() };
    let months = from.date.first_of_month().series(1.month()).take_while(|month| *month <= until.date);
    let said = |month: Date| {
        let (year, number) = (month.year(), month.month());
        (format!("{year}-{number:02}"), human_month(year, number, lang.tongue()))
    };
    months.take(MONTHS).map(said).collect()
}

fn named(catalogue: &Catalogue, kind: &str, word: &str, lang: &Lang) -> Option<(String, String)> {
    let item = &catalogue.items[catalogue.meant(catalogue.kinds.by_name(kind)?, word, lang)?];
    Some((item.id.clone(), item.title.clone()))
}
