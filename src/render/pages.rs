//! Pages: a view, a body, a template.

use std::io;

use super::{Renderer, body, unreadable};
use crate::{
    base::hash::Key,
    document::{Form, markdown::Draft, text_again},
    formats::qr::qr,
    model::Presence,
    output::OutputError,
    plan::{
        Planned, Subject, view,
        views::{Content, Head, View},
    },
    theme::Engine,
};

impl Renderer<'_, '_> {
    /// Makes one page unless the sink still has it; whether it was made.
    pub(super) fn page(&self, output: &Planned) -> Result<bool, OutputError> {
        let Some((template, view)) = view(self.plan, output) else { return Ok(false) };
        let catalogue = self.plan.catalogue;
        let item = match output.subject {
            Subject::Item(i) if catalogue.presence[i] != Presence::Withdrawn => Some(i),
            _ => None,
        };
        let surroundings = item.map(|i| body::Surroundings::new(self.plan, i, output));
        let text = item.map(|i| catalogue.items[i].body.hash);
        let coded = coded(&view, item.is_some()).filter(|_| catalogue.settings.outputs.qr);
        let key = Key::of(&(&template, &view, &surroundings, text, coded, self.site[output.lang]));
        if self.tools.sink.keep(&output.path, key)? {
            return Ok(false);
        }
        let engine = &self.engines[output.lang];
        let body = match (item, &surroundings) {
            (Some(i), Some(surroundings)) => match self.body(i, surroundings, engine, &view.page) {
                Ok(body) => body,
                Err(error) => {
                    self.report(unreadable(&catalogue.items[i].path, &error));
                    return Ok(false);
                }
            },
            _ => String::new(),
        };
        let code = coded.map_or_else(String::new, |address| qr(address, address));
        match engine.render(&template, &view, &[("body", &body), ("qr", &code)]) {
            Ok(html) => {
                self.tools.sink.put(&output.path, output.phase, key, &html)?;
                Ok(true)
            }
            Err(failure) => {
                self.report(failure.diagnostic(&super::subject(self.plan, output)));
                Ok(false)
            }
        }
    }

    /// The HTML of an item's text, which was put aside when its file was read.
    fn body(&self, i: usize, surroundings: &body::Surroundings, engine: &Engine, page: &Head) -> io::Result<String> {
        let item = &self.plan.catalogue.items[i];
        if item.form == Form::Row {
            return Ok(String::new());
        }
        let kept = item.body.draft.as_ref().ok_or(io::ErrorKind::NotFound)?;
        let bytes = match self.tools.spool.get(kept) {
            Ok(bytes) => bytes,
            Err(_) => {
                let language = self.plan.catalogue.settings.default_language();
                text_again(&item.path, self.tools.files, language)?.into()
            }
        };
        let draft = Draft::from_bytes(&bytes).ok_or(io::ErrorKind::InvalidData)?;
        Ok(body::render(&draft, surroundings, engine, page, |diagnostic| self.report(diagnostic)))
    }
}

/// What the QR code of a page says: the address of an item, of the calendar what to subscribe to.
fn coded(view: &View, item: bool) -> Option<&str> {
    match &view.content {
        Content::Calendar(calendar) => calendar.subscription.as_ref().map(|own| own.full.as_str()),
        _ => item.then_some(view.page.canonical.as_str()),
    }
}
