//! The stamp of a file, from what its system tells of it.

use std::{fs::Metadata, time::UNIX_EPOCH};

use crate::base::stamp::Stamp;

/// The stamp of a file; `None` where the system does not tell when it was written.
pub fn stamp(metadata: &Metadata) -> Option<Stamp> {
    let modified = i64::try_from(metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()?;
    let (changed, node) = of_the_system(metadata);
    Some(Stamp { modified, changed, node, length: metadata.len() })
}

/// Time of the last change of any sort, in nanoseconds, and number on the disk.
#[cfg(unix)]
fn of_the_system(metadata: &Metadata) -> (i64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.ctime().saturating_mul(1_000_000_000).saturating_add(metadata.ctime_nsec()), metadata.ino())
}

#[cfg(not(unix))]
fn of_the_system(_: &Metadata) -> (i64, u64) {
    (0, 0)
}
