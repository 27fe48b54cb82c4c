"""The structured log of a run: one JSON line per stage, with when it began, how long it took and how it ended."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")


class Journal:
    """Calls stages as `step` does, and notes each in a file and for the table of runs.

    Args:
        step: how to call a stage.
        path: the file; a line is whole or, after a kill, absent.
        run_id: the run.
    """

    def __init__(self, step: Callable[..., Any], path: Path, run_id: str) -> None:
        self._step, self._path, self._run_id = step, path, run_id
        self._seconds: dict[str, float] = {}

    @property
    def stages(self) -> list[dict[str, Any]]:
        """Stages that have ended, in that order: name, and the seconds that its parts took together.

        A stage is named by the first word of its steps: "extract FILE" is a part of "extract".
        """
        return [{"stage": stage, "seconds": round(seconds, 3)} for stage, seconds in self._seconds.items()]

    def __call__(self, name: str, function: Callable[..., Result], *arguments: Any) -> Result:
        """Call a stage; the signature is that of `flows.ingest.Step`."""
        at, began = datetime.now(UTC), time.monotonic()
        error = ""
        try:
            result: Result = self._step(name, function, *arguments)
        except BaseException as raised:
            error = f"{type(raised).__name__}: {raised}"[:500]
            raise
        finally:
            seconds = round(time.monotonic() - began, 3)
            stage = name.partition(" ")[0]
            self._seconds[stage] = self._seconds.pop(stage, 0.0) + seconds
            self.note("stage", stage=name, began=at.isoformat(), seconds=seconds, error=error)
        return result

    def note(self, event: str, **details: Any) -> None:
        """Write a line; a full disk, of which the stages themselves tell, loses it."""
        row = {"at": datetime.now(UTC).isoformat(), "run_id": self._run_id, "event": event, **details}
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
        except OSError:
            return
