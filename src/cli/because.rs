//! `pbsite build --explain`: why an output is what it is.

use std::{collections::BTreeSet, path::Path};

use super::{Exit, build::failed, console::Console};
use crate::{
    base::{lang::Message, path::SitePath},
    msg,
    output::Published,
    site::{self, Before, BuildOptions, Explanation, Reason},
    source::Disk,
    store::Store,
};

/// Files that are named at most.
const NAMED: usize = 20;

/// What is asked of a build.
pub(super) struct Because {
    address: String,
    before: Before,
}

impl Because {
    /// Looks before the build.
    pub(super) fn begin(
        address: Option<&str>,
        folder: &Path,
        disk: &Disk,
        store: &dyn Store,
        console: &Console,
    ) -> Result<Option<Self>, Exit> {
        let Some(address) = address else { return Ok(None) };
        let published = Published::read(folder).ok();
        let before = site::before(disk, store, published.as_ref(), address).ok_or_else(|| {
            console.fail(&msg!("“{address}”不是网站里的地址", "`{address}` is no address of a site"));
            Exit::Failed
        })?;
        Ok(Some(Self { address: address.into(), before }))
    }

    /// Answers after a build that published.
    pub(super) fn tell(
        &self,
        folder: &Path,
        disk: &Disk,
        options: &BuildOptions,
        console: &Console,
    ) -> Result<(), Exit> {
        let Ok(published) = Published::read(folder) else { return Ok(()) };
        let explained = site::explain(disk, options, &self.before, &published);
        let lines = match explained.map_err(|failure| failed(console, &failure))? {
            Ok(explanation) => lines(&explanation),
            Err(nearest) => {
                console.fail(&unknown(&self.address, &nearest));
                return Err(Exit::Failed);
            }
        };
        console.answer(&lines.iter().map(|line| format!("{}\n", line.text(console.tongue))).collect::<String>());
        Ok(())
    }
}

fn unknown(address: &str, nearest: &[String]) -> Message {
    let near = nearest.join("、");
    match nearest {
        [] => msg!("网站里没有“{address}”", "the site has no `{address}`"),
        _ => msg!("网站里没有“{address}”；相近的有：{near}", "the site has no `{address}`; near it: {near}"),
    }
}

fn lines(Explanation { path, reason, sources }: &Explanation) -> Vec<Message> {
    let mut lines = vec![match reason {
        Reason::Kept => {
            msg!("{path}：没有重新生成，它用到的都没有变", "{path}: kept, nothing that it is made of changed")
        }
        Reason::New => msg!("{path}：第一次生成", "{path}: made for the first time"),
        Reason::Spoiled => {
            msg!("{path}：文件被改动或删除过，已恢复", "{path}: somebody had changed or removed it, it was put right")
        }
        Reason::Sources(_) => {
            msg!("{path}：重新生成了，它用到的文件变了：", "{path}: made anew, for these of its sources changed:")
        }
        Reason::Others(_) => msg!(
            "{path}：重新生成了。它用到的文件没有变，变的是这些（设置、主题，或者它原来列出的内容）：",
            "{path}: made anew. None of its sources changed, but these did (settings, theme, or what it listed before):"
        ),
        Reason::NoFile(true) => msg!(
            "{path}：重新生成了。没有文件变化，是时间、选项或程序变了",
            "{path}: made anew. No file changed, but the moment, the options or the program did"
        ),
        Reason::NoFile(false) => msg!(
            "{path}：重新生成了。没有上次的记录（.pbsite/ 不在，或用了 --no-cache），不知道是什么变了",
            "{path}: made anew. Nothing is noted of the last build (no .pbsite/, or --no-cache), so what changed is not known"
        ),
    }];
    if let Reason::Sources(files) | Reason::Others(files) = reason {
        lines.extend(named(&files.iter().collect()));
    }
    if let Some(template) = &sources.template {
        lines.push(msg!("模板：{template}", "template: {template}"));
    }
    if !sources.files.is_empty() {
        let count = sources.files.len();
        lines.push(msg!("用到 {count} 个文件：", "made of {count} files:"));
        lines.extend(named(&sources.files.iter().collect()));
    }
    lines
}

fn named(files: &BTreeSet<&SitePath>) -> Vec<Message> {
    let mut lines: Vec<Message> = files.iter().take(NAMED).map(|path| msg!("  {path}", "  {path}")).collect();
    if files.len() > NAMED {
        let more = files.len() - NAMED;
        lines.push(msg!("  还有 {more} 个", "  and {more} more"));
    }
    lines
}
