//! The typed view of a planned page.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    CalendarOf, ListOf, Plan, Planned, Subject,
    calendar::{agenda, grid},
    cards::column_link,
    constants::{feeds, index_title},
    head::{About, column_tags, content_tags, head, plain_tags},
    pages::{months, pages, ranked},
    portal,
    story::{shared_picture, story, stub},
    structured,
    views::{
        Agenda, Block, CalendarView, CardRef, Content, FacetTerm, FacetView, FeedRef, Head, Home, Link, Listing,
        Missing, Month, Pagination, Section, Term, View,
    },
};
use crate::{
    base::date::human_month,
    catalogue::{FacetList, FacetValue, Lists},
    model::{Behaviour, Presence},
};

/// Headlines beside the lead story.
const HEADLINES: usize = 4;
/// Articles of each column on the home page.
const NEWEST: usize = 3;
/// Entries of the calendar on the home page.
const COMING: usize = 12;
/// Entries of the calendar's first page.
const AGENDA: usize = 60;
/// Values of a facet that are seen at once, and those that a list tells at all.
const COMMON: usize = 12;
const RARE: usize = 200;
/// Cards of other blocks on the home page.
const BLOCK: usize = 6;

/// The view of a page with the name of its template; `None` for outputs that are no pages.
pub fn view(plan: &Plan<'_>, output: &Planned) -> Option<(String, View)> {
    let maker = Maker { plan, output };
    let made = match &output.subject {
        Subject::Home => maker.home(),
        Subject::List(list, number) => maker.list(list, *number),
        Subject::Terms(taxonomy) => maker.terms(*taxonomy),
        Subject::Item(i) => maker.item(*i),
        Subject::Calendar => maker.calendar(None),
        Subject::CalendarMonth(year, month) => maker.calendar(Some((*year, *month))),
        Subject::Agenda(of) => maker.agenda(of),
        Subject::Menu => maker.menu()?,
        Subject::Missing => maker.missing(),
        _ => return None,
    };
    debug_assert_eq!(template(plan, &output.subject).as_deref(), Some(made.0.as_str()));
    Some(made)
}

/// The templates that the plan's pages, texts and letters show cards with.
pub(super) fn templates(plan: &Plan<'_>) -> BTreeSet<String> {
    let catalogue = plan.catalogue;
    let all = plan.theme.templates.keys();
    let of_texts = all.clone().filter(|name| plan.resolved.cards && name.starts_with("shortcodes/"));
    let of_letters = all.filter(|name| !plan.digests.is_empty() && name.starts_with("email/"));
    let mut templates: BTreeSet<String> = of_texts.chain(of_letters).cloned().collect();
    let mut seen = BTreeSet::new();
    for output in &plan.outputs {
        let Subject::Item(i) = output.subject else {
            templates.extend(template(plan, &output.subject).map(Cow::into_owned));
            continue;
        };
        if seen.insert((
            catalogue.items[i].kind,
            catalogue.presence[i] == Presence::Withdrawn,
            plan.edition(i).is_some(),
        )) {
            templates.insert(template_of_item(plan, i).into_owned());
        }
    }
    templates
}

/// The name of the template that a page is made with.
fn template(plan: &Plan<'_>, subject: &Subject) -> Option<Cow<'static, str>> {
    Some(Cow::Borrowed(match subject {
        Subject::Home => "home.html",
        Subject::List(list, _) => template_of_list(list),
        Subject::Terms(_) => "terms.html",
        Subject::Item(i) => return Some(template_of_item(plan, *i)),
        Subject::Calendar | Subject::Agenda(_) => "calendar.html",
        Subject::CalendarMonth(..) => "calendar_month.html",
        Subject::Menu => "menu.html",
        Subject::Missing => "404.html",
        _ => return None,
    }))
}

fn template_of_list(list: &ListOf) -> &'static str {
    match list {
        ListOf::Site | ListOf::Kind(_) | ListOf::Digest(_) | ListOf::Facet(..) => "index.html",
        ListOf::Column(_) => "column.html",
        ListOf::Month(..) => "month.html",
        ListOf::Term(..) => "term.html",
    }
}

fn template_of_item(plan: &Plan<'_>, i: usize) -> Cow<'static, str> {
    let catalogue = plan.catalogue;
    if catalogue.presence[i] == Presence::Withdrawn {
        return Cow::Borrowed("withdrawn.html");
    }
    if plan.edition(i).is_some() {
        return Cow::Borrowed("edition.html");
    }
    let own = format!("{}.html", catalogue.kinds.get(catalogue.items[i].kind).name);
    match catalogue.behaviour(i) {
        Behaviour::Record if !plan.theme.templates.contains_key(&own) => Cow::Borrowed("item.html"),
        _ => Cow::Owned(own),
    }
}

struct Maker<'p, 'a> {
    plan: &'p Plan<'a>,
    output: &'p Planned,
}

impl Maker<'_, '_> {
    fn constants(&self) -> &super::Constants {
        &self.plan.constants[self.output.lang]
    }

    fn lang(&self) -> &crate::base::lang::Lang {
        &self.plan.catalogue.settings.languages[self.output.lang]
    }

    /// Structured data, for a template that shows it.
    fn if_shown(&self, template: &str, make: impl FnOnce() -> String) -> String {
        if self.plan.theme.names(template, "json_ld") { make() } else { String::new() }
    }

    fn crumb_home(&self) -> Vec<Link> {
        let constants = self.constants();
        vec![Link { title: constants.name.clone(), url: constants.home.clone(), external: false }]
    }

    /// The same list in every language.
    fn editions(&self, address: impl Fn(usize) -> String) -> Vec<(usize, String)> {
        (0..self.plan.catalogue.settings.languages.len()).map(|lang| (lang, address(lang))).collect()
    }

    fn finish(&self, template: &str, mut page: Head, content: Content, column: Option<usize>) -> (String, View) {
        if !self.constants().preview.is_empty() {
            page.robots = "noindex, nofollow";
        }
        let name = template.strip_suffix(".html").unwrap_or(template);
        let queries = self.plan.theme.manifest.lists.get(name);
        let lists = queries.into_iter().flatten().map(|(list, query)| {
            let key = (self.output.lang, name.to_owned(), list.clone(), column);
            let items = self.plan.theme_lists.get(&key).map_or(&[][..], Vec::as_slice);
            // A list beside an item does not name the item itself.
            let others = items.iter().copied().filter(|i| self.output.subject != Subject::Item(*i));
            (list.clone(), self.plan.cards_of(&others.collect::<Vec<_>>(), query.limit))
        });
        let lists: BTreeMap<String, Vec<CardRef>> = lists.collect();
        (template.to_owned(), View { page, content, lists })
    }

    fn home(&self) -> (String, View) {
        let constants = self.constants();
        let about = About {
            title: constants.name.clone(),
            description: &constants.description,
            section: constants.home.clone(),
            breadcrumb: Vec::new(),
            editions: self.editions(|lang| self.plan.address_of(&ListOf::Site, lang)),
        };
        let mut page = head(self.plan, self.output, about);
        plain_tags(&mut page);
        page.json_ld = self.if_shown("home.html", || structured::home(self.plan, self.output.lang));
        let blocks = self.plan.catalogue.settings.home.iter().filter_map(|(name, _)| self.block(name)).collect();
        self.finish("home.html", page, Content::Home(Home { blocks }), None)
    }

    fn block(&self, name: &str) -> Option<Block> {
        let (plan, lang) = (self.plan, self.output.lang);
        let lists = &plan.lists[lang];
        let mut block = Block {
            name: name.into(),
            title: String::new(),
            url: String::new(),
            cards: Vec::new(),
            sections: Vec::new(),
            agenda: Agenda::default(),
        };
        match name {
            "lead" => {
                let stream = lists.stream(plan.catalogue);
                block.cards = plan.cards_of(&self.lead(&stream), HEADLINES + 1);
            }
            "columns" => {
                let lead = self.lead_story(lists);
                block.sections = (0..lists.columns.len()).filter_map(|c| self.section(c, lead)).collect();
            }
            "coming" => {
                block.url = plan.catalogue.addresses.calendar(self.lang());
                block.agenda = agenda(plan, lang, plan.coming(lang), COMING);
                if block.agenda.days.is_empty() {
                    return None;
                }
            }
            "subscribe" => {}
            _ => {
                let kind = plan.catalogue.kinds.by_folder(name)?;
                block.title = index_title(plan, kind, self.lang());
                block.url = plan.address_of(&ListOf::Kind(kind), lang);
                block.cards = plan.cards_of(&lists.kinds[kind], BLOCK);
                if block.cards.is_empty() {
                    return None;
                }
            }
        }
        Some(block)
    }

    /// The lead story (the newest pinned article, else the newest with a picture in the first
    /// column, else the newest), then the newest others.
    fn lead(&self, stream: &[usize]) -> Vec<usize> {
        let items = &self.plan.catalogue.items;
        let pinned = stream.iter().find(|i| items[**i].values.boolean("pinned") == Some(true));
        let pictured = |i: &&usize| items[**i].column == Some(0) && items[**i].values.get("cover").is_some();
        let lead = pinned.or_else(|| stream.iter().find(pictured)).or(stream.first()).copied();
        lead.into_iter().chain(stream.iter().copied().filter(|i| Some(*i) != lead)).take(HEADLINES + 1).collect()
    }

    /// The story that the page has already shown large.
    fn lead_story(&self, lists: &Lists) -> Option<usize> {
        let leads = self.plan.catalogue.settings.home.iter().any(|(name, _)| name == "lead");
        leads.then(|| self.lead(&lists.stream(self.plan.catalogue)).first().copied()).flatten()
    }

    /// A column with its newest, the lead story left out.
    fn section(&self, column: usize, lead: Option<usize>) -> Option<Section> {
        let (plan, lang) = (self.plan, self.lang());
        let spec = &plan.catalogue.settings.columns[column];
        let mut items = plan.items_of(&ListOf::Column(column), self.output.lang);
        if items.len() > 1 {
            items.retain(|i| Some(*i) != lead);
        }
        (!items.is_empty()).then(|| Section {
            id: spec.id.clone(),
            title: spec.title.get(lang),
            description: spec.description.get(lang),
            url: plan.catalogue.addresses.column(lang, &spec.id),
            cards: plan.cards_of(&items, NEWEST),
        })
    }

    fn list(&self, list: &ListOf, number: usize) -> (String, View) {
        let (plan, lang) = (self.plan, self.lang());
        let url = plan.address_of(list, self.output.lang);
        let items = plan.items_of(list, self.output.lang);
        let size = plan.theme.manifest.page_size;
        let paged = !matches!(list, ListOf::Month(..));
        let shown = if paged { &items[((number - 1) * size).min(items.len())..] } else { &items[..] };
        let mut listing = Listing {
            total: items.len(),
            cards: plan.cards_of(shown, if paged { size } else { usize::MAX }),
            pagination: if paged { self.pagination(&url, items.len(), number) } else { None },
            ..Listing::default()
        };
        let mut breadcrumb = self.crumb_home();
        let shown = &shown[..shown.len().min(if paged { size } else { usize::MAX })];
        if let ListOf::Kind(kind) | ListOf::Facet(kind, ..) = list {
            listing.table = plan.table(*kind, shown, self.output.lang);
        }
        self.describe(list, number, &mut listing, &mut breadcrumb);
        let template = template_of_list(list);
        let section = match list {
            ListOf::Column(column) | ListOf::Month(column, ..) => column_link(plan.catalogue, lang, *column).url,
            ListOf::Facet(kind, ..) => plan.address_of(&ListOf::Kind(*kind), self.output.lang),
            _ => url.clone(),
        };
        let about = About {
            title: if number > 1 { format!("{}（{number}）", listing.title) } else { listing.title.clone() },
            description: if listing.description.is_empty() { &listing.title } else { &listing.description },
            section,
            breadcrumb,
            editions: match list {
                ListOf::Column(_) if number == 1 => self.editions(|lang| plan.address_of(list, lang)),
                _ => Vec::new(),
            },
        };
        let mut page = head(plan, self.output, about);
        page.json_ld = self.if_shown(template, || structured::trail(plan, self.output.lang, &page));
        page.feeds.splice(0..0, listing.feeds.iter().cloned());
        let column = match list {
            ListOf::Column(column) => {
                let spec = &plan.catalogue.settings.columns[*column];
                column_tags(&mut page, &listing.title, &listing.description, &spec.r#type);
                Some(*column)
            }
            _ => {
                plain_tags(&mut page);
                None
            }
        };
        self.finish(template, page, Content::Listing(Box::new(listing)), column)
    }

    /// Fills in what a list is.
    fn describe(&self, list: &ListOf, number: usize, listing: &mut Listing, breadcrumb: &mut Vec<Link>) {
        let (plan, lang) = (self.plan, self.lang());
        match list {
            ListOf::Site => {}
            ListOf::Column(column) => self.describe_column(*column, list, listing),
            ListOf::Month(column, year, month) => {
                let link = column_link(plan.catalogue, lang, *column);
                listing.what = "month";
                listing.title = format!("{} · {}", link.title, human_month(*year, *month, lang.tongue()));
                listing.months = self.months(*column, Some((*year, *month)));
                breadcrumb.push(link);
            }
            ListOf::Term(taxonomy, slug) => self.describe_term((*taxonomy, slug), list, listing, breadcrumb),
            ListOf::Kind(kind) => self.describe_kind(*kind, number, list, listing),
            ListOf::Digest(digest) => {
                listing.what = "index";
                listing.title = plan.catalogue.items[*digest].title.clone();
            }
            ListOf::Facet(kind, facet, slug) => self.describe_facet((*kind, *facet, slug), number, listing, breadcrumb),
        }
    }

    fn describe_column(&self, column: usize, list: &ListOf, listing: &mut Listing) {
        let (plan, lang) = (self.plan, self.lang());
        let spec = &plan.catalogue.settings.columns[column];
        listing.what = "column";
        listing.title = spec.title.get(lang);
        listing.description = spec.description.get(lang);
        listing.owner = spec.owner.get(lang);
        listing.update_days = spec.update_days;
        listing.months = self.months(column, None);
        listing.feeds = feeds(plan, list, self.output.lang, &listing.title);
    }

    fn describe_term(
        &self,
        (taxonomy, slug): (usize, &str),
        list: &ListOf,
        listing: &mut Listing,
        breadcrumb: &mut Vec<Link>,
    ) {
        let (plan, lang) = (self.plan, self.lang());
        let spec = &plan.catalogue.settings.taxonomies[taxonomy];
        let terms = &plan.lists[self.output.lang].terms[taxonomy];
        listing.what = "term";
        listing.title = terms.get(slug).map_or(String::new(), |term| term.title.clone());
        listing.feeds = feeds(plan, list, self.output.lang, &listing.title);
        breadcrumb.push(Link {
            title: spec.title.get(lang),
            url: plan.catalogue.addresses.taxonomy(lang, &spec.id),
            external: false,
        });
    }

    fn describe_kind(&self, kind: usize, number: usize, list: &ListOf, listing: &mut Listing) {
        let (plan, lang) = (self.plan, self.lang());
        listing.what = "index";
        listing.title = index_title(plan, kind, lang);
        listing.description = plan.catalogue.kinds.get(kind).description.get(lang);
        listing.facets = self.facets(kind, None, number);
        if plan.catalogue.kinds.get(kind).behaviour == Behaviour::Edition {
            listing.feeds = feeds(plan, list, self.output.lang, &listing.title);
        }
        if plan.catalogue.kinds.get(kind).behaviour.may_be_rows() {
            let url = plan.address_of(list, self.output.lang);
            listing.tables = ["list.csv", "blank.xlsx"].map(|name| format!("{url}{name}")).into();
        }
        if number == 1 {
            self.whole(kind, listing);
        }
    }

    fn describe_facet(
        &self,
        (kind, facet, slug): (usize, usize, &str),
        number: usize,
        listing: &mut Listing,
        breadcrumb: &mut Vec<Link>,
    ) {
        let (plan, lang) = (self.plan, self.lang());
        let list = &plan.lists[self.output.lang].facets[kind][facet];
        let index = index_title(plan, kind, lang);
        listing.what = "index";
        listing.title = list.values.get(slug).map_or(String::new(), |value| format!("{index} · {}", value.title));
        listing.facets = self.facets(kind, Some((facet, slug)), number);
        breadcrumb.push(Link {
            title: index,
            url: plan.address_of(&ListOf::Kind(kind), self.output.lang),
            external: false,
        });
    }

    /// What the first page of a kind's list tells of all of it.
    fn whole(&self, kind: usize, listing: &mut Listing) {
        let (plan, lang) = (self.plan, self.output.lang);
        let items = &plan.lists[lang].kinds[kind];
        listing.districts = plan.districts(items);
        listing.tally = plan.tally(kind, lang);
        listing.gaps = plan.gaps(items);
        if plan.catalogue.kinds.get(kind).name == "course" && plan.menu(String::new(), lang).is_some() {
            listing.print = format!("{}print/", plan.address_of(&ListOf::Kind(kind), lang));
        }
        if plan.catalogue.kinds.get(kind).name == "organization" {
            listing.tree = plan.tree(kind, lang);
        }
    }

    /// The ways in which a kind's list is cut; those that part nothing are left out. Rare values are
    /// told on the first page only.
    fn facets(&self, kind: usize, current: Option<(usize, &str)>, number: usize) -> Vec<FacetView> {
        let (plan, lang) = (self.plan, self.output.lang);
        let spec = plan.catalogue.kinds.get(kind);
        let view = |(facet, list): (usize, &FacetList)| {
            let term = |(slug, value): (&str, &FacetValue)| FacetTerm {
                title: value.title.clone(),
                url: plan.address_of(&ListOf::Facet(kind, facet, slug.to_owned()), lang),
                count: value.items.len(),
                current: current == Some((facet, slug)),
            };
            let label = spec.facets[facet].label.text(self.lang().tongue()).to_owned();
            let mut values: Vec<FacetTerm> = list.ranked().into_iter().take(RARE).map(term).collect();
            let mut more = values.split_off(values.len().min(COMMON));
            // The list that the page is stays in sight.
            let current = more.iter().position(|term| term.current);
            values.extend(current.map(|at| more.remove(at)));
            if number > 1 {
                more.clear();
            }
            FacetView { label, values, more }
        };
        let lists = plan.lists[lang].facets[kind].iter().enumerate();
        lists.filter(|(_, list)| !list.values.is_empty()).map(view).collect()
    }

    fn months(&self, column: usize, current: Option<(i16, i8)>) -> Vec<Month> {
        let catalogue = self.plan.catalogue;
        if !catalogue.settings.outputs.archives {
            return Vec::new();
        }
        let items = &self.plan.lists[self.output.lang].columns[column];
        let month = |((year, month), count): ((i16, i8), usize)| Month {
            title: human_month(year, month, self.lang().tongue()),
            url: self.plan.address_of(&ListOf::Month(column, year, month), self.output.lang),
            count,
            current: current == Some((year, month)),
        };
        months(catalogue, items).into_iter().rev().map(month).collect()
    }

    fn pagination(&self, url: &str, total: usize, number: usize) -> Option<Pagination> {
        let count = pages(total, self.plan.theme.manifest.page_size);
        let address = |n: usize| self.plan.catalogue.addresses.page(url, n);
        let mut shown: Vec<(usize, String)> = Vec::new();
        for n in 1..=count {
            if n == 1 || n == count || n.abs_diff(number) <= 2 {
                shown.push((n, address(n)));
            } else if shown.last().is_some_and(|(last, _)| *last != 0) {
                shown.push((0, String::new()));
            }
        }
        (count > 1).then(|| Pagination {
            number,
            count,
            previous: if number > 1 { address(number - 1) } else { String::new() },
            next: if number < count { address(number + 1) } else { String::new() },
            pages: shown,
        })
    }

    fn terms(&self, taxonomy: usize) -> (String, View) {
        let (plan, lang) = (self.plan, self.lang());
        let spec = &plan.catalogue.settings.taxonomies[taxonomy];
        let terms = ranked(&plan.lists[self.output.lang].terms[taxonomy]).into_iter().map(|(slug, term)| Term {
            title: term.title.clone(),
            url: plan.catalogue.addresses.term(lang, &spec.id, slug),
            count: term.items.len(),
        });
        let terms: Vec<Term> = terms.collect();
        let title = spec.title.get(lang);
        let listing = Listing { what: "terms", title: title.clone(), total: terms.len(), terms, ..Listing::default() };
        let editions =
            self.editions(|l| plan.catalogue.addresses.taxonomy(&plan.catalogue.settings.languages[l], &spec.id));
        let about = About {
            title: title.clone(),
            description: &title,
            section: self.output.url.clone(),
            breadcrumb: self.crumb_home(),
            editions,
        };
        let mut page = head(plan, self.output, about);
        plain_tags(&mut page);
        page.json_ld = self.if_shown("terms.html", || structured::trail(plan, self.output.lang, &page));
        self.finish("terms.html", page, Content::Listing(Box::new(listing)), None)
    }

    fn item(&self, i: usize) -> (String, View) {
        let (plan, catalogue) = (self.plan, self.plan.catalogue);
        let (item, withdrawn) = (&catalogue.items[i], catalogue.presence[i] == Presence::Withdrawn);
        let edition = plan.edition(i).filter(|_| !withdrawn);
        let template = &*template_of_item(plan, i);
        let mut page = self.head_of(i, template);
        page.json_ld = self.if_shown(template, || match catalogue.behaviour(i) {
            _ if withdrawn || edition.is_some() => structured::trail(plan, self.output.lang, &page),
            Behaviour::Article => structured::article(plan, self.lang(), item, &page),
            _ => portal::record(plan, i, &page),
        });
        let content = match edition {
            _ if withdrawn => Content::Story(Box::new(stub(plan, i))),
            Some(at) => Content::Edition(Box::new(plan.edition_page(at))),
            None => Content::Story(Box::new(story(plan, i, template))),
        };
        self.finish(template, page, content, item.column.filter(|_| edition.is_none()))
    }

    fn head_of(&self, i: usize, template: &str) -> Head {
        let (plan, catalogue) = (self.plan, self.plan.catalogue);
        let (item, behaviour) = (&catalogue.items[i], catalogue.behaviour(i));
        let withdrawn = catalogue.presence[i] == Presence::Withdrawn;
        let mut page = head(plan, self.output, self.about(i));
        page.og_type = "article";
        if withdrawn || item.waits(catalogue.now) {
            page.robots = "noindex";
        }
        let names = plan.theme.names_of(template);
        let named = |field| names.is_none_or(|names| names.has(field));
        if !withdrawn
            && ["og_image", "json_ld", "meta"].into_iter().any(named)
            && let Some(picture) = shared_picture(plan, i)
        {
            page.og_image = catalogue.settings.base_url.join(&picture.src);
        }
        match behaviour {
            _ if !named("meta") => {}
            Behaviour::Article if !withdrawn => {
                let source = Some(item.values.text("source")).filter(|source| !source.is_empty());
                content_tags(&mut page, item, source.unwrap_or(&self.constants().owner.name));
            }
            _ => plain_tags(&mut page),
        }
        let digest = match plan.edition(i).filter(|_| !withdrawn) {
            Some(at) => Some(plan.digests[plan.editions[at].digest].item),
            None => (behaviour == Behaviour::Digest).then_some(i),
        };
        page.feeds.splice(0..0, digest.map(|digest| self.feeds_of_digest(digest)).unwrap_or_default());
        page
    }

    /// What the head of an item's page says, and where it stands.
    fn about(&self, i: usize) -> About<'_> {
        let (plan, catalogue, lang) = (self.plan, self.plan.catalogue, self.lang());
        let item = &catalogue.items[i];
        let kind = catalogue.kinds.get(item.kind);
        let mut breadcrumb = self.crumb_home();
        let section = match (kind.behaviour, item.column) {
            (Behaviour::Article, Some(column)) => Some(column_link(catalogue, lang, column)),
            (Behaviour::Page, _) => None,
            _ => Some(Link {
                title: index_title(plan, item.kind, lang),
                url: catalogue.addresses.kind(lang, &kind.route),
                external: false,
            }),
        };
        let section_url = section.as_ref().map_or_else(|| self.output.url.clone(), |link| link.url.clone());
        breadcrumb.extend(section);
        breadcrumb.extend(plan.edition(i).and_then(|at| plan.digest_link(at)));
        let editions = catalogue.translations(i).into_iter().filter(|other| catalogue.has_page(*other));
        let edition = |other: usize| {
            (catalogue.language(&catalogue.items[other].lang), catalogue.addresses.item(other).to_owned())
        };
        let withdrawn = catalogue.presence[i] == Presence::Withdrawn;
        About {
            title: item.title.clone(),
            description: if withdrawn { &item.title } else { item.summary() },
            section: section_url,
            breadcrumb,
            editions: editions.map(edition).collect(),
        }
    }

    fn feeds_of_digest(&self, digest: usize) -> Vec<FeedRef> {
        feeds(self.plan, &ListOf::Digest(digest), self.output.lang, &self.plan.catalogue.items[digest].title)
    }

    /// What comes next, or a month.
    fn calendar(&self, month: Option<(i16, i8)>) -> (String, View) {
        let (plan, lang) = (self.plan, self.output.lang);
        let constants = self.constants();
        let months = &plan.calendar[lang];
        let name = constants.words.get("calendar").cloned().unwrap_or_else(|| "calendar".into());
        let title = month.map_or_else(
            || name.clone(),
            |(year, month)| format!("{} · {name}", human_month(year, month, self.lang().tongue())),
        );
        let entries = month.and_then(|month| months.get(&month)).map_or(&[][..], Vec::as_slice);
        let link = |(year, month): &(i16, i8)| Link {
            title: human_month(*year, *month, self.lang().tongue()),
            url: self.month_url(*year, *month),
            external: false,
        };
        let view = CalendarView {
            title: title.clone(),
            weeks: month.map_or(Vec::new(), |(year, month)| grid(plan, lang, year, month, entries)),
            agenda: match month {
                None => agenda(plan, lang, plan.coming(lang), AGENDA),
                Some(_) => {
                    agenda(plan, lang, entries.iter().map(|at| &plan.catalogue.calendar.entries[*at]), usize::MAX)
                }
            },
            previous: month.and_then(|month| months.range(..month).next_back().map(|(month, _)| link(month))),
            next: month
                .and_then(|this| months.range(this..).map(|(month, _)| month).find(|month| **month != this).map(link)),
            months: months
                .iter()
                .map(|((year, number), entries)| Month {
                    title: human_month(*year, *number, self.lang().tongue()),
                    url: self.month_url(*year, *number),
                    count: entries.len(),
                    current: month == Some((*year, *number)),
                })
                .collect(),
            subscription: plan.subscription(&CalendarOf::All, lang),
            subscriptions: if month.is_none() { plan.subscriptions(lang) } else { Vec::new() },
        };
        let calendar = plan.catalogue.addresses.calendar(self.lang());
        let mut breadcrumb = self.crumb_home();
        if month.is_some() {
            breadcrumb.push(Link { title: name, url: calendar.clone(), external: false });
        }
        let about =
            About { title: title.clone(), description: &title, section: calendar, breadcrumb, editions: Vec::new() };
        let mut page = head(plan, self.output, about);
        plain_tags(&mut page);
        let template = if month.is_some() { "calendar_month.html" } else { "calendar.html" };
        page.json_ld = self.if_shown(template, || structured::trail(plan, lang, &page));
        self.finish(template, page, Content::Calendar(Box::new(view)), None)
    }

    /// What comes next of one of the calendars.
    fn agenda(&self, of: &CalendarOf) -> (String, View) {
        let (plan, lang) = (self.plan, self.output.lang);
        let calendar = plan.catalogue.addresses.calendar(self.lang());
        let title = plan.calendar_feeds(lang).get(of).map_or(String::new(), |feed| feed.title.clone());
        let mut breadcrumb = self.crumb_home();
        breadcrumb.push(Link { title: self.word("calendar"), url: calendar.clone(), external: false });
        let title = format!("{title} · {}", self.word("calendar"));
        let view = CalendarView {
            title: title.clone(),
            agenda: agenda(plan, lang, plan.coming_of(of, lang, AGENDA).into_iter(), AGENDA),
            subscription: plan.subscription(of, lang),
            ..CalendarView::default()
        };
        let about =
            About { title: title.clone(), description: &title, section: calendar, breadcrumb, editions: Vec::new() };
        let mut page = head(plan, self.output, about);
        plain_tags(&mut page);
        page.json_ld = self.if_shown("calendar.html", || structured::trail(plan, lang, &page));
        self.finish("calendar.html", page, Content::Calendar(Box::new(view)), None)
    }

    /// The course menu to print.
    fn menu(&self) -> Option<(String, View)> {
        let (plan, lang) = (self.plan, self.output.lang);
        let kind = plan.catalogue.kinds.by_name("course")?;
        let title = index_title(plan, kind, self.lang());
        let section = plan.address_of(&ListOf::Kind(kind), lang);
        let mut breadcrumb = self.crumb_home();
        breadcrumb.push(Link { title: title.clone(), url: section.clone(), external: false });
        let menu = plan.menu(title.clone(), lang)?;
        let title = self.word("print_menu");
        let about = About { title: title.clone(), description: &title, section, breadcrumb, editions: Vec::new() };
        let mut page = head(plan, self.output, about);
        plain_tags(&mut page);
        page.json_ld = self.if_shown("menu.html", || structured::trail(plan, lang, &page));
        Some(self.finish("menu.html", page, Content::Menu(menu), None))
    }

    fn word(&self, name: &str) -> String {
        self.constants().words.get(name).cloned().unwrap_or_else(|| name.to_owned())
    }

    fn month_url(&self, year: i16, month: i8) -> String {
        let addresses = &self.plan.catalogue.addresses;
        addresses.month(&addresses.calendar(self.lang()), year, month)
    }

    fn missing(&self) -> (String, View) {
        let constants = self.constants();
        let title = constants.words.get("not_found").cloned().unwrap_or_else(|| "404".into());
        let about = About {
            title,
            description: &constants.description,
            section: String::new(),
            breadcrumb: self.crumb_home(),
            editions: Vec::new(),
        };
        let mut page = head(self.plan, self.output, about);
        // Served at any address: nothing on it can be relative to its own.
        page.root = self.plan.catalogue.settings.base_url.as_str().to_owned();
        page.robots = "noindex";
        plain_tags(&mut page);
        self.finish("404.html", page, Content::Missing(Missing { columns: constants.columns.clone() }), None)
    }
}
