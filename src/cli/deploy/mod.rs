//! `pbsite deploy`: builds, and hands over to `publish`.

mod preview;

use std::path::Path;

use clap::{Args, Subcommand};

use super::{Exit, Opened, Shared, build::Build, progress::Sending, variable};
use crate::{
    base::lang::Message,
    config::Deploy as Target,
    msg,
    publish::{self, Act, Job, Sent},
    site,
};

/// How many names a list shows.
const NAMED: usize = 20;

/// Build the site and bring it to where readers find it
///
/// The targets stand in pbsite.yaml:
///
///   deploy:
///     - {name: web, folder: /srv/www/portal, keep: 5}
///     - {name: server, rsync: 'www@example.org:/srv/www/portal/'}
///     - {name: host, sftp: 'www@example.org:/srv/www/portal'}
///     - {name: carry, zip: changes.zip}
///     - {name: oss, oss: bucket/folder, endpoint: 'https://oss-cn-shanghai.aliyuncs.com'}
///
/// Also cos, s3 and webdav. Credentials come from the environment alone; README.md has the variables.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  pbsite deploy web --dry-run",
    verbatim_doc_comment,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
pub(super) struct Deploy {
    #[command(subcommand)]
    other: Option<Other>,
    /// The name of the target [default: the first]
    target: Option<String>,
    /// Tell what would be sent, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Show the version before the one that is shown
    #[arg(long, conflicts_with = "dry_run")]
    rollback: bool,
    #[command(flatten)]
    build: Build,
}

#[derive(Subcommand, Debug)]
enum Other {
    Preview(preview::Preview),
}

impl Deploy {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        if let Some(Other::Preview(preview)) = &self.other {
            return preview.run(shared);
        }
        let act = match (self.rollback, self.dry_run) {
            (true, _) => Act::Back,
            (_, true) => Act::List,
            _ => Act::Send,
        };
        let opened = shared.open()?;
        let target = target(&opened, shared, self.target.as_deref())?;
        if act != Act::Back {
            match self.build.run(shared)? {
                Exit::Fine => {}
                exit => return Ok(exit),
            }
        }
        let output = shared.output_folder(&opened.root);
        send(&opened, &Errand { target: &target, act, output: &output, preview: None, verify: self.build.verifies() })
    }
}

/// What is brought where.
struct Errand<'a> {
    target: &'a Target,
    act: Act,
    output: &'a Path,
    preview: Option<&'a str>,
    verify: bool,
}

/// Brings it there, and says what was done.
fn send(opened: &Opened, errand: &Errand<'_>) -> Result<Exit, Exit> {
    let (Opened { root, console, .. }, act) = (opened, errand.act);
    let sending = Sending::begin(console);
    let job = Job {
        target: errand.target,
        act,
        output: errand.output,
        preview: errand.preview,
        root,
        verify: errand.verify,
        variable: &variable,
        watch: &|step| sending.shows(step),
    };
    let sent = publish::deploy(&job);
    drop(sending);
    let sent = sent.map_err(|error| {
        console.fail(&error.message());
        Exit::Failed
    })?;
    if act == Act::List {
        for (sign, path) in sent.changed.iter().map(|p| ('+', p)).chain(sent.removed.iter().map(|p| ('-', p))) {
            console.answer(&format!("{sign} {path}\n"));
        }
    }
    if sent.went_on {
        console.say(&msg!(
            "上一次发布中断了，这次接着送没送到的",
            "the last deploy broke off: this one goes on where it stopped"
        ));
    }
    console.say(&told(act, &sent));
    Ok(Exit::Fine)
}

/// The target of this name, else the first; or the message that there is none, said.
fn target(opened: &Opened, shared: &Shared, name: Option<&str>) -> Result<Target, Exit> {
    let settings = site::settings(&opened.disk, &shared.overrides(), &mut Vec::new()).ok().flatten();
    let known = settings.map_or(Vec::new(), |settings| settings.deploy);
    let found = match name {
        Some(name) => known.iter().find(|target| target.name == name),
        None => known.first(),
    };
    found.cloned().ok_or_else(|| {
        opened.console.fail(&no_target(&known, name));
        Exit::Failed
    })
}

fn no_target(known: &[Target], name: Option<&str>) -> Message {
    let names = known.iter().take(NAMED).map(|target| target.name.as_str()).collect::<Vec<_>>().join(", ");
    match (name, names.is_empty()) {
        (Some(name), false) => {
            msg!("没有目标 {name}；有：{names}", "there is no target {name}; there are: {names}")
        }
        _ => msg!(
            "pbsite.yaml 里没有写要发布到哪里。加上：\ndeploy:\n  - {{name: web, folder: /srv/www/portal}}",
            "pbsite.yaml does not say where to publish. Add:\ndeploy:\n  - {{name: web, folder: /srv/www/portal}}"
        ),
    }
}

fn told(act: Act, sent: &Sent) -> Message {
    let (changed, removed, place) = (sent.changed.len(), sent.removed.len(), &sent.place);
    match act {
        Act::Back => msg!("已退回到 {place}", "went back to {place}"),
        Act::List => msg!(
            "会送去 {changed} 个文件，删除 {removed} 个（{place}）；现在什么也没有做",
            "would send {changed} files and remove {removed} ({place}); nothing was done"
        ),
        Act::Remove => msg!("已删除 {place}：{removed} 个文件", "removed {place}: {removed} files"),
        Act::Send => msg!(
            "已发布到 {place}：{changed} 个文件，删除 {removed} 个",
            "published to {place}: {changed} files, {removed} removed"
        ),
    }
}
