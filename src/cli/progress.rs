//! A bar on a terminal for whatever takes longer than half a second. A pipe, CI and whoever wants quiet
//! see none of it.
//!
//! A build is watched from outside: by what it reads, hands over and commits.

use std::{
    io::{self, IsTerminal},
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

use super::{console::Console, variable};
use crate::{
    base::{lang::Tongue, path::SitePath},
    diagnostics::Diagnostic,
    msg,
    output::{Sink, Told, Watched},
    publish::Step,
    source::{Files, SourceRef},
};

/// How long work may take before anybody wonders.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often a bar is drawn.
const TICK: Duration = Duration::from_millis(100);

/// What is to be seen of some work.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Sight {
    words: String,
    done: u64,
    /// 0 where nobody knows.
    of: u64,
}

/// Work that is going on; dropped, its bar is gone.
#[derive(Debug)]
struct Bar(Option<(Sender<()>, JoinHandle<()>)>);

impl Bar {
    /// Begins; what is to be seen is asked for again and again. Shows nothing where nobody would see it.
    fn begin(console: &Console, sight: impl Fn() -> Sight + Send + 'static) -> Self {
        if console.is_quiet() || variable("CI").is_some() || !io::stderr().is_terminal() {
            return Self(None);
        }
        let (end, ended) = channel();
        let shown = thread::spawn(move || {
            if ended.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let style =
                |template| ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
            let (known, unknown) = (style("{spinner} {msg} {bar:30} {elapsed}"), style("{spinner} {msg} {elapsed}"));
            let bar = ProgressBar::new(0);
            while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                let Sight { words, done, of } = sight();
                bar.set_message(words);
                bar.set_length(of);
                bar.set_position(done);
                bar.set_style(if of > 0 { known.clone() } else { unknown.clone() });
                bar.tick();
            }
            bar.finish_and_clear();
        });
        Self(Some((end, shown)))
    }

    fn is_shown(&self) -> bool {
        self.0.is_some()
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some((end, shown)) = self.0.take() {
            drop(end);
            let _ = shown.join();
        }
    }
}

/// A build that is watched.
#[derive(Debug)]
pub(super) struct Building {
    bar: Bar,
    seen: Arc<Seen>,
}

/// How far a build is, by what was seen of it.
#[derive(Debug, Default)]
struct Seen {
    /// Files of `content/`.
    listed: AtomicUsize,
    read: AtomicUsize,
    /// Outputs that the build has.
    planned: AtomicUsize,
    /// Outputs that were handed over or kept.
    made: AtomicUsize,
    committing: AtomicUsize,
}

impl Building {
    /// Begins to watch.
    pub(super) fn begin(console: &Console) -> Self {
        let seen = Arc::new(Seen::default());
        let (watched, tongue) = (seen.clone(), console.tongue);
        Self { bar: Bar::begin(console, move || watched.sight(tongue)), seen }
    }

    /// The files of a site, watched.
    pub(super) fn files<'f>(&'f self, files: &'f dyn Files) -> Reading<'f> {
        Reading { files, seen: &self.seen }
    }

    /// Where outputs go, watched if anybody looks.
    pub(super) fn sink(&self, sink: Box<dyn Sink>) -> Box<dyn Sink> {
        if self.bar.is_shown() { watched(sink, self.seen.clone()) } else { sink }
    }
}

fn watched(sink: Box<dyn Sink>, seen: Arc<Seen>) -> Box<dyn Sink> {
    let tell = Arc::new(move |told| match told {
        Told::Expected(outputs) => seen.planned.store(outputs, Relaxed),
        Told::Output => drop(seen.made.fetch_add(1, Relaxed)),
        Told::Commit => drop(seen.committing.fetch_add(1, Relaxed)),
    });
    Box::new(Watched { sink, tell })
}

impl Seen {
    fn sight(&self, tongue: Tongue) -> Sight {
        let count = |counter: &AtomicUsize| counter.load(Relaxed) as u64;
        let (listed, made) = (count(&self.listed), count(&self.made));
        let read = count(&self.read).min(listed);
        let (words, done, of) = if count(&self.committing) > 0 {
            (msg!("正在写入 {made} 个文件", "writing {made} files"), 0, 0)
        } else if made > 0 {
            let planned = count(&self.planned).max(made);
            (msg!("正在生成 {made}/{planned} 个文件", "making {made}/{planned} files"), made, planned)
        } else if read > 0 {
            (msg!("正在读 {read}/{listed} 个文件", "reading {read}/{listed} files"), read, listed)
        } else {
            (msg!("正在找文件", "looking for files"), 0, 0)
        };
        Sight { words: words.text(tongue).to_owned(), done, of }
    }
}

/// Files that are watched.
pub(super) struct Reading<'f> {
    files: &'f dyn Files,
    seen: &'f Seen,
}

impl Files for Reading<'_> {
    fn list(&self, folder: &str, problems: &mut Vec<Diagnostic>) -> io::Result<Vec<SourceRef>> {
        let listed = self.files.list(folder, problems)?;
        if folder == "content" {
            self.seen.listed.store(listed.len(), Relaxed);
        }
        Ok(listed)
    }

    fn read(&self, path: &SitePath) -> io::Result<Vec<u8>> {
        self.seen.read.fetch_add(1, Relaxed);
        self.files.read(path)
    }

    fn read_listed(&self, source: &SourceRef) -> io::Result<Vec<u8>> {
        self.seen.read.fetch_add(1, Relaxed);
        self.files.read_listed(source)
    }

    fn text(&self, path: &SitePath) -> Option<String> {
        self.files.text(path)
    }
}

/// A deploy that is watched.
#[derive(Debug)]
pub(super) struct Sending {
    _bar: Bar,
    sent: Arc<Sent>,
}

/// How far a deploy is.
#[derive(Debug, Default)]
struct Sent {
    files: AtomicUsize,
    of_files: AtomicUsize,
    bytes: AtomicU64,
    of_bytes: AtomicU64,
}

impl Sending {
    /// Begins to watch.
    pub(super) fn begin(console: &Console) -> Self {
        let sent = Arc::new(Sent::default());
        let (watched, tongue) = (sent.clone(), console.tongue);
        Self { _bar: Bar::begin(console, move || watched.sight(tongue)), sent }
    }

    /// Takes how far it is.
    pub(super) fn shows(&self, step: Step) {
        self.sent.files.store(step.files, Relaxed);
        self.sent.of_files.store(step.of_files, Relaxed);
        self.sent.bytes.store(step.bytes, Relaxed);
        self.sent.of_bytes.store(step.of_bytes, Relaxed);
    }
}

impl Sent {
    fn sight(&self, tongue: Tongue) -> Sight {
        let (files, of_files) = (self.files.load(Relaxed), self.of_files.load(Relaxed));
        let (done, of) = (self.bytes.load(Relaxed), self.of_bytes.load(Relaxed));
        let [sent, all] = [done, of].map(|bytes| format!("{:.1}", bytes as f64 / 1_048_576.0));
        let words = match of_files {
            0 => msg!("正在看那边有什么", "looking at what is there"),
            _ => msg!(
                "正在发布 {files}/{of_files} 个文件，{sent}/{all} MB",
                "sending {files}/{of_files} files, {sent}/{all} MB"
            ),
        };
        Sight { words: words.text(tongue).to_owned(), done, of }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{hash::Key, path::OutPath},
        output::{Memory, Phase},
        source::Memory as Sources,
    };

    #[test]
    fn a_build_is_seen_stage_by_stage() {
        let seen = Seen::default();
        let words = |seen: &Seen| seen.sight(Tongue::En).words;
        assert_eq!(words(&seen), "looking for files");
        let mut files = Sources::default();
        files.insert(SitePath::new("content/pages/a.md").unwrap(), b"a".to_vec());
        files.insert(SitePath::new("content/pages/b.md").unwrap(), b"b".to_vec());
        let reading = Reading { files: &files, seen: &seen };
        reading.list("content", &mut Vec::new()).unwrap();
        reading.read(&SitePath::new("content/pages/a.md").unwrap()).unwrap();
        assert_eq!(seen.sight(Tongue::En), Sight { words: "reading 1/2 files".into(), done: 1, of: 2 });
        let seen = Arc::new(seen);
        let sink = watched(Memory::default().sink(), seen.clone());
        sink.expect(4);
        sink.put(&OutPath::new("a.html").unwrap(), Phase::Page, Key::default(), b"a").unwrap();
        assert_eq!(seen.sight(Tongue::En), Sight { words: "making 1/4 files".into(), done: 1, of: 4 });
        sink.commit().unwrap();
        assert_eq!(words(&seen), "writing 1 files");
    }

    #[test]
    fn a_deploy_is_seen_by_files_and_bytes() {
        let sent = Sent::default();
        assert_eq!(sent.sight(Tongue::Zh).words, "正在看那边有什么");
        let sending = Sending { _bar: Bar(None), sent: Arc::new(sent) };
        sending.shows(Step { files: 3, of_files: 9, bytes: 1 << 20, of_bytes: 4 << 20 });
        let words = "sending 3/9 files, 1.0/4.0 MB".into();
        assert_eq!(sending.sent.sight(Tongue::En), Sight { words, done: 1 << 20, of: 4 << 20 });
    }
}
