"""What keeps a data folder in order: verified archive, compact master, backups, pruning by policy, and restoring."""

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flows import stages
from flows.runs import Step, plainly, recover, register
from flows.seeds import tagger_with
from flows.spool import Data, new_run_id, read_json, read_lines, write_lines
from spiders.crawl import load_sources
from spiders.records import Damage, read
from warehouse import backup
from warehouse.store import Damaged, Store, TooNew, exclusive, publish

PAYS = 0.8
"""Share of the master's size that a compact copy must stay below to take its place."""
KEEP_SPOOL = timedelta(days=7)
"""Age of a run after which its files between stages go; the archive can make them again."""
NOTES = ("plan.json", "run.json", "run.jsonl", "crawl.json", "crawl.jsonl", "crawl.log")
"""Files of a run that the archive cannot make again."""
MANIFEST = "manifest.jsonl.gz"
MAX_PROBLEMS = 100
"""Damaged places of one file that are named."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the archive, or one that a replay of it needs, as the manifest has it. `path` is inside the folder."""

    path: str
    bytes: int
    sha256: str
    problem: str = ""
    pruned: str = ""
    """The day on which the policy had it deleted; empty while it is there."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What upkeep did. Sizes are in bytes; `problems` are to be looked at, a line each."""

    backup: str
    files: int
    size_before: int
    size_after: int
    pruned: Sequence[str] = ()
    spools: int = 0
    problems: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the copy it took, where the old master is kept, the runs that were loaded again."""

    copy: str
    aside: str
    replayed: Sequence[str] = ()
    problems: Sequence[str] = ()


def upkeep(
    root: Path,
    keep_archive: timedelta | None = None,
    keep_backups: int = 3,
    step: Step = plainly,
    now: datetime | None = None,
) -> Upkeep:
    """Verify, back up, compact, prune: in this order, so that nothing goes that is not in a backup.

    Args:
        root: the data folder.
        keep_archive: age after which archived pages are deleted; never where None. Rows are never deleted.
        keep_backups: how many backups stay.
        step: how to call a stage.
        now: the time by which ages are judged.

    Raises:
        FileNotFoundError: there is nothing to keep.
        Locked: a run is using the data folder.
        Damaged: the master cannot be read.
        NotWhole: a check of the master fails.
    """
    data = Data(root.absolute())
    if not data.master.exists():
        raise FileNotFoundError(f"no {data.master}: run `bilateral ingest` first, or name its folder with --data")
    now = now or datetime.now(UTC)
    with exclusive(data.root, "upkeep"):
        for left in data.backups.glob(".*.new"):  # of one that was killed, or of a migration
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()
        before = manifest(next(iter(backups(data)), None))
        kept = step("verify archive", lambda: list(_verified(data, before)))
        with Store(data.master) as warehouse:
            loaded = {name for name, file in warehouse.warc_files().items() if file.next_offset is None}
        goes = _too_old(data, loaded, now - keep_archive) if keep_archive else []
        day = now.date().isoformat()
        kept = [replace(file, pruned=day) if data.root / file.path in goes else file for file in kept]
        folder = step("back up", _back_up, data, kept, now)
        copied, size = folder / data.master.name, data.master.stat().st_size
        if copied.stat().st_size < PAYS * size:
            step("compact", backup.replace, copied, data.master)
            publish(data.master, data.snapshot)
        for path in goes:
            path.unlink()
        for old in backups(data)[keep_backups:]:
            shutil.rmtree(old)
        spools = _prune_spool(data, loaded, now)
    return Upkeep(
        str(folder),
        sum(not file.pruned for file in kept),
        size,
        data.master.stat().st_size,
        [str(path.relative_to(data.root)) for path in goes],
        spools,
        [f"{file.path}: {file.problem}" for file in kept if file.problem],
    )


def backups(data: Data) -> list[Path]:
    """The folders of backups, the newest first."""
    return sorted((path.parent for path in data.backups.glob(f"[0-9]*/{MANIFEST}")), reverse=True)


def manifest(folder: Path | None) -> dict[str, Kept]:
    """The files that a backup lists, by path; empty where there is none."""
    return {row["path"]: Kept(**row) for row in read_lines(folder / MANIFEST)} if folder else {}


def _back_up(data: Data, kept: Iterable[Kept], now: datetime) -> Path:
    folder = data.backups / f"{now.astimezone(UTC):%Y%m%dT%H%M%S}"
    unfinished = folder.with_name(f".{folder.name}.new")
    unfinished.mkdir(parents=True)
    try:
        backup.copy(data.master, unfinished / data.master.name)
        write_lines(unfinished / MANIFEST, map(asdict, kept))
        unfinished.replace(folder)
    except BaseException:
        shutil.rmtree(unfinished)
        raise
    return folder


def _verified(data: Data, before: dict[str, Kept]) -> Iterator[Kept]:
    """Every file as it is now, compared with what it was: a problem stays one until the file is as it was again."""
    for path in sorted(_files(data)):
        name = str(path.relative_to(data.root))
        was = before.pop(name, None)
        sha256 = _digest(path)
        if was is None:
            problem = _damages(path) if path.name.endswith(".warc.gz") else ""
        elif was.sha256 != sha256 and name.startswith("archive/"):
            yield replace(was, problem=f"was changed: its digest is {sha256[:12]}, not {was.sha256[:12]}")
            continue
        else:
            problem = "" if was.sha256 == sha256 and was.problem.startswith(("was", "is gone")) else was.problem
        yield Kept(name, path.stat().st_size, sha256, problem)
    for was in before.values():
        archived = was.path.startswith("archive/")
        if was.pruned:
            yield was
        elif archived:
            yield replace(was, problem="is gone: restore it from another copy of the folder")


def _files(data: Data) -> Iterator[Path]:
    yield from data.warc_files().values()
    for name in NOTES:
        yield from data.root.glob(f"spool/*/{name}")
    yield from (path for path in data.seeds.rglob("*") if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damages(path: Path) -> str:
    """The damaged places of a WARC file, in a line; every record that has a digest is compared with it."""
    found = []
    for item in read(path):
        if isinstance(item, Damage):
            found.append(f"at {item.warc_offset}: {item.reason}")
        elif item.problem:
            found.append(f"at {item.position.warc_offset}: {item.problem}")
    more = f" and {len(found) - MAX_PROBLEMS} more" if len(found) > MAX_PROBLEMS else ""
    return "; ".join(found[:MAX_PROBLEMS]) + more


def _too_old(data: Data, loaded: set[str], before: datetime) -> list[Path]:
    """Archived files of earlier days that are loaded."""
    found = []
    for name, path in data.warc_files().items():
        with suppress(ValueError):  # a folder that is no day
            if name in loaded and date(*map(int, name.split("/")[:3])) < before.date():
                found.append(path)
    return found


def _prune_spool(data: Data, loaded: set[str], now: datetime) -> int:
    """Delete the files between stages of runs that are over; how many runs those were."""
    left = {Path(name).name.rsplit("-", 1)[0] for name in data.warc_files() if name not in loaded}
    pruned = 0
    for folder in data.root.glob("spool/[0-9]*"):
        began = read_json(folder / "run.json").get("started_at")
        if folder.name in left or not began or now - datetime.fromisoformat(began) < KEEP_SPOOL:
            continue
        files = [path for path in folder.iterdir() if path.name not in NOTES]
        for path in files:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        pruned += bool(files)
    return pruned


def restore(root: Path, copy: Path | None = None, step: Step = plainly) -> Restored:
    """Put the last whole copy of the master in its place, and load what the archive has since.

    The old master is kept beside it. Where no copy is whole, the archive is loaded from its beginning. Killed at any
    moment, it can be run again, or the next run finishes it.

    Args:
        root: the data folder.
        copy: the copy to take, a database or the folder of a backup; else the published snapshot or the newest backup,
            whichever is whole.
        step: how to call a stage.

    Raises:
        NotWhole: the copy that was named cannot be taken.
        FileNotFoundError: it does not exist, or there is nothing to restore from.
        Locked: a run is using the data folder.
    """
    data = Data(root.absolute())
    if not (copy or data.master.exists() or data.warc_files() or any(path.is_file() for path in _candidates(data))):
        raise FileNotFoundError(f"no copy of a database and no archive in {data.root}: name its folder with --data")
    now = datetime.now(UTC)
    with exclusive(data.root, "restore"):
        tagger = tagger_with(data.seeds)
        work = data.root / "spool" / "restore"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        aside = data.root / f"damaged-{now:%Y%m%dT%H%M%S}.duckdb" if data.master.exists() else None
        try:
            taken, problems = step("find a whole copy", _whole_copy, data, copy, work)
            backup.replace(work / data.master.name, data.master, aside)
        finally:
            shutil.rmtree(work)
        sources = [spider.source() for spider in load_sources(_modules(data)).values()]
        spool = data.spool(new_run_id(now))
        with Store(data.master) as warehouse:
            register(warehouse, spool, tagger, now)
        replayed, damages = recover(data, sources, tagger, step)
        problems += _loads_to_repeat(data)
        step("stories", stages.settle, data, spool)
        shutil.rmtree(spool.folder)
        step("publish", publish, data.master, data.snapshot)
        problems += damages
    return Restored(str(taken), str(aside or ""), replayed, problems)


def _loads_to_repeat(data: Data) -> list[str]:
    """Bulk loads of archives from elsewhere that the copy has not: of those nothing is kept here."""
    with Store(data.master) as warehouse:
        known = {row["run_id"] for row in warehouse.rows("select run_id from runs")}
    loads = (path.parent.name for path in data.root.glob("spool/*/run.json") if read_json(path).get("kind") == "load")
    return [
        f"{run_id}: load its files again with `bilateral load`; {data.spool(run_id).journal} names them"
        for run_id in sorted(set(loads) - known)
    ]


def _modules(data: Data) -> list[str]:
    """Where the sources are that runs of this folder read."""
    plans = map(read_json, data.root.glob("spool/*/plan.json"))
    return sorted({module for plan in plans for module in plan["spider_modules"]}) or ["spiders.sources"]


def _whole_copy(data: Data, copy: Path | None, work: Path) -> tuple[str, list[str]]:
    """Read the copy to take to its end, into `work`; which it is, and why others before it are not taken."""
    whole = work / data.master.name
    if copy:
        _read_whole(copy / data.master.name if copy.is_dir() else copy, whole)
        return str(copy), []
    problems = []
    for candidate in _candidates(data):
        try:
            _read_whole(candidate, whole)
        except FileNotFoundError:
            continue
        except backup.NotWhole as error:
            problems.append(str(error))
            continue
        return str(candidate), problems
    with Store(whole):
        return "none: from the archive alone", problems


def _candidates(data: Data) -> list[Path]:
    """Where copies of the master may be, the one to take first."""
    migrations = sorted(data.backups.glob("before-schema-*.duckdb"), reverse=True)
    return [data.snapshot, *(folder / data.master.name for folder in backups(data)), *migrations]


def _read_whole(candidate: Path, whole: Path) -> None:
    taken = whole.with_name("copy.duckdb")
    shutil.copyfile(candidate, taken)  # opening it for writing may change it
    if not taken.stat().st_size:  # it would be taken for a new database
        raise backup.NotWhole(f"{candidate} is not taken: it is empty")
    try:
        backup.copy(taken, whole)
    except (Damaged, TooNew, backup.NotWhole) as error:
        raise backup.NotWhole(f"{candidate} is not taken: {error}".replace(str(taken), "it")) from None
