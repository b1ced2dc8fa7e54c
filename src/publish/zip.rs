//! The changes since the last time as a ZIP file, to be carried to a network that has no way in: the
//! files that are new or differ under their paths, and `deleted.txt` with what is to be removed.

#![expect(clippy::disallowed_methods, reason = "a door out: the ZIP file, and what went into the last one")]

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::{Act, PublishError, Sent};
use crate::{base::hash::Key, output::Published};

/// Writes the changes against what `last` remembers into the file `to`.
pub(super) fn deploy(published: &Published, to: &Path, last: &Path, act: Act) -> Result<Sent, PublishError> {
    let old: BTreeMap<String, Key> = match fs::read(last) {
        Ok(manifest) => Published::of(&manifest).map_or(BTreeMap::new(), |old| old.contents()),
        Err(_) => BTreeMap::new(),
    };
    let sent = published.changes(&old, to.display().to_string());
    if act == Act::List {
        return Ok(sent);
    }
    let next = to.with_extension("zip-next");
    write(published, &sent, &next).map_err(PublishError::at(&next))?;
    fs::rename(&next, to).map_err(PublishError::at(to))?;
    fs::create_dir_all(last.parent().unwrap_or(last)).map_err(PublishError::at(last))?;
    fs::write(last, &published.manifest).map_err(PublishError::at(last))?;
    Ok(sent)
}

fn write(published: &Published, sent: &Sent, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    let mut zip = ZipWriter::new(File::create(to)?);
    // No times: the same changes give the same file.
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    let files: BTreeMap<&str, _> = published.files.iter().map(|file| (file.path.as_str(), file)).collect();
    for path in &sent.changed {
        let Some(file) = files.get(path.as_str()) else { continue };
        zip.start_file(path.as_str(), options)?;
        zip.write_all(&published.bytes(file)?)?;
    }
    if !sent.removed.is_empty() {
        zip.start_file("deleted.txt", options)?;
        zip.write_all((sent.removed.join("\n") + "\n").as_bytes())?;
    }
    zip.finish()?;
    Ok(())
}
