//! Text that was damaged on its way: by wrong encodings, by copying from other programs. The page:
//! `damaged_text.md`.

use std::ops::Range;

use super::text::{Glance, Text};
use crate::{
    base::{
        lang::Message,
        script::{Script, script},
    },
    diagnostics::Code,
    msg,
};

/// One finding of each sort for each text, with how often it occurs.
pub(super) fn check(text: &mut Text<'_>, seen: &Glance) {
    let words = text.words;
    let mut sorts: Vec<(Vec<Range<usize>>, Message)> = vec![
        (unreadable(words), msg!("这里有读不出的字", "here is a character that could not be read")),
        (gibberish(words), msg!("这里是乱码", "this is gibberish")),
        (private(words), msg!("这里有别的电脑上显示不出来的符号", "here is a sign that other computers cannot show")),
    ];
    // In a Traditional text pinyin behind a character is a help for readers.
    if seen.simplified >= seen.traditional {
        let message = msg!("字后面多出了拼音", "pinyin is glued to a character");
        sorts.push((glued_pinyin(words), message));
    }
    for (found, message) in sorts {
        let Some(first) = found.first() else { continue };
        let help = match found.len() {
            1 => msg!("对照原文，重新打一遍", "look at the original and type it again"),
            count => msg!(
                "对照原文，重新打一遍；这篇里共有 {count} 处",
                "look at the original and type it again; there are {count} of them in this text"
            ),
        };
        text.report(Code::DamagedText, first.clone(), message, help);
    }
}

/// What a decoder puts where bytes mean nothing, and control characters of the second set.
fn unreadable(words: &str) -> Vec<Range<usize>> {
    runs(words, |c| c == '\u{FFFD}' || ('\u{80}'..='\u{9F}').contains(&c) && c != '\u{85}')
}

/// Codes that mean something in one font only: bullets of word processors, mostly.
fn private(words: &str) -> Vec<Range<usize>> {
    runs(words, |c| ('\u{E000}'..='\u{F8FF}').contains(&c))
}

fn runs(words: &str, test: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, c) in words.char_indices().filter(|(_, c)| test(*c)) {
        match found.last_mut() {
            Some(last) if last.end == at => last.end = at + c.len_utf8(),
            _ => found.push(at..at + c.len_utf8()),
        }
    }
    found
}

/// UTF-8 read as GBK (锟斤拷), memory that nobody filled (烫烫烫, 屯屯屯), UTF-8 read as Latin
/// (`é€šçŸ¥`).
fn gibberish(words: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = ["锟斤拷", "烫烫烫", "屯屯屯"]
        .iter()
        .flat_map(|wrong| words.match_indices(wrong).map(|(at, wrong)| at..at + wrong.len()))
        .collect();
    found.sort_by_key(|range| range.start);
    found.extend(latin(words));
    found
}

/// Two or more groups of a lead byte of a Chinese character and two bytes behind it, as they look
/// in Windows-1252. No language writes such groups: vowels with accents stand beside plain letters.
fn latin(words: &str) -> Option<Range<usize>> {
    let is_behind = |c: char| ('\u{80}'..='\u{BF}').contains(&c) || "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".contains(c);
    let characters: Vec<(usize, char)> = words.char_indices().collect();
    let group = |at: usize| {
        characters
            .get(at..at + 3)
            .is_some_and(|group| ('ã'..='é').contains(&group[0].1) && is_behind(group[1].1) && is_behind(group[2].1))
    };
    let at = (0..characters.len()).find(|at| group(*at) && group(at + 3))?;
    let end = characters.get(at + 6).map_or(words.len(), |(end, _)| *end);
    Some(characters[at].0..end)
}

/// `組織(zhì)`: a converter could not decide, and left a Traditional character with its sound.
fn glued_pinyin(words: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, c) in words.char_indices().filter(|(_, c)| script(*c) == Some(Script::Traditional)) {
        let behind = at + c.len_utf8();
        if let Some(length) = pinyin(&words[behind..]) {
            found.push(at..behind + length);
        }
    }
    found
}

/// The length of `(zhì)` at the beginning of a text.
pub(super) fn pinyin(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('(').or_else(|| text.strip_prefix('（'))?;
    let end = rest.find([')', '）']).filter(|end| (1..=10).contains(end))?;
    let syllable = &rest[..end];
    let letters = syllable.chars().all(|c| c.is_ascii_lowercase() || is_toned(c));
    let close = rest[end..].chars().next()?.len_utf8();
    (letters && syllable.chars().filter(|c| is_toned(*c)).count() <= 1 && syllable.chars().any(is_toned))
        .then_some(text.len() - rest.len() + end + close)
}

fn is_toned(c: char) -> bool {
    "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹ".contains(c)
}

#[cfg(test)]
mod tests {
    use crate::checks::text::tests::check;

    #[test]
    fn damage_of_every_sort() {
        check("加强組織(zhì)领导和發(fā)展", &["PB2011 組", "PB2013 織(zhì)"]);
        check("重\u{FFFD}\u{FFFD}节", &["PB2013 \u{FFFD}\u{FFFD}"]);
        check("锟斤拷锟斤拷", &["PB2013 锟斤拷"]);
        check("\u{F06C}第一条", &["PB2013 \u{F06C}"]);
        check("é€šçŸ¥", &["PB2013 é€šçŸ¥"]);
    }

    #[test]
    fn what_is_whole() {
        check("烫伤了，屯里人；café déjà vu, naïve, Übung, 5 °C ± 1，«bon»", &[]);
        check("认识“阿(ē)谀”的“阿”，长(zhǎng)大", &[]);
        check("認識「長(zhǎng)大」的讀音，這裡", &[]);
        check("¥50，©2026，①②③，😀", &[]);
    }
}
