"""What two texts have in common, and whether one is made from the other."""

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from flows.fingerprint import Hashes, among, distinct, is_cjk, pieces

LEAD = 40
"""Pieces at the beginning of a text, which a copy keeps and a later article on the same subject does not."""
WINDOW = 20
"""Pieces of a stretch of text of which a rewriter leaves at least a phrase."""

# Found on half of the cases of tests/eval/copies.py, reported on the other half.
SURELY = 0.5
"""Containment in either text from which one is made from the other, however it is distributed."""
EXCERPT = 0.2
"""Containment from which a text that keeps the other's lead is made from it."""
REWRITE = 0.18
"""Containment from which a text is a rewrite, if what is left of the other is evenly spread, in phrases, in order."""
MOSTLY = 0.7
"""Containment from which a text is the other one with edits, however many, and no rewrite."""
LONGEST_PHRASE = {False: 6.0, True: 10.0}
"""Mean length of the runs of shared pieces up to which they are phrases that a rewriter left, not passages: of words,
and (True) of characters of CJK."""


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """A text cut in pieces: all in its order, and the distinct ones in ascending order; `cjk`: they are characters."""

    in_order: Hashes
    distinct: Hashes
    cjk: bool

    @classmethod
    def of(cls, text: str) -> Self:
        """Cut a text."""
        in_order = pieces(text, None)
        return cls(in_order, distinct(in_order), is_cjk(text))


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts have in common.

    `in_one` and `in_other` count their distinct pieces, `shared` those in both. `lead` is the share of the first LEAD
    pieces of either text that the other has, whichever is more. The rest is about the runs of such pieces in the
    shorter text: `longest` and `mean_run` are lengths in pieces, `spread` is the share of its stretches of WINDOW
    pieces that have any, `gap` the share of it that the longest stretch without one takes, `order` the share of shared
    pieces that come in the other text in the same order. `cjk`: the pieces are characters.

    What cannot matter is not looked at: where less is shared than of a copy, all but the counts; where it is a copy
    anyway or the runs are no rewriter's phrases, the last three; where these do not make a rewrite, the order.
    """

    shared: int
    in_one: int
    in_other: int
    lead: float = 0.0
    longest: int = 0
    mean_run: float = 0.0
    spread: float = 0.0
    gap: float = 1.0
    order: float = 0.0
    cjk: bool = False

    @property
    def containment(self) -> float:
        """Share of the pieces of one text that the other has, for the one of which it is more."""
        return self.shared / max(1, min(self.in_one, self.in_other))

    @property
    def in_phrases(self) -> bool:
        """Whether what they share are phrases all over the text, not passages."""
        return self.mean_run <= LONGEST_PHRASE[self.cjk] and self.containment < MOSTLY

    @property
    def is_copy(self) -> bool:
        """Whether one of the texts is made from the other, as far as can be told."""
        return (
            self.containment >= SURELY
            or (self.containment >= EXCERPT and self.lead >= 0.85)
            or (
                self.containment >= REWRITE
                and self.in_phrases
                and self.spread >= 0.8
                and self.gap <= 0.125
                and self.order >= 0.75
            )
        )


def overlap(one: Pieces, other: Pieces) -> Overlap:
    """Compare two texts."""
    short, long = (one, other) if len(one.in_order) <= len(other.in_order) else (other, one)
    shared = int(np.count_nonzero(among(short.distinct, long.distinct)))
    found = Overlap(shared, len(one.distinct), len(other.distinct), cjk=one.cjk)
    if found.containment < REWRITE:
        return found
    matched = among(short.in_order, long.distinct)
    bordered = np.zeros(len(matched) + 2, np.bool_)
    bordered[1:-1] = matched
    edges = np.flatnonzero(bordered[1:] != bordered[:-1])
    starts, ends = edges[::2], edges[1::2]
    found = replace(
        found,
        lead=max(_share(matched[:LEAD]), _share(among(long.in_order[:LEAD], short.distinct))),
        longest=int((ends - starts).max()),
        mean_run=np.count_nonzero(matched) / len(starts),
    )
    if found.is_copy or not found.in_phrases:
        return found
    gaps = np.append(starts, len(matched)) - np.append(0, ends)
    windows = np.logical_or.reduceat(matched, np.arange(0, len(matched), WINDOW))
    found = replace(found, spread=_share(windows), gap=float(gaps.max() / len(matched)))
    if replace(found, order=1.0).is_copy:
        found = replace(found, order=_order(short.in_order[matched], long.in_order))
    return found


def _share(of: npt.NDArray[np.bool_]) -> float:
    return int(np.count_nonzero(of)) / len(of)


def _order(matched: Hashes, other: Hashes) -> float:
    """Share of the pieces of one text that come in another, which has all of them, in the same order."""
    ordered, places = np.unique(other, return_index=True)
    return _increasing(places[np.searchsorted(ordered, matched)].tolist()) / len(matched)


def _increasing(places: list[int]) -> int:
    """Length of the longest part of a list that does not decrease (patience sorting)."""
    tails: list[int] = []
    for place in places:
        where = bisect_right(tails, place)
        tails[where : where + 1] = [place]
    return len(tails)
