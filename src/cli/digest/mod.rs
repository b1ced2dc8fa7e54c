//! `pbsite digest …`: one file for each command.

mod draft;

use clap::{Args, Subcommand};

use super::{Exit, Shared};

/// Draft, look at and send the editions of a digest
#[derive(Args, Debug)]
pub(super) struct Digest {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    Draft(draft::Draft),
}

impl Digest {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        match &self.command {
            Command::Draft(command) => command.run(shared),
        }
    }
}
