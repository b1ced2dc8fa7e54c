//! The program itself, over the loopback: what is asked of the portal before a letter leaves, one
//! letter to one person, and the endpoint from signing up to leaving.
#![cfg(unix)]

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        Arc,
        mpsc::{Receiver, channel},
    },
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use pbsite::{
    digest::{endpoint::departures, key::Ring, token},
    http::{Answer, App, Events, Request, Running, Server},
};

use super::{
    KEY,
    server::{Act, Server as Relay, Stage},
};

const SETTINGS: &str = "name: 测试门户\nbase_url: https://portal.example.org/\nowner: {name: 编辑部}\n\
    columns: [{id: news, title: 新闻}]\nunit_kinds: [{id: school, label: 学校}]\n";

const DIGEST: &str = "---
title: 一月一提示
cadence: monthly
sender: {name: 编辑部, email: digest@portal.example.org}
segments: [{id: schools, label: 学校, units: [school]}, {id: everyone, label: 其他读者}]
sections: [{title: 活动, from: calendar}]
---
";

const EDITION: &str = "---
title: 十一月的提示
date: 2026-11-02
status: approved
subject: 十一月
sections: [{title: 活动, items: [{item: activities/concert}]}]
---
";

/// A site on the disk with a list and a key beside it.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Self { folder };
        place.put("site/pbsite.yaml", SETTINGS);
        place.put("site/content/digests/monthly.md", DIGEST);
        place.put("site/content/editions/monthly/2026-11.md", EDITION);
        place.put(
            "site/content/activities/list.yaml",
            "- {title: 音乐会, id: concert, schedule: {start: 2026-12-18}}\n",
        );
        place
            .put("people.csv", "email,unit_kind,consent_date,consent_source\nli@people.example,school,2026-03-01,表\n");
        place.put("digest.key", KEY);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pbsite"));
        command
            .args(arguments)
            .current_dir(self.path("site"))
            .env_clear()
            .env("HOME", self.folder.path())
            .env("PBSITE_LEDGER", self.path("ledger.sqlite"))
            .env("PBSITE_DIGEST_KEY", self.path("digest.key"))
            .env("PBSITE_RECIPIENTS", self.path("people.csv"))
            .env("PBSITE_SMTP_URL", format!("maildir:{}", self.path("out").display()))
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn letters(&self) -> usize {
        fs::read_dir(self.path("out/new")).map_or(0, Iterator::count)
    }
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The published portal: files of a folder, whatever they are just now.
struct Portal(PathBuf);

impl App for Portal {
    fn answer(&self, request: &Request) -> Answer {
        let path = self.0.join(request.path.trim_start_matches('/')).join("index.html");
        match fs::read(path) {
            Ok(bytes) => Answer::file(request, 200, "index.html", bytes.into()),
            Err(_) => Answer::text(404, "no\n"),
        }
    }
}

fn portal(folder: &Path) -> (Running, String) {
    let server = Server::behind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", server.address());
    (server.start(Arc::new(Portal(folder.to_owned())), Events::default()).unwrap(), address)
}

#[test]
fn nothing_is_sent_before_the_portal_has_what_the_letters_link_to() {
    let place = Place::new();
    let (_running, base) = portal(&place.path("published"));
    let send = |yes: &str| {
        let arguments = ["digest", "send", "monthly/2026-11", "--send", "--yes", yes, "--base-url", &base];
        place.run(&[&arguments[..], &["--now", "2026-11-02T09:00"]].concat())
    };
    let missing = send("1");
    assert!(missing.status.code() == Some(2) && words(&missing).contains("404"), "{missing:?}");
    let published = place.path("published").display().to_string();
    let build = |now: &str| place.run(&["build", "--output", &published, "--base-url", &base, "--now", now]);
    assert!(build("2026-11-02T08:00").status.success());
    // The portal shows an older build than the one that the letters are made of.
    let edition = place.path("site/content/editions/monthly/2026-11.md");
    fs::write(&edition, EDITION.replace("sections:", "lead: 后来写的导语\nsections:")).unwrap();
    let other = send("1");
    assert!(other.status.code() == Some(2) && words(&other).contains("不一样"), "{other:?}");
    fs::write(&edition, EDITION).unwrap();
    // A page that the letter links to is not there.
    fs::rename(place.path("published/activities"), place.path("activities")).unwrap();
    let dead = send("1");
    assert!(dead.status.code() == Some(2) && words(&dead).contains("activities/concert/"), "{dead:?}");
    fs::rename(place.path("activities"), place.path("published/activities")).unwrap();
    assert!(!place.path("site/content/editions/monthly/2026-11.frozen.yaml").exists());
    assert_eq!(place.letters(), 0);
    let sent = send("1");
    assert!(sent.status.success(), "{sent:?}");
    assert_eq!(place.letters(), 1);
}

#[test]
fn a_letter_to_one_person_is_the_one_that_all_get() {
    let place = Place::new();
    let relay = Relay::start(|_| Act::Go);
    let send = |arguments: &[&str]| {
        let mut command =
            place.command(&[&["digest", "test", "monthly/2026-11", "Me＠People.example"], arguments].concat());
        let url = format!("smtp://127.0.0.1:{}?tls=none", relay.port);
        command.env("PBSITE_SMTP_URL", url).output().unwrap()
    };
    assert!(send(&[]).status.success() && relay.stored().is_empty(), "without --send nothing leaves");
    assert!(send(&["--send"]).status.success());
    assert_eq!(relay.stored().len(), 2, "one for each segment");
    assert!(send(&["--send", "--segment", "schools"]).status.success());
    let stored = relay.stored();
    assert!(stored.iter().all(|mail| mail.to == "me@people.example"));
    assert!(!place.path("ledger.sqlite").exists(), "apart from the ledger");
    assert!(!send(&["--send", "--segment", "nobody"]).status.success());
    // The same bytes as in a run, but for whom it goes to.
    let folder = place.path("letters").display().to_string();
    assert!(place.run(&["digest", "send", "monthly/2026-11", "--letters", &folder]).status.success());
    let dry = fs::read(place.path("letters/schools.zh-Hans.eml")).unwrap();
    assert_eq!(without_reader(&stored[2].bytes), without_reader(&dry));
}

/// A letter without what depends on its reader.
fn without_reader(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let own = ["To:", "Message-ID:", "List-Unsubscribe:", "Content-Type: multipart", " boundary=", "--="];
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    head.lines().filter(|line| own.iter().all(|name| !line.starts_with(name))).map(str::to_owned).collect()
}

/// The endpoint as a process, and the server that its letters go to.
struct Endpoint {
    child: Child,
    address: SocketAddr,
    mails: Receiver<()>,
    relay: Relay,
}

impl Endpoint {
    fn start(place: &Place) -> Self {
        let (told, mails) = channel();
        let relay = Relay::start(move |at| {
            if at.stage == Stage::Stored {
                told.send(()).unwrap();
            }
            Act::Go
        });
        // A port that was free a moment ago.
        let listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let public = "https://portal.example.org/letters";
        let mut child = place
            .command(&[
                "digest",
                "endpoint",
                "--listen",
                &listen,
                "--public",
                public,
                "--from",
                "digest@portal.example.org",
            ])
            .env("PBSITE_RECIPIENTS", place.path("people.sqlite"))
            .env("PBSITE_SMTP_URL", format!("smtp://127.0.0.1:{}?tls=none", relay.port))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut told).unwrap();
        assert!(told.contains(&listen), "{told}");
        Self { child, address: listen.parse().unwrap(), mails, relay }
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let length = body.len();
        let head = "Host: portal.example.org\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded";
        write!(stream, "{method} {path} HTTP/1.1\r\n{head}\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// The link of the next confirming letter.
    fn confirmation(&self) -> String {
        self.mails.recv_timeout(Duration::from_secs(60)).unwrap();
        let text = String::from_utf8(self.relay.stored().pop().unwrap().bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let body = match head.contains("base64") {
            true => String::from_utf8(STANDARD.decode(body.replace("\r\n", "")).unwrap()).unwrap(),
            false => body.replace("=\r\n", "").replace("=3D", "="),
        };
        let link =
            body.split_whitespace().find(|word| word.contains("/confirm?t=")).unwrap_or_else(|| panic!("{body}"));
        link.trim_start_matches("https://portal.example.org/letters").to_owned()
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn from_signing_up_to_leaving() {
    let place = Place::new();
    let endpoint = Endpoint::start(&place);
    let listed = || {
        let output = place
            .command(&["digest", "recipients", "--export"])
            .env("PBSITE_RECIPIENTS", place.path("people.sqlite"))
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(endpoint.ask("GET", "/subscribe", "").contains("<form"));
    let form = "email=li%40people.example&unit_kind=school&topics=%E9%9F%B3%E4%B9%90&agree=yes";
    assert!(endpoint.ask("POST", "/subscribe", form).starts_with("HTTP/1.1 200"));
    let link = endpoint.confirmation();
    assert!(endpoint.ask("GET", &link, "").contains("<button>") && listed().is_empty());
    assert!(endpoint.ask("POST", &link, "").starts_with("HTTP/1.1 200"));
    assert_eq!(listed().len(), 1);
    assert!(listed()[0].starts_with("li@people.example,,,school,,音乐,"), "{:?}", listed());

    let token = token::leave(Ring::parse(KEY).unwrap().newest(), "li@people.example");
    let preferences = format!("/preferences?t={token}");
    assert!(endpoint.ask("GET", &preferences, "").contains("音乐"));
    assert!(endpoint.ask("POST", &preferences, "unit_kind=&topics=%E4%BA%B2%E5%AD%90").starts_with("HTTP/1.1 200"));
    assert!(listed()[0].starts_with("li@people.example,,,,,亲子,"), "{:?}", listed());

    let leave = format!("/unsubscribe?t={token}");
    assert!(endpoint.ask("GET", &leave, "").contains("<button>"));
    assert_eq!(listed().len(), 1, "who only looks stays");
    assert!(endpoint.ask("POST", &leave, "List-Unsubscribe=One-Click").starts_with("HTTP/1.1 200"));
    assert!(listed().is_empty());
    assert_eq!(departures(&place.path("people.sqlite")), [token]);
    let long = "x=".to_owned() + &"a".repeat(20_000);
    assert!(endpoint.ask("POST", "/subscribe", &long).starts_with("HTTP/1.1 413"));
}
