//! The list of what a build published: the only files that a later build may remove.
//!
//! Text, so that people can read it and rsync can send it: a first line with version and count,
//! then `path TAB length TAB content hash TAB key` in the order of paths. A list that is not
//! exactly that is taken as "nothing known"; a path that leaves the folder is passed over.

use std::{collections::BTreeMap, hash::Hash};

use serde::{Deserialize, Serialize};

use crate::base::{
    hash::{Key, KeyHasher},
    path::OutPath,
    stamp::Stamp,
};

const HEADING: &str = "pbsite-manifest 1 ";

/// What is known about one published file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    /// Its length in bytes.
    pub(super) length: u64,
    /// The hash of its bytes.
    pub(super) content: Key,
    /// The key of what it was made from.
    pub(super) key: Key,
    /// Its stamp when it was looked at last. Not in the text: it holds for one disk.
    pub(super) stamp: Option<Stamp>,
}

/// Every published file.
pub(super) type Manifest = BTreeMap<OutPath, Entry>;

/// Reads a manifest; `None` when it is damaged or of another version.
pub(super) fn read(text: &str) -> Option<Manifest> {
    let (first, rest) = text.split_once('\n')?;
    let count: usize = first.strip_prefix(HEADING)?.parse().ok()?;
    let lines: Vec<&str> = rest.lines().collect();
    if lines.len() != count || !text.ends_with('\n') {
        return None;
    }
    // A line that is none is told from one whose path no output may have.
    let entry = |text: &&str| line(text).map(|(path, entry)| usable(path).map(|path| (path, entry)));
    let entries: Vec<Option<(OutPath, Entry)>> = lines.iter().map(entry).collect::<Option<_>>()?;
    Some(entries.into_iter().flatten().collect())
}

/// The text of a manifest.
pub(super) fn write(manifest: &Manifest) -> String {
    let mut text = String::with_capacity(128 * (manifest.len() + 1));
    text.push_str(HEADING);
    text.push_str(&manifest.len().to_string());
    text.push('\n');
    for (path, entry) in manifest {
        let (content, key) = (entry.content.digits(), entry.key.digits());
        let digits = [&content, &key].map(|digits| std::str::from_utf8(digits).unwrap_or_default());
        for part in [path.as_str(), "\t", &entry.length.to_string(), "\t", digits[0], "\t", digits[1], "\n"] {
            text.push_str(part);
        }
    }
    text
}

/// Whether the texts of two manifests that list the same paths are the same.
pub(super) fn reads_the_same(a: &Manifest, b: &Manifest) -> bool {
    let said = |entry: &Entry| (entry.length, entry.content, entry.key);
    a.values().map(said).eq(b.values().map(said))
}

/// What tells one site from another by what its outputs were made from.
pub(super) fn fingerprint<'a>(outputs: impl Iterator<Item = (&'a OutPath, Key)>) -> Key {
    let mut hasher = KeyHasher::default();
    outputs.for_each(|output| output.hash(&mut hasher));
    hasher.key()
}

/// The stamps of listed files on one disk, beside the list that they belong to.
#[derive(Serialize, Deserialize)]
pub(super) struct Stamps {
    /// Hash of the text of the list.
    of: Key,
    /// In the order of the list.
    stamps: Vec<Option<Stamp>>,
    /// Of folders that held nothing but listed files.
    folders: BTreeMap<String, Stamp>,
}

/// The stamps that were settled `before` the moment when they were written down; `None` where they are
/// damaged or belong to another list than `text`.
pub(super) fn read_stamps(bytes: &[u8], text: &[u8], before: i64) -> Option<Stamps> {
    let (seal, bytes) = bytes.split_first_chunk::<16>()?;
    let mut stamps: Stamps = postcard::from_bytes(bytes).ok().filter(|_| Key::of_bytes(bytes).bytes() == *seal)?;
    if stamps.of != Key::of_bytes(text) {
        return None;
    }
    for stamp in &mut stamps.stamps {
        *stamp = stamp.filter(|stamp| stamp.settled(before));
    }
    stamps.folders.retain(|_, stamp| stamp.settled(before));
    Some(stamps)
}

impl Stamps {
    /// Adds them to their list, and tells those of folders that held nothing but listed files.
    pub(super) fn add_to(self, manifest: &mut Manifest) -> Option<BTreeMap<String, Stamp>> {
        if self.stamps.len() != manifest.len() {
            return None;
        }
        for (entry, stamp) in manifest.values_mut().zip(self.stamps) {
            entry.stamp = stamp;
        }
        Some(self.folders)
    }
}

/// The bytes that [`read_stamps`] reads.
pub(super) fn write_stamps(manifest: &Manifest, folders: BTreeMap<String, Stamp>, of: Key) -> Vec<u8> {
    let stamps = manifest.values().map(|entry| entry.stamp).collect();
    let seal = Key::default().bytes();
    let mut bytes = postcard::to_extend(&Stamps { of, stamps, folders }, seal.to_vec()).unwrap_or_default();
    if let Some((place, stamps)) = bytes.split_at_mut_checked(seal.len()) {
        place.copy_from_slice(&Key::of_bytes(stamps).bytes());
    }
    bytes
}

fn line(line: &str) -> Option<(&str, Entry)> {
    let mut parts = line.split('\t');
    let path = parts.next()?;
    let length = parts.next()?.parse().ok()?;
    let content = parts.next()?.parse().ok()?;
    let key = parts.next()?.parse().ok()?;
    parts.next().is_none().then_some((path, Entry { length, content, key, stamp: None }))
}

/// The path, if an output may have it: inside the folder and none of the folder's own files.
fn usable(path: &str) -> Option<OutPath> {
    OutPath::new(path).ok().filter(|path| !is_reserved(path))
}

/// Whether a path is not for outputs: the folder's own files, and on Windows what names another
/// drive or a stream (`C:x`, `a:b`).
pub(super) fn is_reserved(path: &OutPath) -> bool {
    let own = path.as_str().get(..8).is_some_and(|start| start.eq_ignore_ascii_case(".pbsite-"));
    own || cfg!(windows) && is_no_windows_name(path.as_str())
}

/// Whether Windows would write a path elsewhere or not at all: another drive or a stream (`C:x`,
/// `a:b`), a device (`aux`, `con.html`), a name with a sign that none may have, or one that ends in
/// a dot or a space.
fn is_no_windows_name(path: &str) -> bool {
    const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
    path.split('/').any(|part| {
        let stem = part.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
        let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
        let port = port.is_some_and(|number| number.len() == 1 && number.as_bytes()[0].is_ascii_digit());
        DEVICES.contains(&stem.as_str())
            || port
            || part.ends_with(['.', ' '])
            || part.contains(|c: char| matches!(c, ':' | '"' | '<' | '>' | '|' | '?' | '*') || c.is_control())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Manifest {
        let entry = Entry { length: 1, content: Key::of_bytes(b"a"), key: Key::of_bytes(b"k"), stamp: None };
        [("b/后滩.html", entry), ("a.css", entry)].map(|(path, e)| (OutPath::new(path).unwrap(), e)).into()
    }

    #[test]
    fn survives_its_text_form() {
        assert_eq!(read(&write(&sample())), Some(sample()));
        assert_eq!(read(&write(&Manifest::new())), Some(Manifest::new()));
    }

    #[test]
    fn windows_cannot_hold_every_name() {
        for path in ["a:b", "C:x/y", "news/aux/index.html", "con.html", "COM1.txt", "a./b", "a /b", "what?.html"] {
            assert!(is_no_windows_name(path), "{path}");
        }
        for path in ["news/auxiliary/index.html", "comma.txt", "com10.txt", "a.b.c", "后滩/index.html"] {
            assert!(!is_no_windows_name(path), "{path}");
        }
    }

    #[test]
    fn damage_means_nothing_known() {
        let text = write(&sample());
        for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
            assert_eq!(read(&text[..end]), None, "cut at {end}");
        }
        assert_eq!(read(&text.replace("manifest 1", "manifest 2")), None);
        assert_eq!(read(&text.replace('\t', " ")), None);
        assert_eq!(read(&format!("<<<<<<< HEAD\n{text}")), None);
    }

    #[test]
    fn paths_that_leave_the_folder_are_passed_over() {
        let text = write(&sample());
        for path in ["../a.css", "/etc/x", "a\\b", ".pbsite-lock", ".PBSITE-stage/x", "a/../../x", ""] {
            let names: Vec<_> = read(&text.replace("a.css", path)).unwrap().into_keys().collect();
            assert_eq!(names, [OutPath::new("b/后滩.html").unwrap()], "{path}");
        }
    }
}
