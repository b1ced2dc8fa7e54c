//! Connections that break, servers that refuse, processes that are killed, disks that are full.

use std::{
    collections::BTreeMap,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::Duration,
};

use pbsite::digest::{
    ledger::{Ledger, Opening, State},
    send::Ended,
};

use super::{
    Way, compare, frozen, now, open,
    server::{Act, At, Server, Stage},
};

const PEOPLE: usize = 40;

/// Sends to a server with this script until nothing is left for now.
fn check(script: impl Fn(&At) -> Act + Send + Sync + 'static, expect: &[(&'static str, usize)]) {
    let folder = tempfile::tempdir().unwrap();
    frozen(folder.path(), PEOPLE);
    let server = Server::start(script);
    let way = Way { dot: Duration::from_millis(300), ..Way::to(&server) };
    for _ in 0..5 {
        way.send(folder.path()).unwrap();
    }
    assert_eq!(compare(folder.path(), &server, PEOPLE), expect.iter().copied().collect());
}

/// A script that does this at a stage of one message.
fn once(stage: Stage, message: usize, act: Act) -> impl Fn(&At) -> Act + Send + Sync + 'static {
    move |at| if at.stage == stage && at.message == message { act.clone() } else { Act::Go }
}

#[test]
fn all_is_well() {
    check(|_| Act::Go, &[("accepted", PEOPLE)]);
}

#[test]
fn without_pipelining() {
    let folder = tempfile::tempdir().unwrap();
    frozen(folder.path(), PEOPLE);
    let server = Server::with(false, |at| match at.stage {
        Stage::Rcpt if at.to.starts_with("reader7@") => {
            Act::Say("550 5.1.1 <reader7@people2.example> unknown\r\n".into())
        }
        _ => Act::Go,
    });
    Way::to(&server).send(folder.path()).unwrap();
    let expect = BTreeMap::from([("accepted", PEOPLE - 1), ("rejected", 1)]);
    assert_eq!(compare(folder.path(), &server, PEOPLE), expect);
}

#[test]
fn closed_before_the_dot_is_sent_again() {
    check(
        |at| if at.stage == Stage::Connect && at.connection < 4 { Act::Close } else { Act::Go },
        &[("accepted", PEOPLE)],
    );
    for stage in [Stage::Mail, Stage::Rcpt, Stage::Data] {
        check(once(stage, 5, Act::Close), &[("accepted", PEOPLE)]);
    }
}

#[test]
fn closed_after_the_dot_is_unknown() {
    for stage in [Stage::Dot, Stage::Stored] {
        check(once(stage, 5, Act::Close), &[("accepted", PEOPLE - 1), ("unknown", 1)]);
    }
    // The client has handed all of it to the system: it cannot know that the server read a part.
    check(once(Stage::Body, 5, Act::Close), &[("accepted", PEOPLE - 1), ("unknown", 1)]);
}

#[test]
fn late_byte_by_byte_and_nonsense() {
    check(|at| if at.message % 2 == 0 { Act::Drip } else { Act::Go }, &[("accepted", PEOPLE)]);
    check(once(Stage::Stored, 5, Act::Late(Duration::from_secs(2))), &[("accepted", PEOPLE - 1), ("unknown", 1)]);
    check(once(Stage::Mail, 5, Act::Say("hello?\r\n".into())), &[("accepted", PEOPLE)]);
    check(once(Stage::Stored, 5, Act::Say("well\r\n".into())), &[("accepted", PEOPLE - 1), ("unknown", 1)]);
}

#[test]
fn refusals_for_now_and_for_good() {
    let to = |name: &'static str, stage: Stage, words: &'static str| {
        move |at: &At| match at.stage == stage && at.to.starts_with(name) {
            true => Act::Say(words.into()),
            false => Act::Go,
        }
    };
    for stage in [Stage::Rcpt, Stage::Data, Stage::Dot] {
        check(to("reader9@", stage, "451 4.3.0 later\r\n"), &[("accepted", PEOPLE - 1), ("retry", 1)]);
        check(to("reader9@", stage, "550 5.7.1 never\r\n"), &[("accepted", PEOPLE - 1), ("rejected", 1)]);
    }
    let closing = |stage| once(stage, 5, Act::SayAndClose("421 4.3.2 closing\r\n".into()));
    // The conversation broke before anything was sent: another connection takes it.
    check(closing(Stage::Rcpt), &[("accepted", PEOPLE)]);
    check(closing(Stage::Dot), &[("accepted", PEOPLE - 1), ("retry", 1)]);
}

#[test]
fn what_was_refused_for_now_goes_when_it_is_due() {
    let folder = tempfile::tempdir().unwrap();
    frozen(folder.path(), PEOPLE);
    let server = Server::start(|at| match at.stage {
        Stage::Rcpt if at.message <= 10 => Act::Say("450 4.2.0 greylisted\r\n".into()),
        _ => Act::Go,
    });
    let outcome = Way::to(&server).send(folder.path()).unwrap();
    assert_eq!((outcome.counts.of(State::Retry), outcome.counts.open()), (10, 10));
    let due = outcome.next_due.unwrap();
    Way { now: due, ..Way::to(&server) }.send(folder.path()).unwrap();
    assert_eq!(compare(folder.path(), &server, PEOPLE), BTreeMap::from([("accepted", PEOPLE)]));
}

#[test]
fn the_clock_jumps_back() {
    let folder = tempfile::tempdir().unwrap();
    frozen(folder.path(), PEOPLE);
    let server = Server::start(once(Stage::Dot, 3, Act::Close));
    Way::to(&server).send(folder.path()).unwrap();
    let earlier = now() - jiff::SignedDuration::from_hours(24 * 400);
    Way { now: earlier, ..Way::to(&server) }.send(folder.path()).unwrap();
    assert_eq!(compare(folder.path(), &server, PEOPLE), BTreeMap::from([("accepted", PEOPLE - 1), ("unknown", 1)]));
}

#[test]
fn an_unknown_letter_is_sent_again_on_demand_with_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    frozen(folder.path(), PEOPLE);
    let server = Server::start(once(Stage::Stored, 5, Act::Close));
    Way::to(&server).send(folder.path()).unwrap();
    let unknown = open(folder.path()).unwrap().listed("monthly/2026-12", State::Unknown).unwrap();
    assert_eq!(unknown.len(), 1);
    assert_eq!(open(folder.path()).unwrap().release_unknown("monthly/2026-12", now()).unwrap(), 1);
    Way::to(&server).send(folder.path()).unwrap();
    let copies: Vec<_> = server.stored().into_iter().filter(|mail| mail.to == unknown[0].email).collect();
    assert_eq!(copies.len(), 2);
    assert!(copies[0].bytes == copies[1].bytes, "the copies differ");
}

#[test]
fn who_leaves_while_it_runs_gets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    frozen(folder.path(), PEOPLE);
    let path = folder.path().to_owned();
    let server = Server::start(move |at| {
        if at.stage == Stage::Data && at.message == 1 {
            let opening = Opening { make: false, adopt: None, machine: Some("here".into()) };
            let ledger = Ledger::open(&path.join("ledger.sqlite"), &opening).unwrap();
            assert!(ledger.suppress("reader39@people4.example", "unsubscribe", now()).unwrap());
        }
        Act::Go
    });
    Way { query: "connections=1", ..Way::to(&server) }.send(folder.path()).unwrap();
    let expect = BTreeMap::from([("accepted", PEOPLE - 1), ("suppressed", 1)]);
    assert_eq!(compare(folder.path(), &server, PEOPLE), expect);
}

#[test]
fn a_stop_ends_a_run_and_the_next_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    frozen(folder.path(), PEOPLE);
    let path = folder.path().to_owned();
    let server = Server::start(move |at| {
        if at.stage == Stage::Data && at.message == 6 {
            open(&path).unwrap().set_stopped("monthly/2026-12", true).unwrap();
        }
        Act::Go
    });
    let way = Way { query: "connections=1", ..Way::to(&server) };
    let outcome = way.send(folder.path()).unwrap();
    assert_eq!(outcome.ended, Ended::Stopped);
    assert!(outcome.counts.of(State::Queued) > 0);
    compare(folder.path(), &server, PEOPLE);
    way.send(folder.path()).unwrap();
    assert_eq!(compare(folder.path(), &server, PEOPLE), BTreeMap::from([("accepted", PEOPLE)]));
}

#[test]
fn two_senders_do_not_run_at_once() {
    let folder = tempfile::tempdir().unwrap();
    frozen(folder.path(), 3);
    let first = open(folder.path()).unwrap();
    let lock = first.lock().unwrap();
    let server = Server::start(|_| Act::Go);
    let message = Way::to(&server).send(folder.path()).unwrap_err();
    assert!(message.zh.contains("另一个 pbsite"), "{message:?}");
    drop(lock);
    Way::to(&server).send(folder.path()).unwrap();
}

#[test]
fn a_server_that_cannot_be_reached_is_said() {
    let folder = tempfile::tempdir().unwrap();
    frozen(folder.path(), 3);
    let server = Server::start(|_| Act::SayAndClose("554 5.7.1 go away\r\n".into()));
    let outcome = Way::to(&server).send(folder.path()).unwrap();
    assert!(matches!(&outcome.ended, Ended::Unreachable(why) if why.en.contains("go away")), "{outcome:?}");
    assert_eq!(outcome.counts.of(State::Queued), 3);
    assert!(server.connections() >= 1);
}

#[test]
fn a_ledger_cut_off_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    frozen(folder.path(), PEOPLE);
    let path = folder.path().join("ledger.sqlite");
    let bytes = std::fs::read(&path).unwrap();
    for cut in [bytes.len() / 2, 5000, 100, 50] {
        std::fs::write(&path, &bytes[..cut]).unwrap();
        let server = Server::start(|_| Act::Go);
        let sent = Way::to(&server).send(folder.path());
        assert!(sent.is_err(), "cut at {cut}: {sent:?}");
        assert_eq!(server.stored().len(), 0);
    }
}

#[test]
fn a_backup_that_was_put_back_leaves_what_waited_unknown() {
    let folder = tempfile::tempdir().unwrap();
    frozen(folder.path(), PEOPLE);
    let path = folder.path().join("ledger.sqlite");
    let stop = Server::start(|at| if at.message > 5 { Act::SayAndClose("421 stop\r\n".into()) } else { Act::Go });
    Way::to(&stop).send(folder.path()).unwrap();
    let before = open(folder.path()).unwrap().counts("monthly/2026-12").unwrap().of(State::Accepted);
    let backup = std::fs::read(&path).unwrap();
    let server = Server::start(|_| Act::Go);
    let later = now() + jiff::SignedDuration::from_hours(1);
    Way { now: later, ..Way::to(&server) }.send(folder.path()).unwrap();
    let first = server.stored().len();
    for ending in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.path().join(format!("ledger.sqlite{ending}")));
    }
    std::fs::write(&path, backup).unwrap();
    let outcome = Way::to(&server).send(folder.path()).unwrap();
    assert!(outcome.recovered.restored, "{outcome:?}");
    assert_eq!(outcome.counts.of(State::Unknown) + before, PEOPLE as u64);
    assert_eq!(server.stored().len(), first);
}

#[test]
fn another_machine_takes_a_ledger_over_by_its_id_only() {
    let folder = tempfile::tempdir().unwrap();
    frozen(folder.path(), 3);
    let path = folder.path().join("ledger.sqlite");
    let id = open(folder.path()).unwrap().id().to_owned();
    let there = |adopt: Option<&str>| {
        let opening = Opening { make: false, adopt: adopt.map(str::to_owned), machine: Some("there".into()) };
        Ledger::open(&path, &opening).map(drop)
    };
    assert!(there(None).unwrap_err().en.contains(&id));
    assert!(there(Some("other")).is_err());
    there(Some(&id)).unwrap();
    there(None).unwrap();
    assert!(open(folder.path()).is_err());
}

/// Kills the process that sends at a stage; then another one goes on.
fn killed(stage: Stage, message: usize) {
    let folder = tempfile::tempdir().unwrap();
    frozen(folder.path(), PEOPLE);
    let done = AtomicBool::new(false);
    let server = Server::start(move |at| {
        let here = at.stage == stage && at.message == message;
        let now = here && !done.swap(true, Ordering::SeqCst);
        if now { Act::Kill } else { Act::Go }
    });
    let child = child(folder.path(), server.port);
    server.may_kill(child);
    server.wait_for_sender();
    Way::to(&server).send(folder.path()).unwrap();
    let counts = compare(folder.path(), &server, PEOPLE);
    // Two connections, each with one letter on its way at most.
    assert!(counts.get("unknown").copied().unwrap_or(0) <= 2, "{stage:?} of {message}: {counts:?}");
    let known: usize = counts.iter().filter(|(name, _)| **name != "unknown").map(|(_, n)| n).sum();
    assert_eq!(counts.get("accepted"), Some(&known), "{counts:?}");
}

fn child(folder: &std::path::Path, port: u16) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "digest::bad_luck::sends_when_asked"])
        .env("PBSITE_TEST_SEND", format!("{port} {}", folder.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The process that is killed: this test binary, told where to send.
#[test]
fn sends_when_asked() {
    let Ok(told) = std::env::var("PBSITE_TEST_SEND") else { return };
    let (port, folder) = told.split_once(' ').unwrap();
    let way = Way { port: port.parse().unwrap(), query: "", now: now(), dot: Duration::from_secs(30) };
    let _ = way.send(std::path::Path::new(folder));
}

#[test]
fn killed_at_each_stage() {
    for stage in
        [Stage::Connect, Stage::Hello, Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Body, Stage::Dot, Stage::Stored]
    {
        killed(stage, if matches!(stage, Stage::Connect | Stage::Hello) { 0 } else { 9 });
    }
}

/// More of them with `PBSITE_KILLS`.
#[test]
fn killed_at_random() {
    let kills = std::env::var("PBSITE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(6_u64);
    for n in 0..kills {
        // Moments spread evenly, the same in every run: a fraction of the golden ratio.
        let place = (n as f64 * 0.618_033_988_75).fract();
        let folder = tempfile::tempdir().unwrap();
        frozen(folder.path(), PEOPLE);
        let (seen, wanted) = (AtomicUsize::new(0), (place * (PEOPLE * 6) as f64) as usize);
        let server =
            Server::start(move |_| if seen.fetch_add(1, Ordering::SeqCst) == wanted { Act::Kill } else { Act::Go });
        server.may_kill(child(folder.path(), server.port));
        server.wait_for_sender();
        Way::to(&server).send(folder.path()).unwrap();
        let counts = compare(folder.path(), &server, PEOPLE);
        assert!(counts.get("unknown").copied().unwrap_or(0) <= 2, "{counts:?}");
    }
}

/// On a small disk (`PBSITE_TEST_TMPFS`) that fills up while letters leave.
#[test]
fn the_disk_is_full() {
    let Some(disk) = std::env::var_os("PBSITE_TEST_TMPFS") else {
        return;
    };
    let folder = tempfile::tempdir_in(disk).unwrap();
    frozen(folder.path(), PEOPLE);
    let path = folder.path().join("filler");
    let server = Server::start(move |at| {
        if at.stage == Stage::Data && at.message == 8 {
            fill(&path);
        }
        Act::Go
    });
    let outcome = Way::to(&server).send(folder.path());
    std::fs::remove_file(folder.path().join("filler")).unwrap();
    assert!(outcome.is_err() || matches!(outcome, Ok(ref it) if it.ended != Ended::Idle), "{outcome:?}");
    Way::to(&server).send(folder.path()).unwrap();
    let counts = compare(folder.path(), &server, PEOPLE);
    assert_eq!(counts, BTreeMap::from([("accepted", PEOPLE)]));
}

/// Writes until nothing more goes in.
fn fill(path: &std::path::Path) {
    use std::io::Write as _;
    let mut file = std::fs::File::create(path).unwrap();
    for size in [1 << 16, 512, 1] {
        while file.write_all(&vec![0; size]).and_then(|()| file.sync_data()).is_ok() {}
    }
}
