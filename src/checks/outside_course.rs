//! Sessions outside the time in which their course is offered. The page: `outside_course.md`.

use jiff::civil::Date;

use super::{Of, venue};
use crate::{
    base::date::When,
    diagnostics::{Code, Diagnostic},
    msg,
    schedule::State,
};

/// Looks at every date of a session.
pub(super) fn check(of: &Of<'_>, problems: &mut Vec<Diagnostic>) {
    if venue::kind(of.catalogue, of.index) != "session" || !venue::is_meeting(of.catalogue, of.index) {
        return;
    }
    let Some(course) = venue::course(of.catalogue, of.index).map(|course| &of.catalogue.items[course]) else { return };
    let Some(offered) = course.values.record("offered") else { return };
    let (from, until) = (offered.when("from"), offered.when("until"));
    let is_out = |day: &Date| {
        from.is_some_and(|from: When| *day < from.date) || until.is_some_and(|until: When| *day > until.date)
    };
    let on = of.catalogue.calendar.of_item(of.index).filter(|entry| entry.occurrence.state != State::Cancelled);
    let Some(day) = on.map(|entry| entry.occurrence.start.date).find(is_out) else { return };
    let (title, path) = (&course.title, &course.path);
    let shown = |when: Option<When>| when.map_or_else(|| "…".to_owned(), |when| when.date.to_string());
    let (from, until) = (shown(from), shown(until));
    problems.push(
        Diagnostic::new(
            Code::OutsideCourse,
            of.item.place(venue::at(of.item, &["schedule"])),
            msg!(
                "{day} 不在课程“{title}”的可预约时间（{from} 至 {until}）之内",
                "{day} lies outside the time in which the course `{title}` is offered ({from} to {until})"
            ),
        )
        .help(msg!("改这一场的日期，或者改 {path} 的 offered", "change the date, or `offered` in {path}")),
    );
}
