//! Delivery status notifications (RFC 3464) in a maildir or an mbox: which addresses do not exist.

use std::path::Path;

use super::{address, disk};
use crate::{base::lang::Message, msg};

/// A report about one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// The address, in its one form.
    pub email: String,
    /// `failed`, `delayed`, …
    pub action: String,
    /// `5.1.1`.
    pub status: String,
}

impl Bounce {
    /// Whether the address is not there for good: a full mailbox or a slow server is no reason.
    pub fn is_final(&self) -> bool {
        let gone = ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4", "5.0.0"];
        self.action == "failed" && gone.contains(&self.status.as_str())
    }
}

/// What a mailbox held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Mails that were looked at.
    pub mails: usize,
    /// The reports in them.
    pub bounces: Vec<Bounce>,
}

/// Reads a maildir or an mbox file.
///
/// # Errors
/// It cannot be read.
pub fn read(path: &Path) -> Result<Found, Message> {
    let shown = path.display();
    let failed = |error: std::io::Error| msg!("读不了 {shown}：{error}", "{shown} cannot be read: {error}");
    let mut found = Found::default();
    if disk::is_folder(path) {
        for folder in ["new", "cur"] {
            for file in disk::files(&path.join(folder)).map_err(failed)? {
                found.mails += 1;
                found.bounces.extend(reports(&disk::bytes(&file).map_err(failed)?));
            }
        }
        return Ok(found);
    }
    let bytes = disk::bytes(path).map_err(failed)?;
    for mail in entries(&bytes) {
        found.mails += 1;
        found.bounces.extend(reports(mail));
    }
    Ok(found)
}

/// The mails of an mbox file.
fn entries(bytes: &[u8]) -> Vec<&[u8]> {
    let mut starts: Vec<usize> = memchr::memmem::find_iter(bytes, b"\nFrom ").map(|at| at + 1).collect();
    if bytes.starts_with(b"From ") {
        starts.insert(0, 0);
    }
    starts
        .iter()
        .enumerate()
        .map(|(i, start)| &bytes[*start..starts.get(i + 1).copied().unwrap_or(bytes.len())])
        .collect()
}

/// The recipients' groups of the `message/delivery-status` parts of a mail.
fn reports(mail: &[u8]) -> Vec<Bounce> {
    let text = String::from_utf8_lossy(mail).replace("\r\n", "\n");
    if !text.to_ascii_lowercase().contains("message/delivery-status") {
        return Vec::new();
    }
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    // The first mention is the `report-type` of the whole; groups stand behind a part's own header.
    for (at, _) in lower.match_indices("content-type: message/delivery-status") {
        let Some(body) = text[at..].find("\n\n").map(|end| at + end + 2) else { continue };
        let end = text[body..].find("\n--").map_or(text.len(), |end| body + end);
        found.extend(text[body..end].split("\n\n").filter_map(group));
    }
    found
}

fn group(text: &str) -> Option<Bounce> {
    let unfolded = text.replace("\n ", " ").replace("\n\t", " ");
    let field = |name: &str| {
        let line = unfolded.lines().find(|line| {
            line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
                && line[name.len()..].trim_start().starts_with(':')
        })?;
        line.split_once(':').map(|(_, value)| value.trim().to_owned())
    };
    // The original is the address that we wrote to; a forward may have failed elsewhere.
    let address_of = |field: String| address::normalize(field.rsplit(';').next().unwrap_or_default()).ok();
    let email =
        field("Original-Recipient").and_then(address_of).or_else(|| field("Final-Recipient").and_then(address_of))?;
    let action = field("Action")?.to_ascii_lowercase();
    let status = field("Status")?.split_whitespace().next().unwrap_or_default().to_owned();
    Some(Bounce { email, action, status })
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "From MAILER-DAEMON Mon Nov 30 10:00:00 2026
Content-Type: multipart/report; report-type=delivery-status;
\tboundary=\"b\"

--b
Content-Type: text/plain

It did not arrive.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; Gone@People.example
Original-Recipient: rfc822;gone@people.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such
 user

Final-Recipient: rfc822; full@people.example
Action: failed
Status: 5.2.2

Final-Recipient: rfc822; slow@people.example
Action: delayed
Status: 4.4.1
--b--

From other Mon Nov 30 10:00:00 2026
Subject: hello

Status: 5.1.1
Final-Recipient: rfc822; liar@people.example
Action: failed
";

    #[test]
    fn reports_of_an_mbox() {
        let mails = entries(REPORT.as_bytes());
        assert_eq!(mails.len(), 2);
        let found: Vec<_> = mails.into_iter().flat_map(reports).collect();
        let told: Vec<_> = found.iter().map(|bounce| (bounce.email.as_str(), bounce.is_final())).collect();
        assert_eq!(
            told,
            [("gone@people.example", true), ("full@people.example", false), ("slow@people.example", false)]
        );
    }
}
