//! Holds a mapping against its fields: typed values, and a diagnostic for whatever does not fit.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};

use super::{At, Field, Node, NodeValue, Origin, Shape, Spot, Value, Values, likely};
use crate::{
    base::{
        date::{When, meant_time, parse_time_range, split_weekday, why_no_date, wrong_weekday},
        lang::{Lang, Message},
        nearest::nearest,
        path::OutPath,
        text::is_han,
    },
    diagnostics::{Code, Diagnostic, Repair},
    msg,
};

/// Reads `node`, which should be a mapping, by `fields`. Problems go to `problems`; a field with a
/// problem is left out of the values.
pub fn read(fields: &[Field], node: &Node, origin: &Origin, problems: &mut Vec<Diagnostic>) -> Values {
    let mut reader = Reader { origin, problems };
    if matches!(node.value, NodeValue::Map(_) | NodeValue::Null) {
        return reader.mapping(None, fields, node);
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

/// After so many unknown names in one mapping it is something else that stands there: the rest is counted.
const UNKNOWN: usize = 100;

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

    /// The values of a mapping: that of a field with a `name`, or one of several.
    fn mapping(&mut self, name: Option<&str>, fields: &[Field], node: &Node) -> Values {
        let pairs = match &node.value {
            NodeValue::Map(pairs) => pairs,
            // Nothing at all lacks everything.
            NodeValue::Null => &Vec::new(),
            _ => {
                let example = group_example(fields, node);
                self.problem(
                    Code::NotAMapping,
                    node.at,
                    msg!("这里应当是“名称: 内容”的若干行", "here should stand lines of the form `name: value`"),
                )
                .help = Some(match name {
                    Some(name) => msg!("写成：{name}: {{{example}}}", "write: {name}: {{{example}}}"),
                    None => msg!("写成：{{{example}}}", "write: {{{example}}}"),
                });
                return Values::default();
            }
        };
        let (mut seen, mut unknown) = (BTreeSet::new(), Vec::new());
        let mut found: Vec<(usize, Spot<Value>)> = Vec::with_capacity(pairs.len());
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
            if !seen.insert(name) {
                self.problem(Code::DuplicateKey, key.at, msg!("“{name}”写了两次", "`{name}` stands here twice")).help =
                    Some(msg!("保留一行，删去另一行", "keep one line, delete the other"));
                continue;
            }
            match fields.iter().position(|field| &*field.name == name) {
                None => {
                    unknown.push(key.at);
                    if unknown.len() > UNKNOWN {
                        continue;
                    }
                    if let Some(meant) = self.unknown(fields, name, key.at) {
                        there[meant] = true;
                    }
                }
                Some(i) => {
                    there[i] = true;
                    found.extend(self.value(&fields[i], value).map(|value| (i, value)));
                }
            }
        }
        self.more_unknown(unknown.get(UNKNOWN..).unwrap_or_default());
        let absent = fields.iter().zip(there).filter(|(field, there)| field.required && !there);
        absent.for_each(|(field, _)| self.missing(field, node.at));
        found.sort_unstable_by_key(|(i, _)| *i);
        Values(found.into_iter().map(|(i, value)| (fields[i].name, value)).collect())
    }

    /// Counts the unknown names that are not told one by one.
    fn more_unknown(&mut self, rest: &[At]) {
        let (Some(first), more) = (rest.first(), rest.len()) else { return };
        let message = msg!("从这里起还有 {more} 个不认识的名称", "{more} more unknown keys from here on");
        self.problem(Code::UnknownKey, *first, message).help = Some(msg!(
            "先改前面的；正文要写在第二个 --- 的下面",
            "mend those above first; the text stands below the second `---`"
        ));
    }

    /// Reports a name that no field has; gives the field that was probably meant.
    fn unknown(&mut self, fields: &[Field], name: &str, at: At) -> Option<usize> {
        let targets = fields.iter().any(|field| &*field.name == "webdav");
        if let Some(variable) = secret(name).filter(|_| targets) {
            let message =
                msg!("“{name}”不能写在文件里：文件会进 git", "`{name}` must not stand in a file: files are in git");
            let help = msg!("删去这一行，设成环境变量 {variable}", "delete the line, and set the variable {variable}");
            self.problem(Code::UnknownKey, at, message).help = Some(help);
            return None;
        }
        let near = meant(fields, name);
        let help = unknown_help(fields, name, &near);
        let problem = self.problem(Code::UnknownKey, at, msg!("不认识的名称“{name}”", "unknown key `{name}`"));
        problem.help = Some(help);
        problem.replacement = near.first().map(|best| (*best).to_owned());
        // One name that differs in case or width only, or is the field's own label, can mean nothing else.
        let best = near.first().and_then(|best| fields.iter().position(|field| &*field.name == *best))?;
        let sure = near.len() == 1 && (fields[best].label.zh == name || fold(name) == *fields[best].name);
        if sure && let Some(problem) = self.problems.pop() {
            self.problems.push(problem.safe());
        }
        Some(best)
    }

    fn missing(&mut self, field: &Field, at: At) {
        let (name, example) = (&field.name, field.shape.example());
        let Message { zh, en } = &field.label;
        let (message, help) = match at {
            At::Text(_) => (
                msg!("缺少“{name}”（{zh}）", "`{name}` ({en}) is missing"),
                msg!("加上一行：{name}: {example}", "add a line: {name}: {example}"),
            ),
            At::Cell { .. } => {
                let example = line(field, &example, at);
                (
                    msg!("这一行缺少“{zh}”", "the row lacks `{en}`"),
                    msg!("在“{zh}”这一列填上，例如 {example}", "fill in the column `{en}`, for example {example}"),
                )
            }
        };
        self.problem(Code::MissingField, at, message).help = Some(help);
    }

    fn value(&mut self, field: &Field, node: &Node) -> Option<Spot<Value>> {
        let blank = field.required && node.text().is_some_and(|text| text.trim().is_empty());
        if node.value == NodeValue::Null || blank {
            if field.required {
                let (name, line) = (called(field, node.at), line(field, &field.shape.example(), node.at));
                let Message { zh, en } = name;
                let message = msg!("“{zh}”后面没有内容", "`{en}` has no value");
                self.problem(Code::EmptyValue, node.at, message).help = Some(msg!("写成：{line}", "write: {line}"));
            }
            return None;
        }
        let value = self.shaped(field, node)?;
        Some(Spot { value, at: node.at })
    }

    fn shaped(&mut self, field: &Field, node: &Node) -> Option<Value> {
        match &field.shape {
            Shape::Record(fields) => {
                let values = self.mapping(Some(&field.name), fields, node);
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
            Shape::Integer => self.whole_number(field, text, node),
            Shape::Number => match text.parse::<f64>() {
                Ok(n) if n.is_finite() => Some(Value::Number(text.into())),
                _ => self.no_number(field, text, node),
            },
            Shape::Boolean => self.boolean(field, text, node),
            Shape::Choice(words) => self.choice(field, words, text, node.at).map(Value::Text),
            Shape::Url => self.url(text, node.at),
            _ => Some(Value::Text(text.into())),
        }
    }

    fn hours(&mut self, field: &Field, text: &str, at: At) -> Option<Value> {
        if parse_time_range(text).is_some() {
            return Some(Value::Text(text.into()));
        }
        let meant = meant_time(text);
        let line = |time: &str| line(field, &format!("'{time}'"), at);
        let problem = self.problem(Code::BadTime, at, msg!("“{text}”不是时间", "`{text}` is no time of day"));
        match meant {
            Some(time) => {
                let line = line(&time);
                problem.help = Some(msg!("是不是：{line}", "did you mean {line}"));
                problem.replacement = Some(if in_cell(at) { line } else { format!("'{time}'") });
            }
            None => {
                let line = line("14:00-15:30");
                problem.help = Some(msg!("写成：{line}", "write: {line}"));
            }
        }
        None
    }

    fn boolean(&mut self, field: &Field, text: &str, node: &Node) -> Option<Value> {
        let meant = match text {
            "true" => return Some(Value::Boolean(true)),
            "false" => return Some(Value::Boolean(false)),
            "是" | "yes" | "Yes" | "YES" | "on" | "On" | "True" | "TRUE" | "1" | "对" | "有" | "y" | "Y" | "√"
            | "真" => "true",
            "否" | "no" | "No" | "NO" | "off" | "Off" | "False" | "FALSE" | "0" | "不" | "无" | "n" | "N" | "不是"
            | "×" | "假" => "false",
            _ => return self.wrong(field, node),
        };
        self.wrong(field, node);
        self.suggest(field, node.at, meant.to_owned());
        None
    }

    /// Says of the last problem what its value was surely meant to be.
    fn suggest(&mut self, field: &Field, at: At, meant: String) {
        if let Some(problem) = self.problems.pop() {
            let line = line(field, &meant, at);
            let help = msg!("写成：{line}", "write: {line}");
            self.problems.push(problem.help(help).replacement(meant).safe());
        }
    }

    fn url(&mut self, text: &str, at: At) -> Option<Value> {
        let rest = ["http://", "https://"].iter().find_map(|scheme| text.strip_prefix(scheme));
        if rest.is_none_or(str::is_empty) || text.contains(char::is_whitespace) {
            self.problem(Code::BadAddress, at, msg!("“{text}”不是网址", "`{text}` is no web address")).help =
                Some(msg!(
                    "网址以 https:// 开头，例如 https://example.org/",
                    "a web address begins with https://, such as https://example.org/"
                ));
            if text.starts_with("www.")
                && let Some(problem) = self.problems.last_mut()
            {
                problem.replacement = Some(format!("https://{text}"));
            }
            return None;
        }
        Some(Value::Text(text.into()))
    }

    fn wrong(&mut self, field: &Field, node: &Node) -> Option<Value> {
        let (name, called) = (&field.name, called(field, node.at));
        let in_cell = in_cell(node.at);
        let example = likely(name).filter(|_| matches!(field.shape, Shape::Integer | Shape::Number));
        let example = match &field.shape {
            Shape::Boolean if in_cell => "是".into(),
            shape => example.map_or_else(|| shape.example(), str::to_owned),
        };
        let line = line(field, &example, node.at);
        let (zh, en) = match &field.shape {
            Shape::Boolean if in_cell => ("“是”或“否”", "是 (yes) or 否 (no)"),
            shape => expected(shape),
        };
        let (got_zh, got_en) = match &node.value {
            NodeValue::Text { text, .. } => (format!("“{text}”"), format!("`{text}`")),
            NodeValue::List(_) => ("一个列表".into(), "a list".into()),
            NodeValue::Map(_) => ("“名称: 内容”".into(), "a mapping".into()),
            NodeValue::Null => ("空白".into(), "nothing".into()),
        };
        self.problem(
            Code::WrongType,
            node.at,
            Message {
                zh: format!("“{}”应当是{zh}，这里是{got_zh}", called.zh),
                en: format!("`{}` must be {en}, not {got_en}", called.en),
            },
        )
        .help = Some(match (&field.shape, &node.value) {
            (Shape::Text | Shape::Words, NodeValue::List(_) | NodeValue::Map(_)) => {
                let text = format!("'{}'", node.written().replace('\'', "''"));
                msg!(
                    "方括号和花括号另有意思，整段内容要用英文单引号括起来：{name}: {text}",
                    "brackets have a meaning of their own: put the value into single quotes: {name}: {text}"
                )
            }
            (Shape::Integer | Shape::Number, NodeValue::Text { .. }) => {
                msg!("只写一个阿拉伯数字，例如：{line}", "write one number and nothing else, such as: {line}")
            }
            _ => msg!("写成：{line}", "write: {line}"),
        });
        None
    }

    fn whole_number(&mut self, field: &Field, text: &str, node: &Node) -> Option<Value> {
        let digits: String = text.chars().map(narrow).filter(|c| !matches!(c, ',' | '，')).collect();
        match digits.parse() {
            Ok(n) => Some(Value::Integer(n)),
            Err(_) => self.no_number(field, &digits, node),
        }
    }

    /// `30人`, `约 31.2°`: a number with something around it.
    fn no_number(&mut self, field: &Field, text: &str, node: &Node) -> Option<Value> {
        self.wrong(field, node);
        let numeric = |c: char| c.is_ascii_digit() || c == '.' && field.shape == Shape::Number;
        let mut numbers =
            text.split(|c| !numeric(c)).map(|part| part.trim_matches('.')).filter(|part| !part.is_empty());
        if let (Some(number), None) = (numbers.next(), numbers.next()) {
            self.suggest(field, node.at, number.to_owned());
        }
        None
    }

    fn date(&mut self, field: &Field, text: &str, at: At) -> Option<Value> {
        let (day, weekday) = split_weekday(text);
        if let Some(when) = When::parse(day) {
            if let Some(written) = weekday {
                self.weekday(when.date, written, at);
            }
            return Some(Value::When(when));
        }
        let line = |day: &str| line(field, day, at);
        let message = match why_no_date(text) {
            Some(Message { zh, en }) => msg!("“{text}”不是日期：{zh}", "`{text}` is no date: {en}"),
            None => msg!("“{text}”不是日期", "`{text}` is no date"),
        };
        let meant = When::meant(text);
        let problem = self.problem(Code::BadDate, at, message);
        match meant {
            Some(when) => {
                let line = line(&when.to_string());
                problem.help = Some(msg!("是不是：{line}", "did you mean {line}"));
                problem.replacement = Some(when.to_string());
            }
            None if begins_with_date(text) => {
                problem.help = Some(msg!(
                    "这里只写一个日期；活动从哪天到哪天、几点到几点，写成：schedule: {{start: 2026-11-21, end: 2026-11-22, time: '14:00-15:30'}}",
                    "only one date stands here; days and hours are written: schedule: {{start: 2026-11-21, end: 2026-11-22, time: '14:00-15:30'}}"
                ));
            }
            None => {
                let (day, moment) = (line("2026-11-21"), line("2026-11-21T08:30"));
                problem.help = Some(msg!("写成：{day}，要时间就写 {moment}", "write: {day}, or with a time {moment}"));
            }
        }
        None
    }

    /// A weekday beside a date must be that of the date.
    fn weekday(&mut self, date: Date, written: Weekday, at: At) {
        if date.weekday() != written {
            let (message, help) = wrong_weekday(date, written);
            self.problem(Code::BadDate, at, message).help = Some(help);
        }
    }

    fn choice(&mut self, field: &Field, words: &[String], text: &str, at: At) -> Option<String> {
        if words.iter().any(|word| word == text) {
            return Some(text.into());
        }
        let folded = fold(text);
        let spoken = field.spoken.iter().find(|(word, _)| fold(word) == folded).map(|(_, word)| word.as_str());
        let exact = words.iter().map(String::as_str).find(|word| *word == folded);
        let labels = || field.spoken.iter().map(|(label, _)| label.as_str()).filter(|label| label.chars().any(is_han));
        let label =
            || nearest(text, labels(), 1).first().copied().or_else(|| labels().find(|l| is_near_label(l, text)));
        let labelled =
            || label().and_then(|label| Some(field.spoken.iter().find(|(word, _)| word == label)?.1.as_str()));
        let near = spoken.or(exact).or_else(|| nearest(text, words.iter().map(String::as_str), 1).first().copied());
        let near = near.or_else(labelled);
        let Message { zh, en } =
            if in_cell(at) { labels_of(words, &field.spoken) } else { with_labels(words, &field.spoken) };
        let problem =
            self.problem(Code::UnknownChoice, at, msg!("“{text}”不在可选的词里", "`{text}` is not one of the words"));
        problem.help = Some(match near {
            Some(best) => {
                let best = if in_cell(at) { label_of(best, &field.spoken) } else { best };
                msg!("是不是“{best}”？可以写：{zh}", "did you mean `{best}`? Write one of: {en}")
            }
            None if text.contains(['、', '，', ',', ';', '；', '/']) => {
                msg!("只能写一个：{zh}", "write just one of: {en}")
            }
            None => msg!("可以写：{zh}", "write one of: {en}"),
        });
        problem.replacement =
            near.map(|near| if in_cell(at) { label_of(near, &field.spoken) } else { near }.to_owned());
        if (spoken.is_some() || exact.is_some())
            && let Some(problem) = self.problems.pop()
        {
            self.problems.push(problem.safe());
        }
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
            if let Some(plain) = within_quotes(text) {
                let message =
                    msg!("列表里的词不用加中文引号：{text}", "words of a list need no Chinese quotes: {text}");
                let help = msg!("写成：{plain}", "write: {plain}");
                let problem = self.problem(Code::FullWidthSeparator, item.at, message);
                problem.help = Some(help);
                problem.replacement = Some(plain.to_owned());
                continue;
            }
            let alone = !matches!(node.value, NodeValue::List(_));
            if let Some((mark, words)) = several(text, alone) {
                self.several(field, node, item, text, mark, &words);
                continue;
            }
            let text = match &field.shape {
                Shape::Choices(words) => self.choice(field, words, text, item.at),
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

    /// What should be several words of a list and is one to YAML.
    fn several(&mut self, field: &Field, node: &Node, item: &Node, text: &str, mark: char, words: &[&str]) {
        let nodes = match &node.value {
            NodeValue::List(nodes) => nodes.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let all = nodes.iter().flat_map(|node| match node.at == item.at {
            true => words.to_vec(),
            false => node.text().map(str::trim).into_iter().collect(),
        });
        let line = format!("{}: [{}]", field.name, all.collect::<Vec<_>>().join(", "));
        let message = match mark {
            ' ' => msg!(
                "“{text}”是一个词，列表要用方括号，中间用英文逗号分开",
                "`{text}` is one word: a list stands between brackets, parted by `,`"
            ),
            '【' => msg!(
                "“{text}”是一个词，列表要用英文方括号",
                "`{text}` is one word: a list stands between plain brackets"
            ),
            mark => msg!(
                "“{text}”是一个词，列表要用英文逗号分开，不能用“{mark}”",
                "`{text}` is one word: a list is parted by `,`, not by `{mark}`"
            ),
        };
        let problem = self.problem(Code::FullWidthSeparator, item.at, message);
        problem.help = Some(msg!("写成：{line}", "write: {line}"));
        if let At::Text(range) = item.at
            && !matches!(mark, ' ' | '【')
            && words.iter().all(|word| is_plain(word))
        {
            // Inside brackets the words join the list; by itself the word becomes one.
            let list = words.join(", ");
            let alone = !matches!(node.value, NodeValue::List(_));
            let text = if alone { format!("[{list}]") } else { list };
            problem.repair = Some(Repair::Replace { range, text });
        }
    }

    fn records(&mut self, field: &Field, fields: &[Field], node: &Node) -> Option<Value> {
        let NodeValue::List(nodes) = &node.value else { return self.wrong(field, node) };
        let mut records = Vec::with_capacity(nodes.len());
        for item in nodes {
            let values = self.mapping(None, fields, item);
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

fn in_cell(at: At) -> bool {
    matches!(at, At::Cell { .. })
}

/// What people call a field where they write it: its name in front matter, its heading in a table.
fn called(field: &Field, at: At) -> Message {
    if in_cell(at) {
        return field.label.clone();
    }
    let name = field.name.to_string();
    Message { zh: name.clone(), en: name }
}

/// What to write: the whole line in front matter, in a cell the value alone.
fn line(field: &Field, value: &str, at: At) -> String {
    if in_cell(at) { value.trim_matches('\'').to_owned() } else { format!("{}: {value}", field.name) }
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
        problem.help = Some(msg!("写成：/{text}", "write: /{text}"));
        problem.replacement = Some(format!("/{text}"));
    } else {
        problem.help = Some(msg!(
            "从网站的首页写起，例如 /old/address/",
            "write it from the home page on, for example /old/address/"
        ));
    }
}

/// The words of a text that is one word to YAML, and what parts them wrongly. A text that stands
/// `alone` in the place of a list may be parted by spaces between Chinese words too.
fn several(text: &str, alone: bool) -> Option<(char, Vec<&str>)> {
    let bracket = alone && text.starts_with(['【', '［', '「', '〔']);
    let inner =
        if bracket { text.trim_matches(['【', '】', '［', '］', '「', '」', '〔', '〕']) } else { text };
    let trimmed = |separators: &[char]| {
        let words =
            inner.split(separators).map(|word| word.trim().trim_start_matches('#')).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>()
    };
    if let Some(mark) = inner.chars().find(|c| matches!(c, '，' | '、' | '；' | '｜')) {
        return Some((mark, trimmed(&['，', '、', '；', '｜', ','])));
    }
    if bracket {
        return Some(('【', trimmed(&[',', ' '])));
    }
    if !alone {
        return None;
    }
    if let Some(mark) = inner.chars().find(|c| matches!(c, ',' | ';' | '|')) {
        return Some((mark, trimmed(&[',', ';', '|'])));
    }
    let words = trimmed(&[' ', '\u{3000}']);
    let chinese = |word: &&str| word.chars().any(is_han);
    (words.len() > 1 && words.iter().filter(|word| chinese(word)).count() > 1).then_some((' ', words))
}

/// `“活动”`: what stands between Chinese quotes.
fn within_quotes(text: &str) -> Option<&str> {
    let inner =
        [('“', '”'), ('‘', '’')].iter().find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close))?;
    (!inner.is_empty() && !inner.contains(['“', '”', '‘', '’', '，', '、'])).then_some(inner)
}

/// Whether a date stands at the beginning of a text.
fn begins_with_date(text: &str) -> bool {
    let end = text.char_indices().nth(10).map_or(text.len(), |(i, _)| i);
    let ranged = text[end..].contains(['至', '到', '~', '～', '—', '–', '-', '、', ',', '，']);
    ranged
        && When::parse(text[..end].trim_end_matches(['至', '到', '~', '—', '-']))
            .is_some_and(|when| when.time.is_none())
}

/// The inside of a group as it should be, with what stands there where it fits.
fn group_example(fields: &[Field], node: &Node) -> String {
    let text = node.text().map(str::trim).unwrap_or_default();
    let fits = |field: &Field| match &field.shape {
        Shape::Text | Shape::Words => Some(likely_name(node)).filter(|name| *name != "…").map(str::to_owned),
        Shape::Date => When::parse(text).map(|when| when.to_string()),
        Shape::Choice(words) => {
            let spoken = field.spoken.iter().find(|(word, _)| word == text).map(|(_, word)| word.clone());
            spoken.or_else(|| words.iter().find(|word| *word == text).cloned())
        }
        _ => None,
    };
    let pair = |field: &Field, value: Option<String>| {
        format!("{}: {}", field.name, value.unwrap_or_else(|| field.shape.example()))
    };
    let mut used = false;
    let mut once = |field: &Field| {
        let value = fits(field).filter(|_| !used);
        used |= value.is_some();
        pair(field, value)
    };
    let required: Vec<String> = fields.iter().filter(|field| field.required).take(2).map(&mut once).collect();
    if !required.is_empty() {
        return required.join(", ");
    }
    let fitting = fields.iter().find(|field| fits(field).is_some());
    fitting.or(fields.first()).map_or_else(String::new, once)
}

/// What people write for names of fields, in every office and every other program.
const KNOWN_AS: [(&str, &str); 46] = [
    ("begin", "start"),
    ("开始时间", "start"),
    ("开始日期", "start"),
    ("finish", "end"),
    ("结束时间", "end"),
    ("结束日期", "end"),
    ("名称", "title"),
    ("题目", "title"),
    ("主题", "title"),
    ("name", "title"),
    ("时间", "date"),
    ("发布时间", "date"),
    ("发布日期", "date"),
    ("日期时间", "date"),
    ("published", "date"),
    ("pubdate", "date"),
    ("publishdate", "date"),
    ("lastmod", "updated"),
    ("modified", "updated"),
    ("更新时间", "updated"),
    ("摘要", "lead"),
    ("简介", "lead"),
    ("导读", "lead"),
    ("description", "lead"),
    ("summary", "lead"),
    ("excerpt", "lead"),
    ("关键字", "keywords"),
    ("封面", "cover"),
    ("封面图", "cover"),
    ("图片", "cover"),
    ("image", "cover"),
    ("thumbnail", "cover"),
    ("附件", "attachments"),
    ("栏目", "column"),
    ("分类", "column"),
    ("category", "column"),
    ("categories", "column"),
    ("来源", "source"),
    ("责任编辑", "editor"),
    ("编辑", "editor"),
    ("记者", "author"),
    ("置顶", "pinned"),
    ("top", "pinned"),
    ("slug", "id"),
    ("location", "place"),
    ("地址", "place"),
];

/// The fields that a name was probably meant to be, the best first.
fn meant<'f>(fields: &'f [Field], name: &str) -> Vec<&'f str> {
    let named = |wanted: &str| fields.iter().map(|field| &*field.name).find(|field| *field == wanted);
    let by_label = fields.iter().find(|f| f.label.zh == name || f.label.en.eq_ignore_ascii_case(name));
    let folded = fold(name);
    let known = || KNOWN_AS.iter().filter(|(word, _)| *word == folded).find_map(|(_, field)| named(field));
    match by_label.map(|field| &*field.name).or_else(|| named(&folded)).or_else(known) {
        Some(field) => vec![field],
        None => nearest(name, fields.iter().map(|f| &*f.name), 3),
    }
}

/// The variable of the environment in which a credential belongs that somebody wrote into a file.
fn secret(name: &str) -> Option<&'static str> {
    Some(match name {
        "access_key_id" | "access_key" => "AWS_ACCESS_KEY_ID (OSS: ALIBABA_CLOUD_ACCESS_KEY_ID)",
        "secret_access_key" => "AWS_SECRET_ACCESS_KEY",
        "session_token" | "security_token" => "AWS_SESSION_TOKEN (OSS: ALIBABA_CLOUD_SECURITY_TOKEN)",
        "access_key_secret" => "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "secret_id" => "TENCENTCLOUD_SECRET_ID",
        "secret_key" => "TENCENTCLOUD_SECRET_KEY (S3: AWS_SECRET_ACCESS_KEY)",
        "username" | "user" => "PBSITE_WEBDAV_USER",
        "password" => "PBSITE_WEBDAV_PASSWORD",
        "token" => "PBSITE_WEBDAV_TOKEN",
        _ => return None,
    })
}

/// What to do about a name that no field has.
fn unknown_help(fields: &[Field], name: &str, near: &[&str]) -> Message {
    if name == "<<" {
        return msg!(
            "这里不能引用别处的内容，请把要用的几行直接写出来",
            "nothing can be taken over from elsewhere: write the lines themselves"
        );
    }
    if let ([], Some((group, field))) = (near, within_group(fields, name)) {
        let example = field.shape.example();
        return msg!(
            "它属于 {group}：写在“{group}:”下面，行首空两格，例如 / {group}: /   {name}: {example}",
            "it belongs to `{group}`: write it below `{group}:`, indented by two spaces, such as / {group}: /   {name}: {example}"
        );
    }
    match near {
        [] => {
            let labelled = |f: &Field| match f.label.zh.as_str() {
                "" => f.name.to_string(),
                label => format!("{}（{label}）", f.name),
            };
            let zh = fields.iter().map(labelled).collect::<Vec<_>>().join("、");
            let en = fields.iter().map(|f| &*f.name).collect::<Vec<_>>().join(", ");
            msg!("这里可以用：{zh}", "known here: {en}")
        }
        [best] => match fields.iter().find(|field| &*field.name == *best).map(|field| field.label.zh.as_str()) {
            Some(label) if !label.is_empty() && label != name => {
                msg!("是不是“{best}”（{label}）？", "did you mean `{best}`?")
            }
            _ => msg!("写成“{best}”", "write `{best}`"),
        },
        _ => {
            let words = near.join(", ");
            msg!("是不是其中一个：{words}？", "did you mean one of {words}?")
        }
    }
}

/// The group that has a field of this name, and the field.
fn within_group<'f>(fields: &'f [Field], name: &str) -> Option<(&'f str, &'f Field)> {
    fields.iter().find_map(|group| match &group.shape {
        Shape::Record(inner) => Some((&*group.name, inner.iter().find(|field| &*field.name == name)?)),
        _ => None,
    })
}

/// Words with what people call them: `cancelled（已取消）, postponed（已延期）`.
pub fn with_labels(words: &[String], spoken: &[(String, String)]) -> Message {
    let labelled = |word: &String| {
        let label = spoken.iter().find(|(label, of)| of == word && label.chars().any(is_han));
        label.map_or_else(|| word.clone(), |(label, _)| format!("{word}（{label}）"))
    };
    Message { zh: words.iter().map(labelled).collect::<Vec<_>>().join("、"), en: words.join(", ") }
}

/// Words as people call them in tables: `开放中、已截止`.
fn labels_of(words: &[String], spoken: &[(String, String)]) -> Message {
    let labels: Vec<&str> = words.iter().map(|word| label_of(word, spoken)).collect();
    Message { zh: labels.join("、"), en: labels.join(", ") }
}

/// What people call a word.
fn label_of<'w>(word: &'w str, spoken: &'w [(String, String)]) -> &'w str {
    let label = spoken.iter().find(|(label, of)| of == word && label.chars().any(is_han));
    label.map_or(word, |(label, _)| label)
}

/// Two words of two characters that share the first: 街道 and 街镇.
fn is_near_label(label: &str, text: &str) -> bool {
    label.chars().count() == 2 && text.chars().count() == 2 && label.chars().next() == text.chars().next()
}

/// A word in plain width and lower case.
fn fold(text: &str) -> String {
    text.trim().chars().map(narrow).flat_map(char::to_lowercase).collect()
}

fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
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
        Shape::Boolean => (" true 或 false", "true or false"),
        Shape::Choice(_) => ("一个可选的词", "one of some words"),
        Shape::Ref(_) => ("一个编号（id）", "an id"),
        Shape::Item => ("“文件夹/编号”", "a folder and an id"),
        Shape::Refs(_) => ("编号（id）的列表", "a list of ids"),
        Shape::Record(_) | Shape::Mapping => ("“名称: 内容”", "a mapping"),
        Shape::Records(_) => ("“名称: 内容”的列表", "a list of mappings"),
    }
}
