//! The files of a site as they would be if some of them were not there, or said something else.

use std::{collections::BTreeMap, io};

use super::{Files, SourceRef};
use crate::{base::path::SitePath, diagnostics::Diagnostic};

/// Files with others laid over them: what is laid over a path stands there instead; nothing laid
/// over it means that the file is absent.
pub struct Overlay<'a> {
    files: &'a dyn Files,
    over: BTreeMap<SitePath, Option<Vec<u8>>>,
}

impl std::fmt::Debug for Overlay<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Overlay").field("over", &self.over.keys()).finish_non_exhaustive()
    }
}

impl<'a> Overlay<'a> {
    /// Nothing laid over yet.
    pub fn new(files: &'a dyn Files) -> Self {
        Self { files, over: BTreeMap::new() }
    }

    /// Takes a file away.
    pub fn remove(&mut self, path: SitePath) {
        self.over.insert(path, None);
    }

    /// Puts other bytes in the place of a file that is there.
    pub fn replace(&mut self, path: SitePath, bytes: Vec<u8>) {
        self.over.insert(path, Some(bytes));
    }
}

impl Files for Overlay<'_> {
    fn list(&self, folder: &str, problems: &mut Vec<Diagnostic>) -> io::Result<Vec<SourceRef>> {
        let mut found = self.files.list(folder, problems)?;
        found.retain(|source| self.over.get(&source.path).is_none_or(Option::is_some));
        for source in &mut found {
            if let Some(Some(bytes)) = self.over.get(&source.path) {
                source.length = bytes.len() as u64;
                source.stamp = None;
            }
        }
        Ok(found)
    }

    fn read(&self, path: &SitePath) -> io::Result<Vec<u8>> {
        match self.over.get(path) {
            Some(Some(bytes)) => Ok(bytes.clone()),
            Some(None) => Err(io::ErrorKind::NotFound.into()),
            None => self.files.read(path),
        }
    }

    fn read_listed(&self, source: &SourceRef) -> io::Result<Vec<u8>> {
        if self.over.contains_key(&source.path) { self.read(&source.path) } else { self.files.read_listed(source) }
    }
}
