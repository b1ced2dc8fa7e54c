//! JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).

use serde_json::{Map, Value, json};

use super::feed::{Entry, Feed};
use crate::base::lang::Tongue;

/// Writes a feed as JSON Feed 1.1.
pub fn jsonfeed(feed: &Feed<'_>) -> String {
    let mut out = Map::new();
    out.insert("version".into(), "https://jsonfeed.org/version/1.1".into());
    out.insert("title".into(), feed.title.into());
    out.insert("home_page_url".into(), feed.site_url.into());
    out.insert("feed_url".into(), feed.self_url.into());
    insert(&mut out, "description", feed.subtitle);
    insert(&mut out, "icon", feed.icon);
    out.insert("authors".into(), json!([{ "name": feed.author }]));
    out.insert("language".into(), feed.lang.into());
    out.insert("items".into(), feed.entries.iter().map(|entry| item(entry, feed.tongue())).collect());
    format!("{:#}\n", Value::Object(out))
}

fn item(entry: &Entry<'_>, tongue: Tongue) -> Value {
    let mut out = Map::new();
    let summary = entry.summary_with_corrections(tongue);
    out.insert("id".into(), entry.id.into());
    out.insert("url".into(), entry.url.into());
    out.insert("title".into(), entry.title.into());
    // One of the two contents is required.
    match entry.content_with_corrections(tongue) {
        Some(html) => out.insert("content_html".into(), html.into()),
        None => out.insert("content_text".into(), summary.clone().into()),
    };
    insert(&mut out, "summary", (!summary.is_empty()).then_some(&summary));
    insert(&mut out, "image", entry.image);
    out.insert("date_published".into(), entry.published.into());
    out.insert("date_modified".into(), entry.updated.into());
    if let Some(name) = entry.author {
        out.insert("authors".into(), json!([{ "name": name }]));
    }
    if !entry.categories.is_empty() {
        out.insert("tags".into(), entry.categories.iter().map(|category| category.label).collect());
    }
    if let Some(file) = entry.enclosure {
        let attachment = json!([{ "url": file.url, "mime_type": file.media_type, "size_in_bytes": file.length }]);
        out.insert("attachments".into(), attachment);
    }
    Value::Object(out)
}

fn insert(out: &mut Map<String, Value>, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        out.insert(key.into(), value.into());
    }
}

#[cfg(test)]
mod tests {
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
