//! Related items: the best four of what shares a series, a programme or rare terms.

use std::cmp::Reverse;

use super::{Catalogue, Lists, Resolved};

/// How many neighbours of each list are looked at: lists are by date, so these are the nearest in
/// time, and the cost for a site is linear whatever the length of its lists.
const WINDOW: usize = 24;

/// The best `most` items beside `index`: a shared series weighs 4,000, a programme 2,000, a term
/// 1,000 divided by the binary logarithm of how many items carry it; ties go to the newer, then
/// by id. The parts before and after in its series and column are not among them: the page shows
/// them anyway.
pub fn related(catalogue: &Catalogue, resolved: &Resolved, lists: &Lists, index: usize, most: usize) -> Vec<usize> {
    let mut scores: Vec<(usize, u32)> = Vec::new();
    let mut add = |list: &[usize], weight: u32| scores.extend(window(list, index).map(|other| (other, weight)));
    let links = &resolved.items[index];
    if let Some(series) = &links.series {
        add(lists.series.get(series).map_or(&[], Vec::as_slice), 4000);
    }
    for programme in &links.programmes {
        add(lists.programmes.get(programme).map_or(&[], Vec::as_slice), 2000);
    }
    let item = &catalogue.items[index];
    for (taxonomy, terms) in catalogue.settings.taxonomies.iter().zip(&lists.terms) {
        for word in item.values.texts(&taxonomy.id) {
            if let Some(term) = terms.get(catalogue.slug_of(&word.value)) {
                add(&term.items, 1000 / (usize::BITS - term.items.len().leading_zeros()).max(1));
            }
        }
    }
    scores.sort_unstable();
    let mut ranked: Vec<(usize, u32)> = Vec::with_capacity(scores.len());
    for (other, weight) in scores {
        match ranked.last_mut() {
            Some((last, sum)) if *last == other => *sum += weight,
            _ if other == index => {}
            _ => ranked.push((other, weight)),
        }
    }
    // Items are in order of date and id: a smaller index is the newer one.
    let key = |(other, score): &(usize, u32)| (Reverse(*score), *other);
    if ranked.len() > most {
        ranked.select_nth_unstable_by_key(most, key);
        ranked.truncate(most);
    }
    ranked.sort_unstable_by_key(key);
    ranked.into_iter().map(|(other, _)| other).collect()
}

/// The items around `index` in a list that holds it, itself included.
fn window(list: &[usize], index: usize) -> impl Iterator<Item = usize> + '_ {
    // Lists are in the catalogue's order but for those of series, which are short.
    let at = list.binary_search(&index).ok().or_else(|| list.iter().position(|i| *i == index)).unwrap_or(0);
    let from = at.saturating_sub(WINDOW / 2);
    list.iter().skip(from).take(WINDOW).copied()
}
