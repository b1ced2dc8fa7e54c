//! A finished site in a folder, for those who bring it elsewhere: what its manifest lists.

#![expect(clippy::disallowed_methods, reason = "the door out: what builds wrote is read here")]

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use super::{Phase, folder, manifest};
use crate::base::{hash::Key, path::OutPath};

/// What a build published.
#[derive(Debug, Clone)]
pub struct Published {
    /// The folder.
    place: PathBuf,
    /// Its files, in the order in which they may appear elsewhere: what pages need, pages, what leads
    /// to pages.
    pub files: Vec<PublishedFile>,
    /// The manifest as it stands in the folder.
    pub manifest: Vec<u8>,
}

/// A published file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedFile {
    /// Its path.
    pub path: OutPath,
    /// Its length in bytes.
    pub length: u64,
    /// Hash of its bytes.
    pub content: Key,
    /// Key of what it was made from.
    pub key: Key,
}

impl Published {
    /// The name of the manifest in its folder.
    pub const MANIFEST: &str = folder::MANIFEST;

    /// Reads the manifest in a folder.
    ///
    /// # Errors
    /// When there is none (`NotFound`), or it is damaged (`InvalidData`).
    pub fn read(folder: &Path) -> io::Result<Self> {
        let manifest = fs::read(folder.join(Self::MANIFEST))?;
        let published = Self::of(&manifest).ok_or(io::ErrorKind::InvalidData)?;
        Ok(Self { place: folder.to_owned(), ..published })
    }

    /// What a manifest lists, wherever its files are; `None` where it is damaged.
    pub fn of(manifest: &[u8]) -> Option<Self> {
        let entries = manifest::read(std::str::from_utf8(manifest).ok()?)?;
        let file = |(path, entry): (OutPath, manifest::Entry)| PublishedFile {
            path,
            length: entry.length,
            content: entry.content,
            key: entry.key,
        };
        let mut files: Vec<PublishedFile> = entries.into_iter().map(file).collect();
        files.sort_by_key(|file| Phase::of(&file.path));
        Some(Self { place: PathBuf::new(), files, manifest: manifest.to_owned() })
    }

    /// A site without a file.
    pub fn empty() -> Self {
        Self { place: PathBuf::new(), files: Vec::new(), manifest: Self::manifest_of([]) }
    }

    /// Where a file lies, if it is what the build wrote.
    ///
    /// # Errors
    /// Those of [`Self::bytes`].
    pub fn local(&self, file: &PublishedFile) -> io::Result<PathBuf> {
        self.bytes(file)?;
        Ok(self.place.join(file.path.as_str()))
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// When it cannot be read, or is not what the build wrote (`InvalidData`).
    pub fn bytes(&self, file: &PublishedFile) -> io::Result<Vec<u8>> {
        let bytes = fs::read(self.place.join(file.path.as_str()))?;
        if Key::of_bytes(&bytes) != file.content {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("{} changed; build again", file.path)));
        }
        Ok(bytes)
    }

    /// The manifest of some files.
    pub fn manifest_of<'f>(files: impl IntoIterator<Item = &'f PublishedFile>) -> Vec<u8> {
        let entry = |file: &PublishedFile| manifest::Entry {
            length: file.length,
            content: file.content,
            key: file.key,
            stamp: None,
        };
        let entries = files.into_iter().map(|file| (file.path.clone(), entry(file))).collect();
        manifest::write(&entries).into_bytes()
    }

    /// The hash of each file, by path.
    pub fn contents(&self) -> BTreeMap<String, Key> {
        self.files.iter().map(|file| (file.path.to_string(), file.content)).collect()
    }
}

impl Phase {
    /// When a published file appears, by its name.
    pub fn of(path: &OutPath) -> Self {
        match path.extension().as_str() {
            "html" => Self::Page,
            "xml" | "json" | "ics" | "txt" => Self::Feed,
            _ => Self::Asset,
        }
    }
}
