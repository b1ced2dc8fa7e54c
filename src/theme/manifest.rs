//! `theme.yaml`: what a theme is called, its options, and the lists that its pages need.

use std::collections::BTreeMap;

use crate::{
    base::{lang::Message, path::SitePath, text::Span},
    diagnostics::{Code, Diagnostic, Place},
    fields::{At, Node, NodeValue, yaml},
    msg,
};

/// What `theme.yaml` says.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// How many items a list page holds.
    pub page_size: usize,
    /// Options: name, choices, the default first named.
    pub options: BTreeMap<String, Choice>,
    /// Lists by template, then by name.
    pub lists: BTreeMap<String, BTreeMap<String, ListQuery>>,
}

/// An option of a theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What a site may write.
    pub values: Vec<String>,
    /// What holds when it writes nothing.
    pub default: String,
}

/// A list that a template needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// Kind of its items.
    pub kind: String,
    /// A column's id, `same` for that of the page, empty for any.
    pub column: String,
    /// By title instead of newest first.
    pub by_title: bool,
    /// How many.
    pub limit: usize,
}

impl Default for Manifest {
    fn default() -> Self {
        Self { page_size: 20, options: BTreeMap::new(), lists: BTreeMap::new() }
    }
}

/// Reads `theme.yaml` over what `base` says already.
pub(super) fn read(name: &str, text: &str, base: Manifest, problems: &mut Vec<Diagnostic>) -> Manifest {
    let place = |range| Place::Embedded { name: name.into(), text: text.into(), range };
    let node = yaml::read(text, 0, yaml::Whole::Mapping, &place, problems).node;
    let mut reader = Reader { name, text, problems };
    match node {
        Some(node) => reader.manifest(&node, base),
        None => base,
    }
}

struct Reader<'a> {
    name: &'a str,
    text: &'a str,
    problems: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn problem(&mut self, at: At, message: Message) {
        let range = match at {
            At::Text(span) => span,
            At::Cell { .. } => Span::default(),
        };
        let place = match SitePath::new(self.name) {
            Ok(_) => Place::Embedded { name: self.name.into(), text: self.text.into(), range },
            Err(_) => Place::Site,
        };
        self.problems.push(Diagnostic::new(Code::ThemeSetting, place, message));
    }

    fn pairs<'n>(&mut self, node: &'n Node) -> Vec<(&'n str, &'n Node)> {
        match &node.value {
            NodeValue::Map(pairs) => pairs.iter().filter_map(|(key, value)| Some((key.text()?, value))).collect(),
            NodeValue::Null => Vec::new(),
            _ => {
                self.problem(node.at, msg!("这里应当是“名称: 内容”", "here should stand a mapping"));
                Vec::new()
            }
        }
    }

    fn manifest(&mut self, node: &Node, mut manifest: Manifest) -> Manifest {
        for (key, value) in self.pairs(node) {
            match key {
                "name" | "title" | "description" | "requires" | "author" | "license" => {}
                "page_size" => match value.text().and_then(|text| text.parse().ok()) {
                    Some(size @ 1..=500) => manifest.page_size = size,
                    _ => self.problem(
                        value.at,
                        msg!("page_size 应当是 1 到 500 的整数", "page_size must be a number from 1 to 500"),
                    ),
                },
                "options" => {
                    for (name, option) in self.pairs(value) {
                        let choice = self.choice(option);
                        manifest.options.insert(name.into(), choice);
                    }
                }
                "lists" => {
                    for (template, lists) in self.pairs(value) {
                        let queries = self.pairs(lists);
                        let queries = queries.into_iter().map(|(name, query)| (name.to_owned(), self.query(query)));
                        manifest.lists.entry(template.into()).or_default().extend(queries);
                    }
                }
                _ => {
                    let at = value.at;
                    self.problem(at, msg!("不认识的名称“{key}”", "unknown key `{key}`"));
                }
            }
        }
        manifest
    }

    fn choice(&mut self, node: &Node) -> Choice {
        let mut choice = Choice { values: Vec::new(), default: String::new() };
        for (key, value) in self.pairs(node) {
            match (key, &value.value) {
                ("values", NodeValue::List(list)) => {
                    choice.values = list.iter().filter_map(Node::text).map(str::to_owned).collect();
                }
                ("default", NodeValue::Text { text, .. }) => choice.default.clone_from(text),
                ("type" | "label", _) => {}
                _ => self.problem(value.at, msg!("不认识的名称“{key}”", "unknown key `{key}`")),
            }
        }
        if choice.default.is_empty() {
            choice.default = choice.values.first().cloned().unwrap_or_default();
        }
        choice
    }

    fn query(&mut self, node: &Node) -> ListQuery {
        let mut query = ListQuery { kind: "article".into(), column: String::new(), by_title: false, limit: 5 };
        for (key, value) in self.pairs(node) {
            let text = value.text().unwrap_or_default();
            match key {
                "kind" => query.kind = text.into(),
                "column" => query.column = text.into(),
                "order" if matches!(text, "newest" | "title") => query.by_title = text == "title",
                "limit" if text.parse::<usize>().is_ok_and(|n| (1..=500).contains(&n)) => {
                    query.limit = text.parse().unwrap_or(5);
                }
                _ => self.problem(value.at, msg!("这里的“{key}: {text}”不能用", "`{key}: {text}` cannot stand here")),
            }
        }
        query
    }
}
