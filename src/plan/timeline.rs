//! The stages of a project or a scheme: what was planned when, and when it was done.

use serde::Serialize;

use super::{Plan, cards::date_view, views::DateView};
use crate::base::lang::Tongue;

/// A stage.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Stage {
    /// What it is called.
    pub name: String,
    /// The day for which it was planned.
    pub planned: Option<DateView>,
    /// The day on which it was done.
    pub done: Option<DateView>,
    /// `晚11天`, `早2天`, or empty where it was done as planned or is not done.
    pub difference: String,
    /// What is to be said of it, or empty.
    pub note: String,
}

impl Plan<'_> {
    /// The stages of an item, in the order of their dates as far as they have any.
    pub(super) fn stages(&self, i: usize) -> Vec<Stage> {
        let item = &self.catalogue.items[i];
        let tongue = item.lang.tongue();
        let stages = item.values.records("stages").iter().map(|spot| {
            let (planned, done) = (spot.value.when("planned"), spot.value.when("done"));
            let days = planned
                .zip(done)
                .map_or(0, |(planned, done)| planned.date.until(done.date).map_or(0, |span| span.get_days()));
            Stage {
                name: spot.value.text("name").into(),
                planned: planned.map(|when| date_view(when, self.catalogue, tongue)),
                done: done.map(|when| date_view(when, self.catalogue, tongue)),
                difference: difference(days, tongue),
                note: spot.value.text("note").into(),
            }
        });
        stages.collect()
    }
}

fn difference(days: i32, tongue: Tongue) -> String {
    match (days.signum(), tongue) {
        (1, Tongue::Zh) => format!("晚{days}天"),
        (1, Tongue::En) => format!("{days} days late"),
        (-1, Tongue::Zh) => format!("早{}天", -days),
        (-1, Tongue::En) => format!("{} days early", -days),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_between_plan_and_deed_are_told() {
        let told = [0, 11, -2].map(|days| difference(days, Tongue::Zh));
        assert_eq!(told, ["", "晚11天", "早2天"]);
    }
}
