//! Invariants of the repository: layers, doors, who may use what, reasons and licences of
//! dependencies.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::root;

/// Crates that one room (or file) alone may use, as code names them.
const ONLY_USER: &[(&str, &[&str])] = &[
    ("tera::", &["src/theme/"]),
    ("walkdir::", &["src/source/"]),
    ("serde_yaml::", &["src/fields/yaml.rs"]),
    ("granit_parser::", &["src/fields/plain.rs"]),
    ("pulldown_cmark::", &["src/document/markdown/"]),
    ("ammonia::", &["src/document/markdown/"]),
    ("quick_xml::", &["src/formats/", "src/images/"]),
    ("fast_image_resize::", &["src/images/"]),
    ("webp::", &["src/images/"]),
    ("fast_qr::", &["src/formats/"]),
    ("annotate_snippets::", &["src/diagnostics/printers/"]),
    ("clap::", &["src/cli/"]),
    ("chardetng::", &["src/source/"]),
    ("similar::", &["src/cli/"]),
    ("postcard::", &["src/store/", "src/output/", "src/images/", "src/document/"]),
    ("include_dir::", &["src/theme/"]),
    ("pinyin::", &["src/base/"]),
    // Rooms of these are to come.
    ("ureq::", &["src/web/"]),
    ("aho_corasick::", &["src/checks/"]),
    ("notify::", &["src/serve/"]),
    ("axum::", &["src/http/"]),
    ("lettre::", &["src/digest/"]),
    ("rusqlite::", &["src/digest/"]),
    ("ring::", &["src/digest/"]),
    ("idna::", &["src/digest/"]),
    ("base64::", &["src/digest/"]),
    ("opendal::", &["src/publish/cloud/"]),
    ("reqwest::", &["src/publish/cloud/"]),
    ("futures_util::", &["src/publish/cloud/"]),
    ("md5::", &["src/publish/cloud/"]),
];

/// Files beside the doors that may touch the disk, each with its reason.
const DISK: &[(&str, &str)] = &[
    ("src/source/", "the door in"),
    ("src/store/", "the cache"),
    ("src/output/", "the door out"),
    ("src/digest/disk.rs", "what sending keeps beside the site: keys, ledger, journals, letters as files"),
    ("src/publish/", "the door to where readers find the site"),
    ("src/cli/why.rs", "tells whether a path that was typed is there"),
    ("src/cli/report.rs", "writes the step summary of GitHub Actions where the environment says"),
];

/// What only one sort of system has: it stays inside the doors, so that the rest runs everywhere.
const ONE_SYSTEM: &[&str] = &[
    "std::os::",
    "os::unix",
    "os::windows",
    "os::linux",
    "cfg(unix",
    "cfg!(unix",
    "cfg(windows",
    "cfg!(windows",
    "cfg(target_os",
    "cfg!(target_os",
    "target_family",
    "libc::",
    "rustix::",
    "nix::",
    "windows_sys::",
    "winapi::",
    "\"/dev/",
    "\"/tmp",
    "\"/proc/",
    "PermissionsExt",
    "MetadataExt",
];

/// Doors to the disk, where the systems differ.
const DOORS: &[&str] = &["src/source/", "src/store/", "src/output/", "src/digest/disk.rs", "src/publish/"];

pub(crate) fn files_below(folder: &str, extension: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    found.sort();
    let named = |path: PathBuf| {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        (name, fs::read_to_string(path).unwrap())
    };
    found.into_iter().filter(|path| path.extension().is_some_and(|e| e == extension)).map(named).collect()
}

/// The code of a file: without comments, and without tests at its end.
fn code(text: &str) -> String {
    let text = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

fn is_test(name: &str) -> bool {
    name.ends_with("/tests.rs")
}

fn ranks() -> BTreeMap<String, u32> {
    let map = fs::read_to_string(root().join("src/README.md")).unwrap();
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
        Some((cells.next()?.trim_end_matches('`').to_owned(), cells.next()?.parse().ok()?))
    };
    map.lines().filter_map(row).collect()
}

fn room(name: &str) -> &str {
    name["src/".len()..].split('/').next().unwrap().trim_end_matches(".rs")
}

/// The rooms that a code names behind `crate::`.
fn uses(code: &str) -> Vec<String> {
    let mut used = Vec::new();
    for (at, found) in code.match_indices("crate::") {
        let rest = &code[at + found.len()..];
        match rest.strip_prefix('{') {
            None => used.push(word(rest)),
            Some(group) => used.extend(top_level(group)),
        }
    }
    used
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first words of `a, b::{c, d}, e}`: `a`, `b`, `e`.
fn top_level(group: &str) -> Vec<String> {
    let (mut depth, mut words, mut begins) = (0, Vec::new(), true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => begins = true,
            c if depth == 0 && begins && !c.is_whitespace() => {
                words.push(word(&group[at..]));
                begins = false;
            }
            _ => {}
        }
    }
    words
}

#[test]
fn rooms_use_lower_rooms_only() {
    let ranks = ranks();
    let mut wrong = Vec::new();
    for (name, text) in files_below("src", "rs") {
        if matches!(room(&name), "lib" | "main") {
            continue;
        }
        let Some(own) = ranks.get(room(&name)) else {
            wrong.push(format!("{name}: room `{}` is not in the table of src/README.md", room(&name)));
            continue;
        };
        for used in uses(&code(&text)).iter().filter(|used| *used != room(&name)) {
            match ranks.get(used) {
                Some(rank) if rank < own => {}
                Some(rank) => wrong.push(format!("{name} (rank {own}) uses {used} (rank {rank})")),
                // Macros and what the crate's root re-exports.
                None => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for room in ranks.keys() {
        let there = root().join("src").join(room).is_dir() || root().join(format!("src/{room}.rs")).is_file();
        assert!(there, "src/README.md has a room `{room}` that is not there");
    }
}

#[test]
fn crates_have_their_only_users() {
    let mut wrong = Vec::new();
    for (name, text) in files_below("src", "rs").iter().filter(|(name, _)| !is_test(name)) {
        let code = code(text);
        for (library, users) in ONLY_USER {
            let used = code
                .match_indices(library)
                .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'));
            if used && !users.iter().any(|user| name.starts_with(user)) {
                wrong.push(format!("{name} uses {library}, which belongs to {users:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_disk_is_touched_at_the_doors_only() {
    let mut wrong = Vec::new();
    for (name, text) in files_below("src", "rs").iter().filter(|(name, _)| !is_test(name)) {
        let code = code(text);
        let touches = ["std::fs", "fs::", "File::open", "File::create"].iter().any(|word| code.contains(word));
        if touches && !DISK.iter().any(|(door, _)| name.starts_with(door)) {
            wrong.push(name.clone());
        }
    }
    assert!(wrong.is_empty(), "these touch the disk: {wrong:?}");
}

#[test]
fn what_one_system_has_stays_inside_the_doors() {
    let mut wrong = Vec::new();
    for (name, text) in files_below("src", "rs").iter().filter(|(name, _)| !is_test(name)) {
        let code = code(text);
        if DOORS.iter().any(|door| name.starts_with(door)) {
            continue;
        }
        wrong.extend(ONE_SYSTEM.iter().filter(|word| code.contains(**word)).map(|word| format!("{name} uses {word}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let mut section = "";
    let (mut reason, mut wrong) = (false, Vec::new());
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
            reason = false;
        } else if line.starts_with('#') {
            reason = true;
        } else {
            if section.contains("dependencies") && line.contains(" = ") && !reason {
                wrong.push(line.split(' ').next().unwrap().to_owned());
            }
            reason = false;
        }
    }
    assert!(wrong.is_empty(), "dependencies without a reason above them in Cargo.toml: {wrong:?}");
}

#[test]
fn every_dependency_is_used() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let code: String =
        ["src", "tests", "benches"].iter().flat_map(|folder| files_below(folder, "rs")).map(|(_, text)| text).collect();
    let mut section = "";
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.contains("dependencies")
            && let Some((name, _)) = line.split_once(" = ")
        {
            let name = name.replace('-', "_");
            let used = ["::", "!", ";", " "].iter().any(|after| code.contains(&format!("{name}{after}")));
            assert!(used, "{name} is not used");
        }
    }
}

#[test]
fn licences_are_permissive() {
    const PERMISSIVE: &[&str] = &[
        "MIT",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "Zlib",
        "Unicode-3.0",
        "CC0-1.0",
        "0BSD",
        "Unlicense",
        "BSL-1.0",
        "MPL-2.0",
        "MIT-0",
        "CDLA-Permissive-2.0",
    ];
    // Packages for other systems were never downloaded here.
    let version = Command::new(env!("CARGO")).arg("-vV").output().unwrap().stdout;
    let version = String::from_utf8(version).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--offline",
            "--locked",
            "--format-version",
            "1",
            "--filter-platform",
            host,
            "--all-features",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut wrong = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        let licence = package["license"].as_str().unwrap_or("");
        // `A OR B AND C`: one alternative must be permissive in all its parts.
        let plain = licence.replace(['(', ')'], " ").replace('/', " OR ").replace(" WITH LLVM-exception", "");
        let fine =
            plain.split(" OR ").any(|choice| choice.split(" AND ").all(|part| PERMISSIVE.contains(&part.trim())));
        if !fine {
            wrong.push(format!("{}: {licence}", package["name"]));
        }
    }
    assert!(wrong.is_empty(), "licences that are not permissive: {wrong:?}");
}

/// Every file that git would keep, as text.
fn repository() -> Vec<(String, String)> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output();
    let Ok(output) = output else { return Vec::new() };
    let names = String::from_utf8(output.stdout).unwrap();
    let read = |name: &str| Some((name.to_owned(), fs::read_to_string(root().join(name)).ok()?));
    names.lines().filter(|name| !name.ends_with("Cargo.lock")).filter_map(read).collect()
}

#[test]
fn no_file_names_a_registry() {
    // Taken apart, so that this file does not hold them.
    let hosts = [["crates", ".io"], ["npmjs", ".org"], ["npmjs", ".com"], ["pypi", ".org"], ["npmmirror", ".com"]]
        .map(|host| host.concat());
    for (name, text) in repository() {
        for host in &hosts {
            assert!(!text.contains(host.as_str()), "{name} names {host}");
        }
    }
}

#[test]
fn nothing_is_left_for_later() {
    let marks = [["TO", "DO"], ["FIX", "ME"], ["XX", "X:"]].map(|mark| mark.concat());
    for (name, text) in repository().iter().filter(|(name, _)| !name.starts_with("v1/")) {
        let found = marks.iter().find(|mark| {
            text.match_indices(mark.as_str()).any(|(at, _)| {
                !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
                    && !text[at + mark.len()..].starts_with(|c: char| c.is_ascii_alphanumeric())
            })
        });
        assert_eq!(found, None, "{name}: what is left to do belongs into an issue");
    }
}

#[test]
fn the_changelog_has_a_place_for_what_comes() {
    let changelog = fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    assert!(changelog.contains("Unreleased"));
}
