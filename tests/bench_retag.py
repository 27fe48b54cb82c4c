"""How fast stored articles are judged again, and how much memory that takes as they get more.

    make bench-retag                                       # 100,000 articles of 600 words, some minutes
    .venv/bin/python tests/bench_retag.py --articles 5000

Memory is the resident set of the process and its workers together, read ten times a second.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.stored import fill
from warehouse.snapshot import query

PAGE = os.sysconf("SC_PAGE_SIZE")


def resident(process: int) -> int:
    """Bytes of memory of a process and all below it."""
    total, waiting = 0, [process]
    while waiting:
        each = waiting.pop()
        try:
            total += int(Path(f"/proc/{each}/statm").read_text().split()[1]) * PAGE
            waiting += map(int, Path(f"/proc/{each}/task/{each}/children").read_text().split())
        except OSError:
            continue
    return total


def measure(folder: Path) -> list[tuple[float, int]]:
    """Run `bilateral retag`; at each moment after its start the memory it took."""
    process = subprocess.Popen([sys.executable, "-m", "flows.cli", "retag", "--no-prefect", "--data", str(folder)])
    began = time.monotonic()
    taken: list[tuple[float, int]] = []

    def watch() -> None:
        while process.poll() is None:
            taken.append((time.monotonic() - began, resident(process.pid)))
            time.sleep(0.1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    if process.wait():
        sys.exit("retag failed")
    watcher.join()
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--words", type=int, default=600)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        data = fill(Path(folder), arguments.articles, arguments.words)
        print(f"{arguments.articles} articles stored in {time.monotonic() - began:.0f} s", flush=True)
        before = data.master.stat().st_size
        taken = measure(data.root)
        seconds = taken[-1][0]
        half = [memory for moment, memory in taken if moment < seconds / 2]
        rest = [memory for moment, memory in taken if moment >= seconds / 2]
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor = used.ru_utime + used.ru_stime
        print(f"{seconds:.0f} s, {arguments.articles / seconds:.0f} articles a second, stories and publishing included")
        print(f"{processor:.0f} s of processor time, of all processes together")
        print(f"memory at most {max(half) / 1e6:.0f} MB in the first half, {max(rest) / 1e6:.0f} MB in the second")
        print(f"database {before / 1e6:.0f} MB before, {data.master.stat().st_size / 1e6:.0f} MB after")
        print(query(data.snapshot, "select tagger_version, count(*) from articles group by all").rows)


if __name__ == "__main__":
    main()
