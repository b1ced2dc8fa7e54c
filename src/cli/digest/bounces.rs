//! `pbsite digest bounces`.

use std::path::PathBuf;

use clap::Args;

use super::{
    super::{Exit, Shared},
    delivery::{LedgerOptions, Post, time},
};
use crate::{digest::bounces, msg};

/// Read delivery reports (RFC 3464) and send nothing more to addresses that do not exist
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite digest bounces ~/Maildir")]
pub(super) struct Bounces {
    /// A maildir or an mbox file
    mailbox: PathBuf,
    #[command(flatten)]
    ledger: LedgerOptions,
}

impl Bounces {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let post = Post::open(shared)?;
        let ledger = post.ledger_or_new(&self.ledger)?;
        let found = post.or_fail(bounces::read(&self.mailbox))?;
        let now = time(shared, &post.settings.zone);
        let (mut gone, mut for_now) = (0, 0);
        for bounce in &found.bounces {
            if !bounce.is_final() {
                for_now += 1;
            } else if post.or_fail(ledger.suppress(&bounce.email, "bounce", now))? {
                gone += 1;
            }
        }
        let (mails, reports) = (found.mails, found.bounces.len());
        post.console.say(&msg!(
            "看了 {mails} 封邮件，{reports} 条退信；{gone} 个地址不存在，不再发；{for_now} 条只是暂时送不到",
            "{mails} mails with {reports} reports; {gone} addresses do not exist and get no more letters; {for_now} were refused for a while only"
        ));
        Ok(Exit::Fine)
    }
}
