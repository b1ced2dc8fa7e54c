//! Bodies against what others say: the examples of the CommonMark specification, markdown-it with
//! its plugin for Chinese, arbitrary and hostile texts.

#![expect(clippy::disallowed_methods, reason = "another program is the oracle, and the environment says where it is")]

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::Write as _,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use proptest::prelude::*;
use scraper::{ElementRef, Html, Node};

use super::{
    Directive, Image, Link, Surroundings, Unread,
    html::{Raw, write},
    plain_text, scan,
};
use crate::{base::path::SitePath, diagnostics::Place};

/// Passes everything through, addresses encoded as the specification's examples are.
struct Through;

impl Surroundings for Through {
    fn link(&self, raw: &str) -> Option<Link> {
        Some(Link { href: encoded(raw), external: false, title: None })
    }
    fn image(&self, raw: &str) -> Option<Image> {
        Some(Image { src: encoded(raw), ..Image::default() })
    }
    fn directive(&self, directive: &Directive, inner: Option<&str>, out: &mut String) {
        out.push_str("<x-");
        out.push_str(&directive.name.replace(|c: char| !c.is_ascii_alphanumeric(), ""));
        out.push('>');
        out.push_str(inner.unwrap_or_default());
    }
}

fn render(body: &str) -> String {
    write(body, &Through, Raw::Clean)
}

fn encoded(raw: &str) -> String {
    let mut out = String::new();
    for byte in raw.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(byte as char),
            byte if b";/?:@&=+$,-_.!~*'()#%".contains(&byte) => out.push(byte as char),
            byte => write!(out, "%{byte:02X}").unwrap(),
        }
    }
    out
}

/// The HTML as a browser reads it, without what our writer adds: ids of headings, the loading of
/// images, figures in place of paragraphs.
fn normalized(html: &str) -> String {
    let mut out = String::new();
    shape(Html::parse_fragment(html).root_element(), false, &mut out);
    out
}

fn shape(element: ElementRef<'_>, in_pre: bool, out: &mut String) {
    let name = if element.value().name() == "figure" { "p" } else { element.value().name() };
    let is_heading = matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
    let ours = |key: &str| matches!(key, "loading" | "decoding") || (key == "id" && is_heading);
    let attributes: BTreeMap<&str, &str> = element.value().attrs().filter(|(key, _)| !ours(key)).collect();
    write!(out, "<{name}{attributes:?}>").unwrap();
    let in_pre = in_pre || name == "pre";
    for child in element.children() {
        match child.value() {
            Node::Element(_) => ElementRef::wrap(child).into_iter().for_each(|child| shape(child, in_pre, out)),
            Node::Text(text) if in_pre => out.push_str(text),
            Node::Text(text) => {
                let inline = |node: Option<&Node>| match node {
                    Some(Node::Element(element)) => INLINE.contains(&element.name()),
                    node => node.is_some(),
                };
                let before = inline(child.prev_sibling().map(|node| node.value()));
                let after = inline(child.next_sibling().map(|node| node.value()));
                write_words(text, before, after, out);
            }
            Node::Comment(comment) => write!(out, "<!--{}-->", &**comment).unwrap(),
            _ => {}
        }
    }
    write!(out, "</{name}>").unwrap();
}

/// Tags beside which white space counts.
const INLINE: &[&str] = &["a", "em", "strong", "code", "img", "del", "span", "b", "i", "sup", "input"];

fn write_words(text: &str, inline_before: bool, inline_after: bool, out: &mut String) {
    let space = |c: Option<char>| c.is_some_and(|c| c.is_ascii_whitespace());
    let collapsed = text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    if inline_before && space(text.chars().next()) {
        out.push(' ');
    }
    out.push_str(&collapsed);
    if inline_after && !collapsed.is_empty() && space(text.chars().next_back()) {
        out.push(' ');
    }
}

/// Examples of CommonMark 0.31.2 that we answer otherwise, with the rule that makes it so.
const OTHERWISE: &[(usize, &str)] = &[
    (572, "an image alone is a figure, its title the caption"),
    (573, "an image alone is a figure, its title the caption"),
    (576, "an image alone is a figure, its title the caption"),
    (577, "an image alone is a figure, its title the caption"),
    (584, "an image alone is a figure, its title the caption"),
    (585, "an image alone is a figure, its title the caption"),
    (586, "an image alone is a figure, its title the caption"),
    (588, "an image alone is a figure, its title the caption"),
    (589, "an image alone is a figure, its title the caption"),
    (591, "an image alone is a figure, its title the caption"),
    (596, "only some schemes"),
    (598, "only some schemes"),
    (599, "only some schemes"),
    (601, "only some schemes"),
    (602, "bare addresses are links"),
    (608, "bare addresses are links"),
    (611, "bare addresses are links"),
];

#[test]
fn commonmark_examples() {
    let Ok(path) = std::env::var("PBSITE_COMMONMARK_SPEC") else {
        return left_out("the examples of CommonMark", "PBSITE_COMMONMARK_SPEC");
    };
    let spec = std::fs::read_to_string(path).unwrap();
    let fence = "`".repeat(32);
    let spec = spec.replace("\r\n", "\n");
    let (begin, end) = (format!("\n{fence} example\n"), format!("\n{fence}\n"));
    let mut wrong = vec![];
    let mut number = 0;
    for block in spec.split(&begin).skip(1) {
        number += 1;
        let example = block.split(&end).next().unwrap().replace('→', "\t") + "\n";
        let (markdown, html) =
            example.split_once("\n.\n").or_else(|| Some(("", example.strip_prefix(".\n")?))).unwrap();
        let markdown = format!("{markdown}\n");
        let ours = write(&markdown, &Through, Raw::Keep);
        let same = normalized(&ours) == normalized(html);
        if same == OTHERWISE.iter().any(|(n, _)| *n == number) {
            wrong.push(format!("{number}: {markdown:?}\n  ours {ours:?}\n  spec {html:?}"));
        }
    }
    assert_eq!(number, 652, "the specification is of version 0.31.2");
    assert!(wrong.is_empty(), "{} differ or are wrongly listed:\n{}", wrong.len(), wrong.join("\n"));
}

#[expect(clippy::print_stderr, reason = "a test that leaves something out says so")]
fn left_out(what: &str, variable: &str) {
    eprintln!("left out: {what}, because {variable} is not set");
}

/// A small generator (SplitMix64), so that a seed gives the same texts everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.next(from.len())]
    }
}

/// Anything: characters of each class and runs of asterisks in any order.
fn anything(dice: &mut Dice) -> String {
    const PARTS: &[&str] = &[
        "中", "文", "a", "9", "，", "。", "（", "）", "“", "”", "《", "》", ".", "(", ")", " ", "*", "**", "**", "***",
        "！", "、", "𠮷", "한",
    ];
    let length = 2 + dice.next(14);
    // A letter in front: the text shall be a paragraph and no list.
    std::iter::once("字").chain((0..length).map(|_| dice.pick(PARTS))).collect()
}

/// What an editor writes: sentences with marked-up phrases, in blocks of each kind.
fn plausible(dice: &mut Dice) -> String {
    const PHRASES: &[&str] = &[
        "活动通知",
        "（免费）",
        "“重点”",
        "《办法》",
        "注意！",
        "重点：",
        "9:00",
        "11:00",
        "APEC 峰会",
        "服务站",
        "3,500人",
        "(免费)",
        "「站」",
        "报名：",
        "A1",
        "请准时。",
        "…",
        "——",
        "100%",
        "C++",
        "https",
    ];
    const JOINTS: &[&str] = &["", "", "，", "。", "、", "~", "（", "）", " ", "和", "：", "；", "/", "-"];
    const MARKS: &[&str] = &["", "", "**", "**", "*", "~~", "`"];
    let mut sentence = String::from("请");
    for _ in 0..1 + dice.next(5) {
        sentence.push_str(dice.pick(JOINTS));
        let mark = dice.pick(MARKS);
        let phrase = dice.pick(PHRASES).to_string() + if dice.next(3) == 0 { dice.pick(PHRASES) } else { "" };
        match dice.next(8) {
            0 => write!(sentence, "[{mark}{phrase}{mark}](x)").unwrap(),
            _ => write!(sentence, "{mark}{phrase}{mark}").unwrap(),
        }
    }
    match dice.next(6) {
        0 => format!("> {}", &sentence["请".len()..]),
        1 => format!("- {}", &sentence["请".len()..]),
        2 => format!("## {sentence}"),
        3 => format!("|甲|乙|\n|---|---|\n|{sentence}|{sentence}|"),
        _ => sentence,
    }
}

/// Makes a text by chance.
type Generate = fn(&mut Dice) -> String;

/// How often we and markdown-it with markdown-it-cjk-friendly give the same HTML.
#[test]
fn agrees_with_markdown_it() {
    let Ok(modules) = std::env::var("PBSITE_NODE_MODULES") else {
        return left_out("the comparison with markdown-it", "PBSITE_NODE_MODULES");
    };
    let kinds: [(&str, Generate, f64); 2] = [("anything", anything, 0.999), ("plausible", plausible, 0.999)];
    for (name, generate, least) in kinds {
        let mut dice = Dice(20_261_121);
        // Three and more tildes in a row never strike here, and do there: nobody writes them.
        let texts = std::iter::repeat_with(|| generate(&mut dice)).filter(|text| !text.contains("~~~"));
        let inputs: Vec<String> = texts.take(20_000).collect();
        let theirs = markdown_it(&modules, &inputs);
        let comparable = |html: &str| {
            normalized(&html.replace("<s>", "<del>").replace("</s>", "</del>"))
                .replace("<div{\"class\": \"table\"}>", "")
                .replace("</div>", "")
                .replace("{\"scope\": \"col\"}", "{}")
        };
        let differ: Vec<&String> = inputs
            .iter()
            .zip(&theirs)
            .filter(|(input, theirs)| comparable(&write(input, &Through, Raw::Keep)) != comparable(theirs))
            .map(|(input, _)| input)
            .collect();
        let rate = 1.0 - differ.len() as f64 / inputs.len() as f64;
        let some = &differ[..differ.len().min(20)];
        note(&format!("{name}: {:.3} % agree; {some:#?}", rate * 100.0));
        assert!(rate >= least, "{name}: only {rate} agree, such as not {some:#?}");
    }
}

fn markdown_it(modules: &str, inputs: &[String]) -> Vec<String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/differential/markdown.mjs");
    let mut node = Command::new("node")
        .args([script, modules])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node runs");
    let mut stdin = node.stdin.take().unwrap();
    let lines: String = inputs.iter().map(|input| serde_json::to_string(input).unwrap() + "\n").collect();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = node.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let outputs: Vec<String> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(outputs.len(), inputs.len());
    outputs
}

#[expect(clippy::print_stderr, reason = "a figure that a reader of the log wants")]
fn note(text: &str) {
    eprintln!("{text}");
}

/// Goes through all three doors and checks what always holds.
fn holds(body: &str) {
    let mut problems = vec![];
    let base = 7;
    let found = scan(body, base, &SitePath::new("a.md").unwrap(), &Unread, &mut problems);
    let html = render(body);
    plain_text(body);
    let slices = |start: u32, end: u32| {
        let (start, end) = (start as usize, end as usize);
        start >= base && start <= end && body.get(start - base..end - base).is_some()
    };
    for heading in &found.headings {
        assert!(slices(heading.span.start, heading.span.end), "{heading:?}");
    }
    for reference in &found.references {
        assert!(slices(reference.span.start, reference.span.end), "{reference:?}");
    }
    for problem in &problems {
        let Place::Text { range, .. } = &problem.place else { panic!("no place") };
        assert!(slices(range.start, range.end), "{problem:?}");
    }
    let unix = body.replace('\r', "");
    assert_eq!(render(&unix.replace('\n', "\r\n")), render(&unix), "line ends");
    let page = Html::parse_fragment(&html);
    let select = |selector: &str| scraper::Selector::parse(selector).unwrap();
    if !found.has_html {
        let ids = |selector: &str| -> Vec<&str> {
            page.select(&select(selector)).filter_map(|heading| heading.attr("id")).collect()
        };
        let mut in_page = ids("h1, h2, h3, h4, h5, h6");
        let in_footnotes = ids(".footnotes :is(h1, h2, h3, h4, h5, h6)");
        in_page.truncate(in_page.len() - in_footnotes.len());
        assert_eq!(in_page, found.headings.iter().map(|heading| heading.id.as_str()).collect::<Vec<_>>());
    }
    for element in page.select(&select("*")) {
        for (name, value) in element.value().attrs() {
            assert!(!name.starts_with("on") && name != "style", "{html}");
            let address: String = value.chars().filter(|c| !c.is_control() && *c != ' ').collect();
            let bad = address.to_ascii_lowercase().starts_with("javascript:");
            assert!(!(bad && matches!(name, "href" | "src")), "{html}");
        }
        assert!(!matches!(element.value().name(), "script" | "iframe" | "style" | "form"), "{html}");
    }
}

#[test]
fn cleaning_leaves_our_own_html() {
    let body = "# 甲 {#x .y}\n\n|甲|乙|\n|:-|-:|\n|一|二|\n\n- [x] 丙[^1]\n\n3. 丁\n\n```rust\na<b\n```\n\n己\n: 庚\n\n![图](a.jpg \"题\")[辛](b \"c\")\n\n![图](a.jpg \"题\")\n\n[^1]: 注\n\n~~壬~~";
    let cleaned = render(&format!("{body}\n\n<b></b>"));
    let plain = render(&format!("{body}\n\nMARK"));
    assert_eq!(normalized(&cleaned), normalized(&plain.replace("MARK", "<b></b>")));
}

/// Pieces of Markdown, so that arbitrary texts get into every corner.
fn markdownish() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("**"),
        Just("*"),
        Just("~"),
        Just("~~"),
        Just("。"),
        Just("中"),
        Just("\n"),
        Just("\n\n"),
        Just("# "),
        Just("> "),
        Just("- "),
        Just("  "),
        Just("::"),
        Just(":::"),
        Just("：："),
        Just("notice"),
        Just("card{to=x}"),
        Just("[^1]"),
        Just("[^1]: "),
        Just("["),
        Just("]"),
        Just("(x)"),
        Just("!["),
        Just("https://a.cn"),
        Just("<b>"),
        Just("</b>"),
        Just("<a href='javascript:x'>"),
        Just("<div>"),
        Just("<img src=x onerror=y>"),
        Just("<!--"),
        Just("-->"),
        Just("<script>"),
        Just("|"),
        Just("---"),
        Just("`"),
        Just("```"),
        Just("&amp;"),
        Just("\\"),
        Just("{#a}"),
        Just("\r\n"),
        Just("\t"),
        Just("\0"),
        Just("\u{FDD0}"),
        Just("\u{1BC9F}"),
        Just(": "),
        Just("a"),
        Just(" "),
        Just("="),
        Just("[x]"),
        Just("[x]: y"),
        Just("<"),
        Just("\"")
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_markdown_holds(body in markdownish()) {
        holds(&body);
    }

    #[test]
    fn arbitrary_text_holds(body in "\\PC{0,200}") {
        holds(&body);
    }
}

#[test]
fn hostile_bodies_are_quick() {
    let cases: Vec<(&str, String)> = vec![
        ("quotes", ">".repeat(50_000)),
        ("brackets", "[".repeat(20_000)),
        ("images", "![".repeat(20_000) + &"](x)".repeat(20_000)),
        ("deep list", (0..3_000).map(|n| " ".repeat(n) + "- a\n").collect()),
        ("items", "- ".repeat(20_000)),
        ("one line", "中文abc，".repeat(200_000)),
        ("columns", format!("{0}\n{1}\n{0}\n", "|a".repeat(20_000), "|-".repeat(20_000))),
        ("emphasis", "**中。".repeat(30_000)),
        ("closed emphasis", "*中。*".repeat(30_000)),
        ("tags", "<i class=n><p>".repeat(4_000)),
        ("tags in lines", "<i class=n><p>\n\n".repeat(4_000)),
        ("closed tags", "<b>中</b>".repeat(20_000)),
        ("open tags", "<a ".repeat(30_000)),
        ("comments", "<!--".repeat(30_000)),
        ("entities", format!("http://a.cn/{}", "&amp;".repeat(50_000))),
        ("addresses", "http://a.cn".repeat(20_000)),
        ("schemes", "://".repeat(100_000)),
        ("parentheses", format!("http://a.cn/{}", ")".repeat(100_000))),
        ("blocks", (0..20_000).map(|_| ":::notice\n").collect()),
        ("ends", ":::notice\n".repeat(5_000) + &"::::\n".repeat(20_000)),
        ("leaves in code", format!("```\n{}", "::card{to=x}\n".repeat(20_000))),
        ("same headings", "# 甲\n".repeat(20_000)),
        ("same ids", "# 甲 {#a}\n".repeat(20_000)),
        ("footnotes", "[^1]".repeat(20_000) + "\n\n[^1]: 注\n"),
        ("many footnotes", (0..5_000).map(|n| format!("[^{n}]\n\n[^{n}]: 注\n\n")).collect()),
        ("backticks", (0..1_000).map(|n| "`".repeat(n) + "a").collect()),
        ("definitions", (0..20_000).map(|n| format!("[a{n}]: x\n")).collect::<String>() + &"[a1]".repeat(20_000)),
        ("zeros", "\0".repeat(20_000)),
        ("our marks", "\u{FDD0}**\u{1BC9F}。**中\n::card\n".repeat(5_000)),
        ("full-width", "：：notice\n".repeat(20_000)),
        ("soft breaks", "中\n".repeat(50_000)),
        ("labels", "::card[".repeat(20_000)),
        ("asterisks", "*".repeat(100_000)),
        ("tasks", "- [ ] a\n".repeat(20_000)),
    ];
    let file = SitePath::new("a.md").unwrap();
    for (name, body) in cases {
        let start = Instant::now();
        scan(&body, 0, &file, &Unread, &mut vec![]);
        render(&body);
        plain_text(&body);
        // Far above what any of them takes in a debug build; quadratic ones take minutes.
        assert!(start.elapsed() < Duration::from_secs(20), "{name}: {:?}", start.elapsed());
        note(&format!("{name}: {} KB, {:?}", body.len() / 1024, start.elapsed()));
    }
}
