//! The fields of the kinds that a portal has besides its articles: courses, activities, stations,
//! organizations, lists, opportunities, projects. Terms are those of the field.

use super::super::groups;
use crate::{
    base::lang::Tongue,
    config::Settings,
    fields::{
        Field,
        Shape::{self, *},
    },
};

/// Forms that a course may have, with their words.
const FORMS: [(&str, &str, &str); 7] = [
    ("scenario", "情景", "Scenario"),
    ("story", "故事", "Story"),
    ("music", "音乐", "Music"),
    ("walking", "行走", "Walking"),
    ("live", "直播", "Live stream"),
    ("recorded", "录播", "Recorded"),
    ("audio", "音频", "Audio"),
];

/// Levels of stations, with their words.
const LEVELS: [(&str, &str, &str); 3] =
    [("centre", "中心", "Centre"), ("station", "站", "Station"), ("point", "点", "Point")];

/// What readers call one of the words that a file may choose from.
pub(super) fn word(id: &str, tongue: Tongue) -> Option<&'static str> {
    let words = FORMS.iter().chain(&LEVELS).chain(&groups::STATES);
    let (_, zh, en) = words.into_iter().find(|(word, _, _)| *word == id)?;
    Some(if tongue == Tongue::Zh { zh } else { en })
}

/// The fields by which lists of a kind are cut.
pub(super) fn facets(kind: &str) -> &'static [(&'static str, &'static str)] {
    match kind {
        "course" => &[
            ("for", "audience.units"),
            ("form", "form"),
            ("topic", "audience.topics"),
            ("unit", "unit"),
            ("month", "offered"),
        ],
        "session" => &[("course", "course"), ("station", "station")],
        "activity" => &[("category", "category"), ("for", "audience.units"), ("station", "station"), ("unit", "unit")],
        "station" => &[("level", "level")],
        "organization" => &[("kind", "unit_kind"), ("parent", "parent")],
        "resource" | "need" | "wish" => {
            &[("category", "category"), ("state", "status.state"), ("unit", "unit"), ("for", "audience.units")]
        }
        "project" => &[("category", "category"), ("state", "status.state"), ("unit", "unit")],
        "opportunity" => &[("category", "category"), ("unit", "unit"), ("major", "majors")],
        _ => &[],
    }
}

/// What lists say of an item of a kind in one line: field, and the pattern of its words in Chinese
/// and English.
pub(super) fn facts(kind: &str) -> &'static [(&'static str, &'static str, &'static str)] {
    match kind {
        "course" => &[
            ("code", "{}", "{}"),
            ("form", "{}", "{}"),
            ("minutes", "{}分钟", "{} min"),
            ("audience.units", "面向{}", "for {}"),
        ],
        "session" => &[("course", "{}", "{}"), ("station", "{}", "{}"), ("room", "{}", "{}")],
        "activity" => &[("category", "{}", "{}"), ("station", "{}", "{}")],
        "station" => &[("level", "{}", "{}"), ("place.address", "{}", "{}"), ("telephone", "电话 {}", "tel. {}")],
        "organization" => &[("unit_kind", "{}", "{}"), ("parent", "{}", "{}")],
        "lecturer" => &[("unit", "{}", "{}"), ("role", "{}", "{}")],
        "resource" | "need" | "wish" => {
            &[("category", "{}", "{}"), ("unit", "{}", "{}"), ("quantity", "数量 {}", "quantity {}")]
        }
        "project" => &[("unit", "{}", "{}"), ("lead_role", "{}", "{}")],
        "opportunity" => &[("category", "{}", "{}"), ("unit", "{}", "{}"), ("number", "{}人", "{} posts")],
        "team" => &[("unit", "{}", "{}"), ("members", "{}人", "{} members")],
        _ => &[],
    }
}

/// The columns that a blank table of a kind shows, in their order: what an office fills in. Other
/// columns are found by their headings all the same.
pub(super) fn brief(kind: &str) -> &'static [&'static str] {
    match kind {
        "course" => &[
            "code",
            "title",
            "form",
            "lead",
            "unit",
            "lecturers",
            "audience.units",
            "minutes",
            "capacity",
            "station",
            "comes_to_you",
            "needs",
            "offered.from",
            "offered.until",
            "order.telephone",
            "order.contact",
            "order.lead_days",
            "status.state",
        ],
        "session" => &[
            "title",
            "course",
            "lecturers",
            "station",
            "room",
            "schedule.start",
            "schedule.time",
            "capacity",
            "signup.telephone",
            "status.state",
            "status.deadline",
        ],
        "lecturer" => &["title", "unit", "role", "subjects"],
        "activity" => &[
            "title",
            "category",
            "lead",
            "station",
            "room",
            "schedule.start",
            "schedule.end",
            "schedule.time",
            "unit",
            "audience.units",
            "capacity",
            "cost",
            "signup.telephone",
            "signup.link",
            "status.state",
            "status.deadline",
        ],
        "station" => &[
            "title",
            "level",
            "parent",
            "lead",
            "telephone",
            "place.name",
            "place.address",
            "place.transport",
            "place.latitude",
            "place.longitude",
            "units",
        ],
        "organization" => &["title", "id", "unit_kind", "parent", "lead"],
        "resource" | "need" | "wish" => &[
            "title",
            "lead",
            "category",
            "unit",
            "quantity",
            "measure",
            "period.from",
            "period.until",
            "audience.units",
            "contact",
            "status.state",
            "project",
            "by",
        ],
        "project" => &["title", "lead", "category", "unit", "units", "lead_role", "contact", "results", "status.state"],
        "opportunity" => &[
            "title",
            "lead",
            "category",
            "unit",
            "number",
            "period.from",
            "period.until",
            "requirements",
            "majors",
            "apply.telephone",
            "apply.email",
            "status.deadline",
            "status.state",
        ],
        "team" => &["title", "lead", "unit", "members", "duties", "station", "telephone"],
        _ => &[],
    }
}

fn f(name: &str, shape: Shape, zh: &str, en: &str) -> Field {
    Field::new(name, shape, zh, en)
}

fn reference(kind: &str) -> Shape {
    Ref(kind.into())
}

fn references(kind: &str) -> Shape {
    Refs(kind.into())
}

/// A recording.
pub(super) fn audio() -> Field {
    f(
        "audio",
        Record(vec![
            f("src", Text, "音频", "audio").required(),
            f("title", Text, "名称", "title"),
            f("duration", Text, "时长", "duration"),
        ]),
        "音频",
        "audio",
    )
}

/// The unit that offers, and its partners.
fn units() -> [Field; 2] {
    [
        f("unit", reference("organization"), "单位", "unit"),
        f("units", references("organization"), "合作单位", "partner units"),
    ]
}

/// From when until when something can be had.
fn period() -> Shape {
    Record(vec![f("from", Date, "起", "from"), f("until", Date, "止", "until")])
}

/// A course that units order.
pub(super) fn course() -> Vec<Field> {
    let [unit, units] = units();
    vec![
        f("code", Text, "课程代码", "code"),
        f("form", Choice(FORMS.iter().map(|form| form.0.to_owned()).collect()), "形式", "form")
            .spoken(FORMS.map(|(id, zh, _)| (zh.to_owned(), id.to_owned()))),
        unit,
        units,
        f("lecturers", references("lecturer"), "讲师", "lecturers"),
        f("minutes", Integer, "时长（分钟）", "minutes"),
        f("capacity", Integer, "人数上限", "capacity"),
        f("station", reference("station"), "阵地", "station"),
        f("room", Text, "房间", "room"),
        f("comes_to_you", Boolean, "可以上门", "comes to you"),
        f("spoken", Text, "授课语言", "spoken language"),
        f("needs", Texts, "场地要求", "what the venue must have"),
        f("materials", Texts, "准备", "materials"),
        f(
            "stops",
            Records(vec![
                f("name", Text, "站点", "stop").required(),
                f("minutes", Integer, "分钟", "minutes"),
                f("note", Text, "说明", "note"),
            ]),
            "行走路线",
            "stops",
        ),
        f("offered", period(), "可预约时间", "offered"),
        f(
            "order",
            Record(vec![
                f("telephone", Text, "预约电话", "telephone"),
                f("contact", Text, "联系人", "contact"),
                f("link", Url, "预约网址", "link"),
                f("form", Url, "预约表单", "form"),
                f("lead_days", Integer, "提前天数", "days ahead"),
            ]),
            "预约",
            "how to order",
        ),
        audio(),
    ]
}

/// A dated meeting of a course.
pub(super) fn session() -> Vec<Field> {
    vec![
        f("course", reference("course"), "课程", "course").required(),
        f("lecturers", references("lecturer"), "讲师", "lecturers"),
        f("station", reference("station"), "阵地", "station"),
        f("room", Text, "房间", "room"),
        f("capacity", Integer, "人数上限", "capacity"),
        f("signup", signup(), "报名", "sign-up"),
        f("overlap_reason", Text, "撞期说明", "reason of an overlap"),
    ]
}

/// Who gives courses, by role.
pub(super) fn lecturer() -> Vec<Field> {
    vec![
        f("unit", reference("organization"), "单位", "unit"),
        f("role", Text, "身份", "role"),
        f("subjects", Texts, "擅长", "subjects"),
    ]
}

fn signup() -> Shape {
    Record(vec![
        f("telephone", Text, "报名电话", "telephone"),
        f("link", Url, "报名网址", "link"),
        f("contact", Text, "联系人", "contact"),
        f("how", Text, "报名方式", "how to sign up"),
    ])
}

/// Something that people attend.
pub(super) fn activity() -> Vec<Field> {
    let [unit, units] = units();
    vec![
        f("category", Text, "类别", "category"),
        f("parent", reference("activity"), "所属活动", "part of"),
        f("station", reference("station"), "阵地", "station"),
        f("room", Text, "房间", "room"),
        unit,
        units,
        f("capacity", Integer, "名额", "places"),
        f("cost", Text, "费用", "cost"),
        f("bring", Texts, "请携带", "what to bring"),
        f("signup", signup(), "报名", "sign-up"),
        f("live", Url, "直播", "live stream"),
        f("benefits", Text, "参加者可得", "benefits"),
        f("overlap_reason", Text, "撞期说明", "reason of an overlap"),
        f(
            "results",
            Record(vec![
                f("attended", Integer, "参加人数", "attended"),
                f("text", Text, "结果", "results"),
                f("article", reference("article"), "报道", "article"),
            ]),
            "活动结果",
            "results",
        ),
    ]
}

/// A place where people meet.
pub(super) fn station() -> Vec<Field> {
    let levels = LEVELS.iter().map(|level| level.0.to_owned()).collect();
    vec![
        f("level", Choice(levels), "级别", "level").spoken(LEVELS.map(|(id, zh, _)| (zh.to_owned(), id.to_owned()))),
        f("parent", reference("station"), "上级阵地", "part of"),
        f("telephone", Text, "电话", "telephone"),
        f(
            "hours",
            Records(vec![
                f("days", Texts, "星期", "days").required(),
                f("time", Hours, "时间", "time").required(),
                f("note", Text, "说明", "note"),
            ]),
            "开放时间",
            "opening hours",
        ),
        f(
            "closed",
            Records(vec![
                f("date", Date, "日期", "date").required(),
                f("until", Date, "止", "until"),
                f("note", Text, "说明", "note"),
            ]),
            "暂停开放",
            "closed",
        ),
        f("holidays", Text, "节假日", "on holidays"),
        f(
            "zones",
            Records(vec![f("name", Text, "区域", "zone").required(), f("text", Text, "说明", "note")]),
            "功能区",
            "zones",
        ),
        f(
            "services",
            Records(vec![
                f("name", Text, "服务", "service").required(),
                f("key", Boolean, "重点", "key service"),
                f("time", Text, "时间", "hours"),
                f("bring", Texts, "请携带", "what to bring"),
                f("steps", Texts, "步骤", "steps"),
            ]),
            "服务项目",
            "services",
        ),
        f(
            "rooms",
            Records(vec![
                f("id", Text, "编号", "id"),
                f("name", Text, "房间", "room").required(),
                f("capacity", Integer, "可容纳", "capacity"),
                f("equipment", Texts, "设备", "equipment"),
                f("parallel", Integer, "同时可办", "at once"),
                f("booking", Text, "预约方式", "how to book"),
            ]),
            "房间",
            "rooms",
        ),
        f("units", references("organization"), "共建单位", "partner units"),
        f(
            "figures",
            Records(vec![
                f("year", Integer, "年份", "year").required(),
                f("name", Text, "名称", "name").required(),
                f("value", Number, "数值", "value").required(),
                f("unit", Text, "单位", "unit"),
            ]),
            "年度数字",
            "figures",
        ),
    ]
}

/// A unit.
pub(super) fn organization(settings: &Settings) -> Vec<Field> {
    let kinds = settings.unit_kinds.iter().map(|kind| kind.id.clone()).collect();
    let language = settings.default_language();
    let spoken = settings.unit_kinds.iter().map(|kind| (kind.label.get(language), kind.id.clone()));
    vec![
        f("unit_kind", Choice(kinds), "单位类别", "kind of unit").spoken(spoken),
        f("parent", reference("organization"), "上级单位", "part of"),
        f(
            "chairs",
            Records(vec![
                f("unit", reference("organization"), "轮值单位", "chair").required(),
                f("from", Date, "起", "from").required(),
                f("until", Date, "止", "until"),
            ]),
            "轮值",
            "rotating chairs",
        ),
        f(
            "contacts",
            Records(vec![
                f("role", Text, "岗位", "role").required(),
                f("telephone", Text, "电话", "telephone"),
                f("email", Text, "邮箱", "e-mail"),
            ]),
            "联系方式",
            "contacts",
        ),
        f(
            "pairings",
            Records(vec![
                f("unit", reference("organization"), "结对单位", "partner").required(),
                f("kind", Text, "结对形式", "kind"),
                f("since", Date, "起", "since"),
                f("until", Date, "止", "until"),
                f("agreed", Text, "约定", "what was agreed"),
                f("result", Text, "成果", "what came of it"),
            ]),
            "结对",
            "pairings",
        ),
        f(
            "roles",
            Records(vec![
                f("role", Text, "岗位", "role").required(),
                f("duty", Text, "职责", "duty"),
                f("telephone", Text, "电话", "telephone"),
            ]),
            "岗位职责",
            "roles",
        ),
    ]
}

/// An entry of the lists: what is offered, asked for or wished.
pub(super) fn listed() -> Vec<Field> {
    vec![
        f("category", Text, "类别", "category"),
        f("unit", reference("organization"), "单位", "unit"),
        f("quantity", Integer, "数量", "quantity"),
        f("measure", Text, "计量单位", "measure"),
        f("period", period(), "时间", "period"),
        f("contact", Text, "联系方式", "contact"),
        f("project", reference("project"), "对应项目", "project that answers it"),
        f("by", reference("organization"), "认领单位", "claimed by"),
    ]
}

/// A post, a volunteer's task, an experience point.
pub(super) fn opportunity() -> Vec<Field> {
    vec![
        f("category", Text, "类别", "category"),
        f("unit", reference("organization"), "单位", "unit"),
        f("number", Integer, "人数", "number of posts"),
        f("period", period(), "时间", "period"),
        f("requirements", Texts, "要求", "requirements"),
        f("majors", Texts, "专业", "majors"),
        f(
            "apply",
            Record(vec![
                f("telephone", Text, "报名电话", "telephone"),
                f("email", Text, "报名邮箱", "e-mail"),
                f("link", Url, "报名网址", "link"),
                f("contact", Text, "联系人", "contact"),
            ]),
            "报名",
            "how to apply",
        ),
        f("stages", stages(), "进度", "stages"),
    ]
}

fn stages() -> Shape {
    Records(vec![
        f("name", Text, "阶段", "stage").required(),
        f("planned", Date, "计划", "planned"),
        f("done", Date, "完成", "done"),
        f("note", Text, "说明", "note"),
    ])
}

/// A micro-project.
pub(super) fn project() -> Vec<Field> {
    let [unit, units] = units();
    vec![
        f("category", Text, "类别", "category"),
        f("lead_role", Text, "负责人岗位", "lead"),
        unit,
        units,
        f("stages", stages(), "阶段", "stages"),
        f("needs", references("need"), "回应的需求", "needs answered"),
        f("resources", references("resource"), "用到的资源", "resources used"),
        f("budget", Text, "经费", "budget"),
        f("contact", Text, "联系方式", "contact"),
        f("results", Text, "成果", "results"),
    ]
}

/// A group of volunteers.
pub(super) fn team() -> Vec<Field> {
    vec![
        f("unit", reference("organization"), "单位", "unit"),
        f("members", Integer, "人数", "members"),
        f("duties", Texts, "职责", "duties"),
        f("station", reference("station"), "阵地", "station"),
        f("telephone", Text, "电话", "telephone"),
    ]
}

/// States of each kind, by the ids of [`groups::STATES`].
pub(super) fn states(kind: &str) -> &'static [&'static str] {
    match kind {
        "course" => &["open", "few", "full", "closed", "ended"],
        "opportunity" => &["open", "few", "full", "closed"],
        "resource" => &["open", "reserved", "used", "closed"],
        "need" => &["open", "claimed", "fulfilled", "closed"],
        "wish" => &["open", "claimed", "fulfilled"],
        "project" => &["planned", "running", "done", "stopped"],
        _ => groups::DATED,
    }
}
