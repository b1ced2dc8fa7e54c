//! Before the first letter leaves: what must be right, letters to look at, and what git keeps of it.

use std::{collections::BTreeMap, path::Path};

use jiff::Timestamp;

use crate::{
    base::lang::Message,
    digest::{
        disk,
        frozen::Frozen,
        key::Key,
        ledger::Ledger,
        letter::Edition,
        mime::{Addressee, Press, Signer},
    },
    msg,
};

/// Whether an edition may be sent.
///
/// # Errors
/// It is not approved, past its `not_after`, or has nothing to say.
pub fn may_begin(edition: &dyn Edition, now: Timestamp) -> Result<(), Message> {
    let name = edition.id();
    if !edition.approved() {
        return Err(msg!(
            "{name} 还没有批准，不发。审阅以后在这一期的文件里写：status: approved",
            "{name} is not approved, so it is not sent. After the review write in its file: status: approved"
        ));
    }
    if let Some(end) = edition.not_after().filter(|end| now > end.timestamp()) {
        let end = end.strftime("%Y-%m-%d %H:%M");
        return Err(msg!(
            "{name} 过了最晚发送时间 {end}，不发。还要发，请改这一期的 not_after",
            "{name} is past its latest moment {end}, so it is not sent. To send it all the same, change its `not_after`"
        ));
    }
    if edition.letters().is_empty() {
        return Err(msg!("{name} 里没有内容，没有信可发", "{name} is empty: there is no letter to send"));
    }
    Ok(())
}

/// Whether the ledger may go on with an edition that git says was frozen: `frozen_with` is the
/// ledger's id in the frozen file.
///
/// # Errors
/// It is another ledger, or this one lost the edition: nobody knows who has been sent to.
pub fn may_go_on(ledger: &Ledger, edition: &str, frozen_with: &str) -> Result<(), Message> {
    if ledger.id() == frozen_with && ledger.frozen(edition)?.is_some() {
        return Ok(());
    }
    let shown = ledger.path().display();
    Err(msg!(
        "{edition} 已经用编号 {frozen_with} 的发送账开始发了，而 {shown} 里没有它。为了不重发，这里不发：请取回那本账（备份或原来的机器）",
        "{edition} was begun with ledger {frozen_with}, and {shown} does not have it. Nothing is sent, so that nobody gets it twice: bring that ledger back (from a backup or its machine)"
    ))
}

/// What the frozen edition's file says of its delivery: no recipient, only figures.
///
/// # Errors
/// The ledger cannot be read.
pub fn note(ledger: &Ledger, edition: &Frozen) -> Result<BTreeMap<String, String>, Message> {
    let audience = ledger.audience(&edition.name)?;
    let total: u64 = audience.iter().map(|(.., count)| count).sum();
    let mut note = BTreeMap::from([
        ("date".to_owned(), edition.date.to_string()),
        ("key".to_owned(), edition.key.clone()),
        ("ledger".to_owned(), ledger.id().to_owned()),
        ("letters".to_owned(), total.to_string()),
    ]);
    let name = |segment: &str, language: &str| format!("letters_{segment}_{language}");
    note.extend(edition.letters.iter().map(|letter| (name(&letter.segment, &letter.language), "0".to_owned())));
    note.extend(audience.iter().map(|(segment, language, count)| (name(segment, language), count.to_string())));
    Ok(note)
}

/// Writes a letter of each segment into a folder, addressed to the sender; their file names.
///
/// # Errors
/// The folder cannot be written, or the sender's address is none.
pub fn dry_run(
    edition: &dyn Edition,
    key: &Key,
    signer: Option<Signer>,
    folder: &Path,
) -> Result<Vec<String>, Message> {
    let frozen = Frozen::of(edition, key.id());
    let press = Press::new(&frozen, key, signer)?;
    let shown = folder.display();
    let failed = |error: std::io::Error| msg!("写不了 {shown}：{error}", "{shown} cannot be written: {error}");
    disk::folder(folder).map_err(failed)?;
    let mut names = Vec::new();
    for (number, letter) in frozen.letters.iter().enumerate() {
        let name = format!("{}.{}.eml", letter.segment, letter.language);
        let mut bytes = Vec::new();
        press.write(number, Addressee { email: press.from(), name: "" }, &mut bytes);
        disk::write(&folder.join(&name), &bytes).map_err(failed)?;
        names.push(name);
    }
    Ok(names)
}
