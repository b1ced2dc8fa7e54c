//! Single operations on files, each failing with its path and verb. Tests can make the n-th of
//! them fail, or the process end there.

#![expect(clippy::disallowed_methods, reason = "the door out: the site's outputs are written here")]

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
    time::Duration,
};

use super::error::{OutputError, Trouble, Verb};
use crate::{base::stamp::Stamp, source};

/// What stands at a path, links not followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Standing {
    Nothing,
    /// A plain file with its length and its stamp.
    File(u64, Option<Stamp>),
    /// A folder with its stamp, which changes when something in it comes or goes.
    Folder(Option<Stamp>),
    /// A symbolic link, or what is neither file nor folder.
    Other,
}

/// The file system as the sink uses it.
#[derive(Debug, Default)]
pub(super) struct Disk {
    #[cfg(test)]
    pub(super) faults: Option<std::sync::Arc<super::folder::tests::Faults>>,
}

impl Disk {
    pub(super) fn standing(&self, path: &Path) -> Result<Standing, OutputError> {
        match self.run(Verb::Read, path, || fs::symlink_metadata(path)) {
            Ok(found) if found.is_dir() => Ok(Standing::Folder(stamp(&found))),
            Ok(found) if found.is_file() => Ok(Standing::File(found.len(), stamp(&found))),
            Ok(_) => Ok(Standing::Other),
            Err(error) if is_absent(&error) => Ok(Standing::Nothing),
            Err(error) => Err(error),
        }
    }

    pub(super) fn read(&self, path: &Path) -> Result<Vec<u8>, OutputError> {
        self.run(Verb::Read, path, || fs::read(path))
    }

    /// Writes a file that must not exist yet; its stamp.
    pub(super) fn write_new(&self, path: &Path, bytes: &[u8]) -> Result<Option<Stamp>, OutputError> {
        let mut file = self.run(Verb::Create, path, || File::create_new(path))?;
        self.run(Verb::Write, path, || file.write_all(bytes))?;
        Ok(file.metadata().ok().and_then(|found| stamp(&found)))
    }

    /// Makes a folder; fine if it is there.
    pub(super) fn create_folder(&self, path: &Path) -> Result<(), OutputError> {
        match self.run(Verb::Create, path, || fs::create_dir(path)) {
            Err(error) if kind(&error) == Some(io::ErrorKind::AlreadyExists) => match self.standing(path)? {
                Standing::Folder(_) => Ok(()),
                Standing::Other => Err(OutputError::new(path, Trouble::LinkInTheWay)),
                _ => Err(OutputError::new(path, Trouble::FileInTheWay)),
            },
            result => result,
        }
    }

    /// Puts a file in the place of another. On Windows a virus scanner or an editor may hold
    /// either for a moment.
    pub(super) fn rename(&self, from: &Path, to: &Path) -> Result<(), OutputError> {
        let pause = |length| std::thread::sleep(Duration::from_millis(length));
        self.run(Verb::Rename, to, || again_while_held(PAUSES, pause, || fs::rename(from, to)))
    }

    /// Removes a file; fine if it is gone.
    pub(super) fn remove_file(&self, path: &Path) -> Result<(), OutputError> {
        match self.run(Verb::Remove, path, || fs::remove_file(path)) {
            Err(error) if is_absent(&error) => Ok(()),
            result => result,
        }
    }

    /// Removes a folder if it is empty and nobody holds it; whether it did.
    pub(super) fn remove_empty(&self, path: &Path) -> Result<bool, OutputError> {
        use io::ErrorKind::{DirectoryNotEmpty, NotADirectory, NotFound, PermissionDenied, ResourceBusy};
        match self.run(Verb::Remove, path, || fs::remove_dir(path)) {
            Ok(()) => Ok(true),
            Err(error) => match kind(&error) {
                Some(DirectoryNotEmpty | NotADirectory | NotFound | PermissionDenied | ResourceBusy) => Ok(false),
                _ => Err(error),
            },
        }
    }

    /// Removes a folder with all that is in it, or the link that stands there; fine if it is gone.
    pub(super) fn remove_tree(&self, path: &Path) -> Result<(), OutputError> {
        match self.run(Verb::Remove, path, || fs::remove_dir_all(path)) {
            Err(error) if is_absent(&error) => Ok(()),
            result => result,
        }
    }

    pub(super) fn run<T>(
        &self,
        verb: Verb,
        path: &Path,
        act: impl FnOnce() -> io::Result<T>,
    ) -> Result<T, OutputError> {
        self.fault().and_then(|()| act()).map_err(|error| OutputError::new(path, Trouble::Io(verb, error)))
    }

    #[cfg(test)]
    fn fault(&self) -> io::Result<()> {
        self.faults.as_ref().map_or(Ok(()), |faults| faults.step())
    }

    /// Tests put faults here.
    #[cfg(not(test))]
    fn fault(&self) -> io::Result<()> {
        Ok(())
    }
}

/// The stamp of a published file or folder. Renaming is a change of a sort, so it counts writing alone.
fn stamp(found: &fs::Metadata) -> Option<Stamp> {
    source::stamp(found).map(|stamp| Stamp { changed: 0, ..stamp })
}

/// Pauses between attempts, in milliseconds: elsewhere a rename goes over open files.
const PAUSES: &[u64] = if cfg!(windows) { &[5, 20, 80, 320, 640] } else { &[] };

/// Tries once, and once more after each pause while somebody holds the file.
fn again_while_held(
    pauses: &[u64],
    pause: impl Fn(u64),
    mut attempt: impl FnMut() -> io::Result<()>,
) -> io::Result<()> {
    for &length in pauses {
        match attempt() {
            Err(error) if is_held(&error) => pause(length),
            result => return result,
        }
    }
    attempt()
}

/// Whether somebody holds the file: `ERROR_ACCESS_DENIED`, `ERROR_SHARING_VIOLATION`,
/// `ERROR_LOCK_VIOLATION`, `ERROR_USER_MAPPED_FILE` of Windows.
fn is_held(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied || matches!(error.raw_os_error(), Some(5 | 32 | 33 | 1224))
}

/// Whether the system said that nothing stands at the path.
pub(super) fn is_absent(error: &OutputError) -> bool {
    matches!(kind(error), Some(io::ErrorKind::NotFound | io::ErrorKind::NotADirectory))
}

fn kind(error: &OutputError) -> Option<io::ErrorKind> {
    match &error.trouble {
        Trouble::Io(_, error) => Some(error.kind()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// Attempts fail with these, then succeed; what was waited, and the end.
    fn tried(failures: &[i32]) -> (Vec<u64>, Option<i32>) {
        let (waited, mut left) = (RefCell::new(Vec::new()), failures.iter());
        let end = again_while_held(
            &[5, 20, 80],
            |length| waited.borrow_mut().push(length),
            || left.next().map_or(Ok(()), |code| Err(io::Error::from_raw_os_error(*code))),
        );
        (waited.into_inner(), end.err().and_then(|error| error.raw_os_error()))
    }

    #[test]
    fn a_held_file_is_tried_again() {
        assert_eq!(tried(&[]), (vec![], None));
        assert_eq!(tried(&[32, 33]), (vec![5, 20], None));
        assert_eq!(tried(&[5, 32, 1224]), (vec![5, 20, 80], None));
        assert_eq!(tried(&[32, 32, 32, 32]), (vec![5, 20, 80], Some(32)));
        // A full disk does not become empty by waiting.
        assert_eq!(tried(&[112]), (vec![], Some(112)));
    }
}
