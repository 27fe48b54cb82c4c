"""The text that `bilateral explain` is asked about: a file, or an article of the snapshot by address or id."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from spiders.archive import Position, Record
from spiders.bounded import extract_all
from spiders.urls import BadUrl, article_id, url_key
from warehouse.snapshot import query


def find(what: str, snapshot: Path) -> tuple[str, str, str | None]:
    """Title, text and language of an article.

    Args:
        what: a file of text (its first line the title) or HTML, an address, or an article_id.
        snapshot: the published database, for the latter two.

    Raises:
        FileNotFoundError: it is none of these, or not stored; or there is no snapshot.
    """
    path = Path(what)
    if path.is_file():
        return _read(path)
    sql = "select title, text, language from articles where article_id = ?"
    rows = query(snapshot, sql, [_identifier(what)]).rows
    if not rows:
        raise FileNotFoundError(f"no article {what} in {snapshot}")
    title, text, language = rows[0]
    return title, text, language


def _identifier(what: str) -> UUID:
    try:
        return UUID(what)
    except ValueError:
        pass
    try:
        return article_id(url_key(what))
    except BadUrl:
        raise FileNotFoundError(f"{what} is neither a file, nor an address, nor an article_id") from None


def _read(path: Path) -> tuple[str, str, str | None]:
    body = path.read_bytes()
    if b"<html" in body[:2000].lower() or path.suffix in {".html", ".htm"}:
        page = Record(
            f"https://file.invalid/{path.name}", datetime.now(UTC), 200, "text/html", body, Position("", 0, 0)
        )
        for _, extraction in extract_all([page], workers=1):
            if extraction.article is None:
                raise FileNotFoundError(f"no article text in {path}: {extraction.outcome} {extraction.error}")
            article = extraction.article
            return article.title, article.text, article.language
    title, _, text = body.decode("utf-8", "replace").strip().partition("\n")
    return title.strip(), text.strip(), None
