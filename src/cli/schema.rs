//! `pbsite schema`.

use clap::Args;

use super::{Exit, Opened, Shared, build::failed, console::Console};
use crate::{
    config::{FILE, Settings},
    model::Kinds,
    msg,
    scaffold::{Editor, all_schemas, kind_schema, site_schema},
    site,
    source::Disk,
};

/// Print the JSON Schema of front matter and of pbsite.yaml, or an editor's settings for it
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite schema pbsite.yaml > pbsite.schema.json\n  pbsite schema --editor vscode")]
pub(super) struct Schema {
    /// A kind (article, page, …) or pbsite.yaml [default: all of them, in $defs]
    name: Option<String>,
    /// Print settings instead: vscode, jetbrains, neovim, helix, zed
    #[arg(long, value_parser = editor, conflicts_with = "name")]
    editor: Option<Editor>,
}

impl Schema {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let Opened { disk, console, .. } = shared.open()?;
        let kinds = Kinds::new(&settings(shared, &disk, &console)?, &mut Vec::new());
        if let Some(editor) = self.editor {
            console.answer(&editor.settings(&kinds));
            console.say(&editor.note());
            return Ok(Exit::Fine);
        }
        let schema = match self.name.as_deref() {
            None => all_schemas(&kinds),
            Some(FILE) => site_schema(),
            Some(name) => match kinds.by_folder(name) {
                Some(kind) => kind_schema(kinds.get(kind)),
                None => {
                    let all = kinds.iter().map(|(_, kind)| kind.name.as_str()).collect::<Vec<_>>().join(", ");
                    console.fail(&msg!(
                        "没有类型“{name}”，可以写：{all}, {FILE}",
                        "there is no kind `{name}`, write one of: {all}, {FILE}"
                    ));
                    return Err(Exit::Failed);
                }
            },
        };
        console.answer(&format!("{schema:#}\n"));
        Ok(Exit::Fine)
    }
}

/// The settings of the site, for commands that need no more than them.
pub(super) fn settings(shared: &Shared, disk: &Disk, console: &Console) -> Result<Settings, Exit> {
    match site::settings(disk, &shared.overrides(), &mut Vec::new()) {
        Ok(Some(settings)) => Ok(settings),
        Ok(None) => {
            console.fail(&msg!(
                "pbsite.yaml 读不懂，先运行 pbsite check",
                "pbsite.yaml cannot be read: run `pbsite check` first"
            ));
            Err(Exit::Problems)
        }
        Err(failure) => Err(failed(console, &failure)),
    }
}

fn editor(text: &str) -> Result<Editor, String> {
    let names = || Editor::ALL.map(Editor::name).join(", ");
    Editor::ALL.into_iter().find(|editor| editor.name() == text).ok_or_else(|| format!("write one of {}", names()))
}
