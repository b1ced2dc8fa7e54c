//! YAML as nearly all of it is written: mappings, lists and words, without tags, anchors, second
//! documents or mistakes. Its nodes are made straight from the parser's events.
//!
//! What this file does not know it leaves to `yaml`, whose reader also says what is wrong; a test
//! holds the two against each other.

use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle, Span as EventSpan, StrInput};

use super::{At, Node, NodeValue};
use crate::base::text::Span;

/// Deeper nesting is left to the other reader, which refuses it.
const DEEPEST: usize = 16;

/// Reads a text; `None` where it is not plain. Places are byte ranges of `text` moved by `base`.
pub(super) fn read(text: &str, base: usize) -> Option<Node> {
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
