"""A run contacts nothing but loopback and its sources: every connection and look-up of every process is noted."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Loaded by every Python process that inherits PYTHONPATH: crawl child, extraction workers, Prefect's server.
NOTE_CONNECTIONS = """
import json, os, sys

def note(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}:
        where = arguments[1] if event in {"socket.connect", "socket.sendto"} else arguments[0]
        with open(os.environ["NOTED_CONNECTIONS"], "a") as file:
            file.write(json.dumps([event, str(where[0] if isinstance(where, tuple) else where), sys.argv[:3]]) + "\\n")

sys.addaudithook(note)
"""
LOOPBACK = {"127.0.0.1", "localhost", "::1", "None"}


def contacted(command: list[str], folder: Path, **environment: str) -> set[str]:
    (folder / "sitecustomize.py").write_text(NOTE_CONNECTIONS, encoding="utf-8")
    noted = folder / "connections.jsonl"
    subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(folder), "NOTED_CONNECTIONS": str(noted), **environment},
        check=False,
        capture_output=True,
        timeout=180,
    )
    names = {json.loads(line)[1] for line in noted.read_text(encoding="utf-8").splitlines()}
    return {name for name in names if not name.startswith("/")}  # sockets between processes of this machine


def cut_off() -> list[str]:
    """A command before another that takes its network away but for loopback, where this machine allows that."""
    command = ["unshare", "-n", "sh", "-c", 'ip link set lo up || ifconfig lo up; exec "$@"', "sh"]
    try:
        allowed = subprocess.run([*command, "true"], check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        allowed = False
    return command if allowed else []


def test_demo_with_prefect_contacts_loopback_only(tmp_path: Path) -> None:
    """Python's own events tell what was tried; where possible, there is nothing else to be reached either."""
    command = [*cut_off(), sys.executable, "-m", "flows.cli", "ingest", "--demo", "--data", str(tmp_path / "data")]
    found = contacted(command, tmp_path, PREFECT_HOME=str(tmp_path / "prefect"))
    assert "127.0.0.1" in found
    assert found <= LOOPBACK
    assert (tmp_path / "data" / "published" / "bilateral.duckdb").exists()


def test_daily_run_looks_up_its_sources_only(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "flows.cli",
        "ingest",
        "--no-prefect",
        "--source",
        "cset",
        "--data",
        str(tmp_path / "data"),
    ]
    found = contacted(command, tmp_path, http_proxy="", https_proxy="")
    assert {name for name in found if not name[0].isdigit() and ":" not in name} - LOOPBACK <= {"cset.georgetown.edu"}
