//! `pbsite digest forget`.

use clap::Args;

use super::{
    super::{Exit, Shared},
    delivery::{LedgerOptions, Post, time},
};
use crate::{digest::address, msg};

/// Leave a hash only of a person in the ledger, and send them nothing any more
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite digest forget li@example.org")]
pub(super) struct Forget {
    /// The person's address
    address: String,
    #[command(flatten)]
    ledger: LedgerOptions,
}

impl Forget {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let post = Post::open(shared)?;
        let email = post.or_fail(address::normalize(&self.address))?;
        let mut ledger = post.ledger(&self.ledger)?;
        let rows = post.or_fail(ledger.forget(&email, time(shared, &post.settings.zone)))?;
        post.console.say(&msg!(
            "发送账里的 {rows} 条记录只剩编码，以后不再发给这个人。名单文件里的那一行请自己删掉",
            "{rows} rows of the ledger hold a hash only, and nothing more is sent to this person. Delete the row in the list of recipients yourself"
        ));
        Ok(Exit::Fine)
    }
}
