//! What a feed says, whatever its format: see [`super::atom`] and [`super::jsonfeed`].

use crate::base::{
    lang::{Lang, Tongue},
    text::escape_html,
};

/// A feed: the newest items of the site, a column or a term.
#[derive(Clone, Hash, Debug, Default)]
pub struct Feed<'a> {
    /// Its identity for ever, a URL or `tag:` URI (RFC 4287 §4.2.6): not the address, which may move.
    pub id: &'a str,
    /// Name.
    pub title: &'a str,
    /// One sentence about it.
    pub subtitle: Option<&'a str>,
    /// Language, as a BCP 47 tag.
    pub lang: &'a str,
    /// Full address of the feed itself, in the format that is written.
    pub self_url: &'a str,
    /// Full address of the page that shows the same.
    pub site_url: &'a str,
    /// Moment of the last change of any entry, RFC 3339.
    pub updated: &'a str,
    /// Who answers for entries that name nobody.
    pub author: &'a str,
    /// Version of the program.
    pub generator_version: &'a str,
    /// Full address of a square picture.
    pub icon: Option<&'a str>,
    /// The entries, newest first.
    pub entries: Vec<Entry<'a>>,
}

/// An entry of a feed.
#[derive(Clone, Hash, Debug, Default)]
pub struct Entry<'a> {
    /// Its identity for ever, a URL or `tag:` URI.
    pub id: &'a str,
    /// Full address of its page.
    pub url: &'a str,
    /// Title, plain text.
    pub title: &'a str,
    /// Moment of publication, RFC 3339.
    pub published: &'a str,
    /// Moment of the last change, RFC 3339.
    pub updated: &'a str,
    /// Who wrote it, where that is not the feed's author.
    pub author: Option<&'a str>,
    /// Plain text.
    pub summary: &'a str,
    /// The body, with full addresses, where the feed carries whole texts.
    pub content_html: Option<&'a str>,
    /// What it is about.
    pub categories: Vec<Category<'a>>,
    /// Full address of its picture.
    pub image: Option<&'a str>,
    /// A recording or file that belongs to it.
    pub enclosure: Option<Enclosure<'a>>,
    /// What was wrong and is put right, newest first, plain text.
    pub corrections: Vec<&'a str>,
}

/// A term that an entry carries.
#[derive(Clone, Copy, Hash, Debug)]
pub struct Category<'a> {
    /// Its id.
    pub term: &'a str,
    /// Its name.
    pub label: &'a str,
}

/// A file that belongs to an entry.
#[derive(Clone, Copy, Hash, Debug)]
pub struct Enclosure<'a> {
    /// Full address.
    pub url: &'a str,
    /// Media type: `audio/mpeg`.
    pub media_type: &'a str,
    /// Length in bytes.
    pub length: u64,
    /// How long it plays, `12:30`, or empty.
    pub duration: &'a str,
}

impl Feed<'_> {
    pub(super) fn tongue(&self) -> Tongue {
        Lang::new(self.lang).map_or(Tongue::En, |lang| lang.tongue())
    }
}

impl Entry<'_> {
    /// The summary behind the corrections, so that nobody reads the one without the others.
    pub(super) fn summary_with_corrections(&self, tongue: Tongue) -> String {
        let mut parts: Vec<String> = self.corrections.iter().map(|text| correction(text, tongue)).collect();
        parts.extend((!self.summary.is_empty()).then(|| self.summary.into()));
        parts.join("\n")
    }

    /// The body behind the corrections, as HTML.
    pub(super) fn content_with_corrections(&self, tongue: Tongue) -> Option<String> {
        let content = self.content_html?;
        let notes = self.corrections.iter().map(|text| format!("<p>{}</p>\n", escape_html(&correction(text, tongue))));
        Some(notes.collect::<String>() + content)
    }
}

fn correction(text: &str, tongue: Tongue) -> String {
    match tongue {
        Tongue::Zh => format!("更正：{text}"),
        Tongue::En => format!("Correction: {text}"),
    }
}

/// A feed with texts that could break any format, for tests.
#[cfg(test)]
pub(super) fn sample() -> Feed<'static> {
    Feed {
        id: "https://wuxing.example.org/feed",
        title: "五星微语 & ]]> <b>",
        subtitle: Some("头条\u{0}、通知"),
        lang: "zh-Hans",
        self_url: "https://wuxing.example.org/feed.xml",
        site_url: "https://wuxing.example.org/",
        updated: "2026-11-21T08:30:00+08:00",
        author: "编辑部",
        generator_version: "0.1.0",
        icon: Some("https://wuxing.example.org/icon.png"),
        entries: vec![
            Entry {
                id: "tag:wuxing.example.org,2026:headlines/a",
                url: "https://wuxing.example.org/headlines/a/?x=1&y=2",
                title: "“重阳”🎉 <script> & ]]>\u{1b}",
                published: "2026-10-18T00:00:00+08:00",
                updated: "2026-11-21T08:30:00+08:00",
                author: Some("活动组"),
                summary: "摘要\u{8}一",
                content_html: Some("<p>正文 &amp; ]]></p>"),
                categories: vec![Category { term: "chongyang", label: "重阳" }],
                image: Some("https://wuxing.example.org/a.jpg"),
                enclosure: Some(Enclosure {
                    url: "https://wuxing.example.org/a.mp3",
                    media_type: "audio/mpeg",
                    length: 1234,
                    duration: "12:30",
                }),
                corrections: vec!["日期原写 <17日>"],
            },
            Entry {
                id: "https://wuxing.example.org/headlines/b/",
                url: "https://wuxing.example.org/headlines/b/",
                title: "第二篇",
                published: "2026-10-01T00:00:00+08:00",
                updated: "2026-10-01T00:00:00+08:00",
                summary: "摘要二",
                ..Entry::default()
            },
        ],
    }
}
