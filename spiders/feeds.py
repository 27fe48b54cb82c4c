"""Bytes of an RSS, RDF, Atom, CDF or JSON feed → its entries, dates still as printed (pure)."""

import base64
import codecs
import html
import json
import re
from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from itertools import islice
from typing import Any, TypeVar

import feedparser
from lxml import etree

from spiders.encodings import decode

MAX_ENTRIES = 2000
"""Entries read from one feed, sitemap or answer, half of them at its end; most real ones hold up to about 1,000."""
MAX_LENIENT = 200_000
"""Bytes of a feed that the lenient parser reads; it is a hundred times slower than ours."""
MAX_AUTHORS = 20
"""Authors kept of one entry."""

# Shared: making a parser takes as long as reading a small feed. The encoding is that of _as_utf8.
_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    recover=True,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
    collect_ids=False,
)
# What leaves the tree as it should be: an undeclared prefix, HTML's own entities, an unusual namespace.
_HARMLESS = {
    etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE,
    etree.ErrorTypes.ERR_UNDECLARED_ENTITY,
    etree.ErrorTypes.WAR_UNDECLARED_ENTITY,
    etree.ErrorTypes.WAR_NS_URI,
    etree.ErrorTypes.WAR_NS_URI_RELATIVE,
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
# The first characters of a feed that can be read byte by byte, and the encoding that it declares.
_START = re.compile(rb"\s*<(?:\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w.:-]{2,40})|[!?A-Za-z])")
_ENTRY = re.compile(rb"<(?:[\w-]{1,40}:)?(?:item|entry)\b", re.IGNORECASE)
_PAGE = re.compile(rb"\A[^<]*(?:<[?!][^>]*>[^<]*)*<html[\s>]", re.IGNORECASE)
_ENTITY = re.compile(r"&#?\w{1,30};")
_BARE_AMPERSAND = re.compile(rb"<!\[CDATA\[(?:.*?\]\]>|.*)|&+(?=&)|&(?!#?\w{1,30};)", re.DOTALL)

# The vocabularies in which feeds have been written; elements of others (media:title) are not the entry's own.
_FEED_NAMESPACES = (
    "",
    "{http://www.w3.org/2005/atom}",
    "{http://purl.org/atom/ns#}",
    "{http://purl.org/rss/1.0/}",
    "{http://purl.org/rss/1.0/modules/rss091#}",
    "{http://my.netscape.com/rdf/simple/0.9/}",
    "{http://backend.userland.com/rss}",
    "{http://backend.userland.com/rss2}",
    "{http://blogs.law.harvard.edu/tech/rss}",
    "{http://example.com/newformat#}",
    "{http://example.com/necho}",
    "{http://purl.org/echo/}",
    "{http://purl.org/pie/}",
    "{uri/of/echo/namespace#}",
    "atom:",
)
_OWN = {
    "link": "link",
    "guid": "id",
    "id": "id",
    "image": "id",
    "title": "title",
    "description": "summary",
    "summary": "summary",
    "abstract": "summary",
    "content": "content",
    "body": "content",
    "pubdate": "published",
    "published": "published",
    "issued": "published",
    "updated": "updated",
    "modified": "updated",
    "lastbuilddate": "updated",
    "author": "author",
}
_OTHERS = {
    ("dc", "{http://purl.org/dc/elements/1.1/}"): {
        "title": "title", "date": "date", "creator": "author", "author": "author", "description": "summary",
    },
    ("dcterms", "{http://purl.org/dc/terms/}"): {
        "issued": "published", "modified": "updated", "creator": "author", "title": "title",
    },
    ("content", "{http://purl.org/rss/1.0/modules/content/}"): {"encoded": "content"},
    ("xhtml", "{http://www.w3.org/1999/xhtml}"): {"body": "content"},
}  # fmt: skip
_FIELDS = {space + name: meaning for space in _FEED_NAMESPACES for name, meaning in _OWN.items()} | {
    start + name: meaning
    for (prefix, space), names in _OTHERS.items()
    for start in (space, f"{prefix}:")  # where the feed does not declare the prefix, it stays in the name
    for name, meaning in names.items()
}
_ENTRY_TAGS = frozenset(space + name for space in _FEED_NAMESPACES for name in ("item", "entry"))
_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", "html", "xhtml"})


class NotAFeed(ValueError):
    """Bytes that no parser takes for a feed."""


@dataclass(slots=True)
class Entry:
    """What a feed says of one article, as printed: texts may hold markup, dates are the feed's own words."""

    base: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    published: str = ""
    updated: str = ""
    authors: list[str] = field(default_factory=list)


def read(body: bytes, url: str) -> list[Entry]:
    """Entries of a feed, in its order, at most MAX_ENTRIES; of one without an address, nothing else is read.

    Args:
        body: the feed as served; its encoding is read from itself.
        url: its address, the base of relative links where the feed names no other.

    Raises:
        NotAFeed: it is none; the message says why.
    """
    text = _as_utf8(body)
    if text.startswith((b"{", b"[")):
        return _json_feed(text, url)
    inherits = b"xml:base" in text
    root, damaged = _tree(text, url if inherits else "")
    name = "" if root is None else _local(root)
    if root is not None and name in _ROOTS:
        based = root.get("BASE") or ""  # Microsoft's CDF
        entries = _entries(root, based or url, damaged=damaged, inherits=inherits and not based)
        if entries or not damaged or not _ENTRY.search(text):
            return entries
    if name == "html" or _PAGE.search(text, 0, 4096):
        raise NotAFeed("a web page where a feed should be")
    return _lenient(body, url)


Item = TypeVar("Item")


def both_ends(items: Iterable[Item]) -> list[Item]:
    """Of more than MAX_ENTRIES the first and the last: sitemaps, and some feeds, have what is new at their end."""
    rest = iter(items)
    first = list(islice(rest, MAX_ENTRIES // 2))
    return [*first, *deque(rest, MAX_ENTRIES // 2)]


def parse_xml(body: bytes) -> tuple[etree._Element | None, str]:
    """The root of a document that may be damaged, and its name in lower case; None and "" where it is no XML."""
    root, _ = _tree(_as_utf8(body))
    return root, "" if root is None else _local(root)


def _local(node: etree._Element) -> str:
    return node.tag.rpartition("}")[2].rpartition(":")[2].lower()


def _as_utf8(body: bytes) -> bytes:
    """The feed in UTF-8: by its byte order mark, its first character, its declaration, or what its bytes can be."""
    start = _START.match(body)
    name = ""
    if not start:
        name = next((name for mark, name in _BOMS if body.startswith(mark)), "")
    elif not body.isascii():
        # Many declare an encoding that they are not in.
        with suppress(UnicodeDecodeError):
            body.decode()
            return body.lstrip()
        return decode(body, (start[1] or b"").decode()).lstrip().encode("utf-8", "replace")
    elif declared := start[1]:
        name = _meant(declared)
    for encoding in (name, "utf-8") if name else ("utf-8",):
        try:
            text = body.decode(encoding)
        except UnicodeError:
            continue
        utf8 = body if encoding == "utf-8" else text.encode("utf-8", "replace")
        return utf8.removeprefix(codecs.BOM_UTF8).lstrip()
    if name not in {"", "utf-8"}:
        return body.decode(name, "replace").lstrip("\ufeff \t\r\n").encode("utf-8", "replace")
    return decode(body.removeprefix(codecs.BOM_UTF8)).lstrip("\ufeff \t\r\n").encode("utf-8", "replace")


@lru_cache(maxsize=256)
def _meant(declared: bytes) -> str:
    """The encoding that a declaration stands for, as Python names it; "" where there is none of this name."""
    try:
        codec = codecs.lookup(declared.decode())
        "".encode(codec.name)  # "rot13" is a codec and no encoding
    except (LookupError, UnicodeError):
        return ""
    # What can be read byte by byte is not in an encoding of two or four.
    return "utf-8" if codec.name.startswith(("utf-16", "utf-32")) else codec.name


def _escaped(text: bytes) -> bytes:
    """A feed with its bare ampersands escaped, but in CDATA."""
    escaped, last = bytearray(), 0
    # `re.sub` would hold a list of all pieces: a hundred times the memory of a feed of ampersands.
    for found in _BARE_AMPERSAND.finditer(text):
        if found[0].startswith(b"&"):
            escaped += text[last : found.start()] + found[0].replace(b"&", b"&amp;")
            last = found.end()
    return bytes(escaped + text[last:])


def _tree(text: bytes, base: str = "") -> tuple[etree._Element | None, bool]:
    """The parsed feed, and whether the parser had to mend it."""
    try:
        root = etree.fromstring(text, _PARSER, base_url=base)
        log = _PARSER.error_log
        if not log:
            return root, False
        damage = {error.type for error in log} - _HARMLESS
        if damage and b"&" in text:
            # The parser drops what follows a bare ampersand, as in addresses with parameters.
            text = _escaped(text)
            root = etree.fromstring(text, _PARSER, base_url=base)
            damage = {error.type for error in _PARSER.error_log} - _HARMLESS
    except (etree.XMLSyntaxError, ValueError):
        return None, True
    return root, bool(damage)


def _entries(root: etree._Element, url: str, *, damaged: bool, inherits: bool) -> list[Entry]:
    found = root.iter("{*}item", "{*}entry", "ITEM")
    nodes = [node for node in both_ends(found) if node.tag.lower() in _ENTRY_TAGS]
    if damaged:
        # An element left open takes in the entries that follow it; innermost first, or the time is quadratic.
        for node in reversed(nodes):
            if (parent := node.getparent()) is not None:
                parent.remove(node)
    return [_entry(node, (node.base if inherits else "") or url) for node in nodes]


def _entry(node: etree._Element, base: str) -> Entry:
    parts = [(name, child) for child in node if (name := _FIELDS.get(str(child.tag).lower()))]
    link = _address(node, parts)
    if not link:
        return Entry()  # leads to no article
    updated = node.get("LASTMOD") or ""
    title = summary = content = published = dated = ""
    authors: list[str] = []
    for name, child in parts:
        match name:
            case "title":
                title = title or _markup(child)
            case "summary":
                summary = summary or _markup(child)
            case "content":
                content = content or _markup(child)
            case "published":
                published = _text(child) or published
            case "updated":
                updated = _text(child) or updated
            case "date":
                dated = _text(child) or dated
            case "author" if len(authors) < MAX_AUTHORS:
                names = [_text(part) for part in child if str(part.tag).endswith("name")]
                authors += names or [_text(child)]
    return Entry(base, link, title, summary, content, published or dated, updated, authors)


def _address(node: etree._Element, parts: list[tuple[str, etree._Element]]) -> str:
    """The address of an entry's article, "" where it has none."""
    link, identifier = node.get("href") or node.get("HREF") or "", ""
    for name, child in parts:
        if name == "link":
            link = _link(child) or link
        elif name == "id" and not identifier and child.get("isPermaLink", child.get("ispermalink", "true")) == "true":
            # Serves as the address where there is no link; feedparser takes an image's, too.
            named = next(child.iter("{*}id", "{*}guid"), None)
            identifier = _unescaped(_text(named)) if named is not None else ""
    return link or identifier


def _link(node: etree._Element) -> str:
    """The address of a link element, "" where it leads to something else than the article's page."""
    href = node.get("href") or node.get("url") or node.get("uri")
    if href is None:
        return _unescaped(_text(node))
    page = node.get("rel", "alternate") == "alternate" and node.get("type", "text/html") in _PAGE_TYPES
    return href if page else ""


def _unescaped(address: str) -> str:
    """An address without entities; "&copy=1" in it is a parameter, though HTML would read a sign."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), address) if "&" in address else address


def _text(node: etree._Element) -> str:
    return ("".join(map(str, node.itertext())) if len(node) else node.text or "").strip()


def _markup(node: etree._Element) -> str:
    """What an element holds: escaped markup as it stands, elements written out."""
    kind = node.get("type", "")
    if node.get("mode") == "base64" or ("/" in kind and not kind.startswith("text/") and not kind.endswith("xml")):
        with suppress(ValueError):
            return base64.b64decode(_text(node), validate=True).decode("utf-8", "replace")
    text = node.text or ""
    if len(node):
        text += "".join([etree.tostring(child, encoding="unicode") for child in node])
    return text.strip()


def _json_feed(text: bytes, url: str) -> list[Entry]:
    try:
        feed = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"not JSON: {error}") from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or "jsonfeed" not in str(feed.get("version")):
        raise NotAFeed(f"JSON, but no JSON Feed: begins with {text[:40]!r}")

    def entry(item: dict[str, Any]) -> Entry:
        def first(*names: str) -> str:
            return next((item[name] for name in names if isinstance(item.get(name), str) and item[name]), "")

        authors = item.get("authors") or [item.get("author")]
        people = [person for person in authors if isinstance(person, dict)] if isinstance(authors, list) else []
        return Entry(
            base=url,
            link=first("url", "external_url", "id"),
            title=first("title"),
            summary=first("summary"),
            content=first("content_html", "content_text"),
            published=first("date_published"),
            updated=first("date_modified"),
            authors=[name for person in people[:MAX_AUTHORS] if isinstance(name := person.get("name"), str)],
        )

    return [entry(item) for item in both_ends(items) if isinstance(item, dict)]


def _lenient(body: bytes, url: str) -> list[Entry]:
    """Entries by feedparser, which reads nearly anything, slowly."""
    if b"<!ENTITY" in body:
        raise NotAFeed("entities are declared, and no entry can be read")  # feedparser would expand them
    try:
        # As a stream: of plain bytes, feedparser would first try to open the file of that name.
        feed = feedparser.parse(
            BytesIO(body[:MAX_LENIENT]),
            response_headers={"content-location": url},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # its parsers raise what they will
        raise NotAFeed(f"not a feed: {error}") from None
    if not feed.entries and not feed.get("version"):
        raise NotAFeed(f"not a feed: {feed.get('bozo_exception') or ''} begins with {body[:40]!r}")

    def entry(read: Mapping[str, Any]) -> Entry:
        def first(*names: str) -> str:
            # "in": asked for what is not there, feedparser gives a near relation of it, and warns.
            return next((read[name] for name in names if name in read and isinstance(read[name], str)), "")

        contents = read.get("content") or [{}]
        return Entry(
            base=url,
            link=first("link"),
            title=first("title"),
            summary=first("summary"),
            content=str(contents[0].get("value") or ""),
            published=first("published"),
            updated=first("updated"),
            authors=[str(person.get("name") or "") for person in (read.get("authors") or [])[:MAX_AUTHORS]],
        )

    return [entry(read) for read in both_ends(feed.entries)]
