"""Extraction costs a page no more than its time and its memory, and never its neighbours anything."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from spiders import bounded
from spiders.bounded import Workers, extract_all
from spiders.extract import Extraction, extract
from spiders.outcomes import Outcome
from spiders.records import Position, Record

HOSTILE = b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(400_000)) + b">x</p></body></html>"
"""Extraction needs minutes: the parser compares every attribute with all before it."""


def record(number: int, body: bytes | None = None) -> Record:
    text = f"Sentence number {number} of the article on export controls and chips. " * 20
    page = body or f"<html><body><article><h1>Title {number}</h1><p>{text}</p></article></body></html>".encode()
    now = datetime(2026, 11, 22, tzinfo=UTC)
    return Record(f"https://example.com/{number}", now, 200, "text/html", page, Position("a.warc.gz", number, 1))


def results(records: Iterator[tuple[Record, Extraction]]) -> dict[str, Extraction]:
    found: dict[str, Extraction] = {}
    for one, extraction in records:
        assert one.url not in found
        found[one.url] = extraction
    return found


@pytest.fixture(autouse=True)
def _no_process_is_left() -> Iterator[None]:
    yield
    assert multiprocessing.active_children() == []


def test_workers_give_what_extraction_gives_whatever_the_order() -> None:
    records = [record(number) for number in range(30)]
    records[7] = record(7, b"%PDF-1.4")
    records[8] = record(8, b"")
    expected = {one.url: extract(one) for one in records}
    assert results(extract_all(records, workers=2)) == expected
    assert results(extract_all(reversed(records), workers=1)) == expected


def test_nothing_gives_nothing() -> None:
    assert list(extract_all([], workers=1)) == []


def test_records_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []

    def endless() -> Iterator[Record]:
        number = 0
        while True:
            taken.append(number)
            yield record(number)
            number += 1

    running = extract_all(endless(), workers=2)
    for _ in range(5):
        next(running)
    running.close()  # type: ignore[attr-defined]
    # One is in work in each process, and one that ended beside the fifth may not have been given out yet.
    assert len(taken) <= 5 + 2 + 1
    assert multiprocessing.active_children() == []


def test_a_hostile_page_costs_its_time_and_no_other_page() -> None:
    records = [record(0), record(1), record(2, HOSTILE), record(3), record(4), record(5, HOSTILE), record(6), record(7)]
    start = time.monotonic()
    found = results(extract_all(records, workers=2, seconds=2))
    assert time.monotonic() - start < 20
    assert {url[-1]: str(one.outcome) for url, one in found.items()} == {
        str(number): "timed_out" if number in {2, 5} else "article" for number in range(8)
    }
    assert "2 s" in found["https://example.com/2"].error


def test_a_worker_killed_from_outside_costs_one_page_at_most() -> None:
    killed = threading.Event()

    def pages() -> Iterator[Record]:
        yield record(0)
        yield record(1, HOSTILE)  # in work when its worker is killed
        for number in range(2, 12):
            yield record(number)

    def kill(running: list[int]) -> None:
        time.sleep(1)
        for pid in running:
            os.kill(pid, signal.SIGKILL)
        killed.set()

    running = extract_all(pages(), workers=1, seconds=30)
    first = next(running)
    assert first[1].outcome == Outcome.ARTICLE
    pids = [child.pid for child in multiprocessing.active_children() if child.pid]
    killer = threading.Thread(target=kill, args=(pids,))
    killer.start()
    found = results(running)
    killer.join()
    assert killed.is_set()
    assert found["https://example.com/1"].outcome == Outcome.CRASHED
    assert "-9" in found["https://example.com/1"].error
    assert [found[f"https://example.com/{number}"].outcome for number in range(2, 12)] == [Outcome.ARTICLE] * 10


def test_a_worker_killed_while_idle_is_replaced() -> None:
    def pages() -> Iterator[Record]:
        yield record(0)
        for child in multiprocessing.active_children():
            os.kill(child.pid or 0, signal.SIGKILL)
            child.join(5)
        yield record(1)
        yield record(2)

    found = results(extract_all(pages(), workers=1))
    assert [found[record(number).url].outcome for number in range(3)] == [Outcome.ARTICLE] * 3


def test_no_more_processes_are_started_than_there_are_jobs() -> None:
    with Workers(len, workers=9) as workers:
        assert list(workers.run([])) == []
        assert multiprocessing.active_children() == []
        assert [result for _, result in workers.run(["x", "xx"])] in ([1, 2], [2, 1])
        assert len(multiprocessing.active_children()) == 2


def test_a_page_that_needs_too_much_memory_has_an_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "MEMORY", 600_000_000)
    deep = b"<html><body>" + b"<p>" + b"word " * 990_000 + b"</p></body></html>"
    found = results(extract_all([record(0), record(1, deep), record(2)], workers=1))
    assert len(found) == 3
    assert found[record(1).url].outcome in {Outcome.CRASHED, Outcome.NO_TEXT, Outcome.ARTICLE}
    assert found[record(2).url].outcome == Outcome.ARTICLE


@pytest.mark.parametrize("taken", [0, 1, 3])
def test_no_process_is_left_when_the_reader_stops(taken: int) -> None:
    running = extract_all((record(number) for number in range(9)), workers=2)
    for _ in range(taken):
        next(running)
    running.close()  # type: ignore[attr-defined]
    assert multiprocessing.active_children() == []


def test_an_error_of_the_source_of_records_leaves_no_process() -> None:
    def torn() -> Iterator[Record]:
        yield record(0)
        raise OSError("disk gone")

    with pytest.raises(OSError, match="disk gone"):
        list(extract_all(torn(), workers=2))
    assert multiprocessing.active_children() == []


def test_workers_are_initialised_before_their_first_job(tmp_path: Path) -> None:
    with Workers(os.path.abspath, workers=1, initializer=partial(os.chdir, tmp_path)) as workers:
        assert list(workers.run(["x"])) == [("x", str(tmp_path / "x"))]


def test_workers_that_cannot_be_initialised_leave_it_to_their_jobs() -> None:
    with Workers(len, workers=1, initializer=partial(int, "no number")) as workers:
        assert list(workers.run(["x"])) == [("x", 1)]


RUN = """
import sys, pathlib
sys.path.insert(0, {folder!r})
from importlib import util
spec = util.spec_from_file_location("helpers", {file!r})
helpers = util.module_from_spec(spec)
sys.modules["helpers"] = helpers
spec.loader.exec_module(helpers)
import multiprocessing
if __name__ == "__main__":
    running = helpers.extract_all([helpers.record(0), helpers.record(1, helpers.HOSTILE)], workers=1, seconds=2)
    next(running)
    print(multiprocessing.active_children()[0].pid, flush=True)
    next(running)
"""


def test_a_worker_does_not_outlive_a_killed_run_by_much(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(RUN.format(folder=str(tmp_path), file=__file__))
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        worker = int(run.stdout.readline())
        time.sleep(0.5)
        run.kill()
    deadline = time.monotonic() + 12
    while Path(f"/proc/{worker}").exists() and "Z" not in Path(f"/proc/{worker}/stat").read_text().split()[2]:
        if time.monotonic() > deadline:
            os.kill(worker, signal.SIGKILL)
            pytest.fail("the worker goes on without the run")
        time.sleep(0.1)
