//! An edition as letters: one for each segment and language, before they are anyone's. What is
//! personal stands in them as a [`Hole`](crate::digest::letter::Hole); who gets which, how it is
//! packed and sent is the business of `digest`.

mod compose;
mod look;
mod pictures;
mod preview;
mod readers;
mod text;

pub use compose::{Composed, Trouble, compose};
pub use look::{Known, look, spam};
pub use preview::preview;
pub use readers::Readers;
