//! Structured data for search engines (<https://schema.org>), as JSON-LD.
//!
//! Each function makes one value without a context; [`script`] puts them into one document.

/// An article.
#[derive(Clone, Hash, Debug, Default)]
pub struct NewsArticle<'a> {
    /// Full address.
    pub url: &'a str,
    /// Title.
    pub headline: &'a str,
    /// Summary, may be empty.
    pub description: &'a str,
    /// Full addresses of pictures.
    pub images: Vec<&'a str>,
    /// Moment of publication, RFC 3339.
    pub published: &'a str,
    /// Moment of the last change, RFC 3339.
    pub modified: &'a str,
    /// Who wrote it.
    pub author: Option<Author<'a>>,
    /// Who publishes it.
    pub publisher: Organization<'a>,
    /// Its column's title, may be empty.
    pub section: &'a str,
    /// Language tag.
    pub lang: &'a str,
    /// What it is about.
    pub keywords: Vec<&'a str>,
}

/// Who wrote something.
#[derive(Clone, Copy, Hash, Debug)]
pub enum Author<'a> {
    /// A person, or a person's role.
    Person(&'a str),
    /// An office, a unit.
    Organization(&'a str),
}

/// The host of a site, or a unit. Empty strings are left out.
#[derive(Clone, Copy, Hash, Debug, Default)]
pub struct Organization<'a> {
    /// Name.
    pub name: &'a str,
    /// Full address of its page.
    pub url: &'a str,
    /// Full address of its picture.
    pub logo: &'a str,
    /// Telephone.
    pub telephone: &'a str,
    /// Mail address.
    pub email: &'a str,
    /// Street address.
    pub address: &'a str,
}

/// A site.
#[derive(Clone, Copy, Hash, Debug, Default)]
pub struct WebSite<'a> {
    /// Name.
    pub name: &'a str,
    /// Full address.
    pub url: &'a str,
    /// One sentence, may be empty.
    pub description: &'a str,
    /// Language tag.
    pub lang: &'a str,
    /// Full address of the search page, to which `?q=…` is added; empty without one.
    pub search_url: &'a str,
}

/// A node of the graph, written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node(String);

/// A `NewsArticle`.
pub fn news_article(article: &NewsArticle<'_>) -> Node {
    let mut node = Writer::typed("NewsArticle");
    node.text("headline", article.headline);
    node.text("description", article.description);
    node.text("url", article.url);
    node.text("mainEntityOfPage", article.url);
    node.texts("image", &article.images);
    node.text("datePublished", article.published);
    node.text("dateModified", article.modified);
    if let Some(author) = article.author {
        let (kind, name) = match author {
            Author::Person(name) => ("Person", name),
            Author::Organization(name) => ("Organization", name),
        };
        let mut inner = Writer::typed(kind);
        inner.text("name", name);
        node.node("author", &inner.finish());
    }
    node.node("publisher", &organization(&article.publisher));
    node.text("articleSection", article.section);
    node.text("inLanguage", article.lang);
    node.texts("keywords", &article.keywords);
    node.finish()
}

/// A `BreadcrumbList` of names and full addresses, from the home page down.
pub fn breadcrumbs(trail: &[(&str, &str)]) -> Node {
    let mut list = Writer::typed("BreadcrumbList");
    list.out.push_str(",\"itemListElement\":[");
    for (i, (name, url)) in trail.iter().enumerate() {
        let mut step = Writer::typed("ListItem");
        step.out.push_str(&format!(",\"position\":{}", i + 1));
        step.text("name", name);
        step.text("item", url);
        list.out.push_str(if i == 0 { "" } else { "," });
        list.out.push_str(&step.finish().0);
    }
    list.out.push(']');
    list.finish()
}

/// An `Organization`.
pub fn organization(organization: &Organization<'_>) -> Node {
    let mut node = Writer::typed("Organization");
    node.text("name", organization.name);
    node.text("url", organization.url);
    node.text("logo", organization.logo);
    node.text("telephone", organization.telephone);
    node.text("email", organization.email);
    node.text("address", organization.address);
    node.finish()
}

/// A `WebSite`, with its search.
pub fn web_site(site: &WebSite<'_>) -> Node {
    let mut node = Writer::typed("WebSite");
    node.text("name", site.name);
    node.text("url", site.url);
    node.text("description", site.description);
    node.text("inLanguage", site.lang);
    if !site.search_url.is_empty() {
        let mut target = Writer::typed("EntryPoint");
        target.text("urlTemplate", &format!("{}?q={{search_term_string}}", site.search_url));
        let mut action = Writer::typed("SearchAction");
        action.node("target", &target.finish());
        action.text("query-input", "required name=search_term_string");
        node.node("potentialAction", &action.finish());
    }
    node.finish()
}

/// The content of one `<script type="application/ld+json">`: nothing in it can end the element or
/// begin a comment (HTML §4.12.1.3), and it is fit for XML as well.
///
/// ```
/// use pbsite::formats::jsonld::{Organization, organization, script};
/// let text = script(&[organization(&Organization { name: "</script>", ..Organization::default() })]);
/// assert_eq!(text, r#"{"@context":"https://schema.org","@graph":[{"@type":"Organization","name":"\u003c/script\u003e"}]}"#);
/// ```
pub fn script(nodes: &[Node]) -> String {
    let length: usize = nodes.iter().map(|node| node.0.len() + 1).sum();
    let mut out = String::with_capacity(length + 64);
    out.push_str(r#"{"@context":"https://schema.org","@graph":["#);
    for (i, node) in nodes.iter().enumerate() {
        out.push_str(if i == 0 { "" } else { "," });
        out.push_str(&node.0);
    }
    out.push_str("]}");
    out
}

/// Writes one object straight into text: pages have several, and trees of values cost more than
/// the rest of the page.
struct Writer {
    out: String,
}

impl Writer {
    fn typed(kind: &str) -> Self {
        Self { out: format!("{{\"@type\":\"{kind}\"") }
    }

    fn key(&mut self, key: &str) {
        self.out.push_str(",\"");
        self.out.push_str(key);
        self.out.push_str("\":");
    }

    fn text(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.key(key);
            push_string(&mut self.out, value);
        }
    }

    fn texts(&mut self, key: &str, values: &[&str]) {
        if values.is_empty() {
            return;
        }
        self.key(key);
        for (i, value) in values.iter().enumerate() {
            self.out.push(if i == 0 { '[' } else { ',' });
            push_string(&mut self.out, value);
        }
        self.out.push(']');
    }

    fn node(&mut self, key: &str, node: &Node) {
        self.key(key);
        self.out.push_str(&node.0);
    }

    fn finish(mut self) -> Node {
        self.out.push('}');
        Node(self.out)
    }
}

/// A JSON string in which nothing means anything to HTML.
fn push_string(out: &mut String, text: &str) {
    out.push('"');
    let bytes = text.as_bytes();
    let mut done = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let length = match byte {
            0..=0x1F | b'"' | b'\\' | b'<' | b'>' | b'&' => 1,
            // U+2028 and U+2029.
            0xE2 if matches!(bytes[at + 1..], [0x80, 0xA8..=0xA9, ..]) => 3,
            _ => continue,
        };
        out.push_str(&text[done..at]);
        done = at + length;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            _ => text[at..done].chars().for_each(|c| out.push_str(&format!("\\u{:04x}", c as u32))),
        }
    }
    out.push_str(&text[done..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn value(node: &Node) -> Value {
        serde_json::from_str(&node.0).unwrap()
    }

    #[test]
    fn an_article_says_who_when_and_where() {
        let article = NewsArticle {
            url: "https://x.org/a/",
            headline: "重阳",
            published: "2026-10-18T00:00:00+08:00",
            author: Some(Author::Organization("活动组")),
            publisher: Organization { name: "编辑部", ..Organization::default() },
            keywords: vec!["重阳", "活动"],
            lang: "zh-Hans",
            ..NewsArticle::default()
        };
        let expected = json!({
            "@type": "NewsArticle",
            "headline": "重阳",
            "url": "https://x.org/a/",
            "mainEntityOfPage": "https://x.org/a/",
            "datePublished": "2026-10-18T00:00:00+08:00",
            "author": { "@type": "Organization", "name": "活动组" },
            "publisher": { "@type": "Organization", "name": "编辑部" },
            "inLanguage": "zh-Hans",
            "keywords": ["重阳", "活动"],
        });
        assert_eq!(value(&news_article(&article)), expected);
    }

    #[test]
    fn trails_count_from_one() {
        let trail = value(&breadcrumbs(&[("首页", "https://x.org/"), ("头条", "https://x.org/headlines/")]));
        assert_eq!(trail["itemListElement"][1]["position"], 2);
        assert_eq!(trail["itemListElement"][1]["name"], "头条");
    }

    #[test]
    fn a_site_has_its_search() {
        let site = WebSite { name: "五星微语", search_url: "https://x.org/search/", ..WebSite::default() };
        let template = "https://x.org/search/?q={search_term_string}";
        assert_eq!(value(&web_site(&site))["potentialAction"]["target"]["urlTemplate"], template);
        assert!(value(&web_site(&WebSite::default())).get("potentialAction").is_none());
    }

    #[test]
    fn a_script_cannot_be_left() {
        let nasty = "</script><!-- <script> & \u{2028}\u{2029}\u{0} ]]> 🎉\"\\";
        let text = script(&[organization(&Organization { name: nasty, ..Organization::default() })]);
        assert!(!text.contains(['<', '>', '&', '\u{2028}', '\u{2029}', '\0']), "{text}");
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["@graph"][0]["name"], nasty);
    }
}
