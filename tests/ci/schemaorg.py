"""Holds the structured data of a built site against the definitions of schema.org.

    python3 tests/ci/schemaorg.py SCHEMA_DTS OUTPUT...

SCHEMA_DTS is the folder of npm's `schema-dts`, which is generated from the vocabulary: every type
with its properties, every property with what may stand there. Each type and property must exist and
belong together, each value must be in the property's range, and nothing may be superseded. Prints
how many blocks, nodes and properties it looked at, and every finding; exits 1 on a finding.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path

BLOCK = re.compile(r'<script type="?application/ld\+json"?>(.*?)</script>', re.S)
INTERFACE = re.compile(r"^(?:export )?interface (\w+) extends (.+) \{$")
PROPERTY = re.compile(r'^    "([^"@]+)"\?: SchemaValue<(.+), "\1">;$')
LEAF = re.compile(r"^export interface (\w+)Leaf extends (.+) \{$")
UNION = re.compile(r"^export type (\w+)(?:<.*?>)? = (.+);$")
# Data types are words or numbers; their forms are those of ISO 8601 and RFC 3986.
DAY = r"\d{4}-\d\d-\d\d"
CLOCK = r"\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?"
FORMS = {
    "Text": re.compile(r"\S.*", re.S),
    "URL": re.compile(r"(https?://|mailto:|tel:)\S+"),
    "Date": re.compile(DAY),
    "DateTime": re.compile(f"{DAY}T{CLOCK}"),
    "Time": re.compile(CLOCK),
    "Duration": re.compile(r"P(?=.)(\d+[YMWD])*(T(\d+[HMS])+)?"),
    "Number": re.compile(r"-?\d+(\.\d+)?"),
    "Float": re.compile(r"-?\d+(\.\d+)?"),
    "Integer": re.compile(r"-?\d+"),
}
NUMBERS = {"Number", "Float", "Integer"}


class Vocabulary:
    """Types, what they are made of, and ranges of properties."""

    def __init__(self, text):
        self.bases, self.own, self.leaves, self.unions = {}, {}, {}, {}
        self.superseded = set()
        current, is_old = None, False
        for line in text.splitlines():
            if leaf := LEAF.match(line):
                self.leaves[leaf[1]] = re.findall(r"\w+Base", leaf[2])
                current = None
            elif interface := INTERFACE.match(line):
                current = interface[1]
                self.bases[current] = re.findall(r"\w+Base", interface[2])
                self.own[current] = {}
            elif union := UNION.match(line):
                self.unions[union[1]] = [part.strip() for part in union[2].split(" | ")]
            elif current and (found := PROPERTY.match(line)):
                self.own[current][found[1]] = [part.strip() for part in found[2].split(" | ")]
                if is_old:
                    self.superseded.add((current, found[1]))
            is_old = "@deprecated" in line or is_old and not PROPERTY.match(line)

    def range_of(self, kind, name):
        """What may stand in a property of a type: `None` where it has no such property."""
        wait = list(self.leaves[kind])
        while wait:
            base = wait.pop()
            if name in self.own.get(base, {}):
                return base, self.own[base][name]
            wait.extend(self.bases.get(base, []))
        return None

    def within(self, names):
        """Types and words that a range holds, with all below them."""
        seen, wait = set(), list(names)
        while wait:
            name = wait.pop()
            if name not in seen:
                seen.add(name)
                wait.extend(self.unions.get(name, []))
        return seen


class Look:
    """What was found in one site."""

    def __init__(self, vocabulary):
        self.vocabulary = vocabulary
        self.findings, self.counts, self.kinds = Counter(), Counter(), Counter()
        self.examples = {}

    def node(self, node, where):
        """A node with a type; returns the type."""
        kind = node.get("@type")
        self.counts["nodes"] += 1
        self.kinds[kind] += 1
        if kind not in self.vocabulary.leaves:
            self.findings[f"{where}: no type {kind}"] += 1
            return kind
        for name, value in node.items():
            if name in ("@context", "@type", "@id"):
                continue
            self.counts["properties"] += 1
            found = self.vocabulary.range_of(kind, name)
            if found is None:
                self.findings[f"{where}: {kind} has no property {name}"] += 1
                continue
            base, wanted = found
            if (base, name) in self.vocabulary.superseded:
                self.findings[f"{where}: {name} of {kind} is superseded"] += 1
            for one in value if isinstance(value, list) else [value]:
                self.value(one, wanted, f"{where}.{name}")
        return kind

    def value(self, value, wanted, where):
        """A value of a property."""
        within = self.vocabulary.within(wanted)
        if isinstance(value, dict):
            if set(value) == {"@id"}:
                fits = "IdReference" in within
            else:
                fits = f"{self.node(value, where)}Leaf" in within
        elif isinstance(value, bool):
            fits = "Boolean" in within
        elif isinstance(value, (int, float)):
            fits = bool(NUMBERS & within)
        else:
            fits = f'"{value}"' in within
            fits = fits or any(form.fullmatch(value) for name, form in FORMS.items() if name in within)
        if not fits:
            self.findings[f"{where}: {' | '.join(wanted)} is wanted"] += 1
            self.examples.setdefault(where, json.dumps(value, ensure_ascii=False)[:100])


def main(definitions, roots):
    """Reads everything, prints and counts."""
    text = (definitions / "dist/schema.d.ts").read_text("utf-8")
    vocabulary = Vocabulary(text)
    if len(vocabulary.leaves) < 700 or not vocabulary.range_of("Festival", "startDate"):
        sys.exit("the definitions could not be read")
    look = Look(vocabulary)
    for root in roots:
        for path in sorted(root.rglob("*.html")):
            for data in BLOCK.findall(path.read_text("utf-8")):
                look.counts["blocks"] += 1
                block = json.loads(data)
                if block.get("@context") != "https://schema.org":
                    look.findings[f"the context is {block.get('@context')}"] += 1
                for node in block.get("@graph", [block]):
                    look.node(node, str(node.get("@type")))
    for finding, count in sorted(look.findings.items()):
        print(f"{count} times {finding} {look.examples.get(finding.split(':')[0], '')}")
    print("types: " + ", ".join(f"{kind} {count}" for kind, count in sorted(look.kinds.items(), key=str)))
    print(", ".join(f"{count} {name}" for name, count in look.counts.items()) + f", {look.findings.total()} findings")
    return 1 if look.findings or not look.counts["nodes"] else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), [Path(root) for root in sys.argv[2:]]))
