//! What is to come on a statutory holiday, and nobody says that it is meant so. The page:
//! `on_holiday.md`.

use super::{Of, venue};
use crate::{
    base::{date::weekday, lang::Tongue},
    diagnostics::{Code, Diagnostic},
    msg,
    schedule::{Badge, State},
};

/// Looks at dates that have not ended. A rule that says `holiday:` has thought of it, and so has
/// who names the holiday.
pub(super) fn check(of: &Of<'_>, problems: &mut Vec<Diagnostic>) {
    if !venue::is_meeting(of.catalogue, of.index) {
        return;
    }
    let schedule = of.item.values.record("schedule");
    if schedule.is_some_and(|schedule| schedule.get("holiday").is_some()) {
        return;
    }
    let (calendar, now) = (&of.catalogue.calendar, of.catalogue.now);
    let coming = calendar.of_item(of.index).filter(|entry| entry.end() > now);
    let certain = coming.filter(|entry| matches!(entry.occurrence.state, State::Regular));
    let mut days = certain.map(|entry| entry.occurrence.start.date);
    let Some((day, name)) = days.find_map(|day| Some((day, named(of, day)?))) else { return };
    let (zh, en) = (weekday(day, Tongue::Zh), weekday(day, Tongue::En));
    let help = match of.item.schedule.as_ref().and_then(|schedule| schedule.rule()) {
        Some(_) => msg!(
            "在 schedule 里写明：holiday: keep（照常）、skip（不办）或 next-workday（顺延）",
            "say in `schedule`: holiday: keep, skip or next-workday"
        ),
        None => msg!(
            "核对日期；就是要在{name}办，在推荐语（lead）里提到“{name}”",
            "look at the date; if it is meant so, name the holiday ({name}) in its `lead`"
        ),
    };
    problems.push(
        Diagnostic::new(
            Code::OnHoliday,
            of.item.place(venue::at(of.item, &["schedule"])),
            msg!("{day}（{zh}）是法定节假日（{name}）", "{day} ({en}) is a statutory holiday ({name})"),
        )
        .help(help),
    );
}

/// The holiday on a day, unless the item names it.
fn named<'a>(of: &'a Of<'_>, day: jiff::civil::Date) -> Option<&'a str> {
    let holidays = &of.catalogue.calendar.holidays;
    let name = holidays.name(day).filter(|_| holidays.badge(day) == Some(Badge::Off))?;
    let short = name.trim_end_matches('节');
    let texts = [of.item.title.as_str(), of.item.values.text("lead")];
    let tags = of.item.values.texts("tags").iter().map(|tag| tag.value.as_str());
    (!texts.into_iter().chain(tags).any(|text| text.contains(short))).then_some(name)
}
