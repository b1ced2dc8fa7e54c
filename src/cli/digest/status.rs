//! `pbsite digest status`.

use std::fmt::Write as _;

use clap::Args;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{
    super::{Exit, Shared},
    delivery::{LedgerOptions, Post, time},
};
use crate::{
    base::lang::Message,
    diagnostics::printers::Format,
    digest::ledger::{Counts, Ledger, State},
    msg,
};

/// Tell how far the sending of an edition is
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite digest status monthly/2026-12 --format json")]
pub(super) struct Status {
    /// The edition, such as monthly/2026-12 [default: all]
    edition: Option<String>,
    /// List the letters in this state by their numbers, with what the server said
    #[arg(long, value_name = "STATE", value_parser = state)]
    list: Option<State>,
    #[command(flatten)]
    ledger: LedgerOptions,
}

fn state(text: &str) -> Result<State, String> {
    let names = || State::ALL.map(State::name).join(", ");
    State::ALL.into_iter().find(|state| state.name() == text).ok_or_else(|| format!("write one of {}", names()))
}

impl Status {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let post = Post::open(shared)?;
        let ledger = post.ledger(&self.ledger)?;
        let now = time(shared, &post.settings.zone);
        let editions = match &self.edition {
            Some(edition) => vec![edition.clone()],
            None => post.or_fail(ledger.editions())?,
        };
        for edition in &editions {
            let standing = post.or_fail(Standing::read(&ledger, edition, now))?;
            if shared.format == Format::Json {
                post.console.answer(&standing.json());
            } else {
                let zone = &post.settings.zone;
                post.console.answer(standing.human(zone).text(post.console.tongue));
            }
            if let Some(state) = self.list {
                let rows = post.or_fail(ledger.listed(edition, state))?;
                let line = |row: &crate::digest::ledger::Listed| format!("#{} {} {}\n", row.id, row.segment, row.reply);
                post.console.answer(&rows.iter().map(line).collect::<String>());
            }
        }
        Ok(Exit::Fine)
    }
}

/// How an edition stands.
struct Standing {
    edition: String,
    revision: u32,
    counts: Counts,
    /// Letters in the last minute.
    rate: u64,
    next_due: Option<Timestamp>,
}

impl Standing {
    fn read(ledger: &Ledger, edition: &str, now: Timestamp) -> Result<Self, Message> {
        let Some((id, frozen)) = ledger.frozen(edition)? else {
            return Err(msg!("发送账里没有 {edition} 这一期", "the ledger has no edition {edition}"));
        };
        Ok(Self {
            edition: edition.to_owned(),
            revision: frozen.revision,
            counts: ledger.counts(edition)?,
            rate: ledger.accepted_since(id, now - SignedDuration::from_mins(1))?,
            next_due: ledger.next_due(id)?,
        })
    }

    fn json(&self) -> String {
        let mut map = serde_json::Map::new();
        map.insert("edition".into(), self.edition.clone().into());
        map.insert("revision".into(), self.revision.into());
        for state in State::ALL {
            map.insert(state.name().into(), self.counts.of(state).into());
        }
        map.insert("total".into(), self.counts.all().into());
        map.insert("accepted_last_minute".into(), self.rate.into());
        map.insert("next_due".into(), self.next_due.map(|at| at.to_string()).into());
        format!("{}\n", serde_json::Value::Object(map))
    }

    fn human(&self, zone: &TimeZone) -> Message {
        let (edition, revision, total) = (&self.edition, self.revision, self.counts.all());
        let mut text = msg!(
            "{edition}（第 {revision} 版），共 {total} 封\n",
            "{edition} (revision {revision}), {total} letters\n"
        );
        for state in State::ALL.into_iter().filter(|state| self.counts.of(*state) > 0) {
            let (label, count) = (label(state), self.counts.of(state));
            let _ = writeln!(text.zh, "  {}：{count}", label.zh);
            let _ = writeln!(text.en, "  {}: {count}", label.en);
        }
        let waiting = self.counts.of(State::Queued);
        if self.rate > 0 && waiting > 0 {
            let (rate, minutes) = (self.rate, waiting.div_ceil(self.rate));
            let _ = writeln!(text.zh, "  最近一分钟 {rate} 封，还要约 {minutes} 分钟");
            let _ = writeln!(text.en, "  {rate} in the last minute, about {minutes} minutes left");
        }
        if let Some(due) = self.next_due {
            let due = due.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M");
            let _ = writeln!(text.zh, "  下次重试：{due}");
            let _ = writeln!(text.en, "  tried again at {due}");
        }
        text
    }
}

/// A state in words.
pub(super) fn label(state: State) -> Message {
    match state {
        State::Queued => msg!("等待发送", "waiting"),
        State::InFlight => msg!("正在发送", "on the way"),
        State::Accepted => msg!("服务器已收下", "accepted by the server"),
        State::Retry => msg!("暂时被拒，稍后重试", "refused for now, tried again later"),
        State::Rejected => msg!("被拒收", "rejected"),
        State::Suppressed => msg!("不发（已退订或已更正）", "left out (has left)"),
        State::Expired => msg!("过了有效期，没有发", "expired, not sent"),
        State::Unknown => msg!(
            "不知道是否送到，已搁置（确认没收到后用 --resend-unknown 再发）",
            "unknown, held (send again with --resend-unknown once you know that they did not arrive)"
        ),
    }
}
