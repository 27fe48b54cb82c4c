"""What is printed on a terminal: nothing in it steers the terminal, and it fits its width."""

import datetime
import sys
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from itertools import islice
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

MAX_SHOWN = 1000
"""Rows of a table; who wants more wants a file."""
MAX_CELL = 500
"""Characters of a cell."""
NARROW = 10
"""Columns of the terminal that a column of a table needs; with less, each row is shown as a list of its fields."""


def printable(value: object) -> str:
    """Text of a value without characters that would steer a terminal."""
    text = "" if value is None else str(value)
    return "".join(character if character.isprintable() else " " for character in text)


def printable_lines(message: str) -> str:
    """The same of a message of several lines; all but the first stand two columns in, so that none forges another."""
    return "\n  ".join(printable(line) for line in message.splitlines() if line.strip())


def take_every_character() -> None:
    """Let standard output take what the locale's encoding has not: ? on a terminal, UTF-8 in a file or a pipe."""
    if isinstance(sys.stdout, TextIOWrapper):
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="replace")
        else:
            sys.stdout.reconfigure(encoding="utf-8")


class _Terminal:
    """Standard output that shows lines of text and nothing that steers a terminal."""

    def write(self, text: str) -> int:
        sys.stdout.write("\n".join(map(printable, text.replace("\r\n", "\n").split("\n"))))  # CSV's lines end so
        return len(text)


def screen() -> "SupportsWrite[str]":
    """Standard output; made safe where it is a terminal, as it is for a file or another program."""
    return _Terminal() if sys.stdout.isatty() else sys.stdout


def print_table(console: Console, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bool:
    """Print at most MAX_SHOWN rows, side by side, or below each other where they are too wide.

    Returns:
        Whether there are more.
    """
    shown = list(islice(rows, MAX_SHOWN + 1))
    if len(columns) * NARROW > console.width and not shown:
        console.print("no rows")
    elif len(columns) * NARROW > console.width:
        _print_records(console, columns, shown[:MAX_SHOWN])
    else:
        table = Table(box=None, header_style="bold", pad_edge=False)
        for column in columns:
            table.add_column(Text(printable(column)), overflow="fold")
        for row in shown[:MAX_SHOWN]:
            table.add_row(*(Text(_cell(value)) for value in row))
        console.print(table)
    return len(shown) > MAX_SHOWN


def _print_records(console: Console, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    for number, row in enumerate(rows, start=1):
        console.print(Text(f"row {number}", style="bold"))
        record = Table(box=None, show_header=False, pad_edge=False)
        record.add_column(overflow="fold", max_width=console.width // 3)
        record.add_column(overflow="fold")
        for column, value in zip(columns, row, strict=True):
            record.add_row(Text(printable(column), style="bold"), Text(_cell(value)))
        console.print(record)


def _cell(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:.3g}"
    text = ", ".join(map(printable, value)) if isinstance(value, list) else printable(value)
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 1] + "…"
