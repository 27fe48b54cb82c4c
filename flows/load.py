"""The same stages over WARC files from anywhere: a CC-NEWS day, an old archive."""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path

from flows import stages
from flows.gating import gate
from flows.journal import Journal
from flows.reading import AUDIT_SHARE, Gated, Part
from flows.report import COLUMNS, Report, SourceCounts
from flows.runs import RunFailed, Step, begin, opened, plainly, recover
from flows.seeds import tagger_with
from flows.spool import Data, Spool, new_run_id
from spiders import records
from spiders.crawl import load_sources
from spiders.outcomes import Outcome
from warehouse.store import Store, WarcFile, exclusive, publish

SUFFIXES = (".warc", ".warc.gz", ".warc.lz4", ".arc", ".arc.gz")


def find(paths: Sequence[Path]) -> list[Path]:
    """WARC and ARC files among these paths and, by their suffix, below those that are folders.

    Raises:
        FileNotFoundError: a path does not exist, or a folder has none of them.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.name.endswith(SUFFIXES) and file.is_file())
            if not inside:
                raise FileNotFoundError(f"no WARC or ARC file in {path}")
            found += inside
        elif path.exists():
            found.append(path)
        else:
            raise FileNotFoundError(f"no such file or folder: {path}")
    return [path.resolve() for path in found]


PART = 8_000_000
"""Bytes of a file that one worker reads at a time; about 150 pages of CC-NEWS."""
BATCH = 96
"""Parts that are loaded in one transaction; a load that is killed goes on after the last one."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Parts of a file that are loaded in one transaction, and the files between the stages that they go through."""

    file: Path
    parts: list[Part]
    spool: Spool


def load(
    paths: Sequence[Path],
    root: Path,
    everything: bool = False,
    step: Step = plainly,
    part: int = PART,
    batch: int = BATCH,
) -> Report:
    """Load WARC files, a batch of records in a transaction; what was loaded before is left out.

    The first batch is read while the run is noted, any other while the one before it goes through the other stages:
    what the run notes of extraction are the seconds for which it was waited.

    Args:
        paths: files, or folders to search for them.
        root: the data folder.
        everything: read every page and store off-topic articles too, not only a sample of them.
        step: how to call a stage.
        part: bytes that one worker reads at a time.
        batch: parts in a transaction.

    Raises:
        FileNotFoundError: a path does not exist.
        Locked: another run is using the data folder.
        MixedData: the folder holds the demo's invented news.
        RunFailed: some part of a file could not be read; all the rest is loaded.
    """
    files = find(paths)
    data = Data(root.absolute())
    started_at = datetime.now(UTC)
    run_id = new_run_id(started_at)
    counts: Counter[tuple[str, str]] = Counter()
    audit: Counter[str] = Counter()
    errors: list[str] = []
    gating = nullcontext() if everything else Gated(gate)
    with exclusive(data.root, f"load {run_id}"), gating as gated:
        # The workers make their gate meanwhile.
        sources = [spider.source() for spider in load_sources(["spiders.sources"]).values()]
        spool = data.spool(run_id)
        with opened(data, "load") as warehouse:
            known = warehouse.warc_files()
        sizes = {file: file.stat().st_size for file in files}
        begun = {file: known[str(file)] for file in files if str(file) in known}
        begun = {file: warc_file for file, warc_file in begun.items() if warc_file.size == sizes[file]}
        damaged = Counter({file: warc_file.damaged for file, warc_file in begun.items()})
        left = {file: begun[file].next_offset if file in begun else 0 for file in files}
        before = sum(offset is None for offset in left.values())

        def read(batch: Batch) -> list[str]:
            return stages.extract(run_id, batch.parts, sources, batch.spool, gated)

        with ahead(read, _batches(left, spool, part, batch)) as batches:
            tagger = tagger_with(data.seeds)
            journal = Journal(step, spool.journal, run_id)
            begin(data, spool, run_id, "load", started_at, tagger)
            recovered, _ = recover(data, sources, tagger, journal)
            for current, reading in batches:
                file, between = current.file, current.spool
                damages = journal(f"extract {file.name}", reading.result)
                journal("deduplicate", stages.deduplicate, data, between)
                found = journal("tag", stages.tag, between, tagger, not everything)
                audit.update(asdict(found))
                damaged[file] += len(damages)
                warc_file = WarcFile(str(file), sizes[file], damaged[file], current.parts[-1].end)
                for row in journal("store", stages.store, data, run_id, between, sources, [warc_file], damages):
                    counts.update({(row["source_id"], name): row[name] for name in COLUMNS if name != "links"})
                errors += damages
        journal("stories", stages.settle, data, spool)
        with Store(data.master) as warehouse:
            warehouse.finish_run(run_id, datetime.now(UTC), "failed" if errors else "ok", 0, [], journal.stages)
            outcomes = warehouse.outcomes(run_id)
        journal("publish", publish, data.master, data.snapshot)
    by_source = sorted({source_id for source_id, _ in counts})
    report = Report(
        run_id,
        "load",
        "failed" if errors else "ok",
        started_at,
        datetime.now(UTC),
        [SourceCounts.of(source_id, {name: counts[source_id, name] for name in COLUMNS}) for source_id in by_source],
        errors,
        outcomes,
        recovered,
        concerns=[f"{before} of {len(files)} files were loaded before"] if before else [],
        snapshot=str(data.snapshot),
        gate="" if everything else _judged(stages.Audit(**audit), outcomes),
    )
    if errors:
        raise RunFailed(report, f"{len(errors)} damaged parts; all the rest is loaded")
    return report


def _batches(left: Mapping[Path, int | None], spool: Spool, part: int, size: int) -> Iterator[Batch]:
    """Batches of what is left of files from an offset on; None where nothing is."""
    number = count()
    for file, offset in left.items():
        ranges = iter(()) if offset is None else records.parts(file, offset, part)
        while some := list(islice(ranges, size)):
            parts = [Part(str(file), file, start, end) for start, end in some]
            yield Batch(file, parts, spool.batch(next(number)))


@contextmanager
def ahead(
    read: Callable[[Batch], list[str]], batches: Iterator[Batch]
) -> Iterator[Iterator[tuple[Batch, Future[list[str]]]]]:
    """Read batches in a thread, the first at once and each while the caller is at the one before it.

    A caller that fails waits for the parts at hand only.
    """
    begun: deque[tuple[Batch, Future[list[str]]]] = deque()

    def begin_next() -> None:
        for batch in islice(batches, 1):
            begun.append((batch, thread.submit(read, batch)))

    def each() -> Iterator[tuple[Batch, Future[list[str]]]]:
        while begun:
            begin_next()
            yield begun[0]
            begun.popleft()

    with ThreadPoolExecutor(1) as thread:
        begin_next()
        try:
            yield each()
        finally:
            for batch, _ in begun:
                batch.parts.clear()


def _judged(audit: stages.Audit, outcomes: Mapping[str, int]) -> str:
    """What the gate did, and how much of what is on topic it can have turned down, in a line.

    Of audited pages none of which is on topic, at most 3 in their number are, with a confidence of 95 % (the rule of
    three).
    """
    turned_down = outcomes.get(Outcome.GATED, 0) + audit.audited
    missed = audit.turned_down_on_topic * AUDIT_SHARE
    line = (
        f"gate: turned down {turned_down} of {sum(outcomes.values())} pages; {audit.turned_down_on_topic} of "
        f"{audit.audited} audited ones on topic"
    )
    if audit.admitted_on_topic + missed:
        recall = audit.admitted_on_topic / (audit.admitted_on_topic + missed)
        line += f", recall about {recall:.0%}"
    if audit.audited and not missed:
        line += f" (at most {min(turned_down, round(3 * turned_down / audit.audited))} missed)"
    return line
