//! An edition as it stands in the site now: composed, checked against what is published, and
//! written down when it is frozen.

use std::{io::BufRead as _, path::Path, time::Duration};

use super::{
    super::{Exit, Shared, build::failed, clock},
    delivery::Post,
};
use crate::{
    base::lang::Message,
    digest::{frozen::Frozen, ledger::Ledger, letter::Edition as _, send},
    edition::{Corrected, Sent, frozen_path},
    letters::{self, Composed, Trouble},
    msg, output, site, source, store,
    web::{self, Answer, Manners, Reason, Web},
};

/// Composes an edition; says what is wrong with it.
pub(super) fn composed(post: &Post, shared: &Shared, edition: &str) -> Result<Composed, Exit> {
    let made = site::with_plan(&post.disk, &shared.options(), |plan, spool, _| {
        letters::compose(plan, spool, &post.disk, edition)
    });
    let (made, outcome) = made.map_err(|failure| failed(&post.console, &failure))?;
    if outcome.report.errors() > 0 {
        post.console.report(&outcome.report);
        return Err(Exit::Problems);
    }
    match made {
        Some(Ok(composed)) => Ok(composed),
        Some(Err(Trouble::NoEdition(message))) => post.or_fail(Err(message)),
        Some(Err(Trouble::Broken(problems))) => {
            let read = |path: &crate::base::path::SitePath| {
                let bytes = source::Files::read(&post.disk, path).ok()?;
                Some(source::decode(bytes.to_vec()).text)
            };
            post.console.report(&crate::diagnostics::Report::new(problems, read));
            Err(Exit::Problems)
        }
        None => Err(Exit::Failed),
    }
}

/// What git keeps of an edition that was frozen, if it was.
pub(super) fn frozen_note(post: &Post, edition: &str) -> Option<Sent> {
    let path = frozen_path(edition)?;
    let bytes = source::Files::read(&post.disk, &path).ok()?;
    Sent::read(&path, &source::decode(bytes.to_vec()).text, &mut Vec::new())
}

/// Writes down what was frozen, to be committed, with its corrections: those that stood there and
/// the one that is made now.
pub(super) fn write_note(
    post: &Post,
    composed: &Composed,
    ledger: &Ledger,
    frozen: &Frozen,
    correction: Option<Corrected>,
) -> Result<(), Exit> {
    let Some(path) = frozen_path(composed.id()) else { return Ok(()) };
    let mut sent = composed.sent().clone();
    sent.delivery = post.or_fail(send::note(ledger, frozen))?;
    sent.corrections = frozen_note(post, composed.id()).map(|note| note.corrections).unwrap_or_default();
    sent.corrections.extend(correction);
    let (file, text) = (post.root.join(path.as_str()), sent.write());
    let old = source::Files::read(&post.disk, &path).ok();
    let written = match old {
        Some(old) => source::rewrite(&file, &old, text.as_bytes()),
        None => source::write_new(&file, text.as_bytes()),
    };
    post.or_fail(written.map_err(|error| msg!("写不了 {path}：{error}", "cannot write {path}: {error}")))?;
    post.console.say(&msg!("已写入 {path}，请提交到 git", "{path} was written: commit it"));
    Ok(())
}

/// Fetches the edition's page and the letters' links: they must be there, and the page must be the
/// one that this site builds.
pub(super) fn live_check(post: &Post, shared: &Shared, composed: &Composed) -> Result<(), Exit> {
    let page = composed.page();
    let live = web::fetch(page, Duration::from_secs(20)).map_err(|reason| {
        let why = shown(&reason);
        msg!(
            "网上没有这一期的页面 {page}（{why}）。先发布网站，再发信；不想检查就加 --no-live-check",
            "the edition's page {page} is not there ({why}). Publish the site first; --no-live-check leaves this out"
        )
    });
    let live = post.or_fail(live)?;
    if main_of(&live) != main_of(&built(post, shared, page)?) {
        return post.or_fail(Err(msg!(
            "网上的 {page} 和这里生成的不一样。请先发布现在的网站；不想检查就加 --no-live-check",
            "{page} is not what this site builds. Publish the site as it is now; --no-live-check leaves this out"
        )));
    }
    let manners = Manners { pause: Duration::from_millis(20), ..Manners::default() };
    let web = Web::new(manners, &store::Nothing, clock());
    let links: std::collections::BTreeSet<&str> =
        composed.letters().iter().flat_map(|letter| letter.links.iter().map(String::as_str)).collect();
    let dead: Vec<&str> = web
        .ask(links.into_iter())
        .into_iter()
        .filter(|(_, answer)| matches!(answer, Answer::Dead(_)))
        .map(|(address, _)| address)
        .collect();
    if dead.is_empty() {
        return Ok(());
    }
    let (count, list) = (dead.len(), dead.iter().take(5).copied().collect::<Vec<_>>().join("\n  "));
    post.or_fail(Err(msg!(
        "信里有 {count} 个链接打不开：\n  {list}",
        "{count} links of the letters are dead:\n  {list}"
    )))
}

fn shown(reason: &Reason) -> String {
    match reason {
        Reason::Status(status) => status.to_string(),
        Reason::NoHost => "no host".into(),
        Reason::Slow => "timeout".into(),
        Reason::Broken(words) => words.clone(),
    }
}

/// The page as this site builds it now.
fn built(post: &Post, shared: &Shared, page: &str) -> Result<Vec<u8>, Exit> {
    let memory = output::Memory::default();
    let outcome = site::build(&post.disk, &store::Nothing, memory.sink(), &shared.options());
    outcome.map_err(|failure| failed(&post.console, &failure))?;
    let base = post.settings.base_url.as_str();
    let path = format!("{}index.html", page.strip_prefix(base).unwrap_or(page));
    Ok(memory.get(&path).map(|bytes| bytes.to_vec()).unwrap_or_default())
}

/// What stands between `<main` and `</main>`: the rest of a page changes with other pages.
fn main_of(html: &[u8]) -> &[u8] {
    let start = memchr::memmem::find(html, b"<main");
    let end = memchr::memmem::rfind(html, b"</main>");
    match (start, end) {
        (Some(start), Some(end)) if start < end => &html[start..end],
        _ => html,
    }
}

/// Asks for the number of letters to be typed.
pub(super) fn typed(post: &Post, total: u64) -> Result<(), Exit> {
    post.console.insist(&msg!(
        "要发 {total} 封。请输入这个数字，再按回车：",
        "{total} letters will be sent. Type this number and press Enter:"
    ));
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    if read.is_ok() && line.trim() == total.to_string() { Ok(()) } else { post.or_fail(Err(refused(total))) }
}

/// The refusal of another number.
pub(super) fn refused(total: u64) -> Message {
    msg!(
        "没有确认，什么也没发。要发就输入 {total}，或加上 --yes {total}",
        "not confirmed, nothing was sent. Type {total}, or add --yes {total}"
    )
}

/// Where the letters of a dry run go: beside the ledger, outside the site.
pub(super) fn dry_folder(folder: &Path, edition: &str) -> std::path::PathBuf {
    folder.join("letters").join(edition.replace('/', "-"))
}
