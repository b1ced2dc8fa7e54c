//! The recipients' SQLite file as the endpoint keeps it: who agreed, when and to which words; who
//! asked and has not confirmed; who left.

use std::{path::Path, time::Duration};

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};

use crate::{base::lang::Message, digest::disk, msg};

/// A link in a confirming letter holds so long.
const LINK: SignedDuration = SignedDuration::from_hours(72);

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS recipients(
  email TEXT NOT NULL UNIQUE, name TEXT NOT NULL DEFAULT '', unit TEXT NOT NULL DEFAULT '',
  unit_kind TEXT NOT NULL DEFAULT '', district TEXT NOT NULL DEFAULT '', topics TEXT NOT NULL DEFAULT '',
  language TEXT NOT NULL DEFAULT '', consent_date TEXT NOT NULL DEFAULT '',
  consent_source TEXT NOT NULL DEFAULT '', consent_wording TEXT NOT NULL DEFAULT '', left_at TEXT);
CREATE TABLE IF NOT EXISTS asked(
  code TEXT PRIMARY KEY, email TEXT NOT NULL, unit_kind TEXT NOT NULL, topics TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS departures(token TEXT PRIMARY KEY, at TEXT NOT NULL);
";

/// The file, open.
#[derive(Debug)]
pub struct People(Connection);

impl People {
    /// Opens the file, and makes it if need be.
    ///
    /// # Errors
    /// It cannot be opened, or is another table.
    pub fn open(path: &Path) -> Result<Self, Message> {
        let shown = path.display();
        let unusable = |error: &dyn std::fmt::Display| {
            msg!("打不开名单 {shown}：{error}", "the list {shown} cannot be opened: {error}")
        };
        disk::private_file(path).map_err(|error| unusable(&error))?;
        let database = Connection::open(path).map_err(|error| unusable(&error))?;
        let prepare = || {
            database.busy_timeout(Duration::from_secs(10))?;
            database.pragma_update(None, "journal_mode", "WAL")?;
            database.execute_batch(TABLES)?;
            // A list that was made by hand gets the columns that are missing.
            for column in ["consent_wording TEXT NOT NULL DEFAULT ''", "left_at TEXT"] {
                let name = column.split(' ').next().unwrap_or_default();
                let there = database.prepare(&format!("SELECT {name} FROM recipients LIMIT 0")).is_ok();
                if !there {
                    database.execute_batch(&format!("ALTER TABLE recipients ADD COLUMN {column}"))?;
                }
            }
            Ok(())
        };
        prepare().map_err(|error: rusqlite::Error| unusable(&error))?;
        Ok(Self(database))
    }

    /// Whether an address gets letters.
    pub(super) fn is_subscribed(&self, email: &str) -> Result<bool, Message> {
        let query = "SELECT 1 FROM recipients WHERE email = ?1 AND left_at IS NULL AND consent_date <> ''";
        self.0.prepare_cached(query).and_then(|mut query| query.exists([email])).map_err(failed)
    }

    /// Notes that somebody asked for letters.
    pub(super) fn ask(&self, email: &str, code: &str, kind: &str, topics: &str, now: Timestamp) -> Result<(), Message> {
        let old = (now - LINK).as_second();
        let done = self.0.execute("DELETE FROM asked WHERE at < ?1", [old]).and_then(|_| {
            self.0.execute(
                "INSERT INTO asked(code, email, unit_kind, topics, at) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![code, email, kind, short(topics), now.as_second()],
            )
        });
        done.map(drop).map_err(failed)
    }

    /// Takes in one who followed the link; `false` where it is too old or was none.
    pub(super) fn confirm(&self, code: &str, wording: &str, now: Timestamp) -> Result<bool, Message> {
        let confirm = || -> rusqlite::Result<bool> {
            let asked = self.0.query_row(
                "DELETE FROM asked WHERE code = ?1 AND at >= ?2 RETURNING email, unit_kind, topics",
                params![code, (now - LINK).as_second()],
                |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?)),
            );
            let Some((email, kind, topics)) = asked.optional()? else { return Ok(false) };
            self.0.execute(
                "INSERT INTO recipients(email, unit_kind, topics, consent_date, consent_source, consent_wording)
                 VALUES (?1, ?2, ?3, ?4, 'web', ?5)
                 ON CONFLICT(email) DO UPDATE SET unit_kind = excluded.unit_kind, topics = excluded.topics,
                   consent_date = excluded.consent_date, consent_source = 'web',
                   consent_wording = excluded.consent_wording, left_at = NULL",
                params![email, kind, topics, now.to_string(), wording],
            )?;
            Ok(true)
        };
        confirm().map_err(failed)
    }

    /// Notes that somebody left: in their row if there is one, and by the token in any case, since
    /// the letters may have gone to another list.
    pub(super) fn leave(&self, token: &str, is: impl Fn(&str) -> bool, now: Timestamp) -> Result<(), Message> {
        let row = self.find(is)?;
        let done = self
            .0
            .execute("INSERT OR IGNORE INTO departures(token, at) VALUES (?1, ?2)", params![token, now.to_string()])
            .and_then(|_| match row {
                Some((row, ..)) => self.0.execute(
                    "UPDATE recipients SET left_at = ?1 WHERE rowid = ?2 AND left_at IS NULL",
                    params![now.to_string(), row],
                ),
                None => Ok(0),
            });
        done.map(drop).map_err(failed)
    }

    /// The row of an address that a token belongs to: its number, unit kind and topics.
    pub(super) fn find(&self, is: impl Fn(&str) -> bool) -> Result<Option<(i64, String, String)>, Message> {
        let find = || -> rusqlite::Result<Option<i64>> {
            let mut query = self.0.prepare_cached("SELECT rowid, email FROM recipients")?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                let email: String = row.get(1)?;
                // Hand-made lists hold addresses as typed.
                if crate::digest::address::normalize(&email).is_ok_and(|email| is(&email)) {
                    return row.get(0).map(Some);
                }
            }
            Ok(None)
        };
        let Some(row) = find().map_err(failed)? else { return Ok(None) };
        let read = self.0.query_row("SELECT unit_kind, topics FROM recipients WHERE rowid = ?1", [row], |found| {
            Ok((row, found.get(0)?, found.get(1)?))
        });
        read.map(Some).map_err(failed)
    }

    /// Changes what somebody gets.
    pub(super) fn change(&self, row: i64, kind: &str, topics: &str) -> Result<bool, Message> {
        let done = self.0.execute(
            "UPDATE recipients SET unit_kind = ?1, topics = ?2 WHERE rowid = ?3",
            params![kind, short(topics), row],
        );
        done.map(|number| number > 0).map_err(failed)
    }
}

/// The tokens of people who left by a link, from such a file; none where it is another one.
pub fn departures(path: &Path) -> Vec<String> {
    let read = || -> rusqlite::Result<Vec<String>> {
        let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        database.prepare("SELECT token FROM departures ORDER BY at, token")?.query_map([], |row| row.get(0))?.collect()
    };
    read().unwrap_or_default()
}

fn failed(error: rusqlite::Error) -> Message {
    msg!("名单写不了：{error}", "the list cannot be written: {error}")
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}
