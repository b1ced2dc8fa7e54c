//! What git remembers: the first version of each file.
//!
//! A door: it runs the system's git, reads its answers and changes nothing. Without git, outside a
//! repository and in a shallow clone there is no history, and nobody complains.

#![expect(clippy::disallowed_methods, reason = "git is asked here, and nowhere else")]

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};

use jiff::civil::Date;

use super::decode;
use crate::base::path::SitePath;

/// A file as it was first committed, under whatever name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct First {
    /// The day of that commit.
    pub day: Date,
    /// The text.
    pub text: String,
}

/// The first versions of the Markdown files below `content/` of the site in `root`; `None` where
/// there is no whole history.
pub fn first_versions(root: &Path) -> Option<BTreeMap<SitePath, First>> {
    let whole = ask(root, &["rev-parse", "--is-shallow-repository"])?;
    if String::from_utf8_lossy(&whole).trim() != "false" {
        return None;
    }
    let arguments = [
        "log",
        "--reverse",
        "-z",
        "--raw",
        "--no-abbrev",
        "--format=%x01%cs",
        "--find-renames",
        "--diff-filter=ADR",
        "--relative",
        "--",
        "content",
    ];
    let added = added(&String::from_utf8_lossy(&ask(root, &arguments)?));
    texts(root, &added)
}

/// A file's first blob and the day of its commit.
type Added = BTreeMap<SitePath, (Date, String)>;

/// Reads what `git log -z --raw` tells: a day behind U+0001, then `:… blob A`, path.
fn added(log: &str) -> Added {
    let mut added: Added = BTreeMap::new();
    let mut day = Date::ZERO;
    let mut parts = log.split('\0').map(|part| part.trim_start_matches('\n'));
    while let Some(part) = parts.next() {
        if let Some(text) = part.strip_prefix('\u{1}') {
            day = text.trim().parse().unwrap_or(day);
        } else if let Some(change) = part.strip_prefix(':') {
            let mut words = change.split(' ').skip(3);
            let (blob, what) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let path = parts.next().and_then(|path| SitePath::new(path).ok());
            let moved = what.starts_with('R').then(|| parts.next()).flatten();
            let Some(path) = path else { continue };
            match (what.chars().next(), moved.and_then(|path| SitePath::new(path).ok())) {
                (Some('A'), _) => {
                    added.insert(path, (day, blob.to_owned()));
                }
                (Some('R'), Some(to)) => {
                    let first = added.remove(&path).unwrap_or((day, blob.to_owned()));
                    added.insert(to, first);
                }
                _ => {
                    added.remove(&path);
                }
            }
        }
    }
    added.retain(|path, _| path.extension() == "md");
    added
}

/// The texts of blobs, from one process.
fn texts(root: &Path, added: &Added) -> Option<BTreeMap<SitePath, First>> {
    let mut git = command(root, &["cat-file", "--batch"]).stdin(Stdio::piped()).spawn().ok()?;
    let (mut questions, answers) = (git.stdin.take()?, git.stdout.take()?);
    let blobs: String = added.values().map(|(_, blob)| format!("{blob}\n")).collect();
    // Written beside the reading: a pipe holds little, and git answers at once.
    let writer = std::thread::spawn(move || questions.write_all(blobs.as_bytes()));
    let mut answers = BufReader::new(answers);
    let mut found = BTreeMap::new();
    for (path, (day, _)) in added {
        let text = decode(blob(&mut answers)?).text;
        found.insert(path.clone(), First { day: *day, text });
    }
    let _ = writer.join();
    git.wait().ok()?;
    Some(found)
}

/// `<id> blob <length>`, the bytes, a line feed.
fn blob(answers: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut header = String::new();
    answers.read_line(&mut header).ok()?;
    let length: usize = header.trim_end().rsplit(' ').next()?.parse().ok()?;
    let mut bytes = vec![0; length + 1];
    answers.read_exact(&mut bytes).ok()?;
    bytes.truncate(length);
    Some(bytes)
}

fn ask(root: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let output = command(root, arguments).output().ok()?;
    output.status.success().then_some(output.stdout)
}

fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    // Nothing that a repository's own settings name is started.
    command.arg("-C").arg(root).args(["-c", "core.fsmonitor=false", "-c", "log.showSignature=false"]).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn additions_renames_and_deletions() {
        let blob = |n: u8| n.to_string().repeat(40);
        let line = |old: u8, new: u8, what: &str| format!(":100644 100644 {} {} {what}\0", blob(old), blob(new));
        let log = [
            "\u{1}2026-01-01\0\0".to_owned(),
            line(0, 1, "A") + "content/a.md\0",
            line(0, 2, "A") + "content/中.md\0",
            line(0, 3, "A") + "content/p.jpg\0",
            "\u{1}2026-02-01\0\0".to_owned(),
            line(1, 4, "R090") + "content/a.md\0content/b.md\0",
            line(2, 0, "D") + "content/中.md\0",
            "\u{1}2026-03-01\0\0".to_owned(),
            line(0, 5, "A") + "content/中.md\0",
        ]
        .concat();
        let shown = added(&log).into_iter().map(|(path, (day, id))| format!("{path} {day} {}", &id[..1]));
        assert_eq!(shown.collect::<Vec<_>>(), ["content/b.md 2026-01-01 1", "content/中.md 2026-03-01 5"]);
    }
}
