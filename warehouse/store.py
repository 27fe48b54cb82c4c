"""The single writer: lock, migrations, loading of spool files, publication of the snapshot."""

import errno
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import duckdb

HERE = Path(__file__).parent
MEMORY_LIMIT = "2GB"
"""Of the writer; loading 100,000 articles needs under 1 GB."""
DOCUMENTS_PER_SHINGLE = 50
"""Texts by which a shingle is found, the first that came. A phrase that all use costs no more than another; of a text
that hundreds print, the first fifty are enough to be found by."""
EXAMPLES = 10
"""Articles that a retag's report names."""
PORTION = 20_000
"""Articles that are indexed in one transaction, where all are."""
MAX_LINE = 64_000_000
"""Bytes of one spool line: text, evidence and all."""
MAX_ROTATED = 10
"""Lines that two versions of an article differ in, above which they differ in more than what their source repeats."""

# What each spool file holds, as DuckDB types; read_json fills absent fields with NULL.
_SOURCE = {
    "source_id": "VARCHAR", "name": "VARCHAR", "kind": "VARCHAR", "country": "VARCHAR", "language": "VARCHAR",
    "homepage": "VARCHAR", "paywall": "VARCHAR", "cadence_hours": "INTEGER",
}  # fmt: skip
_FETCH = {
    "run_id": "VARCHAR", "source_id": "VARCHAR", "role": "VARCHAR", "url": "VARCHAR", "url_key": "VARCHAR",
    "link_key": "VARCHAR", "outcome": "VARCHAR", "http_status": "INTEGER", "bytes": "BIGINT",
    "fetched_at": "TIMESTAMPTZ", "warc_file": "VARCHAR", "warc_offset": "BIGINT", "warc_length": "BIGINT",
    "error": "VARCHAR", "etag": "VARCHAR", "last_modified": "VARCHAR", "body_hash": "VARCHAR",
}  # fmt: skip
_ARTICLE = {
    "article_id": "UUID", "url": "VARCHAR", "url_key": "VARCHAR", "canonical": "VARCHAR", "source_id": "VARCHAR",
    "title": "VARCHAR",
    "authors": "VARCHAR[]", "published_at": "TIMESTAMPTZ", "published_precision": "VARCHAR",
    "published_source": "VARCHAR", "updated_at": "TIMESTAMPTZ", "seen_at": "TIMESTAMPTZ", "language": "VARCHAR",
    "section": "VARCHAR", "description": "VARCHAR", "image": "VARCHAR",
    "text": "VARCHAR", "word_count": "INTEGER", "text_hash": "VARCHAR",
    "paywalled": "BOOLEAN", "headline_only": "BOOLEAN", "relevance": "DOUBLE", "decision": "VARCHAR",
    "run_id": "VARCHAR",
    "extractor_version": "VARCHAR", "tagger_version": "VARCHAR", "warc_file": "VARCHAR", "warc_offset": "BIGINT",
    "version": "VARCHAR", "lines": "BIGINT[]",
    "tags": "STRUCT(kind VARCHAR, tag VARCHAR, score DOUBLE)[]",
    "evidence": "STRUCT(kind VARCHAR, tag VARCHAR, rule_id VARCHAR, start_char INTEGER, end_char INTEGER, "
                "sentence VARCHAR, speaker VARCHAR)[]",
    "seed_matches": "STRUCT(seed_id VARCHAR, similarity DOUBLE, containment DOUBLE)[]",
}  # fmt: skip
_ASSESSMENT = {
    name: _ARTICLE[name]
    for name in ("article_id", "relevance", "decision", "tagger_version", "tags", "evidence", "seed_matches")
}
_TEXT = {"text_hash": "VARCHAR", "shingles": "INTEGER", "samples": "INTEGER", "sample": "UINTEGER[]"}
_PAIR = {
    "one": "VARCHAR", "other": "VARCHAR", "shared": "INTEGER", "in_one": "INTEGER", "in_other": "INTEGER",
    "longest": "INTEGER", "in_phrases": "BOOLEAN",
}  # fmt: skip
_SETTLED = {"article_id": "UUID", "story": "VARCHAR"}
_REVISION = {
    "article_id": "UUID", "revision": "INTEGER", "version": "VARCHAR", "cause": "VARCHAR", "seen_at": "TIMESTAMPTZ",
    "last_seen_at": "TIMESTAMPTZ", "notice": "VARCHAR",
}  # fmt: skip
_OTHER = {"article_id": "UUID", "version": "VARCHAR", "reason": "VARCHAR", "seen_at": "TIMESTAMPTZ"}
_EDIT = {
    "article_id": "UUID", "revision": "INTEGER", "change": "INTEGER", "part": "VARCHAR", "kind": "VARCHAR",
    "place_before": "INTEGER", "place_after": "INTEGER", "sentence_before": "VARCHAR", "sentence_after": "VARCHAR",
    "words_removed": "VARCHAR[]", "words_added": "VARCHAR[]", "number_changed": "BOOLEAN",
}  # fmt: skip
_SEED = {"seed_id": "VARCHAR", "title": "VARCHAR", "language": "VARCHAR", "word_count": "INTEGER"}
_ENTITY = {
    "entity_id": "VARCHAR", "name": "VARCHAR", "type": "VARCHAR", "country": "VARCHAR", "wikidata": "VARCHAR",
    "aliases": "VARCHAR[]",
    "offices": "STRUCT(office VARCHAR, held_from DATE, held_to DATE)[]",
}  # fmt: skip


_ADD_COUNTS = """
update runs set
    fetched = runs.fetched + total.fetched, articles_new = articles_new + total.new,
    articles_revised = articles_revised + total.revised, copies = runs.copies + total.copies,
    relevant = runs.relevant + total.relevant, review = runs.review + total.review,
    off_topic = runs.off_topic + total.off_topic, failed = runs.failed + total.failed
from (select coalesce(sum(columns(* exclude (source_id))), 0) from batch_counts) as total
where run_id = ?
"""


_STORIES = ("load/6_hidden_copies.sql", "load/7_stories.sql", "load/8_story_rows.sql")
_SEARCH = ("search.sql", "hidden.sql")


class Locked(RuntimeError):
    """Another run is using the data folder; the message says which."""


class TooNew(RuntimeError):
    """The database was written by a newer version than this one."""


class Damaged(RuntimeError):
    """The database cannot be read; the message says what can be done."""


_DAMAGE = (
    "not a valid DuckDB database", "Corrupt database file", "Could not read enough bytes", "Serialization Error",
    "Failure while replaying WAL", "INTERNAL Error", "FATAL Error",
)  # fmt: skip
"""By which DuckDB's errors are known that mean a damaged file, where they do not name one of the operating system's."""
_OF_THE_DISK = tuple(
    os.strerror(number) for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EROFS)
)


@contextmanager
def exclusive(data: Path, what: str, wait: float = 10.0) -> Iterator[int]:
    """Hold the data folder's lock, so that one run at a time writes to it.

    The lock lives as long as any process holds the yielded file descriptor; a crawl child that inherits it
    keeps the folder locked until it is gone too.

    Args:
        data: the data folder, made if missing.
        what: who we are, for the message that others get.
        wait: seconds to wait for a run that is just ending.

    Raises:
        Locked: somebody else still holds it.
    """
    data.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data / "bilateral.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    holder = os.pread(descriptor, 200, 0).decode("utf-8", "replace").strip() or "unknown"
                    raise Locked(f"{data} is in use by another run: {holder}") from None
                time.sleep(0.2)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{what}, process {os.getpid()}\n".encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class WarcFile:
    """A WARC file as far as it is loaded.

    `damaged` counts the parts of it that could not be read; `next_offset` is where to go on, None where it has been
    read to its end.
    """

    name: str
    size: int
    damaged: int
    next_offset: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Spool files to be loaded together, in one transaction, and the WARC files they were made from."""

    run_id: str
    articles: Path
    fetches: Path
    sources: Path
    texts: Path
    pairs: Path
    revisions: Path
    others: Path
    edits: Path
    warc_files: Sequence[WarcFile] = ()
    errors: Sequence[str] = ()
    """What could not be read, a line each."""


@dataclass(frozen=True, slots=True)
class Retagged:
    """What a batch of new judgements changed.

    `decisions` has a row per former_decision and decision with its number of articles, `topics` one per topic with how
    many articles gained and lost it, `examples` the articles with another decision whose relevance changed most.
    """

    decisions: list[dict[str, Any]]
    topics: list[dict[str, Any]]
    examples: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an article, as it was first seen.

    `kept` is "revision" where it is stored as one, else the reason why it is none; "" where it is not stored.
    """

    article_id: str
    source_id: str
    url: str
    version: str
    seen_at: datetime
    title: str
    text: str
    extent: str
    extractors: frozenset[str]
    lines: tuple[int, ...]
    kept: str = ""

    def joined(self, other: "Version") -> "Version":
        """The same version, as known from two sides."""
        first = min(self, other, key=lambda seen: (seen.seen_at, seen.title, seen.text))
        return replace(first, extractors=self.extractors | other.extractors, kept=self.kept or other.kept)


class Store:
    """The master database, opened for writing. Use it as a context manager, holding the lock.

    What a run asks for has to cost by the run's articles, not by those that are stored. A filter on another column
    reads the texts of all rows beside it; so texts are found by their places (`rowid in`), which are looked up first.

    Raises:
        TooNew: the database has migrations this version does not know.
        Damaged: the file cannot be read; also where that shows only later.
        duckdb.Error: the file is in use, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        if path.exists() and not path.stat().st_size:
            path.unlink()  # its writer was killed, or the disk full, before it had a beginning
        self._connection = self._connect()
        try:
            self._migrate()
        except BaseException as error:
            self.__exit__(type(error), error)
            raise

    def _connect(self) -> duckdb.DuckDBPyConnection:
        try:
            connection = duckdb.connect(
                str(self._path),
                config={
                    # So that clients from DuckDB 1.4 on can open the snapshot.
                    "storage_compatibility_version": "v1.4.0",
                    "memory_limit": MEMORY_LIMIT,
                    # Compressed, texts take a third of the space and of the time to publish; left alone, only those of
                    # 4,096 bytes would be.
                    "zstd_min_string_length": "1000",
                    "autoinstall_known_extensions": "false",
                },
            )
        except duckdb.Error as error:
            self._raise_if_damaged(error)
            raise
        connection.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")
        return connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, *_: object) -> None:
        try:
            if error is None:
                self._connection.execute("checkpoint")  # closing does so too, and is silent where it cannot
        except duckdb.Error as failure:
            self._raise_if_damaged(failure)
            raise
        finally:
            self._connection.close()
        if isinstance(error, duckdb.Error):
            self._raise_if_damaged(error)

    def _raise_if_damaged(self, error: duckdb.Error) -> None:
        said = " ".join(str(error).split())[:300]
        if any(sign in said for sign in _DAMAGE) and not any(sign in said for sign in _OF_THE_DISK):
            raise Damaged(
                f"{self._path} is damaged ({said}): `bilateral restore` puts the last good copy in its place "
                "and loads what the archive has since"
            ) from error

    def _migrate(self) -> None:
        files = sorted((HERE / "migrations").glob("*.sql"))
        run = self._connection.execute
        if not run("from duckdb_tables() where table_name = 'migrations'").fetchall():
            run("create table migrations (version integer primary key, name varchar, applied_at timestamptz)")
            run("comment on table migrations is 'One row per change of the schema that was applied.'")
        done = {version for (version,) in run("select version from migrations").fetchall()}
        known = {int(file.name[:4]) for file in files}
        if done - known:
            raise TooNew(f"the database has schema version {max(done)}; this program knows {max(known)}: update it")
        if done and known - done:
            self._back_up(max(done))
            run = self._connection.execute
        for file in files:
            if int(file.name[:4]) not in done:
                run("begin")
                run(file.read_text(encoding="utf-8"))
                run("insert into migrations values (?, ?, now())", [int(file.name[:4]), file.stem])
                run("commit")
        self._define()
        self._index()

    def _define(self) -> None:
        """Create the views and macros, each with its first line as comment, unless they are there as they should be."""
        run = self._connection.execute
        files, version = definitions()
        if self.rows("from meta where name = 'definitions' and value = ?", [version]):
            return
        with self._transaction():
            for file in files:
                sql = file.read_text(encoding="utf-8")
                grain = sql.splitlines()[0].removeprefix("-- ").replace("'", "''")
                kind = "view" if file.parent.name == "views" else "macro table" if " as table\n" in sql else "macro"
                run(sql)
                run(f"comment on {kind} {file.stem} is '{grain}'")
            run("delete from meta where name = 'definitions'")
            run("insert into meta values ('definitions', ?, 'Hash of the views and macros.')", [version])

    def _index(self) -> None:
        """Index what is not, for search: all of it where terms are made otherwise than they were, else nothing.

        A portion at a time; what is killed goes on where it was.
        """
        run = self._connection.execute
        version = _digest(sorted((HERE / "macros").glob("index_*.sql")))
        unfinished = f"{version}, unfinished"
        (stored,) = self.rows("select coalesce(max(value), '') as version from meta where name = 'search_index'")
        if stored["version"] == version:
            return
        if stored["version"] != unfinished:
            with self._transaction():
                run("truncate search_terms; truncate search_postings; truncate search_documents")
                run("delete from meta where name = 'search_index'")
                run(
                    "insert into meta values ('search_index', ?, ?)", [unfinished, "How texts become terms for search."]
                )
        while True:
            with self._transaction():
                run(
                    """
                    create or replace temp table search_batch as
                    select article_id
                    from articles anti join search_documents using (article_id)
                    limit ?
                    """,
                    [PORTION],
                )
                if not self.rows("from search_batch limit 1"):
                    run("update meta set value = ? where name = 'search_index'", [version])
                    return
                self._run(*_SEARCH)

    def _back_up(self, schema: int) -> None:
        """Keep a copy of the database as it is before its schema changes."""
        kept = self._path.parent / "backups" / f"before-schema-{schema + 1:04}.duckdb"
        if not kept.exists():
            self._connection.close()
            publish(self._path, kept)
            self._connection = self._connect()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """The result of a query, a dictionary a row."""
        cursor = self._connection.execute(sql, list(parameters))
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def start_run(self, run_id: str, kind: str, version: str, started_at: datetime) -> None:
        """Note that a run has begun; runs that are still noted as running were killed, since we hold the lock."""
        self._connection.execute("update runs set status = 'interrupted' where status = 'running'")
        self._connection.execute(
            "insert into runs (run_id, kind, started_at, status, version) values (?, ?, ?, 'running', ?)",
            [run_id, kind, started_at, version],
        )

    def note_run(self, run_id: str, kind: str, version: str, started_at: datetime | None) -> None:
        """Make sure a run that left WARC files has a row, even if this database never saw it begin.

        Where nobody knows when it began, its name says so; that of a file which somebody else put into the archive says
        nothing, and it begins now.
        """
        self._connection.execute(
            """
            insert into runs (run_id, kind, started_at, status, version)
            select
                run,
                ?,
                coalesce(?, try_strptime(run[:15], '%Y%m%dT%H%M%S') at time zone 'UTC', now()),
                'interrupted',
                ?
            from (select ? as run)
            where run not in (select run_id from runs)
            """,
            [kind, started_at, version, run_id],
        )

    def finish_run(
        self,
        run_id: str,
        finished_at: datetime,
        status: str,
        links: int,
        errors: Sequence[str],
        stages: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """Note how a run ended, and the facts about the database; `stages` have a name and seconds each."""
        names, seconds = [stage["stage"] for stage in stages], [stage["seconds"] for stage in stages]
        with self._transaction():
            self._connection.execute(
                """
                update runs set
                    finished_at = $finished_at,
                    status = $status,
                    links = $links,
                    errors = list_concat(errors, $errors),
                    stages = list_transform(
                        list_zip($names::varchar[], $seconds::double[]),
                        lambda pair: {'stage': pair[1], 'seconds': pair[2]}
                    ),
                    outcomes = coalesce((
                        select list({'outcome': outcome, 'addresses': n} order by n desc, outcome)
                        from (
                            select outcome, count(*) as n
                            from fetches
                            where fetches.run_id = $run_id and role != 'robots'
                            group by outcome
                        )
                    ), [])
                where run_id = $run_id
                """,
                {
                    "run_id": run_id,
                    "finished_at": finished_at,
                    "status": status,
                    "links": links,
                    "errors": list(errors),
                    "names": names,
                    "seconds": seconds,
                },
            )
            self._run("meta.sql")

    def outcomes(self, run_id: str) -> dict[str, int]:
        """How many addresses of a run ended in each outcome, the most frequent first; robots.txt files left out."""
        sql = """
            select outcome, count(*) as n
            from fetches
            where run_id = ? and role != 'robots'
            group by outcome
            order by n desc, outcome
        """
        return {row["outcome"]: row["n"] for row in self.rows(sql, [run_id])}

    def warc_files(self) -> dict[str, WarcFile]:
        """Every WARC file that is loaded, or loaded in part, by name."""
        rows = self._connection.execute("select warc_file, bytes, damaged, next_offset from warc_files").fetchall()
        return {name: WarcFile(name, *others) for name, *others in rows}

    def register_seeds(self, seeds: Path, added_at: datetime) -> None:
        """Make the seeds table that of a profile (JSON lines)."""
        run = self._connection.execute
        self._read("batch_seeds", seeds, _SEED)
        run("delete from seeds where seed_id not in (select seed_id from batch_seeds)")
        run(
            "insert into seeds select *, ? from batch_seeds where seed_id not in (select seed_id from seeds)",
            [added_at],
        )

    def register_entities(self, entities: Path) -> None:
        """Make the tables of entities and offices those of a file of entities (JSON lines)."""
        run = self._connection.execute
        self._read("batch_entities", entities, _ENTITY)
        run("begin")
        run("""
            merge into entities using (select * exclude (offices) from batch_entities) as batch using (entity_id)
            when matched then update when not matched then insert when not matched by source then delete
        """)
        run("delete from offices")
        run("insert into offices by name select entity_id, unnest(offices, recursive := true) from batch_entities")
        run("commit")

    def recent_texts(self, sources: Sequence[str], count: int) -> list[tuple[str, str]]:
        """The latest texts of each of these sources, at most so many, each with its source."""
        return self._connection.execute(
            """
            select source_id, text
            from articles
            where rowid in (
                select rowid
                from articles
                where source_id in (select unnest(?::varchar[]))
                qualify row_number() over (partition by source_id order by first_seen_at desc, article_id) <= ?
            )
            """,
            [list(sources), count],
        ).fetchall()

    def candidates(self, texts: Path) -> list[tuple[str, str]]:
        """Pairs of texts, by their hashes in ascending order, of which one may be a copy.

        Args:
            texts: the texts to look at, of which one of each pair is one: their hashes and sampled shingles.
        """
        self._read("batch_texts", texts, _TEXT)
        self._connection.execute(f"set variable documents_per_shingle = {DOCUMENTS_PER_SHINGLE}")
        self._connection.execute((HERE / "candidates.sql").read_text(encoding="utf-8"))
        return self._connection.execute("from candidates order by all").fetchall()

    def full_shingles(self) -> set[int]:
        """Of the shingles by which candidates were just looked for, those that are in enough stored texts."""
        sql = "select hash from matches group by hash having count(*) >= ?"
        return {shingle for (shingle,) in self._connection.execute(sql, [DOCUMENTS_PER_SHINGLE]).fetchall()}

    def texts(self, hashes: Set[str]) -> dict[str, tuple[str, str]]:
        """By hash the source and the text of what is stored under it."""
        rows = self._connection.execute(
            """
            with wanted as (select unnest(?::varchar[]) as text_hash)

            select text_hash, any_value(source_id), any_value(text)
            from (
                select revision.text_hash, article.source_id, revision.text
                from revisions as revision
                join articles as article using (article_id)
                where revision.rowid in (select rowid from revisions where text_hash in (from wanted))
                union all
                select text_hash, source_id, text
                from articles
                where rowid in (select rowid from articles where text_hash in (from wanted))
            )
            group by text_hash
            """,
            [sorted(hashes)],
        ).fetchall()
        return {text_hash: (source_id, text) for text_hash, source_id, text in rows}

    def versions(self, articles: Set[str]) -> list[Version]:
        """All that is stored of these articles."""
        rows = self.rows(
            """
            with wanted as (select unnest(?::uuid[]) as article_id)

            select
                article_id::varchar as article_id,
                any_value(article.source_id) as source_id,
                any_value(article.url) as url,
                seen.version,
                min(seen_at) as seen_at,
                arg_min(seen.title, seen_at) as title,
                arg_min(seen.text, seen_at) as text,
                any_value(extent) as extent,
                any_value(extractors) as extractors,
                any_value(lines) as lines,
                arg_max(kept, kept = 'revision') as kept
            from (
                select article_id, version, seen_at, title, text, extent, extractors, lines, 'revision' as kept
                from revisions
                where rowid in (select rowid from revisions where article_id in (from wanted))
                union all
                select article_id, version, seen_at, title, text, extent, extractors, lines, reason as kept
                from other_versions
                where rowid in (select rowid from other_versions where article_id in (from wanted))
            ) as seen
            join articles as article using (article_id)
            group by article_id, seen.version
            """,
            [sorted(articles)],
        )
        return [
            Version(**row | {"extractors": frozenset(row["extractors"]), "lines": tuple(row["lines"])}) for row in rows
        ]

    def sights(self, articles: Set[str]) -> list[tuple[str, datetime, str]]:
        """Visits to the pages of these articles: article, moment and the version shown, "" where it was unchanged."""
        return self._connection.execute(
            """
            select article_id::varchar, fetched_at, fetches.version
            from fetches
            join articles using (url_key)
            where
                article_id in (select unnest(?::uuid[]))
                and (fetches.version != '' or (role = 'article' and outcome = 'unchanged'))
            """,
            [sorted(articles)],
        ).fetchall()

    def edited_lines(self, sources: Set[str]) -> list[tuple[str, str, int]]:
        """Lines that edits of articles of these sources added or removed, where they are few: article, source, line."""
        return self._connection.execute(
            """
            with edited as (
                select
                    article.article_id,
                    article.source_id,
                    list_concat(
                        list_filter(before.lines, lambda line: not list_contains(after.lines, line)),
                        list_filter(after.lines, lambda line: not list_contains(before.lines, line))
                    ) as lines
                from revisions as after
                join revisions as before
                    on after.article_id = before.article_id and after.revision = before.revision + 1
                join articles as article on after.article_id = article.article_id
                where after.cause = 'edited' and article.source_id in (select unnest(?::varchar[]))
            )

            select article_id::varchar, source_id, unnest(lines)
            from edited
            where len(lines) <= ?
            """,
            [sorted(sources), MAX_ROTATED],
        ).fetchall()

    def showings(self, lines: Collection[tuple[str, int]]) -> list[tuple[str, int, str, datetime]]:
        """Where these lines of sources stand: source, line, article, and when the version with it was first seen."""
        return self._connection.execute(
            """
            with of_sources as (
                select article_id, source_id
                from articles
                where source_id in (select unnest($sources::varchar[]))
            ),

            seen as (
                select article_id, version, min(seen_at) as seen_at, unnest(any_value(lines)) as line
                from (
                    select article_id, version, seen_at, lines from revisions
                    union all
                    select article_id, version, seen_at, lines from other_versions
                )
                semi join of_sources using (article_id)
                group by article_id, version
            )

            select source_id, line, article_id::varchar, seen_at
            from (select unnest($sources::varchar[]) as source_id, unnest($lines::bigint[]) as line)
            join seen using (line)
            join of_sources using (article_id, source_id)
            """,
            {"sources": [source for source, _ in lines], "lines": [line for _, line in lines]},
        ).fetchall()

    def load(self, batch: Batch) -> list[dict[str, Any]]:
        """Load a batch; loading it again, or after a later one, gives the same rows.

        Returns:
            Per source what this batch added: new, revised, copies, relevant, review, off_topic, failed.
        """
        run = self._connection.execute
        self._read("batch_sources", batch.sources, _SOURCE)
        self._read("batch_fetches", batch.fetches, _FETCH)
        self._read("batch_articles", batch.articles, _ARTICLE)
        self._read("batch_texts", batch.texts, _TEXT)
        self._read("batch_pairs", batch.pairs, _PAIR)
        self._read("batch_revisions", batch.revisions, _REVISION)
        self._read("batch_others", batch.others, _OTHER)
        self._read("batch_edits", batch.edits, _EDIT)
        with self._transaction():
            self._run(*sorted(f"load/{script.name}" for script in (HERE / "load").glob("*.sql")), *_SEARCH)
            for file in batch.warc_files:
                run(
                    "insert or replace into warc_files values (?, ?, ?, ?, ?)",
                    [file.name, batch.run_id, file.size, file.damaged, file.next_offset],
                )
            run(_ADD_COUNTS, [batch.run_id])
            run("update runs set errors = list_concat(errors, ?) where run_id = ?", [list(batch.errors), batch.run_id])
        return self.rows("from batch_counts order by source_id")

    def story_days(self) -> list[date]:
        """Days whose stories have yet to be made, in ascending order."""
        return [
            day for (day,) in self._connection.execute("select distinct day from story_days order by day").fetchall()
        ]

    def days_since(self, first: date) -> list[date]:
        """Days from this one on that have articles of which stories are made, in ascending order."""
        sql = "select distinct day from story_units where day >= ? order by day"
        return [day for (day,) in self._connection.execute(sql, [first]).fetchall()]

    def units(self, first: date, last: date) -> list[dict[str, Any]]:
        """The articles of some days of which stories are made, with the entities they name, in order of their ids."""
        # In this order, or the texts and the tags of all that is stored would be read.
        sql = """
            with of_days as materialized (
                select article.rowid as place, article_id, units.day
                from articles as article
                join (select article_id, day from story_units where day between ? and ?) as units using (article_id)
            ),

            named as (
                select article_id, list(tag) as entities
                from tags
                where kind = 'entity' and article_id in (select article_id from of_days)
                group by article_id
            )

            select
                of_days.article_id,
                of_days.day,
                article.story_id,
                article.title,
                article.text,
                coalesce(named.entities, []) as entities
            from of_days
            join articles as article on of_days.place = article.rowid
            left join named on of_days.article_id = named.article_id
            order by of_days.article_id
        """
        return self.rows(sql, [first, last])

    def settle(self, stories: Path) -> None:
        """Make the articles' stories those that the pass over the days found, and note that it has been made.

        Args:
            stories: an article and the name of its story a line.
        """
        self._read("batch_settled", stories, _SETTLED)
        with self._transaction():
            self._run("stories.sql", "load/8_story_rows.sql")

    def tagged_otherwise(self, version: str) -> tuple[int, int]:
        """How many articles another tagger than this one has judged, and how many there are."""
        sql = "select count(*) filter (tagger_version != ?) as other, count(*) as n from articles"
        (row,) = self.rows(sql, [version])
        return row["other"], row["n"]

    def to_retag(self, version: str, after: UUID, count: int) -> list[dict[str, Any]]:
        """Articles that another tagger has judged, at most so many, in order of their article_id after the given one.

        Returns:
            article_id, url, title, authors, text, language.
        """
        sql = """
            select article_id, url, title, authors, text, language
            from articles
            where tagger_version != ? and article_id > ?
            order by article_id
            limit ?
        """
        return self.rows(sql, [version, after, count])

    def retag(self, assessments: Path) -> Retagged:
        """Replace the judgements of stored articles (JSON lines), in one transaction.

        A label still decides, and the text stays as it is.
        """
        self._read("batch_current", assessments, _ASSESSMENT)
        with self._transaction():
            self._run("retag.sql", "decide.sql", "load/5_tags.sql", *_STORIES, "hidden.sql")
        return Retagged(
            self.rows("from batch_changes select former_decision, decision, count(*) as articles group by all"),
            self.rows("from batch_topics"),
            self.rows(
                """
                from batch_changes
                where decision != former_decision
                order by abs(relevance - former_relevance) desc, article_id
                limit ?
                """,
                [EXAMPLES],
            ),
        )

    def label(
        self, article_id: UUID, label: str, topics: Sequence[str], note: str, labelled_by: str, labelled_at: datetime
    ) -> dict[str, Any] | None:
        """Note what a person says about an article; it replaces what was said before, and decides from now on.

        Returns:
            former_decision, decision, relevance and title; None where there is no such article.
        """
        with self._transaction():
            self._connection.execute(
                """
                create or replace temp table batch_current as
                select article_id, relevance, decision, tagger_version from articles where article_id = ?
                """,
                [article_id],
            )
            self._connection.execute(
                "insert or replace into labels select article_id, ?, ?, ?, ?, ? from batch_current",
                [label, list(topics), note, labelled_at, labelled_by],
            )
            self._run("decide.sql", *_STORIES, "hidden.sql")
        return next(iter(self.rows("from batch_changes")), None)

    def _run(self, *scripts: str) -> None:
        for script in scripts:
            self._connection.execute((HERE / script).read_text(encoding="utf-8"))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("begin")
        try:
            yield
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")

    def _read(self, table: str, file: Path, columns: dict[str, str]) -> None:
        self._connection.execute(
            f"""
            create or replace temp table {table} as
            select {", ".join(columns)}
            from read_json(
                ?,
                format = 'newline_delimited',
                compression = 'gzip',
                columns = {columns},
                maximum_object_size = {MAX_LINE}
            )
            """,  # noqa: S608 - names from this file
            [str(file)],
        )


def definitions() -> tuple[list[Path], str]:
    """The files of macros and views, and by what the database tells that it has them."""
    # Views may use macros; what a macro uses is looked for when it is used.
    files = [*sorted((HERE / "macros").glob("*.sql")), *sorted((HERE / "views").glob("*.sql"))]
    return files, _digest(files)


def _digest(files: Sequence[Path]) -> str:
    """A short hash of what is in some files."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def publish(master: Path, snapshot: Path) -> None:
    """Replace the snapshot by a copy of the master, atomically. The master must be closed, the lock held.

    A reader that has the old snapshot open keeps reading it and sees the new one when it connects again.
    """
    snapshot.parent.mkdir(parents=True, exist_ok=True)
    temporary = snapshot.with_name(f".{snapshot.name}.new")
    try:
        shutil.copyfile(master, temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(snapshot)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        error.filename, error.filename2 = str(snapshot), None  # else the one that is read is named
        raise
    folder = os.open(snapshot.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
