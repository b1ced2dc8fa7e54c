//! A frozen edition for another engine, past one machine: requests of KumoMTA's inject API, a
//! campaign and subscribers of listmonk, or files with a list of envelopes. What was handed over is
//! no longer sent from here.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    io::{self, BufWriter, Write as _},
    path::Path,
};

use serde_json::json;

use super::{
    disk,
    frozen::Frozen,
    ledger::Ledger,
    letter::{Hole, Letter},
    mime::{Addressee, Press},
    transport::{Address, Envelope, Exit as _, Files, Handed},
};
use crate::{base::lang::Message, msg};

/// An engine, or a form of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// NDJSON, a request of KumoMTA's `POST /api/inject/v1` a line.
    Kumomta,
    /// A campaign (JSON of `POST /api/campaigns`) and subscribers (CSV) for each letter.
    Listmonk,
    /// `.eml` files and `envelopes.csv`.
    Eml,
    /// A maildir and `envelopes.csv`.
    Maildir,
    /// An mbox file and `envelopes.csv`.
    Mbox,
}

impl Engine {
    /// All of them with their names.
    pub const ALL: [(&'static str, Self); 5] = [
        ("kumomta", Self::Kumomta),
        ("listmonk", Self::Listmonk),
        ("eml", Self::Eml),
        ("maildir", Self::Maildir),
        ("mbox", Self::Mbox),
    ];
}

/// Writes what waits of an edition into a folder; the number of letters.
///
/// # Errors
/// The folder cannot be written, or the ledger cannot be read.
pub fn write(
    engine: Engine,
    ledger: &Ledger,
    (edition, frozen): (i64, &Frozen),
    press: &Press,
    folder: &Path,
) -> Result<u64, Message> {
    disk::private_folder(folder).map_err(|error| unwritable(folder, &error))?;
    match engine {
        Engine::Kumomta => kumomta(ledger, edition, press, folder),
        Engine::Listmonk => listmonk(ledger, edition, frozen, folder),
        Engine::Eml => files(ledger, edition, press, folder, &Address::Folder(folder.join("letters"))),
        Engine::Maildir => files(ledger, edition, press, folder, &Address::Maildir(folder.join("Maildir"))),
        Engine::Mbox => files(ledger, edition, press, folder, &Address::Mbox(folder.join("letters.mbox"))),
    }
}

fn unwritable(folder: &Path, error: &io::Error) -> Message {
    let shown = folder.display();
    msg!("写不了 {shown}：{error}", "{shown} cannot be written: {error}")
}

/// <https://docs.kumomta.com/reference/http/api_inject_v1/>: the content is a whole message, and
/// the dialect `Static` leaves braces in it alone.
fn kumomta(ledger: &Ledger, edition: i64, press: &Press, folder: &Path) -> Result<u64, Message> {
    let failed = |error: io::Error| unwritable(folder, &error);
    let mut out = BufWriter::new(fresh(&folder.join("inject.ndjson")).map_err(failed)?);
    let (mut bytes, mut written) = (Vec::new(), 0);
    ledger.waiting(edition, &mut |email, name, letter, _| {
        bytes.clear();
        press.write(letter, Addressee { email, name }, &mut bytes);
        let request = json!({
            "envelope_sender": press.from(),
            "recipients": [{ "email": email }],
            "content": String::from_utf8_lossy(&bytes),
            "template_dialect": "Static",
        });
        written += 1;
        writeln!(out, "{request}").map_err(failed)
    })?;
    out.flush().map_err(failed)?;
    Ok(written)
}

/// <https://listmonk.app/docs/apis/campaigns/>: drafts, which a person starts; links for leaving are
/// listmonk's own, since it keeps the subscribers from then on.
fn listmonk(ledger: &Ledger, edition: i64, frozen: &Frozen, folder: &Path) -> Result<u64, Message> {
    let failed = |error: io::Error| unwritable(folder, &error);
    let csv_failed = |error: csv::Error| unwritable(folder, &io::Error::other(error));
    let mut lists: BTreeMap<usize, csv::Writer<disk::File>> = BTreeMap::new();
    let mut written = 0;
    ledger.waiting(edition, &mut |email, name, letter, kind| {
        let Some(of) = frozen.letters.get(letter) else { return Ok(()) };
        let writer = match lists.entry(letter) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(subscribers(folder, of)?),
        };
        let attributes = json!({ "name": name, "unit_kind": kind }).to_string();
        written += 1;
        // listmonk takes no subscriber without a name.
        let shown = if name.is_empty() { email.split('@').next().unwrap_or(email) } else { name };
        writer.write_record([email, shown, attributes.as_str()]).map_err(csv_failed)
    })?;
    for (letter, mut writer) in lists {
        writer.flush().map_err(failed)?;
        let of = &frozen.letters[letter];
        let text = format!("{:#}\n", campaign(frozen, of));
        disk::write(&folder.join(format!("{}.campaign.json", stem(of))), text.as_bytes()).map_err(failed)?;
    }
    Ok(written)
}

/// A table of subscribers with its headings.
fn subscribers(folder: &Path, letter: &Letter) -> Result<csv::Writer<disk::File>, Message> {
    let file = fresh(&folder.join(format!("{}.subscribers.csv", stem(letter))));
    let mut writer = csv::Writer::from_writer(file.map_err(|error| unwritable(folder, &error))?);
    let written = writer.write_record(["email", "name", "attributes"]);
    written.map_err(|error| unwritable(folder, &io::Error::other(error)))?;
    Ok(writer)
}

fn stem(letter: &Letter) -> String {
    format!("{}.{}", letter.segment, letter.language)
}

fn campaign(frozen: &Frozen, letter: &Letter) -> serde_json::Value {
    let sender = &frozen.sender;
    let (named, plain) = (letter.salutation.0.as_str(), letter.salutation.1.as_str());
    let (before, after) = named.split_once("{name}").unwrap_or((named, ""));
    let salutation = format!(
        "{{{{ if .Subscriber.Attribs.name }}}}{before}{{{{ .Subscriber.Attribs.name }}}}{after}{{{{ else }}}}{plain}{{{{ end }}}}"
    );
    let fill = |text: &str| {
        // Braces of the content are no template.
        let text = text.replace("{{", "{{ `{{` }}");
        let text = text.replace(Hole::Salutation.mark(), &salutation);
        let text = text.replace(Hole::Unsubscribe.mark(), "{{ UnsubscribeURL }}");
        text.replace(Hole::Preferences.mark(), "{{ ManageURL }}")
    };
    json!({
        "name": format!("{} r{} {}", frozen.name, frozen.revision, letter.label),
        "subject": letter.subject,
        "lists": [],
        "from_email": format!("{} <{}>", sender.name.replace(['<', '>', '"', '\r', '\n'], " "), sender.email),
        "type": "regular",
        "content_type": "html",
        "messenger": "email",
        "body": fill(&letter.html),
        "altbody": fill(&letter.text),
        "tags": [frozen.name.replace('/', "-")],
        "headers": [{ "Auto-Submitted": "auto-generated" }],
    })
}

fn files(ledger: &Ledger, edition: i64, press: &Press, folder: &Path, address: &Address) -> Result<u64, Message> {
    let failed = |error: &dyn std::fmt::Display| unwritable(folder, &io::Error::other(error.to_string()));
    let Some(files) = Files::at(address) else { return Ok(0) };
    let mut carrier = files.open().map_err(|refusal| refusal.message)?;
    let list = fresh(&folder.join("envelopes.csv")).map_err(|error| failed(&error))?;
    let mut envelopes = csv::Writer::from_writer(list);
    envelopes.write_record(["message_id", "from", "to"]).map_err(|error| failed(&error))?;
    let (mut bytes, mut written) = (Vec::new(), 0);
    ledger.waiting(edition, &mut |email, name, letter, _| {
        bytes.clear();
        press.write(letter, Addressee { email, name }, &mut bytes);
        let message_id = press.message_id(email);
        let envelope = Envelope { from: press.from(), to: email, message_id: &message_id };
        match carrier.carry(envelope, &bytes, None, &mut || Ok(()))? {
            Handed::Answered { .. } => written += 1,
            Handed::NotSent(why) | Handed::Unknown(why) => return Err(why),
        }
        envelopes.write_record([message_id.as_str(), press.from(), email]).map_err(|error| failed(&error))
    })?;
    envelopes.flush().map_err(|error| failed(&error))?;
    Ok(written)
}

/// A file of its owner alone, emptied.
fn fresh(path: &Path) -> io::Result<disk::File> {
    let file = disk::private_file(path)?;
    file.set_len(0)?;
    Ok(file)
}
