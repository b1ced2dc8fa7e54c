//! What a build changes, compared with an earlier one.

use std::collections::BTreeSet;

use crate::{base::path::OutPath, site::Page};

/// What changes on the site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Pages of items that are new.
    pub added: Vec<Change>,
    /// Pages of items that say something else.
    pub changed: Vec<Change>,
    /// Pages that are no more; the title is empty where nobody knows it.
    pub gone: Vec<Change>,
    /// How many other pages are new or say something else.
    pub lists: usize,
}

/// A page of an item that changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Its address.
    pub address: String,
    /// The title.
    pub title: String,
    /// Where it stands, if it is a row of a table: `content/needs/2026.csv:5`.
    pub row: Option<String>,
}

impl Change {
    fn new(page: &Page, title: &str) -> Self {
        Self { address: page.address.clone(), title: title.to_owned(), row: page.row.clone() }
    }
}

impl Changes {
    /// Compares the pages of a build with the addresses of an earlier one, and with what differs
    /// from its outputs, as far as that is known.
    /// `title` tells what the page of an address was called.
    pub fn new(
        pages: &[Page],
        before: &BTreeSet<String>,
        differing: Option<&BTreeSet<OutPath>>,
        title: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let now: BTreeSet<&str> = pages.iter().map(|page| page.address.as_str()).collect();
        let mut changes = Self {
            gone: before
                .iter()
                .filter(|address| !now.contains(address.as_str()))
                .map(|address| Change {
                    address: address.clone(),
                    title: title(address).unwrap_or_default(),
                    row: None,
                })
                .collect(),
            ..Self::default()
        };
        for page in pages {
            let differs = || {
                let path = OutPath::of_address(&page.address).ok();
                path.zip(differing).is_some_and(|(path, differing)| differing.contains(&path))
            };
            let known = before.contains(&page.address);
            match &page.title {
                Some(title) if !known => changes.added.push(Change::new(page, title)),
                Some(title) if differs() => changes.changed.push(Change::new(page, title)),
                None if !known || differs() => changes.lists += 1,
                _ => {}
            }
        }
        changes
    }
}
