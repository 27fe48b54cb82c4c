"""What the daily run costs as the store grows: the invented newsroom's first day, on an empty store and on a big one.

    make bench-day                                                           # 300,000 articles: 5 GB, twenty minutes
    PYTHONPATH=. .venv/bin/python tests/bench_day.py --articles 100000
    PYTHONPATH=. .venv/bin/python tests/bench_day.py --data DIR              # DIR is kept, and used again

The stored articles are those of `tests/bench_search.py`, 300 a day of which half are on topic. For every stage the
seconds on both stores are given. Stories take longer where there are others around the day to compare with, and a store
with texts packs its last 122,880 again; what else grows does so with the store.
"""

import argparse
import json
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from flows.demo import days
from flows.ingest import ingest
from flows.spool import Data
from tests.bench_search import stored


def seconds(data: Data) -> Mapping[str, float]:
    """Run a day; what each stage took, and what all of it did."""
    request = next(requests := days(data.root))
    began = time.perf_counter()
    report = ingest(replace(request, kind="ingest", clock=None))
    whole = time.perf_counter() - began
    requests.close()
    taken: dict[str, float] = defaultdict(float)
    for line in map(json.loads, data.spool(report.run_id).journal.read_text(encoding="utf-8").splitlines()):
        if line["event"] == "stage":
            taken[line["stage"].split()[0]] += line["seconds"]
    return {**taken, "all": whole}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=300_000)
    parser.add_argument("--data", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        master = stored(arguments.data or Path(temporary), arguments.articles)
        empty, full = (Data(Path(temporary) / name) for name in ("empty", "full"))
        full.root.mkdir()
        shutil.copyfile(master, full.master)
        on_empty, on_full = seconds(empty), seconds(full)
        print(f"{'seconds':<12}{'empty':>8}{'full':>8}")
        for stage, taken in on_full.items():
            print(f"{stage:<12}{on_empty.get(stage, 0.0):8.2f}{taken:8.2f}")


if __name__ == "__main__":
    main()
