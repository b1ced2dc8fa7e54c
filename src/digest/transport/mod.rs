//! Ways for a message to leave: an SMTP relay, or files and programs that take its place.

mod files;
pub mod pace;
pub mod smtp;
mod url;

use std::fmt;

pub use files::Files;
pub use url::{Address, Relay, Tls};

use crate::base::lang::Message;

/// From whom and to whom a message goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// Where refusals go.
    pub from: &'a str,
    /// The recipient.
    pub to: &'a str,
    /// The Message-ID, which names files.
    pub message_id: &'a str,
}

impl fmt::Debug for Envelope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Envelope({})", self.message_id)
    }
}

/// What came of handing a message over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handed {
    /// The other side answered: 2xx took it, 4xx refused it for now, 5xx for good.
    Answered {
        /// The code.
        code: u16,
        /// The words, without addresses.
        reply: String,
    },
    /// The connection broke before the end of the message left.
    NotSent(Message),
    /// The connection broke when it had left.
    Unknown(Message),
}

/// One way out, used by one thread.
pub trait Carrier: Send {
    /// Hands a message over. `leaves` is called just before its last bytes leave; where it fails
    /// they do not. `next` is the message that follows at once, for those who say it ahead.
    ///
    /// # Errors
    /// `leaves` failed.
    fn carry(
        &mut self,
        envelope: Envelope<'_>,
        message: &[u8],
        next: Option<Envelope<'_>>,
        leaves: &mut dyn FnMut() -> Result<(), Message>,
    ) -> Result<Handed, Message>;

    /// Ends well.
    fn close(&mut self) {}
}

/// Opens a way out, again and again as connections break.
pub trait Exit: Send + Sync {
    /// Connects.
    ///
    /// # Errors
    /// Why it cannot, and whether another try may help.
    fn open(&self) -> Result<Box<dyn Carrier>, Refusal>;

    /// How many may be open at a time.
    fn connections(&self) -> u32;

    /// Messages over one connection at most.
    fn messages(&self) -> u32;
}

/// Why no connection came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// In words.
    pub message: Message,
    /// Whether a later try may succeed: not with a wrong password.
    pub passing: bool,
}

/// The words of a server without the addresses in them.
pub fn without_addresses(reply: &str) -> String {
    let words = reply.split_whitespace().map(|word| if word.contains('@') { "<…>" } else { word });
    let text = words.collect::<Vec<_>>().join(" ");
    text.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_kept_without_addresses() {
        let reply = "5.1.1 <li@example.org>: Recipient address rejected: li@example.org\r\n unknown";
        assert_eq!(without_addresses(reply), "5.1.1 <…> Recipient address rejected: <…> unknown");
    }
}
