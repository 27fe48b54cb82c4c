"""Alerts: sent once until they clear, to real receivers on loopback, not in quiet hours, whatever is killed or full."""

import json
import os
import signal
import socketserver
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from flows.alerts import check
from flows.errors import BadSettings
from flows.settings import Settings
from flows.spool import Data
from tests.rows import article, empty, fetch, load
from warehouse.store import Store, publish

ROOT = Path(__file__).parent.parent
NOW = datetime.now(UTC).replace(microsecond=0)  # the command takes the machine's clock
NEWEST = f"{NOW - timedelta(days=9):%Y-%m-%d}"


class Receiver:
    """An HTTP server that keeps what it is sent."""

    def __init__(self) -> None:
        receiver = self
        self.messages: list[dict] = []
        self.status = 200
        self.on_message: Callable[[], None] = lambda: None

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                receiver.on_message()
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"json://user:top-secret@127.0.0.1:{self.server.server_port}/hook"

    def told(self) -> list[str]:
        """The lines that came since it was last asked."""
        lines = [line for message in self.messages for line in message["message"].splitlines()]
        self.messages.clear()
        return lines


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


class House:
    """A data folder with one source that published every day until some days ago."""

    def __init__(self, root: Path, silent_days: int) -> None:
        self.root, self.data, self.number = root, Data(root), 0
        with Store(empty(self.data.master)) as store:
            store.rows(
                "insert into sources values ('a.example', 'A', 'media', 'DE', 'en', 'https://a.example/', 'none', 24, true)"
            )
        days = [NOW - timedelta(days=silent_days + n) for n in range(20)]
        self.publish(days, NOW)

    def publish(self, days: list[datetime], now: datetime) -> None:
        rows = []
        for day in days:
            self.number += 1
            url = f"https://a.example/{self.number}"
            rows.append(article(url, f"Text number {self.number} is of its own.", day, source_id="a.example"))
        read = fetch(rows[0], url="https://a.example/feed", url_key="feed", link_key="feed", role="discovery")
        fetches = [*map(fetch, rows), read | {"outcome": "discovery", "fetched_at": now, "run_id": f"run {now}"}]
        with Store(self.data.master) as store:
            store.start_run(f"run {now}", "ingest", "1", now)
            load(store, self.root, rows, fetches)
            store.finish_run(f"run {now}", now, "ok", 0, [])
        publish(self.data.master, self.data.snapshot)


def settings(receiver: Receiver, **others: object) -> Settings:
    return Settings(alert_urls=(receiver.url,), min_free_gb=0, **others)


def test_a_silent_source_is_told_once_until_it_publishes_and_falls_silent_again(
    tmp_path: Path, receiver: Receiver
) -> None:
    house = House(tmp_path, silent_days=9)
    wanted = settings(receiver)
    check(tmp_path, wanted, NOW, failure="")
    (line,) = receiver.told()
    assert line == f"source a.example silent: newest article {NEWEST}, usually one within 24 h"
    for hours in (1, 24, 48):
        assert check(tmp_path, wanted, NOW + timedelta(hours=hours), failure="").sent == []
    assert receiver.told() == []
    later = NOW + timedelta(days=3)
    house.publish([later], later)
    assert check(tmp_path, wanted, later, failure="").cleared == ["source a.example silent"]
    house.publish([later - timedelta(days=60)], later + timedelta(days=200))
    check(tmp_path, wanted, later + timedelta(days=200), failure="")
    assert len(receiver.told()) == 1


def test_quiet_hours_put_alerts_off_and_lose_none(tmp_path: Path, receiver: Receiver) -> None:
    House(tmp_path, silent_days=9)
    wanted = settings(receiver, quiet_hours="22:00-07:00", time_zone="Asia/Shanghai")
    night, morning = NOW.replace(hour=15), NOW.replace(hour=23)
    told = check(tmp_path, wanted, night, failure="")
    assert (told.sent, len(told.waiting)) == ([], 1)
    assert receiver.told() == []
    assert len(check(tmp_path, wanted, morning, failure="").sent) == 1
    assert len(receiver.told()) == 1


def test_an_address_that_fails_is_tried_again_and_the_others_get_nothing_twice(
    tmp_path: Path, receiver: Receiver
) -> None:
    House(tmp_path, silent_days=9)
    other = Receiver()
    other.status = 500
    wanted = Settings(alert_urls=(receiver.url, other.url), min_free_gb=0)
    told = check(tmp_path, wanted, NOW, failure="")
    assert "top-secret" not in str(told)
    assert len(told.failed) == 1
    assert (len(receiver.told()), len(other.told())) == (1, 1)
    other.status = 200
    assert check(tmp_path, wanted, NOW, failure="").failed == []
    assert (len(receiver.told()), len(other.told())) == (0, 1)
    assert check(tmp_path, wanted, NOW, failure="").sent == []
    other.server.shutdown()
    other.server.server_close()


def test_dry_run_sends_and_notes_nothing(
    tmp_path: Path, receiver: Receiver, ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    House(tmp_path, silent_days=9)
    monkeypatch.setenv("BILATERAL_ALERT_URLS", receiver.url)
    for _ in range(2):
        told = ask("alerts", "--dry-run", data=tmp_path)
        assert "would be sent  source a.example silent" in told.stdout
    assert receiver.told() == []
    assert not Data(tmp_path).alerts.exists()
    assert "alert sent  source a.example silent" in ask("alerts", data=tmp_path).stdout
    assert len(receiver.told()) == 1
    assert ask("alerts", data=tmp_path).stdout == "nothing to tell\n"


def test_a_run_that_fails_is_told_and_so_is_that_it_did_not_take_place(
    tmp_path: Path, receiver: Receiver, ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    House(tmp_path, silent_days=0)
    monkeypatch.setenv("BILATERAL_ALERT_URLS", receiver.url)
    monkeypatch.setenv("BILATERAL_MIN_FREE_GB", "0")
    for _ in range(2):
        assert ask("ingest", "--no-prefect", "--source", "nosuch", data=tmp_path).returncode == 1
    (line,) = receiver.told()
    assert line == "run failed: no source nosuch; `bilateral sources` lists them"
    assert check(tmp_path, settings(receiver), NOW, failure="").cleared == ["run failed"]
    (late,) = check(tmp_path, settings(receiver), NOW + timedelta(days=3)).sent
    assert late == f"schedule no run: no run since {NOW:%Y-%m-%d %H:%M} UTC"


def test_without_an_address_what_there_is_to_tell_is_shown_all_the_same(tmp_path: Path, ask) -> None:
    House(tmp_path, silent_days=9)
    for arguments in (["alerts", "--dry-run"], ["alerts"], ["alerts"]):
        told = ask(*arguments, data=tmp_path)
        assert "alert waits  source a.example silent" in told.stdout
        assert "no address to send alerts to: setting alert_urls" in told.stderr
        assert "nothing to tell" not in told.stdout
    assert check(tmp_path, Settings(min_free_gb=0), NOW, failure="").waiting


def test_a_folder_that_is_none_has_not_nothing_to_tell(tmp_path: Path, ask) -> None:
    failed = ask("alerts", data=tmp_path / "dtaa")
    assert (failed.returncode, f"no folder {tmp_path / 'dtaa'}" in failed.stderr) == (1, True)
    assert not (tmp_path / "dtaa").exists()


def test_a_retag_is_no_daily_run(tmp_path: Path, receiver: Receiver) -> None:
    house = House(tmp_path, silent_days=0)
    later = NOW + timedelta(days=3)
    with Store(house.data.master) as store:
        store.start_run("again", "retag", "1", later)
        store.finish_run("again", later, "ok", 0, [])
    publish(house.data.master, house.data.snapshot)
    assert [line.split(":")[0] for line in check(tmp_path, settings(receiver), later).sent] == ["schedule no run"]


def test_too_little_free_disk_is_told(tmp_path: Path, receiver: Receiver) -> None:
    House(tmp_path, silent_days=0)
    wanted = Settings(alert_urls=(receiver.url,), min_free_gb=1e6)
    (line,) = check(tmp_path, wanted, NOW, failure="").sent
    assert "fewer than 1e+06" in line
    assert check(tmp_path, settings(receiver), NOW, failure="").cleared == ["disk low"]


def test_a_full_disk_does_not_keep_an_alert_back(tmp_path: Path, receiver: Receiver) -> None:
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40k", "none", str(tmp_path)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("no right to mount a file system here")
    try:
        (tmp_path / "rest").write_bytes(bytes(40 * 1024))
        told = check(tmp_path, settings(receiver), NOW, failure="No space left on device: x")
        assert told.sent == ["run failed: No space left on device: x"]
        assert receiver.told() == list(told.sent)
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_check_that_is_killed_after_sending_sends_at_most_once_more(tmp_path: Path, receiver: Receiver) -> None:
    House(tmp_path, silent_days=9)
    command = [sys.executable, "-m", "flows.cli", "alerts", "--data", str(tmp_path)]
    environment = {**os.environ, "BILATERAL_ALERT_URLS": receiver.url, "BILATERAL_MIN_FREE_GB": "0"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    receiver.on_message = lambda: os.kill(process.pid, signal.SIGKILL)
    assert process.wait(60) == -signal.SIGKILL
    receiver.on_message = lambda: None
    assert len(receiver.told()) == 1
    for times in (1, 0):
        check(tmp_path, settings(receiver), NOW, failure="")
        assert len(receiver.told()) == times


def test_mail_goes_to_a_mail_server(tmp_path: Path) -> None:
    """Just enough of SMTP on the other side."""
    received: list[str] = []

    class Mail(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            data = False
            for raw in self.rfile:
                text = raw.decode("utf-8", "replace").rstrip()
                received.append(text)
                if data and text != ".":
                    continue
                if text.upper() == "QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                data = text.upper() == "DATA"
                self.wfile.write(b"354 go on\r\n" if data else b"250 good\r\n")

    House(tmp_path, silent_days=9)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mail) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        url = (
            f"mailto://127.0.0.1:{server.server_address[1]}/?from=bilateral@example.org&to=me@example.org&mode=insecure"
        )
        told = check(tmp_path, Settings(alert_urls=(url,), min_free_gb=0), NOW, failure="")
        server.shutdown()
    assert len(told.sent) == 1, told
    assert "rcpt TO:<me@example.org>" in received
    assert any(line.startswith("Subject: ") and "source a.example silent" in line for line in received)
    assert any(f"newest article {NEWEST}" in line for line in received)


@pytest.mark.parametrize(("recent", "drifts"), [(40, False), (33, False), (85, True), (5, True)])
def test_another_share_of_relevant_articles_is_told_and_chance_is_not(
    recent: int, drifts: bool, tmp_path: Path, receiver: Receiver
) -> None:
    """Thirty-five per cent of 280 articles in four weeks, then another share of a hundred in one."""
    rows = []
    for number in range(380):
        old = number < 280
        at = NOW - (timedelta(days=8 + number % 26) if old else timedelta(days=number % 6))
        relevant = number % 100 < 35 if old else number - 280 < recent
        text = f"Text number {number} is of its own."
        rows.append(article(f"https://a.example/{number}", text, at, decision="relevant" if relevant else "off_topic"))
    with Store(empty(Data(tmp_path).master)) as store:
        store.start_run("run", "ingest", "1", NOW)
        load(store, tmp_path, rows)
    publish(Data(tmp_path).master, Data(tmp_path).snapshot)
    told = check(tmp_path, settings(receiver), NOW, failure="").sent
    assert [line.split(":")[0] for line in told] == ["relevance drift"] * drifts
    if drifts:
        assert f"{recent} % of the articles of this week are relevant" in told[0]


def test_an_address_that_nobody_knows_is_refused_before_the_run(
    tmp_path: Path, ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILATERAL_ALERT_URLS", "nosuch://top-secret@x")
    failed = ask("ingest", "--no-prefect", data=tmp_path / "data")
    assert failed.returncode == 1
    assert "alert_urls: address 1 is none that apprise knows" in failed.stderr
    assert "top-secret" not in failed.stderr
    assert not (tmp_path / "data").exists()
    with pytest.raises(BadSettings):
        check(tmp_path, Settings(alert_urls=("nosuch://x",)), NOW)
