//! The door to other sites: asks whether their addresses answer, for `check --external` alone.
//!
//! Politely: one question at a time to a host, with a pause between two, a few hosts at once,
//! `HEAD` before `GET`, no more to a host that says it is enough, and what answered well is not
//! asked again for a week.

use std::{
    collections::BTreeMap,
    thread,
    time::{Duration, Instant},
};

use jiff::{Timestamp, ToSpan};
use rayon::prelude::*;
use ureq::{Agent, http::Response};

use crate::{base::hash::Key, store::Store};

/// How an address answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is there, or asks for something that only people have.
    Fine,
    /// It leads on to another one for good.
    Moved(String),
    /// It is not there: why.
    Dead(Reason),
    /// Nobody can say: the host wants no more questions.
    Unknown,
}

/// Why an address is dead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The host answers with this number.
    Status(u16),
    /// There is no such host.
    NoHost,
    /// It did not answer in time.
    Slow,
    /// The connection failed: in the words of the library.
    Broken(String),
}

/// Manners.
#[derive(Debug, Clone, Copy)]
pub struct Manners {
    /// Hosts that are asked at once.
    pub hosts: usize,
    /// The pause between two questions to a host.
    pub pause: Duration,
    /// How long to wait for an answer.
    pub patience: Duration,
    /// How long one host may take for all its addresses.
    pub at_most: Duration,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            hosts: 8,
            pause: Duration::from_millis(500),
            patience: Duration::from_secs(15),
            at_most: Duration::from_secs(120),
        }
    }
}

/// What stands at an address just now.
///
/// # Errors
/// Why there is nothing.
pub fn fetch(address: &str, patience: Duration) -> Result<Vec<u8>, Reason> {
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(patience))
        .http_status_as_error(false)
        .user_agent(concat!("pbsite/", env!("CARGO_PKG_VERSION"), " (live check)"))
        .build()
        .into();
    let broken = |error: ureq::Error| Reason::Broken(error.to_string());
    let mut response = agent.get(address).call().map_err(broken)?;
    match response.status().as_u16() {
        200 => response.body_mut().read_to_vec().map_err(broken),
        status => Err(Reason::Status(status)),
    }
}

/// Who asks.
pub struct Web<'a> {
    agent: Agent,
    manners: Manners,
    store: &'a dyn Store,
    now: Timestamp,
}

impl std::fmt::Debug for Web<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Web").field("manners", &self.manners).finish_non_exhaustive()
    }
}

impl<'a> Web<'a> {
    /// Asks with these manners; answers are kept in `store`.
    pub fn new(manners: Manners, store: &'a dyn Store, now: Timestamp) -> Self {
        let agent = Agent::config_builder()
            .timeout_global(Some(manners.patience))
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent(concat!("pbsite/", env!("CARGO_PKG_VERSION"), " (link check)"))
            .build();
        Self { agent: agent.into(), manners, store, now }
    }

    /// Asks addresses, each once; those of one host one after another.
    pub fn ask<'u>(&self, addresses: impl Iterator<Item = &'u str>) -> BTreeMap<&'u str, Answer> {
        let mut hosts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for address in addresses.filter(|address| address.starts_with("http://") || address.starts_with("https://")) {
            hosts.entry(host(address)).or_default().push(address);
        }
        let hosts: Vec<Vec<&str>> = hosts.into_values().collect();
        let ask = || hosts.par_iter().with_max_len(1).map(|addresses| self.ask_host(addresses)).collect::<Vec<_>>();
        // A pool of its own: these threads wait, they do not work.
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.manners.hosts.max(1)).build();
        let answers = pool.map_or_else(|_| ask(), |pool| pool.install(ask));
        answers.into_iter().flatten().collect()
    }

    fn ask_host<'u>(&self, addresses: &[&'u str]) -> Vec<(&'u str, Answer)> {
        let start = Instant::now();
        let mut asked = false;
        let mut enough = false;
        let mut answers = Vec::new();
        for &address in addresses {
            let answer = match self.kept(address) {
                Some(answer) => answer,
                None if enough || start.elapsed() > self.manners.at_most => Answer::Unknown,
                None => {
                    if asked {
                        thread::sleep(self.manners.pause);
                    }
                    asked = true;
                    let answer = self.follow(address);
                    enough = answer == Answer::Unknown;
                    self.keep(address, &answer);
                    answer
                }
            };
            answers.push((address, answer));
        }
        answers
    }

    /// Follows what an address leads on to, a few steps.
    fn follow(&self, address: &str) -> Answer {
        let start = address.split('#').next().unwrap_or(address);
        let (mut at, mut for_good) = (start.to_owned(), true);
        for _ in 0..6 {
            let (status, location) = match self.question(&at) {
                Ok(answer) => answer,
                Err(reason) => return Answer::Dead(reason),
            };
            match (status, location) {
                (301 | 302 | 303 | 307 | 308, Some(location)) => {
                    for_good &= matches!(status, 301 | 308);
                    at = absolute(&at, &location);
                }
                (429, _) => return Answer::Unknown,
                (400..=499, _) if !matches!(status, 404 | 410) => return Answer::Fine,
                (400.., _) => return Answer::Dead(Reason::Status(status)),
                _ if for_good && at != start => return Answer::Moved(at),
                _ => return Answer::Fine,
            }
        }
        Answer::Dead(Reason::Broken("too many redirects".into()))
    }

    /// Status and where it leads. Hosts that do not like `HEAD` are asked with `GET`, of which
    /// nothing but the head is read.
    fn question(&self, address: &str) -> Result<(u16, Option<String>), Reason> {
        let head = self.agent.head(address).call().map(|response| seen(&response));
        match head {
            Ok((status, _)) if status >= 400 && status != 429 => {}
            Ok(answer) => return Ok(answer),
            Err(ureq::Error::HostNotFound) => return Err(Reason::NoHost),
            Err(_) => {}
        }
        self.agent.get(address).call().map(|response| seen(&response)).map_err(reason)
    }

    fn key(address: &str) -> Key {
        Key::of_bytes(format!("web 1 {address}").as_bytes())
    }

    fn kept(&self, address: &str) -> Option<Answer> {
        let bytes = self.store.get(Self::key(address))?;
        let text = String::from_utf8(bytes).ok()?;
        let (time, moved) = text.split_once('\n')?;
        let time: Timestamp = time.parse().ok()?;
        let fresh = time <= self.now && self.now < time.checked_add((7 * 24).hours()).ok()?;
        fresh.then(|| if moved.is_empty() { Answer::Fine } else { Answer::Moved(moved.into()) })
    }

    /// What is dead is asked again the next time: it may have been mended.
    fn keep(&self, address: &str, answer: &Answer) {
        let moved = match answer {
            Answer::Fine => "",
            Answer::Moved(to) => to,
            Answer::Dead(_) | Answer::Unknown => return,
        };
        self.store.set(Self::key(address), format!("{}\n{moved}", self.now).as_bytes());
    }
}

fn seen<B>(response: &Response<B>) -> (u16, Option<String>) {
    let location = response.headers().get("location").and_then(|value| value.to_str().ok()).map(str::to_owned);
    (response.status().as_u16(), location)
}

fn reason(error: ureq::Error) -> Reason {
    match error {
        ureq::Error::HostNotFound => Reason::NoHost,
        ureq::Error::Timeout(_) => Reason::Slow,
        other => Reason::Broken(other.to_string()),
    }
}

fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

/// Where a `Location` leads (RFC 3986 §5.2), as far as redirects use it.
fn absolute(base: &str, location: &str) -> String {
    let scheme = base.split_once("://").map_or("https", |(scheme, _)| scheme);
    if location.contains("://") {
        location.to_owned()
    } else if let Some(rest) = location.strip_prefix("//") {
        format!("{scheme}://{rest}")
    } else if location.starts_with('/') {
        format!("{scheme}://{}{location}", host(base))
    } else {
        let path = base.split(['?', '#']).next().unwrap_or(base);
        let after_host = scheme.len() + 3 + host(base).len();
        let folder = path[after_host.min(path.len())..].rfind('/').map_or(path.len(), |at| after_host + at);
        format!("{}/{location}", &path[..folder])
    }
}

#[cfg(test)]
mod tests;
