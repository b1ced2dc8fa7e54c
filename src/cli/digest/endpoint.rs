//! `pbsite digest endpoint`.

use std::sync::{
    Arc,
    mpsc::{Receiver, channel},
};

use clap::Args;

use super::{
    super::{Exit, Shared, clock},
    delivery::Post,
};
use crate::{
    digest::{
        endpoint::{Confirmation, Endpoint as Desk, Site},
        letter::Sender,
        transport::{Envelope, Exit as WayOut, Handed},
    },
    http::Server,
    msg,
};

/// Answer sign-up, confirmation, one-click leaving and changes, behind your web server
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  PBSITE_RECIPIENTS=/srv/people.sqlite pbsite digest endpoint --listen 127.0.0.1:8025 --public https://example.org/letters --from digest@example.org"
)]
pub(super) struct Endpoint {
    /// Where it listens
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8025")]
    listen: String,
    /// Its address as readers see it, which is also the `endpoint` of the digest's sender
    #[arg(long, value_name = "URL")]
    public: String,
    /// The address that confirming letters come from
    #[arg(long, value_name = "ADDRESS")]
    from: String,
}

impl Endpoint {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let post = Post::open(shared)?;
        let source = post.source()?;
        let database = source.database().ok_or_else(|| {
            msg!(
                "登记订阅要用 SQLite 名单：请把 PBSITE_RECIPIENTS 设为 .sqlite 文件（没有会新建）",
                "sign-up needs a list in SQLite: set PBSITE_RECIPIENTS to an .sqlite file"
            )
        });
        let database = post.or_fail(database)?;
        let (way, _) = post.way_out()?;
        let site = self.site(&post);
        let sender = self.sender(&post);
        let (letters, waiting) = channel();
        let keys = post.keys()?;
        let desk = post.or_fail(Desk::open(database, keys, site.clone(), Box::new(clock), letters))?;
        let desk = Arc::new(desk);
        // It ends with the program: a letter that is on its way then is asked for again by the reader.
        std::thread::spawn(move || mail(&waiting, &*way, &site, &sender));
        let listen = &self.listen;
        let failed =
            |error: std::io::Error| msg!("不能在 {listen} 应答：{error}", "cannot listen at {listen}: {error}");
        let server = post.or_fail(Server::behind(listen).map_err(failed))?;
        let address = server.address();
        post.console
            .say(&msg!("正在 http://{address}/ 应答；Ctrl-C 结束", "answering at http://{address}/; Ctrl-C ends it"));
        post.or_fail(server.run(desk).map_err(failed))?;
        Ok(Exit::Fine)
    }

    fn site(&self, post: &Post) -> Site {
        let lang = post.settings.default_language();
        let kinds = post.settings.unit_kinds.iter().map(|kind| (kind.id.clone(), kind.label.get(lang)));
        Site {
            name: post.settings.name.get(lang),
            tongue: lang.tongue(),
            base: self.public.trim_end_matches('/').to_owned(),
            kinds: kinds.collect(),
        }
    }

    fn sender(&self, post: &Post) -> Sender {
        Sender {
            name: post.settings.name.get(post.settings.default_language()),
            email: self.from.clone(),
            reply_to: None,
            list_id: String::new(),
            unsubscribe: self.from.clone(),
            endpoint: Some(self.public.clone()),
            feedback_id: None,
        }
    }
}

/// Sends confirming letters one after another; a server that refuses for now is asked once more.
fn mail(letters: &Receiver<Confirmation>, way: &dyn WayOut, site: &Site, sender: &Sender) {
    for letter in letters {
        let Ok((id, bytes)) = letter.message(site, sender) else { continue };
        let envelope = Envelope { from: &sender.email, to: &letter.email, message_id: &id };
        for _ in 0..2 {
            let Ok(mut carrier) = way.open() else { continue };
            let handed = carrier.carry(envelope, &bytes, None, &mut || Ok(()));
            carrier.close();
            if !matches!(handed, Ok(Handed::NotSent(_)) | Ok(Handed::Answered { code: 400..500, .. })) {
                break;
            }
        }
    }
}
