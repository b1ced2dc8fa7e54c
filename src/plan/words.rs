//! Values of fields in words: choices by their labels, references by titles, dates for readers.

use super::views::Link;
use crate::{
    base::lang::{Lang, Tongue},
    catalogue::Catalogue,
    fields::{Field, Shape, Value, Values},
    model::word_of,
};

/// Says values in a language.
#[derive(Clone, Copy)]
pub(super) struct Words<'c> {
    pub(super) catalogue: &'c Catalogue,
    pub(super) lang: &'c Lang,
}

impl Words<'_> {
    /// A value, one entry for each of a list; nothing for files, and for mappings that are no period.
    pub(super) fn of(self, shape: &Shape, value: &Value) -> Vec<Link> {
        let plain = |title: String| vec![Link { title, ..Link::default() }];
        match (shape, value) {
            (Shape::Ref(kind), Value::Text(id)) => self.item(kind, id).into_iter().collect(),
            (Shape::Refs(kind), Value::Texts(ids)) => ids.iter().filter_map(|id| self.item(kind, &id.value)).collect(),
            (Shape::Choice(_), Value::Text(word)) => plain(self.word(word)),
            (Shape::Choices(_), Value::Texts(words)) => {
                words.iter().flat_map(|word| plain(self.word(&word.value))).collect()
            }
            (Shape::Url, Value::Text(url)) => vec![Link { title: url.clone(), url: url.clone(), external: true }],
            (Shape::Record(fields), Value::Record(values)) => {
                period(fields, values, self.lang.tongue()).into_iter().flat_map(plain).collect()
            }
            (Shape::Record(_) | Shape::Records(_) | Shape::Media, _) => Vec::new(),
            (_, Value::Text(text) | Value::Number(text)) => plain(text.clone()),
            (_, Value::Texts(texts)) => texts.iter().flat_map(|spot| plain(spot.value.clone())).collect(),
            (_, Value::When(when)) => plain(when.human(self.lang.tongue())),
            (_, Value::Integer(n)) => plain(n.to_string()),
            (_, Value::Boolean(yes)) => plain(self.truth(*yes).into()),
            _ => Vec::new(),
        }
    }

    /// The value of a field in one line; `path` may lead into a mapping: `audience.units`.
    pub(super) fn line(self, fields: &[Field], path: &str, values: &Values) -> String {
        let (name, rest) = path.split_once('.').unwrap_or((path, ""));
        let Some(field) = fields.iter().find(|field| *field.name == *name) else { return String::new() };
        let Some(spot) = values.get(name) else { return String::new() };
        if let (Shape::Record(inner), Value::Record(values)) = (&field.shape, &spot.value) {
            return self.line(inner, rest, values);
        }
        let words = self.of(&field.shape, &spot.value).into_iter().map(|link| link.title).collect::<Vec<_>>();
        words.join(if self.lang.tongue() == Tongue::Zh { "、" } else { ", " })
    }

    fn word(self, word: &str) -> String {
        word_of(word, &self.catalogue.settings, self.lang)
    }

    fn truth(self, yes: bool) -> &'static str {
        match (yes, self.lang.tongue()) {
            (true, Tongue::Zh) => "是",
            (false, Tongue::Zh) => "否",
            (true, Tongue::En) => "yes",
            (false, Tongue::En) => "no",
        }
    }

    /// What a reference names, with a link where it has a page.
    fn item(self, kind: &str, word: &str) -> Option<Link> {
        let catalogue = self.catalogue;
        let i = catalogue.meant(catalogue.kinds.by_name(kind)?, word, self.lang)?;
        let url = if catalogue.has_page(i) { catalogue.addresses.item(i).to_owned() } else { String::new() };
        Some(Link { title: catalogue.items[i].title.clone(), url, external: false })
    }
}

/// A mapping that says from when until when, in one line.
fn period(fields: &[Field], values: &Values, tongue: Tongue) -> Option<String> {
    let is_end = |field: &Field| matches!(&*field.name, "from" | "until") && matches!(field.shape, Shape::Date);
    if !fields.iter().all(is_end) {
        return None;
    }
    let day = |name: &str| values.when(name).map(|when| when.human(tongue));
    match (day("from"), day("until"), tongue) {
        (Some(from), Some(until), Tongue::Zh) => Some(format!("{from}—{until}")),
        (Some(from), Some(until), Tongue::En) => Some(format!("{from} – {until}")),
        (Some(from), None, Tongue::Zh) => Some(format!("{from}起")),
        (Some(from), None, Tongue::En) => Some(format!("from {from}")),
        (None, Some(until), Tongue::Zh) => Some(format!("到{until}为止")),
        (None, Some(until), Tongue::En) => Some(format!("until {until}")),
        (None, None, _) => None,
    }
}
