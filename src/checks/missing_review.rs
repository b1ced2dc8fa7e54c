//! Reviews that a column demands. The page: `missing_review.md`.
//!
//! Whether a review was good is nobody's business here, only that somebody's name and day stand in
//! the file. It holds for what is scheduled too, else a finding would come by waiting.

use super::Of;
use crate::{
    diagnostics::{Code, Diagnostic},
    msg,
};

/// Looks for a record of each demanded role with its date.
pub(super) fn check(of: &Of<'_>, problems: &mut Vec<Diagnostic>) {
    let Some(column) = of.item.column.map(|column| &of.catalogue.settings.columns[column]) else { return };
    if column.review.is_empty() || !of.is_meant_for_readers() {
        return;
    }
    let done = of.item.values.records("review");
    let recorded =
        |role: &String| done.iter().any(|one| one.value.text("role") == role && one.value.when("date").is_some());
    let missing: Vec<&str> = column.review.iter().filter(|role| !recorded(role)).map(String::as_str).collect();
    if missing.is_empty() {
        return;
    }
    let (first, all) = (missing[0], missing.join("、"));
    problems.push(
        Diagnostic::new(
            Code::MissingReview,
            of.item.place(of.item.values.at("review")),
            msg!("缺少审核记录：{all}", "a review is not recorded: {all}"),
        )
        .help(msg!(
            "审过以后在 review 下面加上：- {{role: {first}, name: 姓名, date: 2026-11-21}}；还没有审，写 draft: true",
            "after the review add below `review`: - {{role: {first}, name: …, date: 2026-11-21}}; until then write draft: true"
        )),
    );
}
