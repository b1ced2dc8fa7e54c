//! A source as the last run read it: what was made of the same bytes with the same rules is taken
//! from the [`Pack`], with the problems that were found, and a source with a settled stamp is not
//! even read.

use super::{Item, Kinds, item};
use crate::{
    base::{
        hash::{Key, PROGRAM},
        path::SitePath,
    },
    config::Settings,
    diagnostics::Diagnostic,
    document::{self, Document, Drafts, markdown::Proofreader},
    fields::Origin,
    source::{Files, SourceRef},
    store::{Made, Noted, Pack},
};

/// What sources are read with.
#[derive(Clone, Copy)]
pub struct Reader<'r> {
    files: &'r dyn Files,
    kinds: &'r Kinds,
    settings: &'r Settings,
    proofreader: &'r dyn Proofreader,
    drafts: Option<Drafts<'r>>,
    /// Key of all of it but the files.
    with: Key,
}

impl<'r> Reader<'r> {
    /// The HTML of texts goes to `drafts`, if anybody wants it; `proofreader` looks at their words.
    pub fn new(
        files: &'r dyn Files,
        kinds: &'r Kinds,
        settings: &'r Settings,
        proofreader: &'r dyn Proofreader,
        drafts: Option<Drafts<'r>>,
    ) -> Self {
        let columns: Vec<&str> = settings.columns.iter().map(|column| column.id.as_str()).collect();
        let site = (kinds, columns, &settings.languages, settings.zone.iana_name());
        let with = Key::of(&(PROGRAM, site, proofreader.fingerprint()));
        Self { files, kinds, settings, proofreader, drafts, with }
    }

    /// Reads a Markdown source, unless it is known what comes of it. Problems are collected; what is no
    /// text, and a file of no kind, give no item.
    pub fn read(&self, source: &SourceRef, problems: &mut Vec<Diagnostic>) -> Option<Item> {
        let Some(pack) = self.drafts.and_then(|drafts| drafts.pack) else {
            let (bytes, _) = document::bytes(source, self.files, problems)?;
            return self.make(source, bytes, problems);
        };
        if let Some(content) = pack.content(&source.path, source.stamp)
            && let Some(known) = self.recall(pack, source, content, problems)
        {
            return known;
        }
        let (bytes, content) = document::bytes(source, self.files, problems)?;
        if let Some(known) = self.recall(pack, source, content, problems) {
            return known;
        }
        let mut own = Vec::new();
        let item = self.make(source, bytes, &mut own);
        let made = self.made(pack, &item, &own);
        pack.note(&source.path, Noted { stamp: source.stamp, content, made });
        problems.extend(own);
        item
    }

    /// Makes an item of a document; `None` where it is of no kind. Every problem of its front matter is reported.
    pub fn item(&self, document: Document, problems: &mut Vec<Diagnostic>) -> Option<Item> {
        item(document, self.kinds, self.settings, problems)
    }

    fn make(&self, source: &SourceRef, bytes: Vec<u8>, problems: &mut Vec<Diagnostic>) -> Option<Item> {
        let document = document::of_bytes(source, bytes, self.drafts, self.proofreader, problems)?;
        self.item(document, problems)
    }

    /// What an earlier run made of the same content; `None` where that is not known.
    fn recall(
        &self,
        pack: &Pack,
        source: &SourceRef,
        content: Key,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Option<Item>> {
        let noted = pack.find(&source.path).filter(|noted| noted.content == content)?;
        let made = noted.made.as_ref().filter(|made| made.with == self.with)?;
        let (item, own) = made_before(pack, made, &source.path)?;
        problems.extend(own);
        pack.recall();
        pack.note(&source.path, Noted { stamp: source.stamp, ..noted.clone() });
        Some(item)
    }

    fn made(&self, pack: &Pack, item: &Option<Item>, problems: &Vec<Diagnostic>) -> Option<Made> {
        let text = item.as_ref().and_then(|item| item.body.draft.clone());
        Some(Made { with: self.with, about: pack.put_about(&(item, problems))?, text })
    }
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("with", &self.with).finish_non_exhaustive()
    }
}

/// What others saw of an item in an earlier run: its [`Body::face`](crate::document::Body::face).
pub fn face_before(pack: &Pack, path: &SitePath) -> Option<Key> {
    let (item, _) = made_before(pack, pack.find(path)?.made.as_ref()?, path)?;
    Some(item?.body.face)
}

fn made_before(pack: &Pack, made: &Made, path: &SitePath) -> Option<(Option<Item>, Vec<Diagnostic>)> {
    let (item, problems): (Option<Item>, _) = pack.about(made)?;
    let at_home = |mut item: Item| {
        item.path = path.clone();
        item.origin = Origin::text(path.clone());
        item.body.draft.clone_from(&made.text);
        item
    };
    Some((item.map(at_home), problems))
}
