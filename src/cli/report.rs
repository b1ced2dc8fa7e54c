//! What a run says when it is done: what was built, what waits, how long it took.

use std::{io, path::Path, time::Duration};

use super::console::Console;
use crate::{
    base::lang::Message,
    msg,
    site::{Contents, Outcome, Timing},
};

/// How many names a list shows.
const NAMED: usize = 5;

/// Appends to a file that CI shows to people.
#[expect(clippy::disallowed_methods, reason = "the step summary is a file of CI, named by the environment")]
pub(super) fn append(path: &str, text: &str) -> io::Result<()> {
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path)?;
    io::Write::write_all(&mut file, text.as_bytes())
}

/// Writes a page for people where they said.
#[expect(clippy::disallowed_methods, reason = "the page is a file that the command line names")]
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    std::fs::write(path, text)
}

/// What waits, what is over.
pub(super) fn contents(console: &Console, contents: &Contents) {
    let count = contents.listed;
    console.say(&msg!("内容：{count} 项已发布", "content: {count} items published"));
    let names = |list: &[String]| {
        let shown: Vec<&str> = list.iter().take(NAMED).map(String::as_str).collect();
        shown.join(", ") + if list.len() > NAMED { ", …" } else { "" }
    };
    for (list, zh, en) in [
        (&contents.drafts, "草稿", "drafts"),
        (&contents.expired, "已过期", "expired"),
        (&contents.withdrawn, "已撤回", "withdrawn"),
    ] {
        if !list.is_empty() {
            let (count, names) = (list.len(), names(list));
            console.say(&msg!("{zh}：{count} 项（{names}）", "{en}: {count} ({names})"));
        }
    }
    if !contents.scheduled.is_empty() {
        let shown = contents.scheduled.iter().take(NAMED).map(|(path, date)| format!("{path} {date}"));
        let (count, names) = (contents.scheduled.len(), shown.collect::<Vec<_>>().join(", "));
        console.say(&msg!("待发布：{count} 项（{names}）", "scheduled: {count} ({names})"));
    }
    if let Some(next) = contents.next_change {
        console.say(&msg!("下一次内容变化：{next}", "next change of content: {next}"));
    }
}

/// What was written where, in how long.
pub(super) fn written(console: &Console, outcome: &Outcome, folder: &str, time: Duration) {
    let Some(written) = &outcome.written else { return };
    let (new, same, gone) = (written.written, written.unchanged, written.removed);
    let total = new + same;
    let size = written.bytes as f64 / 1_048_576.0;
    let seconds = time.as_secs_f64();
    console.say(&msg!(
        "已生成 {total} 个文件（{size:.1} MB）到 {folder}：新写 {new}，未变 {same}，删除 {gone}，用时 {seconds:.2} 秒",
        "built {total} files ({size:.1} MB) into {folder}: {new} written, {same} unchanged, {gone} removed, in {seconds:.2} s"
    ));
    if written.foreign_count > 0 {
        let (count, names) =
            (written.foreign_count, written.foreign.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", "));
        console.say(&msg!(
            "输出文件夹里有 {count} 个文件不是 pbsite 写的，没有动：{names}",
            "{count} files in the output folder were not written by pbsite and are left alone: {names}"
        ));
    }
}

/// The stages in the form of Chrome's traces.
pub(super) fn trace(outcome: &Outcome) -> String {
    let event = |timing: &Timing| {
        serde_json::json!({
            "name": timing.stage, "ph": "X", "pid": 1, "tid": 1,
            "ts": timing.begin.as_micros() as u64, "dur": timing.time.as_micros() as u64,
            "args": { "count": timing.count },
        })
    };
    let events: Vec<_> = outcome.timings.iter().map(event).collect();
    format!("{:#}\n", serde_json::json!({ "traceEvents": events }))
}

/// How long each stage took, how much it made, and how much of that the cache or the last build had.
pub(super) fn timings(console: &Console, outcome: &Outcome) {
    for timing in &outcome.timings {
        let (stage, ms, count) = (timing.stage, timing.time.as_secs_f64() * 1000.0, timing.count);
        let Message { zh, en } = saved(stage, outcome);
        console.say(&msg!("{stage:>14} {ms:9.1} ms {count:8}{zh}", "{stage:>14} {ms:9.1} ms {count:8}{en}"));
    }
    let again = outcome.recalled;
    console.say(&msg!("{again} 个文件不用重新读", "{again} files were not read again"));
    let kept = outcome.rendered.kept;
    console.say(&msg!("{kept} 个页面不用重新生成", "{kept} outputs were kept as they were"));
}

/// What a stage did not have to make, because the cache or the last build had it.
fn saved(stage: &str, outcome: &Outcome) -> Message {
    let (recalled, kept) = (outcome.recalled, outcome.rendered.kept);
    let unchanged = outcome.written.as_ref().map_or(0, |written| written.unchanged);
    match stage {
        "parse" => msg!("，其中 {recalled} 个来自缓存", ", {recalled} of them from the cache"),
        "render" => msg!("，另有 {kept} 个照旧", ", {kept} more as they were"),
        "write" => msg!("，另有 {unchanged} 个未变", ", {unchanged} more unchanged"),
        _ => Message { zh: String::new(), en: String::new() },
    }
}
