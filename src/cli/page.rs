//! `--report`: a page about a change, written beside what a command says.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::PoisonError,
};

use clap::Args;

use super::{Exit, console::Console, previous::Previous, report::write, variable};
use crate::{
    base::path::OutPath,
    config::Overrides,
    msg,
    output::{Compare, published_title},
    report::{Changes, Facts, Forge, Form, page},
    site::{self, BuildOptions, Outcome},
    source::Disk,
    store,
};

/// Where a page about the change goes, and what it compares with.
#[derive(Args, Debug)]
pub(super) struct PageOptions {
    /// Write a page for a pull request: what to mend, what changes, what happens when
    #[arg(long, value_name = "FILE.md|FILE.html", value_parser = page_file)]
    report: Option<PathBuf>,
    #[command(flatten)]
    pub(super) previous: Previous,
}

/// An earlier build, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct Before {
    pub(super) addresses: Option<BTreeSet<String>>,
    differing: Option<BTreeSet<OutPath>>,
}

impl PageOptions {
    /// Looks at the earlier build, before a build may take its place.
    pub(super) fn before(&self, disk: &Disk, options: &BuildOptions, console: &Console) -> Result<Before, Exit> {
        let addresses = self.previous.addresses(console)?;
        let folder = self.previous.previous.as_deref().filter(|_| self.report.is_some());
        let differing = folder.and_then(Compare::with).and_then(|compare| {
            let changed = compare.changed();
            let outcome = site::build(disk, &store::Nothing, Box::new(compare), options).ok()?;
            outcome.written?;
            Some(std::mem::take(&mut *changed.lock().unwrap_or_else(PoisonError::into_inner)))
        });
        Ok(Before { addresses, differing })
    }

    /// Writes the page, if one is asked for.
    pub(super) fn write(
        &self,
        before: &Before,
        disk: &Disk,
        options: &BuildOptions,
        outcome: &Outcome,
        console: &Console,
    ) -> Result<(), Exit> {
        let Some(path) = &self.report else { return Ok(()) };
        let settings = site::settings(disk, &Overrides::default(), &mut Vec::new()).ok().flatten();
        let repository = settings.as_ref().map_or("", |settings| settings.repository.as_str());
        let name = settings.as_ref().map(|settings| settings.name.get(settings.default_language()));
        let changes = before.addresses.as_ref().filter(|_| !outcome.pages.is_empty());
        let facts = Facts {
            name: name.as_deref().unwrap_or("pbsite"),
            report: &outcome.report,
            contents: &outcome.contents,
            changes: changes.map(|addresses| {
                let folder = self.previous.previous.as_deref();
                let title = |address: &str| published_title(folder?, address);
                Changes::new(&outcome.pages, addresses, before.differing.as_ref(), title)
            }),
            forge: Forge::new(repository, variable, &disk.folder_in_repository()),
            left_out: &options.without,
        };
        write(path, &page(&facts, form(path), console.tongue)).map_err(|error| {
            let shown = path.display();
            console.fail(&msg!("写不了 {shown}：{error}", "cannot write {shown}: {error}"));
            Exit::Failed
        })
    }
}

fn form(path: &Path) -> Form {
    if path.extension().is_some_and(|extension| extension == "md") { Form::Markdown } else { Form::Html }
}

fn page_file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    let known = path.extension().is_some_and(|extension| ["md", "html"].iter().any(|known| extension == *known));
    if known { Ok(path) } else { Err("write a name that ends in .md or .html".into()) }
}
