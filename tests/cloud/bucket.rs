//! A store on the loopback that speaks as much of S3 as a deploy needs, remembers every request and
//! fails as a test says. Its clock is its own: it goes on by a second with each file.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread,
    time::Duration,
};

use md5::{Digest, Md5};

/// An object.
#[derive(Clone)]
pub(super) struct Object {
    pub(super) bytes: Vec<u8>,
    pub(super) headers: BTreeMap<String, String>,
    /// Seconds of the store's clock.
    pub(super) modified: i64,
}

/// What a store holds and saw.
#[derive(Default)]
pub(super) struct State {
    pub(super) objects: BTreeMap<String, Object>,
    /// Requests that were fulfilled: `PUT street/index.html`.
    pub(super) log: Vec<String>,
    /// So many requests from now are answered by 503.
    pub(super) unwell: usize,
    /// Every request is answered by this status and code.
    pub(super) refusal: Option<(u16, &'static str)>,
    /// After so many files from now the store says nothing more.
    pub(super) silent_after: Option<usize>,
    /// Whether it is silent.
    silent: bool,
    /// Whether tags are MD5 sums, as they are where files are not encrypted with a key of the store.
    pub(super) sums: bool,
    clock: i64,
}

/// A store that is open.
pub(super) struct Bucket {
    shared: Arc<(Mutex<State>, Condvar)>,
    pub(super) address: String,
}

impl Bucket {
    pub(super) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new((Mutex::new(State { sums: true, ..State::default() }), Condvar::new()));
        let of_server = shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = of_server.clone();
                thread::spawn(move || while serve(&stream, &shared).is_some() {});
            }
        });
        Self { shared, address }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.shared.0.lock().unwrap()
    }

    /// Waits until the store has become silent, or until `ended` says so: whether it did.
    pub(super) fn until_silent(&self, mut ended: impl FnMut() -> bool) -> bool {
        let mut state = self.state();
        while !state.silent {
            if ended() {
                return true;
            }
            state = self.shared.1.wait_timeout(state, Duration::from_millis(50)).unwrap().0;
        }
        false
    }

    /// Talks again, and forgets what it saw.
    pub(super) fn again(&self) {
        let mut state = self.state();
        (state.silent, state.silent_after) = (false, None);
        state.log.clear();
    }

    /// The files that were sent, in order, our own left out.
    pub(super) fn sent(&self) -> Vec<String> {
        let state = self.state();
        let files = state.log.iter().filter_map(|line| line.strip_prefix("PUT street/"));
        files.filter(|path| !path.starts_with(".pbsite-")).map(str::to_owned).collect()
    }
}

struct Request {
    method: String,
    path: String,
    query: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
    let mut words = line.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    // /portal/street/a.html: below the bucket.
    let path = path.trim_start_matches('/').split_once('/').map_or("", |(_, path)| path);
    Some(Request { method, path: decoded(path), query: query.to_owned(), headers, body })
}

fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, more)) = rest.split_first() {
        let code = (*first == b'%').then(|| u8::from_str_radix(std::str::from_utf8(&more[..2]).unwrap(), 16).unwrap());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &more[2..] } else { more };
    }
    String::from_utf8(bytes).unwrap()
}

/// Answers one request; `None` when there is none any more.
fn serve(stream: &TcpStream, (shared, told): &(Mutex<State>, Condvar)) -> Option<()> {
    let request = read(stream)?;
    let mut state = shared.lock().unwrap();
    if state.silent {
        return None;
    }
    let (status, body) = answer(&mut state, &request);
    if status == 200 && request.method == "PUT" && !request.path.contains("/.pbsite-") {
        let left = state.silent_after.map(|left| left.saturating_sub(1));
        (state.silent_after, state.silent) = (left, left == Some(0));
        told.notify_all();
    }
    drop(state);
    let mut stream = stream;
    let body = if request.method == "HEAD" { Vec::new() } else { body };
    write!(stream, "HTTP/1.1 {status} -\r\nContent-Length: {}\r\n\r\n", body.len()).ok()?;
    stream.write_all(&body).ok()
}

fn answer(state: &mut State, request: &Request) -> (u16, Vec<u8>) {
    let Request { method, path, query, .. } = request;
    let error = |code: &str| format!("<Error><Code>{code}</Code><Message>no</Message></Error>").into_bytes();
    if let Some((status, code)) = state.refusal {
        return (status, error(code));
    }
    if state.unwell > 0 {
        state.unwell -= 1;
        return (503, error("ServiceUnavailable"));
    }
    state.log.push(format!("{method} {path}"));
    match method.as_str() {
        "PUT" => {
            state.clock += 1;
            let (bytes, headers, modified) = (request.body.clone(), request.headers.clone(), state.clock);
            state.objects.insert(path.clone(), Object { bytes, headers, modified });
            (200, Vec::new())
        }
        "GET" if query.contains("list-type=2") => (200, list(state).into_bytes()),
        "GET" => state.objects.get(path).map_or((404, error("NoSuchKey")), |object| (200, object.bytes.clone())),
        "DELETE" => {
            state.objects.remove(path);
            (204, Vec::new())
        }
        "POST" if query.contains("delete") => {
            let body = String::from_utf8(request.body.clone()).unwrap();
            for key in body.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next()) {
                state.log.push(format!("DELETE {key}"));
                state.objects.remove(key);
            }
            (200, b"<DeleteResult></DeleteResult>".to_vec())
        }
        _ => (400, error("InvalidRequest")),
    }
}

fn list(state: &State) -> String {
    let mut answer = "<ListBucketResult><IsTruncated>false</IsTruncated>".to_owned();
    for (path, object) in &state.objects {
        let sum: String = Md5::digest(&object.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let tag = if state.sums { sum } else { format!("{sum}-2") };
        let time = format!(
            "2026-11-21T{:02}:{:02}:{:02}.000Z",
            object.modified / 3600,
            object.modified / 60 % 60,
            object.modified % 60
        );
        let length = object.bytes.len();
        answer.push_str(&format!(
            "<Contents><Key>{path}</Key><LastModified>{time}</LastModified><ETag>\"{tag}\"</ETag><Size>{length}</Size></Contents>"
        ));
    }
    answer + "</ListBucketResult>"
}
