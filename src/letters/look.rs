//! What can be said of composed letters: their size, their subject, their links, their colours,
//! whom they reach and how these leave.

use std::{collections::BTreeSet, io};

use super::{Composed, Readers, text::columns};
use crate::{
    base::lang::Message,
    diagnostics::{Code, Diagnostic, Place, Severity},
    digest::{
        letter::{Edition as _, Letter},
        mime::Signer,
        spam::{self, Verdict},
    },
    model::Item,
    msg,
    plan::Plan,
};

/// Bytes of HTML beyond which Gmail cuts a letter off.
pub(super) const GMAIL: usize = 102 * 1024;
/// Bytes of HTML that a letter must not pass, and should not.
const MOST: usize = 100 * 1024;
const MANY: usize = 90 * 1024;
/// Columns of a subject that a phone shows, and of what stands behind it.
const SUBJECT: usize = 60;
const PREHEADER: usize = 110;
/// The contrast that a text needs (WCAG 2.2, 1.4.3).
const CONTRAST: f64 = 4.5;
/// Points of SpamAssassin that a letter should stay below; five make most receivers sort it out.
const POINTS: f64 = 1.0;

/// What is known here of the sending, beyond the site.
#[derive(Debug, Default)]
pub struct Known<'k> {
    /// Whom the letters go to.
    pub readers: Option<&'k Readers>,
    /// Who signs them.
    pub signer: Option<&'k Signer>,
}

/// Looks at the letters of an edition.
pub fn look(plan: &Plan<'_>, composed: &Composed, known: &Known<'_>, problems: &mut Vec<Diagnostic>) {
    let Some(at) = plan.edition_by_id(composed.id()) else { return };
    let item = &plan.catalogue.items[plan.editions[at].item];
    lines(item, problems);
    for letter in composed.letters() {
        size(item, letter, problems);
        text(item, letter, problems);
        links(plan, item, composed.page(), letter, problems);
    }
    if let Some(letter) = composed.letters().first() {
        contrast(item, letter, problems);
    }
    let digest = &plan.catalogue.items[plan.digests[plan.editions[at].digest].item];
    leaving(digest, composed, problems);
    if let Some(readers) = known.readers {
        segments(digest, composed, readers, problems);
    }
    if let Some(signer) = known.signer {
        signature(digest, signer, problems);
    }
}

/// Asks SpamAssassin what it thinks of the letters of an edition.
///
/// # Errors
/// It is not installed or does not answer, or the letters cannot be made.
pub fn spam(plan: &Plan<'_>, composed: &Composed, problems: &mut Vec<Diagnostic>) -> Result<(), Message> {
    let Some(at) = plan.edition_by_id(composed.id()) else { return Ok(()) };
    let item = &plan.catalogue.items[plan.editions[at].item];
    for (letter, message) in composed.letters().iter().zip(spam::messages(composed)?) {
        let Verdict { score, rules } = spam::judge(&message).map_err(no_answer)?;
        if score < POINTS {
            continue;
        }
        let label = &letter.label;
        let message = msg!(
            "SpamAssassin 给“{label}”的邮件打了 {score} 分（应低于 {POINTS} 分）：{rules}",
            "SpamAssassin gives the letter for `{label}` {score} points (it should have less than {POINTS}): {rules}"
        );
        problems.push(Diagnostic::new(Code::LetterSpam, Place::File(item.path.clone()), message));
    }
    Ok(())
}

fn no_answer(error: io::Error) -> Message {
    match error.kind() {
        io::ErrorKind::NotFound => msg!(
            "没有安装 SpamAssassin。安装它（Debian：apt install spamassassin），或去掉 --spam",
            "SpamAssassin is not installed. Install it (Debian: apt install spamassassin), or leave out --spam"
        ),
        _ => msg!("SpamAssassin 没有给出分数：{error}", "SpamAssassin gave no score: {error}"),
    }
}

fn report(item: &Item, field: &str, code: Code, severity: Severity, message: crate::base::lang::Message) -> Diagnostic {
    let place = item.values.at(field).map_or_else(|| Place::File(item.path.clone()), |at| item.origin.place(at));
    Diagnostic { severity, ..Diagnostic::new(code, place, message) }
}

fn lines(item: &Item, problems: &mut Vec<Diagnostic>) {
    let (subject, preheader) = (item.values.text("subject"), item.values.text("preheader"));
    if columns(subject) > SUBJECT {
        let half = columns(subject).div_ceil(2);
        let message = msg!(
            "邮件标题有 {half} 个字宽，手机上只看得到前 30 个",
            "the subject is {half} characters wide; phones show 30"
        );
        let help =
            msg!("把最要紧的话放在前 15 个字里，其余删去", "put what matters most into the first 15, drop the rest");
        problems.push(report(item, "subject", Code::LetterLines, Severity::Warning, message).help(help));
    }
    if preheader.trim().is_empty() {
        let message = msg!("没有预览文字（preheader）", "there is no `preheader`");
        let help = msg!(
            "加上一行：preheader: 标题后面想让人先看到的一句",
            "add a line: preheader: what should be seen behind the subject"
        );
        problems.push(report(item, "preheader", Code::LetterLines, Severity::Warning, message).help(help));
    } else if columns(preheader) > PREHEADER {
        let half = columns(preheader).div_ceil(2);
        let message = msg!(
            "预览文字有 {half} 个字宽，多半只看得到前 50 个",
            "the preheader is {half} characters wide; few programs show more than 50"
        );
        let help = msg!("写成一句短话", "make it one short sentence");
        problems.push(report(item, "preheader", Code::LetterLines, Severity::Warning, message).help(help));
    }
}

fn size(item: &Item, letter: &Letter, problems: &mut Vec<Diagnostic>) {
    let severity = match letter.html.len() {
        bytes if bytes > MOST => Severity::Error,
        bytes if bytes > MANY => Severity::Warning,
        _ => return,
    };
    let (label, kilobytes) = (&letter.label, letter.html.len().div_ceil(1024));
    let message = msg!("给“{label}”的邮件有 {kilobytes} KB", "the letter for `{label}` has {kilobytes} KB");
    let help = msg!(
        "超过 102 KB 会被截断：减少条目，或缩短 note",
        "mail programs cut off what is beyond 102 KB: drop items or shorten notes"
    );
    problems.push(report(item, "sections", Code::LetterSize, severity, message).help(help));
}

/// Every title and address of the HTML must stand in the text too.
fn text(item: &Item, letter: &Letter, problems: &mut Vec<Diagnostic>) {
    let text: String = letter.text.split_whitespace().collect();
    let missing = letter.links.iter().find(|link| !text.contains(link.as_str()));
    if text.is_empty() || missing.is_some() {
        let (label, what) = (&letter.label, missing.map_or("", String::as_str));
        let message = msg!(
            "给“{label}”的邮件缺文字部分，或文字里少了 {what}",
            "the letter for `{label}` has no text part, or its text lacks {what}"
        );
        let help = msg!(
            "检查主题的 email/ 里 .txt 模板是否和 .html 写了同样的内容",
            "see that the theme's .txt template in email/ holds what its .html does"
        );
        problems.push(report(item, "template", Code::LetterText, Severity::Error, message).help(help));
    }
}

fn links(plan: &Plan<'_>, item: &Item, own: &str, letter: &Letter, problems: &mut Vec<Diagnostic>) {
    let base = plan.catalogue.settings.base_url.as_str();
    for link in letter.links.iter().filter(|link| *link != own) {
        let address = link[base.len()..].split(['#', '?']).next().unwrap_or_default();
        if !plan.has_address(address) {
            let message =
                msg!("邮件里的地址 {link} 不在门户上", "the letter links to {link}, which is not on the portal");
            let help = msg!("改正地址，或先发布那一页", "correct the address, or publish that page first");
            let problem = report(item, "sections", Code::LetterLink, Severity::Error, message).help(help);
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
}

/// One click to leave (RFC 8058) takes an endpoint with https.
fn leaving(digest: &Item, composed: &Composed, problems: &mut Vec<Diagnostic>) {
    let message = match composed.sender().endpoint.as_deref() {
        Some(endpoint) if endpoint.starts_with("https://") => return,
        Some(endpoint) => msg!(
            "订阅服务的网址 {endpoint} 不是 https，邮箱里不会出现“一键退订”",
            "the endpoint {endpoint} is not https: mail programs offer no leaving by one click"
        ),
        None => msg!(
            "没有订阅服务的网址（endpoint），读者只能写信退订，没有“一键退订”",
            "there is no `endpoint`: readers leave by mail only, not by one click"
        ),
    };
    let help = msg!(
        "架好 pbsite digest endpoint 以后，在 sender 里写：endpoint: https://example.org/letters",
        "run `pbsite digest endpoint`, and write into `sender`: endpoint: https://example.org/letters"
    );
    problems.push(report(digest, "sender", Code::LetterLeave, Severity::Warning, message).help(help));
}

/// Segments that nobody belongs to, and people who belong to none.
fn segments(digest: &Item, composed: &Composed, readers: &Readers, problems: &mut Vec<Diagnostic>) {
    let records = digest.values.records("segments");
    for ((segment, count), record) in composed.segments().iter().zip(&readers.segments).zip(records) {
        if *count == 0 {
            let label = &segment.label;
            let message = msg!("分组“{label}”一个收件人也没有", "nobody on the list belongs to the segment `{label}`");
            let help = msg!(
                "看一看名单的“单位类型”“街道”“主题”等列是否写了分组要的词：pbsite digest recipients",
                "see whether the columns of the list have the words that the segment asks for: pbsite digest recipients"
            );
            problems.push(Diagnostic::new(Code::SegmentEmpty, digest.origin.place(record.at), message).help(help));
        }
    }
    let outside = readers.outside;
    if outside > 0 {
        let message = msg!(
            "名单里有 {outside} 人不属于任何分组，收不到邮件",
            "{outside} people of the list belong to no segment and get no letter"
        );
        let help = msg!(
            "在 segments 最后加上：- {{id: everyone, label: 其他读者}}",
            "add at the end of `segments`: - {{id: everyone, label: Others}}"
        );
        problems.push(report(digest, "segments", Code::NoSegment, Severity::Warning, message).help(help));
    }
}

/// The DNS record in the settings must be that of the key that signs.
fn signature(digest: &Item, signer: &Signer, problems: &mut Vec<Diagnostic>) {
    let Some(sender) = digest.values.record("sender") else { return };
    let record = sender.text("dkim");
    if record.is_empty() || signer.matches(record) {
        return;
    }
    let message = msg!(
        "sender 里的 DKIM 记录不是 PBSITE_DKIM 那把私钥的：收信方会判签名无效",
        "the DKIM record in `sender` is not that of the key in PBSITE_DKIM: receivers will call the signature wrong"
    );
    let public = signer.public();
    let help = msg!(
        "换回对应的私钥；或者在 DNS 和这里都改成：dkim: 'v=DKIM1; p={public}'",
        "use the key that belongs to it; or write in DNS and here: dkim: 'v=DKIM1; p={public}'"
    );
    let place = sender.at("dkim").map_or_else(|| Place::File(digest.path.clone()), |at| digest.origin.place(at));
    problems.push(Diagnostic::new(Code::LetterSignature, place, message).help(help));
}

/// Colours as they come to stand upon each other.
fn contrast(item: &Item, letter: &Letter, problems: &mut Vec<Diagnostic>) {
    for (front, back) in pairs(&letter.html) {
        let (Some(a), Some(b)) = (luminance(&front), luminance(&back)) else { continue };
        let ratio = (a.max(b) + 0.05) / (a.min(b) + 0.05);
        if ratio < CONTRAST {
            let message = msg!(
                "邮件模板里 {front} 的字在 {back} 上看不清（对比度 {ratio:.1}）",
                "the template sets {front} on {back}, a contrast of {ratio:.1}"
            );
            let help = msg!(
                "在主题的 email/style.css 里改深或改浅，对比度要到 4.5",
                "change a colour in the theme's email/style.css; 4.5 is needed"
            );
            problems.push(report(item, "template", Code::LetterContrast, Severity::Warning, message).help(help));
        }
    }
}

/// Colours of texts with the colours under them, as the inlined styles say.
fn pairs(html: &str) -> BTreeSet<(String, String)> {
    const VOID: [&str; 6] = ["meta", "img", "br", "hr", "link", "input"];
    let mut found = BTreeSet::new();
    let mut open: Vec<(String, String, String, bool)> = vec![("".into(), "#000000".into(), "#ffffff".into(), false)];
    for piece in html.split('<').skip(1) {
        let Some((tag, text)) = piece.split_once('>') else { continue };
        let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        if tag.starts_with('/') {
            if let Some(at) = open.iter().rposition(|element| element.0 == name).filter(|at| *at > 0) {
                open.truncate(at);
            }
        } else if !tag.starts_with('!') && !name.is_empty() {
            let (_, front, back, hidden) = open.last().cloned().unwrap_or_default();
            let front = declared(tag, "color").unwrap_or(front);
            let back = declared(tag, "background-color").unwrap_or(back);
            let hidden = hidden
                || matches!(&*name, "head" | "style" | "title")
                || declared(tag, "display").as_deref() == Some("none");
            if !VOID.contains(&&*name) {
                open.push((name, front, back, hidden));
            }
        }
        if let Some((_, front, back, false)) = open.last()
            && !text.trim().is_empty()
        {
            found.insert((front.clone(), back.clone()));
        }
    }
    found
}

/// What a tag's style says of a property.
fn declared(tag: &str, property: &str) -> Option<String> {
    let style = tag.split_once("style=\"")?.1.split('"').next()?;
    let mut pairs = style.split(';').filter_map(|pair| pair.split_once(':'));
    let value = pairs.rfind(|(name, _)| name.trim() == property)?.1;
    Some(value.trim().trim_end_matches("!important").trim().to_ascii_lowercase())
}

/// The relative luminance of `#rrggbb` or `#rgb` (WCAG 2.2).
fn luminance(color: &str) -> Option<f64> {
    let digits = color.strip_prefix('#')?;
    let wide: String = match digits.len() {
        3 => digits.chars().flat_map(|c| [c, c]).collect(),
        6 => digits.to_owned(),
        _ => return None,
    };
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(wide.get(at..at + 2)?, 16).ok()?) / 255.0;
        Some(if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) })
    };
    Some(0.2126 * channel(0)? + 0.7152 * channel(2)? + 0.0722 * channel(4)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_seen_where_they_stand() {
        let html = "<body style=\"background-color: #fff\"><p style=\"color: #777777\">a<br>b</p><p>c</p>\
                    <div style=\"display: none; color: #fefefe\">d</div></body>";
        let seen: Vec<(String, String)> = pairs(html).into_iter().collect();
        assert_eq!(seen, [("#000000".into(), "#fff".into()), ("#777777".into(), "#fff".into())]);
    }

    #[test]
    fn black_on_white_is_21() {
        let ratio = (luminance("#fff").unwrap() + 0.05) / (luminance("#000000").unwrap() + 0.05);
        assert!((ratio - 21.0).abs() < 1e-9);
        assert_eq!(luminance("red"), None);
    }
}
