//! The door in: which files the site has, and their bytes.
//!
//! Nothing else reads the site's folder. What it gives is sorted by path, so that the order in
//! which a disk lists files never reaches the output.

mod decode;
mod disk;
mod history;
mod memory;
mod names;
mod overlay;
mod stamp;
pub mod table;

use std::io;

pub use decode::{Decoded, decode};
pub use disk::{Disk, rewrite, write_new};
pub use history::{First, first_versions};
pub use memory::Memory;
pub use names::check_names;
pub use overlay::Overlay;
pub use stamp::stamp;

use crate::{
    base::{hash::Key, lang::Message, path::SitePath, stamp::Stamp},
    diagnostics::Diagnostic,
    msg,
};

/// A file of the site as a walk sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceRef {
    /// Its path.
    pub path: SitePath,
    /// Length in bytes.
    pub length: u64,
    /// When it was last touched, where its system tells.
    pub stamp: Option<Stamp>,
}

/// The files of a site.
pub trait Files: Sync {
    /// Every file below `folder` (`content`, `themes/default`), sorted by path; empty where the
    /// folder does not exist. Names that are no paths of ours, links out of the site and loops
    /// are reported and left out.
    ///
    /// # Errors
    /// When a folder cannot be read.
    fn list(&self, folder: &str, problems: &mut Vec<Diagnostic>) -> io::Result<Vec<SourceRef>>;

    /// The bytes of a file.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    fn read(&self, path: &SitePath) -> io::Result<Vec<u8>>;

    /// The bytes of a file that a walk just met: an ordinary one, which need not be looked at again.
    ///
    /// # Errors
    /// When it is not there any more or cannot be read.
    fn read_listed(&self, source: &SourceRef) -> io::Result<Vec<u8>> {
        self.read(&source.path)
    }

    /// The same with the hash of the bytes, which are hashed once whoever wants to know it.
    ///
    /// # Errors
    /// As [`Files::read_listed`].
    fn read_hashed(&self, source: &SourceRef) -> io::Result<(Vec<u8>, Key)> {
        let bytes = self.read_listed(source)?;
        let content = Key::of_bytes(&bytes);
        Ok((bytes, content))
    }

    /// The decoded text of a file, `None` if it cannot be read.
    fn text(&self, path: &SitePath) -> Option<String> {
        self.read(path).ok().map(|bytes| decode(bytes).text)
    }
}

/// Why something cannot be read, in words for those who know nothing of systems.
pub fn unreadable(error: &io::Error) -> Message {
    match error.kind() {
        io::ErrorKind::NotFound => msg!(
            "读不了：它不在了（可能刚被删去或改名，或是一个失效的链接）",
            "cannot be read: it is not there (just deleted or renamed, or a link to nothing)"
        ),
        io::ErrorKind::PermissionDenied => {
            msg!("读不了：没有权限", "cannot be read: you have no permission to read it")
        }
        io::ErrorKind::Unsupported => {
            msg!("读不了：它不是普通的文件", "cannot be read: it is not an ordinary file")
        }
        _ => msg!("读不了：{error}", "cannot be read: {error}"),
    }
}
