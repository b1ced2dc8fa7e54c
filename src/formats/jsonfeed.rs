//! JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).

use serde::Serialize;

use super::feed::{Entry, Feed};
use crate::base::lang::Tongue;

/// Writes a feed as JSON Feed 1.1.
pub fn jsonfeed(feed: &Feed<'_>) -> String {
    let document = Document {
        version: "https://jsonfeed.org/version/1.1",
        title: feed.title,
        home_page_url: feed.site_url,
        feed_url: feed.self_url,
        description: feed.subtitle,
        icon: feed.icon,
        authors: [Author { name: feed.author }],
        language: feed.lang,
        items: feed.entries.iter().map(|entry| item(entry, feed.tongue())).collect(),
    };
    // Only a map with keys that are no words could fail, and there is none.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<&'a str>,
    authors: [Author<'a>; 1],
    language: &'a str,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

/// One of the two contents is required.
#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    summary: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: &'a str,
    date_modified: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    authors: Option<[Author<'a>; 1]>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachments: Option<[Attachment<'a>; 1]>,
}

#[derive(Serialize)]
struct Attachment<'a> {
    url: &'a str,
    mime_type: &'a str,
    size_in_bytes: u64,
}

fn item<'a>(entry: &Entry<'a>, tongue: Tongue) -> Item<'a> {
    let summary = entry.summary_with_corrections(tongue);
    let content_html = entry.content_with_corrections(tongue);
    Item {
        id: entry.id,
        url: entry.url,
        title: entry.title,
        content_text: content_html.is_none().then(|| summary.clone()),
        content_html,
        summary,
        image: entry.image,
        date_published: entry.published,
        date_modified: entry.updated,
        authors: entry.author.map(|name| [Author { name }]),
        tags: entry.categories.iter().map(|category| category.label).collect(),
        attachments: entry
            .enclosure
            .map(|file| [Attachment { url: file.url, mime_type: file.media_type, size_in_bytes: file.length }]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{super::feed::sample, *};

    #[test]
    fn has_what_the_specification_asks_for() {
        let feed: Value = serde_json::from_str(&jsonfeed(&sample())).unwrap();
        assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
        assert_eq!(feed["title"], "五星微语 & ]]> <b>");
        let [first, second] = feed["items"].as_array().unwrap().as_slice() else { panic!("two items") };
        assert_eq!(first["content_html"], "<p>更正：日期原写 &lt;17日&gt;</p>\n<p>正文 &amp; ]]></p>");
        assert_eq!(first["attachments"][0]["size_in_bytes"], 1234);
        assert_eq!(first["tags"][0], "重阳");
        assert_eq!(second["content_text"], "摘要二");
        assert!(second.get("authors").is_none() && second.get("content_html").is_none());
    }
}
