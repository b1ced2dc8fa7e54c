//! A run over a site in which little changed: what comes of it is known. With the same inputs, at a
//! moment before the next change and over the same outputs, the last run's findings are told again
//! and only the moment in `api/build.json` is new. Where nothing changed but words of texts of which
//! no other page shows anything, only the pages of these texts are rendered.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::civil::DateTime;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{BuildOptions, Changes, Contents, Failure, Listing, Now, Outcome, Page, Rendered, Run, settings};
use crate::{
    base::{
        hash::{Key, PROGRAM},
        path::{OutPath, SitePath},
    },
    catalogue::Catalogue,
    config::Settings,
    diagnostics::{Diagnostic, Report},
    model::face_before,
    output::{Phase, Sink},
    plan::{Plan, Subject},
    render,
    source::{Files, SourceRef},
    store::{Noted, Pack, Store},
};

/// More changed files than this make a run over everything.
pub(super) const FEW: usize = 64;

/// About how many bytes a page takes in what is told again.
const PAGE: usize = 128;

/// The files of a run, and what was read of them: a file that changes meanwhile is noted as it was
/// when it was used.
pub(super) struct Noting<'a> {
    files: &'a dyn Files,
    /// Hash of the bytes, or that they were different each time.
    read: Mutex<HashMap<SitePath, Option<Key>>>,
}

impl<'a> Noting<'a> {
    pub(super) fn new(files: &'a dyn Files) -> Self {
        Self { files, read: Mutex::default() }
    }

    /// The hash of a file as it was read; `None` if it cannot be read, or changed meanwhile.
    pub(super) fn content(&self, path: &SitePath) -> Option<Key> {
        if let Some(known) = self.noted().get(path) {
            return *known;
        }
        self.read(path).ok()?;
        *self.noted().get(path)?
    }

    fn note(&self, path: &SitePath, content: Key) {
        let content = Some(content);
        let mut noted = self.noted();
        let known = noted.entry(path.clone()).or_insert(content);
        *known = known.filter(|known| Some(*known) == content);
    }

    fn has_read(&self, path: &SitePath) -> bool {
        self.noted().contains_key(path)
    }

    fn noted(&self) -> MutexGuard<'_, HashMap<SitePath, Option<Key>>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Files for Noting<'_> {
    fn list(&self, folder: &str, problems: &mut Vec<Diagnostic>) -> io::Result<Vec<SourceRef>> {
        self.files.list(folder, problems)
    }

    fn read(&self, path: &SitePath) -> io::Result<Vec<u8>> {
        let bytes = self.files.read(path)?;
        self.note(path, Key::of_bytes(&bytes));
        Ok(bytes)
    }

    fn read_listed(&self, source: &SourceRef) -> io::Result<Vec<u8>> {
        self.read_hashed(source).map(|(bytes, _)| bytes)
    }

    fn read_hashed(&self, source: &SourceRef) -> io::Result<(Vec<u8>, Key)> {
        let (bytes, content) = self.files.read_hashed(source)?;
        self.note(&source.path, content);
        Ok((bytes, content))
    }
}

/// What a run notes of itself.
#[derive(Serialize, Deserialize)]
struct Record {
    /// Names of all files, and the options.
    shape: Key,
    /// Lengths of all files.
    lengths: Key,
    /// The bytes of `pbsite.yaml`.
    settings: Key,
    /// The outputs.
    outputs: Key,
    /// The moment for which it ran.
    now: DateTime,
    problems: Vec<Diagnostic>,
    of_items: Vec<Diagnostic>,
    /// When the site changes by itself.
    next_change: Option<DateTime>,
    said: Option<Said>,
    count: usize,
}

/// What a run was made of, all of it noted.
pub(super) struct Inputs {
    shape: Key,
    lengths: Key,
    settings: Key,
}

/// What is told again where nothing changed.
#[derive(Serialize, Deserialize)]
pub(super) struct Told<'a> {
    pub(super) contents: Cow<'a, Contents>,
    pub(super) pages: Cow<'a, [Page]>,
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

/// What a run has to do after the last one.
pub(super) enum Since {
    /// What the last one did: nothing changed.
    Nothing(Box<Again>),
    /// Its sources are those of the last one but for a few texts, over the same outputs at a moment
    /// before the next change. What others see of these texts must be compared.
    Texts(Changed),
    /// Everything.
    Other,
}

/// The few files that changed since the last run, and what it found.
pub(super) struct Changed {
    files: Vec<SitePath>,
    of_items: Vec<Diagnostic>,
}

/// The items of which words alone changed, of which no other page shows anything.
pub(super) struct OnlyTexts {
    pub(super) texts: BTreeSet<usize>,
    /// What checks of the other items find.
    pub(super) of_others: Vec<Diagnostic>,
}

impl Changed {
    /// The items of these files, if other pages show of them what they showed before; `None` where that
    /// is not so of each.
    pub(super) fn only_texts(self, catalogue: &Catalogue, pack: &Pack) -> Option<OnlyTexts> {
        let same = |path: &SitePath| {
            let item = catalogue.by_path(path)?;
            let before = face_before(pack, path)?;
            (catalogue.items[item].body.face == before).then_some(item)
        };
        let texts = self.files.iter().map(same).collect::<Option<_>>()?;
        let mut of_others = self.of_items;
        of_others.retain(|found| !self.files.iter().any(|path| found.place.file_name() == Some(path.as_str())));
        Some(OnlyTexts { texts, of_others })
    }
}

/// What a run found that the next one may use.
pub(super) struct Findings {
    pub(super) said: Option<Said>,
    /// What checks of items found, before anything was leveled.
    pub(super) of_items: Vec<Diagnostic>,
}

/// A run that need not be made.
pub(super) struct Again {
    record: Record,
    told: Told<'static>,
    /// `api/build.json` for this moment.
    said: Option<String>,
}

/// Compares this run with the last one. If it would come out the same, the sink has taken all but what
/// [`Again::publish`] adds.
pub(super) fn since(run: &mut Run<'_>, files: &Noting<'_>, pack: &Pack, sink: &dyn Sink) -> Result<Since, Failure> {
    let Some(record) = pack.last_run::<Record>() else { return Ok(Since::Other) };
    if !run.options.without.is_empty() || sink.fingerprint() != Some(record.outputs) {
        return Ok(Since::Other);
    }
    let Some(listing) = &run.listing else { return Ok(Since::Other) };
    let Some(settings) = settings(files, &run.options.overrides, &mut Vec::new())? else { return Ok(Since::Other) };
    let now = run.options.now.at(&settings);
    if record.shape != shape(listing, run.options) || !holds(record.now, record.next_change, now) {
        return Ok(Since::Other);
    }
    match changed(listing, files, pack, &record) {
        Some(changed) if changed.is_empty() => {}
        Some(files) => return Ok(Since::Texts(Changed { files, of_items: record.of_items })),
        None => return Ok(Since::Other),
    }
    let (told, ()) = rayon::join(|| pack.more_of_last_run::<Told<'static>>(), || sink.look());
    let Some(told) = told else { return Ok(Since::Other) };
    let text = |said: &Said| render::build_at(&said.text, now, &settings.zone);
    let said = record.said.as_ref().and_then(text);
    let path = record.said.as_ref().map(|said| &said.path);
    if said.is_some() != path.is_some() || !sink.keep_all(path.as_slice())? {
        return Ok(Since::Other);
    }
    Ok(Since::Nothing(Box::new(Again { record, told, said })))
}

/// The files that are not what they were when a run was noted; `None` where they are more than
/// [`FEW`], or not known.
fn changed(listing: &Listing, files: &Noting<'_>, pack: &Pack, record: &Record) -> Option<Vec<SitePath>> {
    if files.content(&Settings::file()) != Some(record.settings) {
        return None;
    }
    let sources = listing.sources();
    let touched = pack.touched(sources.iter().map(|source| (&source.path, source.stamp)))?;
    let touched: Vec<&SourceRef> = touched.into_iter().map(|index| sources[index]).collect();
    // Where many lengths are others too, their bytes are not looked at twice.
    if touched.len() > FEW && record.lengths != lengths(listing) {
        return None;
    }
    let keys: Option<Vec<Key>> = touched.par_iter().map(|source| content(source, files, pack)).collect();
    let before = |source: &SourceRef| pack.find(&source.path).map(|noted| noted.content);
    let changed = touched.iter().zip(keys?).filter(|(source, now)| before(source) != Some(*now));
    let changed: Vec<SitePath> = changed.map(|(source, _)| source.path.clone()).collect();
    (changed.len() <= FEW).then_some(changed)
}

/// What is not as the last run noted it; `None` where no run is noted.
pub(super) fn changes(files: &dyn Files, store: &dyn Store) -> Option<Changes> {
    let pack = store.pack()?;
    let record = pack.last_run::<Record>()?;
    let files = Noting::new(files);
    let listing = Listing::of(&files).ok()?;
    let mut changes = Changes::default();
    if files.content(&Settings::file()) != Some(record.settings) {
        changes.edited.insert(Settings::file());
    }
    for source in listing.sources() {
        match pack.find(&source.path).map(|noted| noted.content) {
            None => drop(changes.new.insert(source.path.clone())),
            Some(before) if content(source, &files, &pack) != Some(before) => {
                changes.edited.insert(source.path.clone());
            }
            Some(_) => {}
        }
    }
    let there: BTreeSet<&SitePath> = listing.sources().into_iter().map(|source| &source.path).collect();
    changes.gone = pack.known().filter(|path| !there.contains(path)).cloned().collect();
    Some(changes)
}

/// Whether nothing changes by itself between two moments. Some findings count days.
pub(super) fn holds(then: DateTime, next_change: Option<DateTime>, now: DateTime) -> bool {
    let before_change = next_change.is_none_or(|change| now < change);
    then <= now && then.date() == now.date() && before_change
}

impl Again {
    /// Publishes what the moment changes, and tells what the last run told.
    pub(super) fn publish(self, mut run: Run<'_>, sink: Box<dyn Sink>) -> Result<Outcome, Failure> {
        let Record { problems, said, count, .. } = self.record;
        let Told { contents, pages } = self.told;
        if let (Some(Said { path, key, .. }), Some(text)) = (said, self.said) {
            sink.put(&path, Phase::Feed, key, text.as_bytes())?;
        }
        let written = run.stage("write", |_| sink.commit(), |w| w.as_ref().map_or(0, |w| w.written))?;
        let report = Report::new(problems, |path| run.files.text(path));
        let rendered = Rendered { made: 0, kept: count };
        let (contents, pages, timings) = (contents.into_owned(), pages.into_owned(), run.timings);
        let listing = run.listing.take();
        let recalled = listing.as_ref().map_or(0, Listing::len);
        // Nobody should wait until the list is taken apart.
        rayon::spawn(|| drop(listing));
        Ok(Outcome {
            report,
            written: Some(written),
            rendered,
            contents,
            timings,
            pages,
            damaged: 0,
            recalled,
            remains: None,
        })
    }
}

/// Notes a run.
pub(super) fn note(
    pack: &Pack,
    Inputs { shape, lengths, settings }: Inputs,
    now: DateTime,
    outcome: &Outcome,
    Findings { said, of_items }: Findings,
) {
    let Some(outputs) = outcome.written.as_ref().and_then(|written| written.fingerprint) else { return };
    pack.note_run(&Record {
        shape,
        lengths,
        settings,
        outputs,
        now,
        problems: outcome.report.problems.iter().map(|problem| problem.diagnostic.clone()).collect(),
        of_items,
        next_change: outcome.contents.next_change,
        said,
        count: outcome.rendered.made + outcome.rendered.kept,
    });
}

/// Key of what tells two runs apart without reading a file, lengths apart.
pub(super) fn shape(listing: &Listing, options: &BuildOptions) -> Key {
    let names: Vec<&SitePath> = listing.sources().into_iter().map(|source| &source.path).collect();
    let base_url = options.overrides.base_url.as_ref().map(|(url, _)| url);
    let preview = &options.overrides.preview;
    Key::of(&(PROGRAM, options.drafts, base_url, preview, names, format!("{:?}", listing.problems)))
}

fn lengths(listing: &Listing) -> Key {
    Key::of(&listing.sources().into_iter().map(|source| source.length).collect::<Vec<_>>())
}

/// Notes what can be noted before the outputs are published: what is told again where nothing changes, and
/// every file. `None` where one cannot be read, or changed meanwhile.
pub(super) fn note_ahead(
    listing: &Listing,
    options: &BuildOptions,
    files: &Noting<'_>,
    pack: &Pack,
    told: &Told<'_>,
) -> Option<Inputs> {
    note_rest(listing, files, pack)?;
    pack.note_more(told, told.pages.len() * PAGE);
    pack.put_down();
    let settings = files.content(&Settings::file())?;
    Some(Inputs { shape: shape(listing, options), lengths: lengths(listing), settings })
}

/// Notes every file that the run did not note by itself as it used it; `None` where one cannot be
/// read, or changed meanwhile.
pub(super) fn note_rest(listing: &Listing, files: &Noting<'_>, pack: &Pack) -> Option<()> {
    let sources = listing.sources();
    let as_used = {
        let read = files.noted();
        let is_as_read = |path: &SitePath, content| read.get(path).is_none_or(|read| *read == Some(content));
        pack.noted_each(sources.iter().map(|source| &source.path), is_as_read)
    };
    let rest: Vec<&SourceRef> = sources.into_iter().zip(as_used).filter(|(_, used)| !used).map(|(s, _)| s).collect();
    rest.par_iter().map(|source| content(source, files, pack).map(drop)).collect()
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
