//! Settings as used: options, overrides of the environment and of flags, and defaults, resolved.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::{
    FILE, options,
    targets::{Deploy, Destination},
};
use crate::{
    base::{
        lang::{Lang, Message},
        path::SitePath,
    },
    diagnostics::{Code, Diagnostic, Place},
    fields::{self, At, Spot, Value, Values, yaml},
    msg,
};

/// A text in the site's languages.
#[derive(Clone, PartialEq, Hash, Debug, Default)]
pub struct Words(Vec<(Option<Lang>, String)>);

impl Words {
    /// One text for all languages.
    pub fn plain(text: impl Into<String>) -> Self {
        Self(vec![(None, text.into())])
    }

    /// A text for Chinese and one for every other language.
    pub fn of(message: &Message) -> Self {
        let zh = Lang::new("zh-Hans").map(|lang| (Some(lang), message.zh.clone()));
        Self(zh.into_iter().chain([(None, message.en.clone())]).collect())
    }

    /// The text for a language, `""` where there is none at all.
    pub fn get(&self, lang: &Lang) -> String {
        fields::values::pick(&self.0, lang)
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, text)| text.is_empty())
    }

    fn read(values: &Values, name: &str) -> Self {
        match values.get(name).map(|spot| &spot.value) {
            Some(Value::Words(words)) => Self(words.clone()),
            _ => Self::default(),
        }
    }
}

/// The address of the site: scheme, host and sub-folder, `/` at the end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BaseUrl {
    full: String,
    path: usize,
}

impl BaseUrl {
    /// Takes `https://host/` or `https://host/folder`. `None` for anything else.
    ///
    /// ```
    /// use pbsite::config::BaseUrl;
    /// let base = BaseUrl::new("https://example.org/street").unwrap();
    /// assert_eq!(base.join("news/"), "https://example.org/street/news/");
    /// assert_eq!((base.host(), base.path()), ("example.org", "/street/"));
    /// ```
    pub fn new(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        let host = rest.split('/').next()?;
        let fine = !host.is_empty()
            && !rest.contains(|c: char| c.is_whitespace() || matches!(c, '?' | '#' | '"' | '<' | '>' | '\\'));
        let full = if text.ends_with('/') { text.to_owned() } else { format!("{text}/") };
        let path = full.len() - (full.len() - (text.len() - rest.len()) - host.len());
        fine.then_some(Self { full, path })
    }

    /// The full address of a path relative to the root.
    pub fn join(&self, url: &str) -> String {
        format!("{}{url}", self.full)
    }

    /// The whole address, `/` at the end.
    pub fn as_str(&self) -> &str {
        &self.full
    }

    /// The path of the root, `/` or `/folder/`.
    pub fn path(&self) -> &str {
        &self.full[self.path..]
    }

    /// The host, with the port if there is one.
    pub fn host(&self) -> &str {
        self.full[..self.path].rsplit('/').next().unwrap_or_default()
    }
}

/// Who runs the site.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Owner {
    /// Name.
    pub name: Words,
    /// Postal address.
    pub address: Words,
    /// Telephone.
    pub telephone: String,
    /// Mail address.
    pub email: String,
}

/// Filing lines that the law asks for.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Filing {
    /// ICP number as printed.
    pub icp: String,
    /// Public-security number as printed.
    pub public_security: String,
}

/// A column.
#[derive(Clone, PartialEq, Debug)]
pub struct Column {
    /// Id, also its address.
    pub id: String,
    /// Title.
    pub title: Words,
    /// What it is for.
    pub description: Words,
    /// Who keeps it.
    pub owner: Words,
    /// How often something new comes, in days; 0 for unknown.
    pub update_days: u32,
    /// `news`, `notices`, `policies`, or empty.
    pub r#type: String,
    /// Reviews that an article needs before it is published.
    pub review: Vec<String>,
    /// Where it stands in `pbsite.yaml`.
    pub at: At,
}

/// A kind of unit.
#[derive(Clone, PartialEq, Debug)]
pub struct UnitKind {
    /// Id.
    pub id: String,
    /// Label.
    pub label: Words,
}

/// An entry of the navigation.
#[derive(Clone, PartialEq, Debug)]
pub struct NavigationEntry {
    /// Its words; the target's title where empty.
    pub label: Words,
    /// `@columns/headlines`, `@pages/about`, `@series`, an address.
    pub to: String,
    /// Where it stands in `pbsite.yaml`.
    pub at: At,
}

/// A taxonomy: a field of items whose words have pages.
#[derive(Clone, PartialEq, Debug)]
pub struct Taxonomy {
    /// Its id, the name of the field and the first part of addresses.
    pub id: String,
    /// Title.
    pub title: Words,
}

/// How much each reason counts when resources are matched with needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Weights {
    /// The same category.
    pub category: u32,
    /// Each word that both have.
    pub topic: u32,
    /// Units that belong together, or one place.
    pub place: u32,
}

/// The time that must lie between two bookings, in minutes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Bookings {
    /// In one room, and for a lecturer in one place.
    pub padding: u32,
    /// For a lecturer between two places.
    pub travel: u32,
}

/// What a site calls one of the built-in kinds, and the categories that it has.
#[derive(Clone, PartialEq, Debug)]
pub struct ListNames {
    /// The kind, by its name or folder.
    pub kind: Spot<String>,
    /// What one of it is called.
    pub label: Words,
    /// The heading of the list.
    pub title: Words,
    /// What the list is for.
    pub description: Words,
    /// Categories; none for any.
    pub categories: Vec<String>,
}

/// Which outputs are made besides pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outputs {
    /// Atom and JSON feeds.
    pub feeds: bool,
    /// `api/*.json`.
    pub api: bool,
    /// Month archives of columns.
    pub archives: bool,
    /// A QR code on each item.
    pub qr: bool,
}

/// A kind that the site declares, as written.
#[derive(Clone, PartialEq, Debug)]
pub struct DeclaredKind {
    /// Name: `benefit`.
    pub name: String,
    /// What readers call it.
    pub label: Words,
    /// Folder below `content/`.
    pub folder: String,
    /// First part of addresses.
    pub route: String,
    /// What its list is for.
    pub description: Words,
    /// Whether the list is sorted by title instead of by date.
    pub by_title: bool,
    /// Its own fields.
    pub fields: Vec<DeclaredField>,
    /// Names of fields by which its list is cut.
    pub group_by: Vec<Spot<String>>,
    /// Where it stands in `pbsite.yaml`.
    pub at: At,
}

/// A field of a declared kind, as written.
#[derive(Clone, PartialEq, Debug)]
pub struct DeclaredField {
    /// Key in front matter.
    pub name: String,
    /// One of [`options::FIELD_TYPES`].
    pub r#type: String,
    /// What readers call it.
    pub label: Words,
    /// Whether it must be there.
    pub required: bool,
    /// For `choice` and `choices`.
    pub choices: Vec<String>,
    /// For `ref` and `refs`.
    pub kind: String,
    /// Where it stands in `pbsite.yaml`.
    pub at: At,
}

/// Where a setting came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// `pbsite.yaml`, at a place.
    File(At),
    /// An environment variable.
    Environment(&'static str),
    /// A flag of the command line.
    Flag(&'static str),
    /// Nobody said anything.
    Default,
}

/// A setting as `config` shows it: key, value in words, origin.
pub type Provenance = Vec<(String, String, Origin)>;

/// What flags and the environment say over `pbsite.yaml`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Overrides {
    /// `--base-url` (flag) or `PBSITE_BASE_URL` (environment).
    pub base_url: Option<(String, Origin)>,
    /// The name of the preview that is built, if it is one: below [`PREVIEWS`] of the site's address.
    pub preview: Option<String>,
}

/// The folder of a published site in which previews stand. No page of a site has an address there.
pub const PREVIEWS: &str = "_preview";

/// Settings as used.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// The site's name.
    pub name: Words,
    /// What it is.
    pub description: Words,
    /// Its address.
    pub base_url: BaseUrl,
    /// Address of the repository on its forge, or empty.
    pub repository: String,
    /// Languages, the default first; never empty.
    pub languages: Vec<Lang>,
    /// Time zone.
    pub zone: TimeZone,
    /// Whether `profile: gov` asks for the marks of government sites.
    pub gov: bool,
    /// The name of the preview that is built; empty for the site itself.
    pub preview: String,
    /// Who runs it.
    pub owner: Owner,
    /// Filing lines.
    pub filing: Filing,
    /// Site identification code, or empty.
    pub identification_code: String,
    /// Columns in order.
    pub columns: Vec<Column>,
    /// Kinds of units.
    pub unit_kinds: Vec<UnitKind>,
    /// Navigation.
    pub navigation: Vec<NavigationEntry>,
    /// Blocks of the home page with their places.
    pub home: Vec<(String, Option<At>)>,
    /// Taxonomies.
    pub taxonomies: Vec<Taxonomy>,
    /// Which outputs.
    pub outputs: Outputs,
    /// Where the site is published.
    pub deploy: Vec<Deploy>,
    /// Weights of matching.
    pub matching: Weights,
    /// Time between bookings.
    pub bookings: Bookings,
    /// Web calendars that pages link to: `google`, `outlook`.
    pub calendar_links: Vec<String>,
    /// Names and categories of built-in kinds.
    pub lists: Vec<ListNames>,
    /// Name of the theme.
    pub theme: String,
    /// Options of the theme: name, choice, place.
    pub theme_options: Vec<(String, String, At)>,
    /// Kinds that the site declares.
    pub kinds: Vec<DeclaredKind>,
    /// Titles of units that texts may name without a link.
    pub unlinked_units: Vec<String>,
    /// Levels of checks: number of a code, level.
    pub checks: BTreeMap<String, String>,
    /// Telephone numbers that are meant to be public.
    pub public_numbers: Vec<String>,
    /// A note for the footer.
    pub footer_note: Words,
    /// Where each setting came from.
    pub provenance: Provenance,
}

impl Settings {
    /// The default language.
    pub fn default_language(&self) -> &Lang {
        &self.languages[0]
    }

    /// The position of a language among the site's, 0 for one that it has not.
    pub fn language(&self, lang: &Lang) -> usize {
        self.languages.iter().position(|own| own == lang).unwrap_or(0)
    }

    /// The column with this id.
    pub fn column(&self, id: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.id == id)
    }

    /// The path of the configuration file.
    pub fn file() -> SitePath {
        SitePath::new(FILE).unwrap_or_else(|_| unreachable!("a constant that is a path"))
    }

    /// Reads the text of `pbsite.yaml`. Problems are collected; `None` where what is left is no
    /// site (no mapping, no address).
    pub fn read(text: &str, overrides: &Overrides, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let origin = fields::Origin::text(Self::file());
        let node = yaml::read(text, 0, yaml::Whole::Mapping, &|span| Place::text(&origin.file, span), problems).node?;
        let values = fields::read(&options::fields(), &node, &origin, problems);
        Resolver { values: &values, origin: &origin, problems, provenance: Vec::new() }.settings(overrides)
    }
}

struct Resolver<'a> {
    values: &'a Values,
    origin: &'a fields::Origin,
    problems: &'a mut Vec<Diagnostic>,
    provenance: Provenance,
}

impl Resolver<'_> {
    fn settings(mut self, overrides: &Overrides) -> Option<Settings> {
        self.requires();
        let base_url = self.base_url(overrides);
        let languages = self.languages();
        let zone = self.zone();
        let outputs = self.outputs();
        let matching = self.matching();
        let columns = self.columns();
        let settings = Settings {
            matching,
            name: self.words("name"),
            description: self.words("description"),
            repository: self.text("repository", ""),
            languages,
            zone,
            gov: self.text("profile", "standard") == "gov",
            owner: self.owner(),
            filing: self.values.record("filing").map_or(Filing::default(), |filing| Filing {
                icp: filing.text("icp").into(),
                public_security: filing.text("public_security").into(),
            }),
            identification_code: self.text("identification_code", ""),
            columns,
            unit_kinds: self.unit_kinds(),
            navigation: self.navigation(),
            home: self.home(),
            taxonomies: self.taxonomies(),
            outputs,
            bookings: self.bookings(),
            calendar_links: self.calendar_links(),
            lists: self.lists(),
            deploy: self.deploy(),
            theme: self.values.record("theme").map_or("", |theme| theme.text("name")).to_owned(),
            theme_options: self.theme_options(),
            kinds: self.kinds(),
            checks: self.checks(),
            unlinked_units: self.values.texts("unlinked_units").iter().map(|spot| spot.value.clone()).collect(),
            public_numbers: self.values.texts("public_numbers").iter().map(|spot| spot.value.clone()).collect(),
            footer_note: self.words("footer_note"),
            // Last, so that whatever else is wrong has been said.
            provenance: std::mem::take(&mut self.provenance),
            preview: overrides.preview.clone().unwrap_or_default(),
            base_url: base_url?,
        };
        Some(Settings { theme: if settings.theme.is_empty() { "default".into() } else { settings.theme }, ..settings })
    }

    fn problem(&mut self, at: At, message: Message) -> &mut Diagnostic {
        self.problems.push(Diagnostic::new(Code::BadSetting, self.origin.place(at), message));
        let last = self.problems.len() - 1;
        &mut self.problems[last]
    }

    fn note(&mut self, key: &str, value: impl Into<String>) {
        let origin = self.values.at(key).map_or(Origin::Default, Origin::File);
        self.provenance.push((key.into(), value.into(), origin));
    }

    fn text(&mut self, key: &str, default: &str) -> String {
        let text = match self.values.text(key) {
            "" => default,
            text => text,
        };
        self.note(key, text);
        text.to_owned()
    }

    fn words(&mut self, key: &str) -> Words {
        let words = Words::read(self.values, key);
        let shown = words.0.iter().map(|(lang, text)| match lang {
            Some(lang) => format!("{lang}: {text}"),
            None => text.clone(),
        });
        let shown: Vec<String> = shown.collect();
        self.note(key, shown.join("; "));
        words
    }

    fn requires(&mut self) {
        let Some(at) = self.values.at("requires") else { return };
        let wanted = self.values.text("requires");
        let version = env!("CARGO_PKG_VERSION");
        let parts = |text: &str| -> Option<Vec<u32>> {
            let mut parts: Vec<u32> = text.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
            parts.resize(3, 0);
            Some(parts)
        };
        let Some(least) = wanted.trim().strip_prefix(">=").and_then(|text| parts(text.trim())) else {
            self.problem(at, msg!("“{wanted}”不是版本要求", "`{wanted}` is no version requirement")).help =
                Some(msg!("写成：requires: '>=0.1'", "write: requires: '>=0.1'"));
            return;
        };
        if parts(version).is_some_and(|have| have < least) {
            let message =
                msg!("网站需要 pbsite {wanted}，这里是 {version}", "the site needs pbsite {wanted}, this is {version}");
            self.problems.push(
                Diagnostic::new(Code::Requires, self.origin.place(at), message)
                    .help(msg!("安装新版本的 pbsite", "install a newer pbsite")),
            );
        }
        self.note("requires", wanted);
    }

    fn base_url(&mut self, overrides: &Overrides) -> Option<BaseUrl> {
        let (text, origin) = match (&overrides.base_url, self.values.at("base_url")) {
            (Some((text, origin)), _) => (text.clone(), origin.clone()),
            (None, Some(at)) => (self.values.text("base_url").to_owned(), Origin::File(at)),
            (None, None) => return None,
        };
        let base = BaseUrl::new(&text);
        let base = match (&overrides.preview, base) {
            (Some(name), Some(base)) => BaseUrl::new(&base.join(&format!("{PREVIEWS}/{name}/"))),
            (_, base) => base,
        };
        if base.is_none() {
            let place = match &origin {
                Origin::File(at) => self.origin.place(*at),
                _ => Place::Site,
            };
            self.problems.push(
                Diagnostic::new(
                    Code::BadSetting,
                    place,
                    msg!("“{text}”不能作网站的地址", "`{text}` cannot be the address of a site"),
                )
                .help(msg!("写成：base_url: https://example.org/", "write: base_url: https://example.org/")),
            );
        }
        self.provenance.push(("base_url".into(), text, origin));
        base
    }

    fn languages(&mut self) -> Vec<Lang> {
        let mut languages: Vec<Lang> = Vec::new();
        for spot in self.values.texts("languages") {
            match Lang::new(&spot.value) {
                Some(lang) if languages.contains(&lang) => {
                    self.problem(spot.at, msg!("语言“{lang}”写了两次", "language `{lang}` stands here twice"));
                }
                Some(lang) => languages.push(lang),
                None => {
                    let text = &spot.value;
                    self.problem(spot.at, msg!("“{text}”不是语言代码", "`{text}` is no language tag")).help =
                        Some(msg!("例如 zh-Hans、zh-Hant、en", "such as zh-Hans, zh-Hant, en"));
                }
            }
        }
        if languages.is_empty() {
            languages.extend(Lang::new("zh-Hans"));
        }
        self.note("languages", languages.iter().map(Lang::as_str).collect::<Vec<_>>().join(", "));
        languages
    }

    fn zone(&mut self) -> TimeZone {
        let name = self.text("time_zone", "Asia/Shanghai");
        match TimeZone::get(&name) {
            Ok(zone) => zone,
            Err(_) => {
                if let Some(at) = self.values.at("time_zone") {
                    self.problem(at, msg!("不认识的时区“{name}”", "unknown time zone `{name}`")).help =
                        Some(msg!("例如 Asia/Shanghai", "such as Asia/Shanghai"));
                }
                TimeZone::UTC
            }
        }
    }

    fn outputs(&mut self) -> Outputs {
        let record = self.values.record("outputs");
        let on = |key: &str| record.and_then(|values| values.boolean(key)).unwrap_or(true);
        let outputs = Outputs { feeds: on("feeds"), api: on("api"), archives: on("archives"), qr: on("qr") };
        let Outputs { feeds, api, archives, qr } = outputs;
        self.note("outputs", format!("feeds: {feeds}, api: {api}, archives: {archives}, qr: {qr}"));
        outputs
    }

    fn bookings(&mut self) -> Bookings {
        let values = self.values.record("bookings");
        let mut minutes = |key: &str| {
            let Some((written, at)) = values.and_then(|values| values.integer(key).zip(values.at(key))) else {
                return 0;
            };
            u32::try_from(written).ok().filter(|minutes| *minutes <= 24 * 60).unwrap_or_else(|| {
                let message = msg!("{key} 应当是 0 到 1440 分钟", "`{key}` must be from 0 to 1440 minutes");
                self.problem(at, message).help = Some(msg!("写成：{key}: 15", "write: {key}: 15"));
                0
            })
        };
        Bookings { padding: minutes("padding"), travel: minutes("travel") }
    }

    fn calendar_links(&self) -> Vec<String> {
        let links = self.values.record("calendar").map_or(&[][..], |calendar| calendar.texts("links"));
        links.iter().map(|spot| spot.value.clone()).collect()
    }

    fn lists(&self) -> Vec<ListNames> {
        let list = |record: &Spot<crate::fields::Values>| {
            let values = &record.value;
            ListNames {
                kind: Spot { value: values.text("kind").to_owned(), at: values.at("kind").unwrap_or(record.at) },
                label: Words::read(values, "label"),
                title: Words::read(values, "title"),
                description: Words::read(values, "description"),
                categories: values.texts("categories").iter().map(|spot| spot.value.clone()).collect(),
            }
        };
        self.values.records("lists").iter().map(list).collect()
    }

    fn matching(&mut self) -> Weights {
        let values = self.values.record("matching");
        let mut weight = |key: &str, default: u32| {
            let Some((written, at)) = values.and_then(|values| values.integer(key).zip(values.at(key))) else {
                return default;
            };
            u32::try_from(written).ok().filter(|weight| *weight <= 100).unwrap_or_else(|| {
                let message = msg!("权重 {key} 应当在 0 到 100 之间", "the weight `{key}` must be from 0 to 100");
                self.problem(at, message).help = Some(msg!("写成：{key}: {default}", "write: {key}: {default}"));
                default
            })
        };
        let weights = Weights { category: weight("category", 3), topic: weight("topic", 2), place: weight("place", 1) };
        let Weights { category, topic, place } = weights;
        self.note("matching", format!("category: {category}, topic: {topic}, place: {place}"));
        weights
    }

    fn owner(&mut self) -> Owner {
        let owner = self.values.record("owner").map_or(Owner::default(), |owner| Owner {
            name: Words::read(owner, "name"),
            address: Words::read(owner, "address"),
            telephone: owner.text("telephone").into(),
            email: owner.text("email").into(),
        });
        let shown = owner.name.0.first().map_or("", |(_, name)| name);
        self.note("owner", shown);
        owner
    }

    /// An id that stands in an address: reported where it is none, or stood before.
    fn id(&mut self, values: &Values, key: &str, taken: &mut Vec<String>) -> String {
        let id = values.text(key).to_owned();
        let Some(at) = values.at(key) else { return id };
        if !crate::base::slug::is_id(&id) {
            let slug = crate::base::slug::slug(&id);
            let problem = self.problem(
                at,
                msg!(
                    "“{id}”不能作编号：只用小写字母、数字和 -",
                    "`{id}` is no id: use lower-case letters, digits and `-`"
                ),
            );
            problem.help = Some(msg!("例如：{slug}", "for example: {slug}"));
            problem.replacement = Some(slug);
        } else if taken.contains(&id) {
            self.problem(at, msg!("编号“{id}”已经用过", "id `{id}` is taken"));
        }
        taken.push(id.clone());
        id
    }

    fn columns(&mut self) -> Vec<Column> {
        let mut taken = Vec::new();
        let records = self.values.records("columns");
        let mut columns = Vec::new();
        for record in records {
            let values = &record.value;
            columns.push(Column {
                id: self.id(values, "id", &mut taken),
                title: Words::read(values, "title"),
                description: Words::read(values, "description"),
                owner: Words::read(values, "owner"),
                update_days: values.integer("update_days").unwrap_or(0).clamp(0, 36_500) as u32,
                r#type: values.text("type").into(),
                review: values.texts("review").iter().map(|spot| spot.value.clone()).collect(),
                at: values.at("id").unwrap_or(record.at),
            });
        }
        self.note("columns", taken.join(", "));
        columns.retain(|column: &Column| !column.id.is_empty());
        columns
    }

    fn deploy(&mut self) -> Vec<Deploy> {
        let (mut taken, mut targets) = (Vec::new(), Vec::new());
        for record in self.values.records("deploy") {
            let name = self.id(&record.value, "name", &mut taken);
            match Destination::read(&name, &record.value) {
                Ok(to) => targets.push(Deploy { name, to }),
                Err(wrong) => {
                    let at = record.value.at(wrong.key).unwrap_or(record.at);
                    self.problem(at, wrong.message).help = Some(wrong.help);
                }
            }
        }
        targets
    }

    fn unit_kinds(&mut self) -> Vec<UnitKind> {
        let mut taken = Vec::new();
        let mut kinds = Vec::new();
        for record in self.values.records("unit_kinds") {
            let id = self.id(&record.value, "id", &mut taken);
            kinds.push(UnitKind { id, label: Words::read(&record.value, "label") });
        }
        if kinds.is_empty() {
            kinds = DEFAULT_UNIT_KINDS
                .iter()
                .map(|(id, zh, en)| UnitKind {
                    id: (*id).into(),
                    label: Words::of(&Message { zh: (*zh).into(), en: (*en).into() }),
                })
                .collect();
        }
        self.note("unit_kinds", kinds.iter().map(|kind| kind.id.as_str()).collect::<Vec<_>>().join(", "));
        kinds
    }

    fn navigation(&mut self) -> Vec<NavigationEntry> {
        let entries = self.values.records("navigation").iter().map(|record| NavigationEntry {
            label: Words::read(&record.value, "label"),
            to: record.value.text("to").into(),
            at: record.value.at("to").unwrap_or(record.at),
        });
        let entries: Vec<NavigationEntry> = entries.filter(|entry| !entry.to.is_empty()).collect();
        self.note("navigation", entries.iter().map(|entry| entry.to.as_str()).collect::<Vec<_>>().join(", "));
        entries
    }

    fn home(&mut self) -> Vec<(String, Option<At>)> {
        let mut blocks: Vec<(String, Option<At>)> =
            self.values.texts("home").iter().map(|spot| (spot.value.clone(), Some(spot.at))).collect();
        if self.values.get("home").is_none() {
            blocks = ["coming", "lead", "columns", "programmes", "series", "subscribe"]
                .map(|name| (name.into(), None))
                .into();
        }
        self.note("home", blocks.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", "));
        blocks
    }

    fn taxonomies(&mut self) -> Vec<Taxonomy> {
        let mut taken = Vec::new();
        let mut taxonomies = Vec::new();
        for record in self.values.records("taxonomies") {
            let id = self.id(&record.value, "id", &mut taken);
            taxonomies.push(Taxonomy { id, title: Words::read(&record.value, "title") });
        }
        if self.values.get("taxonomies").is_none() {
            taxonomies.push(Taxonomy { id: "tags".into(), title: Words::of(&msg!("标签", "Tags")) });
        }
        self.note("taxonomies", taxonomies.iter().map(|t| t.id.as_str()).collect::<Vec<_>>().join(", "));
        taxonomies
    }

    fn theme_options(&mut self) -> Vec<(String, String, At)> {
        let theme = self.values.record("theme");
        let options = theme.map_or(&[][..], |theme| theme.mapping("options"));
        self.note("theme", theme.map_or("default", |theme| theme.text("name")));
        options.iter().map(|(name, value)| (name.value.clone(), value.value.clone(), value.at)).collect()
    }

    fn kinds(&mut self) -> Vec<DeclaredKind> {
        let mut taken = Vec::new();
        let mut kinds = Vec::new();
        for record in self.values.records("kinds") {
            let values = &record.value;
            let name = self.id(values, "name", &mut taken);
            let or_plural = |text: &str| if text.is_empty() { format!("{name}s") } else { text.to_owned() };
            let fields = values.records("fields").iter().map(|field| DeclaredField {
                name: field.value.text("name").into(),
                r#type: field.value.text("type").into(),
                label: Words::read(&field.value, "label"),
                required: field.value.boolean("required").unwrap_or(false),
                choices: field.value.texts("choices").iter().map(|spot| spot.value.clone()).collect(),
                kind: field.value.text("kind").into(),
                at: field.at,
            });
            kinds.push(DeclaredKind {
                folder: or_plural(values.text("folder")),
                route: or_plural(match values.text("route") {
                    "" => values.text("folder"),
                    route => route,
                }),
                label: Words::read(values, "label"),
                description: Words::read(values, "description"),
                by_title: values.text("sort") == "title",
                fields: fields.collect(),
                group_by: values.texts("group_by").to_vec(),
                at: record.at,
                name,
            });
        }
        self.note("kinds", kinds.iter().map(|kind| kind.name.as_str()).collect::<Vec<_>>().join(", "));
        kinds
    }

    fn checks(&mut self) -> BTreeMap<String, String> {
        let mut levels = BTreeMap::new();
        for (name, level) in self.values.mapping("checks") {
            let known = Code::find(&name.value).is_some();
            if !known {
                let text = &name.value;
                self.problem(name.at, msg!("没有编号为“{text}”的检查", "there is no check `{text}`"));
            }
            if !matches!(level.value.as_str(), "off" | "note" | "warning" | "error") {
                let text = &level.value;
                self.problem(level.at, msg!("“{text}”不是级别", "`{text}` is no level")).help =
                    Some(msg!("可以写：off、note、warning、error", "write one of: off, note, warning, error"));
            }
            levels.insert(name.value.to_ascii_uppercase(), level.value.clone());
        }
        levels
    }
}

const DEFAULT_UNIT_KINDS: [(&str, &str, &str); 8] = [
    ("street", "街镇", "Streets and towns"),
    ("school", "学校", "Schools"),
    ("enterprise", "企业", "Enterprises"),
    ("estate", "居民区", "Estates"),
    ("compound", "园区", "Compounds"),
    ("building", "楼宇", "Office towers"),
    ("hospital", "医院", "Hospitals"),
    ("social-organization", "社会组织", "Social organizations"),
];
