"""Loading is idempotent and does not depend on order; publishing is atomic; the snapshot cannot be changed."""

import subprocess
import sys
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spiders.outcomes import FINAL
from tests import rows
from tests.rows import START, article
from warehouse.snapshot import DatabaseError, NoSnapshot, known_urls, query
from warehouse.store import Store, TooNew, publish

TEXTS = [f"Version {n} of a text about chips. " + " ".join(f"word{n}x{i}" for i in range(30)) for n in range(3)]
_folders = count()


def sighting(page: int, source: str, hour: int, text: int) -> dict:
    """An article: page `page`, seen at `hour` with text `text`."""
    seen_at = START + timedelta(hours=hour)
    return article(
        f"https://news.example/{page}",
        TEXTS[text],
        seen_at,
        source_id=source,
        title=f"Title {text % 2}",
        published_at=START,
        warc_file=f"{hour}-{source}.warc.gz",
        warc_offset=page,
        tags=[{"kind": "topic", "tag": f"t{text}", "score": 1.0}],
    )


def load(store: Store, folder: Path, sightings: list[tuple[int, str, int, int]]) -> list[dict]:
    return rows.load(store, folder, [sighting(*each) for each in sightings])


def tables(store: Store) -> dict[str, list]:
    return {
        table: sorted(map(str, store.rows(f"from {table}")))
        for table in ("articles", "revisions", "copies", "stories", "tags", "fetches", "sources")
    }


def check_all(store: Store) -> None:
    for check in sorted((Path(__file__).parent.parent / "warehouse" / "checks").glob("*.sql")):
        assert store.rows(check.read_text(encoding="utf-8")) == [], check.name


# An hour has at most one sighting of a page, as fetches of one address in one run have.
histories = st.dictionaries(
    st.tuples(st.integers(0, 2), st.integers(0, 5)),
    st.tuples(st.sampled_from(["alpha", "beta"]), st.integers(0, 2)),
    min_size=1,
    max_size=8,
).map(lambda seen: [(page, source, hour, text) for (page, hour), (source, text) in seen.items()])


@given(histories, st.randoms(use_true_random=False), st.integers(1, 4))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_do_not_depend_on_order_batches_or_repetition(tmp_path: Path, history, random, size) -> None:
    number = next(_folders)
    with Store(rows.empty(tmp_path / f"{number}-at-once.duckdb")) as once:
        load(once, tmp_path, history)
        rows.settle(once, tmp_path)
        expected = tables(once)
        check_all(once)
    shuffled = random.sample(history, len(history))
    with Store(rows.empty(tmp_path / f"{number}-in-parts.duckdb")) as parts:
        for start in range(0, len(shuffled), size):
            load(parts, tmp_path, shuffled[start : start + size])
        load(parts, tmp_path, shuffled[:size])
        rows.settle(parts, tmp_path)
        assert tables(parts) == expected
        check_all(parts)


@pytest.mark.parametrize("batches", [[[0], [1]], [[0, 1]], [[1], [0]]])
def test_a_page_that_loses_its_date_keeps_it_whatever_is_loaded_first(tmp_path: Path, batches: list[list[int]]) -> None:
    dated = sighting(1, "alpha", 30, 0) | {"updated_at": START}
    undated = sighting(1, "alpha", 60, 1) | dict(published_at=None, published_precision="none", published_source="")
    copy = sighting(2, "beta", 25, 1) | {"published_at": START + timedelta(hours=25)}
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        rows.load(store, tmp_path, [copy])
        for batch in batches:
            rows.load(store, tmp_path, [[dated, undated][number] for number in batch])
        rows.settle(store, tmp_path)
        (page,) = store.rows("from articles where url like '%/1'")
        told = tuple(page[name] for name in ("published_at", "published_precision", "published_source", "updated_at"))
        assert told == (START, "instant", "meta", START)
        assert page["text"] == TEXTS[1]
        assert [row["original_id"] for row in store.rows("from copies")] == [page["article_id"]]
        check_all(store)


def test_effects_of_a_batch_are_counted_by_source(tmp_path: Path) -> None:
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        assert load(store, tmp_path, [(1, "alpha", 0, 0), (2, "beta", 1, 0)]) == [
            dict(source_id="alpha", fetched=1, new=1, revised=0, copies=0, relevant=1, review=0, off_topic=0, failed=0),
            dict(source_id="beta", fetched=1, new=1, revised=0, copies=1, relevant=1, review=0, off_topic=0, failed=0),
        ]
        (again,) = load(store, tmp_path, [(1, "alpha", 2, 1)])
        assert (again["new"], again["revised"]) == (0, 1)
        (unchanged,) = load(store, tmp_path, [(1, "alpha", 3, 1)])
        assert (unchanged["new"], unchanged["revised"]) == (0, 0)


def test_original_is_the_earliest_and_chains_do_not_form(tmp_path: Path) -> None:
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        load(store, tmp_path, [(2, "beta", 5, 0)])
        load(store, tmp_path, [(3, "beta", 6, 0)])
        load(store, tmp_path, [(1, "alpha", 1, 0)])
        copies = store.rows(
            "select a.url, o.url as original from copies join articles a using (article_id) join articles o on o.article_id = original_id order by 1"
        )
        assert [(row["url"][-1], row["original"][-1]) for row in copies] == [("2", "1"), ("3", "1")]
        check_all(store)


def test_an_unfinished_load_leaves_nothing(tmp_path: Path) -> None:
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        with pytest.raises(DatabaseError):
            rows.load(store, tmp_path, [sighting(1, "alpha", 0, 0) | {"title": None}])
        assert store.rows("from articles") == []
        assert store.rows("from fetches") == []
        load(store, tmp_path, [(1, "alpha", 0, 0)])
        assert len(store.rows("from articles")) == 1


def test_text_cannot_become_sql_or_break_a_line(tmp_path: Path) -> None:
    hostile = '\'); drop table articles; --\n\u2028\u0000\ud800 "quoted" \\ {json}'.replace("\ud800", "").replace(
        "\u0000", ""
    )
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        rows.load(store, tmp_path, [sighting(1, "alpha", 0, 0) | {"title": hostile, "text": hostile}])
        assert store.rows("select title, text from articles") == [{"title": hostile, "text": hostile}]


def test_half_a_character_in_a_forged_record_does_not_keep_the_rest_out(tmp_path: Path) -> None:
    good, forged = sighting(1, "alpha", 0, 0), sighting(2, "be\ud800ta", 0, 1)
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        rows.load(store, tmp_path, [good, forged], map(rows.fetch, [good, forged]))
        assert [row["source_id"] for row in store.rows("from articles order by url")] == ["alpha", "be?ta"]
        check_all(store)


def test_every_table_and_column_has_a_comment(tmp_path: Path) -> None:
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        bare = store.rows("select table_name from duckdb_tables() where comment is null and not temporary")
        bare += store.rows("select view_name from duckdb_views() where comment is null and not internal")
        bare += store.rows(
            "select table_name, column_name from duckdb_columns() where comment is null and not internal "
            "and table_name in (select table_name from duckdb_tables() where not temporary) and table_name != 'migrations'"
        )
        assert bare == []


def test_contract_has_its_tables_and_columns(tmp_path: Path) -> None:
    contract = {
        "sources": "source_id name kind country language homepage paywall cadence_hours",
        "runs": "run_id kind started_at finished_at status version",
        "fetches": "run_id source_id url url_key outcome http_status bytes fetched_at warc_file warc_offset warc_length error",
        "articles": "article_id url url_key source_id title authors published_at published_precision published_source "
        "first_seen_at last_seen_at language text word_count text_hash paywalled relevance decision story_id run_id "
        "extractor_version tagger_version",
        "revisions": "article_id revision seen_at title text text_hash",
        "copies": "article_id original_id relation containment_in_original containment_of_original shared_shingles",
        "stories": "story_id title first_published_at last_published_at article_count independent_count",
        "tags": "article_id kind tag score",
        "evidence": "article_id kind tag rule_id start_char end_char sentence speaker",
        "seeds": "seed_id title language word_count added_at",
        "seed_matches": "article_id seed_id similarity containment",
    }
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        for table, columns in contract.items():
            there = {
                row["column_name"]
                for row in store.rows("select column_name from duckdb_columns() where table_name = ?", [table])
            }
            assert set(columns.split()) <= there, table


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        store.rows("insert into migrations values (9999, '9999_future', now())")
    with pytest.raises(TooNew, match="9999"):
        Store(tmp_path / "m.duckdb")


def test_a_reader_keeps_its_snapshot_while_another_is_published(tmp_path: Path) -> None:
    master, snapshot = tmp_path / "m.duckdb", tmp_path / "published" / "m.duckdb"
    with Store(master) as store:
        load(store, tmp_path, [(1, "alpha", 0, 0)])
    publish(master, snapshot)
    program = (
        "import sys, duckdb\nc = duckdb.connect(sys.argv[1], read_only=True)\n"
        "for _ in sys.stdin: print(c.sql('select count(*) from articles').fetchall()[0][0], flush=True)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(snapshot)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
    ) as reader:

        def asked() -> bytes:
            reader.stdin.write(b"\n")
            return reader.stdout.readline().strip()

        assert asked() == b"1"
        with Store(master) as store:
            load(store, tmp_path, [(2, "alpha", 0, 1)])
        publish(master, snapshot)
        assert asked() == b"1"
    assert query(snapshot, "select count(*) from articles").rows == [(2,)]
    assert not list(snapshot.parent.glob(".*")), "a temporary file was left"


@pytest.mark.parametrize(
    "statement",
    [
        "create table x (a integer)",
        "delete from articles",
        "select * from read_text('/etc/hostname')",
        "copy articles to '/tmp/bilateral-test.csv'",
        "attach '/tmp/bilateral-test.duckdb'",
        "install httpfs",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "select getenv('HOME')",
    ],
)
def test_a_query_can_neither_change_nor_reach_anything(tmp_path: Path, statement: str) -> None:
    with pytest.raises(DatabaseError):
        query(rows.empty(tmp_path / "s.duckdb"), statement)


def test_missing_snapshot_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoSnapshot, match="bilateral ingest"):
        query(tmp_path / "none.duckdb", "select 1")


@pytest.mark.parametrize("statement", ["", "drop table meta", "update meta set value = '' where name = 'definitions'"])
def test_what_a_snapshot_of_another_version_lacks_is_told_with_what_to_do(tmp_path: Path, statement: str) -> None:
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        store.rows(statement or "select 1")
    for wrong in ("from no_such_view", "select no_such_column from articles"):
        with pytest.raises(DatabaseError, match="no_such") as told:
            query(tmp_path / "m.duckdb", wrong)
        assert ("bilateral ingest" in str(told.value)) == bool(statement)


def test_known_are_final_outcomes_and_addresses_that_failed_often(tmp_path: Path) -> None:
    fetches = []
    for page, (outcome, times) in enumerate(
        [("article", 1), ("gone", 1), ("gone", 5), ("http_error", 1), ("robots", 5), ("redirect", 9), ("shell", 1)]
    ):
        for hour in range(times):
            fetches.append(rows.fetch(sighting(page, "alpha", hour, 0), outcome=outcome))
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        rows.load(store, tmp_path, [sighting(0, "alpha", 0, 0)], fetches)
    publish(tmp_path / "m.duckdb", tmp_path / "s.duckdb")
    keys = [f"https://news.example/{page}" for page in range(8)]
    known = known_urls(tmp_path / "s.duckdb", FINAL, keys)
    assert {key[-1] for key in known} == {"0", "2", "4", "6"}
    assert known[keys[0]] == START


def test_snapshot_opens_in_older_clients(tmp_path: Path) -> None:
    with Store(tmp_path / "m.duckdb"):
        pass
    with (tmp_path / "m.duckdb").open("rb") as file:
        header = file.read(64)
    # Storage version 64 to 67 are those that DuckDB 1.4 reads; 2.0 would write 69 by itself.
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") <= 67
