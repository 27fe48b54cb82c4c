"""The stages of a run: each reads files and writes files, and can be run again."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flows.fingerprint import shingles, text_hash
from flows.relevance import Tagger
from flows.spool import Data, Spool, read_lines, write_lines
from spiders.archive import Damage, Record, body_hash, read
from spiders.base import Source
from spiders.bounded import extract_all
from spiders.crawl import Plan
from spiders.extract import Extraction
from spiders.outcomes import SUCCESSES, Outcome
from spiders.urls import BadUrl, url_key
from warehouse.store import Batch, Store

CRAWL_SECONDS = 3600
"""Wall time of a crawl, after which its child process is ended; what it had archived is kept."""
AUDIT_SHARE = 100
"""One in so many off-topic articles of a bulk load is stored all the same, so that recall can be measured."""


def fetch(plan: Plan, spool: Spool, lock: int, seconds: float = CRAWL_SECONDS) -> dict[str, Any]:
    """Run the crawl child process.

    Args:
        plan: what to crawl.
        spool: the run's folder.
        lock: file descriptor of the data folder's lock; the child holds it too, so that no other run begins
            while an orphaned child still writes.
        seconds: wall time after which the child is ended.

    Returns:
        By source how it ended and what it counted; empty where the child left no report.
    """
    spool.plan.write_text(json.dumps(asdict(plan), indent=1), encoding="utf-8")
    with spool.crawl_log.open("ab") as log:
        child = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "spiders.crawl", str(spool.plan)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            pass_fds=[lock],
            cwd=Path(__file__).parent.parent,
        )
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        finally:
            child.kill()
            child.wait()
            if child.stdin:
                child.stdin.close()
    if not spool.crawl_report.exists():
        return {}
    report: dict[str, Any] = json.loads(spool.crawl_report.read_text(encoding="utf-8"))["sources"]
    return report


def extract(
    run_id: str, files: Mapping[str, Path], sources: Sequence[Source], spool: Spool
) -> list[tuple[str, int, int, list[str]]]:
    """WARC files → `articles.jsonl.gz` and `fetches.jsonl.gz`.

    Args:
        run_id: the run that touched the URLs.
        files: WARC files by the name they are to be known by.
        sources: known sources; articles of other archives are attributed to one by host.
        spool: where to write, and where the crawl noted outcomes that are not in the archive.

    Returns:
        For each file its name, its size in bytes, the number of its damaged parts, and a line about each.
    """
    noted = list(crawl_notes(spool.crawl_rows))
    verdicts = {(row["warc_file"], row["warc_offset"]): row for row in noted if row.get("warc_file")}
    fetches: dict[tuple[Any, ...], dict[str, Any]] = {}
    damages: dict[str, list[str]] = {name: [] for name in files}
    finished = _finished(spool.crawl_report)
    hosts = {_host(source.homepage): source.source_id for source in sources}

    def records() -> Iterator[Record]:
        for name, path in files.items():
            for item in read(path, name):
                if isinstance(item, Damage):
                    damages[name].append(f"{path} at byte {item.warc_offset}: {item.reason}")
                else:
                    if item.problem:
                        damages[name].append(f"{path} at byte {item.position.warc_offset}: {item.problem}")
                    yield item

    def articles() -> Iterator[dict[str, Any]]:
        for record, extraction in extract_all(records()):
            row = _fetch_row(run_id, record, extraction, hosts)
            verdict = verdicts.get((Path(record.position.warc_file).name, record.position.warc_offset))
            if verdict:
                row |= {"outcome": verdict["outcome"], "error": verdict.get("error", "")}
            if row["role"] == "discovery" and row["outcome"] in SUCCESSES and row["source_id"] not in finished:
                # Else the next run would take the document for unchanged and never ask for what it announced.
                row["error"] = row["error"] or "its source was not read to the end"
            # A crawl that asked twice (retries) counts once, by its last answer; foreign captures count each.
            key = (
                (row["role"], row["source_id"], row["url"]) if record.known else tuple(asdict(record.position).values())
            )
            key += () if record.known else (row["url"],)
            place = ("warc_file", "warc_offset")
            if key not in fetches or [fetches[key][name] for name in place] <= [row[name] for name in place]:
                fetches[key] = row
            if extraction.article:
                article = extraction.article
                yield asdict(article) | {
                    "source_id": row["source_id"],
                    "run_id": run_id,
                    "warc_file": record.position.warc_file,
                    "warc_offset": record.position.warc_offset,
                }

    write_lines(spool.articles, articles())
    unanswered = [_unanswered_row(run_id, row) for row in noted if not row.get("warc_file")]
    write_lines(spool.fetches, [*fetches.values(), *unanswered])
    return [(name, path.stat().st_size, len(damages[name]), damages[name]) for name, path in files.items()]


def crawl_notes(rows: Path) -> Iterator[dict[str, Any]]:
    """Lines of the crawl's notes; a kill can have torn the last."""
    if not rows.exists():
        return
    for line in rows.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue


def _finished(crawl_report: Path) -> set[str]:
    """Sources whose spider came to its end; none where the crawl left no report."""
    if not crawl_report.exists():
        return set()
    sources = json.loads(crawl_report.read_text(encoding="utf-8"))["sources"]
    return {source_id for source_id, source in sources.items() if source["finished"] == "finished"}


def _host(url: str) -> str:
    return urlsplit(_key(url)).netloc


def _key(url: str) -> str:
    try:
        return url_key(url)
    except BadUrl:
        return ""


def _fetch_row(run_id: str, record: Record, extraction: Extraction, hosts: Mapping[str, str]) -> dict[str, Any]:
    article = extraction.article
    host = _host(record.url)
    role = str(record.known.get("role") or "article")
    by_host = next((hosts[known] for known in hosts if host == known or host.endswith("." + known)), host)
    return {
        "run_id": run_id,
        "source_id": str(record.known.get("source_id") or by_host or "unknown"),
        "role": role,
        "url": record.url,
        "url_key": article.url_key if article else _key(record.url),
        "link_key": _key(str(record.known.get("url") or record.url)),
        "outcome": extraction.outcome,
        "http_status": record.status,
        "bytes": len(record.body),
        "fetched_at": record.fetched_at or datetime.fromtimestamp(0, UTC),
        "warc_file": record.position.warc_file,
        "warc_offset": record.position.warc_offset,
        "warc_length": record.position.warc_length,
        "error": extraction.error,
        **(_reading(record) if extraction.outcome is Outcome.DISCOVERY and role == "discovery" else {}),
    }


def _reading(record: Record) -> dict[str, str]:
    """By what the next run can tell that a discovery document has not changed."""
    return {"etag": record.etag, "last_modified": record.last_modified, "body_hash": body_hash(record.body)}


def _unanswered_row(run_id: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "source_id": row["source_id"],
        "role": row["role"],
        "url": row["url"],
        "url_key": _key(row["url"]),
        "link_key": _key(row["link"]),
        "outcome": row["outcome"],
        "fetched_at": row["fetched_at"],
        "error": str(row.get("error") or "")[:500],
    }


def deduplicate_and_tag(spool: Spool, tagger: Tagger, audit_off_topic: bool = False) -> int:
    """`articles.jsonl.gz` → `tagged.jsonl.gz`: fingerprint, relevance, tags and the evidence for them.

    Args:
        spool: the run's folder.
        tagger: lexicon and seed profile.
        audit_off_topic: leave out off-topic articles but for one in AUDIT_SHARE (bulk loads).

    Returns:
        Number of articles kept.
    """

    def tagged() -> Iterator[dict[str, Any]]:
        for article in read_lines(spool.articles):
            assessment = asdict(tagger.assess(article["title"], article["text"], article["language"]))
            sampled = int(article["article_id"].replace("-", ""), 16) % AUDIT_SHARE == 0
            if audit_off_topic and assessment["decision"] == "off_topic" and not sampled:
                continue
            yield (
                article
                | assessment
                | {
                    "text_hash": text_hash(article["text"]),
                    "shingle_count": len(shingles(article["text"], article["language"])),
                }
            )

    return write_lines(spool.tagged, tagged())


def store(
    data: Data,
    run_id: str,
    spool: Spool,
    sources: Iterable[Source],
    warc_files: Sequence[tuple[str, int, int, list[str]]],
) -> list[dict[str, Any]]:
    """Load a run's spool files into the master, in one transaction.

    Returns:
        Per source what was added.
    """
    write_lines(spool.sources, (asdict(source) for source in sources))
    with Store(data.master) as warehouse:
        return warehouse.load(
            Batch(run_id, spool.tagged, spool.fetches, spool.sources, [file[:3] for file in warc_files])
        )
