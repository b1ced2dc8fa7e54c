//! The letter that asks whether an address wants letters.

use lettre::{
    Message as Mail,
    message::{Mailbox, header::ContentType},
};

use super::Site;
use crate::{
    base::lang::{Message, Tongue},
    digest::letter::Sender,
    msg,
};

/// A letter that has to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// To whom.
    pub email: String,
    /// The link that confirms.
    pub link: String,
}

impl std::fmt::Debug for Confirmation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Confirmation")
    }
}

impl Confirmation {
    /// Its Message-ID and bytes.
    ///
    /// # Errors
    /// An address is none.
    pub fn message(&self, site: &Site, sender: &Sender) -> Result<(String, Vec<u8>), Message> {
        let wrong = || msg!("发件人的地址不是邮箱地址", "the sender's address is no mail address");
        let from = sender.email.parse().map_err(|_| wrong())?;
        let to = self.email.parse().map_err(|_| wrong())?;
        let code = self.link.rsplit('=').next().unwrap_or_default();
        let id = format!("confirm.{code}@{}", crate::digest::address::domain(&sender.email));
        let (subject, text) = words(site, &self.link);
        let mail = Mail::builder()
            .from(Mailbox::new(Some(sender.name.clone()), from))
            .to(Mailbox::new(None, to))
            .subject(subject)
            .message_id(Some(format!("<{id}>")))
            .header(ContentType::TEXT_PLAIN)
            .body(text)
            .map_err(|_| wrong())?;
        Ok((id, mail.formatted()))
    }
}

fn words(site: &Site, link: &str) -> (String, String) {
    let name = &site.name;
    match site.tongue {
        Tongue::Zh => (
            format!("请确认订阅“{name}”"),
            format!(
                "您好：\n\n有人用这个邮箱订阅“{name}”的邮件。如果是您，请打开下面的链接，再按一下“确认订阅”：\n\n{link}\n\n链接三天内有效。如果不是您，不用理会，以后不会再收到。\n"
            ),
        ),
        Tongue::En => (
            format!("Please confirm: letters from {name}"),
            format!(
                "Hello,\n\nsomebody asked for letters from {name} with this address. If it was you, open this link and press “Confirm”:\n\n{link}\n\nThe link works for three days. If it was not you, do nothing: no more letters will come.\n"
            ),
        ),
    }
}
