//! What a run knows of its sources, for the next run: their stamps and hashes, and what was made of
//! each. Two files in the cache's folder however many sources there are: a list, and one that all
//! that was made stands in, one thing behind another. What every run needs of all sources lies
//! together, so that it can be read at once.
//!
//! The list appears by renaming when the run is over; what a killed run left behind the end that
//! the list names is written over. One run has a pack at a time, another does without. Whatever is
//! damaged is made anew.

#![expect(clippy::disallowed_methods, reason = "the door to the cache")]

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, OnceLock, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::UNIX_EPOCH,
};

use serde::{Deserialize, Serialize, Serializer, de::DeserializeOwned};

use super::{Kept, Spool, spool::InFile};
use crate::base::{hash::Key, path::SitePath, stamp::Stamp};

const LIST: &str = "sources";
const LOCK: &str = "lock";
const BEGUN: &str = "begun";

/// A file of which less than half is still needed, and that is larger than this, is written anew.
const WORTH_PACKING: u64 = 1 << 20;

/// So many bytes that are needed in every run are read in one go where they lie together.
const TOGETHER: u64 = 64 << 10;

/// So many places where they do are noted.
const STRETCHES: usize = 16;

/// What earlier runs noted, and what this one notes.
#[derive(Debug)]
pub struct Pack {
    home: Home,
    spool: Spool<'static>,
    old: Listed,
    /// Where much of what is needed in every run lies together in the file, read when it is asked for.
    stretches: RwLock<Vec<(Stretch, Piece)>>,
    new: Mutex<Listed>,
    /// When the run began, by the clock of the cache's disk.
    since: i64,
    damaged: AtomicUsize,
    recalled: AtomicUsize,
}

/// The bytes of a stretch, once they were asked for; `None` where they cannot be read.
type Piece = OnceLock<Option<Vec<u8>>>;

/// Where a pack is between runs.
#[derive(Debug)]
enum Home {
    Folder { folder: PathBuf, number: u64, _lock: File },
    Memory(Arc<RwLock<Listed>>),
}

/// What is noted of all sources.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Listed {
    sources: BTreeMap<SitePath, Noted>,
    run: Option<Kept>,
    /// What the run noted of itself that the next one rarely needs.
    more: Option<Kept>,
    stretches: Vec<Stretch>,
    /// The sources as the list on the disk will hold them, where that is known.
    put_down: Option<Vec<u8>>,
}

/// Where many pieces lie one behind the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Stretch {
    start: u64,
    length: u64,
}

impl Stretch {
    fn holds(self, place: InFile) -> bool {
        place.start.checked_sub(self.start).is_some_and(|at| at < self.length)
    }
}

/// About how many bytes are written of a source.
const ENTRY: usize = 224;

/// What is noted of a source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Noted {
    /// Its stamp, where the source has one.
    pub stamp: Option<Stamp>,
    /// Hash of its bytes.
    pub content: Key,
    /// What was made of it.
    pub made: Option<Made>,
}

/// What was made of a source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Made {
    /// Key of what it was made with, besides the source.
    pub with: Key,
    /// What is needed in every run.
    pub about: Kept,
    /// What is needed only where it is shown.
    pub text: Option<Kept>,
}

impl Pack {
    /// The pack in a folder that exists; `None` while another run has it, or where there is none
    /// to be had.
    pub(super) fn open(folder: &Path) -> Option<Self> {
        let lock = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK)).ok()?;
        lock.try_lock().ok()?;
        let ((head, old), damaged) = match fs::read(folder.join(LIST)).and_then(|bytes| Listed::read(&bytes)) {
            Ok(list) => (list, 0),
            Err(error) => (Default::default(), usize::from(error.kind() != io::ErrorKind::NotFound)),
        };
        let path = texts(folder, head.number);
        let file = File::options().create(true).truncate(false).read(true).write(true).open(path).ok()?;
        // A file that was cut short holds nothing of what the list says.
        let length = file.metadata().ok()?.len();
        let (end, old, damaged) = if length < head.end { (0, Listed::default(), 1) } else { (head.end, old, damaged) };
        let stretches = old.stretches.clone();
        Some(Self {
            spool: Spool::behind(file, end),
            since: begun(folder).unwrap_or(i64::MIN),
            home: Home::Folder { folder: folder.into(), number: head.number, _lock: lock },
            new: Mutex::new(Listed { stretches: stretches.clone(), ..Listed::default() }),
            stretches: RwLock::new(stretches.into_iter().map(|stretch| (stretch, OnceLock::new())).collect()),
            old,
            damaged: AtomicUsize::new(damaged),
            recalled: AtomicUsize::new(0),
        })
    }

    /// A pack in memory.
    pub(super) fn in_memory(home: Arc<RwLock<Listed>>) -> Self {
        let old = home.read().unwrap_or_else(PoisonError::into_inner).clone();
        let (spool, new) = (Spool::in_memory(), Mutex::default());
        Self {
            home: Home::Memory(home),
            spool,
            old,
            stretches: RwLock::default(),
            new,
            since: i64::MIN,
            damaged: AtomicUsize::new(0),
            recalled: AtomicUsize::new(0),
        }
    }

    /// What an earlier run noted of a source.
    pub fn find(&self, path: &SitePath) -> Option<&Noted> {
        self.old.sources.get(path)
    }

    /// The sources that an earlier run noted.
    pub fn known(&self) -> impl Iterator<Item = &SitePath> {
        self.old.sources.keys()
    }

    /// The hash of a source's bytes, if an earlier run noted it and the source was not touched since.
    pub fn content(&self, path: &SitePath, stamp: Option<Stamp>) -> Option<Key> {
        let noted = self.find(path)?;
        (stamp.is_some() && noted.stamp == stamp).then_some(noted.content)
    }

    /// Which of all sources, given in the order of their paths, are perhaps not as an earlier run
    /// noted them, by their stamps; `None` where it noted other sources than these.
    pub fn touched<'s>(
        &self,
        mut sources: impl ExactSizeIterator<Item = (&'s SitePath, Option<Stamp>)>,
    ) -> Option<Vec<usize>> {
        if sources.len() != self.old.sources.len() {
            return None;
        }
        let mut touched = Vec::new();
        for (index, (known, noted)) in self.old.sources.iter().enumerate() {
            let (_, stamp) = sources.next().filter(|(path, _)| *path == known)?;
            if stamp.is_none() || stamp != noted.stamp {
                touched.push(index);
            }
        }
        Some(touched)
    }

    /// Notes a source for the next run. What is not noted is forgotten.
    pub fn note(&self, path: &SitePath, mut noted: Noted) {
        noted.stamp = noted.stamp.filter(|stamp| stamp.settled(self.since));
        let mut noting = self.noting();
        noting.put_down = None;
        noting.sources.insert(path.clone(), noted);
    }

    /// The hash of a source's bytes as this run noted it.
    pub fn noted(&self, path: &SitePath) -> Option<Key> {
        self.noting().sources.get(path).map(|noted| noted.content)
    }

    /// For each of these sources, given in the order of their paths, whether this run noted it with a
    /// hash of its bytes that `is` what it should be.
    pub fn noted_each<'p>(
        &self,
        paths: impl Iterator<Item = &'p SitePath>,
        is: impl Fn(&SitePath, Key) -> bool,
    ) -> Vec<bool> {
        let noting = self.noting();
        let mut noted = noting.sources.iter().peekable();
        let mut noted_as_is = |path: &SitePath| {
            while noted.next_if(|(before, _)| *before < path).is_some() {}
            noted.next_if(|(known, _)| *known == path).is_some_and(|(path, noted)| is(path, noted.content))
        };
        paths.map(&mut noted_as_is).collect()
    }

    /// The stamp of a source, where it was settled, and the hash of its bytes, as this run noted them.
    pub fn noted_as(&self, path: &SitePath) -> Option<(Option<Stamp>, Key)> {
        self.noting().sources.get(path).map(|noted| (noted.stamp, noted.content))
    }

    /// What the last run noted of itself.
    pub fn last_run<T: DeserializeOwned>(&self) -> Option<T> {
        self.of_last(self.old.run.as_ref()?)
    }

    /// What else it noted.
    pub fn more_of_last_run<T: DeserializeOwned>(&self) -> Option<T> {
        self.of_last(self.old.more.as_ref()?)
    }

    fn of_last<T: DeserializeOwned>(&self, kept: &Kept) -> Option<T> {
        let bytes = self.spool.get(kept).inspect_err(|_| self.damage()).ok()?;
        postcard::from_bytes(&bytes).inspect_err(|_| self.damage()).ok()
    }

    /// Notes the run itself.
    pub fn note_run(&self, run: &impl Serialize) {
        let kept = postcard::to_allocvec(run).ok().map(|bytes| self.spool.put(bytes));
        self.noting().run = kept;
    }

    /// Notes what the next run rarely needs of this one: about so many bytes.
    pub fn note_more(&self, more: &impl Serialize, length: usize) {
        let kept = postcard::to_extend(more, Vec::with_capacity(length)).ok().map(|bytes| self.spool.put(bytes));
        self.noting().more = kept;
    }

    /// Puts aside what is needed of a source in every run.
    pub fn put_about(&self, about: &impl Serialize) -> Option<Kept> {
        let about = postcard::to_allocvec(about).ok()?;
        Some(match self.home {
            Home::Folder { .. } => Spool::put_off(about),
            Home::Memory(_) => self.spool.put(about),
        })
    }

    /// What was put aside for every run; `None` where it is damaged.
    pub fn about<T: DeserializeOwned>(&self, made: &Made) -> Option<T> {
        let stretches = self.stretches.read().unwrap_or_else(PoisonError::into_inner);
        let together = made.about.in_file().and_then(|place| {
            let (stretch, bytes) = stretches.iter().find(|(stretch, _)| stretch.holds(place))?;
            let bytes = bytes.get_or_init(|| self.spool.piece(stretch.start, stretch.length)).as_deref()?;
            place.of_piece(bytes, stretch.start)
        });
        let bytes = together.map_or_else(|| self.spool.get(&made.about), |bytes| Ok(Cow::Borrowed(bytes)));
        postcard::from_bytes(&bytes.inspect_err(|_| self.damage()).ok()?).inspect_err(|_| self.damage()).ok()
    }

    /// Says that all sources are read: what was read of the last run's is let go, what is needed of them in
    /// every run is put in one place.
    pub fn all_read(&self) {
        self.stretches.write().unwrap_or_else(PoisonError::into_inner).clear();
        if matches!(self.home, Home::Folder { .. }) {
            self.noting().put_together(&self.spool);
        }
    }

    /// Makes of what is noted so far what the disk will hold, so that [`Pack::save`] has less to do.
    pub fn put_down(&self) {
        if matches!(self.home, Home::Folder { .. }) {
            let mut noting = self.noting();
            noting.put_together(&self.spool);
            noting.put_down = noting.sources_on_disk().ok();
        }
    }

    /// Where what is made is put.
    pub fn spool(&self) -> &Spool<'static> {
        &self.spool
    }

    /// Says that something of the pack was damaged.
    fn damage(&self) {
        self.damaged.fetch_add(1, Ordering::Relaxed);
    }

    /// Says that something made by an earlier run was of use.
    pub fn recall(&self) {
        self.recalled.fetch_add(1, Ordering::Relaxed);
    }

    /// How much of earlier runs was of use.
    pub fn recalled(&self) -> usize {
        self.recalled.load(Ordering::Relaxed)
    }

    /// How much was found damaged and made anew.
    pub fn damaged(&self) -> usize {
        self.damaged.load(Ordering::Relaxed)
    }

    /// Ends the run: what was noted is there for the next. A disk that cannot be written makes the
    /// next run slower, no more.
    pub fn save(self) {
        let new = std::mem::take(&mut *self.noting());
        if new.says(&self.old) && self.damaged() == 0 {
            return;
        }
        match &self.home {
            Home::Memory(home) => *home.write().unwrap_or_else(PoisonError::into_inner) = new,
            Home::Folder { folder, number, .. } => drop(self.save_in(folder, *number, new)),
        }
    }

    fn save_in(&self, folder: &Path, number: u64, mut new: Listed) -> io::Result<()> {
        new.put_together(&self.spool);
        let end = self.spool.end();
        let wasteful = end > WORTH_PACKING && end > 2 * new.needed();
        let bytes = if wasteful { self.packed(folder, number + 1, new)? } else { new.on_disk(number, end)? };
        let next = folder.join("sources-new");
        fs::write(&next, bytes)?;
        fs::rename(next, folder.join(LIST))?;
        if wasteful {
            fs::remove_file(texts(folder, number))?;
        }
        Ok(())
    }

    /// Copies what is needed into a new file; the list of it.
    fn packed(&self, folder: &Path, number: u64, mut list: Listed) -> io::Result<Vec<u8>> {
        let file = File::options().create(true).truncate(true).read(true).write(true).open(texts(folder, number))?;
        let spool = Spool::behind(file, 0);
        let bytes = |kept: &Kept| self.spool.get(kept).map(Cow::into_owned);
        let copy = |made: Made| {
            let text = made.text.as_ref().map(&bytes).transpose()?.map(|text| spool.put(text));
            Ok::<_, io::Error>(Made { about: Spool::put_off(bytes(&made.about)?), text, ..made })
        };
        for noted in list.sources.values_mut() {
            noted.made = noted.made.take().and_then(|made| copy(made).ok());
        }
        for kept in [&mut list.run, &mut list.more] {
            *kept = kept.take().and_then(|kept| Some(spool.put(bytes(&kept).ok()?)));
        }
        list.stretches.clear();
        list.put_down = None;
        list.put_together(&spool);
        list.on_disk(number, spool.end())
    }

    fn noting(&self) -> std::sync::MutexGuard<'_, Listed> {
        self.new.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listed {
    /// Whether both say the same.
    fn says(&self, other: &Self) -> bool {
        self.sources == other.sources
            && self.run == other.run
            && self.more == other.more
            && self.stretches == other.stretches
    }

    /// Puts what memory holds of what is needed in every run into the file.
    fn put_together(&mut self, spool: &Spool<'_>) {
        let abouts = self.sources.values_mut().filter_map(|noted| Some(&mut noted.made.as_mut()?.about));
        if let Some((start, length)) = spool.put_together(abouts)
            && length >= TOGETHER
            && self.stretches.len() < STRETCHES
        {
            self.stretches.push(Stretch { start, length });
        }
    }

    /// How many bytes of the file are needed.
    fn needed(&self) -> u64 {
        let length = |kept: &Kept| kept.in_file().map_or(0, |place| place.length);
        let made = self.sources.values().filter_map(|noted| noted.made.as_ref());
        let made = made.map(|made| length(&made.about) + made.text.as_ref().map_or(0, length));
        made.sum::<u64>() + [&self.run, &self.more].into_iter().flatten().map(length).sum::<u64>()
    }

    /// The list as it is written: a seal, what there is of the file, the sources.
    fn on_disk(&mut self, number: u64, end: u64) -> io::Result<Vec<u8>> {
        let [run, more] = [&self.run, &self.more].map(|kept| kept.as_ref().and_then(Kept::in_file));
        let head = Head { number, end, run, more, stretches: self.stretches.clone() };
        let sources = match self.put_down.take() {
            Some(sources) => sources,
            None => self.sources_on_disk()?,
        };
        let mut bytes = Vec::with_capacity(SEAL + sources.len() + (1 << 10));
        bytes.resize(SEAL, 0);
        let mut bytes = postcard::to_extend(&head, bytes).map_err(io::Error::other)?;
        bytes.extend(sources);
        let seal = Key::of_bytes(&bytes[SEAL..]);
        bytes[..SEAL].copy_from_slice(&seal.bytes());
        Ok(bytes)
    }

    fn sources_on_disk(&self) -> io::Result<Vec<u8>> {
        let room = Vec::with_capacity(self.sources.len() * ENTRY);
        postcard::to_extend(&Entries(&self.sources), room).map_err(io::Error::other)
    }

    fn read(bytes: &[u8]) -> io::Result<(Head, Self)> {
        let (seal, list) = bytes.split_at_checked(SEAL).ok_or(io::ErrorKind::InvalidData)?;
        if seal != Key::of_bytes(list).bytes() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let (head, sources) = postcard::take_from_bytes::<Head>(list).map_err(io::Error::other)?;
        let sources: Vec<(SitePath, Entry)> = postcard::from_bytes(sources).map_err(io::Error::other)?;
        let made = |(with, about, text): (Key, InFile, Option<InFile>)| Made {
            with,
            about: about.into(),
            text: text.map(Kept::from),
        };
        let noted = |entry: Entry| Noted { stamp: entry.stamp, content: entry.content, made: entry.made.map(made) };
        let sources = sources.into_iter().map(|(path, entry)| (path, noted(entry))).collect();
        let [run, more] = [head.run, head.more].map(|place| place.map(Kept::from));
        let stretches = head.stretches.clone();
        Ok((head, Self { sources, run, more, stretches, put_down: None }))
    }
}

/// Sources as they are written, one after the other.
struct Entries<'s>(&'s BTreeMap<SitePath, Noted>);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|(path, noted)| (path, Entry::of(noted))))
    }
}

/// Bytes of the hash in front of a list.
const SEAL: usize = 16;

/// What a list says before its sources.
#[derive(Serialize, Deserialize, Default)]
struct Head {
    /// Which file holds the texts.
    number: u64,
    /// How far it is filled.
    end: u64,
    run: Option<InFile>,
    more: Option<InFile>,
    stretches: Vec<Stretch>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    stamp: Option<Stamp>,
    content: Key,
    made: Option<(Key, InFile, Option<InFile>)>,
}

impl Entry {
    fn of(noted: &Noted) -> Self {
        let made = |made: &Made| {
            let text = match &made.text {
                Some(text) => Some(text.in_file()?),
                None => None,
            };
            Some((made.with, made.about.in_file()?, text))
        };
        Self { stamp: noted.stamp, content: noted.content, made: noted.made.as_ref().and_then(made) }
    }
}

fn texts(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("texts-{number}"))
}

/// What the disk's own clock says now: the stamp of a file that is written now.
fn begun(folder: &Path) -> Option<i64> {
    let path = folder.join(BEGUN);
    fs::write(&path, "").ok()?;
    let modified = fs::metadata(&path).ok()?.modified().ok()?;
    i64::try_from(modified.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()
}
