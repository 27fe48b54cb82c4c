"""The demo's first day, undisturbed or after something went wrong: for tests of what the next run makes of it."""

from contextlib import closing
from pathlib import Path

from flows.demo import days
from flows.ingest import ingest
from flows.spool import Data
from warehouse.snapshot import query


def run(data: Path) -> None:
    """The demo's first day, in this process."""
    with closing(days(data)) as requests:
        ingest(next(requests))


def stored(data: Path) -> dict[str, list[tuple]]:
    """All tables but for what tells the runs apart: run ids, wall times, places in the archive.

    A story is named after the article that was seen first, so that here those in it stand for its name.
    """
    queries = {
        "articles": """
            select
                * exclude (run_id, first_seen_at, last_seen_at, story_id),
                list_sort(list(article_id) over (partition by story_id)) as story
            from articles order by article_id
        """,
        "revisions": "select * exclude (seen_at, last_seen_at) from revisions order by article_id, revision",
        "copies": "select * from copies order by article_id",
        "stories": "select * exclude (story_id, title) from stories order by all",
        "tags": "select * from tags order by all",
        "evidence": "select * from evidence order by all",
        "fetched articles": "select url, outcome from fetches where role = 'article' and outcome = 'article' order by all",
    }
    return {name: query(Data(data).snapshot, sql).rows for name, sql in queries.items()}


def assert_next_run_completes(data: Path, undisturbed: Path) -> None:
    run(data)
    now, then = stored(data), stored(undisturbed)
    for table, expected in then.items():
        assert now[table] == expected, table
    assert query(Data(data).snapshot, "select count(*) from runs where status = 'running'").rows == [(0,)]
