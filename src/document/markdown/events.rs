//! The one way from a body to events, used by `scan`, `render` and `plain_text` alike: parser
//! options, marks taken out, ranges of the body, soft breaks between wide characters joined, bare
//! addresses made links, shortcodes recognised.

use std::ops::Range;

use memchr::memmem;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};
use unicode_width::UnicodeWidthChar;

use super::{
    cjk::{self, Colons, Marked},
    directives::{self, Line, Shape},
};
use crate::base::text::{is_cjk, roomy};

/// How deep blocks, inline markup, shortcodes and raw tags may be nested together.
pub(super) const DEEPEST: usize = 100;

/// A body as events.
pub(super) struct Parsed<'a> {
    /// What was read: the body without carriage returns and control characters. All ranges are
    /// of this text; [`Parsed::place`] leads back.
    pub body: &'a str,
    /// Where in it a byte was taken out.
    removed: Vec<usize>,
    /// The events in order.
    pub pieces: Vec<Piece<'a>>,
    /// Lines that begin like directives; a [`Part`] names them by index.
    pub lines: Vec<Line>,
    /// Opening lines of blocks that are never closed.
    pub unclosed: Vec<usize>,
    /// Closing lines without a block.
    pub stray: Vec<usize>,
    /// Of links by reference: index of the piece, range of the definition in the body.
    pub definitions: Vec<(usize, Range<usize>)>,
    /// Whether there is raw HTML.
    pub has_html: bool,
    /// How deep blocks, inline markup and shortcodes are nested together, or a little more.
    pub deepest: usize,
}

/// An event with its range in the body.
pub(super) struct Piece<'a> {
    /// What happens.
    pub part: Part<'a>,
    /// Where. For text whose marks or escapes fell out it is the whole.
    pub range: Range<usize>,
}

/// An event of Markdown or a shortcode, which stands for the line of this index.
pub(super) enum Part<'a> {
    /// Of Markdown.
    Event(Event<'a>),
    /// A shortcode of one line.
    Leaf(usize),
    /// The beginning of a block.
    Open(usize),
    /// The end of the block that began with this line.
    Close(usize),
}

/// Parses a body and hands its events over.
pub(super) fn parse<R>(body: &str, then: impl FnOnce(&Parsed<'_>) -> R) -> R {
    if !body.bytes().fold(false, |found, byte| found | left_out(byte)) {
        return parse_plain(body, vec![], then);
    }
    let mut plain = String::with_capacity(body.len());
    let mut removed = vec![];
    let mut done = 0;
    for (at, byte) in body.bytes().enumerate().filter(|(_, byte)| left_out(*byte)) {
        if byte == b'\r' && body.as_bytes().get(at + 1) != Some(&b'\n') {
            continue;
        }
        plain.push_str(&body[done..at]);
        removed.push(plain.len());
        done = at + 1;
    }
    plain.push_str(&body[done..]);
    parse_plain(&plain, removed, then)
}

/// Bytes that are taken out first: control characters, which no page may hold, and the carriage
/// return before a line feed, so that the line ends of a file do not reach its page.
fn left_out(byte: u8) -> bool {
    (byte < b' ') & (byte != b'\n') & (byte != b'\t') & (byte != 0x0C)
}

fn parse_plain<R>(body: &str, removed: Vec<usize>, then: impl FnOnce(&Parsed<'_>) -> R) -> R {
    let lines = directives::lines(body);
    let mut colons: Vec<Colons> =
        lines.iter().map(|line| Colons { range: line.range.clone(), apart: line.shape != Shape::Unreadable }).collect();
    let marked = cjk::mark(body, &colons);
    let (mut parsed, confirmed) = Reader::new(body, &marked, lines).read();
    if colons.iter().zip(&confirmed).all(|(colons, confirmed)| colons.apart == *confirmed) {
        parsed.removed = removed;
        return then(&parsed);
    }
    // Some of the lines stand in code, in a list or in a quote: they are text, and the blank lines
    // around them must go.
    let mut lines = parsed.lines;
    for ((colons, line), confirmed) in colons.iter_mut().zip(&mut lines).zip(confirmed) {
        if colons.apart && !confirmed {
            colons.apart = false;
            line.shape = Shape::Text;
        }
    }
    let marked = cjk::mark(body, &colons);
    let (mut parsed, _) = Reader::new(body, &marked, lines).read();
    parsed.removed = removed;
    then(&parsed)
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
}

struct Reader<'a> {
    marked: &'a Marked<'a>,
    /// Whether strings can hold a mark at all.
    marks: bool,
    parsed: Parsed<'a>,
    confirmed: Vec<bool>,
    /// The next line that has not been passed.
    line: usize,
    /// Shortcodes so far.
    directives: usize,
    /// Open blocks: their lines.
    open: Vec<usize>,
    text: Option<Pending<'a>>,
    /// Markdown blocks and inline markup around.
    depth: usize,
    /// Links, images and code blocks around, in which an address is no link.
    literal: usize,
    /// The last visible character of the paragraph.
    last: Option<char>,
    /// A soft break whose right neighbour is not known yet.
    soft_break: Option<usize>,
}

/// Neighbouring texts, put together.
struct Pending<'a> {
    text: Words<'a>,
    /// Range in the marked text.
    range: Range<usize>,
}

enum Words<'a> {
    /// A slice of the marked text.
    Verbatim,
    /// A string of the parser.
    One(CowStr<'a>),
    /// Several, with entities in an address.
    Joined(String),
}

impl<'a> Reader<'a> {
    fn new(body: &'a str, marked: &'a Marked<'a>, lines: Vec<Line>) -> Self {
        let confirmed = vec![false; lines.len()];
        let parsed = Parsed {
            body,
            removed: vec![],
            // An event for every 45 bytes or so; much more room would come fresh from the system each time.
            pieces: Vec::with_capacity(roomy(body.len() / 32 + 16)),
            lines,
            unclosed: vec![],
            stray: vec![],
            definitions: vec![],
            has_html: false,
            deepest: 0,
        };
        Self {
            marked,
            marks: marked.text.len() != body.len(),
            parsed,
            confirmed,
            line: 0,
            directives: 0,
            open: vec![],
            text: None,
            depth: 0,
            literal: 0,
            last: None,
            soft_break: None,
        }
    }

    fn read(mut self) -> (Parsed<'a>, Vec<bool>) {
        let marked = self.marked;
        let mut events = Parser::new_ext(&marked.text, options()).into_offset_iter();
        while let Some((event, range)) = events.next() {
            match event {
                Event::Text(text) => self.take_text(text, range),
                Event::Start(Tag::Paragraph) if self.depth == 0 && self.takes_line(range.start) => {
                    for (event, _) in events.by_ref() {
                        if event == Event::End(TagEnd::Paragraph) {
                            break;
                        }
                    }
                }
                event => {
                    self.flush();
                    self.define(&event, &events);
                    self.take(event, range);
                }
            }
        }
        self.flush();
        while let Some(line) = self.open.pop() {
            self.parsed.unclosed.push(line);
            let end = self.parsed.body.len();
            self.push(Part::Close(line), end..end);
        }
        (self.parsed, self.confirmed)
    }

    /// Whether the paragraph that begins here is a directive line, which is then dealt with.
    fn takes_line(&mut self, start: usize) -> bool {
        let places = &self.marked.lines;
        while places.get(self.line).is_some_and(|place| *place < start) {
            self.line += 1;
        }
        if places.get(self.line) != Some(&start) {
            return false;
        }
        let line = self.line;
        self.flush();
        let range = self.parsed.lines[line].directive.span.range();
        match self.parsed.lines[line].shape {
            Shape::Unreadable | Shape::Text => return false,
            Shape::Leaf => {
                self.count(line);
                self.push(Part::Leaf(line), range);
            }
            Shape::Open(_) => {
                self.count(line);
                self.open.push(line);
                self.push(Part::Open(line), range);
            }
            Shape::Close(colons) => {
                self.confirmed[line] = true;
                return self.close(line, colons, range);
            }
        }
        self.confirmed[line] = true;
        true
    }

    fn count(&mut self, line: usize) {
        self.parsed.lines[line].directive.index = self.directives;
        self.directives += 1;
    }

    /// Closes the innermost block with this number of colons, and what is still open in it.
    fn close(&mut self, line: usize, colons: usize, range: Range<usize>) -> bool {
        let lines = &self.parsed.lines;
        // Deeper than this is a mistake that `scan` reports; looking further costs too much.
        let opener = self.open.iter().rev().take(DEEPEST).position(|open| lines[*open].shape == Shape::Open(colons));
        let Some(above) = opener else {
            self.parsed.stray.push(line);
            return false;
        };
        for n in 0..=above {
            let Some(open) = self.open.pop() else { break };
            if n < above {
                self.parsed.unclosed.push(open);
            }
            self.push(Part::Close(open), range.clone());
        }
        true
    }

    /// Notes where the definition of a link by reference stands.
    fn define(&mut self, event: &Event<'a>, events: &OffsetIter<'a>) {
        let Event::Start(Tag::Link { link_type, id, .. } | Tag::Image { link_type, id, .. }) = event else { return };
        if !matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut) {
            return;
        }
        if let Some(definition) = events.reference_definitions().get(id) {
            let range = self.marked.source(definition.span.clone());
            self.parsed.definitions.push((self.parsed.pieces.len(), range));
        }
    }

    fn take(&mut self, event: Event<'a>, range: Range<usize>) {
        match &event {
            Event::Start(tag) => {
                self.depth += 1;
                self.literal += usize::from(literal(&tag.to_end()));
                if !inline(&tag.to_end()) {
                    self.last = None;
                }
            }
            Event::End(tag) => {
                self.depth -= 1;
                self.literal -= usize::from(literal(tag));
                if !inline(tag) {
                    self.last = None;
                    self.soft_break = None;
                }
            }
            Event::Code(code) => {
                let code = self.clean(code.clone());
                self.meet(code.chars().next());
                self.last = code.chars().next_back();
            }
            Event::Html(_) => self.parsed.has_html = true,
            Event::InlineHtml(tag) => {
                self.parsed.has_html = true;
                if tag.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("<br")) {
                    self.last = None;
                }
            }
            Event::SoftBreak => self.soft_break = Some(self.parsed.pieces.len()),
            Event::HardBreak | Event::Rule => self.last = None,
            _ => {}
        }
        let range = self.marked.source(range);
        let event = if self.marks { self.stripped(event) } else { event };
        self.push(Part::Event(event), range);
    }

    fn push(&mut self, part: Part<'a>, range: Range<usize>) {
        // An address is a link that is not counted.
        self.parsed.deepest = self.parsed.deepest.max(self.depth + self.open.len() + 1);
        self.parsed.pieces.push(Piece { part, range });
    }

    /// Takes a text, put together with the one before where they touch.
    fn take_text(&mut self, text: CowStr<'a>, range: Range<usize>) {
        let marked = self.marked;
        let verbatim = matches!(&text, CowStr::Borrowed(text) if marked.text.get(range.clone())
            .is_some_and(|slice| std::ptr::eq(slice.as_bytes(), text.as_bytes())));
        if let Some(pending) = self.text.as_mut().filter(|pending| pending.range.end == range.start) {
            match &mut pending.text {
                Words::Verbatim if verbatim => {
                    pending.range.end = range.end;
                    return;
                }
                Words::Verbatim if ends_in_address(&marked.text[pending.range.clone()]) => {
                    let joined = marked.text[pending.range.clone()].to_string() + &text;
                    pending.text = Words::Joined(joined);
                    pending.range.end = range.end;
                    return;
                }
                Words::Joined(joined) => {
                    joined.push_str(&text);
                    pending.range.end = range.end;
                    return;
                }
                _ => {}
            }
        }
        self.flush();
        self.text = Some(Pending { text: if verbatim { Words::Verbatim } else { Words::One(text) }, range });
    }

    fn flush(&mut self) {
        let Some(pending) = self.text.take() else { return };
        let marked = self.marked;
        let text = match pending.text {
            Words::Verbatim => marked.unmarked(pending.range.clone()),
            Words::One(text) => self.clean(text),
            Words::Joined(text) => self.clean(text.into()),
        };
        self.meet(text.chars().next());
        self.last = text.chars().next_back().or(self.last);
        let range = marked.source(pending.range);
        if self.literal == 0 && has_address(&text) {
            self.link_addresses(text, range);
        } else {
            self.push(Part::Event(Event::Text(text)), range);
        }
    }

    /// Decides a pending soft break, now that the character behind it is known.
    fn meet(&mut self, next: Option<char>) {
        let (Some(next), Some(at)) = (next, self.soft_break.take()) else { return };
        if self.last.is_some_and(|last| joins(last, next)) {
            self.parsed.pieces[at].part = Part::Event(Event::Text(CowStr::Borrowed("")));
        }
    }

    fn link_addresses(&mut self, text: CowStr<'a>, range: Range<usize>) {
        let mut done = 0;
        while let Some(address) = find_address(&text, done) {
            self.push_slice(&text, done..address.start, &range);
            let url: CowStr<'a> = slice(&text, address.clone());
            let tag = Tag::Link { link_type: LinkType::Autolink, dest_url: url, title: "".into(), id: "".into() };
            let place = self.place(&text, address.clone(), &range);
            self.push(Part::Event(Event::Start(tag)), place.clone());
            self.push_slice(&text, address.clone(), &range);
            self.push(Part::Event(Event::End(TagEnd::Link)), place);
            done = address.end;
        }
        self.push_slice(&text, done..text.len(), &range);
    }

    fn push_slice(&mut self, text: &CowStr<'a>, part: Range<usize>, range: &Range<usize>) {
        if !part.is_empty() {
            let place = self.place(text, part.clone(), range);
            self.push(Part::Event(Event::Text(slice(text, part))), place);
        }
    }

    /// The place of a part of a text in the body: exact where the text is as written.
    fn place(&self, text: &str, part: Range<usize>, range: &Range<usize>) -> Range<usize> {
        let body = self.parsed.body;
        if body.get(range.clone()) == Some(text) {
            return range.start + part.start..range.start + part.end;
        }
        range.clone()
    }

    fn clean(&self, text: CowStr<'a>) -> CowStr<'a> {
        if self.marks { cjk::strip(text) } else { text }
    }

    fn stripped(&self, event: Event<'a>) -> Event<'a> {
        let clean = cjk::strip;
        match event {
            Event::Code(text) => Event::Code(clean(text)),
            Event::Html(text) => Event::Html(clean(text)),
            Event::InlineHtml(text) => Event::InlineHtml(clean(text)),
            Event::FootnoteReference(name) => Event::FootnoteReference(clean(name)),
            Event::Start(tag) => Event::Start(match tag {
                Tag::Link { link_type, dest_url, title, id } => {
                    Tag::Link { link_type, dest_url: clean(dest_url), title: clean(title), id: clean(id) }
                }
                Tag::Image { link_type, dest_url, title, id } => {
                    Tag::Image { link_type, dest_url: clean(dest_url), title: clean(title), id: clean(id) }
                }
                Tag::CodeBlock(CodeBlockKind::Fenced(info)) => Tag::CodeBlock(CodeBlockKind::Fenced(clean(info))),
                Tag::FootnoteDefinition(name) => Tag::FootnoteDefinition(clean(name)),
                Tag::Heading { level, id, classes, attrs } => Tag::Heading {
                    level,
                    id: id.map(clean),
                    classes: classes.into_iter().map(clean).collect(),
                    attrs: attrs.into_iter().map(|(key, value)| (clean(key), value.map(clean))).collect(),
                },
                tag => tag,
            }),
            event => event,
        }
    }
}

fn slice<'a>(text: &CowStr<'a>, part: Range<usize>) -> CowStr<'a> {
    match text {
        CowStr::Borrowed(text) => CowStr::Borrowed(&text[part]),
        text => text[part].to_string().into(),
    }
}

fn literal(tag: &TagEnd) -> bool {
    matches!(tag, TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock)
}

fn inline(tag: &TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link)
}

/// Whether a line break between two characters is no space: both are wide and not Hangul or
/// emoji; quotes, dashes and ellipses count as what stands on the other side.
fn joins(left: char, right: char) -> bool {
    let shared = |c| matches!(c, '“' | '”' | '‘' | '’' | '…' | '—' | '·');
    (wide(left) || shared(left)) && (wide(right) || shared(right)) && (wide(left) || wide(right))
}

fn wide(c: char) -> bool {
    let hangul = matches!(c as u32, 0x1100..=0x11FF | 0x302E..=0x302F | 0x3131..=0x318E | 0x3200..=0x321E
        | 0x3260..=0x327E | 0xA960..=0xA97C | 0xAC00..=0xD7FB | 0xFFA0..=0xFFDC);
    is_cjk(c) && !hangul && !c.is_whitespace() && c.width() == Some(2)
}

/// Whether to look closer for an address. Colons are rare in Chinese text, and finding one
/// character is quicker than finding a string.
fn has_address(text: &str) -> bool {
    memchr::memchr_iter(b':', text.as_bytes()).any(|n| text.as_bytes()[n..].starts_with(b"://"))
}

fn ends_in_address(text: &str) -> bool {
    let Some(at) = memmem::rfind(text.as_bytes(), b"://") else { return false };
    text[at..].bytes().all(in_address)
}

/// The next bare address in a text: scheme http or https, not glued to a Latin word before, up to
/// the first character that no address has, without punctuation at its end.
fn find_address(text: &str, from: usize) -> Option<Range<usize>> {
    let mut at = from;
    loop {
        let colon = at + text[at..].find("://")?;
        at = colon + 3;
        let scheme = ["https", "http"].into_iter().find(|scheme| {
            let start = colon.checked_sub(scheme.len()).filter(|start| *start >= from);
            start.is_some_and(|start| text.as_bytes()[start..colon].eq_ignore_ascii_case(scheme.as_bytes()))
        });
        let Some(scheme) = scheme else { continue };
        let start = colon - scheme.len();
        if text[..start].ends_with(|c: char| c.is_ascii_alphanumeric()) {
            continue;
        }
        let end = at + text.as_bytes()[at..].iter().take_while(|byte| in_address(**byte)).count();
        let address = trimmed(&text[start..end]);
        if address.len() > scheme.len() + 3 && text.as_bytes()[at].is_ascii_alphanumeric() {
            return Some(start..start + address.len());
        }
    }
}

fn in_address(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"' | b'`' | b'|' | b'\\' | b'^' | b'{' | b'}')
}

/// Without punctuation at the end that belongs to the sentence; `)` and `]` only if they close
/// nothing in the address.
fn trimmed(address: &str) -> &str {
    let count = |byte: u8| address.bytes().filter(|other| *other == byte).count();
    let (mut round, mut square) = (count(b')').saturating_sub(count(b'(')), count(b']').saturating_sub(count(b'[')));
    let mut end = address.len();
    while let Some(last) = address.as_bytes()[..end].last() {
        match last {
            b'?' | b'!' | b'.' | b',' | b':' | b';' | b'*' | b'_' | b'~' | b'\'' => {}
            b')' if round > 0 => round -= 1,
            b']' if square > 0 => square -= 1,
            b'(' | b'[' => {}
            _ => break,
        }
        end -= 1;
    }
    &address[..end]
}

/// The words of a run of events, as a reader hears them: text, code, alternative texts.
pub(super) fn words(pieces: &[Piece<'_>], out: &mut String) {
    for piece in pieces {
        match &piece.part {
            Part::Event(Event::Text(text) | Event::Code(text)) => out.push_str(text),
            Part::Event(Event::SoftBreak | Event::HardBreak) => out.push(' '),
            _ => {}
        }
    }
}

impl Parsed<'_> {
    /// The range of the body as it stands in the file.
    pub(super) fn place(&self, range: Range<usize>) -> Range<usize> {
        let start = range.start + self.removed.partition_point(|removed| *removed <= range.start);
        let end = range.end + self.removed.partition_point(|removed| *removed < range.end);
        start..end.max(start)
    }

    /// The index of the event that ends what begins at `start`.
    pub(super) fn end_of(&self, start: usize) -> usize {
        let mut depth = 0;
        for (n, piece) in self.pieces[start..].iter().enumerate() {
            match &piece.part {
                Part::Event(Event::Start(_)) => depth += 1,
                Part::Event(Event::End(_)) => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return start + n;
            }
        }
        self.pieces.len()
    }

    /// Calls back for every stretch of raw HTML, with its text as written and its range.
    pub(super) fn each_html(&self, mut then: impl FnMut(&str, Range<usize>)) {
        let mut block: Option<Range<usize>> = None;
        for piece in &self.pieces {
            match &piece.part {
                Part::Event(Event::Start(Tag::HtmlBlock)) => block = None,
                Part::Event(Event::Html(_)) => {
                    let start = block.take().map_or(piece.range.start, |block| block.start);
                    block = Some(start..piece.range.end);
                }
                Part::Event(Event::InlineHtml(_)) => self.hand_html(piece.range.clone(), &mut then),
                _ => {
                    if let Some(block) = block.take() {
                        self.hand_html(block, &mut then);
                    }
                }
            }
        }
    }

    fn hand_html(&self, range: Range<usize>, then: &mut impl FnMut(&str, Range<usize>)) {
        if let Some(html) = self.body.get(range.clone()) {
            then(html, range);
        }
    }
}
