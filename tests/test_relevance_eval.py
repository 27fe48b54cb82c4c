"""Relevance measured on real texts against committed floors (tests/eval/relevance_floors.json)."""

import gzip
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.relevance import Tagger

REPOSITORY = Path(__file__).parents[1]
SHARED = REPOSITORY.parent / "shared"
REALDATA = Path(os.environ.get("BILATERAL_REALDATA", SHARED / "realdata")) / "relevance"
SEEDS = Path(os.environ.get("BILATERAL_SEEDS", SHARED / "seeds"))
FLOORS = json.loads((Path(__file__).parent / "eval" / "relevance_floors.json").read_text(encoding="utf-8"))
needs_realdata = pytest.mark.skipif(not REALDATA.is_dir(), reason=f"no texts in {REALDATA} (BILATERAL_REALDATA)")

TAGGER = Tagger.default()


def rows(name: str) -> Iterator[dict[str, Any]]:
    path = REALDATA / name
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return map(json.loads, content.decode().splitlines())


def auc(positive: list[float], negative: list[float]) -> float:
    wins = sum((one > other) + (one == other) / 2 for one in positive for other in negative)
    return wins / (len(positive) * len(negative))


def relevance_by_label(*, titles_only: bool) -> tuple[list[float], list[float]]:
    scores: dict[int, list[float]] = {0: [], 1: []}
    for row in rows("abridged_dev.jsonl"):
        text = "" if titles_only else row["text"]
        scores[row["label"]].append(TAGGER.assess(row["title"], text, row["lang"]).relevance)
    return scores[1], scores[0]


@needs_realdata
def test_abridged_articles_are_ranked_as_labelled() -> None:
    assert auc(*relevance_by_label(titles_only=False)) >= FLOORS["abridged_auc"]


@needs_realdata
def test_titles_alone_are_ranked_nearly_as_well() -> None:
    assert auc(*relevance_by_label(titles_only=True)) >= FLOORS["abridged_titles_auc"]


def test_invented_items_in_implicit_words_are_ranked_as_labelled() -> None:
    scores: dict[int, list[float]] = {0: [], 1: []}
    for line in (Path(__file__).parent / "eval" / "relevance_invented.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        scores[row["label"]].append(TAGGER.assess(row["title"], row["text"], row["language"]).relevance)
    assert auc(scores[1], scores[0]) >= FLOORS["invented_auc"]


@needs_realdata
def test_full_texts_on_other_subjects_are_not_relevant() -> None:
    texts = random.Random(22).sample(list(rows("bbc_2225_offtopic.jsonl.gz")), 1000)
    wrong = [row["id"] for row in texts if TAGGER.assess(row["title"], row["text"], "en").decision == "relevant"]
    assert 1 - len(wrong) / len(texts) >= FLOORS["bbc_true_negative_rate"], wrong


@needs_realdata
def test_round_ups_glued_from_other_subjects_are_not_relevant() -> None:
    other = [row for row in rows("abridged_dev.jsonl") if not row["label"]]
    rng = random.Random(22)
    wrong = 0
    for _ in range(200):
        text = "\n".join(f"{row['title']}. {row['text']}" for row in rng.sample(other, 6))
        wrong += TAGGER.assess("The week in brief", text, "en").decision == "relevant"
    assert 1 - wrong / 200 >= FLOORS["round_up_true_negative_rate"]


@pytest.mark.skipif(not SEEDS.is_dir(), reason=f"no seed documents in {SEEDS} (BILATERAL_SEEDS)")
def test_every_seed_is_relevant_and_recognised_as_itself() -> None:
    for path in SEEDS.glob("*.txt"):
        assessment = TAGGER.assess("", path.read_text(encoding="utf-8"), "en")
        assert assessment.decision == "relevant", path
        assert path.stem.endswith(assessment.seed_matches[0].seed_id)
        assert assessment.seed_matches[0].containment > 0.8
