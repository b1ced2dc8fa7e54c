//! What time alone does to a site: nothing that fails.
//!
//! The sample portal is built for the first day of each month of two years. No month may bring an
//! error, and whatever is said of one month and not of another must be of a code that is declared
//! to depend on the clock.

use std::{collections::BTreeSet, fs, path::Path, sync::Arc};

use pbsite::{checks::TIMED, diagnostics::Severity, source::Memory, store};

use crate::support::{Site, root};

/// Puts the files of the sample into memory. Photographs are replaced by a small picture: they take
/// seconds to encode.
fn sample() -> Site {
    let mut site = Site::new();
    site.files = Memory::default();
    add(&root().join("content"), &mut site);
    site.put("pbsite.yaml", fs::read(root().join("pbsite.yaml")).unwrap());
    site.store = Arc::new(store::Memory::default());
    site
}

fn small_picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(8, 6).write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

fn add(folder: &Path, site: &mut Site) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            add(&path, site);
        } else {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            let photograph = name.ends_with(".jpg");
            site.put(&name, if photograph { small_picture() } else { fs::read(path).unwrap() });
        }
    }
}

/// What is said for a moment: findings of the clock's codes apart from all others.
fn findings(site: &mut Site, now: &str) -> BTreeSet<String> {
    site.clock(now);
    let outcome = pbsite::site::build(&site.files, &*site.store, site.output.sink(), &site.options).unwrap();
    let mut others = BTreeSet::new();
    for problem in &outcome.report.problems {
        let problem = &problem.diagnostic;
        let line = format!("{} {:?} {}", problem.code.number(), problem.place.file_name(), problem.message.en);
        assert_ne!(problem.severity, Severity::Error, "{now}: {line}");
        if !TIMED.contains(&problem.code) {
            others.insert(line);
        }
    }
    assert!(outcome.written.is_some(), "{now}: nothing was published");
    others
}

#[test]
fn two_years_of_the_sample() {
    let mut site = sample();
    let first = findings(&mut site, "2026-11-21T08:00");
    assert!(first.is_empty(), "the sample has findings: {first:?}");
    for month in 0..24 {
        let (year, month) = (2026 + (11 + month) / 12, (11 + month) % 12 + 1);
        assert_eq!(findings(&mut site, &format!("{year}-{month:02}-01T08:00")), first, "{year}-{month:02}");
    }
}

/// What takes place, with every contradiction that comes by waiting. The yearly rule and the one date
/// meet behind everything that the content dates: confirmed both, and yet no error.
const PORTAL: [(&str, &str); 9] = [
    ("content/data/holidays/2027.yaml", "source: 通知\ndays:\n  - {name: 国庆节, off: 2027-10-01..2027-10-07}\n"),
    (
        "content/stations/s.md",
        "---\ntitle: 站\nhours: [{days: [周一至周五], time: '08:00-18:00'}]\nrooms: [{name: 甲}, {name: 乙}]\n---\n",
    ),
    (
        "content/activities/weekly.md",
        "---\ntitle: 每周\nstation: s\nroom: 甲\nschedule: {every: week, on: [周五], time: '10:00-11:00', from: 2026-01-01}\n\
         status: {state: confirmed}\n---\n",
    ),
    (
        "content/activities/planned.md",
        "---\ntitle: 计划\nstation: s\nroom: 甲\nschedule: {every: month, on: [最后一个周五], time: '10:30-19:00', from: \
         2026-01-01}\nstatus: {state: planned}\n---\n",
    ),
    ("content/activities/over.md", "---\ntitle: 办过\nschedule: {start: 2027-01-15}\n---\n"),
    (
        "content/activities/yearly.md",
        "---\ntitle: 每年\nstation: s\nroom: 乙\nschedule: {every: year, on: [12月1日], time: '10:00-11:00', from: \
         2026-12-01}\nstatus: {state: confirmed}\n---\n",
    ),
    (
        "content/activities/once.md",
        "---\ntitle: 一次\nstation: s\nroom: 乙\nschedule: {start: 2028-12-01, time: '10:00-11:00'}\nstatus: {state: \
         confirmed}\n---\n",
    ),
    (
        "content/courses/c.md",
        "---\ntitle: 课\norder: {telephone: 021-0000-0000}\noffered: {from: 2026-01-01, until: 2027-06-30}\nstatus: {state: \
         open}\n---\n",
    ),
    (
        "content/sessions/all.yaml",
        "- {title: 课次, course: c, schedule: {every: month, on: [5日], from: 2026-01-01}}\n- {title: 已过, course: c, \
         schedule: {start: 2026-12-20}}\n",
    ),
];

#[test]
fn a_site_that_nobody_touches() {
    let mut site = Site::new();
    site.put(
        "pbsite.yaml",
        "name: 门户\nbase_url: https://portal.example.org/\nowner: {name: 编辑部}\ncolumns:\n  - {id: news, title: 新闻, \
         update_days: 30}\n  - {id: notices, title: 通知, type: notices, review: [初审]}\n",
    );
    let review = "review: [{role: 初审, date: 2026-11-01}]\n";
    let notice = |id: &str, date: &str, more: &str, body: &str| {
        let path = format!("content/articles/notices/{date}-{id}.md");
        (path, format!("---\ntitle: 题{id}\ndate: {date}\n{review}{more}---\n\n{body}\n"))
    };
    let files = [
        notice(
            "a",
            "2026-11-10",
            "tags: [甲]\nexpires: 2027-01-31\n",
            "见[标签](/tags/jia/)和[月份](/notices/2026/11/)。",
        ),
        notice("b", "2027-02-10", "tags: [甲]\naliases: [/notices/old/]\n", "见[通知](@articles/a)。"),
        notice("e", "2026-11-13", "", "还有[通知](@articles/a)。"),
        notice("c", "2027-04-10", "expires: 2027-05-31\n", "见[通知](@articles/b)、[标签](/tags/jia/)。"),
    ];
    for (path, text) in files {
        site.put(&path, text);
    }
    for (path, text) in PORTAL {
        site.put(path, text);
    }
    site.article("d", 12, "expires: 2027-03-31\n", "见[通知](@articles/c)、[以后](@articles/b)。");
    let first = findings(&mut site, "2026-11-21T08:00");
    let mut timed = BTreeSet::new();
    for month in 0..24 {
        let (year, month) = (2026 + (11 + month) / 12, (11 + month) % 12 + 1);
        assert_eq!(findings(&mut site, &format!("{year}-{month:02}-01T08:00")), first, "{year}-{month:02}");
        let outcome = pbsite::site::check(&site.files, &site.options).unwrap();
        timed.extend(outcome.report.problems.iter().map(|problem| problem.diagnostic.code.number()));
    }
    let all: BTreeSet<&str> = TIMED.iter().map(|code| code.number()).collect();
    assert_eq!(timed, all, "every code of the clock is met on the way");
}
