//! The HTML of a body with holes for what only the catalogue knows: where links lead, which sizes
//! a picture has, what a shortcode shows.
//!
//! `html` writes a draft when the source is read; [`Draft::fill`] fills the holes when a page needs
//! the body, without Markdown or source. In between a draft is bytes, put aside wherever there is
//! room.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Directive, Surroundings, clean, html, links};
use crate::base::text::{escape_html_into, roomy};

/// A body as HTML with holes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Draft<'d> {
    pub(super) html: Cow<'d, str>,
    pub(super) holes: Vec<Hole>,
}

/// What is to be put at a place of the HTML.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Hole {
    /// Bytes of the HTML before it.
    pub at: usize,
    /// What.
    pub what: What,
}

/// What fills a hole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) enum What {
    /// A line's end, unless there is one.
    FreshLine,
    /// The beginning of a link.
    Link {
        /// The address as written.
        raw: String,
        /// Its own title, or nothing.
        title: String,
    },
    /// The end of the last link.
    LinkEnd,
    /// A picture.
    Image {
        /// The address as written.
        raw: String,
        /// The alternative text.
        alt: String,
        /// The title, or nothing.
        title: String,
    },
    /// The HTML up to here was cleaned; its links and pictures are still as written.
    Cleaned {
        /// Where it ends.
        end: usize,
    },
    /// A shortcode of one line.
    Leaf(Directive),
    /// The beginning of the content of a shortcode.
    Open,
    /// Its end.
    Close(Directive),
    /// The beginning of a footnote.
    Note,
    /// Its end.
    NoteEnd {
        /// From 1.
        number: usize,
        /// The links back to the text.
        links: String,
    },
}

impl Hole {
    /// The hole where `by` bytes more stand before it.
    pub(super) fn shift(self, by: usize) -> Self {
        let what = match self.what {
            What::Cleaned { end } => What::Cleaned { end: end + by },
            what => what,
        };
        Self { at: self.at + by, what }
    }
}

/// Length of the number that tells how long the holes are.
const HEAD: usize = 4;

impl<'d> Draft<'d> {
    /// The draft as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let holes = postcard::to_allocvec(&self.holes).unwrap_or_default();
        let mut bytes = Vec::with_capacity(HEAD + holes.len() + self.html.len());
        bytes.extend((holes.len() as u32).to_le_bytes());
        bytes.extend(holes);
        bytes.extend(self.html.as_bytes());
        bytes
    }

    /// Reads what [`Self::to_bytes`] wrote; `None` for anything else.
    pub fn from_bytes(bytes: &'d [u8]) -> Option<Self> {
        let (head, rest) = bytes.split_first_chunk::<HEAD>()?;
        let (holes, html) = rest.split_at_checked(u32::from_le_bytes(*head) as usize)?;
        let html = simdutf8::basic::from_utf8(html).ok()?;
        Some(Self { html: Cow::Borrowed(html), holes: postcard::from_bytes(holes).ok()? })
    }

    /// The finished HTML.
    pub fn fill(&self, outside: &dyn Surroundings) -> String {
        let room = roomy(self.html.len() + self.holes.len() * 64);
        let mut filler =
            Filler { outside, out: String::with_capacity(room), around: Vec::new(), link_end: html::LINK_END };
        let mut done = 0;
        for hole in &self.holes {
            filler.out.push_str(self.part(done, hole.at));
            done = hole.at;
            if let What::Cleaned { end } = hole.what {
                clean::resolve(self.part(done, end), outside, &mut filler.out);
                done = end;
            } else {
                filler.fill(&hole.what);
            }
        }
        filler.out.push_str(self.part(done, self.html.len()));
        filler.out
    }

    fn part(&self, from: usize, to: usize) -> &str {
        self.html.get(from..to).unwrap_or_default()
    }
}

struct Filler<'f> {
    outside: &'f dyn Surroundings,
    out: String,
    /// What stands before the open shortcodes and footnotes.
    around: Vec<String>,
    /// How the open link ends.
    link_end: &'static str,
}

impl Filler<'_> {
    fn fill(&mut self, what: &What) {
        match what {
            What::FreshLine if self.out.is_empty() || self.out.ends_with('\n') => {}
            What::FreshLine => self.out.push('\n'),
            What::Link { raw, title } => self.link(raw, title),
            What::LinkEnd => self.out.push_str(self.link_end),
            What::Image { raw, alt, title } => match self.outside.image(raw) {
                Some(found) => html::image(&mut self.out, &found, alt, Some(title), None),
                None => escape_html_into(&mut self.out, alt),
            },
            What::Leaf(directive) => self.outside.directive(directive, None, &mut self.out),
            What::Open | What::Note => self.around.push(std::mem::take(&mut self.out)),
            What::Close(directive) => {
                let inner = self.leave();
                self.outside.directive(directive, Some(&inner), &mut self.out);
            }
            What::NoteEnd { number, links } => {
                let note = self.leave();
                html::write_note(&mut self.out, *number, note.trim(), links);
            }
            // Filled by `Draft::fill`, which has the HTML.
            What::Cleaned { .. } => {}
        }
    }

    /// Goes back to what stands around, and gives what was written inside.
    fn leave(&mut self) -> String {
        let around = self.around.pop().unwrap_or_default();
        std::mem::replace(&mut self.out, around)
    }

    fn link(&mut self, raw: &str, title: &str) {
        let Some(link) = links::resolve(raw, self.outside) else {
            self.link_end = html::NO_LINK_END;
            return self.out.push_str(html::NO_LINK);
        };
        self.link_end = html::LINK_END;
        let title = if title.is_empty() { link.title.as_deref().unwrap_or_default() } else { title };
        html::start_link(&mut self.out, &link.href, link.external, title);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_hold_all_of_it() {
        let link = What::Link { raw: "@courses/x".into(), title: String::new() };
        let holes = vec![Hole { at: 3, what: link }, Hole { at: 6, what: What::LinkEnd }];
        let draft = Draft { html: "<p>字</p>".into(), holes };
        let bytes = draft.to_bytes();
        assert_eq!(Draft::from_bytes(&bytes), Some(draft));
        assert_eq!(Draft::from_bytes(&bytes[..6]), None);
        assert_eq!(Draft::from_bytes(&[]), None);
    }
}
