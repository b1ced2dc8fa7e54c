//! The fields of a digest's definition and of its editions.

use crate::{
    config::Settings,
    fields::{
        Field,
        Shape::{self, *},
    },
};

/// How often a digest comes, with the words that people use.
const CADENCES: [(&str, &str); 5] =
    [("weekly", "每周"), ("monthly", "每月"), ("quarterly", "每季"), ("yearly", "每年"), ("once", "一次")];

/// Where a section takes its items from, with the words that people use.
const SOURCES: [(&str, &str); 9] = [
    ("column", "栏目"),
    ("courses", "课程"),
    ("calendar", "日历"),
    ("closing", "截止"),
    ("changes", "变动"),
    ("partners", "伙伴"),
    ("figures", "数字"),
    ("text", "文字"),
    ("query", "查询"),
];

fn f(name: &str, shape: Shape, zh: &str, en: &str) -> Field {
    Field::new(name, shape, zh, en)
}

fn choice(words: &[(&str, &str)]) -> Shape {
    Choice(words.iter().map(|(id, _)| (*id).to_owned()).collect())
}

fn spoken(words: &[(&str, &str)]) -> Vec<(String, String)> {
    words.iter().map(|(id, zh)| ((*zh).to_owned(), (*id).to_owned())).collect()
}

/// Kinds of units.
fn units(settings: &Settings, name: &str, zh: &str, en: &str) -> Field {
    let kinds = settings.unit_kinds.iter().map(|kind| kind.id.clone()).collect();
    let language = settings.default_language();
    f(name, Choices(kinds), zh, en)
        .spoken(settings.unit_kinds.iter().map(|kind| (kind.label.get(language), kind.id.clone())))
}

/// The definition of a digest.
pub(super) fn digest(settings: &Settings) -> Vec<Field> {
    let empty = [("none", "不发"), ("calendar", "只发日历")];
    vec![
        f("cadence", choice(&CADENCES), "多久一期", "cadence").spoken(spoken(&CADENCES)).required(),
        f(
            "sender",
            Record(vec![
                f("name", Text, "发件人", "name").required(),
                f("email", Text, "发件邮箱", "address").required(),
                f("reply_to", Text, "回信邮箱", "where answers go"),
                f("unsubscribe", Text, "退订邮箱", "where leaving goes"),
                f("endpoint", Url, "订阅服务的网址", "address of the endpoint"),
                f("feedback_id", Text, "投诉统计的名字", "name for counting complaints"),
                f("dkim", Text, "DKIM 的 DNS 记录", "DNS record of the DKIM key"),
            ]),
            "发件人",
            "sender",
        )
        .required(),
        f("list_id", Text, "邮件列表标识", "List-Id"),
        f("subject", Text, "邮件标题的写法", "pattern of subjects"),
        f(
            "salutation",
            Record(vec![
                f("named", Text, "知道名字时的称呼", "with a name").required(),
                f("general", Text, "一般的称呼", "without one").required(),
            ]),
            "称呼",
            "salutation",
        ),
        f("template", Text, "邮件模板", "template"),
        f("not_after", Integer, "过期不发（天）", "days after which nothing is sent"),
        f("empty", choice(&empty), "没有内容时", "when there is nothing").spoken(spoken(&empty)),
        f("sections", Records(sections(settings)), "版块", "sections").required(),
        f("segments", Records(segments(settings)), "分组", "segments").required(),
    ]
}

fn sections(settings: &Settings) -> Vec<Field> {
    let columns = settings.columns.iter().map(|column| column.id.clone()).collect();
    let language = settings.default_language();
    let named = settings.columns.iter().map(|column| (column.title.get(language), column.id.clone()));
    vec![
        f("title", Text, "标题", "title").required(),
        f("from", choice(&SOURCES), "取自", "source").spoken(spoken(&SOURCES)).required(),
        f("column", Choice(columns), "栏目", "column").spoken(named),
        f("kind", Text, "类型", "kind"),
        f("tag", Text, "标签", "tag"),
        f("days", Integer, "天数", "days"),
        f("limit", Integer, "最多几条", "how many"),
        f("text", Text, "文字", "text"),
        f("repeat", Boolean, "前面登过的也登全", "in full again"),
        units(settings, "units", "面向", "for"),
    ]
}

fn segments(settings: &Settings) -> Vec<Field> {
    vec![
        f("id", Text, "编号", "id").required(),
        f("label", Text, "名称", "label").required(),
        units(settings, "units", "单位类别", "kinds of units"),
        f("names", Texts, "单位", "units by name"),
        f("districts", Texts, "街道", "districts"),
        f("topics", Texts, "主题", "topics"),
        f("languages", Texts, "语言", "languages"),
    ]
}

/// A dated edition.
pub(super) fn edition(settings: &Settings) -> Vec<Field> {
    let status = [("draft", "草稿"), ("approved", "已审定")];
    let what = [
        ("moved", "改期"),
        ("cancelled", "取消"),
        ("postponed", "延期"),
        ("place", "改地点"),
        ("withdrawn", "撤下"),
        ("title", "改名"),
    ];
    vec![
        f("date", Date, "日期", "date").required(),
        f("status", choice(&status), "状态", "status").spoken(spoken(&status)).required(),
        f("subject", Text, "邮件标题", "subject").required(),
        f("preheader", Text, "预览文字", "preheader"),
        f("revision", Integer, "第几稿", "revision"),
        f("not_after", Date, "过期不发", "last moment to send"),
        f("segments", Texts, "只发给", "segments"),
        f("left_out", Texts, "有意不登", "left out on purpose"),
        f(
            "changes",
            Records(vec![
                f("item", Item, "内容", "item").required(),
                f("what", choice(&what), "变动", "change").spoken(spoken(&what)).required(),
                f("text", Text, "说明", "in words").required(),
            ]),
            "变动",
            "changes",
        ),
        f(
            "sections",
            Records(vec![
                f("title", Text, "标题", "title").required(),
                f("from", choice(&SOURCES), "取自", "source").spoken(spoken(&SOURCES)),
                f("text", Text, "文字", "text"),
                f("repeat", Boolean, "前面登过的也登全", "in full again"),
                units(settings, "units", "面向", "for"),
                f(
                    "figures",
                    Records(vec![
                        f("name", Text, "名称", "name").required(),
                        f("value", Text, "数值", "value").required(),
                        f("unit", Text, "单位", "unit"),
                    ]),
                    "数字",
                    "figures",
                ),
                f(
                    "items",
                    Records(vec![
                        f("item", Item, "内容", "item").required(),
                        f("why", Text, "为什么选", "why"),
                        f("on", Date, "哪一天", "on"),
                        f("note", Text, "编辑的话", "note"),
                        units(settings, "units", "面向", "for"),
                    ]),
                    "条目",
                    "items",
                ),
            ]),
            "版块",
            "sections",
        ),
    ]
}
