//! The order in which files are sent where readers may look on: nobody is led to what is not there yet.

use std::{cmp::Reverse, collections::BTreeMap, collections::BTreeSet};

use crate::output::{Phase, Published, PublishedFile};

/// The files with these paths in groups, each of which may begin when the one before it is there: what
/// pages need; pages, those deep in the tree before the lists above them, the home page last; then
/// feeds, site maps and data, which announce pages.
pub(super) fn waves<'p>(published: &'p Published, paths: &[String]) -> Vec<Vec<&'p PublishedFile>> {
    let wanted: BTreeSet<&str> = paths.iter().map(String::as_str).collect();
    let mut waves: BTreeMap<(Phase, Reverse<usize>), Vec<&PublishedFile>> = BTreeMap::new();
    for file in published.files.iter().filter(|file| wanted.contains(file.path.as_str())) {
        let phase = Phase::of(&file.path);
        let depth = if phase == Phase::Page { file.path.as_str().matches('/').count() } else { 0 };
        waves.entry((phase, Reverse(depth))).or_default().push(file);
    }
    waves.into_values().collect()
}

/// The folders of these paths, those above them before those in them, without their last slash.
pub(super) fn folders<'p>(paths: impl Iterator<Item = &'p str>) -> BTreeSet<&'p str> {
    paths.flat_map(|path| path.match_indices('/').map(|(at, _)| &path[..at])).collect()
}

/// The folders that no published file is in once `removed` is gone, the deepest first.
pub(super) fn emptied<'p>(published: &Published, removed: &'p [String]) -> Vec<&'p str> {
    let needed = folders(published.files.iter().map(|file| file.path.as_str()));
    let gone = folders(removed.iter().map(String::as_str));
    gone.into_iter().rev().filter(|folder| !needed.contains(folder)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{hash::Key, path::OutPath};

    #[test]
    fn nobody_is_led_to_what_is_not_there_yet() {
        let paths = ["index.html", "news/index.html", "a.css", "feed.xml", "news/a/index.html", "sitemap.xml", "gone"];
        let file = |path: &&str| PublishedFile {
            path: OutPath::new(path).unwrap(),
            length: 1,
            content: Key::default(),
            key: Key::default(),
        };
        let files: Vec<PublishedFile> = paths[..6].iter().map(file).collect();
        let published = Published::of(&Published::manifest_of(&files)).unwrap();
        let waves = waves(&published, &paths.map(String::from));
        let names: Vec<Vec<&str>> = waves.iter().map(|wave| wave.iter().map(|f| f.path.as_str()).collect()).collect();
        let expect = [
            vec!["a.css"],
            vec!["news/a/index.html"],
            vec!["news/index.html"],
            vec!["index.html"],
            vec!["feed.xml", "sitemap.xml"],
        ];
        assert_eq!(names, expect);
    }
}
