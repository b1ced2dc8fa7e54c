//! What each layer of sending costs, over two connections to a server that keeps nothing: the bytes
//! alone, our client, letters made on the way, and all of it with the ledger. In turn, in one run.
//!
//!     smtp-sink -u nobody 127.0.0.1:2699 200 &
//!     cargo bench --bench sending -- 2699 20000 3
//!
//! The ledger lies on tmpfs (/dev/shm). `mail.py` runs it beside Postfix's own smtp-source.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench may panic, and prints its figures")]

mod sample;

use std::{
    fmt::Write as _,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
    sync::atomic::AtomicBool,
    thread,
    time::{Duration, Instant},
};

use pbsite::digest::{
    frozen::Frozen,
    key::Ring,
    ledger::{Ledger, Opening, State},
    mime::{Addressee, Press},
    send::{self, Options},
    transport::{
        Address, Envelope, Exit as _, Handed,
        smtp::{Deadlines, Smtp},
    },
};

const CONNECTIONS: usize = 2;

fn main() {
    let mut numbers = std::env::args().filter_map(|text| text.parse::<usize>().ok());
    let Some(port) = numbers.next() else {
        println!("sending: left out, no port of an SMTP server was given");
        return;
    };
    let (letters, rounds) = (numbers.next().unwrap_or(20_000), numbers.next().unwrap_or(3));
    let edition = sample::edition();
    let ring = Ring::parse(sample::KEY).unwrap();
    let press = Press::new(&edition, ring.newest(), None).unwrap();
    let prebuilt: Vec<Vec<u8>> = (0..sample::SEGMENTS).map(|at| made(&press, at, at)).collect();
    let size = prebuilt.iter().map(Vec::len).sum::<usize>() / prebuilt.len();
    for _ in 0..rounds {
        let raw = rate(letters, || together(letters, |share| raw(port, &prebuilt, share)));
        let client =
            rate(letters, || together(letters, |share| ours(port, share, |at, out| out.extend(&prebuilt[at % 12]))));
        let built =
            rate(letters, || together(letters, |share| ours(port, share, |at, out| *out = made(&press, at % 12, at))));
        let ledger = with_ledger(port, letters, &ring);
        println!(
            "{letters} letters of {size} bytes: raw {raw:.0}/s, prebuilt {client:.0}/s, built {built:.0}/s, with ledger {ledger:.0}/s"
        );
    }
}

fn made(press: &Press, letter: usize, reader: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(24 << 10);
    let (email, name) = (format!("reader{reader}@people.example"), format!("读者{reader}"));
    press.write(letter, Addressee { email: &email, name: &name }, &mut out);
    out
}

fn rate(letters: usize, work: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    work();
    letters as f64 / begun.elapsed().as_secs_f64()
}

fn together(letters: usize, work: impl Fn(usize) + Sync) {
    thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| work(letters / CONNECTIONS));
        }
    });
}

/// Writes a message, its end and the next envelope at once, and reads what is said to them.
fn raw(port: usize, prebuilt: &[Vec<u8>], letters: usize) {
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    let mut hear = |answers: &mut BufReader<TcpStream>| loop {
        line.clear();
        answers.read_line(&mut line).unwrap();
        if line.as_bytes()[3] == b' ' {
            assert!(matches!(line.as_bytes()[0], b'2' | b'3'), "{line}");
            break;
        }
    };
    let envelope = "MAIL FROM:<digest@wuxing.example.org>\r\nRCPT TO:<reader1@people.example>\r\nDATA\r\n";
    hear(&mut answers);
    stream.write_all(b"EHLO localhost\r\n").unwrap();
    hear(&mut answers);
    stream.write_all(envelope.as_bytes()).unwrap();
    let mut block = Vec::new();
    for at in 0..letters {
        (0..3).for_each(|_| hear(&mut answers));
        block.clear();
        block.extend_from_slice(&prebuilt[at % prebuilt.len()]);
        block.extend_from_slice(b".\r\n");
        block.extend_from_slice(if at + 1 < letters { envelope.as_bytes() } else { b"" });
        stream.write_all(&block).unwrap();
        hear(&mut answers);
    }
}

fn relay(port: usize) -> Smtp {
    let url = format!("smtp://127.0.0.1:{port}?tls=none&connections={CONNECTIONS}&messages=1000000");
    let Address::Smtp(relay) = Address::parse(&url).unwrap() else { panic!("{url} is a relay") };
    Smtp::new(relay, Deadlines::default())
}

fn ours(port: usize, letters: usize, make: impl Fn(usize, &mut Vec<u8>)) {
    let mut carrier = relay(port).open().unwrap();
    let envelope = Envelope { from: "digest@wuxing.example.org", to: "reader1@people.example", message_id: "" };
    let mut message = Vec::new();
    for at in 0..letters {
        message.clear();
        make(at, &mut message);
        let next = (at + 1 < letters).then_some(envelope);
        let handed = carrier.carry(envelope, &message, next, &mut || Ok(())).unwrap();
        assert!(matches!(handed, Handed::Answered { code: 250, .. }), "{handed:?}");
    }
    carrier.close();
}

fn with_ledger(port: usize, letters: usize, ring: &Ring) -> f64 {
    let folder = tempfile::tempdir_in("/dev/shm").unwrap();
    let opening = Opening { make: true, ..Opening::default() };
    let mut ledger = Ledger::open(&folder.path().join("ledger.sqlite"), &opening).unwrap();
    let now = "2026-11-30T02:00:00Z".parse().unwrap();
    let edition = Frozen { key: ring.newest().id().to_owned(), ..sample::edition() };
    let mut email = String::new();
    ledger
        .freeze(&edition, now, |add| {
            for n in 0..letters {
                email.clear();
                let _ = write!(email, "reader{n}@people{}.example", n % 7);
                add(&email, &format!("读者{n}"), "school", n % sample::SEGMENTS)?;
            }
            Ok(())
        })
        .unwrap();
    let options = Options {
        exit: &relay(port),
        keys: ring,
        signer: None,
        rate: None,
        limits: &[],
        clock: &|| now,
        interrupted: &AtomicBool::new(false),
        pause: Duration::from_secs(1),
        progress: &|_| {},
        leaving: &Vec::new,
    };
    let begun = Instant::now();
    let (_, outcome) = send::run(ledger, &edition.name, options).unwrap();
    assert_eq!(outcome.counts.of(State::Accepted), letters as u64, "{outcome:?}");
    letters as f64 / begun.elapsed().as_secs_f64()
}
