//! What a period has to tell: candidates for each section of a digest, each with its reason.

use std::collections::BTreeSet;

use jiff::{ToSpan, civil::Date};

use super::words::{day, told};
use crate::{
    base::{date::When, lang::Lang, lang::Tongue},
    edition::{Digest, Figure, Period, Section, Source, What, changes},
    model::Item,
    plan::Plan,
    schedule::State,
};

/// States in which something may still be joined, ordered or answered.
const OPEN: [&str; 6] = ["", "open", "few", "planned", "confirmed", "moved"];

/// What was found for an edition.
#[derive(Debug, Clone, Default)]
pub(super) struct Selected {
    /// What changed since the last edition.
    pub(super) changes: Vec<Told>,
    /// The sections of the digest.
    pub(super) sections: Vec<Filled>,
    /// The segments that alone get it; none for all.
    pub(super) segments: Vec<String>,
    /// Of a letter about one thing: its title.
    pub(super) about: Option<String>,
}

/// A change of an item.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) item: usize,
    pub(super) what: What,
    pub(super) text: String,
}

/// A section with its candidates.
#[derive(Debug, Clone, Default)]
pub(super) struct Filled {
    pub(super) title: String,
    pub(super) from: &'static str,
    pub(super) text: String,
    pub(super) repeat: bool,
    pub(super) units: Vec<String>,
    pub(super) figures: Vec<Figure>,
    pub(super) candidates: Vec<Candidate>,
}

/// An item with the reason to tell of it.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) item: usize,
    pub(super) why: String,
    /// The date that is meant, of what recurs.
    pub(super) on: Option<Date>,
    /// What readers are told, where its own lead is not it.
    pub(super) note: String,
    /// Kinds of units that it is for, where it does not say so itself.
    pub(super) units: Vec<String>,
}

impl Selected {
    /// Every item that was found.
    pub(super) fn items(&self) -> impl Iterator<Item = usize> {
        let told = self.changes.iter().map(|told| told.item);
        told.chain(self.sections.iter().flat_map(|section| section.candidates.iter().map(|found| found.item)))
    }
}

pub(super) struct Selector<'s, 'a> {
    plan: &'s Plan<'a>,
    digest: &'s Digest,
    period: Period,
    lang: usize,
    language: &'s Lang,
    tongue: Tongue,
    /// The day of the edition before, from which on something is new.
    since: Date,
    today: Date,
    taken: BTreeSet<usize>,
}

impl<'s, 'a> Selector<'s, 'a> {
    pub(super) fn new(plan: &'s Plan<'a>, digest: usize, period: Period) -> Self {
        let own = &plan.digests[digest];
        let language = &plan.catalogue.items[own.item].lang;
        let before = plan.editions.iter().filter(|edition| edition.digest == digest && edition.period < period);
        let dates = before.filter_map(|edition| plan.catalogue.items[edition.item].date);
        Self {
            plan,
            digest: own,
            period,
            lang: plan.catalogue.language(language),
            language,
            tongue: language.tongue(),
            since: dates.max().map_or_else(|| period.before().first(), |when| when.date),
            today: plan.catalogue.now.date(),
            taken: BTreeSet::new(),
        }
    }

    /// Candidates for every section. An item stands in the first section that it fits.
    pub(super) fn select(mut self) -> Selected {
        let changes = if self.digest.sections.iter().any(|section| section.source == Source::Changes) {
            self.changes()
        } else {
            Vec::new()
        };
        self.taken.extend(changes.iter().map(|told| told.item));
        let sections = self.digest.sections.iter().filter(|section| section.source != Source::Changes);
        let sections = sections.map(|section| self.section(section)).collect();
        Selected { changes, sections, ..Selected::default() }
    }

    /// A letter about one item for those who were told of it by an edition.
    pub(super) fn about(self, item: usize, last: usize, own_segments: bool) -> Selected {
        let reference = self.plan.reference(item);
        let sent = self.plan.sent[last].as_ref();
        let then = sent.and_then(|sent| sent.fact(&reference));
        let changes = then.map_or_else(Vec::new, |then| changes(then, self.plan.fact_again(then).as_ref()));
        let reason = self.reason(item);
        let told =
            changes.iter().map(|change| Told { item, what: change.what, text: told(change, reason, self.tongue) });
        let letters = sent.map_or(&[][..], |sent| &sent.letters).iter();
        let mut segments: Vec<String> =
            letters.filter(|letter| letter.items.contains(&reference)).map(|letter| letter.segment.clone()).collect();
        segments.dedup();
        let id = &self.plan.editions[last].id;
        let why = match self.tongue {
            Tongue::Zh => format!("{id} 登过"),
            Tongue::En => format!("{id} told of it"),
        };
        let candidate = Candidate { item, why, on: None, note: String::new(), units: Vec::new() };
        let title = self.plan.catalogue.items[item].title.clone();
        Selected {
            changes: told.collect(),
            sections: vec![Filled { title: title.clone(), candidates: vec![candidate], ..Filled::default() }],
            segments: if own_segments { segments } else { Vec::new() },
            about: Some(title),
        }
    }

    fn section(&mut self, section: &Section) -> Filled {
        let (from, found) = match section.source {
            Source::Column(column) => ("column", self.column(column, section)),
            Source::Courses => ("courses", self.courses(section)),
            Source::Calendar => ("calendar", self.calendar(section)),
            Source::Closing => ("closing", self.closing(section)),
            Source::Partners => ("partners", self.partners(section)),
            Source::Query(kind) => ("query", self.query(kind, section)),
            Source::Figures => ("figures", Vec::new()),
            Source::Text | Source::Changes => ("text", Vec::new()),
        };
        self.taken.extend(found.iter().map(|candidate| candidate.item));
        Filled {
            title: section.title.clone(),
            from,
            text: section.text.clone(),
            repeat: section.repeat,
            units: section.units.clone(),
            figures: if section.source == Source::Figures { self.figures() } else { Vec::new() },
            candidates: found,
        }
    }

    fn item(&self, i: usize) -> &'s Item {
        &self.plan.catalogue.items[i]
    }

    fn state(&self, i: usize) -> &'s str {
        self.item(i).state.as_ref().map_or("", |state| state.state.as_str())
    }

    fn reason(&self, i: usize) -> &'s str {
        self.item(i).state.as_ref().map_or("", |state| state.reason.as_str())
    }

    /// Items of a kind that readers of the digest see in lists and that no section has yet.
    fn of_kind(&self, kind: &str) -> impl Iterator<Item = usize> + use<'_, 's, 'a> {
        let kind = self.plan.catalogue.kinds.by_name(kind);
        let listed = kind.map_or(&[][..], |kind| self.plan.lists[self.lang].kinds[kind].as_slice());
        listed.iter().copied().filter(|i| !self.taken.contains(i))
    }

    fn tagged(&self, i: usize, tag: &str) -> bool {
        let taxonomies = &self.plan.catalogue.settings.taxonomies;
        let mut words = taxonomies.iter().flat_map(|taxonomy| self.item(i).values.texts(&taxonomy.id));
        tag.is_empty() || words.any(|word| word.value == tag)
    }

    fn candidate(&self, item: usize, why: String) -> Candidate {
        Candidate { item, why, on: None, note: String::new(), units: Vec::new() }
    }

    fn say(&self, zh: &str, en: &str) -> String {
        match self.tongue {
            Tongue::Zh => zh.to_owned(),
            Tongue::En => en.to_owned(),
        }
    }

    fn day(&self, when: When) -> String {
        day(when, self.tongue)
    }

    fn is_new(&self, i: usize) -> bool {
        self.item(i).date.is_some_and(|date| date.date >= self.since)
    }

    /// The period, as far as it is still to come.
    fn ahead(&self) -> (Date, Date) {
        (self.period.first().max(self.today), self.period.last())
    }

    /// Articles of a column since the last edition.
    fn column(&self, column: usize, section: &Section) -> Vec<Candidate> {
        let listed = self.plan.lists[self.lang].columns[column].iter().copied();
        let fresh = listed.filter(|i| self.is_new(*i) && !self.taken.contains(i) && self.tagged(*i, &section.tag));
        let mut fresh: Vec<usize> = fresh.collect();
        fresh.sort_by_key(|i| std::cmp::Reverse(self.item(*i).date));
        let why = |i: usize| {
            let date = self.item(i).date.map_or(String::new(), |date| self.day(date));
            match self.tongue {
                Tongue::Zh => format!("{date}新发布"),
                Tongue::En => format!("published on {date}"),
            }
        };
        fresh.into_iter().take(section.limit).map(|i| self.candidate(i, why(i))).collect()
    }

    /// Courses that can be ordered: new ones, those with a session in the period, the others.
    fn courses(&self, section: &Section) -> Vec<Candidate> {
        let (first, last) = self.ahead();
        let offered = |i: &usize| {
            let offered = self.item(*i).values.record("offered");
            let when = |field: &str| offered.and_then(|offered| offered.when(field)).map(|when| when.date);
            when("from").is_none_or(|from| from <= last) && when("until").is_none_or(|until| until >= first)
        };
        let open = |i: &usize| matches!(self.state(*i), "" | "open" | "few");
        let session = |i: usize| {
            let sessions = self.plan.lists[self.lang].named_by.get(&i)?;
            let kind = self.plan.catalogue.kinds.by_name("session")?;
            let dates = sessions.get(&kind)?.iter().filter_map(|session| self.plan.date_within(*session, first, last));
            dates.map(|occasion| occasion.occurrence.start).min()
        };
        let mut found: Vec<(u8, usize, String)> = Vec::new();
        for i in self.of_kind("course").filter(|i| offered(i) && open(i) && self.tagged(*i, &section.tag)) {
            let (rank, why) = match session(i) {
                _ if self.is_new(i) => (0, self.say("新课", "new")),
                Some(date) => {
                    let date = self.day(date);
                    (1, self.say(&format!("{date}有课次"), &format!("a session on {date}")))
                }
                None if self.state(i) == "few" => (2, self.say("名额不多", "few places left")),
                None => (3, self.say("可以预约", "can be ordered")),
            };
            found.push((rank, i, why));
        }
        found.sort_by_key(|(rank, ..)| *rank);
        found.into_iter().take(section.limit).map(|(_, i, why)| self.candidate(i, why)).collect()
    }

    /// What takes place in the period, in its order, also where it stands elsewhere for its
    /// deadline. What recurs gives way to what does not, the parts of a festival to the festival.
    fn calendar(&self, section: &Section) -> Vec<Candidate> {
        let (first, last) = self.ahead();
        let mut seen = BTreeSet::new();
        let mut found: Vec<(bool, When, usize)> = Vec::new();
        for entry in &self.plan.catalogue.calendar.entries {
            let (one, i) = (&entry.occurrence, entry.item);
            let inside = one.start.date <= last && one.last().date >= first;
            let stays = one.state != State::Cancelled && OPEN.contains(&self.state(i));
            let listed = self.item(i).lang == *self.language && self.plan.catalogue.listed(i);
            if self.is_part(i, first, last) {
                continue;
            }
            if inside && stays && listed && self.tagged(i, &section.tag) && seen.insert(i) {
                let rule = self.item(i).schedule.as_ref().is_some_and(|schedule| schedule.rule().is_some());
                found.push((rule, one.start, i));
            }
        }
        found.sort_by_key(|(rule, start, i)| (*rule, start.start(), *i));
        found.truncate(section.limit);
        found.sort_by_key(|(_, start, i)| (start.start(), *i));
        let candidate = |(rule, start, i): (bool, When, usize)| {
            let date = self.day(start);
            let why = match (rule, self.tongue) {
                (false, Tongue::Zh) => format!("{date}开始"),
                (true, Tongue::Zh) => format!("{date}这一次"),
                (false, Tongue::En) => format!("begins on {date}"),
                (true, Tongue::En) => format!("comes on {date}"),
            };
            Candidate { on: rule.then_some(start.date), ..self.candidate(i, why) }
        };
        found.into_iter().map(candidate).collect()
    }

    /// Whether it is part of something that takes place in these days too.
    fn is_part(&self, i: usize, first: Date, last: Date) -> bool {
        let kind = self.item(i).kind;
        let parent = Some(self.item(i).values.text("parent")).filter(|word| !word.is_empty());
        let whole = parent.and_then(|word| self.plan.catalogue.meant(kind, word, self.language));
        whole.is_some_and(|whole| {
            self.plan.catalogue.listed(whole) && self.plan.date_within(whole, first, last).is_some()
        })
    }

    /// What closes soon, in the order of deadlines.
    fn closing(&self, section: &Section) -> Vec<Candidate> {
        let mut found = closing(self.plan, self.period, section.days, self.language);
        found.retain(|(_, i)| !self.taken.contains(i) && self.tagged(*i, &section.tag));
        let candidate = |(deadline, i): (When, usize)| {
            let date = self.day(deadline);
            self.candidate(i, self.say(&format!("{date}截止"), &format!("closes on {date}")))
        };
        found.into_iter().take(section.limit).map(candidate).collect()
    }

    /// Items of a kind, new ones first.
    fn query(&self, kind: usize, section: &Section) -> Vec<Candidate> {
        let listed = self.plan.lists[self.lang].kinds[kind].iter().copied();
        let fits =
            |i: &usize| !self.taken.contains(i) && self.tagged(*i, &section.tag) && OPEN.contains(&self.state(*i));
        let mut found: Vec<usize> = listed.filter(fits).collect();
        found.sort_by_key(|i| !self.is_new(*i));
        let why = |i: usize| {
            if self.is_new(i) { self.say("新登记", "new") } else { self.say("仍然有效", "still open") }
        };
        found.into_iter().take(section.limit).map(|i| self.candidate(i, why(i))).collect()
    }

    /// What is due, who chairs next, what partners may answer: in turn, one of each sort.
    fn partners(&self, section: &Section) -> Vec<Candidate> {
        let last = self.period.first().max(self.today).checked_add(section.days.days()).unwrap_or(self.period.last());
        let sorts = [self.stages(last), self.commitments(last), self.chairs(last), self.needs(), self.wishes(section)];
        let mut found = Vec::new();
        for turn in 0..sorts.iter().map(Vec::len).max().unwrap_or(0) {
            found.extend(sorts.iter().filter_map(|sort| sort.get(turn)).cloned());
        }
        let mut seen = self.taken.clone();
        found.retain(|candidate| seen.insert(candidate.item));
        found.truncate(section.limit);
        found
    }

    /// Stages of projects that are late or due.
    fn stages(&self, last: Date) -> Vec<Candidate> {
        let mut found = Vec::new();
        for i in self.of_kind("project").filter(|i| !matches!(self.state(*i), "done" | "stopped")) {
            let stages = self.item(i).values.records("stages").iter();
            let open = stages.filter(|stage| stage.value.when("done").is_none());
            let next = open.filter_map(|stage| Some((stage.value.when("planned")?, stage.value.text("name")))).min();
            let Some((planned, name)) = next.filter(|(planned, _)| planned.date <= last) else { continue };
            let (date, late) = (self.day(planned), planned.end() <= self.plan.catalogue.now);
            let why = match (late, self.tongue) {
                (true, Tongue::Zh) => format!("“{name}”应在{date}完成，还没有登记"),
                (false, Tongue::Zh) => format!("“{name}”计划{date}完成"),
                (true, Tongue::En) => format!("“{name}” was due on {date}"),
                (false, Tongue::En) => format!("“{name}” is due on {date}"),
            };
            found.push((planned, Candidate { note: why.clone(), units: self.kinds_of(i), ..self.candidate(i, why) }));
        }
        found.sort_by_key(|(planned, found)| (*planned, found.item));
        found.into_iter().map(|(_, candidate)| candidate).collect()
    }

    /// What was promised and comes due.
    fn commitments(&self, last: Date) -> Vec<Candidate> {
        let mut found = Vec::new();
        let rows = ["need", "wish", "resource"].into_iter().flat_map(|kind| self.of_kind(kind));
        for i in rows.filter(|i| matches!(self.state(*i), "claimed" | "reserved")) {
            let until = self.item(i).values.record("period").and_then(|period| period.when("until"));
            let Some(until) = until.filter(|until| until.date <= last && until.end() > self.plan.catalogue.now) else {
                continue;
            };
            let date = self.day(until);
            let why = self.say(&format!("已认领，{date}到期"), &format!("promised, due on {date}"));
            found.push((until, Candidate { note: why.clone(), units: self.kinds_of(i), ..self.candidate(i, why) }));
        }
        found.sort_by_key(|(until, found)| (*until, found.item));
        found.into_iter().map(|(_, candidate)| candidate).collect()
    }

    /// Who chairs next.
    fn chairs(&self, last: Date) -> Vec<Candidate> {
        let mut found = Vec::new();
        for i in self.of_kind("organization") {
            let chairs = self.item(i).values.records("chairs").iter();
            let next = chairs.filter_map(|chair| Some((chair.value.when("from")?, chair.value.text("unit"))));
            let Some((from, unit)) = next.filter(|(from, _)| from.date > self.today && from.date <= last).min() else {
                continue;
            };
            let kind = self.plan.catalogue.kinds.by_name("organization");
            let named = kind.and_then(|kind| self.plan.catalogue.meant(kind, unit, self.language));
            let (date, unit) = (self.day(from), named.map_or(unit, |unit| self.item(unit).title.as_str()));
            let why = self.say(&format!("{date}起由{unit}轮值"), &format!("{unit} chairs from {date}"));
            found.push(Candidate { note: why.clone(), ..self.candidate(i, why) });
        }
        found
    }

    /// Needs that somebody's resources suit, for units of that kind.
    fn needs(&self) -> Vec<Candidate> {
        let mut found = Vec::new();
        for i in self.of_kind("need") {
            let Some(matches) = self.plan.matching.of.get(&i).filter(|matches| !matches.is_empty()) else { continue };
            let titles: Vec<&str> = matches.iter().map(|found| self.item(found.item).title.as_str()).collect();
            let mut units: Vec<String> = matches.iter().flat_map(|found| self.kinds_of(found.item)).collect();
            units.sort();
            units.dedup();
            let titles = titles.join(if self.tongue == Tongue::Zh { "、" } else { ", " });
            let why =
                self.say(&format!("资源清单里对得上的有：{titles}"), &format!("resources that suit it: {titles}"));
            let score = matches.first().map_or(0, |found| found.score);
            found.push((score, Candidate { units, ..self.candidate(i, why) }));
        }
        found.sort_by_key(|(score, found)| (std::cmp::Reverse(*score), found.item));
        found.into_iter().map(|(_, candidate)| candidate).collect()
    }

    /// Wishes that nobody has claimed.
    fn wishes(&self, section: &Section) -> Vec<Candidate> {
        let open = self.of_kind("wish").filter(|i| matches!(self.state(*i), "" | "open"));
        open.take(section.limit).map(|i| self.candidate(i, self.say("等人认领", "waits for somebody"))).collect()
    }

    /// Kinds of the units that an item names.
    fn kinds_of(&self, i: usize) -> Vec<String> {
        let Some(kind) = self.plan.catalogue.kinds.by_name("organization") else { return Vec::new() };
        let values = &self.item(i).values;
        let listed = values.texts("units").iter().map(|spot| spot.value.as_str());
        let named = [values.text("unit"), values.text("by")].into_iter().chain(listed).filter(|word| !word.is_empty());
        let units = named.filter_map(|word| self.plan.catalogue.meant(kind, word, self.language));
        let mut kinds: Vec<String> = units.map(|unit| self.item(unit).values.text("unit_kind").to_owned()).collect();
        kinds.retain(|kind| !kind.is_empty());
        kinds.sort();
        kinds.dedup();
        kinds
    }

    /// The period before in figures: what can be counted from dates and states.
    fn figures(&self) -> Vec<Figure> {
        let before = self.period.before();
        let (first, last) = (before.first(), before.last());
        let inside = |when: When| when.date >= first && when.date <= last;
        let held = |kind: &str| -> Vec<usize> {
            let kind = self.plan.catalogue.kinds.by_name(kind);
            let of_kind = |i: usize| Some(self.item(i).kind) == kind && self.state(i) != "cancelled";
            let entries = self.plan.catalogue.calendar.entries.iter();
            let held = entries.filter(|entry| {
                let one = &entry.occurrence;
                inside(one.last()) && one.state != State::Cancelled && self.item(entry.item).lang == *self.language
            });
            held.map(|entry| entry.item).filter(|i| of_kind(*i)).collect()
        };
        let (activities, sessions) = (held("activity"), held("session"));
        let once: BTreeSet<usize> = activities.iter().copied().collect();
        let attended = |i: &usize| {
            self.item(*i).values.record("results").and_then(|results| results.integer("attended")).unwrap_or(0)
        };
        let became = |kind: &'static str, state: &'static str| {
            let kind = self.plan.catalogue.kinds.by_name(kind);
            let listed = kind.map_or(&[][..], |kind| self.plan.lists[self.lang].kinds[kind].as_slice());
            let dated = |i: &&usize| {
                let item = self.item(**i);
                let date = item.values.record("status").and_then(|status| status.when("date")).or(item.changed);
                self.state(**i) == state && date.is_some_and(inside)
            };
            listed.iter().filter(dated).count() as i64
        };
        let rows = [
            (activities.len() as i64, "办了活动", "场", "activities held", ""),
            (once.iter().map(attended).sum(), "参加", "人次", "people who came", ""),
            (sessions.len() as i64, "开了课", "次", "sessions of courses", ""),
            (became("need", "fulfilled"), "需求办成", "项", "needs met", ""),
            (became("wish", "fulfilled"), "微心愿实现", "个", "wishes fulfilled", ""),
            (became("project", "done"), "项目完成", "个", "projects done", ""),
        ];
        let figure = |(value, zh, unit, en, none): (i64, &str, &str, &str, &str)| Figure {
            name: self.say(zh, en),
            value: value.to_string(),
            unit: self.say(unit, none),
        };
        rows.into_iter().filter(|(value, ..)| *value > 0).map(figure).collect()
    }

    /// What changed of what the last edition told, as far as it is still to come.
    fn changes(&self) -> Vec<Told> {
        let last = |at: &usize| {
            let edition = &self.plan.editions[*at];
            let same = std::ptr::eq(self.digest, &self.plan.digests[edition.digest]);
            same && edition.period < self.period && self.plan.sent[*at].is_some()
        };
        let date = |at: &usize| self.item(self.plan.editions[*at].item).date;
        let Some(at) = (0..self.plan.editions.len()).filter(last).max_by_key(date) else { return Vec::new() };
        let mut found = Vec::new();
        for then in self.plan.sent[at].iter().flat_map(|sent| &sent.items) {
            let Some(item) = (0..self.plan.catalogue.items.len()).find(|i| self.plan.reference(*i) == then.id) else {
                continue;
            };
            for change in changes(then, self.plan.fact_again(then).as_ref()) {
                let matters = match change.what {
                    What::Title => false,
                    What::Withdrawn => true,
                    _ => {
                        [&change.from, &change.to].iter().any(|dates| self.to_come(dates))
                            || self.to_come(&then.dates.join("、"))
                    }
                };
                if matters {
                    let text = told(&change, self.reason(item), self.tongue);
                    found.push(Told { item, what: change.what, text });
                }
            }
        }
        found.sort_by_key(|told| (told.what, told.item));
        found
    }

    /// Whether one of some noted dates is not over.
    fn to_come(&self, dates: &str) -> bool {
        let end = |text: &str| {
            let (start, end) = text.split_once('/').unwrap_or((text, ""));
            When::parse(end).or_else(|| When::parse(start)).map(When::end)
        };
        dates.split('、').filter_map(end).any(|end| end > self.plan.catalogue.now)
    }
}

/// What closes within some days of a period, in the order of deadlines: what is over before readers get
/// the letter is not for them.
pub(crate) fn closing(plan: &Plan<'_>, period: Period, days: i32, language: &Lang) -> Vec<(When, usize)> {
    let catalogue = plan.catalogue;
    let first = period.first().max(catalogue.now.date());
    let last = first.checked_add(days.days()).unwrap_or(period.last());
    let mut found = Vec::new();
    for (i, item) in catalogue.items.iter().enumerate() {
        let Some(state) = &item.state else { continue };
        let Some(deadline) = state.deadline else { continue };
        let soon = deadline.end() > catalogue.now && (first..=last).contains(&deadline.date);
        if soon && catalogue.listed(i) && item.lang == *language && OPEN.contains(&state.state.as_str()) {
            found.push((deadline, i));
        }
    }
    found.sort_by_key(|(deadline, i)| (deadline.end(), *i));
    found
}
