//! Documents become items: the kinds of content, their fields, what each item says.

mod groups;
mod item;
mod kinds;

pub use groups::{Schedule, State};
pub use item::{Item, Presence, Withdrawal, item};
pub use kinds::{Behaviour, KindSpec, Kinds};
