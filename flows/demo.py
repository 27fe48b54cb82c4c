"""The demo: the daily run, twice, over an invented newsroom on loopback."""

from collections.abc import Generator
from pathlib import Path
from typing import Literal

from flows.ingest import Request
from spiders.crawl import load_sources
from spiders.newsroom import DAYS, Newsroom

MODULE = "spiders.newsroom.sources"
# The newsroom is ours: it needs no politeness, and a person is waiting.
SETTINGS = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "CONCURRENT_REQUESTS_PER_DOMAIN": 8}


def days(data: Path) -> Generator[Request]:
    """One request for each simulated day, valid while the iteration stands at it."""
    sources = tuple(load_sources([MODULE]))
    with Newsroom() as newsroom:
        days: tuple[Literal[1, 2], ...] = (1, 2)
        for newsroom.day, moment in zip(days, DAYS, strict=True):
            yield Request(
                data,
                sources=sources,
                kind="demo",
                spider_modules=(MODULE,),
                clock=moment,
                proxy=newsroom.proxy,
                settings=SETTINGS,
            )
