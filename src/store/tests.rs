#![expect(clippy::disallowed_methods, reason = "tests look at the cache from outside")]

use std::{cell::Cell, fs, path::PathBuf};

use tempfile::TempDir;

use super::*;

fn key(text: &str) -> Key {
    Key::of_bytes(text.as_bytes())
}

/// Asks twice and tells how often it was made.
fn times_made(store: &dyn Store) -> usize {
    let made = Cell::new(0);
    for _ in 0..2 {
        let make = || {
            made.set(made.get() + 1);
            Ok::<_, ()>(b"bytes".to_vec())
        };
        assert_eq!(store.get_or(key("k"), make), Ok(b"bytes".to_vec()));
    }
    made.get()
}

fn entries(place: &TempDir) -> Vec<PathBuf> {
    let found = walkdir::WalkDir::new(place.path().join("cache/v3")).into_iter().filter_map(Result::ok);
    found.filter(|entry| entry.file_type().is_file()).map(|entry| entry.into_path()).collect()
}

#[test]
fn a_spool_gives_back_what_it_took() {
    let bytes = |n: usize| vec![n as u8; n * 100];
    let nowhere = || Err(std::io::ErrorKind::StorageFull.into());
    for spool in [Spool::new(5_000, tempfile::tempfile), Spool::new(5_000, nowhere), Spool::new(0, tempfile::tempfile)]
    {
        let kept: Vec<Kept> = (0..50).map(|n| spool.put(bytes(n))).collect();
        for (n, kept) in kept.iter().enumerate() {
            assert_eq!(*spool.get(kept).unwrap(), bytes(n));
        }
    }
}

#[test]
fn a_spool_that_cannot_be_read_says_so() {
    let place = TempDir::new().unwrap();
    let spool = Spool::new(0, || fs::File::create(place.path().join("spool")));
    let kept = spool.put(b"bytes".to_vec());
    assert!(spool.get(&kept).is_err());
}

#[test]
fn made_once_unless_there_is_no_cache() {
    let place = TempDir::new().unwrap();
    let disk = Disk::new(&place.path().join("cache"));
    assert_eq!(times_made(&Memory::default()), 1);
    assert_eq!(times_made(&disk), 1);
    assert_eq!(times_made(&Disk::new(&place.path().join("cache"))), 0);
    assert_eq!(times_made(&Nothing), 2);
    assert!(place.path().join("cache/.gitignore").is_file());
}

#[test]
fn a_failure_is_not_stored() {
    let store: &dyn Store = &Memory::default();
    assert_eq!(store.get_or(key("k"), || Err("no")), Err("no"));
    assert_eq!(store.get_or(key("k"), || Ok::<_, ()>(vec![1])), Ok(vec![1]));
}

#[test]
fn a_damaged_entry_is_made_anew() {
    let damages: [fn(&mut Vec<u8>); 4] =
        [|bytes| bytes.clear(), |bytes| bytes.truncate(20), |bytes| bytes.push(0), |bytes| bytes[33] ^= 1];
    for damage in damages {
        let place = TempDir::new().unwrap();
        let disk = Disk::new(&place.path().join("cache"));
        assert_eq!(times_made(&disk), 1);
        let [path] = &entries(&place)[..] else { panic!("one entry") };
        let mut bytes = fs::read(path).unwrap();
        damage(&mut bytes);
        fs::write(path, bytes).unwrap();
        assert_eq!(times_made(&disk), 1);
    }
}

#[test]
fn an_entry_under_another_key_is_not_taken() {
    let place = TempDir::new().unwrap();
    let disk = Disk::new(&place.path().join("cache"));
    disk.set(key("a"), b"a");
    let other = key("b").to_string();
    let folder = place.path().join("cache/v3").join(&other[..2]);
    fs::create_dir_all(&folder).unwrap();
    fs::copy(&entries(&place)[0], folder.join(&other[2..])).unwrap();
    assert_eq!(disk.get(key("b")), None);
}

#[test]
fn a_place_that_cannot_be_written_is_no_failure() {
    let place = TempDir::new().unwrap();
    fs::write(place.path().join("cache"), "a file").unwrap();
    assert_eq!(times_made(&Disk::new(&place.path().join("cache"))), 2);
}

#[test]
fn a_limit_takes_what_was_not_used() {
    let place = TempDir::new().unwrap();
    let first = Disk::new(&place.path().join("cache"));
    ["a", "b", "c"].iter().for_each(|name| first.set(key(name), &[0; 1000]));
    let second = Disk::new(&place.path().join("cache"));
    assert!(second.get(key("a")).is_some());
    assert_eq!(second.bound(10_000), 0);
    assert_eq!(second.bound(1_500), 2);
    assert_eq!(second.bound(0), 0);
    assert!(second.get(key("a")).is_some() && second.get(key("b")).is_none());
}

#[test]
fn sweeping_keeps_what_the_run_used() {
    let place = TempDir::new().unwrap();
    let first = Disk::new(&place.path().join("cache"));
    for name in ["a", "b", "c"] {
        first.set(key(name), name.as_bytes());
    }
    fs::create_dir(place.path().join("cache/v0")).unwrap();
    fs::write(entries(&place)[0].with_file_name("new-1-1"), "half").unwrap();
    let second = Disk::new(&place.path().join("cache"));
    assert_eq!(second.get(key("b")), Some(b"b".to_vec()));
    assert_eq!(second.sweep(), 4);
    assert_eq!(entries(&place).len(), 1);
    assert_eq!(second.get(key("b")), Some(b"b".to_vec()));
}
