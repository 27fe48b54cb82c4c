"""Extraction scored on real pages, beside trafilatura on the same pages in the same run.

    make eval                                             # figures and the ratio of processor time
    .venv/bin/python tests/eval/extraction.py --raise     # and raise the floors to them

A figure below its floor in `extraction_floors.json` is an error; `--allow-regression` lowers floors, `--raise` never
does. The pages are in $BILATERAL_REALDATA/articles. What is true of the Chinese ones was read off them by hand
(`chinese_pages.json`: title, time, first and last characters of the text), before the extractor was run on them.
"""

import argparse
import gzip
import html
import json
import os
import re
import statistics
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import trafilatura
from trafilatura.settings import Document

from spiders.extract import extract
from spiders.records import Position, Record

FLOORS = Path(__file__).parent / "extraction_floors.json"
REALDATA = Path(os.environ.get("BILATERAL_REALDATA", Path(__file__).parents[3] / "shared" / "realdata"))
MARGIN = 0.002
"""By which a raised floor stays below what was measured."""
STRAY = 60
"""Characters that may stand before or after a text of which the ends are known."""

_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")


@dataclass(frozen=True)
class Page:
    """A page and what is true of it; what is not known of it is None.

    Of the text, where it is not known whole, `ends` are its first and last characters.
    """

    name: str
    url: str
    body: bytes
    text: str | None
    title: str | None = None
    authors: tuple[str, ...] | None = None
    published: datetime | None = None
    crawled: datetime = datetime(2026, 11, 1, tzinfo=UTC)
    ends: tuple[str, str] | None = None


@dataclass(frozen=True)
class Reading:
    """What an extractor says of a page."""

    text: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    precision: str = "none"


def by_us(page: Page) -> Reading:
    """Our extractor, on an archived answer without any announcement."""
    article = extract(Record(page.url, page.crawled, 200, "text/html", page.body, Position("", 0, 0))).article
    if article is None:
        return Reading()
    return Reading(article.text, article.title, article.authors, article.published_at, article.published_precision)


def by_trafilatura(page: Page) -> Reading:
    """Trafilatura as its documentation has it, comments left out."""
    found = trafilatura.bare_extraction(page.body, url=page.url, with_metadata=True, include_comments=False)
    if not isinstance(found, Document):
        return Reading()
    authors = tuple(name.strip() for name in (found.author or "").split(";") if name.strip())
    published = datetime.fromisoformat(found.date).replace(tzinfo=UTC) if found.date else None
    return Reading(found.text or "", found.title or "", authors, published, "day" if published else "none")


# Pages -------------------------------------------------------------------------------------------------------


def aeb(articles: Path) -> list[Page]:
    """The article extraction benchmark: 181 pages with their text."""
    truth = json.loads((articles / "aeb" / "ground-truth.json").read_text(encoding="utf-8"))
    return [
        Page(name, entry["url"], _unpacked(articles / "aeb" / "html" / f"{name}.html.gz"), entry["articleBody"])
        for name, entry in truth.items()
    ]


def fundus(articles: Path) -> list[Page]:
    """Fundus's pages, each with that version of its publisher's truth which is most in the page."""
    pages = []
    for info in sorted(articles.glob("fundus/*/meta.info")):
        for name, entry in json.loads(info.read_text(encoding="utf-8")).items():
            truth = info.parent / f"{name.split('_')[0]}.json"
            if not (info.parent / name).exists() or not truth.exists():
                continue
            body = _unpacked(info.parent / name)
            versions = [
                version
                for version in json.loads(truth.read_text(encoding="utf-8")).values()
                if isinstance(version, dict) and version.get("body")
            ]
            if not versions:
                continue
            best = versions[0] if len(versions) == 1 else max(versions, key=_presence_in(body))
            published = best.get("publishing_date")
            pages.append(
                Page(
                    f"{info.parent.name}/{name}",
                    entry["url"],
                    body,
                    _text_of(best),
                    " ".join(best["title"].split()) if best.get("title") else None,
                    tuple(" ".join(name.split()) for name in best["authors"]) if "authors" in best else None,
                    datetime.fromisoformat(published) if published else None,
                    datetime.fromisoformat(entry["crawl_date"]).replace(tzinfo=UTC),
                )
            )
    return pages


def chinese(articles: Path) -> list[Page]:
    """Chinese pages that were labelled by hand."""
    labels = json.loads((Path(__file__).parent / "chinese_pages.json").read_text(encoding="utf-8"))
    pages = []
    for name, true in labels.items():
        published = datetime.fromisoformat(true["published"]) if true["published"] else None
        pages.append(
            Page(
                name,
                f"https://{name.split('__')[1]}.example.cn/{name}",
                _unpacked(articles / "chinese" / name),
                None,
                true["title"],
                published=published.replace(tzinfo=ZoneInfo(true["zone"])) if published else None,
                ends=(true["first"], true["last"]),
            )
        )
    return pages


def _text_of(version: Mapping[str, Any]) -> str:
    body = version["body"]
    lines = list(body.get("summary") or [])
    for section in body.get("sections") or []:
        lines += [*(section.get("headline") or []), *(section.get("paragraphs") or [])]
    return "\n".join(lines)


def _presence_in(body: bytes) -> Callable[[Mapping[str, Any]], float]:
    """How much of a version's text is in a page."""
    visible = set(_shingles(html.unescape(re.sub(r"<[^>]*>", " ", body.decode("utf-8", "replace")))))

    def share(version: Mapping[str, Any]) -> float:
        wanted = set(_shingles(_text_of(version)))
        return len(wanted & visible) / max(1, len(wanted))

    return share


def _unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


# Scores ------------------------------------------------------------------------------------------------------


def _shingles(text: str) -> Iterable[tuple[str, ...]]:
    tokens = _TOKEN.findall(unicodedata.normalize("NFC", text).lower())
    return (tuple(tokens[start : start + 4]) for start in range(max(1, len(tokens) - 3)))


def f1(pairs: Iterable[tuple[str, str]]) -> float:
    """Scrapinghub's score: F1 of mean precision and mean recall over 4-grams of words, each page counting the same.

    Chinese and Japanese characters are words of their own. Source: github.com/scrapinghub/article-extraction-benchmark.
    """
    precisions, recalls = [], []
    for true, found in pairs:
        wanted, got = Counter(_shingles(true)), Counter(_shingles(found))
        shared = (wanted & got).total()
        precisions.append(shared / got.total())
        recalls.append(shared / wanted.total())
    precision, recall = statistics.mean(precisions), statistics.mean(recalls)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@dataclass
class Score:
    """Figures of one extractor on one set of pages, and the pages behind the errors."""

    figures: dict[str, float] = field(default_factory=dict)
    wrong: dict[str, list[tuple[str, Any, Any]]] = field(default_factory=dict)


def score(pages: list[Page], readings: list[Reading]) -> Score:
    """Compare what an extractor read with what is true."""
    both = list(zip(pages, readings, strict=True))
    scored = Score()
    figures, wrong = scored.figures, scored.wrong
    if texts := [(page.text, reading.text) for page, reading in both if page.text is not None]:
        figures["f1"] = f1(texts)

    def share(name: str, judged: list[tuple[Page, bool, Any, Any]]) -> None:
        if judged:
            figures[name] = sum(right for _, right, _, _ in judged) / len(judged)
            wrong[name] = [(page.name, true, found) for page, right, true, found in judged if not right]

    share("body", [(p, _has_ends(p.ends, r.text), p.ends, r.text) for p, r in both if p.ends])
    share("title", [(p, _squeezed(r.title) == _squeezed(p.title), p.title, r.title) for p, r in both if p.title])
    share(
        "authors",
        [(p, _names(r.authors) == _names(p.authors), p.authors, r.authors) for p, r in both if p.authors is not None],
    )
    dated = [(p, r) for p, r in both if p.published]
    share("day", [(p, _same_day(p.published, r), p.published, r.published) for p, r in dated if p.published])
    if dated:
        false = [(p, r) for p, r in dated if r.published and p.published and not _same_day(p.published, r)]
        figures["wrong_day"] = len(false) / len(dated)
        share(
            "instant",
            [(p, _same_instant(p.published, r), p.published, r.published) for p, r in dated if p.published.tzinfo],
        )
    return scored


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def _has_ends(ends: tuple[str, str], text: str) -> bool:
    """Whether a text begins and ends as it should, give or take a line."""
    squeezed, (first, last) = _squeezed(text), map(_squeezed, ends)
    start, end = squeezed.find(first), squeezed.rfind(last)
    return 0 <= start <= STRAY and end >= 0 and len(squeezed) - end - len(last) <= STRAY


def _names(names: Iterable[str]) -> list[str]:
    return sorted(" ".join(name.split()).casefold() for name in names)


def _same_day(true: datetime, reading: Reading) -> bool:
    """The same calendar day where the truth was written, or in UTC."""
    if reading.published is None:
        return False
    if reading.precision == "day":
        # The start of the day at the source, which in Asia is the afternoon before in UTC.
        return (reading.published + timedelta(hours=14)).date() in {true.date(), true.astimezone(UTC).date()}
    near = abs((reading.published - true.astimezone(UTC)).total_seconds()) <= 60
    return near or reading.published.astimezone(true.tzinfo).date() == true.date()


def _same_instant(true: datetime, reading: Reading) -> bool:
    return (
        reading.precision == "instant"
        and reading.published is not None
        and abs((reading.published - true).total_seconds()) <= 60
    )


SETS: dict[str, Callable[[Path], list[Page]]] = {"aeb": aeb, "fundus": fundus, "chinese": chinese}


def below(figures: Mapping[str, float], floors: Mapping[str, float]) -> list[str]:
    """What is worse than its floor; of wrong days the floor is a ceiling."""
    return [
        f"{name} {figures[name]:.4f}, floor {floor:.4f}"
        for name, floor in floors.items()
        if (figures[name] > floor if name == "wrong_day" else figures[name] < floor)
    ]


def main() -> None:
    """Score, print, and compare with the floors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raise", dest="raising", action="store_true", help="raise floors to what is measured")
    parser.add_argument("--allow-regression", action="store_true", help="write what is measured, lower or not")
    parser.add_argument("--wrong", metavar="FIGURE", help="list what is wrong, e.g. title")
    arguments = parser.parse_args()
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    failures = []
    for name, load in SETS.items():
        pages = load(REALDATA / "articles")
        (ours, fast), (theirs, slow) = ((score(pages, found), spent) for found, spent in _timed(pages))
        print(f"{name}: {len(pages)} pages, {fast:.1f} s; trafilatura {slow:.1f} s, {slow / fast:.2f} times")
        for figure, value in ours.figures.items():
            print(f"  {figure:<10} {value:.4f}  trafilatura {theirs.figures[figure]:.4f}")
        if arguments.wrong:
            for page, true, found in ours.wrong.get(arguments.wrong, ()):
                print(f"    {page}: {true!r}\n        {found!r}")
        failures += [f"{name}: {what}" for what in below(ours.figures, floors.get(name, {}))]
        if arguments.raising or arguments.allow_regression:
            floors[name] = _raised(ours.figures, floors.get(name, {}), lower=arguments.allow_regression)
    if arguments.raising or arguments.allow_regression:
        FLOORS.write_text(json.dumps(floors, indent=2) + "\n", encoding="utf-8")
    elif failures:
        sys.exit("below the floor: " + "; ".join(failures))


def _timed(pages: list[Page]) -> list[tuple[list[Reading], float]]:
    """What both extractors read, and the processor time each took; page by page in turns, for the machine's sake."""
    readers = (by_us, by_trafilatura)
    for read in readers:
        for page in pages[:5]:  # what is imported and compiled on first use
            read(page)
    readings: tuple[list[Reading], ...] = ([], [])
    seconds = [0.0, 0.0]
    for page in pages:
        for number, read in enumerate(readers):
            began = time.process_time()
            readings[number].append(read(page))
            seconds[number] += time.process_time() - began
    return list(zip(readings, seconds, strict=True))


def _raised(figures: Mapping[str, float], floors: Mapping[str, float], *, lower: bool) -> dict[str, float]:
    raised = {}
    for name, value in figures.items():
        sign = -1 if name == "wrong_day" else 1
        bound = round(value - sign * MARGIN, 4)
        keep = not lower and name in floors and sign * floors[name] > sign * bound
        raised[name] = floors[name] if keep else bound
    return raised


if __name__ == "__main__":
    main()
