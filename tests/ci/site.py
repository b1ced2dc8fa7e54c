"""Reads a built site as other programs would: feed readers, users of the API, search engines.

    python3 tests/ci/site.py OUTPUT

Needs `feedparser` and `jsonschema`. Prints what it read and every finding; exits 1 on a finding.
"""

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

import feedparser
import jsonschema

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
# RFC 3339 with a zone, as RFC 4287 §3.3 asks.
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Site:
    """A built site and what was found in it."""

    def __init__(self, root):
        self.root = root
        self.base = json.loads((root / "api/build.json").read_text("utf-8"))["base_url"]
        self.findings = []
        self.pages = {}

    def find(self, path, what):
        """Notes a finding about a file."""
        self.findings.append(f"{path.relative_to(self.root)}: {what}")

    def url(self, path):
        """The public address of a file."""
        relative = path.relative_to(self.root).as_posix()
        return urljoin(self.base, re.sub(r"(^|/)index\.html$", r"\1", relative))

    def file(self, url):
        """The file behind an address of the site: None for another site, False where there is none."""
        if not url.startswith(self.base):
            return None
        path = self.root / unquote(urlsplit(url).path[len(urlsplit(self.base).path):])
        path = path / "index.html" if path.is_dir() else path
        return path if path.is_file() else False


def atom(site, path):
    """Parses as a feed reader does, then asks what RFC 4287 asks of elements."""
    data = path.read_bytes()
    feed = feedparser.parse(data)
    if feed.bozo:
        site.find(path, f"feedparser: {feed.get('bozo_exception')}")
    if not feed.entries:
        site.find(path, "no entry")
    root = ElementTree.fromstring(data)
    if root.tag != f"{ATOM}feed":
        site.find(path, f"the root is {root.tag}")
    own = [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if own != [site.url(path)]:
        site.find(path, f"link rel=self is {own}")
    by_all = root.find(f"{ATOM}author") is not None
    ids = set()
    for element in [root, *root.findall(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):
            if len(element.findall(f"{ATOM}{name}")) != 1:
                site.find(path, f"{element.tag} needs one {name}")
        for moment in element.findall(f"{ATOM}updated") + element.findall(f"{ATOM}published"):
            if not MOMENT.fullmatch(moment.text or ""):
                site.find(path, f"not a moment: {moment.text}")
        if element is root:
            continue
        identity = element.findtext(f"{ATOM}id")
        if identity in ids:
            site.find(path, f"two entries with the id {identity}")
        ids.add(identity)
        if not by_all and element.find(f"{ATOM}author") is None:
            site.find(path, f"{identity} has no author, and the feed has none")
        content, summary = element.find(f"{ATOM}content"), element.find(f"{ATOM}summary")
        leads = any(link.get("rel", "alternate") == "alternate" for link in element.findall(f"{ATOM}link"))
        if content is None and summary is None and not leads:
            site.find(path, f"{identity} says nothing and leads nowhere")
        for link in element.findall(f"{ATOM}link"):
            if site.file(link.get("href")) is False:
                site.find(path, f"dead link {link.get('href')}")


def json_feed(site, path):
    """JSON Feed 1.1."""
    feed = json.loads(path.read_text("utf-8"))
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        site.find(path, f"version {feed.get('version')}")
    if feed.get("feed_url") != site.url(path):
        site.find(path, f"feed_url {feed.get('feed_url')}")
    if not feed.get("items"):
        site.find(path, "no item")
    for item in feed.get("items", []):
        if not isinstance(item.get("id"), str):
            site.find(path, "an item without an id")
        if "content_html" not in item and "content_text" not in item:
            site.find(path, f"{item.get('id')} has neither content_html nor content_text")
        for name in ("date_published", "date_modified"):
            if name in item and not MOMENT.fullmatch(item[name]):
                site.find(path, f"{name} {item[name]}")
        if "url" in item and site.file(item["url"]) is False:
            site.find(path, f"dead link {item['url']}")


def api(site, path):
    """A file of the API against the schema that it names."""
    content = json.loads(path.read_text("utf-8"))
    if "$schema" not in content:
        return
    schema = site.file(content["$schema"])
    if not schema:
        site.find(path, f"no schema at {content['$schema']}")
        return
    schema = json.loads(schema.read_text("utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    for error in kind(schema).iter_errors(content):
        site.find(path, f"{error.json_path}: {error.message[:200]}")
    if "count" in content and content["count"] != len(content["items"]):
        site.find(path, f"count is {content['count']}, items are {len(content['items'])}")
    for item in content["items"]:
        if site.file(urljoin(site.base, item["url"])) is False:
            site.find(path, f"dead link {item['url']}")


class Page(HTMLParser):
    """The addresses and anchors of a page, and its JSON-LD."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.data, self.reading = [], [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        for name in ("href", "src", "poster"):
            if attributes.get(name):
                self.links.append(attributes[name])
        for candidate in (attributes.get("srcset") or "").split(","):
            if candidate.strip():
                self.links.append(candidate.split()[0])
        if tag == "meta" and attributes.get("property") in ("og:image", "og:url"):
            self.links.append(attributes["content"])
        self.reading = tag == "script" and attributes.get("type") == "application/ld+json"
        if tag == "script" and not self.reading and "src" not in attributes:
            self.data.append(None)

    def handle_data(self, data):
        if self.reading:
            self.data.append(data)
            self.reading = False


def html(site, path):
    """Every address of a page leads somewhere, to an anchor that is there."""
    page = site.pages[path]
    for twice in {name for name in page.ids if page.ids.count(name) > 1}:
        site.find(path, f"two elements with the id {twice}")
    for data in page.data:
        if data is None:
            site.find(path, "an inline script")
        else:
            json.loads(data)
    for link in page.links:
        url, anchor = urldefrag(urljoin(site.url(path), link))
        target = site.file(url)
        if target is False:
            site.find(path, f"dead link {link}")
        elif target and anchor and target in site.pages and unquote(anchor) not in site.pages[target].ids:
            site.find(path, f"no anchor {link}")


def sitemap(site, path):
    """Every address in the site map is a page."""
    root = ElementTree.parse(path).getroot()
    for loc in root.iter(f"{SITEMAP}loc"):
        if not site.file(loc.text):
            site.find(path, f"no page at {loc.text}")


def main(root):
    """Reads everything, prints and counts."""
    site = Site(root)
    pages = sorted(root.rglob("*.html"))
    site.pages = {path: Page(path.read_text("utf-8")) for path in pages}
    groups = [
        ("pages", html, pages),
        ("Atom feeds", atom, sorted(root.rglob("feed.xml"))),
        ("JSON feeds", json_feed, sorted(root.rglob("feed.json"))),
        ("files of the API", api, sorted((root / "api").glob("*.json"))),
        ("site maps", sitemap, sorted(root.glob("sitemap*.xml"))),
    ]
    for name, check, paths in groups:
        if not paths:
            site.findings.append(f"no {name}")
        for path in paths:
            try:
                check(site, path)
            except (ValueError, KeyError, ElementTree.ParseError, jsonschema.SchemaError) as error:
                site.find(path, f"{type(error).__name__}: {error}")
        print(f"read {len(paths)} {name}")
    for finding in site.findings:
        print(f"FINDING {finding}")
    print(f"{len(site.findings)} findings")
    return 1 if site.findings else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
