//! A text with holes as base64, of which all but the neighbourhood of the holes is encoded once.
//!
//! A line of base64 holds 57 bytes. What stands between the holes is cut at such lines; a personal
//! piece begins with the bytes that were left over before it and is filled up with spaces to whole
//! lines, so that what follows is encoded as ever. In HTML the spaces stand inside a tag, before
//! its `>`, where they mean nothing; plain text is encoded anew from its first hole on, since
//! spaces in it would be copied along.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::digest::letter::Hole;

/// Bytes in a line of base64 of 76 characters.
const LINE: usize = 57;

const HOLES: [Hole; 3] = [Hole::Salutation, Hole::Unsubscribe, Hole::Preferences];

/// What the holes of one letter are filled with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Values {
    pub(super) salutation: String,
    pub(super) unsubscribe: String,
    pub(super) preferences: String,
}

/// A text, cut into what is encoded already and what is not.
#[derive(Debug)]
pub(super) struct Body(Vec<Piece>);

#[derive(Debug)]
enum Piece {
    /// Lines of base64.
    Shared(Vec<u8>),
    /// Encoded for each recipient, and filled up to whole lines unless it is the last.
    Personal { fragments: Vec<Fragment>, filled: bool },
}

#[derive(Debug)]
enum Fragment {
    Bytes(Vec<u8>),
    Hole(Hole),
}

impl Body {
    /// HTML: filled up inside the tags behind the holes.
    pub(super) fn html(html: &str) -> Self {
        let ends = tag_ends(html);
        let end = |at: usize| ends.iter().copied().find(|end| *end >= at);
        Self::cut(html, end)
    }

    /// Plain text, with the line ends of mail.
    pub(super) fn text(text: &str) -> Self {
        let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        Self::cut(&text, |_| None)
    }

    /// Writes the text with its holes filled, as lines of base64.
    pub(super) fn write(&self, values: &Values, out: &mut Vec<u8>) {
        let mut plain = Vec::new();
        for piece in &self.0 {
            match piece {
                Piece::Shared(lines) => out.extend_from_slice(lines),
                Piece::Personal { fragments, filled } => {
                    plain.clear();
                    fragments.iter().for_each(|fragment| fragment.write(values, &mut plain));
                    if *filled {
                        plain.resize(plain.len().next_multiple_of(LINE), b' ');
                    }
                    base64_lines(&plain, out);
                }
            }
        }
    }

    /// Cuts a text at its holes; `fill` tells where behind a place spaces mean nothing.
    fn cut(text: &str, fill: impl Fn(usize) -> Option<usize>) -> Self {
        let (mut pieces, mut from) = (Vec::new(), 0);
        while let Some((at, hole)) = next_hole(text, from) {
            let whole = (at - from) / LINE * LINE;
            if whole > 0 {
                pieces.push(Piece::Shared(encoded(&text.as_bytes()[from..from + whole])));
            }
            let end = fill(at + hole.mark().len());
            let until = end.unwrap_or(text.len());
            pieces.push(Piece::Personal { fragments: fragments(text, from + whole, until), filled: end.is_some() });
            from = until;
        }
        if from < text.len() {
            pieces.push(Piece::Shared(encoded(&text.as_bytes()[from..])));
        }
        Self(pieces)
    }
}

impl Fragment {
    fn write(&self, values: &Values, out: &mut Vec<u8>) {
        match self {
            Self::Bytes(bytes) => out.extend_from_slice(bytes),
            Self::Hole(hole) => out.extend_from_slice(values.get(*hole).as_bytes()),
        }
    }
}

/// Writes bytes as base64 in lines of 76 characters, each with its line end.
pub(super) fn base64_lines(bytes: &[u8], out: &mut Vec<u8>) {
    let mut line = [0; 78];
    for chunk in bytes.chunks(LINE) {
        // A line of 57 bytes always has room in 76.
        let length = STANDARD.encode_slice(chunk, &mut line).unwrap_or_default();
        line[length..length + 2].copy_from_slice(b"\r\n");
        out.extend_from_slice(&line[..length + 2]);
    }
}

fn encoded(bytes: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(bytes.len() * 78 / LINE + 78);
    base64_lines(bytes, &mut lines);
    lines
}

/// The first hole from a byte on.
fn next_hole(text: &str, from: usize) -> Option<(usize, Hole)> {
    let found = HOLES.iter().filter_map(|hole| {
        Some((from + text.as_bytes()[from..].windows(6).position(|window| window == hole.mark().as_bytes())?, *hole))
    });
    found.min_by_key(|(at, _)| *at)
}

fn fragments(text: &str, from: usize, until: usize) -> Vec<Fragment> {
    let (mut fragments, mut from) = (Vec::new(), from);
    while let Some((at, hole)) = next_hole(text, from).filter(|(at, _)| *at < until) {
        fragments.push(Fragment::Bytes(text.as_bytes()[from..at].to_vec()));
        fragments.push(Fragment::Hole(hole));
        from = at + hole.mark().len();
    }
    fragments.push(Fragment::Bytes(text.as_bytes()[from..until].to_vec()));
    fragments
}

/// Where tags end: the places before `>` or `/>` that are in no comment and no quoted value.
fn tag_ends(html: &str) -> Vec<usize> {
    let bytes = html.as_bytes();
    let (mut ends, mut at) = (Vec::new(), 0);
    while let Some(open) = memchr::memchr(b'<', &bytes[at..]).map(|found| at + found) {
        if bytes[open..].starts_with(b"<!--") {
            at = memchr::memmem::find(&bytes[open..], b"-->").map_or(bytes.len(), |end| open + end + 3);
            continue;
        }
        let Some(end) = tag_end(bytes, open) else { break };
        let name = bytes.get(open + 1).is_some_and(|c| c.is_ascii_alphabetic() || *c == b'/');
        // What `<style>` and `<title>` hold is text; their tags are tags.
        if name {
            ends.push(if bytes[end - 1] == b'/' { end - 1 } else { end });
        }
        at = end + 1;
    }
    ends
}

/// The `>` that ends the tag beginning at `open`.
fn tag_end(bytes: &[u8], open: usize) -> Option<usize> {
    let mut quote = None;
    for (at, &byte) in bytes.iter().enumerate().skip(open + 1) {
        match quote {
            Some(mark) if byte == mark => quote = None,
            Some(_) => {}
            None if byte == b'"' || byte == b'\'' => quote = Some(byte),
            None if byte == b'>' => return Some(at),
            None => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(name: &str) -> Values {
        Values {
            salutation: name.into(),
            unsubscribe: "https://e.org/u?t=1&amp;x=2".into(),
            preferences: String::new(),
        }
    }

    fn decoded(body: &Body, values: &Values) -> String {
        let mut out = Vec::new();
        body.write(values, &mut out);
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        assert!(lines[..lines.len() - 1].iter().all(|line| line.len() == 76), "{lines:?}");
        String::from_utf8(STANDARD.decode(lines.concat()).unwrap()).unwrap()
    }

    fn html() -> String {
        let (s, u) = (Hole::Salutation.mark(), Hole::Unsubscribe.mark());
        format!(
            "<!-- a > b --><body>{}<p title=\"1 > 0\">{s}</p>{}<a class=\"x\" href=\"{u}\" title='>'>退订</a><br/>{}</body>",
            "党群".repeat(40),
            "活动".repeat(50),
            "课程".repeat(30)
        )
    }

    #[test]
    fn spaces_stand_inside_tags_only() {
        let body = Body::html(&html());
        for name in ["", "李", "各位老师，您好：", "x".repeat(200).as_str()] {
            let text = decoded(&body, &values(name));
            let expect = html()
                .replace(Hole::Salutation.mark(), name)
                .replace(Hole::Unsubscribe.mark(), &values(name).unsubscribe);
            let tight = text.replace("</p ", "</p").split("  ").collect::<String>();
            let tight = tight.replace(" >", ">");
            assert_eq!(tight.replace("' >", "'>").replace(' ', ""), expect.replace(' ', ""), "{text}");
            assert!(text.contains(&format!("<p title=\"1 > 0\">{name}</p")), "{text}");
        }
    }

    #[test]
    fn most_of_it_is_encoded_once() {
        let shared: usize = Body::html(&html())
            .0
            .iter()
            .map(|piece| if let Piece::Shared(lines) = piece { lines.len() } else { 0 })
            .sum();
        assert!(shared * 10 > html().len() * 8, "{shared}");
    }

    #[test]
    fn text_is_as_written_with_mail_line_ends() {
        let text = format!("{}\n\n本期内容\n退订：{}\n", Hole::Salutation.mark(), Hole::Unsubscribe.mark());
        let expect = "您好\r\n\r\n本期内容\r\n退订：https://e.org/u?t=1&amp;x=2\r\n";
        assert_eq!(decoded(&Body::text(&text), &values("您好")), expect);
        assert_eq!(decoded(&Body::text("没有洞"), &values("")), "没有洞");
    }
}
