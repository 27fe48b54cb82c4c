"""Readers of the published snapshot: read-only, shut off from files and network."""

import re
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import duckdb

from warehouse.store import definitions

MAX_TRIES = 5
"""Failed fetches of one address after which it is left alone."""
MAX_TRUST = timedelta(hours=36)
"""Time after a full reading for which a site's word is taken that a document has not changed: with a daily run, every
second reading is full."""
CHUNK = 1000
"""Rows fetched together where a result is read as it comes."""
HERE = Path(__file__).parent
_ASKED = re.compile(r"getvariable\(\s*'(\w+)'\s*\)", re.IGNORECASE)

Found = TypeVar("Found")

DatabaseError = duckdb.Error
"""What DuckDB raises: a wrong query, a damaged file, a file in use."""


class NoSnapshot(FileNotFoundError):
    """Nothing has been published yet; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Result:
    """Rows of a query and the names of their columns."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a query as they come, and the names of their columns, each another."""

    columns: list[str]
    rows: Iterator[tuple[Any, ...]]


def connect(snapshot: Path, outputs: Sequence[Path] = ()) -> duckdb.DuckDBPyConnection:
    """Open the snapshot so that a query can neither change it nor reach anything else.

    Args:
        snapshot: the published database.
        outputs: the files that may be written.

    Raises:
        NoSnapshot: there is none.
    """
    try:
        connection = _opened(snapshot)
    except (FileNotFoundError, NotADirectoryError):
        message = f"no snapshot at {snapshot}: run `bilateral ingest` first, or name its folder with --data"
        raise NoSnapshot(message) from None
    if outputs:
        connection.execute("set variable outputs = ?", [[str(output) for output in outputs]])
        connection.execute("set allowed_paths = getvariable('outputs')")
    # A name that is no table is one of Python's variables unless it is told not to look there.
    connection.execute("""
        set enable_external_access = false;
        set python_enable_replacements = false;
        set TimeZone = 'UTC';
        set enable_progress_bar = false;
        set lock_configuration = true
    """)
    return connection


def _opened(snapshot: Path) -> duckdb.DuckDBPyConnection:
    """The snapshot, opened whole: DuckDB opens a file three times, and another may be published in between."""
    while True:
        before = _file(snapshot)
        try:
            connection = duckdb.connect(
                str(snapshot), read_only=True, config={"memory_limit": "2GB", "autoinstall_known_extensions": "false"}
            )
        except duckdb.Error:
            if _file(snapshot) == before:
                raise
            continue
        if _file(snapshot) == before:
            return connection
        connection.close()


def _file(path: Path) -> tuple[int, int, int]:
    """What tells a file from one that has taken its place."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


class Reader:
    """The snapshot, open: several queries of one state of it, or a result too long for memory.

    Use it as a context manager, one thread at a time. Ctrl-C ends the query that runs, with KeyboardInterrupt.

    Args:
        snapshot: the published database.
        outputs: the files that `write_parquet` may write.

    Raises:
        NoSnapshot: there is none.
    """

    def __init__(self, snapshot: Path, outputs: Sequence[Path] = ()) -> None:
        self._connection = connect(snapshot, outputs)
        self._worker = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.shutdown()
        self._connection.close()

    def read(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Rows:
        """Run one query; its rows are there until the next one runs.

        Raises:
            duckdb.Error: the query is wrong, or tries to change something.
        """
        try:
            cursor = self._run(self._connection.execute, sql, parameters)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            if self._is_of_this_version():
                raise
            told = "the snapshot is of another version, until the next run (`bilateral ingest`) replaces it"
            raise type(error)(f"{told}: {error}") from None
        description = (cursor.description if cursor else None) or []  # none for a comment without a statement
        return Rows(_distinct([column[0] for column in description]), self._chunks() if description else iter(()))

    def records(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[dict[str, Any]]:
        """The result of a query, a dictionary a row."""
        found = self.read(sql, parameters)
        return [dict(zip(found.columns, row, strict=True)) for row in found.rows]

    def let(self, **variables: Any) -> None:
        """Set what scripts read with getvariable().

        Raises:
            duckdb.Error: a name is none.
        """
        for name, value in variables.items():
            if not name.isidentifier():
                raise duckdb.InvalidInputException(f"{name!r} is no name of a variable")
            self._connection.execute(f"set variable {name} = ?", [value])

    def prepare(self, script: str, variables: Mapping[str, str]) -> str:
        """Run all statements of a script but the last, and set variables instead of what it may have set.

        A value becomes a number where it is one, unless the script has set a text in its place.

        Returns:
            The last statement; empty where there is none.

        Raises:
            duckdb.Error: a statement is wrong, or tries to change something; or nothing asks for a variable.
        """
        *first, last = statements(script) or [""]
        asked = set(_ASKED.findall(script))
        if unknown := sorted(set(variables) - asked):
            there = ", ".join(sorted(asked)) or "none"
            raise duckdb.InvalidInputException(
                f"the query asks for no parameter {', '.join(unknown)}; there is {there}"
            )
        for statement in first:
            self.read(statement)
        texts = {name for (name,) in self.read("select name from duckdb_variables() where type = 'VARCHAR'").rows}
        self.let(**{name: value if name in texts else _number(value) for name, value in variables.items()})
        return last

    def script(self, name: str) -> list[dict[str, Any]]:
        """The result of a query that is kept in a file of this package, a dictionary a row."""
        return self.records((HERE / name).read_text(encoding="utf-8"))

    def write_parquet(self, output: Path, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> int:
        """Write the result of one query to a file that does not exist yet.

        Returns:
            Number of rows.

        Raises:
            duckdb.Error: the query is wrong, has no result, or tries to change something.
        """
        relation = self._connection.sql(sql, params=parameters)
        if relation is None:
            raise duckdb.InvalidInputException("this statement has no result to write")
        self._run(partial(relation.write_parquet, str(output), compression="zstd"))
        (row,) = self.read("select num_rows from parquet_file_metadata(?)", [str(output)]).rows
        return int(row[0])

    def _is_of_this_version(self) -> bool:
        try:
            stored = self._connection.execute("select value from meta where name = 'definitions'").fetchone()
        except duckdb.CatalogException:  # it is from before there were any
            return False
        return stored == (definitions()[1],)

    def _chunks(self) -> Iterator[tuple[Any, ...]]:
        while rows := self._run(self._connection.fetchmany, CHUNK):
            yield from rows

    def _run(self, function: Callable[..., Found], *arguments: Any) -> Found:
        """Call what may take long; on the main thread so that Ctrl-C is heard, which DuckDB does not look for."""
        if threading.current_thread() is not threading.main_thread():
            return function(*arguments)
        running = self._worker.submit(function, *arguments)
        try:
            return running.result()
        except KeyboardInterrupt:
            self._connection.interrupt()
            wait([running])
            raise


def query(snapshot: Path, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Result:
    """Run one query on the snapshot.

    Raises:
        NoSnapshot: there is none.
        duckdb.Error: the query is wrong, or tries to change something.
    """
    with Reader(snapshot) as reader:
        found = reader.read(sql, parameters)
        return Result(found.columns, list(found.rows))


def _number(text: str) -> str | int | float:
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


def statements(sql: str) -> list[str]:
    """The statements of a script.

    Raises:
        duckdb.ParserException: the last one is not finished, or one is wrong.
        duckdb.InvalidInputException: it was read from bytes that are not UTF-8.
    """
    if not sql.isprintable() and any("\ud800" <= character <= "\udfff" for character in sql):
        raise duckdb.InvalidInputException("the statement is not UTF-8: save it so")
    return [statement.query for statement in duckdb.extract_statements(sql)]


def _distinct(names: Sequence[str]) -> list[str]:
    """Names of columns, those that repeat an earlier one numbered: a, a_1."""
    distinct: list[str] = []
    for name in names:
        spellings = chain([name], (f"{name}_{number}" for number in count(1)))
        distinct.append(next(spelling for spelling in spellings if spelling not in distinct))
    return distinct


def known_urls(snapshot: Path, final_outcomes: Iterable[str], keys: Collection[str]) -> dict[str, datetime]:
    """Of these url_keys, those that need no fetching, and when each was last read.

    An address needs none when it ended in a final outcome, or failed MAX_TRIES times; where the host was left alone
    (refused without an answer) nothing was tried.
    """
    if not snapshot.exists():
        return {}
    sql = """
        select link_key, max(fetched_at)
        from fetches
        where role = 'article' and link_key in (select unnest(?))
        group by link_key
        having bool_or(outcome in (select unnest(?)))
            or count(*) filter (
                outcome not in ('redirect', 'article') and not (outcome = 'refused' and http_status is null)
            ) >= ?
    """
    return {
        key: at.astimezone(UTC) for key, at in query(snapshot, sql, [list(keys), list(final_outcomes), MAX_TRIES]).rows
    }


@dataclass(frozen=True, slots=True)
class Visited:
    """An article that may change, and the last visit to its page that showed it.

    `link_key` is the identity of the address as discovered, `answered_url` the one that was asked for;
    `announced_at` the publication, where only the feed told it. `etag` and `last_modified` are empty where the page has
    been asked for since, for then the site's word has been taken once.
    """

    source_id: str
    url_key: str
    link_key: str
    article_url: str
    answered_url: str
    title: str
    authors: list[str]
    announced_at: datetime | None
    announced_precision: Literal["instant", "day", "none"]
    first_seen_at: datetime
    last_tried_at: datetime
    etag: str
    last_modified: str


def visited(snapshot: Path, sources: Collection[str], since: datetime) -> list[Visited]:
    """Articles of these sources, relevant or to be reviewed, first seen since then and read from their pages."""
    if not snapshot.exists():
        return []
    sql = """
        with shown as (
            select url_key, link_key, source_id, url, fetched_at, etag, last_modified
            from fetches
            where role = 'article' and version != '' and fetched_at >= $since
            qualify row_number() over (partition by url_key order by fetched_at desc, url) = 1
        ),

        tried as (
            select link_key, max(fetched_at) as tried_at
            from fetches
            where role = 'article' and fetched_at >= $since and not (outcome = 'refused' and http_status is null)
            group by link_key
        )

        select
            shown.source_id,
            shown.url_key,
            shown.link_key,
            article.url,
            shown.url,
            article.title,
            article.authors,
            if(article.published_source = 'feed', article.published_at, null),
            article.published_precision,
            article.first_seen_at,
            tried.tried_at,
            if(tried.tried_at = shown.fetched_at, coalesce(shown.etag, ''), ''),
            if(tried.tried_at = shown.fetched_at, coalesce(shown.last_modified, ''), '')
        from shown
        join articles as article using (url_key)
        join tried using (link_key)
        where
            article.decision in ('relevant', 'review')
            and not article.headline_only
            and article.first_seen_at >= $since
            and shown.source_id in (select unnest($sources::varchar[]))
    """
    return [Visited(*row) for row in query(snapshot, sql, {"since": since, "sources": sorted(sources)}).rows]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is remembered of a discovery document's last reading. `conditional`: the site may be asked for changes."""

    etag: str
    last_modified: str
    body_hash: str
    conditional: bool


def readings(snapshot: Path, final_outcomes: Iterable[str], now: datetime) -> dict[tuple[str, str], Reading]:
    """Last full readings of discovery documents with which nothing was left to do, by source_id and link_key.

    Left to do are articles of the same run that never ended, and what the document's row says in its error column
    (more articles than the cap allows, documents read in its place). Asked for changes are sites whose last reading
    is younger than MAX_TRUST, and whose word was never found false: one ETag or date for two different bodies.
    """
    if not snapshot.exists():
        return {}
    sql = """
        with discovery as (
            select *
            from fetches
            where role = 'discovery' and outcome in ('discovery', 'unchanged') and body_hash is not null
        ),

        false_word as (
            select source_id, link_key
            from discovery
            where etag != '' or last_modified != ''
            group by source_id, link_key, etag, last_modified
            having count(distinct body_hash) > 1
        ),

        ended as (
            select link_key
            from fetches
            where role = 'article' and outcome in (select unnest(?))
        ),

        unfinished as (
            select source_id, run_id
            from fetches
            where role = 'article' and link_key not in (from ended)
        )

        select
            source_id,
            link_key,
            etag,
            last_modified,
            body_hash,
            fetched_at,
            (source_id, link_key) in (select (source_id, link_key) from false_word)
        from discovery
        where link_key != ''
        qualify row_number() over (partition by source_id, link_key order by fetched_at desc) = 1
            and (outcome = 'unchanged' or error = '')
            and (source_id, run_id) not in (select (source_id, run_id) from unfinished)
    """
    return {
        (source, link): Reading(
            etag,
            modified,
            body_hash,
            conditional=not false and bool(etag or modified) and timedelta(0) <= now - at <= MAX_TRUST,
        )
        for source, link, etag, modified, body_hash, at, false in query(snapshot, sql, [list(final_outcomes)]).rows
    }


def last_success(snapshot: Path, now: datetime) -> dict[str, datetime]:
    """When each source's discovery documents were last read, by source_id.

    A reading that the clock says is yet to come, since it was wrong then or is now, is none.
    """
    if not snapshot.exists():
        return {}
    sql = """
        select source_id, max(fetched_at)
        from fetches
        where role = 'discovery' and outcome in ('discovery', 'unchanged') and fetched_at <= ?
        group by all
    """
    return {source: at.astimezone(UTC) for source, at in query(snapshot, sql, [now]).rows}
