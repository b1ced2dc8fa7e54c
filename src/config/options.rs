//! What `pbsite.yaml` may say, as written.

use crate::fields::{Field, Shape};

/// The fields of `pbsite.yaml`.
pub fn fields() -> Vec<Field> {
    use Shape::{Boolean, Integer, Mapping, Record, Records, Text, Texts, Url, Words};
    let f = Field::new;
    vec![
        f("requires", Text, "需要的版本", "required version"),
        f("name", Words, "网站名称", "site name").required(),
        f("description", Words, "网站简介", "description"),
        f("base_url", Url, "网址", "base address").required(),
        f("repository", Url, "仓库的网址", "address of the repository"),
        f("languages", Texts, "语言", "languages"),
        f("time_zone", Text, "时区", "time zone"),
        f("profile", Shape::Choice(vec!["standard".into(), "gov".into()]), "类别", "profile"),
        f(
            "owner",
            Record(vec![
                f("name", Words, "主办单位", "name").required(),
                f("address", Words, "地址", "address"),
                f("telephone", Text, "电话", "telephone"),
                f("email", Text, "邮箱", "mail address"),
            ]),
            "主办单位",
            "owner",
        ),
        f(
            "filing",
            Record(vec![
                f("icp", Text, "ICP备案号", "ICP number"),
                f("public_security", Text, "公安备案号", "public-security number"),
            ]),
            "备案",
            "filing",
        ),
        f("identification_code", Text, "网站标识码", "site identification code"),
        f(
            "columns",
            Records(vec![
                f("id", Text, "编号", "id").required(),
                f("title", Words, "名称", "title").required(),
                f("description", Words, "说明", "description"),
                f("owner", Words, "负责单位", "owner"),
                f("update_days", Integer, "更新间隔（天）", "update interval in days"),
                f("type", Shape::Choice(vec!["news".into(), "notices".into(), "policies".into()]), "类型", "type"),
                f("review", Shape::Choices(REVIEWS.map(String::from).into()), "需要的审核", "reviews that it demands"),
            ]),
            "栏目",
            "columns",
        ),
        f(
            "unit_kinds",
            Records(vec![f("id", Text, "编号", "id").required(), f("label", Words, "名称", "label").required()]),
            "单位类别",
            "unit kinds",
        ),
        f(
            "navigation",
            Records(vec![f("label", Words, "文字", "label"), f("to", Text, "去处", "target").required()]),
            "导航",
            "navigation",
        ),
        f("home", Texts, "首页区块", "home page blocks"),
        f(
            "taxonomies",
            Records(vec![f("id", Text, "编号", "id").required(), f("title", Words, "名称", "title").required()]),
            "分类法",
            "taxonomies",
        ),
        f(
            "outputs",
            Record(vec![
                f("feeds", Boolean, "订阅源", "feeds"),
                f("api", Boolean, "数据接口", "API"),
                f("archives", Boolean, "按月归档", "month archives"),
                f("qr", Boolean, "二维码", "QR codes"),
            ]),
            "输出",
            "outputs",
        ),
        f(
            "theme",
            Record(vec![f("name", Text, "主题名", "theme name"), f("options", Mapping, "主题选项", "theme options")]),
            "主题",
            "theme",
        ),
        f(
            "matching",
            Record(vec![
                f("category", Integer, "类别相同", "same category"),
                f("topic", Integer, "主题相同", "same topic"),
                f("place", Integer, "单位或地点相近", "near by"),
            ]),
            "供需匹配的权重",
            "weights of matching",
        ),
        f(
            "bookings",
            Record(vec![
                f("padding", Integer, "收拾场地（分钟）", "minutes between two in a room"),
                f("travel", Integer, "讲师路上（分钟）", "minutes that lecturers travel"),
            ]),
            "场地和讲师的间隔",
            "time between bookings",
        ),
        f(
            "calendar",
            Record(vec![f(
                "links",
                Shape::Choices(CALENDARS.map(String::from).into()),
                "加到网上日历的链接",
                "links to web calendars",
            )]),
            "日历",
            "calendar",
        ),
        f(
            "lists",
            Records(vec![
                f("kind", Text, "哪一种", "kind").required(),
                f("label", Words, "一项的称呼", "what one of it is called"),
                f("title", Words, "清单的名称", "heading of the list"),
                f("description", Words, "说明", "description"),
                f("categories", Texts, "类别", "categories"),
            ]),
            "清单的称呼和类别",
            "names and categories of lists",
        ),
        f(
            "deploy",
            Records(vec![
                f("name", Text, "目标名", "name").required(),
                f("folder", Text, "本机的文件夹", "folder of this computer"),
                f("keep", Integer, "保留几个版本", "versions kept"),
                f("rsync", Text, "rsync 的目标", "target of rsync"),
                f("sftp", Text, "sftp 的目标", "target of sftp"),
                f("zip", Text, "压缩包", "ZIP file"),
                f("s3", Text, "S3 存储桶和文件夹", "bucket and folder of S3"),
                f("oss", Text, "阿里云 OSS 存储桶和文件夹", "bucket and folder of Aliyun OSS"),
                f("cos", Text, "腾讯云 COS 存储桶和文件夹", "bucket and folder of Tencent COS"),
                f("webdav", Text, "WebDAV 文件夹的网址", "address of a WebDAV folder"),
                f("endpoint", Text, "服务的网址", "address of the service"),
                f("region", Text, "地域", "region"),
            ]),
            "发布到哪里",
            "where to publish",
        ),
        f("kinds", Records(declared_kind()), "自定义类型", "declared kinds"),
        f("checks", Mapping, "检查级别", "levels of checks"),
        f("unlinked_units", Texts, "不必链接的单位", "units that texts need not link"),
        f("public_numbers", Texts, "可以公开的号码", "numbers that are meant to be public"),
        f("footer_note", Words, "页脚说明", "footer note"),
    ]
}

/// The reviews that a column may demand and an article may record, in their order.
pub const REVIEWS: [&str; 3] = ["初审", "复审", "终审"];

/// The web calendars that a page may link to.
pub const CALENDARS: [&str; 2] = ["google", "outlook"];

/// The types that a field of a declared kind may have.
pub const FIELD_TYPES: [&str; 17] = [
    "text", "texts", "date", "hours", "integer", "number", "boolean", "choice", "choices", "ref", "refs", "image",
    "url", "schedule", "place", "audience", "status",
];

fn declared_kind() -> Vec<Field> {
    use Shape::{Boolean, Choice, Records, Text, Texts, Words};
    let f = Field::new;
    let types = FIELD_TYPES.iter().map(ToString::to_string).collect();
    vec![
        f("name", Text, "类型名", "name").required(),
        f("label", Words, "称呼", "label").required(),
        f("folder", Text, "文件夹", "folder"),
        f("route", Text, "网址段", "route"),
        f("description", Words, "说明", "description"),
        f("sort", Choice(vec!["newest".into(), "title".into()]), "排序", "order"),
        f("group_by", Texts, "分组字段", "fields to group by"),
        f(
            "fields",
            Records(vec![
                f("name", Text, "名称", "name").required(),
                f("type", Choice(types), "类型", "type").required(),
                f("label", Words, "称呼", "label").required(),
                f("required", Boolean, "必填", "required"),
                f("choices", Texts, "可选的词", "choices"),
                f("kind", Text, "指向的类型", "kind referred to"),
            ]),
            "字段",
            "fields",
        ),
    ]
}
