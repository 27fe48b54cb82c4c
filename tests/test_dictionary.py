"""warehouse/README.md has the data dictionary as the database has it. `python tests/test_dictionary.py` writes it anew."""

import re
import tempfile
from pathlib import Path

from flows.spool import Data
from warehouse.snapshot import query
from warehouse.store import Store

ROOT = Path(__file__).parent.parent
README = ROOT / "warehouse" / "README.md"
KEYS = {
    "article_id": "articles",
    "original_id": "articles",
    "matched_id": "articles",
    "source_id": "sources",
    "run_id": "runs",
    "warc_file": "warc_files",
    "story_id": "stories",
    "seed_id": "seeds",
    "entity_id": "entities",
    "term_id": "search_terms",
}
"""Columns that name a row of a table."""


def rendered(text: str, store: Store) -> str:
    """The README with its generated parts as they are now."""
    for name, made in (("dictionary", dictionary(store)), ("diagram", diagram(store)), ("cookbook", cookbook())):
        text = re.sub(
            f"<!-- {name} -->\n.*?<!-- /{name} -->",
            lambda _, name=name, made=made: f"<!-- {name} -->\n{made}\n<!-- /{name} -->",
            text,
            flags=re.DOTALL,
        )
    return text


def dictionary(store: Store) -> str:
    """Every table, view and macro, with its columns."""
    things = store.rows("from dictionary where place = 0 and name != 'migrations'")
    columns = store.rows("from dictionary where place > 0")
    lines = []
    for kind in ("table", "view", "table macro", "macro"):
        lines.append(f"### {kind.capitalize()}s\n")
        for thing in things:
            if thing["kind"] != kind:
                continue
            lines.append(f"**`{thing['name']}`** {thing['meaning']}\n")
            own = [column for column in columns if column["name"] == thing["name"]]
            if own:
                lines += ["| column | type | meaning |", "| --- | --- | --- |"]
                lines += [f"| `{each['column_name']}` | {each['type'].lower()} | {each['meaning']} |" for each in own]
                lines.append("")
    return "\n".join(lines).rstrip()


def diagram(store: Store) -> str:
    """The tables that have rows of their own, and which names a row of which."""
    columns = store.rows("from dictionary where kind = 'table' and place > 0")
    first = {each["name"]: each["column_name"] for each in columns if each["place"] == 1}
    lines = ["```mermaid", "erDiagram"]
    for each in columns:
        table, column = each["name"], each["column_name"]
        owner = KEYS.get(column)
        if owner and owner != table:
            one = "o|" if column == first[table] and table in {"copies", "labels", "search_documents"} else "o{"
            lines.append(f"    {owner} ||--{one} {table} : {column}")
    return "\n".join([*lines, "    entities ||--o{ tags : tag", "    articles ||--o{ fetches : url_key", "```"])


def cookbook() -> str:
    """The questions, each with its file."""
    lines = ["| question | file |", "| --- | --- |"]
    for file in sorted((ROOT / "warehouse" / "queries").glob("*.sql")):
        question = file.read_text(encoding="utf-8").splitlines()[0].removeprefix("-- ")
        lines.append(f"| {question} | [{file.stem}](queries/{file.name}) |")
    return "\n".join(lines)


def test_dictionary_and_diagram_are_those_of_the_database(tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8")
    for name in ("dictionary", "diagram", "cookbook"):
        assert text.count(f"<!-- {name} -->") == 1
    with Store(tmp_path / "m.duckdb") as store:
        assert rendered(text, store) == text


def test_columns_that_name_a_row_do(demo: Path) -> None:
    """What the diagram says, asked of the data."""
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "m.duckdb") as store:
        lines = diagram(store).splitlines()
    keys = {**KEYS, "tag": "entities", "url_key": "articles"}
    for line in lines:
        found = re.match(r"    (\w+) \|\|--o[|{] (\w+) : (\w+)", line)
        if not found:
            continue
        owner, table, column = found.groups()
        assert keys[column] == owner
        key = {"original_id": "article_id", "matched_id": "article_id", "tag": "entity_id"}.get(column, column)
        named = {
            "tags": "kind = 'entity'",
            "fetches": "version != ''" if column == "url_key" else "true",
        }.get(table, "true") if column in {"tag", "url_key"} else "true"  # fmt: skip
        sql = f"select {column} from {table} where {column} is not null and {named} and {column} not in (select {key} from {owner})"
        assert query(Data(demo).snapshot, sql).rows == [], line


def test_five_questions_are_answered_by_what_the_readme_says(demo: Path) -> None:
    """Each path of the README's "Five questions", walked on the demo."""
    section = README.read_text(encoding="utf-8").split("## Five questions")[1].split("\n## ")[0]
    paths = re.findall(r"^\d\. \*\*(.+?)\*\*\n((?:   .*\n?)+)", section, flags=re.MULTILINE)
    assert len(paths) == 5
    for question, steps in paths:
        statements = re.findall(r"`((?:FROM|SELECT) [^`]+)`", steps)
        assert len(statements) >= 2, question
        for statement in statements:
            assert query(Data(demo).snapshot, statement).rows, statement


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "m.duckdb") as store:
        README.write_text(rendered(README.read_text(encoding="utf-8"), store), encoding="utf-8")
