//! `pbsite digest export`.

use std::path::PathBuf;

use clap::Args;

use super::{
    super::{Exit, Shared},
    delivery::{LedgerOptions, Post},
};
use crate::{
    digest::{
        disk,
        export::{self, Engine},
        send,
    },
    msg,
};

/// Hand what waits of a frozen edition to another engine
///
/// Nothing is marked as sent here: halt the edition with `digest stop`, or people get it twice.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite digest export monthly/2026-12 --to kumomta --folder ~/handover")]
pub(super) struct Export {
    /// The edition, such as monthly/2026-12
    edition: String,
    /// kumomta, listmonk, eml, maildir or mbox
    #[arg(long, value_name = "ENGINE", value_parser = engine)]
    to: Engine,
    /// Where the files go, outside the site
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    ledger: LedgerOptions,
}

fn engine(text: &str) -> Result<Engine, String> {
    let found = Engine::ALL.iter().find(|(name, _)| *name == text).map(|(_, engine)| *engine);
    found.ok_or_else(|| format!("write one of {}", Engine::ALL.map(|(name, _)| name).join(", ")))
}

impl Export {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let post = Post::open(shared)?;
        let ledger = post.ledger(&self.ledger)?;
        let edition = &self.edition;
        let found = post.or_fail(ledger.frozen(edition))?;
        let found = found.ok_or_else(|| msg!("发送账里没有 {edition} 这一期", "the ledger has no edition {edition}"));
        let (id, frozen) = post.or_fail(found)?;
        let press = post.or_fail(send::press(&frozen, &post.keys()?, post.signer()?))?;
        let inside = || Some(disk::real(self.folder.parent()?).ok()?.starts_with(disk::real(&post.root).ok()?));
        if inside() == Some(true) {
            return post.or_fail(Err(msg!(
                "文件里有收件人的邮箱，不能放在网站的文件夹里；请换一个 --folder",
                "the files hold addresses of people and may not lie in the site's folder: name another --folder"
            )));
        }
        let written = post.or_fail(export::write(self.to, &ledger, (id, &frozen), &press, &self.folder))?;
        let shown = self.folder.display();
        post.console.say(&msg!(
            "已把 {written} 封信写到 {shown}。交给别的程序发以后，请运行 pbsite digest stop {edition}，别再从这里发",
            "{written} letters are in {shown}. Once another program sends them, run `pbsite digest stop {edition}` and do not send from here"
        ));
        Ok(Exit::Fine)
    }
}
