//! `pbsite explain`.

use clap::Args;

use super::{Exit, Shared, console::Console};
use crate::{
    diagnostics::{Code, explain},
    msg,
};

/// Explain a code such as PB0203: what it means, why it matters, what to write
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite explain PB0203")]
pub(super) struct Explain {
    /// The code; without one all are listed
    code: Option<String>,
}

impl Explain {
    pub(super) fn run(&self, shared: &Shared) -> Exit {
        let console = Console::new(shared, shared.tongue_here());
        let Some(number) = &self.code else {
            let line = |code: &Code| format!("{}  {}\n", code.number(), code.documentation(console.tongue).title);
            console.answer(&Code::ALL.iter().map(line).collect::<String>());
            return Exit::Fine;
        };
        match Code::find(number) {
            Some(code) => {
                console.answer(&explain(code, console.tongue));
                Exit::Fine
            }
            None => {
                console.fail(&msg!(
                    "没有编号 {number}；不带编号运行 pbsite explain 可以看全部",
                    "there is no code {number}; run `pbsite explain` alone to see all"
                ));
                Exit::Failed
            }
        }
    }
}
