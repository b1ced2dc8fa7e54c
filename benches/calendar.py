#!/usr/bin/env python3
"""What a large calendar costs: 10,000 items with 50,000 dates, built from nothing.

    benches/calendar.py target/dist/pbsite [ITEMS]

Prints wall time, CPU time and peak memory of whole builds (`wait4`), the median of three. Every
fifth item recurs weekly for half a year; the others have one date. The same bytes each time.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SITE = """name: 日历
base_url: https://example.org/
columns: [{id: news, title: 消息}]
unit_kinds: [{id: school, label: 学校}, {id: estate, label: 居民区}]
outputs: {qr: false}
checks: {PB1008: off}
"""


def write(site: Path, items: int) -> None:
    (site / "content/stations").mkdir(parents=True)
    (site / "content/activities").mkdir(parents=True)
    (site / "pbsite.yaml").write_text(SITE, encoding="utf-8")
    stations = [f"- {{title: 第{n}站, id: s{n}}}" for n in range(40)]
    (site / "content/stations/all.yaml").write_text("\n".join(stations), encoding="utf-8")
    for part in range(10):
        rows = [activity(n) for n in range(part, items, 10)]
        (site / f"content/activities/part-{part}.yaml").write_text("\n".join(rows), encoding="utf-8")


def activity(n: int) -> str:
    hour, month, day = 8 + n % 12, 1 + n % 12, 1 + n % 28
    if n % 5 == 0:
        when = f"{{every: week, on: [周{'一二三四五'[n % 5]}], time: '{hour:02}:00-{hour + 1:02}:00', from: 2026-11-02, until: 2027-04-05}}"
    else:
        when = f"{{start: {2026 + n % 2}-{month:02}-{day:02}, time: '{hour:02}:00-{hour + 1:02}:00'}}"
    return (f"- {{title: 第{n}场, id: a{n}, category: 类别{n % 9}, station: s{n % 40}, "
            f"audience: {{units: [{'school' if n % 2 else 'estate'}]}}, signup: {{telephone: 021-0000-0100}}, schedule: {when}}}")


def build(program: str, site: Path) -> tuple[float, float, float]:
    shutil.rmtree(site / "output", ignore_errors=True)
    shutil.rmtree(site / ".pbsite", ignore_errors=True)
    start = time.monotonic()
    child = subprocess.Popen([program, "build", "--quiet", "--site", str(site), "--now", "2026-11-01T08:00"],
                             stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit("the build failed")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    program, items = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        site = Path(folder)
        write(site, items)
        runs = sorted(build(program, site) for _ in range(3))
        dates = sum(23 if n % 5 == 0 else 1 for n in range(items))
        outputs = sum(len(files) for _, _, files in os.walk(site / "output"))
    wall, cpu, memory = runs[1]
    print(f"{items} items, {dates} dates, {outputs} files: {wall:.2f} s, {cpu:.2f} CPU s, {memory:.0f} MiB")


if __name__ == "__main__":
    main()
