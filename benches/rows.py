#!/usr/bin/env python3
"""Lists of many rows: how long a site of 10,000 of them takes, and what its pages weigh.

    python3 benches/rows.py PBSITE [ROWS] [FOLDER]

Writes a site with that many rows in CSV files (half needs, half resources, of 200 units in 40
classes) to FOLDER, on tmpfs unless told, builds it twice and once more after one row changed, and
prints wall time, peak memory, and the weight of the pages that hold rows.
"""

import csv
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

CONFIGURATION = """\
name: 清单门户
base_url: https://portal.example.org/
owner: {name: 编辑部}
columns:
  - {id: news, title: 新闻}
"""
WORDS = "场地 讲师 器材 车辆 志愿者 法律 健康 儿童 老人 阅读 手机 烘焙 音乐 环保 急救 维修 翻译 摄影 园艺 舞蹈".split()
KINDS = ["街镇", "学校", "企业", "居民区", "园区", "楼宇", "医院", "社会组织"]
NOW = "2026-11-21T08:00"


def write(root, rows):
    """The site, the same each time."""
    chance = random.Random(5)
    shutil.rmtree(root, ignore_errors=True)
    for folder in ("organizations", "needs", "resources"):
        (root / "content" / folder).mkdir(parents=True)
    (root / "pbsite.yaml").write_text(CONFIGURATION, "utf-8")
    units = [f"示例单位{n}号" for n in range(200)]
    with open(root / "content/organizations/units.csv", "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["编号", "标题", "单位类别"])
        table.writerows([f"u{n}", unit, KINDS[n % 8]] for n, unit in enumerate(units))
    for folder, states in (("needs", ["开放中", "开放中", "已认领", "已实现"]), ("resources", ["开放中", "开放中", "已用完"])):
        with open(root / f"content/{folder}/list.csv", "w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(["编号", "标题", "推荐语", "类别", "单位", "数量", "起", "止", "面向", "联系方式", "状态", "截止"])
            for n in range(rows // 2):
                words = chance.sample(WORDS, 3)
                day = f"2026-12-{chance.randint(1, 28):02}"
                title = f"{words[0]}{words[1]}{n}"
                table.writerow([f"r{n}", title, f"{'、'.join(words)}，先打电话再来。", f"第{chance.randrange(40)}类", chance.choice(units), chance.randint(1, 30), "2026-10-01", "2027-06-30", "、".join(chance.sample(KINDS, 2)), "021-0000-0100", chance.choice(states), day])


def build(pbsite, root, what):
    """One build: wall time, peak memory of it and of those before."""
    begin = time.monotonic()
    run = subprocess.run([pbsite, "build", "--now", NOW, "--timings"], cwd=root, capture_output=True, text=True, check=False)
    wall = time.monotonic() - begin
    if run.returncode:
        sys.exit(run.stdout + run.stderr)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{what:10} {wall:6.2f} s, peak memory so far {peak} MiB")
    return run.stdout + run.stderr


def weigh(output):
    """The heaviest pages, and those of the lists."""
    pages = [(path.stat().st_size, path) for path in output.rglob("*.html")]
    print(f"pages      {len(pages)}, {sum(size for size, _ in pages) / 1e6:.1f} MB")
    for name in ("needs", "resources", "organizations"):
        first = output / name / "index.html"
        print(f"{name:10} first page {first.stat().st_size / 1024:.0f} KiB")
    for size, path in sorted(pages, reverse=True)[:3]:
        print(f"heaviest   {size / 1024:.0f} KiB {path.relative_to(output)}")


def main(pbsite, rows="10000", folder="/dev/shm/pbsite-rows"):
    """Writes, builds, weighs."""
    root = Path(folder)
    write(root, int(rows))
    timings = build(Path(pbsite).resolve(), root, "cold")
    build(Path(pbsite).resolve(), root, "unchanged")
    table = root / "content/needs/list.csv"
    table.write_text(table.read_text("utf-8").replace("先打电话再来", "请先打电话再来", 1), "utf-8")
    build(Path(pbsite).resolve(), root, "one row")
    weigh(root / "output")
    print(timings)
    shutil.rmtree(root)


if __name__ == "__main__":
    main(*sys.argv[1:])
