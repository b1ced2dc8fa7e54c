//! Tables as CSV (RFC 4180) that Excel and WPS open by a click: UTF-8 with a BOM, CRLF, and no cell
//! that a spreadsheet would take for a formula.

/// A table of rows, the headings first.
///
/// ```
/// use pbsite::formats::csv;
/// let text = csv::table(&[vec!["标题".into()], vec!["=1+1".into()], vec!["a,b".into()]]);
/// assert_eq!(text, "\u{feff}标题\r\n'=1+1\r\n\"a,b\"\r\n");
/// ```
pub fn table(rows: &[Vec<String>]) -> String {
    let mut text = String::from("\u{feff}");
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| quoted(&harmless(cell))).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// A cell that is text to every spreadsheet: <https://owasp.org/www-community/attacks/CSV_Injection>.
fn harmless(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

fn quoted(cell: &str) -> String {
    let special = cell.contains([',', '"', '\n', '\r']);
    if special { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}
