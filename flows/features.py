"""What the relevance of a text is judged by: figures from 0 to 1 of what the lexicon finds in it (pure)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flows.tagging import Lexicon, Reading
from flows.topics import TITLE_WEIGHT

PASSAGE = 3
"""Sentences in a row that are judged together: in a press conference or a round-up, one answer or item."""
HALF_SHARE = 0.12
"""The share of sentences in which the facets meet at which `meeting` is one half. Round-ups, in which all facets occur
but in different items, stay well below it; articles on the subject are at double."""

# What has to occur in one sentence: all of the first, and one of the second if there are any.
TOGETHER = {
    "ai+china": (("ai", "china"), ()),
    "ai+china+us": (("ai", "china", "us"), ()),
    "ai+china+us|policy": (("ai", "china"), ("us", "policy")),
    "ai+china+us.country": (("ai", "china", "us.country"), ()),
    "ai+china+us.state": (("ai", "china"), ("us.state", "us.people")),
    "ai+china+contest": (("ai", "china"), ("policy.contest", "contest")),
    "ai+china+measures": (("ai", "china", "policy.measures"), ()),
    "ai+both": (("ai", "both"), ()),
    "ai+us+policy": (("ai", "us", "policy"), ()),
    "ai+contest": (("ai", "policy.contest"), ()),
    "chips+measures": (("ai.chips", "policy.measures"), ()),
    "chips+china": (("china",), ("ai.chips", "ai.semiconductors")),
}

Figures = npt.NDArray[np.float64]
Marks = npt.NDArray[np.int64]

_NEVER = 1 << 62
"""A mark that no sentence has: for what a lexicon has no phrases of."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one text: a row for each passage, and those of the whole."""

    passages: Figures
    whole: Figures


class Features:
    """Figures that mean the same in English and in Chinese.

    Of each passage with the title: how strongly a facet, a cue or a rule of one occurs ("ai", "us.state"), a topic
    ("topic: ai_chips"), and what occurs together in a sentence ("sentence: ai+china") or anywhere in the passage
    ("passage: ai+china"). Of the whole: the same of the title ("title: ai"), and of what share of the sentences facets
    occur together ("share: ai+china").
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._bits = np.array(list(lexicon.marks.values()), np.int64)
        self._topic_bits = np.array(list(lexicon.topics.values()), np.int64)
        every, some = zip(*TOGETHER.values(), strict=True)
        self._every, self._some = (
            np.array([sum(lexicon.marks.get(mark, _NEVER) for mark in marks) for marks in group], np.int64)
            for group in (every, some)
        )
        self._some[self._some == 0] = -1  # none is asked for, and any will do
        self._strong = [list(lexicon.marks).index(facet) for facet in ("ai", "china", "us", "policy")]
        self.of_passages = [
            *lexicon.marks,
            *(f"topic: {topic}" for topic in lexicon.topics),
            *(f"sentence: {what}" for what in TOGETHER),
            *(f"passage: {what}" for what in TOGETHER),
            *("ai & china", "ai & china & us", "ai & china & us & policy"),
        ]
        self.of_whole = [
            *(f"title: {mark}" for mark in lexicon.marks),
            *(f"title: {what}" for what in TOGETHER),
            *(f"share: {what}" for what in TOGETHER),
            "meeting",
            "no text",
        ]

    def of(self, reading: Reading) -> Measured:
        """The figures of a text."""
        marks = np.array([reading.marks_of_title, *(reading.marks_of_sentences or [0])], np.int64)
        topics = np.array([reading.topics_of_title, *(reading.topics_of_sentences or [0])], np.int64)
        together = self._together(marks)
        has = np.concatenate(
            [marks[:, None] & self._bits != 0, topics[:, None] & self._topic_bits != 0, together], axis=1
        ).view(np.uint8)
        sentences = min(PASSAGE, len(marks) - 1)
        passages = len(marks) - sentences
        times, within = has[1 : passages + 1].copy(), marks[1 : passages + 1] | marks[0]
        for after in range(1, sentences):
            times += has[after + 1 : after + passages + 1]
            within |= marks[after + 1 : after + passages + 1]
        often = _OFTEN.take(times + (PASSAGE + 1) * has[0])
        ai, china, us, policy = (often[:, column] for column in self._strong)
        both_sides = np.cbrt(ai * china * us)
        share = has[:, -len(TOGETHER) :].sum(axis=0) / len(marks)
        meeting = share[_MEETING] ** 2
        soft = np.stack([np.sqrt(ai * china), both_sides, both_sides * (1 + policy) / 2], axis=1)
        title = has[0]
        return Measured(
            np.concatenate([often, self._together(within), soft], axis=1),
            np.concatenate(
                [
                    title[: len(self._bits)],
                    title[-len(TOGETHER) :],
                    np.sqrt(share),
                    [meeting / (meeting + HALF_SHARE**2), not reading.marks_of_sentences],
                ]
            ),
        )

    def _together(self, marks: Marks) -> npt.NDArray[np.bool_]:
        """For each of these, whether what is asked for occurs together."""
        column = marks[:, None]
        meet: npt.NDArray[np.bool_] = (column & self._every == self._every) & (column & self._some != 0)
        return meet


_OFTEN = 1 - np.exp(np.arange(PASSAGE + 1) / -2 - np.array([[0], [TITLE_WEIGHT / 2]]))
"""How strongly something occurs, by whether the title has it and how many sentences of a passage have."""
_MEETING = list(TOGETHER).index("ai+china+us|policy")
