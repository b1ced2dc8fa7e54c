//! `pbsite digest send`.

use std::{io::IsTerminal as _, sync::atomic::AtomicBool, time::Duration};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::{
    super::{Exit, Shared, clock},
    delivery::{LedgerOptions, Post, time},
    status::label,
};
use crate::{
    base::lang::Message,
    digest::{
        endpoint::departures,
        ledger::{Counts, Ledger, State},
        send::{self, Ended, Options, Outcome},
        transport::pace::Limit,
    },
    msg,
};

/// Send an edition, or go on with one that was begun
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite digest send monthly/2026-12 --send --limit qq.com=1/s,200/15m")]
pub(super) struct Send {
    /// The edition, such as monthly/2026-12
    edition: String,
    /// Really send; without it only the counts are shown
    #[arg(long)]
    send: bool,
    /// Send what is unknown once more, byte for byte, after you made sure that it did not arrive
    #[arg(long)]
    resend_unknown: bool,
    /// A pace for a domain: 1/s,200/15m or none; may be repeated
    #[arg(long, value_name = "DOMAIN=PACE", value_parser = limit)]
    limit: Vec<(String, Limit)>,
    #[command(flatten)]
    ledger: LedgerOptions,
}

fn limit(text: &str) -> Result<(String, Limit), String> {
    let (domain, pace) = text.split_once('=').ok_or("write DOMAIN=PACE")?;
    Ok((domain.to_owned(), Limit::parse(pace).map_err(|message| message.en)?))
}

impl Send {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let post = Post::open(shared)?;
        let keys = post.keys()?;
        let ledger = post.ledger(&self.ledger)?;
        let edition = &self.edition;
        let found = post.or_fail(ledger.frozen(edition))?;
        if found.is_none() {
            return post.or_fail(Err(msg!("发送账里没有 {edition} 这一期", "the ledger has no edition {edition}")));
        }
        if self.resend_unknown {
            let now = time(shared, &post.settings.zone);
            let number = post.or_fail(ledger.release_unknown(edition, now))?;
            post.console.say(&msg!("{number} 封不明的信重新排队", "{number} unknown letters are queued again"));
        }
        let counts = post.or_fail(ledger.counts(edition))?;
        if !self.send {
            tell(&post, &counts);
            post.console.say(&msg!(
                "这是试运行，什么也没发。要接着发，加上 --send",
                "this is a dry run, nothing was sent. To go on, add --send"
            ));
            return Ok(Exit::Fine);
        }
        let outcome = self.deliver(shared, &post, ledger, &keys)?;
        Ok(told(&post, &outcome))
    }

    fn deliver(
        &self,
        shared: &Shared,
        post: &Post,
        ledger: Ledger,
        keys: &crate::digest::key::Ring,
    ) -> Result<Outcome, Exit> {
        let (way, rate) = post.way_out()?;
        let total = post.or_fail(ledger.counts(&self.edition))?;
        let bar = progress(&total);
        let zone = post.settings.zone.clone();
        let fixed = shared.now.map(|_| time(shared, &zone));
        let now = move || fixed.unwrap_or_else(clock);
        static INTERRUPTED: AtomicBool = AtomicBool::new(false);
        super::interrupt::watch(&INTERRUPTED);
        let source = crate::cli::variable("PBSITE_RECIPIENTS").map(std::path::PathBuf::from);
        let leaving = || source.as_deref().map(departures).unwrap_or_default();
        let options = Options {
            exit: &*way,
            keys,
            signer: post.signer()?,
            rate,
            limits: &self.limit,
            clock: &now,
            interrupted: &INTERRUPTED,
            pause: Duration::from_secs(1),
            progress: &|counts| bar.set_position(done(counts)),
            leaving: &leaving,
        };
        let outcome = send::run(ledger, &self.edition, options);
        bar.finish_and_clear();
        post.or_fail(outcome.map(|(_, outcome)| outcome))
    }
}

/// How many letters need nothing more.
fn done(counts: &Counts) -> u64 {
    counts.all() - counts.open()
}

fn progress(counts: &Counts) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(counts.all());
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {per_sec} {eta}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}

fn tell(post: &Post, counts: &Counts) {
    for state in State::ALL.into_iter().filter(|state| counts.of(*state) > 0) {
        let (count, Message { zh, en }) = (counts.of(state), label(state));
        post.console.say(&msg!("{zh}：{count}", "{en}: {count}"));
    }
}

/// Says how a run ended; what it means for the exit code.
fn told(post: &Post, outcome: &Outcome) -> Exit {
    let recovered = outcome.recovered;
    if recovered.restored {
        post.console.insist(&msg!(
            "这本发送账是从备份取回的旧账：没发的都当作不明，搁置了",
            "this ledger is an old one, put back from a backup: what waited in it is held as unknown"
        ));
    }
    if recovered.unknown > 0 && !recovered.restored {
        let number = recovered.unknown;
        post.console.insist(&msg!(
            "上次没有正常结束，有 {number} 封不知道是否送到，搁置了",
            "the last run did not end well: {number} letters may have arrived or not and are held"
        ));
    }
    tell(post, &outcome.counts);
    match &outcome.ended {
        Ended::Idle => {}
        Ended::Stopped => post.console.insist(&msg!("已叫停", "it was halted")),
        Ended::Interrupted => {
            post.console.insist(&msg!("已中断；再运行一次就接着发", "interrupted; run it again to go on"))
        }
        Ended::Expired => {
            post.console.insist(&msg!("过了最晚发送时间，剩下的不发了", "past its latest moment: the rest is not sent"))
        }
        Ended::Unreachable(message) | Ended::Failed(message) => post.console.fail(message),
    }
    let nothing = outcome.sent == 0;
    match &outcome.ended {
        Ended::Failed(_) => Exit::Failed,
        Ended::Unreachable(_) if nothing => Exit::Failed,
        Ended::Expired if nothing => Exit::Failed,
        _ if outcome.counts.open() > 0 => Exit::Later,
        _ => Exit::Fine,
    }
}
