//! Runs the case files of this folder: the program as a shell sees it.
//!
//! A case is like those of `suite`: files of a site, then lines `$ command` in the section
//! `-- session --`, each followed by what it wrote to stdout, by what it wrote to stderr (lines
//! beginning `! `), and by `? code` where it did not end well. The commands run one after another
//! in a folder of their own, with an empty environment.
#![cfg(unix)]

use std::{
    fmt::Write as _,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use rayon::prelude::*;

use crate::support::{Case, blessing, cases};

#[test]
fn every_session() {
    let failures: Vec<String> = cases("cli").into_par_iter().filter_map(|case| run(case).err()).collect();
    assert!(failures.is_empty(), "{} sessions fail:\n\n{}", failures.len(), failures.join("\n\n"));
}

fn run(mut case: Case) -> Result<(), String> {
    let temporary = tempfile::tempdir().unwrap();
    let home = fs::canonicalize(temporary.path()).unwrap();
    let (tools, site) = (home.join("tools"), home.join("work"));
    fs::create_dir_all(&tools).unwrap();
    fs::create_dir_all(&site).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_pbsite"), tools.join("pbsite")).unwrap();
    for (path, bytes) in case.files() {
        let path = site.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let expected = case.get("--", "session").expect("a section -- session --").to_owned();
    let mut session = String::new();
    for command in expected.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let _ = writeln!(session, "$ {command}");
        session.push_str(&execute(command, &home));
    }
    if session.trim_end() == expected.trim_end() {
        return Ok(());
    }
    if blessing() {
        case.set("session", &session);
        case.write();
        return Ok(());
    }
    Err(format!("{}: {}\nexpected:\n{expected}\n\nis:\n{session}", case.name, case.about))
}

fn execute(command: &str, home: &Path) -> String {
    let output = Command::new("/bin/sh")
        .args(["-c", command])
        .current_dir(home.join("work"))
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", home.join("tools").display()))
        .env("HOME", home)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let mut text = filtered(&output.stdout, home);
    for line in filtered(&output.stderr, home).lines() {
        let _ = writeln!(text, "{}", format!("! {line}").trim_end());
    }
    match output.status.code() {
        Some(0) => {}
        code => {
            let _ = writeln!(text, "? {}", code.map_or("killed".into(), |code| code.to_string()));
        }
    }
    text
}

/// What differs from run to run and machine to machine stands as a word.
fn filtered(bytes: &[u8], home: &Path) -> String {
    let text = String::from_utf8_lossy(bytes).replace(&home.display().to_string(), "[HOME]");
    let text = text.replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
    let lines = text.lines().map(|line| elapsed(&elapsed(line, "用时 ", " 秒"), " in ", " s"));
    lines.map(|line| line.trim_end().to_owned() + "\n").collect()
}

fn elapsed(line: &str, before: &str, after: &str) -> String {
    let found = line.match_indices(before).find_map(|(at, _)| {
        let start = at + before.len();
        let length = line[start..].find(after)?;
        let number = &line[start..start + length];
        number.parse::<f64>().is_ok().then_some((start, start + length))
    });
    match found {
        Some((start, end)) => format!("{}[ELAPSED]{}", &line[..start], &line[end..]),
        None => line.to_owned(),
    }
}
