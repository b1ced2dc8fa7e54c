//! Activities that are over and tell nothing of what came of them. The page: `no_results.md`.

use super::{Of, days, venue};
use crate::{
    diagnostics::{Code, Diagnostic},
    msg,
};

/// Days in which results should be told.
const MOST: i32 = 30;

/// After so many days nobody remembers them any more.
const FORGOTTEN: i32 = 180;

/// Looks at activities that took place. The parts of a festival tell theirs with it.
pub(super) fn check(of: &Of<'_>, problems: &mut Vec<Diagnostic>) {
    let (catalogue, values) = (of.catalogue, &of.item.values);
    let is_part = values.get("parent").is_some();
    if venue::kind(catalogue, of.index) != "activity" || !venue::is_meeting(catalogue, of.index) || is_part {
        return;
    }
    let Some(end) = of.item.schedule.as_ref().and_then(|schedule| schedule.last_known()) else { return };
    let age = days(end.date, catalogue.now.date());
    if values.get("results").is_some() || !(MOST + 1..=FORGOTTEN).contains(&age) {
        return;
    }
    let end = end.date;
    problems.push(
        Diagnostic::new(
            Code::NoResults,
            of.item.place(venue::at(of.item, &["schedule"])),
            msg!(
                "活动 {end} 就结束了，{MOST} 天过去还没有写结果",
                "it was over on {end}: after {MOST} days its results are still missing"
            ),
        )
        .help(msg!(
            "加上：results: {{attended: 人数, text: 一句话的结果}}",
            "add: results: {{attended: NUMBER, text: WHAT CAME OF IT}}"
        )),
    );
}
