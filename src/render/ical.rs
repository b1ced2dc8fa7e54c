//! Calendars of the site, and the calendar file of one item.

use jiff::{Timestamp, civil::Date};

use crate::{
    base::{
        date::{When, moment_utc},
        text::summary,
    },
    formats::ical::{self, Event, Status, ical},
    model::{Item, word_of},
    plan::{CalendarOf, Plan, Planned},
    schedule::{self, Occurrence, Recurrence, State, Window},
};

/// Characters of a description.
const SUMMARY: usize = 120;
/// Whole months that a feed goes back.
const BACK: i32 = schedule::MONTHS_BACK;

/// A feed: each occurrence spelled out, from some months back to twelve ahead.
pub(super) fn feed(plan: &Plan<'_>, output: &Planned, of: &CalendarOf) -> String {
    let catalogue = plan.catalogue;
    let window = Window::around(catalogue.now.date(), BACK);
    let items = plan.calendar_feeds(output.lang).get(of).map_or(&[][..], |feed| &feed.items);
    let makers: Vec<Maker<'_, '_>> = items.iter().map(|i| Maker::new(plan, *i)).collect();
    let mut found: Vec<(&Occurrence, &Maker<'_, '_>)> = Vec::new();
    for maker in &makers {
        let entries = catalogue.calendar.of_item(maker.i).map(|entry| &entry.occurrence);
        found.extend(entries.filter(|one| one.within(&window)).map(|one| (one, maker)));
    }
    found.sort_by_key(|(one, maker)| (one.start.start(), maker.i));
    let address = catalogue.settings.base_url.join(&output.url);
    ical(&ical::Calendar {
        name: &plan.calendar_name(of, output.lang),
        lang: &plan.constants[output.lang].lang,
        feed: Some(&address),
        method: None,
        zone: &catalogue.settings.zone,
        events: found.into_iter().map(|(one, maker)| maker.occurrence(one)).collect(),
    })
}

/// The calendar file of an item: its rule with what differs from it.
pub(super) fn item(plan: &Plan<'_>, output: &Planned, i: usize) -> String {
    let catalogue = plan.catalogue;
    let (zone, now) = (&catalogue.settings.zone, catalogue.now.date());
    let maker = Maker::new(plan, i);
    let schedule = maker.item.schedule.as_ref();
    let recurrence = schedule.and_then(|own| schedule::recurrence(own, &catalogue.calendar.holidays, zone, now));
    ical(&ical::Calendar {
        name: &maker.item.title,
        lang: &plan.constants[output.lang].lang,
        feed: None,
        method: None,
        zone,
        events: recurrence.as_ref().map_or(Vec::new(), |recurrence| maker.recurrence(recurrence)),
    })
}

/// The dates of some items in some days, for a letter.
pub(super) fn letter(plan: &Plan<'_>, lang: usize, items: &[usize], days: (Date, Date), name: &str) -> Option<String> {
    let window = Window::between(days.0, days.1);
    let makers: Vec<Maker<'_, '_>> = items.iter().map(|i| Maker::new(plan, *i)).collect();
    let mut found: Vec<(&Occurrence, &Maker<'_, '_>)> = Vec::new();
    for maker in &makers {
        let entries = plan.catalogue.calendar.of_item(maker.i).map(|entry| &entry.occurrence);
        found.extend(entries.filter(|one| one.within(&window)).map(|one| (one, maker)));
    }
    found.sort_by_key(|(one, maker)| (one.start.start(), maker.i));
    let calendar = ical::Calendar {
        name,
        lang: &plan.constants[lang].lang,
        feed: None,
        method: Some("PUBLISH"),
        zone: &plan.catalogue.settings.zone,
        events: found.into_iter().map(|(one, maker)| maker.occurrence(one)).collect(),
    };
    (!calendar.events.is_empty()).then(|| ical(&calendar))
}

/// What all events of an item share.
struct Maker<'p, 'a> {
    plan: &'p Plan<'a>,
    i: usize,
    item: &'p Item,
    uid: String,
    stamp: Timestamp,
    sequence: u32,
    location: String,
    /// Lines before and after what is told of one date.
    told: (String, String),
    url: String,
    categories: Vec<&'p str>,
}

impl<'p, 'a> Maker<'p, 'a> {
    fn new(plan: &'p Plan<'a>, i: usize) -> Self {
        let catalogue = plan.catalogue;
        let (item, zone) = (&catalogue.items[i], &catalogue.settings.zone);
        let changed = item.last_change();
        let url = catalogue.settings.base_url.join(catalogue.addresses.item(i));
        let category = Some(item.values.text("category")).filter(|category| !category.is_empty());
        let terms = catalogue.settings.taxonomies.iter().flat_map(|taxonomy| item.values.texts(&taxonomy.id));
        Self {
            plan,
            i,
            item,
            uid: uid(plan, i),
            stamp: changed.and_then(|when| moment_utc(when.start(), zone)).unwrap_or_default(),
            sequence: sequence(item.date, changed),
            location: location(plan, i),
            told: (before(plan, i), after(plan, i, &url)),
            url,
            categories: category.into_iter().chain(terms.map(|term| term.value.as_str())).collect(),
        }
    }

    /// What the events of the item have in common, without dates.
    fn event(&self, id: String, one: Option<&Occurrence>) -> Event<'_> {
        let status = self.status(one);
        let title = one.and_then(Occurrence::title).unwrap_or(&self.item.title);
        let elsewhere = one.and_then(Occurrence::place).map(|place| self.plan.place_word(self.i, place));
        let geo = if elsewhere.is_none() { self.plan.coordinates(self.i) } else { None };
        Event {
            uid: format!("{id}@{}", host(self.plan)),
            stamp: self.stamp,
            sequence: self.sequence,
            summary: format!("{}{title}", self.mark(one)),
            description: self.description(one),
            location: elsewhere.unwrap_or_else(|| self.location.clone()),
            geo,
            url: &self.url,
            categories: self.categories.clone(),
            status,
            ..Event::default()
        }
    }

    /// One date by itself: its name comes of the date that the rule gave.
    fn occurrence(&self, one: &Occurrence) -> Event<'_> {
        let id = match self.item.schedule.as_ref().and_then(|schedule| schedule.rule()) {
            None => self.uid.clone(),
            Some(_) => format!("{}.{}", self.uid, name_of(one)),
        };
        Event { start: Some(one.start), end: one.end, ..self.event(id, Some(one)) }
    }

    /// The rule, then the dates that are different. A date that stands beside the rule in another
    /// form (a day beside hours) cannot be one of its dates (RFC 5545 §3.8.5.2): it is an event.
    fn recurrence<'r>(&'r self, recurrence: &'r Recurrence) -> Vec<Event<'r>> {
        let fits = |when: &&When| when.time.is_some() == recurrence.start.time.is_some();
        let overrides = || recurrence.overrides.iter();
        // Of a list without a rule some calendars take no more than what RDATE says.
        let alone = recurrence.rrule.is_none() && !recurrence.rdates.is_empty();
        let rdates = alone.then_some(&recurrence.start).into_iter().chain(&recurrence.rdates);
        let master = Event {
            start: Some(recurrence.start),
            end: recurrence.end,
            rrule: recurrence.rrule.as_deref().unwrap_or_default(),
            exdates: recurrence.exdates.clone(),
            rdates: rdates.filter(fits).copied().collect(),
            ..self.event(self.uid.clone(), None)
        };
        let apart = recurrence.rdates.iter().filter(|when| !fits(when) && overrides().all(|own| own.id != **when));
        let apart = apart.map(|when| {
            let one = Occurrence { original: when.date, start: *when, end: None, state: State::Extra, change: None };
            let id = format!("{}.{}", self.uid, name_of(&one));
            Event { start: Some(*when), ..self.event(id, None) }
        });
        let different = overrides().map(|own| {
            let one = &own.occurrence;
            let event = Event { start: Some(one.start), end: one.end, ..self.event(self.uid.clone(), Some(one)) };
            if fits(&&own.id) {
                Event { recurrence_id: Some(own.id), ..event }
            } else {
                Event { uid: format!("{}.{}@{}", self.uid, name_of(one), host(self.plan)), ..event }
            }
        });
        std::iter::once(master).chain(different).chain(apart).collect()
    }

    fn state(&self) -> &str {
        self.item.state.as_ref().map_or("", |state| state.state.as_str())
    }

    fn status(&self, one: Option<&Occurrence>) -> Status {
        match self.state() {
            _ if cancelled(one) => Status::Cancelled,
            "cancelled" => Status::Cancelled,
            "planned" | "postponed" => Status::Tentative,
            _ => Status::Confirmed,
        }
    }

    /// The word of a state before the title: iCalendar has none for "postponed", and many
    /// calendars show a cancelled event like any other.
    fn mark(&self, one: Option<&Occurrence>) -> String {
        let state = if cancelled(one) { "cancelled" } else { self.state() };
        if !matches!(state, "cancelled" | "postponed") {
            return String::new();
        }
        let word = word_of(state, &self.plan.catalogue.settings, &self.item.lang);
        self.word("state_mark").replace("{state}", &word)
    }

    fn description(&self, one: Option<&Occurrence>) -> String {
        let tongue = self.item.lang.tongue();
        let moved = one.filter(|one| one.state == State::Moved);
        let was = moved.map(|one| self.word("moved_from").replace("{date}", &When::day(one.original).human(tongue)));
        let note = one.and_then(Occurrence::note);
        let lines = [&self.told.0, was.as_deref().unwrap_or_default(), note.unwrap_or_default(), &self.told.1];
        lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }

    fn word(&self, name: &str) -> &str {
        word(self.plan, self.i, name)
    }
}

fn cancelled(one: Option<&Occurrence>) -> bool {
    one.is_some_and(|one| one.state == State::Cancelled)
}

/// A word of the theme in an item's language.
fn word<'p>(plan: &'p Plan<'_>, i: usize, name: &str) -> &'p str {
    let lang = plan.catalogue.language(&plan.catalogue.items[i].lang);
    plan.constants[lang].words.get(name).map_or("", String::as_str)
}

/// The name of an item among all calendars, without the host: `activity.chongyang`, in other
/// languages than the first `activity.chongyang.en`.
fn uid(plan: &Plan<'_>, i: usize) -> String {
    let (item, settings) = (&plan.catalogue.items[i], &plan.catalogue.settings);
    let own = format!("{}.{}", plan.catalogue.kinds.get(item.kind).name, item.id);
    if item.lang == *settings.default_language() { own } else { format!("{own}.{}", item.lang) }
}

/// What parts this site from others: its host, and its folder there.
fn host<'p>(plan: &'p Plan<'_>) -> &'p str {
    let base = plan.catalogue.settings.base_url.as_str();
    base.split_once("://").map_or(base, |(_, rest)| rest).trim_end_matches('/')
}

/// The name of a date among those of its item: the date that the rule gave. One beside the rule
/// may share its day with another, and has its time as well.
fn name_of(one: &Occurrence) -> String {
    let compact = |date: Date| date.strftime("%Y%m%d").to_string();
    match (one.state, one.change.is_some()) {
        (State::Extra, _) => format!("{}x{}", compact(one.original), one.start.start().strftime("%H%M")),
        _ => compact(one.original),
    }
}

/// How often an item changed, as far as its dates tell: the minutes from `date` to the last change.
fn sequence(date: Option<When>, changed: Option<When>) -> u32 {
    let (Some(date), Some(changed)) = (date, changed) else { return 0 };
    let minutes = changed.start().duration_since(date.start()).as_mins();
    u32::try_from(minutes.clamp(0, i32::MAX.into())).unwrap_or(0)
}

/// Where an item takes place, with the address.
fn location(plan: &Plan<'_>, i: usize) -> String {
    let parts = [plan.where_of(i), plan.street_address(i).to_owned()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// What is told before all else: why a state is what it is, and the former date.
fn before(plan: &Plan<'_>, i: usize) -> String {
    let Some(state) = &plan.catalogue.items[i].state else { return String::new() };
    let tongue = plan.catalogue.items[i].lang.tongue();
    let was = state.was.map(|was| word(plan, i, "moved_from").replace("{date}", &was.human(tongue)));
    let lines = [state.reason.clone(), was.unwrap_or_default()];
    lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// What is told after: what it is, until when one may sign up, its page.
fn after(plan: &Plan<'_>, i: usize, url: &str) -> String {
    let item = &plan.catalogue.items[i];
    let deadline = item.state.as_ref().and_then(|state| state.deadline);
    let colon = word(plan, i, "colon");
    let deadline =
        deadline.map(|when| format!("{}{colon}{}", word(plan, i, "deadline"), when.human(item.lang.tongue())));
    let lines = [summary(item.summary(), SUMMARY), deadline.unwrap_or_default(), url.to_owned()];
    lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
