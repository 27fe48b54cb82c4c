"""Loading WARC files from anywhere: every record one outcome, damage named, the rest loaded."""

import os
import random
import signal
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from queue import Queue
from threading import Event, Timer

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.load import Batch, ahead, find, load
from flows.reading import Part
from flows.runs import RunFailed
from flows.spool import Data, Spool
from spiders import records
from tests.load_in_parts import BATCH, PART
from warehouse.snapshot import query
from warehouse.store import Store

ROOT = Path(__file__).parent.parent

# What reading each file must give: article-role answers, and parts that cannot be read.
ARCHIVES = {
    "bad.arc": (3, 0),
    "block-sized-records.warc": (0, 0),
    "block-sized-records.warc.gz": (0, 0),
    "block-sized-records.warc.lz4": (0, 0),
    "books.toscrape.warc": (30, 0),
    "clipped.warc.gz": (1, 1),
    "clueweb-quirk.warc.gz": (29, 0),
    "example-bad-non-chunked.warc.gz": (1, 0),
    "example-bad.warc.gz.bad": (2, 0),
    "example-digest.warc": (0, 0),
    "example-iana.org-chunked.warc": (1, 0),
    "example-resource.warc.gz": (1, 0),
    "example-space-in-target-uri.warc.gz": (1, 0),
    "example-space-in-url.arc": (1, 0),
    "example-trunc.warc": (1, 3),
    "example-wget-bad-target-uri.warc.gz": (3, 0),
    "example-wrong-chunks.warc.gz": (1, 1),
    "example.arc": (1, 0),
    "example.arc.gz": (1, 0),
    "example.warc": (1, 0),
    "example.warc.gz": (1, 0),
    "parseMe.warc": (14, 0),
    "parseMe.warc.gz": (14, 0),
    "post-test.warc.gz": (3, 0),
    "test.warc.gz": (18, 0),
    "unparsable-date.warc.gz": (1, 0),
    "warcfile.warc": (16, 0),
    "warcfile.warc.gz": (16, 0),
    "warcfile.warc.lz4": (16, 0),
}


def rows(data: Path, sql: str) -> list[tuple]:
    return query(Data(data).snapshot, sql).rows


def test_every_archive_of_others_is_loaded_and_its_damage_named(realdata: Path, tmp_path: Path) -> None:
    files = sorted((realdata / "warc").iterdir())
    assert {file.name for file in files} == set(ARCHIVES)
    with pytest.raises(RunFailed) as failure:
        load(files, tmp_path, everything=True)
    errors = failure.value.report.errors
    counted = dict(rows(tmp_path, "select regexp_extract(warc_file, '[^/]+$'), count(*) from fetches group by all"))
    damaged = dict(rows(tmp_path, "select regexp_extract(warc_file, '[^/]+$'), damaged from warc_files"))
    for name, (answers, damages) in ARCHIVES.items():
        assert (counted.get(name, 0), damaged[name]) == (answers, damages), name
        assert sum(name in error for error in errors) == damages, name
    assert all(" at byte " in error and ": " in error for error in errors)


def test_exit_code_tells_of_damage(realdata: Path, tmp_path: Path, cli) -> None:
    names = ("example-trunc.warc", "clipped.warc.gz")
    loaded = cli("load", "--no-prefect", *(realdata / "warc" / name for name in names), data=tmp_path)
    assert loaded.returncode == 1
    assert all(f"{name} at byte " in loaded.stdout for name in names)
    assert "all the rest is loaded" in loaded.stderr


def test_exit_code_of_a_good_file_is_zero(realdata: Path, tmp_path: Path, ask) -> None:
    for loaded_before in (False, True):
        loaded = ask("load", "--no-prefect", realdata / "warc" / "example.warc.gz", data=tmp_path)
        assert loaded.returncode == 0, loaded.stderr
        assert ("1 of 1 files were loaded before" in loaded.stdout) is loaded_before


def test_a_path_that_does_not_exist_is_named(tmp_path: Path, ask) -> None:
    loaded = ask("load", "--no-prefect", tmp_path / "nothing.warc.gz", data=tmp_path / "data")
    assert loaded.returncode == 1
    assert "no such file or folder" in loaded.stderr
    assert "nothing.warc.gz" in loaded.stderr


def test_a_folder_without_archives_is_named(tmp_path: Path, ask) -> None:
    (tmp_path / "notes").mkdir()
    loaded = ask("load", "--no-prefect", tmp_path / "notes", data=tmp_path / "data")
    assert (loaded.returncode, f"no WARC or ARC file in {tmp_path / 'notes'}" in loaded.stderr) == (1, True)


def test_folders_are_searched_for_archives(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("a.warc.gz", "deep/b.arc", "deep/notes.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in find([tmp_path])] == ["a.warc.gz", "b.arc"]


def test_off_topic_pages_of_a_bulk_load_are_counted_and_left_out(tmp_path: Path, pack) -> None:
    paragraph = "<p>The village bakery won a prize for its bread and the choir sang in the square until noon.</p>" * 6
    topic = "".join(
        f"<p>Washington tightened export controls on AI chips for China in round {n}, the Commerce Department said.</p>"
        for n in range(6)
    )
    records = {
        f"https://village.example/{n}": f"<html><body><article>{paragraph}</article></body></html>".encode()
        for n in range(60)
    }
    records["https://village.example/chips"] = f"<html><body><article>{topic}</article></body></html>".encode()
    pack(records, tmp_path / "village.warc.gz")
    report = load([tmp_path / "village.warc.gz"], tmp_path / "data")
    assert report.total("relevant") == 1
    outcomes = dict(rows(tmp_path / "data", "select outcome, count(*) from fetches group by all"))
    assert sum(outcomes.values()) == 61
    assert outcomes["gated"] >= 55
    assert report.gate.startswith("gate: turned down 60 of 61 pages; 0 of ")
    assert rows(tmp_path / "data", "select count(*) from articles where decision != 'off_topic'") == [(1,)]
    ((stages,),) = rows(tmp_path / "data", "select stages from runs")
    assert [stage["stage"] for stage in stages] == ["extract", "deduplicate", "tag", "store", "stories"]


def test_a_file_that_somebody_put_into_the_archive_is_loaded_by_the_next_run(tmp_path: Path, pack) -> None:
    body = "<html><body><article>{}</article></body></html>"
    page = body.format(
        "<p>Washington tightened export controls on AI chips for China, officials said.</p>" * 6
    ).encode()
    data = tmp_path / "data"
    (data / "archive").mkdir(parents=True)
    pack({"https://village.example/put": page}, data / "archive" / "CC-NEWS-00012.warc.gz")
    pack({"https://village.example/loaded": page}, tmp_path / "other.warc.gz")
    report = load([tmp_path / "other.warc.gz"], data, everything=True)
    assert report.recovered == ["CC-NEWS"]
    assert rows(data, "select url from articles order by url") == [
        ("https://village.example/loaded",),
        ("https://village.example/put",),
    ]


def test_a_page_is_of_the_source_of_the_nearest_folder_or_domain_that_it_is_in(tmp_path: Path, pack) -> None:
    urls = {
        "https://www.japantimes.co.jp/1": "japan_times",
        "https://features.japantimes.co.jp/2": "japan_times",
        "https://www.mofcom.gov.cn/3": "mofcom_zh",
        "https://www.samr.gov.cn/3": "samr.gov.cn",  # a ministry of its own, and no part of gov_cn_zh's site
        "https://www.gov.cn/zhengce/content_3.htm": "gov_cn_zh",
        "https://www.mfa.gov.cn/eng/xw/fyrbt/t20261120_1.html": "mfa_en",
        "https://www.mfa.gov.cn/web/fyrbt_673021/t20261120_1.shtml": "mfa_zh",
        "https://www.federalregister.gov/documents/2026/11/20/a?x=1": "federal_register",
        "https://www.bbc.com/sport/3": "bbc",
        "https://notjapantimes.co.jp/4": "notjapantimes.co.jp",
    }
    pack(dict.fromkeys(urls, b"<html><body><p>News</p></body></html>"), tmp_path / "pages.warc.gz")
    load([tmp_path / "pages.warc.gz"], tmp_path / "data", everything=True)
    assert dict(rows(tmp_path / "data", "select url, source_id from fetches")) == urls


def batch(name: str, folder: Path, parts: int = 1) -> Batch:
    return Batch(folder / name, [Part(name, folder / name)] * parts, Spool(folder))


def test_the_first_batch_is_read_at_once_and_each_while_the_one_before_it_is_loaded_and_no_further(
    tmp_path: Path,
) -> None:
    """A third batch would write over the files of the first."""
    reading: Queue[str] = Queue()
    read_on = Event()

    def read(batch: Batch) -> list[str]:
        reading.put(batch.file.name)
        assert batch.file.name == "first" or read_on.wait(10)
        return [batch.file.name]

    names = ("first", "second", "third")
    with ahead(read, (batch(name, tmp_path) for name in names)) as batches:
        assert reading.get(timeout=10) == "first"
        _, damages = next(batches)
        assert damages.result() == ["first"]
        assert reading.get(timeout=10) == "second"
        read_on.set()
        assert [damages.result() for _, damages in batches] == [["second"], ["third"]]
    assert [reading.get(timeout=10), reading.empty()] == ["third", True]


@pytest.mark.parametrize("failing", ["while it waits for a batch", "while it loads one"])
def test_a_load_that_fails_waits_for_no_more_than_the_part_at_hand(tmp_path: Path, failing: str) -> None:
    at_hand, failed = Event(), Event()
    read_parts = []

    def read(batch: Batch) -> list[str]:
        for part in batch.parts:
            read_parts.append(part.name)
            if part.name == "long":
                at_hand.set()
                assert failed.wait(10)
        return []

    short, long = batch("short", tmp_path), batch("long", tmp_path, parts=1000)
    given = [long, short] if failing == "while it waits for a batch" else [short, long]

    def fail() -> None:
        with ahead(read, iter(given)) as batches:
            next(batches)
            assert at_hand.wait(10)
            Timer(0.2, failed.set).start()
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()
    assert read_parts == (["long"] if given[0] is long else ["short", "long"])


# Loads that are killed ---------------------------------------------------------------------------------------

TABLES = {
    "articles": "select * exclude (run_id) from articles order by article_id",
    "revisions": "from revisions order by article_id, revision",
    "copies": "from copies order by article_id",
    "stories": "from stories order by story_id",
    "tags": "from tags order by all",
    "evidence": "from evidence order by all",
    "fetches": "select * exclude (run_id) from fetches order by warc_offset",
    "warc_files": "select bytes, damaged, next_offset from warc_files",
}
KILLS = 10 if "BILATERAL_SOAK" in os.environ else 3


def killed_in_parts(data: Path, file: Path, step: int, seconds: float) -> bool:
    """Load a file in parts in a process that kills itself; whether it did before the load was done."""
    command = [sys.executable, str(ROOT / "tests" / "load_in_parts.py"), *map(str, (data, file, step, seconds))]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.returncode != 0


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory, pack) -> Path:
    """A WARC file of 200 pages, some on topic, some seen twice; about 1.3 MB, since its letters are random."""
    rng = random.Random(5)
    village = "The village bakery won a prize for its bread and the choir sang in the square until noon. "
    records = {}
    for n in range(200):
        noise = rng.randbytes(5000).hex()
        text = TOPIC.format(n=n // 2) * 6 if n % 10 < 2 else village * 6
        records[f"https://news{n % 3}.example/{n}"] = (
            f"<html><head><title>Page {n}</title></head><body><!-- {noise} --><article><p>{text}</p></article>"
        ).encode()
    file = tmp_path_factory.mktemp("mixed") / "mixed.warc.gz"
    pack(records, file)
    return file


TOPIC = "Washington tightened export controls on AI chips for China in round {n}, the Commerce Department said. "


def test_a_load_that_is_killed_again_and_again_ends_like_one_that_was_not(mixed: Path, tmp_path: Path) -> None:
    load([mixed], tmp_path / "undisturbed", part=PART, batch=BATCH)
    expected = {name: rows(tmp_path / "undisturbed", sql) for name, sql in TABLES.items()}
    assert len(expected["articles"]) > 20
    assert len(expected["fetches"]) == 200
    rng = random.Random(11)
    offsets: list[int | None] = []
    for _ in range(KILLS):
        if not killed_in_parts(tmp_path / "killed", mixed, rng.randint(1, 5), rng.uniform(0, 0.5)):
            break
        with Store(tmp_path / "killed" / "bilateral.duckdb") as store:
            offsets += [file.next_offset for file in store.warc_files().values()]
    load([mixed], tmp_path / "killed", part=PART, batch=BATCH)
    assert {name: rows(tmp_path / "killed", sql) for name, sql in TABLES.items()} == expected
    assert any(offsets), "no kill fell between the first batch and the last"


def test_a_part_that_fails_is_read_again_record_by_record(mixed: Path, tmp_path: Path) -> None:
    """A page that takes a worker's time away costs itself, and no page beside it."""
    hostile = b"<html><body><p>AI and China</p><p " + b" ".join(b"a%d=1" % n for n in range(300_000)) + b">x</p>"
    file = tmp_path / "with-one.warc.gz"
    file.write_bytes(mixed.read_bytes())
    with file.open("ab") as end:
        writer = WARCWriter(end, gzip=True)
        answer = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        topic = f"<title>Export controls on AI chips for China</title><p>{TOPIC * 5}</p>".encode()
        for number, body in enumerate([hostile + topic, topic + b"<p>end</p>"]):
            url = f"https://late.example/{number}"
            writer.write_record(
                writer.create_warc_record(
                    url, "response", payload=BytesIO(body), length=len(body), http_headers=answer,
                    warc_headers_dict={"WARC-Date": "2026-11-01T00:00:00Z"},
                )
            )  # fmt: skip
    slow = tmp_path / "slow.py"
    slow.write_text(
        "if __name__ == '__main__':\n"
        "    from pathlib import Path; import flows.reading, spiders.bounded, sys\n"
        "    flows.reading.PART_SECONDS = 2.0\n"
        "    spiders.bounded.extract_all.__defaults__ = (None, 3.0)\n"
        "    from flows.load import load\n"
        "    load([Path(sys.argv[1])], Path(sys.argv[2]))\n"
    )
    subprocess.run(
        [sys.executable, str(slow), str(file), str(tmp_path / "data")],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    outcomes = dict(rows(tmp_path / "data", "select url, outcome from fetches where url like '%late%'"))
    assert outcomes == {"https://late.example/0": "timed_out", "https://late.example/1": "article"}
    assert rows(tmp_path / "data", "select count(*) from fetches") == [(202,)]


def test_our_own_archive_is_split_where_nothing_is_lost(demo: Path, tmp_path: Path) -> None:
    """Between an answer and what discovery knew of it, which stands before."""
    for path in sorted((demo / "archive").rglob("*.warc.gz")):
        whole = [item for item in records.read(path) if isinstance(item, records.Record)]
        ranges = list(records.parts(path, 0, 20_000))
        assert len(ranges) > 2
        found = [item for start, stop in ranges for item in records.read(path, "", start, stop)]
        assert found == whole


@pytest.mark.parametrize(
    "name", ["warcfile.warc", "warcfile.warc.gz", "warcfile.warc.lz4", "example.arc.gz", "parseMe.warc"]
)
def test_files_of_others_are_split_without_loss(realdata: Path, name: str) -> None:
    path = realdata / "warc" / name
    ranges = list(records.parts(path, 0, 1000))
    found = [item for start, stop in ranges for item in records.read(path, "", start, stop)]
    assert found == list(records.read(path))
    if name in {"warcfile.warc.lz4", "example.arc.gz"}:
        assert ranges == [(0, None)]
    else:
        assert len(ranges) > 1
