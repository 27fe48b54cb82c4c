"""What extracting again changes in what is stored, for people and programs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from warehouse.replay import FIELDS, HISTORY, examples, outcomes, sources
from warehouse.store import Store

EXCERPT = 160
"""Characters of a value that an example shows."""
LEAD = 10
"""Characters before the first difference, in excerpts that do not begin at the beginning."""
KINDS = (*FIELDS, *HISTORY)


@dataclass(frozen=True, slots=True)
class Missing:
    """Records of a WARC file that cannot be read again; `reason` is of the first."""

    warc_file: str
    records: int
    reason: str


@dataclass(frozen=True, slots=True)
class Example:
    """A change to an article: excerpts of what was stored and what is now."""

    source_id: str
    url: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Differences:
    """The outcome of extracting again.

    `sources` has, per source, its stored `articles`, how many of them are `unchanged`, how many are `kept` as they
    are because none of their records can be read, and how many changes of each of KINDS there are. `outcomes` counts
    fetches that ended in another outcome.
    """

    run_id: str
    extractor_version: str
    started_at: datetime
    finished_at: datetime
    written: bool
    sources: Sequence[dict[str, Any]]
    examples: dict[str, list[Example]]
    outcomes: Sequence[dict[str, Any]]
    missing: Sequence[Missing]

    def total(self, column: str) -> int:
        """Sum of a column over all sources."""
        return sum(source[column] for source in self.sources)

    def as_json(self) -> dict[str, Any]:
        """Everything, as JSON-ready values."""
        totals = {column: self.total(column) for column in ("articles", "kept", "unchanged", *KINDS)}
        times = {"started_at": self.started_at.isoformat(), "finished_at": self.finished_at.isoformat()}
        return asdict(self) | times | {"totals": totals}


def found(store: Store) -> dict[str, Any]:
    """What `warehouse.replay.compare` found: sources, examples and outcomes of Differences."""
    return {
        "sources": sources(store),
        "examples": {
            kind: shown for kind in KINDS if (shown := [_example(kind, row) for row in examples(store, kind)])
        },
        "outcomes": outcomes(store),
    }


def _example(kind: str, row: dict[str, Any]) -> Example:
    if kind == "date":
        old, new = _date(*row["before"]), _date(*row["after"])
    elif kind == "other":
        values = zip(FIELDS[kind], row["before"], row["after"], strict=True)
        name, before, after = next(value for value in values if value[1] != value[2])
        old, new = f"{name}: {_plain(before)}", f"{name}: {_plain(after)}"
    else:
        old, new = _plain(row["before"][0]), _plain(row["after"][0])
    return Example(row["source_id"], row["url"], *excerpts(old, new, EXCERPT))


def _date(at: datetime | None, precision: str) -> str:
    if at is None:
        return "none"
    return f"{at:%Y-%m-%d %H:%M} UTC" + (", a day" if precision == "day" else "")


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "none" if value is None else str(value)


def excerpts(old: str, new: str, width: int) -> tuple[str, str]:
    """At most so many characters of two texts, from shortly before they begin to differ where that lies beyond."""
    pairs = enumerate(zip(old, new, strict=False))
    same = next((place for place, (one, other) in pairs if one != other), min(len(old), len(new)))
    start = 0 if same < width - LEAD else max(0, same - LEAD)
    return _cut(old, start, width), _cut(new, start, width)


def _cut(text: str, start: int, width: int) -> str:
    text = ("…" if start else "") + text[start:]
    return text if len(text) <= width else text[: width - 1] + "…"
