"""Looks at letters (.eml) with Python's own parser: no defect anywhere, every header in place,
Chinese read back right; DKIM by dkimpy where they are signed; a score below 1 by SpamAssassin, where it
is installed, without asking the network. With PBSITE_LETTERS_HTML the HTML parts are put into that folder,
pictures in them, for letters.mjs.

    python3 tests/ci/letters.py FOLDER [SELECTOR DOMAIN RECORD]
"""

import base64
import email
import email.policy
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest.mock

HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "Auto-Submitted", "MIME-Version"]


def defects(part):
    yield from part.defects
    for name in part.keys():
        yield from getattr(part[name], "defects", [])
    if part.is_multipart():
        for inner in part.iter_parts():
            yield from defects(inner)


def check(path, data):
    message = email.message_from_bytes(data, policy=email.policy.default)
    found = list(defects(message))
    assert not found, f"{path}: {found}"
    for name in HEADERS:
        assert len(message.get_all(name, [])) == 1, f"{path}: {name}: {message.get_all(name)}"
    assert b"\n" not in data.replace(b"\r\n", b""), f"{path}: a line ends without CR"
    assert all(len(line) <= 998 for line in data.split(b"\r\n")), f"{path}: a line is too long"
    assert data.isascii(), f"{path}: not ASCII"
    subject = message["Subject"]
    assert "\ufffd" not in subject and "=?" not in subject, f"{path}: {subject}"
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    for content in (text, html):
        assert content.strip() and not re.search("[\ue0a0-\ue0a3\ufffd]", content), path
    if 'role="article"' in html:
        assert re.search("<h1[^>]* style=", html) and "@media" in html, f"{path}: no styles"
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            assert part.get_param("method") == "PUBLISH", path
            assert "METHOD:PUBLISH" in part.get_content(), path
            assert part.get_filename(), path


def signed(path, data, selector, domain, record):
    import dkim

    def answer(name, timeout=5):
        assert name.decode() == f"{selector}._domainkey.{domain}.", name
        return record.encode()

    # The letter is read a minute after its own date: one that is dated later than now is refused.
    date = email.message_from_bytes(data, policy=email.policy.default)["Date"].datetime.timestamp()
    with unittest.mock.patch("time.time", lambda: date + 60):
        assert dkim.verify(data, dnsfunc=answer), f"{path}: DKIM does not verify"
    tags = dict(tag.strip().split("=", 1) for tag in email.message_from_bytes(data)["DKIM-Signature"].split(";"))
    covered = re.sub(r"\s", "", tags["h"]).split(":")
    for name in ["from", "to", "subject", "date", "message-id", "list-unsubscribe"]:
        assert name in covered, f"{path}: {name} is not signed"
    if b"\r\nList-Unsubscribe-Post:" in data:
        assert "list-unsubscribe-post" in covered, path


def score(path, data):
    """The points of SpamAssassin's own rules: what a form of letter is worth, whoever sends it."""
    told = subprocess.run(["spamassassin", "-L", "-t"], input=data, capture_output=True, check=True).stdout.decode(errors="replace")
    points = float(re.search(r"Content analysis details: +\((-?[\d.]+) points", told)[1])
    assert points < 1, f"{path}: {told[told.index('Content analysis'):]}"


def put_html(folder, path, data):
    message = email.message_from_bytes(data, policy=email.policy.default)
    html = message.get_body(("html",)).get_content()
    for part in message.walk():
        if part["Content-ID"]:
            picture = base64.b64encode(part.get_payload(decode=True)).decode()
            html = html.replace("cid:" + part["Content-ID"].strip("<>"), f"data:{part.get_content_type()};base64,{picture}")
    (pathlib.Path(folder) / f"{path.parent.name}-{path.stem}.html").write_text(html)


def main():
    folder, *dkim = sys.argv[1:]
    files = sorted(pathlib.Path(folder).glob("*.eml"))
    assert files, f"no letters in {folder}"
    for path in files:
        data = path.read_bytes()
        check(path, data)
        if dkim:
            signed(path, data, *dkim)
        if html := os.environ.get("PBSITE_LETTERS_HTML"):
            put_html(html, path, data)
            if shutil.which("spamassassin"):
                score(path, data)
    print(f"{len(files)} letters{' with signatures' if dkim else ''}: no defect")


main()
