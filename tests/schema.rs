//! The schemas of front matter and of `pbsite.yaml` take what the program takes, and refuse what it
//! refuses. (`tests/ci/schema.py` asks another reader of JSON Schema the same.)

use std::{collections::BTreeMap, fs};

use pbsite::{
    config::{FILE, Overrides, Settings},
    model::Kinds,
    scaffold::{all_schemas, site_schema},
};
use serde_json::{Value as Json, json};

use crate::support::root;

fn schemas() -> Json {
    let text = fs::read_to_string(root().join(FILE)).unwrap();
    let settings = Settings::read(&text, &Overrides::default(), &mut Vec::new()).unwrap();
    all_schemas(&Kinds::new(&settings, &mut Vec::new()))["$defs"].clone()
}

/// What is wrong with a value, by the part of JSON Schema that the schemas use; patterns are left to
/// the other reader.
fn wrong(schema: &Json, value: &Json, at: &str, found: &mut Vec<String>) {
    let object = schema.as_object().unwrap();
    for word in object.keys() {
        let known = ["type", "enum", "anyOf", "properties", "required", "additionalProperties", "items"];
        let words = ["$schema", "title", "description", "pattern"];
        assert!(known.contains(&word.as_str()) || words.contains(&word.as_str()), "`{word}` is not understood here");
    }
    if let Some(kind) = object.get("type") {
        let kinds = kind.as_array().cloned().unwrap_or_else(|| vec![kind.clone()]);
        if !kinds.iter().any(|kind| is(kind.as_str().unwrap(), value)) {
            found.push(format!("{at}: {value} is not {kind}"));
            return;
        }
    }
    if object.get("enum").is_some_and(|words| !words.as_array().unwrap().contains(value)) {
        found.push(format!("{at}: {value} is none of the words"));
    }
    if let Some(choices) = object.get("anyOf") {
        let fits = |choice: &Json| {
            let mut own = Vec::new();
            wrong(choice, value, at, &mut own);
            own.is_empty()
        };
        if !choices.as_array().unwrap().iter().any(fits) {
            found.push(format!("{at}: {value} fits nothing"));
        }
    }
    if let (Some(map), true) = (value.as_object(), object.contains_key("type")) {
        for name in object.get("required").into_iter().flat_map(|names| names.as_array().unwrap()) {
            if !map.contains_key(name.as_str().unwrap()) {
                found.push(format!("{at}: {name} is missing"));
            }
        }
        for (name, value) in map {
            let at = format!("{at}.{name}");
            match (&schema["properties"][name], &schema["additionalProperties"]) {
                (Json::Null, Json::Bool(false)) => found.push(format!("{at} is unknown")),
                (Json::Null, other) => wrong(other, value, &at, found),
                (own, _) => wrong(own, value, &at, found),
            }
        }
    }
    if let (Some(list), Some(items)) = (value.as_array(), object.get("items")) {
        list.iter().enumerate().for_each(|(i, value)| wrong(items, value, &format!("{at}[{i}]"), found));
    }
}

fn is(kind: &str, value: &Json) -> bool {
    match kind {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => panic!("no type `{kind}`"),
    }
}

fn problems(schema: &Json, yaml: &str) -> Vec<String> {
    let value: Json = serde_yaml_oracle::from_str(yaml).unwrap();
    let mut found = Vec::new();
    wrong(schema, &value, "", &mut found);
    found
}

/// The sample's front matter, by file, with the kind of each.
fn samples() -> BTreeMap<String, (&'static str, String)> {
    let kinds = [("articles", "article"), ("pages", "page"), ("series", "series"), ("programmes", "programme")];
    let mut samples = BTreeMap::new();
    for (folder, kind) in kinds {
        for (name, text) in crate::repository::files_below(&format!("content/{folder}"), "md") {
            let front = text.split("---\n").nth(1).unwrap().to_owned();
            samples.insert(name, (kind, front));
        }
    }
    samples
}

#[test]
fn the_sample_fits() {
    let schemas = schemas();
    let samples = samples();
    assert!(samples.len() > 40, "{} files", samples.len());
    for (name, (kind, front)) in samples {
        assert_eq!(problems(&schemas[kind], &front), [""; 0], "{name}");
    }
    let settings = fs::read_to_string(root().join(FILE)).unwrap();
    assert_eq!(problems(&site_schema(), &settings), [""; 0]);
}

#[test]
fn mistakes_do_not_fit() {
    let article = &schemas()["article"];
    let good = "title: 通知\ndate: 2026-11-20\n";
    assert_eq!(problems(article, good), [""; 0]);
    for bad in [
        "date: 2026-11-20",
        "title:",
        "title: [通知]",
        "title: 通知\ndat: 2026-11-20",
        "title: 通知\n标题: 通知",
        "title: 通知\ndraft: 是",
        "title: 通知\ndraft: 'false'",
        "title: 通知\ntags: {a: b}",
        "title: 通知\ncolumn: nowhere",
        "title: 通知\nschedule: {every: fortnight, from: 2026-12-05}",
        "title: 通知\nschedule: {start: 2026-12-05, begin: 2026-12-05}",
        "title: 通知\nplace: 后滩",
        "title: 通知\ngallery: {src: a.jpg}",
        "title: 通知\nstatus: {state: 取消}",
        "title: 通知\naudience: {units: [schools]}",
        "- title: 通知",
        "通知",
    ] {
        assert_ne!(problems(article, bad), [""; 0], "{bad}");
    }
    for bad in ["name: 门户", "name: 门户\nbase_url: https://example.org/\nlanguage: [zh-Hans]", "- name: 门户"] {
        assert_ne!(problems(&site_schema(), bad), [""; 0], "{bad}");
    }
}

#[test]
fn fields_have_labels_in_both_languages() {
    let article = schemas()["article"].clone();
    assert_eq!(article["title"], json!("文章 / Article"));
    assert_eq!(article["properties"]["expires"]["title"], json!("过期 / expires"));
    let description = article["properties"]["expires"]["description"].as_str().unwrap();
    assert_eq!(
        description,
        "日期，要时间就在后面写 T08:30。例如 expires: 2026-11-21\na date, with a time as T08:30 behind it, such as expires: 2026-11-21"
    );
}
