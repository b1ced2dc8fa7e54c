//! Where a finished site goes: the targets of `deploy`. A door: it copies the output folder elsewhere,
//! and starts the system's own programs where those know the way.
//!
//! What holds for every target: only what the manifest of the output lists is sent; what pages need
//! comes before them, what announces them after them, deletions last; an interrupted deploy is
//! repaired by the next.

#[cfg(feature = "cloud")]
mod cloud;
mod folder;
#[cfg(feature = "cloud")]
mod headers;
mod order;
mod rsync;
mod sftp;
mod zip;

use std::{collections::BTreeMap, fmt, io, path::Path};

use crate::{
    base::{hash::Key, lang::Message, slug},
    config::{Deploy, Destination, PREVIEWS},
    msg,
    output::Published,
};

/// The longest beginning of a branch's slug in the name of its preview, in bytes.
const LONGEST_NAME: usize = 60;

/// A deploy that somebody asked for.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// Where to.
    pub target: &'a Deploy,
    /// What is to be done.
    pub act: Act,
    /// The folder of the finished site.
    pub output: &'a Path,
    /// The site's folder: relative paths of targets begin there, and what was sent last is remembered
    /// in its `.pbsite/deploy/`.
    pub root: &'a Path,
    /// The name of a preview, as [`preview_name`] makes it: then only its folder is touched.
    pub preview: Option<&'a str>,
    /// Whether what lies at the target is looked at, instead of believing the manifest there.
    pub verify: bool,
    /// The environment, for credentials.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Is told how far it is.
    pub watch: &'a dyn Fn(Step),
}

/// How far a deploy is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Files that are sent.
    pub files: usize,
    /// Files to send.
    pub of_files: usize,
    /// Bytes that are sent.
    pub bytes: u64,
    /// Bytes to send.
    pub of_bytes: u64,
}

/// What a deploy did, or would do.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Files that are new or differ, in the order in which they are sent.
    pub changed: Vec<String>,
    /// Files that are gone.
    pub removed: Vec<String>,
    /// Where the site is now.
    pub place: String,
    /// Whether an earlier deploy had broken off, and what it had sent was found.
    pub went_on: bool,
}

impl Published {
    /// What is new or differs, and what is gone, against files with these hashes.
    fn changes(&self, old: &BTreeMap<String, Key>, place: String) -> Sent {
        let new = self.contents();
        let changed = self.files.iter().filter(|file| old.get(file.path.as_str()) != Some(&file.content));
        Sent {
            changed: changed.map(|file| file.path.to_string()).collect(),
            removed: old.keys().filter(|path| !new.contains_key(*path)).cloned().collect(),
            place,
            went_on: false,
        }
    }
}

/// Why a deploy failed.
#[derive(Debug)]
pub enum PublishError {
    /// The system refused something about a path.
    Io(String, io::Error),
    /// What is to be said as it is.
    Said(Box<Message>),
}

impl PublishError {
    /// In both languages.
    pub fn message(&self) -> Message {
        match self {
            Self::Io(path, error) => msg!("{path}：{error}", "{path}: {error}"),
            Self::Said(message) => (**message).clone(),
        }
    }

    fn said(message: Message) -> Self {
        Self::Said(Box::new(message))
    }

    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |error| Self::Io(path, error)
    }
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message().en)
    }
}

impl std::error::Error for PublishError {}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Send the site.
    Send,
    /// Tell what would be sent.
    List,
    /// Go back to the version before.
    Back,
    /// Take a preview away.
    Remove,
}

/// Brings a finished site to a target.
///
/// # Errors
/// When there is no finished site, the target cannot be reached, or knows no way back.
pub fn deploy(job: &Job<'_>) -> Result<Sent, PublishError> {
    let (target, act) = (job.target, job.act);
    if act == Act::Remove && job.preview.is_none() {
        return Err(PublishError::said(msg!("只有预览可以删去", "only previews are taken away")));
    }
    let published = match act {
        Act::Remove => Published::empty(),
        _ => Published::read(job.output).map_err(PublishError::at(job.output))?,
    };
    match &target.to {
        Destination::Folder { path, keep } => match job.preview {
            Some(name) => folder::preview(&published, &job.root.join(path), name, act),
            None => folder::deploy(&published, &job.root.join(path), *keep, act),
        },
        _ if act == Act::Back => Err(no_way_back(&target.name)),
        Destination::Rsync(to) => rsync::deploy(to, job),
        Destination::Zip(_) if job.preview.is_some() => Err(no_previews(&target.name)),
        Destination::Zip(path) => {
            let last = job.root.join(".pbsite/deploy").join(&target.name);
            zip::deploy(&published, &job.root.join(path), &last, act)
        }
        Destination::Sftp(to) => sftp::deploy(&published, to, job),
        #[cfg(feature = "cloud")]
        Destination::Cloud(to) => cloud::deploy(&published, to, job),
        #[cfg(not(feature = "cloud"))]
        Destination::Cloud(to) => Err(no_cloud(to.service)),
    }
}

/// The name of the folder in which a branch is previewed: the branch's own where that can stand in an
/// address, else its slug with a hash, so that no two branches share one.
///
/// ```
/// use pbsite::publish::preview_name;
/// assert_eq!(preview_name("double-ninth"), "double-ninth");
/// assert!(preview_name("feature/重阳节").starts_with("feature-chongyang-jie-"));
/// assert_ne!(preview_name("a/b"), preview_name("a_b"));
/// assert_ne!(preview_name("../.."), preview_name("..."));
/// ```
pub fn preview_name(branch: &str) -> String {
    if slug::is_id(branch) {
        return branch.to_owned();
    }
    let hash = Key::of_bytes(branch.as_bytes()).short(6);
    let mut name = slug::slug(branch);
    // Of ASCII: any place is one between characters.
    name.truncate(LONGEST_NAME);
    format!("{}-{hash}", name.trim_end_matches('-'))
}

/// The folder of a preview, below that of its site.
fn preview_folder(name: &str) -> String {
    format!("{PREVIEWS}/{name}")
}

fn no_previews(name: &str) -> PublishError {
    PublishError::said(msg!(
        "目标 {name} 是压缩包，不能放预览；用 --to 换一个目标",
        "the target {name} is a ZIP file and shows no previews; name another with --to"
    ))
}

fn no_way_back(name: &str) -> PublishError {
    PublishError::said(msg!("目标 {name} 没有旧版本可退回", "the target {name} keeps no older version to go back to"))
}

#[cfg(not(feature = "cloud"))]
fn no_cloud(service: crate::config::Service) -> PublishError {
    let name = service.name();
    PublishError::said(msg!(
        "这个 pbsite 编译时没有带云存储，不能发布到 {name}。重新安装：cargo install --locked --features cloud --git 源代码仓库的网址",
        "this pbsite was built without cloud storage and cannot deploy to {name}. Install it with: cargo install --locked --features cloud --git REPOSITORY"
    ))
}
