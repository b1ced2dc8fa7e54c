//! The kinds of content as data: folder, route, labels, fields. Built-in and declared kinds are
//! described alike; [`Behaviour`] is all that a built-in one adds.

mod digest;
mod portal;

use crate::{
    base::{
        lang::{Lang, Message},
        nearest::nearest,
    },
    config::{DeclaredField, DeclaredKind, ListNames, REVIEWS, Settings, Words},
    diagnostics::{Code, Diagnostic},
    fields::{Field, Origin, Shape, Spot},
    model::groups,
    msg, schedule,
};

/// What a kind does beyond its description.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Behaviour {
    /// Lives in a column, has neighbours, may be part of a series.
    Article,
    /// Stands at the root, in no list.
    Page,
    /// Gathers numbered articles.
    Series,
    /// Gathers what names it.
    Programme,
    /// Describes a digest: what its editions hold, who gets which letter.
    Digest,
    /// A dated edition of a digest; a page first, then a letter.
    Edition,
    /// What its fields say, nothing more.
    Record,
}

impl Behaviour {
    /// Whether items may be rows of a list or table; stories cannot.
    pub fn may_be_rows(self) -> bool {
        matches!(self, Self::Record)
    }
}

/// The description of a kind.
#[derive(Clone, PartialEq, Hash, Debug)]
pub struct KindSpec {
    /// Name: `article`. Also the name of its template.
    pub name: String,
    /// Folder below `content/`, and the word in references: `@articles/id`.
    pub folder: String,
    /// First part of its addresses; empty for articles (their column) and pages (the root).
    pub route: String,
    /// What readers call one of it.
    pub label: Words,
    /// The heading of its list.
    pub plural: Words,
    /// What its list is for.
    pub description: Words,
    /// What it does.
    pub behaviour: Behaviour,
    /// The fields of its front matter: first those that every kind has.
    pub fields: Vec<Field>,
    /// How many of them every kind has.
    pub common: usize,
    /// Whether lists go by title instead of newest first.
    pub by_title: bool,
    /// The fields by which its list is cut.
    pub facets: Vec<Facet>,
    /// What lists say of an item in one line.
    pub facts: Vec<Fact>,
    /// Whether the site declares it.
    pub declared: bool,
    /// The columns that a blank table of it shows, in their order.
    pub brief: Vec<String>,
}

/// A field that lists say in words.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Fact {
    /// The field, in a mapping with a dot: `audience.units`.
    pub path: String,
    /// Its words, the value for `{}`: `{}分钟`.
    pub pattern: Message,
}

/// A field by which lists of a kind are cut: courses by form.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Facet {
    /// The part of addresses: `/courses/form/walking/`.
    pub route: String,
    /// The field, in a mapping with a dot: `audience.units`.
    pub path: String,
    /// What readers call it.
    pub label: Message,
}

/// All kinds of a site, built-in ones first.
#[derive(Clone, PartialEq, Hash, Debug)]
pub struct Kinds(Vec<KindSpec>);

impl Kinds {
    /// The built-in kinds and those that the settings declare.
    pub fn new(settings: &Settings, problems: &mut Vec<Diagnostic>) -> Self {
        let mut kinds = Self(built_in(settings));
        let origin = Origin::text(Settings::file());
        settings.lists.iter().for_each(|names| kinds.rename(names, &origin, problems));
        for declared in &settings.kinds {
            let taken = kinds.0.iter().any(|k| k.name == declared.name || k.folder == declared.folder)
                || RESERVED.contains(&declared.folder.as_str());
            if taken {
                let name = &declared.name;
                problems.push(Diagnostic::new(
                    Code::BadSetting,
                    origin.place(declared.at),
                    msg!("类型“{name}”的名称或文件夹已经用过", "the name or folder of kind `{name}` is taken"),
                ));
                continue;
            }
            let spec = declare(declared, settings, &origin, problems);
            kinds.0.push(spec);
        }
        for declared in &settings.kinds {
            kinds.check_references(declared, &origin, problems);
        }
        kinds
    }

    /// Gives a built-in kind the names and categories of the site.
    fn rename(&mut self, names: &ListNames, origin: &Origin, problems: &mut Vec<Diagnostic>) {
        let wanted = &names.kind.value;
        let Some(kind) = self.by_folder(wanted) else {
            let known: Vec<&str> = self.0.iter().map(|kind| kind.name.as_str()).collect();
            let near = nearest(wanted, known.iter().copied(), 1).first().map(|near| (*near).to_owned());
            let message = msg!("没有叫“{wanted}”的类型", "there is no kind `{wanted}`");
            let known = known.join(", ");
            let problem = Diagnostic::new(Code::BadSetting, origin.place(names.kind.at), message)
                .help(msg!("可以写：{known}", "write one of: {known}"));
            problems.push(Diagnostic { replacement: near, ..problem });
            return;
        };
        let spec = &mut self.0[kind];
        for (words, own) in [
            (&names.label, &mut spec.label),
            (&names.title, &mut spec.plural),
            (&names.description, &mut spec.description),
        ] {
            if !words.is_empty() {
                own.clone_from(words);
            }
        }
        let category = spec.fields.iter_mut().find(|field| *field.name == *"category");
        if let Some(category) = category.filter(|_| !names.categories.is_empty()) {
            category.shape = Shape::Choice(names.categories.clone());
        }
    }

    fn check_references(&self, declared: &DeclaredKind, origin: &Origin, problems: &mut Vec<Diagnostic>) {
        for name in declared.group_by.iter().filter(|name| declared.fields.iter().all(|field| field.name != name.value))
        {
            let (wanted, known) = (&name.value, declared.fields.iter().map(|field| field.name.as_str()));
            let near = nearest(wanted, known.clone(), 1).first().map(|near| (*near).to_owned());
            let known = known.collect::<Vec<_>>().join(", ");
            let message = msg!("这种类型没有字段“{wanted}”", "this kind has no field `{wanted}`");
            let problem = Diagnostic::new(Code::BadSetting, origin.place(name.at), message)
                .help(msg!("可以写：{known}", "write one of: {known}"));
            problems.push(Diagnostic { replacement: near, ..problem });
        }
        for field in declared.fields.iter().filter(|f| matches!(f.r#type.as_str(), "ref" | "refs")) {
            if self.by_name(&field.kind).is_none() {
                let (name, kind) = (&field.name, &field.kind);
                let known = self.0.iter().map(|k| k.name.as_str()).collect::<Vec<_>>().join(", ");
                problems.push(
                    Diagnostic::new(
                        Code::BadSetting,
                        origin.place(field.at),
                        msg!(
                            "字段“{name}”指向不存在的类型“{kind}”",
                            "field `{name}` refers to an unknown kind `{kind}`"
                        ),
                    )
                    .help(msg!("可以写：{known}", "write one of: {known}")),
                );
            }
        }
    }

    /// Every kind.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &KindSpec)> {
        self.0.iter().enumerate()
    }

    /// A kind by its index.
    pub fn get(&self, index: usize) -> &KindSpec {
        &self.0[index]
    }

    /// A kind by its name.
    pub fn by_name(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|kind| kind.name == name)
    }

    /// A kind by its folder, or by its name: `articles`, `article`.
    pub fn by_folder(&self, folder: &str) -> Option<usize> {
        self.0.iter().position(|kind| kind.folder == folder).or_else(|| self.by_name(folder))
    }

    /// The built-in kind with a behaviour.
    pub fn of(&self, behaviour: Behaviour) -> usize {
        self.0.iter().position(|kind| kind.behaviour == behaviour).unwrap_or(0)
    }
}

/// Folders of `content/` that are no kinds, and first parts of addresses that the program uses.
pub(super) const RESERVED: [&str; 12] =
    ["data", "root", "_templates", "media", "assets", "api", "feeds", "columns", "calendar", "digest", "tags", "page"];

impl KindSpec {
    /// The fields that other kinds do not have.
    pub fn own_fields(&self) -> &[Field] {
        &self.fields[self.common..]
    }
}

fn built_in(settings: &Settings) -> Vec<KindSpec> {
    use Behaviour::{Article, Digest, Edition, Page, Programme, Record, Series};
    let spec = |name: &str, folder: &str, label: Message, plural: Message, behaviour, own: Vec<Field>| {
        let mut common = common(settings, portal::states(name));
        // An edition's status is its own: whether it may be sent.
        common.retain(|field| behaviour != Edition || !named(&own, field));
        let facets = portal::facets(name).iter().map(|(route, path)| facet(route, path, &own)).collect();
        KindSpec {
            name: name.into(),
            folder: folder.into(),
            route: match behaviour {
                Article | Page => String::new(),
                Digest | Edition => "digest".into(),
                _ => folder.into(),
            },
            label: Words::of(&label),
            plural: Words::of(&plural),
            description: Words::default(),
            behaviour,
            common: common.len(),
            // What a site names as a taxonomy is a field of every kind already.
            fields: common.iter().cloned().chain(own.into_iter().filter(|field| !named(&common, field))).collect(),
            facets,
            facts: portal::facts(name).iter().map(|(path, zh, en)| fact(path, zh, en)).collect(),
            by_title: matches!(name, "lecturer" | "station" | "organization" | "team"),
            declared: false,
            brief: portal::brief(name).iter().map(|&column| column.to_owned()).collect(),
        }
    };
    vec![
        spec("article", "articles", msg!("文章", "Article"), msg!("文章", "Articles"), Article, article(settings)),
        spec("page", "pages", msg!("页面", "Page"), msg!("页面", "Pages"), Page, vec![]),
        spec("series", "series", msg!("系列", "Series"), msg!("系列", "Series"), Series, series()),
        spec("programme", "programmes", msg!("品牌", "Programme"), msg!("品牌", "Programmes"), Programme, programme()),
        spec("course", "courses", msg!("课程", "Course"), msg!("课程菜单", "Course menu"), Record, portal::course()),
        spec("session", "sessions", msg!("课次", "Session"), msg!("课次", "Sessions"), Record, portal::session()),
        spec("lecturer", "lecturers", msg!("讲师", "Lecturer"), msg!("讲师", "Lecturers"), Record, portal::lecturer()),
        spec(
            "activity",
            "activities",
            msg!("活动", "Activity"),
            msg!("活动", "Activities"),
            Record,
            portal::activity(),
        ),
        spec("station", "stations", msg!("阵地", "Station"), msg!("阵地", "Stations"), Record, portal::station()),
        spec(
            "organization",
            "organizations",
            msg!("单位", "Unit"),
            msg!("单位", "Units"),
            Record,
            portal::organization(settings),
        ),
        spec(
            "resource",
            "resources",
            msg!("资源", "Resource"),
            msg!("资源清单", "Resources"),
            Record,
            portal::listed(),
        ),
        spec("need", "needs", msg!("需求", "Need"), msg!("需求清单", "Needs"), Record, portal::listed()),
        spec("project", "projects", msg!("项目", "Project"), msg!("项目清单", "Projects"), Record, portal::project()),
        spec("wish", "wishes", msg!("微心愿", "Wish"), msg!("微心愿", "Wishes"), Record, portal::listed()),
        spec(
            "opportunity",
            "opportunities",
            msg!("岗位", "Opportunity"),
            msg!("实习与志愿岗位", "Opportunities"),
            Record,
            portal::opportunity(),
        ),
        spec("team", "teams", msg!("志愿服务队", "Team"), msg!("志愿服务队", "Teams"), Record, portal::team()),
        spec("digest", "digests", msg!("简报", "Digest"), msg!("简报", "Digests"), Digest, digest::digest(settings)),
        spec(
            "edition",
            "editions",
            msg!("一期简报", "Edition"),
            msg!("简报", "Digest"),
            Edition,
            digest::edition(settings),
        ),
    ]
}

fn fact(path: &str, zh: &str, en: &str) -> Fact {
    Fact { path: path.into(), pattern: Message { zh: zh.into(), en: en.into() } }
}

/// A facet with the label of its field.
fn facet(route: &str, path: &str, fields: &[Field]) -> Facet {
    let label = fields.iter().find(|field| *field.name == *path).map(|field| field.label.clone());
    let label = label.filter(|_| path != "offered").unwrap_or_else(|| match path {
        "audience.units" => msg!("面向", "For"),
        "audience.topics" => msg!("主题", "Topic"),
        "offered" => msg!("月份", "Month"),
        _ => msg!("状态", "State"),
    });
    Facet { route: route.into(), path: path.into(), label }
}

/// What readers call a word that a file chose: of a kind of unit, a state, a form; else the word.
pub fn word_of(word: &str, settings: &Settings, lang: &Lang) -> String {
    let unit = settings.unit_kinds.iter().find(|kind| kind.id == word).map(|kind| kind.label.get(lang));
    unit.or_else(|| portal::word(word, lang.tongue()).map(str::to_owned)).unwrap_or_else(|| word.to_owned())
}

fn named(fields: &[Field], field: &Field) -> bool {
    fields.iter().any(|known| known.name == field.name)
}

/// The fields of every kind.
fn common(settings: &Settings, states: &[&str]) -> Vec<Field> {
    use Shape::{Addresses, Boolean, Date, Media, Record, Records, Refs, Text, Texts};
    let f = Field::new;
    let mut fields = vec![
        f("title", Text, "标题", "title").required(),
        f("id", Text, "编号", "id"),
        f("kind", Text, "类型", "kind"),
        f("date", Date, "日期", "date"),
        f("updated", Date, "更新日期", "date of change"),
        f("lead", Text, "推荐语", "lead"),
        f("keywords", Texts, "关键词", "keywords"),
        f("programmes", Refs("programme".into()), "所属品牌", "programmes"),
        f("cover", Media, "题图", "cover"),
        f("cover_alt", Text, "题图替代文字", "words for who does not see the cover"),
        f("cover_caption", Text, "题图说明", "caption of the cover"),
        f("gallery", Records(pictures()), "图集", "gallery"),
        f(
            "attachments",
            Records(vec![f("src", Media, "文件", "file").required(), f("title", Text, "名称", "title")]),
            "附件",
            "attachments",
        ),
        f("aliases", Addresses, "旧地址", "former addresses"),
        f("draft", Boolean, "草稿", "draft"),
        f("expires", Date, "过期", "expires"),
        f(
            "withdrawn",
            Record(vec![f("date", Date, "日期", "date").required(), f("reason", Text, "原因", "reason").required()]),
            "撤回",
            "withdrawn",
        ),
        f(
            "corrections",
            Records(vec![f("date", Date, "日期", "date").required(), f("text", Text, "更正", "correction").required()]),
            "更正",
            "corrections",
        ),
        f("toc", Boolean, "目录", "table of contents"),
        f("schedule", Record(schedule::shape()), "时间", "schedule"),
        f("place", groups::place(), "地点", "place"),
        f("audience", groups::audience(settings), "受众", "audience"),
        f("status", groups::status(states), "状态", "status"),
    ];
    for taxonomy in &settings.taxonomies {
        let label =
            |tag: &str| crate::base::lang::Lang::new(tag).map_or(String::new(), |lang| taxonomy.title.get(&lang));
        fields.push(f(&taxonomy.id, Texts, &label("zh-Hans"), &label("en")));
    }
    fields
}

fn pictures() -> Vec<Field> {
    vec![
        Field::new("src", Shape::Media, "图片", "picture").required(),
        Field::new("alt", Shape::Text, "替代文字", "words for who does not see it"),
        Field::new("caption", Shape::Text, "说明", "caption"),
    ]
}

fn article(settings: &Settings) -> Vec<Field> {
    use Shape::{Boolean, Choice, Date, Integer, Records, Ref, Text, Url};
    let f = Field::new;
    let columns = settings.columns.iter().map(|column| column.id.clone()).collect();
    let language = settings.default_language();
    let spoken = settings.columns.iter().map(|column| (column.title.get(language), column.id.clone()));
    vec![
        f("column", Choice(columns), "栏目", "column").spoken(spoken),
        f("source", Text, "来源", "source"),
        f("author", Text, "作者", "author"),
        f("editor", Text, "责任编辑", "editor"),
        f("original", Url, "原文地址", "address of the original"),
        f("activity", Ref("activity".into()), "活动", "activity that it announces"),
        f("series", Ref("series".into()), "系列", "series"),
        f("number", Integer, "系列中的号", "number in the series"),
        f("pinned", Boolean, "置顶", "pinned"),
        portal::audio(),
        f(
            "review",
            Records(vec![
                f("role", Choice(REVIEWS.map(String::from).into()), "审次", "review").required(),
                f("name", Text, "姓名", "name"),
                f("date", Date, "日期", "date").required(),
            ]),
            "审核记录（不发布）",
            "reviews, never published",
        ),
    ]
}

fn series() -> Vec<Field> {
    vec![
        Field::new("label", Shape::Text, "编号写法", "pattern of numbers"),
        Field::new("unit", Shape::Text, "单位", "unit"),
    ]
}

fn programme() -> Vec<Field> {
    vec![Field::new("unit", Shape::Text, "单位", "unit")]
}

fn declare(declared: &DeclaredKind, settings: &Settings, origin: &Origin, problems: &mut Vec<Diagnostic>) -> KindSpec {
    let mut fields = common(settings, groups::DATED);
    let common = fields.len();
    for field in &declared.fields {
        let group = ["schedule", "place", "audience", "status"].contains(&field.r#type.as_str());
        if let Some(same) = fields.iter_mut().find(|known| *known.name == *field.name) {
            // Naming a group that every kind has makes it required.
            same.required |= group && field.required;
            if !group {
                let name = &field.name;
                problems.push(Diagnostic::new(
                    Code::BadSetting,
                    origin.place(field.at),
                    msg!("字段“{name}”每种类型都已经有了", "every kind has a field `{name}` already"),
                ));
            }
            continue;
        }
        fields.push(declared_field(field, settings));
    }
    KindSpec {
        name: declared.name.clone(),
        folder: declared.folder.clone(),
        route: declared.route.clone(),
        label: declared.label.clone(),
        plural: declared.label.clone(),
        common,
        facets: declared_facets(declared),
        facts: declared.group_by.iter().map(|name| fact(&name.value, "{}", "{}")).collect(),
        description: declared.description.clone(),
        behaviour: Behaviour::Record,
        fields,
        by_title: declared.by_title,
        declared: true,
        brief: brief(declared),
    }
}

/// The columns of a blank table: what the site declares, with the groups that it names.
fn brief(declared: &DeclaredKind) -> Vec<String> {
    let groups = |name: &str| -> &[&str] {
        match name {
            "schedule" => &["schedule.start", "schedule.end", "schedule.time"],
            "place" => &["place.name", "place.address"],
            "audience" => &["audience.units"],
            "status" => &["status.state", "status.deadline"],
            _ => &[],
        }
    };
    let columns = declared.fields.iter().flat_map(|field| match groups(&field.name) {
        [] => vec![field.name.clone()],
        columns => columns.iter().map(|&column| column.to_owned()).collect(),
    });
    ["title".to_owned(), "lead".to_owned()].into_iter().chain(columns).collect()
}

/// The fields that the site names in `group_by`.
fn declared_facets(declared: &DeclaredKind) -> Vec<Facet> {
    let label = |field: &DeclaredField| Message { zh: in_tongue(field, "zh-Hans"), en: in_tongue(field, "en") };
    let facet =
        |field: &DeclaredField| Facet { route: field.name.clone(), path: field.name.clone(), label: label(field) };
    let named = |name: &Spot<String>| declared.fields.iter().find(|field| field.name == name.value);
    declared.group_by.iter().filter_map(named).map(facet).collect()
}

fn in_tongue(field: &DeclaredField, tag: &str) -> String {
    Lang::new(tag).map_or(String::new(), |lang| field.label.get(&lang))
}

fn declared_field(field: &DeclaredField, settings: &Settings) -> Field {
    let shape = match field.r#type.as_str() {
        "texts" => Shape::Texts,
        "date" => Shape::Date,
        "hours" => Shape::Hours,
        "integer" => Shape::Integer,
        "number" => Shape::Number,
        "boolean" => Shape::Boolean,
        "choice" => Shape::Choice(field.choices.clone()),
        "choices" => Shape::Choices(field.choices.clone()),
        "ref" => Shape::Ref(field.kind.clone()),
        "refs" => Shape::Refs(field.kind.clone()),
        "image" => Shape::Media,
        "url" => Shape::Url,
        "schedule" => Shape::Record(schedule::shape()),
        "place" => groups::place(),
        "audience" => groups::audience(settings),
        "status" => groups::status(groups::DATED),
        _ => Shape::Text,
    };
    let made = Field::new(&field.name, shape, &in_tongue(field, "zh-Hans"), &in_tongue(field, "en"));
    if field.required { made.required() } else { made }
}
