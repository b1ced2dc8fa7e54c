//! Reading an article of 8 KB, and filling the holes of its HTML.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pbsite::{
    base::{lang::Tongue, path::SitePath},
    document::markdown::{Directive, Image, Link, Surroundings, Unread, plain_text, read, scan},
};

struct Plain;

impl Surroundings for Plain {
    fn link(&self, raw: &str) -> Option<Link> {
        Some(Link { href: raw.into(), ..Link::default() })
    }
    fn image(&self, raw: &str) -> Option<Image> {
        Some(Image { src: raw.into(), width: 4, height: 3, ..Image::default() })
    }
    fn directive(&self, directive: &Directive, inner: Option<&str>, out: &mut String) {
        out.push_str(&directive.name);
        out.push_str(inner.unwrap_or_default());
    }
}

/// Prose with a bit of everything that editors write.
fn article() -> String {
    const SECTION: &str = "## 怎样报名\n\n\
        本月的**“行走的课程”**从后滩站出发，参加者可在[课程菜单](@courses/walking)里查看时间，\n\
        也可以到服务站现场登记。**注意！**名额只有30个，先到先得；单位组织的，请由联络员统一报名。\n\n\
        活动当天9:00~11:00集合，路线约3公里，途经三个站点，每一站都有讲解员介绍这一带的变化。\
        参加者请自备饮水，穿便于行走的鞋，遇雨顺延一周。老人和孩子可以在任何一站休息，\
        志愿者会陪同返回，服务站备有常用药品和雨具，需要的人可以向当天的值班人员说明情况。\n\n\
        ![出发前的合影](walk.jpg \"去年秋天的一次行走\")\n\n\
        - 集合地点：后滩站门口\n- 联系电话：见站点页面\n- 详情 https://example.cn/walk?id=3。\n\n\
        | 站点 | 时间 |\n|---|--:|\n| 后滩 | 9:20 |\n| 江宁 | 10:10 |\n\n";
    let mut text = String::new();
    while text.len() < 8_000 {
        text.push_str(SECTION);
    }
    text
}

fn markdown(criterion: &mut Criterion) {
    let plain = article();
    let mixed = plain.replacen("\n\n", "\n\n::card{to=@courses/walking}\n\n", 2);
    let html = plain.replacen("## 怎样", "<b>一</b>\n\n## 怎样", 1);
    let file = SitePath::new("a.md").expect("a path");
    let mut group = criterion.benchmark_group("markdown");
    for (name, body) in [("plain", &plain), ("shortcodes", &mixed), ("html", &html)] {
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function(format!("scan/{name}"), |b| {
            b.iter(|| scan(black_box(body), 0, &file, &Unread, &mut vec![]));
        });
        group.bench_function(format!("read/{name}"), |b| {
            b.iter(|| read(black_box(body), 0, &file, Tongue::Zh, &Unread, &mut vec![]));
        });
        let draft = read(body, 0, &file, Tongue::Zh, &Unread, &mut vec![]).1;
        group.bench_function(format!("fill/{name}"), |b| b.iter(|| black_box(&draft).fill(&Plain)));
    }
    group.bench_function("plain_text", |b| b.iter(|| plain_text(black_box(&plain))));
    group.finish();
}

criterion_group!(benches, markdown);
criterion_main!(benches);
