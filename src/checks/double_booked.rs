//! A room or a lecturer that two want at one time. The pages: `double_booked.md` for what is
//! certain, `maybe_double_booked.md` for the rest.
//!
//! What is certain depends on the content alone: on dates that the files name, and on dates of
//! rules without an end up to the twelfth month after the newest date in the content. What only the
//! passing of time brings into view is never an error.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, civil::Date, civil::DateTime};
use rayon::prelude::*;

use super::venue::{self, Venue};
use crate::{
    base::{
        date::human_span,
        lang::{Message, Tongue},
    },
    catalogue::Catalogue,
    diagnostics::{Code, Diagnostic},
    msg,
    plan::Plan,
    schedule::{Booking, Clash, Occurrence, State, Use, Window, clashes, horizon, occurrences},
};

/// How many others are named for one item.
const NAMED: usize = 3;

/// Looks at every room and every lecturer.
pub(super) fn check(plan: &Plan<'_>, problems: &mut Vec<Diagnostic>) {
    let catalogue = plan.catalogue;
    let sure_until = newest(catalogue).map(horizon);
    let mut window = Window::all(catalogue.now.date());
    window.horizon = window.horizon.max(sure_until.unwrap_or(window.horizon));
    let meetings: Vec<usize> = venue::meetings(catalogue).collect();
    let wanted = |i: &usize| Wanted::new(catalogue, *i, &window);
    let wanted: Vec<Wanted> = meetings.par_iter().map(wanted).filter(|wanted| !wanted.what.is_empty()).collect();
    let bookings: Vec<Booking<'_, Turn<'_>>> = wanted.iter().flat_map(|wanted| wanted.bookings(sure_until)).collect();
    let at_once: BTreeMap<&str, usize> =
        wanted.iter().flat_map(|wanted| &wanted.what).map(|what| (&*what.key, what.parallel)).collect();
    let between = Between::new(catalogue);
    let usage = |key: &str| Use { parallel: at_once.get(key).copied().unwrap_or(1), padding: between.of(key) };
    let clashes = |bookings: &[Booking<'_, Turn<'_>>]| -> Vec<Clash> {
        let found = clashes(bookings, usage).into_iter();
        found.filter(|clash| between.is_short(&bookings[clash.first], &bookings[clash.second])).collect()
    };
    // A room for two is booked twice when three are certain; who may come as well does not count.
    let sure: Vec<Booking<'_, Turn<'_>>> = bookings.iter().copied().filter(|booking| booking.confirmed).collect();
    let certain = pairs(catalogue, &sure, &clashes(&sure));
    let mut possible = pairs(catalogue, &bookings, &clashes(&bookings));
    possible.retain(|key, _| !certain.contains_key(key));
    report(catalogue, Code::DoubleBooked, &certain, problems);
    report(catalogue, Code::MaybeDoubleBooked, &possible, problems);
}

/// The time that a site wants between two bookings.
struct Between {
    padding: SignedDuration,
    travel: SignedDuration,
}

impl Between {
    fn new(catalogue: &Catalogue) -> Self {
        let minutes = |minutes: u32| SignedDuration::from_mins(i64::from(minutes));
        let bookings = catalogue.settings.bookings;
        Self { padding: minutes(bookings.padding), travel: minutes(bookings.travel.max(bookings.padding)) }
    }

    /// The most that a room or a lecturer may need.
    fn of(&self, key: &str) -> SignedDuration {
        if key.starts_with("room:") { self.padding } else { self.travel }
    }

    /// Whether the time between two is too short: a lecturer who stays where he is does not travel.
    fn is_short(&self, first: &Booking<'_, Turn<'_>>, second: &Booking<'_, Turn<'_>>) -> bool {
        let (here, there) = (first.owner.wanted.venue, second.owner.wanted.venue);
        let free = first.end.checked_add(self.padding).unwrap_or(DateTime::MAX);
        here.is_none() || here != there || second.start < free
    }
}

/// The newest date that the content has.
fn newest(catalogue: &Catalogue) -> Option<Date> {
    catalogue.items.iter().filter(|item| !item.draft).filter_map(|item| item.changed).map(|when| when.date).max()
}

/// What a meeting wants, and when.
struct Wanted {
    item: usize,
    what: Vec<What>,
    dates: Vec<Occurrence>,
    /// Whether its rule goes on without an end.
    endless: bool,
    confirmed: bool,
    /// The station at which it is held.
    venue: Option<usize>,
    /// How long it lasts where nobody says until when.
    length: SignedDuration,
}

/// A room or a lecturer.
struct What {
    key: String,
    name: String,
    parallel: usize,
    /// Of a room: its station.
    station: Option<usize>,
}

/// One date of what is wanted.
#[derive(Clone, Copy)]
struct Turn<'a> {
    wanted: &'a Wanted,
    what: &'a What,
    date: &'a Occurrence,
}

impl Wanted {
    fn new(catalogue: &Catalogue, i: usize, window: &Window) -> Self {
        let item = &catalogue.items[i];
        let what: Vec<What> = room(catalogue, i).into_iter().chain(lecturers(catalogue, i)).collect();
        let schedule = item.schedule.as_ref().filter(|_| !what.is_empty());
        let minutes = venue::course(catalogue, i).and_then(|course| catalogue.items[course].values.integer("minutes"));
        Self {
            item: i,
            dates: schedule.map_or(Vec::new(), |schedule| occurrences(schedule, &catalogue.calendar.holidays, window)),
            endless: schedule
                .and_then(|schedule| schedule.rule())
                .is_some_and(|rule| rule.until.is_none() && rule.count.is_none()),
            confirmed: matches!(venue::state(item), "confirmed" | "moved"),
            venue: Venue::of(catalogue, i).map(|venue| venue.station),
            length: SignedDuration::from_mins(minutes.unwrap_or(1).clamp(1, 24 * 60)),
            what,
        }
    }

    fn bookings(&self, sure_until: Option<Date>) -> impl Iterator<Item = Booking<'_, Turn<'_>>> {
        let on = self.dates.iter().filter(|date| date.state != State::Cancelled);
        on.flat_map(move |date| {
            let far = self.endless && sure_until.is_none_or(|until| date.original > until || date.start.date > until);
            let sure = self.confirmed && !far && date.start.time.is_some();
            // A date that is held elsewhere leaves the room free.
            let here = |what: &&What| what.station.is_none() || date.place().is_none_or(|place| place == what.name);
            self.what.iter().filter(here).map(move |what| Booking {
                resource: &what.key,
                start: date.start.start(),
                end: self.end(date),
                confirmed: sure,
                owner: Turn { wanted: self, what, date },
            })
        })
    }

    fn end(&self, date: &Occurrence) -> DateTime {
        match (date.end, date.start.time) {
            (None, Some(_)) => date.start.start().checked_add(self.length).unwrap_or(DateTime::MAX),
            _ => date.last().end(),
        }
    }
}

fn room(catalogue: &Catalogue, i: usize) -> Option<What> {
    let venue = Venue::of(catalogue, i).filter(|venue| !venue.room.is_empty())?;
    let listed = venue.listed(catalogue);
    let name = listed.map_or(venue.room, |room| room.text("name"));
    let parallel = listed.and_then(|room| room.integer("parallel")).unwrap_or(1).max(1);
    Some(What {
        key: format!("room:{}/{name}", venue.station),
        name: name.to_owned(),
        parallel: usize::try_from(parallel).unwrap_or(1),
        station: Some(venue.station),
    })
}

/// The lecturers of a session, else the one that its course has.
fn lecturers(catalogue: &Catalogue, i: usize) -> Vec<What> {
    let Some(kind) = catalogue.kinds.by_name("lecturer") else { return Vec::new() };
    let item = &catalogue.items[i];
    let own = item.values.texts("lecturers");
    let of_course = venue::course(catalogue, i).map_or(&[][..], |c| catalogue.items[c].values.texts("lecturers"));
    let words = if own.is_empty() && of_course.len() == 1 { of_course } else { own };
    let found: BTreeSet<usize> =
        words.iter().filter_map(|word| catalogue.meant(kind, &word.value, &item.lang)).collect();
    let what = |lecturer: usize| What {
        key: format!("lecturer:{lecturer}"),
        name: catalogue.items[lecturer].title.clone(),
        parallel: 1,
        station: None,
    };
    found.into_iter().map(what).collect()
}

/// Clashes of the same two over the same thing, as one finding: the first of them.
struct Pair<'a> {
    first: Turn<'a>,
    second: Turn<'a>,
    count: usize,
}

/// By the two items and what they want.
type Pairs<'a> = BTreeMap<(usize, usize, &'a str), Pair<'a>>;

fn pairs<'a>(catalogue: &Catalogue, bookings: &[Booking<'a, Turn<'a>>], found: &[Clash]) -> Pairs<'a> {
    let mut pairs = Pairs::new();
    for clash in found {
        let (first, second) = (bookings[clash.first].owner, bookings[clash.second].owner);
        let (a, b) = (first.wanted.item, second.wanted.item);
        if a == b || meant_so(catalogue, a, b) {
            continue;
        }
        let key = (a.min(b), a.max(b), bookings[clash.second].resource);
        pairs.entry(key).and_modify(|pair| pair.count += 1).or_insert(Pair { first, second, count: 1 });
    }
    pairs
}

fn report(catalogue: &Catalogue, code: Code, pairs: &Pairs<'_>, problems: &mut Vec<Diagnostic>) {
    let mut named: BTreeMap<usize, usize> = BTreeMap::new();
    for pair in pairs.values() {
        let count = named.entry(pair.second.wanted.item).or_default();
        *count += 1;
        if *count <= NAMED {
            problems.push(finding(catalogue, code, pair));
        }
    }
}

/// Whether two are meant to be held together: a reason stands there, or one is a part of the other.
fn meant_so(catalogue: &Catalogue, a: usize, b: usize) -> bool {
    let reason = |i: usize| !catalogue.items[i].values.text("overlap_reason").is_empty();
    let parent = |i: usize| venue::named(catalogue, i, "parent", "activity");
    reason(a) || reason(b) || parent(a) == Some(b) || parent(b) == Some(a)
}

fn finding(catalogue: &Catalogue, code: Code, pair: &Pair<'_>) -> Diagnostic {
    let Pair { first, second, count } = pair;
    let [twice_zh, twice_en] = match code {
        Code::DoubleBooked => ["订重了", "is wanted twice"],
        _ => ["可能订重", "may be wanted twice"],
    };
    let (here, other) = (&catalogue.items[second.wanted.item], &catalogue.items[first.wanted.item]);
    let name = thing(catalogue, second.what);
    let [when, others] = [span(catalogue, second), span(catalogue, first)];
    let (title, path, more) = (&other.title, &other.path, count - 1);
    let [mut zh, mut en] = [
        format!("{}{twice_zh}：这里是 {}，{path} 的“{title}”是 {}", name.zh, when.zh, others.zh),
        format!("{} {twice_en}: here on {}, by `{title}` of {path} on {}", name.en, when.en, others.en),
    ];
    if more > 0 {
        zh += &format!("；另外还有 {more} 次");
        en += &format!("; and on {more} more dates");
    }
    let message = Message { zh, en };
    let fields: &[&str] = if second.what.station.is_some() { &["room", "station"] } else { &["lecturers"] };
    Diagnostic::new(code, here.place(venue::at(here, fields)), message).help(msg!(
        "改其中一个的时间、地点或讲师；确实可以同时办，就在其中一个里写上：overlap_reason: 为什么可以",
        "change the time, the room or the lecturer of one; if both can be held at once, write in one of them: overlap_reason: WHY"
    ))
}

/// What is wanted, in words.
fn thing(catalogue: &Catalogue, what: &What) -> Message {
    let name = &what.name;
    match what.station {
        None => msg!("讲师“{name}”", "the lecturer `{name}`"),
        Some(station) => {
            let station = &catalogue.items[station].title;
            match what.parallel {
                1 => msg!("“{station}”的“{name}”", "`{name}` of `{station}`"),
                n => msg!(
                    "“{station}”的“{name}”（同时可办 {n} 场）",
                    "`{name}` of `{station}` (which holds {n} at once)"
                ),
            }
        }
    }
}

/// A date, with the rule that gives it.
fn span(catalogue: &Catalogue, turn: &Turn<'_>) -> Message {
    let schedule = catalogue.items[turn.wanted.item].schedule.as_ref();
    let words = |tongue: Tongue, [open, close]: [&str; 2]| {
        let date = human_span(turn.date.start, turn.date.end, tongue);
        match schedule.filter(|schedule| schedule.rule().is_some()) {
            Some(schedule) => format!("{date}{open}{}{close}", schedule.words(tongue).rule),
            None => date,
        }
    };
    Message { zh: words(Tongue::Zh, ["（", "）"]), en: words(Tongue::En, [" (", ")"]) }
}
