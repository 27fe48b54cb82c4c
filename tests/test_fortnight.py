"""A fortnight of daily runs: what is stored, told and briefed at its end, undisturbed and with every run killed first."""

import random
from collections import Counter
from pathlib import Path

import pytest

from flows.alerts import check
from flows.ingest import ingest
from flows.settings import Settings
from flows.spool import Data
from tests.fortnight import BURST, BURST_ON, DAYS, FIRST, OUTAGE, SHELLS_FROM, SILENT_AFTER, Fortnight, pieces, request
from tests.soak import compare, days, tables
from tests.test_alerts import Receiver
from warehouse.snapshot import query

pytestmark = pytest.mark.slow
KILLED_DAYS = 10


class Ended:
    """The fortnight in a data folder: what was told on each day, and all tables after the tenth."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.told: dict[int, list[str]] = {}
        self.cleared: dict[int, list[str]] = {}
        self.expected: dict[str, list[tuple]] = {}
        receiver = Receiver()
        settings = Settings(alert_urls=(receiver.url,), min_free_gb=0)
        with Fortnight() as newsroom:
            for day in range(1, DAYS + 1):
                newsroom.day = day
                report = ingest(request(data, day, newsroom.proxy))
                told = check(data, settings, report.started_at, failure="")
                self.told[day], self.cleared[day] = receiver.told(), list(told.cleared)
                if day == KILLED_DAYS:
                    self.expected = tables(data)
        receiver.server.shutdown()
        receiver.server.server_close()

    def rows(self, sql: str) -> list[tuple]:
        return query(Data(self.data).snapshot, sql).rows


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    return Ended(tmp_path_factory.mktemp("fortnight"))


def test_every_article_is_stored_once_and_nothing_else(ended: Ended) -> None:
    every = [piece for day in range(1, DAYS + 1) for piece in pieces(day)]
    shells = [piece for piece in every if piece.host == "tabloid.example" and piece.day >= SHELLS_FROM]
    expected = {f"http://{piece.host}{piece.path}" for piece in every} - {f"http://{p.host}{p.path}" for p in shells}
    assert [url for (url,) in ended.rows("select url from articles order by url")] == sorted(expected)
    by_day = Counter(piece.day for piece in every if piece.host == "gazette.example")
    assert len(by_day) == DAYS, "the outage lost none"


def test_the_edit_is_the_only_revision(ended: Ended) -> None:
    sql = "select url, edits.sentence_before, edits.sentence_after from edits join articles using (article_id)"
    ((url, before, after),) = ended.rows(sql)
    assert url == "http://wire.example/2/1"
    assert ("$93 million" in before, "$39 million" in after) == (True, True)
    assert ended.rows("select count(*) from revisions where cause = 'edited'") == [(1,)]


def test_copies_are_those_that_were_made(ended: Ended) -> None:
    found = ended.rows(
        """
        select copy.url, original.url
        from copies
        join articles as copy using (article_id)
        join articles as original on original.article_id = original_id
        """
    )
    texts = {f"http://{piece.host}{piece.path}": piece.text_of for day in range(1, DAYS + 1) for piece in pieces(day)}
    assert len(found) == DAYS + BURST
    assert {texts[copy] == texts[original] for copy, original in found} == {True}
    assert (
        ended.rows(f"select articles_new, copies from runs where started_at::date = '2026-12-{BURST_ON:02}'")[0][1]
        == 1 + BURST
    )


def test_each_alert_is_sent_once_and_clears(ended: Ended) -> None:
    told = [(line.partition(":")[0], day) for day, lines in ended.told.items() for line in lines]
    assert sorted(told) == [
        ("source f_gazette failing", OUTAGE[-1]),
        ("source f_ministry silent", SILENT_AFTER + 5),  # three times 36 hours without a word
        ("source f_tabloid changed layout", SHELLS_FROM + 3),  # twelve of its last twenty pages
        ("source f_tabloid silent", SHELLS_FROM + 2),  # three days
    ]
    assert ended.cleared[OUTAGE[-1] + 1] == ["source f_gazette failing"]


def test_every_day_has_its_run_and_its_brief(ended: Ended) -> None:
    expected = [f"2026-12-{FIRST.day + day:02}" for day in range(DAYS)]
    assert [
        str(day) for (day,) in ended.rows("select started_at::date from runs where status = 'ok' order by 1")
    ] == expected
    assert sorted(path.stem for path in Data(ended.data).briefs.glob("*.html")) == expected


def test_runs_have_their_stages_and_outcomes(ended: Ended) -> None:
    for stages, outcomes, status in ended.rows("select stages, outcomes, status from runs"):
        names = [stage["stage"] for stage in stages]
        assert names[-6:] == ["fetch", "extract", "deduplicate", "tag", "store", "stories"]
        assert all(stage["seconds"] >= 0 for stage in stages)
        discovered = next(row["addresses"] for row in outcomes if row["outcome"] == "discovery")
        assert (discovered >= 4, status) == (True, "ok")
    for journal in ended.data.glob("spool/*/run.jsonl"):
        assert journal.read_text(encoding="utf-8").splitlines()[-1].count('"event": "end"') == 1


def test_ten_runs_killed_at_random_moments_end_in_the_same_tables(ended: Ended, tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    seconds = ended.rows("select epoch(max(finished_at - started_at)) from runs")[0][0]
    with Fortnight() as newsroom:
        moments = days(tmp_path, newsroom, KILLED_DAYS, random.Random(seed), seconds)
    print(f"seed {seed}: {moments}")
    assert sum(moment != "it had ended" for moment in moments) >= KILLED_DAYS // 2
    compare(tmp_path, ended.expected)
