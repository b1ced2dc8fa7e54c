//! New things for editors: a site, a file with the right front matter.
//!
//! Gives paths and texts; the door of `source` writes them, and never over anything.

mod init;
mod new;

pub use init::site;
pub use new::{NewItem, file};
