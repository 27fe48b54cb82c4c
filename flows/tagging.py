"""Topics and facets of a text, each with the evidence for it."""

import math
import re
import tomllib
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ahocorasick_rs import AhoCorasick

from flows.fingerprint import CJK

LEXICON_FILE = Path(__file__).parent / "seed_corpus" / "lexicon.toml"
TITLE_WEIGHT = 2
EVIDENCE_PER_TAG = 5
SENTENCE_LIMIT = 500

_FACETS = {"ai", "china", "us", "policy"}
_IS_CJK = re.compile(f"[{CJK}]")
_PLAIN = str.maketrans("‘’‐‑–\u00a0\u3000", "''---  ")


class LexiconError(ValueError):
    """The lexicon cannot be used as it is; the message names file, rule and phrase."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One table of the lexicon."""

    rule_id: str
    kind: str
    tag: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One phrase of a rule, found at `start:end` of a text."""

    rule: Rule
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tag:
    """What a text is about: a topic or facet, and how strongly (0-1)."""

    kind: str
    tag: str
    score: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a tag.

    `text[start_char:end_char]` is the phrase; both are None where the phrase was found in the title, which
    is then the sentence.
    """

    kind: str
    tag: str
    rule_id: str
    start_char: int | None
    end_char: int | None
    sentence: str
    speaker: str | None


class _Phrase:
    """One phrase of a rule; its plain attributes are read for every match, of which a text has hundreds."""

    __slots__ = ("_case_matters", "_latin_end", "_latin_start", "is_hit", "rule", "tag", "text")

    def __init__(self, text: str, rule: Rule, *, case_matters: bool, is_hit: bool) -> None:
        self.text = text
        self.rule = rule
        self.tag = (rule.kind, rule.tag)
        self.is_hit = is_hit
        self._case_matters = case_matters
        self._latin_start = not _IS_CJK.match(text[0])
        self._latin_end = not _IS_CJK.match(text[-1])

    def stands_at(self, plain: str, start: int, end: int) -> bool:
        """Whether what matched in lower case also matches by case and word boundaries."""
        if self._latin_end and end < len(plain) and _belongs_to_word(plain[end]):
            return False
        if self._latin_start and start and _belongs_to_word(plain[start - 1]):
            return False
        return not self._case_matters or plain[start:end] == self.text


class Lexicon:
    """The phrases of all rules, ready to be found in one pass over a text."""

    def __init__(self, source: str, name: str) -> None:
        self.source = source
        phrases: dict[str, list[_Phrase]] = defaultdict(list)
        for phrase in _parse(source, name):
            phrases[_lower(phrase.text)].append(phrase)
        self._phrases = list(phrases.values())
        self._automaton = AhoCorasick(list(phrases))

    @classmethod
    def load(cls, path: Path) -> "Lexicon":
        """Read and validate a lexicon file.

        Raises:
            LexiconError: The file is not a valid lexicon.
        """
        return cls(path.read_text(encoding="utf-8"), str(path))

    def phrases(self, kind: str, tag: str) -> set[str]:
        """The phrases of a tag, as they are written in the lexicon."""
        return {phrase.text for same in self._phrases for phrase in same if phrase.tag == (kind, tag) and phrase.is_hit}

    def tags(self, kind: str) -> set[str]:
        """The tags of a kind."""
        return {phrase.tag[1] for same in self._phrases for phrase in same if phrase.tag[0] == kind}

    def find(self, text: str) -> list[Hit]:
        """All hits in order of position; where phrases of one tag overlap, the first and longest of them."""
        plain = _plain(text)
        found = [
            (start, -end, phrase)
            for pattern, start, end in self._automaton.find_matches_as_indexes(_lower(plain), overlapping=True)
            for phrase in self._phrases[pattern]
            if phrase.stands_at(plain, start, end)
        ]
        found.sort(key=lambda match: match[:2])
        covered: dict[tuple[str, str], int] = defaultdict(int)
        hits = []
        for start, minus_end, phrase in found:
            if start >= covered[phrase.tag]:
                covered[phrase.tag] = -minus_end
                if phrase.is_hit:
                    hits.append(Hit(phrase.rule, start, -minus_end))
        return hits


class Reading:
    """What the lexicon finds in one article, by tag and by sentence."""

    def __init__(self, lexicon: Lexicon, title: str, text: str) -> None:
        self._title = title
        self._text = text
        self._spans = sentences(text)
        self._starts = [start for start, _ in self._spans]
        self._in_title = _by_tag(lexicon.find(title))
        self._in_text = _by_tag(lexicon.find(text))
        self._facets_of_sentence: list[set[str]] = [set() for _ in self._spans]
        for (kind, tag), hits in self._in_text.items():
            if kind == "facet":
                for hit in hits:
                    self._facets_of_sentence[self._sentence_of(hit)].add(tag)

    def _sentence_of(self, hit: Hit) -> int:
        return bisect_right(self._starts, hit.start) - 1

    def facets_of_sentences(self) -> list[set[str]]:
        """The facets that occur in the title, and in each sentence of the text."""
        in_title = {tag for kind, tag in self._in_title if kind == "facet"}
        return [in_title, *self._facets_of_sentence]

    def strength(self, kind: str, tag: str) -> float:
        """How strongly a tag is expressed, 0-1: the first hits count most, those in the title double."""
        key = (kind, tag)
        hits = len(self._in_text.get(key, ())) + TITLE_WEIGHT * len(self._in_title.get(key, ()))
        return 1 - math.exp(-hits / 2)

    def counts(self, kind: str) -> dict[str, int]:
        """Number of hits in the text by tag of one kind."""
        return {tag: len(hits) for (of_kind, tag), hits in sorted(self._in_text.items()) if of_kind == kind}

    def tags(self) -> list[Tag]:
        """Every facet that occurs, and every topic with two hits or one in the title."""
        return [
            Tag(kind, tag, round(self.strength(kind, tag), 4))
            for kind, tag in sorted(self._in_text.keys() | self._in_title.keys())
            if kind == "facet" or (kind, tag) in self._in_title or len(self._in_text[kind, tag]) >= 2
        ]

    def evidence(self, tag: Tag) -> list[Evidence]:
        """The best reasons for a tag, one a sentence, those first in whose sentence the facets meet."""
        key = (tag.kind, tag.tag)
        first_in_sentence: dict[int, Hit] = {}
        for hit in self._in_text.get(key, ()):
            first_in_sentence.setdefault(self._sentence_of(hit), hit)
        best = sorted(
            first_in_sentence,
            key=lambda number: (
                not facets_meet(self._facets_of_sentence[number]),
                -len(self._facets_of_sentence[number]),
                number,
            ),
        )
        rows = [
            Evidence(tag.kind, tag.tag, hit.rule.rule_id, None, None, self._title[:SENTENCE_LIMIT], None)
            for hit in self._in_title.get(key, ())[:1]
        ]
        for number in best[: EVIDENCE_PER_TAG - len(rows)]:
            hit = first_in_sentence[number]
            sentence = _around(self._text, self._spans[number], hit)
            rows.append(Evidence(tag.kind, tag.tag, hit.rule.rule_id, hit.start, hit.end, sentence, None))
        return rows


def facets_meet(facets: set[str]) -> bool:
    """Whether a sentence with these facets is by itself about AI between China and the United States."""
    return {"ai", "china"} <= facets and not facets.isdisjoint({"us", "policy"})


# Possessive, and never begun inside a run of stops: a page of a million "!" must not take a million squared.
_SENTENCE_END = re.compile(r"""\n++|[。！？；][。！？；!?]*+[”’」』）】"]*+|(?<![.!?…])[.!?…]++["'”’)\]]*+(?=\s)""")
_ABBREVIATION = re.compile(
    r"(?:^|[\s.(“\"])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Col|Lt|Jr|Sr|St|No|Inc|Corp|Ltd|Co|vs|cf|approx|"
    r"Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec)$"
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of an English or Chinese text, without the white space around them.

    A line end always ends a sentence, for extracted text has one paragraph a line; a full stop after an
    abbreviation or before a small letter never does.
    """
    spans = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if match[0].startswith(".") and _goes_on(text, start, match):
            continue
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(text)))
    return [trimmed for span in spans if (trimmed := _trim(text, span))]


def _goes_on(text: str, start: int, stop: re.Match[str]) -> bool:
    if text[stop.end() : stop.end() + 3].lstrip()[:1].islower():
        return True
    return stop[0] == "." and bool(_ABBREVIATION.search(text, max(start, stop.start() - 10), stop.start()))


def _trim(text: str, span: tuple[int, int]) -> tuple[int, int] | None:
    start, end = span
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end -= len(piece) - len(piece.rstrip())
    return (start, end) if start < end else None


def _around(text: str, span: tuple[int, int], hit: Hit) -> str:
    start, end = span
    if end - start > SENTENCE_LIMIT:
        start = max(start, min(hit.start - SENTENCE_LIMIT // 2, end - SENTENCE_LIMIT))
        end = start + SENTENCE_LIMIT
    return text[start:end]


def _by_tag(hits: list[Hit]) -> dict[tuple[str, str], list[Hit]]:
    grouped: dict[tuple[str, str], list[Hit]] = defaultdict(list)
    for hit in hits:
        grouped[hit.rule.kind, hit.rule.tag].append(hit)
    return dict(grouped)


def _plain(text: str) -> str:
    """The text with typographic variants made equal, one character for one.

    Lone surrogates are replaced, because the matcher refuses them.
    """
    return text.encode("utf-8", "replace").decode().translate(_PLAIN)


def _lower(text: str) -> str:
    """Lower case without a change of length, so that offsets stay those of the text ('İ'.lower() has two)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _belongs_to_word(char: str) -> bool:
    """Whether a Latin phrase beside this character is only part of a word (or of "US$", which is money)."""
    if char.isascii():
        return char.isalnum() or char == "$"
    return unicodedata.category(char)[0] in "LNM" and not _IS_CJK.match(char)


def _parse(source: str, name: str) -> Iterator[_Phrase]:
    try:
        tables = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{name}: {error}") from error
    if tables.pop("version", None) != 1:
        raise LexiconError(f"{name}: version must be 1")
    for kind, tags in tables.items():
        if kind not in {"facet", "topic"} or not isinstance(tags, dict):
            raise LexiconError(f"{name}: {kind} is neither a table of facets nor one of topics")
        for tag, rules in tags.items():
            if kind == "facet" and tag not in _FACETS:
                raise LexiconError(f"{name}: [facet.{tag}] is none of the facets {sorted(_FACETS)}")
            if not isinstance(rules, dict):
                raise LexiconError(f"{name}: [{kind}.{tag}] is no table of rules")
            seen: dict[str, str] = {}
            for rule, lists in rules.items():
                where = f"{name}: [{kind}.{tag}.{rule}]"
                for phrase in _phrases_of(Rule(f"{tag}.{rule}", kind, tag), lists, where):
                    key = _lower(phrase.text)
                    if key in seen:
                        raise LexiconError(f"{where}: {phrase.text!r} is in {seen[key]} already")
                    seen[key] = f"[{kind}.{tag}.{rule}]"
                    yield phrase


def _phrases_of(rule: Rule, lists: Any, where: str) -> Iterator[_Phrase]:
    if not isinstance(lists, dict) or not {"en", "zh"} <= lists.keys() <= {"en", "zh", "except"}:
        raise LexiconError(f"{where}: a rule has the lists en and zh, may have except, and nothing else")
    for key, terms in lists.items():
        if not isinstance(terms, list) or (key != "except" and not terms):
            raise LexiconError(f"{where}: {key} is not a list of phrases")
        for term in terms:
            if not isinstance(term, str) or not term.strip() or term != _plain(term).strip():
                raise LexiconError(f"{where}: {key} has {term!r}, which is no plain phrase")
            if key != "except" and bool(_IS_CJK.search(term)) != (key == "zh"):
                raise LexiconError(f"{where}: {term!r} does not belong in {key}")
            case_matters = term == term.upper()
            yield _Phrase(term, rule, case_matters=case_matters, is_hit=key != "except")
            if key == "en" and not term.lower().endswith("s"):
                yield _Phrase(term + "s", rule, case_matters=case_matters, is_hit=True)
