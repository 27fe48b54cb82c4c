"""How relevant a text is to the seed corpus, and by how much each signal says so."""

import hashlib
import json
import math
import string
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from itertools import repeat
from pathlib import Path

import numpy as np

from flows.entities import ENTITIES_FILE, Entities
from flows.features import Features, Figures
from flows.fingerprint import among, distinct, is_cjk, pieces, sample
from flows.frames import Frames
from flows.provenance import AGENCIES_FILE, credited
from flows.tagging import LEXICON_FILE, Evidence, Lexicon, Patterns, Reading, Tag
from flows.topics import TopicModel

PROFILE_FILE = Path(__file__).parent / "seed_corpus" / "profile.json"
MODEL_FILE = Path(__file__).parent / "seed_corpus" / "model.json"

# The cosine that says neither yes nor no: what English news on neighbouring subjects reaches.
NEUTRAL_SIMILARITY = 0.1
MOST_SIMILAR = 0.3
MIN_SIMILARITY = 0.15
MIN_CONTAINMENT = 0.02
TOP_SHARE = 0.25
"""The share of its passages by which a text is judged, the most relevant ones: of a press conference that is about the
subject for a quarter of its time, that quarter."""

_CODE_VERSION = 3
_SMALL_LETTERS = bytes(byte if byte in string.ascii_lowercase.encode() else ord(" ") for byte in range(256))
_IN_EVERY_TEXT = """
about above after again against all also although am among an and another any are around as at be because
been before being between both but by can could did do does doing down during each even every few first for
from further get had has have having he her here him himself his how however if in including into is it its
itself just last like ll made make many may me might more most much must my new no nor not now of off on
once one only or other others our out over own per re said same say says second see several shall she should
since so some such than that the their them themselves then there these they this those though three through
to too two under until up upon us use used ve very was we well were what when where whether which while who
whom whose why will with within without would year years yet you your
"""
_NO_TERMS = frozenset([*_IN_EVERY_TEXT.split(), *string.ascii_lowercase])


@dataclass(frozen=True, slots=True)
class Seed:
    """What is kept of one seed document: figures, single terms and sampled hashes, never running text."""

    title: str
    language: str
    word_count: int
    text_hash: str
    terms: dict[str, float]
    shingles: list[str]
    facets: dict[str, int]
    topics: dict[str, int]


@dataclass(frozen=True, slots=True)
class Profile:
    """The figures derived from the seed corpus: the seeds by id, and how rare terms are among them."""

    sample_rate: int
    idf: dict[str, float]
    idf_default: float
    seeds: dict[str, Seed]

    def to_json(self) -> str:
        """The same profile always gives the same bytes."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, source: str) -> "Profile":
        """The inverse of `to_json`."""
        fields = json.loads(source)
        fields["seeds"] = {seed_id: Seed(**seed) for seed_id, seed in fields["seeds"].items()}
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class SeedMatch:
    """A seed that an article resembles.

    `similarity` is the TF-IDF cosine, `containment` the share of the article's sampled shingles that the
    seed has too.
    """

    seed_id: str
    similarity: float
    containment: float


class Model:
    """Logistic regression: relevance = 1 / (1 + e^-(bias + Σ weight · figure)), fitted by `tests/eval/relevance.py`."""

    def __init__(self, source: str, features: Features) -> None:
        """Read the weights.

        Args:
            source: the model file, in which figures without weight are left out; figures of which the lexicon has no
                phrases count for nothing.
            features: what the figures are of.
        """
        self.source = source
        fields = json.loads(source)
        self.bias: float = fields["bias"]
        self.relevant: float = fields["relevant"]
        self.review: float = fields["review"]
        self.of_passages = np.array([fields["passages"].get(name, 0.0) for name in features.of_passages])
        self.weights = np.array(
            [*self.of_passages, *(fields["whole"].get(name, 0.0) for name in [*features.of_whole, "similarity"])]
        )

    def decision(self, relevance: float) -> str:
        """Relevant, review or off_topic."""
        if relevance >= self.relevant:
            return "relevant"
        return "review" if relevance >= self.review else "off_topic"


def top_passages(passages: Figures, weights: Figures) -> Figures:
    """The mean figures of the share of the passages that has the most of what is weighted."""
    count = math.ceil(TOP_SHARE * len(passages))
    if len(passages) == 1:
        mean: Figures = passages[0]
    else:
        mean = passages[np.argsort(-(passages @ weights), kind="stable")[:count]].mean(0)
    return mean


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that tagging says about one article.

    `signals` holds the figures that count, each with its value and, as `<signal>_points`, what it adds to the log-odds
    of relevance; those that speak loudest come first.
    """

    relevance: float
    decision: str
    tags: tuple[Tag, ...]
    evidence: tuple[Evidence, ...]
    seed_matches: tuple[SeedMatch, ...]
    signals: dict[str, float]
    tagger_version: str


class Tagger:
    """Assesses articles against one lexicon, seed profile and model; without entities or frames it tags none."""

    def __init__(
        self,
        lexicon: Lexicon,
        profile: Profile,
        entities: Entities | None = None,
        frames: Frames | None = None,
        model: str | None = None,
    ) -> None:
        """Make what is needed ready.

        Args:
            lexicon: its phrases are looked for.
            profile: of the seeds.
            entities: to be tagged too.
            frames: to be tagged too, in articles on topic.
            model: the source of one; by default that of the package.
        """
        self.lexicon = lexicon
        self.profile = profile
        self.entities = entities
        self.frames = frames
        Patterns.together(*(one.patterns for one in (lexicon, entities, frames and frames.lexicon) if one))
        self.features = Features(lexicon)
        self.model = Model(model or MODEL_FILE.read_text(encoding="utf-8"), self.features)
        self._names = [*self.features.of_passages, *self.features.of_whole, "similarity"]
        self._seeds_by_shingle: dict[int, list[str]] = defaultdict(list)
        known = sorted(profile.idf.keys() | {term for seed in profile.seeds.values() for term in seed.terms})
        self._row_of_term = {term: row for row, term in enumerate(known)}
        # Terms that no seed has are the last row.
        self._idf = np.array([*(profile.idf.get(term, profile.idf_default) for term in known), profile.idf_default])
        self._weights_in_seeds = np.zeros((len(known) + 1, len(profile.seeds)))
        for column, (seed_id, seed) in enumerate(profile.seeds.items()):
            self._weights_in_seeds[[self._row_of_term[term] for term in seed.terms], column] = list(seed.terms.values())
            for shingle in seed.shingles:
                self._seeds_by_shingle[int(shingle, 16)].append(seed_id)
        self._seed_shingles = np.array(sorted(self._seeds_by_shingle), np.uint64)
        sources = [
            lexicon.source,
            profile.to_json(),
            self.model.source,
            TopicModel.default().source,
            entities.source if entities else "",
            frames.lexicon.source if frames else "",
            AGENCIES_FILE.read_text(encoding="utf-8"),
        ]
        digest = hashlib.sha256("\0".join(sources).encode())
        self.version = f"{_CODE_VERSION}-{digest.hexdigest()[:8]}"

    @classmethod
    def default(cls, own: Mapping[str, Seed] | None = None) -> "Tagger":
        """The tagger of the package, its seed profile together with seeds of the user's own.

        Without any of these it is made once a process, since that takes half a second.
        """
        return cls._with(own) if own else cls._of_the_package()

    @classmethod
    @cache
    def _of_the_package(cls) -> "Tagger":
        return cls._with({})

    @classmethod
    def _with(cls, own: Mapping[str, Seed]) -> "Tagger":
        profile = Profile.from_json(PROFILE_FILE.read_text(encoding="utf-8"))
        profile = replace(profile, seeds=profile.seeds | dict(own))
        return cls(Lexicon.load(LEXICON_FILE), profile, Entities.load(ENTITIES_FILE), Frames.default())

    def assess(self, title: str, text: str, language: str | None, authors: Sequence[str] = ()) -> Assessment:
        """Relevance, tags and their evidence for one article; an empty text is judged by its title alone."""
        reading = Reading(self.lexicon, title, text, self.entities.find(title, text) if self.entities else ((), ()))
        similarities = self._similarities(title, text)
        measured = self.features.of(reading)
        passage = top_passages(measured.passages, self.model.of_passages)
        similarity = similarity_beyond_neutral(similarities, title, text, language)
        values = np.concatenate([passage, measured.whole, [similarity]])
        points = self._points(values)
        relevance = _logistic(self.model.bias + points.sum())
        decision = self.model.decision(relevance)
        tags = tuple(reading.tags())
        if self.frames and decision != "off_topic":
            tags, evidence = self.frames.add(title, text, reading, tags)
        else:
            evidence = tuple(row for tag in tags for row in reading.evidence(tag))
        agencies, credit = credited(text, authors)
        return Assessment(
            relevance=round(relevance, 4),
            decision=decision,
            tags=(*tags, *agencies),
            evidence=(*evidence, *credit),
            seed_matches=self._seed_matches(similarities, text, language),
            signals=self._signals(values, points),
            tagger_version=self.version,
        )

    def measured(self, title: str, text: str, language: str | None) -> tuple[Figures, Figures]:
        """The figures of each passage, and of the whole with the similarity to the seeds: what a model is fitted to."""
        measured = self.features.of(Reading(self.lexicon, title, text))
        similarity = similarity_beyond_neutral(self._similarities(title, text), title, text, language)
        return measured.passages, np.append(measured.whole, similarity)

    def may_be_relevant(self, title: str, text: str) -> bool:
        """Whether an article might at least be reviewed, were it as similar to a seed as any: fast and lenient."""
        measured = self.features.of(Reading(self.lexicon, title, text))
        passage = top_passages(measured.passages, self.model.of_passages)
        values = np.concatenate([passage, measured.whole, [MOST_SIMILAR - NEUTRAL_SIMILARITY]])
        return _logistic(self.model.bias + self._points(values).sum()) >= self.model.review

    def _points(self, values: Figures) -> Figures:
        """What each figure adds to the log-odds."""
        points: Figures = self.model.weights * values
        return points

    def _signals(self, values: Figures, points: Figures) -> dict[str, float]:
        loudest = np.argsort(-np.abs(points), kind="stable")[: np.count_nonzero(points)]
        signals: dict[str, float] = {}
        for at, value, point in zip(
            loudest.tolist(), values[loudest].round(4).tolist(), points[loudest].round(4).tolist(), strict=True
        ):
            signals[self._names[at]] = value
            signals[f"{self._names[at]}_points"] = point
        return signals

    def _similarities(self, title: str, text: str) -> list[float]:
        """Similarity to every seed."""
        terms = term_frequencies(f"{title}\n{text}")
        rows = np.fromiter(map(self._row_of_term.get, terms, repeat(-1)), np.intp, len(terms))
        weights = np.fromiter(terms.values(), np.float64, len(terms)) * self._idf[rows]
        norm = math.sqrt(weights @ weights) or 1.0
        similarities = (weights @ self._weights_in_seeds[rows] / norm).tolist()
        return [round(min(1.0, similarity), 4) for similarity in similarities]

    def _seed_matches(self, similarities: list[float], text: str, language: str | None) -> tuple[SeedMatch, ...]:
        """The seeds that a text resembles, the most similar first."""
        sampled = distinct(sample(pieces(text, language), self.profile.sample_rate))
        shared = Counter(
            seed_id
            for shingle in sampled[among(sampled, self._seed_shingles)].tolist()
            for seed_id in self._seeds_by_shingle[shingle]
        )
        matches = [
            SeedMatch(seed_id, similarity, round(shared[seed_id] / max(1, len(sampled)), 4))
            for seed_id, similarity in zip(self.profile.seeds, similarities, strict=True)
            if similarity >= MIN_SIMILARITY or shared[seed_id] > MIN_CONTAINMENT * len(sampled)
        ]
        return tuple(sorted(matches, key=lambda match: (-match.similarity, match.seed_id)))


def similarity_beyond_neutral(similarities: list[float], title: str, text: str, language: str | None) -> float:
    """How much more similar a text is to the most similar seed than English news on neighbouring subjects.

    The terms are English words: of a text in another language similarity must say nothing, not "no".
    """
    english = language.split("-")[0] == "en" if language else not is_cjk(title + text)
    return max(similarities) - NEUTRAL_SIMILARITY if english and similarities else 0.0


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-float(odds)))


def term_frequencies(text: str) -> Counter[str]:
    """How often each term of an English text occurs, without the words that every text has."""
    frequencies = Counter(text.lower().encode("utf-8", "replace").translate(_SMALL_LETTERS).decode("ascii").split())
    for word in _NO_TERMS & frequencies.keys():
        frequencies.pop(word)
    return frequencies
