"""Articles and their fetches as spool rows, and a way to load them: for tests and figures."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flows.copies import compare
from flows.fingerprint import text_hash
from flows.revisions import history, versions
from flows.spool import write_lines
from flows.stages import trace
from warehouse.store import Batch, Store

START = datetime(2026, 11, 1, tzinfo=UTC)

_folders = count()


@cache
def _without_rows() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "m.duckdb"
        with Store(path):
            pass
        return path.read_bytes()


def empty(path: Path) -> Path:
    """Put a database without rows there: a copy, since making the tables and views of one takes a third of a second."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_without_rows())
    return path


def article(url: str, text: str, seen_at: datetime = START, **fields: Any) -> dict[str, Any]:
    """A relevant English article, published when it was seen, but for what `fields` say."""
    empty = dict.fromkeys(("canonical", "section", "description", "image"), "")
    lists: dict[str, list[Any]] = {"authors": [], "tags": [], "evidence": [], "seed_matches": []}
    row = empty | lists | {
        "article_id": uuid.uuid5(uuid.NAMESPACE_URL, url), "url": url, "url_key": url, "source_id": url.split("/")[2],
        "title": f"Title of {url}", "published_at": seen_at, "published_precision": "instant",
        "published_source": "meta", "updated_at": None, "seen_at": seen_at, "language": "en", "text": text,
        "word_count": len(text.split()), "text_hash": text_hash(text), "paywalled": False, "headline_only": False,
        "relevance": 0.9, "decision": "relevant", "run_id": "run", "extractor_version": "1", "tagger_version": "1",
        "warc_file": f"{seen_at:%Y%m%dT%H%M%S}.warc.gz", "warc_offset": abs(hash(url)) % 2**40,
    }  # fmt: skip
    row |= fields
    return row | versions.marks(row)


def fetch(row: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The fetch that showed an article."""
    same = {name: row[name] for name in ("run_id", "source_id", "url", "url_key", "warc_file", "warc_offset")}
    return same | {
        "role": "article", "link_key": row["url_key"], "outcome": "article", "http_status": 200, "bytes": 1,
        "fetched_at": row["seen_at"], "warc_length": 1, "error": "",
    } | fields  # fmt: skip


def load(store: Store, folder: Path, articles: Sequence[dict], fetches: Iterable[dict] | None = None) -> list[dict]:
    """Take articles through the stages after tagging; what the batch added, by source."""
    spool = folder / f"spool{next(_folders)}"
    spool.mkdir()
    names = ("articles", "fetches", "sources", "texts", "pairs", "revisions", "others", "edits")
    batch = Batch("run", *(spool / name for name in names))
    write_lines(batch.articles, articles)
    write_lines(batch.fetches, map(fetch, articles) if fetches is None else fetches)
    write_lines(batch.sources, [])
    compare(store, batch.articles, batch.texts, batch.pairs)
    history.compare(store, batch.articles, batch.fetches, batch.revisions, batch.others, batch.edits)
    return store.load(batch)


def settle(store: Store, folder: Path) -> None:
    """Bring the stories up to what was loaded."""
    if store.story_days():
        stories = folder / f"stories{next(_folders)}.jsonl.gz"
        trace(store, stories)
        store.settle(stories)
