//! Pictures that nothing uses. The page: `unused_image.md`.

use std::collections::BTreeSet;

use crate::{
    base::path::SitePath,
    catalogue::Target,
    diagnostics::{Code, Diagnostic, Place},
    msg,
    plan::{Plan, is_picture},
};

/// Looks at pictures below `content/`. What a draft or an old article uses is used.
pub(super) fn check(plan: &Plan<'_>, problems: &mut Vec<Diagnostic>) {
    let links = plan.resolved.items.iter().flat_map(|links| &links.raw);
    let used: BTreeSet<&SitePath> = links
        .filter_map(|(_, target)| match target {
            Target::Media(path) => Some(path),
            _ => None,
        })
        .collect();
    let apart = ["content/root/", "content/data/", "content/_templates/"];
    let own = |path: &&SitePath| is_picture(path) && !apart.iter().any(|folder| path.as_str().starts_with(folder));
    for path in plan.catalogue.files.iter().filter(own).filter(|path| !used.contains(path)) {
        problems.push(
            Diagnostic::new(
                Code::UnusedImage,
                Place::File(path.clone()),
                msg!("没有文章用到这张图片", "nothing uses this picture"),
            )
            .help(msg!(
                "删掉它，或者看看文中的文件名有没有写错",
                "delete it, or see whether its name is misspelt in a text"
            )),
        );
    }
}
