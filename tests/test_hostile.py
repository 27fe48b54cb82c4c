"""Servers that mean harm, one host each in one crawl: bounded, one outcome each, the others undisturbed."""

import gzip
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import brotli
import pytest
from backports import zstd

from flows.reading import Part
from flows.spool import Spool, read_lines
from flows.stages import extract
from spiders.discovery import MAX_NAMED
from spiders.outcomes import Outcome

MEMORY = 400_000_000
TIMEOUT = 10  # long enough for the well-meaning on a busy machine
PAGE = b"<html><body><article><h1>Chips</h1><p>%s</p></article></body></html>" % (b"Words about chips. " * 40)


def ok(body: bytes, **headers: str) -> bytes:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{lines}\r\n".encode() + body


def feed(*links: str) -> bytes:
    items = "".join(f"<item><title>T {link[-20:]}</title><link>{link}</link></item>" for link in links)
    return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()


Send = Callable[[bytes], None]
ENDED = threading.Event()


def drip(send: Send) -> None:
    """A byte a second, so that no read ever takes long."""
    while not ENDED.wait(0.5):
        send(b" ")


def endless(send: Send, block: bytes) -> None:
    while not ENDED.is_set():
        send(block)


def zstd_bomb() -> bytes:
    # The largest window that decoders accept by default: 128 MB to remember.
    options = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.compression_level: 3}
    return zstd.compress(bytes(200_000_000), options=options)


def index(count: int, path: str) -> bytes:
    parts = "".join(f"<sitemap><loc>{{base}}/{path}{number}.xml</loc></sitemap>" for number in range(count))
    return f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{parts}</sitemapindex>".encode()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"


class Hosts:
    """Every hostile server, and one that is well; each listens on an address of its own, on the same port."""

    NAMES = (
        "well", "gzip", "brotli", "zstd", "layers", "chunked", "slow_body", "slow_head", "headers", "long_header",
        "loop", "chain", "many", "index", "long_url", "long_location", "closes", "silent", "length", "chunk_size", "robots",
    )  # fmt: skip

    def __init__(self) -> None:
        zeros = bytes(200_000_000)
        packed = gzip.compress(zeros, 6)
        self.bodies = {
            "gzip": ok(packed, Content_Encoding="gzip"),
            "layers": ok(gzip.compress(packed), Content_Encoding="gzip, gzip"),
            "brotli": ok(brotli.compress(zeros, quality=5), Content_Encoding="br"),
            "zstd": ok(zstd_bomb(), Content_Encoding="zstd"),
            "many": ok(feed(*(f"http://{self.address('many')}:1/{number}" for number in range(100_000)))),
        }
        self.asked: list[tuple[str, str]] = []
        self.sockets = []
        for name in self.NAMES:
            listener = socket.create_server((self.address(name), self.port if self.sockets else 0), backlog=50)
            self.sockets.append(listener)
            self.port = listener.getsockname()[1]
            threading.Thread(target=self.serve, args=(name, listener), daemon=True).start()

    def address(self, name: str) -> str:
        return f"127.0.5.{self.NAMES.index(name) + 1}"

    def base(self, name: str) -> str:
        return f"http://{self.address(name)}:{self.port}"

    def serve(self, name: str, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(name, connection), daemon=True).start()

    def answer(self, name: str, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            head = b""
            while b"\r\n\r\n" not in head:
                received = connection.recv(65536)
                if not received:
                    return
                head += received
            path = head.split()[1].decode()
            self.asked.append((name, path))
            send = connection.sendall
            if path == "/robots.txt":
                lines = b"".join(b"Disallow: /%d*a*b*c*d*$\n" % number for number in range(400_000))
                rules = b"User-agent: *\n" + lines[:9_000_000] if name == "robots" else b""
                send(
                    ok(rules)
                    if name == "robots"
                    else b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )
            elif path == "/article":
                send(ok(PAGE, Content_Type="text/html"))
            else:
                self.hostile(name, path, send)

    def hostile(self, name: str, path: str, send: Send) -> None:
        base, number = self.base(name), int("0" + "".join(filter(str.isdigit, path)))
        redirect = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\nLocation: {}\r\n\r\n"
        if name in self.bodies:
            send(self.bodies[name])
        elif name in {"well", "robots"}:
            send(ok(feed(f"{base}/article")))
        elif name == "chunked":
            send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
            endless(send, b"10000\r\n" + b"<a>b</a>" * 8192 + b"\r\n")
        elif name == "chunk_size":
            send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
            endless(send, b"f" * 65536)
        elif name == "slow_body":
            send(HEAD + b"Content-Length: 5000\r\n\r\n")
            drip(send)
        elif name == "slow_head":
            send(HEAD + b"X-Slow: ")
            drip(send)
        elif name == "headers":
            send(HEAD)
            endless(send, b"".join(b"X-%d: %s\r\n" % (each, b"y" * 100) for each in range(600)))
        elif name == "long_header":
            send(HEAD + b"X-Long: ")
            endless(send, b"y" * 65536)
        elif name == "loop":
            send(redirect.format(f"{base}/feed.xml").encode())
        elif name == "chain":
            send(redirect.format(f"{base}/{number + 1}").encode())
        elif name == "long_location":
            send(redirect.format(f"{base}/{'x' * 100_000}").encode())
        elif name == "index":
            send(ok(index(1000, f"{number}").replace(b"{base}", base.encode())))
        elif name == "long_url":
            send(ok(feed(f"{base}/{'x' * 100_000}", f"{base}/article")))
        elif name == "silent":
            ENDED.wait(30)
        elif name == "length":
            send(HEAD + b"Content-Length: 99999999999\r\n\r\n" + b"x" * 1000)
            ENDED.wait(30)

    def close(self) -> None:
        ENDED.set()
        for listener in self.sockets:
            listener.close()


@dataclass
class Ended:
    hosts: Hosts
    fetches: list[dict[str, Any]]
    report: dict[str, Any]
    seconds: float

    def rows(self, name: str, role: str = "discovery") -> list[dict[str, Any]]:
        return [row for row in self.fetches if row["source_id"] == name and row["role"] == role]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    folder = tmp_path_factory.mktemp("hostile")
    hosts = Hosts()
    text = "from spiders.base import FeedSpider, NewsSitemapSpider\n"
    for name in hosts.NAMES:
        base, where = ("NewsSitemapSpider", "sitemaps") if name == "index" else ("FeedSpider", "feeds")
        text += (
            f"\n\nclass Source_{name}({base}):\n    name = title = {name!r}\n    kind = 'media'\n    country = 'US'\n"
            f"    language = 'en'\n    homepage = {hosts.base(name)!r}\n    {where} = ('{hosts.base(name)}/feed.xml',)\n"
            "    max_pages = 3\n"
        )
    (folder / "hostile_sources.py").write_text(text)
    spool = Spool(folder)
    plan = {
        "run_id": "run", "archive": str(folder / "archive"), "report": str(folder / "crawl.json"),
        "rows": str(spool.crawl_rows), "snapshot": str(folder / "none.duckdb"), "sources": list(hosts.NAMES),
        "spider_modules": ["hostile_sources"], "guard_allow": [hosts.address(name) for name in hosts.NAMES],
        "settings": {
            "DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "LOG_ENABLED": False, "DOWNLOAD_TIMEOUT": TIMEOUT,
            "RETRY_TIMES": 0,
        },
    }  # fmt: skip
    (folder / "plan.json").write_text(json.dumps(plan))
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment["PYTHONPATH"] = str(folder)
    command = [sys.executable, "-m", "spiders.crawl", str(folder / "plan.json")]
    started = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, cwd=folder) as process:
        try:
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()
            hosts.close()
    seconds = time.monotonic() - started
    extract("run", [Part(path.name, path) for path in (folder / "archive").glob("*")], [], spool)
    return Ended(hosts, list(read_lines(spool.fetches)), json.loads((folder / "crawl.json").read_text()), seconds)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("well", Outcome.DISCOVERY),
        ("gzip", Outcome.TOO_LARGE),
        ("layers", Outcome.TOO_LARGE),
        ("brotli", Outcome.TOO_LARGE),
        ("zstd", Outcome.TOO_LARGE),
        ("chunked", Outcome.TOO_LARGE),
        ("length", Outcome.TOO_LARGE),
        ("chunk_size", Outcome.UNREACHABLE),
        ("slow_body", Outcome.FETCH_TIMED_OUT),
        ("slow_head", Outcome.FETCH_TIMED_OUT),
        ("headers", Outcome.UNREACHABLE),
        ("long_header", Outcome.UNREACHABLE),
        ("many", Outcome.DISCOVERY),
        ("long_url", Outcome.DISCOVERY),
        ("long_location", Outcome.UNREACHABLE),
        ("closes", Outcome.UNREACHABLE),
        ("silent", Outcome.FETCH_TIMED_OUT),
        ("robots", Outcome.DISCOVERY),
        ("loop", Outcome.HTTP_ERROR),
    ],
)
def test_a_hostile_server_has_one_outcome(ended: Ended, name: str, outcome: Outcome) -> None:
    (row,) = ended.rows(name)
    assert row["outcome"] == outcome, row


def test_a_chain_of_redirects_ends_and_says_so(ended: Ended) -> None:
    counts = Counter(row["outcome"] for row in ended.rows("chain"))
    assert counts == {"redirect": 5, "http_error": 1}


def test_of_an_index_of_indexes_some_are_asked_for_and_none_is_followed(ended: Ended) -> None:
    first, *parts = ended.rows("index")
    assert first["outcome"] == "discovery"
    assert len(parts) == MAX_NAMED
    assert {row["outcome"] for row in parts} == {"broken_feed"}


def test_no_host_is_asked_more_than_its_limits_allow(ended: Ended) -> None:
    asked = Counter(name for name, path in ended.hosts.asked if path != "/robots.txt")
    limits = {"loop": 6, "chain": 6, "well": 2, "robots": 2, "long_url": 2, "index": 1 + MAX_NAMED}
    assert {name: asked[name] for name in asked if asked[name] > limits.get(name, 1)} == {}


def test_the_others_are_read(ended: Ended) -> None:
    for name in ("well", "robots", "long_url"):
        (row,) = ended.rows(name, "article")
        assert row["outcome"] == "article"
        assert row["url"] == f"{ended.hosts.base(name)}/article"


def test_of_a_feed_with_too_many_entries_some_are_read_and_all_counted(ended: Ended) -> None:
    counts = ended.report["sources"]["many"]["counts"]
    assert counts["links"] == 2000
    assert (counts["taken"], counts["left"]) == (3, 1997)


def test_time_and_memory_are_bounded(ended: Ended) -> None:
    print(f"{ended.seconds:.1f} s, {ended.report['peak_memory'] / 1e6:.0f} MB")
    assert ended.report["peak_memory"] < MEMORY
    assert ended.seconds < 55
    assert max(datetime.fromisoformat(row["fetched_at"]) for row in ended.fetches) <= datetime.now(UTC)
