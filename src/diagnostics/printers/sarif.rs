//! SARIF 2.1.0, which code scanning of forges and many editors read.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::{collections::BTreeSet, io};

use serde_json::{Map, Value as Json, json};

use super::{Located, Report, Style, gitlab::fingerprints, help, json::escape_line_ends, sentence, whole_site};
use crate::{
    base::{
        lang::Tongue,
        text::{Position, Span},
    },
    diagnostics::{Code, Repair, Severity, explain},
};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn print(report: &Report, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let codes: BTreeSet<Code> = report.problems.iter().map(|located| located.diagnostic.code).collect();
    let codes: Vec<Code> = codes.into_iter().collect();
    let rules: Vec<Json> = codes.iter().map(|code| rule(*code, style.tongue)).collect();
    let results = report.problems.iter().zip(fingerprints(report));
    let results: Vec<Json> =
        results.map(|(located, fingerprint)| result(report, located, &codes, &fingerprint, style.tongue)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "pbsite",
                "version": env!("CARGO_PKG_VERSION"),
                "language": if style.tongue == Tongue::Zh { "zh-CN" } else { "en-US" },
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "SITE": { "description": { "text": "the folder of pbsite.yaml" } } },
            "results": results,
        }],
    });
    writeln!(out, "{}", escape_line_ends(&serde_json::to_string(&log)?))
}

fn rule(code: Code, tongue: Tongue) -> Json {
    let page = code.documentation(tongue);
    json!({
        "id": code.number(),
        "name": format!("{code:?}"),
        "shortDescription": { "text": page.title },
        "fullDescription": { "text": page.what },
        "help": { "text": explain(code, tongue) },
        "defaultConfiguration": { "level": level(code.level()) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn result(report: &Report, located: &Located, codes: &[Code], fingerprint: &str, tongue: Tongue) -> Json {
    let problem = &located.diagnostic;
    let fact = sentence(&problem.message, tongue);
    let text = help(problem, tongue).map_or_else(|| fact.clone(), |help| format!("{fact}\n{help}"));
    let mut physical = Map::new();
    physical.insert("artifactLocation".into(), artifact(located));
    if let Some((start, end)) = located.at {
        physical.insert("region".into(), region(start, end));
    }
    let mut result = json!({
        "ruleId": problem.code.number(),
        "ruleIndex": codes.binary_search(&problem.code).unwrap_or_default(),
        "level": level(problem.severity),
        "message": { "text": text },
        "locations": [{ "physicalLocation": physical }],
        "partialFingerprints": { "pbsite/v1": fingerprint },
    });
    if let Some(fix) = fix(report, located, tongue) {
        result["fixes"] = json!([fix]);
    }
    result
}

fn artifact(located: &Located) -> Json {
    let file = located.diagnostic.place.file_name().unwrap_or(whole_site());
    json!({ "uri": uri(file), "uriBaseId": "SITE" })
}

fn region(start: Position, end: Position) -> Json {
    json!({
        "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column,
    })
}

/// The change that needs no thought, where there is one.
fn fix(report: &Report, located: &Located, tongue: Tongue) -> Option<Json> {
    let Some(Repair::Replace { range, text }) = &located.diagnostic.repair else { return None };
    let source = report.sources.get(located.diagnostic.place.file_name()?)?;
    let at = |offset| source.lines.position(&source.text, offset as usize);
    let Span { start, end } = *range;
    let change = json!({ "deletedRegion": region(at(start), at(end)), "insertedContent": { "text": text } });
    let changes = json!([{ "artifactLocation": artifact(located), "replacements": [change] }]);
    let mut fix = json!({ "artifactChanges": changes });
    if let Some(help) = help(&located.diagnostic, tongue) {
        fix["description"] = json!({ "text": help });
    }
    Some(fix)
}

/// A path as a relative reference (RFC 3986): its parts percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(byte as char),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
