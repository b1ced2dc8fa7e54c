//! The view of one item in full.

use super::{
    Asset, CalendarOf, Plan,
    calendar::agenda,
    cards::{column_link, cover, date_view, number, state_label},
    media::{human_size, media_type},
    pairings::Pairing,
    views::{
        Agenda, Answer, AnswerWay, Attachment, Audio, DateView, FieldTable, FieldView, Gathered, Link, Matched,
        Picture, Place, SeriesPlace, Status, Story, Subscription, TocEntry,
    },
    words::Words,
};
use crate::{
    base::lang::Tongue,
    catalogue::{Lists, Match, Target, Way, contact, related},
    fields::{Field, Shape, Value, Values},
    model::{Behaviour, Item, Presence},
    theme::Names,
};

/// A text with this many headings or more, and 1,200 characters, gets a table of contents unless
/// it says `toc: false`.
const TOC_HEADINGS: usize = 3;
const TOC_CHARACTERS: u32 = 1200;

/// How many items of one kind a page shows that name its own.
const NAMED_BY: usize = 60;

/// How many dates of what recurs a page shows.
const DATES: usize = 12;

/// How many related items a page shows.
const RELATED: usize = 4;

/// The view of item `i` for a template: what it does not name is left out where it takes work.
pub(super) fn story(plan: &Plan<'_>, i: usize, template: &str) -> Story {
    Maker { names: plan.theme.names_of(template), ..Maker::new(plan, i) }.story()
}

/// The picture that stands for item `i` where its page is shared.
pub(super) fn shared_picture(plan: &Plan<'_>, i: usize) -> Option<Picture> {
    let maker = Maker::new(plan, i);
    maker.cover().or_else(|| maker.gallery().into_iter().next())
}

/// The stub of a withdrawn item: title, dates, reason, nothing of its text.
pub(super) fn stub(plan: &Plan<'_>, i: usize) -> Story {
    let maker = Maker::new(plan, i);
    let item = maker.item;
    let withdrawn = item.withdrawn.as_ref();
    Story {
        id: item.id.clone(),
        kind: plan.catalogue.kinds.get(item.kind).name.clone(),
        kind_label: plan.catalogue.kinds.get(item.kind).label.get(&item.lang),
        title: item.title.clone(),
        date: maker.date("date"),
        column: item.column.map(|column| column_link(plan.catalogue, &item.lang, column)),
        withdrawn: withdrawn.map(|w| (date_view(w.date, plan.catalogue, maker.tongue), w.reason.clone())),
        ..Story::default()
    }
}

struct Maker<'p, 'a> {
    plan: &'p Plan<'a>,
    i: usize,
    item: &'p Item,
    lists: &'p Lists,
    tongue: Tongue,
    /// What the page's template names, where it is known.
    names: Option<&'p Names>,
}

impl<'p, 'a> Maker<'p, 'a> {
    fn new(plan: &'p Plan<'a>, i: usize) -> Self {
        let item = &plan.catalogue.items[i];
        let lists = &plan.lists[plan.catalogue.language(&item.lang)];
        Self { plan, i, item, lists, tongue: item.lang.tongue(), names: None }
    }

    fn story(&self) -> Story {
        let (item, catalogue, lang) = (self.item, self.plan.catalogue, &self.item.lang);
        let kind = catalogue.kinds.get(item.kind);
        let text = |name: &str| item.values.text(name).to_owned();
        let counts = item.body.scan.counts;
        Story {
            card: self.if_named("card", || self.plan.card(self.i)),
            id: item.id.clone(),
            kind: kind.name.clone(),
            kind_label: kind.label.get(lang),
            title: item.title.clone(),
            lead: text("lead"),
            date: self.date("date"),
            updated: self.if_named("updated", || self.updated()),
            source: text("source"),
            author: text("author"),
            editor: text("editor"),
            original: text("original"),
            unit: if kind.behaviour == Behaviour::Record { String::new() } else { text("unit") },
            column: item.column.map(|column| column_link(catalogue, lang, column)),
            tags: self.if_named("tags", || self.terms()),
            characters: counts.characters,
            minutes: counts.minutes(),
            toc: self.if_named("toc", || self.toc()),
            cover: self.if_named("cover", || self.cover()),
            gallery: self.if_named("gallery", || self.gallery()),
            audio: self.if_named("audio", || self.audio()),
            attachments: self.if_named("attachments", || self.attachments()),
            when: self.if_named("when", || self.when()),
            start_iso: self.if_named("start_iso", || self.next_start()),
            dates: self.if_named("dates", || self.dates()),
            event_file: self.plan.event_address(self.i).unwrap_or_default(),
            subscription: self.if_named("subscription", || self.subscription()),
            place: self.if_named("place", || self.place()),
            audience: self.if_named("audience", || self.audience()),
            status: self.if_named("status", || self.status()),
            activity: self.if_named("activity", || self.plan.card(self.plan.named(self.i, "activity")?)),
            web_calendars: self.if_named("web_calendars", || self.plan.web_calendars(self.i)),
            series: self.if_named("series", || self.series()),
            programmes: self.if_named("programmes", || self.plan.cards_of(&self.links().programmes, usize::MAX)),
            previous: self.if_named("previous", || self.neighbour(1)),
            next: self.if_named("next", || self.neighbour(-1)),
            related: self.if_named("related", || self.related()),
            parts: self.if_named("parts", || self.parts()),
            fields: self.if_named("fields", || self.fields()),
            figures: self.if_named("figures", || self.plan.figures(self.i)),
            stages: self.if_named("stages", || self.plan.stages(self.i)),
            chairs: self.if_named("chairs", || self.plan.chairs(self.i)),
            pairings: self.if_named("pairings", || self.pairings()),
            named_by: self.if_named("named_by", || self.named_by()),
            answer: self.if_named("answer", || self.answer()),
            matches: self.if_named("matches", || self.matches()),
            corrections: self.if_named("corrections", || self.corrections()),
            withdrawn: None,
            expired: (catalogue.presence[self.i] == Presence::Expired).then(|| self.date("expires")).flatten(),
            draft: item.waits(catalogue.now),
            appears: item.date.filter(|_| self.is_scheduled()).map(|when| date_view(when, catalogue, self.tongue)),
        }
    }

    /// What takes work, if the template names it.
    fn if_named<T: Default>(&self, field: &str, make: impl FnOnce() -> T) -> T {
        if self.names.is_none_or(|names| names.has(field)) { make() } else { T::default() }
    }

    fn updated(&self) -> Option<DateView> {
        let updated = self.item.values.when("updated").filter(|updated| Some(*updated) != self.item.date);
        updated.map(|when| date_view(when, self.plan.catalogue, self.tongue))
    }

    fn cover(&self) -> Option<Picture> {
        cover(self.item, self.plan.resolved, &self.plan.media, self.i)
    }

    fn when(&self) -> String {
        let schedule = self.item.schedule.as_ref();
        schedule.map_or(String::new(), |schedule| schedule.words(self.tongue).line(self.tongue))
    }

    fn place(&self) -> Option<Place> {
        self.item.values.record("place").map(|place| Place {
            name: place.text("name").into(),
            address: place.text("address").into(),
            transport: place.text("transport").into(),
        })
    }

    fn status(&self) -> Option<Status> {
        self.item.state.as_ref().map(|state| Status {
            label: state_label(&state.state, self.tongue),
            state: state.state.clone(),
            reason: state.reason.clone(),
            deadline: state.deadline.map(|when| date_view(when, self.plan.catalogue, self.tongue)),
        })
    }

    fn pairings(&self) -> Vec<Pairing> {
        let unit = self.plan.catalogue.kinds.get(self.item.kind).name == "organization";
        if unit { self.plan.pairings(self.i) } else { Vec::new() }
    }

    /// The calendar of what takes place at it or belongs to it.
    fn subscription(&self) -> Option<Subscription> {
        let lang = self.plan.catalogue.language(&self.item.lang);
        let all = [CalendarOf::Station(self.i), CalendarOf::Programme(self.i), CalendarOf::Unit(self.i)];
        all.iter().find_map(|of| self.plan.subscription(of, lang))
    }

    /// The next dates of what recurs.
    fn dates(&self) -> Agenda {
        let catalogue = self.plan.catalogue;
        if self.item.schedule.as_ref().is_none_or(|schedule| schedule.rule().is_none()) {
            return Agenda::default();
        }
        let coming = catalogue.calendar.of_item(self.i).filter(|entry| entry.end() > catalogue.now);
        agenda(self.plan, catalogue.language(&self.item.lang), coming, DATES)
    }

    /// Machine form of the next beginning, of what is over the last one.
    fn next_start(&self) -> String {
        let catalogue = self.plan.catalogue;
        let entry = catalogue.calendar.next_or_last(self.i, catalogue.now);
        entry.map_or(String::new(), |entry| date_view(entry.occurrence.start, catalogue, self.tongue).iso)
    }

    fn links(&self) -> &'p crate::catalogue::Links {
        &self.plan.resolved.items[self.i]
    }

    /// Whether nothing but its date keeps readers from seeing it.
    fn is_scheduled(&self) -> bool {
        self.item.waits(self.plan.catalogue.now) && !self.item.draft
    }

    fn date(&self, field: &str) -> Option<DateView> {
        self.item.values.when(field).map(|when| date_view(when, self.plan.catalogue, self.tongue))
    }

    fn terms(&self) -> Vec<Link> {
        let catalogue = self.plan.catalogue;
        let mut links = Vec::new();
        for taxonomy in &catalogue.settings.taxonomies {
            for word in self.item.values.texts(&taxonomy.id) {
                let url = catalogue.addresses.term(&self.item.lang, &taxonomy.id, catalogue.slug_of(&word.value));
                links.push(Link { title: word.value.clone(), url, external: false });
            }
        }
        links
    }

    fn toc(&self) -> Vec<TocEntry> {
        let scan = &self.item.body.scan;
        let headings = scan.headings.iter().filter(|heading| (2..=3).contains(&heading.level));
        let long = headings.clone().count() >= TOC_HEADINGS && scan.counts.characters >= TOC_CHARACTERS;
        if !self.item.values.boolean("toc").unwrap_or(long) {
            return Vec::new();
        }
        headings.map(|h| TocEntry { level: h.level, id: h.id.clone(), title: h.text.clone() }).collect()
    }

    fn gallery(&self) -> Vec<Picture> {
        let pictures = self.item.values.records("gallery").iter().filter_map(|record| {
            let target = self.links().get(record.value.text("src"))?;
            self.plan.media.picture(target, record.value.text("alt"), record.value.text("caption"))
        });
        pictures.collect()
    }

    fn audio(&self) -> Option<Audio> {
        let record = self.item.values.record("audio")?;
        let audio = audio(self.plan, self.links().get(record.text("src"))?, record.text("title"))?;
        Some(Audio { duration: record.text("duration").into(), ..audio })
    }

    fn attachments(&self) -> Vec<Attachment> {
        let records = self.item.values.records("attachments").iter();
        let files = records
            .filter_map(|r| attachment(self.plan, self.links().get(r.value.text("src"))?, r.value.text("title")));
        files.collect()
    }

    fn audience(&self) -> Vec<String> {
        let Some(audience) = self.item.values.record("audience") else { return Vec::new() };
        let kinds = &self.plan.catalogue.settings.unit_kinds;
        let label = |id: &String| kinds.iter().find(|kind| kind.id == *id).map(|kind| kind.label.get(&self.item.lang));
        audience.texts("units").iter().filter_map(|spot| label(&spot.value)).collect()
    }

    fn series(&self) -> Option<SeriesPlace> {
        let series = self.links().series?;
        let parts = self.lists.series.get(&series).map_or(&[][..], Vec::as_slice);
        let at = parts.iter().position(|part| *part == self.i);
        let beside = |step: isize| {
            let position = at?.checked_add_signed(step)?;
            self.plan.card(*parts.get(position)?)
        };
        Some(SeriesPlace {
            series: self.plan.card(series)?,
            number: number(self.plan.catalogue, self.plan.resolved, self.i),
            previous: beside(-1),
            next: beside(1),
        })
    }

    /// The article that many steps after it in its column, which has the newest first.
    fn neighbour(&self, step: isize) -> Option<super::CardRef> {
        let position = self.plan.positions.get(&self.i)?.checked_add_signed(step)?;
        self.plan.card(*self.lists.columns[self.item.column?].get(position)?)
    }

    fn related(&self) -> Vec<super::CardRef> {
        if self.plan.catalogue.behaviour(self.i) != Behaviour::Article || !self.plan.catalogue.listed(self.i) {
            return Vec::new();
        }
        let items = related(self.plan.catalogue, self.plan.resolved, self.lists, self.i, RELATED);
        self.plan.cards_of(&items, RELATED)
    }

    fn parts(&self) -> Vec<super::CardRef> {
        let list = match self.plan.catalogue.behaviour(self.i) {
            Behaviour::Series => self.lists.series.get(&self.i),
            Behaviour::Programme => self.lists.programmes.get(&self.i),
            Behaviour::Digest => return self.plan.cards_of(&self.plan.editions_of(self.i), usize::MAX),
            _ => None,
        };
        list.map_or(Vec::new(), |items| self.plan.cards_of(items, usize::MAX))
    }

    /// What names it, kind by kind; of many the first.
    fn named_by(&self) -> Vec<Gathered> {
        let Some(kinds) = self.lists.named_by.get(&self.i) else { return Vec::new() };
        let (catalogue, lang) = (self.plan.catalogue, &self.item.lang);
        let gathered = |(kind, items): (&usize, &Vec<usize>)| {
            let spec = catalogue.kinds.get(*kind);
            Gathered {
                kind: spec.name.clone(),
                title: spec.plural.get(lang),
                url: catalogue.addresses.kind(lang, &spec.route),
                count: items.len(),
                cards: self.plan.cards_of(items, NAMED_BY),
            }
        };
        let told = |(kind, items): (&usize, &Vec<usize>)| (*kind, self.belonging(*kind, items));
        let kinds = kinds.iter().map(told).filter(|(_, items)| !items.is_empty());
        kinds.map(|(kind, items)| gathered((&kind, &items))).collect()
    }

    /// Of the units that name a unit those below it: pairings are told by themselves.
    fn belonging(&self, kind: usize, items: &[usize]) -> Vec<usize> {
        let units = kind == self.item.kind && self.plan.catalogue.kinds.get(kind).name == "organization";
        let below = |i: &usize| !units || self.plan.named(*i, "parent") == Some(self.i);
        items.iter().copied().filter(below).collect()
    }

    /// How to answer it, while it is open.
    fn answer(&self) -> Option<Answer> {
        let (catalogue, item) = (self.plan.catalogue, self.item);
        let listed =
            matches!(catalogue.kinds.get(item.kind).name.as_str(), "resource" | "need" | "wish" | "opportunity");
        let open = item.state.as_ref().is_none_or(|state| matches!(state.state.as_str(), "" | "open" | "few"));
        let contact = contact(catalogue, self.i).filter(|_| listed && open)?;
        let unit = contact.unit.map(|unit| Link {
            title: catalogue.items[unit].title.clone(),
            url: if catalogue.has_page(unit) { catalogue.addresses.item(unit).to_owned() } else { String::new() },
            external: false,
        });
        let way = |way: &Way<'_>| AnswerWay {
            who: way.who.into(),
            telephone: way.telephone.into(),
            email: way.email.into(),
            link: way.link.into(),
        };
        Some(Answer { unit, ways: contact.ways.iter().map(way).collect() })
    }

    fn matches(&self) -> Vec<Matched> {
        let matches = self.plan.matching.of.get(&self.i).into_iter().flatten();
        let matched = |one: &Match| {
            Some(Matched {
                card: self.plan.card(one.item)?,
                category: one.category.clone().unwrap_or_default(),
                words: one.words.clone(),
                near: one.near,
            })
        };
        matches.filter_map(matched).collect()
    }

    /// The fields that its kind alone has, in words.
    fn fields(&self) -> Vec<FieldView> {
        let spec = self.plan.catalogue.kinds.get(self.item.kind);
        if spec.behaviour != Behaviour::Record {
            return Vec::new();
        }
        let own = spec.own_fields().iter().filter(|field| !drawn(field));
        own.filter_map(|field| self.field(field)).collect()
    }

    fn field(&self, field: &Field) -> Option<FieldView> {
        let value = &self.item.values.get(&field.name)?.value;
        let values = self.words().of(&field.shape, value);
        let table = match (&field.shape, value) {
            _ if !values.is_empty() => None,
            (Shape::Record(inner), Value::Record(values)) => self.table(inner, std::iter::once(values), true),
            (Shape::Records(inner), Value::Records(records)) => {
                self.table(inner, records.iter().map(|record| &record.value), false)
            }
            _ => None,
        };
        let label = field.label.text(self.tongue).to_owned();
        let view = FieldView { name: field.name.to_string(), label, values, table };
        (!view.values.is_empty() || view.table.is_some()).then_some(view)
    }

    /// Mappings as a table of the columns that any of them fills.
    fn table<'v>(
        &self,
        fields: &[Field],
        records: impl Iterator<Item = &'v Values> + Clone,
        single: bool,
    ) -> Option<FieldTable> {
        let used: Vec<&Field> =
            fields.iter().filter(|field| records.clone().any(|values| values.get(&field.name).is_some())).collect();
        let cell = |values: &Values, field: &Field| match values.get(&field.name) {
            Some(spot) => self.words().of(&field.shape, &spot.value),
            None => Vec::new(),
        };
        let rows: Vec<Vec<Vec<Link>>> =
            records.map(|values| used.iter().map(|field| cell(values, field)).collect()).collect();
        let heads = used.iter().map(|field| field.label.text(self.tongue).to_owned()).collect();
        (!rows.is_empty() && !used.is_empty()).then_some(FieldTable { heads, rows, single })
    }

    fn words(&self) -> Words<'_> {
        Words { catalogue: self.plan.catalogue, lang: &self.item.lang }
    }

    fn corrections(&self) -> Vec<(DateView, String)> {
        let mut corrections: Vec<_> = self.item.values.records("corrections").iter().collect();
        corrections.sort_by_key(|record| std::cmp::Reverse(record.value.when("date")));
        let view = |record: &crate::fields::Values| {
            Some((date_view(record.when("date")?, self.plan.catalogue, self.tongue), record.text("text").to_owned()))
        };
        corrections.into_iter().filter_map(|record| view(&record.value)).collect()
    }
}

/// Whether pages show a field as a picture or a table of its own.
fn drawn(field: &Field) -> bool {
    let shown = ["figures", "stages", "chairs", "pairings"];
    matches!(field.shape, Shape::Records(_)) && shown.contains(&&*field.name)
}

/// Audio or video that a target means.
pub(super) fn audio(plan: &Plan<'_>, target: &Target, title: &str) -> Option<Audio> {
    let title = title.to_owned();
    match target {
        Target::External(url) => Some(Audio {
            src: url.clone(),
            external: true,
            title,
            duration: String::new(),
            media_type: String::new(),
            size: String::new(),
        }),
        Target::Media(path) => match plan.media.get(path)? {
            Asset::File(file) => Some(Audio {
                src: file.address.clone(),
                external: false,
                title,
                duration: String::new(),
                media_type: media_type(&path.extension()).into(),
                size: human_size(file.length),
            }),
            Asset::Picture(_) => None,
        },
        _ => None,
    }
}

/// A file to download that a target means.
pub(super) fn attachment(plan: &Plan<'_>, target: &Target, title: &str) -> Option<Attachment> {
    let Target::Media(path) = target else { return None };
    let title = if title.is_empty() { path.file_name() } else { title };
    let (url, size) = match plan.media.get(path)? {
        Asset::File(file) => (file.address.clone(), human_size(file.length)),
        Asset::Picture(picture) => (picture.variants.last()?.1.clone(), String::new()),
    };
    Some(Attachment { title: title.into(), url, format: path.extension().to_uppercase(), size })
}
