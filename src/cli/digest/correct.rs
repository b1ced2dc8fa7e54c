//! `pbsite digest correct`.

use clap::Args;

use super::{
    super::{Exit, Shared},
    delivery::{LedgerOptions, Post, time},
    fresh,
};
use crate::{
    base::date::When,
    digest::{correction, frozen::Frozen, letter::Edition as _, send},
    edition::Corrected,
    msg,
};

/// Freeze a newer revision of an edition that is being sent
///
/// Raise `revision:` in the edition's file first. Letters that wait go out in the new revision;
/// those who have the old one receive a short letter with your note, or nothing; what is unknown
/// stays held. The note stands on the edition's page from the next build on.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite digest correct monthly/2026-12 --note '音乐会改到12月12日下午'")]
pub(super) struct Correct {
    /// The edition, such as monthly/2026-12
    edition: String,
    /// What those who have the old one are told
    #[arg(long, value_name = "TEXT", required_unless_present = "silent")]
    note: Option<String>,
    /// Those who have the old one are told nothing
    #[arg(long, conflicts_with = "note")]
    silent: bool,
    #[command(flatten)]
    ledger: LedgerOptions,
}

impl Correct {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let post = Post::open(shared)?;
        let composed = fresh::composed(&post, shared, &self.edition)?;
        let now = time(shared, &post.settings.zone);
        post.or_fail(send::may_begin(&composed, now))?;
        let mut ledger = post.ledger(&self.ledger)?;
        // Who sends just now must stop first.
        let _lock = post.or_fail(ledger.lock())?;
        let keys = post.keys()?;
        let newer = Frozen::of(&composed, keys.newest().id());
        let done = post.or_fail(correction::correct(&mut ledger, newer.clone(), self.note.as_deref(), now))?;
        let today = When::day(now.to_zoned(post.settings.zone.clone()).date());
        let correction = self.note.clone().map(|text| Corrected { date: today, text });
        fresh::write_note(&post, &composed, &ledger, &newer, correction)?;
        let (moved, short, name) = (done.moved, done.short, composed.id());
        post.console.say(&msg!(
            "{moved} 封没发的改用新版，{short} 人会收到简短的更正。接着发：pbsite digest send {name} --send",
            "{moved} letters that waited go out in the new revision, {short} people get a short correction. Go on with `pbsite digest send {name} --send`"
        ));
        Ok(Exit::Fine)
    }
}
