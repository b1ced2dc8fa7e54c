use proptest::prelude::*;

use super::*;

const START: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">"#;

/// What becomes of the inside of a drawing.
fn inside(body: &str) -> Result<(String, Vec<String>), Problem> {
    let (clean, removed) = clean_svg(format!("{START}{body}</svg>").as_bytes())?;
    let clean = String::from_utf8(clean).unwrap();
    let body = clean.strip_prefix(START).and_then(|rest| rest.strip_suffix("</svg>")).unwrap();
    Ok((body.to_owned(), removed))
}

#[track_caller]
fn check(body: &str, expect: &str) {
    assert_eq!(inside(body).unwrap().0, expect, "{body}");
}

#[test]
fn a_plain_drawing_stays_byte_for_byte() {
    for body in [
        "\r\n  <path  d='M0 0'\tfill=\"url(#a)\" />\n",
        "<style>.a{fill:#f00;mask:url( '#m' )}</style><g class=\"a\"/>",
        "<style><![CDATA[.a > .b{fill:red}]]></style>",
        "<!-- Generator: a program --><text>后滩 &amp; &#x4E0A;钢</text>",
        "<use href=\"#a\"/><use xlink:href='#b'/><a href=\"#top\"><rect/></a>",
        "<image href=\"data:image/png;base64,AAAA\"/>",
        "<animate attributeName=\"opacity\" values=\"0;1\" dur=\"1s\"/>",
        "<text style=\"font-family:'\\5B8B\\4F53'\">a</text>",
    ] {
        assert_eq!(inside(body), Ok((body.to_owned(), vec![])));
    }
    let whole = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<svg width='1' height='1'/>\n";
    assert_eq!(clean_svg(whole.as_bytes()), Ok((whole.as_bytes().to_vec(), vec![])));
}

#[test]
fn what_runs_or_loads_is_removed() {
    check("<script>alert(1)</script>", "");
    check("<script href='x.js'/><g/>", "<g/>");
    check("<SCRIPT>alert(1)</SCRIPT>", "");
    check("<script><![CDATA[</script><g>]]></script>", "");
    check("<x:script xmlns:x='http://www.w3.org/2000/svg'>alert(1)</x:script>", "");
    check("<x:script xmlns:x='svg'>alert(1)</x:script>", "");
    check("<h:script xmlns:h='http://www.w3.org/1999/xhtml'>alert(1)</h:script>", "");
    check("<h:img xmlns:h='http://www.w3.org/1999/xhtml' src='x' onerror='alert(1)'/>", "");
    check("<g xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></g>", "");
    check("<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>", "");
    check("<iframe src='javascript:alert(1)'/><embed/><object/><audio/><video/><handler/>", "");
    check("<g onclick=\"a()\" fill=\"red\"/>", "<g fill=\"red\"/>");
    check("<g ONCLICK='a()'/><g oNload='a()'/>", "<g/><g/>");
    check("<a href='javascript:alert(1)'><rect/></a>", "<a><rect/></a>");
    check("<a xlink:href=' java&#10;script:alert(1)'/>", "<a/>");
    check(
        "<a xmlns:y='http://www.w3.org/1999/xlink' y:href='javascript:alert(1)'/>",
        "<a xmlns:y=\"http://www.w3.org/1999/xlink\"/>",
    );
    check("<a href='&#106;avascript:alert(1)'/><a href='vbscript:x'/><a HREF='https://x.example'/>", "<a/><a/><a/>");
    check("<use href='http://evil.example/x.svg#a'/><use xlink:href='//evil.example'/>", "<use/><use/>");
    check("<use href='data:image/svg+xml;base64,AAAA#x'/>", "<use/>");
    check("<image href='data:image/svg+xml,&lt;svg/>'/><image href='data:text/html,x'/>", "<image/><image/>");
    check("<image href='http://evil.example/track.png'/><feImage href='x.png'/>", "<image/><feImage/>");
    check("<g xml:base='http://evil.example/'/>", "<g/>");
    check("<animate attributeName='href' values='javascript:alert(1)'/>", "");
    check("<set attributeName='xlink:href' to='javascript:alert(1)'/>", "");
    check("<set attributeName=' onclick' to='alert(1)'/><set attributename='onload' to='x'/>", "");
    check("<animate attributeName='fill' to='javascript:x'/>", "<animate attributeName=\"fill\"/>");
    check("<?xml-stylesheet href='http://evil.example/x.css'?><?php x ?>", "");
}

#[test]
fn css_that_loads_is_removed() {
    check("<style>@import 'x.css';</style>", "");
    check("<style>a{fill:url(http://evil.example)}</style>", "");
    check("<style>a{fill:u\\72l(http://evil.example)}</style>", "");
    check("<style>@\\69mport 'x'</style>", "");
    check("<style>a{content:\"/*\"}b{fill:url(http://evil.example)}c{content:\"*/\"}</style>", "");
    check("<style>@im/**/port 'x'; a{fill:URL( \"//evil.example\" )}</style>", "");
    check("<style>@font-face{font-family:a;src:url(data:font/woff,a)}</style>", "");
    check("<style>a{background:image-set('http://evil.example' 1x)}</style>", "");
    check("<style><g onclick='a()'/></style>", "");
    check("<style>&lt;script></style>", "");
    check("<style><![CDATA[</style><script>alert(1)</script>]]></style>", "");
    check("<style>a{fill:&#117;rl(http://evil.example)}</style>", "");
    check("<g style='fill:url(http://evil.example)'/>", "<g/>");
    check("<g fill='url(&quot;http://evil.example#a&quot;)'/>", "<g/>");
    check("<g filter='url(#a) url(x.svg#b)' mask='url(#m)'/>", "<g mask=\"url(#m)\"/>");
}

#[test]
fn safe_for_an_html_parser_too() {
    check("<!--><img src=x onerror=alert(1)>--><g/>", "<g/>");
    check("<text><![CDATA[<img src=x onerror=alert(1)>]]></text>", "<text>&lt;img src=x onerror=alert(1)&gt;</text>");
    check("<title><style><g title='&lt;/style>'/></style>a</title>", "<title>a</title>");
    check("<desc><a><b/></a></desc>", "<desc></desc>");
    check("<p/><b/><font color='red'/><math/>", "");
}

#[test]
fn notes_of_drawing_programs_go_in_silence() {
    let body = "<i:namedview xmlns:i='http://www.inkscape.org/namespaces/inkscape' a='/home/wang'/><metadata>王</metadata>\
                <g xmlns:i='http://www.inkscape.org/namespaces/inkscape' i:export-filename='/home/wang' id='a'/>";
    let kept = "<g xmlns:i=\"http://www.inkscape.org/namespaces/inkscape\" id=\"a\"/>";
    assert_eq!(inside(body), Ok((kept.to_owned(), vec![])));
}

#[test]
fn tells_what_was_removed_once() {
    let (_, removed) = inside("<g onclick='a'/><g onclick='b'/><script/><a href='http://x.example'/>").unwrap();
    assert_eq!(removed, ["<script>", "href", "onclick"]);
}

#[test]
fn entities_and_other_encodings_are_refused() {
    let refused = |text: &str| matches!(clean_svg(text.as_bytes()), Err(Problem::SvgForm(_) | Problem::Damaged(_)));
    assert!(refused("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg><text>&a;</text></svg>"));
    assert!(refused("<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg><text>&a;</text></svg>"));
    assert!(refused("<!DOCTYPE svg [<!ENTITY a 'javascript:x'>]><svg><a href='&a;'/></svg>"));
    assert!(refused("<svg><text>&nbsp;</text></svg>"));
    assert!(refused("<svg/><svg/>"));
    assert!(refused("<svg/>text"));
    assert!(refused("<html><svg/></html>"));
    assert!(refused("<svg><g></svg>"));
    assert!(refused("<svg><g>"));
    assert!(refused("<svg a='<'/>"));
    assert!(refused("<svg a=b/>"));
    assert!(refused("<svg a='1' a='2'/>"));
    assert!(refused(&format!("<svg>{}{}</svg>", "<g>".repeat(1000), "</g>".repeat(1000))));
    assert!(clean_svg(b"<svg>\xb0\xa1</svg>").is_err());
    assert!(matches!(clean_svg(&vec![b' '; 4_000_001]), Err(Problem::SvgTooLarge { .. })));
    let doctype =
        "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'><svg/>";
    assert_eq!(clean_svg(doctype.as_bytes()), Ok((b"<svg/>".to_vec(), vec!["<!DOCTYPE>".to_owned()])));
    let declared = "<?xml version='1.0' encoding='ISO-2022-JP'?><svg/>";
    assert_eq!(clean_svg(declared.as_bytes()), Ok((b"<svg/>".to_vec(), vec![])));
}

#[test]
fn sizes() {
    let check = |attributes: &str, expect: (u32, u32)| {
        assert_eq!(
            size(format!("<?xml version='1.0'?><!-- a --><svg {attributes}/>").as_bytes()),
            Ok(expect),
            "{attributes}"
        );
    };
    check("width='40' height='20px'", (40, 20));
    check("width='1in' height='72pt'", (96, 96));
    check("width='100%' height='100%' viewBox='0 0 64 32'", (64, 32));
    check("width='100' viewBox='0,0,64,32'", (100, 50));
    check("viewBox='0 0 0.2 0.2'", (1, 1));
    check("viewBox='0 0 nan inf' width='-4'", (300, 150));
    check("width='1e999'", (300, 150));
    assert_eq!(size(b"<?xml version='1.0'?><rss/>"), Err(Problem::Unknown));
}

/// Pieces that mean something, in any order.
fn soup() -> impl Strategy<Value = String> {
    let pieces = [
        "<svg>",
        "</svg>",
        "<svg xmlns='http://www.w3.org/2000/svg'>",
        "<script>",
        "</script>",
        "<g ",
        "<g>",
        "</g>",
        ">",
        "/>",
        "onload=",
        "'",
        "\"",
        "alert(1)",
        "href='javascript:x'",
        "<style>",
        "</style>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "&",
        "&lt;",
        "&#0;",
        ";",
        "<?x",
        "?>",
        "<!DOCTYPE svg [",
        "]>",
        "<!ENTITY",
        "xmlns:x='",
        "<x:script",
        "<title>",
        "</title>",
        "后",
        "\\",
        "url(",
        "/*",
        " ",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40)
        .prop_map(|pieces| format!("<svg>{}</svg>", pieces.concat()))
}

proptest! {
    #[test]
    fn what_is_clean_stays_as_it_is(text in soup()) {
        if let Ok((clean, _)) = clean_svg(text.as_bytes()) {
            prop_assert!(!String::from_utf8_lossy(&clean).contains("<script"));
            prop_assert_eq!(clean_svg(&clean), Ok((clean.clone(), vec![])));
        }
    }

    #[test]
    fn never_panics(text in "\\PC*", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = (clean_svg(text.as_bytes()), size(text.as_bytes()), clean_svg(&bytes), size(&bytes));
        let text = format!("<svg {text}");
        let _ = (clean_svg(text.as_bytes()), size(text.as_bytes()));
    }
}
