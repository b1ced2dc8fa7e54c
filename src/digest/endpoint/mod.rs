//! The small endpoint beside a static portal: signing up with a confirming letter, leaving by one
//! click (RFC 8058), changing what one gets. All it keeps stands in the recipients' SQLite file; no
//! answer tells whether an address is known.

mod asked;
mod letter;
mod limits;
mod pages;
mod people;

use std::{
    path::Path,
    sync::{Mutex, PoisonError, mpsc::Sender as Channel},
};

use jiff::Timestamp;

pub use asked::{Asked, Reply};
pub use letter::Confirmation;
pub use people::{People, departures};

use super::{
    address,
    key::{Key, Ring},
    token,
};
use crate::{
    base::lang::{Message, Tongue},
    http,
};
use limits::Limits;
use pages::Page;

/// What the endpoint is for a site.
pub struct Endpoint {
    people: Mutex<People>,
    limits: Mutex<Limits>,
    keys: Ring,
    site: Site,
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    /// Where confirming letters go to be sent: an answer does not wait for them.
    letters: Mutex<Channel<Confirmation>>,
}

/// What its pages say of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Name.
    pub name: String,
    /// Language of its pages.
    pub tongue: Tongue,
    /// Address of the endpoint as its users see it, without `/` at the end.
    pub base: String,
    /// Kinds of units: id and label.
    pub kinds: Vec<(String, String)>,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint").field("site", &self.site).finish_non_exhaustive()
    }
}

impl Endpoint {
    /// Opens the recipients' SQLite file, and makes it if need be.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn open(
        path: &Path,
        keys: Ring,
        site: Site,
        clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
        letters: Channel<Confirmation>,
    ) -> Result<Self, Message> {
        let people = Mutex::new(People::open(path)?);
        Ok(Self { people, limits: Mutex::default(), keys, site, clock, letters: Mutex::new(letters) })
    }

    /// Answers a question.
    pub fn reply(&self, asked: &Asked) -> Reply {
        let now = (self.clock)();
        let posts = asked.method == "POST";
        if posts && !locked(&self.limits).client(&asked.client, now) {
            return self.page(429, Page::TooOften);
        }
        let token = asked.query.get("t").or_else(|| asked.form.get("t")).map_or("", String::as_str);
        match (asked.path.rsplit('/').next().unwrap_or(""), posts) {
            ("subscribe", false) => self.page(200, Page::Subscribe),
            ("subscribe", true) => self.subscribe(asked, now),
            ("confirm", false) => self.page(200, Page::Confirm(token)),
            ("confirm", true) => self.confirm(token, now),
            ("unsubscribe", false) => self.page(200, Page::Leave(token)),
            ("unsubscribe", true) => self.leave(token, now),
            ("preferences", false) => self.preferences(token),
            ("preferences", true) => self.change(token, asked),
            _ => self.page(404, Page::Nothing),
        }
    }

    fn page(&self, status: u16, page: Page<'_>) -> Reply {
        Reply { status, html: pages::html(&self.site, &page) }
    }

    /// The same answer whether the address is new, known, or was asked for too often.
    fn subscribe(&self, asked: &Asked, now: Timestamp) -> Reply {
        let field = |name: &str| asked.form.get(name).map_or("", |text| text.trim());
        let Ok(email) = address::normalize(field("email")) else { return self.page(400, Page::NoAddress) };
        // A field that people do not see: programs fill it in.
        let program = !field("website").is_empty();
        if !program && field("agree").is_empty() {
            return self.page(400, Page::NoConsent);
        }
        if !program && locked(&self.limits).address(&email, now) {
            // A failure must look like success here too; it is the operator's to see in the log.
            let _ = self.ask_to_confirm(&email, field("unit_kind"), field("topics"), now);
        }
        self.page(200, Page::LookIntoMail)
    }

    fn ask_to_confirm(&self, email: &str, unit_kind: &str, topics: &str, now: Timestamp) -> Result<(), Message> {
        let people = locked(&self.people);
        if people.is_subscribed(email)? {
            return Ok(());
        }
        let secret = Key::random()?;
        let code = super::key::hex(&secret.mac("confirm", &[])[..18]);
        let kind = self.site.kinds.iter().find(|(id, _)| id == unit_kind).map_or("", |(id, _)| id);
        people.ask(email, &code, kind, topics, now)?;
        let link = format!("{}/confirm?t={code}", self.site.base);
        let letter = Confirmation { email: email.to_owned(), link };
        // Nobody sends any more when the program ends.
        let _ = locked(&self.letters).send(letter);
        Ok(())
    }

    fn confirm(&self, code: &str, now: Timestamp) -> Reply {
        let wording = pages::wording(&self.site);
        match locked(&self.people).confirm(code, &wording, now) {
            Ok(true) => self.page(200, Page::Subscribed),
            Ok(false) => self.page(410, Page::OldLink),
            Err(_) => self.page(500, Page::Failed),
        }
    }

    fn leave(&self, token: &str, now: Timestamp) -> Reply {
        if !token::is_known(&self.keys, token) {
            return self.page(400, Page::OldLink);
        }
        let keys = &self.keys;
        match locked(&self.people).leave(token, |email| token::is_of(keys, token, email), now) {
            Ok(()) => self.page(200, Page::Left),
            Err(_) => self.page(500, Page::Failed),
        }
    }

    fn preferences(&self, token: &str) -> Reply {
        match locked(&self.people).find(|email| token::is_of(&self.keys, token, email)) {
            Ok(Some((_, kind, topics))) => self.page(200, Page::Preferences { token, kind: &kind, topics: &topics }),
            Ok(None) => self.page(410, Page::OldLink),
            Err(_) => self.page(500, Page::Failed),
        }
    }

    fn change(&self, token: &str, asked: &Asked) -> Reply {
        let field = |name: &str| asked.form.get(name).map_or("", |text| text.trim());
        let kind = self.site.kinds.iter().find(|(id, _)| id == field("unit_kind")).map_or("", |(id, _)| id);
        let people = locked(&self.people);
        let changed = people
            .find(|email| token::is_of(&self.keys, token, email))
            .and_then(|found| found.map_or(Ok(false), |(row, ..)| people.change(row, kind, field("topics"))));
        match changed {
            Ok(true) => self.page(200, Page::Changed),
            Ok(false) => self.page(410, Page::OldLink),
            Err(_) => self.page(500, Page::Failed),
        }
    }
}

impl http::App for Endpoint {
    fn answer(&self, request: &http::Request) -> http::Answer {
        match Asked::of(request) {
            Some(asked) => self.reply(&asked).into_answer(),
            None => http::Answer::text(413, "too large\n"),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
