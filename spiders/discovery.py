"""Bytes of feeds, news sitemaps, JSON answers, list pages and GDELT files → links to articles (pure)."""

import html
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import cache
from io import BytesIO
from typing import Any, cast
from urllib.parse import urlencode
from zipfile import BadZipFile, ZipFile
from zoneinfo import ZoneInfo

import fastfeedparser
import feedparser
import jmespath
from cssselect import HTMLTranslator
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
_INLINE = re.compile(r"</?(?:em|b|i|strong|mark|u|font)(?:\s[^<>]{0,200})?>", re.IGNORECASE)
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
    `content` its body as HTML where the feed carries it; `publisher` whose article it is, where an aggregator
    announces it.
    """

    url: str
    title: str = ""
    summary: str = ""
    published: Moment = UNKNOWN
    updated: Moment = UNKNOWN
    fetch_url: str = ""
    content: str = ""
    publisher: str = ""


def plain(markup: object, limit: int = MAX_TEXT) -> str:
    """Text of a feed's title or summary: no tags, entities decoded (twice: feeds escape twice), one line."""
    if not isinstance(markup, str):
        return ""
    text = markup[: limit * 10]
    for _ in range(2):
        text = html.unescape(_TAG.sub(" ", _INLINE.sub("", text)) if "<" in text else text)
    return _SPACE.sub(" ", _TAG.sub(" ", _INLINE.sub("", text))).strip()[:limit]


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
    found = _in_json(body, items)
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
                published=_json_date(value.get("published"), zone),
                updated=_json_date(value.get("updated"), zone),
                fetch_url=absolute(str(value["fetch_url"]), url) if value.get("fetch_url") else "",
                content=str(value.get("content") or "")[:MAX_CONTENT],
                publisher=plain(value.get("publisher")),
            )
        except ValueError:  # a bad address, or an item that the expressions do not fit
            return None

    return list(_unique(link(item) for item in found[:MAX_ENTRIES]))


def _in_json(body: bytes, path: str) -> Any:
    """What a JMESPath expression finds in an answer; control characters and stray backslashes in it are forgiven."""
    try:
        try:
            document = json.loads(body, strict=False)
        except json.JSONDecodeError:
            text = body.decode("utf-8-sig", "replace")
            document = json.loads(_STRAY_BACKSLASH.sub(r"\\\\", text), strict=False)
        return jmespath.search(path, document)
    except (ValueError, RecursionError) as error:
        raise NotADiscovery(f"not JSON: {error}; begins with {body[:40]!r}") from None


def _json_date(value: object, zone: str) -> Moment:
    """A date as APIs give it: text, seconds or milliseconds since 1970, or YYYYMMDDhhmmss in UTC."""
    text = str(value or "").strip()
    if re.fullmatch(r"\d{10}(\d{3})?", text):
        moment = Moment(datetime.fromtimestamp(int(text[:10]), UTC), "instant")
    elif re.fullmatch(r"(19|20)\d{12}", text):
        return dates.parse(f"{text[:8]}T{text[8:]}Z")
    else:
        moment = dates.parse(text, zone)
    if moment.at and moment.at.astimezone(ZoneInfo(zone)).time() == time.min:
        return Moment(moment.at, "day")  # midnight to the second: a day, in a field for times
    return moment


MAX_ELEMENTS = 60_000
"""`<` characters of a list page that is read; real ones have up to 5,000."""
MAX_NAMED = 20
"""Further discovery documents that one may name."""

_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_ENCODING = re.compile(r"gb\w+|big5[\w-]*|iso-8859-\d+|windows-\d+|shift_?jis|euc-\w+|koi8-\w")
_STRAY_BACKSLASH = re.compile(r'\\(?!["\\/bfnrt]|u[0-9A-Fa-f]{4})')
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = r"(?P<name>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_CLOCK = r"(?:,?[\s\-–|]{1,5}(?:at )?(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::\d\d)?(?:\s?(?P<half>[AaPp])\.?[Mm])?)?"
_DATE_IN_TEXT = tuple(
    re.compile(pattern)
    for pattern in (
        (
            r"(?<!\d)(?:19|20)\d\d\s?[年./-]\s?\d{1,2}\s?[月./-]\s?\d{1,2}(?!\d)日?"
            r"(?:[\sT]{1,3}\d{1,2}[:：]\d\d(?:[:：]\d\d)?(?:\s?[+-]\d\d:?\d\d|Z)?)?"
        ),
        rf"(?i:\b{_NAME}) (?P<day>\d{{1,2}}),? (?P<year>(?:19|20)\d\d){_CLOCK}",
        rf"(?<!\d)(?P<day>\d{{1,2}})[ -](?i:{_NAME})[ ,-]{{1,2}}(?P<year>(?:19|20)\d\d){_CLOCK}",
        rf"(?<!\d)(?P<month>\d\d)/(?P<day>\d\d)/(?P<year>(?:19|20)\d\d){_CLOCK}",
    )
)


def find_date(text: str, zone: str = "UTC") -> Moment:
    """The first date in a line of text, as list pages print it in English and Chinese; months stand before days."""
    found = [match for pattern in _DATE_IN_TEXT if (match := pattern.search(text[:MAX_TEXT]))]
    if not found:
        return UNKNOWN
    first = min(found, key=lambda match: match.start())
    parts = first.groupdict()
    if not parts:
        return dates.parse(first[0], zone)
    month = parts.get("month") or _MONTHS.index(parts["name"].lower()) + 1
    day = f"{parts['year']}-{int(month):02}-{int(parts['day']):02}"
    if parts["hour"] is None:
        return dates.parse(day, zone)
    hour = int(parts["hour"])
    if parts["half"]:
        hour = hour % 12 + (12 if parts["half"].lower() == "p" else 0)
    return dates.parse(f"{day}T{hour:02}:{parts['minute']}:00", zone)


def parse_listing(
    body: bytes,
    url: str,
    *,
    link_css: str = "a[href]",
    item_css: str = "",
    date_css: str = "",
    summary_css: str = "",
    date_in_url: str = "",
    zone: str = "UTC",
    encoding: str = "",
) -> list[Link]:
    """Links on a list page, in the page's order, each address once.

    A link's title is its `title` attribute, or its text; of links to the same address (a picture, then the
    headline) the longest title and the first date are kept.

    Args:
        body: the page.
        url: its address, for relative links.
        link_css: CSS selector of links.
        item_css: selector of the elements that hold one link each and what belongs to it.
        date_css: selector, within an item, of its date; `:scope` for the item's own text.
        summary_css: selector, within an item, of its summary.
        date_in_url: regular expression whose three groups are year, month and day in a link's address.
        zone: time zone of dates, which rarely name one.
        encoding: of the page, where it declares none or a wrong one.

    Raises:
        NotADiscovery: not HTML, too complex, or none of the links is there: the layout has changed.
    """
    root = _page(body, encoding)
    base = root.find(".//base[@href]")
    if base is not None:
        with suppress(BadUrl):
            url = absolute(base.get("href") or "", url)
    links: dict[str, Link] = {}
    for item in _select(root, item_css)[:MAX_ENTRIES] if item_css else [root]:
        anchors = _select(item, link_css)
        for anchor in anchors[:1] if item_css else anchors[:MAX_ENTRIES]:
            try:
                address = absolute(anchor.get("href") or "", url)
            except BadUrl:
                continue
            title = plain(anchor.get("title")) or _text(anchor)
            published = _date_in(item, date_css, title, zone) if date_css else UNKNOWN
            if published.at is None and date_in_url and (written := re.search(date_in_url, address)):
                published = dates.parse("-".join(written.groups()), zone)
            before = links.get(address, Link(address))
            links[address] = Link(
                address,
                title=max(before.title, title, key=len),
                summary=before.summary or (_first_text(item, summary_css) if summary_css else ""),
                published=before.published if before.published.at else published,
            )
    if not links:
        raise NotADiscovery(f"no link matches {link_css!r}: {plain(_title_of(body)) or 'no title'}")
    return list(links.values())


def html_in_json(body: bytes, path: str) -> bytes:
    """The piece of HTML that an answer carries in a JSON field, e.g. "data.html".

    Raises:
        NotADiscovery: not JSON, or no text there: such services answer HTTP 200 when they fail.
    """
    found = _in_json(body, path)
    if not isinstance(found, str) or not found.strip():
        raise NotADiscovery(f"no text at {path}; begins with {body[:80]!r}")
    return f'<meta charset="utf-8">{found}'.encode("utf-8", "replace")


def find_addresses(body: bytes, url: str, pattern: str, template: str = "{}") -> list[str]:
    """Addresses that a document names in its text: the pattern's first group, put into the template."""
    found = dict.fromkeys(re.findall(pattern, body.decode("utf-8", "replace")))
    addresses: list[str] = []
    for name in list(found)[:MAX_NAMED]:
        with suppress(BadUrl):
            addresses.append(absolute(template.format(name), url))
    return addresses


def jpaas_units(body: bytes, url: str, tags: str) -> list[str]:
    """Calls by which a column page of the Chinese government's "jpaas" system fills its lists.

    Each list is a script element whose `queryData` has the call's parameters in single quotes; they are sent on
    as they stand, misspellings too.

    Args:
        body: the column page.
        url: its address.
        tags: regular expression for the `tagId` of the lists that are meant; others are menus and sidebars.
    """
    addresses: list[str] = []
    with suppress(NotADiscovery):
        for script in _page(body, "utf-8").iter("script"):
            with suppress(ValueError, AttributeError):
                query = json.loads((script.get("querydata") or "").replace("'", '"'))
                if re.search(tags, str(query.get("tagId"))):
                    addresses.append(absolute(f"{script.get('url') or ''}?{urlencode(query)}", url))
    return list(dict.fromkeys(addresses))[:MAX_NAMED]


def without_publisher(links: list[Link], feed: bytes) -> list[Link]:
    """Links of a news search feed, whose titles end in " - Publisher", with title and publisher apart.

    Summaries there only repeat the title.
    """
    named = {plain(name.decode("utf-8", "replace")) for name in _SOURCE.findall(feed)}

    def apart(link: Link) -> Link:
        fitting = [name for name in named if name and link.title.endswith(f" - {name}")]
        publisher = max(fitting, key=len, default="")
        if not publisher:
            return link
        title = link.title.removesuffix(f" - {publisher}")
        return replace(
            link,
            title=title,
            summary="" if link.summary.startswith(title) else link.summary,
            publisher=publisher,
        )

    return [apart(link) for link in links]


_SOURCE = re.compile(rb"<source(?:\s[^<>]{0,300})?>([^<>]{1,200})</source>")

MAX_UNZIPPED = 100_000_000
"""Bytes of one GDELT file after decompression; they hold about 18 MB."""
_PAGE_TITLE = re.compile(rb"<PAGE_TITLE>([^<]{1,2000})</PAGE_TITLE>")
_PAGE_TIME = re.compile(rb"<PAGE_PRECISEPUBTIMESTAMP>(\d{14})</PAGE_PRECISEPUBTIMESTAMP>")


def parse_gkg(body: bytes) -> list[Link]:
    """Web pages in a zipped GDELT 2.1 Global Knowledge Graph file: address, title, site, and time where known.

    The file's own date is that of GDELT's batch and says nothing of publication.

    Raises:
        NotADiscovery: not such a file, or more than MAX_UNZIPPED.
    """
    try:
        with ZipFile(BytesIO(body)) as archive, archive.open(archive.namelist()[0]) as member:
            raw = member.read(MAX_UNZIPPED + 1)
    except (
        BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        IndexError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        raise NotADiscovery(f"not a zip file: {error}; begins with {body[:40]!r}") from None
    if len(raw) > MAX_UNZIPPED:
        raise NotADiscovery(f"more than {MAX_UNZIPPED} bytes in the zip file")
    rows = [row for row in (line.split(b"\t") for line in raw.split(b"\n")) if len(row) == 27]
    if raw.strip() and not rows:
        raise NotADiscovery(f"not a knowledge graph file: begins with {raw[:40]!r}")

    def link(row: list[bytes]) -> Link | None:
        title, published = _PAGE_TITLE.search(row[26]), _PAGE_TIME.search(row[26])
        try:
            return Link(
                url=absolute(row[4].decode("utf-8", "replace")),
                title=plain(title[1].decode("utf-8", "replace")) if title else "",
                published=_json_date(published[1].decode(), "UTC") if published else UNKNOWN,
                publisher=plain(row[3].decode("utf-8", "replace")),
            )
        except BadUrl:
            return None

    return list(_unique(link(row) for row in rows if row[2] == b"1"))


def _page(body: bytes, encoding: str) -> etree._Element:
    if body.count(b"<") > MAX_ELEMENTS:
        raise NotADiscovery(f"more than {MAX_ELEMENTS} elements")
    declared = _CHARSET.search(body[:4096])
    name = (encoding or (declared[1].decode() if declared else "utf-8")).lower()
    name = name if _ENCODING.fullmatch(name) else "utf-8"
    try:
        # Chinese pages say gb2312 and mean all of it.
        text = body.decode("gb18030" if name.startswith("gb") else name, "replace")
    except LookupError:
        text = body.decode("utf-8", "replace")
    if not encoding and not declared and text.count("\ufffd") * 100 > len(text):
        text = body.decode("gb18030", "replace")
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise NotADiscovery(f"not HTML: {error}") from None
    if root is None:
        raise NotADiscovery("not HTML: empty")
    return root


@cache
def _xpath(css: str) -> etree.XPath:
    return etree.XPath(HTMLTranslator().css_to_xpath(css))


def _select(element: etree._Element, css: str) -> list[etree._Element]:
    """Elements by a CSS selector that is one of ours."""
    return cast("list[etree._Element]", _xpath(css)(element))


def _text(element: etree._Element, limit: int = MAX_TEXT) -> str:
    """Text of an element on one line, without reading on after the limit."""
    parts: list[str] = []
    length = 0
    for part in element.itertext():
        parts.append(str(part))
        length += len(part)
        if length > limit * 5:
            break
    return _SPACE.sub(" ", "".join(parts)).strip()[:limit]


def _first_text(item: etree._Element, css: str) -> str:
    return next((text for node in _select(item, css) if (text := _text(node))), "")


def _date_in(item: etree._Element, css: str, title: str, zone: str) -> Moment:
    for node in _select(item, css)[:5]:
        # A title may name another day than that of its publication.
        for text in (node.get("datetime") or "", _text(node).replace(title, " ", 1)):
            if (moment := find_date(text, zone)).at:
                return moment
    return UNKNOWN
