"""What is wrong with this installation and this data folder, and what to do about it."""

import importlib
import os
import platform
import shutil
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit
from urllib.request import getproxies

from flows.alerts import conditions
from flows.errors import BadDocument, BadSettings, LexiconError
from flows.ingest import EARLIEST
from flows.seeds import tagger_with
from flows.settings import FILE, Settings, load, unknown_variables
from flows.spool import Data
from spiders.crawl import load_sources
from warehouse.snapshot import DatabaseError, query
from warehouse.store import HERE, Locked, exclusive

PATIENCE = 5.0
"""Seconds that the network is waited for."""
NAMED = 3
"""Sources that are named, and hosts that are looked up."""
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
    findings = [
        _python(),
        _packages(),
        _checkout(),
        _writable(data),
        _lock(data),
    ]
    try:
        settings = load(data.root)
    except BadSettings as error:
        return [*findings, Finding("settings", False, str(error), "Mend it; no run begins before.")]
    strange = unknown_variables()
    remedy = f"The environment has what is no setting: {', '.join(strange)}. The README lists them."
    findings += [
        Finding("settings", not strange, f"{data.root / FILE} and the environment", remedy),
        _disk(data, settings),
    ]
    try:
        return [
            *findings,
            _snapshot(data),
            _schema(data),
            _archive(data),
            _tags(data),
            *_of_runs(data, settings),
        ]
    except DatabaseError as error:
        remedy = "The next run publishes it anew; if that says that the database is damaged, `bilateral restore`."
        return [*findings, Finding("snapshot", False, " ".join(str(error).split())[:200], remedy)]


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


def _disk(data: Data, settings: Settings) -> Finding:
    existing = next(folder for folder in (data.root, *data.root.absolute().parents) if folder.exists())
    free = shutil.disk_usage(existing).free / 1e9
    remedy = f"Make room: fewer than {settings.min_free_gb:g} GB are left (setting min_free_gb)."
    return Finding("free disk", free >= settings.min_free_gb, f"{free:.1f} GB", remedy)


def _lock(data: Data) -> Finding:
    """Whether a run is on, and whether it is one that is gone and has left a process behind."""
    if not data.root.exists() or not os.access(data.root, os.W_OK):
        return Finding("lock", True, "free")
    try:
        with exclusive(data.root, "doctor", wait=0):
            return Finding("lock", True, "free")
    except Locked as error:
        holder = str(error).rpartition(" ")[2]
        alive = not holder.isdecimal() or Path("/proc", holder).exists() or not Path("/proc/self").exists()
        remedy = (
            f"Its process is gone, and one that it started is not: `fuser {data.root / 'bilateral.lock'}` names it."
        )
        return Finding("lock", alive, str(error), remedy)


def _schema(data: Data) -> Finding:
    if not data.snapshot.exists():
        return Finding("schema", True, "none yet")
    ((version,),) = query(data.snapshot, "select max(version) from migrations").rows
    known = max(int(path.name[:4]) for path in (HERE / "migrations").glob("*.sql"))
    remedy = "The database is of a newer version: update this program."
    return Finding("schema", version <= known, f"version {version}, this program knows {known}", remedy)


def _of_runs(data: Data, settings: Settings) -> list[Finding]:
    """Clock, sources and network, as far as runs of real news need them."""
    now = datetime.now(UTC)
    if not data.snapshot.exists():
        return [_clock(now, None), _network()]
    ((is_demo, latest),) = query(data.snapshot, "select bool_or(kind = 'demo'), max(started_at) from runs").rows
    if is_demo:
        return [Finding("clock", True, f"{now:%Y-%m-%d %H:%M} UTC"), Finding("network", True, "the demo needs none")]
    troubled = conditions(data, settings, now).get("source", {})
    named = "; ".join(f"{name}: {trouble}" for name, trouble in list(troubled.items())[:NAMED])
    remedy = f"{named}. `bilateral source check {next(iter(troubled), 'ID').split()[0]}` tries one live."
    found = f"{len(troubled)} silent, failing or changed" if troubled else "as usual"
    return [_clock(now, latest), _network(), Finding("sources", not troubled, found, remedy)]


def _clock(now: datetime, latest: datetime | None) -> Finding:
    good = now >= EARLIEST and (latest is None or now >= latest)
    remedy = f"It cannot be right now, or it was wrong when a run began on {latest or EARLIEST:%Y-%m-%d}: set it."
    return Finding("clock", good, f"{now:%Y-%m-%d %H:%M} UTC", remedy)


def _network() -> Finding:
    """Whether the proxy answers, where there is one; else whether a name can be resolved."""
    proxies = sorted({urlsplit(proxy).netloc.rpartition("@")[2] for proxy in getproxies().values()} - {""})
    if proxies:
        host, _, port = proxies[0].partition(":")
        try:
            socket.create_connection((host, int(port or 80)), PATIENCE).close()
        except (OSError, ValueError) as error:
            return Finding("network", False, f"proxy {proxies[0]}: {error}", "Mend http_proxy and https_proxy.")
        return Finding("network", True, f"proxy {proxies[0]} answers")
    hosts = [urlsplit(spider.homepage).hostname or "" for spider in load_sources(["spiders.sources"]).values()][:NAMED]
    resolved: list[str] = []
    threads = [Thread(target=_resolve, args=(host, resolved), daemon=True) for host in hosts]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    remedy = f"None of {', '.join(hosts)} can be resolved: is the network up, and its name server (DNS)?"
    return Finding("network", bool(resolved), f"{len(resolved)} of {len(hosts)} hosts have an address", remedy)


def _resolve(host: str, resolved: list[str]) -> None:
    with suppress(OSError):
        socket.getaddrinfo(host, 443)
        resolved.append(host)


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
