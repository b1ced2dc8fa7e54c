//! Podcast feeds: RSS 2.0 with the tags of Apple Podcasts, which other players read as well.

use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};

use super::{
    feed::{Entry, Feed},
    xml::Xml,
};

/// Writes the entries that have a recording as a podcast.
pub fn podcast(feed: &Feed<'_>) -> String {
    let mut xml = Xml::new();
    xml.open(
        "rss",
        &[
            ("version", "2.0"),
            ("xmlns:atom", "http://www.w3.org/2005/Atom"),
            ("xmlns:itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
        ],
    );
    xml.open("channel", &[]);
    xml.text("title", &[], feed.title);
    xml.text("link", &[], feed.site_url);
    xml.empty("atom:link", &[("rel", "self"), ("type", "application/rss+xml"), ("href", feed.self_url)]);
    xml.text("description", &[], feed.subtitle.unwrap_or(feed.title));
    xml.text("language", &[], feed.lang);
    xml.text("lastBuildDate", &[], &moment(feed.updated));
    xml.text("generator", &[], &format!("pbsite {}", feed.generator_version));
    xml.text("itunes:author", &[], feed.author);
    xml.text("itunes:explicit", &[], "false");
    xml.empty("itunes:category", &[("text", "Society & Culture")]);
    if let Some(icon) = feed.icon.filter(|icon| is_bitmap(icon)) {
        xml.empty("itunes:image", &[("href", icon)]);
    }
    feed.entries.iter().for_each(|entry| episode(&mut xml, feed, entry));
    xml.close("channel");
    xml.close("rss");
    xml.finish()
}

fn episode(xml: &mut Xml, feed: &Feed<'_>, entry: &Entry<'_>) {
    let Some(file) = entry.enclosure else { return };
    xml.open("item", &[]);
    xml.text("title", &[], entry.title);
    xml.text("link", &[], entry.url);
    xml.text("guid", &[("isPermaLink", if entry.id == entry.url { "true" } else { "false" })], entry.id);
    xml.text("pubDate", &[], &moment(entry.published));
    let summary = entry.summary_with_corrections(feed.tongue());
    if !summary.is_empty() {
        xml.text("description", &[], &summary);
    }
    let length = file.length.to_string();
    xml.empty("enclosure", &[("url", file.url), ("length", &length), ("type", file.media_type)]);
    if is_duration(file.duration) {
        xml.text("itunes:duration", &[], file.duration);
    }
    if let Some(author) = entry.author {
        xml.text("itunes:author", &[], author);
    }
    xml.text("itunes:explicit", &[], "false");
    if let Some(image) = entry.image.filter(|image| is_bitmap(image)) {
        xml.empty("itunes:image", &[("href", image)]);
    }
    xml.close("item");
}

/// A moment as RSS 2.0 wants it (RFC 822, with a year of four digits), in Greenwich time.
fn moment(rfc3339: &str) -> String {
    let moment: Timestamp = rfc3339.parse().unwrap_or(Timestamp::UNIX_EPOCH);
    DateTimePrinter::new().timestamp_to_rfc9110_string(&moment).unwrap_or_default()
}

/// `12:30`, `1:02:03`, or seconds.
fn is_duration(text: &str) -> bool {
    let parts = text.split(':');
    !text.is_empty() && parts.clone().count() <= 3 && parts.into_iter().all(|part| part.parse::<u32>().is_ok())
}

/// Players show no drawings.
fn is_bitmap(url: &str) -> bool {
    [".jpg", ".jpeg", ".png"].iter().any(|end| url.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::{super::feed::sample, *};
    use crate::formats::xml::parse_back;

    fn values<'f>(found: &'f [(String, String)], path: &str) -> Vec<&'f str> {
        found.iter().filter(|(p, _)| p == path).map(|(_, value)| value.as_str()).collect()
    }

    #[test]
    fn episodes_are_what_has_a_recording() {
        let found = parse_back(&podcast(&sample()));
        assert_eq!(values(&found, "rss@version"), ["2.0"]);
        assert_eq!(values(&found, "rss/channel/item/title"), ["“重阳”🎉 <script> & ]]>"]);
        assert_eq!(values(&found, "rss/channel/item/enclosure@url"), ["https://wuxing.example.org/a.mp3"]);
        assert_eq!(values(&found, "rss/channel/item/enclosure@length"), ["1234"]);
        assert_eq!(values(&found, "rss/channel/item/enclosure@type"), ["audio/mpeg"]);
        assert_eq!(values(&found, "rss/channel/item/itunes:duration"), ["12:30"]);
        for path in ["title", "link", "description", "language", "itunes:author", "itunes:explicit", "lastBuildDate"] {
            assert_eq!(values(&found, &format!("rss/channel/{path}")).len(), 1, "{path}");
        }
    }

    #[test]
    fn moments_and_durations_are_those_of_rss() {
        assert_eq!(moment("2026-11-21T08:30:00+08:00"), "Sat, 21 Nov 2026 00:30:00 GMT");
        assert!(["12:30", "1:02:03", "45"].into_iter().all(is_duration));
        assert!(!["", "12分", "1:2:3:4", "a:b", "-1:30"].into_iter().any(is_duration));
    }
}
