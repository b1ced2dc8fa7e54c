//! A list as a table: what its rows are best compared by.

use serde::Serialize;

use super::{
    Plan,
    views::{CardRef, Link},
    words::Words,
};
use crate::{
    fields::{Field, Shape},
    model::KindSpec,
};

/// Columns that a table has besides the title, the state and the deadline.
const COLUMNS: usize = 4;

/// A list as a table.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct ListTable {
    /// Heading of the first column: what a row is.
    pub title: String,
    /// Headings of the columns between the title and the state.
    pub heads: Vec<String>,
    /// Whether any row has a state.
    pub states: bool,
    /// Whether any row has a deadline.
    pub deadlines: bool,
    /// The rows.
    pub rows: Vec<ListRow>,
}

/// A row.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct ListRow {
    /// The item.
    pub card: CardRef,
    /// A cell for each heading, which may be empty.
    pub cells: Vec<Vec<Link>>,
}

impl Plan<'_> {
    /// Items of one kind as a table; `None` for kinds that are stories rather than rows.
    pub(super) fn table(&self, kind: usize, items: &[usize], lang: usize) -> Option<ListTable> {
        let spec = self.catalogue.kinds.get(kind);
        let columns = columns(spec);
        if columns.is_empty() {
            return None;
        }
        let language = &self.catalogue.settings.languages[lang];
        let words = Words { catalogue: self.catalogue, lang: language };
        let cell = |i: usize, field: &Field| {
            let value = self.catalogue.items[i].values.get(&field.name);
            value.map_or(Vec::new(), |spot| words.of(&field.shape, &spot.value))
        };
        let row = |i: &usize| {
            let cells = columns.iter().map(|field| cell(*i, field)).collect();
            Some((self.card(*i)?, self.card_state(*i), ListRow { card: self.card(*i)?, cells }))
        };
        let rows: Vec<_> = items.iter().filter_map(row).collect();
        let filled: Vec<usize> =
            (0..columns.len()).filter(|n| rows.iter().any(|(_, _, row)| !row.cells[*n].is_empty())).collect();
        Some(ListTable {
            title: spec.label.get(language),
            heads: filled.iter().map(|n| columns[*n].label.text(language.tongue()).to_owned()).collect(),
            states: rows.iter().any(|(_, (state, _), _)| *state),
            deadlines: rows.iter().any(|(_, (_, deadline), _)| *deadline),
            rows: rows.into_iter().map(|(_, _, row)| kept(row, &filled)).collect(),
        })
    }

    /// Whether an item has a state and a deadline.
    fn card_state(&self, i: usize) -> (bool, bool) {
        let state = self.catalogue.items[i].state.as_ref();
        (state.is_some_and(|state| !state.state.is_empty()), state.is_some_and(|state| state.deadline.is_some()))
    }
}

/// A row without the columns that no row fills.
fn kept(row: ListRow, filled: &[usize]) -> ListRow {
    let mut cells = row.cells;
    ListRow { card: row.card, cells: filled.iter().map(|n| std::mem::take(&mut cells[*n])).collect() }
}

/// The fields that make columns: of the lists of a portal what their lines tell, of a kind that a
/// site declares the first of its own. None for kinds with pictures or dates.
fn columns(spec: &KindSpec) -> Vec<&Field> {
    let is_list = matches!(spec.name.as_str(), "resource" | "need" | "wish" | "project" | "opportunity");
    let own = spec.own_fields().iter();
    if is_list {
        return own.filter(|field| spec.facts.iter().any(|fact| fact.path == *field.name)).collect();
    }
    let plain =
        |field: &&Field| !matches!(field.shape, Shape::Record(_) | Shape::Records(_) | Shape::Media | Shape::Mapping);
    let pictured = spec.own_fields().iter().any(|field| field.shape == Shape::Media);
    let dated = spec.fields.iter().any(|field| *field.name == *"schedule" && field.required);
    if !spec.declared || pictured || dated {
        return Vec::new();
    }
    own.filter(plain).take(COLUMNS).collect()
}
