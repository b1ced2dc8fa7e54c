//! The address of the way out, as `PBSITE_SMTP_URL` has it:
//! `smtp://user:password@host:587?tls=required`, `smtps://…`, `maildir:/path`, …

use std::{fmt, net::IpAddr, path::PathBuf};

use crate::{base::lang::Message, digest::disk, msg};

/// Whether and how the connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte.
    Immediate,
    /// By STARTTLS, or not at all.
    Required,
    /// None, to this machine itself only.
    None,
}

/// An SMTP relay.
#[derive(Clone, PartialEq)]
pub struct Relay {
    /// Host name or IP address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// User and password, where it wants them.
    pub login: Option<(String, String)>,
    /// Encryption.
    pub tls: Tls,
    /// Connections at a time.
    pub connections: u32,
    /// Messages over one connection.
    pub messages: u32,
    /// Messages a second over all connections.
    pub rate: Option<f64>,
    /// A file with certificate authorities (PEM) that are trusted instead of the public ones.
    pub ca: Option<PathBuf>,
    /// What it is greeted with.
    pub greeting: Option<String>,
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Relay({}:{})", self.host, self.port)
    }
}

/// A way out.
#[derive(Debug, Clone, PartialEq)]
pub enum Address {
    /// A relay.
    Smtp(Relay),
    /// A folder of `.eml` files.
    Folder(PathBuf),
    /// A maildir.
    Maildir(PathBuf),
    /// An mbox file.
    Mbox(PathBuf),
    /// A program like sendmail.
    Sendmail(PathBuf),
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// What is wrong with it, without the password in it.
    pub fn parse(text: &str) -> Result<Self, Message> {
        let Some((scheme, rest)) = text.trim().split_once(':') else { return Err(unknown()) };
        let path = || PathBuf::from(rest.strip_prefix("//").unwrap_or(rest));
        match scheme {
            "smtp" | "smtps" => relay(scheme, rest.strip_prefix("//").ok_or_else(unknown)?).map(Self::Smtp),
            _ if rest.is_empty() => Err(unknown()),
            "file" => Ok(Self::Folder(path())),
            "maildir" => Ok(Self::Maildir(path())),
            "mbox" => Ok(Self::Mbox(path())),
            "sendmail" => Ok(Self::Sendmail(path())),
            _ => Err(unknown()),
        }
    }
}

fn unknown() -> Message {
    msg!(
        "PBSITE_SMTP_URL 读不懂。写成 smtp://用户:密码@主机:587?tls=required，或 smtps://…、maildir:/文件夹、mbox:/文件、file:/文件夹、sendmail:/usr/sbin/sendmail",
        "PBSITE_SMTP_URL cannot be read. Write smtp://user:password@host:587?tls=required, or smtps://…, maildir:/folder, mbox:/file, file:/folder, sendmail:/usr/sbin/sendmail"
    )
}

fn relay(scheme: &str, rest: &str) -> Result<Relay, Message> {
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (login, host) = match place.trim_end_matches('/').rsplit_once('@') {
        Some((login, host)) => (Some(login), host),
        None => (None, place.trim_end_matches('/')),
    };
    let (host, port) = host_and_port(host)?;
    let immediate = scheme == "smtps";
    let mut relay = Relay {
        host,
        port: port.unwrap_or(if immediate { 465 } else { 587 }),
        login: None,
        tls: if immediate { Tls::Immediate } else { Tls::Required },
        connections: 2,
        messages: 100,
        rate: None,
        ca: None,
        greeting: None,
    };
    let mut password = None;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        option(&mut relay, &mut password, pair)?;
    }
    if let Some(login) = login {
        let (user, own) = login.split_once(':').map_or((login, None), |(user, word)| (user, Some(word)));
        let password = password.or_else(|| own.map(percent_decoded)).unwrap_or_default();
        relay.login = Some((percent_decoded(user), password));
    }
    if relay.tls == Tls::None && !is_loopback(&relay.host) {
        return Err(msg!(
            "tls=none 只能用在本机（127.0.0.1）；发往别的机器要加密，写 tls=required",
            "tls=none is for this machine (127.0.0.1) only: to another one write tls=required"
        ));
    }
    Ok(relay)
}

fn host_and_port(text: &str) -> Result<(String, Option<u16>), Message> {
    let no_port = || msg!("PBSITE_SMTP_URL 的端口不是数字", "the port in PBSITE_SMTP_URL is no number");
    if let Some(rest) = text.strip_prefix('[') {
        let (host, port) = rest.split_once(']').ok_or_else(unknown)?;
        let port = port.strip_prefix(':').map(str::parse).transpose().map_err(|_| no_port())?;
        return Ok((host.to_owned(), port));
    }
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    if host.is_empty() {
        return Err(unknown());
    }
    Ok((host.to_owned(), port.map(str::parse).transpose().map_err(|_| no_port())?))
}

fn option(relay: &mut Relay, password: &mut Option<String>, pair: &str) -> Result<(), Message> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let value = percent_decoded(value);
    let wrong = || msg!("PBSITE_SMTP_URL 里的“{name}”写得不对", "“{name}” in PBSITE_SMTP_URL is not right");
    match name {
        "tls" if relay.tls == Tls::Immediate && value == "required" => {}
        "tls" if relay.tls != Tls::Immediate => {
            relay.tls = match value.as_str() {
                "required" => Tls::Required,
                "none" => Tls::None,
                _ => return Err(wrong()),
            }
        }
        "connections" => relay.connections = value.parse().ok().filter(|n| (1..=32).contains(n)).ok_or_else(wrong)?,
        "messages" => relay.messages = value.parse().ok().filter(|n| *n > 0).ok_or_else(wrong)?,
        "rate" => relay.rate = Some(value.parse().ok().filter(|n: &f64| *n > 0.0).ok_or_else(wrong)?),
        "ca" => relay.ca = Some(PathBuf::from(value)),
        "greeting" => relay.greeting = Some(value),
        "password_file" => {
            let text = disk::text(&PathBuf::from(&value)).map_err(|error| {
                msg!("读不了密码文件 {value}：{error}", "the password file {value} cannot be read: {error}")
            })?;
            *password = Some(text.trim_end_matches(['\r', '\n']).to_owned());
        }
        _ => return Err(wrong()),
    }
    Ok(())
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let code = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relay(text: &str) -> Relay {
        match Address::parse(text) {
            Ok(Address::Smtp(relay)) => relay,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn addresses_of_relays() {
        let it = relay("smtp://user%40e.org:p%3Ass@mail.example.org:2587?tls=required&connections=4&rate=2.5");
        assert_eq!((it.host.as_str(), it.port, it.tls, it.connections), ("mail.example.org", 2587, Tls::Required, 4));
        assert_eq!(it.login, Some(("user@e.org".into(), "p:ss".into())));
        assert_eq!((relay("smtps://mail.example.org").port, relay("smtp://mail.example.org").port), (465, 587));
        assert_eq!(relay("smtp://[::1]:25?tls=none").host, "::1");
    }

    #[test]
    fn nothing_goes_unencrypted_to_another_machine() {
        assert!(Address::parse("smtp://mail.example.org?tls=none").is_err());
        assert!(Address::parse("smtp://127.0.0.1:2525?tls=none").is_ok());
    }

    #[test]
    fn a_password_never_shows() {
        let text = "smtp://user:geheim@mail.example.org?tls=maybe";
        assert!(!Address::parse(text).unwrap_err().en.contains("geheim"));
        assert!(!format!("{:?}", relay("smtp://user:geheim@mail.example.org")).contains("geheim"));
    }
}
