//! YAML as nearly all of it is written: mappings, lists and words, without tags, anchors, second
//! documents or mistakes. Its nodes are made straight from the parser's events, and where every
//! line is a name with a word or with a short list of words, without the parser.
//!
//! What this file does not know it leaves to `yaml`, whose reader also says what is wrong; tests
//! hold the readers against each other.

use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle, Span as EventSpan, StrInput};

use super::{At, Node, NodeValue};
use crate::base::text::Span;

/// Deeper nesting is left to the other reader, which refuses it.
const DEEPEST: usize = 16;

/// Reads a text; `None` where it is not plain. Places are byte ranges of `text` moved by `base`.
pub(super) fn read(text: &str, base: usize) -> Option<Node> {
    lines(text, base).or_else(|| events(text, base))
}

/// Reads `name: word` and `name: [word, word]` on lines of their own; `None` where there is
/// anything else.
fn lines(text: &str, base: usize) -> Option<Node> {
    let at = |range: Range<usize>| At::Text(Span::from(range).shift(base));
    let mut pairs = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let (name, rest) = line.split_once(": ")?;
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let from = start + name.len() + ": ".len();
        let value = rest.strip_suffix('\n').unwrap_or(rest).trim_end_matches(' ');
        let node = match value.strip_prefix('[') {
            Some(list) => Node { value: flow(list.strip_suffix(']')?, from + 1, &at)?, at: at(from..from + 1) },
            None => quoted(value, from, &at).or_else(|| word(value, from, &at))?,
        };
        is_name.then_some(())?;
        let key = NodeValue::Text { text: name.to_owned(), quoted: false };
        pairs.push((Node { value: key, at: at(start..start + name.len()) }, node));
        start += line.len();
    }
    (!pairs.is_empty()).then(|| Node { value: NodeValue::Map(pairs), at: at(0..0) })
}

/// `"words"` without escapes.
fn quoted(text: &str, from: usize, at: &impl Fn(Range<usize>) -> At) -> Option<Node> {
    let words = text.strip_prefix('"')?.strip_suffix('"')?;
    (is_printable(words) && !words.contains(['"', '\\'])).then_some(())?;
    Some(Node { value: scalar(words, ScalarStyle::DoubleQuoted), at: at(from..from + text.len()) })
}

fn flow(list: &str, mut from: usize, at: &impl Fn(Range<usize>) -> At) -> Option<NodeValue> {
    let mut words = Vec::new();
    for item in list.split(',') {
        let gap = usize::from(!words.is_empty());
        // Between words stands a comma with one space.
        let text = if gap == 1 { item.strip_prefix(' ')? } else { item };
        (!text.contains([':', '[', ']', '{', '}', '#', ' '])).then_some(())?;
        words.push(word(text, from + gap, at)?);
        from += item.len() + ",".len();
    }
    Some(NodeValue::List(words))
}

/// A word that begins with a letter, a digit or a Chinese sign, and holds nothing that YAML reads
/// as anything but itself.
fn word(text: &str, from: usize, at: &impl Fn(Range<usize>) -> At) -> Option<Node> {
    let begins = |c: char| c.is_ascii_alphanumeric() || ('\u{3400}'..'\u{A000}').contains(&c) || "“《「（".contains(c);
    let plain = text.starts_with(begins)
        && !text.ends_with([':', ' '])
        && is_printable(text)
        && !has_pair(text, |first, second| (first == b':') & (second == b' ') | (first == b' ') & (second == b'#'));
    plain.then(|| Node { value: scalar(text, ScalarStyle::Plain), at: at(from..from + text.len()) })
}

fn is_printable(text: &str) -> bool {
    // 0xC2 begins what is above ASCII and hardly in use: controls, other spaces and ends of lines.
    let odd = |byte: u8| (byte < b' ') | (byte == 0x7F) | (byte == 0xC2);
    // The last two bytes of U+2028 and 2029, of U+FEFF, of U+FFFE and U+FFFF.
    let rare = |first, second| {
        (first == 0x80) & ((second == 0xA8) | (second == 0xA9))
            | (first == 0xBB) & (second == 0xBF)
            | (first == 0xBF) & (second >= 0xBE)
    };
    let seldom = || text.contains(['\u{2028}', '\u{2029}', '\u{FEFF}', '\u{FFFE}', '\u{FFFF}']);
    let found = text.bytes().fold(false, |found, byte| found | odd(byte)) || has_pair(text, rare) && seldom();
    !found
}

/// Whether two such bytes stand side by side. All are looked at without a branch, which compiles to
/// vector instructions.
fn has_pair(text: &str, is: impl Fn(u8, u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().zip(bytes.iter().skip(1)).fold(false, |found, (first, second)| found | is(*first, *second))
}

fn events(text: &str, base: usize) -> Option<Node> {
    let mut options = Options::default();
    options.emit_comments = false;
    let parser = Parser::new_from_str_with_options(text, options);
    let mut reader = Reader { text, base, parser };
    (reader.next()?.0 == Event::StreamStart).then_some(())?;
    matches!(reader.next()?.0, Event::DocumentStart(_, None)).then_some(())?;
    let (first, span) = reader.next()?;
    let node = reader.node(first, span, 0)?;
    (reader.next()?.0 == Event::DocumentEnd && reader.next()?.0 == Event::StreamEnd).then_some(node)
}

struct Reader<'t> {
    text: &'t str,
    base: usize,
    parser: Parser<'t, StrInput<'t>>,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Option<(Event<'t>, EventSpan)> {
        self.parser.next_event()?.ok()
    }

    fn node(&mut self, event: Event<'t>, span: EventSpan, depth: usize) -> Option<Node> {
        let range = span.byte_range()?;
        let value = match event {
            Event::Scalar(word, style, 0, None) => scalar(&word, style),
            Event::SequenceStart(_, 0, None) if depth < DEEPEST => self.list(depth)?,
            Event::MappingStart(_, 0, None) if depth < DEEPEST => self.map(depth)?,
            _ => return None,
        };
        Some(Node { value, at: self.at(range) })
    }

    fn list(&mut self, depth: usize) -> Option<NodeValue> {
        let mut list = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Some(NodeValue::List(list)),
                (event, span) => list.push(self.node(event, span, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Option<NodeValue> {
        let mut pairs = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                return Some(NodeValue::Map(pairs));
            }
            let key = self.node(event, span, depth + 1)?;
            let (event, span) = self.next()?;
            pairs.push((key, self.node(event, span, depth + 1)?));
        }
    }

    fn at(&self, range: Range<usize>) -> At {
        let start = self.text.floor_char_boundary(range.start);
        let end = self.text.floor_char_boundary(range.end).max(start);
        At::Text(Span::from(start..end).shift(self.base))
    }
}

/// Words without quotes that mean nothing (YAML 1.2.2 §10.3.2) are null.
fn scalar(word: &str, style: ScalarStyle) -> NodeValue {
    match style {
        ScalarStyle::Plain if matches!(word, "" | "~" | "null" | "Null" | "NULL") => NodeValue::Null,
        _ => {
            let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
            NodeValue::Text { text: word.to_owned(), quoted }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Whether lines can be read without the parser; what comes of them is what it says.
    #[track_caller]
    fn check(text: &str, plain: bool) {
        let read = lines(text, 7);
        assert_eq!(read.is_some(), plain, "{text:?}");
        if read.is_some() {
            assert_eq!(format!("{read:?}"), format!("{:?}", events(text, 7)), "{text:?}");
        }
    }

    #[test]
    fn names_with_words() {
        check("title: 通知\ndate: 2026-11-20 10:00\ntags: [一, 二三, c]\n", true);
        check("title: “通知”  \ndraft: true\nn: 021-5432\nurl: https://a.cn/x#y\na: null", true);
        check("title: 3楼 #302\n", false);
        check("title: a: b\n", false);
        check("title:\n  - a\n", false);
        check("title: |\n  a\n", false);
        check("title: 通知\n\n", false);
        check("title: 'a'\n", false);
        check("title: \"a: b #c\"\nlead: \"\"\n", true);
        check("title: \"a\\n\"\n", false);
        check("title: \"a\" b\n", false);
        check("title: a\n b: c\n", false);
        check("tags: [a b, c]\n", false);
        check("tags: []\n", false);
        check("tags: [a,b]\n", false);
        check("名: a\n", false);
        check("", false);
    }

    proptest! {
        #[test]
        fn never_other_than_the_parser(text in "([a-z_]{1,3}[:：] {0,2}[a-z0-9\\[\\],: #'\"&*!|>%@`~{}?.\u{e9}\u{2028}\u{feff}\u{85}，一。“《-]{0,9}\n){1,4}") {
            if let read @ Some(_) = lines(&text, 0) {
                prop_assert_eq!(format!("{:?}", read), format!("{:?}", events(&text, 0)));
            }
        }
    }
}
