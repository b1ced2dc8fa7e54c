//! Images: what a file is, the sizes and formats that readers get of it, and cleaning.
//!
//! Pure functions from bytes to bytes; reading files and keeping results is for those who call
//! (`source`, `store`). The same bytes give the same result on every run. What is *not* here:
//! which images a page shows, and their addresses.
//!
//! Readers never get a photo as it was taken: it is turned upright, made small enough, and its
//! metadata (place, camera, name of the owner) is left out; only the colour profile stays.

mod encode;
mod inspect;
mod problem;
mod strip;
mod svg;

pub use encode::{Decoded, Variant, VariantFormat, encode, variants};
pub use inspect::{Format, Inspected, inspect};
pub use problem::Problem;
pub use svg::clean_svg;
