//! Why an output was made anew or kept, and what it is made of: what was before a build is held
//! against what is there after it.

use std::collections::BTreeSet;

use super::{BuildOptions, Failure, again, with_plan};
use crate::{
    base::{hash::Key, nearest::nearest, path::OutPath, path::SitePath},
    output::Published,
    plan::{self, Sources, Subject},
    source::Files,
    store::Store,
};

/// The files of the site that are not what they were at the last build.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Other bytes.
    pub edited: BTreeSet<SitePath>,
    /// Not there then.
    pub new: BTreeSet<SitePath>,
    /// Not there now.
    pub gone: BTreeSet<SitePath>,
}

/// What was there before a build.
#[derive(Debug, Clone)]
pub struct Before {
    /// The output that is asked for.
    path: OutPath,
    /// What it was made from, and whether it still was what had been written.
    output: Option<(Key, bool)>,
    changes: Option<Changes>,
}

impl Before {
    /// Why an output is what it is, by the key that it has now.
    fn reason(&self, now: Option<Key>, sources: &Sources) -> Reason {
        let Some((key, whole)) = self.output else { return Reason::New };
        if now == Some(key) {
            return if whole { Reason::Kept } else { Reason::Spoiled };
        }
        let Some(Changes { edited, new, gone }) = &self.changes else { return Reason::NoFile(false) };
        let all: BTreeSet<&SitePath> = edited.iter().chain(new).chain(gone).collect();
        let own: Vec<SitePath> =
            all.iter().filter(|path| sources.files.contains(**path)).map(|path| (*path).clone()).collect();
        match (own.is_empty(), all.is_empty()) {
            (false, _) => Reason::Sources(own),
            (true, false) => Reason::Others(all.into_iter().cloned().collect()),
            (true, true) => Reason::NoFile(true),
        }
    }
}

/// Why an output is what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The output.
    pub path: OutPath,
    /// Why it was made, or kept.
    pub reason: Reason,
    /// What it is made of.
    pub sources: Sources,
}

/// Why an output was made anew or kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It would come out the same.
    Kept,
    /// No build had made it.
    New,
    /// Somebody had changed or removed it; it was put right.
    Spoiled,
    /// These of its sources changed.
    Sources(Vec<SitePath>),
    /// None of its sources, but files that it showed before, or that changed what every page shows.
    Others(Vec<SitePath>),
    /// No file: the moment, the options, the program or its theme. `false` where nothing is known
    /// of the last build's files.
    NoFile(bool),
}

/// Looks before a build. `address` is one of the site (`/news/a/`, `news/a/`) or a path in the output.
/// `None` where no output can have it.
pub fn before(files: &dyn Files, store: &dyn Store, published: Option<&Published>, address: &str) -> Option<Before> {
    let address = address.trim_start_matches('/');
    let listed = |path: &OutPath| published?.files.iter().find(|file| file.path == *path);
    let candidates = [address.to_owned(), format!("{address}/")];
    let mut candidates = candidates.iter().filter_map(|address| OutPath::of_address(address).ok());
    let path = candidates.clone().find(|path| listed(path).is_some()).or_else(|| candidates.next())?;
    let output = listed(&path).map(|file| (file.key, published.is_some_and(|all| all.bytes(file).is_ok())));
    Some(Before { path, output, changes: again::changes(files, store) })
}

/// Explains an output after a build; the nearest addresses where the site has no such output.
///
/// # Errors
/// When sources cannot be read.
pub fn explain(
    files: &dyn Files,
    options: &BuildOptions,
    before: &Before,
    published: &Published,
) -> Result<Result<Explanation, Vec<String>>, Failure> {
    let (found, _) = with_plan(files, options, |plan, _, _| {
        let with_index = OutPath::of_address(&format!("{}/", before.path)).ok();
        let output =
            plan.outputs.iter().find(|output| output.path == before.path || Some(&output.path) == with_index.as_ref());
        match output {
            Some(output) => {
                let mut sources = plan::sources(plan, output);
                if let Subject::ThemeAsset(path) = &output.subject {
                    sources.template = Some(path.clone());
                }
                Ok((output.path.clone(), sources))
            }
            None => {
                let all = plan.outputs.iter().map(|output| output.path.as_str());
                Err(nearest(before.path.as_str(), all, 3).into_iter().map(str::to_owned).collect())
            }
        }
    })?;
    let Some(found) = found else { return Ok(Err(Vec::new())) };
    Ok(found.map(|(path, sources)| {
        let now = published.files.iter().find(|file| file.path == path).map(|file| file.key);
        Explanation { reason: before.reason(now, &sources), path, sources }
    }))
}
