//! One JSON object a line, for programs. The keys are always all there, `null` where they do not
//! apply; lines and columns count from 1, columns in characters, ends are exclusive.
//!
//! For a cell `row` and `column` are the sheet's, and `line`, `end_line`, `end_column` are null.

use std::{borrow::Cow, io};

use serde::Serialize;

use super::{Place, Report, Style, pasted};
use crate::{base::lang::Tongue, diagnostics::Located};

pub(super) fn print(report: &Report, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    for located in &report.problems {
        let line = serde_json::to_string(&Line::new(located, report, style.tongue))?;
        writeln!(out, "{}", escape_line_ends(&line))?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Line<'a> {
    code: &'static str,
    severity: &'static str,
    file: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
    sheet: Option<&'a str>,
    row: Option<u32>,
    heading: Option<&'a str>,
    message: &'a str,
    help: Option<&'a str>,
    replacement: Option<Cow<'a, str>>,
}

impl<'a> Line<'a> {
    fn new(located: &'a Located, report: &Report, tongue: Tongue) -> Self {
        let problem = &located.diagnostic;
        let (start, end) = (located.at.map(|at| at.0), located.at.map(|at| at.1));
        let (sheet, row, cell_column, heading) = match &problem.place {
            Place::Cell { sheet, row, column, heading, .. } => (some(sheet), Some(*row), Some(*column), some(heading)),
            _ => (None, None, None, None),
        };
        Self {
            code: problem.code.number(),
            severity: problem.severity.word(Tongue::En),
            file: problem.place.file_name(),
            line: start.map(|at| at.line),
            column: start.map(|at| at.column).or(cell_column),
            end_line: end.map(|at| at.line),
            end_column: end.map(|at| at.column),
            sheet,
            row,
            heading,
            message: problem.message.text(tongue),
            help: problem.help.as_ref().map(|help| help.text(tongue)),
            replacement: replacement(located, report),
        }
    }
}

/// What to write instead: of the place's range, or the whole lines where the repair is another's.
fn replacement<'a>(located: &'a Located, report: &Report) -> Option<Cow<'a, str>> {
    match &located.diagnostic.replacement {
        Some(text) => Some(Cow::Borrowed(text)),
        None => pasted(located, report).map(Cow::Owned),
    }
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// Line ends beside LF and CR are legal in JSON strings, but split lines in some readers
/// (Python's `splitlines`, for one).
pub(super) fn escape_line_ends(json: &str) -> String {
    json.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029").replace('\u{85}', "\\u0085")
}
