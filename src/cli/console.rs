//! Where words go: people read stderr, programs read stdout. A closed pipe is success.

use std::io::{self, IsTerminal, Write};

use super::{Exit, Shared, variable};
use crate::{
    base::lang::{Message, Tongue},
    diagnostics::{
        Report,
        printers::{Format, counts, print, step_summary},
    },
};

/// How to talk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Console {
    pub(super) tongue: Tongue,
    format: Format,
    quiet: bool,
    strict: bool,
}

impl Console {
    /// Speaks the language of the flag, else `site`, else Chinese.
    pub(super) fn new(shared: &Shared, site: Option<Tongue>) -> Self {
        let tongue = shared.lang.or(site).unwrap_or_default();
        Self { tongue, format: shared.format, quiet: shared.quiet, strict: shared.strict }
    }

    /// Tells people something, unless they want quiet.
    pub(super) fn say(&self, message: &Message) {
        if !self.quiet {
            self.line(message.text(self.tongue));
        }
    }

    /// Tells people something that they must not miss.
    pub(super) fn insist(&self, message: &Message) {
        self.line(message.text(self.tongue));
    }

    /// Says why it could not run.
    pub(super) fn fail(&self, message: &Message) {
        let word = if self.tongue == Tongue::Zh { "错误：" } else { "error: " };
        self.line(&format!("{word}{}", message.text(self.tongue)));
    }

    /// An answer, for whoever reads stdout.
    pub(super) fn answer(&self, text: &str) {
        let mut out = anstream::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    fn line(&self, text: &str) {
        let mut err = anstream::stderr().lock();
        let _ = writeln!(err, "{text}");
    }

    /// Prints a report in its format: for programs to stdout, for people to stderr.
    pub(super) fn report(&self, report: &Report) {
        let printed = match self.format {
            format if !format.is_for_people() => {
                let mut out = io::BufWriter::new(io::stdout().lock());
                print(report, self.format, self.tongue, false, &mut out).and_then(|()| out.flush())
            }
            _ => {
                let color = io::stderr().is_terminal() && variable("NO_COLOR").is_none();
                let mut err = io::BufWriter::new(anstream::stderr().lock());
                print(report, self.format, self.tongue, color, &mut err).and_then(|()| err.flush())
            }
        };
        let _ = printed;
        if self.format == Format::Github
            && let Some(path) = variable("GITHUB_STEP_SUMMARY")
            && !report.problems.is_empty()
        {
            let _ = super::report::append(&path, &step_summary(report, self.tongue));
        }
        if !report.problems.is_empty() {
            self.line(&counts(report, self.tongue));
        }
    }

    /// The problems as people read them, without colours.
    pub(super) fn text(&self, report: &Report) -> String {
        let mut text = Vec::new();
        let _ = print(report, Format::Human, self.tongue, false, &mut text);
        String::from_utf8_lossy(&text).into_owned()
    }

    /// The exit that a report stands for.
    pub(super) fn exit(&self, report: &Report) -> Exit {
        if report.errors() > 0 || self.strict && report.warnings() > 0 { Exit::Problems } else { Exit::Fine }
    }
}
