"""Topics and facets of a text, each with the evidence for it, and that for what else is found in it."""

import math
import re
import tomllib
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ahocorasick_rs import AhoCorasick

from flows.errors import LexiconError
from flows.fingerprint import CJK, ByCodePoint, code_points, simplified
from flows.topics import TITLE_WEIGHT, Named, TopicModel

LEXICON_FILE = Path(__file__).parent / "seed_corpus" / "lexicon.toml"
EVIDENCE_PER_TAG = 5
ENTITIES_PER_ARTICLE = 100
"""A page can name all there are: so many that it names most often are tagged."""
SENTENCE_LIMIT = 500

FACETS = {"ai": 1, "china": 2, "us": 4, "policy": 8}
"""The facets, each with its bit in a set of marks."""
EVERY_FACET = sum(FACETS.values())
_BOTH_SIDES = FACETS["ai"] | FACETS["china"]
_WHY = FACETS["us"] | FACETS["policy"]
_MOST_MARKS = 62
TAGS_OF_KINDS: Mapping[str, Set[str]] = {"facet": FACETS.keys(), "topic": frozenset(), "cue": frozenset()}
"""The kinds of tags a lexicon may have, and the tags of each; any where there are none."""
_VOWELS = frozenset("aeiou")
_IS_CJK = re.compile(f"[{CJK}]")
_PLAIN = dict(zip("‘’‐‑–\u00a0\u3000", "''---  ", strict=True))


class Lines:
    """Where in a TOML file something stands: its parser does not say."""

    def __init__(self, source: str, name: str) -> None:
        self._lines = source.splitlines()
        self._name = name

    def at(self, table: str, term: object = None) -> str:
        """File, line and table, for the beginning of a message.

        Args:
            table: a table's whole name, or a key of the first level.
            term: a key or value of it. Where it stands twice the second is meant; where it cannot be found, the table.
        """
        found = None
        section = path = ""
        for number, line in enumerate(self._lines, 1):
            if header := re.match(r"\[+([^]]+)\]", line):
                section = path = header[1]
            elif key := re.match(r"([\w.-]+)\s*=", line):
                path = f"{section}.{key[1]}".lstrip(".")
            if f"{path}.".startswith(f"{table}."):
                has_term = term is not None and re.search(rf"(?<![\w-]){re.escape(str(term))}(?![\w-])", line)
                if found is None or has_term:
                    found = number
        return f"{self._name}, line {found or 1}: [{table}]"


@dataclass(frozen=True, slots=True)
class Rule:
    """One table of the lexicon."""

    rule_id: str
    kind: str
    tag: str
    marks: int = 0
    """Of a facet or cue, the bits of the tag and of the rule in a set of marks (`Lexicon.marks`); of a topic, its bit
    in a set of topics (`Lexicon.topics`), or none where the rule is weak."""
    near: int = 0
    """Marks that have to be in the same sentence, or in the title."""


class Hit(NamedTuple):
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

    __slots__ = ("hides_weak", "is_hit", "is_weak", "only", "place", "rule", "tag", "text")

    def __init__(self, text: str, rule: Rule, *, case_matters: bool, is_hit: bool) -> None:
        self.text = text
        self.rule = rule
        self.tag = (rule.kind, rule.tag)
        self.is_weak = rule.kind == "topic" and not rule.marks
        self.hides_weak = rule.kind == "topic" and not self.is_weak and not rule.near
        self.place = 0
        """Where `find` keeps how far the tag is covered: that of its weak rules is the next one."""
        self.is_hit = is_hit
        self.only = simplified(text) if case_matters else None
        """The one spelling in which it counts; None where case does not matter."""


class Prepared:
    """A text in the forms in which patterns are looked for, each as long as the text."""

    __slots__ = ("found", "in_word", "lowered", "plain", "simple")

    def __init__(self, text: str) -> None:
        self.found: tuple[_Pass, list[list[Match]]] | None = None
        """What the last pass over it found."""
        self.plain = to_plain(text)
        self.simple = simplified(self.plain)
        self.lowered = to_lower(self.simple)
        self.in_word = _in_words(self.plain)


@lru_cache(maxsize=4)
def prepared(text: str) -> Prepared:
    """The same for all who look for something in a title or text, one after another."""
    return Prepared(text)


Match = tuple[int, int, int]
"""Number, start and end of a pattern in a text."""


class Patterns:
    """Strings in lower case that are found in one pass over a text, where they are no part of a word."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self.strings = list(patterns)
        self._pass: _Pass | None = None
        self._place = 0

    def find(self, text: Prepared) -> list[Match]:
        """Each pattern in a text, overlapping or not, in order of their ends."""
        if self._pass is None:
            self._pass = _Pass([self.strings])
        if text.found is None or text.found[0] is not self._pass:
            text.found = self._pass, self._pass.over(text)
        return text.found[1][self._place]

    @staticmethod
    def together(*those: "Patterns") -> None:
        """Let several be looked for in one pass from now on: whoever asks for one first has all of them found."""
        of_all = _Pass([each.strings for each in those])
        for place, each in enumerate(those):
            each._pass, each._place = of_all, place


class _Pass:
    """One pass over a text for several lists of patterns."""

    def __init__(self, lists: Sequence[Sequence[str]]) -> None:
        patterns = [pattern for those in lists for pattern in those]
        self._automaton = AhoCorasick(patterns)
        self._begins_word = [not _IS_CJK.match(pattern[0]) for pattern in patterns]
        self._ends_word = [not _IS_CJK.match(pattern[-1]) for pattern in patterns]
        self._lists = len(lists)
        self._whose = [(place, number) for place, those in enumerate(lists) for number in range(len(those))]

    def over(self, text: Prepared) -> list[list[Match]]:
        """The matches of each list."""
        in_word, begins, ends, whose = text.in_word, self._begins_word, self._ends_word, self._whose
        found: list[list[Match]] = [[] for _ in range(self._lists)]
        for pattern, start, end in self._automaton.find_matches_as_indexes(text.lowered, overlapping=True):
            if not (in_word[start] and begins[pattern]) and not (in_word[end + 1] and ends[pattern]):
                place, number = whose[pattern]
                found[place].append((number, start, end))
        return found


class Lexicon:
    """The phrases of all rules, ready to be found in one pass over a text.

    Args:
        source: the lexicon, as TOML.
        name: what errors call it.
        kinds: the kinds of tags it may have, and the tags of each.
        weak: with the weak rules, which do not count for relevance.
    """

    def __init__(
        self, source: str, name: str, kinds: Mapping[str, Set[str]] = TAGS_OF_KINDS, *, weak: bool = True
    ) -> None:
        self.source = source
        phrases: dict[str, list[_Phrase]] = defaultdict(list)
        places: dict[tuple[str, str], int] = {}
        self.marks: dict[str, int] = {}
        """By facet and cue, and by rule of one ("ai", "ai.chips"), its bit in a set of marks."""
        self.topics: dict[str, int] = {}
        """By topic, its bit in a set of topics."""
        for key, phrase in _parse(source, name, kinds, self.marks, self.topics):
            if phrase.is_weak and not weak:
                continue
            phrases[key].append(phrase)
            phrase.place = places.setdefault(phrase.tag, 2 * len(places)) + phrase.is_weak
        self._phrases = list(phrases.values())
        self._places = 2 * len(places)
        self.patterns = Patterns(phrases)

    @classmethod
    def load(cls, path: Path, kinds: Mapping[str, Set[str]] = TAGS_OF_KINDS, *, weak: bool = True) -> "Lexicon":
        """Read and validate a lexicon file.

        Raises:
            LexiconError: The file is not a valid lexicon.
        """
        return cls(path.read_text(encoding="utf-8"), str(path), kinds, weak=weak)

    def phrases(self, kind: str, tag: str) -> set[str]:
        """The phrases of a tag, as they are written in the lexicon."""
        return {phrase.text for same in self._phrases for phrase in same if phrase.tag == (kind, tag) and phrase.is_hit}

    def tags(self, kind: str) -> set[str]:
        """The tags of a kind."""
        return {phrase.tag[1] for same in self._phrases for phrase in same if phrase.tag[0] == kind}

    def find(self, text: str) -> list[Hit]:
        """All hits in order of position.

        Where phrases of one tag overlap, the first and longest of them. But a phrase of a weak rule hides none of the
        others, for those count for relevance; and one with a condition hides none of a weak rule, which may have none.
        """
        ready = prepared(text)
        phrases, simple, found = self._phrases, ready.simple, self.patterns.find(ready)
        covered = [0] * self._places
        hits = []
        for start, minus_end, pattern in sorted([(start, -end, pattern) for pattern, start, end in found]):
            end = -minus_end
            for phrase in phrases[pattern]:
                place = phrase.place
                if start < covered[place] or (phrase.only is not None and phrase.only != simple[start:end]):
                    continue
                covered[place] = end
                if phrase.hides_weak and covered[place + 1] < end:
                    covered[place + 1] = end
                if phrase.is_hit:
                    hits.append(Hit(phrase.rule, start, end))
        return hits


class Reading:
    """What is found in one article, by tag and by sentence.

    Args:
        lexicon: its phrases are looked for.
        title: of the article.
        text: of the article.
        entities: what else was found, in the title and in the text.
    """

    def __init__(
        self, lexicon: Lexicon, title: str, text: str, entities: tuple[Sequence[Hit], Sequence[Hit]] = ((), ())
    ) -> None:
        self._title = title
        self._text = text
        self._spans = sentences(text)
        self._topics = lexicon.topics
        in_title, in_text = (
            [*lexicon.find(where), *found] for where, found in zip((title, text), entities, strict=True)
        )
        self.marks_of_title = self.topics_of_title = 0
        for hit in in_title:
            if hit.rule.kind != "topic":
                self.marks_of_title |= hit.rule.marks
        marks, topics = [0] * len(self._spans), [0] * len(self._spans)
        starts = [start for start, _ in self._spans]
        sentences_of = [bisect_right(starts, hit.start) - 1 for hit in in_text]
        for number, (rule, _, _) in zip(sentences_of, in_text, strict=True):
            if rule.marks and rule.kind != "topic":
                marks[number] |= rule.marks
        self._in_title: dict[tuple[str, str], list[Hit]] = defaultdict(list)
        self._in_text: dict[tuple[str, str], list[tuple[int, Hit]]] = defaultdict(list)
        begins_with = marks[0] if marks else 0
        for hit in in_title:
            missing = hit.rule.near & ~self.marks_of_title
            if not missing & ~begins_with:
                self._in_title[hit.rule.kind, hit.rule.tag].append(hit)
                if hit.rule.kind == "topic" and not missing:
                    self.topics_of_title |= hit.rule.marks
        not_in_title = ~self.marks_of_title
        for number, hit in zip(sentences_of, in_text, strict=True):
            rule = hit.rule
            if rule.near and rule.near & not_in_title & ~marks[number]:
                continue
            self._in_text[rule.kind, rule.tag].append((number, hit))
            if rule.kind == "topic":
                topics[number] |= rule.marks
        self.marks_of_sentences, self.topics_of_sentences = marks, topics

    @cached_property
    def _rank_of_sentence(self) -> list[int]:
        """By sentence how good evidence it is, and how early: the best is 0."""
        marks = self.marks_of_sentences
        ranks = [0] * len(marks)
        best = sorted(range(len(marks)), key=[_RANKS[of_sentence & EVERY_FACET] for of_sentence in marks].__getitem__)
        for rank, number in enumerate(best):
            ranks[number] = rank
        return ranks

    def spans(self) -> list[tuple[int, int]]:
        """The sentences of the text."""
        return self._spans

    def sentence(self, number: int, start: int) -> str:
        """A sentence of the text; of a long one, SENTENCE_LIMIT characters around a place."""
        return _around(self._text, self._spans[number], start)

    def strength(self, kind: str, tag: str) -> float:
        """How strongly a tag is expressed, 0-1: the first hits count most, those in the title double."""
        return 1 - math.exp(-self._hits((kind, tag)) / 2)

    def _hits(self, key: tuple[str, str]) -> int:
        return len(self._in_text.get(key, ())) + TITLE_WEIGHT * len(self._in_title.get(key, ()))

    def counts(self, kind: str) -> dict[str, int]:
        """Number of hits in the text by tag of one kind."""
        return {tag: len(hits) for (of_kind, tag), hits in sorted(self._in_text.items()) if of_kind == kind}

    def tags(self) -> list[Tag]:
        """Every facet and entity that occurs, and the topics that the text is about (`flows/topics.py`)."""
        topics = TopicModel.default().about(self.named_topics(), len(self._spans))
        tags = [
            Tag(kind, tag, round(self.strength(kind, tag), 4))
            for kind, tag in sorted(self._in_text.keys() | self._in_title.keys())
            if kind in {"facet", "entity"} or (kind == "topic" and tag in topics)
        ]
        entities = sorted((tag for tag in tags if tag.kind == "entity"), key=lambda tag: -tag.score)
        left_out = set(entities[ENTITIES_PER_ARTICLE:])
        return [tag for tag in tags if tag not in left_out] if left_out else tags

    def named_topics(self) -> dict[str, Named]:
        """How the article names each topic that it names."""
        named = {}
        for topic in self._topics:
            in_title, in_text = self._in_title.get(("topic", topic), ()), self._in_text.get(("topic", topic), ())
            if not in_title and not in_text:
                continue
            of_title = {self._title[hit.start : hit.end].lower(): not hit.rule.near for hit in in_title}
            terms = {self._text[hit.start : hit.end].lower(): not hit.rule.near for _, hit in in_text} | of_title
            sure = sum(terms.values())
            named[topic] = Named(
                title_terms=len(of_title),
                title_is_sure=any(of_title.values()),
                sure_terms=sure,
                other_terms=len(terms) - sure,
                hits=self._hits(("topic", topic)),
                sentences=len({number for number, _ in in_text}),
            )
        return named

    def evidence(self, tag: Tag, speaker: Callable[[int | None], str | None] = lambda _: None) -> list[Evidence]:
        """The best reasons for a tag, one a sentence, those first in whose sentence the facets meet; weak rules last.

        Args:
            tag: of this article.
            speaker: who says a sentence of the text, or the title.
        """
        key = (tag.kind, tag.tag)
        in_title: Sequence[Hit] = self._in_title.get(key, ())
        in_text: Sequence[tuple[int, Hit]] = self._in_text.get(key, ())
        if tag.kind == "topic":
            in_title = sorted(in_title, key=lambda hit: not hit.rule.marks)
            in_text = sorted(in_text, key=lambda of_sentence: not of_sentence[1].rule.marks)
        first_in_sentence: dict[int, Hit] = {}
        for number, hit in in_text:
            first_in_sentence.setdefault(number, hit)
        best = sorted(first_in_sentence, key=self._rank_of_sentence.__getitem__)
        if tag.kind == "topic":
            best.sort(key=lambda number: not first_in_sentence[number].rule.marks)
        rows = [
            Evidence(tag.kind, tag.tag, hit.rule.rule_id, None, None, self._title[:SENTENCE_LIMIT], speaker(None))
            for hit in in_title[:1]
        ]
        for number in best[: EVIDENCE_PER_TAG - len(rows)]:
            hit = first_in_sentence[number]
            sentence = self.sentence(number, hit.start)
            rows.append(Evidence(tag.kind, tag.tag, hit.rule.rule_id, hit.start, hit.end, sentence, speaker(number)))
        return rows


def facets_meet(marks: int) -> bool:
    """Whether a sentence with these facets is by itself about AI between China and the United States."""
    return marks & _BOTH_SIDES == _BOTH_SIDES and bool(marks & _WHY)


_RANKS = [(not facets_meet(facets), -facets.bit_count()) for facets in range(EVERY_FACET + 1)]
"""By the facets in a sentence, how good evidence it is, the best first."""

# Possessive, and never begun inside a run of stops: a page of a million "!" must not take a million squared. That it
# begins with a set of characters lets the search skip all others quickly.
_SENTENCE_END = re.compile(
    r"""[\n。！？；.!?…](?:(?<=\n)\n*+|(?<=[。！？；])[。！？；!?]*+[”’」』）】"]*+|"""
    r"""(?<=[.!?…])(?<![.!?…][.!?…])[.!?…]*+["'”’)\]]*+(?=\s))"""
)
_span_of = re.Match.span
_ABBREVIATION = re.compile(
    r"(?:^|[\s.(“\"])(?:[A-Z]|Mr|Mrs|Ms|Dr|MR|MRS|MS|DR|Prof|Sen|Rep|Gov|Gen|Col|Lt|Jr|Sr|St|No|Inc|Corp|Ltd|Co|vs|cf|approx|"
    r"Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec)$"
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of an English or Chinese text, without the white space around them.

    A line end always ends a sentence, for extracted text has one paragraph a line; a full stop after an
    abbreviation or before a small letter never does.
    """
    ends = []
    start = 0
    for stop, end in map(_span_of, _SENTENCE_END.finditer(text)):
        if text[stop] == "." and _goes_on(text, start, stop, end):
            continue
        ends.append(end)
        start = end
    ends.append(len(text))
    spans = []
    start = 0
    for end in ends:
        sentence = text[start:end]
        begin = start + len(sentence) - len(sentence.lstrip())
        if begin < end:
            spans.append((begin, start + len(sentence.rstrip())))
        start = end
    return spans


def _goes_on(text: str, start: int, stop: int, end: int) -> bool:
    if text[end : end + 3].lstrip()[:1].islower():
        return True
    return end == stop + 1 and bool(_ABBREVIATION.search(text, max(start, stop - 10), stop))


def _around(text: str, span: tuple[int, int], place: int) -> str:
    start, end = span
    if end - start > SENTENCE_LIMIT:
        start = max(start, min(place - SENTENCE_LIMIT // 2, end - SENTENCE_LIMIT))
        end = start + SENTENCE_LIMIT
    return text[start:end]


def to_plain(text: str) -> str:
    """The text with typographic variants made equal, one character for one.

    Lone surrogates are replaced, because the matcher refuses them.
    """
    if text.isascii():
        return text
    for sign, same in _PLAIN.items():
        text = text.replace(sign, same)
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def to_lower(text: str) -> str:
    """Lower case without a change of length, so that offsets stay those of the text ('İ'.lower() has two)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _in_words(plain: str) -> bytes:
    """By character whether a Latin phrase beside it is only part of a word; with one more at either end."""
    if plain.isascii():
        return b"\0" + plain.encode("ascii").translate(_ASCII_KINDS) + b"\0"
    is_in_word: bytes = (_IN_WORD.of(code_points(plain)) == _IS_IN_WORD).tobytes()
    return b"\0" + is_in_word + b"\0"


_NOT_IN_WORD, _IS_IN_WORD = 1, 2
_ASCII_KINDS = bytes(chr(code_point).isalnum() or code_point == ord("$") for code_point in range(128)) + bytes(128)


def _belongs_to_word(char: str) -> int:
    """Whether a Latin phrase beside this character is only part of a word (or of "US$", which is money)."""
    if char.isascii():
        belongs = char.isalnum() or char == "$"
    else:
        belongs = unicodedata.category(char)[0] in "LNM" and not _IS_CJK.match(char)
    return _IS_IN_WORD if belongs else _NOT_IN_WORD


_IN_WORD = ByCodePoint(_belongs_to_word)


def _key(phrase: str) -> str:
    """What is looked for: in lower case, simplified Chinese."""
    return simplified(to_lower(phrase))


def _parse(
    source: str, name: str, kinds: Mapping[str, Set[str]], marks: dict[str, int], topics: dict[str, int]
) -> Iterator[tuple[str, _Phrase]]:
    """The phrases of a lexicon, each with what is looked for; `marks` and `topics` are filled on the way."""
    try:
        tables = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{name}: {error}") from error
    lines = Lines(source, name)
    if tables.pop("version", None) != 1:
        raise LexiconError(f"{lines.at('version')} must be 1")
    marks.update(FACETS)
    for kind, tags in tables.items():
        if kind not in kinds or not isinstance(tags, dict):
            raise LexiconError(f"{lines.at(kind)} is no table of one of the kinds {sorted(kinds)}")
        for tag, rules in tags.items():
            if kinds[kind] and tag not in kinds[kind]:
                raise LexiconError(f"{lines.at(f'{kind}.{tag}')} is none of the tags {sorted(kinds[kind])}")
            if kind == "cue" and tag in FACETS:
                raise LexiconError(f"{lines.at(f'{kind}.{tag}')} is a facet, and cannot be a cue")
            if not isinstance(rules, dict):
                raise LexiconError(f"{lines.at(f'{kind}.{tag}')} is no table of rules")
            if kind == "topic":
                topics[tag] = 1 << len(topics)
            elif kind in {"facet", "cue"}:
                for mark in (tag, *(f"{tag}.{rule}" for rule in rules)):
                    marks.setdefault(mark, 1 << len(marks))
    if max(len(marks), len(topics)) > _MOST_MARKS:
        raise LexiconError(f"{name}: more than {_MOST_MARKS} facets, cues and rules of them, or topics")
    for kind, tags in tables.items():
        for tag, rules in tags.items():
            seen: dict[tuple[str, bool], str] = {}
            for rule_name, lists in rules.items():
                table = f"{kind}.{tag}.{rule_name}"
                _check(kind, lists, marks, table, lines)
                rule_id = f"{tag}.{rule_name}"
                if kind == "topic":
                    near = sum({marks[mark] for mark in lists.get("near", ())})
                    rule = Rule(rule_id, kind, tag, 0 if lists.get("weak") else topics[tag], near)
                else:
                    rule = Rule(rule_id, kind, tag, marks.get(tag, 0) | marks.get(rule_id, 0))
                for phrase in _phrases_of(rule, lists):
                    key = _key(phrase.text)
                    if (key, phrase.is_weak) in seen:
                        where = lines.at(table, phrase.text)
                        raise LexiconError(f"{where}: {phrase.text!r} is in [{seen[key, phrase.is_weak]}] already")
                    seen[key, phrase.is_weak] = table
                    yield key, phrase


_LISTS = {"en", "verbs", "zh", "except", "near"}
_KEYS = _LISTS | {"weak"}


def _check(kind: str, lists: Any, marks: dict[str, int], table: str, lines: Lines) -> None:
    if not isinstance(lists, dict) or not {"en", "zh"} <= lists.keys() <= _KEYS:
        keys = lists if isinstance(lists, dict) else ()
        where = lines.at(table, next((key for key in keys if key not in _KEYS), None))
        raise LexiconError(
            f"{where}: a rule has the lists en and zh, may have verbs, except, near and weak, and nothing else"
        )
    if lists.get("weak", True) is not True or ("weak" in lists and kind != "topic"):
        raise LexiconError(f"{lines.at(table, 'weak')}: weak is true, and for topics only")
    for key, terms in lists.items():
        if key == "weak":
            continue
        if not isinstance(terms, list) or (key in {"en", "zh"} and not terms):
            raise LexiconError(f"{lines.at(table, key)}: {key} is not a list of phrases")
        for term in terms:
            if wrong := _wrong(kind, key, term, marks):
                raise LexiconError(f"{lines.at(table, term)}: {wrong}")


def _wrong(kind: str, key: str, term: Any, marks: dict[str, int]) -> str:
    """What is wrong with an entry of a list, "" if nothing is."""
    if not isinstance(term, str) or not term.strip() or term != to_plain(term).strip():
        return f"{key} has {term!r}, which is no plain phrase"
    if key in {"en", "verbs", "zh"} and bool(_IS_CJK.search(term)) != (key == "zh"):
        return f"{term!r} does not belong in {key}"
    if key == "verbs" and not (len(term) > 2 and term.isalpha()):
        return f"{term!r} is no verb"
    if key == "near" and (kind != "topic" or term not in marks):
        return f"near has {term!r}; it is for topics, and names facets, cues or their rules"
    return ""


def _phrases_of(rule: Rule, lists: dict[str, list[str]]) -> Iterator[_Phrase]:
    def phrase(text: str, *, case_matters: bool = False, is_hit: bool = True) -> _Phrase:
        return _Phrase(text, rule, case_matters=case_matters, is_hit=is_hit)

    for term in lists["en"]:
        case_matters = term == term.upper()
        yield phrase(term, case_matters=case_matters)
        if not term.lower().endswith("s"):
            yield phrase(term + "s", case_matters=case_matters)
    for verb in lists.get("verbs", ()):
        yield from map(phrase, _inflected(verb))
    yield from map(phrase, lists["zh"])
    for term in lists.get("except", ()):
        yield phrase(term, case_matters=term == term.upper(), is_hit=False)


def _inflected(verb: str) -> tuple[str, str, str, str]:
    """The forms of a regular English verb."""
    if verb.endswith("e"):
        return verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    third = f"{verb}es" if verb.endswith(("s", "x", "z", "ch", "sh")) else f"{verb}s"
    one_syllable = sum(char in _VOWELS for char in verb) == 1
    doubled = verb[-1] if one_syllable and verb[-1] not in "wxy" and verb[-2] in _VOWELS else ""
    return verb, third, f"{verb}{doubled}ed", f"{verb}{doubled}ing"
