//! Ids of headings: Unicode kept, unique in a body, an explicit `{#id}` wins.
//!
//! `scan` and `render` both take them from here, so that they agree.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Event, Tag};

use super::{
    events::{Parsed, Part, words},
    tags,
};

/// The ids of a body.
pub(super) struct Anchors {
    /// One for each heading, in order.
    pub headings: Vec<String>,
    /// Ids in raw HTML.
    pub html: Vec<String>,
    /// Headings, by their number, whose explicit id was taken.
    pub duplicates: Vec<usize>,
}

/// Gives every heading its id.
pub(super) fn anchors(parsed: &Parsed<'_>) -> Anchors {
    let mut anchors = Anchors { headings: vec![], html: vec![], duplicates: vec![] };
    if parsed.has_html {
        parsed.each_html(|html, _| anchors.html.extend(ids(html)));
    }
    let mut taken: BTreeSet<String> = anchors.html.iter().cloned().collect();
    let mut texts = vec![];
    for (n, piece) in parsed.pieces.iter().enumerate() {
        let Part::Event(Event::Start(Tag::Heading { id, .. })) = &piece.part else { continue };
        let id = id.as_ref().filter(|id| !id.is_empty());
        match id {
            Some(id) if taken.insert(id.to_string()) => {}
            Some(_) => anchors.duplicates.push(texts.len()),
            None => {}
        }
        let mut text = String::new();
        if id.is_none() {
            words(&parsed.pieces[n..parsed.end_of(n)], &mut text);
        }
        texts.push((id.map(|id| id.to_string()), text));
    }
    let mut next = BTreeMap::new();
    anchors.headings =
        texts.into_iter().map(|(id, text)| id.unwrap_or_else(|| unique(slug(&text), &mut taken, &mut next))).collect();
    anchors
}

fn ids(html: &str) -> Vec<String> {
    let attributes = tags::tags(html).flat_map(|tag| tag.attributes);
    let ids = attributes.filter(|a| a.name.eq_ignore_ascii_case("id") && !a.value.is_empty());
    ids.map(|id| tags::decoded(id.value).into_owned()).collect()
}

/// `工作 安排（一）` becomes `工作-安排一`: letters, marks and digits of any script stay.
fn slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '-' | '_' | '\u{4E00}'..='\u{9FFF}' => out.push(c),
            c if c.is_whitespace() => out.push('-'),
            c if c.is_alphanumeric() || is_mark(c) => out.extend(c.to_lowercase()),
            _ => {}
        }
    }
    if out.is_empty() { "section".into() } else { out }
}

/// Combining marks, which are part of letters in many scripts.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

fn unique(slug: String, taken: &mut BTreeSet<String>, next: &mut BTreeMap<String, u32>) -> String {
    if taken.insert(slug.clone()) {
        return slug;
    }
    let n = next.entry(slug.clone()).or_insert(0);
    loop {
        *n += 1;
        let id = format!("{slug}-{n}");
        if taken.insert(id.clone()) {
            return id;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::markdown::events::parse;

    #[track_caller]
    fn check(body: &str, expect: &[&str]) {
        assert_eq!(parse(body, |parsed| anchors(parsed).headings), expect);
    }

    #[test]
    fn ids_keep_unicode_and_are_unique() {
        check(
            "# 工作 安排（一）\n# Über `code`\n# ！！！\n# ！",
            &["工作-安排一", "über-code", "section", "section-1"],
        );
        check("# a\n# a\n# a-1\n# a {#a-2}\n# a", &["a", "a-1", "a-1-1", "a-2", "a-3"]);
        check("<p id=\"x\">y</p>\n\n# x\n\n# **强调。**后", &["x-1", "强调后"]);
    }
}
