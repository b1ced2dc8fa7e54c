//! Sending: what a scripted server received is compared with the ledger, through every kind of bad
//! luck. Nobody is lost, nobody gets a letter twice, and what nobody can know is told.

mod bad_luck;
mod commands;
mod endpoint;
mod handover;
mod ledger;
mod letters;
mod server;

use std::{collections::BTreeMap, fs, path::Path, sync::atomic::AtomicBool, time::Duration};

use jiff::{Timestamp, Zoned};
use pbsite::{
    base::lang::Message,
    digest::{
        key::Ring,
        ledger::{Ledger, Opening, State},
        letter::{Edition, Hole, Letter, Part, Reader, Sender},
        recipients::Source,
        send::{self, Options, Outcome},
        transport::{
            Address,
            smtp::{Deadlines, Smtp},
        },
    },
};
use server::Server;

pub(crate) const KEY: &str = "pbsite-key-000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// An edition made by hand: one letter for schools and one for all others.
pub(crate) struct Sample {
    pub(crate) revision: u32,
    pub(crate) not_after: Option<Zoned>,
    pub(crate) sender: Sender,
    pub(crate) letters: Vec<Letter>,
}

impl Sample {
    pub(crate) fn new() -> Self {
        let sender = Sender {
            name: "五星微语编辑部".into(),
            email: "digest@wuxing.example.org".into(),
            reply_to: Some("office@wuxing.example.org".into()),
            list_id: "monthly.wuxing.example.org".into(),
            unsubscribe: "leave@wuxing.example.org".into(),
            endpoint: None,
            feedback_id: None,
        };
        Self {
            revision: 1, not_after: None, sender, letters: vec![letter("school", "学校"), letter("all", "其他")]
        }
    }
}

pub(crate) fn letter(segment: &str, label: &str) -> Letter {
    let [hello, leave, prefer] = [Hole::Salutation, Hole::Unsubscribe, Hole::Preferences].map(Hole::mark);
    let paragraph = "本月课程菜单上新了三门课：情景党课、音乐党课和行走党课，欢迎各单位预约。".repeat(40);
    Letter {
        segment: segment.into(),
        label: label.into(),
        language: "zh-Hans".into(),
        subject: format!("十二月活动提示：{label}的课程菜单、活动日历与近期通知（共十二项，请转有关同事阅知）"),
        html: format!(
            "<!doctype html><html lang=\"zh-Hans\"><head><title>十二月</title></head><body><h1>十二月</h1><p>{hello}</p><p>{paragraph}</p><p><a href=\"{leave}\">退订</a> <a href=\"{prefer}\">修改</a></p></body></html>"
        ),
        text: format!("{hello}\n\n{paragraph}\n\n.\n退订：{leave}\n"),
        parts: vec![
            Part {
                name: "2026年12月活动日历（学校与街道）.ics".into(),
                media_type: "text/calendar; method=PUBLISH; charset=utf-8".into(),
                cid: None,
                bytes: b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//pbsite//\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n"
                    .to_vec(),
            },
            Part {
                name: "logo.png".into(),
                media_type: "image/png".into(),
                cid: Some("logo@wuxing".into()),
                bytes: vec![137; 600],
            },
        ],
        salutation: ("{name}，您好：".into(), "各位同事，您好：".into()),
        links: Default::default(),
    }
}

impl Edition for Sample {
    fn id(&self) -> &str {
        "monthly/2026-12"
    }
    fn revision(&self) -> u32 {
        self.revision
    }
    fn approved(&self) -> bool {
        true
    }
    fn not_after(&self) -> Option<Zoned> {
        self.not_after.clone()
    }
    fn date(&self) -> Timestamp {
        "2026-11-30T01:00:00Z".parse().unwrap()
    }
    fn sender(&self) -> &Sender {
        &self.sender
    }
    fn page(&self) -> &str {
        "https://wuxing.example.org/digest/monthly/2026-12/"
    }
    fn letters(&self) -> &[Letter] {
        &self.letters
    }
    fn letter_for(&self, reader: &Reader) -> Option<usize> {
        match reader.unit_kind.as_str() {
            "school" => Some(0),
            "nobody" => None,
            _ => Some(1),
        }
    }
}

/// The moment at which tests send.
pub(crate) fn now() -> Timestamp {
    "2026-11-30T02:00:00Z".parse().unwrap()
}

/// A list of so many people, outside of any site.
pub(crate) fn list(folder: &Path, people: usize) -> Source {
    let mut text = String::from("email,name,unit_kind,consent_date,consent_source\n");
    for n in 0..people {
        let kind = if n % 3 == 0 { "school" } else { "street" };
        text.push_str(&format!("reader{n}@people{}.example,读者{n},{kind},2026-03-01,签到表\n", n % 5));
    }
    let path = folder.join("people.csv");
    fs::write(&path, text).unwrap();
    Source::File(path)
}

pub(crate) fn open(folder: &Path) -> Result<Ledger, Message> {
    let opening = Opening { make: true, adopt: None, machine: Some("here".into()) };
    Ledger::open(&folder.join("ledger.sqlite"), &opening)
}

/// Freezes the sample for so many people.
pub(crate) fn frozen(folder: &Path, people: usize) {
    let ring = Ring::parse(KEY).unwrap();
    let source = list(folder, people);
    let mut ledger = open(folder).unwrap();
    send::freeze(&mut ledger, &Sample::new(), ring.newest(), &source, people as u64, now()).unwrap();
}

/// How tests reach a server: quickly.
pub(crate) struct Way {
    pub(crate) port: u16,
    pub(crate) query: &'static str,
    pub(crate) now: Timestamp,
    pub(crate) dot: Duration,
}

impl Way {
    pub(crate) fn to(server: &Server) -> Self {
        Self { port: server.port, query: "", now: now(), dot: Duration::from_secs(30) }
    }

    pub(crate) fn send(&self, folder: &Path) -> Result<Outcome, Message> {
        self.send_to(folder, &format!("smtp://127.0.0.1:{}?tls=none&{}", self.port, self.query))
    }

    pub(crate) fn send_to(&self, folder: &Path, url: &str) -> Result<Outcome, Message> {
        self.send_without(folder, url, &Vec::new)
    }

    /// Sends to all but those whose tokens `leaving` tells.
    pub(crate) fn send_without(
        &self,
        folder: &Path,
        url: &str,
        leaving: &dyn Fn() -> Vec<String>,
    ) -> Result<Outcome, Message> {
        let Address::Smtp(relay) = Address::parse(url).unwrap() else { panic!("{url} is a relay") };
        let rate = relay.rate;
        let exit = Smtp::new(relay, Deadlines { dot: self.dot, ..Deadlines::default() });
        let now = self.now;
        let options = Options {
            exit: &exit,
            keys: &Ring::parse(KEY).unwrap(),
            signer: None,
            rate,
            limits: &[],
            clock: &move || now,
            interrupted: &AtomicBool::new(false),
            pause: Duration::from_millis(1),
            progress: &|_| {},
            leaving,
        };
        send::run(open(folder)?, "monthly/2026-12", options).map(|(_, outcome)| outcome)
    }
}

/// Compares what the server keeps with the ledger, letter by letter.
pub(crate) fn compare(folder: &Path, server: &Server, people: usize) -> BTreeMap<&'static str, usize> {
    let mut arrived: BTreeMap<String, usize> = BTreeMap::new();
    for mail in server.stored() {
        *arrived.entry(mail.to).or_default() += 1;
    }
    let ledger = open(folder).unwrap();
    let (mut counts, mut all) = (BTreeMap::new(), 0);
    for state in State::ALL {
        for row in ledger.listed("monthly/2026-12", state).unwrap() {
            let times = arrived.get(&row.email).copied().unwrap_or(0);
            let fine = match state {
                State::Accepted => times == 1,
                State::Unknown => times <= 1,
                _ => times == 0,
            };
            assert!(fine, "{} is {} and arrived {times} times", row.email, state.name());
            *counts.entry(state.name()).or_default() += 1;
            all += 1;
        }
    }
    assert_eq!(all, people);
    counts
}
