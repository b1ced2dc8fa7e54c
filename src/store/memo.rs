//! What a run leaves to the next one in the same process.

use std::{
    any::Any,
    fmt,
    sync::{Mutex, PoisonError},
};

/// A place for one thing of any type.
#[derive(Default)]
pub struct Memo(Mutex<Option<Box<dyn Any + Send>>>);

impl Memo {
    /// Leaves a thing.
    pub fn leave<T: Any + Send>(&self, thing: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(thing));
    }

    /// Takes what was left, if it is of this type; then nothing is left.
    ///
    /// ```
    /// let memo = pbsite::store::Memo::default();
    /// memo.leave(5_u8);
    /// assert_eq!(memo.take::<u8>(), Some(5));
    /// assert_eq!(memo.take::<u8>(), None);
    /// ```
    pub fn take<T: Any + Send>(&self) -> Option<T> {
        let left = self.0.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        left.downcast().ok().map(|thing| *thing)
    }
}

impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memo")
    }
}
