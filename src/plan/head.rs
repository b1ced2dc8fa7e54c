//! What stands in the head of every page: titles, addresses, the page tags of public sites.

use super::{
    Plan, Planned,
    constants::own_name,
    views::{Alternate, Head, Link},
};
use crate::{
    base::{path::way_to_root, text::summary},
    model::Item,
};

/// Characters of a description.
const DESCRIPTION: usize = 110;

/// What a page says of itself to [`head`].
pub(super) struct About<'a> {
    /// Its title.
    pub(super) title: String,
    /// What it is, plain, of any length.
    pub(super) description: &'a str,
    /// Address that navigation marks.
    pub(super) section: String,
    /// The way from home.
    pub(super) breadcrumb: Vec<Link>,
    /// The same page in other languages: language, address.
    pub(super) editions: Vec<(usize, String)>,
}

/// The head of a page, without what only some kinds of pages have.
pub(super) fn head(plan: &Plan<'_>, output: &Planned, about: About<'_>) -> Head {
    let settings = &plan.catalogue.settings;
    let constants = &plan.constants[output.lang];
    let description = summary(about.description, DESCRIPTION);
    let full_title = if output.url == constants.home {
        about.title.clone()
    } else {
        format!("{} - {}", about.title, constants.name)
    };
    let alternates = about.editions.iter().map(|(lang, url)| Alternate {
        lang: settings.languages[*lang].to_string(),
        label: own_name(&settings.languages[*lang]),
        canonical: settings.base_url.join(url),
        url: url.clone(),
    });
    let mut meta = vec![("SiteName", constants.name.clone()), ("SiteDomain", settings.base_url.host().to_owned())];
    if !settings.identification_code.is_empty() {
        meta.push(("SiteIDCode", settings.identification_code.clone()));
    }
    Head {
        url: output.url.clone(),
        root: way_to_root(&output.url),
        title: about.title,
        full_title,
        description,
        canonical: settings.base_url.join(&output.url),
        lang: constants.lang.clone(),
        section: about.section,
        breadcrumb: about.breadcrumb,
        og_type: "website",
        meta,
        alternates: if about.editions.len() > 1 { alternates.collect() } else { Vec::new() },
        feeds: constants.feeds.clone(),
        ..Head::default()
    }
}

/// The tags of a column's page (annex to State Council Office [2017] No. 47).
pub(super) fn column_tags(head: &mut Head, name: &str, description: &str, kind: &str) {
    push(&mut head.meta, "ColumnName", name);
    push(&mut head.meta, "ColumnDescription", if description.is_empty() { name } else { description });
    push(&mut head.meta, "ColumnKeywords", name);
    push(&mut head.meta, "ColumnType", if kind.is_empty() { name } else { kind });
    push(&mut head.meta, "Description", &head.description);
}

/// The tags of a page with a text of its own.
pub(super) fn content_tags(head: &mut Head, item: &Item, source: &str) {
    let date = item.date.map_or(String::new(), |when| {
        let time = when.time.map_or("00:00".to_owned(), crate::base::date::clock);
        format!("{} {time}", when.date)
    });
    let keywords = item.values.texts("keywords").iter().chain(item.values.texts("tags"));
    let mut words: Vec<&str> = keywords.map(|spot| spot.value.as_str()).collect();
    let mut seen = std::collections::BTreeSet::new();
    words.retain(|word| seen.insert(*word));
    push(&mut head.meta, "ArticleTitle", &item.title);
    push(&mut head.meta, "PubDate", &date);
    push(&mut head.meta, "ContentSource", source);
    push(&mut head.meta, "Keywords", &words.join(","));
    push(&mut head.meta, "Author", item.values.text("author"));
    push(&mut head.meta, "Description", &head.description);
    push(&mut head.meta, "Image", &head.og_image);
    push(&mut head.meta, "Url", &head.canonical);
}

/// The description of a page that has no other tags.
pub(super) fn plain_tags(head: &mut Head) {
    push(&mut head.meta, "Description", &head.description);
}

fn push(meta: &mut Vec<(&'static str, String)>, name: &'static str, content: &str) {
    if !content.is_empty() {
        meta.push((name, content.into()));
    }
}
