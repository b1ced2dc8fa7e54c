//! Permalinks: which address each thing has, relative to the root of the site.

use rayon::prelude::*;

use crate::{
    base::lang::Lang,
    config::Settings,
    model::{Behaviour, Item, Kinds, issue},
};

/// Addresses of items, and of what gathers them.
#[derive(Debug, Clone)]
pub struct Addresses {
    items: Vec<String>,
    prefixes: Vec<(Lang, String)>,
}

impl Addresses {
    /// The addresses of items: `<column>/<id>/`, `<id>/` for pages, `<route>/<id>/` for the rest,
    /// below `<lang>/` in any language but the default.
    pub fn new(settings: &Settings, kinds: &Kinds, items: &[Item]) -> Self {
        let prefixes: Vec<(Lang, String)> = settings
            .languages
            .iter()
            .enumerate()
            .map(|(i, lang)| {
                (lang.clone(), if i == 0 { String::new() } else { format!("{}/", lang.as_str().to_ascii_lowercase()) })
            })
            .collect();
        let mut addresses = Self { items: Vec::new(), prefixes };
        addresses.items = items
            .par_iter()
            .with_min_len(512)
            .map(|item| {
                let kind = kinds.get(item.kind);
                let prefix = addresses.home(&item.lang);
                if let (Behaviour::Edition, Some((digest, period))) = (kind.behaviour, issue(&item.path)) {
                    return format!("{prefix}{}/{digest}/{period}/", kind.route);
                }
                let folder = match (kind.behaviour, item.column) {
                    (Behaviour::Article, Some(column)) => settings.columns[column].id.as_str(),
                    _ => kind.route.as_str(),
                };
                let gap = if folder.is_empty() { "" } else { "/" };
                format!("{prefix}{folder}{gap}{}/", item.id)
            })
            .collect();
        addresses
    }

    /// The address of an item.
    pub fn item(&self, index: usize) -> &str {
        &self.items[index]
    }

    /// Home in a language: `""` or `en/`.
    pub fn home(&self, lang: &Lang) -> &str {
        self.prefixes.iter().find(|(l, _)| l == lang).map_or("", |(_, prefix)| prefix)
    }

    /// A column.
    pub fn column(&self, lang: &Lang, id: &str) -> String {
        [self.home(lang), id, "/"].concat()
    }

    /// Page `number` of a list at `url`.
    pub fn page(&self, url: &str, number: usize) -> String {
        if number == 1 { url.to_owned() } else { format!("{url}page/{number}/") }
    }

    /// A month of a column.
    pub fn month(&self, column: &str, year: i16, month: i8) -> String {
        format!("{column}{year}/{month:02}/")
    }

    /// All terms of a taxonomy.
    pub fn taxonomy(&self, lang: &Lang, id: &str) -> String {
        format!("{}{id}/", self.home(lang))
    }

    /// A term, by its slug.
    pub fn term(&self, lang: &Lang, taxonomy: &str, slug: &str) -> String {
        [self.home(lang), taxonomy, "/", slug, "/"].concat()
    }

    /// The part of a kind's list with one value of a facet.
    pub fn facet(&self, lang: &Lang, route: &str, facet: &str, slug: &str) -> String {
        format!("{}{route}/{facet}/{slug}/", self.home(lang))
    }

    /// What comes next on the calendar.
    pub fn calendar(&self, lang: &Lang) -> String {
        format!("{}calendar/", self.home(lang))
    }

    /// The list of a kind.
    pub fn kind(&self, lang: &Lang, route: &str) -> String {
        format!("{}{route}/", self.home(lang))
    }
}
