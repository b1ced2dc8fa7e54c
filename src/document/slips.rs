//! Lines of a text that were meant as Markdown and are not: a heading without its space, a link in
//! full-width brackets, a table pasted from a spreadsheet. They would stand there as they were typed.

use crate::{
    base::{lang::Message, path::SitePath, text::is_han},
    diagnostics::{Code, Diagnostic, Place, Severity},
    msg,
};

/// After so many of a file the rest is left to the next run.
const MOST: usize = 20;

/// Bytes of the words of a link, and of its address, beyond which none was meant.
const LONGEST: usize = 2000;

/// Reports the slips of a text that stands at `base` in its file.
pub(super) fn find(file: &SitePath, body: &str, base: usize, problems: &mut Vec<Diagnostic>) {
    let seen = Seen::of(body);
    let mut finder = Finder { file, base, problems, found: 0, above: "", ruled: false, seen };
    finder.comment(body);
    let mut fence: Option<(char, usize, &str)> = None;
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', body.as_bytes()).chain((!body.ends_with('\n')).then_some(body.len()));
    for end in ends {
        let text = &body[start..end];
        match (fence, fence_of(text)) {
            (None, Some(mark)) => fence = Some((mark, start, text)),
            (Some((mark, ..)), Some(other)) if mark == other && text.trim().chars().all(|c| c == mark) => fence = None,
            (None, None) => finder.line(start, text),
            _ => {}
        }
        finder.above = text;
        start = end + 1;
        if finder.found > MOST {
            return;
        }
    }
    if let Some((mark, start, text)) = fence {
        let marks = mark.to_string().repeat(3);
        let message = msg!(
            "代码框没有结束，后面的文字都会当作代码",
            "the code block is not closed: all that follows is shown as code"
        );
        finder.report(start, text, message, msg!("在代码下面单独加一行 {marks}", "put a line {marks} below the code"));
    }
}

/// What a whole body holds, so that most lines need not be searched for it.
struct Seen {
    nul: bool,
    tab: bool,
    stars: bool,
    /// The end of something in brackets that is not a link as it should be written.
    bracket: bool,
}

impl Seen {
    fn of(body: &str) -> Self {
        let bytes = body.as_bytes();
        let written = |at: usize| {
            let target = bytes.get(at + 1..).and_then(|rest| rest.strip_prefix(b"("));
            target.is_some_and(|target| memchr::memchr2(b')', b'\n', target).is_some_and(|end| target[end] == b')'))
        };
        Self {
            nul: memchr::memchr(0, bytes).is_some(),
            tab: memchr::memchr(b'\t', bytes).is_some(),
            stars: memchr::memmem::find(bytes, "＊＊".as_bytes()).is_some(),
            bracket: memchr::memchr_iter(b']', bytes).any(|at| !written(at))
                || memchr::memmem::find(bytes, "】".as_bytes()).is_some(),
        }
    }
}

fn fence_of(line: &str) -> Option<char> {
    let line = line.trim_start();
    [("```", '`'), ("~~~", '~')].into_iter().find(|(marks, _)| line.starts_with(marks)).map(|(_, mark)| mark)
}

struct Finder<'a> {
    file: &'a SitePath,
    base: usize,
    problems: &'a mut Vec<Diagnostic>,
    found: usize,
    /// The line above.
    above: &'a str,
    /// Whether the table here has its line, or was reported.
    ruled: bool,
    seen: Seen,
}

impl Finder<'_> {
    fn report(&mut self, at: usize, wrong: &str, message: Message, help: Message) -> &mut Diagnostic {
        self.found += 1;
        let range = at + self.base..at + self.base + wrong.len();
        self.problems.push(Diagnostic::new(Code::LiteralMarkup, Place::text(self.file, range), message).help(help));
        let last = self.problems.len() - 1;
        &mut self.problems[last]
    }

    /// Reports with what to write instead.
    fn instead(&mut self, at: usize, wrong: &str, message: Message, right: String) {
        let help = msg!("写成：{right}", "write: {right}");
        self.report(at, wrong, message, help).replacement = Some(right);
    }

    /// A remark without an end hides everything below it.
    fn comment(&mut self, body: &str) {
        // Most bodies have none, and looking for the first is quicker than for the last.
        let any = memchr::memmem::find(body.as_bytes(), b"<!--").is_some();
        let last = any.then(|| memchr::memmem::rfind(body.as_bytes(), b"<!--")).flatten();
        let Some(at) = last.filter(|at| !body[*at..].contains("-->")) else { return };
        // Within a line it hides nothing.
        if !body[..at].rsplit('\n').next().unwrap_or_default().trim().is_empty() {
            return;
        }
        let problem = self.report(
            at,
            "<!--",
            msg!(
                "备注 <!-- 没有结束，后面的文字读者都看不到",
                "the remark <!-- is not closed: readers see nothing of what follows"
            ),
            msg!("在备注后面加上 -->", "put --> behind the remark"),
        );
        problem.severity = Severity::Error;
    }

    fn line(&mut self, start: usize, line: &str) {
        let text = line.trim_start();
        let at = start + line.len() - text.len();
        if self.seen.nul
            && let Some(i) = text.find('\0')
        {
            let message = msg!("这里有一个看不见的字符（U+0000）", "here stands an invisible character (U+0000)");
            self.report(at + i, "\0", message, msg!("把它删掉", "delete it"));
        }
        match text.chars().next() {
            Some('#' | '＃') => self.heading(at, text),
            Some('•' | '●' | '·' | '・' | '◆' | '■' | '－' | '-' | '○' | '１' | '２') => {
                self.bullet(at, text)
            }
            Some('｜') => self.table_bar(at, text),
            Some('|') => self.table(at, text),
            _ => self.ruled = false,
        }
        if self.seen.tab && text.contains('\t') {
            self.tabs(at, text);
        }
        if self.seen.stars && text.contains("＊＊") {
            self.stars(at, text);
        }
        if self.seen.bracket {
            self.links(at, text);
        }
    }

    fn heading(&mut self, at: usize, text: &str) {
        let marks: String = text.chars().take_while(|c| matches!(c, '#' | '＃')).collect();
        let rest = &text[marks.len()..];
        let words = rest.trim_start_matches([' ', '\u{3000}', '\t']);
        let plain = marks.bytes().all(|byte| byte == b'#');
        // `#话题#` is a topic, and `#1` a number.
        let meant =
            words.chars().next().is_some_and(|c| is_han(c) || c.is_alphabetic()) && !words.contains(['#', '＃']);
        let count = marks.chars().count();
        if !meant || count > 6 || plain && rest.starts_with([' ', '\t']) {
            return;
        }
        let right = format!("{} {words}", "#".repeat(count));
        let message = if plain {
            msg!("“{marks}”后面少了一个空格，不会成为标题", "a space is missing after `{marks}`: this is no heading")
        } else {
            msg!("标题要用英文的 #，后面空一格", "a heading begins with a plain `#` and a space")
        };
        self.instead(at, text, message, right);
    }

    fn bullet(&mut self, at: usize, text: &str) {
        let mark: String = text.chars().take(1).collect();
        let rest = &text[mark.len()..];
        let words = rest.trim_start_matches([' ', '\u{3000}', '\t']);
        let hyphen = mark == "-";
        let number = matches!(mark.as_str(), "１" | "２");
        if words.is_empty() || hyphen && (rest.starts_with([' ', '\t', '-']) || !words.starts_with(is_han)) || number {
            return;
        }
        if mark == "－" && rest.starts_with('－') {
            return;
        }
        let right = format!("- {words}");
        let message = msg!(
            "“{mark}”不会成为列表，列表的每一行用“- ”开头",
            "`{mark}` makes no list: each line of one begins with `- `"
        );
        self.instead(at, text, message, right);
    }

    fn table_bar(&mut self, at: usize, text: &str) {
        if self.above.trim_start().starts_with('｜') {
            return;
        }
        let right: String = text
            .chars()
            .map(|c| match c {
                '｜' => '|',
                '－' | '—' => '-',
                c => c,
            })
            .collect();
        let message = msg!(
            "表格要用英文竖线 |，全角竖线不会成为表格",
            "a table is made of plain bars `|`, not of full-width ones"
        );
        self.report(at, text, message, msg!("写成：{right}", "write: {right}"));
    }

    /// Rows without the line `| --- |` below the first.
    fn table(&mut self, at: usize, text: &str) {
        let bars = text.matches('|').count();
        let ruled = |line: &str| line.contains('-') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '));
        if ruled(text) || ruled(self.above.trim()) {
            self.ruled = true;
        }
        let second = self.above.trim_start().starts_with('|') && !self.ruled;
        if bars < 3 || !text.trim_end().ends_with('|') || !second {
            return;
        }
        self.ruled = true;
        let line = format!("|{}", " --- |".repeat(bars - 1));
        let message = msg!(
            "表头下面少了一行 {line}，不会成为表格",
            "the line {line} is missing below the heads: this is no table"
        );
        self.report(at, text, message, msg!("在这一行上面加一行：{line}", "put a line above this one: {line}"));
    }

    fn tabs(&mut self, at: usize, text: &str) {
        let cells = |line: &str| line.trim().split('\t').filter(|cell| !cell.trim().is_empty()).count();
        let here = cells(text);
        if here < 2 || cells(self.above) != here || self.above.starts_with(['\t', ' ']) || text.starts_with(['|', '-'])
        {
            return;
        }
        let row: Vec<&str> = text.trim().split('\t').map(str::trim).collect();
        let right = format!("| {} |", row.join(" | "));
        let message = msg!("从表格软件粘贴来的行，不会成为表格", "rows pasted from a spreadsheet make no table");
        let rule = format!("|{}", " --- |".repeat(row.len()));
        self.report(
            at,
            text,
            message,
            msg!(
                "每行用竖线分开：{right}；第一行下面加一行 {rule}",
                "part the cells with bars: {right}; below the first row stands {rule}"
            ),
        );
        self.found += MOST / 2;
    }

    fn stars(&mut self, at: usize, text: &str) {
        let Some(i) = text.find("＊＊") else { return };
        let message = msg!("全角的“＊＊”不会成为粗体", "full-width `＊＊` makes nothing bold");
        let right = text[i..].replace('＊', "*");
        self.instead(at + i, &text[i..], message, right);
    }

    /// `[文字]（网址）` and its kin.
    fn links(&mut self, at: usize, text: &str) {
        for (i, c) in text.char_indices().filter(|(_, c)| matches!(c, ']' | '】')) {
            let rest = &text[i + c.len_utf8()..];
            let gap = rest.len() - rest.trim_start_matches(' ').len();
            let target = &rest[gap..rest.floor_char_boundary(gap + LONGEST)];
            let Some(open) = target.chars().next().filter(|c| matches!(c, '(' | '（')) else { continue };
            let Some(end) = target.find([')', '）']) else { continue };
            let address = &target[open.len_utf8()..end];
            let written = (c, open, gap) == (']', '(', 0) && target.contains(')');
            if written || !is_address(address) {
                continue;
            }
            let near = text.floor_char_boundary(i.saturating_sub(LONGEST));
            let Some(begin) = text[near..i].rfind(['[', '【']).map(|found| near + found) else { continue };
            let words = text[begin..i].trim_start_matches(['[', '【']);
            let right = format!("[{words}]({})", address.replace('：', ":").trim());
            let stop = end + target[end..].chars().next().map_or(1, char::len_utf8);
            let wrong = &text[begin..i + c.len_utf8() + gap + stop];
            let message = msg!(
                "链接要用英文的方括号和圆括号，中间不空格；这里不会成为链接",
                "a link is written in plain brackets without a space between: this is no link"
            );
            self.instead(at + begin, wrong, message, right);
        }
    }
}

fn is_address(text: &str) -> bool {
    let text = text.trim();
    let begins =
        ["http", "www.", "/", "@", "./", "../", "mailto:", "tel:", "#"].iter().any(|begin| text.starts_with(begin));
    begins && !text.contains(' ')
}
