//! A sign of life on a terminal for whatever takes longer than half a second. CI sees none of it.

use std::{
    io::{self, IsTerminal},
    sync::mpsc::{RecvTimeoutError, Sender, channel},
    thread::{self, JoinHandle},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

use super::console::Console;
use crate::msg;

/// How long work may take before anybody wonders.
const PATIENCE: Duration = Duration::from_millis(500);

/// Work that is going on; dropped, its sign is gone.
#[derive(Debug)]
pub(super) struct Progress(Option<(Sender<()>, JoinHandle<()>)>);

impl Progress {
    /// Begins. Shows nothing where stderr is no terminal, or people want quiet.
    pub(super) fn begin(console: &Console) -> Self {
        if console.is_quiet() || !io::stderr().is_terminal() {
            return Self(None);
        }
        let words = msg!("正在生成网站…", "building the site …");
        let words = words.text(console.tongue).to_owned();
        let (end, ended) = channel();
        let shown = thread::spawn(move || {
            if ended.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
            let bar = ProgressBar::new_spinner().with_message(words);
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.enable_steady_tick(Duration::from_millis(100));
            let _ = ended.recv();
            bar.finish_and_clear();
        });
        Self(Some((end, shown)))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((end, shown)) = self.0.take() {
            drop(end);
            let _ = shown.join();
        }
    }
}
