//! What a mapping may hold: names, types, labels. Written as data, so that reading, blank files,
//! JSON Schema and documentation come from one description.

use super::FieldName;
use crate::{base::lang::Message, msg};

/// A field of a mapping.
#[derive(Clone, PartialEq, Hash, Debug)]
pub struct Field {
    /// Its key.
    pub name: FieldName,
    /// What it holds.
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
    /// What people call it.
    pub label: Message,
    /// What people call its choices: what they write, and the choice that it means.
    pub spoken: Vec<(String, String)>,
}

impl Field {
    /// An optional field.
    pub fn new(name: &str, shape: Shape, zh: &str, en: &str) -> Self {
        Self {
            name: name.into(),
            shape,
            required: false,
            label: Message { zh: zh.into(), en: en.into() },
            spoken: Vec::new(),
        }
    }

    /// The same field, with words that people use for its choices.
    pub fn spoken(mut self, words: impl IntoIterator<Item = (String, String)>) -> Self {
        self.spoken = words.into_iter().collect();
        self
    }

    /// The same field, required.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }
}

/// What could stand in a field of this name, as somebody in an office would write it: numbers that
/// are plausible, words that say what is wanted. `None` where the type alone says enough.
pub fn likely(name: &str) -> Option<&'static str> {
    let (_, words) = LIKELY.iter().find(|(names, _)| names.contains(&name))?;
    Some(words)
}

const LIKELY: &[(&[&str], &str)] = &[
    (&["lead"], "一两句话，说清是什么、给谁"),
    (&["telephone"], "021-0000-0100"),
    (&["email"], "office@example.org"),
    (&["contact"], "服务台 021-0000-0100"),
    (&["code"], "A-01"),
    (&["category"], "文化"),
    (&["cost"], "免费"),
    (&["how"], "打电话，或到服务台登记"),
    (&["room"], "一楼活动室"),
    (&["address"], "示例路1号"),
    (&["transport"], "地铁站出来走五分钟"),
    (&["latitude"], "31.2304"),
    (&["longitude"], "121.4737"),
    (&["minutes"], "90"),
    (&["number"], "3"),
    (&["capacity", "members", "attended"], "30"),
    (&["lead_days"], "7"),
    (&["measure"], "件"),
    (&["spoken"], "普通话"),
    (&["year"], "2026"),
    (&["duration"], "'12:30'"),
    (&["role", "lead_role"], "联络员"),
];

/// The type of a field.
#[derive(Clone, PartialEq, Hash, Debug)]
pub enum Shape {
    /// A line of text.
    Text,
    /// A text for each language, or one for all: `name: 门户` or `name: {zh-Hans: 门户, en: Portal}`.
    Words,
    /// A list of words.
    Texts,
    /// A day, or a day and a time.
    Date,
    /// Hours on a day: `'14:00-15:30'` or `'14:00'`.
    Hours,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// One of some words.
    Choice(Vec<String>),
    /// Some of some words.
    Choices(Vec<String>),
    /// The id of an item of a kind.
    Ref(String),
    /// Ids of items of a kind.
    Refs(String),
    /// Any item: its folder and id, `activities/winter-concert`.
    Item,
    /// A file of the site that shows or plays: a path relative to the file, or from `content/` with `/` first.
    Media,
    /// An `http` or `https` address.
    Url,
    /// Addresses inside the site: `/old/address/`.
    Addresses,
    /// A mapping.
    Record(Vec<Field>),
    /// A list of mappings.
    Records(Vec<Field>),
    /// A mapping of names to words, any names.
    Mapping,
}

impl Shape {
    /// What to write, in words that stand alone.
    pub fn meaning(&self) -> Message {
        match self {
            Self::Text => msg!("一行文字", "a line of text"),
            Self::Words => msg!("一行文字，或每种语言各一行", "a line of text, or one for each language"),
            Self::Texts => msg!("一个列表，用英文逗号分开", "a list of words, parted by commas"),
            Self::Date => msg!("日期，要时间就在后面写 T08:30", "a date, with a time as T08:30 behind it"),
            Self::Hours => msg!("一天里的时间，用引号括起来", "a time of day, in quotes"),
            Self::Integer => msg!("整数", "a whole number"),
            Self::Number => msg!("数字", "a number"),
            Self::Boolean => msg!("true（是）或 false（否）", "true or false"),
            Self::Choice(_) => msg!("其中一个词", "one of these words"),
            Self::Choices(_) => msg!("其中一个或几个词", "some of these words"),
            Self::Ref(kind) => msg!("一个编号（id），类型是 {kind}", "the id of a {kind}"),
            Self::Refs(kind) => msg!("一个或几个编号（id），类型是 {kind}", "ids of {kind} items"),
            Self::Item => msg!("一项内容：文件夹/编号", "an item: its folder, a slash, its id"),
            Self::Media => msg!("文件的路径，从 content/ 写起", "the path of a file, from content/ on"),
            Self::Url => msg!("网址，以 https:// 开头", "a web address, which begins with https://"),
            Self::Addresses => msg!("本站的旧地址，以 / 开头", "former addresses of this site, which begin with /"),
            Self::Record(_) => msg!("几项“名称: 内容”", "some lines of `name: value`"),
            Self::Records(_) => msg!("一个列表，每项是几个“名称: 内容”", "a list, each with some `name: value`"),
            Self::Mapping => msg!("若干“名称: 内容”，名称自定", "lines of `name: value` with any names"),
        }
    }

    /// An example of it, to paste behind `key: `.
    pub fn example(&self) -> String {
        match self {
            Self::Text | Self::Words => "文字".into(),
            Self::Texts => "[第一个, 第二个]".into(),
            Self::Date => "2026-11-21".into(),
            Self::Hours => "'14:00-15:30'".into(),
            Self::Integer => "1".into(),
            Self::Number => "1.5".into(),
            Self::Boolean => "true".into(),
            Self::Choice(words) => words.first().cloned().unwrap_or_default(),
            Self::Choices(words) => format!("[{}]", words.iter().take(2).cloned().collect::<Vec<_>>().join(", ")),
            Self::Ref(_) => "some-id".into(),
            Self::Refs(_) => "[some-id]".into(),
            Self::Item => "activities/some-id".into(),
            Self::Media => "/media/picture.jpg".into(),
            Self::Url => "https://example.org/".into(),
            Self::Addresses => "[/old/address/]".into(),
            Self::Record(fields) => record_example(fields),
            Self::Records(fields) => format!("[{}]", record_example(fields)),
            Self::Mapping => "{name: value}".into(),
        }
    }
}

fn record_example(fields: &[Field]) -> String {
    let shown = fields.iter().filter(|f| f.required).chain(fields.iter().filter(|f| !f.required)).take(2);
    let pairs: Vec<String> = shown.map(|f| format!("{}: {}", f.name, f.shape.example())).collect();
    format!("{{{}}}", pairs.join(", "))
}
