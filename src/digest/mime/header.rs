//! Header lines: words of Chinese (RFC 2047), names of files (RFC 2231), addresses. Nothing that
//! content or a recipient's name holds can begin a line.

use std::io::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// Bytes of UTF-8 in an encoded word: 60 characters of base64 and 12 around them stay below 75.
const WORD: usize = 45;

/// One line of text: control characters become spaces, and none stands at the ends.
pub(super) fn one_line(text: &str) -> String {
    let plain: String =
        text.chars().map(|c| if c.is_control() || c == '\u{2028}' || c == '\u{2029}' { ' ' } else { c }).collect();
    plain.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Text for places that take letters, digits, `.` and `-` only.
pub(super) fn atom(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '-' }).collect()
}

/// A header of text.
pub(super) fn text(out: &mut Vec<u8>, name: &str, text: &str) {
    let text = one_line(text);
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    words(out, &text, name.len() + 2, false);
    out.extend_from_slice(b"\r\n");
}

/// A header of one mailbox: `李老师 <li@example.org>`.
pub(super) fn mailbox(out: &mut Vec<u8>, name: &str, display: &str, email: &str) {
    let (display, email) = (one_line(display), one_line(email));
    // Writing to memory does not fail.
    let _ = write!(out, "{name}: ");
    if display.is_empty() {
        // Without brackets it looks like a mail that a program has thrown together.
        let _ = write!(out, "<{email}>\r\n");
        return;
    }
    words(out, &display, name.len() + 2, true);
    let _ = write!(out, "\r\n <{email}>\r\n");
}

/// `List-Id: "name" <id>`.
pub(super) fn list_id(out: &mut Vec<u8>, name: &str, id: &str) {
    mailbox(out, "List-Id", name, &atom(id));
}

/// `Content-Disposition`, with the name of the file in pieces of RFC 2231 where it is Chinese.
pub(super) fn disposition(out: &mut Vec<u8>, kind: &str, file: &str) {
    let file = one_line(file).replace(['/', '\\'], "-");
    let _ = write!(out, "Content-Disposition: {kind}");
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if !file.is_empty() && file.len() <= 60 && file.chars().all(plain) {
        let _ = write!(out, ";\r\n filename=\"{file}\"");
    } else if !file.is_empty() {
        encoded_parameter(out, &file);
    }
    out.extend_from_slice(b"\r\n");
}

fn encoded_parameter(out: &mut Vec<u8>, value: &str) {
    let mut lines: Vec<String> = vec![String::from("utf-8''")];
    for c in value.chars() {
        let at = lines.len() - 1;
        // A character stays in one piece: who reads piece by piece reads it right.
        if lines[at].len() > 50 {
            lines.push(String::new());
        }
        let line = lines.last_mut().unwrap_or_else(|| unreachable!("it begins with a line"));
        if c.is_ascii_alphanumeric() || "._-".contains(c) {
            line.push(c);
        } else {
            c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| line.push_str(&format!("%{byte:02X}")));
        }
    }
    let one = lines.len() == 1;
    for (i, line) in lines.iter().enumerate() {
        let _ = match one {
            true => write!(out, ";\r\n filename*={line}"),
            false => write!(out, ";\r\n filename*{i}*={line}"),
        };
    }
}

/// Text as it stands where it is plain ASCII and short, else as encoded words, one a line.
fn words(out: &mut Vec<u8>, text: &str, before: usize, phrase: bool) {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == ' ' || c == '-' || (!phrase && c.is_ascii_graphic());
    if text.chars().all(plain) && !text.contains("=?") && before + text.len() <= 76 {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    let mut rest = text;
    // The first word stands beside the header's name.
    let mut room = WORD.min((75 - 12 - before.min(40)) / 4 * 3);
    while !rest.is_empty() {
        let mut end = room.min(rest.len());
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let (word, after) = rest.split_at(end);
        let _ = write!(out, "=?utf-8?B?{}?=", STANDARD.encode(word));
        if !after.is_empty() {
            out.extend_from_slice(b"\r\n ");
        }
        (rest, room) = (after, WORD);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_piece_of_a_file_name_splits_a_character() {
        for length in 1..40 {
            let name = format!("{}{}.ics", "a".repeat(length % 5), "周—𠮷".repeat(length));
            let header = line(|out| disposition(out, "attachment", &name));
            assert!(header.split("\r\n").all(|line| line.len() <= 78), "{header}");
            let pieces = header.split(";\r\n").skip(1).filter_map(|line| line.trim().split_once("*="));
            let decoded = pieces.map(|(_, piece)| {
                let words = piece.trim_start_matches("utf-8''");
                let mut bytes = Vec::new();
                let mut rest = words.as_bytes();
                while let Some((&byte, after)) = rest.split_first() {
                    rest = after;
                    if byte == b'%' {
                        let (digits, after) = rest.split_at(2);
                        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap());
                        rest = after;
                    } else {
                        bytes.push(byte);
                    }
                }
                String::from_utf8(bytes).unwrap()
            });
            assert_eq!(decoded.collect::<String>(), name);
        }
    }

    #[test]
    fn no_encoded_word_splits_a_character_or_is_too_long() {
        for length in 1..80 {
            let subject = "a".repeat(length % 7) + &"党群𠮷服务".repeat(length);
            let header = line(|out| text(out, "Subject", &subject));
            let mut decoded = String::new();
            for word in header.trim_start_matches("Subject: ").split("\r\n").map(str::trim).filter(|w| !w.is_empty()) {
                assert!(word.len() <= 75);
                let inner = word.trim_start_matches("=?utf-8?B?").trim_end_matches("?=");
                decoded += &String::from_utf8(STANDARD.decode(inner).unwrap()).unwrap();
            }
            assert_eq!(decoded, subject);
            assert!(header.split("\r\n").all(|line| line.len() <= 78), "{header}");
        }
    }

    #[test]
    fn nothing_can_begin_a_line_of_its_own() {
        for evil in ["a\r\nBcc: x@y.cn", "a\nBcc: x", "a\u{0}b", "a\u{2028}b", "\r\n\r\n<script>", "a\u{85}b"] {
            for header in [
                line(|out| text(out, "Subject", evil)),
                line(|out| mailbox(out, "To", evil, "a@b.cn")),
                line(|out| mailbox(out, "Reply-To", "", evil)),
                line(|out| list_id(out, evil, evil)),
                line(|out| disposition(out, "attachment", evil)),
            ] {
                let continued = header.trim_end().split("\r\n").skip(1).all(|line| line.starts_with(' '));
                assert!(continued && !header.replace("\r\n", "").contains(['\r', '\n']), "{header:?}");
            }
        }
    }

    #[test]
    fn names_of_files() {
        assert_eq!(
            line(|out| disposition(out, "attachment", "calendar.ics")),
            "Content-Disposition: attachment;\r\n filename=\"calendar.ics\"\r\n"
        );
        let long = line(|out| disposition(out, "attachment", "2026年12月活动日历（第一期）.ics"));
        assert!(long.contains("filename*0*=utf-8''2026%E5%B9%B4") && long.contains("filename*1*="), "{long}");
    }

    #[test]
    fn an_address_stands_in_brackets() {
        assert_eq!(line(|out| mailbox(out, "To", "", "a@b.cn")), "To: <a@b.cn>\r\n");
    }

    #[test]
    fn a_name_with_signs_is_no_address() {
        let header = line(|out| mailbox(out, "To", "a@b.cn, \"x\" <c@d.cn>", "e@f.cn"));
        assert_eq!(header.matches('@').count(), 1, "{header}");
    }
}
