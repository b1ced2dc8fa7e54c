//! Texts that are a picture. The page: `pictures_only.md`.

use super::Of;
use crate::{
    diagnostics::{Code, Diagnostic, Severity},
    document::markdown::Role,
    model::Behaviour,
    msg,
};

/// Fewer characters than this do not say when, where and for whom.
const FEWEST: u32 = 15;

/// Looks at texts with pictures and hardly a word. What announces something must be readable: an
/// error in columns of notices, and for whatever takes place.
pub(super) fn check(of: &Of<'_>, problems: &mut Vec<Diagnostic>) {
    let scan = &of.item.body.scan;
    let mut pictures = scan.references.iter().filter(|reference| reference.role == Role::Image);
    let Some(first) = pictures.next() else { return };
    if scan.prose >= FEWEST || !of.is_meant_for_readers() || of.catalogue.behaviour(of.index) == Behaviour::Page {
        return;
    }
    let announces = of.column_type() == "notices" || of.item.schedule.is_some();
    let severity = if announces { Severity::Error } else { Severity::Warning };
    let place = crate::diagnostics::Place::text(&of.item.path, first.span);
    let message = msg!("正文只有图片，没有文字", "the text has pictures only, hardly a word");
    let help = msg!(
        "在图片下面写明时间、地点、对象和报名方法，例如：10月18日（周日）14:00，一楼大厅，电话报名",
        "write when, where, for whom and how to sign up below it, for example: Sunday 18 October, 14:00, ground floor, by telephone"
    );
    problems.push(Diagnostic { severity, ..Diagnostic::new(Code::PicturesOnly, place, message).help(help) });
}
