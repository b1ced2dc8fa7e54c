//! Items that are rows rather than stories: a YAML list, a CSV file or an Excel workbook in the
//! folder of a kind. Each row becomes a document like that of a Markdown file, with its cells as
//! places.

use super::{KindSpec, Kinds};
use crate::{
    base::{lang::Message, path::SitePath},
    diagnostics::{Code, Diagnostic, Place, Severity},
    document::Document,
    fields::{
        At, Node, NodeValue, Origin,
        row::{Column, FieldCell, column_of, columns, mapping, near_headings},
        yaml,
    },
    msg,
    source::{
        Files, SourceRef, decode,
        table::{self, Cell, Row, Sheet},
        unreadable,
    },
};

/// A table over this size is refused.
const LARGEST: u64 = 16 << 20;

/// A table with more filled cells in a row is refused: it is no list of items.
const COLUMNS: usize = 1_000;

/// The headings stand in one of the first rows: offices put titles and dates above them.
const HEADINGS_WITHIN: usize = 10;

/// Columns that count rows or stay in the office: they are passed over.
const PASSED_OVER: [&str; 6] = ["序号", "编码", "备注", "no", "no.", "#"];

/// How the title of an example begins; blank tables have one.
pub const EXAMPLE: &str = "（示例）";

/// Words of rows that add up what stands above them.
const TOTALS: [&str; 4] = ["合计", "总计", "小计", "total"];

/// Whether a file of `content/` holds rows of a kind.
pub fn is_table(source: &SourceRef, kinds: &Kinds) -> bool {
    matches!(source.path.extension().as_str(), "csv" | "xlsx" | "xlsm" | "yaml" | "yml")
        && kind_of(&source.path, kinds).is_some_and(|spec| spec.behaviour.may_be_rows())
}

/// Names files of an office that lie among the items and are not read: nothing drops out in silence.
pub fn passed_over(others: &[SourceRef], kinds: &Kinds, problems: &mut Vec<Diagnostic>) {
    let table = ["xls", "et", "ods", "numbers", "tsv"];
    let text = ["doc", "docx", "wps", "pdf", "ppt", "pptx", "txt"];
    for SourceRef { path, .. } in others.iter().filter(|source| kind_of(&source.path, kinds).is_some()) {
        let extension = path.extension().to_lowercase();
        let help = if table.contains(&&*extension) {
            msg!("用 Excel 或 WPS 打开，另存为 .xlsx", "open it in a spreadsheet program and save it as .xlsx")
        } else if text.contains(&&*extension) {
            msg!(
                "给人下载的放到 content/media/files/；要发布的内容写进 .md 文件",
                "what readers take away belongs into content/media/files/; what is published into a .md file"
            )
        } else {
            continue;
        };
        let message = msg!(
            "不读 .{extension} 文件，里面的内容不会发布",
            "a .{extension} file is not read, its content is not published"
        );
        let problem = Diagnostic::new(Code::TableUnreadable, Place::File(path.clone()), message).help(help);
        problems.push(Diagnostic { severity: Severity::Warning, ..problem });
    }
}

/// The documents of a table, one for each row.
pub fn documents(
    source: &SourceRef,
    files: &dyn Files,
    kinds: &Kinds,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Document> {
    let Some(spec) = kind_of(&source.path, kinds) else { return Vec::new() };
    let bytes = match bytes(source, files) {
        Ok(bytes) => bytes,
        Err(message) => {
            problems.push(Diagnostic::new(Code::TableUnreadable, Place::File(source.path.clone()), message));
            return Vec::new();
        }
    };
    match source.path.extension().as_str() {
        "yaml" | "yml" => yaml_rows(&source.path, &decode(bytes).text, problems),
        extension => match table::read(extension, bytes) {
            Ok(table) => {
                problems.extend(table.encoding.map(|encoding| encoded(&source.path, encoding)));
                of_sheets(source, &table.sheets, spec, problems)
            }
            Err(message) => {
                problems.push(Diagnostic::new(Code::TableUnreadable, Place::File(source.path.clone()), message));
                Vec::new()
            }
        },
    }
}

/// The rows of every sheet with headings. Other sheets explain or reckon; but one must have them.
fn of_sheets(source: &SourceRef, sheets: &[Sheet], spec: &KindSpec, problems: &mut Vec<Diagnostic>) -> Vec<Document> {
    let filled: Vec<&Sheet> = sheets.iter().filter(|sheet| !sheet.rows.is_empty()).collect();
    let mut documents = Vec::new();
    let mut headed = false;
    for sheet in &filled {
        let widest = sheet.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
        if widest > COLUMNS {
            let message =
                msg!("一行有 {widest} 格，最多 {COLUMNS} 格", "a row has {widest} cells, {COLUMNS} are the most");
            problems.push(Diagnostic::new(Code::TableUnreadable, Place::File(source.path.clone()), message));
            return Vec::new();
        }
        let mut reader = Reader { source, sheet, spec, columns: columns(&spec.fields), problems };
        if let Some(headings) = reader.headings() {
            headed = true;
            documents.extend(reader.documents(&headings));
        }
    }
    if let Some(first) = filled.first().filter(|_| !headed) {
        Reader { source, sheet: first, spec, columns: columns(&spec.fields), problems }.no_headings();
    }
    documents
}

fn kind_of<'k>(path: &SitePath, kinds: &'k Kinds) -> Option<&'k KindSpec> {
    let folder = path.as_str().strip_prefix("content/")?.split('/').next()?;
    kinds.iter().find(|(_, spec)| spec.folder == folder).map(|(_, spec)| spec)
}

fn bytes(source: &SourceRef, files: &dyn Files) -> Result<Vec<u8>, Message> {
    if source.length > LARGEST {
        let size = source.length >> 20;
        return Err(msg!(
            "文件太大（{size} MiB），表格最多 16 MiB",
            "the file has {size} MiB, a table may have 16 MiB"
        ));
    }
    files.read(&source.path).map_err(|error| unreadable(&error))
}

fn encoded(path: &SitePath, encoding: &str) -> Diagnostic {
    let message = msg!("文件的编码是 {encoding}，不是 UTF-8", "the file is encoded as {encoding}, not UTF-8");
    Diagnostic::new(Code::Encoding, Place::File(path.clone()), message).help(msg!(
        "已按 {encoding} 读取；在 Excel 里另存为“CSV UTF-8”就没有这个提示",
        "read as {encoding}; save it as “CSV UTF-8” to be rid of this notice"
    ))
}

/// A YAML file is a list of mappings.
fn yaml_rows(path: &SitePath, text: &str, problems: &mut Vec<Diagnostic>) -> Vec<Document> {
    let read = yaml::read(text, 0, yaml::Whole::List, &|span| Place::text(path, span), problems);
    let Some(node) = read.node else { return Vec::new() };
    match node.value {
        NodeValue::Null => Vec::new(),
        NodeValue::List(rows) => {
            rows.into_iter().map(|row| Document::row(path.clone(), Origin::text(path.clone()), row)).collect()
        }
        _ => {
            let message = msg!(
                "这个文件应当是一个列表，每一条以“- ”开头",
                "this file must be a list, each entry beginning with `- `"
            );
            let place = Origin::text(path.clone()).place(node.at);
            problems.push(
                Diagnostic::new(Code::WrongType, place, message)
                    .help(msg!("写成：- title: 名称", "write: - title: name")),
            );
            Vec::new()
        }
    }
}

/// The rows of one sheet.
struct Reader<'a> {
    source: &'a SourceRef,
    sheet: &'a Sheet,
    spec: &'a KindSpec,
    columns: Vec<Column>,
    problems: &'a mut Vec<Diagnostic>,
}

/// The row of headings: which column of the sheet is which field.
struct Headings {
    /// Its position among the sheet's rows.
    position: usize,
    /// Its number.
    row: u32,
    /// Sheet's column, index of the field's column.
    known: Vec<(u32, usize)>,
}

impl<'a> Reader<'a> {
    fn documents(&mut self, headings: &Headings) -> Vec<Document> {
        let origin = self.origin(headings);
        self.unknown_headings(headings, &origin);
        let rows = &self.sheet.rows[headings.position + 1..];
        rows.iter().filter_map(|row| self.document(row, headings, &origin)).collect()
    }

    /// The row that names most fields, the title among them.
    fn headings(&self) -> Option<Headings> {
        let candidates = self.sheet.rows.iter().enumerate().take(HEADINGS_WITHIN).map(|(position, row)| {
            let known = row.cells.iter().filter_map(|(at, cell)| {
                let Cell::Text(text) = cell else { return None };
                Some((*at, column_of(text, &self.columns)?))
            });
            Headings { position, row: row.number, known: self.dated(known.collect()) }
        });
        // Notes on the columns name the title in two languages; headings name it once.
        let titles = |h: &Headings| h.known.iter().filter(|(_, i)| &*self.columns[*i].path[0] == "title").count();
        let titled = candidates.filter(|h| titles(h) == 1);
        titled.reduce(|best, other| if other.known.len() > best.known.len() { other } else { best })
    }

    /// 日期 in a table of activities is the day on which they take place, not that of publication.
    fn dated(&self, mut known: Vec<(u32, usize)>) -> Vec<(u32, usize)> {
        let named = |name: &str| self.columns.iter().position(|column| column.name() == name);
        let starts = named("schedule.start").filter(|_| self.spec.brief.iter().any(|name| name == "schedule.start"));
        let (Some(start), Some(date)) = (starts, named("date")) else { return known };
        if known.iter().all(|(_, i)| *i != start) {
            known.iter_mut().filter(|(_, i)| *i == date).for_each(|(_, i)| *i = start);
        }
        known
    }

    fn no_headings(&mut self) {
        let row = self.sheet.rows[0].number;
        let wanted: Vec<&Column> = self.columns.iter().filter(|column| column.required).collect();
        let zh = wanted.iter().map(|c| c.heading.zh.as_str()).collect::<Vec<_>>().join("、");
        let en = wanted.iter().map(|c| c.heading.en.as_str()).collect::<Vec<_>>().join(", ");
        let place = Place::Cell {
            file: self.source.path.clone(),
            sheet: self.sheet.name.clone(),
            row,
            column: 1,
            heading: String::new(),
        };
        let name = &self.spec.name;
        self.problems.push(
            Diagnostic::new(
                Code::TableHeadings,
                place,
                msg!("前几行里没有表头", "none of the first rows holds the headings"),
            )
            .help(msg!(
                "表头至少要有：{zh}；空白表格：pbsite new --table {name}",
                "the headings must have: {en}; for a blank table: pbsite new --table {name}"
            )),
        );
    }

    fn origin(&self, headings: &Headings) -> Origin {
        let row = &self.sheet.rows[headings.position];
        let last = row.cells.last().map_or(0, |(column, _)| *column) as usize;
        let mut names = vec![String::new(); last];
        for (column, cell) in &row.cells {
            let (Cell::Text(text) | Cell::Error(text)) = cell;
            names[*column as usize - 1].clone_from(text);
        }
        Origin { file: self.source.path.clone(), table: Some((self.sheet.name.clone(), names)) }
    }

    fn unknown_headings(&mut self, headings: &Headings, origin: &Origin) {
        for (column, cell) in &self.sheet.rows[headings.position].cells {
            let Cell::Text(text) = cell else { continue };
            let known = headings.known.iter().find(|(at, _)| at == column);
            let first = known.and_then(|(_, index)| headings.known.iter().find(|(_, other)| other == index));
            if let Some((other, _)) = first.filter(|(other, _)| other != column) {
                let place = origin.place(At::Cell { row: headings.row, column: *column });
                self.problems.push(twice(place, text, *other));
            }
            if known.is_some() || PASSED_OVER.contains(&text.to_lowercase().trim()) {
                continue;
            }
            let near = near_headings(text, &self.columns).join("、");
            let help = if near.is_empty() {
                msg!("这一列不会发布", "this column is not published")
            } else {
                msg!(
                    "是不是“{near}”？否则这一列不会发布",
                    "did you mean {near}? Otherwise this column is not published"
                )
            };
            let place = origin.place(At::Cell { row: headings.row, column: *column });
            let message = msg!("不认识的列“{text}”", "unknown column `{text}`");
            self.problems.push(Diagnostic {
                severity: Severity::Warning,
                ..Diagnostic::new(Code::TableColumn, place, message).help(help)
            });
        }
    }

    fn document(&mut self, row: &Row, headings: &Headings, origin: &Origin) -> Option<Document> {
        if is_total(row) {
            return None;
        }
        let mut cells = Vec::with_capacity(row.cells.len());
        for (column, cell) in &row.cells {
            let Some((_, index)) = headings.known.iter().find(|(at, _)| at == column) else { continue };
            // A second column of the same meaning was told with its heading.
            if headings.known.iter().any(|(at, other)| other == index && at < column) {
                continue;
            }
            let at = At::Cell { row: row.number, column: *column };
            match cell {
                Cell::Text(text) => {
                    let heading_at = At::Cell { row: headings.row, column: *column };
                    cells.push(FieldCell { column: &self.columns[*index], at, heading_at, text });
                }
                Cell::Error(error) => self.problems.push(formula(origin.place(at), error)),
            }
        }
        let example = |cell: &FieldCell<'_>| cell.text.starts_with(EXAMPLE);
        // A row of one cell below the headings is a remark or the title of a part.
        if cells.is_empty() || cells.iter().any(example) || cells.len() == 1 && row.cells.len() == 1 && self.several() {
            return None;
        }
        let title = headings.known.iter().find(|(_, i)| &*self.columns[*i].path[0] == "title").map_or(1, |(at, _)| *at);
        let front: Node = mapping(&cells, At::Cell { row: row.number, column: title });
        Some(Document::row(self.source.path.clone(), origin.clone(), front))
    }

    /// Whether a row must fill more than one cell.
    fn several(&self) -> bool {
        self.columns.iter().filter(|column| column.required).count() > 1
    }
}

/// Two columns that mean the same.
fn twice(place: Place, heading: &str, first: u32) -> Diagnostic {
    let message = msg!(
        "“{heading}”和第 {first} 列是同一项，不知道以哪一列为准",
        "`{heading}` means the same as column {first}: which of them counts is not known"
    );
    Diagnostic::new(Code::TableHeadings, place, message)
        .help(msg!("删掉其中一列，或者给它换一个表头", "delete one of them, or give it another heading"))
}

/// Whether a row adds up; its word often stands in a column that is passed over.
fn is_total(row: &Row) -> bool {
    let total = |cell: &Cell| matches!(cell, Cell::Text(text) if TOTALS.contains(&text.to_lowercase().as_str()));
    row.cells.iter().any(|(_, cell)| total(cell))
}

fn formula(place: Place, error: &str) -> Diagnostic {
    let message = if error.starts_with('=') {
        msg!("文件里没有存公式 {error} 的结果", "the file does not hold the result of the formula {error}")
    } else {
        msg!("这个格子的公式出错了：{error}", "the formula of this cell fails: {error}")
    };
    let problem = Diagnostic::new(Code::TableFormula, place, message);
    if error.starts_with('=') {
        return problem.help(msg!(
            "用 Excel 或 WPS 打开，保存一次再上传；或直接写上内容",
            "open it in a spreadsheet program and save it once, or write the value itself"
        ));
    }
    problem.help(msg!("改好公式，或直接写上内容", "mend the formula, or write the value itself"))
}
