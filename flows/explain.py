"""The text that `bilateral explain` is asked about: a file, a stored article, or a page of the archive."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from flows.documents import text_of, title_and_text
from flows.spool import Data
from spiders.bounded import extract_all
from spiders.records import Damage, read
from spiders.urls import BadUrl, article_id, url_key
from warehouse.snapshot import query


@dataclass(frozen=True, slots=True)
class Found:
    """Title and text of an article, and where it is from.

    `stored` is what the snapshot has of it (article_id, url, source, published_at, relevance, decision, tagger_version,
    label, note, labelled_by), empty for anything else.
    """

    title: str
    text: str
    language: str | None
    authors: Sequence[str]
    place: str
    stored: dict[str, Any] = field(default_factory=dict)


def find(what: str, data: Data) -> Found:
    """An article to explain.

    Args:
        what: a file of text (its first line the title) or HTML, an address, or an article_id.
        data: the data folder, for the latter two.

    Raises:
        FileNotFoundError: it is none of these, or not stored; or there is no snapshot.
        BadDocument: the file holds no text.
    """
    path = Path(what)
    if path.is_file():
        title, text = title_and_text(text_of(path))
        return Found(title, text, None, (), str(path))
    try:
        row = stored_article(what, data)
    except FileNotFoundError:
        if not (fetch := _fetch(what, data)):
            raise
        return _archived(fetch, data)
    title, text, language, authors = (row.pop(name) for name in ("title", "text", "language", "authors"))
    return Found(title, text, language, authors, row["url"], row)


def stored_article(what: str, data: Data) -> dict[str, Any]:
    """An article of the snapshot, by its article_id, its address, or one that led to it.

    Raises:
        FileNotFoundError: there is none, or no snapshot.
    """
    identifier, key = _identity(what)
    found = query(
        data.snapshot,
        """
        select
            article.article_id, article.url, article.title, article.text, article.language, article.authors,
            source.name as source, article.published_at, article.relevance, article.decision, article.tagger_version,
            label.label, label.note, label.labelled_by
        from articles as article
        join sources as source using (source_id)
        left join labels as label using (article_id)
        where
            article.article_id = $id
            or article.url_key = (
                select url_key
                from fetches
                where link_key = $key and link_key != '' and outcome = 'article'
                order by fetched_at desc
                limit 1
            )
        order by article.article_id = $id desc
        limit 1
        """,
        {"id": identifier, "key": key},
    )
    if not found.rows:
        raise FileNotFoundError(f"no article {what} in {data.snapshot}")
    return dict(zip(found.columns, found.rows[0], strict=True))


def _identity(what: str) -> tuple[UUID, str]:
    """The article_id that is meant, and the url_key, "" where there is none."""
    try:
        return UUID(what), ""
    except ValueError:
        pass
    try:
        return article_id(url_key(what)), url_key(what)
    except BadUrl:
        raise FileNotFoundError(f"{what} is neither a file, nor an address, nor an article_id") from None


def _fetch(what: str, data: Data) -> dict[str, Any]:
    """The latest answer for an address that gave no stored article, in the archive if there is one; else empty."""
    _, key = _identity(what)
    found = query(
        data.snapshot,
        """
        select url, outcome, error, warc_file, warc_offset
        from fetches
        where role = 'article' and $key in (url_key, link_key) and $key != ''
        order by warc_file is null, fetched_at desc
        limit 1
        """,
        {"key": key},
    )
    return dict(zip(found.columns, found.rows[0], strict=True)) if found.rows else {}


def _archived(fetch: dict[str, Any], data: Data) -> Found:
    """The article of a page that is archived and not stored, as bulk loads leave those that are off topic."""
    what, position = fetch["url"], (fetch["warc_offset"], fetch["url"])
    said = f"{what}: {fetch['outcome']} {fetch['error']}".rstrip()
    if fetch["warc_file"] is None:
        raise FileNotFoundError(said)
    path = data.archive / fetch["warc_file"]
    if not path.is_file():
        raise FileNotFoundError(f"{said}; and its archive {path} is gone")
    for record in read(path, start=fetch["warc_offset"]):
        if isinstance(record, Damage) or record.position.warc_offset > fetch["warc_offset"]:
            break
        if (record.position.warc_offset, record.url) != position:
            continue
        ((_, extraction),) = extract_all([record], workers=1)
        if extraction.article is None:
            break
        article = extraction.article
        place = f"{what} (archived, not stored: {fetch['outcome']})"
        return Found(article.title, article.text, article.language, article.authors, place)
    raise FileNotFoundError(said)
