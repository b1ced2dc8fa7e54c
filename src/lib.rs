//! `pbsite` turns Markdown in git into a public portal and an e-mail digest.

pub mod base;
pub mod diagnostics;
pub mod images;
pub mod output;
pub mod store;
