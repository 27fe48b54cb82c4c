"""`reextract_killed.py DATA`: a written re-extraction that kills itself, as kill -9 would, while it extracts."""

import os
import signal
import sys
import time
from pathlib import Path
from threading import Thread


def end_when_it_extracts(folder: Path) -> None:
    while not list(folder.glob("spool/reextract/spool/*/.articles.jsonl.gz.new")):
        time.sleep(0.001)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    # Not above: every worker runs this file too.
    from flows.reextract import reextract

    Thread(target=end_when_it_extracts, args=(Path(sys.argv[1]),), daemon=True).start()
    reextract(Path(sys.argv[1]), write=True)
