//! Cards: what lists show of an item, made once.

use std::sync::OnceLock;

use super::{
    Media, Plan,
    menu::order_name,
    view::templates,
    views::{Card, CardRef, DateView, Link, Picture},
    words::Words,
};
use crate::{
    base::{
        date::{When, human_date},
        lang::{Lang, Tongue},
        text::summary,
    },
    catalogue::{Catalogue, Resolved},
    model::{Behaviour, Item},
    theme::{Names, Shared},
};

/// Characters of a card's lead.
const LEAD: usize = 90;

/// The cards of items, each made when somebody first shows it.
#[derive(Debug)]
pub(super) struct Cards {
    cards: Vec<OnceLock<CardRef>>,
    /// What templates that show cards name, found when the first is made.
    names: OnceLock<Names>,
}

impl Cards {
    /// Of so many items, none made yet.
    pub(super) fn new(items: usize) -> Self {
        Self { cards: std::iter::repeat_with(OnceLock::new).take(items).collect(), names: OnceLock::new() }
    }
}

impl Plan<'_> {
    /// The card of an item, if it has a page.
    pub fn card(&self, index: usize) -> Option<CardRef> {
        let names = || self.cards.names.get_or_init(|| self.theme.names_of_all(&templates(self)));
        let card = || Shared::named(&card(self, index), names());
        self.catalogue.has_page(index).then(|| self.cards.cards[index].get_or_init(card).clone())
    }
}

fn card(plan: &Plan<'_>, i: usize) -> Card {
    let Plan { catalogue, resolved, .. } = *plan;
    let item = &catalogue.items[i];
    let lists = &plan.lists[catalogue.language(&item.lang)];
    let kind = catalogue.kinds.get(item.kind);
    let lang = &item.lang;
    let tongue = lang.tongue();
    let state = item.state.as_ref();
    let gathered = match kind.behaviour {
        Behaviour::Series => lists.series.get(&i),
        Behaviour::Programme => lists.programmes.get(&i),
        _ => None,
    };
    Card {
        id: item.id.clone(),
        kind: kind.name.clone(),
        kind_label: kind.label.get(lang),
        url: catalogue.addresses.item(i).to_owned(),
        title: item.title.clone(),
        lead: if item.withdrawn.is_some() { String::new() } else { summary(item.summary(), LEAD) },
        date: item.date.map(|date| date_view(date, catalogue, tongue)),
        column: item.column.map(|column| column_link(catalogue, lang, column)),
        cover: if item.withdrawn.is_some() { None } else { cover(item, resolved, &plan.media, i) },
        number: number(catalogue, resolved, i),
        when: item.schedule.as_ref().map_or(String::new(), |schedule| schedule.words(tongue).rule),
        facts: facts(catalogue, i),
        place: item.values.record("place").map_or(String::new(), |place| place.text("name").into()),
        state: state.map_or(String::new(), |s| s.state.clone()),
        state_label: state.map_or(String::new(), |s| state_label(&s.state, tongue)),
        deadline: state.and_then(|s| s.deadline).map(|when| date_view(when, catalogue, tongue)),
        source: item.values.text("source").into(),
        audio: item.values.get("audio").is_some(),
        pinned: item.values.boolean("pinned").unwrap_or(false),
        draft: item.draft,
        scheduled: item.waits(catalogue.now) && !item.draft,
        count: gathered.map_or(0, Vec::len),
        order: order_name(catalogue, i),
    }
}

/// What lists say of an item in one line, by its kind.
fn facts(catalogue: &Catalogue, i: usize) -> Vec<String> {
    let item = &catalogue.items[i];
    if item.withdrawn.is_some() {
        return Vec::new();
    }
    let spec = catalogue.kinds.get(item.kind);
    let words = Words { catalogue, lang: &item.lang };
    let said = spec.facts.iter().map(|fact| (fact, words.line(&spec.fields, &fact.path, &item.values)));
    let said = said.filter(|(_, line)| !line.is_empty());
    said.map(|(fact, line)| fact.pattern.text(item.lang.tongue()).replace("{}", &line)).collect()
}

/// A date as views hold it.
pub(super) fn date_view(when: When, catalogue: &Catalogue, tongue: Tongue) -> DateView {
    let (month, day) = (when.date.month(), when.date.day());
    DateView {
        iso: if when.time.is_some() { when.iso(&catalogue.settings.zone) } else { when.date.to_string() },
        text: when.human(tongue),
        day: human_date(when.date, tongue),
        short: match tongue {
            Tongue::Zh => format!("{month}月{day}日"),
            Tongue::En => when.date.strftime("%-d %b").to_string(),
        },
        year: when.date.year(),
    }
}

/// A column as a link.
pub(super) fn column_link(catalogue: &Catalogue, lang: &Lang, column: usize) -> Link {
    let column = &catalogue.settings.columns[column];
    Link { title: column.title.get(lang), url: catalogue.addresses.column(lang, &column.id), external: false }
}

/// The picture at the top.
pub(super) fn cover(item: &Item, resolved: &Resolved, media: &Media, i: usize) -> Option<Picture> {
    let src = item.values.text("cover");
    // Most items have none.
    let target = if src.is_empty() { None } else { resolved.items[i].get(src) };
    media.picture(target?, item.values.text("cover_alt"), item.values.text("cover_caption"))
}

/// The words of a state.
pub(super) fn state_label(state: &str, tongue: Tongue) -> String {
    let found = crate::model::STATES.iter().find(|(name, _, _)| *name == state);
    found.map_or(String::new(), |(_, zh, en)| if tongue == Tongue::Zh { *zh } else { *en }.to_owned())
}

/// The number of a part as its series prints it: 第三十一站; empty without one.
pub(super) fn number(catalogue: &Catalogue, resolved: &Resolved, i: usize) -> String {
    let item = &catalogue.items[i];
    let (Some(series), Some(number)) = (resolved.items[i].series, item.values.integer("number")) else {
        return String::new();
    };
    let series = &catalogue.items[series];
    let pattern = match (series.values.text("label"), item.lang.tongue()) {
        ("", Tongue::Zh) => "第{n}篇",
        ("", Tongue::En) => "Part {n}",
        (pattern, _) => pattern,
    };
    let shown = if item.lang.tongue() == Tongue::Zh { chinese_number(number) } else { number.to_string() };
    pattern.replace("{n}", &shown)
}

/// A number in Chinese words up to 99, as series are counted (三十一); larger ones in digits.
fn chinese_number(n: i64) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match n {
        1..=9 => DIGITS[n as usize].into(),
        10..=19 => format!("十{}", DIGITS[(n % 10) as usize]),
        20..=99 => format!("{}十{}", DIGITS[(n / 10) as usize], DIGITS[(n % 10) as usize]),
        _ => n.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_of_series_are_words() {
        let shown: Vec<String> = [1, 10, 11, 20, 31, 99, 100].map(super::chinese_number).into();
        assert_eq!(shown, ["一", "十", "十一", "二十", "三十一", "九十九", "100"]);
    }
}
