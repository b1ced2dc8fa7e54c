//! Reads proof: the rules about words, for bodies and for the texts of front matter.
//!
//! A text is glanced at once, character by character; a rule reads it only where the glance saw
//! something for it. So a text without mistakes costs little more than reading it.

use std::{ops::Range, sync::LazyLock};

use super::{damaged_text, half_width_punctuation, identity_number, mixed_script, mobile_number, proofread::List};
use crate::{
    base::{
        hash::Key,
        lang::Message,
        script::{Script, script},
    },
    catalogue::Catalogue,
    config::Settings,
    diagnostics::{Code, Diagnostic, Place},
    document::markdown::Proofreader,
    fields::{At, Field, Shape, Value, Values},
    model::Item,
    source::Files,
};

/// The rules of a site, made once for a run.
#[derive(Debug)]
pub struct Rules {
    list: List,
    /// Digits of numbers that are meant to be public.
    public: Vec<String>,
    fingerprint: Key,
}

impl Rules {
    /// Reads the site's proofreading list; what is wrong with it is reported.
    pub fn new(settings: &Settings, files: &dyn Files, problems: &mut Vec<Diagnostic>) -> Self {
        let public = settings.public_numbers.iter().chain([&settings.owner.telephone]).map(|number| digits(number));
        let public: Vec<String> = public.filter(|number| !number.is_empty()).collect();
        let list = List::read(files, problems);
        Self { fingerprint: Key::of(&(list.fingerprint(), &public)), list, public }
    }
}

impl Proofreader for Rules {
    fn read(&self, words: &str, place: &dyn Fn(Range<usize>) -> Place, problems: &mut Vec<Diagnostic>) {
        let seen = Glance::of(words);
        let mut text = Text { words, place, problems };
        if seen.half_width {
            half_width_punctuation::check(&mut text);
        }
        if seen.simplified > 0 && seen.traditional > 0 {
            mixed_script::check(&mut text, &seen);
        }
        if seen.odd {
            damaged_text::check(&mut text, &seen);
        }
        if seen.digits >= 11 {
            mobile_number::check(&mut text, &self.public);
            identity_number::check(&mut text);
        }
        self.list.check(&mut text);
    }

    fn fingerprint(&self) -> Key {
        self.fingerprint
    }
}

/// A text with where it stands.
pub(super) struct Text<'a> {
    /// Its words.
    pub(super) words: &'a str,
    place: &'a dyn Fn(Range<usize>) -> Place,
    problems: &'a mut Vec<Diagnostic>,
}

impl Text<'_> {
    /// Reports what stands at a range of the words.
    pub(super) fn report(&mut self, code: Code, range: Range<usize>, message: Message, help: Message) {
        self.add(Diagnostic::new(code, (self.place)(range), message).help(help));
    }

    /// The place of a range of the words.
    pub(super) fn place(&self, range: Range<usize>) -> Place {
        (self.place)(range)
    }

    /// Reports.
    pub(super) fn add(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }
}

/// What a text has for the rules to look at.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Glance {
    /// Characters that are Simplified only; counted where there are Traditional ones.
    pub(super) simplified: usize,
    /// Characters that are Traditional only.
    pub(super) traditional: usize,
    /// A half-width mark right behind a Chinese character.
    half_width: bool,
    /// Characters that hardly ever stand in a text that is whole.
    odd: bool,
    /// How many digits the longest number has, single spaces and hyphens between them allowed.
    digits: usize,
}

impl Glance {
    /// Looks at every character once; at those of a text that has Traditional or odd ones once more.
    fn of(words: &str) -> Self {
        let rare = &**RARE;
        let mut met = 0;
        let seen = Self::go(words, |_, code| met |= rare[code >> 6] >> (code & 63));
        if met & 1 == 0 {
            return seen;
        }
        let (mut simplified, mut traditional, mut odd) = (0, 0, false);
        let seen = Self::go(words, |at, code| {
            let class = class(code);
            simplified += usize::from(class & SIMPLIFIED != 0);
            traditional += usize::from(class & TRADITIONAL != 0);
            odd |= class & ODD != 0 || class & BRACKET != 0 && is_traditional(&words[..at]);
        });
        Self { simplified, traditional, odd: seen.odd | odd, ..seen }
    }

    /// Hands over every three-byte character with its place: nearly all of a text is such characters.
    /// Notes what there is to note of others.
    fn go(words: &str, mut wide: impl FnMut(usize, usize)) -> Self {
        let bytes = words.as_bytes();
        let mut seen = Self::default();
        let (mut at, mut run) = (0, 0);
        while at < bytes.len() {
            let start = at;
            let (fours, _) = bytes[at..].as_chunks::<12>();
            for four in fours {
                if [0, 3, 6, 9].iter().fold(0, |other, i| other | four[*i] ^ 0xE0) & 0xF0 != 0 {
                    break;
                }
                [0, 3, 6, 9].iter().for_each(|i| wide(at + i, code([four[*i], four[i + 1], four[i + 2]])));
                at += 12;
            }
            while let Some(character) = bytes[at..].first_chunk::<3>().filter(|[first, ..]| first & 0xF0 == 0xE0) {
                wide(at, code(*character));
                at += 3;
            }
            if at > start {
                run = 0;
            }
            let Some(c) = words[at..].chars().next() else { break };
            match c {
                '0'..='9' => {
                    run += 1;
                    seen.digits = seen.digits.max(run);
                }
                ' ' | '-' if words[..at].ends_with(|before: char| before.is_ascii_digit()) => {}
                _ => run = 0,
            }
            match c {
                ',' | ';' | ':' | '?' | '!' | '(' | ')' => {
                    seen.half_width |= words[..at].ends_with(|before| before > '\u{2000}');
                    seen.odd |= c == '(' && is_traditional(&words[..at]);
                }
                '\u{80}'..='\u{FF}' => seen.odd = true,
                _ => {}
            }
            at += c.len_utf8();
        }
        seen
    }
}

/// The code point of a character of three bytes.
fn code([first, second, third]: [u8; 3]) -> usize {
    usize::from(first & 0xF) << 12 | usize::from(second & 0x3F) << 6 | usize::from(third & 0x3F)
}

fn is_traditional(words: &str) -> bool {
    words.ends_with(|before| script(before) == Some(Script::Traditional))
}

const SIMPLIFIED: u8 = 1;
const TRADITIONAL: u8 = 2;
const ODD: u8 = 4;
const BRACKET: u8 = 8;

/// The classes of a character below U+10000, as bits.
fn class(code: usize) -> u8 {
    let c = u32::try_from(code).ok().and_then(char::from_u32).unwrap_or_default();
    let script = match script(c) {
        Some(Script::Simplified) => SIMPLIFIED,
        Some(Script::Traditional) => TRADITIONAL,
        None => 0,
    };
    match c {
        '锟' | '烫' | '屯' | '\u{E000}'..='\u{F8FF}' | '\u{FFFD}' => script | ODD,
        '（' => script | BRACKET,
        _ => script,
    }
}

/// A bit for each character below U+10000 that is Traditional or odd: small enough to stay near the
/// processor.
static RARE: LazyLock<Box<[u64; 0x400]>> = LazyLock::new(|| {
    let mut rare = Box::new([0; 0x400]);
    for code in (0..0x1_0000).filter(|code| class(*code) & (TRADITIONAL | ODD) != 0) {
        rare[code >> 6] |= 1 << (code & 63);
    }
    rare
});

/// Reads the texts of an item's front matter.
pub(super) fn front_matter(catalogue: &Catalogue, item: &Item, rules: &Rules, problems: &mut Vec<Diagnostic>) {
    values(&catalogue.kinds.get(item.kind).fields, &item.values, item, rules, problems);
}

/// Fields that hold no words for readers.
const NO_WORDS: [&str; 5] = ["id", "kind", "column", "review", "src"];

fn values(fields: &[Field], values: &Values, item: &Item, rules: &Rules, problems: &mut Vec<Diagnostic>) {
    for field in fields.iter().filter(|field| !NO_WORDS.contains(&&*field.name)) {
        let Some(spot) = values.get(&field.name) else { continue };
        let mut text = |words: &str, at: At| rules.read(words, &|_| item.origin.place(at), problems);
        match (&field.shape, &spot.value) {
            (Shape::Text, Value::Text(words)) => text(words, spot.at),
            (Shape::Words, Value::Words(words)) => words.iter().for_each(|(_, words)| text(words, spot.at)),
            (Shape::Texts, Value::Texts(texts)) => texts.iter().for_each(|spot| text(&spot.value, spot.at)),
            (Shape::Record(fields), Value::Record(inner)) => self::values(fields, inner, item, rules, problems),
            (Shape::Records(fields), Value::Records(records)) => {
                records.iter().for_each(|record| self::values(fields, &record.value, item, rules, problems));
            }
            _ => {}
        }
    }
}

/// The digits of a number as written: `021-0000 0100`.
pub(super) fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// Runs of digits that may be one number, single spaces and hyphens between them allowed.
pub(super) fn numbers(words: &str) -> Vec<Range<usize>> {
    let bytes = words.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len()
            && (bytes[at].is_ascii_digit()
                || matches!(bytes[at], b' ' | b'-') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit))
        {
            at += 1;
        }
        found.push(start..at);
    }
    found
}

/// Whether a letter, a sign of a longer word or of an address touches a range.
pub(super) fn is_part_of_a_word(words: &str, range: &Range<usize>) -> bool {
    let joins = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '@' | '#' | '=' | '&' | '%');
    words[..range.start].ends_with(|c: char| joins(c) || c == '.')
        || words[range.end..].starts_with(|c: char| joins(c) || c == '*')
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::base::{lang::Tongue, path::SitePath};

    /// What the rules say about a text: code, the words at the place, message.
    pub(in crate::checks) fn found(list: &str, public: &[&str], words: &str) -> Vec<String> {
        let file = SitePath::new("content/a.md").unwrap();
        let mut problems = Vec::new();
        let mut files = crate::source::Memory::default();
        if !list.is_empty() {
            files.insert(SitePath::new("content/data/proofread.yaml").unwrap(), list);
        }
        let rules = Rules {
            fingerprint: Key::default(),
            list: List::read(&files, &mut problems),
            public: public.iter().map(|number| digits(number)).collect(),
        };
        assert!(problems.is_empty(), "{problems:?}");
        rules.read(words, &|range| Place::text(&file, range), &mut problems);
        let shown = |problem: &Diagnostic| {
            let Place::Text { range, .. } = &problem.place else { return String::new() };
            format!("{} {}|{}", problem.code.number(), &words[range.range()], problem.message.text(Tongue::Zh))
        };
        problems.iter().map(shown).collect()
    }

    /// The codes and words only.
    #[track_caller]
    pub(in crate::checks) fn check(words: &str, expect: &[&str]) {
        let found = found("", &[], words);
        let short: Vec<&str> = found.iter().filter_map(|line| Some(line.split_once('|')?.0)).collect();
        assert_eq!(short, expect, "{words}");
    }

    #[test]
    fn a_text_without_mistakes_is_glanced_at_only() {
        let words = "10月18日（周日）14:00—15:30，在一楼大厅。Bring your card, please (it is free): see 3:2!";
        check(words, &[]);
        assert_eq!(Glance::of(words), Glance { digits: 2, ..Glance::default() });
    }

    #[test]
    fn numbers_may_have_gaps() {
        let found = |words: &str| numbers(words).into_iter().map(|r| words[r].to_owned()).collect::<Vec<_>>();
        assert_eq!(found("电话021-0000 0100，共3 - 4人"), ["021-0000 0100", "3", "4"]);
    }
}
