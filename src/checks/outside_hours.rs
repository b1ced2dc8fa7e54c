//! What is to come when the station is not open. The page: `outside_hours.md`.

use jiff::civil::{Date, Time, Weekday};

use super::{
    Of,
    venue::{self, Venue},
};
use crate::{
    base::{
        date::{clock, human_span, parse_time_range, split_weekday, weekday},
        lang::{Message, Tongue},
    },
    catalogue::Entry,
    diagnostics::{Code, Diagnostic},
    fields::Values,
    model::Item,
    msg,
    schedule::State,
};

/// Looks at dates that have not ended, at stations that say when they are open. On statutory
/// holidays stations have hours of their own.
pub(super) fn check(of: &Of<'_>, problems: &mut Vec<Diagnostic>) {
    if !venue::is_meeting(of.catalogue, of.index) || !of.item.values.text("overlap_reason").is_empty() {
        return;
    }
    let Some(venue) = Venue::of(of.catalogue, of.index) else { return };
    let station = &of.catalogue.items[venue.station];
    let now = of.catalogue.now;
    let coming = of.catalogue.calendar.of_item(of.index).filter(|entry| entry.end() > now);
    let here = |entry: &&Entry| entry.occurrence.state != State::Cancelled && entry.occurrence.place().is_none();
    let shut = |entry: &Entry| Some((human(entry), closed_on(of, station, entry)?));
    let Some((date, why)) = coming.filter(here).find_map(shut) else { return };
    let (title, path) = (&station.title, &station.path);
    problems.push(
        Diagnostic::new(
            Code::OutsideHours,
            of.item.place(venue::at(of.item, &["schedule"])),
            Message {
                zh: format!("{}：“{title}”{}", date.zh, why.zh),
                en: format!("{}: `{title}` {}", date.en, why.en),
            },
        )
        .help(msg!(
            "改时间；那天特别开放，就写上 overlap_reason: 为什么可以，或者改 {path} 的 hours",
            "change the time; if it opens for this, write `overlap_reason: WHY`, or change `hours` in {path}"
        )),
    );
}

fn human(entry: &Entry) -> Message {
    let span = |tongue| human_span(entry.occurrence.start, entry.occurrence.end, tongue);
    Message { zh: span(Tongue::Zh), en: span(Tongue::En) }
}

/// Why a station is not open for a date.
fn closed_on(of: &Of<'_>, station: &Item, entry: &Entry) -> Option<Message> {
    let day = entry.occurrence.start.date;
    match closed(&station.values, day) {
        Some("") => return Some(msg!("那天暂停开放", "is closed that day")),
        Some(note) => return Some(msg!("那天暂停开放（{note}）", "is closed that day ({note})")),
        None => {}
    }
    let hours = station.values.records("hours");
    let readable: Option<Vec<(Vec<Weekday>, Time, Time)>> = hours.iter().map(|spot| open(&spot.value)).collect();
    let readable = readable.filter(|hours| !hours.is_empty())?;
    if of.catalogue.calendar.holidays.name(day).is_some() {
        return None;
    }
    let today: Vec<(Time, Time)> = readable
        .iter()
        .filter(|(days, _, _)| days.contains(&day.weekday()))
        .map(|(_, from, to)| (*from, *to))
        .collect();
    if today.is_empty() {
        let (zh, en) = (weekday(day, Tongue::Zh), weekday(day, Tongue::En));
        return Some(msg!("{zh}不开放", "is not open on {en}"));
    }
    let start = entry.occurrence.start.time?;
    let end = entry.occurrence.end.filter(|end| end.date == day).and_then(|end| end.time).unwrap_or(start);
    let over_midnight = entry.occurrence.end.is_some_and(|end| end.date > day);
    if !over_midnight && covered(&today, start, end) {
        return None;
    }
    let shown: Vec<String> = today.iter().map(|(from, to)| format!("{}—{}", clock(*from), clock(*to))).collect();
    let (zh, en) = (shown.join("、"), shown.join(", "));
    Some(msg!("那天开放 {zh}", "is open {en} that day"))
}

/// Whether the hours of a day hold a time, those that touch taken together.
fn covered(open: &[(Time, Time)], start: Time, end: Time) -> bool {
    let mut spans = open.to_vec();
    spans.sort_unstable();
    let mut joined: Vec<(Time, Time)> = Vec::new();
    for (from, to) in spans {
        match joined.last_mut().filter(|last| from <= last.1) {
            Some(last) => last.1 = last.1.max(to),
            None => joined.push((from, to)),
        }
    }
    joined.iter().any(|(from, to)| *from <= start && end <= *to)
}

/// The note of a time in which a station is closed.
fn closed(station: &Values, day: Date) -> Option<&str> {
    let spans = station.records("closed").iter().map(|spot| &spot.value);
    let covers = |span: &&Values| {
        let from = span.when("date").map(|when| when.date);
        let until = span.when("until").map(|when| when.date).or(from);
        from.is_some_and(|from| from <= day) && until.is_some_and(|until| day <= until)
    };
    spans.into_iter().find(covers).map(|span| span.text("note"))
}

/// Days of the week and hours; `None` where they are no days that can be read.
fn open(hours: &Values) -> Option<(Vec<Weekday>, Time, Time)> {
    let mut days = Vec::new();
    for word in hours.texts("days") {
        days.extend(days_of(&word.value)?);
    }
    let (from, to) = parse_time_range(hours.text("time"))?;
    let to = to?;
    // An end at midnight or after it: until the day is over.
    Some((days, from, if to <= from { Time::MAX } else { to }))
}

/// The days that a word names: 周一, 周一至周五, 工作日, 每天, Mon-Fri, daily.
fn days_of(word: &str) -> Option<Vec<Weekday>> {
    let all = || Weekday::Monday.cycle_forward().take(7);
    match word.trim().to_lowercase().as_str() {
        "每天" | "每日" | "daily" => return Some(all().collect()),
        "工作日" | "workdays" => return Some(all().take(5).collect()),
        "周末" | "双休日" | "weekend" => return Some(all().skip(5).collect()),
        _ => {}
    }
    let mark = ['至', '到', '-', '—', '–', '~', '～'].into_iter().find(|mark| word.contains(*mark));
    let Some((first, last)) = mark.and_then(|mark| word.split_once(mark)) else { return Some(vec![day(word)?]) };
    let (first, last) = (day(first)?, day(last)?);
    let length = last.since(first) as usize + 1;
    Some(first.cycle_forward().take(length).collect())
}

fn day(word: &str) -> Option<Weekday> {
    let (rest, day) = split_weekday(word.trim());
    day.filter(|_| rest.is_empty())
}
