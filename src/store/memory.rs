//! A cache in memory, for tests and for `serve` without a folder.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use super::{Memo, Pack, Store, pack::Listed};
use crate::base::hash::Key;

/// A cache in memory; clones share it.
#[derive(Clone, Default, Debug)]
pub struct Memory {
    entries: Arc<RwLock<BTreeMap<Key, Vec<u8>>>>,
    sources: Arc<RwLock<Listed>>,
    memo: Arc<Memo>,
}

impl Store for Memory {
    fn get(&self, key: Key) -> Option<Vec<u8>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }

    fn set(&self, key: Key, bytes: &[u8]) {
        self.entries.write().unwrap_or_else(PoisonError::into_inner).insert(key, bytes.to_vec());
    }

    fn pack(&self) -> Option<Pack> {
        Some(Pack::in_memory(self.sources.clone()))
    }

    fn memo(&self) -> Option<&Memo> {
        Some(&self.memo)
    }
}
