//! Splits a file at its fences and reads the front matter between them.
//!
//! A line that was meant as a fence is reported and counts, so that the rest is read too and one
//! mistake does not hide the next.

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
    let read = yaml::read(&text[yaml_span.clone()], yaml_span.start, Whole::Mapping, &|span| Place::text(file, span), problems);
    let Some(front) = read.node else { return unread(body, true) };
    let whole = matches!(front.value, NodeValue::Null | NodeValue::Map(_));
    let at = if whole { At::Text(first_line) } else { front.at };
    Split { front: Node { at, ..front }, damaged: read.damaged, body, fenced: true }
}

/// Where front matter and text stand. A line that was meant as a fence is reported and counts.
fn fences(file: &SitePath, text: &str, problems: &mut Vec<Diagnostic>) -> Option<(std::ops::Range<usize>, Span)> {
    let mut offset = 0;
    let mut lines = text.split_inclusive('\n').map(|line| {
        let start = offset;
        offset += line.len();
        (start, line.trim_end_matches('\n'))
    });
    let (start, first) = lines.find(|(_, line)| !line.trim().is_empty()).unwrap_or((0, ""));
    if first.trim_end() != "---" {
        let range = start..start + first.len();
        let mut problem = Diagnostic::new(
            Code::FenceMissing,
            Place::text(file, range),
            msg!("文件开头缺少一行 ---", "the file does not begin with a line `---`"),
        )
        .help(fence_help(first));
        let meant = is_fence_like(first);
        if meant {
            problem.replacement = Some("---".into());
        }
        problems.push(problem);
        if !meant {
            return None;
        }
    }
    let yaml_start = start + first.len();
    let mut likely = None;
    for (start, line) in lines {
        if line.trim_end() == "---" {
            let end = (start + line.len() + 1).min(text.len());
            return Some((yaml_start..start, Span::from(end..text.len())));
        }
        if likely.is_none() && is_fence_like(line) {
            likely = Some(start..start + line.len());
        }
    }
    let range = likely.clone().unwrap_or(start..start + first.len());
    let mut problem = Diagnostic::new(
        Code::FenceOpen,
        Place::text(file, range),
        msg!("开头的 --- 之后没有另一行 ---", "the line `---` that ends the front matter is missing"),
    )
    .help(msg!("在最后一行“名称: 内容”之后另起一行写 ---", "put a line `---` after the last `name: value`"));
    if likely.is_some() {
        problem.replacement = Some("---".into());
    }
    problems.push(problem);
    likely.map(|fence| (yaml_start..fence.start, Span::from((fence.end + 1).min(text.len())..text.len())))
}

/// What to do where the first line is no fence: a line like `title: …` has lost the one above it.
fn fence_help(first: &str) -> Message {
    if is_fence_like(first) {
        msg!("第一行改成三个英文短横线 ---", "write three hyphens `---` in the first line")
    } else if first.contains([':', '：']) && !first.starts_with(['#', '!', '[']) {
        msg!(
            "在“{first}”上面加一行 ---，在资料的最后一行下面也加一行 ---",
            "put a line `---` above `{first}`, and another below the last line of that kind"
        )
    } else {
        msg!(
            "在文件最上面加四行：第一行 ---，第二行 title: 标题，第三行 date: 2026-11-21，第四行 ---；正文写在它们下面",
            "put four lines at the top: `---`, `title: …`, `date: 2026-11-21`, `---`; the text stands below them"
        )
    }
}

/// `————`, `----`, `－－－` and their kin: meant as a fence.
fn is_fence_like(line: &str) -> bool {
    let line = line.trim();
    line.chars().count() >= 2 && line.chars().all(|c| matches!(c, '-' | '—' | '–' | '－' | '‐' | '―' | '─'))
}
