//! `pbsite digest test`.

use clap::Args;

use super::{
    super::{Exit, Shared},
    delivery::Post,
    fresh,
};
use crate::{
    digest::{
        address,
        frozen::Frozen,
        letter::Edition as _,
        mime::{Addressee, Press},
        transport::{Envelope, Handed},
    },
    msg,
};

/// Send the letters of an edition to one person, apart from its ledger
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite digest test monthly/2026-12 me@example.org --send")]
pub(super) struct Test {
    /// The edition, such as monthly/2026-12; drafts too
    edition: String,
    /// The person's address
    address: String,
    /// The letter of this segment only
    #[arg(long, value_name = "SEGMENT")]
    segment: Option<String>,
    /// Really send
    #[arg(long)]
    send: bool,
}

impl Test {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let post = Post::open(shared)?;
        let email = post.or_fail(address::normalize(&self.address))?;
        let composed = fresh::composed(&post, shared, &self.edition)?;
        let keys = post.keys()?;
        let frozen = Frozen::of(&composed, keys.newest().id());
        let press = post.or_fail(Press::new(&frozen, keys.newest(), post.signer()?))?;
        let wanted = |segment: &str| self.segment.as_deref().is_none_or(|wanted| wanted == segment);
        let letters: Vec<usize> =
            (0..frozen.letters.len()).filter(|at| wanted(&composed.letters()[*at].segment)).collect();
        if letters.is_empty() {
            return post.or_fail(Err(msg!("没有这样的信", "there is no such letter")));
        }
        let count = letters.len();
        if !self.send {
            post.console
                .say(&msg!("会发 {count} 封；要真的发，加上 --send", "{count} letters; to send them, add --send"));
            return Ok(Exit::Fine);
        }
        let (way, _) = post.way_out()?;
        let mut carrier = post.or_fail(way.open().map_err(|refusal| refusal.message))?;
        for letter in letters {
            let mut bytes = Vec::new();
            press.write(letter, Addressee { email: &email, name: "" }, &mut bytes);
            let message_id = format!("{letter}.{}", press.message_id(&email));
            let envelope = Envelope { from: press.from(), to: &email, message_id: &message_id };
            let handed = post.or_fail(carrier.carry(envelope, &bytes, None, &mut || Ok(())))?;
            match handed {
                Handed::Answered { code: 200..300, .. } => {}
                Handed::Answered { reply, .. } => {
                    return post.or_fail(Err(msg!("服务器不收：{reply}", "the server refused it: {reply}")));
                }
                Handed::NotSent(why) | Handed::Unknown(why) => return post.or_fail(Err(why)),
            }
        }
        carrier.close();
        post.console.say(&msg!("发出了 {count} 封", "{count} letters were sent"));
        Ok(Exit::Fine)
    }
}
