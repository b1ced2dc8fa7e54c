//! A folder of this computer, such as that of a web server: each deploy is a version of its own beside
//! it, and the folder is a link to one of them, which is turned over in one step.
//!
//! Where a system has no links, the files are staged and renamed one by one as a build does it.

#![expect(clippy::disallowed_methods, reason = "a door out: versions of the published site")]

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use super::{Act, PublishError, Sent};
use crate::{
    base::hash::Key,
    config::PREVIEWS,
    msg,
    output::{Folder, Phase, Published, Sink},
};

/// Brings the site into `folder`, keeping `keep` versions.
pub(super) fn deploy(published: &Published, folder: &Path, keep: usize, act: Act) -> Result<Sent, PublishError> {
    let versions = Versions::of(folder)?;
    if act == Act::Back {
        return versions.back();
    }
    let sent = versions.compare(published);
    if act == Act::List || sent.changed.is_empty() && sent.removed.is_empty() && versions.current.is_some() {
        return Ok(sent);
    }
    if !cfg!(unix) {
        return one_by_one(published, folder, sent);
    }
    versions.add(published)?;
    versions.prune(keep)?;
    Ok(sent)
}

/// Brings a preview into its folder beside the versions, to which each of them has a link.
pub(super) fn preview(published: &Published, folder: &Path, name: &str, act: Act) -> Result<Sent, PublishError> {
    let versions = Versions::of(folder)?;
    let place = versions.previews().join(name);
    let old = Published::read(&place).map_or(BTreeMap::new(), |old| old.contents());
    let sent = published.changes(&old, place.display().to_string());
    match act {
        Act::List => Ok(sent),
        Act::Remove if place.is_dir() => {
            fs::remove_dir_all(&place).map_err(PublishError::at(&place))?;
            Ok(sent)
        }
        Act::Remove => Ok(sent),
        _ => {
            fs::create_dir_all(&place).map_err(PublishError::at(&place))?;
            let sent = one_by_one(published, &place, sent)?;
            versions.current.as_deref().map_or(Ok(()), |current| versions.link_previews(current))?;
            Ok(sent)
        }
    }
}

/// The versions of a folder.
struct Versions {
    folder: PathBuf,
    /// `<folder>.versions`.
    home: PathBuf,
    /// The one that the folder shows.
    current: Option<PathBuf>,
    /// All, oldest first.
    numbers: Vec<u64>,
}

impl Versions {
    fn of(folder: &Path) -> Result<Self, PublishError> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let home = folder.with_file_name(format!("{name}.versions"));
        let current = match fs::symlink_metadata(folder) {
            Ok(found) if found.is_symlink() => {
                let link = fs::read_link(folder).map_err(PublishError::at(folder))?;
                Some(folder.parent().unwrap_or(Path::new("")).join(link)).filter(|path| path.is_dir())
            }
            Ok(_) if cfg!(unix) => return Err(in_the_way(folder)),
            Ok(_) => Some(folder.to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(PublishError::at(folder)(error)),
        };
        let names = fs::read_dir(&home).into_iter().flatten().filter_map(Result::ok);
        let mut numbers: Vec<u64> =
            names.filter_map(|entry| entry.file_name().to_string_lossy().parse().ok()).collect();
        numbers.sort_unstable();
        Ok(Self { folder: folder.to_owned(), home, current, numbers })
    }

    /// Where previews stand: beside the versions, because each of them outlives many.
    fn previews(&self) -> PathBuf {
        if !cfg!(unix) {
            return self.folder.join(PREVIEWS);
        }
        let name = self.folder.file_name().unwrap_or_default().to_string_lossy();
        self.folder.with_file_name(format!("{name}.previews"))
    }

    /// Lets a version show the previews, if there are any.
    fn link_previews(&self, version: &Path) -> Result<(), PublishError> {
        let (previews, at) = (self.previews(), version.join(PREVIEWS));
        if !cfg!(unix) || !previews.is_dir() || fs::symlink_metadata(&at).is_ok() {
            return Ok(());
        }
        let name = previews.file_name().unwrap_or_default();
        link(&Path::new("../..").join(name), &at).map_err(PublishError::at(&at))
    }

    /// What is new in a site against the version that is shown.
    fn compare(&self, published: &Published) -> Sent {
        let old = self.current.as_deref().and_then(|current| Published::read(current).ok());
        let old: BTreeMap<String, Key> =
            old.map_or(BTreeMap::new(), |old| old.files.iter().map(|f| (f.path.to_string(), f.content)).collect());
        published.changes(&old, self.folder.display().to_string())
    }

    /// Makes a version, then shows it. Files that did not change are the same files on the disk.
    fn add(&self, published: &Published) -> Result<(), PublishError> {
        let number = self.numbers.last().map_or(1, |last| last + 1);
        let (place, half) = (self.home.join(number.to_string()), self.home.join("half"));
        if half.exists() {
            fs::remove_dir_all(&half).map_err(PublishError::at(&half))?;
        }
        let old = self.current.as_deref().and_then(|current| Some((current, Published::read(current).ok()?)));
        let known: BTreeMap<&str, Key> =
            old.iter().flat_map(|(_, old)| &old.files).map(|f| (f.path.as_str(), f.content)).collect();
        for file in &published.files {
            let to = half.join(file.path.as_str());
            fs::create_dir_all(to.parent().unwrap_or(&half)).map_err(PublishError::at(&to))?;
            let same = known.get(file.path.as_str()) == Some(&file.content);
            let linked =
                old.iter().any(|(place, _)| same && fs::hard_link(place.join(file.path.as_str()), &to).is_ok());
            if !linked {
                fs::write(&to, published.bytes(file).map_err(PublishError::at(&to))?).map_err(PublishError::at(&to))?;
            }
        }
        let manifest = half.join(Published::MANIFEST);
        fs::write(&manifest, &published.manifest).map_err(PublishError::at(&manifest))?;
        fs::rename(&half, &place).map_err(PublishError::at(&place))?;
        self.show(number)
    }

    /// Turns the link over, in one step.
    fn show(&self, number: u64) -> Result<(), PublishError> {
        self.link_previews(&self.home.join(number.to_string()))?;
        let home = self.home.file_name().unwrap_or_default();
        let next = self.home.join("next");
        let _ = fs::remove_file(&next);
        link(&Path::new(home).join(number.to_string()), &next).map_err(PublishError::at(&next))?;
        fs::rename(&next, &self.folder).map_err(PublishError::at(&self.folder))
    }

    fn back(&self) -> Result<Sent, PublishError> {
        let number = |path: &PathBuf| path.file_name()?.to_string_lossy().parse::<u64>().ok();
        let shown = self.current.as_ref().and_then(number);
        let before = self.numbers.iter().rev().find(|number| shown.is_some_and(|shown| **number < shown));
        let Some(before) = before else {
            let folder = self.folder.display();
            return Err(PublishError::said(msg!("{folder} 没有更早的版本", "{folder} has no older version")));
        };
        self.show(*before)?;
        Ok(Sent { place: self.home.join(before.to_string()).display().to_string(), ..Sent::default() })
    }

    /// Removes the oldest versions; the one before the new one stays in any case.
    fn prune(&self, keep: usize) -> Result<(), PublishError> {
        let older = self.numbers.len().saturating_sub(keep.max(2) - 1);
        for number in &self.numbers[..older] {
            let place = self.home.join(number.to_string());
            fs::remove_dir_all(&place).map_err(PublishError::at(&place))?;
        }
        Ok(())
    }
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, at)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Stages and renames the files by themselves.
fn one_by_one(published: &Published, folder: &Path, sent: Sent) -> Result<Sent, PublishError> {
    let failed = |error: crate::output::OutputError| PublishError::said(error.message());
    let sink: Box<dyn Sink> = Box::new(Folder::open(folder).map_err(failed)?);
    for file in &published.files {
        let bytes = published.bytes(file).map_err(PublishError::at(folder))?;
        let phase = Phase::of(&file.path);
        sink.put(&file.path, phase, file.key, &bytes).map_err(failed)?;
    }
    sink.commit().map_err(failed)?;
    Ok(sent)
}

fn in_the_way(folder: &Path) -> PublishError {
    let folder = folder.display();
    PublishError::said(msg!(
        "{folder} 已经是一个普通的文件夹，不能换成链接。先移走它：mv {folder} {folder}.old",
        "{folder} is an ordinary folder and cannot become a link. Move it away first: mv {folder} {folder}.old"
    ))
}
