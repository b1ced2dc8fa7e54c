//! An SMTP server on the loopback that does what a script says: it takes mail, refuses it, breaks
//! off, talks nonsense, or kills the sender.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::Child,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

use crate::support::root;

/// Where in a conversation the script is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Stage {
    Connect,
    Hello,
    Mail,
    Rcpt,
    Data,
    /// A part of the body has come.
    Body,
    /// The dot has come, nothing is stored.
    Dot,
    /// It is stored, the answer has not left.
    Stored,
}

/// What the server does.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Go,
    Close,
    /// Says this instead, then goes on.
    Say(String),
    /// Says this instead and closes.
    SayAndClose(String),
    /// Answers byte by byte.
    Drip,
    /// Answers after this time.
    Late(Duration),
    /// Kills the sender, then closes.
    Kill,
}

/// What has happened so far, for the script.
#[derive(Debug, Clone)]
pub(crate) struct At {
    pub(crate) stage: Stage,
    /// Connections so far, from 1.
    pub(crate) connection: usize,
    /// Messages begun so far over all connections, from 1; 0 before the first.
    pub(crate) message: usize,
    /// The recipient, once named.
    pub(crate) to: String,
}

pub(crate) type Script = dyn Fn(&At) -> Act + Send + Sync;

/// A message that the server keeps.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) to: String,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) struct Server {
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    script: Box<Script>,
    pipelining: bool,
    /// How one logs in, after STARTTLS.
    login: Option<&'static str>,
    connections: AtomicUsize,
    messages: AtomicUsize,
    stored: Mutex<Vec<Stored>>,
    sender: Mutex<Option<Child>>,
}

impl Server {
    pub(crate) fn start(script: impl Fn(&At) -> Act + Send + Sync + 'static) -> Self {
        Self::with(true, script)
    }

    /// One that wants STARTTLS and a login.
    pub(crate) fn encrypted(login: &'static str) -> Self {
        Self::make(true, Some(login), |_| Act::Go)
    }

    pub(crate) fn with(pipelining: bool, script: impl Fn(&At) -> Act + Send + Sync + 'static) -> Self {
        Self::make(pipelining, None, script)
    }

    fn make(
        pipelining: bool,
        login: Option<&'static str>,
        script: impl Fn(&At) -> Act + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            script: Box::new(script),
            pipelining,
            login,
            connections: AtomicUsize::new(0),
            messages: AtomicUsize::new(0),
            stored: Mutex::default(),
            sender: Mutex::default(),
        });
        let own = shared.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (Ok(stream), shared) = (stream, own.clone()) else { break };
                std::thread::spawn(move || drop(Conversation::new(stream, shared).talk()));
            }
        });
        Self { port, shared }
    }

    pub(crate) fn stored(&self) -> Vec<Stored> {
        self.shared.stored.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// The process that [`Act::Kill`] kills.
    pub(crate) fn may_kill(&self, sender: Child) {
        *self.shared.sender.lock().unwrap() = Some(sender);
    }

    /// Waits until the sender has ended, however.
    pub(crate) fn wait_for_sender(&self) {
        loop {
            let mut sender = self.shared.sender.lock().unwrap();
            match sender.as_mut().map(|child| child.try_wait().unwrap()) {
                Some(None) => {}
                _ => return,
            }
            drop(sender);
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Bytes both ways, encrypted or not.
trait Wire: Read + Write + Send {}
impl<T: Read + Write + Send> Wire for T {}

struct Conversation {
    wire: BufReader<Box<dyn Wire>>,
    socket: TcpStream,
    encrypted: bool,
    logged_in: bool,
    shared: Arc<Shared>,
    at: At,
}

/// The conversation is over.
struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

impl Conversation {
    fn new(stream: TcpStream, shared: Arc<Shared>) -> Self {
        stream.set_nodelay(true).unwrap();
        let connection = shared.connections.fetch_add(1, Ordering::SeqCst) + 1;
        let at = At { stage: Stage::Connect, connection, message: 0, to: String::new() };
        let socket = stream.try_clone().unwrap();
        Self { wire: BufReader::new(Box::new(stream)), socket, encrypted: false, logged_in: false, shared, at }
    }

    fn encrypt(&mut self) {
        let file = |name: &str| std::fs::read(root().join("tests/digest/tls").join(name)).unwrap();
        let chain = CertificateDer::pem_slice_iter(&file("server.pem")).map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_slice(&file("server.key")).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        let session = ServerConnection::new(Arc::new(config)).unwrap();
        self.wire = BufReader::new(Box::new(StreamOwned::new(session, self.socket.try_clone().unwrap())));
        self.encrypted = true;
    }

    /// PLAIN with its first answer, or LOGIN, which asks twice.
    fn log_in(&mut self, line: &str) -> Result<(), Over> {
        let mut said = line.split_whitespace().skip(2).map(str::to_owned).collect::<Vec<_>>().join(" ");
        if line.contains("LOGIN") {
            for question in ["VXNlcm5hbWU6", "UGFzc3dvcmQ6"] {
                self.say(&format!("334 {question}\r\n"))?;
                let mut answer = String::new();
                self.wire.read_line(&mut answer)?;
                said = format!("{said} {}", answer.trim()).trim().to_owned();
            }
        }
        // "\0editor\0secret", and "editor", "secret".
        self.logged_in = self.encrypted && ["AGVkaXRvcgBzZWNyZXQ=", "ZWRpdG9y c2VjcmV0"].contains(&said.as_str());
        self.say(if self.logged_in { "235 welcome\r\n" } else { "535 5.7.8 no\r\n" })
    }

    fn talk(mut self) -> Result<(), Over> {
        self.answer(Stage::Connect, "220 test ESMTP\r\n")?;
        let (mut sender, mut taken) = (false, false);
        loop {
            let mut line = String::new();
            if self.wire.read_line(&mut line)? == 0 {
                return Ok(());
            }
            match line.get(..4).unwrap_or("").to_ascii_uppercase().as_str() {
                "EHLO" => {
                    let more = if self.shared.pipelining { "250-PIPELINING\r\n" } else { "" };
                    let more = match (self.shared.login, self.encrypted) {
                        (Some(_), false) => format!("{more}250-STARTTLS\r\n"),
                        (Some(how), true) => format!("{more}250-AUTH {how}\r\n"),
                        (None, _) => more.to_owned(),
                    };
                    let hello = format!("250-test\r\n{more}250 8BITMIME\r\n");
                    self.answer(Stage::Hello, &hello)?;
                }
                "STAR" => {
                    self.say("220 go\r\n")?;
                    self.encrypt();
                }
                "AUTH" => self.log_in(&line)?,
                "MAIL" if self.shared.login.is_some() && !self.logged_in => self.say("530 5.7.0 log in\r\n")?,
                "MAIL" => {
                    self.at.message = self.shared.messages.fetch_add(1, Ordering::SeqCst) + 1;
                    self.at.to.clear();
                    taken = false;
                    sender = self.answer(Stage::Mail, "250 ok\r\n")?;
                }
                "RCPT" if !sender => self.say("503 no sender\r\n")?,
                "RCPT" => {
                    self.at.to = line.split(['<', '>']).nth(1).unwrap_or("").to_owned();
                    taken = self.answer(Stage::Rcpt, "250 ok\r\n")?;
                }
                "DATA" if !taken => self.say("503 no recipient\r\n")?,
                "DATA" => {
                    if self.answer(Stage::Data, "354 go on\r\n")? {
                        self.body()?;
                    }
                    taken = false;
                }
                "RSET" => {
                    taken = false;
                    self.say("250 ok\r\n")?;
                }
                "QUIT" => return self.say("221 bye\r\n"),
                _ => self.say("502 what\r\n")?,
            }
        }
    }

    fn body(&mut self) -> Result<(), Over> {
        let mut bytes = Vec::new();
        let mut asked = false;
        loop {
            let start = bytes.len();
            if self.wire.by_ref().take(1 << 20).read_until(b'\n', &mut bytes)? == 0 {
                return Err(Over);
            }
            if &bytes[start..] == b".\r\n" {
                bytes.truncate(start);
                break;
            }
            if bytes[start..].starts_with(b".") {
                bytes.remove(start);
            }
            if !std::mem::replace(&mut asked, true) {
                self.answer(Stage::Body, "")?;
            }
        }
        if self.answer(Stage::Dot, "")? {
            let stored = Stored { to: self.at.to.clone(), bytes };
            self.shared.stored.lock().unwrap().push(stored);
            self.answer(Stage::Stored, "250 stored\r\n")?;
        }
        Ok(())
    }

    /// Does what the script says at a stage; whether the answer was the ordinary one.
    fn answer(&mut self, stage: Stage, ordinary: &str) -> Result<bool, Over> {
        self.at.stage = stage;
        match (self.shared.script)(&self.at) {
            Act::Go => self.say(ordinary).map(|()| true),
            Act::Close => Err(Over),
            Act::Say(text) => self.say(&text).map(|()| stage == Stage::Stored),
            Act::SayAndClose(text) => self.say(&text).and(Err(Over)),
            Act::Drip => {
                for byte in ordinary.bytes() {
                    self.wire.get_mut().write_all(&[byte])?;
                    self.wire.get_mut().flush()?;
                    std::thread::yield_now();
                }
                Ok(true)
            }
            Act::Late(time) => {
                std::thread::sleep(time);
                self.say(ordinary).map(|()| true)
            }
            Act::Kill => {
                if let Some(child) = self.shared.sender.lock().unwrap().as_mut() {
                    child.kill().unwrap();
                    child.wait().unwrap();
                }
                Err(Over)
            }
        }
    }

    fn say(&mut self, text: &str) -> Result<(), Over> {
        self.wire.get_mut().write_all(text.as_bytes())?;
        Ok(self.wire.get_mut().flush()?)
    }
}
