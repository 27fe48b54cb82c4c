"""`python -m spiders.newsroom`: the newsroom for a person to look at."""

import argparse
import time
from contextlib import suppress

from spiders.newsroom.outlets import OUTLETS
from spiders.newsroom.server import Newsroom


def main() -> None:
    """Serve until interrupted."""
    arguments = argparse.ArgumentParser(prog="python -m spiders.newsroom", description=__doc__)
    arguments.add_argument("--day", type=int, choices=(1, 2), default=1, help="which simulated day (default 1)")
    arguments.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    options = arguments.parse_args()
    with Newsroom(options.day, options.port) as newsroom, suppress(KeyboardInterrupt):
        print(f"The newsroom of day {newsroom.day} is behind the proxy {newsroom.proxy}, for example")
        for outlet in OUTLETS:
            print(f"  curl --proxy {newsroom.proxy} http://{outlet.host}{outlet.feed}")
        print("Ctrl+C ends it.", flush=True)
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()
