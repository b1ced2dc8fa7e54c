//! Structured data (JSON-LD) of a page: what it is, where it stands, who publishes it.

use super::{Plan, views::Head};
use crate::{
    base::lang::Lang,
    formats::jsonld::{self, Author, NewsArticle, Organization, WebSite},
    model::Item,
};

/// The script's content for the home page.
pub(super) fn home(plan: &Plan<'_>, lang: usize) -> String {
    let constants = &plan.constants[lang];
    let site = WebSite {
        name: &constants.name,
        url: &constants.base_url,
        description: &constants.description,
        lang: &constants.lang,
        search_url: "",
    };
    jsonld::script(&[jsonld::web_site(&site), jsonld::organization(&organization(plan, lang))])
}

/// The script's content for a page below others.
pub(super) fn trail(plan: &Plan<'_>, lang: usize, head: &Head) -> String {
    jsonld::script(&[breadcrumbs(plan, lang, head)])
}

/// The script's content for an article.
pub(super) fn article(plan: &Plan<'_>, lang: &Lang, item: &Item, head: &Head) -> String {
    let index = plan.catalogue.language(lang);
    let zone = &plan.catalogue.settings.zone;
    let published = item.date.map_or(String::new(), |date| date.iso(zone));
    let modified = item.changed.map_or(String::new(), |date| date.iso(zone));
    let section = item.column.map_or(String::new(), |c| plan.catalogue.settings.columns[c].title.get(lang));
    let author = Some(item.values.text("author")).filter(|author| !author.is_empty());
    let keywords = item.values.texts("keywords").iter().chain(item.values.texts("tags"));
    let news = NewsArticle {
        url: &head.canonical,
        headline: &item.title,
        description: &head.description,
        images: if head.og_image.is_empty() { vec![] } else { vec![&head.og_image] },
        published: &published,
        modified: &modified,
        author: author.map(Author::Organization),
        publisher: organization(plan, index),
        section: &section,
        lang: lang.as_str(),
        keywords: keywords.map(|spot| spot.value.as_str()).collect(),
    };
    jsonld::script(&[jsonld::news_article(&news), breadcrumbs(plan, index, head)])
}

pub(super) fn breadcrumbs(plan: &Plan<'_>, lang: usize, head: &Head) -> jsonld::Node {
    let base = &plan.catalogue.settings.base_url;
    let above: Vec<(String, String)> = head.breadcrumb.iter().map(|l| (l.title.clone(), base.join(&l.url))).collect();
    let mut trail: Vec<(&str, &str)> = above.iter().map(|(title, url)| (title.as_str(), url.as_str())).collect();
    if trail.is_empty() {
        trail.push((&plan.constants[lang].name, &plan.constants[lang].base_url));
    }
    trail.push((&head.title, &head.canonical));
    jsonld::breadcrumbs(&trail)
}

fn organization<'p>(plan: &'p Plan<'_>, lang: usize) -> Organization<'p> {
    let constants = &plan.constants[lang];
    let name = if constants.owner.name.is_empty() { &constants.name } else { &constants.owner.name };
    Organization {
        name,
        url: &constants.base_url,
        telephone: &constants.owner.telephone,
        email: &constants.owner.email,
        address: &constants.owner.address,
        ..Organization::default()
    }
}
