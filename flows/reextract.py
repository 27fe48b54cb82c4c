"""Extract the whole archive again with the present extractor, and say what differs before anything is written.

What the fetches point at is replayed, run by run, through the ordinary stages into a database beside the stored one.
What differs between the two is the report; to write is to put the new one in the old one's place.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

from flows import stages
from flows.differences import Differences, Missing, found
from flows.fingerprint import text_hash
from flows.journal import Journal
from flows.reading import key_of
from flows.relevance import Tagger
from flows.runs import Step, begin, plainly
from flows.seeds import tagger_with
from flows.spool import Data, Spool, new_run_id, read_lines, write_lines
from spiders.base import SourceSpider
from spiders.bounded import extract_all
from spiders.crawl import load_sources
from spiders.extract import EXTRACTOR_VERSION, count_words
from spiders.outcomes import Outcome
from spiders.records import Damage, Record, read
from warehouse import replay
from warehouse.store import Store, exclusive, publish

Item = TypeVar("Item")
Fetch = dict[str, Any]
"""A row of the fetches table."""

BATCH = 10_000
"""Pages of a run that are replayed at a time."""
_UNSURE = frozenset({Outcome.TIMED_OUT, Outcome.CRASHED})
"""Outcomes that say as much of the machine as of the page: no reason to take an article away."""
_JUDGED = ("relevance", "decision", "tagger_version", "tags", "evidence", "seed_matches")
"""What tagging adds to an article."""


def reextract(
    root: Path,
    write: bool = False,
    step: Step = plainly,
    spider_modules: Sequence[str] = ("spiders.sources",),
    batch: int = BATCH,
) -> Differences:
    """Replay every archived page that a fetch points at, as its source's spider now says that it is to be read.

    What cannot be read again (a file that is gone, a damaged record, a page that takes too long) stays as it is
    stored, and is named. Articles that a bulk load left out as off topic are stored where they are on topic now; no
    stored one is left out.

    Args:
        root: the data folder.
        write: put what was found in the place of what is stored, and publish it. Else nothing stored is touched.
        step: how to call a stage.
        spider_modules: where the sources are.
        batch: pages that are replayed at a time.

    Raises:
        FileNotFoundError: nothing is stored.
        Locked: another run is using the data folder.
    """
    data = Data(root.absolute())
    if not data.master.exists():
        raise FileNotFoundError(f"no {data.master}: run `bilateral ingest` first, or name its folder with --data")
    started_at = datetime.now(UTC)
    run_id = new_run_id(started_at)
    spiders = load_sources(list(spider_modules))
    tagger = tagger_with(data.seeds)
    again = Data(data.root / "spool" / "reextract")
    stored = again.root / "stored.duckdb"
    with exclusive(data.root, f"reextract {run_id}"):
        shutil.rmtree(again.root, ignore_errors=True)  # of one that was killed
        spool = again.spool(run_id)
        journal = Journal(step, (data.spool(run_id) if write else spool).journal, run_id)
        try:
            journal("copy", _begin, data.master, again.master, stored)
            with Store(stored) as before:
                lost = Lost(before)
                runs = replay.runs(before)
                total, done = sum(count for _, count in runs), 0
                for of_run, _ in runs:
                    for pages in _batches(_pages(data, before, lost, of_run), batch):
                        name = f"replay from page {done + 1} of {total}"
                        done += journal(name, _replay, again, of_run, spool, pages, lost, spiders, tagger)
            journal("keep", _keep, again, stored, run_id, spool, tagger, batch)
            journal("stories", stages.settle, again, spool)
            differences = journal("compare", _compare, again.master, stored)
            missing = sorted(lost.files.values(), key=lambda file: file.warc_file)
            finished_at = datetime.now(UTC)
            if write:
                begin(again, spool, run_id, "reextract", started_at, tagger)
                errors = [f"{file.warc_file}: {file.records} records kept as stored: {file.reason}" for file in missing]
                with Store(again.master) as warehouse:
                    warehouse.finish_run(run_id, finished_at, "failed" if errors else "ok", 0, errors, journal.stages)
                journal("write", replay.replace, again.master, data.master)
                journal("publish", publish, data.master, data.snapshot)
        finally:
            shutil.rmtree(again.root, ignore_errors=True)
    return Differences(run_id, EXTRACTOR_VERSION, started_at, finished_at, write, missing=missing, **differences)


class Lost:
    """What cannot be read again: noted beside what is stored, and counted by file for the report."""

    def __init__(self, stored: Store) -> None:
        self._stored = stored
        self.files: dict[str, Missing] = {}

    def add(self, fetches: Sequence[Fetch], reason: str) -> None:
        """Note some fetches, of one WARC file."""
        replay.lose(self._stored, fetches)
        warc_file = fetches[0]["warc_file"]
        file = self.files.get(warc_file) or Missing(warc_file, 0, reason[:300])
        self.files[warc_file] = replace(file, records=file.records + len(fetches))


def _begin(master: Path, path: Path, stored: Path) -> None:
    replay.copy(master, stored)
    with replay.beside(path, stored) as warehouse:
        replay.carry_over(warehouse)


def _pages(data: Data, stored: Store, lost: Lost, run_id: str) -> Iterator[tuple[Fetch, Record]]:
    """The answers that a run's fetches point at, file by file."""
    for warc_file in replay.files(stored, run_id):
        # An absolute path, of a file that was loaded from elsewhere, stays one.
        yield from _found(data.archive / warc_file, replay.records(stored, run_id, warc_file), lost)


def _found(path: Path, fetches: Iterable[Fetch], lost: Lost) -> Iterator[tuple[Fetch, Record]]:
    wanted = {(fetch["warc_offset"], fetch["url"]): fetch for fetch in fetches}
    name = next(iter(wanted.values()))["warc_file"]
    damage = ""
    try:
        if not path.is_file():  # a pipe would be waited for
            raise FileNotFoundError(2, "no such file")
        for item in read(path, name, wanted=lambda record: (record.position.warc_offset, record.url) in wanted):
            if isinstance(item, Damage):
                damage = damage or f"at byte {item.warc_offset}: {item.reason}"
                continue
            fetch = wanted.pop((item.position.warc_offset, item.url), None)
            if fetch and item.problem and fetch["outcome"] != Outcome.DAMAGED:
                lost.add([fetch], f"at byte {fetch['warc_offset']}: {item.problem}")
            elif fetch:
                yield fetch, item
            if not wanted:
                return
    except OSError as error:
        damage = error.strerror or str(error)
    if wanted:
        offset, url = next(iter(wanted))
        lost.add(list(wanted.values()), damage or f"at byte {offset}: no record of {url}")


def _batches(items: Iterator[Item], size: int) -> Iterator[Iterator[Item]]:
    """Items in batches, taken one at a time; each batch is to be read to its end before the next."""
    for first in items:
        yield chain([first], islice(items, size - 1))


def _replay(
    again: Data,
    run_id: str,
    spool: Spool,
    pages: Iterator[tuple[Fetch, Record]],
    lost: Lost,
    spiders: Mapping[str, type[SourceSpider]],
    tagger: Tagger,
) -> int:
    """Extract → deduplicate → tag → store.

    Returns:
        How many pages there were.
    """
    count = _extract(spool, pages, lost, spiders)
    _store(again, run_id, spool, tagger)
    return count


def _extract(
    spool: Spool,
    pages: Iterator[tuple[Fetch, Record]],
    lost: Lost,
    spiders: Mapping[str, type[SourceSpider]],
) -> int:
    waiting: dict[tuple[object, ...], Fetch] = {}
    fetches: list[Fetch] = []
    count = 0

    def records() -> Iterator[Record]:
        nonlocal count
        for fetch, record in pages:
            count += 1
            waiting[record.position, record.url] = fetch
            yield _as_ruled(record, spiders)

    def articles() -> Iterator[dict[str, Any]]:
        for record, extraction in extract_all(records()):
            fetch = waiting.pop((record.position, record.url))
            outcome, article = extraction.outcome, extraction.article
            if outcome in _UNSURE and outcome != fetch["outcome"]:
                lost.add([fetch], f"at byte {fetch['warc_offset']}: {outcome}: {extraction.error}")
                continue
            key = article.url_key if article else key_of(record.url)
            fetches.append(fetch | {"url_key": key, "outcome": outcome, "error": extraction.error})
            if article:
                yield stages.article_row(article, fetch) | {
                    "left_out": fetch["outcome"] == Outcome.OFF_TOPIC,
                    "kept": {},
                }

    write_lines(spool.articles, articles())
    write_lines(spool.fetches, fetches)
    return count


def _as_ruled(record: Record, spiders: Mapping[str, type[SourceSpider]]) -> Record:
    """A record to be read by the rules that its source has now, not by those that it had when it was fetched."""
    spider = spiders.get(str(record.known.get("source_id") or ""))
    return replace(record, known={**record.known, **spider.rules()}) if spider else record


def _store(again: Data, run_id: str, spool: Spool, tagger: Tagger) -> None:
    stages.deduplicate(again, spool)
    stages.tag(spool, tagger)
    write_lines(spool.tagged, _judged(read_lines(spool.tagged)))
    stages.store(again, run_id, spool, sources=(), warc_files=())


def _judged(tagged: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Articles with their tags: those that are kept with the stored ones; those left out are left out again."""
    for row in tagged:
        if not (row["left_out"] and row["decision"] == "off_topic"):
            yield row | row["kept"]


def _keep(again: Data, stored: Path, run_id: str, spool: Spool, tagger: Tagger, batch: int) -> None:
    """Store what is lost as it was stored, and what people said of articles that have moved."""
    with replay.beside(again.master, stored) as warehouse:
        replay.carry_over_lost(warehouse)
    first = 0
    while True:
        with replay.beside(again.master, stored) as warehouse:
            fetches, articles = replay.kept(warehouse, first, batch)
        if not fetches:
            break
        write_lines(spool.fetches, fetches)
        write_lines(spool.articles, map(_kept, articles))
        _store(again, run_id, spool, tagger)
        first += batch
    with replay.beside(again.master, stored) as warehouse:
        replay.carry_over_moved_labels(warehouse)


def _kept(article: dict[str, Any]) -> dict[str, Any]:
    text = article["text"]
    counted = {} if article["is_current"] else {"word_count": count_words(text)}
    judged = {name: article[name] for name in _JUDGED} if article["is_stored"] else {}
    return article | counted | {"text_hash": text_hash(text), "admitted": True, "left_out": False, "kept": judged}


def _compare(path: Path, stored: Path) -> dict[str, Any]:
    with replay.beside(path, stored) as warehouse:
        replay.compare(warehouse)
        differences = found(warehouse)
        replay.carry_over_runs(warehouse)
    return differences
