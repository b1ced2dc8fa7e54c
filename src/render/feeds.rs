//! Feeds of the site, its columns and its terms.

use std::sync::OnceLock;

use crate::{
    base::{date::moment_iso, text::summary},
    catalogue::Target,
    formats::{
        atom::atom as write_atom,
        feed::{Category, Enclosure, Entry, Feed},
        jsonfeed::jsonfeed as write_json,
        podcast::podcast as write_podcast,
    },
    plan::{Asset, ListOf, Plan, Planned},
};

/// Entries of a feed.
const ENTRIES: usize = 20;
/// Characters of a summary.
const SUMMARY: usize = 200;

/// An Atom feed.
pub(super) fn atom(plan: &Plan<'_>, rows: &Rows, output: &Planned, list: &ListOf) -> String {
    with_feed(plan, rows, output, list, write_atom)
}

/// A JSON feed.
pub(super) fn jsonfeed(plan: &Plan<'_>, rows: &Rows, output: &Planned, list: &ListOf) -> String {
    with_feed(plan, rows, output, list, write_json)
}

/// A podcast: every recording of a list.
pub(super) fn podcast(plan: &Plan<'_>, rows: &Rows, output: &Planned, list: &ListOf) -> String {
    let items = plan.recordings(list, output.lang).to_vec();
    with_items(plan, rows, output, list, items, write_podcast)
}

/// What entries borrow, by item, made for the first feed that holds it.
pub(super) struct Rows(Vec<OnceLock<Box<Row>>>);

impl Rows {
    /// Rows for this many items, none made yet.
    pub(super) fn new(items: usize) -> Self {
        Self((0..items).map(|_| OnceLock::new()).collect())
    }

    fn get(&self, plan: &Plan<'_>, i: usize) -> &Row {
        self.0[i].get_or_init(|| Box::new(row(plan, i)))
    }
}

/// The strings that an entry borrows.
struct Row {
    url: String,
    published: String,
    updated: String,
    summary: String,
    categories: Vec<(String, String)>,
    image: Option<String>,
    audio: Option<(String, String, u64)>,
}

fn with_feed(
    plan: &Plan<'_>,
    rows: &Rows,
    output: &Planned,
    list: &ListOf,
    write: impl Fn(&Feed<'_>) -> String,
) -> String {
    let mut items = plan.items_of(list, output.lang);
    items.sort_by(|a, b| plan.catalogue.items[*b].date.cmp(&plan.catalogue.items[*a].date).then(a.cmp(b)));
    items.truncate(ENTRIES);
    with_items(plan, rows, output, list, items, write)
}

fn with_items(
    plan: &Plan<'_>,
    rows: &Rows,
    output: &Planned,
    list: &ListOf,
    items: Vec<usize>,
    write: impl Fn(&Feed<'_>) -> String,
) -> String {
    let constants = &plan.constants[output.lang];
    let settings = &plan.catalogue.settings;
    let rows: Vec<&Row> = items.iter().map(|i| rows.get(plan, *i)).collect();
    let entries = rows.iter().zip(&items).map(|(row, i)| entry(plan, row, *i)).collect();
    let site_url = settings.base_url.join(&plan.address_of(list, output.lang));
    let title = match name(plan, list, output.lang) {
        name if name.is_empty() => constants.name.clone(),
        name => format!("{name} - {}", constants.name),
    };
    let updated = rows.iter().map(|row| row.updated.as_str()).max().unwrap_or("1970-01-01T00:00:00Z");
    let icon = settings.base_url.join(&constants.icon);
    let author = if constants.owner.name.is_empty() { &constants.name } else { &constants.owner.name };
    write(&Feed {
        id: &site_url,
        title: &title,
        subtitle: (!constants.description.is_empty()).then_some(constants.description.as_str()),
        lang: &constants.lang,
        self_url: &settings.base_url.join(&output.url),
        site_url: &site_url,
        updated,
        author,
        generator_version: env!("CARGO_PKG_VERSION"),
        icon: (!constants.icon.is_empty()).then_some(icon.as_str()),
        entries,
    })
}

fn name(plan: &Plan<'_>, list: &ListOf, lang: usize) -> String {
    let settings = &plan.catalogue.settings;
    match list {
        ListOf::Column(column) | ListOf::Month(column, ..) => {
            settings.columns[*column].title.get(&settings.languages[lang])
        }
        ListOf::Term(taxonomy, slug) => {
            plan.lists[lang].terms[*taxonomy].get(slug).map_or(String::new(), |t| t.title.clone())
        }
        ListOf::Kind(kind) => plan.catalogue.kinds.get(*kind).plural.get(&settings.languages[lang]),
        ListOf::Facet(kind, facet, slug) => {
            plan.lists[lang].facets[*kind][*facet].values.get(slug).map_or(String::new(), |value| value.title.clone())
        }
        ListOf::Digest(digest) => plan.catalogue.items[*digest].title.clone(),
        ListOf::Site => String::new(),
    }
}

fn row(plan: &Plan<'_>, i: usize) -> Row {
    let catalogue = plan.catalogue;
    let (item, settings) = (&catalogue.items[i], &catalogue.settings);
    let published = item.date.map_or("1970-01-01T00:00:00Z".to_owned(), |date| date.iso(&settings.zone));
    let changed = item.last_change();
    let updated = changed.map_or_else(|| published.clone(), |when| moment_iso(when.start(), &settings.zone));
    let terms = settings.taxonomies.iter().flat_map(|taxonomy| item.values.texts(&taxonomy.id));
    let links = &plan.resolved.items[i];
    let cover = links.get(item.values.text("cover")).and_then(|target| plan.media.picture(target, "", ""));
    let audio = item.values.record("audio").and_then(|record| {
        let target = links.get(record.text("src"))?;
        let (Target::Media(path), Some(audio)) = (target, plan.audio(target, "")) else { return None };
        let Asset::File(file) = plan.media.get(path)? else { return None };
        Some((settings.base_url.join(&file.address), audio.media_type, file.length))
    });
    Row {
        url: settings.base_url.join(catalogue.addresses.item(i)),
        published,
        updated,
        summary: summary(item.summary(), SUMMARY),
        categories: terms.map(|word| (catalogue.slug_of(&word.value).to_owned(), word.value.clone())).collect(),
        image: cover.map(|picture| settings.base_url.join(&picture.src)),
        audio,
    }
}

fn entry<'e>(plan: &'e Plan<'_>, row: &'e Row, i: usize) -> Entry<'e> {
    let item = &plan.catalogue.items[i];
    let author = item.values.text("author");
    Entry {
        id: &row.url,
        url: &row.url,
        title: &item.title,
        published: &row.published,
        updated: &row.updated,
        author: (!author.is_empty()).then_some(author),
        summary: &row.summary,
        content_html: None,
        categories: row.categories.iter().map(|(term, label)| Category { term, label }).collect(),
        image: row.image.as_deref(),
        enclosure: row.audio.as_ref().map(|(url, media_type, length)| {
            let duration = item.values.record("audio").map_or("", |audio| audio.text("duration"));
            Enclosure { url, media_type, length: *length, duration }
        }),
        corrections: item.values.records("corrections").iter().map(|record| record.value.text("text")).collect(),
    }
}
