//! Addresses of the published site that this one has not. The page: `vanished_address.md`.

use std::collections::BTreeSet;

use crate::{
    base::nearest::nearest,
    diagnostics::{Code, Diagnostic, Place},
    msg,
    plan::Plan,
};

/// Reports what readers may have kept and will not find. Feeds and further pages of a list go with
/// the list: they have no finding of their own.
pub(super) fn check(plan: &Plan<'_>, published: &[String], problems: &mut Vec<Diagnostic>) {
    let there: BTreeSet<&str> = plan.outputs.iter().map(|output| output.url.as_str()).collect();
    let gone: Vec<&str> = published.iter().map(String::as_str).filter(|address| !there.contains(address)).collect();
    for address in gone.iter().filter(|address| !follows(address, &gone) && !is_further_page(address)) {
        let (folder, pages) = (folder(address), there.iter().copied().filter(|url| url.ends_with('/')));
        let beside = pages.filter(|url| self::folder(url) == folder);
        let near = nearest(address, beside, 2).into_iter().map(|url| format!("/{url}")).collect::<Vec<_>>().join(", ");
        let (zh, en) = match near.as_str() {
            "" => Default::default(),
            near => (format!("（可能是 {near}）"), format!(" (perhaps {near})")),
        };
        problems.push(
            Diagnostic::new(
                Code::VanishedAddress,
                Place::Site,
                msg!("已发布的网址 /{address} 没有了", "the published address /{address} is gone"),
            )
            .help(msg!(
                "在新的那篇{zh}开头信息里加上：aliases: [/{address}]；本来就要撤下，写 withdrawn",
                "add to the item that replaces it{en}: aliases: [/{address}]; to take it back write `withdrawn`"
            )),
        );
    }
}

fn folder(address: &str) -> &str {
    address.trim_end_matches('/').rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `news/feed.xml`, where `news/` is gone too.
fn follows(address: &str, gone: &[&str]) -> bool {
    ["feed.xml", "feed.json", "podcast.xml"]
        .iter()
        .any(|feed| address.strip_suffix(feed).is_some_and(|page| gone.contains(&page)))
}

/// `news/page/2/`: lists grow and shrink, and nobody keeps the address of their second page.
fn is_further_page(address: &str) -> bool {
    let mut parts = address.trim_end_matches('/').rsplit('/');
    parts.next().is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit())) && parts.next() == Some("page")
}
