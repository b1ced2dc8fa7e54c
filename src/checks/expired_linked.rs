//! Links to what is over. The page: `expired_linked.md`.

use super::Of;
use crate::{
    catalogue::Target,
    diagnostics::{Code, Diagnostic, Place},
    model::Presence,
    msg,
};

/// Looks at what stands in lists. Who wrote after the end knew of it: a report may link to the
/// notice.
pub(super) fn check(of: &Of<'_>, problems: &mut Vec<Diagnostic>) {
    let (catalogue, item) = (of.catalogue, of.item);
    if !catalogue.listed(of.index) {
        return;
    }
    for reference in &item.body.scan.references {
        let Some(Target::Item(target, _)) = of.plan.resolved.items[of.index].get(&reference.raw) else { continue };
        if catalogue.presence[*target] != Presence::Expired {
            continue;
        }
        let over = &catalogue.items[*target];
        let Some(end) = over.expires.filter(|end| item.changed.is_none_or(|changed| changed.start() < end.end()))
        else {
            continue;
        };
        let path = &over.path;
        problems.push(
            Diagnostic::new(
                Code::ExpiredLinked,
                Place::text(&item.path, reference.span),
                msg!("链接到的 {path} 已经过期（{end}）", "the link leads to {path}, which is over since {end}"),
            )
            .help(msg!("换成新的一期，或者写明已经结束", "link to the next one, or say that it is over")),
        );
    }
}
