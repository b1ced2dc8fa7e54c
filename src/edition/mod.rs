//! What a digest's edition says, before anything is rendered: periods, definitions, editions as
//! written, and what was sent of them. Pure: which items are good candidates is the business of
//! `drafting`, how a letter looks that of `letters`.

mod definition;
mod period;
mod sent;
mod written;

pub use definition::{Cadence, Digest, Empty, Meant, Person, Section, Segment, Source};
pub use period::Period;
pub use sent::{Change, Corrected, Fact, Sent, SentLetter, What, changes, dates_in_words};
pub use written::{Edition, EditionSection, Entry, Figure, Told, editions, frozen_path, taken_path};
