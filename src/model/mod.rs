//! Documents become items: the kinds of content, their fields, what each item says.

mod groups;
mod item;
mod kinds;
mod recall;
pub mod rows;

pub use groups::{STATES, State};
use item::item;
pub use item::{Item, Presence, Withdrawal, issue};
pub use kinds::{Behaviour, Facet, Fact, KindSpec, Kinds, word_of};
pub use recall::{Reader, face_before};
