//! The plain part of a letter: lines of 34 full-width characters, fit for a chat group.

use unicode_width::UnicodeWidthChar;

/// Columns of a line.
const WIDTH: usize = 68;

/// What must not begin a line, and so stays with what stands before it.
const CLOSING: &str = "，。、；：？！）》」』”’】〕…—·,.;:?!)]}%";
/// What must not end a line.
const OPENING: &str = "（《「『“‘【〔([{";

/// Makes a letter of what a template wrote: lines are wrapped, one empty line stands for several,
/// none at the beginning, a line feed at the end. An address is never broken.
pub(super) fn letter_text(written: &str) -> String {
    let mut out = String::with_capacity(written.len() + 256);
    let mut empty = true;
    for line in written.lines() {
        let line = line.trim_end();
        if line.trim().is_empty() {
            if !empty {
                out.push('\n');
            }
            empty = true;
            continue;
        }
        empty = false;
        wrap(line, &mut out);
    }
    let end = out.trim_end().len();
    out.truncate(end);
    out.push('\n');
    out
}

/// Wraps a line between words and between wide characters; what follows stands as far in as it did.
fn wrap(line: &str, out: &mut String) {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let hang = indent + if line[indent..].starts_with("- ") { 2 } else { 0 };
    out.push_str(&line[..indent]);
    let mut column = indent;
    for piece in pieces(&line[indent..]) {
        let width = columns(piece.trim_end());
        if column + width > WIDTH && column > hang {
            let end = out.trim_end_matches(' ').len();
            out.truncate(end);
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', hang));
            column = hang;
        }
        let piece = if column == hang && column > 0 { piece.trim_start_matches(' ') } else { piece };
        out.push_str(piece);
        column += columns(piece);
    }
    let end = out.trim_end_matches(' ').len();
    out.truncate(end);
    out.push('\n');
}

/// The parts of a line between which it may be broken.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        if before.is_some_and(|before| may_break(before, c)) {
            pieces.push(&text[start..at]);
            start = at;
        }
        before = Some(c);
    }
    pieces.push(&text[start..]);
    pieces
}

fn may_break(before: char, after: char) -> bool {
    if CLOSING.contains(after) || OPENING.contains(before) || after == ' ' {
        return false;
    }
    before == ' ' || wide(before) || wide(after)
}

fn wide(c: char) -> bool {
    c.width() == Some(2)
}

/// Columns that a text takes where full-width characters take two.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, expected: &str) {
        let text = letter_text(written);
        assert_eq!(text, expected);
        assert!(text.lines().all(|line| line.contains("://") || columns(line) <= WIDTH + 2), "{text}");
    }

    #[test]
    fn lines_are_wrapped_between_wide_characters() {
        let line = "一二三四五六七八九十".repeat(4);
        let expected = format!("{}\n{}\n", &line[..34 * 3], &line[34 * 3..]);
        check(&line, &expected);
    }

    #[test]
    fn punctuation_does_not_begin_a_line() {
        let line = format!("{}，后面", "字".repeat(34));
        check(&line, &format!("{}\n字，后面\n", "字".repeat(33)));
    }

    #[test]
    fn addresses_and_words_stay_whole() {
        let address = format!("https://example.org/{}", "a/".repeat(40));
        check(&format!("网页版：{address}"), &format!("网页版：\n{address}\n"));
        check(&format!("{}abc def", "字".repeat(33)), &format!("{}\nabc def\n", "字".repeat(33)));
    }

    #[test]
    fn empty_lines_are_one_and_items_hang() {
        check("\n\n一\n\n\n二\n\n", "一\n\n二\n");
        let line = format!("- {}", "字".repeat(40));
        check(&line, &format!("- {}\n  {}\n", "字".repeat(33), "字".repeat(7)));
    }
}
