//! Ledgers of other versions, and paces that outlive a run.

use std::fs;

use pbsite::digest::ledger::State;
use rusqlite::Connection;

use super::{
    Way, frozen, now, open,
    server::{Act, Server, Stage},
};

const PEOPLE: usize = 6;

#[test]
fn an_old_ledger_is_brought_up_to_date_after_a_backup() {
    let folder = tempfile::tempdir().unwrap();
    frozen(folder.path(), PEOPLE);
    let path = folder.path().join("ledger.sqlite");
    let id = open(folder.path()).unwrap().id().to_owned();
    // As version 1 was: without the name for counting complaints.
    let old = Connection::open(&path).unwrap();
    old.execute_batch("ALTER TABLE edition DROP COLUMN feedback_id; PRAGMA user_version = 1;").unwrap();
    old.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(old);
    let before = fs::read(&path).unwrap();
    let server = Server::start(|_| Act::Go);
    Way::to(&server).send(folder.path()).unwrap();
    assert_eq!(super::compare(folder.path(), &server, PEOPLE)["accepted"], PEOPLE);
    let ledger = open(folder.path()).unwrap();
    assert_eq!(ledger.id(), id);
    assert_eq!(ledger.frozen("monthly/2026-12").unwrap().unwrap().1.sender.feedback_id, None);
    let backup = folder.path().join("ledger.v1.backup");
    assert_eq!(fs::read(&backup).unwrap(), before, "as it was");
    let kept = Connection::open(&backup).unwrap();
    let rows: i64 = kept.query_row("SELECT count(*) FROM message WHERE state = 0", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, PEOPLE as i64);
}

#[test]
fn a_newer_ledger_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    frozen(folder.path(), PEOPLE);
    let path = folder.path().join("ledger.sqlite");
    let newer = Connection::open(&path).unwrap();
    newer.execute_batch("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE);").unwrap();
    drop(newer);
    let before = fs::read(&path).unwrap();
    let server = Server::start(|_| Act::Go);
    let refused = Way::to(&server).send(folder.path()).unwrap_err();
    assert!(refused.en.contains("newer pbsite (version 99") && refused.zh.contains("请升级"), "{refused:?}");
    assert_eq!((fs::read(&path).unwrap(), server.stored().len()), (before, 0));
}

#[test]
fn a_pace_that_was_halved_stays_so_in_the_next_run() {
    let folder = tempfile::tempdir().unwrap();
    frozen(folder.path(), PEOPLE);
    let server = Server::start(|at| match at.stage {
        Stage::Rcpt if at.to.ends_with("@people2.example") => Act::Say("450 4.7.1 too many messages\r\n".into()),
        _ => Act::Go,
    });
    let outcome = Way::to(&server).send(folder.path()).unwrap();
    assert_eq!(outcome.counts.of(State::Retry), 1, "{outcome:?}");
    let halved = || open(folder.path()).unwrap().halvings().unwrap();
    let first = halved();
    assert_eq!((first[0].0.as_str(), first[0].1), ("people2.example", 1));
    let later = |minutes| Way { now: now() + jiff::SignedDuration::from_mins(minutes), ..Way::to(&server) };
    later(30).send(folder.path()).unwrap();
    assert_eq!(halved()[0].1, 2, "another refusal halves it again");
    let kind = Server::start(|_| Act::Go);
    let outcome = Way { port: kind.port, ..later(300) }.send(folder.path()).unwrap();
    assert_eq!(outcome.counts.of(State::Accepted), PEOPLE as u64);
    assert_eq!(halved(), [], "clean hours raise it to where it began");
}
