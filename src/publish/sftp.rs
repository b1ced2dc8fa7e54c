//! Another computer, by the system's own sftp: with the keys, names and known hosts that are set up
//! for it.
//!
//! Everything is staged beside the site first and then renamed into place, so that readers see the new
//! site at once. A staged file has a name of its path and content: what an interrupted deploy staged is
//! not sent again. `ready` in the staging folder is the manifest of a site that is staged as a whole:
//! where it is found, what is no longer staged has been renamed already.

#![expect(clippy::disallowed_methods, reason = "a door out: sftp knows the way to other computers")]

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use super::{
    Act, Job, PublishError, Sent, Step,
    order::{emptied, folders, waves},
    preview_folder,
};
use crate::{
    base::hash::Key,
    config::Sftp,
    msg,
    output::{Published, PublishedFile},
};

/// The folder in which files wait to be renamed.
const STAGE: &str = ".pbsite-stage";

/// The lines of sftp's complaints that are shown.
const SHOWN: usize = 3;

/// Brings what changed to the target.
pub(super) fn deploy(published: &Published, to: &Sftp, job: &Job<'_>) -> Result<Sent, PublishError> {
    let to = &below(to, job.preview);
    let place = job.root.join(".pbsite/deploy").join(format!("{}.sftp", job.target.name));
    fs::create_dir_all(&place).map_err(PublishError::at(&place))?;
    let there = There::find(to, &place)?;
    let mut sent = published.changes(&there.contents(), format!("{}:{}", to.host, to.folder));
    sent.went_on = there.ready.is_some() || !there.staged.is_empty();
    if job.act == Act::Remove && there.last.is_none() && !sent.went_on {
        return Ok(sent);
    }
    let done = sent.changed.is_empty() && sent.removed.is_empty() && !sent.went_on;
    if job.act == Act::List || done && there.last.as_ref().is_some_and(|last| last.manifest == published.manifest) {
        return Ok(sent);
    }
    let manifest = place.join("new");
    fs::write(&manifest, &published.manifest).map_err(PublishError::at(&manifest))?;
    let (mut text, puts) = Batch::of(&to.folder).whole(published, &sent, &there, &manifest)?;
    if job.act == Act::Remove {
        text += &Batch::of(&to.folder).end();
    }
    let mut step =
        Step { of_files: puts.len(), of_bytes: puts.iter().map(|(_, length)| length).sum(), ..Step::default() };
    let mut lengths = puts.iter().map(|(_, length)| *length);
    (job.watch)(step);
    // A command is echoed when it begins: then those before it are done.
    let mut under_way = 0;
    run(to, &text, |line| {
        if line.starts_with("sftp> put ") && line.contains(STAGE) {
            step.bytes += std::mem::replace(&mut under_way, lengths.next().unwrap_or(0));
            step.files = (step.files + 1).min(step.of_files);
            (job.watch)(step);
        }
    })?;
    fs::remove_dir_all(&place).map_err(PublishError::at(&place))?;
    Ok(sent)
}

/// The folder of a preview, if it is one.
fn below(to: &Sftp, preview: Option<&str>) -> Sftp {
    let folder = to.folder.trim_end_matches('/');
    let folder = preview.map_or(folder.to_owned(), |name| format!("{folder}/{}", preview_folder(name)));
    Sftp { folder, ..to.clone() }
}

/// What lies at the target.
struct There {
    /// What the last deploy left.
    last: Option<Published>,
    /// A site that was staged as a whole, and perhaps renamed in part.
    ready: Option<Published>,
    /// Staged files by name, with their lengths.
    staged: BTreeMap<String, u64>,
}

impl There {
    fn find(to: &Sftp, place: &Path) -> Result<Self, PublishError> {
        let folder = &to.folder;
        let (last, ready) = (place.join("last"), place.join("ready"));
        for old in [&last, &ready] {
            let _ = fs::remove_file(old);
        }
        let mut text = String::new();
        for (name, local) in [(Published::MANIFEST, &last), (&*format!("{STAGE}/ready"), &ready)] {
            // Writing into a string cannot fail.
            let _ = writeln!(text, "-get {} {}", quoted(&format!("{folder}/{name}")), local_path(local)?);
        }
        let _ = writeln!(text, "-ls -ln {}", quoted(&format!("{folder}/{STAGE}")));
        let mut staged = BTreeMap::new();
        run(to, &text, |line| staged.extend(listed(line)))?;
        let read = |path: &PathBuf| fs::read(path).ok().and_then(|bytes| Published::of(&bytes));
        Ok(Self { last: read(&last), ready: read(&ready), staged })
    }

    /// The contents of what readers see, by path.
    fn contents(&self) -> BTreeMap<String, Key> {
        let mut contents = self.last.as_ref().map_or(BTreeMap::new(), Published::contents);
        let renamed = self.ready.iter().flat_map(|ready| &ready.files).filter(|file| !self.is_staged(file));
        contents.extend(renamed.map(|file| (file.path.to_string(), file.content)));
        contents
    }

    fn is_staged(&self, file: &PublishedFile) -> bool {
        self.staged.get(&staged_name(file)) == Some(&file.length)
    }
}

/// The commands of one run of sftp.
struct Batch<'f> {
    folder: &'f str,
    text: String,
}

impl<'f> Batch<'f> {
    fn of(folder: &'f str) -> Self {
        Self { folder, text: String::new() }
    }

    /// Takes away the folder itself, from which everything is gone.
    fn end(mut self) -> String {
        self.say("rm", &[&self.at(Published::MANIFEST)]);
        self.say("rmdir", &[&quoted(self.folder)]);
        self.text
    }

    /// Stages what is missing, renames in the order in which readers may see it, removes. Gives what it
    /// puts, with lengths.
    fn whole(
        mut self,
        published: &Published,
        sent: &Sent,
        there: &There,
        manifest: &Path,
    ) -> Result<(String, Vec<(String, u64)>), PublishError> {
        let waves = waves(published, &sent.changed);
        let mut puts = Vec::new();
        for (at, _) in self.folder.match_indices('/').filter(|(at, _)| *at > 0) {
            self.say("-mkdir", &[&quoted(&self.folder[..at])]);
        }
        self.say("-mkdir", &[&quoted(self.folder)]);
        self.say("-mkdir", &[&self.at(STAGE)]);
        for file in waves.iter().flatten().filter(|file| !there.is_staged(file)) {
            let local = local_path(&published.local(file).map_err(|e| PublishError::Io(file.path.to_string(), e))?)?;
            self.say("put", &[&local, &self.staged(&staged_name(file))]);
            puts.push((file.path.to_string(), file.length));
        }
        let manifest = local_path(manifest)?;
        self.say("put", &[&manifest, &self.staged("coming")]);
        self.say("rename", &[&self.staged("coming"), &self.staged("ready")]);
        let changed = || waves.iter().flatten().map(|file| file.path.as_str());
        for folder in folders(changed()) {
            self.say("-mkdir", &[&self.at(folder)]);
        }
        for file in waves.iter().flatten() {
            self.say("rename", &[&self.staged(&staged_name(file)), &self.at(file.path.as_str())]);
        }
        self.remove(published, &sent.removed);
        self.say("put", &[&manifest, &self.staged("manifest")]);
        self.say("rename", &[&self.staged("manifest"), &self.at(Published::MANIFEST)]);
        self.say("rm", &[&self.staged("ready")]);
        for left in there.staged.keys().filter(|name| name.len() == 32) {
            self.say("-rm", &[&self.staged(left)]);
        }
        self.say("-rmdir", &[&self.at(STAGE)]);
        Ok((self.text, puts))
    }

    /// Removes files, and folders that became empty.
    fn remove(&mut self, published: &Published, removed: &[String]) {
        for path in removed {
            self.say("-rm", &[&self.at(path)]);
        }
        for folder in emptied(published, removed) {
            self.say("-rmdir", &[&self.at(folder)]);
        }
    }

    fn say(&mut self, command: &str, arguments: &[&str]) {
        // Writing into a string cannot fail.
        let _ = writeln!(self.text, "{command} {}", arguments.join(" "));
    }

    fn at(&self, path: &str) -> String {
        quoted(&format!("{}/{path}", self.folder))
    }

    fn staged(&self, name: &str) -> String {
        self.at(&format!("{STAGE}/{name}"))
    }
}

/// The name under which a file waits: another for another path or content.
fn staged_name(file: &PublishedFile) -> String {
    Key::of_bytes(format!("{} {}", file.path, file.content).as_bytes()).to_string()
}

/// A word of sftp's command language: no sign in it has a meaning.
fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""))
}

fn local_path(path: &Path) -> Result<String, PublishError> {
    let path = std::path::absolute(path).map_err(PublishError::at(path))?;
    match path.to_str().filter(|text| !text.contains(['\n', '\r'])) {
        Some(text) => Ok(quoted(text)),
        None => {
            let shown = path.display();
            Err(PublishError::said(msg!(
                "sftp 送不了名字这样的文件：{shown}",
                "sftp cannot send a file of this name: {shown}"
            )))
        }
    }
}

/// Name and length in a line of `ls -ln`: mode, links, user, group, length, three of time, path.
fn listed(line: &str) -> Option<(String, u64)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (length, path) = (words.get(4)?.parse().ok()?, words.last()?);
    let is_file = line.starts_with('-') && words.len() >= 9;
    is_file.then(|| (path.rsplit('/').next().unwrap_or(path).to_owned(), length))
}

/// Runs commands at a host, telling each line of the answers.
fn run(to: &Sftp, commands: &str, mut told: impl FnMut(&str)) -> Result<(), PublishError> {
    let mut command = Command::new("sftp");
    command.args(["-b", "-", "-o", "ConnectTimeout=20"]);
    if let Some(port) = to.port {
        command.args(["-P", &port.to_string()]);
    }
    command.args(["--", &to.host]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => PublishError::said(msg!(
            "这台机器上没有 sftp。先安装：apt-get install openssh-client",
            "there is no sftp on this machine. Install it first: apt-get install openssh-client"
        )),
        _ => PublishError::Io("sftp".into(), error),
    })?;
    let (input, output, mut complaints) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (status, said) = thread::scope(|scope| {
        // Each stream by a thread of its own: none may wait for another.
        scope.spawn(move || input.map(|mut input| input.write_all(commands.as_bytes())));
        let said = scope.spawn(move || {
            let mut said = Vec::new();
            let _ = complaints.as_mut().map(|stream| stream.read_to_end(&mut said));
            String::from_utf8_lossy(&said).into_owned()
        });
        for line in output.into_iter().flat_map(|output| BufReader::new(output).lines().map_while(Result::ok)) {
            told(&line);
        }
        (child.wait(), said.join().unwrap_or_default())
    });
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(failed(to, &said)),
        Err(error) => Err(PublishError::Io("sftp".into(), error)),
    }
}

/// Why sftp gave up, in words that say what to do.
fn failed(to: &Sftp, said: &str) -> PublishError {
    let host = &to.host;
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let last = lines[lines.len().saturating_sub(SHOWN)..].join(" / ");
    let message = if said.contains("Host key verification failed") || said.contains("REMOTE HOST IDENTIFICATION") {
        msg!(
            "不认识 {host}，或它换了钥匙：{last}。先确认是它，在终端里运行一次 ssh {host}；流水线里，把它的公钥写进 ~/.ssh/known_hosts",
            "{host} is not known, or has another key: {last}. Make sure that it is the one, by `ssh {host}` in a terminal; in CI, put its key into ~/.ssh/known_hosts"
        )
    } else if said.contains("Permission denied (") {
        msg!(
            "{host} 不让登录：{last}。看看 ssh {host} 能不能进去；sftp 用的是同一把钥匙，不会问密码",
            "{host} refused the login: {last}. Look whether `ssh {host}` gets in: sftp uses the same key and asks for no password"
        )
    } else {
        msg!("sftp 没有成功（{host}）：{last}", "sftp failed ({host}): {last}")
    };
    PublishError::said(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::path::OutPath;

    fn site(files: &[(&str, &[u8])]) -> Published {
        let file = |(path, bytes): &(&str, &[u8])| PublishedFile {
            path: OutPath::new(path).unwrap(),
            length: bytes.len() as u64,
            content: Key::of_bytes(bytes),
            key: Key::default(),
        };
        Published::of(&Published::manifest_of(&files.iter().map(file).collect::<Vec<_>>())).unwrap()
    }

    #[test]
    fn a_word_has_no_meaning_for_sftp() {
        assert_eq!(quoted(r#"a "b" \c *"#), r#""a \"b\" \\c *""#);
    }

    #[test]
    fn a_list_is_read() {
        let line = "-rw-r--r--    1 1000     1000          120 Nov 22 08:00 /srv/.pbsite-stage/0123";
        assert_eq!(listed(line), Some(("0123".into(), 120)));
        assert_eq!(listed("drwxr-xr-x    1 1000     1000          120 Nov 22 08:00 /srv/x"), None);
        assert_eq!(listed("sftp> -ls -ln \"/srv/.pbsite-stage\""), None);
    }

    #[test]
    fn what_is_no_longer_staged_was_renamed() {
        let (last, ready) = (site(&[("a.html", b"1"), ("b.html", b"1")]), site(&[("a.html", b"2"), ("b.html", b"2")]));
        let b = ready.files.iter().find(|file| file.path.as_str() == "b.html").unwrap();
        let staged = BTreeMap::from([(staged_name(b), 1)]);
        let there = There { last: Some(last), ready: Some(ready.clone()), staged };
        let contents = there.contents();
        assert_eq!(contents["a.html"], Key::of_bytes(b"2"));
        assert_eq!(contents["b.html"], Key::of_bytes(b"1"));
        assert_eq!(ready.changes(&contents, String::new()).changed, ["b.html"]);
    }
}
