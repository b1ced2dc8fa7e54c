//! Lists that somebody asks for: a text with `::list`, a theme in `theme.yaml`.

use super::{ListOf, Plan};
use crate::theme::ListQuery;

/// What `::list` asks for: a list, and how many of it. Unknown words mean the whole site.
pub fn shortcode_list(plan: &Plan<'_>, attribute: impl Fn(&str) -> Option<String>, lang: usize) -> (Vec<usize>, usize) {
    let catalogue = plan.catalogue;
    let limit = attribute("limit").and_then(|text| text.parse().ok()).unwrap_or(5_usize).clamp(1, 100);
    let language = &catalogue.settings.languages[lang];
    let lists = &plan.lists[lang];
    let find = |folder: &str, id: &str| catalogue.find(catalogue.kinds.by_folder(folder)?, id, language);
    let mut items = match attribute("kind").and_then(|kind| catalogue.kinds.by_folder(&kind)) {
        Some(kind) => lists.kinds[kind].clone(),
        None => lists.stream(catalogue),
    };
    if let Some(id) = attribute("column") {
        let column = catalogue.settings.columns.iter().position(|column| column.id == id);
        items.retain(|i| column.is_some() && catalogue.items[*i].column == column);
    }
    if let Some(word) = attribute("tag") {
        let slug = catalogue.slug_of(&word);
        let terms: Vec<&Vec<usize>> = lists.terms.iter().filter_map(|terms| Some(&terms.get(slug)?.items)).collect();
        items.retain(|i| terms.iter().any(|list| list.contains(i)));
    }
    if let Some(series) = attribute("series") {
        let parts = find("series", &series).and_then(|series| lists.series.get(&series));
        items = parts.cloned().unwrap_or_default();
    }
    if let Some(programme) = attribute("programme") {
        let members = find("programmes", &programme).and_then(|programme| lists.programmes.get(&programme));
        items.retain(|i| members.is_some_and(|members| members.contains(i)));
    }
    (items, limit)
}

/// The items of a list that a theme asked for.
pub(super) fn theme_list(plan: &Plan<'_>, query: &ListQuery, lang: usize, column: Option<usize>) -> Vec<usize> {
    let list = match (query.column.as_str(), column) {
        ("", _) | ("same", None) => plan.catalogue.kinds.by_name(&query.kind).map(ListOf::Kind),
        ("same", Some(column)) => Some(ListOf::Column(column)),
        (id, _) => plan.catalogue.settings.columns.iter().position(|column| column.id == id).map(ListOf::Column),
    };
    let mut items = list.map_or(Vec::new(), |list| plan.items_of(&list, lang));
    if query.by_title {
        items.sort_by(|a, b| plan.catalogue.items[*a].title.cmp(&plan.catalogue.items[*b].title).then(a.cmp(b)));
    } else {
        items.sort_unstable();
    }
    items
}
