//! An edition that no longer changes: what the ledger keeps of it, so that the last letter has the
//! same words as the first, whatever happens to the site in between.

use jiff::Timestamp;

use super::letter::{Edition, Letter, Sender};

/// An edition as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// `monthly/2026-12`.
    pub name: String,
    /// From 1.
    pub revision: u32,
    /// The `Date` of its letters.
    pub date: Timestamp,
    /// After this nothing of it is sent.
    pub not_after: Option<Timestamp>,
    /// Its page on the portal.
    pub page: String,
    /// The key of its Message-IDs and links.
    pub key: String,
    /// Who sends.
    pub sender: Sender,
    /// Its letters.
    pub letters: Vec<Letter>,
}

impl Frozen {
    /// What an edition is now, with the key that signs it.
    pub fn of(edition: &dyn Edition, key: &str) -> Self {
        Self {
            name: edition.id().to_owned(),
            revision: edition.revision(),
            date: edition.date(),
            not_after: edition.not_after().map(|moment| moment.timestamp()),
            page: edition.page().to_owned(),
            key: key.to_owned(),
            sender: edition.sender().clone(),
            letters: edition.letters().to_vec(),
        }
    }
}
