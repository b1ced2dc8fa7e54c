//! `pbsite check`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Exit, Opened, Shared, build::failed, clock, console::Console, report};
use crate::{
    checks::{self, Beyond},
    msg, site, source, store,
    web::{Manners, Web},
};

/// Find every problem of the content, and write nothing
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pbsite check --format json
  pbsite check --previous public/ --external")]
pub(super) struct Check {
    /// The published site, or its api/addresses.json: tell which addresses would vanish
    #[arg(long, value_name = "FILE|DIR")]
    previous: Option<PathBuf>,
    /// Ask other sites whether the addresses that are linked still open
    #[arg(long)]
    external: bool,
}

impl Check {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let Opened { root, disk, console } = shared.open()?;
        let published = self.previous.as_deref().map(|path| published(path, &console)).transpose()?;
        let store = store::Disk::new(&root.join(".pbsite/cache"));
        let web = self.external.then(|| Web::new(Manners::default(), &store, clock()));
        let beyond = Beyond { published, history: source::first_versions(&root), web };
        let outcome = match site::check_beyond(&disk, &shared.options(), &beyond) {
            Ok(outcome) => outcome,
            Err(failure) => return Err(failed(&console, &failure)),
        };
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

/// The addresses of the published site; that there are none is said.
fn published(path: &Path, console: &Console) -> Result<Vec<String>, Exit> {
    let name = path.display();
    let text = source::read_named(path, "api/addresses.json").map_err(|error| {
        console.fail(&msg!("读不了 {name}：{error}", "cannot read {name}: {error}"));
        Exit::Failed
    })?;
    checks::published(&text).ok_or_else(|| {
        console.fail(&msg!("{name} 不是 pbsite 写的 api/addresses.json", "{name} is no api/addresses.json of pbsite"));
        Exit::Failed
    })
}
