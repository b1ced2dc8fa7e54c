//! A site in memory: built, and built again.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::Path,
    sync::{Arc, Mutex},
};

use pbsite::{
    base::{
        date::When,
        hash::Key,
        lang::Tongue,
        path::{OutPath, SitePath},
    },
    config::{Origin, Overrides},
    diagnostics::{
        Report,
        printers::{Format, print},
    },
    output::{self, OutputError, Phase, Sink, Written},
    site::{self, BuildOptions, Now, Outcome},
    source,
    store::{self, Store},
};

/// The configuration of a case that has none of its own. Cases are small and of any date: what is
/// said of columns and pages that nobody fills and links is shown by the cases about it.
const CONFIGURATION: &str = "\
name: 测试门户
base_url: https://portal.example.org/
owner: {name: 编辑部}
columns:
  - {id: news, title: 新闻}
  - {id: notices, title: 通知}
taxonomies:
  - {id: tags, title: 标签}
checks: {PB2006: off, PB2007: off, PB2008: off, PB2021: off}
";

/// A site, what it was built into, and its cache.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) files: source::Memory,
    pub(crate) options: BuildOptions,
    pub(crate) output: output::Memory,
    pub(crate) store: Arc<dyn Store>,
}

/// What a build gave.
pub(crate) struct Built {
    pub(crate) outcome: Outcome,
    /// The published tree, by path.
    pub(crate) tree: BTreeMap<String, Arc<[u8]>>,
    /// Paths of the pages that were rendered, sorted.
    pub(crate) rendered: Vec<String>,
}

impl Site {
    /// A site with a small configuration and no content, on 21 November 2026 at eight.
    pub(crate) fn new() -> Self {
        let mut site = Self {
            files: source::Memory::default(),
            options: BuildOptions {
                now: Now::Clock(Default::default()),
                drafts: false,
                overrides: Overrides::default(),
                without: Vec::new(),
            },
            output: output::Memory::default(),
            store: Arc::new(store::Memory::default()),
        };
        site.clock("2026-11-21T08:00");
        site.put("pbsite.yaml", CONFIGURATION);
        site
    }

    pub(crate) fn clock(&mut self, now: &str) {
        self.options.now = Now::Wall(When::parse(now).unwrap().start());
    }

    pub(crate) fn base_url(&mut self, url: &str) {
        self.options.overrides.base_url = Some((url.into(), Origin::Flag("--base-url")));
    }

    pub(crate) fn put(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.files.insert(SitePath::new(path).unwrap(), bytes);
    }

    pub(crate) fn take(&mut self, path: &str) {
        self.files.remove(&SitePath::new(path).unwrap());
    }

    /// An article of the column `news`, on a day of November.
    pub(crate) fn article(&mut self, id: &str, day: u8, more: &str, body: &str) {
        let path = format!("content/articles/news/2026-11-{day:02}-{id}.md");
        self.put(&path, format!("---\ntitle: 题{id}\ndate: 2026-11-{day:02}\n{more}---\n\n{body}\n"));
    }

    /// Builds over what earlier builds left.
    pub(crate) fn build(&self) -> Built {
        self.build_with(&self.files)
    }

    /// Builds these files over what earlier builds left.
    pub(crate) fn build_with(&self, files: &dyn source::Files) -> Built {
        let recording = Recording::new(self.output.sink());
        let pages = recording.pages.clone();
        let outcome = site::build(files, &*self.store, Box::new(recording), &self.options).unwrap();
        let tree = self.output.tree().into_iter().map(|(path, bytes)| (path.to_string(), bytes)).collect();
        let mut rendered = std::mem::take(&mut *pages.lock().unwrap());
        rendered.sort();
        Built { outcome, tree, rendered }
    }

    /// Builds as if for the first time.
    pub(crate) fn build_cold(&self) -> Built {
        let fresh = Self { output: output::Memory::default(), store: Arc::new(store::Nothing), ..self.clone() };
        fresh.build()
    }
}

impl Built {
    /// The text of an output; `*` in its path stands for anything.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        let bytes = match path.split_once('*') {
            None => self.tree.get(path)?,
            Some((before, after)) => {
                let fits =
                    |p: &&String| p.len() >= before.len() + after.len() && p.starts_with(before) && p.ends_with(after);
                &self.tree[self.tree.keys().find(fits)?]
            }
        };
        Some(String::from_utf8_lossy(bytes).into_owned())
    }

    /// The problems in the short format, each with its help and its replacement, without what is
    /// said of the site as a whole.
    pub(crate) fn diagnostics(&self, tongue: Tongue) -> String {
        without_the_whole(&short(&self.outcome.report, tongue))
    }
}

/// Codes about the site as a whole: columns that nobody fills, pages that nothing links to, texts
/// and pictures of no use. Nearly every small site has some; `suite/checks/` shows them.
const OF_THE_WHOLE: [&str; 6] = ["PB2003", "PB2006", "PB2007", "PB2008", "PB2019", "PB2021"];

/// Leaves out the lines about the site as a whole, each with its help.
pub(crate) fn without_the_whole(lines: &str) -> String {
    let mut text = String::new();
    let mut left_out = false;
    for line in lines.lines() {
        if !line.starts_with("    ") {
            left_out = OF_THE_WHOLE.iter().any(|code| line.contains(&format!("warning {code}: ")));
        }
        if !left_out {
            let _ = writeln!(text, "{line}");
        }
    }
    text
}

/// A report in the short format, each line followed by its help and its replacement.
pub(crate) fn short(report: &Report, tongue: Tongue) -> String {
    let mut lines = Vec::new();
    print(report, Format::Short, tongue, false, &mut lines).unwrap();
    let lines = String::from_utf8(lines).unwrap();
    let mut text = String::new();
    for (line, problem) in lines.lines().zip(&report.problems) {
        let _ = writeln!(text, "{line}");
        if let Some(help) = &problem.diagnostic.help {
            let _ = writeln!(text, "    = {}", help.text(tongue).replace('\n', " / "));
        }
        if let Some(replacement) = &problem.diagnostic.replacement {
            let _ = writeln!(text, "    > {}", replacement.replace('\n', " / "));
        }
    }
    text
}

/// Every file below a folder, by its path there.
pub(crate) fn read_tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, root: &Path, tree: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, tree);
            } else {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                tree.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    let mut tree = BTreeMap::new();
    walk(folder, folder, &mut tree);
    tree
}

/// A sink that remembers which pages were given to it.
pub(crate) struct Recording {
    inner: Box<dyn Sink>,
    pub(crate) pages: Arc<Mutex<Vec<String>>>,
}

impl Recording {
    pub(crate) fn new(inner: Box<dyn Sink>) -> Self {
        Self { inner, pages: Arc::default() }
    }
}

impl Sink for Recording {
    fn put(&self, path: &OutPath, phase: Phase, key: Key, bytes: &[u8]) -> Result<(), OutputError> {
        if phase == Phase::Page {
            self.pages.lock().unwrap().push(path.to_string());
        }
        self.inner.put(path, phase, key, bytes)
    }

    fn keep(&self, path: &OutPath, key: Key) -> Result<bool, OutputError> {
        self.inner.keep(path, key)
    }

    fn fingerprint(&self) -> Option<Key> {
        self.inner.fingerprint()
    }

    fn look_ahead(&self) {
        self.inner.look_ahead();
    }

    fn keep_all(&self, but: &[&OutPath]) -> Result<bool, OutputError> {
        self.inner.keep_all(but)
    }

    fn commit(self: Box<Self>) -> Result<Written, OutputError> {
        self.inner.commit()
    }
}
