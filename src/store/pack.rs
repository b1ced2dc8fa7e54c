//! What a run knows of its sources, for the next run: their stamps and hashes, and what was made of
//! each. Two files in the cache's folder however many sources there are: a list, and one that all
//! that was made stands in, one thing behind another.
//!
//! The list appears by renaming when the run is over; what a killed run left behind the end that
//! the list names is written over. One run has a pack at a time, another does without. Whatever is
//! damaged is made anew.

#![expect(clippy::disallowed_methods, reason = "the door to the cache")]

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::UNIX_EPOCH,
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Kept, Spool, spool::InFile};
use crate::base::{hash::Key, path::SitePath, stamp::Stamp};

const LIST: &str = "sources";
const LOCK: &str = "lock";
const BEGUN: &str = "begun";

/// A file of which less than half is still needed, and that is larger than this, is written anew.
const WORTH_PACKING: u64 = 1 << 20;

/// What earlier runs noted, and what this one notes.
#[derive(Debug)]
pub struct Pack {
    home: Home,
    spool: Spool<'static>,
    old: Listed,
    new: Mutex<Listed>,
    /// When the run began, by the clock of the cache's disk.
    since: i64,
    damaged: AtomicUsize,
    recalled: AtomicUsize,
}

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
}

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
        let (list, damaged) = match read_list(folder) {
            Ok(list) => (list, 0),
            Err(error) => (OnDisk::default(), usize::from(error.kind() != io::ErrorKind::NotFound)),
        };
        let path = texts(folder, list.number);
        let file = File::options().create(true).truncate(false).read(true).write(true).open(path).ok()?;
        // A file that was cut short holds nothing of what the list says.
        let length = file.metadata().ok()?.len();
        let (list, damaged) =
            if length < list.end { (OnDisk { number: list.number, ..OnDisk::default() }, 1) } else { (list, damaged) };
        Some(Self {
            spool: Spool::behind(file, list.end),
            since: begun(folder).unwrap_or(i64::MIN),
            home: Home::Folder { folder: folder.into(), number: list.number, _lock: lock },
            old: list.into(),
            new: Mutex::default(),
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
        self.noting().sources.insert(path.clone(), noted);
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
        let kept = self.old.run.as_ref()?;
        let bytes = self.spool.get(kept).inspect_err(|_| self.damage()).ok()?;
        postcard::from_bytes(&bytes).inspect_err(|_| self.damage()).ok()
    }

    /// Notes the run itself.
    pub fn note_run(&self, run: &impl Serialize) {
        let kept = postcard::to_allocvec(run).ok().map(|bytes| self.spool.put(bytes));
        self.noting().run = kept;
    }

    /// Where what is made is put.
    pub fn spool(&self) -> &Spool<'static> {
        &self.spool
    }

    /// Says that something of the pack was damaged.
    pub fn damage(&self) {
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
        if new == self.old && self.damaged() == 0 {
            return;
        }
        match &self.home {
            Home::Memory(home) => *home.write().unwrap_or_else(PoisonError::into_inner) = new,
            Home::Folder { folder, number, .. } => drop(self.save_in(folder, *number, new)),
        }
    }

    fn save_in(&self, folder: &Path, number: u64, new: Listed) -> io::Result<()> {
        let mut list = OnDisk::of(new, number, self.spool.end());
        let wasteful = list.end > WORTH_PACKING && list.end > 2 * list.needed();
        if wasteful {
            list = self.packed(folder, list)?;
        }
        let bytes = postcard::to_allocvec(&list).map_err(io::Error::other)?;
        let next = folder.join("sources-new");
        fs::write(&next, [Key::of_bytes(&bytes).to_string().as_bytes(), &bytes].concat())?;
        fs::rename(next, folder.join(LIST))?;
        if wasteful {
            fs::remove_file(texts(folder, number))?;
        }
        Ok(())
    }

    /// Copies what is needed into a new file.
    fn packed(&self, folder: &Path, list: OnDisk) -> io::Result<OnDisk> {
        let path = texts(folder, list.number + 1);
        let file = File::options().create(true).truncate(true).read(true).write(true).open(path)?;
        let spool = Spool::behind(file, 0);
        let copy = |place: InFile| {
            let bytes = self.spool.get(&place.into()).ok()?.into_owned();
            spool.put(bytes).in_file()
        };
        let source = |(path, entry): (SitePath, Entry)| {
            let made = entry.made.and_then(|(with, about, text)| match text {
                Some(text) => Some((with, copy(about)?, Some(copy(text)?))),
                None => Some((with, copy(about)?, None)),
            });
            (path, Entry { made, ..entry })
        };
        let sources = list.sources.into_iter().map(source).collect();
        let run = list.run.and_then(copy);
        Ok(OnDisk { number: list.number + 1, sources, run, end: spool.end() })
    }

    fn noting(&self) -> std::sync::MutexGuard<'_, Listed> {
        self.new.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The list as it is written.
#[derive(Serialize, Deserialize, Default)]
struct OnDisk {
    /// Which file holds the texts.
    number: u64,
    /// How far it is filled.
    end: u64,
    sources: Vec<(SitePath, Entry)>,
    run: Option<InFile>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    stamp: Option<Stamp>,
    content: Key,
    made: Option<(Key, InFile, Option<InFile>)>,
}

impl OnDisk {
    fn of(listed: Listed, number: u64, end: u64) -> Self {
        let made = |made: Made| {
            let text = match &made.text {
                Some(text) => Some(text.in_file()?),
                None => None,
            };
            Some((made.with, made.about.in_file()?, text))
        };
        let entry =
            |noted: Noted| Entry { stamp: noted.stamp, content: noted.content, made: noted.made.and_then(made) };
        let sources = listed.sources.into_iter().map(|(path, noted)| (path, entry(noted))).collect();
        Self { number, end, sources, run: listed.run.and_then(|kept| kept.in_file()) }
    }

    /// How many bytes of the file are needed.
    fn needed(&self) -> u64 {
        let made = self.sources.iter().filter_map(|(_, entry)| entry.made.as_ref());
        let made = made.map(|(_, about, text)| about.length + text.map_or(0, |text| text.length));
        made.sum::<u64>() + self.run.map_or(0, |run| run.length)
    }
}

impl From<OnDisk> for Listed {
    fn from(list: OnDisk) -> Self {
        let made = |(with, about, text): (Key, InFile, Option<InFile>)| Made {
            with,
            about: about.into(),
            text: text.map(Kept::from),
        };
        let noted = |entry: Entry| Noted { stamp: entry.stamp, content: entry.content, made: entry.made.map(made) };
        let sources = list.sources.into_iter().map(|(path, entry)| (path, noted(entry))).collect();
        Self { sources, run: list.run.map(Kept::from) }
    }
}

fn texts(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("texts-{number}"))
}

fn read_list(folder: &Path) -> io::Result<OnDisk> {
    let bytes = fs::read(folder.join(LIST))?;
    let (seal, list) = bytes.split_at_checked(32).ok_or(io::ErrorKind::InvalidData)?;
    if seal != Key::of_bytes(list).to_string().as_bytes() {
        return Err(io::ErrorKind::InvalidData.into());
    }
    postcard::from_bytes(list).map_err(io::Error::other)
}

/// What the disk's own clock says now: the stamp of a file that is written now.
fn begun(folder: &Path) -> Option<i64> {
    let path = folder.join(BEGUN);
    fs::write(&path, "").ok()?;
    let modified = fs::metadata(&path).ok()?.modified().ok()?;
    i64::try_from(modified.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()
}
