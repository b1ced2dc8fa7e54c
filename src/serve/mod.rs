//! The site while it is being written: built into memory, served, built again when a file is saved.
//!
//! A build is [`site::build`] over what the last one left, nothing else. What is served is the last
//! good site: a build with errors changes nothing but the problems that every page shows over itself.

mod preview;
mod watch;

use std::time::{Duration, Instant};

pub use preview::Preview;
pub use watch::{End, Sight, Watch};

use crate::{
    diagnostics::Report,
    output,
    site::{self, BuildOptions, Failure, Outcome},
    source::Files,
    store::Store,
};

/// How long a burst of changes must have paused before what it left is built.
const PAUSE: Duration = Duration::from_millis(40);

/// A burst that never pauses is built this often.
const LONGEST: Duration = Duration::from_secs(1);

/// The site that is served, as its builds see it.
pub struct Workshop<'a> {
    /// Its files.
    pub files: &'a dyn Files,
    /// What builds keep.
    pub store: &'a dyn Store,
    /// The options of a build that begins now.
    pub options: &'a dyn Fn() -> BuildOptions,
    /// Problems as the terminal shows them.
    pub shown: &'a dyn Fn(&Report) -> String,
    /// What is served.
    pub preview: &'a Preview,
    /// Where outputs are.
    pub output: &'a output::Memory,
}

impl std::fmt::Debug for Workshop<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Workshop")
    }
}

impl Workshop<'_> {
    /// Builds, and shows what came of it.
    ///
    /// # Errors
    /// When sources cannot be read; what is served stays.
    pub fn build(&self) -> Result<Outcome, Failure> {
        let outcome = site::build(self.files, self.store, self.output.sink(), &(self.options)());
        match &outcome {
            Ok(outcome) if outcome.report.errors() > 0 => self.preview.tell(&(self.shown)(&outcome.report)),
            Ok(_) => self.preview.tell(""),
            Err(failure) => self.preview.tell(&failure.to_string()),
        }
        outcome
    }

    /// Builds whenever something changes, until the watch ends: at once after the first change of a
    /// burst, and once more after its end. `built` is told of each build and how long it took, and
    /// says for how long the site stays as it is by itself.
    pub fn run(&self, watch: &Watch, mut built: impl FnMut(Result<Outcome, Failure>, Duration) -> Option<Duration>) {
        let mut timed = |workshop: &Self| {
            let start = Instant::now();
            let outcome = workshop.build();
            built(outcome, start.elapsed())
        };
        let mut seen = watch.look();
        let mut holds = timed(self);
        while watch.wait(seen, holds).is_some() {
            loop {
                holds = timed(self);
                watch.settle(PAUSE, LONGEST);
                // The end of a burst, or files that appeared before their folder was watched. Where the
                // first build saw it all, the second finds nothing to do.
                let now = watch.look();
                if std::mem::replace(&mut seen, now) == now {
                    break;
                }
            }
        }
    }
}
