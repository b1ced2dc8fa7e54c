//! Sign-up that closes when it has begun. The page: `deadline_after_start.md`.
//!
//! A deadline after the end of what takes place is PB0206, found where the field is read.

use super::Of;
use crate::{
    base::date::When,
    diagnostics::{Code, Diagnostic},
    fields::Values,
    msg,
};

/// Looks at what takes place on one day, and at the time in which something can be had.
pub(super) fn check(of: &Of<'_>, problems: &mut Vec<Diagnostic>) {
    let Some(deadline) = of.item.state.as_ref().and_then(|state| state.deadline) else { return };
    let at = of.item.values.record("status").and_then(|status| status.at("deadline"));
    let mut report = |message, help| {
        problems.push(Diagnostic::new(Code::DeadlineAfterStart, of.item.place(at), message).help(help));
    };
    if let Some(start) = start(of).filter(|start| deadline.start() > start.start()) {
        let before = start.date;
        report(
            msg!(
                "报名截止（{deadline}）晚于开始（{start}）",
                "sign-up closes ({deadline}) after the beginning ({start})"
            ),
            msg!("写成开始之前，例如：deadline: {before}", "write a day before it begins, or: deadline: {before}"),
        );
    } else if let Some(end) = end_of_period(of).filter(|end| deadline.start() > end.end()) {
        report(
            msg!(
                "报名截止（{deadline}）晚于最后一天（{end}）",
                "sign-up closes ({deadline}) after the last day ({end})"
            ),
            msg!("写成：deadline: {end}，或者更早", "write: deadline: {end}, or earlier"),
        );
    }
}

/// The beginning of what takes place on one day. What lasts for days may be joined later.
fn start(of: &Of<'_>) -> Option<When> {
    let once = of.item.schedule.as_ref()?.once()?;
    let deadline = of.item.state.as_ref()?.deadline?;
    if deadline.start() > once.end.unwrap_or(once.start).end() {
        return None;
    }
    once.end.is_none_or(|end| end.date == once.start.date).then_some(once.start)
}

fn end_of_period(of: &Of<'_>) -> Option<When> {
    let period = |name: &str| of.item.values.record(name).and_then(|period: &Values| period.when("until"));
    period("period").or_else(|| period("offered"))
}
