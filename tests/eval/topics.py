"""Topics scored on labelled items of odd months and on invented ones, and the model fitted that chooses them.

    PYTHONPATH=. .venv/bin/python tests/eval/topics.py         # micro-F1, of months left out of the fit
    PYTHONPATH=. .venv/bin/python tests/eval/topics.py --fit   # fit flows/seed_corpus/topics.json anew

The texts are the relevant items of odd months (`relevance_labels.tsv`), others of odd months most of which are near the
subject (`topic_labels_tune.tsv`, many of them about no topic), and `topics_invented.jsonl`: of those half, by a hash of
their ids, may be tuned to, and the other half is only scored. Long articles are glued from them. Only scored, too, are
other items of odd months that were labelled later (`topic_labels_later.tsv`), on which some phrases were found. What is
held back is scored by `tests/eval/relevance.py` only.

A figure below its floor in `topics_floors.json` is an error.
"""

import argparse
import hashlib
import json
import random
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from flows.tagging import LEXICON_FILE, Lexicon, Reading
from flows.topics import FIGURES, TOPICS_FILE, Named, TopicModel, figures
from tests.eval.relevance import AS_READ, HERE, Text, Texts, items, labelled, rows

FLOORS = HERE / "topics_floors.json"

RIDGE = 3.0
"""In items: few labels have to share their weights."""
FOLDS = 10
WEIGHTS = {"relevant": 1.0, "near": 1.0, "about none": 0.3, "invented": 0.7, "Chinese": 0.7, "long": 0.3}
"""Weight, in fitting, of a text of each set. The long ones are glued from texts of all months, also of those left out."""
SAID, SAID_ALONE = -0.5, -1.5
"""Log-odds from which on a topic is said, and the likeliest if none is. Below zero: of the labelled items most have two,
and F1 counts a topic missed like one said wrongly."""

LEXICON = Lexicon.load(LEXICON_FILE)
How = tuple[Mapping[str, Named], int]


def is_scored(item: str) -> bool:
    """Whether nothing may be tuned to an invented item."""
    return hashlib.sha256(item.encode()).digest()[0] % 2 == 1


def near(file: str) -> list[Text]:
    """Items of odd months that are not relevant, with their topics if any fits."""
    found = items()
    texts = []
    for line in (HERE / file).read_text(encoding="utf-8").splitlines():
        if not line.startswith(("#", "id\t")):
            item, topics = line.split("\t")
            title, text, date = found[item]
            texts.append(Text(title, text[:AS_READ], topics=frozenset(filter(None, topics.split(","))), month=date[:7]))
    return texts


def invented(*, scored: bool) -> list[Text]:
    return [
        Text(row["title"], row["text"], row["lang"], topics=frozenset(row["topics"]))
        for row in rows(HERE / "topics_invented.jsonl")
        if is_scored(row["id"]) == scored
    ]


def long(about: Texts, fillers: Texts, seed: int, each: int = 6) -> list[Text]:
    """Articles of 150 to 1,000 words on each topic: some texts on it, and among them others and some on nothing."""
    rng = random.Random(seed)
    glued = []
    for topic in sorted({topic for text in about for topic in text.topics}):
        on_it = [text for text in about if topic in text.topics]
        for _ in range(each if len(on_it) >= 3 else 0):
            first, *parts = rng.sample(on_it, min(len(on_it), rng.choice([3, 4, 5])))
            often = Counter(other for text in (first, *parts) for other in text.topics)
            topics = frozenset(other for other, count in often.items() if count > len(parts) / 2) | {topic}
            parts += [text for text in rng.sample(about, rng.choice([1, 2, 3])) if topic not in text.topics]
            parts += rng.sample(fillers, rng.choice([2, 5, 9]))
            rng.shuffle(parts)
            text = "\n".join([first.text, *(f"{part.title}. {part.text[:500]}" for part in parts)])
            glued.append(Text(first.title, text, first.language, topics=topics))
    return glued


def how_named(texts: Texts) -> list[How]:
    read = [Reading(LEXICON, text.title, text.text) for text in texts]
    return [(reading.named_topics(), len(reading.spans())) for reading in read]


def fit(texts: Texts, how: Sequence[How], weights: Sequence[float]) -> str:
    """The model file: ridge regression by Newton's method, with the same weights for all topics."""
    topics = list(LEXICON.topics)
    design, labels, of = [], [], []
    for text, named, weight in zip(texts, how, weights, strict=True):
        for topic, values in figures(*named).items():
            design.append([*values, *(float(topic == other) for other in topics)])
            labels.append(topic in text.topics)
            of.append(weight)
    given, true, weight_of = np.array(design), np.array(labels, float), np.array(of)
    count = len(FIGURES)
    mean, spread = np.zeros(given.shape[1]), np.ones(given.shape[1])
    mean[:count] = np.average(given[:, :count], axis=0, weights=weight_of)
    spread[:count] = np.sqrt(np.average((given[:, :count] - mean[:count]) ** 2, axis=0, weights=weight_of))
    scaled = np.column_stack([(given - mean) / spread, np.ones(len(given))])
    ridge = np.append(np.full(given.shape[1], RIDGE), 1e-9)
    fitted = np.zeros(scaled.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-scaled @ fitted))
        slope = scaled.T @ (weight_of * (chance - true)) + ridge * fitted
        curve = (scaled * (weight_of * chance * (1 - chance))[:, None]).T @ scaled + np.diag(ridge)
        fitted -= np.linalg.solve(curve, slope)
    by_figure = (fitted[:-1] / spread).round(3).tolist()
    return (
        json.dumps(
            {
                "version": 1,
                "bias": round(float(fitted[-1] - (fitted[:-1] / spread) @ mean), 3),
                "said": SAID,
                "said_alone": SAID_ALONE,
                "figures": dict(zip(FIGURES, by_figure[:count], strict=True)),
                "topics": dict(zip(topics, by_figure[count:], strict=True)),
            },
            indent=1,
        )
        + "\n"
    )


def report(name: str, found: Iterable[Sequence[str]], texts: Texts) -> float:
    """Print how well the topics found are those labelled, and return micro-F1."""
    right = said = true = 0
    for topics, text in zip(found, texts, strict=True):
        right += len(text.topics.intersection(topics))
        said += len(topics)
        true += len(text.topics)
    many = len(texts)
    print(
        f"{name:<18}{many:4} texts  micro-F1 {2 * right / (said + true):.3f}  precision {right / max(1, said):.3f}  "
        f"recall {right / max(1, true):.3f}  topics said {said / many:.2f} of {true / many:.2f}"
    )
    return 2 * right / (said + true)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--fit", action="store_true", help="fit the weights, and write them")
    arguments = parser.parse_args()
    nearby = near("topic_labels_tune.tsv")
    none = [text for text in nearby if not text.topics]
    sets = {
        "relevant": [text for text in labelled() if text.label and not text.held],
        "near": [text for text in nearby if text.topics],
        "about none": none,
        "invented": [text for text in invented(scored=False) if text.language == "en"],
        "Chinese": [text for text in invented(scored=False) if text.language == "zh"],
    }
    scored = {name: [text for text in invented(scored=True) if text.language == name] for name in ("en", "zh")}
    short = [text for text in sets["relevant"] if len(text.text) < AS_READ]
    sets["long"] = long([*short, *sets["near"], *sets["invented"]], none[::2], seed=1)
    texts = [text for those in sets.values() for text in those]
    weights = [WEIGHTS[name] for name, those in sets.items() for _ in those]
    how = how_named(texts)
    source = fit(texts, how, weights)
    if arguments.fit:
        TOPICS_FILE.write_text(source, encoding="utf-8")
    model = TopicModel(source)
    folds = [zlib.crc32((text.month or text.title).encode()) % FOLDS for text in texts]
    without = []
    for fold in range(FOLDS):
        others = [at for at, inside in enumerate(folds) if inside != fold]
        without.append(TopicModel(fit(*([these[at] for at in others] for these in (texts, how, weights)))))
    found = [without[fold].about(*named) for named, fold in zip(how, folds, strict=True)]
    of_set: dict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(name for name, those in sets.items() for _ in those):
        of_set[name].append(at)
    print("out of fold, by month:")
    figures_of = {}
    for name, those in sets.items():
        figures_of[name] = report(name, [found[at] for at in of_set[name]], those)
    print("only scored, by the model of all these:")
    scored["long"] = long(scored["en"], none[1::2], seed=2)
    scored = {f"invented, {name}": those for name, those in scored.items()}
    scored["near, later"] = [text for text in near("topic_labels_later.tsv") if text.topics]
    for name, those in scored.items():
        figures_of[name] = report(name, [model.about(*named) for named in how_named(those)], those)
    titles = [replace(text, text="") for text in scored["invented, en"]]
    report("their titles", [model.about(*named) for named in how_named(titles)], titles)
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    below = [f"{name} {figures_of[name]:.3f} < {floor}" for name, floor in floors.items() if figures_of[name] < floor]
    if below:
        sys.exit("below the floor: " + ", ".join(below))


if __name__ == "__main__":
    main()
