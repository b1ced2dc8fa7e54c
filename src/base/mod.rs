//! Small things every room needs: hashes, validated paths, dates, languages, text.
//!
//! Nothing here knows what a site is. No I/O, no clock, no randomness.

pub mod date;
pub mod hash;
pub mod lang;
pub mod media_type;
pub mod nearest;
pub mod path;
pub mod script;
pub mod slug;
pub mod stamp;
pub mod text;
