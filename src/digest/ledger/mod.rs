//! The ledger: the fate of every letter, in SQLite, written before and after each hand-over.
//!
//! By RFC 5321 §6.1 responsibility passes with the 250 after the final dot; who did not see it
//! cannot know. So a row is `in_flight` on disk before its letter leaves, and after a crash it is
//! told from the journals ([`journal`]) or else `unknown`: held, listed, and never sent again in
//! silence. Rows are claimed in groups, since a durable commit costs the same for one as for many.

pub mod journal;
mod people;
mod recovery;
mod rows;
mod schema;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

pub use people::Leaving;
pub use recovery::Recovered;
pub use rows::{Added, Claim, Claimed, Each, Fate, Listed, Request, Result as RowResult};

use super::{disk, key::hex};
use crate::{base::lang::Message, msg};

/// What has become of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Not tried yet.
    Queued,
    /// Claimed by a connection.
    InFlight,
    /// The server said 250 after the final dot.
    Accepted,
    /// Refused for now; tried again later.
    Retry,
    /// Refused for good.
    Rejected,
    /// Left out: the person has left, or a newer revision goes instead.
    Suppressed,
    /// Past the edition's `not_after`.
    Expired,
    /// It may have arrived or not.
    Unknown,
}

impl State {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 8] = [
        Self::Queued,
        Self::InFlight,
        Self::Accepted,
        Self::Retry,
        Self::Rejected,
        Self::Suppressed,
        Self::Expired,
        Self::Unknown,
    ];

    /// Its name in reports for programs.
    pub fn name(self) -> &'static str {
        ["queued", "in_flight", "accepted", "retry", "rejected", "suppressed", "expired", "unknown"][self as usize]
    }

    fn of(number: i64) -> Self {
        Self::ALL.get(number as usize).copied().unwrap_or(Self::Unknown)
    }
}

/// How many letters of an edition are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts([u64; 8]);

impl Counts {
    /// The number in a state.
    pub fn of(&self, state: State) -> u64 {
        self.0[state as usize]
    }

    /// All of them.
    pub fn all(&self) -> u64 {
        self.0.iter().sum()
    }

    /// What a later run would still try or a person must decide on.
    pub fn open(&self) -> u64 {
        [State::Queued, State::InFlight, State::Retry, State::Unknown].map(|state| self.of(state)).iter().sum()
    }
}

/// How a ledger is opened.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// Whether one is made where none is.
    pub make: bool,
    /// The id of a ledger of another machine that is taken over.
    pub adopt: Option<String>,
    /// What names this machine.
    pub machine: Option<String>,
}

/// An open ledger.
#[derive(Debug)]
pub struct Ledger {
    database: Connection,
    path: PathBuf,
    id: String,
    salt: Vec<u8>,
}

/// Held by the one process that sends; it goes with the process.
#[derive(Debug)]
pub struct SenderLock(disk::File);

impl Drop for SenderLock {
    fn drop(&mut self) {
        // A program that is being started just now has the file open until it runs: closing it here
        // would not be enough.
        let _ = self.0.unlock();
    }
}

impl Ledger {
    /// Opens a ledger, makes it or takes it over as `opening` says, and brings an old one up to date
    /// after a backup.
    ///
    /// # Errors
    /// There is none, it is another machine's, newer than this program, damaged, or the disk fails.
    pub fn open(path: &Path, opening: &Opening) -> Result<Self, Message> {
        let there = disk::is_there(path);
        if !there && !opening.make {
            return Err(gone(path));
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            disk::private_folder(folder).map_err(|error| unusable(path, &error))?;
        }
        // The owner alone may read it, whatever the umask says.
        disk::private_file(path).map_err(|error| unusable(path, &error))?;
        let database = Connection::open(path).map_err(|error| broken(path, &error))?;
        let damaged = |error: rusqlite::Error| broken(path, &error);
        prepare(&database).map_err(damaged)?;
        schema::bring_up_to_date(&database, path)?;
        let mut ledger = Self { database, path: path.to_owned(), id: String::new(), salt: Vec::new() };
        if ledger.meta("id").map_err(damaged)?.is_none() {
            ledger.found(opening)?;
        }
        ledger.id = ledger.meta("id").map_err(damaged)?.unwrap_or_default();
        ledger.salt = ledger.meta("salt").map_err(damaged)?.unwrap_or_default().into_bytes();
        ledger.check_machine(opening)?;
        Ok(ledger)
    }

    /// What names it: written into the frozen edition.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Becomes its one sender, until the lock is dropped or the process ends.
    ///
    /// # Errors
    /// Another process sends.
    pub fn lock(&self) -> Result<SenderLock, Message> {
        let path = self.path.with_extension("lock");
        let file = disk::private_file(&path).map_err(|error| unusable(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(SenderLock(file)),
            Err(_) => Err(msg!(
                "另一个 pbsite 正在用这本账发送。等它结束，或用 pbsite digest stop 让它停下",
                "another pbsite is sending with this ledger. Wait for it, or halt it with `pbsite digest stop`"
            )),
        }
    }

    /// What stands for an address where the address itself must not: it depends on the ledger.
    pub fn who(&self, email: &str) -> Vec<u8> {
        hash(&self.salt, email)
    }

    fn meta(&self, name: &str) -> rusqlite::Result<Option<String>> {
        self.database.query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| row.get(0)).optional()
    }

    fn set_meta(&self, name: &str, value: &str) -> rusqlite::Result<()> {
        self.database.execute("INSERT OR REPLACE INTO meta(name, value) VALUES (?1, ?2)", params![name, value])?;
        Ok(())
    }

    fn found(&self, opening: &Opening) -> Result<(), Message> {
        let random = super::key::Key::random()?;
        let named = random.mac("ledger", &[]);
        let all = [
            ("id", hex(&named[..8])),
            ("salt", hex(&named[16..])),
            ("machine", opening.machine.clone().unwrap_or_default()),
            ("claims", "0".into()),
        ];
        for (name, value) in all {
            self.set_meta(name, &value).map_err(|error| self.failed(&error))?;
        }
        Ok(())
    }

    fn check_machine(&self, opening: &Opening) -> Result<(), Message> {
        let own = self.meta("machine").map_err(|error| self.failed(&error))?.unwrap_or_default();
        let here = opening.machine.clone().unwrap_or_default();
        if let Some(adopted) = &opening.adopt {
            if *adopted != self.id {
                let id = &self.id;
                return Err(msg!(
                    "--adopt-ledger 后面的编号不对：这本账是 {id}",
                    "--adopt-ledger names another ledger: this one is {id}"
                ));
            }
            if own != here {
                self.adopt(&here).map_err(|error| self.failed(&error))?;
            }
            return Ok(());
        }
        if own == here {
            return Ok(());
        }
        let id = &self.id;
        Err(msg!(
            "这本发送账是另一台机器的（编号 {id}）。确认那台机器不再发送以后，加上 --adopt-ledger {id}",
            "this ledger is another machine's (id {id}). Once that machine sends no more, add --adopt-ledger {id}"
        ))
    }

    /// Takes it over. What waited in editions that had begun may have been sent since this copy was
    /// made: it counts as unknown.
    fn adopt(&self, machine: &str) -> rusqlite::Result<()> {
        self.database.execute_batch("BEGIN IMMEDIATE")?;
        self.doubt_what_waits()?;
        self.set_meta("machine", machine)?;
        self.database.execute_batch("COMMIT")
    }

    fn doubt_what_waits(&self) -> rusqlite::Result<usize> {
        self.database.execute(
            "UPDATE message SET state = ?1 WHERE state IN (?2, ?3, ?4)
             AND edition IN (SELECT id FROM edition WHERE begun = 1)",
            params![State::Unknown as i64, State::Queued as i64, State::InFlight as i64, State::Retry as i64],
        )
    }

    /// A failure of the database in words.
    fn failed(&self, error: &rusqlite::Error) -> Message {
        broken(&self.path, error)
    }
}

fn hash(salt: &[u8], email: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(salt);
    hash.update(email.as_bytes());
    hash.finalize()[..16].to_vec()
}

/// The settings of the connection: durable commits, readers beside a writer.
fn prepare(database: &Connection) -> rusqlite::Result<()> {
    database.busy_timeout(Duration::from_secs(20))?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    database.pragma_update(None, "synchronous", "FULL")?;
    database.pragma_update(None, "foreign_keys", true)
}

/// The refusal where an edition was frozen with a ledger that is not there.
pub fn gone(path: &Path) -> Message {
    let shown = path.display();
    msg!(
        "没有发送账 {shown}。没有它就不知道谁已经收到，所以不发。从备份取回，或用 PBSITE_LEDGER 指出它在哪里",
        "there is no ledger {shown}. Without it nobody knows who has been sent to, so nothing is sent. Restore it from a backup, or name its place in PBSITE_LEDGER"
    )
}

fn unusable(path: &Path, error: &std::io::Error) -> Message {
    let shown = path.display();
    msg!("用不了 {shown}：{error}", "{shown} cannot be used: {error}")
}

fn broken(path: &Path, error: &rusqlite::Error) -> Message {
    let shown = path.display();
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => msg!(
            "发送账 {shown} 坏了（{error}）。先别发：从备份取回，不然有人会收到两次",
            "the ledger {shown} is damaged ({error}). Do not send: restore it from a backup, or people get a letter twice"
        ),
        Some(rusqlite::ErrorCode::DiskFull) => {
            msg!("磁盘满了，发送账 {shown} 写不进去", "the disk is full: the ledger {shown} cannot be written")
        }
        _ => msg!("发送账 {shown} 出错：{error}", "the ledger {shown} failed: {error}"),
    }
}

/// The moment as the ledger keeps it: milliseconds since 1970.
fn millis(moment: Timestamp) -> i64 {
    moment.as_millisecond()
}
