//! The page that an old address leaves behind. It works without script and without a server.

use crate::base::{
    lang::{Lang, Tongue},
    text::escape_html,
};

/// Where an old address leads.
#[derive(Clone, Copy, Hash, Debug)]
pub struct Redirect<'a> {
    /// Address of the new page, relative to the old one: `../../headlines/a/`.
    pub to: &'a str,
    /// Full address of the new page.
    pub canonical: &'a str,
    /// Title of the new page, plain text.
    pub title: &'a str,
    /// Language of the new page.
    pub lang: &'a Lang,
}

/// Writes the page: it moves on at once, and says so with a link to whoever stays.
pub fn redirect(redirect: &Redirect<'_>) -> String {
    let (heading, words) = match redirect.lang.tongue() {
        Tongue::Zh => ("页面已搬到新地址", "没有自动跳转的话，请点这里："),
        Tongue::En => ("This page has moved", "If nothing happens, follow this link: "),
    };
    let [to, canonical] = [redirect.to, redirect.canonical].map(|address| escape_html(&encode(address)));
    let (title, lang) = (escape_html(redirect.title), escape_html(redirect.lang.as_str()));
    format!(
        r#"<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'">
<meta http-equiv="refresh" content="0; url={to}">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="canonical" href="{canonical}">
<title>{heading}</title>
</head>
<body>
<h1>{heading}</h1>
<p>{words}<a href="{to}">{title}</a></p>
</body>
</html>
"#
    )
}

/// Encodes what could end the address early: a refresh takes quotation marks and spaces for its
/// own syntax.
fn encode(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '"' | '\'' | '<' | '>' | ' ' | '\\' => out.push_str(&format!("%{:02X}", c as u32)),
            c if c.is_control() || c.is_whitespace() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(to: &str, title: &str, lang: &str) -> String {
        let lang = Lang::new(lang).unwrap();
        redirect(&Redirect { to, canonical: "https://x.org/新/?a=1&b=2", title, lang: &lang })
    }

    #[test]
    fn says_where_to_go_in_the_page_s_language() {
        let chinese = page("../b/", "重阳", "zh-Hans");
        assert!(chinese.contains(r#"<html lang="zh-Hans">"#) && chinese.contains("页面已搬到新地址"), "{chinese}");
        assert!(chinese.contains(r#"content="0; url=../b/""#) && chinese.contains(r#"<a href="../b/">重阳</a>"#));
        assert!(chinese.contains(r#"<link rel="canonical" href="https://x.org/新/?a=1&amp;b=2">"#), "{chinese}");
        assert!(page("../b/", "Open day", "en").contains("This page has moved"));
    }

    #[test]
    fn nothing_breaks_out() {
        let text = page("x' \"><script>\n/", "</a><script>alert(1)</script>", "zh-Hans");
        assert!(!text.contains("<script"), "{text}");
        assert!(text.contains("url=x%27%20%22%3E%3Cscript%3E/"), "{text}");
    }
}
