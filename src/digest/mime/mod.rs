//! A letter and a recipient to the bytes of a message.
//!
//! Nearly everything in the letters of a segment is the same, so it is encoded once: a [`Press`]
//! keeps base64 of the shared parts, and pads what is personal so that the rest of the base64 stays
//! as it is (`body`). Every byte follows from the edition, the key and the recipient: a message
//! that is made again is the same message.

mod body;
mod dkim;
mod header;

use std::io::Write as _;

use jiff::{Timestamp, tz::TimeZone};

pub use dkim::Signer;

use super::{
    frozen::Frozen,
    key::{Key, hex},
    letter::{Hole, Letter, Part, Sender},
    token,
};
use crate::{
    base::{lang::Message, text::escape_html},
    msg,
};
use body::{Body, Values};

/// To whom a letter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addressee<'a> {
    /// The address.
    pub email: &'a str,
    /// What they are called, may be empty.
    pub name: &'a str,
}

/// Makes the messages of an edition.
#[derive(Debug)]
pub struct Press {
    edition: String,
    revision: u32,
    key: Key,
    domain: String,
    sender: Sender,
    letters: Vec<Type>,
    signer: Option<Signer>,
    date: Timestamp,
}

/// The type set for the letters of a segment.
#[derive(Debug)]
struct Type {
    /// Headers that all have.
    shared: Vec<u8>,
    html: Body,
    text: Body,
    related: Vec<Vec<u8>>,
    attached: Vec<Vec<u8>>,
    salutation: (String, String),
}

impl Press {
    /// Sets the type of every letter.
    ///
    /// # Errors
    /// The sender's address is none.
    pub fn new(edition: &Frozen, key: &Key, signer: Option<Signer>) -> Result<Self, Message> {
        let sender = &edition.sender;
        let Ok(email) = super::address::normalize(&sender.email) else {
            return Err(msg!(
                "发件人的地址不是邮箱地址；请改 sender 里的 email",
                "the sender's address is no mail address: change `email` of the digest's sender"
            ));
        };
        Ok(Self {
            edition: edition.name.clone(),
            revision: edition.revision,
            key: key.clone(),
            domain: super::address::domain(&email).to_owned(),
            sender: Sender { email, ..sender.clone() },
            letters: edition.letters.iter().map(|letter| Type::of(letter, edition)).collect(),
            signer,
            date: edition.date,
        })
    }

    /// The address on the envelope that letters come from.
    pub fn from(&self) -> &str {
        &self.sender.email
    }

    /// The Message-ID of a recipient's letter, without angle brackets.
    pub fn message_id(&self, email: &str) -> String {
        let mac = self.mac("message-id", email);
        format!("{}.{}@{}", header::atom(&self.edition), hex(&mac[..15]), self.domain)
    }

    /// Writes the letter with this index for a recipient, after what `out` holds.
    pub fn write(&self, letter: usize, to: Addressee<'_>, out: &mut Vec<u8>) {
        let start = out.len();
        let set = &self.letters[letter];
        let token = token::leave(&self.key, to.email);
        let values = self.values(set, to, &token);
        let boundary = format!("=_{}", hex(&self.mac("boundary", to.email)[..12]));
        self.headers(set, to, &token, out);
        set.parts(&values, &boundary, out);
        if let Some(signer) = &self.signer {
            let signature = signer.sign(&out[start..], self.date);
            out.splice(start..start, signature.into_bytes());
        }
    }

    fn mac(&self, purpose: &str, email: &str) -> [u8; 32] {
        self.key.mac(purpose, &[self.edition.as_bytes(), &self.revision.to_be_bytes(), email.as_bytes()])
    }

    fn values(&self, set: &Type, to: Addressee<'_>, token: &str) -> Values {
        let name = header::one_line(to.name);
        let salutation = match name.is_empty() {
            true => set.salutation.1.clone(),
            false => set.salutation.0.replace("{name}", &name),
        };
        let endpoint = self.sender.endpoint.as_deref().map(|base| base.trim_end_matches('/'));
        Values {
            salutation,
            unsubscribe: match endpoint {
                Some(base) => format!("{base}/unsubscribe?t={token}"),
                None => self.mailto(token),
            },
            preferences: endpoint.map(|base| format!("{base}/preferences?t={token}")).unwrap_or_default(),
        }
    }

    /// Where leaving by mail goes; the subject says who leaves.
    fn mailto(&self, token: &str) -> String {
        format!("mailto:{}?subject=unsubscribe%20{token}", self.sender.unsubscribe)
    }

    fn headers(&self, set: &Type, to: Addressee<'_>, token: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(&set.shared);
        header::mailbox(out, "To", to.name, to.email);
        // Writing to memory does not fail.
        let _ = write!(out, "Message-ID: <{}>\r\n", self.message_id(to.email));
        match self.sender.endpoint.as_deref().map(|base| base.trim_end_matches('/')) {
            Some(base) => {
                let _ = write!(
                    out,
                    "List-Unsubscribe: <{base}/unsubscribe?t={token}>,\r\n <{}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
                    self.mailto(token)
                );
            }
            None => {
                let _ = write!(out, "List-Unsubscribe: <{}>\r\n", self.mailto(token));
            }
        }
    }
}

impl Type {
    fn of(letter: &Letter, edition: &Frozen) -> Self {
        let (inline, attached): (Vec<&Part>, Vec<&Part>) = letter.parts.iter().partition(|part| part.cid.is_some());
        Self {
            shared: shared_headers(letter, edition),
            html: Body::html(&letter.html),
            text: Body::text(&letter.text),
            related: inline.into_iter().map(part).collect(),
            attached: attached.into_iter().map(part).collect(),
            salutation: letter.salutation.clone(),
        }
    }

    /// mixed(alternative(text, related(html, pictures)), files), without the layers not needed.
    fn parts(&self, values: &Values, boundary: &str, out: &mut Vec<u8>) {
        let kind = if self.attached.is_empty() { "alternative" } else { "mixed" };
        let _ = write!(out, "Content-Type: multipart/{kind};\r\n boundary=\"{boundary}\"\r\n\r\n");
        if self.attached.is_empty() {
            return self.alternative(values, boundary, out);
        }
        let inner = format!("{boundary}.a");
        let _ = write!(out, "--{boundary}\r\nContent-Type: multipart/alternative;\r\n boundary=\"{inner}\"\r\n\r\n");
        self.alternative(values, &inner, out);
        enclose(&self.attached, boundary, out);
    }

    fn alternative(&self, values: &Values, boundary: &str, out: &mut Vec<u8>) {
        let _ = write!(out, "--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n{BASE64}");
        self.text.write(values, out);
        let _ = write!(out, "--{boundary}\r\n");
        if self.related.is_empty() {
            self.html(values, out);
        } else {
            let inner = format!("{boundary}.r");
            let _ = write!(
                out,
                "Content-Type: multipart/related; type=\"text/html\";\r\n boundary=\"{inner}\"\r\n\r\n--{inner}\r\n"
            );
            self.html(values, out);
            enclose(&self.related, &inner, out);
        }
        let _ = write!(out, "--{boundary}--\r\n");
    }

    fn html(&self, values: &Values, out: &mut Vec<u8>) {
        let _ = write!(out, "Content-Type: text/html; charset=utf-8\r\n{BASE64}");
        let escape = |text: &str| escape_html(text);
        let escaped = Values {
            salutation: escape(&values.salutation),
            unsubscribe: escape(&values.unsubscribe),
            preferences: escape(&values.preferences),
        };
        self.html.write(&escaped, out);
    }
}

const BASE64: &str = "Content-Transfer-Encoding: base64\r\n\r\n";

fn enclose(parts: &[Vec<u8>], boundary: &str, out: &mut Vec<u8>) {
    for part in parts {
        let _ = write!(out, "--{boundary}\r\n");
        out.extend_from_slice(part);
    }
    let _ = write!(out, "--{boundary}--\r\n");
}

fn shared_headers(letter: &Letter, edition: &Frozen) -> Vec<u8> {
    let sender = &edition.sender;
    let mut out = Vec::with_capacity(1024);
    header::mailbox(&mut out, "From", &sender.name, &sender.email);
    if let Some(reply_to) = &sender.reply_to {
        header::mailbox(&mut out, "Reply-To", "", reply_to);
    }
    header::text(&mut out, "Subject", &letter.subject);
    let date = edition.date.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S +0000");
    let _ = write!(out, "Date: {date}\r\n");
    header::list_id(&mut out, &sender.name, &sender.list_id);
    out.extend_from_slice(b"Auto-Submitted: auto-generated\r\n");
    if let Some(own) = &sender.feedback_id {
        let _ = write!(out, "Feedback-ID: {}\r\n", feedback_id(&edition.name, &letter.segment, own));
    }
    if !letter.language.is_empty() {
        let _ = write!(out, "Content-Language: {}\r\n", header::atom(&letter.language));
    }
    out.extend_from_slice(b"MIME-Version: 1.0\r\n");
    out
}

/// By what a provider counts complaints: period, segment, digest, sender.
/// <https://support.google.com/a/answer/6254652>: four parts, the last always the same.
pub fn feedback_id(edition: &str, segment: &str, own: &str) -> String {
    let (digest, period) = edition.split_once('/').unwrap_or((edition, ""));
    [period, segment, digest, own].map(header::atom).join(":")
}

/// A file that goes along: headers and base64.
fn part(part: &Part) -> Vec<u8> {
    let mut out = Vec::with_capacity(part.bytes.len() * 3 / 2 + 512);
    let _ = write!(out, "Content-Type: {}\r\n", header::one_line(&part.media_type));
    if let Some(cid) = &part.cid {
        let _ = write!(out, "Content-ID: <{}>\r\n", header::one_line(cid));
    }
    let disposition = if part.cid.is_some() { "inline" } else { "attachment" };
    header::disposition(&mut out, disposition, &part.name);
    out.extend_from_slice(BASE64.as_bytes());
    body::base64_lines(&part.bytes, &mut out);
    out
}

impl Values {
    /// What stands in a hole.
    fn get(&self, hole: Hole) -> &str {
        match hole {
            Hole::Salutation => &self.salutation,
            Hole::Unsubscribe => &self.unsubscribe,
            Hole::Preferences => &self.preferences,
        }
    }
}
