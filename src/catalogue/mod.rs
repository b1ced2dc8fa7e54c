//! The immutable whole: every item with its address, and the indexes that plan and checks read.

mod addresses;
mod calendar;
mod contact;
mod facets;
mod lists;
mod matching;
mod related;
mod resolve;
mod terms;

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use jiff::civil::{Date, DateTime};
use rayon::prelude::*;

pub use addresses::Addresses;
pub use calendar::{Calendar, Entry};
pub use contact::{Contact, Way, contact};
pub use facets::{FacetList, FacetValue};
pub use lists::Lists;
pub use matching::{Match, Matching};
pub use related::related;
pub use resolve::{Links, Resolved, Target, resolve, resolve_setting};
pub use terms::TermList;

use crate::{
    base::{lang::Lang, path::SitePath, slug::slug},
    config::Settings,
    diagnostics::{Code, Diagnostic},
    document::Form,
    model::{Behaviour, Item, Kinds, Presence},
    msg,
    schedule::{self, Holidays},
    source::SourceRef,
};

/// Everything that the site's content says, at one moment.
#[derive(Debug)]
pub struct Catalogue {
    /// Settings.
    pub settings: Settings,
    /// Kinds.
    pub kinds: Kinds,
    /// Items by language, kind, then newest first (by title where the kind says so), then id.
    pub items: Vec<Item>,
    /// What readers see of each item.
    pub presence: Vec<Presence>,
    /// The moment, in the site's time zone.
    pub now: DateTime,
    /// Whether what waits is shown too.
    pub drafts: bool,
    /// Address of each item, relative to the root.
    pub addresses: Addresses,
    /// Files of `content/` that are no documents.
    pub files: BTreeSet<SitePath>,
    slugs: HashMap<String, String>,
    by_id: BTreeMap<(usize, usize), BTreeMap<String, usize>>,
    by_path: BTreeMap<SitePath, usize>,
    by_title: ByTitle,
    /// What takes place when.
    pub calendar: Calendar,
    /// Files that are there and gave no item; what refers to them is not at fault.
    broken: BTreeSet<SitePath>,
    /// Ids that they may have.
    broken_ids: BTreeSet<String>,
    /// Kinds with a table of which rows may be missing.
    broken_kinds: BTreeSet<usize>,
}

/// The moment for which the content is read, and whether what waits is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// The moment, in the site's time zone.
    pub now: DateTime,
    /// Whether drafts and what is scheduled are shown.
    pub drafts: bool,
}

/// What there is besides items.
#[derive(Debug, Default)]
pub struct Besides<'a> {
    /// Files of `content/` that are no documents.
    pub files: &'a [SourceRef],
    /// Files that are there and gave no item.
    pub broken: BTreeSet<SitePath>,
}

impl Catalogue {
    /// Sorts and indexes. Two items on one id are reported, and the second is left out.
    pub fn new(
        settings: Settings,
        kinds: Kinds,
        mut items: Vec<Item>,
        besides: Besides<'_>,
        holidays: Holidays,
        AsOf { now, drafts }: AsOf,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        let Besides { files, mut broken } = besides;
        let rank = |lang: &Lang| settings.languages.iter().position(|l| l == lang);
        broken.extend(items.iter().filter(|item| rank(&item.lang).is_none()).map(|item| item.path.clone()));
        if !broken.is_empty() {
            items.retain(|item| rank(&item.lang).is_some());
        }
        sort(&mut items, |a, b| {
            let by_title = kinds.get(a.kind).by_title;
            (rank(&a.lang), a.kind)
                .cmp(&(rank(&b.lang), b.kind))
                .then_with(|| if by_title { a.title.cmp(&b.title) } else { b.date.cmp(&a.date) })
                .then_with(|| a.id.cmp(&b.id))
                .then_with(|| a.path.cmp(&b.path))
        });
        let (items, by_id) = index_by_id(items, &settings, &mut broken, problems);
        let tables = broken.iter().filter(|path| path.extension() != "md");
        let broken_kinds = tables.filter_map(|path| kinds.by_folder(path.as_str().split('/').nth(1)?)).collect();
        let broken_ids = broken.iter().map(|path| slug(crate::document::Name::of(path).stem)).collect();
        let presence: Vec<Presence> = items.iter().map(|item| item.presence(now, drafts)).collect();
        let calendar = Calendar::new(&items, &presence, holidays, now.date());
        check_schedules(&items, &calendar.holidays, now.date(), problems);
        let files = files.iter().map(|file| file.path.clone()).collect();
        let ((by_path, by_title), (addresses, slugs)) = rayon::join(
            || (by_path(&items), by_title(&items, &kinds)),
            || (Addresses::new(&settings, &kinds, &items), term_slugs(&settings, &items)),
        );
        Self {
            settings,
            kinds,
            items,
            presence,
            now,
            drafts,
            addresses,
            files,
            slugs,
            by_id,
            by_path,
            by_title,
            calendar,
            broken,
            broken_ids,
            broken_kinds,
        }
    }

    /// The item of a kind with an id, in a language or else in the default one.
    pub fn find(&self, kind: usize, id: &str, lang: &Lang) -> Option<usize> {
        let own = self.language(lang);
        [own, 0].iter().find_map(|lang| self.by_id.get(&(kind, *lang))?.get(id).copied())
    }

    /// The item that a field means: by its id, or by its title, as tables name units and stations.
    pub fn meant(&self, kind: usize, word: &str, lang: &Lang) -> Option<usize> {
        let titled = |lang: &Lang| *self.by_title.get(&(kind, lang.clone()))?.get(word)?;
        let found = self.find(kind, word, lang).or_else(|| titled(lang));
        let found = found.or_else(|| titled(self.settings.default_language()));
        // Tables write `A 03` for the row whose id is read as `a-03`.
        found.or_else(|| self.find(kind, &word.to_lowercase().split_whitespace().collect::<Vec<_>>().join("-"), lang))
    }

    /// Titles by which items of a kind may be named.
    pub fn titles(&self, kind: usize, lang: &Lang) -> impl Iterator<Item = &str> {
        let titles = self.by_title.get(&(kind, lang.clone())).into_iter().flatten();
        titles.filter(|(_, item)| item.is_some()).map(|(title, _)| title.as_str())
    }

    /// The slug of a term that some item carries.
    pub fn slug_of(&self, term: &str) -> &str {
        self.slugs.get(term).map_or("", String::as_str)
    }

    /// Ids of a kind, in every language, each once.
    pub fn ids(&self, kind: usize) -> BTreeSet<&str> {
        let maps = (0..self.settings.languages.len()).filter_map(|lang| self.by_id.get(&(kind, lang)));
        maps.flat_map(|map| map.keys().map(String::as_str)).collect()
    }

    /// The item of a file.
    pub fn by_path(&self, path: &SitePath) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// Whether a file is there of which no item could be made: that was reported, and is enough.
    pub fn is_broken(&self, path: &SitePath) -> bool {
        self.broken.contains(path)
    }

    /// Whether an id may be that of such a file.
    pub fn may_be_broken(&self, id: &str) -> bool {
        self.broken_ids.contains(id)
    }

    /// Whether an item of a kind with an id may be there, in a file or a row that could not be read.
    pub fn may_be_unread(&self, kind: usize, id: &str) -> bool {
        self.may_be_broken(id) || self.broken_kinds.contains(&kind)
    }

    /// The position of a language among the site's.
    pub fn language(&self, lang: &Lang) -> usize {
        self.settings.language(lang)
    }

    /// The same item in the site's other languages, this one included, in the order of languages.
    pub fn translations(&self, index: usize) -> Vec<usize> {
        let item = &self.items[index];
        let languages = 0..self.settings.languages.len();
        languages.filter_map(|lang| self.by_id.get(&(item.kind, lang))?.get(&item.id).copied()).collect()
    }

    /// What an item's kind does.
    pub fn behaviour(&self, index: usize) -> Behaviour {
        self.kinds.get(self.items[index].kind).behaviour
    }

    /// Whether an item stands in lists.
    pub fn listed(&self, index: usize) -> bool {
        self.presence[index] == Presence::Listed
    }

    /// Whether an item has a page, be it a stub.
    pub fn has_page(&self, index: usize) -> bool {
        !matches!(self.presence[index], Presence::Draft | Presence::Scheduled)
    }

    /// The next moment at which readers would see the site differently.
    pub fn next_change(&self) -> Option<DateTime> {
        let items = self.items.iter().filter_map(|item| item.next_change(self.now, self.drafts));
        let rows = (0..self.items.len())
            .filter(|i| matches!(self.kinds.get(self.items[*i].kind).name.as_str(), "need" | "resource"));
        let closing = rows.flat_map(|i| matching::ends(self, i)).filter(|end| *end > self.now);
        let dates = self.calendar.next_change(&self.items, self.now, self.settings.outputs.feeds);
        items.chain(dates).chain(closing).min()
    }
}

/// Sorts items, which are large: where each belongs is found first, and each is moved once. What is equal
/// stays in its order.
fn sort(items: &mut [Item], order: impl Fn(&Item, &Item) -> Ordering + Sync) {
    let mut from: Vec<usize> = (0..items.len()).collect();
    from.par_sort_unstable_by(|a, b| order(&items[*a], &items[*b]).then(a.cmp(b)));
    for start in 0..items.len() {
        let mut at = start;
        loop {
            let next = std::mem::replace(&mut from[at], at);
            if next == start {
                break;
            }
            items.swap(at, next);
            at = next;
        }
    }
}

type ByTitle = BTreeMap<(usize, Lang), BTreeMap<String, Option<usize>>>;

/// Items of the kinds that may be rows, by title; none where two share it.
fn by_title(items: &[Item], kinds: &Kinds) -> ByTitle {
    let mut titles = ByTitle::new();
    for (i, item) in items.iter().enumerate().filter(|(_, item)| kinds.get(item.kind).behaviour.may_be_rows()) {
        let titles = titles.entry((item.kind, item.lang.clone())).or_default();
        titles.entry(item.title.clone()).and_modify(|known| *known = None).or_insert(Some(i));
    }
    titles
}

/// Items that are files of their own, by file.
fn by_path(items: &[Item]) -> BTreeMap<SitePath, usize> {
    let whole = items.iter().enumerate().filter(|(_, item)| item.form == Form::Whole);
    whole.map(|(i, item)| (item.path.clone(), i)).collect()
}

/// What only the dates of schedules show to be wrong.
fn check_schedules(items: &[Item], holidays: &Holidays, now: Date, problems: &mut Vec<Diagnostic>) {
    let dated = || items.iter().filter_map(|item| Some((item.schedule.as_ref()?, &item.origin)));
    problems.extend(dated().flat_map(|(schedule, origin)| schedule::problems(schedule, holidays, now, origin)));
    problems.extend(schedule::missing_years(dated(), holidays, now));
}

/// Slugs of the words of every taxonomy, each made once.
fn term_slugs(settings: &Settings, items: &[Item]) -> HashMap<String, String> {
    let mut slugs: HashMap<String, String> = HashMap::new();
    for taxonomy in &settings.taxonomies {
        for word in items.iter().flat_map(|item| item.values.texts(&taxonomy.id)) {
            if !slugs.contains_key(&word.value) {
                slugs.insert(word.value.clone(), slug(&word.value));
            }
        }
    }
    slugs
}

type ById = BTreeMap<(usize, usize), BTreeMap<String, usize>>;

/// Items by kind and language, then id; of several with one id the last.
fn ids(items: &[Item], settings: &Settings) -> ById {
    let mut ids: BTreeMap<(usize, usize), Vec<(String, usize)>> = BTreeMap::new();
    for (i, item) in items.iter().enumerate() {
        ids.entry((item.kind, settings.language(&item.lang))).or_default().push((item.id.clone(), i));
    }
    ids.into_iter().map(|(of, ids)| (of, ids.into_iter().collect())).collect()
}

/// Leaves out, and reports, all items but one of each id.
fn index_by_id(
    mut items: Vec<Item>,
    settings: &Settings,
    broken: &mut BTreeSet<SitePath>,
    problems: &mut Vec<Diagnostic>,
) -> (Vec<Item>, ById) {
    let all = ids(&items, settings);
    // Mostly each has an id of its own.
    if all.values().map(BTreeMap::len).sum::<usize>() == items.len() {
        return (items, all);
    }
    let owners = owners(&items, settings);
    for (i, item) in items.iter().enumerate().filter(|(i, _)| owners[*i] != *i) {
        problems.extend(duplicate(item, &items[owners[i]]));
        if item.form == Form::Whole {
            broken.insert(item.path.clone());
        }
    }
    let mut is_owner = owners.iter().enumerate().map(|(i, owner)| i == *owner);
    items.retain(|_| is_owner.next() == Some(true));
    let ids = ids(&items, settings);
    (items, ids)
}

/// Whether an item is a file that says in itself what its id is.
fn says_its_id(item: &Item) -> bool {
    item.form == Form::Whole && item.values.at("id").is_some()
}

/// Who has the id of each item: a file that is called so before one that only says so, else the first.
fn owners<'i>(items: &'i [Item], settings: &Settings) -> Vec<usize> {
    let key = |item: &'i Item| (settings.language(&item.lang), item.kind, item.id.as_str());
    let mut owners = HashMap::new();
    for (i, item) in items.iter().enumerate() {
        let owner = owners.entry(key(item)).or_insert(i);
        if says_its_id(&items[*owner]) && !says_its_id(item) {
            *owner = i;
        }
    }
    items.iter().map(|item| owners[&key(item)]).collect()
}

/// That an id belongs to another item.
fn duplicate(item: &Item, owner: &Item) -> Option<Diagnostic> {
    // A row without id and title was told already: nobody gave it this id.
    if item.form == Form::Row && item.values.at("id").or(item.values.at("title")).is_none() {
        return None;
    }
    let id = &item.id;
    let other = owner.row().unwrap_or_else(|| owner.path.to_string());
    let help = match item.form {
        Form::Row => msg!(
            "给这一行另写一个编号，例如 {id}-2；没有“编号”列的，编号由标题来，改标题或加上这一列",
            "give the row another id, such as {id}-2; without a column of ids it comes from the title"
        ),
        Form::Whole if says_its_id(item) => msg!("换一个，例如 id: {id}-2", "choose another, such as `id: {id}-2`"),
        Form::Whole => msg!(
            "改文件名，或在文件头加一行：id: {id}-2",
            "rename the file, or add a line to its front matter: id: {id}-2"
        ),
    };
    let message = msg!("编号“{id}”已经属于 {other}", "id `{id}` belongs to {other} already");
    Some(Diagnostic::new(Code::DuplicateId, item.place(item.values.at("id")), message).help(help))
}
