"""What a sentence names as its speaker: the terms in which each language answers."""

from dataclasses import dataclass

QUOTED = "\x01"
"""Stands for every character of a quotation, so that what is said is not read for who says it."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reference:
    """What a speaker that is no name refers to.

    `kind` is person, organisation, document or any; `head` the noun it repeats ("the ministry"), empty for a pronoun.
    """

    kind: str
    head: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A speaker as a sentence names it; `leads` where it stands before a colon ("X: …")."""

    span: Span
    refers: Reference | None = None
    leads: bool = False
