//! The door out: where finished outputs go, and the only code that writes into the output folder.
//!
//! Rendering hands over each output as soon as it is done, from many threads, in any order; a
//! [`Sink`] keeps none of them in memory unless it is [`Memory`]. Nothing is published before
//! [`Sink::commit`]: a run that fails half-way leaves every published file as it was.
//!
//! [`Folder`] compares before it writes, stages what is new beside the published files, renames
//! when all is well (assets, then pages, then feeds, deletions last) and removes only what its
//! manifest lists. What is *not* here: what to write (`plan`), how (`render`, `formats`).

mod before;
mod besides;
mod compare;
mod disk;
mod error;
mod folder;
mod manifest;
mod memory;
mod published;
mod watched;

use std::{fs::File, io};

pub use besides::Besides;
pub use compare::{Compare, published_addresses, published_calendars, published_next_change, published_title};
pub use error::{OutputError, Trouble, Verb};
pub use folder::Folder;
pub use memory::Memory;
pub use published::{Published, PublishedFile};
pub use watched::{Told, Watched};

use crate::base::{hash::Key, path::OutPath};

/// When an output is published, relative to the others: what pages refer to comes before them,
/// what announces pages comes after them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Phase {
    /// Style sheets, scripts, images, files.
    Asset,
    /// Pages.
    Page,
    /// Feeds, calendars, site maps, the API: what leads readers and programs to pages.
    Feed,
}

/// What a commit did.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Written {
    /// Outputs that are new or differ from what was published.
    pub written: usize,
    /// Outputs that were there already, byte for byte.
    pub unchanged: usize,
    /// Outputs of earlier builds that are no longer planned and are gone now.
    pub removed: usize,
    /// Files in the folder that no build wrote, sorted, at most [`Written::NAMED`] of them. They
    /// are left alone.
    pub foreign: Vec<String>,
    /// How many such files there are.
    pub foreign_count: usize,
    /// Length of all outputs together, in bytes.
    pub bytes: u64,
    /// What the sink of the next build has as its [`Sink::fingerprint`].
    pub fingerprint: Option<Key>,
}

impl Written {
    /// How many foreign files are named at most.
    pub const NAMED: usize = 20;
}

/// Takes the outputs of one build.
pub trait Sink: Send + Sync {
    /// Hears how many outputs the build has.
    fn expect(&self, _outputs: usize) {}

    /// Takes one finished output. `key` is the key of everything that it was made from. Called
    /// from many threads, once for each path.
    fn put(&self, path: &OutPath, phase: Phase, key: Key, bytes: &[u8]) -> Result<(), OutputError>;

    /// Keeps the published output at `path` if it was made from the same `key` and is still what
    /// was written then; `true` makes a `put` needless, `false` asks for one.
    fn keep(&self, path: &OutPath, key: Key) -> Result<bool, OutputError>;

    /// What tells the published outputs from others by what they were made from; `None` where that
    /// is not known.
    fn fingerprint(&self) -> Option<Key> {
        None
    }

    /// Hears that the build will keep most of the published outputs: whether they are still there takes
    /// time to see, which may be taken from now on, beside the build and on one core.
    fn look_ahead(&self) {}

    /// Hears that the build will keep all: sees at once, on all cores, whether they are still there.
    fn look(&self) {}

    /// Keeps every published output but these, which are sorted, if each is still what was written;
    /// else none, and `false`.
    fn keep_all(&self, _but: &[&OutPath]) -> Result<bool, OutputError> {
        Ok(false)
    }

    /// A file for what the build itself puts aside, to be read and written. It is gone when the
    /// sink is.
    fn scratch(&self) -> io::Result<File> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// All is well: publishes. Dropping a sink instead leaves every published file as it was.
    fn commit(self: Box<Self>) -> Result<Written, OutputError>;
}
