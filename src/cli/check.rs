//! `pbsite check`.

use clap::Args;

use super::{Exit, Opened, Shared, build::failed, report};
use crate::{msg, site};

/// Find every problem of the content, and write nothing
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite check --format json")]
pub(super) struct Check {}

impl Check {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let Opened { disk, console, .. } = shared.open()?;
        let outcome = match site::check(&disk, &shared.options()) {
            Ok(outcome) => outcome,
            Err(failure) => return Err(failed(&console, &failure)),
        };
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
