//! The lists of a kind as tables: what is listed as CSV, and a blank workbook for more.

use crate::{
    base::lang::Tongue,
    fields::{
        FieldName, Shape, Value, Values,
        row::{Column, columns},
    },
    formats::{csv, workbook},
    model::word_of,
    plan::{Plan, Planned},
};

/// Fields that steer publishing and are nobody's business outside.
const INTERNAL: [&str; 4] = ["kind", "draft", "expires", "aliases"];

/// Everything that a kind's list shows, with the columns that any row fills. Its headings are those
/// that a table is read by.
pub(super) fn list(plan: &Plan<'_>, output: &Planned, kind: usize) -> String {
    let catalogue = plan.catalogue;
    let lang = &catalogue.settings.languages[output.lang];
    let items = &plan.lists[output.lang].kinds[kind];
    let cell = |i: usize, column: &Column| -> String {
        let value = find(&catalogue.items[i].values, &column.path);
        let label = |word: &str| match column.shape {
            Shape::Choice(_) | Shape::Choices(_) => word_of(word, &catalogue.settings, lang),
            _ => word.to_owned(),
        };
        value.map_or(String::new(), |value| words(value, lang.tongue(), &label))
    };
    let is_used = |column: &Column| {
        let is_list = matches!(column.shape, Shape::Records(_));
        !INTERNAL.contains(&&*column.path[0])
            && !is_list
            && items.iter().any(|i| find(&catalogue.items[*i].values, &column.path).is_some())
    };
    let used: Vec<Column> =
        columns(&catalogue.kinds.get(kind).fields).into_iter().filter(|column| is_used(column)).collect();
    let heads: Vec<String> = used.iter().map(|column| column.heading.text(lang.tongue()).to_owned()).collect();
    let rows = items.iter().map(|i| used.iter().map(|column| cell(*i, column)).collect());
    csv::table(&std::iter::once(heads).chain(rows).collect::<Vec<_>>())
}

/// A blank workbook of a kind.
pub(super) fn blank(plan: &Plan<'_>, output: &Planned, kind: usize) -> Vec<u8> {
    let tongue = plan.catalogue.settings.languages[output.lang].tongue();
    workbook::blank(plan.catalogue.kinds.get(kind), tongue).unwrap_or_default()
}

fn find<'a>(values: &'a Values, path: &[FieldName]) -> Option<&'a Value> {
    match path {
        [name] => values.get(name).map(|spot| &spot.value),
        [outer, inner] => values.record(outer)?.get(inner).map(|spot| &spot.value),
        _ => None,
    }
}

fn words(value: &Value, tongue: Tongue, label: &dyn Fn(&str) -> String) -> String {
    match value {
        Value::Text(text) | Value::Number(text) => label(text),
        Value::Texts(texts) => texts.iter().map(|spot| label(&spot.value)).collect::<Vec<_>>().join("、"),
        Value::When(when) => when.to_string(),
        Value::Integer(n) => n.to_string(),
        Value::Boolean(yes) => match (yes, tongue) {
            (true, Tongue::Zh) => "是".into(),
            (false, Tongue::Zh) => "否".into(),
            (yes, Tongue::En) => if *yes { "yes" } else { "no" }.into(),
        },
        _ => String::new(),
    }
}
