//! `pbsite digest purge`.

use clap::Args;
use jiff::SignedDuration;

use super::{
    super::{Exit, Shared},
    delivery::{LedgerOptions, Post, time},
};
use crate::msg;

/// Leave hashes only of old letters in the ledger
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite digest purge --older 365")]
pub(super) struct Purge {
    /// Letters that ended more than so many days ago
    #[arg(long, value_name = "DAYS")]
    older: u32,
    #[command(flatten)]
    ledger: LedgerOptions,
}

impl Purge {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let post = Post::open(shared)?;
        let mut ledger = post.ledger(&self.ledger)?;
        let before = time(shared, &post.settings.zone) - SignedDuration::from_hours(24 * i64::from(self.older));
        let rows = post.or_fail(ledger.purge(before))?;
        let days = self.older;
        post.console.say(&msg!(
            "{days} 天以前的 {rows} 条记录只剩编码",
            "{rows} rows that are older than {days} days hold a hash only"
        ));
        Ok(Exit::Fine)
    }
}
