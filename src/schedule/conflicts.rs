//! Bookings that clash: a sweep over everything that wants one room, one lecturer, one thing.

use std::{cmp::Reverse, collections::BTreeMap, collections::BinaryHeap};

use jiff::{SignedDuration, civil::DateTime};

/// Something that is wanted at a time. `T` tells the caller what it belongs to: an item and its
/// occurrence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Booking<'a, T> {
    /// What is wanted: `room:houtan/hall`, `lecturer:wang`.
    pub resource: &'a str,
    /// The beginning.
    pub start: DateTime,
    /// The first moment after it.
    pub end: DateTime,
    /// Whether it is certain.
    pub confirmed: bool,
    /// What it belongs to.
    pub owner: T,
}

/// How a resource may be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Use {
    /// How many bookings may run at once, 1 or more.
    pub parallel: usize,
    /// The time that must lie between two bookings: clearing up, travelling.
    pub padding: SignedDuration,
}

impl Default for Use {
    fn default() -> Self {
        Self { parallel: 1, padding: SignedDuration::ZERO }
    }
}

/// Two bookings that cannot both be kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Clash {
    /// The place of the earlier one in the list of bookings.
    pub first: usize,
    /// The place of the later one.
    pub second: usize,
    /// Whether both are certain: then it is an error, else a warning.
    pub confirmed: bool,
}

/// How many others a booking is said to clash with: of a table whose rows all say one room and one
/// hour, not every pair is worth a word.
const MOST: usize = 64;

/// Every pair that clashes, by the time of the later one. `usage` tells how a resource may be used.
///
/// Takes O(n log n) and the number of clashes. A booking that begins when all places are taken
/// clashes with each one that holds a place then (of very many with 64); one whose padding touches
/// another does too.
///
/// ```
/// use pbsite::schedule::{Booking, Use, clashes};
/// let at = |text: &str| text.parse().unwrap();
/// let hall = |start, end, owner| Booking { resource: "hall", start: at(start), end: at(end), confirmed: true, owner };
/// let bookings = [
///     hall("2026-11-26T19:00", "2026-11-26T20:30", "reading"),
///     hall("2026-11-26T20:00", "2026-11-26T21:00", "choir"),
/// ];
/// let found = clashes(&bookings, |_| Use::default());
/// assert_eq!((found[0].first, found[0].second, found[0].confirmed), (0, 1, true));
/// assert!(clashes(&bookings, |_| Use { parallel: 2, ..Use::default() }).is_empty());
/// ```
pub fn clashes<T>(bookings: &[Booking<'_, T>], usage: impl Fn(&str) -> Use) -> Vec<Clash> {
    let mut by_resource: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, booking) in bookings.iter().enumerate().filter(|(_, booking)| booking.start < booking.end) {
        by_resource.entry(booking.resource).or_default().push(index);
    }
    let mut found = Vec::new();
    for (resource, mut indexes) in by_resource {
        indexes.sort_by_key(|&index| (bookings[index].start, bookings[index].end, index));
        sweep(bookings, &indexes, usage(resource), &mut found);
    }
    found.sort_by_key(|clash| (bookings[clash.second].start, clash.second, clash.first));
    found
}

/// Goes through the bookings of one resource by their beginnings, with those that still run.
fn sweep<T>(bookings: &[Booking<'_, T>], indexes: &[usize], usage: Use, found: &mut Vec<Clash>) {
    let mut running: BinaryHeap<Reverse<(DateTime, usize)>> = BinaryHeap::new();
    for &index in indexes {
        let booking = &bookings[index];
        while running.peek().is_some_and(|Reverse((free, _))| *free <= booking.start) {
            running.pop();
        }
        if running.len() >= usage.parallel.max(1) {
            let mut others: Vec<usize> = running.iter().take(MOST).map(|Reverse((_, other))| *other).collect();
            others.sort_unstable();
            let clash =
                |first| Clash { first, second: index, confirmed: booking.confirmed && bookings[first].confirmed };
            found.extend(others.into_iter().map(clash));
        }
        let free = booking.end.checked_add(usage.padding).unwrap_or(DateTime::MAX);
        running.push(Reverse((free, index)));
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};
    use proptest::prelude::*;

    use super::*;

    fn booking(resource: &str, from: i32, to: i32, confirmed: bool) -> Booking<'_, ()> {
        let at = |minutes: i32| {
            let begin = datetime(2026, 11, 1, 0, 0, 0, 0);
            begin.checked_add(SignedDuration::from_mins(i64::from(minutes))).unwrap()
        };
        Booking { resource, start: at(from), end: at(to), confirmed, owner: () }
    }

    fn pairs(bookings: &[Booking<'_, ()>], usage: Use) -> Vec<(usize, usize)> {
        clashes(bookings, |_| usage).into_iter().map(|clash| (clash.first, clash.second)).collect()
    }

    #[test]
    fn what_follows_at_once_does_not_clash_unless_there_is_padding() {
        let two = [booking("hall", 0, 60, true), booking("hall", 60, 90, true)];
        assert_eq!(pairs(&two, Use::default()), []);
        let padding = SignedDuration::from_mins(15);
        assert_eq!(pairs(&two, Use { padding, parallel: 1 }), [(0, 1)]);
        let apart = [booking("hall", 0, 60, true), booking("yard", 30, 90, true)];
        assert_eq!(pairs(&apart, Use { padding, parallel: 1 }), []);
    }

    #[test]
    fn a_place_for_two_holds_two() {
        let three = [booking("hall", 0, 60, true), booking("hall", 10, 50, true), booking("hall", 20, 90, false)];
        assert_eq!(pairs(&three, Use { parallel: 2, ..Use::default() }), [(0, 2), (1, 2)]);
        let found = clashes(&three, |_| Use::default());
        assert_eq!(found.iter().filter(|clash| clash.confirmed).count(), 1);
        assert_eq!(date(2026, 11, 1), three[0].start.date());
    }

    proptest! {
        /// Every two that overlap, and no others, as comparing all with all finds them.
        #[test]
        fn the_sweep_finds_what_comparing_all_finds(
            spans in prop::collection::vec((0..3_u8, 0..500_i32, 1..120_i32), 0..60),
            padding in 0..30_i64,
        ) {
            let names = ["a", "b", "c"];
            let bookings: Vec<_> = spans.iter()
                .map(|(name, from, length)| booking(names[usize::from(*name)], *from, from + length, true)).collect();
            let usage = Use { parallel: 1, padding: SignedDuration::from_mins(padding) };
            let mut found: Vec<(usize, usize)> =
                pairs(&bookings, usage).into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect();
            found.sort_unstable();
            let mut naive = Vec::new();
            for (i, a) in bookings.iter().enumerate() {
                for (j, b) in bookings.iter().enumerate().skip(i + 1) {
                    let gap = |x: &Booking<()>, y: &Booking<()>| y.start >= x.end.checked_add(usage.padding).unwrap();
                    if a.resource == b.resource && !gap(a, b) && !gap(b, a) {
                        naive.push((i, j));
                    }
                }
            }
            prop_assert_eq!(found, naive);
        }
    }
}
