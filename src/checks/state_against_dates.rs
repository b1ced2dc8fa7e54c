//! States that the dates contradict. The page: `state_against_dates.md`.

use jiff::civil::DateTime;

use super::{Of, venue};
use crate::{
    base::{date::When, lang::Message},
    diagnostics::{Code, Diagnostic},
    msg,
};

/// Looks at states that were set by hand.
pub(super) fn check(of: &Of<'_>, problems: &mut Vec<Diagnostic>) {
    if !of.is_meant_for_readers() {
        return;
    }
    let found = match venue::state(of.item) {
        "open" | "few" => over(of).map(|(zh, when)| closed(zh, when)),
        "ended" => last(of).filter(|end| end.end() > of.catalogue.now).map(|end| {
            (
                msg!("写着“已结束”，可是 {end} 才结束", "it is called over, but it ends on {end}"),
                msg!("还没结束就写：state: open", "while it is not over, write: state: open"),
            )
        }),
        "done" => undone(of),
        _ => None,
    };
    let Some((message, help)) = found else { return };
    let at = of.item.values.record("status").and_then(|status| status.at("state"));
    problems.push(Diagnostic::new(Code::StateAgainstDates, of.item.place(at), message).help(help));
}

fn closed(what: [&str; 2], when: When) -> (Message, Message) {
    let [zh, en] = what;
    (
        msg!("写着开放，可是{zh}（{when}）已经过了", "it is called open, but {en} ({when}) has passed"),
        msg!("过了就写：state: closed；延期了就改日期", "write: state: closed, or correct the date if it was put off"),
    )
}

/// What has passed of something that is called open.
fn over(of: &Of<'_>) -> Option<([&'static str; 2], When)> {
    let deadline = of.item.state.as_ref().and_then(|state| state.deadline);
    let passed = |when: &When| when.end() <= moment(of);
    deadline
        .filter(passed)
        .map(|when| (["截止时间", "the deadline"], when))
        .or_else(|| Some((["最后一天", "the last day"], last(of).filter(passed)?)))
}

/// The end that the file names: of its dates, or of the time in which it can be had.
fn last(of: &Of<'_>) -> Option<When> {
    let period = |name: &str| of.item.values.record(name).and_then(|period| period.when("until"));
    let schedule = of.item.schedule.as_ref();
    schedule.and_then(|schedule| schedule.last_known()).or_else(|| period("period")).or_else(|| period("offered"))
}

/// A stage of a finished project that is planned for later.
fn undone(of: &Of<'_>) -> Option<(Message, Message)> {
    let stages = of.item.values.records("stages").iter().map(|stage| &stage.value);
    let mut waiting = stages.filter(|stage| stage.when("done").is_none());
    let stage = waiting.find(|stage| stage.when("planned").is_some_and(|planned| planned.start() > moment(of)))?;
    let (name, planned) = (stage.text("name"), stage.when("planned")?);
    Some((
        msg!("写着“已完成”，可是“{name}”计划在 {planned}", "it is called done, but `{name}` is planned for {planned}"),
        msg!(
            "写上那一步哪天完成的：done: 日期，或者写：state: running",
            "say when that stage was done (`done:`), or write: state: running"
        ),
    ))
}

fn moment(of: &Of<'_>) -> DateTime {
    of.catalogue.now
}
