//! Which resources answer which needs, by a table of pairs that people judged.

use pbsite::{catalogue::Matching, site};

use crate::support::Site;

const ORGANIZATIONS: &str = "\
- {title: 街道, id: street, unit_kind: street}
- {title: 梧桐, id: wutong, unit_kind: estate, parent: street}
- {title: 临汾, id: linfen, unit_kind: estate, parent: street}
- {title: 一中, id: school, unit_kind: school, parent: street}
- {title: 医院, id: hospital, unit_kind: hospital}
- {title: 公司, id: firm, unit_kind: enterprise}
";

/// What is asked for, what is offered, whether one answers the other; none where the two share nothing
/// that counts or something forbids it.
const PAIRS: [(&str, &str, bool); 20] = [
    ("category: 助老, unit: wutong", "category: 助老, unit: hospital", true),
    ("category: 助老, unit: wutong", "category: 场地, unit: hospital", false),
    ("category: 助老, unit: wutong, tags: [血压]", "category: 健康, unit: hospital, tags: [血压]", true),
    ("category: 助老, unit: wutong, keywords: [血压]", "unit: hospital, audience: {topics: [血压]}", true),
    ("category: 助老, unit: wutong, tags: [血压]", "category: 健康, unit: hospital, tags: [视力]", false),
    ("category: 场地, unit: wutong", "category: 场地, unit: wutong", false),
    ("category: 场地, unit: wutong", "category: 场地, unit: linfen", true),
    ("unit: wutong", "unit: linfen", false),
    ("category: 场地, unit: wutong", "category: 场地, unit: firm, audience: {units: [estate]}", true),
    ("category: 场地, unit: school", "category: 场地, unit: firm, audience: {units: [estate]}", false),
    (
        "category: 场地, unit: school, audience: {units: [estate]}",
        "category: 场地, unit: firm, audience: {units: [estate]}",
        true,
    ),
    ("category: 场地", "category: 场地, unit: firm, audience: {units: [estate]}", true),
    (
        "category: 课程, unit: school, period: {from: 2026-12-01, until: 2026-12-31}",
        "category: 课程, unit: firm, period: {from: 2027-01-01, until: 2027-02-28}",
        false,
    ),
    (
        "category: 课程, unit: school, period: {from: 2026-12-01, until: 2026-12-31}",
        "category: 课程, unit: firm, period: {from: 2026-12-31}",
        true,
    ),
    (
        "category: 课程, unit: school, period: {until: 2026-12-31}",
        "category: 课程, unit: firm, period: {until: 2026-11-20}",
        false,
    ),
    ("category: 课程, unit: school, status: {state: claimed}", "category: 课程, unit: firm", false),
    ("category: 课程, unit: school, status: {state: open}", "category: 课程, unit: firm, status: {state: used}", false),
    ("category: 课程, unit: school, status: {state: open}", "category: 课程, unit: firm, status: {state: open}", true),
    ("category: 课程, unit: school", "category: 课程, unit: firm, draft: true", false),
    ("category: 课程, unit: school, status: {state: open, deadline: 2026-11-20}", "category: 课程, unit: firm", false),
];

/// The best of each row of a site, in words: `need:n1 -> r2 7 助老 血压 near`.
fn matched(needs: &[&str], resources: &[&str], more: &str) -> Vec<String> {
    let mut site = Site::new();
    site.put("content/organizations/all.yaml", ORGANIZATIONS);
    let settings = "name: 门户\nbase_url: https://portal.example.org/\nowner: {name: 编辑部}\ncolumns: [{id: news, title: 新闻}]\n";
    site.put("pbsite.yaml", format!("{settings}{more}"));
    let rows = |letter: char, rows: &[&str]| -> String {
        rows.iter().enumerate().map(|(i, row)| format!("- {{title: {letter}{i}, id: {letter}{i}, {row}}}\n")).collect()
    };
    site.put("content/needs/all.yaml", rows('n', needs));
    site.put("content/resources/all.yaml", rows('r', resources));
    site.clock("2026-11-21T08:00");
    let (catalogue, outcome) = site::load(&site.files, &site.options).unwrap();
    assert_eq!(outcome.report.errors(), 0, "{:?}", outcome.report.problems);
    let catalogue = catalogue.unwrap();
    let mut lines = Vec::new();
    for (item, found) in &Matching::new(&catalogue).of {
        for one in found {
            let words = one.category.iter().chain(&one.words).cloned().collect::<Vec<_>>().join(" ");
            let near = if one.near { " near" } else { "" };
            let (id, other) = (&catalogue.items[*item].id, &catalogue.items[one.item].id);
            lines.push(format!("{id} -> {other} {} {words}{near}", one.score));
        }
    }
    lines
}

#[test]
fn judged_pairs() {
    for (need, resource, expected) in PAIRS {
        let found = matched(&[need], &[resource], "");
        assert_eq!(!found.is_empty(), expected, "{need}\n{resource}\n{found:?}");
        // What answers a need is answered by it.
        assert_eq!(found.len(), if expected { 2 } else { 0 }, "{found:?}");
    }
}

#[test]
fn the_best_three_with_their_reasons() {
    let need = "category: 助老, unit: wutong, tags: [血压, 上门]";
    let resources = [
        "category: 助老, unit: firm",
        "category: 健康, unit: hospital, tags: [血压, 上门]",
        "category: 助老, unit: linfen, tags: [上门]",
        "category: 助老, unit: school",
        "category: 场地, unit: school, tags: [上门]",
    ];
    let of_need = |more: &str| -> Vec<String> {
        matched(&[need], &resources, more).into_iter().filter(|line| line.starts_with("n0")).collect()
    };
    assert_eq!(of_need(""), ["n0 -> r2 6 助老 上门 near", "n0 -> r1 4 上门 血压", "n0 -> r3 4 助老 near"]);
    let other = of_need("matching: {category: 0, topic: 5, place: 0}\n");
    assert_eq!(other, ["n0 -> r1 10 上门 血压", "n0 -> r2 5 助老 上门 near", "n0 -> r4 5 上门 near"]);
}

/// Five hundred on each side, a dozen categories, some hundred words.
#[test]
fn many_rows_are_matched_the_same_way_each_time() {
    let row = |i: usize, units: [&str; 2]| {
        format!("category: 类{}, unit: {}, tags: [词{}, 词{}]", i % 12, units[i % 2], i % 301, i * 7 % 503)
    };
    let needs: Vec<String> = (0..500).map(|i| row(i, ["wutong", "school"])).collect();
    let resources: Vec<String> = (0..500).map(|i| row(i * 3, ["hospital", "firm"])).collect();
    let (needs, resources): (Vec<&str>, Vec<&str>) =
        (needs.iter().map(String::as_str).collect(), resources.iter().map(String::as_str).collect());
    let first = matched(&needs, &resources, "");
    assert!(first.len() > 1_000, "{}", first.len());
    assert_eq!(first, matched(&needs, &resources, ""));
}
