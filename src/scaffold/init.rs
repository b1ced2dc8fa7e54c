//! A new site: a configuration with every line explained, a first article, a page, a blank file of
//! each kind, a guide for those who edit in a browser, and what the three forges run.
//!
//! The files that are the same for every site stand in `site/`.

use jiff::civil::Date;

use super::new::{NewItem, text};
use crate::{
    checks,
    config::{Overrides, Settings},
    model::Kinds,
};

/// What stands as the title of a blank file.
pub const BLANK_TITLE: &str = "在这里写标题";

/// The files of a new site: path, text.
pub fn site(name: &str, today: Date) -> Vec<(String, String)> {
    let name = name.replace(['\'', '\n'], "");
    let mut files = vec![
        ("pbsite.yaml".into(), configuration(&name)),
        (format!("content/articles/headlines/{today}-welcome.md"), article(&name, today)),
        (format!("content/articles/notices/{today}-first-notice.md"), notice(today)),
        ("content/pages/about.md".into(), about(&name)),
        (checks::PROOFREAD.into(), proofread().into()),
    ];
    files.extend(blanks(&configuration(&name), today));
    files.push(("README.md".into(), include_str!("site/guide.md").replace("@NAME@", &name)));
    let fixed = [
        (".gitignore", "/output/\n/public/\n/.pbsite\n/report.md\n/codequality.json\n"),
        (".gitattributes", include_str!("site/gitattributes")),
        (".github/workflows/site.yml", include_str!("site/github.yml")),
        (".gitlab-ci.yml", include_str!("site/gitlab.yml")),
        (".workflow/site.yml", include_str!("site/gitee.yml")),
        (".workflow/site-check.yml", include_str!("site/gitee-check.yml")),
        (".workflow/site-schedule.yml", include_str!("site/gitee-schedule.yml")),
        ("ci/site.sh", include_str!("site/site.sh")),
    ];
    let versioned = |text: &str| text.replace("@VERSION@", env!("CARGO_PKG_VERSION"));
    files.extend(fixed.map(|(path, text)| (path.to_owned(), versioned(text))));
    // A checkout on Windows may have brought these files into the program with CRLF.
    files.into_iter().map(|(path, text)| (path, text.replace("\r\n", "\n"))).collect()
}

/// A blank file of each kind, as `new` writes it, for those who copy in a browser.
fn blanks(configuration: &str, today: Date) -> Vec<(String, String)> {
    let Some(settings) = Settings::read(configuration, &Overrides::default(), &mut Vec::new()) else {
        return Vec::new();
    };
    let now = today.at(0, 0, 0, 0);
    let kinds = Kinds::new(&settings, &mut Vec::new());
    let blank = |kind| text(&NewItem { kind, title: BLANK_TITLE, column: "", now });
    kinds.iter().map(|(_, kind)| (format!("content/_templates/{}.md", kind.name), blank(kind))).collect()
}

fn configuration(name: &str) -> String {
    format!(
        "# 网站的设置。改完运行 pbsite check，看有没有写错。
requires: '>=0.1'
name: '{name}'
description: 一句话说明这个网站是做什么的
base_url: https://example.org/        # 网站的网址，可以带子目录
languages: [zh-Hans]                  # 第一个是默认语言
time_zone: Asia/Shanghai

owner:
  name: 主办单位名称
  address: 地址
  telephone: 021-00000000
  email: office@example.org

# filing: {{icp: 沪ICP备00000000号-1}}

# 栏目按顺序排列；文章放在 content/articles/<栏目编号>/ 里。
columns:
  - id: headlines
    title: 头条
    description: 最近发生的大事
    update_days: 14
  - id: notices
    title: 活动通知
    type: notices
    description: 近期活动与报名
    update_days: 14

navigation:
  - to: '@columns/headlines'
  - to: '@columns/notices'
  - to: '@pages/about'

home: [lead, columns, subscribe]
"
    )
}

fn article(name: &str, today: Date) -> String {
    format!(
        "---
title: '{name}开通了'
date: {today}
lead: 从今天起，这里发布社区的新闻、通知和活动。
source: 编辑部
tags: [公告]
---

这是第一篇文章。文件名里的日期之后是网址的一部分；两行 `---` 之间是标题、日期这些信息，下面是正文。

## 怎样写新文章

运行 `pbsite new article 标题 --column headlines`，或复制这个文件改名。

:::notice[温馨提示]{{type=info}}
写好以后运行 `pbsite check`，有错会告诉您在哪一行、应当怎样写。
:::

[关于本站](@pages/about)
"
    )
}

fn proofread() -> &'static str {
    "# 校对表：容易写错的词（wrong）和对的写法（right）。unless 写例外，level 写 off、warning 或 error。
- {wrong: 登陆网站, right: 登录网站, why: 登陆是上岸，登录是进入系统}
- {wrong: 帐号, right: 账号}
- {wrong: 截止目前, right: 截至目前}
- {wrong: 布署, right: 部署}
- {wrong: 按装, right: 安装}
- {wrong: 渡假, right: 度假}
- {wrong: 迫不急待, right: 迫不及待}
- {wrong: 再接再励, right: 再接再厉}
"
}

fn notice(today: Date) -> String {
    format!(
        "---
title: 欢迎投稿
date: {today}
lead: 有活动要通知、有故事要讲，请告诉编辑部。
source: 编辑部
---

通知要写明四件事：什么时候、在哪里、谁能参加、怎样报名。海报可以放在下面，但这四件事要用文字写出来。

[关于本站](@pages/about)
"
    )
}

fn about(name: &str) -> String {
    format!(
        "---
title: 关于本站
lead: 谁在办、怎样联系。
---

{name}由主办单位编辑发布。
"
    )
}
