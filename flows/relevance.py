"""How relevant a text is to the seed corpus, and by how much each signal says so."""

import hashlib
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from flows.entities import ENTITIES_FILE, Entities
from flows.fingerprint import is_cjk, pieces, sample
from flows.frames import Frames
from flows.tagging import LEXICON_FILE, Evidence, Lexicon, Reading, Tag, facets_meet

PROFILE_FILE = Path(__file__).parent / "seed_corpus" / "profile.json"

# Log-odds: relevance = 1 / (1 + e^-(bias + Σ weight · value)). Set by hand; tests/eval holds what
# they must reach.
BIAS = -6.3
WEIGHTS = {"gate": 4.0, "share": 4.0, "title": 2.0, "similarity": 5.0}
RELEVANT = 0.5
REVIEW = 0.2

# The share of sentences in which the facets meet at which that signal has half its weight. Round-ups, in
# which all facets occur but in different items, stay well below it; articles on the subject are at double.
HALF_SHARE = 0.12
# The cosine that says neither yes nor no: what English news on neighbouring subjects reaches.
NEUTRAL_SIMILARITY = 0.1
MOST_SIMILAR = 0.3
MIN_SIMILARITY = 0.15
MIN_CONTAINMENT = 0.02

_CODE_VERSION = 1
_WORD = re.compile(r"[a-z]{2,}")
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
_STOP_WORDS = frozenset(_IN_EVERY_TEXT.split())


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


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that tagging says about one article.

    `signals` holds each signal's value and, as `<signal>_points`, what it adds to the log-odds of relevance.
    """

    relevance: float
    decision: str
    tags: tuple[Tag, ...]
    evidence: tuple[Evidence, ...]
    seed_matches: tuple[SeedMatch, ...]
    signals: dict[str, float]
    tagger_version: str


class Tagger:
    """Assesses articles against one lexicon and one seed profile; without entities or frames it tags none."""

    def __init__(
        self, lexicon: Lexicon, profile: Profile, entities: Entities | None = None, frames: Frames | None = None
    ) -> None:
        self.lexicon = lexicon
        self.profile = profile
        self.entities = entities
        self.frames = frames
        self._seeds_by_term: dict[str, list[tuple[str, float]]] = defaultdict(list)
        self._seeds_by_shingle: dict[int, list[str]] = defaultdict(list)
        for seed_id, seed in profile.seeds.items():
            for term, weight in seed.terms.items():
                self._seeds_by_term[term].append((seed_id, weight))
            for shingle in seed.shingles:
                self._seeds_by_shingle[int(shingle, 16)].append(seed_id)
        scales = (BIAS, RELEVANT, REVIEW, HALF_SHARE, NEUTRAL_SIMILARITY, MIN_SIMILARITY, MIN_CONTAINMENT)
        model = f"{WEIGHTS} {scales}"
        sources = [
            lexicon.source,
            profile.to_json(),
            model,
            entities.source if entities else "",
            frames.lexicon.source if frames else "",
        ]
        digest = hashlib.sha256("\0".join(sources).encode())
        self.version = f"{_CODE_VERSION}-{digest.hexdigest()[:8]}"

    @classmethod
    def default(cls, own: Mapping[str, Seed] | None = None) -> "Tagger":
        """The tagger of the package, its seed profile together with seeds of the user's own."""
        profile = Profile.from_json(PROFILE_FILE.read_text(encoding="utf-8"))
        profile = replace(profile, seeds=profile.seeds | dict(own or {}))
        return cls(Lexicon.load(LEXICON_FILE), profile, Entities.load(ENTITIES_FILE), Frames.default())

    def assess(self, title: str, text: str, language: str | None) -> Assessment:
        """Relevance, tags and their evidence for one article; an empty text is judged by its title alone."""
        reading = Reading(self.lexicon, title, text, self.entities.find(title, text) if self.entities else ((), ()))
        matches = self._seed_matches(title, text, language)
        english = language.split("-")[0] == "en" if language else not is_cjk(title + text)
        signals = self._signals(reading, matches, english=english)
        relevance = 1 / (1 + math.exp(-BIAS - sum(signals[f"{name}_points"] for name in WEIGHTS)))
        decision = _decision(relevance)
        tags = tuple(reading.tags())
        evidence = tuple(row for tag in tags for row in reading.evidence(tag))
        if self.frames and decision != "off_topic":
            tags, evidence = self.frames.add(title, text, reading, tags, evidence)
        return Assessment(
            relevance=round(relevance, 4),
            decision=decision,
            tags=tags,
            evidence=evidence,
            seed_matches=tuple(
                match for match in matches if match.similarity >= MIN_SIMILARITY or match.containment > MIN_CONTAINMENT
            ),
            signals=signals,
            tagger_version=self.version,
        )

    def may_be_relevant(self, title: str, text: str) -> bool:
        """Whether an article might at least be reviewed, were it as similar to a seed as any: fast and lenient."""
        signals = self._signals(Reading(self.lexicon, title, text), [], english=False)
        points = sum(signals[f"{name}_points"] for name in WEIGHTS) + WEIGHTS["similarity"] * MOST_SIMILAR
        return 1 / (1 + math.exp(-BIAS - points)) >= REVIEW

    def _signals(self, reading: Reading, matches: list[SeedMatch], *, english: bool) -> dict[str, float]:
        facets = {name: reading.strength("facet", name) for name in ("ai", "china", "us", "policy")}
        about_both = (facets["ai"] * facets["china"] * facets["us"]) ** (1 / 3)
        sentences = reading.facets_of_sentences()
        share = sum(map(facets_meet, sentences)) / len(sentences)
        in_title = sentences[0]
        values = {
            "gate": about_both * (0.5 + 0.5 * facets["policy"]),
            "share": share**2 / (share**2 + HALF_SHARE**2),
            "title": (len(in_title & {"ai", "china"}) + bool(in_title & {"us", "policy"})) / 3,
            "similarity": max((match.similarity for match in matches), default=0.0),
        }
        points = {name: WEIGHTS[name] * value for name, value in values.items()}
        # The terms are English words: of a text in another language similarity must say nothing, not "no".
        points["similarity"] = WEIGHTS["similarity"] * (values["similarity"] - NEUTRAL_SIMILARITY) if english else 0.0
        named_points = {f"{name}_points": value for name, value in points.items()}
        return {name: round(value, 4) for name, value in (facets | values | named_points).items()}

    def _seed_matches(self, title: str, text: str, language: str | None) -> list[SeedMatch]:
        """Similarity to every seed, the most similar first."""
        idf, idf_default = self.profile.idf, self.profile.idf_default
        weights = {
            term: count * idf.get(term, idf_default) for term, count in term_frequencies(f"{title}\n{text}").items()
        }
        norm = math.sqrt(sum(weight * weight for weight in weights.values()))
        products: dict[str, float] = defaultdict(float)
        for term, weight in weights.items():
            for seed_id, weight_in_seed in self._seeds_by_term.get(term, ()):
                products[seed_id] += weight * weight_in_seed / norm
        sampled = set(sample(pieces(text, language), self.profile.sample_rate).tolist())
        shared = Counter(
            seed_id
            for shingle in sampled & self._seeds_by_shingle.keys()
            for seed_id in self._seeds_by_shingle[shingle]
        )
        matches = [
            SeedMatch(
                seed_id,
                similarity=round(min(1.0, products[seed_id]), 4),
                containment=round(shared[seed_id] / len(sampled), 4) if sampled else 0.0,
            )
            for seed_id in self.profile.seeds
        ]
        return sorted(matches, key=lambda match: (-match.similarity, match.seed_id))


def _decision(relevance: float) -> str:
    if relevance >= RELEVANT:
        return "relevant"
    return "review" if relevance >= REVIEW else "off_topic"


def term_frequencies(text: str) -> Counter[str]:
    """How often each term of an English text occurs, without the words that every text has."""
    frequencies = Counter(_WORD.findall(text.lower()))
    for word in _STOP_WORDS & frequencies.keys():
        frequencies.pop(word)
    return frequencies
