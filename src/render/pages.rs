//! Pages: a view, a body, a template.

use super::{Renderer, body, changed};
use crate::{
    base::hash::Key,
    document::Form,
    formats::qr::qr,
    model::Presence,
    output::OutputError,
    plan::{Planned, Subject, view},
    source::decode,
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
        let coded = item.filter(|_| catalogue.settings.outputs.qr).map(|_| view.page.canonical.as_str());
        let key = Key::of(&(&template, &view, &surroundings, text, coded, self.site[output.lang]));
        if self.tools.sink.keep(&output.path, key)? {
            return Ok(false);
        }
        let engine = &self.engines[output.lang];
        let body = match (item, &surroundings) {
            (Some(i), Some(surroundings)) => match self.text(i) {
                Some(text) => body::render(
                    &text[catalogue.items[i].body.span.range()],
                    surroundings,
                    engine,
                    &view.page,
                    |diagnostic| self.report(diagnostic),
                ),
                None => return Ok(false),
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

    /// The file of an item, read again; one whose text changed since is reported.
    fn text(&self, i: usize) -> Option<String> {
        let item = &self.plan.catalogue.items[i];
        if item.form == Form::Row {
            return Some(String::new());
        }
        let text = decode(self.read(&item.path)?).text;
        let body = text.get(item.body.span.range());
        if body.is_some_and(|body| Key::of_bytes(body.as_bytes()) == item.body.hash) {
            return Some(text);
        }
        self.report(changed(&item.path));
        None
    }
}
