//! Shortcodes: lines such as `::figure[一张图]{src=a.jpg}` and blocks from `:::notice` to `:::`,
//! in the generic directive syntax.
//!
//! This file reads single lines and knows which names and attributes there are. Which lines of a
//! body count, and which line closes which block, is seen in `events`.

use std::ops::Range;

use memchr::memchr_iter;
use serde::{Deserialize, Serialize};

use crate::{
    base::{
        lang::Message,
        text::{Span, is_cjk},
    },
    diagnostics::Code,
    msg,
};

/// One use of a shortcode in a body.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Directive {
    /// Its name: `figure`.
    pub name: String,
    /// What stands between the square brackets, as written.
    pub label: Option<String>,
    /// Attributes in the order written.
    pub attributes: Vec<(String, String)>,
    /// Its place among the shortcodes of the body, from 0.
    pub index: usize,
    /// Its line in the body (its opening line, if it is a block).
    pub span: Span,
}

impl Directive {
    /// The value of an attribute.
    pub fn attribute(&self, key: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

/// What a shortcode may hold.
struct Kind {
    name: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
    /// Whether it means something only as a block.
    block: bool,
}

const fn kind(name: &'static str, required: &'static [&'static str], optional: &'static [&'static str]) -> Kind {
    Kind { name, required, optional, block: false }
}

const fn block(name: &'static str, optional: &'static [&'static str]) -> Kind {
    Kind { name, required: &[], optional, block: true }
}

/// Every shortcode there is.
const KINDS: &[Kind] = &[
    kind("figure", &["src"], &["alt", "width"]),
    block("gallery", &[]),
    kind("video", &["src"], &["poster"]),
    kind("audio", &["src"], &["duration"]),
    block("notice", &["type"]),
    block("steps", &[]),
    kind("file", &["src"], &[]),
    kind("card", &["to"], &[]),
    kind("list", &[], &["kind", "column", "tag", "series", "programme", "limit"]),
];

/// The types of a `notice`.
const NOTICES: &[&str] = &["info", "warning", "success"];

/// How a line is shaped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// `::name`.
    Leaf,
    /// `:::name` with its number of colons.
    Open(usize),
    /// `:::` alone.
    Close(usize),
    /// It begins like a shortcode that exists but cannot be read.
    Unreadable,
    /// It stands in code, in a list or in a quote, where it is text.
    Text,
}

/// A line that begins like a directive, read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Line {
    /// What it is.
    pub shape: Shape,
    /// Its content; empty for a closing line.
    pub directive: Directive,
    /// The ranges of the attributes' values in the body.
    pub values: Vec<Range<usize>>,
    /// From the first colon to behind the line's end.
    pub range: Range<usize>,
}

/// Finds all lines of a body that begin like directives, in order, code or not.
pub(super) fn lines(body: &str) -> Vec<Line> {
    starts(body).filter_map(|(start, text, end)| read(text, start, end)).collect()
}

/// A line that begins with full-width colons, or is unreadable because of full-width punctuation.
pub(super) struct Misspelt {
    /// Its range in the body, without the line's end.
    pub range: Range<usize>,
    /// What it should be.
    pub correct: String,
}

/// Finds the lines that begin with two or more colons of which one is full-width.
pub(super) fn full_width(body: &str) -> Vec<Misspelt> {
    let wide = |text: &str| {
        let colons = text.len() - text.trim_start_matches([':', '：']).len();
        text[..colons].chars().count() >= 2 && text[..colons].contains('：')
    };
    let lines = starts(body).filter(|(_, text, _)| wide(text));
    lines.map(|(start, text, _)| Misspelt { range: start..start + text.len(), correct: narrowed(text) }).collect()
}

/// Lines with at most three spaces before a colon of either width: where the colon stands, the
/// text from there without white space at its end, and where the next line begins.
fn starts(body: &str) -> impl Iterator<Item = (usize, &str, usize)> {
    let ends = memchr_iter(b'\n', body.as_bytes()).map(|end| end + 1).chain([body.len()]);
    let mut next = 0;
    ends.filter_map(move |end| {
        let start = std::mem::replace(&mut next, end);
        let line = &body.as_bytes()[start..end];
        let indent = line.iter().take(4).take_while(|byte| **byte == b' ').count();
        let is_colon = line[indent..].starts_with(b":") || line[indent..].starts_with("：".as_bytes());
        (indent <= 3 && is_colon).then(|| (start + indent, body[start + indent..end].trim_end(), end))
    })
}

/// The line with ASCII punctuation in the places of full-width punctuation that is syntax.
fn narrowed(text: &str) -> String {
    let colons = text.len() - text.trim_start_matches([':', '：']).len();
    let name = text[colons..].find(|c: char| !c.is_alphanumeric()).map_or(text.len(), |n| colons + n);
    let (head, rest) = text.split_at(name);
    let label_end = match rest.chars().next() {
        Some('[' | '【' | '［') => rest.rfind([']', '】', '］']).unwrap_or(0),
        _ => 0,
    };
    let attributes = rest[label_end..].find(['{', '｛']).map_or(rest.len(), |n| label_end + n);
    let label = |c| match c {
        '【' | '［' => '[',
        '】' | '］' => ']',
        c => c,
    };
    let syntax = |c| match c {
        '｛' => '{',
        '｝' => '}',
        '＝' => '=',
        '“' | '”' | '＂' => '"',
        '\u{3000}' => ' ',
        c => c,
    };
    let mut out = head.replace('：', ":");
    out.extend(rest[..attributes].chars().map(label));
    out.extend(rest[attributes..].chars().map(syntax));
    out
}

fn read(text: &str, start: usize, end: usize) -> Option<Line> {
    let colons = text.len() - text.trim_start_matches(':').len();
    if colons < 2 {
        return None;
    }
    let span = Span::from(start..start + text.len());
    let mut line = Line {
        shape: Shape::Leaf,
        directive: Directive { name: String::new(), label: None, attributes: vec![], index: 0, span },
        values: vec![],
        range: start..end,
    };
    let rest = &text[colons..];
    if rest.is_empty() {
        line.shape = Shape::Close(colons);
        return (colons > 2).then_some(line);
    }
    let name = rest.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).unwrap_or(rest.len());
    line.directive.name = rest[..name].to_string();
    if !rest.starts_with(char::is_alphabetic) {
        return None;
    }
    if read_rest(&rest[name..], start + colons + name, &mut line).is_none() {
        line.shape = Shape::Unreadable;
        return KINDS.iter().any(|kind| kind.name == line.directive.name).then_some(line);
    }
    if colons > 2 {
        line.shape = Shape::Open(colons);
    }
    Some(line)
}

/// Reads `[label]{attributes}` behind a name.
fn read_rest(rest: &str, at: usize, line: &mut Line) -> Option<()> {
    let mut inner = rest;
    if let Some(after) = rest.strip_prefix('[') {
        let end = label_end(after)?;
        line.directive.label = Some(after[..end].to_string());
        inner = &after[end + 1..];
    }
    if inner.is_empty() {
        return Some(());
    }
    let attributes = inner.strip_prefix('{')?.strip_suffix('}')?;
    read_attributes(attributes, at + rest.len() - inner.len() + 1, line)
}

/// Where the bracket closes that was opened before `text`; inner brackets come in pairs.
fn label_end(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut escaped = false;
    for (i, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'[' => depth += 1,
            b']' if depth == 0 => return Some(i),
            b']' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn read_attributes(text: &str, at: usize, line: &mut Line) -> Option<()> {
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let key = rest.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).unwrap_or(rest.len());
        let (key, after) = (&rest[..key], &rest[key..]);
        if key.is_empty() {
            return None;
        }
        let (value, after) = match after.strip_prefix('=') {
            None => (&after[..0], after),
            Some(after) => read_value(after)?,
        };
        if !after.is_empty() && !after.starts_with(char::is_whitespace) {
            return None;
        }
        let from = at + (value.as_ptr() as usize - text.as_ptr() as usize);
        line.values.push(from..from + value.len());
        line.directive.attributes.push((key.to_string(), value.to_string()));
        rest = after.trim_start();
    }
    Some(())
}

fn read_value(text: &str) -> Option<(&str, &str)> {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        return text[1..].split_once(quote);
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let bad = |c: char| matches!(c, '"' | '\'' | '“' | '”' | '{' | '}' | '＝');
    (end > 0 && !text[..end].contains(bad)).then(|| text.split_at(end))
}

/// A mistake in a shortcode.
pub(super) struct Mistake {
    /// What kind.
    pub code: Code,
    /// The fact.
    pub message: Message,
    /// What to do.
    pub help: Message,
    /// The whole line as it should be, if that is known.
    pub replacement: Option<String>,
}

/// Checks a shortcode against the table of those that exist. `text` is its line.
pub(super) fn check(line: &Line, text: &str) -> Vec<Mistake> {
    let name = &line.directive.name;
    let Some(kind) = KINDS.iter().find(|kind| kind.name == name) else { return vec![unknown(name)] };
    if line.shape == Shape::Unreadable {
        return vec![unreadable(kind, text)];
    }
    let mut mistakes = vec![];
    for key in kind.required.iter().filter(|key| line.directive.attribute(key).is_none_or(str::is_empty)) {
        mistakes.push(mistake(
            msg!("短代码 {name} 缺少属性 {key}", "the shortcode {name} lacks the attribute {key}"),
            example(kind),
        ));
    }
    for (n, (key, value)) in line.directive.attributes.iter().enumerate() {
        if line.directive.attributes[..n].iter().any(|(earlier, _)| earlier == key) {
            let message =
                msg!("短代码 {name} 的属性 {key} 写了两次", "the shortcode {name} has the attribute {key} twice");
            mistakes.push(mistake(message, msg!("请只留一个", "keep one of them")));
        } else if !kind.required.iter().chain(kind.optional).any(|known| known == key) {
            let message = msg!("短代码 {name} 没有属性 {key}", "the shortcode {name} has no attribute {key}");
            mistakes.push(mistake(message, example(kind)));
        } else if name == "notice" && !NOTICES.contains(&value.as_str()) {
            let types = NOTICES.join(", ");
            let message = msg!("notice 没有类型 {value}", "notice has no type {value}");
            mistakes.push(mistake(message, msg!("类型可以是：{types}", "the types are: {types}")));
        }
    }
    if kind.block && line.shape == Shape::Leaf {
        mistakes.push(Mistake {
            code: Code::ShortcodeUnclosed,
            message: msg!("短代码 {name} 没有内容", "the shortcode {name} has no content"),
            help: msg!(
                "用三个冒号开头，内容写在下面，最后单独一行写 :::",
                "begin it with three colons, write the content below, and end with a line :::"
            ),
            replacement: Some(format!(":{text}")),
        });
    }
    mistakes
}

fn mistake(message: Message, help: Message) -> Mistake {
    Mistake { code: Code::ShortcodeAttribute, message, help, replacement: None }
}

fn example(kind: &Kind) -> Message {
    let (name, colons) = (kind.name, if kind.block { ":::" } else { "::" });
    let sample = |key: &&str| match *key {
        "src" => "src=文件名".to_string(),
        "to" => "to=@courses/red-songs".to_string(),
        key => format!("{key}=…"),
    };
    let required: Vec<String> = kind.required.iter().map(sample).collect();
    let required = if required.is_empty() { String::new() } else { format!("{{{}}}", required.join(" ")) };
    let optional = kind.optional.join(", ");
    if optional.is_empty() {
        return msg!("写法：{colons}{name}{required}", "write {colons}{name}{required}");
    }
    msg!(
        "写法：{colons}{name}{required}，还可以有：{optional}",
        "write {colons}{name}{required}; it may also have: {optional}"
    )
}

fn unreadable(kind: &Kind, text: &str) -> Mistake {
    let (name, correct) = (kind.name, narrowed(text));
    let fixed = read(&correct, 0, correct.len()).is_some_and(|line| line.shape != Shape::Unreadable);
    Mistake {
        code: Code::ShortcodeAttribute,
        message: msg!("短代码 {name} 这一行读不懂", "the line of the shortcode {name} cannot be read"),
        help: if fixed {
            msg!("标点要用半角：{correct}", "use half-width punctuation: {correct}")
        } else {
            example(kind)
        },
        replacement: fixed.then_some(correct),
    }
}

fn unknown(name: &str) -> Mistake {
    let all = KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
    let near = KINDS.iter().map(|kind| kind.name).min_by_key(|known| distance(name, known));
    let near = near.filter(|known| distance(name, known) <= 1 + known.len() / 4);
    Mistake {
        code: Code::ShortcodeUnknown,
        message: msg!("没有短代码 {name}", "there is no shortcode {name}"),
        help: match near {
            Some(near) => msg!("是不是 {near}？", "did you mean {near}?"),
            None => msg!("可用的有：{all}", "there are: {all}"),
        },
        replacement: None,
    }
}

/// Edit distance (insert, delete, replace), of names: anything longer than 40 bytes is far away.
fn distance(a: &str, b: &str) -> usize {
    if a.len() > 40 || a.chars().any(is_cjk) {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let replace = diagonal + usize::from(!x.eq_ignore_ascii_case(&y));
            diagonal = row[j + 1];
            row[j + 1] = replace.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_line(text: &str, expect: &str) {
        let shown: Vec<String> = lines(text)
            .iter()
            .map(|line| {
                format!(
                    "{:?} {} {:?} {:?}",
                    line.shape, line.directive.name, line.directive.label, line.directive.attributes
                )
            })
            .collect();
        assert_eq!(shown.join("\n"), expect);
    }

    #[test]
    fn reads_leaves_blocks_and_ends() {
        check_line("::card{to=@courses/x}", r#"Leaf card None [("to", "@courses/x")]"#);
        check_line(
            "  ::figure[一[1]图]{src=\"a b.jpg\" alt='好'}",
            r#"Leaf figure Some("一[1]图") [("src", "a b.jpg"), ("alt", "好")]"#,
        );
        check_line(":::notice\n内容\n:::", "Open(3) notice None []\nClose(3)  None []");
        check_line("    ::card{to=x}", "");
        check_line("std::vec\n::std::vec", "");
        check_line("::figure{src=a", "Unreadable figure None []");
        check_line("::图片", "Leaf 图片 None []");
    }

    #[test]
    fn full_width_punctuation_is_corrected() {
        let found = full_width("好：：\n：：figure【图】｛src＝“a.jpg”｝\n：：：\n");
        let correct: Vec<&str> = found.iter().map(|line| line.correct.as_str()).collect();
        assert_eq!(correct, ["::figure[图]{src=\"a.jpg\"}", ":::"]);
    }

    #[test]
    fn mistakes_are_told() {
        let told = |text: &str| -> Vec<String> {
            check(&lines(text)[0], text)
                .iter()
                .map(|m| format!("{} {} | {}", m.code.number(), m.message.en, m.help.en))
                .collect()
        };
        assert_eq!(told("::figrue{src=a}"), ["PB0401 there is no shortcode figrue | did you mean figure?"]);
        assert_eq!(
            told("::figure{source=a}"),
            [
                "PB0402 the shortcode figure lacks the attribute src | write ::figure{src=文件名}; it may also have: alt, width",
                "PB0402 the shortcode figure has no attribute source | write ::figure{src=文件名}; it may also have: alt, width"
            ]
        );
        assert_eq!(
            told(":::notice{type=danger}"),
            ["PB0402 notice has no type danger | the types are: info, warning, success"]
        );
        assert_eq!(
            told("::figure{src=“a b”}"),
            [
                "PB0402 the line of the shortcode figure cannot be read | use half-width punctuation: ::figure{src=\"a b\"}"
            ]
        );
    }
}
