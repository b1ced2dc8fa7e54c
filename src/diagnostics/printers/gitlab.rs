//! The Code Quality report of GitLab: one JSON array, shown in merge requests.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use std::{collections::BTreeMap, io};

use serde_json::json;

use super::{Report, Style, help, json::escape_line_ends, sentence, whole_site};
use crate::{
    base::{hash::Key, lang::Tongue},
    diagnostics::Severity,
};

pub(super) fn print(report: &Report, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let fingerprints = fingerprints(report);
    let issues = report.problems.iter().zip(fingerprints).map(|(located, fingerprint)| {
        let problem = &located.diagnostic;
        let fact = sentence(&problem.message, style.tongue);
        let description = match help(problem, style.tongue) {
            Some(help) if style.tongue == Tongue::Zh => format!("{fact}。{help}"),
            Some(help) => format!("{fact}. {help}"),
            None => fact,
        };
        json!({
            "description": description,
            "check_name": problem.code.number(),
            "fingerprint": fingerprint,
            "severity": severity(problem.severity),
            "location": {
                "path": problem.place.file_name().unwrap_or(whole_site()),
                "lines": { "begin": located.at.map_or(1, |at| at.0.line) },
            },
        })
    });
    let issues: Vec<_> = issues.collect();
    writeln!(out, "{}", escape_line_ends(&serde_json::to_string(&issues)?))
}

/// What GitLab calls it.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Note => "info",
    }
}

/// For each problem a name that stays the same while it stays, wherever its line moves to.
pub(super) fn fingerprints(report: &Report) -> Vec<String> {
    let mut seen: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    let fingerprint = |located: &super::Located| {
        let problem = &located.diagnostic;
        // The position is no part of it: lines above may come and go.
        let same = (problem.code.number(), problem.place.file_name().unwrap_or(""), problem.message.en.as_str());
        (same.0.to_owned(), same.1.to_owned(), same.2.to_owned())
    };
    let all: Vec<_> = report.problems.iter().map(fingerprint).collect();
    let mut names = Vec::with_capacity(all.len());
    for (code, file, message) in &all {
        let count = seen.entry((code, file, message)).or_default();
        names.push(Key::of(&(code, file, message, *count)).to_string());
        *count += 1;
    }
    names
}
