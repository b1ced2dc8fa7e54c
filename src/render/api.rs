//! The site as data: `api/<kind>.json` with its JSON Schema, addresses, the build, the next change.

use jiff::{civil::DateTime, tz::TimeZone};
use rayon::prelude::*;
use serde_json::{Map, Value as Json, json};

use crate::{
    base::{date::moment_iso, lang::Tongue},
    fields::{Field, Shape, Value, Values},
    model::{Behaviour, Item, KindSpec, Presence},
    plan::{Plan, Planned, Subject},
};

/// Fields that steer publishing and are nobody's business outside.
const INTERNAL: [&str; 9] = ["kind", "draft", "id", "title", "date", "updated", "expires", "column", "review"];

/// Fields of digests and editions that are for editors and for sending.
const OF_LETTERS: [&str; 10] =
    ["why", "left_out", "segments", "sender", "list_id", "salutation", "template", "not_after", "empty", "preheader"];

/// Everything of a kind that readers may see, one item a line.
pub(super) fn kind(plan: &Plan<'_>, output: &Planned, kind: usize) -> String {
    let catalogue = plan.catalogue;
    let lang = &catalogue.settings.languages[output.lang];
    let seen = |i: &usize| {
        let item = &catalogue.items[*i];
        item.kind == kind
            && item.lang == *lang
            && catalogue.has_page(*i)
            && catalogue.presence[*i] != Presence::Withdrawn
    };
    let indices: Vec<usize> = (0..catalogue.items.len()).filter(seen).collect();
    let rows: Vec<String> = indices.par_iter().map(|i| item(plan, *i).to_string()).collect();
    let schema = catalogue.settings.base_url.join(&format!("api/schema/{}.json", catalogue.kinds.get(kind).folder));
    let mut text = format!("{{\"$schema\":{},\"count\":{},\"items\":[\n", Json::from(schema), rows.len());
    text.push_str(&rows.join(",\n"));
    text.push_str("\n]}\n");
    text
}

fn item(plan: &Plan<'_>, i: usize) -> Json {
    let catalogue = plan.catalogue;
    let (item, settings) = (&catalogue.items[i], &catalogue.settings);
    let mut out = Map::new();
    out.insert("id".into(), item.id.as_str().into());
    out.insert("url".into(), settings.base_url.join(catalogue.addresses.item(i)).into());
    out.insert("lang".into(), item.lang.as_str().into());
    out.insert("title".into(), item.title.as_str().into());
    for (name, when) in [("date", item.date), ("updated", item.changed), ("expires", item.expires)] {
        if let Some(when) = when {
            out.insert(name.into(), when.to_string().into());
        }
    }
    if let Some(column) = item.column {
        out.insert("column".into(), settings.columns[column].id.as_str().into());
    }
    out.insert("summary".into(), item.summary().into());
    out.insert("characters".into(), item.body.scan.counts.characters.into());
    if catalogue.presence[i] == Presence::Expired {
        out.insert("expired".into(), true.into());
    }
    fields(plan, i, item, &item.values, &mut out);
    Json::Object(out)
}

fn fields(plan: &Plan<'_>, i: usize, item: &Item, values: &Values, out: &mut Map<String, Json>) {
    let letters = matches!(plan.catalogue.kinds.get(item.kind).behaviour, Behaviour::Digest | Behaviour::Edition);
    let hidden = |name: &str| INTERNAL.contains(&name) || letters && OF_LETTERS.contains(&name);
    for (name, spot) in values.iter().filter(|(name, _)| !hidden(name)) {
        out.insert(name.into(), value(plan, i, item, name, &spot.value));
    }
}

fn value(plan: &Plan<'_>, i: usize, item: &Item, name: &str, value: &Value) -> Json {
    match value {
        Value::Text(text) => match (name, plan.resolved.items[i].get(text)) {
            // Files have the address under which they are published.
            ("src" | "cover", Some(target)) => {
                let url = plan.attachment(target, "").map(|file| plan.catalogue.settings.base_url.join(&file.url));
                url.map_or_else(|| text.as_str().into(), Json::from)
            }
            _ => text.as_str().into(),
        },
        Value::Words(words) => crate::fields::values::pick(words, &item.lang).into(),
        Value::Texts(texts) => texts.iter().map(|spot| spot.value.as_str()).collect::<Vec<_>>().into(),
        Value::When(when) => when.to_string().into(),
        Value::Integer(n) => (*n).into(),
        Value::Number(text) => number(text),
        Value::Boolean(yes) => (*yes).into(),
        Value::Record(values) => {
            let mut out = Map::new();
            fields(plan, i, item, values, &mut out);
            // Inside a record dates are content, not steering.
            for (name, spot) in values.iter().filter(|(name, _)| matches!(*name, "date" | "title")) {
                out.insert(name.into(), self::value(plan, i, item, name, &spot.value));
            }
            Json::Object(out)
        }
        Value::Records(records) => {
            let record = |spot: &crate::fields::Spot<Values>| {
                self::value(plan, i, item, name, &Value::Record(spot.value.clone()))
            };
            records.iter().map(record).collect::<Vec<_>>().into()
        }
        Value::Mapping(pairs) => {
            let pair = |(key, value): &(crate::fields::Spot<String>, crate::fields::Spot<String>)| {
                (key.value.clone(), Json::from(value.value.as_str()))
            };
            Json::Object(pairs.iter().map(pair).collect())
        }
    }
}

/// A number as it was written (9.90); one that JSON would write otherwise (+5, .5) as JSON does.
fn number(text: &str) -> Json {
    let written = serde_json::from_str::<serde_json::Number>(text).ok();
    let number = written.or_else(|| serde_json::Number::from_f64(text.parse().ok()?));
    number.map_or_else(|| text.into(), Json::Number)
}

/// The JSON Schema (2020-12) of `api/<kind>.json`.
pub(super) fn schema_text(plan: &Plan<'_>, kind: usize) -> String {
    let tongue = plan.catalogue.settings.default_language().tongue();
    let item = schema(plan.catalogue.kinds.get(kind), tongue);
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["items"],
        "properties": { "$schema": { "type": "string" }, "count": { "type": "integer" }, "items": { "type": "array", "items": item } },
    });
    format!("{whole:#}\n")
}

/// The JSON Schema of an item of a kind as `api/` publishes it.
pub fn schema(kind: &KindSpec, tongue: Tongue) -> Json {
    let text = json!({ "type": "string" });
    let mut properties = Map::new();
    for name in ["id", "url", "lang", "title", "date", "updated", "expires", "column", "summary"] {
        properties.insert(name.into(), text.clone());
    }
    properties.insert("characters".into(), json!({ "type": "integer" }));
    properties.insert("expired".into(), json!({ "type": "boolean" }));
    for field in kind.fields.iter().filter(|field| !INTERNAL.contains(&&*field.name)) {
        properties.insert(field.name.to_string(), field_schema(field, tongue));
    }
    json!({ "type": "object", "required": ["id", "url", "lang", "title"], "properties": properties })
}

fn field_schema(field: &Field, tongue: Tongue) -> Json {
    let mut schema = shape_schema(&field.shape, tongue);
    if let Some(object) = schema.as_object_mut() {
        object.insert("description".into(), field.label.text(tongue).into());
    }
    schema
}

fn shape_schema(shape: &Shape, tongue: Tongue) -> Json {
    let record = |fields: &[Field]| {
        let properties: Map<String, Json> =
            fields.iter().map(|field| (field.name.to_string(), field_schema(field, tongue))).collect();
        json!({ "type": "object", "properties": properties })
    };
    match shape {
        Shape::Text
        | Shape::Words
        | Shape::Hours
        | Shape::Date
        | Shape::Ref(_)
        | Shape::Item
        | Shape::Media
        | Shape::Url => {
            json!({ "type": "string" })
        }
        Shape::Texts | Shape::Refs(_) | Shape::Addresses => json!({ "type": "array", "items": { "type": "string" } }),
        Shape::Choice(words) => json!({ "type": "string", "enum": words }),
        Shape::Choices(words) => json!({ "type": "array", "items": { "enum": words } }),
        Shape::Integer => json!({ "type": "integer" }),
        Shape::Number => json!({ "type": "number" }),
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::Record(fields) => record(fields),
        Shape::Records(fields) => json!({ "type": "array", "items": record(fields) }),
        Shape::Mapping => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
    }
}

/// The outputs whose addresses readers may keep.
pub fn addresses<'p>(plan: &'p Plan<'_>) -> impl Iterator<Item = &'p Planned> {
    let kept = |output: &&Planned| {
        matches!(
            output.subject,
            Subject::Home
                | Subject::List(..)
                | Subject::Terms(_)
                | Subject::Item(_)
                | Subject::Redirect(_)
                | Subject::Atom(_)
                | Subject::JsonFeed(_)
                | Subject::CalendarFeed(_)
        )
    };
    plan.outputs.iter().filter(kept)
}

/// Every address of the site that readers may keep, for comparing with a later build.
pub(super) fn address_list(plan: &Plan<'_>) -> String {
    let mut addresses: Vec<&str> = addresses(plan).map(|output| output.url.as_str()).collect();
    addresses.sort_unstable();
    let calendars = plan.calendars_with_dates();
    let base_url = plan.catalogue.settings.base_url.as_str();
    format!("{:#}\n", json!({ "base_url": base_url, "addresses": addresses, "calendars": calendars }))
}

/// What this build was: the one place where the moment of building may stand.
pub fn build(plan: &Plan<'_>) -> String {
    let catalogue = plan.catalogue;
    let mut kinds = Map::new();
    for (kind, spec) in catalogue.kinds.iter() {
        let count =
            (0..catalogue.items.len()).filter(|i| catalogue.items[*i].kind == kind && catalogue.listed(*i)).count();
        kinds.insert(spec.folder.clone(), count.into());
    }
    let value = json!({
        "generator": format!("pbsite {}", env!("CARGO_PKG_VERSION")),
        "base_url": catalogue.settings.base_url.as_str(),
        "now": moment_iso(catalogue.now, &catalogue.settings.zone),
        "outputs": plan.outputs.len(),
        "items": kinds,
    });
    format!("{value:#}\n")
}

/// What a build was, at another moment.
pub fn build_at(text: &str, now: DateTime, zone: &TimeZone) -> Option<String> {
    let mut value: Json = serde_json::from_str(text).ok()?;
    *value.get_mut("now")? = moment_iso(now, zone).into();
    Some(format!("{value:#}\n"))
}

/// The next moment at which a build would come out differently, for whoever starts builds.
pub(super) fn next_change(plan: &Plan<'_>) -> String {
    let next = plan.catalogue.next_change().map(|moment| moment_iso(moment, &plan.catalogue.settings.zone));
    format!("{:#}\n", json!({ "next_change": next }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_stay_as_written() {
        let shown = ["9.90", "31.20", "1e3", "007", "+5", ".5", "-0.10", "12345678901234567890.1"]
            .map(|text| super::number(text).to_string());
        assert_eq!(shown, ["9.90", "31.20", "1e+3", "7.0", "5.0", "0.5", "-0.10", "12345678901234567890.1"]);
    }
}
