"""How many articles of 600 words are judged in a second of one core, with all tags.

    make bench-tagging                                       # needs the real data
    .venv/bin/python tests/bench_tagging.py --profile        # and where the time goes

The articles are the real texts of $BILATERAL_REALDATA in pieces of 600 words: full texts and entries of the tracker,
which are mostly on topic or near it and take the longest (frames and speakers are looked for in them only), and BBC news
of 2004, which is off topic. Processor time, the best of several rounds, for others may use the machine.
"""

import argparse
import cProfile
import gzip
import json
import os
import pstats
import time
from collections.abc import Iterator
from pathlib import Path

from flows.relevance import Tagger

REALDATA = Path(os.environ.get("BILATERAL_REALDATA", Path(__file__).parents[2] / "shared" / "realdata"))
SOURCES = {
    "full texts": ("huawei_fulltext.jsonl", "title"),
    "tracker": ("uschina_tracker_part1.jsonl.gz", "headline"),
    "BBC": ("bbc_2225_offtopic.jsonl.gz", "title"),
}
WORDS = 600
ARTICLES = 200

Article = tuple[str, str]


def articles(name: str, title: str) -> Iterator[Article]:
    """The texts of a file in pieces of WORDS words, line ends kept, each with the title of the first text in it."""
    content = (REALDATA / "relevance" / name).read_bytes()
    content = gzip.decompress(content) if name.endswith(".gz") else content
    lines: list[str] = []
    words = 0
    heading = ""
    for row in map(json.loads, filter(None, content.decode().split("\n"))):
        for line in (row["text"] or "").splitlines():
            heading = heading or row[title]
            of_line = line.split()
            lines.append(" ".join(of_line[: WORDS - words]))
            words += len(of_line)
            if words >= WORDS:
                yield heading, "\n".join(lines)
                lines, words, heading = [], 0, ""


def seconds(tagger: Tagger, those: list[Article]) -> float:
    """Processor time for them."""
    began = time.process_time()
    for title, text in those:
        tagger.assess(title, text, "en")
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--profile", action="store_true", help="print the functions that take most of the time")
    arguments = parser.parse_args()
    began = time.process_time()
    tagger = Tagger.default()
    print(f"lexicon, entities, frames, profile and model loaded in {time.process_time() - began:.2f} s")
    for name, (file, title) in SOURCES.items():
        those = [article for article, _ in zip(articles(file, title), range(ARTICLES), strict=False)]
        decisions = [tagger.assess(title, text, "en").decision for title, text in those]
        judged = sum(decision != "off_topic" for decision in decisions) / len(those)
        best = min(seconds(tagger, those) for _ in range(arguments.rounds))
        print(f"{name:<11}{len(those) / best:6.0f} articles a second, {judged:.0%} of them relevant or review")
        if arguments.profile:
            with cProfile.Profile() as profile:
                seconds(tagger, those)
            pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
