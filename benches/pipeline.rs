//! The stages of a run on 500 made-up articles: parse, plan, render, write.
//!
//! `cargo bench --bench pipeline`. Whole runs beside other generators are in `peers.py`.

use std::{fmt::Write, hint::black_box};

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::civil::date;
use pbsite::{
    base::{
        hash::Key,
        path::{OutPath, SitePath},
    },
    catalogue::{AsOf, Catalogue, Lists, resolve},
    config::{Overrides, Settings},
    document::{self, Drafts},
    model::{Item, Kinds, Reader},
    output::{Folder, Memory as Published, Phase, Sink},
    plan::Plan,
    render::{Tools, render},
    schedule::Holidays,
    source::{Files, Memory, SourceRef},
    store::{Nothing, Spool},
    theme,
};

const ARTICLES: usize = 500;
const CONFIGURATION: &str = "name: 测试\nbase_url: https://example.org/\ncolumns:\n  - {id: news, title: 新闻}\n";
const SENTENCES: [&str; 6] = [
    "服务站在一楼，早上八点半开门，晚上九点关灯。",
    "**报名：**先打电话，再到前台登记（名额三十人）。",
    "第二天来的人更多，桌子不够用，就把讲台也搬了下来。",
    "参加过的单位都说好，“下次还来”是听得最多的一句话。",
    "2026年一共办了435场活动，来了7.4万人次。",
    "想看以往的内容，请见[全部文章](/news/)或 https://example.org/news 。",
];

fn article(n: usize) -> String {
    let day = 1 + n % 28;
    let month = 1 + n / 28 % 12;
    let mut text = format!(
        "---\ntitle: 第{n}篇\ndate: 2025-{month:02}-{day:02}\nlead: 这一篇说的是第{n}件事。\nsource: 编辑部\ntags: [标签{}, 标签{}]\n---\n",
        n % 17,
        n % 23
    );
    for section in 0..6 {
        let _ = writeln!(text, "\n## 第{section}节\n");
        for line in 0..14 {
            text.push_str(SENTENCES[(n + section + line) % SENTENCES.len()]);
            text.push_str(if line % 4 == 3 { "\n\n" } else { "\n" });
        }
    }
    text
}

fn path(text: &str) -> SitePath {
    SitePath::new(text).expect("a path")
}

fn site() -> (Memory, Vec<SourceRef>) {
    let mut files = Memory::default();
    files.insert(path("pbsite.yaml"), CONFIGURATION);
    for n in 0..ARTICLES {
        files.insert(path(&format!("content/articles/news/2025-01-01-item-{n}.md")), article(n));
    }
    let sources = files.list("content", &mut Vec::new()).expect("files in memory");
    (files, sources)
}

fn items(files: &Memory, sources: &[SourceRef], kinds: &Kinds, settings: &Settings, spool: &Spool<'_>) -> Vec<Item> {
    let mut problems = Vec::new();
    let drafts = Drafts { spool, pack: None, language: settings.default_language() };
    let unread = &document::markdown::Unread;
    let reader = Reader::new(files, kinds, settings, unread, Some(drafts));
    sources.iter().filter_map(|source| reader.read(source, &mut problems)).collect()
}

fn stages(c: &mut Criterion) {
    let (files, sources) = site();
    let mut problems = Vec::new();
    let settings = Settings::read(CONFIGURATION, &Overrides::default(), &mut problems).expect("settings");
    let kinds = Kinds::new(&settings, &mut problems);
    let mut group = c.benchmark_group("500 articles");
    group.sample_size(20);
    let spool = || Spool::new(u64::MAX, || Err(std::io::ErrorKind::Unsupported.into()));
    group.bench_function("parse and model", |b| {
        b.iter(|| black_box(items(&files, &sources, &kinds, &settings, &spool())));
    });

    let spool = spool();
    let parsed = items(&files, &sources, &kinds, &settings, &spool);
    let now = date(2026, 1, 1).at(0, 0, 0, 0);
    let as_of = AsOf { now, drafts: false };
    let catalogue =
        Catalogue::new(settings, kinds, parsed, Default::default(), Holidays::default(), as_of, &mut problems);
    let resolved = resolve(&catalogue, &mut problems);
    let lists = Lists::all(&catalogue, &resolved, &mut problems);
    let theme = theme::load("default", &files, &mut problems).expect("the embedded theme");
    let plan = |problems: &mut Vec<_>| Plan::new(&catalogue, &resolved, &lists, &theme, &files, problems);
    group.bench_function("resolve, lists, plan", |b| {
        b.iter(|| {
            let resolved = resolve(&catalogue, &mut Vec::new());
            let lists = Lists::all(&catalogue, &resolved, &mut Vec::new());
            black_box(Plan::new(&catalogue, &resolved, &lists, &theme, &files, &mut Vec::new()).outputs.len())
        });
    });

    let plan = plan(&mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    group.bench_function("render", |b| {
        b.iter(|| {
            let sink = Published::default().sink();
            let tools = Tools { files: &files, store: &Nothing, spool: &spool, sink: &*sink };
            black_box(render(&plan, &tools, &mut Vec::new()).expect("a sink in memory").made)
        });
    });
    group.finish();
}

fn write(c: &mut Criterion) {
    let bytes = vec![b'x'; 10_000];
    let paths: Vec<OutPath> =
        (0..1000).map(|n| OutPath::new(&format!("news/item-{n}/index.html")).expect("a path")).collect();
    let build = |folder: &std::path::Path| {
        let sink: Box<dyn Sink> = Box::new(Folder::open(folder).expect("a folder"));
        for path in &paths {
            sink.put(path, Phase::Page, Key::of_bytes(b"key"), &bytes).expect("room");
        }
        sink.commit().expect("a commit").written
    };
    let mut group = c.benchmark_group("write 1,000 files of 10 KB");
    group.sample_size(20);
    group.bench_function("into a new folder", |b| {
        b.iter_batched(
            || tempfile::tempdir().expect("a folder"),
            |folder| (build(&folder.path().join("out")), folder),
            criterion::BatchSize::PerIteration,
        );
    });
    let folder = tempfile::tempdir().expect("a folder");
    build(&folder.path().join("out"));
    group.bench_function("unchanged", |b| b.iter(|| build(&folder.path().join("out"))));
    group.finish();
}

criterion_group!(benches, stages, write);
criterion_main!(benches);
