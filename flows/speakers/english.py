"""How an English sentence names who says it: its clauses, which have a verb of saying and a subject, or the like.

Sentences come with every character of a quotation made QUOTED.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from flows.speakers import english_words as listed
from flows.speakers.english_phrases import (
    Token,
    has_role,
    is_name,
    is_person,
    is_preposition,
    may_speak,
    phrase,
    phrase_range,
    reduced,
    tokens_of,
)
from flows.speakers.named import QUOTED, Named, Reference, Span

PASSIVE_READ = 30
"""How far behind a passive verb its "by" may be, in words."""
ASIDE_READ = 6
"""How many words a subject between commas may have."""
_DATELINE = re.compile(
    r"\s*[A-Z][A-Z]+(?:[ ./,-]+[A-Z]{2,})*(?:, [A-Z][\w. ]{1,20}){0,2}(?: \([A-Za-z ]{2,20}\))? ?[-–—]+ "
)
_INTRODUCES = re.compile(rf": ?{QUOTED}|{QUOTED} ?[—–-]")
_LOWER_WORDS = re.compile(r"[a-z]+")
_LEAD_COLON = re.compile(r"\s*([^:]{2,80}?)(?: \([^()]{1,30}\))?: ?(?=\S)")


def attribution(sentence: str) -> Named | None:
    """Who says a sentence, by its own words; None where it does not tell."""
    sentence = _without_dateline(sentence)
    leading = _leading_colon(sentence) if ":" in sentence else None
    if leading:
        return leading
    may_tell = sentence.startswith(("For ", "To ")) or (QUOTED in sentence and _INTRODUCES.search(sentence))
    if not may_tell and listed.TRIGGERS.isdisjoint(_LOWER_WORDS.findall(sentence)):
        return None
    return _Clauses(sentence, tokens_of(sentence)).attribution()


def _without_dateline(sentence: str) -> str:
    """The sentence with "HONG KONG, Nov 19 - " made blank."""
    match = _DATELINE.match(sentence)
    return " " * match.end() + sentence[match.end() :] if match else sentence


def _leading_colon(sentence: str) -> Named | None:
    match = _LEAD_COLON.match(sentence)
    if not match:
        return None
    tokens = tokens_of(match[1])
    words = [token for token in tokens if token.is_word]
    if (
        not words
        or not listed.NO_LEADS.isdisjoint({words[0].low, words[-1].low})
        or len(words) > 7
        or QUOTED in match[1]
    ):
        return None
    if len(words) == 1 and len(words[0].text) > 3 and words[0].text.isupper():
        return None
    capitalised = sum(token.is_capitalised or token.low in listed.TITLES for token in words)
    says = any(
        word.low in listed.AUXILIARIES or word.low in listed.VERBS or word.low in listed.PRONOUNS for word in words
    )
    if says or not words[0].is_capitalised or capitalised < len(words) - 1:
        return None
    span = phrase(tokens, 0, len(tokens) - 1)
    if not span:
        return None
    shift = match.start(1)
    return Named((span[0] + shift, span[1] + shift), leads=True)


def subject(sentence: str) -> Span | None:
    """Whom or what a sentence is about: its first noun phrase that depends on no preposition."""
    tokens = tokens_of(_without_dateline(sentence))
    start = 0
    for place in range(len(tokens) + 1):
        if (
            place == len(tokens)
            or tokens[place].text in {",", ";", ":", "—", "–", "-"}
            or tokens[place].text[0] == QUOTED
        ):
            if start < place and tokens[start].low not in listed.INTRODUCTORY:
                span = phrase(tokens, start, place - 1)
                if span:
                    clauses = _Clauses(sentence, tokens)
                    return clauses.apposed_name(span, clauses.next_piece(span[1])) or span
            start = place + 1
    return None


class _Clauses:
    """The tokens of a sentence, asked for who says what in it."""

    def __init__(self, sentence: str, tokens: list[Token]) -> None:
        self._sentence = sentence
        self._tokens = tokens
        self._last = len(tokens) - 1
        while self._last >= 0 and not tokens[self._last].is_word and tokens[self._last].text[0] != QUOTED:
            self._last -= 1

    def attribution(self) -> Named | None:
        """The outermost attribution: one at the sentence's end or beside a quotation before one at its beginning."""
        found: list[tuple[int, int, Span]] = []
        for place, token in enumerate(self._tokens):
            if token.low not in listed.TRIGGERS:
                continue
            if token.low == "per" and place < self._last and (place == 0 or self._tokens[place + 1].is_capitalised):
                span = phrase(self._tokens, place + 1, self._last)
                if span and (place == 0 or self._tokens[place - 1].text == ","):
                    found.append((1, place, span))
            elif token.low == "according" and place + 2 <= self._last and self._tokens[place + 1].low == "to":
                span = phrase(self._tokens, place + 2, self._last)
                if span:
                    is_carried = self._sentence[span[0] : span[1]].lower().split()[-1] in listed.CARRIERS
                    found.append((3 if is_carried else 1, place, span))
            elif token.low == "citing" and place:
                found += self._cited(place)
            elif token.low in listed.VERBS and not token.is_capitalised:
                found += self._by_verb(place)
                if token.low in listed.CLAIMS:
                    found += self._by_view(place)
            elif (
                token.low in listed.ATTITUDES
                or token.low in listed.PHRASAL
                or token.low in {"quoted", "cited", "put", "puts"}
            ):
                found += self._by_attitude(place)
            elif token.low in listed.CLAIMS:
                found += self._by_view(place)
        found = found or [*self._by_colon(), *self._by_noun(), *self._by_preposition()]
        found = [item for item in found if not self._is_nobody(item[2])]
        return self._named(min(found)[2]) if found else None

    def _is_nobody(self, span: Span) -> bool:
        low = self._sentence[span[0] : span[1]].lower()
        if self._sentence[: span[0]].lower().endswith((" nor ", " nor the ")):
            return True
        return low in listed.SPEAKING_ITSELF or low.split()[0] in {"neither", "no", "nobody", "none", "nothing"}

    def _named(self, span: Span) -> Named:
        text = self._sentence[span[0] : span[1]]
        low = text.lower()
        before = self._sentence[: span[0]].rstrip().rpartition(" ")[2].lower()
        if low in listed.PRONOUNS:
            refers = Reference(listed.PRONOUNS[low])
            own = self._own_antecedent(span, refers) if before in {"and", "but"} else None
            return own or Named(span, refers)
        if low in listed.POSSESSIVES:
            return Named(span, Reference(listed.POSSESSIVES[low]))
        words = low.removesuffix(" of state").split()
        is_plain = len(words) == 1 or (len(words) == 2 and low in listed.COMPOUNDS)
        is_generic = words[-1] in listed.GENERIC and (is_plain or words[-1] in listed.DESCRIBED)
        is_somebody = words[-1] in listed.SINGLE_ROLES or words[-1] in listed.HEADS or words[-1].endswith("-year-old")
        is_generic = is_generic or (len(words) <= 3 and is_somebody)
        if before in {"the", "that", "this"} and len(words) <= 4 and is_generic:
            return Named(span, Reference(listed.GENERIC.get(words[-1], "person"), words[-1]))
        return Named(span)

    def _own_antecedent(self, span: Span, refers: Reference) -> Named | None:
        """A pronoun whose sentence itself names somebody before it ("Lin denied it, and she said …")."""
        first = subject(self._sentence[: span[0]])
        if first and first[1] < span[0]:
            text = self._sentence[first[0] : first[1]]
            if (
                text.lower() not in listed.PRONOUNS
                and is_person(text) == (refers.kind == "person")
                and text[0].isupper()
            ):
                return Named(first)
        return None

    def _by_preposition(self) -> Iterator[tuple[int, int, Span]]:
        """Speakers in "For Graham Allison, the race recalls …": persons only."""
        tokens = self._tokens
        if self._last > 3 and tokens[0].low in {"for", "to"} and tokens[1].is_capitalised:
            found = phrase_range(tokens, 1, self._last)
            span = reduced(tokens, *found) if found and tokens[found[1] + 1].text == "," else None
            if span and is_person(self._sentence[span[0] : span[1]]) and " " in self._sentence[span[0] : span[1]]:
                yield (8, 0, span)

    def _by_colon(self) -> Iterator[tuple[int, int, Span]]:
        """The subject of what introduces a quotation ("Lin was blunt: …"), or the name behind one ("… — Lin Jian")."""
        tokens = self._tokens
        for place in range(1, len(tokens)):
            if tokens[place].text[0] != QUOTED:
                continue
            if tokens[place - 1].text == ":":
                span = subject(self._sentence[: tokens[place - 1].start])
                if span and may_speak(self._sentence[span[0] : span[1]]):
                    yield (4, place, self.apposed_name(span, self.next_piece(span[1])) or span)
            return
        if len(tokens) > 2 and tokens[0].text[0] == QUOTED and tokens[1].text in {"—", "–", "-"}:
            span = phrase(tokens, 2, self._last)
            if span and may_speak(self._sentence[span[0] : span[1]]):
                yield (4, 1, span)

    def _by_attitude(self, place: int) -> Iterator[tuple[int, int, Span]]:
        """Speakers in "Beijing is adamant that …", "as Lin put it", "hit back", "Xinhua quoted Lin as saying"."""
        tokens = self._tokens
        low = tokens[place].low
        after = [token.low for token in tokens[place + 1 : place + 3]]
        is_passive = place > 0 and tokens[place - 1].low in listed.BE
        if low in listed.PHRASAL:
            is_whole = after[:1] != ["the"] or after == ["the", "case"]
            if low in listed.APART:
                after = [token.low for token in tokens[place + 1 : place + 5] if token.low in listed.PHRASAL[low]]
            if after[:1] and after[0] in listed.PHRASAL[low] and is_whole and not is_passive:
                span, weight = self._subject_before(place - 1, place)
                if span:
                    yield (weight, place, span)
            return
        if low in listed.ATTITUDES and not (is_passive and after[:1] in (["that"], ["about"])):
            return
        if low in {"put", "puts"} and after[:1] != ["it"]:
            return
        if low in {"quoted", "cited"} and not is_passive:
            found = phrase_range(tokens, place + 1, self._last)
            if found and [token.low for token in tokens[found[1] + 1 : found[1] + 3]] == ["as", "saying"]:
                span = reduced(tokens, *found)
                if span:
                    yield (0, place, span)
            return
        if low in {"quoted", "cited"}:
            following = [token.low for token in tokens[place + 1 : place + 8]]
            if ("as", "saying") not in pairwise(following):
                return
        before = place - 2 if is_passive else place - 1
        if before >= 0:
            span, weight = self._subject_before(before, place)
            if span:
                yield (weight, place, span)

    def _cited(self, place: int) -> Iterator[tuple[int, int, Span]]:
        """Whom a newspaper cites ("Reuters, citing two officials, reported …")."""
        span = phrase(self._tokens, place + 1, self._last)
        if span and is_person(self._sentence[span[0] : span[1]]):
            is_press = any(token.text in listed.PRESS or token.low.startswith("report") for token in self._tokens)
            if is_press:
                yield (1, place, span)

    def _by_view(self, place: int) -> Iterator[tuple[int, int, Span]]:
        """Speakers in "in Beijing's view", "in the eyes of Chinese officials"."""
        tokens = self._tokens
        if place + 2 <= self._last and tokens[place + 1].low == "of" and tokens[place - 1].low in {"the", "a"}:
            span = phrase(tokens, place + 2, self._last) if tokens[place].low in listed.VIEWS else None
            if span:
                yield (1, place, span)
            return
        is_view = tokens[place].low in {"view", "opinion", "telling"} and tokens[place - 2].low in {"in", "to"}
        if place > 1 and is_view and tokens[place - 1].low in listed.POSSESSIVES:
            yield (8, place, self._whole(place - 1, place - 1))
            return
        is_claim = self._is_claim(place)
        owner = place - 2 if is_claim and place > 1 and not tokens[place - 1].low.endswith(("'s", "s'")) else place - 1
        if owner >= 0 and tokens[owner].low.endswith(("'s", "s'")):
            first = owner
            while first > 0 and tokens[first - 1].is_word and tokens[first - 1].low not in {"in", "from", "by", "to"}:
                first -= 1
            if is_claim or (first and tokens[first - 1].low in {"in", "from", "by", "to"}):
                span = phrase(tokens, first, owner)
                if span:
                    yield (1, place, span)

    def _is_claim(self, view: int) -> bool:
        """Whether a view is said to be so ("X's main argument is that …", "X's verdict is blunt: “…”")."""
        after = self._tokens[view + 1 : view + 4]
        if len(after) < 2 or after[0].low not in {"is", "was"}:
            return False
        return after[1].low == "that" or any(token.text == ":" for token in after[1:])

    def _by_verb(self, verb: int) -> Iterator[tuple[int, int, Span]]:
        """Speakers that a verb of saying gives: how strongly the position speaks for it (less is more), where, who."""
        tokens = self._tokens
        token = tokens[verb]
        before = verb - 1
        while before >= 0 and (
            tokens[before].low in listed.ADVERBS
            or (
                tokens[before].low in listed.AUXILIARIES
                and tokens[before].low not in listed.BE
                and tokens[before].text != "May"
            )
            or (tokens[before].low.endswith("ly") and not tokens[before].is_capitalised)
        ):
            before -= 1
        at_left = tokens[before] if before >= 0 else None
        after = tokens[verb + 1] if verb < self._last else None
        if any(t.low in listed.UNSAID or t.low.endswith("n't") for t in tokens[before + 1 : verb]):
            return
        if at_left and at_left.low in listed.BE:
            if not token.low.endswith("ing"):
                if not token.low.startswith("ask"):
                    yield from self._passive(verb)
                return
            before -= 1
            at_left = tokens[before] if before >= 0 else None
        elif token.low.endswith("ing") and at_left and at_left.is_word:
            return
        if after and after.low == "by" and token.low.endswith("ed") and not (at_left and at_left.low in listed.BE):
            if at_left and at_left.low in listed.OPINIONS:
                yield from self._passive(verb)
            return
        # "citing alleged concerns"
        if token.low in listed.DOING or (at_left and at_left.low.endswith("ing") and at_left.low in listed.VERBS):
            return
        if token.low in listed.PRESENT and self._tokens[-1].text == "?":
            return
        if at_left and at_left.low in {"to", "be", "so", "of", "by", "for", "as"}:
            return
        if token.low in listed.NOUNS_TOO and at_left and before == verb - 1 and self._is_noun(verb, at_left):
            return
        if after and after.low in {"off", "up"} and token.low.startswith("call"):
            return
        if token.low in {"point", "points", "pointed"} and (after is None or after.low not in {"out", "to"}):
            return
        is_forecast = token.low in {"expect", "expects"} and self._has_role_before(verb)
        is_caption = token.low in {"read", "reads"} and at_left is not None and at_left.text[0] == QUOTED
        says_nothing = (
            token.low in listed.DOING_TOO and after is not None and after.is_word and after.low not in listed.SAYING
        )
        if says_nothing and not is_forecast and not is_caption:
            return
        quote_before = at_left is not None and (
            at_left.text[0] == QUOTED or (not at_left.is_word and before > 0 and tokens[before - 1].text[0] == QUOTED)
        )
        is_inverted = token.low in listed.INVERTED or (quote_before and token.low in listed.BEHIND_A_QUOTATION)
        if is_inverted and (at_left is None or not at_left.is_word) and after:
            sure = token.low in listed.INVERTED and (quote_before or at_left is None)
            span = self._inverted(verb, sure=sure, quote_before=quote_before)
            if span:
                yield (0, verb, span)
                return
        if at_left is None or (quote_before and token.low.endswith("ing")):
            return
        span, weight = self._subject_before(before, verb)
        if span:
            # Who reports what another said only carries it.
            yield (4 if token.low.startswith("report") else weight, verb, span)

    def _has_role_before(self, verb: int) -> bool:
        """Whether a verb's subject says what somebody is: "analysts at Morgan Stanley expect China to …"."""
        return any(token.low in listed.ROLES for token in self._tokens[max(0, verb - 6) : verb])

    def _is_noun(self, verb: int, at_left: Token) -> bool:
        token = self._tokens[verb]
        after = self._tokens[verb + 1].low if verb < self._last else ""
        if after == "that" and token.low in {"found", "thought", "find", "estimate", "note"}:
            return False
        if (
            at_left.low in listed.DETERMINERS
            or at_left.low in listed.PREPOSITIONS
            or at_left.low in {"and", "or", "no", "such", "any"}
        ):
            return True
        if self._is_aside(verb) or self._follows_two_names(verb):
            return False
        if at_left.low.endswith(("'s", "s'")) or at_left.low in listed.PAST or at_left.low in listed.VERBS:
            return True
        if not at_left.is_capitalised and at_left.low.endswith(listed.ADJECTIVE_ENDINGS):
            return True
        if token.low.endswith("ed") or (token.low in {"found", "thought", "knew"} and self._is_trailing(verb)):
            return False
        if not token.low.endswith("s") and not (
            at_left.low.endswith("s")
            or any(token.low in listed.MANY for token in self._tokens[max(0, verb - 6) : verb])
            or at_left.low in {"people", "they", "we", "i", "who", "media", "police"}
        ):
            return True
        if after in {"that", "it", "the", "its", "their", "a", "for", "on", "out", "he", "she", "they"}:
            return False
        return (
            after in listed.AUXILIARIES
            or after in {"of", "and", "from", "by", "in", "to", "over"}
            or not after.isalnum()
        )

    def _is_aside(self, verb: int) -> bool:
        """Whether nothing but a subject and this verb stand between two commas (", officials hint,")."""
        tokens = self._tokens
        first = verb - 1
        while first > 0 and verb - first < ASIDE_READ and tokens[first].is_word:
            first -= 1
        is_noun_phrase = (
            tokens[first + 1].low in {"the", "a", "an", "one", "some"} or tokens[verb - 1].low in listed.GROUPS
        )
        ends = verb < self._last and tokens[verb + 1].text == ","
        return ends and is_noun_phrase and first > 0 and tokens[first].text == ","

    def _follows_two_names(self, verb: int) -> bool:
        """Whether a headline's verb stands behind two names ("Anthropic, OpenAI urge …")."""
        if self._tokens[verb].low not in listed.PRESENT:
            return False
        before = self._tokens[:verb]
        if any(token.low in listed.SPEAKING_ITSELF for token in before):
            return False
        commas = sum(token.text == "," for token in before)
        if commas != 1 or not 3 <= verb <= ASIDE_READ or before[0].low in listed.NO_NAMES:
            return False
        return all(token.is_capitalised or token.text == "," for token in before)

    def _passive(self, verb: int) -> Iterator[tuple[int, int, Span]]:
        """Speakers in "was dismissed as naive by two aides"."""
        for place in range(verb + 1, min(verb + PASSIVE_READ, self._last)):
            token = self._tokens[place]
            if token.text == ";":
                return
            if token.low == "by" and not self._tokens[place + 1].text[0].isdigit():
                span = phrase(self._tokens, place + 1, self._last)
                if span:
                    yield (2, verb, span)
                return

    def _by_noun(self) -> Iterator[tuple[int, int, Span]]:
        """Speakers in "a sharp rebuke from the Chinese embassy"."""
        for place, token in enumerate(self._tokens[: self._last - 1]):
            after = self._tokens[place + 1].low
            if (token.low in listed.UTTERANCES and after in {"from", "by"}) or (
                token.low in listed.UTTERED and after == "by"
            ):
                span = phrase(self._tokens, place + 2, self._last)
                if span and may_speak(self._sentence[span[0] : span[1]]):
                    yield (7, place, span)

    def _inverted(self, verb: int, *, sure: bool, quote_before: bool) -> Span | None:
        """The speaker behind the verb ("…", said X)."""
        tokens = self._tokens
        first = tokens[verb + 1]
        if (
            not first.is_word
            or first.low in listed.PRONOUNS
            or first.low in listed.RELATIVES
            or is_preposition(tokens, verb + 1)
        ):
            return None
        if not sure and first.low in listed.TIMES:
            return None
        found = phrase_range(tokens, verb + 1, self._last)
        if found is None:
            return None
        if not sure and tokens[verb].low not in {"said", "says", "say"}:
            span = reduced(tokens, *found)
            authors = self._sentence[span[0] : span[1]].split(" and ") if span else []
            is_body = tokens[found[1]].low in listed.GENERIC and first.low == "the"
            is_body = is_body or (
                quote_before and len(authors) == 1 and (is_person(authors[0]) or authors[0].istitle())
            )
            if not (is_body or (first.is_capitalised and all(map(is_person, authors)) and authors)):
                return None
        after = found[1] + 1
        if (
            not sure
            and after <= self._last
            and tokens[after].is_word
            and tokens[after].low not in {"who", "in", "at", "on"}
        ):
            return None
        span = reduced(tokens, *found)
        return (self.apposed_name(span, self.next_piece(tokens[found[1]].end)) or span) if span else None

    def _subject_before(self, before: int, verb: int) -> tuple[Span | None, int]:
        """The subject of a verb, from what stands before it since the last quotation; and how strongly."""
        tokens = self._tokens
        begin = before
        while begin >= 0 and tokens[begin].text[0] != QUOTED and tokens[begin].text not in {";", ":", "—", "…"}:
            begin -= 1
        # A quotation may be part of a name or of the clause before: only what it ends is left out.
        pieces: list[tuple[int, int]] = []
        start = begin + 1
        for place in range(begin + 1, before + 1):
            if tokens[place].text in {",", "(", ")", "–", "-"}:
                pieces.append((start, place - 1))
                start = place + 1
        pieces.append((start, before))
        pieces = [piece for piece in pieces if piece[0] <= piece[1]]
        if not pieces or any(token.low == "than" for token in tokens[pieces[-1][0] : verb]):
            return None, 9
        is_trailing = tokens[verb].low in listed.PARENTHETIC and (begin >= 0 or len(pieces) > 1)
        is_trailing = is_trailing and (self._is_trailing(verb) or self._is_aside(verb))
        first, last = pieces[-1]
        is_detached = last != before
        if not is_detached and tokens[last].low == "who":
            is_detached = True
        elif not is_detached and tokens[first].low in {"who", "which", "whose"}:
            pieces.pop()
            is_detached = True
        if not is_detached and any(token.low == "whether" for token in tokens[first:verb]):
            return None, 9
        if not is_detached:
            cut = self._clause_start(first, last)
            span = phrase(tokens, cut, last, to_end=True)
            if span and tokens[first].low in listed.SUBORDINATORS:
                return span, 5
            if span and cut == first and begin >= 0 and tokens[begin].text[0] == QUOTED:
                return span, 0
            if span and cut == first:
                if self._follows_two_names(verb):
                    return (tokens[0].start, span[1]), 2
                for begin_name, end_name in reversed(pieces[:-1]):
                    if " and " not in self._sentence[span[0] : span[1]] or not self._is_name(begin_name, end_name):
                        break
                    span = (tokens[begin_name].start, span[1])
                return span, 0 if is_trailing else 2
            if span:
                return span, 5
            if not self._only_circumstance(first, last):
                return None, 9
            pieces.pop()
        is_trailing = is_trailing and not tokens[verb].low.endswith("ing")
        for first, last in reversed(pieces[1:]):
            if is_trailing and self._is_name(first, last):
                return self._whole(first, last), 0
        is_coordinate = tokens[before].low in {"and", "but"}
        for number, (first, last) in enumerate(pieces):
            if tokens[first].low in listed.INTRODUCTORY or tokens[first].low in listed.RELATIVES:
                continue
            span = phrase(tokens, first, last)
            if span:
                span = self.apposed_name(span, pieces[number + 1 : number + 2]) or span
                return span, 5 if is_coordinate else 0 if is_trailing and begin >= 0 else 2
        return None, 9

    def apposed_name(self, span: Span, following: list[tuple[int, int]]) -> Span | None:
        """The name that follows an office between commas: "China's ambassador, Liu Xiaoming, said"."""
        office = self._sentence[span[0] : span[1]]
        is_role = has_role(office) or office.endswith(listed.HEADS) or not listed.RELATED.isdisjoint(office.split())
        is_common = office.split(" in ")[0].rpartition(" ")[2].islower()
        if not (is_role or is_common):
            return None
        for first, last in following:
            name = phrase(self._tokens, first, last)
            words = self._sentence[name[0] : name[1]].split() if name else []
            is_capitalised = all(word[0].isupper() or word in listed.PARTICLES for word in words)
            if 2 <= len(words) <= 4 and is_capitalised and is_name(" ".join(words)):
                return name
        return None

    def next_piece(self, end: int) -> list[tuple[int, int]]:
        """What stands between the comma at a place in the sentence and the next."""
        commas = [place for place, token in enumerate(self._tokens) if token.text == "," and token.start >= end]
        if not commas or commas[0] == 0 or self._tokens[commas[0] - 1].end > end:
            return []
        first = commas[0] + 1
        last = commas[1] - 1 if len(commas) > 1 else self._last
        return [(first, last)] if first <= last else []

    def _is_name(self, first: int, last: int) -> bool:
        words = [token.text for token in self._tokens[first : last + 1]]
        return 2 <= len(words) <= 4 and all(word[0].isupper() for word in words) and is_name(" ".join(words))

    def _whole(self, first: int, last: int) -> Span:
        return self._tokens[first].start, self._tokens[last].end

    def _only_circumstance(self, first: int, last: int) -> bool:
        token = self._tokens[first]
        return (
            token.low in listed.PREPOSITIONS
            or token.low in listed.TIMES
            or token.low in {"and", "who", "but"}
            or first > last
        )

    def _clause_start(self, first: int, last: int) -> int:
        """Where the clause that ends at a subject begins: behind another clause's verb, or a conjunction."""
        tokens = self._tokens
        cut = first
        for place in range(first, last + 1):
            low = tokens[place].low
            is_verb = low in listed.AUXILIARIES or (
                low in listed.VERBS and not tokens[place].is_capitalised and low not in listed.NOUNS_TOO
            )
            is_participle = low.endswith("ing") and place > first and tokens[place - 1].low not in listed.BE
            if place < last and (
                (is_verb and not is_participle)
                or low in {"that", "because", "while", "after", "as", "what", "which", "when"}
            ):
                cut = place + 1
        if cut > first or any(t.low in listed.PAST for t in tokens[first:last]):
            for place in range(cut, last):
                if tokens[place].low in {"and", "but"} and place > first:
                    cut = place + 1
        return cut

    def _is_trailing(self, verb: int) -> bool:
        """Whether nothing but circumstances follows a verb: "…, the ministry said on Friday."."""
        rest = self._tokens[verb + 1 : self._last + 1]
        if not rest:
            return True
        if rest[0].low == "to" and (len(rest) < 2 or rest[1].low not in {"reporters", "journalists", "the"}):
            return False
        if rest[0].low not in listed.CIRCUMSTANCES:
            return (
                rest[0].text == ","
                and rest[-1].text[0] != QUOTED
                and len(rest) > 1
                and not (rest[1].low in listed.PRONOUNS or any(t.low in listed.VERBS for t in rest))
                and rest[1].low not in listed.LEADING
            )
        return len(rest) <= 12 and not any(
            token.low in listed.AUXILIARIES or token.low == "that" or token.text[0] == QUOTED or token.text == ":"
            for token in rest
        )
