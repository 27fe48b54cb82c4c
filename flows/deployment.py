"""Prefect's side of the runs: each run a flow, each stage a task, the report an artifact."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")

import uvicorn
from prefect import Task, flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows import ingest as plain
from flows import load as bulk
from flows import retag as again
from flows.ingest import Request, RunFailed
from flows.report import Report

Result = TypeVar("Result")


@contextmanager
def api() -> Iterator[None]:
    """The user's Prefect API where one is configured; else a server of our own, as long as the context is open.

    Prefect would start a server process of its own, which stays behind when this one is killed; a thread cannot.

    Raises:
        RuntimeError: the server did not start.
    """
    if PREFECT_API_URL.value():
        yield
        return
    from prefect.server.api.server import create_app  # noqa: PLC0415 - loads the whole server, only where needed

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(ephemeral=True), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("Prefect's server did not start; --no-prefect does without")
        time.sleep(0.05)
    try:
        with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{listener.getsockname()[1]}/api"}):
            yield
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def as_task(name: str, function: Callable[..., Result], *arguments: object) -> Result:
    """Run a stage as a Prefect task (the signature is that of `flows.ingest.Step`)."""
    stage: Task[..., Result] = task(name=name, persist_result=False)(function)
    return stage(*arguments)


@flow(name="ingest", flow_run_name="{request.kind}", validate_parameters=False, persist_result=False)
def ingest_request(request: Request, step: plain.Step) -> Report:
    """One ingestion, whatever its request.

    Raises:
        RunFailed: no source could be reached.
    """
    return _recorded(lambda: plain.ingest(request, step))


@flow(name="daily-ingest", persist_result=False)
def ingest(data: str = "data", sources: list[str] | None = None) -> None:
    """The daily run, for deployments: its parameters are plain values.

    Raises:
        RunFailed: no source could be reached.
    """
    ingest_request(Request(Path(data), tuple(sources or ())), as_task)


@flow(name="load", validate_parameters=False, persist_result=False)
def load(paths: Sequence[Path], data: Path, everything: bool, step: plain.Step) -> Report:
    """Load WARC files.

    Raises:
        RunFailed: some part of a file could not be read.
    """
    return _recorded(lambda: bulk.load(paths, data, everything=everything, step=step))


@flow(name="retag", validate_parameters=False, persist_result=False)
def retag(data: Path, step: plain.Step) -> again.Report:
    """Judge the stored articles again."""
    report = again.retag(data, step)
    create_table_artifact(table=list(report.decisions), key="retag-report", description=report.summary())
    return report


def _recorded(run: Callable[[], Report]) -> Report:
    """Leave the report as artifacts, that of a failed run too."""
    try:
        report = run()
    except RunFailed as failure:
        _artifacts(failure.report)
        raise
    _artifacts(report)
    return report


def _artifacts(report: Report) -> None:
    rows = report.as_json()["sources"]
    create_table_artifact(table=rows, key="run-report", description=f"{report.run_id}: {report.summary()}")
    if report.errors:
        lines = "\n".join(f"- `{line.replace('`', ' ')}`" for line in report.errors)
        create_markdown_artifact(markdown=lines, key="run-errors", description=report.run_id)
