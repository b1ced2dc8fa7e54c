//! The body of an item with what it refers to: links, pictures, shortcodes.

use std::{cell::RefCell, collections::BTreeMap};

use serde::Serialize;

use crate::{
    base::lang::Tongue,
    catalogue::Target,
    diagnostics::Diagnostic,
    document::markdown::{self, Directive, Role, Shown},
    plan::{
        Plan, Planned, shortcode_list,
        views::{Attachment, Audio, Candidate, CardRef, Head, Picture},
    },
    theme::Engine,
};

/// What the references of a body mean on its page, hashed into the page's key.
#[derive(Hash, Debug)]
pub(super) struct Surroundings {
    tongue: Tongue,
    root: String,
    links: BTreeMap<String, Href>,
    pictures: BTreeMap<String, Picture>,
    media: BTreeMap<String, Audio>,
    files: BTreeMap<String, Attachment>,
    cards: BTreeMap<String, CardRef>,
    lists: BTreeMap<String, Vec<CardRef>>,
    galleries: BTreeMap<usize, Vec<Picture>>,
}

#[derive(Hash, Debug)]
struct Href {
    url: String,
    external: bool,
}

impl Surroundings {
    /// Gathers what the body of item `i` refers to on a page.
    pub(super) fn new(plan: &Plan<'_>, i: usize, output: &Planned) -> Self {
        Self::from_root(plan, i, crate::base::path::way_to_root(&output.url), output.lang)
    }

    /// The same for a letter: every address in full, one size of each picture, the smallest.
    pub(super) fn of_letter(plan: &Plan<'_>, i: usize) -> Self {
        let settings = &plan.catalogue.settings;
        let lang = plan.catalogue.language(&plan.catalogue.items[i].lang);
        let mut whole = Self::from_root(plan, i, settings.base_url.as_str().to_owned(), lang);
        whole.pictures.values_mut().chain(whole.galleries.values_mut().flatten()).for_each(smallest);
        whole
    }

    /// The address that a reference means.
    pub(super) fn address(&self, raw: &str) -> Option<String> {
        self.links.get(raw).map(|href| href.url.clone()).filter(|url| !url.starts_with('#'))
    }

    fn from_root(plan: &Plan<'_>, i: usize, root: String, lang: usize) -> Self {
        let item = &plan.catalogue.items[i];
        let mut out = Self {
            tongue: item.lang.tongue(),
            root,
            links: BTreeMap::new(),
            pictures: BTreeMap::new(),
            media: BTreeMap::new(),
            files: BTreeMap::new(),
            cards: BTreeMap::new(),
            lists: BTreeMap::new(),
            galleries: BTreeMap::new(),
        };
        for reference in &item.body.scan.references {
            let raw = &reference.raw;
            if reference.role == Role::Query {
                let attributes: Vec<(&str, &str)> = split_query(raw);
                let get = |key: &str| attributes.iter().find(|(name, _)| *name == key).map(|(_, v)| (*v).to_owned());
                let (mut items, limit) = shortcode_list(plan, get, lang);
                items.retain(|other| *other != i);
                out.lists.insert(raw.clone(), plan.cards_of(&items, limit));
                continue;
            }
            let Some(target) = plan.resolved.items[i].get(raw) else { continue };
            out.add(plan, raw, target, lang);
        }
        let links = &plan.resolved.items[i];
        let picture = |shown: &Shown| plan.media.picture(links.get(&shown.raw)?, &shown.alt, &shown.caption);
        for (index, shown) in &item.body.scan.galleries {
            // Where one picture lies elsewhere the block stays as it is.
            let pictures: Option<Vec<Picture>> = shown.iter().map(picture).collect();
            out.galleries.extend(pictures.map(|pictures| (*index, pictures)));
        }
        out
    }

    fn add(&mut self, plan: &Plan<'_>, raw: &str, target: &Target, lang: usize) {
        let href = |url: String| Href { url, external: false };
        let catalogue = plan.catalogue;
        let language = &catalogue.settings.languages[lang];
        let link = match target {
            Target::Item(other, anchor) => {
                if let Some(card) = plan.card(*other) {
                    self.cards.insert(raw.to_owned(), card);
                }
                let url = catalogue.addresses.item(*other);
                let anchor = anchor.as_ref().map_or(String::new(), |anchor| format!("#{anchor}"));
                Some(href(format!("{}{url}{anchor}", self.root)))
            }
            Target::Column(column) => {
                let id = &catalogue.settings.columns[*column].id;
                Some(href(format!("{}{}", self.root, catalogue.addresses.column(language, id))))
            }
            Target::Kind(kind) => {
                let route = &catalogue.kinds.get(*kind).route;
                Some(href(format!("{}{}", self.root, catalogue.addresses.kind(language, route))))
            }
            // A list that has nothing in it now has no page: the words stay.
            Target::Address(address) if !plan.has_address(address) => None,
            Target::Address(address) => Some(href(format!("{}{address}", self.root))),
            Target::Anchor(anchor) => Some(href(format!("#{anchor}"))),
            Target::External(url) => {
                let media = plan.audio(target, "");
                self.media.extend(media.map(|media| (raw.to_owned(), media)));
                Some(Href { url: url.clone(), external: true })
            }
            Target::Media(_) => {
                self.pictures.extend(plan.media.picture(target, "", "").map(|picture| (raw.to_owned(), picture)));
                self.media.extend(plan.audio(target, "").map(|media| (raw.to_owned(), media)));
                let file = plan.attachment(target, "");
                let link = file.as_ref().map(|file| href(format!("{}{}", self.root, file.url)));
                self.files.extend(file.map(|file| (raw.to_owned(), file)));
                link
            }
            Target::Nothing => None,
        };
        self.links.extend(link.map(|link| (raw.to_owned(), link)));
    }
}

/// Leaves the smallest size of a picture in its own format.
fn smallest(picture: &mut Picture) {
    picture.webp.clear();
    let Some(least) = std::mem::take(&mut picture.sources).into_iter().min_by_key(|source| source.width) else {
        return;
    };
    picture.height =
        (u64::from(picture.height) * u64::from(least.width)).div_ceil(u64::from(picture.width.max(1))) as u32;
    (picture.src, picture.width) = (least.src, least.width);
}

/// `column=notices limit=3` as written by the scan; values may hold spaces, keys may not.
fn split_query(raw: &str) -> Vec<(&str, &str)> {
    const KEYS: [&str; 6] = ["kind", "column", "tag", "series", "programme", "limit"];
    let mut starts: Vec<(usize, &str)> = Vec::new();
    for key in KEYS {
        let found = raw.match_indices(key).find(|(i, _)| {
            (*i == 0 || raw.as_bytes()[i - 1] == b' ') && raw.as_bytes().get(i + key.len()) == Some(&b'=')
        });
        starts.extend(found.map(|(i, _)| (i, key)));
    }
    starts.sort_unstable();
    let ends = starts.iter().skip(1).map(|(i, _)| *i).chain([raw.len()]);
    starts.iter().zip(ends).map(|((i, key), end)| (*key, raw[i + key.len() + 1..end].trim())).collect()
}

/// The HTML of a body.
pub(super) fn render(
    draft: &markdown::Draft<'_>,
    surroundings: &Surroundings,
    engine: &Engine,
    page: &Head,
    report: impl Fn(Diagnostic),
) -> String {
    let outside = Outside { surroundings, engine, page, failures: RefCell::new(Vec::new()) };
    let html = draft.fill(&outside);
    outside.failures.into_inner().into_iter().for_each(report);
    html
}

struct Outside<'o> {
    surroundings: &'o Surroundings,
    engine: &'o Engine<'o>,
    page: &'o Head,
    failures: RefCell<Vec<Diagnostic>>,
}

impl markdown::Surroundings for Outside<'_> {
    fn link(&self, raw: &str) -> Option<markdown::Link> {
        let href = self.surroundings.links.get(raw)?;
        Some(markdown::Link { href: href.url.clone(), external: href.external, title: None })
    }

    fn image(&self, raw: &str) -> Option<markdown::Image> {
        let picture = self.surroundings.pictures.get(raw)?;
        let root = &self.surroundings.root;
        let srcset = |candidates: &[Candidate]| {
            let each = candidates.iter().map(|c| format!("{root}{} {}w", c.src, c.width));
            each.collect::<Vec<_>>().join(", ")
        };
        Some(markdown::Image {
            src: format!("{root}{}", picture.src),
            srcset: srcset(&picture.sources),
            webp_srcset: srcset(&picture.webp),
            sizes: "(min-width: 46em) 42em, 100vw".into(),
            width: picture.width,
            height: picture.height,
        })
    }

    fn directive(&self, directive: &Directive, inner: Option<&str>, out: &mut String) {
        let template = format!("shortcodes/{}.html", directive.name);
        if !self.engine.has(&template) {
            // Unknown names were reported when the text was read; its content is kept.
            out.push_str(inner.unwrap_or_default());
            return;
        }
        let view = self.shortcode(directive);
        match self.engine.render(&template, &view, &[("inner", inner.unwrap_or_default())]) {
            Ok(html) => out.push_str(&String::from_utf8_lossy(&html)),
            Err(failure) => self.failures.borrow_mut().push(failure.diagnostic(&self.page.url)),
        }
    }
}

/// What a shortcode's template sees, with `site` and `inner`.
#[derive(Serialize)]
struct Shortcode<'s> {
    page: &'s Head,
    name: &'s str,
    label: &'s str,
    attributes: BTreeMap<&'s str, &'s str>,
    index: usize,
    picture: Option<&'s Picture>,
    media: Option<&'s Audio>,
    file: Option<&'s Attachment>,
    card: Option<&'s CardRef>,
    cards: &'s [CardRef],
    pictures: &'s [Picture],
}

impl Outside<'_> {
    fn shortcode<'s>(&'s self, directive: &'s Directive) -> Shortcode<'s> {
        let surroundings = self.surroundings;
        let src = directive.attribute("src").unwrap_or_default();
        let picture = directive.attribute("poster").unwrap_or(src);
        let query = directive.attributes.iter().map(|(key, value)| format!("{key}={value}"));
        let query = query.collect::<Vec<_>>().join(" ");
        Shortcode {
            page: self.page,
            name: &directive.name,
            label: directive.label.as_deref().unwrap_or_default(),
            attributes: directive.attributes.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect(),
            index: directive.index,
            picture: surroundings.pictures.get(picture),
            media: surroundings.media.get(src),
            file: surroundings.files.get(src),
            card: directive.attribute("to").and_then(|to| surroundings.cards.get(to)),
            cards: surroundings.lists.get(&query).map_or(&[], Vec::as_slice),
            pictures: surroundings.galleries.get(&directive.index).map_or(&[], Vec::as_slice),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn queries_come_apart_again() {
        assert_eq!(super::split_query("tag=亲子 活动 limit=3"), [("tag", "亲子 活动"), ("limit", "3")]);
        assert_eq!(super::split_query(""), []);
    }
}
