//! What a connection is doing, told to the disk at every letter without waiting for it.
//!
//! A journal is a file of fixed length that is written over: room for the records of one claimed
//! group, so that a full disk does not keep a result from being noted. A killed process leaves the
//! file as it was written; a power failure may lose records but not invent them, since each carries
//! a checksum and the number of its claim.

use std::{
    collections::BTreeMap,
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use twox_hash::XxHash3_128;

use crate::digest::disk;

/// Letters in a claimed group at most.
pub const MOST_CLAIMED: usize = 256;

const RECORD: usize = 64;

/// A group's number, then two records for each letter.
const LENGTH: usize = RECORD * (1 + 2 * MOST_CLAIMED);

/// What a record says of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// Its last bytes are about to leave.
    Leaves,
    /// The server has answered: the code.
    Answered(u16),
}

/// The journal of a connection, open for writing.
#[derive(Debug)]
pub struct Journal {
    file: disk::File,
    claim: u64,
    next: usize,
}

impl Journal {
    /// Opens the journal of a connection and makes sure of its room on the disk.
    ///
    /// # Errors
    /// The disk fails or is full.
    pub fn open(folder: &Path, worker: u32) -> io::Result<Self> {
        disk::private_folder(folder)?;
        let mut file = disk::private_file(&path(folder, worker))?;
        let length = file.seek(SeekFrom::End(0))? as usize;
        if length < LENGTH {
            file.write_all(&vec![b' '; LENGTH - length])?;
            file.sync_all()?;
        }
        Ok(Self { file, claim: 0, next: 1 })
    }

    /// Begins a group; what stood there of earlier ones no longer counts.
    ///
    /// # Errors
    /// The disk fails.
    pub fn begin(&mut self, claim: u64) -> io::Result<()> {
        self.claim = claim;
        self.next = 0;
        self.put('C', 0, 0)
    }

    /// Notes what happens to a letter.
    ///
    /// # Errors
    /// The disk fails.
    pub fn note(&mut self, id: i64, note: Note) -> io::Result<()> {
        match note {
            Note::Leaves => self.put('L', id, 0),
            Note::Answered(code) => self.put('A', id, code),
        }
    }

    fn put(&mut self, kind: char, id: i64, code: u16) -> io::Result<()> {
        let record = record(self.claim, kind, id, code);
        disk::write_at(&self.file, &record, (self.next * RECORD) as u64)?;
        self.next += 1;
        Ok(())
    }
}

/// What a journal tells after its process has ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// The number of the last group that was begun.
    pub claim: u64,
    /// The last note of each letter of that group.
    pub notes: BTreeMap<i64, Note>,
}

/// Reads the journals of a folder, by connection.
///
/// # Errors
/// The disk fails.
pub fn read_all(folder: &Path) -> io::Result<BTreeMap<u32, Told>> {
    let mut found = BTreeMap::new();
    for file in disk::files(folder)? {
        let worker = file.file_stem().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
        let Some(worker) = worker else { continue };
        let mut bytes = Vec::new();
        disk::open(&file)?.read_to_end(&mut bytes)?;
        found.insert(worker, told(&bytes));
    }
    Ok(found)
}

fn path(folder: &Path, worker: u32) -> PathBuf {
    folder.join(format!("{worker}.journal"))
}

fn told(bytes: &[u8]) -> Told {
    let mut told = Told::default();
    for (slot, bytes) in bytes.chunks_exact(RECORD).enumerate() {
        let Some((claim, kind, id, code)) = parse(bytes) else { continue };
        match kind {
            'C' if slot == 0 => told.claim = claim,
            _ if claim != told.claim => {}
            'L' => drop(told.notes.entry(id).or_insert(Note::Leaves)),
            'A' => drop(told.notes.insert(id, Note::Answered(code))),
            _ => {}
        }
    }
    told
}

fn record(claim: u64, kind: char, id: i64, code: u16) -> [u8; RECORD] {
    let mut record = [b' '; RECORD];
    record[RECORD - 1] = b'\n';
    // The longest is 58 bytes: it has room, and writing into it cannot fail.
    let mut room = &mut record[..];
    let _ = write!(room, "{claim:016x} {id:016x} {kind} {code:03}");
    let length = RECORD - room.len();
    let sum = XxHash3_128::oneshot(&record[..length]) as u64;
    let _ = write!(&mut record[length + 1..], "{sum:016x}");
    record
}

fn parse(bytes: &[u8]) -> Option<(u64, char, i64, u16)> {
    let text = std::str::from_utf8(bytes).ok()?.trim_end();
    let (said, sum) = text.rsplit_once(' ')?;
    if u64::from_str_radix(sum, 16).ok()? != XxHash3_128::oneshot(said.as_bytes()) as u64 {
        return None;
    }
    let mut words = said.split(' ');
    let claim = u64::from_str_radix(words.next()?, 16).ok()?;
    let id = i64::from_str_radix(words.next()?, 16).ok()?;
    Some((claim, words.next()?.chars().next()?, id, words.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_tells_the_last_group_only() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(folder.path(), 3).unwrap();
        journal.begin(7).unwrap();
        for id in 1..=20 {
            journal.note(id, Note::Leaves).unwrap();
            journal.note(id, Note::Answered(250)).unwrap();
        }
        journal.begin(8).unwrap();
        journal.note(21, Note::Leaves).unwrap();
        journal.note(21, Note::Answered(451)).unwrap();
        journal.note(22, Note::Leaves).unwrap();
        let told = &read_all(folder.path()).unwrap()[&3];
        assert_eq!(told.claim, 8);
        assert_eq!(told.notes, BTreeMap::from([(21, Note::Answered(451)), (22, Note::Leaves)]));
    }

    #[test]
    fn a_record_cut_off_or_changed_is_none() {
        let longest = record(u64::MAX, 'A', i64::MAX, u16::MAX);
        assert_eq!(parse(&longest), Some((u64::MAX, 'A', i64::MAX, u16::MAX)));
        let good = String::from_utf8(record(7, 'A', 12, 250).into()).unwrap();
        assert_eq!(parse(good.as_bytes()), Some((7, 'A', 12, 250)));
        assert_eq!(parse(good.replace("250", "550").as_bytes()), None);
        let cut = format!("{:<64}", &good[..30]);
        assert_eq!(parse(cut.as_bytes()), None);
        assert_eq!(parse(&[0; RECORD]), None);
    }
}
