//! Values that were read: checked, typed, each with its place.

use serde::{Deserialize, Serialize};

use super::{At, FieldName};
use crate::base::{
    date::When,
    lang::{Lang, Tongue},
};

/// Something with the place where it stood.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Spot<T> {
    /// The thing.
    pub value: T,
    /// Where.
    pub at: At,
}

/// A value of a field, of the type that its shape says.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Value {
    /// `Text`, `Choice`, `Ref`, `Media`, `Url`, `Hours`.
    Text(String),
    /// `Words`: a text for each language, `None` for the one that stands for all others.
    Words(Vec<(Option<Lang>, String)>),
    /// `Texts`, `Choices`, `Refs`, `Addresses`.
    Texts(Vec<Spot<String>>),
    /// `Date`.
    When(When),
    /// `Integer`.
    Integer(i64),
    /// `Number`, spelled as in the source.
    Number(String),
    /// `Boolean`.
    Boolean(bool),
    /// `Record`.
    Record(Values),
    /// `Records`.
    Records(Vec<Spot<Values>>),
    /// `Mapping`.
    Mapping(Vec<(Spot<String>, Spot<String>)>),
}

/// The values of a mapping, in the order of its specification.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Values(pub(super) Vec<(FieldName, Spot<Value>)>);

impl Values {
    /// A value with its place.
    pub fn get(&self, name: &str) -> Option<&Spot<Value>> {
        self.0.iter().find(|(key, _)| &**key == name).map(|(_, value)| value)
    }

    /// Every value, in the order of the specification.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Spot<Value>)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// The place of a value.
    pub fn at(&self, name: &str) -> Option<At> {
        self.get(name).map(|spot| spot.at)
    }

    /// A text, `""` if it is not there.
    pub fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Some(Spot { value: Value::Text(text) | Value::Number(text), .. }) => text,
            _ => "",
        }
    }

    /// A text for readers of `lang`: its own, else that of the same tongue, else the one for all,
    /// else the first.
    pub fn words(&self, name: &str, lang: &Lang) -> String {
        match self.get(name) {
            Some(Spot { value: Value::Words(words), .. }) => pick(words, lang),
            _ => self.text(name).into(),
        }
    }

    /// A list of texts, empty if it is not there.
    pub fn texts(&self, name: &str) -> &[Spot<String>] {
        match self.get(name) {
            Some(Spot { value: Value::Texts(texts), .. }) => texts,
            _ => &[],
        }
    }

    /// A date.
    pub fn when(&self, name: &str) -> Option<When> {
        match self.get(name)?.value {
            Value::When(when) => Some(when),
            _ => None,
        }
    }

    /// A whole number.
    pub fn integer(&self, name: &str) -> Option<i64> {
        match self.get(name)?.value {
            Value::Integer(n) => Some(n),
            _ => None,
        }
    }

    /// `true` or `false`.
    pub fn boolean(&self, name: &str) -> Option<bool> {
        match self.get(name)?.value {
            Value::Boolean(value) => Some(value),
            _ => None,
        }
    }

    /// A mapping.
    pub fn record(&self, name: &str) -> Option<&Values> {
        match &self.get(name)?.value {
            Value::Record(values) => Some(values),
            _ => None,
        }
    }

    /// A list of mappings, empty if it is not there.
    pub fn records(&self, name: &str) -> &[Spot<Values>] {
        match self.get(name) {
            Some(Spot { value: Value::Records(records), .. }) => records,
            _ => &[],
        }
    }

    /// A mapping of any names.
    pub fn mapping(&self, name: &str) -> &[(Spot<String>, Spot<String>)] {
        match self.get(name) {
            Some(Spot { value: Value::Mapping(pairs), .. }) => pairs,
            _ => &[],
        }
    }
}

/// Picks a text for `lang`; see [`Values::words`].
pub fn pick(words: &[(Option<Lang>, String)], lang: &Lang) -> String {
    let find = |test: &dyn Fn(Option<&Lang>) -> bool| words.iter().find(|(l, _)| test(l.as_ref()));
    let tongue = |l: Option<&Lang>| l.is_some_and(|l| l.tongue() == lang.tongue() && l.tongue() == Tongue::Zh);
    find(&|l| l == Some(lang))
        .or_else(|| find(&tongue))
        .or_else(|| find(&|l| l.is_none()))
        .or_else(|| words.first())
        .map_or(String::new(), |(_, text)| text.clone())
}
