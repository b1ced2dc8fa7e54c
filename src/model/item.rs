//! One document by its kind: an item, with everything that holds for every kind taken out of its
//! fields and checked.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::{Behaviour, KindSpec, Kinds, State};
use crate::{
    base::{
        date::When,
        lang::Lang,
        nearest::nearest,
        path::SitePath,
        slug::{is_id, slug},
    },
    config::Settings,
    diagnostics::{Code, Diagnostic, Place},
    document::{Body, Document, Form, Name},
    fields::{self, At, Origin, Values},
    msg,
    schedule::{self, Schedule},
};

/// Something that the site publishes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Item {
    /// Index of its kind.
    pub kind: usize,
    /// Id, unique within its kind and language.
    pub id: String,
    /// Language.
    pub lang: Lang,
    /// The file. A source is known by it, so that it is not kept with what was made of it.
    #[serde(skip, default = "SitePath::unknown")]
    pub path: SitePath,
    /// What turns places of its fields into places of diagnostics.
    #[serde(skip, default = "Origin::unknown")]
    pub origin: Origin,
    /// Title.
    pub title: String,
    /// Date of publication.
    pub date: Option<When>,
    /// Date of the last change: `updated`, else `date`.
    pub changed: Option<When>,
    /// Whether it stays unpublished.
    pub draft: bool,
    /// The end of its time in lists.
    pub expires: Option<When>,
    /// Set when it was taken back.
    pub withdrawn: Option<Withdrawal>,
    /// Of articles: the index of its column.
    pub column: Option<usize>,
    /// When it takes place.
    pub schedule: Option<Schedule>,
    /// Its state.
    pub state: Option<State>,
    /// All its fields.
    pub values: Values,
    /// Its text.
    pub body: Body,
    /// Whether it is a file or a row of one.
    pub form: Form,
}

/// That an item was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// When.
    pub date: When,
    /// Why.
    pub reason: String,
}

/// Whether readers see an item at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// In lists and with a page.
    Listed,
    /// A page, marked, but in no list: its time is over.
    Expired,
    /// A stub without its text.
    Withdrawn,
    /// Not yet: its date is to come.
    Scheduled,
    /// Not at all.
    Draft,
}

impl Item {
    /// Whether readers see it at `now`; with `drafts` what waits is shown too.
    pub fn presence(&self, now: DateTime, drafts: bool) -> Presence {
        if self.draft && !drafts {
            Presence::Draft
        } else if self.date.is_some_and(|date| date.start() > now) && !drafts {
            Presence::Scheduled
        } else if self.withdrawn.is_some() {
            Presence::Withdrawn
        } else if self.expires.is_some_and(|expires| expires.end() <= now) {
            Presence::Expired
        } else {
            Presence::Listed
        }
    }

    /// Whether only `drafts` shows it at `now`.
    pub fn waits(&self, now: DateTime) -> bool {
        self.draft || self.date.is_some_and(|date| date.start() > now)
    }

    /// The next moment after `now` at which it is shown differently: listed or not, marked or not.
    pub fn next_change(&self, now: DateTime, drafts: bool) -> Option<DateTime> {
        let seen = |moment| (self.presence(moment, drafts), self.waits(moment));
        let moments = [self.date.map(When::start), self.expires.map(When::end)].into_iter().flatten();
        moments.filter(|moment| *moment > now && seen(*moment) != seen(now)).min()
    }

    /// The last change that its file tells of; a correction is one whether or not `updated` says so.
    pub fn last_change(&self) -> Option<When> {
        let corrections = self.values.records("corrections").iter();
        self.changed.max(corrections.filter_map(|record| record.value.when("date")).max())
    }

    /// The place of a field, or of the file where it has none.
    pub fn place(&self, at: Option<At>) -> Place {
        // Of a row the title says at least which one it is.
        let at = at.or_else(|| self.values.at("title").filter(|_| self.form == Form::Row));
        at.map_or_else(|| Place::File(self.path.clone()), |at| self.origin.place(at))
    }

    /// Where it stands, if it is a row of a table: `content/needs/2026.csv:5`, of a YAML list by its
    /// title: `content/needs/2026.yaml《title》`.
    pub fn row(&self) -> Option<String> {
        if self.form != Form::Row {
            return None;
        }
        let (path, title) = (&self.path, &self.title);
        Some(match self.values.at("title").map(|at| self.origin.place(at)) {
            Some(Place::Cell { sheet, row, .. }) if sheet.is_empty() => format!("{path}:{row}"),
            Some(Place::Cell { sheet, row, .. }) => format!("{path}#{sheet}:{row}"),
            _ => format!("{path}《{title}》"),
        })
    }

    /// The lead, or the beginning of the text.
    pub fn summary(&self) -> &str {
        match self.values.text("lead") {
            "" => &self.body.scan.excerpt,
            lead => lead,
        }
    }
}

/// Makes an item of a document. Every problem of its front matter is reported, and an item comes of
/// it all the same, so that files that refer to it do not complain too; `None` where it is of no
/// kind.
pub(super) fn item(
    document: Document,
    kinds: &Kinds,
    settings: &Settings,
    problems: &mut Vec<Diagnostic>,
) -> Option<Item> {
    let folder = document.path.as_str().strip_prefix("content/")?.split('/').next().unwrap_or_default().to_owned();
    let kind = kind_of(&document, &folder, kinds, problems)?;
    let spec = kinds.get(kind);
    let (values, unread) = read_fields(&document, spec, problems);
    let Document { path, origin, front: block, mut body, form, .. } = document;
    let front = block.at;
    let maker = Maker { form, path: &path, origin: &origin, values: &values, spec, settings, front, unread };
    let (id, lang) = maker.identity(problems);
    let column = maker.column(problems);
    let date = maker.date(problems);
    let schedule = values
        .record("schedule")
        .zip(written(&block, "schedule"))
        .and_then(|(block, node)| schedule::read(block, node, &origin, &settings.zone, problems));
    let state = State::read(&values, schedule.as_ref(), &origin, problems);
    maker.order_of_dates(problems);
    maker.media_texts(problems);
    let title = match values.text("title") {
        "" => id.clone(),
        title => title.to_owned(),
    };
    // What stands in for a lead is not kept beside one.
    if !values.text("lead").is_empty() {
        body.scan.excerpt = String::new();
    }
    let approved = values.text("status") == "approved";
    let withdrawn = values
        .record("withdrawn")
        .and_then(|record| Some(Withdrawal { date: record.when("date")?, reason: record.text("reason").into() }));
    Some(Item {
        kind,
        id,
        lang,
        title,
        date,
        changed: values.when("updated").or(date),
        draft: values.boolean("draft").unwrap_or(false) || spec.behaviour == Behaviour::Edition && !approved,
        expires: values.when("expires"),
        withdrawn,
        column,
        schedule,
        state,
        values,
        body,
        path,
        origin,
        form,
    })
}

/// Whether what seems to be missing may be there, written so that it could not be read.
#[derive(Clone, Copy)]
struct Unread {
    date: bool,
    column: bool,
}

fn read_fields(document: &Document, spec: &KindSpec, problems: &mut Vec<Diagnostic>) -> (Values, Unread) {
    let mut own = Vec::new();
    let values = fields::read(&spec.fields, &document.front, &document.origin, &mut own);
    // A line that could not be read may be the very one that seems to be missing.
    own.retain(|problem| !(document.damaged && problem.code == Code::MissingField));
    let unread = |field| document.damaged || left_out_by_mistake(document, &own, field);
    let unread = Unread { date: unread("date"), column: unread("column") };
    problems.extend(own);
    (values, unread)
}

/// The digest and the period of an edition's file: `content/editions/monthly/2026-12.md`.
pub fn issue(path: &SitePath) -> Option<(&str, &str)> {
    let rest = path.as_str().strip_prefix("content/editions/")?;
    let (digest, name) = rest.split_once('/')?;
    let period = name.split('.').next()?;
    (!period.is_empty() && !name.contains('/')).then_some((digest, period))
}

/// A field as it was written.
fn written<'n>(front: &'n fields::Node, field: &str) -> Option<&'n fields::Node> {
    match &front.value {
        fields::NodeValue::Map(pairs) => pairs.iter().find(|(key, _)| key.text() == Some(field)).map(|(_, node)| node),
        _ => None,
    }
}

/// Whether a field that was not read is there: badly written, under a misspelt name, or in a front
/// matter that is no mapping.
fn left_out_by_mistake(document: &Document, own: &[Diagnostic], field: &str) -> bool {
    let fields::NodeValue::Map(pairs) = &document.front.value else {
        return document.front.value != fields::NodeValue::Null;
    };
    let misspelt = |p: &&Diagnostic| p.code == Code::UnknownKey && p.replacement.as_deref() == Some(field);
    pairs.iter().any(|(key, value)| {
        key.text() == Some(field) && value.value != fields::NodeValue::Null
            || own.iter().filter(misspelt).any(|p| document.origin.place(key.at) == p.place)
    })
}

/// The kind of a document: `kind:` if it has one, else its folder.
fn kind_of(document: &Document, folder: &str, kinds: &Kinds, problems: &mut Vec<Diagnostic>) -> Option<usize> {
    let written = match &document.front.value {
        fields::NodeValue::Map(pairs) => pairs.iter().find(|(key, _)| key.text() == Some("kind")),
        _ => None,
    };
    let (found, place) = match written.and_then(|(_, value)| Some((value.text()?, value.at))) {
        Some((name, at)) => (kinds.by_name(name), document.origin.place(at)),
        None => {
            (kinds.iter().find(|(_, kind)| kind.folder == folder).map(|(i, _)| i), Place::File(document.path.clone()))
        }
    };
    if let (None, Some((_, value))) = (found, written) {
        problems.push(no_kind(kinds, value, place));
    } else if found.is_none() && !document.damaged {
        let known = kinds.iter().map(|(_, kind)| format!("content/{}/", kind.folder)).collect::<Vec<_>>().join(", ");
        problems.push(
            Diagnostic::new(
                Code::UnknownPlace,
                place,
                msg!("这个文件不属于任何一种内容", "this file belongs to no kind of content"),
            )
            .help(msg!("把它放到其中一个文件夹：{known}", "put it into one of {known}")),
        );
    }
    found
}

/// A `kind:` that the site has not.
fn no_kind(kinds: &Kinds, value: &fields::Node, place: Place) -> Diagnostic {
    let text = value.written();
    let zh = Lang::new("zh-Hans");
    let label = |kind: &KindSpec| zh.as_ref().map_or_else(String::new, |lang| kind.label.get(lang));
    let all = kinds.iter().map(|(_, kind)| format!("{}（{}）", kind.name, label(kind))).collect::<Vec<_>>().join("、");
    let names = kinds.iter().map(|(_, kind)| &*kind.name).collect::<Vec<_>>().join(", ");
    let labelled = kinds.iter().find(|(_, kind)| label(kind) == text).map(|(_, kind)| &*kind.name);
    let near = labelled.or_else(|| nearest(&text, kinds.iter().map(|(_, kind)| &*kind.name), 1).first().copied());
    let problem = Diagnostic::new(
        Code::UnknownPlace,
        place,
        msg!("没有“{text}”这种内容", "there is no kind of content `{text}`"),
    )
    .help(msg!(
        "可以写：{all}；一般不用写 kind，文件所在的文件夹就是它的种类",
        "write one of {names}; mostly no `kind` is needed: the folder of the file says it"
    ));
    Diagnostic { replacement: near.map(str::to_owned), ..problem }
}

struct Maker<'a> {
    form: Form,
    path: &'a SitePath,
    origin: &'a Origin,
    values: &'a Values,
    spec: &'a KindSpec,
    settings: &'a Settings,
    /// Where the front matter stands.
    front: At,
    unread: Unread,
}

impl Maker<'_> {
    fn place(&self, field: &str) -> Place {
        self.values.at(field).map_or_else(|| Place::File(self.path.clone()), |at| self.origin.place(at))
    }

    fn identity(&self, problems: &mut Vec<Diagnostic>) -> (String, Lang) {
        let name = Name::of(self.path);
        let id = match self.values.text("id") {
            "" if self.form == Form::Row => slug(self.values.text("title")),
            "" if self.spec.behaviour == Behaviour::Edition => {
                issue(self.path).map_or_else(|| slug(name.stem), |(digest, period)| slug(&format!("{digest}-{period}")))
            }
            "" => slug(name.stem),
            id => id.to_owned(),
        };
        if !is_id(&id) {
            let better = slug(&id);
            let message = msg!(
                "“{id}”不能作编号：只用小写字母、数字和 -",
                "`{id}` is no id: use lower-case letters, digits and `-`"
            );
            problems.push(
                Diagnostic::new(Code::BadId, self.place("id"), message)
                    .help(msg!("写成：id: {better}", "write: id: {better}"))
                    .replacement(better),
            );
        }
        let lang = name.lang.unwrap_or_else(|| self.settings.default_language().clone());
        if !self.settings.languages.contains(&lang) {
            let all = self.settings.languages.iter().map(Lang::as_str).collect::<Vec<_>>().join(", ");
            problems.push(
                Diagnostic::new(
                    Code::FileName,
                    Place::File(self.path.clone()),
                    msg!("网站没有“{lang}”这种语言", "the site has no language `{lang}`"),
                )
                .help(msg!(
                    "网站的语言是 {all}；要增加，改 pbsite.yaml 的 languages",
                    "its languages are {all}; to add one, change `languages` in pbsite.yaml"
                )),
            );
        }
        (id, lang)
    }

    fn column(&self, problems: &mut Vec<Diagnostic>) -> Option<usize> {
        if self.spec.behaviour != Behaviour::Article {
            return None;
        }
        let written = self.values.text("column");
        let mut parts = self.path.as_str().split('/').skip(2);
        let folder = parts.next().filter(|_| parts.next().is_some()).unwrap_or_default();
        let id = if written.is_empty() { folder } else { written };
        let found = self.settings.columns.iter().position(|column| column.id == id);
        if found.is_none() && !(written.is_empty() && self.unread.column) {
            let all = self.settings.columns.iter().map(|c| c.id.as_str()).collect::<Vec<_>>().join(", ");
            problems.push(
                Diagnostic::new(
                    Code::UnknownPlace,
                    self.place("column"),
                    msg!(
                        "文章没有栏目，或栏目“{id}”不在 pbsite.yaml 里",
                        "the article has no column, or pbsite.yaml has no column `{id}`"
                    ),
                )
                .help(msg!(
                    "放到 content/articles/<栏目>/，栏目有：{all}",
                    "put it into content/articles/<column>/ with one of {all}"
                )),
            );
        }
        found
    }

    fn date(&self, problems: &mut Vec<Diagnostic>) -> Option<When> {
        let date = self.values.when("date");
        if date.is_none() && !self.unread.date && self.spec.behaviour == Behaviour::Article {
            let message = msg!("文章没有日期（date）", "the article has no date (`date`)");
            let line = Name::of(self.path).date.map_or("2026-11-21".to_owned(), |date| date.to_string());
            problems.push(
                Diagnostic::new(Code::MissingField, self.origin.place(self.front), message)
                    .help(msg!("加上一行：date: {line}", "add a line: date: {line}")),
            );
        }
        date
    }

    fn order_of_dates(&self, problems: &mut Vec<Diagnostic>) {
        let Some(date) = self.values.when("date") else { return };
        for (field, zh, en) in [("updated", "更新日期", "date of change"), ("expires", "过期日期", "end")] {
            if let Some(other) = self.values.when(field).filter(|other| other.end() < date.start()) {
                let message = msg!(
                    "{zh}（{other}）早于发布日期（{date}）",
                    "the {en} ({other}) lies before the date of publication ({date})"
                );
                problems.push(Diagnostic::new(Code::DateOrder, self.place(field), message).help(msg!(
                    "改 {field} 或 date，或者删掉 {field} 这一行",
                    "correct {field} or date, or delete the line of {field}"
                )));
            }
        }
    }

    fn media_texts(&self, problems: &mut Vec<Diagnostic>) {
        if self.values.get("cover").is_some() && self.values.text("cover_alt").is_empty() {
            problems.push(
                Diagnostic::new(
                    Code::MissingAlt,
                    self.place("cover"),
                    msg!(
                        "题图没有替代文字（cover_alt）",
                        "the cover has no words for who does not see it (`cover_alt`)"
                    ),
                )
                .help(msg!("加上一行：cover_alt: 图上有什么", "add a line: cover_alt: what the picture shows")),
            );
        }
    }
}
