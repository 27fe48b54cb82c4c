"""Title, authors and dates of a page, from one walk over its parsed tree (pure)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape as html_unescape
from typing import Any

from lxml.html import HtmlElement

from spiders import dates
from spiders.dates import UNKNOWN, Moment

MAX_JSON_LD = 1_000_000
"""Characters of one JSON-LD block that are read."""
MAX_NODES = 2000
"""JSON-LD nodes that are looked at."""
MAX_AUTHORS = 20

_ARTICLE_TYPES = re.compile(r"Article|BlogPosting|Report|LiveBlog|Posting|WebPage", re.IGNORECASE)
_TITLE_META = ("og:title", "twitter:title", "articletitle", "dc.title")
_AUTHOR_META = ("author", "article:author", "byl", "dc.creator", "parsely-author", "sailthru.author")
_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "datepublished", "pubdate", "publishdate", "publish_date",
    "date", "dc.date", "dc.date.issued", "dcterms.created", "parsely-pub-date", "sailthru.date",
    "weibo: article:create_at", "og:release_date", "citation_publication_date",
)  # fmt: skip
_UPDATED_META = ("article:modified_time", "og:updated_time", "datemodified", "lastmod", "dcterms.modified")
_SEPARATOR = re.compile(r"\s+[|–—·»-]\s+|\s*[|_｜]\s*|(?<=[\u3400-\u9fff])[-—–]+(?=[\u3400-\u9fff])")
_SPACE = re.compile(r"\s+")
_VISIBLE_DATE = re.compile(
    r"(?:19|20)\d\d\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?(?:\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
)
_DATE_PLACE = re.compile(r"date|time|pub|info|source|meta|来源|时间|发布", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself. Empty where it says nothing; never guessed."""

    title: str = ""
    authors: tuple[str, ...] = ()
    published: Moment = UNKNOWN
    published_source: str = ""
    updated: Moment = UNKNOWN
    language: str = ""
    free: bool | None = None
    """False where the page declares itself not accessible for free."""


def read(tree: HtmlElement, zone: str = "UTC") -> Metadata:
    """Metadata of a page: JSON-LD first, then meta tags, then visible elements.

    Args:
        tree: the parsed page.
        zone: time zone of dates that name none.
    """
    meta: dict[str, str] = {}
    headings: list[str] = []
    times: list[str] = []
    visible: list[str] = []
    document_title = ""
    nodes: list[dict[str, Any]] = []
    for element in tree.iter("script", "meta", "time", "h1", "title", "span", "div", "p", "em", "i", "td", "li"):
        tag = element.tag
        if tag == "meta":
            name = element.get("property") or element.get("name") or element.get("itemprop") or ""
            content = (element.get("content") or "").strip()
            if name and content:
                meta.setdefault(name.lower(), content[:1000])
        elif tag == "script":
            if "ld+json" in (element.get("type") or "") and len(nodes) < MAX_NODES:
                nodes.extend(_json_ld(element.text or ""))
        elif tag == "h1":
            headings.append(_line(element.text_content()))
        elif tag == "title":
            document_title = document_title or _line(element.text_content())
        elif tag == "time":
            times.append((element.get("datetime") or element.text or "").strip())
        elif len(visible) < 5 and element.text and _DATE_PLACE.search(f"{element.get('class')} {element.get('id')}"):
            visible.extend(_VISIBLE_DATE.findall(element.text[:500])[:1])
    article = next((node for node in nodes if node.get("headline")), {}) or next(
        (node for node in nodes if node.get("datePublished")), {}
    )
    published, source = _first_date(
        [
            ("json-ld", [article.get("datePublished")]),
            ("meta", [meta.get(name) for name in _PUBLISHED_META]),
            ("time", times[:3]),
            ("text", visible),
        ],
        zone,
    )
    updated, _ = _first_date(
        [("json-ld", [article.get("dateModified")]), ("meta", [meta.get(name) for name in _UPDATED_META])],
        zone,
    )
    site = meta.get("og:site_name") or _name(article.get("publisher"))
    return Metadata(
        title=_title(article, meta, headings, document_title, site),
        authors=_authors(article, nodes, meta, site),
        published=published,
        published_source=source,
        updated=updated,
        language=(tree.get("lang") or "").split("-")[0].lower(),
        free=_declared_free(nodes),
    )


def _line(text: str) -> str:
    return _SPACE.sub(" ", text).strip()[:1000]


def _json_ld(text: str) -> Iterator[dict[str, Any]]:
    """Nodes of a JSON-LD block that describe an article or its authors, outermost first."""
    try:
        pending: list[Any] = [json.loads(text[:MAX_JSON_LD].strip().rstrip(";"), strict=False)]
    except (ValueError, RecursionError):
        return
    seen = 0
    while pending and seen < MAX_NODES:
        node = pending.pop(0)
        seen += 1
        if isinstance(node, list):
            pending.extend(node[:MAX_NODES])
        elif isinstance(node, dict):
            kinds = node.get("@type")
            if "@id" in node or any(
                _ARTICLE_TYPES.search(str(k)) for k in (kinds if isinstance(kinds, list) else [kinds])
            ):
                yield node
            pending.extend(node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node)


def _name(node: object) -> str:
    if isinstance(node, list):
        node = node[0] if node else None
    if isinstance(node, dict):
        node = node.get("name")
    return _line(node) if isinstance(node, str) else ""


def _title(article: dict[str, Any], meta: dict[str, str], headings: list[str], document: str, site: str) -> str:
    declared = _line(article["headline"]) if isinstance(article.get("headline"), str) else ""
    candidates = [_unescaped(declared), *(_unescaped(_line(meta.get(name, ""))) for name in _TITLE_META)]
    candidates += [heading for heading in headings if heading][:1] if len([h for h in headings if h]) == 1 else []
    candidates.append(document)
    title = next((candidate for candidate in candidates if candidate), "")
    return _without_site(title, site, headings)


def _unescaped(text: str) -> str:
    """JSON-LD and meta contents are often escaped once too often."""
    return _line(html_unescape(text)) if "&" in text else text


def _without_site(title: str, site: str, headings: list[str]) -> str:
    """Drop a trailing or leading site name: one that the page declares, or whatever follows its heading."""
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    if site:
        for drop, kept in ((parts[-1], title[: title.rfind(parts[-1])]), (parts[0], title[len(parts[0]) :])):
            if drop.casefold().strip() == site.casefold().strip():
                return _SEPARATOR.sub(" ", kept) if not kept.strip(" |–—·»-_｜") else kept.strip(" |–—·»-_｜")
    for heading in headings:
        if len(heading) > 10 and title.startswith(heading):
            return heading
    return title


def _authors(article: dict[str, Any], nodes: list[dict[str, Any]], meta: dict[str, str], site: str) -> tuple[str, ...]:
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    listed = article.get("author") or article.get("creator") or []
    names: list[str] = []
    for author in (listed if isinstance(listed, list) else [listed])[:MAX_AUTHORS]:
        named = author
        if isinstance(author, dict) and "name" not in author and isinstance(author.get("@id"), str):
            named = by_id.get(author["@id"], author)
        names += people(_name(named))
    if not names:
        names = [name for key in _AUTHOR_META if key in meta for name in people(meta[key])]
    unique = dict.fromkeys(name for name in names if name.casefold() != site.casefold())
    return tuple(unique)[:MAX_AUTHORS]


def people(byline: str) -> list[str]:
    """Names in a byline: no "By", no addresses, split at commas and "and"."""
    if "://" in byline or "@" in byline or len(byline) > 200:
        return []
    byline = re.sub(r"^(?:by|作者|记者|編輯|编辑|文)\s*[:：]?\s+", "", byline.strip(), flags=re.IGNORECASE)
    return [name for part in re.split(r"\s*(?:,|;|、|\band\b|&)\s*", byline) if (name := _line(part))]


def _first_date(places: list[tuple[str, list[Any]]], zone: str) -> tuple[Moment, str]:
    """The first readable date; a full instant wins over a day that stands before it."""
    day: tuple[Moment, str] = (UNKNOWN, "")
    for source, texts in places:
        for text in texts:
            moment = dates.parse(text, zone) if isinstance(text, str) else UNKNOWN
            if moment.precision == "instant":
                return moment, source
            if moment.precision == "day" and day[0].at is None:
                day = (moment, source)
    return day


def _declared_free(nodes: list[dict[str, Any]]) -> bool | None:
    for node in nodes:
        if "isAccessibleForFree" in node:
            return str(node["isAccessibleForFree"]).lower().rpartition("/")[2] not in {"false", "0", "no"}
    return None
