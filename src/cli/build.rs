//! `pbsite build`.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;
use jiff::tz::TimeZone;

use super::{
    Exit, Opened, Shared, because::Because, console::Console, page::PageOptions, progress::Building, report, wall,
    why::in_site,
};
use crate::{
    base::{
        lang::Message,
        path::{OutPath, SitePath},
    },
    config::Settings,
    msg,
    output::{Besides, Folder, Sink, published_next_change},
    site::{self, BuildOptions, Failure, Outcome},
    source::{Disk, unreadable},
    store,
};

/// Bytes of pictures that the cache may hold besides those of the site as it is now.
const LARGEST_CACHE: u64 = 2 << 30;

/// Build the site into output/
///
/// Reads content/ and themes/, and writes the finished site. With an error in the content nothing
/// is written, and what was published stays.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite build --base-url https://example.org/street/")]
pub(super) struct Build {
    /// Make everything anew instead of taking what is unchanged from the cache in .pbsite/
    #[arg(long)]
    no_cache: bool,
    /// Read every file of the output instead of believing its stamp, and mend what somebody changed
    #[arg(long)]
    verify: bool,
    /// Say why this output was made anew or kept, and what it is made of: /news/a/
    #[arg(long, value_name = "ADDRESS")]
    explain: Option<String>,
    /// Write the stages as a trace for chrome://tracing or ui.perfetto.dev
    #[arg(long, value_name = "FILE.json")]
    trace: Option<PathBuf>,
    /// Publish as if this file were absent, name what refers to it, and end with 1; may be repeated
    #[arg(long, value_name = "FILE")]
    without: Vec<PathBuf>,
    /// End at once unless the moment in this file has come [default: api/next-change.json of the
    /// output]
    #[arg(long, value_name = "FILE")]
    if_due: Option<Option<PathBuf>>,
    #[command(flatten)]
    page: PageOptions,
}

impl Build {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        self.run_besides(shared, Vec::new())
    }

    /// Builds, with pages besides those that are planned.
    pub(super) fn run_besides(&self, shared: &Shared, pages: Vec<(OutPath, Vec<u8>)>) -> Result<Exit, Exit> {
        let start = Instant::now();
        let Opened { root, disk, console } = shared.open()?;
        let folder = shared.output_folder(&root);
        let options = BuildOptions { without: self.left_out(&root, &console)?, ..shared.options() };
        if !self.is_due(&folder, &options, &disk, &console) {
            return Ok(Exit::Fine);
        }
        let before = self.page.before(&disk, &options, &console)?;
        let sink = match Folder::open(&folder) {
            Ok(sink) if self.verify => sink.verifying(),
            Ok(sink) => sink,
            Err(error) => {
                console.fail(&error.message());
                return Err(Exit::Failed);
            }
        };
        let kept = store::Disk::new(&root.join(".pbsite/cache"));
        let cache: &dyn store::Store = if self.no_cache { &store::Nothing } else { &kept };
        let because = Because::begin(self.explain.as_deref(), &folder, &disk, cache, &console)?;
        let progress = Building::begin(&console);
        let sink: Box<dyn Sink> = match pages.is_empty() {
            true => Box::new(sink),
            false => Box::new(Besides { sink: Box::new(sink), pages }),
        };
        let built = site::build(&progress.files(&disk), cache, progress.sink(sink), &options);
        drop(progress);
        kept.bound(LARGEST_CACHE);
        let outcome = match built {
            Ok(outcome) => outcome,
            Err(failure) => return Err(failed(&console, &failure)),
        };
        self.page.write(&before, &disk, &options, &outcome, &console)?;
        console.report(&outcome.report);
        if outcome.damaged > 0 {
            console.insist(&msg!(
                "缓存 .pbsite/ 有损坏，已重新生成；网站不受影响",
                "the cache in .pbsite/ was damaged and is made anew; the site is not affected"
            ));
        }
        if outcome.report.errors() > 0 {
            console.say(&msg!(
                "有错误，没有写任何文件；原来的网站没有变",
                "there are errors: nothing was written, the published site is as it was"
            ));
        } else {
            report::contents(&console, &outcome.contents);
            report::written(&console, &outcome, &folder.display().to_string(), start.elapsed());
        }
        if let (Some(because), Some(_)) = (&because, &outcome.written) {
            because.tell(&folder, &disk, &options, &console)?;
        }
        if shared.timings {
            report::timings(&console, &outcome);
        }
        self.write_trace(&outcome, &console)?;
        let exit = self.exit(&console, &options, &outcome);
        // The program ends: nobody should wait until the site is taken apart.
        std::mem::forget(outcome);
        Ok(exit)
    }

    /// Whether what lies elsewhere is looked at instead of believed.
    pub(super) fn verifies(&self) -> bool {
        self.verify
    }

    /// Writes the stages for a viewer of traces, if somebody asked.
    fn write_trace(&self, outcome: &Outcome, console: &Console) -> Result<(), Exit> {
        let Some(file) = &self.trace else { return Ok(()) };
        report::write(file, &report::trace(outcome)).map_err(|error| {
            let shown = file.display();
            console.fail(&msg!("写不了 {shown}：{error}", "cannot write {shown}: {error}"));
            Exit::Failed
        })
    }

    /// Whether the moment has come that `--if-due` waits for; where none is known, it has.
    fn is_due(&self, folder: &Path, options: &BuildOptions, disk: &Disk, console: &Console) -> bool {
        let file = match &self.if_due {
            None => return true,
            Some(None) => folder.join("api/next-change.json"),
            Some(Some(file)) => file.clone(),
        };
        let next = match published_next_change(&file) {
            Ok(next) => next,
            Err(error) => {
                let shown = file.display();
                console.say(&msg!(
                    "不知道下一次变化在什么时候（{shown}：{error}），照常生成",
                    "the next change is not known ({shown}: {error}): building"
                ));
                return true;
            }
        };
        let settings = site::settings(disk, &options.overrides, &mut Vec::new()).ok().flatten();
        let zone = settings.map_or(TimeZone::UTC, |settings| settings.zone);
        let now = wall(options.now, &zone);
        let next = next.map(|moment| moment.to_zoned(zone).datetime());
        match next {
            Some(moment) if moment <= now => return true,
            Some(moment) => console.say(&msg!(
                "下一次变化在 {moment}，还没有到，不用生成",
                "the next change comes at {moment}: nothing to build"
            )),
            None => console.say(&msg!("没有要等的变化，不用生成", "no change is to come: nothing to build")),
        }
        false
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
        Failure::Source(what, error) => {
            let Message { zh, en } = unreadable(error);
            console.fail(&msg!("{what} {zh}", "{what} {en}"));
        }
    }
    Exit::Failed
}
