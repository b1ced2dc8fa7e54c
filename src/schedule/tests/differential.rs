//! RRULEs beside python-dateutil: its own test vectors, and random rules. `.ci/run` fetches it.

#![expect(clippy::disallowed_methods, reason = "the oracle is another program, named by the environment")]

use std::{
    collections::BTreeMap,
    io::Write as _,
    process::{Command, Stdio},
};

use jiff::{ToSpan, civil::Date};
use serde_json::{Value, json};

use super::*;

/// How many dates of a rule are compared.
const MOST: usize = 60;

/// Vectors on which we differ knowingly, each with its reason. There are none: what calendars
/// disagree on is refused.
const OTHERWISE: &[&str] = &[];

#[test]
fn vectors_of_dateutil() {
    let Some((packages, tests)) = oracle() else {
        return note("left out: the test vectors of python-dateutil (PBSITE_DATEUTIL, PBSITE_DATEUTIL_TESTS)");
    };
    let vectors = python(&[&packages, "--vectors", &tests], "");
    assert!(vectors.len() > 200, "only {} vectors", vectors.len());
    let (mut agree, mut refused, mut wrong) = (0, BTreeMap::new(), Vec::new());
    for vector in &vectors {
        let text = |name: &str| vector[name].as_str().unwrap();
        let block = |from: &str| format!("rrule: '{}'\nfrom: {from}\ntime: '{}'\n", text("rrule"), text("time"));
        let mut block_used = block(text("from"));
        let (mut schedule, problems) = try_read(&block_used);
        // Dateutil's suite begins on days that are no dates of the rule; the message names the first.
        if let Some(first) = first_date(&problems) {
            block_used = block(&first);
            schedule = try_read(&block_used).0;
        }
        let Some(schedule) = schedule else {
            let reason = problems.first().map_or(String::new(), |problem| problem.message.en.clone());
            *refused.entry(reason.split(['(', '`']).next().unwrap().to_owned()).or_insert(0) += 1;
            continue;
        };
        let expected: Vec<&str> = vector["dates"].as_array().unwrap().iter().map(|day| day.as_str().unwrap()).collect();
        let all = occurrences(&schedule, &Holidays::default(), &Window::between(date(1990, 1, 1), date(2200, 12, 31)));
        let found: Vec<String> = all.iter().take(expected.len().max(1)).map(|one| one.start.to_string()).collect();
        if found == expected || OTHERWISE.contains(&text("rrule")) {
            agree += 1;
        } else {
            wrong.push(format!("{block_used}  ours   {found:?}\n  theirs {expected:?}"));
        }
    }
    note(&format!("vectors of python-dateutil: {} in all, {agree} agree, refused: {refused:#?}", vectors.len()));
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(agree > 55, "only {agree} were taken");
}

#[test]
fn random_rrules_beside_dateutil() {
    let Some((packages, _)) = oracle() else {
        return note("left out: random RRULEs beside python-dateutil (PBSITE_DATEUTIL)");
    };
    let mut dice = Dice(20_261_122);
    let mut rules: Vec<(String, Date, Vec<Value>)> = Vec::new();
    let mut tried = 0;
    while rules.len() < 5_000 {
        tried += 1;
        let (rrule, from) = (dice.rrule(), date(2019, 12, 20).checked_add(i64::from(dice.below(2500)).days()).unwrap());
        let Some((from, found)) = ours(&rrule, from) else { continue };
        rules.push((rrule, from, found));
    }
    let lines: String = rules
        .iter()
        .map(|(rrule, from, _)| format!("{}\n", json!({"rrule": rrule, "from": from, "most": MOST})))
        .collect();
    let theirs = python(&[&packages], &lines);
    let wrong: Vec<String> = rules
        .iter()
        .zip(&theirs)
        .filter(|((.., ours), theirs)| Some(ours) != theirs.as_array())
        .map(|((rrule, from, ours), theirs)| format!("{rrule} from {from}\n  ours   {ours:?}\n  theirs {theirs}"))
        .collect();
    note(&format!("random RRULEs: {} compared, {} refused or empty", rules.len(), tried - rules.len()));
    assert_eq!(theirs.len(), rules.len());
    assert!(wrong.is_empty(), "{} differ, such as\n{}", wrong.len(), wrong[..wrong.len().min(10)].join("\n"));
}

/// The first date of a rule on or after `from`, and its dates; `None` where it is refused.
fn ours(rrule: &str, from: Date) -> Option<(Date, Vec<Value>)> {
    let window = Window::between(date(2019, 1, 1), date(2060, 12, 31));
    let dates = |from: Date| {
        let (schedule, problems) = try_read(&format!("rrule: '{rrule}'\nfrom: {from}\n"));
        schedule.map(|schedule| occurrences(&schedule, &Holidays::default(), &window)).ok_or(problems)
    };
    // A day that is no occurrence is refused with the one to write.
    let from = match dates(from) {
        Ok(_) => from,
        Err(problems) => first_date(&problems)?.parse().ok()?,
    };
    let all = dates(from).ok()?;
    let found = all.iter().take(MOST).map(|one| json!(one.start.date)).collect::<Vec<_>>();
    (!found.is_empty()).then_some((from, found))
}

/// The day that a message names as the first date of an RRULE.
fn first_date(problems: &[Diagnostic]) -> Option<String> {
    Some(problems.first()?.help.as_ref()?.en.strip_prefix("write the first date: from: ")?.to_owned())
}

fn oracle() -> Option<(String, String)> {
    let packages = std::env::var("PBSITE_DATEUTIL").ok()?;
    Some((packages, std::env::var("PBSITE_DATEUTIL_TESTS").ok()?))
}

fn python(arguments: &[&str], input: &str) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/differential/recurrence.py");
    let mut python = Command::new("python3")
        .arg(script)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 runs");
    let (mut stdin, input) = (python.stdin.take().unwrap(), input.to_owned());
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    writer.join().unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[expect(clippy::print_stderr, reason = "a figure that a reader of the log wants")]
fn note(text: &str) {
    eprintln!("{text}");
}

/// Random numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(most)) as u32
    }

    fn some<T: ToString>(&mut self, most: u32, mut make: impl FnMut(&mut Self) -> T) -> String {
        let count = 1 + self.below(most);
        (0..count).map(|_| make(self).to_string()).collect::<Vec<_>>().join(",")
    }

    fn weekday(&mut self) -> &'static str {
        ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][self.below(7) as usize]
    }

    fn month_day(&mut self) -> i32 {
        let day = self.below(31) as i32 + 1;
        if self.below(4) == 0 { -day } else { day }
    }

    fn nth(&mut self) -> i32 {
        [1, 2, 3, 4, 5, -1, -2][self.below(7) as usize]
    }

    /// A rule of any form that RFC 5545 has, within days.
    fn rrule(&mut self) -> String {
        let freq = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"][self.below(4) as usize];
        let mut parts = vec![format!("FREQ={freq}")];
        if self.below(2) == 0 {
            parts.push(format!("INTERVAL={}", 1 + self.below(4)));
        }
        match self.below(4) {
            0 => parts.push(format!("COUNT={}", 1 + self.below(70))),
            1 => {
                parts.push(format!("UNTIL=20{}{:02}{:02}", 20 + self.below(20), 1 + self.below(12), 1 + self.below(28)))
            }
            _ => {}
        }
        if self.below(3) == 0 {
            parts.push(format!("BYMONTH={}", self.some(3, |dice| 1 + dice.below(12))));
        }
        let days = self.below(4);
        let numbered = matches!(freq, "MONTHLY" | "YEARLY") && self.below(2) == 0;
        if days & 1 == 1 {
            let day = |dice: &mut Self| match numbered {
                true => format!("{}{}", dice.nth(), dice.weekday()),
                false => dice.weekday().to_owned(),
            };
            parts.push(format!("BYDAY={}", self.some(3, day)));
        }
        if days & 2 == 2 && freq != "WEEKLY" {
            parts.push(format!("BYMONTHDAY={}", self.some(3, Self::month_day)));
        }
        if days > 0 && matches!(freq, "MONTHLY" | "YEARLY") && self.below(3) == 0 {
            parts.push(format!("BYSETPOS={}", self.some(2, |dice| dice.nth())));
        }
        if self.below(4) == 0 {
            parts.push(format!("WKST={}", self.weekday()));
        }
        parts.join(";")
    }
}
