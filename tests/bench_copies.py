"""What finding copies costs: by the size of the store, and from text to relations, beside datasketch.

    PYTHONPATH=. .venv/bin/python tests/bench_copies.py scale [--texts 1000000 3000000 10000000]
    PYTHONPATH=. .venv/bin/python tests/bench_copies.py texts [--count 2000]

`scale` fills a store with fingerprints as real texts have them: of 50 sampled shingles 37 are a text's own, 13 are
phrases that others have too, few of them often. A batch of 1,000, of which a fifth are copies of what is stored, is then
looked up by a process of its own. `texts` takes real texts (BBC, from $BILATERAL_REALDATA) with copies of them from
text to relations. datasketch is measured where it is installed; it is no dependency.
"""

import argparse
import cProfile
import hashlib
import json
import pstats
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from flows.copies import compare
from flows.fingerprint import shingles as shingles_of
from flows.fingerprint import text_hash
from flows.spool import write_lines
from tests.eval.copies import REALDATA, START, bbc
from tests.eval.variants import KINDS
from tests.rows import article, load
from warehouse.store import DOCUMENTS_PER_SHINGLE, Store

SAMPLES, COMMON, PHRASES = 50, 13, 1_000_000
"""Shingles sampled of a text; how many of them are phrases of others too, and of how many phrases. That of the phrases
the 22 most frequent are each in more than 1 % of the texts is as it is in BBC news."""
BATCH = 1_000

_HASHES = """
select
    (hash(
        if(
            k < {common},
            'phrase ' || floor({phrases} * pow((hash(i * 64 + k, 1) % 1000003) / 1000003, 4))::varchar,
            'own ' || (i * 64 + k)::varchar
        )
    ) >> 35)::uinteger as hash,
    i as document
from range({start}, {stop}) as texts(i), range({first}, {last}) as shingles(k)
"""


def hashes(start: int, stop: int, first: int = 0, last: int = SAMPLES) -> str:
    return _HASHES.format(start=start, stop=stop, first=first, last=last, common=COMMON, phrases=PHRASES)


def fill(path: Path, texts: int) -> float:
    """Store fingerprints of so many texts; seconds."""
    started = time.perf_counter()
    with Store(path) as store:
        # Of phrases is kept which texts have them first.
        store.rows(
            f"""
            insert into fingerprints
            select hash, document from ({hashes(0, min(texts, 300_000), 0, COMMON)}) as phrases
            qualify row_number() over (partition by hash order by document) <= {DOCUMENTS_PER_SHINGLE}
            order by document
            """
        )
        for start in range(0, texts, 500_000):
            stop = min(texts, start + 500_000)
            store.rows(
                f"insert into texts select i, md5(i::varchar), 400, {SAMPLES} from range({start}, {stop}) as t(i)"
            )
            store.rows(f"insert into fingerprints {hashes(start, stop, COMMON)}")
    return time.perf_counter() - started


def look_up(path: Path, texts: int) -> dict[str, float]:
    """Seconds for a batch: the median and the longest of five, the median of all cores together; memory of the process."""
    with Store(path) as store, tempfile.TemporaryDirectory() as folder:
        seconds, cores, found = [], [], []
        for number in range(5):
            copied = range(number * 7919, texts, texts // (BATCH // 5))[: BATCH // 5]
            news = f"{hashes(texts + number * BATCH, texts + (number + 1) * BATCH - len(copied))}"
            stored = f"select hash, document from fingerprints where document in {tuple(copied)} and hash % 5 < 3"
            rows = store.rows(
                f"""
                select md5('new ' || document) as text_hash, 400 as shingles, 50 as samples, list(hash::bigint) as sample
                from (({news}) union all ({stored})) group by document
                """
            )
            batch = Path(folder) / f"batch{number}.jsonl.gz"
            write_lines(batch, rows)
            started, worked = time.perf_counter(), time.process_time()
            pairs = store.candidates(batch)
            seconds.append(time.perf_counter() - started)
            cores.append(time.process_time() - worked)
            ours, theirs = _md5(f"new {document}" for document in copied), _md5(map(str, copied))
            right = {tuple(sorted(pair)) for pair in zip(ours, theirs, strict=True)}
            found.append(len(right & set(pairs)) / len(right))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return {
        "median s": sorted(seconds)[2],
        "longest s": max(seconds),
        "core s": sorted(cores)[2],
        "found": min(found),
        "peak GB": peak,
    }


def _md5(names: Iterable[str]) -> list[str]:
    return [hashlib.md5(name.encode(), usedforsecurity=False).hexdigest() for name in names]


def scale(sizes: Sequence[int]) -> None:
    print("texts       file GB  filled s  batch s (median, longest, of cores)  copies found  peak GB")
    for texts in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "m.duckdb"
            filled = fill(path, texts)
            answer = subprocess.run(
                [sys.executable, __file__, "look-up", str(path), str(texts)], check=True, capture_output=True, text=True
            )
            f = json.loads(answer.stdout)
            print(
                f"{texts:<11,} {path.stat().st_size / 1e9:<8.2f} {filled:<9.0f} {f['median s']:.2f}, "
                f"{f['longest s']:.2f}, {f['core s']:<24.2f} {f['found']:<13.3f} {f['peak GB']:.2f}",
                flush=True,
            )
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError:
        print("datasketch is not installed")
        return
    generator = np.random.default_rng(1)
    for texts in (30_000, 100_000, 300_000):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        index = MinHashLSH(num_perm=128, params=(32, 4))
        for number in range(texts):
            index.insert(
                number, MinHash(128, scheme="affine32", hashvalues=generator.integers(0, 2**32, 128, np.uint32))
            )
        queries = [
            MinHash(128, scheme="affine32", hashvalues=generator.integers(0, 2**32, 128, np.uint32))
            for _ in range(BATCH)
        ]
        started = time.perf_counter()
        for query in queries:
            index.query(query)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e6
        print(f"datasketch LSH (32 x 4), {texts:,}: batch {time.perf_counter() - started:.2f} s, memory {grown:.2f} GB")
        del index


def texts(count: int) -> None:
    """Real texts and copies of them, in two batches, from text to relations."""
    generator = random.Random(1)
    originals = generator.sample([text for text in bbc(REALDATA) if len(text) > 700], min(count // 2, 1_500))
    kinds = list(KINDS.values())
    copies = [kinds[number % len(kinds)](text, generator) for number, text in enumerate(originals)]
    profile = cProfile.Profile()
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "m.duckdb") as store:
        batches = [
            [article(f"https://{name}{number}.example/", text, START) for number, text in enumerate(of_batch)]
            for name, of_batch in (("original", originals), ("copy", copies))
        ]
        started = time.process_time()
        for batch in batches:
            load(store, Path(folder), batch)
        ours = time.process_time() - started
        found = store.rows("select count(*) as n from copies")[0]["n"]
    comparing = 0.0
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "m.duckdb") as store:
        articles, found_texts, pairs = (Path(folder) / f"{name}.jsonl.gz" for name in ("articles", "texts", "pairs"))
        for batch in batches:
            write_lines(articles, [row | {"text_hash": text_hash(row["text"])} for row in batch])
            started = time.process_time()
            compare(store, articles, found_texts, pairs)
            comparing += time.process_time() - started
            load(store, Path(folder), batch)
    profile.enable()
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "m.duckdb") as store:
        for batch in batches:
            load(store, Path(folder), batch)
    profile.disable()
    measured = pstats.Stats(profile).get_stats_profile()
    # `shingles` hashes by calling `pieces`, so that this is all of it.
    hashing, total = measured.func_profiles["pieces"].cumtime, measured.total_tt
    n = len(originals) + len(copies)
    started = time.process_time()
    for text in [*originals, *copies]:
        shingles_of(text, None)
    hashed = time.process_time() - started
    print(f"{n} texts of {sum(len(text.split()) for text in [*originals, *copies]) // n} words; {found} copies found")
    print(
        f"ours, text to relations stored: {n / ours:.0f} texts per second of one core; hashing {hashing / total:.0%}, "
        f"{n / hashed:.0f} texts per second; text to pairs alone {n / comparing:.0f}"
    )
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError:
        print("datasketch is not installed")
        return
    for bands, rows in ((32, 4), (64, 2)):  # as is usual, and to find about as many as we do
        started = time.process_time()
        index = MinHashLSH(num_perm=128, params=(bands, rows))
        shingles: list[set[bytes]] = []
        matched = 0
        sketching = 0.0
        for number, text in enumerate([*originals, *copies]):
            begun = time.process_time()
            words = text.lower().split()
            shingles.append({" ".join(words[i : i + 3]).encode() for i in range(max(1, len(words) - 2))})
            sketch = MinHash(128)
            sketch.update_batch(list(shingles[-1]))
            sketching += time.process_time() - begun
            shared = [len(shingles[-1] & shingles[other]) for other in index.query(sketch)]
            matched += any(count >= 0.2 * len(shingles[-1]) for count in shared)
            index.insert(number, sketch)
        theirs = time.process_time() - started
        print(
            f"datasketch MinHash-LSH (128, {bands} x {rows}), text to pairs with their containment, in memory: "
            f"{n / theirs:.0f} texts per second, {n / sketching:.0f} sketched; {matched} copies found\n"
            f"ours beside it: {theirs / ours:.1f} times as fast to relations that are stored, {theirs / comparing:.1f} to "
            f"pairs, {sketching / hashed:.1f} in hashing"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("scale").add_argument("--texts", type=int, nargs="+", default=[10**6, 3 * 10**6, 10**7])
    commands.add_parser("texts").add_argument("--count", type=int, default=2_000)
    one = commands.add_parser("look-up", help="(called by scale)")
    one.add_argument("path", type=Path)
    one.add_argument("size", type=int)
    arguments = parser.parse_args()
    if arguments.command == "scale":
        scale(arguments.texts)
    elif arguments.command == "texts":
        texts(arguments.count)
    else:
        print(json.dumps(look_up(arguments.path, arguments.size)))


if __name__ == "__main__":
    main()
