//! A newer revision of an edition: what waits goes out in it; those who have the old one receive a
//! short word or nothing; what is unknown stays held.

use jiff::Timestamp;

use super::{
    frozen::Frozen,
    ledger::{Added, Ledger},
    letter::{Hole, Letter},
};
use crate::{
    base::{lang::Message, text::escape_html},
    msg,
};

/// What a correction came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Corrected {
    /// Letters that go out in the new revision instead of the old.
    pub moved: u64,
    /// Short letters to those who have the old one.
    pub short: u64,
}

/// Freezes a newer revision. With `note`, those who have an older one receive a short letter that
/// says it.
///
/// # Errors
/// It is no newer revision, or the database fails.
pub fn correct(
    ledger: &mut Ledger,
    mut newer: Frozen,
    note: Option<&str>,
    now: Timestamp,
) -> Result<Corrected, Message> {
    let name = newer.name.clone();
    let Some((_, older)) = ledger.frozen(&name)? else {
        return Err(msg!("{name} 还没有发过，直接改就行", "{name} was not sent yet: simply change it"));
    };
    if newer.revision <= older.revision {
        let (is, next) = (older.revision, older.revision + 1);
        return Err(msg!(
            "{name} 的第 {is} 版已经在发。改好内容后，在这一期的文件里写：revision: {next}",
            "revision {is} of {name} is being sent already. Amend it and write in its file: revision: {next}"
        ));
    }
    // The key stays: tokens of the older letters belong to it.
    newer.key.clone_from(&older.key);
    let full = newer.letters.len();
    let have = if note.is_some() { ledger.have(&name)? } else { Vec::new() };
    if let Some(note) = note {
        let short: Vec<Letter> = older.letters.iter().map(|letter| short_letter(letter, note, &newer.page)).collect();
        newer.letters.extend(short);
    }
    let mut corrected = Corrected::default();
    let most = newer.letters.len();
    ledger.freeze(&newer, now, |add| {
        for (email, name, letter, kind) in &have {
            // Those who got a short letter once have their letter behind the full ones.
            let index = full + letter % (most - full).max(1);
            corrected.short += u64::from(add(email, name, kind, index)? == Added::Queued);
        }
        Ok(())
    })?;
    corrected.moved = ledger.move_waiting(&name, now)?;
    Ok(corrected)
}

/// A few lines in the language of a letter: what was wrong, and where it stands right.
fn short_letter(letter: &Letter, note: &str, page: &str) -> Letter {
    let chinese = letter.language.starts_with("zh");
    let (subject, seen, leave) = match chinese {
        true => (format!("更正：{}", letter.subject), "更正后的全文：", "退订："),
        false => (format!("Correction: {}", letter.subject), "The corrected edition: ", "Leave: "),
    };
    let [hello, away] = [Hole::Salutation, Hole::Unsubscribe].map(Hole::mark);
    let (shown, address) = (escape_html(note), escape_html(page));
    Letter {
        segment: format!("{}-correction", letter.segment),
        subject,
        html: format!(
            "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><title>{shown}</title></head><body style=\"font-size:16px;line-height:1.7\"><div role=\"article\" lang=\"{lang}\"><p>{hello}</p><p>{shown}</p><p>{seen}<a href=\"{address}\">{address}</a></p><p>{leave}<a href=\"{away}\">{leave}</a></p></div></body></html>\n",
            lang = letter.language
        ),
        text: format!("{hello}\n\n{note}\n\n{seen}\n{page}\n\n{leave}\n{away}\n"),
        parts: Vec::new(),
        ..letter.clone()
    }
}
