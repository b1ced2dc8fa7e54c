//! Files in memory: for tests, and for what a program hands over.

use std::{collections::BTreeMap, io};

use super::{Files, SourceRef, decode::same_everywhere};
use crate::{base::path::SitePath, diagnostics::Diagnostic};

/// A site that was never on a disk.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    files: BTreeMap<SitePath, Vec<u8>>,
}

impl Memory {
    /// Adds or replaces a file.
    pub fn insert(&mut self, path: SitePath, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path, bytes.into());
    }

    /// Takes a file away.
    pub fn remove(&mut self, path: &SitePath) {
        self.files.remove(path);
    }
}

impl Files for Memory {
    fn list(&self, folder: &str, _: &mut Vec<Diagnostic>) -> io::Result<Vec<SourceRef>> {
        let below = |path: &SitePath| path.as_str().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let files = self.files.iter().filter(|(path, _)| below(path));
        Ok(files
            .map(|(path, bytes)| SourceRef { path: path.clone(), length: bytes.len() as u64, stamp: None })
            .collect())
    }

    fn read(&self, path: &SitePath) -> io::Result<Vec<u8>> {
        let bytes = self.files.get(path).cloned().ok_or(io::ErrorKind::NotFound)?;
        Ok(same_everywhere(&path.extension(), bytes))
    }
}
