//! The run: whom an edition goes to, frozen once, and then sent by connections that claim groups of
//! letters until nothing is left. A second run goes on where the first stopped.

mod begin;
mod worker;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{RecvTimeoutError, channel},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;

pub use begin::{dry_run, may_begin, may_go_on, note};

use super::{
    disk,
    frozen::Frozen,
    key::{Key, Ring},
    ledger::{Added, Counts, Ledger, Recovered, State},
    letter::Edition,
    mime::{Press, Signer},
    recipients::{Source, Summary},
    token,
    transport::{
        Exit,
        pace::{Limit, Paces},
    },
};
use crate::{base::lang::Message, msg};

/// How often a run looks whether somebody stopped it.
const LOOK: Duration = Duration::from_millis(200);

/// How often it tells how far it is: that takes a look at every row.
const TELL: Duration = Duration::from_secs(1);

/// Whom an edition goes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audience {
    /// What the recipients' source held.
    pub summary: Summary,
    /// Recipients of each letter.
    pub letters: Vec<u64>,
    /// By unit kind, empty for unknown.
    pub kinds: BTreeMap<String, u64>,
    /// Recipients that no segment fits.
    pub without_letter: u64,
    /// Recipients who have left.
    pub left: u64,
}

impl Audience {
    /// How many letters would go out.
    pub fn total(&self) -> u64 {
        self.letters.iter().sum()
    }
}

/// Counts whom an edition would go to, without keeping anything; `ledger` knows who has left.
///
/// # Errors
/// The recipients cannot be read.
pub fn count(edition: &dyn Edition, source: &Source, ledger: Option<&Ledger>) -> Result<Audience, Message> {
    let mut audience = Audience { letters: vec![0; edition.letters().len()], ..Audience::default() };
    let mut left = 0;
    let summary = source.read(&mut |recipient| {
        if ledger.map_or(Ok(false), |ledger| ledger.has_left(&recipient.email))? {
            left += 1;
        } else {
            audience.add(edition.letter_for(&recipient.reader), &recipient.reader.unit_kind);
        }
        Ok(())
    })?;
    Ok(Audience { summary, left, ..audience })
}

impl Audience {
    fn add(&mut self, letter: Option<usize>, kind: &str) {
        match letter.and_then(|letter| self.letters.get_mut(letter)) {
            Some(count) => {
                *count += 1;
                *self.kinds.entry(kind.to_owned()).or_default() += 1;
            }
            None => self.without_letter += 1,
        }
    }
}

/// Freezes an edition with its recipients: from here on it does not change. Nothing is frozen if
/// the number of letters is not `agreed`.
///
/// # Errors
/// The recipients cannot be read, their number is another one, or the database fails.
pub fn freeze(
    ledger: &mut Ledger,
    edition: &dyn Edition,
    key: &Key,
    source: &Source,
    agreed: u64,
    now: Timestamp,
) -> Result<Audience, Message> {
    let frozen = Frozen::of(edition, key.id());
    let mut audience = Audience { letters: vec![0; frozen.letters.len()], ..Audience::default() };
    ledger.freeze(&frozen, now, |add| {
        let summary = source.read(&mut |recipient| {
            let letter = edition.letter_for(&recipient.reader).filter(|letter| *letter < frozen.letters.len());
            let Some(index) = letter else {
                audience.without_letter += 1;
                return Ok(());
            };
            let kind = &recipient.reader.unit_kind;
            match add(&recipient.email, called(&recipient.name, &recipient.reader.unit), kind, index)? {
                Added::Queued => audience.add(letter, kind),
                Added::Suppressed => audience.left += 1,
                Added::Twice => {}
            }
            Ok(())
        })?;
        audience.summary = summary;
        let total = audience.total();
        if total == agreed {
            return Ok(());
        }
        Err(msg!(
            "现在要发的是 {total} 封，不是 {agreed} 封；名单变了。请再看一遍，再发",
            "there are {total} letters to send now, not {agreed}: the list has changed. Look again, then send"
        ))
    })?;
    Ok(audience)
}

/// What a letter calls its reader: their name, else the unit's where it is one and no id.
fn called<'a>(name: &'a str, unit: &'a str) -> &'a str {
    if name.is_empty() && !unit.is_ascii() { unit } else { name }
}

/// How a run sends.
pub struct Options<'a> {
    /// The way out.
    pub exit: &'a dyn Exit,
    /// Keys; the one that signed the edition must be among them.
    pub keys: &'a Ring,
    /// Signs, where the relay does not.
    pub signer: Option<Signer>,
    /// The pace of all letters, by the second.
    pub rate: Option<f64>,
    /// Paces of single domains, over the careful ones.
    pub limits: &'a [(String, Limit)],
    /// The clock.
    pub clock: &'a (dyn Fn() -> Timestamp + Sync),
    /// Set when the user wants to end: what has begun to leave is finished.
    pub interrupted: &'a AtomicBool,
    /// The pause after the first failed connection; it doubles with each.
    pub pause: Duration,
    /// Hears how far it is, now and then.
    pub progress: &'a dyn Fn(&Counts),
    /// Asked now and then for the tokens of all who left by a link.
    pub leaving: &'a dyn Fn() -> Vec<String>,
}

/// Why a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Nothing can be sent now.
    Idle,
    /// `digest stop`.
    Stopped,
    /// The user ended it.
    Interrupted,
    /// The edition is past its `not_after`.
    Expired,
    /// The server cannot be talked to.
    Unreachable(Message),
    /// The disk or the ledger failed.
    Failed(Message),
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Why it ended.
    pub ended: Ended,
    /// What the run before had left behind.
    pub recovered: Recovered,
    /// How many letters it handed over.
    pub sent: u64,
    /// How the edition stands.
    pub counts: Counts,
    /// When a refused letter is due again.
    pub next_due: Option<Timestamp>,
}

/// Sends what waits of a frozen edition.
///
/// # Errors
/// The edition is not in the ledger, another process sends, its key is missing, or the ledger fails
/// before anything is sent.
pub fn run(ledger: Ledger, edition: &str, mut options: Options<'_>) -> Result<(Ledger, Outcome), Message> {
    let lock = ledger.lock()?;
    let recovered = ledger.recover(disk::boot().as_deref(), (options.clock)())?;
    let Some((id, frozen)) = ledger.frozen(edition)? else { return Err(not_frozen(edition)) };
    let press = press(&frozen, options.keys, options.signer.take())?;
    ledger.set_stopped(edition, false)?;
    let late = frozen.not_after.is_some_and(|end| (options.clock)() > end);
    ledger.set_expired(id, late, (options.clock)())?;
    let paces = Mutex::new(paces(&ledger, id, options.rate, options.limits, (options.clock)())?);
    let before = ledger.counts(edition)?.of(State::Accepted);
    let shared = worker::Shared {
        ledger: Mutex::new(ledger),
        edition: id,
        press: &press,
        exit: options.exit,
        paces,
        clock: options.clock,
        pause: options.pause,
        halt: AtomicBool::new(false),
        ended: Mutex::new(None),
    };
    let mut left = BTreeSet::new();
    if !late {
        depart(&shared, options.keys, (options.leaving)(), &mut left);
        work(&shared, edition, &options, left);
    }
    let ended = worker::taken(&shared.ended).unwrap_or(if late { Ended::Expired } else { Ended::Idle });
    let ledger = shared.ledger.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    if ended == Ended::Expired {
        ledger.set_expired(id, true, (options.clock)())?;
    }
    ledger.rest();
    let counts = ledger.counts(edition)?;
    let next_due = ledger.next_due(id)?;
    drop(lock);
    let sent = counts.of(State::Accepted).saturating_sub(before);
    Ok((ledger, Outcome { ended, recovered, sent, counts, next_due }))
}

/// The press of a frozen edition, by the key that signed it.
///
/// # Errors
/// The key is not in the ring.
pub fn press(frozen: &Frozen, keys: &Ring, signer: Option<Signer>) -> Result<Press, Message> {
    let id = &frozen.key;
    let key = keys.find(id).ok_or_else(|| {
        msg!(
            "这一期是用密钥 {id} 冻结的，现在的密钥里没有它。把它加回 PBSITE_DIGEST_KEY 的文件",
            "this edition was frozen with key {id}, which is not among the keys. Put it back into the file of PBSITE_DIGEST_KEY"
        )
    })?;
    Press::new(frozen, key, signer)
}

fn not_frozen(edition: &str) -> Message {
    msg!("发送账里没有 {edition} 这一期", "the ledger has no edition {edition}")
}

/// The paces, with what went out lately already counted.
fn paces(
    ledger: &Ledger,
    edition: i64,
    rate: Option<f64>,
    limits: &[(String, Limit)],
    now: Timestamp,
) -> Result<Paces, Message> {
    let start = Instant::now();
    let mut paces = Paces::new(rate, limits, start);
    for (group, time) in paces.windows() {
        let sent = ledger.sent_since(edition, &group, now - time)?;
        paces.count(&group, sent, start);
    }
    for (group, halvings, changed) in ledger.halvings()? {
        let ago = Duration::try_from(now.duration_since(changed)).unwrap_or_default();
        paces.resume(&group, halvings, ago, start);
    }
    Ok(paces)
}

/// Keeps which paces are halved, where that has changed. What fails here is tried again.
fn keep(shared: &worker::Shared<'_>, kept: &mut Option<Vec<(String, u32)>>) {
    let halved = worker::locked(&shared.paces).halved(Instant::now());
    let told: Vec<(String, u32)> = halved.iter().map(|(name, halvings, _)| (name.clone(), *halvings)).collect();
    if kept.as_ref() == Some(&told) {
        return;
    }
    let now = (shared.clock)();
    let since = |ago| now.checked_sub(ago).unwrap_or(now);
    let halved: Vec<_> = halved.into_iter().map(|(name, halvings, ago)| (name, halvings, since(ago))).collect();
    if worker::locked(&shared.ledger).keep_halvings(&halved).is_ok() {
        *kept = Some(told);
    }
}

/// Runs the connections, and looks now and then whether they should end.
fn work(shared: &worker::Shared<'_>, edition: &str, options: &Options<'_>, mut left: BTreeSet<String>) {
    let (done, finished) = channel::<()>();
    let mut kept = None;
    std::thread::scope(|scope| {
        for number in 0..shared.exit.connections() {
            let done = done.clone();
            scope.spawn(move || {
                worker::run(shared, number);
                drop(done);
            });
        }
        drop(done);
        let mut told = Instant::now();
        while let Err(RecvTimeoutError::Timeout) = finished.recv_timeout(LOOK) {
            look(shared, options, &mut left);
            if told.elapsed() >= TELL {
                tell(shared, edition, options);
                told = Instant::now();
            }
            keep(shared, &mut kept);
        }
    });
    keep(shared, &mut kept);
}

fn tell(shared: &worker::Shared<'_>, edition: &str, options: &Options<'_>) {
    let counts = worker::locked(&shared.ledger).counts(edition);
    if let Ok(counts) = counts {
        (options.progress)(&counts);
    }
}

fn look(shared: &worker::Shared<'_>, options: &Options<'_>, left: &mut BTreeSet<String>) {
    if options.interrupted.load(Ordering::SeqCst) {
        shared.end(Ended::Interrupted);
    }
    depart(shared, options.keys, (options.leaving)(), left);
    if worker::locked(&shared.ledger).is_stopped(shared.edition).unwrap_or(false) {
        shared.end(Ended::Stopped);
    }
}

/// Sends nothing more to those whose tokens were not known yet. What fails here is asked again.
fn depart(shared: &worker::Shared<'_>, keys: &Ring, tokens: Vec<String>, left: &mut BTreeSet<String>) {
    let fresh: BTreeSet<String> = tokens.into_iter().filter(|token| !left.contains(token)).collect();
    if fresh.is_empty() {
        return;
    }
    let ledger = worker::locked(&shared.ledger);
    let (is_theirs, mut gone) = (token::finder(keys, &fresh), Vec::new());
    let found = ledger.waiting(shared.edition, &mut |email, _, _, _| {
        if is_theirs(email) {
            gone.push(email.to_owned());
        }
        Ok(())
    });
    let now = (shared.clock)();
    let suppressed = gone.iter().all(|email| ledger.suppress(email, "unsubscribe", now).is_ok());
    drop(is_theirs);
    if found.is_ok() && suppressed {
        left.extend(fresh);
    }
}
