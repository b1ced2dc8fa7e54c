//! What lies in an output folder besides outputs: it is told, never touched.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Folder, Way, every, folders_of, is_quiet};
use crate::{
    base::stamp::Stamp,
    output::{OutputError, disk::Standing, manifest::Manifest},
};

/// What lies in the folder besides outputs.
#[derive(Default)]
pub(super) struct Foreign {
    pub(super) files: Vec<String>,
    /// Folders that hold nothing else, with their stamps.
    pub(super) pure: BTreeMap<String, Stamp>,
}

/// Files that no build wrote.
impl Folder {
    /// Looks into every folder of outputs that is not as it was when it held nothing else.
    pub(super) fn foreign(&self, new: &Manifest) -> Result<Foreign, OutputError> {
        let mut folders = folders_of(new.keys());
        folders.insert(0, "");
        let found = folders.par_iter().with_min_len(64).map(|folder| self.foreign_in(folder, &folders, new));
        let (mut pure, mut files) = (Vec::with_capacity(folders.len()), Vec::new());
        for (folder, found) in folders.iter().zip(every(found)?) {
            match found {
                Ok(stamp) => pure.push(((*folder).to_owned(), stamp)),
                Err(strange) => files.extend(strange),
            }
        }
        Ok(Foreign { files, pure: pure.into_iter().collect() })
    }

    /// The stamp of a folder that holds nothing but outputs and their folders; else what it holds
    /// besides, the files of other folders too.
    fn foreign_in(
        &self,
        folder: &str,
        known: &[&str],
        new: &Manifest,
    ) -> Result<Result<Stamp, Vec<String>>, OutputError> {
        // As the folder was before this build published anything: one that it changes is looked at
        // by the next.
        let Way::Open(stamp) = self.way(folder)? else { return Ok(Err(Vec::new())) };
        let was = self.before.pure.get(folder).filter(|was| Some(**was) == stamp && !self.doubtful);
        if let Some(stamp) = was {
            return Ok(Ok(*stamp));
        }
        let inside = |name: &String| if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        let mut strange = Vec::new();
        let mut pure = stamp;
        for (name, is_folder) in self.names(folder)? {
            let path = inside(&name);
            if folder.is_empty() && is_quiet(&name)
                || if is_folder { known.binary_search(&path.as_str()).is_ok() } else { new.contains_key(path.as_str()) }
            {
                continue;
            }
            pure = None;
            if is_folder { self.files_in(&path, &mut strange)? } else { strange.push(path) }
        }
        Ok(pure.ok_or(strange))
    }

    /// The same where nothing was in the folder before this build, which has published: nobody but
    /// the build can have put anything there.
    pub(super) fn all_ours(&self, new: &Manifest) -> Result<Foreign, OutputError> {
        let stamped = |folder: &&str| match self.disk.standing(&self.on_disk(folder))? {
            Standing::Folder(Some(stamp)) => Ok(Some(((*folder).to_owned(), stamp))),
            _ => Ok(None),
        };
        let folders = folders_of(new.keys());
        let stamps = every(folders.par_iter().with_min_len(64).map(stamped))?;
        Ok(Foreign { files: Vec::new(), pure: stamps.into_iter().flatten().collect() })
    }

    /// Every file of a folder that holds no outputs.
    fn files_in(&self, folder: &str, files: &mut Vec<String>) -> Result<(), OutputError> {
        for (name, is_folder) in self.names(folder)? {
            let path = format!("{folder}/{name}");
            if is_folder { self.files_in(&path, files)? } else { files.push(path) }
        }
        Ok(())
    }
}
