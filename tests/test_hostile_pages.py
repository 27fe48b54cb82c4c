"""Pages made to cost time or memory: each ends within its limit with an outcome, and its neighbours are read."""

import json
import multiprocessing
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from spiders.bounded import extract_all
from spiders.extract import MAX_BYTES, MAX_ELEMENTS
from spiders.outcomes import Outcome
from spiders.records import Position, Record

SECONDS = 4.0
"""Of each page here; a run grants 20."""
PEAK = 1_000_000_000
"""Bytes of memory that no page may make a worker hold; 0.5 GB were measured."""

FIT = MAX_ELEMENTS // 4
"""Elements of most pages here: at the limit itself they take up to ten seconds each, and end all the same."""
TEXT = "<p>" + "The Commerce Department tightened its export controls on advanced chips again on Friday. " * 8 + "</p>"


def shapes() -> Iterator[tuple[str, str | bytes]]:
    yield "rows beyond the limit", "<table>" + "<tr><td>1</td></tr>" * 270_000 + "</table>"
    yield "rows within the limit", "<table>" + "<tr><td>cell of some length</td>" * (FIT // 3) + "</table>"
    yield "attributes on one tag", "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x</p>"
    yield "nested beyond the parser", "<div>" * (MAX_ELEMENTS - 100) + TEXT
    yield "nested within the parser", "<div>" * 2000 + TEXT + "</div>" * 2000
    yield "options", "<select>" + "<option>an option" * FIT + "</select>"
    yield "line breaks", "some words of it<br>" * FIT
    yield "spans like dates", "<span class='date'>2026-11-20 10:30</span>" * (FIT // 2)
    yield "short paragraphs", "<p>A short paragraph.</p>" * (FIT // 2)
    yield "links", "<a href='/a'>A headline of some length about it</a> " * (FIT // 2)
    yield "one long line", "<p>" + "word " * (MAX_BYTES // 15) + "</p>"
    yield "no space at all", "<p>" + "x" * (MAX_BYTES // 3) + "</p>"
    yield "Chinese without end", "<p>" + "中" * (MAX_BYTES // 9) + "</p>"
    yield "a long program", "<script>" + "var a = 1; " * 400_000 + "</script>" + TEXT
    yield "broken JSON-LD", "<script type='application/ld+json'>" + '{"a": [' * 400_000 + "</script>" + TEXT
    authors = [{"@type": "Person", "name": f"A {n}"} for n in range(100_000)]
    article = {"@type": "NewsArticle", "headline": "T", "author": authors}
    yield "a crowd of authors", f"<script type='application/ld+json'>{json.dumps(article)}</script>{TEXT}"
    yield (
        "JSON-LD in JSON-LD",
        "<script type='application/ld+json'>" + '{"@graph":' * 900 + "1" + "}" * 900 + "</script>",
    )
    yield "meta tags", "<meta name='date' content='x'>" * FIT + TEXT
    yield "bylines", "<b class='author' id='a' rel='b' itemprop='c'>Ann Lee</b>" * (FIT // 2) + TEXT
    yield "headings", "<h1>2026-11-20</h1>" * (FIT // 2)
    yield "random bytes", random.Random(1).randbytes(1_000_000)
    yield "zeros", b"\0" * 1_000_000 + TEXT.encode()
    yield "a feed", b"<?xml version='1.0'?><rss><channel>" + b"<item><title>t</title></item>" * 20_000
    yield "entities", "<p>" + "&amp;#x4e2d;" * 300_000 + "</p>"
    yield "open tags", "<" * (MAX_ELEMENTS - 10)
    yield "comments", "<!-- <p> -->" * (FIT // 2) + TEXT
    yield "brackets in a title", "<title>" + "[" * 900_000 + "</title>" + TEXT


def record(number: int, body: str | bytes) -> Record:
    page = body if isinstance(body, bytes) else f"<html><head><title>Page {number}</title></head><body>{body}".encode()
    now = datetime(2026, 11, 22, tzinfo=UTC)
    return Record(f"https://example.com/{number}", now, 200, "text/html", page, Position("a.warc.gz", number, 1))


def test_hostile_pages_cost_their_limits_at_most() -> None:
    names = [name for name, _ in shapes()]
    assert len(names) >= 16
    pages = (record(2 * n, body) for n, (_, body) in enumerate(shapes()))
    neighbours = (record(2 * n + 1, TEXT * 3) for n in range(len(names)))
    mixed = (page for pair in zip(pages, neighbours, strict=True) for page in pair)
    found: dict[int, Outcome] = {}
    peak = 0
    for one, extraction in extract_all(mixed, workers=1, seconds=SECONDS):
        found[one.position.warc_offset] = extraction.outcome
        for child in multiprocessing.active_children():
            status = Path(f"/proc/{child.pid}/status")
            if status.exists() and (held := re.search(r"VmHWM:\s+(\d+)", status.read_text())):
                peak = max(peak, int(held[1]) * 1024)
    assert [found[2 * n + 1] for n in range(len(names))] == [Outcome.ARTICLE] * len(names)
    ends = {name: found[2 * n] for n, name in enumerate(names)}
    assert ends["rows beyond the limit"] is Outcome.TOO_LARGE
    assert ends["attributes on one tag"] is Outcome.TIMED_OUT
    assert ends["nested within the parser"] is Outcome.ARTICLE
    assert ends["a long program"] is Outcome.ARTICLE
    assert ends["a feed"] is Outcome.NOT_HTML
    assert ends["random bytes"] is Outcome.NOT_HTML
    assert ends["comments"] is Outcome.ARTICLE
    assert peak < PEAK
