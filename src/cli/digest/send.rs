//! `pbsite digest send`.

use std::{io::IsTerminal as _, path::PathBuf, sync::atomic::AtomicBool, time::Duration};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::{
    super::{Exit, Shared, clock, variable},
    delivery::{LedgerOptions, Post, time},
    fresh,
    status::label,
};
use crate::{
    base::lang::Message,
    digest::{
        endpoint::departures,
        frozen::Frozen,
        key::Ring,
        ledger::{Counts, Ledger, State},
        letter::Edition as _,
        send::{self, Ended, Options, Outcome},
        transport::pace::Limit,
    },
    letters::Composed,
    msg,
};

/// Send an edition, or go on with one that was begun
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite digest send monthly/2026-12 --send --limit qq.com=1/s,200/15m")]
pub(super) struct Send {
    /// The edition, such as monthly/2026-12
    edition: String,
    /// Really send; without it letters to look at are written, and the counts shown
    #[arg(long)]
    send: bool,
    /// The number of letters, instead of typing it
    #[arg(long, value_name = "N")]
    yes: Option<u64>,
    /// Do not look whether the edition's page and the letters' links are there
    #[arg(long)]
    no_live_check: bool,
    /// Where a dry run writes its letters [default: beside the ledger]
    #[arg(long, value_name = "DIR")]
    letters: Option<PathBuf>,
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
        let note = fresh::frozen_note(&post, &self.edition);
        let ledger = match (&note, self.send) {
            // What was begun goes on with the ledger it was begun with, or not at all.
            (Some(_), _) => Some(post.ledger(&self.ledger)?),
            (None, true) => Some(post.ledger_or_new(&self.ledger)?),
            (None, false) => post.ledger_if_any(&self.ledger)?,
        };
        if let (Some(note), Some(ledger)) = (&note, &ledger) {
            let with = note.delivery.get("ledger").map_or("", String::as_str);
            post.or_fail(send::may_go_on(ledger, &self.edition, with))?;
        }
        let begun = match &ledger {
            Some(ledger) => post.or_fail(ledger.frozen(&self.edition))?.is_some(),
            None => false,
        };
        match ledger {
            Some(ledger) if begun => self.go_on(shared, &post, ledger, &keys),
            Some(ledger) if self.send => self.begin(shared, &post, ledger, &keys),
            ledger => self.rehearse(shared, &post, ledger.as_ref(), &keys),
        }
    }

    /// Shows whom an edition would go to, and writes its letters to be looked at.
    fn rehearse(&self, shared: &Shared, post: &Post, ledger: Option<&Ledger>, keys: &Ring) -> Result<Exit, Exit> {
        let composed = fresh::composed(post, shared, &self.edition)?;
        self.audience(post, &composed, ledger)?;
        let folder = match &self.letters {
            Some(folder) => folder.clone(),
            None => fresh::dry_folder(&post.or_fail(post.state_folder())?, &self.edition),
        };
        let names = post.or_fail(send::dry_run(&composed, keys.newest(), post.signer()?, &folder))?;
        let (count, shown) = (names.len(), folder.display());
        post.console.say(&msg!(
            "这是试运行，什么也没发。{count} 封样信在 {shown}。要发，加上 --send",
            "this is a dry run, nothing was sent. {count} letters to look at are in {shown}. To send, add --send"
        ));
        let now = time(shared, &post.settings.zone);
        if let Err(message) = send::may_begin(&composed, now) {
            post.console.insist(&message);
        }
        Ok(Exit::Fine)
    }

    /// Counts the letters and tells what is odd about the list.
    fn audience(&self, post: &Post, composed: &Composed, ledger: Option<&Ledger>) -> Result<u64, Exit> {
        let source = post.source()?;
        let audience = post.or_fail(send::count(composed, &source, ledger))?;
        post.tell_bad_rows(&source, &audience.summary);
        for (letter, count) in composed.letters().iter().zip(&audience.letters) {
            let (label, language) = (&letter.label, &letter.language);
            post.console.say(&msg!("{label}（{language}）：{count} 人", "{label} ({language}): {count} people"));
        }
        let (total, none) = (audience.total(), audience.without_letter);
        let left = audience.left + audience.summary.left;
        post.console.say(&msg!(
            "共 {total} 封；没有合适内容的 {none} 人，已退订的 {left} 人",
            "{total} letters; for {none} people there is none, {left} have left"
        ));
        Ok(total)
    }

    /// Freezes an edition after all has been asked, and sends it.
    fn begin(&self, shared: &Shared, post: &Post, mut ledger: Ledger, keys: &Ring) -> Result<Exit, Exit> {
        let composed = fresh::composed(post, shared, &self.edition)?;
        let now = time(shared, &post.settings.zone);
        if let Err(message) = send::may_begin(&composed, now) {
            post.console.fail(&message);
            return Err(Exit::Problems);
        }
        // A way out that is not there is told before anything is frozen.
        drop(post.way_out()?);
        if !self.no_live_check {
            fresh::live_check(post, shared, &composed)?;
        }
        let total = self.audience(post, &composed, Some(&ledger))?;
        match self.yes {
            Some(number) if number == total => {}
            Some(_) => return post.or_fail(Err(fresh::refused(total))),
            None => fresh::typed(post, total)?,
        }
        let source = post.source()?;
        post.or_fail(send::freeze(&mut ledger, &composed, keys.newest(), &source, total, now))?;
        let frozen = Frozen::of(&composed, keys.newest().id());
        fresh::write_note(post, &composed, &ledger, &frozen, None)?;
        let outcome = self.deliver(shared, post, ledger, keys)?;
        Ok(told(post, &outcome))
    }

    /// Goes on with an edition that is frozen.
    fn go_on(&self, shared: &Shared, post: &Post, ledger: Ledger, keys: &Ring) -> Result<Exit, Exit> {
        if !self.send {
            tell(post, &post.or_fail(ledger.counts(&self.edition))?);
            post.console.say(&msg!(
                "这一期已经开始发了。要接着发，加上 --send",
                "this edition was begun. To go on, add --send"
            ));
            return Ok(Exit::Fine);
        }
        if self.resend_unknown {
            let number = post.or_fail(ledger.release_unknown(&self.edition, time(shared, &post.settings.zone)))?;
            post.console.say(&msg!("{number} 封不明的信重新排队", "{number} unknown letters are queued again"));
        }
        let outcome = self.deliver(shared, post, ledger, keys)?;
        Ok(told(post, &outcome))
    }

    fn deliver(&self, shared: &Shared, post: &Post, ledger: Ledger, keys: &Ring) -> Result<Outcome, Exit> {
        let (way, rate) = post.way_out()?;
        let total = post.or_fail(ledger.counts(&self.edition))?;
        let bar = if post.console.is_quiet() { ProgressBar::hidden() } else { progress(&total) };
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
    if variable("CI").is_some() || !std::io::stderr().is_terminal() {
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
