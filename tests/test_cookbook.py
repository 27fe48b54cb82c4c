"""The cookbook's questions get their answers on the demo. `python tests/test_cookbook.py DATA` writes the answers anew."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from flows.spool import Data
from warehouse.snapshot import query

QUERIES = sorted((Path(__file__).parent.parent / "warehouse" / "queries").glob("*.sql"))
ANSWERS = Path(__file__).parent / "cookbook_answers.json"


def answer(file: Path, data: Path) -> dict[str, Any]:
    """Columns and rows, as JSON has them."""
    result = query(Data(data).snapshot, file.read_text(encoding="utf-8"))
    told: dict[str, Any] = json.loads(json.dumps({"columns": result.columns, "rows": result.rows}, default=str))
    return told


def test_there_are_answers_to_all_questions_and_no_others() -> None:
    assert len(QUERIES) >= 25
    assert {file.stem for file in QUERIES} == json.loads(ANSWERS.read_text(encoding="utf-8")).keys()


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.stem)
def test_a_question_gets_its_answer_on_the_demo(demo: Path, file: Path) -> None:
    expected = json.loads(ANSWERS.read_text(encoding="utf-8"))[file.stem]
    assert expected["rows"], "an example without an answer shows nothing"
    assert answer(file, demo) == expected


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.stem)
def test_a_question_is_one_and_its_parameters_are_explained_and_used(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert re.match(r"-- [^\n]+\?\n", text)
    parameters = re.findall(r"^-- (\w+): [^\n]+\nset variable (\w+) = '[^\n]*';$", text, flags=re.MULTILINE)
    assert all(explained == set_ for explained, set_ in parameters)
    names = [name for _, name in parameters]
    assert names == re.findall(r"^set variable (\w+)", text, flags=re.MULTILINE)
    assert set(names) == set(re.findall(r"getvariable\('(\w+)'\)", text))


if __name__ == "__main__":
    answers = {file.stem: answer(file, Path(sys.argv[1])) for file in QUERIES}
    ANSWERS.write_text(json.dumps(answers, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
