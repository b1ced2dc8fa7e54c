//! A site in memory: for tests, and for `serve`, which shows the last good one while the next is
//! being built. Past a budget outputs stand in a file that nobody else sees.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use super::{OutputError, Phase, Sink, Trouble, Written, manifest};
use crate::{
    base::{hash::Key, path::OutPath},
    store::{self, Kept, Spool},
};

/// Bytes of outputs that memory holds where there is a place for the rest.
const IN_MEMORY: u64 = 64 << 20;

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
pub struct Memory {
    tree: Arc<RwLock<Tree>>,
    /// The folder for what memory does not hold.
    spill: Option<PathBuf>,
}

/// Outputs, and what holds their bytes.
#[derive(Debug)]
struct Tree {
    files: BTreeMap<OutPath, File>,
    spool: Arc<Spool<'static>>,
}

#[derive(Clone, Debug)]
struct File {
    key: Key,
    content: Key,
    length: u64,
    bytes: Kept,
}

impl Default for Tree {
    fn default() -> Self {
        Self { files: BTreeMap::new(), spool: Arc::new(spool(None)) }
    }
}

fn spool(spill: Option<&Path>) -> Spool<'static> {
    match spill.map(Path::to_owned) {
        Some(folder) => Spool::new(IN_MEMORY, move || store::scratch(&folder)),
        None => Spool::new(u64::MAX, || Err(std::io::ErrorKind::Unsupported.into())),
    }
}

impl Memory {
    /// A site of which memory holds a part only; the rest stands in a file in `folder`.
    pub fn spilling(folder: &Path) -> Self {
        let tree = Tree { files: BTreeMap::new(), spool: Arc::new(spool(Some(folder))) };
        Self { tree: Arc::new(RwLock::new(tree)), spill: Some(folder.into()) }
    }

    /// A sink for one build.
    pub fn sink(&self) -> Box<dyn Sink> {
        let spool = self.read(|tree| tree.spool.clone());
        Box::new(Build { published: self.clone(), spool, new: Mutex::default(), kept_but: Mutex::default() })
    }

    /// The bytes of a published output.
    pub fn get(&self, path: &str) -> Option<Arc<[u8]>> {
        let (spool, file) = self.read(|tree| Some((tree.spool.clone(), tree.files.get(path)?.clone())))?;
        Some(spool.get(&file.bytes).ok()?.into_owned().into())
    }

    /// Every published output, by path.
    pub fn tree(&self) -> BTreeMap<OutPath, Arc<[u8]>> {
        let paths: Vec<OutPath> = self.read(|tree| tree.files.keys().cloned().collect());
        paths.into_iter().filter_map(|path| Some((path.clone(), self.get(path.as_str())?))).collect()
    }

    fn read<T>(&self, look: impl FnOnce(&Tree) -> T) -> T {
        look(&self.tree.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts what is published into a new spool once what is no longer published takes more room.
    /// Readers are served meanwhile.
    fn pack(&self) {
        let Some(folder) = &self.spill else { return };
        let wasteful = self.read(|tree| {
            let needed: u64 = tree.files.values().map(|file| file.length).sum();
            tree.spool.put_so_far() >= 2 * needed + IN_MEMORY
        });
        if !wasteful {
            return;
        }
        let (files, spool) = self.read(|tree| (tree.files.clone(), tree.spool.clone()));
        let next = self::spool(Some(folder));
        let moved =
            |file: &File| Some(File { bytes: next.put(spool.get(&file.bytes).ok()?.into_owned()), ..file.clone() });
        let all = files.iter().map(|(path, file)| Some((path.clone(), moved(file)?)));
        let Some(files) = all.collect() else { return };
        *self.tree.write().unwrap_or_else(PoisonError::into_inner) = Tree { files, spool: Arc::new(next) };
    }
}

fn fingerprint(files: &BTreeMap<OutPath, File>) -> Key {
    manifest::fingerprint(files.iter().map(|(path, file)| (path, file.key)))
}

/// One build into memory.
struct Build {
    published: Memory,
    spool: Arc<Spool<'static>>,
    new: Mutex<BTreeMap<OutPath, File>>,
    /// Set where every published output is kept but these.
    kept_but: Mutex<Option<Vec<OutPath>>>,
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
        let (content, length) = (Key::of_bytes(bytes), bytes.len() as u64);
        // An unchanged output keeps its place.
        let old = self.published.read(|tree| tree.files.get(path).cloned());
        let old = old.filter(|old| old.content == content && old.length == length);
        let bytes = old.map_or_else(|| self.spool.put(bytes.into()), |old| old.bytes);
        self.add(path, File { key, content, length, bytes })
    }

    fn keep(&self, path: &OutPath, key: Key) -> Result<bool, OutputError> {
        let old = self.published.read(|tree| tree.files.get(path).filter(|file| file.key == key).cloned());
        old.map_or(Ok(false), |file| self.add(path, file).map(|()| true))
    }

    fn fingerprint(&self) -> Option<Key> {
        Some(self.published.read(|tree| fingerprint(&tree.files)))
    }

    fn keep_all(&self, but: &[&OutPath]) -> Result<bool, OutputError> {
        let but = but.iter().map(|path| (*path).clone()).collect();
        *self.kept_but.lock().unwrap_or_else(PoisonError::into_inner) = Some(but);
        Ok(true)
    }

    fn commit(self: Box<Self>) -> Result<Written, OutputError> {
        let mut files = self.new.into_inner().unwrap_or_else(PoisonError::into_inner);
        let kept_but = self.kept_but.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut old = self.published.tree.write().unwrap_or_else(PoisonError::into_inner);
        let same = |(path, file): &(&OutPath, &File)| {
            old.files.get(*path).is_some_and(|old| (old.content, old.length) == (file.content, file.length))
        };
        let written = files.len() - files.iter().filter(same).count();
        let gone =
            |path: &&OutPath| kept_but.as_ref().is_none_or(|but| but.contains(path)) && !files.contains_key(*path);
        let gone: Vec<OutPath> = old.files.keys().filter(gone).cloned().collect();
        gone.iter().for_each(|path| drop(old.files.remove(path)));
        old.files.append(&mut files);
        let files = &old.files;
        let written = Written {
            written,
            unchanged: files.len() - written,
            removed: gone.len(),
            bytes: files.values().map(|file| file.length).sum(),
            fingerprint: Some(fingerprint(files)),
            ..Written::default()
        };
        drop(old);
        self.published.pack();
        Ok(written)
    }
}
