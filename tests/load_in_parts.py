"""`load_in_parts.py DATA FILE STEP SECONDS`: a bulk load in small parts that kills itself, as kill -9 would.

SECONDS after its step number STEP began, or with that step if it ends before.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

PART = 300_000
BATCH = 2


def end(seconds: float) -> None:
    time.sleep(seconds)
    os.kill(os.getpid(), signal.SIGKILL)


class Steps:
    def __init__(self, last: int, seconds: float) -> None:
        self.left, self.seconds = last, seconds

    def __call__(self, name: str, function: Callable[..., Any], *arguments: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            Thread(target=end, args=(self.seconds,), daemon=True).start()
        result = function(*arguments)
        if self.left == 0:
            end(0)
        return result


if __name__ == "__main__":
    # Not above: every extraction worker runs this file too.
    from flows.load import load

    data, file, last, seconds = sys.argv[1:]
    load([Path(file)], Path(data), step=Steps(int(last), float(seconds)), part=PART, batch=BATCH)
