"""How fast a bulk load is, beside its bound and its peers, on one WARC file; and what its gate lets slip.

    make bench-load                                     # 20,000 records, some minutes
    .venv/bin/python tests/bench_load.py --records 2000 --peers

The file holds the real pages and copies of them with other words; one page in a hundred is about the subject, a page of
the demo newsroom. Beside the load: decompressing and parsing the file with fastwarc and nothing else, in one process (the
bound; the mean of before and after the load), and trafilatura on every page (on a sample of them, scaled). A load works in
as many processes as there are processors. Two ratios are told: by the clock, which is what a user waits for and means
nothing on a busy machine, and by processor time of all processes together, which gives it no credit for working in several.

With --peers also the CC-NEWS readers of news-please and Fundus, each installed into an environment of its own, on the
file's first 300 records, scaled by records; Fundus passes over pages of publishers that it does not know. Of the peers,
and of the load beside them, processor time is counted: both look for things on the web as they go, which costs waiting
time here.
"""

import argparse
import gzip
import http.server
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
import venv
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache, partial
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import trafilatura
from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.relevance import Tagger
from flows.spool import Data
from spiders.extract import extract
from spiders.newsroom.pages import site
from spiders.records import Position, Record
from warehouse.snapshot import query

REALDATA = Path(os.environ.get("BILATERAL_REALDATA", Path(__file__).parents[2] / "shared" / "realdata"))
ON_TOPIC = 100
"""One page in so many is about the subject."""
SAMPLE = 40
"""One page in so many is given to trafilatura."""
PEER_RECORDS = 300
_WORD = re.compile(rb"\b[a-z]{5,12}\b")

NEWS_PLEASE = """
import sys, time
from newsplease import NewsPlease
from warcio.archiveiterator import ArchiveIterator
started, seen = time.process_time(), 0
with open(sys.argv[1], "rb") as file:
    for record in ArchiveIterator(file):
        if record.rec_type == "response":
            seen += 1
            try:
                NewsPlease.from_warc(record)
            except Exception:
                pass
print(seen, time.process_time() - started)
"""
FUNDUS = """
import sys, time
from fundus import PublisherCollection
from fundus.scraping.html import CCNewsSource
started, seen = time.process_time(), 0
for html in CCNewsSource(*PublisherCollection, warc_path=sys.argv[1]).fetch():
    seen += 1
    try:
        publisher = next(p for p in PublisherCollection if p.name == html.source_info.publisher)
        publisher.parser(html.crawl_date).parse(html.content, "suppress")
    except Exception:
        pass
print(seen, time.process_time() - started)
"""


def real_pages() -> dict[str, bytes]:
    """The real pages by address."""
    folder, found = REALDATA / "articles", {}
    truth = json.loads((folder / "aeb" / "ground-truth.json").read_text(encoding="utf-8"))
    for name, entry in truth.items():
        found[entry["url"]] = folder / "aeb" / "html" / f"{name}.html.gz"
    for info in sorted(folder.glob("fundus/*/meta.info")):
        for name, entry in json.loads(info.read_text(encoding="utf-8")).items():
            if (info.parent / name).exists():
                found[entry["url"]] = info.parent / name
    for path in sorted(folder.glob("chinese/*.html.gz")):
        found[f"https://{path.name.split('__')[1]}.example.cn/{path.name}"] = path
    return {url: gzip.decompress(path.read_bytes()) for url, path in found.items()}


def pages(number: int, rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """Pages with addresses of their own; those on topic say so in theirs."""
    real, about = list(real_pages().items()), on_topic()
    for n in range(number):
        url, body = rng.choice(about) if n % ON_TOPIC == ON_TOPIC // 2 else real[n % len(real)]
        joint = "&" if "?" in url else "?"
        if n % ON_TOPIC == ON_TOPIC // 2:
            yield f"{url}{joint}on-topic={n}", _varied(body, rng)
        elif n < len(real):
            yield url, body
        else:
            yield f"{url}{joint}copy={n}", _varied(body, rng)


def on_topic() -> list[tuple[str, bytes]]:
    """Pages of the newsroom that would at least be reviewed."""
    found = (
        (f"https://{host}{path}", answer)
        for host, paths in site(2).items()
        for path, answer in paths.items()
        if answer.status == 200
    )
    return [(url, answer.body) for url, answer in found if is_on_topic(url, answer.body)]


@cache
def _tagger() -> Tagger:
    return Tagger.default()


def is_on_topic(url: str, body: bytes) -> bool:
    """Whether a page is an article that would at least be reviewed, read in full."""
    article = extract(Record(url, datetime(2026, 11, 22, tzinfo=UTC), 200, "", body, Position("", 0, 0))).article
    if not article:
        return False
    return _tagger().assess(article.title, article.text, article.language).decision != "off_topic"


def _varied(body: bytes, rng: random.Random) -> bytes:
    words = sorted(set(_WORD.findall(body)))[:400] or [b"other"]
    return _WORD.sub(lambda word: rng.choice(words) if rng.random() < 0.03 else word[0], body)


def write(path: Path, number: int, seed: int) -> None:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url, body in pages(number, random.Random(seed)):
            answer = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    url, "response", payload=BytesIO(body), length=len(body), http_headers=answer,
                    warc_headers_dict={"WARC-Date": "2026-11-01T00:00:00Z"},
                )
            )  # fmt: skip


def records(path: Path) -> Iterator[tuple[str, bytes]]:
    with path.open("rb") as file:
        for record in ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=True):
            yield record.headers["WARC-Target-URI"], record.reader.read()


class Spent(NamedTuple):
    """Seconds by the clock, and of processor time."""

    clock: float
    processor: float


def spent_since(clock: float, processor: float) -> Spent:
    return Spent(time.perf_counter() - clock, time.process_time() - processor)


def parsing(path: Path) -> Spent:
    started = time.perf_counter(), time.process_time()
    for _ in records(path):
        pass
    return spent_since(*started)


def trafilatura_on_all(path: Path, number: int) -> Spent:
    """Of every page, from a sample; parsing the file comes on top and is left out, in its favour."""
    bodies = [body for _, body in islice(records(path), 0, None, SAMPLE)]
    started = time.perf_counter(), time.process_time()
    for body in bodies:
        trafilatura.bare_extraction(body, with_metadata=True, include_comments=False)
    return Spent(*(seconds / len(bodies) * number for seconds in spent_since(*started)))


def used(pid: int) -> tuple[int, float]:
    """Bytes of memory that a process and its children hold now, and seconds of processor time that they have used."""
    held, seconds = 0, 0.0
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        held = int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024  # type: ignore[index]
        times = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:15]
        seconds = sum(map(int, times)) / os.sysconf("SC_CLK_TCK")  # its own, and of children that have ended
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split():
            more, longer = used(int(child))
            held, seconds = held + more, seconds + longer
    except (OSError, TypeError):
        return held, seconds
    return held, seconds


def loaded(path: Path, data: Path) -> tuple[Spent, list[int], str]:
    """What a load takes as a user starts it, memory as it goes on, and what it says of its gate."""
    command = [sys.executable, "-m", "flows.cli", "load", "--no-prefect", "--data", str(data), "--json", str(path)]
    started = time.perf_counter()
    held: list[int] = []
    processor = 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
        output: list[bytes] = []
        reader = threading.Thread(target=lambda: output.append(run.stdout.read() if run.stdout else b""))
        reader.start()
        while run.poll() is None:
            memory, seconds = used(run.pid)
            held.append(memory)
            processor = max(processor, seconds)
            time.sleep(0.2)
        reader.join()
    return Spent(time.perf_counter() - started, processor), held, json.loads(output[0])["gate"]


NO_WEB = {
    **os.environ,
    "http_proxy": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
    "no_proxy": "127.0.0.1",
}


def installed(folder: Path, *packages: str) -> Path:
    if not folder.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([folder / "bin" / "pip", "install", "-q", *packages], check=True, capture_output=True)
    return folder / "bin" / "python"


def peers(path: Path, folder: Path) -> Iterator[tuple[str, int, float]]:
    """Name, records read, and seconds of each."""
    done = subprocess.run(
        [installed(folder / "news-please", "news-please==1.6.16"), "-c", NEWS_PLEASE, path],
        check=True, stdout=subprocess.PIPE, text=True, env=NO_WEB,
    )  # fmt: skip
    number, seconds = done.stdout.split()[-2:]
    yield "news-please", int(number), float(seconds)
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(path.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        done = subprocess.run(
            [installed(folder / "fundus", "fundus==0.5.7", "curl_cffi==0.14.0"), "-c", FUNDUS, f"http://127.0.0.1:{server.server_port}/{path.name}"],
            check=True, stdout=subprocess.PIPE, text=True, env=NO_WEB,
        )  # fmt: skip
        server.shutdown()
    number, seconds = done.stdout.split()[-2:]
    yield "Fundus", int(number), float(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--peers", action="store_true", help="install news-please and Fundus, and time them too")
    parser.add_argument("--keep", type=Path, help="folder for the file and the peers; used again when it is there")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        path = folder / f"pages-{arguments.records}-{arguments.seed}.warc.gz"
        if not path.exists():
            write(path, arguments.records, arguments.seed)
        number = arguments.records
        parsing(path)  # into the cache
        before = parsing(path)
        spent, held, gate = loaded(path, Path(temporary) / "data")
        bound = Spent(*((one + other) / 2 for one, other in zip(before, parsing(path), strict=True)))
        slow = trafilatura_on_all(path, number)
        print(f"{number} records, {path.stat().st_size / 1e6:.0f} MB, {os.cpu_count()} processors, load average "
              f"{os.getloadavg()[1]:.1f}: {spent.clock:.0f} s, {number / spent.clock:.0f} records/s; {spent.processor:.0f} s "
              "of processor time")  # fmt: skip
        for name, limit, ours, theirs in zip(("clock", "processor time"), bound, spent, slow, strict=True):
            print(f"  by {name}: {ours / limit:.2f} times fastwarc alone ({limit:.1f} s), {theirs / ours:.0f} times as fast "
                  f"as trafilatura on every page ({theirs:.0f} s, from one in {SAMPLE})")  # fmt: skip
        quarter = len(held) // 4
        print(f"  memory {max(held[quarter : 2 * quarter or None]) / 1e6:.0f} MB in its second quarter, "
              f"{max(held[3 * quarter :]) / 1e6:.0f} MB in its last")  # fmt: skip
        print(f"  {gate}")
        snapshot = Data(Path(temporary) / "data").snapshot
        gated = {url for (url,) in query(snapshot, "select url from fetches where outcome = 'gated'").rows}
        planted = [(url, body) for url, body in records(path) if "on-topic=" in url]
        missed = [url for url, body in planted if url in gated and is_on_topic(url, body)]
        print(f"  {len(missed)} of {len(planted)} planted pages turned down that are on topic with their changed words"
              + "".join(f"\n    {url}" for url in missed))  # fmt: skip
        if arguments.peers:
            prefix = Path(temporary) / "prefix.warc.gz"
            write(prefix, min(PEER_RECORDS, number), arguments.seed)
            for name, read, seconds in peers(prefix, folder):
                print(f"  {name}: {read} records in {seconds:.0f} s of processor time; ours "
                      f"{seconds / read / (spent.processor / number):.0f} times as fast")  # fmt: skip


if __name__ == "__main__":
    main()
