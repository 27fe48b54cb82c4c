"""The daily brief: what one snapshot says of one day, as a page and as plain text."""

import base64
import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from textwrap import shorten
from typing import Any

from markupsafe import Markup

from flows.files import whole
from flows.marking import marked
from flows.templates import WIDTH, template
from flows.terminal import printable
from warehouse.snapshot import NoSnapshot, Reader

STORIES = 12
"""Told in full; those after them get a line."""
LINES = 30
"""Stories that get a line."""
OLD = 8
"""Stories that get a line although all that is new of them was published more than a week ago."""
DOCUMENTS = 8
"""Documents of governments, of each side."""
EDITS = 6
OUTLETS = 5
"""Other new texts of a story that are named with their titles."""
ROWS = 10
"""Of the tables of topics, sources, and sources in trouble."""
MAX_TITLE = 200
MAX_SENTENCE = 420
"""Characters; a sentence of a hostile page has no end."""
SIDES = {"US": "United States", "CN": "China", "other": "Others"}
_HERE = Path(__file__).parent


def gather(snapshot: Path, day: date) -> dict[str, Any]:
    """All that the brief of a day says.

    It covers the time from the end of the last run that began on an earlier day to the end of the day's own last run,
    so that nothing is in two briefs and what a killed run left is in the brief of the run that finished it. Of what
    came later it knows nothing; the articles are judged as they are judged now.

    Args:
        snapshot: the published database.
        day: the day (UTC) on which the runs began.

    Raises:
        NoSnapshot: nothing has been published yet.
    """
    with Reader(snapshot) as reader:
        reader.let(day=day)
        (window,) = reader.script("brief/window.sql")
        reader.let(since=window["since"], until=window["until"])
        (counts,) = reader.script("brief/counts.sql")
        reader.let(count=DOCUMENTS)
        documents = reader.script("brief/documents.sql")
        reader.let(count=STORIES + LINES, old_count=OLD)
        stories = reader.script("brief/stories.sql")
        reader.let(stories=[str(story["story_id"]) for story in stories])
        members = reader.script("brief/members.sql")
        told = [_told(story, members) for story in stories]
        reader.let(articles=[str(row["article_id"]) for row in [*documents, *(story["lead"] for story in told)]])
        reasons = {row["article_id"]: row for row in reader.script("brief/reasons.sql")}
        reader.let(count=ROWS)
        found = {name: reader.script(f"brief/{name}.sql") for name in ("topics", "sources", "health", "removed")}
        reader.let(count=EDITS)
        changes = reader.script("brief/revisions.sql")
    for row in [*documents, *(story["lead"] for story in told)]:
        row["why"] = _why(reasons[row["article_id"]])
    fresh = [story for story in told if not story["is_old"]]
    brief = {
        "day": day,
        **window,
        "counts": counts,
        "documents": {side: [row for row in documents if row["side"] == side] for side in SIDES},
        "all_documents": sum({row["side"]: row["of_side"] for row in documents}.values()),
        "stories": fresh[:STORIES],
        "lines": fresh[STORIES:],
        "old": [story for story in told if story["is_old"]],
        "fresh_stories": stories[0]["fresh_stories"] if stories else 0,
        "old_stories": stories[0]["old_stories"] if stories else 0,
        "edits": _edits(changes),
        "all_edits": changes[0]["edits"] if changes else 0,
        "topics_today": found["topics"],
        "sources": [row | {"total": row["own"] + row["copied"]} for row in found["sources"]],
        "health": found["health"],
        "removed": found["removed"],
        "troubled_sources": ", ".join(f"{row['source']} ({row['health']})" for row in found["health"][:3]),
    }
    clean: dict[str, Any] = _clean(brief)
    return clean


def write_brief(snapshot: Path, folder: Path, day: date) -> Path:
    """Write the brief of a day as `<day>.html` and, for e-mail, `<day>.txt`; older ones of the day are replaced.

    Args:
        snapshot: the published database.
        folder: where they go, made if missing.
        day: the day (UTC) on which the runs began.

    Returns:
        The page.

    Raises:
        NoSnapshot: nothing has been published yet.
    """
    brief = gather(snapshot, day)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in ((f"{day}.txt", as_text(brief)), (f"{day}.html", as_html(brief))):
        with whole(folder / name) as temporary:
            temporary.write_text(content, encoding="utf-8")
    return folder / f"{day}.html"


def write_due(snapshot: Path, folder: Path, day: date) -> Path:
    """Write the brief of a day, and those of the week before that are missing since a run was killed before them.

    Returns:
        The page of the day.

    Raises:
        NoSnapshot: nothing has been published yet.
    """
    for earlier in days(snapshot):
        if day - timedelta(days=7) < earlier < day:
            page_of(snapshot, folder, earlier)
    return write_brief(snapshot, folder, day)


def page_of(snapshot: Path, folder: Path, day: date) -> Path:
    """The page of a day: of an earlier one as it was written, since people have read it, else written anew.

    Who may only read the folder gets the page of the latest day as the run wrote it.

    Raises:
        NoSnapshot: nothing has been published yet.
    """
    page = folder / f"{day}.html"
    is_past = day < days(snapshot)[0]
    if page.exists() and (is_past or not os.access(folder, os.W_OK)):
        return page
    return write_brief(snapshot, folder, day)


def days(snapshot: Path) -> list[date]:
    """The latest days on which runs began that ended, or that have articles where there was no run; the latest first.

    Raises:
        NoSnapshot: nothing has been published yet, or it holds nothing.
    """
    with Reader(snapshot) as reader:
        found = [row["day"] for row in reader.script("brief/days.sql")]
    if not found:
        raise NoSnapshot("the snapshot holds no article yet: run `bilateral ingest` first")
    return found


def as_html(brief: Mapping[str, Any]) -> str:
    """The brief as one page that needs nothing else, runs nothing, and may load nothing."""
    css = (_HERE / "brief.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return template("brief.html.j2").render(brief, css=Markup(css), css_hash=digest, sides=SIDES)  # noqa: S704 - our own file


def as_text(brief: Mapping[str, Any]) -> str:
    """The brief as plain text of WIDTH columns."""
    return template("brief.txt.j2").render(brief, sides=SIDES, width=WIDTH)


def _told(story: dict[str, Any], members: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A story with its first article, the new one that stands for it, and those that followed."""
    of_story = [dict(row) for row in members if row["story_id"] == story["story_id"]]
    first = of_story[0]
    own = [row for row in of_story if row["is_new"] and row["relation"] == "own" and row["decision"] == "relevant"]
    # Documents have a part of their own; a story is told by its first report, one in the brief's language if there is.
    lead = min(own, key=lambda row: (row["kind"] == "government", row["language"] != "en", row["appeared_at"]))
    others = [row for row in of_story[1:] if row["is_new"] and row is not lead]
    for row in of_story:
        row["hours_later"] = (row["appeared_at"] - first["appeared_at"]) / timedelta(hours=1)
    return story | {
        "first": first,
        "lead": lead,
        "others": [row for row in others if row["relation"] == "own"],
        "copied_by": [row for row in others if row["relation"] != "own"],
        "shown_others": OUTLETS,
    }


def _why(reason: Mapping[str, Any]) -> dict[str, Any]:
    """Topics of an article, and the sentence that says most about why it is there, in pieces."""
    phrases = [printable(phrase) for phrase in reason["phrases"]]
    sentence = _around(printable(reason["sentence"]), phrases)
    return {
        "topics": reason["topics"],
        "sentence": sentence,
        "pieces": marked(sentence, phrases),
    }


def _around(sentence: str, phrases: Sequence[str]) -> str:
    """A sentence, of a long one the part with the first phrase in it."""
    if len(sentence) <= MAX_SENTENCE:
        return sentence
    at = min((found for phrase in phrases if (found := sentence.find(phrase)) >= 0), default=0)
    start = max(0, min(at - MAX_SENTENCE // 3, len(sentence) - MAX_SENTENCE))
    return ("…" if start else "") + sentence[start : start + MAX_SENTENCE] + "…"


def _edits(changes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each edit with its changes."""
    edits: dict[tuple[Any, int], dict[str, Any]] = {}
    for row in changes:
        edit = edits.setdefault((row["article_id"], row["revision"]), {**row, "shown": []})
        before, after = printable(row["sentence_before"]), printable(row["sentence_after"])
        removed, added = (list(map(printable, row[name])) for name in ("words_removed", "words_added"))
        edit["shown"].append(
            {
                "part": row["part"],
                "before": marked(_around(before, removed), removed or [before]),
                "after": marked(_around(after, added), added or [after]),
            }
        )
    return list(edits.values())


def _clean(value: Any) -> Any:
    """The same without characters that steer a terminal or turn a line around, and with titles of bounded length."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        cleaned = {key: _clean(item) for key, item in value.items()}
        if isinstance(cleaned.get("title"), str):
            cleaned["title"] = shorten(cleaned["title"], MAX_TITLE, placeholder=" …") or cleaned.get("url", "")
        return cleaned
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value
