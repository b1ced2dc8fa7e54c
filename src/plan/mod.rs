//! Every output, before any is rendered: its path, its address, its language, what it is about.
//!
//! The plan holds what pages share (cards, constants, files) and a list of [`Planned`]; the typed
//! [`views`] of a page are made from it one at a time, when the page's turn comes, so that memory
//! does not grow with the site. Nothing is written that is not planned here.

mod as_sent;
mod calendar;
mod cards;
mod chart;
mod constants;
mod editions;
mod head;
mod map;
mod media;
mod menu;
mod pages;
mod pairings;
mod portal;
mod queries;
mod sources;
mod story;
mod structured;
mod subscriptions;
mod table;
mod tally;
mod timeline;
mod tree;
mod view;
pub mod views;
mod web_calendars;
mod words;

use std::{
    collections::BTreeMap,
    ops::{Deref, DerefMut},
    sync::OnceLock,
};

pub use media::{Asset, FileAsset, Media, PictureAsset, is_picture};
pub use queries::shortcode_list;
pub use sources::{Sources, sources};
pub use subscriptions::{CalendarFeed, CalendarOf};
pub use view::view;

use crate::{
    base::path::{OutPath, SitePath},
    catalogue::{Catalogue, Lists, Matching, Resolved, Target},
    diagnostics::Diagnostic,
    edition::{self, Digest, Edition, Sent},
    formats::geojson::Outlines,
    output::Phase,
    source::Files,
    theme::Theme,
};
use cards::Cards;
use views::{Attachment, Audio, CardRef, Constants};

/// An output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Where it is written.
    pub path: OutPath,
    /// Its address, relative to the root.
    pub url: String,
    /// When it is published, relative to the others.
    pub phase: Phase,
    /// Its language, by position among the site's.
    pub lang: usize,
    /// What it is about.
    pub subject: Subject,
}

/// What an output is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The home page.
    Home,
    /// A page of a list.
    List(ListOf, usize),
    /// All terms of a taxonomy.
    Terms(usize),
    /// The page of an item (by index).
    Item(usize),
    /// What comes next on the calendar.
    Calendar,
    /// What comes next at a station, of a unit, a programme, a kind of units, a category.
    Agenda(CalendarOf),
    /// The course menu to print.
    Menu,
    /// A month of the calendar.
    CalendarMonth(i16, i8),
    /// A calendar that readers subscribe to.
    CalendarFeed(CalendarOf),
    /// The calendar file of an item (by index).
    EventFile(usize),
    /// The 404 page.
    Missing,
    /// A page at a former address of an item (by index) that leads on to it.
    Redirect(usize),
    /// An Atom feed.
    Atom(ListOf),
    /// A JSON feed.
    JsonFeed(ListOf),
    /// A podcast of what in a list has a recording.
    Podcast(ListOf),
    /// `sitemap.xml` and its parts, by index.
    Sitemap(usize),
    /// `robots.txt`.
    Robots,
    /// The web manifest.
    WebManifest,
    /// `list.csv`: the list of a kind (by index) as a table.
    Table(usize),
    /// `blank.xlsx`: an empty table for more of a kind (by index).
    BlankTable(usize),
    /// `api/<kind>.json` (by index of the kind).
    Api(usize),
    /// `api/schema/<kind>.json`.
    ApiSchema(usize),
    /// `api/addresses.json`.
    ApiAddresses,
    /// `api/build.json`.
    ApiBuild,
    /// `api/next-change.json`.
    ApiNextChange,
    /// An asset of the theme.
    ThemeAsset(String),
    /// A file of `content/root/`.
    RootFile(SitePath),
    /// A file that items use, as it is (SVG cleaned).
    File(SitePath),
    /// A size of a picture: which file, which of its variants.
    Picture(SitePath, usize),
}

/// What a list gathers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListOf {
    /// The whole site.
    Site,
    /// A column, by index.
    Column(usize),
    /// A month of a column.
    Month(usize, i16, i8),
    /// A term: taxonomy, slug.
    Term(usize, String),
    /// A kind, by index.
    Kind(usize),
    /// The editions of a digest, by its item.
    Digest(usize),
    /// What of a kind has one value of a facet: kind, facet, slug.
    Facet(usize, usize, String),
}

/// A list that a theme asked for: language, template, name, column of the page.
type ThemeList = (usize, String, String, Option<usize>);

/// The plan with everything that its views are made of.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The content.
    pub catalogue: &'a Catalogue,
    /// What refers to what.
    pub resolved: &'a Resolved,
    /// Lists, by language.
    pub lists: &'a [Lists],
    /// The theme.
    pub theme: &'a Theme,
    /// What was worked out of these.
    layout: Layout,
}

/// What planning works out. It outlives the plan, and stays true as long as all that others show of
/// the items does.
#[derive(Debug)]
pub struct Layout {
    /// Files that items use.
    pub media: Media,
    /// Constants, by language.
    pub constants: Vec<Constants>,
    cards: Cards,
    /// Items of the lists that the theme asked for.
    theme_lists: BTreeMap<ThemeList, Vec<usize>>,
    /// Place of each article in its column's list, by item.
    positions: BTreeMap<usize, usize>,
    /// Which resources answer which needs.
    pub matching: Matching,
    /// The digests of the site.
    pub digests: Vec<Digest>,
    /// Their editions.
    pub editions: Vec<Edition>,
    /// What was sent of each edition, as far as git knows.
    pub sent: Vec<Option<Sent>>,
    /// What the items of each edition said when they were taken.
    pub taken: Vec<Option<Sent>>,
    /// The outlines of the site's map.
    outlines: Option<Outlines>,
    /// What has a recording, by language and list.
    podcasts: Vec<BTreeMap<ListOf, Vec<usize>>>,
    /// Months of the calendar, by language.
    calendar: Vec<calendar::Months>,
    /// Calendars that readers subscribe to, by language.
    feeds: Vec<subscriptions::Feeds>,
    /// Every output, in the order of their paths.
    pub outputs: Vec<Planned>,
    /// Files of the site map, made when somebody asks: name, content.
    sitemaps: OnceLock<Vec<(String, Vec<u8>)>>,
}

impl Deref for Plan<'_> {
    type Target = Layout;

    fn deref(&self) -> &Layout {
        &self.layout
    }
}

impl DerefMut for Plan<'_> {
    fn deref_mut(&mut self) -> &mut Layout {
        &mut self.layout
    }
}

impl<'a> Plan<'a> {
    /// Plans. Two outputs on one path, and links to addresses that are not planned, are reported.
    pub fn new(
        catalogue: &'a Catalogue,
        resolved: &'a Resolved,
        lists: &'a [Lists],
        theme: &'a Theme,
        files: &dyn Files,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        let media = Media::new(resolved, files, problems);
        let positions = lists
            .iter()
            .flat_map(|lists| &lists.columns)
            .flat_map(|column| column.iter().enumerate().map(|(position, item)| (*item, position)))
            .collect();
        let digests = Digest::all(catalogue, problems);
        let editions = edition::editions(catalogue, resolved, &digests, problems);
        let (sent, taken) = editions::noted(&editions, catalogue, files, problems);
        let layout = Layout {
            digests,
            editions,
            sent,
            taken,
            media,
            constants: Vec::new(),
            theme_lists: BTreeMap::new(),
            cards: Cards::new(catalogue.items.len()),
            positions,
            matching: Matching::new(catalogue),
            outlines: map::outlines(files, &catalogue.files, problems),
            podcasts: Vec::new(),
            calendar: calendar::months(catalogue),
            feeds: subscriptions::feeds(catalogue, resolved),
            outputs: Vec::new(),
            sitemaps: OnceLock::new(),
        };
        let mut plan = Self { catalogue, resolved, lists, theme, layout };
        plan.theme_lists = plan.theme_lists();
        plan.podcasts = plan.podcasts();
        plan.constants = constants::all(&plan, problems);
        pages::plan(&mut plan, problems);
        plan
    }

    /// A plan over what an earlier one worked out of the same things.
    pub fn again(
        catalogue: &'a Catalogue,
        resolved: &'a Resolved,
        lists: &'a [Lists],
        theme: &'a Theme,
        layout: Layout,
    ) -> Self {
        Self { catalogue, resolved, lists, theme, layout }
    }

    /// What it worked out. The site map, which is large, is made again if somebody asks.
    pub fn into_layout(self) -> Layout {
        Layout { sitemaps: OnceLock::new(), ..self.layout }
    }

    /// Whether an address of the site, with or without its last `/`, is planned.
    pub fn has_address(&self, address: &str) -> bool {
        let planned = |path: &OutPath| self.outputs.binary_search_by(|output| output.path.cmp(path)).is_ok();
        let with_slash = format!("{address}/");
        [address, &with_slash].iter().any(|url| OutPath::of_address(url).is_ok_and(|path| planned(&path)))
    }

    /// Audio or video that a target means; pictures and pages are none.
    pub fn audio(&self, target: &Target, title: &str) -> Option<Audio> {
        story::audio(self, target, title)
    }

    /// A file to download that a target means.
    pub fn attachment(&self, target: &Target, title: &str) -> Option<Attachment> {
        story::attachment(self, target, title)
    }

    /// A file of the site map.
    pub fn sitemap(&self, part: usize) -> &[u8] {
        &self.sitemaps.get_or_init(|| pages::site_map(self, &self.outputs))[part].1
    }

    /// Cards of items, in their order.
    pub fn cards_of(&self, items: &[usize], limit: usize) -> Vec<CardRef> {
        items.iter().filter_map(|i| self.card(*i)).take(limit).collect()
    }

    /// Every list that the theme asks for, with one item more than it shows: a page leaves itself
    /// out.
    fn theme_lists(&self) -> BTreeMap<ThemeList, Vec<usize>> {
        let mut lists = BTreeMap::new();
        let columns = || std::iter::once(None).chain((0..self.catalogue.settings.columns.len()).map(Some));
        for (template, queries) in &self.theme.manifest.lists {
            for (name, query) in queries {
                for lang in 0..self.lists.len() {
                    for column in columns() {
                        let mut items = queries::theme_list(self, query, lang, column);
                        items.truncate(query.limit + 1);
                        items.shrink_to_fit();
                        lists.insert((lang, template.clone(), name.clone(), column), items);
                    }
                }
            }
        }
        lists
    }

    /// The items of a list that have a recording of the site's own, newest first.
    pub fn recordings(&self, list: &ListOf, lang: usize) -> &[usize] {
        self.podcasts[lang].get(list).map_or(&[], Vec::as_slice)
    }

    /// The address of the podcast of a list, if the site wants feeds and anything has a recording.
    pub fn podcast_address(&self, list: &ListOf, lang: usize) -> Option<String> {
        let wanted = self.catalogue.settings.outputs.feeds && !self.recordings(list, lang).is_empty();
        wanted.then(|| format!("{}podcast.xml", self.address_of(list, lang)))
    }

    /// The recordings of the site, of each column and of each kind that is no article, by language.
    fn podcasts(&self) -> Vec<BTreeMap<ListOf, Vec<usize>>> {
        let items = &self.catalogue.items;
        let recorded = |i: &usize| {
            let src = items[*i].values.record("audio").map(|audio| audio.text("src"));
            let target = src.filter(|src| !src.is_empty()).and_then(|src| self.resolved.items[*i].get(src));
            target.and_then(|target| self.audio(target, "")).is_some_and(|audio| !audio.external)
        };
        let mut podcasts = vec![BTreeMap::<ListOf, Vec<usize>>::new(); self.lists.len()];
        let mut all: Vec<usize> = (0..items.len()).filter(|i| self.catalogue.listed(*i)).filter(recorded).collect();
        all.sort_by(|a, b| items[*b].date.cmp(&items[*a].date).then(a.cmp(b)));
        for i in all {
            let own = &mut podcasts[self.catalogue.language(&items[i].lang)];
            let narrow = items[i].column.map_or(ListOf::Kind(items[i].kind), ListOf::Column);
            own.entry(ListOf::Site).or_default().push(i);
            own.entry(narrow).or_default().push(i);
        }
        podcasts
    }

    /// The items of a list in a language.
    pub fn items_of(&self, list: &ListOf, lang: usize) -> Vec<usize> {
        let lists = &self.lists[lang];
        match list {
            ListOf::Site => lists.stream(self.catalogue),
            ListOf::Column(column) => lists.columns[*column].clone(),
            ListOf::Month(column, year, month) => {
                let in_month = |i: &usize| {
                    self.catalogue.items[*i].date.is_some_and(|d| d.date.year() == *year && d.date.month() == *month)
                };
                let mut items: Vec<usize> = lists.columns[*column].iter().copied().filter(in_month).collect();
                items.sort_unstable();
                items
            }
            ListOf::Term(taxonomy, slug) => lists.terms[*taxonomy].get(slug).map_or(Vec::new(), |t| t.items.clone()),
            ListOf::Kind(kind) => lists.kinds[*kind].clone(),
            ListOf::Digest(digest) => self.editions_of(*digest),
            ListOf::Facet(kind, facet, slug) => {
                lists.facets[*kind][*facet].values.get(slug).map_or(Vec::new(), |value| value.items.clone())
            }
        }
    }

    /// The address of a list in a language.
    pub fn address_of(&self, list: &ListOf, lang: usize) -> String {
        let catalogue = self.catalogue;
        let (settings, addresses) = (&catalogue.settings, &catalogue.addresses);
        let language = &settings.languages[lang];
        match list {
            ListOf::Site => addresses.home(language).to_owned(),
            ListOf::Column(column) => addresses.column(language, &settings.columns[*column].id),
            ListOf::Month(column, year, month) => {
                addresses.month(&addresses.column(language, &settings.columns[*column].id), *year, *month)
            }
            ListOf::Term(taxonomy, slug) => addresses.term(language, &settings.taxonomies[*taxonomy].id, slug),
            ListOf::Kind(kind) => addresses.kind(language, &catalogue.kinds.get(*kind).route),
            ListOf::Digest(digest) => addresses.item(*digest).to_owned(),
            ListOf::Facet(kind, facet, slug) => {
                let spec = catalogue.kinds.get(*kind);
                addresses.facet(language, &spec.route, &spec.facets[*facet].route, slug)
            }
        }
    }
}
