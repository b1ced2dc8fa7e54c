//! A new edition as the file that editors get.

use std::fmt::Write as _;

use super::select::{Candidate, Filled, Selected, Told};
use crate::{
    base::{lang::Tongue, text::summary},
    edition::Period,
    plan::Plan,
};

/// Titles that stand in a preheader.
const TITLES: usize = 3;
/// Characters of a preheader.
const PREHEADER: usize = 50;

/// The text of a new edition.
pub(super) fn text(plan: &Plan<'_>, digest: usize, period: Period, selected: &Selected) -> String {
    let own = &plan.digests[digest];
    let item = &plan.catalogue.items[own.item];
    let tongue = item.lang.tongue();
    let label = period.label(tongue);
    let name = |i: usize| plan.catalogue.items[i].title.as_str();
    let mut titles: Vec<&str> = Vec::new();
    for title in selected.items().map(name) {
        if titles.len() < TITLES && !titles.contains(&title) {
            titles.push(title);
        }
    }
    let comma = if tongue == Tongue::Zh { "、" } else { ", " };
    let pattern = match own.subject(plan.catalogue) {
        "" => "{title}｜{period}",
        pattern => pattern,
    };
    let subject = match &selected.about {
        Some(title) if tongue == Tongue::Zh => format!("通知：{title}"),
        Some(title) => format!("Notice: {title}"),
        None => pattern
            .replace("{title}", &item.title)
            .replace("{period}", &label)
            .replace("{top}", titles.first().unwrap_or(&"")),
    };
    let date = period.first().max(plan.catalogue.now.date());
    let note = match tongue {
        Tongue::Zh => {
            "由 pbsite digest draft 起草。次序、条目、文字都可以改；审定后把 status 改成 approved。why 只给编辑看。"
        }
        Tongue::En => {
            "Drafted by `pbsite digest draft`. Order, items and words are yours; when it is approved, write `status: approved`. `why` is for editors only."
        }
    };
    let mut out = format!("---\n# {note}\n");
    let title = selected.about.as_ref().map_or_else(|| format!("{} · {label}", item.title), |_| subject.clone());
    let _ = writeln!(out, "title: {}", scalar(&title));
    let _ = writeln!(out, "date: {date}T08:00\nstatus: draft\nsubject: {}", scalar(subject.trim()));
    let preheader = summary(&titles.join(comma), PREHEADER);
    let _ = writeln!(out, "preheader: {}", scalar(&preheader));
    out.push_str("lead: ''\n");
    if !selected.segments.is_empty() {
        let _ = writeln!(out, "segments: [{}]", selected.segments.join(", "));
    }
    if !selected.changes.is_empty() {
        out.push_str("changes:\n");
    }
    for told in &selected.changes {
        let _ = writeln!(out, "  - {}", change(plan, told));
    }
    out.push_str("sections:\n");
    for section in &selected.sections {
        out.push_str(&filled(plan, section));
    }
    out.push_str("---\n");
    out
}

/// A section in full; nothing of one that has nothing to say.
fn filled(plan: &Plan<'_>, section: &Filled) -> String {
    if section.candidates.is_empty() && section.figures.is_empty() && section.text.is_empty() {
        return String::new();
    }
    let mut out = format!("  - title: {}\n", scalar(&section.title));
    if !section.from.is_empty() {
        let _ = writeln!(out, "    from: {}", section.from);
    }
    if section.repeat {
        out.push_str("    repeat: true\n");
    }
    if !section.units.is_empty() {
        let _ = writeln!(out, "    units: [{}]", section.units.join(", "));
    }
    if !section.text.is_empty() {
        let _ = writeln!(out, "    text: {}", scalar(&section.text));
    }
    if !section.figures.is_empty() {
        out.push_str("    figures:\n");
    }
    for figure in &section.figures {
        let unit = if figure.unit.is_empty() { String::new() } else { format!(", unit: {}", scalar(&figure.unit)) };
        let _ = writeln!(out, "      - {{name: {}, value: {}{unit}}}", scalar(&figure.name), scalar(&figure.value));
    }
    if !section.candidates.is_empty() {
        out.push_str("    items:\n");
    }
    for found in &section.candidates {
        let _ = writeln!(out, "      - {}", entry(plan, found));
    }
    out
}

/// An item of a section in one line.
pub(super) fn entry(plan: &Plan<'_>, found: &Candidate) -> String {
    let mut out = format!("{{item: {}", plan.reference(found.item));
    if let Some(on) = found.on {
        let _ = write!(out, ", on: {on}");
    }
    let _ = write!(out, ", why: {}", scalar(&found.why));
    if !found.note.is_empty() {
        let _ = write!(out, ", note: {}", scalar(&found.note));
    }
    if !found.units.is_empty() {
        let _ = write!(out, ", units: [{}]", found.units.join(", "));
    }
    out.push('}');
    out
}

/// A change in one line.
pub(super) fn change(plan: &Plan<'_>, told: &Told) -> String {
    format!("{{item: {}, what: {}, text: {}}}", plan.reference(told.item), told.what.word(), scalar(&told.text))
}

/// A text as YAML: plain where it can be nothing else, also within braces.
pub(super) fn scalar(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text = text.trim();
    let letters = text.starts_with(|c: char| c.is_alphabetic() || c == '“' || c == '《');
    let plain = letters && !text.contains([':', '#', ',', '[', ']', '{', '}']) && !text.ends_with(' ');
    let reserved = ["true", "false", "null", "yes", "no", "on", "off"].contains(&text.to_ascii_lowercase().as_str());
    if plain && !reserved { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}
