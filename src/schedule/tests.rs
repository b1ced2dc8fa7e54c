//! Schedules as people write them, and rules beside a second implementation.

use jiff::{
    civil::{Date, Weekday, date},
    tz::TimeZone,
};
use tyme4rs::tyme::holiday::LegalHoliday;

use super::*;
use crate::{
    base::{lang::Tongue, path::SitePath},
    diagnostics::Diagnostic,
    fields::{self, Origin, yaml},
};

mod oracle;

const FILES: [(&str, &str); 3] = [
    ("content/data/holidays/2024.yaml", include_str!("../../content/data/holidays/2024.yaml")),
    ("content/data/holidays/2025.yaml", include_str!("../../content/data/holidays/2025.yaml")),
    ("content/data/holidays/2026.yaml", include_str!("../../content/data/holidays/2026.yaml")),
];

/// The holidays of the sample portal.
fn holidays() -> Holidays {
    let mut holidays = Holidays::default();
    for (path, text) in FILES {
        assert_eq!(holidays.add(&SitePath::new(path).unwrap(), text), []);
    }
    holidays
}

fn origin() -> Origin {
    Origin::text(SitePath::new("content/activities/a.md").unwrap())
}

fn try_read(block: &str) -> (Option<Schedule>, Vec<Diagnostic>) {
    let node = yaml::parse(block, 0).unwrap();
    let mut problems = Vec::new();
    let values = fields::read(&shape(), &node, &origin(), &mut problems);
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let schedule = read(&values, &node, &origin(), &zone, &mut problems);
    (schedule, problems)
}

fn schedule(block: &str) -> Schedule {
    let (schedule, problems) = try_read(block);
    assert_eq!(problems, [], "{block}");
    schedule.unwrap()
}

fn now() -> Date {
    date(2026, 1, 1)
}

/// Each occurrence as `original -> start—end state`, short where nothing is odd.
fn dates(block: &str, from: &str, to: &str) -> Vec<String> {
    let window = Window::between(from.parse().unwrap(), to.parse().unwrap());
    let shown = |one: Occurrence| match one.state {
        State::Regular => one.start.to_string(),
        state => format!("{} {} {state:?}", one.original, one.start),
    };
    occurrences(&schedule(block), &holidays(), &window).into_iter().map(shown).collect()
}

/// Every problem as `code message / help`.
fn complaints(block: &str) -> Vec<String> {
    let (schedule, mut found) = try_read(block);
    if let Some(schedule) = schedule.filter(|_| found.is_empty()) {
        found.extend(problems(&schedule, &holidays(), now(), &origin()));
    }
    let line = |problem: Diagnostic| {
        let help = problem.help.map(|help| help.zh).unwrap_or_default();
        format!("{} {} / {help}", problem.code.number(), problem.message.zh)
    };
    found.into_iter().map(line).collect()
}

#[test]
fn workdays_are_those_of_the_notices() {
    let holidays = holidays();
    for (year, expected) in [(2024, 251), (2025, 248), (2026, 248)] {
        let days = date(year, 1, 1).series(jiff::ToSpan::days(1)).take_while(|day| day.year() == year);
        assert_eq!(days.filter(|day| holidays.is_workday(*day)).count(), expected, "{year}");
    }
    // The other list counts weekends beside a holiday as off, which they are in any case.
    for day in date(2024, 1, 1).series(jiff::ToSpan::days(1)).take_while(|day| day.year() < 2027) {
        let listed = LegalHoliday::from_ymd(day.year() as isize, day.month() as usize, day.day() as usize);
        let weekday = day.weekday().to_monday_zero_offset() < 5;
        assert_eq!(holidays.is_workday(day), listed.map_or(weekday, |listed| listed.is_work()), "{day}");
    }
}

#[test]
fn a_file_of_holidays_is_held_against_the_calendar() {
    let check = |name: &str, text: &str, expected: &[&str]| {
        let found = Holidays::default().add(&SitePath::new(&format!("{FOLDER}{name}")).unwrap(), text);
        let found: Vec<String> = found.into_iter().map(|p| format!("{} {}", p.code.number(), p.message.zh)).collect();
        assert_eq!(found, expected, "{text}");
    };
    let day = |record: &str| format!("source: 通知\ndays:\n- {{{record}}}\n");
    check("2026.yaml", &day("name: 国庆节, off: 2026-10-01..2026-10-07, work: [2026-10-10]"), &[]);
    check("holidays.yaml", &day("name: 元旦, off: 2026-01-01"), &["PB1007 节假日文件名应当是年份：“holidays.yaml”"]);
    check("2026.yaml", &day("name: 元旦, off: 一月一日"), &["PB0203 “一月一日”不是日期"]);
    check("2026.yaml", &day("name: 元旦, off: 2026-01-03..2026-01-01"), &["PB0203 “2026-01-03..2026-01-01”不是日期"]);
    check("2026.yaml", &day("name: 国庆节, off: 2025-10-01"), &["PB1007 2025-10-01 不是 2026 年的日子"]);
    check(
        "2026.yaml",
        &day("name: 国庆节, off: 2026-10-01, work: [2026-10-09]"),
        &["PB1007 2026-10-09 不是周末，本来就上班，不用写在 work 里"],
    );
    check(
        "2026.yaml",
        "source: 通知\ndays:\n- {name: 中秋节, off: 2026-09-25..2026-09-27}\n- {name: 国庆节, off: 2026-09-27..2026-10-07}\n",
        &["PB1007 2026-09-27 写了两次（“中秋节”里也有）"],
    );
    check("2026.yaml", "days: []\n", &["PB0204 缺少“source”（来源）"]);
}

#[test]
fn thursdays_leave_holidays_for_the_next_workday() {
    let block = "every: week\non: [周四]\nfrom: 2026-01-01\nholiday: next-workday\n";
    let all = dates(block, "2026-01-01", "2026-12-31");
    let shifted: Vec<&String> = all.iter().filter(|one| one.contains("Shifted")).collect();
    assert_eq!(shifted, ["2026-01-01 2026-01-04 Shifted", "2026-02-19 2026-02-24 Shifted"]);
    assert!(!all.contains(&"2026-10-01".into()) && all.contains(&"2026-10-08".into()));
    // 53 Thursdays, one of which fell together with the next.
    assert_eq!(all.len(), 52);
    assert_eq!(
        complaints(block),
        ["PB1006 2026-10-01 这一次改在 2026-10-08，和 2026-10-08 这一次重合，合为一次 / \
          就这样也可以；不要那一次就写：except: [2026-10-01]"]
    );
}

#[test]
fn dates_leave_weekends_too() {
    let block = "every: month\non: [15日]\nfrom: 2026-01-01\nuntil: 2026-12-31\nholiday: next-workday\n";
    let all = dates(block, "2026-01-01", "2026-12-31");
    let shifted: Vec<&String> = all.iter().filter(|one| one.contains("Shifted")).collect();
    assert_eq!(
        shifted,
        [
            "2026-02-15 2026-02-24 Shifted",
            "2026-03-15 2026-03-16 Shifted",
            "2026-08-15 2026-08-17 Shifted",
            "2026-11-15 2026-11-16 Shifted"
        ]
    );
    let before = dates(&block.replace("next", "prev"), "2026-02-01", "2026-03-31");
    // The 14th of February is a make-up Saturday.
    assert_eq!(before, ["2026-02-15 2026-02-14 Shifted", "2026-03-15 2026-03-13 Shifted"]);
    let skipped = dates(&block.replace("next-workday", "skip"), "2026-02-01", "2026-03-31");
    assert_eq!(skipped, ["2026-03-15"]);
    // Nobody knows the holidays of 2027.
    assert_eq!(
        dates("every: month\non: [15日]\nfrom: 2027-05-01\nholiday: next-workday\n", "2027-05-01", "2027-05-31"),
        ["2027-05-15"]
    );
}

#[test]
fn a_saturday_that_is_named_is_meant() {
    let block = "every: week\non: [周六]\nfrom: 2026-09-12\nholiday: next-workday\n";
    // 26 September is off for 中秋节, 3 October for 国庆节.
    assert_eq!(
        dates(block, "2026-09-12", "2026-10-10"),
        ["2026-09-12", "2026-09-19", "2026-09-26 2026-09-28 Shifted", "2026-10-03 2026-10-08 Shifted", "2026-10-10"]
    );
}

#[test]
fn noon_hours_on_workdays() {
    let block = "every: workday\ntime: 12:00-13:00\nfrom: 2026-01-01\nuntil: 2026-12-31\n";
    assert_eq!(dates(block, "2026-01-01", "2026-12-31").len(), 248);
    assert_eq!(dates(block, "2026-10-05", "2026-10-10"), ["2026-10-08T12:00", "2026-10-09T12:00", "2026-10-10T12:00"]);
    assert_eq!(
        dates("every: month\non: [第一个工作日, 最后一个工作日]\nfrom: 2026-02-01\n", "2026-02-01", "2026-02-28"),
        ["2026-02-02", "2026-02-28"]
    );
}

#[test]
fn lunar_dates_and_terms_come_every_year() {
    assert_eq!(
        dates("every: year\non: [农历九月初九]\nfrom: 2024-01-01\n", "2024-01-01", "2027-12-31"),
        ["2024-10-11", "2025-10-29", "2026-10-18", "2027-10-08"]
    );
    assert_eq!(
        dates("every: year\non: [清明, 除夕]\nfrom: 2025-02-01\n", "2025-01-01", "2027-12-31"),
        ["2025-04-04", "2026-02-16", "2026-04-05", "2027-02-05", "2027-04-05"]
    );
    assert_eq!(
        dates("every: month\non: [农历十五]\nfrom: 2026-09-01\n", "2026-09-01", "2026-11-30"),
        ["2026-09-25", "2026-10-24", "2026-11-23"]
    );
}

#[test]
fn steps_count_from_the_first_day() {
    let third = "every: month\non: [第三个周三, 最后一个周五]\nfrom: 2026-11-19\n";
    assert_eq!(dates(third, "2026-11-01", "2026-12-31"), ["2026-11-27", "2026-12-16", "2026-12-25"]);
    assert_eq!(
        dates("every: week\ninterval: 2\nfrom: 2026-11-05\n", "2026-11-01", "2026-12-10"),
        ["2026-11-05", "2026-11-19", "2026-12-03"]
    );
    assert_eq!(
        dates("every: month\nfrom: 2026-01-31\n", "2026-01-01", "2026-06-30"),
        ["2026-01-31", "2026-03-31", "2026-05-31"]
    );
    assert_eq!(
        dates("every: year\non: [10月1日, 5月第二个周日]\nfrom: 2026-01-01\n", "2026-01-01", "2027-06-01"),
        ["2026-05-10", "2026-10-01", "2027-05-09"]
    );
    assert_eq!(dates("every: day\ninterval: 3\nfrom: 2026-11-01\ncount: 3\n", "2026-01-01", "2027-06-01").len(), 3);
}

#[test]
fn exceptions_move_rename_cancel_and_add() {
    let block = "every: week\non: [周四]\ntime: 22:00-01:00\nfrom: 2026-11-05\nuntil: 2026-12-31\n\
        except: [2026-11-12, 2026-12-20..2026-12-31]\nalso: [2026-11-14, 2026-11-15T10:00]\nchange:\n\
        - {date: 2026-11-19, to: 2026-11-20, note: 场地检修}\n\
        - {date: 2026-11-26, cancelled: true}\n\
        - {date: 2026-12-03, time: 19:00-20:00, title: 年终场, place: houtan}\n";
    let window = Window::all(now());
    let all = occurrences(&schedule(block), &holidays(), &window);
    let shown: Vec<String> =
        all.iter().map(|one| format!("{} {}/{} {:?}", one.original, one.start, one.last(), one.state)).collect();
    assert_eq!(
        shown,
        [
            "2026-11-05 2026-11-05T22:00/2026-11-06T01:00 Regular",
            "2026-11-14 2026-11-14T22:00/2026-11-15T01:00 Extra",
            "2026-11-15 2026-11-15T10:00/2026-11-15T13:00 Extra",
            "2026-11-19 2026-11-20T22:00/2026-11-21T01:00 Moved",
            "2026-11-26 2026-11-26T22:00/2026-11-27T01:00 Cancelled",
            "2026-12-03 2026-12-03T19:00/2026-12-03T20:00 Moved",
            "2026-12-10 2026-12-10T22:00/2026-12-11T01:00 Regular",
            "2026-12-17 2026-12-17T22:00/2026-12-18T01:00 Regular",
        ]
    );
    assert_eq!((all[3].note(), all[5].title(), all[5].place()), (Some("场地检修"), Some("年终场"), Some("houtan")));
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    assert_eq!(all[0].starts(&zone).unwrap().to_string(), "2026-11-05T14:00:00Z");
    assert_eq!(all[0].ends(&zone).unwrap().to_string(), "2026-11-05T17:00:00Z");
    assert_eq!(
        schedule(block).words(Tongue::Zh).line(Tongue::Zh),
        "每周四 22:00—次日01:00（2026年11月5日至12月31日；11月12日、12月20日至12月31日暂停；\
         加办11月14日、11月15日 10:00；11月19日改到11月20日（场地检修）；11月26日取消；\
         12月3日改为19:00—20:00，改为“年终场”，地点：houtan）"
    );
}

#[test]
fn a_window_shows_what_was_moved_into_it() {
    let block =
        "every: week\non: [周四]\nfrom: 2026-01-01\nuntil: 2026-12-31\nchange: [{date: 2026-03-05, to: 2026-10-04}]\n";
    assert_eq!(dates(block, "2026-10-02", "2026-10-08"), ["2026-03-05 2026-10-04 Moved", "2026-10-08"]);
    assert_eq!(dates(block, "2026-03-02", "2026-03-08"), [""; 0]);
}

#[test]
fn what_happens_once() {
    assert_eq!(dates("start: 2026-11-28\ntime: 14:00-15:30\n", "2026-11-01", "2026-11-30"), ["2026-11-28T14:00"]);
    assert_eq!(dates("start: 2026-11-28\nend: 2026-12-02\n", "2026-12-02", "2026-12-31"), ["2026-11-28"]);
    assert_eq!(dates("start: 2026-11-28\nend: 2026-12-02\n", "2026-12-03", "2026-12-31"), [""; 0]);
    let end = |block: &str| schedule(block).once().unwrap().end.unwrap().to_string();
    assert_eq!(end("start: 2026-11-28\ntime: 22:00-01:00\n"), "2026-11-29T01:00");
    assert_eq!(end("start: 2026-11-28\nend: 2026-11-30\ntime: 9:00-17:00\n"), "2026-11-30T17:00");
    assert_eq!(end("start: 2026-11-28\nend: 2026-11-29\ntime: 22:00-01:00\n"), "2026-11-29T01:00");
}

#[test]
fn a_rule_without_an_end_runs_to_the_twelfth_month() {
    let all = occurrences(
        &schedule("every: week\non: [周四]\nfrom: 2026-11-05\n"),
        &holidays(),
        &Window::all(date(2026, 11, 21)),
    );
    assert_eq!(all.last().unwrap().start.to_string(), "2027-11-25");
    let all = occurrences(
        &schedule("every: week\nfrom: 2026-11-05\nuntil: 2029-11-08\n"),
        &holidays(),
        &Window::all(date(2026, 11, 21)),
    );
    assert_eq!(all.last().unwrap().start.to_string(), "2029-11-08");
}

#[test]
fn rules_in_words() {
    let check = |block: &str, zh: &str, en: &str| {
        let schedule = schedule(block);
        assert_eq!(schedule.words(Tongue::Zh).rule, zh, "{block}");
        assert_eq!(schedule.words(Tongue::En).rule, en, "{block}");
    };
    let rule = |text: &str| format!("{text}\nfrom: 2026-11-05\n");
    check(
        &rule("every: week\non: [周四]\ntime: 19:00-20:30\nholiday: next-workday"),
        "每周四 19:00—20:30，法定节假日顺延",
        "Every Thursday, 19:00—20:30, on the next workday after a public holiday",
    );
    check(&rule("every: week"), "每周四", "Every Thursday");
    check(&rule("every: week\non: [周二, 周四]"), "每周二、周四", "Every Tuesday and Thursday");
    check(
        &rule("every: week\non: [周一至周五]\nholiday: skip"),
        "每周一至周五，法定节假日暂停",
        "Every Monday to Friday, not on public holidays",
    );
    check(&rule("every: week\non: [周四]\ninterval: 2"), "隔周周四", "Every other week on Thursday");
    check(&rule("every: month\non: [第三个周三]"), "每月第三个周三", "The third Wednesday of every month");
    check(
        &rule("every: month\non: [最后一个周五]\ntime: 14:00"),
        "每月最后一个周五 14:00",
        "The last Friday of every month, 14:00",
    );
    check(
        &rule("every: month\non: [20日]\nholiday: next-workday"),
        "每月20日，遇周末和法定节假日顺延",
        "The 20th of every month, on the next workday after a weekend or public holiday",
    );
    check(&rule("every: month\non: [5日]\ninterval: 3"), "每3个月的5日", "The 5th of every 3rd month");
    check(
        &rule("every: month\non: [农历初一, 农历十五]"),
        "每月农历初一、十五",
        "Day 1 of each lunar month and day 15 of each lunar month",
    );
    check(&rule("every: workday\ntime: 12:00-13:00"), "工作日 12:00—13:00", "Workdays, 12:00—13:00");
    check(&rule("every: year\non: [农历九月初九]"), "每年农历九月初九", "Every year on day 9 of lunar month 9");
    check(&rule("every: year\non: [清明]"), "每年清明", "Every year on Qingming");
    check(&rule("every: year\non: [10月1日]"), "每年10月1日", "Every year on 1 October");
    check(&rule("every: day"), "每天", "Every day");
    check(
        "rrule: FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1\nfrom: 2026-11-30\n",
        "每月周一至周五中的最后一天",
        "Monday to Friday of every month, the last of them",
    );
    check("rrule: FREQ=DAILY;BYDAY=MO,WE\nfrom: 2026-11-30\n", "每周一、周三", "Every Monday and Wednesday");
    check(
        "start: 2026-11-28\ntime: 14:00-15:30\n",
        "2026年11月28日（周六）14:00—15:30",
        "Sat, 28 November 2026, 14:00—15:30",
    );
    let span = |block: &str, tongue| schedule(block).words(tongue).span;
    assert_eq!(span("every: day\nfrom: 2026-11-05\nuntil: 2026-12-31\n", Tongue::Zh), "2026年11月5日至12月31日");
    assert_eq!(span("every: day\nfrom: 2026-11-05\nuntil: 2027-01-31\n", Tongue::Zh), "2026年11月5日至2027年1月31日");
    assert_eq!(span("every: day\nfrom: 2026-11-05\n", Tongue::Zh), "2026年11月5日起");
    assert_eq!(span("every: day\nfrom: 2026-11-05\ncount: 10\n", Tongue::En), "from 5 November 2026, 10 times");
}

#[test]
fn mistakes_are_met_with_the_line_to_write() {
    let check = |block: &str, expected: &[&str]| assert_eq!(complaints(block), expected, "{block}");
    let week = |text: &str| format!("every: week\non: [周四]\nfrom: 2026-11-05\nuntil: 2026-12-31\n{text}\n");
    check(
        "time: 14:00\n",
        &[
            "PB1001 日程里没有写哪一天（start） / 加上一行：start: 2026-11-21；重复的写成：every: week, on: [周四], from: 2026-11-26",
        ],
    );
    check("on: [周四]\nfrom: 2026-11-05\n", &["PB1001 写了 on，却没有写多久重复一次（every） / 加上一行：every: week"]);
    check("every: week\non: [周四]\n", &["PB1001 没有写从哪天起（from） / 加上一行：from: 2026-11-26"]);
    check("every: week\nstart: 2026-11-05\n", &["PB1001 重复的日程用 from，不用 start / 写成：from: 2026-11-05"]);
    check("every: week\non: [周八]\nfrom: 2026-11-05\n", &["PB1002 看不懂“周八”是哪一天 / 是不是：周一, 周三, 周二？"]);
    check("every: week\non: [thrusday]\nfrom: 2026-11-05\n", &["PB1002 看不懂“thrusday”是哪一天 / 是不是：thursday？"]);
    check(
        "every: month\non: [周四]\nfrom: 2026-11-05\n",
        &[
            "PB1002 every: month 的规则里不能写“周四” / 每周都有就写 every: week；每月一次就写第几个，例如 on: [第一个周四]",
        ],
    );
    check(
        "every: week\non: [20日]\nfrom: 2026-11-05\n",
        &["PB1002 every: week 的规则里不能写“20日” / 写成：every: month, on: [20日]"],
    );
    check(
        "every: year\non: [20日]\nfrom: 2026-11-05\n",
        &["PB1002 every: year 的规则里不能写“20日” / 写明几月：on: [10月20日]"],
    );
    check(
        "every: year\non: [农历腊月三十]\nfrom: 2026-11-05\n",
        &["PB1002 许多年份没有腊月三十 / 一年的最后一天写成：on: [除夕]"],
    );
    check(
        "every: year\non: [清明]\nfrom: 2026-11-05\nuntil: 2150-01-01\n",
        &["PB1001 农历和节气只知道 1900 到 2100 年，没有 2150-01-01 / 写成：until: 2026-12-31"],
    );
    check(
        "start: 2026-11-05T14:00\nend: 2026-11-05T09:00\n",
        &["PB0206 结束（2026-11-05T09:00）早于开始（2026-11-05T14:00） / 改 start 或 end；当天结束就删掉 end"],
    );
    check(
        "every: week\nfrom: 2026-11-05\nuntil: 2026-10-01\n",
        &["PB0206 结束（2026-10-01）早于开始（2026-11-05） / 改 from 或 until"],
    );
    check(
        "every: week\nfrom: 2026-11-05\nuntil: 2026-12-01\ncount: 3\n",
        &["PB1001 count 和 until 只能写一个 / 删掉其中一行"],
    );
    check("every: week\nfrom: 2026-11-05\ninterval: 0\n", &["PB0202 interval 至少是 1，这里是 0 / 写成：interval: 2"]);
    check(
        "every: workday\nfrom: 2026-11-05\ninterval: 2\n",
        &["PB1001 工作日、农历和节气的规则不能隔几次一办 / 删掉 interval 这一行，用 except 去掉不办的日子"],
    );
    check(
        "every: week\nfrom: 2026-11-05\nall_day: true\ntime: 14:00\n",
        &["PB0206 写了全天（all_day），就不要再写时间 / 删掉其中一行"],
    );
    check(
        &week("except: [2026-11-13]"),
        &["PB1004 except 里的 2026-11-13（周五）没有这一次 / 离得最近的是 2026-11-12（周四）, 2026-11-19（周四）"],
    );
    check(
        &week("except: [2026-11-12（周五）]"),
        &["PB0203 2026-11-12 是周四，不是周五 / 写成：2026-11-12（周四）；周五是 2026-11-13"],
    );
    check(&week("except: [下周四]"), &["PB0203 “下周四”不是日期 / 写成：except: [2026-10-01, 2026-07-01..2026-08-31]"]);
    check(
        &week("change: [{date: 2027-01-07, cancelled: true}]"),
        &["PB1004 change 里的 2027-01-07（周四）没有这一次 / 离得最近的是 2026-12-31（周四）"],
    );
    check(
        &week("change: [{date: 2026-11-12}]"),
        &[
            "PB1001 没有写 2026-11-12 这一次变了什么 / 写成：{date: 2026-11-12, to: 2026-11-28} 或 {date: 2026-11-12, cancelled: true, note: 原因}",
        ],
    );
    check(&week("also: [2026-11-12]"), &["PB1006 2026-11-12 规则里本来就有 / 从 also 里删掉 2026-11-12"]);
    check(
        "every: month\non: [31日]\nfrom: 2026-11-05\nuntil: 2026-11-30\n",
        &["PB1004 这条规则一天也没有 / 核对 on、from（2026-11-05）和 until（2026-11-30）"],
    );
    let many = complaints("every: day\nfrom: 1926-11-26\n");
    assert!(many[0].starts_with("PB1005 这条规则的日子超过 5000 个"), "{many:?}");
    assert!(complaints("every: day\nfrom: 2026-01-01\nuntil: 9999-12-30\n")[0].starts_with("PB1005"));
    // Exceptions behind the horizon are looked for there.
    check("every: week\non: [周四]\nfrom: 2026-11-05\nexcept: [2028-11-02]\n", &[]);
}

#[test]
fn rrules_on_which_calendars_disagree_are_refused() {
    let check = |rrule: &str, expected: &str| {
        let found = complaints(&format!("rrule: {rrule}\nfrom: 2026-11-05\n"));
        assert_eq!(found.first().map_or("", |line| line), expected, "{rrule}");
    };
    check("FREQ=WEEKLY;BYDAY=TH", "");
    check("RRULE:FREQ=WEEKLY;BYDAY=TH;UNTIL=20261231T155959Z", "");
    check("FREQ=HOURLY", "PB1003 FREQ=HOURLY 用不了：一天里的重复不算日程 / 写成：FREQ=DAILY");
    check("BYDAY=TH", "PB1003 RRULE 里没有 FREQ / 例如：rrule: FREQ=WEEKLY;BYDAY=TH");
    check("FREQ=WEEKLY;BYDAY=XX", "PB1003 BYDAY=XX 看不懂 / 例如：rrule: FREQ=WEEKLY;BYDAY=TH");
    check(
        "FREQ=WEEKLY;BYDAY=FR",
        "PB1003 from（2026-11-05）不是这条 rrule 的日子：有的日历软件会多算一次 / 写成第一次的日期：from: 2026-11-06",
    );
    check(
        "FREQ=WEEKLY;BYSETPOS=1;BYDAY=TH",
        "PB1003 BYSETPOS 只能用在每月、每年的规则里 / 直接写星期几：FREQ=WEEKLY;BYDAY=TH",
    );
    check("FREQ=WEEKLY;COUNT=3;UNTIL=20261231", "PB1003 COUNT 和 UNTIL 只能写一个 / 删去其中一个");
    for rrule in [
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=YEARLY;BYMONTHDAY=5",
        "FREQ=MONTHLY;BYDAY=3MO,WE",
        "FREQ=DAILY;BYHOUR=9",
        "FREQ=YEARLY;BYYEARDAY=100",
    ] {
        assert!(complaints(&format!("rrule: {rrule}\nfrom: 2026-11-05\n"))[0].starts_with("PB1003"), "{rrule}");
    }
}

#[test]
fn a_rule_and_its_rrule_are_the_same_dates() {
    for (words, rrule) in [
        ("every: week\non: [周四]", "FREQ=WEEKLY;BYDAY=TH"),
        ("every: week\non: [周四]\ninterval: 2", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"),
        ("every: month\non: [第一个周四]", "FREQ=MONTHLY;BYDAY=1TH"),
        ("every: month\non: [5日]", "FREQ=MONTHLY;BYMONTHDAY=5"),
        ("every: year\non: [11月5日]", "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=5"),
        ("every: year\non: [11月第一个周四]", "FREQ=YEARLY;BYMONTH=11;BYDAY=1TH"),
        ("every: day\ncount: 10", "FREQ=DAILY;COUNT=10"),
        ("every: day\nuntil: 2026-11-20", "FREQ=DAILY;UNTIL=20261120"),
    ] {
        let tail = "\nfrom: 2026-11-05\ntime: 19:00-20:30\n";
        let (by_words, by_rrule) = (schedule(&format!("{words}{tail}")), schedule(&format!("rrule: {rrule}{tail}")));
        let window = Window::all(date(2028, 1, 1));
        assert_eq!(
            occurrences(&by_words, &holidays(), &window),
            occurrences(&by_rrule, &holidays(), &window),
            "{words}"
        );
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let written = recurrence(&by_words, &holidays(), &zone, now()).unwrap().rrule.unwrap();
        assert_eq!(written, rrule.replace("20261120", "20261120T110000Z"));
    }
}

#[test]
fn an_until_in_utc_is_a_day_here() {
    // 15:59:59 in UTC is the last second of the day in Shanghai; 10:00 is before 19:00 there.
    let until = |text: &str| {
        let block = format!("rrule: FREQ=DAILY;UNTIL={text}\nfrom: 2026-11-05\ntime: 19:00\n");
        schedule(&block).rule().unwrap().until.unwrap().to_string()
    };
    assert_eq!(until("20261231T155959Z"), "2026-12-31");
    assert_eq!(until("20261231T100000Z"), "2026-12-30");
    assert_eq!(until("20261231T110000Z"), "2026-12-31");
    assert_eq!(until("20261231"), "2026-12-31");
}

#[test]
fn calendars_get_a_rule_or_dates() {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let say = |block: &str| recurrence(&schedule(block), &holidays(), &zone, date(2026, 9, 1)).unwrap();
    let texts = |all: &[crate::base::date::When]| all.iter().map(ToString::to_string).collect::<Vec<_>>();

    let plain = say("every: week\non: [周四]\ntime: 19:00-20:30\nfrom: 2026-11-02\nuntil: 2026-12-31\n\
        except: [2026-11-12]\nalso: [2026-11-14]\nchange: [{date: 2026-11-19, to: 2026-11-20}]\n");
    assert_eq!(plain.rrule.as_deref(), Some("FREQ=WEEKLY;UNTIL=20261231T110000Z;BYDAY=TH"));
    assert_eq!(
        (plain.start.to_string(), plain.end.unwrap().to_string()),
        ("2026-11-05T19:00".into(), "2026-11-05T20:30".into())
    );
    assert_eq!(
        (texts(&plain.exdates), texts(&plain.rdates)),
        (vec!["2026-11-12T19:00".into()], vec!["2026-11-14T19:00".into()])
    );
    assert_eq!((plain.overrides.len(), plain.overrides[0].id.to_string()), (1, "2026-11-19T19:00".to_owned()));
    assert_eq!(plain.overrides[0].occurrence.start.to_string(), "2026-11-20T19:00");

    let shifted = say(
        "every: week\non: [周四]\nfrom: 2026-09-24\nuntil: 2026-10-15\nholiday: next-workday\nchange: [{date: 2026-10-08, cancelled: true}]\n",
    );
    assert_eq!((shifted.rrule, shifted.start.to_string()), (None, "2026-09-24".into()));
    assert_eq!(texts(&shifted.rdates), ["2026-10-08", "2026-10-15"]);
    assert_eq!(shifted.overrides[0].occurrence.state, State::Cancelled);

    let lunar = say("every: year\non: [农历九月初九]\nfrom: 2026-01-01\n");
    assert_eq!((lunar.rrule, lunar.start.to_string(), lunar.rdates.len()), (None, "2026-10-18".into(), 0));
    assert_eq!(say("every: year\non: [10月1日, 5月4日]\nfrom: 2026-01-01\nuntil: 2027-12-31\n").rdates.len(), 3);
}

#[test]
fn days_of_a_grid_have_one_label() {
    let label = |day: &str, tongue| {
        let label = day_label(day.parse().unwrap(), &holidays(), tongue);
        format!("{}{}", label.text, label.badge.map(|badge| badge.word(tongue)).unwrap_or_default())
    };
    for (day, zh) in [
        ("2026-10-01", "国庆节休"),
        ("2026-10-02", "廿二休"),
        ("2026-10-08", "寒露"),
        ("2026-10-10", "九月班"),
        ("2026-10-18", "重阳节"),
        ("2026-02-15", "廿八休"),
        ("2026-02-17", "春节休"),
        ("2026-02-16", "除夕休"),
        ("2026-04-05", "清明节休"),
        ("2026-09-25", "中秋节休"),
        ("2026-06-19", "端午节休"),
        ("2026-01-01", "元旦休"),
        ("2025-10-01", "国庆节休"),
        ("2025-10-06", "中秋节休"),
        ("2026-07-01", "建党节"),
        ("2026-11-21", "十三"),
        ("2025-07-25", "闰六月"),
        ("2150-01-01", ""),
    ] {
        assert_eq!(label(day, Tongue::Zh), zh, "{day}");
    }
    assert_eq!(label("2026-10-10", Tongue::En), "lunar month 9work");
}

#[test]
fn a_year_without_holidays_is_told_in_time() {
    let asks = schedule("every: week\non: [周四]\nfrom: 2026-01-01\nholiday: skip\n");
    let keeps = schedule("every: week\non: [周四]\nfrom: 2026-01-01\n");
    let origin = origin();
    let both = || [(&asks, &origin), (&keeps, &origin), (&asks, &origin)];
    assert_eq!(missing_years(both(), &holidays(), date(2026, 10, 1)), []);
    let found = missing_years(both(), &holidays(), date(2026, 11, 21));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, crate::diagnostics::Code::HolidaysMissing);
    assert_eq!(found[0].message.zh, "没有 2027 年的放假安排，2 个日程不会避开节假日");
    assert_eq!(date(2027, 1, 7).weekday(), Weekday::Thursday);
}
