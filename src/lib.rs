//! `pbsite` turns a folder of Markdown into a community's public portal: columns of news, series,
//! programmes, feeds, structured data, all checked before a reader sees it.
//!
//! ```text
//! discover -> parse -> model -> catalogue -> resolve -> plan -> render -> write
//! ```
//!
//! Reading order: [`site`] is the whole run on one page; [`document`] and [`model`] make items of
//! sources, [`catalogue`] the immutable whole of them; [`plan`] says what will be written and what
//! each page may see ([`plan::views`]); [`render`] and [`output`] write it. Problems of content are
//! data all the way ([`diagnostics`]). `src/README.md` is the map with the rooms' ranks, and says
//! how to add things.
//!
//! # Example
//!
//! A site in memory, built into memory:
//!
//! ```
//! use pbsite::{base::path::SitePath, output, site, source, store};
//!
//! let mut files = source::Memory::default();
//! let mut add = |path: &str, text: &str| files.insert(SitePath::new(path).unwrap(), text);
//! add("pbsite.yaml", "name: 门户\nbase_url: https://example.org/\ncolumns: [{id: news, title: 新闻}]\n");
//! add("content/articles/news/2026-11-20-hello.md", "---\ntitle: 你好\ndate: 2026-11-20\n---\n**第一篇。**正文\n");
//!
//! let published = output::Memory::default();
//! let options = site::BuildOptions {
//!     now: site::Now::Wall("2026-11-21T08:00".parse().unwrap()),
//!     drafts: false,
//!     overrides: Default::default(),
//!     without: Vec::new(),
//! };
//! let outcome = site::build(&files, &store::Nothing, published.sink(), &options).unwrap();
//! assert_eq!(outcome.report.errors(), 0);
//! let page = published.get("news/hello/index.html").unwrap();
//! assert!(String::from_utf8_lossy(&page).contains("<strong>第一篇。</strong>正文"));
//! ```

pub mod base;
pub mod catalogue;
pub mod checks;
pub mod cli;
pub mod config;
pub mod diagnostics;
pub mod digest;
pub mod document;
pub mod drafting;
pub mod edition;
pub mod fields;
pub mod fix;
pub mod formats;
pub mod http;
pub mod images;
pub mod letters;
pub mod model;
pub mod output;
pub mod plan;
pub mod render;
pub mod report;
pub mod scaffold;
pub mod schedule;
pub mod serve;
pub mod site;
pub mod source;
pub mod store;
pub mod theme;
pub mod web;
