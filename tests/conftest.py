"""What many tests share: real data where it is, the command line, a demo run once."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import settings
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.cli import main
from spiders.bounded import prepare
from tests.first_day import run
from warehouse.store import exclusive

ROOT = Path(__file__).parent.parent

# Some tests start hundreds of processes, which need not compile the program each.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# The same examples on every run, so that a change is judged by what it changes; `pytest --hypothesis-profile=explore`
# looks for others.
settings.register_profile("repeat", derandomize=True)
settings.register_profile("explore", print_blob=True)
settings.load_profile("repeat")

SHARED = ROOT.parent / "shared"


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name parameters that are bytes by their place.

    Zip and gzip files hold the time of their making, and tests have the same names in every process of a run.
    """
    return argname if isinstance(val, bytes) else None


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors, for a part of the time tests wait for slow servers and for other processes."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest first, or a run ends with one process busy and the others idle."""
    longest = (
        "test_pages",
        "test_reextract",
        "test_retag",
        "test_ingest",
        "test_kill",
        "test_load",
        "test_network",
        "test_politeness",
        "test_real_pages",
        "test_revisions",
        "test_scaffold",
        "test_copies",
        "test_store",
        "test_brief",
        "test_stories",
        "test_hostile",
        "test_hostile_pages",
    )
    rank = {name: place for place, name in enumerate(longest)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(rank)))


@pytest.fixture(scope="session", autouse=True)
def _workers_of_every_kind() -> None:
    """The process that workers are forked from loads what any of them needs, or each of hundreds would by itself."""
    prepare("spiders.extract", "flows.gating", "flows.reading", "flows.judging")


Cli = Callable[..., subprocess.CompletedProcess[str]]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Pages, feeds and archives of others; not part of the project."""
    folder = Path(os.environ.get("BILATERAL_REALDATA", SHARED / "realdata"))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder} (BILATERAL_REALDATA)")
    return folder


@pytest.fixture(scope="session")
def pack() -> Callable[..., None]:
    """Write pages, captured on a day of November, as a WARC file as others would: without our metadata."""

    def pack(records: dict[str, bytes], path: Path, day: int = 1) -> None:
        with path.open("wb") as file:
            writer = WARCWriter(file, gzip=True)
            for url, body in records.items():
                headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
                writer.write_record(
                    writer.create_warc_record(
                        url,
                        "response",
                        payload=BytesIO(body),
                        length=len(body),  # without it, warcio leaves a temporary file open
                        http_headers=headers,
                        warc_headers_dict={
                            "WARC-Date": datetime(2026, 11, day, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
                        },
                    )
                )

    return pack


@pytest.fixture(scope="session")
def start() -> Iterator[Start]:
    """Start `bilateral` as a process of its own: `start("sql", "select 1", data=folder)`."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: object, data: Path, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", *map(str, arguments), "--data", str(data)],
            env={**os.environ, "COLUMNS": "100", **environment},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with process:
            process.kill()


@pytest.fixture(scope="session")
def cli(start: Start) -> Cli:
    """Run `bilateral` as a process of its own: `cli("sql", "select 1", data=folder)`."""

    def run(*arguments: object, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        process = start(*arguments, data=data, **environment)
        said, errors = process.communicate(timeout=150)
        return subprocess.CompletedProcess(process.args, process.returncode, said, errors)

    return run


@pytest.fixture
def ask() -> Cli:
    """The same in this process, which is a second sooner: `ask("sql", "select 1", data=folder)`."""

    def run(*arguments: object, data: Path) -> subprocess.CompletedProcess[str]:
        command = [*map(str, arguments), "--data", str(data)]
        told = CliRunner().invoke(main, command)
        if told.exception and not isinstance(told.exception, SystemExit):
            raise told.exception
        return subprocess.CompletedProcess(command, told.exit_code, told.stdout, told.stderr)

    return run


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after the demo, one for all processes of the test run; not to be written to.

    Beside it, `said.txt` is what the demo printed on a terminal of 80 columns. Its folder was given relative to the
    working directory, so that every test which uses it proves that this works.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    data, said = folder / "demo", folder / "said.txt"
    with exclusive(folder, "demo", wait=120):
        if not said.exists():
            done = subprocess.run(
                [sys.executable, "-m", "flows.cli", "ingest", "--demo", "--no-prefect", "--data", data.name],
                env={**os.environ, "COLUMNS": "80", "PYTHONPATH": str(ROOT)},
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            said.write_text(done.stdout, encoding="utf-8")
    return data


@pytest.fixture(scope="session")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after the demo's first day, one for all processes of the test run; not to be written to."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    data, done = folder / "first_day", folder / "first_day.done"
    with exclusive(folder, "first day", wait=120):
        if not done.exists():
            run(data)
            done.touch()
    return data
