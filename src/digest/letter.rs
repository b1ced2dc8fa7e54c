//! What the content side of a digest hands to the delivery side: letters of segments, before they
//! are anyone's, and the rule that says whose letter is whose.

use std::collections::BTreeSet;

use jiff::{Timestamp, Zoned};

/// Stands in subject-free places of a letter where something personal goes: [`Hole::mark`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hole {
    /// The greeting with the recipient's or unit's name, or the general one.
    Salutation,
    /// The address by which one click leaves the list (https, or mailto where there is no endpoint).
    Unsubscribe,
    /// The address by which unit type and topics are changed; empty without an endpoint.
    Preferences,
}

impl Hole {
    /// The mark in HTML and text: characters that content cannot hold (they are cleaned from it).
    pub fn mark(self) -> &'static str {
        match self {
            Self::Salutation => "\u{E0A1}\u{E0A0}",
            Self::Unsubscribe => "\u{E0A2}\u{E0A0}",
            Self::Preferences => "\u{E0A3}\u{E0A0}",
        }
    }
}

/// A file that goes with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// File name, may be Chinese.
    pub name: String,
    /// Such as `text/calendar; method=PUBLISH; charset=utf-8` or `image/png`.
    pub media_type: String,
    /// The Content-ID of an inline image; `None` for an attachment.
    pub cid: Option<String>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The letter of one segment in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The segment's id, `school`, and what people call it.
    pub segment: String,
    /// Label of the segment.
    pub label: String,
    /// BCP 47, `zh-Hans`.
    pub language: String,
    /// One line, without holes.
    pub subject: String,
    /// A whole HTML document with inlined styles and [`Hole`] marks.
    pub html: String,
    /// The same content as text, LF line ends, with [`Hole`] marks.
    pub text: String,
    /// Calendar and inline images.
    pub parts: Vec<Part>,
    /// Greeting with a name, `{name}` stands for it; and without one.
    pub salutation: (String, String),
    /// Addresses on the portal that the letter links to (absolute), for the live check.
    pub links: BTreeSet<String>,
}

/// Who sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// Display name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Where answers go, if elsewhere.
    pub reply_to: Option<String>,
    /// `List-Id`, such as `monthly.wuxing.example.org`.
    pub list_id: String,
    /// Where `mailto:` for leaving goes.
    pub unsubscribe: String,
    /// Base of the endpoint (https), where there is one.
    pub endpoint: Option<String>,
    /// Under which name a mailbox provider counts complaints (`Feedback-ID`), where that is wanted.
    pub feedback_id: Option<String>,
}

/// What a segment rule may look at of a recipient. Empty where unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reader {
    /// Id or name of the unit.
    pub unit: String,
    /// Id of the unit kind.
    pub unit_kind: String,
    /// District or street.
    pub district: String,
    /// Topics they chose.
    pub topics: Vec<String>,
    /// Language they read.
    pub language: String,
}

/// An edition, composed and ready to be frozen.
pub trait Edition {
    /// `monthly/2026-12`.
    fn id(&self) -> &str;
    /// From 1; a correction raises it.
    fn revision(&self) -> u32;
    /// The edition's `status: approved`.
    fn approved(&self) -> bool;
    /// After this moment nothing of it is sent.
    fn not_after(&self) -> Option<Zoned>;
    /// The `Date` of all its letters.
    fn date(&self) -> Timestamp;
    /// Who sends it.
    fn sender(&self) -> &Sender;
    /// The archive page, absolute.
    fn page(&self) -> &str;
    /// All letters.
    fn letters(&self) -> &[Letter];
    /// Which letter a recipient gets: an index into [`Edition::letters`]; `None` for none.
    fn letter_for(&self, reader: &Reader) -> Option<usize>;
}
