//! The plan and the theme become bytes, each output handed on as soon as it is made.
//!
//! An output's key is the hash of its view, of its body with every resolved link, picture and
//! shortcode, of the site's constants, of the theme and of the program's version: what has the
//! same key is the same, and a sink that still has it need not be given it again.

mod api;
mod body;
mod feeds;
mod ical;
mod letter;
mod pages;
mod tables;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

use rayon::prelude::*;

pub use api::{addresses, build, build_at, schema};
pub use letter::{letter_calendar, letter_links, letter_text};

use crate::{
    base::{
        hash::{Key, PROGRAM},
        path::{OutPath, SitePath},
    },
    diagnostics::{Code, Diagnostic, Place},
    formats::{
        redirect::{Redirect, redirect},
        robots::{Crawling, robots},
        webmanifest::{Icon, Manifest, webmanifest},
    },
    images,
    model::Presence,
    msg,
    output::{OutputError, Sink},
    plan::{Asset, ListOf, Plan, Planned, Subject},
    source::Files,
    store::{Spool, Store},
    theme::Engine,
};

/// What rendering needs besides the plan.
pub struct Tools<'a> {
    /// Where files that items use are read again.
    pub files: &'a dyn Files,
    /// Where made pictures are kept.
    pub store: &'a dyn Store,
    /// Where the HTML of texts is.
    pub spool: &'a Spool<'a>,
    /// Where outputs go.
    pub sink: &'a dyn Sink,
}

impl std::fmt::Debug for Tools<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tools")
    }
}

/// So many outputs at most are made by a thread before it takes the next: in the end no thread should
/// wait long for another.
const AT_MOST: usize = 32;

/// What a rendering did.
#[derive(Debug, Default, Clone, Copy)]
pub struct Rendered {
    /// Outputs that were made.
    pub made: usize,
    /// Outputs that the sink still had.
    pub kept: usize,
}

/// Renders every output. Problems of content and templates are collected.
///
/// # Errors
/// When the sink cannot take an output.
pub fn render(plan: &Plan<'_>, tools: &Tools<'_>, problems: &mut Vec<Diagnostic>) -> Result<Rendered, OutputError> {
    let Some(renderer) = Renderer::new(plan, tools, problems) else { return Ok(Rendered::default()) };
    let made = renderer.all()?;
    problems.extend(renderer.found());
    Ok(Rendered { made, kept: plan.outputs.len() - made })
}

/// Renders the outputs that show texts of these items and keeps the others, where nothing else changed
/// since the sink's outputs were made. `None`, and nothing is rendered, where the sink no longer has
/// one of them.
///
/// # Errors
/// When the sink cannot take an output.
pub fn render_texts(
    plan: &Plan<'_>,
    tools: &Tools<'_>,
    texts: &BTreeSet<usize>,
    problems: &mut Vec<Diagnostic>,
) -> Result<Option<Rendered>, OutputError> {
    let Some(renderer) = Renderer::new(plan, tools, problems) else { return Ok(Some(Rendered::default())) };
    let Some(made) = renderer.texts(texts)? else { return Ok(None) };
    problems.extend(renderer.found());
    Ok(Some(Rendered { made, kept: plan.outputs.len() - made }))
}

/// Compiles the templates, and tries each that the plan uses on the first page that uses it.
pub fn check(plan: &Plan<'_>, problems: &mut Vec<Diagnostic>) {
    let engines: Vec<Option<Engine<'_>>> =
        plan.constants.iter().map(|constants| Engine::new(plan.theme, constants, problems)).collect();
    let mut tried = std::collections::BTreeSet::new();
    let mut found = Vec::new();
    for output in &plan.outputs {
        let Some(engine) = &engines[output.lang] else { return };
        if !tried.insert((output.lang, class(plan, output))) {
            continue;
        }
        let Some((template, view)) = crate::plan::view(plan, output) else { continue };
        if let Err(failure) = engine.render(&template, &view, &[("body", ""), ("qr", "")]) {
            found.push(failure.diagnostic(&subject(plan, output)));
        }
    }
    problems.extend(once_each(found));
}

/// The key of `api/build.json`: the moment in it is no reason to take the site for another.
pub fn build_key(plan: &Plan<'_>, output: &Planned) -> Key {
    Key::of(&("build", PROGRAM, &output.path, plan.outputs.len()))
}

/// What pages of one template have in common.
fn class(plan: &Plan<'_>, output: &Planned) -> (u8, usize) {
    match &output.subject {
        Subject::Home => (0, 0),
        Subject::List(list, _) => match list {
            ListOf::Site => (1, 0),
            ListOf::Column(_) => (1, 1),
            ListOf::Month(..) => (1, 2),
            ListOf::Term(..) => (1, 3),
            ListOf::Kind(kind) => (9, *kind),
            ListOf::Facet(..) => (1, 5),
            ListOf::Digest(_) => (1, 6),
        },
        Subject::Terms(_) => (2, 0),
        Subject::Item(i) if plan.catalogue.presence[*i] == Presence::Withdrawn => (3, 0),
        Subject::Item(i) => (4, plan.catalogue.items[*i].kind),
        Subject::Missing => (5, 0),
        Subject::Calendar => (7, 0),
        Subject::CalendarMonth(..) => (8, 0),
        Subject::Agenda(_) => (7, 1),
        Subject::Menu => (10, 0),
        _ => (6, 0),
    }
}

/// A template that fails on many pages at one place is one problem: it is told with an item that
/// shows it, best one with a file, and how many other pages there are.
fn once_each(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let (mut failures, mut kept): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|problem| problem.code == Code::TemplateFailed);
    failures.sort_by_cached_key(|problem| {
        (problem.place.clone(), !problem.message.en.contains(" on content/"), problem.message.en.clone())
    });
    for same in failures.chunk_by(|a, b| a.place == b.place) {
        let others = same.len() - 1;
        kept.push(match others {
            0 => same[0].clone(),
            _ => same[0].clone().help(msg!(
                "另有 {others} 个页面也在模板的这一处出错",
                "{others} more pages fail at this place of the template"
            )),
        });
    }
    kept
}

/// What was being rendered, as people know it: the file of an item, else the address.
fn subject(plan: &Plan<'_>, output: &Planned) -> String {
    match output.subject {
        Subject::Item(i) => plan.catalogue.items[i].path.to_string(),
        _ => format!("/{}", output.url),
    }
}

struct Renderer<'r, 'a> {
    plan: &'r Plan<'a>,
    tools: &'r Tools<'r>,
    /// By language.
    engines: Vec<Engine<'a>>,
    /// Key of the constants, the theme and the program, by language.
    site: Vec<Key>,
    rows: feeds::Rows,
    found: Mutex<Vec<Diagnostic>>,
}

impl<'r, 'a> Renderer<'r, 'a> {
    /// `None` where a template cannot be compiled.
    fn new(plan: &'r Plan<'a>, tools: &'r Tools<'r>, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let engines = plan.constants.iter().map(|constants| Engine::new(plan.theme, constants, problems));
        let engines: Vec<_> = engines.collect::<Option<_>>()?;
        let site = plan.constants.iter().map(|constants| Key::of(&(constants, plan.theme.fingerprint, PROGRAM)));
        let rows = feeds::Rows::new(plan.catalogue.items.len());
        Some(Self { plan, tools, engines, site: site.collect(), rows, found: Mutex::new(Vec::new()) })
    }

    fn found(self) -> Vec<Diagnostic> {
        once_each(self.found.into_inner().unwrap_or_default())
    }

    fn report(&self, diagnostic: Diagnostic) {
        if let Ok(mut found) = self.found.lock() {
            found.push(diagnostic);
        }
    }

    /// Makes every output that the sink does not have; how many.
    fn all(&self) -> Result<usize, OutputError> {
        self.tools.sink.expect(self.plan.outputs.len());
        let outputs = self.plan.outputs.par_iter().with_max_len(AT_MOST);
        let outputs = outputs.filter(|output| !matches!(output.subject, Subject::Picture(..)));
        let made: Vec<bool> = outputs.map(|output| self.output(output)).collect::<Result<_, _>>()?;
        let made = made.into_iter().chain(self.pictures()?);
        Ok(made.filter(|made| *made).count())
    }

    /// Makes the outputs that show texts of these items, and keeps the others; how many. `None` where
    /// the sink no longer has one of them.
    fn texts(&self, texts: &BTreeSet<usize>) -> Result<Option<usize>, OutputError> {
        let kinds: BTreeSet<usize> = texts.iter().map(|item| self.plan.catalogue.items[*item].kind).collect();
        let shows = |output: &&Planned| match &output.subject {
            Subject::Item(item) => texts.contains(item),
            // It tells how long texts are.
            Subject::Api(kind) => kinds.contains(kind),
            Subject::ApiBuild => true,
            _ => false,
        };
        let outputs: Vec<&Planned> = self.plan.outputs.iter().filter(shows).collect();
        // The plan is in the order of paths.
        let paths: Vec<&OutPath> = outputs.iter().map(|output| &output.path).collect();
        if !self.tools.sink.keep_all(&paths)? {
            return Ok(None);
        }
        let made: Vec<bool> = outputs.into_par_iter().map(|output| self.output(output)).collect::<Result<_, _>>()?;
        Ok(Some(made.into_iter().filter(|made| *made).count()))
    }

    /// Makes one output unless the sink still has it; whether it was made.
    fn output(&self, output: &Planned) -> Result<bool, OutputError> {
        let plan = self.plan;
        let bytes = match &output.subject {
            Subject::Home
            | Subject::List(..)
            | Subject::Terms(_)
            | Subject::Item(_)
            | Subject::Calendar
            | Subject::Agenda(_)
            | Subject::Menu
            | Subject::CalendarMonth(..)
            | Subject::Missing => {
                return self.page(output);
            }
            Subject::Redirect(item) => self.redirect(output, *item).into_bytes(),
            Subject::Atom(list) => feeds::atom(plan, &self.rows, output, list).into_bytes(),
            Subject::JsonFeed(list) => feeds::jsonfeed(plan, &self.rows, output, list).into_bytes(),
            Subject::Podcast(list) => feeds::podcast(plan, &self.rows, output, list).into_bytes(),
            Subject::CalendarFeed(of) => ical::feed(plan, output, of).into_bytes(),
            Subject::EventFile(i) => ical::item(plan, output, *i).into_bytes(),
            Subject::Sitemap(part) => plan.sitemap(*part).to_vec(),
            Subject::Robots if !plan.catalogue.settings.preview.is_empty() => {
                robots(Crawling::Nothing, &[]).into_bytes()
            }
            Subject::Robots => {
                let sitemap = plan.catalogue.settings.base_url.join("sitemap.xml");
                robots(Crawling::AllBut(&[]), &[&sitemap]).into_bytes()
            }
            Subject::WebManifest => self.web_manifest(output).into_bytes(),
            Subject::Table(kind) => tables::list(plan, output, *kind).into_bytes(),
            Subject::BlankTable(kind) => tables::blank(plan, output, *kind),
            Subject::Api(kind) => api::kind(plan, output, *kind).into_bytes(),
            Subject::ApiSchema(kind) => api::schema_text(plan, *kind).into_bytes(),
            Subject::ApiAddresses => api::address_list(plan).into_bytes(),
            Subject::ApiBuild => {
                self.tools.sink.put(
                    &output.path,
                    output.phase,
                    build_key(plan, output),
                    api::build(plan).as_bytes(),
                )?;
                return Ok(true);
            }
            Subject::ApiNextChange => api::next_change(plan).into_bytes(),
            Subject::ThemeAsset(path) => plan.theme.assets.get(path).cloned().unwrap_or_default(),
            Subject::RootFile(path) => match self.read(path) {
                Some(bytes) => bytes,
                None => return Ok(false),
            },
            Subject::File(path) => match self.file(path) {
                Some(bytes) => bytes,
                None => return Ok(false),
            },
            Subject::Picture(..) => return Ok(false),
        };
        // These are cheap to make: their key is what they are.
        self.tools.sink.put(&output.path, output.phase, Key::of_bytes(&bytes), &bytes)?;
        Ok(true)
    }

    fn redirect(&self, output: &Planned, item: usize) -> String {
        let catalogue = self.plan.catalogue;
        let to = catalogue.addresses.item(item);
        redirect(&Redirect {
            to: &format!("{}{to}", crate::base::path::way_to_root(&output.url)),
            canonical: &catalogue.settings.base_url.join(to),
            title: &catalogue.items[item].title,
            lang: &catalogue.settings.languages[output.lang],
        })
    }

    fn web_manifest(&self, output: &Planned) -> String {
        let constants = &self.plan.constants[output.lang];
        let path = self.plan.catalogue.settings.base_url.path();
        let (start, icon) = (format!("{path}{}", constants.home), format!("{path}{}", constants.icon));
        let svg = constants.icon.ends_with(".svg");
        let media_type = if svg { "image/svg+xml" } else { "image/png" };
        let icons = if constants.icon.is_empty() {
            vec![]
        } else {
            vec![Icon { src: &icon, sizes: if svg { "any" } else { "512x512" }, media_type }]
        };
        webmanifest(&Manifest {
            name: &constants.name,
            short_name: &constants.name,
            description: &constants.description,
            lang: &constants.lang,
            start_url: &start,
            display: "browser",
            theme_color: "#F7F5F0",
            background_color: "#F7F5F0",
            icons,
        })
    }

    fn read(&self, path: &SitePath) -> Option<Vec<u8>> {
        match self.tools.files.read(path) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                self.report(unreadable(path, &error));
                None
            }
        }
    }

    /// A file as it was planned; one that changed since is reported.
    fn unchanged(&self, path: &SitePath, hash: Key) -> Option<Vec<u8>> {
        let bytes = self.read(path)?;
        if Key::of_bytes(&bytes) != hash {
            self.report(changed(path));
            return None;
        }
        Some(bytes)
    }

    fn file(&self, path: &SitePath) -> Option<Vec<u8>> {
        let Some(Asset::File(file)) = self.plan.media.get(path) else { return None };
        let bytes = self.unchanged(path, file.hash)?;
        // What could not be cleaned was reported when it was planned.
        if file.svg { images::clean_svg(&bytes).ok().map(|(clean, _)| clean) } else { Some(bytes) }
    }

    /// All sizes of all pictures: each original is decoded once at most.
    fn pictures(&self) -> Result<Vec<bool>, OutputError> {
        let mut groups: BTreeMap<&SitePath, Vec<(&Planned, usize)>> = BTreeMap::new();
        for output in &self.plan.outputs {
            if let Subject::Picture(path, variant) = &output.subject {
                groups.entry(path).or_default().push((output, *variant));
            }
        }
        let groups: Vec<_> = groups.into_iter().collect();
        let made: Vec<Vec<bool>> =
            groups.par_iter().map(|(path, outputs)| self.picture(path, outputs)).collect::<Result<_, _>>()?;
        Ok(made.into_iter().flatten().collect())
    }

    fn picture(&self, path: &SitePath, outputs: &[(&Planned, usize)]) -> Result<Vec<bool>, OutputError> {
        let Some(Asset::Picture(picture)) = self.plan.media.get(path) else { return Ok(vec![]) };
        let mut decoded = None;
        let mut made = Vec::new();
        for (output, variant) in outputs {
            let variant = &picture.variants[*variant].0;
            let key = Key::of(&("picture", picture.hash, variant, env!("CARGO_PKG_VERSION")));
            if self.tools.sink.keep(&output.path, key)? {
                made.push(false);
                continue;
            }
            let bytes = self.tools.store.get_or(key, || {
                if decoded.is_none() {
                    let bytes = self.unchanged(path, picture.hash).ok_or(())?;
                    decoded =
                        Some(images::Decoded::new(&bytes, &picture.inspected).map_err(|p| self.undecodable(path, &p))?);
                }
                let decoded = decoded.as_ref().ok_or(())?;
                decoded.encode(variant).map_err(|problem| self.undecodable(path, &problem))
            });
            let Ok(bytes) = bytes else { break };
            self.tools.sink.put(&output.path, output.phase, key, &bytes)?;
            made.push(true);
        }
        Ok(made)
    }

    fn undecodable(&self, path: &SitePath, problem: &images::Problem) {
        let fact = problem.message();
        self.report(Diagnostic::new(problem.code(), Place::File(path.clone()), fact).help(problem.help()));
    }
}

/// A file, or what was made of it earlier, that cannot be read.
fn unreadable(path: &SitePath, error: &std::io::Error) -> Diagnostic {
    let message = msg!("读不了这个文件：{error}", "the file cannot be read: {error}");
    Diagnostic::new(Code::Unreadable, Place::File(path.clone()), message)
}

/// A source that is not what it was when it was read first.
fn changed(path: &SitePath) -> Diagnostic {
    Diagnostic::new(
        Code::SourceChanged,
        Place::File(path.clone()),
        msg!("构建期间 {path} 被改动了", "{path} changed during the build"),
    )
    .help(msg!("再构建一次", "build again"))
}
