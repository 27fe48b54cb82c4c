"""`bilateral source new` and `source check`, on sites served over TLS on loopback through a proxy that answers for every host."""

import ast
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from flows.cli import main
from flows.errors import NotAdded, UnknownSource
from flows.sources import Check, check, new
from spiders import scaffold
from spiders.crawl import load_sources

ROOT = Path(__file__).parent.parent
NOW = datetime.now(UTC).replace(microsecond=0)
FAST = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False}

Sites = dict[str, dict[str, bytes]]


# Sites -----------------------------------------------------------------------------------------------------------

TOPICS = (
    "export licences",
    "compute clusters",
    "model audits",
    "chip tariffs",
    "talent visas",
    "data flows",
    "patents",
)
SLUGS = [f"ministers-weigh-{topic.replace(' ', '-')}-again" for topic in TOPICS]
TITLES = [f"Ministers weigh {topic} again as talks resume" for topic in TOPICS]


def text_on(topic: str) -> str:
    return "".join(
        f"<p>Officials from both governments discussed {topic} in round {n} of their talks, and analysts said that "
        f"the outcome would shape how companies on either side plan for the coming year.</p>"
        for n in range(1, 6)
    )


def article(n: int, url: str, *, title: bool = True, body: bool = True) -> bytes:
    heading = f"<title>{TITLES[n]}</title>" if title else "<title>Log in</title>"
    text = f"<h1>{TITLES[n]}</h1>" * title + (text_on(TOPICS[n]) if body else "<p>Enable JavaScript.</p>")
    return (
        f'<!DOCTYPE html><html lang="en"><head>{heading}<meta charset="utf-8"><link rel="canonical" href="{url}">'
        f'<meta property="article:published_time" content="{(NOW - timedelta(hours=n)).isoformat()}"></head>'
        f"<body><article>{text}</article></body></html>"
    ).encode()


def home(title: str, head: str = "", body: str = "") -> bytes:
    return (
        f'<!DOCTYPE html><html lang="en-US"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f'<body><nav><a href="/about">About us</a><a href="/contact/">Contact</a></nav>{body}</body></html>'
    ).encode()


def feed_site(host: str) -> dict[str, bytes]:
    pages = {f"/politics/{slug}": article(n, f"https://{host}/politics/{slug}") for n, slug in enumerate(SLUGS)}
    items = "".join(
        f"<item><title>{TITLES[n]}</title><link>https://{host}{path}</link>"
        f"<pubDate>{format_datetime(NOW - timedelta(hours=n))}</pubDate></item>"
        for n, path in enumerate(pages)
    )
    link = '<link rel="alternate" type="application/rss+xml" href="/feeds/posts.xml">'
    feed = f'<rss version="2.0"><channel><title>The Strait &amp; Times</title><language>en-gb</language>{items}</channel></rss>'
    return {"/": home("Strait Times | Home", link), "/feeds/posts.xml": feed.encode(), **pages}


def sitemap_site(host: str) -> dict[str, bytes]:
    pages = {f"/{n}/{slug}": article(n, f"https://{host}/{n}/{slug}") for n, slug in enumerate(SLUGS)}
    urls = "".join(
        f"<url><loc>https://{host}{path}</loc><n:news><n:title>{TITLES[n]}</n:title>"
        f"<n:publication_date>{(NOW - timedelta(hours=n)).isoformat()}</n:publication_date></n:news></url>"
        for n, path in enumerate(pages)
    )
    spaces = (
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
    )
    index = (
        f"<sitemapindex {spaces}><sitemap><loc>https://{host}/maps/pages.xml</loc></sitemap>"
        f"<sitemap><loc>https://{host}/maps/latest-news.xml</loc></sitemap></sitemapindex>"
    )
    return {
        "/": home("Map Daily"),
        "/robots.txt": f"User-agent: *\nDisallow: /private/\nSitemap: https://{host}/maps/index.xml\n".encode(),
        "/maps/index.xml": index.encode(),
        "/maps/latest-news.xml": f"<urlset {spaces}>{urls}</urlset>".encode(),
        **pages,
    }


def listing_site(host: str) -> dict[str, bytes]:
    pages = {
        f"/news/2026/11/{slug}.html": article(n, f"https://{host}/news/2026/11/{slug}.html")
        for n, slug in enumerate(SLUGS)
    }
    links = "".join(f'<li><a href="{path}">{TITLES[n]}</a></li>' for n, path in enumerate(pages))
    other = '<a href="/terms-and-conditions-of-use">Terms and conditions of use</a>'
    return {"/": home("List Weekly", body=f"<ul>{links}</ul>{other}"), **pages}


MARKUP = "</title>\"\"\"'''\\\n${name}\nimport os; os.system('touch /tmp/owned')#\u202e<b onload=x>&lt;script&gt;"


def hostile_site(host: str) -> dict[str, bytes]:
    """A list page of six megabytes, with a title that wants out of its literal and thousands of bad links."""
    pages = listing_site(host)
    links = "".join(
        f'<a href="javascript:alert({n})">Article number {n} of the long list</a>'
        f'<a href="data:text/html,news-of-the-day-{n}-again">Article number {n} of the long list</a>'
        f'<a href="//169.254.169.254/latest-meta-data-of-{n}">Article number {n} of the long list</a>'
        f'<a href="/tag/{n}">Tag number {n} of the long list</a>'
        for n in range(3000)
    )
    site_name = MARKUP.replace('"', "&quot;")
    page = (
        pages["/"].decode().replace("<title>", f'<meta property="og:site_name" content="{site_name}"><title>{MARKUP}')
    )
    return pages | {"/": page.replace("</ul>", f"</ul>{links}<!-- {'x' * 6_000_000} -->").encode()}


SITES: Sites = {
    "www.feed.example": feed_site("www.feed.example"),
    "sitemap.example": sitemap_site("sitemap.example"),
    "www.list.example": listing_site("www.list.example"),
    "hostile.example": hostile_site("hostile.example"),
    "cli.example": feed_site("cli.example"),
    "empty.example": {"/": home("Nothing here")},
    "closed.example": {**feed_site("closed.example"), "/robots.txt": b"User-agent: *\nDisallow: /\n"},
}
ADDRESSES = {
    "feed_site": "https://www.feed.example/",
    "sitemap_site": "sitemap.example",
    "list_site": "https://www.list.example/",
    "hostile_site": "https://hostile.example/",
}


def tls(folder: Path) -> ssl.SSLContext:
    """A certificate of our own for SITES; what trusts `folder / "pem"` takes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in SITES]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "pem").write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "pem")
    return context


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Serve SITES to this process and its children; yields the addresses asked for."""
    addresses: list[str] = []
    folder = tmp_path_factory.mktemp("tls")
    context = tls(folder)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        host = ""

        def do_CONNECT(self) -> None:
            self.host = self.path.rpartition(":")[0]
            self.send_response_only(200)
            self.end_headers()
            self.connection = context.wrap_socket(self.connection, server_side=True)
            self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
            self.close_connection = False

        def do_GET(self) -> None:
            addresses.append(f"https://{self.host}{self.path}")
            body = SITES.get(self.host, {}).get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def finish(self) -> None:
            self.rfile.close()
            self.wfile.close()
            self.connection.close()

        def log_message(self, *_: object) -> None:
            pass

    serving = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=serving.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("http_proxy", "https_proxy"):
            patch.setenv(variable, f"http://127.0.0.1:{serving.server_port}")
        patch.setenv("no_proxy", "")
        patch.setenv("SSL_CERT_FILE", str(folder / "pem"))
        yield addresses
    serving.shutdown()
    thread.join()
    serving.server_close()


# Adding ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def checkout(asked: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project without its sources, to which those of ADDRESSES have been added."""
    folder = tmp_path_factory.mktemp("checkout")
    for package in ("flows", "spiders", "warehouse"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "sources"))
    for name in ("spiders/sources/__init__.py", "tests/test_sources.py", "pyproject.toml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / "tests" / "sources").mkdir()
    # Its own commands shall not wait either.
    with (folder / "spiders" / "settings.py").open("a", encoding="utf-8") as settings:
        settings.writelines(f"{name} = {value}\n" for name, value in FAST.items())
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda source_id: new(source_id, ADDRESSES[source_id], into=folder, settings=FAST), ADDRESSES))
    return folder


def run(checkout: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def literals(module: Path) -> dict[str, object]:
    """Attributes of a written source; fails where one of them is anything but a literal."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert [type(node) for node in tree.body] == [ast.Expr, ast.ImportFrom, ast.ClassDef]
    (spider,) = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    docstring, *attributes = spider.body
    assert isinstance(docstring, ast.Expr)
    assert all(isinstance(node, ast.Assign) for node in attributes)
    return {node.targets[0].id: ast.literal_eval(node.value) for node in attributes}


def test_says_what_it_learnt(checkout: Path) -> None:
    sources = checkout / "spiders" / "sources"
    feed = literals(sources / "feed_site.py")
    assert feed == {
        "name": "feed_site",
        "title": "The Strait & Times",
        "kind": "media",
        "country": "US",
        "language": "en",
        "homepage": "https://www.feed.example/",
        "feeds": ("https://www.feed.example/feeds/posts.xml",),
        "allow": r"^https?://www\.feed\.example/politics/[^/?#]+",
    }
    sitemap = literals(sources / "sitemap_site.py")
    assert sitemap["sitemaps"] == ("https://sitemap.example/maps/latest-news.xml",)
    assert sitemap["title"] == "Map Daily"
    listing = literals(sources / "list_site.py")
    assert listing["pages"] == ("https://www.list.example/",)
    assert listing["allow"] == r"^https?://www\.list\.example/news/\d+/\d+/[^/?#]+"
    tame = [sources / f"{name}.py" for name in ADDRESSES if name != "hostile_site"]
    formatted = run(checkout, "ruff", "format", "--check", *tame)
    assert formatted.returncode == 0, formatted.stdout


def test_golden_test_passes_once_reviewed_and_not_before(checkout: Path) -> None:
    command = ("pytest", "-n0", "-q", "-p", "no:cacheprovider", "tests/test_sources.py", "-k", " or ".join(ADDRESSES))
    first = run(checkout, *command)
    assert first.stdout.count("it has been written now") >= len(ADDRESSES), first.stdout
    assert f"{len(ADDRESSES)} failed" in first.stdout
    for source_id in ADDRESSES:
        golden = checkout / "tests" / "sources" / source_id / "expected.json"
        expected = json.loads(golden.read_text(encoding="utf-8"))
        assert len(expected["links"]) == 5
        assert expected["articles"][0]["title"] in TITLES
        if source_id != "hostile_site":
            golden.write_text(json.dumps(expected | {"reviewed": True}), encoding="utf-8")
    second = run(checkout, *command)
    assert "1 failed" in second.stdout, second.stdout
    assert "please review tests/sources/hostile_site/expected.json" in second.stdout


def test_hostile_home_page_is_bounded_and_stays_a_literal(checkout: Path, asked: list[str]) -> None:
    module = checkout / "spiders" / "sources" / "hostile_site.py"
    written = literals(module)
    assert "\u202e" not in module.read_text(encoding="utf-8")
    assert str(written["title"]).startswith("\"\"\"'''\\")
    assert len(str(written["title"])) <= 100
    assert written["allow"] == r"^https?://hostile\.example/news/\d+/\d+/[^/?#]+"
    folder = checkout / "tests" / "sources" / "hostile_site"
    assert sum(path.stat().st_size for path in folder.iterdir()) < 20_000
    page = (folder / "list.html").read_text(encoding="utf-8")
    assert "javascript:" not in page
    assert "data:" not in page
    requests = [url for url in asked if url.startswith("https://hostile.example/")]
    assert len(requests) <= scaffold.MAX_ASKED + scaffold.ARTICLES + 2
    assert not any("169.254" in url for url in asked)


def test_command_line_adds_and_checks(checkout: Path) -> None:
    added = run(checkout, "flows.cli", "source", "new", "cli_site", "https://cli.example/feeds/posts.xml")
    assert added.returncode == 0, added.stderr
    assert "pytest tests/test_sources.py -k cli_site" in added.stdout
    assert literals(checkout / "spiders" / "sources" / "cli_site.py")["homepage"] == "https://cli.example/"
    checked = run(checkout, "flows.cli", "source", "check", "cli_site", "--json")
    assert checked.returncode == 0, checked.stderr
    told = json.loads(checked.stdout)
    assert told["ok"]
    assert len(told["articles"]) == 3
    assert told["problems"] == []
    for article in told["articles"]:
        fields = article["fields"]
        assert {name: verdict["good"] for name, verdict in fields.items()} == dict.fromkeys(fields, True)
        assert fields["title"]["found"] in TITLES
        assert fields["date"]["found"].endswith("from meta")
        assert fields["canonical"]["found"] == "agrees"


@pytest.mark.parametrize(
    ("source_id", "fault"),
    [
        ("scmp", "exists"),
        ("Strait", "cannot be an id"),
        ("strait-times", "cannot be an id"),
        ("../strait", "cannot be an id"),
        ("9news", "cannot be an id"),
        ("class", "cannot be an id"),
        ("a__b", "cannot be an id"),
        ("a" * 41, "cannot be an id"),
    ],
)
def test_bad_and_known_ids_are_refused_in_one_line(source_id: str, fault: str) -> None:
    refused = CliRunner().invoke(main, ["source", "new", source_id, "https://www.feed.example/"])
    assert refused.exit_code == 1
    assert fault in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("url", "options", "fault"),
    [
        ("ftp://feed.example/", {}, "not the address"),
        ("https://feed.example/", {"kind": "blog"}, "kind"),
        ("https://feed.example/", {"country": "usa"}, "country"),
        ("https://feed.example/", {"into": Path("/nowhere")}, "missing"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_asked(url: str, options: dict, fault: str) -> None:
    with pytest.raises(NotAdded, match=fault):
        new("some_site", url, **options)


def test_nothing_is_overwritten(checkout: Path) -> None:
    (checkout / "tests" / "sources" / "other_site").mkdir()
    with pytest.raises(NotAdded, match="exists"):
        new("other_site", "https://www.feed.example/", into=checkout)
    (checkout / "tests" / "sources" / "other_site").rmdir()


def test_site_without_news_and_one_that_forbids_robots_are_told_apart(checkout: Path, asked: list[str]) -> None:
    with pytest.raises(NotAdded, match=r"no feed.*HTTP 404"):
        new("empty_site", "https://empty.example/", into=checkout, settings=FAST)
    with pytest.raises(NotAdded, match="robots"):
        new("closed_site", "https://closed.example/", into=checkout, settings=FAST)
    assert [url for url in asked if "closed" in url] == ["https://closed.example/robots.txt"]
    assert not (checkout / "spiders" / "sources" / "empty_site.py").exists()


def test_private_addresses_are_not_asked(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("http_proxy", "https_proxy"):
        monkeypatch.delenv(variable, raising=False)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with pytest.raises(NotAdded, match=r"blocked .* is not a public address"):
            new("near_site", f"https://127.0.0.1:{listener.getsockname()[1]}/", into=checkout, settings=FAST)
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()


# Checking --------------------------------------------------------------------------------------------------------


def try_out(checkout: Path, source_id: str, monkeypatch: pytest.MonkeyPatch) -> Check:
    monkeypatch.syspath_prepend(str(checkout / "spiders" / "sources"))
    monkeypatch.setenv("PYTHONPATH", str(checkout / "spiders" / "sources"))
    return check(source_id, spider_modules=(source_id,), settings=FAST)


def change(monkeypatch: pytest.MonkeyPatch, **parts: bool) -> None:
    """Serve the feed's articles in another layout, without these parts."""
    host = "www.feed.example"
    pages = {
        f"/politics/{slug}": article(n, f"https://{host}/politics/{slug}", **parts) for n, slug in enumerate(SLUGS)
    }
    monkeypatch.setitem(SITES, host, SITES[host] | pages)


def test_lost_titles_are_named_although_the_feed_has_them(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(monkeypatch, title=False)
    result = try_out(checkout, "feed_site", monkeypatch)
    assert result.failing == ["title"]
    assert not result.ok


def test_lost_text_is_named(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(monkeypatch, body=False)
    result = try_out(checkout, "feed_site", monkeypatch)
    assert result.failing == ["text"]


def test_source_that_gives_nothing_is_not_ok(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SITES, "www.feed.example", {})
    result = try_out(checkout, "feed_site", monkeypatch)
    assert not result.ok
    assert result.articles == []
    assert "feeds/posts.xml" in " ".join(result.problems)


def test_unknown_source_cannot_be_checked() -> None:
    with pytest.raises(UnknownSource, match="nosuch"):
        check("nosuch")


# Finding ---------------------------------------------------------------------------------------------------------


def test_declared_feeds_come_first_and_comments_never() -> None:
    page = home(
        "Any",
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed/">'
        '<link rel="alternate" type="application/atom+xml" href="https://feeds.any.example/all">',
        '<a href="/rss/world">RSS</a><a href="javascript:feed()">Feed</a>',
    )
    found = scaffold.candidates(page, "https://any.example/")
    assert found[:2] == ["https://feeds.any.example/all", "https://any.example/rss/world"]
    assert "https://any.example/robots.txt" in found
    assert len(found) <= scaffold.MAX_ASKED


def test_old_news_and_plain_sitemaps_announce_nothing() -> None:
    feed = feed_site("a.example")["/feeds/posts.xml"]
    assert scaffold.announces(feed, "https://a.example/f", "https://a.example/", NOW)
    assert not scaffold.announces(feed, "https://a.example/f", "https://a.example/", NOW + timedelta(days=60))
    sitemap = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://a.example/x</loc></url></urlset>'
    assert not scaffold.announces(sitemap, "https://a.example/s", "https://a.example/", NOW)


def test_probe_is_no_source() -> None:
    assert scaffold.Probe.name not in load_sources(["spiders.sources"])
