//! Our reading of YAML beside another one: what both accept means the same.
//!
//! Known differences, all because front matter is written by people who do not know YAML:
//! numbers and booleans keep their spelling; anchors, aliases, tags and merge keys are refused;
//! a key may stand twice (it is reported later, with its place); of nulls only an empty value is none
//! and `~` or `null` are words where the parser says so; U+0085, U+2028 and U+2029 are no line ends
//! (YAML 1.2), so they are not tried in quotes.

use pbsite::fields::{Node, NodeValue, yaml};
use proptest::prelude::*;
use serde_yaml_oracle::Value;

/// Our nodes as the other reader would have them; numbers and booleans by their spelling.
fn same(ours: &Node, theirs: &Value) -> bool {
    match (&ours.value, theirs) {
        (NodeValue::Null, Value::Null) => true,
        (NodeValue::Text { text, .. }, Value::String(other)) => text == other,
        (NodeValue::Text { text, quoted: false }, Value::Bool(other)) => text.to_lowercase() == other.to_string(),
        (NodeValue::Text { text, quoted: false }, Value::Number(other)) => same_number(text, other),
        (NodeValue::List(ours), Value::Sequence(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| same(a, b))
        }
        (NodeValue::Map(ours), Value::Mapping(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|((k, v), (k2, v2))| same(k, k2) && same(v, v2))
        }
        _ => false,
    }
}

fn same_number(text: &str, number: &serde_yaml_oracle::Number) -> bool {
    let digits = text.replace('_', "");
    let (radix, rest) = match digits.trim_start_matches(['+', '-']) {
        t if t.starts_with("0x") => (16, t[2..].to_owned()),
        t if t.starts_with("0o") => (8, t[2..].to_owned()),
        t if t.starts_with("0b") => (2, t[2..].to_owned()),
        _ => (10, digits.clone()),
    };
    if radix != 10 {
        return u64::from_str_radix(&rest, radix)
            .is_ok_and(|n| number.as_u64() == Some(n) || number.as_i64() == Some(-(n as i64)));
    }
    digits.parse::<f64>().is_ok_and(|n| number.as_f64() == Some(n) || number.to_string() == digits)
        || number.as_f64().is_some_and(f64::is_nan)
        || number.as_f64().is_some_and(f64::is_infinite)
}

fn compare(text: &str) -> Result<(), String> {
    let (Ok(ours), Ok(theirs)) = (yaml::parse(text, 0), serde_yaml_oracle::from_str::<Value>(text)) else {
        return Ok(());
    };
    if same(&ours, &theirs) { Ok(()) } else { Err(format!("{text}\nours: {:?}\ntheirs: {theirs:?}", ours.value)) }
}

/// Front matters as people write them, right and wrong.
fn front_matter() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        "[a-z0-9 ]{0,8}",
        "[一二三年月日：，、。“”（）a:#'\" -]{0,10}",
        "'[^'\n\u{85}\u{2028}\u{2029}]{0,8}'",
        "\"[^\"\\\\\n\u{85}\u{2028}\u{2029}]{0,8}\"",
        Just("2026-11-21".to_owned()),
        Just("14:00-15:30".to_owned()),
        Just("true".to_owned()),
        Just("1.50".to_owned()),
        Just("007".to_owned()),
        Just("-3".to_owned()),
        Just("[a, 'b', 3]".to_owned()),
        Just("{a: 1, b: [x]}".to_owned()),
        Just("是".to_owned()),
        Just("no".to_owned()),
        Just("|\n  一\n  二".to_owned()),
        Just(">\n  一\n\n  二".to_owned()),
        Just("\n  - 一\n  - 二: 三".to_owned()),
        Just("\n  一: 二\n  三: [四]".to_owned()),
        Just("# 注".to_owned()),
        Just("一 # 注".to_owned()),
    ];
    let line = ("[a-z_]{1,6}|[一二三]{1,2}", scalar).prop_map(|(key, value)| format!("{key}: {value}\n"));
    proptest::collection::vec(line, 0..6).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_both_accept_means_the_same(text in front_matter()) {
        compare(&text).map_err(TestCaseError::fail)?;
    }
}

#[test]
fn words_that_other_readers_take_for_something_else() {
    let check = |text: &str, expect: &str| {
        let node = yaml::parse(&format!("a: {text}\n"), 0).unwrap();
        let NodeValue::Map(pairs) = node.value else { panic!("{text}") };
        assert_eq!(pairs[0].1.text(), Some(expect), "{text}");
    };
    // YAML 1.1 would read a boolean, a number to the base of 60, an octal number, a date, a float.
    for word in ["no", "on", "yes", "Y", "14:00", "1:30", "0123", "2026-11-21", "1e3", "0x1F", "1_000", "NaN", ".5"] {
        check(word, word);
    }
}
