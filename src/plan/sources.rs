//! What an output is made of: the other way round of what a file changes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Plan, Planned, Subject, view};
use crate::{base::path::SitePath, catalogue::Target};

/// What an output is made of, besides `pbsite.yaml` and the program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    /// The template, if it has one.
    pub template: Option<String>,
    /// Files of the site: of the item itself, of what the output shows, lists or names.
    pub files: BTreeSet<SitePath>,
}

/// What an output is made of.
pub fn sources(plan: &Plan<'_>, output: &Planned) -> Sources {
    let catalogue = plan.catalogue;
    let mut found = Sources::default();
    let items: Vec<usize> = match &output.subject {
        Subject::Atom(list) | Subject::JsonFeed(list) => plan.items_of(list, output.lang),
        Subject::Podcast(list) => plan.recordings(list, output.lang).to_vec(),
        Subject::CalendarFeed(of) => {
            plan.calendar_feeds(output.lang).get(of).map_or(Vec::new(), |feed| feed.items.clone())
        }
        Subject::EventFile(i) | Subject::Redirect(i) => vec![*i],
        Subject::Api(kind) | Subject::Table(kind) => {
            (0..catalogue.items.len()).filter(|i| catalogue.items[*i].kind == *kind).collect()
        }
        Subject::Sitemap(_) | Subject::ApiAddresses | Subject::ApiBuild | Subject::ApiNextChange => {
            (0..catalogue.items.len()).collect()
        }
        Subject::RootFile(path) | Subject::File(path) | Subject::Picture(path, _) => {
            found.files.insert(path.clone());
            Vec::new()
        }
        Subject::Robots
        | Subject::WebManifest
        | Subject::BlankTable(_)
        | Subject::ApiSchema(_)
        | Subject::ThemeAsset(_) => Vec::new(),
        _ => shown(plan, output, &mut found),
    };
    found.files.extend(items.into_iter().map(|i| catalogue.items[i].path.clone()));
    found
}

/// The items of a page: its own, those whose addresses its view has, and what its text refers to.
fn shown(plan: &Plan<'_>, output: &Planned, found: &mut Sources) -> Vec<usize> {
    let Some((template, view)) = view(plan, output) else { return Vec::new() };
    found.template = Some(template);
    let pages = plan.outputs.iter().filter_map(|output| match &output.subject {
        Subject::Item(i) => Some((output.url.as_str(), Made::Item(*i))),
        Subject::File(path) | Subject::Picture(path, _) => Some((output.url.as_str(), Made::File(path))),
        _ => None,
    });
    let made: BTreeMap<&str, Made<'_>> = pages.collect();
    let mut items = BTreeSet::new();
    let mut words = Vec::new();
    // A view that cannot be written down has no addresses.
    strings(&serde_json::to_value(&view).unwrap_or_default(), &mut words);
    for word in &words {
        match made.get(word.split('#').next().unwrap_or_default()) {
            Some(Made::Item(i)) => drop(items.insert(*i)),
            Some(Made::File(path)) => drop(found.files.insert((*path).clone())),
            None => {}
        }
    }
    if let Subject::Item(own) = output.subject {
        let links = &plan.resolved.items[own];
        items.extend(
            links.series.iter().chain(&links.programmes).chain(links.fields.iter().flat_map(|(_, named)| named)),
        );
        items.insert(own);
        for reference in &plan.catalogue.items[own].body.scan.references {
            match links.get(&reference.raw) {
                Some(Target::Item(i, _)) => drop(items.insert(*i)),
                Some(Target::Media(path)) => drop(found.files.insert(path.clone())),
                _ => {}
            }
        }
    }
    items.into_iter().collect()
}

/// What stands at an address.
enum Made<'a> {
    Item(usize),
    File(&'a SitePath),
}

fn strings(value: &Value, words: &mut Vec<String>) {
    match value {
        Value::String(word) => words.push(word.clone()),
        Value::Array(values) => values.iter().for_each(|value| strings(value, words)),
        Value::Object(fields) => fields.values().for_each(|value| strings(value, words)),
        _ => {}
    }
}
