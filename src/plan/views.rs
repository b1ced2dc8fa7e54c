//! What a template may see: one typed view for each output, and the constants of the site.
//!
//! A template gets four names: `site` ([`Constants`], in components `@site`), `page` ([`Head`]),
//! what the view holds under its own name (`story`, `listing`, `home`, `missing`), `lists` (what
//! the theme asked for in `theme.yaml`), and, where there is a text, `body` and `qr` (safe HTML).
//! Every address is relative to the root of the site; a template writes `{{ page.root }}{{ url }}`.
//! Dates come twice: `iso` for machines and `text` for readers.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{
    chart::Figures,
    map::Districts,
    menu::Menu,
    pairings::Pairing,
    table::ListTable,
    tally::{Gaps, Tally},
    timeline::Stage,
    tree::{Chair, TreeLine},
};
use crate::theme::Shared;

/// A card of an item, as lists show it.
pub type CardRef = Shared<Card>;

/// A feed of a page: those of the whole site stand on every page.
pub type FeedRef = Shared<FeedLink>;

/// Everything that one output shows, body apart.
#[derive(Hash, Debug)]
pub struct View {
    /// What every page has.
    pub page: Head,
    /// What this page is about; its name in templates is the variant's.
    pub content: Content,
    /// The lists that the theme asked for, by their names in `theme.yaml`.
    pub lists: BTreeMap<String, Vec<CardRef>>,
}

// By hand: `flatten` would write it through a buffer, for each page.
impl Serialize for View {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("page", &self.page)?;
        match &self.content {
            Content::Home(home) => map.serialize_entry("home", home)?,
            Content::Listing(listing) => map.serialize_entry("listing", listing)?,
            Content::Story(story) => map.serialize_entry("story", story)?,
            Content::Calendar(calendar) => map.serialize_entry("calendar", calendar)?,
            Content::Edition(edition) => map.serialize_entry("edition", edition)?,
            Content::Menu(menu) => map.serialize_entry("menu", menu)?,
            Content::Missing(missing) => map.serialize_entry("missing", missing)?,
        }
        map.serialize_entry("lists", &self.lists)?;
        map.end()
    }
}

/// What a page is about; in templates it has the variant's name in lower case.
#[derive(Hash, Debug)]
pub enum Content {
    /// `home.html`.
    Home(Home),
    /// `column.html`, `term.html`, `terms.html`, `month.html`, `index.html` of a kind.
    Listing(Box<Listing>),
    /// `article.html`, `page.html`, `series.html`, `programme.html`, `item.html` of a declared kind,
    /// `withdrawn.html`.
    Story(Box<Story>),
    /// `calendar.html`, `calendar_month.html`.
    Calendar(Box<CalendarView>),
    /// `edition.html`, and the letters in `email/`.
    Edition(Box<EditionView>),
    /// `menu.html`.
    Menu(Menu),
    /// `404.html`.
    Missing(Missing),
}

/// What the head and the frame of every page need.
#[derive(Serialize, Hash, Debug, Default)]
pub struct Head {
    /// Address relative to the root of the site: `headlines/hello/`; the home page has `""`.
    pub url: String,
    /// The way to the root: `../../`, or the base address on the 404 page.
    pub root: String,
    /// The title of the page itself.
    pub title: String,
    /// The content of `<title>`.
    pub full_title: String,
    /// A sentence or two, plain.
    pub description: String,
    /// Full address.
    pub canonical: String,
    /// The language, as in `lang=`.
    pub lang: String,
    /// Address of the column or kind that navigation marks as current, if any.
    pub section: String,
    /// The way from home to here, the page itself left out.
    pub breadcrumb: Vec<Link>,
    /// `website` or `article`.
    pub og_type: &'static str,
    /// Full address of the picture for sharing, if any.
    pub og_image: String,
    /// Names and contents of the meta tags that Chinese public sites carry.
    pub meta: Vec<(&'static str, String)>,
    /// The content of the JSON-LD script, safe inside it.
    pub json_ld: String,
    /// Feeds to announce: title, address, type.
    pub feeds: Vec<FeedRef>,
    /// The same page in every language that has it, this one included; empty where there is one only.
    pub alternates: Vec<Alternate>,
    /// Content of the robots meta tag, empty for none.
    pub robots: &'static str,
}

/// A link with its words.
#[derive(Serialize, Hash, Debug, Clone, Default)]
pub struct Link {
    /// The words.
    pub title: String,
    /// Address relative to the root, or a full one where `external`.
    pub url: String,
    /// Whether it leaves the site.
    pub external: bool,
}

/// A feed of a page.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct FeedLink {
    /// Its title.
    pub title: String,
    /// Address relative to the root.
    pub url: String,
    /// `application/atom+xml` or `application/feed+json`.
    #[serde(rename = "type")]
    pub media_type: &'static str,
}

/// The same page in another language.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Alternate {
    /// BCP 47 tag.
    pub lang: String,
    /// The language's own name: `English`.
    pub label: String,
    /// Address relative to the root.
    pub url: String,
    /// Full address.
    pub canonical: String,
}

/// A date, for machines and for readers.
#[derive(Serialize, Hash, Debug, Clone, Default)]
pub struct DateView {
    /// `2026-11-21` or `2026-11-21T08:30:00+08:00`.
    pub iso: String,
    /// `2026年11月21日 08:30`.
    pub text: String,
    /// `2026年11月21日`, without the time.
    pub day: String,
    /// `11月21日`, for narrow lists.
    pub short: String,
    /// `2026`.
    pub year: i16,
}

/// A picture with everything an `<img>` needs.
#[derive(Serialize, Hash, Debug, Clone, Default)]
pub struct Picture {
    /// Address relative to the root.
    pub src: String,
    /// `srcset` in the picture's own format, addresses relative to the root are not possible there:
    /// each candidate; templates prefix them. Empty for SVG.
    pub sources: Vec<Candidate>,
    /// The same as WebP, empty where there is none.
    pub webp: Vec<Candidate>,
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
    /// The words for who does not see it.
    pub alt: String,
    /// Caption, may be empty.
    pub caption: String,
}

/// One size of a picture.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Candidate {
    /// Address relative to the root.
    pub src: String,
    /// Its width in pixels.
    pub width: u32,
}

/// A card: what lists, neighbours and shortcodes show of an item.
#[derive(Serialize, Hash, Debug, Clone, Default)]
pub struct Card {
    /// Id within its kind.
    pub id: String,
    /// Name of its kind: `article`.
    pub kind: String,
    /// The kind's label: 文章.
    pub kind_label: String,
    /// Address relative to the root.
    pub url: String,
    /// Title.
    pub title: String,
    /// Lead, or the beginning of the text.
    pub lead: String,
    /// Date of publication.
    pub date: Option<DateView>,
    /// Its column.
    pub column: Option<Link>,
    /// Its picture.
    pub cover: Option<Picture>,
    /// The number in its series as the series prints it (第三十一站), or empty.
    pub number: String,
    /// When it takes place: `2026年12月5日（周六）14:00—15:30`, or empty.
    pub when: String,
    /// What lists say of it in one line, by its kind: code, form, minutes.
    pub facts: Vec<String>,
    /// Where, or empty.
    pub place: String,
    /// `planned`, `cancelled` … or empty.
    pub state: String,
    /// The state in words, or empty.
    pub state_label: String,
    /// Last day to sign up.
    pub deadline: Option<DateView>,
    /// Source (来源), or empty.
    pub source: String,
    /// Whether it has audio.
    pub audio: bool,
    /// Whether it is pinned in its column.
    pub pinned: bool,
    /// Whether only `--drafts` shows it.
    pub draft: bool,
    /// Whether it waits for its date: only a preview has it.
    pub scheduled: bool,
    /// How many parts it has (series, programmes), else 0.
    pub count: usize,
    /// Of a course that can be ordered: what it is called in an order; else empty.
    pub order: String,
}

/// The home page: blocks in the order of `home:` in `pbsite.yaml`.
#[derive(Serialize, Hash, Debug)]
pub struct Home {
    /// The blocks.
    pub blocks: Vec<Block>,
}

/// A block of the home page.
#[derive(Serialize, Hash, Debug)]
pub struct Block {
    /// `lead`, `columns`, `series`, `programmes`, `subscribe`, or the name of a declared kind.
    pub name: String,
    /// Heading.
    pub title: String,
    /// Address of all of it, or empty.
    pub url: String,
    /// Its cards: of `lead` the first is the lead story, four headlines follow.
    pub cards: Vec<CardRef>,
    /// Of `columns`: each column with its newest.
    pub sections: Vec<Section>,
    /// Of `coming`: what takes place next.
    pub agenda: Agenda,
}

/// A column with its newest articles.
#[derive(Serialize, Hash, Debug)]
pub struct Section {
    /// Column id.
    pub id: String,
    /// Title.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// Address.
    pub url: String,
    /// The newest.
    pub cards: Vec<CardRef>,
}

/// A list page.
#[derive(Serialize, Hash, Debug, Default)]
pub struct Listing {
    /// `column`, `term`, `terms`, `month`, `index`.
    pub what: &'static str,
    /// Heading.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// Who keeps it, or empty.
    pub owner: String,
    /// How often something new comes, in days, 0 for unknown.
    pub update_days: u32,
    /// How many items in all pages.
    pub total: usize,
    /// This page's items.
    pub cards: Vec<CardRef>,
    /// Where the list has pages.
    pub pagination: Option<Pagination>,
    /// Months with something in them, newest first.
    pub months: Vec<Month>,
    /// On `terms`: every term with its count; on `term`: the terms that stand beside it.
    pub terms: Vec<Term>,
    /// The ways in which the list of a kind is cut, with the values of each.
    pub facets: Vec<FacetView>,
    /// Feeds of this list.
    pub feeds: Vec<FeedRef>,
    /// Of a kind that may be rows: the list as CSV, and a blank workbook for more.
    pub tables: Vec<String>,
    /// The rows of this page as a table, where that suits the kind.
    pub table: Option<ListTable>,
    /// Of a kind of places: all of them by district, with a map.
    pub districts: Option<Districts>,
    /// Of courses: the address of the menu to print, or empty.
    pub print: String,
    /// Of units: their outline.
    pub tree: Vec<TreeLine>,
    /// Of the lists: how many of each category, and how many are done.
    pub tally: Option<Tally>,
    /// Of needs and resources: those that nothing answers.
    pub gaps: Option<Gaps>,
}

/// A way in which the list of a kind is cut.
#[derive(Serialize, Hash, Debug)]
pub struct FacetView {
    /// What it is called: 形式.
    pub label: String,
    /// Its values, the commonest first.
    pub values: Vec<FacetTerm>,
    /// More values, which a page shows on demand.
    pub more: Vec<FacetTerm>,
}

/// A value of a facet.
#[derive(Serialize, Hash, Debug)]
pub struct FacetTerm {
    /// The word.
    pub title: String,
    /// Address of the list.
    pub url: String,
    /// How many items it has.
    pub count: usize,
    /// Whether the page is that list.
    pub current: bool,
}

/// Pages of a list.
#[derive(Serialize, Hash, Debug)]
pub struct Pagination {
    /// This page, from 1.
    pub number: usize,
    /// How many.
    pub count: usize,
    /// Address of the page before, or empty.
    pub previous: String,
    /// Address of the page after, or empty.
    pub next: String,
    /// Numbers and addresses to show; a 0 stands for a gap.
    pub pages: Vec<(usize, String)>,
}

/// A month of an archive.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Month {
    /// `2026年11月`.
    pub title: String,
    /// Address.
    pub url: String,
    /// How many.
    pub count: usize,
    /// Whether this page is that month.
    pub current: bool,
}

/// A term of a taxonomy.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Term {
    /// The word.
    pub title: String,
    /// Address.
    pub url: String,
    /// How many.
    pub count: usize,
}

/// One item in full.
#[derive(Serialize, Hash, Debug, Default)]
pub struct Story {
    /// Its own card.
    pub card: Option<CardRef>,
    /// Id within its kind.
    pub id: String,
    /// Name of its kind.
    pub kind: String,
    /// Label of its kind.
    pub kind_label: String,
    /// Title.
    pub title: String,
    /// Lead (推荐语), or empty.
    pub lead: String,
    /// Date of publication.
    pub date: Option<DateView>,
    /// Date of the last change, where it differs.
    pub updated: Option<DateView>,
    /// Source (来源), or empty.
    pub source: String,
    /// Author, or empty.
    pub author: String,
    /// Editor (责任编辑), or empty.
    pub editor: String,
    /// Address of the original, or empty.
    pub original: String,
    /// Unit in words (series, programmes), or empty.
    pub unit: String,
    /// Its column.
    pub column: Option<Link>,
    /// Terms of every taxonomy.
    pub tags: Vec<Link>,
    /// Characters, as a Chinese editor counts them.
    pub characters: u32,
    /// Minutes to read.
    pub minutes: u32,
    /// Headings, where the text is long enough to want a table of contents.
    pub toc: Vec<TocEntry>,
    /// The picture at the top.
    pub cover: Option<Picture>,
    /// Pictures at the end.
    pub gallery: Vec<Picture>,
    /// Audio.
    pub audio: Option<Audio>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// When, in full; or empty.
    pub when: String,
    /// Machine form of the next beginning, or empty.
    pub start_iso: String,
    /// Of what recurs: its next dates.
    pub dates: Agenda,
    /// Address of its calendar file, relative to the root; or empty.
    pub event_file: String,
    /// Of a station or programme: the calendar of what takes place there.
    pub subscription: Option<Subscription>,
    /// Where.
    pub place: Option<Place>,
    /// Labels of the unit kinds it is meant for.
    pub audience: Vec<String>,
    /// State.
    pub status: Option<Status>,
    /// Of an article: the activity that it announces.
    pub activity: Option<CardRef>,
    /// Links that put it into calendars on the web, where the site wants them.
    pub web_calendars: Vec<Link>,
    /// The series it is part of.
    pub series: Option<SeriesPlace>,
    /// The programmes it belongs to.
    pub programmes: Vec<CardRef>,
    /// The article before it in its column.
    pub previous: Option<CardRef>,
    /// The article after it.
    pub next: Option<CardRef>,
    /// The best four related items.
    pub related: Vec<CardRef>,
    /// Parts of a series or programme.
    pub parts: Vec<CardRef>,
    /// Fields that its kind alone has, in their order.
    pub fields: Vec<FieldView>,
    /// Figures by year.
    pub figures: Option<Figures>,
    /// The stages of a project or a scheme.
    pub stages: Vec<Stage>,
    /// Who takes the chair of a unit.
    pub chairs: Vec<Chair>,
    /// The pairings of a unit.
    pub pairings: Vec<Pairing>,
    /// What names it, by kind: the activities of a station, the courses of a unit.
    pub named_by: Vec<Gathered>,
    /// How to answer it, where it is open in one of the lists.
    pub answer: Option<Answer>,
    /// Of an open need the resources that suit it, of an open resource the needs.
    pub matches: Vec<Matched>,
    /// Corrections, newest first.
    pub corrections: Vec<(DateView, String)>,
    /// Set on the stub of a withdrawn item: the date and the reason.
    pub withdrawn: Option<(DateView, String)>,
    /// Set where it has expired: since when.
    pub expired: Option<DateView>,
    /// Whether it is a draft or scheduled, shown by `--drafts` only.
    pub draft: bool,
    /// Set where it is no draft and only its date is to come.
    pub appears: Option<DateView>,
}

/// An entry of a table of contents.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct TocEntry {
    /// 2 to 4.
    pub level: u8,
    /// Id to link to.
    pub id: String,
    /// Text.
    pub title: String,
}

/// Audio of an item.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Audio {
    /// Address relative to the root, or a full one where `external`.
    pub src: String,
    /// Whether it lies elsewhere: shown as a link.
    pub external: bool,
    /// Title, or empty.
    pub title: String,
    /// `12:30`, or empty.
    pub duration: String,
    /// `audio/mpeg`.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Size for readers: `1.2 MB`, or empty.
    pub size: String,
}

/// A file to download.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Attachment {
    /// Title.
    pub title: String,
    /// Address relative to the root.
    pub url: String,
    /// `PDF`.
    pub format: String,
    /// `1.2 MB`.
    pub size: String,
}

/// Where something is.
#[derive(Serialize, Hash, Debug, Clone, Default)]
pub struct Place {
    /// Name.
    pub name: String,
    /// Address.
    pub address: String,
    /// How to get there.
    pub transport: String,
}

/// The state of something.
#[derive(Serialize, Hash, Debug, Clone, Default)]
pub struct Status {
    /// `planned`, `confirmed`, `moved`, `cancelled`, `postponed`.
    pub state: String,
    /// In words.
    pub label: String,
    /// Why, or empty.
    pub reason: String,
    /// Last day to sign up.
    pub deadline: Option<DateView>,
}

/// The place of an article in its series.
#[derive(Serialize, Hash, Debug)]
pub struct SeriesPlace {
    /// The series.
    pub series: CardRef,
    /// Its number as printed: 第三十一站.
    pub number: String,
    /// The part before.
    pub previous: Option<CardRef>,
    /// The part after.
    pub next: Option<CardRef>,
}

/// How to answer what is open.
#[derive(Serialize, Hash, Debug)]
pub struct Answer {
    /// The unit whose contacts these are; none where the entry has its own.
    pub unit: Option<Link>,
    /// The ways.
    pub ways: Vec<AnswerWay>,
}

/// A way to answer; what there is not is empty.
#[derive(Serialize, Hash, Debug)]
pub struct AnswerWay {
    /// Who answers, by role, or a line of words.
    pub who: String,
    /// Telephone.
    pub telephone: String,
    /// Mail address.
    pub email: String,
    /// Address of a form.
    pub link: String,
}

/// One that suits another, with the reasons.
#[derive(Serialize, Hash, Debug)]
pub struct Matched {
    /// It.
    pub card: CardRef,
    /// The category that both have, or empty.
    pub category: String,
    /// Words that both have.
    pub words: Vec<String>,
    /// Whether their units belong together or the place is one.
    pub near: bool,
}

/// Items of one kind that name another item.
#[derive(Serialize, Hash, Debug)]
pub struct Gathered {
    /// Name of their kind.
    pub kind: String,
    /// Heading.
    pub title: String,
    /// Address of the list of their kind.
    pub url: String,
    /// How many there are.
    pub count: usize,
    /// The first of them.
    pub cards: Vec<CardRef>,
}

/// A field that a kind alone has.
#[derive(Serialize, Hash, Debug)]
pub struct FieldView {
    /// Its name in front matter.
    pub name: String,
    /// Label.
    pub label: String,
    /// The value in words, one entry for each of a list.
    pub values: Vec<Link>,
    /// Of a mapping or a list of mappings: their values; `values` is empty then.
    pub table: Option<FieldTable>,
}

/// Mappings as a table.
#[derive(Serialize, Hash, Debug)]
pub struct FieldTable {
    /// Headings of the columns that any row has.
    pub heads: Vec<String>,
    /// Rows, in each a cell for each heading, which may be empty.
    pub rows: Vec<Vec<Vec<Link>>>,
    /// Whether the field is one mapping rather than a list of them.
    pub single: bool,
}

/// The calendar: what comes next, or a month.
#[derive(Serialize, Hash, Debug, Default)]
pub struct CalendarView {
    /// Heading.
    pub title: String,
    /// Of a month: its weeks, Monday first.
    pub weeks: Vec<Vec<DayCell>>,
    /// What takes place, day by day.
    pub agenda: Agenda,
    /// The month before, if there is one.
    pub previous: Option<Link>,
    /// The month after, if there is one.
    pub next: Option<Link>,
    /// Every month with something in it.
    pub months: Vec<Month>,
    /// The calendar of everything to subscribe to.
    pub subscription: Option<Subscription>,
    /// The others, by what they gather.
    pub subscriptions: Vec<SubscriptionGroup>,
}

/// A calendar that readers may subscribe to.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Subscription {
    /// What it is called beside others; empty for the calendar of everything.
    pub title: String,
    /// Address of the page that shows the same, relative to the root.
    pub page: String,
    /// Address of the calendar, relative to the root.
    pub url: String,
    /// Full address of it.
    pub full: String,
    /// Full address by which a calendar subscribes at once: `webcal://…`.
    pub webcal: String,
}

/// Calendars of one sort.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct SubscriptionGroup {
    /// What they are: 阵地, 品牌, 类别.
    pub label: String,
    /// Each.
    pub feeds: Vec<Subscription>,
}

/// What takes place, day by day.
#[derive(Serialize, Hash, Debug, Default)]
pub struct Agenda {
    /// The days on which something begins.
    pub days: Vec<AgendaDay>,
}

/// A day of an agenda.
#[derive(Serialize, Hash, Debug, Default)]
pub struct AgendaDay {
    /// `2026-11-21`.
    pub iso: String,
    /// `11月21日`.
    pub text: String,
    /// `2026年11月21日`.
    pub full: String,
    /// `周六`.
    pub weekday: String,
    /// Holiday, solar term, festival or lunar day.
    pub label: String,
    /// `休`, `班`, or empty.
    pub badge: String,
    /// What begins on it.
    pub entries: Vec<AgendaEntry>,
}

/// Something that takes place.
#[derive(Serialize, Hash, Debug, Default)]
pub struct AgendaEntry {
    /// Title, of this occurrence if it has one of its own.
    pub title: String,
    /// Address of the item.
    pub url: String,
    /// Label of its kind.
    pub kind: String,
    /// `19:00—20:30`, `全天`, `至11月23日`.
    pub time: String,
    /// Where, or empty.
    pub place: String,
    /// `cancelled`, `moved` … or empty.
    pub state: String,
    /// The state in words, or empty.
    pub state_label: String,
    /// What is to be told of this occurrence, or empty.
    pub note: String,
    /// The day it was moved from, or empty.
    pub was: String,
    /// Its beginning, for machines.
    pub start_iso: String,
    /// The first moment after it, for machines.
    pub end_iso: String,
}

/// A day in a month's grid.
#[derive(Serialize, Hash, Debug, Default)]
pub struct DayCell {
    /// `2026-11-21`.
    pub iso: String,
    /// `21`.
    pub number: i8,
    /// Whether it is of the month; days around it fill the weeks.
    pub inside: bool,
    /// Holiday, solar term, festival or lunar day.
    pub label: String,
    /// `休`, `班`, or empty.
    pub badge: String,
    /// Whether it is a day off.
    pub off: bool,
    /// What takes place.
    pub entries: Vec<GridEntry>,
}

/// Something in a day's cell.
#[derive(Serialize, Hash, Debug, Default)]
pub struct GridEntry {
    /// `19:00`, or empty.
    pub time: String,
    /// Title.
    pub title: String,
    /// Address of the item.
    pub url: String,
    /// `cancelled`, `moved` … or empty.
    pub state: String,
    /// The state in words, or empty.
    pub state_label: String,
}

/// An edition of a digest: its page, and what a segment's letter holds of it.
#[derive(Serialize, Hash, Debug, Default, Clone)]
pub struct EditionView {
    /// `monthly/2026-12`.
    pub id: String,
    /// The digest, with its page.
    pub digest: Link,
    /// What it is for: `2026年12月`.
    pub period: String,
    /// Subject of its letters.
    pub subject: String,
    /// What mail programs show behind the subject.
    pub preheader: String,
    /// Lead, or empty.
    pub lead: String,
    /// Its date.
    pub date: Option<DateView>,
    /// Full address of its page.
    pub page: String,
    /// Which revision, from 1.
    pub revision: u32,
    /// What changed since the last edition.
    pub changes: Vec<ChangeView>,
    /// Its sections; those with nothing in them are left out.
    pub sections: Vec<EditionPart>,
    /// Corrections: date, text.
    pub corrections: Vec<(DateView, String)>,
    /// Whether it is a draft, shown by `--drafts` only.
    pub draft: bool,
    /// The edition before it, if there is one.
    pub previous: Option<Link>,
    /// The edition after it.
    pub next: Option<Link>,
}

/// A change that readers are told of.
#[derive(Serialize, Hash, Debug, Default, Clone)]
pub struct ChangeView {
    /// `moved`, `cancelled`, `postponed`, `withdrawn`, `place`, `title`.
    pub what: String,
    /// The same in words: 改期.
    pub label: String,
    /// What changed.
    pub title: String,
    /// Address of its page relative to the root, or empty.
    pub url: String,
    /// In words.
    pub text: String,
}

/// A section of an edition.
#[derive(Serialize, Hash, Debug, Default, Clone)]
pub struct EditionPart {
    /// Heading.
    pub title: String,
    /// A text, by paragraph.
    pub text: Vec<String>,
    /// Labels of the kinds of units that it is for; none for all.
    pub audience: Vec<String>,
    /// Figures: name, value with its unit.
    pub figures: Vec<(String, String)>,
    /// What it holds.
    pub entries: Vec<EditionEntry>,
}

/// An item in an edition.
#[derive(Serialize, Hash, Debug, Default, Clone)]
pub struct EditionEntry {
    /// Name of its kind.
    pub kind: String,
    /// Label of its kind.
    pub kind_label: String,
    /// Title.
    pub title: String,
    /// Address of its page relative to the root, or empty where it has none.
    pub url: String,
    /// `cancelled`, `full` … or empty where there is nothing to tell.
    pub state: String,
    /// The state in words, or empty.
    pub state_label: String,
    /// When, in full; of what recurs its rule and the date that is meant.
    pub when: String,
    /// Date of publication of an article, short.
    pub date: String,
    /// Last day to sign up: `12月16日`.
    pub deadline: String,
    /// Where.
    pub place: String,
    /// The editors' words, or the lead.
    pub text: String,
    /// What lists say of it in one line.
    pub facts: Vec<String>,
    /// Labels of the kinds of units that it is for; none for all.
    pub audience: Vec<String>,
    /// On the page of an edition that was sent: what is true today and was not then, in words.
    pub today: Vec<String>,
    /// Of a date in a calendar whose item stands in full in a section before: that section's title.
    pub see: String,
}

/// The 404 page.
#[derive(Serialize, Hash, Debug)]
pub struct Missing {
    /// The columns, as a way on.
    pub columns: Vec<Link>,
}

/// The constants of the site in one language: `site` in templates, `@site` in components.
#[derive(Serialize, Hash, Debug)]
pub struct Constants {
    /// The site's name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// The language of these constants.
    pub lang: String,
    /// Full address of the root in this language, with `/` at the end.
    pub base_url: String,
    /// Address of home in this language, relative to the root: `""` or `en/`.
    pub home: String,
    /// The name of the preview that this is, or empty.
    pub preview: String,
    /// Who runs it.
    pub owner: OwnerView,
    /// ICP number as printed, or empty.
    pub icp: String,
    /// Public-security number as printed, or empty.
    pub public_security: String,
    /// Site identification code, or empty.
    pub identification_code: String,
    /// Navigation.
    pub navigation: Vec<Link>,
    /// Columns.
    pub columns: Vec<Link>,
    /// Other lists that exist: series, programmes, terms, declared kinds.
    pub indexes: Vec<Link>,
    /// Feeds of the whole site.
    pub feeds: Vec<FeedRef>,
    /// All languages, this one included, where there are several.
    pub languages: Vec<Link>,
    /// A note for the footer, or empty.
    pub footer_note: String,
    /// The theme's words in this language, `words/<lang>.yaml`.
    pub words: BTreeMap<String, String>,
    /// The theme's options with the site's choices.
    pub options: BTreeMap<String, String>,
    /// Fingerprinted addresses of the theme's assets, relative to the root: `style.css` →
    /// `assets/style.1a2b3c4d.css`.
    pub assets: BTreeMap<String, String>,
    /// The Content-Security-Policy of every page.
    pub csp: String,
    /// `pbsite 0.1.0`.
    pub generator: String,
    /// Address of the web manifest.
    pub manifest: String,
    /// Address of the icon (`content/root/favicon.svg`), or empty.
    pub icon: String,
}

/// Who runs the site.
#[derive(Serialize, Hash, Debug, Clone, Default)]
pub struct OwnerView {
    /// Name.
    pub name: String,
    /// Postal address.
    pub address: String,
    /// Telephone.
    pub telephone: String,
    /// Mail address.
    pub email: String,
}
