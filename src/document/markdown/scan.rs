//! What a body says about itself, and what is wrong in it.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use super::{
    Directive, Heading, Reference, Role, Scan, anchors, clean, directives,
    directives::{Line, Shape},
    events::{DEEPEST, Parsed, Part, words},
    gallery, links, plain,
    prose::{Proofreader, Prose},
    tags,
};
use crate::{
    base::{
        lang::Message,
        path::SitePath,
        text::{Counts, Span, summary},
    },
    diagnostics::{Code, Diagnostic, Place},
    msg,
};

/// Characters of an excerpt.
const EXCERPT: usize = 200;

/// Looks through a body for what it says, and for mistakes. `base` is where it begins in `file`.
pub(super) fn look(
    parsed: &Parsed<'_>,
    anchors: anchors::Anchors,
    base: usize,
    file: &SitePath,
    proofreader: &dyn Proofreader,
    problems: &mut Vec<Diagnostic>,
) -> Scan {
    let mut scanner = Scanner { parsed, base, file, problems, scan: Scan::default(), anchors };
    scanner.scan.has_html = parsed.has_html;
    scanner.go();
    scanner.check_lines();
    scanner.check_html();
    scanner.proofread(proofreader);
    scanner.finish()
}

struct Scanner<'s> {
    parsed: &'s Parsed<'s>,
    base: usize,
    file: &'s SitePath,
    problems: &'s mut Vec<Diagnostic>,
    scan: Scan,
    anchors: anchors::Anchors,
}

impl Scanner<'_> {
    fn go(&mut self) {
        let parsed = self.parsed;
        let mut definition = parsed.definitions.iter().peekable();
        let mut code = false;
        let mut images = 0;
        let mut number = 0;
        let mut in_footnote = false;
        for (at, piece) in parsed.pieces.iter().enumerate() {
            let defined = definition.next_if(|(n, _)| *n == at).map(|(_, range)| range.clone());
            match &piece.part {
                Part::Event(Event::Text(text)) if !code => {
                    self.scan.counts.add(text);
                    self.check_emphasis(text, &piece.range);
                }
                Part::Event(Event::Code(text)) => self.scan.counts.add(text),
                Part::Event(Event::Start(Tag::CodeBlock(_))) => code = true,
                Part::Event(Event::End(TagEnd::CodeBlock)) => code = false,
                Part::Event(Event::Start(Tag::FootnoteDefinition(_))) => in_footnote = true,
                Part::Event(Event::End(TagEnd::FootnoteDefinition)) => in_footnote = false,
                Part::Event(Event::Start(Tag::Heading { level, .. })) => {
                    // A footnote stands elsewhere, or nowhere if the text does not mention it.
                    if !in_footnote {
                        self.heading(at, *level as u8, number);
                    }
                    number += 1;
                }
                Part::Event(Event::Start(Tag::Link { link_type, dest_url, .. })) => {
                    self.link(at, *link_type, dest_url, defined);
                }
                Part::Event(Event::Start(Tag::Image { dest_url, .. })) => {
                    images += 1;
                    if images == 1 {
                        self.image(at, dest_url, defined);
                    }
                }
                Part::Event(Event::End(TagEnd::Image)) => images -= 1,
                Part::Leaf(line) | Part::Open(line) => self.directive(&parsed.lines[*line]),
                _ => {}
            }
        }
        self.scan.excerpt = excerpt(parsed);
        self.scan.galleries = gallery::galleries(parsed);
    }

    fn finish(self) -> Scan {
        let mut scan = self.scan;
        scan.references.sort_by_key(|reference| reference.span.start);
        // They are kept, thousands of times.
        scan.references.shrink_to_fit();
        scan.headings.shrink_to_fit();
        scan.anchors = scan.headings.iter().map(|heading| heading.id.clone()).chain(self.anchors.html).collect();
        scan
    }

    fn proofread(&mut self, proofreader: &dyn Proofreader) {
        let prose = Prose::of(self.parsed);
        let mut found = Vec::new();
        let place = |range| Place::text(self.file, self.span(prose.source(range)));
        proofreader.read(&prose.words, &place, &mut found);
        self.problems.extend(found);
        if self.scan.references.iter().any(|reference| reference.role == Role::Image) {
            let mut counts = Counts::default();
            counts.add(&prose.words);
            self.scan.prose = counts.characters;
        }
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::from(self.parsed.place(range)).shift(self.base)
    }

    fn problem(&mut self, code: Code, range: Range<usize>, message: Message, help: Message) -> &mut Diagnostic {
        let place = Place::text(self.file, self.span(range));
        self.problems.push(Diagnostic::new(code, place, message).help(help));
        let last = self.problems.len() - 1;
        &mut self.problems[last]
    }

    fn heading(&mut self, at: usize, level: u8, number: usize) {
        let parsed = self.parsed;
        let id = self.anchors.headings[number].clone();
        let mut text = String::new();
        words(&parsed.pieces[at..parsed.end_of(at)], &mut text);
        let range = trimmed(parsed.body, parsed.pieces[at].range.clone());
        if self.anchors.duplicates.binary_search(&number).is_ok() {
            let message = msg!("标题的编号 {id} 已经用过", "the heading id {id} is taken", id = id);
            let help = msg!("请在 {{#…}} 里另取一个", "write another between {{# and }}");
            self.problem(Code::DuplicateHeadingId, range.clone(), message, help);
        }
        let span = self.span(range);
        self.scan.headings.push(Heading { level, id, text: text.trim().to_string(), span });
    }

    fn link(&mut self, at: usize, link_type: LinkType, dest: &str, defined: Option<Range<usize>>) {
        let raw = match link_type {
            LinkType::Email if !dest.starts_with("mailto:") => format!("mailto:{dest}"),
            _ => dest.to_string(),
        };
        let range = self.destination(at, dest, defined);
        self.refer(Role::Link, raw, range, None);
    }

    fn image(&mut self, at: usize, dest: &str, defined: Option<Range<usize>>) {
        let mut alt = String::new();
        words(&self.parsed.pieces[at..self.parsed.end_of(at)], &mut alt);
        let range = self.destination(at, dest, defined);
        self.refer(Role::Image, dest.to_string(), range, Some(alt));
    }

    fn refer(&mut self, role: Role, raw: String, range: Range<usize>, alt: Option<String>) {
        if let Some(scheme) = links::forbidden_scheme(&raw) {
            let schemes = links::SCHEMES.join(", ");
            let local = scheme.len() == 1 || scheme == "file";
            let help = if local {
                links::help_for_local_file(&raw)
            } else {
                msg!("只能用站内地址，或以 {schemes} 开头的地址", "use an address inside the site, or one of {schemes}")
            };
            self.problem(
                Code::ForbiddenScheme,
                range,
                msg!("不能链接到 {scheme}: 开头的地址", "an address must not begin with {scheme}:"),
                help,
            );
            return;
        }
        let span = self.span(range);
        self.scan.references.push(Reference { role, raw, span, alt });
    }

    /// Where the address of the link or image at `at` stands: in it, or in its definition.
    fn destination(&self, at: usize, dest: &str, defined: Option<Range<usize>>) -> Range<usize> {
        let pieces = &self.parsed.pieces;
        let whole = pieces[at].range.clone();
        let end = self.parsed.end_of(at);
        let is_auto = matches!(
            pieces[at].part,
            Part::Event(Event::Start(Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. }))
        );
        let (from, to) = match defined {
            Some(definition) => (self.after_label(&definition), definition.end),
            None if is_auto => (whole.start, whole.end),
            None => (if end > at + 1 { pieces[end - 1].range.end } else { whole.start }, whole.end),
        };
        let text = self.parsed.body.get(from..to).filter(|_| !dest.is_empty());
        let found = text.and_then(|text| match text.strip_prefix("](") {
            // As nearly all links are written.
            Some(rest) if rest.starts_with(dest) => Some("](".len()),
            _ => text.find(dest),
        });
        found.map_or(whole, |n| from + n..from + n + dest.len())
    }

    fn after_label(&self, definition: &Range<usize>) -> usize {
        let text = self.parsed.body.get(definition.clone()).unwrap_or_default();
        definition.start + text.find("]:").map_or(0, |n| n + 2)
    }

    /// Collects what a shortcode refers to.
    fn directive(&mut self, line: &Line) {
        let directive = &line.directive;
        if directive.name == "list" {
            let query: Vec<String> = directive.attributes.iter().map(|(key, value)| format!("{key}={value}")).collect();
            return self.refer(Role::Query, query.join(" "), directive.span.range(), None);
        }
        for ((key, value), range) in directive.attributes.iter().zip(&line.values) {
            let (role, alt) = match (directive.name.as_str(), key.as_str()) {
                ("figure", "src") => (
                    Role::Image,
                    Some(directive.attribute("alt").or(directive.label.as_deref()).unwrap_or_default().to_string()),
                ),
                ("video" | "audio" | "file", "src" | "poster") => (Role::Media, None),
                ("card", "to") => (Role::Item, None),
                _ => continue,
            };
            self.refer(role, value.clone(), range.clone(), alt);
        }
    }

    fn check_emphasis(&mut self, text: &str, range: &Range<usize>) {
        let Some(at) = literal_emphasis(text) else { return };
        let exact = self.parsed.body.get(range.clone()) == Some(text);
        let place = if exact { range.start + at..range.start + at + 2 } else { range.clone() };
        self.problem(
            Code::LiteralEmphasis,
            place,
            msg!("两个星号没有成为粗体，会照样显示", "two asterisks are no bold type and will be shown"),
            msg!(
                "粗体的两对星号要紧贴文字：**文字**；本来就要星号，写成 \\*\\*",
                "bold type needs both pairs right at the words, **like this**; for asterisks write \\*\\*"
            ),
        );
    }

    /// Checks shortcodes as written: names, attributes, ends.
    fn check_lines(&mut self) {
        let parsed = self.parsed;
        let code = code_blocks(parsed);
        for line in parsed.lines.iter().filter(|line| !within(&code, line.range.start)) {
            if matches!(line.shape, Shape::Leaf | Shape::Open(_) | Shape::Unreadable) {
                self.check_line(line);
            }
        }
        for line in directives::full_width(parsed.body) {
            if !within(&code, line.range.start) {
                let message = msg!("短代码的冒号要用半角", "the colons of a shortcode must be half-width");
                let correct = &line.correct;
                let help = msg!("写成：{correct}", "write {correct}");
                self.problem(Code::ShortcodeUnknown, line.range, message, help).replacement = Some(line.correct);
            }
        }
        for line in &parsed.unclosed {
            let Directive { name, span, .. } = &parsed.lines[*line].directive;
            let message = msg!("短代码 {name} 没有结束", "the shortcode {name} has no end");
            let help = msg!("在内容后面单独加一行 :::", "add a line ::: after its content");
            self.problem(Code::ShortcodeUnclosed, span.range(), message, help);
        }
        for line in &parsed.stray {
            let message = msg!("这一行没有可以结束的短代码", "there is no shortcode that this line could end");
            let help = msg!(
                "删去这一行，或在前面加上开头，如 :::notice；冒号的个数要和开头一样",
                "delete the line, or add a beginning such as :::notice, with as many colons"
            );
            self.problem(Code::ShortcodeUnclosed, parsed.lines[*line].directive.span.range(), message, help);
        }
    }

    fn check_line(&mut self, line: &Line) {
        let range = line.directive.span.range();
        for mistake in directives::check(line, &self.parsed.body[range.clone()]) {
            let problem = self.problem(mistake.code, range.clone(), mistake.message, mistake.help);
            problem.replacement = mistake.replacement;
        }
    }

    /// Checks nesting, and collects from raw HTML what it refers to and what is removed of it.
    fn check_html(&mut self) {
        let parsed = self.parsed;
        if let Some(range) = clean::too_deep(parsed) {
            let message = msg!("嵌套超过 {DEEPEST} 层", "the nesting is deeper than {DEEPEST}");
            let help =
                msg!("请检查引用、列表和没有结束的 HTML 标签", "look for quotes, lists and HTML tags without end");
            self.problem(Code::NestingTooDeep, range, message, help);
        }
        if !parsed.has_html {
            return;
        }
        let mut removed = None;
        parsed.each_html(|html, range| {
            for tag in tags::tags(html).filter(|tag| !tag.closing) {
                self.refer_tag(&tag, range.start);
            }
            if removed.is_none() {
                removed = clean::first_removed(html)
                    .map(|(what, place)| (what, range.start + place.start..range.start + place.end));
            }
        });
        if let Some((what, range)) = removed {
            let message = msg!("HTML 里的 {what} 会被去掉", "{what} is removed from the HTML");
            let help = msg!("请改用 Markdown 或短代码", "use Markdown or a shortcode instead");
            self.problem(Code::HtmlCleaned, range, message, help);
        }
    }

    fn refer_tag(&mut self, tag: &tags::Tag<'_>, base: usize) {
        let name = tag.lower();
        let alt = || tag.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case("alt"));
        for attribute in &tag.attributes {
            let (role, alt) = match (name.as_str(), attribute.name.to_ascii_lowercase().as_str()) {
                ("a", "href") => (Role::Link, None),
                ("img", "src") => {
                    (Role::Image, Some(alt().map(|alt| tags::decoded(alt.value).into_owned()).unwrap_or_default()))
                }
                ("video" | "audio" | "source" | "track", "src" | "poster") => (Role::Media, None),
                _ => continue,
            };
            let range = base + attribute.range.start..base + attribute.range.end;
            self.refer(role, tags::decoded(attribute.value).into_owned(), range, alt);
        }
    }
}

/// The ranges of code blocks.
fn code_blocks(parsed: &Parsed<'_>) -> Vec<Range<usize>> {
    let blocks =
        parsed.pieces.iter().filter(|piece| matches!(piece.part, Part::Event(Event::Start(Tag::CodeBlock(_)))));
    blocks.map(|piece| piece.range.clone()).collect()
}

fn within(ranges: &[Range<usize>], at: usize) -> bool {
    let next = ranges.partition_point(|range| range.start <= at);
    next > 0 && at < ranges[next - 1].end
}

/// Where two or three asterisks stand for themselves. More are a mask: `138****5678`.
fn literal_emphasis(text: &str) -> Option<usize> {
    // Nearly every text has none.
    let mut at = memchr::memchr(b'*', text.as_bytes())?;
    while let Some(n) = text[at..].find("**") {
        let start = at + n;
        let length = text[start..].bytes().take_while(|byte| *byte == b'*').count();
        if length < 4 {
            return Some(start);
        }
        at = start + length;
    }
    None
}

fn trimmed(body: &str, range: Range<usize>) -> Range<usize> {
    let text = body.get(range.clone()).unwrap_or_default();
    range.start..range.start + text.trim_end().len()
}

/// The words of the first paragraphs outside shortcodes, lists, tables and the like.
fn excerpt(parsed: &Parsed<'_>) -> String {
    let mut text = String::new();
    let mut depth = 0;
    let mut paragraph = false;
    for piece in &parsed.pieces {
        match &piece.part {
            Part::Event(Event::Start(tag)) => {
                paragraph |= depth == 0 && *tag == Tag::Paragraph;
                depth += 1;
            }
            Part::Event(Event::End(_)) => {
                depth -= 1;
                if paragraph && depth == 0 {
                    paragraph = false;
                    text.push(' ');
                }
            }
            Part::Open(_) => depth += 1,
            Part::Close(_) => depth -= 1,
            _ if paragraph => plain::write(piece, &mut text),
            _ => {}
        }
        if depth == 0 && text.chars().count() > EXCERPT {
            break;
        }
    }
    summary(&text, EXCERPT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::markdown::{Shown, Unread, scan};

    fn scanned(body: &str) -> (Scan, Vec<Diagnostic>) {
        let mut problems = vec![];
        let scan = scan(body, 0, &SitePath::new("a.md").unwrap(), &Unread, &mut problems);
        (scan, problems)
    }

    /// References as `Role raw @slice`, problems as `code @slice`.
    #[track_caller]
    fn check(body: &str, expect: &[&str]) {
        let (scan, problems) = scanned(body);
        let mut shown: Vec<String> = vec![];
        for reference in &scan.references {
            let alt = reference.alt.as_ref().map(|alt| format!(" alt={alt}")).unwrap_or_default();
            shown.push(format!("{:?} {}{alt} @{}", reference.role, reference.raw, &body[reference.span.range()]));
        }
        for problem in &problems {
            let Place::Text { range, .. } = &problem.place else { panic!("no place") };
            let instead = problem.replacement.as_ref().map(|text| format!(" => {text}")).unwrap_or_default();
            shown.push(format!("{} @{}{instead}", problem.code.number(), &body[range.range()]));
        }
        assert_eq!(shown, expect);
    }

    #[test]
    fn references_stand_where_the_address_is_written() {
        check(
            "[a.md](a.md \"a.md\")和![图**好**（一）**后**](b.jpg)",
            &["Link a.md @a.md", "Image b.jpg alt=图好（一）后 @b.jpg"],
        );
        assert_eq!(scanned("[a.md](a.md)").0.references[0].span, Span { start: 7, end: 11 });
        check(
            "见[甲][x]和[x]。\n\n[x]: @courses/y \"题\"\n",
            &["Link @courses/y @@courses/y", "Link @courses/y @@courses/y"],
        );
        check(
            "**好。**见https://a.cn/b_c_d?x=1&y=2。后",
            &["Link https://a.cn/b_c_d?x=1&y=2 @https://a.cn/b_c_d?x=1&y=2"],
        );
        check("<a@b.cn>和<tel:110>", &["Link mailto:a@b.cn @a@b.cn", "Link tel:110 @tel:110"]);
        check("[甲](<a b.md>)[乙](a&amp;b)", &["Link a b.md @a b.md", "Link a&b @[乙](a&amp;b)"]);
    }

    #[test]
    fn places_are_of_the_file_as_it_is() {
        check("一\r\n\r\n\0[甲](a.md)\r\n\r\n::card{to=x}\r\n", &["Link a.md @a.md", "Item x @x"]);
        check("一\r\n\r\n::nothing\r\n", &["PB0401 @::nothing"]);
    }

    #[test]
    fn references_in_html_and_shortcodes() {
        check(
            "**（好）**后<a href='x.md'>甲</a>\n\n<div>\n<img src=a.jpg alt=\"图\">\n<video poster=p.jpg src=v.mp4></video>\n</div>",
            &["Link x.md @x.md", "Image a.jpg alt=图 @a.jpg", "Media p.jpg @p.jpg", "Media v.mp4 @v.mp4"],
        );
        check(
            "好\n::figure[图]{src=a.jpg}\n::card{to=@courses/x}\n::list{kind=activities limit=3}\n::video{src=v.mp4 poster=p.jpg}",
            &[
                "Image a.jpg alt=图 @a.jpg",
                "Item @courses/x @@courses/x",
                "Query kind=activities limit=3 @::list{kind=activities limit=3}",
                "Media v.mp4 @v.mp4",
                "Media p.jpg @p.jpg",
            ],
        );
    }

    #[test]
    fn galleries_of_pictures_only() {
        let (scan, _) = scanned(
            ":::gallery[题]\n![甲*乙*](a.jpg \"注\")\n![丙](c.jpg)\n\n::figure[图]{src=d.jpg}\n:::\n\n:::gallery\n字\n![甲](a.jpg)\n:::\n",
        );
        let shown =
            |raw: &str, alt: &str, caption: &str| Shown { raw: raw.into(), alt: alt.into(), caption: caption.into() };
        let pictures = vec![shown("a.jpg", "甲乙", "注"), shown("c.jpg", "丙", ""), shown("d.jpg", "图", "图")];
        assert_eq!(scan.galleries, [(0, pictures)]);
    }

    #[test]
    fn problems_of_links_and_html() {
        check("[甲](java&#115;cript:x)", &["PB0307 @[甲](java&#115;cript:x)"]);
        check("<a href=\"data:x\">甲</a>", &["PB0307 @data:x"]);
        check("<b style=x>甲</b><i onclick=y>", &["PB0404 @style"]);
        check("# 甲 {#a}\n\n# 乙 {#a}", &["PB0407 @# 乙 {#a}"]);
        let (_, problems) = scanned(&">".repeat(200));
        assert_eq!(problems[0].code, Code::NestingTooDeep);
    }

    #[test]
    fn literal_asterisks_are_told() {
        check("好 ** 甲**", &["PB0405 @**"]);
        check("138****5678和\\*\\*和`**`", &[]);
        check("```\na ** b\n```", &[]);
    }

    #[test]
    fn problems_of_shortcodes() {
        check("::nothing", &["PB0401 @::nothing"]);
        check(":::notice\n甲", &["PB0403 @:::notice"]);
        check(":::notice\n::::steps\n甲\n:::", &["PB0403 @::::steps"]);
        check(":::", &["PB0403 @:::"]);
        check("：：：notice\n甲\n：：：", &["PB0401 @：：：notice => :::notice", "PB0401 @：：： => :::"]);
        check("```\n：：card\n::nothing\n::card{\n```\n- 甲\n  ::nothing\n\n> ::nothing", &[]);
        check("::notice{type=info}", &["PB0403 @::notice{type=info} => :::notice{type=info}"]);
        check("::card{to=“a”}", &["PB0402 @::card{to=“a”} => ::card{to=\"a\"}"]);
    }

    #[test]
    fn excerpt_counts_and_anchors() {
        let (scan, _) = scanned(
            "# 标题 one\n\n**第一段。**后\n面\n\n- 列表\n\n:::notice\n提示\n:::\n\n第二段。<b id=\"x\">好</b>\n",
        );
        assert_eq!(scan.excerpt, "第一段。后面 第二段。好");
        assert_eq!(scan.anchors, ["标题-one", "x"]);
        assert_eq!((scan.headings[0].level, scan.headings[0].text.as_str()), (1, "标题 one"));
        assert_eq!((scan.counts.characters, scan.counts.words), (18, 1));
        assert!(scan.has_html);
    }
}
