"""All real pages, packed into a WARC file and loaded: every one has an outcome, and what was read is right."""

import gzip
import importlib.util
import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from flows.gating import gate
from flows.load import load
from flows.spool import Data
from spiders.urls import absolute
from warehouse.snapshot import query

EVAL = Path(__file__).parent / "eval"


def rows(data: Path, sql: str) -> list[tuple]:
    return query(Data(data).snapshot, sql).rows


def pages(realdata: Path) -> dict[str, bytes]:
    """The 503 real pages by address."""
    articles = realdata / "articles"
    found = {}
    truth = json.loads((articles / "aeb" / "ground-truth.json").read_text(encoding="utf-8"))
    for identifier, entry in truth.items():
        found[entry["url"]] = articles / "aeb" / "html" / f"{identifier}.html.gz"
    for info in sorted(articles.glob("fundus/*/meta.info")):
        for name, entry in json.loads(info.read_text(encoding="utf-8")).items():
            if (info.parent / name).exists():
                found[entry["url"]] = info.parent / name
    for path in sorted(articles.glob("chinese/*.html.gz")):
        found[f"https://{path.name.split('__')[1]}.example.cn/{path.name}"] = path
    return {url: gzip.decompress(path.read_bytes()) for url, path in found.items()}


@pytest.fixture(scope="module")
def real_pages(realdata: Path, tmp_path_factory: pytest.TempPathFactory, pack: Callable[..., None]) -> Path:
    """A data folder into which all real pages were loaded."""
    folder = tmp_path_factory.mktemp("pages")
    records = pages(realdata)
    pack(records, folder / "pages.warc.gz")
    report = load([folder / "pages.warc.gz"], folder / "data", everything=True)
    assert sum(report.outcomes.values()) == len(records)
    return folder / "data"


def test_every_real_page_has_exactly_one_outcome(real_pages: Path, realdata: Path) -> None:
    outcomes = Counter(dict(rows(real_pages, "select outcome, count(*) from fetches group by all")))
    assert outcomes.total() == len(pages(realdata)) >= 502
    assert outcomes["article"] >= 495
    assert set(outcomes) <= {"article", "section", "shell"}
    assert rows(
        real_pages, "select count(*) from fetches where outcome = 'section' and url not like '%list_page%'"
    ) == [(0,)]
    assert rows(real_pages, "select url from fetches group by all having count(*) > 1") == []


@pytest.fixture(scope="module")
def scoring() -> ModuleType:
    """`tests/eval/extraction.py`, which also runs by itself."""
    spec = importlib.util.spec_from_file_location("extraction", EVAL / "extraction.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["aeb", "fundus", "chinese"])
def test_what_was_read_is_as_right_as_it_was(real_pages: Path, realdata: Path, scoring: Any, name: str) -> None:
    floors = json.loads((EVAL / "extraction_floors.json").read_text(encoding="utf-8"))[name]
    stored = {
        url: scoring.Reading(text, title, tuple(authors), at and at.astimezone(UTC), precision)
        for url, text, title, authors, at, precision in rows(
            real_pages, "select url, text, title, authors, published_at, published_precision from articles"
        )
    }
    pages = scoring.SETS[name](realdata / "articles")
    figures = scoring.score(pages, [stored.get(absolute(page.url), scoring.Reading()) for page in pages]).figures
    assert scoring.below(figures, floors) == []


def test_the_gate_turns_down_no_page_that_is_on_topic(real_pages: Path, realdata: Path) -> None:
    bodies = {absolute(url): body for url, body in pages(realdata).items()}
    on_topic = [url for (url,) in rows(real_pages, "select url from articles where decision != 'off_topic'")]
    assert on_topic
    assert [url for url in on_topic if not gate().admits(bodies[url])] == []


def test_checks_of_the_warehouse_return_nothing(real_pages: Path) -> None:
    checks = sorted((EVAL.parent.parent / "warehouse" / "checks").glob("*.sql"))
    assert len(checks) >= 9
    for check in checks:
        assert rows(real_pages, check.read_text(encoding="utf-8")) == [], check.name


def test_chinese_pages_are_readable(real_pages: Path) -> None:
    sql = "select title, text, language, url from articles where url like '%.example.cn/%'"
    chinese = rows(real_pages, sql)
    assert len(chinese) >= 62
    for title, text, language, url in chinese:
        assert language == "zh", title
        # Two copies of one page carry replacement characters themselves.
        assert "\ufffd" not in text or "tests__thepaper__" in url, title
        characters = sum("\u4e00" <= character <= "\u9fff" for character in text)
        assert characters > len(text) * 0.15, title


def test_loading_a_file_again_changes_nothing(real_pages: Path) -> None:
    before = rows(real_pages, "select count(*), max(last_seen_at) from articles")
    report = load([real_pages.parent / "pages.warc.gz"], real_pages, everything=True)
    assert report.total("fetched") == 0
    assert rows(real_pages, "select count(*), max(last_seen_at) from articles") == before
