"""What two texts have in common, and whether one is made from the other."""

from bisect import bisect_right
from dataclasses import dataclass, replace

import numpy as np

from flows.fingerprint import Hashes, among, distinct

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


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts have in common.

    `in_one` and `in_other` count their distinct pieces, `shared` those in both. The rest is about the runs of such
    pieces in the shorter text: `longest` and `mean_run` are lengths in pieces, `spread` is the share of its stretches
    of WINDOW pieces that have any, `gap` the share of it that the longest stretch without one takes, `order` the share
    of shared pieces that come in the other text in the same order. `lead` is the share of the first LEAD pieces of
    either text that the other has, whichever is more. `cjk`: the pieces are characters. What cannot matter is not
    looked at: where less is shared than of a copy, the runs; where the rest does not make a rewrite, the order.
    """

    shared: int
    in_one: int
    in_other: int
    longest: int = 0
    mean_run: float = 0.0
    spread: float = 0.0
    gap: float = 1.0
    order: float = 0.0
    lead: float = 0.0
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


def overlap(one: Hashes, other: Hashes, *, cjk: bool = False) -> Overlap:
    """Compare the pieces of two texts, each in the order of its text; `cjk` where they are characters."""
    if len(one) > len(other):
        flipped = overlap(other, one, cjk=cjk)
        return replace(flipped, in_one=flipped.in_other, in_other=flipped.in_one)
    ones, others = distinct(one), distinct(other)
    sizes = len(ones), len(others)
    shared = int(among(ones, others).sum())
    if (little := Overlap(shared, *sizes)).containment < REWRITE:
        return little
    matched = among(one, others)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], matched, [False]))))
    starts, ends = edges[::2], edges[1::2]
    gaps = np.append(starts, len(one)) - np.append(0, ends)
    windows = np.logical_or.reduceat(matched, np.arange(0, len(one), WINDOW))
    found = Overlap(
        shared,
        *sizes,
        longest=int((ends - starts).max()),
        mean_run=float((ends - starts).mean()),
        spread=float(windows.mean()),
        gap=float(gaps.max() / len(one)),
        lead=float(max(matched[:LEAD].mean(), among(other[:LEAD], ones).mean())),
        cjk=cjk,
    )
    return _with_order(found, one[matched], other) if not found.is_copy and replace(found, order=1.0).is_copy else found


def _with_order(found: Overlap, matched: Hashes, other: Hashes) -> Overlap:
    ordered, places = np.unique(other, return_index=True)
    order = _increasing(places[np.searchsorted(ordered, matched)].tolist()) / len(matched)
    return replace(found, order=order)


def _increasing(places: list[int]) -> int:
    """Length of the longest part of a list that does not decrease (patience sorting)."""
    tails: list[int] = []
    for place in places:
        where = bisect_right(tails, place)
        tails[where : where + 1] = [place]
    return len(tails)
