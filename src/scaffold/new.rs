//! A new content file, its front matter made from the description of its kind.

use jiff::civil::DateTime;

use crate::{
    base::slug::slug,
    fields::{Field, Shape, likely, with_labels},
    model::{Behaviour, KindSpec},
};

/// What to make.
#[derive(Debug, Clone)]
pub struct NewItem<'a> {
    /// The kind.
    pub kind: &'a KindSpec,
    /// The title.
    pub title: &'a str,
    /// For articles: the column's id.
    pub column: &'a str,
    /// The moment, in the site's time zone.
    pub now: DateTime,
}

/// Fields of texts that a blank file shows besides the required ones, in this order.
const SHOWN: [&str; 10] =
    ["date", "lead", "source", "author", "editor", "keywords", "tags", "cover", "cover_alt", "label"];

/// Fields that every kind has and that a blank record shows after its own.
const LAST: [&str; 10] =
    ["place", "audience", "schedule", "status", "date", "tags", "cover", "cover_alt", "attachments", "programmes"];

/// The path below the site and the text of the new file.
pub fn file(item: &NewItem<'_>) -> (String, String) {
    let date = item.now.date();
    let name = slug(item.title);
    let dated = item.kind.behaviour == Behaviour::Article;
    let prefix = if dated { format!("{date}-") } else { String::new() };
    let column = if dated { format!("{}/", item.column) } else { String::new() };
    let path = format!("content/{}/{column}{prefix}{name}.md", item.kind.folder);
    (path, text(item))
}

/// The text of the new file.
pub(super) fn text(item: &NewItem<'_>) -> String {
    let mut text = String::from(
        "---\n# 两条 --- 之间是这一篇的资料，下面写正文。“#”开头的行不起作用：要用哪一行，删掉行首的“# ”，再把冒号后面换成您的内容。\n",
    );
    if item.kind.brief.is_empty() && !item.kind.declared {
        story(item, &mut text);
    } else {
        record(item, &mut text);
    }
    text.push_str("---\n\n");
    text
}

/// What is written rather than filled in: an article, a page.
fn story(item: &NewItem<'_>, text: &mut String) {
    let is_shown = |field: &&Field| SHOWN.contains(&&*field.name);
    for field in item.kind.fields.iter().filter(|field| field.required && !is_shown(field)) {
        match &*field.name {
            "title" => text.push_str(&format!("title: {}\n", quoted(item.title))),
            name => text.push_str(&format!("{name}: {}    # {}\n", field.shape.example(), field.label.zh)),
        }
    }
    let article = item.kind.behaviour == Behaviour::Article;
    for field in SHOWN.iter().filter_map(|name| item.kind.fields.iter().find(|field| *field.name == **name)) {
        match (&*field.name, article || field.required) {
            ("date", true) => text.push_str(&format!("date: {}\n", item.now.date())),
            _ => line(field, "# ", "", text),
        }
    }
}

/// What is filled in like a form: first what the blank table of its kind asks for, then the rest.
fn record(item: &NewItem<'_>, text: &mut String) {
    let kind = item.kind;
    text.push_str(&format!("title: {}\n", quoted(item.title)));
    let find = |name: &str| kind.fields.iter().find(|field| *field.name == *name);
    let mut first: Vec<&str> = kind.brief.iter().map(|path| path.split('.').next().unwrap_or(path)).collect();
    first.extend(kind.own_fields().iter().filter(|field| field.required || kind.declared).map(|field| &*field.name));
    let own = kind.own_fields().iter().map(|field| &*field.name);
    let mut shown = vec!["title", "id"];
    for name in first {
        field(find(name), &mut shown, text);
    }
    text.push_str("## 下面的用到再填。\n");
    for name in own.chain(LAST) {
        field(find(name), &mut shown, text);
    }
}

/// A field, unless it stands there already: required ones to be filled in, others waiting as a comment.
fn field<'f>(field: Option<&'f Field>, shown: &mut Vec<&'f str>, text: &mut String) {
    let Some(field) = field.filter(|field| !shown.contains(&&*field.name)) else { return };
    shown.push(&field.name);
    line(field, if field.required { "" } else { "# " }, "", text);
    if *field.name == *"schedule" {
        text.push_str(
            "## 每周、每月重复的，不写 start，写成一行：schedule: {every: week, on: [周四], time: '19:00-20:30', from: 2026-12-03, until: 2027-06-24}\n",
        );
    }
}

/// A line with an example and what it is; what holds others has theirs below it.
fn line(field: &Field, mark: &str, indent: &str, text: &mut String) {
    let (name, label) = (&field.name, &field.label.zh);
    let mut inner = |fields: &[Field], mut lead: &str| {
        text.push_str(&format!("{mark}{indent}{name}:    # {label}（连同下面缩进的几行）\n"));
        for field in fields.iter().filter(|field| !is_rare(name, field)) {
            line(field, mark, &format!("{indent}{lead}"), text);
            lead = if lead == "  - " { "    " } else { lead };
        }
    };
    match &field.shape {
        Shape::Record(fields) => inner(fields, "  "),
        Shape::Records(fields) => inner(fields, "  - "),
        Shape::Choice(words) | Shape::Choices(words) => {
            let choices = with_labels(words, &field.spoken).zh;
            text.push_str(&format!("{mark}{indent}{name}: {}    # {label}，可以写：{choices}\n", example(field)));
        }
        _ => text.push_str(&format!("{mark}{indent}{name}: {}    # {label}\n", example(field))),
    }
}

/// Parts of the common groups that hardly anybody fills in at first.
fn is_rare(group: &str, field: &Field) -> bool {
    match group {
        "schedule" => !["start", "end", "time"].contains(&&*field.name),
        "status" => ["date", "was"].contains(&&*field.name),
        _ => false,
    }
}

/// What could stand there, as somebody would write it.
fn example(field: &Field) -> String {
    match (&*field.name, &field.shape) {
        ("days", _) => "[周一, 周三, 周五]".into(),
        ("tags" | "keywords", _) => "[]".into(),
        ("src", Shape::Text) => "/media/audio/recording.mp3".into(),
        (_, Shape::Ref(_)) => format!("{}的名称", field.label.zh),
        (_, Shape::Refs(_)) => format!("[{}的名称]", field.label.zh),
        (name, Shape::Text | Shape::Integer | Shape::Number) => {
            likely(name).map_or_else(|| field.shape.example(), str::to_owned)
        }
        (_, shape) => shape.example(),
    }
}

/// A title as YAML: quoted where it could be anything but a plain word.
fn quoted(title: &str) -> String {
    let title: String = title.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let title = title.trim();
    let letters = title.starts_with(|c: char| c.is_alphabetic() || c == '“' || c == '《');
    let reserved = ["true", "false", "null", "yes", "no", "on", "off"].contains(&title.to_ascii_lowercase().as_str());
    if letters && !reserved && !title.contains([':', '#']) {
        title.to_owned()
    } else {
        format!("'{}'", title.replace('\'', "''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn titles_stay_titles() {
        assert_eq!(quoted("冬至活动"), "冬至活动");
        assert_eq!(quoted("通知: 停水"), "'通知: 停水'");
        assert_eq!(quoted("2026年"), "'2026年'");
        assert_eq!(quoted("it's"), "it's");
        assert_eq!(quoted("yes"), "'yes'");
    }
}
