//! `pbsite check`.

use clap::Args;

use super::{Exit, Opened, Shared, build::failed, clock, page::PageOptions, report};
use crate::{
    checks::Beyond,
    msg, site, source, store,
    web::{Manners, Web},
};

/// Find every problem of the content, and write nothing
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pbsite check --report report.md --previous published/
  pbsite check --external")]
pub(super) struct Check {
    /// Ask other sites whether the addresses that are linked still open
    #[arg(long)]
    external: bool,
    #[command(flatten)]
    page: PageOptions,
}

impl Check {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let Opened { root, disk, console } = shared.open()?;
        let options = shared.options();
        let before = self.page.before(&disk, &options, &console)?;
        let store = store::Disk::new(&root.join(".pbsite/cache"));
        let web = self.external.then(|| Web::new(Manners::default(), &store, clock()));
        let published = before.addresses.as_ref().map(|addresses| addresses.iter().cloned().collect());
        let calendars = self.page.previous.calendars();
        let beyond = Beyond { published, calendars, history: source::first_versions(&root), web };
        let outcome = match site::check_beyond(&disk, &options, &beyond) {
            Ok(outcome) => outcome,
            Err(failure) => return Err(failed(&console, &failure)),
        };
        self.page.write(&before, &disk, &options, &outcome, &console)?;
        console.report(&outcome.report);
        if outcome.report.problems.is_empty() {
            console.say(&msg!("没有发现问题", "no problem found"));
            report::contents(&console, &outcome.contents);
        }
        if beyond.published.is_none() {
            console.say(&msg!(
                "没有对照已发布的网址；要看哪些网址会消失，加上 --previous 已发布的文件夹",
                "published addresses were not compared; to see which would vanish, add --previous and the published folder"
            ));
        }
        if shared.timings {
            report::timings(&console, &outcome);
        }
        Ok(console.exit(&outcome.report))
    }
}
