//! Editions of digests: what their pages and letters show, and what their items say now.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    Plan,
    cards::date_view,
    views::{ChangeView, DateView, EditionEntry, EditionPart, EditionView, Link},
    words::Words,
};
use crate::{
    base::{
        date::{When, human_span},
        lang::{Lang, Tongue},
        path::SitePath,
        text::summary,
    },
    catalogue::{Catalogue, Entry as Occasion},
    diagnostics::{Code, Diagnostic, Place},
    edition::{Edition, EditionSection, Entry, Fact, Meant, Sent, Told, What, frozen_path, taken_path},
    model::{self, Behaviour, Item, Presence, word_of},
    msg,
    schedule::State,
    source::Files,
};

/// Characters of an entry's text.
const TEXT: usize = 90;
/// Dates of an item that are remembered.
const DATES: usize = 24;
/// States that go without saying.
pub(super) const PLAIN: [&str; 4] = ["", "confirmed", "open", "running"];

/// What was sent, and what was taken, of each edition.
pub(super) fn noted(
    editions: &[Edition],
    catalogue: &Catalogue,
    files: &dyn Files,
    problems: &mut Vec<Diagnostic>,
) -> (Vec<Option<Sent>>, Vec<Option<Sent>>) {
    let mut read = |path: Option<SitePath>| {
        let path = path.filter(|path| catalogue.files.contains(path))?;
        match files.text(&path) {
            Some(text) => Sent::read(&path, &text, problems),
            None => {
                let message = msg!("读不了这个文件", "the file cannot be read");
                problems.push(Diagnostic::new(Code::Unreadable, Place::File(path), message));
                None
            }
        }
    };
    let sent = editions.iter().map(|edition| read(frozen_path(&edition.id))).collect();
    (sent, editions.iter().map(|edition| read(taken_path(&edition.id))).collect())
}

impl Plan<'_> {
    /// The edition that an item is, by its place among [`super::Layout::editions`].
    pub fn edition(&self, item: usize) -> Option<usize> {
        self.editions.iter().position(|edition| edition.item == item)
    }

    /// An edition by its id, in the default language.
    pub fn edition_by_id(&self, id: &str) -> Option<usize> {
        let default = self.catalogue.settings.default_language();
        let found = |edition: &Edition| edition.id == id && self.catalogue.items[edition.item].lang == *default;
        self.editions.iter().position(found)
    }

    /// The listed editions of a digest (by its item) in its language, newest first.
    pub fn editions_of(&self, digest: usize) -> Vec<usize> {
        let catalogue = self.catalogue;
        let (id, lang) = (&catalogue.items[digest].id, &catalogue.items[digest].lang);
        let of = |edition: &&Edition| {
            self.digests[edition.digest].id == *id
                && catalogue.items[edition.item].lang == *lang
                && catalogue.listed(edition.item)
        };
        let mut found: Vec<&Edition> = self.editions.iter().filter(of).collect();
        found.sort_by_key(|edition| std::cmp::Reverse((catalogue.items[edition.item].date, edition.period)));
        found.into_iter().map(|edition| edition.item).collect()
    }

    /// The page of the digest of an edition, in the edition's language.
    pub(super) fn digest_link(&self, at: usize) -> Option<Link> {
        let (catalogue, own) = (self.catalogue, self.own_digest(at)?);
        let url = if catalogue.has_page(own) { catalogue.addresses.item(own).to_owned() } else { String::new() };
        Some(Link { title: catalogue.items[own].title.clone(), url, external: false })
    }

    /// The definition of an edition's digest, in the edition's language if there is one.
    pub fn own_digest(&self, at: usize) -> Option<usize> {
        let (catalogue, edition) = (self.catalogue, &self.editions[at]);
        let digest = &catalogue.items[self.digests[edition.digest].item];
        catalogue.find(digest.kind, &digest.id, &catalogue.items[edition.item].lang)
    }

    /// The view of an edition's page: all of it, as it was sent where it was.
    pub(super) fn edition_page(&self, at: usize) -> EditionView {
        let edition = &self.editions[at];
        let all = self.own_digest(at).map_or_else(Vec::new, |digest| self.editions_of(digest));
        let place = all.iter().position(|item| *item == edition.item);
        let beside = |step: isize| {
            let item = *all.get(place?.checked_add_signed(step)?)?;
            let title = self.catalogue.items[item].title.clone();
            Some(Link { title, url: self.catalogue.addresses.item(item).to_owned(), external: false })
        };
        let maker = Maker { sent: self.sent[at].as_ref(), ..Maker::new(self, at) };
        EditionView { previous: beside(1), next: beside(-1), ..maker.edition(&|_| true) }
    }

    /// The view of an edition with what is meant for some readers, as things are today.
    pub fn edition_view(&self, at: usize, wanted: &dyn Fn(&Meant) -> bool) -> EditionView {
        Maker::new(self, at).edition(wanted)
    }

    /// The view of an edition for who would get nothing else: its calendar, whoever it is for.
    pub fn edition_calendar(&self, at: usize) -> EditionView {
        let edition = &self.editions[at];
        let maker = Maker::new(self, at);
        let calendar = edition.sections.iter().filter(|section| section.from == "calendar");
        let sections = maker.sections(calendar, &|_| true);
        EditionView { sections, ..self.edition_view(at, &|_| false) }
    }

    /// Whom an item is for: what the edition says over what it says itself. A session is for whom
    /// its course is.
    pub fn meant_for(&self, i: usize, units: &[String]) -> Meant {
        let audience = |i: usize| self.catalogue.items[i].values.record("audience");
        let own = audience(i).or_else(|| audience(self.named(i, "course")?));
        let words = |field: &str| -> Vec<String> {
            own.map_or(&[][..], |own| own.texts(field)).iter().map(|spot| spot.value.clone()).collect()
        };
        Meant {
            units: if units.is_empty() { words("units") } else { units.to_vec() },
            topics: words("topics"),
            ground: [self.where_of(i), self.street_address(i).to_owned()].join(" "),
        }
    }

    /// `activities/winter-concert`.
    pub fn reference(&self, i: usize) -> String {
        let item = &self.catalogue.items[i];
        format!("{}/{}", self.catalogue.kinds.get(item.kind).folder, item.id)
    }

    /// What an item says now; none for one that readers do not see. Of what recurs the dates of
    /// these days are noted.
    pub fn fact(&self, i: usize, days: (Date, Date)) -> Option<Fact> {
        let (catalogue, item) = (self.catalogue, &self.catalogue.items[i]);
        if !matches!(catalogue.presence[i], Presence::Listed | Presence::Expired) {
            return None;
        }
        let rule = item.schedule.as_ref().is_some_and(|schedule| schedule.rule().is_some());
        let noted = |occasion: &&Occasion| {
            let one = &occasion.occurrence;
            let inside = one.start.date >= days.0 && one.start.date <= days.1;
            one.state != State::Cancelled && (!rule || inside)
        };
        Some(Fact {
            id: self.reference(i),
            title: item.title.clone(),
            dates: catalogue.calendar.of_item(i).filter(noted).take(DATES).map(span).collect(),
            status: item.state.as_ref().map_or(String::new(), |state| state.state.clone()),
            place: self.where_of(i),
            url: catalogue.addresses.item(i).to_owned(),
            deadline: item.state.as_ref().and_then(|s| s.deadline).map_or(String::new(), |when| when.to_string()),
            ..Fact::default()
        })
    }

    /// What an item says now, with the words that letters of an edition have for it.
    pub fn fact_in_words(&self, at: usize, i: usize) -> Option<Fact> {
        let (period, item) = (self.editions[at].period, &self.catalogue.items[i]);
        let fact = self.fact(i, (period.first(), period.last()))?;
        Some(Fact { text: summary(item.summary(), TEXT), lines: Maker::new(self, at).facts(i), ..fact })
    }

    /// What the item of a fact says now of the same days.
    pub fn fact_again(&self, then: &Fact) -> Option<Fact> {
        let default = self.catalogue.settings.default_language();
        let named = |i: &usize| self.reference(*i) == then.id;
        let all = || (0..self.catalogue.items.len()).filter(named);
        let i = all().find(|i| self.catalogue.items[*i].lang == *default).or_else(|| all().next())?;
        let day = |text: &String| Some(When::parse(text.split('/').next()?)?.date);
        let days = then.dates.iter().filter_map(day);
        let (first, last) = (days.clone().min().unwrap_or_default(), days.max().unwrap_or_default());
        self.fact(i, (first, last))
    }

    /// The first date of an item in some days.
    pub fn date_within(&self, i: usize, first: Date, last: Date) -> Option<&Occasion> {
        let inside =
            |occasion: &&Occasion| occasion.occurrence.start.date <= last && occasion.occurrence.last().date >= first;
        self.catalogue.calendar.of_item(i).find(inside)
    }
}

/// A date whose item stands in full in another section.
fn refers_to(section: &str, view: EditionEntry) -> EditionEntry {
    EditionEntry {
        see: section.to_owned(),
        place: String::new(),
        text: String::new(),
        deadline: String::new(),
        date: String::new(),
        facts: Vec::new(),
        audience: Vec::new(),
        ..view
    }
}

/// A date as [`Fact::dates`] spells it.
fn span(occasion: &Occasion) -> String {
    let (start, end) = (occasion.occurrence.start, occasion.occurrence.end);
    end.map_or_else(|| start.to_string(), |end| format!("{start}/{end}"))
}

pub(super) struct Maker<'p, 'a> {
    pub(super) plan: &'p Plan<'a>,
    at: usize,
    pub(super) lang: &'p Lang,
    pub(super) tongue: Tongue,
    /// What was sent, where that is to be shown.
    sent: Option<&'p Sent>,
}

impl<'p, 'a> Maker<'p, 'a> {
    fn new(plan: &'p Plan<'a>, at: usize) -> Self {
        let lang = &plan.catalogue.items[plan.editions[at].item].lang;
        Self { plan, at, lang, tongue: lang.tongue(), sent: None }
    }

    fn edition(&self, wanted: &dyn Fn(&Meant) -> bool) -> EditionView {
        let (plan, catalogue, edition) = (self.plan, self.plan.catalogue, &self.plan.editions[self.at]);
        let item = &catalogue.items[edition.item];
        let told = |told: &&Told| told.item.is_none_or(|i| wanted(&plan.meant_for(i, &[])));
        EditionView {
            id: edition.id.clone(),
            digest: plan.digest_link(self.at).unwrap_or_default(),
            period: edition.period.label(self.tongue),
            subject: item.values.text("subject").to_owned(),
            preheader: item.values.text("preheader").to_owned(),
            lead: item.values.text("lead").to_owned(),
            date: item.date.map(|date| date_view(date, catalogue, self.tongue)),
            page: catalogue.settings.base_url.join(catalogue.addresses.item(edition.item)),
            revision: edition.revision,
            changes: edition.changes.iter().filter(told).map(|told| self.change(told)).collect(),
            sections: self.sections(&edition.sections, wanted),
            corrections: self.corrections(item),
            draft: item.waits(catalogue.now),
            previous: None,
            next: None,
        }
    }

    fn change(&self, told: &Told) -> ChangeView {
        let label = match (told.what, self.tongue) {
            (What::Cancelled, Tongue::Zh) => "取消",
            (What::Postponed, Tongue::Zh) => "延期",
            (What::Withdrawn, Tongue::Zh) => "撤下",
            (What::Moved, Tongue::Zh) => "改期",
            (What::Place, Tongue::Zh) => "改地点",
            (What::Title, Tongue::Zh) => "改名",
            (What::Cancelled, Tongue::En) => "Cancelled",
            (What::Postponed, Tongue::En) => "Postponed",
            (What::Withdrawn, Tongue::En) => "Withdrawn",
            (What::Moved, Tongue::En) => "New date",
            (What::Place, Tongue::En) => "New place",
            (What::Title, Tongue::En) => "New title",
        };
        ChangeView {
            what: told.what.word().to_owned(),
            label: label.to_owned(),
            title: told.item.map_or(String::new(), |i| self.plan.catalogue.items[i].title.clone()),
            url: told.item.map_or(String::new(), |i| self.url(i)),
            text: told.text.clone(),
        }
    }

    fn corrections(&self, item: &Item) -> Vec<(DateView, String)> {
        let records = item.values.records("corrections").iter();
        let mut told: Vec<(When, String)> = records
            .filter_map(|record| Some((record.value.when("date")?, record.value.text("text").to_owned())))
            .collect();
        for sent in self.sent.iter().flat_map(|sent| &sent.corrections) {
            if told.iter().all(|(_, text)| *text != sent.text) {
                told.push((sent.date, sent.text.clone()));
            }
        }
        told.sort_by_key(|(when, _)| std::cmp::Reverse(*when));
        told.into_iter().map(|(when, text)| (date_view(when, self.plan.catalogue, self.tongue), text)).collect()
    }

    /// Sections with what is wanted of them. An item stands in full in the first that has it; a
    /// calendar further down refers to that, and others leave it out.
    fn sections<'s>(
        &self,
        sections: impl IntoIterator<Item = &'s EditionSection>,
        wanted: &dyn Fn(&Meant) -> bool,
    ) -> Vec<EditionPart> {
        let mut told: BTreeMap<usize, &str> = BTreeMap::new();
        let mut parts = Vec::new();
        for section in sections {
            parts.extend(self.section(section, wanted, &told));
            for i in
                section.entries.iter().filter(|entry| self.is_wanted(section, entry, wanted)).filter_map(|e| e.item)
            {
                told.entry(i).or_insert(&section.title);
            }
        }
        parts
    }

    fn is_wanted(&self, section: &EditionSection, entry: &Entry, wanted: &dyn Fn(&Meant) -> bool) -> bool {
        let section = section.units.is_empty() || wanted(&Meant { units: section.units.clone(), ..Meant::default() });
        section && entry.item.is_some_and(|i| wanted(&self.plan.meant_for(i, &entry.units)))
    }

    /// A section with what is wanted of it and was not `told` of; none where nothing is.
    fn section(
        &self,
        section: &EditionSection,
        wanted: &dyn Fn(&Meant) -> bool,
        told: &BTreeMap<usize, &str>,
    ) -> Option<EditionPart> {
        if !section.units.is_empty() && !wanted(&Meant { units: section.units.clone(), ..Meant::default() }) {
            return None;
        }
        let for_them = section.entries.iter().filter(|entry| self.is_wanted(section, entry, wanted));
        let entry = |entry: &Entry| match told.get(&entry.item?).filter(|_| !section.repeat) {
            None => self.entry(entry),
            Some(title) if section.from == "calendar" => self.entry(entry).map(|view| refers_to(title, view)),
            Some(_) => None,
        };
        let part = EditionPart {
            title: section.title.clone(),
            text: section.text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
            audience: self.labels(&section.units),
            figures: section.figures.iter().map(|f| (f.name.clone(), format!("{}{}", f.value, f.unit))).collect(),
            entries: for_them.filter_map(entry).collect(),
        };
        (!part.text.is_empty() || !part.figures.is_empty() || !part.entries.is_empty()).then_some(part)
    }

    fn entry(&self, entry: &Entry) -> Option<EditionEntry> {
        let (plan, i) = (self.plan, entry.item?);
        let (catalogue, item) = (plan.catalogue, &plan.catalogue.items[i]);
        let kind = catalogue.kinds.get(item.kind);
        let (state, deadline) = item.state.as_ref().map_or(("", None), |state| (state.state.as_str(), state.deadline));
        let state = self.state(i, entry).unwrap_or(state);
        let state = if PLAIN.contains(&state) { "" } else { state };
        let taken_back = matches!(catalogue.presence[i], Presence::Withdrawn);
        let note = match entry.note.as_str() {
            "" if taken_back => String::new(),
            "" => summary(item.summary(), TEXT),
            note => note.to_owned(),
        };
        let view = EditionEntry {
            kind: kind.name.clone(),
            kind_label: kind.label.get(self.lang),
            title: item.title.clone(),
            url: self.url(i),
            state: state.to_owned(),
            state_label: if state.is_empty() { String::new() } else { word_of(state, &catalogue.settings, self.lang) },
            when: self.when(i, entry),
            date: item
                .date
                .filter(|_| kind.behaviour == Behaviour::Article)
                .map_or(String::new(), |date| date_view(date, catalogue, self.tongue).short),
            deadline: deadline.map_or(String::new(), |when| date_view(when, catalogue, self.tongue).short),
            place: plan.where_of(i),
            text: note,
            facts: if taken_back { Vec::new() } else { self.facts(i) },
            audience: self.labels(&plan.meant_for(i, &entry.units).units),
            today: Vec::new(),
            see: String::new(),
        };
        Some(match self.sent.and_then(|sent| sent.fact(&entry.reference)) {
            Some(then) => self.as_sent(then, entry, view),
            None => view,
        })
    }

    /// What lists say of an item in one line.
    fn facts(&self, i: usize) -> Vec<String> {
        let (catalogue, item) = (self.plan.catalogue, &self.plan.catalogue.items[i]);
        let (kind, place) = (catalogue.kinds.get(item.kind), self.plan.where_of(i));
        let words = Words { catalogue, lang: self.lang };
        let facts = kind.facts.iter().map(|fact| (fact, words.line(&kind.fields, &fact.path, &item.values)));
        // What stands in its title or beside its date is said.
        let said = |line: &str| item.title.starts_with(line) || line == place || place.split(" · ").any(|p| p == line);
        let told =
            |(fact, line): &(&model::Fact, String)| !line.is_empty() && !said(line) && fact.path != "audience.units";
        facts.filter(told).map(|(fact, line)| fact.pattern.text(self.tongue).replace("{}", &line)).collect()
    }

    /// The state of the date that is meant, where it has one of its own.
    fn state(&self, i: usize, entry: &Entry) -> Option<&'static str> {
        match self.occasion(i, entry)?.occurrence.state {
            State::Cancelled => Some("cancelled"),
            State::Moved => Some("moved"),
            _ => None,
        }
    }

    /// The date that is meant: the one named, else the first in the edition's period.
    fn occasion(&self, i: usize, entry: &Entry) -> Option<&Occasion> {
        let period = self.plan.editions[self.at].period;
        let (first, last) = entry.on.map_or((period.first(), period.last()), |on| (on.date, on.date));
        self.plan.date_within(i, first, last)
    }

    fn when(&self, i: usize, entry: &Entry) -> String {
        let Some(schedule) = &self.plan.catalogue.items[i].schedule else { return String::new() };
        let one = |occasion: &Occasion| human_span(occasion.occurrence.start, occasion.occurrence.end, self.tongue);
        let rule = || schedule.words(self.tongue).line(self.tongue);
        match (schedule.rule().is_some(), self.occasion(i, entry), entry.on) {
            (_, Some(occasion), Some(_)) => one(occasion),
            (true, Some(occasion), None) => {
                let open = if self.tongue == Tongue::Zh { "，" } else { "; " };
                format!("{}{open}{}", one(occasion), schedule.words(self.tongue).rule)
            }
            _ => rule(),
        }
    }

    fn url(&self, i: usize) -> String {
        let catalogue = self.plan.catalogue;
        if catalogue.has_page(i) { catalogue.addresses.item(i).to_owned() } else { String::new() }
    }

    fn labels(&self, units: &[String]) -> Vec<String> {
        units.iter().map(|unit| word_of(unit, &self.plan.catalogue.settings, self.lang)).collect()
    }
}
