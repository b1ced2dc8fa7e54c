//! What editors are told beyond what a build needs: one file for each check, its page beside it.
//!
//! A check reads the plan (or, in `text`, the words of a text) and reports; it changes nothing.
//! Problems without which no page could be made are found where the fact is known: dead
//! references, links and anchors in `catalogue/resolve.rs` (PB0304, PB0305, PB0306, PB0309), two
//! outputs on one address in `plan/pages.rs` (PB0303), missing words of a picture (PB0508) and
//! missing files (PB0501, PB0507) in `catalogue/resolve.rs`, a missing date (PB0204) in
//! `model/item.rs`.
//!
//! To add one: a code with `("<name>.md")` in `diagnostics/codes.rs`, `<name>.rs` and `<name>.md`
//! here, its line in `OF_ITEMS` or `OF_THE_SITE`, or in `text`, a case in `tests/suite/checks/`.

mod alt_says_nothing;
mod calendar_emptied;
mod damaged_text;
mod date_changed;
mod deadline_after_start;
mod double_booked;
mod editions;
mod empty_column;
mod expired_linked;
mod half_width_punctuation;
mod heading_skipped;
mod heavy_image;
mod identity_number;
mod lengths;
mod missing_review;
mod missing_source;
mod mixed_script;
mod mobile_number;
mod no_partner;
mod no_results;
mod no_signup;
mod nobody_can_answer;
mod nobody_can_order;
mod off_the_map;
mod on_holiday;
mod orphan_page;
mod outside;
mod outside_course;
mod outside_hours;
mod over_capacity;
mod photo_location;
mod pictures_only;
mod proofread;
mod stale_column;
mod stale_home;
mod state_against_dates;
mod text;
mod unknown_room;
mod unlinked_unit;
mod unused_image;
mod vanished_address;
mod venue;

use std::collections::BTreeMap;

use jiff::civil::Date;
use rayon::prelude::*;

pub use editions::look as look_at_edition;
pub use proofread::FILE as PROOFREAD;
pub use text::Rules;

use crate::{
    base::path::SitePath,
    catalogue::Catalogue,
    diagnostics::{Code, Diagnostic},
    model::{Item, Presence},
    plan::Plan,
    source::{Files, First},
    web::Web,
};

/// Codes whose findings come and go as time passes, without a change of content. They are
/// warnings, all of them, so that no site fails overnight.
pub const TIMED: &[Code] = &[
    Code::UnpublishedTarget,
    Code::EmptyColumn,
    Code::StaleColumn,
    Code::StaleHome,
    Code::ExpiredLinked,
    Code::MaybeDoubleBooked,
    Code::OutsideCourse,
    Code::OutsideHours,
    Code::OnHoliday,
    Code::StateAgainstDates,
    Code::NoResults,
];

/// Looks at items by themselves. As long as nothing changes but texts of which nothing else shows
/// anything, what is found about the others stays the same.
pub fn look_at_items(
    plan: &Plan<'_>,
    rules: &Rules,
    items: impl IntoParallelIterator<Item = usize>,
    problems: &mut Vec<Diagnostic>,
) {
    let catalogue = plan.catalogue;
    let found = items.into_par_iter().flat_map_iter(|index| {
        let (item, mut own) = (&catalogue.items[index], Vec::new());
        text::front_matter(catalogue, item, rules, &mut own);
        // What has no title was told already, and nobody knows what it is.
        if item.values.at("title").is_some() {
            let of = Of { plan, catalogue, index, item };
            OF_ITEMS.iter().for_each(|check| check(&of, &mut own));
        }
        own
    });
    problems.par_extend(found);
}

/// Looks at the site as a whole.
pub fn look_at_the_site(plan: &Plan<'_>, problems: &mut Vec<Diagnostic>) {
    let found = OF_THE_SITE.par_iter().flat_map_iter(|check| {
        let mut own = Vec::new();
        check(plan, &mut own);
        own
    });
    problems.par_extend(found);
    editions::approved(plan, problems);
}

/// What `check` may hold a site against besides its own content; a build asks for none of it.
#[derive(Debug, Default)]
pub struct Beyond<'a> {
    /// Addresses of the published site.
    pub published: Option<Vec<String>>,
    /// Addresses of the calendars of the published site that had dates in them.
    pub calendars: Vec<String>,
    /// First versions of the files.
    pub history: Option<BTreeMap<SitePath, First>>,
    /// Who asks other sites.
    pub web: Option<Web<'a>>,
}

impl Beyond<'_> {
    /// Whether there is nothing to hold it against.
    pub fn is_nothing(&self) -> bool {
        self.published.is_none() && self.history.is_none() && self.web.is_none()
    }
}

/// Looks at what a build has no time for: every text is read once more.
pub fn look_at_texts(plan: &Plan<'_>, files: &dyn Files, problems: &mut Vec<Diagnostic>) {
    unlinked_unit::check(plan, files, problems);
}

/// Holds the site against what lies beyond its content.
pub fn look_beyond(plan: &Plan<'_>, beyond: &Beyond<'_>, problems: &mut Vec<Diagnostic>) {
    if let Some(published) = &beyond.published {
        vanished_address::check(plan, published, problems);
        calendar_emptied::check(plan, &beyond.calendars, problems);
    }
    if let Some(history) = &beyond.history {
        date_changed::check(plan, history, problems);
    }
    if let Some(web) = &beyond.web {
        outside::check(plan, web, problems);
    }
}

/// Checks of an item. What waits as a draft has time.
const OF_ITEMS: &[fn(&Of<'_>, &mut Vec<Diagnostic>)] = &[
    alt_says_nothing::check,
    expired_linked::check,
    heading_skipped::check,
    lengths::check,
    missing_review::check,
    missing_source::check,
    pictures_only::check,
    deadline_after_start::check,
    no_results::check,
    no_signup::check,
    nobody_can_answer::check,
    nobody_can_order::check,
    on_holiday::check,
    outside_course::check,
    outside_hours::check,
    over_capacity::check,
    state_against_dates::check,
    unknown_room::check,
];

/// Checks of the site as a whole.
const OF_THE_SITE: &[fn(&Plan<'_>, &mut Vec<Diagnostic>)] = &[
    double_booked::check,
    empty_column::check,
    heavy_image::check,
    no_partner::check,
    off_the_map::check,
    orphan_page::check,
    photo_location::check,
    stale_column::check,
    stale_home::check,
    unused_image::check,
];

/// What a check of an item is about.
struct Of<'a> {
    plan: &'a Plan<'a>,
    catalogue: &'a Catalogue,
    index: usize,
    item: &'a Item,
}

impl Of<'_> {
    /// Whether readers see its text now or will some day. The clock does not matter: a finding
    /// must not come by waiting.
    fn is_meant_for_readers(&self) -> bool {
        !self.item.draft && self.item.withdrawn.is_none()
    }

    /// The type of its column, or nothing.
    fn column_type(&self) -> &str {
        self.item.column.map_or("", |column| &self.catalogue.settings.columns[column].r#type)
    }
}

/// The day of the newest article among these that readers see.
fn newest(catalogue: &Catalogue, items: impl Iterator<Item = usize>) -> Option<Date> {
    items
        .filter(|i| matches!(catalogue.presence[*i], Presence::Listed | Presence::Expired))
        .filter_map(|i| catalogue.items[i].changed)
        .map(|when| when.date)
        .max()
}

/// Whole days from one to another.
fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}
