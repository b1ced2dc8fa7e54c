//! Calendars that readers subscribe to: which there are, and what is in each.

use std::collections::BTreeMap;

use super::{
    Plan,
    views::{Subscription, SubscriptionGroup},
};
use crate::{
    base::slug::slug,
    catalogue::{Catalogue, Entry, Resolved},
    model::word_of,
    schedule::{MONTHS_BACK, Window},
};

/// What a calendar gathers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum CalendarOf {
    /// Everything.
    All,
    /// What takes place at a station, by its item.
    Station(usize),
    /// What belongs to a programme, by its item.
    Programme(usize),
    /// What is meant for a kind of units, by its slug.
    Audience(String),
    /// Activities of a category, by its slug.
    Category(String),
    /// What a unit offers, by its item.
    Unit(usize),
}

/// A calendar that readers subscribe to.
#[derive(Debug, Clone, Default)]
pub struct CalendarFeed {
    /// What it is called beside others; empty for the calendar of everything.
    pub title: String,
    /// Items with dates.
    pub items: Vec<usize>,
}

/// The calendars of a language.
pub(super) type Feeds = BTreeMap<CalendarOf, CalendarFeed>;

/// The calendars of each language.
pub(super) fn feeds(catalogue: &Catalogue, resolved: &Resolved) -> Vec<Feeds> {
    let mut languages = vec![Feeds::new(); catalogue.settings.languages.len()];
    let dated = |i: &usize| catalogue.listed(*i) && catalogue.calendar.of_item(*i).next().is_some();
    for i in (0..catalogue.items.len()).filter(dated) {
        let feeds = &mut languages[catalogue.language(&catalogue.items[i].lang)];
        for (of, title) in owners(catalogue, resolved, i) {
            let feed = feeds.entry(of).or_insert_with(|| CalendarFeed { title, items: Vec::new() });
            if feed.items.last() != Some(&i) {
                feed.items.push(i);
            }
        }
    }
    languages
}

/// The calendars that an item stands in. A session is for whom its course is.
fn owners(catalogue: &Catalogue, resolved: &Resolved, i: usize) -> Vec<(CalendarOf, String)> {
    let item = &catalogue.items[i];
    let title = |i: usize| catalogue.items[i].title.clone();
    let named = |field: &str| named_of(resolved, i, field);
    let course = named("course");
    let units = |i: usize| catalogue.items[i].values.record("audience").map_or(&[][..], |own| own.texts("units"));
    let audience = [Some(i), course].into_iter().flatten().map(units).find(|units| !units.is_empty());
    let programmes = |i: usize| resolved.items[i].programmes.iter();
    let mut owners = vec![(CalendarOf::All, String::new())];
    owners.extend(named("station").map(|station| (CalendarOf::Station(station), title(station))));
    let all = programmes(i).chain(course.into_iter().flat_map(programmes));
    owners.extend(all.map(|programme| (CalendarOf::Programme(*programme), title(*programme))));
    owners.extend(
        audience.unwrap_or_default().iter().map(|unit| {
            (CalendarOf::Audience(slug(&unit.value)), word_of(&unit.value, &catalogue.settings, &item.lang))
        }),
    );
    let unit = named("unit").or_else(|| named_of(resolved, course?, "unit"));
    owners.extend(unit.map(|unit| (CalendarOf::Unit(unit), title(unit))));
    let category = item.values.text("category");
    if !category.is_empty() && catalogue.kinds.get(item.kind).name == "activity" {
        owners.push((CalendarOf::Category(slug(category)), category.to_owned()));
    }
    owners
}

/// The item that a field of another names.
fn named_of(resolved: &Resolved, i: usize, field: &str) -> Option<usize> {
    let fields = &resolved.items[i].fields;
    fields.iter().find(|(name, _)| name == field).and_then(|(_, items)| items.first().copied())
}

impl Plan<'_> {
    /// The calendars of a language.
    pub fn calendar_feeds(&self, lang: usize) -> &BTreeMap<CalendarOf, CalendarFeed> {
        &self.feeds[lang]
    }

    /// The address of a calendar.
    pub fn calendar_address(&self, of: &CalendarOf, lang: usize) -> String {
        let calendar = self.catalogue.addresses.calendar(&self.catalogue.settings.languages[lang]);
        match of {
            CalendarOf::All => format!("{calendar}all.ics"),
            _ => format!("{calendar}{}.ics", self.calendar_path(of)),
        }
    }

    /// The address of the page that shows what comes next of a calendar.
    pub fn agenda_address(&self, of: &CalendarOf, lang: usize) -> String {
        let calendar = self.catalogue.addresses.calendar(&self.catalogue.settings.languages[lang]);
        match of {
            CalendarOf::All => calendar,
            _ => format!("{calendar}{}/", self.calendar_path(of)),
        }
    }

    /// What stands between the calendar's address and the end of one of its parts.
    fn calendar_path(&self, of: &CalendarOf) -> String {
        let id = |i: usize| &self.catalogue.items[i].id;
        match of {
            CalendarOf::All => String::new(),
            CalendarOf::Station(i) => format!("station/{}", id(*i)),
            CalendarOf::Programme(i) => format!("programme/{}", id(*i)),
            CalendarOf::Audience(slug) => format!("for/{slug}"),
            CalendarOf::Category(slug) => format!("category/{slug}"),
            CalendarOf::Unit(i) => format!("unit/{}", id(*i)),
        }
    }

    /// The addresses of the calendars that have a date in them, sorted.
    pub fn calendars_with_dates(&self) -> Vec<String> {
        if !self.catalogue.settings.outputs.feeds {
            return Vec::new();
        }
        let window = Window::around(self.catalogue.now.date(), MONTHS_BACK);
        let dated = |i: &usize| self.catalogue.calendar.of_item(*i).any(|entry| entry.occurrence.within(&window));
        let of_language = |(lang, feeds): (usize, &Feeds)| {
            let feeds = feeds.iter().filter(|(_, feed)| feed.items.iter().any(dated));
            feeds.map(|(of, _)| self.calendar_address(of, lang)).collect::<Vec<_>>()
        };
        let mut addresses: Vec<String> = self.feeds.iter().enumerate().flat_map(of_language).collect();
        addresses.sort_unstable();
        addresses
    }

    /// What of a calendar has not ended, in the order of time.
    pub(super) fn coming_of(&self, of: &CalendarOf, lang: usize, most: usize) -> Vec<&Entry> {
        let catalogue = self.catalogue;
        let items = self.feeds[lang].get(of).map_or(&[][..], |feed| &feed.items);
        let coming = |i: &usize| {
            let entries = catalogue.calendar.of_item(*i);
            entries.filter(|entry| entry.end() > catalogue.now).take(most)
        };
        let mut entries: Vec<&Entry> = items.iter().flat_map(coming).collect();
        entries.sort_by_key(|entry| (entry.occurrence.start.start(), entry.item));
        entries.truncate(most);
        entries
    }

    /// The address of an item's own calendar file, if it has dates and its time is not over.
    pub fn event_address(&self, i: usize) -> Option<String> {
        let catalogue = self.catalogue;
        let wanted = catalogue.settings.outputs.feeds && catalogue.listed(i);
        (wanted && catalogue.calendar.of_item(i).next().is_some())
            .then(|| format!("{}event.ics", catalogue.addresses.item(i)))
    }

    /// What a calendar is called by itself.
    pub fn calendar_name(&self, of: &CalendarOf, lang: usize) -> String {
        let (constants, feed) = (&self.constants[lang], &self.feeds[lang][of]);
        let word = constants.words.get("calendar").map_or("calendar", String::as_str);
        match feed.title.as_str() {
            "" => format!("{} · {word}", constants.name),
            title => format!("{title} · {}", constants.name),
        }
    }

    /// A calendar as a page offers it, if there is one.
    pub(super) fn subscription(&self, of: &CalendarOf, lang: usize) -> Option<Subscription> {
        let feed = self.feeds[lang].get(of).filter(|_| self.catalogue.settings.outputs.feeds)?;
        let url = self.calendar_address(of, lang);
        let full = self.catalogue.settings.base_url.join(&url);
        let (_, rest) = full.split_once(':')?;
        let page = self.agenda_address(of, lang);
        Some(Subscription { title: feed.title.clone(), page, webcal: format!("webcal:{rest}"), url, full })
    }

    /// The calendars of a language besides the one of everything, by what they gather.
    pub(super) fn subscriptions(&self, lang: usize) -> Vec<SubscriptionGroup> {
        let mut groups: Vec<SubscriptionGroup> = Vec::new();
        for of in self.feeds[lang].keys() {
            let Some(label) = self.group_label(of, lang) else { continue };
            if groups.last().is_none_or(|group| group.label != label) {
                groups.push(SubscriptionGroup { label, feeds: Vec::new() });
            }
            if let Some(group) = groups.last_mut() {
                group.feeds.extend(self.subscription(of, lang));
            }
        }
        groups
    }

    /// What calendars of one sort are called; none for the calendar of everything.
    fn group_label(&self, of: &CalendarOf, lang: usize) -> Option<String> {
        let (kinds, language) = (&self.catalogue.kinds, &self.catalogue.settings.languages[lang]);
        let activity = || Some(kinds.get(kinds.by_name("activity")?));
        let facet = |path: &str| {
            let facet = activity()?.facets.iter().find(|facet| facet.path == path)?;
            Some(facet.label.text(language.tongue()).to_owned())
        };
        match of {
            CalendarOf::All => None,
            CalendarOf::Station(i) | CalendarOf::Programme(i) | CalendarOf::Unit(i) => {
                Some(kinds.get(self.catalogue.items[*i].kind).label.get(language))
            }
            CalendarOf::Audience(_) => facet("audience.units"),
            CalendarOf::Category(_) => facet("category"),
        }
    }
}
