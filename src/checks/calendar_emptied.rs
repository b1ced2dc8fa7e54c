//! Calendars of the published site that had dates and have none now. The page:
//! `calendar_emptied.md`.

use std::collections::BTreeSet;

use crate::{
    diagnostics::{Code, Diagnostic, Place},
    msg,
    plan::Plan,
};

/// Reports calendars that go silent: who subscribed sees nothing, and learns of nothing.
pub(super) fn check(plan: &Plan<'_>, published: &[String], problems: &mut Vec<Diagnostic>) {
    let dated: BTreeSet<String> = plan.calendars_with_dates().into_iter().collect();
    for address in published.iter().filter(|address| !dated.contains(*address)) {
        let message =
            msg!("日历 /{address} 里原来有活动，现在空了", "the calendar /{address} had dates and has none now");
        let help = msg!(
            "订阅了它的人手机上会什么都没有；不是有意停办，就看看那里的活动是不是写错了日期、阵地或类别",
            "who subscribed sees nothing; unless that is meant, look at the dates, stations and categories of what belongs there"
        );
        problems.push(Diagnostic::new(Code::CalendarEmptied, Place::Site, message).help(help));
    }
}
