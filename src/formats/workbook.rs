//! Blank workbooks (.xlsx) of a kind: headings, choices to pick from, one example row, and a second
//! sheet that says what belongs into each column. The same kind gives the same bytes.

use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::{
    base::lang::{Message, Tongue},
    fields::{
        Shape, likely,
        row::{Column, columns},
    },
    model::{KindSpec, rows::EXAMPLE},
};

/// Rows that get choices to pick from.
const ROWS: u32 = 1_000;

/// Excel takes lists of choices of up to this many characters.
const LONGEST_LIST: usize = 255;

/// A blank table of a kind. `None` where a workbook cannot be made, which no kind has shown.
pub fn blank(kind: &KindSpec, tongue: Tongue) -> Option<Vec<u8>> {
    make(kind, tongue).ok()
}

/// The columns that a blank table shows: those of its kind in their order, then what else is required.
pub fn shown(kind: &KindSpec) -> Vec<Column> {
    let all = columns(&kind.fields);
    let named = kind.brief.iter().filter_map(|name| all.iter().find(|column| column.name() == *name));
    let required = all.iter().filter(|column| column.required && !kind.brief.contains(&column.name()));
    named.chain(required).cloned().collect()
}

fn make(kind: &KindSpec, tongue: Tongue) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The moment is no part of a blank form.
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2026, 1, 1)?));
    let columns = shown(kind);
    let rows = book.add_worksheet();
    rows.set_name(match tongue {
        Tongue::Zh => "填写",
        Tongue::En => "Entries",
    })?;
    form(rows, &columns, tongue)?;
    let notes = book.add_worksheet();
    notes.set_name(match tongue {
        Tongue::Zh => "说明",
        Tongue::En => "Notes",
    })?;
    explain(notes, &columns, tongue)?;
    book.save_to_buffer()
}

fn form(sheet: &mut Worksheet, columns: &[Column], tongue: Tongue) -> Result<(), XlsxError> {
    let head = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_background_color(Color::RGB(0x00F3_EFE6))
        .set_border_bottom(FormatBorder::Thin);
    let pale = Format::new().set_font_color(Color::RGB(0x0056_5B63));
    sheet.set_freeze_panes(1, 0)?;
    for (i, column) in columns.iter().enumerate() {
        let at = i as u16;
        sheet.write_string_with_format(0, at, heading(column, tongue), &head)?;
        sheet.set_column_width(at, if &*column.path[0] == "title" { 30.0 } else { 16.0 })?;
        sheet.write_string_with_format(1, at, example(column), &pale)?;
        if let Some(choices) = choices(column, tongue) {
            let list = DataValidation::new().allow_list_strings(&choices)?;
            sheet.add_data_validation(1, at, ROWS, at, &list)?;
        }
    }
    Ok(())
}

fn explain(sheet: &mut Worksheet, columns: &[Column], tongue: Tongue) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let first = match tongue {
        Tongue::Zh => "每行填一条；灰色的示例行可以留着，不会发布。带“必填”的列不能空。",
        Tongue::En => "One entry a row. The grey example is not published. Required columns must be filled in.",
    };
    sheet.write_string(0, 0, first)?;
    sheet.set_column_width(0, 24.0)?.set_column_width(1, 24.0)?.set_column_width(2, 60.0)?;
    for (i, column) in columns.iter().enumerate() {
        let row = i as u32 + 2;
        sheet.write_string_with_format(row, 0, text(&column.heading, tongue), &bold)?;
        sheet.write_string(row, 1, column.name())?;
        sheet.write_string(row, 2, meaning(column, tongue))?;
    }
    Ok(())
}

fn text(message: &Message, tongue: Tongue) -> &str {
    message.text(tongue)
}

fn heading(column: &Column, tongue: Tongue) -> String {
    let words = text(&column.heading, tongue);
    match (column.required, tongue) {
        (false, _) => words.to_owned(),
        (true, Tongue::Zh) => format!("{words}（必填）"),
        (true, Tongue::En) => format!("{words} (required)"),
    }
}

/// The words to pick from, where Excel takes them.
fn choices(column: &Column, tongue: Tongue) -> Option<Vec<String>> {
    let words = match &column.shape {
        Shape::Choice(words) => said(column, words, tongue),
        Shape::Boolean => vec!["是".into(), "否".into()],
        _ => return None,
    };
    (words.iter().map(|word| word.chars().count() + 1).sum::<usize>() <= LONGEST_LIST && !words.is_empty())
        .then_some(words)
}

/// Words of a choice as people say them; a table that holds these is read as well.
fn said(column: &Column, words: &[String], tongue: Tongue) -> Vec<String> {
    let chinese = |label: &str| label.contains(crate::base::text::is_han) == (tongue == Tongue::Zh);
    let label = |word: &String| {
        let labels = || column.spoken.iter().filter(|(_, id)| id == word).map(|(label, _)| label);
        labels().find(|label| chinese(label)).or_else(|| labels().next()).unwrap_or(word).clone()
    };
    words.iter().map(label).collect()
}

fn example(column: &Column) -> String {
    if &*column.path[0] == "title" {
        return format!("{EXAMPLE}{}", column.heading.zh);
    }
    match &column.shape {
        Shape::Texts | Shape::Refs(_) => "第一个、第二个".into(),
        Shape::Choice(words) => said(column, words, Tongue::Zh).into_iter().next().unwrap_or_default(),
        Shape::Choices(words) => said(column, words, Tongue::Zh).into_iter().take(2).collect::<Vec<_>>().join("、"),
        Shape::Boolean => "是".into(),
        Shape::Ref(_) => format!("{}的名称", column.heading.zh),
        shape @ (Shape::Text | Shape::Integer | Shape::Number) => {
            let words = column.path.last().and_then(|name| likely(name));
            words.map_or_else(|| shape.example(), |words| words.trim_matches('\'').to_owned())
        }
        shape => shape.example().trim_matches('\'').to_owned(),
    }
}

/// What to write into a column.
fn meaning(column: &Column, tongue: Tongue) -> String {
    let zh = tongue == Tongue::Zh;
    let say = |chinese: &str, english: &str| if zh { chinese.to_owned() } else { english.to_owned() };
    match &column.shape {
        Shape::Date => say("日期，例如 2026-11-21，也可以写 2026年11月21日", "a date such as 2026-11-21"),
        Shape::Hours => say("时间，例如 14:00-15:30", "a time of day such as 14:00-15:30"),
        Shape::Integer => say("整数", "a whole number"),
        Shape::Number => say("数字", "a number"),
        Shape::Boolean => say("是 或 否", "是 (yes) or 否 (no)"),
        Shape::Choice(words) => format!("{}{}", say("其中一个：", "one of: "), said(column, words, tongue).join("、")),
        Shape::Choices(words) => {
            format!("{}{}", say("可以几个，用顿号分开：", "some of: "), said(column, words, tongue).join("、"))
        }
        Shape::Texts => say("可以几个，用顿号分开", "several, parted by commas"),
        Shape::Ref(_) => say("写它的名称或编号", "its name or id"),
        Shape::Refs(_) => say("写名称或编号，可以几个，用顿号分开", "names or ids, parted by commas"),
        Shape::Records(fields) => {
            let parts: Vec<&str> = fields.iter().map(|field| text(&field.label, tongue)).collect();
            let parts = parts.join(" | ");
            format!("{}{parts}", say("每项一行，每行用竖线分开：", "an entry a line, its parts behind bars: "))
        }
        Shape::Url => say("网址，以 https:// 开头", "an address beginning with https://"),
        Shape::Media => say("文件，例如 /media/照片.jpg", "a file such as /media/photo.jpg"),
        _ => say("文字", "text"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Overrides, model::Kinds, source::table};

    fn kind() -> KindSpec {
        let text = "name: a\nbase_url: https://a.example/\nowner: {name: a}\ncolumns: [{id: a, title: a}]\nkinds:\n\
                    \x20 - {name: offer, label: 资源, fields: [{name: level, type: choice, choices: [金, 银], label: 等级, required: true}]}\n";
        let mut problems = Vec::new();
        let settings = crate::config::Settings::read(text, &Overrides::default(), &mut problems).unwrap();
        let kinds = Kinds::new(&settings, &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        kinds.get(kinds.by_name("offer").unwrap()).clone()
    }

    #[test]
    fn a_blank_table_is_the_same_each_time_and_can_be_read() {
        let kind = kind();
        let bytes = blank(&kind, Tongue::Zh).unwrap();
        assert_eq!(bytes, blank(&kind, Tongue::Zh).unwrap());
        let read = table::read("xlsx", bytes).unwrap();
        let names: Vec<&str> = read.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        assert_eq!(names, ["填写", "说明"]);
        let first = &read.sheets[0].rows[0].cells;
        assert!(first.iter().any(|(_, cell)| *cell == table::Cell::Text("等级（必填）".into())), "{first:?}");
    }
}
