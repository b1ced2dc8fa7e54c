//! What letters take from rendering: texts with full addresses, and a calendar file.

use std::io;

use jiff::civil::Date;

use super::{body, ical};
use crate::{
    diagnostics::Diagnostic,
    document::{
        Form,
        markdown::{Draft, Role},
    },
    plan::{Plan, views::Head},
    store::Spool,
    theme::Engine,
};

/// The text of an item as HTML with full addresses, pictures in their smallest size.
///
/// # Errors
/// When what was put aside cannot be read.
pub fn letter_text(
    plan: &Plan<'_>,
    i: usize,
    engine: &Engine,
    spool: &Spool<'_>,
    problems: &mut Vec<Diagnostic>,
) -> io::Result<String> {
    let item = &plan.catalogue.items[i];
    if item.form == Form::Row {
        return Ok(String::new());
    }
    let kept = item.body.draft.as_ref().ok_or(io::ErrorKind::NotFound)?;
    let bytes = spool.get(kept)?;
    let draft = Draft::from_bytes(&bytes).ok_or(io::ErrorKind::InvalidData)?;
    let surroundings = body::Surroundings::of_letter(plan, i);
    let page = Head {
        url: plan.catalogue.addresses.item(i).to_owned(),
        root: plan.catalogue.settings.base_url.as_str().to_owned(),
        ..Head::default()
    };
    let found = std::cell::RefCell::new(Vec::new());
    let html = body::render(&draft, &surroundings, engine, &page, |diagnostic| found.borrow_mut().push(diagnostic));
    problems.extend(found.into_inner());
    Ok(html)
}

/// What the text of an item links to, in full, in its order; pictures are none of it.
pub fn letter_links(plan: &Plan<'_>, i: usize) -> Vec<String> {
    let surroundings = body::Surroundings::of_letter(plan, i);
    let mut links: Vec<String> = Vec::new();
    let references = plan.catalogue.items[i].body.scan.references.iter();
    for reference in references.filter(|reference| reference.role != Role::Image) {
        links.extend(surroundings.address(&reference.raw).filter(|url| !links.contains(url)));
    }
    links
}

/// The calendar file of a letter: the dates of some items between two days; none where there are
/// no dates.
pub fn letter_calendar(
    plan: &Plan<'_>,
    lang: usize,
    items: &[usize],
    days: (Date, Date),
    name: &str,
) -> Option<String> {
    ical::letter(plan, lang, items, days, name)
}
