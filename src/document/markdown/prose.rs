//! The words of a body for who reads proof: as readers see them, without code and addresses, with
//! the place of each in the source.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use super::events::{Parsed, Part, parse};
use crate::{
    base::{hash::Key, text::roomy},
    diagnostics::{Diagnostic, Place},
};

/// Stands between blocks: no sentence goes over it.
pub const END: char = '\u{1F}';

/// Stands for what is shown but is no prose: code, pictures, addresses.
pub const LEFT_OUT: char = '\u{1E}';

/// Reads the words of a text once and reports what is wrong with them. The rules are those of
/// whoever calls; `place` tells where a range of the words stands.
pub trait Proofreader: Sync {
    /// Reads.
    fn read(&self, words: &str, place: &dyn Fn(Range<usize>) -> Place, problems: &mut Vec<Diagnostic>);

    /// What tells these rules from others: with the same one the same words have the same problems.
    fn fingerprint(&self) -> Key;
}

/// No rules.
#[derive(Debug, Clone, Copy)]
pub struct Unread;

impl Proofreader for Unread {
    fn read(&self, _: &str, _: &dyn Fn(Range<usize>) -> Place, _: &mut Vec<Diagnostic>) {}

    fn fingerprint(&self) -> Key {
        Key::default()
    }
}

/// The words of a body around which a link could be put, each run with its place: not those of
/// links, headings, code and addresses.
pub fn words_outside_links(body: &str) -> Vec<(String, Range<usize>)> {
    parse(body, |parsed| {
        let mut runs = Vec::new();
        let mut at = 0;
        while let Some(piece) = parsed.pieces.get(at) {
            match &piece.part {
                Part::Event(Event::Start(tag))
                    if is_apart(tag) || matches!(tag, Tag::Link { .. } | Tag::Heading { .. }) =>
                {
                    at = parsed.end_of(at);
                }
                Part::Event(Event::Text(text)) => runs.push((text.to_string(), parsed.place(piece.range.clone()))),
                _ => {}
            }
            at += 1;
        }
        runs
    })
}

/// The words of a body.
#[derive(Debug, Default)]
pub(super) struct Prose {
    /// The words; soft breaks are line feeds.
    pub words: String,
    /// Where runs of words begin, and what they are in the body.
    runs: Vec<Run>,
}

#[derive(Debug)]
struct Run {
    start: usize,
    source: Range<usize>,
    /// Whether the source is the same text, so that a part of it can be shown.
    same: bool,
}

impl Prose {
    /// Gathers the words.
    pub(super) fn of(parsed: &Parsed<'_>) -> Self {
        let mut prose = Self { words: String::with_capacity(roomy(parsed.body.len())), runs: Vec::new() };
        let mut at = 0;
        while let Some(piece) = parsed.pieces.get(at) {
            match &piece.part {
                Part::Event(Event::Start(tag)) if is_apart(tag) => {
                    prose.mark(LEFT_OUT);
                    at = parsed.end_of(at);
                    if ends_block(&tag.to_end()) {
                        prose.mark(END);
                    }
                }
                Part::Event(event) => prose.event(parsed, event, &piece.range),
                _ => prose.mark(END),
            }
            at += 1;
        }
        prose
    }

    fn event(&mut self, parsed: &Parsed<'_>, event: &Event<'_>, range: &Range<usize>) {
        match event {
            Event::Text(text) => self.run(parsed, text, range.clone()),
            Event::Code(_) | Event::FootnoteReference(_) => self.mark(LEFT_OUT),
            Event::SoftBreak | Event::HardBreak => self.words.push('\n'),
            Event::InlineHtml(tag) if tag.starts_with("<br") => self.words.push('\n'),
            Event::End(tag) if ends_block(tag) => self.mark(END),
            _ => {}
        }
    }

    fn run(&mut self, parsed: &Parsed<'_>, text: &str, source: Range<usize>) {
        let same = parsed.body.get(source.clone()) == Some(text);
        self.runs.push(Run { start: self.words.len(), source, same });
        self.words.push_str(text);
    }

    fn mark(&mut self, mark: char) {
        if !self.words.ends_with(mark) {
            self.words.push(mark);
        }
    }

    /// Where a range of the words stands in the body: exactly, or the whole run where escapes fell
    /// out.
    pub(super) fn source(&self, range: Range<usize>) -> Range<usize> {
        let at = |offset: usize| self.runs.partition_point(|run| run.start <= offset).checked_sub(1);
        let place = |offset: usize| {
            let run = &self.runs[at(offset)?];
            let exact = run.source.start + (offset - run.start);
            Some(if run.same { exact.min(run.source.end)..exact.min(run.source.end) } else { run.source.clone() })
        };
        let (Some(first), Some(last)) = (place(range.start), place(range.end.saturating_sub(1).max(range.start)))
        else {
            return 0..0;
        };
        let end = if last.is_empty() { last.end + range.len().min(1) } else { last.end };
        first.start..end.max(first.end)
    }
}

fn is_apart(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::CodeBlock(_) | Tag::Image { .. } | Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. }
    )
}

fn ends_block(tag: &TagEnd) -> bool {
    use TagEnd::*;
    !matches!(tag, Emphasis | Strong | Strikethrough | Superscript | Subscript | Link | Image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, words: &str) {
        parse(body, |parsed| {
            let prose = Prose::of(parsed);
            assert_eq!(prose.words.replace(END, "|").replace(LEFT_OUT, "_"), words);
        });
    }

    #[test]
    fn words_without_code_and_addresses() {
        check("# 题\n\n请**准时**到`a`，\n见[站](b.md)\n", "题|请准时到_，见站|");
        check("见 https://a.cn/13900001234 好\n\n![图](a.jpg)\n\n```\n码\n```\n", "见 _ 好|_|_|");
        check("| 一 | 二 |\n|--|--|\n| 三 | 四 |\n", "一|二|三|四|");
    }

    #[test]
    fn words_that_may_become_links() {
        let body = "# 甲\n\n乙[丙](d.md)丁`戊`\n\n- 己**庚**\n";
        let runs: Vec<_> = words_outside_links(body).into_iter().map(|(words, at)| (words, &body[at])).collect();
        let expect = ["乙", "丁", "己", "庚"].map(|words| (words.to_owned(), words));
        assert_eq!(runs, expect);
    }

    #[test]
    fn places_are_of_the_body() {
        let check = |body: &str, find: &str, expect: &str| {
            parse(body, |parsed| {
                let prose = Prose::of(parsed);
                let at = prose.words.find(find).unwrap();
                assert_eq!(&body[prose.source(at..at + find.len())], expect, "{body}");
            });
        };
        check("一二**三四**五", "三四", "三四");
        check("一二**三四**五", "四五", "四**五");
        check("一&amp;二,三", "二,三", "二,三");
        check("甲`a`乙,丙", "乙,丙", "乙,丙");
    }
}
