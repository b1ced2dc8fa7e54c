//! What stands in which list, per language: columns, kinds, terms, series, programmes. Only what
//! readers may see in lists is here.

use std::collections::BTreeMap;

use jiff::civil::DateTime;

use super::{Catalogue, FacetList, Resolved, TermList, facets::facets, terms::Terms};
use crate::{
    base::{date::When, lang::Lang},
    diagnostics::{Code, Diagnostic},
    model::{Behaviour, Item},
    msg,
};

/// The lists of one language. Indices are those of `Catalogue::items`, each list in the catalogue's
/// order (newest first), but for lists that people answer: there what closes soon stands first.
#[derive(Debug)]
pub struct Lists {
    /// The language.
    pub lang: Lang,
    /// Items of each kind.
    pub kinds: Vec<Vec<usize>>,
    /// The facets of each kind, in the order of its description.
    pub facets: Vec<Vec<FacetList>>,
    /// Articles of each column, pinned ones first.
    pub columns: Vec<Vec<usize>>,
    /// Terms of each taxonomy, by slug.
    pub terms: Vec<BTreeMap<String, TermList>>,
    /// Parts of each series (by the item of the series), by number.
    pub series: BTreeMap<usize, Vec<usize>>,
    /// What belongs to each programme (by its item).
    pub programmes: BTreeMap<usize, Vec<usize>>,
    /// What names each item in a field (by the item named), by kind: the activities of a station,
    /// the courses of a unit.
    pub named_by: BTreeMap<usize, BTreeMap<usize, Vec<usize>>>,
}

/// Kinds whose lists people answer: what is open and closes soon stands on top of them.
const ANSWERED: [&str; 4] = ["resource", "need", "wish", "opportunity"];

/// What is open and closes first, then what is open, then what nobody can answer any more.
fn urgency(catalogue: &Catalogue, i: usize) -> (u8, Option<DateTime>) {
    let Some(state) = &catalogue.items[i].state else { return (1, None) };
    let open = matches!(state.state.as_str(), "" | "open" | "few");
    match state.deadline.map(When::end) {
        Some(end) if open && end > catalogue.now => (0, Some(end)),
        None if open => (1, None),
        _ => (2, None),
    }
}

impl Lists {
    /// Lists of every language. Two words on one slug, and two parts of a series on one number,
    /// are reported.
    pub fn all(catalogue: &Catalogue, resolved: &Resolved, problems: &mut Vec<Diagnostic>) -> Vec<Self> {
        let languages = catalogue.settings.languages.iter();
        languages.map(|lang| Self::new(catalogue, resolved, lang, problems)).collect()
    }

    fn new(catalogue: &Catalogue, resolved: &Resolved, lang: &Lang, problems: &mut Vec<Diagnostic>) -> Self {
        let settings = &catalogue.settings;
        let mut lists = Self {
            lang: lang.clone(),
            kinds: vec![Vec::new(); catalogue.kinds.iter().count()],
            facets: Vec::new(),
            columns: vec![Vec::new(); settings.columns.len()],
            terms: Vec::new(),
            series: BTreeMap::new(),
            programmes: BTreeMap::new(),
            named_by: BTreeMap::new(),
        };
        let mut terms = Terms::new(settings);
        for (i, item) in catalogue.items.iter().enumerate() {
            if item.lang != *lang || !catalogue.listed(i) {
                continue;
            }
            lists.kinds[item.kind].push(i);
            if let Some(column) = item.column {
                lists.columns[column].push(i);
            }
            terms.add(catalogue, i, problems);
            let links = &resolved.items[i];
            for programme in &links.programmes {
                lists.programmes.entry(*programme).or_default().push(i);
            }
            for named in links.fields.iter().flat_map(|(_, items)| items) {
                let list = lists.named_by.entry(*named).or_default().entry(item.kind).or_default();
                // One item may name another in two fields.
                if *named != i && list.last() != Some(&i) {
                    list.push(i);
                }
            }
            if let Some(series) = links.series {
                lists.series.entry(series).or_default().push(i);
            }
        }
        lists.terms = terms.lists();
        for (kind, items) in lists.kinds.iter_mut().enumerate() {
            if ANSWERED.contains(&catalogue.kinds.get(kind).name.as_str()) {
                items.sort_by_key(|i| urgency(catalogue, *i));
            }
        }
        lists.facets = catalogue.kinds.iter().map(|(k, spec)| facets(catalogue, spec, &lists.kinds[k], lang)).collect();
        for column in &mut lists.columns {
            // A stable sort keeps newest first within both groups.
            column.sort_by_cached_key(|i| !catalogue.items[*i].values.boolean("pinned").unwrap_or(false));
        }
        lists.order_series(catalogue, problems);
        lists
    }

    /// The articles of all columns, newest first: what the home page and the site's feeds show.
    pub fn stream(&self, catalogue: &Catalogue) -> Vec<usize> {
        self.kinds[catalogue.kinds.of(Behaviour::Article)].clone()
    }

    fn order_series(&mut self, catalogue: &Catalogue, problems: &mut Vec<Diagnostic>) {
        for (series, parts) in &mut self.series {
            let number = |i: usize| catalogue.items[i].values.integer("number");
            if parts.iter().any(|part| number(*part).is_some()) {
                problems.extend(label_without_number(&catalogue.items[*series]));
            }
            // Parts without a number follow by date.
            parts.sort_by_key(|i| (number(*i).is_none(), number(*i), catalogue.items[*i].date, *i));
            for pair in parts.windows(2) {
                let (Some(a), Some(b)) = (number(pair[0]), number(pair[1])) else { continue };
                if a == b {
                    let (item, other) = (&catalogue.items[pair[1]], &catalogue.items[pair[0]].path);
                    problems.push(Diagnostic::new(
                        Code::DuplicateNumber,
                        item.place(item.values.at("number")),
                        msg!(
                            "系列里的第 {a} 号已经属于 {other}",
                            "number {a} of the series belongs to {other} already"
                        ),
                    ));
                }
            }
        }
    }
}

/// A `label` in which no number can stand would name every part alike.
fn label_without_number(series: &Item) -> Option<Diagnostic> {
    let (label, at) = (series.values.text("label"), series.values.at("label")?);
    if label.is_empty() || label.contains("{n}") {
        return None;
    }
    let with_number = match (label.find('{'), label.rfind('}')) {
        (Some(open), Some(close)) if open < close => format!("{}{{n}}{}", &label[..open], &label[close + 1..]),
        _ => match label.strip_prefix('第') {
            Some(rest) => format!("第{{n}}{rest}"),
            None => format!("{label} {{n}}"),
        },
    };
    let with_number = if with_number.starts_with('{') { format!("'{with_number}'") } else { with_number };
    let message = msg!(
        "“{label}”里没有 {{n}}，各篇的编号没有地方写",
        "`{label}` has no {{n}}: there is no place for the numbers of the parts"
    );
    let problem = Diagnostic::new(Code::WrongType, series.place(Some(at)), message);
    Some(problem.help(msg!("写成：label: {with_number}", "write: label: {with_number}")).replacement(with_number))
}
