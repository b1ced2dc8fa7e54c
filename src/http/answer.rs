//! A request and its answer, with the parts of files and the unchanged ones that browsers ask for.

use std::{ops::Range, sync::Arc};

use crate::base::{hash::Key, media_type::media_type};

/// What somebody asks for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `GET`.
    pub method: String,
    /// The path as it was sent, percent signs and all.
    pub path: String,
    /// What stands behind the question mark.
    pub query: String,
    /// The header `Range`.
    pub range: Option<String>,
    /// The header `If-None-Match`.
    pub if_none_match: Option<String>,
    /// What was sent.
    pub body: Vec<u8>,
    /// Who asks: an address, as a web server on this machine in front of this one tells it.
    pub client: String,
}

/// What is answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(&'static str, String)>,
    /// The content.
    pub content: Content,
}

/// The content of an answer.
#[derive(Debug)]
pub enum Content {
    /// Bytes.
    Bytes(Arc<[u8]>),
    /// A part of them.
    Part(Arc<[u8]>, Range<usize>),
    /// A stream of what happens, and what is told first.
    Events(String),
}

impl Request {
    /// The path decoded, without the first `/`; `None` where it is no UTF-8 text.
    ///
    /// ```
    /// use pbsite::http::Request;
    /// let asked = |path: &str| Request { path: path.into(), ..Request::default() }.decoded();
    /// assert_eq!(asked("/%E5%90%8E/a%20b"), Some("后/a b".into()));
    /// assert_eq!(asked("/%FF"), None);
    /// assert_eq!(asked("/100%"), Some("100%".into()));
    /// ```
    pub fn decoded(&self) -> Option<String> {
        let bytes = self.path.trim_start_matches('/').as_bytes();
        let mut decoded = Vec::with_capacity(bytes.len());
        let mut at = 0;
        while at < bytes.len() {
            let digits = (bytes[at] == b'%').then(|| bytes.get(at + 1..at + 3)).flatten();
            let byte = digits.and_then(|d| u8::from_str_radix(std::str::from_utf8(d).ok()?, 16).ok());
            decoded.push(byte.unwrap_or(bytes[at]));
            at += if byte.is_some() { 3 } else { 1 };
        }
        String::from_utf8(decoded).ok()
    }
}

impl Answer {
    /// A line of plain text.
    pub fn text(status: u16, text: &str) -> Self {
        let headers = vec![("Content-Type", "text/plain; charset=utf-8".into()), ("Cache-Control", "no-store".into())];
        Self { status, headers, content: Content::Bytes(text.as_bytes().into()) }
    }

    /// The way to another address.
    pub fn redirect(to: String) -> Self {
        let mut answer = Self::text(301, "");
        answer.headers.push(("Location", to));
        answer
    }

    /// A stream of events; `first` is what the listener is told at once.
    pub fn events(first: String) -> Self {
        Self { status: 200, headers: Vec::new(), content: Content::Events(first) }
    }

    /// A file, or the part of it that was asked for (RFC 9110 §14), or that it did not change (§13).
    /// `name` says of which type it is.
    pub fn file(request: &Request, status: u16, name: &str, bytes: Arc<[u8]>) -> Self {
        let tag = format!("\"{}\"", Key::of_bytes(&bytes).short(16));
        let mut headers: Vec<(&'static str, String)> = vec![
            ("Content-Type", media_type(name).into()),
            ("Cache-Control", "no-cache".into()),
            ("Accept-Ranges", "bytes".into()),
            ("ETag", tag.clone()),
        ];
        let known = |tags: &String| tags.split(',').any(|known| known.trim().trim_start_matches("W/") == tag);
        if status == 200 && request.if_none_match.as_ref().is_some_and(known) {
            return Self { status: 304, headers, content: Content::Bytes([].into()) };
        }
        let length = bytes.len();
        match request.range.as_deref().filter(|_| status == 200).map(|range| part(range, length)) {
            None | Some(Part::Whole) => Self { status, headers, content: Content::Bytes(bytes) },
            Some(Part::Some(range)) => {
                headers.push(("Content-Range", format!("bytes {}-{}/{length}", range.start, range.end - 1)));
                Self { status: 206, headers, content: Content::Part(bytes, range) }
            }
            Some(Part::Beyond) => {
                headers.push(("Content-Range", format!("bytes */{length}")));
                Self { status: 416, headers, content: Content::Bytes([].into()) }
            }
        }
    }
}

/// What a header `Range` asks for.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// Everything: what is no range of bytes, or several, may be answered so.
    Whole,
    Some(Range<usize>),
    /// Nothing that is there.
    Beyond,
}

fn part(range: &str, length: usize) -> Part {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|range| range.trim().split_once('-')) else {
        return Part::Whole;
    };
    let found = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(length),
        (Ok(first), Err(_)) if last.is_empty() => first..length,
        (Err(_), Ok(last)) if first.is_empty() => length.saturating_sub(last)..length,
        _ => return Part::Whole,
    };
    if found.is_empty() { Part::Beyond } else { Part::Some(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_files() {
        let check = |range: &str, expect: Part| assert_eq!(part(range, 10), expect, "{range}");
        check("bytes=0-3", Part::Some(0..4));
        check("bytes=4-", Part::Some(4..10));
        check("bytes=-3", Part::Some(7..10));
        check("bytes=-30", Part::Some(0..10));
        check("bytes=8-99", Part::Some(8..10));
        check("bytes=10-", Part::Beyond);
        check("bytes=-0", Part::Beyond);
        for odd in ["bytes=3-1", "bytes=0-1,4-5", "lines=1-2", "bytes=a-b", "bytes=-", "bytes=18446744073709551616-"] {
            check(odd, Part::Whole);
        }
    }
}
