"""Real kills at every stage: the next run completes the work, nothing lost, nothing twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from flows.demo import days
from flows.ingest import ingest
from flows.spool import Data
from warehouse.snapshot import query

ROOT = Path(__file__).parent.parent
COMMAND = [sys.executable, str(ROOT / "tests" / "one_day.py")]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def run(data: Path) -> None:
    """The demo's first day, in this process."""
    with closing(days(data)) as requests:
        ingest(next(requests))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("undisturbed")
    run(data)
    return data


def stored(data: Path) -> dict[str, list[tuple]]:
    """All tables but for what tells the runs apart: run ids, wall times, places in the archive.

    A story is named after the article that was seen first, so that here those in it stand for its name.
    """
    queries = {
        "articles": """
            select
                * exclude (run_id, first_seen_at, last_seen_at, story_id),
                list_sort(list(article_id) over (partition by story_id)) as story
            from articles order by article_id
        """,
        "revisions": "select * exclude (seen_at, last_seen_at) from revisions order by article_id, revision",
        "copies": "select * from copies order by article_id",
        "stories": "select * exclude (story_id, title) from stories order by all",
        "tags": "select * from tags order by all",
        "evidence": "select * from evidence order by all",
        "fetched articles": "select url, outcome from fetches where role = 'article' and outcome = 'article' order by all",
    }
    return {name: query(Data(data).snapshot, sql).rows for name, sql in queries.items()}


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


def assert_next_run_completes(data: Path, undisturbed: Path) -> None:
    run(data)
    now, then = stored(data), stored(undisturbed)
    for table, expected in then.items():
        assert now[table] == expected, table
    assert query(Data(data).snapshot, "select count(*) from runs where status = 'running'").rows == [(0,)]


def archived(data: Path) -> int:
    return sum(path.stat().st_size for path in data.glob("archive/**/*.warc.gz"))


def test_killed_during_the_crawl(undisturbed: Path, tmp_path: Path) -> None:
    kill_when(lambda: archived(tmp_path) > 60_000, tmp_path)
    assert not list(tmp_path.glob("spool/*/crawl.json")), "the crawl had ended before the kill"
    assert_next_run_completes(tmp_path, undisturbed)


def test_killed_during_extraction(undisturbed: Path, tmp_path: Path) -> None:
    def extracting() -> bool:
        return bool(list(tmp_path.glob("spool/*/.articles.jsonl.gz.new")))

    kill_when(extracting, tmp_path)
    assert not list(tmp_path.glob("spool/*/articles.jsonl.gz"))
    assert_next_run_completes(tmp_path, undisturbed)


@pytest.mark.parametrize("stage", ["store", "publish"])
def test_killed_between_two_stages(stage: str, undisturbed: Path, tmp_path: Path) -> None:
    killed = subprocess.run(
        [*COMMAND, str(tmp_path), stage], env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert_next_run_completes(tmp_path, undisturbed)


def test_killed_run_leaves_no_process_behind(tmp_path: Path) -> None:
    kill_when(lambda: archived(tmp_path) > 20_000, tmp_path)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        left = subprocess.run(
            ["pgrep", "-f", str(tmp_path)], capture_output=True, text=True, check=False
        ).stdout.split()
        if not left:
            return
        time.sleep(0.1)
    pytest.fail(f"still running: {left}")
