//! Articles that do not say where they come from. The page: `missing_source.md`.

use super::Of;
use crate::{
    diagnostics::{Code, Diagnostic},
    model::Behaviour,
    msg,
};

/// Looks at articles of public sites, and of those that ask for it.
pub(super) fn check(of: &Of<'_>, problems: &mut Vec<Diagnostic>) {
    let settings = &of.catalogue.settings;
    let asked = settings.gov || settings.checks.contains_key(Code::MissingSource.number());
    let is_article = of.catalogue.behaviour(of.index) == Behaviour::Article;
    if !asked || !is_article || !of.is_meant_for_readers() || !of.item.values.text("source").trim().is_empty() {
        return;
    }
    let name = settings.owner.name.get(&of.item.lang);
    problems.push(
        Diagnostic::new(
            Code::MissingSource,
            of.item.place(None),
            msg!("没有写来源（source）", "the article names no source (`source`)"),
        )
        .help(msg!("加上一行：source: {name}", "add a line: source: {name}")),
    );
}
