//! `pbsite digest recipients`.

use std::collections::BTreeMap;

use clap::Args;

use super::{
    super::{Exit, Shared},
    delivery::{LedgerOptions, Post},
    fresh,
};
use crate::{
    digest::{
        address,
        endpoint::People,
        letter::{Edition as _, Letter},
        recipients::Source,
        send,
    },
    msg,
};

/// Check the list of recipients, and count it by kind of unit
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  PBSITE_RECIPIENTS=~/people.xlsx pbsite digest recipients")]
pub(super) struct Recipients {
    /// Print the usable rows as CSV, for another program
    #[arg(long)]
    export: bool,
    /// Take the usable rows of this file into the SQLite list; who has left stays away
    #[arg(long, value_name = "FILE", conflicts_with = "export")]
    import: Option<String>,
    /// Delete an address from the SQLite list; may be repeated
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["export", "import"])]
    remove: Vec<String>,
    /// Count people by the segments of this edition
    #[arg(long, value_name = "EDITION", conflicts_with_all = ["export", "import", "remove"])]
    edition: Option<String>,
    #[command(flatten)]
    ledger: LedgerOptions,
}

impl Recipients {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let post = Post::open(shared)?;
        let source = post.source()?;
        if let Some(file) = &self.import {
            return import(&post, &source, file);
        }
        if !self.remove.is_empty() {
            return remove(&post, &source, &self.remove);
        }
        if let Some(edition) = &self.edition {
            return segments(&post, shared, &source, edition);
        }
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

/// The SQLite list, which alone can be changed.
fn people(post: &Post, source: &Source) -> Result<People, Exit> {
    let path = source.database().ok_or_else(|| {
        msg!(
            "只有 SQLite 名单能这样改：请把 PBSITE_RECIPIENTS 设为 .sqlite 文件（没有会新建）；Excel 和 CSV 请直接编辑",
            "only a list in SQLite is changed this way: set PBSITE_RECIPIENTS to an .sqlite file; edit a table itself"
        )
    });
    post.or_fail(path.and_then(People::open))
}

fn import(post: &Post, source: &Source, file: &str) -> Result<Exit, Exit> {
    let people = people(post, source)?;
    let from = post.or_fail(Source::parse(file, &post.root))?;
    let mut taken = 0;
    let summary = post.or_fail(from.read(&mut |recipient| {
        taken += u64::from(people.import(&recipient)?);
        Ok(())
    }))?;
    post.tell_bad_rows(&from, &summary);
    let bad = summary.bad_rows;
    post.console
        .say(&msg!("收入 {taken} 人；不能用的 {bad} 行", "{taken} people were taken in; {bad} rows cannot be used"));
    Ok(if bad == 0 { Exit::Fine } else { Exit::Problems })
}

fn remove(post: &Post, source: &Source, addresses: &[String]) -> Result<Exit, Exit> {
    let people = people(post, source)?;
    let mut gone = 0;
    for address in addresses {
        let email = post.or_fail(address::normalize(address))?;
        gone += u64::from(post.or_fail(people.remove(&email))?);
    }
    post.console.say(&msg!("删掉 {gone} 人", "{gone} people were taken out"));
    Ok(Exit::Fine)
}

fn segments(post: &Post, shared: &Shared, source: &Source, edition: &str) -> Result<Exit, Exit> {
    let composed = fresh::composed(post, shared, edition)?;
    let audience = post.or_fail(send::count(&composed, source, None))?;
    let line = |(letter, count): (&Letter, &u64)| format!("{}\t{}\t{count}\n", letter.segment, letter.language);
    let lines: String = composed.letters().iter().zip(&audience.letters).map(line).collect();
    post.console.answer(&format!("{lines}-\t\t{}\n", audience.without_letter));
    Ok(Exit::Fine)
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
