"""Parts of WARC files → what was seen in them: each record's fetch row, and its article."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from xxhash import xxh3_64_intdigest

from spiders.article import Article, Extraction
from spiders.bounded import Failure, Workers, extract_all
from spiders.gate import Gate
from spiders.outcomes import Outcome
from spiders.records import Damage, Record, body_hash, read
from spiders.urls import BadUrl, url_key

PART_SECONDS = 120.0
"""Wall time for a part of a bulk load, after which it is read again record by record; 8 MB take about a second."""
AUDIT_SHARE = 100
"""One in so many pages of a bulk load that are off topic, or are turned down by its gate, is read and stored all the
same, so that recall can be measured."""


@dataclass(frozen=True, slots=True)
class Part:
    """A WARC file, or a range of its bytes that can be read by itself."""

    name: str
    path: Path
    start: int = 0
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A record after extraction, without its body: its fetch row, and the article where there is one."""

    key: tuple[Any, ...]
    fetch: dict[str, Any]
    article: Article | None
    admitted: bool


@dataclass(frozen=True, slots=True)
class Task:
    """What workers need to extract a part: `gate`, a function of a module, gives the gate that it passes through."""

    part: Part
    run_id: str
    sites: Mapping[str, str]
    gate: Callable[[], Gate]


class Gated:
    """The gate of a bulk load and the processes in which parts pass through it, as long as the context is open."""

    def __init__(self, gate: Callable[[], Gate]) -> None:
        self.gate = gate
        self.workers: Workers[Task, list[Seen | str]] = Workers(extract_part, seconds=PART_SECONDS, initializer=gate)

    def __enter__(self) -> Self:
        self.workers.__enter__()
        return self

    def __exit__(self, *problem: object) -> None:
        self.workers.__exit__(*problem)

    def read(self, run_id: str, parts: Sequence[Part], sites: Mapping[str, str]) -> Iterator[Seen | str]:
        """Records of these parts, and a line about each damaged place, in any order.

        A part that takes too long or crashes is read again, record by record.
        """
        for task, result in self.workers.run(Task(part, run_id, sites, self.gate) for part in parts):
            if isinstance(result, Failure):
                yield from one_by_one(run_id, [task.part], sites, self.gate())
            else:
                yield from result


def one_by_one(
    run_id: str, parts: Sequence[Part], sites: Mapping[str, str], gate: Gate | None = None
) -> Iterator[Seen | str]:
    """Records as they end, each extracted within its bounds, and a line about each damaged place."""
    aside: list[Seen | str] = []

    def records() -> Iterator[Record]:
        for part in parts:
            for item in _items(part, gate):
                aside.extend(_complaint(part, item))
                if isinstance(item, Record) and (item.wanted or is_audited(key_of(item.url))):
                    yield item
                elif isinstance(item, Record):
                    aside.append(_gated(run_id, item, sites, gate))

    for record, extraction in extract_all(records()):
        yield _seen(run_id, record, extraction, sites)
        yield from aside
        aside.clear()
    yield from aside


def extract_part(task: Task) -> list[Seen | str]:
    """A whole part in this process, which is to be one that can be killed."""
    from spiders.extract import extract  # noqa: PLC0415 - 0.2 s to load, and only workers need it

    gate = task.gate()
    done: list[Seen | str] = []
    for item in _items(task.part, gate):
        done.extend(_complaint(task.part, item))
        if isinstance(item, Record) and (item.wanted or is_audited(key_of(item.url))):
            done.append(_seen(task.run_id, item, extract(item), task.sites))
        elif isinstance(item, Record):
            done.append(_gated(task.run_id, item, task.sites, gate))
    return done


def _items(part: Part, gate: Gate | None) -> Iterator[Record | Damage]:
    def wanted(record: Record) -> bool:
        is_page = record.status == 200 and record.known.get("role", "article") == "article"
        return gate is None or not is_page or gate.admits(record.body, record.content_type)

    return read(part.path, part.name, part.start, part.end, wanted)


def _complaint(part: Part, item: Record | Damage) -> Iterator[str]:
    if isinstance(item, Damage):
        yield f"{part.path} at byte {item.warc_offset}: {item.reason}"
    elif item.problem:
        yield f"{part.path} at byte {item.position.warc_offset}: {item.problem}"


def _gated(run_id: str, record: Record, sites: Mapping[str, str], gate: Gate | None) -> Seen:
    version = gate.version if gate else ""
    return _seen(run_id, record, Extraction(Outcome.GATED, error=f"gate {version}"), sites)


def _seen(run_id: str, record: Record, extraction: Extraction, sites: Mapping[str, str]) -> Seen:
    row = _fetch_row(run_id, record, extraction, sites)
    # A crawl that asked twice (retries) counts once, by its last answer; foreign captures count each.
    key = (row["role"], row["source_id"], row["url"]) if record.known else (record.position, row["url"])
    return Seen(key, row, extraction.article, record.wanted)


def is_audited(key: str) -> bool:
    """Whether an article with this url_key is of the sample by which bulk loads are judged: always the same ones."""
    return bool(key) and xxh3_64_intdigest(key.encode()) % AUDIT_SHARE == 0


def sites_of(homepages: Mapping[str, str]) -> dict[str, str]:
    """Source by what its addresses begin with, from the home page of each: `mfa.gov.cn/eng`, `mfa.gov.cn`.

    A host that no home page stands at the root of is its first source's as a whole.
    """
    sites = {_place(homepage): source_id for source_id, homepage in homepages.items()}
    for site, source_id in list(sites.items()):
        sites.setdefault(site.partition("/")[0], source_id)
    return sites


def _place(url: str) -> str:
    """Host and path of an address as in its url_key; "" where it is none."""
    return key_of(url).removeprefix("https://").partition("?")[0].rstrip("/")


# In these whole countries register: gov.cn is the State Council's site, and no ministry's or city's is inside it.
_SUFFIX = re.compile(r"(?:ac|co|com|edu|gov|net|org)\.[a-z]{2}")


def _source_of(url: str, sites: Mapping[str, str]) -> str:
    """The source of an address: of the nearest folder, else the nearest domain, that it is in; else its host itself."""
    folder = _place(url)
    host = folder.partition("/")[0]
    while folder:
        if folder in sites:
            return sites[folder]
        folder = folder.rpartition("/")[0]
    domain = host.partition(".")[2]
    while domain and not _SUFFIX.fullmatch(domain):
        if domain in sites:
            return sites[domain]
        domain = domain.partition(".")[2]
    return host or "unknown"


@lru_cache(maxsize=1024)
def key_of(url: str) -> str:
    """The url_key of an address; "" where it is none."""
    try:
        return url_key(url)
    except BadUrl:
        return ""


def _fetch_row(run_id: str, record: Record, extraction: Extraction, sites: Mapping[str, str]) -> dict[str, Any]:
    article = extraction.article
    role = str(record.known.get("role") or "article")
    return {
        "run_id": run_id,
        "source_id": str(record.known.get("source_id") or _source_of(record.url, sites)),
        "role": role,
        "url": record.url,
        "url_key": article.url_key if article else str(record.known.get("url_key") or key_of(record.url)),
        "link_key": key_of(str(record.known.get("url") or record.url)),
        "outcome": extraction.outcome,
        "http_status": record.status,
        "bytes": len(record.body),
        "fetched_at": record.fetched_at or datetime.fromtimestamp(0, UTC),
        "warc_file": record.position.warc_file,
        "warc_offset": record.position.warc_offset,
        "warc_length": record.position.warc_length,
        "error": extraction.error,
        **_reading(record, role, extraction.outcome),
    }


def _reading(record: Record, role: str, outcome: Outcome) -> dict[str, str]:
    """By what a later run can tell that a discovery document, or an article's page, has not changed."""
    said = {"etag": record.etag, "last_modified": record.last_modified}
    if role == "discovery" and outcome is Outcome.DISCOVERY:
        return said | {"body_hash": body_hash(record.body)}
    return said if record.known and outcome is Outcome.ARTICLE else {}
