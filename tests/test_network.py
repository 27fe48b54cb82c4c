"""A run contacts nothing but loopback and its sources: every connection and look-up of every process is noted."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_demo_with_prefect_contacts_loopback_only(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flows.cli", "ingest", "--demo", "--data", str(tmp_path / "data")]
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


@pytest.mark.skipif(shutil.which("unshare") is None or os.geteuid() != 0, reason="needs root to cut the network off")
def test_demo_needs_no_network_at_all(tmp_path: Path) -> None:
    demo = f"{sys.executable} -m flows.cli ingest --demo --no-prefect --data {tmp_path}"
    cut_off = subprocess.run(
        ["unshare", "-n", "sh", "-c", f"ip link set lo up 2>/dev/null || ifconfig lo up; exec {demo}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if "Operation not permitted" in cut_off.stderr:
        pytest.skip("this machine does not let a process cut itself off")
    assert cut_off.returncode == 0, cut_off.stderr
