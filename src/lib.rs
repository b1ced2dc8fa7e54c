//! `pbsite` turns Markdown in git into a public portal and an e-mail digest.

pub mod base;
pub mod catalogue;
pub mod cli;
pub mod config;
pub mod diagnostics;
pub mod document;
pub mod fields;
pub mod formats;
pub mod images;
pub mod model;
pub mod output;
pub mod plan;
pub mod render;
pub mod scaffold;
pub mod site;
pub mod source;
pub mod store;
pub mod theme;
