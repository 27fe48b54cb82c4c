"""What all runs have in common: they are noted, finish what a killed one left, and say why they failed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from flows import stages
from flows.errors import MixedData
from flows.reading import Part
from flows.relevance import Tagger
from flows.report import Report
from flows.spool import Data, Spool, read_json, write_json, write_lines
from warehouse.store import Damaged, Store, WarcFile

if TYPE_CHECKING:
    from spiders.base import Source

NAMED = 3
"""Errors of a run that its failure names; the report has all."""

Result = TypeVar("Result")
Step = Callable[..., Any]
"""How a stage is called: `step(name, function, *arguments)`, plainly or as a Prefect task."""


class RunFailed(RuntimeError):
    """The run did not do what it was asked; its report says why, `summary` in a line."""

    def __init__(self, report: Report, summary: str) -> None:
        more = f"; and {len(report.errors) - NAMED} more" if len(report.errors) > NAMED else ""
        super().__init__("; ".join([summary, *report.errors[:NAMED]]) + more)
        self.report = report
        self.summary = summary


def plainly(name: str, function: Callable[..., Result], *arguments: Any) -> Result:
    """Call a stage without any observer."""
    return function(*arguments)


@contextmanager
def opened(data: Data, kind: str) -> Iterator[Store]:
    """The warehouse, for a run of a kind that may be made in this data folder.

    Raises:
        MixedData: demo into real data, or the other way round.
        Damaged: the master is lost, and what was published of it is not.
    """
    if data.snapshot.exists() and not (data.master.exists() and data.master.stat().st_size):
        raise Damaged(
            f"{data.master} is gone: `bilateral restore` puts the last good copy in its place and loads what the "
            f"archive has since; a run would begin anew and replace {data.snapshot}, with labels and bulk loads"
        )
    with Store(data.master) as warehouse:
        kinds = {row["kind"] for row in warehouse.rows("select distinct kind from runs")}
        if kind == "demo" and kinds & {"ingest", "load"}:
            raise MixedData(f"{data.root} holds real news; give the demo a folder of its own with --data")
        if kind in {"ingest", "load"} and "demo" in kinds:
            raise MixedData(f"{data.root} holds the demo's invented news; remove it, or use another folder with --data")
        yield warehouse


def begin(data: Data, spool: Spool, run_id: str, kind: str, started_at: datetime, tagger: Tagger) -> None:
    """Note the run, and the seeds and the entities it judges by.

    Raises:
        MixedData, Damaged: as `opened`.
    """
    with opened(data, kind) as warehouse:
        write_json(spool.run, {"kind": kind, "started_at": started_at, "version": version("bilateral")})
        warehouse.start_run(run_id, kind, version("bilateral"), started_at)
        register(warehouse, spool, tagger, started_at)


def register(warehouse: Store, spool: Spool, tagger: Tagger, now: datetime) -> None:
    """Note the seeds and the entities that articles are judged by."""
    seeds = [
        {"seed_id": seed_id, "title": seed.title, "language": seed.language, "word_count": seed.word_count}
        for seed_id, seed in tagger.profile.seeds.items()
    ]
    write_lines(spool.seeds, seeds)
    write_lines(spool.entities, map(asdict, tagger.entities.entities.values()) if tagger.entities else [])
    warehouse.register_seeds(spool.seeds, now)
    warehouse.register_entities(spool.entities)


def recover(data: Data, sources: Sequence["Source"], tagger: Tagger, step: Step) -> tuple[list[str], list[str]]:
    """Finish runs that were killed: load the WARC files that were written and not loaded.

    Returns:
        The runs that had left something, and a line about each damaged part of it.
    """
    with Store(data.master) as warehouse:
        loaded = warehouse.warc_files()
        left = sorted({_run_of(name) for name in data.warc_files() if name not in loaded})
        for run_id in left:
            began = read_json(data.spool(run_id).run)
            started_at = datetime.fromisoformat(began["started_at"]) if began else None
            warehouse.note_run(run_id, began.get("kind", "ingest"), began.get("version", ""), started_at)
    damages: list[str] = []
    for run_id in left:
        damages += process(data, run_id, data.spool(run_id), sources, tagger, step)[1]
        ended = read_json(data.spool(run_id).run)
        if "status" in ended:  # the database that it was loaded into is lost
            with Store(data.master) as warehouse:
                finished_at = datetime.fromisoformat(ended["finished_at"])
                warehouse.finish_run(
                    run_id, finished_at, ended["status"], ended["links"], ended["errors"], ended["stages"]
                )
    return left, damages


def process(
    data: Data, run_id: str, spool: Spool, sources: Sequence["Source"], tagger: Tagger, step: Step
) -> tuple[list[dict[str, Any]], list[str]]:
    """Extract → deduplicate → tag → store, for the WARC files of one run.

    Returns:
        Per source what was added, and a line about each damaged part.
    """
    parts = [Part(name, path) for name, path in data.warc_files().items() if _run_of(name) == run_id]
    damages = step("extract", stages.extract, run_id, parts, sources, spool)
    step("deduplicate", stages.deduplicate, data, spool)
    step("tag", stages.tag, spool, tagger)
    warc_files = [
        WarcFile(part.name, part.path.stat().st_size, sum(line.startswith(f"{part.path} at ") for line in damages))
        for part in parts
    ]
    return step("store", stages.store, data, run_id, spool, sources, warc_files, damages), damages


def _run_of(warc_file: str) -> str:
    return Path(warc_file).name.rsplit("-", 1)[0]
