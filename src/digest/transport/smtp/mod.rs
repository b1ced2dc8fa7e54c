//! The SMTP client: lettre's commands and answers over a stream of our own, so that it is known at
//! which stage a connection broke, and nothing waits for the network that need not.
//!
//! With PIPELINING (RFC 2920) a message and the envelope of the next leave together, one round
//! trip for each. Before the dot is handed to the system a broken connection means "not sent"
//! (RFC 5321 §4.1.1.4), after it "unknown".

mod stream;

use std::{fmt::Write as _, str::FromStr as _, time::Duration};

use lettre::{
    Address as Mailbox,
    transport::smtp::{
        authentication::{Credentials, Mechanism},
        commands::{Auth, Data, Ehlo, Mail, Quit, Rcpt, Rset, Starttls},
        extension::{ClientId, Extension, ServerInfo},
        response::Response,
    },
};

use super::{Carrier, Envelope, Exit, Handed, Refusal, Relay, Tls, without_addresses};
use crate::{base::lang::Message, msg};
use stream::{Broken, Stream};

/// How long each stage may take (RFC 5321 §4.5.3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// To connect.
    pub connect: Duration,
    /// Greeting, EHLO, MAIL, RCPT.
    pub command: Duration,
    /// The answer to DATA.
    pub data: Duration,
    /// Each block of the message.
    pub block: Duration,
    /// The answer after the final dot.
    pub dot: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        let minutes = |n: u64| Duration::from_secs(60 * n);
        Self {
            connect: Duration::from_secs(30),
            command: minutes(5),
            data: minutes(2),
            block: minutes(3),
            dot: minutes(10),
        }
    }
}

/// A relay with its deadlines.
#[derive(Debug, Clone)]
pub struct Smtp {
    relay: Relay,
    deadlines: Deadlines,
}

impl Smtp {
    /// A way out over a relay.
    pub fn new(relay: Relay, deadlines: Deadlines) -> Self {
        Self { relay, deadlines }
    }

    fn connect(&self) -> Result<Client, Stop> {
        let (relay, wait) = (&self.relay, self.deadlines);
        let mut stream = Stream::connect(&relay.host, relay.port, wait.connect).map_err(Stop::Broken)?;
        if relay.tls == Tls::Immediate {
            stream = stream.encrypt(&relay.host, relay.ca.as_deref())?;
        }
        let mut client = Client { stream, wait, pipelining: false, offered: false, reset: false };
        client.greeted()?;
        let mut info = client.hello(relay)?;
        if relay.tls == Tls::Required {
            client = client.start_tls(&info, relay)?;
            info = client.hello(relay)?;
        }
        if let Some((user, password)) = &relay.login {
            client.log_in(&info, user, password)?;
        }
        Ok(client)
    }
}

impl Exit for Smtp {
    fn open(&self) -> Result<Box<dyn Carrier>, Refusal> {
        let (host, port) = (&self.relay.host, self.relay.port);
        match self.connect() {
            Ok(client) => Ok(Box::new(client)),
            Err(Stop::Broken(broken)) => {
                let why = broken.0;
                let message = msg!("连不上邮件服务器 {host}:{port}：{why}", "cannot talk to {host}:{port}: {why}");
                Err(Refusal { message, passing: true })
            }
            Err(Stop::Answered(response)) => {
                let reply = words(&response);
                let passing = code(&response) < 500;
                let message = msg!("邮件服务器 {host} 不接待：{reply}", "{host} will not serve: {reply}");
                Err(Refusal { message, passing })
            }
            Err(Stop::Never(message)) => Err(Refusal { message, passing: false }),
        }
    }

    fn connections(&self) -> u32 {
        self.relay.connections
    }

    fn messages(&self) -> u32 {
        self.relay.messages
    }
}

/// Why a connection did not come to the point of sending.
enum Stop {
    Broken(Broken),
    Answered(Response),
    Never(Message),
}

impl From<Broken> for Stop {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

/// A connection that is ready for messages.
struct Client {
    stream: Stream,
    wait: Deadlines,
    pipelining: bool,
    /// The envelope of the message that comes next has been said already.
    offered: bool,
    /// The last envelope was refused half way: the next begins with RSET.
    reset: bool,
}

impl Client {
    fn greeted(&mut self) -> Result<(), Stop> {
        let greeting = self.stream.response(self.wait.command)?;
        if code(&greeting) == 220 { Ok(()) } else { Err(Stop::Answered(greeting)) }
    }

    fn hello(&mut self, relay: &Relay) -> Result<ServerInfo, Stop> {
        let name = relay.greeting.clone().map_or_else(ClientId::default, ClientId::Domain);
        let response = self.command(&Ehlo::new(name).to_string())?;
        if !response.is_positive() {
            return Err(Stop::Answered(response));
        }
        self.pipelining = response.message().any(|line| line.trim().eq_ignore_ascii_case("PIPELINING"));
        ServerInfo::from_response(&response).map_err(|error| Stop::Broken(Broken(error.to_string())))
    }

    fn start_tls(mut self, info: &ServerInfo, relay: &Relay) -> Result<Self, Stop> {
        let host = &relay.host;
        if !info.supports_feature(Extension::StartTls) {
            return Err(Stop::Never(msg!(
                "邮件服务器 {host} 不会加密（没有 STARTTLS），密码和名单会在路上被人看见，所以不发",
                "{host} offers no encryption (STARTTLS): password and addresses would be readable on the way, so nothing is sent"
            )));
        }
        let response = self.command(&Starttls.to_string())?;
        if !response.is_positive() {
            return Err(Stop::Answered(response));
        }
        // What came before the encryption was not said by the server that the certificate names.
        self.stream.forget();
        self.stream = self.stream.encrypt(host, relay.ca.as_deref())?;
        Ok(self)
    }

    fn log_in(&mut self, info: &ServerInfo, user: &str, password: &str) -> Result<(), Stop> {
        let never = |message| Stop::Never(message);
        let Some(mechanism) = info.get_auth_mechanism(&[Mechanism::Plain, Mechanism::Login]) else {
            return Err(never(msg!(
                "邮件服务器不用 PLAIN 或 LOGIN 登录；不需要登录的，PBSITE_SMTP_URL 里别写用户",
                "the server offers neither PLAIN nor LOGIN; if it wants no login, leave the user out of PBSITE_SMTP_URL"
            )));
        };
        let credentials = Credentials::new(user.to_owned(), password.to_owned());
        let odd = |_| Stop::Broken(Broken("AUTH".into()));
        let mut response = self.command(&Auth::new(mechanism, credentials.clone(), None).map_err(odd)?.to_string())?;
        // LOGIN asks twice; a server that asks on and on is none.
        for _ in 0..3 {
            if code(&response) != 334 {
                break;
            }
            let next = Auth::new_from_response(mechanism, credentials.clone(), &response).map_err(odd)?;
            response = self.command(&next.to_string())?;
        }
        match code(&response) {
            235 => Ok(()),
            400..500 => Err(Stop::Answered(response)),
            _ => {
                let reply = words(&response);
                Err(never(msg!(
                    "邮件服务器不认用户或密码：{reply}。看一看 PBSITE_SMTP_URL",
                    "the server does not accept user or password: {reply}. Look at PBSITE_SMTP_URL"
                )))
            }
        }
    }

    fn command(&mut self, text: &str) -> Result<Response, Broken> {
        self.stream.send(text.as_bytes(), self.wait.command)?;
        self.stream.response(self.wait.command)
    }

    /// The commands of an envelope, which leave together where the server allows it.
    fn envelope(&self, envelope: Envelope<'_>) -> Result<[String; 3], Broken> {
        let mailbox = |text: &str| Mailbox::from_str(text).map_err(|error| Broken(error.to_string()));
        let mut mail = String::new();
        if self.reset {
            let _ = write!(mail, "{Rset}");
        }
        let _ = write!(mail, "{}", Mail::new(Some(mailbox(envelope.from)?), Vec::new()));
        Ok([mail, Rcpt::new(mailbox(envelope.to)?, Vec::new()).to_string(), Data.to_string()])
    }

    /// Says an envelope and hears what the server thinks of it: `None` where it takes the message.
    fn offer(&mut self, envelope: Envelope<'_>) -> Result<Option<Response>, Broken> {
        let reset = self.reset;
        if !self.offered {
            let commands = self.envelope(envelope)?;
            if !self.pipelining {
                return self.step_by_step(commands);
            }
            self.stream.send(commands.concat().as_bytes(), self.wait.command)?;
        }
        self.offered = false;
        if reset {
            self.stream.response(self.wait.command)?;
            self.reset = false;
        }
        let mail = self.stream.response(self.wait.command)?;
        let rcpt = self.stream.response(self.wait.command)?;
        let data = self.stream.response(self.wait.data)?;
        let refused = [mail, rcpt].into_iter().find(|response| !response.is_positive());
        match (refused, code(&data)) {
            (None, 354) => Ok(None),
            (Some(refused), 354) => {
                // RFC 2920 §3.1: DATA was taken without a recipient; an end without a beginning.
                self.stream.send(b".\r\n", self.wait.block)?;
                self.stream.response(self.wait.dot)?;
                self.reset = true;
                Ok(Some(refused))
            }
            (refused, _) => {
                self.reset = true;
                Ok(Some(refused.unwrap_or(data)))
            }
        }
    }

    /// The same for servers that want to be asked one by one.
    fn step_by_step(&mut self, commands: [String; 3]) -> Result<Option<Response>, Broken> {
        let [mail, rcpt, data] = commands;
        let mail = if std::mem::take(&mut self.reset) {
            self.command(&Rset.to_string())?;
            mail.trim_start_matches(&Rset.to_string()).to_owned()
        } else {
            mail
        };
        for (command, wait) in [(mail, self.wait.command), (rcpt, self.wait.command), (data, self.wait.data)] {
            self.stream.send(command.as_bytes(), self.wait.command)?;
            let response = self.stream.response(wait)?;
            if code(&response) == 354 {
                return Ok(None);
            }
            if !response.is_positive() || command == Data.to_string() {
                self.reset = true;
                return Ok(Some(response));
            }
        }
        Ok(None)
    }
}

impl Carrier for Client {
    fn carry(
        &mut self,
        envelope: Envelope<'_>,
        message: &[u8],
        next: Option<Envelope<'_>>,
        leaves: &mut dyn FnMut() -> Result<(), Message>,
    ) -> Result<Handed, Message> {
        match self.offer(envelope) {
            Ok(None) => {}
            Ok(Some(response)) => return Ok(answered(&response)),
            Err(broken) => return Ok(Handed::NotSent(lost(&broken))),
        }
        let mut bytes = with_dot(message);
        let end = bytes.len();
        if let Some(next) = next.filter(|_| self.pipelining)
            && let Ok(commands) = self.envelope(next)
        {
            commands.iter().for_each(|command| bytes.extend_from_slice(command.as_bytes()));
            self.offered = true;
        }
        leaves()?;
        if let Err((broken, dot_left)) = self.stream.send_message(&bytes, end, self.wait.block) {
            let fate = if dot_left { Handed::Unknown } else { Handed::NotSent };
            return Ok(fate(lost(&broken)));
        }
        Ok(match self.stream.response(self.wait.dot) {
            Ok(response) if !matches!(code(&response), 200..300 | 400..600) => {
                Handed::Unknown(lost(&Broken(words(&response))))
            }
            Ok(response) => answered(&response),
            Err(broken) => Handed::Unknown(lost(&broken)),
        })
    }

    fn close(&mut self) {
        if self.offered {
            // The server waits for a message: what is said now would be one.
            return;
        }
        // Nobody needs the answer.
        let _ = self.stream.send(Quit.to_string().as_bytes(), Duration::from_secs(5));
        let _ = self.stream.response(Duration::from_secs(5));
    }
}

fn code(response: &Response) -> u16 {
    response.code().into()
}

fn words(response: &Response) -> String {
    let text = response.message().collect::<Vec<_>>().join(" ");
    without_addresses(&format!("{} {text}", response.code()))
}

fn answered(response: &Response) -> Handed {
    // An answer that is no refusal where only a refusal makes sense counts as one for now.
    let code = match code(response) {
        code @ (200..300 | 400..600) => code,
        _ => 451,
    };
    Handed::Answered { code, reply: words(response) }
}

fn lost(broken: &Broken) -> Message {
    let why = without_addresses(&broken.0);
    msg!("连接断了：{why}", "the connection broke: {why}")
}

/// The message with its end, dots at the beginning of lines doubled (RFC 5321 §4.5.2).
fn with_dot(message: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(message.len() + 256);
    let mut from = 0;
    if message.first() == Some(&b'.') {
        bytes.push(b'.');
    }
    for at in memchr::memmem::find_iter(message, b"\n.") {
        bytes.extend_from_slice(&message[from..=at]);
        bytes.push(b'.');
        from = at + 1;
    }
    bytes.extend_from_slice(&message[from..]);
    if !bytes.ends_with(b"\r\n") {
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b".\r\n");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_doubled_at_the_beginning_of_lines() {
        assert_eq!(with_dot(b".a\r\n.\r\nb.\r\n..c"), b"..a\r\n..\r\nb.\r\n...c\r\n.\r\n");
        assert_eq!(with_dot(b"a\r\n"), b"a\r\n.\r\n");
    }
}
