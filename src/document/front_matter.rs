//! Splits a file at its fences and reads the front matter between them.
//!
//! What a YAML parser would blame on another line (a full-width colon, an ideographic space as
//! indentation) is found first. Where it can be mended without moving a byte, it is, in memory,
//! so that the rest of the front matter is read too and one mistake does not hide the next.

use crate::{
    base::{lang::Message, path::SitePath, text::Span},
    diagnostics::{Code, Diagnostic, Place, Repair},
    fields::{At, Node, NodeValue, yaml},
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
    let mut scan =
        Scan { file, base: yaml_span.start, problems, mended: text[yaml_span.clone()].into(), damaged: false };
    scan.lines(&text[yaml_span.clone()]);
    let Scan { mended, damaged, .. } = scan;
    match yaml::parse(&mended, yaml_span.start) {
        Ok(front) => {
            let at = if matches!(front.value, NodeValue::Null | NodeValue::Map(_)) {
                At::Text(first_line)
            } else {
                front.at
            };
            Split { front: Node { at, ..front }, damaged, body, fenced: true }
        }
        Err(error) => {
            problems.push(error.diagnostic(|span| Place::text(file, span)));
            unread(body, true)
        }
    }
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
            problem = problem.replacement("---").safe();
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
        problem = problem.replacement("---").safe();
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

struct Scan<'a> {
    file: &'a SitePath,
    base: usize,
    problems: &'a mut Vec<Diagnostic>,
    mended: String,
    damaged: bool,
}

impl Scan<'_> {
    fn lines(&mut self, yaml: &str) {
        let mut start = 0;
        for line in yaml.split_inclusive('\n') {
            self.indentation(start, line);
            self.colon(start, line.trim_end());
            start += line.len();
        }
    }

    fn report(
        &mut self,
        code: Code,
        range: std::ops::Range<usize>,
        message: crate::base::lang::Message,
    ) -> &mut Diagnostic {
        let range = range.start + self.base..range.end + self.base;
        self.problems.push(Diagnostic::new(code, Place::text(self.file, range), message));
        let last = self.problems.len() - 1;
        &mut self.problems[last]
    }

    /// A repair of a range of the front matter.
    fn replace(&self, range: std::ops::Range<usize>, text: &str) -> Repair {
        Repair::Replace { range: Span::from(range).shift(self.base), text: text.into() }
    }

    fn mend(&mut self, at: usize, wrong: &str, right: &str) {
        let right = format!("{right:<width$}", width = wrong.len());
        self.mended.replace_range(at..at + wrong.len(), &right);
    }

    fn indentation(&mut self, start: usize, line: &str) {
        let indent = line.len() - line.trim_start().len();
        let Some((i, c)) = line[..indent].char_indices().find(|(_, c)| !matches!(c, ' ' | '\n')) else { return };
        if line.trim().is_empty() {
            return;
        }
        let (zh, en) = match c {
            '\t' => ("制表符（Tab）", "a tab"),
            '\u{3000}' => ("全角空格", "an ideographic space"),
            _ => ("特殊空格", "a space that is no plain space"),
        };
        self.report(
            Code::Indentation,
            start + i..start + i + c.len_utf8(),
            msg!("行首缩进用了{zh}", "the line is indented by {en}"),
        )
        .help = Some(msg!("行首只用普通空格", "indent by plain spaces only"));
        let wrong = &line[i..indent];
        self.mend(start + i, wrong, "");
    }

    fn colon(&mut self, start: usize, line: &str) {
        let indent = line.len() - line.trim_start().len();
        let content = &line[indent..];
        let item = content.strip_prefix("- ").map_or(0, |rest| content.len() - rest.trim_start().len());
        let (offset, content) = (start + indent + item, &content[item..]);
        if content.starts_with(['#', '\'', '"', '[', '{', '|', '>']) {
            return;
        }
        let Some(i) = content.find([':', '：']) else { return };
        let (key, rest) = content.split_at(i);
        let plain_key =
            !key.is_empty() && key.trim() == key && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        if !plain_key {
            return;
        }
        if let Some(value) = rest.strip_prefix('：') {
            let colon = offset + i..offset + i + (rest.len() - value.trim_start().len());
            let value = value.trim();
            let repair = self.replace(colon, ": ");
            let problem = self.report(
                Code::FullWidthColon,
                offset + i..offset + i + '：'.len_utf8(),
                msg!(
                    "这是中文全角冒号“：”，请改成英文冒号“:”，后面留一个空格",
                    "this is a full-width colon `：`, write `:` and a space"
                ),
            );
            problem.help = Some(msg!("改成：{key}: {value}", "write: {key}: {value}"));
            problem.repair = Some(repair);
            self.mend(offset + i, "：", ":");
        } else if !rest[1..].is_empty() && !rest[1..].starts_with([' ', '/']) && item == 0 && key.is_ascii() {
            let value = rest[1..].trim();
            let repair = self.replace(offset + i..offset + i + 1, ": ");
            let problem = self.report(
                Code::FullWidthColon,
                offset + i..offset + i + 1,
                msg!("冒号后面少了一个空格", "a space is missing after the colon"),
            );
            problem.help = Some(msg!("改成：{key}: {value}", "write: {key}: {value}"));
            problem.repair = Some(repair);
            // No room for the space: the line becomes a comment, and its key counts as present.
            self.damaged = true;
            let blank = "#".repeat(content.len());
            self.mended.replace_range(offset..offset + content.len(), &blank);
        }
    }
}
