//! A new content file, its front matter made from the description of its kind.

use jiff::civil::DateTime;

use crate::{
    base::slug::slug,
    fields::{Field, Shape},
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

/// Fields that a blank file shows besides the required ones, in this order.
const SHOWN: [&str; 10] =
    ["date", "lead", "source", "author", "editor", "keywords", "tags", "cover", "cover_alt", "label"];

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
    for field in
        item.kind.fields.iter().filter(|field| field.required && SHOWN.iter().all(|name| **name != *field.name))
    {
        match &*field.name {
            "title" => text.push_str(&format!("title: {}\n", quoted(item.title))),
            name => text.push_str(&format!("{name}: {}    # {}\n", field.shape.example(), field.label.zh)),
        }
    }
    let article = item.kind.behaviour == Behaviour::Article;
    for field in SHOWN.iter().filter_map(|name| item.kind.fields.iter().find(|field| *field.name == **name)) {
        match (&*field.name, article || field.required) {
            ("date", true) => text.push_str(&format!("date: {}\n", item.now.date())),
            (_, _) => text.push_str(&optional(field)),
        }
    }
    text.push_str("---\n\n");
    text
}

/// A line that waits as a comment, ready to be used.
fn optional(field: &Field) -> String {
    let example = match &field.shape {
        Shape::Texts => "[]".to_owned(),
        shape => shape.example(),
    };
    format!("# {}: {example}    # {}\n", field.name, field.label.zh)
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
