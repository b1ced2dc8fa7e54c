//! Templates compiled, and views poured into them.

use std::{collections::BTreeMap, io};

use serde::Serialize;
use tera::{Context, ErrorKind, Tera, Value};

use super::{Template, Theme, names::Named};
use crate::{
    base::text::{LineIndex, Span, next_of, roomy},
    diagnostics::{Code, Diagnostic, Place},
    msg,
};

/// The compiled templates of a theme with what they are told of the site in one language.
#[derive(Debug)]
pub struct Engine<'t> {
    tera: &'t Tera,
    theme: &'t Theme,
    site: Value,
}

/// Why a template failed: where in which template, and what.
#[derive(Debug, Clone)]
pub struct Failure {
    /// A place in the template where the engine knows one.
    pub place: Place,
    /// The engine's words.
    pub reason: String,
}

impl Failure {
    /// As a diagnostic that also names the item that was being rendered.
    pub fn diagnostic(&self, subject: &str) -> Diagnostic {
        let reason = &self.reason;
        Diagnostic::new(
            Code::TemplateFailed,
            self.place.clone(),
            msg!("渲染 {subject} 时模板出错：{reason}", "the template failed on {subject}: {reason}"),
        )
    }
}

impl<'t> Engine<'t> {
    /// The templates of a theme with the constants of a language. What keeps them from being compiled is
    /// reported.
    pub fn new(theme: &'t Theme, constants: &impl Serialize, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        match theme.compiled() {
            Ok(tera) => Some(Self { tera, theme, site: Value::from_serializable(constants) }),
            Err(mistakes) => {
                problems.extend_from_slice(mistakes);
                None
            }
        }
    }

    /// Whether there is a template.
    pub fn has(&self, name: &str) -> bool {
        self.theme.templates.contains_key(name)
    }

    /// Renders `view` (a struct: its fields are the names) with texts that are safe HTML already.
    pub fn render(
        &self,
        template: &str,
        view: &impl Serialize,
        safe: &[(&'static str, &str)],
    ) -> Result<Vec<u8>, Failure> {
        let told = match self.theme.names_of(template) {
            Some(names) => Context::from_serialize(&Named(view, names)),
            None => Context::from_serialize(view),
        };
        // Who is told of a mistake in a template wants to know of every field that there is.
        told.and_then(|context| self.pour(template, context, safe))
            .or_else(|_| self.pour(template, Context::from_serialize(view)?, safe))
            .map_err(|error| failure(&self.theme.templates, &error))
    }

    fn pour(&self, template: &str, mut context: Context, safe: &[(&'static str, &str)]) -> tera::TeraResult<Vec<u8>> {
        context.insert_value("site", self.site.clone());
        for (name, html) in safe {
            context.insert_value(*name, Value::safe_string(html));
        }
        // A template that fails has written its beginning: the buffer is dropped then.
        let inside: usize = safe.iter().map(|(_, html)| html.len()).sum();
        let mut buffer = Vec::with_capacity(roomy(inside + (16 << 10)));
        self.tera.render_to(template, &context, &mut buffer)?;
        Ok(buffer)
    }
}

/// The templates of a theme compiled, or why they cannot be.
pub(crate) type Compiled = Result<Tera, Vec<Diagnostic>>;

/// Compiles every template. Told are each template's syntax error, then what they miss of each other.
pub(super) fn compile(templates: &BTreeMap<String, Template>) -> Compiled {
    let mut tera = Tera::new();
    // What the engine's own does, 32 characters at a time.
    tera.set_escape_fn(escape);
    let all = templates.iter().map(|(name, template)| (name.clone(), template.text.to_string()));
    match tera.add_raw_templates(all.collect::<Vec<_>>()) {
        Ok(()) => Ok(tera),
        Err(error) => Err(mistakes(templates, &error)),
    }
}

fn escape(text: &str, out: &mut dyn io::Write) -> io::Result<()> {
    let bytes = text.as_bytes();
    // `"` and `&` differ in one bit, `<` and `>` too.
    let is_special = |b: u8| (b | 4 == b'&') | (b | 2 == b'>') | (b == b'\'');
    let mut done = 0;
    while let Some(at) = next_of(bytes, done, is_special) {
        out.write_all(&bytes[done..at])?;
        out.write_all(match bytes[at] {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'"' => b"&quot;",
            _ => b"&#39;",
        })?;
        done = at + 1;
    }
    out.write_all(&bytes[done..])
}

/// Why templates do not compile: the syntax errors of each, or else what they miss of each other.
fn mistakes(templates: &BTreeMap<String, Template>, error: &tera::Error) -> Vec<Diagnostic> {
    let syntax = templates.iter().filter_map(|(name, template)| {
        let error = Tera::new().add_raw_template(name, &template.text).err()?;
        matches!(error.kind(), ErrorKind::SyntaxError(_)).then(|| failure(templates, &error))
    });
    let told = |Failure { place, reason }| {
        let message = msg!("模板写法有误：{reason}", "the template cannot be read: {reason}");
        Diagnostic::new(Code::TemplateSyntax, place, message)
    };
    let mistakes: Vec<Diagnostic> = syntax.map(told).collect();
    if !mistakes.is_empty() {
        return mistakes;
    }
    let told = |Failure { place, reason }| {
        let message = msg!("模板之间对不上：{reason}", "templates do not fit together: {reason}");
        Diagnostic::new(Code::TemplateSyntax, place, message)
    };
    failures(templates, error).into_iter().map(told).collect()
}

fn failure(templates: &BTreeMap<String, Template>, error: &tera::Error) -> Failure {
    let mut all = failures(templates, error);
    all.swap_remove(0)
}

/// What an error says, at least one thing: the engine gathers what templates miss of each other.
fn failures(templates: &BTreeMap<String, Template>, error: &tera::Error) -> Vec<Failure> {
    let one = |place: Option<Place>, reason: &str| {
        vec![Failure { place: place.unwrap_or(Place::Site), reason: one_line(reason) }]
    };
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let place = templates.get(report.filename()).map(|template| place(template, report.span().range.clone()));
            one(place, report.message())
        }
        ErrorKind::MissingParent { current, parent } => {
            let found = templates.get(current).map(|template| {
                let start = template.text.find(parent.as_str()).unwrap_or_default();
                place(template, start..start + parent.len())
            });
            let reason = format!("Unknown template `{parent}`");
            one(found, &reason)
        }
        ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => {
            one(templates.get(tpl).map(|template| place(template, 0..template.text.len())), &error.to_string())
        }
        _ => {
            let text = error.to_string();
            let found = reports(templates, &text);
            if found.is_empty() { one(None, &text) } else { found }
        }
    }
}

/// Takes the engine's reports apart: `error: …`, then `--> name:line:column`, then an excerpt.
fn reports(templates: &BTreeMap<String, Template>, text: &str) -> Vec<Failure> {
    let lines: Vec<&str> = text.lines().collect();
    let report = |pair: &[&str]| {
        let mut parts = pair[1].trim_start().strip_prefix("--> ")?.rsplitn(3, ':');
        let column: usize = parts.next()?.parse().ok()?;
        let line: usize = parts.next()?.parse().ok()?;
        let template = templates.get(parts.next()?)?;
        let start: usize = template.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        let rest = &template.text[start..];
        let at = start + rest.char_indices().nth(column.saturating_sub(1)).map_or(0, |(at, _)| at);
        let end = template.text[at..].find(['}', '%', '\n']).map_or(template.text.len(), |length| at + length);
        let end = at + template.text[at..end].trim_end().len();
        Some(Failure { place: place(template, at..end), reason: one_line(pair[0].trim_start_matches("error: ")) })
    };
    lines.windows(2).filter_map(report).collect()
}

fn place(template: &Template, range: std::ops::Range<usize>) -> Place {
    let end = range.end.min(template.text.len());
    let start = range.start.min(end);
    let index = LineIndex::new(&template.text);
    let line = index.position(&template.text, start).line;
    // One line is enough to show; a block would fill the screen.
    let end = end.min(index.line_range(&template.text, line).end).max(start);
    Place::Embedded { name: template.path.clone(), text: template.text.clone(), range: Span::from(start..end) }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
