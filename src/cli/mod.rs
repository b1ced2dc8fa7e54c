//! The command line: one file for each command, printing and exit codes. The library below never
//! prints.

mod because;
mod build;
mod check;
mod clean;
mod config;
mod console;
mod deploy;
mod digest;
mod explain;
mod fix;
mod init;
mod new;
mod page;
mod previous;
mod progress;
mod report;
mod schema;
mod serve;
mod why;

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use jiff::{Timestamp, tz::TimeZone};

use crate::{
    base::{date::When, lang::Tongue},
    config::{Origin, Overrides},
    diagnostics::printers::Format,
    site::{self, BuildOptions, Now},
    source::Disk,
};
use console::Console;

/// What a command ends with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Exit {
    /// Fine; warnings too.
    Fine,
    /// The content has problems.
    Problems,
    /// It could not run.
    Failed,
    /// Some of the work waits for later.
    Later,
}

/// Static sites and newsletters for community portals, from Markdown in git.
#[derive(Parser, Debug)]
#[command(version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Example:\n  pbsite build --base-url https://example.org/street/")]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    shared: Shared,
}

/// Options of every command.
#[derive(Args, Debug, Clone)]
struct Shared {
    /// The site's folder [default: the nearest one upwards with a pbsite.yaml]
    #[arg(long, global = true, value_name = "DIR")]
    site: Option<PathBuf>,
    /// Where the site is built [default: output/ in the site's folder]
    #[arg(long, global = true, value_name = "DIR")]
    output: Option<PathBuf>,
    /// The site's address, over that of pbsite.yaml and of PBSITE_BASE_URL
    #[arg(long, global = true, value_name = "URL")]
    base_url: Option<String>,
    /// The moment to build for, in the site's time zone: 2026-11-21T08:00 [default: now]
    #[arg(long, global = true, value_name = "MOMENT", value_parser = moment)]
    now: Option<When>,
    /// Show drafts and what is scheduled for later
    #[arg(long, global = true)]
    drafts: bool,
    /// The language of messages: zh or en [default: the site's]
    #[arg(long, global = true, value_name = "LANG", value_parser = tongue)]
    lang: Option<Tongue>,
    /// How problems are printed: human, short, json, github, gitlab, sarif
    #[arg(long, global = true, value_name = "FORMAT", value_parser = format, default_value = "human")]
    format: Format,
    /// Threads to use [default: one for each core]
    #[arg(long, global = true, value_name = "N")]
    jobs: Option<usize>,
    /// Print how long each stage took
    #[arg(long, global = true)]
    timings: bool,
    /// Print problems only
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Warnings count as problems for the exit code
    #[arg(long, global = true)]
    strict: bool,
    /// The name of the preview that is built, set by `deploy preview`
    #[arg(skip)]
    preview: Option<String>,
}

#[derive(Subcommand, Debug)]
enum Command {
    Build(build::Build),
    Check(check::Check),
    New(new::New),
    Why(why::Why),
    Explain(explain::Explain),
    Config(config::ShowConfig),
    Fix(fix::Fix),
    Schema(schema::Schema),
    Init(init::Init),
    Serve(serve::Serve),
    Clean(clean::Clean),
    Deploy(Box<deploy::Deploy>),
    Digest(digest::Digest),
}

/// Runs the program with these arguments.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, not errors. A closed pipe is nobody's fault.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    if let Some(jobs) = cli.shared.jobs {
        // Fails only when a pool exists already, which is as good.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs.max(1)).build_global();
    }
    let exit = match cli.command {
        Command::Build(command) => command.run(&cli.shared),
        Command::Check(command) => command.run(&cli.shared),
        Command::New(command) => command.run(&cli.shared),
        Command::Why(command) => command.run(&cli.shared),
        Command::Explain(command) => Ok(command.run(&cli.shared)),
        Command::Config(command) => command.run(&cli.shared),
        Command::Fix(command) => command.run(&cli.shared),
        Command::Schema(command) => command.run(&cli.shared),
        Command::Init(command) => Ok(command.run(&cli.shared)),
        Command::Serve(command) => command.run(&cli.shared),
        Command::Clean(command) => command.run(&cli.shared),
        Command::Deploy(command) => command.run(&cli.shared),
        Command::Digest(command) => command.run(&cli.shared),
    };
    ExitCode::from(match exit.unwrap_or_else(|exit| exit) {
        Exit::Fine => 0,
        Exit::Problems => 1,
        Exit::Failed => 2,
        Exit::Later => 3,
    })
}

/// A site that a command works on.
struct Opened {
    root: PathBuf,
    disk: Disk,
    console: Console,
}

/// The language of a site's messages: that of its default language.
fn site_tongue(disk: &Disk) -> Option<Tongue> {
    let settings = site::settings(disk, &Overrides::default(), &mut Vec::new()).ok()??;
    Some(settings.default_language().tongue())
}

impl Shared {
    /// The site around here, with a console that speaks its language; or the message that there
    /// is none, said.
    fn open(&self) -> Result<Opened, Exit> {
        let console = Console::new(self, None);
        let found = match &self.site {
            Some(folder) => Some(folder.clone()),
            None => Disk::find_site(std::path::Path::new(".")),
        };
        let root = found.ok_or_else(|| {
            console.fail(&crate::msg!(
                "这里和上级文件夹里都没有 pbsite.yaml。用 --site 指出网站的文件夹，或用 pbsite init 新建网站",
                "no pbsite.yaml here or in a folder above. Name the site's folder with --site, or make one with `pbsite init`"
            ));
            Exit::Failed
        })?;
        let disk = Disk::open(&root).map_err(|error| {
            let shown = root.display();
            console.fail(&crate::msg!("打不开文件夹 {shown}：{error}", "cannot open folder {shown}: {error}"));
            Exit::Failed
        })?;
        let console = Console::new(self, site_tongue(&disk));
        Ok(Opened { root, disk, console })
    }

    /// The language of the site around here, if there is one.
    fn tongue_here(&self) -> Option<Tongue> {
        let root = self.site.clone().or_else(|| Disk::find_site(std::path::Path::new(".")))?;
        site_tongue(&Disk::open(&root).ok()?)
    }

    fn overrides(&self) -> Overrides {
        let flag = self.base_url.clone().map(|url| (url, Origin::Flag("--base-url")));
        let environment = || variable("PBSITE_BASE_URL").map(|url| (url, Origin::Environment("PBSITE_BASE_URL")));
        Overrides { base_url: flag.or_else(environment), preview: self.preview.clone() }
    }

    fn options(&self) -> BuildOptions {
        let now = match self.now {
            Some(when) => Now::Wall(when.start()),
            None => Now::Clock(clock()),
        };
        BuildOptions { now, drafts: self.drafts, overrides: self.overrides(), without: Vec::new() }
    }

    fn output_folder(&self, site: &std::path::Path) -> PathBuf {
        self.output.clone().unwrap_or_else(|| site.join("output"))
    }
}

/// The clock: the only place that asks it what time it is.
#[expect(clippy::disallowed_methods, reason = "the clock is an input, and this is where it comes in")]
fn clock() -> Timestamp {
    Timestamp::now()
}

/// The environment: the only place that asks it.
#[expect(clippy::disallowed_methods, reason = "the environment is an input, and this is where it comes in")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The moment on the wall in a zone.
fn wall(now: Now, zone: &TimeZone) -> jiff::civil::DateTime {
    match now {
        Now::Clock(timestamp) => timestamp.to_zoned(zone.clone()).datetime(),
        Now::Wall(moment) => moment,
    }
}

fn moment(text: &str) -> Result<When, String> {
    When::parse(text).ok_or_else(|| "write 2026-11-21 or 2026-11-21T08:00".into())
}

fn tongue(text: &str) -> Result<Tongue, String> {
    match text {
        "zh" => Ok(Tongue::Zh),
        "en" => Ok(Tongue::En),
        _ => Err("write zh or en".into()),
    }
}

fn format(text: &str) -> Result<Format, String> {
    Format::ALL
        .iter()
        .copied()
        .find(|format| format.name() == text)
        .ok_or_else(|| format!("write one of {}", Format::ALL.iter().map(|f| f.name()).collect::<Vec<_>>().join(", ")))
}
