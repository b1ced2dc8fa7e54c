//! Field groups: what brings behaviour to an item whatever its kind. A `schedule` puts it on the
//! calendar, a `place` on the map, an `audience` into segments, a `status` closes it.

use serde::{Deserialize, Serialize};

use crate::{
    base::date::When,
    config::Settings,
    diagnostics::{Code, Diagnostic},
    fields::{At, Field, Origin, Shape, Values},
    msg,
    schedule::Schedule,
};

/// States that an item may be in, with their words. Which of them a kind has, its description says.
pub const STATES: [(&str, &str, &str); 17] = [
    ("planned", "计划中", "Planned"),
    ("confirmed", "已确定", "Confirmed"),
    ("moved", "有变动", "Changed"),
    ("cancelled", "已取消", "Cancelled"),
    ("postponed", "已延期", "Postponed"),
    ("open", "开放中", "Open"),
    ("few", "名额不多", "Few places left"),
    ("full", "已满", "Full"),
    ("closed", "已截止", "Closed"),
    ("ended", "已结束", "Ended"),
    ("reserved", "已预留", "Reserved"),
    ("used", "已用完", "Used up"),
    ("claimed", "已认领", "Claimed"),
    ("fulfilled", "已实现", "Fulfilled"),
    ("running", "进行中", "Running"),
    ("done", "已完成", "Done"),
    ("stopped", "已停止", "Stopped"),
];

/// States of what takes place at a time.
pub(super) const DATED: &[&str] = &["planned", "confirmed", "moved", "cancelled", "postponed"];

/// The `place` group.
pub(super) fn place() -> Shape {
    use Shape::{Number, Record, Text};
    let f = Field::new;
    Record(vec![
        f("name", Text, "地点", "name").required(),
        f("address", Text, "地址", "address"),
        f("transport", Text, "交通", "how to get there"),
        f("latitude", Number, "纬度", "latitude"),
        f("longitude", Number, "经度", "longitude"),
    ])
}

/// The `audience` group: kinds of units, and topics.
pub(super) fn audience(settings: &Settings) -> Shape {
    use Shape::{Choices, Record, Texts};
    let kinds = settings.unit_kinds.iter().map(|kind| kind.id.clone()).collect();
    let language = settings.default_language();
    let spoken = settings.unit_kinds.iter().map(|kind| (kind.label.get(language), kind.id.clone()));
    Record(vec![
        Field::new("units", Choices(kinds), "单位类别", "kinds of units").spoken(spoken),
        Field::new("topics", Texts, "主题", "topics"),
    ])
}

/// The `status` group of a kind with these states.
pub(super) fn status(states: &[&str]) -> Shape {
    use Shape::{Choice, Date, Record, Text};
    let f = Field::new;
    Record(vec![
        f("state", Choice(states.iter().map(|state| (*state).to_owned()).collect()), "状态", "state")
            .spoken(spoken_states(states)),
        f("reason", Text, "原因", "reason"),
        f("deadline", Date, "截止", "deadline"),
        f("date", Date, "状态日期", "date of the state"),
        f("was", Date, "原定时间", "former date"),
    ])
}

/// Words that people use for those of the states that a kind has.
fn spoken_states(states: &[&str]) -> Vec<(String, String)> {
    let more = [
        ("取消", "cancelled"),
        ("canceled", "cancelled"),
        ("延期", "postponed"),
        ("推迟", "postponed"),
        ("改期", "moved"),
        ("变更", "moved"),
        ("变动", "moved"),
        ("确定", "confirmed"),
        ("计划", "planned"),
        ("报满", "full"),
        ("满员", "full"),
        ("截止", "closed"),
        ("结束", "ended"),
        ("待认领", "open"),
        ("未认领", "open"),
        ("可认领", "open"),
        ("可预约", "open"),
        ("可报名", "open"),
        ("报名中", "open"),
        ("招募中", "open"),
        ("待对接", "open"),
        ("已对接", "claimed"),
        ("已完成", "fulfilled"),
        ("已办结", "fulfilled"),
        ("办结", "fulfilled"),
        ("完成", "fulfilled"),
        ("完成", "done"),
    ];
    let labels = STATES.iter().flat_map(|(id, zh, en)| [(*zh, *id), (*en, *id)]);
    let known = labels.chain(more).filter(|(_, id)| states.contains(id));
    known.map(|(word, id)| (word.to_owned(), id.to_owned())).collect()
}

/// A state with what stands beside it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct State {
    /// One of [`STATES`], or empty.
    pub state: String,
    /// Why, or empty.
    pub reason: String,
    /// Last day to sign up.
    pub deadline: Option<When>,
    /// When it took place before it was moved.
    pub was: Option<When>,
}

impl State {
    /// Reads the group; a deadline after the end is reported.
    pub(super) fn read(
        values: &Values,
        schedule: Option<&Schedule>,
        origin: &Origin,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let status = values.record("status")?;
        let deadline = status.when("deadline");
        if let (Some(deadline), Some(schedule)) = (deadline, schedule) {
            let last = schedule.last_known();
            if let Some(last) = last.filter(|last| deadline.start() > last.end()) {
                report(
                    problems,
                    origin,
                    status.at("deadline"),
                    Code::DateOrder,
                    msg!(
                        "报名截止（{deadline}）晚于结束（{last}）",
                        "sign-up closes ({deadline}) after the end ({last})"
                    ),
                    msg!(
                        "改 status 的 deadline，或者改 schedule 的日期",
                        "correct `deadline`, or the dates of `schedule`"
                    ),
                );
            }
        }
        Some(Self {
            state: status.text("state").into(),
            reason: status.text("reason").into(),
            deadline,
            was: status.when("was"),
        })
    }
}

fn report(
    problems: &mut Vec<Diagnostic>,
    origin: &Origin,
    at: Option<At>,
    code: Code,
    message: crate::base::lang::Message,
    help: crate::base::lang::Message,
) {
    if let Some(at) = at {
        problems.push(Diagnostic::new(code, origin.place(at), message).help(help));
    }
}
