//! SVG files: their size, and cleaning, so that a drawing can do nothing but be looked at.
//!
//! Elements pass by an allow-list, attributes by rules; both judge the local name whatever its
//! prefix. What is kept is copied byte for byte. The result is also safe if someone puts it into
//! an HTML page, whose parser sees namespaces, comments and CDATA in another way: hence no `<`
//! in a comment, and only text in `title`, `desc` and `style`.

use std::ops::Range;

use quick_xml::{
    NsReader, XmlVersion,
    escape::unescape,
    events::{BytesStart, Event, attributes::Attribute},
    name::{Namespace, ResolveResult},
};

use super::Problem;

mod rules;

/// Elements inside elements; drawings by hand have less than 30.
const DEEPEST: usize = 200;

/// Removes from an SVG file what could run, load something from elsewhere or tell about its
/// author's computer; and tells what an author would want to know of it, sorted.
///
/// Scripts, foreign content, event attributes, addresses other than `#fragment` and embedded
/// PNG, JPEG and WebP images, style sheets that load something, and the document type go. Notes
/// of drawing programs go in silence. A file that leans on entities of its own is refused.
///
/// ```
/// let svg = br#"<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><path d="M0 0"/></svg>"#;
/// let (clean, removed) = pbsite::images::clean_svg(svg).unwrap();
/// assert_eq!(clean, br#"<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>"#);
/// assert_eq!(removed, ["onload"]);
/// ```
pub fn clean_svg(bytes: &[u8]) -> Result<(Vec<u8>, Vec<String>), Problem> {
    let whole = text_of(bytes)?;
    // The reader does not count a byte order mark in its positions.
    let (mark, text) = whole.split_at(if whole.starts_with('\u{feff}') { 3 } else { 0 });
    let mut cleaner = Cleaner {
        text,
        reader: NsReader::from_str(text),
        clean: mark.to_owned(),
        removed: Vec::new(),
        has_root: false,
        open: Vec::new(),
    };
    while cleaner.step()? {}
    cleaner.removed.sort();
    cleaner.removed.dedup();
    Ok((cleaner.clean.into_bytes(), cleaner.removed))
}

/// Whether a text in lower case may be SVG.
pub(super) fn may_be(start: &str) -> bool {
    start.contains("<svg") || start.contains(":svg") || start.starts_with("<?xml") || start.starts_with("<!doctype svg")
}

/// Width and height in CSS pixels, from the attributes or else the view box.
pub(super) fn size(bytes: &[u8]) -> Result<(u32, u32), Problem> {
    let mut reader = NsReader::from_str(text_of(bytes)?);
    loop {
        match reader.read_event().map_err(broken)? {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "svg" => return Ok(size_of(&tag)),
            Event::Start(_) | Event::Empty(_) | Event::Eof => return Err(Problem::Unknown),
            _ => {}
        }
    }
}

fn size_of(root: &BytesStart) -> (u32, u32) {
    let value = |name: &str| root.try_get_attribute(name).ok().flatten().map(|attribute| attribute.value.into_owned());
    let length = |name| value(name).as_deref().and_then(pixels);
    let numbers =
        |text: String| text.split([',', ' ', '\t', '\n', '\r']).filter_map(|n| n.parse::<f64>().ok()).collect();
    let view: Vec<f64> = value("viewBox").map(numbers).unwrap_or_default();
    let (box_width, box_height) = match view[..] {
        [_, _, width, height] if width > 0.0 && height > 0.0 => (width, height),
        // CSS 2.2 §10.3.2: what replaced elements without a size get.
        _ => (300.0, 150.0),
    };
    let (width, height) = match (length("width"), length("height")) {
        (Some(width), Some(height)) => (width, height),
        (Some(width), None) => (width, width * box_height / box_width),
        (None, Some(height)) => (height * box_width / box_height, height),
        (None, None) => (box_width, box_height),
    };
    let whole = |n: f64| n.round().clamp(1.0, 100_000.0) as u32;
    (whole(width), whole(height))
}

/// A length in CSS pixels (CSS Values 4 §6.2); `None` for what depends on the page.
fn pixels(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.find(|c: char| !matches!(c, '0'..='9' | '.' | '+' | '-')).unwrap_or(text.len());
    let factor = match &text[digits..] {
        "" | "px" => 1.0,
        "pt" => 96.0 / 72.0,
        "pc" => 16.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 96.0 / 25.4,
        _ => return None,
    };
    text[..digits].parse::<f64>().ok().map(|n| n * factor).filter(|n| n.is_finite() && *n > 0.0)
}

fn text_of(bytes: &[u8]) -> Result<&str, Problem> {
    if bytes.len() > Problem::LONGEST_SVG {
        return Err(Problem::SvgTooLarge { bytes: bytes.len() });
    }
    std::str::from_utf8(bytes).map_err(|_| Problem::SvgForm("not UTF-8".into()))
}

struct Cleaner<'a> {
    text: &'a str,
    reader: NsReader<&'a [u8]>,
    clean: String,
    removed: Vec<String>,
    has_root: bool,
    /// Names of the elements that are open.
    open: Vec<String>,
}

/// What becomes of an element.
enum Fate {
    Keep,
    /// Goes, and its author is told.
    Remove,
    /// Goes in silence: notes of the drawing program.
    Forget,
}

impl<'a> Cleaner<'a> {
    /// Copies or removes one piece; `false` at the end.
    fn step(&mut self) -> Result<bool, Problem> {
        let start = self.position();
        let event = self.reader.read_event().map_err(broken)?;
        let piece = start..self.position();
        match event {
            Event::Start(tag) => self.element(&tag, false)?,
            Event::Empty(tag) => self.element(&tag, true)?,
            Event::End(_) => {
                self.open.pop();
                self.copy(piece);
            }
            Event::Text(text) => self.text(&text.into_inner(), piece)?,
            Event::CData(text) => self.characters(&text.into_inner(), piece)?,
            Event::Comment(text) if !text.contains(['<', '>']) => self.copy(piece),
            Event::Comment(_) => {}
            Event::Decl(declaration) => {
                self.declaration(declaration.encoding().transpose().ok().flatten().as_deref(), piece)
            }
            Event::PI(instruction) => self.removed.push(format!("<?{}?>", instruction.target())),
            Event::DocType(_) => self.removed.push("<!DOCTYPE>".into()),
            Event::GeneralRef(name) => self.reference(&name.into_inner(), piece)?,
            Event::Eof => return self.end(),
        }
        Ok(true)
    }

    fn end(&self) -> Result<bool, Problem> {
        if !self.open.is_empty() || !self.has_root {
            return Err(Problem::Damaged("unexpected end of file".into()));
        }
        Ok(false)
    }

    fn element(&mut self, tag: &BytesStart<'a>, is_empty: bool) -> Result<(), Problem> {
        let fate = self.fate(tag)?;
        if !matches!(fate, Fate::Keep) {
            if matches!(fate, Fate::Remove) {
                self.removed.push(format!("<{}>", tag.name().as_ref()));
            }
            return if is_empty { Ok(()) } else { self.skip(tag) };
        }
        if tag.local_name().as_ref() == "style" && !is_empty {
            return self.style(tag);
        }
        self.has_root = true;
        self.tag(tag, is_empty)?;
        if !is_empty {
            self.open.push(tag.local_name().as_ref().to_owned());
        }
        match self.open.len() > DEEPEST {
            true => Err(Problem::SvgForm(format!("more than {DEEPEST} levels"))),
            false => Ok(()),
        }
    }

    fn fate(&self, tag: &BytesStart) -> Result<Fate, Problem> {
        let (space, name) = self.reader.resolver().resolve_element(tag.name());
        let name = name.into_inner();
        let is_root = self.open.is_empty();
        match space {
            ResolveResult::Bound(Namespace(space)) if rules::is_notes(space) && !is_root => return Ok(Fate::Forget),
            ResolveResult::Bound(Namespace(space)) if space != rules::SVG && !is_root => return Ok(Fate::Remove),
            ResolveResult::Unknown(_) if !is_root => return Ok(Fate::Remove),
            _ => {}
        }
        if is_root && (name != "svg" || self.has_root) {
            return Err(Problem::SvgForm("no single <svg> root".into()));
        }
        // Inside these an HTML parser would see HTML.
        if self.open.iter().any(|open| matches!(open.as_str(), "title" | "desc")) {
            return Ok(Fate::Remove);
        }
        Ok(match name {
            "metadata" => Fate::Forget,
            name if !rules::is_element(name) || rules::is_dangerous_animation(tag)? => Fate::Remove,
            _ => Fate::Keep,
        })
    }

    fn skip(&mut self, tag: &BytesStart<'a>) -> Result<(), Problem> {
        self.reader.read_to_end(tag.name()).map(drop).map_err(broken)
    }

    /// Copies a style element if it only speaks about this drawing.
    fn style(&mut self, tag: &BytesStart<'a>) -> Result<(), Problem> {
        let css = self.reader.read_text(tag.name()).map_err(broken)?.into_inner().into_owned();
        let plain = css.trim().strip_prefix("<![CDATA[").and_then(|css| css.strip_suffix("]]>")).unwrap_or(&css);
        let decoded = unescape(plain).map_err(entity)?;
        if plain.contains('<') || decoded.contains('<') || !rules::is_local_css(&decoded) || !rules::is_local_css(plain)
        {
            self.removed.push("<style>".into());
            return Ok(());
        }
        self.tag(tag, false)?;
        self.clean.push_str(&css);
        self.clean.push_str(&format!("</{}>", tag.name().as_ref()));
        Ok(())
    }

    /// Writes a tag without the attributes that go.
    fn tag(&mut self, tag: &BytesStart<'a>, is_empty: bool) -> Result<(), Problem> {
        let mut kept: Vec<Attribute> = Vec::new();
        let mut is_whole = true;
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| Problem::Damaged(error.to_string()))?;
            match self.attribute_fate(&attribute)? {
                Fate::Keep => {
                    kept.push(attribute);
                    continue;
                }
                Fate::Remove => self.removed.push(attribute.key.as_ref().to_owned()),
                Fate::Forget => {}
            }
            is_whole = false;
        }
        let end = if is_empty { "/>" } else { ">" };
        if is_whole {
            let content: &str = tag;
            self.clean.push_str(&format!("<{content}{end}"));
            return Ok(());
        }
        self.clean.push_str(&format!("<{}", tag.name().as_ref()));
        for attribute in kept {
            let quote = if attribute.value.contains('"') { '\'' } else { '"' };
            self.clean.push_str(&format!(" {}={quote}{}{quote}", attribute.key.as_ref(), attribute.value));
        }
        self.clean.push_str(end);
        Ok(())
    }

    fn attribute_fate(&self, attribute: &Attribute) -> Result<Fate, Problem> {
        if attribute.value.contains('<') {
            return Err(Problem::Damaged("< in an attribute".into()));
        }
        let value =
            attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| Problem::SvgForm(error.to_string()))?;
        if attribute.key.as_namespace_binding().is_some() {
            return Ok(Fate::Keep);
        }
        let (space, name) = self.reader.resolver().resolve_attribute(attribute.key);
        match space {
            ResolveResult::Bound(Namespace(space)) if rules::is_notes(space) => return Ok(Fate::Forget),
            _ => {}
        }
        Ok(if rules::is_harmless(name.into_inner(), &value) { Fate::Keep } else { Fate::Remove })
    }

    fn text(&mut self, text: &str, piece: Range<usize>) -> Result<(), Problem> {
        if self.open.is_empty() && !text.trim_ascii().is_empty() {
            return Err(Problem::Damaged("text outside <svg>".into()));
        }
        self.copy(piece);
        Ok(())
    }

    /// A CDATA section: means nothing to an HTML parser, so what could be a tag there is escaped.
    fn characters(&mut self, text: &str, piece: Range<usize>) -> Result<(), Problem> {
        match text.contains(['<', '>', '&']) {
            true => self.clean.push_str(&quick_xml::escape::partial_escape(text)),
            false => self.text(text, piece)?,
        }
        Ok(())
    }

    /// A declared encoding other than UTF-8 would have the browser read other characters than we.
    fn declaration(&mut self, encoding: Option<&str>, piece: Range<usize>) {
        if encoding.is_none_or(|name| name.eq_ignore_ascii_case("utf-8")) {
            self.copy(piece);
        }
    }

    fn reference(&mut self, name: &str, piece: Range<usize>) -> Result<(), Problem> {
        unescape(&format!("&{name};")).map_err(entity)?;
        self.copy(piece);
        Ok(())
    }

    fn copy(&mut self, piece: Range<usize>) {
        self.clean.push_str(self.text.get(piece).unwrap_or_default());
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }
}

fn broken(error: quick_xml::Error) -> Problem {
    Problem::Damaged(error.to_string())
}

fn entity(error: quick_xml::escape::EscapeError) -> Problem {
    Problem::SvgForm(error.to_string())
}

#[cfg(test)]
mod tests;
