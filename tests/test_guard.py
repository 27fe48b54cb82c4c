"""Nothing but public addresses is connected to, however the address is written and whoever redirects to it."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from spiders.addresses import Blocked, check

REFUSED = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",  # Alibaba's metadata service
    "127.0.0.1",
    "127.0.0.2",
    "127.255.255.254",
    "169.254.0.1",
    "169.254.169.254",  # everybody's metadata service
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",  # IPv4-compatible
    "::ffff:0.0.0.0",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:169.254.169.254",
    "::ffff:224.0.0.1",
    "::ffff:0:127.0.0.1",  # IPv4-translated
    "64:ff9b::127.0.0.1",  # NAT64
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo of 127.0.0.1
    "2001:db8::1",
    "2002:7f00:1::",  # 6to4 of 127.0.0.1
    "2002:a9fe:a9fe::1",
    "2002:c0a8:1::1",
    "2002:e000:1::1",
    "4000::1",
    "fc00::1",
    "fd00::8",
    "fd00:ec2::254",  # Amazon's metadata service
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.215.14",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "192.167.255.255",
    "223.255.255.255",
    "2400:3200::1",
    "2606:4700:4700::1111",
    "2a00:1450:4001::200e",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::1",
]


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    with pytest.raises(Blocked, match="not a public address"):
        check(address, ())


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_passes(address: str) -> None:
    assert check(address, ()) == address


def test_only_the_allowed_address_is_let_through() -> None:
    assert check("127.0.0.2", ["127.0.0.2"]) == "127.0.0.2"
    for address in ("127.0.0.1", "127.0.0.22", "::ffff:127.0.0.2", "10.0.0.1"):
        with pytest.raises(Blocked):
            check(address, ["127.0.0.2"])


@pytest.mark.parametrize("spelling", ["2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "127.1", "0"])
def test_the_system_resolves_odd_spellings_to_addresses_that_are_refused(spelling: str) -> None:
    with pytest.raises(Blocked):
        check(socket.gethostbyname(spelling), ())


# Through Scrapy ----------------------------------------------------------------------------------------------

Answer = tuple[int, dict[str, str], bytes]


class _Server(ThreadingHTTPServer):
    """Answers every path from a function, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self, host: str, port: int, answer: Callable[[str], Answer]) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.asked: list[str] = []
        self.answer = answer
        super().__init__((host, port), _Handler)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        status, headers, body = self.server.answer(self.path)
        self.send_response(status)
        for name, value in {"Content-Type": "text/html", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def traps() -> Iterator[list[_Server]]:
    """Listeners on the same port of 127.0.0.1 and, where the machine has it, ::1."""
    secret: Answer = (200, {}, b"<html><body>secret</body></html>")
    servers = [_Server("127.0.0.1", 0, lambda _: secret)]
    with contextlib.suppress(OSError):
        servers.append(_Server("::1", servers[0].port, lambda _: secret))
    yield servers
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[str], Answer]], _Server]]:
    servers: list[_Server] = []

    def start(answer: Callable[[str], Answer]) -> _Server:
        servers.append(_Server("127.0.0.2", 0, answer))
        return servers[-1]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def crawl(tmp_path: Path, feeds: dict[str, str], allow: list[str]) -> list[dict[str, Any]]:
    """Run the crawl process with a source for each feed; the rows it wrote."""
    module = "from spiders.base import FeedSpider\n\n"
    for name, feed in feeds.items():
        module += (
            f"class Source_{name}(FeedSpider):\n"
            f"    name = title = {name!r}\n    kind = 'media'\n    country = 'US'\n    language = 'en'\n"
            f"    homepage = {feed!r}\n    feeds = ({feed!r},)\n\n"
        )
    (tmp_path / "guarded_sources.py").write_text(module)
    plan = {
        "run_id": "run", "archive": str(tmp_path / "archive"), "report": str(tmp_path / "report.json"),
        "rows": str(tmp_path / "rows.jsonl"), "snapshot": str(tmp_path / "none.duckdb"), "sources": list(feeds),
        "spider_modules": ["guarded_sources"], "guard_allow": allow,
        "settings": {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "RETRY_ENABLED": False, "LOG_ENABLED": False},
    }  # fmt: skip
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment["PYTHONPATH"] = str(tmp_path)
    command = [sys.executable, "-m", "spiders.crawl", str(tmp_path / "plan.json")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, cwd=tmp_path) as process:
        try:
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()
    return [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text(encoding="utf-8").splitlines()]


def test_no_spelling_of_loopback_and_no_redirect_reaches_it(
    tmp_path: Path, traps: list[_Server], serve: Callable[[Callable[[str], Answer]], _Server]
) -> None:
    port = traps[0].port
    spellings = [
        f"http://{host}:{port}/secret{number}"
        for number, host in enumerate(
            [
                "localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001",
                "0x7f.0.0.1", "0177.0.0.1", "017700000001", "0.0.0.0", "0", "[::1]", "[0:0:0:0:0:0:0:1]",
                "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "user:password@127.0.0.1", "127.0.0.2@127.0.0.1",
                "127.0.0.2%40@localhost", "①②⑦.⓪.⓪.①", "127。0。0。1",
            ]
        )
    ]  # fmt: skip
    redirects = {
        f"/to{number}": target
        for number, target in enumerate(
            [
                f"http://127.0.0.1:{port}/r",
                f"http://localhost:{port}/r",
                f"http://[::1]:{port}/r",
                f"http://2130706433:{port}/r",
                f"//127.0.0.1:{port}/r",
                f"http://user@127.0.0.1:{port}/r",
            ]
        )
    }

    def answer(path: str) -> Answer:
        if path in redirects:
            return 302, {"Location": redirects[path]}, b""
        if path != "/feed.xml":
            return 404, {}, b""
        links = [*spellings, *redirects]
        items = "".join(f"<item><title>t</title><link>{link}</link></item>" for link in links)
        return 200, {"Content-Type": "text/xml"}, f"<rss version='2.0'><channel>{items}</channel></rss>".encode()

    allowed = serve(answer)
    base = f"http://127.0.0.2:{allowed.port}"
    rows = crawl(tmp_path, {"open": f"{base}/feed.xml", "shut": f"http://127.0.0.1:{port}/feed"}, ["127.0.0.2"])
    assert [server.asked for server in traps] == [[]] * len(traps)
    for row in rows:
        if row["outcome"] != "blocked":  # then there is no such name
            assert row["outcome"] == "unreachable"
            host = urlsplit(redirects.get(urlsplit(row["link"]).path, row["link"])).netloc.rpartition(":")[0]
            with pytest.raises(OSError, match=r"."):
                socket.gethostbyname(host)
    assert sum(row["outcome"] == "blocked" for row in rows) > 20
    assert ("discovery", f"http://127.0.0.1:{port}/feed") in {(row["role"], row["url"]) for row in rows}
    articles = [row["link"] for row in rows if row["role"] == "article"]
    assert {url for url in articles if url.startswith(base)} == {base + path for path in redirects}
    numbers = {url.rpartition("secret")[2] for url in articles if "secret" in url}
    assert numbers == {str(number) for number in range(len(spellings))}
    assert set(redirects) <= set(allowed.asked)
    assert all("not a public address" in row["error"] for row in rows if row["outcome"] == "blocked")


def test_without_an_allow_list_loopback_is_never_reached(tmp_path: Path, traps: list[_Server]) -> None:
    rows = crawl(tmp_path, {"one": f"http://127.0.0.1:{traps[0].port}/feed"}, [])
    assert [row["outcome"] for row in rows] == ["blocked"]
    assert traps[0].asked == []
