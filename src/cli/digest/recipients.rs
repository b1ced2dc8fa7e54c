//! `pbsite digest recipients`.

use std::collections::BTreeMap;

use clap::Args;

use super::{
    super::{Exit, Shared},
    delivery::{LedgerOptions, Post},
};
use crate::msg;

/// Check the list of recipients, and count it by kind of unit
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  PBSITE_RECIPIENTS=~/people.xlsx pbsite digest recipients")]
pub(super) struct Recipients {
    /// Print the usable rows as CSV, for another program
    #[arg(long)]
    export: bool,
    #[command(flatten)]
    ledger: LedgerOptions,
}

impl Recipients {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let post = Post::open(shared)?;
        let source = post.source()?;
        let ledger = post.ledger_if_any(&self.ledger)?;
        let (mut kinds, mut left, mut rows) = (BTreeMap::<String, u64>::new(), 0, Vec::new());
        let summary = post.or_fail(source.read(&mut |recipient| {
            if ledger.as_ref().map_or(Ok(false), |ledger| ledger.has_left(&recipient.email))? {
                left += 1;
                return Ok(());
            }
            *kinds.entry(recipient.reader.unit_kind.clone()).or_default() += 1;
            if self.export {
                rows.push(recipient);
            }
            Ok(())
        }))?;
        post.tell_bad_rows(&source, &summary);
        let (good, double, bad) = (summary.good - left, summary.duplicates, summary.bad_rows);
        let left = left + summary.left;
        post.console.say(&msg!(
            "可以发的 {good} 人；重复的 {double} 行，已退订的 {left} 人，不能用的 {bad} 行",
            "{good} people can be written to; {double} rows are repeated, {left} people have left, {bad} rows cannot be used"
        ));
        if self.export {
            post.console.answer(&csv(&rows));
        } else {
            let line =
                |(kind, count): (&String, &u64)| format!("{}\t{count}\n", if kind.is_empty() { "-" } else { kind });
            post.console.answer(&kinds.iter().map(line).collect::<String>());
        }
        Ok(if bad == 0 { Exit::Fine } else { Exit::Problems })
    }
}

fn csv(rows: &[crate::digest::recipients::Recipient]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head =
        ["email", "name", "unit", "unit_kind", "district", "topics", "language", "consent_date", "consent_source"];
    // Writing to memory does not fail.
    let _ = writer.write_record(head);
    for row in rows {
        let reader = &row.reader;
        let topics = reader.topics.join(",");
        let _ = writer.write_record([
            &row.email,
            &row.name,
            &reader.unit,
            &reader.unit_kind,
            &reader.district,
            &topics,
            &reader.language,
            &row.consent_date,
            &row.consent_source,
        ]);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}
