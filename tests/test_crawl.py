"""The crawl process: what it asks for, what it leaves alone, and one outcome for every address, over real HTTP."""

import gzip
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest

from spiders import settings as crawl_settings
from spiders.extract import extract
from spiders.outcomes import Outcome
from spiders.records import Record, read
from spiders.urls import url_key

NOW = datetime.now(UTC)
PAGE = b"<html><body><article><h1>Chips</h1><p>%s</p></article></body></html>" % (b"Words about chips. " * 60)
ROBOTS = b"User-agent: *\nDisallow: /private\n\nUser-agent: Bilateral\nDisallow: /private\nDisallow: /notforus\n"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.feeds: dict[str, bytes] = {}
        self.ended = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)
        self.base = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def times(self, path: str) -> int:
        return self.paths().count(path)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        name = self.path.split("?")[0].strip("/")
        try:
            if self.path == "/robots.txt":
                self._send(200, ROBOTS, "text/plain")
            elif self.path in self.server.feeds:
                self._send(200, self.server.feeds[self.path], "application/xml")
            elif name.startswith("status"):
                self._send(int(name.removeprefix("status")), PAGE)
            elif name.startswith("redirect"):
                self._send(
                    302,
                    b"",
                    location=self.server.base
                    + {"redirect": "/target", "redirect-private": "/private/b"}.get(name, "/redirect-loop"),
                )
            elif name in {"slow", "slowfeed"}:
                self.server.ended.wait(10)
            elif name == "large":
                self._send(200, PAGE * 400)
            elif name == "bomb":
                self._send(200, gzip.compress(b"<html>" + bytes(20_000_000)), encoding="gzip")
            elif name == "endless":
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                while not self.server.ended.is_set():
                    self.wfile.write(b"<p>on and on</p>" * 1000)
            elif name == "torn":
                self.send_response(200)
                self.send_header("Content-Length", "100000")
                self.end_headers()
                self.wfile.write(PAGE)
            elif name == "noise":
                self.wfile.write(b"\0\1\2 this is not HTTP\r\n\r\n")
            elif name == "packed":
                self._send(200, gzip.compress(PAGE), encoding="gzip")
            else:
                self._send(200, PAGE)
        except OSError:
            pass

    def _send(
        self, status: int, body: bytes, kind: str = "text/html", *, encoding: str = "", location: str = ""
    ) -> None:
        self.send_response(status)
        for key, value in {"Content-Type": kind, "Content-Encoding": encoding, "Location": location}.items():
            if value:
                self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "session=s3cret")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@dataclass
class Item:
    path: str
    published: datetime | None = None
    updated: datetime | None = None
    content: str = ""

    def entry(self, base: str) -> str:
        link = self.path if "://" in self.path else base + self.path
        published = f"<published>{self.published.isoformat()}</published>" if self.published else ""
        updated = f"<updated>{self.updated.isoformat()}</updated>" if self.updated else ""
        content = f"<content type='html'>{self.content}</content>" if self.content else ""
        return f"<entry><title>T {self.path}</title><link href='{link}'/>{published}{updated}{content}</entry>"


@dataclass
class Ended:
    code: int
    report: dict[str, Any]
    rows: list[dict[str, Any]]
    records: list[Record]
    archive: Path

    def outcomes(self) -> dict[str, str]:
        """Every address with what became of it, from the rows and from the archive, each exactly once."""
        found: dict[str, str] = {}
        for row in self.rows:
            assert row["url"] not in found, row
            found[row["url"]] = row["outcome"]
        for record in self.records:
            if record.known.get("role") == "article" and record.url not in found:
                found[record.url] = str(extract(record).outcome)
        return found


@pytest.fixture(scope="module")
def server() -> Iterator[_Server]:
    running = _Server()
    yield running
    running.ended.set()
    running.shutdown()
    running.server_close()


class Crawl:
    """Sources to be crawled, in a folder of their own."""

    def __init__(self, folder: Path, server: _Server) -> None:
        self.folder, self.server, self.sources = folder, server, dict[str, str]()
        server.asked.clear()
        server.feeds.clear()

    def source(self, name: str, items: list[Item] | bytes, *, feed: str = "", **attributes: Any) -> None:
        path = f"/{name}.xml"
        entries = items if isinstance(items, bytes) else "".join(item.entry(self.server.base) for item in items)
        self.server.feeds[path] = (
            entries if isinstance(entries, bytes)
            else f"<feed xmlns='http://www.w3.org/2005/Atom'><title>{name}</title>{entries}</feed>".encode()
        )  # fmt: skip
        values = {
            "name": name, "title": name, "kind": "media", "country": "US", "language": "en",
            "homepage": self.server.base, "feeds": (feed or self.server.base + path,), **attributes,
        }  # fmt: skip
        body = "".join(f"    {key} = {value!r}\n" for key, value in values.items())
        self.sources[name] = f"class Source_{name}(FeedSpider):\n{body}\n\n"

    def start(self, **plan: Any) -> "subprocess.Popen[bytes]":
        folder = self.folder
        (folder / "crawled_sources.py").write_text(
            "from spiders.base import FeedSpider\n\n\n" + "".join(self.sources.values())
        )
        settings = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "LOG_LEVEL": "ERROR"} | plan.pop("settings", {})
        whole = {
            "run_id": "run", "archive": str(folder / "archive"), "report": str(folder / "report.json"),
            "rows": str(folder / "crawl.jsonl"), "snapshot": str(folder / "snapshot.duckdb"),
            "sources": list(self.sources), "spider_modules": ["crawled_sources"], "guard_allow": ["127.0.0.1"],
            "settings": settings, **plan,
        }  # fmt: skip
        (folder / "plan.json").write_text(json.dumps(whole))
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        environment["PYTHONPATH"] = str(folder)
        command = [sys.executable, "-m", "spiders.crawl", str(folder / "plan.json")]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, cwd=folder)

    def run(self, **plan: Any) -> Ended:
        with self.start(**plan) as process:
            try:
                code = process.wait(timeout=60)
            finally:
                process.kill()
        rows = [json.loads(line) for line in (self.folder / "crawl.jsonl").read_text(encoding="utf-8").splitlines()]
        archive = self.folder / "archive"
        items = [item for path in sorted(archive.glob("*")) for item in read(path)]
        records = [item for item in items if isinstance(item, Record)]
        assert len(records) == len(items)
        return Ended(code, json.loads((self.folder / "report.json").read_text())["sources"], rows, records, archive)


@pytest.fixture
def crawl(tmp_path: Path, server: _Server) -> Crawl:
    return Crawl(tmp_path, server)


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


# Outcomes ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def big_run(tmp_path_factory: pytest.TempPathFactory, server: _Server) -> tuple[Ended, list[str], str]:
    """One crawl that meets everything that can happen to an address; with it the paths asked for."""
    crawl = Crawl(tmp_path_factory.mktemp("outcomes"), server)
    refused = f"http://127.0.0.1:{closed_port()}"
    paths = [
        "/ok", "/packed", "/private/a", "/notforus", "/status404", "/status410", "/status401", "/status402",
        "/status403", "/status429", "/status451", "/status500", "/status503", "/status418", "/redirect",
        "/redirect-private", "/redirect-loop", "/large", "/bomb", "/endless", "/torn", "/noise", "/slow",
        f"{refused}/nobody", "http://no-such-host.invalid/a", "http://10.0.0.1/inside",
    ]  # fmt: skip
    crawl.source("site", [Item(path) for path in paths])
    crawl.source("broken", b"<html><head><title>Please enable JavaScript</title></head></html>")
    crawl.source("torn_feed", b"{'this': is no feed")
    crawl.source("two_lines", '<?xml version="1.0" encoding="\u2028"?><x/>'.encode())
    crawl.source("no_feed", [], feed=f"{server.base}/status404")
    crawl.source("dead", [], feed=f"{refused}/feed.xml")
    crawl.source("slow", [], feed=f"{server.base}/slowfeed")
    crawl.source("closed", [], feed=f"{server.base}/private/feed.xml")
    limits = {
        "DOWNLOAD_TIMEOUT": 3,
        "DOWNLOAD_MAXSIZE": 200_000,
        "RETRY_ENABLED": False,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    }
    ended = crawl.run(settings=limits, contact="mailto:someone@example.org")
    return ended, server.paths(), refused


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/ok", Outcome.ARTICLE),
        ("/packed", Outcome.ARTICLE),
        ("/private/a", Outcome.ROBOTS),
        ("/notforus", Outcome.ROBOTS),
        ("/status404", Outcome.GONE),
        ("/status410", Outcome.GONE),
        ("/status401", Outcome.REFUSED),
        ("/status402", Outcome.REFUSED),
        ("/status403", Outcome.REFUSED),
        ("/status429", Outcome.REFUSED),
        ("/status451", Outcome.REFUSED),
        ("/status500", Outcome.HTTP_ERROR),
        ("/status503", Outcome.HTTP_ERROR),
        ("/status418", Outcome.HTTP_ERROR),
        ("/redirect", Outcome.REDIRECT),
        ("/target", Outcome.ARTICLE),
        ("/large", Outcome.TOO_LARGE),
        ("/bomb", Outcome.TOO_LARGE),
        ("/endless", Outcome.TOO_LARGE),
        ("/torn", Outcome.UNREACHABLE),
        ("/noise", Outcome.UNREACHABLE),
        ("/slow", Outcome.FETCH_TIMED_OUT),
        ("{refused}/nobody", Outcome.UNREACHABLE),
        ("http://no-such-host.invalid/a", Outcome.UNREACHABLE),
        ("http://10.0.0.1/inside", Outcome.BLOCKED),
        ("/broken.xml", Outcome.BROKEN_FEED),
        ("/torn_feed.xml", Outcome.BROKEN_FEED),
        ("/two_lines.xml", Outcome.BROKEN_FEED),  # a character in its error would end a row
        ("{refused}/feed.xml", Outcome.UNREACHABLE),
        ("/slowfeed", Outcome.FETCH_TIMED_OUT),
        ("/private/feed.xml", Outcome.ROBOTS),
    ],
)
def test_every_address_has_its_outcome(
    big_run: tuple[Ended, list[str], str], server: _Server, path: str, outcome: Outcome
) -> None:
    ended, _, refused = big_run
    url = path.replace("{refused}", refused)
    url = url if "://" in url else server.base + url
    assert ended.outcomes().get(url) == outcome


def test_a_redirect_to_a_closed_part_of_a_site_is_not_followed_and_is_said_so(
    big_run: tuple[Ended, list[str], str], server: _Server
) -> None:
    ended, asked, _ = big_run
    assert "/private/b" not in asked
    assert Outcome.ROBOTS in {row["outcome"] for row in ended.rows if "redirect-private" in row["link"]}


def test_redirects_in_a_circle_end(big_run: tuple[Ended, list[str], str]) -> None:
    _, asked, _ = big_run
    assert 1 < asked.count("/redirect-loop") <= crawl_settings.REDIRECT_MAX_TIMES + 1


def test_a_page_with_an_error_status_is_in_the_archive_and_not_in_the_rows(
    big_run: tuple[Ended, list[str], str], server: _Server
) -> None:
    ended, _, _ = big_run
    assert f"{server.base}/status404" in {record.url for record in ended.records if record.status == 404}
    assert not [row for row in ended.rows if "/status" in row["url"]]


def test_a_web_page_in_place_of_a_feed_is_named(big_run: tuple[Ended, list[str], str]) -> None:
    (row,) = [row for row in big_run[0].rows if row["source_id"] == "broken"]
    assert "Please enable JavaScript" in row["error"]
    assert row["role"] == "discovery"
    assert row["warc_file"] == "run-1.warc.gz"
    assert row["http_status"] == 200


def test_every_row_says_when_for_whom_and_why(big_run: tuple[Ended, list[str], str]) -> None:
    for row in big_run[0].rows:
        assert datetime.fromisoformat(row["fetched_at"]).tzinfo
        assert row["source_id"]
        assert row["error"]
        assert row["role"] in {"article", "discovery"}


def test_the_report_tells_how_each_source_ended(big_run: tuple[Ended, list[str], str]) -> None:
    ended = big_run[0]
    assert ended.code == 0
    assert set(ended.report) == {"site", "broken", "torn_feed", "two_lines", "no_feed", "dead", "slow", "closed"}
    assert ended.report["site"]["finished"] == "finished"
    assert ended.report["site"]["counts"]["links"] == ended.report["site"]["counts"]["taken"] == 26
    assert ended.report["dead"]["finished"] == "unreachable"
    assert ended.report["dead"]["counts"] == {"unreachable": 1}
    assert ended.report["slow"]["counts"] == {"fetch_timed_out": 1}
    assert ended.report["broken"]["counts"] == {"broken_feed": 1}


def test_a_host_that_is_down_costs_a_source_nothing_of_its_others(crawl: Crawl, server: _Server) -> None:
    dead = f"http://127.0.0.1:{closed_port()}"
    feeds = (f"{dead}/a.xml", f"{dead}/b.xml", f"{server.base}/split.xml", f"{dead}/c.xml")
    crawl.source("split", [Item("/still-here")], feeds=feeds)
    ended = crawl.run(settings={"RETRY_ENABLED": False})
    assert ended.report["split"]["finished"] == "finished"
    assert ended.outcomes() == {f"{dead}/a.xml": "unreachable", f"{server.base}/still-here": "article"}


def test_robots_txt_is_asked_for_first_and_archived(big_run: tuple[Ended, list[str], str]) -> None:
    ended, asked, _ = big_run
    assert asked[0] == "/robots.txt"
    assert {"role": "robots"} in [record.known for record in ended.records if record.url.endswith("/robots.txt")]
    assert not [path for path in asked if path.startswith(("/private", "/notforus"))]


def test_the_archive_says_where_an_article_was_announced_and_keeps_no_cookie(
    big_run: tuple[Ended, list[str], str], server: _Server
) -> None:
    ended, _, _ = big_run
    (record,) = [record for record in ended.records if record.url == f"{server.base}/ok"]
    assert record.known["source_id"] == "site"
    assert record.known["feed_url"] == f"{server.base}/site.xml"
    assert record.known["title"] == "T /ok"
    assert record.body == PAGE
    for path in ended.archive.glob("*"):
        assert b"s3cret" not in gzip.decompress(path.read_bytes())


def test_every_request_names_the_project_and_the_contact(
    big_run: tuple[Ended, list[str], str], server: _Server
) -> None:
    for record in big_run[0].archive.glob("*"):
        agents = {
            line
            for line in gzip.decompress(record.read_bytes()).split(b"\r\n")
            if line.lower().startswith(b"user-agent: mozilla")
        }
        assert len(agents) == 1
        assert b"Bilateral/" in min(agents)
        assert b"+mailto:someone@example.org" in min(agents)


# What is asked for -------------------------------------------------------------------------------------------


def snapshot(path: Path, rows: list[tuple[str, str, str, datetime]]) -> None:
    """A published snapshot whose table `fetches` holds (role, address, outcome, time)."""
    migrations = sorted((Path(__file__).parents[1] / "warehouse" / "migrations").glob("*.sql"))
    with duckdb.connect(str(path)) as connection:
        for migration in migrations:
            connection.execute(migration.read_text(encoding="utf-8"))
        for role, url, outcome, at in rows:
            key = url_key(url)
            connection.execute(
                "insert into fetches (run_id, source_id, role, url, url_key, link_key, outcome, fetched_at) "
                "values ('before', 'site', ?, ?, ?, ?, ?, ?)",
                [role, url, key, key, outcome, at],
            )


def test_what_is_known_is_not_asked_for_again_unless_it_changed(crawl: Crawl, server: _Server) -> None:
    yesterday = NOW - timedelta(days=1)
    outcomes = ["article", "off_topic", "no_text", "shell", "too_large", "timed_out", "crashed"]
    retried = ["http_error", "unreachable", "fetch_timed_out", "refused", "gone", "robots", "error_page"]
    known = [("article", f"{server.base}/{outcome}", outcome, yesterday) for outcome in (*outcomes, *retried)]
    known += [("article", f"{server.base}/given-up", "http_error", yesterday - timedelta(hours=h)) for h in range(5)]
    known += [("article", f"{server.base}/{name}", "article", yesterday) for name in ("edited", "unedited", "tracked")]
    known += [("discovery", f"{server.base}/as-feed", "discovery", yesterday)]
    snapshot(crawl.folder / "snapshot.duckdb", known)
    items = [Item(f"/{name}") for name in (*outcomes, *retried, "given-up", "new", "as-feed")]
    items += [Item("/edited", updated=NOW - timedelta(hours=1)), Item("/unedited", updated=NOW - timedelta(days=2))]
    items += [Item("/tracked?utm_source=rss")]
    crawl.source("site", items)
    ended = crawl.run()
    asked = set(server.paths()) - {"/robots.txt", "/site.xml"}
    assert asked == {*(f"/{name}" for name in retried), "/new", "/as-feed", "/edited"}
    assert ended.report["site"]["counts"]["known"] == len(outcomes) + 3
    assert ended.report["site"]["counts"]["taken"] == len(asked)


def test_limits_of_number_and_age_hold_and_each_article_is_asked_for_once(crawl: Crawl, server: _Server) -> None:
    def hours(count: float) -> datetime:
        return NOW - timedelta(hours=count)

    crawl.source("few", [Item(f"/few{n}", hours(n + 1)) for n in (3, 0, 4, 1, 2)], max_pages=2)
    crawl.source(
        "young", [Item("/young", hours(24 * 9)), Item("/old", hours(24 * 11)), Item("/undated")], max_age_days=10
    )
    crawl.source("same", [Item("/same"), Item("/same?utm_source=a"), Item("/same#b"), Item("/same?id=2")])
    crawl.source("chosen", [Item("/news/a"), Item("/sport/a"), Item("/news/video")], allow="/news/", deny="video$")
    crawl.source(
        "whole",
        [Item("/never", content="&lt;p&gt;" + "Words of the whole article. " * 30 + "&lt;/p&gt;")],
        body_from_feed=True,
    )
    crawl.source(
        "bad_links",
        [
            Item("http://[bad/"),
            Item("http://./"),
            Item("http://example.com:99999/"),
            Item("/" + "长" * 400),
            Item("https://www.google.com/amp/s/a.b:x/"),
            Item("/good"),
        ],
    )
    ended = crawl.run()
    asked = server.paths()
    assert {path for path in asked if path.startswith("/few") and path[-1].isdigit()} == {"/few0", "/few1"}
    assert "/young" in asked
    assert "/undated" in asked
    assert "/old" not in asked
    assert sorted(path for path in asked if path.startswith("/same") and not path.endswith(".xml")) == [
        "/same",
        "/same?id=2",
    ]
    assert {path for path in asked if path.endswith(("/a", "video"))} == {"/news/a"}
    assert "/never" not in asked
    (whole,) = [
        record
        for record in ended.records
        if record.known.get("source_id") == "whole" and record.known.get("role") == "article"
    ]
    assert extract(whole).outcome == Outcome.ARTICLE
    assert "/good" in asked
    assert asked.count("/robots.txt") == 1 or asked.count("/robots.txt") == len(crawl.sources)


def test_the_clock_of_the_run_decides_what_is_old(crawl: Crawl, server: _Server) -> None:
    crawl.source("clock", [Item("/of-today", NOW), Item("/of-then", NOW + timedelta(days=99))], max_age_days=10)
    ended = crawl.run(clock_offset=100 * 86400.0)
    assert "/of-today" not in server.paths()
    assert "/of-then" in server.paths()
    assert all(record.fetched_at and record.fetched_at > NOW + timedelta(days=99) for record in ended.records)


# The process -------------------------------------------------------------------------------------------------


def test_the_process_ends_when_the_run_that_started_it_does(crawl: Crawl, server: _Server) -> None:
    crawl.source("hanging", [Item(f"/slow?{n}") for n in range(20)])
    with crawl.start() as process:
        try:
            deadline = time.monotonic() + 30
            while not any(path.startswith("/slow") for path in server.paths()):
                assert time.monotonic() < deadline
                assert process.poll() is None
                time.sleep(0.05)
            assert process.stdin
            process.stdin.close()
            closed = time.monotonic()
            code = process.wait(timeout=10)
        finally:
            process.kill()
    assert time.monotonic() - closed < 2
    assert code != 0
    assert not (crawl.folder / "report.json").exists()
    archived = [record for path in (crawl.folder / "archive").glob("*") for record in read(path)]
    assert f"{server.base}/hanging.xml" in {record.url for record in archived if isinstance(record, Record)}


def test_politeness_and_closed_doors_are_settings() -> None:
    assert crawl_settings.ROBOTSTXT_OBEY is True
    assert crawl_settings.AUTOTHROTTLE_ENABLED is True
    assert crawl_settings.CONCURRENT_REQUESTS_PER_DOMAIN == 1
    assert crawl_settings.DOWNLOAD_DELAY >= 1
    extensions = {name.rpartition(".")[2] for name in crawl_settings.EXTENSIONS_BASE}
    assert extensions == {"CoreStats", "CloseSpider", "AutoThrottle"}
    assert crawl_settings.COOKIES_ENABLED is False
    assert crawl_settings.METAREFRESH_ENABLED is False
    assert not any(crawl_settings.DOWNLOAD_HANDLERS[scheme] for scheme in ("data", "file", "ftp", "s3"))


def test_the_user_agent_names_the_project_and_a_contact() -> None:
    assert "Bilateral/" in crawl_settings.USER_AGENT
    assert f"+{crawl_settings.CONTACT}" in crawl_settings.USER_AGENT
    assert "+mailto:me@example.org" in crawl_settings.user_agent("mailto:me@example.org")
