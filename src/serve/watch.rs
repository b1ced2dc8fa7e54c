//! Tells when a file of the site changes: by the system's events, or by looking every second where it
//! has none (a network share). The only user of notify.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    time::{Duration, Instant},
};

use notify::{
    Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode},
};

use crate::{
    base::hash::Key,
    source::{Disk, Files, SourceRef},
};

/// How often files are looked at where there are no events.
const POLL: Duration = Duration::from_secs(1);

/// How long a file system has to tell of a file that was written for trial.
const TRIAL: Duration = Duration::from_millis(500);

/// Folders whose files make the site.
const FOLDERS: [&str; 2] = ["content", "themes"];

/// How changes are noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// The system tells.
    Events,
    /// The files are looked at again and again.
    Looking,
}

/// Watches a site.
#[derive(Debug)]
pub struct Watch {
    disk: Disk,
    changes: Receiver<()>,
    /// How changes are noticed.
    pub sight: Sight,
    /// Ends with the watch.
    _watcher: Option<RecommendedWatcher>,
    ended: Arc<AtomicBool>,
}

/// What ends a [`Watch`] from another thread.
#[derive(Debug, Clone)]
pub struct End {
    changes: Sender<()>,
    ended: Arc<AtomicBool>,
}

impl End {
    /// Ends the watch.
    pub fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
        let _ = self.changes.send(());
    }
}

impl Watch {
    /// Watches the site in `root`; `trial` writes a file into a folder for trial and says which, so
    /// that a system that tells nothing is found out. `None` looks without asking for events.
    pub fn new(root: &Path, disk: Disk, trial: Option<&dyn Fn() -> io::Result<PathBuf>>) -> (Self, End) {
        let (sender, changes) = channel();
        let ended = Arc::new(AtomicBool::new(false));
        let end = End { changes: sender.clone(), ended: ended.clone() };
        let watcher = trial.and_then(|trial| watcher(root, sender.clone(), trial, &changes));
        let sight = if watcher.is_some() { Sight::Events } else { Sight::Looking };
        (Self { disk, changes, sight, _watcher: watcher, ended }, end)
    }

    /// Waits for a change since the files were `seen` by [`Watch::look`], at most so long: whether it
    /// came, `None` when the watch is over.
    pub fn wait(&self, seen: Key, longest: Option<Duration>) -> Option<bool> {
        let end = longest.map(|longest| Instant::now() + longest);
        // The end may have been told while a burst settled.
        while !self.ended.load(Ordering::Relaxed) {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let turn = match self.sight {
                Sight::Looking => left.unwrap_or(POLL).min(POLL),
                Sight::Events => left.unwrap_or(Duration::from_secs(3600)),
            };
            let came = self.changes.recv_timeout(turn);
            if self.ended.load(Ordering::Relaxed) || came == Err(RecvTimeoutError::Disconnected) {
                break;
            }
            if came.is_ok() || self.sight == Sight::Looking && seen != self.look() {
                return Some(true);
            }
            if end.is_some_and(|end| end <= Instant::now()) {
                return Some(false);
            }
        }
        None
    }

    /// Waits until nothing came for a `pause`, at most `longest`, and forgets what came.
    pub(super) fn settle(&self, pause: Duration, longest: Duration) {
        let end = Instant::now() + longest;
        while Instant::now() < end && !self.ended.load(Ordering::Relaxed) {
            if self.changes.recv_timeout(pause).is_err() {
                return;
            }
        }
    }

    /// What tells the files as they are now from others.
    pub fn look(&self) -> Key {
        let list = |folder: &&str| self.disk.list(folder, &mut Vec::new()).unwrap_or_default();
        let files: Vec<SourceRef> = FOLDERS.iter().flat_map(list).collect();
        let settings = self.disk.read(&crate::config::Settings::file()).unwrap_or_default();
        Key::of(&(files.iter().map(|file| (&file.path, file.length, file.stamp)).collect::<Vec<_>>(), settings))
    }
}

/// Watches by events; `None` where the system has none.
fn watcher(
    root: &Path,
    sender: Sender<()>,
    trial: &dyn Fn() -> io::Result<PathBuf>,
    changes: &Receiver<()>,
) -> Option<RecommendedWatcher> {
    let place = trial().ok()?;
    let (inside, tried) = (root.to_owned(), place.clone());
    let told = move |event: notify::Result<Event>| {
        // An overflow of events is a change, too.
        if event.map_or(true, |event| is_change(&event, &inside, &tried)) {
            let _ = sender.send(());
        }
    };
    let mut watcher = notify::recommended_watcher(told).ok()?;
    watcher.watch(root, RecursiveMode::NonRecursive).ok()?;
    watcher.watch(place.parent()?, RecursiveMode::NonRecursive).ok()?;
    trial().ok()?;
    changes.recv_timeout(TRIAL).ok()?;
    let _ = watcher.unwatch(place.parent()?);
    for folder in FOLDERS {
        // One that is not there yet is seen in the site's folder when it appears.
        let _ = watcher.watch(&root.join(folder), RecursiveMode::Recursive);
    }
    while changes.try_recv().is_ok() {}
    Some(watcher)
}

/// Whether an event is about a file of the site, or about the one for trial.
fn is_change(event: &Event, root: &Path, tried: &Path) -> bool {
    let written = EventKind::Access(AccessKind::Close(AccessMode::Write));
    if matches!(event.kind, EventKind::Access(_)) && event.kind != written {
        return false;
    }
    let ours = |path: &PathBuf| {
        let below = path.strip_prefix(root).ok().and_then(|path| path.components().next());
        let name = below.map(|first| first.as_os_str().to_string_lossy().into_owned());
        path == tried || name.is_some_and(|name| FOLDERS.contains(&name.as_str()) || name == crate::config::FILE)
    };
    event.paths.is_empty() || event.paths.iter().any(ours)
}
