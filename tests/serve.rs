//! `serve` on the loopback: what a browser gets, what malformed requests get, and what is told when
//! files change.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use pbsite::{
    base::{date::When, lang::Tongue},
    config::Overrides,
    http::{Running, Server},
    output,
    serve::{End, Preview, Sight, Watch, Workshop},
    site::{BuildOptions, Now},
    source, store,
};

use crate::support::{cases, short};

/// A site that is being served.
struct Served {
    root: PathBuf,
    address: SocketAddr,
    end: End,
    worker: Option<thread::JoinHandle<()>>,
    _running: Running,
    _temporary: tempfile::TempDir,
}

impl Served {
    /// Serves the site of `warm/portal.txt`, watched by events or by looking.
    fn new(sight: Sight) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(temporary.path()).unwrap();
        let portal = cases("warm").into_iter().find(|case| case.name == "warm/portal.txt").unwrap();
        portal.files().into_iter().for_each(|(path, bytes)| write(&root, &path, &bytes));
        let output = output::Memory::spilling(&root.join(".pbsite/serve"));
        let preview = Arc::new(Preview::new(output.clone()));
        let server = Server::bind([127, 0, 0, 1].into(), 0).unwrap();
        let address = server.address();
        let running = server.start(preview.clone(), preview.events.clone()).unwrap();
        let disk = source::Disk::open(&root).unwrap();
        let place = root.clone();
        let trial = move || store::for_trial(&place.join(".pbsite/serve"));
        let by_events = (sight == Sight::Events).then_some(&trial as &dyn Fn() -> std::io::Result<PathBuf>);
        let (watch, end) = Watch::new(&root, disk.clone(), by_events);
        assert_eq!(watch.sight, sight);
        let worker = thread::spawn(move || {
            let now = Now::Wall(When::parse("2026-11-21T08:00").unwrap().start());
            let options = || BuildOptions { now, drafts: true, overrides: Overrides::default(), without: Vec::new() };
            let workshop = Workshop {
                files: &disk,
                store: &store::Memory::default(),
                options: &options,
                shown: &|report| short(report, Tongue::Zh),
                preview: &preview,
                output: &output,
            };
            workshop.run(&watch, |outcome, _| {
                outcome.unwrap();
                None
            });
        });
        let served = Self { root, address, end, worker: Some(worker), _running: running, _temporary: temporary };
        // The first build is told like every other.
        served.until(|served| served.get("/").starts_with("HTTP/1.1 200"));
        served
    }

    fn write(&self, path: &str, text: &str) {
        write(&self.root, path, text.as_bytes());
    }

    /// What the server answers to these bytes.
    fn raw(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn ask(&self, line: &str, headers: &str) -> String {
        self.raw(&format!("{line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n", self.address))
    }

    fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path}"), "")
    }

    /// Waits for an event after each of which `is_so` may have come true.
    fn until(&self, is_so: impl Fn(&Self) -> bool) {
        let mut stream = self.listen();
        let mut buffer = [0; 4096];
        while !is_so(self) {
            let length = stream.read(&mut buffer).expect("an event within half a minute");
            assert_ne!(length, 0, "the stream of events ended");
        }
    }

    fn listen(&self) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let request = format!("GET /.pbsite/events HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).unwrap();
        let mut head = Vec::new();
        let mut byte = [0];
        // Up to the end of the first event: from then on nothing is missed.
        while !String::from_utf8_lossy(&head).contains("data: ") {
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        stream
    }

    /// Which problems stand over the pages.
    fn overlay(&self) -> String {
        let mut stream = self.listen();
        let mut text = String::new();
        let mut byte = [0];
        while !text.ends_with('\n') {
            stream.read_exact(&mut byte).unwrap();
            text.push(char::from(byte[0]));
        }
        text
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.end.end();
        let _ = self.worker.take().map(thread::JoinHandle::join);
    }
}

fn write(root: &Path, path: &str, bytes: &[u8]) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn what_a_browser_gets() {
    let served = Served::new(Sight::Events);
    let has = |answer: &str, parts: &[&str]| {
        let lower = answer.to_lowercase();
        parts.iter().for_each(|part| assert!(lower.contains(&part.to_lowercase()), "{part} in {answer}"));
    };
    let page = served.get("/news/a/");
    has(&page, &["200 OK", "text/html; charset=utf-8", "/.pbsite/reload.js", "导语a", "nosniff"]);
    has(&served.get("/news/a"), &["301", "location: /news/a/"]);
    has(&served.get("/news/%61/?x=1"), &["200 OK"]);
    has(&served.get("/none/"), &["404 Not Found", "text/html", "/.pbsite/reload.js"]);
    has(&served.get("/feed.xml"), &["200 OK", "application/atom+xml"]);
    has(&served.get("/calendar.ics"), &["text/calendar; charset=utf-8", "BEGIN:VCALENDAR"]);
    has(&served.get("/.pbsite/reload.js"), &["text/javascript", "EventSource"]);
    has(&served.get("/.pbsite/overlay.css"), &["text/css"]);
    has(&served.ask("GET /robots.txt", "Range: bytes=0-4\r\n"), &["206", "content-range: bytes 0-4/", "\r\n\r\nUser-"]);
    has(&served.ask("GET /robots.txt", "Range: bytes=9999-\r\n"), &["416"]);
    let tag = page.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();
    has(&served.ask("GET /news/a/", &format!("If-None-Match: {tag}\r\n")), &["304"]);
    assert!(served.ask("HEAD /news/a/", "").ends_with("\r\n\r\n"));
    has(&served.ask("POST /", "Content-Length: 0\r\n"), &["405", "allow: GET, HEAD"]);
}

#[test]
fn bad_requests_get_nothing_and_hurt_nobody() {
    let served = Served::new(Sight::Events);
    fs::write(served.root.join("secret.txt"), "secret").unwrap();
    for path in
        ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/secret.txt", "/pbsite.yaml", "//etc/passwd"]
    {
        let answer = served.get(path);
        assert!(answer.starts_with("HTTP/1.1 404") && !answer.contains("secret\n"), "{path}: {answer}");
    }
    assert!(served.get("/%FF%FE").starts_with("HTTP/1.1 400"));
    let foreign = "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assert!(served.raw(foreign).starts_with("HTTP/1.1 421"));
    for garbage in
        ["GARBAGE\r\n\r\n", "GET /\0 HTTP/1.1\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\r\n\r\n\r\n\r\nX\r\n\r\n"]
    {
        let answer = served.raw(garbage);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{garbage:?}: {answer}");
    }
    let large = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "x".repeat(1 << 20));
    let mut stream = TcpStream::connect(served.address).unwrap();
    let _ = stream.write_all(large.as_bytes());
    assert!(served.get("/").starts_with("HTTP/1.1 200"));
}

/// A save is shown, a mistake stands over the last good page, mended it goes away.
fn shows_what_is_saved(sight: Sight) {
    let served = Served::new(sight);
    let article = "content/articles/news/2026-11-01-a.md";
    let text = fs::read_to_string(served.root.join(article)).unwrap();
    served.write(article, &text.replace("导语a", "新的导语"));
    served.until(|served| served.get("/news/a/").contains("新的导语"));
    served.write(article, &text.replace("title: 题a", "titel: 题a"));
    served.until(|served| served.overlay().contains("PB02"));
    assert!(served.get("/news/a/").contains("新的导语"), "the last good page stays");
    // As editors save: another file in its place.
    served.write("content/articles/news/.a.md.swp", &text);
    fs::rename(served.root.join("content/articles/news/.a.md.swp"), served.root.join(article)).unwrap();
    served.until(|served| served.overlay().contains("\"problems\":\"\""));
    served.until(|served| served.get("/news/a/").contains("导语a"));
    let column = served.root.join("content/articles/notices");
    fs::rename(&column, served.root.join("content/moved-away")).unwrap();
    served.until(|served| served.get("/notices/c/").starts_with("HTTP/1.1 404"));
    fs::rename(served.root.join("content/moved-away"), &column).unwrap();
    served.until(|served| served.get("/notices/c/").starts_with("HTTP/1.1 200"));
}

#[test]
fn saves_are_shown_by_events() {
    shows_what_is_saved(Sight::Events);
}

#[test]
fn saves_are_shown_by_looking() {
    shows_what_is_saved(Sight::Looking);
}

#[test]
fn a_thousand_files_at_once_and_a_folder_that_appears() {
    let served = Served::new(Sight::Events);
    for n in 0..1000 {
        let text = format!("---\ntitle: 页{n}\ndraft: false\n---\n\n文\n");
        served.write(&format!("content/pages/deep/er/p{n}.md"), &text);
    }
    served.write("themes/default/templates/404.html", "<!doctype html><title>404</title>没有这一页");
    served.until(|served| served.get("/p999/").starts_with("HTTP/1.1 200") && served.get("/p0/").contains("页0"));
    served.until(|served| served.get("/none").contains("没有这一页"));
    fs::remove_dir_all(served.root.join("content/pages/deep")).unwrap();
    served.until(|served| served.get("/p999/").starts_with("HTTP/1.1 404"));
}
