"""What is wrong with this installation and this data folder, and what to do about it."""

import importlib
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from flows.errors import BadDocument, LexiconError
from flows.seeds import tagger_with
from flows.spool import Data
from warehouse.snapshot import query
from warehouse.store import Locked, exclusive

MIN_FREE = 2_000_000_000
"""Bytes of free disk below which a run may not end."""
_PACKAGES = ("duckdb", "prefect", "fastapi", "scrapy", "trafilatura", "lxml-html-clean", "fastwarc", "warcio")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    good: bool
    found: str
    remedy: str = ""


def examine(data: Data) -> list[Finding]:
    """Look at everything a run depends on. Changes nothing but the lock, which it tries for a moment."""
    return [
        _python(),
        _packages(),
        _checkout(),
        _writable(data),
        _disk(data),
        _lock(data),
        _snapshot(data),
        _archive(data),
        _tags(data),
    ]


def _python() -> Finding:
    return Finding("Python", sys.version_info >= (3, 11), platform.python_version(), "Install Python 3.11 or newer.")


def _packages() -> Finding:
    missing, found = [], []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    remedy = f"Missing: {', '.join(missing)}. Install again from the lock: make install."
    return Finding("packages", not missing, ", ".join(found), remedy)


def _checkout() -> Finding:
    """Other distributions install packages of these generic names; they must be ours."""
    root = Path(__file__).parent.parent
    strangers = [
        name
        for name in ("flows", "spiders", "warehouse")
        if Path(importlib.import_module(name).__file__ or "").parent.parent != root
    ]
    remedy = f"Another installed package provides {', '.join(strangers)}: use a virtual environment of its own."
    return Finding("code", not strangers, str(root), remedy)


def _writable(data: Data) -> Finding:
    existing = next(folder for folder in (data.root, *data.root.absolute().parents) if folder.exists())
    remedy = f"Let this user write to {existing}, or name another folder with --data."
    return Finding("data folder", os.access(existing, os.W_OK), str(data.root.absolute()), remedy)


def _disk(data: Data) -> Finding:
    existing = next(folder for folder in (data.root, *data.root.absolute().parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    return Finding(
        "free disk",
        free >= MIN_FREE,
        f"{free / 1e9:.1f} GB",
        f"Make room: a run needs {MIN_FREE / 1e9:g} GB.",
    )


def _lock(data: Data) -> Finding:
    if not data.root.exists():
        return Finding("lock", True, "free")
    try:
        with exclusive(data.root, "doctor", wait=0):
            return Finding("lock", True, "free")
    except Locked as error:
        return Finding("lock", True, str(error))


def _snapshot(data: Data) -> Finding:
    if not data.snapshot.exists():
        return Finding(
            "snapshot", False, "none", "Run `bilateral ingest`, or `bilateral ingest --demo` to see it work."
        )
    (articles, run, status), *_ = query(
        data.snapshot,
        """
        select (select count(*) from articles), run_id, status
        from runs
        where status != 'running'
        order by started_at desc
        limit 1
        """,
    ).rows or [(0, "none", "ok")]
    remedy = 'See what it said: bilateral sql "from runs select run_id, unnest(errors) order by started_at desc"'
    return Finding("snapshot", status == "ok", f"{articles} articles; last run {run} {status}", remedy)


def _archive(data: Data) -> Finding:
    files = data.warc_files()
    loaded = (
        {name for (name,) in query(data.snapshot, "select warc_file from warc_files").rows}
        if data.snapshot.exists()
        else set()
    )
    left = sorted(set(files) - loaded)
    remedy = f"The next `bilateral ingest` loads them, first {left[0]}." if left else ""
    return Finding("archive", not left, f"{len(files)} WARC files, {len(left)} not loaded", remedy)


def _tags(data: Data) -> Finding:
    try:
        tagger = tagger_with(data.seeds)
    except (BadDocument, LexiconError) as error:
        return Finding("tags", False, str(error), "Mend it, or take it away; no run begins before.")
    if not data.snapshot.exists():
        return Finding("tags", True, f"tagger {tagger.version}")
    ((older,),) = query(data.snapshot, "select count(*) from articles where tagger_version != ?", [tagger.version]).rows
    remedy = "Judge them again: bilateral retag"
    return Finding("tags", not older, f"tagger {tagger.version}; {older} articles judged by another", remedy)
