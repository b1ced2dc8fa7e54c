#!/usr/bin/env python3
"""Sending over SMTP beside Postfix's own smtp-source, both to smtp-sink on the loopback, in turn.

    python3 benches/mail.py PROGRAM [LETTERS] [ROUNDS]

Takes the sample portal's November edition; the ledger lies on tmpfs (/dev/shm). Needs Debian's
postfix for smtp-sink and smtp-source, and a release build. What each layer costs is told by
`cargo bench --bench sending`.
"""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
LETTERS = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 3
ROOT = pathlib.Path(__file__).resolve().parent.parent
EDITION = "monthly/2026-11"
PORT = 2699


def sink():
    # As root it wants to become somebody else.
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    server = subprocess.Popen(["smtp-sink", *user, f"127.0.0.1:{PORT}", "200"], stdout=subprocess.DEVNULL)
    while server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", PORT)).close()
            return server
        except OSError:
            time.sleep(0.05)
    sys.exit("smtp-sink does not run")


def timed(command, **more):
    """The time of a command, its peak memory in MiB, and what it wrote."""
    start = time.monotonic()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, **more)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        took = time.monotonic() - start
        out.seek(0)
        return took, used.ru_maxrss / 1024, out.read()


def people(folder):
    path = folder / "people.csv"
    kinds = ["school", "street", "enterprise", "estate", "building", "hospital"]
    with path.open("w") as file:
        file.write("email,name,unit_kind,consent_date,consent_source\n")
        for n in range(LETTERS):
            file.write(f"reader{n}@people{n % 7}.example,读者{n},{kinds[n % 6]},2026-03-01,list\n")
    return path


def ours(folder):
    site = folder / "site"
    shutil.copytree(ROOT / "content", site / "content")
    shutil.copytree(ROOT / "themes", site / "themes")
    shutil.copy(ROOT / "pbsite.yaml", site)
    environment = {
        **{name: value for name, value in os.environ.items() if name != "CI"},
        "PBSITE_LEDGER": str(folder / "ledger.sqlite"),
        "PBSITE_DIGEST_KEY": str(folder / "digest.key"),
        "PBSITE_RECIPIENTS": str(people(folder)),
    }

    def run(*arguments, url=""):
        command = [PROGRAM, "digest", *arguments, "--now", "2026-11-20T08:00"]
        return timed(command, cwd=site, env={**environment, "PBSITE_SMTP_URL": url})

    run("key", "new")
    # A server without encryption refuses at once: the edition is frozen, and nothing was sent.
    begin = ["send", EDITION, "--send", "--no-live-check", "--yes", str(LETTERS)]
    froze, first, said = run(*begin, url=f"smtp://127.0.0.1:{PORT}")
    url = f"smtp://127.0.0.1:{PORT}?tls=none&connections=2&messages=1000000"
    took, second, told = run("send", EDITION, "--send", url=url)
    status = run("status", EDITION, "--format", "json")[2]
    counts = json.loads(status) if status.startswith("{") else status
    assert isinstance(counts, dict) and counts["accepted"] == LETTERS, (said, told, counts)
    return froze, took, max(first, second)


def size(folder):
    names = list((folder / "letters").glob("*.eml"))
    return sum(name.stat().st_size for name in names) // len(names)


def main():
    for round_number in range(ROUNDS):
        folder = pathlib.Path(tempfile.mkdtemp(dir="/dev/shm"))
        server = sink()
        try:
            froze, took, memory = ours(folder)
            environment = {**os.environ, "PBSITE_LEDGER": str(folder / "ledger.sqlite"),
                           "PBSITE_DIGEST_KEY": str(folder / "digest.key"), "PBSITE_RECIPIENTS": str(folder / "people.csv"),
                           "XDG_STATE_HOME": str(folder)}
            # Letters of the same size: a rehearsal with an empty ledger writes them.
            environment["PBSITE_LEDGER"] = str(folder / "none.sqlite")
            (folder / "site/content/editions" / f"{EDITION}.frozen.yaml").unlink()
            subprocess.run([PROGRAM, "digest", "send", EDITION, "--now", "2026-11-20T08:00", "--letters", folder / "letters"],
                           cwd=folder / "site", env=environment, capture_output=True, check=True)
            length = size(folder)
            theirs, *_ = timed(["smtp-source", "-d", "-s", "2", "-m", str(LETTERS), "-l", str(length),
                               "-f", "a@example.org", "-t", "b@example.org", f"127.0.0.1:{PORT}"])
        finally:
            server.terminate()
            shutil.rmtree(folder)
        print(f"{LETTERS} letters of {length} bytes: pbsite {LETTERS / took:,.0f}/s ({took:.2f} s; frozen in {froze:.2f} s; peak {memory:.0f} MiB), "
              f"smtp-source -d {LETTERS / theirs:,.0f}/s", flush=True)


main()
