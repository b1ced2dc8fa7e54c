//! JSON Schema of what editors write: front matter by kind, and `pbsite.yaml`, made from the same
//! description that reads them. Not the schema of `api/`, which says what the site publishes.
//!
//! A schema takes what the program takes without a word, in its plain forms: an editor that shows
//! it a red line shows it where the program would have something to say. References, files and the
//! order of dates are beyond it: those are for `check`.

use serde_json::{Map, Value as Json, json};

use crate::{
    base::lang::{Lang, Message},
    config::{FILE, Words, options},
    fields::{Field, Shape},
    model::{KindSpec, Kinds},
    msg,
};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// A day, with a time if need be, in every form that is read.
const DATE: &str = concat!(
    r"^\s*\d{4}\s*[-/.年]\s*(0?[1-9]|1[0-2])\s*[-/.月]\s*(0?[1-9]|[12]\d|3[01])\s*[日号]?",
    r"([T ]?\s*([01]?\d|2[0-3])[:：][0-5]\d([:：][0-5]\d)?)?\s*$"
);

/// A time of day or a span of it.
const HOURS: &str = r"^\s*([01]?\d|2[0-3])[:：][0-5]\d\s*([-—–~～至－]+\s*([01]?\d|2[0-3])[:：][0-5]\d\s*)?$";

/// The schema of a kind's front matter.
pub fn kind_schema(kind: &KindSpec) -> Json {
    let folder = &kind.folder;
    let place = msg!("content/{folder}/ 里的文件", "files in content/{folder}/");
    let own = both(&kind.description);
    let description = if own.is_empty() { line(&place) } else { format!("{own}\n{}", line(&place)) };
    whole(&title(&both(&kind.label), &kind.name), &description, &kind.fields)
}

/// The schema of `pbsite.yaml`.
pub fn site_schema() -> Json {
    whole(FILE, &line(&msg!("网站的设置", "the settings of the site")), &options::fields())
}

/// Every schema in one: `$defs` by the name of the kind, and `pbsite.yaml`.
pub fn all_schemas(kinds: &Kinds) -> Json {
    let mut schemas: Map<String, Json> = kinds.iter().map(|(_, kind)| (kind.name.clone(), kind_schema(kind))).collect();
    schemas.insert(FILE.into(), site_schema());
    json!({ "$schema": DIALECT, "$defs": schemas })
}

fn whole(title: &str, description: &str, fields: &[Field]) -> Json {
    let mut schema = Map::new();
    schema.insert("$schema".into(), DIALECT.into());
    schema.insert("title".into(), title.into());
    schema.insert("description".into(), description.into());
    if let Json::Object(record) = record(fields) {
        schema.extend(record);
    }
    Json::Object(schema)
}

fn record(fields: &[Field]) -> Json {
    let properties: Map<String, Json> =
        fields.iter().map(|field| (field.name.to_string(), field_schema(field))).collect();
    let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| &*field.name).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn field_schema(field: &Field) -> Json {
    let mut schema = Map::new();
    let Message { zh, en } = &field.label;
    let label = if zh == en || en.is_empty() { zh.clone() } else { format!("{zh} / {en}") };
    schema.insert("title".into(), title(&label, &field.name).into());
    let (meaning, example, name) = (field.shape.meaning(), field.shape.example(), &field.name);
    let (zh, en) = (&meaning.zh, &meaning.en);
    let description = msg!("{zh}。例如 {name}: {example}", "{en}, such as {name}: {example}");
    schema.insert("description".into(), line(&description).into());
    if let Json::Object(shape) = shape_schema(&field.shape) {
        schema.extend(shape);
    }
    if !field.required {
        allow_nothing(&mut schema);
    }
    Json::Object(schema)
}

/// A field that may be left out may also be there without a value.
fn allow_nothing(schema: &mut Map<String, Json>) {
    match schema.get_mut("type") {
        Some(Json::Array(types)) => types.push("null".into()),
        Some(only) => *only = json!([only.take(), "null"]),
        None => {}
    }
    if let Some(Json::Array(words)) = schema.get_mut("enum") {
        words.push(Json::Null);
    }
}

fn shape_schema(shape: &Shape) -> Json {
    // What YAML takes for a number or a truth is read as it is spelled where a text is wanted.
    let text = || json!(["string", "number", "boolean"]);
    let list = |item: Json| json!({ "type": ["array", "string", "number"], "items": item });
    match shape {
        Shape::Text | Shape::Ref(_) | Shape::Item | Shape::Media => json!({ "type": text() }),
        Shape::Words => {
            json!({ "type": ["string", "number", "boolean", "object"], "additionalProperties": { "type": text() } })
        }
        Shape::Texts | Shape::Refs(_) => list(json!({ "type": text() })),
        Shape::Date => json!({ "type": "string", "pattern": DATE }),
        Shape::Hours => json!({ "type": "string", "pattern": HOURS }),
        Shape::Integer => json!({ "type": ["integer", "string"], "pattern": r"^\s*[+-]?\d+\s*$" }),
        Shape::Number => {
            json!({ "type": ["number", "string"], "pattern": r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$" })
        }
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::Choice(words) => json!({ "type": ["string", "number", "boolean"], "enum": words }),
        Shape::Choices(words) => {
            let one = json!({ "enum": words });
            json!({ "anyOf": [{ "type": "array", "items": one }, one, { "type": "null" }] })
        }
        Shape::Url => json!({ "type": "string", "pattern": r"^\s*https?://\S+\s*$" }),
        Shape::Addresses => {
            json!({ "type": ["array", "string"], "items": { "type": "string", "pattern": "^/" }, "pattern": "^/" })
        }
        Shape::Record(fields) => record(fields),
        Shape::Records(fields) => json!({ "type": "array", "items": record(fields) }),
        Shape::Mapping => json!({ "type": "object", "additionalProperties": { "type": text() } }),
    }
}

fn title(label: &str, name: &str) -> String {
    if label.is_empty() { name.into() } else { label.into() }
}

/// Words in Chinese and English, once where they are the same.
fn both(words: &Words) -> String {
    let get = |tag: &str| Lang::new(tag).map_or(String::new(), |lang| words.get(&lang));
    let (zh, en) = (get("zh-Hans"), get("en"));
    if zh == en || en.is_empty() { zh } else { format!("{zh} / {en}") }
}

fn line(message: &Message) -> String {
    format!("{}\n{}", message.zh, message.en)
}
