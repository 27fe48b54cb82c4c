"""Real faults of disk, clock, network and files: a clear message, an exit code, nothing lost, and the next run mends it."""

import gzip
import os
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any

import duckdb
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from flows import ingest
from flows.spool import Data
from tests.first_day import assert_next_run_completes, stored
from warehouse.snapshot import query

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent
DEMO = [sys.executable, "-m", "flows.cli", "ingest", "--demo", "--no-prefect", "--data"]


def demo_fails(data: Path, *before: str) -> str:
    """What `bilateral ingest --demo` says on standard error, where it ends with exit code 1."""
    done = subprocess.run(
        [*before, *DEMO, str(data)], cwd=ROOT, env={**os.environ, "COLUMNS": "100"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]


# Disk ---------------------------------------------------------------------------------------------------------------


def mounted(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no right to mount a file system here: {done.stderr.strip()}")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted("-t", "tmpfs", "-o", "size=100m", "none", str(folder))
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize(
    ("size", "where"),
    [
        ("700k", "bilateral.duckdb"),
        ("5760k", "spool"),
        ("8m", "bilateral.duckdb"),
        ("18m", "published"),
    ],
    ids=["first migration", "crawl", "store", "publish"],
)
def test_a_full_disk(size: str, where: str, first_day: Path, disk: Path) -> None:
    mounted("-o", f"remount,size={size}", str(disk))
    said = demo_fails(disk / "data")
    assert "No space left on device" in said
    assert str(disk / "data" / where) in said
    assert "make room and run it again" in said
    assert not list(disk.rglob(".*.new")), "half a file takes the room that is missing"
    for warc in disk.rglob("*.warc.gz"):
        gzip.decompress(warc.read_bytes())  # holds whole records only
    if where == "spool":
        assert not list(disk.glob("data/spool/*/crawl.json")), "the crawl had ended before the disk was full"
    mounted("-o", "remount,size=100m", str(disk))
    assert_next_run_completes(disk / "data", first_day)


def test_a_limit_on_the_size_of_files(first_day: Path, tmp_path: Path) -> None:
    said = demo_fails(tmp_path, "prlimit", f"--fsize={400_000}")
    assert "File too large" in said
    assert "ulimit -f" in said
    assert_next_run_completes(tmp_path, first_day)


def test_a_read_only_file_system(first_day: Path, disk: Path) -> None:
    shutil.copytree(first_day, disk / "data")
    mounted("-o", "remount,ro", str(disk))
    before = stored(disk / "data")
    said = demo_fails(disk / "data")
    assert f"Read-only file system: {disk / 'data' / 'bilateral.lock'}" in said
    assert "let this user write there" in said
    assert stored(disk / "data") == before, "queries need no right to write"
    mounted("-o", "remount,rw", str(disk))
    assert_next_run_completes(disk / "data", first_day)


def without_privileges() -> list[str]:
    """A command before another under which the permissions of files hold for root too."""
    if os.geteuid():
        return []
    capabilities = "-dac_override,-dac_read_search"
    command = ["setpriv", f"--inh-caps={capabilities}", f"--bounding-set={capabilities}"]
    if not shutil.which("setpriv") or subprocess.run([*command, "true"], check=False).returncode:
        pytest.skip("root cannot give up its privileges here (setpriv)")
    return command


def test_who_may_only_read_reads_the_brief(first_day: Path, tmp_path: Path) -> None:
    shutil.copytree(first_day, tmp_path / "data")
    folder = tmp_path / "data" / "published" / "brief"
    folder.chmod(0o500)
    command = [*without_privileges(), sys.executable, "-m", "flows.cli", "brief", "--data", str(tmp_path / "data")]
    read = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    folder.chmod(0o700)
    assert (read.returncode, read.stderr) == (0, "")
    assert Path(read.stdout.strip()).parent == folder


def test_a_file_that_may_not_be_read(first_day: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.touch(0o000)
    command = [
        *without_privileges(),
        sys.executable,
        "-m",
        "flows.cli",
        "explain",
        str(draft),
        "--data",
        str(first_day),
    ]
    failed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (failed.returncode, failed.stderr) == (1, f"bilateral: Permission denied: {draft}; let this user read it\n")


@pytest.mark.parametrize("folder", [".", "archive", "published"])
def test_a_folder_without_permission(folder: str, first_day: Path, tmp_path: Path) -> None:
    closed = tmp_path / "data" / folder
    closed.mkdir(parents=True)
    closed.chmod(0o555)
    said = demo_fails(tmp_path / "data", *without_privileges())
    assert "Permission denied" in said
    assert str(closed) in said
    closed.chmod(0o755)
    assert_next_run_completes(tmp_path / "data", first_day)


# Files --------------------------------------------------------------------------------------------------------------


def test_a_database_of_a_newer_version_is_left_alone(first_day: Path, tmp_path: Path) -> None:
    shutil.copytree(first_day, tmp_path / "data")
    master = Data(tmp_path / "data").master
    with duckdb.connect(str(master)) as connection:
        connection.execute("insert into migrations values (9999, '9999_of_tomorrow', now())")
    before = master.read_bytes()
    said = demo_fails(tmp_path / "data")
    assert "schema version 9999" in said
    assert "update it" in said
    assert master.read_bytes() == before
    with duckdb.connect(str(master)) as connection:
        connection.execute("delete from migrations where version = 9999")
    assert_next_run_completes(tmp_path / "data", first_day)


@pytest.mark.parametrize("share", [0.3, 0.999])
def test_a_truncated_archive(share: float, first_day: Path, tmp_path: Path) -> None:
    """What a power cut leaves: an archive cut short, of a run that was not loaded."""
    shutil.copytree(first_day / "archive", tmp_path / "archive")
    shutil.copytree(first_day / "spool", tmp_path / "spool")
    (warc,) = tmp_path.rglob("*.warc.gz")
    os.truncate(warc, int(warc.stat().st_size * share))
    assert_next_run_completes(tmp_path, first_day)
    errors = query(Data(tmp_path).snapshot, "select unnest(errors) from runs").rows
    assert any(str(warc) in error for (error,) in errors)


def test_a_report_of_the_crawl_that_a_power_cut_left_empty(first_day: Path, tmp_path: Path) -> None:
    shutil.copytree(first_day / "archive", tmp_path / "archive")
    shutil.copytree(first_day / "spool", tmp_path / "spool")
    (report,) = tmp_path.rglob("crawl.json")
    os.truncate(report, 0)
    assert_next_run_completes(tmp_path, first_day)


# Network ------------------------------------------------------------------------------------------------------------


PAGE = "<html><body><article><h1>{0}</h1>{1}</article></body></html>"
PARAGRAPH = "<p>The Commerce Department tightened export controls on Nvidia AI chips sold to China, says {0}.</p>"
FEED = "<rss version='2.0'><channel><item><title>{0}</title><link>http://{1}/article</link></item></channel></rss>"


ADDRESSES = count(2)


class Site:
    """A source on loopback, or a proxy before it, that behaves as its `mood` says."""

    def __init__(self, name: str, certificate: Path | None = None, address: str = "") -> None:
        site = self
        self.name, self.mood, self.sent, self.asked = name, "well", 0, []
        self.over = Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                pass

        address = address or f"127.0.0.{next(ADDRESSES)}"  # of its own: hosts are left alone by their names
        self.server = Server((address, 0), Handler)
        self.scheme = "http"
        if certificate:
            self.scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.host = f"{address}:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    @property
    def feed(self) -> str:
        return f"{self.scheme}://{self.host}/feed"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        path = "/" + request.path.rpartition("/")[2]
        status, body = 404, b""
        if self.mood.isdecimal():
            status = int(self.mood)
        elif self.mood == "silent":
            self.over.wait(60)
            return
        elif path == "/feed" and self.mood == "garbage":
            self.garbage(request)
            return
        elif path == "/feed":
            host = request.headers["Host"]
            status, body = 200, FEED.format(self.name, host).replace("http:", f"{self.scheme}:").encode()
        elif path == "/article":
            status, body = 200, PAGE.format(self.name, 6 * PARAGRAPH.format(self.name)).encode()
        request.send_response(status)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def garbage(self, request: BaseHTTPRequestHandler) -> None:
        """10 MB a second, without an end."""
        request.send_response(200)
        request.end_headers()
        block = os.urandom(1_000_000)
        while not self.over.wait(0.1):
            request.wfile.write(block)
            self.sent += len(block)

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


LOOPBACK = [x509.IPAddress(ip_address(f"127.0.0.{n}")) for n in range(1, 100)]


def certificate(path: Path) -> Path:
    """A key and a certificate for all of loopback that it vouches for by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(LOOPBACK), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key.private_bytes(*plain) + signed.public_bytes(serialization.Encoding.PEM))
    return path


Ingest = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def daily(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ask: Callable[..., Any]) -> Ingest:
    """`bilateral ingest` of these feeds in place of the real sources, without their politeness."""

    def run(feeds: dict[str, str], **others: Any) -> subprocess.CompletedProcess[str]:
        module = f"faulty_{next(MODULES)}"
        lines = ["from spiders.base import FeedSpider"]
        for name, feed in feeds.items():
            lines.append(
                f"class S_{name}(FeedSpider):\n    name = title = {name!r}\n    kind = 'media'\n    country = 'US'\n"
                f"    language = 'en'\n    homepage = {feed!r}\n    feeds = ({feed!r},)"
            )
        (tmp_path / f"{module}.py").write_text("\n".join(lines), encoding="utf-8")
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(ROOT)]))
        settings = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "DOWNLOAD_TIMEOUT": 5, "RETRY_TIMES": 0}
        defaults = {
            "spider_modules": (module,),
            "guard_allow": tuple(f"127.0.0.{n}" for n in range(1, 100)),
            "settings": settings,
            **others,
        }
        monkeypatch.setattr(ingest, "Request", partial(REQUEST, **defaults))
        return ask("ingest", "--no-prefect", data=tmp_path / "data")

    for variable in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(variable)
    return run


REQUEST = ingest.Request
MODULES = count()


def titles(folder: Path) -> list[str]:
    return [title for (title,) in query(Data(folder / "data").snapshot, "select title from articles order by all").rows]


@contextmanager
def sites(*names: str, certificate: Path | None = None, address: str = "") -> Iterator[dict[str, Site]]:
    found = {name: Site(name, certificate if name == "untrusted" else None, address) for name in names}
    try:
        yield found
    finally:
        for site in found.values():
            site.close()


def test_sources_with_faults_are_named_and_the_others_stored(
    tmp_path: Path, daily: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Garbage at 10 MB a second, silence, a certificate that nobody vouches for, server errors."""
    pem = certificate(tmp_path / "localhost.pem")
    with sites("fine", "garbage", "silent", "untrusted", "broken", certificate=pem) as found:
        feeds = {name: site.feed for name, site in found.items()}
        found["garbage"].mood, found["silent"].mood, found["broken"].mood = "garbage", "silent", "503"
        began = time.monotonic()
        done = daily(feeds)
        took = time.monotonic() - began
        assert done.returncode == 0, done.stderr
        told = {line.split(":")[0][2:]: line for line in done.stdout.splitlines() if line.startswith("! ")}
        assert set(told) == {"garbage", "silent", "untrusted", "broken"}
        assert "too_large" in told["garbage"] or "fetch_timed_out" in told["garbage"]
        assert "fetch_timed_out" in told["silent"]
        assert "its certificate cannot be trusted" in told["untrusted"]
        assert "503" in told["broken"]
        assert titles(tmp_path) == ["fine"]
        print(f"{took:.1f} s, garbage sent: {found['garbage'].sent / 1e6:.0f} MB")
        assert found["garbage"].sent < 60e6
        assert sum(path.stat().st_size for path in (tmp_path / "data" / "archive").rglob("*.gz")) < 100_000
        for site in found.values():
            site.mood = "well"
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        done = daily(feeds)
        assert done.returncode == 0, done.stderr
        assert "! " not in done.stdout
        assert titles(tmp_path) == ["broken", "fine", "garbage", "silent", "untrusted"]


def test_a_proxy_that_fails(tmp_path: Path, daily: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    with sites("behind") as found:
        proxy = found["behind"]
        feeds = {"behind": "http://news.example/feed"}
        monkeypatch.setenv("http_proxy", f"http://me:secret@{proxy.host}")
        for mood, sign in (("407", "407"), ("502", "502")):
            proxy.mood = mood
            done = daily(feeds)
            assert done.returncode == 1
            assert sign in done.stdout
            assert f"no source could be reached (1 tried) through the proxy {proxy.host}" in done.stderr
            assert "secret" not in done.stdout + done.stderr
        proxy.mood = "well"
        assert daily(feeds).returncode == 0
        assert titles(tmp_path) == ["behind"]


def test_no_name_can_be_resolved(tmp_path: Path) -> None:
    """In a mount namespace with a name server that does not answer; then on the machine as it is."""
    alone = [
        "unshare",
        "-m",
        "sh",
        "-c",
        'mount --bind "$0/hosts" /etc/hosts && mount --bind "$0/resolv" /etc/resolv.conf && exec "$@"',
    ]
    (tmp_path / "hosts").touch()
    (tmp_path / "resolv").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    if subprocess.run([*alone, str(tmp_path), "true"], capture_output=True, check=False).returncode:
        pytest.skip("no right to a mount namespace here")
    with sites("named", address="127.0.0.1") as found:
        feed = found["named"].feed.replace("127.0.0.1", "localhost")
        command = [sys.executable, str(ROOT / "tests" / "daily_of.py"), str(tmp_path / "data"), feed]
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        environment["PYTHONPATH"] = str(ROOT)
        cut_off, connected = (
            subprocess.run(
                [*before, *command], env=environment, capture_output=True, text=True, timeout=60, check=False
            )
            for before in ([*alone, str(tmp_path)], [])
        )
    assert cut_off.returncode == 1
    assert "no name can be resolved; the network or its name server (DNS) is down" in cut_off.stderr
    assert connected.returncode == 0, connected.stderr
    assert titles(tmp_path) == ["named"]


# Clock --------------------------------------------------------------------------------------------------------------


def test_a_clock_that_jumped_ahead_and_back_skips_no_source(tmp_path: Path, daily: Ingest) -> None:
    with sites("timed") as found:
        feeds = {"timed": found["timed"].feed}
        assert daily(feeds, clock=datetime(2035, 1, 1, tzinfo=UTC)).returncode == 0
        found["timed"].name = "timed again"
        found["timed"].asked.clear()
        done = daily(feeds)
        assert done.returncode == 0, done.stderr
        assert "/feed" in found["timed"].asked
        assert "began on 2035-01-01 00:00 UTC, which is after this run" in done.stdout
    (health,) = query(Data(tmp_path / "data").snapshot, "select health, silent_hours from source_health").rows
    assert health == ("ok", 0)


def test_a_clock_that_lost_its_time_is_refused(tmp_path: Path, daily: Ingest) -> None:
    with sites("timed") as found:
        feeds = {"timed": found["timed"].feed}
        done = daily(feeds, clock=datetime(1970, 1, 1, 0, 1, tzinfo=UTC))
        assert done.returncode == 1
        assert "the clock says 1970-01-01 00:01 UTC, which cannot be: set it" in done.stderr
        assert not Data(tmp_path / "data").master.exists()
        assert daily(feeds).returncode == 0
    assert titles(tmp_path) == ["timed"]
