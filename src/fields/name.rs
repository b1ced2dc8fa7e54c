//! Names of fields. There are few, and each lives as long as the program: an item holds many of them,
//! and they cost nothing to hold.

use std::{
    cell::RefCell,
    collections::HashSet,
    fmt,
    ops::Deref,
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The name of a field.
///
/// ```
/// use pbsite::fields::FieldName;
/// assert_eq!(FieldName::from("title"), FieldName::from("title"));
/// assert_eq!(&*FieldName::from("title"), "title");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldName(&'static str);

/// All names so far.
static KNOWN: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);

thread_local! {
    /// Those that this thread has met: threads that read names do not wait for each other.
    static MET: RefCell<HashSet<&'static str>> = RefCell::default();
}

fn lasting(name: &str) -> &'static str {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_with(HashSet::new);
    match known.get(name) {
        Some(lasting) => lasting,
        None => {
            let lasting: &'static str = Box::leak(name.into());
            known.insert(lasting);
            lasting
        }
    }
}

impl From<&str> for FieldName {
    fn from(name: &str) -> Self {
        MET.with_borrow_mut(|met| match met.get(name) {
            Some(lasting) => Self(lasting),
            None => {
                let lasting = lasting(name);
                met.insert(lasting);
                Self(lasting)
            }
        })
    }
}

impl Deref for FieldName {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
    }
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, f)
    }
}

impl Serialize for FieldName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for FieldName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl de::Visitor<'_> for Words {
            type Value = FieldName;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a field")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<FieldName, E> {
                Ok(name.into())
            }
        }
        deserializer.deserialize_str(Words)
    }
}
