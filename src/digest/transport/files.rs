//! Ways out that are files or programs: a folder of `.eml`, a maildir, an mbox file, sendmail. Each
//! file is named by the Message-ID, so that a letter that is sent again replaces itself.

use std::{io, path::PathBuf};

use super::{Address, Carrier, Envelope, Exit, Handed, Refusal};
use crate::{base::lang::Message, digest::disk, msg};

/// A file or program as the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Folder(PathBuf),
    Maildir(PathBuf),
    Mbox(PathBuf),
    Sendmail(PathBuf),
}

impl Files {
    /// The way out at an address; `None` for a relay.
    pub fn at(address: &Address) -> Option<Self> {
        let kind = match address.clone() {
            Address::Smtp(_) => return None,
            Address::Folder(path) => Kind::Folder(path),
            Address::Maildir(path) => Kind::Maildir(path),
            Address::Mbox(path) => Kind::Mbox(path),
            Address::Sendmail(path) => Kind::Sendmail(path),
        };
        Some(Self(kind))
    }

    fn write(&self, envelope: &Envelope<'_>, message: &[u8]) -> io::Result<()> {
        let name = envelope.message_id.replace(['/', '\\', ':'], "-");
        match &self.0 {
            Kind::Folder(folder) => disk::write(&folder.join(format!("{name}.eml")), message),
            Kind::Maildir(folder) => {
                // RFC 5322 line ends are CRLF, those of a maildir LF.
                let message = without_cr(message);
                let staged = folder.join("tmp").join(&name);
                disk::write(&staged, &message)?;
                disk::rename(&staged, &folder.join("new").join(&name))
            }
            Kind::Mbox(file) => disk::append_private(file, &mbox_entry(envelope.from, message)),
            Kind::Sendmail(program) => {
                disk::pipe_to(program, &["-i", "-f", envelope.from, "--", envelope.to], &without_cr(message))
            }
        }
    }

    fn prepare(&self) -> io::Result<()> {
        match &self.0 {
            Kind::Folder(folder) => disk::folder(folder),
            Kind::Maildir(folder) => ["tmp", "new", "cur"].iter().try_for_each(|name| disk::folder(&folder.join(name))),
            Kind::Mbox(_) | Kind::Sendmail(_) => Ok(()),
        }
    }
}

impl Exit for Files {
    fn open(&self) -> Result<Box<dyn Carrier>, Refusal> {
        match self.prepare() {
            Ok(()) => Ok(Box::new(self.clone())),
            Err(error) => {
                let message = msg!("建不了文件夹：{error}", "the folder cannot be made: {error}");
                Err(Refusal { message, passing: false })
            }
        }
    }

    fn connections(&self) -> u32 {
        1
    }

    fn messages(&self) -> u32 {
        u32::MAX
    }
}

impl Carrier for Files {
    fn carry(
        &mut self,
        envelope: Envelope<'_>,
        message: &[u8],
        _next: Option<Envelope<'_>>,
        leaves: &mut dyn FnMut() -> Result<(), Message>,
    ) -> Result<Handed, Message> {
        leaves()?;
        Ok(match self.write(&envelope, message) {
            Ok(()) => Handed::Answered { code: 250, reply: String::new() },
            Err(error) => failed(&self.0, &error),
        })
    }
}

/// A file that failed was not written; sendmail says by its code (`sysexits.h`).
fn failed(kind: &Kind, error: &io::Error) -> Handed {
    let words = error.to_string();
    match (kind, words.strip_prefix("exit ").and_then(|code| code.parse().ok())) {
        (Kind::Sendmail(_), Some(75_u16 | 71 | 74)) => Handed::Answered { code: 451, reply: words },
        (Kind::Sendmail(_), Some(_)) => Handed::Answered { code: 554, reply: words },
        (Kind::Sendmail(_), None) if words == "killed" => {
            Handed::Unknown(msg!("sendmail 被中断", "sendmail was killed"))
        }
        _ => Handed::NotSent(msg!("写不了：{words}", "it cannot be written: {words}")),
    }
}

fn without_cr(message: &[u8]) -> Vec<u8> {
    message.iter().copied().filter(|byte| *byte != b'\r').collect()
}

/// An entry of an mbox file (mboxrd): lines that look like its beginning are quoted.
fn mbox_entry(from: &str, message: &[u8]) -> Vec<u8> {
    let mut entry = format!("From {from} Thu Jan  1 00:00:00 1970\n").into_bytes();
    for line in without_cr(message).split_inclusive(|byte| *byte == b'\n') {
        let quoted = line.iter().position(|byte| *byte != b'>').is_some_and(|at| line[at..].starts_with(b"From "));
        if quoted {
            entry.push(b'>');
        }
        entry.extend_from_slice(line);
    }
    entry.push(b'\n');
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_look_like_a_beginning_are_quoted() {
        let entry = mbox_entry("a@b.cn", b"Subject: x\r\n\r\nFrom here\r\n>From there\r\n");
        let text = String::from_utf8(entry).unwrap();
        assert!(text.ends_with("\n\n>From here\n>>From there\n\n"), "{text}");
    }
}
