//! Every code that the program can print, with its level and its page of documentation.

use std::fmt::Write as _;

use super::{Severity, pages};
use crate::base::lang::Tongue;

/// The page of a code as plain text, for `pbsite explain PB0103`.
pub fn explain(code: Code, tongue: Tongue) -> String {
    let page = code.documentation(tongue);
    let level = code.level().word(tongue);
    let [what, why, example, fix] = match tongue {
        Tongue::Zh => ["是什么", "为什么要管", "例子", "怎么改"],
        Tongue::En => ["What it means", "Why it matters", "Example", "What to do"],
    };
    let mut text = match tongue {
        Tongue::Zh => format!("{} {}（{level}）\n", code.number(), page.title),
        Tongue::En => format!("{} {} ({level})\n", code.number(), page.title),
    };
    for (heading, body) in [(what, page.what), (why, page.why), (example, page.example), (fix, page.fix)] {
        let _ = write!(text, "\n{heading}\n");
        for line in body.lines() {
            let _ = writeln!(text, "{}", format!("  {line}").trim_end());
        }
    }
    text
}

/// The documentation of a code, in one language: what, why, example, fix.
#[derive(Clone, Copy, Debug)]
pub struct Documentation {
    /// One line.
    pub title: &'static str,
    /// What the program saw.
    pub what: &'static str,
    /// Why it matters to a reader.
    pub why: &'static str,
    /// What it looks like.
    pub example: &'static str,
    /// What to do, then the text to write, on lines of its own.
    pub fix: &'static str,
}
/// A page: written here, or in a file beside the check that finds the problem.
macro_rules! page {
    ({ zh: $zh:expr, en: $en:expr $(,)? }, $tongue:ident) => {
        match $tongue {
            Tongue::Zh => $zh,
            Tongue::En => $en,
        }
    };
    (($file:literal), $tongue:ident) => {{
        static PAGE: std::sync::OnceLock<[Documentation; 2]> = std::sync::OnceLock::new();
        PAGE.get_or_init(|| pages::read(include_str!(concat!("../checks/", $file))))[$tongue as usize]
    }};
}

macro_rules! codes {
    ($($name:ident $number:literal $level:ident $page:tt)*) => {
        /// A kind of problem. Its number never changes meaning.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
        pub enum Code { $(#[doc = $number] $name,)* }

        impl Code {
            /// Every code, by number.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// `PB0203`.
            pub fn number(self) -> &'static str {
                match self { $(Self::$name => $number),* }
            }

            /// How bad it is unless the site says otherwise.
            pub fn level(self) -> Severity {
                match self { $(Self::$name => Severity::$level),* }
            }

            /// Its page of documentation.
            pub fn documentation(self, tongue: Tongue) -> Documentation {
                match self { $(Self::$name => page!($page, tongue)),* }
            }
        }
    };
}

macro_rules! doc {
    ($title:literal, $what:literal, $why:literal, $example:literal, $fix:literal) => {
        Documentation { title: $title, what: $what, why: $why, example: $example, fix: $fix }
    };
}

impl Code {
    /// Finds a code by its number, in either case: `PB0203`, `pb0203`.
    pub fn find(number: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.number().eq_ignore_ascii_case(number))
    }
}

// Numbers: 01 files and front matter as text, 02 fields and values, 03 identities and references,
// 04 body text, 05 images and media, 06 configuration, 07 theme, 08 output, 09 tables,
// 10 schedules and holidays, 20 what `checks` looks at (21 of courses, activities and
// lists), 30 digests: their pages stand beside them, in src/checks/.
codes! {
    FenceMissing "PB0101" Error {
        zh: doc!(
            "文件开头没有“---”",
            "文件的第一行不是三个减号“---”，程序找不到标题、日期这些信息写在哪里。",
            "没有这一段，程序不知道文章叫什么、哪天发，只好不发。",
            "title: 重阳节活动\ndate: 2026-10-18\n\n正文……",
            "在第一行和信息的最后各加一行“---”：\n---\ntitle: 重阳节活动\ndate: 2026-10-18\n---\n\n正文……"
        ),
        en: doc!(
            "The file does not begin with “---”",
            "The first line is not three hyphens “---”, so the program cannot find the title, the date and the other details.",
            "Without them it does not know what the article is called or when it appears, so it is not published.",
            "title: Double Ninth Festival\ndate: 2026-10-18\n\nText …",
            "Put a line “---” before the details and one after them:\n---\ntitle: Double Ninth Festival\ndate: 2026-10-18\n---\n\nText …"
        ),
    }
    FenceOpen "PB0102" Error {
        zh: doc!(
            "开头信息没有用“---”收尾",
            "文件第一行是“---”，但后面再也没有单独一行的“---”，信息和正文分不开。",
            "程序会把整篇正文当成信息来读，读者什么也看不到。",
            "---\ntitle: 重阳节活动\n\n正文从这里开始……",
            "在最后一条信息下面单独加一行三个减号（要用英文减号，不能用“——”）：\n---"
        ),
        en: doc!(
            "The details at the top are not closed with “---”",
            "The first line is “---”, but no other line of just “---” follows, so details and text cannot be told apart.",
            "The whole text would be read as details, and readers would see nothing.",
            "---\ntitle: Double Ninth Festival\n\nThe text begins here …",
            "Below the last detail add a line of three plain hyphens (not a long dash):\n---"
        ),
    }
    FullWidthColon "PB0103" Error {
        zh: doc!(
            "用了中文冒号“：”",
            "开头信息的名称后面是中文（全角）冒号，或者英文冒号后面少了一个空格。",
            "程序认不出这一条，标题、地点之类就会丢掉。",
            "title：重阳节活动",
            "把“：”换成英文冒号，后面空一格：\ntitle: 重阳节活动"
        ),
        en: doc!(
            "A full-width colon “：”",
            "After the name of a detail stands a Chinese (full-width) colon, or a plain colon without a space.",
            "The detail is not recognised, and a title or a place would be lost.",
            "title：Open day",
            "Write a plain colon and a space:\ntitle: Open day"
        ),
    }
    YamlSyntax "PB0104" Error {
        zh: doc!(
            "开头信息的写法读不懂",
            "两行“---”之间有一处不合写法，常见的是引号没有配对、方括号没有收尾、内容里又有“冒号加空格”。",
            "这一处之后的信息都不可靠，所以整个文件先不发布。",
            "title: \"重阳节活动\nplace: 地址: 一楼大厅",
            "引号要成对，内容里有冒号时整句加英文引号：\ntitle: \"重阳节活动\"\nplace: \"地址: 一楼大厅\""
        ),
        en: doc!(
            "The details at the top cannot be read",
            "Something between the two “---” lines is not written as it must be: often a quotation mark or bracket without its partner, or a second “colon and space” in a value.",
            "Whatever follows that place is unreliable, so the file is not published.",
            "title: \"Open day\nplace: Address: ground floor",
            "Close every quotation mark, and put quotation marks around a text with a colon:\ntitle: \"Open day\"\nplace: \"Address: ground floor\""
        ),
    }
    Indentation "PB0105" Error {
        zh: doc!(
            "缩进不对",
            "这一行前面的空白用了制表符（Tab）或中文空格，或者和上下行没有对齐。",
            "缩进表示“属于上一项”，空白不对，内容就会算到别的项目里。",
            "schedule:\n　start: 2026-10-18",
            "删掉行首的空白，改敲两个英文空格，同一组上下对齐：\nschedule:\n  start: 2026-10-18"
        ),
        en: doc!(
            "Wrong indentation",
            "The blank space before this line holds a tab or a Chinese space, or does not line up with the lines around it.",
            "Indentation says “this belongs to the item above”; with the wrong space it belongs to something else.",
            "schedule:\n\tstart: 2026-10-18",
            "Delete the space at the beginning of the line and type two plain spaces; lines of one group line up:\nschedule:\n  start: 2026-10-18"
        ),
    }
    DuplicateKey "PB0106" Error {
        zh: doc!(
            "同一项写了两次",
            "开头信息里，同一个名称出现了两次。",
            "两个值只能用一个，程序不替你挑，免得发错。",
            "date: 2026-10-18\ntitle: 重阳节活动\ndate: 2026-10-19",
            "留下对的一行，删掉另一行：\ndate: 2026-10-18"
        ),
        en: doc!(
            "A detail stands there twice",
            "The same name occurs twice in the details at the top.",
            "Only one of the two values can hold; the program does not choose, so that nothing false is published.",
            "date: 2026-10-18\ntitle: Open day\ndate: 2026-10-19",
            "Keep the right line and delete the other:\ndate: 2026-10-18"
        ),
    }
    NotAMapping "PB0107" Error {
        zh: doc!(
            "开头信息不是“名称: 内容”",
            "两行“---”之间应该一行一条“名称: 内容”，这里却是一段话或一个清单。",
            "程序不知道哪句是标题、哪句是日期。",
            "---\n重阳节活动，十月十八日\n---",
            "每条信息写成“名称: 内容”：\n---\ntitle: 重阳节活动\ndate: 2026-10-18\n---"
        ),
        en: doc!(
            "The details are not “name: value”",
            "Between the two “---” lines each line should be “name: value”; here is a sentence or a list.",
            "The program cannot tell which part is the title and which the date.",
            "---\nOpen day on 18 October\n---",
            "Write each detail as “name: value”:\n---\ntitle: Open day\ndate: 2026-10-18\n---"
        ),
    }
    Encoding "PB0108" Warning {
        zh: doc!(
            "文件的文字编码不是 UTF-8",
            "文件存成了别的编码（如 GBK），程序猜出来读了；猜的可能不准，个别字也可能已经坏了。",
            "编码不对，读者会看到乱码。",
            "重阳节 变成 ÖØÑô½Ú",
            "用记事本打开，看看文字对不对，再选“另存为”，编码选：\nUTF-8"
        ),
        en: doc!(
            "The file is not encoded as UTF-8",
            "The file was saved in another encoding (such as GBK). The program guessed and read it; a guess can be wrong, and some characters may be damaged.",
            "With the wrong encoding readers see gibberish.",
            "重阳节 turns into ÖØÑô½Ú",
            "Open the file in a plain text editor, see whether the words are right, choose “Save as” and the encoding:\nUTF-8"
        ),
    }
    Unreadable "PB0109" Error {
        zh: doc!(
            "文件读不出来",
            "文件在，但是打不开：可能没有权限、已经损坏，或者不是这种类型的文件。",
            "读不到内容就没有页面，程序不会拿空白页充数。",
            "把 .doc 改名成 .xlsx 以后放进来",
            "在自己电脑上试着打开它；打不开就重新保存一份，再放回原来的位置。表格请另存为：\n.xlsx 或 .csv（UTF-8）"
        ),
        en: doc!(
            "The file cannot be read",
            "The file is there but cannot be opened: no permission, damage, or not the type that its name says.",
            "Without content there is no page, and an empty one is never published.",
            "A .doc that was renamed to .xlsx",
            "Try to open it on your own computer; if that fails, save it once more and put it back. Save tables as:\n.xlsx or .csv (UTF-8)"
        ),
    }
    FileName "PB0110" Error {
        zh: doc!(
            "文件名不能用",
            "文件名里有不能用的字符（如 \\ : * ? \" < > |、换行），名字太长、是空的，或者名字里的语言代码（如 .en）网站没有。",
            "这样的文件在有的电脑上打不开，也做不成网址。",
            "重阳节活动?.md",
            "改成短一点、没有这些符号的名字：\n2026-10-18-chongyang.md"
        ),
        en: doc!(
            "The file's name cannot be used",
            "The name holds a character that cannot be used (such as \\ : * ? \" < > | or a line end), is too long or empty, or has a language (such as .en) that the site does not have.",
            "Such a file cannot be opened on every computer, nor become a web address.",
            "open day?.md",
            "Give it a short name without such characters:\n2026-10-18-open-day.md"
        ),
    }
    FileTooLarge "PB0111" Error {
        zh: doc!(
            "文件太大",
            "这个文件比程序肯读的上限还大，多半是放错了文件，或者把图片贴进了文字里。",
            "太大的页面在手机上打不开。",
            "把 80 MB 的视频存成了 .md",
            "文字和图片分开放，长文章拆成几篇；图片放进 content/media/，文中这样写：\n![重阳节合影](/media/chongyang.jpg)"
        ),
        en: doc!(
            "The file is too large",
            "The file is larger than the program will read: usually the wrong file, or pictures pasted into the text.",
            "Pages of that size do not open on a phone.",
            "A video of 80 MB saved as .md",
            "Keep pictures apart from the text and split long articles; put a picture into content/media/ and write:\n![Open day](/media/open-day.jpg)"
        ),
    }
    UnknownPlace "PB0112" Error {
        zh: doc!(
            "文件放的位置不对",
            "程序按文件夹认内容：文章、页面、系列各有各的文件夹，这个文件不在其中任何一个里，或者它的栏目不在 pbsite.yaml 里。",
            "不知道它是什么、属于哪个栏目，就不知道该发到哪里。",
            "content/重阳节活动.md",
            "把文件挪到对应的文件夹，文章要放进栏目的文件夹：\ncontent/articles/headlines/2026-10-18-chongyang.md"
        ),
        en: doc!(
            "The file is in no known folder",
            "The folder says what a file is: articles, pages and series have a folder each. This file is in none of them, or pbsite.yaml does not have its column.",
            "Nobody can tell what it is or to which column it belongs, so it has no place on the site.",
            "content/open-day.md",
            "Move the file to the folder it belongs to, an article into that of its column:\ncontent/articles/headlines/2026-10-18-open-day.md"
        ),
    }
    CutByHash "PB0113" Warning {
        zh: doc!(
            "“#”把后面的内容切掉了",
            "开头信息里，空格加“#”表示“后面是备注”，备注不会发布；这里的“#”后面紧跟着数字或汉字，多半是内容的一部分。",
            "读者看到的地址、标题少了后半截，例如“3楼 #302”只剩“3楼”。",
            "address: 3楼 #302",
            "整段内容用英文单引号括起来；真是备注，就在“#”后面空一格：\naddress: '3楼 #302'"
        ),
        en: doc!(
            "`#` cuts off the rest of a value",
            "Among the details at the top a space and `#` begin a remark, which is not published; here a digit or a Chinese character follows at once, so it is most likely part of the value.",
            "Readers would see an address or a title without its end.",
            "address: Floor 3 #302",
            "Put the value into single quotes; if it is a remark, put a space after `#`:\naddress: 'Floor 3 #302'"
        ),
    }
    EmptyText "PB0114" Warning {
        zh: doc!(
            "正文是空的",
            "第二行“---”下面没有任何文字。",
            "读者点进来只看到一个标题，不知道什么时候、在哪里、找谁。",
            "---\ntitle: 重阳节活动\n---",
            "在“---”下面写正文；还没写好，就在资料里加一行：\ndraft: true"
        ),
        en: doc!(
            "There is no text",
            "Below the second line `---` nothing is written.",
            "Readers would find a title and nothing else: not when, where or whom to ask.",
            "---\ntitle: Open day\n---",
            "Write the text below `---`; if it is not ready, add a line to the details:\ndraft: true"
        ),
    }
    UnknownKey "PB0201" Error {
        zh: doc!(
            "没有这一项",
            "开头信息（或表头）里有一个程序不认识的名称，多半是拼错了。",
            "不认识的内容不会显示，拼错的日期、地点就悄悄丢了。",
            "tilte: 重阳节活动",
            "照提示改成正确的名称：\ntitle: 重阳节活动"
        ),
        en: doc!(
            "There is no such detail",
            "The details (or a table's headings) hold a name that the program does not know, usually a slip.",
            "Unknown details are not shown, so a misspelt date or place would vanish in silence.",
            "tilte: Open day",
            "Write the name as suggested:\ntitle: Open day"
        ),
    }
    WrongType "PB0202" Error {
        zh: doc!(
            "内容的形式不对",
            "这一项要的是另一种内容，例如要 true 或 false 却写了别的字，要一句话却写了清单。",
            "程序不猜：把“是”猜成“否”，草稿就会被发出去。",
            "draft: 是",
            "按这一项要的形式写：\ndraft: true"
        ),
        en: doc!(
            "The value is of the wrong form",
            "This detail takes another form: true or false where there is another word, or one sentence where there is a list.",
            "The program does not guess: a wrong guess would publish a draft.",
            "draft: perhaps",
            "Write the form that this detail takes:\ndraft: true"
        ),
    }
    BadDate "PB0203" Error {
        zh: doc!(
            "日期看不懂，或没有这一天",
            "日期要写明年、月、日；这里写得不清楚，或者日历上没有这一天。",
            "日期错了，读者会白跑一趟。",
            "date: 2026-02-30",
            "写成“年-月-日”：\ndate: 2026-03-01"
        ),
        en: doc!(
            "No date, or no such day",
            "A date needs year, month and day; this one is unclear, or the calendar has no such day.",
            "A wrong date sends readers on a useless trip.",
            "date: 2026-02-30",
            "Write year-month-day:\ndate: 2026-03-01"
        ),
    }
    MissingField "PB0204" Error {
        zh: doc!(
            "缺了必填的一项",
            "这一类内容必须有的一项没有写。",
            "缺了它，读者就不知道关键的事，例如叫什么、什么时候、在哪里。",
            "---\ndate: 2026-10-18\n---",
            "在两行“---”之间补上一行：\ntitle: 重阳节活动"
        ),
        en: doc!(
            "A required detail is missing",
            "A detail that this kind of content must have is not there.",
            "Without it readers miss what matters: what it is called, when or where.",
            "---\ndate: 2026-10-18\n---",
            "Add the line between the two “---” lines:\ntitle: Open day"
        ),
    }
    UnknownChoice "PB0205" Error {
        zh: doc!(
            "不在可选的范围里",
            "这一项只能从几个固定的词里选，这里写了别的词。",
            "写了别的词，就进不了该进的栏目，也显示不出该有的状态。",
            "status: {state: 不办了}",
            "从提示列出的词里选一个：\nstatus: {state: cancelled}"
        ),
        en: doc!(
            "Not one of the choices",
            "This detail takes one of a few fixed words, and this is another.",
            "With another word the item misses its list, or shows no state.",
            "status: {state: called off}",
            "Take one of the words in the message:\nstatus: {state: cancelled}"
        ),
    }
    DateOrder "PB0206" Error {
        zh: doc!(
            "结束早于开始",
            "两个日期或时间的先后反了（结束在开始之前、更新在发布之前），或者写了全天又写了几点。",
            "读者照着走会扑空，日历里也放不进去。",
            "schedule:\n  start: 2026-10-18T14:00\n  end: 2026-10-18T09:00",
            "对一对原来的通知，改正其中一个：\nschedule:\n  start: 2026-10-18T14:00\n  end: 2026-10-18T15:30"
        ),
        en: doc!(
            "The end is before the beginning",
            "Two dates or times are in the wrong order (an end before the start, a change before the publication), or an all-day event has a time.",
            "Readers would come in vain, and calendars refuse it.",
            "schedule:\n  start: 2026-10-18T14:00\n  end: 2026-10-18T09:00",
            "Compare with the original notice and mend one of them:\nschedule:\n  start: 2026-10-18T14:00\n  end: 2026-10-18T15:30"
        ),
    }
    BadAddress "PB0207" Error {
        zh: doc!(
            "网址写得不对",
            "这一项要一个完整的网址（站内旧地址以 / 开头），这里不完整，或者里面有空格、中文标点。",
            "读者点了打不开。",
            "original: www.example.org。",
            "从浏览器地址栏整条复制，开头要有 https://，结尾不要标点：\noriginal: https://www.example.org/"
        ),
        en: doc!(
            "Not a web address",
            "This detail takes a complete web address (a former address of this site begins with /); this one is incomplete, or holds spaces or Chinese punctuation.",
            "Readers could not open it.",
            "original: www.example.org.",
            "Copy it whole from the browser; it begins with https:// and has no full stop behind it:\noriginal: https://www.example.org/"
        ),
    }
    EmptyValue "PB0208" Error {
        zh: doc!(
            "有名称，没有内容",
            "冒号后面是空的。",
            "读者会看到一个空的标题或地点。",
            "title:",
            "补上内容；用不到这一项，就把整行删掉：\ntitle: 重阳节活动"
        ),
        en: doc!(
            "A name without a value",
            "Nothing stands after the colon.",
            "Readers would see an empty title or place.",
            "title:",
            "Fill it in, or delete the line if you do not need it:\ntitle: Open day"
        ),
    }
    BadTime "PB0209" Error {
        zh: doc!(
            "时间看不懂",
            "时间要写成“小时:分钟”，用 24 小时制；这里写得不清楚，或者没有这个时间。",
            "时间错了，读者会来早或来晚。",
            "time: 下午2点到3点半",
            "用 24 小时制，起止之间用减号，外面加英文引号：\ntime: '14:00-15:30'"
        ),
        en: doc!(
            "No time of day",
            "A time is hour:minute on the 24-hour clock; this one is unclear or does not exist.",
            "With a wrong time readers come too early or too late.",
            "time: 2 to half past 3 pm",
            "Use the 24-hour clock, a hyphen between beginning and end, and quotation marks around:\ntime: '14:00-15:30'"
        ),
    }
    FullWidthSeparator "PB0210" Error {
        zh: doc!(
            "清单里用了中文逗号或顿号",
            "方括号里的几项是用“，”或“、”隔开的，程序会把它们当成一整项。",
            "标签或单位就只剩一个又长又怪的名字，点进去什么也没有。",
            "tags: [活动，课程]",
            "改成英文逗号加一个空格：\ntags: [活动, 课程]"
        ),
        en: doc!(
            "A Chinese comma in a list",
            "The items in the brackets are separated by “，” or “、”; the program would read them as one item.",
            "There would be one odd, long tag or unit that leads nowhere.",
            "tags: [活动，课程]",
            "Write plain commas, each with a space behind it:\ntags: [活动, 课程]"
        ),
    }
    BadId "PB0301" Error {
        zh: doc!(
            "编号里有不能用的字符",
            "编号（id）只能用小写英文字母、数字和中间的减号。",
            "编号会成为网址的一部分，带中文、空格或大写的网址转发时容易断开。",
            "id: 后滩 Station",
            "用小写拼音和减号：\nid: houtan-station"
        ),
        en: doc!(
            "The id holds other characters",
            "An id takes lower-case letters, digits and single hyphens between them.",
            "It becomes part of the web address; others break when the address is passed on.",
            "id: Houtan Station",
            "Use lower-case letters and hyphens:\nid: houtan-station"
        ),
    }
    DuplicateId "PB0302" Error {
        zh: doc!(
            "编号重复",
            "同一类内容里，有两份用了同一个编号。",
            "别处提到这个编号时，不知道指的是哪一份。",
            "两个文件里都有 id: houtan",
            "给其中一份换一个编号，并改掉提到它的地方：\nid: houtan-2026"
        ),
        en: doc!(
            "The id is taken",
            "Two items of the same kind have the same id.",
            "Where the id is mentioned, nobody knows which of the two is meant.",
            "id: houtan in two files",
            "Give one of them another id, and change it where it is mentioned:\nid: houtan-2026"
        ),
    }
    DuplicateAddress "PB0303" Error {
        zh: doc!(
            "两个页面抢同一个网址",
            "这个页面的网址和另一个页面（或一个旧网址）相同。",
            "一个网址只能放一个页面，另一个就没人看得到。",
            "content/pages/about.md 和另一个文件都要发到 /about/",
            "给其中一个换一个编号：\nid: about-us"
        ),
        en: doc!(
            "Two pages want one address",
            "This page would get the same web address as another page or as an old address.",
            "An address holds one page; nobody would see the other.",
            "content/pages/about.md and another file both want /about/",
            "Give one of them another id:\nid: about-us"
        ),
    }
    DeadReference "PB0304" Error {
        zh: doc!(
            "提到的编号不存在",
            "这里写了一个品牌、系列、站点之类的编号，但没有哪份内容用这个编号。",
            "它不会出现在该在的页面上，读者点了也到不了。",
            "programmes: [linli-12]",
            "照提示改成最接近的编号，或者先建好那份内容：\nprogrammes: [linli-shier]"
        ),
        en: doc!(
            "The id that is named does not exist",
            "A programme, series, station or the like is named here by an id that no item has.",
            "The item would be missing from that page, and the link would lead nowhere.",
            "programmes: [linli-12]",
            "Take the nearest id from the message, or write that item first:\nprogrammes: [linli-shier]"
        ),
    }
    DeadLink "PB0305" Error {
        zh: doc!(
            "站内链接打不开",
            "正文里的链接指向一个不存在的页面或文件。",
            "读者点了会看到“找不到页面”。",
            "[活动通知](@columns/notice)",
            "照提示改成存在的编号：\n[活动通知](@columns/notices)"
        ),
        en: doc!(
            "A link inside the site leads nowhere",
            "A link in the text points to a page or file that does not exist.",
            "Readers who follow it see “page not found”.",
            "[notices](@columns/notice)",
            "Take an id that exists from the message:\n[notices](@columns/notices)"
        ),
    }
    DeadAnchor "PB0306" Error {
        zh: doc!(
            "链接里的小标题不存在",
            "链接里“#”后面的小标题，在那个页面上找不到。",
            "读者会停在页面最上面，找不到要看的那一段。",
            "[怎样报名](@pages/about#报名办法)",
            "“#”后面照抄那个页面上的小标题：\n[怎样报名](@pages/about#怎样报名)"
        ),
        en: doc!(
            "The heading in a link does not exist",
            "The page has no heading of the name behind the “#”.",
            "Readers land at the top of the page and do not find the passage.",
            "[how to join](@pages/about#joining)",
            "Copy the heading from that page behind the “#”:\n[how to join](@pages/about#how-to-join)"
        ),
    }
    ForbiddenScheme "PB0307" Error {
        zh: doc!(
            "不允许的链接类型",
            "链接的开头不是网页、邮件或电话（例如 javascript:、file:），或者图片取自别的网站。",
            "这种链接在读者那里打不开，还可能有害。",
            "[报名表](file:///C:/报名表.docx)",
            "把文件放进 content/media/files/ 再链接；网页用 https://，邮箱用 mailto:，电话用 tel:\n[报名表](/media/files/form.docx)"
        ),
        en: doc!(
            "A kind of link that is not allowed",
            "The link begins with something other than web, mail or telephone (such as javascript: or file:), or a picture comes from another site.",
            "Such links do not work for readers and may do harm.",
            "[form](file:///C:/form.docx)",
            "Put the file into content/media/files/ and link to it there; use https:// for pages, mailto: for mail, tel: for telephones\n[form](/media/files/form.docx)"
        ),
    }
    DuplicateNumber "PB0308" Error {
        zh: doc!(
            "系列里的期号重复",
            "同一个系列里，有两篇写了同一个序号。",
            "读者按“第几站”来找，会找到两篇，前后也接不上。",
            "两篇文章里都写了 number: 31",
            "查一查这一篇是第几期，改正序号：\nnumber: 32"
        ),
        en: doc!(
            "The number is taken in its series",
            "Two articles of one series have the same number.",
            "Readers who look for “no. 31” find two, and “next” leads astray.",
            "number: 31 in two articles",
            "Find out which number it is and mend it:\nnumber: 32"
        ),
    }
    UnpublishedTarget "PB0309" Warning {
        zh: doc!(
            "提到的内容还没有发布",
            "这里链接的内容是草稿、还没到发布时间，或者已经撤下。",
            "在它发布之前，读者点不进去，所以先只显示文字。",
            "[讲座预告](2026-11-lecture.md)，而那个文件里写着 draft: true",
            "确认那份内容要发，就把它的草稿标记改掉；否则删掉这个链接：\ndraft: false"
        ),
        en: doc!(
            "What is named is not published",
            "The item is a draft, waits for its date or was withdrawn.",
            "Until it is published readers cannot open it, so only the words are shown.",
            "[the lecture](2026-11-lecture.md), where that file says draft: true",
            "If that item is ready, publish it; else remove the link:\ndraft: false"
        ),
    }
    ShortcodeUnknown "PB0401" Error {
        zh: doc!(
            "没有这个短代码",
            "正文里用了一个程序不认识的短代码（以两三个冒号开头的一行，用来放音频、提示框等），多半是拼错了。",
            "读者看不到音频或提示框，只看到一串符号。",
            "::adio{src=/media/audio/lane.mp3}",
            "照提示改成正确的名字：\n::audio{src=/media/audio/lane.mp3}"
        ),
        en: doc!(
            "There is no such shortcode",
            "The text uses a shortcode (a line that begins with two or three colons and places audio, a notice and the like) that the program does not know, usually a slip.",
            "Readers would see signs instead of the player or the notice.",
            "::adio{src=/media/audio/lane.mp3}",
            "Write the name as suggested:\n::audio{src=/media/audio/lane.mp3}"
        ),
    }
    ShortcodeAttribute "PB0402" Error {
        zh: doc!(
            "短代码里的内容不对",
            "短代码里少写了一项、写错了名称，或者用了中文标点。",
            "程序不知道要放哪个音频、哪张图。",
            "::audio{scr=lane.mp3}",
            "每一项写成“名称=内容”，标点都用英文的，内容里有空格时加英文引号：\n::audio{src=/media/audio/lane.mp3}"
        ),
        en: doc!(
            "Something in the shortcode is wrong",
            "A part of the shortcode is missing or misspelt, or its punctuation is Chinese.",
            "The program does not know which recording or picture to show.",
            "::audio{scr=lane.mp3}",
            "Write each part as name=value with plain punctuation, a value with spaces in plain quotation marks:\n::audio{src=/media/audio/lane.mp3}"
        ),
    }
    ShortcodeUnclosed "PB0403" Error {
        zh: doc!(
            "短代码没有头尾成对",
            "三个冒号的短代码有开头没有结尾，或者有结尾没有开头。",
            "程序不知道哪些文字在框里，后面的整篇都可能被放进去。",
            ":::notice\n请带身份证。",
            "开头一行、结尾一行，三个英文冒号单独成行：\n:::notice\n请带身份证。\n:::"
        ),
        en: doc!(
            "A shortcode lacks its beginning or end",
            "A shortcode of three colons has a beginning and no end, or an end and no beginning.",
            "Nobody can tell which words it holds; it could swallow the rest of the text.",
            ":::notice\nBring your card.",
            "Write a line before and a line of three colons after the passage:\n:::notice\nBring your card.\n:::"
        ),
    }
    HtmlCleaned "PB0404" Warning {
        zh: doc!(
            "正文里的网页代码被清理了",
            "正文里有不允许的网页代码（脚本、内嵌页面、样式之类），程序已经去掉。",
            "这些代码可能有害，也常常在手机上显示错乱。请看看页面是不是还完整。",
            "<script>…</script> 或从网页、公众号整段粘贴来的代码",
            "只粘贴文字，再用 Markdown 排版：\n**重点**、- 清单、[链接](https://www.example.org/)"
        ),
        en: doc!(
            "HTML in the text was cleaned",
            "The text holds HTML that is not allowed (scripts, embedded pages, styles); it was removed.",
            "Such code can do harm and often looks broken on phones. See whether the page is still complete.",
            "<script>…</script>, or code pasted from a web page",
            "Paste the words only and format them with Markdown:\n**bold**, - list, [link](https://www.example.org/)"
        ),
    }
    LiteralEmphasis "PB0405" Warning {
        zh: doc!(
            "页面上会看到星号“**”",
            "加粗的星号没有成对，或者星号里面多了空格，所以没有变成粗体，星号会照原样显示。",
            "读者会看到多余的星号。",
            "** 请带身份证 **，周六上午",
            "星号紧贴文字，前后成对：\n**请带身份证**，周六上午"
        ),
        en: doc!(
            "The asterisks “**” will be visible",
            "The asterisks for bold type have no partner or a space inside, so they stay as they are.",
            "Readers would see the asterisks.",
            "** Bring your card ** on Saturday",
            "Let the asterisks touch the words, in pairs:\n**Bring your card** on Saturday"
        ),
    }
    NestingTooDeep "PB0406" Error {
        zh: doc!(
            "层次套得太深",
            "引用、清单或网页代码一层套一层，太多了，多半是粘贴时带进来的。",
            "这样的内容在手机上没法读，还会拖慢整个网站。",
            "> > > > > > > > > > ……",
            "删掉多余的“>”、空格或代码，清单最多三层：\n- 第一层\n  - 第二层"
        ),
        en: doc!(
            "Too many levels",
            "Quotations, lists or HTML stand inside one another too many times, usually after pasting.",
            "Nobody can read that on a phone, and it slows the whole site down.",
            "> > > > > > > > > > …",
            "Delete the extra “>”, spaces or code; three levels of a list are enough:\n- first level\n  - second level"
        ),
    }
    DuplicateHeadingId "PB0407" Error {
        zh: doc!(
            "两个小标题用了同一个标记",
            "同一页里，两个小标题后面写了相同的“{#标记}”。",
            "指向它的链接只能到第一个，另一个到不了。",
            "## 报名 {#join}\n## 怎样加入 {#join}",
            "给其中一个换个标记，或者删掉标记：\n## 怎样加入 {#how-to-join}"
        ),
        en: doc!(
            "Two headings have the same mark",
            "Two headings of a page carry the same “{#mark}”.",
            "Links to it reach the first only.",
            "## Sign up {#join}\n## How to join {#join}",
            "Give one of them another mark, or none:\n## How to join {#how-to-join}"
        ),
    }
    LiteralMarkup "PB0408" Warning {
        zh: doc!(
            "想写的标题、链接或表格没有写成",
            "这一处像是标题、列表、链接或表格，但用了全角符号、少了空格或少了一行，程序会照原样显示这些符号。",
            "读者看到的是“##安排”“[报名]（网址）”这样的符号，点不开，也不成表格。",
            "##安排\n\n[报名]（https://example.org/）",
            "换成英文符号，# 后面空一格：\n## 安排\n\n[报名](https://example.org/)"
        ),
        en: doc!(
            "A heading, a link or a table that is none",
            "This looks like a heading, a list, a link or a table, but has full-width signs, or lacks a space or a line; the signs would be shown as they are.",
            "Readers would see `##Plan` or `[sign up]（address）`, which they cannot follow.",
            "##Plan\n\n[sign up]（https://example.org/）",
            "Write plain signs, and a space after `#`:\n## Plan\n\n[sign up](https://example.org/)"
        ),
    }
    ImageMissing "PB0501" Error {
        zh: doc!(
            "图片不存在",
            "这里用到的图片文件找不到：可能没有上传，也可能名字、大小写或路径写错了。",
            "读者会看到一个空框。",
            "![合影](/media/Chongyang.JPG)，文件其实叫 chongyang.jpg",
            "把图片放进 content/media/，名字一个字母都不差（大小写也算）：\n![合影](/media/chongyang.jpg)"
        ),
        en: doc!(
            "The picture does not exist",
            "The picture cannot be found: it was not uploaded, or its name, capitals or folder are wrong.",
            "Readers would see an empty frame.",
            "![visitors](/media/Open-Day.JPG), while the file is open-day.jpg",
            "Put the picture into content/media/ and write its name exactly, capitals included:\n![visitors](/media/open-day.jpg)"
        ),
    }
    ImageUnreadable "PB0502" Error {
        zh: doc!(
            "图片打不开",
            "图片文件在，但内容坏了，或者没有传完整。",
            "读者会看到一个破图标。",
            "微信里没点“原图”就转存、只存下一半的图片",
            "在电脑上打开看看；打不开就重新导出一份，用同样的名字覆盖：\ncontent/media/chongyang.jpg"
        ),
        en: doc!(
            "The picture cannot be opened",
            "The file is there, but damaged or incomplete.",
            "Readers would see a broken picture.",
            "A picture of which only one half was saved",
            "Try to open it on your computer; if that fails, export it again under the same name:\ncontent/media/open-day.jpg"
        ),
    }
    ImageFormat "PB0503" Error {
        zh: doc!(
            "不支持的图片格式",
            "图片不是 JPEG、PNG、WebP 或 SVG；苹果手机的 HEIC、电脑上的 BMP、TIFF、PSD 都不行。",
            "很多浏览器显示不了这些格式。",
            "![合影](/media/IMG_0312.HEIC)",
            "另存（导出）为 JPEG 再用：\n![合影](/media/chongyang.jpg)"
        ),
        en: doc!(
            "A format that is not supported",
            "The picture is no JPEG, PNG, WebP or SVG; HEIC from telephones, BMP, TIFF and PSD do not work.",
            "Many browsers cannot show them.",
            "![visitors](/media/IMG_0312.HEIC)",
            "Export it as JPEG:\n![visitors](/media/open-day.jpg)"
        ),
    }
    ImageTooLarge "PB0504" Error {
        zh: doc!(
            "图片太大",
            "图片的长宽或文件大小超过了上限。",
            "处理不了，读者的手机也要等很久。",
            "24000 × 18000 像素的扫描件",
            "用“画图”之类的软件缩小再保存，长边这么多就够了：\n2400 像素"
        ),
        en: doc!(
            "The picture is too large",
            "Its width, height or file size is beyond the limit.",
            "It cannot be processed, and readers on phones would wait for long.",
            "A scan of 24000 × 18000 pixels",
            "Make it smaller with any picture editor; for the long side this is enough:\n2400 pixels"
        ),
    }
    LfsPointer "PB0505" Error {
        zh: doc!(
            "只有图片的“取件条”，没有图片本身",
            "这个文件里只有一小段文字（Git LFS 的指针），真正的图片还在仓库的大文件区，没有取下来。",
            "读者会看到一个破图标。",
            "文件内容是 version https://git-lfs.github.com/spec/v1",
            "在自己的电脑上请技术同事运行下面一行；在自动发布的设置里给 checkout 加上 lfs: true\ngit lfs pull"
        ),
        en: doc!(
            "Only a ticket for the picture, not the picture",
            "The file holds a few lines of text (a Git LFS pointer); the picture itself was not fetched from the large-file store.",
            "Readers would see a broken picture.",
            "The file says version https://git-lfs.github.com/spec/v1",
            "Ask a technical colleague to run the line below; in the automatic build, add lfs: true to the checkout step\ngit lfs pull"
        ),
    }
    SvgCleaned "PB0506" Warning {
        zh: doc!(
            "SVG 图片被清理了",
            "SVG 图片里有脚本、外部链接之类不允许的内容，程序已经去掉。",
            "这些内容可能有害。请看看图片是不是还完整。",
            "<svg><script>…</script></svg>",
            "在作图软件里重新导出“纯 SVG”，或者导出 PNG：\n![路线图](/media/walk-map.png)"
        ),
        en: doc!(
            "An SVG picture was cleaned",
            "The SVG holds scripts, outside links or the like; they were removed.",
            "They can do harm. See whether the picture is still complete.",
            "<svg><script>…</script></svg>",
            "Export a “plain SVG” from the drawing program, or a PNG:\n![the route](/media/walk-map.png)"
        ),
    }
    FileMissing "PB0507" Error {
        zh: doc!(
            "附件或音频不存在",
            "这里用到的文件（附件、音频等）找不到：可能没有上传，也可能名字或路径写错了。",
            "读者点了下载不了，也听不到。",
            "[报名表](/media/files/报名表.docx)",
            "把文件放进 content/media/files/，名字照抄：\n[报名表](/media/files/form.docx)"
        ),
        en: doc!(
            "The attachment or recording does not exist",
            "The file cannot be found: it was not uploaded, or its name or folder is wrong.",
            "Readers could neither download nor hear it.",
            "[form](/media/files/Form.docx)",
            "Put the file into content/media/files/ and copy its name:\n[form](/media/files/form.docx)"
        ),
    }
    MissingAlt "PB0508" Warning {
        zh: doc!(
            "图片没有文字说明",
            "图片的方括号里是空的，或者题图没有写 cover_alt，没有说明图上是什么。",
            "看不见图的读者（用读屏软件的，或图片没加载出来的）不知道图上有什么。",
            "![](/media/chongyang.jpg)",
            "在方括号里用一句话写出图上的内容：\n![老人和志愿者一起包重阳糕](/media/chongyang.jpg)"
        ),
        en: doc!(
            "The picture has no words",
            "The square brackets are empty, or the cover has no cover_alt: nothing says what the picture shows.",
            "Readers who cannot see it (with a screen reader, or before it loads) do not know what it shows.",
            "![](/media/open-day.jpg)",
            "Say in one sentence what can be seen:\n![Visitors and volunteers bake a cake](/media/open-day.jpg)"
        ),
    }
    SiteFileMissing "PB0601" Error {
        zh: doc!(
            "找不到网站设置文件 pbsite.yaml",
            "当前文件夹里没有 pbsite.yaml，程序不知道网站在哪里。",
            "没有设置就不知道网站的名称和网址，什么也不能发布。",
            "在“桌面”而不是网站文件夹里运行了 pbsite build",
            "到网站的文件夹里再运行；还没有网站，就新建一个：\npbsite init"
        ),
        en: doc!(
            "There is no pbsite.yaml",
            "This folder has no pbsite.yaml, so the program does not know where the site is.",
            "Without settings there is neither a name nor an address, and nothing can be published.",
            "pbsite build, run on the desktop instead of in the site's folder",
            "Go to the site's folder and try again; if there is no site yet, make one:\npbsite init"
        ),
    }
    Requires "PB0602" Error {
        zh: doc!(
            "程序版本不合适",
            "pbsite.yaml 里的 requires 要求另一个版本的程序。",
            "用不合适的版本，页面可能和原来不一样。",
            "requires: '>=2.0'，而现在的程序是 0.1",
            "请技术同事更新程序；或者确认可以用现在的版本，再改这一行：\nrequires: '>=0.1'"
        ),
        en: doc!(
            "Another version of the program is required",
            "The line requires in pbsite.yaml asks for another version.",
            "With an unfit version pages may come out differently.",
            "requires: '>=2.0', while the program is 0.1",
            "Ask a technical colleague to update the program; or, if this version will do, change the line:\nrequires: '>=0.1'"
        ),
    }
    BadSetting "PB0603" Error {
        zh: doc!(
            "网站设置有误",
            "pbsite.yaml 里有一项写得不对，或者几项互相矛盾。",
            "设置管着整个网站，一项不对，所有页面都可能出错。",
            "base_url: wuxing.example.org",
            "照提示改好这一行：\nbase_url: https://wuxing.example.org/"
        ),
        en: doc!(
            "A setting of the site is wrong",
            "Something in pbsite.yaml is not right, or two settings contradict each other.",
            "Settings hold for the whole site: one wrong line can spoil every page.",
            "base_url: wuxing.example.org",
            "Mend the line as the message says:\nbase_url: https://wuxing.example.org/"
        ),
    }
    ThemeMissing "PB0701" Error {
        zh: doc!(
            "找不到这个主题",
            "pbsite.yaml 里写的主题（网站的外观）不存在，或者里面缺文件。",
            "没有外观就生成不了页面。",
            "theme:\n  name: defualt",
            "改成自带的主题，或者把主题放进 themes/ 文件夹：\ntheme:\n  name: default"
        ),
        en: doc!(
            "There is no such theme",
            "The theme (the look of the site) that pbsite.yaml names does not exist or lacks files.",
            "Without it no page can be made.",
            "theme:\n  name: defualt",
            "Name the theme that comes with the program, or put yours into themes/:\ntheme:\n  name: default"
        ),
    }
    TemplateSyntax "PB0702" Error {
        zh: doc!(
            "主题里的模板写错了",
            "主题的模板文件有一处不合写法，例如少了收尾的标记。写文章的人不用管，请转给做网站的同事。",
            "用到这个模板的页面都生成不了。",
            "{% if view.lead %}<p>{{ view.lead }}</p>",
            "请做网站的同事补上收尾：\n{% endif %}"
        ),
        en: doc!(
            "A template of the theme is written wrongly",
            "A template file has a mistake, such as a missing end. It is not the writers' fault: pass it on to whoever made the site.",
            "No page that uses the template can be made.",
            "{% if view.lead %}<p>{{ view.lead }}</p>",
            "Whoever made the site adds the end:\n{% endif %}"
        ),
    }
    TemplateFailed "PB0703" Error {
        zh: doc!(
            "模板用在这份内容上失败了",
            "模板本身读得懂，但用到这份内容时出了错，例如用了一项没有的内容。请转给做网站的同事，并告诉他是哪个文件。",
            "这份内容的页面生成不了。",
            "{{ view.venue.telephone }}，而这个活动没有写地点",
            "请做网站的同事先判断有没有再用：\n{% if view.venue %}{{ view.venue.telephone }}{% endif %}"
        ),
        en: doc!(
            "A template failed for this item",
            "The template can be read but failed for this item, for example by using a detail that is not there. Pass it on to whoever made the site and say which file it was.",
            "The page of this item cannot be made.",
            "{{ view.venue.telephone }}, and the activity has no venue",
            "Whoever made the site asks first whether it is there:\n{% if view.venue %}{{ view.venue.telephone }}{% endif %}"
        ),
    }
    ThemeSetting "PB0704" Error {
        zh: doc!(
            "主题的选项不对",
            "pbsite.yaml 里 theme 下面的选项，或主题自己的 theme.yaml，有一项写得不对或者不存在。",
            "选项不对，颜色、版面会和想要的不一样。",
            "theme:\n  name: default\n  options: {accent: 大红}",
            "从提示列出的值里选一个：\n  options: {accent: red}"
        ),
        en: doc!(
            "An option of the theme is wrong",
            "An option below theme in pbsite.yaml, or in the theme's own theme.yaml, is wrong or does not exist.",
            "Colours and layout would differ from what is wanted.",
            "theme:\n  name: default\n  options: {accent: scarlet}",
            "Take one of the values in the message:\n  options: {accent: red}"
        ),
    }
    SourceChanged "PB0801" Error {
        zh: doc!(
            "生成的时候文件又改了",
            "程序读过这个文件以后，有人又保存了一次，前后内容不一样。",
            "为了不发布改到一半的内容，这一次没有写出任何页面。",
            "一边运行 pbsite build，一边还在保存文章",
            "等文件都保存好，再运行一次：\npbsite build"
        ),
        en: doc!(
            "A file changed during the build",
            "After the program had read this file, somebody saved it again with another content.",
            "So that nothing half-written is published, no page was written this time.",
            "An article is saved while pbsite build runs",
            "When all files are saved, run it again:\npbsite build"
        ),
    }
    TableUnreadable "PB0901" Error {
        zh: doc!(
            "表格读不了",
            "CSV 或 Excel 文件打不开、太大、有密码，或者根本不是表格。",
            "里面的每一行都不会出现在网站上。",
            "content/resources/2026.xls（旧格式）",
            "用 Excel 或 WPS 打开，去掉密码，另存为：\ncontent/resources/2026.xlsx"
        ),
        en: doc!(
            "A table cannot be read",
            "The CSV file or workbook does not open, is too large, has a password, or is no table at all.",
            "None of its rows appears on the site.",
            "content/resources/2026.xls (old format)",
            "Open it in a spreadsheet program, remove the password and save it as:\ncontent/resources/2026.xlsx"
        ),
    }
    TableHeadings "PB0902" Error {
        zh: doc!(
            "表格没有表头",
            "前十行里没有一行写着“标题”和别的列名，程序不知道哪一列是什么。",
            "不知道列名，每一行都没法发布。",
            "折叠椅 | 40",
            "在第一行写上列名（空白表格：pbsite new --table resource）：\n标题 | 数量"
        ),
        en: doc!(
            "A table has no headings",
            "None of the first ten rows names the title and other columns, so the program cannot tell them apart.",
            "Without headings no row can be published.",
            "folding chairs | 40",
            "Put headings into the first row (blank table: pbsite new --table resource):\ntitle | quantity"
        ),
    }
    TableColumn "PB0903" Warning {
        zh: doc!(
            "不认识的列",
            "表头里的这个名称不是这种内容的任何一项。",
            "这一列的内容不会出现在网站上；如果只是写错了字，读者就看不到它。",
            "标题 | 数亮",
            "改成正确的名称，或者删去这一列：\n标题 | 数量"
        ),
        en: doc!(
            "An unknown column",
            "This heading is none of the fields of this kind.",
            "The column does not appear on the site; if it is a slip, readers miss what it says.",
            "title | quantitty",
            "Write the right heading, or delete the column:\ntitle | quantity"
        ),
    }
    TableFormula "PB0904" Error {
        zh: doc!(
            "格子里的公式出错",
            "这个格子显示的是 #REF!、#N/A 之类，不是内容。",
            "读者会看到一个错误的数字，或者什么也看不到。",
            "数量：#REF!",
            "改好公式，或者直接写上内容：\n40"
        ),
        en: doc!(
            "A formula fails",
            "The cell shows #REF!, #N/A or the like instead of a value.",
            "Readers would see a wrong number, or none.",
            "quantity: #REF!",
            "Mend the formula, or write the value itself:\n40"
        ),
    }
    ScheduleUnclear "PB1001" Error {
        zh: doc!(
            "日程没有写全，或自相矛盾",
            "schedule 里缺了必要的一行（哪一天、从哪天起、多久一次），或者几行不能同时写。",
            "程序不猜日子：猜错了，读者会白跑一趟。",
            "schedule:\n  on: [周四]\n  time: 19:00-20:30",
            "只办一次写 start；重复的写 every 和 from：\nschedule:\n  every: week\n  on: [周四]\n  time: 19:00-20:30\n  from: 2026-11-26"
        ),
        en: doc!(
            "A schedule is incomplete or contradicts itself",
            "A line that the schedule needs is missing (which day, from which day, how often), or lines exclude each other.",
            "The program does not guess dates: a wrong guess sends readers on a useless trip.",
            "schedule:\n  on: [Thursday]\n  time: 19:00-20:30",
            "What happens once has `start`; what recurs has `every` and `from`:\nschedule:\n  every: week\n  on: [Thursday]\n  time: 19:00-20:30\n  from: 2026-11-26"
        ),
    }
    UnknownDay "PB1002" Error {
        zh: doc!(
            "看不懂是哪一天",
            "on 里的词不是星期、日期、农历日子或节气，或者和 every 配不上。",
            "看不懂的日子不会出现在日历上。",
            "schedule: {every: month, on: [周四], from: 2026-11-26}",
            "每周写星期几，每月写第几个星期几或几日，每年写几月几日、农历或节气：\non: [周四]\non: [第三个周三, 20日]\non: [10月1日, 农历九月初九, 清明]"
        ),
        en: doc!(
            "A word that names no day",
            "A word in `on` is no weekday, date, lunar date or solar term, or does not fit `every`.",
            "A day that is not understood is missing from the calendar.",
            "schedule: {every: month, on: [Thursday], from: 2026-11-26}",
            "Weeks have weekdays, months numbered weekdays or dates, years dates, lunar dates or terms:\non: [Thursday]\non: [third Wednesday, 20th]\non: [1 October, lunar 9-9, Qingming]"
        ),
    }
    RruleRefused "PB1003" Error {
        zh: doc!(
            "这样的 rrule 用不了",
            "这条 rrule 写法不对，或者各家日历软件对它算出的日子不一样。",
            "读者手机日历上的日子会和网页上的不同。",
            "rrule: FREQ=YEARLY;BYWEEKNO=20",
            "按提示改写，最好不用 rrule：\nevery: year\non: [5月第二个周日]"
        ),
        en: doc!(
            "An RRULE that is not taken",
            "The RRULE is malformed, or calendar programs disagree on its dates.",
            "The dates in a reader's calendar would differ from those on the page.",
            "rrule: FREQ=YEARLY;BYWEEKNO=20",
            "Write it as the message says, best without an RRULE:\nevery: year\non: [second Sunday of May]"
        ),
    }
    NoSuchOccurrence "PB1004" Error {
        zh: doc!(
            "这一天本来就没有",
            "except 或 change 里写的日子，规则里没有；或者整条规则一天也没有。",
            "想取消的那一次照样登出来，读者会白跑一趟。",
            "schedule: {every: week, on: [周四], from: 2026-11-26, except: [2026-12-04]}",
            "对一对是星期几，改成提示里最近的日子：\nexcept: [2026-12-03]"
        ),
        en: doc!(
            "A date on which nothing takes place",
            "`except` or `change` names a day that the rule does not have, or the rule has no date at all.",
            "The date that was to be dropped still stands in the calendar.",
            "schedule: {every: week, on: [Thursday], from: 2026-11-26, except: [2026-12-04]}",
            "Compare the weekday and write the nearest date:\nexcept: [2026-12-03]"
        ),
    }
    TooManyOccurrences "PB1005" Error {
        zh: doc!(
            "一条规则的日子太多",
            "这条规则展开后超过 5000 个日子。",
            "多半是年份写错了；这么多页没有人看。",
            "schedule: {every: day, from: 1926-11-26}",
            "改正年份，或者写明到哪天为止：\nuntil: 2026-12-31"
        ),
        en: doc!(
            "A rule with too many dates",
            "The rule has more than 5,000 dates.",
            "Most likely a year is wrong; nobody reads that many pages.",
            "schedule: {every: day, from: 1926-11-26}",
            "Correct the year, or say when it ends:\nuntil: 2026-12-31"
        ),
    }
    OccurrencesMerged "PB1006" Warning {
        zh: doc!(
            "两次碰在一起，合为一次",
            "因为节假日顺延或者 also，两次落在同一时间，只登一次。",
            "读者会以为少了一次。",
            "schedule: {every: week, on: [周四], from: 2026-09-24, holiday: next-workday}",
            "就这样也可以；不想有这条提醒，就去掉顺延的那一次：\nexcept: [2026-10-01]"
        ),
        en: doc!(
            "Two dates fall together and are one",
            "By a shift off a holiday or by `also`, two dates begin at one moment; the calendar shows one.",
            "Readers may miss one of them.",
            "schedule: {every: week, on: [Thursday], from: 2026-09-24, holiday: next-workday}",
            "Leave it so, or drop the one that moved:\nexcept: [2026-10-01]"
        ),
    }
    HolidayFile "PB1007" Error {
        zh: doc!(
            "放假安排的文件写得不对",
            "content/data/holidays/ 里的文件名不是年份，或者里面的日子不对（写了两次、不在这一年、补班日不是周末）。",
            "顺延的活动会排到错的日子。",
            "days: [{name: 国庆节, off: 2026-10-01..2026-10-07, work: [2026-10-09]}]",
            "对照国务院办公厅的放假通知改正：\ndays: [{name: 国庆节, off: 2026-10-01..2026-10-07, work: [2026-10-10]}]"
        ),
        en: doc!(
            "A mistake in a file of holidays",
            "A file in content/data/holidays/ is not named by its year, or a day in it is wrong (listed twice, of another year, a make-up day that is no weekend).",
            "What shifts off holidays would come to a wrong day.",
            "days: [{name: National Day, off: 2026-10-01..2026-10-07, work: [2026-10-09]}]",
            "Correct it by the official notice:\ndays: [{name: National Day, off: 2026-10-01..2026-10-07, work: [2026-10-10]}]"
        ),
    }
    HolidaysMissing "PB1008" Warning {
        zh: doc!(
            "没有这一年的放假安排",
            "有日程要避开节假日，但 content/data/holidays/ 里没有这一年的文件。",
            "这一年的活动不会顺延，可能排在假期里。",
            "holiday: next-workday",
            "放假通知公布后，写一个文件 content/data/holidays/2027.yaml：\nsource: 国务院办公厅关于2027年部分节假日安排的通知\ndays:\n  - {name: 元旦, off: 2027-01-01..2027-01-03}"
        ),
        en: doc!(
            "No holidays for a year",
            "Schedules avoid holidays, but content/data/holidays/ has no file for the year.",
            "Nothing shifts in that year and may stand on a holiday.",
            "holiday: next-workday",
            "When the notice is out, write content/data/holidays/2027.yaml:\nsource: the official notice\ndays:\n  - {name: New Year, off: 2027-01-01..2027-01-03}"
        ),
    }
    VanishedAddress "PB2001" Warning ("vanished_address.md")
    AltSaysNothing "PB2002" Warning ("alt_says_nothing.md")
    PicturesOnly "PB2003" Warning ("pictures_only.md")
    MissingSource "PB2004" Warning ("missing_source.md")
    DateChanged "PB2005" Warning ("date_changed.md")
    EmptyColumn "PB2006" Warning ("empty_column.md")
    StaleColumn "PB2007" Warning ("stale_column.md")
    StaleHome "PB2008" Warning ("stale_home.md")
    Lengths "PB2009" Warning ("lengths.md")
    HeadingSkipped "PB2010" Warning ("heading_skipped.md")
    MixedScript "PB2011" Warning ("mixed_script.md")
    HalfWidthPunctuation "PB2012" Warning ("half_width_punctuation.md")
    DamagedText "PB2013" Warning ("damaged_text.md")
    MobileNumber "PB2014" Warning ("mobile_number.md")
    IdentityNumber "PB2015" Error ("identity_number.md")
    Proofread "PB2016" Warning ("proofread.md")
    HeavyImage "PB2017" Warning ("heavy_image.md")
    PhotoLocation "PB2018" Warning ("photo_location.md")
    UnusedImage "PB2019" Warning ("unused_image.md")
    ExpiredLinked "PB2020" Warning ("expired_linked.md")
    OrphanPage "PB2021" Warning ("orphan_page.md")
    MissingReview "PB2022" Error ("missing_review.md")
    OutsideDead "PB2023" Warning ("outside_dead.md")
    OutsideMoved "PB2024" Warning ("outside_moved.md")
    DoubleBooked "PB2101" Error ("double_booked.md")
    MaybeDoubleBooked "PB2102" Warning ("maybe_double_booked.md")
    DeadlineAfterStart "PB2103" Warning ("deadline_after_start.md")
    OutsideCourse "PB2104" Warning ("outside_course.md")
    OverCapacity "PB2105" Warning ("over_capacity.md")
    OutsideHours "PB2106" Warning ("outside_hours.md")
    OnHoliday "PB2107" Warning ("on_holiday.md")
    StateAgainstDates "PB2108" Warning ("state_against_dates.md")
    NoResults "PB2109" Warning ("no_results.md")
    NoSignup "PB2110" Warning ("no_signup.md")
    NobodyCanOrder "PB2111" Warning ("nobody_can_order.md")
    NobodyCanAnswer "PB2112" Warning ("nobody_can_answer.md")
    UnknownRoom "PB2113" Warning ("unknown_room.md")
    MapUnreadable "PB2114" Warning ("map_unreadable.md")
    OffTheMap "PB2115" Warning ("off_the_map.md")
    NoPartner "PB2116" Warning ("no_partner.md")
    CalendarEmptied "PB2117" Warning ("calendar_emptied.md")
    UnlinkedUnit "PB2118" Note ("unlinked_unit.md")
    DigestDefinition "PB3001" Error ("digest_definition.md")
    EditionPeriod "PB3002" Error ("edition_period.md")
    LetterSize "PB3003" Error ("letter_size.md")
    LetterLines "PB3004" Warning ("letter_lines.md")
    LetterText "PB3005" Error ("letter_text.md")
    LetterLink "PB3006" Error ("letter_link.md")
    LetterContrast "PB3007" Warning ("letter_contrast.md")
    ItemChanged "PB3008" Warning ("item_changed.md")
    DeadlineLeftOut "PB3009" Warning ("deadline_left_out.md")
    ItemOver "PB3010" Warning ("item_over.md")
    SegmentEmpty "PB3011" Warning ("segment_empty.md")
    NoSegment "PB3012" Warning ("no_segment.md")
    LetterLeave "PB3013" Warning ("letter_leave.md")
    LetterSignature "PB3014" Error ("letter_signature.md")
    LetterSpam "PB3015" Warning ("letter_spam.md")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unique_and_sorted() {
        let numbers: Vec<&str> = Code::ALL.iter().map(|code| code.number()).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
        for number in numbers {
            assert!(number.len() == 6 && number.starts_with("PB") && Code::find(&number.to_lowercase()).is_some());
        }
    }

    #[test]
    fn every_page_is_complete_in_every_language() {
        for &code in Code::ALL {
            for tongue in [Tongue::Zh, Tongue::En] {
                let page = code.documentation(tongue);
                for text in [page.title, page.what, page.why, page.example, page.fix] {
                    assert!(!text.trim().is_empty() && text == text.trim_end(), "{} {text:?}", code.number());
                }
                assert!(!page.title.contains('\n') && page.title.chars().count() <= 60, "{}", code.number());
                assert!(page.fix.contains('\n'), "{} has no line to paste", code.number());
            }
            let english = code.documentation(Tongue::En);
            assert!(![english.what, english.why].concat().contains(crate::base::text::is_han), "{}", code.number());
        }
    }

    #[test]
    fn a_page_reads_as_plain_text() {
        let expected = "\
PB0103 用了中文冒号“：”（错误）

是什么
  开头信息的名称后面是中文（全角）冒号，或者英文冒号后面少了一个空格。

为什么要管
  程序认不出这一条，标题、地点之类就会丢掉。

例子
  title：重阳节活动

怎么改
  把“：”换成英文冒号，后面空一格：
  title: 重阳节活动
";
        assert_eq!(explain(Code::FullWidthColon, Tongue::Zh), expected);
        assert!(
            explain(Code::DeadLink, Tongue::En).starts_with("PB0305 A link inside the site leads nowhere (error)\n")
        );
    }
}
