"""Noun phrases of an English sentence: its tokens, where a phrase begins and ends, whom it names or may refer to."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from flows.speakers import english_words as listed
from flows.speakers.named import QUOTED, Reference, Span

LONGEST_ABBREVIATION = 4
"""Up to how many capital letters are taken for an organisation (UPS) and not for a person."""
_WORD = re.compile(
    rf"(?:{'|'.join(sorted(listed.ABBREVIATIONS))})\.|(?:[A-Za-z]\.){{2,}}|[A-Z]\.(?= [A-Z])|"
    rf"\d+(?:,\d{{3}})+|\w+(?:[’'&./-]\w+)*(?:(?<=s)[’'](?= \w))?|"
    rf"{QUOTED}++|[^\w\s]"
)
_NAME_WORD = re.compile(r"[\w’'-]+\.?")
_OF_SOMEBODY = re.compile("[’']s [a-z]")
_span_of = re.Match.span
_make = tuple.__new__


class Token(NamedTuple):
    """A word or sign, as it stands and in small letters, and where in the sentence it does."""

    text: str
    low: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether it is no sign, and no quotation."""
        return self.text[0].isalnum()

    @property
    def is_capitalised(self) -> bool:
        """Whether it may be part of a name."""
        return self.text[0].isupper() or self.low in listed.PARTICLES


@lru_cache(64)
def tokens_of(sentence: str) -> list[Token]:
    """The words and signs of a sentence; each quotation is one."""
    low = sentence.lower().replace("’", "'")
    if len(low) != len(sentence):
        low = sentence
    # Without the check of arguments that Token(…) costs: there are many tokens.
    return [
        _make(Token, (sentence[start:end], low[start:end], start, end))
        for start, end in map(_span_of, _WORD.finditer(sentence))
    ]


def phrase(tokens: list[Token], first: int, last: int, *, to_end: bool = False) -> Span | None:
    """The noun phrase that begins at a token, as a speaker: without article, title and clauses.

    Args:
        tokens: of the sentence.
        first: where the phrase begins; conjunctions and times before it are passed over.
        last: the last token that may belong to it.
        to_end: nothing but a circumstance may stand between the phrase and `last`.
    """
    found = phrase_range(tokens, first, last, plural_ends=to_end)
    if found is None:
        return None
    if to_end and found[1] < last:
        rest = tokens[found[1] + 1]
        if not (
            rest.low in listed.PREPOSITIONS
            or rest.low in listed.TIMES
            or rest.low in listed.RELATIVES
            or rest.low in listed.ADVERBS
        ):
            again = found[1] + 1
            if rest.low.endswith(("ed", "ing")) or rest.low in listed.PAST:
                return reduced(tokens, *found)
            return phrase(tokens, again, last, to_end=True) if again < last else None
    return reduced(tokens, *found)


def phrase_range(tokens: list[Token], first: int, last: int, *, plural_ends: bool = False) -> tuple[int, int] | None:
    """The first and last token of the noun phrase that begins at a token; `plural_ends` as in `_ends_phrase`."""
    while first <= last and (tokens[first].low in listed.LEADING or not tokens[first].is_word):
        first += 1
    if first <= last and tokens[first].low in {"on", "in", "last", "this", "earlier"}:
        place = first + 1
        while place <= last and (tokens[place].low in listed.TIMES or tokens[place].text.isdigit()):
            place += 1
        if place == first + 1:
            if tokens[first].low in {"on", "in"}:
                return None
        else:
            first = place
    while first <= last and tokens[first].low in listed.DETERMINERS:
        first += 1
    if first > last or not tokens[first].is_word:
        return None
    start = tokens[first].low
    is_dated = start.isdigit() and first < last and tokens[first + 1].low in listed.WRITTEN
    is_time = start in listed.TIMES and start != "may" and not is_dated
    if is_time or start in listed.RELATIVES or start in listed.AUXILIARIES or is_preposition(tokens, first):
        return None
    if (
        start.endswith("ed")
        and not tokens[first].is_capitalised
        and first < last
        and tokens[first + 1].low in listed.PREPOSITIONS
    ):
        return None
    if start in listed.PRONOUNS and not (
        tokens[first].is_capitalised and first < last and tokens[first + 1].is_capitalised
    ):
        return first, first
    end = first
    for place in range(first + 1, last + 1):
        token = tokens[place]
        if not token.is_word:
            if token.text == "&":
                continue
            break
        if is_preposition(tokens, place):
            if not _attaches(tokens, place, last):
                break
        elif token.low in {"and", "or"}:
            if place == last or not _begins_phrase(tokens[place + 1]):
                break
        elif _ends_phrase(tokens, place, plural_ends=plural_ends):
            break
        end = place
    while end > first and (
        tokens[end].low in listed.PREPOSITIONS or tokens[end].low in listed.DETERMINERS or tokens[end].low == "and"
    ):
        end -= 1
    return first, end


def is_preposition(tokens: list[Token], place: int) -> bool:
    """Whether a word is a preposition, and not the beginning of "Under Secretary"."""
    following = tokens[place + 1].text if place + 1 < len(tokens) else ""
    return tokens[place].low in listed.PREPOSITIONS and not (tokens[place].text == "Under" and following == "Secretary")


def _begins_phrase(token: Token) -> bool:
    return (
        token.is_word
        and token.low not in listed.VERBS
        and token.low not in listed.AUXILIARIES
        and token.low not in listed.PAST
    )


def _ends_phrase(tokens: list[Token], place: int, *, plural_ends: bool) -> bool:
    """Whether a word stands behind a noun phrase.

    Behind a name a word in -s is taken for its verb ("Huawei builds"), unless it can only be a plural (`plural_ends`).
    """
    token = tokens[place]
    low = token.low
    if low in {"both", "all"} and tokens[place - 1].low in listed.PREPOSITIONS:
        return False
    if low in listed.AUXILIARIES or low in listed.RELATIVES or low in listed.ADVERBS or low in listed.PRONOUNS:
        # "He Lifeng", "Theresa May"
        return not (token.is_capitalised and low in {"he", "may", "will", "today"})
    if low in listed.TIMES:
        return not (token.is_capitalised and low in {"morning", "evening", "week", "day", "today"})
    if token.is_capitalised:
        return False
    before = tokens[place - 1]
    if low in listed.DETERMINERS:
        return before.low not in listed.PREPOSITIONS and before.low not in {"and", "or"}
    if (
        not plural_ends
        and before.is_capitalised
        and not before.low.endswith(("'s", "s'", "ese", "ican", "ish", "utch", "pean", "rean", "ench", "rman"))
        and low.endswith("s")
        and low not in listed.PLURALS
        and not low.endswith("ss")
    ):
        return True
    if (low in listed.PAST and before.low not in listed.DETERMINERS) or (
        low.endswith("ly") and low not in {"family", "assembly", "supply"}
    ):
        return True
    if low in listed.VERBS and low not in listed.NOUNS_TOO:
        return True
    if low.endswith("ed") and ("-" not in low or low.startswith("co-")) and low not in listed.ADJECTIVES:
        if before.low in listed.DETERMINERS:
            return False
        is_told = low in {"briefed", "polled", "surveyed", "interviewed"}
        return not (is_told and place + 1 < len(tokens) and tokens[place + 1].low in {"on", "by"})
    return (
        low.endswith("ing")
        and before.low not in listed.BEFORE_NOUNS
        and low not in {"briefing", "manufacturing", "computing", "engineering", "trading"}
    )


def _attaches(tokens: list[Token], place: int, last: int) -> bool:
    """Whether a preposition continues the noun phrase before it, and does not begin a circumstance."""
    if place == last:
        return False
    low, before = tokens[place].low, tokens[place - 1].low
    target = place + 1
    while target < last and tokens[target].low in listed.DETERMINERS:
        target += 1
    token = tokens[target]
    if tokens[place + 1].low in {"its", "their", "his", "her"}:
        return before in {"familiar", "close", "briefed", "involved"}
    if low == "on" and before in listed.GROUPS:
        return not listed.BODIES.isdisjoint(other.low for other in tokens[target : target + 4])
    if low == "by":
        return before in listed.WRITTEN or before in {"polled", "surveyed", "interviewed"}
    if token.low in listed.TIMES or token.low in listed.EVENTS or not token.is_word or token.text.isdigit():
        return low == "of" and token.is_word and token.low not in listed.TIMES
    if low in {"of", "for", "from", "with"}:
        return True
    if low == "to":
        return before in {"close", "adviser", "advisor", "ambassador", "envoy", "aide", "representative", "known"}
    if low == "on":
        return before in {
            "committee",
            "council",
            "commission",
            "subcommittee",
            "panel",
            "briefed",
            "adviser",
            "advisor",
            "expert",
        }
    if low == "in" and before in listed.SINGLE_ROLES and tokens[place + 1].low == "the":
        return True
    if low == "in":
        return (
            (token.is_capitalised and before != "reporters")
            or before in listed.MANY
            or before in listed.WRITTEN
            or tokens[place + 1].low == "both"
        )
    return low == "at"


def reduced(tokens: list[Token], first: int, last: int) -> Span | None:
    """A noun phrase as speaker: of "Commerce Secretary Gina Raimondo" the name, of other phrases all words."""
    core = last
    joint = 0
    while last > first + 1 and tokens[last].text in {"MP", "MEP", "PhD"}:
        last -= 1
    for place in range(first + 1, last + 1):
        token = tokens[place]
        if token.low == "and":
            joint = place
        if is_preposition(tokens, place):
            is_office = place < last and tokens[place + 1].text in listed.OF_AN_OFFICE and token.low == "of"
            if is_office and tokens[place - 1].low in listed.TITLES:
                after = place + 2
                while after <= last and tokens[after].text in listed.OF_AN_OFFICE:
                    after += 1
                if after <= last and tokens[after].is_capitalised:
                    first = after
                    continue
            core = place - 1
            break
    if tokens[first].low in listed.DETERMINERS or (first == last and tokens[first].low in listed.TIMES):
        return None
    name = _name_in(tokens, first, core)
    if joint and name and name[0] > joint and not _names_somebody(tokens, first, joint - 1):
        joint = 0
    while last > first + 1 and tokens[last].text in {"MP", "MEP", "PhD"}:
        last -= 1
    if joint:
        one = _name_in(tokens, first, joint - 1)
        if one and one[0] > first and not any(token.is_capitalised for token in tokens[first : one[0]]):
            first = one[0]
        elif tokens[first].low.rstrip(".") in listed.ALL_TITLES and tokens[first + 1].is_capitalised:
            first += 1
        return _span(tokens, first, last)
    if name:
        return _span(tokens, *name)
    return _span(tokens, first, last)


def _names_somebody(tokens: list[Token], first: int, last: int) -> bool:
    """Whether the first of two joint authors is one, and no part of an office ("Science and Technology Adviser")."""
    text = " ".join(token.text for token in tokens[first : last + 1])
    return is_person(text) or text in listed.PLACES


def _name_in(tokens: list[Token], first: int, core: int) -> tuple[int, int] | None:
    """The name at the end of a phrase that says who its bearer is; or the whole of one that is a person's name."""
    begin = core + 1
    while begin > first and tokens[begin - 1].is_capitalised and tokens[begin - 1].low.rstrip(".") not in listed.TITLES:
        begin -= 1
        if tokens[begin].low.endswith(("'s", "s'")) and begin < core:
            begin += 1
            return (
                (begin, core) if listed.NO_PERSON.isdisjoint(token.text for token in tokens[begin : core + 1]) else None
            )
    if begin > core:
        return None
    if begin > first:
        is_office = tokens[begin - 1].is_capitalised and not listed.ORGANISATIONS.isdisjoint(
            t.text for t in tokens[begin : core + 1]
        )
        return None if is_office else (begin, core)
    words = [token.text for token in tokens[first : core + 1]]
    return (first, core) if 2 <= len(words) <= 4 and listed.NO_PERSON.isdisjoint(words) else None


def _span(tokens: list[Token], first: int, last: int) -> Span:
    possessive = next((ending for ending in ("'s", "'") if tokens[last].low.endswith(ending)), "")
    return tokens[first].start, tokens[last].end - len(possessive)


def names(sentence: str) -> Iterator[Span]:
    """The names in a sentence."""
    tokens = tokens_of(sentence)
    first = 0
    while first < len(tokens):
        last = first
        while last < len(tokens) and tokens[last].is_word and tokens[last].is_capitalised:
            last += 1
        is_place = last == first + 1 and first > 0 and tokens[first - 1].low in {"in", "at", "from", "near"}
        if last > first and not is_place and tokens[first].low not in listed.NO_NAMES:
            span = reduced(tokens, first, last - 1)
            if span:
                yield span
        first = max(last, first + 1)


def has_role(text: str) -> bool:
    """Whether a noun phrase says what somebody is."""
    return not listed.ROLES.isdisjoint(text.lower().replace(".", "").split())


def is_name(text: str) -> bool:
    """Whether some capitalised words are the name of a person."""
    words = text.replace("’s", "").replace("'s", "").split()
    return listed.NO_PERSON.isdisjoint(words) and not any(
        word.lower().rstrip(".") in listed.NO_GIVEN_NAMES or (len(word) > 3 and word.isupper()) for word in words
    )


def is_person(text: str) -> bool:
    """Whether a speaker is somebody, by name or by office, and no organisation or country."""
    words = _NAME_WORD.findall(text)
    if has_role(text):
        return True
    if len(text) <= LONGEST_ABBREVIATION and len(text) > 1 and text.isupper():
        return False
    is_capitalised = all(word[0].isupper() or word in listed.PARTICLES for word in words)
    return bool(words) and is_capitalised and listed.NO_PERSON.isdisjoint(words)


def may_speak(text: str) -> bool:
    """Whether the subject of the sentence before a quotation may be its speaker: somebody, or an organisation."""
    words = text.lower().split()
    is_named = text[:1].isupper() and all(word[:1].isupper() for word in text.split())
    return is_person(text) or is_named or any(listed.GENERIC.get(word) in {"person", "organisation"} for word in words)


def pronoun(text: str) -> Reference | None:
    """What a subject that is a pronoun refers to; None where it is none."""
    kind = listed.PRONOUNS.get(text.lower())
    return Reference(kind) if kind else None


def repetitions(sentence: str, refers: Reference) -> Iterator[Span]:
    """Where a sentence has the noun that a reference repeats: for "the ministry", "China's Ministry of Commerce".

    For "the company", of "DeepSeek, a Chinese company, said" the name.
    """
    tokens = tokens_of(sentence)
    for place, token in enumerate(tokens):
        if token.low != refers.head:
            continue
        first = place
        while first and tokens[first - 1].is_word and _may_modify(tokens[first - 1]):
            first -= 1
        if refers.kind == "document":
            yield tokens[first].start, token.end
            continue
        name = first - 3
        is_apposed = name >= 0 and (tokens[first - 2].text == "," or tokens[first - 2].low in listed.BE)
        if is_apposed and tokens[first - 1].low in listed.DETERMINERS:
            while name and tokens[name - 1].is_word and tokens[name - 1].is_capitalised:
                name -= 1
            span = reduced(tokens, name, first - 3) if tokens[first - 3].is_capitalised else None
        else:
            span = phrase(tokens, first, len(tokens) - 1)
        if span:
            yield span


def _may_modify(token: Token) -> bool:
    low = token.low
    return not (
        low in listed.DETERMINERS
        or low in listed.PREPOSITIONS
        or low in listed.AUXILIARIES
        or low in listed.VERBS
        or low in listed.LEADING
        or low in listed.PAST
        or low in {"new", "each", "every", "own"}
        or (low.endswith("ed") and not token.is_capitalised and low not in listed.ADJECTIVES)
    )


def fits(refers: Reference, text: str, *, speaks: bool) -> bool:
    """Whether a reference could mean this speaker, or, where it does not speak, this subject or name.

    The name of a firm may look like that of a person; of somebody who speaks it is taken for a person's.
    """
    words = text.lower().split()
    if text.lower() in listed.SPEAKING_ITSELF or text.lower() in listed.PRONOUNS:
        return False
    if refers.kind == "document":
        return refers.head in words
    if refers.kind == "person":
        return is_person(text) and listed.SEVERAL.isdisjoint(words) and "people" not in words
    if refers.kind == "organisation":
        if refers.head in listed.FIRMS and text in listed.PLACES:
            return False
        if _OF_SOMEBODY.search(text) or (refers.head and any(listed.GENERIC.get(word) == "document" for word in words)):
            return False
        return not (is_person(text) and (speaks or has_role(text)))
    return True
