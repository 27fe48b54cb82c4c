"""Readers of the published snapshot: read-only, shut off from files and network."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

MAX_TRIES = 5
"""Failed fetches of one address after which it is left alone."""


DatabaseError = duckdb.Error
"""What DuckDB raises: a wrong query, a damaged file, a file in use."""


class NoSnapshot(FileNotFoundError):  # noqa: N818 - an error by its base class
    """Nothing has been published yet; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Result:
    """Rows of a query and the names of their columns."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


def connect(snapshot: Path) -> duckdb.DuckDBPyConnection:
    """Open the snapshot so that a query can neither change it nor reach anything else.

    Raises:
        NoSnapshot: there is none.
    """
    if not snapshot.exists():
        raise NoSnapshot(f"no snapshot at {snapshot}: run `bilateral ingest` first, or name its folder with --data")
    connection = duckdb.connect(
        str(snapshot), read_only=True, config={"enable_external_access": "false", "memory_limit": "2GB"}
    )
    connection.execute("set TimeZone = 'UTC'; set enable_progress_bar = false; set lock_configuration = true")
    return connection


def query(snapshot: Path, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Result:
    """Run one query on the snapshot.

    Raises:
        NoSnapshot: there is none.
        duckdb.Error: the query is wrong, or tries to change something.
    """
    with connect(snapshot) as connection:
        cursor = connection.execute(sql, parameters)
        return Result([column[0] for column in cursor.description or []], cursor.fetchall())


def known_urls(snapshot: Path, final_outcomes: Iterable[str], keys: Collection[str]) -> dict[str, datetime]:
    """Of these url_keys, those that need no fetching, and when each was last read.

    An address needs none when it ended in a final outcome, or failed MAX_TRIES times.
    """
    if not snapshot.exists():
        return {}
    sql = """
        select link_key, max(fetched_at)
        from fetches
        where role = 'article' and link_key in (select unnest(?))
        group by link_key
        having bool_or(outcome in (select unnest(?)))
            or count(*) filter (outcome not in ('redirect', 'article')) >= ?
    """
    return {
        key: at.astimezone(UTC) for key, at in query(snapshot, sql, [list(keys), list(final_outcomes), MAX_TRIES]).rows
    }


def last_success(snapshot: Path) -> dict[str, datetime]:
    """When each source's discovery documents were last read, by source_id."""
    if not snapshot.exists():
        return {}
    sql = (
        "select source_id, max(fetched_at) from fetches where role = 'discovery' and outcome = 'discovery' group by all"
    )
    return {source: at.astimezone(UTC) for source, at in query(snapshot, sql).rows}
