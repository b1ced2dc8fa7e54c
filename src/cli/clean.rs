//! `pbsite clean`.

use clap::Args;

use super::{Exit, Opened, Shared};
use crate::{msg, store};

/// Remove what builds keep in .pbsite/
///
/// The next build makes everything anew and takes longer; what it writes is the same. The published
/// site is left alone.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite clean")]
pub(super) struct Clean {}

impl Clean {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let Opened { root, console, .. } = shared.open()?;
        let removed = ["cache", "serve", "_preview"].map(|name| store::remove(&root.join(".pbsite").join(name)));
        match removed.into_iter().collect::<Result<Vec<_>, _>>() {
            Ok(bytes) => {
                let size = bytes.iter().sum::<u64>() as f64 / 1_048_576.0;
                console.say(&msg!("已清除缓存（{size:.1} MB）", "the cache is removed ({size:.1} MB)"));
                Ok(Exit::Fine)
            }
            Err(error) => {
                console.fail(&msg!("清除不了 .pbsite：{error}", "cannot remove .pbsite: {error}"));
                Err(Exit::Failed)
            }
        }
    }
}
