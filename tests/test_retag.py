"""A retag judges every stored article once, killed or not; labels stay above it; its report says what changed."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.judging import Job, Judged, assess, judge
from flows.labels import label
from flows.relevance import Tagger
from flows.retag import retag
from flows.seeds import tagger_with
from flows.spool import Data, write_lines
from tests import rows
from tests.retag_and_die import BATCH
from tests.stored import OLD, fill
from tests.test_stories import event
from warehouse.snapshot import query
from warehouse.store import Store, publish

ROOT = Path(__file__).parent.parent
ARTICLES = 400
TABLES = ("articles", "story_days", "tags", "evidence", "seed_matches", "stories", "revisions")


def killed(data: Path, step: int, seconds: float) -> None:
    """Retag in a process that kills itself."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "retag_and_die.py"), *map(str, (data, step, seconds))],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def tables(data: Path) -> dict[str, list[tuple]]:
    return {table: query(Data(data).snapshot, f"from {table} order by all").rows for table in TABLES}


def check_all(data: Path) -> None:
    for check in sorted((ROOT / "warehouse" / "checks").glob("*.sql")):
        assert query(Data(data).snapshot, check.read_text(encoding="utf-8")).rows == [], check.name


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("stored"), ARTICLES, words=60).root


@pytest.fixture(scope="module")
def undisturbed(stored: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("undisturbed") / "data"
    shutil.copytree(stored, data)
    retag(data, batch=BATCH)
    return data


def test_every_article_is_as_if_judged_when_it_came(undisturbed: Path) -> None:
    tagger = Tagger.default()
    found = query(
        Data(undisturbed).snapshot,
        """
        select title, text, language, relevance, decision, tagger_version,
            (select list((kind, tag, score) order by kind, tag) from tags where tags.article_id = articles.article_id),
            (select count(*) from evidence where evidence.article_id = articles.article_id),
            (select count(*) from seed_matches where seed_matches.article_id = articles.article_id)
        from articles
        """,
    ).rows
    assert len(found) == ARTICLES
    for title, text, language, *judged in found[::4]:
        said = assess(tagger, {"title": title, "text": text, "language": language, "authors": []})
        assert judged == [
            said["relevance"],
            said["decision"],
            tagger.version,
            sorted((tag["kind"], tag["tag"], tag["score"]) for tag in said["tags"]) or None,
            len(said["evidence"]),
            len(said["seed_matches"]),
        ]
    check_all(undisturbed)


@pytest.mark.parametrize("when", [(1, 0.05), (3, 0.2), (6, 0)], ids=["first batch", "a later batch", "publication"])
def test_killed_retag_is_finished_by_the_next(
    when: tuple[int, float], stored: Path, undisturbed: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(stored, data)
    killed(data, *when)
    with Store(Data(data).master) as warehouse:
        left, _ = warehouse.tagged_otherwise(Tagger.default().version)
        # Batches are stored whole: none is done in part.
        assert left == 0 or (ARTICLES - left) % BATCH == 0
    if left:
        published = query(Data(data).snapshot, "select distinct tagger_version from articles").rows
        assert published == [(OLD,)], "published before its end"
    report = retag(data)
    assert (report.articles, report.others) == (left, ARTICLES - left)
    assert tables(data) == tables(undisturbed)
    runs = query(Data(data).snapshot, "select kind, status from runs order by started_at").rows
    assert runs == [("retag", "interrupted" if left else "ok"), ("retag", "ok")]


def test_report_tells_what_changed(tmp_path: Path) -> None:
    data = fill(tmp_path, 120, words=60)
    before = query(data.snapshot, "select article_id, decision from articles").rows
    report = retag(tmp_path)
    after = dict(query(data.snapshot, "select article_id, decision from articles").rows)
    expected = Counter((decision, after[article_id]) for article_id, decision in before)
    assert {(row["former_decision"], row["decision"]): row["articles"] for row in report.decisions} == expected
    # Every article had race_narrative, few still do.
    race = next(row for row in report.topics if row["topic"] == "race_narrative")
    ((still,),) = query(data.snapshot, "select count(*) from tags where tag = 'race_narrative'").rows
    assert race == {"topic": "race_narrative", "gained": 0, "lost": 120 - still}
    gained = next(row for row in report.topics if row["topic"] == "export_controls")
    assert (
        gained["gained"] == query(data.snapshot, "select count(*) from tags where tag = 'export_controls'").rows[0][0]
    )
    changes = [abs(row["relevance"] - row["former_relevance"]) for row in report.examples]
    assert len(changes) == 10
    assert changes == sorted(changes, reverse=True)
    assert all(row["decision"] != row["former_decision"] for row in report.examples)
    terms = {term.term: term for term in report.terms}
    relevant = query(data.snapshot, "select title || ' ' || text from articles where decision = 'relevant'").rows
    assert terms["china"].articles == sum("china" in re.findall(r"[a-z]+", text.lower()) for (text,) in relevant) > 0
    ((stages,),) = query(data.snapshot, "select stages from runs where kind = 'retag'").rows
    assert [stage["stage"] for stage in stages] == ["tag", "stories"]
    assert retag(tmp_path).articles == 0


def test_own_seed_changes_relevance_and_the_report_names_its_terms(tmp_path: Path, ask) -> None:
    data = fill(tmp_path / "data", 60, words=60)
    memo = tmp_path / "memo.txt"
    sentence = "The ferry across the estuary carries graphics accelerators for quantum walnuts. "
    memo.write_text("Ferries and accelerators\n" + sentence * 8, encoding="utf-8")
    with Store(data.master) as warehouse:
        text = "Chinese ferry estuary accelerators for artificial intelligence walnuts meet US export controls. " * 9
        rows.load(warehouse, tmp_path, [rows.article("https://news.example/ferry", text, relevance=0.1)])
    assert retag(data.root).articles == 61
    ((first,),) = query(data.snapshot, "select relevance from articles where url like '%ferry'").rows
    assert ask("seeds", "add", memo, data=data.root).returncode == 0
    report = retag(data.root)
    assert report.articles == 61
    assert report.tagger_version == tagger_with(data.seeds).version != Tagger.default().version
    ((second,),) = query(data.snapshot, "select relevance from articles where url like '%ferry'").rows
    assert second > first
    assert any(term.own and term.term in {"ferry", "estuary", "accelerators", "walnuts"} for term in report.terms)
    assert query(data.snapshot, "select title from seeds where title like 'Ferries%'").rows


def test_label_decides_whatever_is_judged_or_loaded_later(tmp_path: Path, ask) -> None:
    data = fill(tmp_path / "data", 6, words=60)
    url = "https://news2.example/2"
    noted = ask(
        "label", "--json", url, "relevant", "--topic", "ai_chips", "--note", "by hand", "--by", "kim", data=data.root
    )
    assert noted.returncode == 0, noted.stderr
    assert json.loads(noted.stdout)["former_decision"] == "off_topic"
    row = "select decision, relevance from articles where url = 'https://news2.example/2'"
    assert query(data.snapshot, row).rows == [("relevant", 0.1)]
    retag(data.root)
    ((decision, relevance),) = query(data.snapshot, row).rows
    assert decision == "relevant"
    assert relevance != 0.1
    with Store(data.master) as warehouse:
        later = rows.START.replace(day=20)
        rows.load(
            warehouse, tmp_path, [rows.article(url, "Another text.", later, decision="off_topic", relevance=0.01)]
        )
        assert [tuple(each.values()) for each in warehouse.rows(row)] == [("relevant", 0.01)]
        (said,) = warehouse.rows("select label, topics, note, labelled_by from labels")
    assert said == {"label": "relevant", "topics": ["ai_chips"], "note": "by hand", "labelled_by": "kim"}


def judges_all_but_one(job: Job) -> Judged:
    if any(article["url"].endswith("/7") for article in job.articles):
        raise ValueError("not this one")
    return judge(job)


def test_article_that_cannot_be_judged_is_named_and_stays_and_the_rest_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = fill(tmp_path, 120, words=60)
    monkeypatch.setattr("flows.retag.judge", judges_all_but_one)
    report = retag(tmp_path)
    assert (report.status, report.articles) == ("failed", 119)
    assert [line.split(": ")[0] for line in report.errors] == ["https://news7.example/7"]
    left = query(data.snapshot, f"select url from articles where tagger_version = '{OLD}'").rows
    assert left == [("https://news7.example/7",)]
    kept = "select count(*) from tags join articles using (article_id) where url like '%/7'"
    assert query(data.snapshot, kept).rows == [(5,)]
    monkeypatch.undo()
    assert retag(tmp_path).articles == 1


def test_stories_follow_what_turns_off_topic_and_back(tmp_path: Path) -> None:
    data = Data(tmp_path / "data")
    text = "Chinese chip makers answer US export controls on artificial intelligence with a plan of their own. " * 5
    pages = [rows.article(f"https://{name}.example/1", text + name, title="Chips") for name in ("one", "two")]
    pages.append(rows.article("https://three.example/1", "Oysters and walnuts at the pier. " * 9, title="Oysters"))
    with Store(data.master) as warehouse:
        rows.load(warehouse, tmp_path, pages)
        rows.settle(warehouse, tmp_path)
    publish(data.master, data.snapshot)
    told = "select url, decision, story_id = article_id as alone, article_count from articles join stories using (story_id) order by url"
    before = query(data.snapshot, told).rows
    label(data.root, "https://one.example/1", "off_topic", [], "", "kim")
    retag(data.root)
    check_all(data.root)
    after = {url: decision for url, decision, *_ in query(data.snapshot, told).rows}
    assert after == {
        "https://one.example/1": "off_topic",
        "https://two.example/1": "relevant",
        "https://three.example/1": "off_topic",
    }
    assert query(data.snapshot, "from story_days").rows == []
    label(data.root, "https://one.example/1", "relevant", [], "", "kim")
    retag(data.root)
    check_all(data.root)
    now = [row for row in query(data.snapshot, told).rows if "three" not in row[0]]
    assert now == [row for row in before if "three" not in row[0]]


def test_stories_are_made_again_where_a_retag_changes_only_the_entities(tmp_path: Path) -> None:
    def tags(*entities: str, topic: str = "ai_chips") -> list[dict[str, object]]:
        return [
            {"kind": kind, "tag": tag, "score": 0.5}
            for kind, tag in [("topic", topic), *(("entity", each) for each in entities)]
        ]

    english = rows.article(
        "https://one.example/1", "A small firm opened a branch by the old harbour. " * 9, tags=tags("nvidia")
    )
    chinese = rows.article(
        "https://two.example/1", "港口边的旧仓库昨天换了主人，街坊都来道贺。" * 9, language="zh", tags=tags()
    )
    later = rows.article(
        "https://three.example/1", "Oysters. " * 60, rows.START + timedelta(days=9), tags=tags("intel")
    )
    together = "select count(distinct story_id) = 1 as same from articles where source_id != 'three.example'"
    shared = ("nvidia", "h20", "bureau_of_industry_and_security", "entity_list", "jensen_huang")
    with Store(rows.empty(tmp_path / "bilateral.duckdb")) as warehouse:

        def judged(*of: dict[str, object]) -> list[date]:
            """Retag with these tags; the days noted for it."""
            write_lines(tmp_path / "judged.jsonl.gz", of)
            warehouse.retag(tmp_path / "judged.jsonl.gz")
            return warehouse.story_days()

        rows.load(warehouse, tmp_path, [english, chinese, later])
        rows.settle(warehouse, tmp_path)
        assert warehouse.rows(together) == [{"same": False}]
        assert judged(english | {"tags": tags("nvidia", topic="race_narrative")}, chinese, later) == []
        assert judged(english | {"tags": tags(*shared)}, chinese | {"tags": tags(*shared)}, later) == [
            rows.START.date()
        ]
        rows.settle(warehouse, tmp_path)
        assert warehouse.rows(together) == [{"same": True}]
        assert judged(chinese | {"tags": tags("smic")}) == [rows.START.date()]
        rows.settle(warehouse, tmp_path)
        assert warehouse.rows(together) == [{"same": False}]


def test_voices_of_a_story_are_counted_again_where_a_retag_changes_only_the_agencies(tmp_path: Path) -> None:
    articles = [event("geneva", number, 0) for number in range(2)]
    agency = {"tags": [{"kind": "agency", "tag": "xinhua", "score": 1.0}]}
    with Store(rows.empty(tmp_path / "bilateral.duckdb")) as warehouse:
        rows.load(warehouse, tmp_path, articles)
        rows.settle(warehouse, tmp_path)
        assert warehouse.rows("select independent_count from stories") == [{"independent_count": 2}]
        write_lines(tmp_path / "judged.jsonl.gz", [row | agency for row in articles])
        warehouse.retag(tmp_path / "judged.jsonl.gz")
        rows.settle(warehouse, tmp_path)
        assert warehouse.rows("select independent_count from stories") == [{"independent_count": 1}]


def test_report_fits_a_terminal_of_80_columns(tmp_path: Path, cli) -> None:
    data = fill(tmp_path, 60, words=60)
    said = cli("retag", "--no-prefect", data=data.root, COLUMNS="80")
    assert said.returncode == 0, said.stderr
    assert max(map(len, said.stdout.splitlines())) <= 80
    for part in ("decision", "→ off topic", "topic", "seed term", "decisions that changed most"):
        assert part in said.stdout


def test_folder_without_articles_is_one_line_that_says_what_to_do(tmp_path: Path, ask) -> None:
    failed = ask("retag", "--no-prefect", data=tmp_path)
    assert failed.returncode == 1
    assert "run `bilateral ingest` first" in failed.stderr
