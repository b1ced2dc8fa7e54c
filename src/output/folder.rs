//! A site in a folder: compared, staged, renamed when all is well, pruned by manifest.
//!
//! What holds at every instant, also when the process is killed or the disk fills up:
//! - a published path shows its old file, its new file, or (where one of them is none) none;
//! - before the first rename the manifest lists old and new paths together, so that the next build
//!   knows every file that an interrupted one left, and removes what it does not plan;
//! - nothing outside the folder is written: no link is followed.
//!
//! Files are not forced to the disk: after a power failure the next build compares with what is
//! there, as always.

#![expect(clippy::disallowed_methods, reason = "the door out: the output folder is made, locked and walked here")]

mod foreign;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs::{File, TryLockError},
    io,
    ops::Bound,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rayon::prelude::*;

use foreign::Foreign;

use super::{
    OutputError, Phase, Sink, Trouble, Verb, Written,
    before::Before,
    disk::{Disk, Standing, is_absent},
    manifest::{self, Entry, Manifest},
};
use crate::base::{hash::Key, path::OutPath, stamp::Stamp};

const LOCK: &str = ".pbsite-lock";
const STAGE: &str = ".pbsite-stage";
pub(super) const MANIFEST: &str = ".pbsite-manifest";
const STAMPS: &str = ".pbsite-stamps";

/// What the build puts aside, inside the stage.
const SCRATCH: &str = "scratch";

/// The folder inside the stage that holds new folders under their final names.
const TREE: &str = "tree";

/// Folders inside the stage for single files, so that many threads do not wait for one folder's lock.
const SHELVES: usize = if cfg!(test) { 2 } else { 16 };

/// One build into an output folder. Holds the folder's lock until it is committed or dropped.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    disk: Disk,
    /// Dies with the process.
    lock: Option<File>,
    created_root: bool,
    /// Nothing was in the folder: there is nothing to compare with.
    empty: bool,
    /// What the builds before published.
    before: Before,
    /// Whether stamps are not believed.
    doubtful: bool,
    /// What is known of folders, by path without the root.
    ways: RwLock<HashMap<String, Way>>,
    /// What somebody saw who looked at all that is listed, until it is used.
    looked: Mutex<Looked>,
    outputs: [Mutex<Vec<Output>>; SHELVES],
    staged: AtomicUsize,
    /// Folders made in the stage.
    made: RwLock<BTreeSet<String>>,
}

/// What is listed, in the order of the manifest, each as an output of this build if it is what its entry says.
type Standings = Result<Vec<Option<Output>>, OutputError>;

#[derive(Debug, Default)]
enum Looked {
    #[default]
    NotYet,
    Seen(Standings),
    Used,
}

/// An output of this build.
#[derive(Debug)]
struct Output {
    path: OutPath,
    phase: Phase,
    entry: Entry,
    /// `None` if it is published already.
    staged: Option<Staged>,
}

/// Where an output waits to be published.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Staged {
    /// By itself, under a number, because its folder is there already.
    Alone(usize),
    /// In a folder that is new and will be renamed as a whole: so many bytes of the output's path.
    Within(usize),
}

/// What stands where outputs want a folder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    /// A folder, with folders all the way; its stamp.
    Open(Option<Stamp>),
    /// Nothing yet, or a published file that this build no longer has.
    Absent,
}

impl Folder {
    /// Opens an output folder for one build, making it if need be: takes its lock, removes what a
    /// build that died left in its stage, reads its manifest.
    pub fn open(root: &Path) -> Result<Self, OutputError> {
        Self::open_on(root, Disk::default())
    }

    /// Reads every published file instead of believing its stamp.
    pub fn verifying(mut self) -> Self {
        self.doubtful = true;
        self
    }

    fn open_on(root: &Path, disk: Disk) -> Result<Self, OutputError> {
        let created_root = disk.standing(root)? == Standing::Nothing;
        disk.run(Verb::Create, root, || std::fs::create_dir_all(root))?;
        let mut folder = Self {
            root: root.into(),
            disk,
            lock: None,
            created_root,
            empty: false,
            before: Before::default(),
            doubtful: false,
            ways: RwLock::default(),
            looked: Mutex::default(),
            outputs: Default::default(),
            staged: AtomicUsize::new(0),
            made: RwLock::default(),
        };
        folder.lock = folder.take_lock()?;
        folder.before = folder.read_manifest()?;
        folder.empty = folder.is_empty()?;
        folder.open_stage()?;
        Ok(folder)
    }

    fn take_lock(&self) -> Result<Option<File>, OutputError> {
        let path = self.root.join(LOCK);
        if self.disk.standing(&path)? == Standing::Other {
            return Err(OutputError::new(path, Trouble::LinkInTheWay));
        }
        let open = || File::options().create(true).truncate(false).write(true).open(&path);
        let file = self.disk.run(Verb::Lock, &path, open)?;
        match self.wait_briefly(&file) {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Err(OutputError::new(&self.root, Trouble::Busy)),
            // Some network and container file systems know no locks; a build is still possible.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(Some(file)),
            Err(TryLockError::Error(error)) => Err(OutputError::new(path, Trouble::Io(Verb::Lock, error))),
        }
    }

    /// A program that is just being started holds copies of our open files for an instant.
    fn wait_briefly(&self, file: &File) -> Result<(), TryLockError> {
        for _ in 0..20 {
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
                result => return result,
            }
        }
        file.try_lock()
    }

    fn read_manifest(&self) -> Result<Before, OutputError> {
        let read = |name| {
            let path = self.root.join(name);
            let Standing::File(_, stamp) = self.disk.standing(&path)? else { return Ok(None) };
            self.disk.read(&path).map(|bytes| Some((bytes, stamp)))
        };
        let Some((manifest, _)) = read(MANIFEST)? else { return Ok(Before::default()) };
        let stamps = read(STAMPS)?.and_then(|(bytes, written)| Some((bytes, written?.modified)));
        Ok(Before::read(manifest, stamps))
    }

    fn is_empty(&self) -> Result<bool, OutputError> {
        let names = self.names("")?;
        Ok(names.iter().all(|(name, _)| is_quiet(name)))
    }

    /// The names in a folder, and whether each is a folder itself; links are not.
    fn names(&self, folder: &str) -> Result<Vec<(String, bool)>, OutputError> {
        let full = self.on_disk(folder);
        let list = || {
            let entries = std::fs::read_dir(&full)?.map(|entry| {
                let entry = entry?;
                Ok((entry.file_name().to_string_lossy().into_owned(), entry.file_type()?.is_dir()))
            });
            entries.collect::<io::Result<Vec<_>>>()
        };
        match self.disk.run(Verb::Read, &full, list) {
            Err(error) if is_absent(&error) => Ok(Vec::new()),
            result => result,
        }
    }

    fn open_stage(&self) -> Result<(), OutputError> {
        let stage = self.root.join(STAGE);
        self.disk.remove_tree(&stage)?;
        self.disk.create_folder(&stage)?;
        self.disk.create_folder(&stage.join(TREE))?;
        (0..SHELVES).try_for_each(|shelf| self.disk.create_folder(&stage.join(shelf.to_string())))
    }

    fn on_disk(&self, path: &str) -> PathBuf {
        self.beneath([path])
    }

    fn tree_path(&self, path: &str) -> PathBuf {
        self.beneath([STAGE, TREE, path])
    }

    /// A path below the root, made at once.
    fn beneath<const N: usize>(&self, parts: [&str; N]) -> PathBuf {
        let room: usize = parts.iter().map(|part| part.len() + 1).sum();
        let mut path = PathBuf::with_capacity(self.root.as_os_str().len() + room);
        path.push(&self.root);
        // `/` is a separator everywhere, Windows included.
        parts.iter().for_each(|part| path.push(part));
        path
    }

    fn stage_path(&self, number: usize) -> PathBuf {
        self.root.join(format!("{STAGE}/{}/{number}", number % SHELVES))
    }
}

impl Sink for Folder {
    fn put(&self, path: &OutPath, phase: Phase, key: Key, bytes: &[u8]) -> Result<(), OutputError> {
        if manifest::is_reserved(path) {
            return Err(OutputError::new(self.on_disk(path.as_str()), Trouble::Reserved));
        }
        let mut entry = Entry { length: bytes.len() as u64, content: Key::of_bytes(bytes), key, stamp: None };
        let staged = match self.stands(path, &entry, bytes)? {
            Some(stamp) => {
                entry.stamp = stamp;
                None
            }
            None => {
                let (staged, stamp) = self.stage(path, bytes)?;
                entry.stamp = stamp;
                Some(staged)
            }
        };
        self.add(Output { path: path.clone(), phase, entry, staged });
        Ok(())
    }

    fn keep(&self, path: &OutPath, key: Key) -> Result<bool, OutputError> {
        let Some(entry) = self.before.manifest.get(path).filter(|entry| entry.key == key) else { return Ok(false) };
        let Some(output) = self.kept(path, entry)? else { return Ok(false) };
        self.add(output);
        Ok(true)
    }

    fn fingerprint(&self) -> Option<Key> {
        Some(manifest::fingerprint(self.before.manifest.iter().map(|(path, entry)| (path, entry.key))))
    }

    fn look_ahead(&self) {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*looked, Looked::NotYet) {
            *looked = Looked::Seen(self.look_at_all(usize::MAX));
        }
    }

    fn look(&self) {
        // Nobody may wait for the lock who shares the work of looking.
        let seen = self.look_at_all(64);
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = Looked::Seen(seen);
    }

    fn keep_all(&self, but: &[&OutPath]) -> Result<bool, OutputError> {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let looked = match std::mem::replace(&mut *looked, Looked::Used) {
            Looked::Seen(standings) => standings?,
            Looked::NotYet | Looked::Used => {
                drop(looked);
                self.look_at_all(64)?
            }
        };
        let listed = self.before.manifest.keys().zip(looked);
        // Both are in the order of paths.
        let mut but = but.iter().peekable();
        let mut is_kept = |path: &OutPath| {
            while but.next_if(|other| **other < path).is_some() {}
            but.next_if(|other| **other == path).is_none()
        };
        let kept = listed.filter(|(path, _)| is_kept(path)).map(|(_, kept)| kept);
        let Some(kept) = kept.collect::<Option<Vec<Output>>>() else { return Ok(false) };
        self.outputs[0].lock().unwrap_or_else(PoisonError::into_inner).extend(kept);
        Ok(true)
    }

    fn scratch(&self) -> io::Result<File> {
        File::options().read(true).write(true).create_new(true).open(self.root.join(STAGE).join(SCRATCH))
    }

    fn commit(mut self: Box<Self>) -> Result<Written, OutputError> {
        let build = self.take_outputs()?;
        let publishes = build.staged > 0 || !build.left.is_empty() || !build.gone.is_empty();
        if publishes {
            self.check_replaced_folders(&build)?;
            self.list_old_and_new(&build)?;
            self.publish(&build)?;
        }
        let (foreign, text) = rayon::join(
            || if self.empty { self.all_ours(&build.new) } else { self.foreign(&build.new) },
            || manifest::write(&build.new),
        );
        let Foreign { files: mut foreign, pure } = foreign?;
        if publishes || build.new != self.before.manifest || pure != self.before.pure {
            // What is published beside other paths has listed old and new together by now.
            let list = || {
                if !build.same_paths || !manifest::reads_the_same(&build.new, &self.before.manifest) {
                    self.write_own(MANIFEST, text.as_bytes())?;
                }
                Ok::<_, OutputError>(())
            };
            let stamps = || manifest::write_stamps(&build.new, pure, Key::of_bytes(text.as_bytes()));
            let (list, stamps) = rayon::join(list, stamps);
            list?;
            drop(text);
            self.write_own(STAMPS, &stamps)?;
        }
        self.created_root = false;
        let foreign_count = foreign.len();
        foreign.sort();
        foreign.truncate(Written::NAMED);
        let written = Written {
            fingerprint: Some(manifest::fingerprint(build.new.iter().map(|(path, entry)| (path, entry.key)))),
            written: build.staged,
            unchanged: build.new.len() - build.staged,
            removed: build.gone.len(),
            foreign,
            foreign_count,
            bytes: build.new.values().map(|entry| entry.length).sum(),
        };
        // Nobody should wait until the lists are taken apart.
        let before = std::mem::take(&mut self.before);
        rayon::spawn(|| drop((before, build)));
        Ok(written)
    }
}

/// Taking outputs: compare, stage.
impl Folder {
    /// The stamp of the published file if it has exactly these bytes. Fails when it cannot be replaced.
    fn stands(&self, path: &OutPath, entry: &Entry, bytes: &[u8]) -> Result<Option<Option<Stamp>>, OutputError> {
        if self.empty || self.way(path.folder())? == Way::Absent {
            return Ok(None);
        }
        let old = self.before.manifest.get(path);
        let full = self.on_disk(path.as_str());
        match self.disk.standing(&full)? {
            Standing::Nothing => Ok(None),
            Standing::Other => Err(OutputError::new(full, Trouble::LinkInTheWay)),
            Standing::Folder(_) if is_folder_of(&self.before.manifest, path) => Ok(None),
            Standing::Folder(_) => Err(OutputError::new(full, Trouble::FolderInTheWay)),
            Standing::File(length, _) if length != entry.length => Ok(None),
            // Listed with another hash: no need to read it. Wrong after a crash, but harmless.
            Standing::File(..) if old.is_some_and(|old| old.content != entry.content) => Ok(None),
            Standing::File(_, stamp) if old.is_some_and(|old| self.believes(old, stamp)) => Ok(Some(stamp)),
            Standing::File(_, stamp) => Ok((self.disk.read(&full)? == bytes).then_some(stamp)),
        }
    }

    /// The published file as an output of this build, if it is what its entry says.
    fn kept(&self, path: &OutPath, entry: &Entry) -> Result<Option<Output>, OutputError> {
        if self.way(path.folder())? == Way::Absent {
            return Ok(None);
        }
        let full = self.on_disk(path.as_str());
        let Standing::File(length, stamp) = self.disk.standing(&full)? else { return Ok(None) };
        if length != entry.length {
            return Ok(None);
        }
        if !self.believes(entry, stamp) && Key::of_bytes(&self.disk.read(&full)?) != entry.content {
            return Ok(None);
        }
        // Its phase does not matter: it is not renamed.
        let entry = Entry { stamp, ..*entry };
        Ok(Some(Output { path: path.clone(), phase: Phase::Asset, entry, staged: None }))
    }

    /// Whether a file with this stamp is what its entry says, without reading it.
    fn believes(&self, entry: &Entry, stamp: Option<Stamp>) -> bool {
        !self.doubtful && stamp.is_some() && entry.stamp == stamp
    }

    /// Looks once at each folder on the way to an output.
    fn way(&self, folder: &str) -> Result<Way, OutputError> {
        if folder.is_empty() {
            return Ok(Way::Open(None));
        }
        if let Some(way) = self.ways.read().unwrap_or_else(PoisonError::into_inner).get(folder) {
            return Ok(*way);
        }
        let way = self.look(folder)?;
        self.ways.write().unwrap_or_else(PoisonError::into_inner).insert(folder.into(), way);
        Ok(way)
    }

    fn look(&self, folder: &str) -> Result<Way, OutputError> {
        if self.way(parent(folder))? == Way::Absent {
            return Ok(Way::Absent);
        }
        self.way_over(folder, self.disk.standing(&self.on_disk(folder))?)
    }

    /// What is listed, each as an output of this build if it is what its entry says. A thread looks at so
    /// many before it takes the next.
    fn look_at_all(&self, at_once: usize) -> Standings {
        self.look_at_folders(at_once)?;
        let listed: Vec<_> = self.before.manifest.iter().collect();
        every(listed.par_iter().with_min_len(at_once).map(|(path, entry)| self.kept(path, entry)))
    }

    /// Looks at once at every folder on the way to what is listed. A link on the way to a folder is
    /// met before anything of that folder is believed.
    fn look_at_folders(&self, at_once: usize) -> Result<(), OutputError> {
        let folders = folders_of(self.before.manifest.keys());
        let standing = |folder: &&str| self.disk.standing(&self.on_disk(folder));
        let found = every(folders.par_iter().with_min_len(at_once).map(standing))?;
        let mut ways: HashMap<String, Way> = HashMap::with_capacity(folders.len());
        // Where all are there, none has to be asked for the one that it lies in.
        let mut any_absent = false;
        for (folder, standing) in folders.into_iter().zip(found) {
            let way = match any_absent.then(|| ways.get(parent(folder))).flatten() {
                Some(Way::Absent) => Way::Absent,
                Some(Way::Open(_)) | None => self.way_over(folder, standing)?,
            };
            any_absent |= way == Way::Absent;
            ways.insert(folder.into(), way);
        }
        *self.ways.write().unwrap_or_else(PoisonError::into_inner) = ways;
        Ok(())
    }

    /// What the thing that stands in a folder's place makes of it.
    fn way_over(&self, folder: &str, standing: Standing) -> Result<Way, OutputError> {
        let full = || self.on_disk(folder);
        match standing {
            Standing::Folder(stamp) => Ok(Way::Open(stamp)),
            Standing::Nothing => Ok(Way::Absent),
            Standing::File(..) if self.before.manifest.contains_key(folder) => Ok(Way::Absent),
            Standing::File(..) => Err(OutputError::new(full(), Trouble::FileInTheWay)),
            Standing::Other => Err(OutputError::new(full(), Trouble::LinkInTheWay)),
        }
    }

    fn stage(&self, path: &OutPath, bytes: &[u8]) -> Result<(Staged, Option<Stamp>), OutputError> {
        if let Some(folder) = self.new_folder(path)? {
            self.make_staged(path.folder())?;
            let written = self.disk.write_new(&self.tree_path(path.as_str()), bytes);
            let stamp = written.map_err(|error| twice(error, path))?;
            return Ok((Staged::Within(folder.len()), stamp));
        }
        let number = self.staged.fetch_add(1, Ordering::Relaxed);
        let stamp = self.disk.write_new(&self.stage_path(number), bytes)?;
        Ok((Staged::Alone(number), stamp))
    }

    /// The outermost folder on the way to an output that is not there yet.
    fn new_folder<'p>(&self, path: &'p OutPath) -> Result<Option<&'p str>, OutputError> {
        let mut folder = path.folder();
        if folder.is_empty() || !self.is_new(folder)? {
            return Ok(None);
        }
        while !parent(folder).is_empty() && self.is_new(parent(folder))? {
            folder = parent(folder);
        }
        Ok(Some(folder))
    }

    fn is_new(&self, folder: &str) -> Result<bool, OutputError> {
        Ok(self.empty || self.way(folder)? == Way::Absent)
    }

    /// Makes a folder in the stage, once.
    fn make_staged(&self, folder: &str) -> Result<(), OutputError> {
        if folder.is_empty() || self.made.read().unwrap_or_else(PoisonError::into_inner).contains(folder) {
            return Ok(());
        }
        self.make_staged(parent(folder))?;
        self.disk.create_folder(&self.tree_path(folder))?;
        self.made.write().unwrap_or_else(PoisonError::into_inner).insert(folder.into());
        Ok(())
    }

    fn add(&self, output: Output) {
        let shelf = rayon::current_thread_index().unwrap_or(0) % SHELVES;
        self.outputs[shelf].lock().unwrap_or_else(PoisonError::into_inner).push(output);
    }
}

/// The outputs of a finished build against those of the builds before.
#[derive(Default)]
struct Build {
    new: Manifest,
    /// Whether the builds before listed the same paths.
    same_paths: bool,
    /// How many outputs are staged.
    staged: usize,
    /// New folders to rename.
    folders: BTreeMap<String, Phase>,
    /// Single outputs to rename, with their numbers in the stage.
    files: Vec<(Phase, OutPath, usize)>,
    /// Listed before, not planned now, and still there.
    gone: Manifest,
    /// Folders that earlier builds made and that this one may leave empty.
    left: BTreeSet<String>,
}

impl Build {
    /// Of outputs in the order of their paths. Fails where two have one path.
    fn of(outputs: Vec<Output>) -> Result<Self, OutputError> {
        let mut build = Self::default();
        if let Some(pair) = outputs.windows(2).find(|pair| pair[0].path == pair[1].path) {
            return Err(OutputError::new(pair[0].path.as_str(), Trouble::Twice));
        }
        for Output { path, phase, staged, .. } in &outputs {
            build.staged += usize::from(staged.is_some());
            match staged {
                None => {}
                Some(Staged::Alone(number)) => build.files.push((*phase, path.clone(), *number)),
                Some(Staged::Within(length)) => build.add_folder(&path.as_str()[..*length], *phase),
            }
        }
        build.files.sort();
        build.new = outputs.into_iter().map(|output| (output.path, output.entry)).collect();
        Ok(build)
    }

    /// A folder of one phase is published in that phase, one with several as pages are: no reader
    /// knows the feed of a folder that is not there yet.
    fn add_folder(&mut self, folder: &str, phase: Phase) {
        match self.folders.get_mut(folder) {
            Some(known) if *known != phase => *known = Phase::Page,
            Some(_) => {}
            None => drop(self.folders.insert(folder.into(), phase)),
        }
    }
}

/// Publishing.
impl Folder {
    fn take_outputs(&mut self) -> Result<Build, OutputError> {
        let shelves = self.outputs.iter_mut().map(|shelf| shelf.get_mut().unwrap_or_else(PoisonError::into_inner));
        let mut outputs: Vec<Output> = shelves.flat_map(std::mem::take).collect();
        outputs.par_sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let mut build = Build::of(outputs)?;
        build.same_paths = build.new.keys().eq(self.before.manifest.keys());
        if build.same_paths {
            return Ok(build);
        }
        for (path, entry) in self.before.manifest.iter().filter(|(path, _)| !build.new.contains_key(*path)) {
            build.left.extend(self.nearest_folder(path)?);
            if self.is_ours(path)? {
                build.gone.insert(path.clone(), *entry);
            }
        }
        Ok(build)
    }

    /// Whether a listed path is still a plain file that is reached without following a link.
    fn is_ours(&self, path: &OutPath) -> Result<bool, OutputError> {
        match self.way(path.folder()) {
            Ok(Way::Open(_)) => Ok(matches!(self.disk.standing(&self.on_disk(path.as_str()))?, Standing::File(..))),
            Err(error) if matches!(error.trouble, Trouble::Io(..)) => Err(error),
            Ok(Way::Absent) | Err(_) => Ok(false),
        }
    }

    /// The deepest folder on the way to a listed path, if it is reached without following a link.
    fn nearest_folder(&self, path: &OutPath) -> Result<Option<String>, OutputError> {
        let mut folder = path.folder();
        while !folder.is_empty() {
            match self.way(folder) {
                Ok(Way::Open(_)) => return Ok(Some(folder.into())),
                Ok(Way::Absent) => folder = parent(folder),
                Err(error) if matches!(error.trouble, Trouble::Io(..)) => return Err(error),
                Err(_) => return Ok(None),
            }
        }
        Ok(None)
    }

    fn publish(&self, build: &Build) -> Result<(), OutputError> {
        let (early, late): (Vec<&OutPath>, Vec<&OutPath>) = build.gone.keys().partition(|path| in_the_way(path, build));
        self.remove(&early)?;
        self.remove_empty(build.left.iter().filter(|folder| is_at_or_beneath(folder, &build.new)))?;
        for phase in [Phase::Asset, Phase::Page, Phase::Feed] {
            for (folder, _) in build.folders.iter().filter(|folder| *folder.1 == phase) {
                self.disk.rename(&self.tree_path(folder), &self.on_disk(folder))?;
            }
            let files: Vec<_> = build.files.iter().filter(|file| file.0 == phase).collect();
            files.par_iter().with_min_len(64).try_for_each(|(_, path, number)| {
                self.disk.rename(&self.stage_path(*number), &self.on_disk(path.as_str()))
            })?;
        }
        self.remove(&late)?;
        self.remove_empty(build.left.iter())
    }

    /// An output may take the place of a folder only if all that is in it goes in this build.
    fn check_replaced_folders(&self, build: &Build) -> Result<(), OutputError> {
        for (_, path, _) in &build.files {
            if is_folder_of(&build.gone, path) {
                self.check_replaced(path.as_str(), build)?;
            }
        }
        Ok(())
    }

    fn check_replaced(&self, folder: &str, build: &Build) -> Result<(), OutputError> {
        for (name, is_folder) in self.names(folder)? {
            let path = format!("{folder}/{name}");
            let goes = build.gone.contains_key(path.as_str());
            match is_folder {
                true => self.check_replaced(&path, build)?,
                false if goes => {}
                false => return Err(OutputError::new(self.on_disk(folder), Trouble::FolderInTheWay)),
            }
        }
        Ok(())
    }

    fn remove(&self, paths: &[&OutPath]) -> Result<(), OutputError> {
        paths.par_iter().with_min_len(64).try_for_each(|p| self.disk.remove_file(&self.on_disk(p.as_str())))
    }

    /// Removes the folders that became empty, and then their parents if they did.
    fn remove_empty<'a>(&self, folders: impl Iterator<Item = &'a String>) -> Result<(), OutputError> {
        let deepest = |folder| (!str::is_empty(folder)).then(|| (folder.matches('/').count(), folder));
        let mut folders: BTreeSet<(usize, &str)> = folders.filter_map(|folder| deepest(folder)).collect();
        while let Some((_, folder)) = folders.pop_last() {
            if self.disk.remove_empty(&self.on_disk(folder))? {
                folders.extend(deepest(parent(folder)));
            }
        }
        Ok(())
    }

    /// Lists what the folder may hold while outputs are being renamed.
    fn list_old_and_new(&self, build: &Build) -> Result<(), OutputError> {
        if build.same_paths {
            return Ok(());
        }
        let both = self.before.manifest.iter().chain(&build.new).map(|(path, entry)| (path.clone(), *entry)).collect();
        self.write_own(MANIFEST, manifest::write(&both).as_bytes())
    }

    fn write_own(&self, name: &str, bytes: &[u8]) -> Result<(), OutputError> {
        let next = self.root.join(STAGE).join("own");
        self.disk.remove_file(&next)?;
        self.disk.write_new(&next, bytes)?;
        self.disk.rename(&next, &self.root.join(name))
    }
}

impl Drop for Folder {
    /// Clears up as far as it can; the next build does the rest.
    fn drop(&mut self) {
        if self.lock.is_none() {
            return;
        }
        let _ = self.disk.remove_tree(&self.root.join(STAGE));
        self.lock = None;
        if self.created_root && self.disk.remove_file(&self.root.join(LOCK)).is_ok() {
            let _ = self.disk.remove_empty(&self.root);
        }
    }
}

/// Names at the top of the folder that are nobody's business: our own, and those of git.
fn is_quiet(name: &str) -> bool {
    name.starts_with(".pbsite-") || matches!(name, ".git" | ".gitkeep" | ".gitignore" | ".gitattributes")
}

/// Whether a file that goes stands where this build wants a folder, or in a folder where it wants
/// a file.
fn in_the_way(path: &OutPath, build: &Build) -> bool {
    is_at_or_beneath(path.folder(), &build.new) || is_folder_of(&build.new, path)
}

/// Whether a folder has the name of a listed file, or lies in one that has.
fn is_at_or_beneath(mut folder: &str, manifest: &Manifest) -> bool {
    while !folder.is_empty() {
        if manifest.contains_key(folder) {
            return true;
        }
        folder = parent(folder);
    }
    false
}

/// Whether a manifest lists files in a folder of this name.
fn is_folder_of(manifest: &Manifest, path: &OutPath) -> bool {
    let start = format!("{path}/");
    let mut after = manifest.range::<str, _>((Bound::Included(start.as_str()), Bound::Unbounded));
    after.next().is_some_and(|(first, _)| first.as_str().starts_with(&start))
}

/// A file that is in the stage already has been written by this build.
fn twice(error: OutputError, path: &OutPath) -> OutputError {
    match error.trouble {
        Trouble::Io(Verb::Create, cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
            OutputError::new(path.as_str(), Trouble::Twice)
        }
        _ => error,
    }
}

/// The folders on the way to these paths, each once, in their order; the root is none of them. Paths
/// that are given in their order are dealt with faster.
fn folders_of<'p>(paths: impl Iterator<Item = &'p OutPath>) -> Vec<&'p str> {
    let mut folders = Vec::new();
    let mut last = "";
    for path in paths.map(OutPath::folder) {
        let mut folder = path;
        // What the path before lies in is there already.
        while !(folder.is_empty() || lies_in(last, folder)) {
            folders.push(folder);
            folder = parent(folder);
        }
        last = path;
    }
    folders.sort_unstable();
    folders.dedup();
    folders
}

/// All of them, or the first that failed: in one vector, which does not have to grow.
fn every<T: Send>(found: impl IndexedParallelIterator<Item = Result<T, OutputError>>) -> Result<Vec<T>, OutputError> {
    found.collect::<Vec<_>>().into_iter().collect()
}

/// Whether a folder is another one or lies in it.
fn lies_in(folder: &str, outer: &str) -> bool {
    folder.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn parent(folder: &str) -> &str {
    folder.rsplit_once('/').map_or("", |(parent, _)| parent)
}

#[cfg(test)]
pub(super) mod tests;
