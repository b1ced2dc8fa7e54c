//! `pbsite digest preview`.

use clap::Args;

use super::{
    super::{Exit, Opened, Shared, build::failed},
    Around,
    delivery::Post,
    look, meant, write,
};
use crate::{base::path::SitePath, letters, msg, site, source::Files};

/// Make one page that shows every letter of an edition: light, dark, narrow, as text
///
/// Where PBSITE_RECIPIENTS names the list, it tells how many get each, by kind of unit.
///
/// The page lies in .pbsite/preview/, needs nothing from outside and is sent to nobody. Without an
/// edition, every one that is still to be sent is shown.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite digest preview monthly/2026-12")]
pub(in super::super) struct Preview {
    /// The edition: monthly/2026-12
    edition: Option<String>,
}

impl Preview {
    pub(in super::super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let post = Post::open(shared)?;
        let around = Around::of(&post)?;
        let Post { root, disk, console, settings, .. } = &post;
        let lang = settings.default_language();
        let kinds: Vec<(String, String)> =
            settings.unit_kinds.iter().map(|kind| (kind.id.clone(), kind.label.get(lang))).collect();
        let made = site::with_plan(disk, &shared.options(), |plan, spool, _| {
            let ids = meant(plan, self.edition.as_deref());
            ids.into_iter()
                .map(|id| look(plan, spool, disk, &around, &id).map(|looked| (id, looked)))
                .collect::<Vec<_>>()
        });
        let (made, _) = made.map_err(|failure| failed(console, &failure))?;
        let Some(made) = made.filter(|made| !made.is_empty()) else {
            console.fail(&msg!(
                "没有还要发的简报：先用 pbsite digest draft 起草",
                "no edition is still to be sent: draft one with `pbsite digest draft`"
            ));
            return Err(Exit::Failed);
        };
        let mut exit = Exit::Fine;
        for one in made {
            let (id, looked) = one.map_err(|trouble| super::tell(&trouble, console))?;
            let Some(composed) = &looked.composed else {
                for problem in &looked.problems {
                    console.fail(&problem.message);
                }
                exit = Exit::Problems;
                continue;
            };
            let page = letters::preview(
                composed,
                looked.readers.as_ref(),
                &kinds,
                (&looked.problems, &looked.changed),
                console.tongue,
            );
            let name = format!(".pbsite/preview/{}.html", id.replace('/', "-"));
            let Ok(path) = SitePath::new(&name) else { return Err(Exit::Failed) };
            let old = disk.read(&path).ok();
            write(root, &path, old.as_deref(), &page, console)?;
            console.answer(&format!("{name}\n"));
            let (letters, problems) = (crate::digest::letter::Edition::letters(composed).len(), looked.problems.len());
            console.say(&msg!(
                "{id}：{letters} 种邮件，{problems} 处要看一看；用浏览器打开上面的文件",
                "{id}: {letters} letters, {problems} things to look at; open the file in a browser"
            ));
        }
        Ok(exit)
    }
}

/// The page of each edition that is still to be sent, by id; without those that cannot be composed.
/// Nothing of readers, keys and sent letters is on it: it goes where others may look.
pub(in super::super) fn pages(shared: &Shared) -> Result<Vec<(String, String)>, Exit> {
    let Opened { disk, console, .. } = shared.open()?;
    let alone = Around { source: None, ledger: None, signer: None };
    let made = site::with_plan(&disk, &shared.options(), |plan, spool, _| {
        let ids = meant(plan, None).into_iter();
        let looked = ids.map(|id| look(plan, spool, &disk, &alone, &id).map(|looked| (id, looked)));
        looked.collect::<Result<Vec<_>, _>>()
    });
    let (made, _) = made.map_err(|failure| failed(&console, &failure))?;
    let made = made.unwrap_or(Ok(Vec::new())).map_err(|trouble| super::tell(&trouble, &console))?;
    let page = |(id, looked): (String, super::Looked)| {
        let told = (&looked.problems[..], &looked.changed[..]);
        Some((id, letters::preview(looked.composed.as_ref()?, None, &[], told, console.tongue)))
    };
    Ok(made.into_iter().filter_map(page).collect())
}
