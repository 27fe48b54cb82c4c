"""A new source from one address: what announces its articles, and the files that its contributor reviews."""

import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any, cast
from urllib.parse import urlsplit

from lxml import etree

from spiders import dates
from spiders.base import FeedSpider, ListingSpider, NewsSitemapSpider, SourceSpider
from spiders.discovery import MAX_ELEMENTS, Link, NotADiscovery, plain
from spiders.urls import BadUrl, absolute

ENTRIES = 5
"""Entries of a discovery document that go into its fixture."""
ARTICLES = 3
"""Articles that are asked for: the first page that can be read becomes the fixture."""
MAX_ASKED = 24
"""Documents asked for in search of one that announces articles."""
MAX_NAMED = 5
"""Addresses of such documents taken from one that names them."""
EVIDENT = 3
"""Links of one shape that make a list."""

FEED_PATHS = ("/feed/", "/rss.xml", "/atom.xml", "/rss", "/index.xml", "/feed.xml", "/feed.json")
SITEMAP_PATHS = ("/news-sitemap.xml", "/sitemap_news.xml", "/sitemap-news.xml", "/sitemap.xml")

_ID = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_FIRST_TAG = re.compile(rb"<(?![?!])\s*([A-Za-z][\w:.-]{0,30})")
_NOT_PAGES = frozenset({"", "rss", "feed", "rdf:rdf", "urlset", "sitemapindex"})
_FEED_TYPE = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)")
_FEED_ADDRESS = re.compile(r"/(?:rss|feeds?|atom)(?:[/.?]|$)|\.(?:rss|atom|rdf)$", re.IGNORECASE)
_NOT_MAIN = re.compile(r"comments?/|/comments|podcast", re.IGNORECASE)
_NEWS_SITEMAP = re.compile(r"news|latest|recent", re.IGNORECASE)
_SITEMAP_LINE = re.compile(rb"^\s*sitemap\s*:\s*(\S{1,2000})", re.IGNORECASE | re.MULTILINE)
_ARTICLE_PATH = re.compile(r"[^/]+(?:[-_][^/]+){3,}|\d{5,}|/\d{4}/?\d\d/|[?&]\w*id=\d+", re.IGNORECASE)
_DATES_IN_URL = (r"/(\d{4})/(\d\d?)/(\d\d?)/", r"(20\d\d)-(\d\d)-(\d\d)", r"(20\d\d)([01]\d)([0-3]\d)")
_DATE_TAGS = frozenset({"pubDate", "published", "updated", "date", "publication_date", "date_published"})
_LANGUAGE = re.compile(r"[a-z]{2}(?![a-z])")
_LITERAL = re.compile(r"([.+*?()\[\]{}|^$\\])")


@dataclass(frozen=True, slots=True)
class Discovery:
    """A document that announces articles, cut down to a fixture, and what its source has to be told.

    `links` are those of the cut document that are wanted and recent.
    """

    base: type[SourceSpider]
    url: str
    body: bytes
    homepage: str
    allow: str
    date_in_url: str
    links: list[Link]


def is_id(text: str) -> bool:
    """Whether this can be a source's id: snake_case, for it names a module."""
    return bool(_ID.fullmatch(text)) and len(text) <= 40


class Probe(SourceSpider):
    """Asks for an address, then for what may announce articles until something does, then for some of those.

    The archive has all of it: each article's `feed_url` says what announced it. The address is in the setting
    PROBE_URL.
    """

    name = "probe"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._home: tuple[bytes, str] | None = None
        self._asked: set[str] = set()

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the address."""
        yield self._document(self.settings["PROBE_URL"])

    def parse(self, response: Any) -> Iterator[Any]:
        """Take the articles of a document that announces some; else go on to the next that may."""
        self._reached = True
        page = (response.body, response.url)
        first = self._home is None
        self._home = self._home or page
        discovery = announces(*page, home=self._home[1], now=self.clock())
        if discovery:
            self._home = None
            self._waiting.clear()
            for link in discovery.links[:ARTICLES]:
                yield from self._article(link, discovery.url)
            return
        if first:
            self._waiting.extend(candidates(*page))
        else:
            self._waiting.extendleft(reversed(named(*page)))
        yield from self._next_document()

    def _next_document(self) -> Iterator[Any]:
        while self._waiting and len(self._asked) < MAX_ASKED:
            url = self._waiting.popleft()
            if url not in self._asked:
                self._asked.add(url)
                yield self._document(url)
                return
        if self._home:
            page, self._home = self._home, None
            discovery = lists(*page)
            for link in discovery.links[:ARTICLES] if discovery else []:
                yield from self._article(link, page[1])


def candidates(body: bytes, url: str) -> list[str]:
    """Addresses that may announce a home page's articles, the likeliest first."""
    declared: list[str] = []
    mentioned: list[str] = []
    tree = _tree(body)
    for element in tree.iter("link", "a") if tree is not None else ():
        with suppress(BadUrl):
            address = absolute(element.get("href") or "", url)
            alternate = "alternate" in (element.get("rel") or "").lower().split()
            if alternate and _FEED_TYPE.match((element.get("type") or "").strip().lower()):
                declared.append(address)
            elif element.tag == "a" and _FEED_ADDRESS.search(urlsplit(address).path):
                mentioned.append(address)
    feeds = [
        address for some in (declared, mentioned) for address in dict.fromkeys(some) if not _NOT_MAIN.search(address)
    ]
    common = [absolute(path, url) for path in (*FEED_PATHS, "/robots.txt", *SITEMAP_PATHS)]
    return list(dict.fromkeys([*feeds[:MAX_NAMED], *common]))


def named(body: bytes, url: str) -> list[str]:
    """Addresses of sitemaps that robots.txt or a sitemap index names, those of news first."""
    if _first_tag(body) == "sitemapindex":
        root = _xml(body)
        found = [node.text or "" for node in root.iter("{*}loc")] if root is not None else []
        found = [address for address in found if _NEWS_SITEMAP.search(address)]
    elif urlsplit(url).path == "/robots.txt":
        found = [line.decode("utf-8", "replace") for line in _SITEMAP_LINE.findall(body)]
    else:
        return []
    addresses: list[str] = []
    for address in sorted(found, key=lambda address: not _NEWS_SITEMAP.search(address))[:MAX_NAMED]:
        with suppress(BadUrl):
            addresses.append(absolute(address, url))
    return addresses


def announces(body: bytes, url: str, home: str, now: datetime) -> Discovery | None:
    """What a document is as a source's feed or news sitemap; None where it is neither, or holds nothing recent.

    Args:
        body: the document.
        url: its address.
        home: the address that the contributor gave.
        now: when it was fetched; what is older than sources keep does not count.
    """
    tag = _first_tag(body)
    if tag in {"html", "sitemapindex"}:
        return None
    base: type[SourceSpider] = NewsSitemapSpider if tag == "urlset" else FeedSpider
    try:
        links = base.links(body, url)
        fixture = _cut(body)
        kept = base.links(fixture, url)
    except NotADiscovery:
        return None
    if not kept or (base is NewsSitemapSpider and not any(link.published.at for link in links)):
        return None  # a sitemap without dates lists a whole site
    host = urlsplit(home).hostname or ""
    if not any(_on(link.url, host) for link in links):
        host = Counter(urlsplit(link.url).hostname or "" for link in links).most_common(1)[0][0]
    homepage = home if home != url and _on(home, host) else f"https://{host}/"
    shapes = {_shape(link.url) for link in links}
    allow = ""
    if not all(_on(link.url, host) for link in links):
        allow = rf"^https?://([a-z0-9-]+\.)*{_literal(_bare(host))}/"
    elif len(shapes) == 1 and len(links) >= ENTRIES and urlsplit(links[0].url).path.count("/") > 1:
        (allow,) = shapes
    oldest = now - timedelta(days=SourceSpider.max_age_days)
    recent = [
        link
        for link in kept
        if (not allow or re.search(allow, link.url)) and not (link.published.at and link.published.at < oldest)
    ]
    return Discovery(base, url, fixture, homepage, allow, "", recent) if recent else None


def lists(body: bytes, url: str) -> Discovery | None:
    """What a page is as a list of articles: most of its links that look like articles' are of one shape."""
    try:
        links = ListingSpider.links(body, url)
    except NotADiscovery:
        return None
    host = urlsplit(url).hostname or ""
    articles = [
        link
        for link in links
        # In bytes, because seven Chinese characters can be a headline.
        if _on(link.url, host) and len(link.title.encode()) >= 20 and _ARTICLE_PATH.search(link.url.partition("//")[2])
    ]
    shapes = Counter(_shape(link.url) for link in articles).most_common(1)
    if not shapes or shapes[0][1] < EVIDENT:
        return None
    allow = shapes[0][0]
    matching = [link for link in links if re.search(allow, link.url)]
    written = [pattern for pattern in _DATES_IN_URL if all(re.search(pattern, link.url) for link in matching)]
    others = [link for link in links if link not in matching]
    keep = {link.url for link in [*matching[:ENTRIES], *others[:EVIDENT]]}
    fixture = _cut_list(body, url, keep)
    try:
        kept = [link for link in ListingSpider.links(fixture, url) if re.search(allow, link.url)]
    except NotADiscovery:
        return None
    return Discovery(ListingSpider, url, fixture, url, allow, written[0] if written else "", kept)


def describe(discovery: Discovery, home: bytes) -> tuple[str, str]:
    """Title and language that a source's feed and home page declare; '' where they declare none."""
    names: list[str] = []
    languages: list[str] = []
    page = None if _first_tag(home) in _NOT_PAGES else _tree(home)
    if page is not None:
        names += [node.get("content") or "" for node in page.iter("meta") if node.get("property") == "og:site_name"]
    if discovery.body.lstrip().startswith(b"{"):
        feed = json.loads(discovery.body)
        names.append(str(feed.get("title") or ""))
        languages.append(str(feed.get("language") or ""))
    elif discovery.base is FeedSpider and (root := _xml(discovery.body)) is not None:
        names += [child.text or "" for child in root.iterfind("./{*}title")]
        names += [child.text or "" for child in root.iterfind("./{*}channel/{*}title")]
        languages += [child.text or "" for child in root.iterfind("./{*}channel/{*}language")]
        languages.append(root.get("{http://www.w3.org/XML/1998/namespace}lang") or "")
    if page is not None:
        names += ["".join(str(part) for part in node.itertext()) for node in page.iter("title")]
        languages += [node.get("lang") or "" for node in page.iter("html")]
    title = next((name for text in names if (name := plain(text, 100))), "")
    found = [match[0] for text in languages if (match := _LANGUAGE.match(text.strip().lower()))]
    return title, next(iter(found), "")


def source_file(
    source_id: str, discovery: Discovery, *, title: str, kind: str, country: str, language: str, day: str
) -> str:
    """The source's module. Everything that the site said stands in it as a literal."""
    names = {FeedSpider: ("feeds", "A feed"), NewsSitemapSpider: ("sitemaps", "A news sitemap")}
    attribute, what = names.get(discovery.base, ("pages", "A list page"))
    attributes = {
        "name": _quoted(source_id),
        "title": _quoted(title),
        "kind": _quoted(kind),
        "country": _quoted(country),
        "language": _quoted(language),
        "homepage": _quoted(discovery.homepage),
        "zone": _quoted("Asia/Shanghai") if country == "CN" else "",
        attribute: f"({_quoted(discovery.url)},)",
        "date_in_url": _raw(discovery.date_in_url) if discovery.date_in_url else "",
        "allow": _raw(discovery.allow) if discovery.allow else "",
    }
    return Template(files("spiders").joinpath("source.py.tmpl").read_text(encoding="utf-8")).substitute(
        id=source_id,
        base=discovery.base.__name__,
        class_name="".join(part.capitalize() for part in source_id.split("_")),
        what=what,
        day=day,
        attributes="\n".join(f"    {name} = {value}" for name, value in attributes.items() if value),
    )


def fixtures(discovery: Discovery, article: tuple[str, bytes], now: datetime) -> dict[str, bytes]:
    """The source's fixture files by name.

    Args:
        discovery: the cut document.
        article: the address of an article as it was asked for, and its page.
        now: when they were fetched.
    """
    html = discovery.base is ListingSpider
    json_feed = discovery.body.lstrip().startswith(b"{")
    name = "list.html" if html else "feed.json" if json_feed else "feed.xml"
    name = "sitemap.xml" if discovery.base is NewsSitemapSpider else name
    meta = {
        "now": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "discovery": {name: discovery.url},
        "articles": {"article.html": article[0]},
    }
    text = json.dumps(meta, ensure_ascii=False, indent=2) + "\n"
    return {name: discovery.body, "article.html": article[1], "meta.json": text.encode("utf-8", "replace")}


def write(module: Path, text: str, folder: Path, contents: dict[str, bytes]) -> None:
    """Write a new source's module and fixtures.

    Raises:
        FileExistsError: one of them is there already.
    """
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    with module.open("x", encoding="utf-8") as file:
        file.write(text)


def _first_tag(body: bytes) -> str:
    found = _FIRST_TAG.search(body[:4096])
    return found[1].decode().lower() if found else ""


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def _on(url: str, host: str) -> bool:
    """Whether an address is on the site of this host."""
    return f".{urlsplit(url).hostname}".endswith(f".{_bare(host)}")


def _literal(text: str) -> str:
    """As a regular expression; unlike re.escape, it leaves hyphens readable."""
    return _LITERAL.sub(r"\\\1", text)


def _shape(url: str) -> str:
    """Regular expression for addresses that differ from this one in numbers and the last part only."""
    parts = urlsplit(url)
    *folders, last = parts.path.strip("/").split("/")
    path = "".join((r"\d+" if folder.isdigit() else _literal(folder)) + "/" for folder in folders)
    end = rf"{_literal(last)}\?.*\d" if re.search(r"id=\d", parts.query) else "[^/?#]+"
    return f"^https?://{_literal(parts.hostname or '')}/{path}{end}"


def _quoted(text: str) -> str:
    """A literal as the formatter writes it."""
    literal = repr(text)
    return literal if '"' in literal or "'" in text else f'"{literal[1:-1]}"'


def _raw(pattern: str) -> str:
    """A regular expression as a literal."""
    readable = pattern.isprintable() and '"' not in pattern and not pattern.endswith("\\")
    return f'r"{pattern}"' if readable else repr(pattern)


def _tree(body: bytes) -> Any:
    """A page's tree; None where it has none, or too much of it."""
    if body.count(b"<") > MAX_ELEMENTS:
        return None
    encoding = None
    with suppress(UnicodeDecodeError):
        encoding = body.decode("utf-8") and "utf-8"
    with suppress(etree.XMLSyntaxError, ValueError):
        parser = etree.HTMLParser(encoding=encoding, no_network=True, remove_comments=True, remove_pis=True)
        return etree.fromstring(body, parser)
    return None


def _xml(body: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, strip_cdata=False)
    with suppress(etree.XMLSyntaxError, ValueError):
        return etree.fromstring(body, parser)
    return None


def _cut(body: bytes) -> bytes:
    """A feed or sitemap with its newest entries only; as it is where it cannot be parsed strictly."""
    if body.lstrip().startswith(b"{"):
        with suppress(ValueError, TypeError, RecursionError):
            feed = json.loads(body)
            return json.dumps(feed | {"items": feed["items"][:ENTRIES]}, ensure_ascii=False, indent=1).encode()
        return body
    root = _xml(body)
    if root is None:
        return body
    entries = list(root.iter("{*}url") if _first_tag(body) == "urlset" else root.iter("{*}item", "{*}entry"))
    newest = sorted(entries, key=_written, reverse=True)[:ENTRIES]
    for entry in entries:
        if entry not in newest:
            entry.getparent().remove(entry)
    # The root only: a document type may define bombs.
    with suppress(LookupError, ValueError, etree.LxmlError):
        encoding = root.getroottree().docinfo.encoding or "utf-8"
        return cast("bytes", etree.tostring(root, encoding=encoding, xml_declaration=True, with_tail=False))
    return body


def _written(entry: Any) -> float:
    """When an entry was published, for sorting; 0 where it does not say."""
    for child in entry.iter("{*}*"):
        if etree.QName(child).localname in _DATE_TAGS and (at := dates.parse(child.text or "").at):
            return at.timestamp()
    return 0.0


def _cut_list(body: bytes, url: str, keep: set[str]) -> bytes:
    """A list page with these links only, and without what is not shown."""
    root = _tree(body)
    if root is None:
        return body
    for element in list(root.iter("script", "style", "svg", "noscript", "iframe", "meta", "a")):
        address = ""
        with suppress(BadUrl):
            address = absolute(element.get("href") or "", url)
        charset = element.tag == "meta" and (element.get("charset") or element.get("http-equiv"))
        if charset or (element.tag != "meta" and address not in keep):
            parent, before = element.getparent(), element.getprevious()
            if parent is None:
                continue
            if element.tail and before is not None:
                before.tail = (before.tail or "") + element.tail
            elif element.tail:
                parent.text = (parent.text or "") + element.tail
            parent.remove(element)
    (root.find("head") if root.find("head") is not None else root).insert(0, etree.Element("meta", charset="utf-8"))
    return b"<!DOCTYPE html>\n" + etree.tostring(root, method="html", encoding="utf-8") + b"\n"
