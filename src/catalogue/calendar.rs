//! What takes place when: every occurrence of every item with a schedule.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use rayon::prelude::*;

use crate::{
    model::{Item, Presence},
    schedule::{Holidays, Occurrence, Window, next_turn, occurrences},
};

/// The calendar of the site.
#[derive(Debug, Default)]
pub struct Calendar {
    /// Statutory holidays and make-up workdays.
    pub holidays: Holidays,
    /// Every occurrence, by its beginning, then by the item's place in the catalogue.
    pub entries: Vec<Entry>,
    /// Entries of each item, by their place in `entries`.
    by_item: BTreeMap<usize, Vec<usize>>,
}

/// An occurrence of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The item, by index.
    pub item: usize,
    /// When, and what became of it.
    pub occurrence: Occurrence,
}

impl Entry {
    /// The first moment after it.
    pub fn end(&self) -> DateTime {
        self.occurrence.last().end()
    }
}

impl Calendar {
    /// Expands the schedules of items that readers may see. A rule without an end runs to the end
    /// of the twelfth month ahead of `now`.
    pub(super) fn new(items: &[Item], presence: &[Presence], holidays: Holidays, now: Date) -> Self {
        let window = Window::all(now);
        let seen = |i: &usize| matches!(presence[*i], Presence::Listed | Presence::Expired);
        let expand = |i: usize| {
            let schedule = items[i].schedule.as_ref();
            let dates = schedule.map_or(Vec::new(), |schedule| occurrences(schedule, &holidays, &window));
            dates.into_iter().map(|occurrence| Entry { item: i, occurrence }).collect::<Vec<_>>()
        };
        let dated: Vec<usize> = (0..items.len()).filter(seen).filter(|i| items[*i].schedule.is_some()).collect();
        let mut entries: Vec<Entry> = dated.into_par_iter().flat_map_iter(expand).collect();
        entries.sort_by_key(|entry| (entry.occurrence.start.start(), entry.item));
        let mut by_item: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, entry) in entries.iter().enumerate() {
            by_item.entry(entry.item).or_default().push(at);
        }
        Self { holidays, entries, by_item }
    }

    /// The occurrences of an item, in order.
    pub fn of_item(&self, item: usize) -> impl DoubleEndedIterator<Item = &Entry> {
        self.by_item.get(&item).into_iter().flatten().map(|at| &self.entries[*at])
    }

    /// What has not ended at `now`, in order.
    pub fn coming(&self, now: DateTime) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.end() > now)
    }

    /// The next of an item that has not ended, or else its last.
    pub fn next_or_last(&self, item: usize, now: DateTime) -> Option<&Entry> {
        self.of_item(item).find(|entry| entry.end() > now).or_else(|| self.of_item(item).next_back())
    }

    /// The first moment after `now` at which something ends, or at which rules without an end reach
    /// a month further; with feeds also the month in which something enters or leaves them.
    pub(super) fn next_change(&self, items: &[Item], now: DateTime, feeds: bool) -> Option<DateTime> {
        let ends = self.coming(now).map(Entry::end).min();
        let endless = |item: &Item| {
            item.schedule
                .as_ref()
                .and_then(|s| s.rule())
                .is_some_and(|rule| rule.until.is_none() && rule.count.is_none())
        };
        let month = items.iter().any(endless).then(|| {
            now.date().last_of_month().tomorrow().map(|first| first.to_datetime(jiff::civil::Time::midnight())).ok()
        });
        let turns = self.entries.iter().filter(|_| feeds).filter_map(|entry| next_turn(&entry.occurrence, now.date()));
        let turn = turns.min().map(|first| first.to_datetime(jiff::civil::Time::midnight()));
        ends.into_iter().chain(month.flatten()).chain(turn).min()
    }
}
