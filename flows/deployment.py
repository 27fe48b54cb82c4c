"""Prefect's side of the runs: each run a flow, each stage a task, the report an artifact; and the daily schedule."""

import asyncio
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")

import uvicorn
from prefect import Task, flow, get_client, task
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.client.schemas.filters import FlowFilter, FlowFilterName, FlowRunFilter, FlowRunFilterState
from prefect.client.schemas.filters import FlowRunFilterStateType as StateTypes
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.runtime import flow_run as this_run
from prefect.schedules import Cron
from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings
from prefect.states import Cancelled, Crashed
from prefect.types.entrypoint import EntrypointType

from flows import ingest as plain
from flows import load as bulk
from flows import retag as again
from flows.alerts import Told, watched
from flows.errors import BadSettings
from flows.ingest import Request
from flows.report import Report
from flows.runs import RunFailed, Step
from flows.settings import Settings
from flows.settings import load as load_settings
from warehouse.store import Locked

Result = TypeVar("Result")

DAILY = "daily-ingest"
PORT = 4200
"""Of the server that `bilateral schedule` brings, on 127.0.0.1; Prefect's usual one."""
STARTING = timedelta(minutes=10)
"""After which a run that a worker took and never began is given up."""


@contextmanager
def api(port: int = 0) -> Iterator[None]:
    """The user's Prefect API where one is configured; else a server of our own, as long as the context is open.

    Prefect would start a server process of its own, which stays behind when this one is killed; a thread cannot.

    Args:
        port: where our own listens on 127.0.0.1, with its pages and its scheduler; any, without these, where 0.

    Raises:
        RuntimeError: the server did not start.
        OSError: the port is taken.
    """
    if not port:
        for runs in ("prefect.flow_runs", "prefect.task_runs"):  # what fails is raised to the command, which says it
            logging.getLogger(runs).propagate = False
        # Heartbeats that no longer reach a server which ends with the run.
        logging.getLogger("prefect._internal.concurrency").setLevel(logging.CRITICAL)
    if PREFECT_API_URL.value():
        yield
        return
    # Prefect's client would ask a proxy for it, which is on another machine.
    os.environ["no_proxy"] = ",".join(
        filter(None, [os.environ.get("no_proxy") or os.environ.get("NO_PROXY"), "127.0.0.1"])
    )
    from prefect.server.api.server import create_app  # noqa: PLC0415 - loads the whole server, only where needed

    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        error.filename = f"127.0.0.1:{port}; --port names another"
        raise
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/api"
    with temporary_settings({PREFECT_API_URL: address}):  # its pages ask there
        app = create_app(ephemeral=not port)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("Prefect's server did not start; --no-prefect does without")
        time.sleep(0.05)
    try:
        # A server that ends with the run keeps no log of it.
        with temporary_settings({PREFECT_API_URL: address, PREFECT_LOGGING_TO_API_ENABLED: bool(port)}):
            yield
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def as_task(name: str, function: Callable[..., Result], *arguments: object) -> Result:
    """Run a stage as a Prefect task (the signature is that of `flows.runs.Step`)."""
    stage: Task[..., Result] = task(name=name, persist_result=False)(function)
    return stage(*arguments)


@flow(name="ingest", flow_run_name="{request.kind}", validate_parameters=False, persist_result=False)
def ingest_request(request: Request, step: Step) -> Report:
    """One ingestion, whatever its request.

    Raises:
        RunFailed: no source could be reached.
    """
    return _recorded(lambda: plain.ingest(request, step))


@flow(name=DAILY, persist_result=False)
def ingest(data: str = "data", sources: list[str] | None = None) -> State[Any] | None:
    """The daily run, for deployments: its parameters are plain values.

    A run that another one keeps out is cancelled: it has nothing to do.

    Args:
        data: the data folder.
        sources: ids of sources to read, due or not; all that are due where left out.

    Raises:
        RunFailed: no source could be reached.
    """
    _bury_the_dead()
    root = Path(data)
    told: list[Told] = []
    try:
        with watched(root, load_settings(root), told.append):
            _recorded(lambda: plain.ingest(Request(root, tuple(sources or ())), as_task))
    except Locked as error:
        return Cancelled(message=str(error))
    finally:
        for alerts in told:
            _list_artifact("alerts", [*alerts.sent, *alerts.waiting], "sent or waiting")
    return None


def _bury_the_dead() -> None:
    """Note that this process runs this run, and that daily runs whose process on this machine is gone have crashed.

    Whoever killed a worker killed the one that would have said so; the run would be left running for ever.
    """
    here = socket.gethostname()
    with get_client(sync_client=True) as client:
        if this_run.id:
            client.update_flow_run(this_run.id, infrastructure_pid=f"{here}:{os.getpid()}")
        states = FlowRunFilterState(type=StateTypes(any_=[StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]))
        named = FlowFilter(name=FlowFilterName(any_=[DAILY]))
        for run in client.read_flow_runs(flow_filter=named, flow_run_filter=FlowRunFilter(state=states)):
            if str(run.id) != str(this_run.id) and _is_dead(run, here):
                client.set_flow_run_state(run.id, Crashed(message="its process is gone"), force=True)


def _is_dead(run: FlowRun, here: str) -> bool:
    host, _, process = (run.infrastructure_pid or "").rpartition(":")
    if process.isdecimal():
        return host == here and not _is_alive(int(process))
    began = run.state.timestamp if run.state else None
    return began is not None and datetime.now(UTC) - began > STARTING


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def schedule(data: Path, settings: Settings, sources: Sequence[str] = (), port: int = PORT) -> None:
    """Run every day, as the settings say, until this process is ended; and once now, for days that were missed.

    What has been read within its source's cadence is not read again, so that a run too many does nothing. Two runs at
    a time: the second is refused by the first one's lock.

    Raises:
        BadSettings: `schedule` is no line for cron.
        OSError: the port is taken.
    """
    try:
        when = Cron(settings.schedule, timezone=settings.time_zone)
    except ValueError:
        raise BadSettings("schedule: no line for cron, which is like 0 6 * * *") from None
    with api(port):
        _bury_the_dead()
        daily = RunnerDeployment.from_flow(
            ingest,
            "served",
            schedule=when,
            parameters={"data": str(data.absolute()), "sources": list(sources) or None},
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        asyncio.run(_serve(daily))


async def _serve(daily: RunnerDeployment) -> None:
    runner = Runner(name="bilateral", limit=2, pause_on_shutdown=False)
    deployment = await runner.aadd_deployment(daily)
    async with get_client() as client:
        await client.create_flow_run_from_deployment(deployment)
    await runner.start()


@flow(name="load", validate_parameters=False, persist_result=False)
def load(paths: Sequence[Path], data: Path, everything: bool, step: Step) -> Report:
    """Load WARC files.

    Raises:
        RunFailed: some part of a file could not be read.
    """
    return _recorded(lambda: bulk.load(paths, data, everything=everything, step=step))


@flow(name="retag", validate_parameters=False, persist_result=False)
def retag(data: Path, step: Step) -> again.Report:
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
    _list_artifact("run-errors", [*report.errors, *report.concerns], report.run_id)
    if report.brief:
        create_link_artifact(link=Path(report.brief).as_uri(), link_text=Path(report.brief).name, key="brief")


def _list_artifact(key: str, lines: Sequence[str], description: str) -> None:
    if lines:
        markdown = "\n".join(f"- `{line.replace('`', ' ')}`" for line in lines)
        create_markdown_artifact(markdown=markdown, key=key, description=description)
