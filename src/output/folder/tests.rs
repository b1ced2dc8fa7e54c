#![expect(clippy::disallowed_methods, reason = "tests look at the output folder from outside")]

use std::{fs, process::Command, time::SystemTime};

use tempfile::TempDir;

use super::*;
use crate::output::Memory;

/// Makes file operations fail, to see what a build leaves behind.
#[derive(Debug)]
pub(in crate::output) struct Faults {
    at: usize,
    mode: Mode,
    count: AtomicUsize,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Mode {
    /// The operation finds the disk full; the process goes on.
    Full,
    /// The disk stays full for everything that needs space, as it does in life.
    Gone,
    /// The process ends there and then.
    Abort,
}

impl Faults {
    fn new(at: usize, mode: Mode) -> std::sync::Arc<Self> {
        Self { at, mode, count: AtomicUsize::new(0) }.into()
    }

    pub(in crate::output) fn step(&self) -> io::Result<()> {
        let n = self.count.fetch_add(1, Ordering::Relaxed);
        match self.mode {
            Mode::Full if n == self.at => Err(io::ErrorKind::StorageFull.into()),
            Mode::Gone if n >= self.at => Err(io::ErrorKind::StorageFull.into()),
            Mode::Abort if n == self.at => std::process::abort(),
            _ => Ok(()),
        }
    }

    fn reached(&self) -> bool {
        self.count.load(Ordering::Relaxed) > self.at
    }
}

type Site<'a> = BTreeMap<&'a str, &'a str>;

/// The old site; and the new one, in which files change, come, go, and trade places with folders.
fn sites() -> (Site<'static>, Site<'static>) {
    let old = [
        ("a.css", "red"),
        ("same.css", "same"),
        ("index.html", "home"),
        ("news/one/index.html", "one"),
        ("news/two/index.html", "two"),
        ("deep/er/gone/index.html", "gone"),
        ("was-file", "file"),
        ("was-folder/x/y.html", "y"),
        ("was-folder/z.html", "z"),
        ("feed.xml", "feed"),
    ];
    let new = [
        ("a.css", "blue"),
        ("same.css", "same"),
        ("index.html", "home 2"),
        ("news/one/index.html", "one"),
        ("news/three/index.html", "three"),
        ("was-file/index.html", "now a folder"),
        ("was-folder", "now a file"),
        ("新/页/index.html", "页"),
        ("feed.xml", "feed 2"),
    ];
    (old.into(), new.into())
}

fn fill(sink: &dyn Sink, site: &Site) -> Result<(), OutputError> {
    site.iter().try_for_each(|(path, text)| {
        let phase = match path.rsplit('.').next() {
            Some("css") => Phase::Asset,
            Some("xml") => Phase::Feed,
            _ => Phase::Page,
        };
        sink.put(&OutPath::new(path).unwrap(), phase, Key::of_bytes(text.as_bytes()), text.as_bytes())
    })
}

fn build(root: &Path, site: &Site) -> Result<Written, OutputError> {
    build_with(root, site, Disk::default())
}

fn build_with(root: &Path, site: &Site, disk: Disk) -> Result<Written, OutputError> {
    let sink = Box::new(Folder::open_on(root, disk)?);
    fill(&*sink, site)?;
    sink.commit()
}

/// Files and folders below the root, ours left out.
fn tree(root: &Path) -> BTreeMap<String, Option<String>> {
    let mut found = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root).min_depth(1) {
        let entry = entry.unwrap();
        let name = entry.path().strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        if !name.starts_with(".pbsite-") {
            let text = entry.file_type().is_file().then(|| fs::read_to_string(entry.path()).unwrap());
            found.insert(name, text);
        }
    }
    found
}

fn tree_of(site: &Site) -> BTreeMap<String, Option<String>> {
    let fresh = TempDir::new().unwrap();
    build(&fresh.path().join("out"), site).unwrap();
    tree(&fresh.path().join("out"))
}

/// The folder's own files, without the notes of times, which may be there or not.
fn own_files(root: &Path) -> Vec<String> {
    let names = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name.starts_with(".pbsite-") && name != STAMPS).collect();
    names.sort();
    names
}

/// Each path shows its old file, its new file, or nothing where one of the sites has nothing.
fn assert_old_or_new(root: &Path, context: &str) {
    let (old, new) = sites();
    let shown = tree(root);
    let is_file = |path: &str| shown.get(path).cloned().flatten();
    for path in old.keys().chain(new.keys()) {
        let allowed = [old.get(path), new.get(path)].map(|text| text.map(|text| text.to_string()));
        assert!(allowed.contains(&is_file(path)), "{context}: {path} is {:?}", is_file(path));
    }
    for (path, text) in shown {
        assert!(text.is_none() || old.contains_key(&*path) || new.contains_key(&*path), "{context}: {path}");
    }
}

/// The next build, of the same site or of another, leaves exactly its own tree.
fn assert_mends(root: &Path, context: &str) {
    let other = TempDir::new().unwrap();
    copy(root, other.path());
    let third: Site = [("index.html", "home 3")].into();
    let third_tree = [("index.html".to_owned(), Some("home 3".to_owned()))].into();
    for (root, site, expect) in [(root, sites().1, &*NEW_TREE), (other.path(), third, &third_tree)] {
        build(root, &site).unwrap();
        assert_eq!(&tree(root), expect, "{context}");
        assert_eq!(own_files(root), [LOCK, MANIFEST], "{context}");
    }
}

static NEW_TREE: std::sync::LazyLock<BTreeMap<String, Option<String>>> =
    std::sync::LazyLock::new(|| tree_of(&sites().1));

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).min_depth(1) {
        let entry = entry.unwrap();
        let to = to.join(entry.path().strip_prefix(from).unwrap());
        match entry.file_type().is_dir() {
            true => fs::create_dir(to).unwrap(),
            false => fs::copy(entry.path(), to).map(|_| ()).unwrap(),
        }
    }
}

#[test]
fn memory_and_folder_hold_the_same_tree() {
    let (old, new) = sites();
    let root = TempDir::new().unwrap();
    let memory = Memory::default();
    for site in [&old, &new, &old] {
        let sink = memory.sink();
        fill(&*sink, site).unwrap();
        assert_eq!(sink.commit().unwrap(), build(root.path(), site).unwrap());
        let files: BTreeMap<_, _> = tree(root.path()).into_iter().filter_map(|(p, text)| Some((p, text?))).collect();
        let shown =
            memory.tree().into_iter().map(|(p, bytes)| (p.to_string(), String::from_utf8(bytes.to_vec()).unwrap()));
        assert_eq!(files, shown.collect());
        assert_eq!(own_files(root.path()), [LOCK, MANIFEST]);
    }
    assert_eq!(tree(root.path()), tree_of(&old), "no empty folder stays");
}

#[test]
fn an_unchanged_build_writes_nothing() {
    let (old, _) = sites();
    let root = TempDir::new().unwrap();
    assert_eq!(build(root.path(), &old).unwrap().written, old.len());
    let long_ago = SystemTime::UNIX_EPOCH;
    for path in old.keys().copied().chain([MANIFEST]) {
        File::options().write(true).open(root.path().join(path)).unwrap().set_modified(long_ago).unwrap();
    }
    let written = build(root.path(), &old).unwrap();
    assert_eq!((written.written, written.unchanged, written.removed), (0, old.len(), 0));
    for path in old.keys().copied().chain([MANIFEST]) {
        assert_eq!(fs::metadata(root.path().join(path)).unwrap().modified().unwrap(), long_ago, "{path}");
    }
}

#[test]
fn a_file_changed_by_hand_is_put_right() {
    let (old, _) = sites();
    let root = TempDir::new().unwrap();
    build(root.path(), &old).unwrap();
    fs::write(root.path().join("index.html"), "hoME").unwrap();
    fs::remove_file(root.path().join("a.css")).unwrap();
    assert_eq!(build(root.path(), &old).unwrap().written, 2);
    assert_eq!(tree(root.path()), tree_of(&old));
}

#[test]
fn keeps_only_what_is_intact_and_made_of_the_same() {
    let root = TempDir::new().unwrap();
    let site: Site = [("a.html", "a"), ("b.html", "b"), ("c.html", "c")].into();
    build(root.path(), &site).unwrap();
    fs::write(root.path().join("b.html"), "x").unwrap();
    let path = |name| OutPath::new(name).unwrap();
    let sink = Box::new(Folder::open(root.path()).unwrap());
    assert!(sink.keep(&path("a.html"), Key::of_bytes(b"a")).unwrap());
    assert!(!sink.keep(&path("b.html"), Key::of_bytes(b"b")).unwrap());
    assert!(!sink.keep(&path("c.html"), Key::of_bytes(b"other")).unwrap());
    assert!(!sink.keep(&path("d.html"), Key::of_bytes(b"d")).unwrap());
    let written = sink.commit().unwrap();
    assert_eq!((written.unchanged, written.removed), (1, 2));
    assert_eq!(tree(root.path()).len(), 1);
}

#[test]
fn only_listed_files_are_removed_and_others_reported() {
    let (old, _) = sites();
    let root = TempDir::new().unwrap();
    build(root.path(), &old).unwrap();
    fs::write(root.path().join("news/two/photo.jpg"), "mine").unwrap();
    fs::write(root.path().join(".gitkeep"), "").unwrap();
    let written = build(root.path(), &[("index.html", "home")].into()).unwrap();
    assert_eq!(written.removed, old.len() - 1);
    assert_eq!((written.foreign_count, written.foreign), (1, vec!["news/two/photo.jpg".to_owned()]));
    let names: Vec<_> = tree(root.path()).into_keys().collect();
    assert_eq!(names, [".gitkeep", "index.html", "news", "news/two", "news/two/photo.jpg"]);
}

#[test]
fn an_unreadable_manifest_means_nothing_known() {
    let (old, new) = sites();
    let root = TempDir::new().unwrap();
    build(root.path(), &old).unwrap();
    fs::write(root.path().join(MANIFEST), [0xff, 0xfe]).unwrap();
    let written = build(root.path(), &old).unwrap();
    assert_eq!((written.written, written.unchanged), (0, old.len()), "equal files are taken over");
    fs::write(root.path().join(MANIFEST), "").unwrap();
    let small: Site = [("index.html", new["index.html"])].into();
    let written = build(root.path(), &small).unwrap();
    assert_eq!((written.written, written.removed, written.foreign_count), (1, 0, old.len() - 1));
}

#[test]
fn a_tampered_manifest_removes_nothing_elsewhere() {
    let place = TempDir::new().unwrap();
    let root = place.path().join("out");
    fs::write(place.path().join("precious"), "mine").unwrap();
    let site: Site = [("index.html", "home"), ("abcdefghijk", "x")].into();
    build(&root, &site).unwrap();
    let text = fs::read_to_string(root.join(MANIFEST)).unwrap();
    fs::write(root.join(MANIFEST), text.replace("abcdefghijk", "../precious")).unwrap();
    assert_eq!(build(&root, &Site::new()).unwrap().removed, 1);
    assert_eq!(fs::read_to_string(place.path().join("precious")).unwrap(), "mine");
}

#[test]
fn two_builds_into_one_folder_refuse() {
    let root = TempDir::new().unwrap();
    let first = Folder::open(root.path()).unwrap();
    let error = Folder::open(root.path()).unwrap_err();
    assert!(matches!(error.trouble, Trouble::Busy), "{error}");
    assert!(error.message().zh.contains("另一个构建"));
    drop(first);
    Folder::open(root.path()).unwrap();
}

#[test]
fn dropped_without_commit_it_leaves_the_old_site() {
    let (old, new) = sites();
    let place = TempDir::new().unwrap();
    let root = place.path().join("a/out");
    fill(&Folder::open(&root).unwrap(), &old).unwrap();
    assert!(!root.exists(), "a folder made for nothing goes again");
    build(&root, &old).unwrap();
    fill(&Folder::open(&root).unwrap(), &new).unwrap();
    assert_eq!(tree(&root), tree_of(&old));
    assert_eq!(own_files(&root), [LOCK, MANIFEST]);
}

#[test]
fn what_is_in_the_way_is_named() {
    let check = |prepare: &dyn Fn(&Path), path: &str, is_right: fn(&Trouble) -> bool| {
        let root = TempDir::new().unwrap();
        build(root.path(), &[("index.html", "home")].into()).unwrap();
        prepare(root.path());
        let error = build(root.path(), &[(path, "x")].into()).unwrap_err();
        assert!(is_right(&error.trouble), "{path}: {error}");
        assert!(tree(root.path()).contains_key("index.html"));
    };
    let folder = |root: &Path| fs::create_dir(root.join("news")).unwrap();
    check(&folder, "news", |t| matches!(t, Trouble::FolderInTheWay));
    let file = |root: &Path| fs::write(root.join("news"), "mine").unwrap();
    check(&file, "news/a/index.html", |t| matches!(t, Trouble::FileInTheWay));
    check(&|_| {}, ".pbsite-manifest", |t| matches!(t, Trouble::Reserved));
}

#[test]
fn a_published_folder_with_foreign_files_does_not_give_way() {
    let root = TempDir::new().unwrap();
    build(root.path(), &[("a/x.html", "x"), ("index.html", "home")].into()).unwrap();
    fs::write(root.path().join("a/mine.txt"), "mine").unwrap();
    let before = tree(root.path());
    let error = build(root.path(), &[("a", "file"), ("index.html", "new")].into()).unwrap_err();
    assert!(matches!(error.trouble, Trouble::FolderInTheWay), "{error}");
    assert_eq!(tree(root.path()), before);
}

#[cfg(unix)]
#[test]
fn links_are_never_followed() {
    use std::os::unix::fs::symlink;
    let place = TempDir::new().unwrap();
    let (root, outside) = (place.path().join("out"), place.path().join("outside"));
    fs::create_dir(&outside).unwrap();
    let precious = || fs::write(outside.join("index.html"), "mine").unwrap();
    precious();
    let site: Site = [("news/index.html", "news"), ("index.html", "home")].into();
    build(&root, &site).unwrap();
    fs::remove_dir_all(root.join("news")).unwrap();
    symlink(&outside, root.join("news")).unwrap();
    assert!(matches!(build(&root, &site).unwrap_err().trouble, Trouble::LinkInTheWay));
    let written = build(&root, &[("index.html", "home")].into()).unwrap();
    assert_eq!((written.removed, written.foreign), (0, vec!["news".to_owned()]));
    fs::remove_file(root.join("index.html")).unwrap();
    symlink(outside.join("index.html"), root.join("index.html")).unwrap();
    assert!(matches!(build(&root, &[("index.html", "x")].into()).unwrap_err().trouble, Trouble::LinkInTheWay));
    for own in [LOCK, STAGE, MANIFEST] {
        let root = place.path().join(format!("other{own}"));
        fs::create_dir(&root).unwrap();
        symlink(&outside, root.join(own)).unwrap();
        let _ = build(&root, &[("index.html", "x")].into());
    }
    assert_eq!(fs::read_to_string(outside.join("index.html")).unwrap(), "mine");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
}

#[test]
fn a_path_written_twice_is_an_error() {
    for path in ["index.html", "new/index.html"] {
        let root = TempDir::new().unwrap();
        let sink = Box::new(Folder::open(root.path()).unwrap());
        fill(&*sink, &[(path, "a")].into()).unwrap();
        let error = fill(&*sink, &[(path, "b")].into()).and_then(|()| sink.commit().map(drop)).unwrap_err();
        assert!(matches!(error.trouble, Trouble::Twice), "{error}");
    }
}

/// At every operation of a build: the disk is full for that one, or from there on.
#[test]
fn a_full_disk_leaves_old_or_new_and_the_next_build_mends() {
    let (old, new) = sites();
    for mode in [Mode::Full, Mode::Gone] {
        for n in 0.. {
            let root = TempDir::new().unwrap();
            build(root.path(), &old).unwrap();
            let faults = Faults::new(n, mode);
            let result = build_with(root.path(), &new, Disk { faults: Some(faults.clone()) });
            if !faults.reached() {
                break;
            }
            let context = format!("{mode:?} at {n}");
            assert_old_or_new(root.path(), &context);
            if let (Err(error), Mode::Gone) = (result, mode) {
                assert!(error.message().zh.contains("磁盘已满"), "{context}: {error}");
            }
            assert_mends(root.path(), &context);
        }
    }
}

/// The process ends at every operation of a build, in this test binary run anew.
#[test]
fn a_killed_build_leaves_old_or_new_and_the_next_mends() {
    let (old, _) = sites();
    for n in 0.. {
        let root = TempDir::new().unwrap();
        build(root.path(), &old).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "output::folder::tests::killed_child", "--nocapture"]);
        child.env("PBSITE_TEST_ROOT", root.path()).env("PBSITE_TEST_KILL_AT", n.to_string());
        let ended = child.output().unwrap();
        let context = format!("killed at {n}");
        if ended.status.success() {
            assert!(n > 50, "{}", String::from_utf8_lossy(&ended.stdout));
            break;
        }
        assert_old_or_new(root.path(), &context);
        assert_mends(root.path(), &context);
    }
}

/// The build that the test above kills; nothing when run by itself.
#[test]
fn killed_child() {
    let Some(root) = std::env::var_os("PBSITE_TEST_ROOT") else { return };
    let at = std::env::var("PBSITE_TEST_KILL_AT").unwrap().parse().unwrap();
    let disk = Disk { faults: Some(Faults::new(at, Mode::Abort)) };
    build_with(Path::new(&root), &sites().1, disk).unwrap();
}

/// On a real file system that is too small, named by the environment (see `.ci`).
#[test]
fn a_small_disk_fills_up_for_real() {
    let Some(place) = std::env::var_os("PBSITE_TEST_TMPFS") else { return };
    let root = Path::new(&place).join("out");
    build(&root, &sites().0).unwrap();
    let before = tree(&root);
    let large = "x".repeat(64 << 20);
    let error = build(&root, &[("index.html", large.as_str())].into()).unwrap_err();
    assert!(error.message().zh.contains("磁盘已满"), "{error}");
    assert_eq!(tree(&root), before);
    assert_eq!(build(&root, &sites().1).map(|written| written.removed).ok(), Some(5));
}
