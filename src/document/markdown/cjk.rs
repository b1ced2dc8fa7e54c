//! Marks: characters put into a body before it is parsed, and taken out of every event after.
//!
//! CommonMark decides by the characters around a run of `*` whether it opens or closes emphasis,
//! and full-width punctuation makes it refuse `**强调。**后`. The markdown-cjk-friendly
//! specification repairs the rule; here its effect is had without changing the parser: beside such
//! a run stands a character that the parser takes for a letter. Ranges of events are mapped back
//! by [`Marked::source`]. The same device sets directive lines apart from the text around them.

use std::{borrow::Cow, ops::Range};

use pulldown_cmark::CowStr;

use crate::base::text::is_cjk;

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
}

impl Marked<'_> {
    /// The range of the body that a range of the marked text stands for.
    pub(super) fn source(&self, range: Range<usize>) -> Range<usize> {
        self.back(range.start)..self.back(range.end)
    }

    /// Whether a range of the marked text holds a mark.
    pub(super) fn holds_mark(&self, range: &Range<usize>) -> bool {
        let next = self.marks.partition_point(|mark| mark.0 < range.start);
        self.marks.get(next).is_some_and(|mark| mark.0 < range.end)
    }

    fn back(&self, offset: usize) -> usize {
        match self.marks.partition_point(|mark| mark.0 < offset) {
            0 => offset,
            n => {
                let (place, bytes) = self.marks[n - 1];
                let before = if n > 1 { self.marks[n - 2].1 } else { 0 };
                offset.saturating_sub(bytes).max(place - before)
            }
        }
    }
}

/// Takes marks out of a string of an event.
pub(super) fn strip(text: CowStr<'_>) -> CowStr<'_> {
    const MARKS: [char; 2] = [LETTER, PUNCTUATION];
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
    while let Some(from) = bytes[at..].iter().position(|&byte| DELIMITERS[byte as usize]).map(|n| at + n) {
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

const DELIMITERS: [bool; 256] = {
    let mut table = [false; 256];
    table[b'*' as usize] = true;
    table[b'~' as usize] = true;
    table[b'_' as usize] = true;
    table[b'\\' as usize] = true;
    table
};

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
    (!before.is_alphanumeric(), !after.is_alphanumeric())
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
        Marked { text, lines: self.lines, marks: self.marks }
    }
}
