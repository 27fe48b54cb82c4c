"""Bytes of feeds, news sitemaps, JSON answers, list pages and GDELT files → links to articles (pure)."""

import html
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from io import BufferedIOBase, BufferedReader, BytesIO
from typing import Any, cast
from urllib.parse import urlencode
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

import jmespath
from cssselect import HTMLTranslator
from lxml import etree

from spiders import dates, feeds
from spiders.bylines import people
from spiders.dates import UNKNOWN, Moment
from spiders.encodings import decode
from spiders.feeds import MAX_ENTRIES, both_ends
from spiders.urls import BadUrl, absolute

MAX_TEXT = 2000
"""Characters of a title or summary that are kept."""
MAX_CONTENT = 2_000_000
"""Characters of an article's body inside a feed that are kept."""
MAX_SITEMAP = 50_000_000
"""Bytes of a sitemap after decompression; the standard allows as many."""

_TAG = re.compile(r"<[^<>]{0,2000}>")
_INLINE = re.compile(r"</?(?:em|b|i|strong|mark|u|font)(?:\s[^<>]{0,200})?>", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_FIRST_TAG = re.compile(rb"<(?![?!])\s*([A-Za-z][\w:.-]*)")
MAX_INVITATION = 700
"""Characters at the end of a summary in which a link to the article is looked for."""
# What blogs put after a summary: a link to the article, and where it stood.
_AFTER_SUMMARY = re.compile(
    r"\s*(?:"
    r"The post .{1,400}? (?:appeared first|first appeared) on .{1,200}"
    r"|Continue reading(?:\s.{1,200}?)?\s*(?:\.\.\.|[…→»>\]]+)"
    r"|(?:(?<=[.!?…。！？\]])|^)\s*Continue reading\b.{0,200}"
    r"|(?:(?<=[.!?…。！？\]])|^)\s*Read (?:more|on|the full (?:story|article))(?: (?:about|at)\b.{0,99})?[\s.…→»>]*"
    r"|[\[【（(]?(?:点击)?(?:阅读全文|查看全文|继续阅读|阅读原文|阅读更多)[\]】）)]?[\s.…→»>]*"
    r")$"
)
_INVITES = re.compile(r"The post|Continue|Read|阅读|查看")  # at least one of these is in it
_ADDRESS_IN_BYLINE = re.compile(r"\S+@\S+")
# "admin", "jdoe", "jane.doe": whoever pressed the button, by the name of their account.
_ACCOUNT = re.compile(r"[a-z0-9._-]+")


class NotADiscovery(ValueError):
    """Bytes that are not the feed, sitemap or answer they should be; the message says what they look like."""


@dataclass(frozen=True, slots=True)
class Link:
    """An article that exists, as a feed, sitemap or API announces it.

    `url` is the article's address and identity; `fetch_url`, where set, the address its text is fetched from;
    `content` its body as HTML where the feed carries it; `publisher` whose article it is, where an aggregator
    announces it; `authors` whom the announcement names.
    """

    url: str
    title: str = ""
    summary: str = ""
    published: Moment = UNKNOWN
    updated: Moment = UNKNOWN
    fetch_url: str = ""
    content: str = ""
    publisher: str = ""
    authors: tuple[str, ...] = ()


def plain(markup: object, limit: int = MAX_TEXT) -> str:
    """Text of a feed's title or summary: no tags, entities decoded (twice: feeds escape twice), one line."""
    if not isinstance(markup, str):
        return ""
    text = markup[: limit * 10]
    if "<" not in text and "&" not in text:
        return " ".join(text.split())[:limit]
    for _ in range(2):
        text = html.unescape(_TAG.sub(" ", _INLINE.sub("", text)) if "<" in text else text)
    return " ".join(_TAG.sub(" ", _INLINE.sub("", text)).split())[:limit]


def parse_feed(body: bytes, url: str, zone: str = "UTC") -> list[Link]:
    """Links of an RSS, Atom, RDF or JSON feed, in the feed's order, each address once.

    Args:
        body: the feed as served; its encoding is read from itself.
        url: address of the feed, for relative links.
        zone: time zone of dates that name none.

    Raises:
        NotADiscovery: nothing that reads as a feed, or a web page in its place.
    """
    try:
        entries = feeds.read(body, url)
    except feeds.NotAFeed as error:
        title = plain(_title_of(body))
        raise NotADiscovery(f"{error}: {title}" if title else str(error)) from None
    links: dict[str, Link] = {}
    for entry in entries:
        if entry.link and (link := _feed_link(entry, zone)):
            links.setdefault(link.url, link)
    return list(links.values())


def _title_of(page: bytes) -> str:
    found = re.search(rb"<title[^>]{0,200}>(.{0,300}?)</title>", page[:65536], re.IGNORECASE | re.DOTALL)
    return found[1].decode("utf-8", "replace") if found else ""


def _feed_link(entry: feeds.Entry, zone: str) -> Link | None:
    if not entry.link:
        return None
    try:
        address = absolute(entry.link, entry.base)
    except BadUrl:
        return None
    published, updated = _feed_date(entry.published, zone), _feed_date(entry.updated, zone)
    return Link(
        url=address,
        title=plain(entry.title),
        summary=_without_invitation(plain(entry.summary or entry.content)),
        published=published if published.at else updated,
        updated=updated,
        content=(entry.content or entry.summary)[:MAX_CONTENT],  # 36Kr's articles are its descriptions
        authors=_authors(entry.authors),
    )


def _without_invitation(summary: str) -> str:
    tail = max(0, len(summary) - MAX_INVITATION)
    return summary[:tail] + _AFTER_SUMMARY.sub("", summary[tail:]) if _INVITES.search(summary, tail) else summary


def _feed_date(text: str, zone: str) -> Moment:
    return dates.parse_time(plain(text, 100), zone)


def _authors(bylines: list[str]) -> tuple[str, ...]:
    """Names in bylines such as "Jane Doe", "jane@example.com (Jane Doe)" and "Jane Doe, John Smith"."""
    names = (name for line in bylines for name in people(_ADDRESS_IN_BYLINE.sub("", plain(line, 300)).strip(" ()")))
    return tuple(dict.fromkeys(name for name in names if not _ACCOUNT.fullmatch(name)))[: feeds.MAX_AUTHORS]


def _unique(links: Iterator[Link | None]) -> Iterator[Link]:
    seen: set[str] = set()
    for link in links:
        if link and link.url not in seen:
            seen.add(link.url)
            yield link


def parse_news_sitemap(body: bytes, url: str, zone: str = "UTC") -> list[Link]:
    """Links of a sitemap: address and last change; title and publication date where it has Google's news extension.

    Reads gzip, lists of addresses as plain text, and sitemaps whose namespace is missing or wrong.

    Raises:
        NotADiscovery: not a sitemap, or one without any address in it.
    """
    body = _unzipped(body)
    if addresses := _text_sitemap(body):
        return list(_unique(_sitemap_link(address, url) for address in addresses))
    root = _sitemap(body, url, "urlset")
    nodes = both_ends(root.iterfind("{*}url"))
    links = [
        _sitemap_link(
            node.findtext("{*}loc") or "",
            url,
            title=plain(node.findtext("{*}news/{*}title")),
            published=dates.parse_time(node.findtext("{*}news/{*}publication_date") or "", zone),
            updated=dates.parse(node.findtext("{*}lastmod") or "", zone),
        )
        for node in nodes
    ]
    if len(root) and not any(links):
        raise NotADiscovery(f"a sitemap with {len(root)} elements and no address: {_local_names(root)}")
    return list(_unique(iter(links)))


def parse_sitemap_index(body: bytes, url: str, oldest: datetime | None = None) -> list[str]:
    """Addresses of the sitemaps that an index names, the one changed last first; without dates, in its order.

    Sitemaps last changed before `oldest` are left out.

    Raises:
        NotADiscovery: not a sitemap index.
    """
    nodes = both_ends(_sitemap(_unzipped(body), url, "sitemapindex").iterfind("{*}sitemap"))
    # Some put the address straight into the element.
    named = [
        (node.findtext("{*}loc") or node.text or "", dates.parse(node.findtext("{*}lastmod") or "")) for node in nodes
    ]
    if oldest:
        named = [(address, changed) for address, changed in named if not (changed.at and changed.at < oldest)]
    named.sort(key=lambda child: child[1].at or datetime.min.replace(tzinfo=UTC), reverse=True)
    addresses: list[str] = []
    for address, _ in named:
        with suppress(BadUrl):
            addresses.append(absolute(address, url))
    return list(dict.fromkeys(addresses))


def _sitemap_link(address: str, base: str, **known: Any) -> Link | None:
    with suppress(BadUrl):
        return Link(absolute(address, base), **known)
    return None


def _sitemap(body: bytes, url: str, expected: str) -> etree._Element:
    root, name = feeds.parse_xml(body)
    if root is None or name != expected:
        what = {
            "sitemapindex": "an index of sitemaps",
            "urlset": "a sitemap of pages",
            "rss": "a feed",
            "feed": "a feed",
            "html": f"a web page: {plain(_title_of(body)) or 'no title'}",
        }.get(name, f"begins with {body[:40]!r}")
        raise NotADiscovery(f"no {expected}: {what}")
    return root


def _local_names(root: etree._Element) -> str:
    return ", ".join(sorted({str(node.tag) for node in list(root)[:20]}))[:200]


def _unzipped(body: bytes) -> bytes:
    """A file.xml.gz, unpacked; what is not gzip as it is."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(body, MAX_SITEMAP)
    except zlib.error as error:
        raise NotADiscovery(f"damaged gzip: {error}") from None
    if unpacker.unconsumed_tail:
        raise NotADiscovery(f"more than {MAX_SITEMAP} bytes in the gzip file")
    return text


def _text_sitemap(body: bytes) -> list[str]:
    """Addresses of a sitemap in plain text, one a line; none where it is something else."""
    half = MAX_ENTRIES // 2
    *lines, rest = body.removeprefix(b"\xef\xbb\xbf").split(b"\n", half)
    lines += rest.rsplit(b"\n", half)[-half:]
    named = [line.strip().decode("utf-8", "replace") for line in lines if line.strip()]
    return named if named and all(line.startswith(("http://", "https://")) for line in named) else []


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
                published=dates.read(value.get("published"), zone),
                updated=dates.read(value.get("updated"), zone),
                fetch_url=absolute(str(value["fetch_url"]), url) if value.get("fetch_url") else "",
                content=str(value.get("content") or "")[:MAX_CONTENT],
                publisher=plain(value.get("publisher")),
            )
        except ValueError:  # a bad address, or an item that the expressions do not fit
            return None

    return list(_unique(link(item) for item in both_ends(found)))


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


MAX_ELEMENTS = 60_000
"""`<` characters of a list page that is read; real ones have up to 5,000."""
MAX_NAMED = 20
"""Further discovery documents that one may name."""

_STRAY_BACKSLASH = re.compile(r'\\(?!["\\/bfnrt]|u[0-9A-Fa-f]{4})')


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
        # The longest first. One look at each end of the title: a feed can name very many publishers.
        ends = (link.title[cut.start() + 3 :] for cut in _BEFORE_SOURCE.finditer(link.title))
        publisher = next((end for end in ends if end in named), "")
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


_BEFORE_SOURCE = re.compile("(?= - .)")
_SOURCE = re.compile(rb"<source(?:\s[^<>]{0,300})?>([^<>]{1,200})</source>")

MAX_UNZIPPED = 100_000_000
"""Bytes of one GDELT file after decompression; they hold about 18 MB."""
MAX_ROWS = 10_000
"""Lines of one GDELT file, a page each."""
MAX_ROW = 1_000_000
"""Bytes of one of its lines."""
_COLUMNS = 27
_PAGE_TITLE = re.compile(rb"<PAGE_TITLE>([^<]{1,2000})</PAGE_TITLE>")
_PAGE_TIME = re.compile(rb"<PAGE_PRECISEPUBTIMESTAMP>(\d{14})</PAGE_PRECISEPUBTIMESTAMP>")


def parse_gkg(body: bytes) -> list[Link]:
    """Web pages in a zipped GDELT 2.1 Global Knowledge Graph file: address, title, site, and time where known.

    The file's own date is that of GDELT's batch and says nothing of publication.

    Raises:
        NotADiscovery: not such a file, or more than MAX_UNZIPPED or MAX_ROWS.
    """
    links: dict[str, Link] = {}
    is_table, start = False, b""
    for number, line in enumerate(_zipped_lines(body)):
        if number == MAX_ROWS:
            raise NotADiscovery(f"more than {MAX_ROWS} rows in the zip file")
        start = start or line.strip()[:40]
        row = line.split(b"\t", _COLUMNS)
        if len(row) == _COLUMNS:
            is_table = True
            if link := _gkg_link(row):
                links.setdefault(link.url, link)
    if start and not is_table:
        raise NotADiscovery(f"not a knowledge graph file: begins with {start!r}")
    return list(links.values())


def _zipped_lines(body: bytes) -> Iterator[bytes]:
    """Lines of the first file in a zip file, unpacked as they are read; of longer ones MAX_ROW at a time."""
    try:
        with ZipFile(BytesIO(body)) as archive, _first_file(archive) as lines:
            while line := lines.readline(MAX_ROW):
                yield line
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
        raise NotADiscovery(f"not a zip file to read: {error}; begins with {body[:40]!r}") from None


def _first_file(archive: ZipFile) -> BufferedReader:
    packed = archive.infolist()[0]
    if packed.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        # Of the others zipfile unpacks at once whatever comes out.
        raise BadZipFile(f"compressed by method {packed.compress_type}")
    if packed.file_size > MAX_UNZIPPED:  # it gives no more than the file says of itself
        raise BadZipFile(f"more than {MAX_UNZIPPED} bytes in it")
    return BufferedReader(cast("BufferedIOBase", archive.open(packed)))


def _gkg_link(row: list[bytes]) -> Link | None:
    if row[2] != b"1":  # no web page
        return None
    title, published = _PAGE_TITLE.search(row[26]), _PAGE_TIME.search(row[26])
    try:
        return Link(
            url=absolute(row[4].decode("utf-8", "replace")),
            title=plain(title[1].decode("utf-8", "replace")) if title else "",
            published=dates.read(published[1].decode(), "UTC") if published else UNKNOWN,
            publisher=plain(row[3].decode("utf-8", "replace")),
        )
    except BadUrl:
        return None


def _page(body: bytes, encoding: str) -> etree._Element:
    if body.count(b"<") > MAX_ELEMENTS:
        raise NotADiscovery(f"more than {MAX_ELEMENTS} elements")
    text = decode(body, encoding)
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
            if (moment := dates.find(text, zone)).at:
                return moment
    return UNKNOWN
