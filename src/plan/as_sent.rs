//! What the page of an edition that was sent shows: each item as its letters had it, and beside it
//! what is true today, where that is another thing.

use super::{
    cards::date_view,
    editions::{Maker, PLAIN},
    views::EditionEntry,
};
use crate::{
    base::{date::When, lang::Tongue},
    edition::{Entry, Fact, dates_in_words},
    model::word_of,
};

impl Maker<'_, '_> {
    /// An entry as it was sent: `view` is what it would say today.
    pub(super) fn as_sent(&self, then: &Fact, entry: &Entry, view: EditionEntry) -> EditionEntry {
        let today = self.plan.fact_again(then);
        let meant = meant(then, entry);
        let still = |date: &&String| today.as_ref().is_some_and(|today| today.dates.contains(date));
        let gone: Vec<&String> = meant.iter().copied().filter(|date| !still(date)).collect();
        let mut view = match today {
            // The words of what was taken back are gone, and stay so.
            None => EditionEntry { title: then.title.clone(), ..view },
            Some(_) => self.words_as_sent(then, entry, view),
        };
        view.today = self.today(then, today.as_ref(), &meant, &gone);
        if !gone.is_empty() {
            view.when = self.dates(&meant);
        }
        // A date that was called off before the letter has its own state, and keeps it.
        let changed = today.as_ref().is_none_or(|today| today.status != then.status);
        if changed || !gone.is_empty() {
            view.state = if PLAIN.contains(&then.status.as_str()) { String::new() } else { then.status.clone() };
            view.state_label = if view.state.is_empty() { String::new() } else { self.state_in_words(&view.state) };
        }
        view.deadline = self.day(&then.deadline);
        view
    }

    /// Words are noted in the site's own language only.
    fn words_as_sent(&self, then: &Fact, entry: &Entry, view: EditionEntry) -> EditionEntry {
        if self.lang != self.plan.catalogue.settings.default_language() {
            return view;
        }
        let own = entry.note.is_empty() && !then.text.is_empty();
        EditionEntry {
            title: then.title.clone(),
            place: then.place.clone(),
            text: if own { then.text.clone() } else { view.text },
            facts: if then.lines.is_empty() { view.facts } else { then.lines.clone() },
            ..view
        }
    }

    /// What is true today and was not when the letters went out, in words.
    fn today(&self, then: &Fact, now: Option<&Fact>, meant: &[&String], gone: &[&String]) -> Vec<String> {
        let Some(now) = now else { return vec![self.say("现已撤下", "taken back since")] };
        let mut lines = Vec::new();
        if now.status != then.status {
            match now.status.as_str() {
                "cancelled" => return vec![self.say("现已取消", "cancelled since")],
                "postponed" => return vec![self.say("现已延期", "postponed since")],
                // The dates say it.
                "" | "moved" => {}
                state => lines.push(format!("{}{}", self.say("现在：", "now: "), self.state_in_words(state))),
            }
        }
        let come: Vec<&String> = now.dates.iter().filter(|date| !then.dates.contains(date)).collect();
        if !gone.is_empty() {
            lines.push(match (come.is_empty(), gone.len() == meant.len()) {
                (false, _) => format!("{}{}", self.say("改至", "moved to "), self.dates(&come)),
                (true, true) => self.say("现已取消", "cancelled since"),
                (true, false) => format!("{}{}", self.dates(gone), self.say("已取消", " cancelled since")),
            });
        }
        if now.place != then.place && !now.place.is_empty() {
            lines.push(format!("{}{}", self.say("地点改为", "now at "), now.place));
        }
        if now.title != then.title {
            let (open, close) =
                if self.tongue == Tongue::Zh { ("现名“", "”") } else { ("now called “", "”") };
            lines.push(format!("{open}{}{close}", now.title));
        }
        if now.deadline != then.deadline && !now.deadline.is_empty() {
            lines.push(format!("{}{}", self.say("截止改为", "now closes "), self.day(&now.deadline)));
        }
        lines
    }

    fn say(&self, zh: &str, en: &str) -> String {
        (if self.tongue == Tongue::Zh { zh } else { en }).to_owned()
    }

    fn dates(&self, dates: &[&String]) -> String {
        dates_in_words(&dates.iter().map(|date| date.as_str()).collect::<Vec<_>>().join("、"), self.tongue)
    }

    fn day(&self, noted: &str) -> String {
        let when = When::parse(noted);
        when.map_or_else(String::new, |when| date_view(when, self.plan.catalogue, self.tongue).short)
    }

    fn state_in_words(&self, state: &str) -> String {
        word_of(state, &self.plan.catalogue.settings, self.lang)
    }
}

/// The dates that an entry told of: the one that it names, else all that were noted.
fn meant<'f>(then: &'f Fact, entry: &Entry) -> Vec<&'f String> {
    let starts = |date: &&String| {
        entry
            .on
            .is_none_or(|on| When::parse(date.split('/').next().unwrap_or_default()).is_some_and(|w| w.date == on.date))
    };
    then.dates.iter().filter(starts).collect()
}
