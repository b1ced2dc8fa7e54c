//! YAML to nodes with places: the only user of the YAML parser.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::{
    Spanned,
    options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy},
};

use super::{At, Node, NodeValue};
use crate::{
    base::{lang::Message, text::Span},
    msg,
};

/// Why a text is no YAML of ours: where (a byte offset in the text) and what.
#[derive(Debug, Clone)]
pub struct SyntaxError {
    /// Byte range in the text.
    pub span: Span,
    /// The fact.
    pub message: Message,
}

/// Parses a YAML document; places are byte ranges of `text` moved by `base`. A text without
/// content gives a null node.
///
/// Nesting is bounded by 32, anchors and aliases are refused, so that no text expands to more
/// than itself.
pub fn parse(text: &str, base: usize) -> Result<Node, SyntaxError> {
    let options = serde_yaml::options! {
        budget: serde_yaml::budget! { max_depth: 32, max_anchors: 0, max_nodes: 4_000_000, max_events: 16_000_000 },
        duplicate_keys: DuplicateKeyPolicy::PassThrough, merge_keys: MergeKeyPolicy::AsOrdinary, strict_booleans: true,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough, emit_comments: false, with_snippet: false,
        reject_unsupported_tags: true,
    };
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(Node { value: NodeValue::Null, at: At::Text(Span::from(base..base)) });
    }
    let raw: Spanned<Raw> =
        serde_yaml::from_str_with_options(text, options).map_err(|e| syntax_error(text, base, &e))?;
    Ok(place(text, base, raw))
}

enum Raw {
    Null,
    Text(String),
    Plain,
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<Raw>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.into()))
    }

    // Numbers and booleans keep their spelling: the text is taken from the source by its span,
    // else 1.50 would become 1.5 and 007 would become 7.
    fn visit_bool<E>(self, _: bool) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = access.next_element()? {
            list.push(element);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = access.next_entry()? {
            pairs.push(pair);
        }
        Ok(Raw::Map(pairs))
    }
}

fn place(text: &str, base: usize, raw: Spanned<Raw>) -> Node {
    let span = span_of(text, &raw);
    let value = match raw.value {
        Raw::Null => NodeValue::Null,
        Raw::Text(content) => {
            let quoted = text[span.start..].starts_with(['"', '\'']);
            NodeValue::Text { text: content, quoted }
        }
        Raw::Plain => NodeValue::Text { text: text[span.clone()].trim().to_owned(), quoted: false },
        Raw::List(list) => NodeValue::List(list.into_iter().map(|node| place(text, base, node)).collect()),
        Raw::Map(pairs) => NodeValue::Map(
            pairs.into_iter().map(|(key, value)| (place(text, base, key), place(text, base, value))).collect(),
        ),
    };
    Node { value, at: At::Text(Span::from(span).shift(base)) }
}

fn span_of<T>(text: &str, node: &Spanned<T>) -> std::ops::Range<usize> {
    let span = node.referenced.span();
    let start = text.floor_char_boundary(span.byte_offset().unwrap_or(0).min(text.len() as _) as usize);
    let end = start + span.byte_len().unwrap_or(0) as usize;
    start..text.floor_char_boundary(end.min(text.len())).max(start)
}

fn syntax_error(text: &str, base: usize, error: &serde_yaml::Error) -> SyntaxError {
    let location = error.location();
    let line = location.as_ref().map_or(1, |l| l.line().max(1) as usize);
    let column = location.as_ref().map_or(1, |l| l.column().max(1) as usize);
    let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let rest = text.get(start..).unwrap_or("");
    let in_line = rest.char_indices().nth(column - 1).map_or(rest.len(), |(i, _)| i);
    let at = (start + in_line).min(text.len());
    let end = text[at..].chars().next().map_or(at, |c| at + if c == '\n' { 0 } else { c.len_utf8() });
    let reason = error.without_snippet().to_string();
    let reason = reason.lines().next().unwrap_or_default();
    // The place stands before the message already.
    let reason = reason.rfind(" at line ").map_or(reason, |end| &reason[..end]);
    SyntaxError {
        span: Span::from(at..end).shift(base),
        message: msg!("这里的写法读不懂（{reason}）", "this cannot be read as YAML: {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        fn show(text: &str, node: &Node) -> String {
            let At::Text(span) = node.at else { return "?".into() };
            match &node.value {
                NodeValue::Null => "null".into(),
                NodeValue::Text { text: content, .. } => format!("{content}<{}>", &text[span.range()]),
                NodeValue::List(list) => {
                    format!("[{}]", list.iter().map(|n| show(text, n)).collect::<Vec<_>>().join(" "))
                }
                NodeValue::Map(pairs) => format!(
                    "{{{}}}",
                    pairs
                        .iter()
                        .map(|(k, v)| format!("{}={}", show(text, k), show(text, v)))
                        .collect::<Vec<_>>()
                        .join(" ")
                ),
            }
        }
        let shown = match parse(text, 0) {
            Ok(node) => show(text, &node),
            Err(e) => format!("error at {}: {}", e.span.start, e.message.en),
        };
        assert_eq!(shown, expect);
    }

    #[test]
    fn values_keep_spelling_and_place() {
        check("a: 1.50\nb: '14:00'\nc: [x, 007]\n", "{a<a>=1.50<1.50> b<b>=14:00<'14:00'> c<c>=[x<x> 007<007>]}");
        check("date: 2026-11-21\nyes: 是\n", "{date<date>=2026-11-21<2026-11-21> yes<yes>=是<是>}");
        check("# nothing\n\n", "null");
        check("a: 1\na: 2\n", "{a<a>=1<1> a<a>=2<2>}");
    }

    #[test]
    fn bombs_are_refused() {
        assert!(parse("a: &x [1]\nb: *x\n", 0).is_err());
        assert!(parse(&"[".repeat(20_000), 0).is_err());
    }
}
