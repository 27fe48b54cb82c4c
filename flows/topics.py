"""Which of the topics that a text names it is about (pure)."""

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

TOPICS_FILE = Path(__file__).parent / "seed_corpus" / "topics.json"
TITLE_WEIGHT = 2
TOPIC_SENTENCES = 3
TOPIC_SHARE = 0.1
"""Only what the title, so many sentences or such a share of them name can be what a text is about."""
MOST_TOPICS = 3
FIGURES = (
    "title terms",
    "title",
    "terms",
    "terms in context",
    "sentences",
    "of the first",
    "others",
    "no text",
    "length",
)


class Named(NamedTuple):
    """How a text names one topic. A phrase is sure if its rule has no condition (`near`)."""

    title_terms: int
    """Different phrases in the title."""
    title_is_sure: bool
    sure_terms: int
    """Different phrases in title and text."""
    other_terms: int
    hits: int
    """Phrases in the text, and those of the title as TITLE_WEIGHT each."""
    sentences: int


def figures(named: Mapping[str, Named], sentences: int) -> dict[str, tuple[float, ...]]:
    """For each topic the FIGURES by which it is judged whether a text of so many sentences is about it."""
    most = max((topic.hits for topic in named.values()), default=0)
    others, no_text, length = math.log(max(1, len(named))), float(not sentences), math.log1p(sentences)
    return {
        topic: (
            math.log1p(how.title_terms),
            float(how.title_is_sure),
            math.log1p(how.sure_terms),
            math.log1p(how.other_terms),
            math.log1p(how.sentences),
            how.hits / most,
            others,
            no_text,
            length,
        )
        for topic, how in named.items()
        if how.title_terms or how.sentences >= min(TOPIC_SENTENCES, max(1, TOPIC_SHARE * sentences))
    }


class TopicModel:
    """Logistic regression with one weight a figure, the same for all topics, and a bias a topic.

    It is fitted by `tests/eval/topics.py`.
    """

    def __init__(self, source: str) -> None:
        """Read the weights; a topic that the file does not know has no bias of its own."""
        fields = json.loads(source)
        self.source = source
        self._bias: float = fields["bias"]
        self._weights = [float(fields["figures"].get(name, 0)) for name in FIGURES]
        self._of_topics: dict[str, float] = fields["topics"]
        self._said: float = fields["said"]
        self._said_alone: float = fields["said_alone"]

    @classmethod
    @lru_cache(maxsize=1)
    def default(cls) -> "TopicModel":
        """The model of the package."""
        return cls(TOPICS_FILE.read_text(encoding="utf-8"))

    def about(self, named: Mapping[str, Named], sentences: int) -> list[str]:
        """The topics of a text, at most three, the surest first; of one whose topics are all doubtful the likeliest."""
        odds = {
            topic: self._bias
            + self._of_topics.get(topic, 0.0)
            + sum(weight * value for weight, value in zip(self._weights, values, strict=True))
            for topic, values in figures(named, sentences).items()
        }
        best = sorted(odds, key=lambda topic: -odds[topic])[:MOST_TOPICS]
        about = [topic for topic in best if odds[topic] >= self._said]
        return about or [topic for topic in best[:1] if odds[topic] >= self._said_alone]
