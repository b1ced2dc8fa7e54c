"""Publishes a site to servers that others wrote, on the loopback: an S3 store (moto), a WebDAV folder
(wsgidav), by rsync, and over SFTP to sshd, where these are installed.

    python3 tests/ci/deploy.py PROGRAM

PROGRAM was built with `--features cloud`. Each server gets the site, a change, a deploy that is killed
half-way and goes on, previews that come and go, and credentials that are wrong; types and cache headers
are read back. Needs `moto[server]` and `wsgidav`. Prints what it looked at; exits 1 on a difference.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

PROGRAM = Path(sys.argv[1]).resolve()
NOW = ["--now", "2026-11-21T08:00", "--lang", "en"]
HOME = Path(tempfile.mkdtemp(prefix="pbsite-deploy."))
SITE = HOME / "site"
KEYS = {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "key",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "secret",
}
EDITOR = {"PBSITE_WEBDAV_USER": "editor", "PBSITE_WEBDAV_PASSWORD": "secret"}
SSHD = shutil.which("sshd", path="/usr/sbin:/usr/bin")
servers = []


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(command, port, **more):
    """Starts a server and waits until it answers."""
    log = open(HOME / f"{Path(command[0]).name}.{port}.log", "wb")
    servers.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **more))
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert servers[-1].poll() is None, f"{command[0]} ended: {Path(log.name).read_text()[-2000:]}"
        time.sleep(0.1)
    sys.exit(f"{command[0]} does not answer")


def environment(credentials):
    return {"PATH": f"{HOME}/bin:/usr/bin:/bin", "HOME": str(HOME), **credentials}


def deploy(*arguments, credentials=KEYS | EDITOR, code=0):
    """Runs `deploy`; what it said."""
    command = [PROGRAM, "deploy", *arguments, *NOW]
    done = subprocess.run(command, cwd=SITE, env=environment(credentials), capture_output=True, text=True)
    said = done.stdout + done.stderr
    assert done.returncode == code, f"{arguments}: {done.returncode}, not {code}: {said}"
    return said


def same(there, folder=""):
    """Holds what a server has against what was built, in a folder of it."""
    built = SITE / ("output" if not folder else f".pbsite/{folder}")
    own = {str(p.relative_to(built)) for p in built.rglob("*") if p.is_file() and not p.name.startswith(".pbsite-")}
    mine = {path.removeprefix(f"{folder}/") for path in there if path.startswith(folder)}
    mine = {path for path in mine if not Path(path).name.startswith(".pbsite-")}
    if not folder:
        mine = {path for path in mine if not path.startswith("_preview/")}
    assert own == mine, f"missing {sorted(own - mine)[:5]}, left over {sorted(mine - own)[:5]}"
    for path in own:
        assert (built / path).read_bytes() == there[f"{folder}/{path}" if folder else path], f"{path} differs"
    return len(own)


def change(day, text):
    path = SITE / f"content/articles/notices/2026-11-{day:02}-n{day}.md"
    path.write_text(f"---\ntitle: 第{day}日\ndate: 2026-11-{day:02}\nsource: 编辑部\n---\n{text}\n", "utf-8")
    # rsync takes files of one length that were written in one second for the same: the next build is in another.
    built = SITE / "output/api/build.json"
    while built.exists() and int(time.time()) <= int(built.stat().st_mtime):
        time.sleep(0.01)


def kill_half_way(target, count, credentials=KEYS | EDITOR):
    """Begins a deploy, and kills it once the server has more files than before."""
    before = count()
    command = [PROGRAM, "deploy", target, *NOW]
    begun = subprocess.Popen(command, cwd=SITE, env=environment(credentials), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while begun.poll() is None and count() < before + 10:
        time.sleep(0.002)
    begun.send_signal(signal.SIGKILL)
    return begun.wait() == -signal.SIGKILL


def story(target, read, count, tells=True):
    """What happens to every target; `tells`, whether it says that it went on."""
    broken = kill_half_way(target, count)
    said = deploy(target)
    assert not broken or not tells or "goes on where it stopped" in said, said
    files = same(read())
    assert "0 files, 0 removed" in deploy(target), "nothing changed"
    change(3, "改过的正文。")
    (SITE / "content/articles/notices/2026-11-04-n4.md").unlink()
    listed = deploy(target, "--dry-run")
    assert "+ notices/n3/index.html" in listed and "- notices/n4/index.html" in listed, listed
    assert any(path.startswith("notices/n4/") for path in read()), "a dry run removed something"
    assert not (SITE / "--dry-run").exists(), "an option was taken for a path"
    deploy(target)
    same(read())
    assert not any(path.startswith("notices/n4/") for path in read()), "a page that is gone is still there"
    change(5, "只在分支上。")
    for name in ["feature/five", "other"]:
        deploy("preview", name, "--to", target)
    folders = sorted({path.split("/")[1] for path in read() if path.startswith("_preview/")})
    assert len(folders) == 2, folders
    same(read(), f"_preview/{folders[0]}")
    change(3, "再改。")
    deploy(target)
    same(read())
    same(read(), f"_preview/{folders[1]}")
    deploy("preview", "feature/five", "--to", target, "--remove")
    left = sorted({path.split("/")[1] for path in read() if path.startswith("_preview/")})
    assert left == ["other"], left
    same(read())
    change(4, "回来。")
    print(f"{target}: {files} files, killed{'' if broken else ' (too late)'} and went on, changed, previewed")


def stores(port):
    """The store itself, with boto3, which moto brings."""
    import boto3

    s3 = boto3.client(
        "s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1",
        aws_access_key_id="key", aws_secret_access_key="secret",
    )
    s3.create_bucket(Bucket="portal")

    def keys(folder):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket="portal", Prefix=folder)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def read(folder):
        return {key[len(folder):]: s3.get_object(Bucket="portal", Key=key)["Body"].read() for key in keys(folder)}

    for target, folder in [("s3", "street/"), ("oss", "oss/")]:
        story(target, lambda: read(folder), lambda: len(keys(folder)))
    headers = {}
    for key in keys("street/"):
        head = s3.head_object(Bucket="portal", Key=key)
        headers[key.removeprefix("street/")] = (head["ContentType"], head.get("CacheControl", ""))
    assert headers["index.html"] == ("text/html; charset=utf-8", "public, max-age=60"), headers["index.html"]
    style = next(path for path in headers if path.startswith("assets/style."))
    assert headers[style] == ("text/css; charset=utf-8", "public, max-age=31536000, immutable"), headers[style]
    assert headers["feed.xml"][0] == "application/atom+xml; charset=utf-8"
    # A page that somebody changed in the store, and a manifest that is gone.
    s3.put_object(Bucket="portal", Key="street/index.html", Body=b"changed by hand")
    deploy("s3", "--verify")
    same(read("street/"))
    s3.delete_object(Bucket="portal", Key="street/.pbsite-manifest")
    assert "0 files, 0 removed" in deploy("s3"), "all was there, the list says so"
    same(read("street/"))
    said = deploy("nowhere", code=2)
    assert "there is no bucket s3://nobucket" in said, said
    said = deploy("s3", credentials={"AWS_ACCESS_KEY_ID": "key"}, code=2)
    assert "set the variable AWS_SECRET_ACCESS_KEY" in said, said


def denied(port):
    """A store that looks at keys: moto does from the first request on, if it is told so."""
    said = deploy("denied", code=2)
    assert "refused" in said and "AWS_ACCESS_KEY_ID" in said, said
    print("s3: a wrong key is told")


def folder_of(path):
    return {str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file()}


def count_in(path):
    return sum(len(files) for _, _, files in os.walk(path))


def webdav(port):
    place = HOME / "dav/portal"
    place.mkdir(parents=True)
    settings = HOME / "dav.yaml"
    settings.write_text(
        f"host: 127.0.0.1\nport: {port}\nprovider_mapping: {{'/': {HOME}/dav}}\n"
        "simple_dc: {user_mapping: {'*': {editor: {password: secret}}}}\n"
        "http_authenticator: {accept_basic: true, accept_digest: false, default_to_digest: false}\nverbose: 1\n"
    )
    run = "from wsgidav.server.server_cli import run; run()"
    serve([sys.executable, "-c", run, "--config", str(settings), "--server", "cheroot"], port)
    story("dav", lambda: folder_of(place), lambda: count_in(place))
    said = deploy("dav", credentials=EDITOR | {"PBSITE_WEBDAV_PASSWORD": "wrong"}, code=2)
    assert "PBSITE_WEBDAV_PASSWORD" in said, said
    said = deploy("dav-nowhere", code=2)
    assert "has no such folder" in said, said


def sftp(port):
    keys = HOME / "ssh"
    keys.mkdir()
    for name in ["host", "me", "stranger"]:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(keys / name)], check=True)
    shutil.copy(keys / "me.pub", keys / "authorized")
    user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
    (keys / "sshd").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {keys}/host\nAuthorizedKeysFile {keys}/authorized\n"
        "StrictModes no\nUsePAM no\nPasswordAuthentication no\nPidFile none\nSubsystem sftp internal-sftp\n"
    )
    if os.geteuid() == 0:
        os.makedirs("/run/sshd", exist_ok=True)
    serve([SSHD, "-D", "-e", "-f", str(keys / "sshd")], port)
    (keys / "config").write_text(
        f"Host web\n  HostName 127.0.0.1\n  Port {port}\n  User {user}\n  IdentityFile {keys}/me\n"
        f"  IdentitiesOnly yes\n  UserKnownHostsFile {keys}/known\n  GlobalKnownHostsFile none\n"
    )
    # ssh looks for its settings in the home of the account, whatever HOME says.
    (HOME / "bin").mkdir()
    for tool in ["sftp", "ssh"]:
        (HOME / "bin" / tool).write_text(f'#!/bin/sh\nexec /usr/bin/{tool} -F {keys}/config "$@"\n')
        (HOME / "bin" / tool).chmod(0o755)
    said = deploy("ssh", code=2)
    assert "web is not known" in said and "known_hosts" in said, said
    known = subprocess.run(["ssh-keyscan", "-p", str(port), "127.0.0.1"], capture_output=True, text=True, check=True)
    (keys / "known").write_text(known.stdout)
    place = HOME / "www/portal"
    story("ssh", lambda: folder_of(place), lambda: count_in(place))
    assert not (place / ".pbsite-stage").exists(), "the stage is left over"
    shutil.copy(keys / "stranger.pub", keys / "authorized")
    change(6, "进不去。")
    said = deploy("ssh", code=2)
    assert "refused the login" in said, said


def main():
    store, strict, dav, ssh = (free_port() for _ in range(4))
    subprocess.run([PROGRAM, "init", SITE, "--name", "示例社区", *NOW, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    targets = {
        "s3": f"s3: portal/street, endpoint: 'http://127.0.0.1:{store}'",
        "oss": f"oss: portal/oss, endpoint: 'http://127.0.0.1:{store}'",
        "nowhere": f"s3: nobucket, endpoint: 'http://127.0.0.1:{store}'",
        "denied": f"s3: portal, endpoint: 'http://127.0.0.1:{strict}'",
        "dav": f"webdav: 'http://127.0.0.1:{dav}/portal/'",
        "dav-nowhere": f"webdav: 'http://127.0.0.1:{dav}/not/there/'",
        "rs": f"rsync: {HOME}/rsync/portal/",
        "ssh": f"sftp: 'web:{HOME}/www/portal'",
    }
    with open(SITE / "pbsite.yaml", "a", encoding="utf-8") as settings:
        settings.write("deploy:\n" + "".join(f"  - {{name: {name}, {to}}}\n" for name, to in targets.items()))
    for day in range(1, 19):
        change(day, "正文。")
    moto = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p"]
    serve([*moto, str(store)], store)
    stores(store)
    serve([*moto, str(strict)], strict, env=os.environ | {"INITIAL_NO_AUTH_ACTION_COUNT": "0"})
    denied(strict)
    webdav(dav)
    place = HOME / "rsync/portal"
    if shutil.which("rsync"):
        place.parent.mkdir()
        story("rs", lambda: folder_of(place), lambda: count_in(place), tells=False)
    else:
        print("no rsync here: it is left out")
    if SSHD and shutil.which("sftp"):
        sftp(ssh)
    else:
        print("no sshd here: SFTP is left out")


try:
    main()
finally:
    for server in servers:
        server.terminate()
        server.wait()
    shutil.rmtree(HOME, ignore_errors=True)
