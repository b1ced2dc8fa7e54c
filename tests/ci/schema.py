"""Holds the sample portal and known mistakes against the schemas that the program prints, and a
report in SARIF against the schema of SARIF.

    python3 tests/ci/schema.py PROGRAM SARIF_SCHEMA

Needs `jsonschema` and `pyyaml`. Prints what it read and every finding; exits 1 on a finding.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """Reads dates as they are spelled, as YAML 1.2 does."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith(("timestamp", "int:60"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

KINDS = {"articles": "article", "pages": "page", "series": "series", "programmes": "programme"}
# Each replaces or follows a good front matter.
BAD = [
    "title: 通知\ndate: 2026-13-40",
    "title: 通知\ndate: 明天",
    "title: 通知\ndate: 2026-11-20T25:00",
    "title: 通知\nschedule: {start: 2026-12-05, time: 下午两点}",
    "title: 通知\noriginal: www.example.org",
    "title: 通知\naliases: [old/address/]",
    "title: 通知\nnumber: 第一",
    "title: 通知\nnumber: 1.5",
    "title: 通知\ndraft: 是",
    "title: 通知\nplace: {name: 后滩, latitude: 北}",
    "title: 通知\ndat: 2026-11-20",
    "title: 通知\ncolumn: nowhere",
    "date: 2026-11-20",
]
GOOD = [
    "title: 通知\ndate: 2026-11-20T08:30",
    "title: 通知\ndate: 2026年11月20日\nexpires: 2026/12/1 8:30",
    "title: 2026\ntags: 活动\nnumber: 3\nsource:",
    "title: 通知\nschedule: {start: 2026-12-05, time: '14:00-15:30'}\nplace: {name: 后滩, latitude: 31.2}",
]


def sarif(program, schema):
    """What is wrong with the report of a site with a mistake of each sort of place."""
    with tempfile.TemporaryDirectory() as folder:
        column = Path(folder) / "content/articles/news"
        column.mkdir(parents=True)
        (Path(folder) / "pbsite.yaml").write_text("name: a\nbase_url: https://example.org/\ncolumns: [{id: news, title: b}]\n", "utf-8")
        (column / "通 知.md").write_text("---\ntitle：通知\ndate: 明天\n---\n[a](@articles/b)\n", "utf-8")
        (column / "gbk.md").write_bytes("---\ntitle: 居民通知\ndate: 2026-11-01\n---\n".encode("gb18030"))
        command = [program, "check", "--site", folder, "--format", "sarif"]
        log = json.loads(subprocess.run(command, capture_output=True).stdout)
    count = len(log["runs"][0]["results"])
    validator = jsonschema.validators.validator_for(schema)(schema)
    errors = [f"SARIF: {error.message}" for error in validator.iter_errors(log)]
    return errors if count >= 4 else [*errors, f"SARIF: {count} results"]


def main():
    program = sys.argv[1]
    printed = subprocess.run([program, "schema"], capture_output=True, check=True).stdout
    schemas = json.loads(printed)["$defs"]
    validators = {}
    for name, schema in schemas.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        validators[name] = jsonschema.Draft202012Validator(schema)
    findings, count = [], 0

    def hold(name, kind, text, expected):
        errors = [error.message for error in validators[kind].iter_errors(yaml.load(text, Loader))]
        if bool(errors) == expected:
            findings.append(f"{name}: {errors or 'is taken'}")

    hold("pbsite.yaml", "pbsite.yaml", Path("pbsite.yaml").read_text("utf-8"), True)
    for path in sorted(Path("content").rglob("*.md")):
        if path.parts[1] in KINDS:
            count += 1
            hold(path, KINDS[path.parts[1]], path.read_text("utf-8").split("---\n")[1], True)
    for text in GOOD:
        hold(text, "article", text, True)
    for text in BAD:
        hold(text, "article", text, False)
    findings += sarif(program, json.loads(Path(sys.argv[2]).read_text("utf-8")))
    print(f"{len(validators)} schemas, {count} files, {len(BAD)} mistakes")
    if findings or not count:
        sys.exit("\n".join(map(str, findings)) or "no file was read")


main()
