//! `pbsite deploy`.

use clap::Args;

use super::{Exit, Opened, Shared, build::Build, variable};
use crate::{
    config::{Deploy as Target, Settings},
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
#[command(after_help = "Example:\n  pbsite deploy web --dry-run", verbatim_doc_comment)]
pub(super) struct Deploy {
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

impl Deploy {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let Opened { root, disk, console } = shared.open()?;
        let settings = site::settings(&disk, &shared.overrides(), &mut Vec::new()).ok().flatten();
        let Some(target) = settings.as_ref().and_then(|settings| self.target(settings)) else {
            console.fail(&self.no_target(settings.as_ref()));
            return Err(Exit::Failed);
        };
        let act = match (self.rollback, self.dry_run) {
            (true, _) => Act::Back,
            (_, true) => Act::List,
            _ => Act::Send,
        };
        if act != Act::Back {
            match self.build.run(shared)? {
                Exit::Fine => {}
                exit => return Ok(exit),
            }
        }
        let job = Job {
            target,
            act,
            output: &shared.output_folder(&root),
            root: &root,
            verify: self.build.verifies(),
            variable: &variable,
            watch: &|_| {},
        };
        let sent = publish::deploy(&job).map_err(|error| {
            console.fail(&error.message());
            Exit::Failed
        })?;
        for path in sent.changed.iter().take(if act == Act::List { usize::MAX } else { 0 }) {
            console.answer(&format!("+ {path}\n"));
        }
        for path in sent.removed.iter().take(if act == Act::List { usize::MAX } else { 0 }) {
            console.answer(&format!("- {path}\n"));
        }
        console.say(&told(act, &sent));
        Ok(Exit::Fine)
    }

    fn target<'s>(&self, settings: &'s Settings) -> Option<&'s Target> {
        match &self.target {
            Some(name) => settings.deploy.iter().find(|target| target.name == *name),
            None => settings.deploy.first(),
        }
    }

    fn no_target(&self, settings: Option<&Settings>) -> crate::base::lang::Message {
        let known = settings.map_or(&[][..], |settings| &settings.deploy);
        let names = known.iter().take(NAMED).map(|target| target.name.as_str()).collect::<Vec<_>>().join(", ");
        match (&self.target, names.is_empty()) {
            (Some(name), false) => {
                msg!("没有目标 {name}；有：{names}", "there is no target {name}; there are: {names}")
            }
            _ => msg!(
                "pbsite.yaml 里没有写要发布到哪里。加上：\ndeploy:\n  - {{name: web, folder: /srv/www/portal}}",
                "pbsite.yaml does not say where to publish. Add:\ndeploy:\n  - {{name: web, folder: /srv/www/portal}}"
            ),
        }
    }
}

fn told(act: Act, sent: &Sent) -> crate::base::lang::Message {
    let (changed, removed, place) = (sent.changed.len(), sent.removed.len(), &sent.place);
    match act {
        Act::Back => msg!("已退回到 {place}", "went back to {place}"),
        Act::List => msg!(
            "会送去 {changed} 个文件，删除 {removed} 个（{place}）；现在什么也没有做",
            "would send {changed} files and remove {removed} ({place}); nothing was done"
        ),
        Act::Send => msg!(
            "已发布到 {place}：{changed} 个文件，删除 {removed} 个",
            "published to {place}: {changed} files, {removed} removed"
        ),
    }
}
