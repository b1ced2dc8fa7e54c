//! Editions that are not sent yet against what their items say now: what changed since it was
//! taken, what is over when the letter arrives, what closes soon and is not in it.

use jiff::{ToSpan, civil::DateTime};

use crate::{
    base::{
        date::When,
        lang::{Message, Tongue},
    },
    diagnostics::{Code, Diagnostic},
    edition::{Change, Edition, Entry, Fact, What, changes, dates_in_words},
    model::{Item, Presence},
    msg,
    plan::Plan,
};

/// Days after an edition's date in which a deadline is near.
const NEAR: i32 = 14;
/// Titles that one line names.
const NAMED: usize = 5;

/// Looks at every edition that is approved and not sent. Drafts have time.
pub(super) fn approved(plan: &Plan<'_>, problems: &mut Vec<Diagnostic>) {
    let waiting = |at: &usize| {
        let edition = &plan.editions[*at];
        let over = When::day(edition.period.last()).end() <= plan.catalogue.now;
        !plan.catalogue.items[edition.item].draft && plan.sent[*at].is_none() && !over
    };
    (0..plan.editions.len()).filter(waiting).for_each(|at| look(plan, at, problems));
}

/// Looks at one edition, by its place in the plan.
pub fn look(plan: &Plan<'_>, at: usize, problems: &mut Vec<Diagnostic>) {
    let edition = &plan.editions[at];
    let own = &plan.catalogue.items[edition.item];
    let date = own.date.map_or(plan.catalogue.now, When::start);
    for entry in edition.entries() {
        let Some(i) = entry.item else { continue };
        problems.extend(changed(plan, at, own, entry, i));
        problems.extend(over(plan, own, entry, i, date));
    }
    problems.extend(left_out(plan, edition, own, date));
}

/// What an item said otherwise when it was taken.
fn changed(plan: &Plan<'_>, at: usize, own: &Item, entry: &Entry, i: usize) -> Option<Diagnostic> {
    let then = plan.taken[at].as_ref().and_then(|taken| taken.fact(&entry.reference));
    let seen = matches!(plan.catalogue.presence[i], Presence::Listed | Presence::Expired);
    let found = match then {
        Some(then) => changes(then, plan.fact_again(then).as_ref()),
        None if seen => Vec::new(),
        None => changes(&Fact::default(), None),
    };
    // What the box on top tells already is known.
    let told = |change: &&Change| {
        !plan.editions[at].changes.iter().any(|told| told.item == Some(i) && told.what == change.what)
    };
    let change = found.iter().find(told)?;
    let (title, Message { zh, en }) = (&plan.catalogue.items[i].title, in_words(change));
    let id = &plan.digests[plan.editions[at].digest].id;
    let message = msg!("“{title}”选进来以后{zh}", "`{title}` was {en} since it was chosen");
    let help = msg!(
        "改这一条，或删掉它；看过以后运行 pbsite digest draft {id}，就按现在的样子记下",
        "amend or drop it; once seen, `pbsite digest draft {id}` takes note of what it says now"
    );
    Some(Diagnostic::new(Code::ItemChanged, own.place(Some(entry.at)), message).help(help))
}

fn in_words(change: &Change) -> Message {
    let dated = !matches!(change.what, What::Place | What::Title);
    let said = |text: &str| match dated {
        true => (dates_in_words(text, Tongue::Zh), dates_in_words(text, Tongue::En)),
        false => (text.to_owned(), text.to_owned()),
    };
    let ((from, from_en), (to, to_en)) = (said(&change.from), said(&change.to));
    match change.what {
        What::Cancelled => msg!("取消了（原定{from}）", "cancelled (it was {from_en})"),
        What::Postponed => msg!("延期了（原定{from}）", "postponed (it was {from_en})"),
        What::Withdrawn => msg!("撤下了，读者打不开", "taken back: readers cannot open it"),
        What::Moved => msg!("改期了：{from}改为{to}", "moved from {from_en} to {to_en}"),
        What::Place => msg!("换了地点：{from}改为{to}", "moved from {from_en} to {to_en}"),
        What::Title => msg!("改了标题：{from}改为{to}", "renamed from {from_en} to {to_en}"),
    }
}

/// An item whose time is over when the letter arrives.
fn over(plan: &Plan<'_>, own: &Item, entry: &Entry, i: usize, date: DateTime) -> Option<Diagnostic> {
    let last = match entry.on {
        Some(on) => on.end(),
        None => plan.catalogue.calendar.of_item(i).map(|occasion| occasion.end()).max()?,
    };
    if last > date {
        return None;
    }
    let title = &plan.catalogue.items[i].title;
    let message = msg!("“{title}”在这一期的日期之前就结束了", "`{title}` is over before the date of the edition");
    let help = msg!("删掉这一条，或改这一期的 date", "drop it, or correct the edition's `date`");
    Some(Diagnostic::new(Code::ItemOver, own.place(Some(entry.at)), message).help(help))
}

/// What closes soon after the edition's date and does not stand in it.
fn left_out(plan: &Plan<'_>, edition: &Edition, own: &Item, date: DateTime) -> Option<Diagnostic> {
    if !edition.segments.is_empty() {
        return None;
    }
    let limit = date.checked_add(NEAR.days()).ok()?;
    let near = |i: &usize| {
        let item = &plan.catalogue.items[*i];
        let state = item.state.as_ref();
        let open =
            state.is_some_and(|state| matches!(&*state.state, "" | "open" | "few" | "planned" | "confirmed" | "moved"));
        let deadline = state.and_then(|state| state.deadline).map(When::end);
        open && deadline.is_some_and(|end| end > date && end <= limit)
            && item.lang == own.lang
            && plan.catalogue.listed(*i)
            && !edition.holds(*i)
            && !edition.left_out.contains(&plan.reference(*i))
    };
    let missing: Vec<usize> = (0..plan.catalogue.items.len()).filter(near).collect();
    let first = *missing.first()?;
    let titles: Vec<&str> = missing.iter().take(NAMED).map(|i| plan.catalogue.items[*i].title.as_str()).collect();
    let (count, titles, reference) = (missing.len(), titles.join("、"), plan.reference(first));
    let message = msg!(
        "有 {count} 项在这一期之后两周内截止，却没有登：{titles}",
        "{count} items close within two weeks of this edition and are not in it: {titles}"
    );
    let help = msg!(
        "登进去；有意不登的写进 left_out: [{reference}]",
        "add them, or say that it is on purpose: left_out: [{reference}]"
    );
    Some(Diagnostic::new(Code::DeadlineLeftOut, own.place(own.values.at("sections")), message).help(help))
}
