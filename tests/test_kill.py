"""Real kills at every stage: the next run completes the work, nothing lost, nothing twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.first_day import assert_next_run_completes

ROOT = Path(__file__).parent.parent
COMMAND = [sys.executable, str(ROOT / "tests" / "one_day.py")]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def kill_when(moment: Callable[[], bool], data: Path) -> None:
    """Start a run and kill its process, and only it, as soon as `moment` holds."""
    process = subprocess.Popen(
        [*COMMAND, str(data)], env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not moment():
        assert process.poll() is None, "the run ended before the moment came"
        assert time.monotonic() < deadline
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def archived(data: Path) -> int:
    return sum(path.stat().st_size for path in data.glob("archive/**/*.warc.gz"))


def assert_no_process_is_left(data: Path) -> None:
    """A crawl ends by itself when its run is gone."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        left = subprocess.run(["pgrep", "-f", str(data)], capture_output=True, text=True, check=False).stdout.split()
        if not left:
            return
        time.sleep(0.1)
    pytest.fail(f"still running: {left}")


def test_killed_during_the_crawl_it_leaves_no_process_behind(first_day: Path, tmp_path: Path) -> None:
    kill_when(lambda: archived(tmp_path) > 60_000, tmp_path)
    assert not list(tmp_path.glob("spool/*/crawl.json")), "the crawl had ended before the kill"
    assert_no_process_is_left(tmp_path)
    assert_next_run_completes(tmp_path, first_day)


def test_killed_during_extraction(first_day: Path, tmp_path: Path) -> None:
    def extracting() -> bool:
        return bool(list(tmp_path.glob("spool/*/.articles.jsonl.gz.new")))

    kill_when(extracting, tmp_path)
    assert not list(tmp_path.glob("spool/*/articles.jsonl.gz"))
    assert_next_run_completes(tmp_path, first_day)


@pytest.mark.parametrize("stage", ["store", "publish"])
def test_killed_between_two_stages(stage: str, first_day: Path, tmp_path: Path) -> None:
    killed = subprocess.run(
        [*COMMAND, str(tmp_path), stage], env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert_next_run_completes(tmp_path, first_day)
