//! The body of a document: what it says about itself ([`scan()`]), its HTML ([`read`]) and its plain
//! words ([`plain_text`]).
//!
//! All three go over the same events (`events`), so that what is checked is what is shown. A body
//! is parsed once, when its file is read: its HTML is a [`Draft`] then, with holes for what it needs
//! from outside (resolved links, images, shortcodes), which [`Surroundings`] fill when a page needs
//! the body.

mod anchors;
mod cjk;
mod clean;
mod directives;
mod draft;
mod events;
mod gallery;
mod html;
mod links;
mod plain;
mod prose;
mod scan;
mod tags;
#[cfg(test)]
mod tests;

pub use directives::Directive;
pub use draft::Draft;
pub(crate) use links::help_for_local_file;
pub use plain::plain_text;
pub use prose::{END, LEFT_OUT, Proofreader, Unread, words_outside_links};

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        lang::Tongue,
        path::SitePath,
        text::{Counts, Span},
    },
    diagnostics::Diagnostic,
};

/// Reads a body: what it says about itself, and its HTML. `base` is where it begins in `file`;
/// problems get places in the file. The few words that the HTML gets from the program, such as
/// labels of footnotes, are those of `tongue`; `proofreader` looks at its words.
pub fn read(
    body: &str,
    base: usize,
    file: &SitePath,
    tongue: Tongue,
    proofreader: &dyn Proofreader,
    problems: &mut Vec<Diagnostic>,
) -> (Scan, Draft<'static>) {
    events::parse(body, |parsed| {
        let anchors = anchors::anchors(parsed);
        let draft = html::draft(parsed, &anchors.headings, tongue);
        (scan::look(parsed, anchors, base, file, proofreader, problems), draft)
    })
}

/// Reads a body as [`read`] does, for who needs no HTML.
pub fn scan(
    body: &str,
    base: usize,
    file: &SitePath,
    proofreader: &dyn Proofreader,
    problems: &mut Vec<Diagnostic>,
) -> Scan {
    events::parse(body, |parsed| scan::look(parsed, anchors::anchors(parsed), base, file, proofreader, problems))
}

/// What a body says about itself.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Scan {
    /// Its headings, in order, those in footnotes left out.
    pub headings: Vec<Heading>,
    /// Everything that it refers to, in order.
    pub references: Vec<Reference>,
    /// Its galleries that hold pictures and nothing else, by their index among the shortcodes.
    pub galleries: Vec<(usize, Vec<Shown>)>,
    /// How long it is, code blocks left out.
    pub counts: Counts,
    /// How many characters stand beside its pictures, code left out; 0 where it has no picture.
    pub prose: u32,
    /// The plain text of its first paragraphs, about 200 characters.
    pub excerpt: String,
    /// Whether there is raw HTML.
    pub has_html: bool,
    /// Every id that a link may point to: of headings, and of raw HTML.
    pub anchors: Vec<String>,
}

/// A heading of a body.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Unique in the body.
    pub id: String,
    /// Its words.
    pub text: String,
    /// Its place in the file.
    pub span: Span,
}

/// Something that a body refers to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reference {
    /// As what.
    pub role: Role,
    /// The address as written, escapes and entities decoded.
    pub raw: String,
    /// The place of the address in the file; of the whole link where it cannot be told.
    pub span: Span,
    /// The alternative text of an image.
    pub alt: Option<String>,
}

/// A picture of a gallery.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Shown {
    /// The address as written.
    pub raw: String,
    /// The alternative text.
    pub alt: String,
    /// The title, shown below it.
    pub caption: String,
}

/// As what something is referred to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Role {
    /// A link.
    Link,
    /// A picture.
    Image,
    /// A sound, a film, its poster, a file to take away.
    Media,
    /// An item that is shown as a card.
    Item,
    /// A list of items: the attributes as written, `kind=activities limit=3`.
    Query,
}

/// What a body needs from outside.
pub trait Surroundings {
    /// Where a link leads; `None` leaves its words only.
    fn link(&self, raw: &str) -> Option<Link>;
    /// The picture of an address; `None` leaves its alternative text only.
    fn image(&self, raw: &str) -> Option<Image>;
    /// Writes the HTML of a shortcode; `inner` is the finished HTML of a block's content.
    fn directive(&self, directive: &Directive, inner: Option<&str>, out: &mut String);
}

/// Where a link leads.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Link {
    /// The address to write.
    pub href: String,
    /// Whether it leads away from the site.
    pub external: bool,
    /// A title, used if the link has none of its own.
    pub title: Option<String>,
}

/// A picture as it is written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Image {
    /// The address.
    pub src: String,
    /// `srcset` in the picture's own format, or nothing.
    pub srcset: String,
    /// `srcset` in WebP, or nothing.
    pub webp_srcset: String,
    /// `sizes`, for both.
    pub sizes: String,
    /// Width in pixels, 0 if unknown.
    pub width: u32,
    /// Height in pixels, 0 if unknown.
    pub height: u32,
}
