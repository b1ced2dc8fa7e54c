//! Letters for other engines, recipients of every form, and people who are forgotten.

use std::{fs, path::Path};

use pbsite::digest::{
    export::{self, Engine},
    key::Ring,
    ledger::State,
    recipients::Source,
    send,
};
use serde_json::Value;

use super::{
    KEY, Way, frozen, list, now, open,
    server::{Act, Server},
};

const PEOPLE: usize = 7;

fn exported(engine: Engine) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    frozen(folder.path(), PEOPLE);
    let ledger = open(folder.path()).unwrap();
    ledger.suppress("reader3@people3.example", "unsubscribe", now()).unwrap();
    let (id, edition) = ledger.frozen("monthly/2026-12").unwrap().unwrap();
    let press = send::press(&edition, &Ring::parse(KEY).unwrap(), None).unwrap();
    let out = folder.path().join("out");
    let written = export::write(engine, &ledger, (id, &edition), &press, &out).unwrap();
    assert_eq!(written, PEOPLE as u64 - 1);
    folder
}

/// The fields of KumoMTA's `InjectV1Request` and their types, by its reference.
#[test]
fn requests_of_kumomta() {
    let folder = exported(Engine::Kumomta);
    let text = fs::read_to_string(folder.path().join("out/inject.ndjson")).unwrap();
    for line in text.lines() {
        let request: Value = serde_json::from_str(line).unwrap();
        let keys: Vec<&String> = request.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["envelope_sender", "recipients", "content", "template_dialect"]);
        assert_eq!(request["template_dialect"], "Static");
        let to = request["recipients"][0]["email"].as_str().unwrap();
        assert!(request["content"].as_str().unwrap().contains(&format!("<{to}>")), "{to}");
    }
    assert_eq!(text.lines().count(), PEOPLE - 1);
}

#[test]
fn a_campaign_of_listmonk() {
    let folder = exported(Engine::Listmonk);
    let read = |name: &str| fs::read_to_string(folder.path().join("out").join(name)).unwrap();
    let campaign: Value = serde_json::from_str(&read("school.zh-Hans.campaign.json")).unwrap();
    for (field, value) in [("type", "regular"), ("content_type", "html"), ("messenger", "email")] {
        assert_eq!(campaign[field], value);
    }
    assert!(campaign.get("status").is_none(), "a person starts it");
    let body = campaign["body"].as_str().unwrap();
    assert!(body.contains("{{ UnsubscribeURL }}") && !body.contains('\u{E0A0}'), "{body}");
    let mut people = csv::Reader::from_reader(read("school.zh-Hans.subscribers.csv").leak().as_bytes());
    assert_eq!(people.headers().unwrap(), vec!["email", "name", "attributes"]);
    for row in people.records() {
        let attributes: Value = serde_json::from_str(&row.unwrap()[2]).unwrap();
        assert_eq!(attributes["unit_kind"], "school");
    }
}

#[test]
fn files_with_their_envelopes() {
    for (engine, files) in [(Engine::Eml, "letters"), (Engine::Maildir, "Maildir/new")] {
        let folder = exported(engine);
        assert_eq!(fs::read_dir(folder.path().join("out").join(files)).unwrap().count(), PEOPLE - 1);
        let envelopes = fs::read_to_string(folder.path().join("out/envelopes.csv")).unwrap();
        assert_eq!(envelopes.lines().count(), PEOPLE);
    }
    let folder = exported(Engine::Mbox);
    let text = fs::read_to_string(folder.path().join("out/letters.mbox")).unwrap();
    assert_eq!(text.matches("\nMessage-ID: ").count(), PEOPLE - 1);
}

#[test]
fn a_list_inside_the_site_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    list(folder.path(), 1);
    let path = folder.path().join("people.csv");
    assert!(Source::parse(path.to_str().unwrap(), folder.path()).is_err());
    let site = folder.path().join("site");
    fs::create_dir(&site).unwrap();
    assert!(Source::parse(path.to_str().unwrap(), &site).is_ok());
}

#[test]
fn a_command_and_a_database_are_lists_too() {
    let folder = tempfile::tempdir().unwrap();
    list(folder.path(), 4);
    let read = |source: &Source| {
        let mut emails = Vec::new();
        let mut each = |one: pbsite::digest::recipients::Recipient| {
            emails.push(one.email);
            Ok(())
        };
        source.read(&mut each).map(|summary| (summary, emails))
    };
    let (_, from_file) = read(&Source::File(folder.path().join("people.csv"))).unwrap();
    let command = Source::Command(format!("cat '{}'", folder.path().join("people.csv").display()));
    assert_eq!(read(&command).unwrap().1, from_file);
    assert!(read(&Source::Command("exit 3".into())).is_err());
    assert!(!format!("{command:?}").contains("cat"));
    let path = folder.path().join("people.sqlite");
    let database = rusqlite::Connection::open(&path).unwrap();
    database
        .execute_batch(
            "CREATE TABLE recipients(email, name, consent_date, consent_source, left_at);
             INSERT INTO recipients VALUES ('A@people.example', '', '2026-03-01', '表', NULL),
               ('b@people.example', '', '', '', NULL), ('c@people.example', '', '2026-03-01', '表', '2026-04-01');",
        )
        .unwrap();
    let (summary, emails) = read(&Source::File(path)).unwrap();
    assert_eq!((emails, summary.left, summary.bad_rows), (vec!["a@people.example".to_owned()], 1, 1));
}

#[test]
fn a_workbook_is_a_list_too() {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("收件人.xlsx");
    let mut book = Workbook::new();
    book.add_worksheet().set_name("说明").unwrap().write(0, 0, "联系人名单").unwrap();
    let sheet = book.add_worksheet();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    sheet.write(0, 0, "各单位联络员").unwrap();
    for (column, heading) in ["姓名", "邮箱", "单位类型", "主题", "同意日期", "同意来源"].into_iter().enumerate()
    {
        sheet.write(2, column as u16, heading).unwrap();
    }
    let rows = [("李老师", "Li＠people.example", "表"), ("王", "wang@people.example", ""), ("", "zhao", "表")];
    for (row, (name, email, source)) in (3..).zip(rows) {
        for (column, text) in [name, email, "school", "音乐、亲子"].into_iter().enumerate() {
            sheet.write(row, column as u16, text).unwrap();
        }
        let date = ExcelDateTime::from_ymd(2026, 3, 1).unwrap();
        sheet.write_with_format(row, 4, date, &day).unwrap();
        sheet.write(row, 5, source).unwrap();
    }
    book.save(&path).unwrap();
    let mut found = Vec::new();
    let summary = Source::File(path)
        .read(&mut |one| {
            found.push(one);
            Ok(())
        })
        .unwrap();
    let [one] = &found[..] else { panic!("{found:?}") };
    assert_eq!(
        (one.email.as_str(), one.name.as_str(), one.consent_date.as_str()),
        ("li@people.example", "李老师", "2026-03-01")
    );
    assert_eq!(one.reader.topics, ["音乐", "亲子"]);
    let bad: Vec<(u64, &str)> = summary.bad.iter().map(|bad| (bad.row, bad.column.as_str())).collect();
    assert_eq!(bad, [(5, "同意来源"), (6, "邮箱")]);
}

/// Every byte of the ledger's files.
fn kept(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with("ledger") && path.is_file() {
            bytes.extend(fs::read(path).unwrap());
        }
    }
    bytes
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn who_is_forgotten_leaves_a_hash_only() {
    let folder = tempfile::tempdir().unwrap();
    frozen(folder.path(), PEOPLE);
    let server = Server::start(|_| Act::Go);
    Way::to(&server).send(folder.path()).unwrap();
    let mut ledger = open(folder.path()).unwrap();
    assert!(holds(&kept(folder.path()), "reader2@"));
    assert_eq!(ledger.forget("reader2@people2.example", now()).unwrap(), 1);
    assert!(ledger.has_left("reader2@people2.example").unwrap());
    assert!(!holds(&kept(folder.path()), "reader2@") && holds(&kept(folder.path()), "reader4@"));
    let later = now() + jiff::SignedDuration::from_hours(1);
    assert_eq!(ledger.purge(later).unwrap(), PEOPLE as u64 - 1);
    assert!(!holds(&kept(folder.path()), "@people"));
    assert_eq!(ledger.counts("monthly/2026-12").unwrap().of(State::Accepted), PEOPLE as u64);
}

#[test]
fn another_number_than_agreed_freezes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let source = list(folder.path(), 5);
    let ring = Ring::parse(KEY).unwrap();
    let mut ledger = open(folder.path()).unwrap();
    let frozen = send::freeze(&mut ledger, &super::Sample::new(), ring.newest(), &source, 4, now());
    assert!(frozen.unwrap_err().en.contains("5 letters"));
    assert!(ledger.frozen("monthly/2026-12").unwrap().is_none());
    assert!(send::may_go_on(&ledger, "monthly/2026-12", "0011").is_err());
}
