//! Another computer, by the system's own rsync over ssh, with the keys and names that are set up for
//! them.

#![expect(clippy::disallowed_methods, reason = "a door out: rsync knows the way to other computers")]

use std::{fs, io, path::Path, process::Command};

use super::{Act, Job, PublishError, Sent, preview_folder};
use crate::{config::PREVIEWS, msg};

/// What comes after pages, because it leads readers to them, and pages themselves.
const LATER: [&str; 5] = ["*.html", "*.xml", "*.json", "*.ics", "*.txt"];

/// Sends what differs: what pages need, then pages and feeds, then removes what is gone. Each step may
/// be interrupted and repeated.
pub(super) fn deploy(to: &str, job: &Job<'_>) -> Result<Sent, PublishError> {
    // An address that begins like an option would be taken for one.
    if to.starts_with('-') {
        return Err(PublishError::said(msg!(
            "rsync 的目标不能以 - 开头：{to}",
            "a target of rsync must not begin with -: {to}"
        )));
    }
    let Some(name) = job.preview else { return run_all(steps(job.output, to), to, job.act) };
    let folder = to.trim_end_matches('/');
    let place = format!("{folder}/{}/", preview_folder(name));
    // An empty folder to send: rsync makes no more than one at once.
    let empty = job.root.join(".pbsite/deploy/empty").join(PREVIEWS);
    fs::create_dir_all(&empty).map_err(PublishError::at(&empty))?;
    if job.act == Act::Remove {
        return run_all([removal(&empty, folder, name)], &place, job.act);
    }
    let whole = ["--".into(), empty.display().to_string(), format!("{folder}/")];
    let exists = run_all([whole.to_vec()], &place, job.act)?;
    debug_assert!(exists.removed.is_empty());
    run_all(steps(job.output, &place), &place, job.act)
}

/// Runs each step, and tells what all of them did.
fn run_all<const N: usize>(steps: [Vec<String>; N], to: &str, act: Act) -> Result<Sent, PublishError> {
    let mut listed = Vec::new();
    for step in steps {
        let mut command = Command::new("rsync");
        command.args([
            "--recursive",
            "--links",
            "--times",
            "--omit-dir-times",
            "--delay-updates",
            "--out-format=%o %n",
        ]);
        // Before `--`, behind which everything is a path.
        if act == Act::List {
            command.arg("--dry-run");
        }
        command.args(step);
        listed.extend(run(command)?);
    }
    let of = |word: &str| {
        let lines = listed.iter().filter_map(|line| line.strip_prefix(word));
        let mut paths: Vec<String> = lines.filter(|path| !path.ends_with('/')).map(str::to_owned).collect();
        let mut seen = std::collections::BTreeSet::new();
        paths.retain(|path| seen.insert(path.clone()));
        paths
    };
    Ok(Sent { changed: of("send "), removed: of("del. "), place: to.to_owned(), went_on: false })
}

/// The arguments that take away one preview, and nothing beside it.
fn removal(empty: &Path, folder: &str, name: &str) -> Vec<String> {
    let (from, to) = (format!("{}/", empty.display()), format!("{folder}/{PREVIEWS}/"));
    let only = [format!("--include=/{name}/"), format!("--include=/{name}/**"), "--exclude=*".to_owned()];
    ["--delete".to_owned()].into_iter().chain(only).chain(["--".to_owned(), from, to]).collect()
}

/// The arguments of each step.
fn steps(output: &Path, to: &str) -> [Vec<String>; 3] {
    let from = format!("{}/", output.display());
    let own = "--exclude=/.pbsite-*".to_owned();
    // Previews are not the site's to remove.
    let previews = format!("--exclude=/{PREVIEWS}/");
    let places = ["--".to_owned(), from, to.to_owned()];
    let assets = LATER.iter().map(|kind| format!("--exclude={kind}"));
    let first = [own.clone()].into_iter().chain(assets).chain(places.clone());
    let second = [own.clone()].into_iter().chain(places.clone());
    let third = [own, "--delete-after".to_owned(), previews].into_iter().chain(places);
    [first.collect(), second.collect(), third.collect()]
}

fn run(mut command: Command) -> Result<Vec<String>, PublishError> {
    let output = command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => PublishError::said(msg!(
            "这台机器上没有 rsync。先安装：apt-get install rsync",
            "there is no rsync on this machine. Install it first: apt-get install rsync"
        )),
        _ => PublishError::Io("rsync".into(), error),
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(PublishError::said(msg!("rsync 没有成功：{said}", "rsync failed: {said}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_come_after_what_they_need_and_deletions_last() {
        let [first, second, third] = steps(Path::new("output"), "host:/srv/www/");
        assert!(first.contains(&"--exclude=*.html".to_owned()) && !second.contains(&"--exclude=*.html".to_owned()));
        assert!([&first, &second].iter().all(|step| !step.iter().any(|a| a.starts_with("--delete"))));
        assert!(third.contains(&"--delete-after".to_owned()) && third.contains(&"--exclude=/_preview/".to_owned()));
        for step in [first, second, third] {
            assert_eq!(step[step.len() - 3..], ["--", "output/", "host:/srv/www/"]);
            assert_eq!(step[0], "--exclude=/.pbsite-*");
        }
    }
}
