//! A run over a site in which nothing changed: what comes of it is known. With the same inputs, at a
//! moment before the next change and over the same outputs, the last run's findings are told again
//! and only the moment in `api/build.json` is new.

use std::{
    collections::BTreeMap,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::civil::DateTime;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{BuildOptions, Contents, Failure, Listing, Now, Outcome, Page, Rendered, Run, settings};
use crate::{
    base::{
        hash::{Key, PROGRAM},
        path::{OutPath, SitePath},
    },
    catalogue::Catalogue,
    config::Settings,
    diagnostics::{Diagnostic, Report},
    output::{Phase, Sink},
    plan::{Plan, Subject},
    render,
    source::{Files, SourceRef},
    store::{Noted, Pack},
};

/// The files of a run, and what was read of them: a file that changes meanwhile is noted as it was
/// when it was used.
pub(super) struct Noting<'a> {
    files: &'a dyn Files,
    /// Hash of the bytes, or that they were different each time.
    read: Mutex<BTreeMap<SitePath, Option<Key>>>,
}

impl<'a> Noting<'a> {
    pub(super) fn new(files: &'a dyn Files) -> Self {
        Self { files, read: Mutex::default() }
    }

    /// The hash of a file as it was read; `None` if it cannot be read, or changed meanwhile.
    fn content(&self, path: &SitePath) -> Option<Key> {
        if let Some(known) = self.noted().get(path) {
            return *known;
        }
        self.read(path).ok()?;
        *self.noted().get(path)?
    }

    fn has_read(&self, path: &SitePath) -> bool {
        self.noted().contains_key(path)
    }

    fn noted(&self) -> MutexGuard<'_, BTreeMap<SitePath, Option<Key>>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Files for Noting<'_> {
    fn list(&self, folder: &str, problems: &mut Vec<Diagnostic>) -> io::Result<Vec<SourceRef>> {
        self.files.list(folder, problems)
    }

    fn read(&self, path: &SitePath) -> io::Result<Vec<u8>> {
        let bytes = self.files.read(path)?;
        let content = Some(Key::of_bytes(&bytes));
        let mut noted = self.noted();
        let known = noted.entry(path.clone()).or_insert(content);
        *known = known.filter(|known| Some(*known) == content);
        Ok(bytes)
    }
}

/// What a run notes of itself.
#[derive(Serialize, Deserialize)]
struct Record {
    /// Names and lengths of all files, and the options.
    shape: Key,
    /// The bytes of all files.
    inputs: Key,
    /// The outputs.
    outputs: Key,
    /// The moment for which it ran.
    now: DateTime,
    problems: Vec<Diagnostic>,
    contents: Contents,
    pages: Vec<Page>,
    said: Option<Said>,
    count: usize,
}

/// `api/build.json` as it was written.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(super) struct Said {
    path: OutPath,
    key: Key,
    text: String,
}

impl Said {
    /// What a plan says of the build.
    pub(super) fn of(plan: &Plan<'_>) -> Option<Self> {
        let output = plan.outputs.iter().find(|output| output.subject == Subject::ApiBuild)?;
        let key = render::build_key(plan, output);
        Some(Self { path: output.path.clone(), key, text: render::build(plan) })
    }
}

/// A run that need not be made.
pub(super) struct Again {
    record: Record,
    /// `api/build.json` for this moment.
    said: Option<String>,
}

/// The last run, if this one would come out like it; then the sink has taken all but what
/// [`Again::publish`] adds.
pub(super) fn unchanged(
    run: &mut Run<'_>,
    files: &Noting<'_>,
    pack: &Pack,
    sink: &dyn Sink,
) -> Result<Option<Again>, Failure> {
    let Some(record) = pack.last_run::<Record>() else { return Ok(None) };
    if !run.options.without.is_empty() || sink.fingerprint() != Some(record.outputs) {
        return Ok(None);
    }
    run.discover()?;
    run.problems.clear();
    let Some(listing) = &run.listing else { return Ok(None) };
    let Some(settings) = settings(files, &run.options.overrides, &mut Vec::new())? else { return Ok(None) };
    let now = run.options.now.at(&settings);
    let listing_is_same = record.shape == shape(listing, run.options) && record.holds_at(now);
    if !listing_is_same || inputs(listing, files, pack) != Some(record.inputs) {
        return Ok(None);
    }
    let text = |said: &Said| render::build_at(&said.text, now, &settings.zone);
    let said = record.said.as_ref().and_then(text);
    let path = record.said.as_ref().map(|said| &said.path);
    if said.is_some() != path.is_some() || !sink.keep_all(path)? {
        return Ok(None);
    }
    pack.note_run_again();
    Ok(Some(Again { record, said }))
}

impl Record {
    /// Whether nothing changes by itself between its moment and another one. Some findings count
    /// days.
    fn holds_at(&self, now: DateTime) -> bool {
        let before_change = self.contents.next_change.is_none_or(|change| now < change);
        self.now <= now && self.now.date() == now.date() && before_change
    }
}

impl Again {
    /// Publishes what the moment changes, and tells what the last run told.
    pub(super) fn publish(self, mut run: Run<'_>, sink: Box<dyn Sink>) -> Result<Outcome, Failure> {
        let Record { problems, contents, pages, said, count, .. } = self.record;
        if let (Some(Said { path, key, .. }), Some(text)) = (said, self.said) {
            sink.put(&path, Phase::Feed, key, text.as_bytes())?;
        }
        let written = run.stage("write", |_| sink.commit(), |w| w.as_ref().map_or(0, |w| w.written))?;
        let report = Report::new(problems, |path| run.files.text(path));
        let rendered = Rendered { made: 0, kept: count };
        let timings = run.timings;
        Ok(Outcome { report, written: Some(written), rendered, contents, timings, pages, damaged: 0 })
    }
}

/// Notes a run, and every file that it did not note by itself.
pub(super) fn note(
    pack: &Pack,
    listing: &Listing,
    files: &Noting<'_>,
    options: &BuildOptions,
    catalogue: &Catalogue,
    outcome: &Outcome,
    said: Option<Said>,
) {
    let outputs = outcome.written.as_ref().and_then(|written| written.fingerprint);
    let (Some(inputs), Some(outputs)) = (inputs(listing, files, pack), outputs) else { return };
    if !options.without.is_empty() {
        return;
    }
    pack.note_run(&Record {
        shape: shape(listing, options),
        inputs,
        outputs,
        now: catalogue.now,
        problems: outcome.report.problems.iter().map(|problem| problem.diagnostic.clone()).collect(),
        contents: outcome.contents.clone(),
        pages: outcome.pages.clone(),
        said,
        count: outcome.rendered.made + outcome.rendered.kept,
    });
}

/// Key of what tells two runs apart without reading a file.
fn shape(listing: &Listing, options: &BuildOptions) -> Key {
    let sources = || listing.content.iter().chain(&listing.themes);
    let lengths: Vec<(&SitePath, u64)> = sources().map(|source| (&source.path, source.length)).collect();
    let base_url = options.overrides.base_url.as_ref().map(|(url, _)| url);
    Key::of(&(PROGRAM, options.drafts, base_url, lengths, format!("{:?}", listing.problems)))
}

/// Key of the bytes of all files, which are read where their stamps say nothing; `None` where one
/// cannot be read.
fn inputs(listing: &Listing, files: &Noting<'_>, pack: &Pack) -> Option<Key> {
    let sources: Vec<&SourceRef> = listing.content.iter().chain(&listing.themes).collect();
    let keys: Option<Vec<Key>> = sources.par_iter().map(|source| content(source, files, pack)).collect();
    Some(Key::of(&(keys?, files.content(&Settings::file())?)))
}

fn content(source: &SourceRef, files: &Noting<'_>, pack: &Pack) -> Option<Key> {
    let path = &source.path;
    if !files.has_read(path)
        && let Some(content) = pack.noted(path)
    {
        return Some(content);
    }
    let known = pack.content(path, source.stamp).filter(|_| !files.has_read(path));
    let content = known.or_else(|| files.content(path))?;
    if pack.noted(path) != Some(content) {
        let known = pack.find(path).filter(|noted| noted.content == content);
        let made = known.and_then(|noted| noted.made.clone());
        pack.note(path, Noted { stamp: source.stamp, content, made });
    }
    Some(content)
}

impl Now {
    /// The moment on the wall in a site's time zone.
    pub(super) fn at(self, settings: &Settings) -> DateTime {
        match self {
            Self::Clock(timestamp) => timestamp.to_zoned(settings.zone.clone()).datetime(),
            Self::Wall(moment) => moment,
        }
    }
}
