//! What a form of the endpoint asks, and the page that answers it, over [`crate::http`].

use std::collections::BTreeMap;

use crate::http;

/// A form holds this many bytes at most.
const MOST: usize = 16 << 10;

/// What a browser may do with a page: nothing but send its form.
const POLICY: &str = "default-src 'none'; form-action 'self'; frame-ancestors 'none'";

/// A question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// `GET` or `POST`.
    pub method: String,
    /// The path, `/subscribe`.
    pub path: String,
    /// What stands behind `?`, decoded.
    pub query: BTreeMap<String, String>,
    /// What a form sent; the values of one name are joined by commas.
    pub form: BTreeMap<String, String>,
    /// Who asks, as a web server in front of this one tells it.
    pub client: String,
}

/// What is answered: a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// A whole page of HTML.
    pub html: String,
}

impl Asked {
    /// What a request asks; `None` where its form is too long.
    pub(super) fn of(request: &http::Request) -> Option<Self> {
        (request.body.len() <= MOST).then(|| Self {
            method: request.method.clone(),
            path: request.path.clone(),
            query: fields(request.query.as_bytes()),
            form: fields(&request.body),
            client: request.client.clone(),
        })
    }
}

impl Reply {
    /// The page as it goes over the wire.
    pub(super) fn into_answer(self) -> http::Answer {
        let headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", POLICY),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-store"),
        ];
        http::Answer {
            status: self.status,
            headers: headers.map(|(name, value)| (name, value.to_owned())).into(),
            content: http::Content::Bytes(self.html.into_bytes().into()),
        }
    }
}

/// The fields of `application/x-www-form-urlencoded`.
fn fields(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut halves = pair.splitn(2, |byte| *byte == b'=').map(decoded);
        let (name, value) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
        let old = fields.entry(name).or_default();
        if !old.is_empty() && !value.is_empty() {
            old.push(',');
        }
        old.push_str(&value);
    }
    fields
}

fn decoded(bytes: &[u8]) -> String {
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let code = bytes.get(at + 1..at + 3).and_then(|code| std::str::from_utf8(code).ok());
        let byte = code.filter(|_| bytes[at] == b'%').and_then(|code| u8::from_str_radix(code, 16).ok());
        at += if byte.is_some() { 3 } else { 1 };
        out.push(byte.unwrap_or(if bytes[at - 1] == b'+' { b' ' } else { bytes[at - 1] }));
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read() {
        let fields = fields("email=a%40b.cn&topics=%E9%9F%B3%E4%B9%90&topics=a+b&x&=".as_bytes());
        assert_eq!(fields["email"], "a@b.cn");
        assert_eq!(fields["topics"], "音乐,a b");
        assert_eq!(fields["x"], "");
    }

    #[test]
    fn a_form_without_end_is_not_read() {
        let of = |length: usize| Asked::of(&http::Request { body: vec![b'a'; length], ..http::Request::default() });
        assert!(of(MOST).is_some() && of(MOST + 1).is_none());
    }
}
