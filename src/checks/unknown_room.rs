//! Rooms that their station does not have. The page: `unknown_room.md`.

use super::{
    Of,
    venue::{self, Venue},
};
use crate::{
    base::nearest::nearest,
    diagnostics::{Code, Diagnostic},
    msg,
};

/// Looks at what names a room, where the station lists its rooms.
pub(super) fn check(of: &Of<'_>, problems: &mut Vec<Diagnostic>) {
    let Some(at) = of.item.values.at("room").filter(|_| of.is_meant_for_readers()) else { return };
    if !matches!(venue::kind(of.catalogue, of.index), "session" | "activity" | "course") {
        return;
    }
    let Some(venue) = Venue::of(of.catalogue, of.index) else { return };
    let station = &of.catalogue.items[venue.station];
    let names: Vec<&str> = station.values.records("rooms").iter().map(|room| room.value.text("name")).collect();
    if names.is_empty() || venue.listed(of.catalogue).is_some() {
        return;
    }
    let near = nearest(venue.room, names.iter().copied(), 1).first().map(|near| (*near).to_owned());
    let (room, title, path, all) = (venue.room, &station.title, &station.path, names.join(", "));
    let problem = Diagnostic::new(
        Code::UnknownRoom,
        of.item.place(Some(at)),
        msg!("“{title}”没有列出房间“{room}”", "`{title}` lists no room `{room}`"),
    )
    .help(msg!(
        "可以写：{all}；新的房间加到 {path} 的 rooms",
        "write one of: {all}; add a new room to `rooms` in {path}"
    ));
    problems.push(Diagnostic { replacement: near, ..problem });
}
