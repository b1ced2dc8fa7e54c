//! When a file was last touched, as its system tells it: what has the same stamp and was settled
//! when it was looked at is taken to be the same without being read.

use serde::{Deserialize, Serialize};

/// The stamp of a file: it changes whenever the file is written, replaced or moved.
///
/// A file may change twice within one tick of a system's clock. So a stamp is only worth something
/// if it was [`Stamp::settled`] when the file was read, which is how git does it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Stamp {
    /// Time of its last writing, in nanoseconds.
    pub modified: i64,
    /// Time of its last change of any sort, where the system has one.
    pub changed: i64,
    /// Its number on its disk, where the system has one.
    pub node: u64,
    /// Length in bytes.
    pub length: u64,
}

impl Stamp {
    /// Whether the file was last touched before a moment, so that whatever touches it from then on
    /// gives it another stamp.
    ///
    /// ```
    /// use pbsite::base::stamp::Stamp;
    /// let stamp = Stamp { modified: 5, changed: 7, node: 1, length: 3 };
    /// assert!(stamp.settled(8) && !stamp.settled(7));
    /// ```
    pub fn settled(&self, before: i64) -> bool {
        self.modified.max(self.changed) < before
    }
}
