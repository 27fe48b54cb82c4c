"""The doctor: each thing that can be wrong is found and told with what to do."""

import json
import shutil
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.spool import Data
from tests.test_alerts import House
from warehouse.store import Store, exclusive, publish


@pytest.fixture
def examined(ask):
    """What the doctor finds in a folder, by what it looked at."""

    def examined(data: Path) -> dict[str, dict]:
        return {finding["what"]: finding for finding in json.loads(ask("doctor", "--json", data=data).stdout)}

    return examined


@pytest.fixture
def data(demo: Path, tmp_path: Path) -> Path:
    shutil.copytree(demo, tmp_path / "data")
    return tmp_path / "data"


def test_all_is_looked_at(demo: Path, examined) -> None:
    expected = {"Python", "packages", "code", "data folder", "lock", "archive", "tags", "settings", "free disk"}
    found = examined(demo)
    assert set(found) == expected | {"snapshot", "schema", "clock", "network"}
    assert [finding for finding in found.values() if not finding["good"]] == []


def test_a_demo_stays_one_after_a_retag(data: Path, examined) -> None:
    with Store(Data(data).master) as store:
        store.start_run("again", "retag", "1", datetime.now(UTC))
        store.finish_run("again", datetime.now(UTC), "ok", 0, [])
    publish(Data(data).master, Data(data).snapshot)
    found = examined(data)
    assert found["network"]["found"] == "the demo needs none"
    assert "sources" not in found


def test_wrong_settings_and_variables_that_are_none(data: Path, examined, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILATERAL_CONTAKT", "me@example.org")
    found = examined(data)["settings"]
    assert (found["good"], "BILATERAL_CONTAKT" in found["remedy"]) == (False, True)
    (data / "settings.toml").write_text("keep_backups = 0")
    assert "keep_backups" in examined(data)["settings"]["found"]


def test_a_lock_whose_holder_is_gone(data: Path, examined) -> None:
    with exclusive(data, "ingest 20261122T060000-abcdef"):
        assert examined(data)["lock"]["good"], "a run that is on is no trouble"
        (data / "bilateral.lock").write_text("ingest 20261122T060000-abcdef, process 99999999\n")
        found = examined(data)["lock"]
    assert (found["good"], "fuser" in found["remedy"]) == (False, True)


def test_clock_sources_and_network_of_real_news(tmp_path: Path, examined, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(tmp_path, silent_days=9)
    with socket.socket() as nowhere:
        nowhere.bind(("127.0.0.1", 0))
        monkeypatch.setenv("http_proxy", "http://me:secret@{}:{}".format(*nowhere.getsockname()))
        found = examined(tmp_path)
    assert found["clock"]["good"]
    assert (found["network"]["good"], "http_proxy" in found["network"]["remedy"]) == (False, True)
    assert "secret" not in found["network"]["found"]
    assert (found["sources"]["good"], "a.example silent" in found["sources"]["remedy"]) == (False, True)
    with Store(house.data.master) as store:
        store.start_run("of tomorrow", "ingest", "1", datetime.now(UTC) + timedelta(days=1))
    publish(house.data.master, house.data.snapshot)
    found = examined(tmp_path)["clock"]
    assert (found["good"], "set it" in found["remedy"]) == (False, True)


def test_a_snapshot_that_cannot_be_read(data: Path, examined) -> None:
    Data(data).snapshot.write_bytes(b"no database")
    found = examined(data)["snapshot"]
    assert (found["good"], "bilateral restore" in found["remedy"]) == (False, True)
