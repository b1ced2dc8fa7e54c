//! Levels of headings that are skipped. The page: `heading_skipped.md`.

use super::Of;
use crate::{
    diagnostics::{Code, Diagnostic, Place},
    msg,
};

/// Looks at the headings in their order. The page's title is the first level.
pub(super) fn check(of: &Of<'_>, problems: &mut Vec<Diagnostic>) {
    let mut above = 1;
    for heading in &of.item.body.scan.headings {
        if heading.level > above + 1 {
            let right = "#".repeat(usize::from(above) + 1);
            let (text, level) = (&heading.text, "#".repeat(usize::from(heading.level)));
            problems.push(
                Diagnostic::new(
                    Code::HeadingSkipped,
                    Place::text(&of.item.path, heading.span),
                    msg!(
                        "小标题跳了级：{level} 前面没有 {right}",
                        "a level of headings is skipped: {level} without {right} above"
                    ),
                )
                .help(msg!("写成：{right} {text}", "write: {right} {text}")),
            );
        }
        above = heading.level;
    }
}
