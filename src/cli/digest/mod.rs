//! `pbsite digest …`: one file for each command.

mod bounces;
mod correct;
mod delivery;
mod draft;
mod endpoint;
mod export;
mod forget;
mod fresh;
mod interrupt;
mod key;
mod purge;
mod recipients;
mod send;
mod status;
mod stop;
mod test;
mod unsubscribe;

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
    Send(send::Send),
    Status(status::Status),
    Stop(stop::Stop),
    Correct(correct::Correct),
    Test(test::Test),
    Key(key::Key),
    Recipients(recipients::Recipients),
    Unsubscribe(unsubscribe::Unsubscribe),
    Bounces(bounces::Bounces),
    Forget(forget::Forget),
    Purge(purge::Purge),
    Export(export::Export),
    Endpoint(endpoint::Endpoint),
}

impl Digest {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        match &self.command {
            Command::Draft(command) => command.run(shared),
            Command::Send(command) => command.run(shared),
            Command::Status(command) => command.run(shared),
            Command::Stop(command) => command.run(shared),
            Command::Correct(command) => command.run(shared),
            Command::Test(command) => command.run(shared),
            Command::Key(command) => command.run(shared),
            Command::Recipients(command) => command.run(shared),
            Command::Unsubscribe(command) => command.run(shared),
            Command::Bounces(command) => command.run(shared),
            Command::Forget(command) => command.run(shared),
            Command::Purge(command) => command.run(shared),
            Command::Export(command) => command.run(shared),
            Command::Endpoint(command) => command.run(shared),
        }
    }
}
