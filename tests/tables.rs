//! Excel workbooks as offices keep them, through the whole path.

use pbsite::base::lang::Tongue;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use crate::support::{Site, short};

const CONFIGURATION: &str = "\
name: 测试门户
base_url: https://portal.example.org/
owner: {name: 编辑部}
columns: [{id: news, title: 新闻}]
kinds:
  - name: offer
    label: {zh-Hans: 资源, en: Offer}
    fields:
      - {name: class, type: text, label: 类别}
      - {name: amount, type: integer, label: 数量}
      - {name: from, type: date, label: 起}
";

/// A title merged over the sheet, a class merged over two rows, a real date; a failing formula.
fn workbook(failing: Option<&str>) -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("封面").unwrap().write_string(0, 0, "2026 年").unwrap();
    let sheet = book.add_worksheet().set_name("清单").unwrap();
    sheet.merge_range(0, 0, 0, 3, "资源清单", &Format::new()).unwrap();
    for (column, heading) in ["类别", "标题", "数量", "起"].into_iter().enumerate() {
        sheet.write_string(1, column as u16, heading).unwrap();
    }
    sheet.merge_range(2, 0, 3, 0, "会务", &Format::new()).unwrap();
    sheet.write_string(2, 1, "折叠椅").unwrap().write_number(2, 2, 40).unwrap();
    let day = Format::new().set_num_format("yyyy/m/d");
    sheet.write_datetime_with_format(2, 3, ExcelDateTime::from_ymd(2026, 5, 1).unwrap(), &day).unwrap();
    sheet.write_string(3, 1, "投影仪").unwrap();
    if let Some(error) = failing {
        sheet.write_formula(3, 2, Formula::new("=1/0").set_result(error)).unwrap();
    }
    book.save_to_buffer().unwrap()
}

fn site(book: Vec<u8>) -> Site {
    let mut site = Site::new();
    site.put("pbsite.yaml", CONFIGURATION);
    site.put("content/offers/2026.xlsx", book);
    site
}

#[test]
fn a_failing_formula_is_told_with_its_cell() {
    let problems = site(workbook(Some("#DIV/0!"))).build().diagnostics(Tongue::Zh);
    assert_eq!(
        problems,
        "content/offers/2026.xlsx#清单:4:3: error PB0904: 这个格子的公式出错了：#DIV/0!\n    = 改好公式，或直接写上内容\n"
    );
}

#[test]
fn a_workbook_is_read_as_the_office_sees_it() {
    let built = site(workbook(None)).build();
    assert_eq!(built.diagnostics(Tongue::Zh), "");
    let json: serde_json::Value = serde_json::from_slice(&built.tree["api/offers.json"]).unwrap();
    let items = json["items"].as_array().unwrap();
    let mut shown: Vec<String> = items
        .iter()
        .map(|item| format!("{} {} {} {}", item["title"], item["class"], item["amount"], item["from"]))
        .collect();
    shown.sort();
    assert_eq!(shown, ["\"投影仪\" \"会务\" null null", "\"折叠椅\" \"会务\" 40 \"2026-05-01\""]);
}

#[test]
fn a_filled_in_blank_table_builds() {
    let mut site = Site::new();
    site.put("pbsite.yaml", CONFIGURATION);
    let built = site.build();
    let nothing = "site: warning PB0112: content/ 里还没有任何内容\n    = 新建一篇：pbsite new article 标题\n";
    assert_eq!(built.diagnostics(Tongue::Zh), nothing);
    let mut problems = Vec::new();
    let settings = pbsite::site::settings(&site.files, &Default::default(), &mut problems).unwrap().unwrap();
    let kinds = pbsite::model::Kinds::new(&settings, &mut problems);
    let kind = kinds.get(kinds.by_name("offer").unwrap());
    site.put("content/offers/blank.xlsx", pbsite::formats::workbook::blank(kind, Tongue::Zh).unwrap());
    let built = site.build();
    assert_eq!(built.diagnostics(Tongue::Zh), "");
    assert!(!built.tree.contains_key("api/offers.json"), "the example is published");
}

#[test]
fn a_formula_that_nobody_reckoned_is_told() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in ["标题", "数量", "联系方式"].iter().enumerate() {
        sheet.write_string(0, column as u16, *heading).unwrap();
    }
    sheet.write_string(1, 0, "修坡道").unwrap();
    sheet.write_formula(1, 1, Formula::new("=1+2")).unwrap();
    sheet.write_string(1, 2, "021-0000-0100").unwrap();
    sheet.write_string(2, 0, "修灯").unwrap();
    sheet.write_formula(2, 1, Formula::new("=1+2").set_result("3")).unwrap();
    sheet.write_string(2, 2, "021-0000-0100").unwrap();
    let mut site = Site::new();
    site.put("content/needs/needs.xlsx", without_results(book.save_to_buffer().unwrap()));
    let told = short(&site.build().outcome.report, Tongue::Zh);
    assert!(told.contains("PB0904: 文件里没有存公式 =1+2 的结果") && told.contains("保存一次再上传"), "{told}");
    assert_eq!(told.matches("PB0904").count(), 1, "{told}");
}

/// A workbook as programs write it that do not reckon: a formula without a value.
fn without_results(bytes: Vec<u8>) -> Vec<u8> {
    let mut old = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut new = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for i in 0..old.len() {
        let mut part = old.by_index(i).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut part, &mut content).unwrap();
        if name.ends_with("sheet1.xml") {
            let text = String::from_utf8(content).unwrap();
            assert!(text.contains("<f>1+2</f><v>0</v>"), "{text}");
            content = text.replace("<f>1+2</f><v>0</v>", "<f>1+2</f>").into_bytes();
        }
        new.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut new, &content).unwrap();
    }
    new.finish().unwrap().into_inner()
}

#[test]
fn a_blank_table_is_narrow_and_says_its_choices_in_words() {
    let mut site = Site::new();
    site.put("pbsite.yaml", CONFIGURATION);
    let settings = pbsite::site::settings(&site.files, &Default::default(), &mut Vec::new()).unwrap().unwrap();
    let kinds = pbsite::model::Kinds::new(&settings, &mut Vec::new());
    for (_, spec) in kinds.iter().filter(|(_, spec)| spec.behaviour.may_be_rows()) {
        let shown = pbsite::formats::workbook::shown(spec);
        let names: Vec<String> = shown.iter().map(|column| column.name()).collect();
        assert!(names.contains(&"title".into()) && names.len() <= 18, "{}: {names:?}", spec.name);
        for name in &spec.brief {
            assert!(names.contains(name), "{} has no column {name}", spec.name);
        }
    }
    let need = kinds.get(kinds.by_name("need").unwrap());
    let bytes = pbsite::formats::workbook::blank(need, Tongue::Zh).unwrap();
    let mut book = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut sheet = String::new();
    std::io::Read::read_to_string(&mut book.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut sheet).unwrap();
    assert!(sheet.contains("\"开放中,已认领,已实现,已截止\""), "{sheet}");
}
