//! Files on the disk.

#![expect(clippy::disallowed_methods, reason = "the door in: the site's folder is read here")]

use std::{
    borrow::Cow,
    fs,
    io::{self, Read},
    path::{MAIN_SEPARATOR, Path, PathBuf, is_separator},
    sync::{Mutex, PoisonError},
};

use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::{Files, SourceRef, decode::same_everywhere, stamp, unreadable};
use crate::{
    base::path::SitePath,
    diagnostics::{Code, Diagnostic, Place},
    msg,
};

/// So many entries of folders are looked at by a thread at a time.
const AT_ONCE: usize = 256;

/// The folder of a site.
#[derive(Debug, Clone)]
pub struct Disk {
    root: PathBuf,
    real: PathBuf,
}

impl Disk {
    /// Opens the folder `root`.
    ///
    /// # Errors
    /// When it is not there.
    pub fn open(root: &Path) -> io::Result<Self> {
        Ok(Self { real: fs::canonicalize(root)?, root: root.to_owned() })
    }

    /// The folder that holds `pbsite.yaml`: `start` or the nearest one above it.
    pub fn find_site(start: &Path) -> Option<PathBuf> {
        let start = fs::canonicalize(start).ok()?;
        start.ancestors().find(|folder| folder.join("pbsite.yaml").is_file()).map(Path::to_owned)
    }

    /// The site's folder in the repository that it is part of: the path below the nearest folder
    /// with a `.git`; empty at its root, and where there is none.
    pub fn folder_in_repository(&self) -> String {
        let repository = self.real.ancestors().find(|folder| folder.join(".git").exists());
        let below = repository.and_then(|repository| self.real.strip_prefix(repository).ok());
        below.map_or(String::new(), |path| path.to_string_lossy().replace(MAIN_SEPARATOR, "/"))
    }

    fn inside(&self, path: &Path) -> bool {
        fs::canonicalize(path).is_ok_and(|real| real.starts_with(&self.real))
    }
}

impl Files for Disk {
    fn list(&self, folder: &str, problems: &mut Vec<Diagnostic>) -> io::Result<Vec<SourceRef>> {
        let start = self.root.join(folder);
        if !start.exists() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        // Excel and Word put `~$name` beside a file that is open.
        let hidden =
            |name: &std::ffi::OsStr| [&b"."[..], b"~$"].iter().any(|mark| name.as_encoded_bytes().starts_with(mark));
        let mut walk = WalkDir::new(&start)
            .follow_links(true)
            .into_iter()
            .filter_entry(|e| e.depth() == 0 || !hidden(e.file_name()));
        // While one thread walks on, others look at what it met.
        let looked = Mutex::new(Vec::new());
        rayon::scope(|scope| {
            for number in 0.. {
                let entries: Vec<_> = walk.by_ref().take(AT_ONCE).collect();
                if entries.is_empty() {
                    break;
                }
                let looked = &looked;
                scope.spawn(move |_| {
                    let files: Vec<_> = entries.iter().filter_map(|entry| self.look(entry)).collect();
                    looked.lock().unwrap_or_else(PoisonError::into_inner).push((number, files));
                });
            }
        });
        let mut looked = looked.into_inner().unwrap_or_else(PoisonError::into_inner);
        looked.sort_unstable_by_key(|(number, _)| *number);
        for file in looked.into_iter().flat_map(|(_, files)| files) {
            match file {
                Ok(file) => found.push(file),
                Err(problem) => problems.push(*problem),
            }
        }
        found.par_sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }

    fn read(&self, path: &SitePath) -> io::Result<Vec<u8>> {
        let file = self.root.join(path.as_str());
        // A pipe or a device would never end.
        let about = fs::metadata(&file)?;
        if !about.is_file() {
            return Err(io::ErrorKind::Unsupported.into());
        }
        Ok(same_everywhere(&path.extension(), whole(fs::File::open(file)?, about.len())?))
    }

    fn read_listed(&self, source: &SourceRef) -> io::Result<Vec<u8>> {
        let file = fs::File::open(self.root.join(source.path.as_str()))?;
        Ok(same_everywhere(&source.path.extension(), whole(file, source.length)?))
    }
}

/// A file that had `length` bytes just now. One more is asked for: where no more come than it had,
/// that is its end, and nobody need ask again.
fn whole(mut file: fs::File, length: u64) -> io::Result<Vec<u8>> {
    let length = usize::try_from(length).unwrap_or_default();
    let mut bytes = vec![0; length.saturating_add(1)];
    let mut read = 0;
    while read < bytes.len() {
        match file.read(&mut bytes[read..]) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if read == length && length > 0 {
            break;
        }
    }
    bytes.truncate(read);
    // It grew, or is of a system's own folders, whose files say that they are empty.
    if read > length {
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

impl Disk {
    /// What a walk met: a file, a problem, or neither.
    fn look(&self, entry: &walkdir::Result<DirEntry>) -> Option<Result<SourceRef, Box<Diagnostic>>> {
        let entry = match entry {
            Err(error) => return Some(Err(Box::new(self.unwalkable(error)))),
            Ok(entry) if !entry.file_type().is_file() => return None,
            Ok(entry) => entry,
        };
        let path = match self.site_path(entry.path()) {
            Ok(path) => path,
            Err(problem) => return Some(Err(problem)),
        };
        if entry.path_is_symlink() && !self.inside(entry.path()) {
            let message = msg!("“{path}”是通到网站之外的链接", "`{path}` is a link that leads out of the site");
            return Some(Err(Box::new(Diagnostic::new(Code::FileName, Place::File(path), message))));
        }
        let metadata = entry.metadata().ok();
        let length = metadata.as_ref().map_or(0, fs::Metadata::len);
        Some(Ok(SourceRef { path, length, stamp: metadata.as_ref().and_then(stamp) }))
    }

    fn site_path(&self, path: &Path) -> Result<SitePath, Box<Diagnostic>> {
        // A walk that began below the root puts names behind it, nothing else.
        let text = path.to_str().zip(self.root.to_str());
        let text = text.map(|(text, root)| text.strip_prefix(root).unwrap_or(text).trim_start_matches(is_separator));
        let text = text
            .map(|text| if MAIN_SEPARATOR == '/' { text.into() } else { Cow::from(text.replace(MAIN_SEPARATOR, "/")) });
        text.and_then(|text| SitePath::new(&text).ok()).ok_or_else(|| {
            let relative = path.strip_prefix(&self.root).unwrap_or(path);
            let name = relative.to_string_lossy().replace(char::is_control, "\u{FFFD}");
            let message =
                msg!("文件名里有不能用的字符：{name}", "the file name has characters that cannot be used: {name}");
            Box::new(Diagnostic::new(Code::FileName, Place::Site, message))
        })
    }

    fn unwalkable(&self, error: &walkdir::Error) -> Diagnostic {
        let path = error.path().and_then(|path| self.site_path(path).ok());
        let place = path.map_or(Place::Site, Place::File);
        if error.loop_ancestor().is_some() {
            return Diagnostic::new(
                Code::FileName,
                place,
                msg!("这个链接指回了它上级的文件夹", "this link leads back to a folder above it"),
            );
        }
        let message = error.io_error().map_or_else(|| msg!("读不了", "cannot be read"), unreadable);
        Diagnostic::new(Code::Unreadable, place, message)
    }
}

/// Writes a new file of the site (`new`, `init`), making its folders.
///
/// # Errors
/// `AlreadyExists` when it is there; nothing is ever overwritten.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    io::Write::write_all(&mut file, bytes)
}

/// Puts new bytes in the place of a file of the site (`fix --write`), whole or not at all.
///
/// # Errors
/// When the file no longer holds the bytes `old` (`ResourceBusy`), or cannot be written.
pub fn rewrite(path: &Path, old: &[u8], new: &[u8]) -> io::Result<()> {
    // A link stays one: what it leads to is written.
    let path = fs::canonicalize(path)?;
    if fs::read(&path)? != old {
        return Err(io::ErrorKind::ResourceBusy.into());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.pbsite-new"));
    let written = fs::write(&beside, new)
        .and_then(|()| fs::set_permissions(&beside, fs::metadata(&path)?.permissions()))
        .and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}
