"""Expands RRULEs with python-dateutil, as an oracle for the tests.

    python3 recurrence.py FOLDER_OF_PACKAGES <inputs >outputs
    python3 recurrence.py FOLDER_OF_PACKAGES --vectors TEST_FILE >vectors

One JSON object {"rrule", "from", "most"} a line in, one JSON list of dates a line out. With
--vectors: the rules of dateutil's own test file with the dates that it expects, one a line.
"""

import ast
import datetime
import json
import sys

sys.path.insert(0, sys.argv[1])
from dateutil import rrule  # noqa: E402


def expand(line):
    asked = json.loads(line)
    start = datetime.datetime.fromisoformat(asked["from"])
    dates = []
    for moment in rrule.rrulestr(asked["rrule"], dtstart=start):
        if len(dates) == asked["most"] or moment.year > 2060:
            break
        dates.append(moment.date().isoformat())
    return dates


def vectors(path):
    """Every `assertEqual(list(rrule(…)), […])` whose rule can be written as text."""
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    names = {name: getattr(rrule, name) for name in rrule.__all__}
    names.update(datetime=datetime.datetime, date=datetime.date)
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "assertEqual" and len(call.args) == 2):
            continue
        rule, expected = call.args
        if not (isinstance(rule, ast.Call) and getattr(rule.func, "id", "") == "list" and isinstance(expected, ast.List)):
            continue
        try:
            rule = eval(compile(ast.Expression(rule.args[0]), path, "eval"), names)
            expected = eval(compile(ast.Expression(expected), path, "eval"), names)
            text = str(rule)
        except Exception:
            continue
        if not isinstance(rule, rrule.rrule) or "RRULE:" not in text:
            continue
        start = text.split("DTSTART:")[1][:15]
        yield {
            "rrule": text.split("RRULE:")[1],
            "from": f"{start[:4]}-{start[4:6]}-{start[6:8]}",
            "time": f"{start[9:11]}:{start[11:13]}",
            "dates": [moment.isoformat()[:16] for moment in expected],
        }


if sys.argv[2:3] == ["--vectors"]:
    for vector in vectors(sys.argv[3]):
        print(json.dumps(vector))
else:
    for line in sys.stdin:
        print(json.dumps(expand(line)))
