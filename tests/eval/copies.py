"""Copy detection scored on real texts copied in the ways of `variants.py`, beside MinHash-LSH and SimHash.

    make eval                                            # with all others
    .venv/bin/python tests/eval/copies.py --seed 3       # other originals, other copies

Originals are texts of the BBC set (and what the extractor reads from the Chinese pages) in $BILATERAL_REALDATA. All
2,225 are stored, and the copies come as a batch: a copy is found when the warehouse relates it to its original.
False positives are counted among hard negatives, as texts, whoever published them: the nearest neighbours by TF-IDF
in the BBC set (without pairs of which one shares more than half of its 3-grams with the other: those are copies) and
the pairs of sibling events of ECB+. The peers' thresholds are the lowest at which at most 1 % of the same negatives
are taken for copies. They need `pip install datasketch`, and are left out without it.

A figure below its floor in `copies_floors.json` is an error.
"""

import argparse
import gzip
import json
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from flows.fingerprint import is_cjk, shingles, text_hash
from flows.overlap import Pieces, overlap
from spiders.extract import extract
from spiders.records import Position, Record
from tests.eval.variants import KINDS
from tests.rows import START, article, load
from warehouse.store import Store

FLOORS = Path(__file__).parent / "copies_floors.json"
REALDATA = Path(os.environ.get("BILATERAL_REALDATA", Path(__file__).parents[3] / "shared" / "realdata"))
FALSE = 0.01
"""Share of hard negatives that a threshold may take for copies."""

Pair = tuple[str, str]


def bbc(realdata: Path) -> list[str]:
    with gzip.open(realdata / "relevance" / "bbc_2225_offtopic.jsonl.gz", "rt", encoding="utf-8") as lines:
        return list({text_hash(text): text for text in (json.loads(line)["text"] for line in lines)}.values())


def chinese(realdata: Path) -> list[str]:
    """Texts of the Chinese pages; the long ones give two."""
    texts: list[str] = []
    for file in sorted((realdata / "articles" / "chinese").iterdir()):
        if file.suffix == ".gz":
            body = gzip.decompress(file.read_bytes())
            record = Record(f"https://a.example.cn/{file.name}", START, 200, "text/html", body, Position("w", 0, 0))
            article = extract(record).article
            if article and is_cjk(article.text) and len(article.text) > 300:
                half = len(article.text) // 2
                texts += [article.text[:half], article.text[half:]] if len(article.text) > 1500 else [article.text]
    return texts


def written() -> list[str]:
    """Chinese news texts that were written for these evaluations."""
    rows = [
        json.loads(line)
        for name in ("chinese_texts.jsonl", "bilingual_stories.jsonl")
        for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    ]
    return [row["text"] for row in rows if is_cjk(row["text"]) and len(row["text"]) > 200]


def ecb(realdata: Path) -> list[Mapping[str, str]]:
    lines = (realdata / "stories" / "ecbplus_dev.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def hard_negatives(texts: Sequence[str], events: Sequence[Mapping[str, str]], count: int = 450) -> list[Pair]:
    """Pairs of texts on the same subject of which neither is a copy."""
    near = [(texts[i], texts[j]) for i, j in nearest(texts, 4 * count)]
    near = [pair for pair in near if overlap(*map(Pieces.of, pair)).containment <= 0.5][:count]
    siblings = [
        (one["text"], other["text"])
        for i, one in enumerate(events)
        for other in events[:i]
        if one["topic"] == other["topic"] and one["cluster"] != other["cluster"]
    ]
    return near + random.Random(0).sample(siblings, count)


def nearest(texts: Sequence[str], count: int) -> list[tuple[int, int]]:
    """The pairs with the greatest TF-IDF cosine."""
    words = [Counter(re.findall("[a-z]{3,}", text.lower())) for text in texts]
    places = {word: place for place, word in enumerate(sorted(set().union(*words)))}
    rows = np.zeros((len(texts), len(places)), np.float32)
    for row, counts in zip(rows, words, strict=True):
        row[[places[word] for word in counts]] = 1 + np.log(list(counts.values()))
    rows *= np.log(len(texts) / (rows > 0).sum(axis=0))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9
    cosines = np.triu(rows @ rows.T, 1)
    return [divmod(int(place), len(texts)) for place in np.argsort(cosines, axis=None)[::-1][:count]]


def store_texts(store: Store, folder: Path, name: str, texts: Sequence[str], moment: datetime) -> list[str]:
    """Store texts as articles of a source each; their ids."""
    rows = [article(f"https://{name}-{number}.example/", text, moment) for number, text in enumerate(texts)]
    load(store, folder, rows)
    return [str(row["article_id"]) for row in rows]


def recall(texts: Sequence[str], originals: Sequence[str], seed: int) -> dict[str, float]:
    """By way of copying the share of copies that are related to their original, all texts being stored."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "m.duckdb") as store:
        ids = dict(zip(texts, store_texts(store, Path(folder), "stored", texts, START), strict=True))
        for number, (kind, copied) in enumerate(KINDS.items()):
            # One way at a time, or copies would be found as copies of other copies.
            generator = random.Random(f"{seed} {kind}")
            copies = [copied(text, generator) for text in originals]
            hours = timedelta(hours=number + 1)
            copy_ids = store_texts(store, Path(folder), f"kind{number}", copies, START + hours)
            rows = store.rows("select article_id, original_id from copies")
            roots = {str(row["article_id"]): str(row["original_id"]) for row in rows}
            # Some of the originals are copies themselves: the BBC published them twice.
            hits = [
                roots.get(copy) == roots.get(ids[text], ids[text])
                for copy, text in zip(copy_ids, originals, strict=True)
            ]
            found[kind] = sum(hits) / len(hits)
    return found


Score = Callable[[str, str], float]


def minhash(permutations: int = 128) -> Score:
    from datasketch import MinHash

    sketches: dict[str, MinHash] = {}

    def sketch(text: str) -> MinHash:
        if text not in sketches:
            words = text.lower().split()
            sketches[text] = MinHash(permutations)
            sketches[text].update_batch([" ".join(words[i : i + 3]).encode() for i in range(max(1, len(words) - 2))])
        return sketches[text]

    return lambda one, other: float(sketch(one).jaccard(sketch(other)))


def simhash() -> Score:
    """Charikar 2002 with 64 bits over the same shingles: the share of bits that are equal."""

    def bits(text: str) -> np.ndarray:
        hashes = shingles(text, None)
        votes = (hashes[:, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
        return 2 * votes.sum(axis=0) > len(hashes)

    return lambda one, other: float((bits(one) == bits(other)).mean())


def recall_of(score: Score, negatives: Sequence[Pair], originals: Sequence[str], seed: int) -> dict[str, float]:
    """Recall of a score at the lowest threshold that takes at most FALSE of the negatives for copies."""
    scores = sorted((score(*pair) for pair in negatives), reverse=True)
    threshold = scores[int(FALSE * len(scores))]
    found = {}
    for kind, copied in KINDS.items():
        generator = random.Random(f"{seed} {kind}")
        found[kind] = sum(score(copied(text, generator), text) > threshold for text in originals) / len(originals)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1, help="of the choice of originals and of their copies")
    parser.add_argument("--originals", type=int, default=300)
    arguments = parser.parse_args()
    english, zh, events = bbc(REALDATA), chinese(REALDATA) + written(), ecb(REALDATA)
    generator = random.Random(arguments.seed)
    originals = generator.sample([text for text in english if len(text) > 700], arguments.originals)
    negatives = hard_negatives(english, events)
    started = time.perf_counter()
    figures = {f"english, {kind}": value for kind, value in recall(english, originals, arguments.seed).items()}
    figures |= {f"chinese, {kind}": value for kind, value in recall(zh, zh, arguments.seed).items()}
    wrong = sum(overlap(*map(Pieces.of, pair)).is_copy for pair in negatives) / len(negatives)
    figures["hard negatives told apart"] = 1 - wrong
    peers: dict[str, dict[str, float]] = {"simhash": recall_of(simhash(), negatives, originals, arguments.seed)}
    try:
        peers["minhash"] = recall_of(minhash(), negatives, originals, arguments.seed)
    except ImportError:
        print("datasketch is not installed; MinHash is left out")
    print(f"{len(originals)} English and {len(zh)} Chinese originals, {len(negatives)} hard negatives")
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    for name, value in figures.items():
        beside = "  ".join(f"{peer} {values[name[9:]]:.3f}" for peer, values in peers.items() if name[:7] == "english")
        print(f"{name:40} {value:.3f}  {beside}")
    print(f"{time.perf_counter() - started:.0f} s")
    low = {name: value for name, value in figures.items() if value < floors.get(name, 0)}
    sys.exit(f"below the floor: {low}" if low else 0)


if __name__ == "__main__":
    main()
