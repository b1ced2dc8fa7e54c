//! How a report is printed: one file for each format.
//!
//! A printer reads a [`Report`] and writes text; it changes nothing and knows no terminal: the
//! caller says whether colours are wanted and hands over the stream. To add a format, write
//! `<name>.rs` with a `print` function like the others and add its line to `printers!`.

use std::io;

use super::{Diagnostic, Located, Place, Report};
use crate::base::lang::{Message, Tongue};

mod github;
mod gitlab;
mod human;
mod json;
mod sarif;
mod short;

pub use github::step_summary;
pub use human::pasted;

macro_rules! printers {
    ($($(#[$doc:meta])* $variant:ident $module:ident)*) => {
        /// A format of the report.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub enum Format { $($(#[$doc])* $variant,)* }

        impl Format {
            /// Every format.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name on the command line: `human`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($module)),* }
            }
        }

        /// Writes the problems of a report in a format. The counts are not part of it: see
        /// [`counts`]. `color` adds ANSI sequences where the format knows colours.
        pub fn print(
            report: &Report,
            format: Format,
            tongue: Tongue,
            color: bool,
            out: &mut dyn io::Write,
        ) -> io::Result<()> {
            let style = Style { tongue, color };
            match format { $(Format::$variant => $module::print(report, style, out)),* }
        }
    };
}

printers! {
    /// For people at a terminal: the source line, a caret, what to write instead.
    #[default]
    Human human
    /// One line a problem, for editors that jump to a place: `file:line:column: error PB0103: …`.
    Short short
    /// One JSON object a line, for programs.
    Json json
    /// Annotations of GitHub Actions.
    Github github
    /// The Code Quality report of GitLab.
    Gitlab gitlab
    /// SARIF 2.1.0, for code scanning.
    Sarif sarif
}

impl Format {
    /// Whether people read it; programs read the others.
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::Human | Self::Short)
    }
}

/// The file that stands for the site as a whole where a format wants one.
fn whole_site() -> &'static str {
    "pbsite.yaml"
}

/// How to print: what a printer may know of its reader.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// The language.
    pub(super) tongue: Tongue,
    /// Whether ANSI sequences are wanted.
    pub(super) color: bool,
}

/// The last line of a report: `3 个错误，2 个警告` or `3 errors, 2 warnings`, with notes if there are any.
pub fn counts(report: &Report, tongue: Tongue) -> String {
    let (errors, warnings) = (report.errors(), report.warnings());
    let many = |n: usize| if n == 1 { "" } else { "s" };
    let counted = match tongue {
        Tongue::Zh => format!("{errors} 个错误，{warnings} 个警告"),
        Tongue::En => format!("{errors} error{}, {warnings} warning{}", many(errors), many(warnings)),
    };
    match (report.notes(), tongue) {
        (0, _) => counted,
        (notes, Tongue::Zh) => format!("{counted}，{notes} 个建议"),
        (notes, Tongue::En) => format!("{counted}, {notes} note{}", many(notes)),
    }
}

/// A place without its line, as people say it; `None` for the site as a whole.
pub fn in_words(place: &Place, tongue: Tongue) -> Option<String> {
    place_in_words(place, tongue)
}

/// A place without a text, as people say it; `None` for the site as a whole.
fn place_in_words(place: &Place, tongue: Tongue) -> Option<String> {
    let Place::Cell { file, sheet, row, column, heading } = place else {
        return place.file_name().map(one_line);
    };
    let (file, sheet, heading) = (one_line(file.as_str()), one_line(sheet), one_line(heading));
    let mut words: Vec<String> = Vec::new();
    match tongue {
        Tongue::Zh => {
            words.extend((!sheet.is_empty()).then(|| format!("表 {sheet}")));
            words.push(format!("第 {row} 行"));
            words.push(if heading.is_empty() { format!("第 {column} 列") } else { format!("“{heading}”列") });
            Some(format!("{file}（{}）", words.join("，")))
        }
        Tongue::En => {
            words.extend((!sheet.is_empty()).then(|| format!("sheet {sheet}")));
            words.push(format!("row {row}"));
            words.push(if heading.is_empty() { format!("column {column}") } else { format!("column “{heading}”") });
            Some(format!("{file} ({})", words.join(", ")))
        }
    }
}

/// A text on one line, fit for a terminal: line ends and tabs become spaces, other control
/// characters and those that turn the direction of writing become `�`.
fn one_line(text: &str) -> String {
    let lines: Vec<&str> = text.split(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']).collect();
    let joined = lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    joined.chars().map(visible).collect()
}

/// The character as it may reach a terminal.
fn visible(c: char) -> char {
    match c {
        '\t' => ' ',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

/// A message on one line.
fn sentence(message: &Message, tongue: Tongue) -> String {
    one_line(message.text(tongue))
}

/// The help on one line, if there is any.
fn help(diagnostic: &Diagnostic, tongue: Tongue) -> Option<String> {
    diagnostic.help.as_ref().map(|help| sentence(help, tongue)).filter(|help| !help.is_empty())
}

#[cfg(test)]
mod tests;
