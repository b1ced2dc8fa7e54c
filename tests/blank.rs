//! Whether somebody could fill in what `new` writes, with nothing but that file: every line works
//! when the mark before it is taken away, for every kind.

use std::fmt::Write as _;

use jiff::civil::date;
use pbsite::{
    base::lang::Tongue,
    config::Overrides,
    diagnostics::{Code, Severity},
    model::Kinds,
    scaffold::{NewItem, file},
    site,
};

use crate::support::{Site, short};

/// What an example cannot know: names of other items, files, and a text.
const UNKNOWABLE: [Code; 4] = [Code::DeadReference, Code::ImageMissing, Code::FileMissing, Code::EmptyText];

#[test]
fn every_line_of_a_new_file_works() {
    let mut wrong = String::new();
    let base = Site::new();
    let settings = site::settings(&base.files, &Overrides::default(), &mut Vec::new()).unwrap().unwrap();
    for (_, kind) in Kinds::new(&settings, &mut Vec::new()).iter().filter(|(_, kind)| !kind.brief.is_empty()) {
        let now = date(2026, 11, 21).at(8, 0, 0, 0);
        let (path, text) = file(&NewItem { kind, title: "示例", column: "news", now });
        let lines = text.lines().map(|line| match line.strip_prefix("# ") {
            Some(waits) if !waits.starts_with("两条") => waits,
            _ => line,
        });
        let whole: String = lines.map(|line| format!("{line}\n")).collect();
        let mut site = base.clone();
        site.put(&path, format!("{whole}正文。\n"));
        let checked = site::check(&site.files, &site.options).unwrap();
        let errors = checked.report.problems.iter().filter(|problem| {
            problem.diagnostic.severity == Severity::Error && !UNKNOWABLE.contains(&problem.diagnostic.code)
        });
        if errors.count() > 0 {
            let _ = writeln!(wrong, "{whole}\n{}", short(&checked.report, Tongue::Zh));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
