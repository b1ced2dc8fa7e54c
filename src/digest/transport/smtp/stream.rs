//! Bytes to and from a server: no delay, a deadline for every stage, TLS with checked certificates.

use std::{
    io::{self, Read as _, Write as _},
    net::{TcpStream, ToSocketAddrs as _},
    path::Path,
    str::FromStr as _,
    sync::Arc,
    time::{Duration, Instant},
};

use lettre::transport::smtp::response::Response;
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};

use super::Stop;
use crate::{digest::disk, msg};

/// An answer has this many bytes at most.
const LONGEST_ANSWER: usize = 64 << 10;

/// So much is handed to the system at a time.
const BLOCK: usize = 64 << 10;

/// A connection that can no longer be used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken(pub(super) String);

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Self("timeout".into()),
            _ => Self(error.to_string()),
        }
    }
}

/// A connection.
pub(super) struct Stream {
    way: Way,
    /// What has come and was not read yet.
    buffer: Vec<u8>,
}

enum Way {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    /// Connects to the first address of a host that answers.
    pub(super) fn connect(host: &str, port: u16, wait: Duration) -> Result<Self, Broken> {
        let mut last = Broken("no address".into());
        for address in (host, port).to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, wait) {
                Ok(socket) => {
                    // Else each message waits 40 ms for an acknowledgement.
                    socket.set_nodelay(true)?;
                    return Ok(Self { way: Way::Plain(socket), buffer: Vec::new() });
                }
                Err(error) => last = error.into(),
            }
        }
        Err(last)
    }

    /// Encrypts the connection and checks the certificate.
    pub(super) fn encrypt(self, host: &str, ca: Option<&Path>) -> Result<Self, Stop> {
        let Way::Plain(socket) = self.way else { return Ok(self) };
        let name = ServerName::try_from(host.to_owned()).map_err(|error| Broken(error.to_string()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Broken(error.to_string()))?
            .with_root_certificates(roots(ca)?)
            .with_no_client_auth();
        let session = ClientConnection::new(Arc::new(config), name).map_err(|error| Broken(error.to_string()))?;
        Ok(Self { way: Way::Tls(Box::new(StreamOwned::new(session, socket))), buffer: Vec::new() })
    }

    /// Drops what has come and was not read.
    pub(super) fn forget(&mut self) {
        self.buffer.clear();
    }

    /// Sends a command.
    pub(super) fn send(&mut self, bytes: &[u8], wait: Duration) -> Result<(), Broken> {
        self.send_message(bytes, bytes.len(), wait).map_err(|(broken, _)| broken)
    }

    /// Sends bytes of which those before `end` are a message with its final dot. Where that fails,
    /// tells whether the dot may have left.
    pub(super) fn send_message(&mut self, bytes: &[u8], end: usize, wait: Duration) -> Result<(), (Broken, bool)> {
        let mut sent = 0;
        while sent < bytes.len() {
            let block = &bytes[sent..bytes.len().min(sent + BLOCK)];
            match self.write(block, wait) {
                Ok(0) => return Err((Broken("closed".into()), sent >= end)),
                Ok(written) => sent += written,
                // Plain bytes that the system did not take have not left; TLS may have sent some.
                Err(error) => {
                    let begun = matches!(self.way, Way::Tls(_)) && sent + block.len() >= end;
                    return Err((error.into(), sent >= end || begun));
                }
            }
        }
        Ok(())
    }

    fn write(&mut self, block: &[u8], wait: Duration) -> io::Result<usize> {
        self.socket().set_write_timeout(Some(wait))?;
        match &mut self.way {
            Way::Plain(socket) => loop {
                match socket.write(block) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    other => return other,
                }
            },
            Way::Tls(session) => {
                session.sock.set_read_timeout(Some(wait))?;
                session.write_all(block)?;
                session.flush()?;
                Ok(block.len())
            }
        }
    }

    /// Reads one answer, within a time for all of it.
    pub(super) fn response(&mut self, wait: Duration) -> Result<Response, Broken> {
        let deadline = Instant::now() + wait;
        loop {
            if let Some(end) = end_of_answer(&self.buffer)? {
                let text = canonical(&self.buffer[..end]);
                self.buffer.drain(..end);
                return Response::from_str(&text).map_err(|_| Broken("no SMTP answer".into()));
            }
            if self.buffer.len() > LONGEST_ANSWER {
                return Err(Broken("endless answer".into()));
            }
            self.read(deadline)?;
        }
    }

    fn read(&mut self, deadline: Instant) -> Result<(), Broken> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Broken("timeout".into()));
        }
        self.socket().set_read_timeout(Some(left))?;
        let mut bytes = [0; 4096];
        let read = match &mut self.way {
            Way::Plain(socket) => socket.read(&mut bytes),
            Way::Tls(session) => session.read(&mut bytes),
        };
        match read {
            Ok(0) => Err(Broken("closed".into())),
            Ok(read) => {
                self.buffer.extend_from_slice(&bytes[..read]);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn socket(&self) -> &TcpStream {
        match &self.way {
            Way::Plain(socket) => socket,
            Way::Tls(session) => &session.sock,
        }
    }
}

/// Where the first whole answer ends; every line of it must begin with a code.
fn end_of_answer(buffer: &[u8]) -> Result<Option<usize>, Broken> {
    let mut from = 0;
    while let Some(end) = memchr::memchr(b'\n', &buffer[from..]).map(|found| from + found + 1) {
        let line = &buffer[from..end];
        let coded = line.len() >= 3 && line[..3].iter().all(u8::is_ascii_digit);
        match line.get(3) {
            Some(b'-') if coded => from = end,
            Some(b' ' | b'\r' | b'\n') if coded => return Ok(Some(end)),
            _ => return Err(Broken("no SMTP answer".into())),
        }
    }
    Ok(None)
}

/// An answer as the grammar has it: CRLF, and a space behind each code.
fn canonical(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(answer);
    let line = |line: &str| if line.len() == 3 { format!("{line} \r\n") } else { format!("{line}\r\n") };
    text.lines().map(line).collect()
}

fn roots(ca: Option<&Path>) -> Result<RootCertStore, Stop> {
    let mut roots = RootCertStore::empty();
    let Some(path) = ca else {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        return Ok(roots);
    };
    let shown = path.display();
    let unusable = || Stop::Never(msg!("读不了证书文件 {shown}", "the certificates in {shown} cannot be read"));
    let pem = disk::bytes(path).map_err(|_| unusable())?;
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|_| unusable())?;
        roots.add(certificate).map_err(|_| unusable())?;
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_with_its_last_line() {
        assert_eq!(end_of_answer(b"250-a\r\n250 b\r\n354 c\r\n"), Ok(Some(14)));
        assert_eq!(end_of_answer(b"250-a\r\n250"), Ok(None));
        assert!(end_of_answer(b"hello\r\n").is_err() && end_of_answer(b"25\r\n").is_err());
        assert_eq!(end_of_answer(b"250\r\n"), Ok(Some(5)));
        assert_eq!(canonical(b"250-a\n250\r\n"), "250-a\r\n250 \r\n");
    }
}
