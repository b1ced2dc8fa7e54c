//! `pbsite why`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Exit, Opened, Shared, build::failed};
use crate::{
    base::{lang::Message, path::SitePath},
    catalogue::Catalogue,
    diagnostics::Report,
    model::Presence,
    msg,
    site::{self, Outcome},
};

/// Tell whether a file is on the site, where, and if not, why
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite why content/articles/notices/2026-11-12-hello.md")]
pub(super) struct Why {
    /// The file, relative to here or to the site
    file: PathBuf,
}

impl Why {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let Opened { root, disk, console } = shared.open()?;
        let path = match in_site(&self.file, &root) {
            Ok(path) => path,
            Err(message) => {
                console.fail(&message);
                return Err(Exit::Failed);
            }
        };
        let (catalogue, outcome) = match site::load(&disk, &shared.options()) {
            Ok(loaded) => loaded,
            Err(failure) => return Err(failed(&console, &failure)),
        };
        let own = own_problems(outcome, &path);
        let lines = match &catalogue {
            Some(catalogue) => reasons(catalogue, &path, own.errors() > 0),
            None => vec![msg!("pbsite.yaml 有错误，网站读不出来", "pbsite.yaml has errors: there is no site")],
        };
        let text: String = lines.iter().map(|line| format!("{}\n", line.text(console.tongue))).collect();
        console.answer(&text);
        console.report(&own);
        Ok(console.exit(&own))
    }
}

/// The path below the site of a file named from here or from the site.
pub(super) fn in_site(file: &Path, root: &Path) -> Result<SitePath, Message> {
    #[expect(clippy::disallowed_methods, reason = "the file is named by a person from where they stand")]
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let shown = file.display();
    let outside = || msg!("{shown} 不在网站的文件夹里", "{shown} is not in the site's folder");
    let root = real(root).ok_or_else(outside)?;
    let found = real(file).or_else(|| real(&root.join(file)));
    let found = found.ok_or_else(|| msg!("没有这个文件：{shown}", "there is no file {shown}"))?;
    let relative = found.strip_prefix(&root).ok().and_then(Path::to_str).ok_or_else(outside)?;
    SitePath::new(&relative.replace(std::path::MAIN_SEPARATOR, "/")).map_err(|_| outside())
}

fn own_problems(outcome: Outcome, path: &SitePath) -> Report {
    let Report { mut problems, sources } = outcome.report;
    problems.retain(|problem| problem.diagnostic.place.file_name() == Some(path.as_str()));
    Report { problems, sources }
}

fn reasons(catalogue: &Catalogue, path: &SitePath, has_errors: bool) -> Vec<Message> {
    let Some(i) = catalogue.by_path(path) else {
        return vec![absent(catalogue, path, has_errors)];
    };
    let item = &catalogue.items[i];
    let address = catalogue.settings.base_url.join(catalogue.addresses.item(i));
    let label = catalogue.kinds.get(item.kind).label.get(&item.lang);
    let date = item.date.map(|date| date.to_string()).unwrap_or_default();
    let mut lines = vec![match catalogue.presence[i] {
        _ if has_errors => with_errors(),
        Presence::Listed => msg!("已发布：{address}", "published: {address}"),
        Presence::Draft => msg!(
            "是草稿（draft: true），没有发布；--drafts 可以预览",
            "a draft (`draft: true`), not published; --drafts shows it"
        ),
        Presence::Scheduled => {
            msg!("日期是 {date}，到时才发布；--drafts 可以预览", "dated {date}, published then; --drafts shows it")
        }
        Presence::Expired => msg!(
            "已过期：页面还在 {address}，列表和订阅里没有了",
            "expired: its page stays at {address}, lists and feeds leave it out"
        ),
        Presence::Withdrawn => {
            msg!("已撤回：{address} 只剩说明，正文不再发布", "withdrawn: {address} has a notice only, the text is gone")
        }
    }];
    lines.push(msg!(
        "类型：{label}，编号：{id}，语言：{lang}",
        "kind: {label}, id: {id}, language: {lang}",
        id = item.id,
        lang = item.lang
    ));
    if let Some(column) = item.column {
        let title = catalogue.settings.columns[column].title.get(&item.lang);
        lines.push(msg!("栏目：{title}", "column: {title}"));
    }
    if let Some(next) = item.next_change(catalogue.now, catalogue.drafts) {
        lines.push(msg!("下一次变化：{next}", "next change: {next}"));
    }
    lines
}

fn with_errors() -> Message {
    msg!("没有发布：文件里有错误，见下面", "not published: the file has errors, see below")
}

fn absent(catalogue: &Catalogue, path: &SitePath, has_errors: bool) -> Message {
    if has_errors {
        with_errors()
    } else if catalogue.files.contains(path) {
        msg!(
            "这不是文章；图片和附件在有文章用到时才发布",
            "no document: pictures and files are published when an item uses them"
        )
    } else if path.as_str().starts_with("content/_templates/") {
        msg!(
            "content/_templates/ 里的文件是样板，不发布",
            "files in content/_templates/ are patterns and are not published"
        )
    } else {
        msg!("这个文件不是网站的内容，不发布", "this file is no content of the site and is not published")
    }
}
