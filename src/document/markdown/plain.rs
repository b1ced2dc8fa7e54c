//! The text of a body as plain words, for search, counts and copies without markup.

use pulldown_cmark::{Event, TagEnd};

use super::events::{Part, Piece, parse};

/// The words of a body: one line for each paragraph, heading, item, cell or line of code; no
/// markup, no addresses, no shortcodes but what stands in their blocks.
///
/// ```
/// let text = pbsite::document::markdown::plain_text("# 通知\n\n请**准时**到[服务站](@stations/houtan)。");
/// assert_eq!(text, "通知\n请准时到服务站。");
/// ```
pub fn plain_text(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    parse(body, |parsed| parsed.pieces.iter().for_each(|piece| write(piece, &mut out)));
    out.truncate(out.trim_end().len());
    out
}

/// Adds what one event says.
pub(super) fn write(piece: &Piece<'_>, out: &mut String) {
    let Part::Event(event) = &piece.part else { return };
    match event {
        Event::Text(text) | Event::Code(text) => out.push_str(text),
        Event::SoftBreak => out.push(' '),
        Event::HardBreak => end_line(out),
        Event::InlineHtml(tag) if tag.starts_with("<br") => end_line(out),
        Event::End(tag) if ends_line(tag) => end_line(out),
        Event::Start(tag) if ends_line(&tag.to_end()) => end_line(out),
        _ => {}
    }
}

fn end_line(out: &mut String) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

fn ends_line(tag: &TagEnd) -> bool {
    use TagEnd::*;
    !matches!(tag, Emphasis | Strong | Strikethrough | Superscript | Subscript | Link | Image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_only() {
        let body =
            "# 标题\n\n- 甲\n- 乙 <b>丙</b>\n\n| 一 | 二 |\n|---|---|\n| 三 | 四 |\n\n:::notice\n![图](a.jpg)里\n:::\n";
        assert_eq!(plain_text(body), "标题\n甲\n乙 丙\n一\n二\n三\n四\n图里");
    }
}
