"""Whole copies of the master: compact, read to the last row, and put back in its place."""

import os
from pathlib import Path

from warehouse.store import HERE, Store, publish


class NotWhole(RuntimeError):
    """A copy does not hold what its original does, or a check of it fails; the message says which."""


def copy(database: Path, path: Path) -> None:
    """Write a compact copy of a database, which reads every row of it. The database must be closed, the lock held.

    Raises:
        Damaged: the database cannot be read to its end.
        NotWhole: the copy is not the same, or a check fails.
        OSError: there is no room.
    """
    path.unlink(missing_ok=True)
    with Store(database) as store:
        quoted = str(path).replace("'", "''")
        (name,) = store.rows("select current_database() as name")
        store.rows(f"attach '{quoted}' as copied (storage_version 'v1.4.0')")
        store.rows(f'copy from database "{name["name"]}" to copied')
        store.rows("detach copied")
        counts = _counts(store)
    with Store(path) as store:
        if (copied := _counts(store)) != counts:
            raise NotWhole(f"{path} has {copied} rows, {database} {counts}")
        for check in sorted((HERE / "checks").glob("*.sql")):
            if store.rows(check.read_text(encoding="utf-8")):
                raise NotWhole(f"{database} fails the check {check.stem}")
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _counts(store: Store) -> dict[str, int]:
    tables = store.rows("select table_name as name from duckdb_tables() where database_name = current_database()")
    return {
        table["name"]: store.rows(f'select count(*) as n from "{table["name"]}"')[0]["n"]  # noqa: S608 - names of tables
        for table in tables
    }


def replace(path: Path, master: Path, aside: Path | None = None) -> None:
    """Put a copy in the master's place, atomically. Both must be closed, the lock held.

    Args:
        path: the copy, which stays.
        master: what it replaces.
        aside: where the old one is kept, where it is not to be lost. What its log holds stays beside it.
    """
    log = master.with_name(f"{master.name}.wal")
    if aside and master.exists():
        os.link(master, aside)
    if log.exists():  # it would be taken for the new one's
        log.replace((aside or path).with_name(f"{(aside or path).name}.wal.old"))
    publish(path, master)
