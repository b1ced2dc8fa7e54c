//! Rebuilds the program when a file of the embedded theme changes, and gives it a name for what it
//! is made of: what another program put into a cache is not taken.

#![expect(clippy::disallowed_methods, reason = "a program that is being built has no doors yet")]

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

fn main() {
    let mut hasher = DefaultHasher::new();
    for place in ["themes/default", "src", "Cargo.lock"] {
        println!("cargo:rerun-if-changed={place}");
        add(Path::new(place), &mut hasher);
    }
    println!("cargo:rustc-env=PBSITE_MADE_OF={:016x}", hasher.finish());
}

fn add(path: &Path, hasher: &mut DefaultHasher) {
    let Ok(folder) = fs::read_dir(path) else {
        return (path.to_string_lossy(), fs::read(path).unwrap_or_default()).hash(hasher);
    };
    let mut paths: Vec<_> = folder.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    paths.iter().for_each(|path| add(path, hasher));
}
