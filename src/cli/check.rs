//! `pbsite check`.

use clap::Args;

use super::{
    Exit, Shared,
    build::{failed, site_tongue},
    console::Console,
    report,
};
use crate::{msg, site};

/// Find every problem of the content, and write nothing
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite check --format json")]
pub(super) struct Check {}

impl Check {
    pub(super) fn run(&self, shared: &Shared) -> Exit {
        let console = Console::new(shared, None);
        let (_, disk) = match shared.open(&console) {
            Ok(opened) => opened,
            Err(exit) => return exit,
        };
        let console = Console::new(shared, site_tongue(&disk));
        let outcome = match site::check(&disk, &shared.options()) {
            Ok(outcome) => outcome,
            Err(failure) => return failed(&console, &failure),
        };
        console.report(&outcome.report);
        if outcome.report.problems.is_empty() {
            console.say(&msg!("没有发现问题", "no problem found"));
            report::contents(&console, &outcome.contents);
        }
        if shared.timings {
            report::timings(&console, &outcome);
        }
        console.exit(&outcome.report)
    }
}
