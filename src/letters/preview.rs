//! One page that shows an edition as every segment gets it: light, dark, inverted, narrow, without
//! pictures, as text, with its headers and what the checks say. It needs nothing from outside.

use std::fmt::Write as _;

use super::{Composed, Readers, look::GMAIL};
use crate::{
    base::{
        lang::{Message, Tongue},
        text::escape_html,
    },
    diagnostics::Diagnostic,
    digest::{
        letter::{Edition as _, Hole, Letter, Part, Sender},
        mime,
    },
    msg,
};

const ONE_CLICK: &str = "List-Unsubscribe=One-Click";

const STYLE: &str = "body{margin:0;font:16px/1.6 system-ui,sans-serif;color:#1f2326;background:#eceae5}\
    header,section{max-width:1500px;margin:0 auto;padding:16px 24px}h1{font-size:24px}h2{margin:32px 0 8px;font-size:20px}\
    table{border-collapse:collapse}th,td{padding:2px 16px 2px 0;text-align:left;vertical-align:top}\
    .views{display:flex;flex-wrap:wrap;gap:16px}figure{margin:0}figcaption{font-size:14px}\
    iframe{width:640px;height:720px;border:1px solid #b3b0a9;background:#fff}iframe.narrow{width:375px}\
    iframe.inverted{filter:invert(1) hue-rotate(180deg)}\
    pre{max-width:76ch;padding:12px;overflow:auto;background:#fff;border:1px solid #b3b0a9;font:14px/1.5 ui-monospace,monospace}\
    .error{color:#8c1a15;font-weight:bold}nav a{margin-right:12px}";

/// The page. `problems` is what the checks say of the edition, `changed` what changed since the
/// last one, in words, `kinds` the kinds of units: id and label.
pub fn preview(
    composed: &Composed,
    readers: Option<&Readers>,
    kinds: &[(String, String)],
    (problems, changed): (&[Diagnostic], &[String]),
    tongue: Tongue,
) -> String {
    let say = |message: Message| message.text(tongue).to_owned();
    let id = escape_html(composed.id());
    let title = say(msg!("预览 {id}", "Preview of {id}"));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"robots\" content=\"noindex\"><title>{title}</title><style>{STYLE}</style></head>\n<body><header><h1>{title}</h1>\n",
        if tongue == Tongue::Zh { "zh-Hans" } else { "en" }
    );
    out.push_str(&table(&facts(composed, tongue)));
    out.push_str(&recipients(composed, readers, kinds, tongue));
    out.push_str(&list(&say(msg!("检查", "Checks")), &problems.iter().map(|p| problem(p, tongue)).collect::<Vec<_>>()));
    let changed: Vec<String> = changed.iter().map(|text| escape_html(text)).collect();
    out.push_str(&list(&say(msg!("上一期之后的变动", "Changed since the last edition")), &changed));
    out.push_str("<nav>");
    for (at, letter) in composed.letters().iter().enumerate() {
        let _ =
            write!(out, "<a href=\"#l{at}\">{}（{}）</a>", escape_html(&letter.label), escape_html(&letter.language));
    }
    out.push_str("</nav></header>\n");
    for (at, one) in composed.letters().iter().enumerate() {
        out.push_str(&letter(composed, at, one, readers, tongue));
    }
    out.push_str("</body></html>\n");
    out
}

fn facts(composed: &Composed, tongue: Tongue) -> Vec<(String, String)> {
    let say = |message: Message| message.text(tongue).to_owned();
    let status = if composed.approved() { msg!("已审定", "approved") } else { msg!("草稿", "draft") };
    let end = composed.not_after().map_or(String::new(), |moment| moment.datetime().to_string());
    let empty = composed.without_letter().iter().map(|segment| segment.label.as_str()).collect::<Vec<_>>().join("、");
    vec![
        (say(msg!("状态", "Status")), say(status)),
        (say(msg!("第几稿", "Revision")), composed.revision().to_string()),
        (say(msg!("过期不发", "Not sent after")), end),
        (say(msg!("网页版", "On the web")), escape_html(composed.page())),
        (say(msg!("没有邮件的分组", "Segments without a letter")), escape_html(&empty)),
    ]
}

/// Whom it goes to: in all, by kind of unit, and who gets nothing.
fn recipients(composed: &Composed, readers: Option<&Readers>, kinds: &[(String, String)], tongue: Tongue) -> String {
    let say = |message: Message| message.text(tongue).to_owned();
    let heading = say(msg!("收件人", "Recipients"));
    let Some(readers) = readers else {
        let unknown = say(msg!(
            "不知道有多少：没有设 PBSITE_RECIPIENTS（名单的文件）",
            "unknown: PBSITE_RECIPIENTS, the file of the list, is not set"
        ));
        return format!("<h2>{heading}</h2><p>{unknown}</p>\n");
    };
    let mut rows = vec![(say(msg!("共发", "In all")), readers.all().to_string())];
    for (kind, count) in &readers.kinds {
        let label = kinds.iter().find(|(id, _)| id == kind).map_or(kind.as_str(), |(_, label)| label);
        let label = if label.is_empty() {
            say(msg!("没有写单位类型", "Unknown kind of unit"))
        } else {
            label.to_owned()
        };
        rows.push((escape_html(&label), count.to_string()));
    }
    let owned = |segment: &usize| composed.has_letter(*segment);
    let without = (0..readers.segments.len()).filter(|at| !owned(at)).map(|at| readers.segments[at]).sum::<u64>();
    let others = [
        (msg!("没有合适的内容，不发", "Nothing for them, no letter"), without),
        (msg!("不属于任何分组，不发", "In no segment, no letter"), readers.outside),
        (msg!("已退订", "Have left"), readers.left),
        (msg!("名单里不能用的行", "Rows that cannot be used"), readers.unusable),
    ];
    rows.extend(others.into_iter().filter(|(_, count)| *count > 0).map(|(name, count)| (say(name), count.to_string())));
    format!("<h2>{heading}</h2>{}", table(&rows))
}

fn letter(composed: &Composed, at: usize, letter: &Letter, readers: Option<&Readers>, tongue: Tongue) -> String {
    let say = |message: Message| message.text(tongue).to_owned();
    let html = filled(letter, &letter.html, true);
    let dark = html.replace("(prefers-color-scheme: dark)", "all").replace("(prefers-color-scheme:dark)", "all");
    let bare = without_pictures(&html);
    let views = [
        (say(msg!("浅色", "Light")), "", &html),
        (say(msg!("深色", "Dark")), "", &dark),
        (say(msg!("强制反色", "Forced inversion")), "inverted", &html),
        (say(msg!("手机 375 像素", "Phone, 375 px")), "narrow", &html),
        (say(msg!("不显示图片", "Without pictures")), "", &bare),
    ];
    let mut out =
        format!("<section id=\"l{at}\"><h2>{}（{}）</h2>\n", escape_html(&letter.label), escape_html(&letter.language));
    let mut rows = headers(composed, letter, tongue);
    if let Some(readers) = readers {
        rows.insert(0, (say(msg!("收件人", "Recipients")), readers.letters[at].to_string()));
    }
    out.push_str(&table(&rows));
    out.push_str("<div class=\"views\">");
    for (caption, class, html) in views {
        let _ = write!(
            out,
            "<figure><figcaption>{caption}</figcaption><iframe class=\"{class}\" sandbox=\"\" title=\"{caption}\" srcdoc=\"{}\"></iframe></figure>",
            escape_html(html)
        );
    }
    let text = say(msg!("纯文字", "Plain text"));
    let _ = writeln!(
        out,
        "</div><h3>{text}</h3><pre>{}</pre></section>",
        escape_html(&filled(letter, &letter.text, false))
    );
    out
}

fn headers(composed: &Composed, letter: &Letter, tongue: Tongue) -> Vec<(String, String)> {
    let sender = composed.sender();
    let kilobytes = |bytes: usize| format!("{:.1} KB", bytes as f64 / 1024.0);
    let size = match tongue {
        Tongue::Zh => format!("{}（超过 {} KB 会被截断）", kilobytes(letter.html.len()), GMAIL / 1024),
        Tongue::En => format!("{} (clipped beyond {} KB)", kilobytes(letter.html.len()), GMAIL / 1024),
    };
    let files = letter.parts.iter().map(|part| format!("{}（{}）", part.name, kilobytes(part.bytes.len())));
    let mut rows = vec![
        ("Subject".to_owned(), letter.subject.clone()),
        ("From".to_owned(), format!("{} <{}>", sender.name, sender.email)),
        ("Reply-To".to_owned(), sender.reply_to.clone().unwrap_or_default()),
        ("Date".to_owned(), composed.date().to_string()),
        ("List-Id".to_owned(), format!("<{}>", sender.list_id)),
        ("List-Unsubscribe".to_owned(), leaving(sender)),
        ("List-Unsubscribe-Post".to_owned(), if sender.endpoint.is_some() { ONE_CLICK.into() } else { String::new() }),
        ("Auto-Submitted".to_owned(), "auto-generated".to_owned()),
        (
            "Feedback-ID".to_owned(),
            sender
                .feedback_id
                .as_deref()
                .map_or(String::new(), |own| mime::feedback_id(composed.id(), &letter.segment, own)),
        ),
        (msg!("大小", "Size").text(tongue).to_owned(), size),
        (msg!("附件", "Files").text(tongue).to_owned(), files.collect::<Vec<_>>().join("、")),
    ];
    rows.retain(|(_, value)| !value.is_empty());
    rows.into_iter().map(|(name, value)| (name, escape_html(&value))).collect()
}

/// The ways to leave; each reader's token stands for `…`.
fn leaving(sender: &Sender) -> String {
    let mail = format!("<mailto:{}?subject=unsubscribe%20…>", sender.unsubscribe);
    match sender.endpoint.as_deref().map(|base| base.trim_end_matches('/')) {
        Some(base) => format!("<{base}/unsubscribe?t=…>, {mail}"),
        None => mail,
    }
}

/// A letter as somebody without a name gets it, pictures in the page itself.
fn filled(letter: &Letter, text: &str, pictures: bool) -> String {
    let mut text = text
        .replace(Hole::Salutation.mark(), &letter.salutation.1)
        .replace(Hole::Unsubscribe.mark(), "#")
        .replace(Hole::Preferences.mark(), "#");
    for part in letter.parts.iter().filter(|_| pictures) {
        if let Some(cid) = &part.cid {
            text = text.replace(&format!("cid:{cid}"), &data_url(part));
        }
    }
    text
}

fn data_url(part: &Part) -> String {
    format!("data:{};base64,{}", part.media_type, base64(&part.bytes))
}

/// RFC 4648 §4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(group >> (18 - 6 * place) & 63) as usize];
            out.push(if place > chunk.len() { '=' } else { letter as char });
        }
    }
    out
}

/// The same with the pictures' words instead of them.
fn without_pictures(html: &str) -> String {
    html.split("src=\"data:").enumerate().fold(String::with_capacity(html.len()), |mut out, (at, piece)| {
        match (at, piece.split_once('"')) {
            (0, _) | (_, None) => out.push_str(piece),
            (_, Some((_, rest))) => {
                out.push_str("src=\"\"");
                out.push_str(rest);
            }
        }
        out
    })
}

fn problem(problem: &Diagnostic, tongue: Tongue) -> String {
    let class = if problem.severity == crate::diagnostics::Severity::Error { " class=\"error\"" } else { "" };
    let (number, message) = (problem.code.number(), escape_html(problem.message.text(tongue)));
    let help = problem.help.as_ref().map_or(String::new(), |help| format!(" — {}", escape_html(help.text(tongue))));
    format!("<span{class}>{number}</span> {message}{help}")
}

fn table(rows: &[(String, String)]) -> String {
    let mut out = String::from("<table>");
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = write!(out, "<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>");
    }
    out.push_str("</table>\n");
    out
}

/// Lines that are HTML already, under a heading; nothing where there is none.
fn list(heading: &str, lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let lines: String = lines.iter().map(|line| format!("<li>{line}</li>")).collect();
    format!("<h2>{heading}</h2><ul>{lines}</ul>\n")
}

#[cfg(test)]
mod tests {
    use super::{base64, without_pictures};

    #[test]
    fn vectors_of_rfc_4648() {
        let encoded: Vec<String> =
            ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(|t| base64(t.as_bytes())).into();
        assert_eq!(encoded, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]);
    }

    #[test]
    fn pictures_go_and_their_words_stay() {
        assert_eq!(without_pictures("<img src=\"data:x\" alt=\"a\">b"), "<img src=\"\" alt=\"a\">b");
    }
}
