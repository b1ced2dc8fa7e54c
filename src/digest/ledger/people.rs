//! People in the ledger: who has left, and how they are forgotten.

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::{Ledger, State, millis};
use crate::{base::lang::Message, digest::key::hex};

/// One who is sent nothing any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// Address; `None` once it was forgotten.
    pub email: Option<String>,
    /// Why: `unsubscribe`, `bounce`, …
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

impl Ledger {
    /// Sends this address nothing any more, whatever the recipients' file says; whether that is new.
    ///
    /// # Errors
    /// The database fails.
    pub fn suppress(&self, email: &str, reason: &str, now: Timestamp) -> Result<bool, Message> {
        let done = self.database.execute(
            "INSERT OR IGNORE INTO suppression(who, email, reason, at) VALUES (?1, ?2, ?3, ?4)",
            params![self.who(email), email, reason, millis(now)],
        );
        done.map(|number| number > 0).map_err(|error| self.failed(&error))
    }

    /// Lets an address receive again; whether it had left.
    ///
    /// # Errors
    /// The database fails.
    pub fn allow(&self, email: &str) -> Result<bool, Message> {
        let done = self.database.execute("DELETE FROM suppression WHERE who = ?1", [self.who(email)]);
        done.map(|number| number > 0).map_err(|error| self.failed(&error))
    }

    /// Whether an address has left.
    ///
    /// # Errors
    /// The database fails.
    pub fn has_left(&self, email: &str) -> Result<bool, Message> {
        let found = self.database.prepare_cached("SELECT 1 FROM suppression WHERE who = ?1");
        found.and_then(|mut query| query.exists([self.who(email)])).map_err(|error| self.failed(&error))
    }

    /// All who have left, the oldest first.
    ///
    /// # Errors
    /// The database fails.
    pub fn leavings(&self) -> Result<Vec<Leaving>, Message> {
        let read = || {
            let mut query = self.database.prepare("SELECT email, reason, at FROM suppression ORDER BY at, who")?;
            let leaving = |row: &Row<'_>| {
                let at = Timestamp::from_millisecond(row.get(2)?).unwrap_or_default();
                Ok(Leaving { email: row.get(0)?, reason: row.get(1)?, at })
            };
            query.query_map([], leaving)?.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|error| self.failed(&error))
    }

    /// Leaves a hash only of an address, and sends it nothing any more; the number of rows.
    ///
    /// # Errors
    /// The database fails.
    pub fn forget(&mut self, email: &str, now: Timestamp) -> Result<u64, Message> {
        let who = self.who(email);
        let shown = format!("#{}", hex(&who[..6]));
        let rows = self.commit(|transaction| {
            let rows = transaction.execute(
                "UPDATE message SET email = ?1, name = '', reply = '',
                   state = CASE WHEN state IN (?2, ?3) THEN ?4 ELSE state END WHERE who = ?5",
                params![shown, State::Queued as i64, State::Retry as i64, State::Suppressed as i64, who],
            )?;
            transaction.execute(
                "INSERT INTO suppression(who, email, reason, at) VALUES (?1, NULL, 'forgotten', ?2)
                 ON CONFLICT(who) DO UPDATE SET email = NULL",
                params![who, millis(now)],
            )?;
            Ok(rows as u64)
        })?;
        self.wipe()?;
        Ok(rows)
    }

    /// Leaves hashes only of the rows that ended before a moment; their number.
    ///
    /// # Errors
    /// The database fails.
    pub fn purge(&mut self, before: Timestamp) -> Result<u64, Message> {
        let open = [State::Queued, State::InFlight, State::Retry, State::Unknown].map(|state| state as i64);
        let rows = self.commit(|transaction| {
            let rows = transaction.execute(
                "UPDATE message SET email = '#' || lower(hex(substr(who, 1, 6))), name = '', reply = ''
                 WHERE changed < ?1 AND email NOT LIKE '#%' AND state NOT IN (?2, ?3, ?4, ?5)",
                params![millis(before), open[0], open[1], open[2], open[3]],
            )?;
            let left = transaction
                .execute("UPDATE suppression SET email = NULL WHERE at < ?1 AND email IS NOT NULL", [millis(before)])?;
            Ok((rows + left) as u64)
        })?;
        self.wipe()?;
        Ok(rows)
    }

    /// Takes what was deleted off the disk too.
    fn wipe(&self) -> Result<(), Message> {
        let done = self.database.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");
        done.map_err(|error| self.failed(&error))
    }
}
