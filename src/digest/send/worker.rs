//! One connection: claims a group, makes each letter, hands it over, and notes in its journal what
//! becomes of it.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;

use super::Ended;
use crate::{
    base::lang::Message,
    digest::{
        ledger::{
            Claimed, Fate, Ledger, Request, RowResult,
            journal::{Journal, MOST_CLAIMED, Note},
        },
        mime::{Addressee, Press},
        transport::{
            Carrier, Envelope, Exit, Handed,
            pace::{Paces, is_too_fast},
        },
    },
    msg,
};

/// A group should take about so long: then a commit costs little, and a power failure leaves few in
/// doubt.
const GROUP: Duration = Duration::from_millis(500);

/// Connections that fail one after another before a worker gives up.
const MOST_FAILURES: u32 = 6;

/// So often the connection may break over one letter before it has to wait like a refused one.
const MOST_LOSSES: u32 = 3;

/// Times a letter is tried before it counts as rejected.
const MOST_TRIES: u32 = 10;

/// The wait after each refusal, in minutes; the last holds for all that follow.
const BACKOFF: [i64; 7] = [1, 5, 15, 60, 120, 240, 480];

/// What the connections of a run share.
pub(super) struct Shared<'a> {
    pub(super) ledger: Mutex<Ledger>,
    pub(super) edition: i64,
    pub(super) press: &'a Press,
    pub(super) exit: &'a dyn Exit,
    pub(super) paces: Mutex<Paces>,
    pub(super) clock: &'a (dyn Fn() -> Timestamp + Sync),
    pub(super) pause: Duration,
    pub(super) halt: AtomicBool,
    pub(super) ended: Mutex<Option<Ended>>,
}

impl Shared<'_> {
    /// Ends the run; the first reason counts.
    pub(super) fn end(&self, why: Ended) {
        locked(&self.ended).get_or_insert(why);
        self.halt.store(true, Ordering::SeqCst);
    }

    fn halted(&self) -> bool {
        self.halt.load(Ordering::SeqCst)
    }
}

/// The value of a lock, whatever became of a thread that held it.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes out what a lock holds.
pub(super) fn taken<T>(mutex: &Mutex<Option<T>>) -> Option<T> {
    locked(mutex).take()
}

/// Works until nothing can be sent now, or the run ends.
pub(super) fn run(shared: &Shared<'_>, number: u32) {
    let folder = locked(&shared.ledger).journals();
    match Journal::open(&folder, number) {
        Ok(journal) => Worker::new(shared, number, journal).work(),
        Err(error) => shared.end(Ended::Failed(journal_failed(&error))),
    }
}

fn journal_failed(error: &std::io::Error) -> Message {
    msg!("发送账的日志写不了：{error}", "the ledger's journal cannot be written: {error}")
}

struct Worker<'a> {
    shared: &'a Shared<'a>,
    number: u32,
    journal: Journal,
    carrier: Option<Box<dyn Carrier>>,
    /// Messages over this connection.
    carried: u32,
    /// Connections that failed since the last answer.
    failures: u32,
    losses: BTreeMap<i64, u32>,
    message: Vec<u8>,
}

impl<'a> Worker<'a> {
    fn new(shared: &'a Shared<'a>, number: u32, journal: Journal) -> Self {
        Self {
            shared,
            number,
            journal,
            carrier: None,
            carried: 0,
            failures: 0,
            losses: BTreeMap::new(),
            message: Vec::new(),
        }
    }

    fn work(&mut self) {
        let (mut results, mut size) = (Vec::new(), 4);
        while !self.shared.halted() {
            let claim = match self.claim(&results, size) {
                Ok(claim) => claim,
                Err(message) => return self.shared.end(Ended::Failed(message)),
            };
            results.clear();
            let Claiming { number, rows, pause } = claim;
            if rows.is_empty() {
                match pause {
                    Some(pause) => std::thread::sleep(pause),
                    None => break,
                }
                continue;
            }
            let begun = Instant::now();
            results = match self.journal.begin(number) {
                Ok(()) => self.group(&rows),
                Err(error) => {
                    self.shared.end(Ended::Failed(journal_failed(&error)));
                    rows.iter().map(|row| not_sent(row.id)).collect()
                }
            };
            size = next_size(rows.len(), begun.elapsed());
        }
        self.finish(&results);
    }

    fn finish(&mut self, results: &[RowResult]) {
        if let Some(mut carrier) = self.carrier.take() {
            carrier.close();
        }
        if results.is_empty() {
            return;
        }
        let settled = locked(&self.shared.ledger).settle(results, (self.shared.clock)());
        if let Err(message) = settled {
            // What was answered stands in the journal, and the next run reads it there.
            self.shared.end(Ended::Failed(message));
        }
    }

    fn claim(&mut self, results: &[RowResult], size: usize) -> Result<Claiming, Message> {
        let (blocked, full) = {
            let mut paces = locked(&self.shared.paces);
            (paces.blocked(Instant::now()), paces.is_full(Instant::now()))
        };
        let most = if full { 0 } else { size };
        let request = Request {
            edition: self.shared.edition,
            worker: self.number,
            most,
            blocked: &blocked,
            now: (self.shared.clock)(),
        };
        let mut take = |pace: &str| locked(&self.shared.paces).take(pace, Instant::now());
        let mut ledger = locked(&self.shared.ledger);
        let claim = ledger.claim(&request, results, &mut take)?;
        if claim.stopped {
            self.shared.end(Ended::Stopped);
        }
        if claim.expired {
            self.shared.end(Ended::Expired);
        }
        let waits = claim.rows.is_empty() && ledger.has_waiting(self.shared.edition, request.now)?;
        drop(ledger);
        let pause = waits.then(|| locked(&self.shared.paces).wait(Instant::now()).unwrap_or_default());
        let pause = pause.map(|pause| pause.clamp(Duration::from_millis(1), super::LOOK));
        Ok(Claiming { number: claim.number, rows: claim.rows, pause })
    }

    fn group(&mut self, rows: &[Claimed]) -> Vec<RowResult> {
        let mut results = Vec::with_capacity(rows.len());
        while let Some(row) = rows.get(results.len()) {
            if self.shared.halted() || !self.connected() {
                break;
            }
            let next = rows.get(results.len() + 1);
            if let Some(result) = self.one(row, next) {
                results.push(result);
            }
        }
        let rest = rows[results.len()..].iter().map(|row| not_sent(row.id));
        results.extend(rest);
        results
    }

    /// Whether there is a connection; makes one, with growing pauses where that fails.
    fn connected(&mut self) -> bool {
        if self.carried >= self.shared.exit.messages()
            && let Some(mut carrier) = self.carrier.take()
        {
            carrier.close();
        }
        while self.carrier.is_none() {
            if self.failures > 0 {
                std::thread::sleep(self.shared.pause * 2_u32.pow(self.failures.min(8) - 1));
            }
            if self.shared.halted() {
                return false;
            }
            match self.shared.exit.open() {
                Ok(carrier) => (self.carrier, self.carried) = (Some(carrier), 0),
                Err(refusal) => {
                    self.failures += 1;
                    if !refusal.passing || self.failures >= MOST_FAILURES {
                        self.shared.end(Ended::Unreachable(refusal.message));
                    }
                }
            }
        }
        true
    }

    /// Tries one letter; `None` where it may be tried again at once.
    fn one(&mut self, row: &Claimed, next: Option<&Claimed>) -> Option<RowResult> {
        let press = self.shared.press;
        self.message.clear();
        press.write(row.letter, Addressee { email: &row.email, name: &row.name }, &mut self.message);
        let message_id = press.message_id(&row.email);
        let envelope = Envelope { from: press.from(), to: &row.email, message_id: &message_id };
        let last = self.carried + 1 >= self.shared.exit.messages();
        let next = next.filter(|_| !last).map(|next| Envelope { from: press.from(), to: &next.email, message_id: "" });
        let journal = &mut self.journal;
        let mut leaves = || journal.note(row.id, Note::Leaves).map_err(|error| journal_failed(&error));
        let handed = self.carrier.as_mut()?.carry(envelope, &self.message, next, &mut leaves);
        match handed {
            Ok(Handed::Answered { code, reply }) => Some(self.answered(row, code, reply)),
            Ok(Handed::NotSent(why)) => self.lost(row, why),
            Ok(Handed::Unknown(why)) => {
                self.carrier = None;
                self.failures += 1;
                self.give_up(&why);
                Some(RowResult { id: row.id, fate: Fate::Unknown, code: 0, reply: why.en })
            }
            Err(message) => {
                self.carrier = None;
                self.shared.end(Ended::Failed(message));
                Some(not_sent(row.id))
            }
        }
    }

    fn answered(&mut self, row: &Claimed, code: u16, reply: String) -> RowResult {
        // A result that cannot be noted is settled in the ledger all the same.
        let _ = self.journal.note(row.id, Note::Answered(code));
        (self.failures, self.carried) = (0, self.carried + 1);
        if code == 421 {
            self.carrier = None;
        }
        locked(&self.shared.paces).heard(&row.pace, code, &reply, Instant::now());
        let for_now = matches!(code, 400..500) || is_too_fast(code, &reply);
        let fate = match code {
            200..300 => Fate::Accepted,
            _ if for_now && row.tries + 1 < MOST_TRIES => self.later(row.tries),
            _ => Fate::Rejected,
        };
        RowResult { id: row.id, fate, code, reply: if fate == Fate::Accepted { String::new() } else { reply } }
    }

    /// The connection broke before the letter had left.
    fn lost(&mut self, row: &Claimed, why: Message) -> Option<RowResult> {
        self.carrier = None;
        self.failures += 1;
        let losses = self.losses.entry(row.id).or_default();
        *losses += 1;
        let often = *losses >= MOST_LOSSES;
        self.give_up(&why);
        let later = RowResult { id: row.id, fate: self.later(row.tries), code: 0, reply: why.en };
        often.then_some(later)
    }

    fn give_up(&self, why: &Message) {
        if self.failures >= MOST_FAILURES {
            self.shared.end(Ended::Unreachable(why.clone()));
        }
    }

    fn later(&self, tries: u32) -> Fate {
        let minutes = BACKOFF[(tries as usize).min(BACKOFF.len() - 1)];
        Fate::Later((self.shared.clock)().as_millisecond() + minutes * 60_000)
    }
}

/// A group, or how long to wait for one; neither where nothing is left.
struct Claiming {
    number: u64,
    rows: Vec<Claimed>,
    pause: Option<Duration>,
}

fn not_sent(id: i64) -> RowResult {
    RowResult { id, fate: Fate::NotSent, code: 0, reply: String::new() }
}

/// As many as take [`GROUP`], growing by twice at most.
fn next_size(rows: usize, took: Duration) -> usize {
    let fit = GROUP.as_secs_f64() / took.as_secs_f64().max(1e-6) * rows as f64;
    (fit as usize).clamp(1, rows * 2).clamp(1, MOST_CLAIMED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_grow_and_shrink_with_the_speed() {
        assert_eq!(next_size(4, Duration::from_millis(1)), 8);
        assert_eq!(next_size(200, Duration::from_millis(10)), MOST_CLAIMED);
        assert_eq!(next_size(100, Duration::from_secs(50)), 1);
    }
}
