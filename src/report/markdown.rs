//! The page as Markdown that forges show: no HTML, and nothing of a message can become markup.

use std::fmt::Write as _;

use super::{Block, Entry};

pub(super) fn print(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        // Writing into a string cannot fail.
        let _ = match block {
            Block::Title(words) => writeln!(text, "# {}\n", escaped(words)),
            Block::Verdict(words) => writeln!(text, "**{}**\n", escaped(words)),
            Block::Heading(words) => writeln!(text, "## {}\n", escaped(words)),
            Block::Note(words) => writeln!(text, "{}\n", escaped(words)),
            Block::Entries(entries) => {
                entries.iter().for_each(|one| entry(&mut text, one));
                writeln!(text)
            }
        };
    }
    format!("{}\n", text.trim_end())
}

fn entry(text: &mut String, entry: &Entry) {
    let place = match &entry.place {
        Some((words, Some(url))) => format!("[{}]({url}) ", escaped(words)),
        Some((words, None)) => format!("{} ", escaped(words)),
        None => String::new(),
    };
    let _ = writeln!(text, "- {place}{}", escaped(&entry.text));
    if let Some(help) = &entry.help {
        let _ = writeln!(text, "  {}", help.lines().map(escaped).collect::<Vec<_>>().join("  \n  "));
    }
    if let Some(paste) = &entry.paste {
        let fence = fence(paste);
        let _ = writeln!(text, "\n  {fence}");
        for line in paste.lines() {
            let _ = writeln!(text, "{}", format!("  {line}").trim_end());
        }
        let _ = writeln!(text, "  {fence}\n");
    }
}

/// A fence that is longer than any run of backticks inside.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

/// A text on one line in which no character is markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '#' | '!' | '|' | '@' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
