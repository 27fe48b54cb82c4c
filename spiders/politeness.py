"""Politeness: hosts are asked slowly, left alone when they say so, and not asked again for what has not changed."""

from collections import defaultdict
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any, Self
from weakref import WeakSet

from scrapy import Request, Spider, signals
from scrapy.core.downloader import Downloader, Slot
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, Response
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.settings import BaseSettings
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred

from spiders.records import body_hash
from spiders.urls import BadUrl, url_key
from warehouse.snapshot import Reading

MAX_WAIT = 60.0
"""Seconds a host may make us wait for one request; one that asks for a longer rest is left alone for this run."""
MAX_ROBOTS = 512_000
"""Bytes of robots.txt that are read; RFC 9309 asks for 500 KiB at least."""


class LeftAlone(IgnoreRequest):
    """The host wants to be left alone for longer than this run lasts."""


class RobotsUnread(IgnoreRequest):
    """The host's robots.txt could not be read, so that nothing on it may be (RFC 9309, 2.3.1.4)."""


class Unchanged(IgnoreRequest):
    """A discovery document, or an article's page, is what it was when it was last read."""


# Hosts -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Host:
    """What all spiders of the process share of a host, so that two sources on it are as slow as one.

    `delay` is what robots.txt asks for; `free_at` (monotonic) ends a rest; `refusals` counts answers 429 and 503
    in a row; `left_alone` says why it is not asked any more; `last` is when it was last asked.
    """

    delay: float = 0.0
    free_at: float = 0.0
    refusals: int = 0
    left_alone: str = ""
    last: float = 0.0
    transferring: set[Request] = field(default_factory=set)


_hosts: defaultdict[str, _Host] = defaultdict(_Host)
_downloaders: WeakSet["PoliteDownloader"] = WeakSet()


def _host_of(request: Request) -> _Host:
    return _hosts[urlparse_cached(request).hostname or ""]


class _HostSlot(Slot):
    """A spider's queue for a host: waits as long as Scrapy would, robots.txt asks for, and a rest lasts."""

    def __init__(self, slot: Slot, host: _Host) -> None:
        super().__init__(slot.concurrency, slot.delay, slot.jitter)
        self.host = host
        self.transferring = host.transferring

    def download_delay(self) -> float:
        if self.host.left_alone:
            return 0.0
        # Neither AutoThrottle nor jitter, which change the slot's own delay, can undo the others.
        return max(super().download_delay(), self.host.delay, self.host.free_at - self.lastseen)


class PoliteDownloader(Downloader):
    """Scrapy's downloader, with one queue's pace and connections for a host shared by the spiders of the process.

    Scrapy keeps them for each spider, and forgets them when the queue has been empty for a minute.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        _downloaders.add(self)

    def _get_slot(self, request: Request, spider: Spider | None = None) -> tuple[str, Slot]:
        key, slot = super()._get_slot(request)
        if not isinstance(slot, _HostSlot):
            slot = self.slots[key] = _HostSlot(slot, _hosts[key])
        return key, slot

    def _process_queue(self, slot: Slot) -> None:
        if isinstance(slot, _HostSlot):
            slot.lastseen = max(slot.lastseen, slot.host.last)
            if slot.host.left_alone and slot.latercall:
                slot.latercall.cancel()
                slot.latercall = None
        super()._process_queue(slot)
        if isinstance(slot, _HostSlot):
            slot.host.last = slot.lastseen

    def _wait_for_download(
        self, slot: Slot, request: Request, queue_dfd: Deferred[Response]
    ) -> Coroutine[Any, Any, None]:
        # At once, not when the coroutine begins: until then the slot would look free to the rest of the queue.
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)

    async def _download(self, slot: Slot, request: Request) -> Response:
        host = _host_of(request)
        try:
            if host.left_alone:
                raise LeftAlone(host.left_alone)
            return await super()._download(slot, request)
        finally:
            slot.transferring.discard(request)
            _proceed(request)


def _proceed(request: Request) -> None:
    """Let every spider that waits for the host of this request look whether it may go on."""
    for downloader in list(_downloaders):
        if slot := downloader.slots.get(downloader.get_slot_key(request)):
            downloader._process_queue(slot)


# Back-off ----------------------------------------------------------------------------------------------------

_REFUSALS = frozenset({429, 503})


def retry_after(headers: Headers, now: datetime) -> float | None:
    """Seconds for which an answer asks to be left alone; None where it does not say, or says nonsense.

    A date is taken relative to the server's own clock, where it shows it.
    """
    value = (headers.get(b"Retry-After") or b"").decode("latin-1").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    with suppress(ValueError, TypeError, OverflowError):
        until = _http_date(value)
        with suppress(ValueError, TypeError):
            now = _http_date((headers.get(b"Date") or b"").decode("latin-1"))
        return max(0.0, (until - now).total_seconds())
    return None


def _http_date(text: str) -> datetime:
    date = parsedate_to_datetime(text)
    return date if date.tzinfo else date.replace(tzinfo=UTC)


class BackoffMiddleware(RetryMiddleware):
    """Retries as Scrapy does, but after 429 and 503 the whole host rests first.

    For as long as the host asks, where that is within MAX_WAIT, or twice as long each time. A host that asks for
    more, or refuses more than RETRY_TIMES in a row, is left alone for the rest of the run.
    """

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self._first_rest = settings.getfloat("BACKOFF_SECONDS")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Look at answers as they arrive, which is before the host's next request is sent."""
        middleware = super().from_crawler(crawler)
        crawler.signals.connect(middleware.answered, signals.response_downloaded)
        return middleware

    def answered(self, response: Response, request: Request) -> None:
        """Decide whether the host rests, or is left alone."""
        host = _host_of(request)
        if response.status not in _REFUSALS:
            host.refusals = 0
            return
        host.refusals += 1
        now = datetime.now(UTC)
        asked = retry_after(response.headers, now)
        if asked and asked > MAX_WAIT:
            until = now + timedelta(seconds=min(asked, 10 * 366 * 86400))
            host.left_alone = f"HTTP {response.status}, asks to be left alone until {until:%Y-%m-%dT%H:%M:%SZ}"
        elif host.refusals > self.max_retry_times:
            host.left_alone = f"HTTP {response.status}, {host.refusals} refusals in a row; left alone for this run"
        else:
            rest = asked or min(MAX_WAIT, self._first_rest * 2 ** (host.refusals - 1))
            host.free_at = max(host.free_at, monotonic() + rest)

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Pass on, or try again later.

        Raises:
            LeftAlone: the host is given up.
        """
        if response.status in _REFUSALS and (why := _host_of(request).left_alone):
            raise LeftAlone(why)
        return super().process_response(request, response)


# robots.txt --------------------------------------------------------------------------------------------------


class StrictRobotsMiddleware(RobotsTxtMiddleware):
    """robots.txt as RFC 9309 wants it: without one everything is allowed, with one that cannot be read nothing.

    Crawl-delay and request-rate become the host's delay, to at most MAX_WAIT.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unread: dict[str, Exception] = {}

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Let pass what is allowed.

        Raises:
            IgnoreRequest: robots.txt forbids it.
            RobotsUnread: it could not be read.
        """
        await super().process_request(request)
        if not request.meta.get("dont_obey_robotstxt") and (why := self._unread.get(urlparse_cached(request).netloc)):
            raise RobotsUnread(f"robots.txt could not be read: {type(why).__name__}: {why}") from why

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            raise RobotsUnread(f"HTTP {response.status}")
        rules = response.body[:MAX_ROBOTS] if response.status < 400 else b""
        await super()._parse_robots(response.replace(body=rules), netloc, request)
        parser = self._parsers[netloc]
        if isinstance(parser, ProtegoRobotParser):
            name = str(self._robotstxt_useragent or self._default_useragent)
            rate = parser.rp.request_rate(name)
            spread = rate.seconds / rate.requests if rate and rate.requests else 0.0
            host = _host_of(request)
            host.delay = max(host.delay, min(MAX_WAIT, max(parser.crawl_delay(name) or 0.0, spread)))

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        # RFC 9309, 2.3.1.2: one that redirects too often counts as missing.
        if "max redirections" not in str(exc):
            self._unread[netloc] = exc
        super()._robots_error(exc, netloc)


# Conditional requests ----------------------------------------------------------------------------------------


class ConditionalMiddleware:
    """Asks for discovery documents only if they changed, and stops those, and articles' pages, that did not.

    What a site says of its documents is believed for a while only (`Reading.conditional`); the bytes are compared
    whatever it says.
    """

    def __init__(self, readings: Mapping[tuple[str, str], Reading]) -> None:
        self._readings = readings

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Use what the run knows of earlier readings."""
        return cls(crawler.settings["READINGS"])

    def _reading(self, request: Request) -> Reading | None:
        known = request.meta.get("known") or {}
        if known.get("role") != "discovery" or request.meta.get("read_always"):
            return None
        with suppress(BadUrl):
            return self._readings.get((known["source_id"], url_key(known["url"])))
        return None

    def process_request(self, request: Request) -> None:
        """Name what is there already."""
        if (reading := self._reading(request)) and reading.conditional:
            if reading.etag:
                request.headers[b"If-None-Match"] = reading.etag
            if reading.last_modified:
                request.headers[b"If-Modified-Since"] = reading.last_modified

    def process_response(self, request: Request, response: Response) -> Response:
        """Pass on what is new.

        Raises:
            Unchanged: it is not.
        """
        if response.status == 304 and request.meta.get("conditional"):
            raise Unchanged("HTTP 304")
        if reading := self._reading(request):
            if response.status == 304 and reading.conditional:
                raise Unchanged("HTTP 304")
            if response.status == 200 and body_hash(response.body) == reading.body_hash:
                raise Unchanged("the same bytes as before")
        return response
