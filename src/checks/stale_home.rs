//! A home page without anything new. The page: `stale_home.md`.

use super::{days, newest};
use crate::{
    diagnostics::{Code, Diagnostic, Place},
    model::Behaviour,
    msg,
    plan::Plan,
};

/// What inspections of public sites allow.
const MOST: i32 = 14;

/// Looks at the newest article of the site.
pub(super) fn check(plan: &Plan<'_>, problems: &mut Vec<Diagnostic>) {
    let catalogue = plan.catalogue;
    let articles = (0..catalogue.items.len()).filter(|i| catalogue.behaviour(*i) == Behaviour::Article);
    let Some(last) = newest(catalogue, articles) else { return };
    let age = days(last, catalogue.now.date());
    if age > MOST {
        problems.push(
            Diagnostic::new(
                Code::StaleHome,
                Place::Site,
                msg!(
                    "首页已经 {age} 天没有新内容（最新一篇是 {last}），最多 {MOST} 天",
                    "nothing new on the home page for {age} days (the newest article is of {last}), it should be within {MOST}"
                ),
            )
            .help(msg!("发一篇新文章：pbsite new article 标题", "publish an article: pbsite new article TITLE")),
        );
    }
}
