//! Half-width punctuation between Chinese characters. The page: `half_width_punctuation.md`.

use super::text::Text;
use crate::{base::text::is_han, diagnostics::Code, msg};

/// One finding for each paragraph: who writes half-width marks does so all along.
pub(super) fn check(text: &mut Text<'_>) {
    let words = text.words;
    let mut start = 0;
    for block in words.split(crate::document::markdown::END) {
        let found: Vec<usize> =
            block.match_indices(MARKS).filter(|(at, _)| is_between(block, *at)).map(|(at, _)| at).collect();
        if let Some(&first) = found.first() {
            let wrong = &block[first..first + 1];
            let right = full_width(wrong);
            let count = found.len();
            let message = match count {
                1 => msg!("中文里用了半角的“{wrong}”", "a half-width `{wrong}` between Chinese characters"),
                _ => msg!(
                    "中文里用了半角的“{wrong}”，这一段共有 {count} 处",
                    "a half-width `{wrong}` between Chinese characters, {count} such marks in this paragraph"
                ),
            };
            let before = block[..first].chars().next_back().unwrap_or(' ');
            let help = msg!("写成：{before}{right}", "write: {before}{right}");
            text.report(Code::HalfWidthPunctuation, start + first..start + first + 1, message, help);
        }
        start += block.len() + 1;
    }
}

const MARKS: [char; 7] = [',', ';', ':', '?', '!', '(', ')'];

fn full_width(mark: &str) -> &str {
    match mark {
        "," => "，",
        ";" => "；",
        ":" => "：",
        "?" => "？",
        "!" => "！",
        "(" => "（",
        _ => "）",
    }
}

/// A mark belongs to a Chinese text if Chinese stands on both sides; a bracket, if Chinese stands
/// outside and inside it. One space behind the mark is looked through.
fn is_between(block: &str, at: usize) -> bool {
    let before = block[..at].chars().next_back();
    let rest = &block[at + 1..];
    let after = rest.strip_prefix(' ').unwrap_or(rest).chars().next();
    match &block[at..at + 1] {
        "(" => before.is_some_and(is_chinese) && after.is_some_and(is_han),
        // Its partner is found at the other end, unless that one is full-width.
        ")" => before.is_some_and(is_han) && unmatched(block, at),
        // At the end of a paragraph a mark closes a Chinese sentence too.
        "?" | "!" => before.is_some_and(is_chinese) && after.is_none_or(is_chinese),
        _ => before.is_some_and(is_chinese) && after.is_some_and(is_chinese),
    }
}

/// Bytes between the two brackets of what is still a remark.
const LONGEST: usize = 1000;

/// `（好)`: the bracket that opens is full-width.
fn unmatched(block: &str, at: usize) -> bool {
    let near = &block[block.floor_char_boundary(at.saturating_sub(LONGEST))..at];
    let open = near.rfind(['(', '（']);
    open.is_some_and(|open| near[open..].starts_with('（') && !near[open..].contains('）'))
}

/// A Chinese character or a bracket that only Chinese has.
fn is_chinese(c: char) -> bool {
    is_han(c) || matches!(c, '》' | '《' | '」' | '「' | '）' | '（' | '】' | '【')
}

#[cfg(test)]
mod tests {
    use crate::checks::text::tests::check;

    #[test]
    fn between_chinese_only() {
        check("请带身份证,周六上午到;好!", &["PB2012 ,"]);
        check("请带身份证, 周六上午到", &["PB2012 ,"]);
        check("学习《办法》:第三条", &["PB2012 :"]);
        check("活动(免费)报名", &["PB2012 ("]);
        check("活动（免费)报名", &["PB2012 )"]);
        check("好吗?", &["PB2012 ?"]);
        check("甲,乙\u{1F}丙,丁", &["PB2012 ,", "PB2012 ,"]);
    }

    #[test]
    fn not_where_it_belongs() {
        check("上午9:30,下午14:00开始，比分3:2", &[]);
        check("党群服务中心(Party Centre)一楼，见GB/T 9704(2012)和表1(a)", &[]);
        check("他说Hello, world!然后走了，C++;好", &[]);
        check("邮箱:office@example.org，网址:https://example.org/", &[]);
        check("冒号“:”和逗号“,”要用全角", &[]);
        check("笑:)", &[]);
        check("甲,\u{1E}", &[]);
    }
}
