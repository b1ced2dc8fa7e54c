//! Stub until merged.
#![allow(missing_docs)]
use crate::{base::{path::SitePath, text::{Counts, Span}}, diagnostics::Diagnostic};
#[derive(Debug, Clone, Default)]
pub struct Scan { pub headings: Vec<Heading>, pub references: Vec<Reference>, pub counts: Counts, pub excerpt: String, pub has_html: bool, pub anchors: Vec<String> }
#[derive(Debug, Clone)]
pub struct Heading { pub level: u8, pub id: String, pub text: String, pub span: Span }
#[derive(Debug, Clone)]
pub struct Reference { pub role: Role, pub raw: String, pub span: Span, pub alt: Option<String> }
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role { Link, Image, Media, Item, Query }
pub fn scan(_body: &str, _base: usize, _file: &SitePath, _problems: &mut Vec<Diagnostic>) -> Scan { Scan::default() }
