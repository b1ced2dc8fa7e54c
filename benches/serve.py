#!/usr/bin/env python3
"""Measures the time from a save to the new bytes served: `pbsite serve` and `hugo server`, in turn.

    serve.py                                10,000 and 1,000 articles, 20 edits a round, 3 rounds
    serve.py --articles 10000 --edits 1000 --rounds 1 --pause 0.1 --tools pbsite-full
                                            memory over many edits

An edit writes a mark into one article and asks for its page until the mark stands there (every
2 ms, one connection each time); the next edit waits a while. Sites lie on tmpfs. Memory is
the resident set after the first build, after the edits, and its peak. Standard library only.
"""

import argparse
import http.client
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import peers

TOOLS = ("pbsite", "pbsite-full", "hugo")


class Server:
    """One server over one corpus."""

    def __init__(self, tool, work, port, pause):
        self.tool, self.port, self.pause = tool, port, pause
        site, _ = tool.paths(work)
        self.site = site
        if tool.name == "hugo":
            command = [tool.program, "server", "--source", site, "--buildFuture", "--port", str(port), "--noBuildLock", "--renderToMemory"]
        else:
            command = [tool.program, "serve", "--site", site, "--port", str(port), "--now", peers.NOW]
        self.log = open(work / f"log-serve-{tool.name}", "w+b")
        self.start = time.perf_counter()
        self.process = subprocess.Popen([str(part) for part in command], cwd=site, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.wait_for("/", b"", 60)
        self.ready = time.perf_counter() - self.start

    def get(self, address):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", address)
            answer = connection.getresponse()
            return answer.read() if answer.status == 200 else None
        except OSError:
            return None
        finally:
            connection.close()

    def wait_for(self, address, mark, seconds):
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            body = self.get(address)
            if body is not None and mark in body:
                return
            time.sleep(0.002)
        sys.exit(f"{self.tool.name}: {address} did not come within {seconds} s")

    def edit(self, file, address, number):
        """Seconds from the save to the page that has it."""
        text = file.read_text()
        mark = f"第{number}次改动"
        file.write_text(f"{text}\n\n{mark}\n")
        start = time.perf_counter()
        self.wait_for(address, mark.encode(), 60)
        took = time.perf_counter() - start
        file.write_text(text)
        time.sleep(self.pause)
        return took

    def memory(self):
        """Resident and peak, MiB."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        found = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.startswith(("VmRSS", "VmHWM"))}
        return found["VmRSS"], found["VmHWM"]

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


def articles(server):
    """Articles of the corpus with their addresses, oldest and newest among them."""
    found = sorted((server.site / "content").rglob("*.md"))
    found = [file for file in found if file.name not in ("_index.md", "index.md") and file.parent.name != "content"]
    for file in found[:: max(1, len(found) // 50)]:
        slug = file.stem[11:] if file.stem[:4].isdigit() else file.stem
        address = f"/{file.parent.name}/{slug}/"
        if server.get(address) is not None:
            yield file, address


def measure(tool, work, edits, port, pause):
    server = Server(tool, work, port, pause)
    try:
        before, _ = server.memory()
        some = list(articles(server))
        if not some:
            sys.exit(f"{tool.name}: no article answers")
        took = [server.edit(*some[number % len(some)], number) for number in range(edits)]
        after, peak = server.memory()
        return server.ready, took, before, after, peak
    finally:
        server.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=lambda text: [int(part) for part in text.split(",")], default=[10000, 1000])
    parser.add_argument("--edits", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tools", type=lambda text: text.split(","), default=list(TOOLS))
    parser.add_argument("--pbsite", type=Path, default=Path("target/dist/pbsite"))
    parser.add_argument("--peers", type=Path, default=Path("/tmp/peers"))
    parser.add_argument("--work", type=Path, default=Path("/dev/shm/pbsite-serve"))
    parser.add_argument("--pause", type=float, default=0.5, help="seconds between two edits")
    parser.add_argument("--port", type=int, default=3790)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    tools = peers.find(arguments)
    print("| articles | tool | ready, s | save to served, ms (least, most) | memory before, MiB | after | peak |")
    print("|---:|---|---:|---:|---:|---:|---:|")
    for count in arguments.articles:
        peers.prepare(tools, arguments.work, count, arguments.seed)
        runs = {tool.name: [] for tool in tools}
        for number in range(arguments.rounds):
            for tool in tools[number % len(tools) :] + tools[: number % len(tools)]:
                peers.empty(tool, arguments.work)
                runs[tool.name].append(measure(tool, arguments.work, arguments.edits, arguments.port, arguments.pause))
        for name, found in runs.items():
            took = [1000 * one for run in found for one in run[1]]
            ready = median(run[0] for run in found)
            memory = [median(run[place] for run in found) for place in (2, 3, 4)]
            print(f"| {count:,} | {name} | {ready:.2f} | {median(took):.0f} ({min(took):.0f}, {max(took):.0f}) | {memory[0]:.0f} | {memory[1]:.0f} | {memory[2]:.0f} |", flush=True)


if __name__ == "__main__":
    main()
