//! The endpoint's few pages: plain HTML without script, which work in every browser.

use super::Site;
use crate::base::{lang::Tongue, text::escape_html};

/// A page.
pub(super) enum Page<'a> {
    Subscribe,
    LookIntoMail,
    NoAddress,
    NoConsent,
    Confirm(&'a str),
    Subscribed,
    OldLink,
    Leave(&'a str),
    Left,
    Preferences { token: &'a str, kind: &'a str, topics: &'a str },
    Changed,
    TooOften,
    Nothing,
    Failed,
}

/// The words to which a reader agrees; they are kept with the consent.
pub(super) fn wording(site: &Site) -> String {
    let name = &site.name;
    pick(
        site,
        &format!("我同意“{name}”把活动、课程和通知发到这个邮箱；随时可以退订。"),
        &format!("I agree that {name} sends activities, courses and notices to this address; I can leave at any time."),
    )
}

/// A whole page.
pub(super) fn html(site: &Site, page: &Page<'_>) -> String {
    let (title, body) = content(site, page);
    let lang = if site.tongue == Tongue::Zh { "zh-Hans" } else { "en" };
    let (title, name) = (escape_html(&title), escape_html(&site.name));
    format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n<title>{title} · {name}</title>\n<main>\n<h1>{title}</h1>\n{body}</main>\n</html>\n"
    )
}

fn content(site: &Site, page: &Page<'_>) -> (String, String) {
    let say = |title: (&str, &str), text: (&str, &str)| {
        let text = escape_html(&pick(site, text.0, text.1));
        (pick(site, title.0, title.1), format!("<p>{text}</p>\n"))
    };
    match page {
        Page::Subscribe => (pick(site, "订阅邮件", "Letters"), subscribe(site)),
        Page::LookIntoMail => say(
            ("请查收邮件", "Look into your mail"),
            (
                "如果这个邮箱还没有订阅，几分钟内会收到一封确认信；打开信里的链接才算订阅。没有收到，请看看垃圾邮件。",
                "If this address does not get our letters yet, a letter will come in a few minutes; open the link in it to confirm. If none comes, look into the spam folder.",
            ),
        ),
        Page::NoAddress => say(
            ("邮箱地址不对", "No mail address"),
            (
                "请返回，把邮箱写完整，如 name@example.org。",
                "Go back and write the whole address, such as name@example.org.",
            ),
        ),
        Page::NoConsent => say(
            ("还没有勾选同意", "Not agreed yet"),
            ("请返回，勾选同意以后再提交。", "Go back and tick the box first."),
        ),
        Page::Confirm(token) => ask(
            site,
            ("确认订阅", "Confirm"),
            ("按一下按钮就完成订阅。", "Press the button to get our letters."),
            "confirm",
            token,
        ),
        Page::Subscribed => {
            say(("已订阅", "Done"), ("谢谢，下一期会发到您的邮箱。", "Thank you: the next letter will come to you."))
        }
        Page::OldLink => say(
            ("链接已失效", "The link is too old"),
            (
                "链接不对或者过期了。请从最近的一封信里打开，或者重新订阅。",
                "The link is not right or too old. Open it from a newer letter, or sign up again.",
            ),
        ),
        Page::Leave(token) => ask(
            site,
            ("退订", "Leave"),
            ("按一下按钮，以后不再收到我们的邮件。", "Press the button to get no more letters from us."),
            "unsubscribe",
            token,
        ),
        Page::Left => {
            say(("已退订", "You have left"), ("以后不再给您发邮件。", "No more letters will be sent to you."))
        }
        Page::Preferences { token, kind, topics } => {
            (pick(site, "修改订阅", "What you get"), preferences(site, token, kind, topics))
        }
        Page::Changed => say(("已修改", "Changed"), ("从下一期起生效。", "It holds from the next letter on.")),
        Page::TooOften => say(
            ("请稍后再试", "Please wait"),
            ("提交得太频繁了，请过十分钟再试。", "Too many forms from here: try again in ten minutes."),
        ),
        Page::Nothing => say(("没有这个页面", "There is no such page"), ("请检查地址。", "Look at the address again.")),
        Page::Failed => say(("暂时不能办理", "Not possible just now"), ("请过一会儿再试。", "Please try again later.")),
    }
}

fn ask(site: &Site, title: (&str, &str), text: (&str, &str), action: &str, token: &str) -> (String, String) {
    let title = pick(site, title.0, title.1);
    let (text, button, token) = (pick(site, text.0, text.1), escape_html(&title), escape_html(token));
    let form = format!(
        "<p>{text}</p>\n<form method=\"post\" action=\"{action}\"><input type=\"hidden\" name=\"t\" value=\"{token}\"><button>{button}</button></form>\n",
        text = escape_html(&text)
    );
    (title, form)
}

fn subscribe(site: &Site) -> String {
    let [email, kind, topics, send] = [
        pick(site, "邮箱", "Mail address"),
        pick(site, "单位类型", "Kind of unit"),
        pick(site, "关注的主题（可不填，用逗号隔开）", "Topics (may stay empty; put commas between)"),
        pick(site, "订阅", "Send me letters"),
    ];
    format!(
        "<form method=\"post\" action=\"subscribe\">\n<p><label>{email}<br><input type=\"email\" name=\"email\" required autocomplete=\"email\"></label></p>\n<p><label>{kind}<br>{choice}</label></p>\n<p><label>{topics}<br><input name=\"topics\" maxlength=\"200\"></label></p>\n<p hidden><label>website<input name=\"website\" tabindex=\"-1\" autocomplete=\"off\"></label></p>\n<p><label><input type=\"checkbox\" name=\"agree\" value=\"yes\" required> {wording}</label></p>\n<p><button>{send}</button></p>\n</form>\n",
        choice = choice(site, ""),
        wording = escape_html(&wording(site))
    )
}

fn preferences(site: &Site, token: &str, kind: &str, topics: &str) -> String {
    let [unit, label, save] = [
        pick(site, "单位类型", "Kind of unit"),
        pick(site, "关注的主题（用逗号隔开）", "Topics (put commas between)"),
        pick(site, "保存", "Save"),
    ];
    format!(
        "<form method=\"post\" action=\"preferences\">\n<input type=\"hidden\" name=\"t\" value=\"{token}\">\n<p><label>{unit}<br>{choice}</label></p>\n<p><label>{label}<br><input name=\"topics\" maxlength=\"200\" value=\"{topics}\"></label></p>\n<p><button>{save}</button></p>\n</form>\n",
        token = escape_html(token),
        choice = choice(site, kind),
        topics = escape_html(topics)
    )
}

fn choice(site: &Site, chosen: &str) -> String {
    let none = [(String::new(), pick(site, "其他", "other"))];
    let option = |(id, label): &(String, String)| {
        let selected = if id == chosen { " selected" } else { "" };
        format!("<option value=\"{}\"{selected}>{}</option>", escape_html(id), escape_html(label))
    };
    let options: String = none.iter().chain(&site.kinds).map(option).collect();
    format!("<select name=\"unit_kind\">{options}</select>")
}

fn pick(site: &Site, zh: &str, en: &str) -> String {
    if site.tongue == Tongue::Zh { zh.to_owned() } else { en.to_owned() }
}
