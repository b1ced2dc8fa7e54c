//! `pbsite digest unsubscribe`.

use std::path::PathBuf;

use clap::Args;

use super::{
    super::{Exit, Shared},
    delivery::{LedgerOptions, Post, time},
};
use crate::{
    base::lang::Message,
    digest::{address, disk},
    msg,
};

/// Send these people nothing any more, whatever the list of recipients says
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  pbsite digest unsubscribe li@example.org\n  pbsite digest unsubscribe --from left.txt\n  pbsite digest unsubscribe --list"
)]
pub(super) struct Unsubscribe {
    /// Addresses
    addresses: Vec<String>,
    /// A file with an address a line
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Let these addresses receive again
    #[arg(long)]
    undo: bool,
    /// Print all addresses that have left, with the reason and the day
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    ledger: LedgerOptions,
}

impl Unsubscribe {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let post = Post::open(shared)?;
        let ledger = if self.list { post.ledger(&self.ledger)? } else { post.ledger_or_new(&self.ledger)? };
        if self.list {
            let line = |it: &crate::digest::ledger::Leaving| {
                let day = it.at.to_zoned(post.settings.zone.clone()).date();
                format!("{}\t{}\t{day}\n", it.email.as_deref().unwrap_or("#"), it.reason)
            };
            let lines: String = post.or_fail(ledger.leavings())?.iter().map(line).collect();
            post.console.answer(&lines);
            return Ok(Exit::Fine);
        }
        let now = time(shared, &post.settings.zone);
        let (mut changed, mut wrong) = (0, 0);
        for (at, text) in post.or_fail(self.all())?.iter().enumerate() {
            match address::normalize(text) {
                Ok(email) => {
                    let done =
                        if self.undo { ledger.allow(&email) } else { ledger.suppress(&email, "unsubscribe", now) };
                    changed += u64::from(post.or_fail(done)?);
                }
                Err(why) => {
                    wrong += 1;
                    let (line, zh, en) = (at + 1, why.zh, why.en);
                    post.console.insist(&msg!("第 {line} 个地址：{zh}", "address {line}: {en}"));
                }
            }
        }
        post.console.say(&if self.undo {
            msg!("{changed} 个地址恢复接收", "{changed} addresses receive again")
        } else {
            msg!("{changed} 个地址不再收到邮件", "{changed} addresses get no more letters")
        });
        Ok(if wrong == 0 { Exit::Fine } else { Exit::Problems })
    }

    fn all(&self) -> Result<Vec<String>, Message> {
        let mut all = self.addresses.clone();
        if let Some(file) = &self.from {
            let shown = file.display();
            let text =
                disk::text(file).map_err(|error| msg!("读不了 {shown}：{error}", "{shown} cannot be read: {error}"))?;
            all.extend(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned));
        }
        Ok(all)
    }
}
