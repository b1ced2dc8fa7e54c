//! What holds for every site, whatever is in it.
//!
//! The first law: a rebuild is a build. For every script of edits the warm tree (over what earlier
//! builds left, with their cache) equals the cold tree byte for byte, and each step says which
//! pages it rendered: an edit touches the pages that show it and no others.

use std::{
    io,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use pbsite::{
    base::path::SitePath,
    diagnostics::{Code, Diagnostic},
    output::{Folder, Written},
    site,
    source::{Files, SourceRef},
    store,
};

use crate::support::{Built, Site, read_tree};

/// What was rendered, without `index.html` and without redirects, which cost nothing.
fn rendered(built: &Built) -> String {
    let redirect = |path: &&String| built.text(path).is_some_and(|html| html.contains(r#"http-equiv="refresh""#));
    let pages = built
        .rendered
        .iter()
        .filter(|path| !redirect(path))
        .map(|path| path.strip_suffix("index.html").unwrap_or(path));
    pages.map(|path| if path.is_empty() { "/" } else { path }).collect::<Vec<_>>().join(" ")
}

/// Three articles in two columns, a page, a series.
fn portal() -> Site {
    let mut site = Site::new();
    site.article("a", 1, "tags: [x]\nseries: s\nnumber: 1\n", "甲 [乙](@articles/b)");
    site.article("b", 2, "tags: [x]\nseries: s\nnumber: 2\n", "乙");
    site.put("content/articles/notices/2026-11-03-c.md", "---\ntitle: 题c\ndate: 2026-11-03\n---\n\n丙\n");
    site.put("content/pages/about.md", "---\ntitle: 关于\n---\n\n![图](/media/p.svg)\n");
    site.put("content/media/p.svg", SVG);
    site.put("content/series/s.md", "---\ntitle: 系列\n---\n\n说明\n");
    site
}

const SVG: &str =
    r#"<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="9" height="9"/></svg>"#;

/// Builds, edits, builds again; holds the warm tree against the cold one.
fn script(name: &str, edit: impl FnOnce(&mut Site), expect: &str) {
    let mut site = portal();
    let first = site.build();
    assert!(first.outcome.written.is_some(), "{name}: {}", first.diagnostics(pbsite::base::lang::Tongue::Zh));
    edit(&mut site);
    let warm = site.build();
    assert!(warm.outcome.written.is_some(), "{name}: {}", warm.diagnostics(pbsite::base::lang::Tongue::Zh));
    same(name, &warm, &site.build_cold());
    assert_eq!(rendered(&warm), expect, "{name}: pages rendered");
    let again = site.build();
    assert_eq!((rendered(&again).as_str(), written(&again).written), ("", 0), "{name}: a build without a change");
}

fn written(built: &Built) -> &Written {
    built.outcome.written.as_ref().unwrap()
}

fn same(name: &str, left: &Built, right: &Built) {
    let names = |built: &Built| built.tree.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(left), names(right), "{name}");
    for (path, bytes) in &left.tree {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(text(bytes), text(&right.tree[path]), "{name}: {path}");
        assert_eq!(bytes, &right.tree[path], "{name}: {path}");
    }
}

#[test]
fn nothing_changed() {
    script("nothing", |_| (), "");
}

#[test]
fn text_edited() {
    let edit = |site: &mut Site| site.article("b", 2, "tags: [x]\nseries: s\nnumber: 2\nlead: 同\n", "乙");
    script("lead", edit, "404.html / news/2026/11/ news/a/ news/b/ news/ series/s/ tags/x/");
    let edit = |site: &mut Site| site.article("c2", 4, "draft: true\n", "稿");
    script("draft added", edit, "");
}

#[test]
fn text_behind_the_excerpt_edited() {
    let long = "一段很长的话。".repeat(60);
    let mut site = portal();
    site.article("long", 5, "lead: 导语\n", &format!("{long}\n\n尾"));
    site.build();
    site.article("long", 5, "lead: 导语\n", &format!("{long}\n\n巴"));
    let warm = site.build();
    same("text", &warm, &site.build_cold());
    assert_eq!(rendered(&warm), "news/long/");
}

#[test]
fn article_added() {
    script("added", |site| site.article("d", 4, "", "丁"), "404.html / news/2026/11/ news/a/ news/b/ news/d/ news/");
}

#[test]
fn page_added() {
    script("page", |site| site.put("content/pages/more.md", "---\ntitle: 更多\n---\n\n文\n"), "more/");
}

#[test]
fn article_removed() {
    script("removed", |site| site.take("content/articles/notices/2026-11-03-c.md"), "404.html / notices/");
}

#[test]
fn article_renamed() {
    script(
        "renamed",
        |site| {
            site.take("content/articles/notices/2026-11-03-c.md");
            let text = "---\ntitle: 题c\ndate: 2026-11-03\naliases: [/notices/c/]\n---\n\n丙\n";
            site.put("content/articles/notices/2026-11-03-cc.md", text);
        },
        "404.html / notices/2026/11/ notices/cc/ notices/",
    );
}

#[test]
fn id_changed_with_a_link_to_it() {
    script(
        "id",
        |site| {
            site.article("b", 2, "id: bb\ntags: [x]\nseries: s\nnumber: 2\n", "乙");
            site.article("a", 1, "tags: [x]\nseries: s\nnumber: 1\n", "甲 [乙](@articles/bb)");
        },
        "404.html / news/2026/11/ news/a/ news/bb/ news/ series/s/ tags/x/",
    );
}

#[test]
fn article_moved_to_another_column() {
    script(
        "moved",
        |site| {
            site.take("content/articles/notices/2026-11-03-c.md");
            site.article("c", 3, "", "丙");
        },
        "404.html / news/2026/11/ news/a/ news/b/ news/c/ news/ notices/",
    );
}

#[test]
fn template_of_one_kind_edited() {
    script(
        "template",
        |site| site.put("themes/default/templates/404.html", "<!doctype html><title>404</title>无"),
        "404.html about/ / news/2026/11/ news/a/ news/b/ news/ notices/2026/11/ notices/c/ notices/ series/ series/s/ tags/ tags/x/",
    );
}

#[test]
fn name_of_the_site_edited() {
    let edit = |site: &mut Site| {
        let text = String::from_utf8(site.files.read(&SitePath::new("pbsite.yaml").unwrap()).unwrap()).unwrap();
        site.put("pbsite.yaml", text.replace("测试门户", "新门户"));
    };
    script(
        "configuration",
        edit,
        "404.html about/ / news/2026/11/ news/a/ news/b/ news/ notices/2026/11/ notices/c/ notices/ series/ series/s/ tags/ tags/x/",
    );
}

#[test]
fn codes_switched_off() {
    let switch = |site: &mut Site| {
        let text = String::from_utf8(site.files.read(&SitePath::new("pbsite.yaml").unwrap()).unwrap()).unwrap();
        site.put("pbsite.yaml", format!("{text}outputs: {{qr: false}}\n"));
    };
    script("qr", switch, "about/ news/a/ news/b/ notices/c/ series/s/");
}

#[test]
fn base_url_given() {
    script(
        "base",
        |site| site.base_url("https://portal.example.org/preview/"),
        "404.html about/ / news/2026/11/ news/a/ news/b/ news/ notices/2026/11/ notices/c/ notices/ series/ series/s/ tags/ tags/x/",
    );
}

#[test]
fn draft_published_and_taken_back() {
    let mut site = portal();
    site.article("d", 4, "draft: true\n", "丁");
    site.build();
    site.article("d", 4, "draft: false\n", "丁");
    let warm = site.build();
    same("published", &warm, &site.build_cold());
    assert_eq!(rendered(&warm), "404.html / news/2026/11/ news/a/ news/b/ news/d/ news/");
    site.article("d", 4, "draft: true\n", "丁");
    let warm = site.build();
    same("taken back", &warm, &site.build_cold());
    assert_eq!(rendered(&warm), "404.html / news/2026/11/ news/a/ news/b/ news/");
    assert!(warm.text("news/d/index.html").is_none());
}

#[test]
fn drafts_shown_and_hidden() {
    let mut site = portal();
    site.article("d", 4, "draft: true\n", "丁");
    site.build();
    site.options.drafts = true;
    same("shown", &site.build(), &site.build_cold());
    site.options.drafts = false;
    same("hidden", &site.build(), &site.build_cold());
}

#[test]
fn clock_passes_an_end() {
    let mut site = portal();
    site.article("d", 4, "expires: 2026-11-21\n", "丁");
    site.build();
    site.clock("2026-11-21T23:59");
    assert_eq!(rendered(&site.build()), "", "nothing but the next change depends on the hour");
    site.clock("2026-11-22T00:00");
    let warm = site.build();
    same("expired", &warm, &site.build_cold());
    assert_eq!(rendered(&warm), "404.html / news/2026/11/ news/a/ news/b/ news/d/ news/");
}

#[test]
fn clock_passes_a_beginning() {
    let mut site = portal();
    site.article("d", 25, "", "丁");
    site.build();
    site.clock("2026-11-25T00:00");
    let warm = site.build();
    same("begun", &warm, &site.build_cold());
    assert!(warm.text("news/d/index.html").is_some());
}

#[test]
fn withdrawn() {
    let edit = |site: &mut Site| {
        let text = "---\ntitle: 题c\ndate: 2026-11-03\nwithdrawn: {date: 2026-11-20, reason: 误}\n---\n\n丙\n";
        site.put("content/articles/notices/2026-11-03-c.md", text);
    };
    script("withdrawn", edit, "404.html / notices/c/ notices/");
}

#[test]
fn picture_replaced() {
    let edit = |site: &mut Site| site.put("content/media/p.svg", SVG.replace("40", "44"));
    script("picture", edit, "about/");
}

#[test]
fn tag_added_and_language_added() {
    script(
        "tag",
        |site| site.article("a", 1, "tags: [x, y]\nseries: s\nnumber: 1\n", "甲 [乙](@articles/b)"),
        "news/a/ tags/ tags/y/",
    );
    let mut site = portal();
    site.build();
    let text = String::from_utf8(site.files.read(&SitePath::new("pbsite.yaml").unwrap()).unwrap()).unwrap();
    site.put("pbsite.yaml", format!("{text}languages: [zh-Hans, en]\n"));
    site.put("content/pages/about.en.md", "---\ntitle: About\n---\n\ntext\n");
    same("language", &site.build(), &site.build_cold());
}

#[test]
fn any_number_of_threads() {
    let site = portal();
    let build = |threads: usize| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| site.build_cold())
    };
    let one = build(1);
    for threads in [2, 4] {
        same("threads", &one, &build(threads));
    }
    same("twice", &one, &build(1));
}

#[test]
fn line_ends_do_not_matter() {
    let mut unix = portal();
    unix.put("content/media/q.svg", SVG.replace("><", ">\n<"));
    unix.put("content/media/list.csv", "名称,数量\n桌子,4\n");
    unix.put("content/root/check.txt", "a\nb\n");
    unix.put("themes/default/assets/more.css", "p {\n  margin: 0;\n}\n");
    unix.put("themes/default/words/zh-Hans.yaml", "more: 更多\n");
    unix.put("content/pages/files.md", "---\ntitle: 文件\n---\n\n![图](/media/q.svg)\n\n[表](/media/list.csv)\n");
    let mut dos = unix.clone();
    for source in ["content", "themes"].iter().flat_map(|folder| unix.files.list(folder, &mut Vec::new()).unwrap()) {
        let text = String::from_utf8(unix.files.read(&source.path).unwrap()).unwrap();
        dos.files.insert(source.path, text.replace('\n', "\r\n"));
    }
    dos.output = pbsite::output::Memory::default();
    let text = String::from_utf8(unix.files.read(&SitePath::new("pbsite.yaml").unwrap()).unwrap()).unwrap();
    dos.put("pbsite.yaml", text.replace('\n', "\r\n"));
    same("CRLF", &unix.build(), &dos.build());
}

/// A disk that lists its files backwards.
struct Backwards<'a>(&'a dyn Files);

impl Files for Backwards<'_> {
    fn list(&self, folder: &str, problems: &mut Vec<Diagnostic>) -> io::Result<Vec<SourceRef>> {
        let mut list = self.0.list(folder, problems)?;
        list.reverse();
        Ok(list)
    }

    fn read(&self, path: &SitePath) -> io::Result<Vec<u8>> {
        self.0.read(path)
    }
}

#[test]
fn order_of_files_does_not_matter() {
    let (site, other) = (portal(), portal());
    same("order", &site.build(), &other.build_with(&Backwards(&other.files)));
}

/// A disk on which the file whose name ends so is saved again after it was first read.
struct Changing<'a>(&'a dyn Files, &'static str, AtomicUsize);

impl Files for Changing<'_> {
    fn list(&self, folder: &str, problems: &mut Vec<Diagnostic>) -> io::Result<Vec<SourceRef>> {
        self.0.list(folder, problems)
    }

    fn read(&self, path: &SitePath) -> io::Result<Vec<u8>> {
        let bytes = self.0.read(path)?;
        let again = path.as_str().ends_with(self.1) && self.2.fetch_add(1, Ordering::Relaxed) > 0;
        Ok(if again {
            String::from_utf8(bytes).unwrap().replace('丙', "丁").replace("40", "44").into_bytes()
        } else {
            bytes
        })
    }
}

#[test]
fn a_text_that_changes_meanwhile_is_shown_as_it_was_read() {
    let site = portal();
    same("changing", &site.build(), &site.build_with(&Changing(&site.files, "-c.md", AtomicUsize::new(0))));
}

#[test]
fn a_picture_that_changes_meanwhile_publishes_nothing() {
    let site = portal();
    let built = site.build_with(&Changing(&site.files, "p.svg", AtomicUsize::new(0)));
    let codes: Vec<Code> = built.outcome.report.problems.iter().map(|p| p.diagnostic.code).collect();
    assert_eq!(codes, [Code::SourceChanged]);
    assert!(built.tree.is_empty() && built.outcome.written.is_none());
}

/// Builds into a folder, with a cache on the disk.
fn build_folder(site: &Site, folder: &Path) -> pbsite::site::Outcome {
    let sink = Folder::open(folder).unwrap();
    let store = store::Disk::new(&folder.with_extension("cache"));
    site::build(&site.files, &store, Box::new(sink), &site.options).unwrap()
}

#[test]
fn a_folder_is_as_good_as_memory() {
    let temporary = tempfile::tempdir().unwrap();
    let (warm, cold) = (temporary.path().join("warm"), temporary.path().join("cold"));
    let mut site = portal();
    build_folder(&site, &warm);
    site.article("d", 4, "", "丁");
    site.take("content/articles/notices/2026-11-03-c.md");
    build_folder(&site, &warm);
    build_folder(&site, &cold);
    let (warm, cold) = (read_tree(&warm), read_tree(&cold));
    let own = |name: &&String| !name.starts_with(".pbsite");
    assert_eq!(warm.keys().filter(own).collect::<Vec<_>>(), cold.keys().filter(own).collect::<Vec<_>>());
    for (name, bytes) in cold.iter().filter(|(name, _)| own(name)) {
        assert!(bytes == &warm[name], "{name}");
        assert!(**bytes == *site.build_cold().tree[name], "{name}");
    }
}

#[test]
fn errors_leave_the_old_tree_untouched() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("out");
    let mut site = portal();
    build_folder(&site, &folder);
    let before = read_tree(&folder);
    site.article("d", 4, "", "[断](@articles/none)");
    assert!(build_folder(&site, &folder).written.is_none());
    assert!(read_tree(&folder) == before);
    // Found as late as the last template.
    site.article("d", 4, "", "丁");
    site.put("themes/default/templates/404.html", "{{ page.none.at_all }}");
    assert!(build_folder(&site, &folder).written.is_none());
    assert!(read_tree(&folder) == before);
}

#[test]
fn a_build_without_change_writes_nothing() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("out");
    let site = portal();
    build_folder(&site, &folder);
    let stamp = |name: &str| std::fs::metadata(folder.join(name)).unwrap().modified().unwrap();
    let before = ["index.html", "feed.xml", "news/a/index.html", "sitemap.xml"].map(stamp);
    let outcome = build_folder(&site, &folder);
    assert_eq!(outcome.written.unwrap().written, 0);
    assert_eq!(before, ["index.html", "feed.xml", "news/a/index.html", "sitemap.xml"].map(stamp));
}

#[test]
fn builds_that_share_few_threads_come_to_an_end() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = |name: &str| temporary.path().join(name);
    let mut site = portal();
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let build = |site: &Site| {
            let both = || rayon::join(|| build_folder(site, &folder("a")), || build_folder(site, &folder("b")));
            pool.install(both).0.rendered
        };
        build(&site);
        site.article("d", 4, "", &format!("丁{threads}"));
        build(&site);
        // Words alone, behind the beginning that others show.
        let long = "长".repeat(300);
        site.article("d", 4, "", &format!("{long}\n\n{threads}"));
        build(&site);
        site.article("d", 4, "", &format!("{long}\n\n{threads}。"));
        let rendered = build(&site);
        assert!(rendered.made <= 3 && rendered.kept > 10, "{rendered:?}");
    }
    let (warm, cold) = (read_tree(&folder("b")), site.build_cold().tree);
    for (name, bytes) in &cold {
        assert!(**bytes == *warm[name], "{name}");
    }
}
