"""The stages of a run: each reads files and writes files, and can be run again."""

import json
import subprocess
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import copies, stories
from flows.fingerprint import text_hash
from flows.judging import assess
from flows.reading import Gated, Part, is_audited, key_of, one_by_one, sites_of
from flows.relevance import Tagger
from flows.revisions import history, versions
from flows.spool import Data, Spool, read_json, read_lines, write_lines
from spiders.article import Article
from spiders.outcomes import SUCCESSES
from warehouse.store import Batch, Store, WarcFile

if TYPE_CHECKING:
    # Scrapy takes half a second to load, which runs that read no source do without.
    from spiders.base import Source
    from spiders.crawl import Plan

CRAWL_SECONDS = 3600
"""Wall time of a crawl, after which its child process is ended; what it had archived is kept."""
DAYS_AT_ONCE = 10
"""Days whose articles are read at once to make stories of them; a story's pass has about so many in sight."""
MAX_SAID = 1000
"""Bytes of the line in which a crawl says why it broke off."""


def fetch(plan: "Plan", spool: Spool, lock: int, seconds: float = CRAWL_SECONDS) -> tuple[dict[str, Any], str]:
    """Run the crawl child process.

    Args:
        plan: what to crawl.
        spool: the run's folder.
        lock: file descriptor of the data folder's lock; the child holds it too, so that no other run begins
            while an orphaned child still writes.
        seconds: wall time after which the child is ended.

    Returns:
        By source how it ended and what it counted; and, where the child left no report, why.
    """
    spool.plan.write_text(json.dumps(asdict(plan), indent=1), encoding="utf-8")
    with spool.crawl_log.open("ab") as log:
        child = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "spiders.crawl", str(spool.plan)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            pass_fds=[lock],
            cwd=Path(__file__).parent.parent,
        )
        why = f"it did not finish within {seconds:g} s"
        try:
            code = child.wait(seconds)
            said = child.stdout.read(MAX_SAID) if child.stdout else b""
            why = said.decode("utf-8", "replace") or f"it ended with code {code}"
        except subprocess.TimeoutExpired:
            pass
        finally:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe:
                    pipe.close()
    if not spool.crawl_report.exists():
        return {}, f"the crawl broke off: {why}; see {spool.crawl_log}"
    report: dict[str, Any] = json.loads(spool.crawl_report.read_text(encoding="utf-8"))["sources"]
    return report, ""


def extract(
    run_id: str,
    parts: Sequence[Part],
    sources: Sequence["Source"],
    spool: Spool,
    gated: Gated | None = None,
) -> list[str]:
    """Records of WARC files → `articles.jsonl.gz` and `fetches.jsonl.gz`.

    Each record is extracted in a process that can be killed for it. With a gate, each part is; a part that takes too
    long or crashes is read again, record by record.

    Args:
        run_id: the run that touched the URLs.
        parts: what to read.
        sources: known sources; articles of other archives are attributed to one by address.
        spool: where to write, and where the crawl noted outcomes that are not in the archive.
        gated: turns pages down before they are extracted; of these only the audit sample is.

    Returns:
        A line about each damaged place.
    """
    noted = list(crawl_notes(spool.crawl_rows))
    verdicts = {(row["warc_file"], row["warc_offset"]): row for row in noted if row.get("warc_file")}
    fetches: dict[tuple[Any, ...], dict[str, Any]] = {}
    damages = _cut_short(spool.crawl_report, parts)
    finished = _finished(spool.crawl_report)
    sites = sites_of({source.source_id: source.homepage for source in sources})

    seen = gated.read(run_id, parts, sites) if gated else one_by_one(run_id, parts, sites)

    def articles() -> Iterator[dict[str, Any]]:
        for item in seen:
            if isinstance(item, str):
                damages.append(item)
                continue
            row = item.fetch
            verdict = verdicts.get((Path(row["warc_file"]).name, row["warc_offset"]))
            if verdict:
                row |= {"outcome": verdict["outcome"], "error": verdict.get("error", "")}
            place = ("warc_file", "warc_offset")
            before = fetches.get(item.key)
            if before is None or [before[name] for name in place] <= [row[name] for name in place]:
                fetches[item.key] = row
            if item.article:
                yield article_row(item.article, row, admitted=item.admitted)

    write_lines(spool.articles, articles())
    for row in fetches.values():
        unread = row["source_id"] not in finished or damages
        if row["role"] == "discovery" and row["outcome"] in SUCCESSES and unread:
            # Else the next run would take the document for unchanged and never ask for what it announced.
            row["error"] = row["error"] or "its source was not read to the end"
    unanswered = [_unanswered_row(run_id, row) for row in noted if not row.get("warc_file")]
    write_lines(spool.fetches, [*fetches.values(), *unanswered])
    return damages


def article_row(article: Article, fetch: Mapping[str, Any], *, admitted: bool = True) -> dict[str, Any]:
    """The line of an article that a fetch showed. `admitted`: it came through the gate, if there was one."""
    places = ("source_id", "run_id", "warc_file", "warc_offset")
    return (
        asdict(article)
        | {name: fetch[name] for name in places}
        | {"admitted": admitted, "text_hash": text_hash(article.text)}
    )


def crawl_notes(rows: Path) -> Iterator[dict[str, Any]]:
    """Lines of the crawl's notes; a kill can have torn the last."""
    if not rows.exists():
        return
    for line in rows.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue


def _cut_short(crawl_report: Path, parts: Sequence[Part]) -> list[str]:
    """Files that have lost their end since the crawl wrote them; a cut between two records shows in nothing else."""
    written = read_json(crawl_report).get("archive", {})
    found = {part.path: part.path.stat().st_size for part in parts if part.path.name in written}
    return [
        f"{path} at {size}: cut short, {written[path.name]} bytes were written"
        for path, size in found.items()
        if size < written[path.name]
    ]


def _finished(crawl_report: Path) -> set[str]:
    """Sources whose spider came to its end; none where the crawl left no report, or a power cut nothing of it."""
    sources = read_json(crawl_report).get("sources", {})
    return {source_id for source_id, source in sources.items() if source["finished"] == "finished"}


def _unanswered_row(run_id: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "source_id": row["source_id"],
        "role": row["role"],
        "url": row["url"],
        "url_key": key_of(row["url"]),
        "link_key": key_of(row["link"]),
        "outcome": row["outcome"],
        "fetched_at": row["fetched_at"],
        "error": str(row.get("error") or "")[:500],
    }


def deduplicate(data: Data, spool: Spool) -> None:
    """`articles.jsonl.gz` and the warehouse → `texts.jsonl.gz`, `pairs.jsonl.gz`: which texts are made from which."""
    with Store(data.master) as warehouse:
        copies.compare(warehouse, spool.articles, spool.texts, spool.pairs)


@dataclass(frozen=True, slots=True)
class Audit:
    """What a bulk load's gate let through and what it turned down, of one batch.

    `turned_down_on_topic` counts articles among the audited ones that the gate had turned down; each stands for
    AUDIT_SHARE.
    """

    admitted_on_topic: int = 0
    audited: int = 0
    turned_down_on_topic: int = 0


def tag(spool: Spool, tagger: Tagger, audit_off_topic: bool = False) -> Audit:
    """`articles.jsonl.gz` → `tagged.jsonl.gz`: relevance, tags and the evidence for them.

    Args:
        spool: the run's folder.
        tagger: lexicon and seed profile.
        audit_off_topic: leave out off-topic articles but for one in AUDIT_SHARE (bulk loads).

    Returns:
        How the gate did.
    """
    counts: Counter[str] = Counter()

    def tagged() -> Iterator[dict[str, Any]]:
        for article in read_lines(spool.articles):
            assessment = assess(tagger, article)
            on_topic = assessment["decision"] != "off_topic"
            counts["audited"] += not article["admitted"]
            counts["admitted_on_topic"] += article["admitted"] and on_topic
            counts["turned_down_on_topic"] += not article["admitted"] and on_topic
            if audit_off_topic and not on_topic and not is_audited(article["url_key"]):
                continue
            yield article | assessment | versions.marks(article)

    write_lines(spool.tagged, tagged())
    return Audit(**counts)


def store(
    data: Data,
    run_id: str,
    spool: Spool,
    sources: Iterable["Source"],
    warc_files: Sequence[WarcFile],
    errors: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Compare what was tagged with earlier versions, and load a run's spool files into the master, in one transaction.

    Returns:
        Per source what was added.
    """
    write_lines(spool.sources, (asdict(source) for source in sources))
    with Store(data.master) as warehouse:
        history.compare(warehouse, spool.tagged, spool.fetches, spool.revisions, spool.others, spool.edits)
        return warehouse.load(
            Batch(
                run_id,
                spool.tagged,
                spool.fetches,
                spool.sources,
                spool.texts,
                spool.pairs,
                spool.revisions,
                spool.others,
                spool.edits,
                warc_files,
                errors,
            )
        )


def settle(data: Data, spool: Spool) -> None:
    """Articles of the days that changed → `stories.jsonl.gz` → the stories in the master."""
    with Store(data.master) as warehouse:
        if warehouse.story_days():
            trace(warehouse, spool.stories)
            warehouse.settle(spool.stories)


def trace(warehouse: Store, settled: Path) -> None:
    """The warehouse → `stories.jsonl.gz`: the stories of the articles wherever they may have become others.

    Args:
        warehouse: the warehouse; it is only read.
        settled: where to write an article and the name of its story a line.
    """
    changed = [day.toordinal() for day in warehouse.story_days()]
    first = date.fromordinal(max(1, changed[0] - stories.LAG - stories.WINDOW))  # an archive can claim the year 1
    days = [day.toordinal() for day in warehouse.days_since(first)]

    ahead: dict[int, list[stories.Unit]] = {}

    def units(day: int) -> list[stories.Unit]:
        if day not in ahead:  # they are asked for in ascending order, each once
            place = bisect_left(days, day)
            ahead.clear()
            ahead.update((other, []) for other in days[place : place + DAYS_AT_ONCE])
            for row in warehouse.units(date.fromordinal(day), date.fromordinal(max(ahead))):
                ahead[row["day"].toordinal()].append(
                    stories.Unit(
                        str(row["article_id"]),
                        row["day"].toordinal(),
                        stories.features(row["title"], row["text"], row["entities"]),
                        str(row["story_id"]),
                    )
                )
        return ahead.pop(day)

    found = stories.follow(changed, days, units)
    write_lines(
        settled, ({"article_id": article, "story": story} for of_day in found for article, story in of_day.items())
    )
