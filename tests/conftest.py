"""What many tests share: real data where it is, the command line, a demo run once."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import settings

from flows.cli import main

ROOT = Path(__file__).parent.parent

# The same examples on every run of CI; other ones on each run elsewhere.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

SHARED = ROOT.parent / "shared"


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name parameters that are bytes by their place: zip and gzip files hold the time of their making, and tests
    have to have the same names in every process of a run."""
    return argname if isinstance(val, bytes) else None

Cli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Pages, feeds and archives of others; not part of the project."""
    folder = Path(os.environ.get("BILATERAL_REALDATA", SHARED / "realdata"))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder} (BILATERAL_REALDATA)")
    return folder


@pytest.fixture(scope="session")
def cli() -> Cli:
    """Run `bilateral` as a process of its own: `cli("sql", "select 1", data=folder)`."""

    def run(
        *arguments: object, data: Path, timeout: float = 150, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flows.cli", *map(str, arguments), "--data", str(data)],
            env={**os.environ, "COLUMNS": "100", **environment},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return run


@pytest.fixture
def ask() -> Cli:
    """The same in this process, for commands that only read: `ask("sql", "select 1", data=folder)`."""

    def run(*arguments: object, data: Path) -> subprocess.CompletedProcess[str]:
        command = [*map(str, arguments), "--data", str(data)]
        told = CliRunner().invoke(main, command)
        if told.exception and not isinstance(told.exception, SystemExit):
            raise told.exception
        return subprocess.CompletedProcess(command, told.exit_code, told.stdout, told.stderr)

    return run


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, cli: Cli) -> Path:
    """A data folder after the demo; not to be written to."""
    data = tmp_path_factory.mktemp("demo")
    done = cli("ingest", "--demo", "--no-prefect", data=data)
    assert done.returncode == 0, done.stderr
    return data
