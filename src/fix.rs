//! Repairs that are safe: what a diagnostic offers to change mechanically is changed, the site is
//! read again, and so on until nothing of the kind is left.
//!
//! Only front matter and settings are changed: in the text below, nothing but a line that parts the
//! two. Byte order marks and line ends stay as they are unless they are asked for. Nothing is
//! written here: `cli` shows the difference, and the door of `source` writes it.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    base::{path::SitePath, text::Span},
    catalogue::Catalogue,
    config::Settings,
    diagnostics::{Diagnostic, Repair, Report},
    document::text_begins,
    fields::{At, Value, Values},
    site::{self, BuildOptions, Failure},
    source::{Files, Overlay, decode},
};

/// A repaired file may be read again this often; each time a mistake may come to light that hid
/// behind another.
const ROUNDS: usize = 10;

/// What is to be repaired.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// These files only; all where it is empty.
    pub files: Vec<SitePath>,
    /// Byte order marks and CRLF line ends too.
    pub line_ends: bool,
}

/// A file that comes out differently.
#[derive(Debug, Clone)]
pub struct Change {
    /// The file.
    pub path: SitePath,
    /// Its bytes as they are.
    pub old: Vec<u8>,
    /// Its bytes as they should be.
    pub new: Vec<u8>,
}

/// What repairs come to.
#[derive(Debug, Default)]
pub struct Fixed {
    /// Files that come out differently, by path.
    pub changes: Vec<Change>,
    /// How many repairs there are.
    pub repairs: usize,
    /// What is left to people.
    pub left: Report,
}

/// Finds what can be repaired safely in the files of a site.
///
/// # Errors
/// When sources cannot be read.
pub fn fix(files: &dyn Files, options: &BuildOptions, wanted: &Wanted) -> Result<Fixed, Failure> {
    let mut fixed = Fixed::default();
    let mut changed: BTreeMap<SitePath, Vec<u8>> = BTreeMap::new();
    let mut done = BTreeSet::new();
    for _ in 0..ROUNDS {
        let mut overlay = Overlay::new(files);
        changed.iter().for_each(|(path, bytes)| overlay.replace(path.clone(), bytes.clone()));
        let (catalogue, outcome) = site::load(&overlay, options)?;
        let repairs = repairs(&overlay, catalogue.as_ref(), &outcome.report, wanted);
        fixed.left = outcome.report;
        let mut any = false;
        for (path, repairs) in repairs {
            let Ok(bytes) = overlay.read(&path) else { continue };
            let Some(bytes) = Text::new(&path, bytes).and_then(|text| text.repaired(repairs, &mut done)) else {
                continue;
            };
            any = true;
            changed.insert(path, bytes);
        }
        if !any {
            break;
        }
    }
    fixed.repairs = done.len();
    if wanted.line_ends {
        plain_line_ends(files, wanted, &mut changed);
    }
    for (path, new) in changed {
        let old = files.read(&path).map_err(|error| Failure::Source(path.to_string(), error))?;
        fixed.changes.push(Change { path, old, new });
    }
    fixed.changes.retain(|change| change.old != change.new);
    Ok(fixed)
}

/// What may be changed now, by file.
fn repairs(
    files: &dyn Files,
    catalogue: Option<&Catalogue>,
    report: &Report,
    wanted: &Wanted,
) -> BTreeMap<SitePath, Vec<Repair>> {
    let mut repairs: BTreeMap<SitePath, Vec<Repair>> = BTreeMap::new();
    let offered = report.problems.iter().filter_map(|problem| offered(&problem.diagnostic));
    let dates = catalogue.into_iter().flat_map(|catalogue| dates(files, catalogue));
    for (path, repair) in offered.chain(dates).filter(|(path, _)| is_wanted(path, wanted)) {
        repairs.entry(path).or_default().push(repair);
    }
    repairs
}

fn is_wanted(path: &SitePath, wanted: &Wanted) -> bool {
    wanted.files.is_empty() || wanted.files.contains(path)
}

fn offered(problem: &Diagnostic) -> Option<(SitePath, Repair)> {
    Some((SitePath::new(problem.place.file_name()?).ok()?, problem.repair.clone()?))
}

/// Dates that are clear, but not in the form that other programs read: `2026年5月1日`, `2026/5/1`.
fn dates(files: &dyn Files, catalogue: &Catalogue) -> Vec<(SitePath, Repair)> {
    let mut found = Vec::new();
    for item in &catalogue.items {
        let mut whens = Vec::new();
        collect_dates(&item.values, &mut whens);
        if whens.is_empty() {
            continue;
        }
        let Some(text) = files.text(&item.path) else { continue };
        let odd = |(range, _): &(Span, String)| {
            text.get(range.range()).is_some_and(|written| written.contains(|c: char| !"0123456789-:T '\"+".contains(c)))
        };
        let repair = |(range, text)| (item.path.clone(), Repair::Replace { range, text });
        found.extend(whens.into_iter().filter(odd).map(repair));
    }
    found
}

fn collect_dates(values: &Values, found: &mut Vec<(Span, String)>) {
    for (_, spot) in values.iter() {
        match (&spot.value, spot.at) {
            (Value::When(when), At::Text(range)) => found.push((range, when.to_string())),
            (Value::Record(record), _) => collect_dates(record, found),
            (Value::Records(records), _) => records.iter().for_each(|record| collect_dates(&record.value, found)),
            _ => {}
        }
    }
}

/// A file as it is and as diagnostics see it.
struct Text<'a> {
    path: &'a SitePath,
    /// In UTF-8, with the byte order mark and the line ends that it has.
    raw: String,
    /// As diagnostics see it.
    decoded: String,
    /// Bytes of the byte order mark.
    mark: usize,
    /// Where in the decoded text an LF stands for two characters.
    pairs: Vec<usize>,
    /// Whether the bytes are another encoding.
    foreign: bool,
}

impl<'a> Text<'a> {
    /// `None` where bytes were damaged: they stay as they are, for somebody to save what can be saved.
    fn new(path: &'a SitePath, bytes: Vec<u8>) -> Option<Self> {
        let windows = is_windows(&bytes);
        let utf8 = std::str::from_utf8(&bytes).ok().map(str::to_owned);
        let decoded = decode(bytes);
        if decoded.damaged {
            return None;
        }
        let foreign = decoded.encoding.is_some();
        let raw = match utf8.filter(|_| !foreign) {
            Some(raw) => raw,
            None if windows => decoded.text.replace('\n', "\r\n"),
            None => decoded.text.clone(),
        };
        let mark = if raw.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let pairs = raw.match_indices("\r\n").enumerate().map(|(i, (at, _))| at - mark - i);
        Some(Self { path, pairs: pairs.collect(), mark, raw, decoded: decoded.text, foreign })
    }

    /// The bytes with the repairs that are new and allowed; `None` if there is none.
    fn repaired(&self, repairs: Vec<Repair>, done: &mut BTreeSet<(SitePath, Option<Span>, String)>) -> Option<Vec<u8>> {
        let mut edits = Vec::new();
        let mut any = false;
        for repair in repairs {
            match repair {
                Repair::Utf8 => any |= self.foreign && done.insert((self.path.clone(), None, String::new())),
                Repair::Replace { range, text } if self.allows(range, &text) => edits.push((range, text)),
                Repair::Replace { .. } => {}
            }
        }
        edits.sort();
        edits.dedup();
        let (mut text, mut end) = (String::with_capacity(self.raw.len() + 16), 0);
        let newline = if self.pairs.is_empty() { "\n" } else { "\r\n" };
        for (range, new) in edits {
            let start = self.offset(range.start);
            // One of two that overlap waits for the next round; one that did not help is not tried again.
            if start < end || !done.insert((self.path.clone(), Some(range), new.clone())) {
                continue;
            }
            text.push_str(&self.raw[end..start]);
            text.push_str(&new.replace('\n', newline));
            end = self.offset(range.end);
            any = true;
        }
        text.push_str(&self.raw[end..]);
        any.then(|| text.into_bytes())
    }

    /// Whether an edit leaves the sentences of the text alone.
    fn allows(&self, range: Span, new: &str) -> bool {
        let Some(old) = self.decoded.get(range.range()) else { return false };
        let begins =
            if *self.path == Settings::file() { self.decoded.len() } else { text_begins(self.path, &self.decoded) };
        range.end as usize <= begins || without_fences(old) == without_fences(new)
    }

    /// The place in `raw` of a place in the decoded text.
    fn offset(&self, decoded: u32) -> usize {
        let decoded = decoded as usize;
        self.mark + decoded + self.pairs.partition_point(|&pair| pair < decoded)
    }
}

fn without_fences(text: &str) -> Vec<&str> {
    let fence = |line: &&str| line.trim().chars().all(|c| matches!(c, '-' | '—' | '–' | '－' | '‐' | '―' | '─'));
    text.lines().filter(|line| !fence(line)).collect()
}

/// Whether lines end as on Windows, in an encoding of one or of two bytes.
fn is_windows(bytes: &[u8]) -> bool {
    [&b"\r\n"[..], b"\r\0\n", b"\r\0\0\n"].iter().any(|end| bytes.windows(end.len()).any(|window| window == *end))
        || bytes.windows(4).any(|window| window == b"\0\r\0\n")
}

/// Takes byte order marks and carriage returns out of the Markdown files and the settings.
fn plain_line_ends(files: &dyn Files, wanted: &Wanted, changed: &mut BTreeMap<SitePath, Vec<u8>>) {
    let listed = files.list("content", &mut Vec::new()).unwrap_or_default();
    let documents = listed.into_iter().map(|source| source.path).filter(|path| path.extension() == "md");
    for path in documents.chain([Settings::file()]).filter(|path| is_wanted(path, wanted)) {
        let Some(bytes) = changed.get(&path).cloned().or_else(|| files.read(&path).ok()) else { continue };
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let plain = decode(text.clone().into_bytes()).text;
        if plain != text {
            changed.insert(path, plain.into_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Overrides, site::Now, source::Memory};

    const SETTINGS: &str = "name: 门户\nbase_url: https://example.org/\ncolumns: [{id: news, title: 新闻}]\n";

    fn fixed(bytes: &[u8], line_ends: bool) -> Fixed {
        let mut files = Memory::default();
        files.insert(Settings::file(), SETTINGS);
        files.insert(SitePath::new("content/articles/news/a.md").unwrap(), bytes);
        let now = Now::Wall("2026-11-21T08:00:00".parse().unwrap());
        let options = BuildOptions { now, drafts: false, overrides: Overrides::default(), without: Vec::new() };
        fix(&files, &options, &Wanted { files: Vec::new(), line_ends }).unwrap()
    }

    #[track_caller]
    fn check(old: &[u8], new: &str) {
        let fixed = fixed(old, false);
        let bytes = fixed.changes.first().map_or(old, |change| &change.new);
        assert_eq!(String::from_utf8_lossy(bytes), new);
    }

    #[test]
    fn repairs_until_nothing_is_left() {
        check(
            "———\ntitle：通知\ndate:2026年5月1日\ntags: [活动，课程]\nkeywords: 一、二\n----\n正文：一，二。\n"
                .as_bytes(),
            "---\ntitle: 通知\ndate: 2026-05-01\ntags: [活动, 课程]\nkeywords: [一, 二]\n---\n正文：一，二。\n",
        );
    }

    #[test]
    fn keeps_marks_and_line_ends() {
        check(
            "\u{feff}---\r\ntitle：通知\r\ndate：2026-11-01\n---\r\n正文。\r\n".as_bytes(),
            "\u{feff}---\r\ntitle: 通知\r\ndate: 2026-11-01\n---\r\n正文。\r\n",
        );
        let plain = fixed("\u{feff}---\r\ntitle: 通知\r\ndate: 2026-11-01\r\n---\r\n正文。\r\n".as_bytes(), true);
        assert_eq!(plain.changes[0].new, "---\ntitle: 通知\ndate: 2026-11-01\n---\n正文。\n".as_bytes());
    }

    #[test]
    fn writes_utf8_and_nothing_that_is_damaged() {
        let text = "---\ntitle：居民通知\ndate: 2026-11-01\n---\n居民们：周六上午有讲座。\n";
        let expect = text.replace('：', ": ").replace("居民们: ", "居民们：");
        let (gbk, _, _) = encoding_rs::GB18030.encode(text);
        check(&gbk, &expect);
        let utf16 =
            |text: &str| [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let utf16: Vec<u8> = utf16(&text.replace('\n', "\r\n"));
        check(&utf16, &expect.replace('\n', "\r\n"));
        let damaged = b"---\ntitle\xEF\xBC\x9A\xE5\xB1\xFF\xFE\n---\n\xC0 \xC1\n";
        assert!(fixed(damaged, false).changes.is_empty());
    }

    #[test]
    fn leaves_the_text_alone() {
        let text = "---\ntitle: 通知\ndate: 2026-11-01\n---\ntitle：不是资料\n\n————\n\n::file[表]{src:/media/a.pdf}\n";
        check(text.as_bytes(), text);
    }
}
