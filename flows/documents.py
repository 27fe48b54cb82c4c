"""Documents of the user's own: a file of text or HTML → its title and text."""

import re
from datetime import UTC, datetime
from pathlib import Path

from flows.errors import BadDocument
from spiders.bounded import extract_all
from spiders.encodings import decode
from spiders.records import Position, Record

MAX_BYTES = 5_000_000
"""Of a document; the longest of the seed corpus has 11,000."""
_FORMATS = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip file, perhaps of an office program",
    b"\xd0\xcf\x11\xe0": "an old office document",
}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|body)\b", re.IGNORECASE)


def text_of(path: Path) -> str:
    """What a document says, in whatever encoding: of a text file all of it, of HTML the article, its title first.

    Raises:
        BadDocument: it is empty, too long, no text, or HTML without an article.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        body = file.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise BadDocument(f"{path}: too long, over {MAX_BYTES:,} bytes")
    for beginning, what in _FORMATS.items():
        if body.startswith(beginning):
            raise BadDocument(f"{path}: {what}; save it as text (.txt) or HTML first")
    if not body.strip():
        raise BadDocument(f"{path}: empty")
    if _HTML.search(body[:2000]) or path.suffix.lower() in {".html", ".htm"}:
        return _article(path, body)
    text = decode(body)
    if len(_CONTROL.findall(text)) > len(text) / 100:
        raise BadDocument(f"{path}: no text, but binary data")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def title_and_text(document: str) -> tuple[str, str]:
    """The first line of a document, and the rest."""
    title, _, text = document.strip().partition("\n")
    return title.strip(), text.strip()


def _article(path: Path, body: bytes) -> str:
    # Not by its name: a page that was saved as index.html would be taken for a home page.
    page = Record("https://file.invalid/document", datetime.now(UTC), 200, "text/html", body, Position("", 0, 0))
    ((_, extraction),) = extract_all([page], workers=1)
    if extraction.article is None:
        raise BadDocument(f"{path}: no article in this HTML: {extraction.outcome} {extraction.error}".rstrip())
    return f"{extraction.article.title}\n\n{extraction.article.text}"
