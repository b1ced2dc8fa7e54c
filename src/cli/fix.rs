//! `pbsite fix`.

use std::path::{Path, PathBuf};

use clap::Args;
use similar::TextDiff;

use super::{Exit, Opened, Shared, build::failed, console::Console, why::in_site};
use crate::{
    fix::{Change, Fixed, Wanted, fix},
    msg,
    source::{decode, rewrite},
};

/// Mend what can be mended without asking: show the difference, or write it with --write
///
/// Full-width colons and commas, missing spaces, dates, fences and encodings in front matter. No
/// sentence of a text is ever changed.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite fix\n  pbsite fix --write content/articles/notices/2026-11-12-hello.md")]
pub(super) struct Fix {
    /// The files to mend [default: all]
    files: Vec<PathBuf>,
    /// Write the files instead of showing the difference
    #[arg(long)]
    write: bool,
    /// Take away byte order marks and CRLF line ends too
    #[arg(long)]
    line_ends: bool,
}

impl Fix {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let Opened { root, disk, console } = shared.open()?;
        let files = self.files.iter().map(|file| in_site(file, &root)).collect::<Result<_, _>>();
        let files = files.map_err(|message| {
            console.fail(&message);
            Exit::Failed
        })?;
        let wanted = Wanted { files, line_ends: self.line_ends };
        let fixed = fix(&disk, &shared.options(), &wanted).map_err(|failure| failed(&console, &failure))?;
        if self.write {
            write(&fixed, &root, &console)?
        } else {
            show(&fixed, &console)
        }
        let left = fixed.left.errors();
        if left > 0 {
            console.say(&msg!(
                "还有 {left} 个错误要由人来改：运行 pbsite check",
                "{left} errors are left for people: run `pbsite check`"
            ));
        }
        Ok(console.exit(&fixed.left))
    }
}

fn show(fixed: &Fixed, console: &Console) {
    for change in &fixed.changes {
        let (old, new) = (decode(change.old.clone()), decode(change.new.clone()).text);
        let path = &change.path;
        let difference = TextDiff::from_lines(&old.text, &new);
        let (before, after) = (format!("a/{path}"), format!("b/{path}"));
        console.answer(&difference.unified_diff().header(&before, &after).to_string());
        if let Some(encoding) = old.encoding {
            console.say(&msg!("{path}：编码 {encoding} 改为 UTF-8", "{path}: {encoding} becomes UTF-8"));
        } else if old.text == new {
            console.say(&msg!("{path}：换行符和 BOM", "{path}: line ends and byte order mark"));
        }
    }
    let (count, repairs) = (fixed.changes.len(), fixed.repairs);
    console.say(&match count {
        0 => msg!("没有可以自动改的", "there is nothing to mend without asking"),
        _ => msg!(
            "{count} 个文件有 {repairs} 处可以自动改；还没有写，运行 pbsite fix --write 就照上面写",
            "{repairs} repairs in {count} files; nothing is written yet, `pbsite fix --write` does"
        ),
    });
}

fn write(fixed: &Fixed, root: &Path, console: &Console) -> Result<(), Exit> {
    for Change { path, old, new } in &fixed.changes {
        if let Err(error) = rewrite(&root.join(path.as_str()), old, new) {
            console.fail(&match error.kind() {
                std::io::ErrorKind::ResourceBusy => {
                    msg!(
                        "{path} 刚刚被别人改过，没有动它；再运行一次",
                        "{path} was just changed and is left alone: run again"
                    )
                }
                _ => msg!("写不了 {path}：{error}", "cannot write {path}: {error}"),
            });
            return Err(Exit::Failed);
        }
        console.answer(&format!("{path}\n"));
    }
    let (count, repairs) = (fixed.changes.len(), fixed.repairs);
    console.say(&msg!("改好了 {count} 个文件，{repairs} 处", "mended {count} files, {repairs} repairs"));
    Ok(())
}
