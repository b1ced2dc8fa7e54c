//! Reading a mapping with places: from YAML, or from the row of a table.
//!
//! [`yaml::read`] makes a tree of [`Node`]s that remember where they stood; [`read`] holds it
//! against a list of [`Field`]s and gives [`Values`], with a diagnostic for everything that does
//! not fit: all of them, not the first. What a field means is the business of `model` and `config`.

mod edits;
mod lines;
mod name;
mod plain;
mod read;
pub mod row;
pub mod spec;
pub mod values;
pub mod yaml;

pub use name::FieldName;
pub use read::{read, with_labels};
pub use spec::{Field, Shape, likely};
pub use values::{Spot, Value, Values};

use serde::{Deserialize, Serialize};

use crate::{
    base::{path::SitePath, text::Span},
    diagnostics::Place,
};

/// Where a value stood in its source.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum At {
    /// A byte range of a text.
    Text(Span),
    /// A cell of a table, both from 1.
    Cell {
        /// Row.
        row: u32,
        /// Column.
        column: u32,
    },
}

/// What turns an [`At`] into a [`Place`]: the file, and of a table its sheet and headings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    /// The file.
    pub file: SitePath,
    /// For tables: the sheet's name and the headings.
    pub table: Option<(String, Vec<String>)>,
}

impl Origin {
    /// A text file.
    pub fn text(file: SitePath) -> Self {
        Self { file, table: None }
    }

    /// Of what was kept without it, until it is told.
    pub(crate) fn unknown() -> Self {
        Self::text(SitePath::unknown())
    }

    /// The place of a value.
    pub fn place(&self, at: At) -> Place {
        match (at, &self.table) {
            (At::Text(range), _) => Place::text(&self.file, range),
            (At::Cell { row, column }, Some((sheet, headings))) => Place::Cell {
                file: self.file.clone(),
                sheet: sheet.clone(),
                row,
                column,
                heading: headings.get(column as usize - 1).cloned().unwrap_or_default(),
            },
            (At::Cell { .. }, None) => Place::File(self.file.clone()),
        }
    }
}

/// A value as written, with its place.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// The value.
    pub value: NodeValue,
    /// Where it stood; of a list or mapping at least its beginning.
    pub at: At,
}

/// The shape of a value as written. Numbers, dates and booleans are text until a field says what
/// they are.
#[derive(Clone, PartialEq, Debug)]
pub enum NodeValue {
    /// Nothing after the colon.
    Null,
    /// A word, quoted or not.
    Text {
        /// The text, without quotes.
        text: String,
        /// Whether it stood in quotes.
        quoted: bool,
    },
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order written, duplicate keys included.
    Map(Vec<(Node, Node)>),
}

impl Node {
    /// The value as a line of text: `[通知, 停水]`, what somebody typed who meant no list.
    pub fn written(&self) -> String {
        match &self.value {
            NodeValue::Null => String::new(),
            NodeValue::Text { text, .. } => text.clone(),
            NodeValue::List(nodes) => format!("[{}]", nodes.iter().map(Self::written).collect::<Vec<_>>().join(", ")),
            NodeValue::Map(pairs) => {
                let pair = |(key, value): &(Self, Self)| match &value.value {
                    NodeValue::Null => key.written(),
                    _ => format!("{}: {}", key.written(), value.written()),
                };
                format!("{{{}}}", pairs.iter().map(pair).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// The text of a word.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            NodeValue::Text { text, .. } => Some(text),
            _ => None,
        }
    }
}
