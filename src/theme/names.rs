//! Which names a template holds: what it does not name, it cannot show, and nobody need make it.
//!
//! A view is made for every theme there may be. Of its fields a page is given those that its
//! template, or one that it stands on or includes, names anywhere at all.

use std::collections::{BTreeMap, BTreeSet};

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

/// The names of one template, as bits of their hashes: a name that shares its bit with another is
/// told without need, which shows nowhere.
#[derive(Clone)]
pub struct Names(Box<[u64; BITS / 64]>);

const BITS: usize = 1 << 14;

impl Names {
    /// The names of a template.
    pub(super) fn of(name: &str, templates: &BTreeMap<String, Template>) -> Self {
        // Components can be called from anywhere.
        let everywhere = templates.iter().filter(|(_, template)| template.text.contains("{% component"));
        let mut reached = everywhere.map(|(name, _)| name.as_str()).collect();
        reach(name, templates, &mut reached);
        let mut names = Self(Box::new([0; BITS / 64]));
        let texts = reached.iter().filter_map(|name| templates.get(*name)).map(|template| &*template.text);
        for word in texts.flat_map(identifiers) {
            if word == EVERYTHING {
                return Self(Box::new([u64::MAX; BITS / 64]));
            }
            let bit = bit(word);
            names.0[bit / 64] |= 1 << (bit % 64);
        }
        names
    }

    /// Whether a field of this name may be shown.
    pub fn has(&self, name: &str) -> bool {
        let bit = bit(name);
        self.0[bit / 64] & 1 << (bit % 64) != 0
    }
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Names")
    }
}

/// FNV-1a (64 bits), folded.
fn bit(name: &str) -> usize {
    let hash = name
        .bytes()
        .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
    (hash ^ hash >> 32) as usize % BITS
}

/// The templates that one stands on or includes, and theirs.
fn reach<'t>(name: &str, templates: &'t BTreeMap<String, Template>, reached: &mut BTreeSet<&'t str>) {
    let Some((name, template)) = templates.get_key_value(name) else { return };
    reached.insert(name);
    for other in templates.keys() {
        let named = |quote: char| template.text.contains(&format!("{quote}{other}{quote}"));
        if !reached.contains(other.as_str()) && (named('"') || named('\'') || named('`')) {
            reach(other, templates, reached);
        }
    }
}

fn identifiers(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
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
        Ok(Only(self.0.serialize_struct(name, length)?, self.1))
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
            ("card.html".to_owned(), template("{% component card(item) %}{{ item.url }}{% endcomponent card %}")),
            ("all.html".to_owned(), template("{{ __tera_context }}")),
        ]);
        let names = |name: &str| Names::of(name, &templates);
        for name in ["lead", "text", "title", "tags", "url"] {
            assert!(names("page.html").has(name), "{name}");
        }
        assert!(!names("page.html").has("hidden") && names("other.html").has("hidden"));
        assert!(names("all.html").has("anything"));
        let page = Page {
            title: "题",
            lead: Some(Inner { text: "文", iso: "2026" }),
            hidden: vec![Inner { text: "", iso: "" }],
        };
        let told = |name: &str| serde_json::to_string(&Named(&page, &names(name))).unwrap();
        assert_eq!(told("page.html"), r#"{"title":"题","lead":{"text":"文"}}"#);
        assert_eq!(told("other.html"), r#"{"hidden":[{}]}"#);
        assert_eq!(told("all.html"), serde_json::to_string(&page).unwrap());
    }
}
