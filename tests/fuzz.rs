//! Nothing that anybody writes makes the program panic or run for ever.
//!
//! Each text is built to memory as (a) a Markdown file, (b) a front matter, (c) `pbsite.yaml`,
//! (d) a template of the site. Then the files of the sample portal are damaged at random for
//! `PBSITE_FUZZ_SECONDS` (2 unless told). What failed once is kept below `suite/found/`.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::mpsc,
    time::{Duration, Instant},
};

use pbsite::{
    diagnostics::{Located, Report},
    fix::{Wanted, fix},
    site::load,
    source::Memory,
};
use proptest::prelude::*;

use crate::support::{Site, root};

/// No input of a few kilobytes takes longer, in a debug build on a busy machine.
const LONGEST: Duration = Duration::from_secs(60);

/// Builds on a thread of its own; a panic or a build without end is a failure.
fn survives(site: Site) -> Result<(), String> {
    let (done, waits) = mpsc::channel();
    let runner = std::thread::spawn(move || {
        site.build();
        let _ = done.send(());
    });
    match waits.recv_timeout(LONGEST) {
        Ok(()) => Ok(()),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(format!("still running after {LONGEST:?}")),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            let panic = runner.join().err();
            let text = panic.and_then(|p| p.downcast::<String>().ok()).map_or("a panic".to_owned(), |text| *text);
            Err(text)
        }
    }
}

fn with(path: &str, bytes: Vec<u8>) -> Site {
    let mut site = Site::new();
    site.article("other", 1, "tags: [x]\n", "文 [链](@pages/a)");
    site.put(path, bytes);
    site
}

/// Bytes of every kind: any, and pieces that mean something to us.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: &[&str] = &[
        "---\n",
        "title: 一\n",
        "date: 2026-11-21\n",
        "date: 9999-12-31\n",
        "date: -0001-01-01\n",
        ": ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "'",
        "\"",
        "|",
        ">",
        "&a",
        "*a",
        "!!str ",
        "：",
        "，",
        "\t",
        "\u{3000}",
        "\r\n",
        "\n",
        "::",
        ":::",
        ":::notice[甲]{type=info}\n",
        "::figure[图]{src=a.png}",
        "::list{kind=article limit=99999999999}",
        "@articles/",
        "[一](",
        "![",
        "](/media/x.png)",
        "**",
        "~~",
        "`",
        "```",
        "$",
        "<",
        ">",
        "<script>",
        "<div",
        "<!--",
        "&#x0;",
        "&nbsp;",
        "[^1]",
        "[^1]: ",
        "| 一 | 二 |\n|--|--|\n",
        "# ",
        "## 一 {#x}\n",
        "> ",
        "1. ",
        "\\",
        "https://a.b/。",
        "\u{feff}",
        "\u{202e}",
        "👩‍👩‍👧",
        "e\u{301}",
        "𠮷",
        "\0",
        "name: x\n",
        "base_url: https://a.b/\n",
        "columns:\n",
        "  - {id: news, title: x}\n",
        "kinds: [{name: b, label: 甲}]\n",
        "languages: [en]\n",
        "checks: {PB0101: off}\n",
        "{{ ",
        " }}",
        "{% if ",
        " %}",
        "{% for x in y %}",
        "{% endfor %}",
        "{% block a %}",
        "{% extends \"base.html\" %}",
        "{{ <a/> }}",
        "page.title",
        "site",
        " | safe",
        "{% include \"404.html\" %}",
    ];
    let piece = prop_oneof![
        4 => proptest::sample::select(PIECES).prop_map(|text| text.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..12),
        1 => ".{0,6}".prop_map(String::into_bytes),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 96, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_markdown(text in bytes()) {
        let head = b"---\ntitle: \xe4\xb8\x80\n---\n\n";
        survives(with("content/pages/a.md", [&head[..], &text].concat())).map_err(TestCaseError::fail)?;
        survives(with("content/pages/a.md", text)).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn any_front_matter(text in bytes()) {
        survives(with("content/articles/news/a.md", [b"---\n", &text[..], b"\n---\n"].concat())).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn any_configuration(text in bytes()) {
        let head = b"name: x\nbase_url: https://a.b/\n";
        survives(with("pbsite.yaml", [&head[..], &text].concat())).map_err(TestCaseError::fail)?;
        survives(with("pbsite.yaml", text)).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn any_template(text in bytes()) {
        survives(with("themes/default/templates/page.html", text)).map_err(TestCaseError::fail)?;
    }
}

/// A generator of numbers that is the same everywhere (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }
}

fn sample() -> Vec<(String, Vec<u8>)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    for folder in ["content", "themes/default/templates", "themes/default/words"] {
        walk(&root().join(folder), &mut found);
    }
    found.push(root().join("pbsite.yaml"));
    found.push(root().join("themes/default/theme.yaml"));
    found.sort();
    // Pictures of photographs take seconds to encode; recordings are opaque.
    found.retain(|path| path.extension().is_some_and(|e| e != "jpg" && e != "mp3"));
    let name = |path: &Path| path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
    found.iter().map(|path| (name(path), fs::read(path).unwrap())).collect()
}

/// Damages bytes in one of many ways.
fn damage(bytes: &mut Vec<u8>, others: &[(String, Vec<u8>)], dice: &mut Dice) {
    let at = dice.roll(bytes.len() + 1);
    let end = (at + dice.roll(60)).min(bytes.len());
    match dice.roll(8) {
        0 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << dice.roll(8)),
        1 => bytes.truncate(at),
        2 => drop(bytes.drain(at..end)),
        3 => {
            let piece = bytes[at..end].to_vec();
            let to = dice.roll(bytes.len() + 1);
            bytes.splice(to..to, piece);
        }
        4 => {
            let other = &others[dice.roll(others.len())].1;
            let from = dice.roll(other.len() + 1);
            let piece = other[from..(from + dice.roll(400)).min(other.len())].to_vec();
            bytes.splice(at..at, piece);
        }
        5 => {
            let piece = bytes[at..end].repeat(1 + dice.roll(2000));
            bytes.splice(at..at, piece);
        }
        6 => {
            let piece: Vec<u8> = (0..dice.roll(6)).map(|_| dice.roll(256) as u8).collect();
            bytes.splice(at..end, piece);
        }
        _ => {
            let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
            let (a, b) = (dice.roll(lines.len()), dice.roll(lines.len()));
            lines.swap(a, b);
            *bytes = lines.join(&b'\n');
        }
    }
}

#[test]
fn the_sample_portal_damaged() {
    let seconds = std::env::var("PBSITE_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(2);
    let seed =
        std::env::var("PBSITE_FUZZ_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(0x9E37_79B9_7F4A_7C15);
    let files = sample();
    let mut dice = Dice(seed);
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut rounds = 0;
    while Instant::now() < end {
        let state = dice.0;
        let mut site = Site::new();
        // Dead references are many in a torn portal: as warnings, they let rendering begin.
        let levels = "checks: {PB0303: warning, PB0304: warning, PB0305: warning, PB0306: warning, PB0307: warning, \
                      PB0308: warning, PB0401: warning, PB0402: warning, PB0403: warning, PB0406: warning, PB0407: warning, \
                      PB0501: warning, PB0502: warning, PB0503: warning, PB0504: warning, PB0507: warning, PB0603: warning}\n";
        for (name, bytes) in &files {
            let config = name == "pbsite.yaml";
            let (taken, damaged) = (config || dice.roll(6) == 0, dice.roll(3) == 0 && (!config || dice.roll(4) == 0));
            if !taken {
                continue;
            }
            let mut bytes = bytes.clone();
            if config {
                bytes.extend_from_slice(levels.as_bytes());
            }
            if damaged {
                (0..=dice.roll(4)).for_each(|_| damage(&mut bytes, &files, &mut dice));
            }
            site.put(name, bytes);
        }
        let kept = site.clone();
        if let Err(failure) = survives(site) {
            let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("found-{state:x}.txt"));
            fs::write(&place, case(&kept, &failure)).unwrap();
            panic!(
                "{failure}\nseed {state}; the site is in {}: make it small and keep it in tests/suite/found/",
                place.display()
            );
        }
        rounds += 1;
    }
    assert!(rounds > 0);
}

/// Changes a text as people do: lines, signs, indentation, and what they paste.
fn edit(text: &str, other: &str, dice: &mut Dice) -> String {
    const SIGNS: [&str; 10] = ["'", "\"", "[", "]", "{", "---", "```", "# ", "- ", "："];
    let mut lines: Vec<String> = text.lines().map(Into::into).collect();
    let (a, b) = (dice.roll(lines.len().min(30)), dice.roll(lines.len()));
    let Some(line) = lines.get(a).cloned() else { return other.into() };
    match dice.roll(9) {
        0 => lines.swap(a, b),
        1 => lines.insert(b, line),
        2 => drop(lines.remove(a)),
        3 => lines[a] = format!("{}{line}", ["  ", "\t", "\u{3000}", "\u{a0}"][dice.roll(4)]),
        4 => lines[a] = line.replacen(':', "：", 1).replacen(',', "，", dice.roll(3)),
        5 => {
            let places: Vec<usize> = (0..=line.len()).filter(|i| line.is_char_boundary(*i)).collect();
            lines[a].insert_str(places[dice.roll(places.len())], SIGNS[dice.roll(SIGNS.len())]);
        }
        6 => lines.truncate(a),
        7 => lines.extend(other.lines().skip(dice.roll(20)).map(Into::into)),
        _ => lines[a] = line.replacen(": ", ":", 1),
    }
    lines.join("\n") + "\n"
}

/// What repairs come to: the problems before, those after, and whether a second run finds more.
fn repaired(site: &Site) -> (Report, Report, bool) {
    let load = |files: &Memory| load(files, &site.options).unwrap().1.report;
    let mut files = site.files.clone();
    let before = load(&files);
    for change in fix(&files, &site.options, &Wanted::default()).unwrap().changes {
        files.insert(change.path, change.new);
    }
    let again = fix(&files, &site.options, &Wanted::default()).unwrap();
    (before, load(&files), again.changes.is_empty())
}

#[test]
fn texts_edited_as_people_do() {
    let seconds = std::env::var("PBSITE_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(2);
    let seed = std::env::var("PBSITE_FUZZ_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_261_121);
    let all = sample();
    let texts: Vec<(String, String)> = all
        .iter()
        .filter(|(name, _)| name.ends_with(".md") || name.ends_with(".csv"))
        .filter_map(|(name, bytes)| Some((name.clone(), String::from_utf8(bytes.clone()).ok()?)))
        .collect();
    let settings = &all.iter().find(|(name, _)| name == "pbsite.yaml").unwrap().1;
    let mut dice = Dice(seed);
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut rounds = 0;
    while rounds == 0 || Instant::now() < end {
        let state = dice.0;
        let mut site = Site::new();
        site.put("pbsite.yaml", settings.clone());
        for _ in 0..5 {
            let (name, text) = &texts[dice.roll(texts.len())];
            let edits = dice.roll(3);
            let other = &texts[dice.roll(texts.len())].1;
            site.put(name, (0..edits).fold(text.clone(), |text, _| edit(&text, other, &mut dice)));
        }
        survives(site.clone()).unwrap_or_else(|failure| panic!("{failure}\n{}", case(&site, &failure)));
        let (before, after, settled) = repaired(&site);
        assert!(settled, "seed {state}: a second `fix` finds more\n{}", case(&site, "fix is not settled"));
        // What could not be read at all hid what stands in it.
        let hid = |p: &&Located| ["PB0101", "PB0102", "PB0104"].contains(&p.diagnostic.code.number());
        if before.problems.iter().filter(hid).count() == 0 {
            assert!(
                after.errors() <= before.errors(),
                "seed {state}: `fix` makes errors\n{}",
                case(&site, "fix makes errors")
            );
        }
        rounds += 1;
    }
}

/// The site as a case file.
fn case(site: &Site, failure: &str) -> String {
    use pbsite::source::Files;
    let mut text = format!("Found by damage: {}\n", failure.lines().next().unwrap_or_default());
    let mut sources = vec![pbsite::base::path::SitePath::new("pbsite.yaml").unwrap()];
    for folder in ["content", "themes"] {
        sources.extend(site.files.list(folder, &mut Vec::new()).unwrap().into_iter().map(|source| source.path));
    }
    for path in sources {
        let Ok(bytes) = site.files.read(&path) else { continue };
        match String::from_utf8(bytes) {
            Ok(content) => text.push_str(&format!("\n== {path} ==\n{content}\n")),
            Err(error) => {
                let hex: String = error.into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
                text.push_str(&format!("\n== {path} (hex) ==\n{hex}\n"));
            }
        }
    }
    text
}
