//! Text: lines and columns, classes of characters, counts, escaping, cutting.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A place in a text as people count: line and column from 1, the column in characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A byte range of a text, small and `Copy`. Sources are at most 4 GiB.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The span as a range, for slicing.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The span moved `by` bytes onwards.
    pub fn shift(self, by: usize) -> Self {
        Self { start: self.start + by as u32, end: self.end + by as u32 }
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self { start: range.start as u32, end: range.end as u32 }
    }
}

/// Where each line of a text begins, for turning byte offsets into [`Position`]s.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    /// Reads the text once. LF, CRLF and lone CR end a line.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter_map(|(i, &byte)| match byte {
            b'\n' => Some(i + 1),
            b'\r' if bytes.get(i + 1) != Some(&b'\n') => Some(i + 1),
            _ => None,
        });
        Self { starts: std::iter::once(0).chain(ends).collect() }
    }

    /// The position of a byte offset; past the end it is the end, inside a character its start.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let offset = text.floor_char_boundary(offset.min(text.len()));
        let line = self.starts.partition_point(|&start| start <= offset) - 1;
        let column = text[self.starts[line]..offset].chars().count() + 1;
        Position { line: line as u32 + 1, column: column as u32 }
    }

    /// The byte range of line `line` (from 1) without its end, empty past the last.
    pub fn line_range(&self, text: &str, line: u32) -> Range<usize> {
        let Some(&start) = self.starts.get(line as usize - 1) else { return text.len()..text.len() };
        let end = self.starts.get(line as usize).copied().unwrap_or(text.len());
        start..start + text[start..end].trim_end_matches(['\r', '\n']).len()
    }

    /// The number of lines.
    pub fn lines(&self) -> u32 {
        self.starts.len() as u32
    }
}

/// Whether a character is one that the rules of the markdown-cjk-friendly specification count as
/// Chinese, Japanese or Korean (letters and full-width punctuation).
pub fn is_cjk(c: char) -> bool {
    matches!(c as u32, 0x1100..=0x11FF | 0x20A9 | 0x2329..=0x232A | 0x2E80..=0x303E | 0x3041..=0x3247 | 0x3250..=0xA4C6
        | 0xA960..=0xA97C | 0xAC00..=0xD7FB | 0xF900..=0xFAFF | 0xFE10..=0xFE19 | 0xFE30..=0xFE6B | 0xFF01..=0xFFEE
        | 0x16FE0..=0x1B2FF | 0x1F200..=0x1F202 | 0x1F210..=0x1F265 | 0x20000..=0x3FFFD)
}

/// Whether a character is Han (an ideograph, 〇 included).
pub fn is_han(c: char) -> bool {
    matches!(c as u32, 0x3005 | 0x3007 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFD)
}

/// How many characters at the beginning of a text are among those that make up a Chinese text:
/// U+4000 to U+9FFF, 、。《》「」, full-width ASCII, dashes, ellipses and the quotation marks that end
/// no word. All of them have three bytes.
fn plain_han(text: &[u8]) -> usize {
    let (characters, _) = text.as_chunks::<3>();
    let other = characters.iter().position(|[first, second, last]| match first {
        0xE4..=0xE9 => false,
        0xE3 => *second != 0x80 || *last >= 0xBF,
        0xE2 => *second != 0x80 || !matches!(last, 0x94 | 0x98 | 0x9C | 0x9D | 0xA6),
        0xEF => !matches!((second, last), (0xBC, 0x81..) | (0xBD, _)),
        _ => true,
    });
    other.unwrap_or(characters.len())
}

/// Escapes text for HTML content and double-quoted attributes.
pub fn escape_html_into(out: &mut String, text: &str) {
    let bytes = text.as_bytes();
    let mut done = 0;
    // All four are ASCII: searching bytes never lands inside a character.
    // `"` and `&` differ in one bit, `<` and `>` too.
    while let Some(at) = next_of(bytes, done, |byte| (byte | 4 == b'&') | (byte | 2 == b'>')) {
        out.push_str(&text[done..at]);
        out.push_str(match bytes[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        done = at + 1;
    }
    out.push_str(&text[done..]);
}

/// Where the next byte stands that `is` wanted. Whole blocks are looked at without a branch, which
/// compiles to vector instructions: most have none. So `is` should have no branch either.
pub fn next_of(bytes: &[u8], from: usize, is: impl Fn(u8) -> bool) -> Option<usize> {
    let at = without::<8>(bytes, without::<32>(bytes, from, &is), &is);
    bytes[at..].iter().position(|byte| is(*byte)).map(|n| at + n)
}

/// Where the first whole block begins that has one of the bytes, or the rest.
fn without<const BLOCK: usize>(bytes: &[u8], mut at: usize, is: &impl Fn(u8) -> bool) -> usize {
    while let Some(block) = bytes.get(at..at + BLOCK) {
        if block.iter().fold(0, |found, byte| found | u8::from(is(*byte))) != 0 {
            break;
        }
        at += BLOCK;
    }
    at
}

/// Room to write a passing text of about `length` bytes or parts into. An allocator has pages for each
/// size: where texts of all lengths ask for few sizes, few pages come fresh from the system.
pub fn roomy(length: usize) -> usize {
    length.next_power_of_two()
}

/// Escapes text for HTML content and double-quoted attributes.
pub fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    escape_html_into(&mut out, text);
    out
}

/// How long a text is, Han and other words apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Characters as a Chinese editor counts them: every Han or full-width character and
    /// punctuation mark, and each Latin word or number as one.
    pub characters: u32,
    /// Latin words and numbers.
    pub words: u32,
}

impl Counts {
    /// Adds a run of text.
    pub fn add(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut in_word = false;
        let mut at = 0;
        while at < bytes.len() {
            let start = at;
            let run = plain_han(&bytes[at..]);
            if run > 0 {
                self.characters += run as u32;
                in_word = false;
                at += run * 3;
            }
            while let Some(byte) = bytes.get(at).filter(|byte| byte.is_ascii()) {
                let word = byte.is_ascii_alphanumeric();
                self.begin(word && !in_word);
                in_word = word || (in_word && matches!(byte, b'\'' | b'-' | b'.' | b',' | b'_'));
                at += 1;
            }
            if at > start {
                continue;
            }
            let c = text[at..].chars().next().unwrap_or_default();
            at += c.len_utf8();
            let wide = is_cjk(c) || matches!(c, '“' | '”' | '‘' | '’' | '…' | '—');
            let word = !wide && c.is_alphanumeric();
            self.begin(word && !in_word);
            self.characters += u32::from(wide);
            in_word = word || (in_word && c == '’');
        }
    }

    fn begin(&mut self, word: bool) {
        self.words += u32::from(word);
        self.characters += u32::from(word);
    }

    /// Minutes to read at 400 characters a minute, rounded, at least 1. The rate is that of the
    /// portals this follows: 2048 characters are 5 minutes, 5469 are 14.
    ///
    /// ```
    /// use pbsite::base::text::Counts;
    /// assert_eq!(Counts { characters: 2048, words: 0 }.minutes(), 5);
    /// assert_eq!(Counts { characters: 5469, words: 0 }.minutes(), 14);
    /// ```
    pub fn minutes(&self) -> u32 {
        ((self.characters + 200) / 400).max(1)
    }
}

/// Cuts a plain text for a summary: at most `limit` characters, after the last sentence end
/// (`。！？；` and their Latin kin before a space) that leaves at least a third of the limit,
/// closing quotes and brackets kept with their sentence; else before the last break that splits
/// neither a number nor a Latin word, with `…` behind it.
pub fn summary(text: &str, limit: usize) -> String {
    let text = text.trim();
    let Some((over, next)) = text.char_indices().nth(limit) else { return text.into() };
    let head = &text[..over];
    // From the end back to the first third.
    let last = || head.char_indices().rev().take(limit - limit / 3);
    let mut behind = next;
    let ends = |(_, c): &(usize, char)| {
        let before = std::mem::replace(&mut behind, *c);
        matches!(c, '。' | '！' | '？' | '；') || matches!(c, '.' | '!' | '?') && before.is_whitespace()
    };
    if let Some((at, c)) = last().find(ends) {
        let rest = &head[at + c.len_utf8()..];
        let closed = rest.trim_start_matches(['”', '’', '」', '』', '》', '）', ')', '"']);
        return head[..over - closed.len()].into();
    }
    let joins = |c: char| !is_cjk(c) && (c.is_alphanumeric() || matches!(c, '.' | ',' | '-' | '%' | '/' | ':'));
    let mut before = last().skip(1);
    let (mut end, mut first) = head.char_indices().next_back().unwrap_or_default();
    while joins(first)
        && let Some((at, c)) = before.next().filter(|(_, c)| joins(*c))
    {
        (end, first) = (at, c);
    }
    let kept = head[..end].trim_end_matches(['，', '、', '：', '—', ' ', '（', '“', '《']);
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        let text = "标题\r\n服务站：a\rb";
        let index = LineIndex::new(text);
        assert_eq!(index.position(text, text.find('：').unwrap()), Position { line: 2, column: 4 });
        assert_eq!(index.position(text, text.len()), Position { line: 3, column: 2 });
        assert_eq!(&text[index.line_range(text, 2)], "服务站：a");
    }

    #[test]
    fn counts_han_and_latin_apart() {
        let mut counts = Counts::default();
        counts.add("2026年，APEC 峰会3,500人。");
        assert_eq!(counts, Counts { characters: 9, words: 3 });
    }

    #[test]
    fn the_quick_way_to_count_counts_the_same() {
        let slowly = |text: &str| {
            let (mut counts, mut in_word) = (Counts::default(), false);
            for c in text.chars() {
                let word = if c.is_ascii() { c.is_ascii_alphanumeric() } else { !is_cjk(c) && c.is_alphanumeric() };
                if word && !in_word {
                    counts.words += 1;
                    counts.characters += 1;
                } else if is_cjk(c) || matches!(c, '“' | '”' | '‘' | '’' | '…' | '—') {
                    counts.characters += 1;
                }
                in_word = word || (in_word && matches!(c, '\'' | '’' | '-' | '.' | ',' | '_'));
            }
            counts
        };
        for c in ('\u{20}'..='\u{FFFF}').chain(['𠀀', '🎉']) {
            let block = "区，街（".repeat(4);
            let text = format!("字{c}a{c}b{c}{c}é{block}{c}{block}{block}{c}");
            let mut counts = Counts::default();
            counts.add(&text);
            assert_eq!(counts, slowly(&text), "{text}");
        }
    }

    #[test]
    fn summaries_end_with_a_sentence() {
        assert_eq!(
            summary("他说：“来吧。”我们就去了那里。后面还有很长的话没有说完", 18),
            "他说：“来吧。”我们就去了那里。"
        );
        assert_eq!(summary("没有句号的一段文字一直写到3,500人还没有结束", 17), "没有句号的一段文字一直写到…");
        assert_eq!(summary("短。", 18), "短。");
    }
}
