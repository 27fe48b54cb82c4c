"""Search finds what is stored, by the words it has now, as BM25 ranks it; macros and views answer as their comments say."""

import math
import multiprocessing
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.spool import Data, write_lines
from tests import rows
from tests.rows import START, article
from warehouse.snapshot import connect, query
from warehouse.store import Store, publish

ROOT = Path(__file__).parent.parent
CHECKS = sorted((ROOT / "warehouse" / "checks").glob("*.sql"))
CHIPS = "https://one.example/chips"
EARTHS = "https://two.example/earths"
_numbers = count()


def check_all(store: Store) -> None:
    for check in CHECKS:
        assert store.rows(check.read_text(encoding="utf-8")) == [], check.name


def found(store: Store, words: str, **options: object) -> list[str]:
    """Addresses of the articles that a search finds, the best first."""
    given = "".join(f", {name} := {value}" for name, value in options.items())
    return [row["url"] for row in store.rows(f"from search(?{given})", [words])]


@pytest.fixture
def store(tmp_path: Path):
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        yield store


@pytest.fixture(scope="module")
def ask_demo(demo: Path) -> Iterator[Callable[..., list[dict[str, Any]]]]:
    with connect(Data(demo).snapshot) as connection:

        def ask(sql: str, *parameters: object) -> list[dict[str, Any]]:
            cursor = connection.execute(sql, parameters)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

        yield ask


# ---------- terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("U.S. chips, chip policies", "us chip chip polici"),
        ("Huawei's boxes; Huawei’s crisis", "huawei box huawei crisis"),
        ("control controls controlled controlling", "control control control control"),
        ("ban banned banning bans", "ban ban ban ban"),
        ("licence licences licensed", "licenc licenc licens"),
        ("regulation regulations regulator regulate", "regulat regulat regulat regulat"),
        ("string bring AI speed need", "string bring ai speed need"),
        ("GPT-4o and the H20s of the 1990s", "gpt 4o h20s 1990s"),
        ("naïve Müller", "naiv mull"),
        ("稀土出口管制", "稀土 出口 管制 土出 口管"),
        ("美国AI芯片，芯", "美国 ai 芯片 芯"),
        ("５Ｇ", "5g"),
        ("... — “”", ""),
        ("", ""),
    ],
)
def test_terms_of_a_text(store: Store, text: str, terms: str) -> None:
    assert store.rows("select index_terms(?) as terms", [text])[0]["terms"] == terms.split()


alphabet = st.sampled_from("abcsxSIE0’'.-, \n中国芯片，。éß😀٣カ한\u0301")
texts = st.one_of(st.text(max_size=40).filter(lambda text: text.isprintable()), st.text(alphabet, max_size=60))


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=12, unique=True))
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_text_is_found_by_all_its_own_terms(tmp_path: Path, written: list[tuple[str, str]]) -> None:
    with Store(rows.empty(tmp_path / f"{next(_numbers)}.duckdb")) as store:
        batch = [article(f"https://s.example/{n}", text, title=title) for n, (title, text) in enumerate(written)]
        rows.load(store, tmp_path, batch)
        check_all(store)
        for row in batch:
            words = f"{row['title']} {row['text']}"
            (own,) = store.rows(
                "select len(list_distinct(index_terms_of_article(?, ?))) as terms", [row["title"], row["text"]]
            )
            matches = {hit["url"]: hit["terms"] for hit in store.rows("from search(?, everything := true)", [words])}
            assert matches.get(row["url"], 0) == own["terms"], words


# ---------- ranking


def test_scores_are_those_of_bm25(ask_demo) -> None:
    documents = {
        row["article_id"]: Counter(row["terms"])
        for row in ask_demo("select article_id, index_terms_of_article(title, text) as terms from articles")
    }
    mean = sum(terms.total() for terms in documents.values()) / len(documents)

    def score(terms: Counter[str], wanted: set[str]) -> float:
        total = 0.0
        for word in wanted & terms.keys():
            having = sum(word in other for other in documents.values())
            weight = math.log(1 + (len(documents) - having + 0.5) / (having + 0.5))
            saturation = terms[word] + 1.2 * (0.25 + 0.75 * terms.total() / mean)
            total += weight * terms[word] * 2.2 / saturation
        return total

    for words in ("export controls on chips", "实体清单", "Geneva"):
        (wanted,) = ask_demo("select index_terms(?) as terms", words)
        expected = {key: score(terms, set(wanted["terms"])) for key, terms in documents.items()}
        hits = ask_demo("from search(?, everything := true)", words)
        assert len(hits) == sum(value > 0 for value in expected.values()) > 0
        assert [hit["place"] for hit in hits] == list(range(1, len(hits) + 1))
        for hit in hits:
            assert hit["score"] == pytest.approx(expected[hit["article_id"]], abs=0.006)
        assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_a_search_hides_what_is_off_topic_copies_and_teasers_unless_told(store: Store, tmp_path: Path) -> None:
    text = " ".join(f"word{n}" for n in range(60)) + " gallium"
    rows.load(
        store,
        tmp_path,
        [
            article(CHIPS, text),
            article("https://two.example/copy", text, START + timedelta(hours=1)),
            article("https://two.example/off", "Gallium prices.", decision="off_topic"),
            article("https://two.example/teaser", "Gallium is …", paywalled=True),
        ],
    )
    assert found(store, "gallium") == [CHIPS]
    assert len(found(store, "gallium", everything="true")) == 4
    assert len(found(store, "gallium", everything="true", results=2)) == 2
    assert found(store, "the of and") == found(store, "") == found(store, "unheard-of") == []


def test_a_search_is_no_sql(store: Store, tmp_path: Path) -> None:
    rows.load(store, tmp_path, [article(CHIPS, "Robert'); drop table articles; -- %_*")])
    assert found(store, "'); drop table articles; --") == [CHIPS]
    assert found(store, "%") == found(store, "*") == found(store, "_") == []


# ---------- keeping up


def test_an_edited_article_is_found_by_its_new_words_only(store: Store, tmp_path: Path) -> None:
    rows.load(store, tmp_path, [article(CHIPS, "Gallium is scarce."), article(EARTHS, "Germanium is scarce.")])
    rows.load(store, tmp_path, [article(CHIPS, "Tungsten is scarce.", START + timedelta(days=1))])
    assert found(store, "gallium") == []
    assert found(store, "tungsten") == [CHIPS]
    assert sorted(found(store, "scarce")) == [CHIPS, EARTHS]
    assert store.rows("from search_terms where term = 'gallium'") == []
    check_all(store)


def test_a_label_and_a_retag_hide_and_show_at_once(store: Store, tmp_path: Path) -> None:
    row = article(CHIPS, "Gallium is scarce.")
    rows.load(store, tmp_path, [row])
    store.label(row["article_id"], "off_topic", [], "", "kim", START)
    assert found(store, "gallium") == []
    check_all(store)
    store.label(row["article_id"], "relevant", [], "", "kim", START)
    assert found(store, "gallium") == [CHIPS]
    other = article(EARTHS, "Gallium is dear.")
    rows.load(store, tmp_path, [other])
    assessments = tmp_path / "assessments.jsonl.gz"
    write_lines(assessments, [other | {"decision": "off_topic", "tagger_version": "2"}])
    store.retag(assessments)
    assert found(store, "gallium") == [CHIPS]
    check_all(store)


def test_an_original_that_comes_late_turns_what_was_found_into_a_copy(store: Store, tmp_path: Path) -> None:
    text = " ".join(f"word{n}" for n in range(60)) + " gallium"
    rows.load(store, tmp_path, [article(EARTHS, text, START + timedelta(days=1))])
    assert found(store, "gallium") == [EARTHS]
    rows.load(store, tmp_path, [article(CHIPS, text)])
    assert found(store, "gallium") == [CHIPS]
    check_all(store)


def test_what_is_stored_is_indexed_when_it_is_opened_also_after_a_kill(demo: Path, tmp_path: Path) -> None:
    path = tmp_path / "m.duckdb"
    shutil.copyfile(Data(demo).master, path)
    with Store(path) as store:
        expected = store.rows("from search('export controls', everything := true)")
        # As a database is whose terms were made otherwise, and whose new index was killed on the way.
        store.rows("update meta set value = 'older' where name = 'search_index'")
        store.rows("update search_terms set term = term || 'x'")
    with Store(path) as store:
        assert store.rows("from search('export controls', everything := true)") == expected
        (version,) = store.rows("select value from meta where name = 'search_index'")
        store.rows("update meta set value = value || ', unfinished' where name = 'search_index'")
        store.rows("truncate search_documents; truncate search_postings; truncate search_terms")
        store.rows("create or replace temp table search_batch as select article_id from articles order by 1 limit 10")
        store._run("search.sql", "hidden.sql")
    with Store(path) as store:
        assert store.rows("from search('export controls', everything := true)") == expected
        assert store.rows("select value from meta where name = 'search_index'") == [version]
        check_all(store)


def test_a_database_from_before_search_is_brought_up_to_date(demo: Path, tmp_path: Path) -> None:
    path = tmp_path / "m.duckdb"
    shutil.copyfile(Data(demo).master, path)
    with Store(path) as store:
        for table in ("search_terms", "search_postings", "search_documents", "meta"):
            store.rows(f"drop table {table}")
        store.rows("alter table entities drop column aliases")
        store.rows("delete from migrations where version = 7")
    with Store(path) as store:
        assert store.rows("from search('实体清单')") != []
        check_all(store)


def test_an_unfinished_load_leaves_the_index_as_it_was(store: Store, tmp_path: Path) -> None:
    rows.load(store, tmp_path, [article(CHIPS, "Gallium is scarce.")])
    store.rows("alter table runs rename to runs_elsewhere")  # where the last statement of a load writes
    with pytest.raises(duckdb.CatalogException, match="runs"):
        rows.load(
            store, tmp_path, [article(CHIPS, "Tungsten.", START + timedelta(days=1)), article(EARTHS, "Tungsten.")]
        )
    store.rows("alter table runs_elsewhere rename to runs")
    assert found(store, "tungsten") == []
    assert found(store, "gallium") == [CHIPS]
    check_all(store)


# ---------- other macros


def test_about_takes_an_id_a_name_or_an_alias(demo: Path, ask_demo) -> None:
    (named,) = ask_demo(
        "select entity_id, name, aliases, count(*) as n from named_entities join entities using (entity_id, name) "
        "join articles_on_topic using (article_id) where len(aliases) > 1 group by all order by n desc limit 1"
    )
    by_id = ask_demo("from about(?)", named["entity_id"])
    assert len(by_id) == named["n"] > 0
    for name in (named["name"], named["name"].upper(), *named["aliases"]):
        assert ask_demo("from about(?)", name) == by_id
    assert all(named["name"] == row["entity"] for row in by_id)
    assert ask_demo("from about('nobody at all')") == []
    assert len(ask_demo("from about(?, everything := true)", named["entity_id"])) >= len(by_id)


def test_about_has_an_article_once_that_names_two_of_one_name(store: Store, tmp_path: Path) -> None:
    same = {"name": "Kunlun", "type": "company", "country": "CN", "wikidata": "", "aliases": [], "offices": []}
    write_lines(tmp_path / "entities.jsonl.gz", [same | {"entity_id": "maker"}, same | {"entity_id": "chip"}])
    store.register_entities(tmp_path / "entities.jsonl.gz")
    tags = [{"kind": "entity", "tag": tag, "score": score} for tag, score in (("maker", 0.4), ("chip", 0.9))]
    rows.load(store, tmp_path, [article("https://a.example/", "The Kunlun of Kunlun.", tags=tags)])
    assert [row["score"] for row in store.rows("from about('Kunlun')")] == [0.9]


def test_as_of_shows_articles_as_they_were_known_then(store: Store, tmp_path: Path) -> None:
    first = " ".join(f"word{n}" for n in range(40))
    rows.load(store, tmp_path, [article(CHIPS, f"{first}. It was 93.", title="Before")])
    later = START + timedelta(days=2)
    rows.load(store, tmp_path, [article(CHIPS, f"{first}. It was 39.", later, title="After", published_at=START)])
    rows.load(store, tmp_path, [article(EARTHS, "Late.", START + timedelta(days=5))])

    def then(days: float) -> list[tuple[str, bool]]:
        moment = START + timedelta(days=days)
        sql = "select title, has_changed_since from as_of(?) order by title"
        return [(row["title"], row["has_changed_since"]) for row in store.rows(sql, [moment])]

    assert then(-1) == []
    assert then(1) == [("Before", True)]
    assert then(2) == [("After", False)]
    assert then(6) == [("After", False), (f"Title of {EARTHS}", False)]


def test_as_of_knows_the_headline_of_an_article_that_was_read_later(store: Store, tmp_path: Path) -> None:
    headline = article(CHIPS, "Summary.", title="Headline", headline_only=True)
    rows.load(store, tmp_path, [headline])
    later = START + timedelta(days=2)
    rows.load(store, tmp_path, [article(CHIPS, "The whole of it. " * 20, later, title="Whole", published_at=START)])
    sql = "select title, revision, extent, has_changed_since from as_of(?)"
    found = [[tuple(row.values()) for row in store.rows(sql, [START + timedelta(days=days)])] for days in (-1, 1, 3)]
    assert found == [[], [("Headline", 0, "headline", False)], [("Whole", 1, "whole", False)]]


def test_similar_articles_are_those_on_the_same_event(ask_demo) -> None:
    (addition,) = ask_demo(
        "select article_id, story_id from articles where title = 'U.S. adds 14 Chinese firms to Entity List over AI chips' "
        "and article_id not in (select article_id from copies)"
    )
    similar = ask_demo("from similar_to(?)", addition["article_id"])
    assert addition["article_id"] not in [row["article_id"] for row in similar]
    assert "Entity List" in similar[0]["title"]
    assert [row["score"] for row in similar] == sorted((row["score"] for row in similar), reverse=True)
    assert ask_demo("from similar_to('00000000-0000-0000-0000-000000000000')") == []


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("It rained. Chips were banned in 3.5 days! Then it stopped.", "chip ban", "Chips were banned in 3.5 days!"),
        ("天气很好。商务部宣布出口管制。谢谢。", "出口管制", "商务部宣布出口管制。"),
        ("Nothing of it. Really.", "chips", "Nothing of it."),
        ("", "chips", ""),
    ],
)
def test_a_snippet_is_the_passage_that_has_most_of_the_words(store: Store, text: str, words: str, said: str) -> None:
    assert store.rows("select snippet(?, ?) as said", [text, words]) == [{"said": said}]


def test_a_snippet_of_endless_text_is_short(store: Store) -> None:
    for text in ("x" * 300_000, "芯" * 300_000, "chips " * 60_000):
        (row,) = store.rows("select snippet(?, 'chips') as said", [text])
        assert 0 < len(row["said"]) <= 401


# ---------- what the database says of itself


def test_everything_in_the_dictionary_has_a_meaning(ask_demo) -> None:
    told = ask_demo("from dictionary where name != 'migrations'")
    assert [row for row in told if not row["meaning"]] == []
    assert {row["kind"] for row in told} == {"table", "view", "macro", "table macro"}


def test_the_dictionary_is_of_one_database_though_another_is_attached(demo: Path, tmp_path: Path) -> None:
    for name in ("now", "before"):
        shutil.copyfile(Data(demo).snapshot, tmp_path / f"{name}.duckdb")
    with duckdb.connect(str(tmp_path / "now.duckdb"), read_only=True) as connection:
        told = connection.execute("from dictionary").fetchall()
        connection.execute(f"attach '{tmp_path}/before.duckdb' as before (read_only)")
        assert connection.execute("from dictionary").fetchall() == told


def test_every_view_and_macro_answers_and_its_comment_is_its_first_line(ask_demo) -> None:
    calls = {
        "about": "about('entity_list')",
        "as_of": "as_of('2026-11-20 12:00:00+00')",
        "search": "search('chips')",
        "source_health_at": "source_health_at('2026-11-20 12:00:00+00')",
        "similar_to": "similar_to((select article_id from articles order by url limit 1))",
    }
    for file in sorted((ROOT / "warehouse" / "views").glob("*.sql")):
        ask_demo(f"from {file.stem}")
        (row,) = ask_demo("from dictionary where name = ? and column_name = ''", file.stem)
        assert row["meaning"] == file.read_text(encoding="utf-8").splitlines()[0].removeprefix("-- ")
        assert row["meaning"].startswith("One row per ")
    tables = {row["name"].split("(")[0] for row in ask_demo("from dictionary where kind = 'table macro'")}
    assert tables == calls.keys()
    for call in calls.values():
        assert ask_demo(f"from {call}"), call


def test_views_hide_what_is_off_topic_copies_and_teasers(ask_demo) -> None:
    shown = {row["article_id"] for row in ask_demo("select article_id from articles_on_topic")}
    for view in ("today", "relevant_articles", "primary_sources", "review_queue"):
        assert {row["article_id"] for row in ask_demo(f"select article_id from {view}")} <= shown
    hidden = ask_demo(
        "select count(*) as n from articles where decision = 'off_topic' or paywalled "
        "or article_id in (select article_id from copies)"
    )
    (all_of_them,) = ask_demo("select count(*) as n from articles")
    assert len(shown) == all_of_them["n"] - hidden[0]["n"]


def test_trends_count_a_week_beside_the_four_before(store: Store, tmp_path: Path) -> None:
    tag = [{"kind": "topic", "tag": "chips", "score": 1.0}]
    days = [0, 7, 7, 28, 35, 35, 35]  # START is a Sunday
    batch = [
        article(f"https://one.example/{n}", f"Text {n}.", START + timedelta(days=day), tags=tag)
        for n, day in enumerate(days)
    ]
    rows.load(store, tmp_path, batch)
    rows.settle(store, tmp_path)
    (latest, *_, first) = store.rows("from topic_trends")
    assert (latest["articles"], latest["articles_before"], latest["rise"]) == (3, 0.75, 2.25)
    assert (first["articles"], first["articles_before"], first["share"]) == (1, 0.0, 1.0)


def test_no_articles_have_no_share_of_relevant_ones(store: Store, tmp_path: Path) -> None:
    shares = "select recent_share, former_share, has_drifted from relevance_drift"
    assert store.rows(shares) == [{"recent_share": None, "former_share": None, "has_drifted": False}]
    rows.load(store, tmp_path, [article(CHIPS, "Chips.")])
    store.start_run("20261101T010000-000000", "ingest", "test", START + timedelta(hours=1))
    assert store.rows(shares) == [{"recent_share": 1.0, "former_share": None, "has_drifted": False}]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_views_have_the_same_days_and_weeks_in_a_client_of_any_time_zone(demo: Path, tmp_path: Path, zone: str) -> None:
    shutil.copyfile(Data(demo).master, tmp_path / "m.duckdb")
    with Store(tmp_path / "m.duckdb") as store:
        # On both sides of a midnight that begins a week.
        monday = datetime(2026, 11, 23, tzinfo=UTC)
        tags = [
            {"kind": kind, "tag": tag, "score": 1.0} for kind, tag in (("topic", "chips"), ("frame", "cooperation"))
        ]
        tags += [{"kind": "entity", "tag": store.rows("from offices limit 1")[0]["entity_id"], "score": 1.0}]
        late = [
            article(
                f"https://one.example/{minutes}", f"Text {minutes}.", monday + timedelta(minutes=minutes), tags=tags
            )
            for minutes in (-10, 10)
        ]
        rows.load(store, tmp_path, late)
        for view in sorted((ROOT / "warehouse" / "views").glob("*.sql")):
            told = []
            for session in ("UTC", zone):
                store.rows(f"set TimeZone = '{session}'")
                found = [tuple(row.values()) for row in store.rows(f"from {view.stem}")]
                told.append(
                    sorted(str([at.astimezone(UTC) if isinstance(at, datetime) else at for at in row]) for row in found)
                )
            assert told[0] == told[1], view.stem


def test_facts_about_the_database(ask_demo) -> None:
    facts = {row["name"]: row["value"] for row in ask_demo("from meta")}
    (latest,) = ask_demo("select * from runs order by started_at desc limit 1")
    (newest,) = ask_demo("select max(version) as version from migrations")
    assert facts["last_run"] == latest["run_id"]
    assert facts["schema_version"] == str(newest["version"])
    assert facts["sources_late"] == "demo_letter (failing)"
    assert facts["articles"] == "42"
    assert ask_demo("select distinct tagger_version from articles") == [{"tagger_version": facts["lexicon_version"]}]


# ---------- readers


def read_on(snapshot: Path, stop: Event, asked: Any, told: Any) -> None:
    """Ask again and again, each time anew; what was not as it should be, and the articles that were seen."""
    seen = []
    while not stop.is_set():
        sql = "select (select count(*) from search_documents), (select count(*) from articles)"
        seen.append(query(snapshot, sql).rows[0])
        asked.value += 1
    told.put(([each for each in seen if each[0] != each[1]], {each[1] for each in seen}))


def test_a_snapshot_that_is_replaced_while_it_is_opened_is_opened_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot, other = tmp_path / "m.duckdb", tmp_path / "other.duckdb"
    for number, path in enumerate([snapshot, other]):
        with Store(rows.empty(path)) as store:
            rows.load(store, tmp_path, [article(f"{CHIPS}{n}", f"Gallium {n}.") for n in range(number)])
    connect = duckdb.connect
    opened = []

    def slowly(*arguments: Any, **options: Any) -> duckdb.DuckDBPyConnection:
        opened.append(connect(*arguments, **options))
        if len(opened) == 1:
            other.replace(snapshot)
        return opened[-1]

    monkeypatch.setattr(duckdb, "connect", slowly)
    assert query(snapshot, "select count(*) from articles").rows == [(1,)]
    assert len(opened) == 2


def test_reads_never_fail_while_twenty_snapshots_are_published(tmp_path: Path) -> None:
    snapshot = tmp_path / "published" / "m.duckdb"
    masters = [tmp_path / "one.duckdb", tmp_path / "two.duckdb"]
    for number, master in enumerate(masters, 1):
        with Store(rows.empty(master)) as store:
            rows.load(store, tmp_path, [article(f"{CHIPS}{n}", f"Gallium {n}.") for n in range(number)])
    publish(masters[0], snapshot)
    context = multiprocessing.get_context("spawn")
    stop, told = context.Event(), context.Queue()
    asked = [context.Value("i", 0) for _ in range(2)]
    readers = [context.Process(target=read_on, args=(snapshot, stop, each, told)) for each in asked]
    for reader in readers:
        reader.start()
    try:
        for number in range(20):
            before = [each.value for each in asked]
            publish(masters[(number + 1) % 2], snapshot)
            # Each reader asks at least once between two publications, while others are made.
            while any(each.value == last for each, last in zip(asked, before, strict=True)):
                assert all(reader.is_alive() for reader in readers)
                time.sleep(0.002)
        stop.set()
        answers = [told.get(timeout=60) for _ in readers]
    finally:
        stop.set()
        for reader in readers:
            reader.join(60)
    assert [reader.exitcode for reader in readers] == [0, 0]
    assert answers == [([], {1, 2}), ([], {1, 2})]
