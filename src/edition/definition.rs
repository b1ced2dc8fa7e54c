//! A digest's definition, `content/digests/*.md`, typed: how often, who sends, what its editions
//! hold, who gets which letter.

use std::collections::BTreeSet;

use crate::{
    base::{nearest::nearest, slug::is_id},
    catalogue::Catalogue,
    diagnostics::{Code, Diagnostic},
    fields::{At, Spot, Values},
    model::{Behaviour, Item},
    msg,
};

/// How often a digest comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cadence {
    /// Each week.
    Weekly,
    /// Each month.
    Monthly,
    /// Each quarter.
    Quarterly,
    /// Each year.
    Yearly,
    /// When there is a reason.
    Once,
}

/// What a segment gets when nothing of an edition is for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Empty {
    /// No letter.
    None,
    /// The calendar alone.
    Calendar,
}

/// Where a section takes its items from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Articles of a column.
    Column(usize),
    /// The course menu.
    Courses,
    /// What takes place in the period.
    Calendar,
    /// What closes soon.
    Closing,
    /// What changed since the last edition.
    Changes,
    /// What partners may answer, what is due, who chairs next.
    Partners,
    /// The last period in figures.
    Figures,
    /// A standing text.
    Text,
    /// Items of a kind.
    Query(usize),
}

/// A section of a definition.
#[derive(Debug, Clone)]
pub struct Section {
    /// Heading.
    pub title: String,
    /// Where its items come from.
    pub source: Source,
    /// Only items with this tag; empty for any.
    pub tag: String,
    /// How many days ahead it looks.
    pub days: i32,
    /// How many items at most.
    pub limit: usize,
    /// A standing text.
    pub text: String,
    /// Whether what stands in a section before stands here in full again.
    pub repeat: bool,
    /// Kinds of units that it is for; none for all.
    pub units: Vec<String>,
}

/// A part of the readers, and the rule that says who belongs to it. An empty rule takes everybody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Segment {
    /// Id.
    pub id: String,
    /// What people call it.
    pub label: String,
    /// Kinds of units.
    pub units: Vec<String>,
    /// Units by id or name.
    pub names: Vec<String>,
    /// Districts or streets.
    pub districts: Vec<String>,
    /// Topics.
    pub topics: Vec<String>,
    /// Languages.
    pub languages: Vec<String>,
}

/// What is known of a reader; empty where unknown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Person<'a> {
    /// Id or name of the unit.
    pub unit: &'a str,
    /// Id of its kind.
    pub unit_kind: &'a str,
    /// District or street.
    pub district: &'a str,
    /// Topics.
    pub topics: &'a [String],
    /// Language.
    pub language: &'a str,
}

/// Whom an item is for, and where it is; empty where it does not say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meant {
    /// Kinds of units.
    pub units: Vec<String>,
    /// Topics.
    pub topics: Vec<String>,
    /// Place and address, in words.
    pub ground: String,
}

/// A digest.
#[derive(Debug, Clone)]
pub struct Digest {
    /// Its item.
    pub item: usize,
    /// Its id.
    pub id: String,
    /// How often it comes.
    pub cadence: Cadence,
    /// Its sections, in order.
    pub sections: Vec<Section>,
    /// Its segments; a reader belongs to the first that fits.
    pub segments: Vec<Segment>,
    /// What a segment gets when there is nothing for it.
    pub empty: Empty,
    /// Days after an edition's date in which it may be sent; none for the end of its period.
    pub not_after: Option<i64>,
    /// The name of its templates below `email/`.
    pub template: String,
}

impl Segment {
    /// Whether a reader belongs to it.
    pub fn takes(&self, person: &Person<'_>) -> bool {
        let named = |rule: &[String], word: &str| rule.is_empty() || rule.iter().any(|known| known == word);
        let topics = self.topics.is_empty() || self.topics.iter().any(|topic| person.topics.contains(topic));
        named(&self.units, person.unit_kind)
            && named(&self.names, person.unit)
            && named(&self.districts, person.district)
            && named(&self.languages, person.language)
            && topics
    }

    /// Whether something is for it: what names nobody is for everybody.
    pub fn wants(&self, meant: &Meant) -> bool {
        let meets = |rule: &[String], named: &[String]| {
            rule.is_empty() || named.is_empty() || rule.iter().any(|word| named.contains(word))
        };
        let here = self.districts.is_empty()
            || meant.ground.is_empty()
            || self.districts.iter().any(|district| meant.ground.contains(district.as_str()));
        meets(&self.units, &meant.units) && meets(&self.topics, &meant.topics) && here
    }

    /// Whether it takes whoever comes.
    pub fn takes_everybody(&self) -> bool {
        [&self.units, &self.names, &self.districts, &self.topics, &self.languages].iter().all(|rule| rule.is_empty())
    }
}

impl Digest {
    /// Every definition of the site, in the catalogue's order; what is wrong with one is reported.
    pub fn all(catalogue: &Catalogue, problems: &mut Vec<Diagnostic>) -> Vec<Self> {
        let digests = (0..catalogue.items.len()).filter(|i| catalogue.behaviour(*i) == Behaviour::Digest);
        digests.map(|i| Reading { catalogue, item: &catalogue.items[i], problems }.digest(i)).collect()
    }

    /// Its pattern of subjects.
    pub fn subject<'c>(&self, catalogue: &'c Catalogue) -> &'c str {
        catalogue.items[self.item].values.text("subject")
    }
}

struct Reading<'r> {
    catalogue: &'r Catalogue,
    item: &'r Item,
    problems: &'r mut Vec<Diagnostic>,
}

impl Reading<'_> {
    fn digest(&mut self, i: usize) -> Digest {
        let values = &self.item.values;
        self.sender();
        let template = match values.text("template") {
            "" => "letter",
            name => name,
        };
        Digest {
            item: i,
            id: self.item.id.clone(),
            cadence: match values.text("cadence") {
                "weekly" => Cadence::Weekly,
                "quarterly" => Cadence::Quarterly,
                "yearly" => Cadence::Yearly,
                "once" => Cadence::Once,
                _ => Cadence::Monthly,
            },
            sections: values.records("sections").iter().filter_map(|section| self.section(section)).collect(),
            segments: self.segments(),
            empty: if values.text("empty") == "calendar" { Empty::Calendar } else { Empty::None },
            not_after: values.integer("not_after"),
            template: template.to_owned(),
        }
    }

    fn report(&mut self, at: Option<At>, message: crate::base::lang::Message, help: crate::base::lang::Message) {
        self.problems.push(Diagnostic::new(Code::DigestDefinition, self.item.place(at), message).help(help));
    }

    fn sender(&mut self) {
        let Some(sender) = self.item.values.record("sender") else { return };
        for field in ["email", "reply_to", "unsubscribe"] {
            let address = sender.text(field);
            if !address.is_empty() && !is_address(address) {
                let message = msg!("“{address}”不是邮箱地址", "`{address}` is no mail address");
                let help = msg!("写成：{field}: digest@example.org", "write: {field}: digest@example.org");
                self.report(sender.at(field), message, help);
            }
        }
    }

    fn section(&mut self, section: &Spot<Values>) -> Option<Section> {
        let values = &section.value;
        let source = match values.text("from") {
            "column" => self.column(section)?,
            "courses" => Source::Courses,
            "calendar" => Source::Calendar,
            "closing" => Source::Closing,
            "changes" => Source::Changes,
            "partners" => Source::Partners,
            "figures" => Source::Figures,
            "text" => self.text(section)?,
            "query" => self.query(section)?,
            _ => return None,
        };
        Some(Section {
            title: values.text("title").to_owned(),
            source,
            tag: values.text("tag").to_owned(),
            days: values.integer("days").and_then(|days| i32::try_from(days).ok()).filter(|d| *d > 0).unwrap_or(14),
            limit: values.integer("limit").and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0).unwrap_or(5),
            text: values.text("text").to_owned(),
            repeat: values.boolean("repeat").unwrap_or_default(),
            units: words(values, "units"),
        })
    }

    fn column(&mut self, section: &Spot<Values>) -> Option<Source> {
        let columns = &self.catalogue.settings.columns;
        let wanted = section.value.text("column");
        if let Some(column) = columns.iter().position(|column| column.id == wanted) {
            return Some(Source::Column(column));
        }
        let first = columns.first().map_or("news", |column| column.id.as_str());
        self.report(
            Some(section.at),
            msg!("这个版块取自栏目，但没有写哪一个栏目", "this section is of a column, but names none"),
            msg!("加上：column: {first}", "add: column: {first}"),
        );
        None
    }

    fn text(&mut self, section: &Spot<Values>) -> Option<Source> {
        if !section.value.text("text").is_empty() {
            return Some(Source::Text);
        }
        self.report(
            Some(section.at),
            msg!("这个版块是一段文字，但没有写文字", "this section is a text, but has none"),
            msg!("加上：text: 要说的话", "add: text: what is to be said"),
        );
        None
    }

    fn query(&mut self, section: &Spot<Values>) -> Option<Source> {
        let kinds = &self.catalogue.kinds;
        let wanted = section.value.text("kind");
        if let Some(kind) = kinds.by_folder(wanted) {
            return Some(Source::Query(kind));
        }
        let names = || kinds.iter().map(|(_, kind)| kind.name.as_str());
        let near = nearest(wanted, names(), 3).join(", ");
        let all = if near.is_empty() { names().collect::<Vec<_>>().join(", ") } else { near };
        let at = section.value.at("kind").unwrap_or(section.at);
        self.report(
            Some(at),
            msg!("没有“{wanted}”这种内容", "there is no kind of content `{wanted}`"),
            msg!("可以写：{all}", "write one of: {all}"),
        );
        None
    }

    fn segments(&mut self) -> Vec<Segment> {
        let mut segments: Vec<Segment> = Vec::new();
        let mut seen = BTreeSet::new();
        for record in self.item.values.records("segments") {
            let values = &record.value;
            let id = values.text("id");
            if !is_id(id) || !seen.insert(id) {
                self.report(
                    values.at("id"),
                    msg!("分组的编号“{id}”重复了，或者不是小写字母和数字", "`{id}` is no id, or was used before"),
                    msg!("写成：id: schools", "write: id: schools"),
                );
            }
            if let Some(before) = segments.iter().find(|segment| segment.takes_everybody()) {
                let label = &before.label;
                self.report(
                    Some(record.at),
                    msg!(
                        "轮不到这个分组：前面的“{label}”不分对象，谁都归它",
                        "nobody gets here: `{label}` above takes everybody"
                    ),
                    msg!("把“{label}”移到最后", "move `{label}` to the end"),
                );
            }
            segments.push(Segment {
                id: id.to_owned(),
                label: values.text("label").to_owned(),
                units: words(values, "units"),
                names: words(values, "names"),
                districts: words(values, "districts"),
                topics: words(values, "topics"),
                languages: words(values, "languages"),
            });
        }
        segments
    }
}

/// The words of a list.
pub(super) fn words(values: &Values, field: &str) -> Vec<String> {
    values.texts(field).iter().map(|spot| spot.value.clone()).collect()
}

/// Whether a text may stand as an address in a header: one `@`, no white space, no brackets.
fn is_address(text: &str) -> bool {
    let fine = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')');
    text.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && host.contains('.') && !host.contains('@') && text.chars().all(fine)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(units: &[&str], topics: &[&str], districts: &[&str]) -> Segment {
        let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Segment { units: own(units), topics: own(topics), districts: own(districts), ..Segment::default() }
    }

    #[test]
    fn a_reader_belongs_where_every_rule_fits() {
        let topics = ["音乐".to_owned()];
        let person = Person { unit_kind: "school", topics: &topics, ..Person::default() };
        assert!(segment(&["school"], &[], &[]).takes(&person));
        assert!(segment(&["school"], &["音乐", "亲子"], &[]).takes(&person));
        assert!(!segment(&["school"], &["亲子"], &[]).takes(&person));
        assert!(!segment(&["estate"], &[], &[]).takes(&person));
        assert!(segment(&[], &[], &[]).takes(&Person::default()));
        assert!(!segment(&["school"], &[], &[]).takes(&Person::default()));
    }

    #[test]
    fn what_names_nobody_is_for_everybody() {
        let meant = |units: &[&str], ground: &str| Meant {
            units: units.iter().map(|word| (*word).to_owned()).collect(),
            ground: ground.into(),
            ..Meant::default()
        };
        assert!(segment(&["school"], &[], &[]).wants(&meant(&[], "")));
        assert!(segment(&["school"], &[], &[]).wants(&meant(&["school", "estate"], "")));
        assert!(!segment(&["school"], &[], &[]).wants(&meant(&["estate"], "")));
        assert!(segment(&[], &[], &["江宁"]).wants(&meant(&[], "江宁会堂")));
        assert!(!segment(&[], &[], &["临汾"]).wants(&meant(&[], "江宁会堂")));
    }

    #[test]
    fn addresses_cannot_carry_headers() {
        assert!(is_address("digest@wuxing.example.org"));
        for wrong in ["digest", "a@b", "a@b.org\nBcc: c@d.org", "a <b@c.org>", "a@b@c.org", "@c.org"] {
            assert!(!is_address(wrong), "{wrong}");
        }
    }
}
