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
}

/// Brings what changed to the target.
pub(super) fn deploy(published: &Published, to: &Cloud, job: &Job<'_>) -> Result<Sent, PublishError> {
    let (operator, patient) = connect::open(to, job.variable)?;
    let store = Store { operator, patient, to, job };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(|error| PublishError::Io("tokio".into(), error))?.block_on(store.deploy(published))
}

impl Store<'_> {
    async fn deploy(&self, published: &Published) -> Result<Sent, PublishError> {
        let there = There::find(self, published).await?;
        let old = there.files.iter().map(|(path, file)| (path.clone(), file.content)).collect();
        let mut sent = published.changes(&old, connect::place(self.to));
        sent.went_on = there.broken_off;
        let done = sent.changed.is_empty() && sent.removed.is_empty();
        if self.job.act == Act::List || done && there.certain && there.manifest == published.manifest {
            return Ok(sent);
        }
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
        self.operator.delete(UNDER_WAY).await.map_err(|error| trouble::at(self.to, UNDER_WAY, &error))?;
        Ok(sent)
    }

    /// Sends what changed, wave by wave.
    async fn send(&self, published: &Published, sent: &Sent) -> Result<(), PublishError> {
        let waves = waves(published, &sent.changed);
        self.make_folders(&waves).await?;
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
        let mut writing = operator.write_with(path, bytes);
        if self.to.service != Service::Webdav {
            writing = writing.content_type(headers::media_type(path)).cache_control(headers::cache_control(path));
            if file.length > LONG {
                writing = writing.chunk(PIECE);
            }
        }
        writing.await.map_err(|error| trouble::at(self.to, path, &error))?;
        let mut step = step.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        step.files += 1;
        step.bytes += file.length;
        (self.job.watch)(*step);
        Ok(())
    }

    /// WebDAV has folders, and a file may only be put where its folder is.
    async fn make_folders(&self, waves: &[Vec<&PublishedFile>]) -> Result<(), PublishError> {
        if self.to.service != Service::Webdav {
            return Ok(());
        }
        let mut levels: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for folder in folders(waves.iter().flatten().map(|file| file.path.as_str())) {
            levels.entry(folder.matches('/').count()).or_default().push(format!("{folder}/"));
        }
        for level in levels.into_values() {
            let making = stream::iter(level).map(|folder| async move {
                let made = self.operator.create_dir(&folder).await;
                made.map_err(|error| trouble::at(self.to, &folder, &error))
            });
            making.buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        }
        Ok(())
    }

    /// Removes what no page leads to any more, and of WebDAV the folders that became empty.
    async fn remove(&self, published: &Published, removed: &[String]) -> Result<(), PublishError> {
        let removing = self.operator.delete_iter(removed.iter().cloned());
        removing.await.map_err(|error| trouble::at(self.to, removed.first().map_or("", String::as_str), &error))?;
        if self.to.service != Service::Webdav {
            return Ok(());
        }
        for folder in emptied(published, removed) {
            let folder = &format!("{folder}/");
            let failed = |error| trouble::at(self.to, folder, &error);
            let rest = self.operator.list(folder).await.map_err(failed)?;
            if rest.iter().all(|entry| entry.path() == folder) {
                self.operator.delete(folder).await.map_err(failed)?;
            }
        }
        Ok(())
    }

    async fn put(&self, path: &str, bytes: Vec<u8>) -> Result<(), PublishError> {
        let mut writing = self.operator.write_with(path, bytes);
        if self.to.service != Service::Webdav {
            writing = writing.content_type("text/plain; charset=utf-8").cache_control("no-store");
        }
        writing.await.map_err(|error| trouble::at(self.to, path, &error))?;
        Ok(())
    }
}
