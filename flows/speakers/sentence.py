"""How one sentence names who says it, in whichever language it is.

Sentences come with every character of a quotation made QUOTED, and in simplified characters. Spans are offsets into
the sentence.
"""

import re
from collections.abc import Iterator

from flows.fingerprint import CJK
from flows.speakers import chinese, english
from flows.speakers import english_phrases as phrases
from flows.speakers.named import Named, Reference, Span

_IS_CJK = re.compile(f"[{CJK}]")


def attribution(sentence: str) -> Named | None:
    """Who says a sentence, by its own words; None where it does not tell."""
    return chinese.attribution(sentence) if _IS_CJK.search(sentence) else english.attribution(sentence)


def subject(sentence: str) -> Span | None:
    """Whom or what a sentence is about: its first noun phrase that depends on no preposition."""
    return chinese.subject(sentence) if _IS_CJK.search(sentence) else english.subject(sentence)


def repetitions(sentence: str, refers: Reference) -> Iterator[Span]:
    """Where a sentence has the noun that a reference repeats: for "the ministry", "China's Ministry of Commerce"."""
    return chinese.repetitions(sentence, refers) if _IS_CJK.search(sentence) else phrases.repetitions(sentence, refers)


def names(sentence: str) -> Iterator[Span]:
    """The names in a sentence."""
    return chinese.names(sentence) if _IS_CJK.search(sentence) else phrases.names(sentence)


def fits(refers: Reference, text: str, *, speaks: bool) -> bool:
    """Whether a reference could mean this speaker, or, where it does not speak, this subject or name."""
    of_language = chinese.fits if _IS_CJK.search(text) else phrases.fits
    return of_language(refers, text, speaks=speaks)


def may_speak(text: str) -> bool:
    """Whether the subject of the sentence before a quotation may be its speaker: somebody, or an organisation."""
    return chinese.may_speak(text) if _IS_CJK.search(text) else phrases.may_speak(text)


def is_named(text: str) -> bool:
    """Whether a noun phrase is or holds a name, and does not only say what its bearer is."""
    return chinese.is_name(text) if _IS_CJK.search(text) else any(word[0].isupper() for word in text.split()[-1:])


def pronoun(text: str) -> Reference | None:
    """What a subject that is a pronoun refers to; None where it is none."""
    return chinese.pronoun(text) if _IS_CJK.search(text) else phrases.pronoun(text)
