//! A thousand recurring rules over three years, and a year of bookings swept for clashes.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::{SignedDuration, civil::date, tz::TimeZone};
use pbsite::{
    base::path::SitePath,
    fields::{self, Origin, yaml},
    schedule::{Booking, Holidays, Schedule, Use, Window, clashes, occurrences, read, shape},
};

/// Rules of every form, in the shares of a portal: mostly weekly and monthly ones.
const RULES: [&str; 10] = [
    "every: week\non: [周四]\ntime: 19:00-20:30\nholiday: next-workday",
    "every: week\non: [周二, 周六]\ntime: 09:00-11:00\nholiday: skip",
    "every: week\non: [周日]\ntime: 14:00-15:30",
    "every: week\ninterval: 2\non: [周三]\ntime: 14:00-15:30",
    "every: month\non: [第三个周三]\ntime: 14:00-15:30",
    "every: month\non: [15日]\ntime: 14:00-15:30\nholiday: next-workday",
    "every: month\non: [最后一个周五, 5日]\ntime: 14:00-15:30",
    "every: workday\ntime: 12:00-13:00",
    "every: year\non: [农历九月初九, 清明, 10月1日]",
    "rrule: FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1\ntime: 16:00-17:00",
];

fn schedule(block: &str, origin: &Origin) -> Schedule {
    // A day on which each of them has a date.
    let block = format!("{block}\nfrom: 2024-01-31\nuntil: 2026-12-31\n");
    let node = yaml::parse(&block, 0).expect("YAML");
    let mut problems = Vec::new();
    let values = fields::read(&shape(), &node, origin, &mut problems);
    read(&values, &node, origin, &TimeZone::UTC, &mut problems).unwrap_or_else(|| panic!("{block}: {problems:?}"))
}

fn holidays() -> Holidays {
    let mut holidays = Holidays::default();
    for (year, text) in [
        ("2024", include_str!("../content/data/holidays/2024.yaml")),
        ("2025", include_str!("../content/data/holidays/2025.yaml")),
        ("2026", include_str!("../content/data/holidays/2026.yaml")),
    ] {
        let path = SitePath::new(&format!("content/data/holidays/{year}.yaml")).expect("a path");
        assert!(holidays.add(&path, text).is_empty());
    }
    holidays
}

fn expand(criterion: &mut Criterion) {
    let origin = Origin::text(SitePath::new("a.md").expect("a path"));
    let holidays = holidays();
    let rules: Vec<Schedule> = (0..1000).map(|i| schedule(RULES[i % RULES.len()], &origin)).collect();
    let window = Window::between(date(2024, 1, 1), date(2026, 12, 31));
    let count: usize = rules.iter().map(|rule| occurrences(rule, &holidays, &window).len()).sum();
    let mut group = criterion.benchmark_group("schedule");
    group.sample_size(20);
    group.bench_function(format!("expand/1000 rules, 3 years, {count} dates"), |b| {
        b.iter(|| {
            let dates = rules.iter().map(|rule| occurrences(black_box(rule), &holidays, &window).len());
            dates.sum::<usize>()
        });
    });
    group.bench_function("read/1 rule", |b| b.iter(|| schedule(black_box(RULES[0]), &origin)));
    let bookings: Vec<Booking<'_, ()>> = rules
        .iter()
        .enumerate()
        .flat_map(|(i, rule)| {
            let resource = ROOMS[i % ROOMS.len()];
            occurrences(rule, &holidays, &Window::between(date(2026, 1, 1), date(2026, 12, 31))).into_iter().map(
                move |one| Booking {
                    resource,
                    start: one.start.start().saturating_add(SignedDuration::from_mins(i as i64 % 600)),
                    end: one.last().end().saturating_add(SignedDuration::from_mins(i as i64 % 600)),
                    confirmed: true,
                    owner: (),
                },
            )
        })
        .collect();
    group.bench_function(format!("clashes/{} bookings", bookings.len()), |b| {
        b.iter(|| clashes(black_box(&bookings), |_| Use { parallel: 40, ..Use::default() }).len());
    });
    group.finish();
}

const ROOMS: [&str; 7] = ["hall", "yard", "library", "kitchen", "studio", "classroom", "gym"];

criterion_group!(benches, expand);
criterion_main!(benches);
