//! Splits a file at its fences and reads the front matter between them.
//!
//! A line that was meant as a fence is reported and counts, so that the rest is read too and one
//! mistake does not hide the next.

use std::ops::Range;

use crate::{
    base::{lang::Message, path::SitePath, text::Span},
    diagnostics::{Code, Diagnostic, Place},
    fields::{
        At, Node, NodeValue,
        yaml::{self, Whole},
    },
    msg,
};

/// A file taken apart.
#[derive(Debug)]
pub(super) struct Split {
    /// The front matter; null where it could not be read.
    pub(super) front: Node,
    /// Whether a line was left out of it, or all of it.
    pub(super) damaged: bool,
    /// Where the text stands; the whole file where nothing parts the two.
    pub(super) body: Span,
    /// Whether something parts the two.
    pub(super) fenced: bool,
}

/// Splits. What cannot be read is reported, and the rest is kept: other files refer to it.
pub(super) fn split(file: &SitePath, text: &str, problems: &mut Vec<Diagnostic>) -> Split {
    let first_line = Span::from(0..text.find('\n').unwrap_or(text.len()));
    let unread = |body, fenced| {
        let front = Node { value: NodeValue::Null, at: At::Text(first_line) };
        Split { front, damaged: true, body, fenced }
    };
    let Some((yaml_span, body)) = fences(file, text, problems) else {
        return unread(Span::from(0..text.len()), false);
    };
    let read = yaml::read(
        &text[yaml_span.clone()],
        yaml_span.start,
        Whole::Mapping,
        &|span| Place::text(file, span),
        problems,
    );
    let Some(front) = read.node else { return unread(body, true) };
    let whole = matches!(front.value, NodeValue::Null | NodeValue::Map(_));
    let at = if whole { At::Text(first_line) } else { front.at };
    Split { front: Node { at, ..front }, damaged: read.damaged, body, fenced: true }
}

/// Where front matter and text stand. A line that was meant as a fence is reported and counts.
fn fences(file: &SitePath, text: &str, problems: &mut Vec<Diagnostic>) -> Option<(Range<usize>, Span)> {
    let lines = lines(likely(text));
    let Some(first) = lines.iter().position(|(_, line)| !line.trim().is_empty()) else {
        let message = msg!("文件是空的", "the file is empty");
        problems.push(Diagnostic::new(Code::FenceMissing, Place::text(file, 0..0), message).help(whole_help()));
        return None;
    };
    let (open, begin) = opening(file, &lines, first, problems)?;
    let end = closing(file, text, &lines[begin..], open, problems)?;
    second_front_matter(file, text, end.1, problems);
    let start = lines.get(begin).map_or(text.len(), |(at, _)| *at);
    let body = (end.1).min(text.len());
    Some((start..end.0.max(start), Span::from(body..text.len())))
}

/// The part of a file in which its front matter is looked for: where both fences stand as they
/// should, no more than up to the second, else all of it.
fn likely(text: &str) -> &str {
    let closed = memchr::memmem::find(text.as_bytes(), b"\n---\n").filter(|_| text.starts_with("---\n"));
    closed.map_or(text, |end| &text[..end + "\n---\n".len()])
}

/// Each line with where it begins, without its end.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut offset = 0;
    let lines = text.split_inclusive('\n').map(|line| {
        let start = offset;
        offset += line.len();
        (start, line.trim_end_matches('\n'))
    });
    lines.collect()
}

/// How the front matter begins: with which mark, and the index of its first line.
fn opening<'t>(
    file: &SitePath,
    lines: &[(usize, &'t str)],
    first: usize,
    problems: &mut Vec<Diagnostic>,
) -> Option<(&'t str, usize)> {
    let (start, line) = lines[first];
    if line.trim_end() == "---" {
        return Some(("---", first + 1));
    }
    let place = Place::text(file, start..start + line.len());
    let problem = |message| Diagnostic::new(Code::FenceMissing, place.clone(), message);
    let missing = || problem(msg!("文件开头缺少一行 ---", "the file does not begin with a line `---`"));
    if is_fence_like(line) {
        let help = msg!("第一行改成三个英文短横线 ---", "write three hyphens `---` in the first line");
        problems.push(missing().help(help).replacement("---").safe());
        return Some((line.trim(), first + 1));
    }
    if line.starts_with("```") {
        let message = msg!("开头多了一行 {line}", "the line {line} at the beginning does not belong there");
        let help = msg!(
            "第一行只写 ---，代码框的记号都删掉",
            "write only `---` in the first line, and delete the marks of the code block"
        );
        problems.push(problem(message).help(help));
        let inner = lines.get(first + 1).is_some_and(|(_, line)| line.trim_end() == "---");
        return Some((if inner { "---" } else { "```" }, first + 1 + usize::from(inner)));
    }
    if let Some(rest) = line.strip_prefix("---").filter(|rest| !rest.trim().is_empty()) {
        let rest = rest.trim();
        let message = msg!("第一行除了 --- 还有别的字：{rest}", "the first line holds more than `---`: {rest}");
        problems.push(
            problem(message).help(msg!("第一行只写 ---", "write only `---` in the first line")).replacement("---"),
        );
        return Some(("---", first + 1));
    }
    if begins_with_name(line) {
        let repair = Span::from(start..start);
        problems.push(missing().help(above_help(line)).repair(repair, "---\n"));
        return Some(("", first));
    }
    let later = lines[first..].iter().take(8).position(|(_, line)| line.trim_end() == "---").map(|at| at + first);
    if let Some(later) = later.filter(|at| lines.get(at + 1).is_some_and(|(_, line)| begins_with_name(line))) {
        let message =
            msg!("--- 应当是文件的第一行，它上面还有字", "`---` must be the first line, and there is text above it");
        let help = msg!("把“{line}”移到第二个 --- 下面", "move `{line}` below the second `---`");
        problems.push(problem(message).help(help));
        return Some(("---", later + 1));
    }
    problems.push(missing().help(whole_help()));
    None
}

/// Where the front matter ends and the text begins, by `lines` from its first on.
fn closing(
    file: &SitePath,
    text: &str,
    lines: &[(usize, &str)],
    open: &str,
    problems: &mut Vec<Diagnostic>,
) -> Option<(usize, usize)> {
    let ends = |line: &str| line.trim_end() == "---";
    let found = lines.iter().position(|(_, line)| ends(line));
    let names = lines.iter().take(found.unwrap_or(lines.len()));
    let text_at = text_without_fence(&names.copied().collect::<Vec<_>>());
    if let (Some(at), None) = (found, text_at) {
        let (start, line) = lines[at];
        return Some((start, start + line.len() + 1));
    }
    let like = |line: &str| {
        let line = line.trim();
        is_dashes(line) || line == "..." || line == "+++" || line == "```" || !open.is_empty() && line == open
    };
    let likely = lines.iter().take(text_at.unwrap_or(lines.len())).find(|(_, line)| like(line));
    let message = msg!("开头的 --- 之后没有另一行 ---", "the line `---` that ends the front matter is missing");
    let help = msg!("在最后一行“名称: 内容”之后另起一行写 ---", "put a line `---` after the last `name: value`");
    if let Some((start, line)) = likely {
        let place = Place::text(file, *start..start + line.len());
        problems.push(Diagnostic::new(Code::FenceOpen, place, message).help(help).replacement("---").safe());
        return Some((*start, start + line.len() + 1));
    }
    let end = text_at.or_else(|| end_of_names(lines));
    let start = end.map_or(text.len(), |at| lines[at].0);
    let shown = end.and_then(|at| lines[..at].iter().rev().find(|(_, line)| !line.trim().is_empty()));
    let shown = shown.or(lines.first()).map_or(start..start, |(at, line)| *at..at + line.len());
    let last = text[shown.clone()].trim().to_owned();
    let help = if end.is_some() {
        msg!("在“{last}”下面另起一行写 ---", "put a line `---` below `{last}`")
    } else {
        help
    };
    let mark = if text[..start].ends_with('\n') || start == 0 { "---\n" } else { "\n---\n" };
    let problem = Diagnostic::new(Code::FenceOpen, Place::text(file, shown), message).help(help);
    problems.push(if end.is_some() { problem.repair(start..start, mark) } else { problem });
    end.is_some().then_some((start, start)).or(Some((text.len(), text.len())))
}

/// The blank line after which plain words follow that are no `name: value`.
fn text_without_fence(lines: &[(usize, &str)]) -> Option<usize> {
    let named = lines.iter().position(|(_, line)| begins_with_name(line))?;
    let blank = (named..lines.len()).filter(|at| lines[*at].1.trim().is_empty());
    blank.filter_map(|at| Some((at, lines[at..].iter().find(|(_, line)| !line.trim().is_empty())?.1))).find_map(
        |(at, line)| {
            let words = line.chars().next().is_some_and(|c| c.is_alphabetic() || matches!(c, '“' | '《' | '【' | '!'))
                && !line.contains(": ")
                && !line.trim_end().ends_with([':', '：'])
                && !line.chars().take(12).any(|c| matches!(c, '：' | ':' | '='))
                || line.starts_with("##");
            words.then_some(at)
        },
    )
}

/// The first line that neither is a name with a value nor belongs to one.
fn end_of_names(lines: &[(usize, &str)]) -> Option<usize> {
    let belongs = |line: &str| begins_with_name(line) || line.starts_with([' ', '\t', '-', '#', '\u{3000}']);
    lines.iter().position(|(_, line)| line.trim().is_empty() || !belongs(line))
}

/// A second front matter below the first would be shown to readers as text.
fn second_front_matter(file: &SitePath, text: &str, body: usize, problems: &mut Vec<Diagnostic>) {
    let body = body.min(text.len());
    if !text[body..].trim_start().starts_with("---") {
        return;
    }
    let lines = lines(&text[body..]);
    let Some(first) = lines.iter().position(|(_, line)| !line.trim().is_empty()) else { return };
    let named = lines.get(first + 1).is_some_and(|(_, line)| begins_with_name(line));
    let closed = lines.iter().skip(first + 1).take(40).any(|(_, line)| line.trim_end() == "---");
    let (start, line) = lines[first];
    if line.trim_end() == "---" && named && closed {
        let place = Place::text(file, body + start..body + start + line.len());
        let message = msg!("这里又有一段资料，一个文件只能有一段", "here stands another front matter, a file has one");
        let help = msg!(
            "把要用的几行并到文件开头，这一段连同两行 --- 删掉",
            "move what you need to the top and delete this one with both of its lines `---`"
        );
        problems.push(Diagnostic::new(Code::DuplicateKey, place, message).help(help));
    }
}

/// What to do where a line like `title: …` has lost the fence above it.
fn above_help(first: &str) -> Message {
    let first = first.trim();
    msg!(
        "在“{first}”上面加一行 ---，资料的最后一行下面也要有一行 ---",
        "put a line `---` above `{first}`; another stands below the last line of that kind"
    )
}

fn whole_help() -> Message {
    msg!(
        "在文件最上面加四行：第一行 ---，第二行 title: 标题，第三行 date: 2026-11-21，第四行 ---；正文写在它们下面",
        "put four lines at the top: `---`, `title: …`, `date: 2026-11-21`, `---`; the text stands below them"
    )
}

/// `title: …`, `标题：…`, `title = …`.
fn begins_with_name(line: &str) -> bool {
    let Some((at, _)) = line.char_indices().take(24).find(|(_, c)| matches!(c, ':' | '：' | '=')) else {
        return false;
    };
    let key = line[..at].trim_matches([' ', '\u{3000}', '*', '"', '“', '”', '>', '\u{feff}', '\u{200b}']);
    let latin = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    let known = ["标题", "日期", "栏目", "时间", "来源", "作者", "标签", "发布时间", "发布日期", "摘要"];
    latin && !line[at..].starts_with("://") || known.contains(&key)
}

/// `————`, `----`, `－－－`, `+++` and their kin: meant as a fence.
fn is_fence_like(line: &str) -> bool {
    let line = line.trim().trim_start_matches('\\');
    let marks = |mark: char| line.chars().filter(|c| *c != ' ').all(|c| c == mark) && line.matches(mark).count() >= 3;
    is_dashes(line) || ['+', '=', '_', '*', '~', '-'].into_iter().any(marks)
}

fn is_dashes(line: &str) -> bool {
    let line = line.trim().trim_start_matches('\\');
    let dash = |c| matches!(c, '-' | '—' | '–' | '－' | '‐' | '―' | '─' | '−');
    line.chars().filter(|c| dash(*c)).count() >= 2 && line.chars().all(|c| dash(c) || c == ' ')
}
