//! Building letters: ours, which encode once what all of a segment have, beside lettre's plain
//! builder with the same letter. 15 KB a message, 12 segments.
#![expect(clippy::unwrap_used, reason = "a bench may panic")]

mod sample;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lettre::{
    Message,
    message::{Attachment, Mailbox, MultiPart, SinglePart, header::ContentType},
};
use pbsite::digest::{
    key::Ring,
    letter::{Hole, Letter},
    mime::{Addressee, Press},
};
use sample::{CALENDAR, KEY, SEGMENTS, edition};

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
