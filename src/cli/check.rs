//! `pbsite check`.

use clap::Args;

use super::{Exit, Opened, Shared, build::failed, page::PageOptions, report};
use crate::{msg, site};

/// Find every problem of the content, and write nothing
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite check --report report.md --previous published/")]
pub(super) struct Check {
    #[command(flatten)]
    page: PageOptions,
}

impl Check {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let Opened { disk, console, .. } = shared.open()?;
        let options = shared.options();
        let before = self.page.before(&disk, &options, &console)?;
        let outcome = match site::check(&disk, &options) {
            Ok(outcome) => outcome,
            Err(failure) => return Err(failed(&console, &failure)),
        };
        self.page.write(&before, &disk, &options, &outcome, &console)?;
        console.report(&outcome.report);
        if outcome.report.problems.is_empty() {
            console.say(&msg!("没有发现问题", "no problem found"));
            report::contents(&console, &outcome.contents);
        }
        if shared.timings {
            report::timings(&console, &outcome);
        }
        Ok(console.exit(&outcome.report))
    }
}
