//! Editions and their letters in the ledger: frozen, claimed in groups, settled.

use std::fmt::Write as _;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use super::{Counts, Ledger, State, millis};
use crate::{
    base::lang::Message,
    digest::{
        frozen::Frozen,
        letter::{Letter, Part, Sender},
        transport::pace,
    },
};

/// What one try came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The server took it.
    Accepted,
    /// Nothing of it left: it is queued as before.
    NotSent,
    /// Refused for now, until this moment (milliseconds since 1970).
    Later(i64),
    /// Refused for good.
    Rejected,
    /// Its end left, and no answer came.
    Unknown,
}

impl Fate {
    /// By the code of the answer; a temporary refusal is tried again at once.
    pub fn answered(code: u16) -> Self {
        match code {
            200..300 => Self::Accepted,
            500..600 => Self::Rejected,
            _ => Self::Later(0),
        }
    }
}

/// The result of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Result {
    /// The row.
    pub id: i64,
    /// What came of it.
    pub fate: Fate,
    /// The server's code, 0 for none.
    pub code: u16,
    /// The server's words, without addresses.
    pub reply: String,
}

/// A row that a connection has to deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The row.
    pub id: i64,
    /// Address.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// Which letter.
    pub letter: usize,
    /// Whose limits count.
    pub pace: String,
    /// How often it was tried.
    pub tries: u32,
}

/// A group of rows, in flight on disk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claim {
    /// Its number.
    pub number: u64,
    /// The rows.
    pub rows: Vec<Claimed>,
    /// Whether somebody stopped the edition.
    pub stopped: bool,
    /// Whether it is past its `not_after`.
    pub expired: bool,
}

/// What adding a recipient came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// A new row.
    Queued,
    /// They have left: a row that says so.
    Suppressed,
    /// There is a row already.
    Twice,
}

/// A row as a person sees it, named by its number: an address is asked for by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The row.
    pub id: i64,
    /// Address; the hash of one who was forgotten.
    pub email: String,
    /// Which letter's label.
    pub segment: String,
    /// Its state.
    pub state: State,
    /// The server's code.
    pub code: u16,
    /// The server's words.
    pub reply: String,
}

/// Hears of a row: address, name, index of the letter, unit kind.
pub type Each<'a> = dyn FnMut(&str, &str, usize, &str) -> std::result::Result<(), Message> + 'a;

type Sql<T> = rusqlite::Result<T>;

impl Ledger {
    /// Does several things in one durable commit.
    ///
    /// # Errors
    /// The database fails: then nothing of it is done.
    pub(super) fn commit<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Sql<T>,
    ) -> std::result::Result<T, Message> {
        let path = self.path.clone();
        let run = || {
            let transaction = self.database.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let done = work(&transaction)?;
            transaction.commit().map(|()| done)
        };
        run().map_err(|error| super::broken(&path, &error))
    }

    /// Freezes an edition with whom it goes to, all or nothing. `fill` is called with a function that
    /// adds a recipient: address, name, unit kind, index of the letter.
    ///
    /// # Errors
    /// The database fails, or `fill` does.
    pub fn freeze(
        &mut self,
        edition: &Frozen,
        now: Timestamp,
        fill: impl FnOnce(
            &mut dyn FnMut(&str, &str, &str, usize) -> std::result::Result<Added, Message>,
        ) -> std::result::Result<(), Message>,
    ) -> std::result::Result<(), Message> {
        let salt = self.salt.clone();
        let path = self.path.clone();
        let failed = |error: rusqlite::Error| super::broken(&path, &error);
        let transaction =
            self.database.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(failed)?;
        let id = insert_edition(&transaction, edition, now).map_err(failed)?;
        {
            let mut adder = Adder::new(&transaction, id, now).map_err(failed)?;
            fill(&mut |email, name, unit_kind, letter| {
                let who = super::hash(&salt, email);
                adder.add(&who, email, name, unit_kind, letter).map_err(failed)
            })?;
        }
        transaction.commit().map_err(failed)
    }

    /// The newest revision of an edition, as frozen.
    ///
    /// # Errors
    /// The database fails.
    pub fn frozen(&self, name: &str) -> std::result::Result<Option<(i64, Frozen)>, Message> {
        self.load(name).map_err(|error| self.failed(&error))
    }

    fn load(&self, name: &str) -> Sql<Option<(i64, Frozen)>> {
        let found = self
            .database
            .query_row("SELECT * FROM edition WHERE name = ?1 ORDER BY revision DESC LIMIT 1", [name], edition_of)
            .optional()?;
        let Some((id, mut frozen)) = found else { return Ok(None) };
        let mut query = self.database.prepare("SELECT * FROM letter WHERE edition = ?1 ORDER BY number")?;
        frozen.letters = query.query_map([id], letter_of)?.collect::<Sql<_>>()?;
        for (number, letter) in frozen.letters.iter_mut().enumerate() {
            letter.parts = self.parts(id, number)?;
        }
        Ok(Some((id, frozen)))
    }

    fn parts(&self, edition: i64, letter: usize) -> Sql<Vec<Part>> {
        let mut query = self.database.prepare(
            "SELECT name, media_type, cid, bytes FROM part WHERE edition = ?1 AND letter = ?2 ORDER BY number",
        )?;
        let part = |row: &Row<'_>| {
            Ok(Part { name: row.get(0)?, media_type: row.get(1)?, cid: row.get(2)?, bytes: row.get(3)? })
        };
        query.query_map(params![edition, letter as i64], part)?.collect()
    }

    /// Settles the group before and claims the next one, in one durable commit. `blocked` are those
    /// whose limits are used up; `take` may refuse a row by its pace.
    ///
    /// # Errors
    /// The database fails: the rows stay as they were.
    pub fn claim(
        &mut self,
        request: &Request<'_>,
        results: &[Result],
        take: &mut dyn FnMut(&str) -> bool,
    ) -> std::result::Result<Claim, Message> {
        self.commit(|transaction| {
            for result in results {
                settle(transaction, result, request.now)?;
            }
            let mut claim = state_of(transaction, request)?;
            if claim.stopped || claim.expired || request.most == 0 {
                return Ok(claim);
            }
            claim.rows = choose(transaction, request, take)?;
            if !claim.rows.is_empty() {
                claim.number = next_claim(transaction)?;
                mark(transaction, request, &claim)?;
            }
            Ok(claim)
        })
    }

    /// Settles rows without claiming more.
    ///
    /// # Errors
    /// The database fails.
    pub fn settle(&mut self, results: &[Result], now: Timestamp) -> std::result::Result<(), Message> {
        self.commit(|transaction| results.iter().try_for_each(|result| settle(transaction, result, now)))
    }

    pub(super) fn settle_one(&self, result: &Result, now: Timestamp) -> Sql<()> {
        settle(&self.database, result, now)
    }

    /// How many letters of an edition are in each state, all revisions together.
    ///
    /// # Errors
    /// The database fails.
    pub fn counts(&self, name: &str) -> std::result::Result<Counts, Message> {
        let read = || {
            let mut query = self.database.prepare_cached(
                "SELECT state, count(*) FROM message WHERE edition IN (SELECT id FROM edition WHERE name = ?1) GROUP BY state",
            )?;
            let mut counts = Counts::default();
            let mut rows = query.query([name])?;
            while let Some(row) = rows.next()? {
                counts.0[State::of(row.get(0)?) as usize] = row.get::<_, i64>(1)? as u64;
            }
            Ok(counts)
        };
        read().map_err(|error: rusqlite::Error| self.failed(&error))
    }

    /// Whom an edition goes to, by segment and language: everybody once, in whatever revision, but
    /// for those to whom it does not go.
    ///
    /// # Errors
    /// The database fails.
    pub fn audience(&self, name: &str) -> std::result::Result<Vec<(String, String, u64)>, Message> {
        let read = || {
            // Who got a short correction was given a whole letter first.
            let mut query = self.database.prepare(
                "SELECT l.segment, l.language, count(*) FROM message m
                 JOIN letter l ON l.edition = m.edition AND l.number = m.letter
                 WHERE m.state <> ?2 AND m.id IN (SELECT min(id) FROM message
                   WHERE edition IN (SELECT id FROM edition WHERE name = ?1) GROUP BY who)
                 GROUP BY l.segment, l.language ORDER BY l.segment, l.language",
            )?;
            let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)? as u64));
            query.query_map(params![name, State::Suppressed as i64], row)?.collect::<Sql<_>>()
        };
        read().map_err(|error| self.failed(&error))
    }

    /// The editions in the ledger, oldest first.
    ///
    /// # Errors
    /// The database fails.
    pub fn editions(&self) -> std::result::Result<Vec<String>, Message> {
        let read = || {
            let mut query = self.database.prepare("SELECT name FROM edition GROUP BY name ORDER BY min(id)")?;
            query.query_map([], |row| row.get(0))?.collect::<Sql<_>>()
        };
        read().map_err(|error| self.failed(&error))
    }

    /// The rows of an edition in a state, by number.
    ///
    /// # Errors
    /// The database fails.
    pub fn listed(&self, name: &str, state: State) -> std::result::Result<Vec<Listed>, Message> {
        let read = || {
            let mut query = self.database.prepare(
                "SELECT m.id, m.email, l.label, m.code, m.reply FROM message m
                 JOIN edition e ON e.id = m.edition AND e.name = ?1
                 LEFT JOIN letter l ON l.edition = m.edition AND l.number = m.letter
                 WHERE m.state = ?2 ORDER BY m.id",
            )?;
            let listed = |row: &Row<'_>| {
                Ok(Listed {
                    id: row.get(0)?,
                    email: row.get(1)?,
                    segment: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
                    state,
                    code: row.get::<_, i64>(3)? as u16,
                    reply: row.get(4)?,
                })
            };
            query.query_map(params![name, state as i64], listed)?.collect::<Sql<_>>()
        };
        read().map_err(|error| self.failed(&error))
    }

    /// When the next refused row is due, if any.
    ///
    /// # Errors
    /// The database fails.
    pub fn next_due(&self, edition: i64) -> std::result::Result<Option<Timestamp>, Message> {
        let read = self.database.query_row(
            "SELECT min(due) FROM message WHERE edition = ?1 AND state = ?2",
            params![edition, State::Retry as i64],
            |row| row.get::<_, Option<i64>>(0),
        );
        let due = read.map_err(|error| self.failed(&error))?;
        Ok(due.and_then(|due| Timestamp::from_millisecond(due).ok()))
    }

    /// How many letters of a pace an answer came for since a moment.
    ///
    /// # Errors
    /// The database fails.
    pub fn sent_since(&self, edition: i64, pace: &str, since: Timestamp) -> std::result::Result<usize, Message> {
        let read = self.database.query_row(
            "SELECT count(*) FROM message WHERE edition = ?1 AND pace = ?2 AND changed >= ?3 AND code <> 0",
            params![edition, pace, millis(since)],
            |row| row.get::<_, i64>(0),
        );
        read.map(|number| number as usize).map_err(|error| self.failed(&error))
    }

    /// The paces that were halved for a refusal: how often, and when that last changed.
    ///
    /// # Errors
    /// The database fails.
    pub fn halvings(&self) -> std::result::Result<Vec<(String, u32, Timestamp)>, Message> {
        let read = || {
            let mut query = self.database.prepare("SELECT name, share, changed FROM pace ORDER BY name")?;
            let row = |row: &Row<'_>| {
                let changed = Timestamp::from_millisecond(row.get(2)?).unwrap_or_default();
                Ok((row.get(0)?, row.get::<_, i64>(1)? as u32, changed))
            };
            query.query_map([], row)?.collect::<Sql<_>>()
        };
        read().map_err(|error| self.failed(&error))
    }

    /// Keeps which paces are halved, for the runs to come.
    ///
    /// # Errors
    /// The database fails.
    pub fn keep_halvings(&mut self, halved: &[(String, u32, Timestamp)]) -> std::result::Result<(), Message> {
        self.commit(|transaction| {
            transaction.execute("DELETE FROM pace", [])?;
            for (name, share, changed) in halved {
                let row = params![name, share, millis(*changed)];
                transaction.execute("INSERT INTO pace(name, share, changed) VALUES (?1, ?2, ?3)", row)?;
            }
            Ok(())
        })
    }

    /// How many letters of an edition were accepted since a moment.
    ///
    /// # Errors
    /// The database fails.
    pub fn accepted_since(&self, edition: i64, since: Timestamp) -> std::result::Result<u64, Message> {
        let read = self.database.query_row(
            "SELECT count(*) FROM message WHERE edition = ?1 AND state = ?2 AND changed >= ?3",
            params![edition, State::Accepted as i64, millis(since)],
            |row| row.get::<_, i64>(0),
        );
        read.map(|number| number as u64).map_err(|error| self.failed(&error))
    }

    /// Hands on what waits of an edition, row by row: address, name, index of the letter, unit kind.
    ///
    /// # Errors
    /// The database fails, or `each` does.
    pub fn waiting(&self, edition: i64, each: &mut Each<'_>) -> std::result::Result<(), Message> {
        let failed = |error: rusqlite::Error| self.failed(&error);
        let sql = "SELECT m.email, m.name, m.letter, m.unit_kind FROM message m
             LEFT JOIN suppression s ON s.who = m.who
             WHERE m.edition = ?1 AND m.state IN (?2, ?3) AND s.who IS NULL ORDER BY m.id";
        let mut query = self.database.prepare(sql).map_err(failed)?;
        let mut rows = query.query(params![edition, State::Queued as i64, State::Retry as i64]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let text = |at: usize| row.get_ref(at)?.as_str().map_err(rusqlite::Error::from);
            let letter: i64 = row.get(2).map_err(failed)?;
            let (email, name, kind) = (text(0).map_err(failed)?, text(1).map_err(failed)?, text(3).map_err(failed)?);
            each(email, name, letter as usize, kind)?;
        }
        Ok(())
    }

    /// Those who have an edition in any revision: address, name, index of the letter, unit kind.
    ///
    /// # Errors
    /// The database fails.
    pub fn have(&self, name: &str) -> std::result::Result<Vec<(String, String, usize, String)>, Message> {
        let read = || {
            let mut query = self.database.prepare(
                "SELECT email, name, letter, unit_kind FROM message
                 WHERE state = ?1 AND edition IN (SELECT id FROM edition WHERE name = ?2) GROUP BY who ORDER BY id",
            )?;
            let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)? as usize, row.get(3)?));
            query.query_map(params![State::Accepted as i64, name], row)?.collect::<Sql<_>>()
        };
        read().map_err(|error| self.failed(&error))
    }

    /// Whether something could be claimed now if no pace held it back.
    ///
    /// # Errors
    /// The database fails.
    pub fn has_waiting(&self, edition: i64, now: Timestamp) -> std::result::Result<bool, Message> {
        let read = self.database.query_row(
            "SELECT EXISTS (SELECT 1 FROM message WHERE edition = ?1 AND (state = ?2 OR state = ?3 AND due <= ?4))",
            params![edition, State::Queued as i64, State::Retry as i64, millis(now)],
            |row| row.get(0),
        );
        read.map_err(|error| self.failed(&error))
    }

    /// Puts what stands in the write-ahead log into the file, where nobody reads it just now.
    pub fn rest(&self) {
        let _ = self.database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }

    /// Makes a running sender stop, or lets a new one go on.
    ///
    /// # Errors
    /// The database fails.
    pub fn set_stopped(&self, name: &str, stopped: bool) -> std::result::Result<(), Message> {
        let done = self.database.execute("UPDATE edition SET stopped = ?1 WHERE name = ?2", params![stopped, name]);
        done.map(drop).map_err(|error| self.failed(&error))
    }

    /// Whether somebody stopped it.
    ///
    /// # Errors
    /// The database fails.
    pub fn is_stopped(&self, edition: i64) -> std::result::Result<bool, Message> {
        let read = self.database.query_row("SELECT stopped FROM edition WHERE id = ?1", [edition], |row| row.get(0));
        read.map_err(|error| self.failed(&error))
    }

    /// What waits of an edition past its `not_after` becomes expired, or waits again where the
    /// moment turned out not to have come.
    ///
    /// # Errors
    /// The database fails.
    pub fn set_expired(&self, edition: i64, expired: bool, now: Timestamp) -> std::result::Result<(), Message> {
        let (queued, retry, out) = (State::Queued as i64, State::Retry as i64, State::Expired as i64);
        let (to, from) = if expired { (out, [queued, retry]) } else { (queued, [out, out]) };
        let done = self.database.execute(
            "UPDATE message SET state = ?1, changed = ?2 WHERE edition = ?3 AND state IN (?4, ?5)",
            params![to, millis(now), edition, from[0], from[1]],
        );
        done.map(drop).map_err(|error| self.failed(&error))
    }

    /// Moves what waits of older revisions to the newest one, with the letter of the same segment
    /// there; the number of rows.
    ///
    /// # Errors
    /// The database fails.
    pub fn move_waiting(&mut self, name: &str, now: Timestamp) -> std::result::Result<u64, Message> {
        self.commit(|transaction| {
            let moved = transaction.execute(
                "UPDATE message SET
                   letter = coalesce((SELECT n.number FROM letter o JOIN letter n ON n.segment = o.segment AND n.language = o.language
                     WHERE o.edition = message.edition AND o.number = message.letter
                     AND n.edition = (SELECT id FROM edition WHERE name = ?1 ORDER BY revision DESC LIMIT 1)), letter),
                   edition = (SELECT id FROM edition WHERE name = ?1 ORDER BY revision DESC LIMIT 1), changed = ?2
                 WHERE state IN (?3, ?4) AND edition IN (SELECT id FROM edition WHERE name = ?1
                   AND revision < (SELECT max(revision) FROM edition WHERE name = ?1))",
                params![name, millis(now), State::Queued as i64, State::Retry as i64],
            )?;
            Ok(moved as u64)
        })
    }
}

/// What a connection asks for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The edition's row.
    pub edition: i64,
    /// The connection.
    pub worker: u32,
    /// So many rows at most.
    pub most: usize,
    /// Whose limits are used up.
    pub blocked: &'a [String],
    /// The time.
    pub now: Timestamp,
}

/// Adds recipients to a frozen edition.
struct Adder<'a> {
    insert: rusqlite::Statement<'a>,
    left: rusqlite::Statement<'a>,
    edition: i64,
    now: i64,
}

impl<'a> Adder<'a> {
    fn new(transaction: &'a Transaction<'_>, edition: i64, now: Timestamp) -> Sql<Self> {
        Ok(Self {
            insert: transaction.prepare(
                "INSERT OR IGNORE INTO message(edition, who, email, name, letter, pace, unit_kind, state, changed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?,
            left: transaction.prepare("SELECT 1 FROM suppression WHERE who = ?1")?,
            edition,
            now: millis(now),
        })
    }

    fn add(&mut self, who: &[u8], email: &str, name: &str, unit_kind: &str, letter: usize) -> Sql<Added> {
        let left = self.left.exists([who])?;
        let state = if left { State::Suppressed } else { State::Queued };
        let pace = pace::group(email);
        let row = params![self.edition, who, email, name, letter as i64, pace, unit_kind, state as i64, self.now];
        match self.insert.execute(row)? {
            0 => Ok(Added::Twice),
            _ if left => Ok(Added::Suppressed),
            _ => Ok(Added::Queued),
        }
    }
}

fn insert_edition(transaction: &Transaction<'_>, edition: &Frozen, now: Timestamp) -> Sql<i64> {
    let sender = &edition.sender;
    transaction.execute(
        "INSERT INTO edition(name, revision, frozen_at, date, not_after, page, key, from_name, from_email, reply_to,
           list_id, unsubscribe, endpoint, feedback_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        params![
            edition.name,
            edition.revision,
            millis(now),
            edition.date.as_second(),
            edition.not_after.map(millis),
            edition.page,
            edition.key,
            sender.name,
            sender.email,
            sender.reply_to,
            sender.list_id,
            sender.unsubscribe,
            sender.endpoint,
            sender.feedback_id
        ],
    )?;
    let id = transaction.last_insert_rowid();
    for (number, letter) in edition.letters.iter().enumerate() {
        insert_letter(transaction, id, number as i64, letter)?;
    }
    Ok(id)
}

fn insert_letter(transaction: &Transaction<'_>, edition: i64, number: i64, letter: &Letter) -> Sql<()> {
    let (named, plain) = &letter.salutation;
    transaction.execute(
        "INSERT INTO letter(edition, number, segment, label, language, subject, html, text, named, plain)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            edition,
            number,
            letter.segment,
            letter.label,
            letter.language,
            letter.subject,
            letter.html,
            letter.text,
            named,
            plain
        ],
    )?;
    for (i, part) in letter.parts.iter().enumerate() {
        transaction.execute(
            "INSERT INTO part(edition, letter, number, name, media_type, cid, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![edition, number, i as i64, part.name, part.media_type, part.cid, part.bytes],
        )?;
    }
    Ok(())
}

fn edition_of(row: &Row<'_>) -> Sql<(i64, Frozen)> {
    let moment = |second: i64| Timestamp::from_second(second).unwrap_or_default();
    let sender = Sender {
        name: row.get("from_name")?,
        email: row.get("from_email")?,
        reply_to: row.get("reply_to")?,
        list_id: row.get("list_id")?,
        unsubscribe: row.get("unsubscribe")?,
        endpoint: row.get("endpoint")?,
        feedback_id: row.get("feedback_id")?,
    };
    let not_after: Option<i64> = row.get("not_after")?;
    let frozen = Frozen {
        name: row.get("name")?,
        revision: row.get::<_, i64>("revision")? as u32,
        date: moment(row.get("date")?),
        not_after: not_after.and_then(|at| Timestamp::from_millisecond(at).ok()),
        page: row.get("page")?,
        key: row.get("key")?,
        sender,
        letters: Vec::new(),
    };
    Ok((row.get("id")?, frozen))
}

fn letter_of(row: &Row<'_>) -> Sql<Letter> {
    Ok(Letter {
        segment: row.get("segment")?,
        label: row.get("label")?,
        language: row.get("language")?,
        subject: row.get("subject")?,
        html: row.get("html")?,
        text: row.get("text")?,
        parts: Vec::new(),
        salutation: (row.get("named")?, row.get("plain")?),
        links: std::collections::BTreeSet::new(),
    })
}

fn state_of(transaction: &Transaction<'_>, request: &Request<'_>) -> Sql<Claim> {
    let mut query = transaction.prepare_cached("SELECT stopped, not_after FROM edition WHERE id = ?1")?;
    query.query_row([request.edition], |row| {
        let not_after: Option<i64> = row.get(1)?;
        let expired = not_after.is_some_and(|end| millis(request.now) > end);
        Ok(Claim { stopped: row.get(0)?, expired, ..Claim::default() })
    })
}

/// Rows that may go now: those never tried first. Who has left since is marked on the way.
fn choose(
    transaction: &Transaction<'_>,
    request: &Request<'_>,
    take: &mut dyn FnMut(&str) -> bool,
) -> Sql<Vec<Claimed>> {
    let mut rows = Vec::new();
    let mut refused: Vec<String> = request.blocked.to_vec();
    for (state, due) in [(State::Queued, i64::MAX), (State::Retry, millis(request.now))] {
        // Who has left, or a pace that turns out to be used up, leaves the query, which is asked again.
        while rows.len() < request.most {
            let (left, used_up) = one_query(transaction, request, (state, due), &refused, &mut rows, take)?;
            if left.is_empty() && used_up.is_none() {
                break;
            }
            for id in left {
                suppress(transaction, id, request.now)?;
            }
            refused.extend(used_up);
        }
    }
    Ok(rows)
}

/// Rows of people who have left, and a pace that was refused.
type Asked = (Vec<i64>, Option<String>);

fn one_query(
    transaction: &Transaction<'_>,
    request: &Request<'_>,
    (state, due): (State, i64),
    refused: &[String],
    rows: &mut Vec<Claimed>,
    take: &mut dyn FnMut(&str) -> bool,
) -> Sql<Asked> {
    let mut sql = String::from(
        "SELECT m.id, m.email, m.name, m.letter, m.pace, m.tries, s.who IS NOT NULL FROM message m
         LEFT JOIN suppression s ON s.who = m.who
         WHERE m.edition = ?1 AND m.state = ?2 AND m.due <= ?3",
    );
    for at in 0..refused.len() {
        let _ = write!(sql, " AND m.pace <> ?{}", at + 5);
    }
    sql.push_str(" ORDER BY m.due, m.id LIMIT ?4");
    let mut query = transaction.prepare_cached(&sql)?;
    let mut values: Vec<rusqlite::types::Value> =
        vec![request.edition.into(), (state as i64).into(), due.into(), ((request.most + rows.len()) as i64).into()];
    values.extend(refused.iter().map(|pace| pace.clone().into()));
    let mut found = query.query(rusqlite::params_from_iter(values))?;
    let mut left = Vec::new();
    while let Some(row) = found.next()? {
        let claimed = Claimed {
            id: row.get(0)?,
            email: row.get(1)?,
            name: row.get(2)?,
            letter: row.get::<_, i64>(3)? as usize,
            pace: row.get(4)?,
            tries: row.get::<_, i64>(5)? as u32,
        };
        if rows.len() == request.most {
            break;
        }
        if rows.iter().any(|row: &Claimed| row.id == claimed.id) {
            continue;
        }
        if row.get(6)? {
            left.push(claimed.id);
        } else if take(&claimed.pace) {
            rows.push(claimed);
        } else {
            return Ok((left, Some(claimed.pace)));
        }
    }
    Ok((left, None))
}

fn suppress(transaction: &Transaction<'_>, id: i64, now: Timestamp) -> Sql<()> {
    let mut update = transaction.prepare_cached("UPDATE message SET state = ?1, changed = ?2 WHERE id = ?3")?;
    update.execute(params![State::Suppressed as i64, millis(now), id]).map(drop)
}

fn next_claim(transaction: &Transaction<'_>) -> Sql<u64> {
    transaction.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'claims'", [])?;
    let number: String = transaction.query_row("SELECT value FROM meta WHERE name = 'claims'", [], |row| row.get(0))?;
    Ok(number.parse().unwrap_or_default())
}

fn mark(transaction: &Transaction<'_>, request: &Request<'_>, claim: &Claim) -> Sql<()> {
    let mut update = transaction
        .prepare_cached("UPDATE message SET state = ?1, worker = ?2, claim = ?3, changed = ?4 WHERE id = ?5")?;
    for row in &claim.rows {
        let values = params![State::InFlight as i64, request.worker, claim.number as i64, millis(request.now), row.id];
        update.execute(values)?;
    }
    transaction
        .prepare_cached("UPDATE edition SET begun = 1 WHERE id = ?1 AND begun = 0")?
        .execute([request.edition])?;
    Ok(())
}

fn settle(database: &rusqlite::Connection, result: &Result, now: Timestamp) -> Sql<()> {
    let (state, due, tried) = match result.fate {
        Fate::Accepted => (State::Accepted, 0, 1),
        Fate::NotSent => (State::Queued, 0, 0),
        Fate::Later(due) => (State::Retry, due, 1),
        Fate::Rejected => (State::Rejected, 0, 1),
        Fate::Unknown => (State::Unknown, 0, 1),
    };
    let mut update = database.prepare_cached(
        "UPDATE message SET state = ?1, due = ?2, tries = tries + ?3, code = ?4, reply = ?5, changed = ?6,
           worker = NULL WHERE id = ?7",
    )?;
    update.execute(params![state as i64, due, tried, result.code, result.reply, millis(now), result.id]).map(drop)
}
