//! What a store sees of a deploy.

use std::collections::BTreeSet;

use super::{Portal, bucket::Bucket, said};

const MANIFEST: &str = "street/.pbsite-manifest";
const UNDER_WAY: &str = "street/.pbsite-deploying";

/// A site, and a store in which it is.
fn deployed() -> (Portal, Bucket) {
    let bucket = Bucket::new();
    let portal = Portal::new(&bucket.address);
    fine(&portal, &[]);
    (portal, bucket)
}

#[track_caller]
fn fine(portal: &Portal, arguments: &[&str]) -> String {
    let output = portal.deploy(arguments);
    assert!(output.status.success(), "{}", said(&output));
    said(&output)
}

/// Whether the store holds what was built, and nothing that is left over.
#[track_caller]
fn is_whole(portal: &Portal, bucket: &Bucket) {
    let state = bucket.state();
    let manifest = std::fs::read_to_string(portal.path("output/.pbsite-manifest")).unwrap();
    let built: BTreeSet<String> =
        manifest.lines().skip(1).map(|line| format!("street/{}", line.split('\t').next().unwrap())).collect();
    let mut there: BTreeSet<String> = state.objects.keys().cloned().collect();
    assert!(there.remove(MANIFEST), "no manifest");
    assert_eq!(there, built);
    for path in &built {
        let bytes = std::fs::read(portal.path("output").join(&path["street/".len()..])).unwrap();
        assert_eq!(state.objects[path].bytes, bytes, "{path}");
    }
    assert_eq!(state.objects[MANIFEST].bytes, manifest.as_bytes());
}

#[test]
fn nobody_is_led_to_what_is_not_there() {
    let (portal, bucket) = deployed();
    is_whole(&portal, &bucket);
    let log = bucket.state().log.clone();
    let at = |wanted: &str| log.iter().position(|line| line.contains(wanted)).unwrap_or_else(|| panic!("{wanted}"));
    let last = |wanted: &str| log.iter().rposition(|line| line.starts_with("PUT") && line.contains(wanted)).unwrap();
    assert!(at("PUT street/.pbsite-deploying") < at("PUT street/assets/"));
    assert!(last("street/assets/").max(last("street/media/")) < at("PUT street/news/n10/index.html"));
    assert!(last("news/n1") < at("PUT street/news/index.html"), "{log:#?}");
    assert!(at("PUT street/news/index.html") < at("PUT street/index.html"));
    assert!(at("PUT street/index.html") < at("PUT street/sitemap.xml").min(at("PUT street/feed.xml")));
    assert_eq!(log[log.len() - 2..], [format!("PUT {MANIFEST}"), format!("DELETE {UNDER_WAY}")]);
}

#[test]
fn browsers_are_told_types_and_how_long() {
    let (_portal, bucket) = deployed();
    let state = bucket.state();
    let check = |wanted: &str, media_type: &str, cache: &str| {
        let (_, object) = state.objects.iter().find(|(path, _)| path.contains(wanted)).unwrap();
        assert_eq!(object.headers["content-type"], media_type, "{wanted}");
        assert!(object.headers["cache-control"].contains(cache), "{wanted}");
    };
    check("street/index.html", "text/html; charset=utf-8", "max-age=60");
    check("assets/style.", "text/css; charset=utf-8", "max-age=31536000, immutable");
    check("media/a.", "image/svg+xml", "max-age=31536000, immutable");
    check("street/feed.xml", "application/atom+xml; charset=utf-8", "max-age=60");
    check("sitemap.xml", "application/xml; charset=utf-8", "max-age=60");
}

#[test]
fn only_what_changed_is_sent_and_removed_last() {
    let (portal, bucket) = deployed();
    bucket.again();
    fine(&portal, &[]);
    assert_eq!(bucket.state().log, [format!("GET {MANIFEST}"), format!("GET {UNDER_WAY}")]);
    portal.article(11, "改过的正文。");
    std::fs::remove_file(portal.path("content/articles/news/2026-11-12-n12.md")).unwrap();
    bucket.again();
    let listed = fine(&portal, &["--dry-run"]);
    assert!(listed.contains("+ news/n11/index.html\n") && listed.contains("- news/n12/index.html\n"), "{listed}");
    assert_eq!(
        bucket.state().log.iter().filter(|line| !line.starts_with("GET")).count(),
        0,
        "a dry run changes nothing"
    );
    bucket.again();
    fine(&portal, &[]);
    is_whole(&portal, &bucket);
    let sent = bucket.sent();
    assert!(sent.contains(&"news/n11/index.html".into()) && !sent.contains(&"news/n15/index.html".into()), "{sent:?}");
    let log = bucket.state().log.clone();
    let removed = log.iter().position(|line| line == "DELETE street/news/n12/index.html").unwrap();
    let puts = log.iter().rposition(|line| line.starts_with("PUT") && !line.contains(".pbsite-")).unwrap();
    assert!(puts < removed, "{log:#?}");
    // What others put there stays.
    assert!(bucket.state().objects.contains_key("street/index.html"));
}

/// Begins a deploy and kills it when so many files have arrived.
fn kill_after(files: usize, portal: &Portal, bucket: &Bucket) {
    bucket.state().silent_after = Some(files);
    let mut child = portal.command(&[]).spawn().unwrap();
    let ended = bucket.until_silent(|| child.try_wait().unwrap().is_some());
    assert!(!ended, "the deploy came to its end before {files} files had arrived");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_killed_deploy_goes_on() {
    let (_, bucket) = deployed();
    let all = bucket.sent().len();
    for sums in [true, false] {
        for files in [1, 4, all / 2, all - 3] {
            let bucket = Bucket::new();
            bucket.state().sums = sums;
            let portal = Portal::new(&bucket.address);
            let mut arrived = BTreeSet::new();
            // Killed twice, once more half-way through the rest.
            for files in [files, 2] {
                kill_after(files, &portal, &bucket);
                let sent = bucket.sent();
                assert!(sent.iter().all(|path| arrived.insert(path.clone())), "sent twice: {sent:?}");
                bucket.again();
            }
            fine(&portal, &[]);
            let twice: Vec<String> = bucket.sent().into_iter().filter(|path| arrived.contains(path)).collect();
            assert!(twice.is_empty(), "sums {sums}, after {files}: sent twice: {twice:?}");
            is_whole(&portal, &bucket);
        }
    }
}

#[test]
fn what_changed_after_a_killed_deploy_is_right_too() {
    for sums in [true, false] {
        let (portal, bucket) = deployed();
        bucket.state().sums = sums;
        (11..15).for_each(|day| portal.article(day, "第二版正文。"));
        bucket.again();
        kill_after(2, &portal, &bucket);
        bucket.again();
        // As long as the second, so that lengths tell nothing.
        portal.article(11, "第三版正文。");
        std::fs::remove_file(portal.path("content/articles/news/2026-11-13-n13.md")).unwrap();
        fine(&portal, &[]);
        is_whole(&portal, &bucket);
        assert!(!bucket.sent().contains(&"news/n18/index.html".into()), "{:?}", bucket.sent());
    }
}

#[test]
fn a_lost_manifest_is_made_again_from_the_list() {
    let (portal, bucket) = deployed();
    for damage in [None, Some(b"pbsite-manifest 1 3\nnonsense".to_vec())] {
        let mut state = bucket.state();
        let object = state.objects.remove(MANIFEST).unwrap();
        if let Some(bytes) = damage {
            state.objects.insert(MANIFEST.into(), super::bucket::Object { bytes, ..object });
        }
        state.objects.remove("street/news/n14/index.html");
        drop(state);
        bucket.again();
        fine(&portal, &[]);
        assert_eq!(bucket.sent(), ["news/n14/index.html"]);
        is_whole(&portal, &bucket);
    }
}

#[test]
fn somebody_else_changed_the_store() {
    let (portal, bucket) = deployed();
    let mut state = bucket.state();
    let bytes = state.objects["street/feed.xml"].bytes.iter().rev().copied().collect();
    state.objects.get_mut("street/feed.xml").unwrap().bytes = bytes;
    state.objects.remove("street/news/n14/index.html");
    let foreign = state.objects["street/robots.txt"].clone();
    state.objects.insert("street/foreign.txt".into(), foreign);
    drop(state);
    bucket.again();
    fine(&portal, &["--verify"]);
    assert_eq!(bucket.sent(), ["news/n14/index.html", "feed.xml"]);
    bucket.state().objects.remove("street/foreign.txt").expect("what others put there stays");
    is_whole(&portal, &bucket);
}

#[test]
fn a_store_that_is_unwell_is_asked_again() {
    let bucket = Bucket::new();
    let portal = Portal::new(&bucket.address);
    bucket.state().unwell = 3;
    fine(&portal, &[]);
    is_whole(&portal, &bucket);
}

#[test]
fn refusals_are_told_in_words_that_help() {
    let bucket = Bucket::new();
    let portal = Portal::new(&bucket.address);
    let check = |refusal, words: &[&str]| {
        bucket.state().refusal = Some(refusal);
        let output = portal.deploy(&[]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        for word in words {
            assert!(said(&output).contains(word), "{word} is not in: {}", said(&output));
        }
    };
    check((403, "InvalidAccessKeyId"), &["s3://portal/street refused", "InvalidAccessKeyId", "AWS_SECRET_ACCESS_KEY"]);
    check((404, "NoSuchBucket"), &["there is no bucket s3://portal/street", "endpoint"]);
    let without = portal.command(&[]).env_remove("AWS_SECRET_ACCESS_KEY").output().unwrap();
    assert_eq!(without.status.code(), Some(2));
    assert!(said(&without).contains("set the variable AWS_SECRET_ACCESS_KEY"), "{}", said(&without));
}
