"""Politeness, measured at the server: what is asked for, how often, how fast, and what is left alone."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from protego import Protego
from scrapy.http import Headers

from flows.ingest import Request, ingest
from flows.spool import Data
from spiders import settings as crawl_settings
from spiders.crawl import load_sources
from spiders.politeness import retry_after
from spiders.records import Record, read
from warehouse.snapshot import query

PAGE = b"<html><body><article><h1>Chips</h1><p>%s</p></article></body></html>" % (b"Words about chips. " * 40)

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Asked:
    """A request as the server saw it."""

    at: float
    host: str
    path: str
    headers: dict[str, str]


@dataclass
class Site:
    """One server for many hosts, which are addresses of loopback; remembers what it was asked, and how many at once."""

    answer: Callable[[str, str, dict[str, str]], Answer]
    asked: list[Asked] = field(default_factory=list)
    most_at_once: Counter[str] = field(default_factory=Counter)
    busy: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        site, lock = self, threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Header and body go in two packets, the second of which the system would hold back.
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                host = self.headers["Host"].split(":")[0]
                with lock:
                    site.asked.append(Asked(time.monotonic(), host, self.path, dict(self.headers)))
                    site.busy[host] += 1
                    site.most_at_once[host] = max(site.most_at_once[host], site.busy[host])
                try:
                    status, headers, body = site.answer(host, self.path, dict(self.headers))
                finally:
                    with lock:
                        site.busy[host] -= 1
                if status == 0:
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in {"Content-Type": "text/html", "Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 200

            def handle_error(self, *_: Any) -> None:
                pass

        self.server = Server(("0.0.0.0", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def url(self, host: str, path: str = "") -> str:
        return f"http://{host}:{self.port}{path}"

    def paths(self, host: str) -> list[str]:
        return [asked.path for asked in self.asked if asked.host == host]

    def gaps(self, host: str) -> list[float]:
        times = [asked.at for asked in self.asked if asked.host == host]
        return [later - earlier for earlier, later in pairwise(times)]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def feed(links: list[str]) -> bytes:
    items = "".join(f"<item><title>About {link[-9:]}</title><link>{link}</link></item>" for link in links)
    return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()


def module(folder: Path, name: str, feeds: dict[str, str], **of: dict[str, Any]) -> None:
    """Write a module of feed sources; `of` gives some of them more attributes."""
    text = "from spiders.base import FeedSpider\n"
    for source, url in feeds.items():
        values = {
            "name": source, "title": source, "kind": "media", "country": "US", "language": "en", "homepage": url,
            "feeds": (url,), **of.get(source, {}),
        }  # fmt: skip
        text += f"\n\nclass Source_{source}(FeedSpider):\n"
        text += "".join(f"    {key} = {value!r}\n" for key, value in values.items())
    (folder / f"{name}.py").write_text(text)


@dataclass
class Crawled:
    report: dict[str, Any]
    rows: list[dict[str, Any]]
    records: list[Record]
    seconds: float

    def outcomes(self, source: str) -> dict[str, str]:
        return {row["url"].split("/", 3)[3]: row["outcome"] for row in self.rows if row["source_id"] == source}


def crawl(folder: Path, feeds: dict[str, str], settings: dict[str, Any], **of: dict[str, Any]) -> Crawled:
    """Run one crawl process with a source for each feed."""
    module(folder, "polite_sources", feeds, **of)
    hosts = sorted({url.split("/")[2].split(":")[0] for url in feeds.values()})
    plan = {
        "run_id": "run", "archive": str(folder / "archive"), "report": str(folder / "report.json"),
        "rows": str(folder / "rows.jsonl"), "snapshot": str(folder / "none.duckdb"), "sources": list(feeds),
        "spider_modules": ["polite_sources"], "guard_allow": hosts,
        "settings": {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "LOG_ENABLED": False, **settings},
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
    return Crawled(
        json.loads((folder / "report.json").read_text()),
        [json.loads(line) for line in (folder / "rows.jsonl").read_text(encoding="utf-8").splitlines()],
        [item for path in sorted((folder / "archive").glob("*")) for item in read(path) if isinstance(item, Record)],
        time.monotonic() - started,
    )


# Delays, rests and robots.txt --------------------------------------------------------------------------------

HOSTS = {
    "delay": "127.0.2.1", "rate": "127.0.2.2", "rest": "127.0.2.3", "rest_too": "127.0.2.3", "long": "127.0.2.4",
    "dated": "127.0.2.5", "busy": "127.0.2.6", "robots_500": "127.0.2.7", "robots_404": "127.0.2.8",
    "robots_slow": "127.0.2.9", "robots_torn": "127.0.2.10", "one": "127.0.2.11", "two": "127.0.2.11",
    "robots_429": "127.0.2.12",
}  # fmt: skip


class _Moods:
    """What each host of HOSTS answers."""

    def __init__(self) -> None:
        self.refused = 0
        self.ended = threading.Event()

    def __call__(self, host: str, path: str, headers: dict[str, str]) -> Answer:
        mood = next(name for name, address in HOSTS.items() if address == host)
        if path == "/robots.txt":
            return self.robots(mood)
        if path.endswith(".xml"):
            links = [f"http://{headers['Host']}/{path[1:-4]}{number}" for number in range(3)]
            return 200, {"Content-Type": "text/xml"}, feed(links)
        if mood == "rest" and not self.refused:
            self.refused += 1
            return 429, {"Retry-After": "2"}, b""
        if mood == "long":
            return 503, {"Retry-After": "7200"}, b""
        if mood == "dated":
            return 429, {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(days=2), usegmt=True)}, b""
        if mood == "busy":
            return 503, {}, b""
        if mood == "one":
            time.sleep(0.05)
        return 200, {}, PAGE

    def robots(self, mood: str) -> Answer:
        if mood == "robots_slow":
            self.ended.wait(5)
        text = {"delay": b"User-agent: *\nCrawl-delay: 1.2\n", "rate": b"User-agent: Bilateral\nRequest-rate: 2/3\n"}
        status = {"robots_500": 500, "robots_torn": 0, "robots_429": 429}.get(mood)
        if status is not None:
            return status, {}, b""
        return (200, {}, text[mood]) if mood in text else (404, {}, b"User-agent: *\nDisallow: /\n")


@pytest.fixture(scope="module")
def moods(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Crawled]]:
    answer = _Moods()
    site = Site(answer)
    feeds = {name: site.url(host, f"/{name}.xml") for name, host in HOSTS.items()}
    settings = {"BACKOFF_SECONDS": 0.5, "DOWNLOAD_TIMEOUT": 1, "RETRY_TIMES": 2}
    yield site, crawl(tmp_path_factory.mktemp("moods"), feeds, settings)
    answer.ended.set()
    site.close()


@pytest.mark.parametrize(("host", "gap"), [("delay", 1.2), ("rate", 1.5)])
def test_the_delay_that_robots_txt_asks_for_is_kept(moods: tuple[Site, Crawled], host: str, gap: float) -> None:
    site, _ = moods
    gaps = site.gaps(HOSTS[host])
    assert len(gaps) == 4
    assert min(gaps) >= gap - 0.2  # a busy machine delays what the server sees


def test_a_host_that_asks_for_a_rest_gets_it_from_all_its_sources(moods: tuple[Site, Crawled]) -> None:
    site, crawled = moods
    asked = [request for request in site.asked if request.host == HOSTS["rest"]]
    first = next(number for number, request in enumerate(asked) if not request.path.endswith(("xml", "txt")))
    assert asked[first + 1].at - asked[first].at >= 1.95
    assert Counter(request.path for request in asked)[asked[first].path] == 2
    assert {record.url for record in crawled.records if record.status == 200} >= {
        site.url(HOSTS["rest"], f"/{name}{number}") for name in ("rest", "rest_too") for number in range(3)
    }


@pytest.mark.parametrize("host", ["long", "dated"])
def test_a_host_that_wants_a_long_rest_is_not_asked_again(moods: tuple[Site, Crawled], host: str) -> None:
    site, crawled = moods
    assert len(site.paths(HOSTS[host])) == 3  # robots.txt, the feed, one article
    rows = [row for row in crawled.rows if row["source_id"] == host]
    assert {row["outcome"] for row in rows} == {"refused"}
    assert {row["url"] for row in rows} == {site.url(HOSTS[host], f"/{host}{number}") for number in range(3)}
    assert all("left alone until 20" in row["error"] for row in rows)
    assert sum("warc_file" in row for row in rows) == 1


def test_without_a_word_rests_grow_and_tries_end(moods: tuple[Site, Crawled]) -> None:
    site, crawled = moods
    assert len(site.paths(HOSTS["busy"])) == 2 + crawl_settings.RETRY_TIMES + 1
    gaps = site.gaps(HOSTS["busy"])[2:]
    assert gaps[0] >= 0.45
    assert gaps[1] >= 0.95
    assert set(crawled.outcomes("busy").values()) == {"refused"}
    assert len(crawled.outcomes("busy")) == 3


@pytest.mark.parametrize(
    ("host", "outcome", "tries"),
    [
        ("robots_500", "unreachable", 3),
        ("robots_torn", "unreachable", 3),
        ("robots_slow", "fetch_timed_out", 3),
        ("robots_429", "refused", 3),
    ],
)
def test_without_a_readable_robots_txt_nothing_is_read(
    moods: tuple[Site, Crawled], host: str, outcome: str, tries: int
) -> None:
    site, crawled = moods
    assert site.paths(HOSTS[host]) == ["/robots.txt"] * tries
    (row,) = [row for row in crawled.rows if row["source_id"] == host]
    assert (row["role"], row["outcome"]) == ("discovery", outcome)
    assert "robots.txt could not be read" in row["error"]


def test_a_missing_robots_txt_allows_everything(moods: tuple[Site, Crawled]) -> None:
    site, _ = moods
    assert len(site.paths(HOSTS["robots_404"])) == 5


def test_two_sources_on_one_host_ask_one_after_the_other(moods: tuple[Site, Crawled]) -> None:
    site, _ = moods
    assert len(site.paths(HOSTS["one"])) == 10
    assert site.most_at_once[HOSTS["one"]] == 1


def test_real_robots_files_are_obeyed_as_protego_reads_them(realdata: Path, tmp_path: Path) -> None:
    """Each on a host of its own, whose feed links to every path that the file names."""
    written = {
        f"127.0.3.{number}": re.sub(
            rb"(?i)^\s*(?:crawl-delay|request-rate)[^\n]*\n", b"", path.read_bytes(), flags=re.MULTILINE
        )
        for number, path in enumerate(sorted((realdata / "robots_sitemaps" / "robots").iterdir()), 1)
    }
    paths: dict[str, list[str]] = {}
    for host, rules in written.items():
        named = re.findall(r"(?im)^\s*(?:dis)?allow\s*:\s*(/[!-~]{0,80})", rules.decode("utf-8-sig", "ignore"))
        probes = [name.replace("*", "x").rstrip("$") for name in named] + [
            f"{name}z" for name in named if "*" not in name
        ]
        paths[host] = sorted({probe for probe in probes if not re.search(r"[%#?]|//|/\.", probe)} - {"/feed"})[:12]

    def answer(host: str, path: str, headers: dict[str, str]) -> Answer:
        if path == "/robots.txt":
            return 200, {"Content-Type": "text/plain"}, written[host]
        if path == "/feed":
            return 200, {}, feed([f"http://{headers['Host']}{probe}" for probe in paths[host]])
        return 200, {}, PAGE

    site = Site(answer)
    crawled = crawl(tmp_path, {f"r{host.split('.')[3]}": site.url(host, "/feed") for host in written}, {})
    site.close()
    refused = 0
    for host, rules in written.items():
        protego = Protego.parse(rules.decode("utf-8-sig", "ignore"))
        allowed = {path for path in ["/feed", *paths[host]] if protego.can_fetch(site.url(host, path), "Bilateral")}
        if "/feed" not in allowed:
            allowed = set()
        assert set(site.paths(host)) == {"/robots.txt", *allowed}, host
        refused += len(paths[host]) + 1 - len(allowed)
    assert refused > 30
    assert Counter(row["outcome"] for row in crawled.rows)["robots"] > 30


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("0", "", 0), ("120", "", 120), (" 7 ", "", 7), ("9" * 400, "", 999999999), ("", "", None), ("-1", "", None),
        ("1.5", "", None), ("soon", "", None), ("²", "", None), ("Mon, 23 Nov 2026 00:00:30 GMT", "", 30),
        ("Mon, 23 Nov 2026 00:00:30 GMT", "Mon, 23 Nov 2026 00:00:20 GMT", 10),
        ("Sun, 22 Nov 2026 00:00:00 GMT", "", 0), ("Mon, 23 Nov 2026 00:00:30", "nonsense", 30),
    ],
)  # fmt: skip
def test_retry_after_in_every_form(value: str, date: str, seconds: float | None) -> None:
    headers = Headers({"Retry-After": value, "Date": date})
    assert retry_after(headers, datetime(2026, 11, 23, tzinfo=UTC)) == seconds


# What has not changed ----------------------------------------------------------------------------------------

START = datetime(2026, 11, 20, 6, tzinfo=UTC)
FEEDS = {name: f"127.0.3.{number}" for number, name in enumerate(["honest", "bare", "liar", "failing", "capped"], 1)}


class _Feeds:
    """Feeds of two articles: one with an ETag, one without, one whose ETag never changes."""

    def __init__(self) -> None:
        self.more: set[str] = set()
        self.broken = True

    def __call__(self, host: str, path: str, headers: dict[str, str]) -> Answer:
        name = next(name for name, address in FEEDS.items() if address == host)
        if path == "/robots.txt":
            return 404, {}, b""
        if path != "/feed.xml":
            return (500, {}, b"") if name == "failing" and path == "/0" and self.broken else (200, {}, PAGE)
        if name == "bare":
            tags = {}
        elif headers.get("If-None-Match") == f'"{name}"':
            return 304, {"ETag": f'"{name}"'}, b""
        else:
            tags = {"ETag": f'"{name}"', "Last-Modified": "Fri, 20 Nov 2026 00:00:00 GMT"}
        links = [f"http://{headers['Host']}/{number}" for number in range(3 if name in self.more else 2)]
        return 200, {"Content-Type": "text/xml", **tags}, feed(links)


@dataclass
class Runs:
    site: Site
    data: Path
    asked: list[dict[str, list[Asked]]] = field(default_factory=list)

    def paths(self, run: int, name: str) -> list[str]:
        return sorted(request.path for request in self.asked[run][FEEDS[name]] if request.path != "/robots.txt")

    def conditional(self, run: int, name: str) -> bool:
        (request,) = [request for request in self.asked[run][FEEDS[name]] if request.path == "/feed.xml"]
        assert ("If-None-Match" in request.headers) == ("If-Modified-Since" in request.headers)
        return "If-None-Match" in request.headers


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Runs at hours 0, 1, 40, 41 and, of due sources only, 43. The liar has a new article from hour 1."""
    folder = tmp_path_factory.mktemp("feeds")
    answer = _Feeds()
    site = Site(answer)
    told = Runs(site, folder / "data")
    feeds = {name: site.url(host, "/feed.xml") for name, host in FEEDS.items()}
    module(folder, "feeds_sources", feeds, capped={"max_pages": 1}, bare={"cadence_hours": 1})
    settings = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "RETRY_TIMES": 0, "LOG_ENABLED": False}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        patch.syspath_prepend(str(folder))
        for variable in [name for name in os.environ if name.lower().endswith("_proxy")]:
            patch.delenv(variable)
        for hour in (0, 1, 40, 41, 43):
            ingest(
                Request(
                    told.data,
                    sources=() if hour == 43 else tuple(FEEDS),
                    spider_modules=("feeds_sources",),
                    clock=START + timedelta(hours=hour),
                    guard_allow=tuple(FEEDS.values()),
                    settings=settings,
                )
            )
            asked = defaultdict(list)
            for request in site.asked:
                asked[request.host].append(request)
            told.asked.append(asked)
            site.asked.clear()
            answer.more.add("liar")
            answer.broken = False
    yield told
    site.close()


def outcomes(runs: Runs, hour: int, source: str) -> list[str]:
    sql = """
        select outcome from fetches join runs using (run_id)
        where source_id = ? and role = 'discovery' and date_diff('minute', ?::timestamptz, started_at) // 60 = ?
    """
    return [row[0] for row in query(Data(runs.data).snapshot, sql, [source, START, hour]).rows]


def test_an_unchanged_feed_costs_one_conditional_request(runs: Runs) -> None:
    assert runs.paths(0, "honest") == ["/0", "/1", "/feed.xml"]
    assert not runs.conditional(0, "honest")
    assert runs.paths(1, "honest") == ["/feed.xml"]
    assert runs.conditional(1, "honest")
    assert outcomes(runs, 1, "honest") == ["unchanged"]


def test_the_same_bytes_are_unchanged_without_an_etag_too(runs: Runs) -> None:
    assert runs.paths(1, "bare") == ["/feed.xml"]
    assert not runs.conditional(1, "bare")
    assert outcomes(runs, 1, "bare") == ["unchanged"]


def test_no_run_fetches_what_is_known(runs: Runs) -> None:
    for name in ("honest", "bare", "liar"):
        articles = [path for run in range(5) for path in runs.paths(run, name) if path != "/feed.xml"]
        assert len(articles) == len(set(articles))


def test_a_site_whose_etag_never_changes_is_read_all_the_same_and_not_believed_again(runs: Runs) -> None:
    assert runs.conditional(1, "liar")
    assert runs.paths(1, "liar") == ["/feed.xml"]
    assert not runs.conditional(2, "liar")  # its word is too old
    assert runs.paths(2, "liar") == ["/2", "/feed.xml"]
    assert not runs.conditional(3, "liar")  # and was false
    assert runs.conditional(3, "honest")


def test_what_failed_or_was_left_is_asked_for_although_the_feed_did_not_change(runs: Runs) -> None:
    assert runs.paths(0, "failing") == ["/0", "/1", "/feed.xml"]
    assert runs.paths(1, "failing") == ["/0", "/feed.xml"]
    assert not runs.conditional(1, "failing")
    assert runs.paths(0, "capped") == ["/0", "/feed.xml"]
    assert runs.paths(1, "capped") == ["/1", "/feed.xml"]
    assert runs.paths(3, "capped") == runs.paths(3, "failing") == ["/feed.xml"]
    assert runs.conditional(3, "capped")


def test_only_what_is_due_is_asked(runs: Runs) -> None:
    assert {host for host, asked in runs.asked[4].items() if asked} == {FEEDS["bare"]}


def test_unchanged_is_a_success(runs: Runs) -> None:
    sql = "select started_at, status, errors, failed from runs order by started_at"
    rows = query(Data(runs.data).snapshot, sql).rows
    assert [(status, errors, failed) for _, status, errors, failed in rows] == [("ok", [], 1)] + [("ok", [], 0)] * 4
    health = query(Data(runs.data).snapshot, "select source_id, last_success, health from source_health").rows
    assert {source: (at - START) // timedelta(hours=1) for source, at, _ in health} == dict.fromkeys(FEEDS, 41) | {
        "bare": 43
    }


# Many sources ------------------------------------------------------------------------------------------------


def test_65_sources_crawl_in_one_process_and_every_address_is_accounted_for(tmp_path: Path) -> None:
    def answer(_: str, path: str, headers: dict[str, str]) -> Answer:
        if path == "/robots.txt":
            return 404, {}, b""
        links = [f"http://{headers['Host']}/{number}" for number in range(20)] + [f"http://{headers['Host']}/0#again"]
        return (200, {"Content-Type": "text/xml"}, feed(links)) if path == "/feed.xml" else (200, {}, PAGE)

    site = Site(answer)
    hosts = {f"source_{number}": f"127.0.4.{number}" for number in range(1, 66)}
    feeds = {name: site.url(host, "/feed.xml") for name, host in hosts.items()}
    crawled = crawl(tmp_path, feeds, {}, source_1={"max_pages": 7})
    site.close()
    expected = {site.url(host, f"/{number}") for host in hosts.values() for number in range(20)}
    expected -= {site.url(hosts["source_1"], f"/{number}") for number in range(7, 20)}
    assert {(request.host, request.path): 1 for request in site.asked} == Counter(
        (request.host, request.path) for request in site.asked
    )
    articles = [record.url for record in crawled.records if record.known.get("role") == "article"]
    assert sorted(articles) == sorted(expected)
    for name, source in crawled.report["sources"].items():
        counts = source["counts"]
        assert counts["links"] == sum(counts[each] for each in ("known", "taken", "left", "passed_over"))
        assert (counts["taken"], counts["left"]) == ((7, 13) if name == "source_1" else (20, 0))
    assert max(site.most_at_once.values()) == 1
    print(f"{crawled.seconds:.1f} s, {crawled.report['peak_memory'] / 1e6:.0f} MB")
    assert crawled.report["peak_memory"] < 400_000_000


# Settings ----------------------------------------------------------------------------------------------------

MAY_DIFFER: dict[str, set[str]] = {}
"""Sources that may be less polite, and in which settings; each needs a reason here."""


def test_no_source_is_less_polite_than_all() -> None:
    for name, source in load_sources(["spiders.sources"]).items():
        for setting, value in (source.custom_settings or {}).items():
            if setting in MAY_DIFFER.get(name, set()):
                continue
            assert setting in {"DOWNLOAD_DELAY", "RETRY_TIMES"}, (name, setting)
            if setting == "DOWNLOAD_DELAY":
                assert value >= crawl_settings.DOWNLOAD_DELAY, name
            else:
                assert value <= crawl_settings.RETRY_TIMES, name
        assert not {"download_delay", "max_concurrent_requests", "download_maxsize", "download_timeout"} & set(
            dir(source)
        ), name
        text = Path(sys.modules[source.__module__].__file__ or "").read_text(encoding="utf-8")
        assert "dont_obey_robotstxt" not in text, name
        assert source.max_pages <= 200, name
