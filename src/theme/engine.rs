//! Templates compiled, and views poured into them.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::{Context, ErrorKind, Tera, Value};

use super::{Template, Theme};
use crate::{
    base::text::{LineIndex, Span},
    diagnostics::{Code, Diagnostic, Place},
    msg,
};

/// The compiled templates of a theme for one language: the site's constants are part of it.
#[derive(Debug)]
pub struct Engine {
    tera: Tera,
    templates: BTreeMap<String, Template>,
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

impl Engine {
    /// Compiles every template. Each template's syntax error is reported, then what they miss
    /// of each other.
    pub fn new(theme: &Theme, constants: &impl Serialize, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let before = problems.len();
        for (name, template) in &theme.templates {
            let mut alone = Tera::new();
            if let Err(error) = alone.add_raw_template(name, &template.text)
                && matches!(error.kind(), ErrorKind::SyntaxError(_))
            {
                let failure = failure(&theme.templates, &error);
                let reason = failure.reason;
                problems.push(Diagnostic::new(
                    Code::TemplateSyntax,
                    failure.place,
                    msg!("模板写法有误：{reason}", "the template cannot be read: {reason}"),
                ));
            }
        }
        if problems.len() > before {
            return None;
        }
        let mut tera = Tera::new();
        tera.global_context().insert("site", constants);
        let all = theme.templates.iter().map(|(name, template)| (name.clone(), template.text.to_string()));
        match tera.add_raw_templates(all.collect::<Vec<_>>()) {
            Ok(()) => Some(Self { tera, templates: theme.templates.clone() }),
            Err(error) => {
                let failure = failure(&theme.templates, &error);
                let reason = failure.reason;
                problems.push(Diagnostic::new(
                    Code::TemplateSyntax,
                    failure.place,
                    msg!("模板之间对不上：{reason}", "templates do not fit together: {reason}"),
                ));
                None
            }
        }
    }

    /// Whether there is a template.
    pub fn has(&self, name: &str) -> bool {
        self.templates.contains_key(name)
    }

    /// Renders `view` (a struct: its fields are the names) with texts that are safe HTML already.
    pub fn render(
        &self,
        template: &str,
        view: &impl Serialize,
        safe: &[(&'static str, &str)],
    ) -> Result<Vec<u8>, Failure> {
        let fail = |error: tera::Error| failure(&self.templates, &error);
        let mut context = Context::from_serialize(view).map_err(fail)?;
        for (name, html) in safe {
            context.insert_value(*name, Value::safe_string(html));
        }
        // A template that fails has written its beginning: the buffer is dropped then.
        let inside: usize = safe.iter().map(|(_, html)| html.len()).sum();
        let mut buffer = Vec::with_capacity(inside + (16 << 10));
        self.tera.render_to(template, &context, &mut buffer).map_err(fail)?;
        Ok(buffer)
    }
}

fn failure(templates: &BTreeMap<String, Template>, error: &tera::Error) -> Failure {
    let report = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => report,
        _ => return Failure { place: Place::Site, reason: one_line(&error.to_string()) },
    };
    let Some(template) = templates.get(report.filename()) else {
        return Failure { place: Place::Site, reason: one_line(report.message()) };
    };
    let range = report.span().range.clone();
    let end = range.end.min(template.text.len());
    let index = LineIndex::new(&template.text);
    let line = index.position(&template.text, range.start.min(end)).line;
    // One line is enough to show; a block would fill the screen.
    let end = end.min(index.line_range(&template.text, line).end).max(range.start.min(end));
    Failure {
        place: Place::Embedded {
            name: template.path.clone(),
            text: template.text.clone(),
            range: Span::from(range.start.min(end)..end),
        },
        reason: one_line(report.message()),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
