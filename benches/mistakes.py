#!/usr/bin/env python3
"""What mistakes cost: `check` of a clean portal beside the same portal with mistakes in it.

    mistakes.py --articles 10000 --mistakes 1000 --runs 5 PBSITE

PBSITE is the program. The portal is corpus.py's (form pbsite-full); each damaged file has one of
twenty mistakes, by its number, so that every machine measures the same. Prints a table of the
stages and the quotient of the medians. Goal: 10,000 articles with 1,000 mistakes take at most 1.2
times the time of the clean portal's stages before rendering, which are all that `check` runs but
the reading of templates. Standard library only.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

import corpus

NOW = "2026-11-21T08:00"
STAGE = re.compile(r"^\s*([a-z][a-z ]*?)\s+([0-9.]+)\s*(ms|s)\b")


def line(name, written):
    """Writes another line for that of a name."""
    return lambda text: re.sub(rf"(?m)^{name}:.*$", lambda _: written, text, count=1)


def swap(old, new):
    return lambda text: text.replace(old, new, 1)


MISTAKES = [
    ("no opening fence", swap("---\n", "")),
    ("no closing fence", lambda text: re.sub(r"\n---\n", "\n", text, count=1)),
    ("dashes of another kind", swap("---\n", "———\n")),
    ("full-width colon", swap("title: ", "title：")),
    ("no space behind a colon", swap("title: ", "title:")),
    ("colon in a value", line("title", "title: 通知: 停水")),
    ("bracket at the start of a value", line("title", "title: [通知] 停水")),
    ("full-width comma in a list", line("tags", "tags: [活动，课程]")),
    ("at sign at the start of a value", line("author", "author: @小王")),
    ("star at the start of a value", line("source", "source: *重要*")),
    ("tab as indentation", swap("source: ", "\tsource: ")),
    ("duplicate key", swap("source: ", "title: 又一个\nsource: ")),
    ("unknown key", swap("source: ", "sorce: ")),
    ("wrong type", swap("---\n", "---\ndraft: 是不是\n")),
    ("date that does not exist", line("date", "date: 2026-13-40")),
    ("date in words", line("date", "date: 明天")),
    ("unclosed quote", line("lead", 'lead: "没有写完')),
    ("unclosed bracket", line("tags", "tags: [活动, 课程")),
    ("dead reference", lambda text: text + "\n见[这里](@articles/nowhere)。\n"),
    ("other encoding", lambda text: text.encode("gb18030", "replace")),
]


def damage(site, count):
    """Damages `count` files, spread evenly, each by the next kind of mistake."""
    files = sorted((site / "content").rglob("*.md"))
    for number in range(count):
        path = files[number * len(files) // count]
        text = path.read_bytes().decode()
        damaged = MISTAKES[number % len(MISTAKES)][1](text)
        if damaged == text:
            raise SystemExit(f"{MISTAKES[number % len(MISTAKES)][0]}: no change in {path}")
        path.write_bytes(damaged if isinstance(damaged, bytes) else damaged.encode())


def check(program, site):
    """Seconds by stage, and how many problems there are."""
    command = [program, "check", "--site", site, "--now", NOW, "--format", "short", "--timings", "--lang", "en"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode not in (0, 1):
        raise SystemExit(f"{run.returncode}: {run.stderr[-2000:]}")
    lines = (run.stdout + run.stderr).splitlines()
    problems = sum(" error PB" in text or " warning PB" in text for text in lines)
    found = [STAGE.match(text) for text in lines]
    stages = {m[1]: float(m[2]) / (1000 if m[3] == "ms" else 1) for m in found if m}
    if not stages:
        raise SystemExit("no timings:\n" + "\n".join(lines[-20:]))
    return stages, problems


def medians(program, site, runs):
    results = [check(program, site) for _ in range(runs)]
    names = results[0][0]
    return {name: statistics.median(stages[name] for stages, _ in results) for name in names}, results[0][1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--mistakes", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    with tempfile.TemporaryDirectory() as home:
        clean, damaged = Path(home) / "clean", Path(home) / "damaged"
        corpus.write(clean, "pbsite-full", arguments.articles, 1)
        shutil.copytree(clean, damaged)
        damage(damaged, arguments.mistakes)
        report(*medians(program, clean, arguments.runs), *medians(program, damaged, arguments.runs))


def report(clean, clean_problems, damaged, damaged_problems):
    print("| stage | clean (s) | with mistakes (s) |\n|---|---:|---:|")
    for name in dict.fromkeys([*clean, *damaged]):
        print(f"| {name} | {clean.get(name, 0):.3f} | {damaged.get(name, 0):.3f} |")
    total = sum(clean.values()), sum(damaged.values())
    print(f"| all | {total[0]:.3f} | {total[1]:.3f} |\n| problems | {clean_problems} | {damaged_problems} |")
    print(f"\nwith mistakes / clean: {total[1] / total[0]:.2f} (goal: at most 1.20)")


if __name__ == "__main__":
    main()
