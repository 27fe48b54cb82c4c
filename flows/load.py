"""The same stages over WARC files from anywhere: a CC-NEWS day, an old archive."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from flows import stages
from flows.ingest import RunFailed, Step, begin, plainly, recover
from flows.relevance import Tagger
from flows.report import COLUMNS, Report, SourceCounts
from flows.spool import Data, new_run_id
from spiders.crawl import load_sources
from warehouse.store import Store, exclusive, publish

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


def load(paths: Sequence[Path], root: Path, everything: bool = False, step: Step = plainly) -> Report:
    """Load WARC files, each in a transaction of its own; files loaded before are left out.

    Args:
        paths: files, or folders to search for them.
        root: the data folder.
        everything: store off-topic articles too, not only a sample of them.
        step: how to call a stage.

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
    sources = [spider.source() for spider in load_sources(["spiders.sources"]).values()]
    tagger = Tagger.default()
    counts: Counter[tuple[str, str]] = Counter()
    errors: list[str] = []
    with exclusive(data.root, f"load {run_id}"):
        spool = data.spool(run_id)
        begin(data, spool, run_id, "load", started_at, tagger)
        recovered = recover(data, sources, tagger, step)
        with Store(data.master) as warehouse:
            loaded = warehouse.loaded_warc_files()
        for file in files:
            if loaded.get(str(file)) == file.stat().st_size:
                continue
            warc_files = step(f"extract {file.name}", stages.extract, run_id, {str(file): file}, sources, spool)
            step("deduplicate and tag", stages.deduplicate_and_tag, spool, tagger, not everything)
            for row in step("store", stages.store, data, run_id, spool, sources, warc_files):
                counts.update({(row["source_id"], name): row[name] for name in COLUMNS if name != "links"})
            errors += [line for *_, lines in warc_files for line in lines]
        with Store(data.master) as warehouse:
            warehouse.finish_run(run_id, datetime.now(UTC), "failed" if errors else "ok", 0, errors)
            outcomes = warehouse.outcomes(run_id)
        step("publish", publish, data.master, data.snapshot)
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
    )
    if errors:
        raise RunFailed(report)
    return report
