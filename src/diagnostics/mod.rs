//! Problems of content as data: what is wrong, where, and what to write instead.
//!
//! A [`Diagnostic`] is made where a problem is seen, with a byte range at most. At the end of a
//! run [`Report::new`] reads the files concerned once more, turns ranges into lines and columns,
//! sorts, drops repetitions and counts. Printers only see a report. Failures of the world (disk,
//! network) are not diagnostics: they are `Err`.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::base::{
    lang::{Message, Tongue},
    path::SitePath,
    text::{LineIndex, Position, Span},
};

mod codes;
mod pages;
pub mod printers;

pub use codes::{Code, Documentation, explain};

/// How bad a problem is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Severity {
    /// It would show the reader something false, or nothing: the build writes nothing.
    Error,
    /// Worth a look; the build goes on.
    Warning,
    /// Could be better; nothing is wrong, not even for `--strict`.
    Note,
}

impl Severity {
    /// `错误` or `error`.
    pub fn word(self, tongue: Tongue) -> &'static str {
        match (self, tongue) {
            (Self::Error, Tongue::Zh) => "错误",
            (Self::Error, Tongue::En) => "error",
            (Self::Warning, Tongue::Zh) => "警告",
            (Self::Warning, Tongue::En) => "warning",
            (Self::Note, Tongue::Zh) => "建议",
            (Self::Note, Tongue::En) => "note",
        }
    }
}

/// Where a problem stands.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Place {
    /// A byte range of a text file, as decoded to UTF-8.
    Text {
        /// The file.
        file: SitePath,
        /// Byte range in its decoded text.
        range: Span,
    },
    /// A cell of a table.
    Cell {
        /// The file.
        file: SitePath,
        /// The sheet's name, empty for CSV.
        sheet: String,
        /// Row, from 1.
        row: u32,
        /// Column, from 1.
        column: u32,
        /// The column's heading.
        heading: String,
    },
    /// A file as a whole (or a folder).
    File(SitePath),
    /// A file that is not among the site's sources, such as a theme file inside the program,
    /// with its text, so that it can be shown.
    Embedded {
        /// Its name as shown.
        name: String,
        /// Its text.
        text: Arc<str>,
        /// Byte range in the text.
        range: Span,
    },
    /// The site as a whole.
    Site,
}

impl Place {
    /// A byte range of a file.
    pub fn text(file: &SitePath, range: impl Into<Span>) -> Self {
        Self::Text { file: file.clone(), range: range.into() }
    }

    /// The file's name as people see it, if the place has a file.
    pub fn file_name(&self) -> Option<&str> {
        match self {
            Self::Text { file, .. } | Self::Cell { file, .. } | Self::File(file) => Some(file.as_str()),
            Self::Embedded { name, .. } => Some(name),
            Self::Site => None,
        }
    }
}

/// One problem: code, place, fact, help.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Diagnostic {
    /// What kind of problem, with its documentation.
    pub code: Code,
    /// How bad it is here.
    pub severity: Severity,
    /// Where.
    pub place: Place,
    /// The fact, in a sentence that stands alone on one line.
    pub message: Message,
    /// What to do.
    pub help: Option<Message>,
    /// The text to put at the place's range instead (the whole line where it says so in help).
    pub replacement: Option<String>,
    /// What `fix` may do about it without asking; see [`Diagnostic::safe`].
    pub repair: Option<Repair>,
}

/// A change that a program may make by itself: nobody could have meant anything else, and no
/// sentence of the text is touched.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Repair {
    /// Puts a text where another stands in the file of the place.
    Replace {
        /// Byte range in the decoded text of the file; it may be wider than the place.
        range: Span,
        /// What stands there afterwards.
        text: String,
    },
    /// Writes the file of the place in UTF-8.
    Utf8,
}

impl Diagnostic {
    /// A problem at the code's own level.
    pub fn new(code: Code, place: Place, message: Message) -> Self {
        Self { code, severity: code.level(), place, message, help: None, replacement: None, repair: None }
    }

    /// With what to do about it.
    pub fn help(mut self, help: Message) -> Self {
        self.help = Some(help);
        self
    }

    /// With the text that should stand at the place instead.
    pub fn replacement(mut self, text: impl Into<String>) -> Self {
        self.replacement = Some(text.into());
        self
    }

    /// With a change that is safe to make mechanically: `text` instead of what stands in `range`
    /// of the decoded file, which may be wider than the place.
    pub fn repair(mut self, range: impl Into<Span>, text: impl Into<String>) -> Self {
        self.repair = Some(Repair::Replace { range: range.into(), text: text.into() });
        self
    }

    /// Marks the replacement as safe to make mechanically: it stands for exactly the range of the
    /// place, and nobody could have meant anything else. Without a replacement nothing changes.
    pub fn safe(mut self) -> Self {
        if let (Place::Text { range, .. }, Some(text)) = (&self.place, &self.replacement) {
            self.repair = Some(Repair::Replace { range: *range, text: text.clone() });
        }
        self
    }
}

/// The decoded text of a file with its lines.
#[derive(Debug, Clone)]
pub struct SourceText {
    /// The text.
    pub text: Arc<str>,
    /// Its lines.
    pub lines: LineIndex,
}

impl SourceText {
    /// Indexes a text.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        Self { lines: LineIndex::new(&text), text }
    }
}

/// A diagnostic whose place is known as line and column.
#[derive(Debug, Clone)]
pub struct Located {
    /// The problem.
    pub diagnostic: Diagnostic,
    /// Beginning and end (exclusive) of its range, where the place is in a text.
    pub at: Option<(Position, Position)>,
}

/// Everything a run has to say about the content: sorted by file and place, without repetitions.
#[derive(Debug, Default)]
pub struct Report {
    /// The problems.
    pub problems: Vec<Located>,
    /// Texts of the files that they are in, by name.
    pub sources: BTreeMap<String, SourceText>,
}

impl Report {
    /// Sorts and locates. `read` gives the decoded text of a file, `None` if it cannot be read.
    pub fn new(mut diagnostics: Vec<Diagnostic>, read: impl Fn(&SitePath) -> Option<String>) -> Self {
        let key = |d: &Diagnostic| (d.place.clone(), d.severity, d.code, d.message.clone());
        diagnostics.sort_by_cached_key(key);
        diagnostics.dedup_by(|a, b| a.place == b.place && a.code == b.code && a.message == b.message);
        let mut sources = BTreeMap::new();
        for diagnostic in &diagnostics {
            match &diagnostic.place {
                Place::Text { file, .. } if !sources.contains_key(file.as_str()) => {
                    if let Some(text) = read(file) {
                        sources.insert(file.to_string(), SourceText::new(text));
                    }
                }
                Place::Embedded { name, text, .. } if !sources.contains_key(name) => {
                    sources.insert(name.clone(), SourceText::new(text.clone()));
                }
                _ => {}
            }
        }
        let problems = diagnostics.into_iter().map(|d| Located { at: locate(&d.place, &sources), diagnostic: d });
        let mut problems: Vec<Located> = problems.collect();
        let guessed = guessed_lines(&problems);
        problems.retain(|problem| !follows(problem, &guessed));
        // By file, then by where in it; a finding about a whole file stands before those inside.
        problems.sort_by(|a, b| order(a).cmp(&order(b)));
        Self { problems, sources }
    }

    /// The number of errors.
    pub fn errors(&self) -> usize {
        self.count(Severity::Error)
    }

    /// The number of warnings.
    pub fn warnings(&self) -> usize {
        self.count(Severity::Warning)
    }

    /// The number of notes.
    pub fn notes(&self) -> usize {
        self.count(Severity::Note)
    }

    fn count(&self, severity: Severity) -> usize {
        self.problems.iter().filter(|p| p.diagnostic.severity == severity).count()
    }
}

/// Lines whose meaning had to be guessed.
fn guessed_lines(problems: &[Located]) -> BTreeSet<(String, u32)> {
    let guessed = problems.iter().filter(|problem| problem.diagnostic.code == Code::YamlSyntax);
    guessed.filter_map(line_of).collect()
}

/// Whether a problem may come of a guess: what the value of such a line means is not told as well.
fn follows(problem: &Located, guessed: &BTreeSet<(String, u32)>) -> bool {
    let code = problem.diagnostic.code;
    let values = code == Code::NotAMapping || ("PB0200".."PB0400").contains(&code.number());
    values && line_of(problem).is_some_and(|line| guessed.contains(&line))
}

fn line_of(problem: &Located) -> Option<(String, u32)> {
    Some((problem.diagnostic.place.file_name()?.to_owned(), problem.at?.0.line))
}

fn order(located: &Located) -> (&str, Option<Position>, (u32, u32)) {
    let cell = match located.diagnostic.place {
        Place::Cell { row, column, .. } => (row, column),
        _ => (0, 0),
    };
    (located.diagnostic.place.file_name().unwrap_or(""), located.at.map(|at| at.0), cell)
}

fn locate(place: &Place, sources: &BTreeMap<String, SourceText>) -> Option<(Position, Position)> {
    let (Place::Text { range, .. } | Place::Embedded { range, .. }) = place else { return None };
    let source = sources.get(place.file_name()?)?;
    let at = |offset: usize| source.lines.position(&source.text, offset);
    Some((at(range.start as usize), at(range.end.max(range.start) as usize)))
}
