"""The export: tables and views of the snapshot as files for other tools, with the data dictionary beside them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from flows.errors import BadExport
from flows.files import whole, writing
from flows.output import write_csv, write_jsonl
from warehouse.snapshot import Reader

Format = Literal["parquet", "csv", "jsonl"]
DICTIONARY = "dictionary.md"
_OPENED = "select max(finished_at) as state from runs"
_RELATIONS = """
select table_name as relation, 'table' as kind, comment
from duckdb_tables()
where not internal and not temporary
union all
select view_name, 'view', comment
from duckdb_views()
where not internal and not temporary
order by relation
"""
_COLUMNS = """
select table_name as relation, column_name as name, data_type as type, comment
from duckdb_columns()
where not internal and table_name in (select unnest(?::varchar[]))
order by relation, column_index
"""
_NOTES = {
    "parquet": "Parquet, compressed with zstd; types as in the database.",
    "csv": (
        "CSV in UTF-8 with a byte order mark, a line of names first. NULL is an empty cell; lists are JSON. So that no "
        "spreadsheet runs a text as a formula, an apostrophe stands before each text that begins with "
        "= + - @, their full-width forms, a tab, a line end or an apostrophe: take it away to have the text as it is."
    ),
    "jsonl": "A JSON object a line, in UTF-8; times in ISO 8601, what JSON has no type for as text.",
}


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written, and its rows."""

    relation: str
    path: str
    rows: int


def export(snapshot: Path, folder: Path, form: Format, names: Sequence[str] = ()) -> list[Exported]:
    """Write tables and views of the snapshot to files, and `dictionary.md`, which says what is in them, at the end.

    Each file is whole or absent, and all are of one state of the database; the export of which `dictionary.md` is there
    is complete. Files of the same names are replaced, others stay.

    Args:
        snapshot: the published database.
        folder: where the files go, made if missing.
        form: their format.
        names: what to export; all tables where left out.

    Raises:
        NoSnapshot: nothing has been published yet.
        BadExport: there is no such table or view.
    """
    with Reader(snapshot) as reader:
        relations = {row["relation"]: row for row in reader.records(_RELATIONS)}
    if unknown := sorted(set(names) - set(relations)):
        raise BadExport(f"no table or view {', '.join(unknown)}; there are {', '.join(sorted(relations))}")
    chosen = sorted(set(names)) or [name for name, row in relations.items() if row["kind"] == "table"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DICTIONARY).unlink(missing_ok=True)
    files = {name: (folder / f"{name}.{form}").absolute() for name in chosen}
    with Reader(snapshot, [writing(file) for file in files.values()]) as reader:
        written = [_write(reader, name, file, form) for name, file in files.items()]
        columns = reader.records(_COLUMNS, [chosen])
        (opened,) = reader.records(_OPENED)
    text = "\n".join(_dictionary(opened, form, [relations[name] for name in chosen], columns, written))
    with whole(folder / DICTIONARY) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return written


def _write(reader: Reader, name: str, path: Path, form: Format) -> Exported:
    with whole(path) as temporary:
        if form == "parquet":
            rows = reader.write_parquet(temporary, "from query_table(?)", [name])
        else:
            found = reader.read("from query_table(?)", [name])
            with temporary.open("w", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as file:
                rows = (write_csv if form == "csv" else write_jsonl)(found.columns, found.rows, file)
    return Exported(name, str(path), rows)


def _dictionary(
    opened: Mapping[str, Any],
    form: Format,
    relations: Iterable[Mapping[str, Any]],
    columns: Iterable[Mapping[str, Any]],
    written: Iterable[Exported],
) -> Iterator[str]:
    """What is in the files, as Markdown."""
    rows = {file.relation: file.rows for file in written}
    of_relation: dict[str, list[Mapping[str, Any]]] = {}
    for column in columns:
        of_relation.setdefault(column["relation"], []).append(column)
    yield "# Data dictionary"
    yield ""
    yield f"Bilateral's database after the run that ended {opened['state'] or 'at no time yet'}. {_NOTES[form]}"
    for relation in relations:
        name = relation["relation"]
        yield from ("", f"## {name}", "", f"{relation['comment'] or ''} `{name}.{form}`, {rows[name]} rows.", "")
        yield from ("| column | type | what |", "| --- | --- | --- |")
        for column in of_relation[name]:
            yield f"| `{column['name']}` | {column['type']} | {(column['comment'] or '').replace('|', chr(92) + '|')} |"
    yield ""
