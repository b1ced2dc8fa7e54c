//! What an earlier build published, for comparing: its addresses, and a sink that keeps nothing but
//! the names of what comes out differently.

#![expect(clippy::disallowed_methods, reason = "the door out: what earlier builds wrote is read here")]

use std::{
    collections::BTreeSet,
    fs, io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use serde::Deserialize;

use super::{
    OutputError, Phase, Sink, Written,
    manifest::{self, Manifest},
};
use crate::base::{hash::Key, path::OutPath};

/// The addresses that an earlier build published: `path` is its `api/addresses.json`, or its folder.
///
/// # Errors
/// When it is not there (`NotFound`), or is no list of addresses (`InvalidData`).
pub fn published_addresses(path: &Path) -> io::Result<BTreeSet<String>> {
    #[derive(Deserialize)]
    struct Addresses {
        addresses: BTreeSet<String>,
    }
    let file = if path.is_dir() { path.join("api/addresses.json") } else { path.to_owned() };
    let addresses: Addresses = serde_json::from_slice(&fs::read(file)?)?;
    Ok(addresses.addresses)
}

/// What the page at an address was called in an earlier build; `None` where `folder` is not that of a
/// build, or the address is no page.
pub fn published_title(folder: &Path, address: &str) -> Option<String> {
    const BEFORE: &str = "<meta property=\"og:title\" content=\"";
    let path = OutPath::of_address(address).ok()?;
    let page = fs::read_to_string(folder.join(path.as_str())).ok()?;
    let rest = &page[page.find(BEFORE)? + BEFORE.len()..];
    let title = &rest[..rest.find('"')?];
    Some(["&lt;<", "&gt;>", "&quot;\"", "&#x27;'", "&#39;'", "&amp;&"].iter().fold(title.to_owned(), |title, pair| {
        let (written, meant) = pair.split_at(pair.len() - 1);
        title.replace(written, meant)
    }))
}

/// The calendars that had dates in an earlier build, as its `api/addresses.json` tells: the folder
/// of the build, or that file. One that tells nothing of calendars had none.
///
/// # Errors
/// When it is not there (`NotFound`), or says something else (`InvalidData`).
pub fn published_calendars(path: &Path) -> io::Result<BTreeSet<String>> {
    #[derive(Deserialize)]
    struct Calendars {
        #[serde(default)]
        calendars: BTreeSet<String>,
    }
    let file = if path.is_dir() { path.join("api/addresses.json") } else { path.to_owned() };
    let read: Calendars = serde_json::from_slice(&fs::read(file)?)?;
    Ok(read.calendars)
}

/// The next moment at which a build would come out differently, as an earlier build wrote it to its
/// `api/next-change.json`; `None` where it knew of none.
///
/// # Errors
/// When it is not there (`NotFound`), or says something else (`InvalidData`).
pub fn published_next_change(file: &Path) -> io::Result<Option<Timestamp>> {
    #[derive(Deserialize)]
    struct NextChange {
        next_change: Option<String>,
    }
    let NextChange { next_change } = serde_json::from_slice(&fs::read(file)?)?;
    let moment = next_change.map(|text| text.parse()).transpose();
    moment.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Takes a build and tells what differs from the one in a folder. Nothing is written.
#[derive(Debug)]
pub struct Compare {
    old: Manifest,
    changed: Arc<Mutex<BTreeSet<OutPath>>>,
}

impl Compare {
    /// Compares with the build in `folder`; `None` where that is no folder of a build.
    pub fn with(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(super::folder::MANIFEST)).ok()?;
        Some(Self { old: manifest::read(&text)?, changed: Arc::default() })
    }

    /// Where the paths of outputs that are new or differ can be read when the build is done.
    pub fn changed(&self) -> Arc<Mutex<BTreeSet<OutPath>>> {
        self.changed.clone()
    }
}

impl Sink for Compare {
    fn put(&self, path: &OutPath, _: Phase, _: Key, bytes: &[u8]) -> Result<(), OutputError> {
        let same = self.old.get(path).is_some_and(|entry| entry.content == Key::of_bytes(bytes));
        if !same {
            self.changed.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone());
        }
        Ok(())
    }

    fn keep(&self, path: &OutPath, key: Key) -> Result<bool, OutputError> {
        Ok(self.old.get(path).is_some_and(|entry| entry.key == key))
    }

    fn commit(self: Box<Self>) -> Result<Written, OutputError> {
        Ok(Written::default())
    }
}
