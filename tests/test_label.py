"""What people say about articles is kept, published and written out; mistakes are named and change nothing."""

import json
import shutil
from pathlib import Path

import pytest

from flows.spool import Data
from warehouse.snapshot import query


@pytest.fixture
def data(demo: Path, tmp_path: Path) -> Path:
    shutil.copytree(demo, tmp_path / "data")
    return tmp_path / "data"


def relevant(data: Path) -> tuple[str, str]:
    ((article_id, url),) = query(
        Data(data).snapshot, "select article_id, url from articles where decision = 'relevant' order by url limit 1"
    ).rows
    return str(article_id), url


def test_label_is_published_at_once_and_a_later_one_replaces_it(data: Path, ask) -> None:
    article_id, url = relevant(data)
    first = ask("label", url, "off_topic", "--note", "a price list", data=data)
    assert first.stdout.startswith("off_topic, was relevant: ")
    sql = f"select decision, label, note from articles join labels using (article_id) where article_id = '{article_id}'"
    assert query(Data(data).snapshot, sql).rows == [("off_topic", "off_topic", "a price list")]
    assert "labelled off_topic by" in ask("explain", url, data=data).stdout
    ask("label", article_id, "relevant", data=data)
    assert query(Data(data).snapshot, sql).rows == [("relevant", "relevant", "")]


def test_a_user_without_a_name_labels_by_its_number(data: Path, ask, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 54321)
    assert ask("label", relevant(data)[1], "off_topic", data=data).returncode == 0
    assert query(Data(data).snapshot, "select labelled_by from labels").rows == [("uid 54321",)]


def test_labels_are_exported_as_evaluation_data(data: Path, tmp_path: Path, ask) -> None:
    article_id, url = relevant(data)
    ask("label", url, "relevant", "--topic", "export_controls", "--topic", "ai_chips", "--by", "kim", data=data)
    assert ask("label", "--export", tmp_path / "labels.jsonl", data=data).returncode == 0
    (row,) = map(json.loads, (tmp_path / "labels.jsonl").read_text(encoding="utf-8").splitlines())
    ((title, text_hash),) = query(
        Data(data).snapshot, f"select title, text_hash from articles where article_id = '{article_id}'"
    ).rows
    assert row.pop("labelled_at")
    assert row == {
        "id": article_id, "url": url, "title": title, "text_hash": text_hash, "language": "en", "label": "relevant",
        "topics": ["export_controls", "ai_chips"], "note": "", "labelled_by": "kim",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["https://nowhere.example/x", "relevant"], 1, "no article https://nowhere.example/x"),
        (["no such thing", "relevant"], 1, "neither a file, nor an address, nor an article_id"),
        (["https://nowhere.example/x", "relevant", "--topic", "weather"], 2, "no topic weather; there are ai_"),
        (["https://nowhere.example/x"], 2, "give an ARTICLE and relevant or off_topic, or --export FILE"),
        (["https://nowhere.example/x", "perhaps"], 2, "'perhaps' is not one of 'relevant', 'off_topic'"),
        ([], 2, "give an ARTICLE"),
    ],
)
def test_mistakes_are_named_and_change_nothing(arguments: list[str], code: int, said: str, demo: Path, ask) -> None:
    failed = ask("label", *arguments, data=demo)
    assert failed.returncode == code
    assert said in failed.stderr
    assert query(Data(demo).snapshot, "from labels").rows == []
