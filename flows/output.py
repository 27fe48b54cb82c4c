"""Rows of a query as CSV, JSON and Parquet, for programs and spreadsheets."""

import csv
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import BadExport
from flows.files import whole, writing
from warehouse.snapshot import Reader

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell begins with that a spreadsheet takes for a formula, by itself or after it has tidied the cell."""


def write_result(snapshot: Path, sql: str, variables: Mapping[str, str], output: Path, form: str) -> int:
    """Write the result of a query to a file, which is whole or absent.

    Args:
        snapshot: the published database.
        sql: the query.
        variables: what getvariable() gives in it.
        output: the file; an older one is replaced.
        form: parquet, csv, json or jsonl.

    Returns:
        Number of rows.

    Raises:
        NoSnapshot: nothing has been published yet.
        BadExport: there is no such format.
        duckdb.Error: the query is wrong, or tries to change something.
    """
    output = output.absolute()
    if form not in WRITERS and form != "parquet":
        raise BadExport(f"{output.name}: a file is parquet, {', '.join(WRITERS)}; give one of them with --format")
    with Reader(snapshot, [writing(output)]) as reader, whole(output) as temporary:
        statement = reader.prepare(sql, variables)
        if form == "parquet":
            return reader.write_parquet(temporary, statement)
        found = reader.read(statement)
        with temporary.open("w", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as file:
            return WRITERS[form](found.columns, found.rows, file)


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], file: "SupportsWrite[str]") -> int:
    """Write rows with a line of names first. Texts are safe in a spreadsheet; NULL is an empty cell.

    Args:
        columns: names.
        rows: values; lists, structs and maps become JSON.
        file: open with `newline=""`.

    Returns:
        Number of rows.
    """
    writer = csv.writer(file)
    writer.writerow(map(cell, columns))
    count = 0
    for row in rows:
        writer.writerow(map(cell, row))
        count += 1
    return count


def cell(value: Any) -> str:
    """A value in a cell of a CSV file.

    A text that a spreadsheet would run as a formula, or that begins with an apostrophe, has an apostrophe put before
    it: whoever takes one away from each text that begins with one has the texts as they were.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith((*FORMULA, "'")) else value
    plain = as_json(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def write_jsonl(columns: Sequence[str], rows: Iterable[Sequence[Any]], file: "SupportsWrite[str]") -> int:
    """Write a JSON object a line.

    Returns:
        Number of rows.
    """
    count = 0
    for row in rows:
        file.write(json_of(dict(zip(columns, row, strict=True))) + "\n")
        count += 1
    return count


def write_json(columns: Sequence[str], rows: Iterable[Sequence[Any]], file: "SupportsWrite[str]") -> int:
    """Write a JSON array with an object a row.

    Returns:
        Number of rows.
    """
    count = 0
    for row in rows:
        file.write((",\n" if count else "[") + json_of(dict(zip(columns, row, strict=True))))
        count += 1
    file.write("]\n" if count else "[]\n")
    return count


def json_of(record: Mapping[str, Any]) -> str:
    """A row as JSON, on one line."""
    return json.dumps(as_json(record), ensure_ascii=False, allow_nan=False)


def as_json(value: Any) -> Any:
    """A value of the database in JSON's types: times in ISO 8601, what JSON has no type for as text, NaN as null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return as_json(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else str(value)


WRITERS: "Mapping[str, Callable[[Sequence[str], Iterable[Sequence[Any]], SupportsWrite[str]], int]]" = {
    "csv": write_csv,
    "json": write_json,
    "jsonl": write_jsonl,
}
"""What writes each format of text."""
