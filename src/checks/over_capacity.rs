//! More places than the room has. The page: `over_capacity.md`.

use super::{
    Of,
    venue::{self, Venue},
};
use crate::{
    diagnostics::{Code, Diagnostic},
    msg,
};

/// Looks at sessions, activities, and courses that stay in their room.
pub(super) fn check(of: &Of<'_>, problems: &mut Vec<Diagnostic>) {
    let kind = venue::kind(of.catalogue, of.index);
    let comes = of.item.values.boolean("comes_to_you") == Some(true);
    if !matches!(kind, "session" | "activity" | "course") || comes || !of.is_meant_for_readers() {
        return;
    }
    let Some(venue) = Venue::of(of.catalogue, of.index) else { return };
    let most = venue.listed(of.catalogue).and_then(|room| room.integer("capacity"));
    let Some((wanted, most)) = of.item.values.integer("capacity").zip(most).filter(|(wanted, most)| wanted > most)
    else {
        return;
    };
    let (room, station) = (venue.room, &of.catalogue.items[venue.station].title);
    problems.push(
        Diagnostic::new(
            Code::OverCapacity,
            of.item.place(of.item.values.at("capacity")),
            msg!(
                "人数上限 {wanted} 超过“{station}”的“{room}”可容纳的 {most} 人",
                "{wanted} places are more than the {most} of `{room}` at `{station}`"
            ),
        )
        .help(msg!("写成：capacity: {most}，或者换一个房间", "write: capacity: {most}, or take another room")),
    );
}
