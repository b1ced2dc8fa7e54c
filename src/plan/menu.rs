//! The course menu as sheets to hang up: one for each kind of units, and one for all.

use serde::Serialize;

use super::{Plan, views::Link, words::Words};
use crate::{catalogue::Catalogue, fields::Values, model::KindSpec};

/// The facet by which sheets are made.
const AUDIENCE: &str = "audience.units";

/// States in which a course cannot be ordered.
const SHUT: [&str; 4] = ["full", "closed", "ended", "cancelled"];

/// The menu.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Menu {
    /// Heading.
    pub title: String,
    /// A sheet for each kind of units.
    pub sheets: Vec<Sheet>,
}

/// A sheet of the menu.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Sheet {
    /// For whom: 学校; empty for all.
    pub audience: String,
    /// What can be ordered.
    pub courses: Vec<MenuCourse>,
}

/// A course on a sheet.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct MenuCourse {
    /// Code, or empty.
    pub code: String,
    /// Title and page.
    pub link: Link,
    /// Form in words, or empty.
    pub form: String,
    /// Minutes, or empty.
    pub minutes: String,
    /// Station, or empty.
    pub place: String,
    /// Whether it comes to the unit.
    pub comes: bool,
    /// Next dates.
    pub dates: Vec<String>,
    /// Telephone to order by, or empty.
    pub telephone: String,
}

/// What a course is called in an order: code and title; empty where it cannot be ordered.
pub(super) fn order_name(catalogue: &Catalogue, i: usize) -> String {
    let item = &catalogue.items[i];
    if catalogue.kinds.get(item.kind).name != "course" || !can_be_ordered(catalogue, i) {
        return String::new();
    }
    format!("{} {}", item.values.text("code"), item.title).trim().to_owned()
}

/// Whether a course can be ordered now, as far as its file tells.
fn can_be_ordered(catalogue: &Catalogue, i: usize) -> bool {
    let state = catalogue.items[i].state.as_ref();
    state.is_none_or(|state| !SHUT.contains(&state.state.as_str()))
}

impl Plan<'_> {
    /// The menu of a language; `None` without courses that can be ordered.
    pub(super) fn menu(&self, title: String, lang: usize) -> Option<Menu> {
        let kind = self.catalogue.kinds.by_name("course")?;
        let spec = self.catalogue.kinds.get(kind);
        let facet = spec.facets.iter().position(|facet| facet.path == AUDIENCE)?;
        let open = |items: &[usize]| -> Vec<MenuCourse> {
            items.iter().filter(|i| can_be_ordered(self.catalogue, **i)).map(|i| self.menu_course(spec, *i)).collect()
        };
        let by_audience = self.lists[lang].facets[kind][facet].ranked().into_iter();
        let sheets = by_audience.map(|(_, value)| (value.title.clone(), open(&value.items)));
        let all = std::iter::once((String::new(), open(&self.lists[lang].kinds[kind])));
        let sheets: Vec<Sheet> = sheets
            .chain(all)
            .filter(|(_, courses)| !courses.is_empty())
            .map(|(audience, courses)| Sheet { audience, courses })
            .collect();
        (!sheets.is_empty()).then_some(Menu { title, sheets })
    }

    fn menu_course(&self, spec: &KindSpec, i: usize) -> MenuCourse {
        let item = &self.catalogue.items[i];
        let words = Words { catalogue: self.catalogue, lang: &item.lang };
        let line = |path| words.line(&spec.fields, path, &item.values);
        let telephone = item.values.record("order").map_or("", |order: &Values| order.text("telephone"));
        MenuCourse {
            code: item.values.text("code").into(),
            link: Link { title: item.title.clone(), url: self.catalogue.addresses.item(i).to_owned(), external: false },
            form: line("form"),
            minutes: line("minutes"),
            place: line("station"),
            comes: item.values.boolean("comes_to_you") == Some(true),
            dates: self.next_dates(i),
            telephone: telephone.into(),
        }
    }

    /// The next three dates of a course: its own and those of its sessions.
    fn next_dates(&self, i: usize) -> Vec<String> {
        let (catalogue, item) = (self.catalogue, &self.catalogue.items[i]);
        let lists = &self.lists[catalogue.language(&item.lang)];
        let session = catalogue.kinds.by_name("session");
        let sessions = lists.named_by.get(&i).zip(session).and_then(|(kinds, session)| kinds.get(&session));
        let all = std::iter::once(i).chain(sessions.into_iter().flatten().copied());
        let coming = all.flat_map(|i| catalogue.calendar.of_item(i).filter(|entry| entry.end() > catalogue.now));
        let mut coming: Vec<_> = coming.map(|entry| entry.occurrence.start).collect();
        coming.sort();
        coming.iter().take(3).map(|when| when.human(item.lang.tongue())).collect()
    }
}
