//! The page as HTML in one file, without a script and without another file.

use std::fmt::Write as _;

use super::{Block, Entry};
use crate::base::{lang::Tongue, text::escape_html as escape};

const STYLE: &str = "\
body{max-width:46rem;margin:2rem auto;padding:0 1rem;font:1rem/1.7 system-ui,'PingFang SC','Microsoft YaHei',sans-serif;\
color:#222;background:#fff}h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}li{margin:.6rem 0}\
.verdict{font-weight:600}.help{color:#555}pre{background:#f4f4f4;padding:.5rem .8rem;overflow-x:auto}\
@media(prefers-color-scheme:dark){body{color:#ddd;background:#161616}.help{color:#aaa}pre{background:#262626}a{color:#8ab4f8}}";

pub(super) fn print(blocks: &[Block], tongue: Tongue) -> String {
    let lang = if tongue == Tongue::Zh { "zh-Hans" } else { "en" };
    let title = blocks.iter().find_map(|block| match block {
        Block::Title(words) => Some(escape(words)),
        _ => None,
    });
    let title = title.unwrap_or_default();
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         </head>\n<body>\n"
    );
    for block in blocks {
        // Writing into a string cannot fail.
        let _ = match block {
            Block::Title(words) => writeln!(text, "<h1>{}</h1>", escape(words)),
            Block::Verdict(words) => writeln!(text, "<p class=\"verdict\">{}</p>", escape(words)),
            Block::Heading(words) => writeln!(text, "<h2>{}</h2>", escape(words)),
            Block::Note(words) => writeln!(text, "<p>{}</p>", escape(words)),
            Block::Entries(entries) => {
                let items: String = entries.iter().map(entry).collect();
                writeln!(text, "<ul>\n{items}</ul>")
            }
        };
    }
    text + "</body>\n</html>\n"
}

fn entry(entry: &Entry) -> String {
    let mut text = String::from("<li>");
    let _ = match &entry.place {
        Some((words, Some(url))) => write!(text, "<a href=\"{}\">{}</a> ", escape(url), escape(words)),
        Some((words, None)) => write!(text, "{} ", escape(words)),
        None => Ok(()),
    };
    text.push_str(&escape(&entry.text));
    if let Some(help) = &entry.help {
        let lines: Vec<String> = help.lines().map(escape).collect();
        let _ = write!(text, "\n<div class=\"help\">{}</div>", lines.join("<br>"));
    }
    if let Some(paste) = &entry.paste {
        let _ = write!(text, "\n<pre>{}</pre>", escape(paste));
    }
    text + "</li>\n"
}
