//! A cache in a folder: `.pbsite/cache/v3/3f/9c…`, one file an entry.
//!
//! An entry begins with a checksum over its key and bytes, so that one that is damaged, cut short
//! or under a wrong name is made anew. Several builds may use one folder: entries appear by
//! renaming, and two that write the same key write the same bytes.

#![expect(clippy::disallowed_methods, reason = "the door to the cache")]

use std::{
    fs, io,
    path::{Path, PathBuf},
    process,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{Memo, Pack, Store};
use crate::base::hash::Key;

/// Changes when the form of entries changes; older folders are removed by [`Disk::sweep`].
const VERSION: &str = "v3";

/// Length of the checksum as text.
const SEAL: usize = 32;

/// A cache in a folder.
#[derive(Debug)]
pub struct Disk {
    /// The folder of all versions.
    place: PathBuf,
    next: AtomicU64,
    /// Keys that this run asked for or stored.
    used: Mutex<Vec<Key>>,
    memo: Option<Memo>,
}

impl Disk {
    /// A cache in the folder `place` (a site's `.pbsite/cache`), which is made when the first entry
    /// is stored.
    pub fn new(place: &Path) -> Self {
        Self { place: place.into(), next: AtomicU64::new(0), used: Mutex::default(), memo: None }
    }

    /// One with a place for what runs leave to the next in this process.
    pub fn remembering(self) -> Self {
        Self { memo: Some(Memo::default()), ..self }
    }

    /// Removes the entries that this run did not use and what died builds left, and tells how
    /// many files that were. For the end of a run that used everything that it wants to keep.
    pub fn sweep(&self) -> usize {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner).clone();
        used.sort_unstable();
        used.dedup();
        let wanted = |path: &Path| key_of(path).is_some_and(|key| used.binary_search(&key).is_ok());
        let shelves = names(&self.place.join(VERSION)).into_iter().filter(|path| path.is_dir());
        let entries = shelves.flat_map(|shelf| names(&shelf));
        let swept = entries.filter(|path| !wanted(path) && fs::remove_file(path).is_ok()).count();
        let older = names(&self.place).into_iter().filter(|path| is_older_version(path));
        swept + older.filter(|path| fs::remove_dir_all(path).is_ok()).count()
    }

    /// Removes the oldest entries that this run did not use until the others have at most `limit` bytes;
    /// how many were removed.
    pub fn bound(&self, limit: u64) -> usize {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let shelves = names(&self.place.join(VERSION)).into_iter().filter(|path| path.is_dir());
        let entry = |path: PathBuf| {
            let found = fs::metadata(&path).ok()?;
            Some((found.modified().ok()?, found.len(), path))
        };
        let mut entries: Vec<_> = shelves.flat_map(|shelf| names(&shelf)).filter_map(entry).collect();
        let mut total: u64 = entries.iter().map(|(_, length, _)| length).sum();
        entries.retain(|(.., path)| key_of(path).is_none_or(|key| !used.contains(&key)));
        entries.sort();
        let mut removed = 0;
        for (_, length, path) in entries {
            if total <= limit {
                break;
            }
            total -= length;
            removed += usize::from(fs::remove_file(path).is_ok());
        }
        removed
    }

    fn note(&self, key: Key) {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).push(key);
    }

    fn path(&self, key: Key) -> PathBuf {
        let name = key.to_string();
        self.place.join(VERSION).join(&name[..2]).join(&name[2..])
    }

    fn write(&self, key: Key, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(key);
        let folder = path.parent().unwrap_or(&self.place);
        if !folder.is_dir() {
            self.make(folder)?;
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let next = folder.join(format!("new-{}-{number}", process::id()));
        let entry = [seal(key, bytes).as_bytes(), bytes].concat();
        let result = fs::write(&next, entry).and_then(|()| fs::rename(&next, &path));
        result.inspect_err(|_| drop(fs::remove_file(&next)))
    }

    /// Makes a folder of the cache, and keeps the cache out of git and of backups.
    fn make(&self, folder: &Path) -> io::Result<()> {
        if !self.place.is_dir() {
            fs::create_dir_all(&self.place)?;
            fs::write(self.place.join(".gitignore"), "*\n")?;
            fs::write(self.place.join("CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n")?;
        }
        fs::create_dir_all(folder)
    }
}

impl Store for Disk {
    fn get(&self, key: Key) -> Option<Vec<u8>> {
        let mut entry = fs::read(self.path(key)).ok()?;
        if entry.len() < SEAL {
            return None;
        }
        let bytes = entry.split_off(SEAL);
        if entry != seal(key, &bytes).as_bytes() {
            return None;
        }
        self.note(key);
        Some(bytes)
    }

    fn set(&self, key: Key, bytes: &[u8]) {
        // A full or read-only disk makes the next build slower, no more.
        if self.write(key, bytes).is_ok() {
            self.note(key);
        }
    }

    fn pack(&self) -> Option<Pack> {
        let folder = self.place.join(VERSION);
        self.make(&folder).ok()?;
        Pack::open(&folder)
    }

    fn memo(&self) -> Option<&Memo> {
        self.memo.as_ref()
    }
}

pub(super) fn for_trial(folder: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let path = folder.join("trial");
    fs::write(&path, "")?;
    Ok(path)
}

pub(super) fn remove(folder: &Path) -> io::Result<u64> {
    if !folder.is_dir() {
        return Ok(0);
    }
    let length = length(folder);
    fs::remove_dir_all(folder).map(|()| length)
}

/// Length of all files below a folder.
fn length(folder: &Path) -> u64 {
    let below = names(folder).into_iter();
    below.map(|path| if path.is_dir() { length(&path) } else { fs::metadata(&path).map_or(0, |m| m.len()) }).sum()
}

pub(super) fn scratch(folder: &Path) -> io::Result<fs::File> {
    fs::create_dir_all(folder)?;
    let path = folder.join(format!("spill-{}", process::id()));
    let file = fs::File::options().read(true).write(true).create(true).truncate(true).open(&path)?;
    // Open files outlive their names, except on Windows; there the next one takes its place.
    let _ = fs::remove_file(&path);
    Ok(file)
}

fn seal(key: Key, bytes: &[u8]) -> String {
    Key::of(&(key, Key::of_bytes(bytes))).to_string()
}

/// The key that an entry's path stands for.
fn key_of(path: &Path) -> Option<Key> {
    let shelf = path.parent()?.file_name()?.to_str()?;
    format!("{shelf}{}", path.file_name()?.to_str()?).parse().ok()
}

fn is_older_version(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
    let is_version = name.strip_prefix('v').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    is_version && name != VERSION
}

fn names(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect()
}
