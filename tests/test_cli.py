"""Every command has help with an example, errors of one line, and output that no data can abuse."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from flows.cli import main, printable
from flows.spool import Data
from warehouse.snapshot import query

ROOT = Path(__file__).parent.parent


def commands(group: click.Group, before: str = "") -> dict[str, click.Command]:
    """Every command by its whole name, those of groups too."""
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        found |= commands(command, f"{name} ") if isinstance(command, click.Group) else {before + name: command}
    return found


COMMANDS = commands(main)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    command = COMMANDS[name]
    text = command.get_help(click.Context(command, info_name=f"bilateral {name}"))
    assert "Example" in text
    assert f"bilateral {name}" in text.split("Example", 1)[1]


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {"schedule"}))  # which runs until it is stopped
def test_what_a_program_might_read_comes_as_json(name: str) -> None:
    assert "--json" in {option for parameter in COMMANDS[name].params for option in parameter.opts}


def test_report_of_a_run_fits_a_terminal_of_80_columns(demo: Path) -> None:
    said = (demo.parent / "said.txt").read_text(encoding="utf-8")
    table = [line for line in said.splitlines() if re.match(r"demo_|source|all ", line)]
    assert len(table) == 22
    assert max(map(len, table)) <= 80
    assert "snapshot  " in said


def test_sql_prints_tables_and_json(demo: Path, ask) -> None:
    table = ask("sql", "SELECT source_id, count(*) AS n FROM articles GROUP BY ALL ORDER BY ALL", data=demo)
    assert table.returncode == 0
    assert table.stdout.splitlines()[0].split() == ["source_id", "n"]
    rows = ask("sql", "--json", "-- a comment first\nfrom articles select max(relevance) as best", data=demo)
    assert json.loads(rows.stdout)[0]["best"] > 0.5


def test_sql_starts_without_what_only_runs_need(demo: Path) -> None:
    program = (
        "import sys; from flows.cli import main\n"
        f"main(['sql', 'select 1', '--data', {str(demo)!r}], standalone_mode=False)\n"
        "print({'numpy', 'prefect', 'scrapy', 'trafilatura'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert told.stdout.splitlines()[-1] == "set()"


def test_examples_name_parameters_that_the_questions_have() -> None:
    texts = [COMMANDS["sql"].help or "", *((ROOT / name).read_text("utf-8") for name in ("README.md", "flows/cli.py"))]
    examples = [found for text in texts for found in re.findall(r"(warehouse/queries/\w+\.sql) --param (\w+)=", text)]
    assert len(examples) >= 3
    for file, name in examples:
        assert f"set variable {name} = " in (ROOT / file).read_text(encoding="utf-8")


def test_an_error_of_a_statement_shows_where_it_is_and_forges_no_other_line(demo: Path, ask) -> None:
    wrong = ask("sql", "select title\nfrom articles\nwher 1", data=demo).stderr.splitlines()
    assert wrong[-2:] == ["  LINE 3: wher 1", "               ^"]
    forged = ask("sql", "select cast(E'a\nbilateral: b\u2028bilateral: c' as int)", data=demo).stderr.splitlines()
    assert [line for line in forged if line.startswith("bilateral")] == forged[:1]


def test_a_wide_result_without_rows_says_so(demo: Path, ask) -> None:
    assert ask("sql", "from articles where false", data=demo).stdout == "no rows\n"


def test_sql_cannot_write(demo: Path, ask) -> None:
    refused = ask("sql", "delete from articles", data=demo)
    assert refused.returncode == 1
    assert "DuckDB:" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_terminal_is_not_steered_by_data(demo: Path, ask) -> None:
    shown = ask("sql", "select chr(27) || '[2J' || 'x' || chr(8) || '[bold]y' as cell", data=demo)
    assert "\x1b" not in shown.stdout
    assert "\x08" not in shown.stdout
    assert "[bold]y" in shown.stdout
    assert printable("a\x1b[31m\u202eb") == "a [31m b"


def test_missing_snapshot_is_one_line_that_says_what_to_do(tmp_path: Path, ask) -> None:
    for arguments in (
        ["sql", "select 1"],
        ["explain", "https://example.com/a"],
        ["brief"],
        ["label", "https://example.com/a", "relevant"],
        ["label", "--export", "-"],
    ):
        failed = ask(*arguments, data=tmp_path)
        assert failed.returncode == 1
        assert "run `bilateral ingest` first" in failed.stderr
        assert len(failed.stderr.strip().splitlines()) == 1


def test_a_database_that_another_program_has_open_is_told_with_what_to_do(demo: Path, tmp_path: Path, ask) -> None:
    shutil.copytree(demo, tmp_path / "data")
    data = Data(tmp_path / "data")
    program = "import duckdb, sys; connection = duckdb.connect(sys.argv[1]); print(flush=True); input()"
    for database, arguments in ((data.master, ["upkeep"]), (data.snapshot, ["sql", "select 1"])):
        with subprocess.Popen(
            [sys.executable, "-c", program, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as other:
            assert other.stdout is not None
            other.stdout.readline()
            failed = ask(*arguments, data=data.root)
            other.communicate("\n")
        assert failed.returncode == 1
        assert f"(PID {other.pid})" in failed.stderr
        assert "end that program, or have it open published/bilateral.duckdb instead, and read-only" in failed.stderr


def test_a_path_that_cannot_be_is_one_line(demo: Path, tmp_path: Path, ask) -> None:
    file, folder = tmp_path / "file", tmp_path / "folder.sql"
    file.touch()
    folder.mkdir()
    for arguments, data, said in (
        (["export", file / "x"], demo, f"Not a directory: {file / 'x'}"),
        (["sql", "select 1", "--output", file / "x.csv"], demo, f"Not a directory: {file / 'x.csv'}"),
        (["sql", folder], demo, f"Is a directory: {folder}"),
        (["doctor"], file / "x", "Not a directory"),
        (["alerts"], file / "x", f"no folder {file / 'x'}"),
    ):
        failed = ask(*arguments, data=data)
        assert failed.returncode == 1
        assert said in failed.stderr
        assert len(failed.stderr.strip().splitlines()) == 1


def test_explain_shows_evidence_for_a_stored_article_a_file_and_an_address(demo: Path, tmp_path: Path, ask) -> None:
    ((article_id, url),) = query(
        Data(demo).snapshot, "select article_id, url from articles where decision = 'relevant' order by url limit 1"
    ).rows
    by_id, by_url = ask("explain", article_id, data=demo), ask("explain", url, data=demo)
    assert by_id.stdout == by_url.stdout
    assert "relevant" in by_id.stdout
    assert "facet china" in by_id.stdout
    draft = tmp_path / "draft.txt"
    draft.write_text(
        "US tightens AI chip export controls on China\n\nThe Commerce Department named 14 firms.", encoding="utf-8"
    )
    told = json.loads(ask("explain", "--json", draft, data=tmp_path).stdout)
    assert told["decision"] == "relevant"
    assert told["title"].startswith("US tightens")
    page = tmp_path / "page.html"
    page.write_text(
        f"<html><body><article><h1>Chips</h1><p>{'China and the United States talk about AI. ' * 9}</p></article></body></html>",
        encoding="utf-8",
    )
    assert json.loads(ask("explain", "--json", page, data=tmp_path).stdout)["title"] == "Chips"


def test_explain_of_nothing_says_so(demo: Path, ask) -> None:
    failed = ask("explain", "no-such-thing", data=demo)
    assert failed.returncode == 1
    assert "neither a file, nor an address, nor an article_id" in failed.stderr


def test_sources_lists_every_spider_with_its_health(demo: Path, ask) -> None:
    listed = {row["source_id"]: row for row in json.loads(ask("sources", "--json", data=demo).stdout)}
    assert listed["scmp"]["kind"] == "media"
    assert listed["demo_wire"]["health"] == "ok"
    assert listed["demo_letter"]["health"] == "failing"
    assert "never tried" in ask("sources", data=demo).stdout


def test_doctor_finds_nothing_wrong_after_a_good_run(demo: Path, ask) -> None:
    healthy = ask("doctor", "--json", data=demo)
    findings = {finding["what"]: finding for finding in json.loads(healthy.stdout)}
    assert healthy.returncode == 0, healthy.stdout
    assert "42 articles" in findings["snapshot"]["found"]


def test_doctor_says_that_articles_were_judged_by_another_tagger(demo: Path, tmp_path: Path, ask) -> None:
    shutil.copytree(demo, tmp_path / "data")
    memo = tmp_path / "memo.txt"
    memo.write_text("A memo\n" + "On chips and the ministries of both countries. " * 9, encoding="utf-8")
    assert ask("seeds", "add", memo, data=tmp_path / "data").returncode == 0
    ill = ask("doctor", data=tmp_path / "data")
    assert ill.returncode == 1
    assert "42 articles judged by another" in ill.stdout
    assert "bilateral retag" in ill.stdout


def test_doctor_says_what_to_do_about_files_left_by_a_killed_run(demo: Path, tmp_path: Path, ask) -> None:
    shutil.copytree(demo, tmp_path / "data")
    left = tmp_path / "data" / "archive" / "2026" / "11" / "22" / "20261122T060000-abcdef-1.warc.gz"
    left.parent.mkdir(parents=True)
    left.touch()
    ill = ask("doctor", data=tmp_path / "data")
    assert ill.returncode == 1
    assert "1 not loaded" in ill.stdout
    assert "next `bilateral ingest` loads them" in ill.stdout


def test_brief_is_written_for_a_day_and_named(demo: Path, tmp_path: Path, ask) -> None:
    shutil.copytree(demo, tmp_path / "data")
    written = ask("brief", "--day", "2026-11-19", data=tmp_path / "data")
    assert written.returncode == 0
    assert Path(written.stdout.replace("\n", "")).read_text(encoding="utf-8").count("<article") >= 5


def test_a_day_that_is_none_is_told_how_days_are_written(demo: Path, ask) -> None:
    for day in ("2026-13-01", "yesterday", "19.11.2026"):
        refused = ask("brief", "--day", day, data=demo)
        assert refused.returncode == 2
        assert f"{day}: a day is written like 2026-11-22" in refused.stderr
