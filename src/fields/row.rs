//! Rows of a table as mappings: which column is which field, and cells in the forms that offices
//! write (several words in one cell, 是 and 否, days as Excel's numbers).

use unicode_normalization::UnicodeNormalization;

use super::{At, Field, FieldName, Node, NodeValue, Shape};
use crate::base::{lang::Message, nearest::nearest};

/// A field as a column of a table.
#[derive(Clone, PartialEq, Debug)]
pub struct Column {
    /// Its name, of a field inside a mapping both: `place`, `address`.
    pub path: Vec<FieldName>,
    /// Its heading.
    pub heading: Message,
    /// What its cells hold.
    pub shape: Shape,
    /// Whether every row must have it.
    pub required: bool,
    /// What people say for words of a choice: in a cell it is as good as the word.
    pub spoken: Vec<(String, String)>,
    /// Other headings by which it is known, where no column has them for its own: 原因 of
    /// 状态·原因, 受众 of the kinds of units.
    pub also: Vec<Message>,
}

impl Column {
    /// The name as written with dots: `place.address`.
    pub fn name(&self) -> String {
        self.path.iter().map(|name| &**name).collect::<Vec<_>>().join(".")
    }
}

/// The columns that a table of these fields may have. A mapping gives a column for each of its
/// fields; a list of mappings is one, with an entry on each line of its cells.
pub fn columns(fields: &[Field]) -> Vec<Column> {
    let mut columns = Vec::new();
    for field in fields {
        match &field.shape {
            Shape::Record(inner) => columns.extend(inner.iter().filter_map(|sub| inner_column(field, sub))),
            Shape::Mapping => {}
            shape => columns.push(Column {
                path: vec![field.name],
                heading: field.label.clone(),
                shape: shape.clone(),
                required: field.required,
                spoken: field.spoken.clone(),
                also: Vec::new(),
            }),
        }
    }
    distinct(&mut columns, fields);
    columns
}

fn inner_column(field: &Field, sub: &Field) -> Option<Column> {
    let plain = !matches!(sub.shape, Shape::Record(_) | Shape::Records(_) | Shape::Mapping);
    plain.then(|| Column {
        path: vec![field.name, sub.name],
        heading: sub.label.clone(),
        shape: sub.shape.clone(),
        required: field.required && sub.required,
        spoken: sub.spoken.clone(),
        also: Vec::new(),
    })
}

/// Headings that two columns share get the mapping's label before them: 报名·电话.
fn distinct(columns: &mut [Column], fields: &[Field]) {
    let shared: Vec<bool> =
        columns.iter().map(|c| columns.iter().filter(|o| o.heading.zh == c.heading.zh).count() > 1).collect();
    for (column, shared) in columns.iter_mut().zip(shared) {
        let outer = fields.iter().find(|field| column.path.len() > 1 && field.name == column.path[0]);
        if let Some(outer) = outer.filter(|outer| stands_for(outer, column)) {
            column.also.push(outer.label.clone());
        }
        if let Some(outer) = outer.filter(|_| shared) {
            column.also.push(column.heading.clone());
            let Message { zh, en } = &column.heading;
            column.heading =
                Message { zh: format!("{}·{zh}", outer.label.zh), en: format!("{}: {en}", outer.label.en) };
        }
    }
}

/// Whether a mapping's own label, as a heading, means this column of it: the first, if it is no date.
fn stands_for(outer: &Field, column: &Column) -> bool {
    let Shape::Record(inner) = &outer.shape else { return false };
    let first = inner.first().is_some_and(|first| column.path.last() == Some(&first.name));
    first && !matches!(column.shape, Shape::Date | Shape::Hours)
}

/// The column that a heading means: its name, its words in either language; white space, stars and
/// 必填 do not count.
pub fn column_of(heading: &str, columns: &[Column]) -> Option<usize> {
    let wanted = folded(heading);
    let same =
        |column: &Column| [&column.name(), &column.heading.zh, &column.heading.en].map(|t| folded(t)).contains(&wanted);
    let short = |column: &Column| {
        column.path.first().is_none_or(|outer| **outer != *"withdrawn")
            && column.also.iter().any(|also| [&also.zh, &also.en].map(|t| folded(t)).contains(&wanted))
    };
    let known_as = |column: &Column| {
        let name = column.name();
        KNOWN_AS.iter().any(|(of, words)| *of == name && words.contains(&wanted.as_str()))
    };
    let found = columns.iter().position(same).or_else(|| columns.iter().position(short));
    found.or_else(|| columns.iter().position(known_as))
}

/// What offices call columns besides: the column by its name, headings.
const KNOWN_AS: [(&str, &[&str]); 16] = [
    (
        "title",
        &[
            "名称",
            "题目",
            "活动名称",
            "活动主题",
            "课程名称",
            "项目名称",
            "岗位名称",
            "需求名称",
            "资源名称",
            "单位名称",
            "阵地名称",
            "站点名称",
            "队伍名称",
            "心愿内容",
        ],
    ),
    ("lead", &["简介", "内容简介", "活动内容", "课程简介", "需求内容", "资源内容", "内容", "介绍", "说明"]),
    ("schedule.start", &["活动日期", "开始日期", "开始时间", "举办日期", "上课日期"]),
    ("schedule.end", &["结束日期", "结束时间"]),
    ("schedule.time", &["上课时间", "时段", "具体时间"]),
    ("status.deadline", &["截止日期", "截止时间", "报名截止", "报名截止日期", "报名截止时间"]),
    ("status.state", &["当前状态", "办理状态"]),
    ("unit", &["主办单位", "所属单位", "提供单位", "需求单位", "发布单位", "用人单位"]),
    ("number", &["招募人数", "招聘人数", "岗位数", "名额"]),
    ("audience.units", &["面向", "面向单位"]),
    ("capacity", &["人数", "名额", "限额", "人数限制", "活动人数"]),
    ("contact", &["联系电话", "联系人及电话", "电话"]),
    ("telephone", &["联系电话", "咨询电话"]),
    ("signup.telephone", &["联系电话", "咨询电话", "电话"]),
    ("order.telephone", &["联系电话", "咨询电话", "电话"]),
    ("apply.telephone", &["联系电话", "咨询电话", "电话"]),
];

/// Headings near to one that no column has.
pub fn near_headings<'a>(heading: &str, columns: &'a [Column]) -> Vec<&'a str> {
    nearest(&folded(heading), columns.iter().flat_map(|c| [c.heading.zh.as_str(), c.heading.en.as_str()]), 3)
}

fn folded(heading: &str) -> String {
    let text: String = heading.nfkc().flat_map(char::to_lowercase).collect();
    let text = text.replace("(必填)", "").replace("(required)", "");
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '*' | ':' | '_')).collect()
}

/// A cell of a row, with the field that its column is.
#[derive(Debug)]
pub struct FieldCell<'a> {
    /// The column.
    pub column: &'a Column,
    /// Where the cell stands.
    pub at: At,
    /// Where the column's heading stands.
    pub heading_at: At,
    /// Its text.
    pub text: &'a str,
}

/// A row as the mapping that front matter would be.
pub fn mapping(cells: &[FieldCell<'_>], at: At) -> Node {
    let mut pairs: Vec<(Node, Node)> = Vec::new();
    for cell in cells {
        let value = value(cell.column, cell.text, cell.at);
        let key = |name: &FieldName| word(name, cell.heading_at);
        match cell.column.path.as_slice() {
            [name] => pairs.push((key(name), value)),
            [outer, inner] => {
                let pair = (key(inner), value);
                let known = pairs.iter_mut().find(|(name, _)| name.text() == Some(outer));
                match known.map(|(_, node)| &mut node.value) {
                    Some(NodeValue::Map(inner)) => inner.push(pair),
                    _ => pairs.push((key(outer), Node { value: NodeValue::Map(vec![pair]), at: cell.at })),
                }
            }
            _ => {}
        }
    }
    Node { value: NodeValue::Map(pairs), at }
}

fn word(text: &str, at: At) -> Node {
    Node { value: NodeValue::Text { text: text.to_owned(), quoted: true }, at }
}

/// What a cell holds, in the form that the field's shape wants.
fn value(column: &Column, text: &str, at: At) -> Node {
    match &column.shape {
        Shape::Texts | Shape::Choices(_) | Shape::Refs(_) | Shape::Addresses => {
            let words = text.split(['、', '，', '；', ',', ';', '\n']).map(str::trim).filter(|word| !word.is_empty());
            Node { value: NodeValue::List(words.map(|text| word(chosen(column, text), at)).collect()), at }
        }
        Shape::Date => match day_of_number(text) {
            Some(day) => word(&day, at),
            None => word(text, at),
        },
        Shape::Boolean => word(truth(text), at),
        Shape::Records(fields) => {
            let entries = text.split(['\n', '；', ';']).map(str::trim).filter(|entry| !entry.is_empty());
            Node { value: NodeValue::List(entries.map(|entry| entry_of(fields, entry, at)).collect()), at }
        }
        Shape::Text if column.path.len() == 1 && &*column.path[0] == "id" => word(&as_id(text), at),
        Shape::Choice(_) => word(chosen(column, text), at),
        _ => word(text, at),
    }
}

fn day_of_number(text: &str) -> Option<String> {
    crate::source::table::day_of_number(text)
}

/// The word that a label stands for; any other text as it is.
fn chosen<'a>(column: &'a Column, text: &'a str) -> &'a str {
    let said = column.spoken.iter().find(|(label, _)| label == text.trim());
    said.map_or(text, |(_, word)| word)
}

/// An entry of a list of mappings: `征集 | 2026-03-01`, in the order of its fields, or `说明：先打电话`
/// by their labels.
fn entry_of(fields: &[Field], entry: &str, at: At) -> Node {
    let mut pairs: Vec<(Node, Node)> = Vec::new();
    let parts = entry.split(['|', '｜']).map(str::trim).enumerate().filter(|(_, part)| !part.is_empty());
    for (n, part) in parts {
        let labelled = part.split_once(['：', ':']).and_then(|(label, rest)| {
            let label = folded(label);
            let is_named = |field: &&Field| {
                [&*field.name, field.label.zh.as_str(), field.label.en.as_str()].map(folded).contains(&label)
            };
            Some((fields.iter().find(is_named)?, rest.trim()))
        });
        let Some((field, text)) = labelled.or_else(|| Some((fields.get(n)?, part))) else {
            // One too many: its name is none that the mapping knows, and is told with what it may have.
            pairs.push((word(part, at), word(part, at)));
            continue;
        };
        let column = Column {
            path: vec![field.name],
            heading: field.label.clone(),
            shape: field.shape.clone(),
            required: field.required,
            spoken: field.spoken.clone(),
            also: Vec::new(),
        };
        pairs.push((word(&field.name, at), value(&column, text, at)));
    }
    Node { value: NodeValue::Map(pairs), at }
}

/// `A 03` as an id: `a-03`. What has other signs stays, and is told.
fn as_id(text: &str) -> String {
    let words: Vec<String> =
        text.nfkc().flat_map(char::to_lowercase).collect::<String>().split_whitespace().map(str::to_owned).collect();
    words.join("-")
}

/// What offices write for yes and no.
fn truth(text: &str) -> &str {
    match text {
        "是" | "有" | "可" | "可以" | "能" | "√" | "✓" | "✔" | "对" | "Y" | "y" | "yes" | "1" | "TRUE" => {
            "true"
        }
        "否" | "无" | "不可" | "不可以" | "不能" | "×" | "✗" | "不" | "N" | "n" | "no" | "0" | "FALSE" => {
            "false"
        }
        text => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Vec<Field> {
        vec![
            Field::new("title", Shape::Text, "名称", "title").required(),
            Field::new("telephone", Shape::Text, "电话", "telephone"),
            Field::new(
                "place",
                Shape::Record(vec![
                    Field::new("name", Shape::Text, "地点", "place"),
                    Field::new("telephone", Shape::Text, "电话", "telephone"),
                ]),
                "场所",
                "place",
            ),
            Field::new("tags", Shape::Texts, "标签", "tags"),
            Field::new("state", Shape::Choice(vec!["open".into(), "claimed".into()]), "状态", "state")
                .spoken([("已认领".into(), "claimed".into())]),
            Field::new("for", Shape::Choices(vec!["school".into(), "estate".into()]), "面向", "for")
                .spoken([("学校".into(), "school".into()), ("居民区".into(), "estate".into())]),
            Field::new("starts", Shape::Date, "开始", "starts"),
        ]
    }

    #[test]
    fn headings_are_found_as_offices_write_them() {
        let columns = columns(&fields());
        let name = |heading| column_of(heading, &columns).map(|i| columns[i].name());
        assert_eq!(name(" 名 称（必填）"), Some("title".into()));
        assert_eq!(name("场所·电话"), Some("place.telephone".into()));
        assert_eq!(name("Tags*"), Some("tags".into()));
        assert_eq!(name("place.name"), Some("place.name".into()));
        assert_eq!(name("场所"), Some("place.name".into()), "a mapping means its first field");
        assert_eq!(name("备注"), None);
        assert_eq!(near_headings("标鉴", &columns), ["标签"]);
    }

    #[test]
    fn cells_take_the_form_of_their_field() {
        let columns = columns(&fields());
        let at = At::Cell { row: 2, column: 1 };
        let cell = |name: &str, text| FieldCell {
            column: columns.iter().find(|c| c.name() == name).unwrap(),
            at,
            heading_at: at,
            text,
        };
        let row = mapping(&[cell("tags", "亲子、烘焙,周末"), cell("starts", "46143"), cell("place.name", "后滩")], at);
        let NodeValue::Map(pairs) = &row.value else { panic!("{row:?}") };
        let NodeValue::List(tags) = &pairs[0].1.value else { panic!("{pairs:?}") };
        assert_eq!(tags.iter().filter_map(Node::text).collect::<Vec<_>>(), ["亲子", "烘焙", "周末"]);
        assert_eq!(pairs[1].1.text(), Some("2026-05-01"));
        let NodeValue::Map(place) = &pairs[2].1.value else { panic!("{pairs:?}") };
        assert_eq!(place[0].1.text(), Some("后滩"));
    }

    #[test]
    fn labels_in_cells_are_the_words_that_they_name() {
        let columns = columns(&fields());
        let at = At::Cell { row: 2, column: 1 };
        let text = |name: &str, text| {
            let column = columns.iter().find(|c| c.name() == name).unwrap();
            match value(column, text, at).value {
                NodeValue::Text { text, .. } => text,
                NodeValue::List(words) => words.iter().filter_map(Node::text).collect::<Vec<_>>().join(" "),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(text("state", "已认领"), "claimed");
        assert_eq!(text("state", "open"), "open");
        assert_eq!(text("state", "没有的词"), "没有的词");
        assert_eq!(text("for", "居民区、school、学校"), "estate school school");
    }
}
