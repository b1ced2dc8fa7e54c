//! `pbsite digest draft`.

use clap::Args;

use super::{
    super::{Exit, Opened, Shared, build::failed, console::Console},
    write,
};
use crate::{drafting, edition::Period, msg, site};

/// Draft the next edition of a digest: what is new, due, changed, each with the reason
///
/// Writes content/editions/<digest>/<period>.md. Drafting again never changes a line of it: new
/// candidates are added as comments.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pbsite digest draft monthly
  pbsite digest draft monthly --period 2026-12
  pbsite digest draft once --about courses/songs-of-years")]
pub(in super::super) struct Draft {
    /// The digest, by its id
    name: String,
    /// The period: 2026-W48, 2026-12, 2026-Q4, 2026 [default: the next one]
    #[arg(long, value_name = "PERIOD", value_parser = period, conflicts_with = "about")]
    period: Option<Period>,
    /// A short letter about one item, for those whose last letter told of it
    #[arg(long, value_name = "ITEM")]
    about: Option<String>,
}

impl Draft {
    pub(in super::super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let Opened { root, disk, console } = shared.open()?;
        let made = site::with_plan(&disk, &shared.options(), |plan, _, _| match &self.about {
            Some(item) => drafting::about(plan, &disk, &self.name, item),
            None => drafting::draft(plan, &disk, &self.name, self.period),
        });
        let (draft, outcome) = made.map_err(|failure| failed(&console, &failure))?;
        if outcome.report.errors() > 0 {
            console.report(&outcome.report);
        }
        let draft = match draft {
            None => return Err(Exit::Failed),
            Some(Err(message)) => {
                console.fail(&message);
                return Err(Exit::Failed);
            }
            Some(Ok(draft)) => draft,
        };
        write(&root, &draft.path, draft.old.as_deref(), &draft.text, &console)?;
        write(&root, &draft.taken, draft.taken_old.as_deref(), &draft.taken_text, &console)?;
        console.answer(&format!("{}\n", draft.path));
        say(&draft, &console);
        Ok(Exit::Fine)
    }
}

fn say(draft: &drafting::Draft, console: &Console) {
    let (path, count) = (&draft.path, draft.added);
    console.say(&match (draft.old.is_some(), count) {
        (false, _) => msg!(
            "新的一期写好了，{count} 条：改好以后运行 pbsite digest preview 看一看，审定后把 status 改成 approved",
            "the edition is there with {count} items: amend it, look with `pbsite digest preview`, then write `status: approved`"
        ),
        (true, 0) => msg!("没有新的候选，{path} 没有变", "nothing new: {path} is as it was"),
        (true, _) => msg!(
            "{count} 条新的候选写成了注释，要用就去掉行首的 #；原来的行都没有动",
            "{count} new candidates are there as comments; take away the # to use one. No other line was touched"
        ),
    });
    if !draft.changed.is_empty() {
        let titles = draft.changed.join("、");
        console.say(&msg!("上次起草以后有变动：{titles}", "changed since the last draft: {titles}"));
    }
}

fn period(text: &str) -> Result<Period, String> {
    Period::parse(text).ok_or_else(|| "write 2026-W48, 2026-12, 2026-Q4, 2026 or 2026-11-25".into())
}
