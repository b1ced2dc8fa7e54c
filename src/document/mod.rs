//! One source, its documents: front matter as nodes with places, of the body what later stages
//! need to know (headings, references, counts, beginning, hash), not the text itself.

mod again;
mod front_matter;
pub mod markdown;
mod slips;

use std::io;

use jiff::civil::Date;
use markdown::Proofreader;
use serde::{Deserialize, Serialize};

pub use again::{text_again, words_outside_links};

use crate::{
    base::{
        hash::Key,
        lang::{Lang, Tongue},
        path::SitePath,
        text::Span,
    },
    diagnostics::{Code, Diagnostic, Place, Repair},
    fields::{Node, NodeValue, Origin},
    msg,
    source::{Files, SourceRef, decode, unreadable},
    store::{Kept, Pack, Spool},
};

/// Sources over this size are refused: no editor writes 8 MiB of Markdown by hand.
pub const LARGEST: u64 = 8 << 20;

/// How names of documents end.
const SOURCES: [&str; 6] = ["md", "yaml", "yml", "csv", "xlsx", "xlsm"];

/// A document: one item as written.
#[derive(Debug, Clone)]
pub struct Document {
    /// The file.
    pub path: SitePath,
    /// What turns the places of its fields into places of diagnostics.
    pub origin: Origin,
    /// Its front matter, a mapping or null.
    pub front: Node,
    /// Whether a line of the front matter, or all of it, could not be read; then what seems to be
    /// missing may be there.
    pub damaged: bool,
    /// Its text.
    pub body: Body,
    /// What it is in its file.
    pub form: Form,
}

/// What a document is in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// The whole file, whose name says its id.
    Whole,
    /// One of its rows, whose title says its id.
    Row,
}

impl Document {
    /// A row of a table or a list: fields without a text.
    pub fn row(path: SitePath, origin: Origin, front: Node) -> Self {
        let scan = markdown::Scan::default();
        let body = Body { span: Span::from(0..0), hash: Key::of_bytes(b""), face: Key::default(), draft: None, scan };
        Self { path, origin, front, damaged: false, body, form: Form::Row }
    }
}

/// What is known of a text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Body {
    /// Where it stands in the decoded file.
    pub span: Span,
    /// Hash of the text.
    pub hash: Key,
    /// Key of all of the document but what its own page alone shows of its text. Where it stays the
    /// same, so does every other page.
    pub face: Key,
    /// Its HTML, a [`markdown::Draft`] as bytes; `None` where there is no text, or nobody
    /// is going to render it.
    #[serde(skip)]
    pub draft: Option<Kept>,
    /// What was found in it.
    pub scan: markdown::Scan,
}

/// Where the HTML of texts is put until it is rendered.
#[derive(Clone, Copy, Debug)]
pub struct Drafts<'d> {
    /// The place.
    pub spool: &'d Spool<'d>,
    /// What earlier runs noted; its spool is the place then.
    pub pack: Option<&'d Pack>,
    /// The language of texts whose file names none.
    pub language: &'d Lang,
}

/// The parts of a file's name: `2026-11-12-hello.en.md`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name<'a> {
    /// The date prefix.
    pub date: Option<Date>,
    /// What is left: `hello`; of `hello/index.md` the folder's name.
    pub stem: &'a str,
    /// The language suffix.
    pub lang: Option<Lang>,
}

impl<'a> Name<'a> {
    /// Takes the name of a source apart.
    pub fn of(path: &'a SitePath) -> Self {
        let name = path.file_name();
        let name = name
            .rsplit_once('.')
            .filter(|(_, end)| SOURCES.iter().any(|known| known.eq_ignore_ascii_case(end)))
            .map_or(name, |(name, _)| name);
        let (stem, lang) = match name.rsplit_once('.').map(|(stem, tag)| (stem, Lang::new(tag))) {
            Some((stem, Some(lang))) => (stem, Some(lang)),
            _ => (name, None),
        };
        let stem = match stem {
            "index" => path.folder().rsplit('/').next().unwrap_or(stem),
            stem => stem,
        };
        let date = stem.get(..10).and_then(|text| text.parse::<Date>().ok());
        let rest = if date.is_some() { stem[10..].trim_start_matches(['-', '_', ' ']) } else { stem };
        Self { date, stem: if rest.is_empty() { stem } else { rest }, lang }
    }
}

/// The language that the program's words take in a text; `language` is that of texts whose file
/// names none.
fn tongue(path: &SitePath, language: &Lang) -> Tongue {
    Name::of(path).lang.as_ref().unwrap_or(language).tongue()
}

/// Makes a document of the bytes of a Markdown source. Problems of its text are collected; what is no
/// text gives no document. The HTML of texts goes to `drafts`, if anybody wants it; `proofreader`
/// looks at their words.
pub fn of_bytes(
    source: &SourceRef,
    bytes: Vec<u8>,
    drafts: Option<Drafts<'_>>,
    proofreader: &dyn Proofreader,
    problems: &mut Vec<Diagnostic>,
) -> Option<Document> {
    let text = text(source, bytes, problems)?;
    let split = front_matter::split(&source.path, &text, problems);
    let body = &text[split.body.range()];
    // Front matter read as text has problems that nobody has.
    let mut apart = Vec::new();
    let problems = if split.fenced { problems } else { &mut apart };
    if split.fenced && body.trim().is_empty() && is_story(&source.path) && !waits(&split.front) {
        problems.push(without_text(Place::text(&source.path, split.body)));
    }
    let base = split.body.start as usize;
    slips::find(&source.path, body, base, problems);
    let (scan, draft) = match drafts {
        Some(drafts) => {
            let tongue = tongue(&source.path, drafts.language);
            let (scan, draft) = markdown::read(body, base, &source.path, tongue, proofreader, problems);
            (scan, Some(drafts.spool.put(draft.to_bytes())))
        }
        None => (markdown::scan(body, base, &source.path, proofreader, problems), None),
    };
    Some(Document {
        path: source.path.clone(),
        origin: Origin::text(source.path.clone()),
        front: split.front,
        damaged: split.damaged,
        body: Body {
            span: split.body,
            hash: Key::of_bytes(body.as_bytes()),
            face: face(&text[..split.body.start as usize], &scan),
            draft,
            scan,
        },
        form: Form::Whole,
    })
}

/// See [`Body::face`]. How long a text is, its headings and its places are left out.
fn face(front: &str, scan: &markdown::Scan) -> Key {
    let references: Vec<_> = scan.references.iter().map(|found| (found.role, &found.raw, &found.alt)).collect();
    let shown = |shown: &markdown::Shown| Key::of(&(&shown.raw, &shown.alt, &shown.caption));
    let galleries: Vec<(usize, Vec<Key>)> =
        scan.galleries.iter().map(|(index, pictures)| (*index, pictures.iter().map(shown).collect())).collect();
    Key::of(&(front, references, galleries, &scan.anchors, &scan.excerpt))
}

/// The bytes of a source and their hash; what keeps it from being read is reported.
pub fn bytes(source: &SourceRef, files: &dyn Files, problems: &mut Vec<Diagnostic>) -> Option<(Vec<u8>, Key)> {
    let place = || Place::File(source.path.clone());
    if source.length > LARGEST {
        let size = source.length >> 20;
        let message = msg!("文件太大（{size} MiB），文章最多 8 MiB", "the file has {size} MiB, a text may have 8 MiB");
        problems.push(Diagnostic::new(Code::FileTooLarge, place(), message));
        return None;
    }
    let refused = |error: io::Error| problems.push(Diagnostic::new(Code::Unreadable, place(), unreadable(&error)));
    files.read_hashed(source).map_err(refused).ok()
}

/// The decoded text of a source; what keeps it from being one, or was mended on the way, is reported.
fn text(source: &SourceRef, bytes: Vec<u8>, problems: &mut Vec<Diagnostic>) -> Option<String> {
    let place = || Place::File(source.path.clone());
    let decoded = decode(bytes);
    if memchr::memchr(0, decoded.text.as_bytes()).is_some() && !decoded.text.starts_with("---") {
        problems.push(no_text(place()));
        return None;
    }
    match decoded.encoding {
        // What is damaged already would be damaged for good.
        Some(encoding) => {
            let repair = (!decoded.damaged).then_some(Repair::Utf8);
            problems.push(Diagnostic { repair, ..encoded(&source.path, encoding) });
        }
        None if decoded.damaged => problems.push(damaged(place(), &decoded.text)),
        None => {}
    }
    Some(decoded.text)
}

fn encoded(path: &SitePath, encoding: &str) -> Diagnostic {
    let message = msg!("文件的编码是 {encoding}，不是 UTF-8", "the file is encoded as {encoding}, not UTF-8");
    Diagnostic::new(Code::Encoding, Place::File(path.clone()), message).help(msg!(
        "已按 {encoding} 读取；建议另存为 UTF-8，或运行：iconv -f {encoding} -t UTF-8 {path} -o {path}",
        "read as {encoding}; better save it as UTF-8: iconv -f {encoding} -t UTF-8 {path} -o {path}"
    ))
}

/// Where the text of a decoded Markdown file begins: behind its front matter, or at 0 where
/// nothing parts the two.
pub fn text_begins(path: &SitePath, text: &str) -> usize {
    front_matter::split(path, text, &mut Vec::new()).body.start as usize
}

fn no_text(place: Place) -> Diagnostic {
    let message = msg!(
        "这不是文本文件，像是图片或办公软件的文档",
        "this is no text: it looks like a picture or a document of an office program"
    );
    Diagnostic::new(Code::Unreadable, place, message).help(msg!(
        "图片和文档放进 content/media/，文章用纯文本写，文件名以 .md 结尾",
        "pictures and documents belong into content/media/; an article is plain text in a file that ends in .md"
    ))
}

fn damaged(place: Place, text: &str) -> Diagnostic {
    let count = text.matches('\u{fffd}').count();
    let message = msg!(
        "文件里有 {count} 处坏掉的字，读者会看到“\u{fffd}”",
        "the file holds {count} damaged characters, which readers see as `\u{fffd}`"
    );
    let help =
        msg!("对照原稿重新打一遍，另存为 UTF-8", "compare with the original, type them again, and save as UTF-8");
    Diagnostic::new(Code::Encoding, place, message).help(help)
}

fn without_text(place: Place) -> Diagnostic {
    Diagnostic::new(Code::EmptyText, place, msg!("正文是空的", "there is no text")).help(msg!(
        "在 --- 下面写正文；还没写好，就在资料里加一行：draft: true",
        "write the text below `---`; if it is not ready, add a line to the details: draft: true"
    ))
}

/// Whether a file tells something in words, rather than by its fields.
fn is_story(path: &SitePath) -> bool {
    ["content/articles/", "content/pages/"].iter().any(|folder| path.as_str().starts_with(folder))
}

/// Whether a front matter says that readers see no text yet, or no more.
fn waits(front: &Node) -> bool {
    let NodeValue::Map(pairs) = &front.value else { return true };
    pairs.iter().any(|(key, _)| matches!(key.text(), Some("draft" | "withdrawn")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_apart() {
        let check = |path: &str, date: Option<&str>, stem: &str, lang: Option<&str>| {
            let path = SitePath::new(path).unwrap();
            let name = Name::of(&path);
            assert_eq!(name.date.map(|d| d.to_string()).as_deref(), date, "{path}");
            assert_eq!((name.stem, name.lang.as_ref().map(Lang::as_str)), (stem, lang), "{path}");
        };
        check("content/articles/a/2026-11-12-hello.en.md", Some("2026-11-12"), "hello", Some("en"));
        check("content/articles/a/2026-11-12-hello/index.md", Some("2026-11-12"), "hello", None);
        check("content/pages/v1.10.md", None, "v1.10", None);
        check("content/pages/2026-11-12.md", Some("2026-11-12"), "2026-11-12", None);
    }
}
