//! Runs the scripts of this folder: edits of a site on a disk, each followed by a build over what the
//! builds before left.
//!
//! After each `-- edit --` the published tree must be that of a first build byte for byte, with the
//! same problems; a build right after it must render nothing. The same holds for builds into memory, one
//! after another in one process, as `serve` makes them. `-- rendered --` names the pages that
//! were rendered (redirects, which cost nothing, are left out; `index.html` is not written). The site
//! is that of `portal.txt` with the files of the script over it.
//!
//! | line of an edit | does |
//! |---|---|
//! | `write PATH` | writes the lines behind it that begin with `\| ` |
//! | `replace PATH: A => B` | puts B in the place of every A |
//! | `delete PATH`, `move A -> B`, `copy A -> B` | a file or a folder |
//! | `touch PATH` | writes the same bytes again |
//! | `picture PATH SIZE` | a picture of so many pixels: `40x30` |
//! | `now MOMENT`, `drafts YES`, `base-url URL` | the options of the next builds |
//! | `damage FILE` | turns bytes over in a file of the cache |
//! | `empty cache`, `empty output` | removes them |
//! | `stray PATH`, `spoil PATH` | writes something else into the output |

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use pbsite::{
    base::date::When,
    base::lang::Tongue,
    config::{Origin, Overrides},
    output::{Folder, Memory},
    site::{self, BuildOptions, Now, Outcome},
    source, store,
};
use rayon::prelude::*;

use crate::support::{Case, Recording, blessing, cases, read_tree, short};

#[test]
fn every_script() {
    let all = cases("warm");
    let portal = all.iter().find(|case| case.name == "warm/portal.txt").unwrap().clone();
    let scripts: Vec<Case> = all.into_iter().filter(|case| case.name != portal.name).collect();
    assert!(scripts.len() >= 40, "{} scripts", scripts.len());
    let one = |case: Case| {
        let name = case.name.clone();
        let ran = std::panic::catch_unwind(|| run(&portal, case));
        ran.unwrap_or_else(|_| Err(format!("{name}: panicked"))).err()
    };
    let failures: Vec<String> = scripts.into_par_iter().filter_map(one).collect();
    assert!(failures.is_empty(), "{} scripts fail:\n\n{}", failures.len(), failures.join("\n\n"));
    // Each step is built twice, so half of all builds have nothing to plan.
    let remembered = REMEMBERED.load(Ordering::Relaxed);
    assert!(remembered >= 60, "{remembered} builds used what the one before had understood");
}

/// Runs a script; what is wrong with it.
fn run(portal: &Case, mut case: Case) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(folder.path());
    for (path, bytes) in portal.files().into_iter().chain(case.files()) {
        bench.write(&path, bytes);
    }
    let mut wrong = String::new();
    assert!(!bench.build("at first", &mut wrong).starts_with("nothing"), "the site to begin with has errors");
    let mut blessed = false;
    let mut step = 0;
    for n in 0..case.sections.len() {
        let section = case.sections[n].clone();
        if section.mark != "--" || section.title == "rendered" {
            continue;
        }
        step += 1;
        let name = format!("step {step}");
        assert_eq!(section.title, "edit", "{}: unknown section", case.name);
        bench.edit(&section.text);
        let rendered = bench.build(&name, &mut wrong);
        let expected = case.sections.get(n + 1).map(|next| next.text.trim().to_owned());
        if expected.as_deref() != Some(rendered.trim()) {
            if blessing() {
                case.sections[n + 1].text = rendered;
                blessed = true;
            } else {
                let _ = writeln!(
                    wrong,
                    "{name} should render:\n{}\nand renders:\n{rendered}",
                    expected.unwrap_or_default()
                );
            }
        }
        let again = bench.build(&format!("again after {name}"), &mut wrong);
        if !again.trim().is_empty() && !again.starts_with("nothing") {
            let _ = writeln!(wrong, "{name}: a build without a change renders:\n{again}");
        }
    }
    if blessed {
        case.write();
    }
    if step == 0 || case.about.is_empty() {
        wrong.push_str("it has no edit, or does not say what it is about\n");
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("{}: {}\n{wrong}", case.name, case.about)) }
}

/// Builds that rested on what the one before had understood.
static REMEMBERED: AtomicUsize = AtomicUsize::new(0);

/// A site on a disk, with its cache and its output.
struct Bench<'a> {
    folder: &'a Path,
    options: BuildOptions,
    /// The site as one process keeps it.
    served: (Memory, store::Disk),
}

impl<'a> Bench<'a> {
    fn new(folder: &'a Path) -> Self {
        let now = Now::Wall(When::parse("2026-11-21T08:00").unwrap().start());
        let options = BuildOptions { now, drafts: false, overrides: Overrides::default(), without: Vec::new() };
        let served = (Memory::default(), store::Disk::new(&folder.join("served")).remembering());
        Self { folder, options, served }
    }

    fn write(&self, path: &str, bytes: Vec<u8>) {
        let path = self.folder.join("site").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Builds, holds what comes out against a first build; the pages that were rendered.
    fn build(&self, name: &str, wrong: &mut String) -> String {
        let store = store::Disk::new(&self.folder.join("cache"));
        let (warm, rendered) = self.build_into("output", &store);
        let _ = fs::remove_dir_all(self.folder.join("cold"));
        let (cold, _) = self.build_into("cold", &store::Nothing);
        let said = |outcome: &Outcome| short(&outcome.report, Tongue::Zh);
        if said(&warm) != said(&cold) {
            let _ = writeln!(wrong, "{name}: warm says\n{}and cold\n{}", said(&warm), said(&cold));
        }
        let counts = |outcome: &Outcome| (format!("{:?}", outcome.contents), outcome.pages.clone());
        if counts(&warm) != counts(&cold) {
            let _ = writeln!(wrong, "{name}: contents differ: {:?}\n{:?}", warm.contents, cold.contents);
        }
        let served = self.serve();
        if (said(&served), counts(&served)) != (said(&cold), counts(&cold)) {
            let _ = writeln!(wrong, "{name}: served says\n{}and cold\n{}", said(&served), said(&cold));
        }
        if cold.written.is_none() {
            return format!("nothing: {} errors\n", cold.report.errors());
        }
        let (mut tree, cold) = (read_tree(&self.folder.join("output")), read_tree(&self.folder.join("cold")));
        tree.retain(|path, _| !path.starts_with(".pbsite-") && !path.starts_with("stray"));
        for path in tree.keys().chain(cold.keys()).filter(|path| !path.starts_with(".pbsite-")) {
            if tree.get(path) != cold.get(path) {
                let _ = writeln!(wrong, "{name}: {path} is not what a first build makes");
            }
        }
        let served = self.served.0.tree();
        let served: BTreeMap<&str, &[u8]> = served.iter().map(|(path, bytes)| (path.as_str(), &bytes[..])).collect();
        let cold = cold.iter().filter(|(path, _)| !path.starts_with(".pbsite-"));
        let cold: BTreeMap<&str, &[u8]> = cold.map(|(path, bytes)| (path.as_str(), &bytes[..])).collect();
        for path in served.keys().chain(cold.keys()).filter(|path| served.get(*path) != cold.get(*path)) {
            let _ = writeln!(wrong, "{name}: {path} is not served as a first build makes it");
        }
        rendered
    }

    /// Builds as `serve` does.
    fn serve(&self) -> Outcome {
        let files = source::Disk::open(&self.folder.join("site")).unwrap();
        let outcome = site::build(&files, &self.served.1, self.served.0.sink(), &self.options).unwrap();
        let planned = outcome.timings.iter().any(|timing| timing.stage == "plan");
        REMEMBERED.fetch_add(usize::from(!planned), Ordering::Relaxed);
        outcome
    }

    fn build_into(&self, output: &str, store: &dyn store::Store) -> (Outcome, String) {
        let files = source::Disk::open(&self.folder.join("site")).unwrap();
        let recording = Recording::new(Box::new(Folder::open(&self.folder.join(output)).unwrap()));
        let pages = recording.pages.clone();
        let outcome = site::build(&files, store, Box::new(recording), &self.options).unwrap();
        let mut pages = std::mem::take(&mut *pages.lock().unwrap());
        pages.sort();
        let is_redirect = |path: &String| {
            let html = fs::read_to_string(self.folder.join(output).join(path)).unwrap_or_default();
            html.contains(r#"http-equiv="refresh""#)
        };
        let shown = pages.iter().filter(|path| !is_redirect(path)).map(|path| {
            let path = path.strip_suffix("index.html").unwrap_or(path);
            if path.is_empty() { "/\n".to_owned() } else { format!("{path}\n") }
        });
        (outcome, shown.collect())
    }

    fn edit(&mut self, text: &str) {
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            let site = self.folder.join("site");
            let pair = |between: &str| {
                let (a, b) = rest.split_once(between).unwrap_or_else(|| panic!("no `{between}` in: {line}"));
                (a.to_owned(), b.to_owned())
            };
            match word {
                "write" => {
                    let mut text = String::new();
                    while let Some(line) = lines.next_if(|line| line.starts_with('|')) {
                        let _ = writeln!(text, "{}", line.trim_start_matches('|').strip_prefix(' ').unwrap_or(""));
                    }
                    self.write(rest, text.into_bytes());
                }
                "replace" => {
                    let (path, change) = pair(": ");
                    let (from, to) = change.split_once(" => ").unwrap();
                    let text = fs::read_to_string(site.join(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));
                    assert!(text.contains(from), "{path} has no {from}");
                    self.write(&path, text.replace(from, to).into_bytes());
                }
                "delete" if site.join(rest).is_dir() => fs::remove_dir_all(site.join(rest)).unwrap(),
                "delete" => fs::remove_file(site.join(rest)).unwrap(),
                "move" => {
                    let (from, to) = pair(" -> ");
                    fs::create_dir_all(site.join(&to).parent().unwrap()).unwrap();
                    fs::rename(site.join(&from), site.join(&to))
                        .unwrap_or_else(|error| panic!("{from} -> {to}: {error}"));
                }
                "copy" => {
                    let (from, to) = pair(" -> ");
                    self.write(&to, fs::read(site.join(from)).unwrap());
                }
                "touch" => self.write(rest, fs::read(site.join(rest)).unwrap()),
                "picture" => {
                    let (path, size) = pair(" ");
                    self.write(&path, crate::support::picture(&size));
                }
                "now" => self.options.now = Now::Wall(When::parse(rest).unwrap().start()),
                "drafts" => self.options.drafts = rest == "true",
                "base-url" => self.options.overrides.base_url = Some((rest.into(), Origin::Flag("--base-url"))),
                "damage" => damage(&self.folder.join("cache/v3").join(rest)),
                "empty" => fs::remove_dir_all(self.folder.join(rest)).unwrap(),
                "stray" | "spoil" => fs::write(self.folder.join("output").join(rest), "else").unwrap(),
                _ => panic!("no such edit: {line}"),
            }
        }
    }
}

/// Turns every hundredth byte over.
fn damage(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    bytes.iter_mut().skip(50).step_by(100).for_each(|byte| *byte ^= 0xFF);
    fs::write(path, bytes).unwrap();
}
