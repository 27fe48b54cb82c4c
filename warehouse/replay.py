"""What is stored, beside a database that is filled anew from the same records: what to replay, what differs.

The one that is filled is opened as a Store; what was stored is attached to it, read-only, as `stored`.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from warehouse.store import HERE, Store, publish

EXAMPLES = 10
"""Examples of each kind of change."""

FIELDS: Mapping[str, Sequence[str]] = {
    "title": ["title"],
    "date": ["published_at", "published_precision"],
    "text": ["text"],
    "authors": ["authors"],
    "language": ["language"],
    "decision": ["decision"],
    "other": ["canonical", "section", "description", "image", "updated_at", "published_source", "paywalled"],
}
"""Kinds of change to an article, and the columns that each looks at. The decision can also differ because the lexicon
has changed since."""
HISTORY = ("became", "gone", "moved", "versions", "copy", "story")
"""Kinds of change to what is stored: an article that was none, one that is none any more, one with another url_key,
another number of versions, another original or relation to it, another story."""


def copy(master: Path, stored: Path) -> None:
    """Copy the master, in the present schema, and note in the copy what is to be replayed. The lock must be held."""
    shutil.copyfile(master, stored)
    if _log(master).exists():
        shutil.copyfile(_log(master), _log(stored))
    with Store(stored) as store:
        # Answers that extraction read, or could not; not those that a bulk load's gate turned down, nor error statuses.
        store.rows("""
            create view marked as
            select
                *,
                coalesce(role = 'article' and http_status = 200 and warc_file is not null and outcome != 'gated', false)
                    as is_replayed
            from fetches
        """)
        store.rows("create view replayed as select * exclude (is_replayed) from marked where is_replayed")
        store.rows("create view carried as select * exclude (is_replayed) from marked where not is_replayed")
        store.rows("create table lost (url varchar, warc_file varchar, warc_offset bigint)")


def replace(path: Path, master: Path) -> None:
    """Put a copy of a database in the master's place, atomically. Both must be closed, the lock held."""
    if _log(master).exists():
        with Store(master):
            pass  # it goes into the file that it belongs to, or would be taken for the new one's
    publish(path, master)


def _log(path: Path) -> Path:
    """Where DuckDB keeps what is committed and not yet in the file; there only after a writer was killed."""
    return path.with_name(f"{path.name}.wal")


@contextmanager
def beside(path: Path, stored: Path) -> Iterator[Store]:
    """Open the database that is filled anew, with what was stored attached."""
    with Store(path) as store:
        quoted = str(stored).replace("'", "''")
        store.rows(f"attach '{quoted}' as stored (read_only)")
        yield store


def runs(stored: Store) -> list[tuple[str, int]]:
    """Runs that have records to replay, the earliest first, and how many."""
    sql = """
        select run_id, count(*) as n
        from replayed
        left join runs using (run_id)
        group by run_id, started_at
        order by started_at, run_id
    """
    return [(row["run_id"], row["n"]) for row in stored.rows(sql)]


def files(stored: Store, run_id: str) -> list[str]:
    """WARC files that hold a run's records."""
    sql = "select distinct warc_file from replayed where run_id = ? order by warc_file"
    return [row["warc_file"] for row in stored.rows(sql, [run_id])]


def records(stored: Store, run_id: str, warc_file: str) -> list[dict[str, Any]]:
    """The fetches of a run whose answers are in a file."""
    sql = "select * exclude (version) from replayed where run_id = ? and warc_file = ?"
    return stored.rows(sql, [run_id, warc_file])


def lose(stored: Store, fetches: Sequence[Mapping[str, Any]]) -> None:
    """Note fetches whose records cannot be read any more."""
    sql = "insert into lost select unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::bigint[])"
    columns = ("url", "warc_file", "warc_offset")
    stored.rows(sql, [[fetch[name] for fetch in fetches] for name in columns])


def carry_over(store: Store) -> None:
    """Take over what extraction has no part in."""
    store.rows("""
        insert into sources by name select * from stored.sources;
        insert into seeds by name select * from stored.seeds;
        insert into warc_files by name select * from stored.warc_files;
        insert into labels by name select * from stored.labels;
        insert into fetches by name select * from stored.carried;
    """)


def carry_over_lost(store: Store) -> None:
    """Take over lost fetches that showed no article."""
    store.rows(
        """
        insert into fetches by name
        select * from stored.fetches semi join stored.lost using (url, warc_file, warc_offset)
        where version = ''
        """
    )


def carry_over_moved_labels(store: Store) -> None:
    """Give labels of articles that have another url_key now to what these are now, after all is replayed."""
    moved = store.rows(
        """
        select distinct label.*, article.article_id as now
        from labels as label
        join stored.articles as before using (article_id)
        join stored.fetches as seen on before.url_key = seen.url_key
        join fetches as seen_now
            on
                seen.url = seen_now.url
                and seen.warc_file = seen_now.warc_file
                and seen.warc_offset = seen_now.warc_offset
        join articles as article on seen_now.url_key = article.url_key
        left join labels as other on article.article_id = other.article_id
        where
            seen.version != ''
            and seen_now.version != ''
            and label.article_id not in (select article_id from articles)
            and coalesce(label.labelled_at > other.labelled_at, true)
        order by label.labelled_at
        """
    )
    for row in moved:
        said = (row["label"], row["topics"], row["note"], row["labelled_by"], row["labelled_at"])
        store.label(row["now"], *said)
        store.rows("delete from labels where article_id = ?", [row["article_id"]])


def carry_over_runs(store: Store) -> None:
    """Take over the runs, whose counts are of what they did then."""
    store.rows("insert into runs by name select * from stored.runs")


def kept(store: Store, first: int, count: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Lost fetches that showed an article, so many from the given one on, and the articles as each showed them.

    Where another fetch that showed the same was replayed, the article is as that shows it now: else a page that did
    not change would seem to. Else it `is_stored`, or is an earlier version of it; `is_current` tells these apart.
    """
    store.rows(
        """
        create or replace temp table batch_lost as
        select fetches.*
        from stored.fetches as fetches
        semi join stored.lost using (url, warc_file, warc_offset)
        where version != ''
        order by fetched_at, url, warc_file, warc_offset
        limit ? offset ?
        """,
        [count, first],
    )
    store.rows((HERE / "kept.sql").read_text(encoding="utf-8"))
    return store.rows("from kept_fetches"), store.rows("from kept_articles")


def compare(store: Store) -> None:
    """Find what differs; `sources`, `examples` and `outcomes` tell of it."""
    store.rows((HERE / "changes.sql").read_text(encoding="utf-8"))
    kinds = ", ".join(
        f"if({_row('before', kind)} is distinct from {_row('after', kind)}, '{kind}', null)" for kind in FIELDS
    )
    store.rows(
        f"""
        insert into changes by name
        select kind, source_id, article_id, url
        from (
            select unnest([{kinds}]) as kind, after.source_id, article_id, after.url
            from articles as after
            join stored.articles as before using (article_id)
        )
        where kind is not null
        """  # noqa: S608 - names of FIELDS
    )


def _row(table: str, kind: str) -> str:
    return f"row({', '.join(f'{table}.{column}' for column in FIELDS[kind])})"


def sources(store: Store) -> list[dict[str, Any]]:
    """Per source its stored articles, those of them that are unchanged or kept, and its changes of each kind."""
    kinds = ", ".join(f"count(*) filter (kind = '{kind}') as {kind}" for kind in (*FIELDS, *HISTORY))
    return store.rows(
        f"""
        with stood as (
            select
                source_id,
                count(*) as articles,
                count(*) filter (article_id in (from unreplayed)) as kept,
                count(*) filter (
                    article_id not in (from unreplayed) and article_id not in (select article_id from changes)
                ) as unchanged
            from stored.articles
            group by source_id
        ),

        changed as (select source_id, {kinds} from changes group by source_id)

        select source_id, columns(* exclude (source_id))::bigint
        from (
            select source_id, coalesce(columns(* exclude (source_id)), 0)
            from stood full join changed using (source_id)
        )
        order by source_id
        """  # noqa: S608 - names of FIELDS and HISTORY
    )


def examples(store: Store, kind: str) -> list[dict[str, Any]]:
    """The first changes of a kind, by address: source_id, url, and before and after, each the values of its columns."""
    if kind in FIELDS:
        values = f"{_row('before', kind)} as before, {_row('after', kind)} as after"
        joined = "join stored.articles as before using (article_id) join articles as after using (article_id)"
    else:
        values, joined = "[change.before] as before, [change.after] as after", ""
    return store.rows(
        f"""
        select change.source_id, change.url, {values}
        from changes as change {joined}
        where kind = ?
        order by change.url
        limit ?
        """,  # noqa: S608 - names of FIELDS
        [kind, EXAMPLES],
    )


def outcomes(store: Store) -> list[dict[str, Any]]:
    """How many fetches ended in another outcome than before: before, after, fetches."""
    return store.rows(
        """
        select before, after, count(*) as fetches
        from sights
        where before != after
        group by all
        order by fetches desc, before, after
        """
    )
