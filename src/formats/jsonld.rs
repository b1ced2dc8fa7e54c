//! Structured data for search engines (<https://schema.org>), as JSON-LD.
//!
//! Each function makes one value without a context; [`script`] puts them into one document.

use serde_json::{Map, Value, json};

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

/// A `NewsArticle`.
pub fn news_article(article: &NewsArticle<'_>) -> Value {
    let mut out = typed("NewsArticle");
    add(&mut out, "headline", article.headline);
    add(&mut out, "description", article.description);
    add(&mut out, "url", article.url);
    add(&mut out, "mainEntityOfPage", article.url);
    add_all(&mut out, "image", &article.images);
    add(&mut out, "datePublished", article.published);
    add(&mut out, "dateModified", article.modified);
    if let Some(author) = article.author {
        let (kind, name) = match author {
            Author::Person(name) => ("Person", name),
            Author::Organization(name) => ("Organization", name),
        };
        out.insert("author".into(), json!({ "@type": kind, "name": name }));
    }
    out.insert("publisher".into(), organization(&article.publisher));
    add(&mut out, "articleSection", article.section);
    add(&mut out, "inLanguage", article.lang);
    add_all(&mut out, "keywords", &article.keywords);
    Value::Object(out)
}

/// A `BreadcrumbList` of names and full addresses, from the home page down.
pub fn breadcrumbs(trail: &[(&str, &str)]) -> Value {
    let step = |(i, (name, url)): (usize, &(&str, &str))| json!({ "@type": "ListItem", "position": i + 1, "name": name, "item": url });
    json!({ "@type": "BreadcrumbList", "itemListElement": trail.iter().enumerate().map(step).collect::<Vec<_>>() })
}

/// An `Organization`.
pub fn organization(organization: &Organization<'_>) -> Value {
    let mut out = typed("Organization");
    add(&mut out, "name", organization.name);
    add(&mut out, "url", organization.url);
    add(&mut out, "logo", organization.logo);
    add(&mut out, "telephone", organization.telephone);
    add(&mut out, "email", organization.email);
    add(&mut out, "address", organization.address);
    Value::Object(out)
}

/// A `WebSite`, with its search.
pub fn web_site(site: &WebSite<'_>) -> Value {
    let mut out = typed("WebSite");
    add(&mut out, "name", site.name);
    add(&mut out, "url", site.url);
    add(&mut out, "description", site.description);
    add(&mut out, "inLanguage", site.lang);
    if !site.search_url.is_empty() {
        let template = format!("{}?q={{search_term_string}}", site.search_url);
        let action = json!({
            "@type": "SearchAction",
            "target": { "@type": "EntryPoint", "urlTemplate": template },
            "query-input": "required name=search_term_string",
        });
        out.insert("potentialAction".into(), action);
    }
    Value::Object(out)
}

/// The content of one `<script type="application/ld+json">`: nothing in it can end the element or
/// begin a comment (HTML §4.12.1.3), and it is fit for XML as well.
///
/// ```
/// use pbsite::formats::jsonld::script;
/// let text = script(&[serde_json::json!({ "name": "</script>" })]);
/// assert_eq!(text, r#"{"@context":"https://schema.org","@graph":[{"name":"\u003c/script\u003e"}]}"#);
/// ```
pub fn script(values: &[Value]) -> String {
    let json = json!({ "@context": "https://schema.org", "@graph": values }).to_string();
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out
}

fn typed(kind: &str) -> Map<String, Value> {
    Map::from_iter([("@type".into(), kind.into())])
}

fn add(out: &mut Map<String, Value>, key: &str, value: &str) {
    if !value.is_empty() {
        out.insert(key.into(), value.into());
    }
}

fn add_all(out: &mut Map<String, Value>, key: &str, values: &[&str]) {
    if !values.is_empty() {
        out.insert(key.into(), values.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(news_article(&article), expected);
    }

    #[test]
    fn trails_count_from_one() {
        let trail = breadcrumbs(&[("首页", "https://x.org/"), ("头条", "https://x.org/headlines/")]);
        assert_eq!(trail["itemListElement"][1]["position"], 2);
        assert_eq!(trail["itemListElement"][1]["name"], "头条");
    }

    #[test]
    fn a_site_has_its_search() {
        let site = WebSite { name: "五星微语", search_url: "https://x.org/search/", ..WebSite::default() };
        let template = "https://x.org/search/?q={search_term_string}";
        assert_eq!(web_site(&site)["potentialAction"]["target"]["urlTemplate"], template);
        assert!(web_site(&WebSite::default()).get("potentialAction").is_none());
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
