//! An edition as editors wrote it, `content/editions/<digest>/<period>.md`, typed.

use super::{Digest, Period, What, definition::words};
use crate::{
    base::{date::When, nearest::nearest, path::SitePath},
    catalogue::{Catalogue, Resolved, Target},
    diagnostics::{Code, Diagnostic, Place},
    fields::{At, Values},
    model::{Behaviour, Item, issue},
    msg,
};

/// An edition.
#[derive(Debug, Clone)]
pub struct Edition {
    /// Its item.
    pub item: usize,
    /// Its digest, by its place among the definitions.
    pub digest: usize,
    /// `monthly/2026-12`.
    pub id: String,
    /// What it is for.
    pub period: Period,
    /// From 1; a correction raises it.
    pub revision: u32,
    /// Ids of the segments that alone get it; none for all.
    pub segments: Vec<String>,
    /// What editors left out on purpose, by reference.
    pub left_out: Vec<String>,
    /// The box on top: what changed since the last edition.
    pub changes: Vec<Told>,
    /// Its sections.
    pub sections: Vec<EditionSection>,
}

/// A change that readers are told of.
#[derive(Debug, Clone)]
pub struct Told {
    /// What changed, if it is there.
    pub item: Option<usize>,
    /// What it is.
    pub what: What,
    /// In words.
    pub text: String,
}

/// A section of an edition.
#[derive(Debug, Clone, Default)]
pub struct EditionSection {
    /// Heading.
    pub title: String,
    /// Where its items come from, by the word of the definition; or empty.
    pub from: String,
    /// A text.
    pub text: String,
    /// Kinds of units that it is for; none for all.
    pub units: Vec<String>,
    /// Whether what stands in a section before stands here in full again.
    pub repeat: bool,
    /// Figures.
    pub figures: Vec<Figure>,
    /// What it holds.
    pub entries: Vec<Entry>,
}

/// A figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What was counted.
    pub name: String,
    /// How many.
    pub value: String,
    /// Of what.
    pub unit: String,
}

/// An item of a section.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The item, if it is there.
    pub item: Option<usize>,
    /// As written: `activities/winter-concert`.
    pub reference: String,
    /// Why it was chosen.
    pub why: String,
    /// The date of it that is meant.
    pub on: Option<When>,
    /// The editors' words.
    pub note: String,
    /// Kinds of units that it is for, instead of those that the item names.
    pub units: Vec<String>,
    /// Where it stands.
    pub at: At,
}

/// Every edition of the site, drafts too, in the catalogue's order. A file that is no edition of
/// any digest is reported and left out.
pub fn editions(
    catalogue: &Catalogue,
    resolved: &Resolved,
    digests: &[Digest],
    problems: &mut Vec<Diagnostic>,
) -> Vec<Edition> {
    let editions = (0..catalogue.items.len()).filter(|i| catalogue.behaviour(*i) == Behaviour::Edition);
    editions.filter_map(|i| edition(catalogue, resolved, digests, i, problems)).collect()
}

/// Where what was sent of an edition is written.
pub fn frozen_path(id: &str) -> Option<SitePath> {
    SitePath::new(&format!("content/editions/{id}.frozen.yaml")).ok()
}

/// Where what an edition's items said when they were taken is written.
pub fn taken_path(id: &str) -> Option<SitePath> {
    SitePath::new(&format!("content/editions/{id}.drafted.yaml")).ok()
}

impl Edition {
    /// Every entry.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.sections.iter().flat_map(|section| &section.entries)
    }

    /// Whether an item stands in it, or in its box of changes.
    pub fn holds(&self, item: usize) -> bool {
        self.entries().any(|entry| entry.item == Some(item)) || self.changes.iter().any(|told| told.item == Some(item))
    }
}

fn edition(
    catalogue: &Catalogue,
    resolved: &Resolved,
    digests: &[Digest],
    i: usize,
    problems: &mut Vec<Diagnostic>,
) -> Option<Edition> {
    let item = &catalogue.items[i];
    let Some((name, written)) = issue(&item.path) else {
        problems.push(misplaced(item, digests));
        return None;
    };
    let digest = digests.iter().position(|digest| digest.id == name);
    let Some(digest) = digest else {
        problems.extend((!catalogue.may_be_broken(name)).then(|| no_digest(item, name, digests)));
        return None;
    };
    let period = Period::parse(written).filter(|period| period.is_of(digests[digest].cadence));
    let Some(period) = period else {
        problems.push(no_period(item, written, &digests[digest], catalogue));
        return None;
    };
    check_segments(item, &digests[digest], problems);
    let values = &item.values;
    let named = |values: &Values| {
        let reference = values.text("item").trim_start_matches('@').to_owned();
        let target = resolved.items[i].get(&format!("@{reference}"));
        (if let Some(Target::Item(item, _)) = target { Some(*item) } else { None }, reference)
    };
    let told = |values: &Values| {
        Some(Told { item: named(values).0, what: What::parse(values.text("what"))?, text: values.text("text").into() })
    };
    let entry = |values: &Values, at| {
        let (item, reference) = named(values);
        let text = |field: &str| values.text(field).to_owned();
        let units = words(values, "units");
        Entry { item, reference, why: text("why"), on: values.when("on"), note: text("note"), units, at }
    };
    let section = |values: &Values| EditionSection {
        title: values.text("title").to_owned(),
        from: values.text("from").to_owned(),
        text: values.text("text").to_owned(),
        units: words(values, "units"),
        repeat: values.boolean("repeat").unwrap_or_default(),
        figures: values.records("figures").iter().map(|record| figure(&record.value)).collect(),
        entries: values.records("items").iter().map(|record| entry(&record.value, record.at)).collect(),
    };
    Some(Edition {
        item: i,
        digest,
        id: format!("{name}/{written}"),
        period,
        revision: values.integer("revision").and_then(|n| u32::try_from(n).ok()).unwrap_or(1).max(1),
        segments: words(values, "segments"),
        left_out: words(values, "left_out"),
        changes: values.records("changes").iter().filter_map(|record| told(&record.value)).collect(),
        sections: values.records("sections").iter().map(|record| section(&record.value)).collect(),
    })
}

fn figure(values: &Values) -> Figure {
    let text = |field: &str| values.text(field).to_owned();
    Figure { name: text("name"), value: text("value"), unit: text("unit") }
}

fn misplaced(item: &Item, digests: &[Digest]) -> Diagnostic {
    let digest = digests.first().map_or("monthly", |digest| digest.id.as_str());
    let message = msg!("简报的一期要放在它的简报的文件夹里", "an edition belongs into the folder of its digest");
    Diagnostic::new(Code::EditionPeriod, Place::File(item.path.clone()), message)
        .help(msg!("放到 content/editions/{digest}/2026-12.md", "move it to content/editions/{digest}/2026-12.md"))
}

fn no_digest(item: &Item, name: &str, digests: &[Digest]) -> Diagnostic {
    let known = || digests.iter().map(|digest| digest.id.as_str());
    let near = nearest(name, known(), 3);
    let shown = if near.is_empty() { known().collect() } else { near }.join(", ");
    let message = msg!("没有编号为“{name}”的简报", "there is no digest `{name}`");
    let problem = Diagnostic::new(Code::EditionPeriod, Place::File(item.path.clone()), message);
    if shown.is_empty() {
        return problem.help(msg!("先写 content/digests/{name}.md", "write content/digests/{name}.md first"));
    }
    problem.help(msg!("文件夹应当是：{shown}", "the folder should be one of: {shown}"))
}

fn no_period(item: &Item, written: &str, digest: &Digest, catalogue: &Catalogue) -> Diagnostic {
    let (id, today) = (&digest.id, catalogue.now.date());
    let meant = Period::to_draft(digest.cadence, item.date.map_or(today, |when| when.date));
    let message = msg!("文件名“{written}”不是“{id}”的一期", "`{written}` is no period of `{id}`");
    Diagnostic::new(Code::EditionPeriod, Place::File(item.path.clone()), message)
        .help(msg!("改名为 {meant}.md", "rename it to {meant}.md"))
}

fn check_segments(item: &Item, digest: &Digest, problems: &mut Vec<Diagnostic>) {
    let known = || digest.segments.iter().map(|segment| segment.id.as_str());
    for word in item.values.texts("segments").iter().filter(|word| known().all(|id| id != word.value)) {
        let wanted = &word.value;
        let all = known().collect::<Vec<_>>().join(", ");
        let message = msg!("这份简报没有分组“{wanted}”", "this digest has no segment `{wanted}`");
        let problem = Diagnostic::new(Code::EditionPeriod, item.place(Some(word.at)), message);
        problems.push(problem.help(msg!("可以写：{all}", "write one of: {all}")));
    }
}
