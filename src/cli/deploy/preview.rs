//! `pbsite deploy preview`.

use std::path::PathBuf;

use clap::Args;

use super::{
    super::{Exit, Opened, Shared, build::Build, digest::preview_pages, report, variable},
    Errand, send, target,
};
use crate::{
    base::path::OutPath,
    config::PREVIEWS,
    diagnostics::printers::Format,
    msg,
    publish::{self, Act},
    site,
};

/// Show a branch to those who look at it before it is merged
///
/// Builds the site with its drafts, what is scheduled and the letters of its digests into
/// _preview/NAME/ of the target. No list leads there, search engines are told to stay away, and every
/// page says that it is a preview. The site itself and other previews are left alone.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite deploy preview my-branch\n  pbsite deploy preview my-branch --remove")]
pub(super) struct Preview {
    /// The name of the branch, or any other
    name: String,
    /// The name of the target [default: the first]
    #[arg(long, value_name = "TARGET")]
    to: Option<String>,
    /// Take the preview away
    #[arg(long)]
    remove: bool,
    /// Tell what would be sent, and send nothing
    #[arg(long, conflicts_with = "remove")]
    dry_run: bool,
    #[command(flatten)]
    build: Build,
}

impl Preview {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let opened = shared.open()?;
        let target = target(&opened, shared, self.to.as_deref())?;
        let name = publish::preview_name(&self.name);
        let output = opened.root.join(".pbsite").join(PREVIEWS).join(&name);
        let act = match (self.remove, self.dry_run) {
            (true, _) => Act::Remove,
            (_, true) => Act::List,
            _ => Act::Send,
        };
        let errand =
            Errand { target: &target, act, output: &output, preview: Some(&name), verify: self.build.verifies() };
        if act == Act::Remove {
            return send(&opened, &errand);
        }
        let shared = of_preview(shared, &name, &output);
        let letters = preview_pages(&shared)?;
        let pages = letters.into_iter().filter_map(|(id, page)| {
            let path = format!("digest-preview/{}/index.html", id.replace('/', "-"));
            Some((OutPath::new(&path).ok()?, page.into_bytes()))
        });
        let pages: Vec<(OutPath, Vec<u8>)> = pages.collect();
        let addresses: Vec<String> = [String::new()]
            .into_iter()
            .chain(pages.iter().map(|(path, _)| path.as_str().trim_end_matches("index.html").to_owned()))
            .collect();
        match self.build.run_besides(&shared, pages)? {
            Exit::Fine => {}
            exit => return Ok(exit),
        }
        let exit = send(&opened, &errand)?;
        if act == Act::Send {
            tell(&opened, &shared, &addresses);
        }
        Ok(exit)
    }
}

/// The options with which a preview is built.
fn of_preview(shared: &Shared, name: &str, output: &std::path::Path) -> Shared {
    let output: Option<PathBuf> = Some(output.to_owned());
    Shared { preview: Some(name.to_owned()), drafts: true, output, ..shared.clone() }
}

/// Says at which addresses the preview can be seen.
fn tell(opened: &Opened, shared: &Shared, addresses: &[String]) {
    let settings = site::settings(&opened.disk, &shared.overrides(), &mut Vec::new()).ok().flatten();
    let Some(base) = settings.map(|settings| settings.base_url) else { return };
    let text: String = addresses.iter().map(|address| base.join(address) + "\n").collect();
    opened.console.answer(&text);
    if shared.format == Format::Github
        && let Some(summary) = variable("GITHUB_STEP_SUMMARY")
    {
        let title = msg!("预览", "Preview");
        let _ = report::append(&summary, &format!("\n## {}\n\n{text}", title.text(opened.console.tongue)));
    }
}
