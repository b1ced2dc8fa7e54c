//! What a run makes early and needs late, such as the HTML of texts: in memory up to a budget, and
//! past it in one file that nobody else sees, or in the file of a [`Pack`](super::Pack), which the
//! next run finds again.
//!
//! A file that cannot be had or written costs memory, no more.

use std::{
    borrow::Cow,
    fmt,
    fs::File,
    io,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use serde::{Deserialize, Serialize};

use crate::base::hash::Key;

/// So many bytes are written at once.
const PIECE: usize = 1 << 20;

/// Bytes put aside during a run. Filled and asked from many threads.
pub struct Spool<'s> {
    /// Bytes that memory may hold.
    budget: u64,
    /// Bytes put aside so far, in memory and in the file.
    taken: AtomicU64,
    open: Box<dyn Fn() -> io::Result<File> + Sync + Send + 's>,
    file: OnceLock<Option<File>>,
}

/// Where bytes were put.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept(Place);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Place {
    Memory(Arc<[u8]>),
    File(InFile),
}

/// A place in the file of a spool, and the hash of what was put there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct InFile {
    pub(super) start: u64,
    pub(super) length: u64,
    seal: Key,
}

impl Kept {
    /// The bytes, if memory holds them.
    fn in_memory(&self) -> Option<&[u8]> {
        match &self.0 {
            Place::Memory(bytes) => Some(bytes),
            Place::File(_) => None,
        }
    }

    /// The place in the file, `None` for what memory holds.
    pub(super) fn in_file(&self) -> Option<InFile> {
        match &self.0 {
            Place::Memory(_) => None,
            Place::File(place) => Some(*place),
        }
    }
}

impl InFile {
    fn of(bytes: &[u8], start: u64) -> Self {
        Self { start, length: bytes.len() as u64, seal: Key::of_bytes(bytes) }
    }

    /// The bytes that were put here, out of those of a whole piece of the file; `None` where they are not
    /// in it, or something else by now.
    pub(super) fn of_piece<'p>(&self, piece: &'p [u8], piece_start: u64) -> Option<&'p [u8]> {
        let start = usize::try_from(self.start.checked_sub(piece_start)?).ok()?;
        let bytes = piece.get(start..start.checked_add(usize::try_from(self.length).ok()?)?)?;
        (Key::of_bytes(bytes) == self.seal).then_some(bytes)
    }
}

impl From<InFile> for Kept {
    fn from(place: InFile) -> Self {
        Self(Place::File(place))
    }
}

impl<'s> Spool<'s> {
    /// A spool that holds `budget` bytes in memory; `open` makes the file for the rest, which is
    /// read and written, when it comes to that.
    ///
    /// ```
    /// use pbsite::store::Spool;
    /// let spool = Spool::new(4, || Err(std::io::ErrorKind::Unsupported.into()));
    /// let kept = [spool.put(b"one".to_vec()), spool.put(b"two".to_vec())];
    /// assert_eq!(*spool.get(&kept[1]).unwrap(), *b"two");
    /// ```
    pub fn new(budget: u64, open: impl Fn() -> io::Result<File> + Sync + Send + 's) -> Self {
        Self { budget, taken: AtomicU64::new(0), open: Box::new(open), file: OnceLock::new() }
    }

    /// A spool that puts everything into a file, behind what is there up to `end`.
    pub(super) fn behind(file: File, end: u64) -> Self {
        let spool = Self { taken: AtomicU64::new(end), ..Self::new(0, || Err(io::ErrorKind::NotFound.into())) };
        let _ = spool.file.set(Some(file));
        spool
    }

    /// A spool that holds everything in memory.
    pub(super) fn in_memory() -> Self {
        Self::new(u64::MAX, || Err(io::ErrorKind::NotFound.into()))
    }

    /// How far the file is filled.
    pub(super) fn end(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// How many bytes were put aside so far.
    pub fn put_so_far(&self) -> u64 {
        self.end()
    }

    /// Puts bytes aside.
    pub fn put(&self, bytes: Vec<u8>) -> Kept {
        let length = bytes.len() as u64;
        let start = self.taken.fetch_add(length, Ordering::Relaxed);
        let in_file = start + length > self.budget && self.file().is_some_and(|file| write(file, &bytes, start));
        Kept(match in_file {
            true => Place::File(InFile::of(&bytes, start)),
            false => Place::Memory(bytes.into()),
        })
    }

    /// Puts bytes aside until [`Spool::put_together`], in memory.
    pub(super) fn put_off(bytes: Vec<u8>) -> Kept {
        Kept(Place::Memory(bytes.into()))
    }

    /// Puts what memory holds into the file, one behind the other; where they begin and how long they are
    /// together. What cannot be written stays where it is.
    pub(super) fn put_together<'k>(&self, kept: impl Iterator<Item = &'k mut Kept>) -> Option<(u64, u64)> {
        let held: Vec<&mut Kept> = kept.filter(|kept| matches!(kept.0, Place::Memory(_))).collect();
        let length: u64 = held.iter().map(|kept| kept.in_memory().map_or(0, <[u8]>::len) as u64).sum();
        if length == 0 || self.budget > 0 {
            return None;
        }
        let file = self.file()?;
        let start = self.taken.fetch_add(length, Ordering::Relaxed);
        let (mut written, mut piece, mut places) = (start, Vec::with_capacity(PIECE), Vec::new());
        let mut held = held.into_iter().peekable();
        while let Some(kept) = held.next() {
            let bytes = kept.in_memory().unwrap_or_default();
            let place = InFile::of(bytes, written + piece.len() as u64);
            piece.extend_from_slice(bytes);
            places.push((kept, place));
            if piece.len() >= PIECE || held.peek().is_none() {
                if !write(file, &piece, written) {
                    return None;
                }
                places.drain(..).for_each(|(kept, place)| kept.0 = Place::File(place));
                written += piece.len() as u64;
                piece.clear();
            }
        }
        Some((start, length))
    }

    /// A piece of the file.
    pub(super) fn piece(&self, start: u64, length: u64) -> Option<Vec<u8>> {
        // A damaged list may name any length.
        if start.checked_add(length)? > self.end() {
            return None;
        }
        let mut bytes = vec![0; usize::try_from(length).ok()?];
        read(self.file()?, &mut bytes, start).ok()?;
        Some(bytes)
    }

    /// The bytes that were put aside.
    ///
    /// # Errors
    /// When the file cannot be read, or holds something else by now (`InvalidData`).
    pub fn get<'k>(&self, kept: &'k Kept) -> io::Result<Cow<'k, [u8]>> {
        let place = match &kept.0 {
            Place::Memory(bytes) => return Ok(Cow::Borrowed(bytes)),
            Place::File(place) => place,
        };
        let file = self.file().ok_or(io::ErrorKind::NotFound)?;
        // A damaged list may name any length.
        if place.length > self.end() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut bytes = vec![0; place.length as usize];
        read(file, &mut bytes, place.start)?;
        if Key::of_bytes(&bytes) != place.seal {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(Cow::Owned(bytes))
    }

    fn file(&self) -> Option<&File> {
        self.file.get_or_init(|| (self.open)().ok()).as_ref()
    }
}

impl fmt::Debug for Spool<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spool").field("budget", &self.budget).field("taken", &self.taken).finish_non_exhaustive()
    }
}

#[cfg(unix)]
fn write(file: &File, bytes: &[u8], start: u64) -> bool {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, start).is_ok()
}

#[cfg(unix)]
fn read(file: &File, bytes: &mut [u8], start: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, start)
}

#[cfg(windows)]
fn write(file: &File, mut bytes: &[u8], mut start: u64) -> bool {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_write(file, bytes, start) {
            Ok(0) | Err(_) => return false,
            Ok(n) => (bytes, start) = (&bytes[n..], start + n as u64),
        }
    }
    true
}

#[cfg(windows)]
fn read(file: &File, mut bytes: &mut [u8], mut start: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, start)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => (bytes, start) = (&mut bytes[n..], start + n as u64),
        }
    }
    Ok(())
}
