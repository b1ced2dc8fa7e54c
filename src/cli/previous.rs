//! `--previous`: an earlier build to compare with.

use std::{collections::BTreeSet, path::PathBuf};

use clap::Args;

use super::{Exit, console::Console};
use crate::{
    msg,
    output::{published_addresses, published_calendars},
};

/// An earlier build to compare with.
#[derive(Args, Debug)]
pub(super) struct Previous {
    /// What is published now, to compare with: its api/addresses.json, or its folder
    #[arg(long, value_name = "FILE|DIR")]
    pub(super) previous: Option<PathBuf>,
}

impl Previous {
    /// The calendars of the earlier build that had dates; none where nobody asked. What cannot be
    /// read has been told with the addresses.
    pub(super) fn calendars(&self) -> Vec<String> {
        let calendars = self.previous.as_ref().and_then(|path| published_calendars(path).ok());
        calendars.unwrap_or_default().into_iter().collect()
    }

    /// The addresses that the earlier build published; `None` where nobody asked.
    pub(super) fn addresses(&self, console: &Console) -> Result<Option<BTreeSet<String>>, Exit> {
        let Some(path) = &self.previous else { return Ok(None) };
        published_addresses(path).map(Some).map_err(|error| {
            let shown = path.display();
            console.fail(&match error.kind() {
                std::io::ErrorKind::InvalidData => msg!(
                    "{shown} 不是 api/addresses.json，读不出网址",
                    "{shown} is no api/addresses.json: it holds no addresses"
                ),
                _ => msg!("读不了上一次的发布 {shown}：{error}", "cannot read the earlier build {shown}: {error}"),
            });
            Exit::Failed
        })
    }
}
