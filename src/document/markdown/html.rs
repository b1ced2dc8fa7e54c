//! The HTML of a body, written from its events, with holes for what stands elsewhere (`draft`).
//!
//! Nothing here needs an inline style or script. Raw HTML is cleaned run by run, a run being what
//! stands between two shortcodes; shortcodes write their HTML in between, uncleaned.

use std::{collections::BTreeMap, fmt::Write as _, mem};

use pulldown_cmark::{Alignment, CodeBlockKind, CowStr, Event, LinkType, Tag, TagEnd};

use super::{
    Image, clean,
    draft::{Draft, Hole, What},
    events::{Parsed, Part, words},
    links,
};
use crate::base::{
    lang::Tongue,
    text::{escape_html_into, roomy},
};

/// How links to footnotes begin. No heading gets an id with a colon by itself.
pub(super) const FOOTNOTE_HREF: &str = "#fn:";

/// How a link ends.
pub(super) const LINK_END: &str = "</a>";
/// How the words of a link begin that leads nowhere, and how they end.
pub(super) const NO_LINK: &str = "<span>";
pub(super) const NO_LINK_END: &str = "</span>";

/// What happens to raw HTML.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Raw {
    /// It is cleaned with all around it.
    Clean,
    /// It is shown as text.
    Escape,
    /// There is none, or it is written as it is, which only tests may wish.
    Keep,
}

/// Writes a body. `ids` are those of its headings, `tongue` is the language of the few words that
/// it gets from the program, such as labels of footnotes for screen readers.
///
/// Raw HTML is cleaned by an allow-list; addresses with a scheme other than http, https, mailto
/// and tel do not come through, whether the body was scanned or not.
pub(super) fn draft(parsed: &Parsed<'_>, ids: &[String], tongue: Tongue) -> Draft<'static> {
    let raw = match parsed.has_html {
        false => Raw::Keep,
        true if clean::too_deep(parsed).is_some() => Raw::Escape,
        true => Raw::Clean,
    };
    Writer::new(parsed, ids, tongue, raw).finish()
}

/// Writes a body for a test.
#[cfg(test)]
pub(super) fn write(body: &str, outside: &dyn super::Surroundings, raw: Raw) -> String {
    super::events::parse(body, |parsed| {
        let ids = super::anchors::anchors(parsed).headings;
        let draft = match raw {
            Raw::Clean => draft(parsed, &ids, Tongue::Zh),
            raw => Writer::new(parsed, &ids, Tongue::Zh, raw).finish(),
        };
        let bytes = draft.to_bytes();
        Draft::from_bytes(&bytes).expect("a draft").fill(outside)
    })
}

struct Writer<'w> {
    parsed: &'w Parsed<'w>,
    tongue: Tongue,
    raw: Raw,
    out: String,
    holes: Vec<Hole>,
    /// Up to where the last hole reaches: what it will end with is not known.
    open: Option<usize>,
    /// Where the run began that has not been cleaned.
    run: usize,
    /// Ids of headings to come.
    ids: std::slice::Iter<'w, String>,
    /// How the open link ends, if that is known.
    link_end: Option<&'static str>,
    alignments: &'w [Alignment],
    cell: usize,
    in_head: bool,
    footnotes: Footnotes<'w>,
}

/// Footnotes, numbered as they are first referred to.
#[derive(Default)]
struct Footnotes<'w> {
    numbers: BTreeMap<&'w str, usize>,
    /// For each number, from 0: how often it is referred to, and its HTML.
    notes: Vec<(usize, Draft<'static>)>,
    /// What was written before the open definition.
    around: Option<Around>,
}

/// What was written before a footnote.
struct Around {
    out: String,
    holes: Vec<Hole>,
    open: Option<usize>,
    run: usize,
}

impl<'w> Footnotes<'w> {
    fn number(&mut self, name: &'w str) -> usize {
        let next = self.notes.len();
        let number = *self.numbers.entry(name).or_insert(next);
        if number == next {
            self.notes.push((0, Draft::default()));
        }
        number
    }
}

impl<'w> Writer<'w> {
    fn new(parsed: &'w Parsed<'w>, ids: &'w [String], tongue: Tongue, raw: Raw) -> Self {
        let mut writer = Self {
            parsed,
            tongue,
            raw,
            out: String::with_capacity(roomy(parsed.body.len() * 3 / 2)),
            holes: vec![],
            open: None,
            run: 0,
            ids: ids.iter(),
            link_end: Some(LINK_END),
            alignments: &[],
            cell: 0,
            in_head: false,
            footnotes: Footnotes::default(),
        };
        writer.number_footnotes();
        writer
    }

    /// Numbers footnotes by the text; those that only other footnotes mention come after.
    fn number_footnotes(&mut self) {
        let mut inside = false;
        for piece in &self.parsed.pieces {
            match &piece.part {
                Part::Event(Event::Start(Tag::FootnoteDefinition(_))) => inside = true,
                Part::Event(Event::End(TagEnd::FootnoteDefinition)) => inside = false,
                Part::Event(Event::FootnoteReference(name)) if !inside => {
                    self.footnotes.number(name);
                }
                _ => {}
            }
        }
    }

    fn finish(mut self) -> Draft<'static> {
        let parsed = self.parsed;
        let mut at = 0;
        while let Some(piece) = parsed.pieces.get(at) {
            at = match &piece.part {
                Part::Event(Event::Start(Tag::Image { dest_url, title, .. })) => self.image(at, dest_url, title),
                Part::Event(Event::Start(Tag::Paragraph)) if self.images_only(at) => self.figures(at),
                Part::Event(Event::Start(tag)) => self.start(tag, at),
                Part::Event(Event::End(tag)) => self.end(tag, at),
                Part::Event(event) => self.inline(event, at),
                Part::Leaf(line) => self.leaf(*line, at),
                Part::Open(_) => self.open(at),
                Part::Close(line) => self.close(*line, at),
            };
        }
        self.end_run();
        self.write_footnotes();
        Draft { html: self.out.into(), holes: self.holes }
    }

    fn hole(&mut self, what: What) {
        self.holes.push(Hole { at: self.out.len(), what });
        self.open = Some(self.out.len());
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn fresh_line(&mut self) {
        if self.open == Some(self.out.len()) {
            self.hole(What::FreshLine);
        } else if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn block(&mut self, text: &str) {
        self.fresh_line();
        self.push(text);
    }

    fn start(&mut self, tag: &'w Tag<'w>, at: usize) -> usize {
        match tag {
            Tag::Paragraph => self.block("<p>"),
            Tag::Heading { level, classes, .. } => self.start_heading(*level as u8, classes),
            Tag::BlockQuote(_) => self.block("<blockquote>\n"),
            Tag::CodeBlock(kind) => self.start_code(kind),
            Tag::HtmlBlock => self.fresh_line(),
            Tag::List(None) => self.block("<ul>\n"),
            Tag::List(Some(1)) => self.block("<ol>\n"),
            Tag::List(Some(start)) => {
                self.fresh_line();
                // A String takes whatever is written.
                let _ = writeln!(self.out, "<ol start=\"{start}\">");
            }
            Tag::Item => self.block("<li>"),
            Tag::FootnoteDefinition(_) => self.start_footnote(),
            Tag::DefinitionList => self.block("<dl>\n"),
            Tag::DefinitionListTitle => self.block("<dt>"),
            Tag::DefinitionListDefinition => self.block("<dd>"),
            Tag::Table(alignments) => {
                self.alignments = alignments;
                self.block("<div class=\"table\"><table>");
            }
            Tag::TableHead => {
                self.in_head = true;
                self.cell = 0;
                self.push("<thead><tr>");
            }
            Tag::TableRow => {
                self.cell = 0;
                self.push("<tr>");
            }
            Tag::TableCell => self.start_cell(),
            Tag::Emphasis => self.push("<em>"),
            Tag::Strong => self.push("<strong>"),
            Tag::Strikethrough => self.push("<del>"),
            Tag::Superscript => self.push("<sup>"),
            Tag::Subscript => self.push("<sub>"),
            Tag::Link { link_type, dest_url, title, .. } => self.start_link(*link_type, dest_url, title),
            Tag::Image { .. } | Tag::MetadataBlock(_) => {}
        }
        at + 1
    }

    fn end(&mut self, tag: &TagEnd, at: usize) -> usize {
        match tag {
            TagEnd::Paragraph => self.push("</p>\n"),
            TagEnd::Heading(level) => {
                let _ = writeln!(self.out, "</{level}>");
            }
            TagEnd::BlockQuote(_) => self.block("</blockquote>\n"),
            TagEnd::CodeBlock => self.push("</code></pre>\n"),
            TagEnd::List(true) => self.block("</ol>\n"),
            TagEnd::List(false) => self.block("</ul>\n"),
            TagEnd::Item => self.push("</li>\n"),
            TagEnd::FootnoteDefinition => self.end_footnote(at),
            TagEnd::DefinitionList => self.block("</dl>\n"),
            TagEnd::DefinitionListTitle => self.push("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.push("</dd>\n"),
            TagEnd::Table => self.end_table(),
            TagEnd::TableHead => {
                self.in_head = false;
                self.push("</tr></thead><tbody>\n");
            }
            TagEnd::TableRow => self.push("</tr>\n"),
            TagEnd::TableCell => self.push(if self.in_head { "</th>" } else { "</td>" }),
            TagEnd::Emphasis => self.push("</em>"),
            TagEnd::Strong => self.push("</strong>"),
            TagEnd::Strikethrough => self.push("</del>"),
            TagEnd::Superscript => self.push("</sup>"),
            TagEnd::Subscript => self.push("</sub>"),
            TagEnd::Link => match self.link_end {
                Some(end) => self.push(end),
                None => self.hole(What::LinkEnd),
            },
            TagEnd::HtmlBlock | TagEnd::Image | TagEnd::MetadataBlock(_) => {}
        }
        at + 1
    }

    fn inline(&mut self, event: &'w Event<'w>, at: usize) -> usize {
        match event {
            Event::Text(text) => escape_html_into(&mut self.out, text),
            Event::Code(code) => {
                self.push("<code>");
                escape_html_into(&mut self.out, code);
                self.push("</code>");
            }
            Event::Html(html) | Event::InlineHtml(html) => match self.raw {
                Raw::Escape => escape_html_into(&mut self.out, html),
                Raw::Clean | Raw::Keep => self.push(html),
            },
            Event::FootnoteReference(name) => self.footnote_reference(name),
            Event::SoftBreak => self.push("\n"),
            Event::HardBreak => self.push("<br>\n"),
            Event::Rule => self.block("<hr>\n"),
            Event::TaskListMarker(done) => self.task(*done),
            _ => {}
        }
        at + 1
    }

    fn start_heading(&mut self, level: u8, classes: &[CowStr<'_>]) {
        self.fresh_line();
        let _ = write!(self.out, "<h{level}");
        let id = self.ids.next().map_or("", String::as_str);
        attribute(&mut self.out, "id", id);
        if !classes.is_empty() {
            attribute(&mut self.out, "class", &classes.join(" "));
        }
        self.push(">");
    }

    fn start_code(&mut self, kind: &CodeBlockKind<'_>) {
        self.block("<pre><code");
        if let CodeBlockKind::Fenced(info) = kind {
            let language = info.split([' ', '\t', ',']).next().unwrap_or_default();
            if !language.is_empty() {
                self.push(" class=\"language-");
                escape_html_into(&mut self.out, language);
                self.push("\"");
            }
        }
        self.push(">");
    }

    fn start_cell(&mut self) {
        self.push(if self.in_head { "<th scope=\"col\"" } else { "<td" });
        self.push(match self.alignments.get(self.cell) {
            Some(Alignment::Left) => " class=\"align-left\">",
            Some(Alignment::Center) => " class=\"align-center\">",
            Some(Alignment::Right) => " class=\"align-right\">",
            Some(Alignment::None) | None => ">",
        });
        self.cell += 1;
    }

    fn end_table(&mut self) {
        const EMPTY: &str = "<tbody>\n";
        if self.out.ends_with(EMPTY) {
            self.out.truncate(self.out.len() - EMPTY.len());
            self.push("</table></div>\n");
        } else {
            self.push("</tbody></table></div>\n");
        }
    }

    fn task(&mut self, done: bool) {
        let words = match (self.tongue, done) {
            (Tongue::Zh, true) => "已完成",
            (Tongue::Zh, false) => "未完成",
            (Tongue::En, true) => "done",
            (Tongue::En, false) => "not done",
        };
        let checked = if done { " checked" } else { "" };
        let _ = write!(self.out, "<input type=\"checkbox\" disabled{checked} aria-label=\"{words}\"> ");
    }

    fn start_link(&mut self, link_type: LinkType, dest: &str, title: &str) {
        let mail;
        let raw = match link_type {
            LinkType::Email if !dest.starts_with("mailto:") => {
                mail = format!("mailto:{dest}");
                &mail
            }
            _ => dest,
        };
        if !links::allowed(raw) {
            self.link_end = Some(NO_LINK_END);
            return self.push(NO_LINK);
        }
        if self.raw == Raw::Clean {
            // Resolved after cleaning, with the links in raw HTML.
            self.link_end = Some(LINK_END);
            self.push("<a");
            attribute(&mut self.out, "href", raw);
            return self.end_link_tag(title);
        }
        self.link_end = None;
        self.hole(What::Link { raw: raw.to_owned(), title: title.to_owned() });
    }

    fn end_link_tag(&mut self, title: &str) {
        if !title.is_empty() {
            attribute(&mut self.out, "title", title);
        }
        self.push(">");
    }

    /// Writes the image that begins at `at`; tells where to go on.
    fn image(&mut self, at: usize, dest: &str, title: &str) -> usize {
        let end = self.parsed.end_of(at);
        let mut alt = String::new();
        words(&self.parsed.pieces[at..end], &mut alt);
        self.write_image(dest, alt, title);
        end + 1
    }

    fn write_image(&mut self, dest: &str, alt: String, title: &str) {
        if !links::allowed(dest) {
            return escape_html_into(&mut self.out, &alt);
        }
        if self.raw == Raw::Clean {
            self.push("<img");
            attribute(&mut self.out, "src", dest);
            attribute(&mut self.out, "alt", &alt);
            return self.end_link_tag(title);
        }
        self.hole(What::Image { raw: dest.to_owned(), alt, title: title.to_owned() });
    }

    /// Whether the paragraph that begins at `at` holds nothing but images.
    fn images_only(&self, at: usize) -> bool {
        let mut depth = 0;
        for piece in &self.parsed.pieces[at + 1..] {
            match &piece.part {
                Part::Event(Event::Start(Tag::Image { .. })) => depth += 1,
                Part::Event(Event::End(TagEnd::Image)) => depth -= 1,
                Part::Event(Event::End(TagEnd::Paragraph)) => return true,
                Part::Event(Event::SoftBreak | Event::HardBreak) => {}
                _ if depth > 0 => {}
                Part::Event(Event::Text(text)) if text.trim().is_empty() => {}
                _ => return false,
            }
        }
        false
    }

    /// Writes each image of a paragraph as a figure, its title as caption.
    fn figures(&mut self, start: usize) -> usize {
        let end = self.parsed.end_of(start);
        let mut at = start + 1;
        while at < end {
            let Part::Event(Event::Start(Tag::Image { dest_url, title, .. })) = &self.parsed.pieces[at].part else {
                at += 1;
                continue;
            };
            let image_end = self.parsed.end_of(at);
            let mut alt = String::new();
            words(&self.parsed.pieces[at..image_end], &mut alt);
            self.block("<figure>");
            self.write_image(dest_url, alt, "");
            if !title.is_empty() {
                self.push("<figcaption>");
                escape_html_into(&mut self.out, title);
                self.push("</figcaption>");
            }
            self.push("</figure>\n");
            at = image_end + 1;
        }
        end + 1
    }

    fn leaf(&mut self, line: usize, at: usize) -> usize {
        self.end_run();
        self.fresh_line();
        self.hole(What::Leaf(self.parsed.lines[line].directive.clone()));
        self.fresh_line();
        self.run = self.out.len();
        at + 1
    }

    fn open(&mut self, at: usize) -> usize {
        self.end_run();
        self.fresh_line();
        self.hole(What::Open);
        self.run = self.out.len();
        at + 1
    }

    fn close(&mut self, line: usize, at: usize) -> usize {
        self.end_run();
        self.hole(What::Close(self.parsed.lines[line].directive.clone()));
        self.fresh_line();
        self.run = self.out.len();
        at + 1
    }

    /// Cleans what was written since the last shortcode; its links are resolved later.
    fn end_run(&mut self) {
        if self.raw != Raw::Clean || self.run == self.out.len() {
            return;
        }
        let run = self.out.split_off(self.run);
        match clean::clean(&run) {
            Some(cleaned) => {
                let end = self.run + cleaned.len();
                self.hole(What::Cleaned { end });
                self.push(&cleaned);
                self.open = Some(end);
            }
            None => escape_html_into(&mut self.out, &run),
        }
        self.run = self.out.len();
    }

    fn footnote_reference(&mut self, name: &'w CowStr<'w>) {
        let number = self.footnotes.number(name);
        let note = &mut self.footnotes.notes[number];
        note.0 += 1;
        let (times, number) = (note.0, number + 1);
        let words = match self.tongue {
            Tongue::Zh => "脚注",
            Tongue::En => "footnote",
        };
        let id = back_id(number, times);
        let _ = write!(
            self.out,
            "<sup class=\"footnote-ref\"><a href=\"{FOOTNOTE_HREF}{number}\" id=\"{id}\" aria-label=\"{words} {number}\">{number}</a></sup>"
        );
    }

    fn start_footnote(&mut self) {
        let (out, holes) = (mem::take(&mut self.out), mem::take(&mut self.holes));
        self.footnotes.around = Some(Around { out, holes, open: self.open.take(), run: self.run });
        self.run = 0;
    }

    fn end_footnote(&mut self, at: usize) {
        self.end_run();
        let Some(around) = self.footnotes.around.take() else { return };
        let html = mem::replace(&mut self.out, around.out).into();
        let holes = mem::replace(&mut self.holes, around.holes);
        (self.open, self.run) = (around.open, around.run);
        let Some(name) = self.footnote_name(at) else { return };
        if let Some(number) = self.footnotes.numbers.get(name) {
            self.footnotes.notes[*number].1 = Draft { html, holes };
        }
    }

    /// The name of the definition that ends at `end`.
    fn footnote_name(&self, end: usize) -> Option<&'w str> {
        self.parsed.pieces[..end].iter().rev().find_map(|piece| match &piece.part {
            Part::Event(Event::Start(Tag::FootnoteDefinition(name))) => Some(&**name),
            _ => None,
        })
    }

    fn write_footnotes(&mut self) {
        if self.footnotes.notes.is_empty() {
            return;
        }
        let (heading, back) = match self.tongue {
            Tongue::Zh => ("脚注", "返回正文"),
            Tongue::En => ("Footnotes", "Back to the text"),
        };
        self.fresh_line();
        let _ = writeln!(self.out, "<section class=\"footnotes\" aria-label=\"{heading}\">\n<ol>");
        for (number, (times, note)) in mem::take(&mut self.footnotes.notes).into_iter().enumerate() {
            let number = number + 1;
            let mut links = String::new();
            for time in 1..=times {
                let id = back_id(number, time);
                let _ = write!(links, " <a href=\"#{id}\" class=\"footnote-back\" aria-label=\"{back}\">↩</a>");
            }
            self.hole(What::Note);
            self.insert(note);
            self.hole(What::NoteEnd { number, links });
        }
        self.push("</ol>\n</section>\n");
    }

    /// Adds what was written apart.
    fn insert(&mut self, draft: Draft<'_>) {
        let base = self.out.len();
        self.holes.extend(draft.holes.into_iter().map(|hole| hole.shift(base)));
        self.push(&draft.html);
    }
}

/// Writes a footnote with the links back to the text, inside its last paragraph if it ends in one.
pub(super) fn write_note(out: &mut String, number: usize, note: &str, links: &str) {
    // A String takes whatever is written.
    let _ = match note.strip_suffix("</p>") {
        Some(note) => writeln!(out, "<li id=\"fn:{number}\">{note}{links}</p></li>"),
        None => writeln!(out, "<li id=\"fn:{number}\">{note}{links}</li>"),
    };
}

/// Writes the beginning of a link.
pub(super) fn start_link(out: &mut String, href: &str, external: bool, title: &str) {
    out.push_str("<a");
    attribute(out, "href", href);
    if external {
        attribute(out, "rel", "noopener");
    }
    if !title.is_empty() {
        attribute(out, "title", title);
    }
    out.push('>');
}

fn back_id(number: usize, times: usize) -> String {
    if times == 1 { format!("fnref:{number}") } else { format!("fnref:{number}-{times}") }
}

/// Writes ` name="value"`.
pub(super) fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape_html_into(out, value);
    out.push('"');
}

/// Writes a picture: `<img>`, in `<picture>` where there is WebP.
pub(super) fn image(out: &mut String, image: &Image, alt: &str, title: Option<&str>, class: Option<&str>) {
    let optional = |out: &mut String, name: &str, value: &str| {
        if !value.is_empty() {
            attribute(out, name, value);
        }
    };
    if !image.webp_srcset.is_empty() {
        out.push_str("<picture><source type=\"image/webp\"");
        attribute(out, "srcset", &image.webp_srcset);
        optional(out, "sizes", &image.sizes);
        out.push('>');
    }
    out.push_str("<img");
    attribute(out, "src", &image.src);
    if !image.srcset.is_empty() {
        attribute(out, "srcset", &image.srcset);
        optional(out, "sizes", &image.sizes);
    }
    attribute(out, "alt", alt);
    optional(out, "title", title.unwrap_or_default());
    optional(out, "class", class.unwrap_or_default());
    if image.width > 0 && image.height > 0 {
        let _ = write!(out, " width=\"{}\" height=\"{}\"", image.width, image.height);
    }
    out.push_str(" loading=\"lazy\" decoding=\"async\">");
    if !image.webp_srcset.is_empty() {
        out.push_str("</picture>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::markdown::{Directive, Link, Surroundings};

    /// Answers everything plainly: links as written, shortcodes as `[name inner]`.
    struct Plain;

    impl Surroundings for Plain {
        fn link(&self, raw: &str) -> Option<Link> {
            (raw != "none").then(|| Link { href: raw.into(), external: raw.starts_with("http"), title: None })
        }
        fn image(&self, raw: &str) -> Option<Image> {
            let webp_srcset = if raw.ends_with(".png") { format!("{raw}.webp 480w") } else { String::new() };
            (raw != "none").then(|| Image { src: raw.into(), webp_srcset, width: 4, height: 3, ..Image::default() })
        }
        fn directive(&self, directive: &Directive, inner: Option<&str>, out: &mut String) {
            out.push_str(&format!("<x-{} {}>{}</x>", directive.name, directive.index, inner.unwrap_or("")));
        }
    }

    #[track_caller]
    fn check(body: &str, expect: &str) {
        assert_eq!(write(body, &Plain, Raw::Clean), expect);
    }

    #[test]
    fn emphasis_beside_full_width_punctuation() {
        check("**强调。**后", "<p><strong>强调。</strong>后</p>\n");
        check("**“重点”**内容", "<p><strong>“重点”</strong>内容</p>\n");
        check("**重点：**内容", "<p><strong>重点：</strong>内容</p>\n");
        check("**《办法》**第三条", "<p><strong>《办法》</strong>第三条</p>\n");
        check("**注意！**请带", "<p><strong>注意！</strong>请带</p>\n");
        check("活动**（免费）**报名", "<p>活动<strong>（免费）</strong>报名</p>\n");
        check("活动**(免费)**报名", "<p>活动<strong>(免费)</strong>报名</p>\n");
        check("见~~（旧）~~新", "<p>见<del>（旧）</del>新</p>\n");
        check("`*`**。**后", "<p><code>*</code><strong>。</strong>后</p>\n");
    }

    #[test]
    fn one_tilde_never_strikes() {
        check("（周一）~（周五），（六）~（日）", "<p>（周一）~（周五），（六）~（日）</p>\n");
        check(
            "**9:00**~**11:00**和**14:00**~**16:00**",
            "<p><strong>9:00</strong>~<strong>11:00</strong>和<strong>14:00</strong>~<strong>16:00</strong></p>\n",
        );
    }

    #[test]
    fn soft_breaks_between_wide_characters_join() {
        check(
            "中文，\n后面**粗**\n`码`\nabc\n中文",
            "<p>中文，后面<strong>粗</strong><code>码</code>\nabc\n中文</p>\n",
        );
        check("他说“\n好”\n吗……\n是", "<p>他说“好”吗……是</p>\n");
        check("한국\n말", "<p>한국\n말</p>\n");
        check("好😀\n好", "<p>好😀\n好</p>\n");
        check(
            "[甲](x)\n乙[^1]\n丙\n\n[^1]: 注",
            "<p><a href=\"x\">甲</a>乙<sup class=\"footnote-ref\"><a href=\"#fn:1\" id=\"fnref:1\" aria-label=\"脚注 1\">1</a></sup>丙</p>\n<section class=\"footnotes\" aria-label=\"脚注\">\n<ol>\n<li id=\"fn:1\"><p>注 <a href=\"#fnref:1\" class=\"footnote-back\" aria-label=\"返回正文\">↩</a></p></li>\n</ol>\n</section>\n",
        );
    }

    #[test]
    fn bare_addresses() {
        let link = |url: &str| format!("<a href=\"{url}\" rel=\"noopener\">{url}</a>");
        check("见https://a.cn/b，后", &format!("<p>见{}，后</p>\n", link("https://a.cn/b")));
        check(
            "（https://a.cn/b_c_d）。(http://a.cn/(x).)",
            &format!("<p>（{}）。({}.)</p>\n", link("https://a.cn/b_c_d"), link("http://a.cn/(x)")),
        );
        check(
            "http://中文 https:// xhttp://a.cn `http://a.cn` www.a.cn",
            "<p>http://中文 https:// xhttp://a.cn <code>http://a.cn</code> www.a.cn</p>\n",
        );
        check("[http://a.cn](x)", "<p><a href=\"x\">http://a.cn</a></p>\n");
        check(
            "http://a.cn/?x=1&amp;y=2 z",
            "<p><a href=\"http://a.cn/?x=1&amp;y=2\" rel=\"noopener\">http://a.cn/?x=1&amp;y=2</a> z</p>\n",
        );
        check("https://a.cn/~u/**粗**", &format!("<p>{}<strong>粗</strong></p>\n", link("https://a.cn/~u/")));
    }

    #[test]
    fn images() {
        check(
            "![图](a.jpg \"题\")",
            "<figure><img src=\"a.jpg\" alt=\"图\" width=\"4\" height=\"3\" loading=\"lazy\" decoding=\"async\"><figcaption>题</figcaption></figure>\n",
        );
        check(
            "字![](a.png)",
            "<p>字<picture><source type=\"image/webp\" srcset=\"a.png.webp 480w\"><img src=\"a.png\" alt=\"\" width=\"4\" height=\"3\" loading=\"lazy\" decoding=\"async\"></picture></p>\n",
        );
        check("字![图*一*](none)和![图](data:x)", "<p>字图一和图</p>\n");
    }

    #[test]
    fn links() {
        check("[甲](none)[乙](javascript:x \"y\")", "<p><span>甲</span><span>乙</span></p>\n");
        check("<javascript:x> [a](<java\tscript:x>)", "<p><span>javascript:x</span> <span>a</span></p>\n");
        check("<b>[a](vbscript:x)</b><a href=\"JAVASCRIPT:x\">b</a>", "<p><b><span>a</span></b><a>b</a></p>\n");
    }

    #[test]
    fn raw_html_is_cleaned_and_resolved() {
        check(
            "<div onclick=x class=\"a\"><a href=\"https://b.cn\">甲</a><img src=b.jpg alt=乙 style=x></div>",
            "<div class=\"a\"><a href=\"https://b.cn\" rel=\"noopener\">甲</a><img src=\"b.jpg\" alt=\"乙\" width=\"4\" height=\"3\" loading=\"lazy\" decoding=\"async\"></div>",
        );
        check(
            "<script>\n\nx\n</script>\n\n[甲](b)[^1]\n\n[^1]: <i onclick=x>注</i>",
            "\n<p><a href=\"b\">甲</a><sup class=\"footnote-ref\"><a href=\"#fn:1\" id=\"fnref:1\" aria-label=\"脚注 1\">1</a></sup></p>\n<section class=\"footnotes\" aria-label=\"脚注\">\n<ol>\n<li id=\"fn:1\"><p><i>注</i> <a href=\"#fnref:1\" class=\"footnote-back\" aria-label=\"返回正文\">↩</a></p></li>\n</ol>\n</section>\n",
        );
        check(&"<i>".repeat(101), &format!("<p>{}</p>\n", "&lt;i&gt;".repeat(101)));
    }

    #[test]
    fn shortcodes_stand_between_runs() {
        check(
            "前\n::card{to=x}\n- 项\n:::notice\n**好。**后\n\n[^1]\n:::\n末\n\n[^1]: 注",
            "<p>前</p>\n<x-card 0></x>\n<ul>\n<li>项</li>\n</ul>\n<x-notice 1><p><strong>好。</strong>后</p>\n<p><sup class=\"footnote-ref\"><a href=\"#fn:1\" id=\"fnref:1\" aria-label=\"脚注 1\">1</a></sup></p>\n</x>\n<p>末</p>\n<section class=\"footnotes\" aria-label=\"脚注\">\n<ol>\n<li id=\"fn:1\"><p>注 <a href=\"#fnref:1\" class=\"footnote-back\" aria-label=\"返回正文\">↩</a></p></li>\n</ol>\n</section>\n",
        );
        check("```\n::card\n\n:::\n```", "<pre><code>::card\n\n:::\n</code></pre>\n");
        check("- 甲\n  ::card\n- 乙", "<ul>\n<li>甲\n::card</li>\n<li>乙</li>\n</ul>\n");
        check(":::steps\n::::notice\n甲\n::::\n:::", "<x-steps 0><x-notice 1><p>甲</p>\n</x>\n</x>\n");
        check("<b>甲</b>\n\n::card\n\n<i onclick=x>乙</i>", "<p><b>甲</b></p>\n<x-card 0></x>\n<p><i>乙</i></p>\n");
    }

    #[test]
    fn tables_tasks_code_and_definitions() {
        check(
            "|甲|乙|\n|:-|-:|\n|一|二|",
            "<div class=\"table\"><table><thead><tr><th scope=\"col\" class=\"align-left\">甲</th><th scope=\"col\" class=\"align-right\">乙</th></tr></thead><tbody>\n<tr><td class=\"align-left\">一</td><td class=\"align-right\">二</td></tr>\n</tbody></table></div>\n",
        );
        check(
            "- [x] 甲",
            "<ul>\n<li><input type=\"checkbox\" disabled checked aria-label=\"已完成\"> 甲</li>\n</ul>\n",
        );
        check("```rust x\na<b\n```", "<pre><code class=\"language-rust\">a&lt;b\n</code></pre>\n");
        check("甲\n: 乙", "<dl>\n<dt>甲</dt>\n<dd>乙</dd>\n</dl>\n");
        check("## 甲 {#x .y}", "<h2 id=\"x\" class=\"y\">甲</h2>\n");
    }
}
