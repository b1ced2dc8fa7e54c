//! `pbsite build`.

use std::time::Instant;

use clap::Args;

use super::{Exit, Opened, Shared, console::Console, report};
use crate::{
    msg,
    output::Folder,
    site::{self, Failure},
    store,
};

/// Build the site into output/
///
/// Reads content/ and themes/, and writes the finished site. With an error in the content nothing
/// is written, and what was published stays.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite build --base-url https://example.org/street/")]
pub(super) struct Build {
    /// Make every picture anew instead of taking it from the cache in .pbsite/
    #[arg(long)]
    no_cache: bool,
}

impl Build {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let start = Instant::now();
        let Opened { root, disk, console } = shared.open()?;
        let folder = shared.output_folder(&root);
        let sink = match Folder::open(&folder) {
            Ok(sink) => sink,
            Err(error) => {
                console.fail(&error.message());
                return Err(Exit::Failed);
            }
        };
        let cache: Box<dyn store::Store> = if self.no_cache {
            Box::new(store::Nothing)
        } else {
            Box::new(store::Disk::new(&root.join(".pbsite/cache")))
        };
        let outcome = match site::build(&disk, &*cache, Box::new(sink), &shared.options()) {
            Ok(outcome) => outcome,
            Err(failure) => return Err(failed(&console, &failure)),
        };
        console.report(&outcome.report);
        if outcome.report.errors() > 0 {
            console.say(&msg!(
                "有错误，没有写任何文件；原来的网站没有变",
                "there are errors: nothing was written, the published site is as it was"
            ));
        } else {
            report::contents(&console, &outcome.contents);
            report::written(&console, &outcome, &folder.display().to_string(), start.elapsed());
        }
        if shared.timings {
            report::timings(&console, &outcome);
        }
        Ok(console.exit(&outcome.report))
    }
}

/// Says why a run could not run.
pub(super) fn failed(console: &Console, failure: &Failure) -> Exit {
    match failure {
        Failure::Output(error) => console.fail(&error.message()),
        Failure::Source(what, error) => console.fail(&msg!("读不了 {what}：{error}", "cannot read {what}: {error}")),
    }
    Exit::Failed
}
