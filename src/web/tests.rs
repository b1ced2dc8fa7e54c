//! A server on the loopback, and what is said of its addresses.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
};

use super::*;
use crate::store::{Memory, Nothing};

/// Answers requests by their first line; gives its address and what it was asked.
fn server(answer: impl Fn(&str) -> &'static str + Send + 'static) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = asked.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
                request.push(byte[0]);
            }
            let request = String::from_utf8_lossy(&request).into_owned();
            let first = request.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
            if first.is_empty() {
                continue;
            }
            // Noted before it is answered: whoever has the answer finds the question in the list.
            log.lock().unwrap().push(first.clone());
            let _ = write!(stream, "HTTP/1.1 {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", answer(&first));
        }
    });
    (address, asked)
}

fn manners() -> Manners {
    Manners { hosts: 2, pause: Duration::ZERO, patience: Duration::from_secs(5), at_most: Duration::from_secs(20) }
}

fn answers(store: &dyn Store, now: &str, base: &str, paths: &[&str]) -> Vec<Answer> {
    let web = Web::new(manners(), store, now.parse().unwrap());
    let addresses: Vec<String> = paths.iter().map(|path| format!("{base}{path}")).collect();
    let found = web.ask(addresses.iter().map(String::as_str));
    addresses.iter().map(|address| found[address.as_str()].clone()).collect()
}

#[test]
fn every_answer() {
    let (base, asked) = server(|request| match request {
        "HEAD /fine" | "GET /no-head" | "HEAD /new" | "HEAD /folder/new" => "200 OK",
        "HEAD /no-head" => "405 Method Not Allowed",
        "HEAD /moved" => "301 Moved Permanently\r\nLocation: /new",
        "HEAD /folder/old" => "308 Permanent Redirect\r\nLocation: new",
        "HEAD /for-now" => "302 Found\r\nLocation: /new",
        "HEAD /secret" | "GET /secret" => "403 Forbidden",
        "HEAD /broken" | "GET /broken" => "500 Internal Server Error",
        "HEAD /loop" => "301 Moved Permanently\r\nLocation: /loop",
        _ => "404 Not Found",
    });
    let paths = ["/fine#part", "/no-head", "/moved", "/folder/old", "/for-now", "/secret", "/broken", "/gone", "/loop"];
    let found = answers(&Nothing, "2026-11-21T00:00:00Z", &base, &paths);
    let expected = [
        Answer::Fine,
        Answer::Fine,
        Answer::Moved(format!("{base}/new")),
        Answer::Moved(format!("{base}/folder/new")),
        Answer::Fine,
        Answer::Fine,
        Answer::Dead(Reason::Status(500)),
        Answer::Dead(Reason::Status(404)),
        Answer::Dead(Reason::Broken("too many redirects".into())),
    ];
    assert_eq!(found, expected);
    let asked = asked.lock().unwrap();
    assert!(asked.contains(&"HEAD /fine".to_owned()) && !asked.contains(&"GET /fine".to_owned()), "{asked:?}");
}

#[test]
fn a_host_that_had_enough_is_left_alone() {
    let (base, asked) = server(|request| if request == "HEAD /a" { "200 OK" } else { "429 Too Many Requests" });
    let found = answers(&Nothing, "2026-11-21T00:00:00Z", &base, &["/a", "/b", "/c", "/d"]);
    assert_eq!(found, [Answer::Fine, Answer::Unknown, Answer::Unknown, Answer::Unknown]);
    assert_eq!(*asked.lock().unwrap(), ["HEAD /a", "HEAD /b"]);
}

#[test]
fn answers_are_kept_for_a_week() {
    let (base, asked) = server(|request| if request.ends_with("/a") { "200 OK" } else { "404 Not Found" });
    let store = Memory::default();
    for (now, count) in [("2026-11-01T00:00:00Z", 1), ("2026-11-07T00:00:00Z", 1), ("2026-11-09T00:00:00Z", 2)] {
        assert_eq!(answers(&store, now, &base, &["/a"]), [Answer::Fine]);
        assert_eq!(asked.lock().unwrap().len(), count, "{now}");
    }
    for count in [4, 6] {
        answers(&store, "2026-11-09T00:00:00Z", &base, &["/gone"]);
        assert_eq!(asked.lock().unwrap().len(), count, "what is dead is asked again");
    }
}

#[test]
fn nobody_there() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let found = answers(&Nothing, "2026-11-21T00:00:00Z", &format!("http://{free}"), &["/"]);
    assert!(matches!(&found[..], [Answer::Dead(Reason::Broken(_))]), "{found:?}");
}

#[test]
fn where_a_location_leads() {
    let check = |base: &str, location: &str, expect: &str| assert_eq!(absolute(base, location), expect);
    check("https://a.cn/x/y?z#w", "https://b.cn/", "https://b.cn/");
    check("https://a.cn/x/y?z", "//b.cn/q", "https://b.cn/q");
    check("http://a.cn:81/x/y", "/q", "http://a.cn:81/q");
    check("https://a.cn/x/y", "q", "https://a.cn/x/q");
    check("https://a.cn", "q", "https://a.cn/q");
}
