"""Killable worker processes that extraction runs in: a hostile page costs its time limit and one outcome."""

import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait

from spiders.archive import Record
from spiders.extract import Extraction, extract
from spiders.outcomes import Outcome

SECONDS = 20.0
"""Wall time for one page; the slowest of 502 real pages needs 0.8 s of processor time."""
MEMORY = 2_000_000_000
"""Address space of a worker in bytes. After 502 real pages one has used 0.15 GB of memory."""
GRACE = 2.0
"""Seconds after which a worker whose time is up ends by itself."""

# Workers are forked from a process that has imported the extractor once and has no threads.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["spiders.extract"])


@dataclass(frozen=True, slots=True)
class _Job:
    record: Record
    deadline: float


class _Worker:
    """One child process and the pipe to it."""

    def __init__(self, seconds: float) -> None:
        self.pipe, theirs = _CONTEXT.Pipe()
        self.process = _CONTEXT.Process(target=_serve, args=(theirs, MEMORY, seconds + GRACE), daemon=True)
        self.process.start()
        theirs.close()

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _serve(pipe: Connection, memory: int, seconds: float) -> None:
    """Extract record after record until the other end is gone.

    The parent ends a worker that takes too long; the alarm does so where the parent was killed.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt ends
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    while True:
        try:
            record: Record = pipe.recv()
        except (EOFError, OSError):
            return
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            result = extract(record)
        except MemoryError:
            result = Extraction(Outcome.CRASHED, error=f"needs more than {memory} bytes of memory")
        except Exception as error:
            result = Extraction(Outcome.CRASHED, error=f"{type(error).__name__}: {error}"[:200])
        signal.setitimer(signal.ITIMER_REAL, 0)
        pipe.send(result)


def extract_all(
    records: Iterable[Record], workers: int | None = None, seconds: float = SECONDS
) -> Iterator[tuple[Record, Extraction]]:
    """Extract records in parallel, each within its time and memory.

    Args:
        records: taken one at a time, so that an archive of any size may be given.
        workers: processes; as many as the machine has processors where None.
        seconds: wall time for one record, after which its worker is killed and replaced.

    Yields:
        Every record with what became of it, in the order in which they end.
    """
    source = iter(records)
    idle = [_Worker(seconds) for _ in range(workers or os.cpu_count() or 1)]
    busy: dict[Connection, tuple[_Worker, _Job]] = {}
    more = True
    try:
        while more or busy:
            while more and idle:
                record = next(source, None)
                if record is None:
                    more = False
                    break
                worker = idle.pop()
                try:
                    worker.pipe.send(record)
                except OSError:  # it died while it had nothing to do
                    worker.end()
                    worker = _Worker(seconds)
                    worker.pipe.send(record)
                busy[worker.pipe] = (worker, _Job(record, time.monotonic() + seconds))
            if not busy:
                continue
            nearest = min(job.deadline for _, job in busy.values())
            ready = wait(list(busy), timeout=max(0.0, nearest - time.monotonic()))
            now = time.monotonic()
            for pipe, (used, job) in list(busy.items()):
                if pipe in ready:
                    try:
                        result = pipe.recv()
                    except (EOFError, OSError):
                        used.process.join()
                        code = used.process.exitcode
                        result = Extraction(Outcome.CRASHED, error=f"extraction process ended with code {code}")
                        if code == -signal.SIGALRM:
                            result = Extraction(Outcome.TIMED_OUT, error=f"more than {seconds:g} s")
                elif job.deadline <= now:
                    result = Extraction(Outcome.TIMED_OUT, error=f"more than {seconds:g} s")
                else:
                    continue
                del busy[pipe]
                spent = result.outcome is Outcome.TIMED_OUT or not used.process.is_alive()
                if spent:
                    used.end()
                idle.append(_Worker(seconds) if spent else used)
                yield job.record, result
    finally:
        for worker in [*idle, *(worker for worker, _ in busy.values())]:
            worker.end()
