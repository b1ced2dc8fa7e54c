//! Mail addresses as people type them, in one form: host names in ASCII, full-width signs found,
//! everything small.

use lettre::Address;
use unicode_normalization::UnicodeNormalization as _;

use crate::{base::lang::Message, msg};

/// The one form of an address.
///
/// ```
/// use pbsite::digest::address::normalize;
/// assert_eq!(normalize(" Li.Na＠Example。org ").unwrap(), "li.na@example.org");
/// assert_eq!(normalize("li@例子.中国").unwrap(), "li@xn--fsqu00a.xn--fiqs8s");
/// assert!(normalize("li.example.org").is_err());
/// ```
///
/// # Errors
/// Why it is no address, without the address itself: such a message may be logged.
pub fn normalize(raw: &str) -> Result<String, Message> {
    let text: String = raw.nfkc().collect();
    let text = text.trim().trim_start_matches("mailto:").trim_start_matches('<').trim_end_matches('>').trim();
    let Some((user, domain)) = text.rsplit_once('@') else {
        return Err(msg!("没有“@”", "it has no “@”"));
    };
    if user.is_empty() || domain.is_empty() {
        return Err(msg!("“@”前面或后面是空的", "nothing stands before or after “@”"));
    }
    if !user.is_ascii() {
        return Err(msg!(
            "“@”前面有中文或其他非英文字符，邮件服务器大多不收",
            "what stands before “@” is not ASCII, which most servers refuse"
        ));
    }
    let odd = |c: char| c.is_ascii_whitespace() || c.is_ascii_control() || "\"(),:;<>[\\]@".contains(c);
    if user.contains(odd) || user.starts_with('.') || user.ends_with('.') || user.contains("..") {
        return Err(msg!("“@”前面有不该有的字符", "what stands before “@” holds signs that no address has"));
    }
    let domain = domain.replace(['。', '｡'], ".");
    let host = idna::domain_to_ascii_strict(&domain).ok().filter(|host| host.contains('.') && !host.ends_with('.'));
    let Some(host) = host else {
        return Err(msg!("“@”后面不是域名", "what stands after “@” is no domain"));
    };
    let address =
        Address::new(user.to_ascii_lowercase(), host).map_err(|_| msg!("不是邮箱地址", "it is no mail address"))?;
    let address = address.to_string();
    if user.len() > 64 || address.len() > 254 {
        return Err(msg!("太长，不是邮箱地址", "it is too long for a mail address"));
    }
    Ok(address)
}

/// The domain of an address in its one form.
pub fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_address_is_said_without_it() {
        for wrong in
            ["", "a", "a@", "@b.cn", "a b@c.cn", "a@b", "王@例子.中国", "a@b@c.cn", "a\r\n@b.cn", "a@b..cn", "a,b@c.cn"]
        {
            let message = normalize(wrong).expect_err(wrong);
            assert!(wrong.len() < 3 || !message.en.contains(wrong), "{message:?}");
        }
    }

    #[test]
    fn what_people_type_becomes_one_form() {
        for typed in [
            "Wang@Example.cn",
            "<wang@example.cn>",
            "mailto:wang@example.cn",
            "ｗａｎｇ@example．cn",
            "wang@example。cn",
        ] {
            assert_eq!(normalize(typed).unwrap(), "wang@example.cn", "{typed}");
        }
    }
}
