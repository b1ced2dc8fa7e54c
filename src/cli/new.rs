//! `pbsite new`.

use std::path::Path;

use clap::Args;

use super::{Exit, Opened, Shared, build::failed, console::Console, wall};
use crate::{
    base::{lang::Message, nearest::nearest},
    config::Settings,
    formats::workbook,
    model::{Behaviour, KindSpec, Kinds},
    msg,
    scaffold::{NewItem, file},
    site,
    source::write_new,
};

/// Write a new content file with its front matter
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite new article 重阳节活动通知 --column notices")]
pub(super) struct New {
    /// The kind: article, page, series, programme, or one of pbsite.yaml
    kind: String,
    /// The title
    #[arg(required_unless_present = "table")]
    title: Option<String>,
    /// Write a blank Excel table for many of them instead
    #[arg(long, conflicts_with_all = ["title", "column"])]
    table: bool,
    /// The column of an article
    #[arg(long)]
    column: Option<String>,
}

impl New {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let Opened { root, disk, console } = shared.open()?;
        let settings = match site::settings(&disk, &shared.overrides(), &mut Vec::new()) {
            Ok(Some(settings)) => settings,
            Ok(None) => {
                console.fail(&msg!(
                    "pbsite.yaml 读不懂，先运行 pbsite check",
                    "pbsite.yaml cannot be read: run `pbsite check` first"
                ));
                return Err(Exit::Problems);
            }
            Err(failure) => return Err(failed(&console, &failure)),
        };
        let kinds = Kinds::new(&settings, &mut Vec::new());
        let Some(kind) = kinds.by_folder(&self.kind) else {
            let all = kinds.iter().map(|(_, kind)| kind.name.as_str()).collect::<Vec<_>>().join(", ");
            let name = &self.kind;
            console.fail(&msg!("没有类型“{name}”，可以写：{all}", "there is no kind `{name}`, write one of: {all}"));
            return Err(Exit::Failed);
        };
        let kind = kinds.get(kind);
        if self.table {
            return table(kind, &root, &console);
        }
        let column = self.column(&settings, kind.behaviour, &console)?;
        let item = NewItem {
            kind,
            title: self.title.as_deref().unwrap_or_default(),
            column: &column,
            now: wall(shared.options().now, &settings.zone),
        };
        let (path, text) = file(&item);
        let next = msg!(
            "新文件写好了：打开它，在最下面写正文，再运行 pbsite check 看有没有写错",
            "the new file is there: write its text below, then run `pbsite check`"
        );
        written(&root, &path, text.as_bytes(), &next, &console)
    }

    fn column(&self, settings: &Settings, behaviour: Behaviour, console: &Console) -> Result<String, Exit> {
        if behaviour != Behaviour::Article {
            return Ok(String::new());
        }
        let ids = || settings.columns.iter().map(|column| column.id.as_str());
        let wanted = match (&self.column, settings.columns.as_slice()) {
            (Some(column), _) => column.clone(),
            (None, [only]) => only.id.clone(),
            (None, _) => {
                let all = ids().collect::<Vec<_>>().join(", ");
                console.fail(&msg!(
                    "文章要有栏目：--column 后面写其中一个：{all}",
                    "an article needs a column: --column with one of {all}"
                ));
                return Err(Exit::Failed);
            }
        };
        if settings.column(&wanted).is_some() {
            return Ok(wanted);
        }
        let near = nearest(&wanted, ids(), 3);
        let shown = if near.is_empty() { ids().collect::<Vec<_>>() } else { near }.join(", ");
        console.fail(&msg!("没有栏目“{wanted}”，可以写：{shown}", "there is no column `{wanted}`, write: {shown}"));
        Err(Exit::Failed)
    }
}

/// Writes the blank table of a kind.
fn table(kind: &KindSpec, root: &Path, console: &Console) -> Result<Exit, Exit> {
    let name = &kind.name;
    if !kind.behaviour.may_be_rows() {
        console.fail(&msg!(
            "“{name}”要写成文章，不能用表格；用：pbsite new {name} 标题",
            "a `{name}` is a story, not a row: use `pbsite new {name} TITLE`"
        ));
        return Err(Exit::Failed);
    }
    let Some(bytes) = workbook::blank(kind, console.tongue) else {
        console.fail(&msg!("做不出表格", "the table cannot be made"));
        return Err(Exit::Failed);
    };
    let path = format!("content/{}/{}.xlsx", kind.folder, kind.folder);
    let next = msg!(
        "空白表格做好了：用 Excel 或 WPS 打开，每行填一条，再运行 pbsite check",
        "the blank table is there: fill in a row for each, then run `pbsite check`"
    );
    written(root, &path, &bytes, &next, console)
}

fn written(root: &Path, path: &str, bytes: &[u8], next: &Message, console: &Console) -> Result<Exit, Exit> {
    match write_new(&root.join(path), bytes) {
        Ok(()) => {
            console.answer(&format!("{path}\n"));
            console.say(next);
            Ok(Exit::Fine)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            console.fail(&msg!("{path} 已经有了，没有动它", "{path} exists and was left as it is"));
            Err(Exit::Failed)
        }
        Err(error) => {
            console.fail(&msg!("写不了 {path}：{error}", "cannot write {path}: {error}"));
            Err(Exit::Failed)
        }
    }
}
