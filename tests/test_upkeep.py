"""Upkeep and restoring: nothing goes that is not in a backup, and what is lost comes back from a copy and the archive."""

import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from flows.spool import Data, read_lines
from flows.upkeep import backups, restore, upkeep
from tests.rows import START, article, load, settle
from warehouse.backup import NotWhole
from warehouse.snapshot import query
from warehouse.store import HERE, Store

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent
AS_COMPARED = {
    # When this warehouse first knew them; one that is made anew knows them anew.
    "seeds": "select * exclude (added_at) from seeds",
    # Documents are numbered in the order in which extraction ended.
    "texts": "select * exclude (document) from texts",
    "fingerprints": "select hash, text_hash from fingerprints join texts using (document)",
    "text_pairs": """
        select a.text_hash, b.text_hash, p.* exclude (document, other)
        from text_pairs as p join texts as a using (document) join texts as b on b.document = p.other
    """,
}


def tables(database: Path) -> dict[str, list[tuple]]:
    """All rows of all tables."""
    names = [name for (name,) in query(database, "select table_name from duckdb_tables()").rows if name != "migrations"]
    return {
        name: query(database, f"select * from ({AS_COMPARED.get(name, f'from {name}')}) order by all").rows
        for name in names
    }


def assert_same(data: Path, demo: Path) -> None:
    now, then = tables(Data(data).snapshot), tables(Data(demo).snapshot)
    assert set(now) == set(then)
    for name, rows in then.items():
        assert now[name] == rows, name


@pytest.fixture
def data(demo: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(demo, folder)
    return folder


def test_a_lost_database_comes_back_from_a_backup_and_the_archive_row_for_row(
    data: Path, demo: Path, tmp_path: Path
) -> None:
    """A backup of the first day, then the second; then the database and the snapshot are deleted."""
    (second,) = data.glob("archive/2026/11/20/*")
    (spool,) = data.glob("spool/20261120*")
    second.rename(tmp_path / second.name)
    spool.rename(tmp_path / spool.name)
    for database in (Data(data).master, Data(data).snapshot):
        database.unlink()
    first = restore(data)
    assert first.copy == "none: from the archive alone"
    assert [run_id[:8] for run_id in first.replayed] == ["20261119"]
    upkeep(data, now=datetime(2026, 11, 20, tzinfo=UTC))
    (tmp_path / second.name).rename(second)
    (tmp_path / spool.name).rename(spool)
    for database in (Data(data).master, Data(data).snapshot):
        database.unlink()
    done = restore(data)
    assert done.copy == str(backups(Data(data))[0] / "bilateral.duckdb")
    assert done.replayed == [spool.name]
    assert_same(data, demo)


def test_a_run_does_not_begin_anew_where_the_database_is_lost_and_its_snapshot_is_not(
    data: Path, ask, pack, tmp_path: Path
) -> None:
    """A run would replace the snapshot; and one that is refused is none whose files are missed after a restore."""
    pack({"https://www.example.org/1": b"<html><body><p>Bread.</p></body></html>"}, tmp_path / "a.warc.gz")
    assert ask("load", "--no-prefect", tmp_path / "a.warc.gz", data=data).returncode == 1  # real news into the demo's
    master, snapshot = Data(data).master, Data(data).snapshot
    published = snapshot.read_bytes()
    master.unlink()
    for command in (["ingest", "--demo"], ["load", tmp_path / "a.warc.gz"]):
        failed = ask(*command, "--no-prefect", data=data)
        assert failed.returncode == 1
        assert f"{master} is gone: `bilateral restore`" in failed.stderr
        assert (master.exists(), snapshot.read_bytes() == published) == (False, True)
    assert restore(data).problems == []


def test_a_damaged_database_is_named_and_restored(data: Path, demo: Path, ask) -> None:
    master, snapshot = Data(data).master, Data(data).snapshot
    upkeep(data)
    whole = master.read_bytes()
    for at, name in ((0, "head"), (len(whole) // 2, "middle")):
        garbage = os.urandom(300_000)
        master.write_bytes(whole[:at] + garbage + whole[at + len(garbage) :])
        if name == "head":
            failed = ask("ingest", "--demo", "--no-prefect", data=data)
            assert failed.returncode == 1
        else:
            snapshot.write_bytes(os.urandom(1000))
            failed = ask("upkeep", data=data)
            assert failed.returncode == 1
        assert f"{master} is damaged" in failed.stderr
        assert "`bilateral restore`" in failed.stderr
        done = ask("restore", "--json", data=data)
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert Path(told["aside"]).read_bytes()[at : at + len(garbage)] == garbage, (
            "what could still be saved from it is kept"
        )
        if name == "head":
            assert (told["copy"], told["problems"]) == (str(snapshot), [])
        else:
            assert told["copy"].endswith("bilateral.duckdb")
            assert told["copy"] != str(snapshot)
            assert str(snapshot) in told["problems"][0]
        assert_same(data, demo)
        Path(told["aside"]).unlink()


def test_a_restore_that_is_killed_is_finished_by_the_next(data: Path, demo: Path) -> None:
    for database in (Data(data).master, Data(data).snapshot):
        database.unlink()
    program = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom flows.upkeep import restore\n"
        "def step(name, function, *arguments):\n"
        "    if name == 'store':\n        os.kill(os.getpid(), signal.SIGKILL)\n    return function(*arguments)\n"
        "if __name__ == '__main__':\n    restore(Path(sys.argv[1]), step=step)\n"
    )
    (data.parent / "killed.py").write_text(program)
    killed = subprocess.run(
        [sys.executable, str(data.parent / "killed.py"), str(data)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        timeout=300,
    )
    assert killed.returncode == -signal.SIGKILL
    assert len(restore(data).replayed) == 2
    assert_same(data, demo)


def test_a_copy_that_is_named_is_taken_or_refused(data: Path, tmp_path: Path) -> None:
    done = upkeep(data)
    before = tables(Data(data).master)
    assert restore(data, Path(done.backup)).copy == done.backup
    assert tables(Data(data).master) == before
    (tmp_path / "other.duckdb").write_bytes(b"no database")
    with pytest.raises(NotWhole, match=r"other\.duckdb is not taken"):
        restore(data, tmp_path / "other.duckdb")
    with pytest.raises(FileNotFoundError):
        restore(data, tmp_path / "none.duckdb")
    assert tables(Data(data).master) == before


def test_a_folder_that_holds_nothing_is_not_restored(tmp_path: Path, ask) -> None:
    failed = ask("restore", data=tmp_path / "dtaa")
    assert failed.returncode == 1
    assert f"no archive in {tmp_path / 'dtaa'}: name its folder with --data" in failed.stderr
    assert not (tmp_path / "dtaa").exists()


def test_an_empty_file_is_no_copy_of_the_database(data: Path) -> None:
    snapshot = Data(data).snapshot
    done = upkeep(data)
    snapshot.write_bytes(b"")
    with pytest.raises(NotWhole, match="it is empty"):
        restore(data, snapshot)
    restored = restore(data)
    assert restored.copy == str(Path(done.backup) / "bilateral.duckdb")
    assert str(snapshot) in restored.problems[0]


def test_upkeep_makes_the_master_smaller_and_changes_no_row(data: Path, demo: Path) -> None:
    before = tables(Data(data).master)
    done = upkeep(data)
    assert done.size_after < 0.8 * done.size_before
    assert done.size_after == Data(data).master.stat().st_size
    assert tables(Data(data).master) == before == tables(Data(data).snapshot)
    again = upkeep(data, now=datetime.now(UTC) + timedelta(hours=1))
    assert again.size_after == again.size_before == done.size_after, "it would not pay again"
    with duckdb.connect(str(Data(data).snapshot), read_only=True) as now, duckdb.connect(str(Data(demo).snapshot), read_only=True) as then:  # fmt: skip
        sql = "select table_name, column_name, comment from duckdb_columns() where not internal order by all"
        assert now.execute(sql).fetchall() == then.execute(sql).fetchall()


def test_a_file_of_the_archive_that_changed_or_is_gone_is_told_until_it_is_back(data: Path, ask) -> None:
    upkeep(data, now=datetime(2026, 11, 21, tzinfo=UTC))
    first, second = sorted(data.rglob("*.warc.gz"))
    whole = first.read_bytes()
    first.write_bytes(whole[:5000] + b"?" + whole[5001:])
    second.rename(data / "elsewhere")
    for _ in range(2):
        told = ask("upkeep", data=data)
        assert told.returncode == 1
        assert f"{first.relative_to(data)}: was changed" in told.stderr
        assert f"{second.relative_to(data)}: is gone" in told.stderr
        shutil.rmtree(backups(Data(data))[0])  # else the next would be of the same second
    first.write_bytes(whole)
    (data / "elsewhere").rename(second)
    assert ask("upkeep", data=data).returncode == 0


def test_a_record_that_fails_its_digest_is_found_at_the_first_upkeep(data: Path) -> None:
    first, _ = sorted(data.rglob("*.warc.gz"))
    first.write_bytes(first.read_bytes()[:-300])
    (problem,) = upkeep(data).problems
    assert problem.startswith(f"{first.relative_to(data)}: at ")


def test_old_pages_go_by_policy_and_no_row_with_them(data: Path, ask) -> None:
    rows = tables(Data(data).master)
    first, second = sorted(data.rglob("*.warc.gz"))
    for run in data.glob("spool/2*"):
        (run / "batch-0").mkdir()  # as a bulk load leaves
        shutil.copy(run / "articles.jsonl.gz", run / "batch-0")
    kept = timedelta(days=10)
    done = upkeep(data, kept, now=datetime(2026, 11, 30, 12, tzinfo=UTC))
    assert done.pruned == [str(first.relative_to(data))]
    assert (first.exists(), second.exists()) == (False, True)
    assert tables(Data(data).master) == rows
    listed = {row["path"]: row for row in read_lines(Path(done.backup) / "manifest.jsonl.gz")}
    assert listed[done.pruned[0]]["pruned"] == "2026-11-30"
    assert done.spools == 2
    assert not list(data.glob("spool/**/*.gz")), "files between stages of runs that are over"
    assert len(list(data.glob("spool/*/crawl.jsonl"))) == 2, "what the archive does not have"
    again = upkeep(data, kept, now=datetime(2026, 11, 30, 13, tzinfo=UTC))
    assert (again.pruned, again.problems) == ([], []), "what the policy took away is not missed"


def test_nothing_that_is_not_loaded_is_deleted(data: Path) -> None:
    first, _ = sorted(data.rglob("*.warc.gz"))
    with duckdb.connect(str(Data(data).master)) as connection:
        connection.execute("delete from warc_files where warc_file = ?", [str(first.relative_to(data / "archive"))])
    assert first not in upkeep(data, timedelta(days=1), now=datetime(2027, 1, 1, tzinfo=UTC)).pruned
    assert first.exists()


def test_only_so_many_backups_are_kept(data: Path) -> None:
    for hour in range(3):
        upkeep(data, keep_backups=2, now=datetime(2026, 11, 21, hour, tzinfo=UTC))
    assert [folder.name for folder in backups(Data(data))] == ["20261121T020000", "20261121T010000"]


def test_what_killed_ones_left_among_the_backups_goes(data: Path) -> None:
    folder = data / "backups" / ".20261121T000000.new"
    folder.mkdir(parents=True)
    (folder / "bilateral.duckdb").touch()
    (data / "backups" / ".before-schema-0002.duckdb.new").touch()
    upkeep(data)
    assert [path.name for path in (data / "backups").iterdir()] == [path.name for path in backups(Data(data))]


def test_upkeep_leaves_no_half_backup_where_a_check_fails(data: Path) -> None:
    with duckdb.connect(str(Data(data).master)) as connection:
        connection.execute("insert into tags values (uuid(), 'topic', 'x', 1)")
    with pytest.raises(NotWhole, match="nothing_without_its_article"):
        upkeep(data)
    assert not list((data / "backups").iterdir())


# Migrations ---------------------------------------------------------------------------------------------------------

FIRST = """
    insert into sources (source_id, name, kind, country, language, homepage, paywall, cadence_hours)
    values ('a.example', 'A', 'media', 'US', 'en', 'https://a.example/', 'none', 24);
    insert into runs (run_id, kind, started_at, finished_at, status, version)
    values ('20261101T000000-000000', 'ingest', '2026-11-01 00:00+00', '2026-11-01 00:01+00', 'ok', '0.1.0');
"""


def released_first(master: Path) -> None:
    """A database as the first migration made it, with two articles, of which one was edited."""
    script = (HERE / "migrations" / "0001_contract.sql").read_text(encoding="utf-8")
    with duckdb.connect(str(master), config={"storage_compatibility_version": "v1.4.0"}) as connection:
        connection.execute(
            "create table migrations (version integer primary key, name varchar, applied_at timestamptz)"
        )
        connection.execute(script)
        connection.execute("insert into migrations values (1, '0001_contract', now())")
        connection.execute(FIRST)
        for url, text in (("https://a.example/1", "Chips for China."), ("https://a.example/2", "A rule was edited.")):
            row = article(url, text, source_id="a.example", run_id="20261101T000000-000000")
            columns = [name for (name,) in connection.execute("select column_name from duckdb_columns() where table_name = 'articles'").fetchall()]  # fmt: skip
            values = row | {"first_seen_at": START, "last_seen_at": START, "story_id": row["article_id"]}
            known = [name for name in columns if name in values]
            marks = ", ".join("?" for _ in known)
            connection.execute(
                f"insert into articles ({', '.join(known)}) values ({marks})", [values[name] for name in known]
            )
            connection.execute(
                "insert into stories values (?, ?, ?, ?, 1, 1)", [row["article_id"], row["title"], START, START]
            )
            for revision, title in enumerate(("Before", row["title"]) if url.endswith("2") else (row["title"],), 1):
                connection.execute(
                    "insert into revisions (article_id, revision, seen_at, title, text, text_hash) values (?, ?, ?, ?, ?, ?)",
                    [row["article_id"], revision, START + timedelta(hours=revision), title, text, row["text_hash"]],
                )


def test_a_database_of_the_first_release_migrates_with_a_backup_first(tmp_path: Path) -> None:
    master = Data(tmp_path).master
    released_first(master)
    before = master.read_bytes()
    with Store(master) as store:
        latest = max(int(path.name[:4]) for path in (HERE / "migrations").glob("*.sql"))
        assert store.rows("select max(version) as n from migrations") == [{"n": latest}]
        for check in sorted((HERE / "checks").glob("*.sql")):
            assert store.rows(check.read_text(encoding="utf-8")) == [], check.name
        assert store.rows("select cause, count(*) as n from revisions group by all order by all") == [
            {"cause": "edited", "n": 1},
            {"cause": "first", "n": 2},
        ]
        load(store, tmp_path, [article("https://a.example/3", "A third article on chips for China.")])
        settle(store, tmp_path)
        for check in sorted((HERE / "checks").glob("*.sql")):
            assert store.rows(check.read_text(encoding="utf-8")) == [], check.name
        assert store.rows("select count(*) as n from articles") == [{"n": 3}]
    (kept,) = (tmp_path / "backups").iterdir()
    assert kept.name == "before-schema-0002.duckdb"
    assert kept.read_bytes() == before


def test_a_migration_that_is_killed_keeps_the_backup_of_before(tmp_path: Path) -> None:
    master = Data(tmp_path).master
    released_first(master)
    (tmp_path / "backups").mkdir()
    shutil.copyfile(master, tmp_path / "backups" / "before-schema-0002.duckdb")
    before = master.read_bytes()
    with duckdb.connect(str(master)) as connection:  # as far as the killed one came
        connection.execute((HERE / "migrations" / "0002_copies.sql").read_text(encoding="utf-8"))
        connection.execute("insert into migrations values (2, '0002_copies', now())")
    with Store(master):
        pass
    assert sorted(path.name for path in (tmp_path / "backups").iterdir()) == [
        "before-schema-0002.duckdb",
        "before-schema-0003.duckdb",
    ]
    assert (tmp_path / "backups" / "before-schema-0002.duckdb").read_bytes() == before
