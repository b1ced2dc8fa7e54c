//! The site's own proofreading list, `content/data/proofread.yaml`. The page: `proofread.md`.
//!
//! ```yaml
//! - {wrong: 登陆, right: 登录, why: 登陆是上岸, source: 《现代汉语词典》, unless: [台风登陆], level: warning}
//! ```

use aho_corasick::{AhoCorasick, MatchKind};

use super::text::Text;
use crate::{
    base::{hash::Key, lang::Message, path::SitePath},
    diagnostics::{Code, Diagnostic, Place, Severity},
    fields::{self, Field, NodeValue, Origin, Shape, Values, yaml},
    msg,
    source::Files,
};

/// Where a site keeps its list.
pub const FILE: &str = "content/data/proofread.yaml";

/// What a site's editors are told to write otherwise.
#[derive(Debug, Default)]
pub(super) struct List {
    entries: Vec<Entry>,
    /// Every wrong form, by the index of its entry.
    wrong: Option<AhoCorasick>,
}

#[derive(Debug, Hash)]
struct Entry {
    wrong: String,
    right: String,
    why: String,
    source: String,
    /// Longer texts that hold the wrong form and are right.
    unless: Vec<String>,
    severity: Option<Severity>,
}

/// The fields of an entry.
fn entry() -> Vec<Field> {
    use Shape::{Choice, Text, Texts};
    let f = Field::new;
    vec![
        f("wrong", Text, "错的写法", "wrong form").required(),
        f("right", Text, "对的写法", "right form").required(),
        f("why", Text, "理由", "reason"),
        f("source", Text, "依据", "source"),
        f("level", Choice(["off", "warning", "error"].map(String::from).into()), "级别", "level"),
        f("unless", Texts, "例外", "exceptions"),
    ]
}

impl List {
    /// Reads the list; no file is an empty one.
    pub(super) fn read(files: &dyn Files, problems: &mut Vec<Diagnostic>) -> Self {
        let Some((file, text)) = SitePath::new(FILE).ok().and_then(|file| Some((file.clone(), files.text(&file)?)))
        else {
            return Self::default();
        };
        let read = yaml::read(&text, 0, yaml::Whole::List, &|span| Place::text(&file, span), problems);
        let Some(node) = read.node else { return Self::default() };
        let origin = Origin::text(file);
        let nodes = match node.value {
            NodeValue::List(nodes) => nodes,
            NodeValue::Null => Vec::new(),
            _ => {
                let message = msg!("这里应当是一个清单", "here should stand a list");
                let help = msg!(
                    "每一条写成：- {{wrong: 登陆, right: 登录}}",
                    "write each entry: - {{wrong: 登陆, right: 登录}}"
                );
                problems.push(Diagnostic::new(Code::NotAMapping, origin.place(node.at), message).help(help));
                Vec::new()
            }
        };
        let fields = entry();
        let entries = nodes.iter().filter_map(|node| Entry::new(&fields::read(&fields, node, &origin, problems)));
        Self::new(entries.collect())
    }

    fn new(entries: Vec<Entry>) -> Self {
        let words = entries.iter().map(|entry| &entry.wrong);
        // Of two that begin at one place the longer is meant. A list too large for an automaton
        // has gigabytes.
        let wrong = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words).ok();
        Self { wrong: wrong.filter(|_| !entries.is_empty()), entries }
    }

    /// What tells this list from others.
    pub(super) fn fingerprint(&self) -> Key {
        Key::of(&self.entries)
    }

    /// Reports each entry once for a text, at its first place.
    pub(super) fn check(&self, text: &mut Text<'_>) {
        let Some(wrong) = &self.wrong else { return };
        let mut told: Vec<(usize, Diagnostic, usize)> = Vec::new();
        for found in wrong.find_iter(text.words) {
            let n = found.pattern().as_usize();
            let entry = &self.entries[n];
            if entry.is_right(text.words, found.range()) {
                continue;
            }
            match told.iter_mut().find(|(other, ..)| *other == n) {
                Some((.., count)) => *count += 1,
                None => told.push((n, entry.diagnostic(text.place(found.range())), 1)),
            }
        }
        for (_, mut problem, count) in told {
            if count > 1 {
                let Message { zh, en } = problem.message;
                problem.message = msg!("{zh}，共 {count} 处", "{en}, {count} times");
            }
            text.add(problem);
        }
    }
}

impl Entry {
    fn new(values: &Values) -> Option<Self> {
        let (wrong, right) = (values.text("wrong"), values.text("right"));
        let severity = match values.text("level") {
            "off" => return None,
            "error" => Some(Severity::Error),
            "warning" => Some(Severity::Warning),
            _ => None,
        };
        let mut unless: Vec<String> = values.texts("unless").iter().map(|spot| spot.value.clone()).collect();
        // `党群服务` is wrong where it should be `党群服务中心`, but not inside of it.
        unless.push(right.to_owned());
        unless.retain(|longer| longer.contains(wrong));
        let own = |name: &str| values.text(name).to_owned();
        let made =
            Self { wrong: wrong.into(), right: right.into(), why: own("why"), source: own("source"), unless, severity };
        (!wrong.is_empty() && !right.is_empty() && wrong != right).then_some(made)
    }

    /// Whether a place where the wrong form stands is part of an exception.
    fn is_right(&self, words: &str, range: std::ops::Range<usize>) -> bool {
        self.unless.iter().any(|longer| {
            longer.match_indices(&self.wrong).any(|(at, _)| {
                let start = range.start.checked_sub(at);
                start.and_then(|start| words.get(start..start + longer.len())) == Some(longer)
            })
        })
    }

    fn diagnostic(&self, place: Place) -> Diagnostic {
        let Self { wrong, right, why, source, .. } = self;
        let message = msg!("“{wrong}”应当写成“{right}”", "`{wrong}` should be `{right}`");
        let mut help = msg!("写成：{right}", "write: {right}");
        for (before, after, note) in [("；理由：", "; ", why), ("；依据：", "; see ", source)] {
            if !note.is_empty() {
                help = Message { zh: format!("{}{before}{note}", help.zh), en: format!("{}{after}{note}", help.en) };
            }
        }
        let problem = Diagnostic::new(Code::Proofread, place, message).help(help);
        Diagnostic { severity: self.severity.unwrap_or(problem.severity), ..problem }
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::text::tests::found;

    const LIST: &str = "\
- {wrong: 登陆, right: 登录, why: 登陆是上岸, source: 词典, unless: [台风登陆, 登陆上海]}
- {wrong: 党群中心, right: 后滩党群中心}
- {wrong: 截止目前, right: 截至目前, level: error}
- {wrong: 帐号, right: 账号, level: \"off\"}
";

    fn check(words: &str, expect: &[&str]) {
        assert_eq!(found(LIST, &[], words), expect, "{words}");
    }

    #[test]
    fn entries_with_exceptions() {
        check("请登陆后台，再登陆前台", &["PB2016 登陆|“登陆”应当写成“登录”，共 2 处"]);
        check("台风登陆，诺曼底没有；登陆上海", &[]);
        check("后滩党群中心，党群中心", &["PB2016 党群中心|“党群中心”应当写成“后滩党群中心”"]);
        check("截止目前", &["PB2016 截止目前|“截止目前”应当写成“截至目前”"]);
        check("帐号", &[]);
    }
}
