//! Signing up and leaving, as a browser and a mail client ask.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    path::Path,
    sync::{
        Arc,
        mpsc::{Receiver, channel},
    },
};

use pbsite::{
    base::lang::Tongue,
    digest::{
        endpoint::{Asked, Confirmation, Endpoint, Reply, Site, departures},
        key::Ring,
        recipients::Source,
        token,
    },
    http::{Events, Server},
};

use super::{KEY, Sample, now};

struct Desk {
    endpoint: Endpoint,
    letters: Receiver<Confirmation>,
    path: std::path::PathBuf,
    _folder: tempfile::TempDir,
}

fn site() -> Site {
    Site {
        name: "五星微语".into(),
        tongue: Tongue::Zh,
        base: "https://wuxing.example.org/letters".into(),
        kinds: vec![("school".into(), "学校".into())],
    }
}

impl Desk {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.sqlite");
        let (sender, letters) = channel();
        let endpoint = Endpoint::open(&path, Ring::parse(KEY).unwrap(), site(), Box::new(now), sender).unwrap();
        Self { endpoint, letters, path, _folder: folder }
    }

    fn ask(&self, method: &str, path: &str, fields: &[(&str, &str)], client: &str) -> Reply {
        let (path, token) = path.split_once("?t=").unwrap_or((path, ""));
        let query = if token.is_empty() { BTreeMap::new() } else { BTreeMap::from([("t".into(), token.into())]) };
        let form = fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        self.endpoint.reply(&Asked { method: method.into(), path: path.into(), query, form, client: client.into() })
    }

    fn subscribe(&self, email: &str) -> Reply {
        self.ask("POST", "/subscribe", &[("email", email), ("unit_kind", "school"), ("agree", "yes")], "192.0.2.1")
    }

    fn listed(&self) -> Vec<(String, String, String)> {
        listed(&self.path)
    }
}

fn listed(path: &Path) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    let source = Source::File(path.to_owned());
    let read = source.read(&mut |one| {
        found.push((one.email, one.reader.unit_kind, one.consent_source));
        Ok(())
    });
    read.unwrap();
    found
}

#[test]
fn signing_up_takes_a_letter_and_a_button() {
    let desk = Desk::open();
    assert_eq!(desk.subscribe("Li＠people.example").status, 200);
    let letter = desk.letters.try_recv().unwrap();
    assert_eq!(letter.email, "li@people.example");
    assert!(desk.listed().is_empty());
    let path = letter.link.strip_prefix("https://wuxing.example.org/letters").unwrap();
    // A program that looks at every link of a mail confirms nothing.
    assert!(desk.ask("GET", path, &[], "192.0.2.9").html.contains("<button>"));
    assert!(desk.listed().is_empty());
    assert_eq!(desk.ask("POST", path, &[], "192.0.2.1").status, 200);
    assert_eq!(desk.listed(), [("li@people.example".into(), "school".into(), "web".into())]);
    assert_eq!(desk.ask("POST", path, &[], "192.0.2.1").status, 410);
    let database = std::fs::read(&desk.path).unwrap();
    drop(database);
    let (_, bytes) = letter.message(&site(), &Sample::new().sender).unwrap();
    assert!(String::from_utf8(bytes).unwrap().contains("To: li@people.example\r\n"));
}

#[test]
fn no_answer_tells_whether_an_address_is_known() {
    let desk = Desk::open();
    let first = desk.subscribe("li@people.example");
    let path = desk.letters.try_recv().unwrap().link;
    desk.ask("POST", path.strip_prefix("https://wuxing.example.org/letters").unwrap(), &[], "192.0.2.1");
    let again = desk.subscribe("li@people.example");
    assert_eq!(first, again);
    assert!(desk.letters.try_recv().is_err(), "one who is subscribed is not written to");
    for _ in 0..5 {
        assert_eq!(desk.subscribe("wang@people.example"), first);
    }
    assert_eq!(desk.letters.try_iter().count(), 3);
}

#[test]
fn consent_is_asked_for_and_programs_get_nothing() {
    let desk = Desk::open();
    assert_eq!(desk.ask("POST", "/subscribe", &[("email", "li@people.example")], "a").status, 400);
    assert_eq!(desk.ask("POST", "/subscribe", &[("email", "li"), ("agree", "yes")], "a").status, 400);
    let filled = [("email", "li@people.example"), ("agree", "yes"), ("website", "x")];
    assert_eq!(desk.ask("POST", "/subscribe", &filled, "a").status, 200);
    assert!(desk.letters.try_recv().is_err());
}

#[test]
fn one_click_leaves_and_looking_does_not() {
    let desk = Desk::open();
    desk.subscribe("li@people.example");
    let path = desk.letters.try_recv().unwrap().link;
    desk.ask("POST", path.strip_prefix("https://wuxing.example.org/letters").unwrap(), &[], "a");
    let token = token::leave(Ring::parse(KEY).unwrap().newest(), "li@people.example");
    let path = format!("/unsubscribe?t={token}");
    let page = desk.ask("GET", &path, &[], "a");
    assert!(page.status == 200 && page.html.contains("<button>"));
    assert_eq!(desk.listed().len(), 1);
    assert_eq!(desk.ask("POST", &path, &[("List-Unsubscribe", "One-Click")], "a").status, 200);
    assert!(desk.listed().is_empty());
    assert_eq!(departures(&desk.path), [token]);
    assert_eq!(desk.ask("POST", "/unsubscribe?t=0123456789", &[], "a").status, 400);
}

#[test]
fn what_one_gets_can_be_changed() {
    let desk = Desk::open();
    desk.subscribe("li@people.example");
    let path = desk.letters.try_recv().unwrap().link;
    desk.ask("POST", path.strip_prefix("https://wuxing.example.org/letters").unwrap(), &[], "a");
    let token = token::leave(Ring::parse(KEY).unwrap().newest(), "li@people.example");
    let path = format!("/preferences?t={token}");
    assert!(desk.ask("GET", &path, &[], "a").html.contains("selected>学校"));
    assert_eq!(desk.ask("POST", &path, &[("unit_kind", "nothing"), ("topics", "音乐")], "a").status, 200);
    assert_eq!(desk.listed()[0].1, "");
    assert_eq!(desk.ask("GET", "/preferences?t=no", &[], "a").status, 410);
}

#[test]
fn a_client_that_asks_too_often_has_to_wait() {
    let desk = Desk::open();
    let answers: Vec<u16> = (0..25)
        .map(|n| {
            desk.ask("POST", "/subscribe", &[("email", &format!("p{n}@people.example")), ("agree", "1")], "192.0.2.7")
                .status
        })
        .collect();
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 5);
    assert_eq!(desk.ask("GET", "/subscribe", &[], "192.0.2.7").status, 200);
}

/// Asks a server over the network, as a mail client leaves by one click.
fn over_http(address: std::net::SocketAddr, request: &str) -> String {
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn over_the_network() {
    let desk = Desk::open();
    let path = desk.path.clone();
    let Desk { endpoint, _folder: folder, .. } = desk;
    let server = Server::behind("127.0.0.1:0").unwrap();
    let address = server.address();
    let _running = server.start(Arc::new(endpoint), Events::default()).unwrap();
    let token = token::leave(Ring::parse(KEY).unwrap().newest(), "li@people.example");
    let body = "List-Unsubscribe=One-Click";
    let head = "Host: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let looked = over_http(address, &format!("GET /unsubscribe?t={token} HTTP/1.1\r\n{head}\r\n"));
    assert!(looked.starts_with("HTTP/1.1 200") && looked.contains("<button>退订</button>"), "{looked}");
    assert!(looked.contains("content-security-policy: default-src 'none'"));
    assert!(departures(&path).is_empty());
    let length = body.len();
    let clicked = format!("POST /unsubscribe?t={token} HTTP/1.1\r\n{head}Content-Length: {length}\r\n\r\n{body}");
    assert!(over_http(address, &clicked).starts_with("HTTP/1.1 200"));
    assert_eq!(departures(&path), [token]);
    drop(folder);
}
