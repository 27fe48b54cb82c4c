"""Runs that are killed at random moments, over days of the simulated fortnight: `soak.py RUNS [SEED]`."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flows.ingest import ingest
from flows.spool import Data
from tests.first_day import stored
from tests.fortnight import Fortnight, request
from warehouse.snapshot import query
from warehouse.store import HERE, exclusive

ROOT = Path(__file__).parent.parent
OTHERS = {
    "sources": "from sources order by all",
    "seed_matches": "from seed_matches order by all",
    "edits": "from edits order by all",
    "other_versions": "select * exclude (seen_at) from other_versions order by all",
    "texts": "select * exclude (document) from texts order by all",
    "text_pairs": """
        select a.text_hash, b.text_hash as other_hash, pair.* exclude (document, other)
        from text_pairs as pair join texts as a using (document) join texts as b on b.document = pair.other
        order by all
    """,
    "visits": "select distinct url, outcome, version from fetches where role = 'article' order by all",
    "runs left": "select * from runs where status = 'running'",
}


def tables(data: Path) -> dict[str, list[tuple]]:
    """All rows but for run ids, wall times and places in the archive."""
    return stored(data) | {name: query(Data(data).snapshot, sql).rows for name, sql in OTHERS.items()}


def left_of(data: Path) -> list[str]:
    """Processes that name the folder."""
    found = subprocess.run(["pgrep", "-f", str(data)], capture_output=True, text=True, check=False).stdout.split()
    return [process for process in found if process != str(os.getpid())]


def kill_one(data: Path, day: int, newsroom: Fortnight, share: float, seconds: float) -> str:
    """Start a run and kill its whole process group after a share of the time that a run takes; the stage it was in."""
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "fortnight.py"), str(data), str(day), newsroom.proxy],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    lock = data / "bilateral.lock"
    while process.poll() is None and not (lock.exists() and f"process {process.pid}\n" in lock.read_text()):
        time.sleep(0.005)  # before that it has not begun
    time.sleep(share * seconds)
    os.killpg(process.pid, signal.SIGKILL)
    code = process.wait()
    deadline = time.monotonic() + 10
    while left_of(data):
        assert time.monotonic() < deadline, f"still running: {left_of(data)}"
        time.sleep(0.05)
    with exclusive(data, "soak", wait=10):  # a process that is ending gives its files up last
        pass
    journal = sorted(data.glob("spool/*/run.jsonl"))
    ended = journal[-1].read_text().count('"event": "stage"') if journal else 0
    return f"after {ended} stages" if code == -signal.SIGKILL else "it had ended"


def days(data: Path, newsroom: Fortnight, count: int, rng: random.Random | None, seconds: float) -> list[str]:
    """Runs of so many days; with a generator, each after one that is killed. When each was killed."""
    moments = []
    for day in range(1, count + 1):
        newsroom.day = day
        if rng:
            moments.append(kill_one(data, day, newsroom, rng.random(), seconds))
        ingest(request(data, day, newsroom.proxy))
        for check in sorted((HERE / "checks").glob("*.sql")):
            assert query(Data(data).snapshot, check.read_text(encoding="utf-8")).rows == [], check.name
    return moments


def compare(data: Path, expected: dict[str, list[tuple]]) -> None:
    now = tables(data)
    for name, rows in expected.items():
        assert now[name] == rows, f"{name} differs: {set(map(str, now[name])) ^ set(map(str, rows))}"


def main(runs: int, seed: int, of_sequence: int = 10) -> None:
    rng = random.Random(seed)
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, Fortnight() as newsroom:
        undisturbed = Path(folder) / "undisturbed"
        began = time.monotonic()
        days(undisturbed, newsroom, of_sequence, None, 0)
        seconds = (time.monotonic() - began) / of_sequence
        expected = tables(undisturbed)
        moments: list[str] = []
        for first in range(0, runs, of_sequence):
            data = Path(folder) / f"killed{first}"
            moments += days(data, newsroom, of_sequence, rng, seconds)
            compare(data, expected)
            shutil.rmtree(data)
            told = ", ".join(f"{moments.count(moment)} {moment}" for moment in sorted(set(moments)))
            print(f"{len(moments)} killed, all tables equal ({told}); {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else random.SystemRandom().randrange(10**6))
