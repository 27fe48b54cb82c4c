"""Scrapy's connections, to public addresses only, so that no page can point the crawler at a private network."""

from collections.abc import Collection
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError
from twisted.web._newclient import HEADER, STATUS
from twisted.web._newclient import Request as TxRequest
from twisted.web.iweb import IResponse

from spiders.addresses import Blocked, check

MAX_HEAD = 200_000
"""Bytes of an answer before its body; browsers take 256 KB."""


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's resolver, through which every connection passes, refusing what `check` refuses.

    The address that was checked is the one connected to, so a name cannot change between the two.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float, allowed: Collection[str]) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._allowed = allowed

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> "GuardedResolver":
        """Take the allow-list from the setting GUARD_ALLOW."""
        cache_size = crawler.settings.getint("DNSCACHE_SIZE") if crawler.settings.getbool("DNSCACHE_ENABLED") else 0
        timeout = crawler.settings.getfloat("DNS_TIMEOUT")
        return cls(reactor, cache_size, timeout, crawler.settings.getlist("GUARD_ALLOW"))

    def getHostByName(self, name: str, timeout: Any = None) -> Deferred[str]:  # noqa: N802 - Twisted's name
        """Resolve, then check the answer, unless the name itself is on the allow-list (a proxy's)."""
        resolved = super().getHostByName(name, timeout)
        return resolved if name in self._allowed else resolved.addCallback(self._checked, name.lower())

    def _checked(self, address: str, name: str) -> str:
        try:
            return check(address, self._allowed)
        except Blocked as blocked:
            # Twisted makes "no such host" of whatever a resolver raises; GuardMiddleware tells them apart.
            _refused[name] = str(blocked)
            raise DNSLookupError(str(blocked)) from None


_refused: dict[str, str] = {}
"""Why names did not resolve, where it was the guard."""


class GuardMiddleware:
    """Scrapy downloader middleware that says `Blocked` of addresses that the guard did not resolve."""

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Replace the error.

        Raises:
            Blocked: the guard refused this host.
        """
        if isinstance(exception, CannotResolveHostError):
            host = (urlsplit(request.url).hostname or "").lower()
            if host in _refused:
                raise Blocked(_refused[host]) from None
            with suppress(ValueError):  # a name
                check(host, ())


class _GuardedProtocol(_LenientHTTP11ClientProtocol):
    """Hangs up on an answer whose headers do not end; Twisted would collect them until the time is up."""

    _head = 0

    def request(self, request: TxRequest) -> Deferred[IResponse]:
        self._head = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        if self._parser is not None and self._parser.state in {STATUS, HEADER}:
            self._head += len(data)
            if self._head > MAX_HEAD and self.transport:
                self.transport.abortConnection()
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class _GuardedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: object) -> _GuardedProtocol:  # noqa: N802 - Twisted's name
        return _GuardedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class GuardedHandler(HTTP11DownloadHandler):
    """Scrapy's handler of http and https with connections that bound an answer's headers."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _GuardedFactory
