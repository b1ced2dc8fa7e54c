//! `pbsite digest check`.

use clap::Args;

use super::{
    super::{Exit, Shared, build::failed},
    Around, Looked,
    delivery::Post,
    look, meant, of_digests, tell,
};
use crate::{
    letters::{self, Trouble},
    msg, site,
};

/// Look at an edition before it is sent: sizes, links, changes, deadlines, colours, recipients
///
/// Where PBSITE_RECIPIENTS names the list, segments without people and people without a segment are
/// told too; where PBSITE_DKIM names a key, whether it fits the record in the digest's `sender`. With
/// --spam, SpamAssassin is asked too, which must be installed: a letter should have less than one point.
/// Without an edition, every one that is still to be sent is looked at.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite digest check monthly/2026-12")]
pub(in super::super) struct Check {
    /// The edition: monthly/2026-12
    edition: Option<String>,
    /// Ask SpamAssassin what it thinks of the letters
    #[arg(long)]
    spam: bool,
}

impl Check {
    pub(in super::super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let post = Post::open(shared)?;
        let around = Around::of(&post)?;
        let Post { disk, console, .. } = &post;
        let made = site::with_plan(disk, &shared.options(), |plan, spool, problems| {
            let ids = meant(plan, self.edition.as_deref());
            for id in &ids {
                let Looked { composed, problems: mut found, .. } = look(plan, spool, disk, &around, id)?;
                if let (true, Some(composed)) = (self.spam, &composed) {
                    letters::spam(plan, composed, &mut found).map_err(Trouble::NoEdition)?;
                }
                // What the checks of the site have said is said once.
                problems.extend(found.into_iter().filter(|problem| !problems.contains(problem)).collect::<Vec<_>>());
            }
            Ok(ids.len())
        });
        let (made, outcome) = made.map_err(|failure| failed(console, &failure))?;
        if let Some(Err(trouble)) = &made {
            return Err(tell(trouble, console));
        }
        let report = of_digests(outcome.report);
        console.report(&report);
        let count = made.and_then(Result::ok).unwrap_or(0);
        console.say(&msg!("看过 {count} 期", "editions looked at: {count}"));
        Ok(console.exit(&report))
    }
}
