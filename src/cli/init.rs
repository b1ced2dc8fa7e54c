//! `pbsite init`.

use std::path::PathBuf;

use clap::Args;
use jiff::tz::TimeZone;

use super::{Exit, Shared, console::Console, wall};
use crate::{
    config::Settings,
    msg, scaffold,
    source::{Disk, Files, write_new},
};

/// Make a new site
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite init my-site && cd my-site && pbsite build")]
pub(super) struct Init {
    /// The folder, which may exist; no file in it is overwritten
    folder: PathBuf,
    /// The site's name
    #[arg(long, default_value = "社区门户")]
    name: String,
}

impl Init {
    pub(super) fn run(&self, shared: &Shared) -> Exit {
        let console = Console::new(shared, None);
        if Disk::open(&self.folder).is_ok_and(|disk| disk.read(&Settings::file()).is_ok()) {
            let folder = self.folder.display();
            console.fail(&msg!("{folder} 已经是一个网站了", "{folder} is a site already"));
            return Exit::Failed;
        }
        let zone = TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::UTC);
        let today = wall(shared.options().now, &zone).date();
        for (path, text) in scaffold::site(&self.name, today) {
            match write_new(&self.folder.join(&path), text.as_bytes()) {
                Ok(()) => console.answer(&format!("{path}\n")),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                    console.say(&msg!("{path} 已经有了，没有动它", "{path} exists and was left as it is"));
                }
                Err(error) => {
                    console.fail(&msg!("写不了 {path}：{error}", "cannot write {path}: {error}"));
                    return Exit::Failed;
                }
            }
        }
        let folder = self.folder.display();
        console.say(&msg!(
            "新网站在 {folder}；进去运行 pbsite build",
            "the new site is in {folder}; run `pbsite build` there"
        ));
        Exit::Fine
    }
}
