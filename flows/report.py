"""What a run did, for people and programs: counts per source, what went wrong, where the results are."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

COLUMNS = ("links", "fetched", "new", "revised", "copies", "relevant", "review", "off_topic", "failed")


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """What a run got from one source. `problem` says why it gave nothing, where it did not."""

    source_id: str
    links: int = 0
    fetched: int = 0
    new: int = 0
    revised: int = 0
    copies: int = 0
    relevant: int = 0
    review: int = 0
    off_topic: int = 0
    failed: int = 0
    problem: str = ""

    @classmethod
    def of(cls, source_id: str, counts: Mapping[str, int], problem: str = "") -> Self:
        """From a mapping that may lack some of COLUMNS and have more than them."""
        return cls(source_id, problem=problem, **{name: counts.get(name, 0) for name in COLUMNS})


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a run. Status is ok or failed; a run with some sources out of reach is ok and names them."""

    run_id: str
    kind: str
    status: str
    started_at: datetime
    finished_at: datetime
    sources: Sequence[SourceCounts]
    errors: Sequence[str] = ()
    outcomes: dict[str, int] = field(default_factory=dict)
    recovered: Sequence[str] = ()
    concerns: Sequence[str] = ()
    """What is no failure and yet to be known, a line each: sources that are late or changed, files loaded before."""
    gate: str = ""
    """What the gate of a bulk load did, and what it can have missed."""
    snapshot: str = ""
    brief: str = ""

    def total(self, column: str) -> int:
        """Sum of one of COLUMNS over all sources."""
        return sum(getattr(source, column) for source in self.sources)

    def as_json(self) -> dict[str, Any]:
        """Everything, as JSON-ready values."""
        plain = asdict(self) | {"totals": {column: self.total(column) for column in COLUMNS}}
        return plain | {
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat(),
        }

    def summary(self) -> str:
        """One line for people."""
        return (
            f"{self.total('new')} articles new ({self.total('relevant')} relevant, {self.total('review')} to review, "
            f"{self.total('off_topic')} off topic; {self.total('copies')} of them copies), "
            f"{self.total('revised')} revised, {self.total('failed')} fetches failed"
        )
