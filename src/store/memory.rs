//! A cache in memory, for tests and for `serve` without a folder.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use super::Store;
use crate::base::hash::Key;

/// A cache in memory; clones share it.
#[derive(Clone, Default, Debug)]
pub struct Memory(Arc<RwLock<BTreeMap<Key, Vec<u8>>>>);

impl Store for Memory {
    fn get(&self, key: Key) -> Option<Vec<u8>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }

    fn set(&self, key: Key, bytes: &[u8]) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(key, bytes.to_vec());
    }
}
