//! Reasons and changes in words, in the language of a digest.

use crate::{
    base::{
        date::{When, weekday},
        lang::Tongue,
    },
    edition::{Change, What, dates_in_words},
};

/// `12月18日（周五）`.
pub(super) fn day(when: When, tongue: Tongue) -> String {
    match tongue {
        Tongue::Zh => {
            format!("{}月{}日（{}）", when.date.month(), when.date.day(), weekday(when.date, tongue))
        }
        Tongue::En => when.date.strftime("%a %-d %b").to_string(),
    }
}

/// A change as readers are told it, the reason behind it.
pub(super) fn told(change: &Change, reason: &str, tongue: Tongue) -> String {
    let (from, to) = match change.what {
        What::Moved | What::Cancelled | What::Postponed => {
            (dates_in_words(&change.from, tongue), dates_in_words(&change.to, tongue))
        }
        _ => (change.from.clone(), change.to.clone()),
    };
    let said = match (change.what, tongue) {
        (What::Cancelled, Tongue::Zh) => format!("原定{from}，现取消"),
        (What::Cancelled, Tongue::En) => format!("was to take place on {from}, is cancelled"),
        (What::Postponed, Tongue::Zh) => format!("原定{from}，现延期，时间另行通知"),
        (What::Postponed, Tongue::En) => format!("was to take place on {from}, is postponed"),
        (What::Withdrawn, Tongue::Zh) => "已撤下".to_owned(),
        (What::Withdrawn, Tongue::En) => "was taken back".to_owned(),
        (What::Moved, Tongue::Zh) => format!("原定{from}，改为{to}"),
        (What::Moved, Tongue::En) => format!("moved from {from} to {to}"),
        (What::Place, Tongue::Zh) => format!("地点由{from}改到{to}"),
        (What::Place, Tongue::En) => format!("moved from {from} to {to}"),
        (What::Title, Tongue::Zh) => format!("原名“{from}”"),
        (What::Title, Tongue::En) => format!("formerly “{from}”"),
    };
    match (reason, tongue) {
        ("", _) => said,
        (_, Tongue::Zh) => format!("{said}（{reason}）"),
        (_, Tongue::En) => format!("{said} ({reason})"),
    }
}
