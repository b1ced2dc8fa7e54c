use super::*;
use proptest::prelude::*;

use crate::{
    base::{path::SitePath, text::Span},
    diagnostics::{Code, Diagnostic},
    msg,
};

const FILE: &str = "content/a.md";

/// A report with one problem, at the range between `⟦` and `⟧` of a marked source.
fn marked(source: &str, replacement: Option<&str>) -> Report {
    let start = source.find('⟦').unwrap();
    let text = source.replace('⟦', "");
    let end = text.find('⟧').unwrap();
    let text = text.replace('⟧', "");
    let file = SitePath::new(FILE).unwrap();
    let mut problem = Diagnostic::new(Code::FullWidthColon, Place::text(&file, start..end), msg!("这里不对", "wrong"))
        .help(msg!("改一下", "mend it"));
    problem.replacement = replacement.map(Into::into);
    Report::new(vec![problem], |_| Some(text.clone()))
}

fn printed(report: &Report, format: Format, tongue: Tongue) -> String {
    let mut out = Vec::new();
    print(report, format, tongue, false, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The human form of a marked source, without trailing spaces.
fn human(source: &str, replacement: Option<&str>) -> String {
    let text = printed(&marked(source, replacement), Format::Human, Tongue::Zh);
    text.trim_end().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn check(source: &str, replacement: Option<&str>, expected: &str) {
    assert_eq!(human(source, replacement), expected.trim_start_matches('\n'), "{source:?}");
}

#[test]
fn carets_stand_under_their_characters() {
    check(
        "---\ntitle: x\n服务站⟦：⟧dongjie\n",
        Some(": "),
        "
错误 PB0103: 这里不对
 --> content/a.md:3:4
  |
3 | 服务站：dongjie
  |       ^^
  |
  = 帮助: 改一下
  改成 │ 服务站: dongjie",
    );
    let line = |source: &str| human(source, None).lines().skip(3).take(2).collect::<Vec<_>>().join("\n");
    assert_eq!(line("\ta\t⟦b⟧\tc"), "1 |     a    b    c\n  |          ^");
    assert_eq!(line("👨‍👩‍👧 家⟦x⟧"), "1 | 👨👩👧 家x\n  |          ^");
    assert_eq!(line("e\u{301}cole ⟦x⟧"), "1 | e\u{301}cole x\n  |       ^");
    assert_eq!(line("a\r\n中文⟦字⟧\r\nb"), "2 | 中文字\n  |     ^^");
    assert_eq!(line("a\r中文⟦字⟧\rb"), "2 | 中文字\n  |     ^^");
    assert_eq!(line("⟦⟧"), "1 |\n  | ^");
    assert_eq!(line("a\nb⟦⟧"), "2 | b\n  |  ^");
    assert_eq!(line("a\n⟦⟧"), "2 |\n  | ^");
    assert_eq!(line("⟦a\n⟧b"), "1 | a\n  | ^");
    assert_eq!(line("a\u{1b}[31m\u{202e}⟦b⟧"), "1 | a␛[31m\u{fffd}b\n  |        ^");
}

#[test]
fn a_range_over_lines_is_drawn_and_cut() {
    check(
        "a⟦b\r\nc\r\nd⟧e\n",
        Some("1\n2"),
        "
错误 PB0103: 这里不对
 --> content/a.md:1:2
  |
1 |   ab
  |  __^
2 | | c
3 | | de
  | |_^
  |
  = 帮助: 改一下
  改成 │ a1
       │ 2e",
    );
    let long = human("a⟦b\nc\nd\ne\nf\ng\nh⟧i\n", Some("1"));
    assert!(long.contains("5 | | f\n") && !long.contains("6 |"), "{long}");
    assert!(long.ends_with("  改成 │ 1"), "{long}");
}

#[test]
fn a_whole_line_as_replacement_is_not_put_in_twice() {
    assert!(human("服务站⟦：⟧dongjie", Some("station: dongjie")).ends_with("改成 │ station: dongjie"));
    assert!(human("ab⟦⟧cd", Some("X")).ends_with("改成 │ abXcd"));
}

#[test]
fn long_lines_are_cut_around_the_place() {
    let source = format!("{}⟦错⟧{}", "很长的一行".repeat(60), "后面也很长".repeat(60));
    let text = human(&source, Some("对"));
    let line = text.lines().nth(3).unwrap();
    assert!(line.starts_with("1 | ...") && line.ends_with("...") && line.contains("行错后"), "{line}");
    assert!(text.contains("content/a.md:1:301\n") && text.ends_with("改成 │ 对"), "{text}");
}

/// One problem in each kind of place, with texts that could break a line.
fn places() -> Report {
    let file = |name: &str| SitePath::new(name).unwrap();
    let nasty = || msg!("第一行\n第二行\r::error::x 50%, a:b|c", "one\ntwo\r::error::x 50%, a:b|c");
    let cell = |sheet: &str, heading: &str| Place::Cell {
        file: file("content/课.xlsx"),
        sheet: sheet.into(),
        row: 3,
        column: 2,
        heading: heading.into(),
    };
    let text: std::sync::Arc<str> = "{% if %}\n".into();
    let embedded = Place::Embedded { name: "themes/default/a,b.html".into(), text, range: (0..8).into() };
    let problems = vec![
        Diagnostic::new(Code::BadDate, cell("春季", "日期"), nasty()).help(msg!("写成 2026-11-21", "write 2026-11-21")),
        Diagnostic::new(Code::Encoding, Place::File(file("content/旧.md")), nasty()),
        Diagnostic::new(Code::TemplateSyntax, embedded, nasty()),
        Diagnostic::new(Code::SiteFileMissing, Place::Site, nasty()),
    ];
    Report::new(problems, |_| None)
}

#[test]
fn every_place_is_named() {
    let text = printed(&places(), Format::Human, Tongue::Zh);
    let arrows: Vec<&str> = text.lines().filter(|line| line.contains("-->")).map(str::trim).collect();
    assert_eq!(
        arrows,
        ["--> content/旧.md", "--> content/课.xlsx（表 春季，第 3 行，“日期”列）", "--> themes/default/a,b.html:1:1"]
    );
    let english = printed(&places(), Format::Human, Tongue::En);
    assert!(english.contains("content/课.xlsx (sheet 春季, row 3, column “日期”)"), "{english}");
    assert!(english.starts_with("error PB0601: one two ::error::x"), "{english}");
}

#[test]
fn short_keeps_one_line_a_problem() {
    let expected = "\
site: error PB0601: 第一行 第二行 ::error::x 50%, a:b|c
content/旧.md: warning PB0108: 第一行 第二行 ::error::x 50%, a:b|c
content/课.xlsx#春季:3:2: error PB0203: 第一行 第二行 ::error::x 50%, a:b|c
themes/default/a,b.html:1:1: error PB0702: 第一行 第二行 ::error::x 50%, a:b|c
";
    assert_eq!(printed(&places(), Format::Short, Tongue::Zh), expected);
}

#[test]
fn json_has_all_keys_on_one_line() {
    let lines = |report: &Report| printed(report, Format::Json, Tongue::En);
    let expected = concat!(
        r#"{"code":"PB0103","severity":"error","file":"content/a.md","line":2,"column":3,"end_line":2,"end_column":4,"#,
        r#""sheet":null,"row":null,"heading":null,"message":"wrong","help":"mend it","replacement":"\u2028"}"#,
        "\n"
    );
    assert_eq!(lines(&marked("a\r\n中文⟦字⟧\r\nb", Some("\u{2028}"))), expected);
    let all = lines(&places());
    assert_eq!(all.lines().count(), 4);
    let cell: serde_json::Value = serde_json::from_str(all.lines().nth(2).unwrap()).unwrap();
    assert_eq!(
        (cell["sheet"].as_str(), cell["row"].as_u64(), cell["column"].as_u64()),
        (Some("春季"), Some(3), Some(2))
    );
    assert!(cell["line"].is_null() && cell["message"].as_str().unwrap().contains('\n'));
}

#[test]
fn github_escapes_properties_and_data() {
    let expected = "\
::error title=PB0601::第一行 第二行 ::error::x 50%25, a:b|c
::warning file=content/旧.md,title=PB0108::content/旧.md: 第一行 第二行 ::error::x 50%25, a:b|c
::error file=content/课.xlsx,title=PB0203::content/课.xlsx（表 春季，第 3 行，“日期”列）: 第一行 第二行 ::error::x 50%25, a:b|c%0A写成 2026-11-21
::error file=themes/default/a%2Cb.html,line=1,col=1,endLine=1,endColumn=9,title=PB0702::第一行 第二行 ::error::x 50%25, a:b|c
";
    assert_eq!(printed(&places(), Format::Github, Tongue::Zh), expected);
    let lines = printed(&marked("a⟦b\nc⟧", None), Format::Github, Tongue::En);
    assert_eq!(lines, "::error file=content/a.md,line=1,endLine=2,title=PB0103::wrong%0Amend it\n");
}

#[test]
fn gitlab_fingerprints_stay_and_differ() {
    let issues = |report: &Report| -> Vec<serde_json::Value> {
        serde_json::from_str(&printed(report, Format::Gitlab, Tongue::Zh)).unwrap()
    };
    let found = issues(&marked("a\n⟦b⟧", None));
    assert_eq!(found[0]["description"], "这里不对。改一下");
    assert_eq!((&found[0]["check_name"], &found[0]["severity"]), (&"PB0103".into(), &"major".into()));
    assert_eq!(found[0]["location"], serde_json::json!({ "path": FILE, "lines": { "begin": 2 } }));
    let moved = issues(&marked("a\n\n\n⟦b⟧", None));
    assert_eq!(found[0]["fingerprint"], moved[0]["fingerprint"]);
    let all = issues(&places());
    let fingerprints: std::collections::BTreeSet<_> = all.iter().map(|issue| issue["fingerprint"].as_str()).collect();
    assert_eq!((all.len(), fingerprints.len()), (4, 4));
    assert_eq!(all[0]["location"]["path"], "pbsite.yaml");
    assert_eq!(printed(&Report::default(), Format::Gitlab, Tongue::Zh), "[]\n");
}

#[test]
fn sarif_has_rules_places_and_fixes() {
    let file = SitePath::new("content/新 闻.md").unwrap();
    let problem = Diagnostic::new(Code::FullWidthColon, Place::text(&file, 3..6), msg!("这里不对", "wrong"));
    let report = Report::new(vec![problem.repair(3..6, ": ")], |_| Some("中：文\n".into()));
    let log: serde_json::Value = serde_json::from_str(&printed(&report, Format::Sarif, Tongue::Zh)).unwrap();
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "PB0103");
    let result = &run["results"][0];
    let physical = &result["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "content/%E6%96%B0%20%E9%97%BB.md");
    let region = serde_json::json!({ "startLine": 1, "startColumn": 2, "endLine": 1, "endColumn": 3 });
    assert_eq!(physical["region"], region);
    let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(replacement["deletedRegion"], region);
    assert_eq!(replacement["insertedContent"]["text"], ": ");
    let all: serde_json::Value = serde_json::from_str(&printed(&places(), Format::Sarif, Tongue::En)).unwrap();
    for result in all["runs"][0]["results"].as_array().unwrap() {
        let rule = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(all["runs"][0]["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
    }
}

#[test]
fn the_step_summary_is_a_table_that_markup_cannot_break() {
    let summary = step_summary(&places(), Tongue::En);
    assert!(summary.starts_with("### pbsite: 3 errors, 1 warning\n\n| level | code |"), "{summary}");
    assert_eq!(summary.lines().filter(|line| line.starts_with("| ")).count(), 5);
    assert!(summary.contains(r"a:b\|c |"), "{summary}");
    assert_eq!(step_summary(&Report::default(), Tongue::Zh), "### pbsite：0 个错误，0 个警告\n");
}

#[test]
fn at_most_a_hundred_in_full() {
    let file = |i: usize| Place::File(SitePath::new(&format!("content/{i:03}.md")).unwrap());
    let problems = (0..103).map(|i| Diagnostic::new(Code::Unreadable, file(i), msg!("坏", "bad"))).collect();
    let report = Report::new(problems, |_| None);
    let text = printed(&report, Format::Human, Tongue::Zh);
    assert_eq!(text.matches("-->").count(), 100);
    assert!(text.trim_end().ends_with("还有 3 个问题没有显示；加上 --format short 可以看到全部，每行一个。"), "{text}");
    assert_eq!(printed(&report, Format::Short, Tongue::Zh).lines().count(), 103);
    assert_eq!(counts(&report, Tongue::Zh), "103 个错误，0 个警告");
}

#[test]
fn the_same_again_and_again_in_one_file_is_counted() {
    let (many, other) = (SitePath::new("content/a.md").unwrap(), SitePath::new("content/b.md").unwrap());
    let text = "错\n".repeat(40);
    let at =
        |file: &SitePath, i: usize, code| Diagnostic::new(code, Place::text(file, 4 * i..4 * i + 3), msg!("坏", "bad"));
    let mut problems: Vec<_> = (0..25).map(|i| at(&many, i, Code::BadDate)).collect();
    problems.extend((25..40).map(|i| at(&many, i, Code::WrongType)));
    problems.push(at(&other, 0, Code::BadDate));
    let report = Report::new(problems, |_| Some(text.clone()));
    let chinese = printed(&report, Format::Human, Tongue::Zh);
    assert_eq!(chinese.matches("-->").count(), 36, "{chinese}");
    let line = "content/a.md：还有 5 处同样的问题（PB0203）没有显示；全部：--format short\n";
    let line = line.replace("PB0203", Code::BadDate.number());
    let (before, behind) = chinese.split_once(&line).unwrap();
    assert!(before.contains("a.md:40:1") && behind.contains("b.md:1:1") && !behind.contains("a.md"), "{chinese}");
    assert!(!chinese.contains("还有 5 个问题"), "{chinese}");
    let english = printed(&report, Format::Human, Tongue::En);
    assert!(english.contains("content/a.md: 5 more of the same ("), "{english}");
    for format in [Format::Short, Format::Json, Format::Github] {
        assert_eq!(printed(&report, format, Tongue::Zh).lines().count(), 41, "{format:?}");
    }
    for format in [Format::Gitlab, Format::Sarif] {
        assert!(printed(&report, format, Tongue::Zh).matches("content/a.md").count() >= 40, "{format:?}");
    }
}

#[test]
fn colours_come_only_when_wanted() {
    let mut out = Vec::new();
    print(&marked("⟦a⟧", None), Format::Human, Tongue::Zh, true, &mut out).unwrap();
    assert!(out.contains(&0x1b));
    assert!(!printed(&marked("⟦a⟧", None), Format::Human, Tongue::Zh).contains('\u{1b}'));
}

proptest! {
    /// Whatever the text and the range, wherever it cuts a character: nothing panics, and what
    /// promises one line a problem keeps it.
    #[test]
    fn any_text_and_range_can_be_printed(
        text in "(\\PC|[\t\r\n\u{b}\u{85}\u{2028}\u{200d}\u{301}\u{202e}\u{1b}。中🎉]){0,40}",
        start in 0..150_u32, length in 0..80_u32, replacement in proptest::option::of(any::<String>()),
    ) {
        let place = Place::Text { file: SitePath::new(FILE).unwrap(), range: Span { start, end: start + length } };
        let message = Message { zh: text.clone(), en: text.clone() };
        let mut problem = Diagnostic::new(Code::BadDate, place, message.clone()).help(message);
        problem.replacement = replacement;
        let report = Report::new(vec![problem], |_| Some(text.clone()));
        for &format in Format::ALL {
            let printed = printed(&report, format, Tongue::Zh);
            let quiet = format == Format::Json || !printed.contains(['\u{1b}', '\u{202e}']);
            prop_assert!(quiet, "{}", printed);
            if format != Format::Human {
                prop_assert_eq!(printed.matches(['\n', '\r', '\u{2028}', '\u{85}']).count(), 1, "{}", printed);
            }
        }
        prop_assert_eq!(step_summary(&report, Tongue::En).lines().count(), 5);
    }
}
