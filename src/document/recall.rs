//! A source as the last run read it: what was made of the same bytes with the same rules is taken
//! from the [`Pack`], with the problems that were found, and a source with a settled stamp is not
//! even read.

use std::io;

use super::{Document, Drafts, bytes, markdown, markdown::Proofreader, of_bytes};
use crate::{
    base::{
        hash::{Key, PROGRAM},
        lang::Lang,
        path::SitePath,
        text::Span,
    },
    diagnostics::Diagnostic,
    source::{Files, SourceRef, decode},
    store::{Made, Noted, Pack},
};

/// Reads a Markdown source, unless it is known what comes of it. Problems of its text are collected;
/// a file that cannot be read at all gives no document. The HTML of texts goes to `drafts`, if anybody
/// wants it; `proofreader` looks at their words.
pub fn parse(
    source: &SourceRef,
    files: &dyn Files,
    drafts: Option<Drafts<'_>>,
    proofreader: &dyn Proofreader,
    problems: &mut Vec<Diagnostic>,
) -> Option<Document> {
    let Some((pack, drafts)) = drafts.and_then(|drafts| Some((drafts.pack?, drafts))) else {
        return of_bytes(source, bytes(source, files, problems)?, drafts, proofreader, problems);
    };
    let with = Key::of(&(PROGRAM, drafts.language, proofreader.fingerprint()));
    if let Some(content) = pack.content(&source.path, source.stamp)
        && let Some(known) = recall(pack, source, content, with, problems)
    {
        return Some(known);
    }
    let bytes = bytes(source, files, problems)?;
    let content = Key::of_bytes(&bytes);
    if let Some(known) = recall(pack, source, content, with, problems) {
        return Some(known);
    }
    let mut own = Vec::new();
    let document = of_bytes(source, bytes, Some(drafts), proofreader, &mut own);
    let made = document.as_ref().and_then(|document| made(pack, document, with, &own));
    pack.note(&source.path, Noted { stamp: source.stamp, content, made });
    problems.extend(own);
    document
}

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

/// What others saw of a document in an earlier run: its [`Body::face`](super::Body::face).
pub fn face_before(pack: &Pack, path: &SitePath) -> Option<Key> {
    let made = pack.find(path)?.made.as_ref()?;
    let bytes = pack.spool().get(&made.about).ok()?;
    let (document, _): (Document, Vec<Diagnostic>) = postcard::from_bytes(&bytes).ok()?;
    Some(document.body.face)
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

/// What an earlier run made of the same content.
fn recall(
    pack: &Pack,
    source: &SourceRef,
    content: Key,
    with: Key,
    problems: &mut Vec<Diagnostic>,
) -> Option<Document> {
    let noted = pack.find(&source.path).filter(|noted| noted.content == content)?;
    let made = noted.made.as_ref().filter(|made| made.with == with)?;
    let bytes = pack.spool().get(&made.about).inspect_err(|_| pack.damage()).ok()?;
    let (document, own): (Document, Vec<Diagnostic>) =
        postcard::from_bytes(&bytes).inspect_err(|_| pack.damage()).ok()?;
    problems.extend(own);
    pack.recall();
    pack.note(&source.path, Noted { stamp: source.stamp, ..noted.clone() });
    Some(Document { body: super::Body { draft: made.text.clone(), ..document.body }, ..document })
}

fn made(pack: &Pack, document: &Document, with: Key, problems: &Vec<Diagnostic>) -> Option<Made> {
    let about = postcard::to_allocvec(&(document, problems)).ok()?;
    Some(Made { with, about: pack.spool().put(about), text: document.body.draft.clone() })
}
