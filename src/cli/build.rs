//! `pbsite build`.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;

use super::{Exit, Opened, Shared, console::Console, report, why::in_site};
use crate::{
    base::path::SitePath,
    config::Settings,
    msg,
    output::Folder,
    site::{self, BuildOptions, Failure, Outcome},
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
    /// Publish as if this file were absent, name what refers to it, and end with 1; may be repeated
    #[arg(long, value_name = "FILE")]
    without: Vec<PathBuf>,
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
        let options = BuildOptions { without: self.left_out(&root, &console)?, ..shared.options() };
        let outcome = match site::build(&disk, &*cache, Box::new(sink), &options) {
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
        Ok(self.exit(&console, &options, &outcome))
    }

    /// The files of `--without`, as paths of the site.
    fn left_out(&self, root: &Path, console: &Console) -> Result<Vec<SitePath>, Exit> {
        let path = |file: &PathBuf| {
            let path = in_site(file, root)?;
            if path == Settings::file() {
                return Err(msg!("没有 {path} 就没有网站", "without {path} there is no site"));
            }
            Ok(path)
        };
        self.without.iter().map(path).collect::<Result<_, _>>().map_err(|message| {
            console.fail(&message);
            Exit::Failed
        })
    }

    /// What was published without a file is not all well.
    fn exit(&self, console: &Console, options: &BuildOptions, outcome: &Outcome) -> Exit {
        if options.without.is_empty() || outcome.written.is_none() {
            return console.exit(&outcome.report);
        }
        let files = options.without.iter().map(SitePath::as_str).collect::<Vec<_>>().join(", ");
        console.insist(&msg!(
            "已发布，但少了这些文件：{files}。改好以后去掉 --without 再发布一次",
            "published, but without {files}. Once they are mended, build again without --without"
        ));
        Exit::Problems
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
