#!/usr/bin/env python3
"""Writes a made-up portal: Chinese articles in columns, with tags, the same on every machine.

    corpus.py --articles 10000 --seed 1 DIR
    corpus.py --articles 10000 --seed 1 --form hugo DIR

Each article has 800 to 5,500 characters, headings, lists, links, now and then a table or a quote,
and bold text beside full-width punctuation; no images. 12 columns, 200 tags, three tags an
article, dates over six years. The forms (pbsite, hugo, zola, blades) hold the same texts, columns
and tags; only front matter and settings differ. The theme of each form is copied from
benches/themes/; the form pbsite-full takes pbsite's own theme and all its outputs. Standard
library only.
"""

import argparse
import datetime
import json
import random
import shutil
from pathlib import Path

THEMES = Path(__file__).resolve().parent / "themes"
FORMS = ("pbsite", "pbsite-full", "hugo", "zola", "blades")
NAME = "河岸社区门户"
DESCRIPTION = "一份用来量速度的示例门户，文字都是拼出来的。"
BASE_URL = "https://bench.example.org/"
PAGE_SIZE = 20
LAST_DAY = datetime.date(2026, 11, 20)
DAYS = 6 * 365

COLUMNS = [
    ("headlines", "社区头条"),
    ("focus", "党建关注"),
    ("institute", "研究与方法"),
    ("notices", "活动通知"),
    ("learning", "学习教育"),
    ("services", "生活服务"),
    ("stations-news", "阵地巡礼"),
    ("listening", "有声课堂"),
    ("volunteers", "志愿服务"),
    ("alliance", "区域联建"),
    ("people", "身边的人"),
    ("culture", "文化生活"),
]

TAG_FIRST = "社区 楼宇 街道 书院 公园 河岸 弄堂 学校 医院 园区 商圈 车站 工地 银杏 邻里 亲子 青年 老人 骑手 家门口".split()
TAG_SECOND = "课堂 活动 服务 志愿 阅读 健康 安全 议事 展览 运动".split()
TAGS = [first + second for first in TAG_FIRST for second in TAG_SECOND]

PLACES = "后滩站 楼宇中心 音乐廊 弄堂小站 河岸驿站 共享办公站 东门广场 第二小学 文化馆 市民公园 社区食堂 图书角".split()
PEOPLE = "王师傅 李老师 社区医生 楼组长 退休教师 送餐骑手 大学生志愿者 物业经理 店主 工程师 摄影爱好者 居委会干部".split()
DOINGS = "整理旧书 量血压 教手机 讲故事 修自行车 练合唱 画地图 种花草 开议事会 排练短剧 巡查楼道 办交换市集".split()
RESULTS = "来的人比上个月多了一倍 两位老邻居重新说上了话 三件小事当场定了下来 留下了厚厚一本意见簿 大家约好下个月再来 孩子们不愿意走 有人当场报了名 这件事就这样办成了".split()
REASONS = "时间排在了下班以后 通知写得清楚 有人愿意先试一试 地方近 流程少了两步 事先打过电话 上一次的教训还记得 名单是一家一家问来的".split()
WHENS = "每周四晚上 上个周末 雨停以后 开学前一天 国庆假期里 午休的一个小时 连着三个月 从去年秋天起 天刚亮的时候 最热的那几天".split()
NOTES = "不用带东西 名额有限 请提前十分钟到 现场有人引路 老人可以由家人陪同 下雨改在室内 费用由社区承担 记得带身份证".split()
THINGS = "一张登记表 两排长椅 三块白板 一台投影仪 一箱旧书 四盏台灯 一面照片墙 一本厚厚的值班日志".split()
LATIN = ["WiFi", "App", "PDF", "Excel", "CPR", "AED"]
SLUG = "walk reading music health repair garden market story table river lane evening morning autumn spring class visit".split()


def sentence(rng):
    """One plain sentence."""
    r = rng.choice
    place, person, doing, when = r(PLACES), r(PEOPLE), r(DOINGS), r(WHENS)
    n, m = rng.randint(3, 240), rng.randint(2, 60)
    return r((
        f"{when}，{person}在{place}{doing}，{r(RESULTS)}。",
        f"{place}这一次来了{n}个人，其中{m}位是第一次来。",
        f"为什么能做成？{person}的回答很简单：{r(REASONS)}。",
        f"“{r(NOTES)}，”{person}说，“别的都不要紧。”",
        f"{place}的门口摆着{r(THINGS)}，{person}每天来看一遍，{when}也不例外。",
        f"算下来，{doing}用了{m}天，花了{n}元，{r(RESULTS)}。",
        f"报名可以用 {r(LATIN)}，也可以到{place}当面登记；{r(NOTES)}。",
        f"{person}想了想，把{doing}和{r(DOINGS)}排在了同一个下午，因为{r(REASONS)}。",
        f"按《社区服务公约》第{rng.randint(1, 30)}条，{place}向所有人开放，{r(NOTES)}。",
        f"起初没有人相信，{when}以后，{r(RESULTS)}，也就没有人再问了。",
    ))


def bold(rng):
    """A sentence with strong text that touches full-width punctuation."""
    r = rng.choice
    return r((
        f"**{r(RESULTS)}。**后来的事大家都知道。",
        f"**“{r(DOINGS)}”**是{r(PEOPLE)}提出来的。",
        f"请记住**（{r(NOTES)}）**这一条。",
        f"**注意：**{r(NOTES)}，{r(NOTES)}。",
        f"这一次的办法叫**《{r(PLACES)}公约》**，共{rng.randint(4, 20)}条。",
        f"{r(PEOPLE)}反复说的是**{r(REASONS)}**，别的都在其次。",
    ))


class Pool:
    """Sentences made once and drawn from: texts differ, and ten thousand of them take seconds."""

    def __init__(self, rng):
        self.rng = rng
        self.plain = [sentence(rng) for _ in range(6000)]
        self.strong = [bold(rng) for _ in range(600)]

    def paragraph(self):
        parts = self.rng.choices(self.plain, k=self.rng.randint(2, 6))
        if self.rng.random() < 0.35:
            parts.insert(self.rng.randrange(len(parts) + 1), self.rng.choice(self.strong))
        if self.rng.random() < 0.15:
            n = self.rng.randint(1, 999)
            parts.append(f"详情见[{self.rng.choice(PLACES)}的说明](https://www.example.org/notes/{n}.html)。")
        return "".join(parts)

    def items(self):
        numbered = self.rng.random() < 0.4
        lines = self.rng.choices(self.plain, k=self.rng.randint(3, 6))
        return "\n".join(f"{i}. {line}" if numbered else f"- {line}" for i, line in enumerate(lines, 1))

    def table(self):
        r, rng = self.rng.choice, self.rng
        rows = [f"| {r(PLACES)} | {rng.randint(1, 90)} | {rng.randint(20, 4000)} | {r(NOTES)} |" for _ in range(rng.randint(3, 7))]
        return "\n".join(["| 地点 | 场次 | 人次 | 说明 |", "| --- | ---: | ---: | --- |", *rows])

    def quote(self):
        return f"> {self.rng.choice(self.plain)}"

    def heading(self):
        r = self.rng.choice
        return "## " + r((f"{r(PLACES)}里的{r(DOINGS)}", f"{r(WHENS)}发生了什么", f"{r(PEOPLE)}怎么说", f"{r(REASONS)}"))

    def body(self):
        """About 800 to 5,500 characters, most texts short, as on the model portal."""
        size = int(800 + 4600 * self.rng.random() ** 1.8)
        blocks, length = [], 0
        while length < size:
            dice = self.rng.random()
            if blocks and dice < 0.13 and not blocks[-1].startswith("#"):
                block = self.heading()
            elif blocks and dice < 0.21:
                block = self.items()
            elif blocks and dice < 0.24:
                block = self.table()
            elif blocks and dice < 0.28:
                block = self.quote()
            else:
                block = self.paragraph()
            if length and length + len(block) > 5450:
                break
            blocks.append(block)
            length += len(block)
        if blocks[-1].startswith("#"):
            blocks.append(self.rng.choice(self.plain))
        return "\n\n".join(blocks) + "\n"


def articles(count, seed):
    """The articles, in order of their numbers."""
    rng = random.Random(seed)
    pool = Pool(rng)
    for number in range(count):
        r = rng.choice
        yield {
            "column": COLUMNS[rng.randrange(len(COLUMNS))][0],
            "slug": f"{r(SLUG)}-{r(SLUG)}-{number:06}",
            "title": f"{r(WHENS)}，{r(PLACES)}里{r(DOINGS)}的{r(PEOPLE)}",
            "date": LAST_DAY - datetime.timedelta(days=rng.randrange(DAYS)),
            "lead": r(pool.plain),
            "source": f"{r(PLACES)}编辑部",
            "author": r(PEOPLE),
            "keywords": rng.sample(DOINGS, 2),
            "tags": rng.sample(TAGS, 3),
            "body": pool.body(),
        }


def quoted(text):
    """A string that YAML and TOML both read."""
    return json.dumps(text, ensure_ascii=False)


def listed(words):
    return "[" + ", ".join(quoted(word) for word in words) + "]"


def pbsite(a):
    head = [
        f"title: {a['title']}",
        f"date: {a['date']}",
        f"lead: {quoted(a['lead'])}",
        f"source: {a['source']}",
        f"author: {a['author']}",
        f"keywords: [{', '.join(a['keywords'])}]",
        f"tags: [{', '.join(a['tags'])}]",
    ]
    name = f"content/articles/{a['column']}/{a['date']}-{a['slug']}.md"
    return name, "---\n" + "\n".join(head) + "\n---\n" + a["body"]


def hugo(a):
    head = [
        f"title: {quoted(a['title'])}",
        f"date: {a['date']}",
        f"description: {quoted(a['lead'])}",
        f"source: {quoted(a['source'])}",
        f"author: {quoted(a['author'])}",
        f"keywords: {listed(a['keywords'])}",
        f"tags: {listed(a['tags'])}",
    ]
    return f"content/{a['column']}/{a['slug']}.md", "---\n" + "\n".join(head) + "\n---\n" + a["body"]


def zola(a):
    head = [
        f"title = {quoted(a['title'])}",
        f"date = {a['date']}",
        f"description = {quoted(a['lead'])}",
        "[taxonomies]",
        f"tags = {listed(a['tags'])}",
        "[extra]",
        f"source = {quoted(a['source'])}",
        f"author = {quoted(a['author'])}",
        f"keywords = {listed(a['keywords'])}",
    ]
    return f"content/{a['column']}/{a['slug']}.md", "+++\n" + "\n".join(head) + "\n+++\n" + a["body"]


def blades(a):
    head = [
        f"title = {quoted(a['title'])}",
        f"date = {a['date']}",
        f"summary = {quoted(a['lead'])}",
        f"source = {quoted(a['source'])}",
        f"author = {quoted(a['author'])}",
        "[taxonomies]",
        f"tags = {listed(a['tags'])}",
    ]
    return f"content/{a['column']}/{a['slug']}.md", "+++\n" + "\n".join(head) + "\n+++\n" + a["body"]


def pbsite_settings():
    columns = "".join(f"  - {{id: {id}, title: {title}, description: {title}栏目}}\n" for id, title in COLUMNS)
    return {
        "pbsite.yaml": f"""name: {NAME}
description: {DESCRIPTION}
base_url: {BASE_URL}
languages: [zh-Hans]
columns:
{columns}home: [columns]
taxonomies:
  - {{id: tags, title: 标签}}
# What the others do not make stays off; the form pbsite-full has all of it.
outputs: {{feeds: true, api: false, archives: false, qr: false}}
theme: {{name: plain}}
""",
    }


def pbsite_full_settings():
    text = pbsite_settings()["pbsite.yaml"]
    plain = text.index("# What the others")
    return {
        "pbsite.yaml": text[:plain] + "outputs: {feeds: true, api: true, archives: true, qr: true}\n"
    }


def hugo_settings():
    files = {
        "hugo.toml": f"""baseURL = "{BASE_URL}"
title = "{NAME}"
locale = "zh-Hans"
defaultContentLanguage = "zh"
hasCJKLanguage = true
disableKinds = []
[params]
description = "{DESCRIPTION}"
[pagination]
pagerSize = {PAGE_SIZE}
disableAliases = true
[taxonomies]
tag = "tags"
[services.rss]
limit = 20
[languages.zh]
weight = 1
""",
    }
    for id, title in COLUMNS:
        files[f"content/{id}/_index.md"] = f"---\ntitle: {title}\ndescription: {title}栏目\n---\n"
    return files


def zola_settings():
    columns = ", ".join(f'{{id = "{id}", title = "{title}"}}' for id, title in COLUMNS)
    files = {
        "config.toml": f"""base_url = "{BASE_URL}"
title = "{NAME}"
description = "{DESCRIPTION}"
default_language = "zh"
compile_sass = false
build_search_index = false
generate_feeds = true
feed_filenames = ["atom.xml"]
feed_limit = 20
taxonomies = [{{name = "tags", paginate_by = {PAGE_SIZE}, feed = true}}]
[extra]
columns = [{columns}]
""",
        "content/_index.md": f"+++\ntitle = \"{NAME}\"\n+++\n",
    }
    for id, title in COLUMNS:
        files[f"content/{id}/_index.md"] = (
            f"+++\ntitle = \"{title}\"\ndescription = \"{title}栏目\"\nsort_by = \"date\"\n"
            f"paginate_by = {PAGE_SIZE}\ngenerate_feeds = true\n+++\n"
        )
    return files


def blades_settings():
    # Atom would hold the full text of the whole site; RSS is the smaller of its two feeds.
    files = {
        "Blades.toml": f"""title = "{NAME}"
description = "{DESCRIPTION}"
lang = "zh-Hans"
url = "{BASE_URL.rstrip('/')}"
sitemap = true
rss = true
atom = false
implicit_taxonomies = false
[taxonomies.tags]
title = "标签"
paginate_by = {PAGE_SIZE}
""",
        "content/index.toml": f"title = \"{NAME}\"\ntemplate = \"home.html\"\n",
    }
    for id, title in COLUMNS:
        files[f"content/{id}/index.toml"] = (
            f"title = \"{title}\"\nsummary = \"{title}栏目\"\npaginate_by = {PAGE_SIZE}\ntemplate = \"section.html\"\n"
        )
    return files


ARTICLE = {"pbsite": pbsite, "pbsite-full": pbsite, "hugo": hugo, "zola": zola, "blades": blades}
SETTINGS = {
    "pbsite": pbsite_settings,
    "pbsite-full": pbsite_full_settings,
    "hugo": hugo_settings,
    "zola": zola_settings,
    "blades": blades_settings,
}
STYLE = {"hugo": "static/style.css", "zola": "static/style.css", "blades": "assets/style.css"}
THEME_FOLDER = {"pbsite": "themes/plain", "hugo": "layouts", "zola": "templates", "blades": "templates"}


def write(folder, form, count, seed):
    """Writes the site `folder`, which must be new or empty."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise SystemExit(f"{folder} is not empty")
    for name, text in SETTINGS[form]().items():
        save(folder / name, text)
    for article in articles(count, seed):
        name, text = ARTICLE[form](article)
        save(folder / name, text)
    theme = THEMES / form
    if theme.is_dir():
        shutil.copytree(theme, folder / THEME_FOLDER[form])
    if form in STYLE:
        save(folder / STYLE[form], (THEMES / "pbsite/assets/style.css").read_text())


made = set()


def save(path, text):
    if path.parent not in made:
        path.parent.mkdir(parents=True, exist_ok=True)
        made.add(path.parent)
    path.write_bytes(text.encode())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--form", choices=FORMS, default="pbsite")
    arguments = parser.parse_args()
    write(arguments.folder, arguments.form, arguments.articles, arguments.seed)


if __name__ == "__main__":
    main()
