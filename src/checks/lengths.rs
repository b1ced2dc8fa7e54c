//! Titles and leads that are too long. The page: `lengths.md`.

use super::Of;
use crate::{
    diagnostics::{Code, Diagnostic},
    msg,
};

/// The most Chinese characters of a title: two lines on a phone; a messenger shows 64 at most.
const TITLE: usize = 50;

/// The most Chinese characters of a lead: what messengers take as a summary.
const LEAD: usize = 120;

/// Looks at the title and the lead.
pub(super) fn check(of: &Of<'_>, problems: &mut Vec<Diagnostic>) {
    let values = &of.item.values;
    for (field, most, zh, en) in [("title", TITLE, "标题", "title"), ("lead", LEAD, "推荐语", "lead")] {
        let length = length(values.text(field));
        if length > most {
            problems.push(
                Diagnostic::new(
                    Code::Lengths,
                    of.item.place(values.at(field)),
                    msg!(
                        "{zh}有 {length} 个字，最好不超过 {most} 个",
                        "the {en} takes the room of {length} Chinese characters, {most} are enough"
                    ),
                )
                .help(match field {
                    "title" => msg!(
                        "标题只说一件事，其余的写进推荐语（lead）",
                        "say one thing, the rest belongs into the lead"
                    ),
                    _ => msg!("留一两句，其余的写进正文", "keep one or two sentences, the rest belongs into the text"),
                }),
            );
        }
    }
}

/// Length in Chinese characters: what is half as wide counts as half.
fn length(text: &str) -> usize {
    // The shortest byte count that could be too long saves the look at every character.
    if text.len() <= TITLE {
        return 0;
    }
    let halves: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    halves.div_ceil(2)
}
