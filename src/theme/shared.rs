//! Values that many views hold: converted for the templates once, hashed once.

use std::{
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
    sync::Arc,
};

use serde::{Serialize, Serializer};

use super::names::{Named, Names};
use crate::base::hash::Key;

/// A view's part that is shared, such as a card. Cloning copies a pointer, hashing writes its key,
/// and a template gets the value that was converted when it was made. The data itself is not kept:
/// ten thousand cards live once.
pub struct Shared<T>(Arc<Inner>, PhantomData<fn() -> T>);

struct Inner {
    key: Key,
    value: tera::Value,
}

impl<T: Serialize + Hash> Shared<T> {
    /// Converts and hashes once.
    pub fn new(data: &T) -> Self {
        Self(Arc::new(Inner { key: Key::of(data), value: tera::Value::from_serializable(data) }), PhantomData)
    }

    /// The same for templates that name no more than `names`: of many things that are shared, what nobody
    /// shows takes most of the room.
    pub fn named(data: &T, names: &Names) -> Self {
        let value = tera::Value::from_serializable(&Named(data, names));
        Self(Arc::new(Inner { key: Key::of(data), value }), PhantomData)
    }

    /// The hash of the data.
    pub fn key(&self) -> Key {
        self.0.key
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<T> Hash for Shared<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.key.hash(state);
    }
}

impl<T> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Tera clones a `Value` that it meets, any other serializer sees its content.
        self.0.value.serialize(serializer)
    }
}

impl<T> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shared({})", self.0.key)
    }
}
