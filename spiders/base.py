"""The kinds of sources, by what announces their articles; a source is a few class attributes."""

import os
import re
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from html import escape
from typing import Any, ClassVar, Literal, Protocol, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    CloseSpider,
    DontCloseSpider,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from spiders.addresses import Blocked
from spiders.archive import WarcWriter
from spiders.discovery import (
    MAX_NAMED,
    Link,
    NotADiscovery,
    find_addresses,
    html_in_json,
    parse_feed,
    parse_json,
    parse_listing,
    parse_news_sitemap,
    parse_sitemap_index,
    without_publisher,
)
from spiders.outcomes import Outcome
from spiders.politeness import LeftAlone, RobotsUnread, Unchanged
from spiders.records import Position
from spiders.revisits import Revisit
from spiders.urls import BadUrl, absolute, same_site, url_key

Kind = Literal["government", "state_media", "media", "trade_press", "think_tank", "newsletter", "aggregator", "archive"]


@dataclass(frozen=True, slots=True)
class Source:
    """What the warehouse knows about a source; the columns of its table."""

    source_id: str
    name: str
    kind: str
    country: str
    language: str
    homepage: str
    paywall: str
    cadence_hours: int


class Log(Protocol):
    """Where spiders report what extraction will not find in the archive."""

    def discovered(self, source_id: str, **counts: int) -> None:
        """Count links that a discovery document gave.

        `links` in it, of which `known` already, `taken` to be fetched, `left` for the next run by the cap, and
        `passed_over` as unwanted, too old, or there twice.
        """

    def row(self, source_id: str, url: str, outcome: Outcome, **details: Any) -> None:
        """Note the outcome of a URL."""


@dataclass(frozen=True, slots=True)
class Run:
    """What the spiders of one process share.

    `known` tells, of some url_keys, those that need no fetching and when each was last read; `now` is the
    run's clock, which the demo sets; `revisits` are pages to be visited again, by source.
    """

    writer: WarcWriter
    log: Log
    known: Callable[[Collection[str]], Mapping[str, datetime]]
    now: Callable[[], datetime]
    revisits: Mapping[str, Sequence[Revisit]] = field(default_factory=dict)


class SourceSpider(Spider):
    """A source: where its discovery documents are and which of their links are articles.

    Subclasses set the class attributes; `name` is the source's id and the name of its file.
    """

    run: ClassVar[Run | None] = None

    title: ClassVar[str]
    kind: ClassVar[Kind]
    country: ClassVar[str]
    """ISO 3166 code."""
    language: ClassVar[str]
    """ISO 639 code of most articles."""
    homepage: ClassVar[str]
    paywall: ClassVar[Literal["none", "metered", "hard"]] = "none"
    cadence_hours: ClassVar[int] = 24
    """Hours after which the source is due again."""
    zone: ClassVar[str] = "UTC"
    """Time zone of dates that name none."""
    allow: ClassVar[str] = ""
    """Regular expression that the address of an article matches."""
    deny: ClassVar[str] = ""
    """Regular expression that the address of an article does not match."""
    deny_title: ClassVar[str] = ""
    """Regular expression that the title of an article does not match."""
    about: ClassVar[str] = ""
    """Regular expression that an article's title, summary or address matches; for sources that are mostly about
    other things."""
    headers: ClassVar[Mapping[str, str]] = {}
    """HTTP headers that the site insists on, such as a Referer."""
    api_key: ClassVar[str] = ""
    """Environment variable with the key of an API, sent as `X-Api-Key`; without it the source is left alone."""
    pointer: ClassVar[str] = ""
    """Regular expression whose group names, in a discovery document, others that are to be read in its place."""
    pointer_to: ClassVar[str] = "{}"
    """Their address, relative to the document that names them, with what `pointer` found in place of {}."""
    read_always: ClassVar[bool] = False
    """The discovery documents name others, which can change although they do not: never take them for unchanged."""
    body_css: ClassVar[str] = ""
    """CSS selector of the element that holds an article's text, where extraction finds too much or too little."""
    date_in_page: ClassVar[str] = ""
    """Regular expression whose group is the time of publication in an article's HTML, where nothing declares it."""
    prune_css: ClassVar[str] = ""
    """CSS selector of what is no part of an article's text."""
    headline_only: ClassVar[bool] = False
    """The site refuses machines or sits behind a hard paywall: keep what discovery says, never fetch the page."""
    max_pages: ClassVar[int] = 100
    """Articles fetched in one run, newest first."""
    max_age_days: ClassVar[int] = 30
    """Articles published longer ago are left; feeds pin items from years back."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._taken: set[str] = set()
        self._moved: dict[str, str] = {}
        self._reached = False
        self._revisited = False
        self._waiting: deque[str] = deque()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Visit pages again when nothing new is left to fetch."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.idle, signals.spider_idle)
        crawler.signals.connect(spider.redirected, signals.request_reached_downloader)
        return spider

    @classmethod
    def source(cls) -> Source:
        """This source's row in the warehouse."""
        return Source(
            cls.name,
            cls.title,
            cls.kind,
            cls.country,
            cls.language,
            cls.homepage,
            cls.paywall,
            cls.cadence_hours,
        )

    @classmethod
    def rules(cls) -> dict[str, str]:
        """How extraction is to read this source's articles; "" where it has no rule."""
        return {name: getattr(cls, name) for name in ("zone", "body_css", "prune_css", "date_in_page")}

    @classmethod
    def discovery_urls(cls) -> tuple[str, ...]:
        """Addresses of the documents that announce this source's articles."""
        raise NotImplementedError

    @classmethod
    def links(cls, body: bytes, url: str) -> list[Link]:
        """Read one discovery document.

        Raises:
            NotADiscovery: it is something else.
        """
        raise NotImplementedError

    @classmethod
    def further(cls, body: bytes, url: str) -> list[str]:
        """Addresses on the same host of the discovery documents that this one names and that are read in its place.

        Asked of the documents of `discovery_urls` only.
        """
        return find_addresses(body, url, cls.pointer, cls.pointer_to) if cls.pointer else []

    @classmethod
    def ready(cls) -> bool:
        """Whether this installation has what the source needs: a key, where its API wants one."""
        return not cls.api_key or bool(os.environ.get(cls.api_key))

    @classmethod
    def clock(cls) -> datetime:
        """The run's clock."""
        return cls.run.now() if cls.run else datetime.now(UTC)

    @classmethod
    def wanted(cls, link: Link) -> bool:
        """Whether a link is to an article of this source that it makes sense to read."""
        return not (
            (cls.allow and not re.search(cls.allow, link.url))
            or (cls.deny and re.search(cls.deny, link.url))
            or (cls.deny_title and re.search(cls.deny_title, link.title))
            or (cls.about and not re.search(cls.about, f"{link.title}\n{link.summary}\n{link.url}"))
        )

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the discovery documents, one after the other: a host that is down is asked for the first only."""
        if not self.ready():
            self.logger.warning("%s: no key in %s", self.name, self.api_key)
            return
        self._waiting.extend(self.discovery_urls())
        for request in self._next_document():
            yield request

    def _next_document(self) -> Iterator[Request]:
        if self._waiting:
            yield self._document(self._waiting.popleft())

    def _document(self, url: str, **known: Any) -> Request:
        """Ask for a discovery document; `known` is what the archive keeps beside it."""
        meta: dict[str, Any] = {"known": {"role": "discovery", "source_id": self.name, "url": url, **known}}
        if "feed_url" not in known:
            meta["read_always"] = bool(self.pointer) or self.read_always
        headers = dict(self.headers)
        if self.api_key:
            headers["X-Api-Key"] = os.environ.get(self.api_key, "")
            meta["dont_redirect"] = True  # the key is for this host only
        return Request(url, self.parse, headers=headers, errback=self.failed, dont_filter=True, priority=1, meta=meta)

    def parse(self, response: Response) -> Iterator[Request]:
        """Follow the links of a discovery document that are wanted and not known yet."""
        self._reached = True
        yield from self._next_document()
        known_of = response.request.meta["known"] if response.request else {}
        try:
            further = [] if "feed_url" in known_of else self.further(response.body, response.url)
            links = [] if further else self.links(response.body, response.url)
        except Exception as error:
            # What a source's own reader did not expect would pass for a document that was read, and then for unchanged.
            why = str(error) if isinstance(error, NotADiscovery) else f"{type(error).__name__}: {error}"
            self._row(response.request, Outcome.BROKEN_FEED, error=why, http_status=response.status)
            return
        if further:
            host = urlsplit(response.url).hostname
            named = [url for url in further if urlsplit(url).hostname == host][:MAX_NAMED]
            for url in named:
                yield self._document(url, feed_url=response.url)
            if not named:
                why = f"names documents on other hosts only, which are not read: {further[0]}"
                self._row(response.request, Outcome.BROKEN_FEED, error=why, http_status=response.status)
            elif not (self.read_always or self.pointer):
                # What the row says keeps the next run from taking this one's word that nothing changed.
                why = f"{len(named)} of {len(further)} documents read in its place"
                self._row(response.request, Outcome.DISCOVERY, error=why)
            return
        if self.run is None:
            return
        now = self.run.now()
        oldest = now - timedelta(days=self.max_age_days)
        wanted = [
            link
            for link in links
            if self.wanted(link) and not ((at := link.published.at or link.updated.at) and at < oldest)
        ]
        keys = {link.url: url_key(link.url) for link in wanted}
        known = self.run.known(set(keys.values()))
        again = self._due_in_feed()
        fresh = [
            link
            for link in wanted
            if keys[link.url] not in known
            or (link.updated.at and link.updated.at > known[keys[link.url]])
            or keys[link.url] in again
        ]
        fresh.sort(key=lambda link: link.published.at or link.updated.at or now, reverse=True)
        taken = left = 0
        for link in fresh:
            if keys[link.url] in self._taken:
                continue
            if len(self._taken) >= self.max_pages:
                left += 1
                continue
            self._taken.add(keys[link.url])
            taken += 1
            yield from self._article(link, response.url)
        counts = {"known": len(wanted) - len(fresh), "taken": taken, "left": left}
        passed_over = len(links) - sum(counts.values())
        self.run.log.discovered(self.name, links=len(links), passed_over=passed_over, **counts)
        if left:
            self._row(response.request, Outcome.DISCOVERY, error=f"{left} articles left for the next run")
        if 2 * taken > len(wanted):
            yield from self._next_page(known_of)

    def _next_page(self, known: Mapping[str, Any]) -> Iterator[Request]:
        """Go on to a list's next page, where it has one; the page before held mostly new links."""
        yield from ()

    @classmethod
    def reads_pages(cls) -> bool:
        """Whether articles are read from their pages, which can be visited again."""
        return not cls.headline_only

    def _due_in_feed(self) -> set[str]:
        """Articles to be read again where their feed announces them, for that is where they were read."""
        due = self.run.revisits.get(self.name, ()) if self.run and not self.reads_pages() else ()
        return {url_key(one.link.url) for one in due}

    def idle(self) -> None:
        """Visit pages again, once.

        Raises:
            DontCloseSpider: there are some.
        """
        if self._revisited or self.run is None or self.crawler.engine is None or not self.reads_pages():
            return
        self._revisited = True
        revisits = [one for one in self.run.revisits.get(self.name, ()) if url_key(one.link.url) not in self._taken]
        for one in revisits:
            self.crawler.engine.crawl(self._revisit(one))
        if revisits:
            raise DontCloseSpider

    def _revisit(self, one: Revisit) -> Request:
        asked = {"If-None-Match": one.etag, "If-Modified-Since": one.last_modified}
        conditions = {name: value for name, value in asked.items() if value}
        known = self._known(one.link, "") | {"url_key": one.url_key, "same_article": True}
        meta = {"known": known, "revisit": known, "conditional": bool(conditions)}
        headers = {**self.headers, **conditions}
        return Request(one.address, self.fetched, headers=headers, errback=self.failed, dont_filter=True, meta=meta)

    def redirected(self, request: Request) -> None:
        """Tell whether the page that a visit is led to is still that of its article.

        It is where its site says that it has moved for good, within the site; the new address is then known as the
        article's, and a feed that announces it later brings nothing new. Another site's address is not this one's to
        give away; and what is an article itself, or the new address of another one, stays that.
        """
        visit = request.meta.get("revisit")
        if not visit or "redirect_urls" not in request.meta:
            return
        moved = None
        with suppress(BadUrl):
            asked, key = url_key(request.meta["redirect_urls"][0]), url_key(request.url)
            if key == asked:
                moved = visit
            elif (
                set(request.meta["redirect_reasons"]) <= _FOR_GOOD
                and same_site(key, asked)
                and not (key in self._taken or (self.run and key in self.run.known({key})))
                and self._moved.setdefault(key, visit["url_key"]) == visit["url_key"]  # also when it is asked again
            ):
                moved = visit if "fetch_url" in visit else visit | {"url": request.url}
        request.meta["known"] = moved or {name: value for name, value in visit.items() if name != "same_article"}

    def _article(self, link: Link, feed_url: str) -> Iterator[Request]:
        if self.headline_only:
            self._archive_page(link, feed_url, f"<p>{escape(link.summary)}</p>")
            return
        meta = {"known": self._known(link, feed_url)}
        url = link.fetch_url or link.url
        yield Request(url, self.fetched, headers=self.headers, errback=self.failed, dont_filter=True, meta=meta)

    def _known(self, link: Link, feed_url: str) -> dict[str, Any]:
        """What the archive keeps beside an article: where it was announced, and how."""
        known: dict[str, Any] = {
            "role": "article",
            "source_id": self.name,
            "feed_url": feed_url,
            "headline_only": self.headline_only,
            **{name: rule for name, rule in self.rules().items() if rule},
        }
        return known | {name: value for name, value in asdict(link).items() if value and name != "content"}

    def _archive_page(self, link: Link, feed_url: str, content: str) -> None:
        """Archive what a discovery document said of an article, where the article's page is not fetched."""
        if self.run is None:
            return
        publisher = f'<meta name="author" content="{escape(link.publisher)}">' if link.publisher else ""
        # A whole page with its title, because a fragment's first heading would be taken for the title.
        page = (
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><meta property="og:title" '
            f'content="{escape(link.title)}">{publisher}</head><body>{content}</body></html>'
        )
        self.run.writer.write(link.url, self._known(link, feed_url), None, page.encode("utf-8", "replace"))

    def fetched(self, response: Response) -> None:
        """An article came; the archive has it and extraction reads it."""

    def failed(self, failure: Failure) -> Iterator[Request]:
        """Note why a URL gave no answer, and leave a source none of whose hosts can be reached at all.

        An answer with an error status is in the archive, where extraction reads its outcome; what else is wrong with
        an archived answer (compressed too well, redirected too often, unchanged) only we know.
        """
        request: Request = failure.request  # type: ignore[attr-defined]
        outcome = _outcome(failure.value) if failure.value else Outcome.UNREACHABLE
        if _archived(request) is None or not isinstance(failure.value, HttpError):
            self._row(request, outcome, error=_reason(failure.value))
        self._reached = self._reached or outcome is Outcome.UNCHANGED
        if not self._reached and outcome in {Outcome.UNREACHABLE, Outcome.FETCH_TIMED_OUT}:
            host = urlsplit(request.url).netloc
            self._waiting = deque(url for url in self._waiting if urlsplit(url).netloc != host)
            if not self._waiting:
                raise CloseSpider("unreachable")
        if request.meta["known"]["role"] == "discovery":
            yield from self._next_document()

    def _row(self, request: Request | None, outcome: Outcome, **details: Any) -> None:
        if request is None or self.run is None:
            self.logger.warning("%s: %s %s", self.name, outcome, details)
            return
        known = request.meta["known"]
        if position := _archived(request):
            details |= asdict(position)
        self.run.log.row(self.name, request.url, outcome, role=known["role"], link=known["url"], **details)


_FOR_GOOD = frozenset({301, 308})


def _archived(request: Request) -> Position | None:
    """Where the answer to this request is; a redirect's request carries that of the address it came from."""
    url, position = request.meta.get("warc", ("", None))
    return position if url == request.url else None


def _reason(error: BaseException | None) -> str:
    said = f"{type(error).__name__}: {error}"
    for sign, meaning in _CERTIFICATE.items():
        if sign in said:
            return f"its certificate cannot be trusted: {meaning}"
    return said


_CERTIFICATE = {
    "certificate verify failed": "it has expired, or no known authority vouches for it",
    "DNSMismatch": "it is of another host",
    "IPAddressMismatch": "it is of another host",
}
"""What OpenSSL and service_identity say, deep inside other errors."""


def _outcome(error: BaseException) -> Outcome:
    kinds: list[tuple[tuple[type[BaseException], ...], Outcome]] = [
        ((Blocked,), Outcome.BLOCKED),
        ((LeftAlone,), Outcome.REFUSED),
        ((Unchanged,), Outcome.UNCHANGED),
        ((DownloadTimeoutError,), Outcome.FETCH_TIMED_OUT),
        ((DownloadCancelledError,), Outcome.TOO_LARGE),
        ((HttpError,), Outcome.HTTP_ERROR),
        ((CannotResolveHostError, DownloadConnectionRefusedError), Outcome.UNREACHABLE),
    ]
    for types, outcome in kinds:
        if isinstance(error, types):
            return outcome
    if isinstance(error, RobotsUnread):
        return _outcome(error.__cause__) if error.__cause__ else Outcome.UNREACHABLE
    if isinstance(error, IgnoreRequest) and "max redirections" in str(error):
        return Outcome.HTTP_ERROR
    if isinstance(error, IgnoreRequest):
        return Outcome.ROBOTS if "robots.txt" in str(error) else Outcome.TOO_LARGE
    return Outcome.UNREACHABLE


class FeedSpider(SourceSpider):
    """A source with RSS, Atom, RDF or JSON feeds."""

    feeds: ClassVar[tuple[str, ...]]
    body_from_feed: ClassVar[bool] = False
    """The feed carries whole articles and the pages refuse machines: read the text from the feed."""

    @classmethod
    def reads_pages(cls) -> bool:
        """Whether articles are read from their pages, which can be visited again."""
        return not cls.body_from_feed and super().reads_pages()

    @classmethod
    def discovery_urls(cls) -> tuple[str, ...]:
        """The feeds."""
        return cls.feeds

    @classmethod
    def links(cls, body: bytes, url: str) -> list[Link]:
        """Entries of a feed."""
        return parse_feed(body, url, cls.zone)

    def _article(self, link: Link, feed_url: str) -> Iterator[Request]:
        if not (self.body_from_feed and link.content):
            yield from super()._article(link, feed_url)
        else:
            self._archive_page(link, feed_url, link.content)


class NewsSitemapSpider(SourceSpider):
    """A source with a news sitemap: the articles of the last two days, with titles and dates."""

    sitemaps: ClassVar[tuple[str, ...]]

    @classmethod
    def discovery_urls(cls) -> tuple[str, ...]:
        """The sitemaps."""
        return cls.sitemaps

    @classmethod
    def links(cls, body: bytes, url: str) -> list[Link]:
        """Addresses in a news sitemap."""
        return parse_news_sitemap(body, url, cls.zone)

    @classmethod
    def further(cls, body: bytes, url: str) -> list[str]:
        """The sitemaps that an index names and that may hold recent articles, the one changed last first.

        Indexes in an index are not followed.
        """
        with suppress(NotADiscovery):
            return parse_sitemap_index(body, url, cls.clock() - timedelta(days=cls.max_age_days))
        return []


class JsonApiSpider(SourceSpider):
    """A source with a JSON API."""

    endpoints: ClassVar[tuple[str, ...]]
    items: ClassVar[str]
    """JMESPath expression for the list of items in an answer."""
    fields: ClassVar[Mapping[str, str]]
    """JMESPath expression on an item for each of Link's names that it can fill; `url` at least."""

    @classmethod
    def discovery_urls(cls) -> tuple[str, ...]:
        """The endpoints."""
        return cls.endpoints

    @classmethod
    def links(cls, body: bytes, url: str) -> list[Link]:
        """Items of an answer."""
        return parse_json(body, url, cls.items, cls.fields, cls.zone)


class ListingSpider(SourceSpider):
    """A source with list pages in HTML only."""

    pages: ClassVar[tuple[str, ...]]
    more_pages: ClassVar[tuple[str, ...]] = ()
    """Addresses, relative to each of `pages`, of the pages that go on with its list; asked for one after the other
    while the page before held mostly new links."""
    link_css: ClassVar[str] = "a[href]"
    """CSS selector of links to articles."""
    item_css: ClassVar[str] = ""
    """CSS selector of the elements that hold one link each and what belongs to it."""
    date_css: ClassVar[str] = ""
    """CSS selector, within an item, of its date; `:scope` for any text of the item but the title."""
    summary_css: ClassVar[str] = ""
    """CSS selector, within an item, of its summary."""
    date_in_url: ClassVar[str] = ""
    """Regular expression whose three groups are year, month and day in an article's address."""
    encoding: ClassVar[str] = ""
    """Encoding of pages that declare none or a wrong one; GB2312 is always read as GB18030."""
    html_in: ClassVar[str] = ""
    """JMESPath expression for the HTML in those of the pages that are JSON."""

    @classmethod
    def discovery_urls(cls) -> tuple[str, ...]:
        """The pages that are always asked for."""
        return cls.pages

    @classmethod
    def links(cls, body: bytes, url: str) -> list[Link]:
        """Links on a list page."""
        if cls.html_in and body.lstrip()[:1] == b"{":
            body = html_in_json(body, cls.html_in)
        return parse_listing(
            body,
            url,
            link_css=cls.link_css,
            item_css=cls.item_css,
            date_css=cls.date_css,
            summary_css=cls.summary_css,
            date_in_url=cls.date_in_url,
            zone=cls.zone,
            encoding=cls.encoding,
        )

    def _next_page(self, known: Mapping[str, Any]) -> Iterator[Request]:
        page, first = int(known.get("page", 1)), known.get("feed_url") or known.get("url")
        if first in self.pages and page <= len(self.more_pages):
            yield self._document(absolute(self.more_pages[page - 1], first), feed_url=first, page=page + 1)


class AggregatorSpider(SourceSpider):
    """A service that announces other publishers' articles: kept as headlines with publisher and link.

    What another source reads itself is left to it: a headline would make the article known, and never read. Stands
    before the base for the service's format: `class GdeltDoc(AggregatorSpider, JsonApiSpider)`.
    """

    headline_only = True

    @classmethod
    def links(cls, body: bytes, url: str) -> list[Link]:
        """Links of the format's base, without " - Publisher" at the end of titles."""
        return without_publisher(super().links(body, url), body)

    @classmethod
    def wanted(cls, link: Link) -> bool:
        """Whether there is a headline, on topic, of an article that no other source reads."""
        return bool(link.title) and super().wanted(link) and not _is_read_beside(link.url, _package(cls))


def _package(spider: type[SourceSpider]) -> str:
    return spider.__module__.rpartition(".")[0]


def _is_read_beside(url: str, package: str) -> bool:
    """Whether an address is one of another source, however it is written: all spellings have one url_key."""
    address = url_key(url).removeprefix("https://")
    spellings = [url, *(scheme + address for scheme in ("https://", "https://www.", "http://", "http://www."))]
    host = f".{urlsplit(spellings[1]).hostname}"
    return any(
        # A pattern with a host may name more than the site of the source's home page.
        re.search(allow, spelling)
        for site, allow in _read_beside(package)
        if allow.startswith("^http") or host.endswith(site)
        for spelling in spellings
    )


@cache
def _read_beside(package: str) -> tuple[tuple[str, str], ...]:
    """Site and pattern of addresses of every source of a package, all of it loaded, that is no aggregator."""
    spiders: list[type[SourceSpider]] = [SourceSpider]
    for spider in spiders:
        spiders += spider.__subclasses__()
    return tuple(
        ("." + (urlsplit(spider.homepage).hostname or "").removeprefix("www."), spider.allow)
        for spider in spiders
        if _package(spider) == package and hasattr(spider, "homepage") and not issubclass(spider, AggregatorSpider)
    )
