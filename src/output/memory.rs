//! A site in memory: for tests, and for `serve`, which shows the last good one while the next is
//! being built.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use super::{OutputError, Phase, Sink, Trouble, Written};
use crate::base::{hash::Key, path::OutPath};

/// The published site in memory. Clones share it; each build takes a [`Memory::sink`].
///
/// ```
/// use pbsite::{base::{hash::Key, path::OutPath}, output::{Memory, Phase}};
/// let memory = Memory::default();
/// let sink = memory.sink();
/// sink.put(&OutPath::new("index.html").unwrap(), Phase::Page, Key::default(), b"hello").unwrap();
/// assert_eq!(memory.get("index.html"), None);
/// assert_eq!(sink.commit().unwrap().written, 1);
/// assert_eq!(memory.get("index.html").as_deref(), Some(&b"hello"[..]));
/// ```
#[derive(Clone, Default, Debug)]
pub struct Memory(Arc<RwLock<Tree>>);

type Tree = BTreeMap<OutPath, File>;

#[derive(Clone, PartialEq, Eq, Debug)]
struct File {
    key: Key,
    bytes: Arc<[u8]>,
}

impl Memory {
    /// A sink for one build.
    pub fn sink(&self) -> Box<dyn Sink> {
        Box::new(Build { published: self.clone(), new: Mutex::default() })
    }

    /// The bytes of a published output.
    pub fn get(&self, path: &str) -> Option<Arc<[u8]>> {
        self.read(|tree| tree.get(path).map(|file| file.bytes.clone()))
    }

    /// Every published output, by path.
    pub fn tree(&self) -> BTreeMap<OutPath, Arc<[u8]>> {
        self.read(|tree| tree.iter().map(|(path, file)| (path.clone(), file.bytes.clone())).collect())
    }

    fn read<T>(&self, look: impl FnOnce(&Tree) -> T) -> T {
        look(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What tells one site from another by what its outputs were made from.
fn fingerprint(tree: &Tree) -> Key {
    let keys: Vec<_> = tree.iter().map(|(path, file)| (path, file.key)).collect();
    Key::of(&keys)
}

/// One build into memory.
struct Build {
    published: Memory,
    new: Mutex<Tree>,
}

impl Build {
    fn add(&self, path: &OutPath, file: File) -> Result<(), OutputError> {
        let mut new = self.new.lock().unwrap_or_else(PoisonError::into_inner);
        match new.insert(path.clone(), file) {
            None => Ok(()),
            Some(_) => Err(OutputError::new(path.as_str(), Trouble::Twice)),
        }
    }
}

impl Sink for Build {
    fn put(&self, path: &OutPath, _: Phase, key: Key, bytes: &[u8]) -> Result<(), OutputError> {
        // An unchanged output keeps its place in memory, so that two trees share it.
        let old = self.published.read(|tree| tree.get(path).map(|file| file.bytes.clone()));
        let bytes = old.filter(|old| **old == *bytes).unwrap_or_else(|| bytes.into());
        self.add(path, File { key, bytes })
    }

    fn keep(&self, path: &OutPath, key: Key) -> Result<bool, OutputError> {
        let old = self.published.read(|tree| tree.get(path).filter(|file| file.key == key).cloned());
        old.map_or(Ok(false), |file| self.add(path, file).map(|()| true))
    }

    fn fingerprint(&self) -> Option<Key> {
        Some(self.published.read(fingerprint))
    }

    fn keep_all(&self, but: Option<&OutPath>) -> Result<bool, OutputError> {
        let mut kept = self.published.read(Tree::clone);
        but.map(|path| kept.remove(path));
        *self.new.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        Ok(true)
    }

    fn commit(self: Box<Self>) -> Result<Written, OutputError> {
        let new = self.new.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut old = self.published.0.write().unwrap_or_else(PoisonError::into_inner);
        let same = |(path, file): &(&OutPath, &File)| old.get(*path).is_some_and(|old| old.bytes == file.bytes);
        let unchanged = new.iter().filter(same).count();
        let written = Written {
            written: new.len() - unchanged,
            unchanged,
            removed: old.keys().filter(|path| !new.contains_key(*path)).count(),
            bytes: new.values().map(|file| file.bytes.len() as u64).sum(),
            fingerprint: Some(fingerprint(&new)),
            ..Written::default()
        };
        *old = new;
        Ok(written)
    }
}
