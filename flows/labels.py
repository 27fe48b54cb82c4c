"""What people say about stored articles: noted, above what the tagger says; and written out as evaluation data."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.explain import stored_article
from flows.spool import Data
from warehouse.snapshot import query
from warehouse.store import Store, exclusive, publish


def label(root: Path, what: str, verdict: str, topics: Sequence[str], note: str, labelled_by: str) -> dict[str, Any]:
    """Note a judgement of a stored article, and publish. It replaces an earlier one of the same article.

    Where the article turns off topic or on, the next run of any kind looks for the stories of its day again.

    Args:
        root: the data folder.
        what: an article_id or an address.
        verdict: relevant or off_topic.
        topics: what the article is about.
        note: why.
        labelled_by: who says so.

    Returns:
        article_id, title, relevance, former_decision, decision.

    Raises:
        FileNotFoundError: no such article is stored.
        Locked: another run is using the data folder.
    """
    data = Data(root.absolute())
    article_id = stored_article(what, data)["article_id"]
    with exclusive(data.root, "label"):
        with Store(data.master) as warehouse:
            changed = warehouse.label(article_id, verdict, topics, note, labelled_by, datetime.now(UTC))
        if changed is None:
            raise FileNotFoundError(f"no article {what} in {data.master}")
        publish(data.master, data.snapshot)
    names = ("article_id", "title", "relevance", "former_decision", "decision")
    return {name: changed[name] for name in names}


def labelled(snapshot: Path) -> list[dict[str, Any]]:
    """Every judgement, the earliest first: id, url, title, text_hash, language, label, topics, note, by whom and when.

    Raises:
        NoSnapshot: nothing has been published.
    """
    found = query(
        snapshot,
        """
        select
            article_id as id, url, title, text_hash, language, label, topics, note, labelled_at, labelled_by
        from labels
        join articles using (article_id)
        order by labelled_at, article_id
        """,
    )
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]
