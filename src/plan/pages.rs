//! Enumerates the outputs, and finds two on one path before anything is rendered.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use rayon::prelude::*;

use super::{Asset, CalendarOf, ListOf, Plan, Planned, Subject};
use crate::{
    base::{lang::Message, path::OutPath},
    catalogue::{Catalogue, TermList},
    config::Settings,
    diagnostics::{Code, Diagnostic, Place},
    formats::sitemap,
    model::{Behaviour, Presence},
    msg,
    output::Phase,
    theme::Theme,
};

/// How many items one thread plans at a time.
const PART: usize = 256;

/// Fills `plan.outputs`.
pub(super) fn plan(plan: &mut Plan<'_>, problems: &mut Vec<Diagnostic>) {
    // Lists and feeds come to the items.
    let items = plan.catalogue.items.len();
    let mut pages = Pages { plan, outputs: Vec::with_capacity(items + items / 2 + 1024) };
    for lang in 0..pages.plan.catalogue.settings.languages.len() {
        pages.language(lang);
    }
    pages.once();
    pages.redirects(problems);
    let mut outputs = pages.outputs;
    outputs.par_sort_by(|a, b| a.path.cmp(&b.path));
    report_collisions(plan, &mut outputs, problems);
    plan.outputs = outputs;
    check_addresses(plan, problems);
}

struct Pages<'p, 'a> {
    plan: &'p mut Plan<'a>,
    outputs: Vec<Planned>,
}

impl Pages<'_, '_> {
    fn add(&mut self, url: String, phase: Phase, lang: usize, subject: Subject) {
        self.outputs.extend(at(url, phase, lang, subject));
    }

    fn page(&mut self, url: String, lang: usize, subject: Subject) {
        self.add(url, Phase::Page, lang, subject);
    }

    fn language(&mut self, lang: usize) {
        let catalogue = self.plan.catalogue;
        let language = &catalogue.settings.languages[lang];
        let home = catalogue.addresses.home(language).to_owned();
        self.page(home.clone(), lang, Subject::Home);
        self.feeds(&ListOf::Site, lang);
        self.items(lang);
        self.columns(lang);
        for (taxonomy, terms) in self.plan.lists[lang].terms.iter().enumerate() {
            let id = &catalogue.settings.taxonomies[taxonomy].id;
            self.page(catalogue.addresses.taxonomy(language, id), lang, Subject::Terms(taxonomy));
            for slug in terms.keys().cloned() {
                self.list(&ListOf::Term(taxonomy, slug.clone()), lang);
                self.feeds(&ListOf::Term(taxonomy, slug), lang);
            }
        }
        for kind in 0..catalogue.kinds.iter().count() {
            self.kind(kind, lang);
        }
        self.calendar(lang);
        for of in self.plan.calendar_feeds(lang).keys().cloned().collect::<Vec<_>>() {
            if of != CalendarOf::All {
                self.page(self.plan.agenda_address(&of, lang), lang, Subject::Agenda(of.clone()));
            }
            if catalogue.settings.outputs.feeds {
                self.add(self.plan.calendar_address(&of, lang), Phase::Feed, lang, Subject::CalendarFeed(of));
            }
        }
        if lang == 0 {
            self.page("404.html".into(), lang, Subject::Missing);
        } else {
            self.page(format!("{home}404.html"), lang, Subject::Missing);
        }
        self.add(format!("{home}manifest.webmanifest"), Phase::Asset, lang, Subject::WebManifest);
    }

    /// The pages of items, with the calendar files of those that have dates.
    fn items(&mut self, lang: usize) {
        let plan = &*self.plan;
        let language = &plan.catalogue.settings.languages[lang];
        let outputs = |i: usize| {
            let page = (plan.catalogue.addresses.item(i).to_owned(), Phase::Page, Subject::Item(i));
            let event = plan.event_address(i).map(|url| (url, Phase::Feed, Subject::EventFile(i)));
            std::iter::once(page).chain(event).filter_map(move |(url, phase, subject)| at(url, phase, lang, subject))
        };
        let has_page = |i: &usize| plan.catalogue.items[*i].lang == *language && plan.catalogue.has_page(*i);
        let items: Vec<usize> = (0..plan.catalogue.items.len()).filter(has_page).collect();
        let part = |part: &[usize]| {
            let mut planned = Vec::with_capacity(part.len() + part.len() / 4);
            planned.extend(part.iter().flat_map(|i| outputs(*i)));
            planned
        };
        let parts: Vec<Vec<Planned>> = items.par_chunks(PART).map(part).collect();
        self.outputs.extend(parts.into_iter().flatten());
    }

    /// The lists of columns, with their months.
    fn columns(&mut self, lang: usize) {
        let catalogue = self.plan.catalogue;
        for column in 0..catalogue.settings.columns.len() {
            self.list(&ListOf::Column(column), lang);
            self.feeds(&ListOf::Column(column), lang);
            if catalogue.settings.outputs.archives {
                for (year, month) in months(catalogue, &self.plan.lists[lang].columns[column]).into_keys() {
                    let list = ListOf::Month(column, year, month);
                    self.page(self.plan.address_of(&list, lang), lang, Subject::List(list, 1));
                }
            }
        }
    }

    /// The lists of a kind, as pages, tables and for programs.
    fn kind(&mut self, kind: usize, lang: usize) {
        let catalogue = self.plan.catalogue;
        let (spec, language) = (catalogue.kinds.get(kind), &catalogue.settings.languages[lang]);
        let home = catalogue.addresses.home(language);
        if !matches!(spec.behaviour, Behaviour::Article | Behaviour::Page | Behaviour::Digest)
            && !self.plan.lists[lang].kinds[kind].is_empty()
        {
            self.list(&ListOf::Kind(kind), lang);
            if spec.behaviour == Behaviour::Edition {
                self.digests(kind, lang);
            }
            if spec.behaviour.may_be_rows() {
                let url = catalogue.addresses.kind(language, &spec.route);
                self.add(format!("{url}list.csv"), Phase::Feed, lang, Subject::Table(kind));
                self.add(format!("{url}blank.xlsx"), Phase::Feed, lang, Subject::BlankTable(kind));
            }
            if spec.name == "course" && self.plan.menu(String::new(), lang).is_some() {
                let url = catalogue.addresses.kind(language, &spec.route);
                self.page(format!("{url}print/"), lang, Subject::Menu);
            }
            self.podcast(&ListOf::Kind(kind), lang);
            for (facet, list) in self.plan.lists[lang].facets[kind].iter().enumerate() {
                for slug in list.values.keys().cloned() {
                    self.list(&ListOf::Facet(kind, facet, slug), lang);
                }
            }
        }
        let any = catalogue.items.iter().any(|item| item.kind == kind && item.lang == *language);
        if catalogue.settings.outputs.api && any {
            self.add(format!("{home}api/{}.json", spec.folder), Phase::Feed, lang, Subject::Api(kind));
        }
    }

    /// What comes next, and the months that have something in them.
    fn calendar(&mut self, lang: usize) {
        let months: Vec<(i16, i8)> = self.plan.calendar[lang].keys().copied().collect();
        if months.is_empty() {
            return;
        }
        let catalogue = self.plan.catalogue;
        let calendar = catalogue.addresses.calendar(&catalogue.settings.languages[lang]);
        self.page(calendar.clone(), lang, Subject::Calendar);
        for (year, month) in months {
            let url = catalogue.addresses.month(&calendar, year, month);
            self.page(url, lang, Subject::CalendarMonth(year, month));
        }
    }

    fn list(&mut self, list: &ListOf, lang: usize) {
        let url = self.plan.address_of(list, lang);
        let total = self.plan.items_of(list, lang).len();
        for number in 1..=pages(total, self.plan.theme.manifest.page_size) {
            let address = self.plan.catalogue.addresses.page(&url, number);
            self.page(address, lang, Subject::List(list.clone(), number));
        }
    }

    fn feeds(&mut self, list: &ListOf, lang: usize) {
        if self.plan.catalogue.settings.outputs.feeds {
            let url = self.plan.address_of(list, lang);
            self.add(format!("{url}feed.xml"), Phase::Feed, lang, Subject::Atom(list.clone()));
            self.add(format!("{url}feed.json"), Phase::Feed, lang, Subject::JsonFeed(list.clone()));
        }
        if !matches!(list, ListOf::Term(..)) {
            self.podcast(list, lang);
        }
    }

    /// A podcast of what in a list has a recording, if anything has.
    fn podcast(&mut self, list: &ListOf, lang: usize) {
        if let Some(url) = self.plan.podcast_address(list, lang) {
            self.add(url, Phase::Feed, lang, Subject::Podcast(list.clone()));
        }
    }

    /// The feeds of editions: of all, and of each digest.
    fn digests(&mut self, kind: usize, lang: usize) {
        self.feeds(&ListOf::Kind(kind), lang);
        let language = &self.plan.catalogue.settings.languages[lang];
        let listed = |i: &usize| self.plan.catalogue.listed(*i) && self.plan.catalogue.items[*i].lang == *language;
        let digests: Vec<usize> = self.plan.digests.iter().map(|digest| digest.item).filter(listed).collect();
        digests.into_iter().for_each(|digest| self.feeds(&ListOf::Digest(digest), lang));
    }

    /// Outputs that the site has once, whatever its languages.
    fn once(&mut self) {
        let catalogue = self.plan.catalogue;
        if catalogue.settings.outputs.api {
            for (kind, spec) in catalogue.kinds.iter() {
                if catalogue.items.iter().any(|item| item.kind == kind) {
                    let url = format!("api/schema/{}.json", spec.folder);
                    self.add(url, Phase::Feed, 0, Subject::ApiSchema(kind));
                }
            }
        }
        self.add("api/addresses.json".into(), Phase::Feed, 0, Subject::ApiAddresses);
        self.add("api/build.json".into(), Phase::Feed, 0, Subject::ApiBuild);
        self.add("api/next-change.json".into(), Phase::Feed, 0, Subject::ApiNextChange);
        let is_preview = !catalogue.settings.preview.is_empty();
        let robots = catalogue.files.iter().any(|path| path.as_str() == "content/root/robots.txt");
        if !robots {
            self.add("robots.txt".into(), Phase::Feed, 0, Subject::Robots);
        }
        for (path, bytes) in &self.plan.theme.assets {
            self.outputs.extend(planned(Theme::asset_address(path, bytes), Subject::ThemeAsset(path.clone())));
        }
        for path in &catalogue.files {
            if let Some(name) = path.as_str().strip_prefix("content/root/") {
                self.outputs.extend(planned(name.to_owned(), Subject::RootFile(path.clone())));
            }
        }
        for (path, asset) in self.plan.media.iter() {
            match asset {
                Asset::File(file) => {
                    self.outputs.extend(planned(file.address.clone(), Subject::File(path.clone())));
                }
                Asset::Picture(picture) => {
                    let variants = picture.variants.iter().enumerate();
                    let outputs =
                        variants.map(|(i, (_, address))| (address.clone(), Subject::Picture(path.clone(), i)));
                    self.outputs.extend(outputs.filter_map(|(address, subject)| planned(address, subject)));
                }
            }
        }
        // Nobody is to be led to a preview.
        if !is_preview {
            self.site_map();
        }
    }

    /// The files of the site map, which are made when they are written if one is surely enough.
    fn site_map(&mut self) {
        let Settings { base_url, languages, .. } = &self.plan.catalogue.settings;
        let pages = || self.outputs.iter().filter(|output| is_listable(self.plan, output));
        let address = |output: &Planned| base_url.as_str().len() + output.url.len();
        let editions = if languages.len() == 1 { 0 } else { languages.len() };
        let bytes = pages().map(|output| sitemap::most_bytes(address(output), editions)).sum();
        let names: Vec<String> = if sitemap::fits_one_file(pages().count(), bytes) {
            vec!["sitemap.xml".into()]
        } else {
            let files = site_map(self.plan, &self.outputs);
            let names = files.iter().map(|(name, _)| name.clone()).collect();
            self.plan.sitemaps = OnceLock::from(files);
            names
        };
        for (part, name) in names.into_iter().enumerate() {
            self.add(name, Phase::Feed, 0, Subject::Sitemap(part));
        }
    }

    fn redirects(&mut self, problems: &mut Vec<Diagnostic>) {
        let catalogue = self.plan.catalogue;
        for (i, item) in catalogue.items.iter().enumerate().filter(|(i, _)| catalogue.has_page(*i)) {
            for alias in item.values.texts("aliases") {
                let url = alias_address(&alias.value);
                match OutPath::of_address(&url) {
                    Ok(path) => {
                        let (lang, subject) = (catalogue.language(&item.lang), Subject::Redirect(i));
                        self.outputs.push(Planned { path, url, phase: Phase::Page, lang, subject });
                    }
                    Err(_) => {
                        let text = &alias.value;
                        problems.push(
                            Diagnostic::new(
                                Code::BadAddress,
                                item.origin.place(alias.at),
                                msg!("“{text}”不是站内地址", "`{text}` is no address of this site"),
                            )
                            .help(msg!(
                                "从网站的首页写起，不要有 .. 和连着的 //，例如 /old/address/",
                                "write it from the home page on, without `..` and `//`, for example /old/address/"
                            )),
                        );
                    }
                }
            }
        }
    }
}

/// Whether search engines may list a page.
fn is_listable(plan: &Plan<'_>, output: &Planned) -> bool {
    let catalogue = plan.catalogue;
    match output.subject {
        Subject::Home
        | Subject::List(..)
        | Subject::Terms(_)
        | Subject::Calendar
        | Subject::Agenda(_)
        | Subject::Menu
        | Subject::CalendarMonth(..) => true,
        Subject::Item(i) => catalogue.presence[i] != Presence::Withdrawn && !catalogue.items[i].waits(catalogue.now),
        _ => false,
    }
}

/// The site map's files: every page that search engines may list, with its last change.
pub(super) fn site_map(plan: &Plan<'_>, outputs: &[Planned]) -> Vec<(String, Vec<u8>)> {
    let catalogue = plan.catalogue;
    let base = &catalogue.settings.base_url;
    // Address, day of the last change, address in each language.
    type Row = (String, String, Vec<(String, String)>);
    let mut rows: Vec<Row> = outputs
        .par_iter()
        .with_min_len(512)
        .filter(|output| is_listable(plan, output))
        .map(|output| {
            let Subject::Item(i) = output.subject else { return (base.join(&output.url), String::new(), Vec::new()) };
            let changed = catalogue.items[i].changed.map_or(String::new(), |when| when.date.to_string());
            let editions: Vec<usize> =
                catalogue.translations(i).into_iter().filter(|i| catalogue.has_page(*i)).collect();
            let edition = |i: &usize| (catalogue.items[*i].lang.to_string(), base.join(catalogue.addresses.item(*i)));
            let alternates = if editions.len() > 1 { editions.iter().map(edition).collect() } else { Vec::new() };
            (base.join(&output.url), changed, alternates)
        })
        .collect();
    rows.par_sort_unstable();
    let pages: Vec<sitemap::Page<'_>> = rows
        .iter()
        .map(|(loc, lastmod, alternates)| sitemap::Page {
            loc,
            lastmod: (!lastmod.is_empty()).then_some(lastmod.as_str()),
            alternates: alternates.iter().map(|(lang, url)| (lang.as_str(), url.as_str())).collect(),
        })
        .collect();
    sitemap::sitemap(&pages, base.as_str())
}

fn planned(url: String, subject: Subject) -> Option<Planned> {
    at(url, Phase::Asset, 0, subject)
}

/// Addresses are made of checked ids and slugs; what is none cannot be planned.
fn at(url: String, phase: Phase, lang: usize, subject: Subject) -> Option<Planned> {
    Some(Planned { path: OutPath::of_address(&url).ok()?, url, phase, lang, subject })
}

/// How many pages a list has; an empty list has one.
pub(super) fn pages(total: usize, size: usize) -> usize {
    total.div_ceil(size).max(1)
}

/// Months of a list with how many items each has.
pub(super) fn months(catalogue: &Catalogue, items: &[usize]) -> BTreeMap<(i16, i8), usize> {
    let mut months = BTreeMap::new();
    for date in items.iter().filter_map(|i| catalogue.items[*i].date) {
        *months.entry((date.date.year(), date.date.month())).or_default() += 1;
    }
    months
}

/// Terms by how many items carry them, then by word.
pub(super) fn ranked(terms: &BTreeMap<String, TermList>) -> Vec<(&String, &TermList)> {
    let mut ranked: Vec<(&String, &TermList)> = terms.iter().collect();
    ranked.sort_by(|a, b| b.1.items.len().cmp(&a.1.items.len()).then_with(|| a.0.cmp(b.0)));
    ranked
}

/// Two outputs on one path, or on two that differ in case only (one file on many disks), or one
/// that is a folder of another.
fn report_collisions(plan: &Plan<'_>, outputs: &mut Vec<Planned>, problems: &mut Vec<Diagnostic>) {
    let has_capitals = |output: &Planned| output.path.as_str().bytes().any(|b| b.is_ascii_uppercase());
    // They are in the order of their paths.
    if !outputs.windows(2).any(|pair| pair[0].path == pair[1].path) && !outputs.iter().any(has_capitals) {
        return;
    }
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for (i, output) in outputs.iter().enumerate() {
        let key =
            if has_capitals(output) { output.path.as_str().to_lowercase() } else { output.path.as_str().to_owned() };
        if let Some(first) = taken.insert(key, i) {
            let (place, name) = owner(plan, output);
            let (first_place, first_name) = owner(plan, &outputs[first]);
            // The complaint goes to what an editor can move: an item rather than a list.
            let swap = matches!(place, Place::Site)
                || matches!(outputs[i].subject, Subject::Item(_)) && is_redirect(&outputs[first]);
            let blamed = if swap { &outputs[first] } else { output };
            let (place, other) = if swap { (first_place, name) } else { (place, first_name) };
            let (url, Message { zh, en }) = (&output.url, other);
            problems.push(
                Diagnostic::new(
                    Code::DuplicateAddress,
                    place,
                    msg!("地址 /{url} 已经属于{zh}", "the address /{url} belongs to {en} already"),
                )
                .help(way_out(blamed)),
            );
            twice.insert(i);
        }
    }
    let mut i = 0;
    outputs.retain(|_| {
        i += 1;
        !twice.contains(&(i - 1))
    });
}

/// What to do about an output whose address is taken.
fn way_out(output: &Planned) -> Message {
    match output.subject {
        Subject::Redirect(_) => {
            msg!("删去或改掉这个旧地址（aliases）", "remove or change this former address (`aliases`)")
        }
        Subject::RootFile(_) => msg!("删去这个文件，或给它改名", "remove or rename this file"),
        _ => msg!("给其中一个换一个编号（id）", "give one of the two another `id`"),
    }
}

/// The address that an alias as written means, relative to the root.
fn alias_address(text: &str) -> String {
    let trimmed = text.trim_start_matches('/');
    let page = trimmed.is_empty() || trimmed.ends_with('/') || trimmed.ends_with(".html");
    if page { trimmed.to_owned() } else { format!("{trimmed}/") }
}

fn is_redirect(output: &Planned) -> bool {
    matches!(output.subject, Subject::Redirect(_))
}

/// Who an output belongs to: a place to complain at, and a name.
fn owner(plan: &Plan<'_>, output: &Planned) -> (Place, Message) {
    let item = |i: usize| &plan.catalogue.items[i];
    match &output.subject {
        Subject::Item(i) => {
            let path = &item(*i).path;
            (item(*i).place(item(*i).values.at("id")), msg!(" {path} ", "{path}"))
        }
        Subject::Redirect(i) => {
            let path = &item(*i).path;
            let aliases = item(*i).values.texts("aliases");
            let alias = aliases.iter().find(|alias| alias_address(&alias.value) == output.url);
            let place = item(*i).place(alias.map(|alias| alias.at));
            (place, msg!(" {path} 的旧地址", "a former address of {path}"))
        }
        Subject::RootFile(path) | Subject::File(path) | Subject::Picture(path, _) => {
            (Place::File(path.clone()), msg!(" {path} ", "{path}"))
        }
        _ => (Place::Site, msg!("网站自己的列表或页面", "a list or page of the site itself")),
    }
}

/// Addresses of lists that have a page as soon as something in them is shown. A link to one must
/// not become an error because what it holds is over, or has not begun.
fn lists_of_any_time(plan: &Plan<'_>) -> BTreeSet<String> {
    let Catalogue { settings, addresses, kinds, .. } = plan.catalogue;
    let mut lists = BTreeSet::new();
    for item in plan.catalogue.items.iter().filter(|item| !item.draft) {
        lists.insert(addresses.kind(&item.lang, &kinds.get(item.kind).route));
        if let (Some(column), Some(date)) = (item.column, item.date) {
            let column = addresses.column(&item.lang, &settings.columns[column].id);
            lists.insert(addresses.month(&column, date.date.year(), date.date.month()));
        }
        for taxonomy in &settings.taxonomies {
            let terms = item.values.texts(&taxonomy.id).iter();
            lists.extend(
                terms.map(|term| addresses.term(&item.lang, &taxonomy.id, plan.catalogue.slug_of(&term.value))),
            );
        }
    }
    lists.iter().map(|list| list_of(list).to_owned()).collect()
}

/// The list that an address means: without feeds, further pages and the last `/`.
fn list_of(address: &str) -> &str {
    let list = address.trim_end_matches("feed.xml").trim_end_matches("feed.json").trim_end_matches('/');
    match list.rsplit_once("/page/") {
        Some((list, number)) if number.bytes().all(|b| b.is_ascii_digit()) => list,
        _ => list,
    }
}

/// Addresses that texts and settings name must be planned.
fn check_addresses(plan: &Plan<'_>, problems: &mut Vec<Diagnostic>) {
    if plan.resolved.addresses.is_empty() {
        return;
    }
    let known: BTreeSet<&str> = plan.outputs.iter().map(|output| output.url.as_str()).collect();
    let stripped: Vec<(&str, &Place)> =
        plan.resolved.addresses.iter().map(|(address, place)| (address.as_str(), place)).collect();
    let mut empty = None;
    for (address, place) in stripped {
        if known.contains(address) || known.contains(format!("{address}/").as_str()) {
            continue;
        }
        if empty.get_or_insert_with(|| lists_of_any_time(plan)).contains(list_of(address)) {
            let message = msg!("本站现在没有 /{address}：列表里没有内容", "the list /{address} has nothing in it now");
            let help = msg!("有内容之前，这里只显示文字", "until it has, the words stand here without a link");
            problems.push(Diagnostic::new(Code::UnpublishedTarget, place.clone(), message).help(help));
            continue;
        }
        let near = crate::base::nearest::nearest(address, known.iter().copied(), 3);
        let near: Vec<String> = near.into_iter().map(|url| format!("/{url}")).collect();
        let mut problem = Diagnostic::new(
            Code::DeadLink,
            place.clone(),
            msg!("本站没有这个地址：/{address}", "the site has no address /{address}"),
        );
        let is_file = address.rsplit('/').next().is_some_and(|name| name.contains('.'));
        if !near.is_empty() {
            let near = near.join(", ");
            problem.help = Some(msg!("相近的有：{near}", "near it: {near}"));
        } else if is_file {
            problem.help = Some(msg!(
                "把文件放到 content/{address}，或改成它真正的名字",
                "put the file at content/{address}, or write its real name"
            ));
        }
        problems.push(problem);
    }
}
