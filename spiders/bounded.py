"""Killable worker processes: a hostile page costs its time limit and one outcome."""

import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Generic, Self, TypeVar

from spiders.article import Extraction
from spiders.outcomes import Outcome
from spiders.records import Record

SECONDS = 20.0
"""Processor time for one page; the slowest of 502 real pages needs 0.8 s."""
PATIENCE = 4.0
"""Times as much wall time that a job may take, on a machine that is busy with others."""
MEMORY = 2_000_000_000
"""Address space of a worker in bytes. After 502 real pages one has used 0.15 GB of memory."""
GRACE = 2.0
"""Seconds after which a worker whose time is up ends by itself."""
_TICKS = os.sysconf("SC_CLK_TCK")

Job = TypeVar("Job")
Result = TypeVar("Result")

# Workers are forked from a process that has loaded what they need once, and has no threads.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["spiders.extract"])


@dataclass(frozen=True, slots=True)
class Failure:
    """A job that gave no result: it took too long, needed too much, or raised."""

    outcome: Outcome
    error: str


@dataclass(frozen=True, slots=True)
class _Running(Generic[Job]):
    """A job, when it is to be looked at, and when it is over in any case; and what its worker had used before it."""

    job: Job
    deadline: float
    last: float
    used_before: float


class _Worker(Generic[Job, Result]):
    """One child process and the pipe to it."""

    def __init__(
        self, function: Callable[[Job], Result], seconds: float, initializer: Callable[[], object] | None
    ) -> None:
        self.pipe, theirs = _CONTEXT.Pipe()
        self.process = _CONTEXT.Process(
            target=_serve, args=(theirs, function, MEMORY, seconds, initializer), daemon=True
        )
        self.process.start()
        theirs.close()

    def used(self) -> float | None:
        """Processor time of the process in seconds; None where the system does not tell."""
        with suppress(OSError):
            fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / _TICKS
        return None

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _serve(
    pipe: Connection,
    function: Callable[[Job], Result],
    memory: int,
    seconds: float,
    initializer: Callable[[], object] | None,
) -> None:
    """Do job after job until the other end is gone.

    The parent ends a worker that takes too long; the alarms do so where the parent was killed.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt ends
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    if initializer:
        with suppress(Exception):  # the first job meets it again, and fails by name
            initializer()
    while True:
        try:
            job: Job = pipe.recv()
        except (EOFError, OSError):
            return
        signal.setitimer(signal.ITIMER_PROF, seconds + GRACE)
        signal.setitimer(signal.ITIMER_REAL, seconds * PATIENCE + GRACE)
        result: Result | Failure
        try:
            result = function(job)
        except MemoryError:
            result = Failure(Outcome.CRASHED, f"needs more than {memory} bytes of memory")
        except Exception as error:
            result = Failure(Outcome.CRASHED, f"{type(error).__name__}: {error}"[:200])
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        pipe.send(result)


def prepare(*modules: str) -> None:
    """Start the process that workers are forked from, while the caller is still loading what it needs itself.

    Args:
        modules: what the workers need, to be loaded once.
    """
    _CONTEXT.set_forkserver_preload(list(modules))
    forkserver.ensure_running()


def extract_all(
    records: Iterable[Record], workers: int | None = None, seconds: float = SECONDS
) -> Iterator[tuple[Record, Extraction]]:
    """Extract records in parallel, each within its time and memory.

    Args:
        records: taken one at a time, so that an archive of any size may be given.
        workers: processes; as many as the machine has processors where None.
        seconds: processor time for one record, after which its worker is killed and replaced.

    Yields:
        Every record with what became of it, in the order in which they end.
    """
    with Workers(_extraction, workers, seconds) as pool:
        for record, result in pool.run(records):
            yield record, Extraction(result.outcome, error=result.error) if isinstance(result, Failure) else result


def _extraction(record: Record) -> Extraction:
    from spiders.extract import extract  # noqa: PLC0415 - 0.2 s to load, and only workers need it

    return extract(record)


class Workers(Generic[Job, Result]):
    """Processes that call a function of a module with job after job, each within its time and memory.

    Args:
        function: what they call.
        workers: how many they are; as many as the machine has processors where None.
        seconds: processor time for one job, after which its worker is killed and replaced.
        initializer: function of a module that every process calls before its first job, to have at hand what all need.
            With one, all processes start at once, to be ready when the first jobs are; else each with a job of its own.
    """

    def __init__(
        self,
        function: Callable[[Job], Result],
        workers: int | None = None,
        seconds: float = SECONDS,
        initializer: Callable[[], object] | None = None,
    ) -> None:
        self._function, self._seconds, self._initializer = function, seconds, initializer
        self._number = workers or os.cpu_count() or 1
        self._idle: list[_Worker[Job, Result]] = []
        self._busy: dict[Connection, tuple[_Worker[Job, Result], _Running[Job]]] = {}

    def __enter__(self) -> Self:
        if self._initializer:
            self._idle = [self._new() for _ in range(self._number)]
        return self

    def __exit__(self, *_: object) -> None:
        for worker in [*self._idle, *(worker for worker, _ in self._busy.values())]:
            worker.end()
        self._idle, self._busy = [], {}

    def _new(self) -> _Worker[Job, Result]:
        return _Worker(self._function, self._seconds, self._initializer)

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Result | Failure]]:
        """Do all these jobs, taken one at a time as workers get free.

        Yields:
            Every job with its result or failure, in the order in which they end.
        """
        source = iter(jobs)
        more = True
        ended: list[tuple[Job, Result | Failure]] = []
        while more or self._busy or ended:
            while more and len(self._busy) < self._number:
                try:
                    job = next(source)
                except StopIteration:
                    more = False
                    break
                self._give(job)
            yield from ended  # while the workers that did these are at the next
            ended = self._ended() if self._busy else []

    def _give(self, job: Job) -> None:
        worker = self._idle.pop() if self._idle else self._new()
        try:
            worker.pipe.send(job)
        except OSError:  # it died while it had nothing to do
            worker.end()
            worker = self._new()
            worker.pipe.send(job)
        now = time.monotonic()
        last = now + self._seconds * PATIENCE
        self._busy[worker.pipe] = (worker, _Running(job, now + self._seconds, last, worker.used() or 0.0))

    def _ended(self) -> list[tuple[Job, Result | Failure]]:
        """Jobs that have ended, or whose time is up; waits for the first."""
        ended: list[tuple[Job, Result | Failure]] = []
        nearest = min(running.deadline for _, running in self._busy.values())
        ready = wait(list(self._busy), timeout=max(0.0, nearest - time.monotonic()))
        now = time.monotonic()
        for pipe, (worker, running) in list(self._busy.items()):
            result: Result | Failure
            if pipe in ready:
                result = self._received(worker)
            elif running.deadline <= now:
                used = worker.used()
                left = self._seconds if used is None else self._seconds - (used - running.used_before)
                if used is not None and left > 0 and now < running.last:
                    self._busy[pipe] = (worker, replace(running, deadline=min(now + left, running.last)))
                    continue
                result = self._too_slow()
            else:
                continue
            del self._busy[pipe]
            timed_out = isinstance(result, Failure) and result.outcome is Outcome.TIMED_OUT
            if timed_out or not worker.process.is_alive():
                worker.end()
            else:
                self._idle.append(worker)
            ended.append((running.job, result))
        return ended

    def _received(self, worker: _Worker[Job, Result]) -> Result | Failure:
        try:
            result: Result | Failure = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join()
            code = worker.process.exitcode
            if code in {-signal.SIGALRM, -signal.SIGPROF}:
                return self._too_slow()
            return Failure(Outcome.CRASHED, f"extraction process ended with code {code}")
        return result

    def _too_slow(self) -> Failure:
        return Failure(Outcome.TIMED_OUT, f"more than {self._seconds:g} s")
