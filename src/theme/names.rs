//! Which names a template holds: what it does not name, it cannot show, and nobody need make it.
//!
//! A view is made for every theme there may be. Of its fields a page is given those that its
//! template, or one that it stands on or includes, names anywhere at all.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, OnceLock},
};

use serde::{
    Serialize, Serializer,
    ser::{
        SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
        SerializeTupleVariant,
    },
};

use super::Template;

/// Shows a template all that it is given.
const EVERYTHING: &str = "__tera_context";

/// The names of one template: their hashes, each at its place or behind it; `None` for all that there
/// are. A name that shares its hash with another (long ones with the same beginning, middle and end) is
/// told without need, which shows nowhere.
#[derive(Clone)]
pub struct Names(Option<Box<[u64]>>);

/// Room for so many fields of a struct is made at first: of most structs a template names a few.
const USUAL: usize = 12;

/// The templates of a theme with what each says, read once, when somebody asks.
#[derive(Debug, Default)]
pub(super) struct Index(BTreeMap<String, Entry>);

#[derive(Debug)]
struct Entry {
    text: Arc<str>,
    words: OnceLock<Words>,
    names: OnceLock<Names>,
}

/// What the text of one template says.
#[derive(Debug, Default)]
struct Words {
    /// Outside of the components that it defines.
    outside: Part,
    /// The hash of the first word of each component's name, and what stands in it.
    components: Vec<(u64, Part)>,
}

/// What the tags of a part of a template say.
#[derive(Debug, Default)]
struct Part {
    /// Hashes of the names, each once.
    names: HashSet<u64>,
    /// Hashes of the first words of the names of components that are called.
    calls: HashSet<u64>,
    /// Templates that are named: those that it stands on or includes.
    templates: Vec<String>,
}

impl Index {
    pub(super) fn new(templates: &BTreeMap<String, Template>) -> Self {
        let entry =
            |template: &Template| Entry { text: template.text.clone(), words: OnceLock::new(), names: OnceLock::new() };
        Self(templates.iter().map(|(name, template)| (name.clone(), entry(template))).collect())
    }

    /// The names of a template; `None` where there is no such template.
    pub(super) fn names_of(&self, template: &str) -> Option<&Names> {
        Some(self.0.get(template)?.names.get_or_init(|| self.names_of_all([template])))
    }

    /// The names of some templates together.
    pub(super) fn names_of_all<'n>(&self, templates: impl IntoIterator<Item = &'n str>) -> Names {
        let (mut names, mut called, mut reached) = (HashSet::new(), HashSet::new(), HashSet::new());
        let outside = |name: &str| self.0.get_key_value(name).map(|(name, entry)| (name, &self.words(entry).outside));
        let mut parts: Vec<&Part> = Vec::new();
        for (name, part) in templates.into_iter().filter_map(outside) {
            reached.insert(name);
            parts.push(part);
        }
        while let Some(part) = parts.pop() {
            names.extend(&part.names);
            let more = part.templates.iter().filter_map(|name| outside(name));
            parts.extend(more.filter(|(name, _)| reached.insert(name)).map(|(_, part)| part));
            // A component can be called from anywhere.
            let calls = part.calls.iter().filter(|call| called.insert(**call));
            parts.extend(calls.flat_map(|call| self.components(*call)));
        }
        Names::of(&names)
    }

    fn components(&self, called: u64) -> impl Iterator<Item = &Part> {
        let defining = self.0.values().filter(|entry| entry.text.contains("component"));
        let defined = defining.flat_map(|entry| &self.words(entry).components);
        defined.filter(move |(name, _)| *name == called).map(|(_, part)| part)
    }

    fn words<'t>(&self, entry: &'t Entry) -> &'t Words {
        entry.words.get_or_init(|| {
            let mut words = Words::default();
            let mut inside = false;
            for Tag { statement, text } in tags(&entry.text) {
                let keyword = text.trim_start_matches(['-', ' ', '\n', '\r', '\t']);
                if let Some(name) = keyword.strip_prefix("component").filter(|_| statement)
                    && let Some(name) = words_of(name).next()
                {
                    words.components.push((hash(name), Part::default()));
                    inside = true;
                }
                let part = match words.components.last_mut() {
                    Some((_, part)) if inside => part,
                    _ => &mut words.outside,
                };
                part.add(text, |name| self.0.contains_key(name));
                inside &= !(statement && keyword.starts_with("endcomponent"));
            }
            words
        })
    }
}

impl Part {
    /// Adds what a tag says.
    fn add(&mut self, tag: &str, is_template: impl Fn(&str) -> bool) {
        self.names.extend(words_of(tag).map(hash));
        // A component is called as `<name …>`, in several words where its name has dots.
        let called = tag.split('<').skip(1).filter_map(|call| words_of(call).next());
        self.calls.extend(called.map(hash));
        self.templates.extend(tag.split(['"', '\'', '`']).filter(|text| is_template(text)).map(str::to_owned));
    }
}

impl Names {
    fn of(names: &HashSet<u64>) -> Self {
        if names.contains(&hash(EVERYTHING)) {
            return Self(None);
        }
        let mut table = vec![0; (2 * names.len()).next_power_of_two()].into_boxed_slice();
        let mut names: Vec<u64> = names.iter().copied().collect();
        names.sort_unstable();
        for hash in names {
            let place = place(&table, hash);
            table[place] = hash;
        }
        Self(Some(table))
    }

    /// Whether a field of this name may be shown.
    pub fn has(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|table| table[place(table, hash(name))] != 0)
    }
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Names")
    }
}

/// Where a hash stands in a table, or would: the table is never full.
fn place(table: &[u64], hash: u64) -> usize {
    let mut at = hash as usize & (table.len() - 1);
    while table[at] != 0 && table[at] != hash {
        at = (at + 1) & (table.len() - 1);
    }
    at
}

/// Of a name its length and a few of its letters, never 0: every field of every view is asked for.
fn hash(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let some = [0, bytes.len() / 4, bytes.len() / 2, bytes.len().saturating_sub(2), bytes.len().saturating_sub(1)];
    let word = some.iter().fold(bytes.len() as u64, |word, at| word << 8 | u64::from(*bytes.get(*at).unwrap_or(&0)));
    let hash = word.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (hash ^ hash >> 32) | 1
}

/// The names in a tag.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
}

/// What stands in `{{ }}` or `{% %}`.
struct Tag<'t> {
    /// Whether it is `{% %}`.
    statement: bool,
    text: &'t str,
}

/// The tags of a template: nothing else of it names a field. What cannot be told apart (a quotation mark
/// without its partner in text that is no tag) counts as more, never as less.
fn tags(text: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find('{')?;
            let (kind, inside) = (rest.as_bytes().get(start + 1), rest.get(start + 2..).unwrap_or_default());
            match kind {
                Some(b'#') => rest = inside.split_once("#}").map_or("", |(_, rest)| rest),
                Some(kind @ (b'{' | b'%')) => {
                    let statement = *kind == b'%';
                    let end = end_of_tag(inside, if statement { b'%' } else { b'}' });
                    rest = inside.get(end + 2..).unwrap_or_default();
                    return Some(Tag { statement, text: &inside[..end] });
                }
                _ => rest = &rest[start + 1..],
            }
        }
    })
}

/// Where a tag ends, outside of its texts: at `mark` and a brace.
fn end_of_tag(inside: &str, mark: u8) -> usize {
    let bytes = inside.as_bytes();
    let mut quote = None;
    let mut at = 0;
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (Some(_), b'\\') => at += 1,
            (Some(open), byte) if open == byte => quote = None,
            (None, byte @ (b'"' | b'\'' | b'`')) => quote = Some(byte),
            (None, byte) if byte == mark && bytes.get(at + 1) == Some(&b'}') => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// A value of which only the fields are told that have one of the names.
pub(super) struct Named<'a, T: ?Sized>(pub(super) &'a T, pub(super) &'a Names);

impl<T: Serialize + ?Sized> Serialize for Named<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(Only(serializer, self.1))
    }
}

/// A serializer, or a part of one, that is told only of fields with one of the names.
struct Only<'a, S>(S, &'a Names);

macro_rules! simply {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, value: $type) -> Result<S::Ok, S::Error> { self.0.$method(value) })*
    };
}

impl<'a, S: Serializer> Serializer for Only<'a, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Only<'a, S::SerializeSeq>;
    type SerializeTuple = Only<'a, S::SerializeTuple>;
    type SerializeTupleStruct = Only<'a, S::SerializeTupleStruct>;
    type SerializeTupleVariant = Only<'a, S::SerializeTupleVariant>;
    type SerializeMap = Only<'a, S::SerializeMap>;
    type SerializeStruct = Only<'a, S::SerializeStruct>;
    type SerializeStructVariant = Only<'a, S::SerializeStructVariant>;

    simply!(
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_f32: f32,
        serialize_f64: f64, serialize_char: char, serialize_str: &str, serialize_bytes: &[u8],
        serialize_unit_struct: &'static str
    );

    fn serialize_none(self) -> Result<S::Ok, S::Error> {
        self.0.serialize_none()
    }

    fn serialize_unit(self) -> Result<S::Ok, S::Error> {
        self.0.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.0.serialize_some(&Named(value, self.1))
    }

    fn serialize_unit_variant(self, name: &'static str, i: u32, variant: &'static str) -> Result<S::Ok, S::Error> {
        self.0.serialize_unit_variant(name, i, variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<S::Ok, S::Error> {
        self.0.serialize_newtype_struct(name, &Named(value, self.1))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        i: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.0.serialize_newtype_variant(name, i, variant, &Named(value, self.1))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self::SerializeSeq, S::Error> {
        Ok(Only(self.0.serialize_seq(length)?, self.1))
    }

    fn serialize_tuple(self, length: usize) -> Result<Self::SerializeTuple, S::Error> {
        Ok(Only(self.0.serialize_tuple(length)?, self.1))
    }

    fn serialize_tuple_struct(self, name: &'static str, length: usize) -> Result<Self::SerializeTupleStruct, S::Error> {
        Ok(Only(self.0.serialize_tuple_struct(name, length)?, self.1))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        i: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleVariant, S::Error> {
        Ok(Only(self.0.serialize_tuple_variant(name, i, variant, length)?, self.1))
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        Ok(Only(self.0.serialize_map(length)?, self.1))
    }

    fn serialize_struct(self, name: &'static str, length: usize) -> Result<Self::SerializeStruct, S::Error> {
        Ok(Only(self.0.serialize_struct(name, length.min(USUAL))?, self.1))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        i: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeStructVariant, S::Error> {
        Ok(Only(self.0.serialize_struct_variant(name, i, variant, length)?, self.1))
    }
}

macro_rules! elements {
    ($($part:ident: $method:ident),*) => {
        $(impl<S: $part> $part for Only<'_, S> {
            type Ok = S::Ok;
            type Error = S::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
                self.0.$method(&Named(value, self.1))
            }

            fn end(self) -> Result<S::Ok, S::Error> {
                self.0.end()
            }
        })*
    };
}

elements!(
    SerializeSeq: serialize_element, SerializeTuple: serialize_element, SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field
);

macro_rules! fields {
    ($($part:ident),*) => {
        $(impl<S: $part> $part for Only<'_, S> {
            type Ok = S::Ok;
            type Error = S::Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), S::Error> {
                if self.1.has(name) { self.0.serialize_field(name, &Named(value, self.1)) } else { self.0.skip_field(name) }
            }

            fn skip_field(&mut self, name: &'static str) -> Result<(), S::Error> {
                self.0.skip_field(name)
            }

            fn end(self) -> Result<S::Ok, S::Error> {
                self.0.end()
            }
        })*
    };
}

fields!(SerializeStruct, SerializeStructVariant);

impl<S: SerializeMap> SerializeMap for Only<'_, S> {
    type Ok = S::Ok;
    type Error = S::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), S::Error> {
        self.0.serialize_key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
        self.0.serialize_value(&Named(value, self.1))
    }

    fn end(self) -> Result<S::Ok, S::Error> {
        self.0.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> Template {
        Template { path: String::new(), text: text.into() }
    }

    #[derive(serde::Serialize)]
    struct Page {
        title: &'static str,
        lead: Option<Inner>,
        hidden: Vec<Inner>,
    }

    #[derive(serde::Serialize)]
    struct Inner {
        text: &'static str,
        iso: &'static str,
    }

    #[test]
    fn a_template_is_told_what_it_names() {
        let templates = BTreeMap::from([
            ("page.html".to_owned(), template("{% extends \"base.html\" %}{{ page.lead.text }}")),
            ("base.html".to_owned(), template("{{ page.title }}{% include 'part.html' %}")),
            ("part.html".to_owned(), template("{{ x | map(attribute=\"tags\") }}")),
            ("other.html".to_owned(), template("{{ hidden }}")),
            ("card.html".to_owned(), template("{%- component card(item) %}{{ <day/> }}{% endcomponent card %}")),
            ("day.html".to_owned(), template("{% component\nday() -%}{{ item.url }}{%- endcomponent day %}")),
            ("list.html".to_owned(), template("<meta hidden>{# {{ lead }} #}{{ <card item={x['}}']} title=y/> }}")),
            (
                "two.html".to_owned(),
                template(
                    "{{ outer }}{% component ui.first() %}{% include \"other.html\" %}{% endcomponent ui.first %}\
                    {%- component second() -%}{{ second_only }}{% endcomponent %}",
                ),
            ),
            ("calls.html".to_owned(), template("{% < ui.first> %}{{ card.day }}{% </ui.first> %}")),
            ("all.html".to_owned(), template("{{ __tera_context }}")),
        ]);
        let index = Index::new(&templates);
        let names = |name: &str| index.names_of(name).unwrap();
        for name in ["lead", "text", "title", "tags"] {
            assert!(names("page.html").has(name), "{name}");
        }
        assert!(!names("page.html").has("hidden") && names("other.html").has("hidden"));
        // Of a component that is called, and nothing that stands outside of tags.
        let told = ["url", "title", "hidden", "meta", "lead"].map(|name| names("list.html").has(name));
        assert_eq!(told, [true, true, false, false, false]);
        assert!(!names("page.html").has("url"));
        // Of that component alone, with what it includes; a word that is a component's name calls none.
        let told = ["hidden", "day", "outer", "second_only", "url"].map(|name| names("calls.html").has(name));
        assert_eq!(told, [true, true, false, false, false]);
        let both = index.names_of_all(["calls.html", "list.html"]);
        assert_eq!(["hidden", "url", "second_only"].map(|name| both.has(name)), [true, true, false]);
        assert!(names("all.html").has("anything"));
        let page = Page {
            title: "题",
            lead: Some(Inner { text: "文", iso: "2026" }),
            hidden: vec![Inner { text: "", iso: "" }],
        };
        let told = |name: &str| serde_json::to_string(&Named(&page, names(name))).unwrap();
        assert_eq!(told("page.html"), r#"{"title":"题","lead":{"text":"文"}}"#);
        assert_eq!(told("other.html"), r#"{"hidden":[{}]}"#);
        assert_eq!(told("all.html"), serde_json::to_string(&page).unwrap());
    }
}
