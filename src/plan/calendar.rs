//! The calendar's views: months as a grid with the agenda below, and what comes next.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};

use super::{
    Plan,
    cards::state_label,
    views::{Agenda, AgendaDay, AgendaEntry, DayCell, GridEntry},
};
use crate::{
    base::{
        date::{clock, human_date, moment_iso, weekday},
        lang::Tongue,
    },
    catalogue::{Catalogue, Entry},
    fields::Values,
    schedule::{State, day_label},
};

/// Months of a language, each with the places of its entries in the calendar.
pub(super) type Months = BTreeMap<(i16, i8), Vec<usize>>;

/// Days that one occurrence is shown on in a grid; a longer one is in the agenda all the same.
const LONGEST: usize = 62;

/// The months that have entries, by language.
pub(super) fn months(catalogue: &Catalogue) -> Vec<Months> {
    let mut languages = vec![Months::new(); catalogue.settings.languages.len()];
    for (at, entry) in catalogue.calendar.entries.iter().enumerate() {
        let months = &mut languages[catalogue.language(&catalogue.items[entry.item].lang)];
        let (mut month, last) = (entry.occurrence.start.date.first_of_month(), last_day(entry));
        while month <= last {
            months.entry((month.year(), month.month())).or_default().push(at);
            let Ok(next) = month.checked_add(1.month()) else { break };
            month = next;
        }
    }
    languages
}

/// The last day that an occurrence touches: one that ends at midnight ends the day before.
fn last_day(entry: &Entry) -> Date {
    let (start, last) = (entry.occurrence.start.date, entry.occurrence.last());
    let midnight = last.time.is_some_and(|time| time == jiff::civil::Time::midnight()) && last.date > start;
    if midnight { last.date.yesterday().unwrap_or(last.date) } else { last.date }
}

/// What is to come of some entries, the first `limit` of them, by day.
pub(super) fn agenda<'e>(
    plan: &Plan<'_>,
    lang: usize,
    entries: impl Iterator<Item = &'e Entry>,
    limit: usize,
) -> Agenda {
    let maker = Maker::new(plan, lang);
    let mut days: Vec<AgendaDay> = Vec::new();
    for entry in entries.take(limit) {
        let date = entry.occurrence.start.date;
        let iso = date.to_string();
        if days.last().is_none_or(|day| day.iso != iso) {
            days.push(maker.day(date));
        }
        if let Some(day) = days.last_mut() {
            day.entries.push(maker.entry(entry));
        }
    }
    Agenda { days }
}

/// The weeks of a month, Monday first, with what takes place on each day.
pub(super) fn grid(plan: &Plan<'_>, lang: usize, year: i16, month: i8, entries: &[usize]) -> Vec<Vec<DayCell>> {
    let Ok(first) = Date::new(year, month, 1) else { return Vec::new() };
    let maker = Maker::new(plan, lang);
    let by_day = maker.by_day(entries);
    let monday = first.checked_sub(i32::from(first.weekday().to_monday_zero_offset()).days()).unwrap_or(first);
    let day = |n: usize| monday.checked_add((n as i32).days()).unwrap_or(Date::MAX);
    let weeks = (0..6).map(|week| (week * 7..week * 7 + 7).map(day).collect::<Vec<Date>>());
    let touched = weeks.filter(|week| week.iter().any(|date| date.month() == month && date.year() == year));
    touched
        .map(|week| week.into_iter().map(|date| maker.cell(date, date.month() == month, &by_day)).collect())
        .collect()
}

struct Maker<'p, 'a> {
    plan: &'p Plan<'a>,
    tongue: Tongue,
}

impl<'p, 'a> Maker<'p, 'a> {
    fn new(plan: &'p Plan<'a>, lang: usize) -> Self {
        Self { plan, tongue: plan.catalogue.settings.languages[lang].tongue() }
    }

    fn by_day(&self, entries: &[usize]) -> BTreeMap<Date, Vec<&'p Entry>> {
        let mut days: BTreeMap<Date, Vec<&Entry>> = BTreeMap::new();
        for at in entries {
            let entry = &self.plan.catalogue.calendar.entries[*at];
            let last = last_day(entry);
            let covered = entry.occurrence.start.date.series(1.day()).take_while(|date| *date <= last).take(LONGEST);
            covered.for_each(|date| days.entry(date).or_default().push(entry));
        }
        days
    }

    fn cell(&self, date: Date, inside: bool, by_day: &BTreeMap<Date, Vec<&Entry>>) -> DayCell {
        let label = day_label(date, &self.plan.catalogue.calendar.holidays, self.tongue);
        let entries = if inside { by_day.get(&date).map_or(&[][..], Vec::as_slice) } else { &[] };
        let entry = |entry: &&Entry| {
            let begins = entry.occurrence.start.date == date;
            let (state, state_label) = self.state(entry);
            GridEntry {
                time: entry.occurrence.start.time.filter(|_| begins).map_or(String::new(), clock),
                title: self.title(entry),
                url: self.url(entry),
                state,
                state_label,
            }
        };
        DayCell {
            iso: date.to_string(),
            number: date.day(),
            inside,
            label: label.text,
            badge: label.badge.map_or(String::new(), |badge| badge.word(self.tongue).to_owned()),
            off: !self.plan.catalogue.calendar.holidays.is_workday(date),
            entries: entries.iter().map(entry).collect(),
        }
    }

    fn day(&self, date: Date) -> AgendaDay {
        let label = day_label(date, &self.plan.catalogue.calendar.holidays, self.tongue);
        AgendaDay {
            iso: date.to_string(),
            text: match self.tongue {
                Tongue::Zh => format!("{}月{}日", date.month(), date.day()),
                Tongue::En => date.strftime("%-d %B").to_string(),
            },
            full: human_date(date, self.tongue),
            weekday: weekday(date, self.tongue).to_owned(),
            label: label.text,
            badge: label.badge.map_or(String::new(), |badge| badge.word(self.tongue).to_owned()),
            entries: Vec::new(),
        }
    }

    fn entry(&self, entry: &Entry) -> AgendaEntry {
        let (catalogue, occurrence) = (self.plan.catalogue, &entry.occurrence);
        let item = &catalogue.items[entry.item];
        let (state, state_label) = self.state(entry);
        let zone = &catalogue.settings.zone;
        AgendaEntry {
            title: self.title(entry),
            url: self.url(entry),
            kind: catalogue.kinds.get(item.kind).label.get(&item.lang),
            time: self.hours(entry),
            place: occurrence
                .place()
                .map_or_else(|| self.plan.where_of(entry.item), |place| self.plan.place_word(entry.item, place)),
            state,
            state_label,
            note: occurrence.note().unwrap_or_default().to_owned(),
            was: if occurrence.state == State::Moved {
                human_date(occurrence.original, self.tongue)
            } else {
                String::new()
            },
            start_iso: moment_iso(occurrence.start.start(), zone),
            end_iso: moment_iso(occurrence.last().end(), zone),
        }
    }

    fn title(&self, entry: &Entry) -> String {
        entry.occurrence.title().unwrap_or(&self.plan.catalogue.items[entry.item].title).to_owned()
    }

    fn url(&self, entry: &Entry) -> String {
        self.plan.catalogue.addresses.item(entry.item).to_owned()
    }

    /// What became of an occurrence: of itself, else of its item.
    fn state(&self, entry: &Entry) -> (String, String) {
        let item = &self.plan.catalogue.items[entry.item];
        let own = match entry.occurrence.state {
            State::Cancelled => "cancelled",
            State::Moved => "moved",
            _ => "",
        };
        let state = match (own, &item.state) {
            ("cancelled", _) | (_, None) => own,
            (own, Some(state)) if state.state.is_empty() => own,
            (_, Some(state)) => &state.state,
        };
        (state.to_owned(), state_label(state, self.tongue))
    }

    /// `19:00—20:30`, `全天`; of several days `至11月23日`.
    fn hours(&self, entry: &Entry) -> String {
        let (start, end) = (entry.occurrence.start, entry.occurrence.end);
        let until = (last_day(entry) > start.date).then(|| last_day(entry));
        let days = |date: Date| match self.tongue {
            Tongue::Zh => format!("至{}月{}日", date.month(), date.day()),
            Tongue::En => format!("to {}", date.strftime("%-d %b")),
        };
        match (start.time, end.and_then(|end| end.time), until) {
            (Some(from), Some(to), None) => format!("{}—{}", clock(from), clock(to)),
            (Some(from), _, None) => clock(from),
            (Some(from), _, Some(date)) => format!("{} {}", clock(from), days(date)),
            (None, _, Some(date)) => days(date),
            (None, _, None) if self.tongue == Tongue::Zh => "全天".into(),
            (None, _, None) => "all day".into(),
        }
    }
}

impl Plan<'_> {
    /// What has not ended yet, in a language.
    pub(super) fn coming(&self, lang: usize) -> impl Iterator<Item = &Entry> {
        let catalogue = self.catalogue;
        let language = &catalogue.settings.languages[lang];
        catalogue.calendar.coming(catalogue.now).filter(move |entry| catalogue.items[entry.item].lang == *language)
    }

    /// A place that a changed date names: a station by its id, or words.
    pub fn place_word(&self, i: usize, word: &str) -> String {
        let catalogue = self.catalogue;
        let station = catalogue.kinds.by_name("station");
        let found = station.and_then(|kind| catalogue.meant(kind, word, &catalogue.items[i].lang));
        found.map_or_else(|| word.to_owned(), |station| catalogue.items[station].title.clone())
    }

    /// The street address of where an item takes place: of its place, else of its station.
    pub fn street_address(&self, i: usize) -> &str {
        self.ground(i).map_or("", |place| place.text("address"))
    }

    /// Latitude and longitude of where an item takes place.
    pub fn coordinates(&self, i: usize) -> Option<(&str, &str)> {
        let place = self.ground(i)?;
        let number = |name| Some(place.text(name)).filter(|text| text.parse::<f64>().is_ok_and(f64::is_finite));
        Some((number("latitude")?, number("longitude")?))
    }

    fn ground(&self, i: usize) -> Option<&Values> {
        let own = |i: usize| self.catalogue.items[i].values.record("place");
        own(i).or_else(|| own(self.named(i, "station")?))
    }

    /// Where an item takes place, in words: its place, else its station and room.
    pub fn where_of(&self, i: usize) -> String {
        let item = &self.catalogue.items[i];
        let place = item.values.record("place").map_or("", |place| place.text("name"));
        if !place.is_empty() {
            return place.to_owned();
        }
        let station = self.named(i, "station").map_or("", |station| self.catalogue.items[station].title.as_str());
        let room = item.values.text("room");
        [station, room].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    }

    /// The item that a field of another names.
    pub(super) fn named(&self, i: usize, field: &str) -> Option<usize> {
        let fields = &self.resolved.items[i].fields;
        fields.iter().find(|(name, _)| name == field).and_then(|(_, items)| items.first().copied())
    }
}
