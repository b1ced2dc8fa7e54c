//! One line a problem, in the form that editors and `grep` know: `file:line:column: error CODE: fact`.
//!
//! A cell is `file#sheet:row:column`. The words `error` and `warning` are the same in every
//! language, so that programs can rely on them; the fact is in the reader's language.

use std::io;

use super::{Place, Report, Style, one_line, sentence};
use crate::{base::lang::Tongue, diagnostics::Located};

pub(super) fn print(report: &Report, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    for located in &report.problems {
        let problem = &located.diagnostic;
        let severity = problem.severity.word(Tongue::En);
        let fact = sentence(&problem.message, style.tongue);
        writeln!(out, "{}: {severity} {}: {fact}", place(located), problem.code.number())?;
    }
    Ok(())
}

fn place(located: &Located) -> String {
    let place = &located.diagnostic.place;
    let file = one_line(place.file_name().unwrap_or("site"));
    match (place, located.at) {
        (_, Some((start, _))) => format!("{file}:{}:{}", start.line, start.column),
        (Place::Cell { sheet, row, column, .. }, _) if sheet.is_empty() => format!("{file}:{row}:{column}"),
        (Place::Cell { sheet, row, column, .. }, _) => format!("{file}#{}:{row}:{column}", one_line(sheet)),
        _ => file,
    }
}
