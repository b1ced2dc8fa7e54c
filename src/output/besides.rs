//! A sink that takes some pages besides those of a build, which the plan knows nothing of: of a preview,
//! the letters of its digest.

use std::{fs::File, io};

use super::{OutputError, Phase, Sink, Written};
use crate::base::{hash::Key, path::OutPath};

/// Another sink, and what it gets besides.
pub struct Besides {
    /// Where everything goes.
    pub sink: Box<dyn Sink>,
    /// Pages with their bytes.
    pub pages: Vec<(OutPath, Vec<u8>)>,
}

impl Sink for Besides {
    fn expect(&self, outputs: usize) {
        self.sink.expect(outputs + self.pages.len());
    }

    fn put(&self, path: &OutPath, phase: Phase, key: Key, bytes: &[u8]) -> Result<(), OutputError> {
        self.sink.put(path, phase, key, bytes)
    }

    fn keep(&self, path: &OutPath, key: Key) -> Result<bool, OutputError> {
        self.sink.keep(path, key)
    }

    fn scratch(&self) -> io::Result<File> {
        self.sink.scratch()
    }

    fn commit(self: Box<Self>) -> Result<Written, OutputError> {
        for (path, bytes) in &self.pages {
            let key = Key::of_bytes(bytes);
            if !self.sink.keep(path, key)? {
                self.sink.put(path, Phase::Page, key, bytes)?;
            }
        }
        self.sink.commit()
    }
}
