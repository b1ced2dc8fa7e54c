//! Annotations of GitHub Actions, and the step summary that shows what the annotations leave out:
//! GitHub keeps 10 annotations of each kind a step and 50 a job.
//!
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use std::{fmt::Write as _, io};

use super::{Report, Style, counts, help, place_in_words, sentence};
use crate::{
    base::lang::Tongue,
    diagnostics::{Located, Severity},
};

/// GitHub refuses a summary of more than 1 MiB: leave some for other steps' words.
const SUMMARY_BYTES: usize = 900_000;

pub(super) fn print(report: &Report, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    for located in &report.problems {
        writeln!(out, "{}", annotation(located, style.tongue))?;
    }
    Ok(())
}

/// Every problem as a Markdown table, for the file that `GITHUB_STEP_SUMMARY` names.
pub fn step_summary(report: &Report, tongue: Tongue) -> String {
    let mut text = match tongue {
        Tongue::Zh => format!("### pbsite：{}\n", counts(report, tongue)),
        Tongue::En => format!("### pbsite: {}\n", counts(report, tongue)),
    };
    if report.problems.is_empty() {
        return text;
    }
    text.push_str(match tongue {
        Tongue::Zh => "\n| 级别 | 编号 | 位置 | 问题 | 怎么改 |\n|---|---|---|---|---|\n",
        Tongue::En => "\n| level | code | place | problem | what to do |\n|---|---|---|---|---|\n",
    });
    for (i, located) in report.problems.iter().enumerate() {
        let row = table_row(located, tongue);
        if text.len() + row.len() > SUMMARY_BYTES {
            let left = report.problems.len() - i;
            let _ = match tongue {
                Tongue::Zh => writeln!(text, "\n还有 {left} 个没有列出：运行 `pbsite check --format short` 查看。"),
                Tongue::En => writeln!(text, "\n{left} more are not listed: run `pbsite check --format short`."),
            };
            break;
        }
        text.push_str(&row);
    }
    text
}

fn annotation(located: &Located, tongue: Tongue) -> String {
    let problem = &located.diagnostic;
    let mut properties = Vec::new();
    let mut add = |name: &str, value: String| properties.push(format!("{name}={}", escape_property(&value)));
    if let Some(file) = problem.place.file_name() {
        add("file", file.into());
    }
    if let Some((start, end)) = located.at {
        add("line", start.line.to_string());
        // GitHub takes columns only where the range stays on one line.
        if start.line == end.line {
            add("col", start.column.to_string());
            add("endLine", end.line.to_string());
            add("endColumn", end.column.to_string());
        } else {
            add("endLine", end.line.to_string());
        }
    }
    add("title", problem.code.number().into());
    let mut data = sentence(&problem.message, tongue);
    if located.at.is_none()
        && let Some(place) = place_in_words(&problem.place, tongue)
    {
        data = format!("{place}: {data}");
    }
    if let Some(help) = help(problem, tongue) {
        data = format!("{data}\n{help}");
    }
    let command = if problem.severity == Severity::Note { "notice" } else { problem.severity.word(Tongue::En) };
    format!("::{command} {}::{}", properties.join(","), escape_data(&data))
}

fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

fn table_row(located: &Located, tongue: Tongue) -> String {
    let problem = &located.diagnostic;
    let place = place_in_words(&problem.place, tongue).unwrap_or_default();
    let place = match located.at {
        Some((start, _)) => format!("{place}:{}:{}", start.line, start.column),
        None => place,
    };
    let cells = [
        problem.severity.word(tongue).into(),
        problem.code.number().into(),
        place,
        sentence(&problem.message, tongue),
        help(problem, tongue).unwrap_or_default(),
    ];
    format!("| {} |\n", cells.map(|cell| escape_markdown(&cell)).join(" | "))
}

/// Keeps what Markdown would read as markup, or as the end of a cell.
fn escape_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '~' | '#' | '!' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}
