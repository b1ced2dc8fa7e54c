//! Drafting again: what is new stands as comments at the end of its section, and no line that was
//! there is touched.

use std::collections::BTreeSet;

use super::{
    file::{change, entry},
    select::{Filled, Selected},
};
use crate::{base::lang::Tongue, edition::Sent, fields::At, plan::Plan};

/// The text of an edition with new candidates as comments, and how many there are. `before` is what
/// was offered earlier.
pub(super) fn merged(
    plan: &Plan<'_>,
    at: usize,
    text: &str,
    before: Option<&Sent>,
    selected: &Selected,
) -> (String, usize) {
    let edition = &plan.editions[at];
    let mut known: BTreeSet<String> = edition.entries().map(|entry| entry.reference.clone()).collect();
    known.extend(edition.left_out.iter().cloned());
    known.extend(before.into_iter().flat_map(|before| before.items.iter().map(|fact| fact.id.clone())));
    // What already stands in a comment.
    known.extend(selected.items().map(|i| plan.reference(i)).filter(|id| text.contains(&format!("item: {id},"))));
    let news: Vec<(&Filled, Vec<String>)> = selected
        .sections
        .iter()
        .map(|section| {
            let fresh = section.candidates.iter().filter(|found| !known.contains(&plan.reference(found.item)));
            (section, fresh.map(|found| entry(plan, found)).collect::<Vec<_>>())
        })
        .filter(|(_, lines)| !lines.is_empty())
        .collect();
    let told: Vec<String> = selected
        .changes
        .iter()
        .filter(|told| !edition.changes.iter().any(|known| known.item == Some(told.item) && known.what == told.what))
        .map(|told| change(plan, told))
        .filter(|line| !text.contains(line.as_str()))
        .collect();
    let count = told.len() + news.iter().map(|(_, lines)| lines.len()).sum::<usize>();
    if count == 0 {
        return (text.to_owned(), 0);
    }
    let mut inserts = inserts(plan, at, text, &told, news);
    inserts.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let mut out = text.to_owned();
    for (at, lines) in inserts {
        out.insert_str(at, &lines);
    }
    (out, count)
}

/// What is put into the text, each with its place: changes on top, candidates behind the items of
/// their section, or in a section of their own.
fn inserts(
    plan: &Plan<'_>,
    at: usize,
    text: &str,
    told: &[String],
    news: Vec<(&Filled, Vec<String>)>,
) -> Vec<(usize, String)> {
    let edition = &plan.editions[at];
    let item = &plan.catalogue.items[edition.item];
    let zh = item.lang.tongue() == Tongue::Zh;
    let starts: Vec<usize> = item.values.records("sections").iter().map(|record| offset(record.at)).collect();
    let mut inserts: Vec<(usize, String)> = Vec::new();
    if !told.is_empty() {
        let heading = if zh { "# 新的变动：" } else { "# New changes:" };
        let at = starts.first().map_or_else(|| fence(text), |start| key_line(text, *start));
        let lines: String = told.iter().map(|line| format!("#   - {line}\n")).collect();
        inserts.push((at, format!("{heading}\n# changes:\n{lines}")));
    }
    for (section, lines) in news {
        let place = edition.sections.iter().position(|own| own.from == section.from && own.title == section.title);
        let place = place.or_else(|| edition.sections.iter().position(|own| own.from == section.from));
        let heading = if zh {
            "新的候选（要用就去掉行首的 #）："
        } else {
            "New candidates (take away the # to use one):"
        };
        match place {
            Some(place) => {
                let comments: String = lines.iter().map(|line| format!("      # - {line}\n")).collect();
                let at = section_end(text, starts[place], starts.get(place + 1).copied());
                inserts.push((at, format!("      # {heading}\n{comments}")));
            }
            None => {
                let comments: String = lines.iter().map(|line| format!("  #     - {line}\n")).collect();
                let (title, from) = (&section.title, section.from);
                let at = starts.last().map_or_else(|| fence(text), |start| section_end(text, *start, None));
                inserts.push((
                    at,
                    format!("  # {heading}\n  # - title: {title}\n  #   from: {from}\n  #   items:\n{comments}"),
                ));
            }
        }
    }
    inserts
}

fn offset(at: At) -> usize {
    match at {
        At::Text(span) => span.start as usize,
        At::Cell { .. } => 0,
    }
}

/// The line of `sections:` before the first section.
fn key_line(text: &str, start: usize) -> usize {
    text[..start].rfind("sections:").map_or(start, |at| text[..at].rfind('\n').map_or(0, |line| line + 1))
}

/// The beginning of the line that closes the front matter.
fn fence(text: &str) -> usize {
    text[3.min(text.len())..].find("\n---").map_or(text.len(), |at| at + 3 + 1)
}

/// The end of the last line of a section that says something.
fn section_end(text: &str, start: usize, next: Option<usize>) -> usize {
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |line| line + 1);
    let own = line_start(start);
    let dash = text[own..].len() - text[own..].trim_start_matches(' ').len();
    let limit = next.map_or_else(|| fence(text), line_start);
    let (mut end, mut at) = (own, own);
    for line in text[own..limit].split_inclusive('\n') {
        let inside = line.len() - line.trim_start_matches(' ').len() > dash;
        if at > own && !line.trim().is_empty() && !inside {
            break;
        }
        at += line.len();
        if !line.trim().is_empty() {
            end = at;
        }
    }
    end
}
