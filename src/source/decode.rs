//! Bytes to text: UTF-8, and what comes back from offices (GBK, GB18030, UTF-16, BOMs, CRLF).

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, UTF_8};

/// A decoded text with LF line ends.
#[derive(Debug, Clone)]
pub struct Decoded {
    /// The text.
    pub text: String,
    /// The name of the encoding where it was not UTF-8.
    pub encoding: Option<&'static str>,
    /// Whether some bytes made no sense and stand as U+FFFD.
    pub damaged: bool,
}

/// Decodes: a byte order mark decides, then strict UTF-8, then a detector that expects Chinese;
/// what it takes for any other East Asian or Western encoding than GBK is read as GB18030, the
/// superset that Chinese offices use, unless the detector is sure.
pub fn decode(bytes: Vec<u8>) -> Decoded {
    if let Some((encoding, length)) = Encoding::for_bom(&bytes) {
        let (text, damaged) = encoding.decode_without_bom_handling(&bytes[length..]);
        let name = (encoding != UTF_8).then(|| encoding.name());
        return Decoded { text: unix_lines(text.into_owned()), encoding: name, damaged };
    }
    if let Ok(text) = simdutf8::basic::from_utf8(&bytes) {
        return Decoded { text: unix_lines(text.to_owned()), encoding: None, damaged: false };
    }
    if let Some(text) = nearly_utf8(&bytes) {
        return Decoded { text: unix_lines(text), encoding: None, damaged: true };
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes, true);
    let guess = detector.guess(Some(b"cn"), Utf8Detection::Allow);
    let encoding = if guess == UTF_8 || guess == encoding_rs::GBK { guess } else { GB18030 };
    let encoding = if encoding == encoding_rs::GBK { GB18030 } else { encoding };
    let (text, damaged) = encoding.decode_without_bom_handling(&bytes);
    let name = (encoding != UTF_8).then(|| encoding.name());
    Decoded { text: unix_lines(text.into_owned()), encoding: name, damaged }
}

/// Files that are published as they are, but whose lines a checkout on Windows may have changed.
const TEXTS: [&str; 13] =
    ["svg", "css", "js", "mjs", "json", "html", "htm", "xml", "txt", "csv", "ics", "vtt", "webmanifest"];

/// The bytes of a file with LF line ends, where its name says that it is text and its bytes do not
/// say otherwise (a NUL: another encoding).
pub(super) fn same_everywhere(extension: &str, bytes: Vec<u8>) -> Vec<u8> {
    let text = TEXTS.contains(&extension) && memchr::memchr(0, &bytes).is_none();
    if !text || memchr::memmem::find(&bytes, b"\r\n").is_none() {
        return bytes;
    }
    let mut plain = Vec::with_capacity(bytes.len());
    let mut done = 0;
    for at in memchr::memmem::find_iter(&bytes, b"\r\n") {
        plain.extend_from_slice(&bytes[done..at]);
        done = at + 1;
    }
    plain.extend_from_slice(&bytes[done..]);
    plain
}

/// UTF-8 with a few bytes that make no sense: cut off, or pasted into.
fn nearly_utf8(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let wrong = text.matches('\u{fffd}').count();
    let right = text.chars().filter(|c| !c.is_ascii() && *c != '\u{fffd}').count();
    (wrong * 2 <= right).then(|| text.into_owned())
}

// A checkout with CRLF gives the same site as one with LF.
fn unix_lines(text: String) -> String {
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    if memchr::memchr(b'\r', text.as_bytes()).is_some() { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_same_in_a_windows_checkout() {
        let same = |extension: &str, bytes: &[u8]| same_everywhere(extension, bytes.to_vec());
        assert_eq!(same("svg", b"<svg>\r\n</svg>\r\n"), b"<svg>\n</svg>\n");
        assert_eq!(same("css", b"a\rb\nc"), b"a\rb\nc");
        // UTF-16 has bytes that only look like a line end.
        assert_eq!(same("csv", b"\xFF\xFE\r\n\0a"), b"\xFF\xFE\r\n\0a");
        assert_eq!(same("jpg", b"\xFF\xD8\r\n"), b"\xFF\xD8\r\n");
    }

    #[test]
    fn reads_what_offices_send() {
        let text = "标题: 通知\r\n居民们：周六上午有讲座。\r\n";
        let expect = "标题: 通知\n居民们：周六上午有讲座。\n";
        let (gbk, _, _) = GB18030.encode(text);
        let decoded = decode(gbk.into_owned());
        assert_eq!((decoded.text.as_str(), decoded.encoding), (expect, Some("gb18030")));
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(decode(utf16).text, expect);
        assert_eq!(decode([b"\xEF\xBB\xBF", text.as_bytes()].concat()).text, expect);
        assert!(decode(b"\xFFabc\xC0 \xC1".to_vec()).damaged);
    }
}
