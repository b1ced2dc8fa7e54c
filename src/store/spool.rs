//! What a run makes early and needs late, such as the HTML of texts: in memory up to a budget, and
//! past it in one file that nobody else sees.
//!
//! A file that cannot be had or written costs memory, no more.

use std::{
    borrow::Cow,
    fmt,
    fs::File,
    io,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

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
#[derive(Clone, Debug)]
pub struct Kept(Place);

#[derive(Clone, Debug)]
enum Place {
    Memory(Box<[u8]>),
    File { start: u64, length: usize },
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

    /// Puts bytes aside.
    pub fn put(&self, bytes: Vec<u8>) -> Kept {
        let length = bytes.len();
        let start = self.taken.fetch_add(length as u64, Ordering::Relaxed);
        let in_file = start + length as u64 > self.budget && self.file().is_some_and(|file| write(file, &bytes, start));
        Kept(if in_file { Place::File { start, length } } else { Place::Memory(bytes.into()) })
    }

    /// The bytes that were put aside.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn get<'k>(&self, kept: &'k Kept) -> io::Result<Cow<'k, [u8]>> {
        let (start, length) = match &kept.0 {
            Place::Memory(bytes) => return Ok(Cow::Borrowed(bytes)),
            Place::File { start, length } => (*start, *length),
        };
        let mut bytes = vec![0; length];
        let file = self.file().ok_or(io::ErrorKind::NotFound)?;
        read(file, &mut bytes, start)?;
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
