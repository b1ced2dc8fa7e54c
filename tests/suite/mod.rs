//! Runs the case files of this folder: a whole small site each, and what must come of it.
//!
//! Sections of a case (see `support/case.rs` for files of the site):
//!
//! | section | says |
//! |---|---|
//! | `== options ==` | `now`, `drafts: true`, `base-url`, one a line |
//! | `-- diagnostics --` | every problem in Chinese, with `= help` and `> replacement`; none where the section is missing |
//! | `-- diagnostics en --` | the same in English |
//! | `-- check --`, `-- check en --` | what `check` finds beyond that, because it takes more time than a build |
//! | `-- contents --` | what waits, expired, was withdrawn, and the next change |
//! | `-- has PATH --`, `-- lacks PATH --` | lines that the output must or must not hold, white space aside; `*` in a path stands for anything, `every page` for all of HTML, `every output` for everything |
//! | `-- order PATH --` | lines that the output must hold in this order |
//! | `-- outputs --` | the paths of outputs; with a line `...` there may be others |
//! | `-- absent --` | paths that must not be there |
//!
//! A site with errors must publish nothing, and `check` must find whatever a build finds before it
//! renders.

use std::{collections::BTreeSet, fmt::Write as _};

use pbsite::{base::lang::Tongue, diagnostics::Code, site};
use rayon::prelude::*;

use crate::support::{Built, Case, Site, blessing, cases, short, without_the_whole};

/// Codes that no site in memory can show, and where they are shown instead.
const ELSEWHERE: &[(Code, &str)] = &[
    (Code::SourceChanged, "laws.rs"),
    (Code::TableFormula, "tables.rs"),
    (Code::VanishedAddress, "cli/check_previous.txt"),
    (Code::DateChanged, "cli/check_history.txt"),
    (Code::OutsideDead, "external.rs"),
    (Code::OutsideMoved, "external.rs"),
    (Code::CalendarEmptied, "cli/check_previous.txt"),
    (Code::LetterSize, "cli/digest_check.txt"),
    (Code::LetterLines, "cli/digest_check.txt"),
    (Code::LetterText, "cli/digest_check.txt"),
    (Code::LetterLink, "cli/digest_check.txt"),
    (Code::LetterContrast, "cli/digest_check.txt"),
    (Code::SegmentEmpty, "cli/digest_check.txt"),
    (Code::NoSegment, "cli/digest_check.txt"),
    (Code::LetterLeave, "cli/digest_check.txt"),
    (Code::LetterSignature, "cli/digest_check.txt"),
    (Code::LetterSpam, "cli/digest_spam.txt"),
];

#[test]
fn every_case() {
    let failures: Vec<String> = cases("suite").into_par_iter().filter_map(|case| run(case).err()).collect();
    assert!(failures.is_empty(), "{} cases fail:\n\n{}", failures.len(), failures.join("\n\n"));
}

#[test]
fn every_code_has_a_case() {
    let all = cases("suite");
    let shown: String =
        all.iter().flat_map(|case| ["diagnostics", "check"].map(|title| case.get("--", title).unwrap_or(""))).collect();
    let without = Code::ALL.iter().filter(|code| !shown.contains(&format!(" {}: ", code.number())));
    let without: Vec<Code> = without.copied().collect();
    let elsewhere: Vec<Code> = ELSEWHERE.iter().map(|(code, _)| *code).collect();
    assert_eq!(without, elsewhere, "codes without a case");
    for (code, file) in ELSEWHERE {
        let text = std::fs::read_to_string(crate::support::root().join("tests").join(file)).unwrap();
        assert!(text.contains(code.number()) || text.contains(&format!("{code:?}")), "{file} does not show {code:?}");
    }
}

fn run(mut case: Case) -> Result<(), String> {
    let mut site = Site::new();
    for (path, bytes) in case.files() {
        site.put(&path, bytes);
    }
    if case.option("no-configuration").is_some() {
        site.take("pbsite.yaml");
    }
    site.options.drafts = case.option("drafts") == Some("true");
    if let Some(now) = case.option("now") {
        site.clock(now);
    }
    if let Some(url) = case.option("base-url") {
        site.base_url(url);
    }
    let built = site.build();
    let mut wrong = String::new();
    let checked = site::check(&site.files, &site.options).unwrap();
    let beyond = |tongue| {
        let (found, built) = (short(&checked.report, tongue), short(&built.outcome.report, tongue));
        let more = found.lines().filter(|line| !built.contains(line));
        more.fold(String::new(), |text, line| text + line + "\n")
    };
    if (built.outcome.report.errors() > 0) == built.outcome.written.is_some() {
        let _ = writeln!(wrong, "{} errors, and written: {:?}", built.outcome.report.errors(), built.outcome.written);
    }
    for (path, _) in built.tree.iter().filter(|(path, _)| path.ends_with(".ics")) {
        bytes_of_a_calendar(path, &built.text(path).unwrap_or_default(), &mut wrong);
    }
    let whole = case.name.starts_with("suite/checks/");
    let diagnostics = |tongue| {
        let all = short(&built.outcome.report, tongue);
        if whole { all } else { without_the_whole(&all) }
    };
    let texts = [
        ("diagnostics", diagnostics(Tongue::Zh)),
        ("diagnostics en", diagnostics(Tongue::En)),
        ("check", beyond(Tongue::Zh)),
        ("check en", beyond(Tongue::En)),
        ("contents", contents(&built)),
    ];
    let mut blessed = false;
    for (title, text) in texts {
        let expected = case.get("--", title);
        let optional = !matches!(title, "diagnostics" | "check");
        if expected.is_none() && optional || expected.unwrap_or("").trim() == text.trim() {
            continue;
        }
        if blessing() {
            case.set(title, &text);
            blessed = true;
        } else {
            let _ = writeln!(wrong, "-- {title} -- should be:\n{}\nand is:\n{text}", expected.unwrap_or(""));
        }
    }
    if blessed {
        case.write();
    }
    for section in case.sections.iter().filter(|s| s.mark == "--") {
        expectation(&section.title, &section.text, &built, &mut wrong);
    }
    if case.about.is_empty() {
        wrong.push_str("it does not say what it is about\n");
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("{}: {}\n{wrong}\nall problems:\n{}", case.name, case.about, built.diagnostics(Tongue::Zh)))
    }
}

/// What programs that read calendars forgive in different ways (RFC 5545 §3.1).
fn bytes_of_a_calendar(path: &str, text: &str, wrong: &mut String) {
    let lines: Vec<&str> = text.split("\r\n").collect();
    if lines.last() != Some(&"") || lines.iter().any(|line| line.contains(['\r', '\n'])) {
        let _ = writeln!(wrong, "{path}: a line does not end in CRLF");
    }
    for line in lines.iter().filter(|line| line.len() > 75) {
        let _ = writeln!(wrong, "{path}: {} octets: {line}", line.len());
    }
    let unfolded = text.replace("\r\n ", "");
    if unfolded.contains(";TZID=") && !unfolded.contains("BEGIN:VTIMEZONE") {
        let _ = writeln!(wrong, "{path}: no VTIMEZONE");
    }
}

fn expectation(title: &str, text: &str, built: &Built, wrong: &mut String) {
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let (word, path) = title.split_once(' ').unwrap_or((title, ""));
    match word {
        "diagnostics" | "check" | "contents" => {}
        "has" | "lacks" | "order" => {
            let outputs: Vec<(String, String)> = match path {
                "every output" => {
                    let paths = built.tree.keys();
                    paths.map(|path| (path.clone(), built.text(path).unwrap_or_default())).collect()
                }
                "every page" => {
                    let pages = built.tree.keys().filter(|path| path.ends_with(".html"));
                    pages.map(|path| (path.clone(), built.text(path).unwrap_or_default())).collect()
                }
                path => match built.text(path) {
                    Some(text) => vec![(path.into(), text)],
                    None => {
                        let _ = writeln!(wrong, "there is no output {path}; there are {:?}", built.tree.keys());
                        return;
                    }
                },
            };
            for (path, output) in outputs {
                let mut rest = dense(&output);
                for line in lines() {
                    let found = rest.find(&dense(line));
                    match (word, found) {
                        ("lacks", Some(_)) => {
                            let _ = writeln!(wrong, "{path} has: {line}");
                        }
                        ("has", None) => {
                            let _ = writeln!(wrong, "{path} lacks: {line}\n{}", excerpt(&output));
                        }
                        ("order", None) => {
                            let _ = writeln!(wrong, "{path} lacks (here): {line}\n{}", excerpt(&output));
                        }
                        ("order", Some(at)) => rest = rest[at + dense(line).len()..].to_owned(),
                        _ => {}
                    }
                }
            }
        }
        "outputs" => {
            let expected: BTreeSet<&str> = lines().map(str::trim).filter(|line| *line != "...").collect();
            let there: BTreeSet<&str> = built.tree.keys().map(String::as_str).collect();
            let missing: Vec<_> = expected.difference(&there).collect();
            let more: Vec<_> = there.difference(&expected).collect();
            if !missing.is_empty() || !more.is_empty() && !lines().any(|line| line.trim() == "...") {
                let _ = writeln!(wrong, "outputs: missing {missing:?}, more {more:?}");
            }
        }
        "absent" => {
            for path in lines().filter(|path| built.text(path.trim()).is_some()) {
                let _ = writeln!(wrong, "there is an output {path}");
            }
        }
        _ => {
            let _ = writeln!(wrong, "unknown section -- {title} --");
        }
    }
}

/// What readers would see, on a screen of text.
fn excerpt(output: &str) -> String {
    let body = output.find("<main").map_or(output, |at| &output[at..]);
    let lines: Vec<&str> = body.lines().filter(|line| !line.trim().is_empty()).take(60).collect();
    lines.join("\n")
}

fn dense(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn contents(built: &Built) -> String {
    let contents = &built.outcome.contents;
    let mut text = format!("listed: {}\n", contents.listed);
    for (word, paths) in
        [("draft", &contents.drafts), ("expired", &contents.expired), ("withdrawn", &contents.withdrawn)]
    {
        for path in paths {
            let _ = writeln!(text, "{word}: {path}");
        }
    }
    for (path, date) in &contents.scheduled {
        let _ = writeln!(text, "scheduled: {path} {date}");
    }
    if let Some(moment) = contents.next_change {
        let _ = writeln!(text, "next change: {moment}");
    }
    text
}
