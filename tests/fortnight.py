"""A fortnight of an invented newsroom that changes daily; as a program, one day of it: `fortnight.py DATA DAY PROXY`.

wire      two articles a day; one of the second day is edited on the third
ledger    one of its own a day, and a copy of one of the wire's; on the ninth day six more copies of another
ministry  one a day until the fifth, then none
tabloid   three a day; from the eighth on its pages are shells without text
gazette   one a day; on the fourth, fifth and sixth it answers with errors
"""

import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Self
from urllib.parse import urlsplit

from flows.demo import SETTINGS
from flows.ingest import Request

ROOT = Path(__file__).parent.parent
SOURCES = ("f_gazette", "f_ledger", "f_ministry", "f_tabloid", "f_wire")
FIRST = datetime(2026, 12, 1, 6, tzinfo=UTC)
DAYS = 14
SILENT_AFTER, EDITED_ON, BURST_ON, SHELLS_FROM, OUTAGE = 5, 3, 9, 8, (4, 5, 6)
BURST = 6
FEED_DAYS = 4
"""Days that a feed goes back: an outage loses nothing."""
_TOPIC = "New U.S. export controls on advanced AI chips sold to China"
_LEAVES = "The penalty is $93 million"


@dataclass(frozen=True)
class Piece:
    """An article: its host and path, the day it came, and whose text it is."""

    host: str
    path: str
    day: int
    text_of: str


def pieces(day: int) -> Iterator[Piece]:
    """What is published on a day."""
    for number in (1, 2):
        yield Piece("wire.example", f"/{day}/{number}", day, f"wire {day} {number}")
    yield Piece("ledger.example", f"/{day}/own", day, f"ledger {day}")
    yield Piece("ledger.example", f"/{day}/copy", day, f"wire {day} 1")
    if day == BURST_ON:
        for number in range(BURST):
            yield Piece("ledger.example", f"/{day}/again{number}", day, f"wire {day} 2")
    if day <= SILENT_AFTER:
        yield Piece("ministry.example", f"/{day}", day, f"ministry {day}")
    for number in (1, 2, 3):
        yield Piece("tabloid.example", f"/{day}/{number}", day, f"tabloid {day} {number}")
    yield Piece("gazette.example", f"/{day}", day, f"gazette {day}")


@cache
def vocabulary() -> list[str]:
    texts = (path.read_text(encoding="utf-8") for path in sorted((ROOT / "spiders/newsroom/articles").glob("*/*.txt")))
    return sorted({word for text in texts for word in re.findall(r"\b[a-z]{3,12}\b", text)})


@cache
def paragraphs(text_of: str) -> tuple[str, ...]:
    """Text on topic that shares no run of words with another: its words are drawn from the demo's vocabulary."""
    rng = random.Random(text_of)
    title = f"{' '.join(rng.sample(vocabulary(), 4)).capitalize()}"
    body = [" ".join(rng.sample(vocabulary(), 9)) for _ in range(24)]
    lead = [f"{_TOPIC} {' '.join(rng.sample(vocabulary(), 6))}.", f"{_LEAVES} {' '.join(rng.sample(vocabulary(), 4))}."]
    return (title, " ".join(lead), *(f"{line.capitalize()}." for line in body))


class Fortnight:
    """Serves the newsroom as a proxy on loopback; `day` may be set while it does."""

    def __init__(self) -> None:
        newsroom = self
        self.day = 1

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = newsroom.answer(urlsplit(self.path).netloc, urlsplit(self.path).path)
                self.send_response(status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                """Runs are killed while they are answered."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.proxy = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, host: str, path: str) -> tuple[int, bytes]:
        if host == "gazette.example" and self.day in OUTAGE:
            return 500, b""
        recent = range(max(1, self.day - FEED_DAYS), self.day + 1)
        if path == "/feed":
            announced = [piece for day in recent for piece in pieces(day) if piece.host == host]
            return 200, feed(announced).encode()
        for day in range(1, self.day + 1):
            for piece in pieces(day):
                if (piece.host, piece.path) == (host, path):
                    return 200, self.page(piece).encode()
        return 404, b""

    def page(self, piece: Piece) -> str:
        title, *lines = paragraphs(piece.text_of)
        if piece.host == "tabloid.example" and piece.day >= SHELLS_FROM:
            return f"<html><head><title>{title}</title></head><body><div id='app'></div></body></html>"
        if piece.text_of == f"wire {EDITED_ON - 1} 1" and piece.host == "wire.example" and self.day >= EDITED_ON:
            lines[0] = lines[0].replace("$93 million", "$39 million")
        text = "".join(f"<p>{line}</p>" for line in lines)
        stamp = f"<meta property='article:published_time' content='{published(piece).isoformat()}'>"
        return f"<html lang='en'><head><title>{title}</title>{stamp}</head><body><article><h1>{title}</h1>{text}</article></body></html>"

    def __enter__(self) -> Self:
        Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def published(piece: Piece) -> datetime:
    """Copies come an hour after what they copy."""
    is_copy = piece.host == "ledger.example" and piece.text_of.startswith("wire")
    return FIRST + timedelta(days=piece.day - 1, hours=-2 if is_copy else -3)


def feed(announced: list[Piece]) -> str:
    items = "".join(
        f"<item><title>{paragraphs(piece.text_of)[0]}</title><link>http://{piece.host}{piece.path}</link>"
        f"<pubDate>{published(piece):%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for piece in announced
    )
    return f"<rss version='2.0'><channel>{items}</channel></rss>"


def request(data: Path, day: int, proxy: str) -> Request:
    """The daily run of one of the days."""
    clock = FIRST + timedelta(days=day - 1)
    modules = ("tests.fortnight_sources",)
    return Request(
        data,
        SOURCES,
        kind="demo",
        spider_modules=modules,
        clock=clock,
        proxy=proxy,
        settings=SETTINGS | {"RETRY_TIMES": 0},
    )


if __name__ == "__main__":
    # Not above: every extraction worker runs this file too.
    from flows.ingest import ingest

    ingest(request(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
