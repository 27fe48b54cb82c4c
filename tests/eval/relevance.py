"""Relevance and topics scored on labelled items, beside TF-IDF and BM25 to the seeds, and the model fitted to them.

    make eval                                                  # with all others
    .venv/bin/python tests/eval/relevance.py --seed 3          # other round-ups
    .venv/bin/python tests/eval/relevance.py --fit             # fit the model anew, and choose its thresholds

The texts are those of $BILATERAL_REALDATA, the labels `relevance_labels.tsv` (`relevance_guideline.md` says how they were
given, and that a reader saw the first 1,500 characters, so no more is scored). Items of odd months are there to tune by:
the model is fitted to them, and everything about it was chosen by cross-validation over their months. Those of even
months, the Chinese texts and the invented items (`relevance_invented.jsonl`) are held back; they are only scored.

A figure below its floor in `relevance_floors.json` is an error.
"""

import argparse
import gzip
import json
import math
import os
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from flows.relevance import (
    MODEL_FILE,
    PROFILE_FILE,
    Profile,
    Tagger,
    term_frequencies,
    top_passages,
)
from flows.seeds import clean
from flows.tagging import LEXICON_FILE, Lexicon

HERE = Path(__file__).parent
FLOORS = HERE / "relevance_floors.json"
SHARED = Path(__file__).parents[3] / "shared"
REALDATA = Path(os.environ.get("BILATERAL_REALDATA", SHARED / "realdata")) / "relevance"
SEEDS = Path(os.environ.get("BILATERAL_SEEDS", SHARED / "seeds"))
AS_READ = 1500
"""Characters of an item's text that its readers saw."""
MIN_WORDS = 12
RECALL = 0.95
CONFIDENCE = 0.8

RIDGE = 0.1
TITLE_ALONE = 0.3
"""Weight, in fitting, of each item's title by itself."""
LEAST_SPREAD = 0.05
"""Standard deviation from which on a figure is scaled by it; rarer ones would get great weights from few items."""
AGAINST = {"product", "domestic", "other", "third", "big_tech"}
"""Cues that speak against relevance; all other figures may only speak for it, but for `no text`."""
RELEVANT_ODDS = 0.85
"""Log-odds from which on an article is relevant: there, at most 3 % of glued round-ups are."""
ROUNDS = 3
FOLDS = 8

Texts = Sequence["Text"]


@dataclass(frozen=True)
class Text:
    """One text to be judged, and what is known of it."""

    title: str
    text: str
    language: str = "en"
    label: int = 0
    topics: frozenset[str] = frozenset()
    unsure: bool = False
    held: bool = False
    month: str = ""

    @property
    def alone(self) -> "Text":
        """The title alone."""
        return Text(self.title, "", self.language, self.label, self.topics, self.unsure, self.held, self.month)

    @cached_property
    def words(self) -> int:
        return len(f"{self.title} {self.text}".split())


def rows(path: Path) -> list[dict[str, Any]]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in content.decode().split("\n") if line]


def items() -> dict[str, tuple[str, str, str]]:
    """Title, text and date of each item, by its id."""
    return {
        row["id"]: (row["title"], row["summary"] or "", row["date"])
        for row in rows(REALDATA / "lastweekinai_2018_2023.jsonl.gz")
    } | {
        row["id"]: (row["headline"], row["text"] or "", row["date"])
        for row in rows(REALDATA / "uschina_tracker_part1.jsonl.gz")
    }


def labelled() -> list[Text]:
    found = items()
    texts = []
    for line in (HERE / "relevance_labels.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith(("#", "id\t")):
            item, label, topics, unsure, part = line.split("\t")
            title, text, date = found[item]
            year, month = re.split("-", date)[:2]  # some days are cut short: 2020-11-1-
            texts.append(
                Text(title, text[:AS_READ], "en", int(label), frozenset(filter(None, topics.split(","))),
                     unsure == "1", part == "held", f"{year}-{int(month):02}")
            )  # fmt: skip
    return texts


def invented() -> list[Text]:
    return [
        Text(row["title"], row["text"], row["language"], row["label"])
        for row in rows(HERE / "relevance_invented.jsonl")
    ]


def near() -> list[Text]:
    """Held items that are not relevant but have a topic: news of one side alone, or of the two without AI."""
    found = items()
    lines = (HERE / "topic_labels.tsv").read_text(encoding="utf-8").splitlines()
    labels = (line.split("\t") for line in lines if not line.startswith(("#", "id\t")))
    return [
        Text(found[item][0], found[item][1][:AS_READ], topics=frozenset(topics.split(","))) for item, topics in labels
    ]


def chinese() -> list[Text]:
    return [
        Text(row["title"], row["text"], "zh", row["label"], frozenset(row["topics"]))
        for row in rows(HERE / "chinese_texts.jsonl")
    ]


def abridged() -> list[Text]:
    return [Text(row["title"], row["text"], row["lang"], row["label"]) for row in rows(REALDATA / "abridged_dev.jsonl")]


def round_ups(texts: Texts, seed: int, count: int = 200) -> list[Text]:
    """Six off-topic texts in one, among them one that names AI, one China and one the United States."""
    rng = random.Random(seed)
    other = [text for text in texts if not text.label]
    named = [
        [text for text in other if re.search(what, f"{text.title} {text.text}")]
        for what in (r"\bAI\b", "Chin", r"\bU\.?S\.?\b|America|Trump")
    ]
    glued = []
    while len(glued) < count:
        parts = [rng.choice(those) for those in named] + rng.sample(other, 3)
        if len(set(parts)) == 6:
            rng.shuffle(parts)
            glued.append(Text("The week in brief", "\n".join(f"{part.title}. {part.text}" for part in parts)))
    return glued


# ---- the model


@dataclass(frozen=True)
class Weights:
    """A fitted model, by figure: those of the passages, then those of the whole, then the similarity."""

    bias: float
    by_figure: np.ndarray
    of_passages: int

    def odds(self, measured: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        return _rows(measured, self.by_figure[: self.of_passages]) @ self.by_figure + self.bias


class Measure:
    """Figures of texts, each measured once."""

    def __init__(self) -> None:
        nothing = json.dumps({"bias": 0, "relevant": 1, "review": 1, "passages": {}, "whole": {}})
        profile = Profile.from_json(PROFILE_FILE.read_text(encoding="utf-8"))
        self.tagger = Tagger(Lexicon.load(LEXICON_FILE), profile, model=nothing)
        self.names = [*self.tagger.features.of_passages, *self.tagger.features.of_whole, "similarity"]
        self.of_passages = len(self.tagger.features.of_passages)
        self._measured: dict[tuple[str, str], tuple[np.ndarray, np.ndarray]] = {}

    def of(self, texts: Texts) -> list[tuple[np.ndarray, np.ndarray]]:
        measured = []
        for text in texts:
            key = text.title, text.text
            if key not in self._measured:
                self._measured[key] = self.tagger.measured(*key, text.language)
            measured.append(self._measured[key])
        return measured

    def fit(self, texts: Texts, without: Callable[[str], bool] = lambda _: False) -> Weights:
        """Weights for the labels of these texts; the passages to judge by and the weights are found in turn."""
        texts = [*texts, *(text.alone for text in texts)]
        weights = np.repeat([1.0, TITLE_ALONE], len(texts) // 2)
        labels = np.array([text.label for text in texts])
        signs = np.array([_sign(name) for name in self.names])
        out = np.array([without(name) for name in self.names])
        low = np.where(out | (signs > 0), 0, -np.inf)
        high = np.where(out | (signs < 0), 0, np.inf)
        measured = self.of(texts)
        by_figure = np.array([float(name.startswith(("sentence", "passage", "ai &"))) for name in self.names])
        bias = 0.0
        for _ in range(ROUNDS):
            figures = _rows(measured, by_figure[: self.of_passages])
            mean = np.average(figures, axis=0, weights=weights)
            spread = np.maximum(LEAST_SPREAD, np.sqrt(np.average((figures - mean) ** 2, axis=0, weights=weights)))
            fitted = logistic_regression((figures - mean) / spread, labels, weights / weights.sum(), low, high)
            by_figure = fitted[:-1] / spread
            bias = float(fitted[-1] - by_figure @ mean)
        return Weights(bias, by_figure, self.of_passages)

    def out_of_fold(self, texts: Texts, seed: int = 0) -> np.ndarray:
        """Log-odds of each text by a model fitted to the others, without those of its month."""
        months = sorted({text.month for text in texts})
        random.Random(seed).shuffle(months)
        odds = np.zeros(len(texts))
        for fold in range(FOLDS):
            away = set(months[fold::FOLDS])
            weights = self.fit([text for text in texts if text.month not in away])
            inside = [at for at, text in enumerate(texts) if text.month in away]
            odds[inside] = weights.odds(self.of([texts[at] for at in inside]))
        return odds


def _rows(measured: Sequence[tuple[np.ndarray, np.ndarray]], weights: np.ndarray) -> np.ndarray:
    return np.array([np.append(top_passages(passages, weights), whole) for passages, whole in measured])


def _sign(name: str) -> int:
    if name == "no text":
        return 0
    return -1 if _of(name) in AGAINST else 1


def _of(name: str) -> str:
    """The facet or cue of a figure ("title: us.state" → "us")."""
    return name.rpartition(": ")[2].partition(".")[0]


def logistic_regression(
    figures: np.ndarray, labels: np.ndarray, weights: np.ndarray, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """Coefficients between bounds, the bias last: Newton's method, each step by coordinate descent."""
    design = np.column_stack([figures, np.ones(len(figures))])
    low, high = np.append(low, -np.inf), np.append(high, np.inf)
    ridge = np.append(np.full(figures.shape[1], RIDGE), 0)
    coefficients = np.zeros(design.shape[1])
    share = weights @ labels
    coefficients[-1] = math.log(share / (1 - share))
    for _ in range(12):
        chance = 1 / (1 + np.exp(-design @ coefficients))
        slope = design.T @ (weights * (chance - labels)) + ridge * coefficients
        curve = (design * (weights * chance * (1 - chance))[:, None]).T @ design + np.diag(ridge + 1e-9)
        before = coefficients.copy()
        for _ in range(30):
            largest = 0.0
            for at in range(len(coefficients)):
                moved = min(max(coefficients[at] - slope[at] / curve[at, at], low[at]), high[at]) - coefficients[at]
                if moved:
                    slope += curve[at] * moved
                    coefficients[at] += moved
                    largest = max(largest, abs(moved))
            if largest < 1e-5:
                break
        if np.abs(coefficients - before).max() < 1e-4:
            break
    return coefficients


def fit(measure: Measure, texts: Texts) -> str:
    """The model file."""
    weights = measure.fit(texts)
    labels = np.array([text.label for text in texts])
    odds = np.mean([measure.out_of_fold(texts, seed) for seed in range(3)], axis=0)
    review = np.sort(odds[labels == 1])[may_be_missed(int(labels.sum()))]
    named = {name: round(float(weight), 3) for name, weight in zip(measure.names, weights.by_figure, strict=True)}
    return (
        json.dumps(
            {
                "version": 1,
                "bias": round(weights.bias, 3),
                "relevant": round(1 / (1 + math.exp(-RELEVANT_ODDS)), 3),
                "review": math.floor(1000 / (1 + math.exp(-review))) / 1000,
                "passages": {name: weight for name, weight in list(named.items())[: measure.of_passages] if weight},
                "whole": {name: weight for name, weight in list(named.items())[measure.of_passages :] if weight},
            },
            indent=1,
        )
        + "\n"
    )


def may_be_missed(relevant: int) -> int:
    """Of so many relevant texts, how many may be missed that recall is RECALL at least with CONFIDENCE."""
    chance = 0.0
    for missed in range(relevant):
        chance += math.comb(relevant, missed) * (1 - RECALL) ** missed * RECALL ** (relevant - missed)
        if chance > 1 - CONFIDENCE:
            return max(0, missed - 1)
    return relevant


# ---- figures


def auc(scores: np.ndarray, labels: np.ndarray) -> float:
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    positive = labels.sum()
    return float((ranks[labels == 1].sum() - positive * (positive + 1) / 2) / (positive * (len(labels) - positive)))


def best_f1(scores: np.ndarray, labels: np.ndarray) -> float:
    hits = np.cumsum(labels[np.argsort(-scores, kind="stable")])
    return float((2 * hits / (np.arange(1, len(labels) + 1) + labels.sum())).max())


def precision_at_recall(scores: np.ndarray, labels: np.ndarray) -> float:
    hits = np.cumsum(labels[np.argsort(-scores, kind="stable")])
    enough = hits >= RECALL * labels.sum()
    return float((hits / np.arange(1, len(labels) + 1))[enough].max())


def ranking(scores: Iterable[float], texts: Texts) -> dict[str, float]:
    values, labels = np.array(list(scores)), np.array([text.label for text in texts])
    return {
        "auc": auc(values, labels),
        "best_f1": best_f1(values, labels),
        "precision": precision_at_recall(values, labels),
    }


def line(name: str, figures: Mapping[str, float]) -> str:
    return f"{name:<34}" + "  ".join(f"{figure} {value:.3f}" for figure, value in figures.items())


def topics_f1(tagger: Tagger, texts: Texts) -> float:
    """Micro-F1 of the topics of relevant texts."""
    right = said = true = 0
    for text in texts:
        found = {tag.tag for tag in tagger.assess(text.title, text.text, text.language).tags if tag.kind == "topic"}
        right, said, true = right + len(found & text.topics), said + len(found), true + len(text.topics)
    return 2 * right / (said + true)


def reliability(relevance: np.ndarray, labels: np.ndarray) -> Iterable[str]:
    """How often what is called so likely is relevant."""
    edges = [0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.001]
    for low, high in pairwise(edges):
        inside = (relevance >= low) & (relevance < high)
        if inside.any():
            said, true = relevance[inside].mean(), labels[inside].mean()
            bar = "".join("|" if at == round(40 * said) else "#" if at < round(40 * true) else " " for at in range(41))
            yield f"  {low:4.2f}-{min(high, 1):4.2f}  n {inside.sum():4}  said {said:.2f}  true {true:.2f}  {bar}"


# ---- peers


class Bm25:
    """BM25 of a text's terms in the seed that has most of them (Robertson; k1 1.2, b 0.75)."""

    def __init__(self, documents: Sequence[str]) -> None:
        self._documents = [term_frequencies(document) for document in documents]
        self._mean = sum(document.total() for document in self._documents) / len(self._documents)
        self._seen = Counter(term for document in self._documents for term in document)

    def __call__(self, text: Text) -> float:
        terms = term_frequencies(f"{text.title}\n{text.text}")
        return max(self._in(document, terms) for document in self._documents) / max(1, terms.total())

    def _in(self, document: Counter[str], terms: Counter[str]) -> float:
        size = 0.25 + 0.75 * document.total() / self._mean
        return sum(
            count * math.log1p((len(self._documents) - seen + 0.5) / (seen + 0.5)) * often * 2.2 / (often + 1.2 * size)
            for term, count in terms.items()
            if (seen := self._seen[term])
            for often in (document[term],)
        )


class Centroid:
    """TF-IDF cosine to the mean of the seeds."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._mean: dict[str, float] = defaultdict(float)
        for seed in profile.seeds.values():
            for term, weight in seed.terms.items():
                self._mean[term] += weight

    def __call__(self, text: Text) -> float:
        idf, default = self._profile.idf, self._profile.idf_default
        weights = {
            term: count * idf.get(term, default)
            for term, count in term_frequencies(f"{text.title}\n{text.text}").items()
        }
        norm = math.sqrt(sum(weight**2 for weight in weights.values())) or 1
        return sum(weight * self._mean[term] for term, weight in weights.items() if term in self._mean) / norm


PARTS: dict[str, Callable[[str], bool]] = {
    "topics": lambda name: name.startswith("topic"),
    "cues": lambda name: _of(name) in {"both", "contest", "trade", *AGAINST} and "+" not in name,
    "facets by themselves": lambda name: (
        _of(name) in {"ai", "china", "us", "policy"} and "+" not in name and "&" not in name
    ),
    "sentences": lambda name: name.startswith(("sentence", "share", "meeting")),
    "passages": lambda name: name.startswith("passage"),
    "title": lambda name: name.startswith("title"),
    "soft facets": lambda name: "&" in name,
    "similarity": lambda name: name == "similarity",
}


def evaluate(seed: int) -> dict[str, float]:
    """Print everything, and return what has a floor."""
    measure, tagger = Measure(), Tagger.default()
    texts = labelled()
    tune, every_held = [text for text in texts if not text.held], [text for text in texts if text.held]
    held = [text for text in every_held if text.words >= MIN_WORDS]
    labels = np.array([text.label for text in held])

    def relevance(those: Texts) -> np.ndarray:
        return np.array([tagger.assess(text.title, text.text, text.language).relevance for text in those])

    scores = relevance(held)
    figures = ranking(scores, held)
    print(f"held: {len(held)} items of at least {MIN_WORDS} words, {labels.sum()} relevant")
    print(line("the model", figures))
    sure = [at for at, text in enumerate(held) if not text.unsure]
    print(line("  of which no reader was unsure", ranking(scores[sure], [held[at] for at in sure])))
    kept = scores >= tagger.model.review
    print(f"  relevant or review: recall {labels[kept].sum() / labels.sum():.3f}, precision {labels[kept].mean():.3f}")
    for decision in ("relevant", "review", "off_topic"):
        inside = np.array([tagger.model.decision(score) == decision for score in scores])
        print(f"  {decision:<10}{inside.sum():5} items, {labels[inside].sum():3} of them relevant")
    titles = ranking(relevance([text.alone for text in every_held]), every_held)
    print(line("titles alone", titles))
    print("calibration (# true share, | what is said)")
    print(*reliability(scores, labels), sep="\n")
    print(line("TF-IDF to the mean seed", ranking(map(Centroid(tagger.profile), held), held)))
    documents = ["\n".join(clean(path.read_text(encoding="utf-8"))) for path in sorted(SEEDS.glob("*.txt"))]
    if documents:
        print(line("BM25 to the best seed", ranking(map(Bm25(documents), held), held)))
    for part, without in PARTS.items():
        print(line(f"without {part}", ranking(measure.fit(tune, without).odds(measure.of(held)), held)))

    dev = abridged()
    english, words = relevance(dev), [text.alone for text in dev]
    dev_auc, dev_titles = ranking(english, dev)["auc"], ranking(relevance(words), dev)["auc"]
    print(f"abridged: auc {dev_auc:.3f}, titles alone {dev_titles:.3f}")
    bbc = [Text(row["title"], row["text"]) for row in rows(REALDATA / "bbc_2225_offtopic.jsonl.gz")]
    wrong = {"BBC": relevance(bbc), "round-ups": relevance(round_ups(dev, seed))}
    for name, found in wrong.items():
        print(f"{name}: {(found >= tagger.model.relevant).mean():.2%} of {len(found)} relevant, "
              f"{(found >= tagger.model.review).mean():.2%} relevant or review")  # fmt: skip
    foreign = chinese()
    zh = ranking(relevance(foreign), foreign)
    print(line(f"Chinese: {len(foreign)} texts", zh))
    zh_right = np.mean(
        [(score >= tagger.model.review) == text.label for score, text in zip(relevance(foreign), foreign, strict=True)]
    )
    print(f"  right by relevant or review: {zh_right:.3f}")
    implicit = invented()
    hard = ranking(relevance(implicit), implicit)
    print(line(f"invented: {len(implicit)} implicit items", hard))
    topics = {
        "held": topics_f1(tagger, [text for text in every_held if text.label]),
        "held, near": topics_f1(tagger, near()),
        "held, all": topics_f1(tagger, [*(text for text in every_held if text.label), *near()]),
        "tune": topics_f1(tagger, [text for text in tune if text.label]),
        "all labelled": topics_f1(tagger, [text for text in texts if text.label]),
        "Chinese": topics_f1(tagger, [text for text in foreign if text.label]),
    }
    print(line("topics, micro-F1", topics))
    return {
        "held_auc": figures["auc"],
        "held_best_f1": figures["best_f1"],
        "held_precision_at_recall_95": figures["precision"],
        "held_titles_auc": titles["auc"],
        "abridged_auc": dev_auc,
        "abridged_titles_auc": dev_titles,
        "bbc_true_negative_rate": 1 - float((wrong["BBC"] >= tagger.model.relevant).mean()),
        "round_up_true_negative_rate": 1 - float((wrong["round-ups"] >= tagger.model.relevant).mean()),
        "chinese_auc": zh["auc"],
        "invented_auc": hard["auc"],
        "topics_held_f1": topics["held"],
        "topics_held_and_near_f1": topics["held, all"],
        "topics_chinese_f1": topics["Chinese"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--fit", action="store_true", help="fit the model to the labelled items of odd months, and write it"
    )
    parser.add_argument(
        "--cross-validate", action="store_true", help="score the items of odd months out of fold, and stop"
    )
    parser.add_argument("--seed", type=int, default=22, help="of the round-ups (default: %(default)s)")
    arguments = parser.parse_args()
    if arguments.fit or arguments.cross_validate:
        measure, tune = Measure(), [text for text in labelled() if not text.held]
        for seed in range(2):
            odds = measure.out_of_fold(tune, seed)
            print(line(f"out of fold, {seed}", ranking(odds, tune)))
        if arguments.fit:
            MODEL_FILE.write_text(fit(measure, tune), encoding="utf-8")
        return
    figures = evaluate(arguments.seed)
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    below = [f"{name} {figures[name]:.3f} < {floor}" for name, floor in floors.items() if figures[name] < floor]
    if below:
        sys.exit("below the floor: " + ", ".join(below))


if __name__ == "__main__":
    main()
