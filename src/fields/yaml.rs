//! YAML to nodes with places: the only user of the YAML parser.

use std::{borrow::Cow, fmt};

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::{
    Spanned,
    options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy},
};

use super::{At, Node, NodeValue, lines, plain};
use crate::{
    base::{lang::Message, text::Span},
    diagnostics::{Code, Diagnostic, Place},
    msg,
};

/// Why a text is no YAML of ours: where (a byte range in the text) and what.
#[derive(Debug, Clone)]
pub struct SyntaxError {
    /// Byte range in the text.
    pub span: Span,
    /// The fact.
    pub message: Message,
    /// A whole line, and what to write instead of it: with that the text can be read.
    pub line: Option<(Span, String)>,
    /// Whether it goes beyond what is read at all, however it is written.
    budget: bool,
}

impl SyntaxError {
    fn diagnostic(self, place: Place) -> Diagnostic {
        let help = match &self.line {
            Some((_, line)) => msg!("这一行改成：{line}", "write this line: {line}", line = line.trim()),
            None => msg!(
                "每行写成“名称: 内容”；内容里有冒号、引号、方括号时，整段用英文单引号括起来",
                "write each line as `name: value`; put a value with a colon, a quote or a bracket into single quotes"
            ),
        };
        let problem = Diagnostic::new(Code::YamlSyntax, place, self.message).help(help);
        match self.line {
            Some((span, line)) => problem.repair(span, line),
            None => problem,
        }
    }
}

/// What a text should be as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    /// Names with values.
    Mapping,
    /// A list.
    List,
}

/// A text that was read as far as it can be.
#[derive(Debug)]
pub struct Read {
    /// The whole; `None` where nothing of it could be read.
    pub node: Option<Node>,
    /// Whether a line was left out; then what seems to be missing may be there.
    pub damaged: bool,
}

/// After so many lines that only a guess can mend, the rest is left to the next run.
const RECOVERIES: usize = 12;

/// Reads a YAML document that people wrote. Whatever is wrong in it is reported with what to write
/// instead, at its line, and mended in memory, so that the rest is read too. Places are byte ranges
/// of `text` as written, moved by `base`; `place` says in which file.
pub fn read(
    text: &str,
    base: usize,
    whole: Whole,
    place: &dyn Fn(Span) -> Place,
    problems: &mut Vec<Diagnostic>,
) -> Read {
    let mut edits = lines::scan(text, base, whole, place, problems);
    let mut damaged = false;
    for _ in 0..RECOVERIES {
        let mended = if edits.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(edits.apply(text, 0..text.len())) };
        let error = match parse(&mended, 0) {
            Ok(mut node) => {
                edits.settle(&mut node, base);
                return Read { node: Some(node), damaged };
            }
            Err(error) => error,
        };
        let at = |span: Span| Span::from(edits.origin(span.range()));
        let guess = error.line.is_some();
        let (range, line) = match &error.line {
            Some((span, line)) => (at(*span), line.clone()),
            None => (at(whole_line(&mended, error.span)), "#".to_owned()),
        };
        // One line that nobody can read is enough to say.
        if guess || !damaged {
            let shown = at(error.span).shift(base);
            let line = error.line.as_ref().map(|(_, line)| (range.shift(base), line.clone()));
            problems.push(SyntaxError { line, ..error.clone() }.diagnostic(place(shown)));
        }
        damaged |= !guess;
        edits.replace_line(text, range.range(), line);
        if text.len() > SEARCHED || error.budget {
            break;
        }
    }
    Read { node: None, damaged: true }
}

fn whole_line(text: &str, at: Span) -> Span {
    let start = text[..at.start as usize].rfind('\n').map_or(0, |i| i + 1);
    let end = text[at.start as usize..].find('\n').map_or(text.len(), |i| at.start as usize + i);
    Span::from(start..end)
}

/// Parses a YAML document; places are byte ranges of `text` moved by `base`. A text without
/// content gives a null node.
///
/// Nesting is bounded by 32, anchors and aliases are refused, so that no text expands to more
/// than itself.
///
/// # Errors
/// With the line to blame, and what to write instead where that is known.
pub fn parse(text: &str, base: usize) -> Result<Node, SyntaxError> {
    parse_plain(text, base).map_err(|error| explained(text, base, error))
}

fn parse_plain(text: &str, base: usize) -> Result<Node, SyntaxError> {
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
    let (message, budget) = in_words(reason);
    SyntaxError { span: Span::from(at..end).shift(base), message, line: None, budget }
}

/// A reason of the parser in words of ours, and whether the text goes beyond all bounds.
fn in_words(reason: &str) -> (Message, bool) {
    if reason.contains("Anchors") || reason.contains("alias") {
        let message = msg!(
            "这里不能用 & 和 * 这样的记号引用别处的内容，请把内容写全",
            "`&` and `*` cannot be used here to take over what stands elsewhere: write everything out"
        );
        return (message, false);
    }
    if reason.contains("Depth") || reason.contains("recursion") || reason.contains("budget breached") {
        let message =
            msg!("一层套一层太多了，最多 32 层", "lists and mappings are nested too deep: 32 levels are the most");
        return (message, true);
    }
    (msg!("这里的写法读不懂（{reason}）", "this cannot be read as YAML: {reason}"), false)
}

/// Nobody reads a longer line in a message.
const LONGEST: usize = 600;

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
    if error.budget {
        return error;
    }
    let alone = lines.iter().rev().find(|(start, _)| *start <= blamed).copied().unwrap_or_default();
    let upwards = || (0..lines.len()).rev().skip_while(|i| lines[*i].0 > blamed);
    let candidates = upwards().take(8).flat_map(|i| {
        let ((start, line), before) = (lines[i], &lines[..i]);
        let guesses = if line.len() > LONGEST { Vec::new() } else { mended(line, before) };
        guesses.into_iter().map(move |guess| (start, line, guess))
    });
    // The next best: the blamed line would do, and another one is wrong too.
    let mut next_best = None;
    for (start, line, guess) in candidates {
        let whole = [&text[..start], &guess.line, &text[start + line.len()..]].concat();
        let left = parse_plain(&whole, 0);
        let gone = left.is_ok();
        let end = start + guess.line.len();
        let found = guess.error(start, line).shift(base);
        if gone {
            return found;
        }
        if next_best.is_none() && start + line.len() >= blamed && left.is_err_and(|e| e.span.start as usize > end) {
            next_best = Some(found);
        }
    }
    next_best.unwrap_or_else(|| wordless(alone, base, error))
}

/// Where nothing helps: what the blamed line looks like.
fn wordless((start, line): (usize, &str), base: usize, error: SyntaxError) -> SyntaxError {
    let shown = line.trim();
    if shown.is_empty() || shown.contains(':') || shown.starts_with(['-', '[', '{', '"', '\'']) {
        return error;
    }
    let message =
        msg!("这一行没有冒号，应当写成“名称: 内容”：{shown}", "this line has no colon, write `name: value`: {shown}");
    let indent = line.len() - line.trim_start().len();
    SyntaxError { span: Span::from(start + indent..start + line.len()).shift(base), message, ..error }
}

/// What a line may have been meant to be, and what is wrong with it as it is.
struct Guess {
    line: String,
    message: Message,
    /// The very place in the line as written, where it is known better than by comparing.
    at: Option<usize>,
}

impl Guess {
    fn new(line: String, message: Message) -> Self {
        Self { line, message, at: None }
    }

    fn error(self, start: usize, line: &str) -> SyntaxError {
        let same = line.bytes().zip(self.line.bytes()).take_while(|(a, b)| a == b).count();
        let at = line.floor_char_boundary(self.at.unwrap_or(same).min(line.len()));
        let end = at + line[at..].chars().next().map_or(0, char::len_utf8);
        let whole = Span::from(start..start + line.len());
        SyntaxError {
            span: Span::from(start + at..start + end),
            message: self.message,
            line: Some((whole, self.line)),
            budget: false,
        }
    }
}

impl SyntaxError {
    fn shift(self, by: usize) -> Self {
        Self { span: self.span.shift(by), line: self.line.map(|(span, line)| (span.shift(by), line)), ..self }
    }
}

/// What a line may have been meant to be, the likeliest first.
fn mended(line: &str, before: &[(usize, &str)]) -> Vec<Guess> {
    let indent = line.len() - line.trim_start().len();
    let flow_item = ["- {", "- ["].iter().any(|item| line[indent..].starts_with(item));
    let value_at = match line.find(": ").filter(|_| !flow_item) {
        Some(colon) => Some(colon + 2),
        None => line[indent..].starts_with("- ").then_some(indent + 2),
    };
    let mut all = Vec::new();
    if let Some((head, value)) = value_at.map(|at| line.split_at(at)) {
        if let Some(second) = second_name(value) {
            let (first, second) = (line[..head.len() + second].trim_end(), value[second..].trim());
            let message = msg!("两项写在了同一行，要分成两行", "two names stand on one line, they need a line each");
            let at = Some(line.trim_end().len() - second.len());
            all.push(Guess { at, ..Guess::new(format!("{first}\n{}{second}", &line[..indent]), message) });
        }
        mended_value(head, value, &mut all);
    }
    if let Some((key, value)) = line.split_once(' ')
        && !line.contains(':')
        && key.starts_with(|c: char| c.is_ascii_alphabetic())
    {
        let message = msg!("这一行没有冒号，应当写成“名称: 内容”", "this line has no colon, write `name: value`");
        all.push(Guess { at: Some(key.len()), ..Guess::new(format!("{key}: {}", value.trim()), message) });
    }
    indented(line, before, &mut all);
    all
}

/// Where a second `name: ` begins in a value.
fn second_name(value: &str) -> Option<usize> {
    let colon = value.find(": ")?;
    let start =
        value[..colon].rfind([' ', '，', '；']).map(|i| i + value[i..].chars().next().map_or(1, char::len_utf8))?;
    let name = &value[start..colon];
    let latin = name.len() > 2 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    (latin && !value.starts_with(['"', '\'', '[', '{'])).then_some(start)
}

/// The line as deep as the nearest lines above it.
fn indented(line: &str, before: &[(usize, &str)], all: &mut Vec<Guess>) {
    let flush = line.trim_start();
    let own = line.len() - flush.len();
    let mut tried = vec![own];
    for (_, above) in before.iter().rev().filter(|(_, above)| !above.trim().is_empty()).take(8) {
        let depth = above.len() - above.trim_start().len();
        let depths = if above.trim_end().ends_with(':') { [depth + 2, depth] } else { [depth, depth] };
        for depth in depths {
            if tried.contains(&depth) {
                continue;
            }
            tried.push(depth);
            let message = if depth == 0 {
                msg!("行首多了空格", "the spaces at the beginning of this line do not belong there")
            } else {
                msg!(
                    "行首的空格没有对齐，这里应当空 {depth} 格",
                    "the beginning of this line is not lined up, it takes {depth} spaces"
                )
            };
            all.push(Guess { at: Some(0), ..Guess::new(format!("{}{flush}", " ".repeat(depth)), message) });
        }
    }
}

/// The value of a line with its quotes and brackets closed, or in quotes.
fn mended_value(head: &str, value: &str, all: &mut Vec<Guess>) {
    let (value, comment) = value.find(" #").map_or((value, ""), |at| value.split_at(at));
    let gap = value.len() - value.trim_start().len();
    let value = value.trim();
    let with = |value: &str| format!("{head}{value}{comment}");
    let at = Some(head.len() + gap);
    for quote in ['"', '\''] {
        if value.starts_with(quote) && value.matches(quote).count() == 1 {
            let message = msg!("引号没有成对，结尾少了一个 {quote}", "a quote is not closed: `{quote}` is missing");
            all.push(Guess { at, ..Guess::new(with(&format!("{value}{quote}")), message) });
        }
    }
    for (open, close) in [('[', ']'), ('{', '}')] {
        let list = value.contains([',', '，']) || head.ends_with("s: ") || open == '{' && value.contains(": ");
        if value.starts_with(open) && !value.contains(close) && list {
            let message = msg!(
                "括号 {open} 没有成对，结尾少了 {close}",
                "a bracket `{open}` is not closed: `{close}` is missing"
            );
            all.push(Guess { at, ..Guess::new(with(&format!("{value}{close}")), message) });
        }
        if let Some(inner) = value.strip_prefix(open).and_then(|inner| inner.strip_suffix(close)) {
            let message = msg!("括号里有一项要用引号括起来", "something between the brackets needs quotes");
            all.push(Guess::new(with(&format!("{open}{}{close}", quoted_within(inner))), message));
        }
    }
    if let Some((name, list)) = value.split_once(' ').filter(|(name, _)| name.starts_with('&'))
        && list.starts_with(['[', '{'])
    {
        let message = msg!(
            "这里不能用“{name}”这样的记号，请把内容写全",
            "marks such as `{name}` cannot be used here, write everything out"
        );
        all.push(Guess { at, ..Guess::new(with(list), message) });
    } else if !value.is_empty() {
        let (message, within) = why_quoted(value);
        let at = Some(head.len() + gap + within);
        all.push(Guess { at, ..Guess::new(with(&quoted(value)), message) });
    }
}

/// Signs that mean something of their own at the beginning of a value.
const SIGNS: [char; 13] = ['&', '*', '@', '`', '%', '!', '|', '>', ',', '?', '-', '[', '{'];

/// Why a value needs quotes, and where in it the reason stands.
fn why_quoted(value: &str) -> (Message, usize) {
    if let Some(sign) = value.chars().next().filter(|sign| SIGNS.contains(sign)) {
        let message = msg!(
            "内容以“{sign}”开头时另有意思，整段内容要用英文单引号括起来",
            "at the beginning of a value `{sign}` has a meaning of its own: the value needs single quotes"
        );
        return (message, 0);
    }
    if let Some(colon) = value.find(": ") {
        let message = msg!(
            "内容里有冒号和空格，整段内容要用英文单引号括起来",
            "a value with a colon and a space in it needs single quotes"
        );
        return (message, colon);
    }
    if value.starts_with(['"', '\'']) {
        let message = msg!(
            "引号里面还有引号，整段内容外面要再加一层英文单引号",
            "there are quotes within quotes: the whole value needs single quotes around it"
        );
        return (message, 0);
    }
    (msg!("这一行的内容要用英文单引号括起来", "the value of this line needs single quotes"), 0)
}

/// A value in single quotes.
pub(super) fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// The inside of `[…]` or `{…}` with what begins with a sign, or holds a colon, a bracket or `#`, in
/// quotes.
pub(super) fn quoted_within(inner: &str) -> String {
    let one = |part: &str| {
        let part = part.trim();
        let (head, value) = part.find(": ").map_or(("", part), |at| part.split_at(at + 2));
        let between = |open, close| value.len() > 1 && value.starts_with(open) && value.ends_with(close);
        let whole = between('[', ']') || between('{', '}') || between('"', '"') || between('\'', '\'');
        let signs = |value: &str| {
            value.starts_with(SIGNS)
                || value.starts_with(['#', '"', '\''])
                || value.contains(": ")
                || value.contains(" #")
                || value.contains(['[', ']', '{', '}'])
        };
        format!("{head}{}", if !whole && signs(value) { quoted(value) } else { value.into() })
    };
    parts(inner).into_iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What stands between the commas of `inner` that are not between brackets of its own; where brackets
/// have no partners, between all of them.
fn parts(inner: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_i32, 0);
    for (at, sign) in inner.char_indices() {
        match sign {
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inner[start..]);
    if depth == 0 { parts } else { inner.split(',').collect() }
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
            assert_eq!(error.line.as_ref().map_or("", |(_, line)| line), expect, "{}", error.message.en);
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

    #[test]
    fn what_once_broke_the_mending() {
        for text in ["columns:\n&#x0;---\n@articles/", "columns:\n&#x0;---\n@articles/\n"] {
            let place = |span| Place::text(&crate::base::path::SitePath::new("a.md").unwrap(), span);
            let mut problems = Vec::new();
            let _ = super::read(text, 4, Whole::Mapping, &place, &mut problems);
            assert!(!problems.is_empty());
        }
    }
}
