"""What the explorer answers, who may ask it, and what it says where it cannot run. How it looks is in test_pages.py."""

import asyncio
import csv
import io
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.explorer.answers import Explorer, Filters, options
from flows.explorer.server import Guarded
from flows.spool import Data
from warehouse.snapshot import query

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def explorer(demo: Path) -> Explorer:
    return Explorer(Data(demo).snapshot)


@pytest.mark.parametrize(
    ("filters", "where"),
    [
        (Filters(), "decision != 'off_topic'"),
        (Filters(country="CN"), "decision != 'off_topic' and country = 'CN'"),
        (Filters(source="Harbor Wire"), "decision != 'off_topic' and name = 'Harbor Wire'"),
        (Filters(decision="off_topic"), "decision = 'off_topic'"),
        (Filters(decision="all"), "true"),
        (
            Filters(topic="ai_chips", decision="relevant"),
            "decision = 'relevant' and article_id in (select tags.article_id from tags where tag = 'ai_chips')",
        ),
        (
            Filters(first_day=date(2026, 11, 20), last_day=date(2026, 11, 20)),
            "decision != 'off_topic' and coalesce(published_at, first_seen_at)::date = '2026-11-20'",
        ),
    ],
)
def test_filters_let_through_what_they_say(demo: Path, explorer: Explorer, filters: Filters, where: str) -> None:
    articles, count = explorer.articles(filters)
    wanted = query(
        Data(demo).snapshot,
        f"select article_id from articles join sources using (source_id) where article_id not in (select copies.article_id from copies) and {where}",
    ).rows
    assert wanted
    assert {row["article_id"] for row in articles} == {article_id for (article_id,) in wanted}
    assert count == len(wanted)


def test_words_are_searched_for_in_both_languages(explorer: Explorer) -> None:
    best, _ = explorer.articles(Filters(words="smuggling Texas"))
    assert best[0]["title"].startswith("Two charged in Texas")
    best, _ = explorer.articles(Filters(words="出口管制"))
    assert "出口" in best[0]["title"] or "实体清单" in best[0]["title"]
    assert explorer.articles(Filters(words="qqqq zzzz")) == ([], 0)
    assert len(explorer.articles(Filters(copies=True))[0]) > len(explorer.articles(Filters())[0])


def test_an_article_is_shown_with_evidence_edits_and_copies(demo: Path, explorer: Explorer) -> None:
    sql = "select title, article_id::varchar from articles where article_id not in (select article_id from copies)"
    ids = dict(query(Data(demo).snapshot, sql).rows)
    edited = explorer.article(ids["Two charged in Texas with smuggling AI chips to China through Malaysia"])
    assert "<mark>smuggling</mark>" in edited or "<mark>export controls</mark>" in edited
    assert "<del>93</del>" in edited
    assert "<ins>39</ins>" in edited
    copied = explorer.article(ids["U.S. adds 14 Chinese firms to Entity List over AI chips"])
    assert "is copied by The Potomac Ledger" in copied


def test_a_story_is_shown_along_time(explorer: Explorer) -> None:
    stories, count = explorer.stories(Filters())
    assert count == len(stories) > 10
    story = explorer.story(str(stories[0]["story_id"]))
    assert story.count("<circle") == stories[0]["articles"]
    assert "hours after the first" in story
    assert 'class="copied"' in story


@pytest.mark.parametrize("of", ["topics", "entities"])
def test_trends_count_articles_by_week(explorer: Explorer, of: str) -> None:
    shown = explorer.trends(of)
    assert "week by week: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, " in shown
    assert shown.count("<svg") > 5


def test_free_sql_reads_and_nothing_else(explorer: Explorer) -> None:
    answer = explorer.run("select '=1+1' as formula, '<b>' as html, null as nothing, 1.5 as number")
    assert explorer.result(answer).count("&lt;b&gt;") == 1
    assert list(csv.reader(io.StringIO(answer.csv().decode("utf-8-sig")))) == [
        ["formula", "html", "nothing", "number"],
        ["'=1+1", "<b>", "", "1.5"],
    ]
    many = explorer.run("from range(5000)")
    assert (len(many.rows), many.more) == (1000, True)
    for statement in ("delete from articles", "from read_text('/etc/passwd')", "select <", "copy articles to '/tmp/x'"):
        refused = explorer.run(statement)
        assert refused.error
        assert "alert" in explorer.result(refused)
    assert explorer.run("").columns == []


def test_options_of_one_title_are_told_apart() -> None:
    rows = [{"title": "The same\u202e " * 60, "id": number} for number in range(3)]
    assert list(options(rows, "id").values()) == ["0", "1", "2"]
    assert all(len(label) < 110 and "\u202e" not in label for label in options(rows, "id"))


@pytest.mark.parametrize(
    ("headers", "answered"),
    [
        ([(b"host", b"127.0.0.1:8000")], True),
        ([(b"host", b"localhost:8000"), (b"origin", b"http://localhost:8000")], True),
        ([(b"host", b"127.0.0.1:8000"), (b"origin", b"http://evil.example")], False),
        ([(b"host", b"127.0.0.1:8000"), (b"origin", b"null")], False),
        ([(b"host", b"evil.example:8000")], False),  # a name that was made to point here
        ([(b"host", b"127.0.0.1:9000")], False),
        ([], False),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_only_the_explorers_own_pages_are_answered(headers: Any, answered: bool, kind: str) -> None:
    sent: list[Any] = []
    asked: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        asked.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> Any:
        return {}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Guarded(app, 8000)({"type": kind, "headers": headers}, receive, send))
    assert bool(asked) == answered
    if answered:
        policy = dict(sent[0]["headers"])[b"content-security-policy"].decode()
        assert "default-src 'self'" in policy
        assert "connect-src 'self' ws://127.0.0.1:8000 ws://localhost:8000;" in policy
    elif kind == "http":
        assert sent[0]["status"] == 403
    else:
        assert sent == [{"type": "websocket.close", "code": 1008}]


def test_without_marimo_it_says_how_to_get_it(demo: Path) -> None:
    program = (
        "import sys; sys.modules['marimo'] = None\n"
        f"from flows.cli import main; main(['explore', '--no-browser', '--data', {str(demo)!r}])"
    )
    failed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)
    assert failed.returncode == 1
    assert "the explorer needs marimo, which is not installed: `make explore`" in failed.stderr
    assert len(failed.stderr.strip().splitlines()) == 1


def test_without_a_snapshot_it_says_so(tmp_path: Path, ask) -> None:
    failed = ask("explore", "--no-browser", data=tmp_path)
    assert failed.returncode == 1
    assert "run `bilateral ingest` first" in failed.stderr
