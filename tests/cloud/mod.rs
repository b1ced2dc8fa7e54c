//! `deploy` into an object store: what is sent, in which order, under which headers, and what becomes
//! of it when the store or the program fails half-way. `tests/ci/deploy.py` does the same with servers
//! that others wrote.

#[cfg(feature = "cloud")]
mod bucket;
#[cfg(feature = "cloud")]
mod store;

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

/// A site with a target.
struct Portal {
    home: TempDir,
}

impl Portal {
    fn new(endpoint: &str) -> Self {
        let portal = Self { home: tempfile::tempdir().unwrap() };
        portal.write(
            "pbsite.yaml",
            &format!(
                "name: 测试门户\nbase_url: https://portal.example.org/\nowner: {{name: 编辑部}}\n\
                 columns:\n  - {{id: news, title: 新闻}}\n\
                 deploy:\n  - {{name: store, s3: portal/street, endpoint: '{endpoint}'}}\n"
            ),
        );
        for day in 10..20 {
            portal.article(day, "正文。");
        }
        portal.write("content/media/a.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>");
        portal
    }

    fn article(&self, day: u32, text: &str) {
        let front = format!("---\ntitle: 第{day}日\ndate: 2026-11-{day}\n---\n");
        self.write(
            &format!("content/articles/news/2026-11-{day}-n{day}.md"),
            &format!("{front}![图](/media/a.svg)\n\n{text}\n"),
        );
    }

    fn path(&self, path: &str) -> PathBuf {
        self.home.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pbsite"));
        command
            .args(["deploy", "--quiet", "--lang", "en", "--now", "2026-11-21T08:00"])
            .args(arguments)
            .current_dir(self.home.path())
            .env_clear()
            .envs([("AWS_ACCESS_KEY_ID", "key"), ("AWS_SECRET_ACCESS_KEY", "secret")])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn deploy(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[cfg(not(feature = "cloud"))]
#[test]
fn a_program_without_it_says_so() {
    let output = Portal::new("http://127.0.0.1:9").deploy(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("--features cloud"), "{}", said(&output));
}
