"""Every source: its file, its attributes, its politeness, and what it makes of its fixtures.

Fixtures stand in `tests/sources/<id>/`; `spiders/README.md` says how to write them.
"""

import inspect
import json
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from scrapy.http import Response

from spiders import base, settings
from spiders.base import Kind, Run, SourceSpider
from spiders.crawl import load_sources
from spiders.discovery import Link
from spiders.extract import extract
from spiders.outcomes import Outcome
from spiders.records import Position, Record

FIXTURES = Path(__file__).parent / "sources"
GUIDE = Path(base.__file__).parent / "README.md"
SOURCES = load_sources(["spiders.sources"])
BASES = [
    one
    for one in vars(base).values()
    if isinstance(one, type) and issubclass(one, SourceSpider) and one.__module__ == base.__name__
]

MAX_LINES = 40
"""Of a source that is a feed; the others may have a short method that turns one address into another."""
MAX_LINES_OF_OTHERS = 60
MAY_RAISE = {"DOWNLOAD_DELAY", "AUTOTHROTTLE_START_DELAY", "AUTOTHROTTLE_MAX_DELAY"}
MAY_LOWER = {
    "CONCURRENT_REQUESTS_PER_DOMAIN", "AUTOTHROTTLE_TARGET_CONCURRENCY", "RETRY_TIMES", "DOWNLOAD_MAXSIZE",
    "DOWNLOAD_TIMEOUT", "REDIRECT_MAX_TIMES", "CLOSESPIDER_TIMEOUT",
}  # fmt: skip
MAY_OVERRIDE = {"discovery_urls", "further", "links", "wanted"}
"""The pure methods; everything that asks for pages stays with the bases."""
MAY_SEND = {"Accept", "Referer", "X-Requested-With"}
"""HTTP headers; the rest would say that we are somebody else."""
EXCEPTIONS: dict[tuple[str, str], str] = {
    ("peoples_daily_en", "https"): "the site speaks http only",
    ("peoples_daily_zh", "https"): "the site speaks http only",
}
"""(source, setting or attribute) that may be less polite than the rest → why. Empty is best."""

HOW_TO = """{name} has no fixtures. Make the folder tests/sources/{name}/ with
  - one file per discovery document (feed.xml, api.json …), 3 to 5 entries of your own invention, in the shape that
    the endpoint really has, with its quirks;
  - article.html: one page of your own text in the site's template (not needed with body_from_feed);
  - meta.json: {{"now": "2026-10-03T06:00:00Z", "discovery": {{"feed.xml": "https://…"}},
    "articles": {{"article.html": "https://…"}}}}, where now is the time of the fetch.
Then run this test again: it writes expected.json, which you review."""

every_source = pytest.mark.parametrize("name", SOURCES)


def declared() -> set[str]:
    """Attributes that a source may set, as the bases declare them."""
    return {name for one in BASES for name in inspect.get_annotations(one) if not name.startswith("_")} - {"run"}


@every_source
def test_describes_itself(name: str) -> None:
    spider = SOURCES[name]
    source = spider.source()
    module = Path(inspect.getfile(spider))
    assert module.stem == source.source_id == name
    longest = MAX_LINES if issubclass(spider, base.FeedSpider) else MAX_LINES_OF_OTHERS
    assert len(module.read_text(encoding="utf-8").splitlines()) <= longest, "a source is a few class attributes"
    assert inspect.getmodule(spider).__doc__, "the module's docstring says which quirks matter"
    assert source.name.strip()
    assert source.kind in get_args(Kind)
    assert re.fullmatch(r"[A-Z]{2}", source.country)
    assert re.fullmatch(r"[a-z]{2}", source.language)
    scheme = "http" if (name, "https") in EXCEPTIONS else "https"
    assert re.fullmatch(scheme + r"://[a-z0-9.-]+/.*", source.homepage)
    assert source.paywall in {"none", "metered", "hard"}
    assert source.cadence_hours > 0
    assert ZoneInfo(spider.zone)
    for pattern in (spider.allow, spider.deny, spider.deny_title, spider.about, spider.pointer, spider.date_in_page):
        assert re.compile(pattern)
        assert not pattern or not re.search(pattern, ""), f"{pattern!r} matches anything"
    addresses = spider.discovery_urls()
    assert addresses
    assert len(set(addresses)) == len(addresses)
    assert all(urlsplit(url).scheme == scheme for url in addresses)


def test_no_title_takes_a_source_s_rules_long() -> None:
    start = time.process_time()
    for text in ("word " * 400, "AI " * 660, "China " * 330, "$1 off " * 280, "京东 " * 660):
        for spider in SOURCES.values():
            spider.wanted(Link("https://site.example/" + "a-" * 900, title=text, summary=text))
    assert time.process_time() - start < 5, "0.2 s; a single long title took GDELT's rules four, and came from anybody"


@every_source
def test_is_no_less_polite_than_the_rest(name: str) -> None:
    spider = SOURCES[name]
    faults = {
        attribute: "not an attribute that sources have"
        for attribute in vars(spider)
        if not attribute.startswith("_") and attribute not in declared() | MAY_OVERRIDE | {"name", "custom_settings"}
    }
    for setting, value in (spider.custom_settings or {}).items():
        usual = getattr(settings, setting, None)
        if usual is None or setting not in MAY_RAISE | MAY_LOWER:
            faults[setting] = "not a setting that sources may change"
        elif value < usual if setting in MAY_RAISE else value > usual:
            faults[setting] = f"{value}, while the rest have {usual}"
    faults |= {header: "not a header that sources may send" for header in spider.headers if header not in MAY_SEND}
    if spider.max_pages > SourceSpider.max_pages:
        faults["max_pages"] = f"{spider.max_pages}, while the rest have {SourceSpider.max_pages}"
    faults = {what: why for what, why in faults.items() if (name, what) not in EXCEPTIONS}
    assert not faults, f"{name}: {faults}; if it must be, add it to EXCEPTIONS with the reason"


def test_exceptions_are_needed() -> None:
    """No entry outlives its source."""
    assert {name for name, _ in EXCEPTIONS} <= set(SOURCES)
    assert all(EXCEPTIONS.values())


class Recorder:
    """Writer and log of a run, kept in memory."""

    def __init__(self) -> None:
        self.written: list[tuple[str, dict[str, Any], bytes]] = []
        self.rows: list[dict[str, Any]] = []

    def write(self, url: str, known: dict[str, Any], _response: None, body: bytes) -> None:
        self.written.append((url, known, body))

    def discovered(self, source_id: str, **counts: int) -> None:
        pass

    def row(self, source_id: str, url: str, outcome: Outcome, **details: Any) -> None:
        self.rows.append({"url": url, "outcome": outcome, **details})


def crawl_fixtures(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[dict[str, Any]], list[str], dict[str, Record]]:
    """What the source's spider makes of its fixtures.

    Returns:
        What it keeps of each link, in order; addresses of the links that it leaves out; and the archive's record
        of each article there is, by its address.
    """
    folder = FIXTURES / name
    if not (folder / "meta.json").is_file():
        pytest.fail(HOW_TO.format(name=name), pytrace=False)
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    now = datetime.fromisoformat(meta["now"])
    recorder = Recorder()
    monkeypatch.setattr(SourceSpider, "run", Run(recorder, recorder, lambda _keys: {}, lambda: now))
    if SOURCES[name].api_key:
        monkeypatch.setenv(SOURCES[name].api_key, "example-key")
    spider = SOURCES[name]()
    asked = {url: spider._document(url) for url in spider.discovery_urls()}
    pages = {url: (folder / file).read_bytes() for file, url in meta["articles"].items()}
    kept: list[dict[str, Any]] = []
    announced: list[str] = []
    records: dict[str, Record] = {}

    def keep(known: dict[str, Any], fetched: str, body: bytes | None) -> None:
        known = json.loads(json.dumps(known, ensure_ascii=False, default=str))
        kept.append(known)
        if body is not None:
            position = Position(f"{name}.warc.gz", 0, len(body))
            records[known["url"]] = Record(fetched, now, 200, "text/html; charset=utf-8", body, position, known)

    for file, url in meta["discovery"].items():
        assert url in asked, f"{url} in meta.json is not what the spider asks for: {list(asked)}"
        answer = Response(url, body=(folder / file).read_bytes(), request=asked[url])
        requests = list(spider.parse(answer))
        named = [request for request in requests if request.meta["known"]["role"] == "discovery"]
        asked |= {request.meta["known"]["url"]: request for request in named}
        if not named or len(named) < len(requests) or recorder.written:
            announced += [link.url for link in spider.links(answer.body, url)]
        for request in requests:
            if request not in named:
                keep(request.meta["known"], request.url, pages.pop(request.url, None))
        while recorder.written:
            url_in_feed, known, content = recorder.written.pop(0)
            keep(known, url_in_feed, content)
    broken = [row for row in recorder.rows if row["outcome"] is not Outcome.DISCOVERY]
    assert not broken, f"a discovery document cannot be read: {broken}"
    assert not pages, f"nothing leads to {list(pages)} of meta.json"
    assert records, "no article: add an article.html whose address a link of the fixtures leads to"
    addresses = {known["url"] for known in kept}
    return kept, list(dict.fromkeys(url for url in announced if url not in addresses)), records


def as_golden(kept: list[dict[str, Any]], left_out: list[str], records: dict[str, Record]) -> dict[str, Any]:
    """What a reviewer has to see of it, as JSON."""
    return {
        "links": [
            {
                "url": known["url"],
                "title": known.get("title", ""),
                "summary": known.get("summary", "")[:100],
                "published": known["published"]["at"],
                "precision": known["published"]["precision"],
                **{name: known[name] for name in ("publisher", "fetch_url") if name in known},
            }
            for known in kept
        ],
        "left_out": left_out,
        "articles": [article_of(record) for record in records.values()],
    }


def article_of(record: Record) -> dict[str, Any]:
    extraction = extract(record)
    article = extraction.article
    assert article, f"{record.url}: {extraction.outcome}, {extraction.error}"
    return {
        "url": article.url,
        "title": article.title,
        "authors": list(article.authors),
        "published_at": str(article.published_at) if article.published_at else None,
        "precision": article.published_precision,
        "published_source": article.published_source,
        "language": article.language,
        "begins": " ".join(article.text[:60].split()),
        "ends": " ".join(article.text[-60:].split()),
        "word_count": article.word_count,
        "paywalled": article.paywalled,
    }


@every_source
def test_reads_its_fixtures(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spider = SOURCES[name]
    kept, left_out, records = crawl_fixtures(name, monkeypatch)
    site = urlsplit(spider.homepage).hostname.removeprefix("www.")
    for known in kept:
        assert re.search(spider.allow, known["url"])
        at = known["published"]["at"]
        assert at is None or datetime.fromisoformat(at).utcoffset() == timedelta(0)
        assert known["published"]["precision"] in ({"instant", "day"} if at else {"none"})
        host = urlsplit(known.get("fetch_url") or known["url"]).hostname
        assert spider.headline_only or f".{host}".endswith(f".{site}"), f"fetches from {host}, not from {site}"

    golden = FIXTURES / name / "expected.json"
    actual = as_golden(kept, left_out, records)
    review = f"please review {golden.relative_to(FIXTURES.parent.parent)}"
    if not golden.exists():
        text = json.dumps({"reviewed": False, **actual}, ensure_ascii=False, indent=2)
        golden.write_text(text + "\n", encoding="utf-8")
        pytest.fail(f"{review}: it has been written now. Is all of it right? Then set reviewed to true.", pytrace=False)
    expected = json.loads(golden.read_text(encoding="utf-8"))
    reviewed = expected.pop("reviewed", False)
    assert actual == expected, "if this is better, delete expected.json, run the test again and review it"
    assert reviewed is True, f"{review}, then set reviewed to true in it"


def test_a_source_that_needs_a_key_is_not_ready_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    spider = SOURCES["congress_gov_api"]
    monkeypatch.delenv("CONGRESS_API_KEY", raising=False)
    assert not spider.ready()
    monkeypatch.setenv("CONGRESS_API_KEY", "example-key")
    assert spider.ready()
    request = spider()._document(spider.discovery_urls()[0])
    assert request.headers["X-Api-Key"] == b"example-key"
    assert "example-key" not in request.url
    assert "example-key" not in json.dumps(request.meta)
    assert request.meta["dont_redirect"], "another host must not get the key"


def test_fixtures_have_sources() -> None:
    assert {folder.name for folder in FIXTURES.iterdir()} <= set(SOURCES)


def test_a_post_cut_in_the_feed_is_a_teaser(monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, records = crawl_fixtures("chinatalk", monkeypatch)
    assert article_of(records["https://www.chinatalk.media/p/the-penang-question"])["paywalled"]


def test_guide_lists_every_attribute() -> None:
    table = re.findall(r"^\| `(\w+)` \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(table) == sorted(declared() | {"name", "custom_settings"})


def test_guide_names_every_base() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert [one.__name__ for one in BASES if f"`{one.__name__}`" not in text] == []


def test_guide_shows_a_real_source() -> None:
    shown = re.search(r"```python\n.*?\n\n\n(class .*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert shown
    assert shown[1].strip() == inspect.getsource(SOURCES["ustr"]).strip()


def test_dates_in_fixtures_do_not_depend_on_today() -> None:
    for meta in FIXTURES.glob("*/meta.json"):
        assert datetime.fromisoformat(json.loads(meta.read_text(encoding="utf-8"))["now"]).tzinfo == UTC
