//! `pbsite digest …`: one file for each command.

mod bounces;
mod check;
mod correct;
mod delivery;
mod draft;
mod endpoint;
mod export;
mod forget;
mod fresh;
mod interrupt;
mod key;
mod preview;
mod purge;
mod recipients;
mod send;
mod status;
mod stop;
mod test;
mod unsubscribe;

pub(super) use preview::pages as preview_pages;

use std::path::Path;

use clap::{Args, Subcommand};

use super::{Exit, Shared, console::Console};
use crate::{
    base::{lang::Message, path::SitePath},
    checks,
    diagnostics::{Diagnostic, Place, Report},
    digest::{ledger::Ledger, mime::Signer, recipients::Source},
    letters::{self, Composed, Known, Readers, Trouble},
    msg,
    plan::Plan,
    source::{Files, rewrite, write_new},
    store::Spool,
};
use delivery::{LedgerOptions, Post};

/// Draft, look at and send the editions of a digest
#[derive(Args, Debug)]
pub(super) struct Digest {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    Draft(draft::Draft),
    Preview(preview::Preview),
    Check(check::Check),
    Send(send::Send),
    Status(status::Status),
    Stop(stop::Stop),
    Correct(correct::Correct),
    Test(test::Test),
    Key(key::Key),
    Recipients(recipients::Recipients),
    Unsubscribe(unsubscribe::Unsubscribe),
    Bounces(bounces::Bounces),
    Forget(forget::Forget),
    Purge(purge::Purge),
    Export(export::Export),
    Endpoint(endpoint::Endpoint),
}

impl Digest {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        match &self.command {
            Command::Draft(command) => command.run(shared),
            Command::Preview(command) => command.run(shared),
            Command::Check(command) => command.run(shared),
            Command::Send(command) => command.run(shared),
            Command::Status(command) => command.run(shared),
            Command::Stop(command) => command.run(shared),
            Command::Correct(command) => command.run(shared),
            Command::Test(command) => command.run(shared),
            Command::Key(command) => command.run(shared),
            Command::Recipients(command) => command.run(shared),
            Command::Unsubscribe(command) => command.run(shared),
            Command::Bounces(command) => command.run(shared),
            Command::Forget(command) => command.run(shared),
            Command::Purge(command) => command.run(shared),
            Command::Export(command) => command.run(shared),
            Command::Endpoint(command) => command.run(shared),
        }
    }
}

/// What the environment says of the sending, for looking at an edition before it.
struct Around {
    source: Option<Source>,
    ledger: Option<Ledger>,
    signer: Option<Signer>,
}

impl Around {
    fn of(post: &Post) -> Result<Self, Exit> {
        let source = super::variable("PBSITE_RECIPIENTS").map(|_| post.source()).transpose()?;
        let ledger = match source {
            Some(_) => post.ledger_if_any(&LedgerOptions::default())?,
            None => None,
        };
        Ok(Self { source, ledger, signer: post.signer()? })
    }

    /// Counts the readers, where the list is known.
    fn readers(&self, composed: &Composed) -> Result<Option<Readers>, Message> {
        let has_left = |email: &str| self.ledger.as_ref().map_or(Ok(false), |ledger| ledger.has_left(email));
        self.source.as_ref().map(|source| Readers::count(composed, source, &has_left)).transpose()
    }
}

/// An edition composed and looked at.
struct Looked {
    /// Its letters; none where they could not be made.
    composed: Option<Composed>,
    /// Who gets them, where the list is known.
    readers: Option<Readers>,
    /// What is to be said of it.
    problems: Vec<Diagnostic>,
    /// What changed since the edition before it was sent, in words.
    changed: Vec<String>,
}

/// Composes an edition and looks at it and at its letters.
fn look(plan: &Plan<'_>, spool: &Spool<'_>, files: &dyn Files, around: &Around, id: &str) -> Result<Looked, Trouble> {
    let mut looked = Looked { composed: None, readers: None, problems: Vec::new(), changed: Vec::new() };
    let composed = match letters::compose(plan, spool, files, id) {
        Err(Trouble::Broken(problems)) => return Ok(Looked { problems, ..looked }),
        composed => composed?,
    };
    if let Some(at) = plan.edition_by_id(id) {
        checks::look_at_edition(plan, at, &mut looked.problems);
        let told = plan.edition_view(at, &|_| true).changes;
        looked.changed = told.into_iter().map(|told| format!("{} {}：{}", told.label, told.title, told.text)).collect();
    }
    let readers = around.readers(&composed).map_err(Trouble::NoEdition)?;
    let known = Known { readers: readers.as_ref(), signer: around.signer.as_ref() };
    letters::look(plan, &composed, &known, &mut looked.problems);
    Ok(Looked { composed: Some(composed), readers, ..looked })
}

/// The edition that is meant: the one named, else those that are still to be sent.
fn meant(plan: &Plan<'_>, named: Option<&str>) -> Vec<String> {
    if let Some(name) = named {
        return vec![name.trim_end_matches(".md").trim_start_matches("content/editions/").to_owned()];
    }
    let default = plan.catalogue.settings.default_language();
    let waits = |at: &usize| {
        let edition = &plan.editions[*at];
        let here = plan.catalogue.items[edition.item].lang == *default;
        here && plan.sent[*at].is_none() && edition.period.last() >= plan.catalogue.now.date()
    };
    (0..plan.editions.len()).filter(waits).map(|at| plan.editions[at].id.clone()).collect()
}

/// The part of a report that is about digests: their files, and what stops them.
fn of_digests(report: Report) -> Report {
    let Report { mut problems, sources } = report;
    problems.retain(|problem| {
        let file = problem.diagnostic.place.file_name().unwrap_or_default();
        let own =
            file.starts_with("content/digests/") || file.starts_with("content/editions/") || file.contains("/email/");
        own || matches!(problem.diagnostic.place, Place::Site) && problem.diagnostic.code.number() >= "PB3000"
    });
    Report { problems, sources }
}

/// Writes a file anew, or in the place of what it was; what is the same is left alone.
fn write(root: &Path, path: &SitePath, old: Option<&[u8]>, text: &str, console: &Console) -> Result<(), Exit> {
    let file = root.join(path.as_str());
    let written = match old {
        Some(old) if old == text.as_bytes() => return Ok(()),
        Some(old) => rewrite(&file, old, text.as_bytes()),
        None => write_new(&file, text.as_bytes()),
    };
    written.map_err(|error| {
        console.fail(&msg!("写不了 {path}：{error}", "cannot write {path}: {error}"));
        Exit::Failed
    })
}

/// Says why an edition could not be composed.
fn tell(trouble: &Trouble, console: &Console) -> Exit {
    match trouble {
        Trouble::NoEdition(message) => console.fail(message),
        Trouble::Broken(problems) => problems.iter().for_each(|problem| console.fail(&problem.message)),
    }
    Exit::Failed
}
