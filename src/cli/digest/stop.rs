//! `pbsite digest stop`.

use clap::Args;

use super::{
    super::{Exit, Shared},
    delivery::{LedgerOptions, Post},
};
use crate::msg;

/// Halt a running sender from another terminal
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite digest stop monthly/2026-12")]
pub(super) struct Stop {
    /// The edition, such as monthly/2026-12
    edition: String,
    #[command(flatten)]
    ledger: LedgerOptions,
}

impl Stop {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let post = Post::open(shared)?;
        let ledger = post.ledger(&self.ledger)?;
        let edition = &self.edition;
        if post.or_fail(ledger.frozen(edition))?.is_none() {
            return post.or_fail(Err(msg!("发送账里没有 {edition} 这一期", "the ledger has no edition {edition}")));
        }
        post.or_fail(ledger.set_stopped(edition, true))?;
        post.console.say(&msg!(
            "已叫停 {edition}：正在发的一封发完就停。要接着发，再运行 pbsite digest send {edition} --send",
            "{edition} is halted: the letter that is on its way is finished. To go on, run `pbsite digest send {edition} --send` again"
        ));
        Ok(Exit::Fine)
    }
}
