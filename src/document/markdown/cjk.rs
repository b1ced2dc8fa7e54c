//! Marks: characters put into a body before it is parsed, and taken out of every event after.
//!
//! CommonMark decides by the characters around a run of `*` whether it opens or closes emphasis,
//! and full-width punctuation makes it refuse `**强调。**后`. The markdown-cjk-friendly
//! specification repairs the rule; here its effect is had without changing the parser: beside such
//! a run stands a character that the parser takes for a letter. Ranges of events are mapped back
//! by [`Marked::source`]. The same device sets directive lines apart from the text around them.

use std::{borrow::Cow, cell::Cell, ops::Range};

use memchr::memchr2_iter;
use pulldown_cmark::CowStr;

use crate::base::text::{is_cjk, next_of};

/// Neither white space nor punctuation to the parser; a noncharacter, so no text has it.
const LETTER: char = '\u{FDD0}';
/// Punctuation to the parser, and as rare as can be: the full stop of Duployan shorthand.
const PUNCTUATION: char = '\u{1BC9F}';

/// A body with marks in it.
pub(super) struct Marked<'a> {
    /// What to parse.
    pub text: Cow<'a, str>,
    /// Where each directive line begins in `text`, in their order.
    pub lines: Vec<usize>,
    /// Of every mark: its place in `text`, and the bytes of all marks up to and with it.
    marks: Vec<(usize, usize)>,
    /// Where the offset that was asked for last stands: they come nearly in order.
    last: Cell<Stretch>,
}

/// A part of the marked text between two marks.
#[derive(Clone, Copy)]
struct Stretch {
    /// Its first offset and its last.
    from: usize,
    to: usize,
    /// The bytes of all marks before it.
    marks: usize,
    /// What nothing in it stands for less than: where the mark before it stands in the body.
    least: usize,
}

/// Holds nothing.
const NOWHERE: Stretch = Stretch { from: 1, to: 0, marks: 0, least: 0 };

impl Stretch {
    fn holds(&self, offset: usize) -> bool {
        self.from <= offset && offset <= self.to
    }
}

impl Marked<'_> {
    /// The range of the body that a range of the marked text stands for.
    pub(super) fn source(&self, range: Range<usize>) -> Range<usize> {
        self.back(range.start)..self.back(range.end)
    }

    /// A range of the marked text without the marks in it.
    pub(super) fn unmarked(&self, range: Range<usize>) -> CowStr<'_> {
        if self.stretch(range.start).holds(range.end) {
            return self.text[range].into();
        }
        let next = self.marks.partition_point(|mark| mark.0 < range.start);
        let marks = self.marks[next..].iter().map(|mark| mark.0).take_while(|at| *at < range.end);
        let mut text = "";
        let mut joined = String::new();
        let mut start = range.start;
        for (at, length) in marks.filter_map(|at| Some((at, self.length(at)?))).chain([(range.end, 0)]) {
            let part = &self.text[start..at];
            start = at + length;
            match (text.is_empty(), part.is_empty()) {
                (true, _) => text = part,
                (false, true) => {}
                (false, false) if joined.is_empty() => joined = [text, part].concat(),
                (false, false) => joined.push_str(part),
            }
        }
        if joined.is_empty() { text.into() } else { joined.into() }
    }

    /// The length of the mark at a place, unless it is a blank line.
    fn length(&self, at: usize) -> Option<usize> {
        match self.text.as_bytes()[at] {
            b'\n' => None,
            first => Some(if first == 0xEF { LETTER } else { PUNCTUATION }.len_utf8()),
        }
    }

    fn back(&self, offset: usize) -> usize {
        let Stretch { marks, least, .. } = self.stretch(offset);
        offset.saturating_sub(marks).max(least)
    }

    fn stretch(&self, offset: usize) -> Stretch {
        let last = self.last.get();
        if last.holds(offset) {
            return last;
        }
        let marks = &self.marks;
        let n = marks.partition_point(|mark| mark.0 < offset);
        let to = marks.get(n).map_or(usize::MAX, |mark| mark.0);
        let before = n.checked_sub(2).map_or(0, |n| marks[n].1);
        let stretch = match n.checked_sub(1).map(|n| marks[n]) {
            Some((at, length)) => Stretch { from: at + 1, to, marks: length, least: at - before },
            None => Stretch { from: 0, to, marks: 0, least: 0 },
        };
        self.last.set(stretch);
        stretch
    }
}

/// Takes marks out of a string of an event.
pub(super) fn strip(text: CowStr<'_>) -> CowStr<'_> {
    const MARKS: [char; 2] = [LETTER, PUNCTUATION];
    // EF B7 and F0 9B begin the two marks; hardly any text has either.
    let bytes = text.as_bytes();
    let begins = |at: usize| matches!(bytes.get(at + 1), Some(0xB7 | 0x9B));
    if !memchr2_iter(0xEF, 0xF0, bytes).any(begins) {
        return text;
    }
    match text {
        CowStr::Borrowed(text) => {
            let text = text.trim_matches(MARKS);
            if text.contains(MARKS) { text.replace(MARKS, "").into() } else { text.into() }
        }
        text if text.contains(MARKS) => text.replace(MARKS, "").into(),
        text => text,
    }
}

/// A line that begins like a directive.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Colons {
    /// From the first colon to behind the line's end.
    pub range: Range<usize>,
    /// Whether it shall become a paragraph of its own. Else it only must not begin a definition.
    pub apart: bool,
}

/// Puts marks into a body. `lines` are its lines that begin like directives, in order.
pub(super) fn mark<'a>(body: &'a str, lines: &[Colons]) -> Marked<'a> {
    let runs = runs(body);
    let mut marker = Marker { body, out: String::new(), marks: vec![], lines: vec![], done: 0, bytes: 0 };
    let mut lines = lines.iter().peekable();
    for (n, run) in runs.iter().enumerate() {
        while let Some(line) = lines.next_if(|line| line.range.start <= run.from) {
            marker.set_apart(line);
        }
        if run.from < marker.done {
            continue; // inside a directive, where nothing is Markdown
        }
        if run.before {
            marker.put(run.from, LETTER);
        } else if n.checked_sub(1).is_some_and(|n| runs[n].to == run.from && runs[n].after) {
            marker.put(run.from, PUNCTUATION);
        }
        if run.after {
            marker.put(run.to, LETTER);
        } else if runs.get(n + 1).is_some_and(|next| next.from == run.to && next.before) {
            marker.put(run.to, PUNCTUATION);
        }
    }
    lines.for_each(|line| marker.set_apart(line));
    marker.finish()
}

/// A run of one delimiter character.
struct Run {
    from: usize,
    to: usize,
    /// Whether the parser shall see a letter before it, and after it.
    before: bool,
    after: bool,
}

fn runs(body: &str) -> Vec<Run> {
    let bytes = body.as_bytes();
    let mut runs = vec![];
    let mut at = 0;
    while let Some(from) = next_delimiter(bytes, at) {
        if bytes[from] == b'\\' {
            at = from + 1 + usize::from(bytes.get(from + 1).is_some_and(u8::is_ascii_punctuation));
            continue;
        }
        at = from + bytes[from..].iter().take_while(|byte| **byte == bytes[from]).count();
        let (before, after) = wants(body, from, at);
        runs.push(Run { from, to: at, before, after });
    }
    runs
}

/// The next delimiter or backslash.
fn next_delimiter(bytes: &[u8], from: usize) -> Option<usize> {
    next_of(bytes, from, |byte| (byte == b'*') | (byte == b'~') | (byte == b'_') | (byte == b'\\'))
}

fn wants(body: &str, from: usize, to: usize) -> (bool, bool) {
    let delimiter = body.as_bytes()[from];
    match (delimiter, to - from) {
        // 9:00~11:00 is a range of time and never struck through.
        (b'~', 1) => return (true, true),
        (b'*', _) | (b'~', 2) => {}
        _ => return (false, false),
    }
    let before = body[..from].chars().next_back().unwrap_or(' ');
    let after = body[to..].chars().next().unwrap_or(' ');
    let plain = |c: char| c.is_whitespace() || c == '|';
    let beside_cjk = is_cjk(before) || is_cjk(after);
    if !beside_cjk || plain(before) || plain(after) || (before == '>' && opens_quote(&body[..from])) {
        return (false, false);
    }
    (!is_letter(before), !is_letter(after))
}

/// `is_alphanumeric`, with its answer at once for the characters that Chinese text is made of.
fn is_letter(c: char) -> bool {
    match c {
        '\u{4E00}'..='\u{9FFF}' => true,
        '\u{3001}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}' => false,
        c => c.is_alphanumeric(),
    }
}

fn opens_quote(before: &str) -> bool {
    before.bytes().rev().take_while(|byte| *byte != b'\n').all(|byte| b"> \t".contains(&byte))
}

struct Marker<'a> {
    body: &'a str,
    out: String,
    marks: Vec<(usize, usize)>,
    lines: Vec<usize>,
    done: usize,
    bytes: usize,
}

impl<'a> Marker<'a> {
    fn put(&mut self, at: usize, mark: char) {
        if self.marks.is_empty() {
            self.out.reserve(self.body.len() + self.body.len() / 32 + 64);
        }
        self.out.push_str(&self.body[self.done..at]);
        self.bytes += mark.len_utf8();
        self.marks.push((self.out.len(), self.bytes));
        self.out.push(mark);
        self.done = at;
    }

    /// A blank line before and after, and a letter in front, so that the line is a paragraph.
    fn set_apart(&mut self, line: &Colons) {
        if line.apart {
            let start = self.body[..line.range.start].rfind('\n').map_or(0, |n| n + 1);
            self.put(start.max(self.done), '\n');
        }
        self.put(line.range.start, LETTER);
        self.lines.push(self.out.len() - LETTER.len_utf8());
        if line.apart {
            self.put(line.range.end, '\n');
        }
    }

    fn finish(mut self) -> Marked<'a> {
        let text = if self.marks.is_empty() {
            Cow::Borrowed(self.body)
        } else {
            self.out.push_str(&self.body[self.done..]);
            Cow::Owned(self.out)
        };
        Marked { text, lines: self.lines, marks: self.marks, last: Cell::new(NOWHERE) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_unicode() {
        for c in '\u{2000}'..='\u{FFFF}' {
            assert_eq!(is_letter(c), c.is_alphanumeric(), "{c:?}");
        }
    }

    #[test]
    fn marks_fall_out_wherever_they_stand() {
        let body = "**（一）**、**（二）**，后";
        let marked = mark(body, &[]);
        for (from, _) in marked.text.char_indices() {
            for (to, _) in marked.text[from..].char_indices() {
                let range = from..from + to;
                let expect = marked.text[range.clone()].replace([LETTER, PUNCTUATION], "");
                assert_eq!(&*marked.unmarked(range), expect);
            }
        }
    }

    #[test]
    fn offsets_map_back() {
        let body = "甲**（乙）**丙\n::card\n~后";
        let line = Colons { range: 20..27, apart: true };
        let marked = mark(body, &[line]);
        assert_eq!(marked.text, "甲**\u{FDD0}（乙）\u{FDD0}**丙\n\n\u{FDD0}::card\n\n\u{FDD0}~\u{FDD0}后");
        for (n, c) in marked.text.char_indices().filter(|(_, c)| *c != LETTER && *c != '\n') {
            let source = marked.source(n..n + c.len_utf8());
            assert_eq!(body[source.start..].chars().next(), Some(c), "{n}");
        }
    }
}
