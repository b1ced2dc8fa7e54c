//! Pairings between units, told on the pages of both.

use serde::Serialize;

use super::{
    Plan,
    cards::date_view,
    views::{DateView, Link},
};
use crate::fields::Values;

/// A pairing, as one of the two sees it.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Pairing {
    /// The other unit.
    pub unit: Link,
    /// Its kind in words, or empty.
    pub kind: String,
    /// First day.
    pub since: Option<DateView>,
    /// Last day.
    pub until: Option<DateView>,
    /// What was agreed, or empty.
    pub agreed: String,
    /// What came of it, or empty.
    pub result: String,
}

impl Plan<'_> {
    /// The pairings of a unit: those that its own file tells, then those that others tell.
    pub(super) fn pairings(&self, i: usize) -> Vec<Pairing> {
        let catalogue = self.catalogue;
        let item = &catalogue.items[i];
        let own = item.values.records("pairings").iter();
        let own = own.map(|spot| self.pairing(i, self.unit_link(i, spot.value.text("unit")), &spot.value));
        let lists = &self.lists[catalogue.language(&item.lang)];
        let naming = lists.named_by.get(&i).and_then(|kinds| kinds.get(&item.kind)).into_iter().flatten();
        let told = naming.flat_map(|other| {
            let records = catalogue.items[*other].values.records("pairings").iter();
            let with = move |word: &str| catalogue.meant(item.kind, word, &item.lang) == Some(i);
            let link = Link {
                title: catalogue.items[*other].title.clone(),
                url: catalogue.addresses.item(*other).to_owned(),
                external: false,
            };
            let records = records.filter(move |spot| with(spot.value.text("unit")));
            records.map(move |spot| self.pairing(i, link.clone(), &spot.value))
        });
        own.chain(told).collect()
    }

    /// Whether a unit has a pairing, on its own page or on that of another.
    pub fn is_paired(&self, i: usize) -> bool {
        !self.pairings(i).is_empty()
    }

    fn pairing(&self, i: usize, unit: Link, record: &Values) -> Pairing {
        let tongue = self.catalogue.items[i].lang.tongue();
        let date = |field| record.when(field).map(|when| date_view(when, self.catalogue, tongue));
        Pairing {
            unit,
            kind: record.text("kind").into(),
            since: date("since"),
            until: date("until"),
            agreed: record.text("agreed").into(),
            result: record.text("result").into(),
        }
    }
}
