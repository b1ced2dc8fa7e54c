//! Where sessions and activities are held and by whom: what the checks of bookings share.

use crate::{
    catalogue::Catalogue,
    fields::{At, Values},
    model::Item,
};

/// States in which nothing takes place.
const OFF: [&str; 2] = ["cancelled", "postponed"];

/// Items that people attend at a time, each once whatever its languages; drafts have time.
pub(super) fn meetings(catalogue: &Catalogue) -> impl Iterator<Item = usize> {
    (0..catalogue.items.len()).filter(|i| is_meeting(catalogue, *i))
}

/// Whether an item is a session or an activity that is to take place; translations are the same one.
pub(super) fn is_meeting(catalogue: &Catalogue, i: usize) -> bool {
    let item = &catalogue.items[i];
    matches!(kind(catalogue, i), "session" | "activity")
        && item.schedule.is_some()
        && !item.draft
        && item.withdrawn.is_none()
        && !OFF.contains(&state(item))
        && catalogue.translations(i).first() == Some(&i)
}

/// The name of an item's kind.
pub(super) fn kind(catalogue: &Catalogue, i: usize) -> &str {
    &catalogue.kinds.get(catalogue.items[i].kind).name
}

/// The state of an item, or nothing.
pub(super) fn state(item: &Item) -> &str {
    item.state.as_ref().map_or("", |state| &state.state)
}

/// What a field of an item names.
pub(super) fn named(catalogue: &Catalogue, i: usize, field: &str, kind: &str) -> Option<usize> {
    let item = &catalogue.items[i];
    let word = Some(item.values.text(field)).filter(|word| !word.is_empty())?;
    catalogue.meant(catalogue.kinds.by_name(kind)?, word, &item.lang)
}

/// The course of a session.
pub(super) fn course(catalogue: &Catalogue, i: usize) -> Option<usize> {
    named(catalogue, i, "course", "course")
}

/// Where an item is held: the station, and the room as written.
pub(super) struct Venue<'a> {
    /// The station, by index.
    pub(super) station: usize,
    /// The room, or nothing.
    pub(super) room: &'a str,
}

impl<'a> Venue<'a> {
    /// The venue of an item. A session that names none is held where its course is, unless the
    /// course comes to those who order it.
    pub(super) fn of(catalogue: &'a Catalogue, i: usize) -> Option<Self> {
        let own = |i: usize| {
            let station = named(catalogue, i, "station", "station")?;
            Some(Self { station, room: catalogue.items[i].values.text("room") })
        };
        let stays = |course: &usize| catalogue.items[*course].values.boolean("comes_to_you") != Some(true);
        let silent =
            catalogue.items[i].values.get("station").is_none() && catalogue.items[i].values.get("place").is_none();
        own(i).or_else(|| course(catalogue, i).filter(|_| silent).filter(stays).and_then(own))
    }

    /// What the station says of the room.
    pub(super) fn listed(&self, catalogue: &'a Catalogue) -> Option<&'a Values> {
        room(catalogue, self.station, self.room)
    }
}

/// What a station says of a room, by its number or its name.
pub(super) fn room<'a>(catalogue: &'a Catalogue, station: usize, word: &str) -> Option<&'a Values> {
    let rooms = catalogue.items[station].values.records("rooms").iter();
    rooms.map(|spot| &spot.value).find(|room| [room.text("id"), room.text("name")].contains(&word) && !word.is_empty())
}

/// The place of the first of some fields that an item has, else of its schedule.
pub(super) fn at(item: &Item, fields: &[&str]) -> Option<At> {
    fields.iter().chain(&["schedule"]).find_map(|field| item.values.at(field))
}
