//! Ids and slugs from titles and file names: ASCII, stable, never empty.
//!
//! The rule, in this order: the text is normalized (NFKC). Every Han character gives the syllable
//! of its reading and stands alone; words of our own table (`slug/phrases.rs`, longest match)
//! give their syllables in one piece. Latin letters lose their diacritics and, with digits, form
//! words. A run of any other letters (Cyrillic, kana …) gives `x` and 6 hexadecimal digits of
//! its hash. All else parts. The pieces are joined by single hyphens: `重庆2026年度报告` is
//! `chongqing-2026-nian-du-bao-gao`.
//!
//! Addresses rest on this: a change of the rule or of a row moves pages.

use pinyin::ToPinyin;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{hash::Key, text::is_han};

mod phrases;

/// The longest slug, in bytes.
const LONGEST: usize = 80;

/// Makes a slug of any text: lower-case ASCII letters, digits and single hyphens between them,
/// 1 to 80 bytes, cut at a hyphen where there is one. A text without any letter or digit gives
/// `x-` and 8 hexadecimal digits of its hash. A slug of a slug is itself.
///
/// ```
/// use pbsite::base::slug::slug;
/// assert_eq!(slug("重阳节音乐会"), "chongyang-jie-yinyue-hui");
/// assert_eq!(slug("Café № 3"), "cafe-no-3");
/// assert_eq!(slug("！！！").len(), 10);
/// ```
pub fn slug(text: &str) -> String {
    if is_id(text) {
        return text.to_owned();
    }
    let mut slug = String::new();
    for piece in pieces(text) {
        let ascii = match piece {
            Piece::Latin(word) => word,
            Piece::Han(syllables) => syllables.replace(' ', ""),
            Piece::Other(run) => format!("x{}", Key::of_bytes(run.as_bytes()).short(6)),
        };
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(&ascii);
        if slug.len() > LONGEST {
            break;
        }
    }
    if slug.is_empty() {
        return format!("x-{}", Key::of_bytes(text.as_bytes()).short(8));
    }
    cut(slug)
}

/// Whether a text may stand as an id: lower-case ASCII letters, digits, single hyphens between
/// them, 1 to 80 characters.
///
/// ```
/// use pbsite::base::slug::is_id;
/// assert!(is_id("houtan-2026"));
/// assert!(!is_id("Houtan") && !is_id("a--b") && !is_id("-a") && !is_id("后滩") && !is_id(""));
/// ```
pub fn is_id(text: &str) -> bool {
    let word =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    text.len() <= LONGEST && text.split('-').all(word)
}

/// The initials by which people look a title up: the first letter of every syllable, Latin words
/// and numbers whole, nothing between them; other letters are left out.
///
/// ```
/// assert_eq!(pbsite::base::slug::pinyin_initials("后滩服务站 2026"), "htfwz2026");
/// ```
pub fn pinyin_initials(text: &str) -> String {
    let mut initials = String::new();
    for piece in pieces(text) {
        match piece {
            Piece::Latin(word) => initials.push_str(&word),
            Piece::Han(syllables) => {
                initials.extend(syllables.split(' ').filter_map(|syllable| syllable.chars().next()))
            }
            Piece::Other(_) => {}
        }
    }
    initials
}

/// A part of a text that stands between two hyphens.
enum Piece {
    /// Lower-case ASCII letters and digits.
    Latin(String),
    /// The syllables of a character or of a word, parted by spaces.
    Han(String),
    /// Letters that have no Latin form here.
    Other(String),
}

fn pieces(text: &str) -> Vec<Piece> {
    let text: String = text.nfkc().flat_map(char::to_lowercase).nfkc().collect();
    let mut pieces = Vec::new();
    // Whether the next character may continue the last piece.
    let mut open = false;
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let mut taken = c.len_utf8();
        if let Some((bytes, syllables)) = reading(rest) {
            pieces.push(Piece::Han(syllables));
            (taken, open) = (bytes, false);
        } else if let Some(letters) = latin(c) {
            match pieces.last_mut() {
                Some(Piece::Latin(word)) if open => word.push_str(&letters),
                _ => pieces.push(Piece::Latin(letters)),
            }
            open = true;
        } else if c.is_alphanumeric() {
            match pieces.last_mut() {
                Some(Piece::Other(run)) if open => run.push(c),
                _ => pieces.push(Piece::Other(c.into())),
            }
            open = true;
        } else if !is_combining_mark(c) && !matches!(c, '\'' | '’' | '\u{ad}' | '\u{200b}'..='\u{200d}') {
            open = false;
        }
        rest = &rest[taken..];
    }
    pieces
}

/// The reading of the longest word at the beginning of `text`, with its length in bytes.
fn reading(text: &str) -> Option<(usize, String)> {
    let first = text.chars().next().filter(|&c| is_han(c))?;
    let ends: Vec<usize> = text.char_indices().take(longest_phrase()).map(|(i, c)| i + c.len_utf8()).collect();
    for &end in ends.iter().rev() {
        if let Ok(row) = phrases::PHRASES.binary_search_by(|row| row.0.cmp(&text[..end])) {
            return Some((end, phrases::PHRASES[row].1.into()));
        }
    }
    let syllable = first.to_pinyin()?.plain();
    Some((first.len_utf8(), syllable.chars().map(|c| if c == 'ü' { 'v' } else { c }).filter_map(base_letter).collect()))
}

fn longest_phrase() -> usize {
    static LONGEST: std::sync::LazyLock<usize> =
        std::sync::LazyLock::new(|| phrases::PHRASES.iter().map(|row| row.0.chars().count()).max().unwrap_or(1));
    *LONGEST
}

/// The lower-case ASCII form of a Latin letter or digit.
fn latin(c: char) -> Option<String> {
    let spelled = match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'þ' => "th",
        'ı' => "i",
        'ħ' => "h",
        c => return base_letter(c).map(String::from),
    };
    Some(spelled.into())
}

/// The ASCII letter or digit under a character's diacritics.
fn base_letter(c: char) -> Option<char> {
    let mut parts = c.nfkd().filter(|&part| !is_combining_mark(part));
    let base = parts.next().filter(char::is_ascii_alphanumeric)?;
    parts.next().is_none().then_some(base.to_ascii_lowercase())
}

fn cut(mut slug: String) -> String {
    if slug.len() > LONGEST {
        let end = slug[..=LONGEST].rfind('-').unwrap_or(LONGEST);
        slug.truncate(end);
    }
    slug
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(slug(text), expected, "{text}");
    }

    #[test]
    fn chinese_reads_as_people_say_it() {
        check("重庆", "chongqing");
        check("乐清市", "yueqing-shi");
        check("厦门的银行会计", "xiamen-de-yinhang-kuaiji");
        check("长风新村街道", "changfengxincun-jiedao");
        check("后滩党群服务站", "houtan-dangqun-fuwu-zhan");
        check("一位老站长的成长", "yi-wei-lao-zhanzhang-de-chengzhang");
        check("长长的路", "chang-chang-de-lu");
        check("年度大会计划", "nian-du-da-huijihua");
        check("绿色女排", "lv-se-nv-pai");
        check("重慶銀行", "chongqing-yinhang");
        check("第〇一期", "di-ling-yi-qi");
    }

    #[test]
    fn other_scripts_and_signs() {
        check("2026年10月重阳节（第3场）", "2026-nian-10-yue-chongyang-jie-di-3-chang");
        check("ＡＢＣ　１２３", "abc-123");
        check("Crème brûlée — l’été", "creme-brulee-lete");
        check("Straße Ærø İstanbul", "strasse-aero-istanbul");
        check("T恤3楼B座", "t-xu-3-lou-b-zuo");
        check("C++ & Rust_2024", "c-rust-2024");
        check("nǐ hǎo e\u{301}cole", "ni-hao-ecole");
        let cyrillic = slug("Привет мир");
        assert!(cyrillic.len() == 15 && cyrillic.starts_with('x') && cyrillic.contains("-x"), "{cyrillic}");
        assert_eq!(slug("ПРИВЕТ"), slug("привет"));
        assert_ne!(slug("さくら"), slug("ひまわり"));
    }

    #[test]
    fn never_empty_never_too_long() {
        assert!(slug("").starts_with("x-") && slug("🎉").len() == 10);
        assert_ne!(slug("！"), slug("？"));
        let long = slug(&"重阳节".repeat(40));
        assert!(long.len() <= 80 && long.ends_with("chongyang") | long.ends_with("jie"), "{long}");
        assert_eq!(slug(&"a".repeat(100)).len(), 80);
        assert_eq!(slug(&format!("{} b", "a".repeat(80))), "a".repeat(80));
    }

    #[test]
    fn initials_follow_the_words() {
        for (text, expected) in
            [("重庆音乐会", "cqyyh"), ("T恤 No.3", "txno3"), ("长宁区", "cnq"), ("пр", ""), ("银行", "yh")]
        {
            assert_eq!(pinyin_initials(text), expected, "{text}");
        }
    }

    #[test]
    fn the_table_is_sorted_and_whole() {
        let rows = phrases::PHRASES;
        assert!(rows.is_sorted_by(|a, b| a.0 < b.0));
        assert!(rows.len() >= 150);
        for (phrase, syllables) in rows {
            assert_eq!(phrase.chars().count(), syllables.split(' ').count(), "{phrase}");
            assert!(phrase.chars().all(is_han) && syllables.split(' ').all(is_id), "{phrase}");
            for (c, syllable) in phrase.chars().zip(syllables.split(' ')) {
                let readings: Vec<String> = pinyin::ToPinyinMulti::to_pinyin_multi(&c)
                    .into_iter()
                    .flat_map(|multi| multi.into_iter().map(|reading| reading.plain().replace('ü', "v")))
                    .collect();
                assert!(readings.iter().any(|reading| reading == syllable), "{phrase}: {c} {syllable} {readings:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_slug_is_an_id_and_its_own_slug(text in "\\PC{0,60}") {
            let first = slug(&text);
            prop_assert!(is_id(&first), "{first}");
            prop_assert_eq!(slug(&first), first);
        }

        #[test]
        fn any_bytes_do(text in any::<String>(), han in "[一-龥々〇a-zA-ZÀ-ʯἀ-῿ ]{0,40}") {
            prop_assert!(is_id(&slug(&text)) && is_id(&slug(&han)));
            prop_assert!(pinyin_initials(&han).bytes().all(|byte| byte.is_ascii_alphanumeric()));
        }
    }
}
