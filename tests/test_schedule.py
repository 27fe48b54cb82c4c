"""The daily run on a Prefect server: scheduled, refused beside another, and not left running for ever when it is killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.spool import Data
from tests.test_faults import Site, sites
from warehouse.snapshot import query

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent
SOURCE = "peoples_daily_en"
BIN = Path(sys.executable).parent
PATIENCE = 240


class Scheduled:
    """`bilateral schedule` every minute, with one source behind a proxy of ours, on a server of its own."""

    def __init__(self, folder: Path, site: Site) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder, self.data = folder, folder / "data"
        self.environment = {
            **os.environ, "PYTHONPATH": str(ROOT), "PREFECT_HOME": str(folder / "prefect"), "BILATERAL_SCHEDULE": "* * * * *",
            "http_proxy": f"http://{site.host}", "https_proxy": f"http://{site.host}", "no_proxy": "127.0.0.1",
            "PREFECT_LOGGING_LEVEL": "WARNING",
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "flows.cli", "schedule", "--source", SOURCE, "--port", str(self.port)]
        with (self.folder / "said.log").open("ab") as said:
            self.process = subprocess.Popen(
                [*command, "--data", str(self.data)],
                cwd=ROOT,
                env=self.environment,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def kill(self) -> None:
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def api(self, path: str, **body: Any) -> Any:
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=30) as answer:
            return json.load(answer)

    def runs(self, *states: str) -> list[dict[str, Any]]:
        states_of = {"flow_runs": {"state": {"type": {"any_": list(states)}}}}
        return [run for run in self.api("flow_runs/filter", **states_of) if run["parent_task_run_id"] is None]

    def wait(self, what: str, holds: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if found := holds():
                    return found
            except OSError:
                pass
            time.sleep(0.5)
        pytest.fail(f"{what}: not within {PATIENCE} s; {(self.folder / 'said.log').read_text()[-3000:]}")


@pytest.fixture
def scheduled(tmp_path: Path) -> Iterator[tuple[Scheduled, Site]]:
    with sites("news", address="127.0.0.1") as found:
        scheduled = Scheduled(tmp_path, found["news"])
        yield scheduled, found["news"]
        scheduled.kill()


def test_a_day_of_the_schedule(scheduled: tuple[Scheduled, Site]) -> None:
    """One test, since a server takes long to start: what was missed, what overlaps, what is killed, what is scheduled."""
    server, site = scheduled
    site.mood = "silent"  # so that the run lasts
    server.start()
    (first,) = server.wait("a run at the start, for days that were missed", lambda: server.runs("RUNNING"))
    server.wait("the run's fetching", lambda: site.asked)
    deployment = first["deployment_id"]
    second = server.api(f"deployments/{deployment}/create_flow_run", state={"type": "SCHEDULED"})

    def refusals() -> list[dict[str, Any]]:
        """Also of runs by the clock; empty until the second one is among them."""
        refused = server.runs("CANCELLED")
        return refused if second["id"] in {run["id"] for run in refused} else []

    refused = server.wait("the refusal of a second run", refusals)
    assert all("is in use by another run" in run["state"]["message"] for run in refused)

    server.kill()
    site.mood = "well"
    site.over.set()
    server.start()
    crashed = server.wait("the end of the killed run", lambda: server.runs("CRASHED"))
    assert first["id"] in {run["id"] for run in crashed}
    assert "its process is gone" in {run["state"]["message"] for run in crashed}

    def done_by_schedule() -> list[dict[str, Any]]:
        return [run for run in server.runs("COMPLETED", "FAILED", "CANCELLED") if run["auto_scheduled"]]

    server.wait("a run by the clock", done_by_schedule)
    server.wait("a report", lambda: [row for row in server.api("artifacts/filter") if row["key"] == "run-report"])
    parameters = server.api("flow_runs/filter")[0]["parameters"]
    assert parameters == {"data": str(server.data), "sources": [SOURCE]}
    assert query(Data(server.data).snapshot, "select count(*) > 0 from runs").rows == [(True,)]


def test_prefect_deploy_works_and_a_worker_runs_it(scheduled: tuple[Scheduled, Site]) -> None:
    server, _ = scheduled
    server.start()
    server.wait("the server", lambda: server.runs("RUNNING", "COMPLETED", "FAILED"))
    environment = server.environment | {"PREFECT_API_URL": f"http://127.0.0.1:{server.port}/api", "CI": "true"}

    def prefect(*arguments: str) -> str:
        done = subprocess.run(
            [str(BIN / "prefect"), "--no-prompt", *arguments],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    prefect("work-pool", "create", "bilateral", "--type", "process")
    assert "daily-ingest/daily" in prefect("deploy", "--all")
    (deployment,) = server.api("deployments/filter", deployments={"name": {"any_": ["daily"]}})
    assert (deployment["parameters"], deployment["schedules"][0]["schedule"]["cron"]) == ({"data": "data"}, "0 6 * * *")
    asked = {"data": str(server.folder / "other"), "sources": [SOURCE]}
    run = server.api(f"deployments/{deployment['id']}/create_flow_run", parameters=asked, state={"type": "SCHEDULED"})
    prefect("worker", "start", "--pool", "bilateral", "--run-once")
    ended = {run["id"]: run["state_type"] for run in server.api("flow_runs/filter")}
    assert ended[run["id"]] in {"COMPLETED", "FAILED"}  # the site has nothing to read
    assert query(Data(server.folder / "other").snapshot, "select count(*) from runs").rows == [(1,)]


def test_what_fails_on_a_server_of_its_own_is_told_in_one_line(cli, tmp_path: Path) -> None:
    failed = cli("load", tmp_path / "none.warc", data=tmp_path / "data", PREFECT_HOME=str(tmp_path / "prefect"))
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1] == f"bilateral: no such file or folder: {tmp_path / 'none.warc'}"
    assert "Traceback" not in failed.stderr


def test_a_schedule_that_cannot_be_is_one_line(ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        failed = ask("schedule", "--port", port, data=tmp_path)
    assert failed.returncode == 1
    assert f"Address already in use: 127.0.0.1:{port}; --port names another" in failed.stderr
    monkeypatch.setenv("BILATERAL_SCHEDULE", "99 99 * * *")
    failed = ask("schedule", data=tmp_path)
    assert (failed.returncode, "schedule: no line for cron" in failed.stderr) == (1, True)
    assert ask("schedule", "--port", "99999", data=tmp_path).returncode == 2
