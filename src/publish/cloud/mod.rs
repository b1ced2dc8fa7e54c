//! Object stores and WebDAV folders, through OpenDAL: only what changed is sent, several files at once.
//!
//! The manifest of what lies at the target lies there itself. While a deploy runs, its own manifest
//! stands beside it; where the next deploy finds that one, the last was broken off, and `there` finds
//! out what of it had arrived. So any machine may go on, and a killed deploy sends nothing twice.

mod connect;
mod there;
mod trouble;

use std::{collections::BTreeMap, sync::Mutex};

use futures_util::{StreamExt, TryStreamExt, stream};
use opendal::Operator;

use super::{
    Act, Job, PublishError, Sent, Step, headers,
    order::{emptied, folders, waves},
    preview_folder,
};
use crate::{
    config::{Cloud, Service},
    output::{Published, PublishedFile},
};
use there::There;

/// The manifest of the deploy that is under way.
const UNDER_WAY: &str = ".pbsite-deploying";

/// How many files are sent at once.
const AT_ONCE: usize = 8;

/// A file that is longer is sent in pieces where the service takes them, and may take its time.
const LONG: u64 = 16 << 20;

/// The length of a piece.
const PIECE: usize = 8 << 20;

/// A target that is open.
struct Store<'a> {
    /// For requests that are over in a minute or hang.
    operator: Operator,
    /// For long files.
    patient: Operator,
    to: &'a Cloud,
    job: &'a Job<'a>,
    /// The folder in which all of it is, with its slash: that of a preview, else none.
    prefix: String,
}

/// Brings what changed to the target.
pub(super) fn deploy(published: &Published, to: &Cloud, job: &Job<'_>) -> Result<Sent, PublishError> {
    let (operator, patient) = connect::open(to, job.variable)?;
    let prefix = job.preview.map_or(String::new(), |name| preview_folder(name) + "/");
    let store = Store { operator, patient, to, job, prefix };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(|error| PublishError::Io("tokio".into(), error))?.block_on(store.deploy(published))
}

impl Store<'_> {
    async fn deploy(&self, published: &Published) -> Result<Sent, PublishError> {
        let there = There::find(self, published).await?;
        let old = there.files.iter().map(|(path, file)| (path.clone(), file.content)).collect();
        let mut sent = published.changes(&old, self.place());
        if self.job.act == Act::Remove {
            return self.remove_all().await.map(|removed| Sent { removed, ..sent });
        }
        sent.went_on = there.broken_off;
        let done = sent.changed.is_empty() && sent.removed.is_empty();
        if self.job.act == Act::List || done && there.certain && there.manifest == published.manifest {
            return Ok(sent);
        }
        self.make_folders(&sent.changed).await?;
        if !there.certain {
            // What was found out is not to be found out again.
            self.put(Published::MANIFEST, Published::manifest_of(there.files.values())).await?;
        }
        if there.under_way.as_ref() != Some(&published.manifest) {
            self.put(UNDER_WAY, published.manifest.clone()).await?;
        }
        self.send(published, &sent).await?;
        self.remove(published, &sent.removed).await?;
        self.put(Published::MANIFEST, published.manifest.clone()).await?;
        self.operator.delete(&self.at(UNDER_WAY)).await.map_err(self.failed(UNDER_WAY))?;
        Ok(sent)
    }

    /// A path of the service.
    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Where the site is, for people.
    fn place(&self) -> String {
        let place = connect::place(self.to);
        if self.prefix.is_empty() { place } else { format!("{place}/{}", self.prefix) }
    }

    /// What to say of a request about a path that failed.
    fn failed(&self, path: &str) -> impl FnOnce(opendal::Error) -> PublishError {
        move |error| trouble::at(self.to, path, &error)
    }

    /// Removes a preview with everything that is in its folder.
    async fn remove_all(&self) -> Result<Vec<String>, PublishError> {
        let listed = self.operator.list_with(&self.prefix).recursive(true).await.map_err(self.failed(&self.prefix))?;
        let (files, mut folders): (Vec<_>, Vec<_>) = listed.into_iter().partition(|entry| entry.metadata().is_file());
        let paths: Vec<String> = files.iter().map(|entry| entry.path().to_owned()).collect();
        self.operator.delete_iter(paths.iter().cloned()).await.map_err(self.failed(&self.prefix))?;
        if self.to.service == Service::Webdav {
            folders.sort_by(|a, b| b.path().cmp(a.path()));
            for folder in folders.iter().filter(|folder| folder.path().starts_with(&self.prefix)) {
                self.operator.delete(folder.path()).await.map_err(self.failed(folder.path()))?;
            }
        }
        let own = |path: &String| path.rsplit('/').next().is_some_and(|name| name.starts_with(".pbsite-"));
        Ok(paths.into_iter().filter(|path| !own(path)).collect())
    }

    /// Sends what changed, wave by wave.
    async fn send(&self, published: &Published, sent: &Sent) -> Result<(), PublishError> {
        let waves = waves(published, &sent.changed);
        let all = waves.iter().flatten();
        let of = Step { of_files: all.clone().count(), of_bytes: all.map(|file| file.length).sum(), ..Step::default() };
        let step = Mutex::new(of);
        (self.job.watch)(of);
        for wave in waves {
            let sending = stream::iter(wave).map(|file| self.send_file(published, file, &step));
            sending.buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        }
        Ok(())
    }

    async fn send_file(
        &self,
        published: &Published,
        file: &PublishedFile,
        step: &Mutex<Step>,
    ) -> Result<(), PublishError> {
        let path = file.path.as_str();
        let bytes = published.bytes(file).map_err(|error| PublishError::Io(path.into(), error))?;
        let operator = if file.length > LONG { &self.patient } else { &self.operator };
        let to = self.at(path);
        let mut writing = operator.write_with(&to, bytes);
        if self.to.service != Service::Webdav {
            let cache = if self.prefix.is_empty() { headers::cache_control(path) } else { "no-cache" };
            writing = writing.content_type(headers::media_type(path)).cache_control(cache);
            if file.length > LONG {
                writing = writing.chunk(PIECE);
            }
        }
        writing.await.map_err(self.failed(path))?;
        let mut step = step.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        step.files += 1;
        step.bytes += file.length;
        (self.job.watch)(*step);
        Ok(())
    }

    /// WebDAV has folders, and a file may only be put where its folder is.
    async fn make_folders(&self, paths: &[String]) -> Result<(), PublishError> {
        if self.to.service != Service::Webdav {
            return Ok(());
        }
        let paths: Vec<String> = paths.iter().map(|path| self.at(path)).collect();
        let mut levels: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for folder in folders(paths.iter().map(String::as_str)) {
            levels.entry(folder.matches('/').count()).or_default().push(format!("{folder}/"));
        }
        for level in levels.into_values() {
            let making = stream::iter(level)
                .map(|folder| async move { self.operator.create_dir(&folder).await.map_err(self.failed(&folder)) });
            making.buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        }
        Ok(())
    }

    /// Removes what no page leads to any more, and of WebDAV the folders that became empty.
    async fn remove(&self, published: &Published, removed: &[String]) -> Result<(), PublishError> {
        let removing = self.operator.delete_iter(removed.iter().map(|path| self.at(path)));
        removing.await.map_err(self.failed(removed.first().map_or("", String::as_str)))?;
        if self.to.service != Service::Webdav {
            return Ok(());
        }
        for folder in emptied(published, removed) {
            let folder = &self.at(&format!("{folder}/"));
            let rest = self.operator.list(folder).await.map_err(self.failed(folder))?;
            if rest.iter().all(|entry| entry.path() == folder) {
                self.operator.delete(folder).await.map_err(self.failed(folder))?;
            }
        }
        Ok(())
    }

    async fn put(&self, path: &str, bytes: Vec<u8>) -> Result<(), PublishError> {
        let to = self.at(path);
        let mut writing = self.operator.write_with(&to, bytes);
        if self.to.service != Service::Webdav {
            writing = writing.content_type("text/plain; charset=utf-8").cache_control("no-store");
        }
        writing.await.map_err(self.failed(path))?;
        Ok(())
    }
}
