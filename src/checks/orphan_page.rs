//! Pages that nothing leads to. The page: `orphan_page.md`.

use std::collections::BTreeSet;

use crate::{
    catalogue::{Links, Target, resolve_setting},
    diagnostics::{Code, Diagnostic, Place},
    model::Behaviour,
    msg,
    plan::Plan,
};

/// Looks at items of the kind `page`; whatever else there is stands in lists. Whether an item that
/// links is shown now does not matter: a finding must not come by waiting.
pub(super) fn check(plan: &Plan<'_>, problems: &mut Vec<Diagnostic>) {
    let catalogue = plan.catalogue;
    let mut reached = BTreeSet::new();
    for (i, links) in plan.resolved.items.iter().enumerate().filter(|(i, _)| !catalogue.items[*i].draft) {
        reached.extend(targets(plan, links).filter(|target| *target != i));
    }
    for entry in &catalogue.settings.navigation {
        let target = resolve_setting(catalogue, &entry.to, &Place::Site, &mut Vec::new());
        reached.extend(item_of(plan, &target));
    }
    let is_page = |i: &usize| catalogue.behaviour(*i) == Behaviour::Page && !catalogue.items[*i].draft;
    for i in (0..catalogue.items.len()).filter(is_page) {
        // Translations lead to each other.
        if catalogue.translations(i).iter().chain([&i]).any(|edition| reached.contains(edition)) {
            continue;
        }
        let item = &catalogue.items[i];
        let id = &item.id;
        problems.push(
            Diagnostic::new(
                Code::OrphanPage,
                Place::File(item.path.clone()),
                msg!("没有导航或别的页面链接到这一页", "neither the navigation nor another page leads to this one"),
            )
            .help(msg!(
                "在 pbsite.yaml 的 navigation 里加上：- {{to: '@pages/{id}'}}，或在别的页面里写链接：[文字](@pages/{id})",
                "add to `navigation` in pbsite.yaml: - {{to: '@pages/{id}'}}, or link to it: [words](@pages/{id})"
            )),
        );
    }
}

fn targets<'a>(plan: &'a Plan<'_>, links: &'a Links) -> impl Iterator<Item = usize> + 'a {
    let fields = links.fields.iter().flat_map(|(_, items)| items.iter().copied());
    links.raw.iter().filter_map(|(_, target)| item_of(plan, target)).chain(fields)
}

/// The item that a target means, by itself or by its address.
fn item_of(plan: &Plan<'_>, target: &Target) -> Option<usize> {
    match target {
        Target::Item(item, _) => Some(*item),
        Target::Address(address) => {
            let address = address.trim_end_matches('/');
            let is_there = |i: &usize| plan.catalogue.addresses.item(*i).trim_end_matches('/') == address;
            (0..plan.catalogue.items.len()).filter(|i| plan.catalogue.behaviour(*i) == Behaviour::Page).find(is_there)
        }
        _ => None,
    }
}
