//! Writing XML: elements with indentation, escaped, without what XML 1.0 forbids.

use crate::base::text::next_of;

/// A document under way. What is opened must be closed by the same function that opened it.
pub(super) struct Xml {
    out: String,
    depth: usize,
}

impl Xml {
    pub(super) fn new() -> Self {
        Self { out: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".into(), depth: 0 }
    }

    /// Opens an element that holds others.
    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.out.push_str(">\n");
        self.depth += 1;
    }

    /// Closes the element opened last.
    pub(super) fn close(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.indent();
        self.end(name);
    }

    /// An element with text alone.
    pub(super) fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.tag(name, attributes);
        self.out.push('>');
        escape_into(&mut self.out, text);
        self.end(name);
    }

    /// An element with attributes alone.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.out.push_str("/>\n");
    }

    /// The number of bytes so far.
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.indent();
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes {
            self.out.push(' ');
            self.out.push_str(key);
            self.out.push_str("=\"");
            if value.bytes().any(|byte| byte < b' ') {
                escape_into(&mut self.out, &value.replace(['\n', '\r', '\t'], " "));
            } else {
                escape_into(&mut self.out, value);
            }
            self.out.push('"');
        }
    }

    fn end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
    }

    fn indent(&mut self) {
        self.out.extend(std::iter::repeat_n("  ", self.depth));
    }
}

/// Escapes for text and double-quoted attributes. CRLF and CR become LF, as a parser would make
/// them; characters outside of XML 1.0's `Char` (§2.2) are left out: no escape could save them.
fn escape_into(out: &mut String, text: &str) {
    if has_noncharacter(text.as_bytes()) {
        return text.split(['\u{FFFE}', '\u{FFFF}']).for_each(|part| escape_into(out, part));
    }
    let bytes = text.as_bytes();
    // `"` and `&` differ in one bit, `<` and `>` too.
    let is_special = |b: u8| (b | 4 == b'&') | (b | 2 == b'>') | ((b < b' ') & (b != b'\n') & (b != b'\t'));
    let mut done = 0;
    while let Some(at) = next_of(bytes, done, is_special) {
        out.push_str(&text[done..at]);
        out.push_str(match bytes[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\r' if bytes.get(at + 1) != Some(&b'\n') => "\n",
            _ => "",
        });
        done = at + 1;
    }
    out.push_str(&text[done..]);
}

/// Whether U+FFFE or U+FFFF is there. No branch: it compiles to vector instructions.
fn has_noncharacter(bytes: &[u8]) -> bool {
    let [first, second, last] = [0, 1, 2].map(|n| bytes.get(n..).unwrap_or_default());
    let at_each = first.iter().zip(second).zip(last).map(|((a, b), c)| (*a == 0xEF) & (*b == 0xBF) & (*c >= 0xBE));
    at_each.fold(false, |found, here| found | here)
}

/// Every element and text of a document as `path=text` and `path@attribute=value`, for tests.
#[cfg(test)]
pub(super) fn parse_back(document: &str) -> Vec<(String, String)> {
    use quick_xml::{Reader, events::Event};
    let mut reader = Reader::from_str(document);
    let (mut path, mut found, mut text) = (Vec::<String>::new(), Vec::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                path.push(tag.name().as_ref().to_string());
                attributes(&tag, &path.join("/"), &mut found);
                text.clear();
            }
            Event::Empty(tag) => {
                let name = tag.name().as_ref().to_string();
                attributes(&tag, &format!("{}/{name}", path.join("/")), &mut found);
            }
            Event::Text(part) => text.push_str(&part),
            Event::GeneralRef(name) => {
                let entity = format!("&{};", &*name);
                text.push_str(&quick_xml::escape::unescape(&entity).unwrap());
            }
            Event::End(_) => {
                if !text.trim().is_empty() {
                    found.push((path.join("/"), std::mem::take(&mut text)));
                }
                path.pop();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(path.is_empty(), "{path:?} not closed");
    found
}

#[cfg(test)]
fn attributes(tag: &quick_xml::events::BytesStart<'_>, path: &str, found: &mut Vec<(String, String)>) {
    for attribute in tag.attributes() {
        let attribute = attribute.unwrap();
        let key = attribute.key.as_ref().to_string();
        let value = attribute.value.to_string();
        found.push((format!("{path}@{key}"), quick_xml::escape::unescape(&value).unwrap().into_owned()));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn document(text: &str) -> String {
        let mut xml = Xml::new();
        xml.open("a", &[("b", text)]);
        xml.text("c", &[], text);
        xml.empty("d", &[]);
        xml.close("a");
        xml.finish()
    }

    #[test]
    fn what_xml_cannot_hold_is_left_out() {
        let xml = document("1 < 2 ]]> & \"q\"\r\n\u{0}\u{1b}\u{fffe}\u{ffff}🎉\tx");
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <a b=\"1 &lt; 2 ]]&gt; &amp; &quot;q&quot;  🎉 x\">\n  \
            <c>1 &lt; 2 ]]&gt; &amp; &quot;q&quot;\n🎉\tx</c>\n  <d/>\n</a>\n";
        assert_eq!(xml, expected);
    }

    proptest! {
        #[test]
        fn any_text_survives(text in any::<String>()) {
            let kept: String = text.replace("\r\n", "\n").replace('\r', "\n").chars()
                .filter(|&c| matches!(c, '\t' | '\n' | ' '..='\u{fffd}' | '\u{10000}'..)).collect();
            let found = parse_back(&document(&text));
            let read = found.iter().find(|(path, _)| path == "a/c").map_or("", |(_, text)| text);
            prop_assert!(read == kept || kept.trim().is_empty());
        }
    }
}
