//! What an edition's items said at a moment, as a file that git keeps: when it was frozen
//! (`*.frozen.yaml`) and when its items were taken (`*.drafted.yaml`). What changed since is found
//! by comparing.

use std::{collections::BTreeMap, fmt::Write as _};

use super::definition::words;
use crate::{
    base::{
        date::{When, human_span},
        lang::Tongue,
        path::SitePath,
        text::Span,
    },
    diagnostics::{Diagnostic, Place},
    fields::{
        self, Field, Origin,
        Shape::{Date, Integer, Mapping, Records, Text, Texts},
        Values,
        yaml::{self, Whole},
    },
};

/// What an item said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fact {
    /// Folder and id: `activities/winter-concert`.
    pub id: String,
    /// Title.
    pub title: String,
    /// When it takes place: beginnings, with the end behind a `/` where there is one.
    pub dates: Vec<String>,
    /// Its state, or empty.
    pub status: String,
    /// Where, or empty.
    pub place: String,
    /// Address of its page, relative to the root.
    pub url: String,
    /// Last day to sign up, or empty.
    pub deadline: String,
    /// What letters said of it in a sentence or two; empty where only its facts were taken.
    pub text: String,
    /// What letters said of it in one line.
    pub lines: Vec<String>,
}

/// A correction of what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrected {
    /// The day.
    pub date: When,
    /// In the words that readers got.
    pub text: String,
}

/// A letter of what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SentLetter {
    /// Segment.
    pub segment: String,
    /// Language.
    pub language: String,
    /// Subject.
    pub subject: String,
    /// Hash of the HTML and the text before anything personal stood in them.
    pub hash: String,
    /// What it held, by id.
    pub items: Vec<String>,
}

/// What was sent, or taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sent {
    /// `monthly/2026-12`.
    pub edition: String,
    /// Revision.
    pub revision: u32,
    /// What its items said.
    pub items: Vec<Fact>,
    /// Its letters.
    pub letters: Vec<SentLetter>,
    /// Its corrections, oldest first.
    pub corrections: Vec<Corrected>,
    /// What delivery noted: date, seed of Message-IDs, the ledger's id, counts. No recipient.
    pub delivery: BTreeMap<String, String>,
}

/// A kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It does not take place.
    Cancelled,
    /// It comes later, nobody knows when.
    Postponed,
    /// It was taken back.
    Withdrawn,
    /// Another time.
    Moved,
    /// Another place.
    Place,
    /// Another title.
    Title,
}

/// A change of an item since it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What changed.
    pub what: What,
    /// As it was.
    pub from: String,
    /// As it is.
    pub to: String,
}

impl What {
    /// Every change, gravest first.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Cancelled, "cancelled"),
        (Self::Postponed, "postponed"),
        (Self::Withdrawn, "withdrawn"),
        (Self::Moved, "moved"),
        (Self::Place, "place"),
        (Self::Title, "title"),
    ];

    /// By the word of an edition's file.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(what, _)| *what)
    }

    /// The word of an edition's file.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(what, _)| *what == self).map_or("", |(_, word)| word)
    }
}

/// What changed of an item since `then`; of one that is gone, `now` is none.
pub fn changes(then: &Fact, now: Option<&Fact>) -> Vec<Change> {
    let change = |what, from: &str, to: &str| Change { what, from: from.to_owned(), to: to.to_owned() };
    let Some(now) = now else { return vec![change(What::Withdrawn, &then.title, "")] };
    let became = |state: &str| now.status == state && then.status != state;
    if became("cancelled") {
        return vec![change(What::Cancelled, &then.dates.join("、"), "")];
    }
    if became("postponed") {
        return vec![change(What::Postponed, &then.dates.join("、"), "")];
    }
    let mut found = Vec::new();
    let gone: Vec<&str> = then.dates.iter().filter(|date| !now.dates.contains(date)).map(String::as_str).collect();
    let come: Vec<&str> = now.dates.iter().filter(|date| !then.dates.contains(date)).map(String::as_str).collect();
    match (gone.is_empty(), come.is_empty()) {
        (false, false) => found.push(change(What::Moved, &gone.join("、"), &come.join("、"))),
        (false, true) => found.push(change(What::Cancelled, &gone.join("、"), "")),
        // One more date is news, no change of what was announced.
        _ => {}
    }
    if then.place != now.place && !then.place.is_empty() {
        found.push(change(What::Place, &then.place, &now.place));
    }
    if then.title != now.title {
        found.push(change(What::Title, &then.title, &now.title));
    }
    found
}

/// Noted dates for readers: `2026-12-18T18:30/2026-12-18T20:00、…`. Of many the first three.
pub fn dates_in_words(noted: &str, tongue: Tongue) -> String {
    const SHOWN: usize = 3;
    let one = |text: &str| {
        let (start, end) = text.split_once('/').unwrap_or((text, ""));
        When::parse(start).map_or_else(|| text.to_owned(), |start| human_span(start, When::parse(end), tongue))
    };
    let all: Vec<&str> = noted.split('、').filter(|text| !text.is_empty()).collect();
    let shown: Vec<String> = all.iter().take(SHOWN).map(|text| one(text)).collect();
    match (tongue, all.len() > SHOWN) {
        (Tongue::Zh, true) => format!("{}等{}次", shown.join("、"), all.len()),
        (Tongue::Zh, false) => shown.join("、"),
        (Tongue::En, true) => format!("{} … ({} dates)", shown.join(", "), all.len()),
        (Tongue::En, false) => shown.join(", "),
    }
}

impl Sent {
    /// Reads the file's text; what is wrong with it is reported.
    pub fn read(path: &SitePath, text: &str, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let origin = Origin::text(path.clone());
        let place = |span: Span| Place::text(path, span);
        let node = yaml::read(text, 0, Whole::Mapping, &place, problems).node?;
        let values = fields::read(&shape(), &node, &origin, problems);
        let letter = |values: &Values| SentLetter {
            segment: values.text("segment").into(),
            language: values.text("language").into(),
            subject: values.text("subject").into(),
            hash: values.text("hash").into(),
            items: words(values, "items"),
        };
        Some(Self {
            edition: values.text("edition").into(),
            revision: values.integer("revision").and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
            items: values.records("items").iter().map(|record| fact(&record.value)).collect(),
            letters: values.records("letters").iter().map(|record| letter(&record.value)).collect(),
            corrections: values.records("corrections").iter().filter_map(|record| corrected(&record.value)).collect(),
            delivery: values
                .mapping("delivery")
                .iter()
                .map(|(key, value)| (key.value.clone(), value.value.clone()))
                .collect(),
        })
    }

    /// The text of the file.
    pub fn write(&self) -> String {
        let mut out = String::from("# 由 pbsite 写入，请提交，不要手改。 Written by pbsite: commit it, do not edit.\n");
        let _ = writeln!(out, "edition: {}\nrevision: {}", quoted(&self.edition), self.revision);
        if !self.delivery.is_empty() {
            out.push_str("delivery:\n");
        }
        for (key, value) in &self.delivery {
            let _ = writeln!(out, "  {}: {}", quoted(key), quoted(value));
        }
        out.push_str(if self.corrections.is_empty() { "" } else { "corrections:\n" });
        for Corrected { date, text } in &self.corrections {
            let _ = writeln!(out, "  - date: {date}\n    text: {}", quoted(text));
        }
        out.push_str(if self.items.is_empty() { "" } else { "items:\n" });
        for fact in &self.items {
            let _ = writeln!(out, "  - id: {}\n    title: {}", quoted(&fact.id), quoted(&fact.title));
            let pairs = [
                ("status", &fact.status),
                ("place", &fact.place),
                ("url", &fact.url),
                ("deadline", &fact.deadline),
                ("text", &fact.text),
            ];
            for (key, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
                let _ = writeln!(out, "    {key}: {}", quoted(value));
            }
            list(&mut out, "lines", &fact.lines);
            list(&mut out, "dates", &fact.dates);
        }
        out.push_str(if self.letters.is_empty() { "" } else { "letters:\n" });
        for letter in &self.letters {
            let _ = writeln!(out, "  - segment: {}", quoted(&letter.segment));
            let pairs = [("language", &letter.language), ("subject", &letter.subject), ("hash", &letter.hash)];
            for (key, value) in pairs {
                let _ = writeln!(out, "    {key}: {}", quoted(value));
            }
            list(&mut out, "items", &letter.items);
        }
        out
    }

    /// What an item said.
    pub fn fact(&self, id: &str) -> Option<&Fact> {
        self.items.iter().find(|fact| fact.id == id)
    }
}

fn list(out: &mut String, key: &str, words: &[String]) {
    if !words.is_empty() {
        let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        let _ = writeln!(out, "    {key}: [{}]", words.join(", "));
    }
}

/// A text as YAML, whatever it holds.
pub(crate) fn quoted(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("'{}'", clean.replace('\'', "''"))
}

fn fact(values: &Values) -> Fact {
    let text = |field: &str| values.text(field).to_owned();
    Fact {
        id: text("id"),
        title: text("title"),
        dates: words(values, "dates"),
        status: text("status"),
        place: text("place"),
        url: text("url"),
        deadline: text("deadline"),
        text: text("text"),
        lines: words(values, "lines"),
    }
}

fn corrected(values: &Values) -> Option<Corrected> {
    Some(Corrected { date: values.when("date")?, text: values.text("text").to_owned() })
}

fn shape() -> Vec<Field> {
    let f = Field::new;
    let items = vec![
        f("id", Text, "编号", "id").required(),
        f("title", Text, "标题", "title").required(),
        f("dates", Texts, "时间", "dates"),
        f("status", Text, "状态", "status"),
        f("place", Text, "地点", "place"),
        f("url", Text, "地址", "address"),
        f("deadline", Text, "截止", "deadline"),
        f("text", Text, "文字", "text"),
        f("lines", Texts, "要点", "lines"),
    ];
    let corrections = vec![f("date", Date, "日期", "date").required(), f("text", Text, "文字", "text").required()];
    let letters = vec![
        f("segment", Text, "分组", "segment").required(),
        f("language", Text, "语言", "language").required(),
        f("subject", Text, "标题", "subject"),
        f("hash", Text, "校验", "hash"),
        f("items", Texts, "条目", "items"),
    ];
    vec![
        f("edition", Text, "期", "edition").required(),
        f("revision", Integer, "第几稿", "revision"),
        f("delivery", Mapping, "发送", "delivery"),
        f("items", Records(items), "条目", "items"),
        f("letters", Records(letters), "邮件", "letters"),
        f("corrections", Records(corrections), "更正", "corrections"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concert() -> Fact {
        Fact {
            id: "activities/concert".into(),
            title: "音乐会：'冬'".into(),
            dates: vec!["2026-12-18T18:30/2026-12-18T20:00".into()],
            status: "confirmed".into(),
            place: "江宁 · 礼堂".into(),
            url: "activities/concert/".into(),
            deadline: "2026-12-16".into(),
            text: "唱七首歌。".into(),
            lines: vec!["60 人".into()],
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let letter = SentLetter {
            segment: "school".into(),
            language: "zh-Hans".into(),
            subject: "# 标题: {一}".into(),
            hash: "0".into(),
            items: vec!["activities/concert".into()],
        };
        let sent = Sent {
            edition: "monthly/2026-12".into(),
            revision: 2,
            items: vec![concert(), Fact { id: "a/b".into(), title: "二".into(), ..Fact::default() }],
            letters: vec![letter],
            corrections: vec![Corrected { date: When::parse("2026-11-20").unwrap(), text: "改到七点".into() }],
            delivery: [("ledger".to_owned(), "0042".to_owned())].into(),
        };
        let mut problems = Vec::new();
        let path = SitePath::new("content/editions/monthly/2026-12.frozen.yaml").unwrap();
        let again = Sent::read(&path, &sent.write(), &mut problems);
        assert_eq!(problems, []);
        assert_eq!(again, Some(sent));
    }

    #[test]
    fn changes_are_told_gravest_first() {
        let check = |change: &dyn Fn(&mut Fact), expected: &[What]| {
            let mut now = concert();
            change(&mut now);
            let found: Vec<What> = changes(&concert(), Some(&now)).iter().map(|change| change.what).collect();
            assert_eq!(found, expected);
        };
        check(&|_| {}, &[]);
        check(&|fact| fact.status = "cancelled".into(), &[What::Cancelled]);
        check(&|fact| fact.status = "postponed".into(), &[What::Postponed]);
        check(&|fact| fact.dates = vec!["2026-12-19T18:30".into()], &[What::Moved]);
        check(&|fact| fact.dates.push("2026-12-25".into()), &[]);
        check(&|fact| fact.dates.clear(), &[What::Cancelled]);
        check(&|fact| fact.place = "别处".into(), &[What::Place]);
        assert_eq!(changes(&concert(), None)[0].what, What::Withdrawn);
    }
}
