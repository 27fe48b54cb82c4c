"""Which texts are made from which: the warehouse names candidates by sampled shingles, whole texts decide."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from flows.fingerprint import SAMPLE_RATE, sample
from flows.overlap import Pieces, overlap
from flows.spool import read_lines, write_lines
from warehouse.store import Store

MIN_SHINGLES = 20
"""Shorter texts are formulas that many articles share."""
REPEATED = 3
"""Articles of a source in which a line stands that is taken for the source's, not the article's."""
RECENT = 30
"""Latest articles of a source from which its repeated lines are learnt."""
SOURCES_AT_ONCE = 200
"""Whose latest articles are held in memory, some 50 MB."""
_SHIFT = 64 - 32 - (SAMPLE_RATE.bit_length() - 1)
"""Sampled hashes are below 2^64 / SAMPLE_RATE; the 32 bits of them that differ most are kept."""


def compare(store: Store, articles: Path, texts: Path, pairs: Path) -> None:
    """`articles.jsonl.gz` → `texts.jsonl.gz`, `pairs.jsonl.gz`: sampled shingles, and pairs of which one is a copy.

    Compared are the texts of the batch with each other and with all that is stored. Lines that a source repeats are
    left out of both; they are learnt from its latest articles, so that what is found may depend on what was stored
    before.

    Args:
        store: the warehouse before the batch is loaded; it is only read.
        articles: the batch's articles.
        texts: where to write one line for each distinct text.
        pairs: where to write one line for each pair.
    """
    batch = {row["text_hash"]: (row["source_id"], row["text"]) for row in read_lines(articles) if row["text_hash"]}
    known = store.recent_texts(sorted({source_id for source_id, _ in batch.values()}), RECENT)
    repeated = repeated_lines([*known, *batch.values()])
    cut = {key: _cut(text, repeated.get(source_id)) for key, (source_id, text) in batch.items()}
    sampled = list(_sampled(cut))
    write_lines(texts, sampled)
    candidates = store.candidates(texts)
    full = store.full_shingles()
    if full:
        for row in sampled:
            row["sample"] = [shingle for shingle in row["sample"] if shingle not in full]
        write_lines(texts, sampled)
    stored = store.texts({text_hash for pair in candidates for text_hash in pair} - cut.keys())
    others = sorted({source_id for source_id, _ in stored.values()} - repeated.keys())
    for start in range(0, len(others), SOURCES_AT_ONCE):
        repeated |= repeated_lines(store.recent_texts(others[start : start + SOURCES_AT_ONCE], RECENT))
    cut |= {key: _cut(text, repeated.get(source_id)) for key, (source_id, text) in stored.items()}
    write_lines(pairs, _verified(candidates, cut))


def repeated_lines(texts: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """By source the lines that stand in at least REPEATED of its texts; each text is given with its source."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for source_id, text in set(texts):
        counts[source_id].update({line.strip() for line in text.split("\n")})
    return {
        source_id: frozenset(line for line, count in lines.items() if line and count >= REPEATED)
        for source_id, lines in counts.items()
    }


def without(text: str, lines: frozenset[str]) -> str:
    """A text without these lines; whole, where they are more than half of it: then it is the text that was repeated."""
    kept = "\n".join(line for line in text.split("\n") if line.strip() not in lines)
    return kept if 2 * len(kept) > len(text) else text


def _cut(text: str, repeated: frozenset[str] | None) -> Pieces:
    return Pieces.of(without(text, repeated) if repeated else text)


def _sampled(texts: Mapping[str, Pieces]) -> Iterator[dict[str, Any]]:
    for text_hash, text in texts.items():
        if len(text.distinct) >= MIN_SHINGLES:
            sampled = (sample(text.distinct) >> _SHIFT).tolist()
            yield {"text_hash": text_hash, "shingles": len(text.distinct), "samples": len(sampled), "sample": sampled}


def _verified(candidates: Iterable[tuple[str, str]], texts: Mapping[str, Pieces]) -> Iterator[dict[str, Any]]:
    for one, other in candidates:
        if one in texts and other in texts and (found := overlap(texts[one], texts[other])).is_copy:
            of_found = ("shared", "in_one", "in_other", "longest", "in_phrases")
            yield {"one": one, "other": other} | {name: getattr(found, name) for name in of_found}
