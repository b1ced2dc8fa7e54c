//! Letters of an edition: who gets which, what stands in them, and that nothing of content can
//! pass for a hole or a header.

use std::collections::BTreeSet;

use pbsite::{
    digest::letter::{Edition, Hole, Reader},
    letters::{self, Composed},
    site,
};

use crate::support::Site;

const DIGEST: &str = "---
title: 一月一提示
cadence: monthly
empty: none
sender: {name: 编辑部, email: digest@portal.example.org, endpoint: 'https://mail.example.org/'}
salutation: {named: '{name}老师：', general: 各位：}
segments:
  - {id: schools, label: 学校, units: [school]}
  - {id: music, label: 爱音乐的, topics: [音乐]}
  - {id: estates, label: 居民区, units: [estate]}
sections: [{title: 活动, from: calendar}]
---
每月一号发出，详见[新闻](@columns/news)。
";

const EDITION: &str = "---
title: 十二月
date: 2026-11-20T09:30
status: approved
subject: \"十二月\u{E0A2}\u{E0A0}的提示\"
preheader: 两件事
sections:
  - title: 活动
    from: calendar
    items: [{item: activities/concert}, {item: activities/walk}]
---
";

const ACTIVITIES: &str = "\
- {title: \"音乐会 <b>&\", id: concert, schedule: {start: 2026-12-18, time: '18:30-20:00'}, audience: {units: [school], topics: [音乐]}}
- {title: 沿河走, id: walk, schedule: {start: 2026-12-12}, audience: {units: [school, hospital]}, status: {state: cancelled}}
";

fn composed(edition: &str) -> Composed {
    composed_with(edition, |_| {})
}

/// The same in a site that has more.
fn composed_with(edition: &str, more: impl FnOnce(&mut Site)) -> Composed {
    let mut site = Site::new();
    let settings = "name: 测试门户\nbase_url: https://portal.example.org/\nowner: {name: 编辑部}\ncolumns: [{id: news, title: 新闻}]\n\
                    unit_kinds: [{id: school, label: 学校}, {id: estate, label: 居民区}, {id: hospital, label: 医院}]\n";
    site.put("pbsite.yaml", settings);
    site.put("content/digests/monthly.md", DIGEST);
    site.put("content/editions/monthly/2026-12.md", edition);
    site.put("content/activities/list.yaml", ACTIVITIES);
    site.article("a", 3, "", "正文。");
    more(&mut site);
    let made = site::with_plan(&site.files, &site.options, |plan, spool, _| {
        letters::compose(plan, spool, &site.files, "monthly/2026-12")
    });
    let (made, outcome) = made.unwrap();
    assert_eq!(outcome.report.errors(), 0, "{:?}", outcome.report.problems);
    made.unwrap().unwrap()
}

fn reader(unit_kind: &str, topics: &[&str]) -> Reader {
    let topics = topics.iter().map(|topic| (*topic).to_owned()).collect();
    Reader { unit_kind: unit_kind.into(), topics, language: "zh-Hans".into(), ..Reader::default() }
}

#[test]
fn a_reader_gets_the_letter_of_the_first_segment_that_fits() {
    let edition = composed(EDITION);
    let segments: Vec<&str> = edition.letters().iter().map(|letter| letter.segment.as_str()).collect();
    // Nothing is for estates, and the digest says that they get no letter then.
    assert_eq!(segments, ["schools", "music"]);
    assert_eq!(edition.letter_for(&reader("school", &["音乐"])), Some(0));
    assert_eq!(edition.letter_for(&reader("hospital", &["音乐"])), Some(1));
    assert_eq!(edition.letter_for(&reader("estate", &[])), None);
    assert_eq!(edition.letter_for(&reader("", &[])), None);
    let english = Reader { language: "en".into(), ..reader("school", &[]) };
    assert_eq!(edition.letter_for(&english), Some(0), "no English letter: the site's language");
}

#[test]
fn an_edition_knows_its_date_its_end_and_its_sender() {
    let edition = composed(EDITION);
    assert_eq!(edition.id(), "monthly/2026-12");
    assert!(edition.approved());
    assert_eq!(edition.date().to_string(), "2026-11-20T01:30:00Z");
    assert_eq!(edition.not_after().unwrap().to_string(), "2027-01-01T00:00:00+08:00[Asia/Shanghai]");
    assert_eq!(edition.page(), "https://portal.example.org/digest/monthly/2026-12/");
    let sender = edition.sender();
    assert_eq!(
        (sender.list_id.as_str(), sender.unsubscribe.as_str()),
        ("monthly.portal.example.org", "digest@portal.example.org")
    );
    assert_eq!(edition.letters()[0].salutation, ("{name}老师：".into(), "各位：".into()));
}

#[test]
fn holes_stand_where_the_template_put_them_and_nowhere_else() {
    let edition = composed(EDITION);
    for letter in edition.letters() {
        assert_eq!(letter.subject, "十二月的提示");
        for (text, leaving) in [(&letter.html, "href=\"\u{E0A2}\u{E0A0}\""), (&letter.text, "\u{E0A2}\u{E0A0}")] {
            assert_eq!(text.matches(Hole::Salutation.mark()).count(), 1);
            assert_eq!(text.matches(Hole::Unsubscribe.mark()).count(), 1);
            assert!(text.contains(leaving));
        }
    }
}

#[test]
fn html_and_text_say_the_same_and_nothing_comes_from_elsewhere() {
    let edition = composed(EDITION);
    let letter = &edition.letters()[0];
    for known in [
        "role=\"presentation\"",
        "role=\"article\"",
        "lang=\"zh-Hans\"",
        "音乐会 &lt;b&gt;&amp;",
        "【已取消】",
        "<h2 style=",
        "class=\"cell\" style=",
        "<style",
        "@media",
    ] {
        assert!(letter.html.contains(known), "{known}\n{}", letter.html);
    }
    for known in [
        "音乐会 <b>&",
        "【已取消】沿河走",
        "2026年12月18日（周五）18:30—20:00",
        "https://portal.example.org/activities/concert/",
    ] {
        assert!(letter.text.contains(known), "{known}\n{}", letter.text);
    }
    assert!(
        !letter.html.contains(" class=\"cell\" class")
            && !letter.html.contains("<script")
            && !letter.html.contains("<link")
    );
    let sources: BTreeSet<&str> =
        letter.html.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(sources, BTreeSet::from(["cid:qr"]), "no picture is fetched");
    assert!(letter.html.len() < 30_000, "{}", letter.html.len());
    let links: Vec<&str> = letter.links.iter().map(String::as_str).collect();
    assert_eq!(
        links,
        [
            "https://portal.example.org/activities/concert/",
            "https://portal.example.org/activities/walk/",
            "https://portal.example.org/digest/monthly/2026-12/",
            "https://portal.example.org/news/",
        ]
    );
}

#[test]
fn the_calendar_keeps_what_was_cancelled() {
    let edition = composed(EDITION);
    let part = &edition.letters()[0].parts[0];
    assert_eq!(part.name, "一月一提示-2026年12月.ics");
    assert_eq!(part.media_type, "text/calendar; method=PUBLISH; charset=utf-8");
    let text = String::from_utf8(part.bytes.clone()).unwrap();
    for line in ["METHOD:PUBLISH", "UID:activity.concert@portal.example.org", "STATUS:CANCELLED", "SEQUENCE:0"] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
    assert!(!text.contains("ORGANIZER") && !text.contains("ATTENDEE"));
    let qr = &edition.letters()[0].parts[1];
    assert_eq!((qr.cid.as_deref(), qr.media_type.as_str()), (Some("qr"), "image/png"));
}

#[test]
fn what_is_sent_is_noted_for_the_next_edition() {
    let edition = composed(EDITION);
    let sent = edition.sent();
    let items: Vec<&str> = sent.items.iter().map(|fact| fact.id.as_str()).collect();
    assert_eq!(items, ["activities/concert", "activities/walk"]);
    assert_eq!(sent.letters[1].items, ["activities/concert", "activities/walk"]);
    assert_eq!(composed(EDITION).sent(), sent, "the same each time");
}

#[test]
fn an_edition_may_be_for_some_segments_only() {
    let some = EDITION.replace("status: approved", "status: draft\nsegments: [music]\nnot_after: 2026-12-05");
    let edition = composed(&some);
    assert!(!edition.approved());
    assert_eq!(edition.letters().len(), 1);
    assert_eq!(edition.letter_for(&reader("school", &["音乐"])), None, "a reader belongs to one segment");
    assert_eq!(edition.not_after().unwrap().date().to_string(), "2026-12-06");
}

#[test]
fn the_text_is_what_stands_below_the_front_matter_on_every_system() {
    let edition = format!("{EDITION}先说一句。\n\n---\n\n再说一句。\n");
    let unix = composed(&edition);
    let windows = composed(&edition.replace('\n', "\r\n"));
    let text = &unix.letters()[0].text;
    assert!(text.contains("\n先说一句。\n再说一句。\n"), "{text}");
    assert_eq!(*text, windows.letters()[0].text);
    assert_eq!(unix.letters()[0].html, windows.letters()[0].html);
    assert!(!text.contains("sections:") && text.contains("每月一号发出，详见新闻。"), "{text}");
}

#[test]
fn small_pictures_go_along_and_others_are_links() {
    let noise = |width: u32| {
        let picture = image::RgbImage::from_fn(width, width / 2, |x, y| {
            let n = x.wrapping_mul(2_654_435_761).wrapping_add(y.wrapping_mul(40_503)) ^ (x * y);
            image::Rgb([n as u8, (n >> 8) as u8, (n >> 16) as u8])
        });
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    };
    let body = "![门口的样子](/media/small.png)\n\n![很大的图](/media/large.png)\n\n![画的](/media/drawn.svg)\n";
    let edition = composed_with(&format!("{EDITION}{body}"), |site| {
        site.put("content/media/small.png", noise(40));
        site.put("content/media/large.png", noise(700));
        site.put("content/media/drawn.svg", "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 4'/>");
    });
    let letter = &edition.letters()[0];
    assert!(
        letter.html.contains("<img src=\"cid:picture1\" alt=\"门口的样子\" width=\"40\" height=\"20\""),
        "{}",
        letter.html
    );
    let part = letter.parts.iter().find(|part| part.cid.as_deref() == Some("picture1")).unwrap();
    assert_eq!((part.name.as_str(), part.media_type.as_str()), ("small.png", "image/png"));
    assert_eq!(image::load_from_memory(&part.bytes).unwrap().width(), 40);
    assert_eq!(letter.parts.iter().filter(|part| part.cid.is_some()).count(), 2, "and the code of its page");
    for words in ["很大的图", "画的"] {
        let at = letter.html.find(&format!(">{words}</a>")).unwrap();
        let link = letter.html[..at].rsplit("href=\"").next().unwrap().split('"').next().unwrap();
        assert!(link.starts_with("https://portal.example.org/media/"), "{link}");
        assert!(letter.text.replace('\n', "").contains(link) && letter.text.contains(words), "{}", letter.text);
    }
    assert!(letter.text.contains("门口的样子") && !letter.html.contains("<picture"), "{}", letter.html);
}

#[test]
fn an_item_stands_in_full_once() {
    let closing = "  - {title: 快截止的, from: closing, items: [{item: activities/concert}]}\n  - title: 活动";
    let twice = EDITION.replace("  - title: 活动", closing);
    let edition = composed(&twice);
    let text = &edition.letters()[0].text;
    assert!(text.contains("2026年12月18日（周五）18:30—20:00\n音乐会 <b>&（见“快截止的”）\n"), "{text}");
    assert_eq!(text.matches("https://portal.example.org/activities/concert/").count(), 1, "{text}");
    let again = composed(&twice.replace("    from: calendar\n", "    from: calendar\n    repeat: true\n"));
    assert!(!again.letters()[0].text.contains("（见"), "{}", again.letters()[0].text);
    let column = composed(&twice.replace("    from: calendar\n", ""));
    assert_eq!(column.letters()[0].text.matches("音乐会").count(), 1, "{}", column.letters()[0].text);
}

#[test]
fn what_one_gets_can_be_changed_where_there_is_an_endpoint() {
    let has = |edition: &Composed| {
        let letter = &edition.letters()[0];
        [&letter.html, &letter.text].map(|text| text.matches(Hole::Preferences.mark()).count())
    };
    assert_eq!(has(&composed(EDITION)), [1, 1]);
    let without = composed_with(EDITION, |site| {
        site.put("content/digests/monthly.md", DIGEST.replace(", endpoint: 'https://mail.example.org/'", ""));
    });
    assert_eq!(has(&without), [0, 0]);
}
