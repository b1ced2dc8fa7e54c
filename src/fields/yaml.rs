//! YAML to nodes with places: the only user of the YAML parser.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::{
    Spanned,
    options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy},
};

use super::{At, Node, NodeValue, plain};
use crate::{
    base::{lang::Message, text::Span},
    diagnostics::{Code, Diagnostic, Place},
    msg,
};

/// Why a text is no YAML of ours: where (a byte offset in the text) and what.
#[derive(Debug, Clone)]
pub struct SyntaxError {
    /// Byte range in the text.
    pub span: Span,
    /// The fact.
    pub message: Message,
    /// What to write at the place instead: with it the text can be read.
    pub replacement: Option<String>,
}

impl SyntaxError {
    /// As a diagnostic, with the line to paste where it is known.
    pub fn diagnostic(self, place: impl FnOnce(Span) -> Place) -> Diagnostic {
        let help = match &self.replacement {
            Some(line) => msg!("这一行改成：{line}", "write this line: {line}", line = line.trim()),
            None => msg!(
                "每行写成“名称: 内容”；内容里有冒号、引号、方括号时，整段用英文单引号括起来",
                "write each line as `name: value`; put a value with a colon, a quote or a bracket into single quotes"
            ),
        };
        let problem = Diagnostic::new(Code::YamlSyntax, place(self.span), self.message).help(help);
        Diagnostic { replacement: self.replacement, ..problem }
    }
}

/// Parses a YAML document; places are byte ranges of `text` moved by `base`. A text without
/// content gives a null node.
///
/// Nesting is bounded by 32, anchors and aliases are refused, so that no text expands to more
/// than itself.
pub fn parse(text: &str, base: usize) -> Result<Node, SyntaxError> {
    read(text, base).map_err(|error| explained(text, base, error))
}

fn read(text: &str, base: usize) -> Result<Node, SyntaxError> {
    plain::read(text, base).map_or_else(|| read_any(text, base), Ok)
}

fn read_any(text: &str, base: usize) -> Result<Node, SyntaxError> {
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
            let quoted = text[span.clone()].starts_with(['"', '\'']);
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
        replacement: None,
    }
}

/// Longer texts are not searched for the line to blame.
const SEARCHED: usize = 1 << 16;

/// Who writes front matter does not know what "mapping values are not allowed" means, and a quote
/// that is not closed is blamed on a later line. So the lines from the blamed one upwards are tried:
/// the first whose mended form makes the whole text readable is the one to show, with that form.
fn explained(text: &str, base: usize, error: SyntaxError) -> SyntaxError {
    let blamed = error.span.start as usize - base;
    if text.len() > SEARCHED {
        return error;
    }
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        lines.push((start, line.trim_end_matches('\n')));
        start += line.len();
    }
    let alone = lines.iter().rev().find(|(start, _)| *start <= blamed).map_or("", |(_, line)| line.trim());
    if let Some((key, value)) = alone.split_once('：')
        && !key.contains(':')
    {
        let message = msg!("这是中文全角冒号“：”，要用英文冒号", "this is a full-width colon, use `: `");
        return SyntaxError { message, replacement: Some(format!("{key}: {}", value.trim())), ..error };
    }
    if !alone.is_empty() && !alone.contains(':') && !alone.starts_with(['-', '[', '{', '"', '\'']) {
        let message = msg!(
            "这一行没有冒号，应当写成“名称: 内容”：{alone}",
            "this line has no colon, write `name: value`: {alone}"
        );
        return SyntaxError { message, ..error };
    }
    let upwards = || lines.iter().rev().skip_while(|(start, _)| *start > blamed);
    let candidates = upwards().take(8).flat_map(|line| mended(line.1).into_iter().map(move |mended| (*line, mended)));
    // The next best: the blamed line would do, and another one is wrong too.
    let mut next_best = None;
    for ((start, line), (mended, message)) in candidates {
        let whole = [&text[..start], &mended, &text[start + line.len()..]].concat();
        let left = read(&whole, 0);
        let gone = left.is_ok();
        let span = Span::from(start..start + line.len()).shift(base);
        let found = SyntaxError { span, message, replacement: Some(mended) };
        if gone {
            return found;
        }
        let end = start + found.replacement.as_ref().map_or(0, String::len);
        if next_best.is_none() && start + line.len() >= blamed && left.is_err_and(|e| e.span.start as usize > end) {
            next_best = Some(found);
        }
    }
    next_best.unwrap_or(error)
}

/// What a line may have been meant to be, the likeliest first.
fn mended(line: &str) -> Vec<(String, Message)> {
    let mut all = Vec::new();
    let indent = line.len() - line.trim_start().len();
    let value_at = match line.find(": ") {
        Some(colon) => Some(colon + 2),
        None => line[indent..].starts_with("- ").then_some(indent + 2),
    };
    if let Some((head, value)) = value_at.map(|at| line.split_at(at)) {
        let (value, comment) = value.find(" #").map_or((value, ""), |at| value.split_at(at));
        let value = value.trim();
        let with = |value: &str| format!("{head}{value}{comment}");
        for quote in ['"', '\''] {
            if value.starts_with(quote) && value.matches(quote).count() == 1 {
                all.push((with(&format!("{value}{quote}")), msg!("引号没有成对", "a quote is not closed")));
            }
        }
        for (open, close) in [('[', ']'), ('{', '}')] {
            let list = value.contains(',') || head.ends_with("s: ");
            if value.starts_with(open) && !value.contains(close) && list {
                let message = msg!("括号 {open} 没有成对", "a bracket `{open}` is not closed");
                all.push((with(&format!("{value}{close}")), message));
            }
            if let Some(inner) = value.strip_prefix(open).and_then(|inner| inner.strip_suffix(close)) {
                let message = msg!("括号里有一项要用引号括起来", "something between the brackets needs quotes");
                all.push((with(&format!("{open}{}{close}", quoted_within(inner))), message));
            }
        }
        if let Some((name, list)) = value.split_once(' ').filter(|(name, _)| name.starts_with('&'))
            && list.starts_with(['[', '{'])
        {
            let message = msg!(
                "这里不能用“{name}”这样的记号，请把内容写全",
                "marks such as `{name}` cannot be used here, write everything out"
            );
            all.push((with(list), message));
        } else if !value.is_empty() {
            all.push((with(&quoted(value)), why_quoted(value)));
        }
    }
    if let Some((key, value)) = line.split_once(' ')
        && !line.contains(':')
        && key.starts_with(|c: char| c.is_ascii_alphabetic())
    {
        let message = msg!("这一行没有冒号，应当写成“名称: 内容”", "this line has no colon, write `name: value`");
        all.push((format!("{key}: {}", value.trim()), message));
    }
    let flush = line.trim_start();
    if flush.len() < line.len() {
        let message = msg!("行首多了空格", "the spaces at the beginning of this line do not belong there");
        all.push((flush.to_owned(), message));
    }
    all
}

/// Signs that mean something of their own at the beginning of a value.
const SIGNS: [char; 13] = ['&', '*', '@', '`', '%', '!', '|', '>', ',', '?', '-', '[', '{'];

fn why_quoted(value: &str) -> Message {
    if let Some(sign) = value.chars().next().filter(|sign| SIGNS.contains(sign)) {
        msg!(
            "内容以“{sign}”开头时另有意思，整段内容要用英文单引号括起来",
            "at the beginning of a value `{sign}` has a meaning of its own: the value needs single quotes"
        )
    } else if value.contains(": ") {
        msg!(
            "内容里有冒号和空格，整段内容要用英文单引号括起来",
            "a value with a colon and a space in it needs single quotes"
        )
    } else {
        msg!("这一行的内容要用英文单引号括起来", "the value of this line needs single quotes")
    }
}

fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// The inside of `[…]` or `{…}` with what begins with a sign, or holds a colon too many, in quotes.
fn quoted_within(inner: &str) -> String {
    let one = |part: &str| {
        let part = part.trim();
        let (head, value) = part.find(": ").map_or(("", part), |at| part.split_at(at + 2));
        let wrong = value.starts_with(SIGNS) || value.contains(": ");
        format!("{head}{}", if wrong { quoted(value) } else { value.into() })
    };
    inner.split(',').map(one).collect::<Vec<_>>().join(", ")
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
    fn what_was_meant_is_told() {
        let check = |text: &str, line: usize, expect: &str| {
            let error = parse(text, 0).unwrap_err();
            assert_eq!(text[..error.span.start as usize].matches('\n').count() + 1, line, "{text}");
            assert_eq!(error.replacement.as_deref().unwrap_or_default(), expect, "{}", error.message.en);
        };
        check("title: 通知: 停水\ndate: 1\n", 1, "title: '通知: 停水'");
        check("title: \"通知\ndate: 1\n", 1, "title: \"通知\"");
        check("title: \"通知\"停水 # x\n", 1, "title: '\"通知\"停水' # x");
        check("title: [通知]停水\n", 1, "title: '[通知]停水'");
        check("title: *重要*\n", 1, "title: '*重要*'");
        check("title: @提醒\n", 1, "title: '@提醒'");
        check("tags: [a, b\nlead: x\ndate: 1\n", 1, "tags: [a, b]");
        check("title: x\n  lead: y\n", 2, "lead: y");
        check("a: 1\ntitle: it's: so\n", 2, "title: 'it''s: so'");
        check("tags: [a, @b]\n", 1, "tags: [a, '@b']");
        check("status: {state: moved, reason: a: b}\n", 1, "status: {state: moved, reason: 'a: b'}");
        check("tags:\n  - @a\n", 2, "  - '@a'");
        check("title: &x y\nlead: *x\n", 1, "title: '&x y'");
        check("tags: &t [a]\nkeywords: *t\n", 1, "tags: [a]");
        check("title x\ndate: 1\n", 1, "title: x");
        check("title: x\n标题\ndate: 1\n", 2, "");
    }

    /// What stands in front matter, and what should not.
    const PARTS: &[&str] = &[
        "title: 通知",
        "date: 2026-11-21",
        "tags: [甲, 乙]",
        "a: 1.50",
        "b: '14:00'",
        "c: \"x\\ny\"",
        "d: ~",
        "e:",
        "e: null",
        "f: {x: 1, y: [2, 007]}",
        "- 甲",
        "  - 乙",
        "- x: 1",
        "  y: 2",
        "g: |",
        "  一行",
        "  二行",
        "h: >-",
        "# 注",
        "k: x # 注",
        "? z",
        ": w",
        "a: 1",
        "l: true",
        "m: 1e400",
        "n: 0x1F",
        "o: .inf",
        "p: 99999999999999999999999999999999999999999999",
        "q: -",
        "r: &x y",
        "s: *x",
        "t: !!str 1",
        "u: !v w",
        "---",
        "...",
        "%YAML 1.2",
        "<<: {a: 1}",
        "  ",
        "",
        "'一': \"二\"",
        "v: 甲: 乙",
        "w: [1, 2",
        "x: 一行\n  二行",
        "y: 1_000",
        "z: !!null ''",
        "\tx: 1",
        "aa: 'b''c'",
        "[a, b]: c",
        "bb: []",
        "cc: {}",
        "dd: {a, b}",
    ];

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(4_000))]
        #[test]
        fn both_readers_read_the_same(parts in proptest::collection::vec(0..PARTS.len(), 1..7), dense in proptest::bool::ANY) {
            let lines: Vec<&str> = parts.into_iter().map(|n| PARTS[n]).collect();
            let text = lines.join(if dense { "\n" } else { "\n\n" }) + "\n";
            if let Some(node) = plain::read(&text, 3) {
                proptest::prop_assert_eq!(Some(node), read_any(&text, 3).ok(), "{}", text);
            }
        }
    }

    #[test]
    fn nearly_all_front_matter_is_plain() {
        let text = "title: 通知 # 注\ndate: 2026-11-21\ntags: [甲, '乙']\nplace: {name: 站, x: }\nlead: |\n  一\n- \n";
        assert!(plain::read(&text[..text.len() - 3], 0).is_some());
        assert!(plain::read(text, 0).is_none());
        for odd in ["a: &x 1\n", "a: !!str 1\n", "a: 1\n---\nb: 2\n", "%YAML 1.2\n---\na: 1\n"] {
            assert!(plain::read(odd, 0).is_none(), "{odd}");
        }
    }

    #[test]
    fn bombs_are_refused() {
        assert!(parse("a: &x [1]\nb: *x\n", 0).is_err());
        assert!(parse(&"[".repeat(20_000), 0).is_err());
    }
}
