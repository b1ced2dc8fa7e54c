//! Paths inside the site and inside the output, as checked text with `/` on every system.

use std::{borrow::Borrow, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// Why a text is no path of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathProblem {
    /// It leads out of its root (`../..`), or is absolute.
    LeavesRoot,
    /// It holds a NUL, a control character or a backslash.
    BadCharacter,
    /// A part is empty, `.` or longer than 255 bytes.
    BadPart,
}

macro_rules! path_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks that `text` is a relative path of plain parts joined by `/`.
            pub fn new(text: &str) -> Result<Self, PathProblem> {
                check(text)?;
                Ok(Self(text.into()))
            }

            /// The path as text, parts joined by `/`.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The folder it lies in, `""` at the root.
            pub fn folder(&self) -> &str {
                self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
            }

            /// The last part.
            pub fn file_name(&self) -> &str {
                self.0.rsplit_once('/').map_or(&*self.0, |(_, name)| name)
            }

            /// The part of the file name after its last dot, in lower case, `""` without one.
            pub fn extension(&self) -> String {
                self.file_name().rsplit_once('.').map_or(String::new(), |(_, ext)| ext.to_ascii_lowercase())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

path_type! {
    /// A file of the site, relative to the folder of `pbsite.yaml`: `content/pages/about.md`.
    SitePath
}

path_type! {
    /// A file of the output, relative to the output folder: `headlines/hello/index.html`.
    OutPath
}

impl SitePath {
    /// The path of what was kept without it, until it is told.
    pub(crate) fn unknown() -> Self {
        thread_local! { static UNKNOWN: SitePath = SitePath("unknown".into()); }
        UNKNOWN.with(Self::clone)
    }
}

impl SitePath {
    /// The file that `reference` means when it is written in this file: relative to this file's
    /// folder, `..` allowed while it stays inside the site.
    ///
    /// ```
    /// use pbsite::base::path::{PathProblem, SitePath};
    /// let article = SitePath::new("content/articles/headlines/a.md").unwrap();
    /// assert_eq!(article.join("../../media/x.svg").unwrap().as_str(), "content/media/x.svg");
    /// assert_eq!(article.join("../../../../x.svg"), Err(PathProblem::LeavesRoot));
    /// ```
    pub fn join(&self, reference: &str) -> Result<Self, PathProblem> {
        let mut parts: Vec<&str> = self.folder().split('/').filter(|part| !part.is_empty()).collect();
        for part in reference.split('/') {
            match part {
                "." | "" => {}
                ".." => {
                    parts.pop().ok_or(PathProblem::LeavesRoot)?;
                }
                part => parts.push(part),
            }
        }
        Self::new(&parts.join("/"))
    }
}

impl OutPath {
    /// The file behind an address that ends in `/` or names a file: `""` is `index.html`.
    pub fn of_address(address: &str) -> Result<Self, PathProblem> {
        if address.is_empty() || address.ends_with('/') {
            Self::new(&format!("{address}index.html"))
        } else {
            Self::new(address)
        }
    }
}

fn check(text: &str) -> Result<(), PathProblem> {
    if text.contains(|c: char| c.is_control() || c == '\\') {
        return Err(PathProblem::BadCharacter);
    }
    for part in text.split('/') {
        match part {
            ".." => return Err(PathProblem::LeavesRoot),
            "" | "." => return Err(if text.starts_with('/') { PathProblem::LeavesRoot } else { PathProblem::BadPart }),
            _ if part.len() > 255 => return Err(PathProblem::BadPart),
            _ => {}
        }
    }
    Ok(())
}

/// The way from a page at `address` to the root of the site: `"../../"` for `headlines/hello/`.
///
/// ```
/// assert_eq!(pbsite::base::path::way_to_root("headlines/hello/"), "../../");
/// assert_eq!(pbsite::base::path::way_to_root(""), "./");
/// ```
pub fn way_to_root(address: &str) -> String {
    match address.matches('/').count() {
        0 => "./".into(),
        n => "../".repeat(n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_leaves_the_root() {
        assert_eq!(OutPath::new("../x"), Err(PathProblem::LeavesRoot));
        assert_eq!(OutPath::new("/etc/x"), Err(PathProblem::LeavesRoot));
        assert_eq!(OutPath::new("a//b"), Err(PathProblem::BadPart));
        assert_eq!(OutPath::new("a\\b"), Err(PathProblem::BadCharacter));
        assert_eq!(OutPath::new(""), Err(PathProblem::BadPart));
    }

    #[test]
    fn addresses_become_files() {
        let file = |address| OutPath::of_address(address).map(|path| path.to_string());
        assert_eq!(file(""), Ok("index.html".into()));
        assert_eq!(file("a/b/"), Ok("a/b/index.html".into()));
        assert_eq!(file("feed.xml"), Ok("feed.xml".into()));
    }
}
