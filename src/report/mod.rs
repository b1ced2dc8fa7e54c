//! A page about a change, for a pull request or as an artefact of CI: what must be mended, what
//! should be, what changes on the site, what happens by itself later.
//!
//! For editors, in the site's language: each finding with the line to paste and a link to the line
//! on the forge. The page is made of blocks; one file prints them as Markdown, one as HTML.

mod changes;
mod forge;
mod html;
mod markdown;

use crate::{
    base::{
        lang::{Message, Tongue},
        path::SitePath,
    },
    diagnostics::{
        Located, Report, Severity,
        printers::{counts, in_words, pasted},
    },
    msg,
    site::{Contents, Upcoming, UpcomingChange},
};

pub use changes::{Change, Changes};
pub use forge::Forge;

/// How the page is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// Markdown, for a comment or a summary.
    Markdown,
    /// A page of its own.
    Html,
}

/// What the page is about.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The site's name.
    pub name: &'a str,
    /// Problems.
    pub report: &'a Report,
    /// What waits.
    pub contents: &'a Contents,
    /// What changes, where it was compared with an earlier build.
    pub changes: Option<Changes>,
    /// Where the files can be seen.
    pub forge: Option<Forge>,
    /// Files that were treated as if they were absent.
    pub left_out: &'a [SitePath],
}

/// A part of the page.
#[derive(Debug, PartialEq, Eq)]
enum Block {
    Title(String),
    /// What decides, right below the title.
    Verdict(String),
    Heading(String),
    Note(String),
    Entries(Vec<Entry>),
}

/// One thing of a list.
#[derive(Debug, Default, PartialEq, Eq)]
struct Entry {
    /// Words before the text, with where they lead.
    place: Option<(String, Option<String>)>,
    text: String,
    help: Option<String>,
    /// Lines to paste.
    paste: Option<String>,
}

/// Findings, pages and moments beyond these are counted: nobody reads on.
const SHOWN: usize = 100;

/// The page.
pub fn page(facts: &Facts<'_>, form: Form, tongue: Tongue) -> String {
    let blocks = Writer { facts, tongue }.blocks();
    match form {
        Form::Markdown => markdown::print(&blocks),
        Form::Html => html::print(&blocks, tongue),
    }
}

struct Writer<'a> {
    facts: &'a Facts<'a>,
    tongue: Tongue,
}

impl Writer<'_> {
    fn say(&self, message: &Message) -> String {
        message.text(self.tongue).to_owned()
    }

    fn blocks(&self) -> Vec<Block> {
        let name = self.facts.name;
        let mut blocks = vec![Block::Title(self.say(&msg!("{name}：检查报告", "{name}: report")))];
        blocks.push(Block::Verdict(self.verdict()));
        if !self.facts.left_out.is_empty() {
            let files = self.facts.left_out.iter().map(SitePath::as_str).collect::<Vec<_>>().join(", ");
            blocks.push(Block::Note(self.say(&msg!("这一次没有算上：{files}", "Left out this time: {files}"))));
        }
        self.problems(&mut blocks, Severity::Error, &msg!("必须改", "Must be mended"));
        self.problems(&mut blocks, Severity::Warning, &msg!("最好改", "Should be mended"));
        self.problems(&mut blocks, Severity::Note, &msg!("可以更好", "Could be better"));
        self.changes(&mut blocks);
        self.upcoming(&mut blocks);
        blocks
    }

    fn verdict(&self) -> String {
        let report = self.facts.report;
        let (errors, warnings) = (report.errors(), report.warnings());
        let counts = counts(report, self.tongue);
        self.say(&match (errors, warnings + report.notes()) {
            (0, 0) => msg!("✅ 没有发现问题，可以发布。", "✅ No problem was found: it can be published."),
            (0, _) => msg!("✅ 可以发布。{counts}。", "✅ It can be published. {counts}."),
            _ => msg!(
                "❌ 改好下面的错误以前，网站不会更新，读者看到的还是原来的内容。{counts}。",
                "❌ Until the errors below are mended the site stays as it is. {counts}."
            ),
        })
    }

    fn problems(&self, blocks: &mut Vec<Block>, severity: Severity, heading: &Message) {
        let of_level = |located: &&Located| located.diagnostic.severity == severity;
        let problems: Vec<&Located> = self.facts.report.problems.iter().filter(of_level).collect();
        if problems.is_empty() {
            return;
        }
        let count = problems.len();
        blocks.push(Block::Heading(format!("{} ({count})", self.say(heading))));
        self.entries(blocks, problems.into_iter().map(|located| self.problem(located)).collect());
    }

    fn problem(&self, located: &Located) -> Entry {
        let problem = &located.diagnostic;
        let number = problem.code.number();
        let line = located.at.map(|at| at.0.line);
        let words = in_words(&problem.place, self.tongue);
        let words = words.map(|place| match line {
            Some(line) => self.say(&msg!("{place} 第 {line} 行", "{place} line {line}")),
            None => place,
        });
        let url = self.facts.forge.as_ref().zip(problem.place.file_name());
        let url = url.map(|(forge, file)| forge.link(file, line));
        Entry {
            place: words.map(|words| (words, url)),
            text: format!("{} ({number})", self.say(&problem.message)),
            help: problem.help.as_ref().map(|help| self.say(help)),
            paste: pasted(located, self.facts.report),
        }
    }

    /// The entries, at most [`SHOWN`] of them, and how many more there are.
    fn entries(&self, blocks: &mut Vec<Block>, mut entries: Vec<Entry>) {
        let more = entries.len().saturating_sub(SHOWN);
        entries.truncate(SHOWN);
        blocks.push(Block::Entries(entries));
        if more > 0 {
            blocks.push(Block::Note(self.say(&msg!("还有 {more} 项没有列出。", "{more} more are not listed."))));
        }
    }

    fn changes(&self, blocks: &mut Vec<Block>) {
        blocks.push(Block::Heading(self.say(&msg!("网站的变化", "What changes on the site"))));
        let Some(changes) = &self.facts.changes else {
            blocks.push(Block::Note(self.say(&msg!(
                "没有和上一次发布比较（--previous），不知道网站有什么变化。",
                "It was not compared with an earlier build (--previous): what changes is not known."
            ))));
            return;
        };
        let Changes { added, changed, gone, lists } = changes;
        let mut entries = Vec::new();
        for (pages, word) in [(added, msg!("新增", "new")), (changed, msg!("更新", "changed"))] {
            entries.extend(pages.iter().map(|Change { address, title, row }| Entry {
                place: Some((self.say(&word), None)),
                text: self.say(&match row {
                    None => msg!("《{title}》 /{address}", "“{title}” /{address}"),
                    Some(row) => msg!("《{title}》 /{address}（{row}）", "“{title}” /{address} ({row})"),
                }),
                ..Entry::default()
            }));
        }
        entries.extend(gone.iter().map(|Change { address, title, .. }| Entry {
            place: Some((self.say(&msg!("没有了", "gone")), None)),
            text: match title.as_str() {
                "" => format!("/{address}"),
                title => self.say(&msg!("《{title}》 /{address}", "“{title}” /{address}")),
            },
            help: Some(self.say(&msg!(
                "收藏或转发过这个网址的人会打不开；换了网址的，在新文件里写 aliases: [/{address}]",
                "who kept this address will find nothing; if the page moved, write in its file: aliases: [/{address}]"
            ))),
            ..Entry::default()
        }));
        let nothing = entries.is_empty() && *lists == 0;
        if !entries.is_empty() {
            self.entries(blocks, entries);
        }
        if *lists > 0 {
            blocks.push(Block::Note(self.say(&msg!(
                "另有 {lists} 个首页、列表一类的页面随之变化。",
                "{lists} lists and other pages change along with them."
            ))));
        }
        if nothing {
            blocks.push(Block::Note(self.say(&msg!("没有变化。", "Nothing changes."))));
        }
    }

    fn upcoming(&self, blocks: &mut Vec<Block>) {
        let upcoming = &self.facts.contents.upcoming;
        if upcoming.is_empty() {
            return;
        }
        blocks.push(Block::Heading(self.say(&msg!("到时候自动发生", "What happens by itself later"))));
        self.entries(blocks, upcoming.iter().map(|upcoming| self.moment(upcoming)).collect());
    }

    fn moment(&self, upcoming: &Upcoming) -> Entry {
        let Upcoming { when, change, path, title } = upcoming;
        let when = when.strftime("%Y-%m-%d %H:%M").to_string();
        let url = self.facts.forge.as_ref().map(|forge| forge.link(path.as_str(), None));
        let text = match change {
            UpcomingChange::Appears => msg!("发布《{title}》", "“{title}” appears"),
            UpcomingChange::Expires => msg!("《{title}》过期，离开列表", "“{title}” expires and leaves the lists"),
        };
        Entry { place: Some((when, url)), text: self.say(&text), ..Entry::default() }
    }
}

#[cfg(test)]
mod tests;
