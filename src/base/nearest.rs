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
    let mut found: Vec<(usize, &str)> =
        known.into_iter().filter_map(|name| Some((wanted.distance(&Folded::new(name))?, name))).collect();
    found.sort_unstable();
    found.dedup();
    let enough = found.first().map_or(0, |best| best.0 + 1);
    found.into_iter().filter(|(distance, _)| *distance <= enough).map(|(_, name)| name).take(most).collect()
}

/// The letters of a name that count, as written and as a slug.
struct Folded {
    written: Vec<char>,
    sounded: Vec<char>,
}

impl Folded {
    fn new(name: &str) -> Self {
        let counts = |c: &char| !matches!(c, '-' | '_') && !c.is_whitespace();
        let written: Vec<char> = name.nfkc().flat_map(char::to_lowercase).filter(counts).collect();
        // Where letters are plain ASCII the slug says nothing more.
        let sounded = if written.iter().all(char::is_ascii) {
            written.clone()
        } else {
            slug(name).chars().filter(counts).collect()
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
    let allowed = (long / 3).max(1);
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

    #[test]
    fn swaps_count_once() {
        let apart = |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!(apart("tilte", "title"), 1);
        assert_eq!(apart("", "abc"), 3);
        assert_eq!(apart("kitten", "sitting"), 3);
        assert_eq!(apart("活动", "活动室"), 1);
    }
}
