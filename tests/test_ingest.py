"""The daily run, end to end, on the demo newsroom and on loopback servers: what is stored, what is told, what is not asked twice."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest

from flows.errors import MixedData, UnknownSource
from flows.ingest import Request, ingest
from flows.runs import RunFailed
from flows.spool import Data
from spiders.outcomes import Outcome
from warehouse.snapshot import query
from warehouse.store import Locked, exclusive

ROOT = Path(__file__).parent.parent

CUT_OFF = [word for source in ("scmp", "federal_register", "ithome") for word in ("--source", source)]


@dataclass
class Waiting:
    """A run in a folder that another holds, and one of three sources with no network."""

    locked: subprocess.Popen[str]
    cut_off: subprocess.Popen[str]
    data: Path
    """Of the run without network."""


@pytest.fixture(scope="module", autouse=True)
def waiting(tmp_path_factory: pytest.TempPathFactory, start) -> Iterator[Waiting]:
    """Begun before all tests of this file, and seen by its last ones: they wait for half a minute and do little."""
    held, data = tmp_path_factory.mktemp("held"), tmp_path_factory.mktemp("cut_off")
    # Nobody listens there, and nobody else can.
    with socket.socket() as nowhere, exclusive(held, "ingest 20261122T060000-abcdef"):
        nowhere.bind(("127.0.0.1", 0))
        proxy = "http://{}:{}".format(*nowhere.getsockname())
        yield Waiting(
            start("ingest", "--demo", "--no-prefect", data=held),
            start("ingest", "--no-prefect", *CUT_OFF, data=data, http_proxy=proxy, https_proxy=proxy),
            data,
        )


def rows(data: Path, sql: str) -> list[tuple]:
    return query(Data(data).snapshot, sql).rows


def stored(data: Path) -> list[tuple]:
    """Everything that must not depend on how often or how undisturbed a run was."""
    return rows(
        data,
        """
        select url_key, source_id, title, text_hash, decision, word_count, published_at,
            (select count(*) from revisions where article_id = a.article_id),
            (select original_id from copies where article_id = a.article_id),
            (select list(kind || tag order by kind, tag) from tags where article_id = a.article_id),
            story_id
        from articles as a
        order by url_key
        """,
    )


def test_demo_stores_what_the_newsroom_published(demo: Path) -> None:
    assert rows(demo, "select count(*) from articles") == [(42,)]
    assert rows(demo, "select run_id[:8], articles_new, articles_revised, copies, status from runs order by 1") == [
        ("20261119", 29, 0, 3, "ok"),
        ("20261120", 13, 1, 2, "ok"),
    ]
    copies = rows(demo, "select url, relation from copies join articles using (article_id)")
    relations = {urlsplit(url).path.strip("/").split("/")[-1].split(".")[0]: relation for url, relation in copies}
    assert relations == {
        "contact-line-geneva": "exact",
        "fayanren-shiti-qingdan": "exact",
        "us-adds-chinese-firms-to-list": "exact",
        "us-prepares-substitute-diffusion-regulation": "rewrite",
        "cloud-giants-ditch-nvidia": "excerpt",
    }


def test_demo_finds_the_edit_and_keeps_both_versions(demo: Path) -> None:
    versions = rows(
        demo,
        """
        select revision, contains(revisions.text, '$93 million'), contains(revisions.text, '$39 million')
        from revisions join articles using (article_id)
        where url like '%texas-charges-gpu-smuggling%'
        order by revision
        """,
    )
    assert versions == [(1, True, False), (2, False, True)]


def test_every_url_of_a_run_has_one_outcome_of_the_vocabulary(demo: Path) -> None:
    assert rows(demo, "select run_id, url, source_id from fetches group by all having count(*) > 1") == []
    outcomes = {outcome for (outcome,) in rows(demo, "select distinct outcome from fetches")}
    assert outcomes <= {outcome.value for outcome in Outcome}
    expected = {"article", "discovery", "broken_feed", "robots", "gone", "http_error", "shell"}
    assert outcomes == expected


def test_every_answer_can_be_found_in_the_archive(demo: Path) -> None:
    for warc_file, offset, length in rows(
        demo, "select warc_file, warc_offset, warc_length from fetches where warc_file is not null"
    ):
        with (demo / "archive" / warc_file).open("rb") as file:
            file.seek(offset)
            assert file.read(2) == b"\x1f\x8b"
            assert length > 0


def test_chinese_pages_are_read_and_dated_in_their_own_time(demo: Path) -> None:
    ((text, published),) = rows(
        demo,
        "select text, published_at from articles where source_id = 'demo_keji' and decision = 'relevant' order by url limit 1",
    )
    assert re.search(r"[\u4e00-\u9fff]{20}", text.replace("，", ""))
    assert published.utcoffset().total_seconds() == 0
    late = rows(demo, "select url from articles where published_at > first_seen_at")
    assert late == []


def test_checks_of_the_warehouse_return_nothing(demo: Path) -> None:
    for check in sorted((ROOT / "warehouse" / "checks").glob("*.sql")):
        assert rows(demo, check.read_text(encoding="utf-8")) == [], check.name


def test_evidence_is_the_text_it_points_to(demo: Path) -> None:
    spans = rows(
        demo,
        "select text, start_char, end_char, sentence from evidence join articles using (article_id) where start_char is not null",
    )
    assert len(spans) > 50
    for text, start, end, sentence in spans:
        assert text[start:end]
        assert text[start:end] in sentence


@dataclass
class Second:
    """A second demo in a data folder that has one."""

    data: Path
    before: list[tuple]
    said: str
    counts: list[object]
    """Answers to a query of another process, and then of this one, while it ran."""


@pytest.fixture(scope="module")
def second(demo: Path, tmp_path_factory: pytest.TempPathFactory, cli, start) -> Second:
    data = tmp_path_factory.mktemp("second") / "data"
    shutil.copytree(demo, data)
    before = stored(data)
    ingesting = start("ingest", "--demo", "--no-prefect", "--json", data=data)
    counts: list[object] = [cli("sql", "--json", "SELECT count(*) AS n FROM articles", data=data).stdout]
    while ingesting.poll() is None:
        counts.append(rows(data, "select count(*) from articles"))
        time.sleep(0.2)
    said, errors = ingesting.communicate()
    assert ingesting.returncode == 0, errors
    return Second(data, before, said, counts)


def test_a_second_demo_adds_nothing_and_asks_for_no_known_article(second: Second) -> None:
    assert stored(second.data) == second.before
    reports = [json.loads(line) for line in second.said.splitlines()]
    assert [report["totals"]["new"] for report in reports] == [0, 0]
    assert all(report["outcomes"].get("article", 0) == 0 for report in reports)
    assert not any("clock" in concern for report in reports for concern in report["concerns"])


def test_queries_are_answered_while_an_ingest_runs(second: Second) -> None:
    of_another, *here = second.counts
    assert json.loads(str(of_another)) == [{"n": 42}]
    assert len(here) >= 2
    assert here == [[(42,)]] * len(here)


def test_report_names_the_source_that_gave_nothing(demo: Path) -> None:
    ((errors,), *_) = rows(demo, "select errors from runs order by started_at")
    assert len(errors) == 1
    assert "demo_letter" in errors[0]
    assert "broken_feed" in errors[0]


def test_brief_shows_the_day_and_escapes_everything(demo: Path) -> None:
    brief = (demo / "published" / "brief" / "2026-11-20.html").read_text(encoding="utf-8")
    assert "Changed after publication" in brief
    assert "<script" not in brief
    assert "default-src 'none'" in brief


def test_snapshot_is_all_that_readers_need(demo: Path, tmp_path: Path, cli) -> None:
    shutil.copytree(demo / "published", tmp_path / "published")
    counted = cli("sql", "--json", "SELECT source_id, count(*) AS n FROM articles GROUP BY ALL", data=tmp_path)
    assert sum(row["n"] for row in json.loads(counted.stdout)) == 42


def test_two_runs_at_once_leave_one_whole_database(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "tests" / "one_day.py"), str(tmp_path)]
    both = [
        subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    ended = [(run.communicate(timeout=120)[1], run.returncode) for run in both]
    assert 0 in {code for _, code in ended}
    for said, code in ended:
        assert code == 0 or "is in use by another run" in said
    assert rows(tmp_path, "select count(*), count(distinct url_key) from articles") == [(29, 29)]
    for check in sorted((ROOT / "warehouse" / "checks").glob("*.sql")):
        assert rows(tmp_path, check.read_text(encoding="utf-8")) == []


def test_lock_is_free_again_when_its_holder_is_gone(tmp_path: Path) -> None:
    with exclusive(tmp_path, "one"), pytest.raises(Locked), exclusive(tmp_path, "two", wait=0):
        pass
    with exclusive(tmp_path, "three", wait=0):
        pass


def test_invented_and_real_news_do_not_mix(demo: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(demo, data)
    with pytest.raises(MixedData, match="invented"):
        ingest(Request(data))


def test_unknown_source_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnknownSource, match="nosuch"):
        ingest(Request(tmp_path, sources=("nosuch",)))


# Sources of our own, on loopback --------------------------------------------------------------------------------


@contextmanager
def server(pages: dict[str, bytes]) -> Iterator[tuple[str, list[str]]]:
    """Serve pages by path; yields the address and the list of paths asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = pages.get(self.path)
            self.send_response(404 if body is None else 200)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    serving = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=serving.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{serving.server_port}", asked
    finally:
        serving.shutdown()
        thread.join()
        serving.server_close()


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


PARAGRAPH = "<p>The Commerce Department tightened export controls on Nvidia AI chips sold to China on day {n}.</p>" * 6


def sources(folder: Path, module: str, feeds: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Write a module of spiders, one for each feed, that both this process and the crawl child can import."""
    lines = ["from spiders.base import FeedSpider"]
    for name, feed in feeds.items():
        lines.append(
            f"class S_{name}(FeedSpider):\n    name = {name!r}\n    title = {name!r}\n    kind = 'media'\n"
            f"    country = 'US'\n    language = 'en'\n    homepage = {feed!r}\n    feeds = ({feed!r},)"
        )
    (folder / f"{module}.py").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return (module,)


def test_one_source_of_eight_out_of_reach_is_named_and_the_rest_stored(tmp_path: Path, monkeypatch) -> None:
    pages: dict[str, bytes] = {}
    with server(pages) as (address, asked):
        feeds = {}
        for n in range(7):
            pages[f"/feed{n}"] = (
                f"<rss version='2.0'><channel><item><title>T{n}</title><link>{address}/a{n}</link></item></channel></rss>".encode()
            )
            pages[f"/a{n}"] = (
                f"<html><body><article><h1>T{n}</h1>{PARAGRAPH.format(n=n)}</article></body></html>".encode()
            )
            feeds[f"good{n}"] = f"{address}/feed{n}"
        feeds["dead"] = f"http://127.0.0.1:{closed_port()}/feed"
        modules = sources(tmp_path, "eight_sources", feeds, monkeypatch)
        request = Request(
            tmp_path / "data",
            spider_modules=modules,
            guard_allow=("127.0.0.1",),
            settings={"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False},
        )
        report = ingest(request)
        assert report.status == "ok"
        assert report.total("new") == 7
        (problem,) = [source for source in report.sources if source.problem]
        assert problem.source_id == "dead"
        assert "unreachable" in problem.problem
        assert "/feed" in problem.problem
        # Only the one that failed is due again; asked by name, the others' feeds are read and no known article.
        asked.clear()
        with pytest.raises(RunFailed) as failure:
            ingest(request)
        assert [source.source_id for source in failure.value.report.sources] == ["dead"]
        assert failure.value.report.status == "failed"
        assert "dead" in str(failure.value)
        again = ingest(replace(request, sources=tuple(feeds)))
        assert again.total("new") == 0
        assert not [path for path in asked if path.startswith("/a")]


# What was begun first ------------------------------------------------------------------------------------------------


def test_a_locked_folder_is_left_with_a_message(waiting: Waiting) -> None:
    _, said = waiting.locked.communicate(timeout=150)
    assert waiting.locked.returncode == 1
    assert "in use by another run: ingest 20261122T060000-abcdef, process" in said


def test_every_source_out_of_reach_fails_and_says_what_it_tried(waiting: Waiting) -> None:
    told, said = waiting.cut_off.communicate(timeout=120)
    assert waiting.cut_off.returncode == 1
    assert "no source could be reached" in said
    assert "(3 tried)" in said
    for address in ("https://www.scmp.com/rss/", "https://www.federalregister.gov/api/", "https://www.ithome.com/rss/"):
        assert address in told
    assert rows(waiting.data, "select status from runs") == [("failed",)]
