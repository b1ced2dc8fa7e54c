//! `pbsite new`.

use clap::Args;

use super::{Exit, Opened, Shared, console::Console, schema::settings, wall};
use crate::{
    base::nearest::nearest,
    config::Settings,
    model::{Behaviour, Kinds},
    msg,
    scaffold::{NewItem, file},
    source::write_new,
};

/// Write a new content file with its front matter
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite new article 重阳节活动通知 --column notices")]
pub(super) struct New {
    /// The kind: article, page, series, programme, or one of pbsite.yaml
    kind: String,
    /// The title
    title: String,
    /// The column of an article
    #[arg(long)]
    column: Option<String>,
}

impl New {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let Opened { root, disk, console } = shared.open()?;
        let settings = settings(shared, &disk, &console)?;
        let kinds = Kinds::new(&settings, &mut Vec::new());
        let Some(kind) = kinds.by_folder(&self.kind) else {
            let all = kinds.iter().map(|(_, kind)| kind.name.as_str()).collect::<Vec<_>>().join(", ");
            let name = &self.kind;
            console.fail(&msg!("没有类型“{name}”，可以写：{all}", "there is no kind `{name}`, write one of: {all}"));
            return Err(Exit::Failed);
        };
        let kind = kinds.get(kind);
        let column = self.column(&settings, kind.behaviour, &console)?;
        let item =
            NewItem { kind, title: &self.title, column: &column, now: wall(shared.options().now, &settings.zone) };
        let (path, text) = file(&item);
        match write_new(&root.join(&path), text.as_bytes()) {
            Ok(()) => {
                console.answer(&format!("{path}\n"));
                console.say(&msg!(
                    "新文件写好了：打开它，在最下面写正文，再运行 pbsite check 看有没有写错",
                    "the new file is there: write its text below, then run `pbsite check`"
                ));
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
