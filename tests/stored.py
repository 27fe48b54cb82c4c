"""A data folder with generated articles that an older tagger has judged: for tests and figures of what is done to them."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from flows.fingerprint import is_cjk
from flows.revisions import history
from flows.spool import Data, write_lines
from flows.tagging import sentences
from tests.rows import START, article, empty, fetch
from warehouse.store import Batch, Store, publish

OLD = "0-older"
WORDS = 600
_ARTICLES = Path(__file__).parent.parent / "spiders" / "newsroom" / "articles"
_TAGS = [("facet", "ai"), ("facet", "china"), ("facet", "us"), ("topic", "ai_chips"), ("topic", "race_narrative")]


def generated(number: int, words: int = WORDS) -> Iterator[dict[str, Any]]:
    """Spool rows of articles made from sentences of the demo newsroom, each of about so many words.

    They are on topic in part: every article takes its sentences from three of the newsroom's.
    """
    bodies = [path.read_text(encoding="utf-8").split("+++")[-1] for path in sorted(_ARTICLES.glob("*/*.txt"))]
    pools = [[body[start:end] for start, end in sentences(body)] for body in bodies if len(body) > 200]
    for n in range(number):
        rng = random.Random(n)
        pool = [sentence for chosen in rng.sample(pools, 3) for sentence in chosen]
        text: list[str] = []
        length = 0
        while length < words:
            text.append(rng.choice(pool))
            length += len(text[-1].split()) if text[-1].isascii() else len(text[-1]) // 2
        rows = article(
            f"https://news{n % 20}.example/{n}",
            f"Number {n}. " + " ".join(text),
            START + timedelta(minutes=5 * n),
            title=text[0][:120],
            language="zh" if is_cjk("".join(text)) else "en",
            warc_offset=n,
            tagger_version=OLD,
            decision=("relevant", "review", "off_topic")[n % 3],
            relevance=(0.9, 0.3, 0.1)[n % 3],
        )
        rows["tags"] = [{"kind": kind, "tag": tag, "score": 0.5} for kind, tag in _TAGS]
        rows["evidence"] = [
            {
                "kind": kind,
                "tag": tag,
                "rule_id": "x",
                "start_char": 0,
                "end_char": 6,
                "sentence": "Number",
                "speaker": None,
            }
            for kind, tag in _TAGS
            for _ in range(3)
        ]
        yield rows


def fill(folder: Path, number: int, words: int = WORDS, batch: int = 10_000) -> Data:
    """Load generated articles into a data folder, and publish."""
    data = Data(folder)
    empty(data.master)
    spool = data.spool("20261101T000000-000000")
    rows = generated(number, words)
    for start in range(0, number, batch):
        articles = [next(rows) for _ in range(min(batch, number - start))]
        write_lines(spool.tagged, articles)
        write_lines(spool.fetches, map(fetch, articles))
        for without_rows in (spool.sources, spool.texts, spool.pairs):
            write_lines(without_rows, [])
        with Store(data.master) as warehouse:
            compared = (spool.revisions, spool.others, spool.edits)
            history.compare(warehouse, spool.tagged, spool.fetches, *compared)
            warehouse.load(
                Batch("run", spool.tagged, spool.fetches, spool.sources, spool.texts, spool.pairs, *compared)
            )
    publish(data.master, data.snapshot)
    return data
