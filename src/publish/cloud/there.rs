//! What lies at a target. Its manifest tells, if the last deploy came to its end. Where that was broken
//! off, where the manifest is missing or damaged, or where somebody wants to be sure, the target is
//! listed and each file judged by what the service tells of it.

use std::collections::{BTreeMap, BTreeSet};

use md5::{Digest, Md5};
use opendal::{ErrorKind, Metadata};

use super::{Store, UNDER_WAY, trouble};
use crate::{
    base::{hash::Key, path::OutPath},
    config::Service,
    output::{Published, PublishedFile},
};

use super::super::PublishError;

/// What lies at a target.
pub(super) struct There {
    /// Its files by path. One that is there without our knowing its content has the key of nothing.
    pub(super) files: BTreeMap<String, PublishedFile>,
    /// Whether the manifest at the target says the same.
    pub(super) certain: bool,
    /// Whether the last deploy was broken off.
    pub(super) broken_off: bool,
    /// The manifest at the target.
    pub(super) manifest: Vec<u8>,
    /// The manifest of a deploy that was broken off.
    pub(super) under_way: Option<Vec<u8>>,
}

impl There {
    pub(super) async fn find(store: &Store<'_>, published: &Published) -> Result<Self, PublishError> {
        let manifest = read(store, Published::MANIFEST).await?;
        let under_way = read(store, UNDER_WAY).await?;
        let last = manifest.as_deref().and_then(Published::of);
        let there = Self {
            files: BTreeMap::new(),
            certain: false,
            broken_off: under_way.is_some(),
            manifest: manifest.unwrap_or_default(),
            under_way,
        };
        if let Some(last) = &last
            && !there.broken_off
            && !store.job.verify
        {
            return Ok(Self { files: by_path(last), certain: true, ..there });
        }
        let listed = list(store).await?;
        let sent = there.under_way.as_deref().and_then(Published::of);
        let known = Known {
            last: last.as_ref().map_or(BTreeMap::new(), by_path),
            sent: sent.as_ref().map_or(BTreeMap::new(), by_path),
            new: by_path(published),
            begun: listed.get(UNDER_WAY).and_then(seconds),
            service: store.to.service,
            published,
        };
        let paths: BTreeSet<&String> = known.last.keys().chain(known.sent.keys()).chain(known.new.keys()).collect();
        let found = |path: &&String| Some(((*path).clone(), known.judge(path, listed.get(*path)?)?));
        Ok(Self { files: paths.iter().filter_map(found).collect(), ..there })
    }
}

/// What is known of a target from elsewhere than its list.
struct Known<'p> {
    /// What the last deploy that came to its end left there.
    last: BTreeMap<String, PublishedFile>,
    /// What the one that was broken off was about to send.
    sent: BTreeMap<String, PublishedFile>,
    /// What is to be there.
    new: BTreeMap<String, PublishedFile>,
    /// When the one that was broken off began, by the clock of the service.
    begun: Option<i64>,
    service: Service,
    published: &'p Published,
}

impl Known<'_> {
    /// What a listed file is.
    fn judge(&self, path: &str, listed: &Metadata) -> Option<PublishedFile> {
        let length = listed.content_length();
        let of_length =
            |files: &BTreeMap<String, PublishedFile>| files.get(path).filter(|file| file.length == length).cloned();
        let unknown = || {
            let (content, key) = (Key::default(), Key::default());
            Some(PublishedFile { path: OutPath::new(path).ok()?, length, content, key })
        };
        // The MD5 of its content settles it, against what is new and so, where that did not change,
        // against what was there.
        if let (Some(new), Some(sum)) = (of_length(&self.new), md5(self.service, listed)) {
            let same = self.published.bytes(&new).is_ok_and(|bytes| hex(&Md5::digest(&bytes)) == sum);
            return if same { Some(new) } else { unknown() };
        }
        let (last, sent) = (of_length(&self.last), of_length(&self.sent));
        let Some(begun) = self.begun else { return last.or_else(unknown) };
        // Services tell times in seconds: within the one in which the deploy began, the lengths decide.
        let since = seconds(listed).map(|modified| modified.cmp(&begun));
        match since {
            Some(std::cmp::Ordering::Less) => last.or_else(unknown),
            Some(std::cmp::Ordering::Greater) => sent.or_else(unknown),
            Some(std::cmp::Ordering::Equal) if last.is_none() => sent.or_else(unknown),
            Some(std::cmp::Ordering::Equal) if sent.is_none() => last,
            Some(std::cmp::Ordering::Equal) if last.as_ref().map(|f| f.content) == sent.as_ref().map(|f| f.content) => {
                last
            }
            _ => unknown(),
        }
    }
}

fn by_path(published: &Published) -> BTreeMap<String, PublishedFile> {
    published.files.iter().map(|file| (file.path.to_string(), file.clone())).collect()
}

/// The bytes of one of our own files at the target, if it is there.
async fn read(store: &Store<'_>, path: &str) -> Result<Option<Vec<u8>>, PublishError> {
    match store.operator.read(&store.at(path)).await {
        Ok(bytes) => Ok(Some(bytes.to_vec())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(trouble::at(store.to, path, &error)),
    }
}

async fn list(store: &Store<'_>) -> Result<BTreeMap<String, Metadata>, PublishError> {
    let listed = store.operator.list_with(&store.prefix).recursive(true).await;
    let listed = listed.map_err(|error| trouble::at(store.to, "", &error))?;
    let files = listed.into_iter().filter(|entry| entry.metadata().is_file());
    let path = |path: &str| path.strip_prefix(&store.prefix).unwrap_or(path).to_owned();
    Ok(files.map(|entry| (path(entry.path()), entry.metadata().clone())).collect())
}

fn seconds(listed: &Metadata) -> Option<i64> {
    Some(listed.last_modified()?.into_inner().as_second())
}

/// The MD5 of a file in small letters, where the service tells it. The tag of what was sent in pieces is
/// none, nor is that of WebDAV, which may look like one.
fn md5(service: Service, listed: &Metadata) -> Option<String> {
    if service == Service::Webdav {
        return None;
    }
    let tag = listed.etag()?.trim_matches('"').to_ascii_lowercase();
    (tag.len() == 32 && tag.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(tag)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
