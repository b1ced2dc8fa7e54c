//! The known names nearest to one that was written: for "did you mean …?".

use unicode_normalization::UnicodeNormalization;

use super::slug::slug;

/// The names of `known` that `wanted` was probably meant to be, the best first, at most `most`.
///
/// Width, case, hyphens, underscores and spaces do not count; a Chinese name also compares by its
/// pinyin. Near is an edit distance (swaps count as one) of at most a third of the letters, or that
/// one name begins with the other. Names more than one step farther than the best are left out;
/// equal ones stand in alphabetical order, so the order of `known` does not matter.
///
/// ```
/// use pbsite::base::nearest::nearest;
/// assert_eq!(nearest("tilte", ["date", "title", "tags"], 3), ["title"]);
/// assert_eq!(nearest("houtan-zhan", ["houtan", "hongkou"], 3), ["houtan"]);
/// assert_eq!(nearest("x", ["title"], 3), [""; 0]);
/// ```
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let wanted = Folded::new(wanted);
    let outlines = [Outline::of(&wanted.written), Outline::of(&wanted.sounded)];
    // Among ten thousand names nearly all are far off at first sight.
    let at_all = |name: &&str| {
        let known = name.is_ascii().then(|| Outline::of_ascii(name));
        known.is_none_or(|known| outlines.iter().any(|wanted| wanted.may_be_near(&known)))
    };
    let near = known.into_iter().filter(at_all);
    let mut found: Vec<(usize, &str)> =
        near.filter_map(|name| Some((wanted.distance(&Folded::new(name))?, name))).collect();
    found.sort_unstable();
    found.dedup();
    let enough = found.first().map_or(0, |best| best.0 + 1);
    found.into_iter().filter(|(distance, _)| *distance <= enough).map(|(_, name)| name).take(most).collect()
}

/// How many letters of a name count, and which, as bits: two letters may share one.
struct Outline {
    length: usize,
    letters: u64,
}

impl Outline {
    fn of(letters: &[char]) -> Self {
        Self { length: letters.len(), letters: letters.iter().fold(0, |bits, c| bits | 1 << (*c as u32 % 64)) }
    }

    /// Of a name whose letters are ASCII: as written and as a slug they are the same.
    fn of_ascii(name: &str) -> Self {
        let mut outline = Self { length: 0, letters: 0 };
        for byte in name.bytes().filter(|byte| counts(char::from(*byte))) {
            outline.length += 1;
            outline.letters |= 1 << (byte.to_ascii_lowercase() % 64);
        }
        outline
    }

    /// Whether [`near`] may find them near. Each letter that only one of them has takes a step.
    fn may_be_near(&self, known: &Self) -> bool {
        let (short, long) = (self.length.min(known.length), self.length.max(known.length));
        let (mine, theirs) = (self.letters & !known.letters, known.letters & !self.letters);
        if long - short <= allowed(long) {
            return mine.count_ones().max(theirs.count_ones()) as usize <= allowed(long);
        }
        // One begins with the other.
        mine == 0 || theirs == 0
    }
}

fn counts(c: char) -> bool {
    !matches!(c, '-' | '_') && !c.is_whitespace()
}

/// How many steps apart two names may be.
fn allowed(long: usize) -> usize {
    (long / 3).max(1)
}

/// The letters of a name that count, as written and as a slug.
struct Folded {
    written: Vec<char>,
    sounded: Vec<char>,
}

impl Folded {
    fn new(name: &str) -> Self {
        let written: Vec<char> = name.nfkc().flat_map(char::to_lowercase).filter(|c| counts(*c)).collect();
        // Where letters are plain ASCII the slug says nothing more.
        let sounded = if written.iter().all(char::is_ascii) {
            written.clone()
        } else {
            slug(name).chars().filter(|c| counts(*c)).collect()
        };
        Self { written, sounded }
    }

    /// How far apart two names are, `None` where they are not near.
    fn distance(&self, known: &Self) -> Option<usize> {
        let written = near(&self.written, &known.written);
        written.into_iter().chain(near(&self.sounded, &known.sounded)).min()
    }
}

fn near(wanted: &[char], known: &[char]) -> Option<usize> {
    let (short, long) = (wanted.len().min(known.len()), wanted.len().max(known.len()));
    let allowed = allowed(long);
    if short == 0 {
        return None;
    }
    if long - short <= allowed {
        let distance = distance(wanted, known);
        // One letter of two is half of the name, not a slip.
        return (distance <= allowed && distance < short).then_some(distance);
    }
    // A beginning counts as worse than any slip.
    let begins = wanted.starts_with(known) || known.starts_with(wanted);
    (begins && short >= 3 && short * 3 >= long).then_some(long)
}

/// The Damerau-Levenshtein distance in its restricted form: insertions, deletions, replacements
/// and swaps of neighbours each count one.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FIELDS: [&str; 10] =
        ["title", "date", "tags", "station", "units", "update_days", "draft", "summary", "image", "id"];

    fn check(wanted: &str, known: &[&str], expected: &[&str]) {
        assert_eq!(nearest(wanted, known.iter().copied(), 3), expected, "{wanted}");
    }

    #[test]
    fn slips_find_their_field() {
        check("dat", &FIELDS, &["date"]);
        check("Title", &FIELDS, &["title"]);
        check("ｔｉｔｌｅ", &FIELDS, &["title"]);
        check("tag", &FIELDS, &["tags"]);
        check("tags", &["tag"], &["tag"]);
        check("tilte", &FIELDS, &["title"]);
        check("update-days", &FIELDS, &["update_days"]);
        check("updateDays", &FIELDS, &["update_days"]);
        check("sumary", &FIELDS, &["summary"]);
    }

    #[test]
    fn ids_are_found_by_beginning_and_by_sound() {
        let stations = ["houtan", "hongkou", "changfeng", "重庆", "儿童医院"];
        check("houtan-zhan", &stations, &["houtan"]);
        check("hou-tan", &stations, &["houtan"]);
        check("后滩", &stations, &["houtan"]);
        check("后滩站", &stations, &["houtan"]);
        check("chongqing", &stations, &["重庆"]);
        check("儿童医院部", &stations, &["儿童医院"]);
        check("长风", &stations, &["changfeng"]);
    }

    #[test]
    fn what_is_far_is_not_offered() {
        check("weather", &FIELDS, &[]);
        check("", &FIELDS, &[]);
        check("x", &FIELDS, &[]);
        check("ab", &["id"], &[]);
        check("a", &["b"], &[]);
    }

    #[test]
    fn the_best_come_first_and_order_does_not_matter() {
        check("data", &["date", "data", "dates", "dato"], &["data", "date", "dato"]);
        check("data", &["dato", "date", "data", "dates"], &["data", "date", "dato"]);
        assert_eq!(nearest("data", ["date", "date"], 3), ["date"]);
        assert_eq!(nearest("data", ["date", "dato"], 1), ["date"]);
    }

    proptest! {
        #[test]
        fn the_first_sight_loses_nobody(a in "[a-cA-C_ 重庆-]{0,8}", b in "[a-cA-C_ -]{0,8}") {
            let (wanted, known) = (Folded::new(&a), Folded::new(&b));
            if wanted.distance(&known).is_some() {
                prop_assert_eq!(nearest(&a, [b.as_str()], 1), [b.as_str()]);
            }
        }
    }

    #[test]
    fn swaps_count_once() {
        let apart = |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!(apart("tilte", "title"), 1);
        assert_eq!(apart("", "abc"), 3);
        assert_eq!(apart("kitten", "sitting"), 3);
        assert_eq!(apart("活动", "活动室"), 1);
    }
}
