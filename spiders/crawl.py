"""The crawl child process: all due spiders in one Scrapy process, from a plan file to WARC files and a report.

Run as `python -m spiders.crawl PLAN`. It ends when its standard input does, so that it never outlives the
run that started it; and at once, with a line on standard output, when it cannot keep what it fetches.
"""

import json
import logging
import os
import resource
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from spiders.archive import WarcWriter
from spiders.base import Run, SourceSpider
from spiders.outcomes import FINAL, Outcome
from spiders.records import Position
from spiders.revisits import MAX_AGE, due
from spiders.settings import user_agent
from warehouse.snapshot import known_urls, readings, visited


@dataclass(frozen=True, slots=True)
class Plan:
    """What one crawl is to do.

    `proxy`, where set, answers for every host (the demo's newsroom). `clock_offset` (seconds) is added to the
    machine's clock; the demo simulates its days by it. `guard_allow` lists addresses that may be connected to
    although they are not public. `max_pages`, where set, bounds the articles of each source in place of its own.
    """

    run_id: str
    archive: str
    report: str
    rows: str
    snapshot: str
    sources: list[str]
    spider_modules: list[str] = field(default_factory=lambda: ["spiders.sources"])
    clock_offset: float = 0.0
    contact: str = ""
    proxy: str = ""
    guard_allow: list[str] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    max_pages: int = 0

    def now(self) -> datetime:
        """The run's clock."""
        return datetime.now(UTC) + timedelta(seconds=self.clock_offset)


class CrawlLog:
    """Rows as they happen (one JSON line each, whole or absent after a kill) and counts for the report."""

    def __init__(self, rows: Path, now: Callable[[], datetime]) -> None:
        self._file = rows.open("a", encoding="utf-8")
        self._now = now
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)

    def discovered(self, source_id: str, **counts: int) -> None:
        """Count links that a discovery document gave."""
        self.counts[source_id].update(counts)

    def row(self, source_id: str, url: str, outcome: Outcome, **details: Any) -> None:
        """Write the outcome of a URL."""
        self.counts[source_id][outcome.value] += 1
        row = {"source_id": source_id, "url": url, "outcome": outcome, "fetched_at": self._now(), **details}
        try:
            self._file.write(json.dumps(row, default=str) + "\n")  # in ASCII: some characters of others end lines, too
            self._file.flush()
        except OSError as error:
            _give_up(error, self._file.name)


class _Archive(WarcWriter):
    """Ends the crawl where it cannot write: what cannot be kept is not to be asked for."""

    def write(self, *arguments: Any, **keywords: Any) -> Position:
        """As its base class does."""
        try:
            return super().write(*arguments, **keywords)
        except OSError as error:
            _give_up(error, "the archive")


def _give_up(error: OSError, what: str) -> NoReturn:
    """End this process at once, saying why; Scrapy would go on with the next address."""
    os.write(1, f"{error.strerror or error}: {error.filename or what}".encode("utf-8", "replace"))
    os._exit(1)


def load_sources(spider_modules: list[str]) -> dict[str, type[SourceSpider]]:
    """Every source spider in these modules, by id.

    Raises:
        ImportError: a source file cannot be imported.
    """
    loader = SpiderLoader.from_settings(_settings(spider_modules))
    return {name: loader.load(name) for name in sorted(loader.list())}  # type: ignore[misc]


def _settings(spider_modules: list[str]) -> Settings:
    settings = Settings()
    settings.setmodule("spiders.settings")
    settings.set("SPIDER_MODULES", spider_modules)
    return settings


def crawl(plan: Plan) -> None:
    """Run the plan's spiders and write the report, as JSON.

    It has per source how it ended and counted, the bytes of each archive file, and the peak memory.
    """
    log = CrawlLog(Path(plan.rows), plan.now)
    writer = _Archive(Path(plan.archive), plan.run_id, plan.now)
    settings = _settings(plan.spider_modules)
    settings.setdict(
        {
            "USER_AGENT": user_agent(plan.contact),
            "GUARD_ALLOW": plan.guard_allow,
            "WARC_WRITER": writer,
            "READINGS": readings(Path(plan.snapshot), FINAL, plan.now()),
            **plan.settings,
        }
    )
    revisits = due(visited(Path(plan.snapshot), plan.sources, plan.now() - MAX_AGE), plan.now())
    SourceSpider.run = Run(writer, log, partial(known_urls, Path(plan.snapshot), FINAL), plan.now, revisits)
    process = AsyncCrawlerProcess(settings)
    crawlers = {name: process.create_crawler(name) for name in plan.sources}
    bounds = {"max_pages": plan.max_pages} if plan.max_pages else {}
    for crawler in crawlers.values():
        process.crawl(crawler, **bounds)
    process.start(install_signal_handlers=False)
    try:
        writer.close()
    except OSError as error:
        _give_up(error, "the archive")
    report = {
        name: {
            "finished": crawler.stats.get_value("finish_reason") if crawler.stats else "not started",
            "requests": crawler.stats.get_value("downloader/request_count", 0) if crawler.stats else 0,
            "bytes": crawler.stats.get_value("downloader/response_bytes", 0) if crawler.stats else 0,
            "counts": dict(log.counts[name]),
        }
        for name, crawler in crawlers.items()
    }
    temporary = Path(plan.report).with_suffix(".tmp")
    try:
        told = {"sources": report, "archive": writer.sizes, "peak_memory": _peak_memory()}
        temporary.write_text(json.dumps(told, indent=1), encoding="utf-8")
        temporary.replace(plan.report)
    except OSError as error:
        _give_up(error, plan.report)


def _peak_memory() -> int:
    """Most bytes of memory that this process has held at a time."""
    # Linux hands getrusage's figure on from parent to child.
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _end_with_parent() -> None:
    # Not sys.stdin, whose lock the interpreter wants when it ends.
    os.read(0, 1)
    os._exit(1)


def main() -> None:
    """Read the plan named on the command line and run it."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.stdout = sys.stderr  # what spiders print goes to the log
    plan = Plan(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    if plan.proxy:
        os.environ |= {"http_proxy": plan.proxy, "https_proxy": plan.proxy, "no_proxy": ""}
    # Whoever sets a proxy means it to be connected to, wherever it is.
    proxies = [urlsplit(proxy).hostname or "" for proxy in getproxies().values()]
    crawl(replace(plan, guard_allow=[*plan.guard_allow, *proxies]))
    logging.shutdown()
    # DuckDB 2.0.0 can hang when the interpreter ends; everything is on disk.
    os._exit(0)


if __name__ == "__main__":
    main()
