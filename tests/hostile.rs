//! Files that were made, or happened, to hurt: each is met in bounded time, with a message that
//! helps or as what it is. What fits in a text file is in `suite/mistakes/hostile.txt`.

use std::time::{Duration, Instant};

use pbsite::{
    base::{lang::Tongue, path::SitePath},
    diagnostics::Diagnostic,
    source::{Disk, Files, SourceRef},
};

use crate::support::{Site, without_the_whole};

/// A debug build on a busy machine; where time grows with the square of a size, it is exceeded.
const LONGEST: Duration = Duration::from_secs(60);

/// More than this about one file nobody can use.
const MOST: usize = 200_000;

const HEAD: &str = "---\ntitle: 题\ndate: 2026-11-10\n";

/// What is said of a site with one more file.
fn told(path: &str, text: &str) -> String {
    let mut site = Site::new();
    site.put(path, text);
    let begun = Instant::now();
    let built = site.build();
    assert!(begun.elapsed() < LONGEST, "{path}: {:?}", begun.elapsed());
    let told = without_the_whole(&built.diagnostics(Tongue::Zh));
    assert!(told.len() < MOST, "{} bytes of messages", told.len());
    told
}

/// What is said of an article: the lines behind its front matter begun, to the end of the file.
fn article(rest: &str) -> String {
    told("content/articles/news/a.md", &format!("{HEAD}{rest}"))
}

fn body(text: &str) -> String {
    article(&format!("---\n\n{text}\n"))
}

#[test]
fn a_file_of_50_megabytes_is_not_read() {
    let told = body(&"文字。\n".repeat(5 << 20));
    assert!(told.starts_with("content/articles/news/a.md: error PB"), "{told}");
    assert!(told.contains("文件太大（50 MiB），文章最多 8 MiB"), "{told}");
    assert_eq!(told.lines().filter(|line| !line.starts_with(' ')).count(), 1, "{told}");
}

#[test]
fn a_line_of_two_million_characters_is_a_paragraph() {
    assert_eq!(body(&"文".repeat(2_000_000)), "");
}

#[test]
fn a_table_of_20_000_columns_is_a_table() {
    let row = |cell: &str| format!("{}|\n", cell.repeat(20_000));
    assert_eq!(body(&format!("{}{}{}", row("|甲"), row("|--"), row("|一"))), "");
    // A parser may fill up each short row: the square of the file's size.
    let short = "|\n".repeat(20_000);
    assert_eq!(body(&format!("{}{}{short}", row("|甲"), row("|--"))), "");
}

#[test]
fn a_csv_of_20_000_columns_is_told_once() {
    let row = |cell: &str| (0..20_000).map(|i| format!("{cell}{i}")).collect::<Vec<_>>().join(",");
    let told = told("content/activities/a.csv", &format!("标题,日期,{}\n讲座,2026-12-01,{}\n", row("甲"), row("乙")));
    assert_eq!(told, "content/activities/a.csv: error PB0901: 一行有 20002 格，最多 1000 格\n");
}

#[test]
fn nesting_20_000_deep_is_refused_however_it_is_written() {
    for mark in ["[", "{a: ", "- ", "? ", "[{", "[? ", "- ? ", "- a: ", "a: ", "!!str ", "&a "] {
        for before in ["", "tags: ", "tags:\n  "] {
            let told = article(&format!("{before}{}x\n---\n\n正文。\n", mark.repeat(20_000)));
            assert!(told.contains("content/articles/news/a.md:4:") || told.contains("a.md:5:"), "{mark:?}: {told}");
        }
    }
    let stairs: String = (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert!(article(&format!("{stairs}---\n\n正文。\n")).contains("最多 32 层"));
}

#[test]
fn aliases_do_not_expand() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for i in 1..60 {
        text.push_str(&format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 9].join(", ")));
    }
    assert!(article(&format!("{text}---\n\n正文。\n")).contains("PB0104"));
}

#[test]
fn a_front_matter_of_seven_megabytes_is_read_or_refused() {
    let long = "文".repeat((7 << 20) / 3);
    for text in [
        format!("lead: {long}"),
        format!("{long}: 一"),
        long.clone(),
        format!("date: {long}"),
        format!("tags: [{long}"),
        format!("place: {{name：{}}}", "后滩，".repeat(10_000)),
        format!("place: {{{}}}", "名称：".repeat(10_000)),
    ] {
        article(&format!("{text}\n---\n\n正文。\n"));
    }
}

#[test]
fn a_hundred_thousand_unknown_names_are_counted() {
    let names: String = (0..100_000).map(|i| format!("名称{i}: x\n")).collect();
    let told = article(&format!("{names}---\n\n正文。\n"));
    assert!(told.contains("a.md:104:1: error PB0201: 从这里起还有 99900 个不认识的名称"), "{told}");
    assert_eq!(told.matches("不认识的名称“").count(), 100, "{told}");
}

#[test]
fn deep_markdown_and_html_end() {
    body(&"<i class=n><p>".repeat(3_000));
    body(&">".repeat(50_000));
    body(&"> ".repeat(50_000));
    body(&"- ".repeat(20_000));
    body(&"[".repeat(50_000));
    body(&"![](".repeat(2_000));
    body(&"**甲".repeat(50_000));
    body(&"`".repeat(100_000));
    body(&":::notice\n".repeat(1_000));
    body(&"好)".repeat(100_000));
    body(&"】（https".repeat(100_000));
    body(&"](https）".repeat(100_000));
}

/// The folder of a site on the disk from which a file goes just after it was seen.
#[derive(Debug)]
struct Vanishing {
    disk: Disk,
    file: std::path::PathBuf,
}

impl Files for Vanishing {
    fn list(&self, folder: &str, problems: &mut Vec<Diagnostic>) -> std::io::Result<Vec<SourceRef>> {
        let found = self.disk.list(folder, problems);
        let _ = std::fs::remove_file(&self.file);
        found
    }

    fn read(&self, path: &SitePath) -> std::io::Result<Vec<u8>> {
        self.disk.read(path)
    }
}

#[test]
fn a_file_that_vanishes_is_told_and_hides_nothing() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("content/articles/news");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(
        home.path().join("pbsite.yaml"),
        Site::new().files.read(&SitePath::new("pbsite.yaml").unwrap()).unwrap(),
    )
    .unwrap();
    std::fs::write(folder.join("gone.md"), format!("{HEAD}---\n\n正文。\n")).unwrap();
    std::fs::write(folder.join("other.md"), "---\ntitle: 题\ndate: 明天\n---\n\n正文。\n").unwrap();
    let files = Vanishing { disk: Disk::open(home.path()).unwrap(), file: folder.join("gone.md") };
    let told = Site::new().build_with(&files).diagnostics(Tongue::Zh);
    assert!(told.contains("content/articles/news/gone.md: error PB0109: 读不了：它不在了"), "{told}");
    assert!(told.contains("content/articles/news/other.md:3:7: error"), "{told}");
}

/// As root every folder can be read; then the program runs as nobody.
#[cfg(unix)]
#[test]
fn a_folder_without_permission_is_told() {
    use std::{fs, os::unix::fs::PermissionsExt, process::Command};
    let home = tempfile::tempdir().unwrap();
    let closed = home.path().join("content/articles/closed");
    fs::create_dir_all(&closed).unwrap();
    fs::write(home.path().join("pbsite.yaml"), "name: 甲\nbase_url: https://a.b/\nowner: {name: 乙}\n").unwrap();
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    // Nobody may not reach the program below the target folder of everyone's home.
    let program = home.path().join("pbsite");
    fs::hard_link(env!("CARGO_BIN_EXE_pbsite"), &program)
        .or_else(|_| fs::copy(env!("CARGO_BIN_EXE_pbsite"), &program).map(drop))
        .unwrap();
    let root = fs::read_dir(&closed).is_ok();
    let mut command = Command::new(if root { "setpriv" } else { "env" });
    if root {
        command.args(["--reuid=65534", "--clear-groups"]);
    }
    let run = command.arg(&program).args(["check", "--format", "short", "--site"]).arg(home.path()).output();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    let Ok(run) = run else {
        assert!(root, "`env` is everywhere; only `setpriv` may be missing");
        return;
    };
    let told = String::from_utf8_lossy(&run.stderr).into_owned() + &String::from_utf8_lossy(&run.stdout);
    assert_eq!(run.status.code(), Some(1), "{told}");
    assert!(told.contains("content/articles/closed: error PB0109: 读不了：没有权限"), "{told}");
}
