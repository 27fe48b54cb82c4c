"""Who frames the two countries as opponents or as partners: framed sentences, their strength and their speakers."""

import math
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.fingerprint import is_cjk
from flows.speakers.text import Speakers
from flows.tagging import FACETS, SENTENCE_LIMIT, Evidence, Hit, Lexicon, Reading, Tag
from flows.topics import TITLE_WEIGHT

FRAMES_FILE = Path(__file__).parent / "seed_corpus" / "frames.toml"
FRAMES = frozenset({"confrontation", "cooperation"})
KINDS = {"turns": FRAMES, "holds": FRAMES, "cue": frozenset({"rejection", "dismissal", "turn"})}
"""What frames.toml may hold; it says what they mean."""
FRAMED_SENTENCES = 20
"""Sentences of a text that are given as evidence for a frame; all count for its strength."""

# How far from a phrase its rejection may be, in characters; Chinese says as much in a quarter of them.
REACH = 48
REACH_CHINESE = 12

_OPPOSITE = {"confrontation": "cooperation", "cooperation": "confrontation"}
# Not the stop of "U.S.".
_STOP = re.compile(r"[;。；!?！？\n]|(?<![A-Z])\.\s")


@dataclass(frozen=True, slots=True)
class Framed:
    """A phrase that frames, at `start:end` of a text."""

    frame: str
    rule_id: str
    start: int
    end: int


class Frames:
    """Finds frames, and who says what other evidence quotes, by the phrases of one file."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    @classmethod
    def default(cls) -> "Frames":
        """Those that the package carries."""
        return cls(Lexicon.load(FRAMES_FILE, KINDS))

    def find(self, text: str) -> Iterator[Framed]:
        """The framing phrases of a text in order, whatever the text is about."""
        cues: list[Hit] = []
        phrases: list[Hit] = []
        for hit in self.lexicon.find(text):
            (cues if hit.rule.kind == "cue" else phrases).append(hit)
        starts = [cue.start for cue in cues]
        for phrase in phrases:
            frame, rule_id = phrase.rule.tag, phrase.rule.rule_id
            if phrase.rule.kind == "turns" and _is_rejected(text, phrase, cues, starts):
                frame, rule_id = _OPPOSITE[frame], f"{rule_id}.rejected"
            yield Framed(frame, rule_id, phrase.start, phrase.end)

    def add(
        self, title: str, text: str, reading: Reading, tags: Sequence[Tag]
    ) -> tuple[tuple[Tag, ...], tuple[Evidence, ...]]:
        """The tags and evidence of an article with its frames, and with the speaker of each sentence.

        Args:
            title: of the article.
            text: of the article.
            reading: what the lexicon finds in both.
            tags: those without frames.
        """
        spans = reading.spans()
        starts = [start for start, _ in spans]
        speakers = Speakers(text, spans)
        title_speaker = Speakers(title, [(0, len(title))] if title else []).name(0)
        in_title, in_text = reading.marks_of_title, reading.marks_of_sentences

        framed: dict[str, dict[int, Framed]] = defaultdict(dict)
        for phrase in self.find(text):
            number = _at(starts, phrase.start)
            if _is_between(in_text[number]) or _is_between(in_text[number - 1] if number else in_title):
                framed[phrase.frame].setdefault(number, phrase)
        title_framed = {phrase.frame: phrase for phrase in self.find(title)} if _is_between(in_title) else {}

        added: list[Tag] = []

        def speaker(number: int | None) -> str | None:
            return title_speaker if number is None else speakers.name(number)

        rows = [row for tag in tags for row in reading.evidence(tag, speaker)]
        for frame in sorted(framed.keys() | title_framed.keys()):
            sentences = framed.get(frame, {})
            weight = len(sentences) + TITLE_WEIGHT * (frame in title_framed)
            added.append(Tag("frame", frame, round(1 - math.exp(-weight / 2), 4)))
            if frame in title_framed:
                rule_id = title_framed[frame].rule_id
                rows.append(Evidence("frame", frame, rule_id, None, None, title[:SENTENCE_LIMIT], title_speaker))
            for number, phrase in list(sentences.items())[:FRAMED_SENTENCES]:
                rows.append(
                    Evidence(
                        "frame",
                        frame,
                        phrase.rule_id,
                        phrase.start,
                        phrase.end,
                        reading.sentence(number, phrase.start),
                        speakers.name(number),
                    )
                )
        return (*tags, *added), tuple(rows)


def _at(starts: Sequence[int], place: int) -> int:
    return bisect_right(starts, place) - 1


def _is_between(marks: int) -> bool:
    return bool(marks & (FACETS["china"] | FACETS["us"]))


def _is_rejected(text: str, phrase: Hit, cues: Sequence[Hit], starts: Sequence[int]) -> bool:
    """Whether a phrase is rejected in its sentence: by the nearest cue before it, or by a dismissal after it."""
    reach = REACH_CHINESE if is_cjk(text[phrase.start : phrase.end]) else REACH
    place = bisect_right(starts, phrase.start)
    for cue in reversed(cues[max(0, place - 8) : place]):
        if cue.end > phrase.start:
            continue
        if phrase.start - cue.end > reach or _STOP.search(text, cue.end, phrase.start):
            break
        if cue.rule.tag == "turn":
            break
        if cue.rule.tag == "rejection":
            return True
    for cue in cues[place : place + 8]:
        if cue.start - phrase.end > reach or _STOP.search(text, phrase.end, cue.start):
            break
        if cue.rule.tag == "dismissal":
            return True
    return False
