"""The same stages over WARC files from anywhere: a CC-NEWS day, an old archive."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from flows import stages
from flows.gating import gate
from flows.ingest import RunFailed, Step, begin, plainly, recover
from flows.journal import Journal
from flows.reading import AUDIT_SHARE, Gated, Part
from flows.report import COLUMNS, Report, SourceCounts
from flows.seeds import tagger_with
from flows.spool import Data, new_run_id
from spiders import archive
from spiders.crawl import load_sources
from spiders.outcomes import Outcome
from warehouse.store import Store, WarcFile, exclusive, publish

Item = TypeVar("Item")

SUFFIXES = (".warc", ".warc.gz", ".warc.lz4", ".arc", ".arc.gz")


def find(paths: Sequence[Path]) -> list[Path]:
    """WARC and ARC files among these paths and, by their suffix, below those that are folders.

    Raises:
        FileNotFoundError: a path does not exist.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(file for file in path.rglob("*") if file.name.endswith(SUFFIXES) and file.is_file())
        elif path.exists():
            found.append(path)
        else:
            raise FileNotFoundError(f"no such file or folder: {path}")
    return [path.resolve() for path in found]


PART = 8_000_000
"""Bytes of a file that one worker reads at a time; about 150 pages of CC-NEWS."""
BATCH = 64
"""Parts that are loaded in one transaction; a load that is killed goes on after the last one."""


def load(
    paths: Sequence[Path],
    root: Path,
    everything: bool = False,
    step: Step = plainly,
    part: int = PART,
    batch: int = BATCH,
) -> Report:
    """Load WARC files, a batch of records in a transaction; what was loaded before is left out.

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
    gating = nullcontext() if everything else Gated(partial(gate, data.seeds))
    with exclusive(data.root, f"load {run_id}"), gating as gated:
        # The workers make their gate meanwhile.
        sources = [spider.source() for spider in load_sources(["spiders.sources"]).values()]
        tagger = tagger_with(data.seeds)
        spool = data.spool(run_id)
        journal = Journal(step, spool.journal, run_id)
        begin(data, spool, run_id, "load", started_at, tagger)
        recovered, _ = recover(data, sources, tagger, journal)
        for file in files:
            with Store(data.master) as warehouse:
                loaded = warehouse.warc_files().get(str(file))
            size = file.stat().st_size
            damaged, offset = 0, 0
            if loaded and loaded.size == size:
                if loaded.next_offset is None:
                    continue
                damaged, offset = loaded.damaged, loaded.next_offset
            for ranges in batched(archive.parts(file, offset, part), batch):
                parts = [Part(str(file), file, start, end) for start, end in ranges]
                damages = journal(f"extract {file.name}", stages.extract, run_id, parts, sources, spool, gated)
                journal("deduplicate", stages.deduplicate, data, spool)
                found = journal("tag", stages.tag, spool, tagger, not everything)
                audit.update(asdict(found))
                damaged += len(damages)
                warc_file = WarcFile(str(file), size, damaged, parts[-1].end)
                for row in journal("store", stages.store, data, run_id, spool, sources, [warc_file], damages):
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
        snapshot=str(data.snapshot),
        gate="" if everything else _judged(stages.Audit(**audit), outcomes),
    )
    if errors:
        raise RunFailed(report, f"{len(errors)} damaged parts; all the rest is loaded")
    return report


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Items in lists of this size; `itertools.batched` of Python 3.12."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


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
