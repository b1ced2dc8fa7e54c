//! Courses that nobody can order. The page: `nobody_can_order.md`.

use super::{Of, venue};
use crate::{
    diagnostics::{Code, Diagnostic},
    msg,
};

/// Forms that nobody orders: they are there to be heard or seen.
const AT_HAND: [&str; 2] = ["recorded", "audio"];

/// Looks at courses that are offered.
pub(super) fn check(of: &Of<'_>, problems: &mut Vec<Diagnostic>) {
    let values = &of.item.values;
    if venue::kind(of.catalogue, of.index) != "course" || !of.is_meant_for_readers() {
        return;
    }
    if matches!(venue::state(of.item), "closed" | "ended") || AT_HAND.contains(&values.text("form")) {
        return;
    }
    let ways = ["telephone", "link", "form", "contact"];
    if values.record("order").is_some_and(|order| ways.iter().any(|way| !order.text(way).is_empty())) {
        return;
    }
    problems.push(
        Diagnostic::new(
            Code::NobodyCanOrder,
            of.item.place(values.at("order").or_else(|| values.at("title"))),
            msg!("课程没有写怎样预约", "the course does not say how to order it"),
        )
        .help(msg!(
            "加上：order: {{telephone: 021-0000-0000, contact: 教育培训组}}",
            "add: order: {{telephone: 021-0000-0000, contact: WHO}}"
        )),
    );
}
