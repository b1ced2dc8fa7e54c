//! Pages of documentation that stand in a file of their own, beside the check that they are about.
//!
//! A file holds the page in Chinese, then in English: a heading of the first level with the title,
//! what the program saw, and three sections for why, example and fix. What is to be pasted stands
//! between fences.

use super::Documentation;

/// The page of a file in Chinese and in English.
pub(super) fn read(file: &str) -> [Documentation; 2] {
    let mut parts: Vec<(String, String)> = Vec::new();
    let mut fenced = false;
    for line in file.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if let Some(heading) = line.strip_prefix("# ").or(line.strip_prefix("## ")).filter(|_| !fenced) {
            parts.push((heading.to_owned(), String::new()));
        } else if let Some((_, body)) = parts.last_mut()
            && (fenced || !line.is_empty())
        {
            body.push_str(line);
            body.push('\n');
        }
    }
    let mut pages = parts.chunks(4).map(page);
    let mut next = || pages.next().unwrap_or(page(&[]));
    [next(), next()]
}

/// A page is read once and lives as long as the program.
fn page(parts: &[(String, String)]) -> Documentation {
    let body = |n: usize| kept(parts.get(n).map_or("", |(_, body)| body));
    Documentation {
        title: kept(parts.first().map_or("", |(heading, _)| heading)),
        what: body(0),
        why: body(1),
        example: body(2),
        fix: body(3),
    }
}

fn kept(text: &str) -> &'static str {
    Box::leak(text.trim_end().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_holds_two_pages() {
        let file = "# 题\n\n是什么。\n\n## 为什么要管\n\n因为。\n\n## 例子\n\n```text\n# 一\n\n### 二\n```\n\n## 怎么改\n\n\
                    写成：\n\n```text\n## 二\n```\n\n# Title\n\nWhat.\n\n## Why it matters\n\nWhy.\n\n## Example\n\nx\n\n\
                    ## What to do\n\nWrite:\n\n```text\ny\n```\n";
        let [zh, en] = read(file);
        assert_eq!((zh.title, zh.what, zh.why), ("题", "是什么。", "因为。"));
        assert_eq!((zh.example, zh.fix), ("# 一\n\n### 二", "写成：\n## 二"));
        assert_eq!((en.title, en.what, en.why, en.example, en.fix), ("Title", "What.", "Why.", "x", "Write:\ny"));
    }
}
