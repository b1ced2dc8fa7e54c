//! Raw HTML in bodies: what is allowed, how it is cleaned, and the bound on nesting before it.
//!
//! Cleaning is ammonia's, over the finished HTML of a whole run: a tag pair is two events, so no
//! single event can be judged. It is done before links are resolved; [`resolve`] does that after,
//! for what editors wrote as HTML and as Markdown alike.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::LazyLock,
};

use ammonia::Builder;
use pulldown_cmark::Event;

use super::{
    Surroundings,
    events::{DEEPEST, Parsed, Part},
    html, links,
    tags::{self, Tag, decoded, tags},
};
use crate::base::text::escape_html_into;

/// Tags that editors may write.
const TAGS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "audio",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "source",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "track",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// Attributes that every tag may have.
const ATTRIBUTES: &[&str] = &["aria-hidden", "aria-label", "class", "dir", "id", "lang", "title"];

/// Attributes of single tags.
const OF_TAGS: &[(&str, &[&str])] = &[
    ("a", &["href", "hreflang"]),
    ("audio", &["controls", "preload", "src"]),
    ("blockquote", &["cite"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("del", &["cite", "datetime"]),
    ("details", &["open"]),
    ("img", &["alt", "height", "src", "width"]),
    ("ins", &["cite", "datetime"]),
    ("li", &["value"]),
    ("ol", &["reversed", "start", "type"]),
    ("q", &["cite"]),
    ("source", &["src", "type"]),
    ("td", &["colspan", "headers", "rowspan"]),
    ("th", &["abbr", "colspan", "headers", "rowspan", "scope"]),
    ("time", &["datetime"]),
    ("track", &["kind", "label", "src", "srclang"]),
    ("video", &["controls", "height", "poster", "preload", "src", "width"]),
];

/// The cleaner, built once. Beyond the lists it knows the disabled check box of task lists.
static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut of_tags: HashMap<&str, HashSet<&str>> =
        OF_TAGS.iter().map(|(tag, names)| (*tag, names.iter().copied().collect())).collect();
    of_tags.insert("input", HashSet::from(["checked"]));
    let mut cleaner = Builder::empty();
    cleaner
        .tags(TAGS.iter().copied().chain(["input"]).collect())
        .clean_content_tags(HashSet::from(["script", "style", "iframe", "object", "template", "noscript", "textarea"]))
        .generic_attributes(ATTRIBUTES.iter().copied().collect())
        .tag_attributes(of_tags)
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .url_schemes(links::SCHEMES.iter().copied().collect())
        .link_rel(None)
        .strip_comments(true);
    cleaner
});

/// Cleans finished HTML. `None` if the result would be out of all proportion.
pub(super) fn clean(html: &str) -> Option<String> {
    let cleaned = CLEANER.clean(html).to_string();
    (cleaned.len() <= html.len() * 8 + 65_536).then_some(cleaned)
}

/// What the cleaner takes away from a piece of raw HTML: the first tag or attribute, with its
/// range in the piece.
pub(super) fn first_removed(html: &str) -> Option<(String, Range<usize>)> {
    tags(html).filter(|tag| !tag.closing).find_map(|tag| {
        let name = tag.lower();
        if !TAGS.contains(&name.as_str()) {
            return Some((format!("<{}>", tag.name), tag.range));
        }
        let of_tag = OF_TAGS.iter().find(|(of, _)| *of == name).map_or(&[][..], |(_, names)| names);
        let known = |key: &str| ATTRIBUTES.iter().chain(of_tag).any(|known| known.eq_ignore_ascii_case(key));
        let removed = tag.attributes.iter().find(|attribute| !known(attribute.name))?;
        let start = tags::offset(html, removed.name);
        Some((removed.name.to_string(), start..start + removed.name.len()))
    })
}

/// Where the nesting of blocks, markup, shortcodes and raw tags passes the bound, if it does.
///
/// Cleaning takes a time and a size that grow with the depth: 50 KB of `<i class=n><p>` would
/// become 87 MB.
pub(super) fn too_deep(parsed: &Parsed<'_>) -> Option<Range<usize>> {
    if !parsed.has_html && parsed.deepest <= DEEPEST {
        return None;
    }
    let mut depth = 0_usize;
    let mut raw = Open::default();
    for piece in &parsed.pieces {
        match &piece.part {
            Part::Event(Event::Start(_)) | Part::Open(_) => depth += 1,
            Part::Event(Event::End(_)) | Part::Close(_) => depth -= 1,
            Part::Event(Event::Html(html) | Event::InlineHtml(html)) => {
                tags(html).for_each(|tag| raw.meet(&tag));
            }
            _ => continue,
        }
        if depth + raw.tags.len() > DEEPEST || raw.weight > 50 * raw.count + 5_000 {
            return Some(piece.range.clone());
        }
    }
    None
}

/// Raw tags that are open.
#[derive(Default)]
struct Open {
    tags: Vec<String>,
    count: usize,
    /// The depths of all tags together.
    weight: usize,
}

impl Open {
    fn meet(&mut self, tag: &Tag<'_>) {
        const VOID: &[&str] = &["area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
        const CLOSED_BY_NEXT: &[&str] = &["dd", "dt", "li", "option", "p", "rp", "rt", "td", "th", "tr"];
        let name = tag.lower();
        if VOID.contains(&name.as_str()) || self.tags.len() > DEEPEST {
            return;
        }
        let last = self.tags.iter().rposition(|open| *open == name);
        if tag.closing {
            let Some(last) = last else { return };
            let above = self.tags.split_off(last);
            self.tags.extend(above.into_iter().skip(1).filter(|open| !CLOSED_BY_NEXT.contains(&open.as_str())));
            return;
        }
        self.count += 1;
        self.weight += self.tags.len();
        let closes = CLOSED_BY_NEXT.contains(&name.as_str()) && last.is_some_and(|last| last + 1 == self.tags.len());
        if !closes {
            self.tags.push(name);
        }
    }
}

/// Resolves the links and images of cleaned HTML, whose tags are all in one canonical form.
pub(super) fn resolve(cleaned: &str, outside: &dyn Surroundings, out: &mut String) {
    let mut done = 0;
    let mut ends = vec![];
    for tag in tags(cleaned) {
        out.push_str(&cleaned[done..tag.range.start]);
        done = tag.range.end;
        match (tag.name, tag.closing) {
            ("a", false) => ends.push(open_link(&tag, outside, out)),
            ("a", true) => out.push_str(ends.pop().unwrap_or("</a>")),
            ("img", false) => image(&tag, outside, out),
            ("audio" | "source" | "track" | "video", false) => media(&tag, outside, out),
            _ => out.push_str(&cleaned[tag.range.clone()]),
        }
    }
    out.push_str(&cleaned[done..]);
}

fn value<'a>(tag: &Tag<'a>, name: &str) -> Option<std::borrow::Cow<'a, str>> {
    tag.attributes.iter().find(|attribute| attribute.name == name).map(|attribute| decoded(attribute.value))
}

/// Writes a link's beginning and tells its end. A link inside the page that we wrote stays.
fn open_link(tag: &Tag<'_>, outside: &dyn Surroundings, out: &mut String) -> &'static str {
    let Some(raw) = value(tag, "href") else {
        others(tag, "a", &["hreflang"], out);
        return "</a>";
    };
    if raw.starts_with(html::FOOTNOTE_HREF) {
        others(tag, "a", &[], out);
        return "</a>";
    }
    let Some(link) = links::resolve(&raw, outside) else {
        out.push_str("<span>");
        return "</span>";
    };
    others(tag, "a", &["href"], out);
    out.pop();
    html::attribute(out, "href", &link.href);
    if link.external {
        html::attribute(out, "rel", "noopener");
    }
    if let Some(title) = link.title.as_deref().filter(|_| value(tag, "title").is_none()) {
        html::attribute(out, "title", title);
    }
    out.push('>');
    "</a>"
}

fn image(tag: &Tag<'_>, outside: &dyn Surroundings, out: &mut String) {
    let alt = value(tag, "alt").unwrap_or_default();
    let found = value(tag, "src").filter(|raw| links::allowed(raw)).and_then(|raw| outside.image(&raw));
    let Some(image) = found else { return escape_html_into(out, &alt) };
    html::image(out, &image, &alt, value(tag, "title").as_deref(), value(tag, "class").as_deref());
}

fn media(tag: &Tag<'_>, outside: &dyn Surroundings, out: &mut String) {
    others(tag, tag.name, &["src", "poster"], out);
    out.pop();
    if let Some(link) = value(tag, "src").and_then(|raw| links::resolve(&raw, outside)) {
        html::attribute(out, "src", &link.href);
    }
    if let Some(link) = value(tag, "poster").and_then(|raw| links::resolve(&raw, outside)) {
        html::attribute(out, "poster", &link.href);
    }
    out.push('>');
}

/// Writes a tag with its attributes except some.
fn others(tag: &Tag<'_>, name: &str, except: &[&str], out: &mut String) {
    out.push('<');
    out.push_str(name);
    for attribute in tag.attributes.iter().filter(|attribute| !except.contains(&attribute.name)) {
        html::attribute(out, attribute.name, &decoded(attribute.value));
    }
    out.push('>');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::markdown::events::parse;

    #[test]
    fn removes_what_runs() {
        let cases = [
            ("<p onclick=\"x()\" style=\"color:red\" class=\"a\" id=\"b\">好</p>", "<p class=\"a\" id=\"b\">好</p>"),
            ("<script>alert(1)</script><iframe src=\"x\"></iframe>甲", "甲"),
            ("<a href=\"java&#115;cript:x\">甲</a>", "<a>甲</a>"),
            ("<a href=\" \tjavascript:x\">甲</a>", "<a>甲</a>"),
            ("<form action=x><button>甲</button></form><!-- x -->", "甲"),
            ("<svg onload=x><circle/></svg>甲", "甲"),
            ("<math><mi xlink:href=\"javascript:x\">甲</mi></math>乙", "乙"),
        ];
        for (html, expect) in cases {
            assert_eq!(clean(html).unwrap(), expect, "{html}");
        }
    }

    #[test]
    fn names_what_is_removed() {
        assert_eq!(first_removed("<p class=a onclick=b>").unwrap().0, "onclick");
        assert_eq!(first_removed("<b><ifraMe src=x>").unwrap(), ("<ifraMe>".into(), 3..17));
        assert_eq!(first_removed("<IMG SRC=x alt=y>"), None);
    }

    #[test]
    fn depth_is_bounded() {
        let deep = |body: &str| parse(body, |parsed| too_deep(parsed).is_some());
        assert!(deep(&"<i class=n><p>".repeat(3000)));
        assert!(deep(&">".repeat(200)));
        assert!(!deep(&"<p>一\n<ul><li>二<li>三<br>四</ul>\n\n".repeat(300)));
        assert!(deep(&format!("{}{}", "<i>".repeat(90), "<b></b>".repeat(5000))));
    }
}
