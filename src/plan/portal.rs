//! Structured data of what a portal has besides articles: what takes place, courses, stations,
//! units, posts.

use super::{Plan, structured::breadcrumbs, views::Head};
use crate::{
    base::date::{When, moment_iso},
    catalogue::Entry,
    formats::jsonld::{
        self, Course, Event, EventSort, EventStatus, JobPosting, Named, Node, Offer, Organization, Place,
    },
    model::Item,
    schedule::State,
};

/// How many dates of what recurs, or parts of what has some, are told.
const PARTS: usize = 12;

/// The script's content for a page of an item that is no article.
pub(super) fn record(plan: &Plan<'_>, i: usize, head: &Head) -> String {
    let maker = Maker { plan, i, item: &plan.catalogue.items[i], head };
    let own = match plan.catalogue.kinds.get(maker.item.kind).name.as_str() {
        "course" => Some(maker.course()),
        "station" => Some(maker.station()),
        "organization" => Some(jsonld::organization(&maker.unit())),
        "opportunity" => maker.post(),
        "session" => maker.event(EventSort::CourseInstance),
        _ => maker.event(EventSort::Event),
    };
    let trail = breadcrumbs(plan, plan.catalogue.language(&maker.item.lang), head);
    jsonld::script(&own.into_iter().chain([trail]).collect::<Vec<_>>())
}

struct Maker<'p, 'a> {
    plan: &'p Plan<'a>,
    i: usize,
    item: &'p Item,
    head: &'p Head,
}

/// The words of a date, or of a part, that its event borrows.
struct Told {
    name: String,
    url: String,
    start: String,
    end: String,
    previous: String,
    status: EventStatus,
}

impl Told {
    fn event(&self, sort: EventSort) -> Event<'_> {
        Event {
            sort,
            name: &self.name,
            url: &self.url,
            start: &self.start,
            end: &self.end,
            previous_start: &self.previous,
            status: self.status,
            ..Event::default()
        }
    }
}

impl Maker<'_, '_> {
    /// What takes place; `None` where nothing says when.
    fn event(&self, sort: EventSort) -> Option<Node> {
        let (catalogue, values) = (self.plan.catalogue, &self.item.values);
        let mut own = self.told(catalogue.calendar.next_or_last(self.i, catalogue.now)?);
        let rule = self.item.schedule.as_ref().and_then(|schedule| schedule.rule());
        let recurs = rule.is_some();
        if let Some(rule) = rule {
            own.end = rule.until.map_or(String::new(), |until| until.to_string());
        }
        let parts = if recurs { self.dates(self.i) } else { self.parts() };
        let place = self.words_of_place();
        let organizer = self.plan.named(self.i, "unit").map(|unit| self.name_and_page(unit));
        let whole = self.plan.named(self.i, "parent").map(|parent| self.name_and_page(parent));
        let until = self.deadline();
        let sort = if recurs && sort == EventSort::Event { EventSort::Series } else { sort };
        let part = if sort == EventSort::CourseInstance { sort } else { EventSort::Event };
        Some(jsonld::event(&Event {
            description: &self.head.description,
            images: self.images(),
            place: place.as_ref().map(|place| self.place(place)),
            live: values.text("live"),
            organizer: organizer.as_ref().map(|unit| Organization { name: &unit.0, url: &unit.1, ..<_>::default() }),
            offer: self.offer(&until),
            part_of: whole.as_ref().map(borrowed),
            parts: parts.iter().map(|part_of| part_of.event(part)).collect(),
            lang: self.item.lang.as_str(),
            ..own.event(sort)
        }))
    }

    /// A course with the dates of its sessions, and its own.
    fn course(&self) -> Node {
        let sessions = self.naming("session").filter(|session| self.plan.named(*session, "course") == Some(self.i));
        let mut dates: Vec<Told> = std::iter::once(self.i).chain(sessions).flat_map(|i| self.dates(i)).collect();
        dates.sort_by(|a, b| a.start.cmp(&b.start));
        dates.truncate(PARTS);
        let provider = self.plan.named(self.i, "unit").map(|unit| self.name_and_page(unit));
        jsonld::course(&Course {
            url: &self.head.canonical,
            name: &self.item.title,
            description: &self.head.description,
            code: self.item.values.text("code"),
            provider: provider.as_ref().map(|unit| Organization { name: &unit.0, url: &unit.1, ..<_>::default() }),
            instances: dates.iter().map(|date| date.event(EventSort::CourseInstance)).collect(),
            lang: self.item.lang.as_str(),
        })
    }

    fn station(&self) -> Node {
        let parent = self.plan.named(self.i, "parent").map(|parent| self.name_and_page(parent));
        jsonld::place(&Place {
            name: &self.item.title,
            url: &self.head.canonical,
            address: self.plan.street_address(self.i),
            telephone: self.item.values.text("telephone"),
            geo: self.plan.coordinates(self.i),
            within: parent.as_ref().map(borrowed),
        })
    }

    fn unit(&self) -> Organization<'_> {
        let contact = |field| {
            let contacts = self.item.values.records("contacts").iter();
            contacts.map(|contact| contact.value.text(field)).find(|text| !text.is_empty()).unwrap_or_default()
        };
        let catalogue = self.plan.catalogue;
        let parent = self.plan.named(self.i, "parent").map(|parent| &catalogue.items[parent]);
        Organization {
            name: &self.item.title,
            url: &self.head.canonical,
            telephone: contact("telephone"),
            email: contact("email"),
            address: self.plan.street_address(self.i),
            parent: parent.map(|parent| Named { name: &parent.title, url: "" }),
            ..Organization::default()
        }
    }

    /// A post that a unit offers and that is open; search engines want to know since when.
    fn post(&self) -> Option<Node> {
        let closed = self.item.state.as_ref().is_some_and(|state| matches!(state.state.as_str(), "closed" | "full"));
        let unit = self.plan.named(self.i, "unit").filter(|_| !closed && self.plan.catalogue.listed(self.i))?;
        let (zone, unit) = (&self.plan.catalogue.settings.zone, self.name_and_page(unit));
        let (posted, until, place) = (self.item.date?.iso(zone), self.deadline(), self.words_of_place());
        Some(jsonld::job_posting(&JobPosting {
            url: &self.head.canonical,
            title: &self.item.title,
            description: &self.head.description,
            posted: &posted,
            until: &until,
            employment: employment(self.item.values.text("category")),
            openings: self.item.values.integer("number").and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
            organization: Organization { name: &unit.0, url: &unit.1, ..Organization::default() },
            place: place.as_ref().map(|place| self.place(place)),
        }))
    }

    /// The coming dates of an item, or where all are over its last.
    fn dates(&self, i: usize) -> Vec<Told> {
        let (calendar, now) = (&self.plan.catalogue.calendar, self.plan.catalogue.now);
        let coming: Vec<Told> =
            calendar.of_item(i).filter(|entry| entry.end() > now).take(PARTS).map(|entry| self.told(entry)).collect();
        if coming.is_empty() {
            calendar.next_or_last(i, now).map(|entry| self.told(entry)).into_iter().collect()
        } else {
            coming
        }
    }

    /// The activities that are part of this one.
    fn parts(&self) -> Vec<Told> {
        let catalogue = self.plan.catalogue;
        let parts = self.naming("activity").filter(|part| self.plan.named(*part, "parent") == Some(self.i));
        let told = parts.filter_map(|part| Some(self.told(catalogue.calendar.next_or_last(part, catalogue.now)?)));
        let mut parts: Vec<Told> = told.collect();
        parts.sort_by(|a, b| a.start.cmp(&b.start));
        parts.truncate(PARTS);
        parts
    }

    /// The listed items of a kind that name this one.
    fn naming(&self, kind: &str) -> impl Iterator<Item = usize> {
        let catalogue = self.plan.catalogue;
        let lists = &self.plan.lists[catalogue.language(&self.item.lang)];
        let kinds = lists.named_by.get(&self.i).zip(catalogue.kinds.by_name(kind));
        kinds.and_then(|(kinds, kind)| kinds.get(&kind)).into_iter().flatten().copied()
    }

    fn told(&self, entry: &Entry) -> Told {
        let (catalogue, one) = (self.plan.catalogue, &entry.occurrence);
        let (item, zone) = (&catalogue.items[entry.item], &catalogue.settings.zone);
        let state = item.state.as_ref();
        let status = match (one.state, state.map_or("", |state| state.state.as_str())) {
            (State::Cancelled, _) | (_, "cancelled") => EventStatus::Cancelled,
            (_, "postponed") => EventStatus::Postponed,
            (State::Moved, _) | (_, "moved") => EventStatus::Rescheduled,
            _ => EventStatus::Scheduled,
        };
        let moved = (one.state == State::Moved).then(|| When::day(one.original));
        let stamp = |when: When| match when.time {
            Some(_) => moment_iso(when.start(), zone),
            None => when.date.to_string(),
        };
        Told {
            name: one.title().unwrap_or(&item.title).to_owned(),
            url: catalogue.settings.base_url.join(catalogue.addresses.item(entry.item)),
            start: stamp(one.start),
            end: one.end.map_or(String::new(), stamp),
            previous: moved.or(state.and_then(|state| state.was)).map_or(String::new(), stamp),
            status,
        }
    }

    /// How to take part, of what has a price or a way to sign up.
    fn offer<'o>(&'o self, until: &'o str) -> Option<Offer<'o>> {
        let values = &self.item.values;
        let (cost, signup) = (values.text("cost"), values.record("signup"));
        if cost.is_empty() && signup.is_none() {
            return None;
        }
        let link = signup.map_or("", |signup| signup.text("link"));
        Some(Offer {
            url: if link.is_empty() { &self.head.canonical } else { link },
            price: price(cost),
            until,
            sold_out: self.item.state.as_ref().is_some_and(|state| state.state == "full"),
        })
    }

    fn deadline(&self) -> String {
        let zone = &self.plan.catalogue.settings.zone;
        let deadline = self.item.state.as_ref().and_then(|state| state.deadline);
        deadline.map_or(String::new(), |deadline| moment_iso(deadline.end(), zone))
    }

    fn words_of_place(&self) -> Option<String> {
        Some(self.plan.where_of(self.i)).filter(|place| !place.is_empty())
    }

    fn place<'o>(&'o self, name: &'o str) -> Place<'o> {
        let (address, geo) = (self.plan.street_address(self.i), self.plan.coordinates(self.i));
        Place { name, address, geo, ..Place::default() }
    }

    fn images(&self) -> Vec<&str> {
        if self.head.og_image.is_empty() { Vec::new() } else { vec![&self.head.og_image] }
    }

    fn name_and_page(&self, i: usize) -> (String, String) {
        let catalogue = self.plan.catalogue;
        let page = catalogue.has_page(i).then(|| catalogue.settings.base_url.join(catalogue.addresses.item(i)));
        (catalogue.items[i].title.clone(), page.unwrap_or_default())
    }
}

fn borrowed(named: &(String, String)) -> Named<'_> {
    Named { name: &named.0, url: &named.1 }
}

/// A price in yuan out of words: `免费`, `20元`, `¥9.90`; empty where it is not clear.
fn price(cost: &str) -> &str {
    let cost = cost.trim();
    if matches!(cost, "免费" | "公益" | "free" | "Free" | "0") {
        return "0";
    }
    let bare = cost.strip_prefix('¥').or_else(|| cost.strip_suffix('元')).unwrap_or_default().trim();
    if bare.parse::<f64>().is_ok_and(|price| price >= 0.0 && price.is_finite()) { bare } else { "" }
}

/// The word of schema.org for a category, where it has one.
fn employment(category: &str) -> &'static str {
    if category.contains("实习") || category.to_lowercase().contains("intern") {
        "INTERN"
    } else if category.contains("志愿") || category.to_lowercase().contains("volunteer") {
        "VOLUNTEER"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn prices_come_out_of_words() {
        let read = ["免费", "20元", "¥9.90", "20 元", "20元/人", "面议", "材料费自理", "-5元", ""].map(super::price);
        assert_eq!(read, ["0", "20", "9.90", "20", "", "", "", "", ""]);
    }

    #[test]
    fn posts_are_of_a_sort() {
        assert_eq!(["暑期实习", "志愿服务岗", "体验"].map(super::employment), ["INTERN", "VOLUNTEER", ""]);
    }
}
