//! How pages look: templates, words, assets and options. The only user of the template engine.
//!
//! A theme is the folder `themes/<name>/` of the site over the theme inside the program: a site
//! overrides single files. What it depends on for its pages (which lists, how many on a page) it
//! declares in `theme.yaml`; a template cannot ask for anything else.

mod engine;
mod load;
mod manifest;
mod names;
mod shared;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

pub use engine::{Engine, Failure};
pub use load::load;
pub use manifest::{Choice, ListQuery, Manifest};
pub use names::Names;
pub use shared::Shared;

use crate::base::{hash::Key, lang::Lang};

/// A theme as loaded.
#[derive(Debug)]
pub struct Theme {
    /// What `theme.yaml` says.
    pub manifest: Manifest,
    /// Templates by name: `article.html`, `shortcodes/figure.html`.
    pub templates: BTreeMap<String, Template>,
    /// Assets by path below `assets/`.
    pub assets: BTreeMap<String, Vec<u8>>,
    /// Words by language tag.
    pub words: BTreeMap<String, BTreeMap<String, String>>,
    /// Hash of every file of it.
    pub fingerprint: Key,
    /// What each template names.
    names: names::Index,
    /// The templates compiled, once somebody asked for them.
    compiled: OnceLock<engine::Compiled>,
}

/// A template's text and where it came from.
#[derive(Debug, Clone)]
pub struct Template {
    /// `themes/default/templates/article.html`.
    pub path: String,
    /// Its text.
    pub text: std::sync::Arc<str>,
}

impl Theme {
    /// The words for a language: its own, over those of its tongue, over English.
    pub fn words(&self, lang: &Lang) -> BTreeMap<String, String> {
        let tongue = match lang.tongue() {
            crate::base::lang::Tongue::Zh => "zh-Hans",
            crate::base::lang::Tongue::En => "en",
        };
        let mut words = BTreeMap::new();
        for tag in ["en", tongue, lang.as_str()] {
            words.extend(self.words.get(tag).into_iter().flatten().map(|(key, text)| (key.clone(), text.clone())));
        }
        words
    }

    /// The templates compiled, or why they cannot be.
    pub(crate) fn compiled(&self) -> &engine::Compiled {
        self.compiled.get_or_init(|| engine::compile(&self.templates))
    }

    /// Whether a template names a field anywhere; what it does not name need not be made for it.
    pub fn names(&self, template: &str, field: &str) -> bool {
        self.names_of(template).is_none_or(|names| names.has(field))
    }

    /// What a template names; `None` where there is no such template.
    pub fn names_of(&self, template: &str) -> Option<&Names> {
        self.names.names_of(template)
    }

    /// What some templates name together.
    pub fn names_of_all(&self, templates: &BTreeSet<String>) -> Names {
        self.names.names_of_all(templates.iter().map(String::as_str))
    }

    /// The fingerprinted address of an asset: `assets/style.1a2b3c4d.css`.
    pub fn asset_address(path: &str, bytes: &[u8]) -> String {
        let hash = Key::of_bytes(bytes).short(8);
        match path.rsplit_once('.') {
            Some((stem, extension)) => format!("assets/{stem}.{hash}.{extension}"),
            None => format!("assets/{path}.{hash}"),
        }
    }
}
