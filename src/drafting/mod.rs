//! Drafts of editions: what a period has to tell, each with its reason, written as a file that
//! editors amend. Drafting again never changes a line of theirs.

mod file;
mod merge;
mod select;
mod words;

use crate::{
    base::{lang::Message, nearest::nearest, path::SitePath},
    edition::{Edition, Fact, Period, Sent, changes, taken_path},
    msg,
    plan::Plan,
    source::Files,
};
use select::{Selected, Selector};

/// What a draft writes.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The edition's file.
    pub path: SitePath,
    /// Its bytes before, where it was there.
    pub old: Option<Vec<u8>>,
    /// Its text.
    pub text: String,
    /// Where it is noted what its items said.
    pub taken: SitePath,
    /// The bytes of that file before, where it was there.
    pub taken_old: Option<Vec<u8>>,
    /// Its text.
    pub taken_text: String,
    /// How many items were added, as lines or as comments.
    pub added: usize,
    /// Items that changed since they were taken, by title.
    pub changed: Vec<String>,
}

/// Drafts the edition of a digest for a period, or the one that comes next.
///
/// # Errors
/// When there is no such digest, the period is not one of it, or the edition was sent already.
pub fn draft(plan: &Plan<'_>, files: &dyn Files, name: &str, period: Option<Period>) -> Result<Draft, Message> {
    let known = || plan.digests.iter().map(|digest| digest.id.as_str());
    let Some(digest) = plan.digests.iter().position(|digest| digest.id == name) else {
        let near = nearest(name, known(), 3);
        let shown = if near.is_empty() { known().collect::<Vec<_>>() } else { near }.join(", ");
        return Err(match shown.as_str() {
            "" => msg!(
                "网站还没有简报：先写 content/digests/{name}.md",
                "the site has no digest: write content/digests/{name}.md"
            ),
            _ => msg!("没有简报“{name}”，可以写：{shown}", "there is no digest `{name}`, write one of: {shown}"),
        });
    };
    let cadence = plan.digests[digest].cadence;
    let period = period.unwrap_or_else(|| Period::to_draft(cadence, plan.catalogue.now.date()));
    if !period.is_of(cadence) {
        let meant = Period::to_draft(cadence, plan.catalogue.now.date());
        return Err(msg!(
            "{period} 不是“{name}”的一期，例如 {meant}",
            "{period} is no period of `{name}`; one is {meant}"
        ));
    }
    let selected = Selector::new(plan, digest, period).select();
    written(plan, files, digest, period, selected)
}

/// Drafts a short letter about one item, for those whose last letter told of it.
///
/// # Errors
/// When there is no such item, or no letter told of it.
pub fn about(plan: &Plan<'_>, files: &dyn Files, name: &str, reference: &str) -> Result<Draft, Message> {
    let reference = reference.trim_start_matches('@').trim_end_matches('/');
    let item = (0..plan.catalogue.items.len()).find(|i| plan.reference(*i) == reference).ok_or_else(|| {
        msg!(
            "没有“{reference}”这一项；写成“文件夹/编号”，例如 courses/some-id",
            "there is no item `{reference}`; write its folder and its id: courses/some-id"
        )
    })?;
    let carried = |at: &usize| plan.sent[*at].as_ref().is_some_and(|sent| sent.fact(reference).is_some());
    let date = |at: &usize| plan.catalogue.items[plan.editions[*at].item].date;
    let last = (0..plan.editions.len()).filter(carried).max_by_key(date).ok_or_else(|| {
        msg!(
            "没有哪一期发出的简报登过“{reference}”，没有人要通知",
            "no edition that was sent told of `{reference}`: nobody is to be told"
        )
    })?;
    let own = plan.digests.iter().position(|digest| digest.id == name);
    let digest = own.unwrap_or(plan.editions[last].digest);
    let period = Period::Day(plan.catalogue.now.date());
    let selected = Selector::new(plan, digest, period).about(item, last, own.is_none());
    written(plan, files, digest, period, selected)
}

fn written(
    plan: &Plan<'_>,
    files: &dyn Files,
    digest: usize,
    period: Period,
    selected: Selected,
) -> Result<Draft, Message> {
    let id = format!("{}/{period}", plan.digests[digest].id);
    let (Ok(path), Some(taken)) = (SitePath::new(&format!("content/editions/{id}.md")), taken_path(&id)) else {
        return Err(msg!("“{id}”不能作文件名", "`{id}` cannot be the name of a file"));
    };
    let (old, taken_old) = (files.read(&path).ok(), files.read(&taken).ok());
    let earlier = plan.edition_by_id(&id);
    if earlier.is_some_and(|at| plan.sent[at].is_some()) {
        return Err(msg!(
            "{id} 已经发出，不再起草；更正用 pbsite digest correct {id}",
            "{id} was sent and is not drafted again; correct it with `pbsite digest correct {id}`"
        ));
    }
    let before =
        taken_old.as_ref().and_then(|_| files.text(&taken)).and_then(|text| Sent::read(&taken, &text, &mut Vec::new()));
    let (text, added) = match (&old, earlier) {
        (Some(_), Some(at)) => {
            let text = files.text(&path).unwrap_or_default();
            merge::merged(plan, at, &text, before.as_ref(), &selected)
        }
        (Some(_), None) => {
            return Err(msg!(
                "{path} 有错误，先改好再起草：运行 pbsite check",
                "{path} has errors: mend it first, run `pbsite check`"
            ));
        }
        (None, _) => (file::text(plan, digest, period, &selected), selected.items().count()),
    };
    let changed = before.as_ref().map_or_else(Vec::new, |before| changed(plan, before));
    let taken_text = taken_now(plan, &id, period, earlier.map(|at| &plan.editions[at]), &selected).write();
    Ok(Draft { path, old, text, taken, taken_old, taken_text, added, changed })
}

/// Items that say something else than when they were taken.
fn changed(plan: &Plan<'_>, before: &Sent) -> Vec<String> {
    let told = before.items.iter().filter(|fact| !changes(fact, plan.fact_again(fact).as_ref()).is_empty());
    told.map(|fact| fact.title.clone()).collect()
}

/// What the items of an edition say now: those that it holds, and those that were offered.
fn taken_now(plan: &Plan<'_>, id: &str, period: Period, edition: Option<&Edition>, selected: &Selected) -> Sent {
    let days = (period.first(), period.last());
    let held = edition.into_iter().flat_map(|edition| edition.entries().filter_map(|entry| entry.item));
    let items: std::collections::BTreeSet<usize> = held.chain(selected.items()).collect();
    let mut facts: Vec<Fact> = items.into_iter().filter_map(|i| plan.fact(i, days)).collect();
    facts.sort_by(|a, b| a.id.cmp(&b.id));
    Sent { edition: id.to_owned(), revision: 1, items: facts, ..Sent::default() }
}
