"""The shell: statements typed one after the other, on one state of the snapshot."""

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Literal, get_args

from rich.console import Console
from rich.text import Text

from flows.output import write_csv, write_jsonl
from flows.terminal import print_table, printable_lines, screen
from warehouse.snapshot import DatabaseError, Reader, statements

Mode = Literal["table", "csv", "json"]
MODES: dict[str, Mode] = {mode: mode for mode in get_args(Mode)}
HELP = """\
A statement ends with a semicolon. The shell reads the snapshot as it was when the shell began, and cannot change it.
.tables          tables and views, and what a row of each is
.columns NAME    columns of one of them, and what they mean
.mode MODE       show results as table, csv or json (an object a line)
.help            this
.quit            leave; so does the end of the input
"""
TABLES = """
select name, rows_are
from (
    select table_name as name, comment as rows_are from duckdb_tables() where not internal
    union all
    select view_name, comment from duckdb_views() where not internal
)
order by name
"""
COLUMNS = "select column_name, data_type, comment from duckdb_columns() where table_name = ? order by column_index"
NAMES = "select table_name from duckdb_columns() union select column_name from duckdb_columns() order by 1"


class Shell:
    """Runs what is typed.

    Args:
        reader: the open snapshot.
        out: where results go.
        notes: where everything else goes.
        mode: how results are shown.
    """

    def __init__(self, reader: Reader, out: Console, notes: Console, mode: Mode = "table") -> None:
        self._reader = reader
        self._out = out
        self._notes = notes
        self._mode = mode

    def converse(self) -> None:
        """Read statements and commands from a person until they leave; an error ends one statement."""
        self._complete()
        self._notes.print("Read-only. .help says more, .tables what there is; a statement ends with a semicolon.")
        pending = ""
        while True:
            try:
                line = input("      … " if pending else "bilateral> ")
            except EOFError:
                return
            except KeyboardInterrupt:
                self._notes.print()
                pending = ""
                continue
            if not pending and line.strip() in {".quit", ".exit", "quit", "exit"}:
                return
            pending = f"{pending}{line}\n"
            if pending.startswith(".") or pending.rstrip().endswith(";"):
                self._try(pending)
                pending = ""
            elif not pending.strip():
                pending = ""

    def run(self, script: str) -> None:
        """Run a script of statements; the first error ends it.

        Raises:
            duckdb.Error: a statement is wrong, or tries to change something.
        """
        for statement in statements(script):
            self._show(statement)

    def _try(self, typed: str) -> None:
        try:
            if typed.startswith("."):
                self._command(*typed.split())
            else:
                self.run(typed)
        except DatabaseError as error:
            self._complain(f"DuckDB: {error}")
        except KeyboardInterrupt:
            self._complain("interrupted")

    def _command(self, name: str, argument: str = "", *_: str) -> None:
        if name == ".tables":
            self._show(TABLES)
        elif name == ".columns" and argument:
            self._show(COLUMNS, [argument])
        elif name == ".mode" and argument in MODES:
            self._mode = MODES[argument]
        elif name == ".help":
            self._notes.print(HELP, end="")
        else:
            self._complain("no such command: .help lists them")

    def _show(self, sql: str, parameters: list[str] | None = None) -> None:
        found = self._reader.read(sql, parameters or [])
        if self._mode == "csv":
            write_csv(found.columns, found.rows, screen())
        elif self._mode == "json":
            write_jsonl(found.columns, found.rows, screen())
        elif print_table(self._out, found.columns, found.rows):
            self._complain("there are more rows: .mode csv and json show all")

    def _complain(self, message: str) -> None:
        self._notes.print(Text(printable_lines(message)), soft_wrap=True)

    def _complete(self) -> None:
        """Let the tabulator complete names of tables and columns, where the terminal can."""
        try:
            import readline  # noqa: PLC0415 - not on every system
        except ImportError:
            return
        names = [name for (name,) in self._reader.read(NAMES).rows]

        def completed(text: str, state: int) -> str | None:
            return dict(enumerate(name for name in names if name.startswith(text))).get(state)

        readline.set_completer(completed)
        readline.parse_and_bind("tab: complete")


def run_shell(snapshot: Path, out: Console, notes: Console, mode: Mode) -> None:
    """Run what stands on standard input, or converse where that is a terminal.

    Raises:
        NoSnapshot: nothing has been published yet.
        duckdb.Error: a statement of a script is wrong, or tries to change something.
    """
    with Reader(snapshot) as reader:
        shell = Shell(reader, out, notes, mode)
        if sys.stdin.isatty():
            shell.converse()
        else:
            if isinstance(sys.stdin, TextIOWrapper):
                sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
            shell.run(sys.stdin.read())
