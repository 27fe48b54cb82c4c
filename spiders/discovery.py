"""Feed, news sitemap and JSON bytes → links to articles, with what they say about each (pure)."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, time
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import fastfeedparser
import feedparser
import jmespath
from lxml import etree

from spiders import dates
from spiders.dates import UNKNOWN, Moment
from spiders.urls import BadUrl, absolute

MAX_ENTRIES = 2000
"""Entries read from one feed, sitemap or answer; the largest real ones hold about 1,000."""
MAX_TEXT = 2000
"""Characters of a title or summary that are kept."""
MAX_CONTENT = 2_000_000
"""Characters of an article's body inside a feed that are kept."""

MAX_LENIENT = 2_000_000
"""Bytes of a feed that the lenient parser reads; it is a hundred times slower than the fast one."""

_TAG = re.compile(r"<[^<>]{0,2000}>")
_SPACE = re.compile(r"\s+")
_FIRST_TAG = re.compile(rb"<(?![?!])\s*([A-Za-z][\w:.-]*)")
_PRINTED_DATE = re.compile(
    rb"<(?:pubDate|published|updated|dc:date)(?:\s[^<>]{0,200})?>(?:\s*<!\[CDATA\[)?([^<>\]]{6,80})[<\]]"
)
# "21:15:00 GMT+8", "GMT+08:00" and " +08:00", which the fast parser takes for UTC.
_ODD_OFFSET = re.compile(
    rb"(<(?:pubDate|published|updated|dc:date)(?:\s[^<>]{0,200})?>(?:\s*<!\[CDATA\[)?[^<>]{6,60}:\d\d )"
    rb"(?:GMT|UTC)?([+-])(\d{1,2})(?::?(\d\d))?(?=\s*[<\]])"
)
_OFFSET = re.compile(rb"[+-]\d\d:?\d\d\s*$|[A-Z]{1,4}\s*$")
_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


class NotADiscovery(ValueError):  # noqa: N818 - an error by its base class
    """Bytes that are not the feed, sitemap or answer they should be; the message says what they look like."""


@dataclass(frozen=True, slots=True)
class Link:
    """An article that exists, as a feed, sitemap or API announces it.

    `url` is the article's address and identity; `fetch_url`, where set, the address its text is fetched from;
    `content` its body as HTML where the feed carries it.
    """

    url: str
    title: str = ""
    summary: str = ""
    published: Moment = UNKNOWN
    updated: Moment = UNKNOWN
    fetch_url: str = ""
    content: str = ""


def plain(markup: object, limit: int = MAX_TEXT) -> str:
    """Text of a feed's title or summary: no tags, entities decoded (twice: feeds escape twice), one line."""
    if not isinstance(markup, str):
        return ""
    text = markup[: limit * 10]
    for _ in range(2):
        text = html.unescape(_TAG.sub(" ", text) if "<" in text else text)
    return _SPACE.sub(" ", _TAG.sub(" ", text)).strip()[:limit]


def parse_feed(body: bytes, url: str, zone: str = "UTC") -> list[Link]:
    """Links of an RSS, Atom, RDF or JSON feed, in the feed's order, each address once.

    Args:
        body: the feed as served; its encoding is read from itself.
        url: address of the feed, for relative links.
        zone: time zone of dates that name none.

    Raises:
        NotADiscovery: nothing that reads as a feed, or a web page in its place.
    """
    first = _FIRST_TAG.search(body[:4096])
    if first and first[1].lower() == b"html":
        raise NotADiscovery(f"a web page where a feed should be: {plain(_title_of(body)) or 'no title'}")
    body = _ODD_OFFSET.sub(lambda found: found[1] + found[2] + found[3].zfill(2) + (found[4] or b"00"), body)
    # The fast parser takes a date without offset for UTC and does not say so.
    printed = _PRINTED_DATE.findall(body)
    local = zone if printed and not any(_OFFSET.search(date) for date in printed) else "UTC"
    return list(_unique(_feed_link(entry, url, local) for entry in _entries(body)[:MAX_ENTRIES]))


def _title_of(page: bytes) -> str:
    found = re.search(rb"<title[^>]{0,200}>(.{0,300}?)</title>", page[:65536], re.IGNORECASE | re.DOTALL)
    return found[1].decode("utf-8", "replace") if found else ""


def _entries(body: bytes) -> list[Mapping[str, Any]]:
    """Entries by the fast parser, or by the lenient one where the fast one fails or finds none."""
    try:
        entries = fastfeedparser.parse(body).entries
    except Exception:
        entries = []
    if entries:
        return list(entries)
    # As a stream: of plain bytes, feedparser would first try to open the file of that name.
    lenient = feedparser.parse(BytesIO(body[:MAX_LENIENT]), sanitize_html=False, resolve_relative_uris=False)
    if not lenient.entries and not lenient.get("version"):
        reason = lenient.get("bozo_exception") or f"begins with {body[:40]!r}"
        raise NotADiscovery(f"not a feed: {reason}")
    return list(lenient.entries)


def _feed_link(entry: Mapping[str, Any], base: str, local: str) -> Link | None:
    contents = entry.get("content")
    whole = contents[0].get("value") if isinstance(contents, list) and contents else ""
    link = entry.get("link")
    published = _feed_date(entry.get("published"), local)
    updated = _feed_date(entry.get("updated") if "updated" in entry else None, local)
    try:
        address = absolute(link if isinstance(link, str) else "", base)
    except BadUrl:
        return None
    return Link(
        url=address,
        title=plain(entry.get("title")),
        summary=plain(entry.get("summary") or entry.get("description")),
        published=published if published.at else updated,
        updated=updated,
        content=whole[:MAX_CONTENT] if isinstance(whole, str) else "",
    )


def _feed_date(text: object, local: str) -> Moment:
    moment = dates.parse(text) if isinstance(text, str) else UNKNOWN
    if moment.at is None:
        return UNKNOWN
    # The fast parser turns a day into midnight; a real publication at exactly that second is rarer.
    precision: dates.Precision = "day" if moment.at.time() == time.min else "instant"
    return Moment(moment.at.replace(tzinfo=ZoneInfo(local)).astimezone(UTC), precision)


def _unique(links: Iterator[Link | None]) -> Iterator[Link]:
    seen: set[str] = set()
    for link in links:
        if link and link.url not in seen:
            seen.add(link.url)
            yield link


def parse_news_sitemap(body: bytes, url: str, zone: str = "UTC") -> list[Link]:
    """Links of a sitemap with Google's news extension: address, title, publication date, last change.

    Raises:
        NotADiscovery: not a sitemap.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise NotADiscovery(f"not a sitemap: {error}") from None
    if root is None or etree.QName(root).localname != "urlset":
        raise NotADiscovery(f"not a sitemap: root element {root.tag if root is not None else 'missing'!r}")

    def link(node: etree._Element) -> Link | None:
        try:
            address = absolute(node.findtext(f"{_SITEMAP}loc") or "", url)
        except BadUrl:
            return None
        return Link(
            url=address,
            title=plain(node.findtext(f"{_NEWS}news/{_NEWS}title")),
            published=dates.parse(node.findtext(f"{_NEWS}news/{_NEWS}publication_date") or "", zone),
            updated=dates.parse(node.findtext(f"{_SITEMAP}lastmod") or "", zone),
        )

    return list(_unique(link(node) for node in root.findall(f"{_SITEMAP}url")[:MAX_ENTRIES]))


def parse_json(body: bytes, url: str, items: str, fields: Mapping[str, str], zone: str = "UTC") -> list[Link]:
    """Links of a JSON API's answer, by JMESPath expressions.

    Args:
        body: the answer.
        url: its address, for relative links.
        items: expression for the list of items; an answer without it holds none.
        fields: for each of Link's names an expression on one item; "url" must be among them.
        zone: time zone of dates that name none.

    Raises:
        NotADiscovery: not JSON, or `items` is not a list.
    """
    try:
        found = jmespath.search(items, json.loads(body))
    except (ValueError, RecursionError) as error:
        raise NotADiscovery(f"not JSON: {error}; begins with {body[:40]!r}") from None
    if found is None:
        found = []
    if not isinstance(found, list):
        raise NotADiscovery(f"{items} is not a list")
    paths = {name: jmespath.compile(path) for name, path in fields.items()}

    def link(item: object) -> Link | None:
        try:
            value = {name: path.search(item) for name, path in paths.items()}
            return Link(
                url=absolute(str(value["url"] or ""), url),
                title=plain(value.get("title")),
                summary=plain(value.get("summary")),
                published=dates.parse(str(value.get("published") or ""), zone),
                updated=dates.parse(str(value.get("updated") or ""), zone),
                fetch_url=absolute(str(value["fetch_url"]), url) if value.get("fetch_url") else "",
                content=str(value.get("content") or "")[:MAX_CONTENT],
            )
        except ValueError:  # a bad address, or an item that the expressions do not fit
            return None

    return list(_unique(link(item) for item in found[:MAX_ENTRIES]))
