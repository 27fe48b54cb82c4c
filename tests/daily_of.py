"""`bilateral ingest` of one feed on loopback in place of the real sources, as a program: `daily_of.py DATA FEED`."""

import os
import sys
from functools import partial
from pathlib import Path

if __name__ == "__main__":
    # Not above: every extraction worker runs this file too.
    from flows import ingest
    from flows.cli import main

    data, feed = sys.argv[1:]
    (Path(data).parent / "one_source.py").write_text(
        "from spiders.base import FeedSpider\n\n\nclass One(FeedSpider):\n    name = title = 'named'\n    kind = 'media'\n"
        f"    country = 'US'\n    language = 'en'\n    homepage = {feed!r}\n    feeds = ({feed!r},)\n"
    )
    sys.path.append(str(Path(data).parent))
    os.environ["PYTHONPATH"] = os.pathsep.join([os.environ["PYTHONPATH"], str(Path(data).parent)])
    # No option of the command says what sources there are: it is what this program is for.
    ingest.Request = partial(  # type: ignore[misc]
        ingest.Request,
        spider_modules=("one_source",),
        guard_allow=("127.0.0.1",),
        settings={"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "RETRY_TIMES": 0},
    )
    main(["ingest", "--no-prefect", "--data", data])
