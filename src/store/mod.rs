//! The cache: bytes by the key of everything that they were made from, and the [`Pack`] of what a
//! run knows of its sources. And the [`Spool`]: bytes put aside until later in the same run.
//!
//! The cache changes how fast a build is and nothing else: an entry that is missing, damaged or cannot
//! be written is made anew, and no failure of the cache is a failure of the build. What is *not*
//! here: deciding what a key covers. Whoever asks hashes all inputs, the program's version too.

mod disk;
mod memo;
mod memory;
mod pack;
mod spool;

pub use disk::Disk;
pub use memo::Memo;
pub use memory::Memory;
pub use pack::{Made, Noted, Pack};
pub use spool::{Kept, Spool};

use crate::base::hash::Key;

/// A cache of byte strings. Asked and filled from many threads.
pub trait Store: Sync + Send {
    /// The bytes that were stored under a key, if they are there and whole.
    fn get(&self, key: Key) -> Option<Vec<u8>>;

    /// Stores bytes under a key, if it can.
    fn set(&self, key: Key, bytes: &[u8]);

    /// What earlier runs noted of their sources, for one run; `None` where nothing is kept, or while
    /// another run has it.
    fn pack(&self) -> Option<Pack> {
        None
    }

    /// Where a run leaves what it understood; `None` where no run of this process comes after it.
    fn memo(&self) -> Option<&Memo> {
        None
    }
}

impl dyn Store + '_ {
    /// The bytes under a key, made now and stored if they are not there. A failure to make them is
    /// not stored.
    ///
    /// ```
    /// use pbsite::{base::hash::Key, store::{Memory, Store}};
    /// let store: &dyn Store = &Memory::default();
    /// let make = || Ok::<_, std::convert::Infallible>(b"made".to_vec());
    /// assert_eq!(store.get_or(Key::of_bytes(b"k"), make), Ok(b"made".to_vec()));
    /// assert_eq!(store.get_or(Key::of_bytes(b"k"), || Err("not called")), Ok(b"made".to_vec()));
    /// ```
    pub fn get_or<E>(&self, key: Key, make: impl FnOnce() -> Result<Vec<u8>, E>) -> Result<Vec<u8>, E> {
        if let Some(bytes) = self.get(key) {
            return Ok(bytes);
        }
        let bytes = make()?;
        self.set(key, &bytes);
        Ok(bytes)
    }
}

/// Writes a file into a folder for trial, to see whether its system tells of it; the file.
///
/// # Errors
/// When it cannot be written.
pub fn for_trial(folder: &std::path::Path) -> std::io::Result<std::path::PathBuf> {
    disk::for_trial(folder)
}

/// Removes a folder of the cache with all that is in it; how many bytes that were. Fine if it is
/// not there.
///
/// # Errors
/// When something of it cannot be removed.
pub fn remove(folder: &std::path::Path) -> std::io::Result<u64> {
    disk::remove(folder)
}

/// A file in a folder for bytes that need not outlive the process.
///
/// # Errors
/// When there is none to be had.
pub fn scratch(folder: &std::path::Path) -> std::io::Result<std::fs::File> {
    disk::scratch(folder)
}

/// No cache: everything is made anew.
#[derive(Clone, Copy, Default, Debug)]
pub struct Nothing;

impl Store for Nothing {
    fn get(&self, _: Key) -> Option<Vec<u8>> {
        None
    }

    fn set(&self, _: Key, _: &[u8]) {}
}

#[cfg(test)]
mod tests;
