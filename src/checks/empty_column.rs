//! Columns without articles. The page: `empty_column.md`.

use crate::{
    config::Settings,
    diagnostics::{Code, Diagnostic},
    fields::Origin,
    msg,
    plan::Plan,
};

/// Looks at the columns of the default language: another one is translated as far as it is.
pub(super) fn check(plan: &Plan<'_>, problems: &mut Vec<Diagnostic>) {
    let settings = &plan.catalogue.settings;
    for (column, articles) in settings.columns.iter().zip(&plan.lists[0].columns) {
        if articles.is_empty() {
            let (id, title) = (&column.id, column.title.get(settings.default_language()));
            problems.push(
                Diagnostic::new(
                    Code::EmptyColumn,
                    Origin::text(Settings::file()).place(column.at),
                    msg!("栏目“{title}”里没有文章", "the column `{title}` has no article"),
                )
                .help(msg!(
                    "发一篇：pbsite new article 标题 --column {id}；暂时不用，在栏目的每一行前面加 #",
                    "publish one: pbsite new article TITLE --column {id}; or put # before the lines of the column for now"
                )),
            );
        }
    }
}
