//! Building letters: ours, which encode once what all of a segment have, beside lettre's plain
//! builder with the same letter. 15 KB a message, 12 segments.
#![expect(clippy::unwrap_used, reason = "a bench may panic")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lettre::{
    Message,
    message::{Attachment, Mailbox, MultiPart, SinglePart, header::ContentType},
};
use pbsite::digest::{
    frozen::Frozen,
    key::Ring,
    letter::{Hole, Letter, Part, Sender},
    mime::{Addressee, Press},
};

const SEGMENTS: usize = 12;
const KEY: &str = "pbsite-key-000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const CALENDAR: &[u8] = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n";

fn letter(segment: usize) -> Letter {
    let [hello, leave] = [Hole::Salutation, Hole::Unsubscribe].map(Hole::mark);
    let items = "<tr><td style=\"padding:8px 0\"><h2>本月课程菜单</h2><p>情景、音乐、行走三门课，各单位可以预约。</p></td></tr>".repeat(62);
    let lines = "12月3日 音乐党课：党群服务站二楼\nhttps://wuxing.example.org/courses/music/\n".repeat(28);
    Letter {
        segment: format!("segment{segment}"),
        label: "学校".into(),
        language: "zh-Hans".into(),
        subject: "十二月活动提示：课程菜单与活动日历".into(),
        html: format!("<html><body><p>{hello}</p><table>{items}</table><a href=\"{leave}\">退订</a></body></html>"),
        text: format!("{hello}\n\n{lines}\n退订：{leave}\n"),
        parts: vec![Part {
            name: "calendar.ics".into(),
            media_type: "text/calendar; method=PUBLISH; charset=utf-8".into(),
            cid: None,
            bytes: CALENDAR.repeat(20),
        }],
        salutation: ("{name}，您好：".into(), "您好：".into()),
        links: Default::default(),
    }
}

fn edition() -> Frozen {
    let sender = Sender {
        name: "五星微语编辑部".into(),
        email: "digest@wuxing.example.org".into(),
        reply_to: None,
        list_id: "monthly.wuxing.example.org".into(),
        unsubscribe: "leave@wuxing.example.org".into(),
        endpoint: None,
        feedback_id: None,
    };
    Frozen {
        name: "monthly/2026-12".into(),
        revision: 1,
        date: "2026-11-30T01:00:00Z".parse().unwrap(),
        not_after: None,
        page: String::new(),
        key: String::new(),
        sender,
        letters: (0..SEGMENTS).map(letter).collect(),
    }
}

fn plain(letter: &Letter, from: &Mailbox, number: u64) -> Vec<u8> {
    let (name, link) = (format!("读者{number}"), format!("mailto:leave@wuxing.example.org?subject={number}"));
    let fill = |text: &str| {
        text.replace(Hole::Salutation.mark(), &letter.salutation.0.replace("{name}", &name))
            .replace(Hole::Unsubscribe.mark(), &link)
    };
    let both = MultiPart::alternative()
        .singlepart(SinglePart::plain(fill(&letter.text)))
        .singlepart(SinglePart::html(fill(&letter.html)));
    let calendar = ContentType::parse("text/calendar; method=PUBLISH; charset=utf-8").unwrap();
    let parts = MultiPart::mixed()
        .multipart(both)
        .singlepart(Attachment::new("calendar.ics".into()).body(CALENDAR.repeat(20), calendar));
    let to = Mailbox::new(Some(name), format!("reader{number}@people.example").parse().unwrap());
    Message::builder().from(from.clone()).to(to).subject(&letter.subject).multipart(parts).unwrap().formatted()
}

fn letters(criterion: &mut Criterion) {
    let edition = edition();
    let ring = Ring::parse(KEY).unwrap();
    let press = Press::new(&edition, ring.newest(), None).unwrap();
    let from = Mailbox::new(Some("五星微语编辑部".into()), "digest@wuxing.example.org".parse().unwrap());
    let mut group = criterion.benchmark_group("letters");
    group.throughput(Throughput::Elements(1));
    let (mut number, mut out) = (0_u64, Vec::new());
    group.bench_function("press", |bencher| {
        bencher.iter(|| {
            number += 1;
            out.clear();
            let (email, name) = (format!("reader{number}@people.example"), format!("读者{number}"));
            press.write(number as usize % SEGMENTS, Addressee { email: &email, name: &name }, &mut out);
            black_box(out.len())
        });
    });
    group.bench_function("lettre", |bencher| {
        bencher.iter(|| {
            number += 1;
            black_box(plain(&edition.letters[number as usize % SEGMENTS], &from, number).len())
        });
    });
    group.finish();
}

criterion_group!(benches, letters);
criterion_main!(benches);
