//! The tables of a ledger, by version. An old ledger is brought up to date after a backup; one that
//! is newer than the program is refused.

use std::path::Path;

use rusqlite::Connection;

use super::{broken, unusable};
use crate::{base::lang::Message, digest::disk, msg};

/// What leads from each version to the next.
const STEPS: &[&str] = &[
    "
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE edition(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, revision INTEGER NOT NULL, frozen_at INTEGER NOT NULL,
  date INTEGER NOT NULL, not_after INTEGER, page TEXT NOT NULL, key TEXT NOT NULL,
  from_name TEXT NOT NULL, from_email TEXT NOT NULL, reply_to TEXT, list_id TEXT NOT NULL,
  unsubscribe TEXT NOT NULL, endpoint TEXT,
  begun INTEGER NOT NULL DEFAULT 0, stopped INTEGER NOT NULL DEFAULT 0,
  UNIQUE(name, revision));
CREATE TABLE letter(
  edition INTEGER NOT NULL REFERENCES edition(id), number INTEGER NOT NULL, segment TEXT NOT NULL,
  label TEXT NOT NULL, language TEXT NOT NULL, subject TEXT NOT NULL, html TEXT NOT NULL,
  text TEXT NOT NULL, named TEXT NOT NULL, plain TEXT NOT NULL,
  PRIMARY KEY(edition, number)) WITHOUT ROWID;
CREATE TABLE part(
  edition INTEGER NOT NULL REFERENCES edition(id), letter INTEGER NOT NULL, number INTEGER NOT NULL,
  name TEXT NOT NULL, media_type TEXT NOT NULL, cid TEXT, bytes BLOB NOT NULL,
  PRIMARY KEY(edition, letter, number));
CREATE TABLE message(
  id INTEGER PRIMARY KEY, edition INTEGER NOT NULL REFERENCES edition(id), who BLOB NOT NULL,
  email TEXT NOT NULL, name TEXT NOT NULL, letter INTEGER NOT NULL, pace TEXT NOT NULL,
  unit_kind TEXT NOT NULL, state INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
  due INTEGER NOT NULL DEFAULT 0, worker INTEGER, claim INTEGER, changed INTEGER NOT NULL,
  code INTEGER NOT NULL DEFAULT 0, reply TEXT NOT NULL DEFAULT '',
  UNIQUE(edition, who));
CREATE INDEX message_by_state ON message(edition, state, due);
CREATE TABLE suppression(
  who BLOB PRIMARY KEY, email TEXT, reason TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE pace(name TEXT PRIMARY KEY, share INTEGER NOT NULL, changed INTEGER NOT NULL) WITHOUT ROWID;
",
    "
ALTER TABLE edition ADD COLUMN feedback_id TEXT;
",
];

/// Takes the steps that are missing.
pub(super) fn bring_up_to_date(database: &Connection, path: &Path) -> Result<(), Message> {
    let damaged = |error: rusqlite::Error| broken(path, &error);
    let version: i64 = database.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(damaged)?;
    let version = version as usize;
    let newest = STEPS.len();
    if version > newest {
        let shown = path.display();
        return Err(msg!(
            "发送账 {shown} 是更新的 pbsite 写的（版本 {version}，这里只认识到 {newest}）。请升级 pbsite",
            "the ledger {shown} was written by a newer pbsite (version {version}; this one knows {newest}). Update pbsite"
        ));
    }
    if version == newest {
        return Ok(());
    }
    if version > 0 {
        back_up(database, path, version)?;
    }
    let steps = STEPS[version..].concat();
    let batch = format!("BEGIN IMMEDIATE;{steps}PRAGMA user_version = {newest};COMMIT;");
    database.execute_batch(&batch).map_err(damaged)
}

fn back_up(database: &Connection, path: &Path, version: usize) -> Result<(), Message> {
    // What stands in the write-ahead log goes into the file first.
    let done = database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    done.map_err(|error| broken(path, &error))?;
    let backup = path.with_extension(format!("v{version}.backup"));
    disk::copy(path, &backup).map_err(|error| unusable(&backup, &error))
}
