"""The newsroom's articles: invented text files, as they stand on each of the two simulated days.

A file is `articles/<host>/<slug>.txt`: a TOML head, a line `+++`, then paragraphs with empty lines between;
one that begins with `## ` is a heading. The head's keys are those of `Article`, and

    text_of     "host/slug" of an article whose paragraphs come first, word for word
    take        how many of them; all where missing
    [edited]    what changes on day 2: `updated`, and `replace`, pairs of old and new passages
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

Day = Literal[1, 2]

DAYS = (datetime(2026, 11, 19, 22, tzinfo=UTC), datetime(2026, 11, 20, 22, tzinfo=UTC))
"""When the two simulated daily runs take place."""

_FOLDER = Path(__file__).parent / "articles"


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it stands on one day.

    `since` is the day it appears, `status` what its address answers, and `page` the template it is printed
    with where that is not its outlet's.
    """

    host: str
    slug: str
    title: str
    published: datetime
    updated: datetime
    paragraphs: tuple[str, ...]
    author: str = ""
    section: str = "news"
    number: str = ""
    since: int = 1
    status: int = 200
    page: str = ""


@cache
def articles(day: Day) -> tuple[Article, ...]:
    """Every article that is there on a day, newest first."""
    found = (_article(path, day) for path in _FOLDER.glob("*/*.txt"))
    present = [article for article in found if article.since <= day]
    return tuple(sorted(present, key=lambda article: (article.published, article.slug), reverse=True))


def _article(path: Path, day: Day) -> Article:
    head, _, text = path.read_text(encoding="utf-8").partition("\n+++\n")
    values: dict[str, Any] = tomllib.loads(head)
    if original := values.pop("text_of", ""):
        borrowed = _article(_FOLDER / f"{original}.txt", 1).paragraphs[: values.pop("take", None)]
        text = "\n\n".join((*borrowed, text))
    edited = values.pop("edited", {})
    updated = values["published"]
    if edited and day == 2:
        updated = edited["updated"]
        for old, new in edited["replace"]:
            text = _replaced(text, old, new)
    if unknown := values.keys() - {field.name for field in fields(Article)}:
        raise ValueError(f"{path.name}: {', '.join(sorted(unknown))} in its head means nothing")
    return Article(
        host=path.parent.name, slug=path.stem, updated=updated, paragraphs=tuple(_paragraphs(text)), **values
    )


def _replaced(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise ValueError(f"{old!r} is not exactly once in the text that is to be edited")
    return text.replace(old, new)


def _paragraphs(text: str) -> Iterator[str]:
    return (" ".join(block.split()) for block in text.split("\n\n") if block.strip())
