//! A cheap look at raw HTML: its tags with their attributes, where they stand.
//!
//! It decides nothing about safety, which is `clean`'s; it finds links and names what is removed.

use std::{borrow::Cow, ops::Range};

/// A start or end tag.
pub(super) struct Tag<'a> {
    /// Its name as written.
    pub name: &'a str,
    /// Whether it is an end tag.
    pub closing: bool,
    /// Its attributes, in order.
    pub attributes: Vec<Attribute<'a>>,
    /// From `<` to behind `>`.
    pub range: Range<usize>,
}

impl Tag<'_> {
    /// The name in lower case.
    pub(super) fn lower(&self) -> String {
        self.name.to_ascii_lowercase()
    }
}

/// An attribute of a tag.
pub(super) struct Attribute<'a> {
    /// Its name as written.
    pub name: &'a str,
    /// Its value without quotes, entities as written.
    pub value: &'a str,
    /// Where the value stands.
    pub range: Range<usize>,
}

/// The tags of a piece of HTML, comments left out.
pub(super) fn tags(html: &str) -> Tags<'_> {
    Tags { html, at: 0 }
}

/// Iterator over [`Tag`]s.
pub(super) struct Tags<'a> {
    html: &'a str,
    at: usize,
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        loop {
            let start = self.at + self.html[self.at..].find('<')?;
            let rest = &self.html[start + 1..];
            if let Some(comment) = rest.strip_prefix("!--") {
                self.at = start + 4 + comment.find("-->")? + 3;
                continue;
            }
            let closing = rest.starts_with('/');
            let name_at = start + 1 + usize::from(closing);
            if !self.html[name_at..].starts_with(|c: char| c.is_ascii_alphabetic()) {
                self.at = start + 1;
                continue;
            }
            return self.tag(start, name_at, closing);
        }
    }
}

impl<'a> Tags<'a> {
    fn tag(&mut self, start: usize, name_at: usize, closing: bool) -> Option<Tag<'a>> {
        let html = self.html;
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>');
        let mut at = name_at + html[name_at..].find(ends)?;
        let name = &html[name_at..at];
        let mut attributes = vec![];
        loop {
            at += html[at..].find(|c: char| !c.is_ascii_whitespace() && c != '/')?;
            if html[at..].starts_with('>') {
                self.at = at + 1;
                return Some(Tag { name, closing, attributes, range: start..at + 1 });
            }
            let (attribute, next) = attribute(html, at)?;
            attributes.push(attribute);
            at = next;
        }
    }
}

fn attribute(html: &str, at: usize) -> Option<(Attribute<'_>, usize)> {
    let first = html[at..].chars().next()?.len_utf8();
    let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '=');
    let end = at + first + html[at + first..].find(ends)?;
    let name = &html[at..end];
    let next = end + html[end..].find(|c: char| !c.is_ascii_whitespace())?;
    if !html[next..].starts_with('=') {
        return Some((Attribute { name, value: "", range: end..end }, end));
    }
    let from = next + 1 + html[next + 1..].find(|c: char| !c.is_ascii_whitespace())?;
    let (range, next) = match html.as_bytes()[from] {
        quote @ (b'"' | b'\'') => {
            let to = from + 1 + html[from + 1..].find(quote as char)?;
            (from + 1..to, to + 1)
        }
        _ => {
            let to = from + html[from..].find(|c: char| c.is_ascii_whitespace() || c == '>')?;
            (from..to, to)
        }
    };
    Some((Attribute { name, value: &html[range.clone()], range }, next))
}

/// Where a slice of a text stands in it.
pub(super) fn offset(text: &str, slice: &str) -> usize {
    slice.as_ptr() as usize - text.as_ptr() as usize
}

/// A value with the entities that matter to addresses decoded: numeric ones and the five of XML.
pub(super) fn decoded(value: &str) -> Cow<'_, str> {
    if !value.contains('&') {
        return value.into();
    }
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match entity(rest) {
            Some((c, length)) => {
                out.push(c);
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out.into()
}

fn entity(text: &str) -> Option<(char, usize)> {
    const NAMED: &[(&str, char)] = &[
        ("&amp;", '&'),
        ("&quot;", '"'),
        ("&apos;", '\''),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&nbsp;", '\u{a0}'),
        ("&colon;", ':'),
        ("&Tab;", '\t'),
        ("&NewLine;", '\n'),
    ];
    if let Some((name, c)) = NAMED.iter().find(|(name, _)| text.starts_with(name)) {
        return Some((*c, name.len()));
    }
    let number = text.strip_prefix("&#")?;
    let (digits, radix, head) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 3),
        None => (number, 10, 2),
    };
    let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    let c = char::from_u32(u32::from_str_radix(&digits[..end], radix).ok()?)?;
    Some((c, head + end + usize::from(digits[end..].starts_with(';'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expect: &str) {
        let shown: Vec<String> = tags(html)
            .map(|tag| {
                let attributes: String =
                    tag.attributes.iter().map(|a| format!(" {}={}", a.name, decoded(a.value))).collect();
                format!("{}{}{attributes}", if tag.closing { "/" } else { "" }, tag.name)
            })
            .collect();
        assert_eq!(shown.join(", "), expect);
    }

    #[test]
    fn finds_tags_and_attributes() {
        check("<a href='x>y' checked>1 < 2</A>", "a href=x>y checked=, /A");
        check("<!-- <b> --><br/><img src=a.jpg alt=>", "br, img src=a.jpg alt=");
        check("<a href=\"java&#115;cript&colon;x\">", "a href=javascript:x");
        check("<a href=\"unfinished", "");
        check("<中文><a\n中=文>", "a 中=文");
    }
}
