//! Documents become items: the kinds of content, their fields, what each item says.

mod groups;
mod item;
mod kinds;
pub mod rows;

pub use groups::{STATES, Schedule, State};
pub use item::{Item, Presence, Withdrawal, item};
pub use kinds::{Behaviour, KindSpec, Kinds};
