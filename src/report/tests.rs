use super::*;
use crate::diagnostics::{Code, Diagnostic, Place};

fn file() -> SitePath {
    SitePath::new("content/新.md").unwrap()
}

fn printed(form: Form, message: &str) -> String {
    let text = "---\ntitle：`x`\n---\n";
    let message = Message { zh: message.into(), en: message.into() };
    let problem = Diagnostic::new(Code::FullWidthColon, Place::text(&file(), 9..12), message).repair(9..12, ": ");
    let report = Report::new(vec![problem], |_| Some(text.into()));
    let contents = Contents {
        upcoming: vec![Upcoming {
            when: "2026-12-01T08:30:00".parse().unwrap(),
            change: UpcomingChange::Appears,
            path: file(),
            title: "年终 <b>".into(),
        }],
        ..Contents::default()
    };
    let changes = Changes {
        added: vec![Change { address: "news/a/".into(), title: "新的".into(), row: None }],
        changed: vec![Change {
            address: "needs/r1/".into(),
            title: "修坡道".into(),
            row: Some("content/needs/2026.csv:3".into()),
        }],
        gone: vec![Change { address: "news/b/".into(), title: "旧的".into(), row: None }],
        lists: 3,
    };
    let forge = Forge::new("https://git.example.org/o/r", |_| None, "");
    let facts =
        Facts { name: "门户", report: &report, contents: &contents, changes: Some(changes), forge, left_out: &[] };
    page(&facts, form, Tongue::Zh)
}

#[test]
fn markdown_for_people() {
    let expected = "\
# 门户：检查报告

**❌ 改好下面的错误以前，网站不会更新，读者看到的还是原来的内容。1 个错误，0 个警告。**

## 必须改 (1)

- [content/新.md 第 2 行](https://git.example.org/o/r/blob/HEAD/content/%E6%96%B0.md#L2) 全角冒号 (PB0103)

  ```
  title: `x`
  ```


## 网站的变化

- 新增 《新的》 /news/a/
- 更新 《修坡道》 /needs/r1/（content/needs/2026.csv:3）
- 没有了 《旧的》 /news/b/
  收藏或转发过这个网址的人会打不开；换了网址的，在新文件里写 aliases: \\[/news/b/\\]

另有 3 个首页、列表一类的页面随之变化。

## 到时候自动发生

- [2026-12-01 08:30](https://git.example.org/o/r/blob/HEAD/content/%E6%96%B0.md) 发布《年终 &lt;b>》
";
    assert_eq!(printed(Form::Markdown, "全角冒号"), expected);
}

#[test]
fn no_message_becomes_markup() {
    let nasty = "<script>alert(1)</script> [a](javascript:x) @all";
    let html = printed(Form::Html, nasty);
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;"), "{html}");
    let markdown = printed(Form::Markdown, nasty);
    assert!(markdown.contains("&lt;script>") && markdown.contains(r"\[a\](javascript") && markdown.contains(r"\@all"));
}
