"""`retag_and_die.py DATA STEP SECONDS`: a retag in small batches that kills itself, as kill -9 would.

SECONDS after its step number STEP began, or with that step if it ends before.
"""

import sys
from pathlib import Path

BATCH = 100

if __name__ == "__main__":
    # Not above: every worker runs this file too.
    from flows.retag import retag
    from tests.load_in_parts import Steps

    data, last, seconds = sys.argv[1:]
    retag(Path(data), Steps(int(last), float(seconds)), batch=BATCH)
