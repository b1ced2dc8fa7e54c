//! Atom feeds (RFC 4287).

use super::{
    feed::{Entry, Feed},
    xml::Xml,
};
use crate::base::lang::Tongue;

/// Writes a feed as an Atom document.
pub fn atom(feed: &Feed<'_>) -> String {
    let mut xml = Xml::new();
    xml.open("feed", &[("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", feed.lang)]);
    xml.text("id", &[], feed.id);
    xml.text("title", &[], feed.title);
    if let Some(subtitle) = feed.subtitle {
        xml.text("subtitle", &[], subtitle);
    }
    xml.text("updated", &[], feed.updated);
    author(&mut xml, feed.author);
    xml.empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", feed.self_url)]);
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", feed.site_url)]);
    xml.text("generator", &[("version", feed.generator_version)], "pbsite");
    if let Some(icon) = feed.icon {
        xml.text("icon", &[], icon);
    }
    for entry in &feed.entries {
        write_entry(&mut xml, entry, feed.tongue());
    }
    xml.close("feed");
    xml.finish()
}

fn write_entry(xml: &mut Xml, entry: &Entry<'_>, tongue: Tongue) {
    xml.open("entry", &[]);
    xml.text("id", &[], entry.id);
    xml.text("title", &[], entry.title);
    xml.text("published", &[], entry.published);
    xml.text("updated", &[], entry.updated);
    if let Some(name) = entry.author {
        author(xml, name);
    }
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", entry.url)]);
    if let Some(file) = entry.enclosure {
        let length = file.length.to_string();
        let attributes = [("rel", "enclosure"), ("type", file.media_type), ("length", &length), ("href", file.url)];
        xml.empty("link", &attributes);
    }
    for category in &entry.categories {
        xml.empty("category", &[("term", category.term), ("label", category.label)]);
    }
    let summary = entry.summary_with_corrections(tongue);
    if !summary.is_empty() {
        xml.text("summary", &[], &summary);
    }
    if let Some(content) = entry.content_with_corrections(tongue) {
        xml.text("content", &[("type", "html"), ("xml:base", entry.url)], &content);
    }
    xml.close("entry");
}

fn author(xml: &mut Xml, name: &str) {
    xml.open("author", &[]);
    xml.text("name", &[], name);
    xml.close("author");
}

#[cfg(test)]
mod tests {
    use super::{super::feed::sample, *};
    use crate::formats::xml::parse_back;

    fn check(found: &[(String, String)], path: &str, expected: &[&str]) {
        let values: Vec<&str> = found.iter().filter(|(p, _)| p == path).map(|(_, value)| value.as_str()).collect();
        assert_eq!(values, expected, "{path}");
    }

    #[test]
    fn reads_back_what_went_in() {
        let found = parse_back(&atom(&sample()));
        check(&found, "feed@xml:lang", &["zh-Hans"]);
        check(&found, "feed/title", &["五星微语 & ]]> <b>"]);
        check(&found, "feed/subtitle", &["头条、通知"]);
        check(&found, "feed/link@rel", &["self", "alternate"]);
        check(&found, "feed/entry/title", &["“重阳”🎉 <script> & ]]>", "第二篇"]);
        check(&found, "feed/entry/summary", &["更正：日期原写 <17日>\n摘要一", "摘要二"]);
        check(&found, "feed/entry/content", &["<p>更正：日期原写 &lt;17日&gt;</p>\n<p>正文 &amp; ]]></p>"]);
        let second = "https://wuxing.example.org/headlines/b/";
        let links = ["https://wuxing.example.org/headlines/a/?x=1&y=2", "https://wuxing.example.org/a.mp3", second];
        check(&found, "feed/entry/link@href", &links);
        check(&found, "feed/entry/link@length", &["1234"]);
    }

    #[test]
    fn has_what_rfc_4287_asks_for() {
        let found = parse_back(&atom(&sample()));
        let count = |path: &str| found.iter().filter(|(p, _)| p == path).count();
        for path in ["feed/id", "feed/title", "feed/updated", "feed/author/name", "feed/generator", "feed/icon"] {
            assert_eq!(count(path), 1, "{path}");
        }
        for path in ["feed/entry/id", "feed/entry/title", "feed/entry/updated", "feed/entry/published"] {
            assert_eq!(count(path), 2, "{path}");
        }
        assert_eq!(count("feed/entry/author/name"), 1);
    }
}
