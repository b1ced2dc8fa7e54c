//! The constants of the site in each language.

use std::collections::BTreeMap;

use super::{
    ListOf, Plan,
    cards::column_link,
    views::{Constants, FeedLink, FeedRef, Link, OwnerView},
};
use crate::{
    base::lang::Lang,
    catalogue::{Target, resolve_setting},
    config::Settings,
    diagnostics::{Code, Diagnostic, Place},
    fields::{At, Origin},
    model::Behaviour,
    msg,
    theme::Theme,
};

/// Nothing but what the site itself serves runs or loads; no inline script or style is needed.
const CSP: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; \
     font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'";

/// Constants of every language.
pub(super) fn all(plan: &Plan<'_>, problems: &mut Vec<Diagnostic>) -> Vec<Constants> {
    let options = options(plan, problems);
    check_home(plan, problems);
    (0..plan.catalogue.settings.languages.len()).map(|lang| constants(plan, lang, &options, problems)).collect()
}

fn constants(
    plan: &Plan<'_>,
    index: usize,
    options: &BTreeMap<String, String>,
    problems: &mut Vec<Diagnostic>,
) -> Constants {
    let settings = &plan.catalogue.settings;
    let lang = &settings.languages[index];
    let home = plan.catalogue.addresses.home(lang).to_owned();
    let has = |name: &str| plan.catalogue.files.iter().any(|p| p.as_str() == format!("content/root/{name}"));
    let icon = ["favicon.svg", "favicon.png", "favicon.ico"].into_iter().find(|name| has(name)).unwrap_or_default();
    let assets = plan.theme.assets.iter().map(|(path, bytes)| (path.clone(), Theme::asset_address(path, bytes)));
    let languages = settings.languages.iter().map(|other| Link {
        title: own_name(other),
        url: plan.catalogue.addresses.home(other).to_owned(),
        external: false,
    });
    Constants {
        name: settings.name.get(lang),
        description: settings.description.get(lang),
        lang: lang.to_string(),
        base_url: settings.base_url.join(&home),
        preview: settings.preview.clone(),
        owner: OwnerView {
            name: settings.owner.name.get(lang),
            address: settings.owner.address.get(lang),
            telephone: settings.owner.telephone.clone(),
            email: settings.owner.email.clone(),
        },
        icp: settings.filing.icp.clone(),
        public_security: settings.filing.public_security.clone(),
        identification_code: if settings.gov { settings.identification_code.clone() } else { String::new() },
        navigation: navigation(plan, lang, problems),
        columns: (0..settings.columns.len()).map(|column| column_link(plan.catalogue, lang, column)).collect(),
        indexes: indexes(plan, index),
        feeds: feeds(plan, &ListOf::Site, index, &settings.name.get(lang)),
        languages: if settings.languages.len() > 1 { languages.collect() } else { Vec::new() },
        footer_note: settings.footer_note.get(lang),
        words: plan.theme.words(lang),
        options: options.clone(),
        assets: assets.collect(),
        csp: CSP.into(),
        generator: format!("pbsite {}", env!("CARGO_PKG_VERSION")),
        manifest: format!("{home}manifest.webmanifest"),
        icon: icon.into(),
        home,
    }
}

/// What a language calls itself.
pub(super) fn own_name(lang: &Lang) -> String {
    match lang.as_str() {
        "zh-Hans" => "简体中文".into(),
        "zh-Hant" => "繁體中文".into(),
        "en" => "English".into(),
        tag => tag.into(),
    }
}

/// The feeds of a list.
pub(super) fn feeds(plan: &Plan<'_>, list: &ListOf, lang: usize, title: &str) -> Vec<FeedRef> {
    if !plan.catalogue.settings.outputs.feeds {
        return Vec::new();
    }
    let url = plan.address_of(list, lang);
    let feed = |name: &str, media_type, label: &str| {
        FeedRef::new(&FeedLink { title: format!("{title}（{label}）"), url: format!("{url}{name}"), media_type })
    };
    let mut feeds =
        vec![feed("feed.xml", "application/atom+xml", "Atom"), feed("feed.json", "application/feed+json", "JSON")];
    if plan.podcast_address(list, lang).is_some() {
        feeds.push(feed("podcast.xml", "application/rss+xml", "Podcast"));
    }
    feeds
}

fn navigation(plan: &Plan<'_>, lang: &Lang, problems: &mut Vec<Diagnostic>) -> Vec<Link> {
    let catalogue = plan.catalogue;
    let origin = Origin::text(Settings::file());
    let mut links = Vec::new();
    for entry in &catalogue.settings.navigation {
        let place = origin.place(entry.at);
        let (title, url, external) = match resolve_setting(catalogue, &entry.to, &place, problems) {
            Target::Item(i, _) => {
                let own = catalogue.find(catalogue.items[i].kind, &catalogue.items[i].id, lang).unwrap_or(i);
                if !catalogue.has_page(own) {
                    continue;
                }
                (catalogue.items[own].title.clone(), catalogue.addresses.item(own).to_owned(), false)
            }
            Target::Column(column) => {
                let link = column_link(catalogue, lang, column);
                (link.title, link.url, false)
            }
            Target::Kind(kind) => {
                let spec = catalogue.kinds.get(kind);
                (index_title(plan, kind, lang), catalogue.addresses.kind(lang, &spec.route), false)
            }
            Target::Address(address) => (String::new(), address, false),
            Target::External(url) => (url.clone(), url, true),
            _ => continue,
        };
        let label = entry.label.get(lang);
        links.push(Link { title: if label.is_empty() { title } else { label }, url, external });
    }
    links
}

/// The heading of a kind's list.
pub(super) fn index_title(plan: &Plan<'_>, kind: usize, lang: &Lang) -> String {
    plan.catalogue.kinds.get(kind).plural.get(lang)
}

fn indexes(plan: &Plan<'_>, index: usize) -> Vec<Link> {
    let catalogue = plan.catalogue;
    let lang = &catalogue.settings.languages[index];
    let mut links = Vec::new();
    for (kind, spec) in catalogue.kinds.iter() {
        let listed = !plan.lists[index].kinds[kind].is_empty();
        if listed && !matches!(spec.behaviour, Behaviour::Article | Behaviour::Page | Behaviour::Digest) {
            let url = catalogue.addresses.kind(lang, &spec.route);
            links.push(Link { title: index_title(plan, kind, lang), url, external: false });
        }
    }
    for taxonomy in &catalogue.settings.taxonomies {
        let url = catalogue.addresses.taxonomy(lang, &taxonomy.id);
        links.push(Link { title: taxonomy.title.get(lang), url, external: false });
    }
    links
}

/// The theme's options with the site's choices; wrong ones are reported.
fn options(plan: &Plan<'_>, problems: &mut Vec<Diagnostic>) -> BTreeMap<String, String> {
    let known = &plan.theme.manifest.options;
    let mut options: BTreeMap<String, String> =
        known.iter().map(|(name, choice)| (name.clone(), choice.default.clone())).collect();
    let origin = Origin::text(Settings::file());
    for (name, value, at) in &plan.catalogue.settings.theme_options {
        match known.get(name) {
            Some(choice) if choice.values.is_empty() || choice.values.contains(value) => {
                options.insert(name.clone(), value.clone());
            }
            Some(choice) => {
                let all = choice.values.join(", ");
                problems.push(
                    Diagnostic::new(
                        Code::ThemeSetting,
                        origin.place(*at),
                        msg!("主题选项 {name} 不能是“{value}”", "theme option `{name}` cannot be `{value}`"),
                    )
                    .help(msg!("可以写：{all}", "write one of: {all}")),
                );
            }
            None => {
                let all = known.keys().cloned().collect::<Vec<_>>().join(", ");
                problems.push(
                    Diagnostic::new(
                        Code::ThemeSetting,
                        origin.place(*at),
                        msg!("主题没有选项“{name}”", "the theme has no option `{name}`"),
                    )
                    .help(msg!("可以写：{all}", "write one of: {all}")),
                );
            }
        }
    }
    options
}

/// Blocks that the home page may have besides the names of kinds.
pub(super) const BLOCKS: [&str; 6] = ["lead", "coming", "columns", "programmes", "series", "subscribe"];

fn check_home(plan: &Plan<'_>, problems: &mut Vec<Diagnostic>) {
    let origin = Origin::text(Settings::file());
    for (name, at) in &plan.catalogue.settings.home {
        let known = BLOCKS.contains(&name.as_str()) || plan.catalogue.kinds.by_folder(name).is_some();
        if !known {
            let declared = plan.catalogue.settings.kinds.iter().map(|kind| kind.folder.as_str());
            let all = BLOCKS.into_iter().chain(declared).collect::<Vec<_>>().join(", ");
            let place = at.map_or(Place::Site, |at: At| origin.place(at));
            problems.push(
                Diagnostic::new(
                    Code::BadSetting,
                    place,
                    msg!("首页没有区块“{name}”", "the home page has no block `{name}`"),
                )
                .help(msg!("可以写：{all}", "write one of: {all}")),
            );
        }
    }
}
