//! What a run that did not end left behind: read from the journals before anything is sent.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::params;

use super::{
    Ledger, State,
    journal::{self, Note, Told},
    millis,
    rows::{Fate, Result as RowResult},
};
use crate::{base::lang::Message, msg};

/// What was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Letters that had not left: they are queued again.
    pub queued: u64,
    /// Letters whose answer stood in a journal.
    pub settled: u64,
    /// Letters that may have arrived.
    pub unknown: u64,
    /// Whether the ledger is older than its journals: a backup that was put back.
    pub restored: bool,
}

impl Ledger {
    /// Where the journals of its connections are.
    pub fn journals(&self) -> std::path::PathBuf {
        self.path.with_extension("journals")
    }

    /// Decides on what was in flight when the last run ended. `boot` is what is different after
    /// every start of the machine: after a power failure a journal may lack its last records.
    ///
    /// # Errors
    /// The disk or the database fails.
    pub fn recover(&self, boot: Option<&str>, now: Timestamp) -> Result<Recovered, Message> {
        let journals = journal::read_all(&self.journals()).map_err(|error| {
            let shown = self.journals().display().to_string();
            msg!("读不了 {shown}：{error}", "{shown} cannot be read: {error}")
        })?;
        self.database
            .execute_batch("BEGIN IMMEDIATE")
            .and_then(|()| self.decide(&journals, boot, now))
            .and_then(|found| self.database.execute_batch("COMMIT").map(|()| found))
            .map_err(|error| {
                let _ = self.database.execute_batch("ROLLBACK");
                self.failed(&error)
            })
    }

    fn decide(
        &self,
        journals: &BTreeMap<u32, Told>,
        boot: Option<&str>,
        now: Timestamp,
    ) -> rusqlite::Result<Recovered> {
        let mut found = Recovered::default();
        let same_boot = boot.is_some() && self.meta("boot")?.as_deref() == boot;
        let claims: u64 = self.meta("claims")?.and_then(|text| text.parse().ok()).unwrap_or(0);
        let newest = journals.values().map(|told| told.claim).max().unwrap_or(0);
        for (id, worker, claim) in self.in_flight()? {
            let told = journals.get(&worker);
            let result = match told.filter(|told| told.claim == claim).and_then(|told| told.notes.get(&id)) {
                Some(Note::Answered(code)) => Fate::answered(*code),
                Some(Note::Leaves) => Fate::Unknown,
                // A group whose beginning is not in the journal had not begun to leave.
                None if same_boot && told.is_some() => Fate::NotSent,
                None => Fate::Unknown,
            };
            match result {
                Fate::NotSent => found.queued += 1,
                Fate::Unknown => found.unknown += 1,
                _ => found.settled += 1,
            }
            self.settle_one(&RowResult { id, fate: result, code: 0, reply: String::new() }, now)?;
        }
        if newest > claims {
            found.restored = true;
            found.unknown += self.doubt_what_waits()? as u64;
            self.set_meta("claims", &newest.to_string())?;
        }
        self.set_meta("boot", boot.unwrap_or_default())?;
        Ok(found)
    }

    fn in_flight(&self) -> rusqlite::Result<Vec<(i64, u32, u64)>> {
        let mut query = self.database.prepare("SELECT id, worker, claim FROM message WHERE state = ?1 ORDER BY id")?;
        let rows = query.query_map(params![State::InFlight as i64], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)? as u32, row.get::<_, i64>(2)? as u64))
        })?;
        rows.collect()
    }

    /// Sends what is unknown once more, byte for byte; the number of letters.
    ///
    /// # Errors
    /// The database fails.
    pub fn release_unknown(&self, edition: &str, now: Timestamp) -> Result<u64, Message> {
        let changed = self.database.execute(
            "UPDATE message SET state = ?1, due = 0, changed = ?2 WHERE state = ?3
             AND edition IN (SELECT id FROM edition WHERE name = ?4)",
            params![State::Queued as i64, millis(now), State::Unknown as i64, edition],
        );
        changed.map(|number| number as u64).map_err(|error| self.failed(&error))
    }
}
