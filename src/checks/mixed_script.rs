//! Simplified and Traditional characters in one text. The page: `mixed_script.md`.

use super::text::{Glance, Text};
use crate::{
    base::script::{Script, script},
    diagnostics::Code,
    msg,
};

/// Characters that are named in a message.
const NAMED: usize = 6;

/// One finding for each text, at the first character of the script that it has less of.
pub(super) fn check(text: &mut Text<'_>, seen: &Glance) {
    let stray = if seen.traditional > seen.simplified { Script::Simplified } else { Script::Traditional };
    let found = strays(text.words, stray);
    let Some(&(at, first)) = found.first() else { return };
    let mut named: Vec<char> = Vec::new();
    for (_, c) in &found {
        if !named.contains(c) {
            named.push(*c);
        }
    }
    let more = if named.len() > NAMED { "…" } else { "" };
    let shown: String = named.iter().take(NAMED).collect();
    let (message, help) = match stray {
        Script::Traditional => (
            msg!("简体的文字里有繁体字：{shown}{more}", "Traditional characters in a Simplified text: {shown}{more}"),
            msg!(
                "改成简体字；书名或引文请放进书名号或引号",
                "write them in Simplified, or put quotation marks around a quotation"
            ),
        ),
        Script::Simplified => (
            msg!("繁体的文字里有简体字：{shown}{more}", "Simplified characters in a Traditional text: {shown}{more}"),
            msg!(
                "改成繁体字；书名或引文请放进书名号或引号",
                "write them in Traditional, or put quotation marks around a quotation"
            ),
        ),
    };
    text.report(Code::MixedScript, at..at + first.len_utf8(), message, help);
}

/// The characters of a script, without those that stand between quotation marks.
fn strays(words: &str, stray: Script) -> Vec<(usize, char)> {
    let mut found = Vec::new();
    let mut quoted: Vec<char> = Vec::new();
    for (at, c) in words.char_indices() {
        match c {
            '《' => quoted.push('》'),
            '“' => quoted.push('”'),
            '「' => quoted.push('」'),
            '『' => quoted.push('』'),
            // A mark that is never closed quotes nothing beyond its paragraph.
            crate::document::markdown::END => quoted.clear(),
            _ if quoted.last() == Some(&c) => {
                quoted.pop();
            }
            _ if quoted.is_empty() && script(c) == Some(stray) => found.push((at, c)),
            _ => {}
        }
    }
    // What looks like `織(zhì)` is damage, and told as such.
    found.retain(|(at, c)| super::damaged_text::pinyin(&words[at + c.len_utf8()..]).is_none());
    found
}

#[cfg(test)]
mod tests {
    use crate::checks::text::tests::{check, found};

    #[test]
    fn the_smaller_part_is_shown() {
        check("社区活動安排如下，请准时参加", &["PB2011 動"]);
        check("社區活動安排如下，請準時参加", &["PB2011 参"]);
        assert!(
            found("", &[], "关于報名、領導、組織、開會和時間、場地的通知发给个个单位，请参见说明，谢谢")[0]
                .contains("報領導組織開…")
        );
    }

    #[test]
    fn quotations_and_names_are_left_alone() {
        check("临摹《蘭亭集序》和“風調雨順”，报名请从速", &[]);
        check("王喆、李昇、陈堃和乾隆皇帝在后里，头发", &[]);
        check("社區活動安排如下，請準時參加，見「报名表」", &[]);
    }
}
