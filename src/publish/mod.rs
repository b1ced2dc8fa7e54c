//! Where a finished site goes: the targets of `deploy`. A door: it copies the output folder elsewhere,
//! and starts the system's own programs where those know the way.
//!
//! What holds for every target: only what the manifest of the output lists is sent; what pages need
//! comes before them, what announces them after them, deletions last; an interrupted deploy is
//! repaired by the next.

mod folder;
mod rsync;
mod zip;

use std::{collections::BTreeMap, fmt, io, path::Path};

use crate::{
    base::{hash::Key, lang::Message},
    config::{Deploy, Destination},
    msg,
    output::Published,
};

/// What a deploy did, or would do.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Files that are new or differ, in the order in which they are sent.
    pub changed: Vec<String>,
    /// Files that are gone.
    pub removed: Vec<String>,
    /// Where the site is now.
    pub place: String,
}

impl Published {
    /// What is new or differs, and what is gone, against files with these hashes.
    fn changes(&self, old: &BTreeMap<String, Key>, place: String) -> Sent {
        let new = self.contents();
        let changed = self.files.iter().filter(|file| old.get(file.path.as_str()) != Some(&file.content));
        Sent {
            changed: changed.map(|file| file.path.to_string()).collect(),
            removed: old.keys().filter(|path| !new.contains_key(*path)).cloned().collect(),
            place,
        }
    }
}

/// Why a deploy failed.
#[derive(Debug)]
pub enum PublishError {
    /// The system refused something about a path.
    Io(String, io::Error),
    /// What is to be said as it is.
    Said(Box<Message>),
}

impl PublishError {
    /// In both languages.
    pub fn message(&self) -> Message {
        match self {
            Self::Io(path, error) => msg!("{path}：{error}", "{path}: {error}"),
            Self::Said(message) => (**message).clone(),
        }
    }

    fn said(message: Message) -> Self {
        Self::Said(Box::new(message))
    }

    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |error| Self::Io(path, error)
    }
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message().en)
    }
}

impl std::error::Error for PublishError {}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Send the site.
    Send,
    /// Tell what would be sent.
    List,
    /// Go back to the version before.
    Back,
}

/// Brings the site in `output` to a target. Relative paths of targets begin at `root`, the site's
/// folder, where what was sent last is remembered in `.pbsite/deploy/`.
///
/// # Errors
/// When there is no finished site, the target cannot be reached, or knows no way back.
pub fn deploy(target: &Deploy, act: Act, output: &Path, root: &Path) -> Result<Sent, PublishError> {
    let published = Published::read(output).map_err(PublishError::at(output))?;
    let no_way_back = || {
        let name = &target.name;
        PublishError::said(msg!(
            "目标 {name} 没有旧版本可退回",
            "the target {name} keeps no older version to go back to"
        ))
    };
    match &target.to {
        Destination::Folder { path, keep } => folder::deploy(&published, &root.join(path), *keep, act),
        _ if act == Act::Back => Err(no_way_back()),
        Destination::Rsync(to) => rsync::deploy(output, to, act),
        Destination::Zip(path) => {
            let last = root.join(".pbsite/deploy").join(&target.name);
            zip::deploy(&published, &root.join(path), &last, act)
        }
    }
}
