"""Extracting again: what differs is told, written as a whole or not at all, and nothing that cannot be read is lost."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from flows.differences import KINDS, excerpts
from flows.load import load
from flows.reextract import reextract
from flows.spool import Data
from spiders.article import Extraction
from spiders.bounded import extract_all
from spiders.outcomes import Outcome
from spiders.records import Record
from warehouse.snapshot import query
from warehouse.store import Store, publish

ROOT = Path(__file__).parent.parent
HOSTILE = "\x1b[2J" + "人工智能" * 30

# What another extractor could have given. A version may be called anything that is the same in all tables.
ALTERED = """
update articles set title = '{hostile}' where url like '%/texas-charges-gpu-smuggling%';
update articles set text = 'Menu' || chr(10) || text, text_hash = 'other' where url like '%/yunhe-sanhao-kaiyuan%';
update articles set published_at = null, published_precision = 'none' where url like '%/memory-bandwidth-rule-explained%';
update articles set authors = ['By Nobody', 'Staff'] where url like '%/after-the-tiers%';
update articles set language = 'fr' where url like '%/geneva-ai-talks-open%';
update articles set section = 'News' where url like '%/entity-list-statement%';
update articles set extractor_version = '1', tagger_version = '1', relevance = relevance / 2;
update tags set score = score / 2;
update revisions set title = articles.title, text = articles.text, text_hash = articles.text_hash
from articles
where revisions.article_id = articles.article_id and revision = (
    select max(revision) from revisions as other where other.article_id = articles.article_id
);
-- The page that was edited, as it was before.
update revisions set text = 'Menu' || chr(10) || text, text_hash = 'before' where article_id in (
    select article_id from revisions group by article_id having count(*) > 1
) and revision = 1;
update fetches set version = md5(revisions.title || chr(0) || revisions.text_hash)
from articles join revisions using (article_id)
where fetches.url_key = articles.url_key and fetches.version = revisions.version;
update revisions set version = md5(title || chr(0) || text_hash), extractors = ['1'];
update articles set version = md5(title || chr(0) || text_hash);

-- A page without text that gave one.
insert into articles
select article.* replace (
    uuid() as article_id, 'A shell' as title, fetches.url as url, fetches.url_key as url_key,
    fetches.source_id as source_id, fetches.run_id as run_id,
    fetches.fetched_at as first_seen_at, fetches.fetched_at as last_seen_at
)
from articles as article, fetches
where article.url like '%/after-the-tiers%' and fetches.outcome = 'shell';
update articles set version = 'shell' where title = 'A shell';
insert into revisions by name
select
    article_id, 1 as revision, 'first' as cause, first_seen_at as seen_at, first_seen_at as last_seen_at, version, title,
    text, text_hash, 'whole' as extent, ['1'] as extractors
from articles where title = 'A shell';
update fetches set outcome = 'article', version = 'shell'
from articles
where fetches.outcome = 'shell' and articles.title = 'A shell';
"""


# A page whose text was not seen.
UNSEEN = """
update fetches set version = '', outcome = '{outcome}' where url like '%/{page}.html%';
create or replace temp table unseen as
select article_id from articles where url like '%/{page}.html%';
delete from articles where article_id in (from unseen);
delete from revisions where article_id in (from unseen);
delete from tags where article_id in (from unseen);
delete from evidence where article_id in (from unseen);
delete from seed_matches where article_id in (from unseen);
delete from stories where story_id in (from unseen);
"""


# What is stored of articles that one file, or one place in another, showed last, and of those that nothing else showed.
_SEEN = "fetched_at = {seen_at} and (contains(warc_file, ?) or (contains(warc_file, ?) and warc_offset = ?))"
KEPT = (
    f"""
    select * exclude (text_hash, story_id, version)
    from articles
    semi join fetches on fetches.url_key = articles.url_key and {_SEEN.format(seen_at="last_seen_at")}
    order by url
    """,
    f"""
    select tags.*
    from tags
    join articles using (article_id)
    semi join fetches on fetches.url_key = articles.url_key and {_SEEN.format(seen_at="last_seen_at")}
    order by all
    """,
    """
    select * exclude (revision, text_hash, version, lines)
    from revisions
    semi join (
        select article_id
        from fetches
        join articles using (url_key)
        where fetches.version != ''
        group by article_id
        having bool_and(contains(warc_file, ?) or (contains(warc_file, ?) and warc_offset = ?))
    ) as lost using (article_id)
    order by all
    """,
)


@pytest.fixture
def data(demo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo, tmp_path / "data"))


@pytest.fixture(scope="module")
def once_altered(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(demo, tmp_path_factory.mktemp("altered") / "data"))
    with Store(Data(folder).master) as store:
        store.rows(ALTERED.format(hostile=HOSTILE))
        store.rows(UNSEEN.format(page="outbound-investment-rule-funds", outcome="no_text"))
        store.rows(UNSEEN.format(page="chip-location-bill-markup", outcome="off_topic"))
    publish(Data(folder).master, Data(folder).snapshot)
    return folder


@pytest.fixture
def altered(once_altered: Path, tmp_path: Path) -> Path:
    """The demo's data as another extractor could have left it."""
    return Path(shutil.copytree(once_altered, tmp_path / "data"))


def tables(data: Path) -> dict[str, list[tuple]]:
    """Every row of every table but for runs, to which writing adds one, and meta, which names the latest."""
    snapshot = Data(data).snapshot
    names = query(
        snapshot, "select table_name from duckdb_tables() where table_name not in ('runs', 'migrations', 'meta')"
    ).rows
    return {name: query(snapshot, f"from {name} order by all").rows for (name,) in names}


def files(data: Path) -> dict[str, bytes]:
    found = {path for path in data.rglob("*") if path.is_file() and path.name != "bilateral.lock"}
    return {str(path): path.read_bytes() for path in found}


def changes(data: Path, **options) -> dict[str, int]:
    """How many changes of each kind there are."""
    differences = reextract(data, **options)
    return {kind: count for kind in KINDS if (count := differences.total(kind))}


def assert_same(now: dict[str, list[tuple]], then: dict[str, list[tuple]]) -> None:
    assert now.keys() == then.keys()
    assert [name for name in now if now[name] != then[name]] == []


def test_nothing_differs_where_nothing_has_changed(data: Path, ask) -> None:
    before = files(data)
    said = ask("reextract", data=data)
    assert said.returncode == 0
    assert "42 articles examined, 42 unchanged, 0 kept as stored" in said.stdout
    assert files(data) == before


def test_differences_are_told_and_written_only_when_asked(altered: Path, demo: Path, ask) -> None:
    data, before = altered, files(altered)
    told = ask("reextract", data=data)
    assert told.returncode == 0
    assert files(data) == before
    assert "41 articles examined, 34 unchanged" in told.stdout
    assert re.findall(r"^(\w+): (\d+)$", told.stdout, re.MULTILINE) == [
        *[(kind, "1") for kind in ("title", "date", "text", "authors", "language", "other")],
        ("became", "2"), ("gone", "1"),
    ]  # fmt: skip
    assert "\x1b" not in told.stdout
    assert max(map(cell_len, told.stdout.splitlines())) <= 80
    assert "By Nobody, Staff → " in told.stdout
    assert "2 no_text → article" in told.stdout
    assert "1 article → shell" in told.stdout
    assert "2 off_topic → article" in told.stdout

    written = json.loads(ask("reextract", "--json", "--write", data=data).stdout)
    assert written["totals"] | {"articles": 41, "unchanged": 34, "became": 2, "gone": 1} == written["totals"]
    assert written["examples"]["title"][0]["old"] == HOSTILE[:160]
    assert_same(tables(data), tables(demo))
    ((status, stages),) = query(Data(data).snapshot, "select status, stages from runs where kind = 'reextract'").rows
    assert status == "ok"
    assert [stage["stage"] for stage in stages] == ["copy", "replay", "keep", "stories", "compare"]
    assert not (data / "spool" / "reextract").exists()


def test_a_rule_that_a_source_has_got_since_is_applied(data: Path, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "wire_by_other_rules.py").write_text(
        "from spiders.newsroom.sources import Wire\n\n\nclass Other(Wire):\n    prune_css = 'p:first-of-type'\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    found = reextract(data, spider_modules=("wire_by_other_rules",))
    assert {source["source_id"]: source["text"] for source in found.sources if source["text"]} == {"demo_wire": 9}
    assert "versions" not in found.examples


def test_an_article_that_was_left_out_as_off_topic_stays_out(data: Path) -> None:
    with Store(Data(data).master) as store:
        store.rows(UNSEEN.format(page="oyster-stew-revisited", outcome="off_topic"))
    publish(Data(data).master, Data(data).snapshot)
    before = tables(data)
    assert changes(data, write=True) == {}
    now = tables(data)
    assert all(now[table] == before[table] for table in ("articles", "fetches", "revisions", "stories", "tags"))


def give_another_address(store: Store) -> None:
    """As if an older version had known the address of an article by another url_key."""
    store.rows(
        "create temp table one as select article_id, uuid() as other from articles where url like '%/after-the-tiers%'"
    )
    for table in ("articles", "revisions", "tags", "evidence", "seed_matches", "labels"):
        store.rows(f"update {table} set article_id = other from one where {table}.article_id = one.article_id")
    for table in ("articles", "fetches"):
        store.rows(f"update {table} set url_key = 'https://old.example/' where url like '%/after-the-tiers%'")


def test_what_a_person_said_of_an_article_goes_with_it_to_another_address(data: Path) -> None:
    with Store(Data(data).master) as store:
        (article,) = store.rows("select article_id, decision from articles where url like '%/after-the-tiers%'")
        assert article["decision"] != "off_topic"
        store.label(article["article_id"], "off_topic", [], "too old", "me", datetime(2026, 11, 21, tzinfo=UTC))
        give_another_address(store)
    assert reextract(data, write=True).total("moved") == 1
    with Store(Data(data).master) as store:
        told = store.rows("select article_id, note, decision from labels left join articles using (article_id)")
    assert told == [{"article_id": article["article_id"], "note": "too old", "decision": "off_topic"}]


def test_an_article_under_another_address_is_told_as_moved_and_a_record_elsewhere_as_lost(data: Path) -> None:
    with Store(Data(data).master) as store:
        give_another_address(store)
        store.rows("update fetches set warc_offset = warc_offset + 1 where url like '%/geneva-ai-talks-open%'")
    found = reextract(data)
    assert {kind: found.total(kind) for kind in KINDS if found.total(kind)} == {"moved": 1}
    (moved,) = found.examples["moved"]
    assert moved.old == "https://old.example/"
    assert moved.new.endswith("/analysis/after-the-tiers/")
    assert [lost.records for lost in found.missing] == [1, 1], "it was visited twice"
    for lost in found.missing:
        assert re.fullmatch(r"at byte \d+: no record of http://\S+/geneva-ai-talks-open", lost.reason)
    assert (found.total("articles"), found.total("unchanged"), found.total("kept")) == (42, 40, 1)


def test_a_page_that_takes_too_long_now_takes_no_article_away(data: Path, demo: Path, monkeypatch) -> None:
    monkeypatch.setattr("flows.reextract.extract_all", partial(extract_all, workers=1, seconds=0.0))
    found = reextract(data, write=True)
    assert any("timed_out: more than 0 s" in file.reason for file in found.missing)
    assert found.examples == {}
    kept = ("articles", "revisions", "tags", "evidence", "stories", "fetches")
    now, then = tables(data), tables(demo)
    assert [name for name in kept if now[name] != then[name]] == []


@pytest.mark.parametrize("seed", [0, 1])
def test_whichever_visits_to_a_page_cannot_be_read_now_it_keeps_its_dates(
    data: Path, demo: Path, monkeypatch, seed: int
) -> None:
    lot = random.Random(seed)

    def half(records: Iterator[Record]) -> Iterator[tuple[Record, Extraction]]:
        for record, found in extract_all(records, workers=1):
            yield record, Extraction(Outcome.CRASHED) if lot.random() < 0.5 else found

    monkeypatch.setattr("flows.reextract.extract_all", half)
    assert reextract(data, write=True).examples == {}
    assert tables(data)["articles"] == tables(demo)["articles"]


def test_what_is_not_in_the_archive_any_more_stays_as_it_is_stored_and_is_named(altered: Path, ask) -> None:
    data = altered
    one, other = sorted((data / "archive").rglob("*.warc.gz"))
    one.unlink()
    snapshot = Data(data).snapshot
    sql = """
        select min(warc_offset)
        from fetches
        join articles using (url_key)
        where outcome = 'article' and contains(warc_file, ?) and title != ?
    """
    ((offset,),) = query(snapshot, sql, [other.name, HOSTILE]).rows
    kept = {sql: query(snapshot, sql, [one.name, other.name, offset]).rows for sql in KEPT}
    articles, tags, revisions = map(len, kept.values())
    assert (articles, revisions) == (10, 10)
    assert tags
    with other.open("r+b") as file:
        file.seek(offset + 500)
        file.write(b"\0" * 50)
    told = ask("reextract", "--write", data=data)
    assert told.returncode == 1
    assert re.search(rf"! \S+/{one.name}: 30 records kept as stored: no such file\n", told.stdout)
    assert re.search(rf"! \S+/{other.name}: 1 records kept as stored: at byte \d+: .", told.stdout)
    assert "31 records could not be read again" in told.stderr
    for sql, rows in kept.items():
        assert query(snapshot, sql, [one.name, other.name, offset]).rows == rows
    assert query(snapshot, "from articles where title = ?", [HOSTILE]).rows == []


def test_a_lost_sight_of_a_page_that_did_not_change_makes_no_version(tmp_path: Path, pack) -> None:
    text = "Washington tightened export controls on AI chips for China, the Commerce Department said on Monday. "
    page = f"<html><head><title>Chips</title></head><body><article><p>{text * 6}</p></article></body></html>".encode()
    archives = [tmp_path / "first.warc.gz", tmp_path / "second.warc.gz"]
    for path, day in zip(archives, (1, 9), strict=True):
        pack({"https://news.example/chips": page}, path, day)
    load(archives, tmp_path / "data", everything=True)
    expected = tables(tmp_path / "data")
    assert len(expected["revisions"]) == 1
    with Store(Data(tmp_path / "data").master) as store:
        for table in ("articles", "revisions"):
            store.rows(f"update {table} set title = 'Chips | Site', version = 'site'")
        store.rows("update fetches set version = 'site'")
    for path in archives:
        data = shutil.copytree(tmp_path / "data", tmp_path / f"without-{path.stem}")
        path.rename(tmp_path / "elsewhere")
        assert changes(data, write=True) == {"title": 1}
        assert_same(tables(data), expected)
        (tmp_path / "elsewhere").rename(path)


def test_killed_or_interrupted_nothing_is_half_written_and_the_next_completes(altered: Path, demo: Path) -> None:
    data, stored = altered, Data(altered)
    before = stored.master.read_bytes(), stored.snapshot.read_bytes()
    program = [sys.executable, str(ROOT / "tests" / "reextract_killed.py"), str(data)]
    killed = subprocess.run(
        program, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, timeout=100, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert list(data.glob("spool/reextract/spool/*/.articles.jsonl.gz.new"))
    assert (stored.master.read_bytes(), stored.snapshot.read_bytes()) == before

    def interrupted(name: str, function, *arguments):
        if name == "publish":
            raise KeyboardInterrupt
        return function(*arguments)

    with pytest.raises(KeyboardInterrupt):
        reextract(data, write=True, step=interrupted)
    assert stored.master.read_bytes() != before[0]
    assert stored.snapshot.read_bytes() == before[1]
    assert changes(data, write=True) == {}
    assert_same(tables(data), tables(demo))
    assert not (data / "spool" / "reextract").exists()


def test_what_a_killed_writer_had_committed_is_compared_and_written_over(data: Path, demo: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from warehouse.store import Store\n"
        "store = Store(Path(sys.argv[1])); store.rows(\"update articles set language = 'fr' where url like '%after-the-tiers%'\")\n"
        "os.kill(os.getpid(), 9)"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(Data(data).master)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert (data / "bilateral.duckdb.wal").exists()
    assert changes(data, write=True) == {"language": 1}
    with Store(Data(data).master) as store:
        assert store.rows("select count(*) as n from articles where language = 'fr'") == [{"n": 0}]
    assert_same(tables(data), tables(demo))


def test_without_anything_stored_it_says_what_to_do(tmp_path: Path, ask) -> None:
    failed = ask("reextract", data=tmp_path)
    assert failed.returncode == 1
    assert "run `bilateral ingest` first" in failed.stderr


@given(st.text(max_size=300), st.text(max_size=20), st.text(max_size=300), st.text(max_size=300), st.integers(12, 200))
def test_excerpts_are_short_and_show_the_difference(same: str, old: str, new: str, rest: str, width: int) -> None:
    one, other = excerpts(same + old + rest, same + new + rest, width)
    assert len(one) <= width
    assert len(other) <= width
    assert (one == other) == (old + rest == new + rest)
