"""The speakers of a text: its quotations, and whom each of its sentences is attributed to.

A sentence is attributed by what stands in it outside its quotations ("X said", "according to X", "X表示", "X：…"), or
else, where it is a quotation, by the sentence in which that quotation opens or ends.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from flows.fingerprint import simplified
from flows.speakers.chinese import is_name as is_chinese_name
from flows.speakers.english_phrases import is_name
from flows.speakers.named import QUOTED, Named, Reference, Span
from flows.speakers.sentence import attribution, fits, is_named, may_speak, names, pronoun, repetitions, subject

SENTENCES_READ = 2_000
"""Sentences of a text that are attributed; those after them have no speaker."""
LENGTH_READ = 1_000
"""Characters of a sentence in which an attribution is looked for."""
SPEAKER_LIMIT = 120
"""A speaker longer than this, in characters, is none."""
SENTENCES_BACK = 3
"""How far before a pronoun its antecedent may be, in sentences."""
NAMES_LOOKED_UP = 100
"""Surnames of a text whose full names are looked for."""
MENTIONS_LOOKED_AT = 5
"""Mentions of a surname at which its full name is looked for."""
REPETITIONS_BACK = 10
"""How far before "the ministry" a ministry may be, in sentences."""
WORDS_BEHIND = 4
"""Characters behind a known Chinese name that are taken for an adverb."""
SENTENCES_ASKED = 30
"""How many sentences may hand on the speaker of one, such as one quotation after another."""
AFTERTHOUGHT = 40
"""Length, in characters, up to which a sentence behind a quotation only says who spoke."""
LINE_READ = 5_000
"""How far back, in characters, the beginning of a line is looked for."""

_MOSTLY = 0.5

# Each alternative ends at the next opening mark of its kind or at the line's end, so that no character is read twice.
# That all begin with one set of characters lets the search skip the others quickly.
_QUOTATION = re.compile(
    r"[“「『\"‘](?:"
    r"(?<=“)[^“”\n]*+(?:”|(?=[“\n])|\Z)|(?<=「)[^「」\n]*+(?:」|(?=[「\n])|\Z)|(?<=『)[^『』\n]*+(?:』|(?=[『\n])|\Z)|"
    r"(?<=\")(?<![A-Za-z0-9,.!?;]\")(?=\S)[^\"\n]*+(?:\"|(?=\n)|\Z)|"
    r"(?<=‘)(?<!\w‘)(?=\S)[^‘’\n]*+(?:’(?=\w)[^‘’\n]*+)*’(?!\w))"
)
_PARTICLES = "(?:(?:de|van|von|der|den|du|da|dos|bin|al|del|della|di|la|ten|ter|ibn|ben) )*"
_SURNAME = re.compile(rf"{_PARTICLES}[A-Z][\w’'-]+")
_NAME_BEFORE = re.compile(rf"(?<![\w.])[A-Z][\w’'-]+ (?:[A-Z]\. )?{_PARTICLES}\Z")
_NAME_AFTER = re.compile(rf" {_PARTICLES}[A-Z][\w’'-]+")


def quotations(text: str) -> list[Span]:
    """Spans of the quotations of a text, with their marks, in order; one that is not closed ends with its line."""
    return [match.span() for match in _QUOTATION.finditer(text)]


class Speakers:
    """The speaker of each sentence of a text.

    Args:
        text: the text.
        spans: its sentences, in order.
    """

    def __init__(self, text: str, spans: Sequence[Span]) -> None:
        self._text = text
        self._spans = spans[:SENTENCES_READ]
        self._starts = [start for start, _ in self._spans]
        self._quotes = quotations(text)
        self._quote_starts = [start for start, _ in self._quotes]
        self._masked = simplified(_mask(text, self._quotes).encode("utf-8", "replace").decode())
        self._full_names: dict[str, Span | None] = {}
        self._named: dict[int, Named | None] = {}
        self._speakers: dict[int, Span | None] = {}
        self._subjects: dict[int, Span | None] = {}

    def span(self, number: int) -> Span | None:
        """Where in the text the speaker of a sentence is named; None where it has none."""
        return self._span(number, 0) if number < len(self._spans) else None

    def name(self, number: int) -> str | None:
        """The speaker of a sentence as the text names him; None where it has none."""
        span = self.span(number)
        return self._text[span[0] : span[1]] if span else None

    def _span(self, number: int, depth: int) -> Span | None:
        """The speaker of a sentence; `depth` counts the sentences after it that ask."""
        if number < 0 or depth > SENTENCES_ASKED:
            return None
        if number not in self._speakers:
            self._speakers[number] = self._speaker(number, depth)
        return self._speakers[number]

    def _read(self, number: int) -> str:
        start, end = self._spans[number]
        return self._masked[start : min(end, start + LENGTH_READ)]

    def _shifted(self, number: int, span: Span) -> Span:
        start, _ = self._spans[number]
        return start + span[0], start + span[1]

    def _attributed(self, number: int) -> Named | None:
        """Whom a sentence by itself is attributed to, with its span in the text."""
        if number not in self._named:
            named = attribution(self._read(number))
            if named and named.span[1] - named.span[0] <= SPEAKER_LIMIT:
                self._named[number] = Named(self._shifted(number, named.span), named.refers, named.leads)
            else:
                self._named[number] = None
        return self._named[number]

    def _speaker(self, number: int, depth: int) -> Span | None:
        named = self._attributed(number)
        if named:
            return self._resolved(named, number, depth)
        if self._is_quotation(number):
            return self._speaker_of_quotation(number, depth)
        return self._speaker_of_line(number, depth)

    def _resolved(self, named: Named, number: int, depth: int) -> Span | None:
        if named.refers:
            return self._antecedent(named.span, named.refers, number, depth)
        return self._whole_name(self._known(named.span, number, depth))

    def _known(self, span: Span, number: int, depth: int) -> Span:
        """Of words around a Chinese name that was a speaker's before, the name: no space tells where it ends."""
        text = self._masked[span[0] : span[1]]
        if text.isascii():
            return span
        for before in range(number - 1, max(-1, number - 1 - SENTENCES_BACK), -1):
            speaker = self._span(before, depth + 1)
            named = (self._shifted(before, one) for one in names(self._read(before)))
            for start, end in [*([speaker] if speaker else []), *named]:
                name = self._masked[start:end]
                is_part = text.endswith(name) or (text.startswith(name) and len(text) - len(name) <= WORDS_BEHIND)
                if is_part and is_chinese_name(name):
                    place = span[0] + text.index(name)
                    return place, place + len(name)
        return span

    def _is_quotation(self, number: int) -> bool:
        start, end = self._spans[number]
        return self._masked.count(QUOTED, start, end) > _MOSTLY * (end - start)

    def _speaker_of_quotation(self, number: int, depth: int) -> Span | None:
        """The speaker of a sentence that is (part of) a quotation and names none."""
        start, end = self._spans[number]
        quote = self._quotes[bisect_right(self._quote_starts, end - 1) - 1]
        if quote[0] < start:
            return self._span(self._sentence_at(quote[0]), depth + 1)
        last = self._sentence_at(quote[1] - 1)
        ending = self._attributed(last) if last > number else None
        if ending is None and self._spans[last][1] == quote[1]:
            ending = self._afterthought(last + 1)
        if ending:
            return self._resolved(ending, number, depth)
        return self._span(number - 1, depth + 1) or self._subject_of(number - 1)

    def _afterthought(self, number: int) -> Named | None:
        """The attribution of a quotation that ends before it with a full stop (“……。”林剑说。)."""
        if number >= len(self._spans):
            return None
        start, end = self._spans[number]
        if start - self._spans[number - 1][1] > 1 or self._text[start - 1] == "\n":
            return None
        unquoted = end - start - self._masked.count(QUOTED, start, end)
        return self._attributed(number) if unquoted <= AFTERTHOUGHT else None

    def _speaker_of_line(self, number: int, depth: int) -> Span | None:
        """In a transcript ("X: …") the speaker of a line says all of it."""
        start, _ = self._spans[number]
        line = self._text.rfind("\n", max(0, start - LINE_READ), start) + 1
        first = self._sentence_at(line) if line else 0
        if first < number and self._spans[first][0] >= start - LINE_READ:
            leading = self._attributed(first)
            if leading and leading.leads:
                return self._span(first, depth + 1)
        return None

    def _sentence_at(self, place: int) -> int:
        """The sentence at a place, or the first after it where it is between two."""
        number = max(0, bisect_right(self._starts, place) - 1)
        return number + (number + 1 < len(self._spans) and self._spans[number][1] <= place)

    def _whole_name(self, span: Span) -> Span:
        """For a surname the full name, where the text has it before."""
        word = self._text[span[0] : span[1]]
        if not _SURNAME.fullmatch(word):
            return span
        if word not in self._full_names and len(self._full_names) < NAMES_LOOKED_UP:
            self._full_names[word] = self._full_name(word)
        full = self._full_names.get(word)
        return full if full and full[0] < span[0] else span

    def _full_name(self, word: str) -> Span | None:
        """Where a text first has a name of two or three words that begins or ends with this one."""
        start = self._masked.find(word)
        for _ in range(MENTIONS_LOOKED_AT):
            if start < 0:
                return None
            end = start + len(word)
            before = _NAME_BEFORE.search(self._masked, max(0, start - 40), start)
            after = _NAME_AFTER.match(self._masked, end)
            for span in ((before.start(), end) if before else None, (start, after.end()) if after else None):
                if span and is_name(self._masked[span[0] : span[1]]):
                    return span
            start = self._masked.find(word, end)
        return None

    def _subject_of(self, number: int) -> Span | None:
        """Who the sentence before a quotation without attribution is about, if that is somebody."""
        if number < 0:
            return None
        span = self._about(number, 0)
        return self._whole_name(span) if span and may_speak(self._masked[span[0] : span[1]]) else None

    def _antecedent(self, span: Span, refers: Reference, number: int, depth: int) -> Span | None:
        """What a pronoun, "the company" or 该发言人 of a sentence stands for."""
        earlier = range(number - 1, max(-1, number - 1 - REPETITIONS_BACK), -1)
        near = earlier[:SENTENCES_BACK]
        # A pronoun means a name in the sentence before sooner than what earlier sentences are about; a noun does not.
        if refers.head:
            order = [*((before, False) for before in earlier), *((before, True) for before in near)]
        else:
            order = [(before, only_names) for before in near for only_names in (False, True)]
        for before, only_names in order:
            if only_names and not refers.head and self._has_as_subject(before, span):
                continue
            candidates = (
                ((self._shifted(before, span), False) for span in names(self._read(before)))
                if only_names
                else self._candidates(before, refers, depth, near=before in near)
            )
            for candidate, speaks in candidates:
                if candidate and fits(refers, self._masked[candidate[0] : candidate[1]], speaks=speaks):
                    # "The Chinese ambassador" already says as much as "a new Chinese ambassador" does.
                    says_more = (
                        is_named(self._masked[candidate[0] : candidate[1]]) or " " not in self._masked[slice(*span)]
                    )
                    return self._whole_name(candidate) if says_more else span
        return span if refers.head else None

    def _has_as_subject(self, number: int, span: Span) -> bool:
        """Whether a sentence is about the same pronoun, so that whom else it names is not meant by it."""
        about = self._subject(number)
        return about is not None and self._masked[slice(*about)].lower() == self._masked[slice(*span)].lower()

    def _subject(self, number: int) -> Span | None:
        """What a sentence is about by its own words, with its span in the text."""
        if number not in self._subjects:
            span = subject(self._read(number))
            self._subjects[number] = self._shifted(number, span) if span else None
        return self._subjects[number]

    def _about(self, number: int, depth: int) -> Span | None:
        """The subject of a sentence, or what it stands for."""
        span = self._subject(number)
        if span is None:
            return None
        refers = pronoun(self._masked[span[0] : span[1]])
        if refers is None:
            return span
        return self._antecedent(span, refers, number, depth + 1) if depth < SENTENCES_BACK else None

    def _candidates(
        self, number: int, refers: Reference, depth: int, *, near: bool
    ) -> Iterator[tuple[Span | None, bool]]:
        """What a reference after a sentence may mean in it, best first, and whether it is the sentence's speaker."""
        sentence = self._read(number)
        repeated = [self._shifted(number, span) for span in repetitions(sentence, refers)] if refers.head else []
        for span in repeated:
            if refers.kind == "document" or is_named(self._masked[span[0] : span[1]]):
                yield span, False
        if near:
            speaker = self._span(number, depth + 1)
            yield speaker, True
            about = self._about(number, depth)
            if about and speaker != about:
                yield about, False
        yield from ((span, False) for span in repeated)


def _mask(text: str, quotes: Sequence[Span]) -> str:
    """The text with every quoted character made the same, so that what is said is not read for who says it."""
    pieces = []
    end = 0
    for start, stop in quotes:
        pieces += [text[end:start].replace(QUOTED, " "), QUOTED * (stop - start)]
        end = stop
    return "".join([*pieces, text[end:].replace(QUOTED, " ")])
