//! Columns past their interval. The page: `stale_column.md`.

use super::{days, newest};
use crate::{
    config::{Column, Settings},
    diagnostics::{Code, Diagnostic},
    fields::Origin,
    msg,
    plan::Plan,
};

/// Looks at the columns of the default language that have articles; empty ones have a code of
/// their own.
pub(super) fn check(plan: &Plan<'_>, problems: &mut Vec<Diagnostic>) {
    let catalogue = plan.catalogue;
    let settings = &catalogue.settings;
    for (n, column) in settings.columns.iter().enumerate() {
        let own = (0..catalogue.items.len()).filter(|i| {
            catalogue.items[*i].column == Some(n) && catalogue.items[*i].lang == *settings.default_language()
        });
        let (Some(last), Some(most)) = (newest(catalogue, own), interval(column)) else { continue };
        let age = days(last, catalogue.now.date());
        if age > most && !plan.lists[0].columns[n].is_empty() {
            let (id, title) = (&column.id, column.title.get(settings.default_language()));
            problems.push(
                Diagnostic::new(
                    Code::StaleColumn,
                    Origin::text(Settings::file()).place(column.at),
                    msg!(
                        "栏目“{title}”已经 {age} 天没有更新，最多 {most} 天",
                        "the column `{title}` was not updated for {age} days, it should be within {most}"
                    ),
                )
                .help(msg!(
                    "发一篇：pbsite new article 标题 --column {id}；本来就更新得慢，改 update_days",
                    "publish something: pbsite new article TITLE --column {id}; if it comes more slowly, change update_days"
                )),
            );
        }
    }
}

/// Days within which something new must come: what the site says, else what inspections of public
/// sites ask for (two weeks for news, six months for notices and policies).
fn interval(column: &Column) -> Option<i32> {
    match (column.update_days, column.r#type.as_str()) {
        (0, "news") => Some(14),
        (0, "notices" | "policies") => Some(184),
        (0, _) => None,
        (days, _) => Some(days as i32),
    }
}
