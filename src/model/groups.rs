//! Field groups: what brings behaviour to an item whatever its kind. A `schedule` puts it on the
//! calendar, a `place` on the map, an `audience` into segments, a `status` closes it.

use jiff::civil::Date;

use crate::{
    base::date::{When, parse_time_range},
    config::Settings,
    diagnostics::{Code, Diagnostic},
    fields::{At, Field, Origin, Shape, Values},
    msg,
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

/// The `schedule` group.
pub(super) fn schedule() -> Shape {
    use Shape::{Boolean, Date, Hours, Record};
    let f = Field::new;
    Record(vec![
        f("start", Date, "开始", "start").required(),
        f("end", Date, "结束", "end"),
        f("time", Hours, "时间", "time of day"),
        f("all_day", Boolean, "全天", "all day"),
    ])
}

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
    ];
    let labels = STATES.iter().flat_map(|(id, zh, en)| [(*zh, *id), (*en, *id)]);
    let known = labels.chain(more).filter(|(_, id)| states.contains(id));
    known.map(|(word, id)| (word.to_owned(), id.to_owned())).collect()
}

/// When something takes place, one-off.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Schedule {
    /// The beginning.
    pub start: When,
    /// The end; where there is none it ends with its day or is a moment.
    pub end: Option<When>,
}

impl Schedule {
    /// The day it begins.
    pub fn day(&self) -> Date {
        self.start.date
    }

    /// Reads the group; what contradicts itself is reported.
    pub(super) fn read(values: &Values, origin: &Origin, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let schedule = values.record("schedule")?;
        let mut start = schedule.when("start")?;
        let mut end = schedule.when("end");
        let at = |name: &str| schedule.at(name).or(values.at("schedule"));
        if schedule.boolean("all_day") == Some(true) && (start.time.is_some() || schedule.get("time").is_some()) {
            report(
                problems,
                origin,
                at("all_day"),
                Code::DateOrder,
                msg!("写了全天（all_day），就不要再写时间", "`all_day` and a time of day contradict each other"),
                msg!("删掉 all_day，或者删掉时间", "delete `all_day`, or the time"),
            );
        }
        if let Some((from, to)) = parse_time_range(schedule.text("time")) {
            if start.time.is_some() {
                report(
                    problems,
                    origin,
                    at("time"),
                    Code::DateOrder,
                    msg!("开始时间写了两次：start 和 time", "the time of day stands twice: in `start` and in `time`"),
                    msg!(
                        "start 只写日期：start: {day}",
                        "write only the day in `start`: start: {day}",
                        day = start.date
                    ),
                );
            }
            start.time = Some(from);
            let last = end.map_or(start.date, |end| end.date);
            end = to.map(|to| {
                // 22:00-01:00 goes over midnight; 15:30-14:00 is the wrong way round.
                let over = last == start.date && to <= from && i16::from(from.hour()) - i16::from(to.hour()) >= 12;
                let date = if over { last.tomorrow().unwrap_or(last) } else { last };
                When { date, time: Some(to) }
            });
        }
        if end.is_some_and(|end| end.end() < start.start()) {
            let (from, to) = (start, end.map(|end| end.to_string()).unwrap_or_default());
            report(
                problems,
                origin,
                schedule.at("end").or(at("time")),
                Code::DateOrder,
                msg!("结束（{to}）早于开始（{from}）", "it ends ({to}) before it begins ({from})"),
                msg!("核对开始和结束的日期、时间，先开始、后结束", "compare both: what begins first stands first"),
            );
        }
        Some(Self { start, end })
    }
}

/// A state with what stands beside it.
#[derive(Clone, PartialEq, Eq, Debug)]
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
            let last = schedule.end.unwrap_or(schedule.start);
            if deadline.start() > last.end() {
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
