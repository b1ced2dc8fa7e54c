//! Pictures of a letter's texts: small ones go along inside the letter (RFC 2392), since mail
//! programs fetch nothing unasked. Of the others a link with their words stays.

use std::collections::BTreeMap;

use crate::{
    base::path::SitePath,
    digest::letter::Part,
    images::{self, Format, VariantFormat},
    plan::{Asset, Plan},
    source::Files,
};

/// Bytes of a picture that goes along, and of all of a letter's.
const MOST: usize = 32 << 10;
const ALL: usize = 96 << 10;
/// Pixels between the margins of a letter.
const COLUMN: u32 = 552;

/// The pictures of the letters in a language.
pub(super) struct Pictures<'c, 'a> {
    plan: &'c Plan<'a>,
    files: &'c dyn Files,
    /// Those that go along, by their addresses on the portal.
    taken: BTreeMap<String, Part>,
    /// What is linked to instead.
    links: Vec<String>,
}

impl<'c, 'a> Pictures<'c, 'a> {
    pub(super) fn new(plan: &'c Plan<'a>, files: &'c dyn Files) -> Self {
        Self { plan, files, taken: BTreeMap::new(), links: Vec::new() }
    }

    /// A text whose pictures are in the letter, or are links; and those links.
    pub(super) fn settle(&mut self, html: &str) -> (String, Vec<String>) {
        let html = html.replace("<picture>", "").replace("</picture>", "");
        let (mut out, mut rest) = (String::with_capacity(html.len()), html.as_str());
        while let Some(at) = rest.find("<img ") {
            let Some(end) = tag_end(&rest[at..]) else { break };
            out.push_str(&rest[..at]);
            let linked = out.rfind("<a ").is_some_and(|open| out.rfind("</a>").is_none_or(|close| close < open));
            let shown = self.picture(&rest[at..at + end], linked);
            out.push_str(&shown);
            rest = &rest[at + end + 1..];
        }
        out.push_str(rest);
        (out, std::mem::take(&mut self.links))
    }

    /// The files that go along.
    pub(super) fn parts(self) -> Vec<Part> {
        self.taken.into_values().collect()
    }

    /// What stands for a tag; inside a link there can be no other.
    fn picture(&mut self, tag: &str, linked: bool) -> String {
        let value = |name: &str| value(tag, name);
        let (src, alt) = (value("src"), value("alt"));
        if let Some(cid) = self.take(src) {
            let number = |text: &str| text.parse::<u32>().ok().filter(|n| *n > 0);
            let size = match (number(value("width")), number(value("height"))) {
                (Some(width), Some(height)) => {
                    let shown = width.min(COLUMN);
                    format!(" width=\"{shown}\" height=\"{}\"", (height * shown).div_ceil(width))
                }
                _ => String::new(),
            };
            return format!("<img src=\"cid:{cid}\" alt=\"{alt}\"{size} style=\"max-width:100%;height:auto\">");
        }
        if alt.is_empty() || linked || src.is_empty() {
            return alt.to_owned();
        }
        self.links.push(src.replace("&amp;", "&"));
        format!("<a href=\"{src}\">{alt}</a>")
    }

    /// Takes a picture along if there is room; its Content-ID.
    fn take(&mut self, src: &str) -> Option<String> {
        if let Some(part) = self.taken.get(src) {
            return part.cid.clone();
        }
        let base = self.plan.catalogue.settings.base_url.as_str();
        let (path, media_type, bytes) = self.bytes(src.strip_prefix(base)?)?;
        let all: usize = self.taken.values().map(|part| part.bytes.len()).sum();
        if bytes.len() > MOST || all + bytes.len() > ALL {
            return None;
        }
        let cid = format!("picture{}", self.taken.len() + 1);
        let part = Part { name: path.file_name().into(), media_type: media_type.into(), cid: Some(cid.clone()), bytes };
        self.taken.insert(src.to_owned(), part);
        Some(cid)
    }

    /// A picture that every mail program shows, as the portal has it at an address.
    fn bytes(&self, address: &str) -> Option<(&SitePath, &'static str, Vec<u8>)> {
        for (path, asset) in self.plan.media.iter() {
            match asset {
                Asset::File(file) if file.address == address && path.extension() == "gif" => {
                    return Some((path, "image/gif", self.files.read(path).ok()?.to_vec()));
                }
                Asset::Picture(picture) => {
                    let Some((variant, _)) = picture.variants.iter().find(|(_, own)| own == address) else { continue };
                    let media_type = match (variant.format, picture.inspected.format) {
                        (VariantFormat::Same, Format::Jpeg) => "image/jpeg",
                        (VariantFormat::Same, Format::Png) => "image/png",
                        _ => return None,
                    };
                    let original = self.files.read(path).ok()?;
                    return Some((path, media_type, images::encode(&original, &picture.inspected, variant).ok()?));
                }
                Asset::File(_) => {}
            }
        }
        None
    }
}

/// Where the `>` of the tag at the beginning stands.
fn tag_end(html: &str) -> Option<usize> {
    let mut quoted = false;
    html.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b'>' && !quoted
    })
}

/// The value of an attribute as it is written, or nothing.
fn value<'t>(tag: &'t str, name: &str) -> &'t str {
    let found = tag.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split_once('"'));
    found.map_or("", |(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_end_outside_of_quotes() {
        let tag = "<img src=\"a.jpg\" alt=\"1 > 0\" width=\"4\"> und";
        assert_eq!(tag_end(tag), Some(tag.len() - 5));
        assert_eq!((value(tag, "alt"), value(tag, "width"), value(tag, "title")), ("1 > 0", "4", ""));
    }
}
