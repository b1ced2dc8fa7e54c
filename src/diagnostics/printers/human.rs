//! For people at a terminal: the fact, the place, the source line with a caret under it, the help
//! and a line to paste.

use std::{collections::BTreeMap, io, ops::Range};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Report, Style, help, one_line, place_in_words, sentence, visible};
use crate::{
    base::lang::Tongue,
    diagnostics::{Code, Located, Place, Repair, Severity, SourceText},
};

/// More than this nobody reads at once; the other formats show all.
const SHOWN: usize = 100;
/// Who has read so many of one kind in one file knows what is wrong there.
const ALIKE: usize = 20;
/// A range over more lines is shown by its beginning.
const LINES: u32 = 5;
/// Fits most windows and CI logs; longer lines are cut around the place.
const WIDTH: usize = 100;

pub(super) fn print(report: &Report, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let renderer = if style.color { Renderer::styled().hyperlink(false) } else { Renderer::plain() };
    let renderer = renderer.term_width(WIDTH);
    let (shown, counted) = chosen(report);
    let mut shown = shown.into_iter().peekable();
    let mut counted = counted.into_iter().peekable();
    while let Some(located) = shown.next() {
        writeln!(out, "{}\n", one(located, report, style.tongue, &renderer))?;
        let file = file_of(located);
        if shown.peek().is_none_or(|next| file_of(next) != file) {
            while let Some(more) = counted.next_if(|more| file_of(more.first) == file) {
                writeln!(out, "{}\n", more.line(style.tongue))?;
            }
        }
    }
    match (counted.map(|more| more.count).sum::<usize>(), style.tongue) {
        (0, _) => Ok(()),
        (more, Tongue::Zh) => {
            writeln!(out, "还有 {more} 个问题没有显示；加上 --format short 可以看到全部，每行一个。\n")
        }
        (more, Tongue::En) => {
            writeln!(out, "{more} more problems are not shown; --format short lists all, one a line.\n")
        }
    }
}

/// Problems of one code in one file that are counted only.
struct More<'r> {
    first: &'r Located,
    count: usize,
}

impl More<'_> {
    fn line(&self, tongue: Tongue) -> String {
        let (count, code) = (self.count, self.first.diagnostic.code.number());
        let file = one_line(file_of(self.first).unwrap_or_default());
        match tongue {
            Tongue::Zh => format!("{file}：还有 {count} 处同样的问题（{code}）没有显示；全部：--format short"),
            Tongue::En => format!("{file}: {count} more of the same ({code}) not shown; all of them: --format short"),
        }
    }
}

/// What is shown whole, in order, and what is counted, by file in the same order and code.
fn chosen(report: &Report) -> (Vec<&Located>, Vec<More<'_>>) {
    let (mut shown, mut counted) = (Vec::new(), Vec::new());
    for problems in report.problems.chunk_by(|a, b| file_of(a) == file_of(b)) {
        let mut codes: BTreeMap<Code, (usize, More<'_>)> = BTreeMap::new();
        for located in problems {
            let (alike, more) = codes.entry(located.diagnostic.code).or_insert((0, More { first: located, count: 0 }));
            let whole = file_of(located).is_none() || *alike < ALIKE;
            if whole && shown.len() < SHOWN {
                shown.push(located);
                *alike += 1;
            } else {
                more.count += 1;
            }
        }
        counted.extend(codes.into_values().map(|(_, more)| more).filter(|more| more.count > 0));
    }
    (shown, counted)
}

fn file_of(located: &Located) -> Option<&str> {
    located.diagnostic.place.file_name()
}

fn one(located: &Located, report: &Report, tongue: Tongue, renderer: &Renderer) -> String {
    let problem = &located.diagnostic;
    let name = format!("{} {}", problem.severity.word(tongue), problem.code.number());
    let base = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let fact = sentence(&problem.message, tongue);
    let title = base.with_name(name).primary_title(fact);
    let passage = Passage::of(located, report);
    let mut group = Group::with_title(title);
    match (&passage, place_in_words(&problem.place, tongue)) {
        (Some(passage), Some(file)) => group = group.element(passage.snippet(file)),
        (None, Some(place)) => group = group.element(Origin::path(place)),
        (_, None) => {}
    }
    let help = help(problem, tongue);
    if let Some(help) = &help {
        let word = if tongue == Tongue::Zh { "帮助" } else { "help" };
        group = group.element(Level::HELP.with_name(word).message(help.as_str()));
    }
    let mut text = renderer.render(&[group]);
    if let Some(replacement) = &problem.replacement {
        let pasted = passage.as_ref().map_or_else(|| replacement.clone(), |passage| passage.with(replacement));
        push_pasted(&mut text, &pasted, tongue);
    }
    text
}

/// The lines to paste instead of those that a problem touches, where they are known: with its
/// replacement, else with the repair that `fix` would make.
pub fn pasted(located: &Located, report: &Report) -> Option<String> {
    let problem = &located.diagnostic;
    if let Some(replacement) = &problem.replacement {
        let passage = Passage::of(located, report);
        return Some(passage.map_or_else(|| replacement.clone(), |passage| passage.with(replacement)));
    }
    let Some(Repair::Replace { range, text }) = &problem.repair else { return None };
    let source = report.sources.get(problem.place.file_name()?)?;
    let line = |offset: u32| source.lines.position(&source.text, offset as usize).line;
    let first = source.lines.line_range(&source.text, line(range.start)).start;
    let last = source.lines.line_range(&source.text, line(range.end)).end;
    let before = source.text.get(first..range.start as usize)?;
    let behind = source.text.get(range.end as usize..last.max(range.end as usize))?;
    Some(format!("{before}{text}{behind}"))
}

/// The lines to paste, behind a word and a bar.
fn push_pasted(text: &mut String, pasted: &str, tongue: Tongue) {
    let mut lead = if tongue == Tongue::Zh { "  改成 │ " } else { " write │ " };
    for line in pasted.lines() {
        text.push('\n');
        text.push_str(lead);
        text.extend(line.chars().map(|c| if c == '\t' { c } else { visible(c) }));
        lead = "       │ ";
    }
}

/// The lines of a source that a problem touches, joined by line feeds whatever ended them.
struct Passage {
    text: String,
    first_line: u32,
    range: Range<usize>,
    /// Whether the range goes on after the lines shown.
    cut: bool,
}

impl Passage {
    fn of(located: &Located, report: &Report) -> Option<Self> {
        let (start, end) = located.at?;
        let (Place::Text { range, .. } | Place::Embedded { range, .. }) = &located.diagnostic.place else {
            return None;
        };
        let source = report.sources.get(located.diagnostic.place.file_name()?)?;
        // A range that ends at the beginning of a line does not touch it.
        let last = if end.column == 1 && end.line > start.line { end.line - 1 } else { end.line };
        let shown = last.min(start.line + LINES - 1);
        let mut passage = Self { text: String::new(), first_line: start.line, range: 0..0, cut: shown < last };
        for line in start.line..=shown {
            passage.add(source, line, range.range());
        }
        passage.range.end = passage.range.end.max(passage.range.start);
        Some(passage)
    }

    fn add(&mut self, source: &SourceText, line: u32, range: Range<usize>) {
        let whole = source.lines.line_range(&source.text, line);
        if line > self.first_line {
            self.text.push('\n');
        }
        let within = |offset: usize| {
            source.text.floor_char_boundary(offset.min(source.text.len())).clamp(whole.start, whole.end) - whole.start
        };
        if line == self.first_line {
            self.range.start = within(range.start);
        }
        self.range.end = self.text.len() + within(range.end);
        self.text.push_str(&source.text[whole.clone()]);
    }

    fn snippet(&self, file: String) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
        let marked = AnnotationKind::Primary.span(self.range.clone());
        Snippet::source(self.text.as_str()).line_start(self.first_line as usize).path(file).annotation(marked)
    }

    /// The lines with `replacement` in the place of the range. A replacement that repeats what
    /// stands before or behind the range is the whole line already.
    fn with(&self, replacement: &str) -> String {
        let (before, behind) = (&self.text[..self.range.start], &self.text[self.range.end..]);
        let repeats = |part: &str, found: bool| part.trim().chars().nth(1).is_some() && found;
        let whole = repeats(before, replacement.trim().starts_with(before.trim()))
            || repeats(behind, replacement.trim().ends_with(behind.trim()));
        // A long line is easier to mend than to paste.
        let long = before.len() + behind.len() > 4 * WIDTH;
        if whole || long || self.cut { replacement.into() } else { format!("{before}{replacement}{behind}") }
    }
}
