"""Explain shows why, readably: contributions, sentences with the phrase marked, seeds; for whatever it is given."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flows.load import load
from flows.spool import Data
from spiders.urls import url_key
from tests import rows
from warehouse.snapshot import query
from warehouse.store import Store, publish

ROOT = Path(__file__).parent.parent
DRAFT = """US tightens AI chip export controls on China

The Commerce Department added 14 Chinese firms to the Entity List on Monday. "The export controls, like all export \
controls, are needed," an official said. 中国商务部对出口管制表示反对。
"""


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.txt"
    path.write_text(DRAFT, encoding="utf-8")
    return path


def on_a_terminal(draft: Path, **environment: str) -> str:
    """What a person sees, escape sequences and all."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "explain", str(draft), "--data", str(draft.parent)],
        env={**os.environ, "COLUMNS": "80", "TERM": "xterm-256color", **environment},
        cwd=ROOT,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 65536):
            said += piece
    except OSError:  # Linux says so that the other end is closed
        pass
    os.close(ours)
    assert process.wait() == 0
    return said.decode()


def test_phrase_is_marked_on_a_terminal_and_nowhere_else(draft: Path, ask) -> None:
    marked = on_a_terminal(draft)
    assert re.search(
        "like all \x1b\\[[0-9;]+mexport controls\x1b\\[0m|The \x1b\\[[0-9;]+mexport controls\x1b\\[0m", marked
    )
    assert "\x1b[" not in on_a_terminal(draft, NO_COLOR="1")
    assert "\x1b[" not in ask("explain", draft, data=draft.parent).stdout


def test_it_fits_80_columns_and_says_what_counts(draft: Path, cli) -> None:
    said = cli("explain", draft, data=draft.parent, COLUMNS="80").stdout
    lines = [line for line in said.splitlines() if str(draft) not in line]
    assert max(map(len, lines)) <= 80
    assert re.search(r"relevance 0\.\d\d", said)
    assert re.search(r"\n  title: [a-z&+ ]+ \+\d\.\d\d  of a signal of 1\.00  █", said)
    assert re.search(r"\d+-\d+ export_controls\.\w+ “export controls”", said)
    # Topics before facets.
    assert said.index("topic export_controls") < said.index("facet ai")


def test_a_long_speaker_fits_80_columns_too(draft: Path, cli) -> None:
    speaker = "A spokesperson of the Bureau of Industry and Security of the Department of Commerce of the United States"
    draft.write_text(
        f"{DRAFT}\n{speaker} said that export controls on AI chips to China were needed.\n", encoding="utf-8"
    )
    lines = cli("explain", draft, data=draft.parent, COLUMNS="80").stdout.splitlines()
    assert any(line.strip().endswith("says:") and not line.startswith("  A ") for line in lines), "it is on two lines"
    assert max(map(len, lines[2:])) <= 80


def test_json_has_the_text_that_its_spans_are_of(draft: Path, ask) -> None:
    told = json.loads(ask("explain", "--json", draft, data=draft.parent).stdout)
    spans = [row for row in told["evidence"] if row["start_char"] is not None]
    assert spans
    for row in spans:
        assert told["text"][row["start_char"] : row["end_char"]] in row["sentence"]
    assert told["stored"] == {}


def test_address_that_led_to_an_article_finds_it(tmp_path: Path, ask) -> None:
    data, short = Data(tmp_path / "data"), "https://short.example/1"
    row = rows.article("https://news.example/long", "Chips and China.")
    with Store(rows.empty(data.master)) as warehouse:
        rows.load(warehouse, tmp_path, [row], [rows.fetch(row, link_key=url_key(short))])
    publish(data.master, data.snapshot)
    assert row["url"] in ask("explain", short, data=data.root).stdout
    assert "no article" in ask("explain", "https://short.example/2", data=data.root).stderr


def test_address_without_an_article_says_what_became_of_it(demo: Path, ask) -> None:
    ((url,),) = query(
        Data(demo).snapshot, "select url from fetches where role = 'article' and outcome = 'gone' limit 1"
    ).rows
    failed = ask("explain", url, data=demo)
    assert failed.returncode == 1
    assert "gone HTTP 404" in failed.stderr


def test_page_that_a_bulk_load_left_out_is_explained_from_the_archive(tmp_path: Path, pack, ask) -> None:
    url = "https://www.example.org/recipes/1"
    body = "".join(f"<p>Paragraph {n} on how to bake bread with walnuts and honey at home.</p>" for n in range(30))
    pack({f"{url}{n}": f"<html><body><article><h1>Bread</h1>{body}</article></body></html>".encode() for n in range(3)},
         tmp_path / "a.warc.gz")  # fmt: skip
    load([tmp_path / "a.warc.gz"], tmp_path / "data")
    stored = {url for (url,) in query(Data(tmp_path / "data").snapshot, "select url from articles").rows}
    left_out = next(f"{url}{n}" for n in range(3) if f"{url}{n}" not in stored)
    said = ask("explain", left_out, data=tmp_path / "data").stdout
    assert said.startswith("Bread\n")
    assert "off_topic, relevance 0.0" in said
    assert "archived, not stored" in said
    (tmp_path / "a.warc.gz").unlink()
    assert "is gone" in ask("explain", left_out, data=tmp_path / "data").stderr
