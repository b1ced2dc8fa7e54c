//! The run, from a folder of sources to a published site: read this first.
//!
//! ```text
//! discover -> parse -> model -> catalogue -> resolve -> plan -> render -> write
//! ```
//!
//! Each stage is a function from one type to the next. Problems of content are collected on the
//! way and decide at the end: with an error among them nothing is published and readers keep the
//! last good site. Only the world (a disk that cannot be read or written) fails with `Err`.

mod again;
mod explain;
mod left;
mod without;

use std::{
    borrow::Cow,
    collections::BTreeSet,
    fmt, io,
    time::{Duration, Instant},
};

use again::{Changed, Findings, Noting, OnlyTexts, Since};
pub use explain::{Before, Changes, Explanation, Reason, before, explain};
use jiff::{Timestamp, civil::DateTime};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    base::{date::When, path::SitePath},
    catalogue::{AsOf, Besides, Catalogue, Lists, resolve},
    checks::{self, Beyond, Rules},
    config::{FILE, Overrides, Settings},
    diagnostics::{Code, Diagnostic, Place, Report, Severity},
    document::{Drafts, Form},
    model::{self, Item, Kinds, Presence, Reader},
    msg,
    output::{OutputError, Sink, Written},
    plan::{Plan, Planned, Subject},
    render::{self, Rendered, Tools},
    schedule::{self, Holidays},
    source::{Files, SourceRef, check_names, decode},
    store::{Pack, Spool, Store},
    theme,
};
pub use left::Remains;
use left::{Facts, Finders, Ground, Left, Understood};

/// Bytes of texts' HTML that a build holds in memory; what is more waits on the disk.
const IN_MEMORY: u64 = 16 << 20;

/// So many sources at least, and at most, are read by a thread before it takes the next: in the end
/// no thread should wait long for another.
const AT_ONCE: usize = 8;
const AT_MOST: usize = 32;

/// What a run may be told.
#[derive(Debug, Clone)]
pub struct BuildOptions {
    /// The moment for which the site is built.
    pub now: Now,
    /// Whether drafts and scheduled items are shown.
    pub drafts: bool,
    /// What flags and the environment say over `pbsite.yaml`.
    pub overrides: Overrides,
    /// Files as if they were absent; what refers to them warns instead of failing.
    pub without: Vec<SitePath>,
}

/// A moment, before the site's time zone is known.
#[derive(Debug, Clone, Copy)]
pub enum Now {
    /// By a clock.
    Clock(Timestamp),
    /// On the wall in the site's time zone.
    Wall(DateTime),
}

/// What a run found and did.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Problems of the content.
    pub report: Report,
    /// What was published; `None` where nothing was, because of errors or because nobody asked.
    pub written: Option<Written>,
    /// What was rendered and what could be kept.
    pub rendered: Rendered,
    /// What the catalogue holds.
    pub contents: Contents,
    /// How long each stage took, with what it counted.
    pub timings: Vec<Timing>,
    /// How much of the cache was found damaged and made anew.
    pub damaged: usize,
    /// Texts that were taken from the cache as they were.
    pub recalled: usize,
    /// The pages and feeds whose addresses readers may keep, published or not.
    pub pages: Vec<Page>,
    /// What is left of the work.
    pub remains: Option<Remains>,
}

/// Something with an address that readers may keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Its address, relative to the root.
    pub address: String,
    /// The title, if it is the page of an item.
    pub title: Option<String>,
    /// Where it stands, if the item is a row of a table: `content/needs/2026.csv:5`.
    pub row: Option<String>,
}

/// What happens by itself later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upcoming {
    /// When, in the site's time zone.
    pub when: DateTime,
    /// What.
    pub change: UpcomingChange,
    /// The file.
    pub path: SitePath,
    /// The title of the item.
    pub title: String,
}

/// What the passing of time does to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum UpcomingChange {
    /// It is published.
    Appears,
    /// It leaves lists and feeds.
    Expires,
}

/// What there is, in numbers and names.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct Contents {
    /// Items that readers see in lists.
    pub listed: usize,
    /// Files (of tables their rows) that wait as drafts.
    pub drafts: Vec<String>,
    /// Files that wait for their date.
    pub scheduled: Vec<(String, String)>,
    /// Files whose time is over, of tables their rows: `content/needs/2026.csv:5`.
    pub expired: Vec<String>,
    /// Files that were taken back.
    pub withdrawn: Vec<String>,
    /// The next moment at which a build would come out differently.
    pub next_change: Option<DateTime>,
    /// What happens by itself, in the order of time.
    pub upcoming: Vec<Upcoming>,
}

/// How long a stage took.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// The stage.
    pub stage: &'static str,
    /// When it began, since the run did.
    pub begin: Duration,
    /// Wall time.
    pub time: Duration,
    /// How many things it made.
    pub count: usize,
}

/// A failure of the world.
#[derive(Debug)]
pub enum Failure {
    /// A source cannot be read: what, why.
    Source(String, io::Error),
    /// An output cannot be written.
    Output(OutputError),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(what, error) => write!(f, "{what}: {error}"),
            Self::Output(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        Self::Output(error)
    }
}

/// Builds the site into `sink` and publishes it, unless the content has errors.
///
/// # Errors
/// When sources cannot be read or outputs cannot be written.
pub fn build(
    files: &dyn Files,
    store: &dyn Store,
    sink: Box<dyn Sink>,
    options: &BuildOptions,
) -> Result<Outcome, Failure> {
    let consequences = without::consequences(files, options)?;
    let rest = without::left_out(files, &options.without);
    // Without anything laid over them, the files are read at first hand.
    let files = if options.without.is_empty() { files } else { &rest };
    let files = &Noting::new(files);
    let mut run = Run { consequences, ..Run::new(files, options) };
    if let Some((left, rendered)) = Left::texts(&mut run, files, store, &*sink)? {
        return run.publish_texts(store, left, rendered, sink);
    }
    let pack = run.discover_beside(|| store.pack())?;
    let changed = match &pack {
        Some(pack) => again::since(&mut run, files, pack, &*sink)?,
        None => Since::Other,
    };
    match changed {
        Since::Nothing(again) => again.publish(run, sink),
        Since::Texts(changed) => run.build(files, store, pack, sink, Some(changed)),
        Since::Other => run.build(files, store, pack, sink, None),
    }
}

/// Finds every problem that a build would find before rendering, and writes nothing.
///
/// # Errors
/// When sources cannot be read.
pub fn check(files: &dyn Files, options: &BuildOptions) -> Result<Outcome, Failure> {
    check_beyond(files, options, &Beyond::default())
}

/// Finds every problem like [`check`], and holds the site against what lies beyond its content.
///
/// # Errors
/// When sources cannot be read.
pub fn check_beyond(files: &dyn Files, options: &BuildOptions, beyond: &Beyond<'_>) -> Result<Outcome, Failure> {
    let mut run = Run::new(files, options);
    let Some((catalogue, rules, dress)) = run.catalogue(None, || {})? else { return Ok(run.finish(None)) };
    run.publishable(&catalogue, &rules, dress, |plan, run| {
        run.stage("templates", |problems| render::check(plan, problems), |()| plan.constants.len());
        run.stage("texts", |problems| checks::look_at_texts(plan, files, problems), |()| 1);
        if !beyond.is_nothing() {
            run.stage("beyond", |problems| checks::look_beyond(plan, beyond, problems), |()| 1);
        }
        Ok(())
    })?;
    Ok(run.finish(Some(&catalogue)))
}

/// Reads the content into a catalogue, for commands that look at it. `None` where the
/// configuration is no site.
///
/// # Errors
/// When sources cannot be read.
pub fn load(files: &dyn Files, options: &BuildOptions) -> Result<(Option<Catalogue>, Outcome), Failure> {
    let mut run = Run::new(files, options);
    let Some((catalogue, rules, dress)) = run.catalogue(None, || {})? else { return Ok((None, run.finish(None))) };
    run.publishable(&catalogue, &rules, dress, |_, _| Ok(()))?;
    let outcome = run.finish(Some(&catalogue));
    Ok((Some(catalogue), outcome))
}

/// Plans the site and hands the plan to `then`, for commands that make something else of it than
/// pages; with it the spool in which the HTML of texts is. `None` where the configuration is no
/// site.
///
/// # Errors
/// When sources cannot be read.
pub fn with_plan<T>(
    files: &dyn Files,
    options: &BuildOptions,
    then: impl FnOnce(&Plan<'_>, &Spool<'_>, &mut Vec<Diagnostic>) -> T,
) -> Result<(Option<T>, Outcome), Failure> {
    let mut run = Run::new(files, options);
    let spool = Spool::new(IN_MEMORY, || Err(io::ErrorKind::Unsupported.into()));
    let Some((catalogue, rules, dress)) = run.catalogue(Some((&spool, None)), || {})? else {
        return Ok((None, run.finish(None)));
    };
    let (made, _) =
        run.publishable(&catalogue, &rules, dress, |plan, run| Ok(then(plan, &spool, &mut run.problems)))?;
    Ok((Some(made), run.finish(Some(&catalogue))))
}

/// Reads `pbsite.yaml` alone.
///
/// # Errors
/// When it cannot be read.
pub fn settings(
    files: &dyn Files,
    overrides: &Overrides,
    problems: &mut Vec<Diagnostic>,
) -> Result<Option<Settings>, Failure> {
    let bytes = match files.read(&Settings::file()) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            problems.push(
                Diagnostic::new(Code::SiteFileMissing, Place::Site, msg!("这里没有 {FILE}", "there is no {FILE} here"))
                    .help(msg!(
                        "在网站的文件夹里运行，或用 pbsite init 新建一个",
                        "run inside a site's folder, or make one with `pbsite init`"
                    )),
            );
            return Ok(None);
        }
        Err(error) => return Err(Failure::Source(FILE.into(), error)),
    };
    Ok(Settings::read(&decode(bytes).text, overrides, problems))
}

/// The problems that a run finds before it renders, as they are leveled.
fn publishable_problems(mut run: Run<'_>) -> Result<Vec<Diagnostic>, Failure> {
    if let Some((catalogue, rules, dress)) = run.catalogue(None, || {})? {
        run.publishable(&catalogue, &rules, dress, |_, _| Ok(()))?;
    }
    Ok(run.leveled())
}

struct Run<'a> {
    files: &'a dyn Files,
    options: &'a BuildOptions,
    problems: Vec<Diagnostic>,
    timings: Vec<Timing>,
    begun: Instant,
    levels: std::collections::BTreeMap<String, String>,
    /// Errors that warn, because they come of files that were left out.
    consequences: Vec<Diagnostic>,
    pages: Vec<Page>,
    /// What lies in the site, once somebody looked.
    listing: Option<Listing>,
    finders: Finders,
}

impl<'a> Run<'a> {
    fn new(files: &'a dyn Files, options: &'a BuildOptions) -> Self {
        Self {
            files,
            options,
            problems: Vec::new(),
            timings: Vec::new(),
            begun: Instant::now(),
            levels: Default::default(),
            consequences: Vec::new(),
            pages: Vec::new(),
            listing: None,
            finders: Finders::default(),
        }
    }

    fn stage<T>(
        &mut self,
        stage: &'static str,
        work: impl FnOnce(&mut Vec<Diagnostic>) -> T,
        count: impl FnOnce(&T) -> usize,
    ) -> T {
        let start = Instant::now();
        let done = work(&mut self.problems);
        let (begin, time) = (start - self.begun, start.elapsed());
        self.timings.push(Timing { stage, begin, time, count: count(&done) });
        done
    }

    /// discover, parse, model, catalogue; the theme is read beside. `parsed` is called when all is read:
    /// what comes then takes one thread for the most part.
    fn catalogue(
        &mut self,
        spool: Option<(&Spool<'_>, Option<&Pack>)>,
        parsed: impl FnOnce(),
    ) -> Result<Option<(Catalogue, Rules, Dress)>, Failure> {
        let (files, options, begun) = (self.files, self.options, self.begun);
        let settings = self.stage("configuration", |problems| settings(files, &options.overrides, problems), |_| 1)?;
        let Some(settings) = settings else { return Ok(None) };
        self.levels.clone_from(&settings.checks);
        let kinds = Kinds::new(&settings, &mut self.problems);
        let sources = self.discover()?;
        check_names(&sources, &mut self.problems);
        let sources = split(sources, &kinds);
        model::rows::passed_over(&sources.others, &kinds, &mut self.problems);
        let rules = Rules::new(&settings, files, &mut self.problems);
        let language = settings.default_language();
        let drafts = spool.map(|(spool, pack)| Drafts { spool, pack, language });
        let reader = Reader::new(files, &kinds, &settings, &rules, drafts);
        let read = |problems: &mut Vec<Diagnostic>| parse(&sources, files, &kinds, &reader, problems);
        let before = self.problems.len();
        let (items, dress) = rayon::join(|| self.stage("parse", read, Vec::len), || Dress::of(&settings, files, begun));
        self.finders.reading = before..self.problems.len();
        parsed();
        if sources.documents.is_empty() && sources.tables.is_empty() {
            self.problems.push(nothing_yet());
        }
        let mut broken = broken(&sources.documents, &items, &self.problems);
        broken.extend(broken_tables(&sources.tables, &self.problems));
        let besides = Besides { files: &sources.others, broken };
        let now = options.now.at(&settings);
        let as_of = AsOf { now, drafts: options.drafts };
        let catalogue = self.stage(
            "catalogue",
            |problems| {
                let holidays = holidays(files, &sources.others, problems);
                Catalogue::new(settings, kinds, items, besides, holidays, as_of, problems)
            },
            |catalogue| catalogue.items.len(),
        );
        Ok(Some((catalogue, rules, dress)))
    }

    /// Every file of `content/`, looked for once.
    fn discover(&mut self) -> Result<Vec<SourceRef>, Failure> {
        if self.listing.is_none() {
            let files = self.files;
            let listing =
                self.stage("discover", |_| Listing::of(files), |found| found.as_ref().map_or(0, Listing::len));
            self.listing = Some(listing.map_err(|error| Failure::Source("content/".into(), error))?);
        }
        let listing = self.listing.as_ref().map(|listing| (listing.content.clone(), listing.problems.clone()));
        let (content, problems) = listing.unwrap_or_default();
        self.problems.extend(problems);
        Ok(content)
    }

    /// Looks for the files while something else is done.
    fn discover_beside<T: Send>(&mut self, work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
        let (done, found) = rayon::join(work, || self.discover());
        self.problems.clear();
        found.map(|_| done)
    }

    /// resolve, plan; then what the caller wants of the plan.
    fn publishable<T>(
        &mut self,
        catalogue: &Catalogue,
        rules: &Rules,
        dress: Dress,
        then: impl FnOnce(&Plan<'_>, &mut Self) -> Result<T, Failure>,
    ) -> Result<(T, Ground), Failure> {
        self.publishable_again(catalogue, rules, dress, None, then)
    }

    /// The same where little changed: what is found about items that did not is known.
    fn publishable_again<T>(
        &mut self,
        catalogue: &Catalogue,
        rules: &Rules,
        Dress { theme, problems, timing }: Dress,
        texts: Option<&OnlyTexts>,
        then: impl FnOnce(&Plan<'_>, &mut Self) -> Result<T, Failure>,
    ) -> Result<(T, Ground), Failure> {
        let files = self.files;
        let resolved = self.stage("resolve", |problems| resolve(catalogue, problems), |r| r.items.len());
        let lists = self.stage("lists", |problems| Lists::all(catalogue, &resolved, problems), Vec::len);
        self.problems.extend(problems);
        self.timings.push(timing);
        let theme = theme.map_err(|error| Failure::Source(format!("themes/{}", catalogue.settings.theme), error))?;
        let plan = self.stage(
            "plan",
            |problems| Plan::new(catalogue, &resolved, &lists, &theme, files, problems),
            |plan| plan.outputs.len(),
        );
        self.check(&plan, rules, texts);
        let addresses: Vec<&Planned> = render::addresses(&plan).collect();
        self.pages = addresses.into_par_iter().with_min_len(512).map(|output| page(catalogue, output)).collect();
        let made = then(&plan, self)?;
        let layout = plan.into_layout();
        Ok((made, Ground { resolved, lists, theme, layout }))
    }

    /// Looks at the items that changed and at the site.
    fn check(&mut self, plan: &Plan<'_>, rules: &Rules, texts: Option<&OnlyTexts>) {
        let before = self.problems.len();
        let look = |problems: &mut Vec<Diagnostic>| {
            match texts {
                None => checks::look_at_items(plan, rules, 0..plan.catalogue.items.len(), problems),
                Some(OnlyTexts { of_others, texts }) => {
                    problems.extend_from_slice(of_others);
                    checks::look_at_items(plan, rules, texts.iter().copied().collect::<Vec<_>>(), problems);
                }
            }
            let of_items = problems.len();
            checks::look_at_the_site(plan, problems);
            (of_items, problems.len() - before)
        };
        let (of_items, _) = self.stage("checks", look, |(_, found)| *found);
        self.finders.items = before..of_items;
        self.finders.checks = before..self.problems.len();
    }

    /// Builds, stage by stage. Where files are named as `changed`, nothing else did since the sink's
    /// outputs were made.
    fn build(
        mut self,
        files: &Noting<'_>,
        store: &dyn Store,
        pack: Option<Pack>,
        sink: Box<dyn Sink>,
        changed: Option<Changed>,
    ) -> Result<Outcome, Failure> {
        let scratch = Spool::new(IN_MEMORY, || sink.scratch());
        let spool: &Spool<'_> = match &pack {
            Some(pack) => pack.spool(),
            None => &scratch,
        };
        let tools = Tools { files, store, spool, sink: &*sink };
        let made = rayon::scope(|scope| {
            let keeps_most = changed.is_some();
            let parsed = || {
                scope.spawn(|_| pack.iter().for_each(Pack::all_read));
                if keeps_most {
                    scope.spawn(|_| sink.look_ahead());
                }
            };
            self.make(&tools, pack.as_ref(), changed, parsed)
        })?;
        let Some(Made { catalogue, rules, ground, rendered, said }) = made else { return Ok(self.finish(None)) };
        if self.has_errors() {
            pack.into_iter().for_each(Pack::save);
            return Ok(Outcome { rendered, ..self.finish(Some(&catalogue)) });
        }
        drop(scratch);
        let options = self.options;
        let (listing, pages) = (self.listing.take(), std::mem::take(&mut self.pages));
        // What was read can be noted while the outputs are published.
        let (written, (contents, inputs)) = rayon::join(
            || self.stage("write", |_| sink.commit(), |w| w.as_ref().map_or(0, |w| w.written)),
            || {
                let contents = contents(&catalogue);
                let told = again::Told { contents: Cow::Borrowed(&contents), pages: Cow::Borrowed(&pages) };
                let noted = listing.as_ref().zip(pack.as_ref());
                let inputs = noted.and_then(|(listing, pack)| again::note_ahead(listing, options, files, pack, &told));
                (contents, inputs)
            },
        );
        let written = written?;
        (self.listing, self.pages) = (listing, pages);
        let facts = store.memo().and(pack.as_ref()).and_then(|pack| Facts::of(&self, pack, files, &written));
        let of_items = self.problems[self.finders.items.clone()].to_vec();
        let outcome = Outcome { rendered, contents, written: Some(written), ..self.finish(None) };
        let (mut damaged, mut recalled) = (0, 0);
        if let Some(pack) = pack {
            (damaged, recalled) = (pack.damaged(), pack.recalled());
            if let Some(inputs) = inputs.filter(|_| options.without.is_empty()) {
                again::note(&pack, inputs, catalogue.now, &outcome, Findings { said, of_items });
            }
            pack.save();
        }
        let next_change = outcome.contents.next_change;
        let remains = left::leave(Understood { catalogue, rules, ground, next_change }, facts, store);
        Ok(Outcome { damaged, recalled, remains, ..outcome })
    }

    /// The stages up to rendering; `None` where the configuration is no site. With errors nothing is
    /// rendered.
    fn make(
        &mut self,
        tools: &Tools<'_>,
        pack: Option<&Pack>,
        changed: Option<Changed>,
        parsed: impl FnOnce(),
    ) -> Result<Option<Made>, Failure> {
        let Some((catalogue, rules, dress)) = self.catalogue(Some((tools.spool, pack)), parsed)? else {
            return Ok(None);
        };
        let texts = changed.zip(pack).and_then(|(changed, pack)| changed.only_texts(&catalogue, pack));
        let mut said = None;
        let (rendered, ground) = self.publishable_again(&catalogue, &rules, dress, texts.as_ref(), |plan, run| {
            if run.has_errors() {
                return Ok(Rendered::default());
            }
            said = again::Said::of(plan);
            let render = |problems: &mut _| match texts
                .as_ref()
                .map(|only| render::render_texts(plan, tools, &only.texts, problems))
            {
                Some(Ok(Some(rendered))) => Ok(rendered),
                Some(Err(error)) => Err(error),
                Some(Ok(None)) | None => render::render(plan, tools, problems),
            };
            Ok(run.stage("render", render, |r| r.as_ref().map_or(0, |r| r.made))?)
        })?;
        Ok(Some(Made { catalogue, rules, ground, rendered, said }))
    }

    /// Publishes what [`Left::texts`] rendered, and leaves it to the next run.
    fn publish_texts(
        mut self,
        store: &dyn Store,
        left: Left,
        rendered: Rendered,
        sink: Box<dyn Sink>,
    ) -> Result<Outcome, Failure> {
        if self.has_errors() {
            return Ok(Outcome { rendered, ..self.finish(Some(left.catalogue())) });
        }
        let written = self.stage("write", |_| sink.commit(), |w| w.as_ref().map_or(0, |w| w.written))?;
        let outcome = Outcome { rendered, ..self.finish(Some(left.catalogue())) };
        if let (Some(memo), Some(left)) = (store.memo(), left.published(&written)) {
            memo.leave(left);
        }
        Ok(Outcome { written: Some(written), ..outcome })
    }

    fn level(&self, diagnostic: &Diagnostic) -> Option<Severity> {
        if self.consequences.iter().any(|known| without::same(known, diagnostic)) {
            return Some(Severity::Warning);
        }
        // Errors in front matter are errors everywhere: what they mean is unknown.
        let fixed = diagnostic.code.number() < "PB0300" && diagnostic.code.level() == Severity::Error;
        match self.levels.get(diagnostic.code.number()).map(String::as_str) {
            Some("off") if !fixed => None,
            Some("note") if !fixed => Some(Severity::Note),
            Some("warning") if !fixed => Some(Severity::Warning),
            Some("error") => Some(Severity::Error),
            _ => Some(diagnostic.severity),
        }
    }

    fn has_errors(&self) -> bool {
        self.problems.iter().any(|problem| self.level(problem) == Some(Severity::Error))
    }

    /// The problems, each at the level that it has here.
    fn leveled(&mut self) -> Vec<Diagnostic> {
        let problems = std::mem::take(&mut self.problems);
        let leveled = problems.into_iter().filter_map(|problem| {
            let severity = self.level(&problem)?;
            Some(Diagnostic { severity, ..problem })
        });
        leveled.collect()
    }

    fn finish(mut self, catalogue: Option<&Catalogue>) -> Outcome {
        let report = Report::new(self.leveled(), |path| self.files.text(path));
        let contents = catalogue.map_or(Contents::default(), contents);
        Outcome { report, contents, timings: self.timings, pages: self.pages, ..Outcome::default() }
    }
}

/// A site as it waits to be published.
struct Made {
    catalogue: Catalogue,
    rules: Rules,
    ground: Ground,
    rendered: Rendered,
    said: Option<again::Said>,
}

/// The files of a site that a build may read, `pbsite.yaml` apart.
struct Listing {
    content: Vec<SourceRef>,
    themes: Vec<SourceRef>,
    /// Of `content/`; those of a theme are told where it is loaded.
    problems: Vec<Diagnostic>,
}

impl Listing {
    fn of(files: &dyn Files) -> io::Result<Self> {
        let mut problems = Vec::new();
        let content = files.list("content", &mut problems)?;
        // A folder that cannot be read is told where the theme is loaded.
        let themes = files.list("themes", &mut Vec::new()).unwrap_or_default();
        Ok(Self { content, themes, problems })
    }

    /// All of them.
    fn sources(&self) -> Vec<&SourceRef> {
        self.content.iter().chain(&self.themes).collect()
    }

    fn len(&self) -> usize {
        self.content.len()
    }
}

/// The files of `content/` by what becomes of them.
#[derive(Default)]
struct Sources {
    /// Markdown below the folders of kinds.
    documents: Vec<SourceRef>,
    /// Lists and tables of items.
    tables: Vec<SourceRef>,
    /// Everything else.
    others: Vec<SourceRef>,
}

fn split(sources: Vec<SourceRef>, kinds: &Kinds) -> Sources {
    let apart = ["content/_templates/", "content/data/", "content/root/", "content/media/"];
    let mut split = Sources::default();
    for source in sources {
        let path = source.path.as_str();
        if source.path.extension() == "md" && !apart.iter().any(|folder| path.starts_with(folder)) {
            split.documents.push(source);
        } else if model::rows::is_table(&source, kinds) {
            split.tables.push(source);
        } else {
            split.others.push(source);
        }
    }
    split
}

/// Reads every source.
fn parse(
    sources: &Sources,
    files: &dyn Files,
    kinds: &Kinds,
    reader: &Reader<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Item> {
    let whole = sources.documents.par_iter().with_min_len(AT_ONCE).with_max_len(AT_MOST).map(|source| {
        let mut own = Vec::new();
        (reader.read(source, &mut own), own)
    });
    let rows = sources.tables.par_iter().map(|source| {
        let mut own = Vec::new();
        let rows = model::rows::documents(source, files, kinds, &mut own);
        let items: Vec<Item> = rows.into_iter().filter_map(|document| reader.item(document, &mut own)).collect();
        (items, own)
    });
    let (whole, rows) = rayon::join(|| whole.collect::<Vec<_>>(), || rows.collect::<Vec<_>>());
    let read = whole.into_iter().filter_map(|(item, own)| {
        problems.extend(own);
        item
    });
    let mut items: Vec<Item> = read.collect();
    for (some, own) in rows {
        items.extend(some);
        problems.extend(own);
    }
    items
}

/// The theme as it was read, its templates compiled, with the problems that were found in it.
struct Dress {
    theme: io::Result<theme::Theme>,
    problems: Vec<Diagnostic>,
    timing: Timing,
}

impl Dress {
    fn of(settings: &Settings, files: &dyn Files, begun: Instant) -> Self {
        let (start, mut problems) = (Instant::now(), Vec::new());
        let theme = theme::load(&settings.theme, files, &mut problems);
        if let Ok(theme) = &theme {
            // Whoever renders tells what is wrong with them.
            let _ = theme.compiled();
        }
        let timing = Timing { stage: "theme", begin: start - begun, time: start.elapsed(), count: 1 };
        Self { theme, problems, timing }
    }
}

/// The holidays of the years that the site has files for.
fn holidays(files: &dyn Files, others: &[SourceRef], problems: &mut Vec<Diagnostic>) -> Holidays {
    let mut holidays = Holidays::default();
    let of_years = |path: &str| path.starts_with(schedule::FOLDER) && path.ends_with(".yaml");
    for source in others.iter().filter(|source| of_years(source.path.as_str())) {
        match files.text(&source.path) {
            Some(text) => problems.extend(holidays.add(&source.path, &text)),
            None => problems.push(Diagnostic::new(
                Code::Unreadable,
                Place::File(source.path.clone()),
                msg!("读不了这个文件", "the file cannot be read"),
            )),
        }
    }
    holidays
}

fn page(catalogue: &Catalogue, output: &Planned) -> Page {
    let item = match output.subject {
        Subject::Item(i) => Some(&catalogue.items[i]),
        _ => None,
    };
    Page {
        address: output.url.clone(),
        title: item.map(|item| item.title.clone()),
        row: item.and_then(|item| item.row()),
    }
}

/// What happens to the items that are no drafts, in the order of time.
fn upcoming(catalogue: &Catalogue) -> Vec<Upcoming> {
    let mut upcoming = Vec::new();
    for item in catalogue.items.iter().filter(|item| !item.draft && item.withdrawn.is_none()) {
        let moments = [
            (UpcomingChange::Appears, item.date.map(When::start)),
            (UpcomingChange::Expires, item.expires.map(When::end)),
        ];
        let later = moments.into_iter().filter_map(|(change, when)| Some((change, when?)));
        upcoming.extend(later.filter(|(_, when)| *when > catalogue.now).map(|(change, when)| Upcoming {
            when,
            change,
            path: item.path.clone(),
            title: item.title.clone(),
        }));
    }
    upcoming.sort_by(|a, b| (a.when, a.change, &a.path).cmp(&(b.when, b.change, &b.path)));
    upcoming
}

fn nothing_yet() -> Diagnostic {
    let message = msg!("content/ 里还没有任何内容", "there is no content in content/ yet");
    let help = msg!("新建一篇：pbsite new article 标题", "begin with one: pbsite new article TITLE");
    let problem = Diagnostic::new(Code::UnknownPlace, Place::Site, message).help(help);
    Diagnostic { severity: Severity::Warning, ..problem }
}

/// Tables of which rows may be missing, because they could not be read.
fn broken_tables(tables: &[SourceRef], problems: &[Diagnostic]) -> BTreeSet<SitePath> {
    let unread = |problem: &&Diagnostic| {
        let code = problem.code.number();
        problem.severity == Severity::Error && (code.starts_with("PB01") || code.starts_with("PB09"))
    };
    let files: BTreeSet<&str> =
        problems.iter().filter(unread).filter_map(|problem| problem.place.file_name()).collect();
    tables.iter().map(|table| &table.path).filter(|path| files.contains(path.as_str())).cloned().collect()
}

/// Files that are there, and gave nothing: what refers to them is not at fault.
fn broken(documents: &[SourceRef], items: &[Item], problems: &[Diagnostic]) -> BTreeSet<SitePath> {
    // Items come in the order of the files that they were read from.
    let mut read = items.iter().map(|item| &item.path).peekable();
    let unread = documents.iter().map(|source| &source.path).filter(|path| read.next_if_eq(path).is_none());
    let unread: Vec<&SitePath> = unread.collect();
    let left_out = problems.iter().filter_map(|problem| match (&problem.place, problem.code) {
        (Place::File(path), Code::FileName | Code::Unreadable | Code::FileTooLarge) => Some(path),
        _ => None,
    });
    let whole = &items[..items.partition_point(|item| item.form == Form::Whole)];
    let is_read = |path: &SitePath| whole.binary_search_by(|item| item.path.cmp(path)).is_ok();
    unread.into_iter().chain(left_out.filter(|path| !is_read(path))).cloned().collect()
}

fn contents(catalogue: &Catalogue) -> Contents {
    let mut contents =
        Contents { next_change: catalogue.next_change(), upcoming: upcoming(catalogue), ..Contents::default() };
    for (i, item) in catalogue.items.iter().enumerate() {
        let path = || item.row().unwrap_or_else(|| item.path.to_string());
        match catalogue.presence[i] {
            Presence::Listed => contents.listed += 1,
            Presence::Draft => contents.drafts.push(path()),
            Presence::Scheduled => {
                contents.scheduled.push((path(), item.date.map(|d| d.to_string()).unwrap_or_default()))
            }
            Presence::Expired => contents.expired.push(path()),
            Presence::Withdrawn => contents.withdrawn.push(path()),
        }
    }
    contents.scheduled.sort_by(|a, b| a.1.cmp(&b.1));
    contents
}
