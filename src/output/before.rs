//! What the builds before published: read on a thread of its own, because a build does much before
//! it needs to know. That thread does all of it alone: who waits for it may be one of those that share
//! the work of a build.

use std::{
    collections::BTreeMap,
    ops::Deref,
    sync::{Mutex, OnceLock, PoisonError},
    thread::{self, JoinHandle},
};

use super::manifest::{self, Manifest};
use crate::base::stamp::Stamp;

/// What is known of the builds before, as soon as somebody asks.
#[derive(Debug, Default)]
pub(super) struct Before {
    reading: Mutex<Option<JoinHandle<Known>>>,
    known: OnceLock<Known>,
}

/// The outputs of the builds before.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// What they published.
    pub(super) manifest: Manifest,
    /// Folders that held nothing but outputs when they had these stamps.
    pub(super) pure: BTreeMap<String, Stamp>,
}

impl Before {
    /// Begins to read the bytes of a manifest, and those of its stamps with the moment when they were
    /// written down. Whatever is damaged counts as not known.
    pub(super) fn read(manifest: Vec<u8>, stamps: Option<(Vec<u8>, i64)>) -> Self {
        let reading = thread::spawn(move || Known::read(&manifest, stamps));
        Self { reading: Mutex::new(Some(reading)), known: OnceLock::new() }
    }
}

impl Known {
    fn read(text: &[u8], stamps: Option<(Vec<u8>, i64)>) -> Self {
        let mut manifest = std::str::from_utf8(text).ok().and_then(manifest::read).unwrap_or_default();
        let stamps = stamps.and_then(|(bytes, written)| manifest::read_stamps(&bytes, text, written));
        let pure = stamps.and_then(|stamps| stamps.add_to(&mut manifest)).unwrap_or_default();
        Self { manifest, pure }
    }
}

impl Deref for Before {
    type Target = Known;

    fn deref(&self) -> &Known {
        self.known.get_or_init(|| {
            let reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner).take();
            reading.and_then(|reading| reading.join().ok()).unwrap_or_default()
        })
    }
}
