//! Dates that were changed after publication. The page: `date_changed.md`.

use std::collections::BTreeMap;

use crate::{
    base::{date::When, path::SitePath},
    diagnostics::{Code, Diagnostic},
    msg,
    plan::Plan,
    source::First,
};

/// Holds the date of each item against that of its first version. A draft may get another date,
/// and so may what was scheduled when it was committed: nobody had read it.
pub(super) fn check(plan: &Plan<'_>, first: &BTreeMap<SitePath, First>, problems: &mut Vec<Diagnostic>) {
    for item in &plan.catalogue.items {
        let (Some(date), Some(first)) = (item.date, first.get(&item.path)) else { continue };
        let Some(before) = published_on(first).filter(|before| *before != date.date) else { continue };
        let now = date.date;
        problems.push(
            Diagnostic::new(
                Code::DateChanged,
                item.place(item.values.at("date")),
                msg!(
                    "日期改过：第一次提交时是 {before}，现在是 {now}",
                    "the date was changed: it was {before} when first committed, now it is {now}"
                ),
            )
            .help(msg!(
                "改回：date: {before}；内容更新过，另加一行：updated: {now}",
                "write again: date: {before}; for a change of content add: updated: {now}"
            )),
        );
    }
}

/// The day on which a first version was public at once.
fn published_on(first: &First) -> Option<jiff::civil::Date> {
    let front = first.text.strip_prefix("---\n")?.split("\n---").next()?;
    let value = |key: &str| front.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
    let date = When::parse(value("date:")?.trim_matches(['\'', '"']))?.date;
    (value("draft:") != Some("true") && date <= first.day).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_what_was_public() {
        let day = |text: &str| {
            let first = First { day: "2026-03-05".parse().unwrap(), text: text.into() };
            published_on(&first).map(|day| day.to_string())
        };
        assert_eq!(day("---\ntitle: 题\ndate: '2026-03-01'\n---\n\ndate: 2025-01-01\n").as_deref(), Some("2026-03-01"));
        assert_eq!(day("---\ndate: 2026-03-05T08:00\n---\n").as_deref(), Some("2026-03-05"));
        assert_eq!(day("---\ndate: 2026-03-06\n---\n"), None);
        assert_eq!(day("---\ndate: 2026-03-01\ndraft: true\n---\n"), None);
        assert_eq!(day("date: 2026-03-01\n"), None);
    }
}
