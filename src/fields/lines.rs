//! A look at the lines of YAML before the parser's. What a parser would blame on another line, or
//! read as something that nobody meant, is reported here with what to write, and mended in memory,
//! so that the rest is read too and one mistake does not hide the next.
//!
//! It knows just enough of YAML to leave texts alone: block texts, quoted texts over several lines,
//! lines that continue the one above.

use std::ops::Range;

use super::{
    edits::Edits,
    yaml::{Whole, quoted, quoted_within},
};
use crate::{
    base::{lang::Message, text::Span, text::is_han},
    diagnostics::{Code, Diagnostic, Place},
    msg,
};

/// After so many the rest is left to the next run.
const MOST: usize = 200;

/// Nobody reads a longer line in a message.
const LONGEST: usize = 600;

/// Looks at every line of `text`, which stands at `base` in its file.
pub(super) fn scan(
    text: &str,
    base: usize,
    whole: Whole,
    place: &dyn Fn(Span) -> Place,
    problems: &mut Vec<Diagnostic>,
) -> Edits {
    let mut scan = Scan {
        text,
        base,
        whole,
        place,
        edits: Edits::default(),
        found: Vec::new(),
        parent: 0,
        open: Open::Nothing,
        list: false,
        last: 0..0,
        bulleted: false,
    };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let found = scan.found.len();
        scan.line(start, line.trim_end_matches('\n'));
        scan.show_mended(found, start..start + line.trim_end_matches('\n').len());
        start += line.len();
        if scan.found.len() > MOST {
            break;
        }
    }
    problems.append(&mut scan.found);
    scan.edits
}

/// What the last line left open for deeper lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Open {
    /// A name without a value: what belongs to it follows.
    Nothing,
    /// A value: deeper lines go on with it.
    Value,
    /// `|` or `>`: deeper lines are text.
    Block,
    /// A bracket that this character closes.
    Flow(char),
    /// A quote that the same one closes.
    Quote(char),
}

struct Scan<'a> {
    text: &'a str,
    base: usize,
    whole: Whole,
    place: &'a dyn Fn(Span) -> Place,
    edits: Edits,
    found: Vec<Diagnostic>,
    /// The column of the last name or list mark.
    parent: usize,
    open: Open,
    /// Whether the last line was one of a list.
    list: bool,
    /// The last line with a name.
    last: Range<usize>,
    /// Whether the names of the whole stand behind list marks.
    bulleted: bool,
}

/// A line below its indentation.
struct Content<'a> {
    /// Where it begins.
    at: usize,
    /// Its column, as mended.
    column: usize,
    text: &'a str,
}

impl Scan<'_> {
    fn line(&mut self, start: usize, line: &str) {
        let lead = line.len() - line.trim_start_matches(is_blank).len();
        let text = line[lead..].trim_end();
        if text.is_empty() || text.starts_with('#') && self.open != Open::Block {
            return;
        }
        let plain = line.len() - line.trim_start_matches(' ').len();
        let deeper = plain > self.parent;
        if deeper && (self.open == Open::Block || plain < lead && self.open != Open::Nothing) {
            return;
        }
        let column = self.indentation(start, line, lead, text);
        let content = Content { at: start + lead, column, text };
        if self.goes_on(&content) {
            return;
        }
        self.control(&content);
        let content = self.list_mark(content);
        if self.comment(&content) {
            return;
        }
        let Some(content) = self.items(content) else { return };
        self.name(&content, start..start + line.len());
    }

    /// Whether a line belongs to the text of the one above.
    fn goes_on(&mut self, line: &Content<'_>) -> bool {
        let deeper = line.column > self.parent;
        let closes = |c: char| line.text.trim_end_matches([',', '，', ' ']).ends_with(c);
        match self.open {
            Open::Block => deeper,
            Open::Nothing => false,
            Open::Value => deeper && !begins_with_name(line.text) && !line.text.starts_with("- "),
            Open::Quote(c) | Open::Flow(c) if deeper || !begins_with_name(line.text) => {
                if closes(c) {
                    self.open = Open::Value;
                }
                deeper || closes(c)
            }
            Open::Quote(_) | Open::Flow(_) => false,
        }
    }

    /// Control characters, which no keyboard types and no parser reads.
    fn control(&mut self, line: &Content<'_>) {
        for (i, c) in line.text.char_indices().filter(|(_, c)| c.is_control() && *c != '\t').take(3) {
            let range = line.at + i..line.at + i + c.len_utf8();
            let (zh, en) = name_of(c);
            let message = msg!("这里有一个看不见的字符（{zh}）", "here stands an invisible character ({en})");
            self.mend(Code::Indentation, range.clone(), range, String::new(), message);
        }
    }

    /// The column of a line, once its indentation is plain.
    fn indentation(&mut self, start: usize, line: &str, lead: usize, text: &str) -> usize {
        let Some((at, wrong)) = line[..lead].char_indices().find(|(_, c)| *c != ' ') else { return lead };
        let inside = matches!(self.open, Open::Nothing | Open::Block) && !self.last.is_empty();
        let width = |c| match c {
            '\t' | '\u{3000}' => 2,
            c if is_invisible(c) => 0,
            _ => 1,
        };
        let columns: usize = line[..lead].chars().map(width).sum();
        // Names of the whole stand at the beginning of the line.
        let columns =
            if self.whole == Whole::Mapping && !inside && !self.list && self.parent == 0 && begins_with_name(text) {
                0
            } else if self.open == Open::Block {
                self.parent + 2
            } else {
                columns
            };
        let (zh, en) = name_of(wrong);
        let message = if is_invisible(wrong) {
            msg!("这里有一个看不见的字符（{zh}）", "here stands an invisible character ({en})")
        } else {
            msg!("行首的空白是{zh}，要换成普通空格", "the line begins with {en}, use plain spaces")
        };
        let place = start + at..start + at + wrong.len_utf8();
        self.mend(Code::Indentation, place, start..start + lead, " ".repeat(columns), message);
        columns
    }

    /// `•`, `－`, `1.` and whatever else people put before the words of a list.
    fn list_mark<'b>(&mut self, content: Content<'b>) -> Content<'b> {
        if self.open != Open::Nothing && !self.list || self.last.is_empty() {
            return content;
        }
        let Some(length) = mark_length(content.text) else { return content };
        let rest = &content.text[length..];
        let mark = content.text[..length].trim();
        let range = content.at..content.at + length;
        self.mend(
            Code::FullWidthSeparator,
            range.clone(),
            range,
            "- ".into(),
            msg!(
                "列表的每一行用英文短横线和一个空格开头，这里是“{mark}”",
                "each line of a list begins with a hyphen and a space, not with `{mark}`"
            ),
        );
        self.list = true;
        self.parent = content.column;
        self.value(content.at + length, rest, rest);
        Content { text: "", ..content }
    }

    /// Remarks in the manner of other languages become remarks of YAML.
    fn comment(&mut self, line: &Content<'_>) -> bool {
        let Some(sign) = ["<!--", "//", "/*", "-->"].into_iter().find(|sign| line.text.starts_with(sign)) else {
            return false;
        };
        let words = line.text.trim_start_matches(sign).trim_end_matches("-->").trim_end_matches("*/").trim();
        let range = line.at..line.at + line.text.len();
        self.mend(
            Code::YamlSyntax,
            range.clone(),
            range,
            format!("# {words}"),
            msg!("资料里的备注用“# ”开头，不能用“{sign}”", "a remark begins with `# ` here, not with `{sign}`"),
        );
        true
    }

    /// The line without the list marks that stand before another one. There may be thousands.
    fn innermost<'b>(&self, mut line: Content<'b>) -> Content<'b> {
        while let Some(rest) = line.text.strip_prefix("- ").map(|rest| rest.trim_start_matches(' ')) {
            if !rest.starts_with("- ") {
                break;
            }
            let skipped = line.text.len() - rest.len();
            line = Content { at: line.at + skipped, column: line.column + skipped, text: rest };
        }
        line
    }

    /// What stands behind the list marks of a line; `None` where that is a mere value.
    fn items<'b>(&mut self, line: Content<'b>) -> Option<Content<'b>> {
        let line = self.innermost(line);
        if line.text.is_empty() {
            return None;
        }
        let rest = line.text.strip_prefix("- ").map(|rest| rest.trim_start_matches(' '));
        let Some(rest) = rest else {
            self.list = line.text == "-";
            if self.list {
                (self.open, self.parent) = (Open::Nothing, line.column);
                return None;
            }
            return Some(line);
        };
        let skipped = line.text.len() - rest.len();
        let inner = Content { at: line.at + skipped, column: line.column + skipped, text: rest };
        let first = self.whole == Whole::Mapping && self.last.is_empty();
        if (first || self.bulleted) && line.column == 0 && begins_with_name(rest) {
            self.bulleted = true;
            let message =
                msg!("标题、日期这些资料，行首不要“- ”", "a line of the front matter has no hyphen before its name");
            self.mend(Code::NotAMapping, line.at..inner.at, line.at..inner.at, String::new(), message);
            return Some(Content { column: 0, ..inner });
        }
        self.list = true;
        if !self.is_record(&inner) {
            self.parent = line.column;
            self.value(inner.at, rest, rest);
            return None;
        }
        Some(inner)
    }

    /// Whether an item of a list is `name: value` rather than words with a colon.
    fn is_record(&self, item: &Content<'_>) -> bool {
        let Some((at, colon)) = item.text.char_indices().find(|(_, c)| is_colon(*c)) else { return false };
        let (key, rest) = (&item.text[..at], &item.text[at + colon.len_utf8()..]);
        if !is_name(key.trim()) || rest.starts_with("//") {
            return false;
        }
        if colon == ':' && (rest.is_empty() || rest.starts_with([' ', '\t'])) {
            return true;
        }
        let next = self.text[item.at..].lines().nth(1).unwrap_or_default();
        let below = next.len() - next.trim_start_matches(is_blank).len();
        let sibling = below >= item.column && next.chars().any(is_colon);
        sibling || colon != ':' && key.is_ascii() && key.chars().any(|c| c.is_ascii_lowercase())
    }

    /// `name: value`.
    fn name(&mut self, line: &Content<'_>, whole: Range<usize>) {
        if line.text.starts_with(['\'', '"', '[', '{', '?', '%', '|', '&', '!', '@']) && !line.text.starts_with("\"“")
        {
            (self.open, self.last, self.parent) = (Open::Value, whole, line.column);
            return;
        }
        let Some(name) = Name::of(line.text) else { return self.no_colon(line, whole) };
        let at = line.at;
        let key = name.key;
        if name.decorated {
            let range = at..at + name.colon;
            let wrong = line.text[..name.colon].trim();
            self.mend(
                Code::YamlSyntax,
                range.clone(),
                range,
                key.clone(),
                msg!(
                    "名称“{key}”前后不要加别的符号：{wrong}",
                    "nothing stands around a name: {wrong} should be `{key}`"
                ),
            );
        }
        (self.last, self.parent) = (whole, line.column);
        let behind = name.colon + name.sign.len_utf8();
        let rest = &line.text[behind..];
        let value = rest.trim_start_matches(is_blank);
        let gap = rest.len() - value.len();
        let blanks = line.text[..name.colon].len() - line.text[..name.colon].trim_end().len();
        self.colon(at + name.colon, if name.decorated { 0 } else { blanks }, name.sign, &rest[..gap], value);
        self.value(at + behind + gap, value, line.text);
    }

    /// The sign between a name and its value, and the space behind it.
    fn colon(&mut self, at: usize, blanks: usize, sign: char, gap: &str, value: &str) {
        let place = at..at + sign.len_utf8();
        let all = at - blanks..at + sign.len_utf8() + gap.len();
        let right = if value.is_empty() { ":" } else { ": " };
        if sign == '：' {
            let message = msg!(
                "这是中文全角冒号“：”，请改成英文冒号“:”，后面留一个空格",
                "this is a full-width colon `：`, write `:` and a space"
            );
            self.mend(Code::FullWidthColon, place, all, right.into(), message);
        } else if sign != ':' {
            let message = msg!(
                "名称后面是“{sign}”，请改成英文冒号“:”，后面留一个空格",
                "behind the name stands `{sign}`, write `:` and a space"
            );
            self.mend(Code::FullWidthColon, place, all, right.into(), message);
        } else if gap.is_empty() && !value.is_empty() {
            let message = msg!("冒号后面少了一个空格", "a space is missing after the colon");
            self.mend(Code::FullWidthColon, place, all, right.into(), message);
        } else if let Some((i, wrong)) = gap.char_indices().find(|(_, c)| *c != ' ') {
            let (zh, en) = name_of(wrong);
            let place = at + 1 + i..at + 1 + i + wrong.len_utf8();
            let message = msg!(
                "冒号后面的空白是{zh}，请改成一个普通空格",
                "the space after the colon is {en}, use a plain space"
            );
            self.mend(Code::FullWidthColon, place, all, right.into(), message);
        }
    }

    /// A value: at `at`, on its line.
    fn value(&mut self, at: usize, value: &str, line: &str) {
        let value = value.trim_end();
        self.open = match value.chars().next() {
            None => Open::Nothing,
            Some('#') => self.hash_first(at, value),
            Some('|' | '>') if is_block_header(value) => Open::Block,
            Some('[' | '{' | '｛' | '［') => self.flow(at, value),
            Some(quote @ ('"' | '\'')) => self.quote(at, value, quote),
            Some(_) => {
                self.hash_within(at, value, line);
                Open::Value
            }
        };
    }

    /// A value that begins with `#` is a remark to YAML, and hardly ever meant as one.
    fn hash_first(&mut self, at: usize, value: &str) -> Open {
        if value[1..].starts_with([' ', '#', '\t']) || value.len() == 1 {
            return Open::Nothing;
        }
        let words: Vec<&str> = value.split_whitespace().collect();
        let (right, message) = if words.len() > 1 && words.iter().all(|word| word.starts_with('#') && word.len() > 1) {
            let words: Vec<&str> = words.iter().map(|word| word.trim_matches('#')).collect();
            let message = msg!(
                "“#”后面的内容会被当作备注丢掉；标签不用加“#”，写在方括号里",
                "what follows `#` is dropped as a remark: tags have no `#` and stand between brackets"
            );
            (format!("[{}]", words.join(", ")), message)
        } else {
            let message = msg!(
                "内容以“#”开头，会被当作备注丢掉；整段内容要用英文单引号括起来",
                "a value that begins with `#` is dropped as a remark: it needs single quotes"
            );
            (quoted(value), message)
        };
        self.mend(Code::YamlSyntax, at..at + 1, at..at + value.len(), right, message);
        Open::Value
    }

    /// `3楼 #302`: what follows is dropped as a remark.
    fn hash_within(&mut self, at: usize, value: &str, line: &str) {
        let Some((i, kept)) = cut_by_hash(value) else { return };
        let cut = &value[i..];
        let head = line.strip_suffix(value).filter(|head| !head.is_empty()).unwrap_or("- ");
        let right = format!("{head}{}", quoted(value));
        let problem = self.report(
            Code::CutByHash,
            at + i..at + value.len(),
            msg!(
                "“{cut}”会被当作备注丢掉，读者只看到“{kept}”",
                "`{cut}` is dropped as a remark, readers see only `{kept}`"
            ),
        );
        problem.help = Some(msg!(
            "如果它是内容，写成：{right}；如果是备注，“#”后面空一格",
            "if it belongs to the value, write: {right}; if it is a remark, put a space after `#`"
        ));
    }

    /// `[…]` and `{…}` on one line, with the signs of a Chinese keyboard.
    fn flow(&mut self, at: usize, value: &str) -> Open {
        let first = value.chars().next().unwrap_or('[');
        let curly = matches!(first, '{' | '｛');
        let (open, close) = if curly { ('{', '}') } else { ('[', ']') };
        let kin: &[char] = if curly { &['}', '｝'] } else { &[']', '］', '】'] };
        let closed = value.ends_with(kin);
        // Words in brackets before other words are no list.
        if !closed && (first != open || value.contains(kin)) && cut_by_hash(value).is_none() {
            return Open::Value;
        }
        if !closed && !value.contains('#') {
            return Open::Flow(close);
        }
        let end = value.char_indices().next_back().map_or(0, |(i, c)| if closed { i } else { i + c.len_utf8() });
        let inner = &value[first.len_utf8()..end];
        let mut right = if curly { flow_pairs(inner) } else { without_empty(inner) };
        if right.split([',', '[', '{']).any(|part| part.contains(" #") || part.trim().starts_with('#')) {
            right = quoted_within(&right);
        }
        let right = format!("{open}{right}{close}");
        if right == value || !closed {
            return if closed { Open::Value } else { Open::Flow(close) };
        }
        let differs = value.char_indices().zip(right.chars()).find(|((_, a), b)| a != b).map_or(0, |((i, _), _)| i);
        let sign = value[differs..].chars().next().unwrap_or(first);
        let message = if sign == '#' || value.contains('#') && sign.is_alphanumeric() {
            msg!(
                "“#”和后面的内容会被当作备注丢掉，这一项要用英文单引号括起来",
                "`#` and what follows would be dropped: this word needs single quotes"
            )
        } else {
            msg!(
                "括号里只用英文符号，冒号和逗号后面空一格；这里是“{sign}”",
                "between brackets stand plain signs with a space behind them, not `{sign}`"
            )
        };
        self.mend(
            Code::FullWidthColon,
            at + differs..at + differs + sign.len_utf8(),
            at..at + value.len(),
            right,
            message,
        );
        Open::Value
    }

    /// A quoted value that is closed by a quote of another kind.
    fn quote(&mut self, at: usize, value: &str, quote: char) -> Open {
        let inner = &value[1..];
        if inner.ends_with(quote) && !inner.is_empty() || inner.contains(&format!("{quote} #")) {
            return Open::Value;
        }
        let kin = ['”', '“', '’', '‘', '＂', '＇'];
        if let Some(end) = inner.strip_suffix(kin).filter(|end| !end.contains(quote) && !end.contains(kin)) {
            let wrong = inner[end.len()..].chars().next().unwrap_or(quote);
            let range = at + 1 + end.len()..at + value.len();
            let message = msg!(
                "前面是英文引号，结尾是中文引号“{wrong}”，要用同样的英文引号",
                "the value begins with a plain quote and ends with `{wrong}`, use the same quote"
            );
            self.mend(Code::YamlSyntax, range.clone(), range, quote.to_string(), message);
            return Open::Value;
        }
        if inner.contains(quote) { Open::Value } else { Open::Quote(quote) }
    }

    /// A line without a colon.
    fn no_colon(&mut self, line: &Content<'_>, whole: Range<usize>) {
        if let Some((key, sign)) = name_before_sign(line.text) {
            let at = line.at + key.len();
            let key = key.trim_end();
            let value = line.text[at - line.at + sign.len_utf8()..].trim().trim_matches('"');
            let range = line.at..line.at + line.text.len();
            self.mend(
                Code::FullWidthColon,
                at..at + sign.len_utf8(),
                range,
                format!("{key}: {value}"),
                msg!(
                    "名称后面是“{sign}”，请改成英文冒号“:”，后面留一个空格",
                    "behind the name stands `{sign}`, write `:` and a space"
                ),
            );
            (self.open, self.last, self.parent) = (Open::Value, whole, line.column);
            return;
        }
        if line.column > self.parent || self.last.is_empty() || self.list {
            self.open = Open::Value;
            return;
        }
        self.half(line);
    }

    /// The rest of a value, on a line of its own that is not indented.
    fn half(&mut self, line: &Content<'_>) {
        if line.text.len() + self.last.len() > LONGEST {
            return;
        }
        let above = self.edits.apply(self.text, self.last.clone());
        let above = above.trim_end();
        let (zh, en) = match self.open {
            Open::Nothing => ("内容要和名称写在同一行", "a value stands on the line of its name"),
            Open::Block => ("“|”下面的每一行，行首都要空两格", "each line below `|` is indented by two spaces"),
            _ => (
                "这一行像是上一行的后半句，要接在上一行后面",
                "this line seems to continue the one above, put it there",
            ),
        };
        let gap = if self.open == Open::Nothing { " " } else { "" };
        let end = line.at + line.text.len();
        if self.open == Open::Block {
            return self.mend(
                Code::Indentation,
                line.at..end,
                line.at..line.at,
                " ".repeat(self.parent + 2),
                msg!("{zh}", "{en}"),
            );
        }
        let joined = format!("{above}{gap}{}", line.text);
        let range = self.last.start..end;
        let span = Span::from(line.at..end).shift(self.base);
        self.edits.replace(range.clone(), joined.clone());
        self.last = range;
        let problem = Diagnostic::new(Code::YamlSyntax, (self.place)(span), msg!("{zh}", "{en}"));
        self.found.push(problem.help(msg!("两行合成一行：{joined}", "make one line of the two: {joined}")));
        self.open = Open::Value;
    }

    fn report(&mut self, code: Code, place: Range<usize>, message: Message) -> &mut Diagnostic {
        let place = (self.place)(Span::from(place).shift(self.base));
        self.found.push(Diagnostic::new(code, place, message));
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    /// Reports what stands at `place`, and puts `right` in the place of `range`.
    fn mend(&mut self, code: Code, place: Range<usize>, range: Range<usize>, right: String, message: Message) {
        let repair = Span::from(range.clone()).shift(self.base);
        let same = place == range;
        self.edits.replace(range, right.clone());
        let problem = Diagnostic::new(code, (self.place)(Span::from(place).shift(self.base)), message);
        let problem = if same { problem.replacement(right.clone()) } else { problem };
        self.found.push(problem.repair(repair, right));
    }

    /// Says of each problem found in a line what the whole line should be.
    fn show_mended(&mut self, first: usize, line: Range<usize>) {
        if self.found.len() == first {
            return;
        }
        let mended = self.edits.apply(self.text, line);
        let mended = mended.trim_end();
        for problem in self.found[first..].iter_mut().filter(|problem| problem.help.is_none()) {
            problem.help = Some(msg!("改成：{mended}", "write: {mended}"));
        }
    }
}

/// The name of a line, and the sign behind it.
struct Name {
    key: String,
    colon: usize,
    sign: char,
    /// Whether something stands around it.
    decorated: bool,
}

impl Name {
    fn of(text: &str) -> Option<Self> {
        let (colon, sign) = text.char_indices().take(60).find(|(_, c)| is_colon(*c))?;
        let before = &text[..colon];
        let around = ['*', '_', '`', '>', '“', '”', '‘', '’', '"', '\'', '\\', '#', '·', '【', '】', ' ', '\u{3000}'];
        let key: String = before.trim_matches(around).chars().filter(|c| !is_invisible(*c)).collect();
        let plain = is_name(&key);
        // Words with a colon in them that are no name.
        if !plain || !key.is_ascii() && key.chars().count() > 8 {
            return (sign == ':' && before.len() < text.len()).then_some(()).and_then(|()| {
                let rest = &text[colon + 1..];
                (rest.is_empty() || rest.starts_with(' ')).then(|| Self {
                    key: before.trim().into(),
                    colon,
                    sign,
                    decorated: false,
                })
            });
        }
        let rest = &text[colon + sign.len_utf8()..];
        if sign == ':' && rest.starts_with("//") {
            return None;
        }
        let decorated = before.trim() != key;
        Some(Self { key, colon, sign, decorated })
    }
}

/// Whether a line begins with a name in Latin letters and a colon.
fn begins_with_name(text: &str) -> bool {
    let Some((at, colon)) = text.char_indices().take(40).find(|(_, c)| is_colon(*c)) else { return false };
    let key = text[..at].trim();
    let rest = &text[at + colon.len_utf8()..];
    let latin = key.starts_with(|c: char| c.is_ascii_lowercase()) && key.is_ascii() && is_name(key);
    latin
        && (colon != ':'
            || rest.is_empty()
            || rest.starts_with([' ', '\t'])
            || rest.starts_with(|c: char| !c.is_ascii()))
}

fn is_name(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

fn is_colon(c: char) -> bool {
    matches!(c, ':' | '：' | '﹕' | '∶' | '︰' | '꞉' | 'ː')
}

/// `title = 通知`, `title，通知`: a Latin name and a sign that is no colon.
fn name_before_sign(text: &str) -> Option<(&str, char)> {
    let (at, sign) =
        text.char_indices().find(|(_, c)| matches!(c, '=' | '＝' | ';' | '；' | '，' | ',' | '、' | '。'))?;
    let key = &text[..at];
    let name = key.trim_end();
    let fits = name.is_ascii() && is_name(name) && name.starts_with(|c: char| c.is_ascii_lowercase());
    fits.then_some((key, sign))
}

/// How much of a line is a mark that was meant as `- `.
fn mark_length(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    let rest = &text[first.len_utf8()..];
    let blanks = |rest: &str| rest.len() - rest.trim_start_matches(is_blank).len();
    match first {
        '－' | '—' | '–' | '−' | '﹣' | '•' | '·' | '・' | '●' | '○' | '◆' | '■' | '▪' | '‧' => {
            let more = rest.len() - rest.trim_start_matches(first).len();
            Some(first.len_utf8() + more + blanks(&rest[more..]))
        }
        '-' if !rest.is_empty() && !rest.starts_with(['-', ' ']) => Some(1 + blanks(rest)),
        '*' | '+' if rest.starts_with(' ') => Some(1 + blanks(rest)),
        '0'..='9' | '①'..='⑳' => {
            let digits =
                text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '①'..='⑳')).len();
            let rest = &text[digits..];
            let sign = rest.chars().next().filter(|c| matches!(c, '.' | '、' | '．' | ')' | '）'));
            let sign = sign.map_or(0, char::len_utf8);
            let spaced = sign == 1 && rest[1..].starts_with(' ') || sign > 1 || first > '9';
            spaced.then(|| digits + sign + blanks(&rest[sign..]))
        }
        _ => None,
    }
    .filter(|length| *length < text.len())
}

/// Where ` #` with something close behind it cuts a value, and what is left.
fn cut_by_hash(value: &str) -> Option<(usize, &str)> {
    let at = value.find(" #").or_else(|| value.find("\t#"))?;
    let next = value[at + 2..].chars().next()?;
    let close = next.is_ascii_digit() || is_han(next) || matches!(next, '０'..='９' | '“' | '《' | '（');
    close.then(|| (at + 1, value[..at].trim_end()))
}

/// Bytes of a name in braces, blanks around it included.
const LONGEST_NAME: usize = 80;

/// `name：x，place:y` as `name: x, place: y`.
fn flow_pairs(inner: &str) -> String {
    let mut out = String::with_capacity(inner.len() + 8);
    let mut quote = None;
    // Where the name of a pair begins in `out`.
    let mut begin = 0;
    for (i, c) in inner.char_indices() {
        if matches!(c, '"' | '\'') {
            quote = if quote == Some(c) { None } else { quote.or(Some(c)) };
        }
        let behind = &inner[i + c.len_utf8()..];
        let ends_a_name = |out: &str| is_colon(c) && is_ascii_name(&out[begin..]) && !behind.starts_with("//");
        if quote.is_none() && ends_a_name(&out) {
            out.push_str(if behind.starts_with(' ') || behind.is_empty() { ":" } else { ": " });
        } else if quote.is_none() && matches!(c, '，' | '、' | '；' | ';') && begins_with_flow_name(behind) {
            out.push_str(if behind.starts_with(' ') { "," } else { ", " });
            begin = out.len();
        } else {
            out.push(c);
            if matches!(c, ',' | '{' | '[') {
                begin = out.len();
            }
        }
    }
    out
}

/// `a, , b,` as `a, b`.
fn without_empty(inner: &str) -> String {
    let twice = inner.match_indices(',').any(|(i, _)| inner[i + 1..].trim_start().starts_with(','));
    if !twice || inner.contains(['"', '\'', '[', '{']) {
        return inner.to_owned();
    }
    inner.split(',').map(str::trim).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ")
}

fn begins_with_flow_name(text: &str) -> bool {
    let Some(at) = text[..text.floor_char_boundary(LONGEST_NAME)].find(is_colon) else { return false };
    let key = &text[..at];
    is_ascii_name(key) && key.trim().starts_with(|c: char| c.is_ascii_lowercase())
}

/// Whether a text, blanks around it left out, is a name of ours.
fn is_ascii_name(text: &str) -> bool {
    text.len() <= LONGEST_NAME && text.is_ascii() && is_name(text.trim())
}

fn is_block_header(value: &str) -> bool {
    let header = value.split(" #").next().unwrap_or_default().trim();
    header[1..].chars().all(|c| matches!(c, '+' | '-' | '1'..='9')) && header.len() <= 3
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

fn is_invisible(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{202a}'..='\u{202e}')
}

fn name_of(c: char) -> (String, String) {
    match c {
        '\t' => ("制表符（Tab）".into(), "a tab".into()),
        '\u{3000}' => ("全角空格".into(), "an ideographic space".into()),
        '\u{a0}' => ("不换行空格".into(), "a no-break space".into()),
        c => (format!("U+{:04X}", c as u32), format!("U+{:04X}", c as u32)),
    }
}
