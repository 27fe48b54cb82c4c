"""What the explorer shows: answers of the snapshot, as rows and as HTML in which everything is escaped."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from textwrap import shorten
from typing import Any

from flows.marking import marked, marked_at
from flows.output import as_json, write_csv
from flows.templates import template
from flows.terminal import printable
from warehouse.snapshot import DatabaseError, Reader

SHOWN = 200
"""Rows of a list."""
MAX_TEXT = 200_000
"""Characters of an article that are shown."""
MAX_RESULT = 1000
"""Rows of a free query that are shown."""
MAX_CELL = 1000
"""Characters of a cell."""
MAX_OPTION = 100
"""Characters of a title that can be chosen."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What articles and stories have to be; an empty text stands for all."""

    words: str = ""
    first_day: date = date(1970, 1, 1)
    last_day: date = date(9999, 12, 31)
    country: str = ""
    source: str = ""
    topic: str = ""
    decision: str = "on topic"
    copies: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a free query gave: rows of plain values, or an error. `more`: there are rows that are not shown."""

    columns: Sequence[str] = ()
    rows: Sequence[tuple[Any, ...]] = ()
    more: bool = False
    error: str = ""

    def csv(self) -> bytes:
        """The rows as CSV in which no text is a formula."""
        file = io.StringIO(newline="")
        write_csv(self.columns, self.rows, file)
        return file.getvalue().encode("utf-8-sig")


class Explorer:
    """Answers from the snapshot as it is at that moment, each from a connection of its own.

    Args:
        snapshot: the published database.
    """

    def __init__(self, snapshot: Path) -> None:
        self._snapshot = snapshot
        self._template: Any = template("explorer/answers.html.j2").module

    def choices(self) -> dict[str, Any]:
        """What can be filtered by: sources, countries, topics, first_day, last_day; and state, the end of the last run.

        Raises:
            NoSnapshot: nothing has been published yet.
        """
        (row,) = self._ask("choices")
        return row

    def articles(self, filters: Filters) -> tuple[list[dict[str, Any]], int]:
        """The articles that the filters let through, at most SHOWN, and how many there are."""
        rows = self._ask("articles", count=SHOWN, **_variables(filters))
        return rows, rows[0]["of_all"] if rows else 0

    def stories(self, filters: Filters) -> tuple[list[dict[str, Any]], int]:
        """The stories in the time chosen, at most SHOWN, and how many there are."""
        rows = self._ask("stories", count=SHOWN, first_day=filters.first_day, last_day=filters.last_day)
        return rows, rows[0]["of_all"] if rows else 0

    def article(self, article_id: str) -> str:
        """An article with its evidence highlighted, what edits changed in it, and its copies."""
        with Reader(self._snapshot) as reader:
            reader.let(article=article_id)
            (article,) = reader.script("explore/article.sql")
            spans, evidence, edits, copies = (
                reader.script(f"explore/{name}.sql") for name in ("spans", "evidence", "edits", "copies")
            )
        text = article["text"][:MAX_TEXT]
        for row in edits:
            row["before"] = marked(row["sentence_before"], row["words_removed"] or [row["sentence_before"]])
            row["after"] = marked(row["sentence_after"], row["words_added"] or [row["sentence_after"]])
        parts = marked_at(text, ((row["start_char"], row["end_char"]) for row in spans))
        return str(self._template.article(article, parts, evidence, edits, copies, cut=len(article["text"]) > MAX_TEXT))

    def story(self, story_id: str) -> str:
        """A story along time: who had it first, who followed, who copied."""
        rows = self._ask("timeline", story=story_id)
        longest = max([row["hours_after_first"] for row in rows], default=0) or 1
        return str(self._template.story(rows, longest))

    def trends(self, of: str) -> str:
        """Articles a week of each topic or entity, over twelve weeks.

        Args:
            of: "topics" or "entities".
        """
        rows = self._ask(f"trends_{of}")
        newest = max((row["week"] for row in rows), default=date(1970, 1, 1))
        weeks = [newest - timedelta(weeks=number) for number in range(11, -1, -1)]
        counts: dict[str, dict[date, int]] = {}
        for row in rows:
            counts.setdefault(row["name"], {})[row["week"]] = row["articles"]
        series = [(name, [of_weeks.get(week, 0) for week in weeks]) for name, of_weeks in counts.items()]
        series.sort(key=lambda one: (-one[1][-1], -sum(one[1]), one[0]))
        return str(self._template.trends(of, series, weeks, max((max(numbers) for _, numbers in series), default=1)))

    def sources(self) -> str:
        """How the sources are."""
        return str(self._template.sources(self._ask("health")))

    def listed(self, rows: Sequence[Mapping[str, Any]], headings: Mapping[str, str], name: str) -> str:
        """A numbered list of what was found.

        Args:
            rows: what was found.
            headings: of the columns that are shown.
            name: what it is a list of.
        """
        shown = [[_shown(row[column]) for column in headings] for row in rows]
        return str(self._template.listed(headings.values(), shown, name))

    def result(self, answer: Answer) -> str:
        """What a free query gave."""
        if answer.error:
            return str(self._template.failed(answer.error))
        rows = [[_shown(value) for value in row] for row in answer.rows]
        return str(self._template.listed(answer.columns, rows, "Result"))

    def run(self, sql: str) -> Answer:
        """The first MAX_RESULT rows of a query, which can change nothing and reach nothing else."""
        try:
            with Reader(self._snapshot) as reader:
                found = reader.read(sql)
                rows = list(islice(found.rows, MAX_RESULT + 1))
        except DatabaseError as error:
            return Answer(error=str(error))
        return Answer(found.columns, rows[:MAX_RESULT], more=len(rows) > MAX_RESULT)

    def _ask(self, script: str, **variables: Any) -> list[dict[str, Any]]:
        with Reader(self._snapshot) as reader:
            reader.let(**variables)
            return reader.script(f"explore/{script}.sql")


def _variables(filters: Filters) -> dict[str, Any]:
    return {name: getattr(filters, name) for name in Filters.__slots__}


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:.3g}"
    plain = as_json(value)
    text = printable(", ".join(map(str, plain)) if isinstance(plain, list) else plain)
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 1] + "…"


def options(rows: Sequence[Mapping[str, Any]], name: str) -> dict[str, str]:
    """What can be chosen of a numbered list: titles with their numbers, and the identifiers in the column `name`."""
    return {
        f"{number}. {shorten(printable(row['title']), MAX_OPTION, placeholder=' …')}": str(row[name])
        for number, row in enumerate(rows, start=1)
    }
