//! What SpamAssassin says of a letter: with its own rules alone, nothing is asked of other machines.

use std::io;

use super::{
    disk,
    frozen::Frozen,
    key::Key,
    letter::Edition,
    mime::{Addressee, Press},
};
use crate::base::lang::Message;

/// The program.
const PROGRAM: &str = "spamassassin";

/// Rules of the machine alone, and the whole message in answer.
const ARGUMENTS: [&str; 2] = ["--local", "--test-mode"];

/// Somebody who stands for all.
const READER: Addressee<'_> = Addressee { email: "reader@example.org", name: "" };

/// What SpamAssassin says.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Points: mail with five or more is usually sorted out.
    pub score: f64,
    /// The rules that gave them.
    pub rules: String,
}

/// The messages of an edition as readers would get them, one for each letter, unsigned.
///
/// # Errors
/// The sender has no mail address, or the system no random numbers.
pub fn messages(edition: &dyn Edition) -> Result<Vec<Vec<u8>>, Message> {
    let key = Key::random()?;
    let press = Press::new(&Frozen::of(edition, key.id()), &key, None)?;
    let one = |letter| {
        let mut message = Vec::new();
        press.write(letter, READER, &mut message);
        message
    };
    Ok((0..edition.letters().len()).map(one).collect())
}

/// Asks SpamAssassin.
///
/// # Errors
/// It is not installed (`NotFound`), ends badly, or answers without a score (`InvalidData`).
pub fn judge(message: &[u8]) -> io::Result<Verdict> {
    let answer = disk::filter(PROGRAM, &ARGUMENTS, message)?;
    verdict(&String::from_utf8_lossy(&answer)).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// Reads `X-Spam-Status: No, score=-0.1 required=5.0 tests=A,B autolearn=…`, which may be folded.
fn verdict(answer: &str) -> Option<Verdict> {
    let status = answer.split("X-Spam-Status:").nth(1)?.replace("\r\n", "\n").replace("\n\t", " ").replace("\n ", " ");
    let status = status.lines().next()?;
    let after = |name: &str| status.split(name).nth(1);
    let score = after("score=")?.split_whitespace().next()?.parse().ok()?;
    let rules = after("tests=").unwrap_or_default().split(" autolearn=").next().unwrap_or_default();
    Some(Verdict { score, rules: rules.replace(' ', "").replace(',', ", ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folded_answer_is_read() {
        let answer = "From: a@example.org\nX-Spam-Status: No, score=2.7 required=5.0 tests=HTML_MESSAGE,\n\
                      \tLOW_CONTRAST, TO_MALFORMED autolearn=no\n\tversion=4.0.0\n\nText\n";
        let rules = "HTML_MESSAGE, LOW_CONTRAST, TO_MALFORMED".into();
        assert_eq!(verdict(answer), Some(Verdict { score: 2.7, rules }));
        assert_eq!(verdict("X-Spam-Status: No, score=-0.1 required=5.0\n").map(|v| v.score), Some(-0.1));
        assert_eq!(verdict("Subject: x\n\nscore=3\n"), None);
    }
}
