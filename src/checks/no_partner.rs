//! Estates that no unit is paired with. The page: `no_partner.md`.

use crate::{
    diagnostics::{Code, Diagnostic},
    model::Presence,
    msg,
    plan::Plan,
};

/// Looks at the estates of a site that tells of pairings at all.
pub(super) fn check(plan: &Plan<'_>, problems: &mut Vec<Diagnostic>) {
    let catalogue = plan.catalogue;
    let Some(kind) = catalogue.kinds.by_name("organization") else { return };
    let units = || (0..catalogue.items.len()).filter(|i| catalogue.items[*i].kind == kind);
    if !units().any(|i| !catalogue.items[i].values.records("pairings").is_empty()) {
        return;
    }
    let listed = |i: &usize| catalogue.presence[*i] == Presence::Listed;
    for i in units().filter(listed).filter(|i| catalogue.items[*i].values.text("unit_kind") == "estate") {
        if plan.is_paired(i) {
            continue;
        }
        let item = &catalogue.items[i];
        let title = &item.title;
        let place = item.place(item.values.at("unit_kind").or(item.values.at("title")));
        let message = msg!("“{title}”还没有结对单位", "`{title}` has no partner yet");
        problems.push(Diagnostic::new(Code::NoPartner, place, message).help(msg!(
            "写上：pairings: [{{unit: 结对单位, kind: 形式, since: 2026-01-01}}]",
            "add: pairings: [{{unit: PARTNER, kind: KIND, since: 2026-01-01}}]"
        )));
    }
}
