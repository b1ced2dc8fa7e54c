//! Texts that are read once more.

use std::io;

use super::markdown;
use crate::{
    base::{lang::Lang, path::SitePath, text::Span},
    source::{Files, decode},
};

/// The HTML of a text with holes, read once more because what was put aside is damaged. `language`
/// is that of texts whose file names none.
///
/// # Errors
/// When the file cannot be read, or is no text any more.
pub fn text_again(path: &SitePath, files: &dyn Files, language: &Lang) -> io::Result<Vec<u8>> {
    let text = decode(files.read(path)?).text;
    let body = super::text_begins(path, &text);
    let body = text.get(body..).ok_or(io::ErrorKind::InvalidData)?;
    let (_, draft) = markdown::read(body, 0, path, super::tongue(path, language), &markdown::Unread, &mut Vec::new());
    Ok(draft.to_bytes())
}

/// The words of a text that a link could still be put around, read once more, each run with its place
/// in the file.
///
/// # Errors
/// When the file cannot be read, or is no text any more.
pub fn words_outside_links(path: &SitePath, files: &dyn Files) -> io::Result<Vec<(String, Span)>> {
    let text = decode(files.read(path)?).text;
    let base = super::text_begins(path, &text);
    let body = text.get(base..).ok_or(io::ErrorKind::InvalidData)?;
    let runs = markdown::words_outside_links(body).into_iter();
    Ok(runs.map(|(words, range)| (words, Span::from(range).shift(base))).collect())
}
