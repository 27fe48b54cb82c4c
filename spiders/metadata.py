"""Title, authors, dates and whatever else a page says of itself, from one walk over its parsed tree (pure)."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape as html_unescape
from typing import Any, cast

from lxml import etree
from lxml.html import HtmlElement
from trafilatura.metadata import extract_author

from spiders import dates
from spiders.boilerplate import SEPARATOR
from spiders.bylines import people
from spiders.dates import UNKNOWN, Moment
from spiders.urls import MAX_URL

MAX_JSON_LD = 1_000_000
"""Characters of one JSON-LD block that are read."""
MAX_NODES = 2000
"""JSON-LD nodes that are looked at."""
MAX_AUTHORS = 20
MAX_VISIBLE = 5
"""Places on a page, by their names or classes, that are searched for a visible date."""

_ARTICLE_TYPES = re.compile(r"Article|BlogPosting|Report|LiveBlog|Posting|WebPage", re.IGNORECASE)
_TITLE_META = ("og:title", "twitter:title", "articletitle", "dc.title")
_AUTHOR_META = ("author", "article:author", "byl", "dc.creator", "parsely-author", "sailthru.author")
_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "datepublished", "pubdate", "publishdate", "publish_date",
    "date", "dc.date", "dc.date.issued", "dcterms.created", "parsely-pub-date", "sailthru.date",
    "weibo: article:create_at", "og:release_date", "citation_publication_date",
)  # fmt: skip
_UPDATED_META = ("article:modified_time", "og:updated_time", "datemodified", "lastmod", "dcterms.modified")
_SECTION_META = ("article:section", "og:section", "section", "parsely-section", "channel", "lanmu", "columnname")
_DESCRIPTION_META = ("og:description", "description", "twitter:description", "dc.description")
_IMAGE_META = ("og:image", "og:image:url", "twitter:image", "twitter:image:src")
_DECLARED = frozenset({"json-ld", "meta"})
_DATE_PLACE = re.compile(r"date|time|pub|info|source|meta|来源|时间|发布", re.IGNORECASE)
_VISIBLE = ("span", "div", "p", "em", "i", "td", "li")
# One step over the page: libxml2 takes quadratic time to unite the nodes of several.
_NAMED = etree.XPath("//*[@class or @id or @itemprop or @rel or @data-component or @data-testid or self::author]")
_OF_AUTHORS = re.compile(
    r"[Aa]uthor|[Bb]yline|byl|BBL|username|zuozhe|bianji|xiaobian|channel-name|submitted-by|posted-by|journalist-name|"
    r"screenname|writer"
)
_CJK_NAME = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af·]{2,8}")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself. Empty where it says nothing; never guessed.

    `canonical` and `image` are as written; `kinds` are the types it gives itself (schema.org's, Open Graph's).
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    published: Moment = UNKNOWN
    published_source: str = ""
    updated: Moment = UNKNOWN
    language: str = ""
    canonical: str = ""
    section: str = ""
    description: str = ""
    image: str = ""
    kinds: frozenset[str] = frozenset()
    free: bool | None = None
    """False where the page declares itself not accessible for free."""


def read(tree: HtmlElement, zone: str = "UTC", now: datetime | None = None) -> Metadata:
    """Metadata of a page: JSON-LD first, then meta tags, then visible elements.

    Args:
        tree: the parsed page.
        zone: time zone of dates that name none.
        now: when the page was fetched, from which "yesterday" and "3 小时前" are counted.
    """
    meta: dict[str, str] = {}
    headings: list[str] = []
    times: list[str] = []
    document_title = canonical = ""
    nodes: list[dict[str, Any]] = []
    for element in tree.iter("script", "meta", "link", "time", "h1", "title"):
        tag = element.tag
        if tag == "meta":
            name = element.get("property") or element.get("name") or element.get("itemprop") or ""
            content = (element.get("content") or "").strip()
            if name and content:
                meta.setdefault(name.lower(), content[:1000])
        elif tag == "script":
            if "ld+json" in (element.get("type") or "") and len(nodes) < MAX_NODES:
                nodes.extend(_json_ld(element.text or ""))
        elif tag == "link":
            if not canonical and (element.get("rel") or "").lower() == "canonical":
                canonical = (element.get("href") or "").strip()
        elif tag == "h1":
            headings.append(_line(element.text_content()))
        elif tag == "title":
            document_title = document_title or _line(element.text_content())
        else:
            times.append((element.get("datetime") or element.text or "").strip())
    article = next((node for node in nodes if node.get("headline")), {}) or next(
        (node for node in nodes if node.get("datePublished")), {}
    )
    published, source = _first_date(
        [
            ("json-ld", [article.get("datePublished")]),
            ("meta", [meta.get(name) for name in _PUBLISHED_META]),
            ("time", times[:3]),
        ],
        zone,
    )
    site = meta.get("og:site_name") or _name(article.get("publisher"))
    title = _title(article, meta, headings, document_title, site)
    if published.precision != "instant" or SEPARATOR.search(title):
        texts = [text for node in cast("list[str]", _TEXTS(tree)) if (text := _line(node))]
        title = _as_shown(title, texts)
    if published.precision != "instant":
        for place, found in (
            ("text", _date_beside(title, texts, zone, now)),
            ("text", _date_in_its_place(tree, zone)),
            ("script", _date_in_scripts(tree, zone)),
        ):
            if (found.precision == "instant" and _is_on(found, published, source)) or (found.at and not published.at):
                published, source = found, place
            if published.precision == "instant":
                break
    updated, _ = _first_date(
        [("json-ld", [article.get("dateModified")]), ("meta", [meta.get(name) for name in _UPDATED_META])],
        zone,
    )
    kinds = [kind for node in nodes for kind in _kinds(node)]
    return Metadata(
        title=title,
        authors=_authors(tree, article, nodes, meta, site),
        published=published,
        published_source=source,
        updated=updated,
        language=(tree.get("lang") or "").split("-")[0].lower(),
        canonical=(canonical or meta.get("og:url", ""))[:MAX_URL],
        section=_unescaped(_line(_first_of(meta, _SECTION_META) or _first_text(article.get("articleSection")))[:100]),
        description=_unescaped(_line(_first_of(meta, _DESCRIPTION_META) or _first_text(article.get("description")))),
        image=_first_of(meta, _IMAGE_META)[:MAX_URL],
        kinds=frozenset([*kinds, meta.get("og:type", "").lower()]) - {""},
        free=_declared_free(nodes),
    )


def _line(text: str) -> str:
    return " ".join(text.split())[:1000]


def _first_of(meta: dict[str, str], names: tuple[str, ...]) -> str:
    return next((meta[name] for name in names if meta.get(name)), "")


def _first_text(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, str) else ""


# JSON-LD -----------------------------------------------------------------------------------------------------


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
            if "@id" in node or any(map(_ARTICLE_TYPES.search, _kinds(node))):
                yield node
            pending.extend(node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node)


def _kinds(node: dict[str, Any]) -> list[str]:
    kinds = node.get("@type")
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds])[:10] if isinstance(kind, str)]


def _name(node: object) -> str:
    if isinstance(node, list):
        node = node[0] if node else None
    if isinstance(node, dict):
        node = node.get("name")
    return _line(node) if isinstance(node, str) else ""


def _declared_free(nodes: list[dict[str, Any]]) -> bool | None:
    for node in nodes:
        if "isAccessibleForFree" in node:
            return str(node["isAccessibleForFree"]).lower().rpartition("/")[2] not in {"false", "0", "no"}
    return None


# Titles ------------------------------------------------------------------------------------------------------


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
    parts = SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    if site:
        for drop, kept in ((parts[-1], title[: title.rfind(parts[-1])]), (parts[0], title[len(parts[0]) :])):
            if drop.casefold().strip() == site.casefold().strip():
                return SEPARATOR.sub(" ", kept) if not kept.strip(" |–—·»-_｜") else kept.strip(" |–—·»-_｜")
    for heading in headings:
        if len(heading) > 10 and title.startswith(heading):
            return heading
    return title


# Authors -----------------------------------------------------------------------------------------------------


def _authors(
    tree: HtmlElement, article: dict[str, Any], nodes: list[dict[str, Any]], meta: dict[str, str], site: str
) -> tuple[str, ...]:
    """People whom the page declares, or shows where bylines stand; else the organisation that it declares."""
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    listed = article.get("author") or article.get("creator") or []
    declared: list[str] = []
    organisations: list[str] = []
    for author in (listed if isinstance(listed, list) else [listed])[:MAX_AUTHORS]:
        named = author
        if isinstance(author, dict) and "name" not in author and isinstance(author.get("@id"), str):
            named = by_id.get(author["@id"], author)
        is_organisation = isinstance(named, dict) and any("Organization" in kind for kind in _kinds(named))
        (organisations if is_organisation else declared).extend(people(_name(named)))
    if not declared:
        declared = [name for key in _AUTHOR_META if key in meta for name in people(meta[key])]

    def without_site(names: list[str]) -> list[str]:
        return [name for name in names if name.casefold() != site.casefold()]

    persons = without_site(declared)
    if not persons:
        places = bylines(tree)
        found = extract_author(places) if len(places) else None
        shown = [name for line in (found or "").split(";") for name in people(line)]
        # Agencies, places and abbreviations are single words, people rarely.
        persons = without_site(shown) if all(" " in name or _CJK_NAME.fullmatch(name) for name in shown) else []
    return tuple(_distinct(persons or [*organisations, *declared]))[:MAX_AUTHORS]


def bylines(tree: HtmlElement) -> HtmlElement:
    """The elements of a page that trafilatura may take for bylines, inside what they stand in, and nothing else of it.

    Its author finder copies, prunes and searches all that it is given, which takes more than twice as long for whole
    pages, and finds the same.
    """
    places = etree.Element("html")
    copies: dict[HtmlElement | None, HtmlElement | None] = {None: places}  # without one of its own: copied whole
    for named in cast("list[HtmlElement]", _NAMED(tree)):
        if named.tag != "author" and not _OF_AUTHORS.search("\n".join(named.values())):
            continue
        path: list[HtmlElement] = []
        element: HtmlElement | None = named
        while element not in copies:
            path.append(cast("HtmlElement", element))
            element = path[-1].getparent()
        inside = copies[element]
        if inside is None:
            continue
        for ancestor in reversed(path[1:]):
            inside = copies[ancestor] = _shell(ancestor, inside)
        inside.append(deepcopy(path[0]))
        copies[path[0]] = None
    return places


def _shell(element: HtmlElement, inside: HtmlElement) -> HtmlElement:
    """A copy of an element in another, without its content, and with those names by which it may be pruned."""
    tag = element.tag if element.tag.isascii() and element.tag.isalpha() else "p"  # "f.length;i++){var" is none in XML
    names = {name: element.get(name, "") for name in ("class", "id", "data-component")}
    return etree.SubElement(inside, tag, {name: value for name, value in names.items() if value})


def _distinct(names: list[str]) -> Iterator[str]:
    """Names, each once, without those that only repeat another as part of an address ("ann-lee")."""
    seen: set[str] = set()
    for name in names:
        slug = re.sub(r"[\W_]+", "-", name.casefold())
        if slug not in seen:
            seen.add(slug)
            yield name


# Dates -------------------------------------------------------------------------------------------------------


def _first_date(places: list[tuple[str, list[Any]]], zone: str) -> tuple[Moment, str]:
    """The first readable date; a full instant on a day that stands before it wins over the day."""
    day: tuple[Moment, str] = (UNKNOWN, "")
    for source, texts in places:
        for text in texts:
            moment = dates.parse(text, zone) if isinstance(text, str) else UNKNOWN
            if moment.precision == "instant" and _is_on(moment, *day):
                return moment, source
            if moment.precision == "day" and day[0].at is None:
                day = (moment, source)
    return day


def _is_on(moment: Moment, day: Moment, source: str) -> bool:
    """Whether an instant can be on the day that the page declares, wherever on earth; true where it declares none."""
    if moment.at is None or day.at is None or source not in _DECLARED:
        return True
    return -timedelta(hours=14) <= moment.at - day.at < timedelta(hours=24 + 14)


_TEXTS = etree.XPath(
    "//body//text()[not(parent::script or parent::style or parent::noscript or parent::option)]", smart_strings=False
)
_NOT_WORD = re.compile(r"[\W_]+")
AFTER_TITLE = 25
"""Pieces of text after a title in which its date stands, where it stands there."""
BEFORE_TITLE = 8
NEAR = 100
"""Characters of a piece of text that is a date with a few words around it, rather than a sentence with one in it."""


def _as_shown(title: str, texts: list[str]) -> str:
    """The title as it stands on the page, where the declared one goes on after it with section and site."""
    shown = [
        text for text in texts if len(text) >= 8 and len(text) < len(title) <= 2 * len(text) and title.startswith(text)
    ]
    best = max(shown, key=len, default="")
    return best if best and re.match(r"\s*[-_|–—·｜]|\s{1,3}\S{2,12}[-_|]", title[len(best) :]) else title


def _date_beside(title: str, texts: list[str], zone: str, now: datetime | None) -> Moment:
    """The date in the short texts that follow the title, else in those before it.

    Only there is "3 小时前" the article's age, and not that of a comment.
    """
    wanted = _NOT_WORD.sub("", title)
    if len(wanted) < 4:
        return UNKNOWN
    places = [number for number, text in enumerate(texts) if _NOT_WORD.sub("", text) == wanted]
    best = UNKNOWN
    for clock in (None, now):
        for number in places:
            after, before = texts[number + 1 : number + 1 + AFTER_TITLE], texts[max(0, number - BEFORE_TITLE) : number]
            for pieces in (after, before):
                moment = dates.find(" ".join(piece for piece in pieces if len(piece) <= NEAR), zone, clock)
                if moment.precision == "instant":
                    return moment
                best = best if best.at else moment
    return best


def _date_in_its_place(tree: HtmlElement, zone: str) -> Moment:
    """The first instant, else the first day, in elements that are named after dates, sources or publication."""
    best = UNKNOWN
    places = 0
    for element in tree.iter(*_VISIBLE):
        if element.text and _DATE_PLACE.search(f"{element.get('class')} {element.get('id')}"):
            moment = dates.find(element.text[:500], zone)
            if moment.precision == "instant":
                return moment
            if moment.at:
                best = best if best.at else moment
                places += 1
                if places == MAX_VISIBLE:
                    break
    return best


_IN_SCRIPT = re.compile(
    r"""(?:\bvar\s+(?:ct|publish_?[tT]ime)|["'](?:publish_?[tT]ime|pub_?[tT]ime|publish_?[dD]ate|pub_?[dD]ate)["'])\s*[=:]\s*"""
    r"""["']?(\d{10}(?:\d{3})?|20\d\d-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?)["']?"""
)


def _date_in_scripts(tree: HtmlElement, zone: str) -> Moment:
    """The time that a page's own program has for it: WeChat's `ct`, "publishTime" and the like."""
    for script in tree.iter("script"):
        if found := _IN_SCRIPT.search(script.text or "", 0, MAX_JSON_LD):
            return dates.read(found[1], zone)
    return UNKNOWN
