//! The files that `init` writes for GitHub Actions, GitLab and Gitee Go, run as those would run them:
//! their shell steps, in a clone of a new site, with the program packed into an archive.
#![cfg(unix)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use serde_yaml_oracle::Value as Yaml;
use tempfile::TempDir;

const NOW: &str = "2026-11-21T08:00";

/// The program without its symbols, packed.
fn archive() -> &'static Path {
    static ARCHIVE: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = ARCHIVE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("pbsite");
        fs::copy(env!("CARGO_BIN_EXE_pbsite"), &program).unwrap();
        // Smaller is quicker; where there is no `strip`, it works as well.
        let _ = Command::new("strip").arg(&program).status();
        let packed = Command::new("tar")
            .args(["--use-compress-program", "gzip -1", "-cf", "pbsite.tar.gz", "pbsite"])
            .current_dir(folder.path())
            .status();
        assert!(packed.unwrap().success());
        let path = folder.path().join("pbsite.tar.gz");
        (folder, path)
    });
    path
}

/// A clone of a new site on a forge that has the archive at hand.
struct Clone {
    home: TempDir,
    variables: Vec<(String, String)>,
}

impl Clone {
    fn new(variables: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let clone = Self { home, variables: Vec::new() };
        let made = Command::new(env!("CARGO_BIN_EXE_pbsite"))
            .args(["init", "origin", "--name", "示例社区", "--now", NOW, "--quiet"])
            .current_dir(clone.home.path())
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", said(&made));
        clone.sh(clone.home.path(), "git init -q origin && cd origin && git add -A && git -c user.name=a -c user.email=a@example.org commit -qm a && cd .. && git clone -q origin site");
        let mut all = vec![
            ("PBSITE_INSTALL".to_owned(), archive().display().to_string()),
            ("PBSITE_PUBLISHED".into(), clone.home.path().join("published").display().to_string()),
            ("PBSITE_PUBLISH".into(), "rm -rf ../published && cp -r output ../published".into()),
            ("GITHUB_STEP_SUMMARY".into(), clone.home.path().join("summary.md").display().to_string()),
            ("GITHUB_OUTPUT".into(), clone.home.path().join("outputs").display().to_string()),
        ];
        all.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        Self { variables: all, ..clone }
    }

    fn site(&self) -> PathBuf {
        self.home.path().join("site")
    }

    fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.into(), value.into()));
    }

    fn run(&self, folder: &Path, command: &str) -> Output {
        let variables = self.variables.iter().map(|(name, value)| (name, value));
        Command::new("/bin/sh")
            .args(["-ec", command])
            .current_dir(folder)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.home.path())
            .envs(variables)
            .output()
            .unwrap()
    }

    #[track_caller]
    fn sh(&self, folder: &Path, command: &str) {
        let output = self.run(folder, command);
        assert!(output.status.success(), "{command}\n{}", said(&output));
    }

    /// Runs shell steps until one fails; its exit code.
    fn steps(&self, steps: &[String]) -> (i32, String) {
        let mut all = String::new();
        for step in steps {
            let output = self.run(&self.site(), step);
            all.push_str(&said(&output));
            if !output.status.success() {
                return (output.status.code().unwrap(), all);
            }
        }
        (0, all)
    }

    fn published(&self, path: &str) -> bool {
        self.home.path().join("published").join(path).is_file()
    }

    fn yaml(&self, path: &str) -> Yaml {
        serde_yaml_oracle::from_str(&fs::read_to_string(self.site().join(path)).unwrap()).unwrap()
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn strings(list: &Yaml) -> Vec<String> {
    list.as_sequence().unwrap().iter().map(|step| step.as_str().unwrap().to_owned()).collect()
}

/// The shell steps of a job of GitHub Actions.
fn github(clone: &Clone, job: &str) -> Vec<String> {
    let yaml = clone.yaml(".github/workflows/site.yml");
    let steps = yaml["jobs"][job]["steps"].as_sequence().unwrap();
    steps.iter().filter_map(|step| Some(step.get("run")?.as_str()?.to_owned())).collect()
}

fn gitlab(clone: &Clone, job: &str) -> Vec<String> {
    // A job is one shell.
    vec![strings(&clone.yaml(".gitlab-ci.yml")[job]["script"]).join("\n")]
}

fn gitee(clone: &Clone, file: &str) -> Vec<String> {
    strings(&clone.yaml(&format!(".workflow/{file}.yml"))["stages"][0]["steps"][0]["commands"])
}

/// What every forge does: publishes what is right, and with a mistake neither builds nor publishes.
fn publishes(clone: &Clone, build: &[String], check: &[String]) {
    let (code, said) = clone.steps(check);
    assert_eq!(code, 0, "{said}");
    assert!(fs::read_to_string(clone.site().join("report.md")).unwrap().contains("可以发布"));
    assert!(!clone.site().join("output").exists(), "a check builds nothing");
    let (code, said) = clone.steps(build);
    assert_eq!(code, 0, "{said}");
    assert!(clone.published("index.html") && clone.published("api/next-change.json"));
    let article = fs::read_dir(clone.site().join("content/articles/headlines")).unwrap().next().unwrap().unwrap();
    let right = fs::read_to_string(article.path()).unwrap();
    fs::write(article.path(), right.replace("title: ", "title：")).unwrap();
    fs::remove_dir_all(clone.home.path().join("published")).unwrap();
    for steps in [check, build] {
        let (code, said) = clone.steps(steps);
        assert_eq!(code, 1, "{said}");
        let report = fs::read_to_string(clone.site().join("report.md")).unwrap();
        assert!(report.contains("必须改") && report.contains("PB0103"), "{report}");
        fs::remove_file(clone.site().join("report.md")).unwrap();
    }
    assert!(!clone.published("index.html"), "a site with a mistake was published");
    fs::write(article.path(), right).unwrap();
}

#[test]
fn github_actions() {
    let mut clone = Clone::new(&[("GITHUB_SERVER_URL", "https://git.example.org"), ("GITHUB_REPOSITORY", "o/r")]);
    clone.set("GITHUB_SHA", "abc");
    publishes(&clone, &github(&clone, "build"), &github(&clone, "check"));
    let outputs = fs::read_to_string(clone.home.path().join("outputs")).unwrap();
    assert_eq!(outputs.lines().last(), Some("built=yes"));
    assert!(fs::read_to_string(clone.home.path().join("summary.md")).unwrap().contains("# 示例社区：检查报告"));
}

#[test]
fn gitlab_ci() {
    let mut clone = Clone::new(&[("CI_PROJECT_URL", "https://git.example.org/o/r"), ("CI_PIPELINE_SOURCE", "push")]);
    publishes(&clone, &gitlab(&clone, "pages"), &gitlab(&clone, "check"));
    assert!(clone.site().join("public/index.html").is_file());
    let quality = fs::read_to_string(clone.site().join("codequality.json")).unwrap();
    let issues: serde_json::Value = serde_json::from_str(&quality).unwrap();
    assert_eq!(issues[0]["check_name"], "PB0103");
    // By schedule and before the moment: code 75, which the job allows, and nothing is published.
    fs::write(
        clone.site().join("content/articles/headlines/2099-01-01-later.md"),
        "---\ntitle: 以后\ndate: 2099-01-01\n---\n以后。\n",
    )
    .unwrap();
    assert_eq!(clone.steps(&gitlab(&clone, "pages")).0, 0);
    clone.set("CI_PIPELINE_SOURCE", "schedule");
    fs::remove_dir_all(clone.site().join("output")).unwrap();
    fs::remove_dir_all(clone.site().join("public")).unwrap();
    let (code, said) = clone.steps(&gitlab(&clone, "pages"));
    assert_eq!(code, 75, "{said}");
    assert!(said.contains("还没有到"), "{said}");
    assert_eq!(clone.yaml(".gitlab-ci.yml")["pages"]["allow_failure"]["exit_codes"], Yaml::from(75));
    assert!(!clone.site().join("public").exists());
}

#[test]
fn gitee_go() {
    let clone = Clone::new(&[("GITEE_COMMIT", "abc")]);
    publishes(&clone, &gitee(&clone, "site"), &gitee(&clone, "site-check"));
    let later = clone.site().join("content/articles/headlines/2099-01-01-later.md");
    fs::write(later, "---\ntitle: 以后\ndate: 2099-01-01\n---\n以后。\n").unwrap();
    assert_eq!(clone.steps(&gitee(&clone, "site")).0, 0);
    fs::remove_dir_all(clone.site().join("output")).unwrap();
    let (code, said) = clone.steps(&gitee(&clone, "site-schedule"));
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("还没有到") && said.contains("不用发布"), "{said}");
    // The moment has come.
    let next = clone.home.path().join("published/api/next-change.json");
    fs::write(next, "{\"next_change\": \"2026-01-01T00:00:00+08:00\"}").unwrap();
    let (code, said) = clone.steps(&gitee(&clone, "site-schedule"));
    assert_eq!(code, 0, "{said}");
    assert!(clone.site().join("output/index.html").is_file() && clone.published("index.html"));
}

#[test]
fn the_program_is_the_one_that_was_pinned() {
    let mut clone =
        Clone::new(&[("PBSITE_SHA256", "0000000000000000000000000000000000000000000000000000000000000000")]);
    let install = vec!["sh ci/site.sh install".to_owned()];
    let (code, said) = clone.steps(&install);
    assert!(code == 2 && said.contains("校验值不是"), "{code} {said}");
    let sum = clone.run(clone.home.path(), &format!("sha256sum {}", archive().display()));
    clone.set("PBSITE_SHA256", String::from_utf8_lossy(&sum.stdout).split(' ').next().unwrap());
    assert_eq!(clone.steps(&install).0, 0);
    clone.sh(&clone.site(), "sed -i 's/^version=.*/version=99.0.0/' ci/site.sh");
    let (code, said) = clone.steps(&install);
    assert!(code == 2 && said.contains("网站要用的是 pbsite 99.0.0"), "{code} {said}");
    clone.set("PBSITE_INSTALL", "nowhere.tar.gz");
    assert_eq!(clone.steps(&install).0, 2);
}

/// A clone whose site has a target on this disk, to which CI is told to deploy.
fn with_a_target() -> (Clone, PathBuf) {
    let clone = Clone::new(&[("PBSITE_DEPLOY", "web")]);
    let www = clone.home.path().join("www");
    let settings = fs::read_to_string(clone.site().join("pbsite.yaml")).unwrap();
    let target = format!("{settings}deploy:\n  - {{name: web, folder: {}}}\n", www.display());
    fs::write(clone.site().join("pbsite.yaml"), target).unwrap();
    (clone, www)
}

#[test]
fn github_actions_deploy_and_preview() {
    let (mut clone, www) = with_a_target();
    assert_eq!(clone.steps(&github(&clone, "build")).0, 0);
    assert!(www.join("index.html").is_file() && !clone.published("index.html"), "the target goes before the command");
    clone.set("BRANCH", "feature/five");
    clone.set("ACTION", "synchronize");
    let (code, said) = clone.steps(&github(&clone, "preview"));
    assert!(code == 0 && said.contains("/_preview/feature-five-"), "{said}");
    assert!(fs::read_to_string(clone.home.path().join("summary.md")).unwrap().contains("/_preview/feature-five-"));
    assert_eq!(fs::read_dir(www.join("_preview")).unwrap().count(), 1);
    clone.set("ACTION", "closed");
    assert_eq!(clone.steps(&github(&clone, "preview")).0, 0);
    assert_eq!(fs::read_dir(www.join("_preview")).unwrap().count(), 0);
    assert!(www.join("index.html").is_file());
    let workflow = fs::read_to_string(clone.site().join(".github/workflows/site.yml")).unwrap();
    assert!(workflow.contains("closed]"), "the preview is taken away when the request is closed");
}

#[test]
fn gitlab_ci_deploys_and_previews() {
    let (mut clone, www) = with_a_target();
    clone.set("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "five");
    assert_eq!(clone.steps(&gitlab(&clone, "preview")).0, 0);
    assert_eq!(clone.steps(&gitlab(&clone, "pages")).0, 0);
    assert!(www.join("index.html").is_file() && www.join("_preview/five/index.html").is_file());
    assert_eq!(clone.steps(&gitlab(&clone, "remove-preview")).0, 0);
    assert!(www.join("index.html").is_file() && !www.join("_preview/five").exists());
    let yaml = clone.yaml(".gitlab-ci.yml");
    assert_eq!(yaml["preview"]["environment"]["on_stop"], Yaml::from("remove-preview"));
    assert_eq!(yaml["remove-preview"]["environment"]["name"], yaml["preview"]["environment"]["name"]);
}

#[test]
fn gitee_go_deploys_and_previews() {
    let (mut clone, www) = with_a_target();
    clone.set("GITEE_PULL_ID", "12");
    let (code, said) = clone.steps(&gitee(&clone, "site-check"));
    assert!(code == 0 && said.contains("/_preview/pr-12/"), "{said}");
    // What the next run finds in its home, where its checkout is new.
    assert!(clone.home.path().join(".pbsite/cache").is_dir());
    let merged = "git -c user.name=a -c user.email=a@example.org commit -q --allow-empty -m '!12 重阳节' -m 'Merge pull request !12'";
    clone.sh(&clone.site(), merged);
    assert!(clone.home.path().join("www.previews/pr-12/index.html").is_file());
    let (code, said) = clone.steps(&gitee(&clone, "site"));
    assert_eq!(code, 0, "{said}");
    assert!(www.join("index.html").is_file() && !www.join("_preview/pr-12").exists());
    for file in ["site", "site-check", "site-schedule"] {
        let yaml = clone.yaml(&format!(".workflow/{file}.yml"));
        assert_eq!(strings(&yaml["stages"][0]["steps"][0]["caches"]), ["~/.pbsite"]);
    }
}

#[test]
fn keys_of_ci_reach_ssh() {
    let (mut clone, _) = with_a_target();
    clone.set("PBSITE_SSH_KEY", "the key");
    clone.set("PBSITE_SSH_KNOWN_HOSTS", "the host");
    assert_eq!(clone.steps(&github(&clone, "build")).0, 0);
    let home = clone.home.path();
    assert_eq!(fs::read_to_string(home.join(".ssh/id_ed25519")).unwrap(), "the key\n");
    assert_eq!(fs::read_to_string(home.join(".ssh/known_hosts")).unwrap(), "the host\n");
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(home.join(".ssh/id_ed25519")).unwrap().permissions());
    assert_eq!(mode & 0o077, 0, "nobody else may read a key");
}
