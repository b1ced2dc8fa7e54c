//! Rows of a table of recipients: which column is which, and what each row must have.

use std::{
    io::{self, BufReader, Read, Seek as _},
    path::Path,
};

use super::{Recipient, Sieve, unreadable};
use crate::{
    base::lang::{Lang, Message},
    digest::{address, disk, letter::Reader},
    msg,
    source::{decode, table},
};

/// What a column can hold, with the headings that mean it.
const COLUMNS: [(&str, &[&str]); 9] = [
    ("email", &["邮箱", "电子邮箱", "邮箱地址", "电子邮件", "邮件地址", "邮件", "e-mail", "mail"]),
    ("name", &["姓名", "名字", "称呼", "收件人", "联系人"]),
    ("unit", &["单位", "单位名称", "单位编号"]),
    ("unit_kind", &["单位类型", "单位类别", "单位性质"]),
    ("district", &["街道", "区域", "片区", "街镇", "所属街道"]),
    ("topics", &["主题", "关注主题", "话题", "标签"]),
    ("language", &["语言", "文种"]),
    ("consent_date", &["同意日期", "同意时间", "授权日期", "订阅日期"]),
    ("consent_source", &["同意来源", "同意方式", "授权方式", "授权来源", "订阅来源"]),
];

/// The heading may stand below a title and a note.
const MOST_ROWS_ABOVE: usize = 10;

/// Which column holds what: the position of each of [`COLUMNS`], with its heading as written.
pub(super) struct Layout([Option<(usize, String)>; 9]);

impl Layout {
    /// Finds the columns in a row of headings; `None` where none is of addresses.
    pub(super) fn find<'a>(headings: impl Iterator<Item = (usize, &'a str)>) -> Option<Self> {
        let mut found: [Option<(usize, String)>; 9] = Default::default();
        for (at, heading) in headings {
            let plain = heading.trim().trim_start_matches('\u{feff}').to_lowercase().replace([' ', '-'], "_");
            let known = COLUMNS.iter().position(|(name, others)| *name == plain || others.contains(&heading.trim()));
            if let Some(i) = known.filter(|i| found[*i].is_none()) {
                found[i] = Some((at, heading.trim().to_owned()));
            }
        }
        found[0].is_some().then_some(Self(found))
    }

    fn heading(&self, name: usize) -> &str {
        self.0[name].as_ref().map_or(COLUMNS[name].0, |(_, heading)| heading)
    }

    /// Takes a row in; empty rows are passed over.
    pub(super) fn take<'a>(
        &self,
        row: u64,
        cell: impl Fn(usize) -> &'a str,
        sieve: &mut Sieve<'_>,
    ) -> Result<(), Message> {
        let text = |name: usize| self.0[name].as_ref().map_or("", |(at, _)| cell(*at).trim());
        if (0..COLUMNS.len()).all(|name| text(name).is_empty()) {
            return Ok(());
        }
        let email = match address::normalize(text(0)) {
            Ok(email) => email,
            Err(message) => {
                sieve.bad(row, self.heading(0), message);
                return Ok(());
            }
        };
        for name in [7, 8] {
            if text(name).is_empty() {
                sieve.bad(row, self.heading(name), no_consent());
                return Ok(());
            }
        }
        sieve.good(Recipient {
            email,
            name: text(1).to_owned(),
            reader: Reader {
                unit: text(2).to_owned(),
                unit_kind: text(3).to_owned(),
                district: text(4).to_owned(),
                topics: topics(text(5)),
                language: Lang::new(text(6)).map_or_else(|| text(6).to_owned(), |lang| lang.to_string()),
            },
            consent_date: text(7).to_owned(),
            consent_source: text(8).to_owned(),
        })
    }
}

fn no_consent() -> Message {
    msg!(
        "没有记录同意，不能发。填上同意日期和同意来源（如“2026-03-01”“签到表”）",
        "no consent is recorded, so nothing is sent. Fill in its date and source (such as “2026-03-01”, “sign-in sheet”)"
    )
}

fn topics(text: &str) -> Vec<String> {
    let parts = text.split([',', '，', '、', ';', '；', '|']).map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// A CSV file, row by row where it is UTF-8.
pub(super) fn streamed(path: &Path, sieve: &mut Sieve<'_>) -> Result<(), Message> {
    let failed = |error: io::Error| unreadable(path, &error);
    let mut file = disk::open(path).map_err(failed)?;
    if !is_utf8(&mut file).map_err(failed)? {
        return decoded(disk::bytes(path).map_err(failed)?, sieve);
    }
    file.rewind().map_err(failed)?;
    let mark = mark(&mut BufReader::new(&file)).map_err(failed)?;
    file.rewind().map_err(failed)?;
    read(BufReader::new(file), mark, sieve)
}

/// CSV in any encoding.
pub(super) fn decoded(bytes: Vec<u8>, sieve: &mut Sieve<'_>) -> Result<(), Message> {
    let text = decode(bytes).text;
    let mark = mark(&mut text.as_bytes()).unwrap_or(b',');
    read(text.as_bytes(), mark, sieve)
}

/// Whether a file is UTF-8 throughout, without holding it.
fn is_utf8(file: &mut impl Read) -> io::Result<bool> {
    let (mut buffer, mut kept) = (vec![0; 1 << 16], 0);
    loop {
        let read = file.read(&mut buffer[kept..])?;
        if read == 0 {
            return Ok(kept == 0);
        }
        let end = kept + read;
        kept = match std::str::from_utf8(&buffer[..end]) {
            Ok(_) => 0,
            Err(error) if error.error_len().is_some() => return Ok(false),
            Err(error) => {
                buffer.copy_within(error.valid_up_to()..end, 0);
                end - error.valid_up_to()
            }
        };
    }
}

/// What parts cells: the sign that the first line has most of.
fn mark(text: &mut impl io::BufRead) -> io::Result<u8> {
    let mut line = String::new();
    while line.trim().is_empty() {
        line.clear();
        if text.read_line(&mut line)? == 0 {
            break;
        }
    }
    let count = |mark: &u8| line.bytes().filter(|byte| byte == mark).count();
    Ok([b';', b'\t', b','].into_iter().max_by_key(count).unwrap_or(b','))
}

fn read(text: impl Read, mark: u8, sieve: &mut Sieve<'_>) -> Result<(), Message> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(mark).from_reader(text);
    let mut record = csv::StringRecord::new();
    let (mut layout, mut above, mut row) = (None, 0, 0);
    loop {
        let before = reader.position().line();
        let more = reader.read_record(&mut record);
        if !more.map_err(|error| msg!("读不懂这个 CSV：{error}", "this CSV cannot be read: {error}"))? {
            break;
        }
        // The reader passes over empty lines, which are rows to a spreadsheet.
        let own = 1 + record.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
        row += 1 + (reader.position().line() - before).saturating_sub(own);
        match &layout {
            None if above == MOST_ROWS_ABOVE => break,
            None => {
                layout = Layout::find(record.iter().enumerate());
                above += 1;
            }
            Some(layout) => layout.take(row, |at| record.get(at).unwrap_or(""), sieve)?,
        }
    }
    layout.map(drop).ok_or_else(no_addresses)
}

/// The sheets of a workbook: those that have a column of addresses.
pub(super) fn sheets(table: &table::Table, sieve: &mut Sieve<'_>) -> Result<(), Message> {
    let mut any = false;
    for sheet in &table.sheets {
        let found = sheet.rows.iter().take(MOST_ROWS_ABOVE).enumerate().find_map(|(at, row)| {
            Some((at, Layout::find(row.cells.iter().map(|(column, cell)| (*column as usize, text(cell))))?))
        });
        let Some((at, layout)) = found else { continue };
        any = true;
        for row in &sheet.rows[at + 1..] {
            let cell = |column: usize| {
                let cell = row.cells.iter().find(|(at, _)| *at as usize == column);
                cell.map_or("", |(_, cell)| text(cell))
            };
            layout.take(u64::from(row.number), cell, sieve)?;
        }
    }
    if any { Ok(()) } else { Err(no_addresses()) }
}

fn text(cell: &table::Cell) -> &str {
    match cell {
        table::Cell::Text(text) => text,
        table::Cell::Error(_) => "",
    }
}

pub(super) fn no_addresses() -> Message {
    msg!(
        "名单里没有“邮箱”这一列。第一行应是：email,name,unit,unit_kind,district,topics,language,consent_date,consent_source",
        "the list has no column of addresses. Its first line should be: email,name,unit,unit_kind,district,topics,language,consent_date,consent_source"
    )
}

#[cfg(test)]
mod tests {
    use super::super::Summary;
    use super::*;
    use std::collections::HashSet;

    fn check(csv: &str) -> (Vec<Recipient>, Summary) {
        let mut found = Vec::new();
        let mut each = |recipient| {
            found.push(recipient);
            Ok(())
        };
        let mut sieve = Sieve { seen: HashSet::new(), summary: Summary::default(), each: &mut each };
        decoded(csv.as_bytes().to_vec(), &mut sieve).unwrap();
        let summary = sieve.summary;
        (found, summary)
    }

    #[test]
    fn chinese_headings_below_a_title() {
        let (found, summary) = check(
            "收件人名单,,,,\n邮箱,姓名,单位类型,关注主题,同意日期,同意来源\nA＠Example。org,李老师,school,\"音乐、故事\",2026-03-01,签到表\na@example.org,,,,2026-03-01,签到表\n",
        );
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].email.as_str(), found[0].name.as_str()), ("a@example.org", "李老师"));
        assert_eq!(found[0].reader.topics, ["音乐", "故事"]);
        assert_eq!(summary.duplicates, 1);
    }

    #[test]
    fn a_row_without_consent_is_refused_by_its_place() {
        let (found, summary) =
            check("email,name,consent_date,consent_source\n\na@example.org,,2026-03-01,\nnobody,,2026-03-01,表\n");
        assert!(found.is_empty());
        let places: Vec<_> = summary.bad.iter().map(|bad| (bad.row, bad.column.as_str())).collect();
        assert_eq!(places, [(3, "consent_source"), (4, "email")]);
        assert!(!format!("{summary:?}").contains("example.org"));
    }

    #[test]
    fn a_character_across_a_boundary_is_still_utf8() {
        let text = "党".repeat(40_000);
        assert!(is_utf8(&mut text.as_bytes()).unwrap());
        assert!(!is_utf8(&mut &text.as_bytes()[..text.len() - 1]).unwrap());
    }
}
