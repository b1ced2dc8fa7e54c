//! A sink that tells what it is given, for whoever shows how far a build is.

use std::{fs::File, io, sync::Arc};

use super::{OutputError, Phase, Sink, Written};
use crate::base::{hash::Key, path::OutPath};

/// What happened to a sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// So many outputs are to come.
    Expected(usize),
    /// It took an output, or kept one that was there.
    Output,
    /// All are there: it publishes.
    Commit,
}

/// Another sink, and who is told.
pub struct Watched {
    /// Where everything goes.
    pub sink: Box<dyn Sink>,
    /// Is told, from many threads.
    pub tell: Arc<dyn Fn(Told) + Send + Sync>,
}

impl Sink for Watched {
    fn expect(&self, outputs: usize) {
        (self.tell)(Told::Expected(outputs));
        self.sink.expect(outputs);
    }

    fn put(&self, path: &OutPath, phase: Phase, key: Key, bytes: &[u8]) -> Result<(), OutputError> {
        (self.tell)(Told::Output);
        self.sink.put(path, phase, key, bytes)
    }

    fn keep(&self, path: &OutPath, key: Key) -> Result<bool, OutputError> {
        let kept = self.sink.keep(path, key)?;
        if kept {
            (self.tell)(Told::Output);
        }
        Ok(kept)
    }

    fn fingerprint(&self) -> Option<Key> {
        self.sink.fingerprint()
    }

    fn look(&self) {
        self.sink.look();
    }

    fn look_ahead(&self) {
        self.sink.look_ahead();
    }

    fn keep_all(&self, but: &[&OutPath]) -> Result<bool, OutputError> {
        self.sink.keep_all(but)
    }

    fn scratch(&self) -> io::Result<File> {
        self.sink.scratch()
    }

    fn commit(self: Box<Self>) -> Result<Written, OutputError> {
        (self.tell)(Told::Commit);
        self.sink.commit()
    }
}
