//! An edition as benches send it: 12 segments, 15 KB a message.

use pbsite::digest::{
    frozen::Frozen,
    letter::{Hole, Letter, Part, Sender},
};

pub(crate) const SEGMENTS: usize = 12;
pub(crate) const KEY: &str = "pbsite-key-000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
pub(crate) const CALENDAR: &[u8] = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n";

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

pub(crate) fn edition() -> Frozen {
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
