//! What stands in a message, byte by byte.

use pbsite::digest::{
    frozen::Frozen,
    key::Ring,
    letter::Edition as _,
    mime::{Addressee, Press, Signer},
    token,
};

use super::{KEY, Sample};

fn message(sample: &Sample, name: &str) -> String {
    let ring = Ring::parse(KEY).unwrap();
    let press = Press::new(&Frozen::of(sample, ring.newest().id()), ring.newest(), None).unwrap();
    let mut out = Vec::new();
    press.write(0, Addressee { email: "li@example.org", name }, &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn the_same_letter_has_the_same_bytes() {
    assert_eq!(message(&Sample::new(), "李老师"), message(&Sample::new(), "李老师"));
    let corrected = Sample { revision: 2, ..Sample::new() };
    let id = |text: &str| text.lines().find(|line| line.starts_with("Message-ID")).unwrap().to_owned();
    assert_ne!(id(&message(&Sample::new(), "")), id(&message(&corrected, "")));
}

#[test]
fn headers_of_a_list() {
    let text = message(&Sample::new(), "");
    let token = token::leave(Ring::parse(KEY).unwrap().newest(), "li@example.org");
    for line in [
        "Date: Mon, 30 Nov 2026 01:00:00 +0000\r\n".to_owned(),
        "Auto-Submitted: auto-generated\r\n".into(),
        "To: <li@example.org>\r\n".into(),
        format!("List-Unsubscribe: <mailto:leave@wuxing.example.org?subject=unsubscribe%20{token}>\r\n"),
    ] {
        assert!(text.contains(&line), "{line}{text}");
    }
    assert!(!text.contains("List-Unsubscribe-Post"));
    let mut sample = Sample::new();
    sample.sender.endpoint = Some("https://wuxing.example.org/letters/".into());
    let text = message(&sample, "");
    assert!(text.contains(&format!("<https://wuxing.example.org/letters/unsubscribe?t={token}>,")));
    assert!(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
}

#[test]
fn no_line_is_long_and_none_ends_without_a_return() {
    let text = message(&Sample::new(), &"很长的名字".repeat(30));
    assert!(text.split("\r\n").all(|line| line.len() <= 200 && !line.contains('\n')), "{text}");
    assert!(text.is_ascii());
}

#[test]
fn a_name_cannot_add_a_header() {
    let text = message(&Sample::new(), "李\r\nBcc: all@example.org\r\n\r\nspam");
    let head = text.split("\r\n\r\n").next().unwrap();
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    assert_eq!(Sample::new().letters().len(), 2);
}

/// Letters as files, for programs of others: those of `.ci/run` look at them in `PBSITE_TEST_LETTERS`.
#[test]
fn letters_as_files_signed_and_unsigned() {
    let own = tempfile::tempdir().unwrap();
    let folder = std::env::var_os("PBSITE_TEST_LETTERS").map_or_else(|| own.path().to_owned(), Into::into);
    let mut sample = Sample::new();
    sample.sender.endpoint = Some("https://wuxing.example.org/letters".into());
    for kind in ["plain", "rsa", "ed25519"] {
        let pem = crate::support::root().join(format!("tests/digest/tls/dkim-{kind}.pem"));
        let signer = std::fs::read(pem).ok().map(|pem| Signer::new("test", "wuxing.example.org", &pem).unwrap());
        let into = folder.join(kind);
        std::fs::create_dir_all(&into).unwrap();
        if let Some(signer) = &signer {
            let record = format!("v=DKIM1; k={kind}; p={}", signer.public());
            std::fs::write(into.join("record.txt"), record).unwrap();
        }
        assert_eq!(signer.is_some(), kind != "plain");
        let ring = Ring::parse(KEY).unwrap();
        let press = Press::new(&Frozen::of(&sample, ring.newest().id()), ring.newest(), signer).unwrap();
        for (number, name) in ["", "李老师", "A, \"B\" <c@d.cn>", &"很长的名字".repeat(9)].into_iter().enumerate()
        {
            let (mut out, mut again) = (Vec::new(), Vec::new());
            let to = Addressee { email: "li@example.org", name };
            press.write(number % 2, to, &mut out);
            press.write(number % 2, to, &mut again);
            assert!(out == again, "{kind}: the bytes differ");
            assert_eq!(out.starts_with(b"DKIM-Signature: "), kind != "plain");
            std::fs::write(into.join(format!("{number}.eml")), out).unwrap();
        }
    }
}
