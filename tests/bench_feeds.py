"""How much faster `parse_feed` reads the same feeds than feedparser: the ratio in each of seven rounds.

    .venv/bin/python tests/bench_feeds.py [FOLDER]

FOLDER is by default $BILATERAL_REALDATA/feeds/feedparser. Both get the bytes from memory, feedparser with its usual
options, in turns; processor time is counted, because the machine does other things.
"""

import gc
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import feedparser

from spiders.discovery import NotADiscovery, parse_feed

REALDATA = Path(os.environ.get("BILATERAL_REALDATA", Path(__file__).parents[2] / "shared" / "realdata"))


def ours(body: bytes) -> None:
    try:
        parse_feed(body, "https://example.com/feed")
    except NotADiscovery:
        return


def theirs(body: bytes) -> None:
    feedparser.parse(BytesIO(body))


def seconds(read: Callable[[bytes], None], bodies: list[bytes]) -> float:
    gc.collect()  # or the one pays for what the other left behind
    start = time.process_time()
    for body in bodies:
        read(body)
    return time.process_time() - start


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else REALDATA / "feeds" / "feedparser"
    bodies = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    warnings.simplefilter("ignore")
    for read in (ours, theirs):  # what is imported and compiled on first use
        seconds(read, bodies)
    ratios = []
    for _ in range(7):
        # As long a time for both: a moment's disturbance would count twenty times as much in the shorter one.
        fast = sum(seconds(ours, bodies) for _ in range(20)) / 20
        slow = seconds(theirs, bodies)
        ratios.append(slow / fast)
        print(f"{len(bodies)} feeds: ours {fast:.3f} s, feedparser {slow:.3f} s, {ratios[-1]:.1f} times")
    print(f"median: {statistics.median(ratios):.1f} times")


if __name__ == "__main__":
    main()
