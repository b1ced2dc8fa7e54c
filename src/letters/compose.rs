//! From an edition to its letters.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use jiff::{Timestamp, ToSpan, Zoned, civil::Time};
use serde_json::{Value, json};

use super::{pictures::Pictures, text::letter_text};
use crate::{
    base::{
        date::When,
        hash::Key,
        lang::{Lang, Message, Tongue},
        nearest::nearest,
    },
    diagnostics::{Code, Diagnostic, Place},
    digest::letter::{self, Hole, Letter, Part, Reader, Sender},
    document::{self, markdown::plain_text},
    edition::{Digest, Edition, Empty, Meant, Period, Person, Segment, Sent, SentLetter},
    formats::qr::qr_png,
    model::Item,
    msg,
    plan::{Plan, views::EditionView},
    render,
    source::Files,
    store::Spool,
    theme::Engine,
};

/// When an edition that names a day only is dated.
const MORNING: Time = Time::constant(8, 0, 0, 0);
/// Days in which a letter about one day may be sent.
const ONCE: i64 = 3;

/// A composed edition.
#[derive(Debug, Clone)]
pub struct Composed {
    id: String,
    revision: u32,
    approved: bool,
    not_after: Option<Zoned>,
    date: Timestamp,
    sender: Sender,
    page: String,
    letters: Vec<Letter>,
    segments: Vec<Segment>,
    /// Of each letter its segment, by place.
    owners: Vec<usize>,
    /// Of each letter what it holds.
    held: Vec<Vec<usize>>,
    default_language: String,
    sent: Sent,
}

/// Why an edition could not be composed.
#[derive(Debug)]
pub enum Trouble {
    /// There is none of that name.
    NoEdition(Message),
    /// Its content or its templates are broken.
    Broken(Vec<Diagnostic>),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEdition(message) => f.write_str(&message.en),
            Self::Broken(problems) => write!(f, "{} problems", problems.len()),
        }
    }
}

impl std::error::Error for Trouble {}

/// Composes the letters of an edition (`monthly/2026-12`), drafts too. `spool` and `files` are those
/// of the run that made the plan: texts come from there.
///
/// # Errors
/// When there is no such edition, or its templates fail.
pub fn compose(plan: &Plan<'_>, spool: &Spool<'_>, files: &dyn Files, id: &str) -> Result<Composed, Trouble> {
    let at = plan.edition_by_id(id).ok_or_else(|| no_edition(plan, id))?;
    let (catalogue, edition) = (plan.catalogue, &plan.editions[at]);
    let (item, digest) = (&catalogue.items[edition.item], &plan.digests[edition.digest]);
    let mut composer = Composer { plan, spool, files, digest, problems: Vec::new() };
    let mut made = Vec::new();
    for translation in catalogue.translations(edition.item) {
        if let Some(at) = plan.edition(translation) {
            made.extend(composer.language(at));
        }
    }
    if !composer.problems.is_empty() {
        return Err(Trouble::Broken(composer.problems));
    }
    let date = item.date.unwrap_or(When::day(catalogue.now.date()));
    let mut composed = Composed {
        id: edition.id.clone(),
        revision: edition.revision,
        approved: item.values.text("status") == "approved",
        not_after: not_after(plan, edition, digest, date),
        date: moment(plan, date),
        sender: sender(plan, digest),
        page: catalogue.settings.base_url.join(catalogue.addresses.item(edition.item)),
        letters: Vec::new(),
        segments: digest.segments.clone(),
        owners: Vec::new(),
        held: Vec::new(),
        default_language: catalogue.settings.default_language().to_string(),
        sent: Sent::default(),
    };
    for Made { segment, letter, held } in made {
        composed.letters.push(letter);
        composed.owners.push(segment);
        composed.held.push(held);
    }
    composed.sent = composed.note(plan, edition);
    Ok(composed)
}

impl letter::Edition for Composed {
    fn id(&self) -> &str {
        &self.id
    }

    fn revision(&self) -> u32 {
        self.revision
    }

    fn approved(&self) -> bool {
        self.approved
    }

    fn not_after(&self) -> Option<Zoned> {
        self.not_after.clone()
    }

    fn date(&self) -> Timestamp {
        self.date
    }

    fn sender(&self) -> &Sender {
        &self.sender
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn letters(&self) -> &[Letter] {
        &self.letters
    }

    fn letter_for(&self, reader: &Reader) -> Option<usize> {
        let segment = self.segment_for(reader)?;
        let of_segment = || (0..self.letters.len()).filter(|at| self.owners[*at] == segment);
        let in_language = |tag: &str| of_segment().find(|at| self.letters[*at].language == tag);
        in_language(&reader.language).or_else(|| in_language(&self.default_language)).or_else(|| of_segment().next())
    }
}

impl Composed {
    /// The segment of a reader, by its place among the digest's: the first that fits.
    pub fn segment_for(&self, reader: &Reader) -> Option<usize> {
        let person = Person {
            unit: &reader.unit,
            unit_kind: &reader.unit_kind,
            district: &reader.district,
            topics: &reader.topics,
            language: &reader.language,
        };
        self.segments.iter().position(|segment| segment.takes(&person))
    }

    /// The segments of the digest; the first that fits is a reader's.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Whether the edition has a letter for a segment, by its place among the digest's.
    pub fn has_letter(&self, segment: usize) -> bool {
        self.owners.contains(&segment)
    }

    /// Segments of the edition that get no letter, because nothing of it is for them.
    pub fn without_letter(&self) -> Vec<&Segment> {
        let has = |at: &usize| self.owners.contains(at);
        (0..self.segments.len()).filter(|at| !has(at)).map(|at| &self.segments[at]).collect()
    }

    /// What is to be written into `*.frozen.yaml` when the edition is frozen: its items and letters
    /// as they are sent. Delivery adds its notes to `delivery`.
    pub fn sent(&self) -> &Sent {
        &self.sent
    }

    /// What each letter holds, by the catalogue's items.
    pub fn held(&self, letter: usize) -> &[usize] {
        &self.held[letter]
    }

    fn note(&self, plan: &Plan<'_>, edition: &Edition) -> Sent {
        let items: BTreeSet<usize> = edition.entries().filter_map(|entry| entry.item).collect();
        let told = edition.changes.iter().filter_map(|told| told.item);
        let items: BTreeSet<usize> = items.into_iter().chain(told).collect();
        let letter = |at: usize| SentLetter {
            segment: self.letters[at].segment.clone(),
            language: self.letters[at].language.clone(),
            subject: self.letters[at].subject.clone(),
            hash: Key::of(&(&self.letters[at].html, &self.letters[at].text)).to_string(),
            items: self.held[at].iter().map(|i| plan.reference(*i)).collect(),
        };
        let own = plan.edition_by_id(&self.id).unwrap_or_default();
        let mut facts: Vec<_> = items.into_iter().filter_map(|i| plan.fact_in_words(own, i)).collect();
        facts.sort_by(|a, b| a.id.cmp(&b.id));
        Sent {
            edition: self.id.clone(),
            revision: self.revision,
            items: facts,
            letters: (0..self.letters.len()).map(letter).collect(),
            corrections: Vec::new(),
            delivery: BTreeMap::new(),
        }
    }
}

fn no_edition(plan: &Plan<'_>, id: &str) -> Trouble {
    let near = nearest(id, plan.editions.iter().map(|edition| edition.id.as_str()), 3).join(", ");
    Trouble::NoEdition(match near.as_str() {
        "" => msg!("没有“{id}”这一期：先用 pbsite digest draft 起草", "there is no edition `{id}`: draft it first"),
        _ => msg!("没有“{id}”这一期，相近的有：{near}", "there is no edition `{id}`; near it: {near}"),
    })
}

/// The last moment at which an edition may be sent.
fn not_after(plan: &Plan<'_>, edition: &Edition, digest: &Digest, date: When) -> Option<Zoned> {
    let own = plan.catalogue.items[edition.item].values.when("not_after").map(When::end);
    let days = |days: i64| date.date.checked_add(days.days()).ok().map(|day| When::day(day).end());
    let end = own.or_else(|| digest.not_after.and_then(days)).or_else(|| match edition.period {
        Period::Day(_) => days(ONCE),
        period => Some(When::day(period.last()).end()),
    })?;
    end.to_zoned(plan.catalogue.settings.zone.clone()).ok()
}

fn moment(plan: &Plan<'_>, date: When) -> Timestamp {
    let at = date.date.to_datetime(date.time.unwrap_or(MORNING));
    at.to_zoned(plan.catalogue.settings.zone.clone()).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

fn sender(plan: &Plan<'_>, digest: &Digest) -> Sender {
    let item = &plan.catalogue.items[digest.item];
    let text = |field: &str| item.values.record("sender").map_or("", |sender| sender.text(field)).to_owned();
    let given = |field: &str| Some(text(field)).filter(|text| !text.is_empty());
    let host = plan.catalogue.settings.base_url.host();
    let list_id = match item.values.text("list_id") {
        "" => format!("{}.{host}", digest.id),
        own => own.to_owned(),
    };
    Sender {
        name: text("name"),
        email: text("email"),
        reply_to: given("reply_to"),
        list_id,
        unsubscribe: given("unsubscribe").unwrap_or_else(|| text("email")),
        endpoint: given("endpoint"),
        feedback_id: given("feedback_id"),
    }
}

/// A letter with its segment and what it holds.
struct Made {
    segment: usize,
    letter: Letter,
    held: Vec<usize>,
}

struct Composer<'c, 'a> {
    plan: &'c Plan<'a>,
    spool: &'c Spool<'c>,
    files: &'c dyn Files,
    digest: &'c Digest,
    problems: Vec<Diagnostic>,
}

impl Composer<'_, '_> {
    /// The letters of an edition in its language.
    fn language(&mut self, at: usize) -> Vec<Made> {
        let plan = self.plan;
        let item = &plan.catalogue.items[plan.editions[at].item];
        let lang = plan.catalogue.language(&item.lang);
        let Some(engine) = Engine::new(plan.theme, &plan.constants[lang], &mut self.problems) else {
            return Vec::new();
        };
        let mut pictures = Pictures::new(plan, self.files);
        let edition = self.body(plan.editions[at].item, &engine, &mut pictures);
        let note = plan.own_digest(at).map_or_else(Body::default, |own| self.body(own, &engine, &mut pictures));
        let texts = Texts { edition, note, pictures: pictures.parts() };
        let digest = self.digest;
        let wanted = &plan.editions[at].segments;
        let segments = digest.segments.iter().enumerate();
        let segments = segments.filter(|(_, segment)| wanted.is_empty() || wanted.contains(&segment.id));
        segments.filter_map(|(place, segment)| self.letter(at, place, segment, &engine, &texts)).collect()
    }

    /// The text of an item: as HTML, and as words with its addresses below.
    fn body(&mut self, i: usize, engine: &Engine, pictures: &mut Pictures<'_, '_>) -> Body {
        let item = &self.plan.catalogue.items[i];
        match render::letter_text(self.plan, i, engine, self.spool, &mut self.problems) {
            Ok(html) => {
                let (html, links) = pictures.settle(&without_marks(&html));
                let mut words = self.words(item, i);
                words.extend(links);
                Body { html, words }
            }
            Err(error) => {
                let message = msg!("读不了这个文件：{error}", "the file cannot be read: {error}");
                self.problems.push(Diagnostic::new(Code::Unreadable, Place::File(item.path.clone()), message));
                Body::default()
            }
        }
    }

    fn words(&self, item: &Item, i: usize) -> Vec<String> {
        let Some(text) = self.files.text(&item.path) else { return Vec::new() };
        let body = &text[document::text_begins(&item.path, &text)..];
        let mut lines: Vec<String> = plain_text(body).lines().map(without_marks).collect();
        lines.extend(render::letter_links(self.plan, i));
        lines
    }

    fn letter(&mut self, at: usize, place: usize, segment: &Segment, engine: &Engine, texts: &Texts) -> Option<Made> {
        let plan = self.plan;
        let edition = &plan.editions[at];
        let mut held = held(plan, edition, |meant| segment.wants(meant));
        let mut view = plan.edition_view(at, &|meant| segment.wants(meant));
        if held.is_empty() && self.digest.empty == Empty::Calendar {
            let calendar = |from: &str| from == "calendar";
            held = edition
                .sections
                .iter()
                .filter(|section| calendar(&section.from))
                .flat_map(|section| section.entries.iter().filter_map(|entry| entry.item))
                .collect();
            view = plan.edition_calendar(at);
        }
        if held.is_empty() {
            return None;
        }
        let item = &plan.catalogue.items[edition.item];
        let mut parts = self.parts(at, &held, &view, &item.lang);
        parts.extend(texts.pictures.iter().cloned());
        let context = self.context(&view, segment, item, texts, &parts);
        let html = self.html(engine, &context, texts)?;
        let text = self.text(engine, &context)?;
        Some(Made {
            segment: place,
            letter: Letter {
                segment: segment.id.clone(),
                label: segment.label.clone(),
                language: item.lang.to_string(),
                subject: one_line(&view.subject),
                links: links(&html, plan.catalogue.settings.base_url.as_str()),
                html,
                text,
                parts,
                salutation: salutation(&plan.catalogue.items[self.digest.item], item.lang.tongue()),
            },
            held,
        })
    }

    /// What templates see, without the marks of holes wherever content had their characters.
    fn context(&self, view: &EditionView, segment: &Segment, item: &Item, texts: &Texts, parts: &[Part]) -> Value {
        let mut context = json!({
            "edition": view,
            "segment": { "id": segment.id, "label": segment.label },
            "base": self.plan.catalogue.settings.base_url.as_str(),
            "lang": item.lang.to_string(),
            "calendar": parts.iter().any(|part| part.media_type.starts_with("text/calendar")),
            "qr": parts.iter().any(|part| part.cid.as_deref() == Some("qr")),
            "words": { "edition": texts.edition.words, "note": texts.note.words },
        });
        clean(&mut context);
        if let Value::Object(context) = &mut context {
            let endpoint = sender(self.plan, self.digest).endpoint.is_some();
            for (name, hole) in HOLES {
                // Without an endpoint there is nowhere to change anything.
                let mark = if hole == Hole::Preferences && !endpoint { "" } else { hole.mark() };
                context.insert(name.into(), Value::String(mark.into()));
            }
        }
        context
    }

    fn html(&mut self, engine: &Engine, context: &Value, texts: &Texts) -> Option<String> {
        let template = format!("email/{}.html", self.digest.template);
        let style = self.plan.theme.templates.get("email/style.css").map_or("", |style| &style.text);
        // Conditions cannot stand in elements: they stay a style sheet.
        let (style, media) = style.split_at(style.find("\n@media").unwrap_or(style.len()));
        let (body, note) = (texts.edition.html.as_str(), texts.note.html.as_str());
        let safe = [("body", body), ("note", note), ("style", style), ("media", media)];
        let html = self.rendered(engine, &template, context, &safe)?;
        let options = css_inline::CSSInliner::options()
            .load_remote_stylesheets(false)
            .keep_style_tags(false)
            .keep_at_rules(true)
            .minify_css(true);
        match options.build().inline(&html) {
            Ok(html) => Some(html),
            Err(error) => {
                let message = msg!("样式写不进邮件：{error}", "the styles cannot be inlined: {error}");
                self.problems.push(Diagnostic::new(Code::TemplateFailed, Place::Site, message));
                None
            }
        }
    }

    fn text(&mut self, engine: &Engine, context: &Value) -> Option<String> {
        let template = format!("email/{}.txt", self.digest.template);
        self.rendered(engine, &template, context, &[]).map(|text| letter_text(&text))
    }

    fn rendered(
        &mut self,
        engine: &Engine,
        template: &str,
        context: &Value,
        safe: &[(&'static str, &str)],
    ) -> Option<String> {
        let item = &self.plan.catalogue.items[self.digest.item];
        if !engine.has(template) {
            let message = msg!("主题里没有邮件模板“{template}”", "the theme has no template `{template}`");
            let help = msg!("写成：template: letter", "write: template: letter");
            let place = item.place(item.values.at("template"));
            self.problems.push(Diagnostic::new(Code::DigestDefinition, place, message).help(help));
            return None;
        }
        match engine.render(template, context, safe) {
            Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Err(failure) => {
                self.problems.push(failure.diagnostic(item.path.as_str()));
                None
            }
        }
    }

    /// The calendar of what the letter holds, and the code of its page.
    fn parts(&self, at: usize, held: &[usize], view: &EditionView, lang: &Lang) -> Vec<Part> {
        let period = self.plan.editions[at].period;
        let name = format!("{}-{}", view.digest.title, view.period);
        let days = (period.first(), period.last());
        let lang = self.plan.catalogue.language(lang);
        let calendar = render::letter_calendar(self.plan, lang, held, days, &name).map(|text| Part {
            name: format!("{}.ics", file_name(&name)),
            media_type: "text/calendar; method=PUBLISH; charset=utf-8".into(),
            cid: None,
            bytes: text.into_bytes(),
        });
        let code = qr_png(&view.page).map(|bytes| Part {
            name: "qr.png".into(),
            media_type: "image/png".into(),
            cid: Some("qr".into()),
            bytes,
        });
        calendar.into_iter().chain(code).collect()
    }
}

/// The text of an item.
#[derive(Default)]
struct Body {
    html: String,
    words: Vec<String>,
}

/// The texts of an edition's letters.
struct Texts {
    /// The editors' words.
    edition: Body,
    /// The standing note.
    note: Body,
    /// Pictures of both that go along.
    pictures: Vec<Part>,
}

const HOLES: [(&str, Hole); 3] =
    [("salutation", Hole::Salutation), ("unsubscribe", Hole::Unsubscribe), ("preferences", Hole::Preferences)];

/// What of an edition is meant for some readers: items, and what changed.
fn held(plan: &Plan<'_>, edition: &Edition, wanted: impl Fn(&Meant) -> bool) -> Vec<usize> {
    let mut held: Vec<usize> = Vec::new();
    for section in &edition.sections {
        if !section.units.is_empty() && !wanted(&Meant { units: section.units.clone(), ..Meant::default() }) {
            continue;
        }
        let entries = section.entries.iter().filter_map(|entry| Some((entry.item?, entry)));
        held.extend(entries.filter(|(i, entry)| wanted(&plan.meant_for(*i, &entry.units))).map(|(i, _)| i));
    }
    let told = edition.changes.iter().filter_map(|told| told.item);
    held.extend(told.filter(|i| wanted(&plan.meant_for(*i, &[]))));
    let mut seen = BTreeSet::new();
    held.retain(|i| seen.insert(*i));
    held
}

fn salutation(digest: &Item, tongue: Tongue) -> (String, String) {
    let own = digest.values.record("salutation");
    let (named, general) = match tongue {
        Tongue::Zh => ("{name}，您好：", "您好："),
        Tongue::En => ("Dear {name},", "Hello,"),
    };
    let words = |field: &str, standing: &str| {
        own.map(|own| own.text(field)).filter(|text| !text.is_empty()).unwrap_or(standing).to_owned()
    };
    (one_line(&words("named", named)), one_line(&words("general", general)))
}

/// Takes the characters of holes out of every text.
fn clean(value: &mut Value) {
    match value {
        Value::String(text) => *text = without_marks(text),
        Value::Array(list) => list.iter_mut().for_each(clean),
        Value::Object(map) => map.values_mut().for_each(clean),
        _ => {}
    }
}

fn without_marks(text: &str) -> String {
    text.replace(|c: char| ('\u{E0A0}'..='\u{E0A3}').contains(&c), "")
}

fn one_line(text: &str) -> String {
    without_marks(&text.split_whitespace().collect::<Vec<_>>().join(" ")).replace(|c: char| c.is_control(), "")
}

/// A name that every system takes.
fn file_name(text: &str) -> String {
    let kept = text.chars().map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '-' } else { c });
    kept.collect::<String>().trim_matches(['.', ' ']).to_owned()
}

/// The addresses of the site that a letter links to.
fn links(html: &str, base: &str) -> BTreeSet<String> {
    let targets = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    targets.filter(|target| target.starts_with(base)).map(|target| target.replace("&amp;", "&")).collect()
}
