//! Tables as offices keep them: CSV in any encoding and Excel workbooks, as cells of text.
//!
//! What a column means is the business of `model`; here a date is `2026-05-01` however the file
//! keeps it, and a merged cell stands in every row that it covers.

use std::{
    collections::BTreeSet,
    io::{self, Cursor, Read},
};

use calamine::{CellErrorType, DataRef, Dimensions, ExcelDateTime, Range, Reader, SheetVisible, Xlsx};

use super::decode;
use crate::{base::lang::Message, msg};

/// A table may have this many cells that are not empty: 10,000 rows of 30 columns and some.
const MOST_CELLS: usize = 400_000;

/// The parts of a workbook may unpack to this many bytes together.
const MOST_UNPACKED: u64 = 256 << 20;

/// Merged cells are repeated in at most this many rows each.
const MOST_MERGED: u32 = 2_000;

/// A sheet of a table.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sheet {
    /// Its name, empty for CSV.
    pub name: String,
    /// Its rows, empty ones left out.
    pub rows: Vec<Row>,
}

/// A row of a sheet.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Row {
    /// Its number as the spreadsheet shows it, from 1.
    pub number: u32,
    /// Its cells that are not empty, by column from 1.
    pub cells: Vec<(u32, Cell)>,
}

/// A cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    /// Text, a number or a date as text, without white space around it.
    Text(String),
    /// An error of a formula: `#REF!`; or the formula itself where its result is not known: `=1+2`.
    Error(String),
}

/// A table as read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Table {
    /// Its visible sheets.
    pub sheets: Vec<Sheet>,
    /// The name of the encoding of a CSV file that is not UTF-8.
    pub encoding: Option<&'static str>,
}

/// Reads a table by the ending of its name: `csv`, `xlsx`, `xlsm`.
///
/// # Errors
/// What is wrong with the file, in words: no table at all, too large, locked by a password.
pub fn read(extension: &str, bytes: Vec<u8>) -> Result<Table, Message> {
    if extension == "csv" { csv(bytes) } else { workbook(bytes) }
}

fn csv(bytes: Vec<u8>) -> Result<Table, Message> {
    let decoded = decode(bytes);
    let delimiter = delimiter(&decoded.text);
    if let Some(line) = open_quote(&decoded.text, delimiter) {
        return Err(msg!(
            "第 {line} 行有一个英文双引号没有配对，后面的行都会连成一格；删掉它，或在这一格末尾补上",
            "line {line} has a quotation mark without its partner: all that follows would be one cell; delete it, or close the cell"
        ));
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(decoded.text.as_bytes());
    let mut sheet = Builder::default();
    let mut number = 0;
    for record in reader.records() {
        let record = record.map_err(|error| msg!("读不懂这个 CSV：{error}", "this CSV cannot be read: {error}"))?;
        let start = record.position().map_or(0, |position| position.byte() as usize);
        // The reader passes over empty lines, which are rows to a spreadsheet.
        let empty = decoded.text.as_bytes()[start..].iter().take_while(|byte| **byte == b'\n').count();
        number += 1 + empty as u32;
        for (column, text) in record.iter().enumerate() {
            sheet.add(number, column as u32 + 1, text.trim().to_owned())?;
        }
    }
    Ok(Table { sheets: vec![sheet.finish(String::new())], encoding: decoded.encoding })
}

/// The line on which a cell begins with a quotation mark that never ends, if there is one (RFC 4180 §2.5).
fn open_quote(text: &str, delimiter: u8) -> Option<usize> {
    let (mut open, mut line, mut begins) = (None, 1, true);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, open) {
            (b'"', Some(_)) if bytes.peek() == Some(&b'"') => drop(bytes.next()),
            (b'"', Some(_)) => open = None,
            (b'"', None) if begins => open = Some(line),
            _ => {}
        }
        line += usize::from(byte == b'\n');
        begins = open.is_none() && (byte == delimiter || byte == b'\n');
    }
    open
}

/// Offices part cells by comma, semicolon or tab: the one that the first line has most of.
fn delimiter(text: &str) -> u8 {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |mark: &u8| line.bytes().filter(|b| b == mark).count();
    [b',', b'\t', b';'].into_iter().rev().max_by_key(count).unwrap_or(b',')
}

fn workbook(bytes: Vec<u8>) -> Result<Table, Message> {
    measure(&bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| unreadable(&e))?;
    let metadata: Vec<(String, bool)> =
        book.sheets_metadata().iter().map(|s| (s.name.clone(), s.visible == SheetVisible::Visible)).collect();
    let mut table = Table::default();
    for (name, _) in metadata.into_iter().filter(|(_, visible)| *visible) {
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let mut sheet = Builder::default();
        // A sheet that holds a chart only has no cells.
        let Ok(mut cells) = book.worksheet_cells_reader(&name) else { continue };
        let mut valued = BTreeSet::new();
        while let Some(cell) = cells.next_cell().map_err(|e| unreadable(&e))? {
            let (row, column) = cell.get_position();
            if !matches!(cell.get_value(), DataRef::Empty) {
                valued.insert((row, column));
            }
            match cell.get_value() {
                DataRef::Error(error) => sheet.push(row + 1, column + 1, Cell::Error(error_name(error).into()))?,
                value => sheet.add(row + 1, column + 1, text_of(value))?,
            }
        }
        drop(cells);
        sheet.unreckoned(book.worksheet_formula(&name).unwrap_or_default(), &valued)?;
        table.sheets.push(sheet.repeat(&merged)?.finish(name));
    }
    Ok(table)
}

fn unreadable(error: &dyn std::fmt::Display) -> Message {
    msg!("读不懂这个 Excel 文件：{error}", "this workbook cannot be read: {error}")
}

/// Unpacks every part into nothing: what a ZIP file says of its sizes may be a lie.
fn measure(bytes: &[u8]) -> Result<(), Message> {
    const OLD: &[u8] = b"\xD0\xCF\x11\xE0";
    if bytes.starts_with(OLD) {
        return Err(msg!(
            "这是旧的 .xls 格式，或者是加了密码的文件；请去掉密码，另存为 .xlsx",
            "this is an old .xls file, or one with a password: remove the password and save it as .xlsx"
        ));
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| {
        msg!(
            "这不是 Excel 文件（.xlsx）；请用 Excel 或 WPS 打开后另存为 .xlsx",
            "this is no Excel workbook (.xlsx): open it in a spreadsheet program and save it as .xlsx"
        )
    })?;
    let mut unpacked = 0;
    for i in 0..archive.len() {
        let part = archive.by_index(i).map_err(|e| unreadable(&e))?;
        unpacked +=
            io::copy(&mut part.take(MOST_UNPACKED + 1 - unpacked), &mut io::sink()).map_err(|e| unreadable(&e))?;
        if unpacked > MOST_UNPACKED {
            return Err(too_large());
        }
    }
    Ok(())
}

fn too_large() -> Message {
    msg!(
        "表格太大：最多 {MOST_CELLS} 个有内容的格子；请分成几个文件",
        "the table is too large: at most {MOST_CELLS} cells with content; split it into several files"
    )
}

fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => n.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(moment) => moment_text(moment),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// A day, a time of day, or both, as the cell holds it.
fn moment_text(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (moment.as_f64() < 1.0, (hour, minute, second)) {
        (true, (hour, minute, _)) => format!("{hour:02}:{minute:02}"),
        (false, (0, 0, 0)) => date,
        (false, (hour, minute, _)) => format!("{date}T{hour:02}:{minute:02}"),
    }
}

/// The day that Excel keeps as a number: `46143` is `2026-05-01`. `None` for a number that no
/// office means as a day.
pub fn day_of_number(text: &str) -> Option<String> {
    let number: f64 = text.parse().ok().filter(|n| (20_000.0..80_000.0).contains(n))?;
    Some(moment_text(&ExcelDateTime::new(number, calamine::ExcelDateTimeType::DateTime, false)))
}

fn error_name(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        _ => "#ERROR!",
    }
}

/// A sheet in the making; cells come row by row.
#[derive(Default)]
struct Builder {
    rows: Vec<Row>,
    cells: usize,
}

impl Builder {
    fn add(&mut self, row: u32, column: u32, text: String) -> Result<(), Message> {
        if text.is_empty() { Ok(()) } else { self.push(row, column, Cell::Text(text)) }
    }

    fn push(&mut self, row: u32, column: u32, cell: Cell) -> Result<(), Message> {
        self.cells += 1;
        if self.cells > MOST_CELLS {
            return Err(too_large());
        }
        match self.rows.last_mut() {
            Some(last) if last.number == row => last.cells.push((column, cell)),
            _ => self.rows.push(Row { number: row, cells: vec![(column, cell)] }),
        }
        Ok(())
    }

    /// Formulas whose results the file does not hold, because no spreadsheet program saved it.
    fn unreckoned(&mut self, formulas: Range<String>, valued: &BTreeSet<(u32, u32)>) -> Result<(), Message> {
        let (top, left) = formulas.start().unwrap_or_default();
        for (row, column, formula) in formulas.used_cells() {
            let (row, column) = (row as u32 + top, column as u32 + left);
            if formula.is_empty() || valued.contains(&(row, column)) {
                continue;
            }
            let at = self.rows.partition_point(|known| known.number < row + 1);
            if self.rows.get(at).is_none_or(|known| known.number != row + 1) {
                self.rows.insert(at, Row { number: row + 1, cells: Vec::new() });
            }
            let cells = &mut self.rows[at].cells;
            let among = cells.partition_point(|(known, _)| *known < column + 1);
            cells.insert(among, (column + 1, Cell::Error(format!("={formula}"))));
            self.cells += 1;
            if self.cells > MOST_CELLS {
                return Err(too_large());
            }
        }
        Ok(())
    }

    /// Puts the text of a merged cell into every row that it covers, in its first column: one unit
    /// merged over its three offers stands in all three. Titles merged over columns stay one cell.
    fn repeat(mut self, merged: &[Dimensions]) -> Result<Self, Message> {
        for area in merged.iter().filter(|area| area.end.0 > area.start.0) {
            let (first, last, column) = (area.start.0 + 1, area.end.0 + 1, area.start.1 + 1);
            let top = self.rows.iter().find(|row| row.number == first);
            let cell = top.and_then(|row| row.cells.iter().find(|(at, _)| *at == column)).map(|(_, cell)| cell.clone());
            let Some(cell) = cell else { continue };
            let covered = |row: &&mut Row| row.number > first && row.number <= last.min(first + MOST_MERGED);
            for row in self.rows.iter_mut().filter(covered) {
                let at = row.cells.partition_point(|(other, _)| *other < column);
                if row.cells.get(at).is_none_or(|(other, _)| *other != column) {
                    self.cells += 1;
                    row.cells.insert(at, (column, cell.clone()));
                }
            }
            if self.cells > MOST_CELLS {
                return Err(too_large());
            }
        }
        Ok(self)
    }

    fn finish(self, name: String) -> Sheet {
        Sheet { name, rows: self.rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(table: &Table) -> Vec<(u32, Vec<(u32, &str)>)> {
        table.sheets[0]
            .rows
            .iter()
            .map(|row| {
                let cells = row.cells.iter().map(|(column, cell)| match cell {
                    Cell::Text(text) | Cell::Error(text) => (*column, text.as_str()),
                });
                (row.number, cells.collect())
            })
            .collect()
    }

    #[test]
    fn csv_comes_in_any_encoding_and_with_any_mark() {
        let (gbk, _, _) = encoding_rs::GBK.encode("名称;数量\n折叠椅;40\n\n投影仪;2\n");
        let table = read("csv", gbk.into_owned()).unwrap();
        let expect = [
            (1, vec![(1, "名称"), (2, "数量")]),
            (2, vec![(1, "折叠椅"), (2, "40")]),
            (4, vec![(1, "投影仪"), (2, "2")]),
        ];
        assert_eq!(rows(&table), expect);
        assert!(table.encoding.is_some());
    }

    #[test]
    fn what_is_no_workbook_is_said() {
        assert!(read("xlsx", b"hello".to_vec()).unwrap_err().zh.contains("不是 Excel 文件"));
        assert!(read("xlsx", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec()).unwrap_err().zh.contains("密码"));
    }

    #[test]
    fn numbers_that_are_days() {
        assert_eq!(day_of_number("46143").as_deref(), Some("2026-05-01"));
        assert_eq!(day_of_number("12"), None);
    }
}
