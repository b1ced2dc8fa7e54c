//! Which addresses a body may lead to.

use super::{Link, Surroundings};
use crate::{base::lang::Message, msg};

/// Schemes that links may have. All else that has a scheme is refused.
pub(super) const SCHEMES: &[&str] = &["http", "https", "mailto", "tel"];

/// Whether an address has no scheme, or one that is allowed.
pub(super) fn allowed(raw: &str) -> bool {
    forbidden_scheme(raw).is_none()
}

/// The scheme of an address if it is not allowed: `javascript`.
///
/// Control characters and spaces do not hide it: browsers drop tabs and line breaks anywhere and
/// all of them at the beginning (WHATWG URL, "basic URL parser").
pub(super) fn forbidden_scheme(raw: &str) -> Option<String> {
    // Nearly all addresses.
    if raw.starts_with("https://") || memchr::memchr(b':', raw.as_bytes()).is_none() {
        return None;
    }
    let visible = || raw.chars().filter(|c| !c.is_control() && !c.is_whitespace());
    let mut scheme = String::new();
    for c in visible() {
        match c {
            ':' => break,
            c if c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.') => scheme.push(c.to_ascii_lowercase()),
            _ => return None,
        }
    }
    let has_colon = visible().nth(scheme.len()) == Some(':');
    let is_scheme = has_colon && scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    (is_scheme && !SCHEMES.contains(&scheme.as_str())).then_some(scheme)
}

/// What to do about a path on the editor's own computer (`C:\Users\…`): readers cannot follow it.
pub(crate) fn help_for_local_file(raw: &str) -> Message {
    let name = raw.rsplit(['\\', '/']).next().unwrap_or_default();
    msg!(
        "这是您电脑上的文件，读者打不开：把它放进 content/media/，这里写 /media/{name}",
        "this file is on your computer, where readers cannot open it: put it into content/media/ and write /media/{name}"
    )
}

/// What an address leads to, if it is allowed and exists.
pub(super) fn resolve(raw: &str, outside: &dyn Surroundings) -> Option<Link> {
    allowed(raw).then(|| outside.link(raw))?.filter(|link| allowed(&link.href))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes() {
        for raw in [
            "a.md",
            "@courses/x",
            "#一",
            "https://a.cn",
            "MAILTO:a@b.cn",
            "第一章:x.md",
            "a/b:c",
            "?a:b",
            "",
            ":a",
            "1:2",
        ] {
            assert_eq!(forbidden_scheme(raw), None, "{raw}");
        }
        for raw in
            ["javascript:x", " java\nscript:x", "\u{1}JavaScript:x", "data:text/html,x", "c:\\x", "vbscript:", "blob:x"]
        {
            assert!(forbidden_scheme(raw).is_some(), "{raw}");
        }
    }
}
