"""Texts in pieces, so that what was found in them can be shown."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `is_hit` where it is what was looked for."""

    text: str
    is_hit: bool = False


def marked(text: str, phrases: Iterable[str]) -> list[Piece]:
    """A text in pieces; hits are the phrases as whole words, the longest where they overlap."""
    wanted = sorted({phrase for phrase in phrases if phrase}, key=lambda phrase: (-len(phrase), phrase))
    if not wanted:
        return [Piece(text)]
    spans = re.finditer("|".join(map(_as_word, wanted)), text)
    return list(_pieces(text, (hit.span() for hit in spans)))


def marked_at(text: str, spans: Iterable[tuple[int, int]]) -> list[Piece]:
    """A text in pieces; hits are the spans, which may overlap; those that are not in the text do not count."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((start, end) for start, end in spans if 0 <= start < end <= len(text)):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return list(_pieces(text, joined))


def _as_word(phrase: str) -> str:
    """A pattern of the phrase; at a Latin letter or digit it begins and ends at the bounds of a word."""
    before = r"(?<![A-Za-z0-9])" if _is_latin(phrase[0]) else ""
    after = r"(?![A-Za-z0-9])" if _is_latin(phrase[-1]) else ""
    return before + re.escape(phrase) + after


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _pieces(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[Piece]:
    done = 0
    for start, end in spans:
        if start > done:
            yield Piece(text[done:start])
        yield Piece(text[start:end], is_hit=True)
        done = end
    if done < len(text):
        yield Piece(text[done:])
