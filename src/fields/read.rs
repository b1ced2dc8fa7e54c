//! Holds a mapping against its fields: typed values, and a diagnostic for whatever does not fit.

use jiff::civil::{Date, Weekday};

use super::{At, Field, Node, NodeValue, Origin, Shape, Spot, Value, Values};
use crate::{
    base::{
        date::{When, parse_time_range, split_weekday, wrong_weekday},
        lang::{Lang, Message},
        nearest::nearest,
        path::OutPath,
    },
    diagnostics::{Code, Diagnostic, Repair},
    msg,
};

/// Reads `node`, which should be a mapping, by `fields`. Problems go to `problems`; a field with a
/// problem is left out of the values.
pub fn read(fields: &[Field], node: &Node, origin: &Origin, problems: &mut Vec<Diagnostic>) -> Values {
    let mut reader = Reader { origin, problems };
    if matches!(node.value, NodeValue::Map(_) | NodeValue::Null) {
        return reader.mapping(fields, node);
    }
    // A whole front matter is written on lines of their own, not between braces.
    let lines = fields.iter().filter(|field| field.required || &*field.name == "date").take(2);
    let line = |field: &Field| match field.shape {
        Shape::Text | Shape::Words => format!("{}: {}", field.name, likely_name(node)),
        _ => format!("{}: {}", field.name, field.shape.example()),
    };
    let example = lines.map(line).collect::<Vec<_>>().join("\n");
    reader
        .problem(
            Code::NotAMapping,
            node.at,
            msg!("这里应当是“名称: 内容”的若干行", "here should stand lines of the form `name: value`"),
        )
        .help = Some(msg!("写成：\n{example}", "write:\n{example}"));
    Values::default()
}

/// A word where a group is expected is most likely meant as its name.
fn likely_name(node: &Node) -> &str {
    node.text().filter(|text| text.chars().all(char::is_alphanumeric)).unwrap_or("…")
}

struct Reader<'a> {
    origin: &'a Origin,
    problems: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn problem(&mut self, code: Code, at: At, message: Message) -> &mut Diagnostic {
        self.problems.push(Diagnostic::new(code, self.origin.place(at), message));
        let last = self.problems.len() - 1;
        &mut self.problems[last]
    }

    fn mapping(&mut self, fields: &[Field], node: &Node) -> Values {
        let pairs = match &node.value {
            NodeValue::Map(pairs) => pairs,
            // Nothing at all lacks everything.
            NodeValue::Null => &Vec::new(),
            _ => {
                let word = likely_name(node);
                let required = fields.iter().filter(|field| field.required);
                let shown = required.chain(fields.iter().filter(|field| !field.required)).take(2);
                let example = shown.map(|field| match field.shape {
                    Shape::Text | Shape::Words => format!("{}: {word}", field.name),
                    _ => format!("{}: …", field.name),
                });
                let example = example.collect::<Vec<_>>().join(", ");
                self.problem(
                    Code::NotAMapping,
                    node.at,
                    msg!("这里应当是“名称: 内容”的若干行", "here should stand lines of the form `name: value`"),
                )
                .help = Some(msg!("写成：{{{example}}}", "write: {{{example}}}"));
                return Values::default();
            }
        };
        let mut seen: Vec<(&str, At)> = Vec::with_capacity(pairs.len());
        let mut found: Vec<Option<Spot<Value>>> = vec![None; fields.len()];
        // Fields that are there: well or badly written, or under a misspelt name.
        let mut there = vec![false; fields.len()];
        for (key, value) in pairs {
            let Some(name) = key.text() else {
                self.problem(
                    Code::WrongType,
                    key.at,
                    msg!("名称应当是一个词", "a name must be a word, not a list or a mapping"),
                );
                continue;
            };
            if seen.iter().any(|(other, _)| *other == name) {
                self.problem(Code::DuplicateKey, key.at, msg!("“{name}”写了两次", "`{name}` stands here twice")).help =
                    Some(msg!("保留一行，删去另一行", "keep one line, delete the other"));
                continue;
            }
            seen.push((name, key.at));
            match fields.iter().position(|field| &*field.name == name) {
                None => {
                    if let Some(meant) = self.unknown(fields, name, key.at) {
                        there[meant] = true;
                    }
                }
                Some(i) => {
                    there[i] = true;
                    found[i] = self.value(&fields[i], value);
                }
            }
        }
        let absent = fields.iter().zip(there).filter(|(field, there)| field.required && !there);
        absent.for_each(|(field, _)| self.missing(field, node.at));
        Values(fields.iter().zip(found).filter_map(|(f, value)| Some((f.name.clone(), value?))).collect())
    }

    /// Reports a name that no field has; gives the field that was probably meant.
    fn unknown(&mut self, fields: &[Field], name: &str, at: At) -> Option<usize> {
        let by_label = fields.iter().find(|f| f.label.zh == name || f.label.en.eq_ignore_ascii_case(name));
        let near = match by_label {
            Some(field) => vec![&*field.name],
            None => nearest(name, fields.iter().map(|f| &*f.name), 3),
        };
        let all = fields.iter().map(|f| &*f.name).collect::<Vec<_>>().join(", ");
        let problem = self.problem(Code::UnknownKey, at, msg!("不认识的名称“{name}”", "unknown key `{name}`"));
        match near.first() {
            Some(best) => {
                problem.help = Some(match near.len() {
                    1 => msg!("是不是“{best}”？", "did you mean `{best}`?"),
                    _ => {
                        let words = near.join(", ");
                        msg!("是不是其中一个：{words}？", "did you mean one of {words}?")
                    }
                });
                problem.replacement = Some((*best).to_owned());
            }
            None => problem.help = Some(msg!("这里可以用：{all}", "known here: {all}")),
        }
        near.first().and_then(|best| fields.iter().position(|field| &*field.name == *best))
    }

    fn missing(&mut self, field: &Field, at: At) {
        let (name, example) = (&field.name, field.shape.example());
        let Message { zh, en } = &field.label;
        self.problem(Code::MissingField, at, msg!("缺少“{name}”（{zh}）", "`{name}` ({en}) is missing")).help =
            Some(msg!("加上一行：{name}: {example}", "add a line: {name}: {example}"));
    }

    fn value(&mut self, field: &Field, node: &Node) -> Option<Spot<Value>> {
        let blank = field.required && node.text().is_some_and(|text| text.trim().is_empty());
        if node.value == NodeValue::Null || blank {
            if field.required {
                let (name, example) = (&field.name, field.shape.example());
                self.problem(Code::EmptyValue, node.at, msg!("“{name}”后面没有内容", "`{name}` has no value")).help =
                    Some(msg!("写成：{name}: {example}", "write: {name}: {example}"));
            }
            return None;
        }
        let value = self.shaped(field, node)?;
        Some(Spot { value, at: node.at })
    }

    fn shaped(&mut self, field: &Field, node: &Node) -> Option<Value> {
        match &field.shape {
            Shape::Record(fields) => {
                let values = self.mapping(fields, node);
                return matches!(node.value, NodeValue::Map(_)).then_some(Value::Record(values));
            }
            Shape::Records(fields) => return self.records(field, fields, node),
            Shape::Mapping => return self.free_mapping(field, node),
            Shape::Words => return self.words(field, node),
            Shape::Texts | Shape::Choices(_) | Shape::Refs(_) | Shape::Addresses => return self.list(field, node),
            _ => {}
        }
        let NodeValue::Text { text, .. } = &node.value else { return self.wrong(field, node) };
        let text = text.trim();
        match &field.shape {
            Shape::Date => self.date(field, text, node.at),
            Shape::Hours => self.hours(field, text, node.at),
            Shape::Integer => match text.parse() {
                Ok(n) => Some(Value::Integer(n)),
                Err(_) => self.wrong(field, node),
            },
            Shape::Number => match text.parse::<f64>() {
                Ok(n) if n.is_finite() => Some(Value::Number(text.into())),
                _ => self.wrong(field, node),
            },
            Shape::Boolean => self.boolean(field, text, node),
            Shape::Choice(words) => self.choice(words, text, node.at).map(Value::Text),
            Shape::Url => self.url(text, node.at),
            _ => Some(Value::Text(text.into())),
        }
    }

    fn hours(&mut self, field: &Field, text: &str, at: At) -> Option<Value> {
        if parse_time_range(text).is_none() {
            let name = &field.name;
            self.problem(Code::BadTime, at, msg!("“{text}”不是时间", "`{text}` is no time of day")).help =
                Some(msg!("写成：{name}: '14:00-15:30'", "write: {name}: '14:00-15:30'"));
            return None;
        }
        Some(Value::Text(text.into()))
    }

    fn boolean(&mut self, field: &Field, text: &str, node: &Node) -> Option<Value> {
        let meant = match text {
            "true" => return Some(Value::Boolean(true)),
            "false" => return Some(Value::Boolean(false)),
            "是" | "yes" | "Yes" | "YES" | "on" | "True" | "TRUE" | "1" | "对" | "有" => Some("true"),
            "否" | "no" | "No" | "NO" | "off" | "False" | "FALSE" | "0" | "不" | "无" => Some("false"),
            _ => None,
        };
        self.wrong(field, node);
        if let Some(problem) = self.problems.last_mut() {
            problem.replacement = meant.map(str::to_owned);
        }
        None
    }

    fn url(&mut self, text: &str, at: At) -> Option<Value> {
        let rest = ["http://", "https://"].iter().find_map(|scheme| text.strip_prefix(scheme));
        if rest.is_none_or(str::is_empty) || text.contains(char::is_whitespace) {
            self.problem(Code::BadAddress, at, msg!("“{text}”不是网址", "`{text}` is no web address")).help =
                Some(msg!(
                    "网址以 https:// 开头，例如 https://example.org/",
                    "a web address begins with https://, such as https://example.org/"
                ));
            return None;
        }
        Some(Value::Text(text.into()))
    }

    fn wrong(&mut self, field: &Field, node: &Node) -> Option<Value> {
        let (name, example) = (&field.name, field.shape.example());
        let (zh, en) = expected(&field.shape);
        let (got_zh, got_en) = match &node.value {
            NodeValue::Text { text, .. } => (format!("“{text}”"), format!("`{text}`")),
            NodeValue::List(_) => ("一个列表".into(), "a list".into()),
            NodeValue::Map(_) => ("“名称: 内容”".into(), "a mapping".into()),
            NodeValue::Null => ("空白".into(), "nothing".into()),
        };
        self.problem(
            Code::WrongType,
            node.at,
            msg!("“{name}”应当是{zh}，这里是{got_zh}", "`{name}` must be {en}, not {got_en}"),
        )
        .help = Some(msg!("写成：{name}: {example}", "write: {name}: {example}"));
        None
    }

    fn date(&mut self, field: &Field, text: &str, at: At) -> Option<Value> {
        let (day, weekday) = split_weekday(text);
        let when = When::parse(day);
        if let (Some(when), Some(written)) = (when, weekday) {
            self.weekday(when.date, written, at);
        }
        if when.is_none() {
            let name = &field.name;
            self.problem(Code::BadDate, at, msg!("“{text}”不是日期", "`{text}` is no date")).help = Some(msg!(
                "写成：{name}: 2026-11-21，要时间就写 {name}: 2026-11-21T08:30",
                "write: {name}: 2026-11-21, or with a time {name}: 2026-11-21T08:30"
            ));
        }
        when.map(Value::When)
    }

    /// A weekday beside a date must be that of the date.
    fn weekday(&mut self, date: Date, written: Weekday, at: At) {
        if date.weekday() != written {
            let (message, help) = wrong_weekday(date, written);
            self.problem(Code::BadDate, at, message).help = Some(help);
        }
    }

    fn choice(&mut self, words: &[String], text: &str, at: At) -> Option<String> {
        if words.iter().any(|word| word == text) {
            return Some(text.into());
        }
        let near = nearest(text, words.iter().map(String::as_str), 1);
        let all = words.join(", ");
        let problem =
            self.problem(Code::UnknownChoice, at, msg!("“{text}”不在可选的词里", "`{text}` is not one of the words"));
        problem.help = Some(msg!("可以写：{all}", "write one of: {all}"));
        problem.replacement = near.first().map(|&word| word.to_owned());
        None
    }

    fn list(&mut self, field: &Field, node: &Node) -> Option<Value> {
        let single = std::slice::from_ref(node);
        let nodes = match &node.value {
            NodeValue::List(nodes) => nodes.as_slice(),
            NodeValue::Text { .. } => single,
            _ => {
                self.wrong(field, node);
                return None;
            }
        };
        let mut texts = Vec::with_capacity(nodes.len());
        for item in nodes {
            let Some(text) = item.text().map(str::trim) else {
                self.wrong(field, item);
                continue;
            };
            if let Some(mark) = text.chars().find(|c| matches!(c, '，' | '、' | '；')) {
                let words: Vec<&str> = text.split(['，', '、', '；']).map(str::trim).collect();
                let name = &field.name;
                let line = format!("{name}: [{}]", words.join(", "));
                let problem = self.problem(
                    Code::FullWidthSeparator,
                    item.at,
                    msg!(
                        "“{text}”是一个词，列表要用英文逗号分开，不能用“{mark}”",
                        "`{text}` is one word: a list is parted by `,`, not by `{mark}`"
                    ),
                );
                problem.help = Some(msg!("写成：{line}", "write: {line}"));
                if let At::Text(range) = item.at
                    && words.iter().all(|word| is_plain(word))
                {
                    // Inside brackets the words join the list; by itself the word becomes one.
                    let list = words.join(", ");
                    let text = if nodes.len() == 1 && node.at == item.at { format!("[{list}]") } else { list };
                    problem.repair = Some(Repair::Replace { range, text });
                }
                continue;
            }
            let text = match &field.shape {
                Shape::Choices(words) => self.choice(words, text, item.at),
                Shape::Addresses if !text.starts_with('/') => {
                    self.problem(
                        Code::BadAddress,
                        item.at,
                        msg!("站内旧地址应以 / 开头：“{text}”", "an address of this site begins with `/`: `{text}`"),
                    );
                    if let Some(problem) = self.problems.last_mut() {
                        address_of_site(text, problem);
                    }
                    None
                }
                _ if text.is_empty() => None,
                _ => Some(text.to_owned()),
            };
            texts.extend(text.map(|value| Spot { value, at: item.at }));
        }
        Some(Value::Texts(texts))
    }

    fn records(&mut self, field: &Field, fields: &[Field], node: &Node) -> Option<Value> {
        let NodeValue::List(nodes) = &node.value else { return self.wrong(field, node) };
        let mut records = Vec::with_capacity(nodes.len());
        for item in nodes {
            let values = self.mapping(fields, item);
            records.push(Spot { value: values, at: item.at });
        }
        Some(Value::Records(records))
    }

    fn words(&mut self, field: &Field, node: &Node) -> Option<Value> {
        let pairs = match &node.value {
            NodeValue::Text { text, .. } => return Some(Value::Words(vec![(None, text.trim().into())])),
            NodeValue::Map(pairs) => pairs,
            _ => return self.wrong(field, node),
        };
        let mut words = Vec::new();
        for (key, value) in pairs {
            match (key.text().and_then(Lang::new), value.text()) {
                (Some(lang), Some(text)) => words.push((Some(lang), text.trim().to_owned())),
                (None, _) => {
                    let name = key.text().unwrap_or_default();
                    self.problem(
                        Code::WrongType,
                        key.at,
                        msg!(
                            "“{name}”不是语言代码，例如 zh-Hans、en",
                            "`{name}` is no language tag such as zh-Hans or en"
                        ),
                    );
                }
                (_, None) => {
                    self.wrong(field, value);
                }
            }
        }
        Some(Value::Words(words))
    }

    fn free_mapping(&mut self, field: &Field, node: &Node) -> Option<Value> {
        let NodeValue::Map(nodes) = &node.value else { return self.wrong(field, node) };
        let mut pairs = Vec::new();
        for (key, value) in nodes {
            match (key.text(), value.text()) {
                (Some(name), Some(text)) => pairs
                    .push((Spot { value: name.to_owned(), at: key.at }, Spot { value: text.to_owned(), at: value.at })),
                _ => {
                    self.wrong(field, value);
                }
            }
        }
        Some(Value::Mapping(pairs))
    }
}

/// Whether a word stands in a list without quotes.
fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '/' | '“' | '”'))
}

/// What to write instead of a text that is no address of this site.
fn address_of_site(text: &str, problem: &mut Diagnostic) {
    if let Some((_, outside)) = text.split_once("://") {
        let path = outside.split_once('/').map_or("", |(_, path)| path);
        problem.help = Some(msg!(
            "只能是本站的旧地址；如果是本站的，去掉域名，写成：/{path}",
            "only former addresses of this site can stand here; if it is one, leave the domain out: /{path}"
        ));
    } else if OutPath::of_address(text).is_ok() {
        problem.replacement = Some(format!("/{text}"));
    } else {
        problem.help = Some(msg!(
            "从网站的首页写起，例如 /old/address/",
            "write it from the home page on, for example /old/address/"
        ));
    }
}

fn expected(shape: &Shape) -> (&'static str, &'static str) {
    match shape {
        Shape::Text | Shape::Words | Shape::Media | Shape::Url => ("一行文字", "text"),
        Shape::Texts | Shape::Choices(_) | Shape::Addresses => ("一个列表", "a list of words"),
        Shape::Date => ("日期", "a date"),
        Shape::Hours => ("时间", "a time of day"),
        Shape::Integer => ("整数", "a whole number"),
        Shape::Number => ("数字", "a number"),
        Shape::Boolean => ("true 或 false", "true or false"),
        Shape::Choice(_) => ("一个可选的词", "one of some words"),
        Shape::Ref(_) => ("一个编号（id）", "an id"),
        Shape::Refs(_) => ("编号（id）的列表", "a list of ids"),
        Shape::Record(_) | Shape::Mapping => ("“名称: 内容”", "a mapping"),
        Shape::Records(_) => ("“名称: 内容”的列表", "a list of mappings"),
    }
}
