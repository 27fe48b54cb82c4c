"""Where a data folder keeps what, and the files that one stage leaves for the next."""

import gzip
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.files import whole


@dataclass(frozen=True, slots=True)
class Data:
    """The data folder."""

    root: Path

    @property
    def master(self) -> Path:
        """The database that one writer loads; analysts never open it."""
        return self.root / "bilateral.duckdb"

    @property
    def snapshot(self) -> Path:
        """The database that analysts open; replaced as a whole."""
        return self.root / "published" / "bilateral.duckdb"

    @property
    def briefs(self) -> Path:
        """The daily briefs."""
        return self.root / "published" / "brief"

    @property
    def seeds(self) -> Path:
        """The user's own seed documents."""
        return self.root / "seeds"

    @property
    def alerts(self) -> Path:
        """What was told to whom, and has not cleared."""
        return self.root / "alerts" / "state.json"

    @property
    def backups(self) -> Path:
        """Copies of the master, with lists of what the archive had."""
        return self.root / "backups"

    @property
    def archive(self) -> Path:
        """The WARC files, in folders by day."""
        return self.root / "archive"

    def archive_of(self, run_id: str) -> Path:
        """The folder of a run's WARC files."""
        return self.archive / run_id[:4] / run_id[4:6] / run_id[6:8]

    def spool(self, run_id: str) -> "Spool":
        """The folder of a run's files between stages, made if missing."""
        folder = self.root / "spool" / run_id
        folder.mkdir(parents=True, exist_ok=True)
        return Spool(folder)

    def warc_files(self) -> dict[str, Path]:
        """Every WARC file of the archive, by its path inside it."""
        return {str(path.relative_to(self.archive)): path for path in sorted(self.archive.rglob("*.warc.gz"))}


@dataclass(frozen=True, slots=True)
class Spool:
    """A run's folder of files between stages. JSON lines, gzipped; a file is whole or absent."""

    folder: Path

    @property
    def run(self) -> Path:
        """What the table of runs says of it, for a database that has lost it."""
        return self.folder / "run.json"

    @property
    def journal(self) -> Path:
        """The run's log: a JSON line per stage."""
        return self.folder / "run.jsonl"

    @property
    def plan(self) -> Path:
        """What the crawl is to do."""
        return self.folder / "plan.json"

    @property
    def crawl_report(self) -> Path:
        """How the crawl ended, by source; absent where it was killed."""
        return self.folder / "crawl.json"

    @property
    def crawl_rows(self) -> Path:
        """Outcomes that are not in the archive, written as they happen."""
        return self.folder / "crawl.jsonl"

    @property
    def crawl_log(self) -> Path:
        """What the crawl process had to say."""
        return self.folder / "crawl.log"

    @property
    def sources(self) -> Path:
        """The sources as their spiders declare them."""
        return self.folder / "sources.jsonl.gz"

    @property
    def fetches(self) -> Path:
        """One outcome for every URL touched."""
        return self.folder / "fetches.jsonl.gz"

    @property
    def articles(self) -> Path:
        """One extracted article per line, with the hash of its text."""
        return self.folder / "articles.jsonl.gz"

    @property
    def texts(self) -> Path:
        """The distinct texts among them, with their sampled shingles."""
        return self.folder / "texts.jsonl.gz"

    @property
    def pairs(self) -> Path:
        """Pairs of texts of which one is made from the other."""
        return self.folder / "pairs.jsonl.gz"

    @property
    def tagged(self) -> Path:
        """The articles with relevance, tags and evidence, and by what they are compared with earlier versions."""
        return self.folder / "tagged.jsonl.gz"

    @property
    def stories(self) -> Path:
        """The story of each article whose day was looked at."""
        return self.folder / "stories.jsonl.gz"

    @property
    def revisions(self) -> Path:
        """The histories of the articles, without texts."""
        return self.folder / "revisions.jsonl.gz"

    @property
    def others(self) -> Path:
        """Versions that are no revisions."""
        return self.folder / "others.jsonl.gz"

    @property
    def edits(self) -> Path:
        """Sentences that revisions changed."""
        return self.folder / "edits.jsonl.gz"

    @property
    def seeds(self) -> Path:
        """The seed documents of the profile that tagged this run."""
        return self.folder / "seeds.jsonl.gz"

    @property
    def entities(self) -> Path:
        """The entities that this run was tagged with, each with its offices."""
        return self.folder / "entities.jsonl.gz"

    def batch(self, number: int) -> "Spool":
        """The folder of a batch of a bulk load, made if missing; the next but one has the same."""
        folder = self.folder / f"batch-{number % 2}"
        folder.mkdir(exist_ok=True)
        return Spool(folder)


def new_run_id(now: datetime) -> str:
    """An identifier that sorts by time: `20261122T060000-3f9c1a`."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    """Write JSON lines, gzipped, under a temporary name that becomes `path` when all is on disk.

    A lone surrogate, which a forged archive can have anywhere, becomes a question mark.

    Returns:
        Number of lines.
    """
    count = 0
    with whole(path) as file, gzip.open(file, "wt", compresslevel=3, encoding="utf-8", errors="replace") as lines:
        for row in rows:
            lines.write(json.dumps(row, ensure_ascii=False, default=_plain) + "\n")
            count += 1
    return count


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write an object as JSON, whole or not at all."""
    with whole(path) as file:
        file.write_bytes(json.dumps(values, ensure_ascii=False, default=_plain, indent=1).encode("utf-8", "replace"))


def read_json(path: Path) -> dict[str, Any]:
    """Read what `write_json` wrote; nothing where it is not there, or is no object."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Read what `write_lines` wrote."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
